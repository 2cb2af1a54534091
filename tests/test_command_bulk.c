/* The program youdai: many certificates put on file, reviewed, issued and printed in one go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/bulk_sample.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct bulk_sample sample;

#define ASK(code, ...)        BULK_ASK(&sample, code, __VA_ARGS__)
#define BULK(code, file, ...) BULK_STEPS(&sample, code, file, __VA_ARGS__)
#define ISSUE                 BULK_ISSUE(&sample)

static int set_up(void **state)
{
	(void)state;
	bulk_sample_open(&sample);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bulk_sample_assert_sound(&sample);
	bulk_sample_close(&sample);
	return 0;
}

/* --- what becomes of each --- */

/* 60 rows, four of which fail in the middle. */
static void write_mixed(const char *name)
{
	struct bulk_file file = bulk_file_begin(name);

	for (int i = 0; i < 60; i++) {
		if (i == 10)
			bulk_file_row(&file, "BAD-EXCLUDED", "x1", "veteran");
		else if (i == 20)
			bulk_file_row(&file, "BAD-UNKNOWN", "nobody", "veteran");
		else if (i == 30)
			bulk_file_row(&file, "BAD-ANOTHER", "p1", "veteran");
		else if (i == 40)
			bulk_file_row(&file, "C2", "p2", "family");
		else
			bulk_file_person(&file, i);
	}
	bulk_file_end(&file);
}

static void assert_mixed_failures(const json_t *json)
{
	assert_int_equal(json_array_size(json_object_get(json, "failures")), 4);
	bulk_assert_failure(json, 0, "BAD-EXCLUDED", "excluded");
	bulk_assert_failure(json, 1, "BAD-UNKNOWN", "unknown_person");
	bulk_assert_failure(json, 2, "BAD-ANOTHER", "another_at_work");
	bulk_assert_failure(json, 3, "C2", "does_not_follow");
}

static void what_fails_leaves_nothing_and_the_others_alone(void **state)
{
	json_t *json;

	(void)state;
	write_mixed("file");
	json = BULK(1, centre_path("file"), ISSUE);
	assert_string_equal(text_of(json, "batch"), "b");
	assert_mixed_failures(json);
	assert_int_equal(json_array_size(json_object_get(json, "sheets")), 1);
	bulk_assert_result(json, 60, 56, 4, 0);
	bulk_sample_assert_issued(&sample, 0, 7, 1);
	bulk_sample_assert_issued(&sample, 9, 7, 1);
	bulk_sample_assert_issued(&sample, 11, 7, 1);
	bulk_sample_assert_issued(&sample, 59, 7, 1);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM certificate"
						    " WHERE number LIKE 'BAD-%'"),
			 0);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM event"
						    " WHERE certificate = 'C2'"),
			 0);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM medium"), 56);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM event"), 56 * 7);
	bulk_sample_assert_folder(&sample, 1);
}

static void what_is_done_is_skipped_and_what_failed_tried_again(void **state)
{
	json_t *json;

	(void)state;
	write_mixed("file");
	bulk_assert_result(BULK(1, centre_path("file"), ISSUE), 60, 56, 4, 0);
	json = BULK(1, centre_path("file"), ISSUE);
	assert_mixed_failures(json);
	assert_int_equal(json_array_size(json_object_get(json, "sheets")), 1);
	bulk_assert_result(json, 60, 0, 4, 56);
	/* Two are put right. */
	DO(0, "--db", sample.db, "--at", SAMPLE_NOW, "person", "readmit", "x1");
	centre_write("persons", "person,name,sex,birth,home_region,needy,merit,identities\n"
				"nobody,测试某,m,1960-01-01,371171,0,,veteran.nco\n");
	DO(0, "--db", sample.db, "person", "import", centre_path("persons"));
	json = BULK(1, centre_path("file"), ISSUE);
	bulk_assert_failure(json, 0, "BAD-ANOTHER", "another_at_work");
	assert_int_equal(json_array_size(json_object_get(json, "sheets")), 2);
	bulk_assert_result(json, 60, 2, 2, 56);
	bulk_sample_assert_folder(&sample, 2);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM event"), 58 * 7);
}

