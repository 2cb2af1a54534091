#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/audit_row.h"
#include "db/audit_words.h"
#include "db/chain_walk.h"
#include "db/life.h"
#include "db/plaque.h"

/* Steps on record, in the order of the entries that they name. */
struct way {
	const struct way_kind *kind;
	struct statement *row;
	bool there;    /* there is a row at hand */
	int64_t audit; /* the entry that it names */
};

struct verification {
	struct registry *registry;
	struct chain_walk chain;
	struct audit_report *report;
	struct way ways[2];
	int64_t gone, first_gone; /* details that are not there */
	int64_t erased;           /* those that acts deleted */
};

static void found(struct verification *v, enum audit_fault fault, int64_t seq, const char *why)
{
	v->report->fault = fault;
	v->report->seq = seq;
	snprintf(v->report->why, sizeof v->report->why, "Entry %" PRId64 "%s.", seq, why);
}

/* --- steps and their entries --- */

/* What a row of each kind is, and which acts of the chain have one. */
struct way_kind {
	/* Columns: entry, recorded at, actor, whether it is out of order, and then its own. */
	const char *sql;
	bool (*words)(struct audit_words *out, struct statement *row);
	bool (*has_row)(const char *act);
	const char *changed, *deleted; /* behind "Entry 5" */
};

static const char events_sql[] =
	"SELECT audit, recorded_at, actor,"
	" seq <> row_number() OVER (PARTITION BY certificate ORDER BY audit),"
	" certificate, act, at, until, cause, reason FROM event ORDER BY audit";

static bool event_words(struct audit_words *out, struct statement *row)
{
	bool whole = true;
	const char *certificate = text_at(row, 4, &whole), *act = text_at(row, 5, &whole);
	const char *cause = text_at(row, 8, &whole), *reason = text_at(row, 9, &whole);
	int64_t until = column_is_null(row, 7) ? LIFE_NEVER : column_integer(row, 7);
	/* A cause is one word: a blank in it would pass for a part of the text beside it. */
	if (!whole || certificate == NULL || act == NULL || cause == NULL || reason == NULL ||
	    strchr(cause, ' ') != NULL)
		return false;
	audit_words_of_life(out, certificate, act, column_integer(row, 6), until, cause, reason);
	return true;
}

static bool event_has_row(const char *act)
{
	static const char prefix[] = "certificate.";
	enum life_act found;
	return strncmp(act, prefix, strlen(prefix)) == 0 &&
	       life_act_from_name(&found, act + strlen(prefix));
}

static const char plaques_sql[] = "SELECT audit, recorded_at, actor,"
				  " seq <> row_number() OVER (PARTITION BY plaque ORDER BY audit),"
				  " plaque, state, day, reason FROM plaque_event ORDER BY audit";

static bool plaque_words(struct audit_words *out, struct statement *row)
{
	bool whole = true;
	const char *plaque = text_at(row, 4, &whole), *state = text_at(row, 5, &whole);
	const char *reason = text_at(row, 7, &whole);
	int64_t day = column_integer(row, 6);
	if (!whole || plaque == NULL || state == NULL || reason == NULL || day != (int32_t)day)
		return false;
	audit_words_of_plaque(out, plaque, state, (int32_t)day, reason);
	return true;
}

static bool plaque_has_row(const char *act)
{
	static const char prefix[] = "plaque.";
	enum plaque_state found;
	return strncmp(act, prefix, strlen(prefix)) == 0 &&
	       plaque_state_from_name(&found, act + strlen(prefix));
}

static const struct way_kind kinds[] = {
	{ .sql = events_sql,
	  .words = event_words,
	  .has_row = event_has_row,
	  .changed = ": a step of a certificate's life is not what it says",
	  .deleted = ": its step of a certificate's life is missing" },
	{ .sql = plaques_sql,
	  .words = plaque_words,
	  .has_row = plaque_has_row,
	  .changed = ": a state of a plaque is not what it says",
	  .deleted = ": its state of a plaque is missing" },
};

static enum store_status next_step(struct way *way)
{
	enum store_status status = statement_step(way->row);
	way->there = status == STORE_ROW;
	if (way->there)
		way->audit = column_integer(way->row, 0);
	return way->there ? STORE_OK : status;
}

/* Does the row say what the entry says?  Of a detail that is gone only its act is known. */
static bool agrees(const struct way *way, const struct audit_entry *entry, const char *detail)
{
	struct audit_words words;
	char due[AUDIT_DETAIL_MAX + 1];
	bool whole = true;
	const char *actor = text_at(way->row, 2, &whole);
	if (!whole || actor == NULL || column_integer(way->row, 3) != 0 ||
	    !way->kind->words(&words, way->row))
		return false;
	log_field(due, sizeof due, words.detail);
	return strcmp(actor, entry->actor) == 0 && column_integer(way->row, 1) == entry->at &&
	       strcmp(words.act, entry->act) == 0 && (detail == NULL || strcmp(due, detail) == 0);
}

/* One entry and the row of this kind that names it, where one must; false at a fault. */
static bool match(struct verification *v, struct way *way, enum store_status *status,
		  const struct audit_entry *entry, const char *detail)
{
	bool named = way->there && way->audit <= entry->seq;
	if (named && (way->audit < entry->seq || !agrees(way, entry, detail)))
		found(v, AUDIT_STEP_CHANGED, way->audit, way->kind->changed);
	else if (!named && detail != NULL && way->kind->has_row(entry->act))
		found(v, AUDIT_STEP_DELETED, entry->seq, way->kind->deleted);
	if (named)
		*status = next_step(way);
	return v->report->fault == AUDIT_INTACT && *status == STORE_OK;
}

