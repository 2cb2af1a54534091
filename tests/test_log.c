#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/log.h"
#include "db/store.h"
#include "small_registry.h"

#define ENTRIES 9

static void redeem(struct registry *registry, struct redemption *out, const char *number,
		   const char *benefit, const char *visit, int64_t now)
{
	uint8_t medium[16];
	struct presentation presentation = small_presentation(number, medium);
	struct circumstances circumstances = small_circumstances("SHOP", 1000);
	circumstances.now = now;
	assert_int_equal(
		entitlement_redeem(registry, out, &presentation, &circumstances, benefit, visit),
		REGISTRY_OK);
}

/* Nine entries: redemptions, refusals and, at 6, a void of 4. */
static int set_up(void **state)
{
	static struct small_registry small;
	static const char *const benefits[] = { "shop-tenth", "shop-first", "none", "shop-tenth" };
	struct redemption out;
	char fourth[REDEMPTION_ID_MAX + 1] = "";
	small_registry_make(&small);
	for (int i = 1; i <= ENTRIES; i++) {
		char visit[32];
		snprintf(visit, sizeof visit, "visit-%d", i);
		if (i == 6) {
			if (log_void(small.registry, fourth, "mistake", SMALL_NOW + i) !=
			    REGISTRY_OK)
				return -1;
			continue;
		}
		redeem(small.registry, &out, i % 2 == 0 ? "C1" : "C2", benefits[i % 4], visit,
		       SMALL_NOW + i);
		if (i == 4)
			strcpy(fourth, out.id);
	}
	*state = &small;
	return fourth[0] == '\0' ? -1 : 0;
}

static struct log_report verify(struct registry *registry)
{
	struct log_report report;
	assert_int_equal(log_verify(registry, &report), REGISTRY_OK);
	return report;
}

/* What somebody with the file and SQLite can do. */
static void tamper(struct small_registry *small, const char *sql)
{
	static const char drop[] = "DROP TRIGGER IF EXISTS log_is_final;"
				   "DROP TRIGGER IF EXISTS log_is_kept;"
				   "DROP TRIGGER IF EXISTS log_has_no_gaps;"
				   "DROP TRIGGER IF EXISTS log_is_whole";
	struct store *store;
	assert_int_equal(store_open(&store, small->path, STORE_WRITE), STORE_OK);
	assert_int_equal(store_execute(store, drop), STORE_OK);
	if (store_execute(store, sql) != STORE_OK)
		fail_msg("%s: %s", sql, store_trouble(store));
	store_close(store);
}

static void test_intact(void **state)
{
	struct small_registry *small = *state;
	struct log_report report = verify(small->registry);
	assert_int_equal(report.fault, LOG_INTACT);
	assert_int_equal(report.count, ENTRIES);
}

#define SWAP                                                                            \
	"UPDATE log SET seq = 100 WHERE seq = 3; UPDATE log SET seq = 3 WHERE seq = 4;" \
	"UPDATE log SET seq = 4 WHERE seq = 100"
#define INSERT(seq)                                                                      \
	"INSERT INTO log (seq, at, what, merchant, reason, previous, hash, signature)"   \
	" SELECT " #seq ", at, 'refused', merchant, 'forged', previous, hash, signature" \
	" FROM log WHERE seq = 3"

