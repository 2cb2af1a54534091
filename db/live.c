/* Live codes that were taken; see inquiry.h. */
#include "db/inquiry.h"

enum registry_status live_inquire(struct registry *registry, enum reason *out,
				  const struct presentation *presentation, int64_t now)
{
	static const char sql[] = "SELECT 1 FROM live_taken WHERE id = ?1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_bytes(row, 1, presentation->live_id, LIVE_ID_SIZE);
		status = statement_step(row);
	}
	*out = now >= presentation->live_until ? REASON_STALE : REASON_OK;
	if (status == STORE_ROW) {
		*out = REASON_REPLAYED;
		statement_reset(row);
	}
	return registry_says(registry, status);
}

static enum store_status forget_old(struct store *store, int64_t now)
{
	static const char sql[] = "DELETE FROM live_taken WHERE until <= ?1";
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(statement, 1, now);
	return statement_step(statement);
}

enum registry_status live_take(struct registry *registry, const struct presentation *presentation,
			       int64_t now)
{
	static const char sql[] = "INSERT INTO live_taken (id, until) VALUES (?1, ?2)";
	struct statement *statement;
	enum store_status status = forget_old(registry->store, now);
	if (status == STORE_OK)
		status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_bytes(statement, 1, presentation->live_id, LIVE_ID_SIZE);
		bind_integer(statement, 2, presentation->live_until);
		status = statement_step(statement);
	}
	return registry_says(registry, status);
}
