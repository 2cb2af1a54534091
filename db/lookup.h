/*
 * Finding a person in an instant: by certificate, name, ID number, printed short code, tapped card,
 * plaque.  Each look-up is a few index probes, whatever the registry's size.
 *
 * An actor bound to a unit finds who has a certificate or a plaque within reach, or neither.  Whoever
 * shows what was found puts that on record first (lookup_on_record).  A kiosk's copy finds by
 * certificate, medium and code alone.
 */
#ifndef YOUDAI_DB_LOOKUP_H
#define YOUDAI_DB_LOOKUP_H

#include "db/entitlement.h"
#include "db/registry.h"

#define LOOKUP_MOST     50 /* persons; of more the first by code */
#define PERSON_CODE_MAX 63 /* [byte] */

struct lookup {
	size_t count;
	bool more;       /* than LOOKUP_MOST */
	int64_t outside; /* found, but beyond the actor's reach: left out */
	char persons[LOOKUP_MOST][PERSON_CODE_MAX + 1]; /* codes, each once */
};

enum lookup_by {
	LOOKUP_CERTIFICATE, /* its number */
	LOOKUP_PERSON,      /* the code */
	LOOKUP_ID_NUMBER,   /* 18 characters; the last may be x or X */
	LOOKUP_PLAQUE,      /* its number */
	LOOKUP_NAME,        /* exact, but for blanks and middle dots (·, •) between its parts */
};

/* Nobody found is REGISTRY_OK with a count of 0. */
enum registry_status lookup_text(struct registry *registry, struct lookup *out, enum lookup_by by,
				 const char *text);
/* By the front of a medium's id (cti), or the whole of it.  length: 1 to 16. */
enum registry_status lookup_medium(struct registry *registry, struct lookup *out, const uint8_t *id,
				   size_t length);

/* Who holds the certificate of a credential that was read and found good.  *guest: one of another
 * place, who is not on file here. */
enum registry_status lookup_presented(struct registry *registry, struct lookup *out, bool *guest,
				      const struct presentation *presentation);

/* Put on record who is looked at: an entry of the audit chain each, durable on REGISTRY_OK, in a
 * transaction of its own.  detail says how they were found; an ID number has no place in it. */
enum registry_status lookup_on_record(struct registry *registry, const struct lookup *found,
				      const char *act, const char *detail, int64_t now);

/* Has the person a certificate or a plaque within the actor's reach, or neither anywhere? */
enum registry_status person_in_reach(struct registry *registry, bool *out, const char *person);

#endif
