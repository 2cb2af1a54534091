/* Text made fit for paper: whatever comes in, what comes out is UTF-8 without what is not seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/printable.h"
#include "centre/text.h"

static const struct {
	const char *name, *text, *printed;
} rows[] = {
	{ "nothing", "", "" },
	{ "a name", "王建国", "王建国" },
	{ "a character outside the BMP", "\xf0\xa0\xae\xb7野", "\xf0\xa0\xae\xb7野" },
	{ "a variant of a character", "葛\xf3\xa0\x84\x80", "葛\xf3\xa0\x84\x80" },
	{ "control characters", "a\tb\nc\x1f", "a b c " },
	{ "delete, and the last control of all", "a\x7f\xc2\x9f\xc2\xa0", "a  \xc2\xa0" },
	{ "line and paragraph separators",
	  "a\xe2\x80\xa8"
	  "b\xe2\x80\xa9",
	  "a b " },
	{ "marks of direction",
	  "\xe2\x80\xaf\xe2\x80\xaa"
	  "a\xe2\x80\xae"
	  "b\xe2\x81\xa6"
	  "c\xd8\x9c",
	  "\xe2\x80\xaf"
	  "abc" },
	{ "zero width",
	  "a\xe2\x80\x8b"
	  "b\xe2\x80\x8f"
	  "c\xe2\x80\x90\xef\xbb\xbf",
	  "abc\xe2\x80\x90" },
	{ "a soft hyphen and what stands beside it", "\xc2\xac\xc2\xad\xc2\xae",
	  "\xc2\xac\xc2\xae" },
	{ "tags", "a\xf3\xa0\x81\x81\xf3\xa0\x81\xbf", "a" },
	{ "a byte that is no UTF-8",
	  "a\xff"
	  "b",
	  "a□b" },
	{ "a character cut off", "国\xe5\x9b", "国□□" },
	{ "a long form of a slash", "\xc0\xaf", "□□" },
	{ "half of a pair", "\xed\xa0\x80", "□□□" },
};

static void each_character_is_printed_replaced_or_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char out[PRINTABLE_SIZE];

		print_message("  %s\n", rows[i].name);
		assert_true(printable(out, rows[i].text));
		assert_string_equal(out, rows[i].printed);
	}
}

/* As many bytes as fit beside "…" and its zero; a byte more is cut, at a character's edge. */
static void a_long_text_ends_with_an_ellipsis(void **state)
{
	const size_t most = PRINTABLE_SIZE - 4;
	char text[PRINTABLE_SIZE * 2], out[PRINTABLE_SIZE];

	(void)state;
	memset(text, 'a', sizeof text);
	text[most] = '\0';
	assert_true(printable(out, text));
	assert_string_equal(out, text);
	text[most] = 'a';
	text[most + 1] = '\0';
	assert_false(printable(out, text));
	assert_int_equal(strlen(out), most + 3);
	assert_string_equal(out + most, "…");
	memcpy(text + most - 2, "国", 4);
	assert_false(printable(out, text));
	assert_int_equal(strlen(out), most - 2 + 3);
	assert_string_equal(out + most - 2, "…");
}

static void whatever_comes_in_is_valid_text(void **state)
{
	char text[PRINTABLE_SIZE * 2], out[PRINTABLE_SIZE];

	(void)state;
	srand(1);
	for (int round = 0; round < 500; round++) {
		size_t length = (size_t)rand() % sizeof text;

		for (size_t i = 0; i < length; i++)
			text[i] = (char)(rand() % 255 + 1);
		text[length] = '\0';
		(void)printable(out, text);
		for (size_t i = 0, step; i < strlen(out); i += step) {
			step = text_character(out + i, strlen(out) - i);
			assert_true(step > 0);
			assert_true((unsigned char)out[i] >= ' ' && out[i] != 0x7f);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_character_is_printed_replaced_or_left_out),
		cmocka_unit_test(a_long_text_ends_with_an_ellipsis),
		cmocka_unit_test(whatever_comes_in_is_valid_text),
	};
	return cmocka_run_group_tests_name("printable", tests, NULL, NULL);
}
