/* The life of a certificate on record: what is refused and why, who may take a step, what becomes of the
 * media, and what a check says at each moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/china_time.h"
#include "db/exclusion.h"
#include "db/life_record.h"
#include "tests/lived.h"
#include "tests/small_registry.h"

#define DAY INT64_C(86400)
#define NOW ((int64_t)SMALL_NOW)

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

/* --- refusals, in their order --- */

static void a_certificate_that_is_not_there(void **state)
{
	struct standing standing;

	assert_int_equal(lived_act(of(state), "NONE", ACT_APPLY, NOW), LIFE_UNKNOWN);
	assert_int_equal(life_of(of(state), &standing, "NONE", NOW), REGISTRY_NOT_FOUND);
}

static void a_clock_that_was_set_back(void **state)
{
	struct registry *registry = of(state);

	assert_int_equal(lived_act(registry, "C2", ACT_SUSPEND, NOW), LIFE_TAKEN);
	assert_int_equal(lived_ahead(registry, "C2", ACT_RESUME, NOW - 1, NOW + DAY),
			 LIFE_CLOCK_WRONG);
	assert_int_equal(lived_act(registry, "C2", ACT_RESUME, NOW), LIFE_TAKEN);
	/* Another certificate's steps do not count. */
	assert_int_equal(lived_act(registry, "C1", ACT_SUSPEND, NOW - DAY), LIFE_TAKEN);
}

static void a_step_before_the_last_one(void **state)
{
	struct registry *registry = of(state);
	struct life_answer answer;
	struct life_request request = { .certificate = "C2",
					.act = ACT_RESUME,
					.now = NOW + DAY,
					.at = NOW - 1,
					.until = LIFE_NEVER };

	assert_int_equal(lived_act(registry, "C2", ACT_SUSPEND, NOW), LIFE_TAKEN);
	assert_int_equal(lived_take(registry, &answer, &request), LIFE_BEFORE_LAST);
	assert_int_equal(answer.before, STEP_SUSPENDED); /* as it stands now */
	request.at = NOW;
	assert_int_equal(lived_take(registry, &answer, &request), LIFE_TAKEN);
	/* One that lies ahead does not stand in the way of one before it. */
	assert_int_equal(lived_ahead(registry, "C2", ACT_SUSPEND, NOW + DAY, NOW + 9 * DAY),
			 LIFE_TAKEN);
	assert_int_equal(
		lived_ahead(registry, "C2", ACT_REPORT_LOSS_PROVISIONAL, NOW + DAY, NOW + 2 * DAY),
		LIFE_TAKEN);
}

static void a_step_that_does_not_follow(void **state)
{
	struct registry *registry = of(state);
	struct life_answer answer;
	struct life_request request = { .certificate = "N-applied",
					.act = ACT_PRODUCE,
					.now = NOW,
					.at = NOW,
					.until = LIFE_NEVER };

	assert_int_equal(lived_take(registry, &answer, &request), LIFE_DOES_NOT_FOLLOW);
	assert_int_equal(answer.before, STEP_APPLIED);
	assert_int_equal(answer.follows,
			 1U << ACT_ACCEPT | 1U << ACT_REFUSE | 1U << ACT_DECEASE | 1U << ACT_CLOSE);
	assert_int_equal(lived_step(registry, "N-applied", NOW), STEP_APPLIED);
}

static void a_step_after_which_a_later_one_would_not_follow(void **state)
{
	struct registry *registry = of(state);

	assert_int_equal(lived_ahead(registry, "C2", ACT_REPLACE, NOW, NOW + 9 * DAY), LIFE_TAKEN);
	assert_int_equal(lived_ahead(registry, "C2", ACT_SUSPEND, NOW, NOW + 8 * DAY),
			 LIFE_BREAKS_PENDING);
	/* One that is over by then, or comes after it, is no trouble. */
	assert_int_equal(lived_ahead(registry, "C2", ACT_SUSPEND, NOW, NOW + 9 * DAY), LIFE_TAKEN);
	assert_int_equal(lived_step(registry, "C2", NOW + 9 * DAY - 1), STEP_ACTIVE);
	assert_int_equal(lived_step(registry, "C2", NOW + 9 * DAY), STEP_SUSPENDED);
}

