#include "reader/issue.h"

#include <string.h>

#include "reader/base45.h"
#include "reader/cbor.h"
#include "reader/cose.h"
#include "reader/elliptic.h"
#include "reader/inflate.h"
#include "reader/primitives.h"

#define PROTECTED_BYTES_MAX (8 + KEY_ID_BYTES_MAX)
#define CLAIMS_BYTES_MAX    1024 /* all claims at their longest have some 700 */

/* Text that is not cut off, is UTF-8, and breaks neither a line nor a screen. */
static bool text_fits(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	if (length == size || !utf8_valid((const uint8_t *)text, length))
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

enum issue_status signing_key_generate(struct signing_key *out, enum key_algorithm algorithm,
				       const char *issuer, const char *region)
{
	struct signing_key key = { .trusted = { .algorithm = algorithm, .until = INT64_MAX } };
	struct trusted_key *trusted = &key.trusted;

	if (region == NULL)
		region = "";
	if (key_public_length(algorithm) == 0)
		return ISSUE_UNSUPPORTED;
	if (issuer[0] == '\0' || !text_fits(issuer, sizeof(trusted->issuer)) ||
	    !text_fits(region, sizeof(trusted->region)))
		return ISSUE_BAD_CLAIMS;
	if (!primitive_ready())
		return ISSUE_NO_MEMORY;
	strcpy(trusted->issuer, issuer);
	strcpy(trusted->region, region);
	if (algorithm == KEY_EDDSA) {
		primitive_random(key.private_key, sizeof(key.private_key));
		primitive_ed25519_public(trusted->public_key, key.private_key);
	} else if (!elliptic_generate(algorithm, key.private_key, trusted->public_key)) {
		return ISSUE_NO_MEMORY;
	}
	trusted->kid_length = 8;
	key_default_id(trusted->kid, trusted->public_key, key_public_length(algorithm));
	*out = key;
	explicit_bzero(&key, sizeof(key));
	return ISSUE_OK;
}

/* --- claims --- */

static bool holder_key_sound(const uint8_t *point)
{
	struct elliptic_curve *curve = elliptic_curve_open();
	bool sound = curve != NULL && elliptic_on_curve(curve, point);

	elliptic_curve_close(curve);
	return sound;
}

/* The rules by which credential.c reads, and that the issuer is the one whose key signs. */
static bool claims_sound(const struct credential *claims, const struct trusted_key *trusted)
{
	bool ours = issuer_region(claims->issuer) != NULL;
	bool has_medium = claims->medium_length != 0;

	if (strcmp(claims->issuer, trusted->issuer) != 0 || claims->number[0] == '\0')
		return false;
	if (!text_fits(claims->number, sizeof(claims->number)) ||
	    !text_fits(claims->name, sizeof(claims->name)))
		return false;
	if ((ours && (!has_medium || claims->name[0] == '\0')) ||
	    (has_medium && (claims->medium_length < MEDIUM_BYTES_MIN ||
			    claims->medium_length > MEDIUM_BYTES_MAX)))
		return false;
	if (claims->kind != CREDENTIAL_KIND_NONE && claims->kind != CREDENTIAL_VETERAN &&
	    claims->kind != CREDENTIAL_FAMILY)
		return false;
	if (claims->expires != INT64_MAX && claims->not_before != INT64_MIN &&
	    claims->expires <= claims->not_before)
		return false;
	return !claims->has_holder_key || holder_key_sound(claims->holder_key);
}

static void put_confirmation(struct cbor_writer *writer, const uint8_t *point)
{
	cbor_put_head(writer, CBOR_MAP, 1);
	cbor_put_int(writer, 1); /* COSE_Key */
	cbor_put_head(writer, CBOR_MAP, 4);
	cbor_put_int(writer, 1); /* kty: EC2 */
	cbor_put_int(writer, 2);
	cbor_put_int(writer, -1); /* crv: P-256 */
	cbor_put_int(writer, 1);
	cbor_put_int(writer, -2);
	cbor_put_bytes(writer, point, 32);
	cbor_put_int(writer, -3);
	cbor_put_bytes(writer, point + 32, 32);
}

static void put_time(struct cbor_writer *writer, int label, int64_t time, int64_t absent)
{
	if (time == absent)
		return;
	cbor_put_int(writer, label);
	cbor_put_int(writer, time);
}

static void put_identity(struct cbor_writer *writer, const struct credential *claims)
{
	bool has_name = claims->name[0] != '\0';

	cbor_put_int(writer, 169);
	cbor_put_head(writer, CBOR_MAP, has_name ? 2 : 1);
	cbor_put_int(writer, 1);
	cbor_put_text(writer, claims->number);
	if (has_name) {
		cbor_put_int(writer, 4);
		cbor_put_text(writer, claims->name);
	}
}

/* The numbers are explained in credential.c; here they stand in the order of their encodings. */
static void put_claims(struct cbor_writer *writer, const struct credential *claims)
{
	bool in_chip = claims->has_holder_key && claims->holder_key_in_chip;

	cbor_put_head(writer, CBOR_MAP,
		      2u + (claims->expires != INT64_MAX) + (claims->not_before != INT64_MIN) +
			      (claims->issued_at != INT64_MIN) + (claims->medium_length != 0) +
			      claims->has_holder_key + (claims->kind != CREDENTIAL_KIND_NONE) +
			      in_chip);
	cbor_put_int(writer, 1);
	cbor_put_text(writer, claims->issuer);
	put_time(writer, 4, claims->expires, INT64_MAX);
	put_time(writer, 5, claims->not_before, INT64_MIN);
	put_time(writer, 6, claims->issued_at, INT64_MIN);
	if (claims->medium_length != 0) {
		cbor_put_int(writer, 7);
		cbor_put_bytes(writer, claims->medium, claims->medium_length);
	}
	if (claims->has_holder_key) {
		cbor_put_int(writer, 8);
		put_confirmation(writer, claims->holder_key);
	}
	put_identity(writer, claims);
	if (claims->kind != CREDENTIAL_KIND_NONE) {
		cbor_put_int(writer, -70001);
		cbor_put_int(writer, claims->kind);
	}
	if (in_chip) {
		cbor_put_int(writer, -70002);
		cbor_put_int(writer, 1);
	}
}

/* --- signing --- */

/* Both as byte strings with their heads, as they are signed and sent. */
struct parts {
	struct cbor_span protected_item;
	struct cbor_span payload_item;
	uint8_t protected_bytes[PROTECTED_BYTES_MAX + 9];
	uint8_t payload_bytes[CLAIMS_BYTES_MAX + 9];
};

static struct cbor_span wrap(uint8_t *out, size_t size, const struct cbor_writer *inner)
{
	struct cbor_writer outer = { .bytes = out, .size = size };

	cbor_put_bytes(&outer, inner->bytes, inner->length);
	return (struct cbor_span){ out, outer.failed || inner->failed ? 0 : outer.length };
}

static bool make_parts(struct parts *out, const struct credential *claims,
		       const struct trusted_key *trusted)
{
	uint8_t protected_map[PROTECTED_BYTES_MAX];
	uint8_t payload[CLAIMS_BYTES_MAX];
	struct cbor_writer header = { .bytes = protected_map, .size = sizeof(protected_map) };
	struct cbor_writer body = { .bytes = payload, .size = sizeof(payload) };

	cbor_put_head(&header, CBOR_MAP, trusted->kid_length > 0 ? 2 : 1);
	cbor_put_int(&header, 1);
	cbor_put_int(&header, trusted->algorithm);
	if (trusted->kid_length > 0) {
		cbor_put_int(&header, 4);
		cbor_put_bytes(&header, trusted->kid, trusted->kid_length);
	}
	put_claims(&body, claims);
	out->protected_item = wrap(out->protected_bytes, sizeof(out->protected_bytes), &header);
	out->payload_item = wrap(out->payload_bytes, sizeof(out->payload_bytes), &body);
	return out->protected_item.length > 0 && out->payload_item.length > 0;
}

static bool sign_parts(uint8_t signature[static SIGNATURE_BYTES], const struct parts *parts,
		       const struct signing_key *key)
{
	uint8_t bytes[sizeof(parts->protected_bytes) + sizeof(parts->payload_bytes) + 16];
	struct cbor_writer writer = { .bytes = bytes, .size = sizeof(bytes) };

	cose_put_signed(&writer, parts->protected_item, parts->payload_item);
	if (writer.failed)
		return false;
	if (key->trusted.algorithm != KEY_EDDSA)
		return elliptic_sign(key->trusted.algorithm, signature, bytes, writer.length,
				     key->private_key);
	primitive_ed25519_sign(signature, bytes, writer.length, key->private_key);
	return true;
}

enum issue_status credential_sign(uint8_t *out, size_t out_size, size_t *length,
				  const struct credential *claims, const struct signing_key *key)
{
	struct cbor_writer writer = { .bytes = out, .size = out_size };
	uint8_t signature[SIGNATURE_BYTES];
	struct parts parts;

	if (key_public_length(key->trusted.algorithm) == 0)
		return ISSUE_UNSUPPORTED;
	if (!claims_sound(claims, &key->trusted))
		return ISSUE_BAD_CLAIMS;
	if (!primitive_ready() || !make_parts(&parts, claims, &key->trusted) ||
	    !sign_parts(signature, &parts, key))
		return ISSUE_NO_MEMORY;
	cbor_put_head(&writer, CBOR_TAG, 18);
	cbor_put_head(&writer, CBOR_ARRAY, 4);
	cbor_put_raw(&writer, parts.protected_item.bytes, parts.protected_item.length);
	cbor_put_head(&writer, CBOR_MAP, 0);
	cbor_put_raw(&writer, parts.payload_item.bytes, parts.payload_item.length);
	cbor_put_bytes(&writer, signature, sizeof(signature));
	if (writer.failed)
		return ISSUE_NO_ROOM;
	*length = writer.length;
	return ISSUE_OK;
}

enum issue_status credential_to_text(char *out, size_t out_size, const uint8_t *bytes,
				     size_t length, bool compress)
{
	uint8_t compressed[BASE45_DECODED(READING_BYTES_MAX)];

	if (compress) {
		if (!deflate_bytes(compressed, sizeof(compressed), &length, bytes, length))
			return ISSUE_NO_ROOM;
		bytes = compressed;
	}
	if (BASE45_ENCODED(length) >= out_size || BASE45_ENCODED(length) > READING_BYTES_MAX)
		return ISSUE_NO_ROOM;
	base45_encode(out, bytes, length);
	return ISSUE_OK;
}
