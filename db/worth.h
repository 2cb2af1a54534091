/*
 * What a value comes to: for whom which row of a table, and how much it saves of an amount.
 *
 * Inside of db/ only: the decision's arithmetic, without its conditions.  Money is whole fen, rounded
 * in the holder's favour, without overflow for every int64_t.
 */
#ifndef YOUDAI_DB_WORTH_H
#define YOUDAI_DB_WORTH_H

#include "db/decision.h"

/* Nothing known of what was had before. */
#define PAST_NONE ((struct past_use){ 0 })

/* What a benefit's value is for a holder. */
struct worth {
	enum reason reason;        /* why no row is for the holder; the rest is set on REASON_OK */
	const struct value *value; /* never graded */
	/* Where the holder's identities give different values: see struct offer. */
	const struct graded_row *row, *other_row;
	const struct value *other;
};

/* past: what counts against the value, see account_of. */
struct worth worth_of(const struct benefit *benefit, const struct facts *facts,
		      const struct past_use *past);

/* Of all that was had before what counts against a stored value or free uses: that of the first
 * limit per holder. */
struct past_use account_of(const struct benefit *benefit,
			   const struct past_use used[static BENEFIT_LIMITS_MAX]);

/* What is left of a bound of which so much was used: never negative, -1 without a bound. */
int64_t left_of(int64_t bound, int64_t used);

/* Free uses, or fen of a balance, that are left; -1 where the value keeps no account. */
int64_t value_left(const struct value *value, const struct past_use *past);

/* What is saved of amount >= 0, between 0 and amount; quantity >= 0 where the value needs one. */
int64_t value_saves(const struct value *value, int64_t amount, int64_t quantity, int64_t left);

/* How good a value is as long as no amount says more; left as value_left answers. */
int64_t value_guess(const struct value *value, int64_t left);

#endif
