#include "db/forget.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/audit.h"
#include "db/lookup.h"
#include "db/person_keys.h"
#include "db/plaque.h"

const char *forget_refusal_name(enum forget_refusal refusal)
{
	static const char *const names[] = {
		[FORGOTTEN] = "ok",
		[FORGET_UNKNOWN] = "not_found",
		[FORGET_OUTSIDE_UNIT] = "outside_unit",
		[FORGET_CERTIFICATE_AT_WORK] = "certificate_at_work",
		[FORGET_PLAQUE_HUNG] = "plaque_hung",
	};
	return names[refusal];
}

/* --- the transaction --- */

enum registry_status forget_begin(struct registry *registry)
{
	if (registry_is_kiosk(registry))
		return registry_faults(registry, REGISTRY_CONSTRAINT, "this is a kiosk's copy");
	enum store_status status = store_use_secure_delete(registry->store);
	/* What refers to a person is deleted before the person; to have that proven for each would
	 * read all certificates every time. */
	if (status == STORE_OK)
		status = store_mind_references(registry->store, false);
	if (status != STORE_OK)
		return registry_says(registry, status);
	enum registry_status said = registry_begin(registry);
	if (said != REGISTRY_OK)
		forget_rollback(registry);
	return said;
}

static enum registry_status end(struct registry *registry)
{
	return registry_says(registry, store_mind_references(registry->store, true));
}

enum registry_status forget_commit(struct registry *registry, bool *traces)
{
	enum registry_status status = registry_commit(registry);
	if (status == REGISTRY_OK)
		*traces = store_empty_wal(registry->store) != STORE_OK;
	enum registry_status ended = end(registry);
	return status == REGISTRY_OK ? ended : status;
}

void forget_rollback(struct registry *registry)
{
	registry_rollback(registry);
	(void)end(registry);
}

/* --- may the person go? --- */

struct obstacle {
	enum forget_refusal refusal;
	char *number; /* 64 bytes */
};

static bool is_hung(void *context, const struct plaque *plaque)
{
	struct obstacle *obstacle = context;
	if (plaque->state != PLAQUE_HUNG)
		return true;
	obstacle->refusal = FORGET_PLAQUE_HUNG;
	snprintf(obstacle->number, 64, "%s", plaque->number);
	return false;
}

static enum registry_status judge_certificates(struct registry *registry, struct obstacle *obstacle,
					       const char *person, int64_t now)
{
	static const char sql[] = "SELECT c.state, c.standing, c.since, c.until, c.number"
				  " FROM holding h JOIN certificate c ON c.number = h.certificate"
				  " WHERE h.person = ?1 ORDER BY c.number";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, person);
	while ((status = statement_step(row)) == STORE_ROW) {
		struct certificate_life life = certificate_life_at(row, 0);
		enum life_step step;
		enum registry_status said =
			life_step_now(registry, &step, column_text(row, 4), &life, now);
		if (said == REGISTRY_OK && (life_is_over(step) || step == STEP_ON_FILE))
			continue;
		obstacle->refusal = FORGET_CERTIFICATE_AT_WORK;
		snprintf(obstacle->number, 64, "%s", column_text(row, 4));
		statement_reset(row);
		return said;
	}
	return registry_says(registry, status);
}

static enum registry_status judge(struct registry *registry, struct obstacle *obstacle,
				  const char *person, int64_t now)
{
	struct lookup found;
	enum registry_status status = lookup_text(registry, &found, LOOKUP_PERSON, person);
	if (status != REGISTRY_OK)
		return status;
	if (found.count == 0) {
		obstacle->refusal = found.outside > 0 ? FORGET_OUTSIDE_UNIT : FORGET_UNKNOWN;
		return REGISTRY_OK;
	}
	status = judge_certificates(registry, obstacle, person, now);
	if (status == REGISTRY_OK && obstacle->refusal == FORGOTTEN)
		status = plaque_each(registry, person, is_hung, obstacle);
	return status;
}

/* --- deleting --- */

#define OF_CERTIFICATES "(SELECT certificate FROM holding WHERE person = ?1)"

/* SQL with the person as ?1, and where to add how many rows it deleted; NULL: nowhere. */
struct deletion {
	const char *sql;
	int64_t *count;
};

static enum store_status run_for(struct registry *registry, const char *sql, const char *person)
{
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, person);
	return statement_run(statement);
}

static enum store_status delete_each(struct registry *registry, const struct deletion *deletions,
				     size_t count, const char *person)
{
	enum store_status status = STORE_OK;
	for (size_t i = 0; status == STORE_OK && i < count; i++) {
		status = run_for(registry, deletions[i].sql, person);
		if (status == STORE_OK && deletions[i].count != NULL)
			*deletions[i].count += store_row_count_changed(registry->store);
	}
	return status;
}

