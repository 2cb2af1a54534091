/* The program youdai: keys, their passphrases, and what is issued with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"
#include "tests/pn532.h"
#include "tests/type2_tag.h"

#define NOW "2026-11-22T10:24:00+08:00"

static char db[512], key[512];

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	snprintf(key, sizeof key, "%s", centre_path("a.key"));
	centre_fill(db);
	return 0;
}

/* --- keys --- */

static void key_new(void **state)
{
	struct stat info;
	json_t *list,
		*made = answer_json(EXPECT(0, "--db", db, "key", "new", "--issuer", "yd:371171",
					   "--alg", "EdDSA", "--out", key, "--json"));

	(void)state;
	assert_string_equal(text_of(made, "region"), "371171");
	assert_int_equal(stat(key, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	list = answer_json(EXPECT(0, "--db", db, "key", "list", "--json"));
	assert_int_equal(json_array_size(list), 1);
	const json_t *row = json_array_get(list, 0);
	assert_string_equal(text_of(row, "issuer"), "yd:371171");
	assert_string_equal(text_of(row, "alg"), "EdDSA");
	assert_string_equal(text_of(row, "kid"), text_of(made, "kid"));
	assert_string_equal(text_of(row, "public"), text_of(made, "public"));
	assert_int_equal(strlen(text_of(row, "public")), 64);
	json_decref(list);
	json_decref(made);
}

/* Each issuer chooses; what is signed with any of them is accepted beside the others. */
static void each_algorithm_issues(void **state)
{
	static const char *const algorithms[] = { "EdDSA", "ES256", "SM2" };
	char path[512];

	(void)state;
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		snprintf(path, sizeof path, "%s", centre_path(algorithms[i]));
		json_t *made =
			answer_json(EXPECT(0, "--db", db, "key", "new", "--issuer", "yd:3711",
					   "--alg", algorithms[i], "--out", path, "--json"));
		char *text = EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr",
				    "--key", path, "--at", NOW);
		text[strcspn(text, "\n")] = '\0';
		DO(0, "--db", db, "check", "--qr", text, "--merchant", "m-park", "--at", NOW);
		free(text);
		DO(0, "--db", db, "key", "retire", text_of(made, "kid"), "--at", NOW);
		json_decref(made);
	}
}

/* A file that is there stays as it is, and no key is trusted for it. */
static void key_new_never_overwrites(void **state)
{
	char *before = centre_read("a.key"), *after;
	json_t *list;

	(void)state;
	DO(1, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "ES256", "--out", key);
	after = centre_read("a.key");
	assert_string_equal(before, after);
	free(before);
	free(after);
	list = answer_json(EXPECT(0, "--db", db, "key", "list", "--json"));
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	DO(3, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out",
	   centre_path("no/such/folder.key"));
}

static void key_trust(void **state)
{
	/* RFC 8032, test 1; RFC 6979, A.2.5 (P-256). */
	static const char good[] =
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
	static const char point[] =
		"60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
		"7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
	static const struct {
		const char *name, *alg, *lead, *public, *kid;
		int code;
	} rows[] = {
		{ "Ed25519", "EdDSA", "", good, "0102", 0 },
		{ "Ed25519 of small order", "EdDSA", "",
		  "0100000000000000000000000000000000000000000000000000000000000000", "03", 1 },
		{ "Ed25519 cut short", "EdDSA", "", "d75a98", "03", 1 },
		{ "P-256", "ES256", "", point, "04", 0 },
		{ "P-256 behind 04", "ES256", "04", point, "05", 0 },
		{ "P-256 behind 02", "ES256", "02", point, "06", 1 },
		{ "P-256 off the curve", "ES256", "01", point + 2, "07", 1 },
		{ "kid too long", "EdDSA", "", good,
		  "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f00", 2 },
		{ "empty kid", "EdDSA", "", good, "", 2 },
	};
	char public[160];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(public, sizeof public, "%s%s", rows[i].lead, rows[i].public);
		struct answer answer =
			RUN("--db", db, "key", "trust", "--issuer", "https://example.org", "--alg",
			    rows[i].alg, "--public", public, "--kid", rows[i].kid);
		if (answer.code != rows[i].code)
			fail_msg("%s: exit %d\n%s%s", rows[i].name, answer.code, answer.out,
				 answer.err);
		answer_free(&answer);
	}
	DO(0, "--db", db, "key", "retire", "0102");
	DO(1, "--db", db, "key", "retire", "0909");
}

