/* Sealing: the ciphers themselves by published vectors, and what the vault makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "db/entitlement.h"
#include "db/seal.h"
#include "db/vault.h"
#include "tests/folder.h"
#include "tests/old_seal.h"
#include "tests/vectors.h"

#define TEXT_MAX 128

static const enum seal_cipher ciphers[] = { SEAL_AES_256_GCM, SEAL_SM4_GCM };

/* --- the ciphers --- */

struct vector {
	const char *name;
	enum seal_cipher cipher;
	const char *key, *nonce, *beside, *text, *sealed, *tag;
};

static const struct vector vectors[] = {
	{ "GCM of McGrew and Viega, case 13", SEAL_AES_256_GCM,
	  "0000000000000000000000000000000000000000000000000000000000000000",
	  "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ "case 14", SEAL_AES_256_GCM,
	  "0000000000000000000000000000000000000000000000000000000000000000",
	  "000000000000000000000000", "", "00000000000000000000000000000000",
	  "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
	{ "case 16", SEAL_AES_256_GCM,
	  "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
	  "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	  "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
	  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	  "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
	  "76fc6ece0f4e1768cddf8853bb2d551b" },
	{ "RFC 8998, A.1", SEAL_SM4_GCM, "0123456789abcdeffedcba9876543210",
	  "00001234567800000000abcd", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	  "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
	  "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
	  "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
	  "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
	  "83de3541e4c2b58177e065a9bf7b62ec" },
};

static struct sealer *sealer_of(const struct vector *vector)
{
	uint8_t aes[SEAL_AES_KEY_BYTES] = { 0 }, sm4[SEAL_SM4_KEY_BYTES] = { 0 };
	struct sealer *sealer = NULL;
	if (vector->cipher == SEAL_SM4_GCM)
		assert_int_equal(vectors_hex(sm4, sizeof sm4, vector->key), sizeof sm4);
	else
		assert_int_equal(vectors_hex(aes, sizeof aes, vector->key), sizeof aes);
	assert_true(sealer_open(&sealer, aes, sm4));
	return sealer;
}

static void the_published_vectors_are_met(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const struct vector *vector = &vectors[i];
		uint8_t text[TEXT_MAX], beside[TEXT_MAX], nonce[SEAL_NONCE_BYTES], out[TEXT_MAX],
			wanted[TEXT_MAX];
		size_t length = vectors_hex(text, sizeof text, vector->text);
		size_t beside_length = vectors_hex(beside, sizeof beside, vector->beside);
		struct sealer *sealer = sealer_of(vector);
		vectors_hex(nonce, sizeof nonce, vector->nonce);
		assert_int_equal(vectors_hex(wanted, sizeof wanted, vector->sealed), length);
		vectors_hex(wanted + length, sizeof wanted - length, vector->tag);
		sealer_seal(sealer, out, vector->cipher, text, length, beside, beside_length,
			    nonce);
		if (memcmp(out, wanted, length + SEAL_TAG_BYTES) != 0)
			fail_msg("%s: sealed otherwise", vector->name);
		memset(out, 0xa5, sizeof out);
		if (!sealer_unseal(sealer, out, vector->cipher, wanted, length + SEAL_TAG_BYTES,
				   beside, beside_length, nonce) ||
		    memcmp(out, text, length) != 0)
			fail_msg("%s: not read", vector->name);
		sealer_close(sealer);
	}
}

static void what_is_refused_leaves_no_text(void **state)
{
	static const uint8_t zero[TEXT_MAX];
	const uint8_t nonce[SEAL_NONCE_BYTES] = { 1 };
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		uint8_t sealed[TEXT_MAX], out[TEXT_MAX] = { 0 };
		struct sealer *sealer = sealer_of(&vectors[i]);
		sealer_seal(sealer, sealed, vectors[i].cipher, "a name", 6, "P1", 2, nonce);
		assert_false(sealer_unseal(sealer, out, vectors[i].cipher, sealed,
					   6 + SEAL_TAG_BYTES, "P2", 2, nonce));
		assert_memory_equal(out, zero, sizeof out);
		assert_false(sealer_unseal(sealer, out, vectors[i].cipher, sealed,
					   SEAL_TAG_BYTES - 1, "P1", 2, nonce));
		sealer_close(sealer);
	}
	sealer_close(NULL);
}

/* --- the vault --- */

