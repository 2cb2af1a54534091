/* PIV cards asked for proof and for a credential, without a reader in between. */
#include "reader/piv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/elliptic.h"
#include "reader/piv_channel.h"
#include "tests/piv_card.h"

static uint8_t content[READING_BYTES_MAX + 1];
static struct piv_card card;

static const struct card_link link_to_card = { .transceive = piv_card_ask, .context = &card };

static struct piv_card *make(void)
{
	for (size_t i = 0; i < sizeof content; i++)
		content[i] = (uint8_t)(i * 13 + i / 251);
	piv_card_make(&card);
	return &card;
}

/* --- proof --- */

static bool verifies(const struct chip_proof *proof)
{
	uint8_t public_key[64], signature[64];
	struct elliptic_key *key;
	bool good;

	piv_card_public(&card, public_key);
	key = elliptic_open(KEY_ES256, public_key);
	good = elliptic_from_der(signature, proof->signature, proof->length) &&
	       elliptic_verify(key, signature, proof->challenge, sizeof proof->challenge);
	elliptic_close(key);
	return good;
}

static void a_card_proves_itself(void **state)
{
	struct chip_proof proof;

	(void)state;
	make();
	for (int i = 0; i < 40; i++) { /* DER of several lengths */
		memset(proof.challenge, i, sizeof proof.challenge);
		assert_int_equal(piv_prove(&link_to_card, &proof), PIV_OK);
		assert_true(verifies(&proof));
		proof.challenge[0] ^= 1;
		assert_false(verifies(&proof));
	}
	assert_int_equal(card.apdus, 80);
}

static void manners_of_proof(void **state)
{
	static const struct {
		const char *name;
		enum piv_manner manner;
		enum piv_status status;
		int apdus; /* 0: as many as it takes until two signatures are as long */
	} rows[] = {
		{ "honest", PIV_HONEST, PIV_OK, 2 },
		{ "no application", PIV_NO_APPLICATION, PIV_REFUSED, 1 },
		{ "no key", PIV_NO_KEY, PIV_REFUSED, 2 },
		{ "refuses", PIV_REFUSES, PIV_REFUSED, 2 },
		{ "garbage", PIV_GARBAGE, PIV_MALFORMED, 2 },
		{ "a length that lies", PIV_TAG_LIES, PIV_MALFORMED, 2 },
		{ "a byte too many", PIV_TRAILS, PIV_MALFORMED, 2 },
		{ "an empty success", PIV_EMPTY, PIV_MALFORMED, 2 },
		{ "one byte", PIV_ONE_BYTE, PIV_MALFORMED, 2 },
		{ "endless", PIV_ENDLESS, PIV_MALFORMED, PIV_EXCHANGES_MAX },
		{ "endless and empty", PIV_ENDLESS_EMPTY, PIV_MALFORMED, 3 },
		{ "wants its own Le", PIV_PEDANT, PIV_OK, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct chip_proof proof = { .length = 4711 };

		print_message("  %s\n", rows[i].name);
		make()->manner = rows[i].manner;
		assert_int_equal(piv_prove(&link_to_card, &proof), rows[i].status);
		if (rows[i].apdus > 0)
			assert_int_equal(card.apdus, rows[i].apdus);
		if (rows[i].status == PIV_OK)
			assert_true(verifies(&proof));
		else
			assert_int_equal(proof.length, 0);
	}
}

static void proof_in_parts(void **state)
{
	static const size_t parts[] = { 1, 2, 16, 71, 255 };

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct chip_proof proof = { .challenge = { 1 } };

		make()->part_max = parts[i];
		/* By single bytes it would take more exchanges than anybody waits for. */
		assert_int_equal(piv_prove(&link_to_card, &proof),
				 parts[i] > 1 ? PIV_OK : PIV_MALFORMED);
		assert_int_equal(proof.length > 0, parts[i] > 1);
	}
}

/* --- the credential in an object --- */

static void read_object(size_t length, size_t part_max, enum piv_status expected)
{
	static uint8_t found[READING_BYTES_MAX];
	size_t found_length = 4711;

	make()->part_max = part_max;
	piv_card_put_object(&card, PIV_OBJECT_CREDENTIAL, content, length);
	assert_int_equal(piv_read_credential(&link_to_card, found, &found_length), expected);
	if (expected != PIV_OK) {
		assert_int_equal(found_length, 4711);
		return;
	}
	assert_int_equal(found_length, length);
	assert_memory_equal(found, content, length);
}

