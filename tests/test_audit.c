/* The audit chain: what was done to it afterwards is found and named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/store.h"
#include "tests/audit_sample.h"

static void a_chain_of_several_actors_is_intact(void **state)
{
	struct small_registry *small = *state;
	struct registry *reading;
	sample_assert_intact(small->registry, SAMPLE_ENTRIES);
	assert_int_equal(registry_open(&reading, small->path, false), REGISTRY_OK);
	sample_assert_intact(reading, SAMPLE_ENTRIES);
	registry_close(reading);
	/* Within a transaction of the caller's, too. */
	assert_int_equal(registry_begin(small->registry), REGISTRY_OK);
	sample_assert_intact(small->registry, SAMPLE_ENTRIES);
	registry_rollback(small->registry);
}

static void an_empty_chain_is_intact(void **state)
{
	struct small_registry small;
	(void)state;
	small_registry_make(&small);
	sample_assert_intact(small.registry, 0);
	small_registry_remove(&small);
}

/* --- tampering --- */

/* What somebody with the file and SQLite can do. */
static void tamper(const char *path, const char *sql)
{
	static const char drop[] =
		"PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;"
		"DROP TRIGGER IF EXISTS audit_is_final;"
		"DROP TRIGGER IF EXISTS audit_is_kept;"
		"DROP TRIGGER IF EXISTS audit_has_no_gaps;"
		"DROP TRIGGER IF EXISTS audit_detail_is_final;"
		"DROP TRIGGER IF EXISTS event_is_final;"
		"DROP TRIGGER IF EXISTS event_is_kept;"
		"DROP TRIGGER IF EXISTS event_has_no_gaps;"
		"DROP TRIGGER IF EXISTS plaque_event_is_final;"
		"DROP TRIGGER IF EXISTS plaque_event_is_kept;"
		"DROP TRIGGER IF EXISTS plaque_event_has_no_gaps;";
	struct store *store;
	assert_int_equal(store_open(&store, path, STORE_WRITE), STORE_OK);
	assert_int_equal(store_execute(store, drop), STORE_OK);
	if (store_execute(store, sql) != STORE_OK)
		fail_msg("%s: %s", sql, store_trouble(store));
	store_close(store);
}

#define SWAP(table, column, a, b)                                           \
	"UPDATE " table " SET " column " = -1 WHERE " column " = " a ";"    \
	"UPDATE " table " SET " column " = " a " WHERE " column " = " b ";" \
	"UPDATE " table " SET " column " = " b " WHERE " column " = -1"
#define SET(change, seq)   "UPDATE audit SET " change " WHERE seq = " seq
#define EVENT(change, seq) "UPDATE event SET " change " WHERE audit = " seq
#define PLAQUE(change)     "UPDATE plaque_event SET " change " WHERE audit = 8"
#define ONE_MORE(number, seq, audit)                                            \
	"INSERT INTO event SELECT certificate, " seq ", at, until, act, cause," \
	" reason, actor, recorded_at, " audit " FROM event WHERE audit = " number