/* Each is done to a fresh log of nine entries. */
static const struct tampering {
	const char *name, *sql;
	enum log_fault fault;
	int64_t seq;
} tamperings[] = {
	{ "first removed", "DELETE FROM log WHERE seq = 1", LOG_REMOVED, 1 },
	{ "one removed", "DELETE FROM log WHERE seq = 5", LOG_REMOVED, 5 },
	{ "two removed", "DELETE FROM log WHERE seq IN (4, 5)", LOG_REMOVED, 4 },
	{ "last removed", "DELETE FROM log WHERE seq = 9", LOG_CUT, 9 },
	{ "last three removed", "DELETE FROM log WHERE seq > 6", LOG_CUT, 7 },
	{ "all removed", "DELETE FROM log", LOG_CUT, 1 },
	{ "first removed, the others moved up",
	  "DELETE FROM log WHERE seq = 1; UPDATE log SET seq = -seq; UPDATE log SET seq = -seq - 1",
	  LOG_REORDERED, 1 },
	{ "one removed, the others moved up",
	  "DELETE FROM log WHERE seq = 5; UPDATE log SET seq = -seq WHERE seq > 5;"
	  "UPDATE log SET seq = -seq - 1 WHERE seq < 0",
	  LOG_REORDERED, 5 },
	{ "two swapped", SWAP, LOG_REORDERED, 3 },
	{ "one put before the first", INSERT(0), LOG_REORDERED, 0 },
	{ "one added at the end", INSERT(10), LOG_REORDERED, 10 },
	{ "one put in between",
	  "UPDATE log SET seq = -seq WHERE seq > 4; UPDATE log SET seq = 1 - seq WHERE seq < "
	  "0;" INSERT(5),
	  LOG_REORDERED, 5 },
	{ "seq", "UPDATE log SET seq = 90 WHERE seq = 9", LOG_REMOVED, 9 },
	{ "at", "UPDATE log SET at = at + 1 WHERE seq = 4", LOG_CHANGED, 4 },
	{ "at of the first", "UPDATE log SET at = at + 1 WHERE seq = 1", LOG_CHANGED, 1 },
	{ "at of the last", "UPDATE log SET at = at - 1 WHERE seq = 9", LOG_CHANGED, 9 },
	{ "what", "UPDATE log SET what = 'refused' WHERE seq = 4", LOG_CHANGED, 4 },
	{ "redemption", "UPDATE log SET redemption = redemption || 'x' WHERE seq = 4", LOG_CHANGED,
	  4 },
	{ "redemption gone", "UPDATE log SET redemption = NULL WHERE seq = 4", LOG_CHANGED, 4 },
	{ "visit", "UPDATE log SET visit = 'visit-x' WHERE seq = 4", LOG_CHANGED, 4 },
	{ "visit gone", "UPDATE log SET visit = NULL WHERE seq = 4", LOG_CHANGED, 4 },
	{ "holder", "UPDATE log SET holder = randomblob(16) WHERE seq = 4", LOG_CHANGED, 4 },
	{ "holder of another",
	  "UPDATE log SET holder = (SELECT holder FROM log WHERE seq = 1) WHERE seq = 4",
	  LOG_CHANGED, 4 },
	{ "holder gone", "UPDATE log SET holder = NULL WHERE seq = 4", LOG_CHANGED, 4 },
	{ "holder and visit gone", "UPDATE log SET holder = NULL, visit = NULL WHERE seq = 8",
	  LOG_CHANGED, 8 },
	{ "benefit", "UPDATE log SET benefit = 'rooms' WHERE seq = 4", LOG_CHANGED, 4 },
	{ "benefit with a hidden end",
	  "UPDATE log SET benefit = CAST(CAST(benefit AS BLOB) || x'0078' AS TEXT) WHERE seq = 4",
	  LOG_CHANGED, 4 },
	{ "version", "UPDATE log SET benefit_version = 2 WHERE seq = 4", LOG_CHANGED, 4 },
	{ "version, 32 bits on", "UPDATE log SET benefit_version = 4294967297 WHERE seq = 4",
	  LOG_CHANGED, 4 },
	{ "merchant", "UPDATE log SET merchant = 'PARK' WHERE seq = 4", LOG_CHANGED, 4 },
	{ "reason", "UPDATE log SET reason = 'OK' WHERE seq = 4", LOG_CHANGED, 4 },
	{ "reason of a void", "UPDATE log SET reason = 'misteak' WHERE seq = 6", LOG_CHANGED, 6 },
	{ "reason of a refusal", "UPDATE log SET reason = 'lost' WHERE seq = 2", LOG_CHANGED, 2 },
	{ "payable", "UPDATE log SET payable = payable + 1 WHERE seq = 4", LOG_CHANGED, 4 },
	{ "payable gone", "UPDATE log SET payable = NULL WHERE seq = 4", LOG_CHANGED, 4 },
	{ "saved", "UPDATE log SET saved = saved - 1 WHERE seq = 4", LOG_CHANGED, 4 },
	{ "saved for payable", "UPDATE log SET saved = payable, payable = saved WHERE seq = 4",
	  LOG_CHANGED, 4 },
	{ "region of a refusal", "UPDATE log SET region = '350926' WHERE seq = 2", LOG_CHANGED, 2 },
	{ "region of a refusal gone", "UPDATE log SET region = NULL WHERE seq = 2", LOG_CHANGED,
	  2 },
	{ "assurance", "UPDATE log SET assurance = 4 WHERE seq = 4", LOG_CHANGED, 4 },
	{ "assurance, 256 on", "UPDATE log SET assurance = assurance + 256 WHERE seq = 4",
	  LOG_CHANGED, 4 },
	{ "compared", "UPDATE log SET compared = 0 WHERE seq = 4", LOG_CHANGED, 4 },
	{ "previous", "UPDATE log SET previous = zeroblob(32) WHERE seq = 4", LOG_CHANGED, 4 },
	{ "previous of the first", "UPDATE log SET previous = zeroblob(32) WHERE seq = 1",
	  LOG_CHANGED, 1 },
	{ "hash", "UPDATE log SET hash = zeroblob(32) WHERE seq = 4", LOG_CHANGED, 4 },
	{ "hash of the last", "UPDATE log SET hash = zeroblob(32) WHERE seq = 9", LOG_CHANGED, 9 },
	{ "signature", "UPDATE log SET signature = zeroblob(64) WHERE seq = 4", LOG_CHANGED, 4 },
	{ "signature of another",
	  "UPDATE log SET signature = (SELECT signature FROM log WHERE seq = 5) WHERE seq = 4",
	  LOG_CHANGED, 4 },
};

