/*
 * Deleting a person as the law says: everything that is on file, in one transaction, overwritten in the
 * file.
 *
 * What stays is what names nobody: the log of redemptions with its pseudonyms, and the audit chain, of
 * which the details about the person go and are counted.  Both stay valid.
 */
#ifndef YOUDAI_DB_FORGET_H
#define YOUDAI_DB_FORGET_H

#include "db/registry.h"

enum forget_refusal {
	FORGOTTEN = 0,
	FORGET_UNKNOWN,
	FORGET_OUTSIDE_UNIT,        /* see person_in_reach */
	FORGET_CERTIFICATE_AT_WORK, /* neither over nor merely on file; answer->number */
	FORGET_PLAQUE_HUNG,         /* answer->number */
};
/* "not_found", …; for programs. */
const char *forget_refusal_name(enum forget_refusal refusal);

struct forget_count {
	int64_t persons, certificates, media, plaques;
	int64_t details; /* of the audit chain, about these persons */
};

/* What is deleted between begin and commit is overwritten.  After REGISTRY_OK end with either of the
 * others; commit ends it whatever it answers.  *traces: another program reads, and pages as they were
 * before may lie in FILE-wal until the last one closes the registry.  REGISTRY_CONSTRAINT on a kiosk's
 * copy, which does not know who holds what. */
enum registry_status forget_begin(struct registry *registry);
enum registry_status forget_commit(struct registry *registry, bool *traces);
void forget_rollback(struct registry *registry);

/* Nothing is changed where it is refused.  reason: free text, goes on the audit chain. */
enum registry_status forget_person(struct registry *registry, enum forget_refusal *refusal,
				   char number[static 64], struct forget_count *count,
				   const char *person, const char *reason, int64_t now);

#define RETENTION_DAYS_LEAST   183  /* records of access are kept for six months */
#define RETENTION_DAYS_DEFAULT 1095 /* three years */
#define RETENTION_DAYS_MOST    36500

struct retention {
	struct forget_count forgotten;
	int64_t undated; /* persons kept since a certificate of theirs ended nobody knows when */
	int64_t looks;   /* old details of who looked at whom, deleted */
};
/* Forget each person within reach all of whose certificates ended more than so many days ago by their
 * last step, and whose plaques do not hang any more; likewise the details of looks as old. */
enum registry_status forget_retention(struct registry *registry, struct retention *out,
				      int64_t days, int64_t now);

#endif
