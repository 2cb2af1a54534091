#include <limits.h>
#include <string.h>

#include "db/identities.h"
#include "db/person_keys.h"
#include "db/registry_inside.h"

/* --- what the schema cannot say --- */

static enum registry_status breaks(struct registry *registry, const char *rule)
{
	return registry_faults(registry, REGISTRY_CONSTRAINT, rule);
}

/* INT32_MIN and INT32_MAX stand for an open side. */
static void bind_day(struct statement *statement, int parameter, int32_t day)
{
	if (day == INT32_MIN || day == INT32_MAX)
		bind_null(statement, parameter);
	else
		bind_integer(statement, parameter, day);
}

static void bind_until(struct statement *statement, int parameter, int64_t instant)
{
	if (instant == INT64_MAX)
		bind_null(statement, parameter);
	else
		bind_integer(statement, parameter, instant);
}

/* --- rows --- */

enum registry_status registry_put_merchant(struct registry *registry,
					   const struct merchant *merchant)
{
	static const char sql[] =
		"INSERT INTO merchant (code, name, venue, scene, region, address, unit, state)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (code) DO UPDATE SET"
		" name = excluded.name, venue = excluded.venue, scene = excluded.scene,"
		" region = excluded.region, address = excluded.address, unit = excluded.unit,"
		" state = excluded.state";
	struct statement *statement;
	if (merchant->scene[0] != '\0' && !scene_is_known(merchant->scene))
		return breaks(registry, "merchant.scene is none of the eleven scenes");
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, merchant->code);
		bind_text(statement, 2, merchant->name);
		bind_text(statement, 3, venue_name(merchant->venue));
		bind_text(statement, 4, merchant->scene);
		bind_text(statement, 5, merchant->region);
		bind_text(statement, 6, merchant->address);
		bind_text(statement, 7, merchant->unit);
		bind_text(statement, 8, merchant->state);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

static void bind_sealed(struct registry *registry, struct statement *statement,
			const struct person *person)
{
	uint8_t sealed[HOLDER_NAME_MAX + SEAL_OVERHEAD], number[PSEUDONYM_BYTES];
	size_t length =
		vault_seal(registry->vault, sealed, registry->cipher, person->name, person->code);
	bind_bytes(statement, 2, sealed, length);
	bind_null(statement, 9);
	if (person->id_number == NULL || person->id_number[0] == '\0')
		return;
	person_id_hash(registry, number, person->id_number);
	bind_bytes(statement, 9, number, sizeof number);
}

static enum store_status put_person(struct registry *registry, const struct person *person,
				    int64_t home_region, int64_t identities)
{
	static const char sql[] =
		"INSERT INTO person (code, name, sex, birth, home_region, needy, merit, identities,"
		" id_number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		" ON CONFLICT (code) DO UPDATE SET name = excluded.name, sex = excluded.sex,"
		" birth = excluded.birth, home_region = excluded.home_region,"
		" needy = excluded.needy, merit = excluded.merit,"
		" identities = excluded.identities,"
		" id_number = coalesce(excluded.id_number, id_number)";
	const char sex[2] = { person->sex };
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, person->code);
	bind_sealed(registry, statement, person);
	bind_text(statement, 3, person->sex == 0 ? NULL : sex);
	bind_null(statement, 4);
	if (person->birth_known)
		bind_integer(statement, 4, person->birth);
	bind_integer(statement, 5, home_region);
	bind_integer(statement, 6, person->needy);
	bind_integer(statement, 7, person->merit);
	bind_integer(statement, 8, identities);
	return statement_run(statement);
}

static enum registry_status put_person_with_keys(struct registry *registry,
						 const struct person *person)
{
	int64_t home_region, identities;
	if (strlen(person->name) > HOLDER_NAME_MAX)
		return breaks(registry, "person.name is too long");
	if (!identities_fit(person->identities))
		return breaks(registry,
			      "person.identities are too many, too long, or their days do not fit");
	if (registry_is_kiosk(registry))
		return breaks(registry, "a kiosk's copy takes in no persons");
	enum registry_status status = word_id(registry, &home_region, person->home_region);
	if (status == REGISTRY_OK)
		status = word_id(registry, &identities, person->identities);
	/* The keys first: they are found by what the row says until now. */
	if (status == REGISTRY_OK)
		status = person_keys_put(registry, person);
	if (status == REGISTRY_OK)
		status = registry_says(registry,
				       put_person(registry, person, home_region, identities));
	return status;
}

