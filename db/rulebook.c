#include "db/rulebook.h"

#include "db/registry_inside.h"

enum registry_status rulebook_each_version(struct registry *registry, const char *benefit,
					   bool (*take)(void *, const struct benefit_version *),
					   void *context)
{
	static const char sql[] =
		"SELECT b.version, b.imported_at, r.at, b.document FROM benefit b"
		" LEFT JOIN benefit_retirement r ON r.id = b.id AND r.version = b.version"
		" WHERE b.id = ?1 ORDER BY b.version";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, benefit);
	while ((status = statement_step(row)) == STORE_ROW) {
		struct benefit_version version = { .version = (int32_t)column_integer(row, 0),
						   .imported_at = column_integer(row, 1),
						   .retired_at = column_is_null(row, 2)
									 ? INT64_MAX
									 : column_integer(row, 2),
						   .document = column_text(row, 3) };
		if (!take(context, &version)) {
			statement_reset(row);
			return REGISTRY_OK;
		}
	}
	return registry_says(registry, status);
}

enum registry_status rulebook_each_day(struct registry *registry,
				       bool (*take)(void *, int32_t, const char *, const char *),
				       void *context)
{
	static const char sql[] = "SELECT day, what, name FROM calendar ORDER BY day, what";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	while ((status = statement_step(row)) == STORE_ROW) {
		if (!take(context, (int32_t)column_integer(row, 0), column_text(row, 1),
			  column_text(row, 2))) {
			statement_reset(row);
			return REGISTRY_OK;
		}
	}
	return registry_says(registry, status);
}
