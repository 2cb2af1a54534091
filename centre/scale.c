#include "centre/scale.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/scale_life.h"
#include "centre/scale_person.h"
#include "centre/scale_plaque.h"
#include "centre/scale_use.h"
#include "db/china_time.h"
#include "db/exclusion.h"
#include "db/life_record.h"
#include "db/log.h"
#include "db/reconcile.h"

#define ROWS_A_COMMIT 4000
#define CODE_SIZE     16

struct filling {
	struct registry *registry;
	const struct scale_order *order;
	uint32_t unit_count;
	char (*units)[CODE_SIZE]; /* of the lowest tier */
	uint32_t rows;            /* since the last commit */
};

/* --- the stations that look after them --- */

static bool take_unit(void *context, const struct unit *unit)
{
	struct filling *filling = context;

	if (strcmp(unit->tier, "village") == 0 &&
	    filling->unit_count < filling->order->place->villages)
		snprintf(filling->units[filling->unit_count++], CODE_SIZE, "%s", unit->code);
	return true;
}

static enum registry_status read_units(struct filling *filling)
{
	enum registry_status status;

	filling->units = calloc(filling->order->place->villages, sizeof *filling->units);
	if (filling->units == NULL)
		return REGISTRY_TROUBLE;
	status = registry_each_unit(filling->registry, take_unit, filling);
	return status == REGISTRY_OK && filling->unit_count == 0 ? REGISTRY_NOT_FOUND : status;
}

/* --- one person --- */

static enum registry_status put_person(struct filling *filling, const struct scale_person *made)
{
	struct person person = { .code = made->code,
				 .name = made->name,
				 .sex = made->sex,
				 .birth_known = true,
				 .birth = made->birth,
				 .home_region = made->home_region,
				 .needy = made->needy,
				 .merit = made->merit,
				 .identities = made->identities,
				 .id_number = made->id_number };

	filling->rows++;
	return registry_put_person(filling->registry, &person);
}

static enum registry_status take_steps(struct filling *filling, const char *number,
				       const struct scale_life *life)
{
	enum registry_status status = REGISTRY_OK;
	struct life_answer answer;

	for (size_t i = 0; status == REGISTRY_OK && i < life->count; i++) {
		const struct scale_step *step = &life->steps[i];
		struct life_request request = { .certificate = number,
						.act = step->event.act,
						.now = step->recorded,
						.at = step->event.at,
						.until = step->event.until,
						.cause = step->cause,
						.reason = "" };

		status = life_take_step(filling->registry, &answer, &request);
		/* Its own plan does not break the rules; who acts may not be allowed to. */
		if (status == REGISTRY_OK && answer.refusal != LIFE_TAKEN)
			status = REGISTRY_CONSTRAINT;
		filling->rows++;
	}
	return status;
}

/* What stood in the way of who was refused, from then on. */
static enum registry_status put_exclusion(struct filling *filling, const struct scale_person *made,
					  const struct scale_life *life)
{
	const struct scale_step *last = &life->steps[life->count - 1];
	struct exclusion exclusion = { .cause = last->cause,
				       .from = china_time_at(last->event.at).day,
				       .until = INT32_MAX };

	filling->rows++;
	return exclusion_put(filling->registry, made->code, &exclusion, last->event.at);
}

static bool is_excluded(const struct scale_life *life)
{
	const struct scale_step *last = life->count == 0 ? NULL : &life->steps[life->count - 1];

	return last != NULL && last->event.act == ACT_REFUSE && strcmp(last->cause, "other") != 0;
}

static enum registry_status put_certificate(struct filling *filling, const char *number,
					    const struct scale_person *made, uint8_t kind,
					    const struct scale_life *life)
{
	const struct scale_order *order = filling->order;
	enum life_step step =
		order->with_lives ? life->beginning : scale_life_step(life, order->now);
	struct certificate certificate = { .number = number,
					   .person = made->code,
					   .unit = filling->units[made->unit % filling->unit_count],
					   .kind = kind,
					   .state = life_step_name(step),
					   .valid_from = life->in_hand,
					   .valid_until = INT32_MAX };
	enum registry_status status = registry_put_certificate(filling->registry, &certificate);

	filling->rows++;
	if (status == REGISTRY_OK && order->with_lives)
		status = take_steps(filling, number, life);
	if (status == REGISTRY_OK && order->with_lives && is_excluded(life))
		status = put_exclusion(filling, made, life);
	return status;
}

