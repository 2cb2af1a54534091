/* P-256 and SM2 against the examples of their standards, scalars at the ends of their range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/elliptic.h"
#include "tests/forge.h"

struct example {
	const char *name;
	enum key_algorithm algorithm;
	const char *private_key;
	const char *public_key;
	const char *message;
	const char *signature;
};

static const struct example examples[] = {
	{ "RFC 6979, A.2.5, SHA-256, sample", KEY_ES256,
	  "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
	  "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
	  "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
	  "sample",
	  "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
	  "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8" },
	{ "GB/T 32918.5, A.2", KEY_SM2,
	  "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8",
	  "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
	  "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
	  "message digest",
	  "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
	  "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA" },
};

static bool verifies(struct elliptic_key *key, const uint8_t *signature, const char *message)
{
	return elliptic_verify(key, signature, (const uint8_t *)message, strlen(message));
}

static void standards(void **state)
{
	static uint8_t private_key[FORGE_BYTES_MAX];
	static uint8_t public_key[FORGE_BYTES_MAX];
	static uint8_t signature[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct example *example = &examples[i];
		struct elliptic_key *key;
		uint8_t found[64];

		(void)forge_bytes(private_key, example->private_key);
		(void)forge_bytes(public_key, example->public_key);
		(void)forge_bytes(signature, example->signature);
		assert_true(elliptic_public(example->algorithm, found, private_key));
		assert_memory_equal(found, public_key, 64);
		key = elliptic_open(example->algorithm, public_key);
		assert_non_null(key);
		if (!verifies(key, signature, example->message))
			fail_msg("%s", example->name);
		signature[0] ^= 1;
		assert_false(verifies(key, signature, example->message));
		signature[0] ^= 1;
		assert_false(verifies(key, signature, "another"));
		assert_true(verifies(key, signature, example->message)); /* after a failure too */
		assert_true(elliptic_sign(example->algorithm, found,
					  (const uint8_t *)example->message,
					  strlen(example->message), private_key));
		assert_true(verifies(key, found, example->message));
		elliptic_close(key);
	}
	elliptic_close(NULL);
}

/* Made from the standards' formulas by a program of its own, over the examples above with a k of its
 * choice: r and s have zeros in front, and behind them a byte with or without its highest bit. */
static const struct {
	const char *name;
	size_t example;
	const char *signature;
} short_ones[] = {
	{ "ES256, r, k 379", 0,
	  "005543894AF3D00ED7D740ABDBD75C96B06877B787DB5F70EEA78B90A8D7C00A"
	  "BA3CE335D3E2AB5BDCD8B8D18E8128D62FC28FD9E52BFB000663F22A226B56CC" },
	{ "ES256, r, then a high bit, k 833", 0,
	  "00F909EBBC5335E5E9DFEA6672F753E90DB9E56DD1F0C6CAE42C928710B141A2"
	  "8081BA232C5FA0E523952F6A3CA7E659732A34E6437A98A4C43F0D7F015FA945" },
	{ "ES256, two bytes of r, k 40393", 0,
	  "00003F5F178AA0706C4231EB6E5495AA1642C5B8A994127C89465F22994A42F9"
	  "7977DF14B28430887DE549FBF9466ED745AEA7DB381935E5223BB86CDA6379D3" },
	{ "ES256, s, k 132", 0,
	  "A7D97D1F67B529DAAD2BE62A68B373F5E93A5ACD2E055A9EC9E785F4F776E23D"
	  "001C151D18288920B88C435BD67F3EDA15D3E86932B852534793B37E256F9AE2" },
	{ "ES256, both, k 60594", 0,
	  "007CA5C54B35E4F7915C1695F2D8D7C63995F18FA699BAEF0A759E5622FFE4C5"
	  "00D2FE637E63D74041B65E2EDDFFCF34E326D0D9AF15D2AE2A1B952A55E69E17" },
	{ "SM2, r, then a high bit, k 240", 1,
	  "00FE85C19815C9B1021F4B6497AA3602F5755D9B5EC71D86A4267B1140CF47B8"
	  "B42DF80FA21F5A17C24417EC4AF02103CD4F2A1F8906B2936D3C758603FE17AA" },
	{ "SM2, two bytes of r, k 67393", 1,
	  "000021B477A7A8D9C10531F48C2263836FF142FFED57D251A34E212826BE5E23"
	  "B6030169E32A642ACF60D4054413223DC71D01A12557143EADA949D77A0FDD36" },
	{ "SM2, s, k 121", 1,
	  "7CDDB16BB958ABED06DDFBAF840167FEC7214188146234801D1E5779810FE2B5"
	  "0010F91615CE3F0951F376FE3CF0280F26805131D3656F698374BDA8F99DF44E" },
	{ "SM2, s, then a high bit, k 529", 1,
	  "48B7117D4FBEC6018EEEC01D3198ED8D31BB5547BF73D9F8EBF5EF90E12D5F0B"
	  "00CFBBA129330773DECBF123C40450BEF9B0DFBD6872726D5FEB9AB3665DDDC6" },
	{ "SM2, both, k 18009", 1,
	  "00A755D2FF27CFA2638C7DA4E5977716CF5309153A4D00B184C31DCBCDAE8A77"
	  "007E688E0AE9979C133F23676F83F878E4400CCE3CED99747A68540D5E7B4129" },
};

