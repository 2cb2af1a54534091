/*
 * Staff accounts: who may do what, and for which unit.
 *
 * Each account has roles and is bound to a unit: it reaches that and what lies below it.  An account
 * is never deleted, since what it did stays on record; it is closed.  Whoever changes accounts is the
 * registry's actor (actor.h); what it does is put on the audit chain in the same transaction.  There
 * always is an account that can make and change all the others.
 *
 * Knows no command and no session; who is signed in is staff_session.h's.
 */
#ifndef YOUDAI_DB_STAFF_H
#define YOUDAI_DB_STAFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/registry.h"

/* What an account may do, as bits of struct actor. */
enum staff_role {
	STAFF_CLERK = 1 << 0,     /* at a station: the work of a window */
	STAFF_REVIEWER = 1 << 1,  /* of the tier of its unit: county, city, province */
	STAFF_MERCHANTS = 1 << 2, /* merchants and benefits */
	STAFF_AUDITOR = 1 << 3,   /* reads logs and reports */
	STAFF_MANAGER = 1 << 4,   /* accounts, imports, units, keys, benefits */
};
#define STAFF_ROLES    5 /* bits */
#define STAFF_ANY_ROLE ((1U << STAFF_ROLES) - 1)

/* "clerk", "reviewer", "merchant_manager", "auditor", "manager"; title: for people. */
const char *staff_role_name(size_t bit);
const char *staff_role_title(size_t bit, bool english);
/* Names joined by ',', each once, at least one. */
bool staff_roles_parse(uint32_t *out, const char *text);
#define STAFF_ROLES_TEXT_SIZE 64 /* [byte] */
void staff_roles_print(char out[static STAFF_ROLES_TEXT_SIZE], uint32_t roles);

#define STAFF_NAME_MAX       63  /* [byte] */
#define STAFF_PASSWORD_LEAST 8   /* [byte] */
#define STAFF_PASSWORD_MOST  128 /* [byte] */

/* Why nothing was done; found in this order. */
enum staff_refusal {
	STAFF_DONE = 0,
	STAFF_NAME_UNFIT,     /* 1 to STAFF_NAME_MAX bytes without blanks, not "os:…" */
	STAFF_PASSWORD_UNFIT, /* too short, too long, or the account's name */
	STAFF_UNKNOWN,        /* no such account */
	STAFF_EXISTS,         /* the name is taken, perhaps by an account that was closed */
	STAFF_CLOSED,         /* the account was closed */
	STAFF_UNKNOWN_UNIT,   /* no such unit, or several with this region */
	STAFF_OUTSIDE_UNIT,   /* account or unit lies outside of what the actor reaches */
	STAFF_FIRST_MANAGER,  /* the first account must be a manager of everything */
	STAFF_LAST_MANAGER,   /* no manager of everything would be left */
	STAFF_WRONG,          /* no such account, or not its password: the same to whoever asks */
	STAFF_LOCKED,         /* too many wrong passwords in a row */
	STAFF_NOT_SIGNED_IN,  /* nobody is under this name */
	STAFF_IDLE,           /* the sign-in ended: nothing was done for too long */
	STAFF_TOO_LONG,       /* the sign-in ended: it is too long ago */
};
/* "name_unfit", …; for programs.  Both ends of a sign-in are "signed_out". */
const char *staff_refusal_name(enum staff_refusal refusal);

struct staff_account {
	const char *name;
	uint32_t roles;
	const char *unit; /* code, or a region that one unit has; "" everything */
	/* what staff_each alone tells */
	bool active, signed_in;
	int64_t made_at; /* [s] */
};

/* Are there accounts, so that the user of the operating system is nobody any more? */
enum registry_status staff_exist(struct registry *registry, bool *out);

/* Each of the following is a transaction of its own, at the moment `now` [s]. */

/* Make an account.  The password is borrowed; it is hashed before anybody is kept waiting. */
enum registry_status staff_make(struct registry *registry, enum staff_refusal *refusal,
				const struct staff_account *account, const char *password,
				int64_t now);
/* Give an account other roles (0: those that it has) and another unit (NULL: that which it has). */
enum registry_status staff_change(struct registry *registry, enum staff_refusal *refusal,
				  const char *name, uint32_t roles, const char *unit, int64_t now);
/* Nobody signs in under this name any more. */
enum registry_status staff_close(struct registry *registry, enum staff_refusal *refusal,
				 const char *name, int64_t now);
/* The actor's own password, proved by the old one; or, where old is NULL, the password of an account
 * within the actor's reach, which ends a lock and a sign-in. */
enum registry_status staff_set_password(struct registry *registry, enum staff_refusal *refusal,
					const char *name, const char *old, const char *fresh,
					int64_t now);

/* The accounts that the actor reaches, by name; strings are borrowed for the call; false stops. */
enum registry_status staff_each(struct registry *registry, int64_t now,
				bool (*row)(void *, const struct staff_account *), void *context);

#endif