/* A life may be deleted only while its person is in `forgetting`.  Its details go with it, those too
 * that were recorded while the certificate or the plaque was another's. */
static enum store_status delete_what_belongs(struct registry *registry, struct forget_count *count,
					     int64_t *details, const char *person)
{
	const struct deletion deletions[] = {
		{ "INSERT INTO forgetting (person) VALUES (?1) ON CONFLICT DO NOTHING", NULL },
		{ "DELETE FROM audit_detail WHERE audit IN (SELECT audit FROM event"
		  " WHERE certificate IN " OF_CERTIFICATES ")",
		  details },
		{ "DELETE FROM audit_detail WHERE audit IN (SELECT audit FROM plaque_event"
		  " WHERE plaque IN (SELECT number FROM plaque WHERE person = ?1))",
		  details },
		{ "DELETE FROM event WHERE certificate IN " OF_CERTIFICATES, NULL },
		{ "INSERT OR IGNORE INTO medium_gone (id) SELECT id FROM medium WHERE carrier <> "
		  "'bank' "
		  "AND certificate IN " OF_CERTIFICATES,
		  NULL },
		{ "DELETE FROM medium WHERE certificate IN " OF_CERTIFICATES, &count->media },
		{ "DELETE FROM batch_item WHERE certificate IN " OF_CERTIFICATES, NULL },
		{ "DELETE FROM plaque_event WHERE plaque IN"
		  " (SELECT number FROM plaque WHERE person = ?1)",
		  NULL },
		{ "DELETE FROM plaque WHERE person = ?1", &count->plaques },
		{ "DELETE FROM photograph WHERE person = ?1", NULL },
		{ "DELETE FROM exclusion WHERE person = ?1", NULL },
	};
	return delete_each(registry, deletions, sizeof deletions / sizeof *deletions, person);
}

static enum store_status delete_person(struct registry *registry, struct forget_count *count,
				       const char *person)
{
	const struct deletion deletions[] = {
		{ "DELETE FROM certificate WHERE number IN " OF_CERTIFICATES,
		  &count->certificates },
		{ "DELETE FROM person WHERE code = ?1", &count->persons },
		{ "DELETE FROM forgetting WHERE person = ?1", NULL },
	};
	return delete_each(registry, deletions, sizeof deletions / sizeof *deletions, person);
}

static enum store_status delete_details(struct registry *registry, int64_t *deleted,
					const char *person)
{
	static const char sql[] = "DELETE FROM audit_detail WHERE audit IN"
				  " (SELECT seq FROM audit WHERE subject = ?1)";
	uint8_t subject[PSEUDONYM_BYTES];
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	vault_holder(registry->vault, subject, "", person);
	bind_bytes(statement, 1, subject, sizeof subject);
	status = statement_run(statement);
	*deleted += store_row_count_changed(registry->store);
	return status;
}

static enum registry_status put_on_audit(struct registry *registry, const char *person,
					 const char *reason, int64_t erased, int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	snprintf(detail, sizeof detail, "reason=%s", reason);
	struct audit_act act = {
		.act = "person.forget", .person = person, .detail = detail, .erased = erased
	};
	return audit_append(registry, NULL, &act, now);
}

static enum registry_status delete_all(struct registry *registry, struct forget_count *count,
				       const char *person, const char *reason, int64_t now)
{
	int64_t details = 0;
	enum registry_status said =
		registry_says(registry, delete_what_belongs(registry, count, &details, person));
	/* Of the name and the ID number in the row. */
	if (said == REGISTRY_OK)
		said = person_keys_drop(registry, person);
	if (said != REGISTRY_OK)
		return said;
	enum store_status status = delete_person(registry, count, person);
	if (status == STORE_OK)
		status = delete_details(registry, &details, person);
	count->details += details;
	return status == STORE_OK ? put_on_audit(registry, person, reason, details, now)
				  : registry_says(registry, status);
}

enum registry_status forget_person(struct registry *registry, enum forget_refusal *refusal,
				   char number[static 64], struct forget_count *count,
				   const char *person, const char *reason, int64_t now)
{
	struct obstacle obstacle = { .refusal = FORGOTTEN, .number = number };
	number[0] = '\0';
	enum registry_status status = judge(registry, &obstacle, person, now);
	*refusal = obstacle.refusal;
	if (status == REGISTRY_OK && obstacle.refusal == FORGOTTEN)
		status = delete_all(registry, count, person, reason, now);
	return status;
}

/* --- retention --- */

/* A person on the way through all holdings. */
struct candidate {
	char person[PERSON_CODE_MAX + 1];
	bool kept;    /* a certificate is not over, or not for long enough */
	bool undated; /* one is over since nobody knows when */
};

