/*
 * The clerk: does one errand after the other at the registry, in the desk's thread.
 *
 * Ties reader/ to db/: judges a reading under the keys that the registry trusts and puts what it
 * says before entitlement.h.  Knows no thread, no queue and no screen.
 */
#ifndef YOUDAI_KIOSK_CLERK_H
#define YOUDAI_KIOSK_CLERK_H

#include "kiosk/desk.h"

struct clerk;

/* NULL without memory.  The registry is opened by the first ERRAND_TRY. */
struct clerk *clerk_open(const struct desk_settings *settings);
void clerk_close(struct clerk *clerk); /* accepts NULL */

/* Run one errand.  False where there is nothing to answer. */
bool clerk_run(struct clerk *clerk, struct desk_answer *out, const struct desk_errand *errand);

/* Run several redemptions in one commit; all are answered, and only what is durable. */
void clerk_redeem_all(struct clerk *clerk, struct desk_answer *out,
		      const struct desk_errand *errands, size_t count);

/* Write the registry's WAL back where something was recorded: while nobody waits. */
void clerk_tidy(struct clerk *clerk);
bool clerk_is_tidy(const struct clerk *clerk);

#endif
