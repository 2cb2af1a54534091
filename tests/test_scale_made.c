/* Who is on file at each of the places, and how their certificates live: as it is made up, before any
 * registry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/scale_life.h"
#include "centre/scale_person.h"
#include "centre/text.h"
#include "db/china_time.h"

#define NOW   INT64_C(1781490240) /* [s] 2026-06-15, 10:24 in China */
#define TODAY 20619               /* [day] */

static const struct figures {
	const char *like;
	int64_t persons, elders, certificates, plaques;
} figures[] = {
	{ "rizhao", 5046, 1418, 4011, 4978 },
	{ "zherong", 2013, 566, 2013, 1986 },
	{ "shengzhou", 21854, 6143, 17371, 21559 },
	{ "xinle", 555, 156, 220, 536 },
};
#define PLACES (sizeof figures / sizeof *figures)

static const struct scale_place *place_of(const struct figures *row)
{
	const struct scale_place *place = scale_place_named(row->like);

	assert_non_null(place);
	return place;
}

/* --- people --- */

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool is_sixty(int32_t birth)
{
	int year, month, day;

	date_from_day(TODAY, &year, &month, &day);
	return birth <= day_from_date(year - 60, month, day);
}

static void assert_fits(const struct scale_place *place, const struct scale_person *person)
{
	char birth[11], digits[9];

	assert_true(text_is_id_number(person->id_number));
	assert_memory_equal(person->id_number, place->region, 6);
	/* A sequence that no office gives out, odd for men. */
	assert_int_equal(person->id_number[14], '9');
	assert_int_equal((person->id_number[16] - '0') % 2, person->sex == 'm');
	day_format(birth, person->birth);
	snprintf(digits, sizeof digits, "%.4s%.2s%.2s", birth, birth + 5, birth + 8);
	assert_memory_equal(person->id_number + 6, digits, 8);
	assert_int_equal(person->elder, is_sixty(person->birth));
	assert_true(text_is_identities(person->identities));
	assert_true(text_is_plain(person->name, 127));
	assert_true(text_is_region(person->home_region));
	assert_true(!person->holds || person->kind == 1 || person->kind == 2);
}

static void everybody_is_invented_and_differs(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLACES; i++) {
		const struct scale_place *place = place_of(&figures[i]);
		char(*numbers)[SCALE_ID_SIZE] = calloc(place->persons, sizeof *numbers);
		int64_t elders = 0, holders = 0, plaques = 0, women = 0, rare = 0;

		assert_non_null(numbers);
		assert_int_equal(place->persons, figures[i].persons);
		for (uint32_t p = 0; p < place->persons; p++) {
			struct scale_person person;

			scale_person_make(&person, place, p, TODAY);
			assert_fits(place, &person);
			strcpy(numbers[p], person.id_number);
			elders += person.elder;
			holders += person.holds;
			plaques += person.has_plaque;
			women += person.sex == 'f';
			/* Four bytes of UTF-8: outside of the basic plane. */
			rare += strpbrk(person.name, "\xf0") != NULL;
		}
		qsort(numbers, place->persons, sizeof *numbers, by_text);
		for (uint32_t p = 1; p < place->persons; p++)
			assert_true(strcmp(numbers[p - 1], numbers[p]) < 0);
		free(numbers);
		assert_int_equal(elders, figures[i].elders);
		assert_int_equal(holders + scale_second_certificates(place),
				 figures[i].certificates);
		assert_int_equal(plaques, figures[i].plaques);
		assert_true(women > 0 && women < place->persons / 2 && rare > 0);
	}
}

/* --- lives --- */

struct seen_acts {
	uint32_t acts, steps;      /* bits */
	bool causes[ACT_COUNT][8]; /* by their place in the list of the act */
};

static void see_step(struct seen_acts *seen, const struct scale_step *step)
{
	const char *const *causes = life_causes(step->event.act);
	size_t cause = 0;

	seen->acts |= UINT32_C(1) << step->event.act;
	if (causes == NULL)
		return;
	while (step->cause != NULL && strcmp(causes[cause], step->cause) != 0)
		assert_non_null(causes[++cause]);
	seen->causes[step->event.act][cause] = true;
}

/* Each step follows, none is older than two years, and nothing that is recorded lies ahead. */
static void assert_life(struct seen_acts *seen, const struct scale_life *life)
{
	struct life_event events[SCALE_STEPS_MAX];

	for (size_t i = 0; i < life->count; i++) {
		const struct scale_step *step = &life->steps[i];

		events[i] = step->event;
		assert_true(i == 0 || step->event.at > events[i - 1].at);
		assert_true(step->recorded <= NOW && step->recorded <= step->event.at);
		assert_true(china_time_at(step->event.at).day >= TODAY - SCALE_LIFE_DAYS);
		see_step(seen, step);
	}
	assert_int_equal(life_first_fault(life->beginning, events, life->count), life->count);
	seen->steps |= UINT32_C(1) << scale_life_step(life, NOW);
}

static void every_act_cause_and_step_is_lived_through(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLACES; i++) {
		const struct scale_place *place = place_of(&figures[i]);
		struct seen_acts seen = { 0 };

		for (uint32_t c = 0; c < scale_holders(place); c++) {
			struct scale_life life, second;

			scale_life_make(&life, place, c, NOW);
			assert_life(&seen, &life);
			if (!scale_gets_other_kind(place, c))
				continue;
			scale_life_of_second(&second, place, c, &life, NOW);
			assert_life(&seen, &second);
			assert_true(second.steps[0].event.at > life.steps[life.count - 1].event.at);
		}
		/* Every application at Zherong was accepted; Xinle has one certificate a person. */
		uint32_t steps = (UINT32_C(1) << STEP_COUNT) - 2,
			 acts = (UINT32_C(1) << ACT_COUNT) - 1;
		if (place->all_accepted)
			steps &= ~(UINT32_C(1) << STEP_ON_FILE | UINT32_C(1) << STEP_APPLIED |
				   UINT32_C(1) << STEP_IN_REVIEW);
		if (place->plain) {
			steps &= ~(UINT32_C(1) << STEP_OTHER_KIND);
			acts &= ~(UINT32_C(1) << ACT_REPLACE_KIND);
		}
		assert_int_equal(seen.steps, steps);
		assert_int_equal(seen.acts, acts);
		for (int act = 0; !place->all_accepted && act < ACT_COUNT; act++) {
			const char *const *causes = life_causes((enum life_act)act);

			for (size_t c = 0; causes != NULL && causes[c] != NULL; c++)
				assert_true(seen.causes[act][c]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_is_invented_and_differs),
		cmocka_unit_test(every_act_cause_and_step_is_lived_through),
	};
	return cmocka_run_group_tests_name("scale_made", tests, NULL, NULL);
}
