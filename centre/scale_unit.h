/*
 * Units of a place at scale: the centre, its stations, and theirs.
 */
#ifndef YOUDAI_CENTRE_SCALE_UNIT_H
#define YOUDAI_CENTRE_SCALE_UNIT_H

#include "centre/scale_place.h"
#include "db/registry.h"

/* Of a place without a demonstration's units: within a transaction of the caller's. */
enum registry_status scale_units_put(struct registry *registry, const struct scale_place *place);

#endif
