/*
 * The life of a certificate on record: steps are taken here, each put down with who took it, and where
 * a certificate stands is read here.
 *
 * What follows what is life.h's; this module adds what the registry knows: whose it is, who acts, what
 * was recorded before.  Nothing recorded is ever changed.
 */
#ifndef YOUDAI_DB_LIFE_RECORD_H
#define YOUDAI_DB_LIFE_RECORD_H

#include "db/life.h"
#include "db/registry.h"

#define LIFE_EVENTS_MAX 256 /* steps of one certificate */
#define LIFE_REASON_MAX 255 /* [byte] free text; what is longer is cut */

/* Why a step is not taken; found in this order. */
enum life_refusal {
	LIFE_TAKEN = 0,
	LIFE_UNKNOWN,         /* no such certificate */
	LIFE_OUTSIDE_UNIT,    /* of a unit that the actor does not reach */
	LIFE_CLOCK_WRONG,     /* the clock stands before the last step was recorded */
	LIFE_BEFORE_LAST,     /* would take effect before the last step that has */
	LIFE_DOES_NOT_FOLLOW, /* answer: where it stands then, and what follows that */
	LIFE_BREAKS_PENDING,  /* a step dated later would not follow; what ends a life may */
	LIFE_WRONG_TIER,      /* another tier reviews now */
	LIFE_SAME_PERSON,     /* who applied, accepted or approved before cannot approve */
	LIFE_EXCLUDED,        /* the person may have no certificate now; answer.cause */
	LIFE_ANOTHER_AT_WORK, /* the person has another one; answer.other */
	LIFE_TOO_MANY,        /* LIFE_EVENTS_MAX steps */
};
/* "does_not_follow", …; for programs. */
const char *life_refusal_name(enum life_refusal refusal);

struct life_request {
	const char *certificate;
	enum life_act act;
	int64_t now;       /* [s] when it is recorded */
	int64_t at;        /* [s] takes effect; may lie ahead */
	int64_t until;     /* [s] first second after a provisional loss or suspension; LIFE_NEVER */
	const char *cause; /* of life_causes(act); NULL: the first; ignored where it has none */
	const char *reason; /* free text; may be "" */
};

struct life_answer {
	enum life_refusal refusal;
	enum life_step before; /* at request->at; at now where that is before the last step */
	enum life_step step;   /* at now, the step taken */
	uint32_t follows; /* acts after `before` where refused, else after `step`; bit 1 << act */
	int64_t seq;      /* of the step, where it was taken */
	char cause[16];   /* of the exclusion */
	char other[64];   /* number of the one that is at work */
	char tier[16];    /* that reviews now */
};

/* Within a write transaction of the caller's; nothing is changed where it is refused. */
enum registry_status life_take_step(struct registry *registry, struct life_answer *answer,
				    const struct life_request *request);

/* One step on record.  Strings are borrowed for the call. */
struct life_row {
	int64_t seq, at, until, recorded_at; /* [s] */
	enum life_act act;
	enum life_step step; /* that it led to, at its `at` */
	bool fell_away;      /* the life had ended before it could take effect */
	const char *cause, *reason, *actor;
};
/* Oldest first; *beginning (may be NULL) is where the life began, undated.  REGISTRY_NOT_FOUND where
 * there is no such certificate. */
enum registry_status life_each_row(struct registry *registry, const char *certificate,
				   enum life_step *beginning,
				   bool (*row)(void *, const struct life_row *), void *context);

/* Where a certificate stands.  REGISTRY_NOT_FOUND where there is no such one. */
enum registry_status life_of(struct registry *registry, struct standing *out,
			     const char *certificate, int64_t now);

/* Each certificate of which the registry keeps another standing, or another holder, than its steps say
 * is a line to report. */
enum registry_status life_check(struct registry *registry, void (*fault)(void *, const char *),
				void *context);

#endif
