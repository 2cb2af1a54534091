/*
 * What becomes of certificates in a generated registry, as a table: so that each step, each cause and
 * each case of the rule book is there in every place.
 *
 * Pure data, made up: nobody counted how often what happens.
 */
#ifndef YOUDAI_CENTRE_SCALE_PLAN_H
#define YOUDAI_CENTRE_SCALE_PLAN_H

#include "db/life.h"

#define SCALE_LEGS_MAX 2

/* One step, and how long after the one before it is taken. */
struct scale_leg {
	enum life_act act;
	int32_t least, most; /* [day] 1 or more; 0: there is no such leg */
	int32_t lasts;       /* [day] of a loss or suspension; 0 open */
	const char *cause;   /* NULL: it has none, or the first */
	bool ahead;          /* recorded today, takes effect so many days from now */
};

struct scale_plan {
	uint32_t parts;  /* of 1,000 certificates; one at least */
	uint32_t issued; /* steps taken from the application to the hand-over: 0 to 9 */
	struct scale_leg legs[SCALE_LEGS_MAX]; /* what happened then */
	uint32_t again;                        /* steps taken of a replacement's way: 0 to 4 */
	bool delivered;              /* the last hand-over on these ways was without activation */
	int32_t least_ago, most_ago; /* [day] since the last that has happened */
	enum life_step beginning;    /* STEP_NONE: on file */
};
extern const struct scale_plan scale_plans[];
extern const size_t scale_plan_count;
/* What all the others live by: applied for, issued, in use. */
extern const struct scale_plan scale_plan_in_use;

#endif
