#include "db/audit_words.h"

#include <stdio.h>

#include "db/china_time.h"
#include "db/life.h"

void audit_words_of_life(struct audit_words *out, const char *certificate, const char *act,
			 int64_t at, int64_t until, const char *cause, const char *reason)
{
	char from[21], to[21] = "";
	instant_format(from, at);
	if (until != LIFE_NEVER)
		instant_format(to, until);
	snprintf(out->act, sizeof out->act, "certificate.%s", act);
	snprintf(out->detail, sizeof out->detail,
		 "certificate=%s at=%s until=%s cause=%s reason=%s", certificate, from, to, cause,
		 reason);
}

void audit_words_of_plaque(struct audit_words *out, const char *plaque, const char *state,
			   int32_t day, const char *reason)
{
	char on[11];
	day_format(on, day);
	snprintf(out->act, sizeof out->act, "plaque.%s", state);
	snprintf(out->detail, sizeof out->detail, "plaque=%s day=%s reason=%s", plaque, on, reason);
}
