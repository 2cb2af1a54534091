/*
 * The words in which a step of a certificate's life and one of a plaque's way stand in the audit
 * chain: whoever records a step and whoever verifies the chain have them from here.
 *
 * Pure: knows no table.
 */
#ifndef YOUDAI_DB_AUDIT_WORDS_H
#define YOUDAI_DB_AUDIT_WORDS_H

#include <stdint.h>

#include "db/audit.h"

struct audit_words {
	char act[AUDIT_ACT_MAX + 1], detail[AUDIT_DETAIL_MAX + 1];
};

/* act: its name in life.h; until: LIFE_NEVER where it has none. [s] */
void audit_words_of_life(struct audit_words *out, const char *certificate, const char *act,
			 int64_t at, int64_t until, const char *cause, const char *reason);
/* state: as in the table plaque_event. [day] */
void audit_words_of_plaque(struct audit_words *out, const char *plaque, const char *state,
			   int32_t day, const char *reason);

#endif