/* A copy of the log, to be tampered with. */
static void copy_of(struct small_registry *copy, const struct small_registry *small)
{
	snprintf(copy->path, sizeof copy->path, "%s/copy", small->folder);
	assert_int_equal(registry_backup(small->registry, copy->path), REGISTRY_OK);
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

static void test_tampering(void **state)
{
	for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i++) {
		const struct tampering *row = &tamperings[i];
		struct small_registry copy;
		copy_of(&copy, *state);
		tamper(&copy, row->sql);
		assert_int_equal(registry_open(&copy.registry, copy.path, true), REGISTRY_OK);
		struct log_report report = verify(copy.registry);
		if (report.fault != row->fault || report.seq != row->seq)
			fail_msg("%s: fault %d at %d: %s", row->name, report.fault, (int)report.seq,
				 report.why);
		assert_true(strlen(report.why) > 0);
		drop_copy(&copy);
	}
}

/* What was done to a log stays visible when the log goes on. */
static void test_tampering_does_not_heal(void **state)
{
	static const struct {
		const char *name, *sql;
		enum log_fault fault;
	} rows[] = {
		{ "removed", "DELETE FROM log WHERE seq = 5", LOG_REMOVED },
		{ "cut", "DELETE FROM log WHERE seq > 7", LOG_HEAD_WRONG },
		{ "emptied", "DELETE FROM log", LOG_CUT },
		{ "changed", "UPDATE log SET saved = 1 WHERE seq = 4", LOG_CHANGED },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct small_registry copy;
		struct redemption out;
		copy_of(&copy, *state);
		tamper(&copy, rows[i].sql);
		assert_int_equal(registry_open(&copy.registry, copy.path, true), REGISTRY_OK);
		for (int more = 0; more < 4; more++) {
			char visit[32];
			snprintf(visit, sizeof visit, "more-%d", more);
			redeem(copy.registry, &out, "C1", "shop-first", visit, SMALL_NOW + 100);
			assert_int_equal(out.reason, REASON_OK);
		}
		struct log_report report = verify(copy.registry);
		if (report.fault != rows[i].fault)
			fail_msg("%s: fault %d: %s", rows[i].name, report.fault, report.why);
		drop_copy(&copy);
	}
}