enum registry_status registry_put_person(struct registry *registry, const struct person *person)
{
	bool nested = store_in_transaction(registry->store);
	enum registry_status status = nested ? REGISTRY_OK : registry_begin(registry);
	if (status == REGISTRY_OK)
		status = put_person_with_keys(registry, person);
	if (!nested && status == REGISTRY_OK)
		status = registry_commit(registry);
	if (!nested && status != REGISTRY_OK)
		registry_rollback(registry);
	return status;
}

/* Once steps are on record they say whose it is and where it stands: a row may repeat where the life
 * began, or where it stands, and neither changes anything. */
static enum registry_status check_record(struct registry *registry,
					 const struct certificate *certificate, int64_t state)
{
	static const char sql[] =
		"SELECT 1 FROM certificate WHERE number = ?1 AND standing IS NOT NULL"
		" AND (?2 NOT IN (state, standing) OR person <> ?3 OR kind <> ?4)";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, certificate->number);
	bind_integer(row, 2, state);
	bind_text(row, 3, certificate->person);
	bind_integer(row, 4, certificate->kind);
	status = statement_step(row);
	if (status != STORE_ROW)
		return registry_says(registry, status);
	statement_reset(row);
	return breaks(registry, "certificate: state, person or kind are not those on record");
}

static enum store_status put_certificate(struct registry *registry,
					 const struct certificate *certificate, int64_t unit,
					 int64_t state)
{
	static const char sql[] =
		"INSERT INTO certificate (number, person, kind, unit, state, valid_from, "
		"valid_until)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (number) DO UPDATE SET"
		" person = excluded.person, kind = excluded.kind, unit = excluded.unit,"
		" state = iif(standing IS NULL, excluded.state, state),"
		" valid_from = excluded.valid_from, valid_until = excluded.valid_until";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, certificate->number);
	bind_text(statement, 2, certificate->person);
	bind_integer(statement, 3, certificate->kind);
	bind_integer(statement, 4, unit);
	bind_integer(statement, 5, state);
	bind_day(statement, 6, certificate->valid_from);
	bind_day(statement, 7, certificate->valid_until);
	return statement_run(statement);
}

enum registry_status registry_put_certificate(struct registry *registry,
					      const struct certificate *certificate)
{
	enum life_step state;
	int64_t unit;
	if (!life_step_from_name(&state, certificate->state))
		return breaks(registry, "certificate.state is no step of a certificate's life");
	enum registry_status status = check_record(registry, certificate, state);
	if (status == REGISTRY_OK)
		status = word_id(registry, &unit, certificate->unit);
	if (status != REGISTRY_OK)
		return status;
	return registry_says(registry, put_certificate(registry, certificate, unit, state));
}

enum registry_status registry_put_calendar_day(struct registry *registry, int32_t day,
					       const char *what, const char *name)
{
	static const char sql[] = "INSERT INTO calendar (day, what, name) VALUES (?1, ?2, ?3)"
				  " ON CONFLICT (day, what) DO UPDATE SET name = excluded.name";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_integer(statement, 1, day);
		bind_text(statement, 2, what);
		bind_text(statement, 3, name);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

/* --- keys and media --- */

enum registry_status registry_put_key(struct registry *registry, const struct issuer_key *key)
{
	static const char sql[] =
		"INSERT INTO issuer_key (issuer, algorithm, public_key, kid, region, from_at, "
		"until_at)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (issuer, public_key)"
		" DO UPDATE SET algorithm = excluded.algorithm, kid = excluded.kid,"
		" region = excluded.region, from_at = excluded.from_at,"
		" until_at = excluded.until_at";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, key->issuer);
		bind_text(statement, 2, key->algorithm);
		bind_bytes(statement, 3, key->public_key, key->public_length);
		bind_bytes(statement, 4, key->kid, key->kid_length);
		bind_text(statement, 5, key->region);
		bind_integer(statement, 6, key->from);
		bind_until(statement, 7, key->until);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

enum registry_status registry_retire_key(struct registry *registry, const uint8_t *kid,
					 size_t kid_length, int64_t now)
{
	static const char sql[] = "UPDATE issuer_key SET until_at = ?2"
				  " WHERE kid = ?1 AND (until_at IS NULL OR until_at > ?2)";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_bytes(statement, 1, kid, kid_length);
		bind_integer(statement, 2, now);
		status = statement_run(statement);
	}
	if (status == STORE_OK && store_row_count_changed(registry->store) == 0)
		return REGISTRY_NOT_FOUND;
	return registry_says(registry, status);
}

