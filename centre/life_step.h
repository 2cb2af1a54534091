/*
 * One step of a certificate's life from a command to its answer, in one transaction.
 *
 * Whether it is taken is life_record.h's business.
 */
#ifndef YOUDAI_CENTRE_LIFE_STEP_H
#define YOUDAI_CENTRE_LIFE_STEP_H

#include "centre/command.h"
#include "db/life_record.h"

/* A certificate that `apply` makes where it is not there: all of it, or nothing. */
struct newcomer {
	const char *person, *kind, *unit; /* NULL: not given */
	bool made;                        /* it was not there */
};

/* Take the step of the certificate call->words[0], which newcomer (may be NULL, its person may be) puts
 * on file first where it is not there; all of it or nothing.  The answer was given. */
enum outcome life_step_take(const struct call *call, const struct life_request *request,
			    struct newcomer *newcomer);

#endif
