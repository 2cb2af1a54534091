#include "db/unit_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/numbering.h"
#include "db/registry_inside.h"

#define MERGERS_MAX 16 /* of one unit after another; a circle ends there */

/* --- which unit a name means --- */

/* Its row of the day: the last that has begun, else the first to come.  *merged_into is empty
 * where it still is at work. */
static enum registry_status row_of(struct registry *registry, struct unit_found *out,
				   char merged_into[static UNIT_CODE_SIZE], const char *name,
				   int32_t day)
{
	static const char sql[] =
		"SELECT code, name, iif(until_day < ?2, merged_into, '') FROM unit"
		" WHERE code = ?1 OR region = ?1 ORDER BY code <> ?1, code,"
		" iif(from_day > ?2, from_day, NULL), from_day DESC LIMIT 1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, name);
		bind_integer(row, 2, day);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return status == STORE_OK ? REGISTRY_NOT_FOUND : registry_says(registry, status);
	snprintf(out->code, sizeof out->code, "%s", column_text(row, 0));
	snprintf(out->name, sizeof out->name, "%s", column_text(row, 1));
	snprintf(merged_into, UNIT_CODE_SIZE, "%s", column_text(row, 2));
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status unit_find(struct registry *registry, struct unit_found *out, const char *name,
			       int32_t day)
{
	char next[UNIT_CODE_SIZE] = "";
	struct unit_found found;
	enum registry_status status = row_of(registry, &found, next, name, day);
	if (status == REGISTRY_OK)
		*out = found;
	for (int i = 0; status == REGISTRY_OK && next[0] != '\0' && i < MERGERS_MAX; i++) {
		char successor[UNIT_CODE_SIZE];
		memcpy(successor, next, sizeof successor);
		status = row_of(registry, &found, next, successor, day);
		if (status == REGISTRY_NOT_FOUND)
			return REGISTRY_OK; /* into one that is not known: it remains itself */
		if (status == REGISTRY_OK)
			*out = found;
	}
	return status;
}

enum registry_status unit_top(struct registry *registry, struct unit_found *out, int32_t day)
{
	/* Of the first two, each with its tier's rank and the next one's. */
	static const char sql[] =
		"WITH top (code, name, rank) AS (SELECT code, name,"
		" instr('province city county town village firm', tier) FROM unit"
		" WHERE parent = '' AND from_day <= ?1 AND coalesce(until_day >= ?1, 1))"
		" SELECT code, name, rank = lead(rank) OVER (ORDER BY rank, code) FROM top"
		" ORDER BY rank, code LIMIT 1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_integer(row, 1, day);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return status == STORE_OK ? REGISTRY_NOT_FOUND : registry_says(registry, status);
	bool is_only = column_integer(row, 2) == 0;
	if (is_only) {
		snprintf(out->code, sizeof out->code, "%s", column_text(row, 0));
		snprintf(out->name, sizeof out->name, "%s", column_text(row, 1));
	}
	statement_reset(row);
	return is_only ? REGISTRY_OK : REGISTRY_NOT_FOUND;
}

/* --- what lies below one --- */

struct unit_range {
	struct numbering names; /* codes and regions, filled with zeros */
};

static void key_of(char out[static UNIT_CODE_SIZE], const char *name)
{
	memset(out, 0, UNIT_CODE_SIZE);
	memccpy(out, name, '\0', UNIT_CODE_SIZE - 1);
}

static enum store_status read_names(struct registry *registry, struct numbering *names,
				    const char *code, bool *no_memory)
{
	static const char sql[] =
		"WITH RECURSIVE below (code, region) AS ("
		" SELECT code, region FROM unit WHERE code = ?1"
		" UNION SELECT u.code, u.region FROM below b JOIN unit u"
		" ON u.parent IN (b.code, b.region) OR u.merged_into IN (b.code, b.region))"
		" SELECT code FROM below UNION SELECT region FROM below";
	char key[UNIT_CODE_SIZE];
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_text(row, 1, code);
	while (!*no_memory && (status = statement_step(row)) == STORE_ROW) {
		key_of(key, column_text(row, 0));
		*no_memory = numbering_of(names, key) == NUMBERING_NONE;
	}
	if (*no_memory)
		statement_reset(row);
	return *no_memory ? STORE_OK : status;
}

enum registry_status unit_range_read(struct unit_range **out, struct registry *registry,
				     const char *code)
{
	struct unit_range *range = calloc(1, sizeof *range);
	bool no_memory = range == NULL;
	enum store_status status = STORE_OK;
	if (!no_memory) {
		range->names.key_size = UNIT_CODE_SIZE;
		status = read_names(registry, &range->names, code, &no_memory);
	}
	if (status == STORE_OK && !no_memory) {
		*out = range;
		return REGISTRY_OK;
	}
	unit_range_free(range);
	return no_memory ? registry_faults(registry, REGISTRY_TROUBLE, "out of memory")
			 : registry_says(registry, status);
}

void unit_range_free(struct unit_range *range)
{
	if (range != NULL)
		numbering_clear(&range->names);
	free(range);
}

bool unit_range_has(const struct unit_range *range, const char *name)
{
	char key[UNIT_CODE_SIZE];
	if (range == NULL)
		return true;
	key_of(key, name);
	return numbering_find(&range->names, key) != NUMBERING_NONE;
}