static struct vault *vault_of(struct folder *folder, const char *keys)
{
	struct vault *vault = NULL;
	folder_put_text(folder->file, keys);
	assert_int_equal(chmod(folder->file, 0600), 0);
	assert_int_equal(vault_open(&vault, folder->file), VAULT_OK);
	return vault;
}

static void texts_come_back(void **state)
{
	char longest[HOLDER_NAME_MAX + 1], out[HOLDER_NAME_MAX + 1];
	const char *const texts[] = { "", "a", "测试甲", "欧阳建国", RARE_NAME, longest };
	struct vault *vault = vault_of(*state, OLD_KEYS);
	memset(longest, 'x', HOLDER_NAME_MAX);
	longest[HOLDER_NAME_MAX] = '\0';
	for (size_t i = 0; i < 2 * sizeof texts / sizeof *texts; i++) {
		const char *text = texts[i / 2];
		uint8_t sealed[HOLDER_NAME_MAX + SEAL_OVERHEAD];
		size_t length = vault_seal(vault, sealed, ciphers[i % 2], text, "P1");
		assert_int_equal(length, strlen(text) + SEAL_OVERHEAD);
		assert_int_equal(sealed[0], ciphers[i % 2]);
		assert_true(vault_unseal(vault, out, sizeof out, sealed, length, "P1"));
		assert_string_equal(out, text);
		/* The zero at the end needs its room. */
		assert_true(vault_unseal(vault, out, strlen(text) + 1, sealed, length, "P1"));
		assert_false(vault_unseal(vault, out, strlen(text), sealed, length, "P1"));
	}
	vault_close(vault);
}

static void the_same_text_is_never_sealed_alike(void **state)
{
	struct vault *vault = vault_of(*state, OLD_KEYS);
	for (size_t i = 0; i < 2; i++) {
		uint8_t one[64], two[64];
		size_t length = vault_seal(vault, one, ciphers[i], "测试甲", "P1");
		assert_int_equal(vault_seal(vault, two, ciphers[i], "测试甲", "P1"), length);
		assert_memory_not_equal(one + 1, two + 1, 8);                      /* salt */
		assert_memory_not_equal(one + 9, two + 9, length - SEAL_OVERHEAD); /* text */
	}
	vault_close(vault);
}

/* Both ciphers, and what version 1 left. */
static size_t sealed_name(const struct vault *vault, uint8_t out[static 64], size_t which)
{
	return which < 2 ? vault_seal(vault, out, ciphers[which], "测试甲", "P1")
			 : vectors_hex(out, 64, OLD_P1);
}

static void every_bit_counts(void **state)
{
	struct vault *vault = vault_of(*state, OLD_KEYS);
	uint8_t sealed[64];
	char out[64];
	for (size_t which = 0; which < 3; which++) {
		size_t length = sealed_name(vault, sealed, which);
		for (size_t bit = 0; bit < 8 * length; bit++) {
			sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
			if (vault_unseal(vault, out, sizeof out, sealed, length, "P1"))
				fail_msg("cipher %zu: bit %zu changed and not noticed", which, bit);
			sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		assert_true(vault_unseal(vault, out, sizeof out, sealed, length, "P1"));
	}
	vault_close(vault);
}

static void every_length_and_version_counts(void **state)
{
	struct vault *vault = vault_of(*state, OLD_KEYS);
	uint8_t sealed[64] = { 0 };
	char out[64];
	for (size_t which = 0; which < 3; which++) {
		size_t whole = sealed_name(vault, sealed, which);
		uint8_t version = sealed[0];
		for (size_t length = 0; length < sizeof sealed; length++)
			assert_int_equal(vault_unseal(vault, out, sizeof out, sealed, length, "P1"),
					 length == whole);
		for (int other = 0; other < 256; other++) {
			sealed[0] = (uint8_t)other;
			assert_int_equal(vault_unseal(vault, out, sizeof out, sealed, whole, "P1"),
					 other == version);
		}
	}
	vault_close(vault);
}

static void a_name_belongs_to_its_row(void **state)
{
	static const char *const others[] = { "P2", "p1", "P", "P1 ", "P11", "" };
	struct vault *vault = vault_of(*state, OLD_KEYS);
	uint8_t sealed[64];
	char out[64];
	for (size_t which = 0; which < 3; which++) {
		size_t length = sealed_name(vault, sealed, which);
		for (size_t i = 0; i < sizeof others / sizeof *others; i++)
			assert_false(
				vault_unseal(vault, out, sizeof out, sealed, length, others[i]));
	}
	vault_close(vault);
}

static void another_vault_reads_nothing(void **state)
{
	char keys[sizeof OLD_KEYS] = OLD_KEYS, out[64];
	struct vault *vault = vault_of(*state, OLD_KEYS);
	memcpy(strstr(keys, "sealing ") + 8, "41", 2);
	struct vault *other = vault_of(*state, keys);
	uint8_t sealed[64];
	for (size_t which = 0; which < 3; which++) {
		size_t length = sealed_name(vault, sealed, which);
		assert_false(vault_unseal(other, out, sizeof out, sealed, length, "P1"));
	}
	vault_close(other);
	vault_close(vault);
}

/* What is in registries out there: the derivation of keys and nonces stays as it is. */
static void what_was_sealed_stays_readable(void **state)
{
	static const struct {
		const char *sealed, *code, *text;
	} rows[] = {
		{ OLD_P1, "P1", "测试甲" },
		{ OLD_P2, "P2", RARE_NAME },
		{ AES_P1, "P1", "测试甲" },
		{ SM4_P1, "P1", "测试甲" },
	};
	struct vault *vault = vault_of(*state, OLD_KEYS);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t sealed[64];
		char out[64];
		size_t length = vectors_hex(sealed, sizeof sealed, rows[i].sealed);
		if (!vault_unseal(vault, out, sizeof out, sealed, length, rows[i].code) ||
		    strcmp(out, rows[i].text) != 0)
			fail_msg("row %zu is not read", i);
	}
	vault_close(vault);
}

