/*
 * How long applicants waited for their certificates, all together: how many so many working days, and
 * how that lies against the days that a province allows itself.
 */
#ifndef YOUDAI_CENTRE_WAITS_H
#define YOUDAI_CENTRE_WAITS_H

#include "centre/plot.h"
#include "db/ledger.h"
#include "db/unit_tree.h"

struct waits {
	struct plot_count *days; /* handed over after 0, 1, 2, … working days */
	size_t size;             /* of days */
	int64_t within, beyond;  /* handed over within WAITING_DAYS_MOST, or later */
	int64_t open;            /* not yet handed over */
	int64_t open_beyond;     /* of these, waiting for longer than that already */
};

/* Of certificates whose unit places has; NULL: of all.  Freed with waits_free, on any answer. */
enum registry_status waits_read(struct waits *out, struct registry *registry, int64_t now,
				const struct unit_range *places);
void waits_free(struct waits *waits);

/* The least number of working days within which half of those handed over were; false where none
 * was. */
bool waits_median(const struct waits *waits, int64_t *days);

#endif
