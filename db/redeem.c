#include <stdio.h>
#include <string.h>

#include "db/bank_card.h"
#include "db/inquiry.h"

/* --- transactions: one of its own, or the batch's --- */

static enum registry_status begin(struct registry *registry)
{
	if (registry->batch == BATCH_NONE)
		return registry_begin(registry);
	if (registry->batch == BATCH_FAILED)
		return registry_faults(registry, REGISTRY_TROUBLE, "the batch has failed before");
	return REGISTRY_OK;
}

/* Nothing was written. */
static void leave(struct registry *registry)
{
	if (registry->batch == BATCH_NONE)
		store_rollback(registry->store);
}

static enum registry_status end(struct registry *registry, enum registry_status status)
{
	if (registry->batch == BATCH_NONE && status == REGISTRY_OK)
		return registry_commit(registry);
	if (registry->batch == BATCH_NONE)
		registry_rollback(registry);
	else if (status != REGISTRY_OK)
		registry->batch = BATCH_FAILED; /* what was appended before must not be told */
	return status;
}

enum registry_status entitlement_batch_begin(struct registry *registry)
{
	if (registry->batch != BATCH_NONE)
		return registry_faults(registry, REGISTRY_TROUBLE, "a batch is open");
	enum registry_status status = registry_begin(registry);
	if (status == REGISTRY_OK)
		registry->batch = BATCH_OPEN;
	return status;
}

enum registry_status entitlement_batch_commit(struct registry *registry)
{
	enum batch batch = registry->batch;
	registry->batch = BATCH_NONE;
	if (batch == BATCH_OPEN)
		return registry_commit(registry);
	registry_rollback(registry);
	return registry_faults(registry, REGISTRY_TROUBLE,
			       "the batch has failed, or there is none");
}

void entitlement_batch_abandon(struct registry *registry)
{
	registry->batch = BATCH_NONE;
	registry_rollback(registry);
}

/* --- refusals --- */

static void explain_reason(struct redemption *out)
{
	snprintf(out->explanation[0], sizeof out->explanation[0], "%s。%s",
		 reason_why(out->reason, false), reason_next(out->reason, false));
	snprintf(out->explanation[1], sizeof out->explanation[1], "%s. %s",
		 reason_why(out->reason, true), reason_next(out->reason, true));
}

#define COUNTY_DIGITS 6 /* of a region's code */

/* A refusal names place, benefit and reason, and nobody; of the holder, where one was recognised, the
 * county. */
static enum registry_status append_refusal(struct registry *registry, enum reason reason,
					   const struct circumstances *circumstances,
					   const char *benefit, const char *home_region)
{
	char merchant[64], chosen[BENEFIT_ID_MAX + 1] = "", id[REDEMPTION_ID_MAX + 1];
	char region[COUNTY_DIGITS + 1];
	const struct benefit *known = NULL;
	log_field(merchant, sizeof merchant,
		  circumstances->merchant == NULL ? "" : circumstances->merchant);
	if (benefit != NULL) {
		log_field(chosen, sizeof chosen, benefit);
		known = snapshot_benefit(registry->snapshot, chosen);
	}
	log_field(region, sizeof region, home_region);
	struct chain_entry entry = { .region = region[0] == '\0' ? NULL : region,
				     .shown = { .at = circumstances->now,
						.what = "refused",
						.benefit = benefit == NULL ? NULL : chosen,
						.merchant = merchant,
						.reason = reason_name(reason) },
				     .assurance = -1,
				     .compared = -1 };
	if (known != NULL) {
		entry.has_version = true;
		entry.shown.benefit_version = known->version;
	}
	return log_append(registry, &entry, id);
}

/* With a clock that is wrong no entry can be dated, and one that is dated ahead would lock the
 * site; a busy registry takes none. */
static bool can_be_recorded(enum reason reason)
{
	return reason != REASON_CLOCK_WRONG && reason != REASON_REGISTRY_BUSY;
}

/* Somebody of whom nothing is trusted is nowhere at home. */
static enum registry_status refuse_visitor(struct registry *registry, enum reason reason,
					   const struct circumstances *circumstances,
					   const struct presentation *presentation,
					   int64_t last_instant)
{
	struct inquiry inquiry = { 0 };
	enum registry_status status = REGISTRY_OK;
	if (presentation != NULL)
		status = inquire(registry, &inquiry, presentation, circumstances, last_instant);
	if (status == REGISTRY_OK)
		status = append_refusal(registry, reason, circumstances, NULL, inquiry.home_region);
	explicit_bzero(&inquiry, sizeof inquiry);
	return status;
}

