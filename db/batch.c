#include "db/batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/audit.h"
#include "db/registry_inside.h"

/* A statement of this batch, its name bound as ?1. */
static enum store_status of_batch(struct registry *registry, struct statement **out,
				  const char *sql, const char *batch)
{
	enum store_status status = store_statement(registry->store, out, sql);
	if (status == STORE_OK)
		bind_text(*out, 1, batch);
	return status;
}

/* --- the batch --- */

static enum store_status find(struct registry *registry, bool *found, bool *same, const char *batch,
			      const char *what, int64_t items)
{
	static const char sql[] = "SELECT what = ?2 AND items = ?3 FROM batch WHERE id = ?1";
	struct statement *row;
	enum store_status status = of_batch(registry, &row, sql, batch);
	if (status == STORE_OK) {
		bind_text(row, 2, what);
		bind_integer(row, 3, items);
		status = statement_step(row);
	}
	*found = status == STORE_ROW;
	*same = *found && column_integer(row, 0) != 0;
	if (*found)
		statement_reset(row);
	return status;
}

static enum store_status make(struct registry *registry, const char *batch, const char *what,
			      int64_t items, int64_t now)
{
	static const char sql[] =
		"INSERT INTO batch (id, what, items, made_at) VALUES (?1, ?2, ?3, ?4)";
	struct statement *statement;
	enum store_status status = of_batch(registry, &statement, sql, batch);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 2, what);
	bind_integer(statement, 3, items);
	bind_integer(statement, 4, now);
	return statement_run(statement);
}

enum registry_status batch_begin(struct registry *registry, bool *made, const char *batch,
				 const char *what, int64_t items, int64_t now)
{
	bool found, same;
	enum store_status status = find(registry, &found, &same, batch, what, items);
	if (found && !same)
		return REGISTRY_EXISTS;
	if (status == STORE_OK)
		status = make(registry, batch, what, items, now);
	*made = !found;
	return registry_says(registry, status);
}

/* --- its certificates --- */