static void lengths_from_both_sides(void **state)
{
	static const size_t lengths[] = { 1,   127, 128, 252, 253, 254, 255,
					  256, 257, 508, 509, 512, 700, READING_BYTES_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
		read_object(lengths[i], 256, PIV_OK);
	read_object(READING_BYTES_MAX + 1, 256, PIV_MALFORMED);
	read_object(0, 256, PIV_REFUSED);
	read_object(300, 8, PIV_OK);
	read_object(READING_BYTES_MAX, 67, PIV_OK); /* 62 parts, the last that fit */
	read_object(READING_BYTES_MAX, 65, PIV_MALFORMED);
}

static void manners_of_objects(void **state)
{
	static const struct {
		const char *name;
		enum piv_manner manner;
		enum piv_status status;
	} rows[] = {
		{ "no application", PIV_NO_APPLICATION, PIV_REFUSED },
		{ "a card without the key", PIV_NO_KEY, PIV_OK },
		{ "garbage", PIV_GARBAGE, PIV_MALFORMED },
		{ "a length that lies", PIV_TAG_LIES, PIV_MALFORMED },
		{ "a byte too many", PIV_TRAILS, PIV_MALFORMED },
		{ "an empty success", PIV_EMPTY, PIV_MALFORMED },
		{ "one byte", PIV_ONE_BYTE, PIV_MALFORMED },
		{ "endless", PIV_ENDLESS, PIV_MALFORMED },
		{ "endless and empty", PIV_ENDLESS_EMPTY, PIV_MALFORMED },
		{ "wants its own Le", PIV_PEDANT, PIV_OK },
	};
	static uint8_t found[READING_BYTES_MAX];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		make()->manner = rows[i].manner;
		piv_card_put_object(&card, PIV_OBJECT_CREDENTIAL, content, 200);
		assert_int_equal(piv_read_credential(&link_to_card, found, &length),
				 rows[i].status);
	}
}

/* --- a lost link is no accusation --- */

static void torn_at_each_apdu(void **state)
{
	static uint8_t found[READING_BYTES_MAX];
	struct chip_proof proof;
	size_t length;

	(void)state;
	for (int at = 1; at <= 3; at++) {
		make()->tear_at = at;
		assert_int_equal(piv_prove(&link_to_card, &proof), at <= 2 ? PIV_LOST : PIV_OK);
		assert_int_equal(proof.length > 0, at > 2);
	}
	for (int at = 1; at <= 4; at++) {
		make()->tear_at = at;
		piv_card_put_object(&card, PIV_OBJECT_CREDENTIAL, content, 400);
		assert_int_equal(piv_read_credential(&link_to_card, found, &length),
				 at <= 3 ? PIV_LOST : PIV_OK);
	}
}

/* --- BER-TLV --- */

static void tags_are_unwrapped(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t length;
		unsigned tag;
		int content; /* [byte]; -1: refused */
	} rows[] = {
		{ "nothing", "", 0, 0x53, -1 },
		{ "a tag alone", "\x53", 1, 0x53, -1 },
		{ "empty", "\x53\x00", 2, 0x53, 0 },
		{ "one byte", "\x53\x01\xaa", 3, 0x53, 1 },
		{ "another tag", "\x54\x01\xaa", 3, 0x53, -1 },
		{ "too little", "\x53\x02\xaa", 3, 0x53, -1 },
		{ "too much", "\x53\x00\xaa", 3, 0x53, -1 },
		{ "length of two bytes", "\x53\x81\x01\xaa", 4, 0x53, 1 },
		{ "length of three bytes", "\x53\x82\x00\x01\xaa", 5, 0x53, 1 },
		{ "length of four bytes", "\x53\x83\x00\x00\x01\xaa", 6, 0x53, -1 },
		{ "a length that is cut", "\x53\x82\x00", 3, 0x53, -1 },
		{ "a length without its bytes", "\x53\x81", 2, 0x53, -1 },
		{ "without an end", "\x53\x80\xaa\x00\x00", 5, 0x53, -1 },
		{ "two bytes", "\x7f\x49\x01\xaa", 4, 0x7f49, 1 },
		{ "two bytes, another", "\x7f\x4a\x01\xaa", 4, 0x7f49, -1 },
		{ "half a tag", "\x7f", 1, 0x7f49, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t *copy = malloc(rows[i].length + (rows[i].length == 0));
		struct piv_span span = { copy, rows[i].length };

		print_message("  %s\n", rows[i].name);
		memcpy(copy, rows[i].bytes, rows[i].length);
		assert_int_equal(piv_unwrap(&span, rows[i].tag), rows[i].content >= 0);
		if (rows[i].content >= 0)
			assert_ptr_equal(span.bytes, copy + rows[i].length - rows[i].content);
		else
			assert_ptr_equal(span.bytes, copy);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_proves_itself), cmocka_unit_test(manners_of_proof),
		cmocka_unit_test(proof_in_parts),       cmocka_unit_test(lengths_from_both_sides),
		cmocka_unit_test(manners_of_objects),   cmocka_unit_test(torn_at_each_apdu),
		cmocka_unit_test(tags_are_unwrapped),
	};
	return cmocka_run_group_tests_name("piv", tests, NULL, NULL);
}
