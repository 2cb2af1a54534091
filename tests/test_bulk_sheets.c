/* The program youdai: slips of many certificates on paper, and what was cut off while they were made. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/bulk_sample.h"
#include "tests/print.h"

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

/* --- paper --- */

/* The code at this place of a file; "" where none is read. */
static void read_code(char out[static READING_BYTES_MAX + 1], const char *path,
		      enum sheet_form form, size_t i)
{
	struct sheet_place place = sheet_place(form, i, 21);
	struct image page, part;
	struct reading reading;

	print_page(&page, path, place.page);
	part = print_crop(&page, &place);
	reading.length = 0;
	if (qr_decode(&reading, &part) == IMAGE_OK)
		memcpy(out, reading.bytes, reading.length);
	out[reading.length] = '\0';
	image_free(&page);
}

/* The reason that a check of the code gives; the number that it is of into *number. */
static void check_code(char number[static 64], char reason[static 32], const char *code)
{
	struct answer answer = RUN("--db", sample.db, "--at", SAMPLE_NOW, "--json", "check", "--qr",
				   code, "--merchant", "m-park");
	json_t *json = answer_json(strdup(answer.out));

	snprintf(number, 64, "%s", text_of(json, "certificate"));
	snprintf(reason, 32, "%s", text_of(json, "reason"));
	json_decref(json);
	answer_free(&answer);
}

static void assert_prints(const char *path, enum sheet_form form, size_t i, const char *due)
{
	char code[READING_BYTES_MAX + 1], number[64], reason[32];

	read_code(code, path, form, i);
	check_code(number, reason, code);
	assert_string_equal(number, due);
	assert_string_equal(reason, "ok");
}

static void what_is_printed_scans(void **state)
{
	(void)state;
	if (!print_is_possible())
		return;
	bulk_file_of("file", 0, 17);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 17, 17, 0, 0);
	assert_prints(bulk_sample_sheet(&sample, "b-0001.pdf"), SHEET_SLIPS, 0, "N-0000");
	assert_prints(bulk_sample_sheet(&sample, "b-0001.pdf"), SHEET_SLIPS, 16, "N-0016");
	json_decref(ASK(0, "certificate", "bulk", centre_path("file"), "--batch", "l", ISSUE,
			"--form", "labels"));
	assert_prints(bulk_sample_sheet(&sample, "l-0001.pdf"), SHEET_LABELS, 15, "N-0015");
}

static void one_slip_is_printed_by_issue(void **state)
{
	char path[512];

	(void)state;
	snprintf(path, sizeof path, "%s", centre_path("slip.pdf"));
	json_t *json = ASK(0, "certificate", "issue", "C1", "--carrier", "qr", "--key", sample.key,
			   "--pdf", path);
	assert_int_equal(strlen(text_of(json, "short_code")), 9);
	json_decref(json);
	if (print_is_possible())
		assert_prints(path, SHEET_SLIPS, 0, "C1");
	/* It is never overwritten, and nothing is issued then. */
	json = ASK(1, "certificate", "issue", "C1", "--carrier", "qr", "--key", sample.key, "--pdf",
		   path);
	assert_string_equal(text_of(json, "reason"), "exists");
	json_decref(json);
	DO(3, "--db", sample.db, "--at", SAMPLE_NOW, "certificate", "issue", "C1", "--carrier",
	   "qr", "--key", sample.key, "--pdf", centre_path("no/folder.pdf"));
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM medium"), 1);
	DO(0, "--db", sample.db, "--at", SAMPLE_NOW, "certificate", "issue", "C1", "--carrier",
	   "qr", "--key", sample.key, "--pdf", centre_path("label.pdf"), "--form", "labels");
	DO(2, "--db", sample.db, "certificate", "issue", "C1", "--carrier", "qr", "--key",
	   sample.key, "--form", "labels");
	DO(2, "--db", sample.db, "certificate", "issue", "C1", "--carrier", "nfc", "--key",
	   sample.key, "--pdf", path);
	assert_int_equal(access(centre_path("slip.pdf.part"), F_OK), -1);
}

/* --- cut off between what is durable --- */

static void move(const char *from, const char *to)
{
	assert_int_equal(rename(from, to), 0);
}

/* As a power cut leaves it between the commit and the file's name. */
static void cut_before_the_name(void)
{
	move(bulk_sample_sheet(&sample, "b-0001.pdf"),
	     bulk_sample_sheet(&sample, "b-0001.pdf.part"));
	small_sql(sample.db, "UPDATE batch_sheet SET state = 'made'");
}

