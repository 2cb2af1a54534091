/* The life of a certificate by itself: the table of transitions, the sentences of the rule book that it
 * stands for, and where a life stands at a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/life.h"

#define DAY INT64_C(86400)
#define T   INT64_C(1781490240) /* [s] Monday 2026-06-15 */

#define COUNT(array) (sizeof(array) / sizeof *(array))

static enum life_step step_named(const char *name)
{
	enum life_step step;

	if (!life_step_from_name(&step, name))
		fail_msg("no step %s", name);
	return step;
}

/* --- the table --- */

#define ENDS "withdraw>withdrawn cancel>cancelled decease>deceased close>moved "
#define USE  "replace>replaced replace_moved>moved replace_kind>other_kind suspend>suspended " ENDS

/* Everything that follows each step, and where it leads. */
static const struct {
	const char *step, *acts;
} pairs[] = {
	{ "on_file", "apply>applied decease>deceased close>moved " },
	{ "applied", "accept>accepted refuse>refused decease>deceased close>moved " },
	{ "accepted", "approve>county_review refuse>refused decease>deceased close>moved " },
	{ "in_review", "approve>county_review refuse>refused decease>deceased close>moved " },
	{ "county_review", "approve>city_review refuse>refused decease>deceased close>moved " },
	{ "city_review", "approve>province_review refuse>refused decease>deceased close>moved " },
	{ "province_review", "produce>in_production refuse>refused decease>deceased close>moved " },
	{ "refused", "apply>applied " },
	{ "in_production", "county_signs>at_county station_signs>at_station deliver>handed_over "
			   "hand_over>active suspend>suspended " ENDS },
	{ "at_county", "station_signs>at_station deliver>handed_over hand_over>active "
		       "suspend>suspended " ENDS },
	{ "at_station", "deliver>handed_over hand_over>active suspend>suspended " ENDS },
	{ "handed_over",
	  "hand_over>active report_loss_provisional>loss_reported report_loss>lost " USE },
	{ "active", "report_loss_provisional>loss_reported report_loss>lost " USE },
	/* A loss reported before hides a suspension, and shows again when it is lifted. */
	{ "loss_reported",
	  "lift_loss>active report_loss>lost replace>replaced "
	  "replace_moved>moved replace_kind>other_kind suspend>loss_reported " ENDS },
	{ "lost", "replace>replaced replace_moved>moved replace_kind>other_kind "
		  "suspend>lost " ENDS },
	{ "suspended", "resume>active report_loss>lost " ENDS },
	{ "replaced", "produce>replacement_in_production suspend>suspended " ENDS },
	{ "replacement_in_production",
	  "county_signs>replacement_at_county station_signs>replacement_at_station "
	  "deliver>replacement_handed_over hand_over>active suspend>suspended " ENDS },
	{ "replacement_at_county", "station_signs>replacement_at_station "
				   "deliver>replacement_handed_over hand_over>active "
				   "suspend>suspended " ENDS },
	{ "replacement_at_station",
	  "deliver>replacement_handed_over hand_over>active suspend>suspended " ENDS },
	{ "replacement_handed_over", "hand_over>active suspend>suspended " ENDS },
	{ "withdrawn", "" },
	{ "cancelled", "" },
	{ "deceased", "" },
	{ "moved", "" },
	{ "other_kind", "" },
};

/* Where `act` leads by the list above; NULL: nowhere. */
static const char *target_of(char out[static 40], const char *acts, const char *act)
{
	char wanted[40];
	const char *found = acts;

	snprintf(wanted, sizeof wanted, "%s>", act);
	while ((found = strstr(found, wanted)) != NULL && found != acts && found[-1] != ' ')
		found++;
	if (found == NULL)
		return NULL;
	found += strlen(wanted);
	snprintf(out, 40, "%.*s", (int)strcspn(found, " "), found);
	return out;
}

