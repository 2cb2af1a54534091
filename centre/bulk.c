#include "centre/bulk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "centre/bulk_inside.h"

/* --- a group: its rows --- */

/* Copied: a row is borrowed until the next one. */
static void take_row(struct bulk_item *item, const struct certificate *row, int64_t position)
{
	item->position = position;
	item->row = *row;
	snprintf(item->number, sizeof item->number, "%s", row->number);
	item->row.number = item->number;
	if (row->person == NULL)
		return;
	snprintf(item->person, sizeof item->person, "%s", row->person);
	snprintf(item->unit, sizeof item->unit, "%s", row->unit);
	item->row.person = item->person;
	item->row.unit = item->unit;
}

/* *behind: there is nothing to do for it; done, or forgotten. */
static enum bulk_status find_item(struct bulk *bulk, struct batch_item *out, bool *behind,
				  int64_t position)
{
	enum registry_status status = batch_item(bulk->registry, out, bulk->order->batch, position);

	*behind = status == REGISTRY_NOT_FOUND || out->state == BATCH_ITEM_DONE;
	return bulk_says(bulk, status == REGISTRY_NOT_FOUND ? REGISTRY_OK : status);
}

/* The next rows for which there is something to do. */
static enum bulk_status gather(struct bulk *bulk)
{
	const size_t most = bulk->order->issuing != NULL ? BULK_SHEET : BULK_GROUP;
	enum bulk_status result = BULK_OK;
	struct certificate row;

	bulk->count = 0;
	while (result == BULK_OK && bulk->count < most) {
		struct batch_item found = { .stepped = false };
		bool behind;

		bulk->at_end = !bulk_rows_next(bulk->rows, &row);
		if (bulk->at_end)
			break;
		result = find_item(bulk, &found, &behind, ++bulk->position);
		if (behind)
			bulk->result->skipped++;
		else
			take_row(&bulk->items[bulk->count++], &row, bulk->position);
	}
	return result;
}

/* --- a group: what comes of it --- */

static void tell(const struct bulk *bulk, size_t behind)
{
	const struct bulk_result *result = bulk->result;
	int64_t worked = result->done + result->failed + (int64_t)behind;

	bulk->watch->row(bulk->watch->context, worked + result->skipped, worked);
}

/* How it stands; *same becomes false where that is not how it stood before its slip was drawn. */
static enum bulk_status look_at(struct bulk *bulk, struct bulk_item *item, bool again, bool *same)
{
	struct batch_item found = { .stepped = false };
	bool behind;
	enum bulk_status result = find_item(bulk, &found, &behind, item->position);

	if (again) {
		*same = behind == item->behind && found.stepped == item->stepped;
		return result;
	}
	item->behind = behind;
	item->stepped = found.stepped;
	item->refusal = NULL;
	item->drawn = false;
	return result;
}

static enum bulk_status do_item(struct bulk *bulk, struct bulk_item *item, bool again, bool *same)
{
	enum bulk_status result = look_at(bulk, item, again, same);

	if (result != BULK_OK || !*same || item->behind)
		return result;
	if (item->refusal != NULL)
		return bulk_item_fail(bulk, item);
	item->drawn = again;
	result = bulk_item_do(bulk, item);
	*same = !again || item->refusal == NULL;
	return result;
}

static enum bulk_status confirm(struct bulk *bulk)
{
	if (bulk->delivered == 0)
		return BULK_OK;
	return bulk_says(bulk,
			 batch_sheet_there(bulk->registry, bulk->order->batch, bulk->delivered));
}

/* The whole group within a transaction that is begun here; *same as above, `again` after its slips
 * were drawn. */
static enum bulk_status pass(struct bulk *bulk, bool again, bool *same)
{
	int64_t sheet = 0;
	enum registry_status status = registry_begin(bulk->registry);