static enum registry_status put_certificates(struct filling *filling, uint32_t index,
					     const struct scale_person *made)
{
	const struct scale_order *order = filling->order;
	struct scale_life life, second;
	char number[SCALE_NUMBER_SIZE];

	scale_life_make(&life, order->place, made->certificate, order->now);
	scale_number_print(number, order->place, index, false);
	enum registry_status status = put_certificate(filling, number, made, made->kind, &life);
	if (status != REGISTRY_OK || !scale_gets_other_kind(order->place, made->certificate))
		return status;
	scale_life_of_second(&second, order->place, made->certificate, &life, order->now);
	scale_number_print(number, order->place, index, true);
	return put_certificate(filling, number, made, made->kind == 1 ? 2 : 1, &second);
}

static enum registry_status put_one(struct filling *filling, uint32_t index)
{
	const struct scale_order *order = filling->order;
	struct scale_person made;
	struct scale_plaque plaque;

	scale_person_make(&made, order->place, index, china_time_at(order->now).day);
	enum registry_status status = put_person(filling, &made);
	if (status == REGISTRY_OK && made.holds)
		status = put_certificates(filling, index, &made);
	if (status == REGISTRY_OK && made.has_plaque) {
		scale_plaque_make(&plaque, order->place, index, made.plaque, order->now);
		filling->rows += 1 + plaque.count;
		status = scale_plaque_put(filling->registry, &plaque, made.code,
					  filling->units[made.unit % filling->unit_count],
					  order->with_lives);
	}
	return status;
}

/* --- all of them --- */

static enum registry_status commit(struct filling *filling, uint32_t done)
{
	const struct scale_order *order = filling->order;
	enum registry_status status = registry_commit(filling->registry);

	filling->rows = 0;
	if (status == REGISTRY_OK && order->progress != NULL)
		order->progress(order->context, done, order->place->persons);
	return status;
}

static enum registry_status put_all(struct filling *filling)
{
	uint32_t count = filling->order->place->persons;
	enum registry_status status = REGISTRY_OK;

	for (uint32_t i = 0; status == REGISTRY_OK && i < count; i++) {
		if (filling->rows == 0)
			status = registry_begin(filling->registry);
		if (status == REGISTRY_OK)
			status = put_one(filling, i);
		if (status != REGISTRY_OK)
			registry_rollback(filling->registry);
		else if (filling->rows >= ROWS_A_COMMIT || i + 1 == count)
			status = commit(filling, i + 1);
	}
	return status;
}

enum registry_status scale_fill(struct registry *registry, const struct scale_order *order)
{
	struct filling filling = { .registry = registry, .order = order };
	enum registry_status status = read_units(&filling);

	if (status == REGISTRY_OK)
		status = put_all(&filling);
	if (status == REGISTRY_OK)
		status = scale_uses_put(registry, order->place, order->now);
	free(filling.units);
	return status;
}

/* --- what there is --- */

static bool count_unit(void *context, const struct unit *unit)
{
	(void)unit;
	((struct scale_count *)context)->units++;
	return true;
}

static bool count_merchant(void *context, const struct merchant *merchant)
{
	(void)merchant;
	((struct scale_count *)context)->merchants++;
	return true;
}

static bool count_certificate(void *context, const struct certificate *certificate)
{
	struct scale_count *count = context;
	enum life_step step;

	if (life_step_from_name(&step, certificate->state))
		count->steps[step]++;
	return true;
}

static bool count_entry(void *context, const struct log_entry *entry)
{
	(void)entry;
	((struct scale_count *)context)->entries++;
	return true;
}

enum registry_status scale_count(struct registry *registry, struct scale_count *out, int64_t now)
{
	struct stock stock = { 0 };

	*out = (struct scale_count){ .benefits = (int64_t)catalogue_count(
					     registry_catalogue(registry)) };
	enum registry_status status = reconcile_stock(registry, &stock);
	if (status == REGISTRY_OK)
		status = registry_each_unit(registry, count_unit, out);
	if (status == REGISTRY_OK)
		status = registry_each_merchant(registry, count_merchant, out);
	if (status == REGISTRY_OK)
		status = registry_each_certificate(registry, now, count_certificate, out);
	if (status == REGISTRY_OK)
		status = log_each(registry, 0, count_entry, out);
	out->persons = stock.persons;
	out->certificates = stock.certificates;
	out->plaques = stock.plaques;
	return status;
}
