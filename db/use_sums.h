/*
 * Uses of the log added up under headings: by day, month, benefit, merchant, unit, scene, or by the
 * class of identity that the holder had on that day.
 *
 * No row names a holder, and by class none speaks of fewer than USE_SUM_HOLDERS of them: such classes
 * are joined into one, since a class of one is a person.
 */
#ifndef YOUDAI_DB_USE_SUMS_H
#define YOUDAI_DB_USE_SUMS_H

#include "db/report.h"
#include "db/unit_tree.h"

#define USE_SUM_HOLDERS 3

enum use_sums_by {
	USES_BY_DAY,
	USES_BY_MONTH,
	USES_BY_BENEFIT,
	USES_BY_MERCHANT,
	USES_BY_UNIT,  /* of the merchant, as of now */
	USES_BY_SCENE, /* of the benefit's newest version */
	USES_BY_CLASS,
	USES_BY_COUNT
};
const char *use_sums_by_name(enum use_sums_by by); /* "day", …, "class" */
bool use_sums_by_from_name(enum use_sums_by *out, const char *name);

struct use_sum {
	/* "2026-11-02", "2026-11", a benefit's id, a code, 食 …; "" none.  By class the first part of
	 * the identity ("veteran", "disabled", …), "guest" (of another region), "unknown" (forgotten,
	 * or without an identity that day), "few" (what is joined). */
	const char *key;
	const char *title[2];   /* [0] Chinese, [1] English or ""; both "" where there is none */
	int64_t holders;        /* different ones; 0 but by class */
	int64_t uses;           /* that stand */
	int64_t voided;         /* that were taken back, whenever that was */
	int64_t payable, saved; /* [fen] of those that stand and whose amount is known */
};

struct use_query {
	struct report_time time;
	enum use_sums_by by;
	const struct unit_range *places; /* of merchants whose unit it has; NULL: of all */
	int64_t now;                     /* [s] */
};

/* Days and months in their order; classes in that of the list, a use under each that its holder has,
 * `few` once; else the most used first.  Strings are borrowed for the call; return false to stop. */
enum registry_status use_sums(struct registry *registry, const struct use_query *query,
			      bool (*row)(void *, const struct use_sum *), void *context);

#endif
