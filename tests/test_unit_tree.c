/* Units: which one a name means on a day, which stands above all, what lies below one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "db/unit_tree.h"
#include "tests/small_registry.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

/* Days are counted from SMALL_DAY. */
#define OPEN INT32_MAX
static void put(struct registry *registry, const char *code, const char *region, const char *name,
		const char *tier, const char *parent, int32_t from, int32_t until,
		const char *merged_into)
{
	const struct unit unit = {
		.code = code,
		.name = name,
		.tier = tier,
		.parent = parent,
		.from = from == OPEN ? INT32_MIN : SMALL_DAY + from,
		.until = until == OPEN ? INT32_MAX : SMALL_DAY + until,
		.region = region,
		.merged_into = merged_into,
	};

	assert_int_equal(registry_put_unit(registry, &unit), REGISTRY_OK);
}

static void a_name_means_the_unit_of_the_day(void **state)
{
	static const struct {
		const char *name;
		int32_t day; /* from SMALL_DAY */
		const char *code, *called;
	} rows[] = {
		{ "NEW", 9, "NEW", "旧名" },        { "NEW", 10, "NEW", "新名" },
		{ "NEW", -99, "NEW", "旧名" },   /* before it began: its first */
		{ "550001", 10, "NEW", "新名" }, /* by its region */
		{ "OLD", 5, "OLD", "旧站" },        { "OLD", 6, "NEW", "旧名" },
		{ "550002", 6, "NEW", "旧名" }, /* merged after its last day */
		{ "OLDER", 5, "OLD", "旧站" },      { "OLDER", 10, "NEW", "新名" },
		{ "LOST", 10, "LOST", "并入不明" }, { "A", 10, "A", "甲" },
	};

	put(of(state), "NEW", "550001", "旧名", "town", "371171", 0, 9, "");
	put(of(state), "NEW", "550001", "新名", "town", "371171", 10, OPEN, "");
	put(of(state), "OLD", "550002", "旧站", "town", "371171", OPEN, 5, "NEW");
	put(of(state), "OLDER", "550003", "更旧站", "town", "371171", OPEN, 4, "550002");
	put(of(state), "LOST", "550004", "并入不明", "town", "371171", OPEN, 4, "NOWHERE");
	/* Two that are merged into one another: it ends somewhere. */
	put(of(state), "A", "550005", "甲", "town", "371171", OPEN, 4, "B");
	put(of(state), "B", "550006", "乙", "town", "371171", OPEN, 4, "A");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct unit_found found;

		assert_int_equal(
			unit_find(of(state), &found, rows[i].name, SMALL_DAY + rows[i].day),
			REGISTRY_OK);
		if (strcmp(found.code, rows[i].code) != 0 ||
		    strcmp(found.name, rows[i].called) != 0)
			fail_msg("%s on day %d: %s %s", rows[i].name, rows[i].day, found.code,
				 found.name);
	}
}

static void an_unknown_name_is_not_found(void **state)
{
	struct unit_found found = { "as it was", "" };

	assert_int_equal(unit_find(of(state), &found, "NOWHERE", SMALL_DAY), REGISTRY_NOT_FOUND);
	assert_int_equal(unit_find(of(state), &found, "", SMALL_DAY), REGISTRY_NOT_FOUND);
	assert_string_equal(found.code, "as it was");
}

static void the_top_is_the_only_one_of_its_tier(void **state)
{
	struct unit_found found;

	assert_int_equal(unit_top(of(state), &found, SMALL_DAY), REGISTRY_OK);
	assert_string_equal(found.code, "371171");
	/* A firm apart from it is of a lower tier. */
	put(of(state), "FIRM", "660001", "厂", "firm", "", OPEN, OPEN, "");
	assert_int_equal(unit_top(of(state), &found, SMALL_DAY), REGISTRY_OK);
	assert_string_equal(found.code, "371171");
	/* A second county, from tomorrow on. */
	put(of(state), "SECOND", "660002", "县", "county", "", 1, OPEN, "");
	assert_int_equal(unit_top(of(state), &found, SMALL_DAY), REGISTRY_OK);
	assert_int_equal(unit_top(of(state), &found, SMALL_DAY + 1), REGISTRY_NOT_FOUND);
	/* The city is above both, until it ends. */
	put(of(state), "CITY", "6600", "市", "city", "", OPEN, 3, "");
	assert_int_equal(unit_top(of(state), &found, SMALL_DAY + 3), REGISTRY_OK);
	assert_string_equal(found.name, "市");
	assert_int_equal(unit_top(of(state), &found, SMALL_DAY + 4), REGISTRY_NOT_FOUND);
}

static void below_a_unit_lies_all_that_it_took_over(void **state)
{
	static const struct {
		const char *above, *name;
		bool has;
	} rows[] = {
		{ "TOWN", "TOWN", true },      { "TOWN", "770001", true },
		{ "TOWN", "VILLAGE", true },   { "TOWN", "770002", true },
		{ "TOWN", "MERGED", true },    { "TOWN", "OF-MERGED", true },
		{ "TOWN", "371171", false },   { "TOWN", "OTHER", false },
		{ "TOWN", "", false },         { "TOWN", "TOW", false },
		{ "VILLAGE", "TOWN", false },  { "VILLAGE", "VILLAGE", true },
		{ "371171", "VILLAGE", true }, { "NOWHERE", "NOWHERE", false },
	};

	put(of(state), "TOWN", "770001", "镇", "town", "371171", OPEN, OPEN, "");
	/* Its parent is named by its region. */
	put(of(state), "VILLAGE", "770002", "村", "village", "770001", OPEN, OPEN, "");
	put(of(state), "MERGED", "770003", "并", "town", "371171", OPEN, -1, "TOWN");
	put(of(state), "OF-MERGED", "770004", "村", "village", "MERGED", OPEN, OPEN, "");
	put(of(state), "OTHER", "770005", "镇", "town", "371171", OPEN, OPEN, "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct unit_range *range;

		assert_int_equal(unit_range_read(&range, of(state), rows[i].above), REGISTRY_OK);
		if (unit_range_has(range, rows[i].name) != rows[i].has)
			fail_msg("%s of %s", rows[i].name, rows[i].above);
		unit_range_free(range);
	}
	assert_true(unit_range_has(NULL, "whatever"));
	unit_range_free(NULL);
}

#define WITH_REGISTRY(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_REGISTRY(a_name_means_the_unit_of_the_day),
		WITH_REGISTRY(an_unknown_name_is_not_found),
		WITH_REGISTRY(the_top_is_the_only_one_of_its_tier),
		WITH_REGISTRY(below_a_unit_lies_all_that_it_took_over),
	};

	return cmocka_run_group_tests_name("unit_tree", tests, NULL, NULL);
}
