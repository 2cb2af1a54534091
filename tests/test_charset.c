/* Files in UTF-8, UTF-16 and GB 18030: what each becomes, and where a fault is found. */
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/charset.h"
#include "centre/text.h"

#define TEXT(bytes) bytes, sizeof(bytes) - 1

struct row {
	const char *name, *bytes;
	size_t length;
	const char *utf8; /* NULL: malformed at line and column */
	int64_t line, column;
};

static const struct row rows[] = {
	/* UTF-8, as it is */
	{ "empty", TEXT(""), "", 0, 0 },
	{ "ASCII", TEXT("a,b\n1,2\n"), "a,b\n1,2\n", 0, 0 },
	{ "UTF-8", TEXT("测试甲,𠮷野"), "测试甲,𠮷野", 0, 0 },
	{ "byte-order mark alone", TEXT("\xef\xbb\xbf"), "\xef\xbb\xbf", 0, 0 },
	{ "byte-order mark", TEXT("\xef\xbb\xbf甲"), "\xef\xbb\xbf甲", 0, 0 },
	{ "UTF-8 and GB 18030 both: UTF-8", TEXT("测试"), "测试", 0, 0 },
	{ "the two characters that programs mistake", TEXT("\xd0\xb2\xd0\xb3"), "вг", 0, 0 },
	{ "damaged behind a mark", TEXT("\xef\xbb\xbf甲,\xb2\xe2"), NULL, 1, 3 },
	{ "cut short behind a mark", TEXT("\xef\xbb\xbf甲\n乙\xe6\xb5"), NULL, 2, 2 },
	{ "eight characters and one fault", TEXT("测试测试测试测试\xd0 "), NULL, 1, 9 },
	{ "cut short and GB 18030 by chance", TEXT("测试测试测试测试测试测试\xe6\xb5"), NULL, 1,
	  13 },
	{ "four characters to a fault say nothing", TEXT("测试测试\xe6\xb5"), "娴嬭瘯娴嬭瘯娴", 0,
	  0 },

	/* GB 18030 */
	{ "two bytes", TEXT("\xb2\xe2\xca\xd4,\xbc\xd7\n"), "测试,甲\n", 0, 0 },
	{ "first and last of two bytes", TEXT("\x81\x40\xfe\xfe"), "丂\xee\x93\x85", 0, 0 },
	{ "second byte 7e and 80", TEXT("\x81\x7e\x81\x80"), "亊亐", 0, 0 },
	{ "second byte 3f", TEXT("\x81\x3f"), NULL, 1, 1 },
	{ "second byte 7f", TEXT("\x81\x7f"), NULL, 1, 1 },
	{ "second byte ff", TEXT("\x81\xff"), NULL, 1, 1 },
	{ "first of four bytes", TEXT("\x81\x30\x81\x30"), "\xc2\x80", 0, 0 },
	{ "last of the plane", TEXT("\x84\x31\xa4\x39"), "\xef\xbf\xbf", 0, 0 },
	{ "behind the plane", TEXT("\x84\x31\xa5\x30"), NULL, 1, 1 },
	{ "first beyond the plane", TEXT("\x90\x30\x81\x30"), "\xf0\x90\x80\x80", 0, 0 },
	{ "before it", TEXT("\x8f\x39\xfe\x39"), NULL, 1, 1 },
	{ "last of all", TEXT("\xe3\x32\x9a\x35"), "\xf4\x8f\xbf\xbf", 0, 0 },
	{ "behind all", TEXT("\xe3\x32\x9a\x36"), NULL, 1, 1 },
	{ "around the surrogates", TEXT("\x83\x36\xc7\x38\x83\x36\xc7\x39"),
	  "\xed\x9f\xbf\xee\x9d\xac", 0, 0 },
	{ "level 3, extension B", TEXT("\x95\x32\x82\x36"), "\U00020000", 0, 0 },
	{ "level 3, extensions D and G", TEXT("\x98\x39\xb5\x36,\x9a\x37\x86\x37"),
	  "\U0002b81a,\U00030edd", 0, 0 },
	{ "a byte-order mark of its own", TEXT("\x84\x31\x95\x33\xbc\xd7"), "\xef\xbb\xbf甲", 0,
	  0 },
	{ "unassigned", TEXT("\xbc\xd7\n\xbc\xd7\xfd\x30\x81\x30"), NULL, 2, 2 },
	{ "first of two bytes at the end", TEXT("\xbc\xd7,\xbc"), NULL, 1, 3 },
	{ "three of four bytes at the end", TEXT("\xbc\xd7,\x81\x30\x81"), NULL, 1, 3 },
	{ "two of four bytes at the end", TEXT("\xbc\xd7,\x81\x30"), NULL, 1, 3 },
	{ "fourth byte no digit", TEXT("\xbc\xd7,\x81\x30\x81\x2f"), NULL, 1, 3 },
	{ "byte 80", TEXT("\xbc\xd7\n\xbc\xd7,\x80,"), NULL, 2, 3 },
	{ "byte ff", TEXT("\xbc\xd7\n\n\xbc\xd7,2\xff"), NULL, 3, 4 },
	{ "zero byte stays", TEXT("\xbc\xd7\0,"), "甲", 0, 0 },
	{ "neither: where UTF-8 goes further", TEXT("甲,乙,丙\n\xff"), NULL, 2, 1 },
	{ "neither: where GB 18030 goes further", TEXT("\xbc\xd7,\xd2\xd2\n\xbc\xd7\xff"), NULL, 2,
	  2 },

	/* UTF-16 */
	{ "UTF-16 mark alone", TEXT("\xff\xfe"), "", 0, 0 },
	{ "little end first", TEXT("\xff\xfe\x32\x75,\0\n\0"), "甲,\n", 0, 0 },
	{ "big end first", TEXT("\xfe\xff\x75\x32\0,"), "甲,", 0, 0 },
	{ "surrogates", TEXT("\xff\xfe\x42\xd8\xb7\xdf"), "𠮷", 0, 0 },
	{ "high surrogate alone", TEXT("\xff\xfe\x32\x75\x42\xd8\x32\x75"), NULL, 1, 2 },
	{ "low surrogate alone", TEXT("\xff\xfe\x32\x75\n\0\xb7\xdf"), NULL, 2, 1 },
	{ "surrogate at the end", TEXT("\xfe\xff\x75\x32\xd8\x42"), NULL, 1, 2 },
	{ "odd length", TEXT("\xff\xfe\x32\x75,"), NULL, 1, 2 },
	{ "without a mark", TEXT("\x32\x75,\0\x80\xff"), NULL, 1, 5 },
};

