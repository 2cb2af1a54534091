/*
 * Benefits that contradict themselves: each part is sound, together they can never hold.
 */
#include "db/benefit_json.h"

#include "db/china_time.h"
#include "db/identity.h"

#define DAYS_LOOKED_AT \
	400 /* a year and what winds around its ends: beyond it every date comes up */

/* Every region that the benefit is for is among those that it is not for. */
static bool regions_cancel(const struct benefit *benefit)
{
	for (size_t i = 0; i < benefit->regions.count; i++) {
		bool excluded = false;

		for (size_t k = 0; k < benefit->not_regions.count && !excluded; k++)
			excluded = has_prefix(benefit->regions.items[i],
					      benefit->not_regions.items[k]);
		if (!excluded)
			return false;
	}
	return benefit->regions.count > 0;
}

static bool day_fits(const struct benefit *benefit, int32_t day)
{
	struct china_time time = china_time_at(china_midnight(day));
	int32_t at = time.month * 100 + time.day_of_month;
	bool annual = benefit->annual.count == 0;

	for (size_t i = 0; i < benefit->annual.count && !annual; i++) {
		const struct day_window *window = &benefit->annual.items[i];

		annual = window->first <= window->last ? window->first <= at && at <= window->last
						       : window->first <= at || at <= window->last;
	}
	return annual &&
	       (benefit->weekdays == 0 || (benefit->weekdays & 1U << (time.weekday - 1)) != 0);
}

/* No day between its first and its last is a weekday and a day of the year that it is given on. */
static bool never_comes(const struct benefit *benefit)
{
	if ((int64_t)benefit->until - benefit->from > DAYS_LOOKED_AT) /* or an end is open */
		return false;
	for (int32_t day = benefit->from; day <= benefit->until; day++) {
		if (day_fits(benefit, day))
			return false;
	}
	return true;
}

bool benefit_can_hold(struct document *document, const struct benefit *benefit)
{
	size_t length = document_enter(document, ".where");

	if (regions_cancel(benefit))
		return document_refuse(document,
				       "Every one of its regions is among its not_regions.");
	document_leave(document, length);
	document_enter(document, ".when");
	if (never_comes(benefit))
		return document_refuse(document, "No day from its first to its last fits.");
	document_leave(document, length);
	return true;
}
