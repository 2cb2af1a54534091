/*
 * The log counted: what was refused, and what was used.  No row names a holder.
 */
#ifndef YOUDAI_DB_REPORT_H
#define YOUDAI_DB_REPORT_H

#include "db/registry.h"

/* Entries with since <= at < before. [s] UTC */
struct report_time {
	int64_t since, before;
};

/* Refusals that are alike. */
struct unmet_row {
	const char *reason;
	const char *benefit; /* NULL where none was chosen */
	const char *merchant;
	const char *region; /* county where the holders are at home; NULL: not known */
	int64_t count;
};

/* The most frequent first.  Strings are borrowed for the call; return false to stop. */
enum registry_status report_unmet(struct registry *registry, const struct report_time *time,
				  bool (*row)(void *, const struct unmet_row *), void *context);

/* One day of a benefit at a merchant. */
struct uses_row {
	int32_t day;       /* [day] of China's calendar */
	const char *scene; /* of the benefit's newest version; "" where it has none */
	const char *benefit, *merchant;
	int64_t uses;           /* that stand */
	int64_t voided;         /* that were taken back, whenever that was */
	int64_t payable, saved; /* [fen] of those that stand and whose amount is known */
};

/* By day, benefit, merchant. */
enum registry_status report_uses(struct registry *registry, const struct report_time *time,
				 bool (*row)(void *, const struct uses_row *), void *context);

#endif
