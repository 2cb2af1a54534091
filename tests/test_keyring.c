/* Which key is trusted for what: strength, choice, region, time, and signatures of each algorithm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/credential.h"
#include "reader/keyring.h"
#include "tests/forge.h"

#define NOW 1750000000

#define SEED_1 "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define SEED_2 "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
#define SCALAR "6c1382765aec5358f117733d281c1c7bdc39884d04a45a1e6c67c858bc206c19"

#define CTI   "07 48 0102030405060708 "
#define ID    "18A9 A2 01 62'N1' 04 61'a' "
#define OURS  "A3 01 69'yd:371171' " CTI ID
#define GUEST "A2 01 6B'https://g.e' 18A9 A1 01 62'N1' "

/* --- strength --- */

static void strength(void **state)
{
	static const struct {
		const char *name;
		enum key_algorithm algorithm;
		const char *public_key;
		enum keyring_status status;
	} keys[] = {
		{ "Ed25519", KEY_EDDSA,
		  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", KEYRING_OK },
		{ "Ed25519, zero: of order 4", KEY_EDDSA, "<32*00>", KEYRING_WEAK_KEY },
		{ "Ed25519, one: the neutral point", KEY_EDDSA, "01 <31*00>", KEYRING_WEAK_KEY },
		{ "Ed25519, of order 8", KEY_EDDSA,
		  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		  KEYRING_WEAK_KEY },
		{ "Ed25519, of order 2", KEY_EDDSA, "EC <30*FF> 7F", KEYRING_WEAK_KEY },
		{ "Ed25519, p + 1: not canonical", KEY_EDDSA, "EE <30*FF> 7F", KEYRING_WEAK_KEY },
		{ "Ed25519, all ones", KEY_EDDSA, "<32*FF>", KEYRING_WEAK_KEY },
		{ "Ed25519, y = 2: not on the curve", KEY_EDDSA, "02 <31*00>", KEYRING_WEAK_KEY },
		{ "P-256, the base point", KEY_ES256,
		  "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
		  "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
		  KEYRING_OK },
		{ "P-256, a bit beside the curve", KEY_ES256,
		  "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
		  "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F4",
		  KEYRING_WEAK_KEY },
		{ "P-256, zero", KEY_ES256, "<64*00>", KEYRING_WEAK_KEY },
		{ "P-256, all ones", KEY_ES256, "<64*FF>", KEYRING_WEAK_KEY },
		{ "SM2, the base point", KEY_SM2,
		  "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
		  "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0",
		  KEYRING_OK },
		{ "SM2, but a point of P-256", KEY_SM2,
		  "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
		  "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
		  KEYRING_WEAK_KEY },
		{ "ES384", (enum key_algorithm) - 35, "<64*00>", KEYRING_UNSUPPORTED },
	};
	static uint8_t bytes[FORGE_BYTES_MAX];
	struct keyring *keyring = keyring_open();

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct trusted_key key = { .issuer = "yd:371171",
					   .algorithm = keys[i].algorithm,
					   .until = INT64_MAX };

		memcpy(key.public_key, bytes, forge_bytes(bytes, keys[i].public_key));
		if (keyring_add(keyring, &key) != keys[i].status)
			fail_msg("%s", keys[i].name);
	}
	keyring_close(keyring);
	keyring_close(NULL);
}

/* --- choice --- */

enum pick { FIRST, SECOND }; /* which of the two private keys */

struct in_ring {
	enum pick pick;
	const char *issuer;
	const char *region;
	const char *kid;
	int64_t from;
	int64_t until;
};

struct choice {
	const char *name;
	struct in_ring ring[4]; /* up to one without an issuer */
	const char *kid;        /* in the credential; NULL: none */
	const char *payload;    /* signed by the first key */
	enum credential_status status;
};

#define ALWAYS 0, INT64_MAX

