/*
 * Rows of an import stay within what the actor reaches (db/actor.h): whoever is bound to a unit puts
 * down nothing of another's.
 *
 * Checked when the rows are put; the first time each of these says IMPORT_OK.
 */
#ifndef YOUDAI_CENTRE_IMPORT_REACH_H
#define YOUDAI_CENTRE_IMPORT_REACH_H

#include "centre/import.h"
#include "db/actor.h"

/* The unit of a row; each is asked for once. */
enum import_status import_check_reach(struct import *import, const struct csv_field *unit);
/* What the row replaces must not be another unit's either. */
enum import_status import_check_replaced(struct import *import, const struct csv_field *key,
					 enum actor_thing thing);
/* The person of a row: whoever is there already must be within reach (db/lookup.h). */
enum import_status import_check_person(struct import *import, const struct csv_field *person);
/* A unit must lie below the actor's own, go into one that lies there (successor, may be empty), and
 * get no code or region by which one elsewhere is known; one of these two may be empty. */
enum import_status import_check_unit(struct import *import, const struct csv_field *parent,
				     const struct csv_field *code, const struct csv_field *region,
				     const struct csv_field *successor);

#endif
