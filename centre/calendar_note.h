/*
 * A word to the staff where the calendar of holidays and festivals is about to end: rules that ask it
 * would then take every day for an ordinary one.
 */
#ifndef YOUDAI_CENTRE_CALENDAR_NOTE_H
#define YOUDAI_CENTRE_CALENDAR_NOTE_H

#include <stdint.h>

#include "db/registry.h"

/* On stderr, where there is something to say.  now [s] UTC. */
void calendar_note(struct registry *registry, int64_t now);

#endif
