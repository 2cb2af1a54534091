#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/store.h"
#include "tests/folder.h"

static int set_up(void **state)
{
	int status = folder_set_up(state);
	folder_file(*state, "store");
	return status;
}

static const char *file_of(void **state)
{
	return ((struct folder *)*state)->file;
}

static struct store *made(void **state)
{
	struct store *store;
	assert_int_equal(store_open(&store, file_of(state), STORE_CREATE), STORE_OK);
	assert_int_equal(store_use_wal(store), STORE_OK);
	assert_int_equal(store_execute(store,
				       "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL,"
				       " c BLOB) STRICT"),
			 STORE_OK);
	return store;
}

static const char insert[] = "INSERT INTO t (b, c) VALUES (?1, ?2)";

static enum store_status add(struct store *store, const char *text, const void *bytes,
			     size_t length)
{
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, insert);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, text);
	bind_bytes(statement, 2, bytes, length);
	return statement_run(statement);
}

static int64_t count(struct store *store)
{
	static const char sql[] = "SELECT count(*) FROM t";
	struct statement *row;
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	int64_t rows = column_integer(row, 0);
	statement_reset(row);
	return rows;
}

static void test_rows(void **state)
{
	static const char all[] = "SELECT a, b, c, NULL FROM t ORDER BY a";
	struct store *store = made(state);
	struct statement *row, *same;
	size_t length;
	assert_int_equal(add(store, "甲", "\0x", 2), STORE_OK);
	assert_int_equal(store_row_count_changed(store), 1);
	assert_int_equal(add(store, "", NULL, 0), STORE_OK); /* empty is not null */
	assert_int_equal(store_statement(store, &row, all), STORE_OK);
	assert_int_equal(store_statement(store, &same, all), STORE_OK);
	assert_ptr_equal(row, same); /* prepared once */
	assert_int_equal(statement_step(row), STORE_ROW);
	assert_int_equal(column_integer(row, 0), 1);
	assert_string_equal(column_text(row, 1), "甲");
	assert_memory_equal(column_bytes(row, 2, &length), "\0x", 2);
	assert_int_equal(length, 2);
	assert_true(column_is_null(row, 3));
	assert_string_equal(column_text(row, 3), "");
	assert_int_equal(statement_step(row), STORE_ROW);
	assert_false(column_is_null(row, 2));
	assert_int_equal(statement_step(row), STORE_OK);
	store_close(store);
	store_close(NULL);
}

static void test_faults(void **state)
{
	static const char broken[] = "SELEC 1";
	struct store *store = made(state);
	struct statement *statement;
	assert_int_equal(add(store, NULL, "", 0), STORE_CONSTRAINT);
	assert_non_null(strstr(store_trouble(store), "t.b"));
	assert_int_equal(store_statement(store, &statement, broken), STORE_TROUBLE);
	assert_int_equal(store_statement(store, &statement, insert), STORE_OK);
	bind_integer(statement, 9, 1); /* there is no ?9: reported by the step */
	assert_int_equal(statement_run(statement), STORE_TROUBLE);
	assert_int_equal(add(store, "after", "", 0), STORE_OK);
	store_close(store);
}

static void test_transactions(void **state)
{
	struct store *store = made(state), *other;
	assert_int_equal(store_open(&other, file_of(state), STORE_WRITE), STORE_OK);
	assert_int_equal(store_begin_write(store), STORE_OK);
	assert_true(store_in_transaction(store));
	assert_int_equal(add(store, "a", "", 0), STORE_OK);
	assert_int_equal(count(other), 0);
	store_rollback(store);
	store_rollback(store); /* once more does no harm */
	assert_int_equal(count(store), 0);
	assert_int_equal(store_begin_write(store), STORE_OK);
	assert_int_equal(add(store, "a", "", 0), STORE_OK);
	assert_int_equal(store_commit(store), STORE_OK);
	assert_false(store_in_transaction(store));
	assert_int_equal(count(other), 1);
	/* A reader sees the state at its first look until it ends. */
	assert_int_equal(store_begin_read(other), STORE_OK);
	assert_int_equal(count(other), 1);
	assert_int_equal(add(store, "b", "", 0), STORE_OK);
	assert_int_equal(count(other), 1);
	store_rollback(other);
	assert_int_equal(count(other), 2);
	store_close(other);
	store_close(store);
}

