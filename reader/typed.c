#include "reader/typed.h"

#include <string.h>

static void forget(struct typed *typed)
{
	explicit_bzero(typed, sizeof *typed);
}

static bool paused(const struct typed *typed, uint64_t now_ms)
{
	return now_ms > typed->last_ms && now_ms - typed->last_ms > TYPED_PAUSE_MS;
}

void typed_feed(struct typed *typed, const char *text, size_t length, uint64_t now_ms)
{
	struct reading *reading = &typed->reading;

	if (length == 0) {
		return;
	}
	if (paused(typed, now_ms)) {
		forget(typed);
	}
	typed->last_ms = now_ms;
	if (length > READING_BYTES_MAX - reading->length) {
		typed->overflowed = true;
		return;
	}
	memcpy(reading->bytes + reading->length, text, length);
	reading->length += length;
}

bool typed_enter(struct typed *typed, struct reading *out, uint64_t now_ms)
{
	struct reading *reading = &typed->reading;

	if (!paused(typed, now_ms) && !typed->overflowed && reading->length > 0 &&
	    reading->bytes[reading->length - 1] == '\r') {
		reading->length--;
	}
	if (paused(typed, now_ms) || (reading->length == 0 && !typed->overflowed)) {
		forget(typed);
		return false;
	}
	out->carrier = READING_QR;
	out->fault = typed->overflowed ? READING_MALFORMED : READING_COMPLETE;
	out->length = typed->overflowed ? 0 : reading->length;
	out->taken_ms = now_ms;
	memcpy(out->bytes, reading->bytes, out->length);
	forget(typed);
	return true;
}

bool typed_line(struct typed *typed, struct reading *out, size_t *used, const uint8_t *bytes,
		size_t length, uint64_t now_ms)
{
	size_t at = 0;

	while (at < length) {
		size_t start = at;

		while (at < length && bytes[at] != '\r' && bytes[at] != '\n') {
			at++;
		}
		typed_feed(typed, (const char *)bytes + start, at - start, now_ms);
		if (at < length) {
			at++;
			if (typed_enter(typed, out, now_ms)) {
				*used = at;
				return true;
			}
		}
	}
	*used = at;
	return false;
}
