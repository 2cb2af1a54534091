/* The decision: values that a table grades, and the better of several identities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/decision_rows.h"

#define VALUE(text)      "\"value\":{\"type\":" text "}"
#define GRADED(by, rest) VALUE("\"graded\",\"by\":\"" by "\",\"table\":[" rest "]")
#define ROW(key, value)  "[" key ",{\"type\":" value "}]"
#define PERCENT(n)       "\"percent_off\",\"percent\":" #n

#define MERITS \
	GRADED("merit", ROW("3", PERCENT(30)) "," ROW("2", PERCENT(40)) "," ROW("1", PERCENT(50)))
#define GRADES \
	GRADED("grade", ROW("[1,4]", "\"free\",\"companions\":1") "," ROW("[5,6]", PERCENT(60)))
#define CLASSES GRADED("class", ROW("\"family\"", "\"free\"") "," ROW("\"veteran\"", PERCENT(50)))
#define PLACES  GRADED("region", ROW("\"350505\"", "\"free\"") "," ROW("\"3505\"", PERCENT(50)))
#define HOMES   GRADED("home_region", ROW("\"350926\"", "\"free\"") "," ROW("\"35\"", PERCENT(50)))
#define WHO_WAR ",\"who\":{\"classes\":[\"war\"]}"
#define TABLE_OF_GRADES \
	"{\"type\":\"graded\",\"by\":\"grade\",\"table\":[" ROW("[1,2]", PERCENT(90)) "]}"
#define IS(...) .identities = { __VA_ARGS__ }

static void graded(void **state)
{
	static const struct row rows[] = {
		{ "merit 3", MERITS, FACTS(.merit = 3, .amount = 100), .payable = 70, .saved = 30 },
		{ "merit 2", MERITS, FACTS(.merit = 2, .amount = 100), .payable = 60, .saved = 40 },
		{ "merit 1", MERITS, FACTS(.merit = 1, .amount = 100), .payable = 50, .saved = 50 },
		SAYS(WRONG_CLASS, "no merit", MERITS, .facts = FACTS(.amount = 100)),
		{ "no merit: the others",
		  VALUE("\"graded\",\"by\":\"merit\",\"table\":[" ROW(
			  "[1,3]", PERCENT(50)) "],\"else\":{\"type\":" PERCENT(10) "}"),
		  FACTS(.amount = 100), .payable = 90, .saved = 10 },
		{ "grade at the light end of a row", GRADES,
		  FACTS(IS("disabled:4:war"), .amount = 100), .payable = 0, .saved = 100 },
		{ "grade at the heavy end of the next", GRADES,
		  FACTS(IS("disabled:5:war"), .amount = 100), .payable = 40, .saved = 60 },
		{ "free needs no amount", GRADES, FACTS(IS("disabled:1:war")), .payable = 0,
		  .saved = NONE },
		SAYS(NEEDS_AMOUNT, "a percentage does", GRADES,
		     .facts = FACTS(IS("disabled:6:war"))),
		{ "the heaviest grade that is asked for", GRADES ",\"who\":{\"grade\":[4,6]}",
		  FACTS(IS("disabled:4:war"), .amount = 100), .payable = 0, .saved = 100 },
		{ "the lightest grade that is asked for", GRADES ",\"who\":{\"grade\":[1,6]}",
		  FACTS(IS("disabled:6:war"), .amount = 100), .payable = 40, .saved = 60 },
		SAYS(WRONG_GRADE, "no row for the grade", GRADES,
		     .facts = FACTS(IS("disabled:7:war"))),
		SAYS(WRONG_GRADE, "not disabled", GRADES, .facts = FACTS()),
		{ "a grade of the cause that is asked for", GRADES ",\"who\":{\"cause\":[\"war\"]}",
		  FACTS(.identity_count = 2, IS("disabled:1:duty", "disabled:6:war"),
			.amount = 100),
		  .payable = 40, .saved = 60 },
		{ "a grade within those that are asked for", GRADES ",\"who\":{\"grade\":[5,10]}",
		  FACTS(.identity_count = 2, IS("disabled:1:duty", "disabled:6:war"),
			.amount = 100),
		  .payable = 40, .saved = 60 },
		SAYS(WRONG_CLASS, "the class before the grade", GRADES WHO_WAR,
		     .facts = FACTS(IS("disabled:7:war"))),
		{ "class", CLASSES, FACTS(IS("family.martyr")), .payable = 0, .saved = NONE },
		{ "the other class", CLASSES, FACTS(.amount = 100), .payable = 50, .saved = 50 },
		SAYS(WRONG_CLASS, "no row for the class", CLASSES,
		     .facts = FACTS(IS("veterans"), .amount = 100)),
		SAYS(WRONG_CLASS, "nothing known of a guest", CLASSES,
		     .facts = FACTS(.identity_count = 0, .amount = 100)),
		{ "several: the better, first", CLASSES,
		  FACTS(.identity_count = 2, IS("family.duty", "veteran.nco"), .amount = 100),
		  .payable = 0, .saved = 100 },
		{ "several: the better, last", CLASSES,
		  FACTS(.identity_count = 2, IS("veteran.nco", "family.duty"), .amount = 100),
		  .payable = 0, .saved = 100 },
		{ "several: the better without an amount", CLASSES,
		  FACTS(.identity_count = 2, IS("veteran.nco", "family.duty")), .payable = 0,
		  .saved = NONE },
		{ "one that fits none takes nothing away", CLASSES,
		  FACTS(.identity_count = 3, IS("nuclear", "veteran.nco", "red_army"),
			.amount = 100),
		  .payable = 50, .saved = 50 },
		{ "the better depends on the amount, small",
		  GRADED("class", ROW("\"war\"", "\"amount_off\",\"fen\":300") "," ROW(
					  "\"veteran\"", PERCENT(50))),
		  FACTS(.identity_count = 2, IS("veteran.nco", "war"), .amount = 400),
		  .payable = 100, .saved = 300 },
		{ "the better depends on the amount, large",
		  GRADED("class", ROW("\"war\"", "\"amount_off\",\"fen\":300") "," ROW(
					  "\"veteran\"", PERCENT(50))),
		  FACTS(.identity_count = 2, IS("veteran.nco", "war"), .amount = 700),
		  .payable = 350, .saved = 350 },
		{ "an empty balance is not the better",
		  GRADED("class", ROW("\"war\"", "\"stored_value\",\"fen\":300") "," ROW(
					  "\"veteran\"", PERCENT(50))),
		  FACTS(.identity_count = 2, IS("veteran.nco", "war"), .amount = 400),
		  .used = { { 1, 300 } }, .payable = 200, .saved = 200 },
		SAYS(BALANCE_USED, "an empty balance alone",
		     GRADED("class", ROW("\"war\"", "\"stored_value\",\"fen\":300")),
		     .facts = FACTS(IS("war"), .amount = 400), .used = { { 1, 300 } }),
		{ "inside", PLACES, FACTS(.region = "350505001"), .payable = 0, .saved = NONE },
		{ "outside, half price", PLACES, FACTS(.region = "350503", .amount = 400),
		  .payable = 200, .saved = 200 },
		SAYS(WRONG_REGION, "elsewhere", PLACES, .facts = FACTS(.amount = 400)),
		{ "home", HOMES, FACTS(), .payable = 0, .saved = NONE },
		{ "home in the province", HOMES, FACTS(.home_region = "350102", .amount = 400),
		  .payable = 200, .saved = 200 },
		SAYS(WRONG_REGION, "home elsewhere", HOMES, .facts = FACTS(.home_region = "3701")),
		SAYS(WRONG_REGION, "home unknown", HOMES, .facts = FACTS(.home_region = "")),
		{ "a table within a table",
		  GRADED("class",
			 "[\"disabled\"," TABLE_OF_GRADES "]," ROW("\"veteran\"", PERCENT(20))),
		  FACTS(IS("disabled:2:war"), .amount = 100), .payable = 10, .saved = 90 },
		SAYS(WRONG_GRADE, "no row in the inner one",
		     GRADED("class", "[\"disabled\"," TABLE_OF_GRADES "]"),
		     .facts = FACTS(IS("disabled:3:war"), .amount = 100)),
		{ "the better cannot be worked out yet",
		  GRADED("class",
			 ROW("\"war\"", "\"per_unit_off\",\"fen\":9,\"unit\":\"l\"") "," ROW(
				 "\"veteran\"", PERCENT(20))),
		  FACTS(.identity_count = 2, IS("war", "veteran.nco"), .amount = 100),
		  .payable = 80, .saved = 20 },
		{ "nothing off no litre",
		  GRADED("class",
			 ROW("\"war\"", "\"per_unit_off\",\"fen\":9,\"unit\":\"l\"") "," ROW(
				 "\"veteran\"", "\"amount_off\",\"fen\":300")),
		  FACTS(.identity_count = 2, IS("war", "veteran.nco"), .amount = 400,
			.quantity = 0),
		  .payable = 100, .saved = 300 },
		SAYS(WRONG_CLASS, "no row in either table: the reason that stands first",
		     GRADED("class", "[\"disabled\"," TABLE_OF_GRADES "]"),
		     .facts = FACTS(.identity_count = 2, IS("disabled:3:war", "veteran.nco"))),
		SAYS(WRONG_CLASS, "the same, the other way about",
		     GRADED("class", "[\"disabled\"," TABLE_OF_GRADES "]"),
		     .facts = FACTS(.identity_count = 2, IS("veteran.nco", "disabled:3:war"))),
		{ "no row in the inner one, but another identity",
		  GRADED("class",
			 "[\"disabled\"," TABLE_OF_GRADES "]," ROW("\"veteran\"", PERCENT(20))),
		  FACTS(.identity_count = 2, IS("disabled:3:war", "veteran.nco"), .amount = 100),
		  .payable = 80, .saved = 20 },
	};

	(void)state;
	CHECK_ALL(rows);
}

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

/* Which identity it was by is told where another would have had something else, and only there. */
static void by_identity(void **state)
{
	static const struct past_use used[BENEFIT_LIMITS_MAX] = { { 1, 300 } };
	static const char spent[] = GRADED(
		"class",
		ROW("\"war\"", "\"stored_value\",\"fen\":300") "," ROW("\"veteran\"", PERCENT(0)));
	static const char free_uses[] =
		GRADED("class", ROW("\"war\"", "\"free_then\",\"free\":1,\"percent\":10") "," ROW(
					"\"veteran\"", PERCENT(20)));
	static const struct {
		const char *document;
		struct facts facts;
		int row, other; /* of the table; -1: none */
	} rows[] = {
		{ CLASSES, FACTS(.identity_count = 2, IS("veteran.nco", "family.duty")), 0, 1 },
		{ CLASSES, FACTS(.identity_count = 2, IS("family.duty", "veteran.nco")), 0, 1 },
		{ CLASSES, FACTS(.identity_count = 2, IS("family.duty", "family.martyr")), -1, -1 },
		{ CLASSES, FACTS(.identity_count = 2, IS("war", "veteran.nco")), -1, -1 },
		{ CLASSES, FACTS(), -1, -1 },
		{ CLASSES,
		  FACTS(.identity_count = 2, IS("veteran.nco", "family.duty"), .amount = 0), 0, 1 },
		{ GRADED("class", ROW("\"war\"", PERCENT(50)) "," ROW("\"veteran\"", PERCENT(50))),
		  FACTS(.identity_count = 2, IS("veteran.nco", "war")), -1, -1 },
		/* An empty balance and used-up free times are no better than little. */
		{ spent, FACTS(.identity_count = 2, IS("war", "veteran.nco")), 1, 0 },
		{ free_uses, FACTS(.identity_count = 2, IS("war", "veteran.nco")), 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct catalogue *catalogue;
		struct offer offer = offer_of(&catalogue, rows[i].document, rows[i].facts, used);
		const struct graded_row *table = offer.benefit->value.grading->rows;

		assert_ptr_equal(offer.row, rows[i].row < 0 ? NULL : &table[rows[i].row]);
		assert_ptr_equal(offer.other_row, rows[i].other < 0 ? NULL : &table[rows[i].other]);
		assert_int_equal(offer.other != NULL, rows[i].other >= 0);
		catalogue_free(catalogue);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(graded),
		cmocka_unit_test(by_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