enum registry_status batch_put(struct registry *registry, const char *batch, int64_t position,
			       const char *certificate)
{
	static const char sql[] =
		"INSERT INTO batch_item (batch, position, certificate, state, why, stepped)"
		" VALUES (?1, ?2, ?3, 'waiting', '', 0)";
	struct statement *statement;
	enum store_status status = of_batch(registry, &statement, sql, batch);
	if (status == STORE_OK) {
		bind_integer(statement, 2, position);
		bind_text(statement, 3, certificate);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

static enum batch_item_state item_state(const char *name)
{
	return strcmp(name, "done") == 0     ? BATCH_ITEM_DONE
	       : strcmp(name, "failed") == 0 ? BATCH_ITEM_FAILED
					     : BATCH_ITEM_WAITING;
}

enum registry_status batch_item(struct registry *registry, struct batch_item *out,
				const char *batch, int64_t position)
{
	static const char sql[] = "SELECT certificate, state, stepped FROM batch_item"
				  " WHERE batch = ?1 AND position = ?2";
	struct statement *row;
	enum store_status status = of_batch(registry, &row, sql, batch);
	if (status == STORE_OK) {
		bind_integer(row, 2, position);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	snprintf(out->certificate, sizeof out->certificate, "%s", column_text(row, 0));
	out->state = item_state(column_text(row, 1));
	out->stepped = column_integer(row, 2) != 0;
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status batch_set_done(struct registry *registry, const char *batch, int64_t position,
				    const uint8_t *medium, int64_t sheet)
{
	static const char sql[] = "UPDATE batch_item SET state = 'done', why = '', stepped = 1,"
				  " medium = ?3, sheet = ?4 WHERE batch = ?1 AND position = ?2";
	struct statement *statement;
	enum store_status status = of_batch(registry, &statement, sql, batch);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_integer(statement, 2, position);
	bind_null(statement, 3);
	bind_null(statement, 4);
	if (sheet > 0) {
		bind_bytes(statement, 3, medium, 16);
		bind_integer(statement, 4, sheet);
	}
	return registry_says(registry, statement_run(statement));
}

enum registry_status batch_set_failed(struct registry *registry, const char *batch,
				      int64_t position, const char *why)
{
	static const char sql[] = "UPDATE batch_item SET state = 'failed', why = ?3"
				  " WHERE batch = ?1 AND position = ?2";
	struct statement *statement;
	enum store_status status = of_batch(registry, &statement, sql, batch);
	if (status == STORE_OK) {
		bind_integer(statement, 2, position);
		bind_text(statement, 3, why);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

enum registry_status batch_count(struct registry *registry, struct batch_tally *out,
				 const char *batch)
{
	static const char sql[] = "SELECT count(*) FILTER (WHERE state = 'waiting'),"
				  " count(*) FILTER (WHERE state = 'done'),"
				  " count(*) FILTER (WHERE state = 'failed')"
				  " FROM batch_item WHERE batch = ?1";
	struct statement *row;
	enum store_status status = of_batch(registry, &row, sql, batch);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = (struct batch_tally){ .waiting = column_integer(row, 0),
				     .done = column_integer(row, 1),
				     .failed = column_integer(row, 2) };
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status batch_each_failed(struct registry *registry, const char *batch,
				       bool (*take)(void *, const char *, const char *),
				       void *context)
{
	static const char sql[] = "SELECT certificate, why FROM batch_item"
				  " WHERE batch = ?1 AND state = 'failed' ORDER BY position";
	struct statement *row;
	enum store_status status = of_batch(registry, &row, sql, batch);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		if (!take(context, column_text(row, 0), column_text(row, 1))) {
			statement_reset(row);
			break;
		}
	}
	return registry_says(registry, status);
}

/* --- its sheets --- */

enum registry_status batch_next_sheet(struct registry *registry, int64_t *out, const char *batch)
{
	static const char sql[] =
		"SELECT coalesce(max(number), 0) + 1 FROM batch_sheet WHERE batch = ?1";
	struct statement *row;
	enum store_status status = of_batch(registry, &row, sql, batch);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = column_integer(row, 0);
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status batch_put_sheet(struct registry *registry, const char *batch, int64_t number,
				     const char *path)
{
	static const char sql[] = "INSERT INTO batch_sheet (batch, number, path, state)"
				  " VALUES (?1, ?2, ?3, 'made')";
	struct statement *statement;
	enum store_status status = of_batch(registry, &statement, sql, batch);
	if (status == STORE_OK) {
		bind_integer(statement, 2, number);
		bind_text(statement, 3, path);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

static enum store_status set_sheet(struct registry *registry, const char *batch, int64_t number,
				   const char *state)
{
	static const char sql[] =
		"UPDATE batch_sheet SET state = ?3 WHERE batch = ?1 AND number = ?2";
	struct statement *statement;
	enum store_status status = of_batch(registry, &statement, sql, batch);
	if (status != STORE_OK)
		return status;
	bind_integer(statement, 2, number);
	bind_text(statement, 3, state);
	return statement_run(statement);
}

enum registry_status batch_sheet_there(struct registry *registry, const char *batch, int64_t number)
{
	return registry_says(registry, set_sheet(registry, batch, number, "there"));
}

/* A statement about the certificates on a sheet, ?1 the batch and ?2 the number. */
static enum store_status run_for_sheet(struct registry *registry, const char *sql,
				       const char *batch, int64_t number)
{
	struct statement *statement;
	enum store_status status = of_batch(registry, &statement, sql, batch);
	if (status != STORE_OK)
		return status;
	bind_integer(statement, 2, number);
	return statement_run(statement);
}

static enum registry_status put_on_audit(struct registry *registry, const char *batch,
					 int64_t number, int64_t count, int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	struct audit_act act = { .act = "batch.sheet_gone", .detail = detail };
	snprintf(detail, sizeof detail, "batch=%s sheet=%" PRId64 " media=%" PRId64, batch, number,
		 count);
	return audit_append(registry, NULL, &act, now);
}

enum registry_status batch_sheet_gone(struct registry *registry, int64_t *count, const char *batch,
				      int64_t number, int64_t now)
{
	static const char void_sql[] =
		"UPDATE medium SET void_reason = 'replaced', void_at = NULL WHERE id IN"
		" (SELECT medium FROM batch_item WHERE batch = ?1 AND sheet = ?2)";
	static const char wait_sql[] = "UPDATE batch_item SET state = 'waiting',"
				       " why = 'sheet_gone', medium = NULL, sheet = NULL"
				       " WHERE batch = ?1 AND sheet = ?2";
	enum store_status status = run_for_sheet(registry, void_sql, batch, number);
	if (status == STORE_OK)
		status = run_for_sheet(registry, wait_sql, batch, number);
	if (status == STORE_OK) {
		*count = store_row_count_changed(registry->store);
		status = set_sheet(registry, batch, number, "gone");
	}
	if (status != STORE_OK)
		return registry_says(registry, status);
	return put_on_audit(registry, batch, number, *count, now);
}

static bool hand_sheet(struct statement *row, bool (*take)(void *, const struct batch_sheet *),
		       void *context)
{
	const char *state = column_text(row, 2);
	struct batch_sheet sheet = { .number = column_integer(row, 0),
				     .state = strcmp(state, "there") == 0  ? BATCH_SHEET_THERE
					      : strcmp(state, "gone") == 0 ? BATCH_SHEET_GONE
									   : BATCH_SHEET_MADE };
	snprintf(sheet.path, sizeof sheet.path, "%s", column_text(row, 1));
	return take(context, &sheet);
}

enum registry_status batch_each_sheet(struct registry *registry, const char *batch,
				      bool (*take)(void *, const struct batch_sheet *),
				      void *context)
{
	static const char sql[] =
		"SELECT number, path, state FROM batch_sheet WHERE batch = ?1 ORDER BY number";
	struct statement *row;
	enum store_status status = of_batch(registry, &row, sql, batch);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		if (!hand_sheet(row, take, context)) {
			statement_reset(row);
			break;
		}
	}
	return registry_says(registry, status);
}