/* --- entries --- */

static bool judge_detail(struct verification *v, const char **detail,
			 const struct audit_entry *entry, struct statement *row)
{
	enum audit_detail_state state = audit_detail_at(detail, entry, row);
	if (state == AUDIT_DETAIL_BAD) {
		found(v, AUDIT_DETAIL_CHANGED, entry->seq, ": its detail was changed");
		return false;
	}
	if (state == AUDIT_DETAIL_GONE && v->gone++ == 0)
		v->first_gone = entry->seq;
	return true;
}

static bool judge_entry(struct verification *v, struct audit_entry *entry, struct statement *row)
{
	char text[AUDIT_TEXT_MAX + 1];
	int64_t expected = v->chain.count + 1;
	bool whole = audit_entry_at(entry, row);
	memcpy(entry->previous, v->chain.last, HASH_BYTES);
	if (entry->seq > expected) {
		found(v, AUDIT_REMOVED, expected, " is missing");
	} else if (entry->seq < expected) { /* before the first */
		found(v, AUDIT_CHANGED, entry->seq, " does not belong to the chain");
	} else if (!whole || !audit_text(text, entry) ||
		   !chain_walk_is_sound(&v->chain, text, entry->hash, entry->signature)) {
		found(v, AUDIT_CHANGED, expected,
		      " was changed, or is not the one that followed the entry before it");
	} else {
		chain_walk_on(&v->chain, entry->hash);
		v->erased += entry->erased;
		return true;
	}
	return false;
}

/* False at the first fault. */
static bool walk_entry(struct verification *v, enum store_status *status, struct statement *row)
{
	struct audit_entry entry;
	const char *detail;
	return judge_entry(v, &entry, row) && judge_detail(v, &detail, &entry, row) &&
	       match(v, &v->ways[0], status, &entry, detail) &&
	       match(v, &v->ways[1], status, &entry, detail);
}

static enum store_status walk_all(struct verification *v)
{
	static const char sql[] = AUDIT_ROW " ORDER BY a.seq";
	struct statement *row;
	enum store_status status = store_statement(v->registry->store, &row, sql);
	for (size_t i = 0; status == STORE_OK && i < 2; i++) {
		struct way *way = &v->ways[i];
		way->kind = &kinds[i];
		status = store_statement(v->registry->store, &way->row, kinds[i].sql);
		if (status == STORE_OK)
			status = next_step(way);
	}
	if (status != STORE_OK)
		return status;
	while ((status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		if (!walk_entry(v, &status, row))
			break;
	}
	statement_reset(row);
	return status;
}

/* --- the end --- */

static void judge_head(struct verification *v)
{
	struct head_finding head = chain_walk_end(&v->chain, "audit chain", "FILE.audit");
	if (head.fault == HEAD_FITS)
		return;
	v->report->fault = head.fault == HEAD_KNOWS_MORE ? AUDIT_CUT : AUDIT_HEAD_WRONG;
	v->report->seq = head.seq;
	snprintf(v->report->why, sizeof v->report->why, "%s", head.why);
}

static void judge_what_is_left(struct verification *v)
{
	for (size_t i = 0; i < 2 && v->report->fault == AUDIT_INTACT; i++)
		if (v->ways[i].there)
			found(v, AUDIT_STEP_CHANGED, v->ways[i].audit, v->ways[i].kind->changed);
	if (v->report->fault != AUDIT_INTACT || v->gone == v->erased)
		return;
	v->report->fault = AUDIT_DETAIL_DELETED;
	v->report->seq = v->first_gone;
	snprintf(v->report->why, sizeof v->report->why,
		 "Details were deleted without an act: %" PRId64 " are missing, from entry %" PRId64
		 " on, and %" PRId64 " were deleted by acts on record.",
		 v->gone, v->first_gone, v->erased);
}

static enum store_status verify(struct verification *v)
{
	enum store_status status = walk_all(v);
	v->report->count = v->chain.count;
	if (status == STORE_OK && v->report->fault == AUDIT_INTACT)
		judge_head(v);
	if (status == STORE_OK)
		judge_what_is_left(v);
	for (size_t i = 0; i < 2; i++)
		statement_reset(v->ways[i].row);
	if (v->report->fault == AUDIT_INTACT)
		snprintf(v->report->why, sizeof v->report->why,
			 "The audit chain is intact: %" PRId64 " entries.", v->chain.count);
	return status;
}

enum registry_status audit_verify(struct registry *registry, struct audit_report *out)
{
	struct verification v = { .registry = registry, .report = out };
	uint8_t key[PUBLIC_KEY_BYTES], genesis[HASH_BYTES];
	bool nested = store_in_transaction(registry->store);
	*out = (struct audit_report){ .fault = AUDIT_INTACT };
	log_public_key(registry, key);
	audit_genesis(registry, genesis);
	v.chain = chain_walk_begin(key, genesis, registry->audit_path);
	/* Entries and steps as they stood at one moment. */
	enum store_status status = nested ? STORE_OK : store_begin_read(registry->store);
	if (status == STORE_OK)
		status = verify(&v);
	enum registry_status said = registry_says(registry, status);
	if (!nested)
		store_rollback(registry->store); /* it only read */
	return said;
}