struct rows {
	int count, fell_away;
	enum life_step last;
};

static bool count_row(void *context, const struct life_row *row)
{
	struct rows *rows = context;

	rows->count++;
	rows->fell_away += row->fell_away;
	rows->last = row->step;
	return true;
}

static struct rows rows_of(struct registry *registry, const char *number)
{
	struct rows rows = { 0 };

	assert_int_equal(life_each_row(registry, number, NULL, count_row, &rows), REGISTRY_OK);
	return rows;
}

static void a_death_is_not_kept_off_the_record_by_what_lies_ahead(void **state)
{
	struct registry *registry = of(state);
	struct rows rows;

	assert_int_equal(lived_ahead(registry, "C2", ACT_REPLACE, NOW, NOW + 9 * DAY), LIFE_TAKEN);
	assert_int_equal(lived_ahead(registry, "C2", ACT_DECEASE, NOW, NOW + 5 * DAY), LIFE_TAKEN);
	assert_int_equal(lived_step(registry, "C2", NOW + 20 * DAY), STEP_DECEASED);
	rows = rows_of(registry, "C2");
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.fell_away, 1);
	/* What goes before it is judged as ever, and what would come after does not follow. */
	assert_int_equal(lived_ahead(registry, "C2", ACT_SUSPEND, NOW, NOW + DAY), LIFE_TAKEN);
	assert_int_equal(lived_ahead(registry, "C2", ACT_PRODUCE, NOW, NOW + 30 * DAY),
			 LIFE_DOES_NOT_FOLLOW);
	assert_int_equal(lived_act(registry, "C2", ACT_RESUME, NOW + 10 * DAY),
			 LIFE_DOES_NOT_FOLLOW);
}

static void as_many_steps_as_there_may_be(void **state)
{
	struct registry *registry = of(state);

	for (int i = 0; i < LIFE_EVENTS_MAX; i++)
		assert_int_equal(
			lived_act(registry, "C2", i % 2 == 0 ? ACT_SUSPEND : ACT_RESUME, NOW + i),
			LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "C2", ACT_SUSPEND, NOW + LIFE_EVENTS_MAX),
			 LIFE_TOO_MANY);
	assert_int_equal(lived_act(registry, "C2", ACT_RESUME, NOW + LIFE_EVENTS_MAX),
			 LIFE_DOES_NOT_FOLLOW);
	assert_int_equal(rows_of(registry, "C2").count, LIFE_EVENTS_MAX);
	assert_int_equal(lived_step(registry, "C2", NOW + LIFE_EVENTS_MAX), STEP_ACTIVE);
}

static void refusals_have_names(void **state)
{
	(void)state;
	for (int i = LIFE_TAKEN; i <= LIFE_TOO_MANY; i++)
		assert_true(strlen(life_refusal_name((enum life_refusal)i)) > 1);
	assert_string_equal(life_refusal_name(LIFE_TAKEN), "ok");
	assert_string_equal(life_refusal_name(LIFE_DOES_NOT_FOLLOW), "does_not_follow");
}

/* --- who acts --- */

static void put_unit(struct registry *registry, const char *code, const char *tier,
		     const char *parent)
{
	const struct unit unit = { code, code, tier, parent, INT32_MIN, INT32_MAX, NULL, NULL };

	assert_int_equal(registry_put_unit(registry, &unit), REGISTRY_OK);
}

static int set_up_tiers(void **state)
{
	int failed = small_set_up(state);

	put_unit(of(state), "37", "province", "");
	put_unit(of(state), "3711", "city", "37");
	put_unit(of(state), "371171", "county", "3711");
	put_unit(of(state), "371102", "county", "3711");
	return failed;
}

