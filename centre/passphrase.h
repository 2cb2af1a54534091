/*
 * What must not be seen while it is typed: taken from the environment, else asked for at the terminal
 * without echo.
 */
#ifndef YOUDAI_CENTRE_PASSPHRASE_H
#define YOUDAI_CENTRE_PASSPHRASE_H

#include <stdbool.h>

#include "centre/command.h"

#define PASSPHRASE_MAX 1023 /* [byte] */

enum secret {
	SECRET_PASSPHRASE,   /* of a key file: YOUDAI_PASSPHRASE */
	SECRET_PASSWORD,     /* of a staff account: YOUDAI_PASSWORD */
	SECRET_OLD_PASSWORD, /* that it has until now: YOUDAI_OLD_PASSWORD */
};

/* `twice`: a new one, so that a slip of the fingers is found.  Trouble was said; on OUTCOME_DONE the
 * caller wipes *out. */
enum outcome secret_ask(char out[static PASSPHRASE_MAX + 1], enum secret secret, bool twice);
enum outcome passphrase_ask(char out[static PASSPHRASE_MAX + 1], bool twice);

#endif
