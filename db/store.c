#include "db/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS          (2 * STORE_STATEMENTS_MAX)
#define WAL_PAGE_BYTES 4096
#define SHORTEST_FILE  512 /* [byte] */

struct statement {
	const char *sql; /* address of the text; NULL: free slot */
	sqlite3_stmt *raw;
	struct store *store;
	int fault; /* of a bind, SQLITE_OK none */
};

struct store {
	sqlite3 *raw;
	int statement_count;
	struct statement statements[SLOTS]; /* open addressing by the text's address */
	int wal_pages;                      /* in the WAL after this connection's last commit */
	char trouble[256];
};

static bool is_disk_full(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

static int last_errno(sqlite3_file *file)
{
	int error = 0;
	if (file == NULL || file->pMethods == NULL ||
	    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error) != SQLITE_OK)
		return 0;
	return error;
}

/* SQLite itself knows only ENOSPC for full; what it was else stays with the file: quotas, limits. */
static bool ran_out_of_room(sqlite3 *raw)
{
	sqlite3_file *file = NULL, *wal = NULL;
	if (raw == NULL)
		return false;
	sqlite3_file_control(raw, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	sqlite3_file_control(raw, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	return is_disk_full(sqlite3_system_errno(raw)) || is_disk_full(last_errno(file)) ||
	       is_disk_full(last_errno(wal));
}

static enum store_status status_of_io_error(sqlite3 *raw)
{
	int error = raw == NULL ? 0 : sqlite3_system_errno(raw);
	if (ran_out_of_room(raw))
		return STORE_FULL;
	if (error == EROFS || error == EACCES || error == EPERM)
		return STORE_READ_ONLY;
	return STORE_DAMAGED;
}

static enum store_status status_of(sqlite3 *raw, int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return STORE_OK;
	case SQLITE_ROW:
		return STORE_ROW;
	case SQLITE_FULL:
		return STORE_FULL;
	case SQLITE_READONLY:
		return STORE_READ_ONLY;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return STORE_BUSY;
	case SQLITE_NOTADB:
		return STORE_NOT_ONE;
	case SQLITE_CORRUPT:
		return STORE_DAMAGED;
	case SQLITE_IOERR:
		return status_of_io_error(raw);
	case SQLITE_CONSTRAINT:
		return STORE_CONSTRAINT;
	default:
		return STORE_TROUBLE;
	}
}

static enum store_status said(struct store *store, int code)
{
	enum store_status status = status_of(store->raw, code);
	if (status != STORE_OK && status != STORE_ROW)
		snprintf(store->trouble, sizeof store->trouble, "%s (SQLite %d)",
			 sqlite3_errmsg(store->raw), sqlite3_extended_errcode(store->raw));
	return status;
}

const char *store_trouble(const struct store *store)
{
	return store->trouble;
}

void store_wait_for_nobody(struct store *store)
{
	sqlite3_busy_timeout(store->raw, 0);
}

/* --- opening --- */

static int count_wal_pages(void *context, sqlite3 *raw, const char *name, int pages)
{
	(void)raw, (void)name;
	((struct store *)context)->wal_pages = pages;
	return SQLITE_OK;
}

static bool folder_is_writable(const char *path)
{
	char folder[4096];
	int length = snprintf(folder, sizeof folder, "%s", path);
	if (length < 0 || (size_t)length >= sizeof folder)
		return false;
	char *slash = strrchr(folder, '/');
	if (slash == NULL)
		return access(".", W_OK) == 0;
	slash[slash == folder] = '\0';
	return access(folder, W_OK) == 0;
}

/* A URI for the file, with what would mean something in a URI escaped. */
static bool immutable_uri(char *out, size_t out_size, const char *path)
{
	char absolute[4096];
	if (realpath(path, absolute) == NULL || out_size < 3 * strlen(absolute) + 32)
		return false;
	char *at = stpcpy(out, "file://");
	for (const char *p = absolute; *p != '\0'; p++)
		if (strchr("?#%", *p) != NULL)
			at += sprintf(at, "%%%02X", (unsigned)(unsigned char)*p);
		else
			*at++ = *p;
	strcpy(at, "?immutable=1");
	return true;
}

static bool has_wal(const char *path)
{
	char wal[4096 + 8];
	struct stat info;
	snprintf(wal, sizeof wal, "%s-wal", path);
	return stat(wal, &info) == 0 && info.st_size > 0;
}

static int set_up(struct store *store)
{
	sqlite3_extended_result_codes(store->raw, 1);
	sqlite3_busy_timeout(store->raw, STORE_BUSY_MS);
	sqlite3_wal_hook(store->raw, count_wal_pages, store); /* in place of the checkpoint there */
	sqlite3_db_config(store->raw, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* The first statement of these that touches the file tells whether it is a database. */
	return sqlite3_exec(store->raw,
			    "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
			    "PRAGMA temp_store = MEMORY;"
			    "PRAGMA cache_size = -" STORE_CACHE_KIBIBYTES ";"
			    "SELECT count(*) FROM sqlite_schema",
			    NULL, NULL, NULL);
}

/* Without the tally of all memory, and its lock around each allocation.  Before the first connection
 * of the process; where somebody else was first, the tally stays. */
static void leave_out_tally(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int open_raw(struct store *store, const char *path, int flags)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, leave_out_tally);
	int code = sqlite3_open_v2(path, &store->raw,
				   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (code == SQLITE_OK)
		code = set_up(store);
	return code;
}

/* A file in a folder that cannot be written has no room for the shared memory of WAL mode.  Nobody
 * else can write it then either, and without a WAL the file alone is the whole truth. */
static int open_immutable(struct store *store, const char *path)
{
	char uri[3 * 4096 + 64];
	if (has_wal(path) || !immutable_uri(uri, sizeof uri, path))
		return SQLITE_CANTOPEN;
	sqlite3_close(store->raw);
	store->raw = NULL;
	return open_raw(store, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

static enum store_status open_failure(struct store *store, const char *path, int code,
				      enum store_mode mode)
{
	enum store_status status = said(store, code);
	bool cannot_open = (code & 0xff) == SQLITE_CANTOPEN;
	if (cannot_open && is_disk_full(sqlite3_system_errno(store->raw)))
		return STORE_FULL;
	if (cannot_open && mode != STORE_READ && !folder_is_writable(path))
		return STORE_READ_ONLY;
	return status;
}

/* A new file is for its owner alone, as its keys are; what SQLite puts beside it takes that over. */
static void make_private(const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file >= 0)
		close(file); /* else SQLite is about to say what is wrong */
}

enum store_status store_open(struct store **out, const char *path, enum store_mode mode)
{
	static const int flags[] = { SQLITE_OPEN_READONLY, SQLITE_OPEN_READWRITE,
				     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };
	struct stat info;
	bool there = stat(path, &info) == 0;
	if (!there && mode != STORE_CREATE)
		return errno == ENOENT || errno == ENOTDIR ? STORE_MISSING : STORE_TROUBLE;
	/* SQLite takes anything shorter than a page for an empty file. */
	if (there && info.st_size > 0 && info.st_size < SHORTEST_FILE)
		return STORE_NOT_ONE;
	struct store *store = calloc(1, sizeof *store);
	if (store == NULL)
		return STORE_TROUBLE;
	if (!there)
		make_private(path);
	int code = open_raw(store, path, flags[mode]);
	if (mode == STORE_READ &&
	    ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY))
		code = open_immutable(store, path);
	enum store_status status = STORE_OK;
	if (code != SQLITE_OK)
		status = open_failure(store, path, code, mode);
	else if (mode != STORE_READ &&
		 (sqlite3_db_readonly(store->raw, "main") == 1 || !folder_is_writable(path)))
		status = STORE_READ_ONLY;
	if (status != STORE_OK) {
		store_close(store);
		return status;
	}
	*out = store;
	return STORE_OK;
}

enum store_status store_open_scratch(struct store **out)
{
	struct store *store = calloc(1, sizeof *store);
	if (store == NULL)
		return STORE_TROUBLE;
	if (open_raw(store, ":memory:", SQLITE_OPEN_READWRITE) != SQLITE_OK) {
		store_close(store);
		return STORE_TROUBLE;
	}
	*out = store;
	return STORE_OK;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (int i = 0; i < SLOTS; i++)
		sqlite3_finalize(store->statements[i].raw);
	sqlite3_close(store->raw);
	free(store);
}

enum store_status store_execute(struct store *store, const char *sql)
{
	return said(store, sqlite3_exec(store->raw, sql, NULL, NULL, NULL));
}

enum store_status store_use_wal(struct store *store)
{
	return store_execute(store, "PRAGMA journal_mode = WAL");
}

/* --- statements --- */

static struct statement *slot_of(struct store *store, const char *sql)
{
	size_t i = ((uintptr_t)sql >> 3) % SLOTS;
	while (store->statements[i].sql != NULL && store->statements[i].sql != sql)
		i = (i + 1) % SLOTS;
	return &store->statements[i];
}

enum store_status store_statement(struct store *store, struct statement **out, const char *sql)
{
	struct statement *statement = slot_of(store, sql);
	if (statement->sql == NULL) {
		if (store->statement_count == STORE_STATEMENTS_MAX)
			return STORE_TROUBLE;
		int code = sqlite3_prepare_v3(store->raw, sql, -1, SQLITE_PREPARE_PERSISTENT,
					      &statement->raw, NULL);
		if (code != SQLITE_OK)
			return said(store, code);
		statement->sql = sql;
		statement->store = store;
		store->statement_count++;
	}
	statement->fault = SQLITE_OK;
	*out = statement;
	return STORE_OK;
}

static void keep_fault(struct statement *statement, int code)
{
	if (code != SQLITE_OK)
		statement->fault = code;
}

void bind_integer(struct statement *statement, int parameter, int64_t value)
{
	keep_fault(statement, sqlite3_bind_int64(statement->raw, parameter, value));
}

void bind_text(struct statement *statement, int parameter, const char *text)
{
	keep_fault(statement,
		   sqlite3_bind_text(statement->raw, parameter, text, -1, SQLITE_TRANSIENT));
}

void bind_bytes(struct statement *statement, int parameter, const void *bytes, size_t length)
{
	keep_fault(statement,
		   sqlite3_bind_blob64(statement->raw, parameter, length > 0 ? bytes : "", length,
				       SQLITE_TRANSIENT));
}

void bind_null(struct statement *statement, int parameter)
{
	keep_fault(statement, sqlite3_bind_null(statement->raw, parameter));
}

void bind_column(struct statement *statement, int parameter, struct statement *row, int column)
{
	keep_fault(statement, sqlite3_bind_value(statement->raw, parameter,
						 sqlite3_column_value(row->raw, column)));
}

enum store_status statement_step(struct statement *statement)
{
	int code = statement->fault;
	if (code == SQLITE_OK)
		code = sqlite3_step(statement->raw);
	enum store_status status = said(statement->store, code);
	if (status != STORE_ROW)
		sqlite3_reset(statement->raw);
	return status;
}

void statement_reset(struct statement *statement)
{
	if (statement != NULL)
		sqlite3_reset(statement->raw);
}

enum store_status statement_run(struct statement *statement)
{
	enum store_status status = statement_step(statement);
	while (status == STORE_ROW)
		status = statement_step(statement);
	return status;
}

bool column_is_null(struct statement *statement, int column)
{
	return sqlite3_column_type(statement->raw, column) == SQLITE_NULL;
}

int64_t column_integer(struct statement *statement, int column)
{
	return sqlite3_column_int64(statement->raw, column);
}

const char *column_text(struct statement *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement->raw, column);
	return text == NULL ? "" : (const char *)text;
}

const void *column_bytes(struct statement *statement, int column, size_t *length)
{
	const void *bytes = sqlite3_column_blob(statement->raw, column);
	*length = (size_t)sqlite3_column_bytes(statement->raw, column);
	return bytes;
}

/* --- transactions --- */

static enum store_status run(struct store *store, const char *sql)
{
	struct statement *statement = NULL;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	assert(statement != NULL);
	return statement_run(statement);
}

static const char rollback[] = "ROLLBACK";

/* The way back is there before the first step: without memory for it, a lock would stay. */
static enum store_status begin(struct store *store, const char *sql)
{
	struct statement *back;
	enum store_status status = store_statement(store, &back, rollback);
	return status == STORE_OK ? run(store, sql) : status;
}

enum store_status store_begin_read(struct store *store)
{
	static const char sql[] = "BEGIN";
	return begin(store, sql);
}

enum store_status store_begin_write(struct store *store)
{
	static const char sql[] = "BEGIN IMMEDIATE";
	return begin(store, sql);
}

enum store_status store_commit(struct store *store)
{
	static const char sql[] = "COMMIT";
	enum store_status status = run(store, sql);
	if (status != STORE_OK) {
		store_rollback(store);
		return status;
	}
	/* A site that is never idle must not fill its disk: then, and only then, on the path.  The
	 * commit is durable whatever becomes of this. */
	if (store->wal_pages >= STORE_WAL_BYTES_MAX / WAL_PAGE_BYTES) {
		char trouble[sizeof store->trouble];
		memcpy(trouble, store->trouble, sizeof trouble);
		if (store_checkpoint(store) != STORE_OK)
			memcpy(store->trouble, trouble, sizeof trouble);
	}
	return STORE_OK;
}

void store_rollback(struct store *store)
{
	char trouble[sizeof store->trouble];
	if (!store_in_transaction(store))
		return; /* SQLite rolls back by itself after some failures */
	memcpy(trouble, store->trouble, sizeof trouble);
	if (run(store, rollback) != STORE_OK)
		memcpy(store->trouble, trouble, sizeof trouble);
}

enum store_status store_savepoint(struct store *store)
{
	static const char sql[] = "SAVEPOINT part";
	return run(store, sql);
}

enum store_status store_release(struct store *store)
{
	static const char sql[] = "RELEASE part";
	return run(store, sql);
}

enum store_status store_rollback_to(struct store *store)
{
	static const char sql[] = "ROLLBACK TO part";
	enum store_status status = run(store, sql);
	return status == STORE_OK ? store_release(store) : status;
}

bool store_in_transaction(const struct store *store)
{
	return sqlite3_get_autocommit(store->raw) == 0;
}

int64_t store_row_count_changed(const struct store *store)
{
	return sqlite3_changes64(store->raw);
}

enum store_status store_checkpoint(struct store *store)
{
	int left = 0, done = 0;
	int code = sqlite3_wal_checkpoint_v2(store->raw, "main", SQLITE_CHECKPOINT_PASSIVE, &left,
					     &done);
	if ((code & 0xff) == SQLITE_BUSY)
		return STORE_OK; /* somebody else is at it */
	if (code == SQLITE_OK)
		store->wal_pages = left - done; /* the next writer starts at the front again */
	return said(store, code);
}

enum store_status store_empty_wal(struct store *store)
{
	int code = sqlite3_wal_checkpoint_v2(store->raw, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL,
					     NULL);
	if (code == SQLITE_OK)
		store->wal_pages = 0;
	return said(store, code);
}

/* --- what a connection does --- */

enum store_status store_use_secure_delete(struct store *store)
{
	return store_execute(store, "PRAGMA secure_delete = ON");
}

enum store_status store_mind_references(struct store *store, bool mind)
{
	return store_execute(store,
			     mind ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
}

/* --- copy --- */

static int copy_into(struct store *store, sqlite3 *target)
{
	sqlite3_backup *backup = sqlite3_backup_init(target, "main", store->raw, "main");
	if (backup == NULL)
		return sqlite3_errcode(target);
	int code = sqlite3_backup_step(backup, -1);
	int end = sqlite3_backup_finish(backup);
	return code == SQLITE_DONE ? end : code;
}

enum store_status store_copy(struct store *store, const char *path)
{
	/* Made by us and nobody else, or not at all. */
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return errno == EEXIST       ? STORE_EXISTS
		       : is_disk_full(errno) ? STORE_FULL
					     : STORE_READ_ONLY;
	close(file);
	sqlite3 *target = NULL;
	int code =
		sqlite3_open_v2(path, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (code == SQLITE_OK)
		code = copy_into(store, target);
	enum store_status status = status_of(target, code);
	if (status != STORE_OK)
		snprintf(store->trouble, sizeof store->trouble, "%s", sqlite3_errmsg(target));
	if (sqlite3_close(target) != SQLITE_OK && status == STORE_OK)
		status = STORE_TROUBLE;
	if (status != STORE_OK)
		unlink(path);
	return status;
}
