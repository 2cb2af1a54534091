/*
 * The figures that a page is made of, gathered from the registry: counts, sums and what the plots show.
 *
 * No person is in it: neither code, number nor name.
 */
#ifndef YOUDAI_CENTRE_YEARBOOK_H
#define YOUDAI_CENTRE_YEARBOOK_H

#include "centre/chart.h"
#include "centre/reports.h"
#include "centre/waits.h"
#include "db/plaque.h"
#include "db/reconcile.h"

#define DAYS_SHOWN     31 /* days in a plot; a longer time is shown by months */
#define MISMATCHES_MAX 32 /* kinds of them */

/* A unit's line: its own name, or what stands for those that have none. */
struct unit_line {
	char name[UNIT_NAME_MAX + 1];
	struct issue_counts counts;
};

struct yearbook {
	struct stock stock; /* of the whole registry, whatever the query's places */
	/* certificates: those of the unit itself and of each one directly below it with all below */
	struct unit_line *units;
	size_t unit_count;
	struct issue_counts issue; /* all of them */
	struct waits waits;
	int64_t plaques[PLAQUE_STATES];
	int64_t benefits_in_force; /* of the whole registry */
	/* the log */
	enum use_sums_by time_by; /* USES_BY_DAY or USES_BY_MONTH: what suits the time */
	struct chart over_time;   /* none left out */
	struct chart benefits, merchants, scenes, classes;
	int64_t uses, voided, saved;
	int64_t refusals;
	struct chart reasons, counties;
	/* of the whole registry; not read where the query has places */
	struct {
		int64_t count, value, left; /* [fen] */
	} cards;
	struct {
		const char *title[2];
		int64_t count;
	} mismatches[MISMATCHES_MAX];
	size_t mismatch_kinds;
	bool no_memory;
};

/* unit: the code of the one that it is about; NULL: of all that there are.  Freed with yearbook_free on
 * any answer. */
enum registry_status yearbook_read(struct yearbook *out, struct registry *registry,
				   const struct report_query *query, const char *unit);
void yearbook_free(struct yearbook *yearbook);

#endif
