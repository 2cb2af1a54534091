/*
 * Units over time: one that is renamed or placed elsewhere has a row for each time, one that is merged
 * says into which.  A row holds on the days from its first to its last, both inclusive.
 *
 * registry.h puts and lists the rows (registry_put_unit, registry_each_unit); who reaches what is
 * actor.h's.
 */
#ifndef YOUDAI_DB_UNIT_H
#define YOUDAI_DB_UNIT_H

#include "db/registry.h"

#define UNIT_NAME_MAX 127 /* [byte] */

/* Does this row hold on a day? */
bool unit_is_in_force(const struct unit *unit, int32_t day);

/* What the unit of this code, or else of this region, was called on a day; a longer name is cut.
 * REGISTRY_NOT_FOUND where no row holds on it. */
enum registry_status unit_name_on(struct registry *registry, char out[static UNIT_NAME_MAX + 1],
				  const char *code, int32_t day);

/* Does a way through those that units were merged into lead from this one back to it? */
enum registry_status unit_merges_in_circle(struct registry *registry, bool *out, const char *code);

#endif
