/*
 * Who is signed in: passwords proved, lock-out, and sign-ins that end by themselves.
 *
 * Each moment is kept twice, as the command was told and by the machine's clock, since a command can
 * be told any time.  A sign-in is over when either says so, a lock only when both do.
 *
 * Knows no command; what an account may do is staff.h's.
 */
#ifndef YOUDAI_DB_STAFF_SESSION_H
#define YOUDAI_DB_STAFF_SESSION_H

#include "db/staff.h"

#define STAFF_TRIES          5           /* wrong passwords in a row that lock */
#define STAFF_LOCK_SECONDS   (15 * 60)   /* [s] after the last of them */
#define STAFF_IDLE_SECONDS   (30 * 60)   /* [s] after the last act */
#define STAFF_SIGNED_SECONDS (10 * 3600) /* [s] after the sign-in */

struct staff_moment {
	int64_t told, clock; /* [s] UTC */
};
struct staff_session {
	struct staff_moment began, last; /* last act */
};

/* Pure.  STAFF_DONE while it lasts, else STAFF_TOO_LONG or STAFF_IDLE.  What is told to be earlier
 * than the sign-in is no end of it. */
enum staff_refusal staff_session_state(const struct staff_session *session,
				       struct staff_moment now);
/* Pure.  Is the password not even looked at? */
bool staff_is_locked(int64_t failures, struct staff_moment failed, struct staff_moment now);
/* Pure.  How many in a row a wrong password makes; a lock that ended begins them anew. */
int64_t staff_failures_after(int64_t failures, struct staff_moment failed, struct staff_moment now);

/* The registry's actor says what the machine's clock is; each is a transaction of its own. */

/* Sign in: on STAFF_DONE the registry acts as this account from now on.  A wrong name and a wrong
 * password get the same answer after the same time. */
enum registry_status staff_sign_in(struct registry *registry, enum staff_refusal *refusal,
				   const char *name, const char *password, int64_t now);
/* *was says whether anybody was signed in under this name. */
enum registry_status staff_sign_out(struct registry *registry, bool *was, const char *name,
				    int64_t now);

/* Act as an account that is signed in, on STAFF_DONE: the registry does from now on. */
enum registry_status staff_take_up(struct registry *registry, enum staff_refusal *refusal,
				   const char *name, int64_t now);
/* The actor has done something.  Also through a registry that was opened for reading, but not where
 * the file cannot be written. */
enum registry_status staff_renew(struct registry *registry, int64_t now);

#endif
