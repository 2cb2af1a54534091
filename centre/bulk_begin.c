/*
 * How a run begins: the batch with its certificates, and mending what the last run was cut off in.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "centre/bulk_inside.h"
#include "db/audit.h"

void bulk_what(char out[static BATCH_WHAT_MAX + 1], const struct bulk_order *order)
{
	size_t used = (size_t)snprintf(out, BATCH_WHAT_MAX + 1, "steps=");

	for (size_t i = 0; i < order->step_count && used < BATCH_WHAT_MAX; i++)
		used += (size_t)snprintf(out + used, BATCH_WHAT_MAX + 1 - used, "%s%s",
					 i > 0 ? "," : "", life_act_name(order->steps[i]));
	if (used < BATCH_WHAT_MAX)
		snprintf(out + used, BATCH_WHAT_MAX + 1 - used, " issue=%s",
			 order->issuing != NULL ? "qr" : "");
}

/* --- 1: the batch --- */

static enum registry_status put_on_audit(struct bulk *bulk, const char *what)
{
	const struct bulk_order *order = bulk->order;
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "certificate.bulk", .detail = detail };

	snprintf(detail, sizeof detail, "batch=%s %s rows=%" PRId64 " sha256=%s", order->batch,
		 what, bulk->rows->count, audit_hex(order->hash, FILE_HASH_BYTES).text);
	return audit_append(bulk->registry, NULL, &act, order->now);
}

static enum bulk_status put_all(struct bulk *bulk, const char *what)
{
	enum registry_status status = put_on_audit(bulk, what);
	struct certificate row;

	for (int64_t i = 1; status == REGISTRY_OK && bulk_rows_next(bulk->rows, &row); i++)
		status = batch_put(bulk->registry, bulk->order->batch, i, row.number);
	return bulk_says(bulk, status);
}

/* The same certificates in the same order, but for those that were forgotten. */
static enum bulk_status compare_all(struct bulk *bulk)
{
	struct batch_item item;
	struct certificate row;

	for (int64_t i = 1; bulk_rows_next(bulk->rows, &row); i++) {
		enum registry_status status =
			batch_item(bulk->registry, &item, bulk->order->batch, i);

		if (status == REGISTRY_OK && strcmp(item.certificate, row.number) != 0)
			return BULK_DIFFERS;
		if (status != REGISTRY_OK && status != REGISTRY_NOT_FOUND)
			return bulk_says(bulk, status);
	}
	return BULK_OK;
}

static enum bulk_status begin_batch(struct bulk *bulk)
{
	char what[BATCH_WHAT_MAX + 1];
	bool made;

	bulk_what(what, bulk->order);
	enum registry_status status = batch_begin(bulk->registry, &made, bulk->order->batch, what,
						  bulk->rows->count, bulk->order->now);
	if (status == REGISTRY_EXISTS)
		return BULK_DIFFERS;
	if (status != REGISTRY_OK)
		return bulk_says(bulk, status);
	enum bulk_status result = made ? put_all(bulk, what) : compare_all(bulk);
	bulk_rows_rewind(bulk->rows);
	return result;
}

/* --- mending what was cut off between 2 and 5 --- */

static bool folder_is_there(const char *path)
{
	char folder[BATCH_PATH_MAX + 1];
	struct stat about;

	snprintf(folder, sizeof folder, "%s", path);
	char *slash = strrchr(folder, '/');
	if (slash == NULL || slash == folder)
		return true;
	*slash = '\0';
	return stat(folder, &about) == 0 && S_ISDIR(about.st_mode);
}

static enum bulk_status issue_anew(struct bulk *bulk, const struct batch_sheet *sheet)
{
	int64_t slips;
	enum registry_status status = batch_sheet_gone(bulk->registry, &slips, bulk->order->batch,
						       sheet->number, bulk->order->now);

	if (status == REGISTRY_OK)
		bulk->watch->sheet_gone(bulk->watch->context, sheet->path, slips);
	return bulk_says(bulk, status);
}

static enum bulk_status mend(struct bulk *bulk, const struct batch_sheet *sheet)
{
	enum slips_found found = slips_find(sheet->path);

	if (found == SLIPS_BOTH)
		return bulk_at(bulk, sheet->path, BULK_EXISTS);
	if (found == SLIPS_NONE && !folder_is_there(sheet->path))
		return bulk_at(bulk, sheet->path, BULK_NO_FOLDER);
	if (found == SLIPS_NONE)
		return issue_anew(bulk, sheet);
	if (!slips_deliver(sheet->path))
		return bulk_at(bulk, sheet->path, BULK_NOT_DELIVERED);
	return bulk_says(bulk,
			 batch_sheet_there(bulk->registry, bulk->order->batch, sheet->number));
}

static bool take_made(void *context, const struct batch_sheet *sheet)
{
	struct batch_sheet *made = context;

	if (sheet->state == BATCH_SHEET_MADE)
		*made = *sheet;
	return sheet->state != BATCH_SHEET_MADE;
}

static enum bulk_status mend_all(struct bulk *bulk)
{
	enum bulk_status result = BULK_OK;

	while (result == BULK_OK) {
		struct batch_sheet made = { .number = 0 };

		result = bulk_says(bulk, batch_each_sheet(bulk->registry, bulk->order->batch,
							  take_made, &made));
		if (result == BULK_OK && made.number == 0)
			break;
		if (result == BULK_OK)
			result = mend(bulk, &made);
	}
	if (result == BULK_OK && bulk->order->issuing != NULL)
		slips_sweep(bulk->order->folder, bulk->order->batch);
	return result;
}

enum bulk_status bulk_begin(struct bulk *bulk)
{
	enum bulk_status result = bulk_says(bulk, registry_begin(bulk->registry));

	if (result == BULK_OK)
		result = begin_batch(bulk);
	if (result == BULK_OK)
		result = mend_all(bulk);
	if (result == BULK_OK)
		return bulk_says(bulk, registry_commit(bulk->registry));
	registry_rollback(bulk->registry);
	return result;
}
