/*
 * Rows of the decision's tables: a document, the facts that differ from an ordinary holder on an
 * ordinary Wednesday, and what is to come out.
 */
#ifndef YOUDAI_TESTS_DECISION_ROWS_H
#define YOUDAI_TESTS_DECISION_ROWS_H

#include "db/decision.h"

/* A row states only what differs. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define HOLDER                                                                               \
	.merchant = "m-1", .region = "350926", .venue = VENUE_PARK, .kind = 1,               \
	.identity_count = 1, .identities = { "veteran.conscript" }, .home_region = "350926", \
	.assurance = 1, .amount = AMOUNT_NONE, .quantity = AMOUNT_NONE
#define FACTS(...)                  \
	{                           \
		HOLDER, __VA_ARGS__ \
	}
#define NONE AMOUNT_NONE

struct row {
	const char *name;
	const char *document; /* without its braces and id */
	struct facts facts;
	const char *at;    /* NULL: Wednesday 2026-11-18, 10:24 in China */
	const char *birth; /* NULL: unknown */
	struct past_use used[BENEFIT_LIMITS_MAX];
	enum reason reason;
	int64_t payable, saved; /* NONE: not told */
};

/* The benefit of a document given without its braces and id. */
struct catalogue *row_document(const char *members);
/* The row's facts with moment and birth filled in. */
struct facts row_facts(const struct row *row);
void row_check(const struct row *row);
void rows_check(const struct row *rows, size_t count);
#define CHECK_ALL(rows) rows_check(rows, sizeof(rows) / sizeof *(rows))

/* A row of a benefit for nothing but priority: granted or refused, no money. */
#define SAYS(reason_, name_, document_, ...)                                          \
	{                                                                             \
		.name = name_, .document = document_, .payable = NONE, .saved = NONE, \
		.reason = REASON_##reason_, __VA_ARGS__                               \
	}
#define WHO(text)  "\"who\":{" text "}"
#define WHEN(text) "\"when\":{" text "}"

#endif
