/* The decision: values that depend on what was had before, on a quantity, on a table; and benefits that
 * do not go with others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/decision_rows.h"

#define VALUE(text)      "\"value\":{\"type\":" text "}"
#define LIMIT(text)      ",\"limits\":[" text "]"
#define A_YEAR           "{\"per\":\"holder\",\"period\":\"year\",\"count\":3}"
#define UNIT(fen)        VALUE("\"per_unit_off\",\"fen\":" #fen ",\"unit\":\"litre\"")
#define REIMBURSE(rest)  VALUE("\"reimburse\"," rest)
#define FREE_THEN(n, p)  VALUE("\"free_then\",\"free\":" #n ",\"percent\":" #p)
#define STORED(fen)      VALUE("\"stored_value\",\"fen\":" #fen)
#define GRADED(by, rest) VALUE("\"graded\",\"by\":\"" by "\",\"table\":[" rest "]")
#define ROW(key, value)  "[" key ",{\"type\":" value "}]"
#define PERCENT(n)       "\"percent_off\",\"percent\":" #n

#define CLASSES GRADED("class", ROW("\"family\"", "\"free\"") "," ROW("\"veteran\"", PERCENT(50)))

/* quantity [1/1000], amount [fen] */
#define BUYS(q, a) FACTS(.quantity = q, .amount = a)

static void units(void **state)
{
	static const struct row rows[] = {
		{ "0.28 yuan off each of 40 litres", UNIT(28), BUYS(40000, 30000), .payable = 28880,
		  .saved = 1120 },
		{ "a part of a fen is the holder's", UNIT(28), BUYS(1, 30000), .payable = 29999,
		  .saved = 1 },
		{ "1.5 litres", UNIT(28), BUYS(1500, 1000), .payable = 958, .saved = 42 },
		{ "no quantity", UNIT(28), BUYS(0, 1000), .payable = 1000, .saved = 0 },
		{ "never below 0", UNIT(28), BUYS(40000, 1120), .payable = 0, .saved = 1120 },
		{ "never below 0, a fen less", UNIT(28), BUYS(40000, 1119), .payable = 0,
		  .saved = 1119 },
		{ "a fen more", UNIT(28), BUYS(40000, 1121), .payable = 1, .saved = 1120 },
		{ "the largest quantity", UNIT(28), BUYS(INT64_MAX, 5), .payable = 0, .saved = 5 },
		{ "everything the largest", UNIT(9223372036854775807), BUYS(INT64_MAX, INT64_MAX),
		  .payable = 0, .saved = INT64_MAX },
		{ "the largest price of a thousandth", UNIT(9223372036854775807),
		  BUYS(1, INT64_MAX), .payable = INT64_MAX - INT64_MAX / 1000 - 1,
		  .saved = INT64_MAX / 1000 + 1 },
		SAYS(NEEDS_AMOUNT, "neither", UNIT(28), .facts = FACTS()),
		SAYS(NEEDS_AMOUNT, "a quantity alone", UNIT(28), .facts = BUYS(1000, NONE)),
		SAYS(NEEDS_AMOUNT, "an amount alone", UNIT(28), .facts = BUYS(NONE, 1000)),
		SAYS(AMOUNT_INVALID, "a negative quantity", UNIT(28), .facts = BUYS(-1, 1000)),
		SAYS(AMOUNT_INVALID, "a negative quantity, no amount", UNIT(28),
		     .facts = BUYS(-1, NONE)),
		SAYS(AMOUNT_INVALID, "a negative amount", UNIT(28), .facts = BUYS(1, -1)),
		{ "a quantity that is not asked for", VALUE("\"percent_off\",\"percent\":50"),
		  BUYS(1000, 1000), .payable = 500, .saved = 500 },
		{ "compared later, no quantity yet", UNIT(28) ",\"assurance\":2",
		  FACTS(.amount = 1000, .attended = true), .reason = REASON_NEEDS_COMPARE,
		  .payable = NONE, .saved = NONE },
	};

	(void)state;
	CHECK_ALL(rows);
}

