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

#include "db/registry.h"
#include "small_registry.h"

extern const char *const registry_migrations[];

/* --- opening: each fault by its own status --- */

static void close_it(struct small_registry *small)
{
	registry_close(small->registry);
	small->registry = NULL;
}

static void act_empty(struct small_registry *small)
{
	folder_put(small->path, "", 0);
}
static void act_one_byte(struct small_registry *small)
{
	folder_put(small->path, "x", 1);
}
static void act_text(struct small_registry *small)
{
	char text[2000];
	memset(text, 'a', sizeof text);
	folder_put(small->path, text, sizeof text);
}
static void act_folder(struct small_registry *small)
{
	unlink(small->path);
	mkdir(small->path, 0700);
}
static void act_other_database(struct small_registry *small)
{
	unlink(small->path);
	small_sql(small->path, "CREATE TABLE t (a)");
}
static void act_other_application(struct small_registry *small)
{
	small_sql(small->path, "PRAGMA application_id = 7");
}
static void act_newer(struct small_registry *small)
{
	small_sql(small->path, "PRAGMA user_version = 9999");
}
/* As the first version of the program made it. */
static void act_older(struct small_registry *small)
{
	unlink(small->path);
	small_sql(small->path, "PRAGMA journal_mode = WAL");
	small_sql(small->path, registry_migrations[0]);
}
static void act_no_keys(struct small_registry *small)
{
	char path[192];
	small_path(path, small, ".keys");
	unlink(path);
}
static void act_open_keys(struct small_registry *small)
{
	char path[192];
	small_path(path, small, ".keys");
	chmod(path, 0640);
}
static void act_broken_keys(struct small_registry *small)
{
	char path[192];
	small_path(path, small, ".keys");
	assert_int_equal(truncate(path, 100), 0);
}
static void act_no_database_header(struct small_registry *small)
{
	int file = open(small->path, O_WRONLY);
	assert_int_equal(pwrite(file, "xxxx", 4, 0), 4);
	close(file);
}
static void act_damaged(struct small_registry *small)
{
	char noise[40000];
	struct stat info;
	int file = open(small->path, O_WRONLY);
	assert_int_equal(fstat(file, &info), 0);
	memset(noise, 0xa5, sizeof noise);
	for (off_t at = 4096; at < info.st_size; at += 4096)
		assert_int_equal(pwrite(file, noise, 4096, at), 4096);
	close(file);
}
static void act_cut_short(struct small_registry *small)
{
	assert_int_equal(truncate(small->path, 4096), 0);
}
static void act_nothing(struct small_registry *small)
{
	(void)small;
}

static void test_opening(void **state)
{
	static const struct {
		const char *name;
		void (*act)(struct small_registry *);
		enum registry_status status, init;
	} rows[] = {
		{ "in order", act_nothing, REGISTRY_OK, REGISTRY_OK },
		{ "empty", act_empty, REGISTRY_NOT_ONE, REGISTRY_OK },
		{ "one byte", act_one_byte, REGISTRY_NOT_ONE, REGISTRY_NOT_ONE },
		{ "text", act_text, REGISTRY_NOT_ONE, REGISTRY_NOT_ONE },
		{ "folder", act_folder, REGISTRY_NOT_ONE, REGISTRY_NOT_ONE },
		{ "other database", act_other_database, REGISTRY_NOT_ONE, REGISTRY_NOT_ONE },
		{ "other application", act_other_application, REGISTRY_NOT_ONE, REGISTRY_NOT_ONE },
		{ "older", act_older, REGISTRY_OLDER, REGISTRY_OK },
		{ "newer", act_newer, REGISTRY_NEWER, REGISTRY_NEWER },
		{ "no keys", act_no_keys, REGISTRY_KEYS_MISSING, REGISTRY_KEYS_MISSING },
		{ "keys open to others", act_open_keys, REGISTRY_KEYS_MISSING,
		  REGISTRY_KEYS_MISSING },
		{ "broken keys", act_broken_keys, REGISTRY_KEYS_MISSING, REGISTRY_KEYS_MISSING },
		{ "header gone", act_no_database_header, REGISTRY_DAMAGED, REGISTRY_DAMAGED },
		{ "damaged", act_damaged, REGISTRY_DAMAGED, REGISTRY_DAMAGED },
		{ "cut short", act_cut_short, REGISTRY_DAMAGED, REGISTRY_DAMAGED },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct small_registry small;
		struct registry *registry;
		small_registry_make(&small);
		close_it(&small);
		rows[i].act(&small);
		for (int writable = 0; writable < 2; writable++) {
			enum registry_status status =
				registry_open(&registry, small.path, writable == 1);
			if (status != rows[i].status)
				fail_msg("%s: %s", rows[i].name, registry_status_name(status));
			if (status == REGISTRY_OK)
				registry_close(registry);
		}
		enum registry_status status = registry_init(small.path);
		if (status != rows[i].init)
			fail_msg("init, %s: %s", rows[i].name, registry_status_name(status));
		rmdir(small.path);
		small_registry_remove(&small);
	}
}

