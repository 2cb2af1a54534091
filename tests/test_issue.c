/*
 * Issuing: what we sign is read back as it was meant, is deterministic, and holds by other routes
 * too: libcbor for the structure, OpenSSL and libsodium themselves for the signature.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cbor.h>
#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "reader/issue.h"
#include "tests/forge.h"

#define NOW    1750000000
#define SEED   "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define SCALAR "6c1382765aec5358f117733d281c1c7bdc39884d04a45a1e6c67c858bc206c19"

static const enum key_algorithm algorithms[] = { KEY_EDDSA, KEY_ES256, KEY_SM2 };

static struct credential sample(void)
{
	struct credential claims = {
		.issuer = "yd:371171",
		.number = "371171-2026-00004011",
		.name = "欧阳建国",
		.kind = CREDENTIAL_FAMILY,
		.medium = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
		.medium_length = 16,
		.not_before = 1700000000,
		.expires = 1800000000,
		.issued_at = 1700000001,
		.has_holder_key = true,
		.holder_key_in_chip = true,
	};
	static uint8_t point[FORGE_BYTES_MAX];

	(void)forge_bytes(point,
			  "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
			  "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5");
	memcpy(claims.holder_key, point, 64);
	return claims;
}

static void assert_same(const struct credential *a, const struct credential *b)
{
	assert_string_equal(a->issuer, b->issuer);
	assert_string_equal(a->number, b->number);
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->medium_length, b->medium_length);
	assert_memory_equal(a->medium, b->medium, a->medium_length);
	assert_true(a->not_before == b->not_before && a->expires == b->expires &&
		    a->issued_at == b->issued_at);
	assert_int_equal(a->has_holder_key, b->has_holder_key);
	assert_int_equal(a->holder_key_in_chip, b->holder_key_in_chip);
	assert_memory_equal(a->holder_key, b->holder_key, 64);
}

static void round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct credential claims = sample();
		struct credential back;
		struct signing_key key;
		struct keyring *keyring = keyring_open();
		uint8_t bytes[1024];
		char text[4097];
		size_t length;

		assert_int_equal(signing_key_generate(&key, algorithms[i], "yd:371171", "3711"),
				 ISSUE_OK);
		assert_int_equal(keyring_add(keyring, &key.trusted), KEYRING_OK);
		assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &key),
				 ISSUE_OK);
		assert_int_equal(credential_from_bytes(&back, bytes, length, keyring, NOW),
				 CREDENTIAL_OK);
		assert_same(&claims, &back);
		for (int compress = 0; compress < 2; compress++) {
			assert_int_equal(credential_to_text(text, sizeof(text), bytes, length,
							    compress == 1),
					 ISSUE_OK);
			assert_int_equal(
				credential_from_text(&back, text, strlen(text), keyring, NOW),
				CREDENTIAL_OK);
			assert_same(&claims, &back);
		}
		keyring_close(keyring);
	}
}

/* Each optional claim left out alone, and all of them. */
static void optional_claims(void **state)
{
	struct signing_key key = forge_key(KEY_EDDSA, SEED, "https://g.e", "", "");
	struct keyring *keyring = keyring_open();

	(void)state;
	assert_int_equal(keyring_add(keyring, &key.trusted), KEYRING_OK);
	for (unsigned without = 0; without < 128; without++) {
		struct credential claims = sample();
		struct credential back;
		uint8_t bytes[1024];
		size_t length;

		strcpy(claims.issuer, "https://g.e");
		if (without & 1)
			claims.name[0] = '\0';
		if (without & 2)
			claims.kind = CREDENTIAL_KIND_NONE;
		if (without & 4)
			claims.medium_length = 0;
		if (without & 8)
			claims.not_before = INT64_MIN;
		if (without & 16)
			claims.expires = INT64_MAX;
		if (without & 32)
			claims.issued_at = INT64_MIN;
		if (without & 64) {
			claims.has_holder_key = false;
			claims.holder_key_in_chip = false;
			memset(claims.holder_key, 0, 64);
		}
		assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &key),
				 ISSUE_OK);
		assert_int_equal(credential_from_bytes(&back, bytes, length, keyring, NOW),
				 CREDENTIAL_OK);
		assert_same(&claims, &back);
	}
	keyring_close(keyring);
}

