/* The ledgers: what is counted, and what is held against what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/china_time.h"
#include "db/ledger.h"
#include "db/plaque.h"
#include "db/reconcile.h"
#include "db/store.h"
#include "tests/lived.h"
#include "tests/small_registry.h"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

static void take(struct registry *registry, const char *number, enum life_act act, int64_t now)
{
	assert_int_equal(lived_act(registry, number, act, now), LIFE_TAKEN);
}

static void put(struct registry *registry, const char *number, const char *person, const char *unit,
		const char *step)
{
	struct certificate certificate = { .number = number,
					   .person = person,
					   .unit = unit,
					   .kind = 1,
					   .state = step,
					   .valid_from = INT32_MIN,
					   .valid_until = INT32_MAX };
	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_OK);
}

/* --- certificates by unit and step --- */

struct told {
	char text[4096];
	int stop_at, count;
};

static bool tell_unit(void *context, const struct ledger_unit *row)
{
	struct told *told = context;
	sprintf(told->text + strlen(told->text), "%s(%s):active=%d,lost=%d,replaced=%d ", row->unit,
		row->tier, (int)row->steps[STEP_ACTIVE], (int)row->steps[STEP_LOST],
		(int)row->steps[STEP_REPLACED]);
	return ++told->count != told->stop_at;
}

static void assert_units(struct registry *registry, bool with_below, const char *expected)
{
	struct told told = { .stop_at = -1 };
	assert_int_equal(ledger_units(registry, SMALL_NOW, with_below, tell_unit, &told),
			 REGISTRY_OK);
	assert_string_equal(told.text, expected);
}

static void certificates_are_counted_by_unit_and_step(void **state)
{
	static const struct unit old = { .code = "371171002",
					 .name = "旧站",
					 .tier = "town",
					 .parent = "371171",
					 .from = INT32_MIN,
					 .until = SMALL_DAY - 1,
					 .merged_into = "371171001" };
	assert_units(of(state), false, "371171001(town):active=4,lost=1,replaced=1 ");
	put(of(state), "C-COUNTY", "P2", "371171", "active");
	put(of(state), "C-NOWHERE", "P2", "999999", "lost");
	take(of(state), "C1", ACT_REPLACE, SMALL_NOW);
	assert_units(of(state), false,
		     "371171(county):active=1,lost=0,replaced=0 "
		     "371171001(town):active=3,lost=1,replaced=2 "
		     "999999():active=0,lost=1,replaced=0 ");
	assert_units(of(state), true,
		     "371171(county):active=4,lost=1,replaced=2 "
		     "371171001(town):active=3,lost=1,replaced=2 "
		     "999999():active=0,lost=1,replaced=0 ");
	/* Merged yesterday: its certificates stand with the station that goes on. */
	assert_int_equal(registry_put_unit(of(state), &old), REGISTRY_OK);
	put(of(state), "C-OLD", "P2", "371171002", "active");
	assert_units(of(state), false,
		     "371171(county):active=1,lost=0,replaced=0 "
		     "371171001(town):active=4,lost=1,replaced=2 "
		     "999999():active=0,lost=1,replaced=0 ");
	struct told told = { .stop_at = 1 };
	assert_int_equal(ledger_units(of(state), SMALL_NOW, false, tell_unit, &told), REGISTRY_OK);
	assert_int_equal(told.count, 1);
}

/* --- from application to hand-over --- */

static bool tell_waiting(void *context, const struct waiting *row)
{
	struct told *told = context;
	sprintf(told->text + strlen(told->text), "%s:%d:%s:%d ", row->certificate,
		row->applied - SMALL_DAY, row->handed_over == INT32_MAX ? "open" : "done",
		row->working_days);
	return ++told->count != told->stop_at;
}

