/*
 * The audit chain: who did what, and who looked at whom; append-only, hash-chained, signed entry by
 * entry like the log of redemptions (log.h).
 *
 * What follows is what an independent program needs to verify it.  The canonical text of an entry is
 * its fields with one tab between them, in UTF-8, without an end:
 *
 *   youdai-audit-1 seq at clock actor act subject unit erased bound previous
 *
 * Integers are decimal (at, clock: seconds UTC), no field holds a control character.  subject is empty
 * or 32 lower-case hex digits, the keyed hash of the person concerned; bound and previous are 64:
 *
 *   bound     zeros, or SHA-256 of a 16-byte salt and the detail's text, which lie beside the chain
 *             and may be deleted as the law says; erased counts the details that an act deleted, so
 *             that those missing can be accounted for
 *   previous  the hash of the entry before; for the first, SHA-256 of "youdai-audit-1" and the 32
 *             bytes of the log's public key
 *
 * hash is SHA-256 of the canonical text, signature is Ed25519 by the log's key over the 32 bytes of the
 * hash.  FILE.audit holds the head as FILE.head does for the log.
 */
#ifndef YOUDAI_DB_AUDIT_H
#define YOUDAI_DB_AUDIT_H

#include "db/registry.h"

#define AUDIT_ACT_MAX    47   /* [byte] */
#define AUDIT_DETAIL_MAX 1023 /* [byte]; what is longer is cut */

struct audit_act {
	const char *act;    /* "certificate.approve", "person.find", …: command and what it did */
	const char *person; /* code; kept as a keyed hash alone; NULL: nobody */
	const char *unit;   /* code; NULL or "": nowhere */
	const char *detail; /* in words, may name somebody; NULL: none */
	int64_t erased;     /* details that this act deleted */
};

/* Put an act of the registry's actor (actor.h) on record, within a write transaction; *seq (may be NULL)
 * is its number. */
enum registry_status audit_append(struct registry *registry, int64_t *seq,
				  const struct audit_act *act, int64_t now);

#endif
