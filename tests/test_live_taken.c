/* Live codes are taken once: by the redemption that is on record, and by nothing less. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/entitlement.h"
#include "db/log.h"
#include "db/store.h"
#include "tests/small_registry.h"

#define UNTIL (SMALL_NOW + 86400) /* of the code of live() */

/* A visitor with a phone: the code is `name` filled up. */
struct visitor {
	uint8_t medium[16], id[LIVE_ID_SIZE];
	struct presentation presentation;
	struct circumstances circumstances;
};

static struct visitor come(const char *name)
{
	struct visitor out = { .circumstances = small_circumstances("SHOP", AMOUNT_NONE) };
	memcpy(out.id, name, strnlen(name, sizeof out.id));
	return out;
}

/* What the visitor shows; pointers are into the visitor. */
static const struct presentation *show(struct visitor *visitor, enum reason fault)
{
	visitor->presentation = small_presentation("C1", visitor->medium);
	visitor->presentation.assurance = ASSURANCE_LIVE;
	visitor->presentation.fault = fault;
	visitor->presentation.live_id = visitor->id;
	visitor->presentation.live_until = UNTIL;
	return &visitor->presentation;
}

static enum reason check(struct registry *registry, struct visitor *visitor, enum reason fault)
{
	struct entitlement *out = calloc(1, sizeof *out);
	assert_int_equal(
		entitlement_check(registry, out, show(visitor, fault), &visitor->circumstances),
		REGISTRY_OK);
	enum reason reason = out->reason;
	if (reason == REASON_OK)
		assert_int_equal(out->assurance, ASSURANCE_LIVE);
	free(out);
	return reason;
}

static enum reason redeem(struct registry *registry, struct redemption *out,
			  struct visitor *visitor, const char *benefit, const char *visit)
{
	assert_int_equal(entitlement_redeem(registry, out, show(visitor, REASON_OK),
					    &visitor->circumstances, benefit, visit),
			 REGISTRY_OK);
	return out->reason;
}

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

static int64_t taken(const struct small_registry *small)
{
	static const char sql[] = "SELECT count(*) FROM live_taken";
	struct store *store;
	struct statement *row;
	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	int64_t count = column_integer(row, 0);
	store_close(store);
	return count;
}

/* --- once --- */

static void a_second_visit_is_a_replay(void **state)
{
	struct visitor visitor = come("a"), other = come("b");
	struct redemption first, out;
	for (int i = 0; i < 3; i++) /* looking uses none up */
		assert_int_equal(check(of(state), &visitor, REASON_OK), REASON_OK);
	assert_int_equal(redeem(of(state), &first, &visitor, "shop-first", "v1"), REASON_OK);
	assert_int_equal(check(of(state), &visitor, REASON_OK), REASON_REPLAYED);
	assert_int_equal(redeem(of(state), &out, &visitor, "shop-first", "v2"), REASON_REPLAYED);
	assert_true(out.id[0] == '\0' && out.explanation[0][0] != '\0');
	/* Not the holder is refused, but the code: with a fresh one they go on. */
	assert_int_equal(redeem(of(state), &out, &other, "shop-first", "v3"), REASON_OK);
	assert_int_equal(small_entries(of(state)), 3); /* the refusal is on record too */
	small_assert_intact(of(state));
}

static void the_same_visit_is_answered_again(void **state)
{
	struct visitor visitor = come("a");
	struct redemption first, again;
	assert_int_equal(redeem(of(state), &first, &visitor, "shop-first", "v1"), REASON_OK);
	assert_int_equal(redeem(of(state), &again, &visitor, "shop-first", "v1"), REASON_OK);
	assert_string_equal(first.id, again.id);
	assert_string_equal(first.receipt, again.receipt);
	assert_int_equal(taken(*state), 1);
}

