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

/* Made from db/migrations: the first makes an empty file a registry of version 1, and so on. */
extern const char *const registry_migrations[];
extern const size_t registry_migration_count;

/* The texts that many rows share, by their id, read when they are first asked for. */
struct words {
	size_t count;
	char **items; /* NULL: not read yet */
};

enum batch { BATCH_NONE, BATCH_OPEN, BATCH_FAILED };

/* What was appended to the log by the transaction at hand: for FILE.head, after the commit. */
struct appended {
	bool any;
	struct head before, last; /* before: count and hash alone */
};

#define VIEW_TEXT_MAX 255

struct registry {
	struct store *store;
	struct vault *vault;
	struct snapshot *snapshot;
	struct words words;
	bool writable;
	enum batch batch;
	struct appended appended;
	char *path, *keys_path, *head_path;
	char trouble[256];
	char view[4][VIEW_TEXT_MAX + 1]; /* what registry_certificate hands out */
};

/* The store's status as ours; keeps the store's words for registry_trouble. */
enum registry_status registry_says(struct registry *registry, enum store_status status);
/* A status with words of our own. */
enum registry_status registry_faults(struct registry *registry, enum registry_status status,
				     const char *trouble);

/* The id of a word, made where it is new. */
enum registry_status word_id(struct registry *registry, int64_t *out, const char *text);
/* Its text.  Lives until the registry closes or rolls back. */
enum registry_status word_text(struct registry *registry, const char **out, int64_t id);
void words_clear(struct words *words);

/* Why a certificate, or the medium that stands for it, cannot be used on a day; both ends of its
 * validity are inclusive.  In the order of reason.h. */
enum reason certificate_reason(const struct step *step, enum reason medium, int32_t valid_from,
			       int32_t valid_until, int32_t day);
/* The name in a person's row; false where the seal is broken. */
bool unseal_name(struct registry *registry, char out[static HOLDER_NAME_MAX + 1],
		 struct statement *row, int column, const char *person);

/* --- log.c --- */

/* The instant of the last redemption or refusal; INT64_MIN where there was none.  Where open is not
 * NULL its statement stays open, and with it, outside of a transaction, what all others see: reset
 * it when done. */
enum registry_status log_last_instant(struct registry *registry, int64_t *out,
				      struct statement **open);
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
