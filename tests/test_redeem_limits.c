/* Limits as the registry keeps them: per person over all certificates, given back by a void, raced for
 * by processes; balances, and benefits that do not go with others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/china_time.h"
#include "db/entitlement.h"
#include "db/log.h"
#include "small_registry.h"

#define DAY ((int64_t)86400)
#define EVERY_PERIOD(id, period)                                                               \
	"{\"benefit\":\"" id "\",\"where\":{\"venues\":[\"shop\"]},\"value\":{\"type\":"       \
	"\"percent_off\",\"percent\":50},\"limits\":[{\"per\":\"holder\",\"period\":\"" period \
	"\",\"count\":2,\"amount\":1000}]},"

static const char rules[] = "[" EVERY_PERIOD("a-day", "day") EVERY_PERIOD("a-week", "week")
	EVERY_PERIOD("a-month", "month") EVERY_PERIOD("a-year", "year") EVERY_PERIOD(
		"for-ever",
		"ever") "{\"benefit\":\"card\",\"where\":{\"venues\":[\"shop\"]},"
			"\"value\":{\"type\":\"stored_value\",\"fen\":40000}},"
			"{\"benefit\":\"card-of-year\",\"where\":{\"venues\":[\"shop\"]},"
			"\"value\":{\"type\":\"stored_value\",\"fen\":40000},"
			"\"limits\":[{\"per\":\"holder\",\"period\":\"year\",\"count\":9}]},"
			"{\"benefit\":\"two-nights\",\"where\":{\"venues\":[\"hotel\"]},"
			"\"value\":{\"type\":\"free_then\",\"free\":2,\"percent\":50}},"
			"{\"benefit\":\"money-there\",\"where\":{\"venues\":[\"hotel\"]},\"value\":"
			"{\"type\":\"free\"},"
			"\"limits\":[{\"per\":\"venue\",\"period\":\"month\",\"amount\":1000}]},"
			"{\"benefit\":\"parcel\",\"where\":{\"venues\":[\"shop\",\"park\"]},"
			"\"stack\":\"alone\","
			"\"value\":{\"type\":\"percent_off\",\"percent\":30}},"
			"{\"benefit\":\"graded\",\"where\":{\"venues\":[\"shop\"]},\"value\":{"
			"\"type\":\"graded\","
			"\"by\":\"class\",\"table\":[[\"disabled\",{\"type\":\"free\"}]],"
			"\"else\":{\"type\":\"percent_off\",\"percent\":50}}}]";

static void put_rules(struct registry *registry)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault;

	if (catalogue_parse(&catalogue, &fault, rules, strlen(rules)) != BENEFIT_OK)
		fail_msg("%s: %s", fault.path, fault.why);
	assert_int_equal(registry_put_benefits(registry, catalogue, SMALL_NOW), REGISTRY_OK);
	catalogue_free(catalogue);
	assert_int_equal(registry_refresh(registry, NULL), REGISTRY_OK);
}

static int set_up(void **state)
{
	static struct small_registry small; /* one test at a time */

	small_registry_make(&small);
	put_rules(small.registry);
	*state = &small;
	return 0;
}

static int tear_down(void **state)
{
	small_registry_remove(*state);
	return 0;
}

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

struct use {
	const char *number, *merchant, *benefit;
	int64_t amount, now;
};

static enum reason redeem(struct registry *registry, struct redemption *out, struct use use,
			  const char *visit)
{
	char fresh[VISIT_ID_MAX + 1];
	uint8_t medium[16];
	struct presentation presentation = small_presentation(use.number, medium);
	struct circumstances circumstances = small_circumstances(use.merchant, use.amount);

	visit_id_make(fresh);
	circumstances.now = use.now;
	assert_int_equal(entitlement_redeem(registry, out, &presentation, &circumstances,
					    use.benefit, visit == NULL ? fresh : visit),
			 REGISTRY_OK);
	return out->reason;
}

static void expect(struct registry *registry, enum reason reason, const char *number,
		   const char *benefit, int64_t amount, int64_t now)
{
	struct redemption out;
	const char *merchant = strstr("two-nights money-there", benefit) != NULL ? "HOTEL" : "SHOP";

	if (redeem(registry, &out, (struct use){ number, merchant, benefit, amount, now }, NULL) !=
	    reason)
		fail_msg("%s of %s: %s, not %s", benefit, number, reason_name(out.reason),
			 reason_name(reason));
}

/* --- counts and sums, period by period --- */

