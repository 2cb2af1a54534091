/*
 * The black box: the last presentations and what came of them, for a fault report.
 *
 * A file that `replay:` plays back.  What was presented is sealed under a key that the registry and its
 * kiosks' copies share, so whoever only holds the file reads of a card what was asked and how it
 * answered, and of the visit the events: nobody's name or number.  A bank card's number is not in it at
 * all.  The older half moves to FILE.1, so neither grows without end.
 */
#ifndef YOUDAI_KIOSK_TRACE_H
#define YOUDAI_KIOSK_TRACE_H

#include <stdint.h>

#include "reader/reading.h"
#include "reader/source.h"

#define TRACE_BYTES_MAX  (1024 * 1024) /* [byte] of each of the two files */
#define TRACE_GAP_MS_MAX 60000         /* [ms] longer pauses are told as this one */

struct trace;

/* A new file of mode 0600; one that is there becomes FILE.1.  NULL where it cannot be written. */
struct trace *trace_open(const char *path, const uint8_t key[static TRACE_KEY_BYTES],
			 uint64_t now_ms);
void trace_close(struct trace *trace); /* accepts NULL, as the next two */

/* Something was presented at the SPEC source, now_ms (monotonic). */
void trace_presented(struct trace *trace, const struct reading *reading, const char *source,
		     uint64_t now_ms);
/* A line without personal data about what happened. */
void trace_note(struct trace *trace, const char *line);

#endif
