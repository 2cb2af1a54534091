#include "db/decision.h"

#include <stdio.h>

void offer_explain(char *out, size_t out_size, const struct offer *offer, bool english)
{
	snprintf(out, out_size, "%s", reason_why(offer->reason, english));
}