static void a_list_says_what_failed_and_why(void **state)
{
	char list[512];
	char *text, *said;

	(void)state;
	write_mixed("file");
	snprintf(list, sizeof list, "%s", centre_path("list"));
	said = EXPECT(1, "--db", sample.db, "--at", SAMPLE_NOW, "certificate", "bulk",
		      centre_path("file"), "--batch", "b", "--steps", SAMPLE_STEPS, "--failures",
		      list);
	assert_non_null(strstr(said, "BAD-EXCLUDED: excluded"));
	assert_non_null(strstr(said, "run the same command again"));
	free(said);
	text = centre_read("list");
	assert_ptr_equal(strstr(text, "number,reason,zh,en\nBAD-EXCLUDED,excluded,"), text);
	assert_non_null(strstr(text, "\nBAD-UNKNOWN,unknown_person,"));
	assert_non_null(strstr(text, "\nBAD-ANOTHER,another_at_work,"));
	assert_non_null(strstr(text, "(C1)")); /* the one that is at work */
	assert_non_null(strstr(text, "\nC2,does_not_follow,"));
	free(text);
	/* A list of none is one, over the one before. */
	bulk_file_of("good", 0, 3);
	DO(0, "--db", sample.db, "--at", SAMPLE_NOW, "certificate", "bulk", centre_path("good"),
	   "--batch", "c", "--issue", "qr", "--key", sample.key, "--sheets", sample.sheets,
	   "--failures", list);
	text = centre_read("list");
	assert_string_equal(text, "number,reason,zh,en\n");
	free(text);
}

/* People see the first twenty. */
static void only_twenty_failures_are_shown(void **state)
{
	struct bulk_file file = bulk_file_begin("file");
	char number[32];
	char *said;

	(void)state;
	for (int i = 0; i < 22; i++) {
		snprintf(number, sizeof number, "BAD-%02d", i);
		bulk_file_row(&file, number, "nobody", "veteran");
	}
	bulk_file_end(&file);
	said = EXPECT(1, "--db", sample.db, "certificate", "bulk", centre_path("file"), "--batch",
		      "b", "--steps", "apply");
	assert_non_null(strstr(said, "BAD-19: "));
	assert_null(strstr(said, "BAD-20: "));
	assert_non_null(strstr(said, "2 more"));
	free(said);
}

static void numbers_alone_are_enough(void **state)
{
	(void)state;
	bulk_file_of("file", 0, 5);
	bulk_assert_result(ASK(0, "certificate", "bulk", centre_path("file"), "--batch", "first",
			       "--steps", "apply,accept"),
			   5, 5, 0, 0);
	centre_write("numbers", "\xef\xbb\xbfnumber\r\nN-0000\r\nN-0001\r\nN-9999\r\n");
	json_t *json = ASK(1, "certificate", "bulk", centre_path("numbers"), "--batch", "second",
			   "--steps", "approve,approve,approve,produce,hand-over");
	bulk_assert_failure(json, 0, "N-9999", "unknown_certificate");
	bulk_assert_result(json, 3, 2, 1, 0);
	bulk_sample_assert_issued(&sample, 0, 7, 0);
	bulk_sample_assert_issued(&sample, 2, 2, 0);
}

/* A number that is there with other facts is not overwritten. */
static void what_is_there_with_other_facts_is_refused(void **state)
{
	static const struct {
		const char *name, *row, *reason;
	} rows[] = {
		{ "another person", "C1,p2,veteran,centre,2024-01-01,2027-06-30", "exists" },
		{ "another kind", "C1,p1,family,centre,2024-01-01,2027-06-30", "exists" },
		{ "another unit", "C1,p1,veteran,371171,2024-01-01,2027-06-30", "exists" },
		{ "another beginning", "C1,p1,veteran,centre,2024-01-02,2027-06-30", "exists" },
		{ "another end", "C1,p1,veteran,centre,2024-01-01,2027-06-29", "exists" },
		{ "an unknown unit", "N,p1,veteran,nowhere,,", "unknown_unit" },
		{ "the same", "C1,p1,veteran,centre,2024-01-01,2027-06-30", NULL },
		{ "suspended", "C2,p2,family,371171,2024-01-01,", "suspended" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[256], batch[16];

		print_message("  %s\n", rows[i].name);
		snprintf(text, sizeof text, "number,person,kind,unit,valid_from,valid_until\n%s\n",
			 rows[i].row);
		snprintf(batch, sizeof batch, "b%zu", i);
		centre_write("file", text);
		json_t *json = ASK(rows[i].reason == NULL ? 0 : 1, "certificate", "bulk",
				   centre_path("file"), "--batch", batch, ISSUE);
		if (rows[i].reason != NULL)
			assert_string_equal(
				text_of(json_array_get(json_object_get(json, "failures"), 0),
					"reason"),
				rows[i].reason);
		json_decref(json);
	}
}

/* --- the same batch --- */

static void a_batch_is_for_the_same_file_and_work(void **state)
{
	static const struct {
		const char *name, *file, *steps;
	} rows[] = {
		{ "other steps", "file", "apply" },       { "no steps", "file", NULL },
		{ "one row less", "less", SAMPLE_STEPS }, { "one row more", "more", SAMPLE_STEPS },
		{ "another row", "other", SAMPLE_STEPS },
	};

	(void)state;
	bulk_file_of("file", 0, 4);
	bulk_file_of("less", 0, 3);
	bulk_file_of("more", 0, 5);
	bulk_file_of("other", 1, 4);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 4, 4, 0, 0);
	int64_t before = bulk_sample_count(&sample, "SELECT count(*) FROM audit");
	for (size_t i = 0; i < COUNT(rows); i++) {
		print_message("  %s\n", rows[i].name);
		json_t *json =
			ASK(1, "certificate", "bulk", centre_path(rows[i].file), "--batch", "b",
			    ISSUE, rows[i].steps == NULL ? NULL : "--steps", rows[i].steps);
		assert_string_equal(text_of(json, "reason"), "batch_differs");
		json_decref(json);
	}
	/* And with nothing issued. */
	json_t *json = BULK(1, centre_path("file"), NULL);
	assert_string_equal(text_of(json, "reason"), "batch_differs");
	json_decref(json);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM audit"), before);
}

