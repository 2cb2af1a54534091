/*
 * A reader: one source in a thread of its own, supervised.
 *
 * Hands over one reading at a time.  A source that is absent, unplugged or silent is closed,
 * noticed within READER_NOTICE_MS, and opened again by itself until it is back.  A reading that is
 * not taken within READING_FRESH_MS is dropped and never replayed.  What lies there still when a
 * source is back, and was handed over before it went, is the same tap and not handed over again.
 *
 * With a nursery in its setup (nursery.h) the driver runs in a process of its own, which may break
 * or hang without harm; without one it runs in the reader's thread.
 */
#ifndef YOUDAI_READER_READER_H
#define YOUDAI_READER_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/reading.h"
#include "reader/source.h"

#define READING_FRESH_MS 2000 /* [ms] */
#define READER_NOTICE_MS 5000 /* [ms] */

enum reader_state {
	READER_STARTING, /* not yet opened nor given up */
	READER_ONLINE,
	READER_OFFLINE,
	READER_ENDED, /* a replay that is over */
};

struct reader;

/* Called from the reader's threads, one at a time, whenever there is a new reading or a new state.
 * May call reader_take and reader_state, not reader_close. */
typedef void reader_notify(void *context); /* the one typedef: a callback's type */

/* Start a thread for the SPEC "scheme:address".  NULL where the scheme is unknown or no thread can
 * be had.  spec and setup (NULL: none) are copied; context and the nursery must outlive the reader. */
struct reader *reader_open(const char *spec, const struct source_setup *setup,
			   reader_notify *notify, void *context);

/* The same for a driver that is in no table; its address is the part of spec behind the colon, or the
 * whole one where the driver has no scheme. */
struct reader *reader_open_driver(const struct source_driver *driver, const char *spec,
				  const struct source_setup *setup, reader_notify *notify,
				  void *context);

/* Stop the thread, close the source.  Accepts NULL.  Returns within the driver's time-out; where a
 * driver hangs, leaves it after 2 s to end by itself.  notify is not called any more. */
void reader_close(struct reader *reader);

/* Take the reading that waits, if it is not older than READING_FRESH_MS at now_ms (monotonic); an
 * older one is wiped.  While one waits and is fresh, later ones are dropped: who presented first
 * is served first. */
bool reader_take(struct reader *reader, struct reading *out, uint64_t now_ms);

enum reader_state reader_state(const struct reader *reader);
const char *reader_spec(const struct reader *reader);

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t reader_clock_ms(void);

#endif
