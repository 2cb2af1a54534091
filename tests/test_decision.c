/* The decision: each condition on both of its sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/decision_rows.h"

static void who(void **state)
{
	static const struct row rows[] = {
		SAYS(OK, "nothing asked", "", .facts = FACTS()),
		SAYS(OK, "kind veteran", WHO("\"kinds\":[\"veteran\"]"), .facts = FACTS()),
		SAYS(WRONG_KIND, "kind family", WHO("\"kinds\":[\"family\"]"), .facts = FACTS()),
		SAYS(OK, "family has kind family", WHO("\"kinds\":[\"family\"]"),
		     .facts = FACTS(.kind = 2)),
		SAYS(OK, "either kind", WHO("\"kinds\":[\"family\",\"veteran\"]"),
		     .facts = FACTS(.kind = 2)),
		SAYS(WRONG_KIND, "unknown kind", WHO("\"kinds\":[\"family\",\"veteran\"]"),
		     .facts = FACTS(.kind = 0)),
		SAYS(WRONG_KIND, "a kind nobody knows", WHO("\"kinds\":[\"veteran\"]"),
		     .facts = FACTS(.kind = 200)),
		SAYS(OK, "class whole", WHO("\"classes\":[\"veteran.conscript\"]"),
		     .facts = FACTS()),
		SAYS(OK, "class up to a point", WHO("\"classes\":[\"veteran\"]"), .facts = FACTS()),
		SAYS(WRONG_CLASS, "class not up to a letter", WHO("\"classes\":[\"veteran.con\"]"),
		     .facts = FACTS()),
		SAYS(WRONG_CLASS, "class longer than the identity",
		     WHO("\"classes\":[\"veteran.conscript.x\"]"), .facts = FACTS()),
		SAYS(OK, "class up to a colon", WHO("\"classes\":[\"disabled\"]"),
		     .facts = FACTS(.identities = { "disabled:6:war" })),
		SAYS(OK, "class with grade", WHO("\"classes\":[\"disabled:6\"]"),
		     .facts = FACTS(.identities = { "disabled:6:war" })),
		SAYS(WRONG_CLASS, "class with grade 1 is not 10",
		     WHO("\"classes\":[\"disabled:1\"]"),
		     .facts = FACTS(.identities = { "disabled:10:war" })),
		SAYS(OK, "second identity", WHO("\"classes\":[\"nuclear\",\"war\"]"),
		     .facts = FACTS(.identity_count = 2, .identities = { "veteran.nco", "war" })),
		SAYS(WRONG_CLASS, "beyond the identities", WHO("\"classes\":[\"war\"]"),
		     .facts = FACTS(.identity_count = 1, .identities = { "veteran.nco", "war" })),
		SAYS(WRONG_CLASS, "no identity", WHO("\"classes\":[\"veteran\"]"),
		     .facts = FACTS(.identity_count = 0, .identities = { "" })),
		SAYS(OK, "grade at the heavy end", WHO("\"grade\":[2,6]"),
		     .facts = FACTS(.identities = { "disabled:2:duty" })),
		SAYS(WRONG_GRADE, "grade above the heavy end", WHO("\"grade\":[2,6]"),
		     .facts = FACTS(.identities = { "disabled:1:duty" })),
		SAYS(OK, "grade at the light end", WHO("\"grade\":[2,6]"),
		     .facts = FACTS(.identities = { "disabled:6:duty" })),
		SAYS(WRONG_GRADE, "grade below the light end", WHO("\"grade\":[2,6]"),
		     .facts = FACTS(.identities = { "disabled:7:duty" })),
		SAYS(OK, "grade ten", WHO("\"grade\":[1,10]"),
		     .facts = FACTS(.identities = { "disabled:10:illness" })),
		SAYS(WRONG_GRADE, "not disabled", WHO("\"grade\":[1,10]"), .facts = FACTS()),
		SAYS(WRONG_GRADE, "a grade that there is not", WHO("\"grade\":[1,10]"),
		     .facts = FACTS(.identities = { "disabled:11:war" })),
		SAYS(WRONG_GRADE, "a grade beyond all numbers", WHO("\"grade\":[1,10]"),
		     .facts = FACTS(.identities = { "disabled:99999999999999:war" })),
		SAYS(OK, "grade one", WHO("\"grade\":[1,1]"),
		     .facts = FACTS(.identities = { "disabled:1:war" })),
		SAYS(OK, "grade nine", WHO("\"grade\":[9,9]"),
		     .facts = FACTS(.identities = { "disabled:9:war" })),
		SAYS(WRONG_GRADE, "grade nought", WHO("\"grade\":[1,10]"),
		     .facts = FACTS(.identities = { "disabled:0:war" })),
		SAYS(WRONG_CLASS, "cause with grade nought", WHO("\"cause\":[\"war\"]"),
		     .facts = FACTS(.identities = { "disabled:0:war" })),
		SAYS(WRONG_CLASS, "cause with grade eleven", WHO("\"cause\":[\"war\"]"),
		     .facts = FACTS(.identities = { "disabled:11:war" })),
		SAYS(WRONG_CLASS, "cause without grade", WHO("\"cause\":[\"war\"]"),
		     .facts = FACTS(.identities = { "disabled::war" })),
		SAYS(WRONG_CLASS, "cause of something else", WHO("\"cause\":[\"war\"]"),
		     .facts = FACTS(.identities = { "wounded_:6:war" })),
		SAYS(WRONG_CLASS, "cause beyond the identities", WHO("\"cause\":[\"war\"]"),
		     .facts = FACTS(.identity_count = 1,
				    .identities = { "veteran.nco", "disabled:6:war" })),
		SAYS(WRONG_GRADE, "grade beyond the identities", WHO("\"grade\":[1,10]"),
		     .facts = FACTS(.identity_count = 1,
				    .identities = { "veteran.nco", "disabled:6:war" })),
		SAYS(OK, "cause", WHO("\"cause\":[\"duty\",\"war\"]"),
		     .facts = FACTS(.identities = { "disabled:3:war" })),
		SAYS(WRONG_CLASS, "other cause", WHO("\"cause\":[\"duty\",\"war\"]"),
		     .facts = FACTS(.identities = { "disabled:3:illness" })),
		SAYS(WRONG_CLASS, "no cause", WHO("\"cause\":[\"war\"]"), .facts = FACTS()),
		SAYS(OK, "grade and cause of one disability",
		     WHO("\"grade\":[1,4],\"cause\":[\"war\"]"),
		     .facts = FACTS(.identity_count = 2,
				    .identities = { "disabled:8:duty", "disabled:4:war" })),
		SAYS(WRONG_GRADE, "grade and cause of two disabilities",
		     WHO("\"grade\":[1,4],\"cause\":[\"war\"]"),
		     .facts = FACTS(.identity_count = 2,
				    .identities = { "disabled:4:duty", "disabled:8:war" })),
		SAYS(OK, "class of one, grade of another identity",
		     WHO("\"classes\":[\"war\"],\"grade\":[1,6]"),
		     .facts =
			     FACTS(.identity_count = 2, .identities = { "disabled:6:war", "war" })),
		SAYS(OK, "merit", WHO("\"merit\":[1,2]"), .facts = FACTS(.merit = 2)),
		SAYS(WRONG_CLASS, "merit below", WHO("\"merit\":[1,2]"),
		     .facts = FACTS(.merit = 3)),
		SAYS(OK, "merit at the upper end", WHO("\"merit\":[2,3]"),
		     .facts = FACTS(.merit = 2)),
		SAYS(WRONG_CLASS, "merit above", WHO("\"merit\":[2,3]"),
		     .facts = FACTS(.merit = 1)),
		SAYS(WRONG_CLASS, "no merit", WHO("\"merit\":[1,3]"), .facts = FACTS()),
		SAYS(OK, "needy", WHO("\"needy\":true"), .facts = FACTS(.needy = true)),
		SAYS(NOT_NEEDY, "not needy", WHO("\"needy\":true"), .facts = FACTS()),
		SAYS(OK, "home region whole", WHO("\"home_regions\":[\"350926\"]"),
		     .facts = FACTS()),
		SAYS(OK, "home region by prefix", WHO("\"home_regions\":[\"11\",\"3509\"]"),
		     .facts = FACTS()),
		SAYS(WRONG_REGION, "other home region", WHO("\"home_regions\":[\"350925\"]"),
		     .facts = FACTS()),
		SAYS(WRONG_REGION, "home region shorter than asked",
		     WHO("\"home_regions\":[\"350926001\"]"), .facts = FACTS()),
		SAYS(WRONG_REGION, "unknown home region", WHO("\"home_regions\":[\"35\"]"),
		     .facts = FACTS(.home_region = "")),
	};

	(void)state;
	CHECK_ALL(rows);
}

/* Of a guest only kind and home region are known. */
static void guests(void **state)
{
#define GUEST .guest = true, .identity_count = 0, .identities = { "" }, .home_region = "330683"
	static const struct row rows[] = {
		SAYS(OK, "kind", WHO("\"kinds\":[\"veteran\"]"), .facts = FACTS(GUEST)),
		SAYS(OK, "home region of the issuer", WHO("\"home_regions\":[\"3306\"]"),
		     .facts = FACTS(GUEST)),
		SAYS(WRONG_REGION, "not from here", WHO("\"home_regions\":[\"350926\"]"),
		     .facts = FACTS(GUEST)),
		SAYS(WRONG_CLASS, "class", WHO("\"classes\":[\"veteran\"]"), .facts = FACTS(GUEST)),
		SAYS(WRONG_CLASS, "merit", WHO("\"merit\":[1,3]"), .facts = FACTS(GUEST)),
		SAYS(WRONG_GRADE, "grade", WHO("\"grade\":[1,10]"), .facts = FACTS(GUEST)),
		SAYS(WRONG_AGE, "age", WHO("\"age\":[0,null]"), .facts = FACTS(GUEST)),
		SAYS(NOT_NEEDY, "needy", WHO("\"needy\":true"), .facts = FACTS(GUEST)),
		SAYS(NOT_NEEDY, "needy unknown", WHO("\"needy\":false"), .facts = FACTS(GUEST)),
	};

	(void)state;
	CHECK_ALL(rows);
}