enum registry_status entitlement_refuse(struct registry *registry, enum reason reason,
					const struct circumstances *circumstances,
					const struct presentation *presentation)
{
	int64_t last;
	if (!can_be_recorded(reason))
		return REGISTRY_OK;
	enum registry_status status = begin(registry);
	if (status != REGISTRY_OK)
		return status;
	status = log_last_instant(registry, &last, NULL);
	if (status == REGISTRY_OK && circumstances->now < last) {
		leave(registry);
		return REGISTRY_OK;
	}
	if (status == REGISTRY_OK)
		status = refuse_visitor(registry, reason, circumstances, presentation, last);
	return end(registry, status);
}

/* --- redemptions --- */

/* Room for many is not cleared for one. */
static void uses_of_one(struct uses *out, const struct benefit *benefit)
{
	out->count = 1;
	out->benefits[0] = benefit;
}

/* Everything that follows from the entry alone, so that it can be told again. */
static enum registry_status tell_entry(struct registry *registry, struct redemption *out,
				       const struct chain_entry *entry)
{
	const struct log_entry *shown = &entry->shown;
	const struct benefit *benefit = snapshot_benefit(registry->snapshot, shown->benefit);
	struct uses uses;
	struct offer offer = { .benefit = benefit,
			       .verdict = VERDICT_GRANTED,
			       .redeemed = true,
			       .value_left = -1,
			       .has_payable = shown->has_payable,
			       .has_saved = shown->has_saved,
			       .payable = shown->payable,
			       .saved = shown->saved };
	*out = (struct redemption){ .reason = REASON_OK,
				    .has_payable = shown->has_payable,
				    .has_saved = shown->has_saved,
				    .payable = shown->payable,
				    .saved = shown->saved };
	snprintf(out->id, sizeof out->id, "%s", shown->redemption);
	snprintf(out->benefit, sizeof out->benefit, "%s", shown->benefit);
	receipt_make(out->receipt, entry);
	explain_reason(out);
	if (benefit == NULL)
		return REGISTRY_OK;
	uses_of_one(&uses, benefit);
	enum registry_status status =
		uses_read(registry, &uses, entry->holder, shown->merchant, shown->at, shown->seq);
	if (status != REGISTRY_OK)
		return status;
	out->left_count = benefit_left(out->left, benefit, uses.used[0]);
	offer.left_count = out->left_count;
	memcpy(offer.left, out->left, sizeof offer.left);
	offer_explain(out->explanation[0], sizeof out->explanation[0], &offer, false);
	offer_explain(out->explanation[1], sizeof out->explanation[1], &offer, true);
	return REGISTRY_OK;
}

static enum registry_status grant(struct registry *registry, struct redemption *out,
				  const struct inquiry *inquiry, const struct offer *offer,
				  const struct presentation *presentation, const char *visit)
{
	char id[REDEMPTION_ID_MAX + 1];
	const struct facts *facts = &inquiry->facts;
	struct chain_entry entry = { .shown = { .at = facts->now,
						.what = "redeemed",
						.benefit = offer->benefit->id,
						.benefit_version = offer->benefit->version,
						.merchant = facts->merchant,
						.reason = reason_name(REASON_OK),
						.has_payable = offer->has_payable,
						.has_saved = offer->has_saved,
						.payable = offer->payable,
						.saved = offer->saved },
				     .visit = visit,
				     .holder = inquiry->holder,
				     .has_version = true,
				     .assurance = facts->assurance,
				     .compared = inquiry->exception ? 2 : facts->compared };
	enum registry_status status = log_append(registry, &entry, id);
	if (status == REGISTRY_OK && presentation->live_id != NULL)
		status = live_take(registry, presentation, facts->now);
	return status == REGISTRY_OK ? tell_entry(registry, out, &entry) : status;
}

static enum registry_status refuse(struct registry *registry, struct redemption *out,
				   const struct circumstances *circumstances,
				   const struct inquiry *inquiry, const struct offer *offer,
				   enum reason reason, const char *benefit)
{
	*out = (struct redemption){ .reason = reason, .exceptions_used = inquiry->exceptions_used };
	log_field(out->benefit, sizeof out->benefit, benefit);
	explain_reason(out);
	if (offer != NULL) {
		offer_explain(out->explanation[0], sizeof out->explanation[0], offer, false);
		offer_explain(out->explanation[1], sizeof out->explanation[1], offer, true);
	}
	if (!can_be_recorded(reason))
		return REGISTRY_OK;
	return append_refusal(registry, reason, circumstances, benefit, inquiry->home_region);
}

