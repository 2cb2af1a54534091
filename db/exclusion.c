#include "db/exclusion.h"

#include <stdio.h>

#include "db/audit.h"
#include "db/china_time.h"
#include "db/registry_inside.h"

const char *const exclusion_causes[] = { "expelled", "deprived", "prison",
					 "detained", "wanted",   NULL };

static enum registry_status find_person(struct registry *registry, const char *person)
{
	bool there;
	enum registry_status status = registry_knows_person(registry, &there, person);
	return status == REGISTRY_OK && !there ? REGISTRY_NOT_FOUND : status;
}

static enum registry_status put_on_audit(struct registry *registry, const char *act,
					 const char *person, const struct exclusion *exclusion,
					 int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1], from[11], until[11] = "";
	day_format(from, exclusion->from);
	if (exclusion->until != INT32_MAX)
		day_format(until, exclusion->until);
	snprintf(detail, sizeof detail, "person=%s cause=%s from=%s until=%s", person,
		 exclusion->cause, from, until);
	struct audit_act entry = { .act = act, .person = person, .detail = detail };
	return audit_append(registry, NULL, &entry, now);
}

/* --- excluding --- */

static enum registry_status find_other(struct registry *registry, const char *person,
				       const struct exclusion *exclusion)
{
	static const char sql[] = "SELECT 1 FROM exclusion WHERE person = ?1 AND cause = ?2"
				  " AND from_day <= ?4 AND coalesce(until_day, 2147483647) >= ?3";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, person);
	bind_text(row, 2, exclusion->cause);
	bind_integer(row, 3, exclusion->from);
	bind_integer(row, 4, exclusion->until);
	status = statement_step(row);
	if (status != STORE_ROW)
		return registry_says(registry, status);
	statement_reset(row);
	return REGISTRY_EXISTS;
}

static enum registry_status insert_exclusion(struct registry *registry, const char *person,
					     const struct exclusion *exclusion)
{
	static const char sql[] = "INSERT INTO exclusion (person, cause, from_day, until_day)"
				  " VALUES (?1, ?2, ?3, ?4)";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, person);
		bind_text(statement, 2, exclusion->cause);
		bind_integer(statement, 3, exclusion->from);
		bind_null(statement, 4);
		if (exclusion->until != INT32_MAX)
			bind_integer(statement, 4, exclusion->until);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

enum registry_status exclusion_put(struct registry *registry, const char *person,
				   const struct exclusion *exclusion, int64_t now)
{
	enum registry_status status = find_person(registry, person);
	if (status == REGISTRY_OK)
		status = find_other(registry, person, exclusion);
	if (status == REGISTRY_OK)
		status = insert_exclusion(registry, person, exclusion);
	if (status == REGISTRY_OK)
		status = put_on_audit(registry, "person.exclude", person, exclusion, now);
	return status;
}

/* --- readmitting --- */

static enum store_status change(struct registry *registry, int64_t *changed, const char *sql,
				const char *person, int32_t from)
{
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, person);
	bind_integer(statement, 2, from);
	status = statement_run(statement);
	*changed += store_row_count_changed(registry->store);
	return status;
}

enum registry_status exclusion_end(struct registry *registry, int64_t *ended, const char *person,
				   int32_t from, int64_t now)
{
	static const char shorten[] = "UPDATE exclusion SET until_day = ?2 - 1"
				      " WHERE person = ?1 AND from_day < ?2"
				      " AND coalesce(until_day, 2147483647) >= ?2";
	static const char take_back[] = "DELETE FROM exclusion WHERE person = ?1"
					" AND from_day >= ?2";
	struct exclusion all = { .cause = "", .from = from, .until = INT32_MAX };
	*ended = 0;
	enum registry_status status = find_person(registry, person);
	if (status != REGISTRY_OK)
		return status;
	enum store_status stored = change(registry, ended, shorten, person, from);
	if (stored == STORE_OK)
		stored = change(registry, ended, take_back, person, from);
	if (stored != STORE_OK || *ended == 0)
		return registry_says(registry, stored);
	return put_on_audit(registry, "person.readmit", person, &all, now);
}

enum registry_status exclusion_each(struct registry *registry, const char *person,
				    bool (*take)(void *, const struct exclusion *), void *context)
{
	static const char sql[] = "SELECT cause, from_day, until_day FROM exclusion"
				  " WHERE person = ?1 ORDER BY from_day, cause";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		bind_text(row, 1, person);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		struct exclusion exclusion = { .cause = column_text(row, 0),
					       .from = (int32_t)column_integer(row, 1),
					       .until = column_is_null(row, 2)
								? INT32_MAX
								: (int32_t)column_integer(row, 2) };
		status = STORE_OK;
		if (!take(context, &exclusion)) {
			statement_reset(row);
			break;
		}
	}
	return registry_says(registry, status);
}

enum registry_status exclusion_holds(struct registry *registry, bool *out,
				     char cause[static EXCLUSION_CAUSE_SIZE], const char *person,
				     int32_t day)
{
	static const char sql[] = "SELECT cause FROM exclusion WHERE person = ?1 AND from_day <= ?2"
				  " AND (until_day IS NULL OR until_day >= ?2) LIMIT 1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	*out = false;
	if (status == STORE_OK) {
		bind_text(row, 1, person);
		bind_integer(row, 2, day);
		status = statement_step(row);
	}
	if (status == STORE_ROW) {
		*out = true;
		snprintf(cause, EXCLUSION_CAUSE_SIZE, "%s", column_text(row, 0));
		statement_reset(row);
	}
	return registry_says(registry, status);
}
