/*
 * The passphrase of a key file: from YOUDAI_PASSPHRASE, else asked for at the terminal without echo.
 */
#ifndef YOUDAI_CENTRE_PASSPHRASE_H
#define YOUDAI_CENTRE_PASSPHRASE_H

#include <stdbool.h>

#include "centre/command.h"

#define PASSPHRASE_MAX 1023 /* [byte] */

/* `twice`: a new one, so that a slip of the fingers is found.  Trouble was said; on OUTCOME_DONE the
 * caller wipes *out. */
enum outcome passphrase_ask(char out[static PASSPHRASE_MAX + 1], bool twice);

#endif
