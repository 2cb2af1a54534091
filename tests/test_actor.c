/* How far whoever acts reaches: units, and what is theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/staff.h"
#include "small_registry.h"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

static void act_for(struct registry *registry, const char *unit)
{
	struct actor actor = { .name = "li", .roles = STAFF_ANY_ROLE, .clock = SMALL_NOW };
	snprintf(actor.unit, sizeof actor.unit, "%s", unit);
	registry_act_as(registry, &actor);
}

static bool count_certificate(void *context, const struct certificate *certificate)
{
	(void)certificate;
	++*(int *)context;
	return true;
}

static int certificates(struct registry *registry)
{
	int count = 0;
	assert_int_equal(registry_each_certificate(registry, SMALL_NOW, count_certificate, &count),
			 REGISTRY_OK);
	return count;
}

static void certificates_are_listed_as_far_as_is_reached(void **state)
{
	static const struct certificate mine = { "M1",     "P1",      "371171", 1,
						 "active", INT32_MIN, INT32_MAX };
	assert_int_equal(registry_put_certificate(of(state), &mine), REGISTRY_OK);
	int all = certificates(of(state));
	act_for(of(state), "371171");
	assert_int_equal(certificates(of(state)), all);
	act_for(of(state), "371171001");
	assert_int_equal(certificates(of(state)), all - 1);
	act_for(of(state), "elsewhere");
	assert_int_equal(certificates(of(state)), 0);
}

static void a_thing_is_reached_by_its_unit(void **state)
{
	static const struct {
		enum actor_thing thing;
		const char *code, *unit;
		bool reached;
	} rows[] = {
		{ ACTOR_CERTIFICATE, "C1", "371171001", true },
		{ ACTOR_CERTIFICATE, "C1", "371171", true },
		{ ACTOR_CERTIFICATE, "C1", "elsewhere", false },
		{ ACTOR_CERTIFICATE, "none", "elsewhere", true },
		{ ACTOR_MERCHANT, "SHOP", "371171", true },
		{ ACTOR_MERCHANT, "SHOP", "371171001", false },
		{ ACTOR_REDEMPTION, NULL, "371171", true },
		{ ACTOR_REDEMPTION, NULL, "371171001", false },
		{ ACTOR_REDEMPTION, "1-NONE", "371171001", true },
	};
	struct redemption redemption;
	bool reached;
	assert_int_equal(small_redeem(of(state), &redemption, "visit-1"), REGISTRY_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *code = rows[i].code != NULL ? rows[i].code : redemption.id;
		act_for(of(state), rows[i].unit);
		assert_int_equal(actor_reaches_thing(of(state), &reached, rows[i].thing, code),
				 REGISTRY_OK);
		if (reached != rows[i].reached)
			fail_msg("%s from %s", code, rows[i].unit);
	}
}

static void a_unit_that_nobody_has_is_free(void **state)
{
	bool reached;
	act_for(of(state), "371171001");
	assert_int_equal(actor_may_take(of(state), &reached, "371171"), REGISTRY_OK);
	assert_false(reached);
	assert_int_equal(actor_may_take(of(state), &reached, "new"), REGISTRY_OK);
	assert_true(reached);
	assert_int_equal(actor_may_take(of(state), &reached, "371171001"), REGISTRY_OK);
	assert_true(reached);
}

static void a_unit_is_reached_through_parents_and_regions(void **state)
{
	static const struct unit units[] = {
		{ "hall", "大厅", "town", "371171", INT32_MIN, INT32_MAX, "371199", NULL },
		{ "room", "房", "village", "371199", INT32_MIN, INT32_MAX, "r", NULL },
		{ "old", "旧", "village", "gone", INT32_MIN, INT32_MAX, "o", "371199" },
	};
	static const struct {
		const char *from, *unit;
		bool reached;
	} rows[] = {
		{ "", "anything", true },     { "371171", "371171", true },
		{ "371171", "371199", true }, { "371171", "room", true },
		{ "371171", "r", true },      { "371171", "old", true },
		{ "hall", "room", true },     { "hall", "hall", true },
		{ "hall", "371171", false },  { "hall", "371171001", false },
		{ "room", "hall", false },    { "371171", "unknown", false },
		{ "371171", "", false },
	};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		assert_int_equal(registry_put_unit(of(state), &units[i]), REGISTRY_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool reached;
		act_for(of(state), rows[i].from);
		assert_int_equal(actor_reaches(of(state), &reached, rows[i].unit), REGISTRY_OK);
		if (reached != rows[i].reached)
			fail_msg("%s from %s", rows[i].unit, rows[i].from);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_unit_is_reached_through_parents_and_regions,
						small_set_up, small_tear_down),
		cmocka_unit_test_setup_teardown(certificates_are_listed_as_far_as_is_reached,
						small_set_up, small_tear_down),
		cmocka_unit_test_setup_teardown(a_thing_is_reached_by_its_unit, small_set_up,
						small_tear_down),
		cmocka_unit_test_setup_teardown(a_unit_that_nobody_has_is_free, small_set_up,
						small_tear_down),
	};
	return cmocka_run_group_tests_name("actor", tests, NULL, NULL);
}
