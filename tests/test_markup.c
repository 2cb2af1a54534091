/* Text cut at a whole character and numbers grouped in threes, as markup holds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/markup.h"
#include "tests/xml.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void long_labels_are_cut_at_a_whole_character(void **state)
{
	static const struct {
		const char *text;
		int width;
		const char *shown;
	} rows[] = {
		{ "", 0, "" },
		{ "退役军人", 64, "退役军人" },
		{ "退役军人", 63, "退役…" },
		{ "退役军人", 48, "退役…" },
		{ "退役军人", 47, "退…" },
		{ "退役军人", 0, "…" },
		{ "𠮷𠮷𠮷", 47, "𠮷…" },
		{ "abcdef", 54, "abcdef" },
		{ "abcdef", 53, "abcd…" },
		{ "<<<<", 35, "&lt;&lt;…" },
		/* What is dropped has no width. */
		{ "a\x01\x01\x01\x01", 9, "a" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct capture capture;

		capture_begin(&capture);
		markup_text_within(capture.out, rows[i].text, rows[i].width);
		assert_string_equal(capture_end(&capture), rows[i].shown);
		capture_free(&capture);
	}
}

static void numbers_are_grouped_in_threes(void **state)
{
	static const struct {
		void (*write)(char[static MARKUP_NUMBER_SIZE], int64_t);
		int64_t number;
		const char *shown;
	} rows[] = {
		{ markup_count, 0, "0" },
		{ markup_count, 999, "999" },
		{ markup_count, 1000, "1,000" },
		{ markup_count, -1000, "-1,000" },
		{ markup_count, 999999, "999,999" },
		{ markup_count, 1000000, "1,000,000" },
		{ markup_count, INT64_MAX, "9,223,372,036,854,775,807" },
		{ markup_count, INT64_MIN, "-9,223,372,036,854,775,808" },
		{ markup_yuan, 0, "0.00" },
		{ markup_yuan, 5, "0.05" },
		{ markup_yuan, -5, "-0.05" },
		{ markup_yuan, 99999, "999.99" },
		{ markup_yuan, 100000, "1,000.00" },
		{ markup_yuan, INT64_MIN, "-92,233,720,368,547,758.08" },
		{ markup_permille, 0, "0.0 %" },
		{ markup_permille, 945, "94.5 %" },
		{ markup_permille, 1000, "100.0 %" },
		{ markup_permille, -7, "-0.7 %" },
		{ markup_permille, INT64_MIN, "-922,337,203,685,477,580.8 %" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char shown[MARKUP_NUMBER_SIZE];

		rows[i].write(shown, rows[i].number);
		assert_string_equal(shown, rows[i].shown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_labels_are_cut_at_a_whole_character),
		cmocka_unit_test(numbers_are_grouped_in_threes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