/* Each is done to a fresh chain of eleven entries. */
static const struct tampering {
	const char *name, *sql;
	enum audit_fault fault;
	int64_t seq;
} tamperings[] = {
	{ "at", SET("at = at + 1", "7"), AUDIT_CHANGED, 7 },
	{ "at of the first", SET("at = at + 1", "1"), AUDIT_CHANGED, 1 },
	{ "at of the last", SET("at = at - 1", "11"), AUDIT_CHANGED, 11 },
	{ "clock", SET("clock = clock + 1", "7"), AUDIT_CHANGED, 7 },
	{ "actor", SET("actor = 'li'", "7"), AUDIT_CHANGED, 7 },
	{ "actor with a hidden end", SET("actor = CAST(x'7A68616E670078' AS TEXT)", "7"),
	  AUDIT_CHANGED, 7 },
	{ "act", SET("act = 'person.show'", "7"), AUDIT_CHANGED, 7 },
	{ "subject", SET("subject = randomblob(16)", "7"), AUDIT_CHANGED, 7 },
	{ "subject of another", SET("subject = (SELECT subject FROM audit WHERE seq = 6)", "7"),
	  AUDIT_CHANGED, 7 },
	{ "subject gone", SET("subject = NULL", "7"), AUDIT_CHANGED, 7 },
	{ "subject that was none", SET("subject = randomblob(16)", "11"), AUDIT_CHANGED, 11 },
	{ "unit", SET("unit = '371171'", "8"), AUDIT_CHANGED, 8 },
	{ "unit gone", SET("unit = ''", "8"), AUDIT_CHANGED, 8 },
	{ "erased", SET("erased = 2", "10"), AUDIT_CHANGED, 10 },
	{ "erased by an act that did not", SET("erased = 1", "11"), AUDIT_CHANGED, 11 },
	{ "bound", SET("bound = randomblob(32)", "7"), AUDIT_CHANGED, 7 },
	{ "bound gone", SET("bound = zeroblob(32)", "7"), AUDIT_CHANGED, 7 },
	{ "bound of another length", SET("bound = x'00'", "7"), AUDIT_CHANGED, 7 },
	{ "hash", SET("hash = zeroblob(32)", "7"), AUDIT_CHANGED, 7 },
	{ "hash of the last", SET("hash = zeroblob(32)", "11"), AUDIT_CHANGED, 11 },
	{ "signature", SET("signature = zeroblob(64)", "7"), AUDIT_CHANGED, 7 },
	{ "signature of another",
	  SET("signature = (SELECT signature FROM audit WHERE seq = 6)", "7"), AUDIT_CHANGED, 7 },
	{ "two fields between which a word moved", SET("act = 'person', unit = '.find'", "7"),
	  AUDIT_CHANGED, 7 },
	{ "first removed", "DELETE FROM audit WHERE seq = 1", AUDIT_REMOVED, 1 },
	{ "one removed", "DELETE FROM audit WHERE seq = 7", AUDIT_REMOVED, 7 },
	{ "two removed", "DELETE FROM audit WHERE seq IN (6, 7)", AUDIT_REMOVED, 6 },
	{ "seq", SET("seq = 12", "11"), AUDIT_REMOVED, 11 },
	{ "one removed, the others moved up",
	  "DELETE FROM audit WHERE seq = 7; UPDATE audit SET seq = -seq WHERE seq > 7;"
	  "UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
	  AUDIT_CHANGED, 7 },
	{ "last removed", "DELETE FROM audit WHERE seq = 11", AUDIT_CUT, 11 },
	{ "last three removed",
	  "DELETE FROM audit WHERE seq > 8;"
	  "DELETE FROM audit_detail WHERE audit > 8;"
	  "DELETE FROM plaque_event WHERE audit > 8",
	  AUDIT_CUT, 9 },
	{ "all removed",
	  "DELETE FROM audit; DELETE FROM audit_detail; DELETE FROM event;"
	  "DELETE FROM plaque_event",
	  AUDIT_CUT, 1 },
	{ "two swapped", SWAP("audit", "seq", "6", "7"), AUDIT_CHANGED, 6 },
	{ "two far apart swapped", SWAP("audit", "seq", "1", "11"), AUDIT_CHANGED, 1 },
	{ "one put before the first",
	  "INSERT INTO audit SELECT 0, at, clock, actor, act, subject, unit, erased, bound, hash,"
	  " signature FROM audit WHERE seq = 11",
	  AUDIT_CHANGED, 0 },
	{ "one added at the end",
	  "INSERT INTO audit SELECT 12, at, clock, actor, act, subject, unit, erased, bound, hash,"
	  " signature FROM audit WHERE seq = 11",
	  AUDIT_CHANGED, 12 },
	{ "detail", "UPDATE audit_detail SET text = 'name=' WHERE audit = 7", AUDIT_DETAIL_CHANGED,
	  7 },
	{ "detail with a hidden end",
	  "UPDATE audit_detail SET text = CAST(CAST(text AS BLOB) || x'0078' AS TEXT)"
	  " WHERE audit = 7",
	  AUDIT_DETAIL_CHANGED, 7 },
	{ "salt", "UPDATE audit_detail SET salt = zeroblob(16) WHERE audit = 7",
	  AUDIT_DETAIL_CHANGED, 7 },
	{ "salt of another length", "UPDATE audit_detail SET salt = x'00' WHERE audit = 7",
	  AUDIT_DETAIL_CHANGED, 7 },
	{ "details swapped", SWAP("audit_detail", "audit", "1", "7"), AUDIT_DETAIL_CHANGED, 1 },
	{ "a detail where there was none",
	  "INSERT INTO audit_detail VALUES (11, zeroblob(16), 'all in order')",
	  AUDIT_DETAIL_CHANGED, 11 },
	{ "a detail deleted without an act", "DELETE FROM audit_detail WHERE audit = 7",
	  AUDIT_DETAIL_DELETED, 6 },
	{ "a step's detail deleted without an act", "DELETE FROM audit_detail WHERE audit = 4",
	  AUDIT_DETAIL_DELETED, 4 },
	{ "a step deleted with its detail, without an act",
	  "DELETE FROM audit_detail WHERE audit = 3; DELETE FROM event WHERE audit = 3",
	  AUDIT_DETAIL_DELETED, 3 },
	{ "all details deleted", "DELETE FROM audit_detail", AUDIT_DETAIL_DELETED, 1 },
	{ "a step's moment", EVENT("at = at - 1", "2"), AUDIT_STEP_CHANGED, 2 },
	{ "a step's end", EVENT("until = until + 1", "2"), AUDIT_STEP_CHANGED, 2 },
	{ "a step's end gone", EVENT("until = NULL", "4"), AUDIT_STEP_CHANGED, 4 },
	{ "a step's end where there was none", EVENT("until = at + 9", "3"), AUDIT_STEP_CHANGED,
	  3 },
	{ "a step's act", EVENT("act = 'report_loss'", "2"), AUDIT_STEP_CHANGED, 2 },
	{ "a step's act that is none", EVENT("act = 'frobnicate'", "2"), AUDIT_STEP_CHANGED, 2 },
	{ "a step's act with a hidden end", EVENT("act = CAST(x'726573756D650078' AS TEXT)", "5"),
	  AUDIT_STEP_CHANGED, 5 },
	{ "a step's cause", EVENT("cause = cause || 'x'", "4"), AUDIT_STEP_CHANGED, 4 },
	{ "a step's cause, with a part of the reason beside it",
	  EVENT("cause = cause || ' reason=as told', reason = 'in writing'", "4"),
	  AUDIT_STEP_CHANGED, 4 },
	{ "a step's reason", EVENT("reason = 'at home'", "2"), AUDIT_STEP_CHANGED, 2 },
	{ "a step's actor", EVENT("actor = 'li'", "2"), AUDIT_STEP_CHANGED, 2 },
	{ "when a step was recorded", EVENT("recorded_at = recorded_at + 1", "2"),
	  AUDIT_STEP_CHANGED, 2 },
	{ "a step's certificate", EVENT("certificate = 'C1B'", "2"), AUDIT_STEP_CHANGED, 2 },
	{ "a step's number", EVENT("seq = 9", "3"), AUDIT_STEP_CHANGED, 3 },
	{ "a step's entry", EVENT("audit = 7", "2"), AUDIT_STEP_DELETED, 2 },
	{ "two steps of a certificate swapped", SWAP("event", "audit", "2", "3"),
	  AUDIT_STEP_CHANGED, 2 },
	{ "a step deleted", "DELETE FROM event WHERE audit = 3", AUDIT_STEP_DELETED, 3 },
	{ "all steps deleted", "DELETE FROM event", AUDIT_STEP_DELETED, 2 },
	{ "a step inserted past the chain", ONE_MORE("3", "3", "12"), AUDIT_STEP_CHANGED, 12 },
	{ "a step inserted for another entry", ONE_MORE("3", "3", "7"), AUDIT_STEP_CHANGED, 7 },
	{ "a step inserted twice", ONE_MORE("3", "3", "3"), AUDIT_STEP_CHANGED, 3 },
	{ "a step of no entry", ONE_MORE("3", "3", "0"), AUDIT_STEP_CHANGED, 0 },
	{ "a plaque's state", PLAQUE("state = 'lost'"), AUDIT_STEP_CHANGED, 8 },
	{ "a plaque's day", PLAQUE("day = day + 1"), AUDIT_STEP_CHANGED, 8 },
	{ "a plaque's day, 32 bits on", PLAQUE("day = day + 4294967296"), AUDIT_STEP_CHANGED, 8 },
	{ "a plaque's reason", PLAQUE("reason = ''"), AUDIT_STEP_CHANGED, 8 },
	{ "a plaque's actor", PLAQUE("actor = 'li'"), AUDIT_STEP_CHANGED, 8 },
	{ "when a plaque was recorded", PLAQUE("recorded_at = 1"), AUDIT_STEP_CHANGED, 8 },
	{ "a plaque's number", PLAQUE("plaque = 'G-2'"), AUDIT_STEP_CHANGED, 8 },
	{ "a plaque's state deleted", "DELETE FROM plaque_event WHERE audit = 9",
	  AUDIT_STEP_DELETED, 9 },
	{ "a plaque's state inserted",
	  "INSERT INTO plaque_event SELECT plaque, 3, day, state, reason, actor, recorded_at, 12"
	  " FROM plaque_event WHERE audit = 9",
	  AUDIT_STEP_CHANGED, 12 },
};

