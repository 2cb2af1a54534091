/*
 * What the files behind bulk.h share: bulk.c the groups, bulk_begin.c how a run begins, bulk_item.c one
 * certificate.
 */
#ifndef YOUDAI_CENTRE_BULK_INSIDE_H
#define YOUDAI_CENTRE_BULK_INSIDE_H

#include "centre/bulk.h"
#include "centre/life_words.h"

/* One row of the group at hand. */
struct bulk_item {
	int64_t position; /* in the file, from 1 */
	struct certificate row;
	char number[BATCH_NUMBER_MAX + 1], person[BATCH_NUMBER_MAX + 1], unit[BATCH_NUMBER_MAX + 1];
	bool stepped;        /* its steps were taken by an earlier run */
	bool behind;         /* meanwhile there is nothing left to do for it */
	bool drawn;          /* its slip is */
	const char *refusal; /* name; NULL: it is not refused */
	char sentences[2][LIFE_SENTENCE_MAX + 1];
	struct issued issued;
	struct unit_title title; /* of its unit; its name is the code where it is not known */
};

struct bulk {
	struct registry *registry;
	struct bulk_rows *rows;
	const struct bulk_order *order;
	const struct bulk_watch *watch;
	struct bulk_result *result;
	int64_t position;  /* rows read so far */
	bool at_end;       /* no further row */
	int64_t delivered; /* number of the file that has its name, not yet on record; 0 none */
	bool told_place;

	/* the group at hand */
	struct bulk_item *items; /* BULK_SHEET of them */
	size_t count;
	int64_t sheet; /* number of its file */
	char path[BATCH_PATH_MAX + 1];
	struct slips slips;
};

/* A registry's status as the batch's, and kept; the status, with the file that it is about. */
enum bulk_status bulk_says(struct bulk *bulk, enum registry_status status);
enum bulk_status bulk_at(struct bulk *bulk, const char *path, enum bulk_status status);

/* Steps 1 of bulk.h, and mending what lies between 2 and 5. */
enum bulk_status bulk_begin(struct bulk *bulk);

void bulk_item_refuse(struct bulk_item *item, const char *name, const char *zh, const char *en);

/* Within the group's transaction: all of it, or the refusal and nothing else.  Where its slip is drawn
 * its credential is put on record as it is; what does not hold any more is refused. */
enum bulk_status bulk_item_do(struct bulk *bulk, struct bulk_item *item);
/* Put down that it was refused. */
enum bulk_status bulk_item_fail(struct bulk *bulk, const struct bulk_item *item);

#endif
