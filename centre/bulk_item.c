/*
 * One certificate of a batch, all or nothing: put on file, its steps, its credential.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "centre/bulk_inside.h"
#include "db/actor.h"
#include "db/china_time.h"
#include "db/life_record.h"
#include "db/lookup.h"

enum bulk_status bulk_says(struct bulk *bulk, enum registry_status status)
{
	bulk->result->registry_status = status;
	return status == REGISTRY_OK ? BULK_OK : BULK_REGISTRY;
}

enum bulk_status bulk_at(struct bulk *bulk, const char *path, enum bulk_status status)
{
	bulk->result->error = errno;
	snprintf(bulk->result->path, sizeof bulk->result->path, "%s", path);
	return status;
}

/* --- refusals --- */

void bulk_item_refuse(struct bulk_item *item, const char *name, const char *zh, const char *en)
{
	item->refusal = name;
	snprintf(item->sentences[0], sizeof item->sentences[0], "%s", zh);
	snprintf(item->sentences[1], sizeof item->sentences[1], "%s", en);
}

static void refuse_for(struct bulk_item *item, enum reason reason)
{
	item->refusal = reason_name(reason);
	for (int english = 0; english < 2; english++)
		reason_sentences(item->sentences[english], reason, english);
}

static void refuse_step(struct bulk_item *item, const struct life_answer *answer)
{
	item->refusal = life_refusal_name(answer->refusal);
	for (int english = 0; english < 2; english++)
		life_refusal_sentence(item->sentences[english], answer, english);
}

/* --- on file --- */

static enum registry_status check_reach(struct bulk *bulk, struct bulk_item *item, const char *unit)
{
	bool reached;
	enum registry_status status = actor_reaches(bulk->registry, &reached, unit);

	if (status == REGISTRY_OK && !reached)
		refuse_step(item, &(struct life_answer){ .refusal = LIFE_OUTSIDE_UNIT });
	return status;
}

static enum registry_status put_on_file(struct bulk *bulk, struct bulk_item *item)
{
	bool person = false, unit = false;
	enum registry_status status =
		registry_knows_person(bulk->registry, &person, item->row.person);

	if (status == REGISTRY_OK)
		status = registry_knows_unit(bulk->registry, &unit, item->row.unit);
	if (status != REGISTRY_OK)
		return status;
	if (!person)
		bulk_item_refuse(item, "unknown_person",
				 "登记库中没有这个人。请先用 person import 导入。",
				 "The registry has no such person. Import the person first "
				 "(person import).");
	else if (!unit)
		bulk_item_refuse(item, "unknown_unit",
				 "登记库中没有这个单位。请先用 unit import 导入。",
				 "The registry has no such unit. Import the unit first (unit "
				 "import).");
	else
		status = person_in_reach(bulk->registry, &person, item->row.person);
	if (status == REGISTRY_OK && item->refusal == NULL && !person)
		refuse_step(item, &(struct life_answer){ .refusal = LIFE_OUTSIDE_UNIT });
	if (status == REGISTRY_OK && item->refusal == NULL)
		status = check_reach(bulk, item, item->row.unit);
	if (status == REGISTRY_OK && item->refusal == NULL)
		status = registry_put_certificate(bulk->registry, &item->row);
	return status;
}

static bool is_same(const struct certificate *there, const struct certificate *row)
{
	return row->person == NULL ||
	       (strcmp(there->person, row->person) == 0 && strcmp(there->unit, row->unit) == 0 &&
		there->kind == row->kind && there->valid_from == row->valid_from &&
		there->valid_until == row->valid_until);
}

/* It is there afterwards, as the row says. */
static enum registry_status enter(struct bulk *bulk, struct bulk_item *item)
{
	struct certificate_view view;
	enum registry_status status =
		registry_certificate(bulk->registry, &view, item->number, bulk->order->now);

	if (status == REGISTRY_NOT_FOUND && item->row.person != NULL)
		return put_on_file(bulk, item);
	if (status == REGISTRY_NOT_FOUND) {
		refuse_for(item, REASON_UNKNOWN_CERTIFICATE);
		return REGISTRY_OK;
	}
	if (status != REGISTRY_OK)
		return status;
	if (is_same(&view.certificate, &item->row))
		return check_reach(bulk, item, view.certificate.unit);
	bulk_item_refuse(item, "exists",
			 "这个证号已在登记库中,而人员、种类、单位或有效期不同。请核对证号。",
			 "This number is there already, with another person, kind, unit or time. "
			 "Check it.");
	return REGISTRY_OK;
}

/* --- steps --- */

