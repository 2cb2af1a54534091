/*
 * What a merchant settles with its bureau for a period, benefit by benefit.
 *
 * Every use and every void counts in the period in which it was put on record: a statement that is
 * signed stays true, and what is taken back afterwards corrects a later one.  How a benefit is
 * settled is its newest version's word.
 */
#ifndef YOUDAI_DB_SETTLEMENT_H
#define YOUDAI_DB_SETTLEMENT_H

#include "db/report.h"

struct settlement_row {
	/* Uses of earlier periods that were taken back in this one: uses and amounts below zero. */
	bool is_correction;
	const char *benefit;
	const char *title[2]; /* [1] may be "" */
	enum settlement settlement;
	int64_t uses;           /* less those taken back within the period */
	int64_t voided;         /* these */
	int64_t payable, saved; /* [fen] */
};

/* "none", "count", "monthly", "quarterly", "at_once", as benefit documents have it. */
const char *settlement_name(enum settlement settlement);

/* By benefit, its correction behind it; none where nothing was.  Strings are borrowed for the call;
 * return false to stop. */
enum registry_status settlement_each(struct registry *registry, const char *merchant,
				     const struct report_time *time,
				     bool (*row)(void *, const struct settlement_row *),
				     void *context);

#endif
