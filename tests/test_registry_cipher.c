/* Which cipher a registry's names are sealed with, and sealing them anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "db/registry.h"
#include "db/store.h"
#include "db/vault.h"
#include "tests/old_seal.h"
#include "tests/small_registry.h"

#define NAMES "P1=测试甲 P2=" RARE_NAME " P3=丙 "

static void put(struct registry *registry, const char *code, const char *name)
{
	const struct person person = {
		.code = code, .name = name, .home_region = "371171", .identities = ""
	};
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_OK);
}

/* A registry under the old keys, with P1 and P2 as version 1 sealed them, and P3. */
static int set_up(void **state)
{
	static struct small_registry small;
	char keys[192];
	folder_make(small.folder);
	snprintf(small.path, sizeof small.path, "%s/registry", small.folder);
	small_path(keys, &small, ".keys");
	folder_put_text(keys, OLD_KEYS);
	assert_int_equal(chmod(keys, 0600), 0);
	assert_int_equal(registry_init(small.path), REGISTRY_OK);
	assert_int_equal(registry_open(&small.registry, small.path, true), REGISTRY_OK);
	put(small.registry, "P1", "-");
	put(small.registry, "P2", "-");
	put(small.registry, "P3", "丙");
	small_sql(small.path, "UPDATE person SET name = x'" OLD_P1 "' WHERE code = 'P1';"
			      "UPDATE person SET name = x'" OLD_P2 "' WHERE code = 'P2'");
	*state = &small;
	return 0;
}

static void reopen(struct small_registry *small)
{
	registry_close(small->registry);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
}

/* The versions that names are sealed with, in the order of their persons' codes: "1 1 2 ". */
static void assert_versions(const struct small_registry *small, const char *wanted)
{
	static const char sql[] = "SELECT hex(substr(name, 1, 1)) FROM person ORDER BY code";
	struct seen seen = { 0 };
	struct store *store;
	struct statement *row;
	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	while (statement_step(row) == STORE_ROW)
		see(&seen, column_text(row, 0) + 1);
	store_close(store);
	assert_string_equal(seen.text, wanted);
}

static bool take_name(void *context, const struct person *person)
{
	char *text = context;
	sprintf(text + strlen(text), "%s=%s ", person->code, person->name);
	return true;
}

static void assert_names(const struct small_registry *small, const char *wanted)
{
	char text[512] = "";
	assert_int_equal(registry_each_person(small->registry, take_name, text), REGISTRY_OK);
	assert_string_equal(text, wanted);
}

static void what_version_1_sealed_is_read(void **state)
{
	assert_versions(*state, "1 1 2 ");
	assert_names(*state, NAMES);
}

static void the_cipher_is_kept_and_used(void **state)
{
	struct small_registry *small = *state;
	assert_int_equal(registry_cipher(small->registry), SEAL_AES_256_GCM);
	assert_int_equal(registry_set_cipher(small->registry, SEAL_SM4_GCM), REGISTRY_OK);
	assert_int_equal(registry_cipher(small->registry), SEAL_SM4_GCM);
	put(small->registry, "P3", "丙");
	assert_versions(small, "1 1 3 ");
	reopen(small);
	assert_int_equal(registry_cipher(small->registry), SEAL_SM4_GCM);
	assert_names(small, NAMES);
	assert_int_equal(registry_set_cipher(small->registry, SEAL_AES_256_GCM), REGISTRY_OK);
	put(small->registry, "P3", "丙");
	assert_versions(small, "1 1 2 ");
}

static void others_learn_of_it(void **state)
{
	struct small_registry *small = *state;
	struct registry *other;
	assert_int_equal(registry_open(&other, small->path, true), REGISTRY_OK);
	assert_int_equal(registry_set_cipher(small->registry, SEAL_SM4_GCM), REGISTRY_OK);
	assert_int_equal(registry_refresh(other, NULL), REGISTRY_OK);
	assert_int_equal(registry_cipher(other), SEAL_SM4_GCM);
	registry_close(other);
}