static enum registry_status decide_one(struct registry *registry, struct offer *out,
				       const struct inquiry *inquiry, const struct benefit *benefit)
{
	struct uses uses;
	const struct facts *facts = &inquiry->facts;
	uses_of_one(&uses, benefit);
	enum registry_status status =
		uses_read(registry, &uses, inquiry->holder, facts->merchant, facts->now, INT64_MAX);
	if (status != REGISTRY_OK)
		return status;
	decide(out, benefit, facts, uses.used[0]);
	if (!benefit_fits_place(benefit, facts)) {
		out->verdict = VERDICT_REFUSED;
		out->reason = REASON_WRONG_VENUE;
	}
	return REGISTRY_OK;
}

/* A bank card that is known under an older key of the site is from now on known under the newest. */
static enum registry_status renew_bank_card(struct registry *registry,
					    const struct presentation *presentation, int64_t now)
{
	struct bank_card card;
	if (presentation->carrier != CARRIER_BANK || presentation->fault != REASON_OK ||
	    presentation->token_count < 2)
		return REGISTRY_OK;
	enum registry_status status = bank_card_find(registry, &card, presentation->tokens,
						     presentation->token_count, now);
	if (status == REGISTRY_NOT_FOUND)
		return REGISTRY_OK;
	return status == REGISTRY_OK ? bank_card_renew(registry, &card, presentation->tokens)
				     : status;
}

static enum registry_status redeem_new(struct registry *registry, struct redemption *out,
				       const struct presentation *presentation,
				       const struct circumstances *circumstances, const char *id,
				       const char *visit)
{
	struct inquiry inquiry;
	struct offer offer;
	const struct benefit *benefit = snapshot_benefit(registry->snapshot, id);
	int64_t last;
	enum registry_status status = log_last_instant(registry, &last, NULL);
	if (status == REGISTRY_OK)
		status = inquire(registry, &inquiry, presentation, circumstances, last);
	if (status == REGISTRY_OK)
		status = renew_bank_card(registry, presentation, circumstances->now);
	if (status != REGISTRY_OK)
		return status;
	if (inquiry.reason != REASON_OK)
		status = refuse(registry, out, circumstances, &inquiry, NULL, inquiry.reason, id);
	else if (benefit == NULL)
		status = refuse(registry, out, circumstances, &inquiry, NULL,
				REASON_BENEFIT_INACTIVE, id);
	else if ((status = decide_one(registry, &offer, &inquiry, benefit)) != REGISTRY_OK)
		;
	else if (offer.reason != REASON_OK)
		status = refuse(registry, out, circumstances, &inquiry, &offer, offer.reason, id);
	else
		status = grant(registry, out, &inquiry, &offer, presentation, visit);
	explicit_bzero(&inquiry, sizeof inquiry);
	return status;
}

/* Answers what was answered when the visit was redeemed; REGISTRY_NOT_FOUND where it was not. */
static enum registry_status redeem_again(struct registry *registry, struct redemption *out,
					 const char *visit)
{
	struct statement *row;
	struct chain_entry entry;
	enum registry_status status = log_of_visit(registry, &row, &entry, visit);
	if (status != REGISTRY_OK)
		return status;
	status = tell_entry(registry, out, &entry);
	statement_reset(row);
	return status;
}

static bool visit_fits(const char *visit)
{
	size_t length = strnlen(visit, VISIT_ID_MAX + 1);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)visit[i] <= 0x20 || (unsigned char)visit[i] == 0x7f)
			return false;
	return length >= 1 && length <= VISIT_ID_MAX;
}

enum registry_status entitlement_redeem(struct registry *registry, struct redemption *out,
					const struct presentation *presentation,
					const struct circumstances *circumstances,
					const char *benefit, const char *visit)
{
	if (!visit_fits(visit))
		return registry_faults(registry, REGISTRY_CONSTRAINT,
				       "a visit is named by 1 to 63 bytes without spaces");
	enum registry_status status = begin(registry);
	if (status != REGISTRY_OK)
		return status;
	status = redeem_again(registry, out, visit);
	if (status == REGISTRY_OK) {
		leave(registry);
		return REGISTRY_OK;
	}
	if (status == REGISTRY_NOT_FOUND)
		status = redeem_new(registry, out, presentation, circumstances, benefit, visit);
	return end(registry, status);
}
