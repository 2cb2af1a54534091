/*
 * Events: what the kiosk does, as one JSON object a line, for whoever watches or drives it.
 *
 * Each line has `t` (RFC 3339 with milliseconds, of the system's clock even where --at pins another)
 * and `event`, and is flushed.  No personal data: carriers, benefits and reasons, never a person.
 */
#ifndef YOUDAI_KIOSK_EVENTS_H
#define YOUDAI_KIOSK_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "db/entitlement.h"
#include "kiosk/screens.h"
#include "kiosk/trace.h"

struct events;

/* "-" is standard output; NULL writes nothing.  NULL where the file cannot be written. */
struct events *events_open(const char *path);
/* From now on the trace is told what happens, too; it is the caller's. */
void events_trace(struct events *events, struct trace *trace);
void events_close(struct events *events); /* accepts NULL */

void events_ready(struct events *events, int64_t first_frame_ms);
void events_reader(struct events *events, const char *source, bool online);
/* assurance is null where the reading was refused. */
void events_presented(struct events *events, const char *source,
		      const struct entitlement *entitlement);
/* Written only where the name or a control differs from the last time. */
void events_screen(struct events *events, const char *name, const struct controls *controls);
/* offers: [{benefit, verdict, reason, payable, saved}], best first, as `youdai check --json` has. */
void events_decision(struct events *events, const struct entitlement *entitlement,
		     int64_t elapsed_us);
void events_redeemed(struct events *events, const struct redemption *redemption);
void events_refused(struct events *events, enum reason reason);
void events_fault(struct events *events, const char *what);

#endif