/* Without YOUDAI_PASSPHRASE it is asked for at the terminal, twice, and not shown. */
static int ask_at_terminal(const char *typed, const char *path, char *shown, size_t size)
{
	return centre_run_at_terminal((const char *const[]){ "--db", db, "key", "new", "--issuer",
							     "yd:371171", "--alg", "EdDSA", "--out",
							     path, NULL },
				      typed, shown, size);
}

static void passphrase_is_asked_for(void **state)
{
	char shown[1024] = "", other[512];

	(void)state;
	snprintf(other, sizeof other, "%s", centre_path("typed.key"));
	assert_int_equal(ask_at_terminal("secret\nsecret\n", other, shown, sizeof shown), 0);
	assert_null(strstr(shown, "secret"));
	setenv("YOUDAI_PASSPHRASE", "secret", 1);
	DO(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key", other, "--at",
	   NOW);
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	DO(3, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key", other, "--at",
	   NOW);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(ask_at_terminal("secret\nsecrets\n", other, shown, sizeof shown), 3);
	assert_int_equal(access(other, F_OK), -1);
	unsetenv("YOUDAI_PASSPHRASE");
	DO(3, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out", other);
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
}

/* --- issuing --- */

static void certificate_issue(void **state)
{
	json_t *made = answer_json(EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier",
					  "qr", "--key", key, "--at", NOW, "--json"));

	(void)state;
	assert_string_equal(text_of(made, "certificate"), "C1");
	/* Five years would be more than the certificate has. */
	assert_string_equal(text_of(made, "expires"), "2027-06-30T16:00:00Z");
	assert_int_equal(strlen(text_of(made, "medium")), 32);
	json_t *shown = answer_json(EXPECT(0, "--db", db, "certificate", "show", "C1", "--json"));
	const json_t *media = json_object_get(shown, "media");
	bool found = false;
	for (size_t i = 0; i < json_array_size(media); i++)
		found |= strcmp(text_of(json_array_get(media, i), "medium"),
				text_of(made, "medium")) == 0;
	assert_true(found);
	json_decref(shown);
	json_decref(made);
}

