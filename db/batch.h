/*
 * Work on many certificates in one go: which there are, what became of each, and the files of slips
 * that were printed for them; kept in the registry so that it is taken up where it was cut off.
 *
 * Knows what state a certificate's share of the work is in, not what the work is.  All of it within
 * a write transaction of the caller's, but for what only reads.
 */
#ifndef YOUDAI_DB_BATCH_H
#define YOUDAI_DB_BATCH_H

#include "db/registry.h"

#define BATCH_NAME_MAX   63 /* [byte] */
#define BATCH_WHAT_MAX   511
#define BATCH_NUMBER_MAX 63   /* [byte] of a certificate's number */
#define BATCH_PATH_MAX   4095 /* [byte] */

/* The batch of this name is there afterwards; *made says whether it was not before.  REGISTRY_EXISTS
 * where it is there for other work than `what`, or for another number of certificates. */
enum registry_status batch_begin(struct registry *registry, bool *made, const char *batch,
				 const char *what, int64_t items, int64_t now);
/* A further certificate of a batch that was made just now, waiting.  Positions are 1, 2, 3, … */
enum registry_status batch_put(struct registry *registry, const char *batch, int64_t position,
			       const char *certificate);

/* --- its certificates --- */

enum batch_item_state { BATCH_ITEM_WAITING, BATCH_ITEM_DONE, BATCH_ITEM_FAILED };

struct batch_item {
	char certificate[BATCH_NUMBER_MAX + 1];
	enum batch_item_state state;
	bool stepped; /* its steps are taken: it waits for its slip alone */
};
/* REGISTRY_NOT_FOUND where there is no such position: a certificate that was forgotten. */
enum registry_status batch_item(struct registry *registry, struct batch_item *out,
				const char *batch, int64_t position);
/* All that was to be done for it is done.  sheet 0: nothing was printed; then medium is not
 * looked at, else it is 16 bytes. */
enum registry_status batch_set_done(struct registry *registry, const char *batch, int64_t position,
				    const uint8_t *medium, int64_t sheet);
/* Nothing was done for it; why is a refusal's name. */
enum registry_status batch_set_failed(struct registry *registry, const char *batch,
				      int64_t position, const char *why);

struct batch_tally {
	int64_t waiting, done, failed;
};
enum registry_status batch_count(struct registry *registry, struct batch_tally *out,
				 const char *batch);
/* In the order of the file; strings are borrowed for the call; return false to stop. */
enum registry_status
batch_each_failed(struct registry *registry, const char *batch,
		  bool (*row)(void *, const char *certificate, const char *why), void *context);

/* --- its sheets --- */

enum batch_sheet_state {
	BATCH_SHEET_MADE,  /* its media are on record; whether it has its name is not */
	BATCH_SHEET_THERE, /* it has its name */
	BATCH_SHEET_GONE,  /* it was lost before it had: its media are void */
};
struct batch_sheet {
	int64_t number; /* from 1 */
	char path[BATCH_PATH_MAX + 1];
	enum batch_sheet_state state;
};
/* The number of the next one. */
enum registry_status batch_next_sheet(struct registry *registry, int64_t *out, const char *batch);
/* A sheet is made. */
enum registry_status batch_put_sheet(struct registry *registry, const char *batch, int64_t number,
				     const char *path);
enum registry_status batch_sheet_there(struct registry *registry, const char *batch,
				       int64_t number);
/* The sheet was lost.  Every medium on it is void from now on (replaced), and those certificates wait
 * for another; *count is how many.  Put on the audit chain as an act of now. */
enum registry_status batch_sheet_gone(struct registry *registry, int64_t *count, const char *batch,
				      int64_t number, int64_t now);
/* In order; return false to stop. */
enum registry_status batch_each_sheet(struct registry *registry, const char *batch,
				      bool (*row)(void *, const struct batch_sheet *),
				      void *context);

#endif
