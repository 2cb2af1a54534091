/* Identities that hold on some days only: what may be kept, and what it gives on which day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/china_time.h"
#include "db/entitlement.h"
#include "db/identities.h"
#include "db/inquiry.h"
#include "small_registry.h"

#define EIGHT "a;b;c;d;e;f;g;h"
/* Sixteen times of one identity that follow each other. */
#define TIMES_7                                                                       \
	"a@..1999-12-31;a@2000-01-01..2000-12-31;a@2001-01-01..2001-12-31;"           \
	"a@2002-01-01..2002-12-31;a@2003-01-01..2003-12-31;a@2004-01-01..2004-12-31;" \
	"a@2005-01-01..2005-12-31"
#define TIMES_16                                                                              \
	TIMES_7 ";a@2006-01-01..2006-12-31;a@2007-01-01..2007-12-31;"                         \
		"a@2008-01-01..2008-12-31;a@2009-01-01..2009-12-31;a@2010-01-01..2010-12-31;" \
		"a@2011-01-01..2011-12-31;a@2012-01-01..2012-12-31;a@2013-01-01..2013-12-31;" \
		"a@2014-01-01..2014-12-31"
#define LONGEST "1234567890123456789012345678901" /* 31 bytes */

static void what_may_be_kept(void **state)
{
	static const struct {
		const char *text;
		bool fits;
	} rows[] = {
		{ "", true },
		{ "a", true },
		{ "a@2020-01-01..2024-12-31", true },
		{ "a@2020-01-01..", true },
		{ "a@..2024-12-31", true },
		{ "a@2020-01-01..2020-01-01", true },
		{ "a@2020-01-02..2020-01-01", false },
		{ "a@", false },
		{ "a@..", false },
		{ "a@2020-01-01", false },
		{ "a@2020-01-01.", false },
		{ "a@2020-01-01.2024-12-31", false },
		{ "a@2020-01-01...2024-12-31", false },
		{ "a@2020-01-01..2024-12-31.", false },
		{ "a@2020-01-01..2024-12-31..", false },
		{ "a@ 2020-01-01..", false },
		{ "a@2020-01-01.. ", false },
		{ "a@2020-1-1..", false },
		{ "a@2020-02-29..", true },
		{ "a@2021-02-29..", false },
		{ "a@1900-01-01..2200-12-31", true },
		{ "a@1899-12-31..", false },
		{ "a@..2201-01-01", false },
		{ "a@2020-01-01..@", false },
		{ "a@2020-01-01..@2021-01-01..", false },
		{ "@2020-01-01..", false },
		{ "a;", false },
		{ ";a", false },
		{ "a;;b", false },
		{ "a@2020-01-01..;", false },
		{ LONGEST, true },
		{ LONGEST "@2020-01-01..2024-12-31", true },
		{ LONGEST "2", false },
		{ LONGEST "2@2020-01-01..", false },

		/* the same twice */
		{ "a;a", false },
		{ "a;a@2020-01-01..", false },
		{ "a@..2024-12-31;a@2025-01-01..", true },
		{ "a@2025-01-01..;a@..2024-12-31", true },
		{ "a@..2024-12-31;a@2024-12-31..", false },
		{ "a@2024-12-31..;a@..2024-12-31", false },
		{ "a@2020-01-01..2024-12-31;a@2022-01-01..2022-12-31", false },
		{ "a@2022-01-01..2022-12-31;a@2020-01-01..2024-12-31", false },
		{ "a@..2024-12-31;b@2024-12-31..", true },
		{ "a;ab;b", true },

		/* how many */
		{ EIGHT, true },
		{ EIGHT ";i", false },
		{ EIGHT ";i@2020-01-01..", false },
		{ "a@..2024-12-31;b;c;d;e;f;g;h;i@2025-01-01..", true },
		{ "a@..2025-01-01;b;c;d;e;f;g;h;i@2025-01-01..", false },
		{ "i@2025-01-01..;a@..2025-01-01;b;c;d;e;f;g;h", false },
		{ TIMES_16, true },
		{ TIMES_16 ";a@2015-01-01..", false },
		{ TIMES_16 ";b", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		/* A copy of its own size: reading past its end shows. */
		char *text = strdup(rows[i].text);

		if (identities_fit(text) != rows[i].fits)
			fail_msg("row %zu, \"%s\"", i, text);
		free(text);
	}
}

/* What holds on a day, joined by ' '. */
static void held_on(char out[static 512], const char *text, const char *day)
{
	struct facts facts = { 0 };
	int32_t number;

	assert_true(day_parse(&number, day));
	facts_add_identities(&facts, text, number);
	out[0] = '\0';
	for (size_t i = 0; i < facts.identity_count; i++)
		snprintf(out + strlen(out), 512 - strlen(out), "%s%s", i > 0 ? " " : "",
			 facts.identities[i]);
}

static void what_holds_on_a_day(void **state)
{
	static const char grades[] =
		"disabled:6:war@2020-01-01..2024-12-31;war;disabled:5:war@2025-01-01..";
	static const struct {
		const char *text, *day, *held;
	} rows[] = {
		{ "a;b", "2026-06-15", "a b" },
		{ grades, "2019-12-31", "war" },
		{ grades, "2020-01-01", "disabled:6:war war" },
		{ grades, "2024-12-31", "disabled:6:war war" },
		{ grades, "2025-01-01", "war disabled:5:war" },
		{ grades, "2200-12-31", "war disabled:5:war" },
		{ "a@..2024-12-31", "1900-01-01", "a" },
		{ "a@..2024-12-31", "2024-12-31", "a" },
		{ "a@..2024-12-31", "2025-01-01", "" },
		{ TIMES_16, "1999-12-31", "a" },
		{ TIMES_16, "2014-12-31", "a" },
		{ TIMES_16, "2015-01-01", "" },
		/* Those that do not hold take nobody's room. */
		{ "x@..2000-01-01;y@..2000-01-01;" EIGHT, "2001-01-01", "a b c d e f g h" },
		/* What no import let in gives nothing. */
		{ "a@;b;c@2020-01-02..2020-01-01;d@x..;;" LONGEST "2;@2020-01-01..", "2020-01-01",
		  "b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char held[512];

		held_on(held, rows[i].text, rows[i].day);
		if (strcmp(held, rows[i].held) != 0)
			fail_msg("row %zu on %s: \"%s\"", i, rows[i].day, held);
	}
}

/* --- what it gives: SMALL_DAY is 2026-06-15 --- */

static enum reason reason_for_officers(struct registry *registry, int64_t now)
{
	static struct entitlement out;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C2", medium);
	struct circumstances circumstances = small_circumstances("SHOP", 100);

	circumstances.now = now;
	assert_int_equal(entitlement_check(registry, &out, &presentation, &circumstances),
			 REGISTRY_OK);
	assert_int_equal(out.reason, REASON_OK);
	for (size_t i = 0; i < out.offer_count; i++)
		if (strcmp(out.offers[i].benefit->id, "shop-officers") == 0)
			return out.offers[i].reason;
	fail_msg("no offer for officers");
	return REASON_OK;
}

static void a_decision_asks_for_the_day(void **state)
{
	static const struct {
		const char *identities;
		enum reason reason;
	} rows[] = {
		{ "veteran.officer", REASON_OK },
		{ "veteran.officer@2026-06-15..", REASON_OK },
		{ "veteran.officer@2026-06-16..", REASON_WRONG_CLASS },
		{ "veteran.officer@..2026-06-15", REASON_OK },
		{ "veteran.officer@..2026-06-14", REASON_WRONG_CLASS },
		{ "veteran.officer@2026-06-15..2026-06-15", REASON_OK },
		{ "veteran.officer@2026-06-14..2026-06-14", REASON_WRONG_CLASS },
		{ "veteran.nco@..2026-06-14;veteran.officer@2026-06-15..", REASON_OK },
		{ "veteran.officer@..2026-06-14;veteran.nco@2026-06-15..", REASON_WRONG_CLASS },
	};
	struct registry *registry = ((struct small_registry *)*state)->registry;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct person person = { .code = "P2",
					 .name = "测乙",
					 .home_region = "",
					 .identities = rows[i].identities };

		assert_int_equal(registry_put_person(registry, &person), REGISTRY_OK);
		if (reason_for_officers(registry, SMALL_NOW) != rows[i].reason)
			fail_msg("%s", rows[i].identities);
	}
}

/* A day begins and ends at China's midnight. */
static void a_day_is_chinas(void **state)
{
	struct registry *registry = ((struct small_registry *)*state)->registry;
	struct person person = { .code = "P2",
				 .name = "测乙",
				 .home_region = "",
				 .identities = "veteran.officer@2026-06-15..2026-06-16" };
	const int64_t first = china_midnight(SMALL_DAY), after = china_midnight(SMALL_DAY + 2);

	assert_int_equal(registry_put_person(registry, &person), REGISTRY_OK);
	assert_int_equal(reason_for_officers(registry, first - 1), REASON_WRONG_CLASS);
	assert_int_equal(reason_for_officers(registry, first), REASON_OK);
	assert_int_equal(reason_for_officers(registry, after - 1), REASON_OK);
	assert_int_equal(reason_for_officers(registry, after), REASON_WRONG_CLASS);
}

static void what_does_not_fit_is_not_kept(void **state)
{
	static const struct {
		const char *identities;
		enum registry_status status;
	} rows[] = {
		{ TIMES_16, REGISTRY_OK },
		{ TIMES_16 ";b", REGISTRY_CONSTRAINT },
		{ "a@2020-01-02..2020-01-01", REGISTRY_CONSTRAINT },
		{ "a@..2024-12-31;a@2024-12-31..", REGISTRY_CONSTRAINT },
	};
	struct registry *registry = ((struct small_registry *)*state)->registry;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct person person = { .code = "P2",
					 .name = "测乙",
					 .home_region = "",
					 .identities = rows[i].identities };

		assert_int_equal(registry_put_person(registry, &person), rows[i].status);
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_be_kept),  cmocka_unit_test(what_holds_on_a_day),
		CASE(a_decision_asks_for_the_day),   CASE(a_day_is_chinas),
		CASE(what_does_not_fit_is_not_kept),
	};
	return cmocka_run_group_tests_name("identities_dated", tests, NULL, NULL);
}
