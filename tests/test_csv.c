/* The CSV reader, and the values that text.h knows: what is taken, and where a fault is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/codes.h"
#include "centre/csv.h"
#include "centre/json_put.h"
#include "centre/text.h"

static const struct csv_column columns[] = { { "a", true }, { "b", true }, { "c", false } };

/* Read all rows; the known fields joined by '|', rows by '/'. */
static enum csv_status read_all(char *out, size_t out_size, struct csv_fault *fault,
				struct csv *csv, const char *text, size_t length)
{
	struct csv_field fields[3];
	struct csv_place place;
	/* A copy without a spare byte: reading past its end shows. */
	char *copy = malloc(length > 0 ? length : 1);
	memcpy(copy, text, length);
	enum csv_status status = csv_open(csv, fault, copy, length, columns, 3);

	out[0] = '\0';
	while (status == CSV_OK) {
		status = csv_next(csv, fault, fields, &place);
		if (status == CSV_OK) {
			size_t used = strlen(out);

			snprintf(out + used, out_size - used, "%s|%s|%s/", fields[0].text,
				 fields[1].text, fields[2].text);
		}
	}
	free(copy);
	return status;
}

struct row {
	const char *name, *text;
	const char *rows; /* NULL: malformed at line and column */
	int64_t line, column;
};

static const struct row rows[] = {
	{ "header alone", "a,b\n", "", 0, 0 },
	{ "header without a line end", "a,b", "", 0, 0 },
	{ "one row", "a,b\n1,2\n", "1|2|/", 0, 0 },
	{ "no line end at the end", "a,b\n1,2", "1|2|/", 0, 0 },
	{ "CRLF", "a,b\r\n1,2\r\n3,4\r\n", "1|2|/3|4|/", 0, 0 },
	{ "byte-order mark",
	  "\xef\xbb\xbf"
	  "a,b\n1,2\n",
	  "1|2|/", 0, 0 },
	{ "other order", "c,b,a\n3,2,1\n", "1|2|3/", 0, 0 },
	{ "unknown column", "x,a,b\n9,1,2\n", "1|2|/", 0, 0 },
	{ "quotes", "a,b\n\"1,1\",\"2\"\"2\"\n", "1,1|2\"2|/", 0, 0 },
	{ "line feed in quotes", "a,b\n\"1\n1\",2\n3,4\n", "1\n1|2|/3|4|/", 0, 0 },
	{ "CRLF in quotes", "a,b\n\"1\r\n1\",2\n", "1\r\n1|2|/", 0, 0 },
	{ "empty fields", "a,b,c\n,,\n", "||/", 0, 0 },
	{ "empty quotes", "a,b\n\"\",\"\"\n", "||/", 0, 0 },
	{ "blanks stay", "a,b\n 1 ,2\n", " 1 |2|/", 0, 0 },
	{ "empty lines are skipped", "\n\na,b\n\r\n1,2\n\n", "1|2|/", 0, 0 },
	{ "Chinese", "a,b\n测试甲,𠮷野\n", "测试甲|𠮷野|/", 0, 0 },
	{ "quoted header", "\"a\",\"b\"\n1,2\n", "1|2|/", 0, 0 },

	{ "empty file", "", NULL, 1, 1 },
	{ "byte-order mark alone", "\xef\xbb\xbf", NULL, 1, 1 },
	{ "empty lines alone", "\n\n", NULL, 3, 1 },
	{ "column missing", "a,c\n1,2\n", NULL, 1, 1 },
	{ "column twice", "a,b,a\n1,2,3\n", NULL, 1, 5 },
	{ "too few fields", "a,b\n1,2\n3\n", NULL, 3, 1 },
	{ "too many fields", "a,b\n1,2,3\n", NULL, 2, 1 },
	{ "quote in a bare field", "a,b\n1,2\"2\n", NULL, 2, 4 },
	{ "quote after Chinese", "a,b\n甲乙,丙\"\n", NULL, 2, 5 },
	{ "text behind a closing quote", "a,b\n\"1\"x,2\n", NULL, 2, 4 },
	{ "quote never closed", "a,b\n1,\"2\n3,4\n", NULL, 2, 3 },
	{ "quote at the end", "a,b\n1,\"", NULL, 2, 3 },
	{ "carriage return alone", "a,b\n1\r,2\n", NULL, 2, 2 },
	{ "carriage return at the end", "a,b\n1,2\r", NULL, 2, 4 },
	{ "fault behind quoted lines", "a,b\n\"1\n\n1\",2\n3\n", NULL, 5, 1 },
	{ "not UTF-8", "a,b\n1,\xff\n", NULL, 2, 3 },
	{ "UTF-8 cut short", "a,b\n1,\xe6\xb5", NULL, 2, 3 },
	{ "UTF-8 longer than needed", "a,b\n\xc0\x80,2\n", NULL, 2, 1 },
	{ "surrogate", "a,b\n1,2\n\xed\xa0\x80,2\n", NULL, 3, 1 },
	{ "not UTF-8 in quotes", "a,b\n\"1\xfe\",2\n", NULL, 2, 3 },
};

