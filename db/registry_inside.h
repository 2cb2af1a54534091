/*
 * What the files behind registry.h, log.h and entitlement.h share.  Inside of db/ only.
 *
 * Knows the tables; db/migrations says what they mean.
 */
#ifndef YOUDAI_DB_REGISTRY_INSIDE_H
#define YOUDAI_DB_REGISTRY_INSIDE_H

#include "db/actor.h"
#include "db/chain.h"
#include "db/entitlement.h"
#include "db/life.h"
#include "db/plaque.h"
#include "db/registry.h"
#include "db/snapshot.h"
#include "db/staff_session.h"
#include "db/store.h"
#include "db/vault.h"

/* Made from db/migrations: the first makes an empty file a registry of version 1, and so on. */
extern const char *const registry_migrations[];
extern const size_t registry_migration_count;

/* Far more than there are units, regions and sets of identities; of these, dated ones may be one
 * person's alone. */
#define WORDS_MAX (1 << 24)

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
	enum seal_cipher cipher; /* for what is sealed from now on */
	struct words words;
	bool writable;
	enum batch batch;
	struct appended appended, audited; /* to the log, to the audit chain */
	struct appended part[2];           /* the two, as they were when a part began */
	struct actor actor;
	char *path, *keys_path, *head_path, *audit_path;
	char trouble[256];
	char view[4][VIEW_TEXT_MAX + 1]; /* what registry_certificate and plaque_find hand out */
	struct plaque plaque;            /* likewise */
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

/* Where a certificate stands as its row says: `beginning` and, where it has steps on record, what
 * was worked out when the last one was. */
struct certificate_life {
	enum life_step beginning;
	bool has_steps;
	struct standing standing;
};
/* From four columns: state, standing, since, until. */
struct certificate_life certificate_life_at(struct statement *row, int column);
/* The step at now; reads the steps only where now lies outside of what was worked out. */
enum registry_status life_step_now(struct registry *registry, enum life_step *out,
				   const char *certificate, const struct certificate_life *life,
				   int64_t now);

/* Why a certificate, or the medium that stands for it, cannot be used on a day; both ends of its
 * validity are inclusive.  In the order of reason.h. */
enum reason certificate_reason(const struct step *step, enum reason medium, int32_t valid_from,
			       int32_t valid_until, int32_t day);
/* The cipher that the registry's row asks for, into the struct. */
enum store_status cipher_read(struct registry *registry);
/* The name in a person's row, "" in a kiosk's copy; false where the seal is broken. */
bool unseal_name(struct registry *registry, char out[static HOLDER_NAME_MAX + 1],
		 struct statement *row, int column, const char *person);

/* --- audit.c --- */

/* The canonical text of an entry, see audit.h; false where it does not fit. */
#define AUDIT_TEXT_MAX 767
struct audit_entry {
	int64_t seq, at, clock, erased;
	const char *actor, *act, *unit;
	const uint8_t *subject; /* PSEUDONYM_BYTES; NULL: nobody */
	uint8_t bound[HASH_BYTES], previous[HASH_BYTES], hash[HASH_BYTES],
		signature[SIGNATURE_BYTES];
};
bool audit_text(char out[static AUDIT_TEXT_MAX + 1], const struct audit_entry *entry);
void audit_genesis(struct registry *registry, uint8_t out[static HASH_BYTES]);
void audit_publish_head(struct registry *registry);
/* As log_follow. */
enum registry_status audit_follow(struct registry *registry);

/* --- staff.c, staff_session.c --- */

struct staff_row {
	char name[STAFF_NAME_MAX + 1], unit[64], password[PASSWORD_HASH_SIZE];
	uint32_t roles;
	bool active;
	int64_t failures; /* wrong passwords in a row */
	struct staff_moment failed;
};
/* REGISTRY_NOT_FOUND where there is no such account. */
enum registry_status staff_find(struct registry *registry, struct staff_row *out, const char *name);
/* An act upon an account, on the audit chain. */
enum registry_status staff_audit(struct registry *registry, const char *act, const char *unit,
				 const char *detail, int64_t now);
/* Commit where it was done, else leave everything as it was. */
enum registry_status staff_end(struct registry *registry, enum registry_status status,
			       enum staff_refusal refusal);
/* Is this the account's password?  On STAFF_DONE a transaction is open, *row is what it sees; a
 * refusal is on record.  The caller wipes *row. */
enum registry_status staff_prove(struct registry *registry, enum staff_refusal *refusal,
				 struct staff_row *row, const char *name, const char *password,
				 int64_t now);

/* --- log.c --- */

/* The text of a column, NULL where it is null; *whole becomes false where a NUL hides in it. */
const char *text_at(struct statement *row, int column, bool *whole);
/* A column of exactly so many bytes; false where it is another. */
bool bytes_at(uint8_t *out, size_t length, struct statement *row, int column);

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