static void ages(void **state)
{
	static const struct row rows[] = {
		SAYS(OK, "on the birthday", WHO("\"age\":[60,null]"), .birth = "1966-11-18",
		     .facts = FACTS()),
		SAYS(WRONG_AGE, "the day before", WHO("\"age\":[60,null]"), .birth = "1966-11-19",
		     .facts = FACTS()),
		SAYS(OK, "a minute after midnight", WHO("\"age\":[60,null]"), .birth = "1966-11-18",
		     .at = "2026-11-17T16:01:00Z", .facts = FACTS()),
		SAYS(WRONG_AGE, "a minute before midnight", WHO("\"age\":[60,null]"),
		     .birth = "1966-11-18", .at = "2026-11-17T15:59:00Z", .facts = FACTS()),
		SAYS(OK, "the last day of the last year", WHO("\"age\":[null,17]"),
		     .birth = "2008-11-19", .facts = FACTS()),
		SAYS(WRONG_AGE, "the birthday after it", WHO("\"age\":[null,17]"),
		     .birth = "2008-11-18", .facts = FACTS()),
		SAYS(OK, "just one age", WHO("\"age\":[18,18]"), .birth = "2008-11-18",
		     .facts = FACTS()),
		SAYS(OK, "age 0 at the most", WHO("\"age\":[null,0]"), .birth = "2026-01-01",
		     .facts = FACTS()),
		SAYS(WRONG_AGE, "above age 0", WHO("\"age\":[null,0]"), .birth = "2025-01-01",
		     .facts = FACTS()),
		SAYS(OK, "one year of 365 days", WHO("\"age\":[1,null]"), .birth = "2025-11-18",
		     .facts = FACTS()),
		SAYS(WRONG_AGE, "one year but a day", WHO("\"age\":[1,null]"),
		     .birth = "2025-11-19", .facts = FACTS()),
		SAYS(WRONG_AGE, "unknown birth", WHO("\"age\":[0,150]"), .facts = FACTS()),
		SAYS(OK, "unknown birth, open ends", WHO("\"age\":[null,null]"), .facts = FACTS()),
		SAYS(WRONG_AGE, "29 February on 28 February", WHO("\"age\":[60,null]"),
		     .birth = "1960-02-29", .at = "2021-02-27T16:00:00Z",
		     .facts = FACTS(.guest = true)),
		SAYS(WRONG_AGE, "29 February, common year, 28 February", WHO("\"age\":[61,null]"),
		     .birth = "1960-02-29", .at = "2021-02-28T12:00:00+08:00", .facts = FACTS()),
		SAYS(OK, "29 February, common year, 1 March", WHO("\"age\":[61,null]"),
		     .birth = "1960-02-29", .at = "2021-03-01T00:00:00+08:00", .facts = FACTS()),
		SAYS(OK, "29 February, leap year", WHO("\"age\":[60,null]"), .birth = "1960-02-29",
		     .at = "2020-02-29T00:00:00+08:00", .facts = FACTS()),
		SAYS(WRONG_AGE, "29 February, leap year, the day before", WHO("\"age\":[60,null]"),
		     .birth = "1960-02-29", .at = "2020-02-28T23:59:59+08:00", .facts = FACTS()),
		SAYS(WRONG_AGE, "not born yet", WHO("\"age\":[0,null]"), .birth = "2027-01-01",
		     .facts = FACTS()),
	};

	(void)state;
	CHECK_ALL(rows);
}

