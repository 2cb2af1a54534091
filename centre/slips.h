/*
 * Slips of issued certificates: what is said on one, and the file that they are printed on.
 *
 * A file of slips takes its name only when the media on it are on record; else a print could be had of
 * a credential that nobody can void.  In this order, each step durable before the next:
 *
 *   1. PATH.part   all of it (slips_close); until then PATH.part.XXXXXX
 *   2. the media on record: the caller's commit
 *   3. PATH        (slips_deliver)
 *
 * Whoever finds PATH.part goes on with 3 where its media are on record, and removes it where not.
 * Knows no registry.
 */
#ifndef YOUDAI_CENTRE_SLIPS_H
#define YOUDAI_CENTRE_SLIPS_H

#include <limits.h>
#include <stdbool.h>

#include "centre/issuing.h"
#include "centre/sheet.h"

struct slips {
	struct sheet *sheet; /* NULL: none is open */
	enum sheet_form form;
	struct sheet_tally tally; /* of all sheets so far */
	char part[PATH_MAX + 8];
};

/* "slips", "labels". */
bool slips_form_from_name(enum sheet_form *out, const char *name);

/* Begin a file for PATH; out->form is set.  title stands at the foot of each page. */
enum sheet_status slips_open(struct slips *out, const char *path, const char *title, int64_t now);
/* unit is its name.  SHEET_NO_ROOM prints nothing, and others may follow. */
enum sheet_status slips_add(struct slips *slips, const struct issued *issued, const char *unit);
/* Step 1. */
enum sheet_status slips_close(struct slips *slips);
/* Leave nothing; does nothing where none is open. */
void slips_abandon(struct slips *slips);

enum slips_found {
	SLIPS_NONE,
	SLIPS_PART, /* PATH.part: done but for its name */
	SLIPS_THERE,
	SLIPS_BOTH, /* something stands at PATH beside it */
};
enum slips_found slips_find(const char *path);
/* Step 3; nothing is replaced.  False, with errno set, where it fails. */
bool slips_deliver(const char *path);
/* Remove PATH.part. */
void slips_discard(const char *path);
/* Remove what runs that did not get as far as 2 left in a folder, of files named NAME-….pdf.  Not while
 * others may be at 1. */
void slips_sweep(const char *folder, const char *name);

#endif
