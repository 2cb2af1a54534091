/*
 * What staff type and read of a certificate's life: its acts as words of the command line, and causes
 * and refusals as sentences.
 *
 * Words alone; knows no registry and decides nothing.
 */
#ifndef YOUDAI_CENTRE_LIFE_WORDS_H
#define YOUDAI_CENTRE_LIFE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "db/life_record.h"

/* What stands between "youdai certificate" and the number: "hand-over --to county". */
const char *life_act_command(enum life_act act);

/* "prison" is 在押服刑, in prison; what has no title is its own. */
const char *life_cause_title(const char *cause, bool english);

/* Names joined by blanks, for a sentence that says what may stand somewhere. */
void life_names_join(char *out, size_t room, const char *const *names);

/* Why a step was not taken and what to do next. */
#define LIFE_SENTENCE_MAX 511 /* [byte] */
void life_refusal_sentence(char out[static LIFE_SENTENCE_MAX + 1], const struct life_answer *answer,
			   bool english);

#endif