static void test_opening(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t length;
		enum store_status status;
	} rows[] = {
		{ "text", "this is a letter to my aunt, and not a database at all", 54,
		  STORE_NOT_ONE },
		{ "one byte", "x", 1, STORE_NOT_ONE },
		{ "empty", "", 0, STORE_OK }, /* SQLite's empty database */
	};
	struct store *store;
	assert_int_equal(store_open(&store, file_of(state), STORE_READ), STORE_MISSING);
	assert_int_equal(store_open(&store, file_of(state), STORE_WRITE), STORE_MISSING);
	assert_int_equal(access(file_of(state), F_OK), -1); /* opening never creates */
	assert_int_equal(store_open(&store, "/nonexistent/folder/file", STORE_CREATE),
			 STORE_READ_ONLY);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		folder_put(file_of(state), rows[i].bytes, rows[i].length);
		enum store_status status = store_open(&store, file_of(state), STORE_WRITE);
		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].name, status);
		if (status == STORE_OK)
			store_close(store);
	}
}

static void test_damage(void **state)
{
	static const char all[] = "SELECT sum(length(b)) FROM t";
	struct store *store = made(state);
	struct statement *statement;
	char text[1000];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (int i = 0; i < 50; i++)
		assert_int_equal(add(store, text, "", 0), STORE_OK);
	store_close(store); /* all is in the file now */
	int file = open(file_of(state), O_WRONLY);
	char noise[4096];
	memset(noise, 0xa5, sizeof noise);
	for (int page = 3; page < 9; page++)
		assert_int_equal(pwrite(file, noise, sizeof noise, page * 4096), sizeof noise);
	close(file);
	assert_int_equal(store_open(&store, file_of(state), STORE_WRITE), STORE_OK);
	assert_int_equal(store_statement(store, &statement, all), STORE_OK);
	assert_int_equal(statement_run(statement), STORE_DAMAGED);
	store_close(store);
}

