#include "reader/shown.h"

#include <string.h>

static bool is_empty(const struct reading *reading)
{
	return reading->fault == READING_COMPLETE && reading->length == 0;
}

static bool is_same(const struct reading *a, const struct reading *b)
{
	return a->fault == b->fault && a->length == b->length &&
	       memcmp(a->bytes, b->bytes, a->length) == 0;
}

void shown_forget(struct shown *shown, uint64_t now_ms)
{
	for (int i = 0; i < SHOWN_CODES; i++) {
		uint64_t seen_ms = shown->codes[i].seen_ms;

		if (!is_empty(&shown->codes[i].reading) && now_ms > seen_ms &&
		    now_ms - seen_ms > SHOWN_AWAY_MS) {
			explicit_bzero(&shown->codes[i], sizeof shown->codes[i]);
		}
	}
}

/* Whether i is a better place for a new code: empty, or not seen for longer. */
static bool gives_way(const struct shown *shown, int i, int place)
{
	if (is_empty(&shown->codes[place].reading)) {
		return false;
	}
	return is_empty(&shown->codes[i].reading) ||
	       shown->codes[i].seen_ms < shown->codes[place].seen_ms;
}

bool shown_is_new(struct shown *shown, const struct reading *reading, uint64_t now_ms)
{
	int place = 0;

	if (is_empty(reading)) {
		return false;
	}
	shown_forget(shown, now_ms);
	for (int i = 0; i < SHOWN_CODES; i++) {
		if (is_same(&shown->codes[i].reading, reading)) {
			shown->codes[i].seen_ms = now_ms;
			return false;
		}
		if (gives_way(shown, i, place)) {
			place = i;
		}
	}
	shown->codes[place].reading = *reading;
	shown->codes[place].seen_ms = now_ms;
	return true;
}
