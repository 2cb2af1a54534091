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

/* --- verifying --- */

enum audit_fault {
	AUDIT_INTACT = 0,
	AUDIT_CHANGED,    /* the entry, or it is not the one that followed the one before it */
	AUDIT_REMOVED,    /* an entry is missing before this one */
	AUDIT_CUT,        /* entries at the end are missing: FILE.audit knows of more */
	AUDIT_HEAD_WRONG, /* FILE.audit is missing, broken, or does not belong to this chain */
	AUDIT_DETAIL_CHANGED,
	AUDIT_DETAIL_DELETED, /* other details are gone than acts on record deleted */
	AUDIT_STEP_CHANGED, /* a row of a life, or of a plaque's way, is not what its entry says */
	AUDIT_STEP_DELETED, /* an entry's row is gone while its detail is there */
};
struct audit_report {
	enum audit_fault fault;
	int64_t seq;   /* the entry that it was found at, or the first one missing; 0: none */
	int64_t count; /* entries found in order */
	char why[160]; /* one English sentence */
};
/* Walk the whole chain, its details, and the steps that name its entries.  REGISTRY_OK where it could
 * be walked; the report tells what was found first. */
enum registry_status audit_verify(struct registry *registry, struct audit_report *out);

/* --- showing --- */

/* Which entries; NULL: any. */
struct audit_filter {
	int64_t since, before; /* [s] of `at`: [since, before); INT64_MIN, INT64_MAX open */
	const char *actor;
	const char *person; /* code: entries about that person */
	int64_t last;       /* only the last so many of those; 0: all */
};
struct audit_row {
	int64_t seq, at, clock, erased;
	const char *actor, *act, *unit; /* unit "" nowhere */
	bool about_somebody;
	const char *detail; /* NULL: there is none, or it was deleted */
	bool detail_gone;   /* it was deleted */
};
/* From the oldest on.  Strings are borrowed for the call; return false to stop. */
enum registry_status audit_each(struct registry *registry, const struct audit_filter *filter,
				bool (*row)(void *, const struct audit_row *), void *context);

/* Lines for export: first "youdai-audit-1", "key" and the log's public key in hex, then of each entry
 * canonical text, hash and signature in hex; tabs between them.  No details. */
enum registry_status audit_export(struct registry *registry, bool (*line)(void *, const char *),
				  void *context);

#endif
