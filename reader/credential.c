#include "reader/credential.h"

#include <string.h>

#include "reader/base45.h"
#include "reader/cbor.h"
#include "reader/cose.h"
#include "reader/credential_inside.h"
#include "reader/inflate.h"

#define ZLIB_FIRST_BYTE 0x78 /* deflate with a window of 32 KiB; no COSE_Sign1 starts so */

/* Claims (RFC 8392, RFC 8747, claim 169, and the private ones of our format). */
enum {
	CLAIM_ISSUER = 1,
	CLAIM_EXPIRES = 4,
	CLAIM_NOT_BEFORE = 5,
	CLAIM_ISSUED_AT = 6,
	CLAIM_MEDIUM = 7,
	CLAIM_CONFIRMATION = 8,
	CLAIM_IDENTITY = 169,
	CLAIM_KIND = -70001,
	CLAIM_IN_CHIP = -70002,

	IDENTITY_NUMBER = 1,
	IDENTITY_NAME = 4,

	CONFIRMATION_KEY = 1,
};

/* What an unchecked credential says.  It never leaves this file before its signature is checked. */
struct claims {
	struct credential credential;
	struct cbor_span issuer; /* may be longer than any that can be trusted */
	bool has_issuer;
	bool has_identity;
	bool has_number;
	bool has_name;
};

/* --- claims --- */

/* Copy text; false where it is too long or holds a zero byte, which would end it early. */
static bool copy_text(char *out, size_t out_size, struct cbor_span text)
{
	if (text.length >= out_size || memchr(text.bytes, 0, text.length) != NULL)
		return false;
	memcpy(out, text.bytes, text.length);
	out[text.length] = '\0';
	return true;
}

static bool read_issuer(struct claims *out, struct cbor *cbor)
{
	out->issuer = cbor_text(cbor);
	out->has_issuer = true;
	/* What cannot be copied cannot be trusted either: no key will be found for it. */
	if (!copy_text(out->credential.issuer, sizeof(out->credential.issuer), out->issuer))
		out->credential.issuer[0] = '\0';
	return true;
}

static bool read_medium(struct claims *out, struct cbor *cbor)
{
	struct cbor_span medium = cbor_bytes(cbor);

	if (medium.length < MEDIUM_BYTES_MIN || medium.length > MEDIUM_BYTES_MAX)
		return false;
	memcpy(out->credential.medium, medium.bytes, medium.length);
	out->credential.medium_length = medium.length;
	return true;
}

static bool read_coordinate(uint8_t *out, struct cbor *cbor)
{
	struct cbor_span coordinate = cbor_bytes(cbor);

	if (coordinate.length != 32)
		return false;
	memcpy(out, coordinate.bytes, 32);
	return true;
}

/* { 1: { 1: 2, -1: 1, -2: x, -3: y } } and nothing else; whether it is a point is asked later. */
static bool read_confirmation(struct claims *out, struct cbor *cbor)
{
	if (cbor_map(cbor) != 1 || cbor_int(cbor) != CONFIRMATION_KEY || cbor_map(cbor) != 4)
		return false;
	for (int i = 0; i < 4; i++) {
		bool fits = false;

		switch (cbor_int(cbor)) {
		case 1: /* kty: EC2 */
			fits = cbor_int(cbor) == 2;
			break;
		case -1: /* crv: P-256 */
			fits = cbor_int(cbor) == 1;
			break;
		case -2:
			fits = read_coordinate(out->credential.holder_key, cbor);
			break;
		case -3:
			fits = read_coordinate(out->credential.holder_key + 32, cbor);
			break;
		}
		if (!fits || cbor->failed)
			return false;
	}
	out->credential.has_holder_key = true;
	return true;
}

static bool read_identity(struct claims *out, struct cbor *cbor)
{
	struct credential *credential = &out->credential;

	out->has_identity = true;
	for (size_t pairs = cbor_map(cbor); pairs > 0 && !cbor->failed; pairs--) {
		enum cbor_major type = cbor_peek(cbor);
		int64_t label = 0;

		if (type == CBOR_UINT || type == CBOR_NINT)
			label = cbor_int(cbor);
		else
			(void)cbor_skip(cbor);
		if (label == IDENTITY_NUMBER) {
			out->has_number = true;
			if (!copy_text(credential->number, sizeof(credential->number),
				       cbor_text(cbor)))
				return false;
		} else if (label == IDENTITY_NAME) {
			out->has_name = true;
			if (!copy_text(credential->name, sizeof(credential->name), cbor_text(cbor)))
				return false;
		} else {
			(void)cbor_skip(cbor);
		}
	}
	return true;
}

