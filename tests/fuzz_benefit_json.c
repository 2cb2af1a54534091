/* Any bytes as a file of benefits: a catalogue that stands for itself, or a fault with its place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "db/decision.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept)
{
	if (!kept)
		abort();
}

/* What was taken up can be decided upon and explained, and its document reads the same again. */
static void use(const struct catalogue *catalogue, size_t index)
{
	struct facts facts = {
		.merchant = "m",
		.region = "350926",
		.venue = VENUE_PARK,
		.kind = 1,
		.identity_count = 1,
		.identities = { "disabled:6:war" },
		.home_region = "350926",
		.assurance = 1,
		.now = 1795000000,
		.amount = 12345,
		.quantity = AMOUNT_NONE,
	};
	struct past_use used[BENEFIT_LIMITS_MAX] = { { 1, 100 } };
	const char *document = catalogue_document(catalogue, index);
	struct catalogue *again;
	struct benefit_fault fault;
	struct offer offer;
	char text[512];

	decide(&offer, catalogue_at(catalogue, index), &facts, used);
	promise(!offer.has_saved || offer.payable + offer.saved == facts.amount);
	offer_explain(text, sizeof text, &offer, false);
	promise(strlen(text) > 0);
	promise(catalogue_parse(&again, &fault, document, strlen(document)) == BENEFIT_OK);
	promise(strcmp(catalogue_document(again, 0), document) == 0);
	catalogue_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };

	switch (catalogue_parse(&catalogue, &fault, (const char *)data, size)) {
	case BENEFIT_OK:
		for (size_t i = 0; i < catalogue_count(catalogue); i++)
			use(catalogue, i);
		catalogue_free(catalogue);
		break;
	case BENEFIT_MALFORMED:
		promise(catalogue == NULL && fault.path[0] != '\0' && fault.why[0] != '\0');
		break;
	case BENEFIT_NO_MEMORY:
		break;
	}
	return 0;
}
