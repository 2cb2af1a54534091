#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/canonical.h"
#include "db/log_row.h"
#include "db/registry_inside.h"

struct walk {
	uint8_t public_key[PUBLIC_KEY_BYTES];
	struct head head;
	enum head_state head_state;
	uint8_t last[HASH_BYTES]; /* hash of the entry before */
	bool met_head;            /* the entry at the head's count has the head's hash */
	struct log_report *report;
};

static void found(struct walk *walk, enum log_fault fault, int64_t seq, const char *why)
{
	walk->report->fault = fault;
	walk->report->seq = seq;
	snprintf(walk->report->why, sizeof walk->report->why, "Entry %" PRId64 " %s.", seq, why);
}

/* Signed as it stands, on its own. */
static bool is_sound(const struct walk *walk, const struct chain_entry *entry)
{
	uint8_t hash[HASH_BYTES];
	return chain_hash(hash, entry) && memcmp(hash, entry->hash, HASH_BYTES) == 0 &&
	       signature_is_good(walk->public_key, entry->signature, hash);
}

/* An entry of ours that does not follow the one before it; not one whose link alone was changed. */
static bool is_from_elsewhere(const struct walk *walk, struct chain_entry *entry)
{
	memcpy(entry->previous, walk->last, HASH_BYTES);
	return signature_is_good(walk->public_key, entry->signature, entry->hash) &&
	       !is_sound(walk, entry);
}

/* False at the first fault. */
static bool walk_entry(struct walk *walk, struct statement *row)
{
	struct chain_entry entry;
	int64_t expected = walk->report->count + 1;
	bool whole = log_entry_at(&entry, row);
	if (entry.shown.seq > expected) {
		found(walk, LOG_REMOVED, expected, "is missing");
		return false;
	}
	if (entry.shown.seq < expected) { /* before the first */
		found(walk, LOG_REORDERED, entry.shown.seq, "does not belong to the log");
		return false;
	}
	bool linked = whole && memcmp(entry.previous, walk->last, HASH_BYTES) == 0;
	if (!linked && whole && is_from_elsewhere(walk, &entry)) {
		found(walk, LOG_REORDERED, expected,
		      "is not the one that followed the entry before it");
		return false;
	}
	if (!linked || !is_sound(walk, &entry)) {
		found(walk, LOG_CHANGED, expected, "was changed");
		return false;
	}
	memcpy(walk->last, entry.hash, HASH_BYTES);
	walk->report->count = expected;
	if (walk->head.count == expected)
		walk->met_head = memcmp(walk->head.hash, entry.hash, HASH_BYTES) == 0;
	return true;
}

static void judge_head(struct walk *walk)
{
	struct log_report *report = walk->report;
	if (walk->head_state == HEAD_MISSING && report->count == 0)
		return;
	report->seq = report->count;
	if (walk->head_state == HEAD_MISSING || walk->head_state == HEAD_BROKEN) {
		report->fault = LOG_HEAD_WRONG;
		snprintf(report->why, sizeof report->why, "The head of the log (FILE.head) is %s.",
			 walk->head_state == HEAD_MISSING ? "missing" : "broken");
	} else if (!signature_is_good(walk->public_key, walk->head.signature, walk->head.hash)) {
		report->fault = LOG_HEAD_WRONG;
		snprintf(report->why, sizeof report->why,
			 "The head of the log (FILE.head) is not signed with the log's key.");
	} else if (walk->head.count > report->count) {
		report->fault = LOG_CUT;
		report->seq = report->count + 1;
		snprintf(report->why, sizeof report->why,
			 "Entries %" PRId64 " to %" PRId64 " at the end are missing.", report->seq,
			 walk->head.count);
	} else if (!walk->met_head) {
		report->fault = LOG_HEAD_WRONG;
		report->seq = walk->head.count;
		snprintf(report->why, sizeof report->why,
			 "The head of the log (FILE.head) does not belong to entry %" PRId64 ".",
			 walk->head.count);
	}
}

static enum store_status walk_all(struct registry *registry, struct walk *walk)
{
	static const char sql[] = LOG_ROW " ORDER BY seq";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	while ((status = statement_step(row)) == STORE_ROW)
		if (!walk_entry(walk, row)) {
			statement_reset(row);
			return STORE_OK;
		}
	return status;
}

enum registry_status log_verify(struct registry *registry, struct log_report *out)
{
	struct walk walk = { .report = out };
	*out = (struct log_report){ .fault = LOG_INTACT };
	log_public_key(registry, walk.public_key);
	chain_genesis(walk.last, walk.public_key);
	/* Before the log: another process may append meanwhile, and then writes the head. */
	walk.head_state = head_read(&walk.head, registry->head_path);
	if (walk.head_state != HEAD_GOOD)
		walk.head = (struct head){ 0 };
	walk.met_head = walk.head.count == 0 && memcmp(walk.head.hash, walk.last, HASH_BYTES) == 0;
	enum store_status status = walk_all(registry, &walk);
	if (status != STORE_OK)
		return registry_says(registry, status);
	if (out->fault == LOG_INTACT)
		judge_head(&walk);
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
