#include "centre/scale_life.h"

#include <assert.h>

#include "centre/scale_person.h"
#include "centre/scale_plan.h"
#include "db/china_time.h"

/* --- which plan --- */

static bool is_by_other_kind(const struct scale_plan *plan)
{
	return plan->legs[0].least > 0 && plan->legs[0].act == ACT_REPLACE_KIND;
}

static bool fits(const struct scale_place *place, const struct scale_plan *plan)
{
	bool accepted = plan->issued >= 2;

	return (accepted || !place->all_accepted) && !(is_by_other_kind(plan) && place->plain);
}

/* How many certificates live by a plan: its parts, but one at least. */
static uint32_t plan_size(const struct scale_place *place, const struct scale_plan *plan)
{
	uint32_t share = place->certificates * plan->parts / 1000;

	if (!fits(place, plan))
		return 0;
	return share > 0 ? share : 1;
}

uint32_t scale_second_certificates(const struct scale_place *place)
{
	uint32_t count = 0;

	for (size_t i = 0; i < scale_plan_count; i++)
		if (is_by_other_kind(&scale_plans[i]))
			count += plan_size(place, &scale_plans[i]);
	return count;
}

static const struct scale_plan *plan_of(const struct scale_place *place, uint32_t holder)
{
	uint32_t rank = scale_spread(holder, scale_holders(place)), end = 0;

	for (size_t i = 0; i < scale_plan_count; i++) {
		end += plan_size(place, &scale_plans[i]);
		if (rank < end)
			return &scale_plans[i];
	}
	return &scale_plan_in_use;
}

bool scale_gets_other_kind(const struct scale_place *place, uint32_t holder)
{
	return is_by_other_kind(plan_of(place, holder));
}

/* --- its legs, one after another --- */

static const struct scale_leg first_way[] = {
	{ .act = ACT_APPLY, .least = 1, .most = 1 },
	{ .act = ACT_ACCEPT, .least = 1, .most = 3 },
	{ .act = ACT_APPROVE, .least = 1, .most = 5 }, /* county */
	{ .act = ACT_APPROVE, .least = 1, .most = 6 }, /* city */
	{ .act = ACT_APPROVE, .least = 1, .most = 8 }, /* province */
	{ .act = ACT_PRODUCE, .least = 1, .most = 3 },
	{ .act = ACT_COUNTY_SIGNS, .least = 7, .most = 20 },
	{ .act = ACT_STATION_SIGNS, .least = 1, .most = 5 },
	{ .act = ACT_HAND_OVER, .least = 1, .most = 10 },
};
/* Two to four months, as holders wait for a second one. */
static const struct scale_leg second_way[] = {
	{ .act = ACT_PRODUCE, .least = 5, .most = 20 },
	{ .act = ACT_COUNTY_SIGNS, .least = 50, .most = 80 },
	{ .act = ACT_STATION_SIGNS, .least = 2, .most = 8 },
	{ .act = ACT_HAND_OVER, .least = 1, .most = 10 },
};

/* A plan's legs in the order in which they are gone. */
struct route {
	size_t count;
	struct scale_leg legs[SCALE_STEPS_MAX];
};

/* Up to count legs, or up to the one that is none. */
static void go(struct route *route, const struct scale_leg *legs, size_t count)
{
	for (size_t i = 0; i < count && legs[i].least > 0; i++) {
		assert(route->count < SCALE_STEPS_MAX);
		route->legs[route->count++] = legs[i];
	}
}

static struct route route_of(const struct scale_plan *plan)
{
	struct route route = { 0 };

	go(&route, first_way, plan->issued);
	if (plan->delivered && plan->again == 0)
		route.legs[route.count - 1].act = ACT_DELIVER;
	go(&route, plan->legs, SCALE_LEGS_MAX);
	go(&route, second_way, plan->again);
	if (plan->delivered && plan->again > 0)
		route.legs[route.count - 1].act = ACT_DELIVER;
	return route;
}

/* --- its days --- */

