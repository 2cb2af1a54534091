/*
 * How the commands of a certificate's life answer: what it now is, and what follows.
 */
#ifndef YOUDAI_CENTRE_LIFE_ANSWER_H
#define YOUDAI_CENTRE_LIFE_ANSWER_H

#include "centre/command.h"
#include "db/life_record.h"

/* The step was taken; it is durable. */
enum outcome life_answer_taken(const struct call *call, const struct life_request *request,
			       const struct life_answer *answer);
/* It was refused by the life's rules. */
enum outcome life_answer_refused(const struct call *call, const struct life_answer *answer);
/* It was refused before they were asked. */
enum outcome life_answer_refused_for(const struct call *call, const char *reason, const char *zh,
				     const char *en);

/* The acts (bit 1 << act) as words of the command line: the member "follows", or a line each. */
void life_put_follows(struct json *json, uint32_t follows);
void life_print_follows(const char *certificate, uint32_t follows);

#endif