/* --- FILE.head --- */

static size_t get_file(const char *path, char bytes[static 512])
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t length = fread(bytes, 1, 512, file);
	fclose(file);
	return length;
}

static void test_head(void **state)
{
	static const struct {
		const char *name;
		size_t at; /* of the byte that is changed; SIZE_MAX: the file is cut there */
		size_t cut;
	} rows[] = {
		{ "title", 0, 0 },         { "version", 12, 0 },
		{ "count", 20, 0 },        { "end of count", 38, 0 },
		{ "hash", 50, 0 },         { "signature", 130, 0 },
		{ "last digit", 248, 0 },  { "empty", SIZE_MAX, 0 },
		{ "half", SIZE_MAX, 100 }, { "without its end", SIZE_MAX, 248 },
	};
	struct small_registry *small = *state;
	char path[192], good[512], bad[512];
	small_path(path, small, ".head");
	size_t length = get_file(path, good);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		memcpy(bad, good, length);
		if (rows[i].at != SIZE_MAX)
			bad[rows[i].at] = bad[rows[i].at] == '1' ? '2' : '1';
		folder_put(path, bad, rows[i].at == SIZE_MAX ? rows[i].cut : length);
		struct log_report report = verify(small->registry);
		if (report.fault != LOG_HEAD_WRONG && report.fault != LOG_CUT)
			fail_msg("%s: fault %d", rows[i].name, report.fault);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(verify(small->registry).fault, LOG_HEAD_WRONG);
	/* Neither opening nor going on makes a new one. */
	struct registry *again;
	struct redemption out;
	assert_int_equal(registry_open(&again, small->path, true), REGISTRY_OK);
	redeem(again, &out, "C1", "shop-first", "more", SMALL_NOW + 100);
	registry_close(again);
	assert_int_equal(registry_init(small->path), REGISTRY_OK);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(verify(small->registry).fault, LOG_HEAD_WRONG);
	/* The right one is taken up again. */
	folder_put(path, good, length);
	assert_int_equal(registry_open(&again, small->path, true), REGISTRY_OK);
	registry_close(again);
	assert_int_equal(verify(small->registry).fault, LOG_INTACT);
}

static void test_head_lags(void **state)
{
	struct small_registry *small = *state;
	char path[192], old[512], now[512];
	struct redemption out;
	small_path(path, small, ".head");
	size_t length = get_file(path, old);
	redeem(small->registry, &out, "C1", "shop-first", "more-1", SMALL_NOW + 100);
	redeem(small->registry, &out, "C1", "shop-first", "more-2", SMALL_NOW + 100);
	assert_int_equal(get_file(path, now), length);
	assert_memory_not_equal(old, now, length);
	folder_put(path, old, length); /* as if the machine had stopped in between */
	assert_int_equal(verify(small->registry).fault, LOG_INTACT);
	registry_close(small->registry);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	assert_int_equal(get_file(path, old), length);
	assert_memory_equal(old, now, length);
}

static void test_head_of_another_log(void **state)
{
	struct small_registry *small = *state, other;
	char path[192], others[192], bytes[512];
	struct redemption out;
	small_registry_make(&other);
	redeem(other.registry, &out, "C1", "shop-first", "v", SMALL_NOW);
	small_path(path, small, ".head");
	small_path(others, &other, ".head");
	folder_put(path, bytes, get_file(others, bytes));
	assert_int_equal(verify(small->registry).fault, LOG_HEAD_WRONG);
	/* Another's keys: the entries are not signed with them. */
	small_path(path, small, ".keys");
	small_path(others, &other, ".keys");
	folder_put(path, bytes, get_file(others, bytes));
	registry_close(small->registry);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	struct log_report report = verify(small->registry);
	assert_int_equal(report.fault, LOG_CHANGED);
	assert_int_equal(report.seq, 1);
	small_registry_remove(&other);
}