static void each_encoding_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct csv_fault fault = { 0 };
		size_t length = rows[i].length;
		/* A copy without a spare byte: reading past its end shows. */
		char *text = malloc(length > 0 ? length : 1);
		enum charset_status status;

		memcpy(text, rows[i].bytes, length);
		status = charset_to_utf8(&text, &length, &fault);
		if (rows[i].utf8 == NULL
			    ? status != CHARSET_MALFORMED || fault.why[0] == '\0' ||
				      fault.place.line != rows[i].line ||
				      fault.place.column != rows[i].column ||
				      length != rows[i].length
			    : status != CHARSET_OK || length < strlen(rows[i].utf8) ||
				      memcmp(text, rows[i].utf8, strlen(rows[i].utf8)) != 0 ||
				      (length > strlen(rows[i].utf8) &&
				       text[strlen(rows[i].utf8)] != '\0'))
			fail_msg("%s: status %d, %lld:%lld %s, \"%.*s\"", rows[i].name, status,
				 (long long)fault.place.line, (long long)fault.place.column,
				 fault.why, (int)length, text);
		free(text);
	}
}

static void faults_name_the_encodings(void **state)
{
	static const struct {
		const char *bytes, *why;
	} cases[] = {
		{ "\x80", "既不是 UTF-8 也不是 GB 18030 文本 · neither UTF-8 nor GB 18030 text" },
		{ "\xef\xbb\xbf\x80", "不是 UTF-8 文本 · not UTF-8 text" },
		{ "\xff\xfe\x80", "UTF-16 文本有误 · broken UTF-16 text" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct csv_fault fault;
		size_t length = strlen(cases[i].bytes);
		char *text = strdup(cases[i].bytes);

		assert_int_equal(charset_to_utf8(&text, &length, &fault), CHARSET_MALFORMED);
		assert_string_equal(fault.why, cases[i].why);
		free(text);
	}
}

/* Every character goes to GB 18030 and comes back; of these some have four bytes. */
static void every_character_comes_through(void **state)
{
	size_t room = 8 << 20, left, length;
	char *utf8 = malloc(room), *out = malloc(room), *from = utf8, *to = out;
	iconv_t converter = iconv_open("GB18030", "UTF-8");
	char *end = utf8;
	struct csv_fault fault;

	(void)state;
	/* Han characters and what lies beyond the first plane, extension G included. */
	for (unsigned point = 0x3400; point <= 0x3134a; point++) {
		if (point == 0xa000)
			point = 0x10000;
		if (point < 0x10000)
			*end++ = (char)(0xe0 | point >> 12);
		else
			*end++ = (char)(0xf0 | point >> 18),
			*end++ = (char)(0x80 | (point >> 12 & 63));
		*end++ = (char)(0x80 | (point >> 6 & 63));
		*end++ = (char)(0x80 | (point & 63));
	}
	left = (size_t)(end - utf8);
	assert_int_equal(iconv(converter, &from, &left, &to, &room), 0);
	iconv_close(converter);
	length = (size_t)(to - out);
	assert_int_equal(charset_to_utf8(&out, &length, &fault), CHARSET_OK);
	assert_int_equal(length, end - utf8);
	assert_memory_equal(out, utf8, length);
	assert_int_equal(out[length], '\0');
	free(utf8);
	free(out);
}

/* The place of a fault is right however far into a file it lies. */
static void far_faults_have_their_place(void **state)
{
	(void)state;
	for (size_t lines = 1000; lines <= 100000; lines *= 10) {
		size_t length = lines * 6;
		char *text = malloc(length);
		struct csv_fault fault;

		for (size_t i = 0; i < lines; i++)
			memcpy(text + i * 6, "\xb2\xe2\xca\xd4,\n", 6);
		text[length - 2] = '\xff';
		assert_int_equal(charset_to_utf8(&text, &length, &fault), CHARSET_MALFORMED);
		assert_int_equal(fault.place.line, lines);
		assert_int_equal(fault.place.column, 3);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_encoding_is_read),
		cmocka_unit_test(faults_name_the_encodings),
		cmocka_unit_test(every_character_comes_through),
		cmocka_unit_test(far_faults_have_their_place),
	};
	return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
