/* The audit chain: shown to whoever may look, exported so that anybody can verify it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "db/store.h"
#include "tests/audit_sample.h"

/* --- the canonical text, computed here from what audit.h says --- */

struct line {
	char *fields[16];
	size_t count;
};

/* One line of the export in its fields, which lie in text. */
static struct line split(char *text)
{
	struct line line = { .count = 1, .fields = { text } };
	for (char *at = text; *at != '\0'; at++)
		if (*at == '\t') {
			*at = '\0';
			assert_true(line.count < 16);
			line.fields[line.count++] = at + 1;
		}
	return line;
}

struct exported {
	size_t count;
	char texts[SAMPLE_ENTRIES + 1][1024];
};

static bool take_line(void *context, const char *line)
{
	struct exported *exported = context;
	assert_true(exported->count <= SAMPLE_ENTRIES);
	snprintf(exported->texts[exported->count++], sizeof *exported->texts, "%s", line);
	return true;
}

static void from_hex(uint8_t *out, size_t size, const char *text)
{
	size_t length;
	assert_int_equal(sodium_hex2bin(out, size, text, strlen(text), NULL, &length, NULL), 0);
	assert_int_equal(length, size);
}

static void assert_bound(struct store *store, int64_t seq, const char *bound)
{
	static const char sql[] = "SELECT salt, text FROM audit_detail WHERE audit = ?1";
	char due[65] = "0000000000000000000000000000000000000000000000000000000000000000";
	crypto_hash_sha256_state hash;
	uint8_t digest[32];
	struct statement *row;
	size_t length;
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	bind_integer(row, 1, seq);
	if (statement_step(row) == STORE_ROW) {
		const void *salt = column_bytes(row, 0, &length);
		assert_int_equal(length, 16);
		crypto_hash_sha256_init(&hash);
		crypto_hash_sha256_update(&hash, salt, 16);
		const void *text = column_bytes(row, 1, &length);
		crypto_hash_sha256_update(&hash, text, length);
		crypto_hash_sha256_final(&hash, digest);
		sodium_bin2hex(due, sizeof due, digest, sizeof digest);
	}
	statement_reset(row);
	if (seq != 6) /* whose detail is gone, and cannot be computed any more */
		assert_string_equal(bound, due);
	else
		assert_string_not_equal(bound, due);
}

/* Rebuilds the canonical text from the fields, and verifies hash and signature. */
static void assert_sound(const struct line *line, const char *previous,
			 const uint8_t key[static 32])
{
	uint8_t hash[32], due[32], signature[64];
	char text[1024];
	int length = snprintf(text, sizeof text,
			      "youdai-audit-1\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s"
			      "\t%s\t%s",
			      line->fields[1], line->fields[2], line->fields[3], line->fields[4],
			      line->fields[5], line->fields[6], line->fields[7], line->fields[8],
			      line->fields[9], previous);
	assert_int_equal(line->count, 13);
	assert_string_equal(line->fields[10], previous);
	crypto_hash_sha256(due, (const unsigned char *)text, (size_t)length);
	from_hex(hash, sizeof hash, line->fields[11]);
	assert_memory_equal(hash, due, sizeof hash);
	from_hex(signature, sizeof signature, line->fields[12]);
	assert_int_equal(crypto_sign_verify_detached(signature, hash, sizeof hash, key), 0);
}

static void the_export_can_be_verified_by_anybody(void **state)
{
	static const char *const starts[] = {
		"youdai-audit-1\t1\t1781490240\t1781490247\tos:root\tregistry.init\t\t\t0\t",
		"youdai-audit-1\t2\t1781490241\t1781490247\twang\t"
		"certificate.report_loss_provisional\t",
	};
	struct small_registry *small = *state;
	static struct exported exported;
	char previous[65], subjects[SAMPLE_ENTRIES + 1][33];
	uint8_t key[32], genesis[14 + 32], digest[32];
	struct store *store;

	exported.count = 0;
	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(audit_export(small->registry, take_line, &exported), REGISTRY_OK);
	assert_int_equal(exported.count, SAMPLE_ENTRIES + 1);
	for (size_t i = 0; i < 2; i++)
		assert_memory_equal(exported.texts[i + 1], starts[i], strlen(starts[i]));
	struct line head = split(exported.texts[0]);
	assert_string_equal(head.fields[0], "youdai-audit-1");
	assert_string_equal(head.fields[1], "key");
	from_hex(key, sizeof key, head.fields[2]);
	memcpy(genesis, "youdai-audit-1", 14);
	memcpy(genesis + 14, key, sizeof key);
	crypto_hash_sha256(digest, genesis, sizeof genesis);
	sodium_bin2hex(previous, sizeof previous, digest, sizeof digest);
	for (size_t i = 1; i <= SAMPLE_ENTRIES; i++) {
		struct line line = split(exported.texts[i]);
		assert_sound(&line, previous, key);
		assert_bound(store, (int64_t)i, line.fields[9]);
		snprintf(subjects[i], sizeof *subjects, "%s", line.fields[6]);
		snprintf(previous, sizeof previous, "%s", line.fields[11]);
	}
	/* One person has one pseudonym. */
	assert_string_equal(subjects[4], subjects[7]);
	assert_string_equal(subjects[2], subjects[3]);
	assert_string_not_equal(subjects[2], subjects[4]);
	assert_int_equal(strlen(subjects[4]), 32);
	store_close(store);
}

