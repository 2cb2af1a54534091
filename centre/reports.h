/*
 * The reports that are tables: the columns of each, and the function that puts its rows there.
 *
 * The command line and the page (report_page.c) share them: what is told is the same in every form.
 * Rows name persons by code and certificates by number where staff need it; which reports may stand
 * on a page that is passed on is the page's business.
 */
#ifndef YOUDAI_CENTRE_REPORTS_H
#define YOUDAI_CENTRE_REPORTS_H

#include "centre/command.h"
#include "centre/table.h"
#include "db/ledger.h"
#include "db/report.h"
#include "db/unit_tree.h"
#include "db/use_sums.h"

struct report_query {
	int64_t now;                     /* [s] */
	struct report_time time;         /* of the log's entries */
	const struct unit_range *places; /* NULL: all */
	bool with_below;                 /* of issue_report: each unit with all below it */
	enum use_sums_by by;             /* of sums_reports[by] */
};

struct report {
	const struct table_column *columns;
	size_t count;
	enum registry_status (*rows)(struct registry *registry, const struct report_query *query,
				     struct table *table);
	/* What stands below the table for people; NULL: nothing. */
	enum registry_status (*below)(struct registry *registry, const struct report_query *query,
				      FILE *out);
};

/* --- certificates, plaques, cards (report_ledger.c) --- */

extern const struct report issue_report;
extern const struct report waiting_report;
extern const struct report plaques_report;
extern const struct report cards_report;
extern const struct report scenes_report;

/* The steps of a certificate's life as a bureau counts them. */
enum issue_group {
	ISSUE_ON_FILE,
	ISSUE_APPLIED,
	ISSUE_IN_REVIEW,
	ISSUE_MAKING,
	ISSUE_IN_USE,
	ISSUE_LOSS,
	ISSUE_SUSPENDED,
	ISSUE_REPLACING,
	ISSUE_REFUSED,
	ISSUE_ENDED,
	ISSUE_GROUPS
};
struct issue_counts {
	int64_t groups[ISSUE_GROUPS];
	int64_t total;
	int64_t on_file; /* all but those refused and ended */
	int64_t issued; /* of those, put into use at some time: in use, lost, suspended, replacing */
};
struct issue_counts issue_count(const int64_t steps[static STEP_COUNT]);
/* Issued of those on file, rounded to the nearest; false where there are none. */
bool issue_share(int64_t *permille, int64_t issued, int64_t on_file);

/* --- the log (report_log.c) --- */

extern const struct report unmet_report;
extern const struct report uses_report;
extern const struct report sums_reports[USES_BY_COUNT];

/* Is this merchant's unit one of the query's? */
bool report_has_merchant(struct registry *registry, const struct report_query *query,
			 const char *code);

/* --- commands with an answer of their own --- */

enum outcome run_report_reconcile(struct call *call); /* report_reconcile.c */
enum outcome run_report_statement(struct call *call); /* report_statement.c */
enum outcome run_report_page(struct call *call);      /* report_page.c */

/* What a report may be of: the unit of --unit, else that of the account which asks, with all below it;
 * NULL where neither is there.  found may be NULL.  Freed by the caller.  Refused, and said, where
 * there is no such unit, or the account does not reach it. */
enum outcome report_places(const struct call *call, struct registry *registry,
			   struct unit_range **out, struct unit_found *found);

#endif
