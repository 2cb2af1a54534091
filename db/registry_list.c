#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "db/registry_inside.h"

static int32_t day_at(struct statement *row, int column, int32_t open)
{
	return column_is_null(row, column) ? open : (int32_t)column_integer(row, column);
}

static int64_t until_at(struct statement *row, int column)
{
	return column_is_null(row, column) ? INT64_MAX : column_integer(row, column);
}

/* Is there another row?  *status is STORE_OK while all is well. */
static bool next_row(enum store_status *status, struct statement *row)
{
	if (*status != STORE_OK)
		return false;
	*status = statement_step(row);
	if (*status != STORE_ROW)
		return false;
	*status = STORE_OK;
	return true;
}

static enum registry_status ended_early(struct statement *row)
{
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status registry_each_unit(struct registry *registry,
					bool (*take)(void *, const struct unit *), void *context)
{
	static const char sql[] = "SELECT code, name, tier, parent, from_day, until_day, region,"
				  " merged_into FROM unit ORDER BY code, from_day";
	struct statement *row = NULL;
	enum store_status status = store_statement(registry->store, &row, sql);
	while (next_row(&status, row)) {
		struct unit unit = { .code = column_text(row, 0),
				     .name = column_text(row, 1),
				     .tier = column_text(row, 2),
				     .parent = column_text(row, 3),
				     .from = day_at(row, 4, INT32_MIN),
				     .until = day_at(row, 5, INT32_MAX),
				     .region = column_text(row, 6),
				     .merged_into = column_text(row, 7) };
		if (!take(context, &unit))
			return ended_early(row);
	}
	return registry_says(registry, status);
}

enum registry_status registry_unit_title(struct registry *registry, struct unit_title *out,
					 const char *unit, int32_t day)
{
	static const char sql[] = "SELECT name, region FROM unit WHERE code = ?1 OR region = ?1"
				  " ORDER BY code = ?1 DESC, from_day <= ?2 DESC,"
				  " abs(from_day - ?2) LIMIT 1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, unit);
		bind_integer(row, 2, day);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	snprintf(out->name, sizeof out->name, "%s", column_text(row, 0));
	snprintf(out->region, sizeof out->region, "%s", column_text(row, 1));
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status registry_each_merchant(struct registry *registry,
					    bool (*take)(void *, const struct merchant *),
					    void *context)
{
	static const char sql[] = "SELECT code, name, venue, scene, region, address, unit, state"
				  " FROM merchant ORDER BY code";
	struct statement *row = NULL;
	enum store_status status = store_statement(registry->store, &row, sql);
	while (next_row(&status, row)) {
		struct merchant merchant = { .code = column_text(row, 0),
					     .name = column_text(row, 1),
					     .scene = column_text(row, 3),
					     .region = column_text(row, 4),
					     .address = column_text(row, 5),
					     .unit = column_text(row, 6),
					     .state = column_text(row, 7) };
		if (!venue_from_name(&merchant.venue, column_text(row, 2)))
			status = STORE_DAMAGED;
		else if (!take(context, &merchant))
			return ended_early(row);
	}
	return registry_says(registry, status);
}

bool unseal_name(struct registry *registry, char out[static HOLDER_NAME_MAX + 1],
		 struct statement *row, int column, const char *person)
{
	size_t length;
	const void *sealed = column_bytes(row, column, &length);
	/* A kiosk's copy holds no names. */
	if (length == 0) {
		out[0] = '\0';
		return true;
	}
	return vault_unseal(registry->vault, out, HOLDER_NAME_MAX + 1, sealed, length, person);
}

enum registry_status registry_each_person(struct registry *registry,
					  bool (*take)(void *, const struct person *),
					  void *context)
{
	static const char sql[] =
		"SELECT p.code, p.name, p.sex, p.birth, h.text, p.needy, p.merit, i.text"
		" FROM person p JOIN word h ON h.id = p.home_region"
		" JOIN word i ON i.id = p.identities ORDER BY p.code";
	char name[HOLDER_NAME_MAX + 1];
	bool more = true;
	struct statement *row = NULL;
	enum store_status status = store_statement(registry->store, &row, sql);
	while (more && next_row(&status, row)) {
		struct person person = { .code = column_text(row, 0),
					 .name = name,
					 .sex = column_text(row, 2)[0],
					 .birth_known = !column_is_null(row, 3),
					 .birth = (int32_t)column_integer(row, 3),
					 .home_region = column_text(row, 4),
					 .needy = column_integer(row, 5) != 0,
					 .merit = (int32_t)column_integer(row, 6),
					 .identities = column_text(row, 7) };
		if (!unseal_name(registry, name, row, 1, person.code))
			status = STORE_DAMAGED;
		else
			more = take(context, &person);
	}
	explicit_bzero(name, sizeof name);
	if (!more || status == STORE_DAMAGED)
		statement_reset(row);
	return registry_says(registry, status);
}

enum registry_status registry_person_of_id_number(struct registry *registry,
						  char out[static PERSON_CODE_MAX + 1],
						  const char *id_number)
{
	static const char sql[] = "SELECT code FROM person WHERE id_number = ?1";
	uint8_t hash[PSEUDONYM_BYTES];
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		vault_id_number(registry->vault, hash, id_number);
		bind_bytes(row, 1, hash, sizeof hash);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	bool whole = strlen(column_text(row, 0)) <= PERSON_CODE_MAX;
	if (whole)
		strcpy(out, column_text(row, 0));
	statement_reset(row);
	return whole ? REGISTRY_OK
		     : registry_faults(registry, REGISTRY_DAMAGED, "a person's code is too long");
}

enum registry_status registry_has_persons(struct registry *registry, bool *out)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM person)";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status == STORE_ROW) {
		*out = column_integer(row, 0) != 0;
		statement_reset(row);
	}
	return registry_says(registry, status);
}

