#include "db/person_keys.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ID_BYTES     18

/* --- what is hashed --- */

/* Length of the blank or dot that text begins with; 0 where there is none. */
static size_t separator(const char *text)
{
	static const char *const separators[] = {
		" ",      "\u00a0", /* no-break space */
		"\u3000",           /* ideographic space */
		"\u00b7",           /* middle dot */
		"\u2022",           /* bullet */
		"\u2027",           /* hyphenation point */
		"\u30fb",           /* katakana middle dot */
	};
	for (size_t i = 0; i < COUNT(separators); i++) {
		size_t length = strlen(separators[i]);
		if (strncmp(text, separators[i], length) == 0)
			return length;
	}
	return 0;
}

void name_without_dots(char out[static HOLDER_NAME_MAX + 1], const char *name)
{
	size_t used = 0;
	while (*name != '\0' && used < HOLDER_NAME_MAX) {
		size_t skip = separator(name);
		if (skip == 0)
			out[used++] = *name++;
		name += skip;
	}
	out[used] = '\0';
}

int64_t person_name_key(struct registry *registry, const char *name)
{
	char plain[HOLDER_NAME_MAX + 1];
	name_without_dots(plain, name);
	int64_t key = vault_name_key(registry->vault, plain);
	explicit_bzero(plain, sizeof plain);
	return key;
}

void person_id_hash(struct registry *registry, uint8_t out[static PSEUDONYM_BYTES],
		    const char *id_number)
{
	char text[ID_BYTES + 1];
	bool small_x = strlen(id_number) == ID_BYTES && id_number[ID_BYTES - 1] == 'x';
	snprintf(text, sizeof text, "%.17sX", id_number);
	vault_id_number(registry->vault, out, small_x ? text : id_number);
	explicit_bzero(text, sizeof text);
}

int64_t person_id_key(const uint8_t hash[static PSEUDONYM_BYTES])
{
	int64_t key;
	memcpy(&key, hash, sizeof key);
	return key;
}

/* --- keys of a row --- */

struct keys {
	bool has_row, has_name, has_id; /* has_name is false where the name's seal is broken */
	int64_t name, id;
};

static void take_keys(struct registry *registry, struct keys *out, struct statement *row,
		      const char *person)
{
	char name[HOLDER_NAME_MAX + 1];
	size_t length;
	*out = (struct keys){ .has_row = true };
	out->has_name = unseal_name(registry, name, row, 0, person);
	if (out->has_name)
		out->name = person_name_key(registry, name);
	explicit_bzero(name, sizeof name);
	const uint8_t *hash = column_bytes(row, 1, &length);
	out->has_id = length == PSEUDONYM_BYTES;
	if (out->has_id)
		out->id = person_id_key(hash);
}

static enum store_status read_keys(struct registry *registry, struct keys *out, const char *person)
{
	static const char sql[] = "SELECT name, id_number FROM person WHERE code = ?1";
	struct statement *row;
	*out = (struct keys){ .has_row = false };
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_text(row, 1, person);
	status = statement_step(row);
	if (status != STORE_ROW)
		return status;
	take_keys(registry, out, row, person);
	statement_reset(row);
	return STORE_OK;
}

/* --- their rows --- */

static enum store_status change(struct registry *registry, const char *sql, int64_t key,
				const char *person)
{
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_integer(statement, 1, key);
	bind_text(statement, 2, person);
	return statement_run(statement);
}

static enum store_status add_name(struct registry *registry, int64_t key, const char *person)
{
	static const char sql[] = "INSERT INTO name_key (key, person) VALUES (?1, ?2)"
				  " ON CONFLICT DO NOTHING";
	return change(registry, sql, key, person);
}

static enum store_status add_id(struct registry *registry, int64_t key, const char *person)
{
	static const char sql[] = "INSERT INTO id_key (key, person) VALUES (?1, ?2)"
				  " ON CONFLICT DO NOTHING";
	return change(registry, sql, key, person);
}

static enum store_status drop_name(struct registry *registry, const struct keys *keys,
				   const char *person)
{
	static const char sql[] = "DELETE FROM name_key WHERE key = ?1 AND person = ?2";
	/* Of a name that cannot be read the key is not known: the long way. */
	static const char any[] = "DELETE FROM name_key WHERE ?1 = 0 AND person = ?2";
	return change(registry, keys->has_name ? sql : any, keys->has_name ? keys->name : 0,
		      person);
}

