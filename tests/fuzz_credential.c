/*
 * Credentials from hostile bytes.  The first byte says how the rest is taken: as a tag's bytes, as
 * text, or as the payload of a credential that is then signed with a trusted key, so that what lies
 * behind the signature check is reached too.
 *
 * Covers reader/credential.c reader/cose.c reader/inflate.c.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader/cbor.h"
#include "reader/issue.h"
#include "reader/primitives.h"

#define NOW 1750000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
	struct keyring *keyring;
	uint8_t seed[32];
};

static void add(struct keyring *keyring, const struct bench *bench, const char *issuer)
{
	struct trusted_key key = { .algorithm = KEY_EDDSA, .kid = { 1 }, .until = INT64_MAX };

	primitive_ed25519_public(key.public_key, bench->seed);
	strcpy(key.issuer, issuer);
	key.kid_length = 1;
	if (keyring_add(keyring, &key) != KEYRING_OK)
		abort();
}

static const struct bench *prepare(void)
{
	static struct bench bench; /* made once: a target has no other place to keep it */

	if (bench.keyring == NULL) {
		memset(bench.seed, 7, sizeof(bench.seed));
		bench.keyring = keyring_open();
		if (bench.keyring == NULL)
			abort();
		add(bench.keyring, &bench, "yd:371171");
		add(bench.keyring, &bench, "g");
	}
	return &bench;
}

static void check_claims(const struct credential *claims)
{
	bool ours = issuer_region(claims->issuer) != NULL;

	if (strcmp(claims->issuer, "yd:371171") != 0 && strcmp(claims->issuer, "g") != 0)
		abort();
	if (!utf8_valid((const uint8_t *)claims->name, strlen(claims->name)) ||
	    !utf8_valid((const uint8_t *)claims->number, strlen(claims->number)) ||
	    claims->number[0] == '\0')
		abort();
	if (claims->medium_length == 0 ? ours
				       : claims->medium_length < 8 || claims->medium_length > 16)
		abort();
	if (claims->kind > CREDENTIAL_FAMILY || claims->not_before > NOW || claims->expires <= NOW)
		abort();
}

static enum credential_status sign_and_read(struct credential *out, const struct bench *bench,
					    const uint8_t *payload, size_t length)
{
	static uint8_t bytes[CREDENTIAL_BYTES_MAX];
	static uint8_t message[CREDENTIAL_BYTES_MAX];
	static const uint8_t header[] = { 0x46, 0xa2, 0x01, 0x27, 0x04, 0x41, 0x01 };
	uint8_t signature[64];
	struct cbor_writer writer = { .bytes = message, .size = sizeof(message) };

	cbor_put_raw(&writer, (const uint8_t *)"\x84\x6aSignature1", 12);
	cbor_put_raw(&writer, header, sizeof(header));
	cbor_put_raw(&writer, (const uint8_t *)"\x40", 1);
	cbor_put_bytes(&writer, payload, length);
	if (writer.failed)
		return CREDENTIAL_MALFORMED;
	primitive_ed25519_sign(signature, message, writer.length, bench->seed);
	writer = (struct cbor_writer){ .bytes = bytes, .size = sizeof(bytes) };
	cbor_put_raw(&writer, (const uint8_t *)"\xd2\x84", 2);
	cbor_put_raw(&writer, header, sizeof(header));
	cbor_put_raw(&writer, (const uint8_t *)"\xa0", 1);
	cbor_put_bytes(&writer, payload, length);
	cbor_put_bytes(&writer, signature, sizeof(signature));
	if (writer.failed)
		return CREDENTIAL_MALFORMED;
	return credential_from_bytes(out, bytes, writer.length, bench->keyring, NOW);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bench *bench = prepare();
	struct credential claims;
	enum credential_status status;

	if (size == 0)
		return 0;
	switch (data[0] % 3) {
	case 0:
		status = credential_from_bytes(&claims, data + 1, size - 1, bench->keyring, NOW);
		break;
	case 1:
		status = credential_from_text(&claims, (const char *)data + 1, size - 1,
					      bench->keyring, NOW);
		break;
	default:
		status = sign_and_read(&claims, bench, data + 1, size - 1);
		if (status == CREDENTIAL_FORGED || status == CREDENTIAL_UNSUPPORTED)
			abort();
	}
	if (status == CREDENTIAL_OK)
		check_claims(&claims);
	return 0;
}