static void check_pair(const char *step, enum life_act act, const char *due)
{
	struct life life = life_begin(step_named(step)), before = life;
	struct life_event event = { T, T + 5 * DAY, act };
	bool taken = life_take(&life, &event);

	if (taken != (due != NULL))
		fail_msg("%s after %s: %s", life_act_name(act), step, taken ? "taken" : "refused");
	if (taken && life_step_at(&life, T) != step_named(due))
		fail_msg("%s after %s leads to %s", life_act_name(act), step,
			 life_step_name(life_step_at(&life, T)));
	if (!taken)
		assert_memory_equal(&life, &before, sizeof life);
	assert_int_equal(life_acts_after(step_named(step)) >> act & 1, taken);
}

static void every_pair_of_step_and_act_follows_or_is_refused(void **state)
{
	char target[40];

	(void)state;
	assert_int_equal(COUNT(pairs), STEP_COUNT - 1);
	for (size_t i = 0; i < COUNT(pairs); i++)
		for (int act = 0; act < ACT_COUNT; act++)
			check_pair(pairs[i].step, (enum life_act)act,
				   target_of(target, pairs[i].acts,
					     life_act_name((enum life_act)act)));
}

static void every_row_of_the_table_is_one_of_these_pairs(void **state)
{
	char target[40];

	(void)state;
	for (size_t i = 0; i < life_transition_count; i++) {
		const struct life_transition *row = &life_transitions[i];

		assert_int_equal(row->from & 1, 0); /* STEP_NONE */
		assert_int_equal(row->from >> STEP_COUNT, 0);
		for (size_t p = 0; p < COUNT(pairs); p++)
			if ((row->from >> step_named(pairs[p].step) & 1) != 0)
				assert_non_null(
					target_of(target, pairs[p].acts, life_act_name(row->act)));
	}
}

static void names_are_found_again(void **state)
{
	enum life_step step;
	enum life_act act;

	(void)state;
	for (int i = 1; i < STEP_COUNT; i++) {
		assert_true(life_step_from_name(&step, life_step_name((enum life_step)i)));
		assert_int_equal(step, i);
		assert_true(strlen(life_step_title(step, false)) > 0);
		assert_true(strlen(life_step_title(step, true)) > 0);
	}
	for (int i = 0; i < ACT_COUNT; i++) {
		assert_true(life_act_from_name(&act, life_act_name((enum life_act)i)));
		assert_int_equal(act, i);
		assert_true(strlen(life_act_title(act, false)) > 0);
		assert_true(strlen(life_act_title(act, true)) > 0);
	}
	assert_false(life_step_from_name(&step, ""));
	assert_false(life_act_from_name(&act, ""));
	assert_false(life_act_from_name(&act, "Apply"));
}

/* --- the sentences of the rule book --- */

/* Take acts one day apart from T on; each must follow.  NULL-ended by ACT_COUNT. */
static struct life lived(enum life_step beginning, const enum life_act *acts)
{
	struct life life = life_begin(beginning);

	for (int day = 0; acts[day] != ACT_COUNT; day++) {
		struct life_event event = { T + day * DAY, LIFE_NEVER, acts[day] };
		if (!life_take(&life, &event))
			fail_msg("%s does not follow %s", life_act_name(acts[day]),
				 life_step_name(life_step_at(&life, event.at)));
	}
	return life;
}
#define LIVED(beginning, ...) lived(beginning, (const enum life_act[]){ __VA_ARGS__, ACT_COUNT })

static bool follows(struct life life, int64_t at, enum life_act act)
{
	return life_take(&life, &(struct life_event){ at, LIFE_NEVER, act });
}

static void from_on_file_to_activated_at_the_bank(void **state)
{
	static const struct {
		enum life_act act;
		const char *step;
	} way[] = {
		{ ACT_APPLY, "applied" },           { ACT_ACCEPT, "accepted" },
		{ ACT_APPROVE, "county_review" },   { ACT_APPROVE, "city_review" },
		{ ACT_APPROVE, "province_review" }, { ACT_PRODUCE, "in_production" },
		{ ACT_COUNTY_SIGNS, "at_county" },  { ACT_STATION_SIGNS, "at_station" },
		{ ACT_DELIVER, "handed_over" },     { ACT_HAND_OVER, "active" },
	};
	struct life life = life_begin(STEP_ON_FILE);

	(void)state;
	for (size_t i = 0; i < COUNT(way); i++) {
		struct life_event event = { T + (int64_t)i, LIFE_NEVER, way[i].act };
		assert_true(life_take(&life, &event));
		assert_string_equal(life_step_name(life_step_at(&life, event.at)), way[i].step);
	}
}

