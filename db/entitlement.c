#include "db/entitlement.h"

#include <string.h>

#include "db/inquiry.h"

const char *carrier_name(enum carrier carrier)
{
	static const char *const names[] = { "none", "qr", "tag", "chip", "bank", "number" };
	return names[carrier];
}

const char *assurance_name(enum assurance assurance)
{
	static const char *const names[] = { "manual", "static", "bank", "live", "chip" };
	return names[assurance];
}

void visit_id_make(char out[static VISIT_ID_MAX + 1])
{
	random_text(out, 26);
}

/* --- masking --- */

/* Bytes of the character at the front: one lead byte and what continues it. */
static size_t character_length(const char *text)
{
	size_t length = *text != '\0';
	while (((unsigned char)text[length] & 0xc0) == 0x80)
		length++;
	return length;
}

void name_mask(char *out, size_t out_size, const char *name)
{
	size_t count = 0, used = 0, index = 0;
	if (out_size == 0)
		return;
	for (const char *at = name; *at != '\0'; at += character_length(at))
		count++;
	for (const char *at = name; *at != '\0'; at += character_length(at), index++) {
		bool shown = (index == 0 && count > 1) || (index == count - 1 && count > 2);
		size_t length = shown ? character_length(at) : 1;
		if (length >= out_size - used)
			break;
		memcpy(out + used, shown ? at : "*", length);
		used += length;
	}
	out[used] = '\0';
}

/* --- checking --- */

static void find_fitting(const struct registry *registry, struct uses *out,
			 const struct facts *facts)
{
	const struct catalogue *catalogue = registry->snapshot->catalogue;
	size_t count = catalogue_count(catalogue);
	out->count = 0;
	for (size_t i = 0; i < count && out->count < OFFERS_MAX; i++)
		if (benefit_fits_place(catalogue_at(catalogue, i), facts))
			out->benefits[out->count++] = catalogue_at(catalogue, i);
}

static enum registry_status make_offers(struct registry *registry, struct entitlement *out,
					const struct inquiry *inquiry)
{
	struct uses uses;
	const struct facts *facts = &inquiry->facts;
	find_fitting(registry, &uses, facts);
	enum registry_status status =
		uses_read(registry, &uses, inquiry->holder, facts->merchant, facts->now, INT64_MAX);
	if (status != REGISTRY_OK)
		return status;
	for (size_t i = 0; i < uses.count; i++)
		decide(&out->offers[i], uses.benefits[i], facts, uses.used[i]);
	out->offer_count = uses.count;
	offers_rank(out->offers, out->offer_count);
	if (out->offer_count > 0 && offer_can_be_had(&out->offers[0]))
		out->best = 0;
	return REGISTRY_OK;
}

/* The offers are many: only those that are there are written. */
static void set_out(struct entitlement *out, const struct inquiry *inquiry,
		    const struct presentation *presentation)
{
	memset(out, 0, offsetof(struct entitlement, offers));
	out->best = -1;
	out->carrier = presentation->carrier;
	out->has_assurance = presentation->fault == REASON_OK;
	out->assurance = presentation->carrier == CARRIER_NUMBER ? ASSURANCE_MANUAL
								 : presentation->assurance;
	out->reason = inquiry->reason;
	out->home = inquiry->home;
	out->kind = inquiry->facts.kind;
	memcpy(out->certificate, inquiry->certificate, sizeof out->certificate);
	memcpy(out->name, inquiry->name, sizeof out->name);
}

enum registry_status entitlement_check(struct registry *registry, struct entitlement *out,
				       const struct presentation *presentation,
				       const struct circumstances *circumstances)
{
	struct inquiry inquiry;
	struct statement *open;
	int64_t last_instant;
	/* While a statement is open all see the same, without a transaction being begun. */
	enum registry_status status = log_last_instant(registry, &last_instant, &open);
	if (status != REGISTRY_OK)
		return status;
	status = inquire(registry, &inquiry, presentation, circumstances, last_instant);
	if (status == REGISTRY_OK) {
		set_out(out, &inquiry, presentation);
		if (inquiry.reason == REASON_OK)
			status = make_offers(registry, out, &inquiry);
	}
	statement_reset(open);
	explicit_bzero(&inquiry, sizeof inquiry);
	return status;
}