static void act_as(struct registry *registry, const char *name, const char *unit)
{
	struct actor actor = { .roles = 1, .clock = NOW };

	snprintf(actor.name, sizeof actor.name, "%s", name);
	snprintf(actor.unit, sizeof actor.unit, "%s", unit);
	registry_act_as(registry, &actor);
}

static void each_tier_reviews_in_its_turn(void **state)
{
	static const struct {
		const char *name, *unit;
		enum life_act act;
		enum life_refusal due;
	} rows[] = {
		{ "elsewhere", "371102", ACT_ACCEPT, LIFE_OUTSIDE_UNIT },
		{ "clerk", "371171001", ACT_ACCEPT, LIFE_TAKEN },
		{ "clerk", "371171001", ACT_APPROVE, LIFE_WRONG_TIER },
		{ "city", "3711", ACT_APPROVE, LIFE_WRONG_TIER },
		{ "province", "37", ACT_APPROVE, LIFE_WRONG_TIER },
		{ "county", "371171", ACT_APPROVE, LIFE_TAKEN },
		{ "county", "371171", ACT_APPROVE, LIFE_WRONG_TIER },
		{ "province", "37", ACT_APPROVE, LIFE_WRONG_TIER },
		{ "city", "3711", ACT_APPROVE, LIFE_TAKEN },
		{ "city", "3711", ACT_APPROVE, LIFE_WRONG_TIER },
		{ "county", "371171", ACT_APPROVE, LIFE_WRONG_TIER },
		{ "province", "37", ACT_APPROVE, LIFE_TAKEN },
		{ "province", "37", ACT_APPROVE, LIFE_DOES_NOT_FOLLOW },
		{ "elsewhere", "371102", ACT_PRODUCE, LIFE_OUTSIDE_UNIT },
		{ "county", "371171", ACT_PRODUCE, LIFE_TAKEN },
	};
	struct registry *registry = of(state);

	for (size_t i = 0; i < COUNT(rows); i++) {
		act_as(registry, rows[i].name, rows[i].unit);
		enum life_refusal found = lived_act(registry, "N-applied", rows[i].act, NOW);
		if (found != rows[i].due)
			fail_msg("row %zu: %s", i, life_refusal_name(found));
	}
}

static void who_applied_or_accepted_cannot_approve(void **state)
{
	struct registry *registry = of(state);

	act_as(registry, "wang", "371171");
	assert_int_equal(lived_act(registry, "N-refused", ACT_APPLY, NOW), LIFE_ANOTHER_AT_WORK);
	assert_int_equal(lived_act(registry, "N-applied", ACT_ACCEPT, NOW), LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "N-applied", ACT_APPROVE, NOW + 1), LIFE_SAME_PERSON);
	act_as(registry, "li", "371171");
	assert_int_equal(lived_act(registry, "N-applied", ACT_APPROVE, NOW + 1), LIFE_TAKEN);
	/* At a later tier either; somebody bound to no unit reviews at all of them. */
	act_as(registry, "wang", "");
	assert_int_equal(lived_act(registry, "N-applied", ACT_APPROVE, NOW + 2), LIFE_SAME_PERSON);
	act_as(registry, "zhao", "");
	assert_int_equal(lived_act(registry, "N-applied", ACT_APPROVE, NOW + 2), LIFE_TAKEN);
	/* Each review is another person's. */
	assert_int_equal(lived_act(registry, "N-applied", ACT_APPROVE, NOW + 3), LIFE_SAME_PERSON);
	act_as(registry, "qian", "");
	assert_int_equal(lived_act(registry, "N-applied", ACT_APPROVE, NOW + 3), LIFE_TAKEN);
}

static void put_certificate(struct registry *registry, const char *number, const char *person,
			    const char *step)
{
	const struct certificate certificate = { number, person,    "371171001", 1,
						 step,   INT32_MIN, INT32_MAX };

	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_OK);
}

