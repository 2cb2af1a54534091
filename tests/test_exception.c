/* A holder whose card cannot be read: granted on a clerk's comparison, so often and no oftener. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lived.h"
#include "tests/small_registry.h"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

static struct presentation looked_up(const char *number)
{
	return (struct presentation){ .carrier = CARRIER_NUMBER,
				      .assurance = ASSURANCE_MANUAL,
				      .number = number };
}

static struct circumstances at_the_counter(int64_t now)
{
	struct circumstances out = small_circumstances("SHOP", AMOUNT_NONE);
	out.attended = out.compared = out.unreadable = true;
	out.now = now;
	return out;
}

/* C1 served first at the SHOP; the reason, and the redemption's id where one is asked for. */
static enum reason serve(struct registry *registry, const char *number,
			 const struct circumstances *circumstances, char *id)
{
	static int visits;
	char visit[32];
	struct redemption out;
	struct presentation presentation = looked_up(number);
	snprintf(visit, sizeof visit, "visit-%d", ++visits);
	assert_int_equal(entitlement_redeem(registry, &out, &presentation, circumstances,
					    "shop-first", visit),
			 REGISTRY_OK);
	if (id != NULL)
		strcpy(id, out.id);
	return out.reason;
}

static void take(struct registry *registry, const char *number, enum life_act act, int64_t now)
{
	assert_int_equal(lived_act(registry, number, act, now), LIFE_TAKEN);
}

static void what_stands_in_for_the_card(void **state)
{
	static const struct {
		const char *name, *number;
		bool attended, compared, unreadable;
		enum reason reason;
	} rows[] = {
		{ "a clerk compared", "C1", true, true, true, REASON_OK },
		{ "nobody compared", "C1", true, false, true, REASON_NEEDS_COMPARE },
		{ "nobody is there", "C1", false, true, true, REASON_NEEDS_COMPARE },
		{ "no exception is asked for", "C1", true, false, false, REASON_OK },
		{ "being replaced", "N-replaced", true, true, true, REASON_OK },
		{ "being replaced, no exception", "N-replaced", true, true, false,
		  REASON_REPLACED },
		{ "being replaced, not compared", "N-replaced", true, false, true,
		  REASON_NEEDS_COMPARE },
		{ "of another kind now", "N-other_kind", true, true, true, REASON_REPLACED },
		{ "lost", "N-lost", true, true, true, REASON_LOST },
		{ "suspended", "N-suspended", true, true, true, REASON_SUSPENDED },
		{ "never issued", "N-accepted", true, true, true, REASON_NOT_ISSUED },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct circumstances circumstances = at_the_counter(SMALL_NOW);
		circumstances.attended = rows[i].attended;
		circumstances.compared = rows[i].compared;
		circumstances.unreadable = rows[i].unreadable;
		enum reason reason = serve(of(state), rows[i].number, &circumstances, NULL);
		if (reason != rows[i].reason)
			fail_msg("%s: %s", rows[i].name, reason_name(reason));
	}
	small_assert_intact(of(state));
}

/* What is read from a card is judged as always, whatever the clerk says. */
static void a_card_that_was_read_is_no_exception(void **state)
{
	static struct entitlement out;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("N-replaced", medium);
	struct circumstances circumstances = at_the_counter(SMALL_NOW);
	assert_int_equal(entitlement_check(of(state), &out, &presentation, &circumstances),
			 REGISTRY_OK);
	assert_int_equal(out.reason, REASON_REPLACED);
}

static void exceptions_are_capped(void **state)
{
	char id[REDEMPTION_ID_MAX + 1];
	struct circumstances circumstances = at_the_counter(SMALL_NOW);
	for (int i = 0; i < EXCEPTION_USES; i++) {
		circumstances.now = SMALL_NOW + i;
		assert_int_equal(serve(of(state), "C1", &circumstances, id), REASON_OK);
	}
	assert_int_equal(serve(of(state), "C1", &circumstances, NULL), REASON_ASSURANCE_TOO_LOW);
	/* On another certificate of the same person too; not for somebody else. */
	assert_int_equal(serve(of(state), "C1B", &circumstances, NULL), REASON_ASSURANCE_TOO_LOW);
	assert_int_equal(serve(of(state), "C2", &circumstances, NULL), REASON_OK);
	/* Without an exception the number is as good as ever. */
	circumstances.unreadable = false;
	assert_int_equal(serve(of(state), "C1", &circumstances, NULL), REASON_OK);
	/* One that was taken back does not count. */
	circumstances.unreadable = true;
	assert_int_equal(log_void(of(state), id, "mistake", circumstances.now), REGISTRY_OK);
	assert_int_equal(serve(of(state), "C1", &circumstances, NULL), REASON_OK);
	assert_int_equal(serve(of(state), "C1", &circumstances, NULL), REASON_ASSURANCE_TOO_LOW);
	/* The first was at SMALL_NOW. */
	circumstances.now = SMALL_NOW + EXCEPTION_SECONDS - 1;
	assert_int_equal(serve(of(state), "C1", &circumstances, NULL), REASON_ASSURANCE_TOO_LOW);
	circumstances.now = SMALL_NOW + EXCEPTION_SECONDS;
	assert_int_equal(serve(of(state), "C1", &circumstances, NULL), REASON_OK);
	small_assert_intact(of(state));
}

/* From the desk to the new card's hand-over the holder is served. */
static void served_while_the_new_card_is_made(void **state)
{
	static const enum life_act way[] = { ACT_REPLACE, ACT_PRODUCE, ACT_COUNTY_SIGNS,
					     ACT_STATION_SIGNS };
	struct circumstances circumstances = at_the_counter(SMALL_NOW);
	struct circumstances plain = circumstances;
	plain.unreadable = false;
	for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
		take(of(state), "C2", way[i], SMALL_NOW);
		assert_int_equal(serve(of(state), "C2", &plain, NULL), REASON_REPLACED);
		assert_int_equal(serve(of(state), "C2", &circumstances, NULL), REASON_OK);
	}
	take(of(state), "C2", ACT_HAND_OVER, SMALL_NOW);
	assert_int_equal(serve(of(state), "C2", &plain, NULL), REASON_OK);
}

static void abandoned_is_as_if_it_never_was(void **state)
{
	struct circumstances circumstances = at_the_counter(SMALL_NOW);
	assert_int_equal(entitlement_batch_begin(of(state)), REGISTRY_OK);
	assert_int_equal(serve(of(state), "C1", &circumstances, NULL), REASON_OK);
	entitlement_batch_abandon(of(state));
	assert_int_equal(small_entries(of(state)), 0);
	assert_int_equal(serve(of(state), "C1", &circumstances, NULL), REASON_OK);
	assert_int_equal(small_entries(of(state)), 1);
	small_assert_intact(of(state));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_stands_in_for_the_card, small_set_up,
						small_tear_down),
		cmocka_unit_test_setup_teardown(a_card_that_was_read_is_no_exception, small_set_up,
						small_tear_down),
		cmocka_unit_test_setup_teardown(exceptions_are_capped, small_set_up,
						small_tear_down),
		cmocka_unit_test_setup_teardown(served_while_the_new_card_is_made, small_set_up,
						small_tear_down),
		cmocka_unit_test_setup_teardown(abandoned_is_as_if_it_never_was, small_set_up,
						small_tear_down),
	};
	return cmocka_run_group_tests_name("exception", tests, NULL, NULL);
}