static void an_application_is_refused_and_may_be_made_again(void **state)
{
	struct life life = LIVED(STEP_ON_FILE, ACT_APPLY, ACT_ACCEPT, ACT_APPROVE, ACT_REFUSE);

	(void)state;
	assert_int_equal(life_step_at(&life, T + 4 * DAY), STEP_REFUSED);
	assert_true(life_is_over(STEP_REFUSED));
	assert_false(follows(life, T + 4 * DAY, ACT_APPROVE));
	assert_true(follows(life, T + 4 * DAY, ACT_APPLY));
	/* Not what has been issued. */
	assert_false(follows(life_begin(STEP_ACTIVE), T, ACT_REFUSE));
}

static void withdrawn_where_facts_were_hidden_or_nobody_qualified(void **state)
{
	struct life life = LIVED(STEP_ACTIVE, ACT_WITHDRAW);
	const char *const *causes = life_causes(ACT_WITHDRAW);

	(void)state;
	assert_int_equal(life_step_at(&life, T), STEP_WITHDRAWN);
	assert_int_equal(life_acts_after(STEP_WITHDRAWN), 0);
	assert_string_equal(causes[1], "hidden");
	assert_string_equal(causes[2], "unqualified");
}

static void a_provisional_loss_lapses_by_itself(void **state)
{
	static const int days[] = { LOSS_DAYS_LEAST, LOSS_DAYS_DEFAULT, LOSS_DAYS_MOST };

	(void)state;
	assert_int_equal(LOSS_DAYS_LEAST, 5);
	assert_int_equal(LOSS_DAYS_MOST, 15);
	for (size_t i = 0; i < COUNT(days); i++) {
		const int64_t end = T + days[i] * DAY;
		const struct life_event events[] = { { T, end, ACT_REPORT_LOSS_PROVISIONAL } };
		const struct {
			int64_t at;
			enum life_step step;
			int64_t since, until;
		} rows[] = {
			{ T - 1, STEP_ACTIVE, INT64_MIN, T },
			{ T, STEP_LOSS_REPORTED, T, end },
			{ end - 1, STEP_LOSS_REPORTED, T, end },
			{ end, STEP_ACTIVE, end, LIFE_NEVER },
		};
		for (size_t r = 0; r < COUNT(rows); r++) {
			struct standing found = life_standing(STEP_ACTIVE, events, 1, rows[r].at);
			assert_int_equal(found.step, rows[r].step);
			assert_int_equal(found.since, rows[r].since);
			assert_int_equal(found.until, rows[r].until);
		}
	}
}

static void a_provisional_loss_can_be_lifted_early_but_not_late(void **state)
{
	struct life life = life_begin(STEP_HANDED_OVER);
	const int64_t end = T + 5 * DAY;

	(void)state;
	assert_true(life_take(&life, &(struct life_event){ T, end, ACT_REPORT_LOSS_PROVISIONAL }));
	assert_true(follows(life, end - 1, ACT_LIFT_LOSS));
	assert_false(follows(life, end, ACT_LIFT_LOSS));
	assert_true(life_take(&life, &(struct life_event){ T + DAY, LIFE_NEVER, ACT_LIFT_LOSS }));
	assert_int_equal(life_step_at(&life, T + DAY), STEP_HANDED_OVER); /* as before */
}

static void a_formal_loss_is_final(void **state)
{
	struct life life = LIVED(STEP_ACTIVE, ACT_REPORT_LOSS_PROVISIONAL, ACT_REPORT_LOSS);

	(void)state;
	assert_int_equal(life_step_at(&life, T + 10000 * DAY), STEP_LOST);
	assert_false(follows(life, T + 2 * DAY, ACT_LIFT_LOSS));
	assert_false(follows(life, T + 2 * DAY, ACT_RESUME));
	assert_true(follows(life, T + 2 * DAY, ACT_REPLACE));
}

