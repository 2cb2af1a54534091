/*
 * What the files behind registry.h, log.h and entitlement.h share.  Inside of db/ only.
 *
 * Knows the tables; db/migrations says what they mean.
 */
#ifndef YOUDAI_DB_REGISTRY_INSIDE_H
#define YOUDAI_DB_REGISTRY_INSIDE_H

#include "db/chain.h"
#include "db/entitlement.h"
#include "db/registry.h"
#include "db/snapshot.h"
#include "db/store.h"
#include "db/vault.h"

/* The texts that many rows share, by their id, read when they are first asked for. */
struct words {
	size_t count;
	char **items; /* NULL: not read yet */
};

enum batch { BATCH_NONE, BATCH_OPEN, BATCH_FAILED };

struct registry {
	struct store *store;
	struct vault *vault;
	struct snapshot *snapshot;
	struct words words;
	bool writable;
	enum batch batch;
	struct head head;      /* of what was appended and not yet written to FILE.head */
	bool head_waits;       /* there is such a one */
	bool head_is_fresh;    /* it was the log's first entry */
	uint8_t head_previous[HASH_BYTES]; /* hash of the entry before what was appended */
	int64_t head_previous_seq;
	char *path, *keys_path, *head_path;
	char trouble[256];
	char view[4][256]; /* what registry_certificate hands out */
};

/* The store's status as ours; keeps the store's words for registry_trouble. */
enum registry_status registry_says(struct registry *registry, enum store_status status);
/* A status with words of our own. */
enum registry_status registry_faults(struct registry *registry, enum registry_status status,
				     const char *trouble);

/* The id of a word, made where it is new. */
enum registry_status word_id(struct registry *registry, int64_t *out, const char *text);
/* Its text; "" where there is none.  Lives until the registry closes or rolls back. */
const char *word_text(struct registry *registry, int64_t id);
void words_clear(struct words *words);

/* --- log.c --- */

/* The instant of the last redemption or refusal; INT64_MIN where there was none. */
enum registry_status log_last_instant(struct registry *registry, int64_t *out);
/* Fill in seq, redemption (into id), the hashes and the signature, and insert.  Within a write
 * transaction; log_publish_head follows its commit. */
enum registry_status log_append(struct registry *registry, struct chain_entry *entry,
				char id[static REDEMPTION_ID_MAX + 1]);
void log_publish_head(struct registry *registry);
/* Bring a head that a crash left behind up to the log; see chain.h for one that is wrong. */
enum registry_status log_follow(struct registry *registry);
/* The redemption of this visit, statement still open: reset it when done with the entry; NULL and
 * REGISTRY_NOT_FOUND where there is none. */
enum registry_status log_of_visit(struct registry *registry, struct statement **statement,
				  struct chain_entry *out, const char *visit);
/* Text for a field of the log: control characters become spaces, cut at room - 1 bytes. */
void log_field(char *out, size_t room, const char *text);

#endif
