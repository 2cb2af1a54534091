#include "tests/decision_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/china_time.h"

struct catalogue *row_document(const char *members)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };
	char json[1200];

	snprintf(json, sizeof json, "{\"benefit\":\"b\"%s%s}", *members == '\0' ? "" : ",",
		 members);
	if (catalogue_parse(&catalogue, &fault, json, strlen(json)) != BENEFIT_OK)
		fail_msg("%s: %s: %s", json, fault.path, fault.why);
	return catalogue;
}

struct facts row_facts(const struct row *row)
{
	struct facts facts = row->facts;
	const char *at = row->at == NULL ? "2026-11-18T10:24:00+08:00" : row->at;

	if (!instant_parse(&facts.now, at))
		fail_msg("%s: %s", row->name, at);
	facts.birth_known = row->birth != NULL;
	if (row->birth != NULL && !day_parse(&facts.birth, row->birth))
		fail_msg("%s: %s", row->name, row->birth);
	return facts;
}

void row_check(const struct row *row)
{
	struct catalogue *catalogue = row_document(row->document);
	struct facts facts = row_facts(row);
	struct offer offer;

	decide(&offer, catalogue_at(catalogue, 0), &facts, row->used);
	if (offer.reason != row->reason)
		fail_msg("%s: %s, not %s", row->name, reason_name(offer.reason),
			 reason_name(row->reason));
	assert_ptr_equal(offer.benefit, catalogue_at(catalogue, 0));
	if (offer.has_payable != (row->payable != NONE) ||
	    (offer.has_payable && offer.payable != row->payable))
		fail_msg("%s: payable %lld", row->name, (long long)offer.payable);
	if (offer.has_saved != (row->saved != NONE) ||
	    (offer.has_saved && offer.saved != row->saved))
		fail_msg("%s: saved %lld", row->name, (long long)offer.saved);
	catalogue_free(catalogue);
}

void rows_check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		row_check(&rows[i]);
}
