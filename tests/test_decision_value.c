/* The decision: limits, money at its edges, the order of reasons, the rank of offers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/china_time.h"
#include "tests/decision_rows.h"

#define WHERE(text) "\"where\":{" text "}"
#define LIMIT(text) "\"limits\":[" text "]"
#define A_DAY       "{\"per\":\"holder\",\"period\":\"day\",\"count\":2}"
#define A_VENUE     "{\"per\":\"venue\",\"period\":\"day\",\"count\":3}"
#define A_SUM       "{\"per\":\"holder\",\"period\":\"month\",\"amount\":5000}"

static void limits(void **state)
{
	static const struct row rows[] = {
		SAYS(OK, "one left", LIMIT(A_DAY), .facts = FACTS(), .used = { { 1, 0 } }),
		SAYS(QUOTA_USED, "none left", LIMIT(A_DAY), .facts = FACTS(), .used = { { 2, 0 } }),
		SAYS(QUOTA_USED, "more used than there is", LIMIT(A_DAY), .facts = FACTS(),
		     .used = { { INT64_MAX, 0 } }),
		SAYS(OK, "the only one",
		     LIMIT("{\"per\":\"holder\",\"period\":\"ever\",\"count\":1}"),
		     .facts = FACTS()),
		SAYS(OK, "one left at the venue", LIMIT(A_VENUE), .facts = FACTS(),
		     .used = { { 2, 0 } }),
		SAYS(VENUE_QUOTA_USED, "none left at the venue", LIMIT(A_VENUE), .facts = FACTS(),
		     .used = { { 3, 0 } }),
		SAYS(QUOTA_USED, "the holder's before the venue's", LIMIT(A_VENUE "," A_DAY),
		     .facts = FACTS(), .used = { { 3, 0 }, { 2, 0 } }),
		SAYS(QUOTA_USED, "the second limit", LIMIT(A_DAY "," A_SUM), .facts = FACTS(),
		     .used = { { 1, 0 }, { 0, 5000 } }),
		SAYS(OK, "a fen left", LIMIT(A_SUM), .facts = FACTS(), .used = { { 9, 4999 } }),
		SAYS(QUOTA_USED, "no fen left", LIMIT(A_SUM), .facts = FACTS(),
		     .used = { { 0, 5000 } }),
		SAYS(OK, "taken back more than used", LIMIT(A_DAY), .facts = FACTS(),
		     .used = { { -1, -1 } }),
		{ "a saving beyond what is left is cut",
		  LIMIT(A_SUM) ",\"value\":{\"type\":\"percent_off\",\"percent\":50}",
		  FACTS(.amount = 10000), .used = { { 0, 1000 } }, .payable = 6000, .saved = 4000 },
		{ "a saving of just what is left",
		  LIMIT(A_SUM) ",\"value\":{\"type\":\"percent_off\",\"percent\":50}",
		  FACTS(.amount = 8000), .used = { { 0, 1000 } }, .payable = 4000, .saved = 4000 },
		{ "free up to what is left", LIMIT(A_SUM) ",\"value\":{\"type\":\"free\"}",
		  FACTS(.amount = 8000), .used = { { 0, 1000 } }, .payable = 4000, .saved = 4000 },
		{ "the venue's sum cuts too",
		  LIMIT("{\"per\":\"venue\",\"period\":\"day\",\"amount\":300}") ","
										 "\"value\":{"
										 "\"type\":"
										 "\"free\"}",
		  FACTS(.amount = 1000), .used = { { 0, 100 } }, .payable = 800, .saved = 200 },
		SAYS(VENUE_QUOTA_USED, "no fen left at the venue",
		     LIMIT("{\"per\":\"venue\",\"period\":\"day\",\"amount\":300}"),
		     .facts = FACTS(), .used = { { 0, 300 } }),
	};

	(void)state;
	CHECK_ALL(rows);
}

static void what_is_left(void **state)
{
	static const struct past_use used[BENEFIT_LIMITS_MAX] = { { 1, 70 },
								  { 2, 70 },
								  { 5, 6000 } };
	struct catalogue *catalogue = row_document(LIMIT(
		A_DAY "," A_VENUE
		      ",{\"per\":\"holder\",\"period\":\"ever\",\"count\":7,\"amount\":9000}"));
	struct row row = { .name = "left", .facts = FACTS() };
	struct facts facts = row_facts(&row);
	struct offer offer;

	(void)state;
	decide(&offer, catalogue_at(catalogue, 0), &facts, used);
	assert_int_equal(offer.left_count, 2);
	assert_int_equal(offer.left[0].period, PERIOD_DAY);
	assert_int_equal(offer.left[0].count, 1);
	assert_int_equal(offer.left[0].amount, -1);
	assert_int_equal(offer.left[1].period, PERIOD_EVER);
	assert_int_equal(offer.left[1].count, 2);
	assert_int_equal(offer.left[1].amount, 3000);
	catalogue_free(catalogue);
}

#define VALUE(text) "\"value\":{\"type\":" text "}"
#define PERCENT(n)  VALUE("\"percent_off\",\"percent\":" #n)
#define PRICE(n)    VALUE("\"fixed_price\",\"fen\":" #n)
#define OFF(n, m)   VALUE("\"amount_off\",\"fen\":" #n ",\"from\":" #m)

static void money(void **state)
{
	static const struct row rows[] = {
		{ "priority", VALUE("\"priority\""), FACTS(), .payable = NONE, .saved = NONE },
		{ "priority of 1", VALUE("\"priority\""), FACTS(.amount = 1), .payable = 1 },
		{ "free", VALUE("\"free\""), FACTS(), .payable = 0, .saved = NONE },
		{ "free of 0", VALUE("\"free\""), FACTS(.amount = 0), .payable = 0, .saved = 0 },
		{ "free of all", VALUE("\"free\""), FACTS(.amount = INT64_MAX), .payable = 0,
		  .saved = INT64_MAX },
		{ "30 % off 1000", PERCENT(30), FACTS(.amount = 1000), .payable = 700,
		  .saved = 300 },
		{ "30 % off 1: the holder's favour", PERCENT(30), FACTS(.amount = 1), .payable = 0,
		  .saved = 1 },
		{ "15 % off 1999", PERCENT(15), FACTS(.amount = 1999), .payable = 1699,
		  .saved = 300 },
		{ "1 % off 99", PERCENT(1), FACTS(.amount = 99), .payable = 98, .saved = 1 },
		{ "1 % off 100", PERCENT(1), FACTS(.amount = 100), .payable = 99, .saved = 1 },
		{ "1 % off 101", PERCENT(1), FACTS(.amount = 101), .payable = 99, .saved = 2 },
		{ "0 % off", PERCENT(0), FACTS(.amount = 101), .payable = 101, .saved = 0 },
		{ "100 % off", PERCENT(100), FACTS(.amount = 101), .payable = 0, .saved = 101 },
		{ "50 % off 0", PERCENT(50), FACTS(.amount = 0), .payable = 0, .saved = 0 },
		{ "0 % off all", PERCENT(0), FACTS(.amount = INT64_MAX), .payable = INT64_MAX },
		{ "50 % off all", PERCENT(50), FACTS(.amount = INT64_MAX), .payable = INT64_MAX / 2,
		  .saved = INT64_MAX / 2 + 1 },
		{ "99 % off all", PERCENT(99), FACTS(.amount = INT64_MAX),
		  .payable = INT64_MAX / 100, .saved = INT64_MAX - INT64_MAX / 100 },
		{ "price below", PRICE(400), FACTS(.amount = 399), .payable = 399, .saved = 0 },
		{ "price met", PRICE(400), FACTS(.amount = 400), .payable = 400, .saved = 0 },
		{ "price above", PRICE(400), FACTS(.amount = 401), .payable = 400, .saved = 1 },
		{ "price 0", PRICE(0), FACTS(.amount = INT64_MAX), .payable = 0,
		  .saved = INT64_MAX },
		{ "a price beyond all", PRICE(9223372036854775807), FACTS(.amount = 5),
		  .payable = 5, .saved = 0 },
		{ "off, not reached", OFF(300, 1500), FACTS(.amount = 1499), .payable = 1499,
		  .saved = 0 },
		{ "off, reached", OFF(300, 1500), FACTS(.amount = 1500), .payable = 1200,
		  .saved = 300 },
		{ "off more than all", OFF(300, 0), FACTS(.amount = 299), .payable = 0,
		  .saved = 299 },
		{ "off just all", OFF(300, 0), FACTS(.amount = 300), .payable = 0, .saved = 300 },
		{ "off beyond all", OFF(9223372036854775807, 0), FACTS(.amount = INT64_MAX),
		  .payable = 0, .saved = INT64_MAX },
		{ "off 0", OFF(0, 0), FACTS(.amount = INT64_MAX), .payable = INT64_MAX },
		SAYS(NEEDS_AMOUNT, "percent without amount", PERCENT(50), .facts = FACTS()),
		SAYS(NEEDS_AMOUNT, "price without amount", PRICE(400), .facts = FACTS()),
		SAYS(NEEDS_AMOUNT, "off without amount", OFF(300, 0), .facts = FACTS()),
		SAYS(AMOUNT_INVALID, "percent of -1", PERCENT(50), .facts = FACTS(.amount = -1)),
		SAYS(AMOUNT_INVALID, "free of -1", VALUE("\"free\""), .facts = FACTS(.amount = -1)),
		SAYS(AMOUNT_INVALID, "priority of the least", VALUE("\"priority\""),
		     .facts = FACTS(.amount = INT64_MIN + 1)),
		{ "once compared: what it will be", PERCENT(50) ",\"assurance\":2",
		  FACTS(.amount = 1000, .attended = true), .reason = REASON_NEEDS_COMPARE,
		  .payable = 500, .saved = 500 },
		{ "neither compared nor an amount", PERCENT(50) ",\"assurance\":2",
		  FACTS(.attended = true), .reason = REASON_NEEDS_COMPARE, .payable = NONE,
		  .saved = NONE },
	};

	(void)state;
	CHECK_ALL(rows);
}

/* Every condition of one document fails at first; mending them one by one shows the order. */
static void first_reason_wins(void **state)
{
	static const enum reason order[] = {
		REASON_WRONG_KIND,        REASON_WRONG_CLASS,      REASON_WRONG_GRADE,
		REASON_WRONG_AGE,         REASON_WRONG_REGION,     REASON_NOT_NEEDY,
		REASON_NOT_TODAY,         REASON_OUTSIDE_HOURS,    REASON_FESTIVAL,
		REASON_WRONG_VENUE,       REASON_QUOTA_USED,       REASON_VENUE_QUOTA_USED,
		REASON_ASSURANCE_TOO_LOW, REASON_NEEDS_COMPARE,    REASON_NEEDS_AMOUNT,
		REASON_AMOUNT_INVALID,    REASON_BENEFIT_INACTIVE, REASON_OK,
	};
	static const char members[] = WHO(
		"\"kinds\":[\"family\"],\"classes\":[\"war\"],\"grade\":[1,4],\"age\":[60,"
		"null],"
		"\"home_regions\":[\"33\"],\"needy\":true") "," WHEN("\"until\":\"2026-11-"
								     "18\",\"weekdays\":[5]"
								     ",\"hours\":[[\"08:"
								     "00\",\"09:00\"]],"
								     "\"festivals\":"
								     "\"never\"") "," WHERE("\"venu"
											    "es\":["
											    "\"hall"
											    "\"]") "," LIMIT(A_DAY
													     "," A_VENUE) "," PERCENT(50) ",\"assurance\":2";
	struct catalogue *catalogue = row_document(members);
	struct past_use used[BENEFIT_LIMITS_MAX] = { { 2, 0 }, { 3, 0 } };
	struct row row = { .name = "order", .facts = FACTS(.festival = true) };
	struct facts facts = row_facts(&row);

	(void)state;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		struct offer offer;

		decide(&offer, catalogue_at(catalogue, 0), &facts, used);
		if (offer.reason != order[i])
			fail_msg("%s, not %s", reason_name(offer.reason), reason_name(order[i]));
		assert_true(i == 0 || order[i] > order[i - 1] || order[i] == REASON_OK);
		switch (order[i]) {
		case REASON_WRONG_KIND:
			facts.kind = 2;
			break;
		case REASON_WRONG_CLASS:
			strcpy(facts.identities[0], "war");
			break;
		case REASON_WRONG_GRADE:
			facts.identity_count = 2;
			strcpy(facts.identities[1], "disabled:4:war");
			break;
		case REASON_WRONG_AGE:
			facts.birth_known = true;
			facts.birth = -9000;
			break;
		case REASON_WRONG_REGION:
			facts.home_region = "330683";
			break;
		case REASON_NOT_NEEDY:
			facts.needy = true;
			break;
		case REASON_NOT_TODAY:
			facts.now += 2 * 86400;
			break;
		case REASON_OUTSIDE_HOURS:
			facts.now -= 2 * 3600;
			break;
		case REASON_FESTIVAL:
			facts.festival = false;
			break;
		case REASON_WRONG_VENUE:
			facts.venue = VENUE_HALL;
			break;
		case REASON_QUOTA_USED:
			used[0].count = 1;
			break;
		case REASON_VENUE_QUOTA_USED:
			used[1].count = 2;
			break;
		case REASON_ASSURANCE_TOO_LOW:
			facts.attended = true;
			break;
		case REASON_NEEDS_COMPARE:
			facts.compared = true;
			break;
		case REASON_NEEDS_AMOUNT:
			facts.amount = -5;
			break;
		case REASON_AMOUNT_INVALID:
			facts.amount = 100;
			break;
		case REASON_BENEFIT_INACTIVE:
			facts.now -= 7 * 86400;
			break;
		default:
			break;
		}
	}
	catalogue_set_version(catalogue, 0, 1, true);
	{
		struct offer offer;

		decide(&offer, catalogue_at(catalogue, 0), &facts, used);
		assert_int_equal(offer.reason, REASON_BENEFIT_INACTIVE);
		assert_int_equal(offer.verdict, VERDICT_REFUSED);
	}
	catalogue_free(catalogue);
}