	*same = true;
	if (status == REGISTRY_OK && bulk->order->issuing != NULL)
		status = batch_next_sheet(bulk->registry, &sheet, bulk->order->batch);
	if (status != REGISTRY_OK)
		return bulk_says(bulk, status);
	*same = !again || sheet == bulk->sheet;
	bulk->sheet = sheet;
	enum bulk_status result = confirm(bulk);
	for (size_t i = 0; result == BULK_OK && *same && i < bulk->count; i++) {
		result = do_item(bulk, &bulk->items[i], again, same);
		if (bulk->order->issuing == NULL)
			tell(bulk, i + 1);
	}
	return result;
}

static bool is_good(const struct bulk_item *item)
{
	return !item->behind && item->refusal == NULL;
}

static size_t count_issued(const struct bulk *bulk)
{
	size_t count = 0;

	for (size_t i = 0; bulk->order->issuing != NULL && i < bulk->count; i++)
		count += is_good(&bulk->items[i]);
	return count;
}

/* --- a group: its slips --- */

static enum bulk_status not_printed(struct bulk *bulk, enum sheet_status status)
{
	slips_abandon(&bulk->slips);
	bulk->result->sheet_status = status;
	return bulk_at(bulk, bulk->path, BULK_NOT_PRINTED);
}

static enum sheet_status draw_all(struct bulk *bulk)
{
	for (size_t i = 0; i < bulk->count; i++) {
		struct bulk_item *item = &bulk->items[i];
		enum sheet_status status = SHEET_OK;

		if (is_good(item))
			status = slips_add(&bulk->slips, &item->issued, item->title.name);
		if (status == SHEET_NO_ROOM)
			bulk_item_refuse(item, "no_room", sheet_words(status, false),
					 sheet_words(status, true));
		else if (status != SHEET_OK)
			return status;
		tell(bulk, i + 1);
	}
	return SHEET_OK;
}

/* NAME-0001.pdf.part, whole. */
static enum bulk_status draw(struct bulk *bulk)
{
	enum slips_found found;
	enum sheet_status status;

	snprintf(bulk->path, sizeof bulk->path, "%s/%s-%04" PRId64 ".pdf", bulk->order->folder,
		 bulk->order->batch, bulk->sheet);
	found = slips_find(bulk->path);
	if (found == SLIPS_THERE || found == SLIPS_BOTH)
		return bulk_at(bulk, bulk->path, BULK_EXISTS);
	status = slips_open(&bulk->slips, bulk->path, bulk->order->batch, bulk->order->now);
	if (status == SHEET_OK)
		status = draw_all(bulk);
	if (status == SHEET_OK && count_issued(bulk) == 0) {
		slips_abandon(&bulk->slips);
		return BULK_OK;
	}
	if (status == SHEET_OK)
		status = slips_close(&bulk->slips);
	return status == SHEET_OK ? BULK_OK : not_printed(bulk, status);
}

/* --- a group: on record --- */

static void tell_failures(const struct bulk *bulk)
{
	for (size_t i = 0; i < bulk->count; i++) {
		const struct bulk_item *item = &bulk->items[i];

		if (item->refusal != NULL)
			bulk->watch->failure(bulk->watch->context, item->number, item->refusal,
					     item->sentences[0], item->sentences[1]);
		bulk->result->failed += item->refusal != NULL;
		bulk->result->done += is_good(item);
		bulk->result->skipped += item->behind;
	}
	tell(bulk, 0);
}

static enum bulk_status commit(struct bulk *bulk)
{
	enum registry_status status = REGISTRY_OK;
	bool printed = count_issued(bulk) > 0;

	if (printed)
		status = batch_put_sheet(bulk->registry, bulk->order->batch, bulk->sheet,
					 bulk->path);
	if (status == REGISTRY_OK)
		status = registry_commit(bulk->registry);
	if (status != REGISTRY_OK)
		return bulk_says(bulk, status);
	bulk->delivered = 0;
	tell_failures(bulk);
	if (!printed)
		return BULK_OK;
	if (!slips_deliver(bulk->path))
		return bulk_at(bulk, bulk->path, BULK_NOT_DELIVERED);
	bulk->delivered = bulk->sheet;
	return BULK_OK;
}

