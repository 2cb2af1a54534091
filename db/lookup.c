#include "db/lookup.h"
#include "db/bank_card.h"

#include <stdio.h>
#include <string.h>

#include "db/audit.h"
#include "db/inquiry.h"
#include "db/person_keys.h"

#define MEDIUM_BYTES_MAX 16

/* --- who may be seen --- */

enum registry_status person_in_reach(struct registry *registry, bool *out, const char *person)
{
	static const char sql[] = "SELECT u.text FROM holding h"
				  " JOIN certificate c ON c.number = h.certificate"
				  " JOIN word u ON u.id = c.unit WHERE h.person = ?1"
				  " UNION SELECT unit FROM plaque WHERE person = ?1";
	struct statement *row;
	*out = true;
	if (registry->actor.may_all || registry->actor.unit[0] == '\0')
		return REGISTRY_OK;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, person);
	while ((status = statement_step(row)) == STORE_ROW) {
		enum registry_status said = actor_reaches(registry, out, column_text(row, 0));
		if (said == REGISTRY_OK && !*out)
			continue;
		statement_reset(row);
		return said;
	}
	return registry_says(registry, status);
}

/* --- what is found --- */

static bool is_there(const struct lookup *found, const char *person)
{
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->persons[i], person) == 0)
			return true;
	return false;
}

static enum registry_status add(struct registry *registry, struct lookup *out, const char *person)
{
	bool reached;
	if (is_there(out, person))
		return REGISTRY_OK;
	enum registry_status status = person_in_reach(registry, &reached, person);
	if (status != REGISTRY_OK)
		return status;
	if (!reached) {
		out->outside++;
	} else if (out->count == LOOKUP_MOST) {
		out->more = true;
	} else if (strlen(person) > PERSON_CODE_MAX) {
		return registry_faults(registry, REGISTRY_DAMAGED, "a person's code is too long");
	} else {
		strcpy(out->persons[out->count++], person);
	}
	return REGISTRY_OK;
}

/* A key is short: the row it leads to must bear the same name. */
static bool bears_name(struct registry *registry, struct statement *row, const char *plain)
{
	char name[HOLDER_NAME_MAX + 1], other[HOLDER_NAME_MAX + 1] = "";
	bool same = unseal_name(registry, name, row, 1, column_text(row, 0));
	if (same)
		name_without_dots(other, name);
	same = same && strcmp(other, plain) == 0;
	explicit_bzero(name, sizeof name);
	explicit_bzero(other, sizeof other);
	return same;
}

/* Each row's first column is a person's code; plain is not NULL where the second is a sealed name that
 * must be this one. */
static enum registry_status take_rows(struct registry *registry, struct lookup *out,
				      struct statement *row, const char *plain)
{
	enum store_status status = STORE_OK;
	while (!out->more && (status = statement_step(row)) == STORE_ROW) {
		if (plain != NULL && !bears_name(registry, row, plain))
			continue;
		enum registry_status said = add(registry, out, column_text(row, 0));
		if (said != REGISTRY_OK) {
			statement_reset(row);
			return said;
		}
	}
	if (out->more)
		statement_reset(row);
	return registry_says(registry, status);
}

/* --- ways to find --- */

static enum registry_status by_text(struct registry *registry, struct lookup *out, const char *sql,
				    const char *text)
{
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, text);
	return take_rows(registry, out, row, NULL);
}

static enum registry_status by_name(struct registry *registry, struct lookup *out, const char *name)
{
	static const char sql[] = "SELECT p.code, p.name FROM name_key k"
				  " JOIN person p ON p.code = k.person WHERE k.key = ?1"
				  " ORDER BY k.person";
	char plain[HOLDER_NAME_MAX + 1];
	struct statement *row;
	name_without_dots(plain, name);
	/* A longer one is nobody's; of blanks alone there is none. */
	if (strlen(name) > HOLDER_NAME_MAX || plain[0] == '\0')
		return REGISTRY_OK;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_integer(row, 1, vault_name_key(registry->vault, plain));
	enum registry_status said = take_rows(registry, out, row, plain);
	explicit_bzero(plain, sizeof plain);
	return said;
}