/* Byte for byte, put together by hand: shortest heads, keys in the order of their encodings. */
static void deterministic(void **state)
{
	static uint8_t expected[FORGE_BYTES_MAX];
	const struct forge forge = {
		.payload =
			"A9 01 69'yd:371171' 04 1A6B49D200 05 1A6553F100 06 1A6553F101"
			"07 50 0102030405060708090A0B0C0D0E0F10"
			"08 A1 01 A4 01 02 20 01"
			"21 5820 6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
			"22 5820 4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
			"18A9 A2 01 74'371171-2026-00004011' 04 6C'欧阳建国'"
			"3A00011170 02 3A00011171 01",
	};
	struct signing_key key = forge_key(KEY_EDDSA, SEED, "yd:371171", "", "0102030405060708");
	struct credential claims = sample();
	uint8_t bytes[1024];
	size_t length;

	(void)state;
	assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &key), ISSUE_OK);
	assert_int_equal(length, forge_credential(expected, &forge, &key));
	assert_memory_equal(bytes, expected, length);
}

/* --- by other routes --- */

/* libcbor 0.8 refuses tag 18, so it gets what stands behind it. */
static cbor_item_t *load(const uint8_t *bytes, size_t length)
{
	struct cbor_load_result result;
	cbor_item_t *item = cbor_load(bytes, length, &result);

	assert_non_null(item);
	assert_int_equal(result.read, length);
	return item;
}

static bool openssl_verifies(enum key_algorithm algorithm, const uint8_t *public_key,
			     const uint8_t *message, size_t length, const uint8_t *signature)
{
	char group[] = "P-256";
	char sm2[] = "SM2";
	unsigned char point[65] = { 4 };
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 algorithm == KEY_SM2 ? sm2 : group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context =
		EVP_PKEY_CTX_new_from_name(NULL, algorithm == KEY_SM2 ? "SM2" : "EC", NULL);
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	EVP_PKEY_CTX *check = NULL;
	ECDSA_SIG *parts = ECDSA_SIG_new();
	unsigned char *der = NULL;
	EVP_PKEY *key = NULL;
	int der_length;
	bool verified;

	memcpy(point + 1, public_key, 64);
	assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
	assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
	ECDSA_SIG_set0(parts, BN_bin2bn(signature, 32, NULL), BN_bin2bn(signature + 32, 32, NULL));
	der_length = i2d_ECDSA_SIG(parts, &der);
	check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (algorithm == KEY_SM2)
		assert_int_equal(EVP_PKEY_CTX_set1_id(check, "1234567812345678", 16), 1);
	EVP_MD_CTX_set_pkey_ctx(digest, check);
	assert_int_equal(EVP_DigestVerifyInit_ex(digest, NULL,
						 algorithm == KEY_SM2 ? "SM3" : "SHA256", NULL,
						 NULL, key, NULL),
			 1);
	verified = EVP_DigestVerify(digest, der, (size_t)der_length, message, length) == 1;
	EVP_MD_CTX_free(digest);
	EVP_PKEY_CTX_free(check);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(key);
	ECDSA_SIG_free(parts);
	OPENSSL_free(der);
	return verified;
}

static size_t put_string(uint8_t *out, cbor_item_t *string)
{
	size_t length = cbor_serialize(string, out, 2048);

	assert_true(length > 0);
	return length;
}

static void other_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct signing_key key = forge_key(algorithms[i], i == 0 ? SEED : SCALAR,
						   "yd:371171", "", "0102030405060708");
		struct credential claims = sample();
		uint8_t bytes[1024];
		uint8_t message[4096];
		size_t length;
		size_t end;
		cbor_item_t **parts;
		cbor_item_t *array;
		cbor_item_t *payload;
		bool verified;

		assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &key),
				 ISSUE_OK);
		assert_int_equal(bytes[0], 0xd2);
		array = load(bytes + 1, length - 1);
		assert_true(cbor_isa_array(array) && cbor_array_size(array) == 4);
		parts = cbor_array_handle(array);
		assert_true(cbor_isa_bytestring(parts[0]) && cbor_isa_bytestring(parts[2]));
		assert_int_equal(cbor_map_size(parts[1]), 0);
		assert_int_equal(cbor_bytestring_length(parts[3]), 64);
		payload = load(cbor_bytestring_handle(parts[2]), cbor_bytestring_length(parts[2]));
		assert_int_equal(cbor_map_size(payload), 9);
		cbor_decref(&payload);

		memcpy(message, "\x84\x6aSignature1", 12);
		end = 12 + put_string(message + 12, parts[0]);
		message[end++] = 0x40;
		end += put_string(message + end, parts[2]);
		if (algorithms[i] == KEY_EDDSA)
			verified = crypto_sign_verify_detached(cbor_bytestring_handle(parts[3]),
							       message, end,
							       key.trusted.public_key) == 0;
		else
			verified = openssl_verifies(algorithms[i], key.trusted.public_key, message,
						    end, cbor_bytestring_handle(parts[3]));
		assert_true(verified);
		cbor_decref(&array);
	}
}

