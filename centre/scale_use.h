/*
 * What holders of a place at scale had at its merchants during the last three months: redemptions and
 * refusals, in the log like any other.
 */
#ifndef YOUDAI_CENTRE_SCALE_USE_H
#define YOUDAI_CENTRE_SCALE_USE_H

#include "centre/scale_place.h"
#include "db/registry.h"

/* place->uses of them, in transactions of its own; the place is in the registry already. */
enum registry_status scale_uses_put(struct registry *registry, const struct scale_place *place,
				    int64_t now);

#endif
