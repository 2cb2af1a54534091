/* Units over time: renamed, merged, and who reaches what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/china_time.h"
#include "db/unit.h"
#include "small_registry.h"

static int32_t day(const char *text)
{
	int32_t found;
	assert_true(day_parse(&found, text));
	return found;
}

/* Dates as text; NULL: open. */
struct row {
	const char *code, *name, *from, *until, *merged_into;
};

static void put(struct registry *registry, const struct row *row)
{
	struct unit unit = { .code = row->code,
			     .name = row->name,
			     .tier = "town",
			     .parent = "371171",
			     .from = row->from == NULL ? INT32_MIN : day(row->from),
			     .until = row->until == NULL ? INT32_MAX : day(row->until),
			     .merged_into = row->merged_into };
	assert_int_equal(registry_put_unit(registry, &unit), REGISTRY_OK);
}

struct told {
	const char *code; /* whose rows */
	char text[512];
};

static bool tell(void *context, const struct unit *unit)
{
	struct told *told = context;
	char from[11] = "", until[11] = "";
	size_t used = strlen(told->text);
	if (strcmp(unit->code, told->code) != 0)
		return true;
	if (unit->from != INT32_MIN)
		day_format(from, unit->from);
	if (unit->until != INT32_MAX)
		day_format(until, unit->until);
	snprintf(told->text + used, sizeof told->text - used, "%s %s..%s %s;", unit->name, from,
		 until, unit->merged_into);
	return true;
}

static void assert_rows(struct registry *registry, const char *name, const char *expected)
{
	struct told told = { .code = "U" };
	assert_int_equal(registry_each_unit(registry, tell, &told), REGISTRY_OK);
	if (strcmp(told.text, expected) != 0)
		fail_msg("%s: %s", name, told.text);
}

/* In the order of the import; each is done twice, and the second time changes nothing. */
static void one_row_holds_on_any_day(void **state)
{
	static const struct {
		const char *name;
		struct row rows[3];
		const char *expected;
	} cases[] = {
		{ "undated", { { "U", "甲", NULL, NULL, "" } }, "甲 .. ;" },
		{ "undated, again with another name",
		  { { "U", "甲", NULL, NULL, "" }, { "U", "乙", NULL, NULL, "" } },
		  "乙 .. ;" },
		{ "renamed",
		  { { "U", "甲", NULL, NULL, "" }, { "U", "乙", "2024-03-01", NULL, "" } },
		  "甲 ..2024-02-29 ;乙 2024-03-01.. ;" },
		{ "renamed, the later row first",
		  { { "U", "乙", "2024-03-01", NULL, "" }, { "U", "甲", NULL, NULL, "" } },
		  "甲 ..2024-02-29 ;乙 2024-03-01.. ;" },
		{ "overlapping by a day",
		  { { "U", "甲", "2020-01-01", "2024-03-01", "" },
		    { "U", "乙", "2024-03-01", NULL, "" } },
		  "甲 2020-01-01..2024-02-29 ;乙 2024-03-01.. ;" },
		{ "overlapping by a day, the later row first",
		  { { "U", "乙", "2024-03-01", NULL, "" },
		    { "U", "甲", "2020-01-01", "2024-03-01", "" } },
		  "甲 2020-01-01..2024-02-29 ;乙 2024-03-01.. ;" },
		{ "one after the other",
		  { { "U", "甲", "2020-01-01", "2024-02-29", "" },
		    { "U", "乙", "2024-03-01", NULL, "" } },
		  "甲 2020-01-01..2024-02-29 ;乙 2024-03-01.. ;" },
		{ "with a gap",
		  { { "U", "甲", "2020-01-01", "2022-12-31", "" },
		    { "U", "乙", "2024-03-01", NULL, "" } },
		  "甲 2020-01-01..2022-12-31 ;乙 2024-03-01.. ;" },
		{ "one between two",
		  { { "U", "甲", NULL, NULL, "" },
		    { "U", "丙", "2024-01-01", NULL, "" },
		    { "U", "乙", "2022-01-01", NULL, "" } },
		  "甲 ..2021-12-31 ;乙 2022-01-01..2023-12-31 ;丙 2024-01-01.. ;" },
		{ "one around another",
		  { { "U", "乙", "2022-01-01", "2022-12-31", "" },
		    { "U", "甲", "2020-01-01", "2024-12-31", "" } },
		  "甲 2020-01-01..2021-12-31 ;乙 2022-01-01..2022-12-31 ;" },
		{ "merged at its end",
		  { { "U", "甲", NULL, "2024-12-31", "371171001" } },
		  "甲 ..2024-12-31 371171001;" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct small_registry small;
		small_registry_make(&small);
		for (int round = 0; round < 2; round++) {
			for (size_t k = 0; k < 3 && cases[i].rows[k].code != NULL; k++)
				put(small.registry, &cases[i].rows[k]);
			assert_rows(small.registry, cases[i].name, cases[i].expected);
		}
		small_registry_remove(&small);
	}
}

static void a_name_is_that_of_the_day(void **state)
{
	static const struct row rows[] = { { "U", "甲", "2020-01-01", NULL, "" },
					   { "U", "乙", "2024-03-01", "2025-12-31", "" } };
	static const struct {
		const char *code, *on, *name; /* NULL: none */
	} asked[] = {
		{ "U", "2019-12-31", NULL },
		{ "U", "2020-01-01", "甲" },
		{ "U", "2024-02-29", "甲" },
		{ "U", "2024-03-01", "乙" },
		{ "U", "2025-12-31", "乙" },
		{ "U", "2026-01-01", NULL },
		{ "V", "2024-03-01", NULL },
		{ "371171", "1949-10-01", "经开区中心" },
		{ "371171", "2200-12-31", "经开区中心" },
	};
	struct small_registry *small = *state;
	char name[UNIT_NAME_MAX + 1];
	for (size_t i = 0; i < 2; i++)
		put(small->registry, &rows[i]);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		enum registry_status status =
			unit_name_on(small->registry, name, asked[i].code, day(asked[i].on));
		assert_int_equal(status, asked[i].name == NULL ? REGISTRY_NOT_FOUND : REGISTRY_OK);
		if (asked[i].name != NULL)
			assert_string_equal(name, asked[i].name);
	}
}

