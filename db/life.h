/*
 * The life of a certificate (优待证): its steps, the acts that lead from one to the next, and where
 * it stands at a moment.
 *
 * One table of transitions (life.c) says what follows what; it is also what the picture in the
 * documentation is drawn from.  Pure: knows no registry, no clock and nobody's rights.
 */
#ifndef YOUDAI_DB_LIFE_H
#define YOUDAI_DB_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIFE_NEVER INT64_MAX /* an instant that does not come */

/* As the table `step` numbers them. */
enum life_step {
	STEP_NONE, /* as a target: what it was before */
	STEP_ACTIVE,
	STEP_ON_FILE, /* 建档立卡 */
	STEP_APPLIED,
	STEP_ACCEPTED,        /* by the station; the county reviews next */
	STEP_COUNTY_REVIEW,   /* the county has passed it, the city reviews next */
	STEP_CITY_REVIEW,     /* the city has passed it, the province reviews next */
	STEP_PROVINCE_REVIEW, /* the province has passed it: to be produced */
	STEP_IN_REVIEW,       /* somewhere, from older records; the county reviews next */
	STEP_REFUSED,
	STEP_IN_PRODUCTION, /* the bank checks and makes it */
	STEP_AT_COUNTY,     /* the county has signed for the parcel */
	STEP_AT_STATION,
	STEP_HANDED_OVER, /* to the holder, not yet activated at the bank */
	STEP_LOSS_REPORTED,
	STEP_LOST,
	STEP_SUSPENDED,
	STEP_REPLACED, /* the old one is void, the new one is to be produced */
	STEP_WITHDRAWN,
	STEP_CANCELLED,
	STEP_DECEASED,
	STEP_MOVED,
	STEP_OTHER_KIND,
	STEP_REPLACEMENT_IN_PRODUCTION,
	STEP_REPLACEMENT_AT_COUNTY,
	STEP_REPLACEMENT_AT_STATION,
	STEP_REPLACEMENT_HANDED_OVER,
	STEP_COUNT
};

enum life_act {
	ACT_APPLY,
	ACT_ACCEPT,
	ACT_APPROVE,
	ACT_REFUSE,
	ACT_PRODUCE,
	ACT_COUNTY_SIGNS,  /* for the parcel */
	ACT_STATION_SIGNS, /* likewise */
	ACT_DELIVER,       /* into the holder's hands, not yet activated */
	ACT_HAND_OVER,     /* into the holder's hands, and activated */
	ACT_REPORT_LOSS_PROVISIONAL,
	ACT_REPORT_LOSS,
	ACT_LIFT_LOSS,
	ACT_SUSPEND,
	ACT_RESUME,
	ACT_REPLACE,
	ACT_REPLACE_MOVED, /* by the other province's: the old one is closed */
	ACT_REPLACE_KIND,  /* by one of the other kind, under a number of its own */
	ACT_WITHDRAW,
	ACT_CANCEL,
	ACT_DECEASE, /* cancelled since its holder died */
	ACT_CLOSE,   /* the holder moves to another province */
	ACT_COUNT
};

/* "county_review", "report_loss", …: names for programs, those of the table `step`; and what people
 * call them. */
const char *life_step_name(enum life_step step);
const char *life_step_title(enum life_step step, bool english);
bool life_step_from_name(enum life_step *out, const char *name);
const char *life_act_name(enum life_act act);
const char *life_act_title(enum life_act act, bool english);
bool life_act_from_name(enum life_act *out, const char *name);

/* One row of the table: from any of these steps this act leads to that one. */
struct life_transition {
	uint32_t from; /* bit 1 << step */
	enum life_act act;
	enum life_step to; /* STEP_NONE: back to what it was before */
};
extern const struct life_transition life_transitions[];
extern const size_t life_transition_count;

/* The acts that follow a step, bit 1 << act. */
uint32_t life_acts_after(enum life_step step);

/* --- what is known of a step --- */

/* A certificate that is over: refused, withdrawn, cancelled, moved, …  Any other is at work, and a
 * person has one of those at most. */
bool life_is_over(enum life_step step);
/* Its replacement is on the way: the old card is void, the person's claim stands. */
bool life_is_replacing(enum life_step step);

/* What may be given as the cause of an act: names, NULL at the end; NULL where it has none.  The first
 * one is taken where none is given. */
const char *const *life_causes(enum life_act act);

/* Provisional loss (临时挂失) holds so long and lapses by itself. [day] */
#define LOSS_DAYS_LEAST   5
#define LOSS_DAYS_MOST    15
#define LOSS_DAYS_DEFAULT 15

/* --- where it stands --- */

struct life_event {
	int64_t at;    /* [s] takes effect */
	int64_t until; /* [s] of a provisional loss or suspension: first second after; LIFE_NEVER */
	enum life_act act;
};

/* What provisional loss and suspension lie over: when they end, it shows again. */
struct life {
	enum life_step base;
	int64_t loss_until, suspended_until; /* [s] first second after; INT64_MIN: there is none */
};

struct life life_begin(enum life_step step);
enum life_step life_step_at(const struct life *life, int64_t now);
/* Take one event, which is not before those taken already; false where it does not follow the step
 * at event->at: nothing is changed then. */
bool life_take(struct life *life, const struct life_event *event);

/* Where it stands at now after the events that have taken effect by then; events are in the order of
 * their `at`.  since and until bound the time around now in which that holds. */
struct standing {
	enum life_step step;
	int64_t since; /* [s] INT64_MIN: always */
	int64_t until; /* [s] first second after; LIFE_NEVER */
};
struct standing life_standing(enum life_step beginning, const struct life_event *events,
			      size_t count, int64_t now);
/* Index of the first event that does not follow what is before it; count where all do. */
size_t life_first_fault(enum life_step beginning, const struct life_event *events, size_t count);

#endif
