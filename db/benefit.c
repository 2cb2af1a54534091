#include "db/benefit.h"

#include <string.h>

static const char *const venues[VENUE_COUNT] = {
	[VENUE_HALL] = "hall",         [VENUE_BANK] = "bank",
	[VENUE_HOSPITAL] = "hospital", [VENUE_PARK] = "park",
	[VENUE_MUSEUM] = "museum",     [VENUE_TRANSPORT] = "transport",
	[VENUE_HOTEL] = "hotel",       [VENUE_RESTAURANT] = "restaurant",
	[VENUE_FUEL] = "fuel",         [VENUE_SHOP] = "shop",
	[VENUE_SCHOOL] = "school",     [VENUE_POST] = "post",
	[VENUE_OTHER] = "other",
};

static const char *const periods[PERIOD_COUNT] = {
	[PERIOD_DAY] = "day",   [PERIOD_WEEK] = "week", [PERIOD_MONTH] = "month",
	[PERIOD_YEAR] = "year", [PERIOD_EVER] = "ever",
};

static const char *const scenes[] = { "食", "住", "行", "购", "游", "娱",
				      "康", "联", "商", "贷", "庆" };

bool venue_from_name(enum venue *out, const char *name)
{
	for (size_t i = 0; i < VENUE_COUNT; i++) {
		if (strcmp(venues[i], name) == 0) {
			*out = (enum venue)i;
			return true;
		}
	}
	return false;
}

const char *venue_name(enum venue venue)
{
	return venues[venue];
}

const char *period_name(enum period period)
{
	return periods[period];
}

const char *scene_name(size_t index)
{
	return index < sizeof scenes / sizeof *scenes ? scenes[index] : NULL;
}

bool scene_is_known(const char *scene)
{
	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
		if (strcmp(scenes[i], scene) == 0)
			return true;
	}
	return false;
}
