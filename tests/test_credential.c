/*
 * Credentials that are read: claims, sizes, texts, compression, readings of devices, and the
 * published claim-169 vectors.  The rules of refusal are in test_refusals.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/base45.h"
#include "reader/cbor.h"
#include "reader/credential.h"
#include "reader/inflate.h"
#include "tests/claims.h"
#include "tests/forge.h"
#include "tests/vectors.h"

#define OK   CREDENTIAL_OK
#define BAD  CREDENTIAL_MALFORMED
#define WHAT CREDENTIAL_UNSUPPORTED
#define WHO  CREDENTIAL_UNKNOWN_ISSUER

struct fixture {
	struct signing_key key;
	struct keyring *keyring;
	uint8_t bytes[FORGE_BYTES_MAX];
	char text[2 * FORGE_BYTES_MAX];
};

static struct fixture fixture; /* large, and made anew before each test */

static int set_up(void **state)
{
	fixture.key = forge_key(KEY_EDDSA, SEED, "yd:371171", "3711", KID);
	fixture.keyring = keyring_open();
	*state = &fixture;
	return keyring_add(fixture.keyring, &fixture.key.trusted) == KEYRING_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *used = *state;

	keyring_close(used->keyring);
	return 0;
}

/* From bytes of exactly their size, so that the sanitizer sees a step too far. */
static enum credential_status judge_bytes(struct credential *out, size_t length)
{
	uint8_t *copy = malloc(length + (length == 0));
	enum credential_status status;

	memcpy(copy, fixture.bytes, length);
	status = credential_from_bytes(out, copy, length, fixture.keyring, NOW);
	free(copy);
	return status;
}

static enum credential_status judge_text(struct credential *out, const char *text, size_t length)
{
	char *copy = malloc(length + (length == 0));
	enum credential_status status;

	memcpy(copy, text, length);
	status = credential_from_text(out, copy, length, fixture.keyring, NOW);
	free(copy);
	return status;
}

static void claims_arrive(void **state)
{
	const struct forge forge = { .payload = "A9" ALL CNF "3A00011171 01" };
	struct credential out;

	(void)state;
	assert_int_equal(judge_bytes(&out, forge_credential(fixture.bytes, &forge, &fixture.key)),
			 OK);
	assert_string_equal(out.issuer, "yd:371171");
	assert_string_equal(out.number, "N1");
	assert_string_equal(out.name, "张三");
	assert_int_equal(out.kind, CREDENTIAL_VETERAN);
	assert_int_equal(out.medium_length, 8);
	assert_memory_equal(out.medium, "\1\2\3\4\5\6\7\x8", 8);
	assert_true(out.expires == 1800000000 && out.not_before == 1700000000);
	assert_true(out.issued_at == 1700000000);
	assert_true(out.has_holder_key && out.holder_key_in_chip);
	assert_int_equal(out.holder_key[0], 0x6b);
	assert_int_equal(out.holder_key[63], 0xf5);
}

static void absent_claims(void **state)
{
	const struct forge forge = { .payload = "A3" ISS CTI ID };
	struct credential out;

	(void)state;
	assert_int_equal(judge_bytes(&out, forge_credential(fixture.bytes, &forge, &fixture.key)),
			 OK);
	assert_true(out.expires == INT64_MAX && out.not_before == INT64_MIN);
	assert_true(out.issued_at == INT64_MIN);
	assert_int_equal(out.kind, CREDENTIAL_KIND_NONE);
	assert_false(out.has_holder_key || out.holder_key_in_chip);
}

/* No single bit of a credential can change without a refusal. */
static void every_bit_counts(void **state)
{
	const struct forge forge = { .payload = "A7" ALL };
	size_t length = forge_credential(fixture.bytes, &forge, &fixture.key);
	struct credential out;

	(void)state;
	for (size_t bit = 0; bit < 8 * length; bit++) {
		fixture.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (judge_bytes(&out, length) == CREDENTIAL_OK)
			fail_msg("bit %zu", bit);
		fixture.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < length; cut++)
		assert_int_equal(judge_bytes(&out, cut), BAD);
	assert_int_equal(judge_bytes(&out, length), OK);
}

/* A credential of exactly this many bytes, filled up in a claim that nobody reads. */
static size_t filled(size_t wanted)
{
	char payload[256];
	struct forge forge = { .payload = payload };
	size_t length;

	(void)sprintf(payload, "A4" ISS CTI ID "1864 591000 <4096*00>");
	length = forge_credential(fixture.bytes, &forge, &fixture.key);
	(void)sprintf(payload, "A4" ISS CTI ID "1864 59%04zX <%zu*00>", wanted - (length - 4096),
		      wanted - (length - 4096));
	length = forge_credential(fixture.bytes, &forge, &fixture.key);
	assert_int_equal(length, wanted);
	return length;
}

