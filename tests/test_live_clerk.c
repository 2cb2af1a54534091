/* Live codes at a kiosk: judged once, held while an amount is typed, taken once on all its readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "kiosk/clerk.h"
#include "tests/place.h"

struct stage {
	struct place place;
	struct clerk *clerk;
	int64_t now;
	struct desk_answer answer;
	char code[READING_BYTES_MAX + 1];
};

static void open_clerk(struct stage *stage, const char *merchant, int64_t now,
		       struct live_window window)
{
	const struct desk_settings settings = {
		.path = stage->place.registry, .merchant = merchant, .at = now, .window = window
	};
	const struct desk_errand first = { .errand = ERRAND_TRY };
	clerk_close(stage->clerk);
	stage->clerk = clerk_open(&settings);
	assert_non_null(stage->clerk);
	assert_true(clerk_run(stage->clerk, &stage->answer, &first));
	assert_int_equal(stage->answer.happening, HAPPENING_RECOVERED);
}

static int set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	place_open(&stage->place);
	stage->now = (int64_t)time(NULL);
	place_live(&stage->place, stage->code, sizeof(stage->code), "T-1", stage->now);
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;
	clerk_close(stage->clerk);
	place_close(&stage->place);
	free(stage);
	return 0;
}

static enum reason check(struct stage *stage, uint64_t visit)
{
	static struct desk_errand errand;
	errand = (struct desk_errand){ .errand = ERRAND_CHECK, .visit = visit };
	errand.reading.length = strlen(stage->code);
	memcpy(errand.reading.bytes, stage->code, errand.reading.length);
	assert_true(clerk_run(stage->clerk, &stage->answer, &errand));
	assert_int_equal(stage->answer.happening, HAPPENING_CHECKED);
	return stage->answer.entitlement.reason;
}

static struct desk_errand spend(uint64_t visit, const char *id)
{
	struct desk_errand errand = {
		.errand = ERRAND_REDEEM, .visit = visit, .amount = 12000, .quantity = AMOUNT_NONE
	};
	snprintf(errand.benefit, sizeof(errand.benefit), "t-percent");
	snprintf(errand.redemption_visit, sizeof(errand.redemption_visit), "%s", id);
	return errand;
}

static enum reason redeem(struct stage *stage, uint64_t visit, const char *id)
{
	const struct desk_errand errand = spend(visit, id);
	assert_true(clerk_run(stage->clerk, &stage->answer, &errand));
	assert_int_equal(stage->answer.happening, HAPPENING_REDEEMED);
	return stage->answer.redemption.reason;
}

/* A phone's word is enough where a copy has to be compared with an ID card. */
static void a_phone_is_believed_without_a_clerk(void **state)
{
	struct stage *stage = *state;
	open_clerk(stage, "t-shop", stage->now, LIVE_WINDOW);
	assert_int_equal(check(stage, 1), REASON_OK);
	assert_int_equal(stage->answer.entitlement.assurance, ASSURANCE_LIVE);
	assert_int_equal(stage->answer.entitlement.offers[0].verdict, VERDICT_NEEDS_AMOUNT);
	assert_int_equal(redeem(stage, 1, "v1"), REASON_OK);
	assert_int_equal(stage->answer.redemption.saved, 2400);
}

static void two_readers_take_one_code_once(void **state)
{
	struct stage *stage = *state;
	open_clerk(stage, "t-shop", stage->now, LIVE_WINDOW);
	assert_int_equal(check(stage, 1), REASON_OK);
	assert_int_equal(check(stage, 2), REASON_OK); /* none was used up */
	assert_int_equal(redeem(stage, 1, "v1"), REASON_OK);
	assert_int_equal(redeem(stage, 2, "v2"), REASON_REPLAYED);
	assert_int_equal(redeem(stage, 1, "v1"), REASON_OK);
	assert_int_equal(check(stage, 3), REASON_REPLAYED);
	assert_int_equal(place_count(&stage->place, "redeemed", "t-percent", NULL), 1);
	assert_int_equal(place_count(&stage->place, "refused", NULL, "replayed"), 1);
}

static void two_readers_in_one_commit(void **state)
{
	struct stage *stage = *state;
	static struct desk_answer answers[2];
	open_clerk(stage, "t-shop", stage->now, LIVE_WINDOW);
	assert_int_equal(check(stage, 1), REASON_OK);
	assert_int_equal(check(stage, 2), REASON_OK);
	const struct desk_errand errands[2] = { spend(1, "v1"), spend(2, "v2") };
	clerk_redeem_all(stage->clerk, answers, errands, 2);
	assert_int_equal(answers[0].redemption.reason, REASON_OK);
	assert_int_equal(answers[1].redemption.reason, REASON_REPLAYED);
	assert_int_equal(place_count(&stage->place, "redeemed", "t-percent", NULL), 1);
}

static void a_restarted_kiosk_remembers(void **state)
{
	struct stage *stage = *state;
	open_clerk(stage, "t-shop", stage->now, LIVE_WINDOW);
	assert_int_equal(check(stage, 1), REASON_OK);
	assert_int_equal(redeem(stage, 1, "v1"), REASON_OK);
	open_clerk(stage, "t-shop", stage->now + 30, LIVE_WINDOW);
	assert_int_equal(check(stage, 1), REASON_REPLAYED);
	assert_int_equal(redeem(stage, 1, "v2"), REASON_REPLAYED);
	/* Not fresh any more, and the first reason is still the one that is told. */
	open_clerk(stage, "t-shop", stage->now + 61, LIVE_WINDOW);
	assert_int_equal(check(stage, 1), REASON_REPLAYED);
}

static void a_kiosk_has_its_own_window(void **state)
{
	static const struct {
		const char *name;
		int64_t later;
		struct live_window window;
		enum reason reason;
	} rows[] = {
		{ "a minute", 60, { 5, 60 }, REASON_OK },
		{ "a second more", 61, { 5, 60 }, REASON_STALE },
		{ "a wider window", 61, { 5, 61 }, REASON_OK },
		{ "a narrower one", 60, { 5, 59 }, REASON_STALE },
		{ "ahead", -5, { 5, 60 }, REASON_OK },
		{ "too far ahead", -6, { 5, 60 }, REASON_STALE },
	};
	struct stage *stage = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_clerk(stage, "t-shop", stage->now + rows[i].later, rows[i].window);
		if (check(stage, 1) != rows[i].reason) {
			fail_msg("%s", rows[i].name);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		TEST(a_phone_is_believed_without_a_clerk), TEST(two_readers_take_one_code_once),
		TEST(two_readers_in_one_commit),           TEST(a_restarted_kiosk_remembers),
		TEST(a_kiosk_has_its_own_window),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