static void names_are_sealed_anew(void **state)
{
	static const struct {
		enum seal_cipher cipher;
		int64_t count;
		const char *versions;
	} rows[] = {
		{ SEAL_AES_256_GCM, 2, "2 2 2 " }, /* as it was: what version 1 sealed */
		{ SEAL_AES_256_GCM, 0, "2 2 2 " }, { SEAL_SM4_GCM, 3, "3 3 3 " },
		{ SEAL_SM4_GCM, 0, "3 3 3 " },     { SEAL_AES_256_GCM, 3, "2 2 2 " },
	};
	struct small_registry *small = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t count = -1;
		assert_int_equal(registry_set_cipher(small->registry, rows[i].cipher), REGISTRY_OK);
		assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
		assert_int_equal(count, rows[i].count);
		assert_versions(small, rows[i].versions);
		assert_names(small, NAMES);
		reopen(small);
		assert_names(small, NAMES);
	}
}

static void a_broken_seal_changes_nothing(void **state)
{
	struct small_registry *small = *state;
	int64_t count = -1;
	small_sql(small->path, "UPDATE person SET name = x'" OLD_P1 "' WHERE code = 'P2'");
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_DAMAGED);
	assert_int_equal(count, -1);
	assert_string_equal(registry_trouble(small->registry),
			    "the seal of a name or a photograph is broken");
	assert_versions(small, "1 1 2 ");
	/* The registry is of use again, and so is the next attempt. */
	put(small->registry, "P2", RARE_NAME);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(count, 1);
	assert_names(small, NAMES);
}

/* A kiosk's copy. */
static void persons_without_a_name_stay_so(void **state)
{
	struct small_registry *small = *state;
	int64_t count = -1;
	small_sql(small->path, "UPDATE person SET name = x'' WHERE code <> 'P1'");
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(count, 1);
	assert_versions(small, "2   ");
}

/* --- photographs --- */

#define PHOTOGRAPH "the largest photograph, or one of these few bytes"

/* Of the persons P1, with the largest there may be, and P2. */
static void put_photographs(struct small_registry *small, enum seal_cipher cipher)
{
	static const char sql[] =
		"INSERT INTO photograph (person, sealed, taken_at) VALUES (?1, ?2, 0)";
	static const char *const persons[] = { "P1", "P2" };
	static uint8_t bytes[SEAL_BYTES_MAX] = PHOTOGRAPH, sealed[SEAL_BYTES_MAX + SEAL_OVERHEAD];
	struct statement *statement;
	struct vault *vault;
	struct store *store;
	char keys[192];
	small_path(keys, small, ".keys");
	assert_int_equal(vault_open(&vault, keys), VAULT_OK);
	assert_int_equal(store_open(&store, small->path, STORE_WRITE), STORE_OK);
	for (size_t i = 0; i < 2; i++) {
		size_t length = i == 0 ? SEAL_BYTES_MAX : strlen(PHOTOGRAPH);
		length = vault_seal_bytes(vault, sealed, cipher, bytes, length, persons[i]);
		assert_int_equal(store_statement(store, &statement, sql), STORE_OK);
		bind_text(statement, 1, persons[i]);
		bind_bytes(statement, 2, sealed, length);
		assert_int_equal(statement_run(statement), STORE_OK);
	}
	store_close(store);
	vault_close(vault);
}

static void assert_photographs(struct small_registry *small, int version)
{
	static const char sql[] = "SELECT person, sealed FROM photograph ORDER BY person";
	static uint8_t out[SEAL_BYTES_MAX];
	struct statement *row;
	struct vault *vault;
	struct store *store;
	char keys[192];
	int count = 0;
	small_path(keys, small, ".keys");
	assert_int_equal(vault_open(&vault, keys), VAULT_OK);
	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	for (; statement_step(row) == STORE_ROW; count++) {
		size_t length;
		const uint8_t *sealed = column_bytes(row, 1, &length);
		assert_int_equal(sealed[0], version);
		assert_true(vault_unseal_bytes(vault, out, sizeof out, sealed, length,
					       column_text(row, 0)));
		assert_int_equal(length - SEAL_OVERHEAD,
				 count == 0 ? SEAL_BYTES_MAX : strlen(PHOTOGRAPH));
		assert_memory_equal(out, PHOTOGRAPH, strlen(PHOTOGRAPH));
	}
	assert_int_equal(count, 2);
	store_close(store);
	vault_close(vault);
}