static void working_days_are_those_of_the_calendar(void **state)
{
	/* SMALL_DAY is a Monday. */
	static const struct {
		const char *name;
		int days; /* until it is handed over */
		const char *special, *what;
		int special_day; /* after the application */
		int working_days;
	} rows[] = {
		{ "the same day", 0, NULL, NULL, 0, 0 },
		{ "the next day", 1, NULL, NULL, 0, 1 },
		{ "Friday", 4, NULL, NULL, 0, 4 },
		{ "Sunday", 6, NULL, NULL, 0, 4 },
		{ "the Monday after", 7, NULL, NULL, 0, 5 },
		{ "a holiday between", 7, "端午", "holiday", 2, 4 },
		{ "a working Saturday", 7, "调休", "workday", 5, 5 },
		{ "six weeks", 42, NULL, NULL, 0, 30 },
	};
	static const enum life_act way[] = { ACT_APPLY,   ACT_ACCEPT,  ACT_APPROVE,  ACT_APPROVE,
					     ACT_APPROVE, ACT_PRODUCE, ACT_HAND_OVER };
	char number[32], person[32], expected[1024] = "";
	int specials = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sprintf(number, "W%zu", i);
		sprintf(person, "PW%zu", i);
		struct person somebody = {
			.code = person, .name = "人", .home_region = "", .identities = ""
		};
		assert_int_equal(registry_put_person(of(state), &somebody), REGISTRY_OK);
		put(of(state), number, person, "371171001", "on_file");
		for (size_t k = 0; k < sizeof way / sizeof *way; k++)
			take(of(state), number, way[k],
			     SMALL_NOW + (k + 1 == sizeof way / sizeof *way ? rows[i].days * 86400
									    : 0));
	}
	/* The two special days touch every row that reaches them. */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].special == NULL)
			continue;
		assert_int_equal(registry_put_calendar_day(of(state),
							   SMALL_DAY + rows[i].special_day,
							   rows[i].what, rows[i].special),
				 REGISTRY_OK);
		specials++;
	}
	assert_int_equal(specials, 2);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int days = rows[i].days, working = 0;
		for (int day = 1; day <= days; day++)
			working += day == 5 || (day % 7 < 5 && day != 2);
		sprintf(expected + strlen(expected), "W%zu:0:done:%d ", i, working);
		if (rows[i].special == NULL && days < 2)
			assert_int_equal(working, rows[i].working_days);
	}
	struct told told = { .stop_at = -1 };
	assert_int_equal(ledger_waiting(of(state), SMALL_NOW + 60 * 86400, tell_waiting, &told),
			 REGISTRY_OK);
	assert_string_equal(told.text, expected);
}

static void only_what_was_applied_for_waits(void **state)
{
	struct told told = { .stop_at = -1 };
	static const struct person twice = {
		.code = "PT", .name = "人", .home_region = "", .identities = ""
	};
	assert_int_equal(registry_put_person(of(state), &twice), REGISTRY_OK);
	put(of(state), "W-TWICE", "PT", "371171001", "on_file");
	put(of(state), "W-OVER", "PT", "371171001", "on_file");
	take(of(state), "W-TWICE", ACT_APPLY, SMALL_NOW);
	take(of(state), "W-TWICE", ACT_REFUSE, SMALL_NOW + 86400);
	take(of(state), "W-TWICE", ACT_APPLY, SMALL_NOW + 7 * 86400);
	/* A replacement is no application. */
	take(of(state), "C2", ACT_REPLACE, SMALL_NOW);
	take(of(state), "C2", ACT_PRODUCE, SMALL_NOW);
	take(of(state), "C2", ACT_HAND_OVER, SMALL_NOW);
	assert_int_equal(ledger_waiting(of(state), SMALL_NOW + 10 * 86400, tell_waiting, &told),
			 REGISTRY_OK);
	assert_string_equal(told.text, "W-TWICE:7:open:3 ");
	/* As of a day before the second application the first one was refused. */
	told = (struct told){ .stop_at = -1 };
	assert_int_equal(ledger_waiting(of(state), SMALL_NOW + 2 * 86400, tell_waiting, &told),
			 REGISTRY_OK);
	assert_string_equal(told.text, "");
}

/* --- cards and scenes --- */

static void put_benefits(struct registry *registry, const char *json)
{
	struct catalogue *catalogue;
	struct benefit_fault fault;
	assert_int_equal(catalogue_parse(&catalogue, &fault, json, strlen(json)), BENEFIT_OK);
	assert_int_equal(registry_put_benefits(registry, catalogue, SMALL_NOW), REGISTRY_OK);
	assert_int_equal(registry_refresh(registry, NULL), REGISTRY_OK);
	catalogue_free(catalogue);
}

