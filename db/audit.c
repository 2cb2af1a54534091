#include "db/audit.h"

#include <stdio.h>
#include <string.h>

#include "db/canonical.h"
#include "db/registry_inside.h"

#define SALT_BYTES 16

static const char version[] = "youdai-audit-1";

/* --- what is hashed --- */

bool audit_text(char out[static AUDIT_TEXT_MAX + 1], const struct audit_entry *entry)
{
	struct canonical line = canonical_begin(out, AUDIT_TEXT_MAX + 1, version);
	canonical_integer(&line, true, entry->seq);
	canonical_integer(&line, true, entry->at);
	canonical_integer(&line, true, entry->clock);
	canonical_text(&line, entry->actor);
	canonical_text(&line, entry->act);
	canonical_hex(&line, entry->subject, PSEUDONYM_BYTES);
	canonical_text(&line, entry->unit);
	canonical_integer(&line, true, entry->erased);
	canonical_hex(&line, entry->bound, HASH_BYTES);
	canonical_hex(&line, entry->previous, HASH_BYTES);
	return line.whole;
}

void audit_genesis(struct registry *registry, uint8_t out[static HASH_BYTES])
{
	uint8_t key[PUBLIC_KEY_BYTES];
	vault_public_key(registry->vault, key);
	hash_of(out, version, strlen(version), key, sizeof key);
}

void audit_bind(uint8_t out[static HASH_BYTES], const uint8_t salt[static SALT_BYTES],
		const char *detail)
{
	hash_of(out, salt, SALT_BYTES, detail, strlen(detail));
}

/* --- the last entry --- */

/* Of an empty chain the genesis, signed. */
static enum store_status read_tail(struct registry *registry, struct head *out)
{
	static const char sql[] =
		"SELECT seq, hash, signature FROM audit ORDER BY seq DESC LIMIT 1";
	struct statement *row;
	size_t hash, signature;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status == STORE_OK) {
		out->count = 0;
		audit_genesis(registry, out->hash);
		vault_sign(registry->vault, out->signature, out->hash);
	}
	if (status != STORE_ROW)
		return status;
	out->count = column_integer(row, 0);
	const void *bytes = column_bytes(row, 1, &hash);
	if (hash == HASH_BYTES)
		memcpy(out->hash, bytes, HASH_BYTES);
	bytes = column_bytes(row, 2, &signature);
	if (signature == SIGNATURE_BYTES)
		memcpy(out->signature, bytes, SIGNATURE_BYTES);
	statement_reset(row);
	return hash == HASH_BYTES && signature == SIGNATURE_BYTES ? STORE_OK : STORE_DAMAGED;
}

/* --- appending --- */

static enum store_status insert_entry(struct store *store, const struct audit_entry *entry)
{
	static const char sql[] = "INSERT INTO audit (seq, at, clock, actor, act, subject, unit,"
				  " erased, bound, hash, signature)"
				  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(statement, 1, entry->seq);
	bind_integer(statement, 2, entry->at);
	bind_integer(statement, 3, entry->clock);
	bind_text(statement, 4, entry->actor);
	bind_text(statement, 5, entry->act);
	bind_null(statement, 6);
	if (entry->subject != NULL)
		bind_bytes(statement, 6, entry->subject, PSEUDONYM_BYTES);
	bind_text(statement, 7, entry->unit);
	bind_integer(statement, 8, entry->erased);
	bind_bytes(statement, 9, entry->bound, HASH_BYTES);
	bind_bytes(statement, 10, entry->hash, HASH_BYTES);
	bind_bytes(statement, 11, entry->signature, SIGNATURE_BYTES);
	return statement_run(statement);
}

static enum store_status insert_detail(struct store *store, int64_t seq,
				       const uint8_t salt[static SALT_BYTES], const char *detail)
{
	static const char sql[] =
		"INSERT INTO audit_detail (audit, salt, text) VALUES (?1, ?2, ?3)";
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(statement, 1, seq);
	bind_bytes(statement, 2, salt, SALT_BYTES);
	bind_text(statement, 3, detail);
	return statement_run(statement);
}

