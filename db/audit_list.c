#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/audit_row.h"
#include "db/canonical.h"

/* --- showing --- */

/* ?1 since, ?2 before, ?3 actor, ?4 how many of the last; of those the oldest first. */
#define WITHIN " a.at >= ?1 AND a.at < ?2 AND (?3 IS NULL OR a.actor = ?3)"
#define LAST   " ORDER BY a.seq DESC LIMIT ?4"
#define SHOWN  "SELECT * FROM (" AUDIT_ROW " WHERE"

static const char all_sql[] = SHOWN WITHIN LAST ") ORDER BY 1";
static const char person_sql[] = SHOWN " a.subject = ?5 AND" WITHIN LAST ") ORDER BY 1";

static enum store_status select_entries(struct registry *registry, struct statement **row,
					const struct audit_filter *filter)
{
	uint8_t subject[PSEUDONYM_BYTES];
	enum store_status status = store_statement(registry->store, row,
						   filter->person == NULL ? all_sql : person_sql);
	if (status != STORE_OK)
		return status;
	bind_integer(*row, 1, filter->since);
	bind_integer(*row, 2, filter->before);
	bind_text(*row, 3, filter->actor);
	bind_integer(*row, 4, filter->last > 0 ? filter->last : -1);
	if (filter->person != NULL) {
		vault_holder(registry->vault, subject, "", filter->person);
		bind_bytes(*row, 5, subject, sizeof subject);
	}
	return STORE_OK;
}

static struct audit_row row_at(struct statement *row)
{
	struct audit_entry entry;
	const char *detail;
	/* What was tampered with is shown as it stands: audit_verify says so. */
	(void)audit_entry_at(&entry, row);
	enum audit_detail_state state = audit_detail_at(&detail, &entry, row);
	return (struct audit_row){ .seq = entry.seq,
				   .at = entry.at,
				   .clock = entry.clock,
				   .erased = entry.erased,
				   .actor = entry.actor == NULL ? "" : entry.actor,
				   .act = entry.act == NULL ? "" : entry.act,
				   .unit = entry.unit == NULL ? "" : entry.unit,
				   .about_somebody = entry.subject != NULL,
				   .detail = detail,
				   .detail_gone = state == AUDIT_DETAIL_GONE };
}

enum registry_status audit_each(struct registry *registry, const struct audit_filter *filter,
				bool (*take)(void *, const struct audit_row *), void *context)
{
	struct statement *row = NULL;
	enum store_status status = select_entries(registry, &row, filter);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		struct audit_row shown = row_at(row);
		status = STORE_OK;
		if (!take(context, &shown)) {
			statement_reset(row);
			break;
		}
	}
	return registry_says(registry, status);
}

/* --- exporting --- */

/* Leaves the entry's hash in *previous, for the next. */
static bool export_entry(struct statement *row, uint8_t previous[static HASH_BYTES],
			 bool (*line)(void *, const char *), void *context)
{
	char text[AUDIT_TEXT_MAX + 1 + 2 * (HASH_BYTES + SIGNATURE_BYTES) + 3];
	struct audit_entry entry;
	bool whole = audit_entry_at(&entry, row);
	memcpy(entry.previous, previous, HASH_BYTES);
	if (!whole || !audit_text(text, &entry)) {
		snprintf(text, sizeof text, "unreadable\t%" PRId64, entry.seq);
		return line(context, text);
	}
	memcpy(previous, entry.hash, HASH_BYTES);
	char *at = text + strlen(text);
	*at++ = '\t';
	hex_print(at, entry.hash, HASH_BYTES);
	at += 2 * HASH_BYTES;
	*at++ = '\t';
	hex_print(at, entry.signature, SIGNATURE_BYTES);
	return line(context, text);
}

enum registry_status audit_export(struct registry *registry, bool (*line)(void *, const char *),
				  void *context)
{
	static const char sql[] = AUDIT_ROW " ORDER BY a.seq";
	char text[32 + 2 * PUBLIC_KEY_BYTES] = "youdai-audit-1\tkey\t";
	uint8_t key[PUBLIC_KEY_BYTES], previous[HASH_BYTES];
	struct statement *row;
	log_public_key(registry, key);
	audit_genesis(registry, previous);
	hex_print(text + strlen(text), key, sizeof key);
	enum store_status status = store_statement(registry->store, &row, sql);
	bool more = line(context, text);
	while (more && status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		more = export_entry(row, previous, line, context);
		status = STORE_OK;
	}
	if (!more)
		statement_reset(row);
	return registry_says(registry, status);
}