static void zeros_in_front(void **state)
{
	static uint8_t public_key[FORGE_BYTES_MAX];
	static uint8_t signature[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(short_ones) / sizeof(short_ones[0]); i++) {
		const struct example *example = &examples[short_ones[i].example];
		struct elliptic_key *key;

		(void)forge_bytes(public_key, example->public_key);
		(void)forge_bytes(signature, short_ones[i].signature);
		key = elliptic_open(example->algorithm, public_key);
		if (!verifies(key, signature, example->message))
			fail_msg("%s", short_ones[i].name);
		signature[63] ^= 1;
		if (verifies(key, signature, example->message))
			fail_msg("%s, but for a bit", short_ones[i].name);
		elliptic_close(key);
	}
}

/* One key object serves many holders, one after the other. */
static void a_key_is_changed(void **state)
{
	uint8_t private_keys[2][32], points[2][64], signatures[2][64];
	uint8_t beside[64];
	struct elliptic_key *key;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_true(elliptic_generate(KEY_ES256, private_keys[i], points[i]));
		assert_true(elliptic_sign(KEY_ES256, signatures[i], (const uint8_t *)"m", 1,
					  private_keys[i]));
	}
	memcpy(beside, points[0], 64);
	beside[40] ^= 1;
	key = elliptic_open(KEY_ES256, points[0]);
	for (int i = 0; i < 20; i++) {
		assert_true(elliptic_change(key, points[i % 2]));
		assert_true(verifies(key, signatures[i % 2], "m"));
		assert_false(verifies(key, signatures[(i + 1) % 2], "m"));
		assert_false(elliptic_change(key, beside));
		assert_false(verifies(key, signatures[i % 2], "m"));
	}
	elliptic_close(key);
}

/* Until some had numbers with leading zeros, of which DER has its own opinion. */
static void short_numbers(enum key_algorithm algorithm, const uint8_t *private_key,
			  struct elliptic_key *key)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < 20000 && seen < 3; i++) {
		uint8_t message[2] = { (uint8_t)(i >> 8), (uint8_t)i };
		uint8_t signature[64];

		assert_true(elliptic_sign(algorithm, signature, message, 2, private_key));
		assert_true(elliptic_verify(key, signature, message, 2));
		seen += signature[0] == 0 || signature[32] == 0;
	}
	assert_int_equal(seen, 3);
}