static bool tell_card(void *context, const struct ledger_card *row)
{
	struct told *told = context;
	sprintf(told->text + strlen(told->text), "%s:%s:%d/%d ", row->benefit, row->certificate,
		(int)row->left, (int)row->value);
	return ++told->count != told->stop_at;
}

static void a_card_keeps_its_balance(void **state)
{
	static const char card[] =
		"{\"benefit\":\"card\",\"title\":{\"zh\":\"福利卡\",\"en\":\"Card\"},"
		"\"where\":{\"venues\":[\"shop\"]},\"who\":{\"classes\":[\"veteran\"]},"
		"\"when\":{\"weekdays\":[7]},\"value\":{\"type\":\"stored_value\",\"fen\":40000}}";
	struct redemption out;
	struct told told = { .stop_at = -1 };
	put_benefits(of(state), card);
	/* Whatever the day: C1 and C1B are one veteran's, C2 and the others are none. */
	assert_int_equal(ledger_cards(of(state), SMALL_NOW, tell_card, &told), REGISTRY_OK);
	assert_string_equal(told.text, "card:C1:40000/40000 card:C1B:40000/40000 ");
	struct presentation presentation = { .carrier = CARRIER_NUMBER, .number = "C1" };
	struct circumstances circumstances = small_circumstances("SHOP", 15000);
	circumstances.now = SMALL_NOW + 6 * 86400; /* a Sunday */
	assert_int_equal(
		entitlement_redeem(of(state), &out, &presentation, &circumstances, "card", "v1"),
		REGISTRY_OK);
	assert_int_equal(out.reason, REASON_OK);
	told = (struct told){ .stop_at = -1 };
	assert_int_equal(ledger_cards(of(state), circumstances.now, tell_card, &told), REGISTRY_OK);
	assert_string_equal(told.text, "card:C1:25000/40000 card:C1B:25000/40000 ");
	assert_int_equal(registry_retire_benefit(of(state), "card", circumstances.now),
			 REGISTRY_OK);
	assert_int_equal(registry_refresh(of(state), NULL), REGISTRY_OK);
	told = (struct told){ .stop_at = -1 };
	assert_int_equal(ledger_cards(of(state), circumstances.now, tell_card, &told), REGISTRY_OK);
	assert_string_equal(told.text, "");
}

static bool tell_scene(void *context, const struct ledger_scene *row)
{
	struct told *told = context;
	if (row->merchants + row->benefits > 0)
		sprintf(told->text + strlen(told->text), "%s:%d:%d ", row->scene,
			(int)row->merchants, (int)row->benefits);
	return ++told->count != told->stop_at;
}

static void merchants_and_benefits_by_scene(void **state)
{
	struct told told = { .stop_at = -1 };
	assert_int_equal(ledger_scenes(of(state), SMALL_NOW, tell_scene, &told), REGISTRY_OK);
	/* The closed shop is left out. */
	assert_string_equal(told.text, "住:1:1 购:1:3 游:1:1 ");
	assert_int_equal(told.count, 11);
}

/* --- mismatches --- */

static bool tell_mismatch(void *context, const struct mismatch *row)
{
	struct told *told = context;
	const char *kind = told->text + strlen(told->text) + 1; /* the asked one stands behind */
	if (strcmp(row->kind, kind) == 0 && told->count < 8)
		told->count++;
	assert_true(row->title[0][0] != '\0' && row->title[1][0] != '\0');
	return true;
}

static int mismatches(struct registry *registry, const char *kind)
{
	struct told told = { .count = 0 };
	strcpy(told.text + 1, kind);
	assert_int_equal(reconcile(registry, SMALL_NOW, tell_mismatch, &told), REGISTRY_OK);
	return told.count;
}