/* What both statements below begin with; `standing` is worked out at now. */
#define CERTIFICATE_ROW                                                                     \
	"SELECT c.number, c.person, c.kind, u.text, c.state, c.standing, c.since, c.until," \
	" c.valid_from, c.valid_until"

static enum registry_status certificate_at(struct registry *registry, struct certificate *out,
					   const struct step **step, struct statement *row,
					   int64_t now)
{
	struct certificate_life life = certificate_life_at(row, 4);
	enum life_step stands;
	const char *number = column_text(row, 0);
	enum registry_status status = life_step_now(registry, &stands, number, &life, now);
	if (status != REGISTRY_OK)
		return status;
	*step = snapshot_step(registry->snapshot, stands);
	if (*step == NULL)
		return registry_faults(registry, REGISTRY_DAMAGED, "a certificate's state");
	*out = (struct certificate){ .number = number,
				     .person = column_text(row, 1),
				     .kind = (uint8_t)column_integer(row, 2),
				     .unit = column_text(row, 3),
				     .state = (*step)->name,
				     .valid_from = day_at(row, 8, INT32_MIN),
				     .valid_until = day_at(row, 9, INT32_MAX) };
	return REGISTRY_OK;
}

/* Which units the actor reaches, by the id of their word: each is asked for once. */
struct reach {
	size_t count;
	uint8_t *known; /* 0 not asked for yet, 1 outside, 2 reached */
};

static enum registry_status reaches(struct registry *registry, struct reach *reach, bool *out,
				    int64_t word, const char *unit)
{
	size_t id = (size_t)word;
	if (word < 0 || word >= WORDS_MAX)
		return registry_faults(registry, REGISTRY_DAMAGED, "a word's number");
	if (id >= reach->count) {
		uint8_t *known = realloc(reach->known, 2 * id + 64);
		if (known == NULL)
			return registry_faults(registry, REGISTRY_TROUBLE, "no memory");
		memset(known + reach->count, 0, 2 * id + 64 - reach->count);
		reach->known = known;
		reach->count = 2 * id + 64;
	}
	enum registry_status status = REGISTRY_OK;
	*out = reach->known[id] == 2;
	if (reach->known[id] == 0)
		status = actor_reaches(registry, out, unit);
	reach->known[id] = *out ? 2 : 1;
	return status;
}

enum registry_status registry_each_certificate(struct registry *registry, int64_t now,
					       bool (*take)(void *, const struct certificate *),
					       void *context)
{
	static const char sql[] = CERTIFICATE_ROW
		", c.unit FROM certificate c JOIN word u ON u.id = c.unit ORDER BY c.number";
	struct reach reach = { 0 };
	struct statement *row = NULL;
	enum registry_status said = REGISTRY_OK;
	bool more = true;
	enum store_status status = store_statement(registry->store, &row, sql);
	while (more && next_row(&status, row)) {
		struct certificate certificate;
		const struct step *step;
		bool reached = false;
		said = reaches(registry, &reach, &reached, column_integer(row, 10),
			       column_text(row, 3));
		if (said == REGISTRY_OK && reached)
			said = certificate_at(registry, &certificate, &step, row, now);
		more = said == REGISTRY_OK && (!reached || take(context, &certificate));
	}
	free(reach.known);
	if (more)
		return registry_says(registry, status);
	statement_reset(row);
	return said;
}

