/*
 * What a registry keeps in memory: merchants, units' codes, steps, calendar, benefits.
 *
 * Inside of db/ only.  Read whole, never changed: what changes is read anew into another one.
 */
#ifndef YOUDAI_DB_SNAPSHOT_H
#define YOUDAI_DB_SNAPSHOT_H

#include "db/benefit.h"
#include "db/registry.h"
#include "db/store.h"

#define STEPS_MAX 64

struct snapshot {
	int64_t generation;
	size_t merchant_count;
	struct merchant *merchants; /* by code */
	size_t unit_count;
	const char **units; /* their regions, in order */
	size_t day_count;
	struct calendar_day {
		int32_t day;
		bool holiday, festival;
	} * days; /* in order; several rows for a day may follow one another */
	struct step {
		const char *name;
		enum reason reason;
	} steps[STEPS_MAX]; /* by id */
	struct catalogue *catalogue;
	struct chunk *chunks; /* the strings */
};

/* Read within a transaction of the caller's.  *out on STORE_OK. */
enum store_status snapshot_read(struct snapshot **out, struct store *store);
void snapshot_free(struct snapshot *snapshot); /* accepts NULL */

enum store_status snapshot_generation(struct store *store, int64_t *out);

const struct merchant *snapshot_merchant(const struct snapshot *snapshot, const char *code);
/* Is there a unit whose own region begins with this one? */
bool snapshot_is_home(const struct snapshot *snapshot, const char *region);
struct calendar_day snapshot_day(const struct snapshot *snapshot, int32_t day);
/* NULL, or the step's name and reason. */
const struct step *snapshot_step(const struct snapshot *snapshot, int64_t id);
/* The newest version of a benefit; NULL where the registry has none of this id. */
const struct benefit *snapshot_benefit(const struct snapshot *snapshot, const char *id);

#endif