/* --- what the schema forbids --- */

static void test_append_only(void **state)
{
	static const struct {
		const char *name, *sql;
	} rows[] = {
		{ "update", "UPDATE log SET saved = 0 WHERE seq = 4" },
		{ "delete", "DELETE FROM log WHERE seq = 9" },
		{ "replace", "INSERT OR REPLACE INTO log SELECT * FROM log WHERE seq = 9" },
		{ "gap",
		  "INSERT INTO log SELECT 11, at, what, NULL, NULL, NULL, benefit, 1, merchant,"
		  " reason, NULL, NULL, NULL, NULL, previous, hash, signature, NULL FROM log"
		  " WHERE seq = 2" },
		{ "refusal with a redemption",
		  "INSERT INTO log SELECT 10, at, 'refused', 'r', NULL, NULL, benefit, 1, merchant,"
		  " reason, NULL, NULL, NULL, NULL, previous, hash, signature, NULL FROM log"
		  " WHERE seq = 2" },
		{ "redemption with a region",
		  "INSERT INTO log SELECT 10, at, 'redeemed', 'r', 'v', zeroblob(16), benefit, 1,"
		  " merchant, reason, NULL, NULL, 1, 0, previous, hash, signature, '371171'"
		  " FROM log WHERE seq = 2" },
		{ "version of a benefit", "UPDATE benefit SET document = '{}'" },
		{ "version taken away", "DELETE FROM benefit" },
		{ "version left out",
		  "INSERT INTO benefit SELECT id, 3, document, 1 FROM benefit LIMIT 1" },
	};
	struct small_registry *small = *state;
	struct store *store;
	assert_int_equal(store_open(&store, small->path, STORE_WRITE), STORE_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (store_execute(store, rows[i].sql) != STORE_CONSTRAINT)
			fail_msg("%s: %s", rows[i].name, store_trouble(store));
	store_close(store);
	assert_int_equal(verify(small->registry).fault, LOG_INTACT);
}

/* A log that was begun when refusals had no region yet goes on with one. */
static void test_older_log(void **state)
{
	static const char back[] = "DELETE FROM log WHERE seq > 1;"
				   "ALTER TABLE log DROP COLUMN region; PRAGMA user_version = 1";
	struct small_registry *small = *state;
	struct redemption out;
	char path[192];
	registry_close(small->registry);
	small_path(path, small, ".head");
	unlink(path);
	tamper(small, small_undo_version_5);
	tamper(small, small_undo_version_3);
	tamper(small, back);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OLDER);
	assert_int_equal(registry_init(small->path), REGISTRY_OK);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	redeem(small->registry, &out, "C1", "none", "another", SMALL_NOW + 20);
	struct log_report report = verify(small->registry);
	assert_int_equal(report.count, 2);
	/* The head of the longer log was taken away with it. */
	assert_int_equal(report.fault, LOG_HEAD_WRONG);
}

/* --- lists --- */

struct stop {
	int count, stop_at;
	int64_t first, last;
	bool fits;
};

static bool stop_at(void *context, const struct log_entry *entry)
{
	struct stop *seen = context;
	if (seen->count++ == 0)
		seen->first = entry->seq;
	seen->last = entry->seq;
	if (entry->seq == 6)
		seen->fits = strcmp(entry->what, "voided") == 0 &&
			     strcmp(entry->reason, "mistake") == 0 &&
			     strcmp(entry->merchant, "SHOP") == 0 && entry->redemption != NULL &&
			     strncmp(entry->redemption, "4-", 2) == 0 && !entry->has_saved;
	return seen->count != seen->stop_at;
}