/* A copy, to be tampered with. */
static void copy_of(struct small_registry *copy, const struct small_registry *small)
{
	snprintf(copy->path, sizeof copy->path, "%s/copy", small->folder);
	assert_int_equal(registry_backup(small->registry, copy->path), REGISTRY_OK);
	copy->registry = NULL;
}

static void drop_copy(struct small_registry *copy)
{
	static const char *const suffixes[] = { "", ".keys", ".head", ".audit", "-wal", "-shm" };
	registry_close(copy->registry);
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		char path[192];
		small_path(path, copy, suffixes[i]);
		unlink(path);
	}
}

static void each_tampering_is_found_and_named(void **state)
{
	for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i++) {
		const struct tampering *row = &tamperings[i];
		struct small_registry copy;
		copy_of(&copy, *state);
		tamper(copy.path, row->sql);
		assert_int_equal(registry_open(&copy.registry, copy.path, false), REGISTRY_OK);
		struct audit_report report = sample_verify(copy.registry);
		if (report.fault != row->fault || report.seq != row->seq)
			fail_msg("%s: fault %d at %d: %s", row->name, report.fault, (int)report.seq,
				 report.why);
		assert_true(strlen(report.why) > 0);
		drop_copy(&copy);
	}
}

/* What was done to a chain stays visible when the chain goes on. */
static void tampering_does_not_heal(void **state)
{
	static const struct {
		const char *name, *sql;
		enum audit_fault fault;
	} rows[] = {
		{ "removed", "DELETE FROM audit WHERE seq = 7", AUDIT_REMOVED },
		{ "cut", "DELETE FROM audit WHERE seq > 9", AUDIT_HEAD_WRONG },
		{ "changed", "UPDATE audit SET at = 1 WHERE seq = 7", AUDIT_CHANGED },
		{ "deleted", "DELETE FROM audit_detail WHERE audit = 7", AUDIT_DETAIL_DELETED },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct small_registry copy;
		copy_of(&copy, *state);
		tamper(copy.path, rows[i].sql);
		assert_int_equal(registry_open(&copy.registry, copy.path, true), REGISTRY_OK);
		for (int more = 0; more < 4; more++)
			sample_append(copy.registry, "li", &(struct audit_act){ .act = "staff.in" },
				      SMALL_NOW + 20);
		struct audit_report report = sample_verify(copy.registry);
		if (report.fault != rows[i].fault)
			fail_msg("%s: fault %d: %s", rows[i].name, report.fault, report.why);
		drop_copy(&copy);
	}
}

