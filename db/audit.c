#include "db/audit.h"

#include <stdio.h>
#include <string.h>

#include "db/audit_row.h"
#include "db/canonical.h"

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

/* --- rows --- */

bool audit_entry_at(struct audit_entry *out, struct statement *row)
{
	bool whole = true;
	size_t subject;
	*out = (struct audit_entry){ .seq = column_integer(row, 0),
				     .at = column_integer(row, 1),
				     .clock = column_integer(row, 2),
				     .actor = text_at(row, 3, &whole),
				     .act = text_at(row, 4, &whole),
				     .unit = text_at(row, 6, &whole),
				     .erased = column_integer(row, 7) };
	out->subject = column_bytes(row, 5, &subject);
	return whole && out->actor != NULL && out->act != NULL && out->unit != NULL &&
	       (out->subject == NULL || subject == PSEUDONYM_BYTES) &&
	       bytes_at(out->bound, HASH_BYTES, row, 8) &&
	       bytes_at(out->hash, HASH_BYTES, row, 9) &&
	       bytes_at(out->signature, SIGNATURE_BYTES, row, 10);
}

enum audit_detail_state audit_detail_at(const char **text, const struct audit_entry *entry,
					struct statement *row)
{
	static const uint8_t none[HASH_BYTES];
	uint8_t salt[SALT_BYTES], due[HASH_BYTES];
	size_t length;
	*text = NULL;
	if (column_is_null(row, 11))
		return memcmp(entry->bound, none, HASH_BYTES) == 0 ? AUDIT_DETAIL_NONE
								   : AUDIT_DETAIL_GONE;
	*text = column_text(row, 12);
	column_bytes(row, 12, &length);
	if (!bytes_at(salt, sizeof salt, row, 11))
		return AUDIT_DETAIL_BAD;
	hash_of(due, salt, sizeof salt, *text, length);
	return memcmp(due, entry->bound, HASH_BYTES) == 0 ? AUDIT_DETAIL_GOOD : AUDIT_DETAIL_BAD;
}

/* --- the last entry --- */

/* Of an empty chain the genesis, signed. */
static enum store_status read_tail(struct registry *registry, struct head *out)
{
	static const char sql[] =
		"SELECT seq, hash, signature FROM audit ORDER BY seq DESC LIMIT 1";
	struct statement *row;
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
	bool whole = bytes_at(out->hash, HASH_BYTES, row, 1) &&
		     bytes_at(out->signature, SIGNATURE_BYTES, row, 2);
	statement_reset(row);
	return whole ? STORE_OK : STORE_DAMAGED;
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
		hash_of(entry->bound, salt, SALT_BYTES, detail, strlen(detail));
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
	uint8_t hash[HASH_BYTES];
	struct statement *row;
	bool found = old->count == 0;
	audit_genesis(registry, hash);
	if (!found && store_statement(registry->store, &row, sql) == STORE_OK) {
		bind_integer(row, 1, old->count);
		found = statement_step(row) == STORE_ROW && bytes_at(hash, HASH_BYTES, row, 0);
		statement_reset(row);
	}
	return found && memcmp(hash, old->hash, HASH_BYTES) == 0;
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

enum registry_status audit_follow(struct registry *registry)
{
	struct head tail;
	enum store_status status = read_tail(registry, &tail);
	if (status == STORE_OK)
		head_write(registry->audit_path, &tail, tail.count == 0, follows, registry);
	return registry_says(registry, status);
}