/* A person who was forgotten is gone from the batches as well; the others can still be gone on with. */
static void who_was_forgotten_is_passed_over(void **state)
{
	(void)state;
	bulk_file_of("file", 0, 4);
	bulk_assert_result(ASK(0, "certificate", "bulk", centre_path("file"), "--batch", "b",
			       "--steps", "apply"),
			   4, 4, 0, 0);
	DO(0, "--db", sample.db, "--at", SAMPLE_NOW, "certificate", "refuse", "N-0001");
	DO(0, "--db", sample.db, "--at", SAMPLE_NOW, "person", "forget", "g0001", "--reason",
	   "asked for");
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM batch_item"), 3);
	bulk_assert_result(ASK(0, "certificate", "bulk", centre_path("file"), "--batch", "b",
			       "--steps", "apply"),
			   4, 0, 0, 4);
}

static void wrong_usage_is_told(void **state)
{
	static const struct {
		const char *name, *words[10];
	} rows[] = {
		{ "no batch", { "--steps", "apply" } },
		{ "nothing to do", { "--batch", "b" } },
		{ "an unknown step", { "--batch", "b", "--steps", "apply,fly" } },
		{ "an empty step", { "--batch", "b", "--steps", "apply," } },
		{ "no step", { "--batch", "b", "--steps", "" } },
		{ "a step that needs an end",
		  { "--batch", "b", "--steps", "report-loss-provisional" } },
		{ "17 steps",
		  { "--batch", "b", "--steps",
		    "apply,apply,apply,apply,apply,apply,apply,apply,apply,apply,apply,apply,"
		    "apply,apply,apply,apply,apply" } },
		{ "a batch with a slash", { "--batch", "a/b", "--steps", "apply" } },
		{ "a batch with a dot", { "--batch", ".b", "--steps", "apply" } },
		{ "a key for nothing", { "--batch", "b", "--steps", "apply", "--key", "k" } },
		{ "an unknown carrier", { "--batch", "b", "--issue", "chip" } },
		{ "no key", { "--batch", "b", "--issue", "qr", "--sheets", "/tmp" } },
		{ "no folder", { "--batch", "b", "--issue", "qr", "--key", "k" } },
		{ "an unknown form",
		  { "--batch", "b", "--issue", "qr", "--key", "k", "--sheets", "/tmp", "--form",
		    "posters" } },
	};

	(void)state;
	bulk_file_of("file", 0, 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const *w = rows[i].words;

		print_message("  %s\n", rows[i].name);
		DO(2, "--db", sample.db, "certificate", "bulk", centre_path("file"), w[0], w[1],
		   w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9]);
	}
	DO(3, "--db", sample.db, "certificate", "bulk", centre_path("none"), "--batch", "b",
	   "--steps", "apply");
	DO(3, "--db", sample.db, "certificate", "bulk", centre_path("file"), "--batch", "b",
	   "--issue", "qr", "--key", sample.key, "--sheets", centre_path("no/folder"));
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM batch"), 0);
}