static void many_signatures(void **state)
{
	static uint8_t private_key[FORGE_BYTES_MAX];
	static uint8_t public_key[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct elliptic_key *key;

		(void)forge_bytes(private_key, examples[i].private_key);
		(void)forge_bytes(public_key, examples[i].public_key);
		key = elliptic_open(examples[i].algorithm, public_key);
		short_numbers(examples[i].algorithm, private_key, key);
		elliptic_close(key);
	}
}

static void scalars(void **state)
{
	static const struct {
		const char *name;
		enum key_algorithm algorithm;
		const char *scalar;
		bool valid;
	} rows[] = {
		{ "P-256, 0", KEY_ES256, "<32*00>", false },
		{ "P-256, 1", KEY_ES256, "<31*00> 01", true },
		{ "P-256, n - 2", KEY_ES256,
		  "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC63254F", true },
		{ "P-256, n - 1", KEY_ES256,
		  "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550", false },
		{ "P-256, n", KEY_ES256,
		  "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", false },
		{ "P-256, all ones", KEY_ES256, "<32*FF>", false },
		{ "SM2, 0", KEY_SM2, "<32*00>", false },
		{ "SM2, n - 2", KEY_SM2,
		  "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54121", true },
		{ "SM2, n - 1", KEY_SM2,
		  "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122", false },
		{ "Ed25519 is none of these", KEY_EDDSA, "<31*00> 01", false },
	};
	static uint8_t scalar[FORGE_BYTES_MAX];
	uint8_t public_key[64];
	uint8_t signature[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)forge_bytes(scalar, rows[i].scalar);
		if (elliptic_public(rows[i].algorithm, public_key, scalar) != rows[i].valid)
			fail_msg("%s", rows[i].name);
		if (elliptic_sign(rows[i].algorithm, signature, scalar, 32, scalar) !=
		    rows[i].valid)
			fail_msg("%s, signing", rows[i].name);
	}
}

static void points(void **state)
{
	static const struct {
		const char *name;
		const char *point;
		bool on_curve;
	} rows[] = {
		{ "the base point",
		  "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
		  "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
		  true },
		{ "its negative",
		  "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
		  "B01CBD1C01E58065711814B583F061E9D431CCA994CEA1313449BF97C840AE0A",
		  true },
		{ "a bit beside",
		  "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C297"
		  "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
		  false },
		{ "zero", "<64*00>", false },
		{ "x zero",
		  "<32*00> 66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4",
		  true },
		{ "x the field's size, which is zero again",
		  "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"
		  "66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4",
		  false },
		{ "all ones", "<64*FF>", false },
	};
	static uint8_t point[FORGE_BYTES_MAX];
	struct elliptic_curve *curve = elliptic_curve_open();

	(void)state;
	assert_non_null(curve);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct elliptic_key *key;

		(void)forge_bytes(point, rows[i].point);
		if (elliptic_on_curve(curve, point) != rows[i].on_curve)
			fail_msg("%s", rows[i].name);
		key = elliptic_open(KEY_ES256, point);
		if ((key != NULL) != rows[i].on_curve)
			fail_msg("%s, as a key", rows[i].name);
		elliptic_close(key);
	}
	elliptic_curve_close(curve);
	elliptic_curve_close(NULL);
}