static void reimbursed(void **state)
{
	static const struct row rows[] = {
		{ "90 % of what is above 500 yuan", REIMBURSE("\"above\":50000,\"percent\":90"),
		  FACTS(.amount = 150000), .payable = 60000, .saved = 90000 },
		{ "just the part that is the holder's", REIMBURSE("\"above\":50000,\"percent\":90"),
		  FACTS(.amount = 50000), .payable = 50000, .saved = 0 },
		{ "a fen above it", REIMBURSE("\"above\":50000,\"percent\":90"),
		  FACTS(.amount = 50001), .payable = 50000, .saved = 1 },
		{ "below it", REIMBURSE("\"above\":50000,\"percent\":90"), FACTS(.amount = 0),
		  .payable = 0, .saved = 0 },
		{ "half, to the cap", REIMBURSE("\"percent\":50,\"cap\":150000"),
		  FACTS(.amount = 300000), .payable = 150000, .saved = 150000 },
		{ "half, a fen below the cap", REIMBURSE("\"percent\":50,\"cap\":150000"),
		  FACTS(.amount = 299998), .payable = 149999, .saved = 149999 },
		{ "half, above the cap", REIMBURSE("\"percent\":50,\"cap\":150000"),
		  FACTS(.amount = 300002), .payable = 150002, .saved = 150000 },
		{ "a cap of nothing", REIMBURSE("\"percent\":50,\"cap\":0"), FACTS(.amount = 10),
		  .payable = 10, .saved = 0 },
		{ "all of the largest", REIMBURSE("\"above\":0,\"percent\":100"),
		  FACTS(.amount = INT64_MAX), .payable = 0, .saved = INT64_MAX },
		{ "above the largest", REIMBURSE("\"above\":9223372036854775807,\"percent\":100"),
		  FACTS(.amount = INT64_MAX), .payable = INT64_MAX, .saved = 0 },
		{ "cap and limit: the smaller",
		  REIMBURSE("\"percent\":50,\"cap\":400")
			  LIMIT("{\"per\":\"holder\",\"period\":\"year\",\"amount\":1000}"),
		  FACTS(.amount = 1000), .used = { { 1, 700 } }, .payable = 700, .saved = 300 },
		SAYS(NEEDS_AMOUNT, "no amount", REIMBURSE("\"percent\":50"), .facts = FACTS()),
		SAYS(QUOTA_USED, "three times a year", REIMBURSE("\"percent\":50") LIMIT(A_YEAR),
		     .facts = FACTS(.amount = 5), .used = { { 3, 0 } }),
	};

	(void)state;
	CHECK_ALL(rows);
}

static void free_then(void **state)
{
	static const struct row rows[] = {
		{ "the first", FREE_THEN(2, 50), FACTS(.amount = 999), .payable = 0, .saved = 999 },
		{ "the last free one", FREE_THEN(2, 50), FACTS(.amount = 999), .used = { { 1, 0 } },
		  .payable = 0, .saved = 999 },
		{ "the first that is paid", FREE_THEN(2, 50), FACTS(.amount = 999),
		  .used = { { 2, 0 } }, .payable = 499, .saved = 500 },
		{ "no free ones", FREE_THEN(0, 50), FACTS(.amount = 999), .payable = 499,
		  .saved = 500 },
		{ "counted by the first limit per holder",
		  FREE_THEN(1, 50)
			  LIMIT("{\"per\":\"venue\",\"period\":\"day\",\"count\":9}," A_YEAR
				",{\"per\":\"holder\",\"period\":\"ever\",\"count\":9}"),
		  FACTS(.amount = 10), .used = { { 5, 0 }, { 0, 0 }, { 5, 0 } }, .payable = 0,
		  .saved = 10 },
		{ "used up by the first limit per holder",
		  FREE_THEN(1, 50)
			  LIMIT("{\"per\":\"venue\",\"period\":\"day\",\"count\":9}," A_YEAR
				",{\"per\":\"holder\",\"period\":\"ever\",\"count\":9}"),
		  FACTS(.amount = 10), .used = { { 0, 0 }, { 1, 0 }, { 0, 0 } }, .payable = 5,
		  .saved = 5 },
		SAYS(NEEDS_AMOUNT, "no amount", FREE_THEN(2, 50), .facts = FACTS()),
		SAYS(QUOTA_USED, "beyond the limit", FREE_THEN(2, 50) LIMIT(A_YEAR),
		     .facts = FACTS(.amount = 10), .used = { { 3, 0 } }),
	};

	(void)state;
	CHECK_ALL(rows);
}