static void a_file_without_its_name_is_given_it(void **state)
{
	(void)state;
	bulk_file_of("file", 0, 3);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 3, 0, 0);
	cut_before_the_name();
	json_t *json = BULK(0, centre_path("file"), ISSUE);
	assert_int_equal(json_array_size(json_object_get(json, "sheets")), 1);
	bulk_assert_result(json, 3, 0, 0, 3);
	bulk_sample_assert_folder(&sample, 1);
	assert_int_equal(
		bulk_sample_count(&sample,
				  "SELECT count(*) FROM medium WHERE void_reason IS NOT NULL"),
		0);
	/* Also where the cut came after it. */
	small_sql(sample.db, "UPDATE batch_sheet SET state = 'made'");
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 0, 0, 3);
	bulk_sample_assert_folder(&sample, 1);
}

static void a_file_that_is_gone_is_issued_anew(void **state)
{
	char old[READING_BYTES_MAX + 1] = "", number[64], reason[32];
	bool prints = print_is_possible();

	(void)state;
	bulk_file_of("file", 0, 3);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 3, 0, 0);
	if (prints)
		read_code(old, bulk_sample_sheet(&sample, "b-0001.pdf"), SHEET_SLIPS, 2);
	cut_before_the_name();
	assert_int_equal(unlink(bulk_sample_sheet(&sample, "b-0001.pdf.part")), 0);
	json_t *json = BULK(0, centre_path("file"), ISSUE);
	assert_int_equal(json_array_size(json_object_get(json, "sheets")), 1);
	bulk_assert_result(json, 3, 3, 0, 0);
	assert_int_equal(access(bulk_sample_sheet(&sample, "b-0002.pdf"), F_OK), 0);
	for (int i = 0; i < 3; i++)
		bulk_sample_assert_issued(&sample, i, 7, 1); /* no step twice */
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM medium"
						    " WHERE void_reason = 'replaced'"),
			 3);
	if (!prints)
		return;
	check_code(number, reason, old);
	assert_string_equal(reason, "replaced");
	assert_prints(bulk_sample_sheet(&sample, "b-0002.pdf"), SHEET_SLIPS, 2, "N-0002");
}

/* Once it is known to be there, what becomes of it is the caller's business. */
static void a_file_that_was_there_may_be_taken_away(void **state)
{
	(void)state;
	bulk_file_of("file", 0, 3);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 3, 0, 0);
	assert_int_equal(unlink(bulk_sample_sheet(&sample, "b-0001.pdf")), 0);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 0, 0, 3);
	assert_int_equal(
		bulk_sample_count(&sample,
				  "SELECT count(*) FROM medium WHERE void_reason IS NOT NULL"),
		0);
}

static void a_folder_that_is_away_voids_nothing(void **state)
{
	char away[512];

	(void)state;
	bulk_file_of("file", 0, 3);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 3, 0, 0);
	cut_before_the_name();
	snprintf(away, sizeof away, "%s", centre_path("away"));
	move(sample.sheets, away);
	assert_int_equal(mkdir(centre_path("others"), 0700), 0);
	DO(3, "--db", sample.db, "--at", SAMPLE_NOW, "certificate", "bulk", centre_path("file"),
	   "--batch", "b", "--steps", SAMPLE_STEPS, "--issue", "qr", "--key", sample.key,
	   "--sheets", centre_path("others"));
	/* The same folder is not made anew either. */
	DO(3, "--db", sample.db, "--at", SAMPLE_NOW, "certificate", "bulk", centre_path("file"),
	   "--batch", "b", "--steps", SAMPLE_STEPS, "--issue", "qr", "--key", sample.key,
	   "--sheets", sample.sheets);
	move(away, sample.sheets);
	assert_int_equal(
		bulk_sample_count(&sample,
				  "SELECT count(*) FROM medium WHERE void_reason IS NOT NULL"),
		0);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 0, 0, 3);
	bulk_sample_assert_folder(&sample, 1);
}

static void a_folder_that_is_not_there_is_made(void **state)
{
	(void)state;
	assert_int_equal(rmdir(sample.sheets), 0);
	bulk_file_of("file", 0, 3);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 3, 0, 0);
	bulk_sample_assert_folder(&sample, 1);
}

/* What a run that did not come to its commit left holds credentials that nobody could void. */
static void what_is_not_on_record_is_removed(void **state)
{
	static const char *const left[] = { "b-0001.pdf.part", "b-0001.pdf.part.Ab12cd",
					    "b-0012.pdf.part.x" };
	static const char *const stay[] = { "b-0001.pdf.parts-list", "b-1.pdf.part",
					    "bb-0001.pdf.part", "b-0001.pdf.txt" };

	(void)state;
	for (size_t i = 0; i < COUNT(left); i++)
		folder_put_text(bulk_sample_sheet(&sample, left[i]), "left over");
	for (size_t i = 0; i < COUNT(stay); i++)
		folder_put_text(bulk_sample_sheet(&sample, stay[i]), "another's");
	bulk_file_of("file", 0, 3);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 3, 0, 0);
	for (size_t i = 0; i < COUNT(left); i++)
		assert_int_equal(access(bulk_sample_sheet(&sample, left[i]), F_OK), -1);
	for (size_t i = 0; i < COUNT(stay); i++)
		assert_int_equal(access(bulk_sample_sheet(&sample, stay[i]), F_OK), 0);
}

