/*
 * The log of redemptions, refusals and voids: append-only, hash-chained, signed entry by entry.
 *
 * An entry's canonical text names every field; its hash is SHA-256 of that text, which contains the
 * hash of the entry before it; its signature is Ed25519 over the hash under the registry's log key.
 * Count, hash and signature of the head are also kept in FILE.head, since a chain alone does not
 * show that its end was cut off.  Appending happens in entitlement.h and log_void only.
 */
#ifndef YOUDAI_DB_LOG_H
#define YOUDAI_DB_LOG_H

#include "db/decision.h"
#include "db/registry.h"

struct log_entry {
	int64_t seq;            /* 1, 2, 3, … */
	int64_t at;             /* [s] UTC */
	const char *what;       /* "redeemed" "refused" "voided" */
	const char *redemption; /* NULL for a refusal */
	const char *benefit;    /* NULL where none was chosen */
	int32_t benefit_version;
	const char *merchant;
	const char *reason; /* "ok", or the refusal's; free text of a void */
	bool has_payable, has_saved;
	int64_t payable, saved; /* [fen] */
};

/* From the oldest on; last > 0: only the last so many. */
enum registry_status log_each(struct registry *registry, int64_t last,
			      bool (*row)(void *, const struct log_entry *), void *context);

/* Take a redemption back by a new entry.  REGISTRY_NOT_FOUND, or REGISTRY_EXISTS where it was taken
 * back before. */
enum registry_status log_void(struct registry *registry, const char *redemption, const char *reason,
			      int64_t now);

enum log_fault {
	LOG_INTACT = 0,
	LOG_CHANGED, /* the entry's fields do not give its hash, or its signature is not the key's */
	LOG_REMOVED,    /* an entry is missing before this one */
	LOG_REORDERED,  /* it does not hold the hash of the one before it */
	LOG_CUT,        /* entries at the end are missing: FILE.head knows of more */
	LOG_HEAD_WRONG, /* FILE.head is missing, broken, or does not belong to this log */
};
struct log_report {
	enum log_fault fault;
	int64_t seq;   /* the entry that it was found at, or the first one missing */
	int64_t count; /* entries read */
	char why[160]; /* one English sentence */
};
/* Walk the whole chain.  REGISTRY_OK where it could be walked; the report tells what was found. */
enum registry_status log_verify(struct registry *registry, struct log_report *out);

/* Entries as text for export: canonical text, hash and signature of each, a line each; and the log's
 * public key first, so that anybody can verify it. */
enum registry_status log_export(struct registry *registry, bool (*line)(void *, const char *),
				void *context);

/* Check a receipt's text against a log public key (32 bytes): a receipt stands for itself. */
bool receipt_verify(const char *receipt, const uint8_t public_key[static 32]);
/* The registry's log public key. */
void log_public_key(const struct registry *registry, uint8_t out[static 32]);

#endif