static void test_opening_makes_nothing(void **state)
{
	struct small_registry *small = *state;
	struct registry *registry;
	static const char *const suffixes[] = { "", ".keys", ".head", ".audit", "-wal", "-shm" };
	char other[180], path[192];
	snprintf(other, sizeof other, "%s/other", small->folder);
	assert_int_equal(registry_open(&registry, other, true), REGISTRY_MISSING);
	assert_int_equal(registry_open(&registry, other, false), REGISTRY_MISSING);
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		snprintf(path, sizeof path, "%s%s", other, suffixes[i]);
		assert_int_equal(access(path, F_OK), -1);
	}
	assert_int_equal(registry_init("/nonexistent/folder/file"), REGISTRY_READ_ONLY);
}

/* Births and numbers stand in the file, and it is of no use without the keys anyway. */
static void assert_private(const char *path)
{
	static const char *const files[] = { "", "-wal", "-shm", ".keys", ".head", ".audit" };
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char beside[192];
		struct stat info;
		snprintf(beside, sizeof beside, "%s%s", path, files[i]);
		if (stat(beside, &info) == 0 && (info.st_mode & 07777) != 0600) {
			fail_msg("%s has mode %o", beside, info.st_mode & 07777);
		}
	}
}

static void test_init(void **state)
{
	struct small_registry *small = *state;
	char path[192];
	struct stat info;
	assert_int_equal(registry_init(small->path), REGISTRY_OK); /* again does no harm */
	small_path(path, small, ".keys");
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_private(small->path);
	small_path(path, small, ".head");
	assert_int_equal(access(path, F_OK), 0);
	/* A start that was interrupted after the keys were made is gone on with. */
	char other[160], keys[180];
	snprintf(other, sizeof other, "%s/other", small->folder);
	snprintf(keys, sizeof keys, "%s.keys", other);
	small_path(path, small, ".keys");
	assert_int_equal(link(path, keys), 0);
	assert_int_equal(registry_init(other), REGISTRY_OK);
	struct registry *one, *two;
	uint8_t first[32], second[32];
	assert_int_equal(registry_open(&one, other, true), REGISTRY_OK);
	assert_int_equal(registry_open(&two, small->path, true), REGISTRY_OK);
	log_public_key(one, first);
	log_public_key(two, second);
	assert_memory_equal(first, second, 32);
	registry_close(one);
	registry_close(two);
	registry_close(NULL);
}

static int child_init(const char *path)
{
	return (int)registry_init(path);
}

static int in_child(int (*act)(const char *), const char *path)
{
	pid_t child = fork();
	if (child == 0)
		_exit(act(path));
	int status = 0;
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void test_init_at_once(void **state)
{
	struct small_registry *small = *state;
	char path[180];
	pid_t children[4];
	struct registry *registry;
	snprintf(path, sizeof path, "%s/new", small->folder);
	for (int i = 0; i < 4; i++)
		if ((children[i] = fork()) == 0)
			_exit(child_init(path));
	for (int i = 0; i < 4; i++) {
		int status;
		waitpid(children[i], &status, 0);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), REGISTRY_OK);
	}
	assert_int_equal(registry_open(&registry, path, true), REGISTRY_OK);
	struct log_report report;
	assert_int_equal(log_verify(registry, &report), REGISTRY_OK);
	assert_int_equal(report.fault, LOG_INTACT);
	registry_close(registry);
}

/* --- what a place can do to us --- */