static void an_application_made_again_is_judged_by_itself(void **state)
{
	struct registry *registry = of(state);

	put_certificate(registry, "C2", "P2", "cancelled");
	put_certificate(registry, "D2", "P2", "on_file");
	act_as(registry, "wang", "371171");
	assert_int_equal(lived_act(registry, "D2", ACT_APPLY, NOW), LIFE_TAKEN);
	act_as(registry, "li", "371171");
	assert_int_equal(lived_act(registry, "D2", ACT_REFUSE, NOW), LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "D2", ACT_APPLY, NOW), LIFE_TAKEN);
	act_as(registry, "zhao", "371171");
	assert_int_equal(lived_act(registry, "D2", ACT_ACCEPT, NOW), LIFE_TAKEN);
	act_as(registry, "li", "371171");
	assert_int_equal(lived_act(registry, "D2", ACT_APPROVE, NOW), LIFE_SAME_PERSON);
	act_as(registry, "wang", "371171"); /* applied for it then, not now */
	assert_int_equal(lived_act(registry, "D2", ACT_APPROVE, NOW), LIFE_TAKEN);
}

/* --- one certificate at work --- */

static void one_certificate_at_work_a_person(void **state)
{
	struct registry *registry = of(state);
	struct life_answer answer;
	struct life_request request = {
		.certificate = "D2", .act = ACT_APPLY, .now = NOW, .at = NOW, .until = LIFE_NEVER
	};

	put_certificate(registry, "D2", "P2", "on_file");
	assert_int_equal(lived_take(registry, &answer, &request), LIFE_ANOTHER_AT_WORK);
	assert_string_equal(answer.other, "C2");
	assert_int_equal(lived_ahead(registry, "C2", ACT_CLOSE, NOW, NOW + DAY), LIFE_TAKEN);
	assert_int_equal(lived_take(registry, &answer, &request), LIFE_ANOTHER_AT_WORK);
	request.at = NOW + DAY;
	assert_int_equal(lived_take(registry, &answer, &request), LIFE_TAKEN);
}

static void one_that_will_be_at_work_counts(void **state)
{
	struct registry *registry = of(state);

	put_certificate(registry, "C2", "P2", "cancelled");
	put_certificate(registry, "D2", "P2", "on_file");
	put_certificate(registry, "E2", "P2", "on_file");
	assert_int_equal(lived_ahead(registry, "D2", ACT_APPLY, NOW, NOW + DAY), LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "E2", ACT_APPLY, NOW), LIFE_ANOTHER_AT_WORK);
}

/* --- exclusions --- */

static enum registry_status exclude(struct registry *registry, const char *cause, int32_t from,
				    int32_t until)
{
	const struct exclusion exclusion = { cause, from, until };

	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	enum registry_status status = exclusion_put(registry, "P2", &exclusion, NOW);
	if (status != REGISTRY_OK)
		registry_rollback(registry);
	else
		assert_int_equal(registry_commit(registry), REGISTRY_OK);
	return status;
}

static void nothing_brings_it_closer_to_somebody_excluded(void **state)
{
	static const struct {
		const char *step;
		enum life_act act;
		enum life_refusal due;
	} rows[] = {
		{ "on_file", ACT_APPLY, LIFE_EXCLUDED },
		{ "applied", ACT_ACCEPT, LIFE_EXCLUDED },
		{ "accepted", ACT_APPROVE, LIFE_EXCLUDED },
		{ "province_review", ACT_PRODUCE, LIFE_EXCLUDED },
		{ "at_station", ACT_DELIVER, LIFE_EXCLUDED },
		{ "at_station", ACT_HAND_OVER, LIFE_EXCLUDED },
		{ "suspended", ACT_RESUME, LIFE_EXCLUDED },
		{ "applied", ACT_REFUSE, LIFE_TAKEN },
		{ "active", ACT_SUSPEND, LIFE_TAKEN },
		{ "active", ACT_REPORT_LOSS, LIFE_TAKEN },
		{ "active", ACT_CANCEL, LIFE_TAKEN },
	};
	struct registry *registry = of(state);
	struct life_answer answer;

	put_certificate(registry, "C2", "P2", "cancelled");
	assert_int_equal(exclude(registry, "wanted", SMALL_DAY, SMALL_DAY + 2), REGISTRY_OK);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct life_request request = { .certificate = "D2",
						.act = rows[i].act,
						.now = NOW,
						.at = NOW,
						.until = LIFE_NEVER };
		put_certificate(registry, "D2", "P2", rows[i].step);
		assert_int_equal(registry_begin(registry), REGISTRY_OK);
		assert_int_equal(life_take_step(registry, &answer, &request), REGISTRY_OK);
		registry_rollback(registry);
		if (answer.refusal != rows[i].due)
			fail_msg("%s: %s", life_act_name(rows[i].act),
				 life_refusal_name(answer.refusal));
		if (rows[i].due == LIFE_EXCLUDED)
			assert_string_equal(answer.cause, "wanted");
	}
}

