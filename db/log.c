#include "db/log.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/audit.h"
#include "db/log_row.h"
#include "db/registry_inside.h"

void log_public_key(const struct registry *registry, uint8_t out[static 32])
{
	vault_public_key(registry->vault, out);
}

/* --- rows --- */

const char *text_at(struct statement *row, int column, bool *whole)
{
	size_t length;
	if (column_is_null(row, column))
		return NULL;
	const char *text = column_text(row, column);
	column_bytes(row, column, &length);
	*whole = *whole && length == strlen(text);
	return text;
}

bool bytes_at(uint8_t *out, size_t length, struct statement *row, int column)
{
	size_t got;
	const void *bytes = column_bytes(row, column, &got);
	if (got != length)
		return false;
	memcpy(out, bytes, length);
	return true;
}

static int small_at(struct statement *row, int column, bool *whole)
{
	if (column_is_null(row, column))
		return -1;
	int64_t value = column_integer(row, column);
	*whole = *whole && value >= 0 && value <= 255;
	return (int)(value & 255);
}

bool log_entry_at(struct chain_entry *out, struct statement *row)
{
	bool whole = true;
	size_t holder;
	struct log_entry *shown = &out->shown;
	*shown = (struct log_entry){ .seq = column_integer(row, 0),
				     .at = column_integer(row, 1),
				     .what = text_at(row, 2, &whole),
				     .redemption = text_at(row, 3, &whole),
				     .benefit = text_at(row, 6, &whole),
				     .benefit_version = (int32_t)column_integer(row, 7),
				     .merchant = text_at(row, 8, &whole),
				     .reason = text_at(row, 9, &whole),
				     .has_payable = !column_is_null(row, 10),
				     .has_saved = !column_is_null(row, 11),
				     .payable = column_integer(row, 10),
				     .saved = column_integer(row, 11) };
	out->visit = text_at(row, 4, &whole);
	out->holder = column_bytes(row, 5, &holder);
	out->has_version = !column_is_null(row, 7);
	out->region = text_at(row, 17, &whole);
	out->assurance = small_at(row, 12, &whole);
	out->compared = small_at(row, 13, &whole);
	shown->exception = out->compared == 2;
	whole = whole && shown->what != NULL && shown->merchant != NULL && shown->reason != NULL &&
		(out->holder == NULL || holder == PSEUDONYM_BYTES) &&
		shown->benefit_version == column_integer(row, 7) &&
		bytes_at(out->previous, HASH_BYTES, row, 14) &&
		bytes_at(out->hash, HASH_BYTES, row, 15) &&
		bytes_at(out->signature, SIGNATURE_BYTES, row, 16);
	if (whole)
		chain_bind(out);
	return whole;
}

/* --- what is there --- */

struct tail {
	int64_t seq; /* 0: the log is empty */
	uint8_t hash[HASH_BYTES], signature[SIGNATURE_BYTES];
};

/* The last entry's, or the genesis. */
static enum store_status read_tail(struct registry *registry, struct tail *out)
{
	static const char sql[] = "SELECT seq, hash, signature FROM log ORDER BY seq DESC LIMIT 1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status == STORE_OK) {
		uint8_t key[PUBLIC_KEY_BYTES];
		vault_public_key(registry->vault, key);
		out->seq = 0;
		chain_genesis(out->hash, key);
		vault_sign(registry->vault, out->signature, out->hash);
	}
	if (status != STORE_ROW)
		return status;
	out->seq = column_integer(row, 0);
	bool whole = bytes_at(out->hash, HASH_BYTES, row, 1) &&
		     bytes_at(out->signature, SIGNATURE_BYTES, row, 2);
	statement_reset(row);
	return whole ? STORE_OK : STORE_DAMAGED;
}

enum registry_status log_last_instant(struct registry *registry, int64_t *out,
				      struct statement **open)
{
	/* Always one row, so that it can be held open. */
	static const char sql[] = "SELECT (SELECT at FROM log WHERE what <> 'voided'"
				  " ORDER BY seq DESC LIMIT 1)";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = column_is_null(row, 0) ? INT64_MIN : column_integer(row, 0);
	if (open != NULL)
		*open = row;
	else
		statement_reset(row);
	return REGISTRY_OK;
}

static enum registry_status find_entry(struct registry *registry, struct statement **row,
				       struct chain_entry *out)
{
	enum store_status status = statement_step(*row);
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	if (log_entry_at(out, *row))
		return REGISTRY_OK;
	statement_reset(*row);
	return registry_faults(registry, REGISTRY_DAMAGED, "an entry of the log cannot be read");
}

