/* The program youdai: certificates issued onto chip cards at an emulated reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"
#include "tests/piv_card.h"
#include "tests/pn532.h"
#include "tests/type2_tag.h"

#define NOW "2026-11-22T10:24:00+08:00"

static char db[512], key[512], spec[256];
static struct pn532 *chip;
static struct piv_card card;

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	snprintf(key, sizeof key, "%s", centre_path("a.key"));
	centre_fill(db);
	DO(0, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out", key);
	chip = pn532_start();
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(chip));
	return 0;
}

static int tear_down(void **state)
{
	pn532_stop(chip);
	return centre_tear_down(state);
}

static json_t *issue(int code)
{
	return answer_json(EXPECT(code, "--db", db, "certificate", "issue", "C3", "--carrier",
				  "chip", "--key", key, "--write", spec, "--at", NOW, "--json"));
}

static json_t *media(void)
{
	json_t *shown = answer_json(EXPECT(0, "--db", db, "certificate", "show", "C3", "--json"));
	json_t *list = json_incref(json_object_get(shown, "media"));

	json_decref(shown);
	return list;
}

static size_t media_count(void)
{
	json_t *list = media();
	size_t count = json_array_size(list);

	json_decref(list);
	return count;
}

static void expect_hex(const char *hex, const uint8_t *bytes, size_t length)
{
	assert_int_equal(strlen(hex), 2 * length);
	for (size_t i = 0; i < length; i++) {
		char pair[3];

		snprintf(pair, sizeof pair, "%02x", bytes[i]);
		assert_memory_equal(hex + 2 * i, pair, 2);
	}
}

static void a_chip_is_made_the_holders(void **state)
{
	uint8_t before[64], after[64];
	const uint8_t *message;
	size_t length, count = media_count();

	(void)state;
	piv_card_make(&card);
	piv_card_public(&card, before);
	pn532_put_card(chip, 0, &piv_card, &card);
	json_t *json = issue(0);
	assert_string_equal(text_of(json, "carrier"), "chip");
	assert_string_equal(text_of(json, "certificate"), "C3");

	assert_true(pn532_look_card(chip, 0, &piv_card, &card));
	piv_card_public(&card, after);
	assert_memory_not_equal(after, before, 64);
	message = type4_tag_message(&card.tag, &length);
	length = strlen(text_of(json, "bytes")) / 2;
	assert_int_equal(message[0], 0xd2 & (length > 255 ? 0xc2 : 0xd2));
	expect_hex(text_of(json, "bytes"), message + (length > 255 ? 6 : 3) + 15, length);

	json_t *list = media();
	assert_int_equal(json_array_size(list), count + 1);
	bool found = false;
	for (size_t i = 0; i < json_array_size(list); i++)
		found = found || strcmp(text_of(json_array_get(list, i), "carrier"), "chip") == 0;
	assert_true(found);
	json_decref(list);
	json_decref(json);

	json = answer_json(EXPECT(0, "--db", db, "check", "--reader", spec, "--merchant", "m-park",
				  "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "carrier"), "chip");
	assert_string_equal(text_of(json, "assurance"), "chip");
	assert_string_equal(text_of(json, "certificate"), "C3");
	json_decref(json);
	/* The same record before another key. */
	piv_card_new_key(&card);
	pn532_put_card(chip, 0, &piv_card, &card);
	json = answer_json(EXPECT(1, "--db", db, "check", "--reader", spec, "--merchant", "m-park",
				  "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "cloned");
	json_decref(json);
}

static void a_refused_card_says_what_to_do(void **state)
{
	static const struct {
		const char *name;
		enum piv_manner manner;
		uint8_t management; /* first byte of the card's key */
		const char *reason, *said;
	} rows[] = {
		{ "no PIV", PIV_NO_APPLICATION, 1, "not_piv", "PIV" },
		{ "locked", PIV_HONEST, 8, "wrong_management_key", "--management-key" },
		{ "another key", PIV_OTHER_POINT, 1, "chip_unproved", "芯片卡" },
	};
	size_t count = media_count();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t length;

		print_message("  %s\n", rows[i].name);
		piv_card_make(&card);
		card.manner = rows[i].manner;
		card.management_key[0] = rows[i].management;
		pn532_put_card(chip, 0, &piv_card, &card);
		json_t *json = issue(1);
		const json_t *why = json_object_get(json, "explanation");
		assert_string_equal(text_of(json, "reason"), rows[i].reason);
		assert_non_null(strstr(text_of(why, "zh"), rows[i].said));
		assert_true(strlen(text_of(why, "en")) > 4);
		json_decref(json);
		assert_true(pn532_look_card(chip, 0, &piv_card, &card));
		(void)type4_tag_message(&card.tag, &length);
		assert_true(length <= 3);
		assert_int_equal(media_count(), count);
	}
}

