/* The program youdai: a kiosk's copy, and what it can and cannot be used for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "db/store.h"
#include "tests/centre.h"

#define NOW "2026-11-22T10:24:00+08:00"

static char db[512], copy[512], key[512], credential[4096];

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	snprintf(copy, sizeof copy, "%s", centre_path("kiosk.db"));
	snprintf(key, sizeof key, "%s", centre_path("a.key"));
	centre_fill(db);
	DO(0, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out", key);
	char *text = EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key",
			    key, "--at", NOW);
	snprintf(credential, sizeof credential, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
	return 0;
}

static void a_copy_is_made_once_and_on_record(void **state)
{
	struct store *store;
	struct statement *row;
	json_t *json;

	(void)state;
	json = answer_json(EXPECT(0, "--db", db, "export", "kiosk", copy, "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "copy"), copy);
	assert_int_equal(number_of(json, "persons"), 2);
	assert_int_equal(number_of(json, "certificates"), 3);
	assert_int_equal(number_of(json, "media"), 1);
	assert_true(json_is_false(json_object_get(json, "past_uses")));
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", db, "export", "kiosk", copy, "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "exists");
	json_decref(json);
	char *text =
		EXPECT(0, "--db", db, "export", "kiosk", centre_path("another.db"), "--at", NOW);
	assert_non_null(strstr(text, "past uses are not in it"));
	free(text);
	assert_int_equal(store_open(&store, db, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row,
					 "SELECT count(*) FROM audit"
					 " WHERE act = 'export.kiosk'"),
			 STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	assert_int_equal(column_integer(row, 0), 3); /* what was tried counts */
	store_close(store);
	DO(2, "--db", db, "export", "kiosk");
}

static void a_kiosk_works_on_the_copy(void **state)
{
	char *text = EXPECT(0, "--db", copy, "check", "--qr", credential, "--merchant", "m-park",
			    "--at", NOW);

	(void)state;
	assert_non_null(strstr(text, "测*甲 C1")); /* the printed name, masked */
	free(text);
	DO(0, "--db", copy, "redeem", "--qr", credential, "--merchant", "m-park", "--benefit",
	   "park-free", "--compared", "--at", NOW);
	DO(1, "--db", copy, "check", "--number", "C2", "--merchant", "m-park", "--at", NOW);
	DO(0, "--db", copy, "log", "verify");
	DO(0, "--db", copy, "fsck");
}

static void what_is_the_centres_is_refused_on_the_copy(void **state)
{
	const char *const *const calls[] = {
		(const char *const[]){ "--db", copy, "find", "C1", "--json", NULL },
		(const char *const[]){ "--db", copy, "person", "forget", "p1", "--reason", "r",
				       "--json", NULL },
		(const char *const[]){ "--db", copy, "person", "retention", "--json", NULL },
		(const char *const[]){ "--db", copy, "export", "kiosk", "x", "--json", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		json_t *json = answer_json(centre_expect(__LINE__, 1, calls[i]));

		assert_string_equal(text_of(json, "reason"), "kiosk_copy");
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_is_made_once_and_on_record),
		cmocka_unit_test(a_kiosk_works_on_the_copy),
		cmocka_unit_test(what_is_the_centres_is_refused_on_the_copy),
	};

	return cmocka_run_group_tests(tests, set_up, centre_tear_down);
}
