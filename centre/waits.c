#include "centre/waits.h"

#include <stdlib.h>

struct reading {
	struct waits *waits;
	const struct unit_range *places;
	bool no_memory;
};

static bool make_room(struct waits *waits, size_t day)
{
	size_t size = day + 1 > 2 * waits->size ? day + 1 : 2 * waits->size;
	struct plot_count *larger;

	if (day < waits->size)
		return true;
	larger = realloc(waits->days, size * sizeof *larger);
	if (larger == NULL)
		return false;
	for (size_t i = waits->size; i < size; i++)
		larger[i] = (struct plot_count){ .value = (int64_t)i };
	waits->days = larger;
	waits->size = size;
	return true;
}

static bool take(void *context, const struct waiting *row)
{
	struct reading *reading = context;
	struct waits *waits = reading->waits;
	bool is_beyond = row->working_days > WAITING_DAYS_MOST;

	if (!unit_range_has(reading->places, row->unit))
		return true;
	if (row->handed_over == INT32_MAX) {
		waits->open++;
		waits->open_beyond += is_beyond;
		return true;
	}
	reading->no_memory = !make_room(waits, (size_t)row->working_days);
	if (reading->no_memory)
		return false;
	waits->days[row->working_days].count++;
	*(is_beyond ? &waits->beyond : &waits->within) += 1;
	return true;
}

/* The plot asks how far the days reach. */
static void cut_to_the_last(struct waits *waits)
{
	while (waits->size > 0 && waits->days[waits->size - 1].count == 0)
		waits->size--;
}

enum registry_status waits_read(struct waits *out, struct registry *registry, int64_t now,
				const struct unit_range *places)
{
	struct reading reading = { .waits = out, .places = places };
	enum registry_status status;

	*out = (struct waits){ 0 };
	status = ledger_waiting(registry, now, take, &reading);
	cut_to_the_last(out);
	return reading.no_memory ? REGISTRY_TROUBLE : status;
}

void waits_free(struct waits *waits)
{
	free(waits->days);
	*waits = (struct waits){ 0 };
}

bool waits_median(const struct waits *waits, int64_t *days)
{
	int64_t count = waits->within + waits->beyond, seen = 0;

	for (size_t i = 0; i < waits->size; i++) {
		seen += waits->days[i].count;
		if (2 * seen >= count && count > 0) {
			*days = waits->days[i].value;
			return true;
		}
	}
	return false;
}
