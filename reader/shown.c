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
		if (shown->codes[i].seen_ms < shown->codes[place].seen_ms) {
			place = i;
		}
	}
	shown->codes[place].reading = *reading;
	shown->codes[place].seen_ms = now_ms;
	return true;
}
