/*
 * The table of the benefit catalogue's tests, tests/catalogue_rows.csv: one row a visit, with what is
 * to come of it.
 *
 * Columns: row (of the published rules, 1 to 89), name, benefit; the place (merchant, venue, region);
 * the holder (kind, identities joined by ";", merit, needy, birth, home, guest); the moment (at,
 * calendar: holiday;festival); amount and quantity; assurance and clerk (there, compared); used, past
 * uses "count:saved" a limit, joined by ";"; beside, benefits taken just before; and what is
 * expected: verdict, reason, payable, saved.
 */
#ifndef YOUDAI_TESTS_CATALOGUE_ROWS_H
#define YOUDAI_TESTS_CATALOGUE_ROWS_H

#include "db/decision.h"

#define CATALOGUE_FOLDER    "assets/catalogue"
#define CATALOGUE_FILES_MAX 32
#define CATALOGUE_ROWS      89 /* of the published rules */
#define VISIT_ROWS_MAX      4096

/* Every file of benefits in CATALOGUE_FOLDER, read from the root of the tree. */
struct rules {
	size_t count;
	char paths[CATALOGUE_FILES_MAX][300];
	struct catalogue *catalogues[CATALOGUE_FILES_MAX];
};
/* Fails the test where a file is no good. */
void rules_open(struct rules *rules);
void rules_close(struct rules *rules);
/* NULL where there is no such benefit. */
const struct benefit *rules_find(const struct rules *rules, const char *id);

struct visit_row {
	int number; /* of the published rules */
	char name[96];
	const struct benefit *benefit;
	struct facts facts;
	char merchant[64], region[16], home[16]; /* which the facts point to */
	struct past_use used[BENEFIT_LIMITS_MAX];
	char verdict[16];
	enum reason reason;
	int64_t payable, saved; /* [fen] AMOUNT_NONE: not told */
};

/* The whole table; it stays where it is, as facts point into their row.  Fails the test where the
 * table is no good. */
struct visit_rows {
	size_t count;
	struct visit_row *rows;
};
void visit_rows_open(struct visit_rows *out, const struct rules *rules);
void visit_rows_close(struct visit_rows *rows);

/* Does the benefit, which may be another than the row's, give what the row expects?  *offer is what
 * it gives. */
bool visit_row_holds(const struct visit_row *row, const struct benefit *benefit,
		     struct offer *offer);

/* A whole file, to be freed, ended by a zero byte; fails the test where it cannot be read. */
char *text_of_file(const char *path, size_t *length);

#endif
