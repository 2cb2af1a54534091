/*
 * How `certificate bulk` answers: what was done, what failed and why, which files there are, and how to go
 * on.
 */
#ifndef YOUDAI_CENTRE_BULK_ANSWER_H
#define YOUDAI_CENTRE_BULK_ANSWER_H

#include "centre/bulk.h"
#include "centre/bulk_failures.h"

struct bulk_report {
	const struct bulk_order *order;
	const struct bulk_failures *failures;
	const struct bulk_result *result;
	bool stopped; /* by a signal, after the group at hand */
};

enum outcome bulk_answer(const struct call *call, struct registry *registry,
			 const struct bulk_report *report, enum bulk_status status);

#endif
