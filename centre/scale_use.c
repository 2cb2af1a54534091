#include "centre/scale_use.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/scale_life.h"
#include "centre/scale_person.h"
#include "db/china_time.h"
#include "db/entitlement.h"

#define DAYS         90         /* [day] before today */
#define OPEN_SECONDS (9 * 3600) /* [s] of a day, from eight to five */
#define PLACES_MAX   64
#define BATCH        200 /* uses of one commit */

struct visits {
	const struct scale_place *place;
	int64_t now;
	size_t merchant_count;
	char merchants[PLACES_MAX][BENEFIT_ID_MAX + 1];
	struct entitlement found;
	struct redemption redeemed;
};

static bool take_merchant(void *context, const struct merchant *merchant)
{
	struct visits *visits = context;

	if (visits->merchant_count == PLACES_MAX)
		return false;
	snprintf(visits->merchants[visits->merchant_count++], sizeof visits->merchants[0], "%s",
		 merchant->code);
	return true;
}

/* Uses follow one another through the hours in which places are open. */
static int64_t instant_of(const struct visits *visits, uint32_t index)
{
	int32_t first = china_time_at(visits->now).day - DAYS;
	int64_t open = (int64_t)DAYS * OPEN_SECONDS * index / visits->place->uses;

	return china_midnight(first + (int32_t)(open / OPEN_SECONDS)) + 8 * 3600 +
	       open % OPEN_SECONDS;
}

/* Somebody whose certificate was issued before that day and has been in use ever since. */
static void pick_holder(char number[static SCALE_NUMBER_SIZE], struct scale_person *out,
			const struct visits *visits, struct scale_draw *draw, int32_t day)
{
	struct scale_life life;
	uint32_t index;

	do {
		index = scale_draw_below(draw, visits->place->persons);
		scale_person_make(out, visits->place, index, china_time_at(visits->now).day);
		if (out->holds)
			scale_life_make(&life, visits->place, out->certificate, visits->now);
	} while (!out->holds || !life.only_issued || life.in_hand >= day);
	scale_number_print(number, visits->place, index, false);
}

static enum registry_status use(struct registry *registry, struct visits *visits, uint32_t index)
{
	struct scale_draw draw = scale_draw_begin(visits->place, SCALE_USE, index);
	struct scale_person person;
	char number[SCALE_NUMBER_SIZE], visit[VISIT_ID_MAX + 1], benefit[BENEFIT_ID_MAX + 1];
	uint8_t medium[16];
	int64_t at = instant_of(visits, index);

	pick_holder(number, &person, visits, &draw, china_time_at(at).day);
	for (size_t i = 0; i < sizeof medium; i++)
		medium[i] = (uint8_t)scale_draw_below(&draw, 256);
	struct presentation presentation = { .carrier = CARRIER_QR,
					     .assurance = ASSURANCE_STATIC,
					     .issuer = visits->place->issuer,
					     .number = number,
					     .name = "",
					     .kind = person.kind,
					     .medium = medium,
					     .medium_length = sizeof medium };
	struct circumstances circumstances = {
		.merchant = visits->merchants[scale_draw_below(&draw,
							       (uint32_t)visits->merchant_count)],
		.amount = 200 + 50 * (int64_t)scale_draw_below(&draw, 200),
		.quantity = 10000 + 1000 * (int64_t)scale_draw_below(&draw, 40),
		.attended = true,
		.compared = true,
		.now = at
	};
	enum registry_status status =
		entitlement_check(registry, &visits->found, &presentation, &circumstances);
	if (status != REGISTRY_OK || visits->found.offer_count == 0)
		return status;
	/* The best of what can be had, or a refusal for the log. */
	int best = visits->found.best < 0 ? 0 : visits->found.best;
	snprintf(benefit, sizeof benefit, "%s", visits->found.offers[best].benefit->id);
	snprintf(visit, sizeof visit, "demo-%s-%06u", visits->place->region, index + 1);
	return entitlement_redeem(registry, &visits->redeemed, &presentation, &circumstances,
				  benefit, visit);
}

static enum registry_status use_all(struct registry *registry, struct visits *visits)
{
	enum registry_status status = REGISTRY_OK;

	for (uint32_t i = 0; status == REGISTRY_OK && i < visits->place->uses; i++) {
		bool last = i % BATCH == BATCH - 1 || i + 1 == visits->place->uses;

		if (i % BATCH == 0)
			status = entitlement_batch_begin(registry);
		if (status == REGISTRY_OK)
			status = use(registry, visits, i);
		if (status == REGISTRY_OK && last)
			status = entitlement_batch_commit(registry);
	}
	if (status != REGISTRY_OK)
		entitlement_batch_abandon(registry);
	return status;
}

enum registry_status scale_uses_put(struct registry *registry, const struct scale_place *place,
				    int64_t now)
{
	struct visits *visits = calloc(1, sizeof *visits);

	if (visits == NULL)
		return REGISTRY_TROUBLE;
	visits->place = place;
	visits->now = now;
	enum registry_status status = registry_refresh(registry, NULL);
	if (status == REGISTRY_OK)
		status = registry_each_merchant(registry, take_merchant, visits);
	if (status == REGISTRY_OK && visits->merchant_count > 0)
		status = use_all(registry, visits);
	free(visits);
	return status;
}
