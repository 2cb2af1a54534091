#include "db/reason.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "phrases.h"

static const struct {
	const char *name;
	enum phrase why, next;
} reasons[REASON_COUNT] = {
#define X(constant, name)                                              \
	[REASON_##constant] = { #name, PHRASE_REASON_##constant##_WHY, \
				PHRASE_REASON_##constant##_NEXT },
	REASONS(X)
#undef X
};

const char *reason_name(enum reason reason)
{
	return reasons[reason].name;
}

bool reason_from_name(enum reason *out, const char *name)
{
	for (size_t i = 0; i < REASON_COUNT; i++) {
		if (strcmp(reasons[i].name, name) == 0) {
			*out = (enum reason)i;
			return true;
		}
	}
	return false;
}

const char *reason_why(enum reason reason, bool english)
{
	return phrase(reasons[reason].why, english);
}

const char *reason_next(enum reason reason, bool english)
{
	return phrase(reasons[reason].next, english);
}

void reason_sentences(char out[static REASON_SENTENCES_MAX + 1], enum reason reason, bool english)
{
	snprintf(out, REASON_SENTENCES_MAX + 1, english ? "%s. %s." : "%s。%s。",
		 reason_why(reason, english), reason_next(reason, english));
}
