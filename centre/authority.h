/*
 * Who acts: the account that a call names, or the user of the operating system while there are no
 * accounts; and whether that may run the command.
 *
 * Knows no command but by its roles (command.h).  What an act does is put down to whom this module
 * establishes (db/actor.h).
 */
#ifndef YOUDAI_CENTRE_AUTHORITY_H
#define YOUDAI_CENTRE_AUTHORITY_H

#include "centre/command.h"
#include "db/actor.h"

/* Have the registry act for the call from now on.  A command without roles acts as the user of the
 * operating system.  A refusal was said. */
enum outcome authority_establish(const struct call *call, struct registry *registry);

/* Has the actor one of these roles (bits of db/staff.h)?  Refused, and said, where it has not. */
enum outcome authority_needs(const struct call *call, const struct registry *registry,
			     unsigned roles);
/* Does the actor reach the unit of this thing?  Refused, and said, where it does not. */
enum outcome authority_over(const struct call *call, struct registry *registry,
			    enum actor_thing thing, const char *code);
/* The same of a unit (code or region). */
enum outcome authority_over_unit(const struct call *call, struct registry *registry,
				 const char *unit);
/* The same of a person; whoever has neither certificate nor plaque anywhere is reached. */
enum outcome authority_over_person(const struct call *call, struct registry *registry,
				   const char *person);

#endif