static void stored_value(void **state)
{
	static const struct row rows[] = {
		{ "less than the balance", STORED(40000), FACTS(.amount = 39999), .payable = 0,
		  .saved = 39999 },
		{ "just the balance", STORED(40000), FACTS(.amount = 40000), .payable = 0,
		  .saved = 40000 },
		{ "more than the balance", STORED(40000), FACTS(.amount = 40001), .payable = 1,
		  .saved = 40000 },
		{ "what is left of it", STORED(40000), FACTS(.amount = 500),
		  .used = { { 7, 39700 } }, .payable = 200, .saved = 300 },
		{ "the last fen", STORED(40000), FACTS(.amount = 500), .used = { { 1, 39999 } },
		  .payable = 499, .saved = 1 },
		SAYS(BALANCE_USED, "no fen left", STORED(40000), .facts = FACTS(.amount = 500),
		     .used = { { 1, 40000 } }),
		SAYS(BALANCE_USED, "no fen left, no amount", STORED(40000), .facts = FACTS(),
		     .used = { { 1, 40000 } }),
		SAYS(BALANCE_USED, "more was used than there is", STORED(40000),
		     .facts = FACTS(.amount = 500), .used = { { 1, INT64_MAX } }),
		{ "counts in money, not in uses", STORED(400), FACTS(.amount = 500),
		  .used = { { 999, 0 } }, .payable = 100, .saved = 400 },
		{ "of this year, as its limit says", STORED(400) LIMIT(A_YEAR),
		  FACTS(.amount = 500), .used = { { 2, 300 } }, .payable = 400, .saved = 100 },
		SAYS(QUOTA_USED, "the limit before the balance", STORED(400) LIMIT(A_YEAR),
		     .facts = FACTS(.amount = 500), .used = { { 3, 400 } }),
		SAYS(NEEDS_AMOUNT, "no amount", STORED(400), .facts = FACTS()),
		{ "the largest", STORED(9223372036854775807), FACTS(.amount = INT64_MAX),
		  .used = { { 1, 1 } }, .payable = 1, .saved = INT64_MAX - 1 },
	};

	(void)state;
	CHECK_ALL(rows);
}

/* --- beside others --- */

static const struct benefit others[] = {
	{ .id = "with", .stack = STACK_WITH_ALL },
	{ .id = "discount", .stack = STACK_WITH_DISCOUNT },
	{ .id = "alone", .stack = STACK_ALONE },
	{ .id = "b", .stack = STACK_ALONE },
	{ .id = "b", .stack = STACK_WITH_ALL },
};

static void stacking(void **state)
{
	static const struct {
		const char *name, *document;
		int beside[4]; /* of others, from 1; 0 ends */
		enum reason reason;
	} rows[] = {
		{ "nothing else", "\"stack\":\"alone\"", { 0 }, REASON_OK },
		{ "alone beside any", "\"stack\":\"alone\"", { 1 }, REASON_NOT_WITH_OTHERS },
		{ "with a discount beside any",
		  "\"stack\":\"with_discount\"",
		  { 1 },
		  REASON_NOT_WITH_OTHERS },
		{ "with all beside one with all", "\"stack\":\"with_all\"", { 1 }, REASON_OK },
		{ "said nothing beside one with all", "", { 1 }, REASON_OK },
		{ "with all beside one with a discount", "", { 2 }, REASON_NOT_WITH_OTHERS },
		{ "with all beside one alone", "", { 3 }, REASON_NOT_WITH_OTHERS },
		{ "alone beside itself", "\"stack\":\"alone\"", { 4 }, REASON_OK },
		{ "with all beside itself", "", { 5 }, REASON_OK },
		{ "alone beside itself and another",
		  "\"stack\":\"alone\"",
		  { 4, 1 },
		  REASON_NOT_WITH_OTHERS },
		{ "with all beside many and one alone",
		  "",
		  { 1, 1, 5, 3 },
		  REASON_NOT_WITH_OTHERS },
		{ "before what the reading assures",
		  "\"stack\":\"alone\",\"assurance\":4",
		  { 1 },
		  REASON_NOT_WITH_OTHERS },
		{ "behind the limits",
		  "\"stack\":\"alone\",\"value\":{\"type\":\"stored_value\",\"fen\":1}",
		  { 1 },
		  REASON_BALANCE_USED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row row = { .name = rows[i].name,
				   .document = rows[i].document,
				   .facts = FACTS(.amount = 5),
				   .reason = rows[i].reason,
				   .payable = rows[i].reason == REASON_OK ? 5 : NONE,
				   .saved = rows[i].reason == REASON_OK ? 0 : NONE };

		if (rows[i].reason == REASON_BALANCE_USED)
			row.used[0].amount = 1;
		for (int k = 0; k < 4 && rows[i].beside[k] > 0; k++)
			facts_add_beside(&row.facts, &others[rows[i].beside[k] - 1]);
		row_check(&row);
	}
}

/* However many were taken, those that decide are kept. */
static void many_beside(void **state)
{
	static struct benefit many[100];
	struct facts facts = FACTS();

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(many[i].id, sizeof many[i].id, "m%d", i);
		many[i].stack = i < 98 ? STACK_WITH_ALL : STACK_ALONE;
		facts_add_beside(&facts, &many[i]);
		facts_add_beside(&facts, &many[i]);
	}
	assert_int_equal(facts.beside_count, 4);
	assert_string_equal(facts.beside[0]->id, "m0");
	assert_string_equal(facts.beside[1]->id, "m1");
	assert_string_equal(facts.beside[2]->id, "m98");
	assert_string_equal(facts.beside[3]->id, "m99");
}