/* As the law says: step, detail and all, and the chain stays valid. */
static void a_life_may_be_forgotten_by_an_act(void **state)
{
	struct small_registry *small = *state;
	small_sql(small->path, "INSERT INTO forgetting VALUES ('P2');"
			       "DELETE FROM event WHERE certificate = 'C2';"
			       "DELETE FROM audit_detail WHERE audit IN (2, 3);"
			       "DELETE FROM forgetting");
	assert_int_equal(sample_verify(small->registry).fault, AUDIT_DETAIL_DELETED);
	sample_append(small->registry, "li",
		      &(struct audit_act){ .act = "person.forget", .person = "P2", .erased = 2 },
		      SMALL_NOW + 20);
	sample_assert_intact(small->registry, SAMPLE_ENTRIES + 1);
}

static void an_act_that_was_rolled_back_is_not_on_record(void **state)
{
	struct small_registry *small = *state;
	static const struct audit_act act = { .act = "key.new", .detail = "kid=00" };
	assert_int_equal(registry_begin(small->registry), REGISTRY_OK);
	assert_int_equal(audit_append(small->registry, NULL, &act, SMALL_NOW), REGISTRY_OK);
	registry_rollback(small->registry);
	sample_assert_intact(small->registry, SAMPLE_ENTRIES);
	sample_append(small->registry, "li", &act, SMALL_NOW);
	sample_assert_intact(small->registry, SAMPLE_ENTRIES + 1);
}

