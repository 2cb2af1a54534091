/*
 * Sheets as they come out of the printer: the PDF is rasterised at 300 dpi, measured, and its codes
 * are read.
 */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "centre/sheet.h"
#include "reader/image.h"
#include "tests/folder.h"
#include "tests/print.h"
#include "tests/synth.h"

#define MADE    1785000000 /* [s] 2026-07-25 */
#define LETTERS 380        /* of an everyday credential */
#define PDF_MAX (8 << 20)  /* [byte] */

static const struct slip everyday = {
	.name = "王建国",
	.number = "371171-2026-000231",
	.kind_zh = "退役军人优待证",
	.kind_en = "Veteran's certificate",
	.unit = "日照市岚山区退役军人事务局",
	.short_code = "7K3M-9QXA",
	.expires = "2031-07-28",
};

/* --- making --- */

static struct sheet *begin(const char *path, enum sheet_form form)
{
	struct sheet *sheet;

	assert_int_equal(sheet_open(&sheet, path, form, "第三批 · batch 3", MADE), SHEET_OK);
	return sheet;
}

/* A slip like the given one with a code of so many letters, of its own for each seed. */
static enum sheet_status add(struct sheet *sheet, const struct slip *like, int letters,
			     uint32_t seed)
{
	char text[4000];
	struct slip slip = *like;

	synth_text(text, letters, seed);
	slip.text = text;
	return sheet_add(sheet, &slip);
}

static struct sheet_tally make(const char *path, enum sheet_form form, size_t slips)
{
	struct sheet *sheet = begin(path, form);
	struct sheet_tally tally;

	for (size_t i = 0; i < slips; i++)
		assert_int_equal(add(sheet, &everyday, LETTERS, (uint32_t)i), SHEET_OK);
	tally = sheet_tally(sheet);
	assert_int_equal(sheet_close(sheet), SHEET_OK);
	assert_int_equal(tally.slips, slips);
	return tally;
}

/* --- the file --- */

static size_t fetch(char **out, const char *path)
{
	FILE *file = fopen(path, "rbe");

	*out = malloc(PDF_MAX);
	assert_non_null(file);
	assert_non_null(*out);
	size_t length = fread(*out, 1, PDF_MAX - 1, file);
	fclose(file);
	(*out)[length] = '\0';
	return length;
}

static size_t count_of(const char *bytes, size_t length, const char *word)
{
	const char *at = bytes;
	size_t count = 0;

	while ((at = memmem(at, length - (size_t)(at - bytes), word, strlen(word))) != NULL) {
		count++;
		at++;
	}
	return count;
}

/* All pages are A4, to a hundredth of a millimetre, and there are so many. */
static void assert_pages(const char *path, size_t pages)
{
	double width, height;
	char *bytes;
	size_t length = fetch(&bytes, path);
	const char *at = memmem(bytes, length, "/MediaBox", 9);

	assert_memory_equal(bytes, "%PDF-1.", 7);
	assert_non_null(memmem(bytes + length - 8, 8, "%%EOF", 5));
	assert_int_equal(count_of(bytes, length, "/Type /Page %"), pages);
	assert_non_null(at);
	assert_int_equal(sscanf(at, "/MediaBox [ 0 0 %lf %lf ]", &width, &height), 2);
	assert_true(fabs(width / 72 * 25.4 - 210) < 0.01);
	assert_true(fabs(height / 72 * 25.4 - 297) < 0.01);
	assert_int_equal(count_of(bytes, length, "/MediaBox [ 0 0 595.275591 841.889764 ]"), pages);
	free(bytes);
}

static void assert_text(const char *path, const char *text)
{
	char *bytes;

	fetch(&bytes, path);
	assert_string_equal(bytes, text);
	free(bytes);
}

/* --- the print --- */

static bool is_dark(const struct image *image, int x, int y)
{
	return image->grey[(size_t)y * image->stride + (size_t)x] < 128;
}

