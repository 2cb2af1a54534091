/*
 * Plaques of a place at scale, each with its way from the store to the door.
 */
#ifndef YOUDAI_CENTRE_SCALE_PLAQUE_H
#define YOUDAI_CENTRE_SCALE_PLAQUE_H

#include "centre/scale_place.h"
#include "db/plaque.h"

#define SCALE_PLAQUE_STATES_MAX 4

struct scale_plaque {
	char number[32], household[32];
	uint32_t count;
	struct {
		enum plaque_state state;
		int64_t at; /* [s] */
	} states[SCALE_PLAQUE_STATES_MAX];
};

/* index: of the person; rank: of the plaque, from 0.  Pure. */
void scale_plaque_make(struct scale_plaque *out, const struct scale_place *place, uint32_t index,
		       uint32_t rank, int64_t now);

/* Put it on record; whole_way: with each of its states, else one that hangs begins with that.  Within a
 * transaction of the caller's. */
enum registry_status scale_plaque_put(struct registry *registry, const struct scale_plaque *plaque,
				      const char *person, const char *unit, bool whole_way);

#endif