/* As it is, then its slips, then once more to stay.  *same is false where it must be begun again. */
static enum bulk_status print_group(struct bulk *bulk, bool *same)
{
	enum bulk_status result;

	registry_rollback(bulk->registry);
	result = draw(bulk);
	if (result != BULK_OK)
		return result;
	result = pass(bulk, true, same);
	if (result == BULK_OK && *same)
		result = commit(bulk);
	if (result == BULK_OK && *same)
		return BULK_OK;
	if (result != BULK_NOT_DELIVERED)
		slips_discard(bulk->path);
	return result;
}

/* Other processes that come in between do so a few times, not for ever. */
#define TRIES 8

static enum bulk_status do_group(struct bulk *bulk)
{
	enum bulk_status result = BULK_OK;
	bool same = false;

	for (int tries = 0; result == BULK_OK && !same && tries < TRIES; tries++) {
		result = pass(bulk, false, &same);
		if (result == BULK_OK && same && count_issued(bulk) > 0)
			result = print_group(bulk, &same);
		else if (result == BULK_OK && same)
			result = commit(bulk);
		if (result != BULK_OK || !same)
			registry_rollback(bulk->registry);
	}
	return result == BULK_OK && !same ? bulk_says(bulk, REGISTRY_BUSY) : result;
}

/* --- all of it --- */

static enum bulk_status confirm_last(struct bulk *bulk)
{
	if (bulk->delivered == 0)
		return BULK_OK;
	enum bulk_status result = bulk_says(bulk, registry_begin(bulk->registry));
	if (result == BULK_OK)
		result = confirm(bulk);
	if (result == BULK_OK)
		return bulk_says(bulk, registry_commit(bulk->registry));
	registry_rollback(bulk->registry);
	return result;
}

static enum bulk_status work(struct bulk *bulk)
{
	enum bulk_status result = bulk_begin(bulk);

	while (result == BULK_OK && !bulk->at_end && !bulk->watch->stop(bulk->watch->context)) {
		result = gather(bulk);
		if (result == BULK_OK && bulk->count > 0)
			result = do_group(bulk);
	}
	if (result == BULK_OK)
		tell(bulk, 0);
	return result == BULK_OK ? confirm_last(bulk) : result;
}

/* One run at a time in a folder; where its file system has no locks, on trust. */
static enum bulk_status lock_folder(struct bulk *bulk, int *folder)
{
	*folder = -1;
	if (bulk->order->issuing == NULL)
		return BULK_OK;
	*folder = open(bulk->order->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		return bulk_at(bulk, bulk->order->folder, BULK_NO_FOLDER);
	if (flock(*folder, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
		return bulk_at(bulk, bulk->order->folder, BULK_IN_USE);
	return BULK_OK;
}

enum bulk_status bulk_run(struct registry *registry, struct bulk_rows *rows,
			  const struct bulk_order *order, const struct bulk_watch *watch,
			  struct bulk_result *result)
{
	struct bulk bulk = { .registry = registry,
			     .rows = rows,
			     .order = order,
			     .watch = watch,
			     .result = result,
			     .items = calloc(BULK_SHEET, sizeof *bulk.items),
			     .slips.form = order->form };
	int folder = -1;

	assert(order->step_count <= BULK_STEPS_MAX);
	*result = (struct bulk_result){ .total = rows->count };
	enum bulk_status status = bulk.items == NULL ? BULK_NO_MEMORY : lock_folder(&bulk, &folder);
	if (status == BULK_OK)
		status = work(&bulk);
	result->waiting = result->total - result->done - result->failed - result->skipped;
	result->cut = bulk.slips.tally.cut;
	result->missing = bulk.slips.tally.missing;
	if (bulk.items != NULL)
		explicit_bzero(bulk.items, BULK_SHEET * sizeof *bulk.items);
	free(bulk.items);
	if (folder >= 0)
		close(folder);
	return status;
}