/* --- what is not signed --- */

static void set_issuer(struct credential *claims)
{
	strcpy(claims->issuer, "yd:371172");
}

static void no_number(struct credential *claims)
{
	claims->number[0] = '\0';
}

static void no_name(struct credential *claims)
{
	claims->name[0] = '\0';
}

static void bad_name(struct credential *claims)
{
	strcpy(claims->name, "\xed\xa0\x80");
}

static void name_with_line_feed(struct credential *claims)
{
	strcpy(claims->name, "a\nb");
}

static void endless_name(struct credential *claims)
{
	memset(claims->name, 'a', sizeof(claims->name));
}

static void no_medium(struct credential *claims)
{
	claims->medium_length = 0;
}

static void medium_7(struct credential *claims)
{
	claims->medium_length = 7;
}

static void medium_17(struct credential *claims)
{
	claims->medium_length = 17;
}

static void kind_3(struct credential *claims)
{
	claims->kind = (enum credential_kind)3;
}

static void expires_at_once(struct credential *claims)
{
	claims->expires = claims->not_before;
}

static void holder_key_beside_the_curve(struct credential *claims)
{
	claims->holder_key[63] ^= 1;
}

static void medium_8(struct credential *claims)
{
	claims->medium_length = 8;
}

static void a_second_long(struct credential *claims)
{
	claims->expires = claims->not_before + 1;
}

static void longest_name(struct credential *claims)
{
	memset(claims->name, 'a', NAME_BYTES_MAX);
	memset(claims->number, 'b', NUMBER_BYTES_MAX);
}

static void bad_claims(void **state)
{
	static const struct {
		const char *name;
		void (*change)(struct credential *claims);
		enum issue_status status;
	} changes[] = {
		{ "another issuer", set_issuer, ISSUE_BAD_CLAIMS },
		{ "no number", no_number, ISSUE_BAD_CLAIMS },
		{ "no name", no_name, ISSUE_BAD_CLAIMS },
		{ "name not UTF-8", bad_name, ISSUE_BAD_CLAIMS },
		{ "name of two lines", name_with_line_feed, ISSUE_BAD_CLAIMS },
		{ "name without an end", endless_name, ISSUE_BAD_CLAIMS },
		{ "the longest name and number", longest_name, ISSUE_OK },
		{ "no medium", no_medium, ISSUE_BAD_CLAIMS },
		{ "medium of 7 bytes", medium_7, ISSUE_BAD_CLAIMS },
		{ "medium of 8 bytes", medium_8, ISSUE_OK },
		{ "medium of 17 bytes", medium_17, ISSUE_BAD_CLAIMS },
		{ "kind 3", kind_3, ISSUE_BAD_CLAIMS },
		{ "expires when it begins", expires_at_once, ISSUE_BAD_CLAIMS },
		{ "expires a second after", a_second_long, ISSUE_OK },
		{ "holder key beside the curve", holder_key_beside_the_curve, ISSUE_BAD_CLAIMS },
	};
	struct signing_key key = forge_key(KEY_EDDSA, SEED, "yd:371171", "", "01");
	uint8_t bytes[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct credential claims = sample();
		size_t length = 7;

		changes[i].change(&claims);
		if (credential_sign(bytes, sizeof(bytes), &length, &claims, &key) !=
		    changes[i].status)
			fail_msg("%s", changes[i].name);
		if (changes[i].status != ISSUE_OK)
			assert_int_equal(length, 7);
	}
}

static void room(void **state)
{
	struct signing_key key = forge_key(KEY_EDDSA, SEED, "yd:371171", "", "01");
	struct credential claims = sample();
	uint8_t bytes[1024];
	char text[4097];
	size_t length;
	size_t again;

	(void)state;
	assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &key), ISSUE_OK);
	assert_int_equal(credential_sign(bytes, length, &again, &claims, &key), ISSUE_OK);
	assert_int_equal(credential_sign(bytes, length - 1, &again, &claims, &key), ISSUE_NO_ROOM);
	assert_int_equal(credential_to_text(text, sizeof(text), bytes, length, false), ISSUE_OK);
	again = strlen(text);
	assert_int_equal(credential_to_text(text, again + 1, bytes, length, false), ISSUE_OK);
	assert_int_equal(credential_to_text(text, again, bytes, length, false), ISSUE_NO_ROOM);
	key.trusted.algorithm = (enum key_algorithm) - 35;
	assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &key),
			 ISSUE_UNSUPPORTED);
}

