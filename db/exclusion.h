/*
 * Who may have no certificate, and when: expelled from the army, deprived of political rights, in
 * prison, detained or wanted.
 *
 * Keeps what staff say and puts it on the audit chain under the person concerned.  What it stops is
 * life_record.h's business; a certificate in use is not suspended by it.
 */
#ifndef YOUDAI_DB_EXCLUSION_H
#define YOUDAI_DB_EXCLUSION_H

#include "db/registry.h"

struct exclusion {
	const char *cause;   /* one of exclusion_causes */
	int32_t from, until; /* [day] inclusive; until INT32_MAX: open */
};

/* "expelled", "deprived", "prison", "detained", "wanted"; NULL at the end. */
extern const char *const exclusion_causes[];

/* Within a write transaction of the caller's.  REGISTRY_NOT_FOUND where there is no such person,
 * REGISTRY_EXISTS where one for the same cause has a day in common: nothing is changed then. */
enum registry_status exclusion_put(struct registry *registry, const char *person,
				   const struct exclusion *exclusion, int64_t now);

/* From this day on the person may have a certificate again: what holds ends the day before, what would
 * begin then or later is taken back.  *ended: how many there were, 0 changes nothing.  Within a write
 * transaction of the caller's.  REGISTRY_NOT_FOUND where there is no such person. */
enum registry_status exclusion_end(struct registry *registry, int64_t *ended, const char *person,
				   int32_t from, int64_t now);

/* Oldest first; the row is borrowed for the call; return false to stop. */
enum registry_status exclusion_each(struct registry *registry, const char *person,
				    bool (*row)(void *, const struct exclusion *), void *context);

#define EXCLUSION_CAUSE_SIZE 16 /* [byte] with the end */
/* Does one hold on this day?  cause stays as it is where none does. */
enum registry_status exclusion_holds(struct registry *registry, bool *out,
				     char cause[static EXCLUSION_CAUSE_SIZE], const char *person,
				     int32_t day);

#endif
