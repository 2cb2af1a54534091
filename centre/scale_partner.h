/*
 * Partner merchants of a place at scale: of every kind some.
 */
#ifndef YOUDAI_CENTRE_SCALE_PARTNER_H
#define YOUDAI_CENTRE_SCALE_PARTNER_H

#include "centre/scale_place.h"
#include "db/registry.h"

/* place->partners of them, within a transaction of the caller's. */
enum registry_status scale_partners_put(struct registry *registry, const struct scale_place *place);

#endif