static void keep_line(void *context, const char *line)
{
	see(context, line);
}

static void fsck_walks_the_chain(void **state)
{
	struct small_registry copy;
	struct seen seen = { 0 };
	copy_of(&copy, *state);
	assert_int_equal(registry_open(&copy.registry, copy.path, true), REGISTRY_OK);
	assert_int_equal(registry_fsck(copy.registry, keep_line, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "");
	registry_close(copy.registry);
	tamper(copy.path, "UPDATE audit SET unit = 'U' WHERE seq = 3");
	assert_int_equal(registry_open(&copy.registry, copy.path, true), REGISTRY_OK);
	assert_int_equal(registry_fsck(copy.registry, keep_line, &seen), REGISTRY_DAMAGED);
	assert_non_null(strstr(seen.text, "Entry 3 was changed"));
	drop_copy(&copy);
}

/* --- FILE.audit --- */

static size_t get_file(const char *path, char bytes[static 512])
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t length = fread(bytes, 1, 512, file);
	fclose(file);
	return length;
}

static void a_head_that_is_broken_or_missing_is_found(void **state)
{
	static const struct {
		const char *name;
		size_t at; /* of the byte that is changed; SIZE_MAX: the file is cut there */
		size_t cut;
	} rows[] = {
		{ "title", 0, 0 },         { "count", 37, 0 },
		{ "hash", 50, 0 },         { "signature", 130, 0 },
		{ "last digit", 248, 0 },  { "empty", SIZE_MAX, 0 },
		{ "half", SIZE_MAX, 100 }, { "without its end", SIZE_MAX, 248 },
	};
	struct small_registry *small = *state;
	char path[192], good[512], bad[512];
	small_path(path, small, ".audit");
	size_t length = get_file(path, good);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		memcpy(bad, good, length);
		if (rows[i].at != SIZE_MAX)
			bad[rows[i].at] = bad[rows[i].at] == '1' ? '2' : '1';
		folder_put(path, bad, rows[i].at == SIZE_MAX ? rows[i].cut : length);
		struct audit_report report = sample_verify(small->registry);
		if (report.fault != AUDIT_HEAD_WRONG && report.fault != AUDIT_CUT)
			fail_msg("%s: fault %d", rows[i].name, report.fault);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sample_verify(small->registry).fault, AUDIT_HEAD_WRONG);
	assert_non_null(strstr(sample_verify(small->registry).why, "(FILE.audit) is missing"));
	/* Neither opening nor going on makes a new one. */
	sample_append(small->registry, "li", &(struct audit_act){ .act = "staff.in" },
		      SMALL_NOW + 20);
	assert_int_equal(registry_init(small->path), REGISTRY_OK);
	assert_int_equal(access(path, F_OK), -1);
	/* The right one is taken up again. */
	folder_put(path, good, length);
	registry_close(small->registry);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	sample_assert_intact(small->registry, SAMPLE_ENTRIES + 1);
}

