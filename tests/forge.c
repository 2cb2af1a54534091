#include "tests/forge.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/cbor.h"
#include "reader/elliptic.h"
#include "reader/primitives.h"

static void broken(const char *what)
{
	fprintf(stderr, "forge: %s\n", what);
	abort();
}

static unsigned hex_pair(const char *at)
{
	char pair[3] = { at[0], at[0] == '\0' ? '\0' : at[1], '\0' };
	char *end;
	unsigned long value = strtoul(pair, &end, 16);

	if (end != pair + 2)
		broken("not a pair of hex digits");
	return (unsigned)value;
}

static void put_repeated(struct cbor_writer *writer, const char **at)
{
	char *star;
	unsigned long count = strtoul(*at + 1, &star, 10);
	uint8_t byte;

	if (*star != '*' || star[3] != '>')
		broken("not <N*HH>");
	byte = (uint8_t)hex_pair(star + 1);
	for (unsigned long i = 0; i < count; i++)
		cbor_put_raw(writer, &byte, 1);
	*at = star + 4;
}

/* The token at *at, which is not one of a part. */
static void put_token(struct cbor_writer *writer, const char **at)
{
	uint8_t byte;

	if (**at == '\'') {
		const char *end = strchr(*at + 1, '\'');

		if (end == NULL)
			broken("a quote without its end");
		cbor_put_raw(writer, (const uint8_t *)*at + 1, (size_t)(end - *at - 1));
		*at = end + 1;
	} else if (**at == '<') {
		put_repeated(writer, at);
	} else {
		byte = (uint8_t)hex_pair(*at);
		cbor_put_raw(writer, &byte, 1);
		*at += 2;
	}
}

size_t forge_bytes(uint8_t out[static FORGE_BYTES_MAX], const char *text)
{
	struct cbor_writer writer = { .bytes = out, .size = FORGE_BYTES_MAX };

	while (*text != '\0') {
		if (isspace((unsigned char)*text))
			text++;
		else
			put_token(&writer, &text);
	}
	if (writer.failed)
		broken("too long");
	return writer.length;
}

static void default_header(char out[static 128], const struct trusted_key *key)
{
	uint8_t bytes[16];
	struct cbor_writer writer = { .bytes = bytes, .size = sizeof(bytes) };
	int length;

	cbor_put_int(&writer, key->algorithm);
	length = sprintf(out, "A%d 01 ", key->kid_length > 0 ? 2 : 1);
	for (size_t i = 0; i < writer.length; i++)
		length += sprintf(out + length, "%02X", bytes[i]);
	if (key->kid_length > 0)
		length += sprintf(out + length, " 04 %02X", 0x40 + (unsigned)key->kid_length);
	for (size_t i = 0; i < key->kid_length; i++)
		length += sprintf(out + length, "%02X", key->kid[i]);
}

static void sign(uint8_t out[static 64], const uint8_t *bytes, size_t length,
		 const struct signing_key *key)
{
	if (key->trusted.algorithm == KEY_EDDSA)
		primitive_ed25519_sign(out, bytes, length, key->private_key);
	else if (!elliptic_sign(key->trusted.algorithm, out, bytes, length, key->private_key))
		broken("OpenSSL does not sign");
}

size_t forge_credential(uint8_t out[static FORGE_BYTES_MAX], const struct forge *forge,
			const struct signing_key *key)
{
	static uint8_t parts[3][FORGE_BYTES_MAX]; /* protected, unprotected, payload */
	static uint8_t message[2 * FORGE_BYTES_MAX];
	struct cbor_writer writer = { .bytes = message, .size = sizeof(message) };
	const char *outer = forge->outer == NULL ? "D2 84 P U L S" : forge->outer;
	char header[128];
	uint8_t signature[128];
	size_t signature_length = 64;
	size_t lengths[3];

	default_header(header, &key->trusted);
	lengths[0] =
		forge_bytes(parts[0], forge->protected_map == NULL ? header : forge->protected_map);
	lengths[1] = forge_bytes(parts[1],
				 forge->unprotected_map == NULL ? "A0" : forge->unprotected_map);
	lengths[2] = forge_bytes(parts[2], forge->payload);
	cbor_put_raw(&writer, (const uint8_t *)"\x84\x6aSignature1", 12);
	cbor_put_bytes(&writer, parts[0], lengths[0]);
	cbor_put_raw(&writer, (const uint8_t *)"\x40", 1);
	cbor_put_bytes(&writer, parts[2], lengths[2]);
	sign(signature, message, writer.length, key);
	if (forge->spoil != NULL)
		signature_length = forge->spoil(signature);

	writer = (struct cbor_writer){ .bytes = out, .size = FORGE_BYTES_MAX };
	while (*outer != '\0') {
		switch (*outer) {
		case ' ':
			break;
		case 'P':
			cbor_put_bytes(&writer, parts[0], lengths[0]);
			break;
		case 'U':
			cbor_put_raw(&writer, parts[1], lengths[1]);
			break;
		case 'L':
			cbor_put_bytes(&writer, parts[2], lengths[2]);
			break;
		case 'S':
			cbor_put_bytes(&writer, signature, signature_length);
			break;
		default:
			put_token(&writer, &outer);
			continue;
		}
		outer++;
	}
	if (writer.failed)
		broken("too long");
	return writer.length;
}

struct signing_key forge_key(enum key_algorithm algorithm, const char *private_hex,
			     const char *issuer, const char *region, const char *kid_hex)
{
	static uint8_t bytes[FORGE_BYTES_MAX];
	struct signing_key key = { .trusted = { .algorithm = algorithm, .until = INT64_MAX } };

	if (!primitive_ready() || forge_bytes(bytes, private_hex) != PRIVATE_KEY_BYTES)
		broken("not a private key");
	memcpy(key.private_key, bytes, PRIVATE_KEY_BYTES);
	if (algorithm == KEY_EDDSA)
		primitive_ed25519_public(key.trusted.public_key, key.private_key);
	else if (!elliptic_public(algorithm, key.trusted.public_key, key.private_key))
		broken("not a private key of this curve");
	strcpy(key.trusted.issuer, issuer);
	strcpy(key.trusted.region, region);
	key.trusted.kid_length = forge_bytes(bytes, kid_hex);
	memcpy(key.trusted.kid, bytes, key.trusted.kid_length);
	return key;
}