static int be_nobody(void)
{
	return setgid(65534) == 0 && setuid(65534) == 0 ? 0 : 100;
}

static int open_to_write(const char *path)
{
	struct registry *registry;
	return be_nobody() != 0 ? 100 : (int)registry_open(&registry, path, true);
}

static int open_to_read(const char *path)
{
	static struct entitlement checked;
	struct registry *registry;
	struct redemption out;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("SHOP", AMOUNT_NONE);
	if (be_nobody() != 0)
		return 100;
	int status = (int)registry_open(&registry, path, false);
	if (status != REGISTRY_OK)
		return status;
	if (entitlement_check(registry, &checked, &presentation, &circumstances) != REGISTRY_OK ||
	    checked.reason != REASON_OK)
		return 101;
	status = small_redeem(registry, &out, "v") == REGISTRY_READ_ONLY ? 0 : 102;
	registry_close(registry);
	return status;
}

static void test_read_only(void **state)
{
	struct small_registry *small = *state;
	char keys[192];
	if (geteuid() != 0) {
		print_message("needs root to become somebody else\n");
		skip();
	}
	close_it(small);
	small_path(keys, small, ".keys");
	assert_int_equal(chown(keys, 65534, 65534), 0);
	assert_int_equal(chmod(small->folder, 0755), 0);
	assert_int_equal(in_child(open_to_write, small->path), REGISTRY_READ_ONLY);
	assert_int_equal(chmod(small->path, 0666), 0);
	assert_int_equal(in_child(open_to_write, small->path), REGISTRY_READ_ONLY);
	assert_int_equal(in_child(open_to_read, small->path), REGISTRY_OK);
	assert_int_equal(chmod(small->path, 0600), 0);
	assert_int_equal(in_child(open_to_write, small->path), REGISTRY_READ_ONLY);
}

static int fill_up(const char *path)
{
	struct registry *registry;
	struct redemption out;
	struct rlimit limit = { 400000, 400000 };
	char visit[32];
	enum registry_status status = registry_open(&registry, path, true);
	if (status != REGISTRY_OK)
		return 100;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	int count = 0;
	for (; count < 1000 && status == REGISTRY_OK; count++) {
		snprintf(visit, sizeof visit, "full-%d", count);
		status = small_redeem(registry, &out, visit);
	}
	if (count < 3 || status != REGISTRY_FULL)
		return 101;
	/* What was being redeemed is not half there. */
	limit.rlim_cur = 350000;
	return (int)small_redeem(registry, &out, visit);
}

static int count_entries(struct registry *registry)
{
	struct log_report report;
	assert_int_equal(log_verify(registry, &report), REGISTRY_OK);
	if (report.fault != LOG_INTACT)
		fail_msg("%s", report.why);
	return (int)report.count;
}

static void test_full(void **state)
{
	struct small_registry *small = *state;
	struct redemption out;
	assert_int_equal(in_child(fill_up, small->path), REGISTRY_FULL);
	int before = count_entries(small->registry);
	assert_true(before > 2);
	assert_int_equal(small_redeem(small->registry, &out, "after"), REGISTRY_OK);
	assert_int_equal(count_entries(small->registry), before + 1);
}

static void test_busy(void **state)
{
	struct small_registry *small = *state;
	struct registry *other;
	struct redemption out;
	static struct entitlement checked;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("SHOP", AMOUNT_NONE);
	assert_int_equal(registry_open(&other, small->path, true), REGISTRY_OK);
	assert_int_equal(registry_begin(other), REGISTRY_OK);
	/* Readers are not held up, a writer gives up after five seconds. */
	assert_int_equal(
		entitlement_check(small->registry, &checked, &presentation, &circumstances),
		REGISTRY_OK);
	assert_int_equal(small_redeem(small->registry, &out, "v"), REGISTRY_BUSY);
	registry_rollback(other);
	registry_close(other);
	assert_int_equal(small_redeem(small->registry, &out, "v"), REGISTRY_OK);
	assert_int_equal(count_entries(small->registry), 1);
}

/* --- backup and fsck --- */

static void keep_line(void *context, const char *line)
{
	struct seen *seen = context;
	see(seen, line);
}

