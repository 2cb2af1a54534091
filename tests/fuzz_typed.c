/*
 * What comes from scanners, in pieces and with pauses.  Each piece begins with a byte that says how
 * long it is and how long the pause before it was.  Whatever is in pieces, text without a pause
 * must give the codes that stand between its line ends.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader/typed.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* The next code as plain string functions see it; its length, 0 at the end. */
static size_t expected_code(const uint8_t **at, const uint8_t *end)
{
	while (*at < end && (**at == '\r' || **at == '\n')) {
		(*at)++;
	}
	const uint8_t *start = *at;

	while (*at < end && **at != '\r' && **at != '\n') {
		(*at)++;
	}
	return *at < end ? (size_t)(*at - start) : 0;
}

static void check_in_pieces(const uint8_t *bytes, size_t length, size_t piece)
{
	struct typed *typed = calloc(1, sizeof *typed);
	struct reading *reading = malloc(sizeof *reading);
	const uint8_t *expected = bytes;

	for (size_t at = 0; at < length;) {
		size_t used;
		size_t here = length - at < piece ? length - at : piece;

		if (typed_line(typed, reading, &used, bytes + at, here, 1)) {
			size_t code = expected_code(&expected, bytes + length);
			bool fits = code <= READING_BYTES_MAX;

			if (code == 0 || reading->length != (fits ? code : 0) ||
			    (reading->fault == READING_COMPLETE) != fits ||
			    memcmp(reading->bytes, expected - code, reading->length) != 0) {
				__builtin_trap();
			}
		}
		at += used;
	}
	if (expected_code(&expected, bytes + length) != 0) {
		__builtin_trap();
	}
	free(typed);
	free(reading);
}

static void play(const uint8_t *bytes, size_t length)
{
	struct typed *typed = calloc(1, sizeof *typed);
	struct reading *reading = malloc(sizeof *reading);
	uint64_t now_ms = 0;

	for (size_t at = 0; at < length;) {
		size_t piece = bytes[at] & 0x3F;
		size_t used;

		now_ms += (uint64_t)(bytes[at] >> 6) * 400;
		at++;
		if (piece > length - at) {
			piece = length - at;
		}
		if (typed_line(typed, reading, &used, bytes + at, piece, now_ms) &&
		    reading->length > READING_BYTES_MAX) {
			__builtin_trap();
		}
		at += used;
	}
	free(typed);
	free(reading);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length > 0) {
		check_in_pieces(bytes + 1, length - 1, bytes[0] + (size_t)1);
	}
	play(bytes, length);
	return 0;
}
