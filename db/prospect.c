#include "db/prospect.h"

#include <string.h>

#include "db/inquiry.h"

static void stand_at(struct facts *facts, const struct merchant *merchant)
{
	facts->merchant = merchant->code;
	facts->region = merchant->region;
	facts->venue = merchant->venue;
}

static bool is_active(const struct merchant *merchant)
{
	return strcmp(merchant->state, "active") == 0;
}

/* The holder, asked for at some active merchant: the reason is the certificate's. */
static enum registry_status find_holder(struct registry *registry, struct inquiry *out,
					const char *certificate, const char *merchant, int64_t now)
{
	const struct snapshot *snapshot = registry->snapshot;
	struct presentation presentation = { .carrier = CARRIER_NUMBER, .number = certificate };
	struct circumstances circumstances = { .merchant = merchant,
					       .amount = AMOUNT_NONE,
					       .quantity = AMOUNT_NONE,
					       .attended = true,
					       .compared = true,
					       .now = now };
	for (size_t i = 0; circumstances.merchant == NULL && i < snapshot->merchant_count; i++)
		if (is_active(&snapshot->merchants[i]))
			circumstances.merchant = snapshot->merchants[i].code;
	enum registry_status status =
		inquire(registry, out, &presentation, &circumstances, INT64_MIN);
	out->facts.assurance = ASSURANCE_CHIP;
	out->facts.beside_count = 0; /* what was bought just now somewhere bars nothing elsewhere */
	return status;
}

static const struct merchant *first_fitting(const struct snapshot *snapshot, struct facts *facts,
					    const struct benefit *benefit, const char *merchant)
{
	for (size_t i = 0; i < snapshot->merchant_count; i++) {
		const struct merchant *here = &snapshot->merchants[i];
		if (!is_active(here) || (merchant != NULL && strcmp(here->code, merchant) != 0))
			continue;
		stand_at(facts, here);
		if (benefit_fits_place(benefit, facts))
			return here;
	}
	return NULL;
}

static enum registry_status add(struct registry *registry, struct prospect *out,
				struct inquiry *inquiry, struct uses *uses,
				const struct benefit *benefit, const char *only)
{
	struct facts *facts = &inquiry->facts;
	const struct merchant *merchant = first_fitting(registry->snapshot, facts, benefit, only);
	if (merchant == NULL)
		return REGISTRY_OK;
	uses->count = 1;
	uses->benefits[0] = benefit;
	enum registry_status status =
		uses_read(registry, uses, inquiry->holder, merchant->code, facts->now, INT64_MAX);
	if (status != REGISTRY_OK)
		return status;
	decide(&out->items[out->count].offer, benefit, facts, uses->used[0]);
	out->items[out->count].merchant = merchant->code;
	out->count += offer_can_be_had(&out->items[out->count].offer);
	return REGISTRY_OK;
}

enum registry_status prospect_read(struct registry *registry, struct prospect *out,
				   const char *certificate, const char *merchant, int64_t now)
{
	const struct catalogue *catalogue = registry->snapshot->catalogue;
	struct inquiry inquiry;
	struct uses uses;
	enum registry_status status = find_holder(registry, &inquiry, certificate, merchant, now);
	out->count = 0;
	out->reason = inquiry.reason;
	for (size_t i = 0; status == REGISTRY_OK && out->reason == REASON_OK &&
			   i < catalogue_count(catalogue) && out->count < OFFERS_MAX;
	     i++)
		status = add(registry, out, &inquiry, &uses, catalogue_at(catalogue, i), merchant);
	explicit_bzero(&inquiry, sizeof inquiry);
	return status;
}