/* Run in a process of its own, which may lower its own limits; its answer. */
static int in_child(int (*act)(const char *), const char *file)
{
	pid_t child = fork();
	if (child == 0)
		_exit(act(file));
	int status = 0;
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int fill_up(const char *file)
{
	struct store *store;
	struct rlimit limit = { 200000, 200000 };
	char text[5000];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	if (store_open(&store, file, STORE_WRITE) != STORE_OK)
		return 100;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	enum store_status status = STORE_OK;
	for (int i = 0; i < 1000 && status == STORE_OK; i++) {
		status = store_begin_write(store);
		if (status == STORE_OK)
			status = add(store, text, "", 0);
		if (status == STORE_OK)
			status = store_commit(store);
	}
	bool open = store_in_transaction(store);
	store_rollback(store);
	return open && store_in_transaction(store) ? 101 : (int)status;
}

static void test_full(void **state)
{
	struct store *store = made(state);
	assert_int_equal(in_child(fill_up, file_of(state)), STORE_FULL);
	/* What was committed before is there, and there is room for us. */
	assert_true(count(store) > 10);
	assert_int_equal(add(store, "more", "", 0), STORE_OK);
	store_close(store);
}

static int write_as_nobody(const char *file)
{
	struct store *store;
	if (setgid(65534) != 0 || setuid(65534) != 0)
		return 102;
	return (int)store_open(&store, file, STORE_WRITE);
}

static int read_as_nobody(const char *file)
{
	struct store *store;
	if (setgid(65534) != 0 || setuid(65534) != 0)
		return 102;
	enum store_status status = store_open(&store, file, STORE_READ);
	if (status != STORE_OK)
		return (int)status;
	int64_t rows = count(store);
	status = add(store, "more", "", 0);
	store_close(store);
	return rows == 1 && status == STORE_READ_ONLY ? 0 : 103;
}

/* What an operator does who lets others read the file. */
static void share(const char *path)
{
	static const char *const files[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char beside[512];
		snprintf(beside, sizeof beside, "%s%s", path, files[i]);
		assert_true(chmod(beside, 0644) == 0 || i > 0);
	}
}

static void test_read_only(void **state)
{
	struct folder *folder = *state;
	if (geteuid() != 0) {
		print_message("needs root to become somebody else\n");
		skip();
	}
	struct store *store = made(state);
	assert_int_equal(add(store, "a", "", 0), STORE_OK);
	/* Beside a process that holds it open, then with nobody else. */
	for (int round = 0; round < 2; round++) {
		assert_int_equal(chmod(folder->path, 0755), 0);
		share(folder->file);
		assert_int_equal(in_child(write_as_nobody, folder->file), STORE_READ_ONLY);
		assert_int_equal(chmod(folder->file, 0666), 0); /* the folder is not writable */
		assert_int_equal(in_child(write_as_nobody, folder->file), STORE_READ_ONLY);
		assert_int_equal(in_child(read_as_nobody, folder->file), round == 0 ? STORE_OK : 0);
		if (round == 0)
			store_close(store);
	}
}

static void test_odd_names(void **state)
{
	struct folder *folder = *state;
	struct store *store;
	folder_file(folder, "50% of what? #1");
	store = made(state);
	assert_int_equal(add(store, "a", "", 0), STORE_OK);
	store_close(store);
	if (geteuid() == 0) {
		assert_int_equal(chmod(folder->path, 0755), 0);
		share(folder->file);
		assert_int_equal(in_child(read_as_nobody, folder->file), 0);
	}
}

static void test_copy(void **state)
{
	char path[256];
	struct store *store = made(state), *copy;
	assert_int_equal(add(store, "a", "", 0), STORE_OK);
	snprintf(path, sizeof path, "%s2", file_of(state));
	assert_int_equal(store_copy(store, path), STORE_OK);
	assert_int_equal(store_copy(store, path), STORE_EXISTS);
	assert_int_equal(store_copy(store, "/nonexistent/folder/file"), STORE_READ_ONLY);
	assert_int_equal(add(store, "b", "", 0), STORE_OK);
	assert_int_equal(store_open(&copy, path, STORE_READ), STORE_OK);
	assert_int_equal(count(copy), 1);
	store_close(copy);
	store_close(store);
}

static void test_checkpoint(void **state)
{
	char wal[256];
	struct stat before, after;
	struct store *store = made(state);
	snprintf(wal, sizeof wal, "%s-wal", file_of(state));
	/* Nothing is written back on the path … */
	for (int i = 0; i < 1200; i++)
		assert_int_equal(add(store, "text", "", 0), STORE_OK);
	assert_int_equal(stat(file_of(state), &before), 0);
	assert_int_equal(before.st_size, 4096 * (before.st_size / 4096));
	assert_int_equal(stat(wal, &after), 0);
	assert_true(after.st_size > 1000 * 4096);
	/* … but when it is asked for, and then the WAL is used from its front. */
	assert_int_equal(store_checkpoint(store), STORE_OK);
	assert_int_equal(add(store, "text", "", 0), STORE_OK);
	assert_int_equal(stat(wal, &before), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_equal(count(store), 1201);
	store_close(store);
}

/* A WAL that nobody writes back is bounded all the same. */
static void test_wal_is_bounded(void **state)
{
	char wal[256], *text = malloc(1 << 20);
	struct stat info;
	struct store *store = made(state);
	assert_non_null(text);
	memset(text, 'x', (1 << 20) - 1);
	text[(1 << 20) - 1] = '\0';
	assert_int_equal(store_execute(store, "PRAGMA synchronous = OFF"), STORE_OK);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(store_begin_write(store), STORE_OK);
		assert_int_equal(add(store, text, "", 0), STORE_OK);
		assert_int_equal(store_commit(store), STORE_OK);
	}
	snprintf(wal, sizeof wal, "%s-wal", file_of(state));
	assert_int_equal(stat(wal, &info), 0);
	assert_true(info.st_size < STORE_WAL_BYTES_MAX + (4 << 20));
	assert_true(info.st_size > STORE_WAL_BYTES_MAX / 2);
	store_close(store);
	free(text);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_rows),       CASE(test_faults),         CASE(test_transactions),
		CASE(test_opening),    CASE(test_damage),         CASE(test_full),
		CASE(test_read_only),  CASE(test_odd_names),      CASE(test_copy),
		CASE(test_checkpoint), CASE(test_wal_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
