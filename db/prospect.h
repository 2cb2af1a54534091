/*
 * What a holder may have anywhere, without standing at a place: of each benefit the decision at the first
 * merchant that it fits.
 *
 * For a clerk who is asked "what is there for me?".  Nothing is recorded; the card is taken to be in
 * hand and compared, and nothing to be bought yet.
 */
#ifndef YOUDAI_DB_PROSPECT_H
#define YOUDAI_DB_PROSPECT_H

#include "db/decision.h"
#include "db/registry.h"

struct prospect {
	enum reason reason; /* of the certificate; with a merchant given also of that */
	size_t count;       /* 0 where reason is not REASON_OK */
	struct {
		struct offer offer;   /* can be had: granted, or an amount is wanting */
		const char *merchant; /* code of the first one where */
	} items[OFFERS_MAX];          /* by id */
};

/* merchant NULL: at any that is active.  What the items point to is the registry's own, valid until
 * registry_refresh loads it anew. */
enum registry_status prospect_read(struct registry *registry, struct prospect *out,
				   const char *certificate, const char *merchant, int64_t now);

#endif