static void photographs_are_sealed_anew(void **state)
{
	struct small_registry *small = *state;
	int64_t count = -1;
	put_photographs(small, SEAL_AES_256_GCM);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(count, 2); /* the names alone */
	assert_photographs(small, 2);
	assert_int_equal(registry_set_cipher(small->registry, SEAL_SM4_GCM), REGISTRY_OK);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(count, 5);
	assert_photographs(small, 3);
	assert_names(small, NAMES);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(count, 0);
}

static void a_broken_photograph_changes_nothing(void **state)
{
	static const char *const breaks[] = {
		"UPDATE photograph SET sealed = x'' WHERE person = 'P2'",
		"UPDATE photograph SET sealed = CAST(sealed || x'00' AS BLOB) WHERE person = 'P1'",
		"UPDATE photograph SET sealed = substr(sealed, 1, 30) WHERE person = 'P2'",
	};
	struct small_registry *small = *state;
	int64_t count = -1;
	put_photographs(small, SEAL_SM4_GCM);
	for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
		small_sql(small->path, breaks[i]);
		assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_DAMAGED);
		assert_versions(small, "1 1 2 ");
		small_sql(small->path, "DELETE FROM photograph");
		put_photographs(small, SEAL_SM4_GCM);
	}
}

static void a_callers_transaction_takes_it_back(void **state)
{
	struct small_registry *small = *state;
	int64_t count = -1;
	assert_int_equal(registry_begin(small->registry), REGISTRY_OK);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(count, 2);
	assert_versions(small, "1 1 2 ");
	registry_rollback(small->registry);
	assert_versions(small, "1 1 2 ");
	assert_int_equal(registry_begin(small->registry), REGISTRY_OK);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(registry_commit(small->registry), REGISTRY_OK);
	assert_versions(small, "2 2 2 ");
}

/* Whoever writes does not hold up an init that has nothing to do. */
static void nothing_to_do_waits_for_nobody(void **state)
{
	struct small_registry *small = *state;
	struct registry *other;
	int64_t count = -1;
	assert_int_equal(registry_open(&other, small->path, true), REGISTRY_OK);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(count, 2);
	assert_int_equal(registry_begin(other), REGISTRY_OK);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_OK);
	assert_int_equal(count, 0);
	registry_rollback(other);
	registry_close(other);
}

static void a_registry_to_read_is_not_sealed_anew(void **state)
{
	struct small_registry *small = *state;
	int64_t count = -1;
	registry_close(small->registry);
	assert_int_equal(registry_open(&small->registry, small->path, false), REGISTRY_OK);
	assert_int_equal(registry_set_cipher(small->registry, SEAL_SM4_GCM), REGISTRY_READ_ONLY);
	assert_int_equal(registry_cipher(small->registry), SEAL_AES_256_GCM);
	assert_int_equal(registry_reseal(small->registry, &count), REGISTRY_READ_ONLY);
	assert_versions(small, "1 1 2 ");
}

static void every_version_is_read(void **state)
{
	static const char *const names[] = { OLD_P1, AES_P1, SM4_P1 };
	struct small_registry *small = *state;
	const struct certificate certificate = { "C1",     "P1",      "371171", 1,
						 "active", INT32_MIN, INT32_MAX };
	struct certificate_view view;
	char sql[256];
	assert_int_equal(registry_put_certificate(small->registry, &certificate), REGISTRY_OK);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(sql, sizeof sql, "UPDATE person SET name = x'%s' WHERE code = 'P1'",
			 names[i]);
		small_sql(small->path, sql);
		assert_int_equal(registry_certificate(small->registry, &view, "C1", SMALL_NOW),
				 REGISTRY_OK);
		assert_string_equal(view.name, "测试甲");
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_version_1_sealed_is_read),
		CASE(the_cipher_is_kept_and_used),
		CASE(others_learn_of_it),
		CASE(names_are_sealed_anew),
		CASE(a_broken_seal_changes_nothing),
		CASE(persons_without_a_name_stay_so),
		CASE(photographs_are_sealed_anew),
		CASE(a_broken_photograph_changes_nothing),
		CASE(a_callers_transaction_takes_it_back),
		CASE(nothing_to_do_waits_for_nobody),
		CASE(a_registry_to_read_is_not_sealed_anew),
		CASE(every_version_is_read),
	};
	return cmocka_run_group_tests_name("registry_cipher", tests, NULL, NULL);
}
