/*
 * What staff imported, read back: each version of a benefit, the calendar's days.
 *
 * Decides nothing: what is in force is the registry's catalogue.
 */
#ifndef YOUDAI_DB_RULEBOOK_H
#define YOUDAI_DB_RULEBOOK_H

#include "db/registry.h"

/* A version is in force from its import until the next one's, or until it is retired. */
struct benefit_version {
	int32_t version;
	int64_t imported_at;  /* [s] UTC */
	int64_t retired_at;   /* [s] UTC; INT64_MAX: never */
	const char *document; /* compact JSON, as it was imported */
};

/* The first version first; none where the registry has no such benefit.  Rows are borrowed for the
 * call; return false to stop. */
enum registry_status rulebook_each_version(struct registry *registry, const char *benefit,
					   bool (*row)(void *, const struct benefit_version *),
					   void *context);

/* By day, then what.  As above. */
enum registry_status rulebook_each_day(struct registry *registry,
				       bool (*row)(void *, int32_t day, const char *what,
						   const char *name),
				       void *context);

#endif
