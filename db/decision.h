/*
 * The decision: what a benefit gives a holder, here, now.  A pure function of its arguments: no
 * SQL, no clock, no allocation.
 *
 * Refusals are found in the order of reason.h; the first wins.  Money is whole fen, rounded in the
 * holder's favour, without overflow for every int64_t.
 */
#ifndef YOUDAI_DB_DECISION_H
#define YOUDAI_DB_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/benefit.h"
#include "db/reason.h"

#define IDENTITIES_MAX 8
#define IDENTITY_MAX   31 /* [byte] "disabled:6:war", "family.martyr", … */
#define AMOUNT_NONE    INT64_MIN

struct facts {
	/* the place */
	const char *merchant;
	const char *region; /* of the merchant */
	enum venue venue;
	/* the holder: from the registry, or for a guest from the credential */
	bool guest;
	uint8_t kind; /* 0 unknown, 1 veteran, 2 family */
	size_t identity_count;
	char identities[IDENTITIES_MAX][IDENTITY_MAX + 1];
	int32_t merit; /* 1 to 3; 0 none */
	bool needy;
	bool birth_known;
	int32_t birth;           /* [day] */
	const char *home_region; /* "" unknown */
	/* the presentation */
	int32_t assurance; /* 0 to 4 */
	bool attended;     /* a clerk is there who can compare */
	bool compared;     /* and has compared */
	/* the moment */
	int64_t now;            /* [s] UTC */
	bool holiday, festival; /* from the calendar, for China's day of now */
	/* the purchase */
	int64_t amount;   /* [fen]; AMOUNT_NONE: not known yet */
	int64_t quantity; /* [1/1000 unit]; AMOUNT_NONE: not known yet */
};

/* What was used before, within a limit's period. */
struct past_use {
	int64_t count;
	int64_t amount; /* [fen] saved */
};

enum verdict { VERDICT_GRANTED, VERDICT_NEEDS_AMOUNT, VERDICT_NEEDS_COMPARE, VERDICT_REFUSED };
const char *verdict_name(enum verdict verdict); /* "granted", "needs_amount", … */

struct left {
	enum period period;
	int64_t count;  /* uses left; -1: no limit */
	int64_t amount; /* [fen] left; -1: no limit */
};

struct offer {
	const struct benefit *benefit; /* the catalogue's */
	enum verdict verdict;
	enum reason reason; /* REASON_OK where granted */
	/* What will refuse all the same once what is missing is there; REASON_OK where nothing
	 * will.  Such an offer is ranked with the refused ones. */
	enum reason in_vain;
	bool has_payable, has_saved;
	int64_t payable, saved; /* [fen] */
	size_t left_count;
	struct left left[BENEFIT_LIMITS_MAX]; /* one per limit per holder */
};

/* Granted, or needs only what the visit can still bring: an amount, a look at the ID card. */
bool offer_can_be_had(const struct offer *offer);

/* Does the benefit's `where` fit the merchant at all?  Others are not offered. */
bool benefit_fits_place(const struct benefit *benefit, const struct facts *facts);

/* The first second of the period that now lies in, by China's calendar; INT64_MIN for "ever". */
int64_t period_start(enum period period, int64_t now);

/* used[i] belongs to benefit->limits[i]. */
void decide(struct offer *out, const struct benefit *benefit, const struct facts *facts,
	    const struct past_use used[static BENEFIT_LIMITS_MAX]);

/* Best first: what can be had before what is refused; among those the most saved (an unknown amount
 * counts by its value), then priority; ties keep their order. */
void offers_rank(struct offer *offers, size_t count);

/* A few short sentences: what it is worth and what is left, or why not and what to do next.  Cut at a
 * whole character where it does not fit; always terminated.  out_size > 0. */
void offer_explain(char *out, size_t out_size, const struct offer *offer, bool english);

#endif