static enum registry_status by_id_number(struct registry *registry, struct lookup *out,
					 const char *id_number)
{
	static const char sql[] = "SELECT p.code FROM id_key k JOIN person p ON p.code = k.person"
				  " WHERE k.key = ?1 AND p.id_number = ?2 ORDER BY k.person";
	uint8_t hash[PSEUDONYM_BYTES];
	struct statement *row;
	person_id_hash(registry, hash, id_number);
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_integer(row, 1, person_id_key(hash));
	bind_bytes(row, 2, hash, sizeof hash);
	return take_rows(registry, out, row, NULL);
}

enum registry_status lookup_text(struct registry *registry, struct lookup *out, enum lookup_by by,
				 const char *text)
{
	static const char certificate[] = "SELECT person FROM certificate WHERE number = ?1";
	static const char person[] = "SELECT code FROM person WHERE code = ?1";
	static const char plaque[] = "SELECT person FROM plaque WHERE number = ?1";
	memset(out, 0, offsetof(struct lookup, persons));
	switch (by) {
	case LOOKUP_CERTIFICATE:
		return by_text(registry, out, certificate, text);
	case LOOKUP_PERSON:
		return by_text(registry, out, person, text);
	case LOOKUP_PLAQUE:
		return by_text(registry, out, plaque, text);
	case LOOKUP_ID_NUMBER:
		return by_id_number(registry, out, text);
	default:
		return by_name(registry, out, text);
	}
}

enum registry_status lookup_medium(struct registry *registry, struct lookup *out, const uint8_t *id,
				   size_t length)
{
	static const char sql[] = "SELECT c.person FROM medium m"
				  " JOIN certificate c ON c.number = m.certificate"
				  " WHERE m.id BETWEEN ?1 AND ?2 AND m.carrier <> 'bank'"
				  " ORDER BY m.id";
	uint8_t last[MEDIUM_BYTES_MAX];
	struct statement *row;
	memset(out, 0, offsetof(struct lookup, persons));
	memset(last, 0xff, sizeof last);
	memcpy(last, id, length);
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_bytes(row, 1, id, length);
	bind_bytes(row, 2, last, sizeof last);
	return take_rows(registry, out, row, NULL);
}

enum registry_status lookup_presented(struct registry *registry, struct lookup *out, bool *guest,
				      const struct presentation *presentation)
{
	memset(out, 0, offsetof(struct lookup, persons));
	*guest = false;
	if (presentation->carrier == CARRIER_BANK) {
		struct bank_card card;
		enum registry_status status = bank_card_find(registry, &card, presentation->tokens,
							     presentation->token_count, INT64_MAX);
		return status == REGISTRY_NOT_FOUND ? REGISTRY_OK
		       : status == REGISTRY_OK
			       ? lookup_text(registry, out, LOOKUP_CERTIFICATE, card.certificate)
			       : status;
	}
	*guest = !issuer_is_home(registry, presentation->issuer);
	return *guest ? REGISTRY_OK
		      : lookup_text(registry, out, LOOKUP_CERTIFICATE, presentation->number);
}

/* --- who looked at whom --- */

/* Of one certificate of the person's; "" where there is none. */
static enum store_status read_unit(struct registry *registry, char out[static 64],
				   const char *person)
{
	static const char sql[] = "SELECT u.text FROM holding h"
				  " JOIN certificate c ON c.number = h.certificate"
				  " JOIN word u ON u.id = c.unit WHERE h.person = ?1 LIMIT 1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	out[0] = '\0';
	if (status != STORE_OK)
		return status;
	bind_text(row, 1, person);
	status = statement_step(row);
	if (status != STORE_ROW)
		return status;
	snprintf(out, 64, "%s", column_text(row, 0));
	statement_reset(row);
	return STORE_OK;
}

static enum registry_status append(struct registry *registry, const char *person, const char *act,
				   const char *detail, int64_t now)
{
	char unit[64];
	enum registry_status status = registry_says(registry, read_unit(registry, unit, person));
	if (status != REGISTRY_OK)
		return status;
	struct audit_act entry = { .act = act, .person = person, .unit = unit, .detail = detail };
	return audit_append(registry, NULL, &entry, now);
}

enum registry_status lookup_on_record(struct registry *registry, const struct lookup *found,
				      const char *act, const char *detail, int64_t now)
{
	enum registry_status status = registry_begin(registry);
	for (size_t i = 0; status == REGISTRY_OK && i < found->count; i++)
		status = append(registry, found->persons[i], act, detail, now);
	if (status == REGISTRY_OK)
		return registry_commit(registry);
	registry_rollback(registry);
	return status;
}