static enum registry_status take_steps(struct bulk *bulk, struct bulk_item *item)
{
	const struct bulk_order *order = bulk->order;
	struct life_request request = { .certificate = item->number,
					.now = order->now,
					.at = order->now,
					.until = LIFE_NEVER,
					.reason = order->reason };
	struct life_answer answer;
	enum registry_status status = REGISTRY_OK;

	if (item->stepped)
		return REGISTRY_OK;
	for (size_t i = 0; i < order->step_count && item->refusal == NULL; i++) {
		request.act = order->steps[i];
		status = life_take_step(bulk->registry, &answer, &request);
		if (status != REGISTRY_OK)
			break;
		if (answer.refusal != LIFE_TAKEN)
			refuse_step(item, &answer);
	}
	return status;
}

/* --- the credential --- */

static enum registry_status know_unit(struct bulk *bulk, struct bulk_item *item, const char *unit)
{
	const struct bulk_order *order = bulk->order;
	bool fits = true;
	enum registry_status status = registry_unit_title(bulk->registry, &item->title, unit,
							  china_time_at(order->now).day);

	if (status == REGISTRY_NOT_FOUND) {
		snprintf(item->title.name, sizeof item->title.name, "%s", unit);
		return REGISTRY_OK;
	}
	if (status == REGISTRY_OK && !bulk->told_place)
		status = issuing_fits_unit(bulk->registry, &fits, order->issuing->key, unit,
					   order->now);
	if (status == REGISTRY_OK && !fits) {
		bulk->told_place = true;
		bulk->watch->other_place(bulk->watch->context, unit);
	}
	return status;
}

static enum bulk_status sign(struct bulk *bulk, struct bulk_item *item,
			     const struct certificate_view *view)
{
	enum issuing_status status =
		issuing_make(bulk->order->issuing, &item->issued, view, bulk->order->now);

	if (status == ISSUING_OK)
		return bulk_says(bulk, know_unit(bulk, item, view->certificate.unit));
	bulk->result->issuing_status = status;
	if (status == ISSUING_NOT_IN_ORDER)
		refuse_for(item, item->issued.reason);
	else if (issuing_is_refusal(status) || status == ISSUING_TOO_LONG)
		bulk_item_refuse(item, issuing_name(status), issuing_words(status, false),
				 issuing_words(status, true));
	return item->refusal != NULL ? BULK_OK : BULK_NOT_SIGNED;
}

static enum bulk_status issue(struct bulk *bulk, struct bulk_item *item)
{
	const int64_t now = bulk->order->now;
	struct certificate_view view;
	enum bulk_status result =
		bulk_says(bulk, registry_certificate(bulk->registry, &view, item->number, now));

	if (result == BULK_OK && !item->drawn)
		result = sign(bulk, item, &view);
	else if (result == BULK_OK && !issuing_still_holds(&item->issued, &view))
		refuse_for(item, view.reason);
	if (result != BULK_OK || item->refusal != NULL)
		return result;
	return bulk_says(bulk, issuing_record(bulk->registry, &item->issued, "qr", &view, now));
}

/* --- all or nothing --- */

static enum bulk_status attempt(struct bulk *bulk, struct bulk_item *item)
{
	enum bulk_status result = bulk_says(bulk, enter(bulk, item));

	if (result == BULK_OK && item->refusal == NULL)
		result = bulk_says(bulk, take_steps(bulk, item));
	if (result == BULK_OK && item->refusal == NULL && bulk->order->issuing != NULL)
		result = issue(bulk, item);
	return result;
}

static enum registry_status keep(struct bulk *bulk, const struct bulk_item *item)
{
	bool issued = bulk->order->issuing != NULL;
	enum registry_status status = batch_set_done(
		bulk->registry, bulk->order->batch, item->position,
		issued ? item->issued.claims.medium : NULL, issued ? bulk->sheet : 0);

	return status == REGISTRY_OK ? registry_part_keep(bulk->registry) : status;
}

enum bulk_status bulk_item_fail(struct bulk *bulk, const struct bulk_item *item)
{
	return bulk_says(bulk, batch_set_failed(bulk->registry, bulk->order->batch, item->position,
						item->refusal));
}

enum bulk_status bulk_item_do(struct bulk *bulk, struct bulk_item *item)
{
	enum bulk_status result = bulk_says(bulk, registry_part_begin(bulk->registry));

	if (result == BULK_OK)
		result = attempt(bulk, item);
	if (result != BULK_OK)
		return result;
	if (item->refusal == NULL)
		return bulk_says(bulk, keep(bulk, item));
	result = bulk_says(bulk, registry_part_undo(bulk->registry));
	return result == BULK_OK ? bulk_item_fail(bulk, item) : result;
}
