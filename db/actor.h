/*
 * Who acts on the registry: a member of staff or a user of the operating system, and how far that
 * reaches.
 *
 * Inside of db/ a plain fact that staff.h establishes; what an act needs beyond it is the act's
 * business.
 */
#ifndef YOUDAI_DB_ACTOR_H
#define YOUDAI_DB_ACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "db/registry.h"

#define ACTOR_NAME_MAX 79 /* [byte] */

struct actor {
	char name[ACTOR_NAME_MAX + 1]; /* "wang", or "os:" and a user's name */
	bool may_all;                  /* no staff accounts yet: the operating system's user */
	uint32_t roles;                /* bits of staff.h; 0 with may_all */
	char unit[64];                 /* reaches this one and what lies below it; "" everything */
	int64_t clock;                 /* [s] UTC, the machine's, whatever time was asked for */
};

/* From now on acts on this registry are put down to *actor, which is copied. */
void registry_act_as(struct registry *registry, const struct actor *actor);
const struct actor *registry_actor(const struct registry *registry);

/* Does the actor reach this unit (code or region)?  An unknown unit is reached by whom everything
 * is. */
enum registry_status actor_reaches(struct registry *registry, bool *out, const char *unit);
/* May the actor put down a unit under this code or region?  One that there is must be reached. */
enum registry_status actor_may_take(struct registry *registry, bool *out, const char *unit);
/* Does the actor reach the unit of this thing?  What is not there is nobody's. */
enum actor_thing { ACTOR_CERTIFICATE, ACTOR_MERCHANT, ACTOR_REDEMPTION };
enum registry_status actor_reaches_thing(struct registry *registry, bool *out,
					 enum actor_thing thing, const char *code);
/* Does the actor reach all there is: bound to no unit, or to the one that all others lie below? */
enum registry_status actor_reaches_all(struct registry *registry, bool *out);
/* The tier of the actor's own unit on a day: "county", …; "" where the actor is bound to none. */
enum registry_status actor_tier(struct registry *registry, char out[static 16], int32_t day);

#endif