static void a_replacement_has_six_cases(void **state)
{
	static const char *const four[] = { "other", "chip", "face", "data" };
	static const struct {
		enum life_act act;
		enum life_step step;
	} rows[] = {
		{ ACT_REPLACE, STEP_REPLACED },
		{ ACT_REPLACE_MOVED, STEP_MOVED },
		{ ACT_REPLACE_KIND, STEP_OTHER_KIND },
	};
	const char *const *causes = life_causes(ACT_REPLACE);

	(void)state;
	for (size_t i = 0; i < COUNT(four); i++)
		assert_string_equal(causes[i], four[i]);
	assert_null(causes[COUNT(four)]);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct life life = LIVED(STEP_ACTIVE, rows[i].act);
		assert_int_equal(life_step_at(&life, T), rows[i].step);
		assert_int_equal(life_is_over(rows[i].step), rows[i].act != ACT_REPLACE);
		assert_int_equal(life_is_replacing(rows[i].step), rows[i].act == ACT_REPLACE);
	}
}

static void the_old_card_is_void_as_soon_as_the_replacement_is_accepted(void **state)
{
	static const struct life_event events[] = {
		{ T, LIFE_NEVER, ACT_REPLACE },
		{ T + 10 * DAY, LIFE_NEVER, ACT_PRODUCE },
		{ T + 80 * DAY, LIFE_NEVER, ACT_HAND_OVER },
	};

	(void)state;
	assert_int_equal(life_standing(STEP_ACTIVE, events, 3, T - 1).step, STEP_ACTIVE);
	for (int day = 0; day < 80; day++)
		assert_true(life_is_replacing(
			life_standing(STEP_ACTIVE, events, 3, T + day * DAY).step));
	assert_int_equal(life_standing(STEP_ACTIVE, events, 3, T + 80 * DAY).step, STEP_ACTIVE);
}

static void a_suspension_ends_with_its_cause(void **state)
{
	const int64_t end = T + 30 * DAY;
	const struct life_event dated[] = { { T, end, ACT_SUSPEND } };
	const struct life_event open[] = { { T, LIFE_NEVER, ACT_SUSPEND },
					   { end, LIFE_NEVER, ACT_RESUME } };

	(void)state;
	for (int count = 1; count <= 2; count++) {
		const struct life_event *events = count == 1 ? dated : open;
		size_t length = (size_t)count;
		assert_int_equal(life_standing(STEP_ACTIVE, events, length, T - 1).step,
				 STEP_ACTIVE);
		assert_int_equal(life_standing(STEP_ACTIVE, events, length, T).step,
				 STEP_SUSPENDED);
		assert_int_equal(life_standing(STEP_ACTIVE, events, length, end - 1).step,
				 STEP_SUSPENDED);
		assert_int_equal(life_standing(STEP_ACTIVE, events, length, end).step, STEP_ACTIVE);
	}
	for (size_t i = 0; i < 3; i++) {
		static const char *const causes[] = { "prison", "deprived", "wanted" };
		bool found = false;
		for (const char *const *c = life_causes(ACT_SUSPEND); *c != NULL; c++)
			found = found || strcmp(*c, causes[i]) == 0;
		assert_true(found);
	}
}

static void a_suspension_lies_over_what_it_was(void **state)
{
	struct life life = LIVED(STEP_ON_FILE, ACT_APPLY, ACT_ACCEPT, ACT_APPROVE, ACT_APPROVE,
				 ACT_APPROVE, ACT_PRODUCE, ACT_SUSPEND);

	(void)state;
	assert_int_equal(life_step_at(&life, T + 6 * DAY), STEP_SUSPENDED);
	assert_false(follows(life, T + 7 * DAY, ACT_HAND_OVER));
	assert_true(life_take(&life, &(struct life_event){ T + 7 * DAY, LIFE_NEVER, ACT_RESUME }));
	assert_int_equal(life_step_at(&life, T + 7 * DAY), STEP_IN_PRODUCTION);
}

