/*
 * One entry of the log as it is hashed, signed and carried by a receipt; and the head of the log.
 *
 * Inside of db/ only: log.h describes the formats.  Knows no table.
 */
#ifndef YOUDAI_DB_CHAIN_H
#define YOUDAI_DB_CHAIN_H

#include "db/log.h"
#include "db/vault.h"

#define CHAIN_TEXT_MAX   1023 /* [byte] canonical text */
#define CHAIN_REASON_MAX 200  /* [byte] free text of a void */

struct chain_entry {
	struct log_entry shown;
	const char *visit;     /* NULL: none */
	const uint8_t *holder; /* PSEUDONYM_BYTES; NULL: none */
	const char *region;    /* of a refusal: where the holder is at home; NULL: not known */
	bool has_version;      /* of the benefit */
	int assurance;         /* -1: none */
	int compared;          /* -1: none */
	uint8_t bound[HASH_BYTES];
	uint8_t previous[HASH_BYTES], hash[HASH_BYTES], signature[SIGNATURE_BYTES];
};

/* What the first entry holds as the hash before it: a log begins with its key. */
void chain_genesis(uint8_t out[static HASH_BYTES],
		   const uint8_t public_key[static PUBLIC_KEY_BYTES]);

/* entry->bound from visit, redemption and holder, or from region. */
void chain_bind(struct chain_entry *entry);

/* False where the entry does not fit or holds control characters: we never write such a one. */
bool chain_text(char out[static CHAIN_TEXT_MAX + 1], const struct chain_entry *entry);
bool chain_hash(uint8_t out[static HASH_BYTES], const struct chain_entry *entry);

/* The receipt of an entry that chain_text accepts. */
void receipt_make(char out[static 1024], const struct chain_entry *entry);

/* --- FILE.head --- */

struct head {
	int64_t count; /* entries: the last one's seq */
	uint8_t hash[HASH_BYTES];
	uint8_t signature
		[SIGNATURE_BYTES]; /* the last entry's; of the genesis where there is none */
};
enum head_state { HEAD_GOOD, HEAD_MISSING, HEAD_BROKEN };

enum head_state head_read(struct head *out, const char *path);

/* Put *next in the place of an older head.  follows is asked whether the head that is there belongs
 * to the log; where it does not, or is broken, it is left as it is, to be found by log_verify.  A
 * missing one is made only where `fresh`.  Not durable: a head may lag. */
void head_write(const char *path, const struct head *next, bool fresh,
		bool (*follows)(void *, const struct head *), void *context);

#endif