static void an_exclusion_holds_on_its_days(void **state)
{
	struct registry *registry = of(state);
	static const struct {
		int32_t day;
		enum life_refusal due;
	} rows[] = { { SMALL_DAY + 2, LIFE_EXCLUDED },
		     { SMALL_DAY + 4, LIFE_EXCLUDED },
		     { SMALL_DAY + 1, LIFE_TAKEN },
		     { SMALL_DAY + 5, LIFE_TAKEN } };

	assert_int_equal(exclude(registry, "prison", SMALL_DAY + 2, SMALL_DAY + 4), REGISTRY_OK);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct life_answer answer;
		struct life_request request = { .certificate = "C2",
						.act = ACT_RESUME,
						.now = NOW,
						.at = china_midnight(rows[i].day + 1) - 1,
						.until = LIFE_NEVER };
		put_certificate(registry, "C2", "P2", "suspended");
		assert_int_equal(registry_begin(registry), REGISTRY_OK);
		assert_int_equal(life_take_step(registry, &answer, &request), REGISTRY_OK);
		registry_rollback(registry);
		assert_int_equal(answer.refusal, rows[i].due);
	}
}

struct days {
	int count;
	int32_t until;
};

static bool count_exclusion(void *context, const struct exclusion *exclusion)
{
	struct days *days = context;

	days->count++;
	days->until = exclusion->until;
	return true;
}

static struct days exclusions(struct registry *registry)
{
	struct days days = { 0 };

	assert_int_equal(exclusion_each(registry, "P2", count_exclusion, &days), REGISTRY_OK);
	return days;
}

static int64_t readmit(struct registry *registry, int32_t from)
{
	int64_t ended;

	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(exclusion_end(registry, &ended, "P2", from, NOW), REGISTRY_OK);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	return ended;
}

/* Dating back does not get round it. */
static void an_exclusion_holds_on_the_day_of_the_record_too(void **state)
{
	struct registry *registry = of(state);
	const struct exclusion prison = { "prison", SMALL_DAY, INT32_MAX };

	put_certificate(registry, "C-NEW", "P2", "on_file");
	assert_int_equal(lived_act(registry, "C2", ACT_CANCEL, NOW - 3 * DAY), LIFE_TAKEN);
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(exclusion_put(registry, "P2", &prison, NOW), REGISTRY_OK);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	assert_int_equal(lived_ahead(registry, "C-NEW", ACT_APPLY, NOW, NOW - DAY), LIFE_EXCLUDED);
	assert_int_equal(lived_ahead(registry, "C-NEW", ACT_APPLY, NOW - DAY, NOW), LIFE_EXCLUDED);
	assert_int_equal(lived_ahead(registry, "C-NEW", ACT_APPLY, NOW - DAY, NOW - DAY),
			 LIFE_TAKEN);
}