static void rows_and_faults(void **state)
{
	static struct csv csv;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct csv_fault fault = { 0 };
		char out[256];
		enum csv_status status =
			read_all(out, sizeof out, &fault, &csv, rows[i].text, strlen(rows[i].text));

		if (rows[i].rows != NULL ? status != CSV_END || strcmp(out, rows[i].rows) != 0
					 : status != CSV_MALFORMED || fault.why[0] == '\0' ||
						   fault.place.line != rows[i].line ||
						   fault.place.column != rows[i].column)
			fail_msg("%s: status %d, rows \"%s\", %lld:%lld %s", rows[i].name, status,
				 out, (long long)fault.place.line, (long long)fault.place.column,
				 fault.why);
	}
}

static void zero_byte_is_refused(void **state)
{
	static const char text[] = "a,b\n1,2\0002\n";
	static struct csv csv;
	struct csv_fault fault;
	char out[64];

	(void)state;
	assert_int_equal(read_all(out, sizeof out, &fault, &csv, text, sizeof text - 1),
			 CSV_MALFORMED);
	assert_int_equal(fault.place.line, 2);
	assert_int_equal(fault.place.column, 4);
}

/* A row of exactly CSV_ROW_MAX bytes is read, one more is not. */
static void rows_are_bounded(void **state)
{
	static struct csv csv;
	static char text[CSV_ROW_MAX + 16], out[CSV_ROW_MAX + 16];
	struct csv_fault fault;

	(void)state;
	for (size_t length = CSV_ROW_MAX; length <= CSV_ROW_MAX + 1; length++) {
		strcpy(text, "a,b\n");
		memset(text + 4, 'x', length - 1);
		strcpy(text + 4 + length - 1, ",y\n");
		assert_int_equal(read_all(out, sizeof out, &fault, &csv, text, strlen(text)),
				 length == CSV_ROW_MAX ? CSV_END : CSV_MALFORMED);
	}
	assert_int_equal(fault.place.line, 2);
}

static void columns_are_bounded(void **state)
{
	static struct csv csv;
	struct csv_fault fault;
	char text[1024], out[64];

	(void)state;
	for (int count = CSV_COLUMNS_MAX; count <= CSV_COLUMNS_MAX + 1; count++) {
		strcpy(text, "a,b");
		for (int i = 2; i < count; i++)
			sprintf(text + strlen(text), ",x%d", i);
		strcat(text, "\n");
		assert_int_equal(read_all(out, sizeof out, &fault, &csv, text, strlen(text)),
				 count == CSV_COLUMNS_MAX ? CSV_END : CSV_MALFORMED);
	}
	assert_int_equal(fault.place.line, 1);
}

static void unknown_columns_are_named(void **state)
{
	static struct csv csv;
	struct csv_fault fault;
	char out[64];

	(void)state;
	assert_int_equal(read_all(out, sizeof out, &fault, &csv, "x,a,y,b\n", 8), CSV_END);
	assert_string_equal(csv.ignored, "x, y");
	assert_true(csv_has_column(&csv, 0));
	assert_false(csv_has_column(&csv, 2));
}

/* --- values --- */

struct value {
	const char *text;
	bool (*test)(const char *);
	bool good;
};

static bool plain_6(const char *text)
{
	return text_is_plain(text, 6);
}

static const struct value values[] = {
	{ "abcdef", plain_6, true },
	{ "测试", plain_6, true },
	{ "abcdefg", plain_6, false },
	{ "", plain_6, false },
	{ " a", plain_6, false },
	{ "a ", plain_6, false },
	{ "a\tb", plain_6, false },
	{ "a\x7f", plain_6, false },
	{ "a\xc2\x85", plain_6, false },
	{ "a\xc2\xa0", plain_6, true },
	{ "\xff", plain_6, false },

	{ "35", text_is_region, true },
	{ "3", text_is_region, false },
	{ "371171001001", text_is_region, true },
	{ "3711710010012", text_is_region, false },
	{ "37117x", text_is_region, false },

	{ "", text_is_identities, true },
	{ "war", text_is_identities, true },
	{ "veteran.officer;war;disabled:6:duty", text_is_identities, true },
	{ "disabled:1:war", text_is_identities, true },
	{ "disabled:10:illness", text_is_identities, true },
	{ "disabled:0:war", text_is_identities, false },
	{ "disabled:11:war", text_is_identities, false },
	{ "disabled:01:war", text_is_identities, false },
	{ "disabled:5", text_is_identities, false },
	{ "disabled:5:", text_is_identities, false },
	{ "disabled:5:fire", text_is_identities, false },
	{ "disabled:99999999999999999999:war", text_is_identities, false },
	{ "disabled", text_is_identities, false },
	{ "veteran", text_is_identities, false },
	{ "war;", text_is_identities, false },
	{ ";war", text_is_identities, false },
	{ "war;;nuclear", text_is_identities, false },
	{ "war;war", text_is_identities, false },
	{ "war; nuclear", text_is_identities, false },
	{ "War", text_is_identities, false },
	{ "war;nuclear;red_army;demobilised;returned_ill;family.martyr;family.duty;family.illness",
	  text_is_identities, true },
	{ "war;nuclear;red_army;demobilised;returned_ill;family.martyr;family.duty;family.illness;"
	  "veteran.nco",
	  text_is_identities, false },
	{ "disabled:6:war@2020-01-01..2024-12-31", text_is_identities, true },
	{ "disabled:6:war@..2024-12-31;disabled:5:war@2025-01-01..", text_is_identities, true },
	{ "disabled:6:war@..2024-12-31;disabled:6:war@2025-01-01..", text_is_identities, true },
	{ "disabled:6:war@..2025-01-01;disabled:6:war@2025-01-01..", text_is_identities, false },
	{ "disabled:6:war;disabled:5:duty", text_is_identities, true },
	{ "disabled:6:war@2020-01-01", text_is_identities, false },
	{ "disabled:6:war@2025-01-01..2024-12-31", text_is_identities, false },
	{ "disabled:6@2020-01-01..:war", text_is_identities, false },
	{ "captain@2020-01-01..", text_is_identities, false },
	{ "war@2020-01-01..;", text_is_identities, false },

	{ "11010519491231002X", text_is_id_number, true },  /* the example of GB 11643 */
	{ "440524188001010014", text_is_id_number, false }, /* its other one: born before 1900 */
	{ "11010519491231002x", text_is_id_number, false },
	{ "110105194912310021", text_is_id_number, false },
	{ "11010519491331002X", text_is_id_number, false },
	{ "1101051949123100", text_is_id_number, false },
	{ "1101051949123100211", text_is_id_number, false },
	{ "1101O519491231002X", text_is_id_number, false },
};

