#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/canonical.h"
#include "db/chain_walk.h"
#include "db/log_row.h"
#include "db/registry_inside.h"

static void found(struct log_report *report, enum log_fault fault, int64_t seq, const char *why)
{
	report->fault = fault;
	report->seq = seq;
	snprintf(report->why, sizeof report->why, "Entry %" PRId64 " %s.", seq, why);
}

/* Signed as it stands, on its own. */
static bool is_sound(const struct chain_walk *walk, const struct chain_entry *entry)
{
	char text[CHAIN_TEXT_MAX + 1];
	return chain_text(text, entry) &&
	       chain_walk_is_sound(walk, text, entry->hash, entry->signature);
}

/* An entry of ours that does not follow the one before it; not one whose link alone was changed. */
static bool is_from_elsewhere(const struct chain_walk *walk, struct chain_entry *entry)
{
	memcpy(entry->previous, walk->last, HASH_BYTES);
	return signature_is_good(walk->public_key, entry->signature, entry->hash) &&
	       !is_sound(walk, entry);
}

/* False at the first fault. */
static bool walk_entry(struct chain_walk *walk, struct log_report *report, struct statement *row)
{
	struct chain_entry entry;
	int64_t expected = walk->count + 1;
	bool whole = log_entry_at(&entry, row);
	if (entry.shown.seq > expected) {
		found(report, LOG_REMOVED, expected, "is missing");
		return false;
	}
	if (entry.shown.seq < expected) { /* before the first */
		found(report, LOG_REORDERED, entry.shown.seq, "does not belong to the log");
		return false;
	}
	bool linked = whole && memcmp(entry.previous, walk->last, HASH_BYTES) == 0;
	if (!linked && whole && is_from_elsewhere(walk, &entry)) {
		found(report, LOG_REORDERED, expected,
		      "is not the one that followed the entry before it");
		return false;
	}
	if (!linked || !is_sound(walk, &entry)) {
		found(report, LOG_CHANGED, expected, "was changed");
		return false;
	}
	chain_walk_on(walk, entry.hash);
	return true;
}

static void judge_head(const struct chain_walk *walk, struct log_report *report)
{
	static const enum log_fault faults[] = {
		[HEAD_FITS] = LOG_INTACT, [HEAD_KNOWS_MORE] = LOG_CUT, [HEAD_WRONG] = LOG_HEAD_WRONG
	};
	struct head_finding head = chain_walk_end(walk, "log", "FILE.head");
	report->fault = faults[head.fault];
	report->seq = head.fault == HEAD_FITS ? 0 : head.seq;
	snprintf(report->why, sizeof report->why, "%s", head.why);
}

static enum store_status walk_all(struct registry *registry, struct chain_walk *walk,
				  struct log_report *report)
{
	static const char sql[] = LOG_ROW " ORDER BY seq";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	while ((status = statement_step(row)) == STORE_ROW)
		if (!walk_entry(walk, report, row)) {
			statement_reset(row);
			return STORE_OK;
		}
	return status;
}

enum registry_status log_verify(struct registry *registry, struct log_report *out)
{
	uint8_t key[PUBLIC_KEY_BYTES], genesis[HASH_BYTES];
	*out = (struct log_report){ .fault = LOG_INTACT };
	log_public_key(registry, key);
	chain_genesis(genesis, key);
	struct chain_walk walk = chain_walk_begin(key, genesis, registry->head_path);
	enum store_status status = walk_all(registry, &walk, out);
	out->count = walk.count;
	if (status != STORE_OK)
		return registry_says(registry, status);
	if (out->fault == LOG_INTACT)
		judge_head(&walk, out);
	if (out->fault == LOG_INTACT)
		snprintf(out->why, sizeof out->why, "The log is intact: %" PRId64 " entries.",
			 out->count);
	return REGISTRY_OK;
}

static bool export_entry(struct statement *row, bool (*line)(void *, const char *), void *context)
{
	char text[CHAIN_TEXT_MAX + 1 + 2 * (HASH_BYTES + SIGNATURE_BYTES) + 3];
	struct chain_entry entry;
	if (!log_entry_at(&entry, row) || !chain_text(text, &entry)) {
		snprintf(text, sizeof text, "unreadable\t%" PRId64, entry.shown.seq);
		return line(context, text);
	}
	char *at = text + strlen(text);
	*at++ = '\t';
	hex_print(at, entry.hash, HASH_BYTES);
	at += 2 * HASH_BYTES;
	*at++ = '\t';
	hex_print(at, entry.signature, SIGNATURE_BYTES);
	return line(context, text);
}

enum registry_status log_export(struct registry *registry, bool (*line)(void *, const char *),
				void *context)
{
	static const char sql[] = LOG_ROW " ORDER BY seq";
	char text[32 + 2 * PUBLIC_KEY_BYTES] = "youdai-log-1\tkey\t";
	uint8_t key[PUBLIC_KEY_BYTES];
	struct statement *row;
	log_public_key(registry, key);
	hex_print(text + strlen(text), key, sizeof key);
	enum store_status status = store_statement(registry->store, &row, sql);
	bool more = line(context, text);
	while (more && status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		more = export_entry(row, line, context);
		status = STORE_OK;
	}
	if (!more)
		statement_reset(row);
	return registry_says(registry, status);
}