/* Copy into the registry's own room; false where it does not fit. */
static bool view_text(struct registry *registry, const char **text, size_t place)
{
	int length = snprintf(registry->view[place], sizeof registry->view[place], "%s", *text);
	*text = registry->view[place];
	return length >= 0 && (size_t)length < sizeof registry->view[place];
}

static enum registry_status view_at(struct registry *registry, struct certificate_view *out,
				    struct statement *row, int64_t now)
{
	char *name = registry->view[3];
	struct certificate *certificate = &out->certificate;
	const struct step *step;
	*certificate = (struct certificate){ 0 };
	enum registry_status status = certificate_at(registry, certificate, &step, row, now);
	if (status != REGISTRY_OK)
		return status;
	if (!unseal_name(registry, name, row, 10, certificate->person) ||
	    !view_text(registry, &certificate->number, 0) ||
	    !view_text(registry, &certificate->person, 1) ||
	    !view_text(registry, &certificate->unit, 2))
		return registry_faults(registry, REGISTRY_DAMAGED, "a certificate cannot be read");
	out->name = name;
	out->reason = certificate_reason(step, REASON_OK, certificate->valid_from,
					 certificate->valid_until, china_time_at(now).day);
	return REGISTRY_OK;
}

enum registry_status registry_certificate(struct registry *registry, struct certificate_view *out,
					  const char *number, int64_t now)
{
	static const char sql[] =
		CERTIFICATE_ROW ", p.name FROM certificate c JOIN word u ON u.id = c.unit"
				" JOIN person p ON p.code = c.person WHERE c.number = ?1";
	struct certificate_view view;
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, number);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	enum registry_status said = view_at(registry, &view, row, now);
	statement_reset(row);
	if (said == REGISTRY_OK)
		*out = view;
	return said;
}

enum registry_status registry_each_key(struct registry *registry,
				       bool (*take)(void *, const struct issuer_key *),
				       void *context)
{
	static const char sql[] = "SELECT issuer, algorithm, public_key, kid, region, from_at,"
				  " until_at FROM issuer_key ORDER BY issuer, from_at, public_key";
	struct statement *row = NULL;
	enum store_status status = store_statement(registry->store, &row, sql);
	while (next_row(&status, row)) {
		struct issuer_key key = { .issuer = column_text(row, 0),
					  .algorithm = column_text(row, 1),
					  .region = column_text(row, 4),
					  .from = column_integer(row, 5),
					  .until = until_at(row, 6) };
		key.public_key = column_bytes(row, 2, &key.public_length);
		key.kid = column_bytes(row, 3, &key.kid_length);
		if (!take(context, &key))
			return ended_early(row);
	}
	return registry_says(registry, status);
}

enum registry_status registry_each_medium(struct registry *registry, const char *certificate,
					  int64_t now,
					  bool (*take)(void *, const struct medium *, bool),
					  void *context)
{
	static const char sql[] = "SELECT iif(carrier = 'bank', NULL, id), certificate, carrier,"
				  " holder_key, issued_at, expires,"
				  " void_reason IS NOT NULL AND coalesce(void_at <= ?2, 1)"
				  " FROM medium WHERE certificate = ?1"
				  " ORDER BY issued_at, id";
	struct statement *row = NULL;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, certificate);
		bind_integer(row, 2, now);
	}
	while (next_row(&status, row)) {
		size_t key_length;
		struct medium medium = { .certificate = column_text(row, 1),
					 .carrier = column_text(row, 2),
					 .issued_at = column_integer(row, 4),
					 .expires = until_at(row, 5) };
		medium.id = column_bytes(row, 0, &medium.id_length);
		medium.holder_key = column_bytes(row, 3, &key_length);
		if (!take(context, &medium, column_integer(row, 6) != 0))
			return ended_early(row);
	}
	return registry_says(registry, status);
}

/* --- what is there --- */

static enum registry_status knows(struct registry *registry, bool *out, const char *sql,
				  const char *code)
{
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, code);
		status = statement_step(row);
	}
	*out = status == STORE_ROW;
	if (*out)
		statement_reset(row);
	return registry_says(registry, status);
}

enum registry_status registry_knows_person(struct registry *registry, bool *out, const char *code)
{
	static const char sql[] = "SELECT 1 FROM person WHERE code = ?1";
	return knows(registry, out, sql, code);
}

enum registry_status registry_knows_unit(struct registry *registry, bool *out, const char *code)
{
	static const char sql[] = "SELECT 1 FROM unit WHERE ?1 IN (code, region)";
	return knows(registry, out, sql, code);
}