static const struct choice choices[] = {
	{ "by kid", { { FIRST, "yd:371171", "", "AA", ALWAYS } }, "AA", OURS, CREDENTIAL_OK },
	{ "by issuer", { { FIRST, "yd:371171", "", "AA", ALWAYS } }, NULL, OURS, CREDENTIAL_OK },
	{ "an empty keyring", { { 0 } }, "AA", OURS, CREDENTIAL_UNKNOWN_ISSUER },
	{ "an empty keyring, no kid", { { 0 } }, NULL, OURS, CREDENTIAL_UNKNOWN_ISSUER },
	{ "a key without id is not found by one",
	  { { FIRST, "yd:371171", "", "", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_UNKNOWN_ISSUER },
	{ "a key without id is found by its issuer",
	  { { FIRST, "yd:371171", "", "", ALWAYS } },
	  NULL,
	  OURS,
	  CREDENTIAL_OK },
	{ "the right id of another issuer",
	  { { FIRST, "yd:350926", "", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_UNKNOWN_ISSUER },
	{ "another's key under this id",
	  { { SECOND, "yd:371171", "", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_FORGED },
	{ "another's key for this issuer",
	  { { SECOND, "yd:371171", "", "AA", ALWAYS } },
	  NULL,
	  OURS,
	  CREDENTIAL_FORGED },
	{ "two keys under one id, ours first",
	  { { FIRST, "yd:371171", "", "AA", ALWAYS }, { SECOND, "yd:371171", "", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_OK },
	{ "two keys under one id, ours last",
	  { { SECOND, "yd:371171", "", "AA", ALWAYS }, { FIRST, "yd:371171", "", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_OK },
	{ "one id, two issuers",
	  { { SECOND, "yd:350926", "", "AA", ALWAYS }, { FIRST, "yd:371171", "", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_OK },
	{ "two keys for one issuer, no kid",
	  { { SECOND, "yd:371171", "", "BB", ALWAYS }, { FIRST, "yd:371171", "", "AA", ALWAYS } },
	  NULL,
	  OURS,
	  CREDENTIAL_OK },
	{ "the id decides, not the issuer",
	  { { SECOND, "yd:371171", "", "BB", ALWAYS }, { FIRST, "yd:371171", "", "AA", ALWAYS } },
	  "BB",
	  OURS,
	  CREDENTIAL_FORGED },

	{ "the region itself",
	  { { FIRST, "yd:371171", "371171", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_OK },
	{ "a region above",
	  { { FIRST, "yd:371171", "37", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_OK },
	{ "a region below",
	  { { FIRST, "yd:371171", "371171001", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_UNKNOWN_ISSUER },
	{ "another region",
	  { { FIRST, "yd:371171", "350926", "AA", ALWAYS } },
	  "AA",
	  OURS,
	  CREDENTIAL_UNKNOWN_ISSUER },
	{ "another region, no kid",
	  { { FIRST, "yd:371171", "350926", "AA", ALWAYS } },
	  NULL,
	  OURS,
	  CREDENTIAL_UNKNOWN_ISSUER },

	{ "trusted from this second",
	  { { FIRST, "yd:371171", "", "AA", NOW, INT64_MAX } },
	  "AA",
	  OURS,
	  CREDENTIAL_OK },
	{ "trusted from the next second",
	  { { FIRST, "yd:371171", "", "AA", NOW + 1, INT64_MAX } },
	  "AA",
	  OURS,
	  CREDENTIAL_UNKNOWN_ISSUER },
	{ "trusted for one more second",
	  { { FIRST, "yd:371171", "", "AA", 0, NOW + 1 } },
	  "AA",
	  OURS,
	  CREDENTIAL_OK },
	{ "retired in this second",
	  { { FIRST, "yd:371171", "", "AA", 0, NOW } },
	  "AA",
	  OURS,
	  CREDENTIAL_UNKNOWN_ISSUER },
	{ "retired, and followed by another",
	  { { FIRST, "yd:371171", "", "AA", 0, NOW }, { SECOND, "yd:371171", "", "BB", ALWAYS } },
	  NULL,
	  OURS,
	  CREDENTIAL_FORGED },

	{ "a guest", { { FIRST, "https://g.e", "", "", ALWAYS } }, NULL, GUEST, CREDENTIAL_OK },
	{ "a guest by kid",
	  { { FIRST, "https://g.e", "", "AA", ALWAYS } },
	  "AA",
	  GUEST,
	  CREDENTIAL_OK },
	{ "a region means nothing for a guest",
	  { { FIRST, "https://g.e", "3711", "", ALWAYS } },
	  NULL,
	  GUEST,
	  CREDENTIAL_OK },
	{ "a guest whose issuer looks like ours but is none",
	  { { FIRST, "yd:37x", "", "", ALWAYS } },
	  NULL,
	  "A2 01 66'yd:37x' 18A9 A1 01 62'N1'",
	  CREDENTIAL_OK },
	{ "a guest's cti keeps its size",
	  { { FIRST, "https://g.e", "", "", ALWAYS } },
	  NULL,
	  "A3 01 6B'https://g.e' 18A9 A1 01 62'N1' 07 42 0B71",
	  CREDENTIAL_MALFORMED },
	{ "a guest's name is text",
	  { { FIRST, "https://g.e", "", "", ALWAYS } },
	  NULL,
	  "A2 01 6B'https://g.e' 18A9 A2 01 62'N1' 04 05",
	  CREDENTIAL_MALFORMED },
};

static struct signing_key key_for(const struct in_ring *ring)
{
	struct signing_key key = forge_key(KEY_EDDSA, ring->pick == FIRST ? SEED_1 : SEED_2,
					   ring->issuer, ring->region, ring->kid);

	key.trusted.from = ring->from;
	key.trusted.until = ring->until;
	return key;
}

static void choosing(void **state)
{
	static uint8_t bytes[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		const struct choice *choice = &choices[i];
		struct signing_key signer = forge_key(KEY_EDDSA, SEED_1, "", "",
						      choice->kid == NULL ? "" : choice->kid);
		struct keyring *keyring = keyring_open();
		struct credential out;
		size_t length;

		for (size_t j = 0; j < 4 && choice->ring[j].issuer != NULL; j++) {
			struct signing_key key = key_for(&choice->ring[j]);

			assert_int_equal(keyring_add(keyring, &key.trusted), KEYRING_OK);
		}
		length = forge_credential(bytes, &(struct forge){ .payload = choice->payload },
					  &signer);
		if (credential_from_bytes(&out, bytes, length, keyring, NOW) != choice->status)
			fail_msg("%s", choice->name);
		keyring_close(keyring);
	}
}

/* Thousands of keys: each is found, none after a clear. */
static void many(void **state)
{
	static uint8_t bytes[FORGE_BYTES_MAX];
	static struct signing_key keys[2000];
	struct keyring *keyring = keyring_open();
	struct credential out;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		char issuer[16];
		char kid[16];

		(void)sprintf(issuer, "yd:%06u", i);
		(void)sprintf(kid, "%08X", i);
		keys[i] = forge_key(KEY_EDDSA, i % 2 == 0 ? SEED_1 : SEED_2, issuer, "", kid);
		assert_int_equal(keyring_add(keyring, &keys[i].trusted), KEYRING_OK);
	}
	for (unsigned i = 0; i < 2000; i += 37) {
		char payload[128];
		size_t length;

		(void)sprintf(payload, "A3 01 69'yd:%06u'" CTI ID, i);
		length = forge_credential(bytes, &(struct forge){ .payload = payload }, &keys[i]);
		assert_int_equal(credential_from_bytes(&out, bytes, length, keyring, NOW),
				 CREDENTIAL_OK);
	}
	keyring_clear(keyring);
	assert_int_equal(
		credential_from_bytes(
			&out, bytes,
			forge_credential(bytes, &(struct forge){ .payload = OURS }, &keys[0]),
			keyring, NOW),
		CREDENTIAL_UNKNOWN_ISSUER);
	assert_int_equal(keyring_add(keyring, &keys[0].trusted), KEYRING_OK);
	keyring_close(keyring);
}

/* Of more keys than are tried for one message, the last added come first. */
static void bounded(void **state)
{
	static uint8_t bytes[FORGE_BYTES_MAX];
	struct signing_key right = forge_key(KEY_EDDSA, SEED_1, "yd:371171", "", "");
	struct signing_key wrong = forge_key(KEY_EDDSA, SEED_2, "yd:371171", "", "");
	struct keyring *keyring = keyring_open();
	size_t length = forge_credential(bytes, &(struct forge){ .payload = OURS }, &right);
	struct credential out;

	(void)state;
	assert_int_equal(keyring_add(keyring, &right.trusted), KEYRING_OK);
	for (int i = 0; i < KEYS_TRIED_MAX - 1; i++)
		assert_int_equal(keyring_add(keyring, &wrong.trusted), KEYRING_OK);
	assert_int_equal(credential_from_bytes(&out, bytes, length, keyring, NOW), CREDENTIAL_OK);
	assert_int_equal(keyring_add(keyring, &wrong.trusted), KEYRING_OK);
	assert_int_equal(credential_from_bytes(&out, bytes, length, keyring, NOW),
			 CREDENTIAL_FORGED);
	keyring_close(keyring);
}

/* --- signatures on P-256 and SM2's curve --- */

static const char *order_hex; /* of the curve at hand */

static void negate_s(uint8_t *signature)
{
	static uint8_t order[FORGE_BYTES_MAX];
	int borrow = 0;

	(void)forge_bytes(order, order_hex);
	for (int i = 31; i >= 0; i--) {
		int digit = order[i] - signature[32 + i] - borrow;

		borrow = digit < 0;
		signature[32 + i] = (uint8_t)(digit + 256 * borrow);
	}
}

static size_t other_s(uint8_t *signature)
{
	negate_s(signature);
	return 64;
}

static size_t r_zero(uint8_t *signature)
{
	memset(signature, 0, 32);
	return 64;
}

static size_t s_zero(uint8_t *signature)
{
	memset(signature + 32, 0, 32);
	return 64;
}

static size_t all_zero(uint8_t *signature)
{
	memset(signature, 0, 64);
	return 64;
}

static size_t s_order(uint8_t *signature)
{
	static uint8_t order[FORGE_BYTES_MAX];

	(void)forge_bytes(order, order_hex);
	memcpy(signature + 32, order, 32);
	return 64;
}

static size_t r_order(uint8_t *signature)
{
	static uint8_t order[FORGE_BYTES_MAX];

	(void)forge_bytes(order, order_hex);
	memcpy(signature, order, 32);
	return 64;
}

static size_t all_ones(uint8_t *signature)
{
	memset(signature, 0xff, 64);
	return 64;
}

static size_t flip(uint8_t *signature)
{
	signature[40] ^= 4;
	return 64;
}

/* SEQUENCE of two INTEGERs, as most libraries give it by themselves. */
static size_t as_der(uint8_t *signature)
{
	uint8_t der[80] = { 0x30 };
	size_t end = 2;

	for (int i = 0; i < 2; i++) {
		size_t padding = signature[32 * i] >= 0x80 ? 1 : 0;

		der[end] = 0x02;
		der[end + 1] = (uint8_t)(32 + padding);
		memcpy(der + end + 2 + padding, signature + 32 * i, 32);
		end += 34 + padding;
	}
	der[1] = (uint8_t)(end - 2);
	memcpy(signature, der, end);
	return end;
}

static size_t swapped(uint8_t *signature)
{
	uint8_t r[32];

	memcpy(r, signature, 32);
	memcpy(signature, signature + 32, 32);
	memcpy(signature + 32, r, 32);
	return 64;
}

static void elliptic(enum key_algorithm algorithm)
{
	const struct {
		const char *name;
		size_t (*spoil)(uint8_t *signature);
		enum credential_status status;
	} spoils[] = {
		{ "as signed", NULL, CREDENTIAL_OK },
		/* ECDSA holds for s and n - s alike; SM2 does not. */
		{ "n - s", other_s, algorithm == KEY_ES256 ? CREDENTIAL_OK : CREDENTIAL_FORGED },
		{ "r zero", r_zero, CREDENTIAL_FORGED },
		{ "s zero", s_zero, CREDENTIAL_FORGED },
		{ "both zero", all_zero, CREDENTIAL_FORGED },
		{ "r the order", r_order, CREDENTIAL_FORGED },
		{ "s the order", s_order, CREDENTIAL_FORGED },
		{ "all ones", all_ones, CREDENTIAL_FORGED },
		{ "a bit", flip, CREDENTIAL_FORGED },
		{ "r and s swapped", swapped, CREDENTIAL_FORGED },
		{ "DER", as_der, CREDENTIAL_MALFORMED },
	};
	static uint8_t bytes[FORGE_BYTES_MAX];
	struct signing_key key = forge_key(algorithm, SCALAR, "yd:371171", "37", "AA");
	struct signing_key stranger = forge_key(algorithm, SEED_1, "yd:371171", "37", "AA");
	struct keyring *keyring = keyring_open();
	struct credential out;

	assert_int_equal(keyring_add(keyring, &key.trusted), KEYRING_OK);
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		const struct forge forge = { .payload = OURS, .spoil = spoils[i].spoil };
		size_t length = forge_credential(bytes, &forge, &key);

		if (credential_from_bytes(&out, bytes, length, keyring, NOW) != spoils[i].status)
			fail_msg("%s", spoils[i].name);
	}
	assert_int_equal(
		credential_from_bytes(
			&out, bytes,
			forge_credential(bytes, &(struct forge){ .payload = OURS }, &stranger),
			keyring, NOW),
		CREDENTIAL_FORGED);
	keyring_close(keyring);
}

static void es256(void **state)
{
	(void)state;
	order_hex = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
	elliptic(KEY_ES256);
}

static void sm2(void **state)
{
	(void)state;
	order_hex = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123";
	elliptic(KEY_SM2);
}

static void names(void **state)
{
	static const char *const none[] = { "",          "371171",           "yd:",
					    "yd:37117x", "yd:371171 ",       "YD:3711",
					    "x yd:3711", "yd:1234567890123", "yd:371171\xef" };
	static const uint8_t zeros[64];
	enum key_algorithm algorithm;
	uint8_t id[8];

	(void)state;
	key_default_id(id, zeros, 32);
	assert_memory_equal(id, "\x66\x68\x7a\xad\xf8\x62\xbd\x77", 8);
	assert_string_equal(issuer_region("yd:371171"), "371171");
	assert_string_equal(issuer_region("yd:371171001002"), "371171001002");
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_null(issuer_region(none[i]));
	assert_true(key_algorithm_from_name(&algorithm, "ES256") && algorithm == KEY_ES256);
	assert_true(key_algorithm_from_name(&algorithm, "EdDSA") && algorithm == KEY_EDDSA);
	assert_true(key_algorithm_from_name(&algorithm, "SM2") && algorithm == KEY_SM2);
	assert_false(key_algorithm_from_name(&algorithm, "eddsa"));
	assert_string_equal(key_algorithm_name(KEY_SM2), "SM2");
	assert_int_equal(key_public_length(KEY_EDDSA), 32);
	assert_int_equal(key_public_length(KEY_SM2), 64);
	assert_int_equal(key_public_length((enum key_algorithm) - 35), 0);
}

/* Whoever signed, whatever the header says, whichever key is trusted under the id: all three are of
 * one algorithm, or it is refused. */
static void algorithms_are_not_confused(void **state)
{
	static const struct {
		const char *name, *header, *scalar;
		enum key_algorithm algorithm;
	} kinds[] = {
		{ "EdDSA", "A2 01 27 04 41 AA", SEED_1, KEY_EDDSA },
		{ "ES256", "A2 01 26 04 41 AA", SCALAR, KEY_ES256 },
		{ "SM2", "A2 01 3A 0001119F 04 41 AA", SCALAR, KEY_SM2 },
	};
	static uint8_t bytes[FORGE_BYTES_MAX];
	struct credential out;

	(void)state;
	for (int i = 0; i < 27; i++) {
		int signer = i / 9, said = i / 3 % 3, trusted = i % 3;
		struct signing_key key = forge_key(kinds[signer].algorithm, kinds[signer].scalar,
						   "yd:371171", "37", "AA");
		struct signing_key other = forge_key(
			kinds[trusted].algorithm, kinds[trusted].scalar, "yd:371171", "37", "AA");
		const struct forge forge = { .payload = OURS, .protected_map = kinds[said].header };
		size_t length = forge_credential(bytes, &forge, &key);
		struct keyring *keyring = keyring_open();

		assert_int_equal(keyring_add(keyring, &other.trusted), KEYRING_OK);
		enum credential_status status =
			credential_from_bytes(&out, bytes, length, keyring, NOW);
		keyring_close(keyring);
		if ((signer == said && said == trusted) != (status == CREDENTIAL_OK))
			fail_msg("signed by %s, said to be %s, trusted %s", kinds[signer].name,
				 kinds[said].name, kinds[trusted].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strength), cmocka_unit_test(choosing),
		cmocka_unit_test(many),     cmocka_unit_test(bounded),
		cmocka_unit_test(es256),    cmocka_unit_test(sm2),
		cmocka_unit_test(names),    cmocka_unit_test(algorithms_are_not_confused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