/* The unit itself comes before one that merely lies in a region of that name. */
static void a_unit_is_found_by_its_region_too(void **state)
{
	static const struct unit units[] = {
		{ "aaa", "丙", "firm", "", INT32_MIN, INT32_MAX, "U", NULL },
		{ "U", "甲", "town", "", INT32_MIN, INT32_MAX, "371171009", NULL },
	};
	struct small_registry *small = *state;
	char name[UNIT_NAME_MAX + 1];
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(registry_put_unit(small->registry, &units[i]), REGISTRY_OK);
	assert_int_equal(unit_name_on(small->registry, name, "U", SMALL_DAY), REGISTRY_OK);
	assert_string_equal(name, "甲");
	assert_int_equal(unit_name_on(small->registry, name, "371171009", SMALL_DAY), REGISTRY_OK);
	assert_string_equal(name, "甲");
}

static void a_row_holds_from_its_first_day_to_its_last(void **state)
{
	static const struct unit unit = { .from = 10, .until = 20 };
	static const struct unit open = { .from = INT32_MIN, .until = INT32_MAX };
	(void)state;
	assert_false(unit_is_in_force(&unit, 9));
	assert_true(unit_is_in_force(&unit, 10));
	assert_true(unit_is_in_force(&unit, 20));
	assert_false(unit_is_in_force(&unit, 21));
	assert_true(unit_is_in_force(&open, INT32_MIN));
	assert_true(unit_is_in_force(&open, INT32_MAX));
}

static bool reaches(struct registry *registry, const char *own, const char *unit)
{
	struct actor actor = { .name = "li", .roles = 1 };
	bool reached;
	snprintf(actor.unit, sizeof actor.unit, "%s", own);
	registry_act_as(registry, &actor);
	assert_int_equal(actor_reaches(registry, &reached, unit), REGISTRY_OK);
	return reached;
}