/* --- photographs --- */

static void photographs_come_back(void **state)
{
	static const size_t lengths[] = { 0, 1, 15, 16, 17, 4096, SEAL_BYTES_MAX };
	static uint8_t bytes[SEAL_BYTES_MAX], sealed[SEAL_BYTES_MAX + SEAL_OVERHEAD],
		out[SEAL_BYTES_MAX];
	struct vault *vault = vault_of(*state, OLD_KEYS);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 2654435761U >> 13);
	for (size_t i = 0; i < 2 * sizeof lengths / sizeof *lengths; i++) {
		size_t length = lengths[i / 2];
		size_t got = vault_seal_bytes(vault, sealed, ciphers[i % 2], bytes, length, "P1");
		assert_int_equal(got, length + SEAL_OVERHEAD);
		memset(out, 0, length);
		assert_true(vault_unseal_bytes(vault, out, length, sealed, got, "P1"));
		assert_memory_equal(out, bytes, length);
		assert_false(vault_unseal_bytes(vault, out, length, sealed, got, "P2"));
		assert_false(vault_unseal_bytes(vault, out, length, sealed, got - 1, "P1"));
		assert_false(
			vault_unseal_bytes(vault, out, length, sealed, SEAL_OVERHEAD - 1, "P1"));
		if (length > 0)
			assert_false(vault_unseal_bytes(vault, out, length - 1, sealed, got, "P1"));
		sealed[got / 2] ^= 1;
		assert_false(vault_unseal_bytes(vault, out, length, sealed, got, "P1"));
	}
	vault_close(vault);
}

static void a_name_is_no_photograph(void **state)
{
	struct vault *vault = vault_of(*state, OLD_KEYS);
	uint8_t sealed[64], bytes[64];
	char out[64];
	for (size_t which = 0; which < 3; which++) {
		size_t length = sealed_name(vault, sealed, which);
		assert_false(vault_unseal_bytes(vault, bytes, sizeof bytes, sealed, length, "P1"));
	}
	for (size_t i = 0; i < 2; i++) {
		size_t length = vault_seal_bytes(vault, sealed, ciphers[i],
						 (const uint8_t *)"bytes", 5, "P1");
		assert_false(vault_unseal(vault, out, sizeof out, sealed, length, "P1"));
	}
	vault_close(vault);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_vectors_are_met),
		cmocka_unit_test(what_is_refused_leaves_no_text),
		CASE(texts_come_back),
		CASE(the_same_text_is_never_sealed_alike),
		CASE(every_bit_counts),
		CASE(every_length_and_version_counts),
		CASE(a_name_belongs_to_its_row),
		CASE(another_vault_reads_nothing),
		CASE(what_was_sealed_stays_readable),
		CASE(photographs_come_back),
		CASE(a_name_is_no_photograph),
	};
	return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