enum registry_status log_of_visit(struct registry *registry, struct statement **row,
				  struct chain_entry *out, const char *visit)
{
	static const char sql[] = LOG_ROW " WHERE visit = ?1";
	enum store_status status = store_statement(registry->store, row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(*row, 1, visit);
	return find_entry(registry, row, out);
}

/* --- appending --- */

void log_field(char *out, size_t room, const char *text)
{
	size_t length = strnlen(text, room - 1);
	/* Cut between characters, not within one. */
	while (length > 0 && text[length] != '\0' && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	for (size_t i = 0; i < length; i++)
		out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i];
	out[length] = '\0';
}

static void bind_optional(struct statement *statement, int parameter, bool there, int64_t value)
{
	if (there)
		bind_integer(statement, parameter, value);
	else
		bind_null(statement, parameter);
}

static enum store_status insert(struct store *store, const struct chain_entry *entry)
{
	static const char sql[] = "INSERT INTO log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
				  " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
	const struct log_entry *shown = &entry->shown;
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(statement, 1, shown->seq);
	bind_integer(statement, 2, shown->at);
	bind_text(statement, 3, shown->what);
	bind_text(statement, 4, shown->redemption);
	bind_text(statement, 5, entry->visit);
	bind_null(statement, 6);
	if (entry->holder != NULL)
		bind_bytes(statement, 6, entry->holder, PSEUDONYM_BYTES);
	bind_text(statement, 7, shown->benefit);
	bind_optional(statement, 8, entry->has_version, shown->benefit_version);
	bind_text(statement, 9, shown->merchant);
	bind_text(statement, 10, shown->reason);
	bind_optional(statement, 11, shown->has_payable, shown->payable);
	bind_optional(statement, 12, shown->has_saved, shown->saved);
	bind_optional(statement, 13, entry->assurance >= 0, entry->assurance);
	bind_optional(statement, 14, entry->compared >= 0, entry->compared);
	bind_bytes(statement, 15, entry->previous, HASH_BYTES);
	bind_bytes(statement, 16, entry->hash, HASH_BYTES);
	bind_bytes(statement, 17, entry->signature, SIGNATURE_BYTES);
	bind_text(statement, 18, entry->region);
	return statement_run(statement);
}

static void note_appended(struct appended *appended, const struct tail *before,
			  const struct chain_entry *entry)
{
	if (!appended->any) {
		appended->before.count = before->seq;
		memcpy(appended->before.hash, before->hash, HASH_BYTES);
	}
	appended->any = true;
	appended->last.count = entry->shown.seq;
	memcpy(appended->last.hash, entry->hash, HASH_BYTES);
	memcpy(appended->last.signature, entry->signature, SIGNATURE_BYTES);
}

enum registry_status log_append(struct registry *registry, struct chain_entry *entry,
				char id[static REDEMPTION_ID_MAX + 1])
{
	struct tail tail;
	enum store_status status = read_tail(registry, &tail);
	if (status != STORE_OK)
		return registry_says(registry, status);
	entry->shown.seq = tail.seq + 1;
	memcpy(entry->previous, tail.hash, HASH_BYTES);
	if (strcmp(entry->shown.what, "redeemed") == 0) {
		/* Says where it stands in the log, and cannot be guessed from its neighbours. */
		random_text(id + sprintf(id, "%" PRId64 "-", entry->shown.seq), 5);
		entry->shown.redemption = id;
	}
	chain_bind(entry);
	if (!chain_hash(entry->hash, entry))
		return registry_faults(registry, REGISTRY_CONSTRAINT, "not fit for the log");
	vault_sign(registry->vault, entry->signature, entry->hash);
	status = insert(registry->store, entry);
	if (status == STORE_OK)
		note_appended(&registry->appended, &tail, entry);
	return registry_says(registry, status);
}

/* --- FILE.head --- */

/* Does the log's entry at the head's count have the head's hash? */
static bool belongs(struct registry *registry, const struct head *head)
{
	static const char sql[] = "SELECT hash FROM log WHERE seq = ?1";
	uint8_t hash[HASH_BYTES], key[PUBLIC_KEY_BYTES];
	struct statement *row;
	bool found = head->count == 0;
	vault_public_key(registry->vault, key);
	chain_genesis(hash, key);
	if (!found && store_statement(registry->store, &row, sql) == STORE_OK) {
		bind_integer(row, 1, head->count);
		found = statement_step(row) == STORE_ROW && bytes_at(hash, HASH_BYTES, row, 0);
		statement_reset(row);
	}
	return found && memcmp(hash, head->hash, HASH_BYTES) == 0;
}

static bool follows(void *context, const struct head *old)
{
	struct registry *registry = context;
	const struct head *before = &registry->appended.before;
	if (old->count == before->count)
		return memcmp(old->hash, before->hash, HASH_BYTES) == 0;
	return belongs(registry, old);
}

void log_publish_head(struct registry *registry)
{
	struct appended *appended = &registry->appended;
	if (!appended->any)
		return;
	appended->any = false;
	head_write(registry->head_path, &appended->last, appended->before.count == 0, follows,
		   registry);
}

enum registry_status log_follow(struct registry *registry)
{
	struct tail tail;
	enum store_status status = read_tail(registry, &tail);
	if (status != STORE_OK)
		return registry_says(registry, status);
	struct head head = { .count = tail.seq };
	memcpy(head.hash, tail.hash, HASH_BYTES);
	memcpy(head.signature, tail.signature, SIGNATURE_BYTES);
	registry->appended.before.count = -1; /* nothing was appended: ask the log */
	head_write(registry->head_path, &head, tail.seq == 0, follows, registry);
	return REGISTRY_OK;
}

/* --- log.h --- */

enum registry_status log_each(struct registry *registry, int64_t last,
			      bool (*take)(void *, const struct log_entry *), void *context)
{
	static const char sql[] =
		LOG_ROW " WHERE seq > coalesce((SELECT max(seq) FROM log), 0) - ?1 ORDER BY seq";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_integer(row, 1, last > 0 ? last : INT64_MAX / 2);
	while ((status = statement_step(row)) == STORE_ROW) {
		struct chain_entry entry;
		if (!log_entry_at(&entry, row)) {
			statement_reset(row);
			return registry_faults(registry, REGISTRY_DAMAGED,
					       "an entry of the log cannot be read");
		}
		if (!take(context, &entry.shown)) {
			statement_reset(row);
			return REGISTRY_OK;
		}
	}
	return registry_says(registry, status);
}

/* The redemption of this id: its number in the log stands at its front. */
static enum registry_status find_redemption(struct registry *registry, struct statement **row,
					    struct chain_entry *out, const char *redemption)
{
	static const char sql[] =
		LOG_ROW " WHERE seq = ?1 AND what = 'redeemed' AND redemption = ?2";
	enum store_status status = store_statement(registry->store, row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_integer(*row, 1, strtoll(redemption, NULL, 10));
	bind_text(*row, 2, redemption);
	return find_entry(registry, row, out);
}

static enum registry_status append_void(struct registry *registry, const char *redemption,
					const char *reason, int64_t now)
{
	char id[REDEMPTION_ID_MAX + 1], text[CHAIN_REASON_MAX + 1];
	struct statement *row;
	struct chain_entry taken;
	enum registry_status status = find_redemption(registry, &row, &taken, redemption);
	if (status != REGISTRY_OK)
		return status;
	log_field(text, sizeof text, reason);
	struct chain_entry entry = { .shown = { .at = now,
						.what = "voided",
						.redemption = taken.shown.redemption,
						.benefit = taken.shown.benefit,
						.benefit_version = taken.shown.benefit_version,
						.merchant = taken.shown.merchant,
						.reason = text },
				     .has_version = taken.has_version,
				     .assurance = -1,
				     .compared = -1 };
	status = log_append(registry, &entry, id);
	statement_reset(row);
	/* What is broken is the index that allows one void of each redemption. */
	return status == REGISTRY_CONSTRAINT ? REGISTRY_EXISTS : status;
}

static enum registry_status put_on_audit(struct registry *registry, const char *redemption,
					 const char *reason, int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "log.void", .detail = detail };
	snprintf(detail, sizeof detail, "redemption=%s reason=%s", redemption, reason);
	return audit_append(registry, NULL, &act, now);
}

enum registry_status log_void(struct registry *registry, const char *redemption, const char *reason,
			      int64_t now)
{
	enum registry_status status = registry_begin(registry);
	if (status != REGISTRY_OK)
		return status;
	status = append_void(registry, redemption, reason, now);
	if (status == REGISTRY_OK)
		status = put_on_audit(registry, redemption, reason, now);
	if (status == REGISTRY_OK)
		return registry_commit(registry);
	registry_rollback(registry);
	return status;
}
