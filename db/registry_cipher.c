/*
 * Which cipher names and photographs are sealed with, and sealing anew what was sealed otherwise.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "db/registry_inside.h"

enum store_status cipher_read(struct registry *registry)
{
	static const char sql[] = "SELECT cipher FROM registry";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return status == STORE_OK ? STORE_DAMAGED : status;
	registry->cipher = column_integer(row, 0) == SEAL_SM4_GCM ? SEAL_SM4_GCM : SEAL_AES_256_GCM;
	statement_reset(row);
	return STORE_OK;
}

enum registry_status registry_set_cipher(struct registry *registry, enum seal_cipher cipher)
{
	static const char sql[] = "UPDATE registry SET cipher = ?1, generation = generation + 1"
				  " WHERE cipher <> ?1";
	struct statement *statement;
	assert(!store_in_transaction(registry->store)); /* a rollback would not reach the struct */
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_integer(statement, 1, cipher);
		status = statement_run(statement);
	}
	if (status == STORE_OK)
		registry->cipher = cipher;
	return registry_says(registry, status);
}

enum seal_cipher registry_cipher(const struct registry *registry)
{
	return registry->cipher;
}

/* --- sealing anew --- */

struct reseal {
	struct registry *registry;
	struct statement *row; /* one that is sealed with another version: code, what is sealed */
	char *code;            /* of the one done last in its table; NULL: none yet */
	int64_t count;
	bool broken; /* a seal could not be opened */
	uint8_t open[SEAL_BYTES_MAX + 1], sealed[SEAL_BYTES_MAX + SEAL_OVERHEAD];
};

/* From `old` into reseal->sealed; its length, 0 where the seal is broken. */
typedef size_t renewal(struct reseal *reseal, const uint8_t *old, size_t length);

static size_t renew_name(struct reseal *reseal, const uint8_t *old, size_t length)
{
	const struct registry *registry = reseal->registry;
	char *name = (char *)reseal->open;
	if (length > HOLDER_NAME_MAX + SEAL_OVERHEAD ||
	    !vault_unseal(registry->vault, name, sizeof reseal->open, old, length, reseal->code))
		return 0;
	return vault_seal(registry->vault, reseal->sealed, registry->cipher, name, reseal->code);
}

static size_t renew_photograph(struct reseal *reseal, const uint8_t *old, size_t length)
{
	const struct registry *registry = reseal->registry;
	if (length > sizeof reseal->sealed ||
	    !vault_unseal_bytes(registry->vault, reseal->open, SEAL_BYTES_MAX, old, length,
				reseal->code))
		return 0;
	return vault_seal_bytes(registry->vault, reseal->sealed, registry->cipher, reseal->open,
				length - SEAL_OVERHEAD, reseal->code);
}

/* All that is sealed.  A kiosk's copy has persons without a name. */
static const struct sealed_column {
	const char *next, *write;
	renewal *renew;
} columns[] = {
	{ "SELECT code, name FROM person WHERE code > ?1 AND length(name) > 0"
	  " AND substr(name, 1, 1) <> ?2 ORDER BY code LIMIT 1",
	  "UPDATE person SET name = ?2 WHERE code = ?1", renew_name },
	{ "SELECT person, sealed FROM photograph WHERE person > ?1"
	  " AND substr(sealed, 1, 1) IS NOT ?2 ORDER BY person LIMIT 1",
	  "UPDATE photograph SET sealed = ?2 WHERE person = ?1", renew_photograph },
};
#define COLUMNS (sizeof columns / sizeof *columns)

/* STORE_ROW where there is one after the last; its statement stays open. */
static enum store_status find_next(struct reseal *reseal, const struct sealed_column *column)
{
	const uint8_t version = (uint8_t)reseal->registry->cipher;
	enum store_status status =
		store_statement(reseal->registry->store, &reseal->row, column->next);
	if (status != STORE_OK)
		return status;
	bind_text(reseal->row, 1, reseal->code == NULL ? "" : reseal->code);
	bind_bytes(reseal->row, 2, &version, 1);
	return statement_step(reseal->row);
}

static enum store_status write_row(struct reseal *reseal, const struct sealed_column *column,
				   size_t length)
{
	struct statement *statement;
	enum store_status status =
		store_statement(reseal->registry->store, &statement, column->write);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, reseal->code);
	bind_bytes(statement, 2, reseal->sealed, length);
	return statement_run(statement);
}

static enum store_status reseal_row(struct reseal *reseal, const struct sealed_column *column)
{
	size_t length, renewed = 0;
	const uint8_t *old = column_bytes(reseal->row, 1, &length);
	free(reseal->code);
	reseal->code = strdup(column_text(reseal->row, 0));
	if (reseal->code != NULL) {
		renewed = column->renew(reseal, old, length);
		reseal->broken = renewed == 0;
	}
	statement_reset(reseal->row);
	if (renewed == 0)
		return STORE_TROUBLE;
	enum store_status status = write_row(reseal, column, renewed);
	reseal->count += status == STORE_OK;
	return status;
}

static enum store_status reseal_column(struct reseal *reseal, const struct sealed_column *column)
{
	enum store_status status = find_next(reseal, column);
	while (status == STORE_ROW) {
		status = reseal_row(reseal, column);
		if (status == STORE_OK)
			status = find_next(reseal, column);
	}
	free(reseal->code);
	reseal->code = NULL;
	return status;
}

/* In a transaction of its own where the caller has none. */
static enum store_status reseal_all(struct reseal *reseal, bool nested)
{
	struct store *store = reseal->registry->store;
	enum store_status status = nested ? STORE_OK : store_begin_write(store);
	for (size_t i = 0; status == STORE_OK && i < COLUMNS; i++)
		status = reseal_column(reseal, &columns[i]);
	if (!nested && status == STORE_OK)
		status = store_commit(store);
	return status;
}

/* Where all is as it should be, nobody who writes is waited for. */
static enum store_status is_anything_other(struct reseal *reseal)
{
	enum store_status status = STORE_OK;
	for (size_t i = 0; status == STORE_OK && i < COLUMNS; i++)
		status = find_next(reseal, &columns[i]);
	if (status == STORE_ROW)
		statement_reset(reseal->row);
	return status;
}

enum registry_status registry_reseal(struct registry *registry, int64_t *count)
{
	bool nested = store_in_transaction(registry->store);
	struct reseal *reseal = calloc(1, sizeof *reseal);
	if (reseal == NULL)
		return registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	reseal->registry = registry;
	enum store_status status = is_anything_other(reseal);
	if (status == STORE_ROW)
		status = reseal_all(reseal, nested);
	enum registry_status said = registry_says(registry, status);
	if (!nested)
		store_rollback(registry->store); /* what failed */
	if (reseal->broken)
		said = registry_faults(registry, REGISTRY_DAMAGED,
				       "the seal of a name or a photograph is broken");
	if (said == REGISTRY_OK)
		*count = reseal->count;
	explicit_bzero(reseal, sizeof *reseal);
	free(reseal);
	return said;
}