/* From the first dark pixel to the last, in pixels of the page. */
static void extent(double out[static 4], const struct image *part, const struct image *page)
{
	int left = part->width, right = -1, top = part->height, bottom = -1;
	size_t offset = (size_t)(part->grey - page->grey);

	for (int y = 0; y < part->height; y++)
		for (int x = 0; x < part->width; x++)
			if (is_dark(part, x, y)) {
				left = x < left ? x : left;
				right = x > right ? x : right;
				top = y < top ? y : top;
				bottom = y;
			}
	out[0] = (double)(offset % page->stride) + left;
	out[1] = (double)(offset / page->stride) + top;
	out[2] = right - left + 1;
	out[3] = bottom - top + 1;
}

static void assert_near(double measured, double promised_mm)
{
	if (fabs(measured - promised_mm * PRINT_PX_PER_MM) > 1)
		fail_msg("%.1f px, not the %.1f promised", measured, promised_mm * PRINT_PX_PER_MM);
}

/* The code stands where it should, as large as it should, and reads as it should. */
static void assert_code(const struct image *page, const struct sheet_place *place, const char *text)
{
	struct image part = print_crop(page, place);
	struct reading reading;
	double found[4];

	extent(found, &part, page);
	assert_near(found[0], place->x);
	assert_near(found[1], place->y);
	assert_near(found[2], place->side);
	assert_near(found[3], place->side);
	assert_int_equal(qr_decode(&reading, &part), IMAGE_OK);
	assert_int_equal(reading.length, strlen(text));
	assert_memory_equal(reading.bytes, text, reading.length);
}

/* The line at the foot is 50 mm long. */
static void assert_ruler(const struct image *page)
{
	int y = (int)(290.1 * PRINT_PX_PER_MM), x = 0, longest = 0;

	for (int run = 0; x < page->width; x++) {
		run = is_dark(page, x, y) ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	assert_near(longest, 50);
}

static struct sheet_place place_of(enum sheet_form form, size_t i, const char *text)
{
	static struct qr qr;

	assert_int_equal(qr_encode(&qr, text), IMAGE_OK);
	return sheet_place(form, i, qr.side);
}

/* Print all pages and read all codes; slip i has letters[i % 5] letters and the seed i. */
static void assert_prints(const char *path, enum sheet_form form, size_t slips,
			  const int letters[static 5])
{
	struct image page = { 0 };
	size_t printed = SIZE_MAX;

	for (size_t i = 0; i < slips; i++) {
		char text[1000];
		struct sheet_place place;

		synth_text(text, letters[i % 5], (uint32_t)i);
		place = place_of(form, i, text);
		if (place.page != printed) {
			image_free(&page);
			print_page(&page, path, place.page);
			assert_ruler(&page);
			printed = place.page;
		}
		assert_code(&page, &place, text);
	}
	image_free(&page);
}

/* --- tests --- */

static void codes_print_true_to_size_and_scan(void **state)
{
	static const int letters[5] = { 375, 600, 20, 430, 483 };
	static const size_t slips[] = { [SHEET_LABELS] = 18, [SHEET_SLIPS] = 10 };
	struct folder *folder = *state;

	if (!print_is_possible())
		return;
	for (enum sheet_form form = SHEET_LABELS; form <= SHEET_SLIPS; form++) {
		struct sheet *sheet = begin(folder->file, form);

		for (size_t i = 0; i < slips[form]; i++)
			assert_int_equal(add(sheet, &everyday, letters[i % 5], (uint32_t)i),
					 SHEET_OK);
		assert_int_equal(sheet_tally(sheet).cut, 0);
		assert_int_equal(sheet_tally(sheet).missing, 0);
		assert_int_equal(sheet_close(sheet), SHEET_OK);
		assert_prints(folder->file, form, slips[form], letters);
	}
}

static const struct {
	const char *name;
	enum sheet_form form;
	size_t slips, pages;
} counts[] = {
	{ "one label", SHEET_LABELS, 1, 1 },      { "a page of labels", SHEET_LABELS, 15, 1 },
	{ "a label more", SHEET_LABELS, 16, 2 },  { "one slip", SHEET_SLIPS, 1, 1 },
	{ "a page of slips", SHEET_SLIPS, 8, 1 }, { "a slip more", SHEET_SLIPS, 9, 2 },
	{ "three pages", SHEET_SLIPS, 24, 3 },
};

static void pages_are_a4_and_as_many_as_needed(void **state)
{
	struct folder *folder = *state;

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		print_message("  %s\n", counts[i].name);
		assert_int_equal(make(folder->file, counts[i].form, counts[i].slips).pages,
				 counts[i].pages);
		assert_pages(folder->file, counts[i].pages);
	}
}