static enum store_status drop_id(struct registry *registry, int64_t key, const char *person)
{
	static const char sql[] = "DELETE FROM id_key WHERE key = ?1 AND person = ?2";
	return change(registry, sql, key, person);
}

/* --- following a person --- */

static enum registry_status check_id(struct registry *registry, const char *person,
				     const uint8_t hash[static PSEUDONYM_BYTES])
{
	static const char sql[] = "SELECT 1 FROM id_key k JOIN person p ON p.code = k.person"
				  " WHERE k.key = ?1 AND p.id_number = ?2 AND p.code <> ?3";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_integer(row, 1, person_id_key(hash));
		bind_bytes(row, 2, hash, PSEUDONYM_BYTES);
		bind_text(row, 3, person);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return registry_says(registry, status);
	statement_reset(row);
	return registry_faults(registry, REGISTRY_CONSTRAINT,
			       "person.id_number is another person's");
}

static enum store_status put_name(struct registry *registry, const struct keys *old,
				  const struct person *person)
{
	int64_t key = person_name_key(registry, person->name);
	bool same = old->has_name && old->name == key;
	enum store_status status = STORE_OK;
	if (old->has_row && !same)
		status = drop_name(registry, old, person->code);
	return status == STORE_OK && !same ? add_name(registry, key, person->code) : status;
}

static enum store_status put_id(struct registry *registry, const struct keys *old,
				const char *person, int64_t key)
{
	bool same = old->has_id && old->id == key;
	enum store_status status = STORE_OK;
	if (old->has_id && !same)
		status = drop_id(registry, old->id, person);
	return status == STORE_OK && !same ? add_id(registry, key, person) : status;
}

enum registry_status person_keys_put(struct registry *registry, const struct person *person)
{
	uint8_t hash[PSEUDONYM_BYTES];
	struct keys old;
	/* A row that says none leaves the number as it is. */
	bool has_id = person->id_number != NULL && person->id_number[0] != '\0';
	enum registry_status said =
		registry_says(registry, read_keys(registry, &old, person->code));
	if (said == REGISTRY_OK && has_id) {
		person_id_hash(registry, hash, person->id_number);
		said = check_id(registry, person->code, hash);
	}
	if (said != REGISTRY_OK)
		return said;
	enum store_status status = put_name(registry, &old, person);
	if (status == STORE_OK && has_id)
		status = put_id(registry, &old, person->code, person_id_key(hash));
	return registry_says(registry, status);
}

enum registry_status person_keys_drop(struct registry *registry, const char *person)
{
	struct keys keys;
	enum store_status status = read_keys(registry, &keys, person);
	if (status == STORE_OK && keys.has_row)
		status = drop_name(registry, &keys, person);
	if (status == STORE_OK && keys.has_id)
		status = drop_id(registry, keys.id, person);
	return registry_says(registry, status);
}

/* --- an older registry --- */

static enum store_status fill(struct registry *registry)
{
	static const char sql[] = "SELECT name, id_number, code FROM person";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		const char *person = column_text(row, 2);
		struct keys keys;
		take_keys(registry, &keys, row, person);
		status = keys.has_name ? add_name(registry, keys.name, person) : STORE_OK;
		if (status == STORE_OK && keys.has_id)
			status = add_id(registry, keys.id, person);
		if (status != STORE_OK)
			statement_reset(row);
	}
	return status;
}

static enum store_status is_to_be_filled(struct registry *registry, bool *out)
{
	static const char sql[] = "SELECT kiosk = 0 AND EXISTS (SELECT 1 FROM person)"
				  " AND NOT EXISTS (SELECT 1 FROM name_key) FROM registry";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return status == STORE_OK ? STORE_TROUBLE : status;
	*out = column_integer(row, 0) != 0;
	statement_reset(row);
	return STORE_OK;
}

enum registry_status person_keys_fill(struct registry *registry)
{
	bool due = false;
	enum store_status status = is_to_be_filled(registry, &due);
	if (status != STORE_OK || !due)
		return registry_says(registry, status);
	status = store_begin_write(registry->store);
	/* Another process may have been faster. */
	if (status == STORE_OK)
		status = is_to_be_filled(registry, &due);
	if (status == STORE_OK && due)
		status = fill(registry);
	if (status == STORE_OK)
		status = store_commit(registry->store);
	enum registry_status said = registry_says(registry, status);
	store_rollback(registry->store);
	return said;
}