static void test_backup(void **state)
{
	static const char *const taken[] = { "", ".keys", ".head", ".audit" };
	struct small_registry *small = *state;
	char path[180], beside[192];
	struct registry *copy;
	struct redemption out;
	struct stat info;
	assert_int_equal(small_redeem(small->registry, &out, "v1"), REGISTRY_OK);
	snprintf(path, sizeof path, "%s/copy", small->folder);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		snprintf(beside, sizeof beside, "%s%s", path, taken[i]);
		folder_put(beside, "x", 1);
		assert_int_equal(registry_backup(small->registry, path), REGISTRY_EXISTS);
		assert_int_equal(unlink(beside), 0);
	}
	assert_int_equal(registry_backup(small->registry, "/nonexistent/folder/copy"),
			 REGISTRY_READ_ONLY);
	assert_int_equal(registry_backup(small->registry, path), REGISTRY_OK);
	snprintf(beside, sizeof beside, "%s.keys", path);
	assert_int_equal(stat(beside, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_private(path);
	assert_int_equal(small_redeem(small->registry, &out, "v2"), REGISTRY_OK);
	assert_int_equal(registry_open(&copy, path, true), REGISTRY_OK);
	assert_int_equal(count_entries(copy), 1);
	struct seen seen = { 0 };
	assert_int_equal(registry_fsck(copy, keep_line, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "");
	registry_close(copy);
}

static void test_fsck(void **state)
{
	static const struct {
		const char *name, *sql, *line;
		enum registry_status status;
	} rows[] = {
		{ "in order", "SELECT 1", "", REGISTRY_OK },
		{ "a reference", "PRAGMA foreign_keys = OFF; DELETE FROM person WHERE code = 'P2'",
		  "a row of certificate refers to a missing row of person", REGISTRY_DAMAGED },
		{ "a rule",
		  "PRAGMA ignore_check_constraints = ON;"
		  "UPDATE certificate SET kind = 7 WHERE number = 'C2'",
		  "CHECK constraint failed in certificate", REGISTRY_DAMAGED },
		{ "the log", "DROP TRIGGER log_is_final; UPDATE log SET at = at + 1",
		  "Entry 1 was changed.", REGISTRY_DAMAGED },
		{ "a rule that was taken off", "DROP TRIGGER log_is_final",
		  "the schema's trigger log_is_final is missing or was changed", REGISTRY_DAMAGED },
		{ "an index that was taken off", "DROP INDEX log_place",
		  "the schema's index log_place is missing", REGISTRY_DAMAGED },
		{ "an unknown unit", "UPDATE merchant SET unit = 'U' WHERE code = 'SHOP'",
		  "note: merchant SHOP has an unknown unit U", REGISTRY_OK },
		{ "an unknown parent", "UPDATE unit SET parent = 'U' WHERE code = '371171'",
		  "note: unit 371171 has an unknown parent U", REGISTRY_OK },
		{ "an unknown unit of certificates", "DELETE FROM unit WHERE code = '371171001'",
		  "note: certificates have an unknown unit 371171001", REGISTRY_OK },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct small_registry small;
		struct redemption out;
		struct seen seen = { 0 };
		small_registry_make(&small);
		assert_int_equal(small_redeem(small.registry, &out, "v"), REGISTRY_OK);
		small_sql(small.path, rows[i].sql);
		enum registry_status status = registry_fsck(small.registry, keep_line, &seen);
		if (status != rows[i].status || strstr(seen.text, rows[i].line) == NULL ||
		    (rows[i].line[0] == '\0') != (seen.count == 0))
			fail_msg("%s: %s: %s", rows[i].name, registry_status_name(status),
				 seen.text);
		small_registry_remove(&small);
	}
}

static void test_fsck_of_keys(void **state)
{
	struct small_registry *small = *state;
	struct seen seen = { 0 };
	act_open_keys(small);
	assert_int_equal(registry_fsck(small->registry, keep_line, &seen), REGISTRY_DAMAGED);
	assert_non_null(strstr(seen.text, "key file"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening),
		CASE(test_opening_makes_nothing),
		CASE(test_init),
		CASE(test_init_at_once),
		CASE(test_read_only),
		CASE(test_full),
		CASE(test_busy),
		CASE(test_backup),
		cmocka_unit_test(test_fsck),
		CASE(test_fsck_of_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
