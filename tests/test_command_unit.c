/* The program youdai: units that are renamed and merged, imported and listed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"

/* 371171, the development zone of Rizhao, is not in GB/T 2260. */
#define HEADER  "unit,code,name,tier,parent,from,until,merged_into\n"
#define COUNTY  "centre,371171,测试区中心,county,,,,\n"
#define RENAMED "s1,371171001,北站,town,centre,,,\ns1,371171001,北新站,town,centre,2024-03-01,,\n"
#define MERGED  "s2,371171002,南站,town,centre,,2024-12-31,s1\n"

static const char *db;

static int set_up(void **state)
{
	static char path[512];

	(void)state;
	if (!centre_open())
		return -1;
	snprintf(path, sizeof path, "%s", centre_path("a.db"));
	db = path;
	DO(0, "--db", db, "init");
	return 0;
}

static void import(int code, const char *text)
{
	centre_write("units.csv", text);
	DO(code, "--db", db, "unit", "import", centre_path("units.csv"));
}

static void renamed_and_merged_units_are_listed(void **state)
{
	static const char list[] =
		"[{\"unit\":\"centre\",\"code\":\"371171\",\"name\":\"测试区中心\","
		"\"tier\":\"county\",\"parent\":\"\",\"from\":null,\"until\":null,"
		"\"merged_into\":null},"
		"{\"unit\":\"s1\",\"code\":\"371171001\",\"name\":\"北站\",\"tier\":\"town\","
		"\"parent\":\"centre\",\"from\":null,\"until\":\"2024-02-29\","
		"\"merged_into\":null},"
		"{\"unit\":\"s1\",\"code\":\"371171001\",\"name\":\"北新站\",\"tier\":\"town\","
		"\"parent\":\"centre\",\"from\":\"2024-03-01\",\"until\":null,"
		"\"merged_into\":null},"
		"{\"unit\":\"s2\",\"code\":\"371171002\",\"name\":\"南站\",\"tier\":\"town\","
		"\"parent\":\"centre\",\"from\":null,\"until\":\"2024-12-31\","
		"\"merged_into\":\"s1\"}]\n";
	char *out;

	(void)state;
	/* The same file again changes nothing. */
	for (int round = 0; round < 2; round++) {
		import(0, HEADER COUNTY MERGED RENAMED);
		out = EXPECT(0, "--db", db, "unit", "list", "--json");
		assert_string_equal(out, list);
		free(out);
	}
	out = EXPECT(0, "--db", db, "unit", "list");
	assert_non_null(strstr(out, "s2\t371171002\t南站\ttown\tcentre\t-\t2024-12-31\ts1\n"));
	free(out);
	DO(0, "--db", db, "fsck");
}

static void a_list_is_of_a_day(void **state)
{
	static const struct {
		const char *on;
		size_t count;
		const char *names[3];
	} rows[] = {
		{ "2024-02-29", 3, { "测试区中心", "北站", "南站" } },
		{ "2024-03-01", 3, { "测试区中心", "北新站", "南站" } },
		{ "2024-12-31", 3, { "测试区中心", "北新站", "南站" } },
		{ "2025-01-01", 2, { "测试区中心", "北新站" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *list = answer_json(
			EXPECT(0, "--db", db, "unit", "list", "--on", rows[i].on, "--json"));

		assert_int_equal(json_array_size(list), rows[i].count);
		for (size_t k = 0; k < rows[i].count; k++)
			assert_string_equal(text_of(json_array_get(list, k), "name"),
					    rows[i].names[k]);
		json_decref(list);
	}
	DO(2, "--db", db, "unit", "list", "--on", "today");
	DO(2, "--db", db, "unit", "list", "--csv", "--json");
}

static void a_list_can_be_imported_again(void **state)
{
	char *before = EXPECT(0, "--db", db, "unit", "list", "--csv"), *after;
	const char *other = centre_path("b.db");

	(void)state;
	centre_write("units.csv", before);
	DO(0, "--db", other, "init");
	DO(0, "--db", other, "unit", "import", centre_path("units.csv"));
	after = EXPECT(0, "--db", other, "unit", "list", "--csv");
	assert_string_equal(before, after);
	free(before);
	free(after);
}

/* Each file is refused at this column of this line, and nothing of it stays. */
static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		const char *name, *text;
		int line, column;
	} rows[] = {
		{ "an unknown unit", HEADER "s9,371171009,站,town,centre,,2024-12-31,nowhere\n", 2,
		  40 },
		{ "itself", HEADER "s9,371171009,站,town,centre,,2024-12-31,s9\n", 2, 40 },
		{ "itself by its region", HEADER "s9,371171009,站,town,centre,,,371171009\n", 2,
		  30 },
		{ "a circle of two",
		  HEADER "s8,371171008,站,town,centre,,,s9\ns9,371171009,站,town,centre,,,s8\n", 3,
		  30 },
		{ "a circle of two by a region",
		  HEADER "s8,371171008,站,town,centre,,,371171009\n"
			 "s9,371171009,站,town,centre,,,371171008\n",
		  3, 30 },
		{ "a circle with what is there",
		  HEADER "s1,371171001,站,town,centre,2024-03-01,,s2\n", 2, 40 },
		{ "twice from the same day",
		  HEADER "s9,371171009,站,town,centre,2024-01-01,,\n"
			 "s9,371171009,新站,town,centre,2024-01-01,,\n",
		  3, 1 },
		{ "twice without a day",
		  "code,name,tier,parent\n371171009,站,town,centre\n371171009,新站,town,centre\n",
		  3, 1 },
	};
	char *before = EXPECT(0, "--db", db, "unit", "list", "--json"), *after;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer answer;
		json_t *json;

		centre_write("units.csv", rows[i].text);
		answer = RUN("--db", db, "unit", "import", centre_path("units.csv"), "--json");
		json = json_loads(answer.out, 0, NULL);
		if (answer.code != 1 || number_of(json, "line") != rows[i].line ||
		    number_of(json, "column") != rows[i].column)
			fail_msg("%s: exit %d\n%s%s", rows[i].name, answer.code, answer.out,
				 answer.err);
		json_decref(json);
		answer_free(&answer);
	}
	after = EXPECT(0, "--db", db, "unit", "list", "--json");
	assert_string_equal(before, after);
	free(before);
	free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renamed_and_merged_units_are_listed),
		cmocka_unit_test(a_list_is_of_a_day),
		cmocka_unit_test(a_list_can_be_imported_again),
		cmocka_unit_test(what_cannot_be_is_refused),
	};
	return cmocka_run_group_tests_name("command unit", tests, set_up, centre_tear_down);
}