static void mark(struct registry *registry, const char *number, const char *person,
		 const char *household, const char *unit, bool hung)
{
	struct plaque plaque = {
		.number = number, .person = person, .household = household, .unit = unit
	};
	struct plaque_request request = {
		.number = number, .state = PLAQUE_HUNG, .day = SMALL_DAY, .now = SMALL_NOW
	};
	struct plaque_answer answer;
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(plaque_put(registry, &plaque), REGISTRY_OK);
	if (hung)
		assert_int_equal(plaque_step(registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
}

static void each_mismatch_is_found(void **state)
{
	static const struct person alone = {
		.code = "P8", .name = "独", .home_region = "", .identities = ""
	};
	struct small_registry *small = *state;
	struct certificate expired = { .number = "C-EXPIRED",
				       .person = "P8",
				       .unit = "371171",
				       .kind = 2,
				       .state = "active",
				       .valid_from = INT32_MIN,
				       .valid_until = SMALL_DAY - 1 };
	static const struct merchant lone = { "LONE",   "店", VENUE_SHOP, "",
					      "371171", "",   "77",       "active" };
	struct stock stock;

	assert_int_equal(mismatches(of(state), "person_without_certificate"), 0);
	assert_int_equal(mismatches(of(state), "several_at_work"), 2); /* P1 and P3 */
	assert_int_equal(registry_put_person(of(state), &alone), REGISTRY_OK);
	assert_int_equal(mismatches(of(state), "person_without_certificate"), 1);

	assert_int_equal(mismatches(of(state), "expired_in_use"), 0);
	int unfit = mismatches(of(state), "kind_does_not_fit"), keyless;
	assert_int_equal(registry_put_certificate(of(state), &expired), REGISTRY_OK);
	assert_int_equal(mismatches(of(state), "expired_in_use"), 1);
	assert_int_equal(mismatches(of(state), "person_without_certificate"), 0);
	assert_true(unfit >= 8 || mismatches(of(state), "kind_does_not_fit") == unfit + 1);
	keyless = mismatches(of(state), "without_id_number");
	assert_int_equal(keyless, 3); /* P2, P3, P8 */

	small_sql(small->path, "INSERT INTO exclusion VALUES ('P8', 'prison', 0, NULL)");
	assert_int_equal(mismatches(of(state), "excluded_in_use"), 1);
	take(of(state), "C-EXPIRED", ACT_SUSPEND, SMALL_NOW);
	assert_int_equal(mismatches(of(state), "excluded_in_use"), 0);

	put(of(state), "C-NOWHERE", "P2", "999999", "lost");
	assert_int_equal(mismatches(of(state), "certificate_of_unknown_unit"), 1);
	assert_int_equal(registry_put_merchant(of(state), &lone), REGISTRY_OK);
	assert_int_equal(mismatches(of(state), "merchant_of_unknown_unit"), 1);

	assert_int_equal(mismatches(of(state), "holder_without_plaque"), 4);
	mark(of(state), "G1", "P1", "H1", "371171", true);
	assert_int_equal(mismatches(of(state), "holder_without_plaque"), 3);
	assert_int_equal(mismatches(of(state), "several_plaques"), 0);
	mark(of(state), "G2", "P2", "H1", "371171", true);
	assert_int_equal(mismatches(of(state), "several_plaques"), 1);
	assert_int_equal(mismatches(of(state), "plaque_without_state"), 0);
	mark(of(state), "G3", "P2", "", "888888", false);
	assert_int_equal(mismatches(of(state), "plaque_without_state"), 1);
	assert_int_equal(mismatches(of(state), "plaque_of_unknown_unit"), 1);
	assert_int_equal(mismatches(of(state), "plaque_without_holder"), 0);
	take(of(state), "C1", ACT_DECEASE, SMALL_NOW);
	take(of(state), "C1B", ACT_DECEASE, SMALL_NOW);
	assert_int_equal(mismatches(of(state), "plaque_without_holder"), 1);

	assert_int_equal(reconcile_stock(of(state), &stock), REGISTRY_OK);
	assert_int_equal(stock.persons, 4);
	assert_int_equal(stock.plaques, 3);
	assert_int_equal(stock.plaques_hung, 2);
}

#define WITH_REGISTRY(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_REGISTRY(certificates_are_counted_by_unit_and_step),
		WITH_REGISTRY(working_days_are_those_of_the_calendar),
		WITH_REGISTRY(only_what_was_applied_for_waits),
		WITH_REGISTRY(a_card_keeps_its_balance),
		WITH_REGISTRY(merchants_and_benefits_by_scene),
		WITH_REGISTRY(each_mismatch_is_found),
	};
	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