static void values_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (values[i].test(values[i].text) != values[i].good)
			fail_msg("row %zu, \"%s\"", i, values[i].text);
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t number;
	} cases[] = {
		{ "0", true, 0 },
		{ "-1", true, -1 },
		{ "12000", true, 12000 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "9223372036854775808", true, INT64_MAX },
		{ "99999999999999999999", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "-9223372036854775809", true, INT64_MIN },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "+1", false, 0 },
		{ "12.5", false, 0 },
		{ "abc", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "0x10", false, 0 },
		{ "--1", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t number = 0;
		bool good = text_to_number(&number, cases[i].text);

		if (good != cases[i].good || (good && number != cases[i].number))
			fail_msg("\"%s\" gives %lld", cases[i].text, (long long)number);
	}
}

static void bytes(void **state)
{
	uint8_t out[2];
	size_t length = 9;

	(void)state;
	assert_true(text_to_bytes(out, sizeof out, &length, "0fA0"));
	assert_int_equal(length, 2);
	assert_int_equal(out[0], 0x0f);
	assert_int_equal(out[1], 0xa0);
	assert_true(text_to_bytes(out, sizeof out, &length, ""));
	assert_int_equal(length, 0);
	assert_false(text_to_bytes(out, sizeof out, &length, "0fa"));
	assert_false(text_to_bytes(out, sizeof out, &length, "0fa0bb"));
	assert_false(text_to_bytes(out, sizeof out, &length, "0g"));
}

static void codes_are_remembered(void **state)
{
	struct codes codes = { 0 };
	char code[16];

	(void)state;
	assert_false(codes_have(&codes, "x0"));
	for (int i = 0; i < 1000; i++) {
		snprintf(code, sizeof code, "x%d", i);
		assert_int_equal(codes_add(&codes, code), CODES_OK);
	}
	assert_int_equal(codes_add(&codes, "x17"), CODES_THERE);
	assert_true(codes_have(&codes, "x999"));
	assert_false(codes_have(&codes, "x1000"));
	codes_free(&codes);
}

/* --- answers --- */

static void json_is_escaped(void **state)
{
	static const uint8_t id[] = { 0x00, 0xff };
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	struct json json;

	(void)state;
	json_put_begin(&json, out);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "a\"b", "测\\\n\x01\x7f\xff");
	json_put_open(&json, "list", '[');
	json_put_number(&json, NULL, INT64_MIN);
	json_put_flag(&json, NULL, true);
	json_put_null(&json, NULL);
	json_put_hex(&json, NULL, id, 2);
	json_put_close(&json);
	json_put_both(&json, "why", "甲", "x");
	json_put_known(&json, "unknown", false, 1);
	json_put_close(&json);
	json_put_end(&json);
	fclose(out);
	assert_string_equal(text,
			    "{\"a\\\"b\":\"测\\\\\\n\\u0001\\u007f\xef\xbf\xbd\",\"list\":"
			    "[-9223372036854775808,true,null,\"00ff\"],\"why\":{\"zh\":\"甲\","
			    "\"en\":\"x\"},\"unknown\":null}\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_faults),
		cmocka_unit_test(zero_byte_is_refused),
		cmocka_unit_test(rows_are_bounded),
		cmocka_unit_test(columns_are_bounded),
		cmocka_unit_test(unknown_columns_are_named),
		cmocka_unit_test(values_are_told_apart),
		cmocka_unit_test(numbers),
		cmocka_unit_test(bytes),
		cmocka_unit_test(codes_are_remembered),
		cmocka_unit_test(json_is_escaped),
	};
	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
