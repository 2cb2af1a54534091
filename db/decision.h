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
#include "db/china_time.h"
#include "db/reason.h"

#define IDENTITIES_MAX 8
#define IDENTITY_MAX   31 /* [byte] "disabled:6:war", "family.martyr", … */
#define AMOUNT_NONE    INT64_MIN
#define OFFERS_MAX     256 /* at one place; of more the first by id */

/* How long what a holder takes at one place counts as one purchase [s]: a benefit that does not go
 * with others is not given within it beside another. */
#define PURCHASE_SECONDS 600
#define BESIDE_MAX       4

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
	bool offline;      /* away from the centre: what others grant meanwhile is not known */
	/* the moment */
	int64_t now; /* [s] UTC */
	/* What now is in China, for who asks about many benefits; month 0: worked out each time. */
	struct china_time today;
	bool holiday, festival; /* from the calendar, for China's day of now */
	/* the purchase */
	int64_t amount;   /* [fen]; AMOUNT_NONE: not known yet */
	int64_t quantity; /* [1/1000 unit]; AMOUNT_NONE: not known yet */
	/* What the holder has taken here within PURCHASE_SECONDS, see facts_add_beside. */
	size_t beside_count;
	const struct benefit *beside[BESIDE_MAX];
};

/* Two different ones that go with others and two that do not say all that a decision asks: more are
 * left out. */
void facts_add_beside(struct facts *facts, const struct benefit *benefit);

/* May the two not be had in one purchase?  The same benefit again may. */
bool benefits_exclude(const struct benefit *a, const struct benefit *b);

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
	bool redeemed;                        /* this use is not among what is left any more */
	/* What it comes to for this holder, never VALUE_GRADED; NULL where that is not known. */
	const struct value *value;
	int64_t value_left; /* of that value: free uses, or [fen] of the balance; -1: it has none */
	/* Where the holder's identities give different values: the row of this one (NULL: none
	 * matched), and the next best with its row. */
	const struct graded_row *row, *other_row;
	const struct value *other;
	const struct benefit *instead; /* what is best here, where this one is refused, or NULL */
};

/* Granted, or needs only what the visit can still bring: an amount, a look at the ID card. */
bool offer_can_be_had(const struct offer *offer);

/* The value that it comes to; the benefit's own, graded or not, as long as no more is known. */
const struct value *offer_value(const struct offer *offer);

/* Is there nothing to work out without an amount, or without a quantity? */
bool value_needs_amount(const struct value *value);
bool value_needs_quantity(const struct value *value);
/* A value in a word or two: "half price"; of tables only that it depends. */
void value_brief(char *out, size_t out_size, const struct value *value, bool english);
/* What it counts: "litre"; "" where it counts nothing. */
const char *value_unit(const struct value *value, bool english);
/* Which the offer's value needs; a graded one that is not worked out needs none. */
bool offer_needs_amount(const struct offer *offer);
bool offer_needs_quantity(const struct offer *offer);

/* What the offer makes of an amount, by what the offer knows (limits of the place are not in it):
 * for a keypad.  False where an amount or quantity that it needs is not known, or invalid. */
bool offer_preview(const struct offer *offer, int64_t amount, int64_t quantity, int64_t *payable,
		   int64_t *saved);

/* Does the benefit's `where` fit the merchant at all?  Others are not offered. */
bool benefit_fits_place(const struct benefit *benefit, const struct facts *facts);

/* The first second of the period that now lies in, by China's calendar; INT64_MIN for "ever". */
int64_t period_start(enum period period, int64_t now);

/* What of each limit per holder is left; of an account that restricts nothing only the balance of a
 * stored value.  Answers how many were written. */
size_t benefit_left(struct left out[static BENEFIT_LIMITS_MAX], const struct benefit *benefit,
		    const struct past_use used[static BENEFIT_LIMITS_MAX]);

/* used[i] belongs to benefit->limits[i]. */
void decide(struct offer *out, const struct benefit *benefit, const struct facts *facts,
	    const struct past_use used[static BENEFIT_LIMITS_MAX]);

/* Best first: what can be had before what is refused; among those the most saved (an unknown amount
 * counts by its value), then priority; ties keep their order.  The refused ones learn what can be
 * had instead.  count: at most OFFERS_MAX. */
void offers_rank(struct offer *offers, size_t count);

/* A few short sentences: what it is worth and what is left, or why not and what to do next.  Cut at a
 * whole character where it does not fit; always terminated.  out_size > 0. */
void offer_explain(char *out, size_t out_size, const struct offer *offer, bool english);

#endif
