/*
 * Plaques (光荣牌) at the doors of veterans' and bereaved families' households: each with its number, whom
 * it honours, where it hangs, and its way from the store to the door and back.
 *
 * A plaque's states are dated and append-only; where it stands is the last of them.
 */
#ifndef YOUDAI_DB_PLAQUE_H
#define YOUDAI_DB_PLAQUE_H

#include "db/registry.h"

enum plaque_state {
	PLAQUE_NONE, /* not on record yet */
	PLAQUE_ISSUED,
	PLAQUE_HUNG,
	PLAQUE_DAMAGED,
	PLAQUE_LOST,
	PLAQUE_REPLACED, /* by another one, with a number of its own */
	PLAQUE_TAKEN_DOWN,
	PLAQUE_STATES
};
const char *plaque_state_name(enum plaque_state state); /* "issued", … */
const char *plaque_state_title(enum plaque_state state, bool english);
bool plaque_state_from_name(enum plaque_state *out, const char *name);
/* States that may follow, bit 1 << state. */
uint32_t plaque_states_after(enum plaque_state state);

struct plaque {
	const char *number, *person, *unit;
	const char *household; /* number in the household register; "" not known */
	/* what follows from its states; not read when it is put */
	enum plaque_state state;
	int32_t since; /* [day] */
	int32_t hung;  /* [day] first hung; INT32_MIN: never */
};

/* Insert, or update the row with the same number; its states stay. */
enum registry_status plaque_put(struct registry *registry, const struct plaque *plaque);

enum plaque_refusal {
	PLAQUE_TAKEN = 0,
	PLAQUE_UNKNOWN,
	PLAQUE_OUTSIDE_UNIT,    /* of a unit that the actor does not reach */
	PLAQUE_BEFORE_LAST,     /* before its last state */
	PLAQUE_DOES_NOT_FOLLOW, /* what it is now is in answer->state */
};
const char *plaque_refusal_name(enum plaque_refusal refusal);

struct plaque_request {
	const char *number;
	enum plaque_state state;
	int32_t day; /* [day] since when */
	const char *reason;
	int64_t now; /* [s] */
};
struct plaque_answer {
	enum plaque_refusal refusal;
	enum plaque_state state; /* where it stands now */
};
/* Within a write transaction of the caller's; nothing is changed where it is refused. */
enum registry_status plaque_step(struct registry *registry, struct plaque_answer *answer,
				 const struct plaque_request *request);

/* By number; person NULL: all.  Strings are borrowed for the call; return false to stop. */
enum registry_status plaque_each(struct registry *registry, const char *person,
				 bool (*row)(void *, const struct plaque *), void *context);
/* REGISTRY_NOT_FOUND where there is none.  Strings live until the next call of it. */
enum registry_status plaque_find(struct registry *registry, struct plaque *out, const char *number);

struct plaque_row {
	int64_t seq, recorded_at; /* [s] */
	enum plaque_state state;
	int32_t day;
	const char *reason, *actor;
};
/* Its way, oldest first. */
enum registry_status plaque_each_row(struct registry *registry, const char *number,
				     bool (*row)(void *, const struct plaque_row *), void *context);

#endif
