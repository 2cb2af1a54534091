/*
 * A holder's identities as texts: what class one belongs to, and what a disability says of itself.
 *
 * Inside of db/ only.  Codes that are compared by their beginning, too: classes and regions.
 */
#ifndef YOUDAI_DB_IDENTITY_H
#define YOUDAI_DB_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool has_prefix(const char *text, const char *prefix)
{
	while (*prefix != '\0') {
		if (*text++ != *prefix++)
			return false;
	}
	return true;
}

/* "veteran" matches "veteran" and "veteran.officer", not "veterans". */
static inline bool class_matches(const char *identity, const char *class)
{
	size_t length = strlen(class);

	return strncmp(identity, class, length) == 0 &&
	       (identity[length] == '\0' || identity[length] == '.' || identity[length] == ':');
}

struct disability {
	int32_t grade; /* 1 to 10 */
	const char *cause;
};

/* "disabled:GRADE:CAUSE"; false for every other identity. */
bool disability_of(struct disability *out, const char *identity);

#endif
