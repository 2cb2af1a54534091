/*
 * What is known of one presentation at one merchant: the holder, the facts that the decision asks
 * for, and what the holder has had before.  Looks up, decides nothing but who may go on.
 *
 * Inside of db/ only: entitlement.c, redeem.c, prospect.c and lookup.c.
 */
#ifndef YOUDAI_DB_INQUIRY_H
#define YOUDAI_DB_INQUIRY_H

#include "db/registry_inside.h"

struct inquiry {
	enum reason reason; /* of site, reading and certificate; the rest is whole on REASON_OK */
	struct facts facts;
	uint8_t holder[PSEUDONYM_BYTES];
	char certificate[64]; /* "" for a guest */
	bool home;
	bool exception; /* granted although the card cannot be read */
	bool exceptions_used;
	char home_region[32];
	char name[HOLDER_NAME_MAX + 1];
};

/* Within a transaction, or a statement that is open.  last_instant: log_last_instant's.  Merchant and facts point into registry's snapshot, *presentation's and
 * *circumstances' strings. */
enum registry_status inquire(struct registry *registry, struct inquiry *out,
			     const struct presentation *presentation,
			     const struct circumstances *circumstances, int64_t last_instant);

/* --- live.c: codes that are taken once --- */

/* Why a live code (presentation->live_id) cannot be taken at now: replayed, or stale; else REASON_OK.
 */
enum registry_status live_inquire(struct registry *registry, enum reason *out,
				  const struct presentation *presentation, int64_t now);
/* Take it, within the transaction of its redemption, and forget those that nobody may take any more.
 */
enum registry_status live_take(struct registry *registry, const struct presentation *presentation,
			       int64_t now);

/* Is this issuer (NULL: none) one of ours, whose certificates are in the registry? */
bool issuer_is_home(const struct registry *registry, const char *issuer);

/* Identities as identities.h has them: those that hold on the day, without their days.  More than
 * IDENTITIES_MAX are left out, and what is malformed. */
void facts_add_identities(struct facts *facts, const char *text, int32_t day);

/* What the holder, and for limits of a place anybody there, has had of some benefits. */
struct uses {
	size_t count;
	const struct benefit *benefits[OFFERS_MAX];
	struct past_use used[OFFERS_MAX]
			    [BENEFIT_LIMITS_MAX]; /* as many as the benefit has limits */
};

/* Fill in uses->used for uses->benefits as of now, counting entries up to and with until_seq.
 * Redemptions that were voided by then do not count. */
enum registry_status uses_read(struct registry *registry, struct uses *uses,
			       const uint8_t holder[static PSEUDONYM_BYTES], const char *merchant,
			       int64_t now, int64_t until_seq);

#endif