static void a_sheet_of_nothing_is_no_file(void **state)
{
	struct folder *folder = *state;

	assert_int_equal(sheet_close(begin(folder->file, SHEET_SLIPS)), SHEET_EMPTY);
	assert_int_equal(access(folder->file, F_OK), -1);
	folder_put_text(folder->file, "old");
	assert_int_equal(sheet_close(begin(folder->file, SHEET_LABELS)), SHEET_EMPTY);
	assert_text(folder->file, "old");
	assert_int_equal(sheet_close(NULL), SHEET_OK);
	sheet_abandon(NULL);
}

static const struct {
	const char *name;
	int letters;
	enum sheet_status status;
} rooms[] = {
	{ "no letter", 0, SHEET_NO_ROOM },
	{ "one letter", 1, SHEET_OK },
	{ "the most for version 15-M", 600, SHEET_OK },
	{ "a letter more", 601, SHEET_NO_ROOM },
	{ "the most for any code", 3391, SHEET_NO_ROOM },
	{ "more than any code takes", 3392, SHEET_NO_ROOM },
};

/* What has no room takes no place, and the others are printed. */
static void a_text_has_room_or_is_refused(void **state)
{
	struct folder *folder = *state;
	struct sheet *sheet = begin(folder->file, SHEET_LABELS);
	size_t printed = 0;

	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		print_message("  %s\n", rooms[i].name);
		assert_int_equal(add(sheet, &everyday, rooms[i].letters, 7), rooms[i].status);
		printed += rooms[i].status == SHEET_OK;
		assert_int_equal(sheet_tally(sheet).slips, printed);
	}
	assert_int_equal(sheet_close(sheet), SHEET_OK);
	assert_pages(folder->file, 1);
}

/* Cells do not overlap, codes lie in the page, and their modules are whole dots of at least 0.5 mm;
 * with the quiet zone each takes 40 to 44 mm. */
static void each_place_is_large_enough(void **state)
{
	static const size_t a_page[] = { [SHEET_LABELS] = 15, [SHEET_SLIPS] = 8 };

	(void)state;
	for (enum sheet_form form = SHEET_LABELS; form <= SHEET_SLIPS; form++)
		for (size_t i = 0; i < a_page[form] * 2; i++)
			for (int side = 21; side <= SHEET_SIDE_MAX; side += 4) {
				struct sheet_place place = sheet_place(form, i, side);
				double whole = (side + 8) * place.module;
				double dots = place.module / SHEET_DOT;
				double quiet = 4 * place.module;

				assert_true(place.module >= SHEET_MODULE_MIN);
				assert_true(fabs(dots - round(dots)) < 1e-6);
				assert_true(whole >= 40 && whole <= 44);
				assert_true(fabs(place.side - side * place.module) < 1e-6);
				assert_true(place.x - quiet >= 5 && place.y - quiet >= 5);
				assert_true(place.x + place.side + quiet <= 205);
				assert_true(place.y + place.side + quiet <= 280);
				assert_int_equal(place.page, i / a_page[form]);
			}
}

static const struct {
	const char *name, *of;
	size_t missing;
	bool whole; /* on a slip, where names may have 24 characters */
} names[] = {
	{ "two characters", "李明", 0, true },
	{ "a character outside the BMP", "\xf0\xa0\xae\xb7野光彦", 0, true },
	{ "of extension D, in HanaMin alone", "王\xf0\xab\x9d\x80", 0, true },
	{ "24 characters", "阿卜杜热合曼·买买提依明·吐尔逊江·阿布都克里木江", 0, true },
	{ "Latin letters", "Zhang Wei", 0, true },
	{ "no name", "", 0, true },
	{ "60 characters",
	  "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
	  "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
	  0, false },
	{ "control characters", "王\n\t\x01\x7f建国", 0, true },
	{ "right-to-left marks", "王\xe2\x80\xae建国\xe2\x81\xa7", 0, true },
	{ "bytes that are no UTF-8", "王\xff\xc0\xaf\xed\xa0\x80", 0, true },
	{ "a character that no font has", "王\xf4\x8f\xbf\xbd", 1, true },
};

