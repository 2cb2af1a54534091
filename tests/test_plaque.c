/* Plaques: each traceable from the store to the door and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/plaque.h"
#include "db/store.h"
#include "small_registry.h"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

static int set_up(void **state)
{
	static const struct plaque plaques[] = {
		{ .number = "G-1", .person = "P1", .household = "H-7", .unit = "371171001" },
		{ .number = "G-2", .person = "P2", .household = "", .unit = "371171" },
	};
	small_set_up(state);
	for (size_t i = 0; i < sizeof plaques / sizeof *plaques; i++)
		if (plaque_put(of(state), &plaques[i]) != REGISTRY_OK)
			return -1;
	return 0;
}

static struct plaque_answer mark(struct registry *registry, const char *number,
				 enum plaque_state plaque_state, int32_t day)
{
	struct plaque_answer answer;
	struct plaque_request request = { .number = number,
					  .state = plaque_state,
					  .day = day,
					  .reason = "a\nreason",
					  .now = SMALL_NOW };
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(plaque_step(registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	return answer;
}

static void what_follows_a_state(void **state)
{
	static const struct {
		enum plaque_state from;
		const char *after;
	} rows[] = {
		{ PLAQUE_NONE, "issued hung " },
		{ PLAQUE_ISSUED, "hung damaged lost " },
		{ PLAQUE_HUNG, "damaged lost replaced taken_down " },
		{ PLAQUE_DAMAGED, "hung replaced taken_down " },
		{ PLAQUE_LOST, "hung replaced " },
		{ PLAQUE_REPLACED, "" },
		{ PLAQUE_TAKEN_DOWN, "hung " },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char after[128] = "";
		for (int to = 0; to < PLAQUE_STATES; to++)
			if ((plaque_states_after(rows[i].from) >> to & 1) != 0) {
				strcat(after, plaque_state_name((enum plaque_state)to));
				strcat(after, " ");
			}
		assert_string_equal(after, rows[i].after);
	}
}

static bool take_row(void *context, const struct plaque_row *row)
{
	char *text = context;
	sprintf(text + strlen(text), "%d:%s:%d:%s:%s ", (int)row->seq,
		plaque_state_name(row->state), row->day - SMALL_DAY, row->reason, row->actor);
	return true;
}

static void a_plaque_can_be_traced(void **state)
{
	char way[512] = "";
	struct plaque plaque;
	registry_act_as(of(state), &(struct actor){ .name = "os:test", .may_all = true });
	assert_int_equal(mark(of(state), "G-1", PLAQUE_ISSUED, SMALL_DAY - 9).refusal,
			 PLAQUE_TAKEN);
	assert_int_equal(mark(of(state), "G-1", PLAQUE_HUNG, SMALL_DAY - 7).refusal, PLAQUE_TAKEN);
	assert_int_equal(mark(of(state), "G-1", PLAQUE_DAMAGED, SMALL_DAY).refusal, PLAQUE_TAKEN);
	assert_int_equal(plaque_find(of(state), &plaque, "G-1"), REGISTRY_OK);
	assert_string_equal(plaque.person, "P1");
	assert_string_equal(plaque.household, "H-7");
	assert_int_equal(plaque.state, PLAQUE_DAMAGED);
	assert_int_equal(plaque.since, SMALL_DAY);
	assert_int_equal(plaque.hung, SMALL_DAY - 7);
	assert_int_equal(plaque_each_row(of(state), "G-1", take_row, way), REGISTRY_OK);
	assert_string_equal(way, "1:issued:-9:a reason:os:test 2:hung:-7:a reason:os:test "
				 "3:damaged:0:a reason:os:test ");
	/* A change of where it hangs leaves its way alone. */
	plaque.household = "H-8";
	plaque.number = "G-1";
	assert_int_equal(plaque_put(of(state), &plaque), REGISTRY_OK);
	assert_int_equal(plaque_find(of(state), &plaque, "G-1"), REGISTRY_OK);
	assert_string_equal(plaque.household, "H-8");
	assert_int_equal(plaque.state, PLAQUE_DAMAGED);
}