/* A tag is no chip; a certificate that is not in order is found before a card is touched. */
static void what_needs_no_card_is_found_without(void **state)
{
	struct type2_tag tag;
	struct pn532_counts counts;

	(void)state;
	type2_tag_make(&tag, TYPE2_NTAG216, NULL, 0);
	pn532_put_card(chip, 0, &type2_card, &tag);
	json_t *json = issue(1);
	assert_string_equal(text_of(json, "reason"), "not_piv");
	json_decref(json);

	piv_card_make(&card);
	pn532_put_card(chip, 0, &piv_card, &card);
	counts = pn532_counts(chip);
	json = answer_json(EXPECT(1, "--db", db, "certificate", "issue", "C2", "--carrier", "chip",
				  "--key", key, "--write", spec, "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "suspended");
	json_decref(json);
	assert_int_equal(pn532_counts(chip).exchanges, counts.exchanges);
}

static int issue_with(const char *management)
{
	struct answer answer =
		RUN("--db", db, "certificate", "issue", "C3", "--carrier", "chip", "--key", key,
		    "--write", spec, "--at", NOW, "--management-key", management);
	int code = answer.code;

	answer_free(&answer);
	return code;
}

static void a_management_key_of_our_own(void **state)
{
	static const struct {
		const char *name, *text;
		unsigned mode;
		int code;
	} rows[] = {
		{ "AES-256",
		  "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
		  "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf\n",
		  0600, 0 },
		{ "without an end of line",
		  "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF"
		  "B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF",
		  0400, 0 },
		{ "others can read it",
		  "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
		  "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf\n",
		  0640, 3 },
		{ "another", "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf\n", 0600, 1 },
		{ "of no length that there is", "a0a1a2a3\n", 0600, 3 },
		{ "no digits", "not a key\n", 0600, 3 },
		{ "nothing", "", 0600, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t count = media_count();
		int code;

		print_message("  %s\n", rows[i].name);
		piv_card_make(&card);
		card.management_algorithm = 0x0c;
		for (size_t j = 0; j < 32; j++)
			card.management_key[j] = (uint8_t)(0xa0 + j);
		pn532_put_card(chip, 0, &piv_card, &card);
		remove(centre_path("management"));
		centre_write("management", rows[i].text);
		assert_int_equal(chmod(centre_path("management"), rows[i].mode), 0);
		code = issue_with(centre_path("management"));
		assert_int_equal(code, rows[i].code);
		assert_int_equal(media_count() - count, code == 0);
	}
	assert_int_equal(issue_with(centre_path("nowhere")), 3);
}

static void options_that_do_not_fit(void **state)
{
	static const char point[] =
		"6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
		"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5";
	static const struct {
		const char *carrier, *option, *value, *write;
	} rows[] = {
		{ "chip", "--text", NULL, NULL },
		{ "chip", "--holder-key", point, "--write" },
		{ "chip", "--claim169", NULL, "--write" },
		{ "chip", "--png", "a.png", "--write" },
		{ "chip", "--pdf", "a.pdf", "--write" },
		{ "nfc", "--management-key", "a", "--write" },
		{ "qr", "--management-key", "a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *arguments[16] = { "--db",          db,      "certificate",
					      "issue",         "C3",    "--carrier",
					      rows[i].carrier, "--key", key };
		size_t end = 9;

		if (rows[i].write != NULL) {
			arguments[end++] = rows[i].write;
			arguments[end++] = spec;
		}
		arguments[end++] = rows[i].option;
		arguments[end] = rows[i].value;
		struct answer answer = centre_run(arguments);
		assert_int_equal(answer.code, 2);
		answer_free(&answer);
	}
	/* Replays are read, not written. */
	centre_write("none.replay", "# nothing\n");
	char replay[600];
	snprintf(replay, sizeof replay, "replay:%s", centre_path("none.replay"));
	DO(2, "--db", db, "certificate", "issue", "C3", "--carrier", "chip", "--key", key,
	   "--write", replay, "--at", NOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chip_is_made_the_holders),
		cmocka_unit_test(a_refused_card_says_what_to_do),
		cmocka_unit_test(what_needs_no_card_is_found_without),
		cmocka_unit_test(a_management_key_of_our_own),
		cmocka_unit_test(options_that_do_not_fit),
	};
	return cmocka_run_group_tests_name("command chip", tests, set_up, tear_down);
}