static void a_head_that_lags_is_brought_up_to_the_chain(void **state)
{
	struct small_registry *small = *state;
	char path[192], old[512], now[512];
	small_path(path, small, ".audit");
	size_t length = get_file(path, old);
	sample_append(small->registry, "li", &(struct audit_act){ .act = "staff.in" },
		      SMALL_NOW + 20);
	sample_append(small->registry, "li", &(struct audit_act){ .act = "staff.out" },
		      SMALL_NOW + 21);
	assert_int_equal(get_file(path, now), length);
	assert_memory_not_equal(old, now, length);
	folder_put(path, old, length); /* as if the machine had stopped in between */
	sample_assert_intact(small->registry, SAMPLE_ENTRIES + 2);
	registry_close(small->registry);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	assert_int_equal(get_file(path, old), length);
	assert_memory_equal(old, now, length);
}

static void a_head_of_another_chain_is_found(void **state)
{
	static const char *const suffixes[] = { ".audit", ".head" };
	struct small_registry *small = *state, other;
	char path[192], others[192], bytes[512];
	small_registry_make(&other);
	sample_append(other.registry, "li", &(struct audit_act){ .act = "staff.in" }, SMALL_NOW);
	small_path(path, small, ".audit");
	/* Another registry's, and the head of this one's own log. */
	for (size_t i = 0; i < 2; i++) {
		small_path(others, i == 0 ? &other : small, suffixes[i]);
		folder_put(path, bytes, get_file(others, bytes));
		assert_int_equal(sample_verify(small->registry).fault, AUDIT_HEAD_WRONG);
	}
	/* Another's keys: the entries are not signed with them. */
	small_path(path, small, ".keys");
	small_path(others, &other, ".keys");
	folder_put(path, bytes, get_file(others, bytes));
	registry_close(small->registry);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	struct audit_report report = sample_verify(small->registry);
	assert_int_equal(report.fault, AUDIT_CHANGED);
	assert_int_equal(report.seq, 1);
	small_registry_remove(&other);
}

static void the_schema_keeps_the_chain(void **state)
{
	static const struct {
		const char *name, *sql;
	} rows[] = {
		{ "update", "UPDATE audit SET at = 0 WHERE seq = 4" },
		{ "delete", "DELETE FROM audit WHERE seq = 11" },
		{ "gap",
		  "INSERT INTO audit SELECT 13, at, clock, actor, act, subject, unit, 0, bound,"
		  " hash, signature FROM audit WHERE seq = 11" },
		{ "detail", "UPDATE audit_detail SET text = ''" },
		{ "event", "UPDATE event SET reason = ''" },
		{ "event deleted", "DELETE FROM event" },
	};
	struct small_registry *small = *state;
	struct store *store;
	assert_int_equal(store_open(&store, small->path, STORE_WRITE), STORE_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (store_execute(store, rows[i].sql) != STORE_CONSTRAINT)
			fail_msg("%s: %s", rows[i].name, store_trouble(store));
	store_close(store);
	sample_assert_intact(small->registry, SAMPLE_ENTRIES);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, sample_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_chain_of_several_actors_is_intact),
		cmocka_unit_test(an_empty_chain_is_intact),
		CASE(each_tampering_is_found_and_named),
		CASE(tampering_does_not_heal),
		CASE(a_life_may_be_forgotten_by_an_act),
		CASE(an_act_that_was_rolled_back_is_not_on_record),
		CASE(fsck_walks_the_chain),
		CASE(a_head_that_is_broken_or_missing_is_found),
		CASE(a_head_that_lags_is_brought_up_to_the_chain),
		CASE(a_head_of_another_chain_is_found),
		CASE(the_schema_keeps_the_chain),
	};
	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