static void test_lists(void **state)
{
	static const struct {
		int64_t last;
		int stop_at, count;
		int64_t first_seq, last_seq;
	} rows[] = { { 0, 0, 9, 1, 9 },   { 3, 0, 3, 7, 9 }, { 9, 0, 9, 1, 9 },
		     { 100, 0, 9, 1, 9 }, { 0, 2, 2, 1, 2 }, { 1, 0, 1, 9, 9 } };
	struct small_registry *small = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stop seen = { .stop_at = rows[i].stop_at };
		assert_int_equal(log_each(small->registry, rows[i].last, stop_at, &seen),
				 REGISTRY_OK);
		assert_int_equal(seen.count, rows[i].count);
		assert_int_equal(seen.first, rows[i].first_seq);
		assert_int_equal(seen.last, rows[i].last_seq);
		if (rows[i].last_seq == 9 && rows[i].first_seq == 1)
			assert_true(seen.fits);
	}
}

struct lines {
	int count, bad;
	char last[2048];
};

static bool take_line(void *context, const char *line)
{
	struct lines *lines = context;
	int tabs = 0;
	for (const char *at = line; *at != '\0'; at++)
		tabs += *at == '\t';
	lines->bad += strncmp(line, "youdai-log-1\t", 13) != 0;
	lines->bad += tabs != (lines->count == 0 ? 2 : 16) || strchr(line, '\n') != NULL;
	snprintf(lines->last, sizeof lines->last, "%s", line);
	return ++lines->count < 100;
}

static void test_export(void **state)
{
	struct small_registry *small = *state;
	struct lines lines = { 0 };
	assert_int_equal(log_export(small->registry, take_line, &lines), REGISTRY_OK);
	assert_int_equal(lines.count, ENTRIES + 1);
	assert_int_equal(lines.bad, 0);
	assert_null(strstr(lines.last, "visit-9")); /* bound, not shown */
}

/* --- receipts --- */

static void test_receipts(void **state)
{
	struct small_registry *small = *state;
	struct redemption out;
	uint8_t key[32];
	char changed[RECEIPT_MAX + 2];
	redeem(small->registry, &out, "C1", "shop-tenth", "receipt", SMALL_NOW + 100);
	log_public_key(small->registry, key);
	assert_true(receipt_verify(out.receipt, key));
	size_t length = strlen(out.receipt);
	assert_in_range(length, 200, 400);
	assert_int_equal(strspn(out.receipt, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"),
			 length);
	for (size_t i = 0; i < length; i++) { /* every character counts */
		strcpy(changed, out.receipt);
		changed[i] = changed[i] == '7' ? '8' : '7';
		if (receipt_verify(changed, key))
			fail_msg("character %zu", i);
	}
	for (size_t i = 0; i < length; i++) {
		strcpy(changed, out.receipt);
		changed[i] = '\0';
		assert_false(receipt_verify(changed, key));
	}
	snprintf(changed, sizeof changed, "%s0", out.receipt);
	assert_false(receipt_verify(changed, key));
	static const char *const bad[] = { "",         "YDR1:", "YDR1:000", "YDR1:GGW",
					   "YDR1::::", "ydr1:", "YDR1:a" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(receipt_verify(bad[i], key));
	char endless[5000] = "YDR1:";
	memset(endless + 5, '0', sizeof endless - 6);
	assert_false(receipt_verify(endless, key));
	key[0] ^= 1;
	assert_false(receipt_verify(out.receipt, key));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_intact),      CASE(test_tampering), CASE(test_tampering_does_not_heal),
		CASE(test_head),        CASE(test_head_lags), CASE(test_head_of_another_log),
		CASE(test_append_only), CASE(test_lists),     CASE(test_export),
		CASE(test_older_log),   CASE(test_receipts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