/* Whatever the name, all of it is there or the cut is told, and the codes stay as they are. */
static void any_name_is_printed(void **state)
{
	static const int letters[5] = { LETTERS, LETTERS, LETTERS, LETTERS, LETTERS };
	const size_t count = sizeof names / sizeof *names;
	struct folder *folder = *state;
	struct sheet *sheet = begin(folder->file, SHEET_SLIPS);

	for (size_t i = 0; i < count; i++) {
		struct slip slip = everyday;
		struct sheet_tally before = sheet_tally(sheet), after;

		print_message("  %s\n", names[i].name);
		slip.name = names[i].of;
		assert_int_equal(add(sheet, &slip, LETTERS, (uint32_t)i), SHEET_OK);
		after = sheet_tally(sheet);
		assert_int_equal(after.missing - before.missing, names[i].missing);
		assert_int_equal(after.cut - before.cut, !names[i].whole);
	}
	assert_int_equal(sheet_close(sheet), SHEET_OK);
	if (print_is_possible())
		assert_prints(folder->file, SHEET_SLIPS, count, letters);
}

/* Every text at once as long and as high as can be: nothing reaches a code or its quiet zone. */
static void no_text_leaves_its_box(void **state)
{
	static const int letters[5] = { LETTERS, LETTERS, LETTERS, LETTERS, LETTERS };
	static const char heap[] = "\xcc\x81\xcc\xa3"; /* an accent above, a dot below */
	struct folder *folder = *state;
	char wide[5001], high[3001];

	memset(wide, 'W', sizeof wide - 1);
	wide[sizeof wide - 1] = '\0';
	for (size_t i = 0; i < sizeof high - 1; i++)
		high[i] = heap[i % 4];
	high[0] = high[1] = 'A';
	high[sizeof high - 1] = '\0';
	for (enum sheet_form form = SHEET_LABELS; form <= SHEET_SLIPS; form++) {
		struct sheet *sheet;

		assert_int_equal(sheet_open(&sheet, folder->file, form, wide, MADE), SHEET_OK);
		for (uint32_t i = 0; i < 8; i++) {
			const char *text = i % 2 == 0 ? wide : high;
			struct slip slip = { NULL, text, text, text, text, text, text, text };

			assert_int_equal(add(sheet, &slip, LETTERS, i), SHEET_OK);
		}
		assert_true(sheet_tally(sheet).cut > 8);
		assert_int_equal(sheet_close(sheet), SHEET_OK);
		if (print_is_possible())
			assert_prints(folder->file, form, 8, letters);
	}
}

static void without_short_code_and_end_a_slip_is_whole(void **state)
{
	static const int letters[5] = { LETTERS, LETTERS, LETTERS, LETTERS, LETTERS };
	struct folder *folder = *state;
	struct slip slip = everyday;

	slip.short_code = slip.expires = NULL;
	slip.number = "证\xe5"; /* shorter than the end that is shown, and cut off */
	for (enum sheet_form form = SHEET_LABELS; form <= SHEET_SLIPS; form++) {
		struct sheet *sheet = begin(folder->file, form);

		assert_int_equal(add(sheet, &slip, LETTERS, 0), SHEET_OK);
		assert_int_equal(sheet_tally(sheet).cut, 0);
		assert_int_equal(sheet_tally(sheet).missing, 0);
		assert_int_equal(sheet_close(sheet), SHEET_OK);
		if (print_is_possible())
			assert_prints(folder->file, form, 1, letters);
	}
}

static void a_path_that_cannot_be_written_is_refused(void **state)
{
	struct folder *folder = *state;
	struct sheet *sheet;

	assert_int_equal(sheet_open(&sheet, folder->path, SHEET_SLIPS, "", MADE),
			 SHEET_NOT_WRITTEN);
	assert_int_equal(
		sheet_open(&sheet, folder_file(folder, "no/folder.pdf"), SHEET_SLIPS, "", MADE),
		SHEET_NOT_WRITTEN);
}