/* Its certificates are the business of the unit that it went into. */
static void a_merged_unit_is_reached_from_where_it_went(void **state)
{
	static const struct row rows[] = {
		{ "A", "甲站", NULL, "2024-12-31", "B" },
		{ "B", "乙站", NULL, NULL, "" },
		{ "C", "丙站", NULL, NULL, "" },
		{ "B", "乙新站", "2025-01-01", NULL, "" },
	};
	struct small_registry *small = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		put(small->registry, &rows[i]);
	assert_true(reaches(small->registry, "B", "A"));
	assert_true(reaches(small->registry, "A", "A"));
	assert_true(reaches(small->registry, "371171", "A"));
	assert_false(reaches(small->registry, "A", "B"));
	assert_false(reaches(small->registry, "C", "A"));
	assert_false(reaches(small->registry, "B", "C"));
	/* Merged again, further on. */
	put(small->registry, &(struct row){ "B", "乙新站", "2025-01-01", "2025-12-31", "C" });
	assert_true(reaches(small->registry, "C", "A"));
}

static bool in_circle(struct registry *registry, const char *code)
{
	bool circle;
	assert_int_equal(unit_merges_in_circle(registry, &circle, code), REGISTRY_OK);
	return circle;
}

static void a_circle_of_mergers_is_found(void **state)
{
	struct small_registry *small = *state;
	put(small->registry, &(struct row){ "A", "甲", NULL, "2024-12-31", "B" });
	put(small->registry, &(struct row){ "B", "乙", NULL, "2024-12-31", "C" });
	put(small->registry, &(struct row){ "C", "丙", NULL, NULL, "" });
	assert_false(in_circle(small->registry, "A"));
	assert_false(in_circle(small->registry, "C"));
	assert_false(in_circle(small->registry, "nobody"));
	put(small->registry, &(struct row){ "C", "丙", NULL, NULL, "B" });
	assert_true(in_circle(small->registry, "B"));
	assert_true(in_circle(small->registry, "C"));
	assert_false(in_circle(small->registry, "A")); /* it leads into one, and ends there */
	/* Whoever looks up a unit's parents is not caught in it. */
	assert_true(reaches(small->registry, "C", "A"));
	assert_false(reaches(small->registry, "371171001", "A"));
}

static void keep_line(void *context, const char *line)
{
	see(context, line);
}

static void fsck_notes_what_cannot_be(void **state)
{
	static const struct {
		const char *name, *sql, *line;
	} rows[] = {
		{ "in order",
		  "UPDATE unit SET until_day = 1, merged_into = '371171' WHERE code = '371171001'",
		  "" },
		{ "no successor", "UPDATE unit SET merged_into = 'gone' WHERE code = '371171001'",
		  "note: unit 371171001 is merged into an unknown unit gone" },
		{ "an overlap",
		  "INSERT INTO unit SELECT code, 5, NULL, region, name, tier, parent, '' FROM unit"
		  " WHERE code = '371171001'",
		  "note: unit 371171001 has rows that hold on the same day" },
		{ "an overlap by a day",
		  "INSERT INTO unit SELECT code, 5, NULL, region, name, tier, parent, '' FROM unit"
		  " WHERE code = '371171001'; UPDATE unit SET until_day = 5 WHERE from_day < 5",
		  "note: unit 371171001 has rows that hold on the same day" },
		{ "none",
		  "INSERT INTO unit SELECT code, 5, NULL, region, name, tier, parent, '' FROM unit"
		  " WHERE code = '371171001'; UPDATE unit SET until_day = 4 WHERE from_day < 5",
		  "" },
		{ "a circle of parents",
		  "UPDATE unit SET parent = '371171001' WHERE code = '371171'",
		  "note: unit 371171 is above itself note: unit 371171001 is above itself" },
		{ "a circle of mergers",
		  "UPDATE unit SET merged_into = iif(code = '371171', '371171001', '371171')",
		  "note: unit 371171001 is merged into itself in the end" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct small_registry small;
		struct seen seen = { 0 };
		small_registry_make(&small);
		small_sql(small.path, rows[i].sql);
		assert_int_equal(registry_fsck(small.registry, keep_line, &seen), REGISTRY_OK);
		if (strstr(seen.text, rows[i].line) == NULL ||
		    (rows[i].line[0] == '\0') != (seen.count == 0))
			fail_msg("%s: %s", rows[i].name, seen.text);
		small_registry_remove(&small);
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_row_holds_on_any_day),
		CASE(a_name_is_that_of_the_day),
		CASE(a_unit_is_found_by_its_region_too),
		cmocka_unit_test(a_row_holds_from_its_first_day_to_its_last),
		CASE(a_merged_unit_is_reached_from_where_it_went),
		CASE(a_circle_of_mergers_is_found),
		cmocka_unit_test(fsck_notes_what_cannot_be),
	};
	return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
