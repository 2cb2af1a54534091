/*
 * A 2D scanner that types: characters as from a keyboard, ended by Enter, become one reading.
 *
 * Takes its clock as an argument, knows no window.  A pause longer than TYPED_PAUSE_MS starts anew,
 * so that stray keys never stand before a code; more than READING_BYTES_MAX bytes are malformed.
 */
#ifndef YOUDAI_READER_TYPED_H
#define YOUDAI_READER_TYPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/reading.h"

#define TYPED_PAUSE_MS 3000 /* [ms] between two characters of one code */

struct typed {
	struct reading reading;
	uint64_t last_ms;
	bool overflowed;
};

/* Text as typed (UTF-8), without Enter. */
void typed_feed(struct typed *typed, const char *text, size_t length, uint64_t now_ms);

/* Enter was pressed: true and *out where there was a code; false where nothing was typed. */
bool typed_enter(struct typed *typed, struct reading *out, uint64_t now_ms);

/* The same for bytes of a line on which CR, LF or both end a code: takes bytes up to the end of the
 * first code and says in *used how many; true and *out where a code is complete. */
bool typed_line(struct typed *typed, struct reading *out, size_t *used, const uint8_t *bytes,
		size_t length, uint64_t now_ms);

#endif