static void what_was_there_is_replaced_only_by_a_whole_sheet(void **state)
{
	struct folder *folder = *state;
	struct sheet *sheet;
	struct stat about;

	folder_put_text(folder->file, "old");
	sheet = begin(folder->file, SHEET_SLIPS);
	assert_int_equal(add(sheet, &everyday, LETTERS, 0), SHEET_OK);
	assert_text(folder->file, "old");
	sheet_abandon(sheet);
	assert_text(folder->file, "old");
	assert_int_equal(make(folder->file, SHEET_SLIPS, 1).pages, 1);
	assert_pages(folder->file, 1);
	assert_int_equal(stat(folder->file, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	/* Nothing else is left in the folder. */
	assert_int_equal(unlink(folder->file), 0);
	assert_int_equal(rmdir(folder->path), 0);
}

/* The largest file a process may write stands for a disk of that size. */
static void a_full_disk_leaves_what_was_there(void **state)
{
	struct folder *folder = *state;
	struct rlimit before, little;
	struct sheet *sheet;
	enum sheet_status status = SHEET_OK;

	folder_put_text(folder->file, "old");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = (struct rlimit){ .rlim_cur = 100000, .rlim_max = before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	sheet = begin(folder->file, SHEET_LABELS);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	for (uint32_t i = 0; i < 45 && status == SHEET_OK; i++)
		status = add(sheet, &everyday, LETTERS, i);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(status, SHEET_DISK_FULL);
	assert_int_equal(sheet_close(sheet), SHEET_DISK_FULL);
	assert_text(folder->file, "old");
	assert_int_equal(unlink(folder->file), 0);
	assert_int_equal(rmdir(folder->path), 0);
}

/* The document names neither its maker nor a program or machine, and is the same each time. */
static void a_document_tells_nothing_but_its_title(void **state)
{
	static const char *const untold[] = { "/Author",   "/Creator ", "/Subject",
					      "/Keywords", "/Metadata", "371171" };
	struct folder *folder = *state;
	char *first, *second;
	size_t length;

	make(folder->file, SHEET_SLIPS, 2);
	length = fetch(&first, folder->file);
	make(folder->file, SHEET_SLIPS, 2);
	assert_int_equal(fetch(&second, folder->file), length);
	assert_memory_equal(first, second, length);
	for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
		assert_null(memmem(first, length, untold[i], strlen(untold[i])));
	assert_non_null(memmem(first, length, "/CreationDate (20260725", 23));
	free(first);
	free(second);
}

static void a_batch_of_240_slips_is_less_than_4_mb(void **state)
{
	struct folder *folder = *state;
	struct stat about;

	assert_int_equal(make(folder->file, SHEET_SLIPS, 240).pages, 30);
	assert_int_equal(stat(folder->file, &about), 0);
	assert_true(about.st_size < 4000000);
}

static void each_status_has_its_words(void **state)
{
	(void)state;
	for (enum sheet_status status = SHEET_OK; status <= SHEET_NO_MEMORY; status++) {
		assert_true(strlen(sheet_words(status, false)) > 0);
		assert_true(strlen(sheet_words(status, true)) > 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(codes_print_true_to_size_and_scan),
		TEST(pages_are_a4_and_as_many_as_needed),
		TEST(a_sheet_of_nothing_is_no_file),
		TEST(a_text_has_room_or_is_refused),
		TEST(each_place_is_large_enough),
		TEST(any_name_is_printed),
		TEST(no_text_leaves_its_box),
		TEST(without_short_code_and_end_a_slip_is_whole),
		TEST(a_path_that_cannot_be_written_is_refused),
		TEST(what_was_there_is_replaced_only_by_a_whole_sheet),
		TEST(a_full_disk_leaves_what_was_there),
		TEST(a_document_tells_nothing_but_its_title),
		TEST(a_batch_of_240_slips_is_less_than_4_mb),
		TEST(each_status_has_its_words),
	};
	return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
