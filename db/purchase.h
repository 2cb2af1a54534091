/*
 * What a rehearsal's holders have taken at each place a moment ago, for benefits that do not go with
 * others.  Pure but for memory.
 *
 * Inside of db/ only: holders and places are the numbers that the rehearsal gives them.
 */
#ifndef YOUDAI_DB_PURCHASE_H
#define YOUDAI_DB_PURCHASE_H

#include "db/decision.h"
#include "db/numbering.h"

struct purchase_use {
	const struct benefit *benefit; /* as it is under the draft; borrowed */
	int64_t at;                    /* [s] UTC */
	bool changed;                  /* by the draft */
};

struct purchase;
/* Made by zeroing it. */
struct purchases {
	struct numbering numbers;
	struct purchase *items;
};

/* The next use of the log's order; false without memory. */
bool purchase_add(struct purchases *purchases, size_t holder, size_t place,
		  const struct purchase_use *use);
void purchases_clear(struct purchases *purchases);

/* Tells the facts what the holder has taken at the place within PURCHASE_SECONDS before their now. */
void purchase_beside(const struct purchases *purchases, struct facts *facts, size_t holder,
		     size_t place);
/* Is one of these changed by the draft, and does not go with this benefit? */
bool purchase_excludes(const struct purchases *purchases, const struct benefit *benefit,
		       size_t holder, size_t place, int64_t now);

#endif
