/*
 * Persons, certificates, plaques and units held against one another: each mismatch is a row.
 *
 * What a bureau's papers disagree about, it finds here; nothing is decided and nothing mended.
 */
#ifndef YOUDAI_DB_RECONCILE_H
#define YOUDAI_DB_RECONCILE_H

#include "db/registry.h"

struct mismatch {
	const char *kind;     /* "several_at_work", … */
	const char *title[2]; /* Chinese, English: what is wrong and what to do */
	const char *code;     /* of the person, certificate number, plaque, merchant */
	const char *detail;   /* another code or a number; "" none */
};

/* By kind, then code.  Strings are borrowed for the call; return false to stop. */
enum registry_status reconcile(struct registry *registry, int64_t now,
			       bool (*row)(void *, const struct mismatch *), void *context);

/* How many there are of what: for the head of the report. */
struct stock {
	int64_t persons, certificates, at_work, plaques, plaques_hung;
};
enum registry_status reconcile_stock(struct registry *registry, struct stock *out);

#endif
