#include "db/photograph.h"

#include <stdlib.h>
#include <string.h>

#include "db/registry_inside.h"

static enum registry_status person_is_there(struct registry *registry, const char *person)
{
	static const char sql[] = "SELECT 1 FROM person WHERE code = ?1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, person);
		status = statement_step(row);
	}
	statement_reset(status == STORE_ROW ? row : NULL);
	return status == STORE_OK ? REGISTRY_NOT_FOUND : registry_says(registry, status);
}

static enum store_status put_sealed(struct registry *registry, const char *person,
				    const uint8_t *sealed, size_t length, int64_t now)
{
	static const char sql[] =
		"INSERT INTO photograph (person, sealed, taken_at) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed,"
		" taken_at = excluded.taken_at";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, person);
	bind_bytes(statement, 2, sealed, length);
	bind_integer(statement, 3, now);
	return statement_run(statement);
}

enum registry_status photograph_put(struct registry *registry, const char *person,
				    const uint8_t *bytes, size_t length, int64_t now)
{
	if (length == 0 || length > PHOTOGRAPH_BYTES_MAX)
		return registry_faults(registry, REGISTRY_CONSTRAINT,
				       "a photograph has 1 byte to 200 KiB");
	enum registry_status status = person_is_there(registry, person);
	if (status != REGISTRY_OK)
		return status;
	uint8_t *sealed = malloc(length + SEAL_OVERHEAD);
	if (sealed == NULL)
		return registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	size_t sealed_length =
		vault_seal_bytes(registry->vault, sealed, registry->cipher, bytes, length, person);
	status = registry_says(registry, put_sealed(registry, person, sealed, sealed_length, now));
	free(sealed);
	return status;
}

static enum registry_status unseal(struct registry *registry, uint8_t **bytes, size_t *length,
				   const uint8_t *sealed, size_t sealed_length, const char *person)
{
	if (sealed_length <= SEAL_OVERHEAD || sealed_length > PHOTOGRAPH_BYTES_MAX + SEAL_OVERHEAD)
		return registry_faults(registry, REGISTRY_DAMAGED, "a photograph's length");
	*length = sealed_length - SEAL_OVERHEAD;
	*bytes = malloc(*length);
	if (*bytes == NULL)
		return registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	if (vault_unseal_bytes(registry->vault, *bytes, *length, sealed, sealed_length, person))
		return REGISTRY_OK;
	free(*bytes);
	return registry_faults(registry, REGISTRY_DAMAGED, "the seal of a photograph is broken");
}

enum registry_status photograph_get(struct registry *registry, uint8_t **bytes, size_t *length,
				    const char *person)
{
	static const char sql[] = "SELECT sealed FROM photograph WHERE person = ?1";
	struct statement *row;
	size_t sealed_length;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, person);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return status == STORE_OK ? REGISTRY_NOT_FOUND : registry_says(registry, status);
	const uint8_t *sealed = column_bytes(row, 0, &sealed_length);
	enum registry_status said = unseal(registry, bytes, length, sealed, sealed_length, person);
	statement_reset(row);
	return said;
}