static bool read_kind(struct claims *out, struct cbor *cbor)
{
	int64_t kind = cbor_int(cbor);

	if (kind != CREDENTIAL_VETERAN && kind != CREDENTIAL_FAMILY)
		return false;
	out->credential.kind = (enum credential_kind)kind;
	return true;
}

static bool read_claim(struct claims *out, int64_t label, struct cbor *cbor)
{
	switch (label) {
	case CLAIM_ISSUER:
		return read_issuer(out, cbor);
	case CLAIM_EXPIRES:
		out->credential.expires = cbor_int(cbor);
		return true;
	case CLAIM_NOT_BEFORE:
		out->credential.not_before = cbor_int(cbor);
		return true;
	case CLAIM_ISSUED_AT:
		out->credential.issued_at = cbor_int(cbor);
		return true;
	case CLAIM_MEDIUM:
		return read_medium(out, cbor);
	case CLAIM_CONFIRMATION:
		return read_confirmation(out, cbor);
	case CLAIM_IDENTITY:
		return read_identity(out, cbor);
	case CLAIM_KIND:
		return read_kind(out, cbor);
	case CLAIM_IN_CHIP:
		out->credential.holder_key_in_chip = true;
		return cbor_int(cbor) == 1;
	default:
		(void)cbor_skip(cbor);
		return true;
	}
}

/* What must be there, and what must not stand beside each other. */
static bool claims_complete(const struct claims *claims)
{
	const struct credential *credential = &claims->credential;
	bool ours = issuer_region(credential->issuer) != NULL;

	if (!claims->has_issuer || !claims->has_identity || !claims->has_number ||
	    credential->number[0] == '\0')
		return false;
	if (ours && (!claims->has_name || credential->medium_length == 0))
		return false;
	return credential->expires == INT64_MAX || credential->not_before == INT64_MIN ||
	       credential->expires > credential->not_before;
}

static bool read_claims(struct claims *out, struct cbor_span payload)
{
	struct cbor cbor = cbor_begin(payload);

	*out = (struct claims){ .credential = { .not_before = INT64_MIN,
						.expires = INT64_MAX,
						.issued_at = INT64_MIN } };
	if (!cbor_valid(payload.bytes, payload.length) || cbor_peek(&cbor) != CBOR_MAP)
		return false;
	for (size_t pairs = cbor_map(&cbor); pairs > 0 && !cbor.failed; pairs--) {
		enum cbor_major type = cbor_peek(&cbor);

		if (type == CBOR_UINT || type == CBOR_NINT) {
			int64_t label = cbor_int(&cbor);

			if (!read_claim(out, label, &cbor))
				return false;
		} else {
			(void)cbor_skip(&cbor);
			(void)cbor_skip(&cbor);
		}
	}
	return cbor_finished(&cbor) && claims_complete(out);
}

/* --- judging --- */

static enum credential_status check_signature(const struct cose_sign1 *cose,
					      const struct claims *claims,
					      const struct keyring *keyring, int64_t now)
{
	uint8_t signed_bytes[COSE_SIGNED_BYTES_MAX];
	const struct signed_message message = {
		.issuer = claims->issuer.bytes,
		.issuer_length = claims->issuer.length,
		.has_kid = cose->has_kid,
		.kid = cose->kid.bytes,
		.kid_length = cose->kid.length,
		.algorithm = cose->algorithm,
		.bytes = signed_bytes,
		.length = cose_signed_bytes(signed_bytes, cose),
		.signature = cose->signature.bytes,
	};

	switch (keyring_verify(keyring, &message, now)) {
	case KEYRING_VERIFIED:
		return CREDENTIAL_OK;
	case KEYRING_NO_KEY:
		return CREDENTIAL_UNKNOWN_ISSUER;
	default:
		return CREDENTIAL_FORGED;
	}
}

static enum credential_status check_time(const struct credential *credential, int64_t now)
{
	if (now < credential->not_before)
		return CREDENTIAL_NOT_YET_VALID;
	if (now >= credential->expires && credential->expires != INT64_MAX)
		return CREDENTIAL_EXPIRED;
	return CREDENTIAL_OK;
}

enum credential_status credential_judge(struct credential *out, const struct cose_sign1 *cose,
					const struct keyring *keyring, int64_t now)
{
	struct claims claims;
	enum credential_status status;

	if (cose->is_key_binding || !read_claims(&claims, cose->payload))
		return CREDENTIAL_MALFORMED;
	if (claims.credential.has_holder_key &&
	    !keyring_holder_key_sound(keyring, claims.credential.holder_key))
		return CREDENTIAL_MALFORMED;
	if (!cose->understood)
		return CREDENTIAL_UNSUPPORTED;
	status = check_signature(cose, &claims, keyring, now);
	if (status != CREDENTIAL_OK)
		return status;
	*out = claims.credential;
	return check_time(out, now);
}

