/*
 * A connection to one SQLite file: opening, prepared statements, transactions, and SQLite's errors
 * as the few kinds that a caller would treat differently.
 *
 * The only module that speaks to SQLite.  Knows no table.  Belongs to one thread.
 */
#ifndef YOUDAI_DB_STORE_H
#define YOUDAI_DB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_BUSY_MS        5000               /* [ms] how long another process is waited for */
#define STORE_WAL_BYTES_MAX  (64 * 1024 * 1024) /* [byte] more is written back on the path */
#define STORE_STATEMENTS_MAX 128                /* different SQL texts on one connection */
#define STORE_CACHE_KIBIBYTES \
	"24576" /* what a few thousand visits in turn touch of ten million rows */

enum [[nodiscard]] store_status{
	STORE_OK = 0,    STORE_ROW, /* from statement_step only: there is a row */
	STORE_MISSING,              /* no such file */
	STORE_NOT_ONE,              /* not an SQLite file */
	STORE_READ_ONLY, STORE_FULL,       STORE_BUSY,
	STORE_DAMAGED,   STORE_CONSTRAINT, STORE_EXISTS, /* the target of a copy */
	STORE_TROUBLE,                                   /* anything else */
};

enum store_mode { STORE_READ, STORE_WRITE, STORE_CREATE };

struct store;
struct statement;

/* *out on STORE_OK.  STORE_READ and STORE_WRITE never create; STORE_READ also works where file and
 * folder cannot be written. */
enum store_status store_open(struct store **out, const char *path, enum store_mode mode);
/* One in memory, empty, that goes when it is closed. */
enum store_status store_open_scratch(struct store **out);
void store_close(struct store *store); /* accepts NULL */

/* From now on STORE_BUSY comes at once. */
void store_wait_for_nobody(struct store *store);

/* What SQLite said of the last failure; owned by the store. */
const char *store_trouble(const struct store *store);

/* Run SQL of several statements, without parameters and without rows. */
enum store_status store_execute(struct store *store, const char *sql);

/* Take up WAL mode with a commit that is durable when it returns (synchronous FULL). */
enum store_status store_use_wal(struct store *store);

/* The statement of this SQL text, prepared at its first use.  sql must be a constant that lives as
 * long as the store: it is known by its address.  The statement is reset and belongs to the store. */
enum store_status store_statement(struct store *store, struct statement **out, const char *sql);

/* Parameters ?1, ?2, …; a fault is kept and reported by statement_step.  Text and bytes are copied. */
void bind_integer(struct statement *statement, int parameter, int64_t value);
void bind_text(struct statement *statement, int parameter, const char *text); /* NULL: null */
void bind_bytes(struct statement *statement, int parameter, const void *bytes, size_t length);
void bind_null(struct statement *statement, int parameter);

/* What stands in a column of another statement's row, of whatever type and connection. */
void bind_column(struct statement *statement, int parameter, struct statement *row, int column);

/* STORE_ROW, STORE_OK at the end, or what went wrong; but for a row the statement is reset. */
enum store_status statement_step(struct statement *statement);
void statement_reset(struct statement *statement); /* accepts NULL */
/* Step through to the end, rows are dropped. */
enum store_status statement_run(struct statement *statement);

/* Of the row at hand, columns from 0; valid until the next step or reset. */
bool column_is_null(struct statement *statement, int column);
int64_t column_integer(struct statement *statement, int column);
const char *column_text(struct statement *statement, int column); /* "" for null */
const void *column_bytes(struct statement *statement, int column, size_t *length);

enum store_status store_begin_read(struct store *store);
enum store_status store_begin_write(struct store *store); /* waits for other writers */
/* Rolls back where it fails. */
enum store_status store_commit(struct store *store);
void store_rollback(struct store *store);
/* Within a transaction: what follows can be undone by itself.  One at a time. */
enum store_status store_savepoint(struct store *store);
enum store_status store_release(struct store *store);
/* Undo it; its end as well.  Fails where SQLite has rolled the whole transaction back already. */
enum store_status store_rollback_to(struct store *store);
bool store_in_transaction(const struct store *store);

int64_t store_row_count_changed(const struct store *store); /* by the last statement */

/* Write the WAL back as far as no reader stands in the way; does not wait. */
enum store_status store_checkpoint(struct store *store);

/* From now on what this connection deletes is overwritten in the file. */
enum store_status store_use_secure_delete(struct store *store);
/* Whether this connection's changes are held to the schema's references; not within a transaction. */
enum store_status store_mind_references(struct store *store, bool mind);
/* Write all of the WAL back and cut it to nothing, so that nothing older is left in it; waits for other
 * connections, STORE_BUSY where one of them reads for too long. */
enum store_status store_empty_wal(struct store *store);

/* Online copy into a new file at path. */
enum store_status store_copy(struct store *store, const char *path);

#endif