/* --- showing --- */

struct shown {
	size_t count;
	char seqs[64];
	size_t stop_at;
	struct audit_row last;
	char detail[256];
};

static bool take_row(void *context, const struct audit_row *row)
{
	struct shown *shown = context;
	size_t used = strlen(shown->seqs);
	snprintf(shown->seqs + used, sizeof shown->seqs - used, "%d ", (int)row->seq);
	shown->last = *row;
	snprintf(shown->detail, sizeof shown->detail, "%s",
		 row->detail == NULL ? "(none)" : row->detail);
	return ++shown->count != shown->stop_at;
}

static void entries_are_shown_by_actor_person_and_time(void **state)
{
	static const struct {
		const char *name;
		struct audit_filter filter;
		size_t stop_at;
		const char *seqs;
	} rows[] = {
		{ "all", { INT64_MIN, INT64_MAX, NULL, NULL, 0 }, 0, "1 2 3 4 5 6 7 8 9 10 11 " },
		{ "the last", { INT64_MIN, INT64_MAX, NULL, NULL, 1 }, 0, "11 " },
		{ "the last three", { INT64_MIN, INT64_MAX, NULL, NULL, 3 }, 0, "9 10 11 " },
		{ "more than there are",
		  { INT64_MIN, INT64_MAX, NULL, NULL, 99 },
		  0,
		  "1 2 3 4 5 6 7 8 9 10 11 " },
		{ "by one", { INT64_MIN, INT64_MAX, "wang", NULL, 0 }, 0, "2 4 " },
		{ "the last by one", { INT64_MIN, INT64_MAX, "wang", NULL, 1 }, 0, "4 " },
		{ "by nobody", { INT64_MIN, INT64_MAX, "wan", NULL, 0 }, 0, "" },
		{ "about one, looks too",
		  { INT64_MIN, INT64_MAX, NULL, "P1", 0 },
		  0,
		  "4 5 7 8 9 " },
		{ "about one who is forgotten",
		  { INT64_MIN, INT64_MAX, NULL, "P3", 0 },
		  0,
		  "6 10 " },
		{ "about nobody", { INT64_MIN, INT64_MAX, NULL, "P9", 0 }, 0, "" },
		{ "the last about one", { INT64_MIN, INT64_MAX, NULL, "P1", 2 }, 0, "8 9 " },
		{ "by one about one", { INT64_MIN, INT64_MAX, "zhang", "P1", 0 }, 0, "7 8 9 " },
		{ "since, inclusive", { SMALL_NOW + 9, INT64_MAX, NULL, NULL, 0 }, 0, "10 11 " },
		{ "before, exclusive", { INT64_MIN, SMALL_NOW + 1, NULL, NULL, 0 }, 0, "1 " },
		{ "a time about one", { SMALL_NOW + 4, SMALL_NOW + 7, NULL, "P1", 0 }, 0, "5 7 " },
		{ "until one has enough", { INT64_MIN, INT64_MAX, NULL, NULL, 0 }, 2, "1 2 " },
	};
	struct small_registry *small = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct shown shown = { .stop_at = rows[i].stop_at };
		assert_int_equal(audit_each(small->registry, &rows[i].filter, take_row, &shown),
				 REGISTRY_OK);
		if (strcmp(shown.seqs, rows[i].seqs) != 0)
			fail_msg("%s: %s", rows[i].name, shown.seqs);
	}
}

static void a_detail_that_was_deleted_is_told_from_none(void **state)
{
	static const struct {
		int64_t second;
		const char *detail;
		bool about_somebody, gone;
		int64_t erased;
	} rows[] = {
		{ 0, "version 3", false, false, 0 },
		{ 1,
		  "certificate=C2 at=2026-06-15T02:24:01Z until=2026-06-30T02:24:00Z cause= "
		  "reason=left on the bus",
		  true, false, 0 },
		{ 5, "(none)", true, true, 0 },
		{ 7, "plaque=G-1 day=2026-06-15 reason=Army Day", true, false, 0 },
		{ 9, "(none)", true, false, 1 },
		{ 10, "(none)", false, false, 0 },
	};
	struct small_registry *small = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct shown shown = { 0 };
		struct audit_filter filter = { .since = SMALL_NOW + rows[i].second,
					       .before = SMALL_NOW + rows[i].second + 1 };
		assert_int_equal(audit_each(small->registry, &filter, take_row, &shown),
				 REGISTRY_OK);
		assert_int_equal(shown.count, 1);
		assert_string_equal(shown.detail, rows[i].detail);
		assert_int_equal(shown.last.about_somebody, rows[i].about_somebody);
		assert_int_equal(shown.last.detail_gone, rows[i].gone);
		assert_int_equal(shown.last.erased, rows[i].erased);
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, sample_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_export_can_be_verified_by_anybody),
		CASE(entries_are_shown_by_actor_person_and_time),
		CASE(a_detail_that_was_deleted_is_told_from_none),
	};
	return cmocka_run_group_tests_name("audit list", tests, NULL, NULL);
}
