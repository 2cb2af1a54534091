/*
 * What a reader's thread and the process that runs its driver say to each other, over a socket that
 * keeps packets apart (SOCK_SEQPACKET).
 *
 * The thread says one thing, how to work (struct source_setup).  The process says how opening went,
 * and then after each call of the driver what came of it, so that it is never silent for long.
 * What it says is hostile: it read a card or an image, and may be under their command.
 */
#ifndef YOUDAI_READER_APART_H
#define YOUDAI_READER_APART_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/reading.h"
#include "reader/source.h"

#define APART_READ_MS 250 /* [ms] the time-out that a driver is called with */

enum apart_heard {
	APART_NOTHING, /* within the time */
	APART_SAID,
	APART_ENDED, /* the other side is gone, or says what cannot be */
};

/* --- the thread's side --- */

[[nodiscard]] bool apart_send_setup(int link, const struct source_setup *setup);

/* Wait at most timeout_ms.  On APART_SAID *status is written, and *out where it is SOURCE_OK and
 * out is not NULL; with out NULL a reading is APART_ENDED, without it SOURCE_OK is.  A reading
 * is sound (reading_is_sound) and not from later than now_ms. */
enum apart_heard apart_receive(int link, enum source_status *status, struct reading *out,
			       int timeout_ms, uint64_t now_ms);

/* Each number within its range; bytes and a proof only where they belong. */
bool reading_is_sound(const struct reading *reading);

/* --- the process's side --- */

/* Wait for the setup, open the driver, and read until the device or the other side is gone.  From
 * the first step on confined as confine.h says. */
void apart_serve(int link, const struct source_driver *driver, const char *address);

/* Say how opening went; false where nobody listens.  Also for who could not start a process. */
bool apart_send_status(int link, enum source_status status);

#endif