static void when(void **state)
{
	static const struct row rows[] = {
		SAYS(OK, "from this day", WHEN("\"from\":\"2026-11-18\""), .facts = FACTS()),
		SAYS(BENEFIT_INACTIVE, "from tomorrow", WHEN("\"from\":\"2026-11-19\""),
		     .facts = FACTS()),
		SAYS(OK, "until this day", WHEN("\"until\":\"2026-11-18\""), .facts = FACTS()),
		SAYS(OK, "until this day's last second", WHEN("\"until\":\"2026-11-18\""),
		     .at = "2026-11-18T23:59:59+08:00", .facts = FACTS()),
		SAYS(BENEFIT_INACTIVE, "until yesterday", WHEN("\"until\":\"2026-11-17\""),
		     .facts = FACTS()),
		SAYS(OK, "weekday", WHEN("\"weekdays\":[3]"), .facts = FACTS()),
		SAYS(NOT_TODAY, "other weekdays", WHEN("\"weekdays\":[1,2,4,5,6,7]"),
		     .facts = FACTS()),
		SAYS(OK, "Sunday in China, Saturday in Greenwich", WHEN("\"weekdays\":[7]"),
		     .at = "2026-11-21T16:00:00Z", .facts = FACTS()),
		SAYS(NOT_TODAY, "Saturday's last second", WHEN("\"weekdays\":[7]"),
		     .at = "2026-11-21T15:59:59Z", .facts = FACTS()),
		SAYS(OK, "first day of the window", WHEN("\"annual\":[[\"11-18\",\"11-20\"]]"),
		     .facts = FACTS()),
		SAYS(OK, "last day of the window", WHEN("\"annual\":[[\"11-16\",\"11-18\"]]"),
		     .facts = FACTS()),
		SAYS(NOT_TODAY, "before the window", WHEN("\"annual\":[[\"11-19\",\"11-20\"]]"),
		     .facts = FACTS()),
		SAYS(NOT_TODAY, "after the window", WHEN("\"annual\":[[\"11-16\",\"11-17\"]]"),
		     .facts = FACTS()),
		SAYS(OK, "second window",
		     WHEN("\"annual\":[[\"01-01\",\"01-02\"],[\"11-18\",\"11-18\"]]"),
		     .facts = FACTS()),
		SAYS(OK, "over New Year, before it", WHEN("\"annual\":[[\"12-24\",\"01-06\"]]"),
		     .at = "2026-12-31T23:59:59+08:00", .facts = FACTS()),
		SAYS(OK, "over New Year, after it", WHEN("\"annual\":[[\"12-24\",\"01-06\"]]"),
		     .at = "2027-01-06T00:00:00+08:00", .facts = FACTS()),
		SAYS(NOT_TODAY, "over New Year, past its end",
		     WHEN("\"annual\":[[\"12-24\",\"01-06\"]]"), .at = "2027-01-07T00:00:00+08:00",
		     .facts = FACTS()),
		SAYS(NOT_TODAY, "over New Year, before its start",
		     WHEN("\"annual\":[[\"12-24\",\"01-06\"]]"), .at = "2026-12-23T23:59:59+08:00",
		     .facts = FACTS()),
		SAYS(OK, "over New Year, its first day", WHEN("\"annual\":[[\"12-24\",\"01-06\"]]"),
		     .at = "2026-12-24T00:00:00+08:00", .facts = FACTS()),
		SAYS(OK, "29 February", WHEN("\"annual\":[[\"02-29\",\"02-29\"]]"),
		     .at = "2028-02-29T12:00:00+08:00", .facts = FACTS()),
		SAYS(OK, "first minute of the hours", WHEN("\"hours\":[[\"10:24\",\"10:25\"]]"),
		     .facts = FACTS()),
		SAYS(OK, "last second of the hours", WHEN("\"hours\":[[\"10:24\",\"10:25\"]]"),
		     .at = "2026-11-18T10:24:59+08:00", .facts = FACTS()),
		SAYS(OUTSIDE_HOURS, "the end is outside", WHEN("\"hours\":[[\"10:24\",\"10:25\"]]"),
		     .at = "2026-11-18T10:25:00+08:00", .facts = FACTS()),
		SAYS(OUTSIDE_HOURS, "before the hours", WHEN("\"hours\":[[\"10:24\",\"10:25\"]]"),
		     .at = "2026-11-18T10:23:59+08:00", .facts = FACTS()),
		SAYS(OK, "second hours",
		     WHEN("\"hours\":[[\"06:00\",\"08:00\"],[\"10:00\",\"11:00\"]]"),
		     .facts = FACTS()),
		SAYS(OUTSIDE_HOURS, "between hours",
		     WHEN("\"hours\":[[\"06:00\",\"10:00\"],[\"11:00\",\"12:00\"]]"),
		     .facts = FACTS()),
		SAYS(OK, "until midnight", WHEN("\"hours\":[[\"22:00\",\"24:00\"]]"),
		     .at = "2026-11-18T23:59:59+08:00", .facts = FACTS()),
		SAYS(OUTSIDE_HOURS, "midnight is past it",
		     WHEN("\"hours\":[[\"22:00\",\"24:00\"]]"), .at = "2026-11-19T00:00:00+08:00",
		     .facts = FACTS()),
		SAYS(OK, "over midnight, before it", WHEN("\"hours\":[[\"22:00\",\"02:00\"]]"),
		     .at = "2026-11-18T23:30:00+08:00", .facts = FACTS()),
		SAYS(OK, "over midnight, after it", WHEN("\"hours\":[[\"22:00\",\"02:00\"]]"),
		     .at = "2026-11-18T01:59:59+08:00", .facts = FACTS()),
		SAYS(OUTSIDE_HOURS, "over midnight, its end",
		     WHEN("\"hours\":[[\"22:00\",\"02:00\"]]"), .at = "2026-11-18T02:00:00+08:00",
		     .facts = FACTS()),
		SAYS(OUTSIDE_HOURS, "over midnight, before its start",
		     WHEN("\"hours\":[[\"22:00\",\"02:00\"]]"), .at = "2026-11-18T21:59:59+08:00",
		     .facts = FACTS()),
		SAYS(OK, "over midnight, its first minute",
		     WHEN("\"hours\":[[\"22:00\",\"02:00\"]]"), .at = "2026-11-18T22:00:00+08:00",
		     .facts = FACTS()),
		SAYS(OK, "from evening to 00:00", WHEN("\"hours\":[[\"22:00\",\"00:00\"]]"),
		     .at = "2026-11-18T23:59:00+08:00", .facts = FACTS()),
		SAYS(OUTSIDE_HOURS, "00:00 itself", WHEN("\"hours\":[[\"22:00\",\"00:00\"]]"),
		     .at = "2026-11-18T00:00:00+08:00", .facts = FACTS()),
		SAYS(OK, "holidays only, holiday", WHEN("\"holidays\":\"only\""),
		     .facts = FACTS(.holiday = true)),
		SAYS(NOT_TODAY, "holidays only, other day", WHEN("\"holidays\":\"only\""),
		     .facts = FACTS()),
		SAYS(NOT_TODAY, "holidays never, holiday", WHEN("\"holidays\":\"never\""),
		     .facts = FACTS(.holiday = true)),
		SAYS(OK, "holidays never, other day", WHEN("\"holidays\":\"never\""),
		     .facts = FACTS()),
		SAYS(OK, "holidays any", WHEN("\"holidays\":\"any\""),
		     .facts = FACTS(.holiday = true)),
		SAYS(FESTIVAL, "festivals never, festival", WHEN("\"festivals\":\"never\""),
		     .facts = FACTS(.festival = true)),
		SAYS(OK, "festivals never, other day", WHEN("\"festivals\":\"never\""),
		     .facts = FACTS()),
		SAYS(OK, "festivals any", WHEN("\"festivals\":\"any\""),
		     .facts = FACTS(.festival = true)),
	};

	(void)state;
	CHECK_ALL(rows);
}