bool credential_names_key(uint8_t out[static 64], const uint8_t *bytes, size_t length)
{
	struct cose_sign1 cose;
	struct claims claims;

	if (!cose_sign1_read(&cose, bytes, length) || cose.is_key_binding ||
	    !read_claims(&claims, cose.payload) || !claims.credential.has_holder_key)
		return false;
	memcpy(out, claims.credential.holder_key, 64);
	return true;
}

/* A credential and nothing around it. */
struct bare {
	struct credential *out;
	const struct keyring *keyring;
	int64_t now;
};

static enum credential_status judge_bare(void *context, const uint8_t *bytes, size_t length)
{
	const struct bare *bare = context;
	struct cose_sign1 cose;
	struct credential found;
	enum credential_status status;

	if (!cose_sign1_read(&cose, bytes, length))
		return CREDENTIAL_MALFORMED;
	status = credential_judge(&found, &cose, bare->keyring, bare->now);
	if (status == CREDENTIAL_OK)
		*bare->out = found;
	return status;
}

enum credential_status credential_from_bytes(struct credential *out, const uint8_t *bytes,
					     size_t length, const struct keyring *keyring,
					     int64_t now)
{
	struct bare bare = { out, keyring, now };

	if (length > READING_BYTES_MAX)
		return CREDENTIAL_MALFORMED;
	return judge_bare(&bare, bytes, length);
}

/* A function of its own, so that the common way needs no room for it. */
[[gnu::noinline]] static enum credential_status
judge_compressed(const uint8_t *bytes, size_t length, text_judge *judge, void *context)
{
	uint8_t inflated[CREDENTIAL_BYTES_MAX];
	size_t inflated_length;

	if (!inflate_bytes(inflated, sizeof(inflated), &inflated_length, bytes, length))
		return CREDENTIAL_MALFORMED;
	return judge(context, inflated, inflated_length);
}

enum credential_status credential_unpack(const char *text, size_t length, text_judge *judge,
					 void *context)
{
	uint8_t bytes[BASE45_DECODED(READING_BYTES_MAX)];
	size_t decoded;

	if (length > READING_BYTES_MAX || !base45_decode(bytes, &decoded, text, length))
		return CREDENTIAL_MALFORMED;
	if (decoded > 0 && bytes[0] == ZLIB_FIRST_BYTE)
		return judge_compressed(bytes, decoded, judge, context);
	return judge(context, bytes, decoded);
}

enum credential_status credential_from_text(struct credential *out, const char *text, size_t length,
					    const struct keyring *keyring, int64_t now)
{
	struct bare bare = { out, keyring, now };

	return credential_unpack(text, length, judge_bare, &bare);
}

bool credential_claims_chip(const uint8_t *bytes, size_t length)
{
	struct cose_sign1 cose;
	struct claims claims;
	bool claimed = length <= READING_BYTES_MAX && cose_sign1_read(&cose, bytes, length) &&
		       read_claims(&claims, cose.payload) && claims.credential.has_holder_key &&
		       claims.credential.holder_key_in_chip;

	explicit_bzero(&claims, sizeof(claims));
	return claimed;
}

enum credential_status credential_from_reading(struct credential *out,
					       const struct reading *reading,
					       const struct keyring *keyring, int64_t now)
{
	switch (reading->fault) {
	case READING_COMPLETE:
		break;
	case READING_TORN:
		return CREDENTIAL_TORN;
	case READING_SEVERAL_CARDS:
		return CREDENTIAL_SEVERAL_CARDS;
	case READING_UNSUPPORTED:
		return CREDENTIAL_UNSUPPORTED;
	case READING_MALFORMED:
	default:
		return CREDENTIAL_MALFORMED;
	}
	if (reading->carrier == READING_QR)
		return credential_from_text(out, (const char *)reading->bytes, reading->length,
					    keyring, now);
	return credential_from_bytes(out, reading->bytes, reading->length, keyring, now);
}

const char *credential_status_name(enum credential_status status)
{
	static const char *const names[] = {
		[CREDENTIAL_OK] = "ok",
		[CREDENTIAL_TORN] = "torn",
		[CREDENTIAL_SEVERAL_CARDS] = "several_cards",
		[CREDENTIAL_MALFORMED] = "malformed",
		[CREDENTIAL_UNSUPPORTED] = "unsupported",
		[CREDENTIAL_UNKNOWN_ISSUER] = "unknown_issuer",
		[CREDENTIAL_FORGED] = "forged",
		[CREDENTIAL_NOT_YET_VALID] = "not_yet_valid",
		[CREDENTIAL_EXPIRED] = "expired",
		[CREDENTIAL_STALE] = "stale",
		[CREDENTIAL_CLONED] = "cloned",
	};

	return names[status];
}