static void a_file_with_a_fault_is_refused_whole(void **state)
{
	static const struct {
		const char *name, *text;
		int64_t line, column;
	} rows[] = {
		{ "no column number", "person\np1\n", 1, 1 },
		{ "person alone", "number,person\nN,p1\n", 1, 1 },
		{ "kind alone", "number,kind\nN,veteran\n", 1, 1 },
		{ "no row", "number\n", 2, 1 },
		{ "no number", "number\n\"\"\n", 2, 1 },
		{ "twice", "number\nN\nM\nN\n", 4, 1 },
		{ "a blank", "number\n N\n", 2, 1 },
		{ "64 bytes",
		  "number\n1234567890123456789012345678901234567890123456789012345678901234\n", 2,
		  1 },
		{ "an unknown kind", "number,person,kind,unit\nN,p1,hero,centre\n", 2, 6 },
		{ "no day", "number,person,kind,unit,valid_from\nN,p1,veteran,centre,2026\n", 2,
		  21 },
		{ "the end first",
		  "number,person,kind,unit,valid_from,valid_until\n"
		  "N,p1,veteran,centre,2026-01-02,2026-01-01\n",
		  2, 32 },
		{ "a fault in the last row", "number\nN\nM,M\n", 3, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		print_message("  %s\n", rows[i].name);
		centre_write("file", rows[i].text);
		json_t *json = ASK(1, "certificate", "bulk", centre_path("file"), "--batch", "b",
				   "--steps", "apply");
		const json_t *fault = json_array_get(json_object_get(json, "faults"), 0);
		assert_int_equal(number_of(fault, "line"), rows[i].line);
		assert_int_equal(number_of(fault, "column"), rows[i].column);
		json_decref(json);
	}
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM batch"), 0);
}

/* --- many --- */

/* A county's 4,011, each through seven steps. */
static void a_county_is_reviewed_in_one_go(void **state)
{
	(void)state;
	bulk_sample_persons(sample.db, SAMPLE_PERSONS, SAMPLE_COUNTY);
	bulk_file_of("file", 0, SAMPLE_COUNTY);
	bulk_assert_result(BULK(0, centre_path("file"), NULL), SAMPLE_COUNTY, SAMPLE_COUNTY, 0, 0);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM certificate"
						    " WHERE standing = 1"),
			 SAMPLE_COUNTY);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM event"),
			 SAMPLE_COUNTY * 7);
}

/* --- who may --- */

static void as(json_t *json, const char *reason)
{
	assert_string_equal(text_of(json, "reason"), reason);
	json_decref(json);
}

static void accounts_have_the_rights_of_each_step(void **state)
{
	(void)state;
	bulk_sample_staff(&sample);
	bulk_file_of("file", 0, 3);
#define AS(code, name, ...) \
	ASK(code, "--actor", name, "certificate", "bulk", centre_path("file"), __VA_ARGS__)
	as(ASK(1, "certificate", "bulk", centre_path("file"), "--batch", "b", "--steps", "apply"),
	   "sign_in_needed");
	as(AS(1, "clerk", "--batch", "b", "--steps", "apply,accept,approve"), "role_needed");
	as(AS(1, "reviewer", "--batch", "b", "--steps", "apply"), "role_needed");
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM batch"), 0);
	bulk_assert_result(AS(0, "both", "--batch", "b", "--steps", "apply,accept"), 3, 3, 0, 0);
	/* Who applied cannot approve, row by row. */
	centre_write("file", "number\nN-0000\nN-0001\n");
	json_t *json = AS(1, "both", "--batch", "c", "--steps", "approve");
	bulk_assert_failure(json, 0, "N-0000", "same_person");
	bulk_assert_failure(json, 1, "N-0001", "same_person");
	bulk_assert_result(json, 2, 0, 2, 0);
	bulk_assert_result(AS(0, "reviewer", "--batch", "c", "--steps", "approve"), 2, 2, 0, 0);
	/* A certificate of a unit beside one's own is as little issued as taken further. */
	centre_write("file", "number\nC1\n");
	json = AS(1, "east", "--batch", "e", ISSUE);
	bulk_assert_failure(json, 0, "C1", "outside_unit");
	bulk_assert_result(json, 1, 0, 1, 0);
	/* Nor is anybody of another unit put on file in one's own. */
	centre_write("file", "number,person,kind,unit\nN-8,p1,veteran,east\n");
	json = AS(1, "east", "--batch", "g", "--steps", "apply");
	bulk_assert_failure(json, 0, "N-8", "outside_unit");
	json_decref(json);
	centre_write("file", "number,person,kind,unit\nN-9,g0059,veteran,centre\n");
	json = AS(1, "east", "--batch", "f", "--steps", "apply");
	bulk_assert_failure(json, 0, "N-9", "outside_unit");
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_fails_leaves_nothing_and_the_others_alone),
		TEST(what_is_done_is_skipped_and_what_failed_tried_again),
		TEST(a_list_says_what_failed_and_why),
		TEST(only_twenty_failures_are_shown),
		TEST(numbers_alone_are_enough),
		TEST(what_is_there_with_other_facts_is_refused),
		TEST(a_batch_is_for_the_same_file_and_work),
		TEST(who_was_forgotten_is_passed_over),
		TEST(wrong_usage_is_told),
		TEST(a_file_with_a_fault_is_refused_whole),
		TEST(a_county_is_reviewed_in_one_go),
		TEST(accounts_have_the_rights_of_each_step),
	};
	return cmocka_run_group_tests_name("command bulk", tests, bulk_sample_set_up,
					   centre_tear_down);
}
