/*
 * The log of redemptions, refusals and voids: append-only, hash-chained, signed entry by entry.
 *
 * Appending happens in entitlement.h and log_void only.  What follows is what an independent program
 * needs to verify a log, a receipt, or FILE.head.
 *
 * The canonical text of an entry is its fields with one tab between them, in UTF-8, without an end:
 *
 *   youdai-log-1 seq at what redemption benefit benefit_version merchant reason payable saved
 *   assurance compared bound previous
 *
 * Integers are decimal (at: seconds UTC; money: fen; assurance: 0 manual to 4 chip; compared: 1 where
 * a clerk compared person and photo, 2 where that stood in for a card that cannot be read), what is absent is empty, and no field holds a control
 * character.  bound and previous are 64 lower-case hex digits:
 *
 *   bound     zeros, but for a redemption SHA-256 of visit, tab, redemption, tab and the 16 bytes
 *             of the holder's pseudonym: the entry vouches for both and shows neither; for a
 *             refusal whose holder was recognised SHA-256 of "region", tab and the first six digits
 *             of the region where the holder is at home
 *   previous  the hash of the entry before; for the first, SHA-256 of "youdai-log-1" and the 32
 *             bytes of the log's public key
 *
 * hash is SHA-256 of the canonical text, signature is Ed25519 over the 32 bytes of the hash.
 *
 * A receipt is "YDR1:" and base45 (RFC 9285) of signature (64 bytes), bound (32), previous (32) and
 * the canonical text up to and with `compared`.
 *
 * FILE.head holds count (19 digits), hash and signature of the last entry, since a chain alone does
 * not show that its end was cut off; of an empty log the `previous` of its first entry, signed.  It
 * may lag behind the log after a crash, never be ahead of it.
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
	bool exception;         /* granted although the card could not be read */
};

/* From the oldest on; last > 0: only the last so many.  Strings are borrowed for the call. */
enum registry_status log_each(struct registry *registry, int64_t last,
			      bool (*row)(void *, const struct log_entry *), void *context);

/* Take a redemption back by a new entry, and put that on the audit chain.  REGISTRY_NOT_FOUND, or
 * REGISTRY_EXISTS where it was taken back before.  Of the reason at most 200 bytes are kept, control characters become spaces. */
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
	int64_t count; /* entries found in order */
	char why[160]; /* one English sentence */
};
/* Walk the whole chain.  REGISTRY_OK where it could be walked; the report tells what was found. */
enum registry_status log_verify(struct registry *registry, struct log_report *out);

/* Lines for export: first "youdai-log-1", "key" and the log's public key in hex, then of each entry
 * canonical text, hash and signature in hex; tabs between them. */
enum registry_status log_export(struct registry *registry, bool (*line)(void *, const char *),
				void *context);

/* Check a receipt's text against a log public key (32 bytes): a receipt stands for itself. */
bool receipt_verify(const char *receipt, const uint8_t public_key[static 32]);
/* The registry's log public key. */
void log_public_key(const struct registry *registry, uint8_t out[static 32]);

#endif
