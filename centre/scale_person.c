#include "centre/scale_person.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "centre/scale_life.h"
#include "db/china_time.h"

#define ELDER_YEARS 60
#define OLDEST_DAYS (36 * 365) /* [day] beyond 60 years */
#define YOUNG_DAYS  (38 * 365) /* [day] under 60 years */

/* --- classes --- */

static uint32_t parts_of(const struct scale_place *place)
{
	uint32_t parts = 0;

	for (size_t i = 0; i < place->class_count; i++)
		parts += place->classes[i].parts;
	return parts;
}

/* Where in the order of classes somebody stands. */
struct standing_in_class {
	const struct scale_class *class;
	uint32_t elders_before, others_before; /* of classes of elders alone, and of any other */
	uint32_t elders, others;               /* of them all */
};

static struct standing_in_class find_class(const struct scale_place *place, uint32_t rank)
{
	struct standing_in_class found = { 0 };
	uint32_t parts = parts_of(place), sum = 0, begin = 0;

	for (size_t i = 0; i < place->class_count; i++) {
		const struct scale_class *class = &place->classes[i];

		sum += class->parts;
		uint32_t end = scale_chosen_before(sum, place->persons, parts);
		uint32_t before = rank <= begin ? 0 : rank < end ? rank - begin : end - begin;

		if (rank >= begin && rank < end)
			found.class = class;
		*(class->elder ? &found.elders_before : &found.others_before) += before;
		*(class->elder ? &found.elders : &found.others) += end - begin;
		begin = end;
	}
	assert(found.class != NULL); /* the classes divide all persons among them */
	return found;
}

uint32_t scale_eligible(const struct scale_place *place)
{
	uint32_t parts = 0;

	/* Those who may not stand at the end. */
	for (size_t i = 0; i < place->class_count && place->classes[i].kind != 0; i++)
		parts += place->classes[i].parts;
	return scale_chosen_before(parts, place->persons, parts_of(place));
}

uint32_t scale_holders(const struct scale_place *place)
{
	return place->certificates - scale_second_certificates(place);
}

/* --- birth --- */

/* Nobody shares day and order with another of the same age group, so that ID numbers differ. */
struct birth {
	bool elder;
	int32_t day;
	uint32_t order; /* among those born on that day */
};

static struct birth make_birth(const struct scale_place *place,
			       const struct standing_in_class *standing, int32_t today)
{
	int year, month, day;
	uint32_t chosen = place->elders - standing->elders;
	uint32_t old = scale_chosen_before(standing->others_before, chosen, standing->others);
	struct birth birth = { .elder = standing->class->elder ||
					scale_is_chosen(standing->others_before, chosen,
							standing->others) };
	uint32_t index =
		birth.elder ? standing->elders_before + old : standing->others_before - old;
	uint32_t days = birth.elder ? OLDEST_DAYS : YOUNG_DAYS;

	date_from_day(today, &year, &month, &day);
	int32_t sixty = day_from_date(year - ELDER_YEARS, month, day);

	birth.order = index / days;
	index = scale_spread(index % days, days);
	birth.day = birth.elder ? sixty - (int32_t)index : sixty + 1 + (int32_t)index;
	return birth;
}

/* --- the ID number --- */

/* Region, birth, a sequence that no office gives out (9 and two digits, the last one odd for men) and
 * the check character. */
static void make_id_number(char out[static SCALE_ID_SIZE], const char *region,
			   const struct birth *birth, bool female)
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	static const char checks[] = "10X98765432";
	int year, month, day, sum = 0;

	date_from_day(birth->day, &year, &month, &day);
	snprintf(out, SCALE_ID_SIZE, "%.6s%04u%02u%02u9%02u", region, (unsigned)year % 10000,
		 (unsigned)month % 100, (unsigned)day % 100,
		 (2 * birth->order + (female ? 0 : 1)) % 100);
	for (int i = 0; i < 17; i++)
		sum += weights[i] * (out[i] - '0');
	out[17] = checks[sum % 11];
	out[18] = '\0';
}

/* --- the rest --- */

static bool is_female(const struct scale_class *class, struct scale_draw *draw)
{
	/* [percent] */
	uint32_t share = class->kind == 1 ? 6 : class->kind == 2 ? 62 : 55;

	return scale_draw_below(draw, 100) < share;
}

static int32_t draw_merit(struct scale_draw *draw)
{
	uint32_t drawn = scale_draw_below(draw, 1000);

	return drawn < 2 ? 1 : drawn < 12 ? 2 : drawn < 90 ? 3 : 0;
}

static enum scale_name_kind name_kind(uint32_t rank)
{
	if (rank % 97 == 3)
		return SCALE_NAME_COMPOUND;
	return rank % 101 == 7 ? SCALE_NAME_RARE : SCALE_NAME_COMMON;
}

static void take_holdings(struct scale_person *out, const struct scale_place *place, uint32_t index,
			  uint32_t rank)
{
	uint32_t eligible = scale_eligible(place), holders = scale_holders(place);

	out->holds = rank < eligible && scale_is_chosen(rank, holders, eligible);
	if (out->holds)
		out->certificate = scale_chosen_before(rank, holders, eligible);
	out->has_plaque = scale_is_chosen(index, place->plaques, place->persons);
	if (out->has_plaque)
		out->plaque = scale_chosen_before(index, place->plaques, place->persons);
	/* Whoever is given the other kind is entitled to both. */
	if (out->holds && scale_gets_other_kind(place, out->certificate))
		out->identities = out->kind == 1 ? "veteran.conscript;family.martyr"
						 : "family.martyr;veteran.conscript";
}

void scale_number_print(char out[static SCALE_NUMBER_SIZE], const struct scale_place *place,
			uint32_t index, bool second)
{
	snprintf(out, SCALE_NUMBER_SIZE, "DEMO-%s-%06u%s", place->region, index + 1,
		 second ? "-2" : "");
}

void scale_person_make(struct scale_person *out, const struct scale_place *place, uint32_t index,
		       int32_t today)
{
	uint32_t rank = scale_spread(index, place->persons);
	struct standing_in_class standing = find_class(place, rank);
	struct scale_draw draw = scale_draw_begin(place, SCALE_PERSON, index);
	struct birth birth = make_birth(place, &standing, today);
	bool female = is_female(standing.class, &draw);
	/* Some moved here. */
	bool from_elsewhere = scale_draw_below(&draw, 40) == 0;

	*out = (struct scale_person){ .sex = female ? 'f' : 'm',
				      .elder = birth.elder,
				      .birth = birth.day,
				      .needy = scale_draw_below(&draw, 25) == 0,
				      .merit = standing.class->kind == 1 ? draw_merit(&draw) : 0,
				      .identities = standing.class->identities,
				      .kind = standing.class->kind,
				      .unit = scale_draw_below(&draw, place->villages) };
	snprintf(out->code, sizeof out->code, "demo-%s-%06u", place->region, index + 1);
	snprintf(out->home_region, sizeof out->home_region, "%.4s%s", place->region,
		 from_elsewhere ? "99" : place->region + 4);
	scale_name_make(out->name, &draw, name_kind(rank), female, birth.elder);
	make_id_number(out->id_number, place->region, &birth, female);
	take_holdings(out, place, index, rank);
}