static void sizes_as_read(void **state)
{
	struct credential out;

	(void)state;
	assert_int_equal(judge_bytes(&out, filled(4096)), OK);
	assert_int_equal(judge_bytes(&out, filled(4097)), BAD);
	/* 4096 characters are no base45, so the nearest are 4095 and 4097. */
	base45_encode(fixture.text, fixture.bytes, filled(2730));
	assert_int_equal(strlen(fixture.text), 4095);
	assert_int_equal(judge_text(&out, fixture.text, 4095), OK);
	base45_encode(fixture.text, fixture.bytes, filled(2731));
	assert_int_equal(strlen(fixture.text), 4097);
	assert_int_equal(judge_text(&out, fixture.text, 4097), BAD);
}

static enum credential_status judge_compressed(size_t length)
{
	static uint8_t stream[BASE45_DECODED(READING_BYTES_MAX)];
	struct credential out;
	size_t compressed = 0;

	assert_true(deflate_bytes(stream, sizeof(stream), &compressed, fixture.bytes, length));
	base45_encode(fixture.text, stream, compressed);
	assert_true(strlen(fixture.text) <= READING_BYTES_MAX);
	return judge_text(&out, fixture.text, strlen(fixture.text));
}

static void sizes_inflated(void **state)
{
	(void)state;
	assert_int_equal(judge_compressed(filled(300 + 4096)), OK);
	assert_int_equal(judge_compressed(filled(16384)), OK);
	assert_int_equal(judge_compressed(filled(16385)), BAD);
}

static void compressed_faults(void **state)
{
	const size_t bomb = 2000000;
	uint8_t *zeros_ = calloc(1, bomb);
	static uint8_t stream[BASE45_DECODED(READING_BYTES_MAX)];
	struct credential out;
	size_t length = 0;

	(void)state;
	assert_true(deflate_bytes(stream, sizeof(stream), &length, zeros_, bomb));
	base45_encode(fixture.text, stream, length);
	assert_true(strlen(fixture.text) <= READING_BYTES_MAX);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text)), BAD);
	free(zeros_);

	assert_true(deflate_bytes(stream, sizeof(stream) - 1, &length, fixture.bytes,
				  forge_credential(fixture.bytes,
						   &(struct forge){ .payload = "A7" ALL },
						   &fixture.key)));
	base45_encode(fixture.text, stream, length);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text)), OK);
	base45_encode(fixture.text, stream, length - 1);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text)), BAD);
	stream[length] = 0;
	base45_encode(fixture.text, stream, length + 1);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text)), BAD);
	/* A tag's record is never compressed. */
	memcpy(fixture.bytes, stream, length);
	assert_int_equal(judge_bytes(&out, length), BAD);
}

static void texts(void **state)
{
	static const char *const malformed[] = {
		"", " ", "0", "hello", "HELLO WORLD", "https://example.com/", "6BF", "优待证", "\n",
	};
	struct credential out;
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		assert_int_equal(judge_text(&out, malformed[i], strlen(malformed[i])), BAD);
	length = forge_credential(fixture.bytes, &(struct forge){ .payload = "A7" ALL },
				  &fixture.key);
	base45_encode(fixture.text, fixture.bytes, length);
	length = strlen(fixture.text);
	assert_int_equal(judge_text(&out, fixture.text, length), OK);
	for (size_t cut = 0; cut < length; cut++)
		assert_int_equal(judge_text(&out, fixture.text, cut), BAD);
	fixture.text[length] = '\n';
	assert_int_equal(judge_text(&out, fixture.text, length + 1), BAD);
	fixture.text[0] = 'z';
	assert_int_equal(judge_text(&out, fixture.text, length), BAD);
}

static void readings(void **state)
{
	static const struct {
		enum reading_fault fault;
		enum credential_status status;
	} faults[] = {
		{ READING_TORN, CREDENTIAL_TORN },
		{ READING_SEVERAL_CARDS, CREDENTIAL_SEVERAL_CARDS },
		{ READING_MALFORMED, BAD },
		{ READING_UNSUPPORTED, WHAT },
	};
	struct reading reading = { .carrier = READING_TAG };
	struct credential out;

	(void)state;
	reading.length = forge_credential(fixture.bytes, &(struct forge){ .payload = "A7" ALL },
					  &fixture.key);
	memcpy(reading.bytes, fixture.bytes, reading.length);
	assert_int_equal(credential_from_reading(&out, &reading, fixture.keyring, NOW), OK);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		reading.fault = faults[i].fault;
		assert_int_equal(credential_from_reading(&out, &reading, fixture.keyring, NOW),
				 faults[i].status);
	}
	reading.fault = READING_COMPLETE;
	reading.carrier = READING_QR; /* the same bytes are no text */
	assert_int_equal(credential_from_reading(&out, &reading, fixture.keyring, NOW), BAD);
	base45_encode((char *)reading.bytes, fixture.bytes, reading.length);
	reading.length = strlen((char *)reading.bytes);
	assert_int_equal(credential_from_reading(&out, &reading, fixture.keyring, NOW), OK);
}

