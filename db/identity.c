#include "db/identity.h"

bool disability_of(struct disability *out, const char *identity)
{
	const char *at = identity + sizeof "disabled:" - 1;

	if (!has_prefix(identity, "disabled:"))
		return false;
	out->grade = 0;
	for (; *at >= '0' && *at <= '9' && out->grade <= 10; at++)
		out->grade = out->grade * 10 + (*at - '0');
	if (*at != ':' || out->grade < 1 || out->grade > 10)
		return false;
	out->cause = at + 1;
	return true;
}