static void a_step_that_does_not_fit_is_refused(void **state)
{
	struct actor elsewhere = { .name = "li", .roles = 1, .unit = "371171001" };
	struct plaque plaque;
	assert_int_equal(mark(of(state), "G-9", PLAQUE_HUNG, 0).refusal, PLAQUE_UNKNOWN);
	assert_int_equal(mark(of(state), "G-1", PLAQUE_DAMAGED, 0).refusal, PLAQUE_DOES_NOT_FOLLOW);
	assert_int_equal(mark(of(state), "G-1", PLAQUE_HUNG, SMALL_DAY).refusal, PLAQUE_TAKEN);
	struct plaque_answer early = mark(of(state), "G-1", PLAQUE_LOST, SMALL_DAY - 1);
	assert_int_equal(early.refusal, PLAQUE_BEFORE_LAST);
	assert_int_equal(early.state, PLAQUE_HUNG);
	assert_int_equal(mark(of(state), "G-1", PLAQUE_LOST, SMALL_DAY).refusal, PLAQUE_TAKEN);
	registry_act_as(of(state), &elsewhere);
	assert_int_equal(mark(of(state), "G-2", PLAQUE_HUNG, SMALL_DAY).refusal,
			 PLAQUE_OUTSIDE_UNIT);
	assert_int_equal(mark(of(state), "G-1", PLAQUE_REPLACED, SMALL_DAY).refusal, PLAQUE_TAKEN);
	assert_int_equal(mark(of(state), "G-1", PLAQUE_HUNG, SMALL_DAY).refusal,
			 PLAQUE_DOES_NOT_FOLLOW);
	assert_int_equal(plaque_find(of(state), &plaque, "G-2"), REGISTRY_OK);
	assert_int_equal(plaque.state, PLAQUE_NONE);
	assert_int_equal(plaque_find(of(state), &plaque, "G-3"), REGISTRY_NOT_FOUND);
}

static bool count_two(void *context, const struct plaque *plaque)
{
	int *count = context;
	assert_non_null(plaque->number);
	return ++*count < 2;
}

static void lists_stop_when_told(void **state)
{
	const struct plaque third = {
		.number = "G-3", .person = "P1", .household = "", .unit = ""
	};
	int all = 0, of_one = 0;
	assert_int_equal(plaque_put(of(state), &third), REGISTRY_OK);
	assert_int_equal(plaque_each(of(state), NULL, count_two, &all), REGISTRY_OK);
	assert_int_equal(all, 2);
	assert_int_equal(plaque_each(of(state), "P2", count_two, &of_one), REGISTRY_OK);
	assert_int_equal(of_one, 1);
	assert_int_equal(plaque_put(of(state), &(struct plaque){ .number = "G-4",
								 .person = "P9",
								 .household = "",
								 .unit = "" }),
			 REGISTRY_CONSTRAINT);
}

static void its_way_is_append_only(void **state)
{
	struct small_registry *small = *state;
	static const char *const rows[] = {
		"UPDATE plaque_event SET state = 'lost'",
		"DELETE FROM plaque_event",
		("INSERT INTO plaque_event SELECT plaque, 5, day, state, reason, actor, "
		 "recorded_at,"
		 " audit FROM plaque_event"),
	};
	struct store *store;
	mark(of(state), "G-1", PLAQUE_HUNG, SMALL_DAY);
	assert_int_equal(store_open(&store, small->path, STORE_WRITE), STORE_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(store_execute(store, rows[i]), STORE_CONSTRAINT);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_follows_a_state),
		cmocka_unit_test_setup_teardown(a_plaque_can_be_traced, set_up, small_tear_down),
		cmocka_unit_test_setup_teardown(a_step_that_does_not_fit_is_refused, set_up,
						small_tear_down),
		cmocka_unit_test_setup_teardown(lists_stop_when_told, set_up, small_tear_down),
		cmocka_unit_test_setup_teardown(its_way_is_append_only, set_up, small_tear_down),
	};
	return cmocka_run_group_tests_name("plaque", tests, NULL, NULL);
}
