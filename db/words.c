#include <stdlib.h>
#include <string.h>

#include "db/registry_inside.h"

enum registry_status word_id(struct registry *registry, int64_t *out, const char *text)
{
	static const char find[] = "SELECT id FROM word WHERE text = ?1";
	static const char make[] = "INSERT INTO word (text) VALUES (?1) RETURNING id";
	static const char *const sqls[] = { find, make };
	enum store_status status = STORE_OK;
	for (int i = 0; i < 2 && status == STORE_OK; i++) {
		struct statement *statement;
		status = store_statement(registry->store, &statement, sqls[i]);
		if (status != STORE_OK)
			break;
		bind_text(statement, 1, text);
		status = statement_step(statement);
		if (status != STORE_ROW)
			continue;
		*out = column_integer(statement, 0);
		return registry_says(registry, i == 0 ? (statement_reset(statement), STORE_OK)
						      : statement_run(statement));
	}
	return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
}

static bool make_room(struct words *words, size_t id)
{
	if (id < words->count)
		return true;
	if (id >= WORDS_MAX)
		return false;
	size_t count = 2 * id + 64;
	char **items = realloc(words->items, count * sizeof *items);
	if (items == NULL)
		return false;
	memset(items + words->count, 0, (count - words->count) * sizeof *items);
	words->items = items;
	words->count = count;
	return true;
}

static enum store_status read_word(char **out, struct store *store, int64_t id)
{
	static const char sql[] = "SELECT text FROM word WHERE id = ?1";
	struct statement *row;
	enum store_status status = store_statement(store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(row, 1, id);
	status = statement_step(row);
	if (status != STORE_ROW)
		return status == STORE_OK ? STORE_DAMAGED : status;
	*out = strdup(column_text(row, 0));
	statement_reset(row);
	return *out == NULL ? STORE_TROUBLE : STORE_OK;
}

enum registry_status word_text(struct registry *registry, const char **out, int64_t id)
{
	struct words *words = &registry->words;
	enum store_status status = STORE_OK;
	if (id < 0 || !make_room(words, (size_t)id))
		return registry_faults(registry, REGISTRY_DAMAGED, "too many words");
	if (words->items[id] == NULL)
		status = read_word(&words->items[id], registry->store, id);
	*out = words->items[id];
	return registry_says(registry, status);
}

void words_clear(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct words){ 0 };
}