static void a_refusal_takes_nothing(void **state)
{
	struct visitor visitor = come("a");
	struct redemption out;
	assert_int_equal(redeem(of(state), &out, &visitor, "shop-officers", "v1"),
			 REASON_WRONG_CLASS);
	assert_int_equal(redeem(of(state), &out, &visitor, "shop-tenth", "v2"),
			 REASON_NEEDS_AMOUNT);
	assert_int_equal(taken(*state), 0);
	assert_int_equal(redeem(of(state), &out, &visitor, "shop-first", "v3"), REASON_OK);
}

static void what_was_taken_stays_taken_when_voided(void **state)
{
	struct visitor visitor = come("a");
	struct redemption out;
	char voided[REDEMPTION_ID_MAX + 1];
	assert_int_equal(redeem(of(state), &out, &visitor, "shop-first", "v1"), REASON_OK);
	strcpy(voided, out.id);
	assert_int_equal(log_void(of(state), voided, "测试", SMALL_NOW), REGISTRY_OK);
	assert_int_equal(redeem(of(state), &out, &visitor, "shop-first", "v2"), REASON_REPLAYED);
}

static void a_restart_forgets_nothing(void **state)
{
	struct small_registry *small = *state;
	struct visitor visitor = come("a");
	struct redemption out;
	assert_int_equal(redeem(small->registry, &out, &visitor, "shop-first", "v1"), REASON_OK);
	registry_close(small->registry);
	small->registry = NULL;
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	assert_int_equal(check(small->registry, &visitor, REASON_OK), REASON_REPLAYED);
	assert_int_equal(redeem(small->registry, &out, &visitor, "shop-first", "v2"),
			 REASON_REPLAYED);
}

static void every_program_at_the_registry_knows(void **state)
{
	struct small_registry *small = *state;
	struct registry *other;
	struct visitor visitor = come("a"), back = come("b");
	struct redemption out;
	assert_int_equal(registry_open(&other, small->path, true), REGISTRY_OK);
	assert_int_equal(check(other, &visitor, REASON_OK), REASON_OK);
	assert_int_equal(redeem(small->registry, &out, &visitor, "shop-first", "v1"), REASON_OK);
	assert_int_equal(redeem(other, &out, &visitor, "shop-first", "v2"), REASON_REPLAYED);
	assert_int_equal(redeem(other, &out, &back, "shop-first", "v3"), REASON_OK);
	assert_int_equal(redeem(small->registry, &out, &back, "shop-first", "v4"), REASON_REPLAYED);
	registry_close(other);
}

/* --- batches --- */

static void two_readers_in_one_batch(void **state)
{
	struct visitor visitor = come("a");
	struct redemption first, second;
	assert_int_equal(entitlement_batch_begin(of(state)), REGISTRY_OK);
	assert_int_equal(redeem(of(state), &first, &visitor, "shop-first", "v1"), REASON_OK);
	assert_int_equal(redeem(of(state), &second, &visitor, "shop-first", "v2"), REASON_REPLAYED);
	assert_int_equal(redeem(of(state), &second, &visitor, "shop-first", "v1"), REASON_OK);
	assert_string_equal(first.id, second.id);
	assert_int_equal(entitlement_batch_commit(of(state)), REGISTRY_OK);
	assert_int_equal(taken(*state), 1);
}

static void an_abandoned_batch_takes_nothing(void **state)
{
	struct visitor visitor = come("a");
	struct redemption out;
	assert_int_equal(entitlement_batch_begin(of(state)), REGISTRY_OK);
	assert_int_equal(redeem(of(state), &out, &visitor, "shop-first", "v1"), REASON_OK);
	entitlement_batch_abandon(of(state));
	assert_int_equal(taken(*state), 0);
	assert_int_equal(redeem(of(state), &out, &visitor, "shop-first", "v1"), REASON_OK);
}

/* --- in the order of the reasons, and not for ever --- */

