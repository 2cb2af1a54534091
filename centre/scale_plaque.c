#include "centre/scale_plaque.h"

#include <stdio.h>

#include "db/china_time.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What becomes of one in so many: after it was issued, or after it was hung. */
static const struct {
	uint32_t every;
	bool hung;
	enum plaque_state then[2];
} ways[] = {
	{ 89, false, { PLAQUE_NONE } }, /* issued, to be hung */
	{ 97, true, { PLAQUE_DAMAGED, PLAQUE_HUNG } },
	{ 101, true, { PLAQUE_DAMAGED } },
	{ 103, true, { PLAQUE_LOST } },
	{ 107, true, { PLAQUE_DAMAGED, PLAQUE_REPLACED } },
	{ 109, true, { PLAQUE_TAKEN_DOWN } },
};

struct way {
	uint32_t count;
	enum plaque_state states[SCALE_PLAQUE_STATES_MAX];
};

static void add(struct way *way, enum plaque_state state)
{
	way->states[way->count++] = state;
}

static struct way way_of(const struct scale_place *place, uint32_t rank)
{
	struct way way = { 0 };
	size_t found = COUNT(ways);

	for (size_t i = 0; !place->plain && i < COUNT(ways) && found == COUNT(ways); i++)
		if (rank % ways[i].every == 0)
			found = i;
	add(&way, PLAQUE_ISSUED);
	if (found == COUNT(ways) || ways[found].hung)
		add(&way, PLAQUE_HUNG);
	for (size_t i = 0; found < COUNT(ways) && i < COUNT(ways[found].then); i++)
		if (ways[found].then[i] != PLAQUE_NONE)
			add(&way, ways[found].then[i]);
	return way;
}

void scale_plaque_make(struct scale_plaque *out, const struct scale_place *place, uint32_t index,
		       uint32_t rank, int64_t now)
{
	struct scale_draw draw = scale_draw_begin(place, SCALE_PLAQUE, index);
	struct way way = way_of(place, rank);
	int32_t day = china_time_at(now).day - 30;

	*out = (struct scale_plaque){ .count = way.count };
	snprintf(out->number, sizeof out->number, "DEMO-G-%s-%06u", place->region, rank + 1);
	snprintf(out->household, sizeof out->household, "DEMO-H-%s-%06u", place->region, index + 1);
	/* From the last one back: some weeks to the door, then months. */
	for (uint32_t i = way.count; i-- > 0;) {
		day -= 1 + (int32_t)scale_draw_below(&draw, i == 0 ? 30 : 200);
		out->states[i].state = way.states[i];
		out->states[i].at = china_midnight(day) + 10 * 3600;
	}
}

static enum registry_status take(struct registry *registry, const struct scale_plaque *plaque,
				 uint32_t index)
{
	struct plaque_request request = { .number = plaque->number,
					  .state = plaque->states[index].state,
					  .day = china_time_at(plaque->states[index].at).day,
					  .reason = "",
					  .now = plaque->states[index].at };
	struct plaque_answer answer;
	enum registry_status status = plaque_step(registry, &answer, &request);

	if (status == REGISTRY_OK && answer.refusal != PLAQUE_TAKEN)
		status = REGISTRY_CONSTRAINT;
	return status;
}

enum registry_status scale_plaque_put(struct registry *registry, const struct scale_plaque *plaque,
				      const char *person, const char *unit, bool whole_way)
{
	struct plaque row = { .number = plaque->number,
			      .person = person,
			      .household = plaque->household,
			      .unit = unit };
	enum registry_status status = plaque_put(registry, &row);

	/* From the store straight to the door. */
	uint32_t first = whole_way || plaque->count < 2 ? 0 : 1;
	for (uint32_t i = first; status == REGISTRY_OK && i < plaque->count; i++)
		status = take(registry, plaque, i);
	return status;
}
