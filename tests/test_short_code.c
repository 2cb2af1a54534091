/*
 * The short code of a medium: as it is printed, and as people type it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "centre/short_code.h"

static const struct {
	uint8_t id[SHORT_CODE_BYTES];
	const char *code;
} printed[] = {
	{ { 0, 0, 0, 0, 0 }, "0000-0000" },
	{ { 0xff, 0xff, 0xff, 0xff, 0xff }, "ZZZZ-ZZZZ" },
	{ { 0, 0, 0, 0, 1 }, "0000-0001" },
	{ { 0x80, 0, 0, 0, 0 }, "G000-0000" },
	{ { 0x00, 0x44, 0x32, 0x14, 0xc7 }, "0123-4567" },
};

static void printed_code_is_read_back(void **state)
{
	uint8_t id[SHORT_CODE_BYTES];
	char code[SHORT_CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
		short_code_print(code, printed[i].id);
		assert_string_equal(code, printed[i].code);
		assert_true(short_code_parse(id, code));
		assert_memory_equal(id, printed[i].id, sizeof id);
	}
}

static void code_is_read_forgivingly(void **state)
{
	static const struct {
		const char *text, *same; /* NULL: no code */
	} rows[] = {
		{ "abcd-efgh", "ABCD-EFGH" },
		{ "ABCDEFGH", "ABCD-EFGH" },
		{ " abcd efgh ", "ABCD-EFGH" },
		{ "A-B-C-D-E-F-G-H", "ABCD-EFGH" },
		{ "oOiI-lL01", "0011-1101" },
		{ "ABCD-EFG", NULL },
		{ "ABCD-EFGHJ", NULL },
		{ "ABCD-EFGU", NULL },
		{ "ABCD_EFGH", NULL },
		{ "ABCD-EFG王", NULL },
		{ "", NULL },
		{ "-", NULL },
	};
	uint8_t id[SHORT_CODE_BYTES];
	char code[SHORT_CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (short_code_parse(id, rows[i].text) != (rows[i].same != NULL))
			fail_msg("%s", rows[i].text);
		if (rows[i].same == NULL)
			continue;
		short_code_print(code, id);
		assert_string_equal(code, rows[i].same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printed_code_is_read_back),
		cmocka_unit_test(code_is_read_forgivingly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
