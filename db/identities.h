/*
 * A person's identities as they are imported and kept: joined by ';', each perhaps with the days on
 * which it holds: "disabled:6:war@2020-01-01..2024-12-31", "war@2025-01-01..", "war@..2024-12-31".
 *
 * Days are China's (china_time.h), both ends inclusive; an end left out is open, without '@' an
 * identity always holds.  Pure; knows not which identities there are.
 */
#ifndef YOUDAI_DB_IDENTITIES_H
#define YOUDAI_DB_IDENTITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDENTITIES_KEPT_MAX 16 /* of one person; at most IDENTITIES_MAX of them on any one day */

struct dated_identity {
	const char *name;    /* in the text, ended by length alone */
	size_t length;       /* [byte] without the days */
	int32_t first, last; /* [day] inclusive; INT32_MIN, INT32_MAX: open */
};

/* The identity that *text begins with; *text moves behind it and its ';'.  False where its days are
 * malformed or end before they begin, *text moves all the same. */
bool identities_next(struct dated_identity *out, const char **text);

static inline bool identity_holds(const struct dated_identity *identity, int32_t day)
{
	return day >= identity->first && day <= identity->last;
}

/* May this be kept?  Each of 1 to IDENTITY_MAX bytes, none twice on one day, no more than the limits
 * above; "" is none. */
bool identities_fit(const char *text);

#endif