/* Nobody is asked for an amount or an ID card that would change nothing. */
static void asked_in_vain(void **state)
{
	static const struct {
		const char *name, *document;
		struct facts facts;
		enum reason reason, in_vain;
	} cases[] = {
		{ "an amount, in force", PERCENT(50) "," WHEN("\"until\":\"2026-11-18\""), FACTS(),
		  REASON_NEEDS_AMOUNT, REASON_OK },
		{ "an amount, not in force", PERCENT(50) "," WHEN("\"until\":\"2026-11-17\""),
		  FACTS(), REASON_NEEDS_AMOUNT, REASON_BENEFIT_INACTIVE },
		{ "a look, in force", "\"assurance\":2", FACTS(.attended = true),
		  REASON_NEEDS_COMPARE, REASON_OK },
		{ "a look, not in force", "\"assurance\":2," WHEN("\"from\":\"2026-11-19\""),
		  FACTS(.attended = true), REASON_NEEDS_COMPARE, REASON_BENEFIT_INACTIVE },
		{ "a look, and an amount that is missing", "\"assurance\":2," PERCENT(50),
		  FACTS(.attended = true), REASON_NEEDS_COMPARE, REASON_OK },
		{ "a look at a negative amount", "\"assurance\":2," PERCENT(50),
		  FACTS(.attended = true, .amount = -1), REASON_NEEDS_COMPARE,
		  REASON_AMOUNT_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct row row = { .name = cases[i].name, .facts = cases[i].facts };
		struct catalogue *catalogue = row_document(cases[i].document);
		struct past_use used[BENEFIT_LIMITS_MAX] = { 0 };
		struct facts facts = row_facts(&row);
		struct offer offers[2] = { 0 };

		decide(&offers[0], catalogue_at(catalogue, 0), &facts, used);
		if (offers[0].reason != cases[i].reason || offers[0].in_vain != cases[i].in_vain)
			fail_msg("%s: %s, %s", cases[i].name, reason_name(offers[0].reason),
				 reason_name(offers[0].in_vain));
		assert_int_equal(offer_can_be_had(&offers[0]), cases[i].in_vain == REASON_OK);
		/* What can be had stands before it. */
		offers[1] = (struct offer){ .benefit = catalogue_at(catalogue, 0) };
		offers_rank(offers, 2);
		assert_int_equal(offers[0].verdict == VERDICT_GRANTED,
				 cases[i].in_vain != REASON_OK);
		catalogue_free(catalogue);
	}
}

static void verdicts(void **state)
{
	(void)state;
	assert_string_equal(verdict_name(VERDICT_GRANTED), "granted");
	assert_string_equal(verdict_name(VERDICT_NEEDS_AMOUNT), "needs_amount");
	assert_string_equal(verdict_name(VERDICT_NEEDS_COMPARE), "needs_compare");
	assert_string_equal(verdict_name(VERDICT_REFUSED), "refused");
}

static void periods(void **state)
{
	static const struct {
		enum period period;
		const char *now, *start;
	} rows[] = {
		{ PERIOD_DAY, "2026-11-18T10:24:00+08:00", "2026-11-18T00:00:00+08:00" },
		{ PERIOD_DAY, "2026-11-18T00:00:00+08:00", "2026-11-18T00:00:00+08:00" },
		{ PERIOD_DAY, "2026-11-17T23:59:59+08:00", "2026-11-17T00:00:00+08:00" },
		{ PERIOD_WEEK, "2026-11-18T10:24:00+08:00", "2026-11-16T00:00:00+08:00" },
		{ PERIOD_WEEK, "2026-11-16T00:00:00+08:00", "2026-11-16T00:00:00+08:00" },
		{ PERIOD_WEEK, "2026-11-15T23:59:59+08:00", "2026-11-09T00:00:00+08:00" },
		{ PERIOD_WEEK, "2027-01-01T12:00:00+08:00", "2026-12-28T00:00:00+08:00" },
		{ PERIOD_MONTH, "2026-11-30T23:59:59+08:00", "2026-11-01T00:00:00+08:00" },
		{ PERIOD_MONTH, "2026-11-30T16:00:00Z", "2026-12-01T00:00:00+08:00" },
		{ PERIOD_YEAR, "2026-12-31T15:59:59Z", "2026-01-01T00:00:00+08:00" },
		{ PERIOD_YEAR, "2026-12-31T16:00:00Z", "2027-01-01T00:00:00+08:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t now, start;

		assert_true(instant_parse(&now, rows[i].now));
		assert_true(instant_parse(&start, rows[i].start));
		assert_int_equal(period_start(rows[i].period, now), start);
	}
	assert_true(period_start(PERIOD_EVER, 0) == INT64_MIN);
}

static void rank(void **state)
{
	static const struct benefit percent_20 = { .value = { .type = VALUE_PERCENT_OFF,
							      .percent = 20 } };
	static const struct benefit percent_50 = { .value = { .type = VALUE_PERCENT_OFF,
							      .percent = 50 } };
	static const struct benefit percent_100 = { .value = { .type = VALUE_PERCENT_OFF,
							       .percent = 100 } };
	static const struct benefit free_of = { .value = { .type = VALUE_FREE } };
	static const struct benefit price = { .value = { .type = VALUE_FIXED_PRICE, .fen = 400 } };
	static const struct benefit off = { .value = { .type = VALUE_AMOUNT_OFF, .fen = 400 } };
	static const struct benefit priority = { .value = { .type = VALUE_PRIORITY } };
	/* As they are to come out; a number in version tells them apart. */
	static const struct offer ranked[] = {
		{ .benefit = &percent_20, .has_saved = true, .saved = 700 },
		{ .benefit = &free_of, .has_saved = true, .saved = 300 },
		{ .benefit = &percent_50,
		  .has_saved = true,
		  .saved = 300,
		  .verdict = VERDICT_NEEDS_COMPARE },
		{ .benefit = &priority, .has_saved = true, .saved = 0 },
		{ .benefit = &free_of, .verdict = VERDICT_NEEDS_COMPARE },
		{ .benefit = &percent_100, .verdict = VERDICT_NEEDS_AMOUNT },
		{ .benefit = &percent_50, .verdict = VERDICT_NEEDS_AMOUNT },
		{ .benefit = &percent_20, .verdict = VERDICT_NEEDS_AMOUNT },
		{ .benefit = &price, .verdict = VERDICT_NEEDS_AMOUNT },
		{ .benefit = &priority },
		{ .benefit = &free_of,
		  .verdict = VERDICT_REFUSED,
		  .has_saved = true,
		  .saved = 9999 },
	};
	enum { COUNT = sizeof ranked / sizeof *ranked };
	struct offer offers[COUNT];

	(void)state;
	for (size_t turn = 0; turn < COUNT; turn++) {
		for (size_t i = 0; i < COUNT; i++)
			offers[(i * 7 + turn) % COUNT] = ranked[i];
		offers_rank(offers, COUNT);
		for (size_t i = 0; i < COUNT; i++) {
			assert_ptr_equal(offers[i].benefit, ranked[i].benefit);
			assert_int_equal(offers[i].verdict, ranked[i].verdict);
		}
	}
	/* Ties, and all that is refused, keep their order. */
	offers[0] = (struct offer){ .benefit = &off, .verdict = VERDICT_REFUSED };
	offers[1] = (struct offer){ .benefit = &free_of, .verdict = VERDICT_REFUSED };
	offers[2] = (struct offer){ .benefit = &off, .verdict = VERDICT_NEEDS_AMOUNT };
	offers[3] = (struct offer){ .benefit = &price, .verdict = VERDICT_NEEDS_AMOUNT };
	offers_rank(offers, 4);
	assert_ptr_equal(offers[0].benefit, &off);
	assert_ptr_equal(offers[1].benefit, &price);
	assert_ptr_equal(offers[2].benefit, &off);
	assert_ptr_equal(offers[3].benefit, &free_of);
	offers_rank(offers, 0);
	offers_rank(offers, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits),        cmocka_unit_test(what_is_left),
		cmocka_unit_test(money),         cmocka_unit_test(first_reason_wins),
		cmocka_unit_test(asked_in_vain), cmocka_unit_test(verdicts),
		cmocka_unit_test(periods),       cmocka_unit_test(rank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