static void periods(void **state)
{
	/* The last second of each period that SMALL_NOW (Monday 2026-06-15) lies in. */
	static const struct {
		const char *benefit, *last;
	} rows[] = {
		{ "a-day", "2026-06-15T23:59:59+08:00" },
		{ "a-week", "2026-06-21T23:59:59+08:00" },
		{ "a-month", "2026-06-30T23:59:59+08:00" },
		{ "a-year", "2026-12-31T23:59:59+08:00" },
	};

	for (size_t i = 0; i < 4; i++) {
		expect(of(state), REASON_OK, "C1", rows[i].benefit, 100, SMALL_NOW);
		expect(of(state), REASON_OK, "C1B", rows[i].benefit, 100, SMALL_NOW);
	}
	expect(of(state), REASON_OK, "C1", "for-ever", 100, SMALL_NOW);
	expect(of(state), REASON_OK, "C1B", "for-ever", 100, SMALL_NOW);
	for (size_t i = 0; i < 4; i++) {
		int64_t last;

		assert_true(instant_parse(&last, rows[i].last));
		expect(of(state), REASON_QUOTA_USED, "C1", rows[i].benefit, 100, last);
		expect(of(state), REASON_OK, "C1", rows[i].benefit, 100, last + 1);
	}
	expect(of(state), REASON_QUOTA_USED, "C1", "for-ever", 100, SMALL_NOW + 4000 * DAY);
	expect(of(state), REASON_OK, "C2", "for-ever", 100, SMALL_NOW + 4000 * DAY);
}

/* Count and money of one limit: whichever ends first. */
static void count_and_money(void **state)
{
	struct redemption out;

	assert_int_equal(redeem(of(state), &out,
				(struct use){ "C1", "SHOP", "a-day", 1998, SMALL_NOW }, NULL),
			 REASON_OK);
	assert_int_equal(out.saved, 999);
	assert_int_equal(out.left[0].count, 1);
	assert_int_equal(out.left[0].amount, 1);
	assert_int_equal(redeem(of(state), &out,
				(struct use){ "C1", "SHOP", "a-day", 1998, SMALL_NOW }, NULL),
			 REASON_OK);
	assert_int_equal(out.saved, 1);
	assert_int_equal(out.payable, 1997);
	expect(of(state), REASON_QUOTA_USED, "C1", "a-day", 1, SMALL_NOW);
	/* The sum alone. */
	expect(of(state), REASON_OK, "C2", "a-day", 2000, SMALL_NOW);
	expect(of(state), REASON_QUOTA_USED, "C2", "a-day", 2000, SMALL_NOW);
}

static void money_of_a_place(void **state)
{
	expect(of(state), REASON_OK, "C1", "money-there", 999, SMALL_NOW);
	expect(of(state), REASON_OK, "C2", "money-there", 1, SMALL_NOW);
	expect(of(state), REASON_VENUE_QUOTA_USED, "C2", "money-there", 1, SMALL_NOW);
	expect(of(state), REASON_OK, "C2", "money-there", 1, SMALL_NOW + 16 * DAY);
}

/* --- balances and free uses --- */

static void a_balance(void **state)
{
	struct redemption out, first;

	assert_int_equal(redeem(of(state), &first,
				(struct use){ "C1", "SHOP", "card", 39999, SMALL_NOW }, NULL),
			 REASON_OK);
	assert_int_equal(first.payable, 0);
	assert_int_equal(first.left_count, 1);
	assert_int_equal(first.left[0].amount, 1);
	assert_int_equal(redeem(of(state), &out,
				(struct use){ "C1B", "SHOP", "card", 500, SMALL_NOW }, NULL),
			 REASON_OK);
	assert_int_equal(out.payable, 499);
	expect(of(state), REASON_BALANCE_USED, "C1", "card", 500, SMALL_NOW + 4000 * DAY);
	/* Taken back, it is there again. */
	assert_int_equal(log_void(of(state), first.id, "returned", SMALL_NOW + 4000 * DAY),
			 REGISTRY_OK);
	assert_int_equal(redeem(of(state), &out,
				(struct use){ "C1", "SHOP", "card", 40000, SMALL_NOW + 4000 * DAY },
				NULL),
			 REASON_OK);
	assert_int_equal(out.payable, 1);
	expect(of(state), REASON_BALANCE_USED, "C1", "card", 500, SMALL_NOW + 4000 * DAY);
	/* That of a year is there again in the next. */
	expect(of(state), REASON_OK, "C2", "card-of-year", 50000, SMALL_NOW + 4000 * DAY);
	expect(of(state), REASON_BALANCE_USED, "C2", "card-of-year", 5, SMALL_NOW + 4000 * DAY);
	expect(of(state), REASON_OK, "C2", "card-of-year", 50000, SMALL_NOW + 4400 * DAY);
}