static void a_loss_lies_over_a_suspension(void **state)
{
	const struct life_event events[] = {
		{ T, T + 5 * DAY, ACT_REPORT_LOSS_PROVISIONAL },
		{ T + DAY, T + 9 * DAY, ACT_SUSPEND },
	};
	static const struct {
		int day;
		enum life_step step;
	} rows[] = { { 0, STEP_LOSS_REPORTED },
		     { 4, STEP_LOSS_REPORTED },
		     { 5, STEP_SUSPENDED },
		     { 8, STEP_SUSPENDED },
		     { 9, STEP_ACTIVE } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(life_standing(STEP_ACTIVE, events, 2, T + rows[i].day * DAY).step,
				 rows[i].step);
}

static void cancelled_on_sentence_expulsion_fraud_or_death(void **state)
{
	static const char *const due[] = { "death_sentence", "life_sentence", "expelled", "fraud" };
	const char *const *causes = life_causes(ACT_CANCEL);

	(void)state;
	for (size_t i = 0; i < COUNT(due); i++)
		assert_string_equal(causes[i + 1], due[i]);
	assert_int_equal(life_acts_after(STEP_CANCELLED), 0);
	/* The holder may die at any time that it is not over. */
	for (int step = 1; step < STEP_COUNT; step++)
		assert_int_equal(follows(life_begin((enum life_step)step), T, ACT_DECEASE),
				 !life_is_over((enum life_step)step));
}

static void moved_the_old_one_is_closed_first(void **state)
{
	struct life life = LIVED(STEP_ACTIVE, ACT_CLOSE);

	(void)state;
	assert_int_equal(life_step_at(&life, T), STEP_MOVED);
	assert_true(life_is_over(STEP_MOVED));
	assert_int_equal(life_acts_after(STEP_MOVED), 0);
}

/* "An unused bank account stops tap payment" is a weak source's: a step of that name is not modelled,
 * and what a dormant account does to a tap is the bank's. */
static void dormant_is_no_step(void **state)
{
	enum life_step step;

	(void)state;
	assert_false(life_step_from_name(&step, "dormant"));
}

static void there_is_no_yearly_renewal(void **state)
{
	struct standing standing = life_standing(STEP_ACTIVE, NULL, 0, T);

	(void)state;
	assert_int_equal(standing.until, LIFE_NEVER);
	assert_int_equal(standing.since, INT64_MIN);
}

/* --- dated ahead --- */

static void what_lies_ahead_takes_effect_by_itself(void **state)
{
	static const struct life_event events[] = {
		{ T, LIFE_NEVER, ACT_APPLY },
		{ T + DAY, LIFE_NEVER, ACT_ACCEPT },
		{ T + 2 * DAY, LIFE_NEVER, ACT_REFUSE },
	};
	struct standing standing = life_standing(STEP_ON_FILE, events, 3, T);

	(void)state;
	assert_int_equal(standing.step, STEP_APPLIED);
	assert_int_equal(standing.until, T + DAY);
	assert_int_equal(life_standing(STEP_ON_FILE, events, 3, T + DAY - 1).step, STEP_APPLIED);
	assert_int_equal(life_standing(STEP_ON_FILE, events, 3, T + DAY).step, STEP_ACCEPTED);
	assert_int_equal(life_standing(STEP_ON_FILE, events, 3, T + 2 * DAY).step, STEP_REFUSED);
	assert_int_equal(life_first_fault(STEP_ON_FILE, events, 3), 3);
}

static void what_lies_ahead_may_not_follow_any_more(void **state)
{
	static const struct life_event events[] = {
		{ T, LIFE_NEVER, ACT_SUSPEND },
		{ T + DAY, LIFE_NEVER, ACT_REPLACE },
		{ T + 2 * DAY, LIFE_NEVER, ACT_PRODUCE },
	};

	(void)state;
	assert_int_equal(life_first_fault(STEP_ACTIVE, events, 3), 1);
	assert_int_equal(life_first_fault(STEP_ACTIVE, events + 1, 2), 2);
	/* Where one is there all the same it changes nothing. */
	assert_int_equal(life_standing(STEP_ACTIVE, events, 3, T + 3 * DAY).step, STEP_SUSPENDED);
}

/* --- a property of random lives --- */

static uint32_t state_of_chance = 20260615;

static uint32_t chance(uint32_t below)
{
	state_of_chance = state_of_chance * 1664525 + 1013904223;
	return (state_of_chance >> 8) % below;
}

#define SPAN 40 /* [s] random lives are short */

/* One after the other, in disorder too: most follow, some do not. */
static size_t random_life(struct life_event events[static 12], enum life_step beginning)
{
	struct life life = life_begin(beginning);
	size_t count = chance(12);
	int64_t at = 0;

	for (size_t i = 0; i < count; i++) {
		at += chance(6);
		for (int attempt = 0; attempt < 50; attempt++) {
			events[i] = (struct life_event){ at,
							 chance(3) == 0 ? LIFE_NEVER
									: at + 1 + chance(9),
							 (enum life_act)chance(ACT_COUNT) };
			if (life_take(&life, &events[i]))
				break;
		}
	}
	return count;
}

/* Everything up to now, one by one, with nothing kept in between. */
static enum life_step naive(enum life_step beginning, const struct life_event *events, size_t count,
			    int64_t now)
{
	struct life life = life_begin(beginning);

	for (size_t i = 0; i < count && events[i].at <= now; i++)
		(void)life_take(&life, &events[i]);
	return life_step_at(&life, now);
}

static void a_standing_holds_from_since_to_until(void **state)
{
	struct life_event events[12];

	(void)state;
	for (int run = 0; run < 3000; run++) {
		enum life_step beginning = (enum life_step)(1 + chance(STEP_COUNT - 1));
		size_t count = random_life(events, beginning);
		for (int64_t now = -1; now <= SPAN; now++) {
			struct standing found = life_standing(beginning, events, count, now);
			assert_int_equal(found.step, naive(beginning, events, count, now));
			assert_true(found.since <= now && now < found.until);
			int64_t first = found.since < -1 ? -1 : found.since;
			int64_t last = found.until > SPAN ? SPAN : found.until - 1;
			for (int64_t u = first; u <= last; u++)
				assert_int_equal(naive(beginning, events, count, u), found.step);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_step_and_act_follows_or_is_refused),
		cmocka_unit_test(every_row_of_the_table_is_one_of_these_pairs),
		cmocka_unit_test(names_are_found_again),
		cmocka_unit_test(from_on_file_to_activated_at_the_bank),
		cmocka_unit_test(an_application_is_refused_and_may_be_made_again),
		cmocka_unit_test(withdrawn_where_facts_were_hidden_or_nobody_qualified),
		cmocka_unit_test(a_provisional_loss_lapses_by_itself),
		cmocka_unit_test(a_provisional_loss_can_be_lifted_early_but_not_late),
		cmocka_unit_test(a_formal_loss_is_final),
		cmocka_unit_test(a_replacement_has_six_cases),
		cmocka_unit_test(the_old_card_is_void_as_soon_as_the_replacement_is_accepted),
		cmocka_unit_test(a_suspension_ends_with_its_cause),
		cmocka_unit_test(a_suspension_lies_over_what_it_was),
		cmocka_unit_test(a_loss_lies_over_a_suspension),
		cmocka_unit_test(cancelled_on_sentence_expulsion_fraud_or_death),
		cmocka_unit_test(moved_the_old_one_is_closed_first),
		cmocka_unit_test(dormant_is_no_step),
		cmocka_unit_test(there_is_no_yearly_renewal),
		cmocka_unit_test(what_lies_ahead_takes_effect_by_itself),
		cmocka_unit_test(what_lies_ahead_may_not_follow_any_more),
		cmocka_unit_test(a_standing_holds_from_since_to_until),
	};

	return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