static void exclusions_end_the_day_before(void **state)
{
	struct registry *registry = of(state);
	int64_t ended;

	assert_int_equal(exclude(registry, "prison", SMALL_DAY, INT32_MAX), REGISTRY_OK);
	assert_int_equal(exclude(registry, "prison", SMALL_DAY + 9, SMALL_DAY + 9),
			 REGISTRY_EXISTS);
	assert_int_equal(exclude(registry, "prison", SMALL_DAY - 9, SMALL_DAY), REGISTRY_EXISTS);
	assert_int_equal(exclude(registry, "prison", SMALL_DAY - 9, SMALL_DAY - 1), REGISTRY_OK);
	assert_int_equal(exclude(registry, "wanted", SMALL_DAY + 9, INT32_MAX), REGISTRY_OK);
	assert_int_equal(readmit(registry, SMALL_DAY + 5), 2);
	assert_int_equal(exclusions(registry).count, 2);
	assert_int_equal(exclusions(registry).until, SMALL_DAY + 4);
	assert_int_equal(readmit(registry, SMALL_DAY + 5), 0);
	assert_int_equal(readmit(registry, SMALL_DAY), 1); /* never began */
	assert_int_equal(exclusions(registry).until, SMALL_DAY - 1);
	assert_int_equal(exclusion_end(registry, &ended, "P9", SMALL_DAY, NOW), REGISTRY_NOT_FOUND);
}

/* --- what was worked out is checked against the steps --- */

static void count_line(void *context, const char *line)
{
	assert_non_null(strstr(line, "C2"));
	++*(int *)context;
}

static int faults(struct registry *registry)
{
	int count = 0;

	assert_int_equal(life_check(registry, count_line, &count), REGISTRY_OK);
	return count;
}

static void a_standing_that_the_steps_deny_is_found(void **state)
{
	static const char *const rows[] = {
		"UPDATE certificate SET standing = 1 WHERE number = 'C2'",
		"UPDATE certificate SET since = since - 1 WHERE number = 'C2'",
		"UPDATE certificate SET until = since + 1 WHERE number = 'C2'",
		"UPDATE certificate SET standing = NULL WHERE number = 'C2'",
		"UPDATE certificate SET person = 'P1' WHERE number = 'C2'",
	};
	struct small_registry *small = *state;

	assert_int_equal(lived_act(small->registry, "C2", ACT_REPLACE, NOW), LIFE_TAKEN);
	assert_int_equal(lived_act(small->registry, "C1", ACT_REPORT_LOSS_PROVISIONAL, NOW),
			 LIFE_TAKEN);
	assert_int_equal(faults(small->registry), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		small_sql(small->path, "CREATE TABLE kept AS SELECT * FROM certificate"
				       " WHERE number = 'C2'");
		small_sql(small->path, rows[i]);
		if (faults(small->registry) != 1)
			fail_msg("%s", rows[i]);
		small_sql(small->path, "UPDATE certificate SET (person, standing, since, until) ="
				       " (SELECT person, standing, since, until FROM kept)"
				       " WHERE number = 'C2'; DROP TABLE kept");
		assert_int_equal(faults(small->registry), 0);
	}
}

int main(void)
{
#define TEST(name)  cmocka_unit_test_setup_teardown(name, small_set_up, small_tear_down)
#define TIERS(name) cmocka_unit_test_setup_teardown(name, set_up_tiers, small_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_certificate_that_is_not_there),
		TEST(a_clock_that_was_set_back),
		TEST(a_step_before_the_last_one),
		TEST(a_step_that_does_not_follow),
		TEST(a_step_after_which_a_later_one_would_not_follow),
		TEST(a_death_is_not_kept_off_the_record_by_what_lies_ahead),
		TEST(as_many_steps_as_there_may_be),
		cmocka_unit_test(refusals_have_names),
		TEST(an_exclusion_holds_on_the_day_of_the_record_too),
		TEST(a_standing_that_the_steps_deny_is_found),
		TIERS(each_tier_reviews_in_its_turn),
		TIERS(who_applied_or_accepted_cannot_approve),
		TIERS(an_application_made_again_is_judged_by_itself),
		TEST(one_certificate_at_work_a_person),
		TEST(one_that_will_be_at_work_counts),
		TEST(nothing_brings_it_closer_to_somebody_excluded),
		TEST(an_exclusion_holds_on_its_days),
		TEST(exclusions_end_the_day_before),
	};

	return cmocka_run_group_tests_name("life_record", tests, NULL, NULL);
}
