#include "centre/note_act.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "db/vault.h"

enum registry_status note_act(struct registry *registry, enum registry_status done,
			      const struct audit_act *act, int64_t now)
{
	enum registry_status status = done;

	if (status == REGISTRY_OK)
		status = audit_append(registry, NULL, act, now);
	if (status == REGISTRY_OK)
		return registry_commit(registry);
	registry_rollback(registry);
	return status;
}

enum registry_status note_alone(struct registry *registry, const struct audit_act *act, int64_t now)
{
	enum registry_status status = registry_begin(registry);

	return status == REGISTRY_OK ? note_act(registry, REGISTRY_OK, act, now) : status;
}

void file_hash(uint8_t out[static FILE_HASH_BYTES], const char *bytes, size_t length)
{
	static_assert(FILE_HASH_BYTES == HASH_BYTES);
	hash_of(out, bytes, length, NULL, 0);
}

struct audit_act note_import(struct import_note *words, const char *kind, int64_t rows,
			     const uint8_t hash[static FILE_HASH_BYTES])
{
	snprintf(words->act, sizeof words->act, "%s.import", kind);
	snprintf(words->detail, sizeof words->detail, "kind=%s rows=%" PRId64 " sha256=%s", kind,
		 rows, audit_hex(hash, FILE_HASH_BYTES).text);
	return (struct audit_act){ .act = words->act, .detail = words->detail };
}

struct audit_hex audit_hex(const uint8_t *bytes, size_t length)
{
	struct audit_hex hex = { "" };

	assert(length <= AUDIT_HEX_MAX);
	for (size_t i = 0; i < length; i++)
		snprintf(hex.text + 2 * i, 3, "%02x", bytes[i]);
	return hex;
}
