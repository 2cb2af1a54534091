/*
 * The use case in the middle: somebody presents something at a merchant; what may they have, and
 * put it on record.
 *
 * Takes what a reader vouches for as plain facts (struct presentation), knows nothing of how it was
 * read.  Built on registry.h, decision.h and log.h; contains no SQL text of its own beyond theirs.
 */
#ifndef YOUDAI_DB_ENTITLEMENT_H
#define YOUDAI_DB_ENTITLEMENT_H

#include "db/decision.h"
#include "db/registry.h"

enum carrier { CARRIER_NONE, CARRIER_QR, CARRIER_TAG, CARRIER_CHIP, CARRIER_BANK, CARRIER_NUMBER };
enum assurance {
	ASSURANCE_MANUAL,
	ASSURANCE_STATIC,
	ASSURANCE_BANK,
	ASSURANCE_LIVE,
	ASSURANCE_CHIP
};
const char *carrier_name(enum carrier carrier);       /* "qr" "tag" "chip" "bank" "number" */
const char *assurance_name(enum assurance assurance); /* "manual" "static" "bank" "live" "chip" */

#define BANK_TOKEN_SIZE 16 /* [byte] */

/* What was presented.  Strings are borrowed for the call. */
struct presentation {
	enum carrier carrier;
	enum reason fault; /* REASON_OK, else the reading's refusal: the rest is unset */
	enum assurance assurance;
	const char *issuer;    /* "yd:371171", …; NULL with CARRIER_NUMBER */
	const char *number;    /* certificate number */
	const char *name;      /* as printed; may be "" */
	uint8_t kind;          /* 0 none, 1 veteran, 2 family */
	const uint8_t *medium; /* cti; NULL where there is none */
	size_t medium_length;
	/* With CARRIER_BANK: tokens of BANK_TOKEN_SIZE bytes, one behind the other, the one under
	 * the site's newest key first; all above but carrier and assurance is unset. */
	const uint8_t *tokens;
	size_t token_count;
	/* A live code: LIVE_ID_SIZE bytes that name it, NULL where it is none, and the instant
	 * [s, UTC] from which on it may not be taken.  There with a fault as well: a code that was
	 * taken is replayed before it is stale. */
	const uint8_t *live_id;
	int64_t live_until;
};
#define LIVE_ID_SIZE 32 /* [byte] */

struct circumstances {
	const char *merchant;
	int64_t amount, quantity; /* AMOUNT_NONE where not known */
	bool attended, compared;
	bool unreadable; /* the card cannot be read and a clerk looked the holder up: see below */
	bool offline;    /* asked by a kiosk on its own, not by the centre */
	int64_t now;     /* [s] UTC */
};

/* A holder whose card cannot be read is not sent away: with CARRIER_NUMBER, a clerk there who has compared
 * person and ID card, and `unreadable` set, a use is granted as an exception, also while the card's
 * replacement is on the way.  So many within so many days are; they are in the log as such.  Beyond
 * them, or without the comparison, the reason is assurance_too_low, or needs_compare. */
#define EXCEPTION_USES    5
#define EXCEPTION_SECONDS (30 * 86400)

#define HOLDER_NAME_MAX   127
#define REDEMPTION_ID_MAX 31
#define VISIT_ID_MAX      63
#define RECEIPT_MAX       1023
#define EXPLANATION_MAX   511

struct entitlement {
	enum carrier carrier;
	bool has_assurance; /* false where the reading was refused */
	enum assurance assurance;
	bool home;            /* ours, in the registry; else a guest or refused */
	char certificate[64]; /* "" for a guest or where refused before it was found */
	uint8_t kind;
	char name[HOLDER_NAME_MAX + 1];  /* in full: mask it before it is shown (name_mask) */
	enum reason reason;              /* of site, reading and certificate only */
	size_t offer_count;              /* 0 where reason is not REASON_OK */
	struct offer offers[OFFERS_MAX]; /* best first */
	int best;                        /* index, or -1 where none can be had */
};

/* Look everything up and decide; nothing is recorded.  The offers point into the registry's
 * catalogue: valid until the next call on the registry that reloads it (registry_refresh). */
enum registry_status entitlement_check(struct registry *registry, struct entitlement *out,
				       const struct presentation *presentation,
				       const struct circumstances *circumstances);

struct redemption {
	enum reason reason;   /* REASON_OK: recorded and durable */
	bool exceptions_used; /* refused since there were EXCEPTION_USES of late */
	char id[REDEMPTION_ID_MAX + 1];
	char benefit[BENEFIT_ID_MAX + 1];
	bool has_payable, has_saved;
	int64_t payable, saved; /* [fen] */
	size_t left_count;
	struct left left[BENEFIT_LIMITS_MAX]; /* after this use */
	char receipt[RECEIPT_MAX + 1];        /* text of the receipt's QR: the signed log entry */
	char explanation[2][EXPLANATION_MAX + 1];
};

/*
 * Decide again and, where granted, append the redemption to the log in the same transaction;
 * where refused, append the refusal.  Durable when it returns REGISTRY_OK.  visit [1 to VISIT_ID_MAX
 * bytes] names the visit: the same visit redeemed again answers what was answered, records nothing.
 * A live code is taken with the redemption: whoever comes with it later is refused as replayed.
 */
enum registry_status entitlement_redeem(struct registry *registry, struct redemption *out,
					const struct presentation *presentation,
					const struct circumstances *circumstances,
					const char *benefit, const char *visit);

/* Record a refusal that ended a visit before a benefit was chosen.  Of what was presented (NULL where
 * nothing was that could be read) only the county where its holder is at home is kept.  What cannot
 * be dated or taken is not recorded, and that is REGISTRY_OK: clock_wrong, registry_busy, and any
 * refusal by a clock that stands before the last entry. */
enum registry_status entitlement_refuse(struct registry *registry, enum reason reason,
					const struct circumstances *circumstances,
					const struct presentation *presentation);

/* Several redemptions in one commit: begin, redeem each, commit.  Between begin and commit
 * entitlement_redeem answers before it is durable; tell nobody before commit returned
 * REGISTRY_OK, and nobody at all if it did not. */
enum registry_status entitlement_batch_begin(struct registry *registry);
enum registry_status entitlement_batch_commit(struct registry *registry);
/* Instead of a commit: nothing of it stays. */
void entitlement_batch_abandon(struct registry *registry);

/* "测**人": at least one character hidden; of a name with two only the first is shown. */
void name_mask(char *out, size_t out_size, const char *name);

/* A fresh visit id, 26 characters. */
void visit_id_make(char out[static VISIT_ID_MAX + 1]);

#endif