#define WHERE(text) "\"where\":{" text "}"

static void where(void **state)
{
	static const struct row rows[] = {
		SAYS(OK, "merchant", WHERE("\"merchants\":[\"m-0\",\"m-1\"]"), .facts = FACTS()),
		SAYS(WRONG_VENUE, "other merchant", WHERE("\"merchants\":[\"m-10\",\"m\"]"),
		     .facts = FACTS()),
		SAYS(OK, "venue", WHERE("\"venues\":[\"park\"]"), .facts = FACTS()),
		SAYS(WRONG_VENUE, "other venue", WHERE("\"venues\":[\"hall\",\"other\"]"),
		     .facts = FACTS()),
		SAYS(OK, "region by prefix", WHERE("\"regions\":[\"3509\"]"), .facts = FACTS()),
		SAYS(WRONG_VENUE, "other region", WHERE("\"regions\":[\"350925\"]"),
		     .facts = FACTS()),
		SAYS(WRONG_VENUE, "a part of the region", WHERE("\"regions\":[\"35092601\"]"),
		     .facts = FACTS()),
		SAYS(WRONG_VENUE, "not in this region", WHERE("\"not_regions\":[\"3509\"]"),
		     .facts = FACTS()),
		SAYS(OK, "not in another region", WHERE("\"not_regions\":[\"350925\"]"),
		     .facts = FACTS()),
		SAYS(WRONG_VENUE, "all of it must fit",
		     WHERE("\"merchants\":[\"m-1\"],\"venues\":[\"hall\"]"), .facts = FACTS()),
		SAYS(OK, "all of it fits",
		     WHERE("\"merchants\":[\"m-1\"],\"venues\":[\"park\"],\"regions\":[\"35\"],"
			   "\"not_regions\":[\"36\"]"),
		     .facts = FACTS()),
	};

	(void)state;
	CHECK_ALL(rows);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct catalogue *catalogue = row_document(rows[i].document);
		struct facts facts = row_facts(&rows[i]);

		assert_int_equal(benefit_fits_place(catalogue_at(catalogue, 0), &facts),
				 rows[i].reason == REASON_OK);
		catalogue_free(catalogue);
	}
}

static void assurance(void **state)
{
	(void)state;
	for (int asked = 0; asked <= 4; asked++) {
		for (int shown = 0; shown <= 4; shown++) {
			for (int how = 0; how < 4; how++) {
				bool attended = how & 1, compared = how & 2;
				char json[40];
				struct row row = {
					.name = "assurance",
					.document = json,
					.facts = FACTS(.assurance = shown, .attended = attended,
						       .compared = compared),
					.payable = NONE,
					.saved = NONE,
				};

				if (shown >= asked)
					row.reason = REASON_OK;
				else if (attended && shown <= 1 && asked <= 2)
					row.reason = compared ? REASON_OK : REASON_NEEDS_COMPARE;
				else
					row.reason = REASON_ASSURANCE_TOO_LOW;
				snprintf(json, sizeof json, "\"assurance\":%d", asked);
				row_check(&row);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who),  cmocka_unit_test(guests), cmocka_unit_test(ages),
		cmocka_unit_test(when), cmocka_unit_test(where),  cmocka_unit_test(assurance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
