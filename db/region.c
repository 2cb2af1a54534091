#include "db/region.h"

#include <stddef.h>
#include <string.h>

#include "db/identity.h"

const char *region_name(const char *code, bool english)
{
	const struct region *longest = NULL;

	for (const struct region *at = region_table; at->code != NULL; at++) {
		if (has_prefix(code, at->code) &&
		    (longest == NULL || strlen(at->code) > strlen(longest->code)))
			longest = at;
	}
	return longest == NULL ? NULL : longest->name[english];
}
