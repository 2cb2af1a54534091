/* PIV cards made a holder's, without a reader in between. */
#include "reader/piv_manage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/piv_card.h"

static uint8_t content[READING_BYTES_MAX];
static struct piv_card card;

static const struct card_link link_to_card = { .transceive = piv_card_ask, .context = &card };

static struct piv_card *make(void)
{
	for (size_t i = 0; i < sizeof content; i++)
		content[i] = (uint8_t)(i * 13 + i / 251);
	piv_card_make(&card);
	return &card;
}

static struct management_key key_of(size_t length)
{
	struct management_key key = { .length = length };

	for (size_t i = 0; i < length; i++)
		key.bytes[i] = (uint8_t)(0xa0 + i);
	return key;
}

static void a_key_is_made_on_the_card(void **state)
{
	uint8_t before[64], made[64], now[64];

	(void)state;
	piv_card_public(make(), before);
	assert_int_equal(piv_generate(&link_to_card, &management_key_default, made), MANAGE_OK);
	piv_card_public(&card, now);
	assert_memory_equal(made, now, 64);
	assert_memory_not_equal(made, before, 64);
	assert_int_equal(card.apdus, 4);
}

static void kinds_of_management_keys(void **state)
{
	static const struct {
		const char *name;
		uint8_t algorithm;
		size_t length;
		enum piv_manner manner;
		size_t other; /* [byte] of the key that is tried */
		enum manage_status status;
	} rows[] = {
		{ "3DES", 0x03, 24, PIV_HONEST, 24, MANAGE_OK },
		{ "AES-128", 0x08, 16, PIV_HONEST, 16, MANAGE_OK },
		{ "AES-192", 0x0a, 24, PIV_HONEST, 24, MANAGE_OK },
		{ "AES-256", 0x0c, 32, PIV_HONEST, 32, MANAGE_OK },
		{ "3DES, singly", 0x03, 24, PIV_SINGLE_ONLY, 24, MANAGE_OK },
		{ "AES-192, singly", 0x0a, 24, PIV_SINGLE_ONLY, 24, MANAGE_OK },
		{ "AES-256, singly", 0x0c, 32, PIV_SINGLE_ONLY, 32, MANAGE_OK },
		{ "a shorter one", 0x0c, 32, PIV_HONEST, 16, MANAGE_WRONG_KEY },
		{ "a longer one", 0x08, 16, PIV_HONEST, 32, MANAGE_WRONG_KEY },
		{ "of no length that there is", 0x08, 16, PIV_HONEST, 17, MANAGE_WRONG_KEY },
		{ "none", 0x08, 16, PIV_HONEST, 0, MANAGE_WRONG_KEY },
	};
	uint8_t made[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct management_key key = key_of(rows[i].length);
		const struct management_key tried = key_of(rows[i].other);

		print_message("  %s\n", rows[i].name);
		make()->management_algorithm = rows[i].algorithm;
		card.manner = rows[i].manner;
		memcpy(card.management_key, key.bytes, key.length);
		assert_int_equal(piv_generate(&link_to_card, &tried, made), rows[i].status);
	}
}

static void a_wrong_key_is_told(void **state)
{
	static const enum piv_manner manners[] = { PIV_HONEST, PIV_SINGLE_ONLY };
	struct management_key key = management_key_default;
	uint8_t made[64];

	(void)state;
	key.bytes[23] ^= 2; /* not the parity, which 3DES does not heed */
	for (size_t i = 0; i < 2; i++) {
		make()->manner = manners[i];
		assert_int_equal(piv_generate(&link_to_card, &key, made), MANAGE_WRONG_KEY);
	}
	make()->manner = PIV_NO_APPLICATION;
	assert_int_equal(piv_generate(&link_to_card, &key, made), MANAGE_NOT_PIV);
	make()->manner = PIV_ONE_BYTE;
	assert_int_equal(piv_generate(&link_to_card, &key, made), MANAGE_MALFORMED);
}

/* A card that knows no key either accepts ours, and gives itself away by its answer. */
static int pretend(void *context, uint8_t *out, const uint8_t *command, size_t length)
{
	static const uint8_t witness[] = { 0x7c, 10, 0x80, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0 };
	static const uint8_t answer[] = { 0x7c, 10, 0x82, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0 };

	(void)context;
	if (command[1] == 0x87) {
		memcpy(out, length > 12 ? answer : witness, sizeof answer);
		return sizeof answer;
	}
	memcpy(out, "\x90", 2);
	return 2;
}

static void a_card_without_the_key_is_no_card_of_ours(void **state)
{
	const struct card_link link = { .transceive = pretend };
	uint8_t made[64];

	(void)state;
	assert_int_equal(piv_generate(&link, &management_key_default, made), MANAGE_WRONG_KEY);
}

static void a_credential_is_written_and_emptied(void **state)
{
	static const size_t lengths[] = {
		1, 127, 128, 246, 247, 248, 249, 255, 256, 502, 503, 900, READING_BYTES_MAX
	};
	size_t length;

	(void)state;
	make();
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		assert_int_equal(piv_write_credential(&link_to_card, &management_key_default,
						      content, lengths[i]),
				 MANAGE_OK);
		const uint8_t *found = piv_card_object(&card, PIV_OBJECT_CREDENTIAL, &length);
		assert_non_null(found);
		assert_int_equal(length, lengths[i]);
		assert_memory_equal(found, content, length);
	}
	assert_int_equal(piv_write_credential(&link_to_card, &management_key_default, NULL, 0),
			 MANAGE_OK);
	assert_null(piv_card_object(&card, PIV_OBJECT_CREDENTIAL, &length));
}

static void what_is_not_kept_is_told(void **state)
{
	(void)state;
	make()->manner = PIV_FORGETFUL;
	assert_int_equal(piv_write_credential(&link_to_card, &management_key_default, content, 300),
			 MANAGE_DIFFERENT);
	piv_card_put_object(&card, PIV_OBJECT_CREDENTIAL, content, 20);
	assert_int_equal(piv_write_credential(&link_to_card, &management_key_default, content, 300),
			 MANAGE_DIFFERENT);
	assert_int_equal(piv_write_credential(&link_to_card, &management_key_default, NULL, 0),
			 MANAGE_DIFFERENT);
	make();
	piv_card_put_object(&card, 0x5fc105, content, 4096);
	assert_int_equal(
		piv_write_credential(&link_to_card, &management_key_default, content, 2500),
		MANAGE_REFUSED);
}

static void torn_at_each_apdu(void **state)
{
	uint8_t made[64];

	(void)state;
	for (int at = 1; at <= 5; at++) {
		make()->tear_at = at;
		assert_int_equal(piv_generate(&link_to_card, &management_key_default, made),
				 at <= 4 ? MANAGE_LOST : MANAGE_OK);
	}
	/* Selected, authenticated by two, written by two, selected, read by two. */
	for (int at = 1; at <= 9; at++) {
		make()->tear_at = at;
		assert_int_equal(
			piv_write_credential(&link_to_card, &management_key_default, content, 300),
			at <= 8 ? MANAGE_LOST : MANAGE_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_made_on_the_card),
		cmocka_unit_test(kinds_of_management_keys),
		cmocka_unit_test(a_wrong_key_is_told),
		cmocka_unit_test(a_card_without_the_key_is_no_card_of_ours),
		cmocka_unit_test(a_credential_is_written_and_emptied),
		cmocka_unit_test(what_is_not_kept_is_told),
		cmocka_unit_test(torn_at_each_apdu),
	};
	return cmocka_run_group_tests_name("piv manage", tests, NULL, NULL);
}
