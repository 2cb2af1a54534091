/*
 * A registry at the scale of one of the places of domain.md, filled with invented people whose
 * certificates have lived through everything that the rule book knows.
 *
 * Puts rows and takes steps like any command; nothing is written past the rules.
 */
#ifndef YOUDAI_CENTRE_SCALE_H
#define YOUDAI_CENTRE_SCALE_H

#include "centre/scale_place.h"
#include "db/life.h"
#include "db/registry.h"

struct scale_order {
	const struct scale_place *place;
	bool with_lives; /* each step on record; else certificates begin where they stand */
	int64_t now;     /* [s] */
	/* Told after each commit how many persons are on file; may be NULL. */
	void (*progress)(void *context, uint32_t done, uint32_t of);
	void *context;
};

/* Persons, certificates, plaques, and what was used, in transactions of their own.  Units, merchants and
 * benefits are there already.  Where it fails what was committed stays. */
enum registry_status scale_fill(struct registry *registry, const struct scale_order *order);

/* What a registry holds. */
struct scale_count {
	int64_t units, persons, certificates, plaques, merchants, benefits, entries;
	int64_t steps[STEP_COUNT]; /* certificates at each, now */
};
enum registry_status scale_count(struct registry *registry, struct scale_count *out, int64_t now);

#endif
