#include "db/unit.h"

#include "db/registry_inside.h"

bool unit_is_in_force(const struct unit *unit, int32_t day)
{
	return unit->from <= day && day <= unit->until;
}

enum registry_status unit_name_on(struct registry *registry, char out[static UNIT_NAME_MAX + 1],
				  const char *code, int32_t day)
{
	static const char sql[] = "SELECT name FROM unit WHERE ?1 IN (code, region)"
				  " AND from_day <= ?2 AND coalesce(until_day >= ?2, 1)"
				  " ORDER BY code = ?1 DESC, code LIMIT 1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, code);
		bind_integer(row, 2, day);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	log_field(out, UNIT_NAME_MAX + 1, column_text(row, 0));
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status unit_merges_in_circle(struct registry *registry, bool *out, const char *code)
{
	static const char sql[] =
		"WITH RECURSIVE onward (code) AS ("
		" SELECT merged_into FROM unit WHERE code = ?1 AND merged_into <> ''"
		" UNION SELECT u.merged_into FROM onward o"
		" JOIN unit u ON o.code IN (u.code, u.region) WHERE u.merged_into <> '')"
		" SELECT EXISTS (SELECT 1 FROM onward o JOIN unit u ON o.code IN (u.code, u.region)"
		" WHERE u.code = ?1)";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, code);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = column_integer(row, 0) != 0;
	statement_reset(row);
	return REGISTRY_OK;
}

/* --- putting a row in its time --- */

/* What held before, and would hold further, ends on the day before. */
static enum store_status end_earlier(struct store *store, const struct unit *unit)
{
	static const char sql[] = "UPDATE unit SET until_day = ?2 - 1 WHERE code = ?1"
				  " AND from_day < ?2 AND coalesce(until_day >= ?2, 1)";
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, unit->code);
	bind_integer(statement, 2, unit->from);
	return statement_run(statement);
}

/* Where another row of the unit begins later, this one ends before it. */
static enum store_status put_row(struct store *store, const struct unit *unit)
{
	static const char sql[] =
		"INSERT INTO unit (code, name, tier, parent, from_day, until_day, region,"
		" merged_into) SELECT ?1, ?2, ?3, ?4, ?5,"
		" CASE WHEN ?6 < later THEN ?6 ELSE coalesce(later - 1, ?6) END, ?7, ?8 FROM"
		" (SELECT min(from_day) AS later FROM unit WHERE code = ?1 AND from_day > ?5)"
		" WHERE true"
		" ON CONFLICT (code, from_day) DO UPDATE SET"
		" name = excluded.name, tier = excluded.tier, parent = excluded.parent,"
		" until_day = excluded.until_day, region = excluded.region,"
		" merged_into = excluded.merged_into";
	bool has_region = unit->region != NULL && unit->region[0] != '\0';
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, unit->code);
	bind_text(statement, 2, unit->name);
	bind_text(statement, 3, unit->tier);
	bind_text(statement, 4, unit->parent);
	bind_integer(statement, 5, unit->from);
	bind_null(statement, 6);
	if (unit->until != INT32_MAX)
		bind_integer(statement, 6, unit->until);
	bind_text(statement, 7, has_region ? unit->region : unit->code);
	bind_text(statement, 8, unit->merged_into == NULL ? "" : unit->merged_into);
	return statement_run(statement);
}

enum registry_status registry_put_unit(struct registry *registry, const struct unit *unit)
{
	bool nested = store_in_transaction(registry->store);
	enum store_status status = nested ? STORE_OK : store_begin_write(registry->store);
	if (status == STORE_OK)
		status = end_earlier(registry->store, unit);
	if (status == STORE_OK)
		status = put_row(registry->store, unit);
	if (!nested && status == STORE_OK)
		status = store_commit(registry->store);
	enum registry_status said = registry_says(registry, status);
	if (!nested)
		store_rollback(registry->store);
	return said;
}