static void only_what_is_in_order_is_issued(void **state)
{
	json_t *json = answer_json(EXPECT(1, "--db", db, "certificate", "issue", "C2", "--carrier",
					  "qr", "--key", key, "--at", NOW, "--json"));

	(void)state;
	assert_string_equal(text_of(json, "reason"), "suspended");
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", db, "certificate", "issue", "C9", "--carrier", "qr",
				  "--key", key, "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_certificate");
	json_decref(json);
	DO(3, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key",
	   centre_path("none.key"));
	centre_write("bad.key", "this is no key");
	DO(3, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key",
	   centre_path("bad.key"));
	/* Another issuer's key signs nothing here. */
	DO(0, "--db", db, "key", "new", "--issuer", "https://example.org", "--alg", "EdDSA",
	   "--out", centre_path("other.key"));
	json = answer_json(EXPECT(1, "--db", db, "certificate", "issue", "C1", "--carrier", "qr",
				  "--key", centre_path("other.key"), "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_issuer");
	json_decref(json);
	/* A medium whose handing over fails is not on record. */
	char *before = EXPECT(0, "--db", db, "certificate", "show", "C3", "--json"), *after;
	DO(3, "--db", db, "certificate", "issue", "C3", "--carrier", "qr", "--key", key, "--at",
	   NOW, "--png", centre_path("no/such/folder.png"));
	after = EXPECT(0, "--db", db, "certificate", "show", "C3", "--json");
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void a_holder_key_is_put_in(void **state)
{
	/* RFC 6979, A.2.5 (P-256); then a point beside the curve. */
	static const char good[] =
		"0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
		"7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
	static const char bad[] =
		"60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
		"7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462298";
	json_t *made =
		answer_json(EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr",
				   "--key", key, "--at", NOW, "--holder-key", good, "--json"));
	const char *bytes = text_of(made, "bytes");

	(void)state;
	/* cnf: { 1: { 1: 2, -1: 1, -2: x, … } } */
	assert_non_null(strstr(bytes, "08a101a401022001215820"
				      "60fed4ba255a9d31c961eb74c6356d68"));
	/* Shown bare it is as good as any copy. */
	json_t *json = answer_json(EXPECT(0, "--db", db, "check", "--qr", text_of(made, "text"),
					  "--merchant", "m-park", "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "assurance"), "static");
	json_decref(json);
	json_decref(made);
	DO(1, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key", key, "--at",
	   NOW, "--holder-key", bad);
}

/* --- onto a tag --- */

static size_t media_count(const char *number)
{
	json_t *shown = answer_json(EXPECT(0, "--db", db, "certificate", "show", number, "--json"));
	size_t count = json_array_size(json_object_get(shown, "media"));

	json_decref(shown);
	return count;
}

static void a_tag_is_written_and_read(void **state)
{
	static const uint8_t nothing[] = { 0xd0, 0x00, 0x00 };
	struct pn532 *chip = pn532_start();
	struct type4_tag tag;
	char spec[256];

	(void)state;
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(chip));
	type4_tag_make(&tag, nothing, sizeof nothing);
	pn532_put(chip, 0, &tag);
	DO(0, "--db", db, "certificate", "issue", "C3", "--carrier", "nfc", "--key", key, "--write",
	   spec, "--at", NOW);
	assert_int_equal(media_count("C3"), 1);
	json_t *json = answer_json(EXPECT(0, "--db", db, "check", "--reader", spec, "--merchant",
					  "m-park", "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "carrier"), "tag");
	assert_string_equal(text_of(json, "certificate"), "C3");
	json_decref(json);
	/* What cannot be written is not on record. */
	type4_tag_lock(&tag);
	pn532_put(chip, 0, &tag);
	json = answer_json(EXPECT(1, "--db", db, "certificate", "issue", "C3", "--carrier", "nfc",
				  "--key", key, "--write", spec, "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "read_only");
	json_decref(json);
	assert_int_equal(media_count("C3"), 1);
	pn532_stop(chip);
}

/* Onto the tag that has the room; of the one that has not it says which to take. */
static void a_type_2_tag_is_written_and_read(void **state)
{
	static const struct {
		const char *name;
		enum type2_product product;
		const char *reason; /* NULL: it is written */
	} rows[] = {
		{ "an NTAG213", TYPE2_NTAG213, "no_room" },
		{ "an NTAG203", TYPE2_NTAG203, "no_room" },
		{ "an NTAG215", TYPE2_NTAG215, NULL },
		{ "an NTAG216", TYPE2_NTAG216, NULL },
	};
	struct pn532 *chip = pn532_start();
	struct type2_tag tag;
	char spec[256];

	(void)state;
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(chip));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int media = media_count("C3");

		print_message("  %s\n", rows[i].name);
		type2_tag_make(&tag, rows[i].product, NULL, 0);
		pn532_put_card(chip, 0, &type2_card, &tag);
		json_t *json = answer_json(EXPECT(
			rows[i].reason == NULL ? 0 : 1, "--db", db, "certificate", "issue", "C3",
			"--carrier", "nfc", "--key", key, "--write", spec, "--at", NOW, "--json"));

		assert_int_equal(media_count("C3") - media, rows[i].reason == NULL);
		if (rows[i].reason != NULL) {
			const json_t *words = json_object_get(json, "explanation");

			assert_string_equal(text_of(json, "reason"), rows[i].reason);
			assert_non_null(strstr(text_of(words, "zh"), "NTAG216"));
			assert_non_null(strstr(text_of(words, "en"), "NTAG216"));
			json_decref(json);
			continue;
		}
		json_decref(json);
		json = answer_json(EXPECT(0, "--db", db, "check", "--reader", spec, "--merchant",
					  "m-park", "--at", NOW, "--json"));
		assert_string_equal(text_of(json, "carrier"), "tag");
		assert_string_equal(text_of(json, "assurance"), "static");
		assert_string_equal(text_of(json, "certificate"), "C3");
		json_decref(json);
	}
	pn532_stop(chip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_new),
		cmocka_unit_test(key_new_never_overwrites),
		cmocka_unit_test(key_trust),
		cmocka_unit_test(passphrase_is_asked_for),
		cmocka_unit_test(certificate_issue),
		cmocka_unit_test(only_what_is_in_order_is_issued),
		cmocka_unit_test(a_holder_key_is_put_in),
		cmocka_unit_test(a_tag_is_written_and_read),
		cmocka_unit_test(a_type_2_tag_is_written_and_read),
		cmocka_unit_test(each_algorithm_issues),
	};
	return cmocka_run_group_tests_name("command key", tests, set_up, centre_tear_down);
}
