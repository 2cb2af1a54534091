/*
 * How far the calendar of public holidays and festivals reaches.
 */
#include "db/china_time.h"
#include "db/registry_inside.h"

/* Does a rule that is in force ask the calendar? */
static bool is_asked(const struct snapshot *snapshot, int32_t today)
{
	size_t count = catalogue_count(snapshot->catalogue);
	for (size_t i = 0; i < count; i++) {
		const struct benefit *benefit = catalogue_at(snapshot->catalogue, i);
		if (!benefit->retired && benefit->until >= today &&
		    (benefit->holidays != HOLIDAYS_ANY || benefit->no_festivals))
			return true;
	}
	return false;
}

/* Holidays are published for a whole year: the last one stands for the rest of its year. */
static int32_t last_day(const struct snapshot *snapshot)
{
	int year, month, day;
	if (snapshot->day_count == 0)
		return INT32_MIN;
	date_from_day(snapshot->days[snapshot->day_count - 1].day, &year, &month, &day);
	return day_from_date(year, 12, 31);
}

bool registry_calendar_ends(const struct registry *registry, int32_t *last, int32_t today)
{
	*last = last_day(registry->snapshot);
	return (int64_t)*last - today < CALENDAR_NOTICE_DAYS && is_asked(registry->snapshot, today);
}