static void the_first_reason_is_told(void **state)
{
	static const struct {
		const char *name, *merchant;
		enum reason fault, fresh, replayed;
	} rows[] = {
		{ "nothing else", "SHOP", REASON_OK, REASON_OK, REASON_REPLAYED },
		{ "stale", "SHOP", REASON_STALE, REASON_STALE, REASON_REPLAYED },
		{ "by a chip's key", "SHOP", REASON_CLONED, REASON_CLONED, REASON_REPLAYED },
		{ "a place that is closed", "CLOSED", REASON_OK, REASON_MERCHANT_INACTIVE,
		  REASON_MERCHANT_INACTIVE },
	};
	struct visitor taken_one = come("a"), other = come("b");
	struct redemption out;
	assert_int_equal(redeem(of(state), &out, &taken_one, "shop-first", "v1"), REASON_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		taken_one.circumstances.merchant = rows[i].merchant;
		other.circumstances.merchant = rows[i].merchant;
		if (check(of(state), &other, rows[i].fault) != rows[i].fresh ||
		    check(of(state), &taken_one, rows[i].fault) != rows[i].replayed)
			fail_msg("%s", rows[i].name);
	}
}

static void a_visit_ends_before_its_code_is_forgotten(void **state)
{
	struct visitor first = come("a"), second = come("b"), third = come("c");
	struct redemption out;
	assert_int_equal(redeem(of(state), &out, &first, "shop-first", "v1"), REASON_OK);
	/* An amount may be typed for hours; a day is too long. */
	second.circumstances.now = UNTIL - 1;
	assert_int_equal(redeem(of(state), &out, &second, "shop-first", "v2"), REASON_OK);
	assert_int_equal(taken(*state), 2);
	first.circumstances.now = third.circumstances.now = UNTIL;
	assert_int_equal(check(of(state), &first, REASON_OK), REASON_REPLAYED);
	assert_int_equal(check(of(state), &third, REASON_OK), REASON_STALE);
	assert_int_equal(redeem(of(state), &out, &third, "shop-first", "v3"), REASON_STALE);
}

static void rows_of_yesterday_go(void **state)
{
	struct visitor visitor = come("later");
	struct redemption out;
	for (char letter = 'a'; letter < 'u'; letter++) {
		const char name[] = { letter, '\0' };
		struct visitor one = come(name);
		assert_int_equal(redeem(of(state), &out, &one, "shop-first", name), REASON_OK);
	}
	assert_int_equal(taken(*state), 20);
	visitor.circumstances.now = UNTIL;
	(void)show(&visitor, REASON_OK);
	visitor.presentation.live_until = UNTIL + 86400;
	assert_int_equal(entitlement_redeem(of(state), &out, &visitor.presentation,
					    &visitor.circumstances, "shop-first", "later"),
			 REGISTRY_OK);
	assert_int_equal(out.reason, REASON_OK);
	assert_int_equal(taken(*state), 1);
}

static void a_row_is_never_changed(void **state)
{
	struct small_registry *small = *state;
	struct visitor visitor = come("a");
	struct redemption out;
	struct store *store;
	assert_int_equal(redeem(small->registry, &out, &visitor, "shop-first", "v1"), REASON_OK);
	assert_int_equal(store_open(&store, small->path, STORE_WRITE), STORE_OK);
	assert_int_not_equal(store_execute(store, "UPDATE live_taken SET until = 0"), STORE_OK);
	assert_int_not_equal(store_execute(store, "INSERT INTO live_taken VALUES (x'00', 0)"),
			     STORE_OK);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_set_up, small_tear_down)
		TEST(a_second_visit_is_a_replay), TEST(the_same_visit_is_answered_again),
		TEST(a_refusal_takes_nothing),    TEST(what_was_taken_stays_taken_when_voided),
		TEST(a_restart_forgets_nothing),  TEST(every_program_at_the_registry_knows),
		TEST(two_readers_in_one_batch),   TEST(an_abandoned_batch_takes_nothing),
		TEST(the_first_reason_is_told),   TEST(a_visit_ends_before_its_code_is_forgotten),
		TEST(rows_of_yesterday_go),       TEST(a_row_is_never_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