static enum store_status settle(struct registry *registry, struct retention *out,
				const struct candidate *candidate)
{
	static const char sql[] = "INSERT INTO forgetting (person) VALUES (?1)";
	if (candidate->person[0] == '\0' || candidate->kept)
		return STORE_OK;
	out->undated += candidate->undated;
	return candidate->undated ? STORE_OK : run_for(registry, sql, candidate->person);
}

static enum registry_status weigh(struct registry *registry, struct candidate *candidate,
				  struct statement *row, int64_t before, int64_t now)
{
	struct certificate_life life = certificate_life_at(row, 2);
	enum life_step step;
	enum registry_status status =
		life_step_now(registry, &step, column_text(row, 1), &life, now);
	if (status != REGISTRY_OK)
		return status;
	if (!life_is_over(step))
		candidate->kept = true;
	else if (column_is_null(row, 6))
		candidate->undated = true;
	else if (column_integer(row, 6) >= before)
		candidate->kept = true;
	return REGISTRY_OK;
}

/* Into `forgetting`. */
static enum registry_status find_candidates(struct registry *registry, struct retention *out,
					    int64_t before, int64_t now)
{
	static const char sql[] =
		"SELECT h.person, c.number, c.state, c.standing, c.since, c.until,"
		" (SELECT max(at) FROM event WHERE certificate = c.number)"
		" FROM holding h JOIN certificate c ON c.number = h.certificate ORDER BY h.person";
	struct candidate candidate = { .kept = true };
	struct statement *row;
	enum registry_status said = REGISTRY_OK;
	enum store_status status = store_statement(registry->store, &row, sql);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		if (strcmp(candidate.person, column_text(row, 0)) != 0) {
			status = settle(registry, out, &candidate);
			candidate = (struct candidate){ .kept = false };
			snprintf(candidate.person, sizeof candidate.person, "%s",
				 column_text(row, 0));
		}
		if (status == STORE_OK)
			said = weigh(registry, &candidate, row, before, now);
		if (status != STORE_OK || said != REGISTRY_OK) {
			statement_reset(row);
			return said != REGISTRY_OK ? said : registry_says(registry, status);
		}
	}
	if (status == STORE_OK)
		status = settle(registry, out, &candidate);
	return registry_says(registry, status);
}

static enum store_status next_candidate(struct registry *registry, char *out)
{
	static const char sql[] = "SELECT person FROM forgetting ORDER BY person LIMIT 1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	out[0] = '\0';
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return status;
	snprintf(out, PERSON_CODE_MAX + 1, "%s", column_text(row, 0));
	statement_reset(row);
	return STORE_OK;
}

static enum registry_status forget_candidates(struct registry *registry, struct retention *out,
					      int64_t days, int64_t now)
{
	static const char pass_over[] = "DELETE FROM forgetting WHERE person = ?1";
	char person[PERSON_CODE_MAX + 1], number[64], reason[64];
	snprintf(reason, sizeof reason, "ended more than %" PRId64 " days ago", days);
	for (;;) {
		enum forget_refusal refusal = FORGOTTEN;
		enum store_status stored = next_candidate(registry, person);
		if (stored != STORE_OK || person[0] == '\0')
			return registry_says(registry, stored);
		enum registry_status status = forget_person(registry, &refusal, number,
							    &out->forgotten, person, reason, now);
		if (status == REGISTRY_OK && refusal != FORGOTTEN)
			status = registry_says(registry, run_for(registry, pass_over, person));
		if (status != REGISTRY_OK)
			return status;
	}
}

static enum store_status delete_looks(struct registry *registry, int64_t *deleted, int64_t before)
{
	static const char sql[] = "DELETE FROM audit_detail WHERE audit IN (SELECT seq FROM audit"
				  " WHERE at < ?1 AND act IN ('person.find', 'certificate.show'))";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(statement, 1, before);
	status = statement_run(statement);
	*deleted = store_row_count_changed(registry->store);
	return status;
}

enum registry_status forget_retention(struct registry *registry, struct retention *out,
				      int64_t days, int64_t now)
{
	int64_t before = now - days * 86400;
	char detail[128];
	*out = (struct retention){ .undated = 0 };
	enum registry_status status = find_candidates(registry, out, before, now);
	if (status == REGISTRY_OK)
		status = forget_candidates(registry, out, days, now);
	if (status == REGISTRY_OK)
		status = registry_says(registry, delete_looks(registry, &out->looks, before));
	if (status != REGISTRY_OK)
		return status;
	snprintf(detail, sizeof detail, "days=%" PRId64 " persons=%" PRId64, days,
		 out->forgotten.persons);
	struct audit_act act = { .act = "person.retention",
				 .detail = detail,
				 .erased = out->looks };
	return audit_append(registry, NULL, &act, now);
}
