/*
 * A draft of benefits tried on the past: what each redemption of the log would have been under it, who
 * gains, who loses, what it costs each merchant.
 *
 * Documents of the draft take the place of those with the same id or are new; benefits that it does
 * not name stay as they are.  A redemption of a benefit that the draft changes is decided anew.  A
 * benefit that is new in the draft, or changed, is taken instead of what was taken where it saves
 * more.  Redemptions that were taken back are left out.  Limits count what the rehearsal granted, and
 * before its first day what the log holds.  So it is with what a holder has taken within one purchase:
 * the later of two that do not go together is refused, unless the draft changes neither.
 *
 * The log knows its holders by a keyed hash: those of the registry's persons are found again, with
 * what the registry holds of them today; guests are not, nor whom a refusal was for.  It holds no
 * quantity, and of what was free often no amount.  What cannot be decided for want of these is counted
 * as undecided.  What was asked of an ID card counts as granted.
 */
#ifndef YOUDAI_DB_REHEARSAL_H
#define YOUDAI_DB_REHEARSAL_H

#include "db/decision.h"
#include "db/registry.h"
#include "db/report.h"

/* What became of redemptions, or of people: by what each came out with in money, or where that is
 * equal or not known, by how often it was better or worse. */
struct rehearsal_change {
	int64_t same, gain, lose, undecided;
};

/* What one benefit at one merchant came to, before and under the draft.  [fen] of known amounts. */
struct rehearsal_cost {
	char merchant[64], benefit[BENEFIT_ID_MAX + 1];
	int64_t uses_before, saved_before;
	int64_t uses_after, saved_after;
	int64_t unknown_after; /* of uses_after: the saved amount cannot be known */
};

/* Holders of one class: "veteran", "family", "disabled", … as identities begin that held on the
 * day of their last redemption; somebody with several is in each. */
struct rehearsal_class {
	char name[IDENTITY_MAX + 1];
	struct rehearsal_change people;
};

struct rehearsal {
	struct rehearsal_change redemptions, people;
	/* Of the redemptions undecided: the registry has no such person, no such merchant, or the
	 * log holds no amount or quantity. */
	int64_t guests, places, without_amount;
	int64_t compared;              /* granted where the ID card would be asked for as well */
	int64_t refusals;              /* of the draft's benefits in the log: not decided anew */
	int64_t refused[REASON_COUNT]; /* redemptions that the draft refuses, by reason */
	size_t cost_count, class_count;
	struct rehearsal_cost *costs;    /* by merchant, then benefit */
	struct rehearsal_class *classes; /* by name */
};

/* Rehearse the log's entries of this time.  *out on REGISTRY_OK, freed with rehearsal_free. */
enum registry_status rehearse(struct registry *registry, struct rehearsal *out,
			      const struct catalogue *draft, const struct report_time *time);
void rehearsal_free(struct rehearsal *rehearsal);

#endif