static void note_appended(struct appended *appended, const struct head *before,
			  const struct audit_entry *entry)
{
	if (!appended->any)
		appended->before = *before;
	appended->any = true;
	appended->last.count = entry->seq;
	memcpy(appended->last.hash, entry->hash, HASH_BYTES);
	memcpy(appended->last.signature, entry->signature, SIGNATURE_BYTES);
}

static enum registry_status append(struct registry *registry, struct audit_entry *entry,
				   const char *detail)
{
	char text[AUDIT_TEXT_MAX + 1], salt[SALT_BYTES + 1];
	struct head tail;
	enum store_status status = read_tail(registry, &tail);
	if (status != STORE_OK)
		return registry_says(registry, status);
	random_text(salt, SALT_BYTES);
	entry->seq = tail.count + 1;
	memcpy(entry->previous, tail.hash, HASH_BYTES);
	if (detail != NULL)
		audit_bind(entry->bound, (const uint8_t *)salt, detail);
	if (!audit_text(text, entry))
		return registry_faults(registry, REGISTRY_CONSTRAINT,
				       "not fit for the audit chain");
	hash_of(entry->hash, text, strlen(text), NULL, 0);
	vault_sign(registry->vault, entry->signature, entry->hash);
	status = insert_entry(registry->store, entry);
	if (status == STORE_OK && detail != NULL)
		status = insert_detail(registry->store, entry->seq, (const uint8_t *)salt, detail);
	if (status == STORE_OK)
		note_appended(&registry->audited, &tail, entry);
	return registry_says(registry, status);
}

enum registry_status audit_append(struct registry *registry, int64_t *seq,
				  const struct audit_act *act, int64_t now)
{
	char actor[ACTOR_NAME_MAX + 1], unit[64], detail[AUDIT_DETAIL_MAX + 1];
	uint8_t subject[PSEUDONYM_BYTES];
	log_field(actor, sizeof actor, registry->actor.name);
	log_field(unit, sizeof unit, act->unit == NULL ? "" : act->unit);
	if (act->detail != NULL)
		log_field(detail, sizeof detail, act->detail);
	if (act->person != NULL)
		vault_holder(registry->vault, subject, "", act->person);
	struct audit_entry entry = { .at = now,
				     .clock = registry->actor.clock,
				     .actor = actor,
				     .act = act->act,
				     .subject = act->person == NULL ? NULL : subject,
				     .unit = unit,
				     .erased = act->erased };
	enum registry_status status = append(registry, &entry, act->detail == NULL ? NULL : detail);
	if (status == REGISTRY_OK && seq != NULL)
		*seq = entry.seq;
	explicit_bzero(detail, sizeof detail);
	return status;
}

/* --- FILE.audit --- */

/* Does the chain's entry at the head's count have the head's hash? */
static bool follows(void *context, const struct head *old)
{
	static const char sql[] = "SELECT hash FROM audit WHERE seq = ?1";
	struct registry *registry = context;
	uint8_t genesis[HASH_BYTES];
	struct statement *row;
	size_t length;
	bool found = false;
	if (old->count == 0) {
		audit_genesis(registry, genesis);
		return memcmp(genesis, old->hash, HASH_BYTES) == 0;
	}
	if (store_statement(registry->store, &row, sql) != STORE_OK)
		return false;
	bind_integer(row, 1, old->count);
	if (statement_step(row) == STORE_ROW) {
		const void *hash = column_bytes(row, 0, &length);
		found = length == HASH_BYTES && memcmp(hash, old->hash, HASH_BYTES) == 0;
	}
	statement_reset(row);
	return found;
}

void audit_publish_head(struct registry *registry)
{
	struct appended *audited = &registry->audited;
	if (!audited->any)
		return;
	audited->any = false;
	head_write(registry->audit_path, &audited->last, audited->before.count == 0, follows,
		   registry);
}
