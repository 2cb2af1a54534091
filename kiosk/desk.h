/*
 * The desk: the one owner of the registry in the kiosk.  A thread that takes errands, runs them in
 * order and posts answers; the screen's thread never waits for a disk.
 *
 * Knows the registry and how a reading becomes a presentation (clerk.h does the work of one errand);
 * knows no screen.  Redemptions that wait together are made durable in one commit; while nobody
 * waits, the registry is checkpointed.
 *
 * Offers in an answer point into the registry's catalogue.  They are valid until the next
 * ERRAND_CHECK, ERRAND_LIST or ERRAND_TRY is posted: what changed outside is taken up only then.
 */
#ifndef YOUDAI_KIOSK_DESK_H
#define YOUDAI_KIOSK_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "db/bank_card.h"
#include "db/entitlement.h"
#include "kiosk/flow.h"
#include "reader/live.h"
#include "reader/reading.h"

#define DESK_WAITING_MAX 16 /* errands, and answers, that can wait */
#define DESK_VISITS_MAX  16 /* presentations that are remembered; the oldest makes room */

struct desk_settings {
	const char *path;     /* of the registry */
	const char *merchant; /* where this is */
	bool attended;
	int64_t at; /* [s] the clock pinned; INT64_MIN: the system's */
	struct live_window window;
};

struct desk_errand {
	enum errand errand;               /* ERRAND_NONE: forget the visit */
	uint64_t visit;                   /* of one presentation; the caller counts, from 1 */
	struct reading reading;           /* CHECK */
	int64_t amount;                   /* CHECK_AGAIN, REDEEM: [fen] or AMOUNT_NONE */
	int64_t quantity;                 /* the same: [1/1000 unit] or AMOUNT_NONE */
	bool compared;                    /* CHECK_AGAIN, REDEEM */
	char benefit[BENEFIT_ID_MAX + 1]; /* REDEEM */
	char redemption_visit[VISIT_ID_MAX + 1]; /* REDEEM: see entitlement_redeem */
	enum reason refusal;                     /* REFUSE */
};

/* What is known of the place, as the registry has it. */
struct desk_place {
	bool known; /* the registry has this merchant */
	bool demo;
	char name[SITE_NAME_MAX + 1];
	int64_t data_time; /* [s] */
	/* What its readers make the tokens of bank cards with. */
	size_t bank_salt_count;
	uint8_t bank_salts[BANK_SALTS_MAX][BANK_SALT_SIZE];
	uint8_t trace_key[TRACE_KEY_SIZE]; /* what a trace is sealed with, and opened */
};

struct desk_answer {
	enum errand errand;       /* that is answered */
	enum happening happening; /* CHECKED, REDEEMED, LISTED, RECOVERED or FAULT */
	uint64_t visit;
	int64_t elapsed_us; /* [us] that the errand took, without waiting in line */
	enum registry_status fault;
	struct desk_place place;
	struct entitlement entitlement; /* CHECKED, LISTED */
	struct redemption redemption;   /* REDEEMED */
};

struct desk;

/* Starts the thread, which opens the registry and answers ERRAND_TRY first of all.  notify is called
 * from it whenever there is an answer.  Strings are copied.  NULL without memory or thread. */
struct desk *desk_open(const struct desk_settings *settings, void (*notify)(void *), void *context);

/* Runs what waits, then stops.  Accepts NULL. */
void desk_close(struct desk *desk);

/* False where too many errands wait.  ERRAND_REFUSE and ERRAND_NONE are answered only by a FAULT. */
bool desk_post(struct desk *desk, const struct desk_errand *errand);

/* The oldest answer; false where there is none. */
bool desk_take(struct desk *desk, struct desk_answer *out);

#endif