/* The one encoding, and its neighbours. */
static void signatures_in_der(void **state)
{
	static const struct {
		const char *name, *der;
		bool good;
		uint8_t last_of_r;
	} rows[] = {
		{ "the shortest", "30 06 02 01 05 02 01 07", true, 5 },
		{ "zeros", "30 06 02 01 00 02 01 00", false, 0 },
		{ "32 bytes", "30 25 02 20 7F <30*00> 09 02 01 07", true, 9 },
		{ "33 bytes, the first zero", "30 26 02 21 00 80 <30*00> 09 02 01 07", true, 9 },
		{ "33 bytes", "30 26 02 21 01 <31*00> 09 02 01 07", false, 0 },
		{ "34 bytes", "30 27 02 22 00 80 <31*00> 09 02 01 07", false, 0 },
		{ "negative", "30 06 02 01 80 02 01 07", false, 0 },
		{ "an idle zero in front", "30 07 02 02 00 7F 02 01 07", false, 0 },
		{ "a needed zero in front", "30 07 02 02 00 80 02 01 07", true, 0x80 },
		{ "an empty integer", "30 05 02 00 02 01 07", false, 0 },
		{ "a long length", "30 81 06 02 01 05 02 01 07", false, 0 },
		{ "a long length inside", "30 07 02 81 01 05 02 01 07", false, 0 },
		{ "a byte behind", "30 06 02 01 05 02 01 07 00", false, 0 },
		{ "a byte behind, inside", "30 07 02 01 05 02 01 07 00", false, 0 },
		{ "a third integer", "30 09 02 01 05 02 01 07 02 01 01", false, 0 },
		{ "one integer", "30 03 02 01 05", false, 0 },
		{ "no integer", "30 00", false, 0 },
		{ "a set", "31 06 02 01 05 02 01 07", false, 0 },
		{ "no integers", "30 06 04 01 05 02 01 07", false, 0 },
		{ "cut", "30 06 02 01 05 02 01", false, 0 },
		{ "a length that lies", "30 06 02 04 05 02 01 07", false, 0 },
		{ "a tag alone", "30", false, 0 },
		{ "nothing", "", false, 0 },
	};
	static uint8_t bytes[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t signature[ELLIPTIC_SIGNATURE_BYTES];
		size_t length = forge_bytes(bytes, rows[i].der);
		uint8_t *copy = malloc(length + (length == 0));

		memcpy(copy, bytes, length);
		if (elliptic_from_der(signature, copy, length) != rows[i].good)
			fail_msg("%s", rows[i].name);
		if (rows[i].good)
			assert_int_equal(signature[31], rows[i].last_of_r);
		free(copy);
	}
}

/* FIPS 197, appendix C, and SP 800-67, appendix B.1. */
static void blocks_of_the_standards(void **state)
{
	static const struct {
		enum block_cipher cipher;
		const char *key, *plain, *sealed;
	} rows[] = {
		{ BLOCK_3DES, "0123456789ABCDEF 23456789ABCDEF01 456789ABCDEF0123",
		  "5468652071756663", "A826FD8CE53B855F" },
		{ BLOCK_AES128, "000102030405060708090A0B0C0D0E0F",
		  "00112233445566778899AABBCCDDEEFF", "69C4E0D86A7B0430D8CDB78070B4C55A" },
		{ BLOCK_AES192, "000102030405060708090A0B0C0D0E0F1011121314151617",
		  "00112233445566778899AABBCCDDEEFF", "DDA97CA4864CDFE06EAF70A0EC0D7191" },
		{ BLOCK_AES256, "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
		  "00112233445566778899AABBCCDDEEFF", "8EA2B7CA516745BFEAFC49904B496089" },
	};
	static uint8_t key[FORGE_BYTES_MAX], plain[FORGE_BYTES_MAX], sealed[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t out[BLOCK_BYTES_MAX];
		size_t length = forge_bytes(plain, rows[i].plain);

		assert_int_equal(forge_bytes(key, rows[i].key),
				 block_cipher_key_length(rows[i].cipher));
		assert_int_equal(length, block_cipher_length(rows[i].cipher));
		(void)forge_bytes(sealed, rows[i].sealed);
		assert_true(block_cipher_encrypt(rows[i].cipher, out, plain, key));
		assert_memory_equal(out, sealed, length);
		assert_true(block_cipher_decrypt(rows[i].cipher, out, sealed, key));
		assert_memory_equal(out, plain, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standards),         cmocka_unit_test(many_signatures),
		cmocka_unit_test(scalars),           cmocka_unit_test(points),
		cmocka_unit_test(signatures_in_der), cmocka_unit_test(blocks_of_the_standards),
		cmocka_unit_test(zeros_in_front),    cmocka_unit_test(a_key_is_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