enum registry_status registry_put_medium(struct registry *registry, const struct medium *medium)
{
	/* A replacement that is dated ahead makes void what is issued until then, too. */
	static const char sql[] =
		"INSERT INTO medium (id, certificate, carrier, holder_key, issued_at, expires,"
		" void_reason, void_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6,"
		" iif(e.at IS NULL, NULL, iif(e.act = 'replace_moved', 'moved', 'replaced')), e.at"
		" FROM (SELECT 1) LEFT JOIN (SELECT at, act FROM event WHERE certificate = ?2"
		" AND act IN ('replace', 'replace_kind', 'replace_moved') AND at > ?5"
		" ORDER BY at LIMIT 1) e";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_bytes(statement, 1, medium->id, medium->id_length);
		bind_text(statement, 2, medium->certificate);
		bind_text(statement, 3, medium->carrier);
		bind_null(statement, 4);
		if (medium->holder_key != NULL)
			bind_bytes(statement, 4, medium->holder_key, 64);
		bind_integer(statement, 5, medium->issued_at);
		bind_until(statement, 6, medium->expires);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

enum registry_status registry_void_medium(struct registry *registry, const uint8_t *id,
					  size_t id_length, enum reason reason)
{
	static const char sql[] =
		"UPDATE medium SET void_reason = ?2, void_at = NULL WHERE id = ?1";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_bytes(statement, 1, id, id_length);
		bind_text(statement, 2, reason_name(reason));
		status = statement_run(statement);
	}
	if (status == STORE_OK && store_row_count_changed(registry->store) == 0)
		return REGISTRY_NOT_FOUND;
	return registry_says(registry, status);
}

/* --- benefits --- */

struct newest {
	int64_t version; /* 0: there is none */
	bool same, retired;
};

static enum store_status find_newest(struct registry *registry, struct newest *out, const char *id,
				     const char *document)
{
	static const char sql[] =
		"SELECT version, document = ?2, EXISTS (SELECT 1 FROM benefit_retirement r"
		" WHERE r.id = b.id AND r.version = b.version)"
		" FROM benefit b WHERE id = ?1 ORDER BY version DESC LIMIT 1";
	struct statement *row;
	*out = (struct newest){ 0 };
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_text(row, 1, id);
	bind_text(row, 2, document);
	status = statement_step(row);
	if (status != STORE_ROW)
		return status;
	*out = (struct newest){ .version = column_integer(row, 0),
				.same = column_integer(row, 1) != 0,
				.retired = column_integer(row, 2) != 0 };
	statement_reset(row);
	return STORE_OK;
}

static enum store_status put_benefit(struct registry *registry, const char *id,
				     const char *document, int64_t now)
{
	static const char sql[] = "INSERT INTO benefit (id, version, document, imported_at)"
				  " VALUES (?1, ?2, ?3, ?4)";
	struct statement *statement;
	struct newest newest;
	enum store_status status = find_newest(registry, &newest, id, document);
	if (status != STORE_OK || (newest.same && !newest.retired))
		return status;
	status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, id);
	bind_integer(statement, 2, newest.version + 1);
	bind_text(statement, 3, document);
	bind_integer(statement, 4, now);
	return statement_run(statement);
}

enum registry_status registry_put_benefits(struct registry *registry,
					   const struct catalogue *catalogue, int64_t now)
{
	bool nested = store_in_transaction(registry->store);
	enum store_status status = nested ? STORE_OK : store_begin_write(registry->store);
	for (size_t i = 0; status == STORE_OK && i < catalogue_count(catalogue); i++)
		status = put_benefit(registry, catalogue_at(catalogue, i)->id,
				     catalogue_document(catalogue, i), now);
	if (!nested && status == STORE_OK)
		status = store_commit(registry->store);
	enum registry_status said = registry_says(registry, status);
	if (!nested)
		store_rollback(registry->store);
	return said;
}

enum registry_status registry_retire_benefit(struct registry *registry, const char *id, int64_t now)
{
	static const char sql[] =
		"INSERT INTO benefit_retirement (id, version, at)"
		" SELECT id, max(version), ?2 FROM benefit WHERE id = ?1 GROUP BY id"
		" ON CONFLICT (id, version) DO NOTHING";
	struct newest newest;
	struct statement *statement;
	enum store_status status = find_newest(registry, &newest, id, "");
	if (status == STORE_OK && newest.version == 0)
		return REGISTRY_NOT_FOUND;
	if (status == STORE_OK)
		status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, id);
		bind_integer(statement, 2, now);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}