static void free_nights(void **state)
{
	static const int64_t payable[] = { 0, 0, 4999, 4999 };
	struct redemption out;
	char second[REDEMPTION_ID_MAX + 1] = "";

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(redeem(of(state), &out,
					(struct use){ i % 2 == 0 ? "C1" : "C1B", "HOTEL",
						      "two-nights", 9999, SMALL_NOW },
					NULL),
				 REASON_OK);
		assert_int_equal(out.payable, payable[i]);
		if (i == 1)
			memcpy(second, out.id, sizeof second);
	}
	assert_int_equal(log_void(of(state), second, "left early", SMALL_NOW), REGISTRY_OK);
	/* Three are counted now: no free one comes of it. */
	assert_int_equal(redeem(of(state), &out,
				(struct use){ "C1", "HOTEL", "two-nights", 9999, SMALL_NOW }, NULL),
			 REASON_OK);
	assert_int_equal(out.payable, 4999);
}

/* --- beside others --- */

static void one_purchase(void **state)
{
	struct redemption first;

	assert_int_equal(redeem(of(state), &first,
				(struct use){ "C1", "SHOP", "a-year", 100, SMALL_NOW }, NULL),
			 REASON_OK);
	expect(of(state), REASON_NOT_WITH_OTHERS, "C1", "parcel", 100, SMALL_NOW);
	expect(of(state), REASON_NOT_WITH_OTHERS, "C1B", "parcel", 100,
	       SMALL_NOW + PURCHASE_SECONDS - 1);
	expect(of(state), REASON_OK, "C2", "parcel", 100, SMALL_NOW + PURCHASE_SECONDS - 1);
	expect(of(state), REASON_OK, "C1", "parcel", 100, SMALL_NOW + PURCHASE_SECONDS);
	/* Now it is the one that goes with no other; another parcel is another purchase. */
	expect(of(state), REASON_NOT_WITH_OTHERS, "C1", "a-year", 100,
	       SMALL_NOW + PURCHASE_SECONDS);
	expect(of(state), REASON_OK, "C1", "parcel", 100, SMALL_NOW + PURCHASE_SECONDS);
}

/* At another place it is another purchase, and what was taken back is none. */
static void other_purchases(void **state)
{
	struct redemption first;

	assert_int_equal(redeem(of(state), &first,
				(struct use){ "C1", "PARK", "parcel", 100, SMALL_NOW }, NULL),
			 REASON_OK);
	expect(of(state), REASON_OK, "C1", "a-year", 100, SMALL_NOW);
	expect(of(state), REASON_NOT_WITH_OTHERS, "C1", "parcel", 100, SMALL_NOW);
	assert_int_equal(redeem(of(state), &first,
				(struct use){ "C2", "SHOP", "a-year", 100, SMALL_NOW }, NULL),
			 REASON_OK);
	assert_int_equal(log_void(of(state), first.id, "mistaken", SMALL_NOW), REGISTRY_OK);
	expect(of(state), REASON_OK, "C2", "parcel", 100, SMALL_NOW);
}

/* --- several identities, and what is said of them --- */

static void the_better_is_explained(void **state)
{
	static struct entitlement out;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("SHOP", 100);
	char text[EXPLANATION_MAX + 1];
	size_t found = 0;

	assert_int_equal(entitlement_check(of(state), &out, &presentation, &circumstances),
			 REGISTRY_OK);
	for (size_t i = 0; i < out.offer_count; i++) {
		if (strcmp(out.offers[i].benefit->id, "graded") != 0)
			continue;
		found++;
		assert_int_equal(out.offers[i].saved, 100);
		offer_explain(text, sizeof text, &out.offers[i], true);
		assert_non_null(strstr(text, "As a disabled soldier: free; by another of your "
					     "identities it would be half price."));
	}
	assert_int_equal(found, 1);
}

/* What was told of a redemption does not depend on what came after it. */
static void history(void **state)
{
	enum { COUNT = 60 };
	static const char *const benefits[] = { "a-day",  "a-week", "card",    "parcel",
						"graded", "a-year", "for-ever" };
	static struct redemption told[COUNT], again;
	static struct use uses[COUNT];
	char visit[32];

	for (int i = 0; i < COUNT; i++) {
		uses[i] = (struct use){ i % 3 == 0 ? "C2" : "C1", "SHOP", benefits[i * 5 % 7],
					100 + 137 * i, SMALL_NOW + 7000 * i };
		snprintf(visit, sizeof visit, "visit-%d", i);
		memset(&told[i], 0, sizeof told[i]);
		redeem(of(state), &told[i], uses[i], visit);
		if (i % 7 == 6 && told[i].reason == REASON_OK)
			assert_int_equal(log_void(of(state), told[i].id, "-", uses[i].now),
					 REGISTRY_OK);
	}
	for (int i = 0; i < COUNT; i++) {
		if (told[i].reason != REASON_OK)
			continue;
		snprintf(visit, sizeof visit, "visit-%d", i);
		memset(&again, 0, sizeof again);
		redeem(of(state), &again, uses[i], visit);
		assert_memory_equal(&again, &told[i], sizeof again);
	}
}