static void away_from_the_centre(void **state)
{
	static const struct row rows[] = {
		SAYS(OK, "at the centre", "\"offline\":false", .facts = FACTS()),
		SAYS(ASSURANCE_TOO_LOW, "away", "\"offline\":false",
		     .facts = FACTS(.offline = true)),
		SAYS(ASSURANCE_TOO_LOW, "away, and compared", "\"offline\":false",
		     .facts = FACTS(.offline = true, .attended = true, .compared = true)),
		SAYS(OK, "may be given away from it", "\"offline\":true",
		     .facts = FACTS(.offline = true)),
		SAYS(OK, "says nothing of it", "", .facts = FACTS(.offline = true)),
	};

	(void)state;
	CHECK_ALL(rows);
}

/* --- what is left, and what a keypad shows --- */

static struct offer offer_of(struct catalogue **catalogue, const char *document, struct facts facts,
			     const struct past_use *used)
{
	struct row row = { .name = document, .facts = facts };
	struct offer offer;

	*catalogue = row_document(document);
	facts = row_facts(&row);
	decide(&offer, catalogue_at(*catalogue, 0), &facts, used);
	return offer;
}

static void balances(void **state)
{
	static const struct past_use used[BENEFIT_LIMITS_MAX] = { { 1, 300 } };
	static const struct {
		const char *document;
		size_t left_count;
		enum period period;
		int64_t count, amount, value_left;
	} rows[] = {
		{ STORED(400), 1, PERIOD_EVER, -1, 100, 100 },
		{ STORED(400) LIMIT(A_YEAR), 1, PERIOD_YEAR, 2, 100, 100 },
		{ STORED(400) LIMIT("{\"per\":\"holder\",\"period\":\"month\",\"amount\":350}"), 1,
		  PERIOD_MONTH, -1, 50, 100 },
		{ STORED(400) LIMIT("{\"per\":\"holder\",\"period\":\"month\",\"amount\":450}"), 1,
		  PERIOD_MONTH, -1, 100, 100 },
		{ FREE_THEN(3, 50), 0, PERIOD_DAY, 0, 0, 2 },
		{ FREE_THEN(3, 50) LIMIT(A_YEAR), 1, PERIOD_YEAR, 2, -1, 2 },
		{ VALUE("\"free\""), 0, PERIOD_DAY, 0, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct catalogue *catalogue;
		struct offer offer = offer_of(&catalogue, rows[i].document,
					      (struct facts)FACTS(.amount = 10), used);

		assert_int_equal(offer.left_count, rows[i].left_count);
		assert_int_equal(offer.value_left, rows[i].value_left);
		if (offer.left_count > 0) {
			assert_int_equal(offer.left[0].period, rows[i].period);
			assert_int_equal(offer.left[0].count, rows[i].count);
			assert_int_equal(offer.left[0].amount, rows[i].amount);
		}
		catalogue_free(catalogue);
	}
}

static void previews(void **state)
{
	static const struct past_use used[BENEFIT_LIMITS_MAX] = { { 1, 300 } };
	static const struct {
		const char *name, *document;
		bool needs_amount, needs_quantity;
		int64_t amount, quantity;
		bool shown;
		int64_t payable, saved;
	} rows[] = {
		{ "percent", VALUE(PERCENT(20)), true, false, 100, NONE, true, 80, 20 },
		{ "nothing typed", VALUE(PERCENT(20)), true, false, NONE, NONE, false, 0, 0 },
		{ "less than nothing", VALUE(PERCENT(20)), true, false, -1, NONE, false, 0, 0 },
		{ "units", UNIT(28), true, true, 10000, 10000, true, 9720, 280 },
		{ "units, none typed", UNIT(28), true, true, 10000, NONE, false, 0, 0 },
		{ "units, less than none", UNIT(28), true, true, 10000, -1, false, 0, 0 },
		{ "balance", STORED(400), true, false, 500, NONE, true, 400, 100 },
		{ "free", VALUE("\"free\""), false, false, 500, NONE, true, 0, 500 },
		{ "priority", VALUE("\"priority\""), false, false, 500, NONE, true, 500, 0 },
		{ "what the limit leaves",
		  VALUE(PERCENT(50))
			  LIMIT("{\"per\":\"holder\",\"period\":\"ever\",\"amount\":310}"),
		  true, false, 100, NONE, true, 90, 10 },
		{ "no fen that the limit leaves",
		  VALUE(PERCENT(50))
			  LIMIT("{\"per\":\"holder\",\"period\":\"ever\",\"amount\":300}"),
		  true, false, 100, NONE, true, 100, 0 },
		{ "units, none", UNIT(28), true, true, 0, 0, true, 0, 0 },
		{ "the row of a table", CLASSES, true, false, 100, NONE, true, 50, 50 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct catalogue *catalogue;
		struct offer offer =
			offer_of(&catalogue, rows[i].document, (struct facts)FACTS(), used);
		int64_t payable = 0, saved = 0;

		if (offer_needs_amount(&offer) != rows[i].needs_amount ||
		    offer_needs_quantity(&offer) != rows[i].needs_quantity)
			fail_msg("%s: needs", rows[i].name);
		if (offer_preview(&offer, rows[i].amount, rows[i].quantity, &payable, &saved) !=
		    rows[i].shown)
			fail_msg("%s: shown", rows[i].name);
		if (payable != rows[i].payable || saved != rows[i].saved)
			fail_msg("%s: %lld", rows[i].name, (long long)payable);
		catalogue_free(catalogue);
	}
}

/* A table of which no row is known yet: of a list without a holder. */
static void unresolved(void **state)
{
	struct catalogue *catalogue = row_document(CLASSES);
	struct offer offer = { .benefit = catalogue_at(catalogue, 0) };
	int64_t payable, saved;

	(void)state;
	assert_ptr_equal(offer_value(&offer), &offer.benefit->value);
	assert_false(offer_needs_amount(&offer));
	assert_false(offer_preview(&offer, 100, 100, &payable, &saved));
	catalogue_free(catalogue);
}

/* A balance with something on it, and free uses that are left, stand before a percentage. */
static void guesses(void **state)
{
	static const struct benefit values[] = {
		{ .value = { .type = VALUE_FREE } },
		{ .value = { .type = VALUE_FREE_THEN, .percent = 10 } },
		{ .value = { .type = VALUE_STORED_VALUE } },
		{ .value = { .type = VALUE_PERCENT_OFF, .percent = 100 } },
	};
	struct offer offers[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		offers[3 - i] = (struct offer){ .benefit = &values[i],
						.verdict = VERDICT_NEEDS_AMOUNT,
						.value_left = 1 };
	offers_rank(offers, 4);
	for (size_t i = 0; i < 4; i++)
		assert_ptr_equal(offers[i].benefit, &values[i]);
	/* With nothing left of either. */
	for (size_t i = 0; i < 4; i++)
		offers[i] =
			(struct offer){ .benefit = &values[i], .verdict = VERDICT_NEEDS_AMOUNT };
	offers_rank(offers, 4);
	assert_ptr_equal(offers[1].benefit, &values[3]);
	assert_ptr_equal(offers[2].benefit, &values[1]);
	assert_ptr_equal(offers[3].benefit, &values[2]);
}

/* What can be had is named to those who are refused. */
static void instead(void **state)
{
	static const struct benefit free_of = { .value = { .type = VALUE_FREE } };
	static const struct benefit priority = { .value = { .type = VALUE_PRIORITY } };
	struct offer offers[3] = { { .benefit = &priority, .verdict = VERDICT_REFUSED },
				   { .benefit = &priority },
				   { .benefit = &free_of } };

	(void)state;
	offers_rank(offers, 3);
	assert_ptr_equal(offers[0].benefit, &free_of);
	assert_null(offers[0].instead);
	assert_null(offers[1].instead);
	assert_ptr_equal(offers[2].instead, &free_of);
	offers[0].verdict = offers[1].verdict = VERDICT_REFUSED;
	offers[2].instead = NULL;
	offers_rank(offers, 3);
	assert_null(offers[2].instead);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units),
		cmocka_unit_test(reimbursed),
		cmocka_unit_test(free_then),
		cmocka_unit_test(stored_value),
		cmocka_unit_test(stacking),
		cmocka_unit_test(many_beside),
		cmocka_unit_test(away_from_the_centre),
		cmocka_unit_test(balances),
		cmocka_unit_test(previews),
		cmocka_unit_test(unresolved),
		cmocka_unit_test(instead),
		cmocka_unit_test(guesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
