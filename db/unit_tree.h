/*
 * Units as they stand on a day: which one a name means, which one stands above all, and what lies
 * below one.
 *
 * A unit may be named by its code or by its region; where it was merged, the one that goes on with
 * its work is meant.  Who may do what there is actor.h's business.
 */
#ifndef YOUDAI_DB_UNIT_TREE_H
#define YOUDAI_DB_UNIT_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/unit.h"

#define UNIT_CODE_SIZE 64 /* [byte] with its end; a longer one is cut */

struct unit_found {
	char code[UNIT_CODE_SIZE], name[UNIT_NAME_MAX + 1];
};

/* REGISTRY_NOT_FOUND where no unit is named so. */
enum registry_status unit_find(struct registry *registry, struct unit_found *out, const char *name,
			       int32_t day);
/* The only one of the highest tier that has none above it; REGISTRY_NOT_FOUND where there are
 * several, or none. */
enum registry_status unit_top(struct registry *registry, struct unit_found *out, int32_t day);

/* A unit and all that lie, or lay, below it. */
struct unit_range;
/* *out on REGISTRY_OK; freed with unit_range_free, which accepts NULL. */
enum registry_status unit_range_read(struct unit_range **out, struct registry *registry,
				     const char *code);
void unit_range_free(struct unit_range *range);
/* name: a code or a region.  Nothing is outside of a range that is NULL. */
bool unit_range_has(const struct unit_range *range, const char *name);

#endif