/* --- the calendar --- */

static void put_day(struct registry *registry, const char *text, const char *what)
{
	int32_t day;

	assert_true(day_parse(&day, text));
	assert_int_equal(registry_put_calendar_day(registry, day, what, "-"), REGISTRY_OK);
	assert_int_equal(registry_refresh(registry, NULL), REGISTRY_OK);
}

static bool ends(struct registry *registry, const char *today, const char *expected)
{
	int32_t day, last, until = INT32_MIN;
	bool said;

	assert_true(day_parse(&day, today));
	if (expected != NULL)
		assert_true(day_parse(&until, expected));
	said = registry_calendar_ends(registry, &last, day);
	assert_int_equal(last, until);
	return said;
}

static void the_calendar_ends(void **state)
{
	static const char asks[] = "{\"benefit\":\"x\",\"when\":{\"festivals\":\"never\","
				   "\"until\":\"2027-06-30\"}}";
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault;

	assert_false(ends(of(state), "2026-06-15", NULL)); /* nobody asks it */
	assert_int_equal(catalogue_parse(&catalogue, &fault, asks, strlen(asks)), BENEFIT_OK);
	assert_int_equal(registry_put_benefits(of(state), catalogue, SMALL_NOW), REGISTRY_OK);
	catalogue_free(catalogue);
	assert_int_equal(registry_refresh(of(state), NULL), REGISTRY_OK);
	assert_true(ends(of(state), "2026-06-15", NULL)); /* it is empty */
	put_day(of(state), "2026-10-01", "holiday");
	put_day(of(state), "2026-09-26", "workday");
	assert_false(ends(of(state), "2026-11-01", "2026-12-31"));
	assert_true(ends(of(state), "2026-11-02", "2026-12-31"));
	assert_true(ends(of(state), "2027-06-30", "2026-12-31"));
	assert_false(ends(of(state), "2027-07-01", "2026-12-31")); /* the rule is over */
	put_day(of(state), "2027-01-01", "holiday");
	assert_false(ends(of(state), "2026-11-02", "2027-12-31"));
}

/* --- several processes --- */

#define RACERS 6

/* What was saved of 300 yuan, or -1 where it was refused. */
static int64_t race_once(const char *path, int gate, const char *benefit)
{
	struct registry *registry;
	struct redemption out;
	char go;

	if (registry_open(&registry, path, true) != REGISTRY_OK || read(gate, &go, 1) != 0)
		_exit(90);
	redeem(registry, &out, (struct use){ "C1", "SHOP", benefit, 30000, SMALL_NOW }, NULL);
	registry_close(registry);
	return out.reason == REASON_OK ? out.saved : -1;
}

/* How many were granted, and what they saved together. */
static void race(const char *path, const char *benefit, int *granted, int64_t *saved)
{
	int gate[2], answers[2];
	int64_t answer;

	assert_int_equal(pipe(gate), 0);
	assert_int_equal(pipe(answers), 0);
	for (int i = 0; i < RACERS; i++) {
		if (fork() == 0) {
			close(gate[1]);
			answer = race_once(path, gate[0], benefit);
			_exit(write(answers[1], &answer, sizeof answer) == sizeof answer ? 0 : 91);
		}
	}
	usleep(300000);
	close(gate[0]);
	close(gate[1]); /* all wait for it */
	close(answers[1]);
	for (int i = 0; i < RACERS; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	*granted = 0;
	*saved = 0;
	while (read(answers[0], &answer, sizeof answer) == sizeof answer) {
		*granted += answer >= 0;
		*saved += answer < 0 ? 0 : answer;
	}
	close(answers[0]);
}

static void race_for_the_last_fen(void **state)
{
	struct small_registry *small = *state;
	int granted;
	int64_t saved;

	race(small->path, "card", &granted, &saved);
	assert_int_equal(granted, 2); /* 300 yuan, and the 100 that were left */
	assert_int_equal(saved, 40000);
}

static void race_for_a_sum(void **state)
{
	struct small_registry *small = *state;
	int granted;
	int64_t saved;

	race(small->path, "for-ever", &granted, &saved);
	assert_int_equal(granted, 1); /* the first takes the whole sum */
	assert_int_equal(saved, 1000);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(periods),
		CASE(count_and_money),
		CASE(money_of_a_place),
		CASE(a_balance),
		CASE(free_nights),
		CASE(one_purchase),
		CASE(other_purchases),
		CASE(the_better_is_explained),
		CASE(history),
		CASE(the_calendar_ends),
		CASE(race_for_the_last_fen),
		CASE(race_for_a_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
