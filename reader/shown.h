/*
 * What stands before a lens: a code that stays is one presentation, however many frames show it.
 *
 * Takes its clock as an argument; knows no camera.
 */
#ifndef YOUDAI_READER_SHOWN_H
#define YOUDAI_READER_SHOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/reading.h"

#define SHOWN_AWAY_MS 2000 /* [ms] out of sight before the same code counts as shown again */
#define SHOWN_CODES   4    /* codes that are told apart when several are in sight */

struct shown {
	struct {
		uint64_t seen_ms;
		struct reading reading; /* length 0 and READING_COMPLETE: nothing */
	} codes[SHOWN_CODES];
};

/* A frame showed this code: true where it is a new presentation. */
bool shown_is_new(struct shown *shown, const struct reading *reading, uint64_t now_ms);

/* Wipe what has been out of sight for longer than SHOWN_AWAY_MS. */
void shown_forget(struct shown *shown, uint64_t now_ms);

#endif