static void nothing_is_overwritten(void **state)
{
	char *text;

	(void)state;
	folder_put_text(bulk_sample_sheet(&sample, "b-0001.pdf"), "another's");
	bulk_file_of("file", 0, 3);
	json_t *json = BULK(1, centre_path("file"), ISSUE);
	assert_string_equal(text_of(json, "reason"), "exists");
	json_decref(json);
	text = centre_read("sheets/b-0001.pdf");
	assert_string_equal(text, "another's");
	free(text);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM event"), 0);
	assert_int_equal(unlink(bulk_sample_sheet(&sample, "b-0001.pdf")), 0);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 3, 0, 0);
}

static void one_run_at_a_time_works_in_a_folder(void **state)
{
	int folder = open(sample.sheets, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(flock(folder, LOCK_EX), 0);
	bulk_file_of("file", 0, 3);
	json_t *json = BULK(1, centre_path("file"), ISSUE);
	assert_string_equal(text_of(json, "reason"), "in_use");
	json_decref(json);
	close(folder);
	bulk_assert_result(BULK(0, centre_path("file"), ISSUE), 3, 3, 0, 0);
}

/* The largest file a process may write stands for a disk of that size: the slips do not fit. */
static void a_full_disk_leaves_nothing_half_done(void **state)
{
	struct rlimit before, little;

	(void)state;
	bulk_file_of("file", 0, 120);
	json_decref(ASK(0, "certificate", "bulk", centre_path("file"), "--batch", "steps",
			"--steps", SAMPLE_STEPS));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = (struct rlimit){ .rlim_cur = 600000, .rlim_max = before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	struct answer answer = RUN("--db", sample.db, "--at", SAMPLE_NOW, "certificate", "bulk",
				   centre_path("file"), "--batch", "b", ISSUE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(answer.code, 3);
	assert_non_null(strstr(answer.err, "b-0001.pdf"));
	answer_free(&answer);
	bulk_sample_assert_folder(&sample, 0);
	assert_int_equal(bulk_sample_count(&sample, "SELECT count(*) FROM medium"), 0);
	bulk_assert_result(
		ASK(0, "certificate", "bulk", centre_path("file"), "--batch", "b", ISSUE), 120, 120,
		0, 0);
	bulk_sample_assert_folder(&sample, 1);
}

/* Groups of 240: files of at most so many slips, the end of one group and the first of the next. */
static void each_file_has_at_most_240_slips(void **state)
{
	static const struct {
		int rows, files;
	} rows[] = { { 240, 1 }, { 241, 2 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char batch[16], file[32];

		print_message("  %d\n", rows[i].rows);
		snprintf(batch, sizeof batch, "m%d", rows[i].rows);
		bulk_file_of("file", 0, rows[i].rows);
		json_decref(ASK(0, "certificate", "bulk", centre_path("file"), "--batch", batch,
				ISSUE, "--form", "labels", i == 0 ? "--steps" : NULL,
				SAMPLE_STEPS));
		snprintf(file, sizeof file, "%s-%04d.pdf", batch, rows[i].files);
		assert_int_equal(access(bulk_sample_sheet(&sample, file), F_OK), 0);
		snprintf(file, sizeof file, "%s-%04d.pdf", batch, rows[i].files + 1);
		assert_int_equal(access(bulk_sample_sheet(&sample, file), F_OK), -1);
		if (i == 0) /* the 241st is not there yet */
			bulk_sample_steps(&sample, 240, 1);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_printed_scans),
		TEST(one_slip_is_printed_by_issue),
		TEST(a_file_without_its_name_is_given_it),
		TEST(a_file_that_is_gone_is_issued_anew),
		TEST(a_file_that_was_there_may_be_taken_away),
		TEST(a_folder_that_is_away_voids_nothing),
		TEST(a_folder_that_is_not_there_is_made),
		TEST(what_is_not_on_record_is_removed),
		TEST(nothing_is_overwritten),
		TEST(one_run_at_a_time_works_in_a_folder),
		TEST(a_full_disk_leaves_nothing_half_done),
		TEST(each_file_has_at_most_240_slips),
	};
	return cmocka_run_group_tests_name("bulk sheets", tests, bulk_sample_set_up,
					   centre_tear_down);
}