/* At some time of a working day's hours. */
static int64_t within_hours(struct scale_draw *draw, int32_t day)
{
	return china_midnight(day) + 9 * 3600 + scale_draw_below(draw, 8 * 3600);
}

static int64_t end_of(const struct scale_leg *leg, int64_t at)
{
	bool lasts = leg->act == ACT_REPORT_LOSS_PROVISIONAL || leg->act == ACT_SUSPEND;

	return lasts && leg->lasts > 0 ? at + leg->lasts * INT64_C(86400) : LIFE_NEVER;
}

static void add(struct scale_life *out, const struct scale_leg *leg, int64_t at, int64_t recorded)
{
	bool in_hand = leg->act == ACT_DELIVER || leg->act == ACT_HAND_OVER;

	out->steps[out->count++] = (struct scale_step){ .event = { at, end_of(leg, at), leg->act },
							.recorded = recorded,
							.cause = leg->cause };
	if (in_hand && out->in_hand == INT32_MIN)
		out->in_hand = china_time_at(at).day;
}

/* The legs that were gone, from a day on; the rest lies ahead and was recorded today. */
static void walk(struct scale_life *out, const struct route *route, const int32_t *gaps,
		 struct scale_draw *draw, int32_t day, int64_t now)
{
	for (size_t i = 0; i < route->count; i++) {
		const struct scale_leg *leg = &route->legs[i];

		day += gaps[i];
		int64_t at = within_hours(draw, day);
		if (leg->ahead)
			at = now + gaps[i] * INT64_C(86400);
		add(out, leg, at, leg->ahead ? now : at);
	}
}

static int32_t between(struct scale_draw *draw, int32_t least, int32_t most)
{
	return least + (int32_t)scale_draw_below(draw, (uint32_t)(most - least + 1));
}

void scale_life_make(struct scale_life *out, const struct scale_place *place, uint32_t holder,
		     int64_t now)
{
	const struct scale_plan *plan = plan_of(place, holder);
	struct scale_draw draw = scale_draw_begin(place, SCALE_LIFE, holder);
	struct route route = route_of(plan);
	int32_t gaps[SCALE_STEPS_MAX], length = 0;

	*out = (struct scale_life){ .beginning = plan->beginning == STEP_NONE ? STEP_ON_FILE
									      : plan->beginning,
				    .in_hand = INT32_MIN,
				    .only_issued = plan == &scale_plan_in_use };
	for (size_t i = 0; i < route.count; i++) {
		gaps[i] = between(&draw, route.legs[i].least, route.legs[i].most);
		length += route.legs[i].ahead ? 0 : gaps[i];
	}
	int32_t most = SCALE_LIFE_DAYS - length;
	if (most > plan->most_ago)
		most = plan->most_ago;
	int32_t ago = between(&draw, plan->least_ago, most);
	walk(out, &route, gaps, &draw, china_time_at(now).day - ago - length, now);
}

void scale_life_of_second(struct scale_life *out, const struct scale_place *place, uint32_t holder,
			  const struct scale_life *first, int64_t now)
{
	struct scale_draw draw = scale_draw_begin(place, SCALE_LIFE, ~holder);
	struct route route = route_of(&scale_plan_in_use);
	int64_t closed = first->steps[first->count - 1].event.at;
	int32_t gaps[SCALE_STEPS_MAX];

	*out = (struct scale_life){ .beginning = STEP_ON_FILE, .in_hand = INT32_MIN };
	for (size_t i = 0; i < route.count; i++)
		gaps[i] = between(&draw, route.legs[i].least, route.legs[i].most);
	walk(out, &route, gaps, &draw, china_time_at(closed).day + 1, now);
}

enum life_step scale_life_step(const struct scale_life *life, int64_t now)
{
	struct life_event events[SCALE_STEPS_MAX];

	for (size_t i = 0; i < life->count; i++)
		events[i] = life->steps[i].event;
	return life_standing(life->beginning, events, life->count, now).step;
}
