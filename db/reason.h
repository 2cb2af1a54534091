/*
 * The one list of reasons, in the order in which refusals are found: the first wins.
 *
 * Used by the decision, the log, the screens and the JSON.  The names are contracts; the sentences
 * stand in assets/reasons.csv as `reason.<name>.why` and `reason.<name>.next`.
 */
#ifndef YOUDAI_DB_REASON_H
#define YOUDAI_DB_REASON_H

#include <stdbool.h>

/* clang-format off */
#define REASONS(X) \
	X(OK, ok) \
	/* the site */ \
	X(MERCHANT_INACTIVE, merchant_inactive) X(CLOCK_WRONG, clock_wrong) \
	X(DATA_TOO_OLD, data_too_old) X(REGISTRY_BUSY, registry_busy) \
	/* the reading */ \
	X(TORN, torn) X(SEVERAL_CARDS, several_cards) X(MALFORMED, malformed) \
	X(UNSUPPORTED, unsupported) X(UNKNOWN_ISSUER, unknown_issuer) X(FORGED, forged) \
	X(NOT_YET_VALID, not_yet_valid) X(EXPIRED, expired) X(REPLAYED, replayed) \
	X(STALE, stale) X(CLONED, cloned) X(UNKNOWN_CARD, unknown_card) \
	X(UNKNOWN_CERTIFICATE, unknown_certificate) \
	/* the certificate */ \
	X(NOT_ISSUED, not_issued) X(LOSS_REPORTED, loss_reported) X(LOST, lost) \
	X(SUSPENDED, suspended) X(REPLACED, replaced) X(WITHDRAWN, withdrawn) \
	X(CANCELLED, cancelled) X(MOVED, moved) \
	/* the benefit */ \
	X(WRONG_KIND, wrong_kind) X(WRONG_CLASS, wrong_class) X(WRONG_GRADE, wrong_grade) \
	X(WRONG_AGE, wrong_age) X(WRONG_REGION, wrong_region) X(NOT_NEEDY, not_needy) \
	X(NOT_TODAY, not_today) X(OUTSIDE_HOURS, outside_hours) X(FESTIVAL, festival) \
	X(WRONG_VENUE, wrong_venue) X(QUOTA_USED, quota_used) \
	X(VENUE_QUOTA_USED, venue_quota_used) X(BALANCE_USED, balance_used) \
	X(NOT_WITH_OTHERS, not_with_others) X(ASSURANCE_TOO_LOW, assurance_too_low) \
	X(NEEDS_COMPARE, needs_compare) X(NEEDS_AMOUNT, needs_amount) \
	X(AMOUNT_INVALID, amount_invalid) X(BENEFIT_INACTIVE, benefit_inactive)
/* clang-format on */

enum reason {
#define X(constant, name) REASON_##constant,
	REASONS(X)
#undef X
		REASON_COUNT
};

const char *reason_name(enum reason reason);
/* False where the list has no such name. */
bool reason_from_name(enum reason *out, const char *name);

/* Why, and what to do next: one sentence each, Chinese or English. */
const char *reason_why(enum reason reason, bool english);
const char *reason_next(enum reason reason, bool english);
/* Both, as two sentences. */
#define REASON_SENTENCES_MAX 511 /* [byte] */
void reason_sentences(char out[static REASON_SENTENCES_MAX + 1], enum reason reason, bool english);

#endif