/* --- keys and their files --- */

static void generating(void **state)
{
	struct signing_key key;
	struct signing_key other;
	uint8_t id[8];
	char long_issuer[200];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct keyring *keyring = keyring_open();

		assert_int_equal(signing_key_generate(&key, algorithms[i], "yd:371171", NULL),
				 ISSUE_OK);
		assert_int_equal(signing_key_generate(&other, algorithms[i], "yd:371171", "37"),
				 ISSUE_OK);
		assert_memory_not_equal(key.private_key, other.private_key, 32);
		assert_memory_not_equal(key.trusted.public_key, other.trusted.public_key, 32);
		key_default_id(id, key.trusted.public_key, key_public_length(algorithms[i]));
		assert_int_equal(key.trusted.kid_length, 8);
		assert_memory_equal(key.trusted.kid, id, 8);
		assert_string_equal(key.trusted.region, "");
		assert_string_equal(other.trusted.region, "37");
		assert_int_equal(keyring_add(keyring, &key.trusted), KEYRING_OK);
		keyring_close(keyring);
	}
	memset(long_issuer, 'a', sizeof(long_issuer));
	long_issuer[127] = '\0';
	assert_int_equal(signing_key_generate(&key, KEY_EDDSA, long_issuer, ""), ISSUE_OK);
	long_issuer[127] = 'a';
	long_issuer[128] = '\0';
	assert_int_equal(signing_key_generate(&key, KEY_EDDSA, long_issuer, ""), ISSUE_BAD_CLAIMS);
	assert_int_equal(signing_key_generate(&key, KEY_EDDSA, "", ""), ISSUE_BAD_CLAIMS);
	assert_int_equal(signing_key_generate(&key, KEY_EDDSA, "a\nkid: 00", ""), ISSUE_BAD_CLAIMS);
	assert_int_equal(signing_key_generate(&key, KEY_EDDSA, "a", "1234567890123"),
			 ISSUE_BAD_CLAIMS);
	assert_int_equal(signing_key_generate(&key, (enum key_algorithm) - 35, "a", ""),
			 ISSUE_UNSUPPORTED);
}

static void key_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct signing_key key;
		struct signing_key back;
		char text[SEALED_KEY_MAX];
		char again[SEALED_KEY_MAX];

		assert_int_equal(signing_key_generate(&key, algorithms[i], "yd:371171", "3711"),
				 ISSUE_OK);
		assert_int_equal(signing_key_seal(text, sizeof(text), &key, "密码 pass"), ISSUE_OK);
		assert_int_equal(signing_key_seal(again, sizeof(again), &key, "密码 pass"),
				 ISSUE_OK);
		assert_string_not_equal(text, again); /* salt and nonce are fresh */
		assert_int_equal(signing_key_open(&back, text, strlen(text), "密码 pass"),
				 ISSUE_OK);
		assert_memory_equal(back.private_key, key.private_key, 32);
		assert_memory_equal(back.trusted.public_key, key.trusted.public_key, 64);
		assert_memory_equal(back.trusted.kid, key.trusted.kid, 8);
		assert_string_equal(back.trusted.issuer, "yd:371171");
		assert_string_equal(back.trusted.region, "3711");
		assert_int_equal(signing_key_open(&back, text, strlen(text), "密码 pas"),
				 ISSUE_WRONG_PASSPHRASE);
		assert_int_equal(signing_key_open(&back, text, strlen(text), ""),
				 ISSUE_WRONG_PASSPHRASE);
	}
}

/* The private key appears nowhere in the file, in bytes or in hex. */
static void nothing_in_the_open(void **state)
{
	struct signing_key key = forge_key(KEY_EDDSA, SEED, "yd:371171", "", "01");
	char text[SEALED_KEY_MAX];

	(void)state;
	assert_int_equal(signing_key_seal(text, sizeof(text), &key, "pass"), ISSUE_OK);
	assert_null(strstr(text, "9d61b19d"));
	assert_null(strstr(text, "1cae7f60"));
	assert_null(memmem(text, strlen(text), key.private_key, 8));
	assert_int_equal(signing_key_seal(text, 300, &key, "pass"), ISSUE_NO_ROOM);
}