/* --- published vectors --- */

static enum credential_status judge_vector(struct credential *out, const char *text,
					   const char *key_hex, const char *algorithm)
{
	struct keyring *keyring = keyring_open();
	struct trusted_key key = { .issuer = "https://mosip.example.org", .until = INT64_MAX };
	enum credential_status status;
	uint8_t bytes[65];
	size_t length;

	if (key_hex != NULL) {
		assert_true(key_algorithm_from_name(&key.algorithm, algorithm));
		length = vectors_hex(bytes, sizeof(bytes), key_hex);
		/* Their points of P-256 start with 04; ours are x || y. */
		memcpy(key.public_key, bytes + length % 32, length - length % 32);
		assert_int_equal(keyring_add(keyring, &key), KEYRING_OK);
	}
	status = credential_from_text(out, text, strlen(text), keyring, NOW);
	keyring_close(keyring);
	return status;
}

/* Those with a signature of their own are read and verified, without kid, cti or kind. */
static void published_signed(void **state)
{
	static const char *const files[] = { "claim169/valid-ed25519-signed.json",
					     "claim169/valid-ecdsa-p256-signed.json" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		json_t *vector = vectors_load(files[i]);
		json_t *key = json_object_get(vector, "signing_key");
		json_t *claims = json_object_get(vector, "expected_claim169");
		json_t *meta = json_object_get(vector, "expected_cwt_meta");
		const char *text = json_string_value(json_object_get(vector, "qr_data"));
		struct credential out;

		if (vector == NULL)
			skip();
		assert_int_equal(
			judge_vector(&out, text,
				     json_string_value(json_object_get(key, "public_key_hex")),
				     json_string_value(json_object_get(key, "algorithm"))),
			OK);
		assert_string_equal(out.number, json_string_value(json_object_get(claims, "id")));
		assert_string_equal(out.name,
				    json_string_value(json_object_get(claims, "fullName")));
		assert_string_equal(out.issuer, json_string_value(json_object_get(meta, "issuer")));
		assert_true((double)out.expires ==
			    json_number_value(json_object_get(meta, "expiresAt")));
		assert_true((double)out.issued_at ==
			    json_number_value(json_object_get(meta, "issuedAt")));
		assert_int_equal(out.kind, CREDENTIAL_KIND_NONE);
		assert_int_equal(out.medium_length, 0);
		assert_int_equal(judge_vector(&out, text, NULL, NULL), WHO);
		json_decref(vector);
	}
}

/*
 * The others have an empty signature, so a reader that checks signatures refuses them; their
 * base45, compression and CBOR are sound, and it is for the signature that they are refused.
 */
static void published_unsigned(void **state)
{
	static const char *const files[] = {
		"claim169/valid-minimal.json",          "claim169/valid-with-face.json",
		"claim169/valid-claim169-example.json", "claim169/edge-expired.json",
		"claim169/edge-unknown-fields.json",    "claim169/invalid-missing-169.json",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		json_t *vector = vectors_load(files[i]);
		const char *text = json_string_value(json_object_get(vector, "qr_data"));
		static uint8_t stream[READING_BYTES_MAX];
		static uint8_t bytes[CREDENTIAL_BYTES_MAX];
		struct credential out;
		size_t length;
		size_t inflated;

		if (vector == NULL)
			skip();
		assert_int_equal(judge_vector(&out, text, NULL, NULL), BAD);
		assert_true(base45_decode(stream, &length, text, strlen(text)));
		assert_true(inflate_bytes(bytes, sizeof(bytes), &inflated, stream, length));
		assert_true(cbor_valid(bytes, inflated));
		json_decref(vector);
	}
}

static void published_invalid(void **state)
{
	json_t *vector = vectors_load("claim169/invalid-bad-base45.json");
	struct credential out;

	(void)state;
	if (vector == NULL)
		skip();
	assert_int_equal(judge_vector(&out, json_string_value(json_object_get(vector, "qr_data")),
				      NULL, NULL),
			 BAD);
	json_decref(vector);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_arrive),
		cmocka_unit_test(absent_claims),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(sizes_as_read),
		cmocka_unit_test(sizes_inflated),
		cmocka_unit_test(compressed_faults),
		cmocka_unit_test(texts),
		cmocka_unit_test(readings),
		cmocka_unit_test(published_signed),
		cmocka_unit_test(published_unsigned),
		cmocka_unit_test(published_invalid),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
