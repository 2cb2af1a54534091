/*
 * What failed of a batch, and why: all of it as a CSV file that appears when it is whole, the first few
 * for the answer.
 */
#ifndef YOUDAI_CENTRE_BULK_FAILURES_H
#define YOUDAI_CENTRE_BULK_FAILURES_H

#include <stdio.h>

#include "centre/table.h"
#include "centre/whole_file.h"
#include "db/batch.h"

#define BULK_FAILURES_SHOWN 20

struct bulk_failures {
	struct whole_file file;
	struct table table;
	FILE *out; /* NULL: nobody asked for the file */
	int64_t count;
	struct bulk_failure {
		char number[BATCH_NUMBER_MAX + 1], reason[32], sentences[2][512];
	} first[BULK_FAILURES_SHOWN];
};

/* path may be NULL.  Trouble was said. */
enum outcome bulk_failures_open(struct bulk_failures *out, const char *path);
void bulk_failures_add(struct bulk_failures *failures, const char *number, const char *reason,
		       const char *zh, const char *en);
/* For people, on stdout. */
void bulk_failures_print(const struct bulk_failures *failures);
/* Have the file on the disk, or say why not. */
enum outcome bulk_failures_keep(struct bulk_failures *failures);
/* Leave no file; does nothing after the other. */
void bulk_failures_drop(struct bulk_failures *failures);

#endif