static void replace(char *text, const char *from, const char *to)
{
	char *at = strstr(text, from);
	char rest[SEALED_KEY_MAX];

	assert_non_null(at);
	strcpy(rest, at + strlen(from));
	strcpy(at, to);
	strcat(text, rest);
}

static void spoiled_key_files(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		enum issue_status status;
	} changes[] = {
		{ "version 1", "version 2", ISSUE_MALFORMED_KEY },
		{ "EdDSA", "ES256", ISSUE_MALFORMED_KEY }, /* its public key is too short */
		{ "EdDSA", "RSA", ISSUE_MALFORMED_KEY },
		{ "yd:371171", "yd:371172", ISSUE_WRONG_PASSPHRASE }, /* covered by the seal */
		{ "region: 3711", "region: 37", ISSUE_WRONG_PASSPHRASE },
		{ "region: 3711\n", "", ISSUE_MALFORMED_KEY },
		{ "kid: 01", "kid: 02", ISSUE_WRONG_PASSPHRASE },
		{ "kid: 01", "kid: 0", ISSUE_MALFORMED_KEY },
		{ "kid: 01", "kid: 0G", ISSUE_MALFORMED_KEY },
		{ "public: d7", "public: d6", ISSUE_WRONG_PASSPHRASE },
		{ "public: d7", "public: D7", ISSUE_MALFORMED_KEY },
		{ "public: d7", "public: ", ISSUE_MALFORMED_KEY },
		{ "passes: 3", "passes: 2", ISSUE_WRONG_PASSPHRASE },
		{ "passes: 3", "passes: 0", ISSUE_MALFORMED_KEY },
		{ "passes: 3", "passes: 9", ISSUE_MALFORMED_KEY },
		{ "passes: 3", "passes: 99999999999", ISSUE_MALFORMED_KEY },
		{ "passes: 3", "passes: -3", ISSUE_MALFORMED_KEY },
		{ "passes: 3", "passes: ", ISSUE_MALFORMED_KEY },
		{ "kib: 65536", "kib: 8", ISSUE_WRONG_PASSPHRASE },
		{ "kib: 65536", "kib: 7", ISSUE_MALFORMED_KEY },
		{ "kib: 65536", "kib: 131073", ISSUE_MALFORMED_KEY },
		{ "salt: ", "salt: 00", ISSUE_MALFORMED_KEY },
		{ "sealed: ", "sealed: 00", ISSUE_MALFORMED_KEY },
		{ "sealed: ", "sealed:", ISSUE_MALFORMED_KEY },
		{ "nonce: ", "once: ", ISSUE_MALFORMED_KEY },
	};
	struct signing_key key = forge_key(KEY_EDDSA, SEED, "yd:371171", "3711", "01");
	struct signing_key back;
	char text[SEALED_KEY_MAX];

	(void)state;
	assert_int_equal(signing_key_seal(text, sizeof(text), &key, "pass"), ISSUE_OK);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char changed[SEALED_KEY_MAX + 16];

		strcpy(changed, text);
		replace(changed, changes[i].from, changes[i].to);
		if (signing_key_open(&back, changed, strlen(changed), "pass") != changes[i].status)
			fail_msg("%s", changes[i].to);
	}
	for (size_t cut = 0; cut < strlen(text); cut++)
		assert_int_equal(signing_key_open(&back, text, cut, "pass"), ISSUE_MALFORMED_KEY);
	strcat(text, "\n");
	assert_int_equal(signing_key_open(&back, text, strlen(text), "pass"), ISSUE_MALFORMED_KEY);
}

/* A file whose seal is whole, but whose public key is not that of its private one. */
static void mismatched_pair(void **state)
{
	struct signing_key key = forge_key(KEY_EDDSA, SEED, "yd:371171", "", "01");
	struct signing_key back;
	char text[SEALED_KEY_MAX];

	(void)state;
	key.private_key[0] ^= 1;
	assert_int_equal(signing_key_seal(text, sizeof(text), &key, "pass"), ISSUE_OK);
	assert_int_equal(signing_key_open(&back, text, strlen(text), "pass"), ISSUE_MALFORMED_KEY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),          cmocka_unit_test(optional_claims),
		cmocka_unit_test(deterministic),       cmocka_unit_test(other_routes),
		cmocka_unit_test(bad_claims),          cmocka_unit_test(room),
		cmocka_unit_test(generating),          cmocka_unit_test(key_files),
		cmocka_unit_test(nothing_in_the_open), cmocka_unit_test(spoiled_key_files),
		cmocka_unit_test(mismatched_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
