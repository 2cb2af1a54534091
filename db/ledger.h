/*
 * The ledgers that a bureau keeps, counted from the registry: certificates by unit and step, how long
 * applicants waited, stored-value cards, merchants and benefits by scene.
 *
 * Counts and names units; names no person but by code or certificate number.  Strings of rows are
 * borrowed for the call; return false to stop.
 */
#ifndef YOUDAI_DB_LEDGER_H
#define YOUDAI_DB_LEDGER_H

#include "db/life.h"
#include "db/registry.h"

/* --- certificates by unit and step --- */

struct ledger_unit {
	const char *unit, *name, *tier; /* name as of today; "" where the unit is not known */
	const char *above;              /* unit that it lies directly below, today; "" none */
	int64_t steps[STEP_COUNT];      /* certificates at each */
};
/* Units that have any, by code; a merged unit's stand with the one that goes on with its work.
 * with_below: each unit with all that lie below it, units without any of their own, too. */
enum registry_status ledger_units(struct registry *registry, int64_t now, bool with_below,
				  bool (*row)(void *, const struct ledger_unit *), void *context);

/* --- from application to hand-over --- */

#define WAITING_DAYS_MOST 30 /* [working day] that a province allows itself */

struct waiting {
	const char *certificate, *unit;
	int32_t applied;      /* [day] */
	int32_t handed_over;  /* [day]; INT32_MAX: not yet */
	int32_t working_days; /* after the application, up to and with the hand-over, or today */
};
/* By certificate: its last application, unless that was refused.  Working days are those of the
 * calendar: Monday to Friday but holidays, and working weekends. */
enum registry_status ledger_waiting(struct registry *registry, int64_t now,
				    bool (*row)(void *, const struct waiting *), void *context);

/* --- stored-value cards --- */

struct ledger_card {
	const char *certificate, *person, *benefit;
	int64_t value, left; /* [fen] of the card, and of it now */
};
/* Of each holder who is entitled to a benefit with a stored value in force; by benefit, certificate. */
enum registry_status ledger_cards(struct registry *registry, int64_t now,
				  bool (*row)(void *, const struct ledger_card *), void *context);

/* --- merchants and benefits by scene --- */

struct ledger_scene {
	const char *scene; /* 食 住 行 …; "" none */
	int64_t merchants; /* active */
	int64_t benefits;  /* in force */
};
enum registry_status ledger_scenes(struct registry *registry, int64_t now,
				   bool (*row)(void *, const struct ledger_scene *), void *context);

#endif
