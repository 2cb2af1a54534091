/*
 * Work on many certificates in one go: each put on file, taken through steps of its life and issued
 * with a printed slip; what fails leaves the others alone, and what is cut off is taken up again.
 *
 * A certificate is all or nothing.  Certificates are committed in groups, a group that issues has a
 * file of slips of its own.  Drawing them takes a second or so in which nobody is kept from the
 * registry: what will come of the group is tried in a transaction that is rolled back, its slips are
 * drawn, and then it is done; where anything came in between it is begun again.
 *
 * What is durable comes in this order, and a cut between any two is mended by the next run of the same
 * batch before it does anything else:
 *
 *   1. the batch with its certificates, all waiting: one commit
 *   2. of a group: NAME-0001.pdf.part, whole         cut: it is removed, nothing of it is on record
 *   3. of a group: steps, media, states: one commit  cut: the file is given its name; where it is gone
 *                                                    its media are void, and issued anew
 *   4. of a group: NAME-0001.pdf                     cut: it is found there
 *   5. that it is there: with the next group's commit, after the last group in one of its own
 *
 * From 5 on a file is the caller's: it may be printed and removed.  One run at a time works in a
 * folder (flock); runs of one batch in several folders do no harm.
 *
 * Knows no command line; says through struct bulk_watch what happens.
 */
#ifndef YOUDAI_CENTRE_BULK_H
#define YOUDAI_CENTRE_BULK_H

#include "centre/bulk_rows.h"
#include "centre/issuing.h"
#include "centre/note_act.h"
#include "centre/slips.h"
#include "db/batch.h"
#include "db/life.h"

#define BULK_STEPS_MAX 16
#define BULK_GROUP     64  /* certificates of a commit */
#define BULK_SHEET     240 /* the same where slips are printed: 30 pages */

/* All borrowed. */
struct bulk_order {
	const char *batch; /* without '/' */
	const enum life_act *steps;
	size_t step_count;
	const char *reason;            /* of the steps; "" none */
	const struct issuing *issuing; /* NULL: nothing is issued */
	const char *folder;            /* of the files of slips; its whole path */
	enum sheet_form form;
	int64_t now;         /* [s] of every step */
	const uint8_t *hash; /* FILE_HASH_BYTES, of the file of rows */
};

/* What is told while it works, of a group once it is on record; strings are borrowed for the call. */
struct bulk_watch {
	void *context;
	/* So many rows are behind it; with so many of them there was something to do.  Also told of
	 * rows that are drawn and not yet on record. */
	void (*row)(void *context, int64_t rows, int64_t worked);
	void (*failure)(void *context, const char *number, const char *reason, const char *zh,
			const char *en);
	/* A file of so many slips was lost before it had its name: they are issued anew. */
	void (*sheet_gone)(void *context, const char *path, int64_t slips);
	/* The key is of another place than this unit; told once. */
	void (*other_place)(void *context, const char *unit);
	/* Asked after each group: should it end here? */
	bool (*stop)(void *context);
};

struct bulk_result {
	int64_t total, done, failed;
	int64_t skipped; /* done in an earlier run */
	int64_t waiting; /* it was stopped before them */
	size_t cut;      /* texts that did not fit on a slip */
	size_t missing;  /* characters that no font here has */
	/* where it did not end well */
	enum registry_status registry_status;
	enum sheet_status sheet_status;
	enum issuing_status issuing_status;
	int error;                     /* errno */
	char path[BATCH_PATH_MAX + 1]; /* of the file concerned */
};

enum [[nodiscard]] bulk_status{
	BULK_OK = 0,
	/* refusals; what was committed before stays, here as well */
	BULK_DIFFERS, /* the batch of this name has other certificates or other work */
	BULK_EXISTS,  /* path: something stands where a file of slips belongs */
	BULK_IN_USE,  /* path: another run works in this folder */
	/* trouble; what was committed stays, and the batch can be taken up again */
	BULK_REGISTRY,                    /* registry_status */
	BULK_NO_MEMORY, BULK_NOT_PRINTED, /* path, sheet_status */
	BULK_NOT_SIGNED,                  /* issuing_status */
	BULK_NO_FOLDER,                   /* path: its folder is not there; error */
	BULK_NOT_DELIVERED,               /* path: it has no name yet; error */
};

/* "steps=apply,accept issue=qr": for which work a batch is taken up. */
void bulk_what(char out[static BATCH_WHAT_MAX + 1], const struct bulk_order *order);

/* Do it, or go on with it.  *result is written in any case. */
enum bulk_status bulk_run(struct registry *registry, struct bulk_rows *rows,
			  const struct bulk_order *order, const struct bulk_watch *watch,
			  struct bulk_result *result);

#endif
