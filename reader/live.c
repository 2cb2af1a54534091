#include "reader/live.h"

#include <stdlib.h>
#include <string.h>

#include "reader/cbor.h"
#include "reader/cose.h"
#include "reader/credential_inside.h"
#include "reader/elliptic.h"
#include "reader/primitives.h"

/* Claims of the token (RFC 8392, RFC 9711). */
enum {
	CLAIM_AUDIENCE = 3,
	CLAIM_ISSUED_AT = 6,
	CLAIM_NONCE = 39,
};

#define HEADER_BYTES_MAX (CREDENTIAL_BYTES_MAX - 512) /* with the credential in it */
#define CLAIMS_BYTES_MAX 384

/* --- freshness --- */

static bool parse_seconds(int64_t *out, const char *text, char end, const char **after)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 4 || text[digits] != end)
		return false;
	*out = atoi(text);
	*after = text + digits + 1;
	return *out <= LIVE_SECONDS_MAX;
}

bool live_window_parse(struct live_window *out, const char *text)
{
	struct live_window window;

	if (!parse_seconds(&window.early, text, ',', &text) ||
	    !parse_seconds(&window.late, text, '\0', &text))
		return false;
	*out = window;
	return true;
}

/* Instants come from hostile hands, so their difference may not exist. */
static bool is_fresh(int64_t issued_at, const struct live_window *window, int64_t now)
{
	int64_t age;

	return !__builtin_sub_overflow(now, issued_at, &age) && age >= -window->early &&
	       age <= window->late;
}

/* --- judging --- */

/* { 6: int, ? 3: tstr, ? 39: bstr } and nothing else; whom it is for and its nonce are the phone's
 * and the asker's business, and nobody asks through a QR code. */
static bool read_claims(int64_t *issued_at, struct cbor_span payload)
{
	struct cbor cbor = cbor_begin(payload);
	bool has_instant = false;

	if (!cbor_valid(payload.bytes, payload.length))
		return false;
	for (size_t pairs = cbor_map(&cbor); pairs > 0 && !cbor.failed; pairs--) {
		switch (cbor_int(&cbor)) {
		case CLAIM_ISSUED_AT:
			*issued_at = cbor_int(&cbor);
			has_instant = true;
			break;
		case CLAIM_AUDIENCE:
			(void)cbor_text(&cbor);
			break;
		case CLAIM_NONCE:
			(void)cbor_bytes(&cbor);
			break;
		default:
			return false;
		}
	}
	return cbor_finished(&cbor) && has_instant;
}

struct judging {
	struct live *out;
	const struct keyring *keyring;
	const struct live_window *window;
	int64_t now;
};

/* Under the key that the credential names, whose own signature verified. */
static bool signature_holds(struct live *out, const struct cose_sign1 *token,
			    const struct credential *credential, const struct keyring *keyring)
{
	uint8_t signed_bytes[COSE_SIGNED_BYTES_MAX];
	size_t length = cose_signed_bytes(signed_bytes, token);

	if (token->algorithm != KEY_ES256 || !credential->has_holder_key ||
	    !keyring_holder_verify(keyring, credential->holder_key, token->signature.bytes,
				   signed_bytes, length))
		return false;
	primitive_sha256(out->id, signed_bytes, length);
	return true;
}

static enum credential_status judge_token(const struct judging *judging,
					  const struct cose_sign1 *token)
{
	struct live *out = judging->out;
	struct cose_sign1 within;
	struct credential credential;
	enum credential_status status;

	if (!token->has_wrapped || !token->nothing_unprotected ||
	    !read_claims(&out->issued_at, token->payload) ||
	    !cose_sign1_read(&within, token->wrapped.bytes, token->wrapped.length))
		return CREDENTIAL_MALFORMED;
	status = credential_judge(&credential, &within, judging->keyring, judging->now);
	if (status == CREDENTIAL_MALFORMED || !token->understood)
		return status == CREDENTIAL_MALFORMED ? status : CREDENTIAL_UNSUPPORTED;
	if (status != CREDENTIAL_OK && status != CREDENTIAL_NOT_YET_VALID &&
	    status != CREDENTIAL_EXPIRED)
		return status;
	if (!signature_holds(out, token, &credential, judging->keyring))
		return CREDENTIAL_FORGED;
	if (status != CREDENTIAL_OK)
		return status;
	out->is_live = true;
	if (!is_fresh(out->issued_at, judging->window, judging->now))
		return CREDENTIAL_STALE;
	/* A key in a chip signs any hash for whoever holds the card. */
	if (credential.holder_key_in_chip)
		return CREDENTIAL_CLONED;
	out->credential = credential;
	return CREDENTIAL_OK;
}

static enum credential_status judge(void *context, const uint8_t *bytes, size_t length)
{
	const struct judging *judging = context;
	struct cose_sign1 cose;

	if (!cose_sign1_read(&cose, bytes, length))
		return CREDENTIAL_MALFORMED;
	if (cose.is_key_binding)
		return judge_token(judging, &cose);
	return credential_judge(&judging->out->credential, &cose, judging->keyring, judging->now);
}

enum credential_status live_from_text(struct live *out, const char *text, size_t length,
				      const struct keyring *keyring,
				      const struct live_window *window, int64_t now)
{
	struct judging judging = { out, keyring, window, now };

	*out = (struct live){ 0 };
	return credential_unpack(text, length, judge, &judging);
}

/* --- making --- */

static bool claims_sound(const struct live_claims *claims)
{
	size_t audience = claims->audience == NULL ? 0 : strlen(claims->audience);

	return audience <= LIVE_TEXT_MAX &&
	       utf8_valid((const uint8_t *)(claims->audience == NULL ? "" : claims->audience),
			  audience) &&
	       (claims->nonce == NULL ||
		(claims->nonce_length > 0 && claims->nonce_length <= LIVE_NONCE_MAX));
}

static void put_header(struct cbor_writer *writer, const uint8_t *credential, size_t length)
{
	cbor_put_head(writer, CBOR_MAP, 3);
	cbor_put_int(writer, 1); /* alg */
	cbor_put_int(writer, KEY_ES256);
	cbor_put_int(writer, 13); /* kcwt */
	cbor_put_bytes(writer, credential, length);
	cbor_put_int(writer, 16); /* typ */
	cbor_put_text(writer, "application/kb+cwt");
}

static void put_claims(struct cbor_writer *writer, const struct live_claims *claims)
{
	cbor_put_head(writer, CBOR_MAP, 1u + (claims->audience != NULL) + (claims->nonce != NULL));
	if (claims->audience != NULL) {
		cbor_put_int(writer, CLAIM_AUDIENCE);
		cbor_put_text(writer, claims->audience);
	}
	cbor_put_int(writer, CLAIM_ISSUED_AT);
	cbor_put_int(writer, claims->issued_at);
	if (claims->nonce != NULL) {
		cbor_put_int(writer, CLAIM_NONCE);
		cbor_put_bytes(writer, claims->nonce, claims->nonce_length);
	}
}

/* The bytes of a writer as a byte string with its head; empty where either does not fit. */
static struct cbor_span wrap(uint8_t *out, size_t size, const struct cbor_writer *inner)
{
	struct cbor_writer outer = { .bytes = out, .size = size };

	cbor_put_bytes(&outer, inner->bytes, inner->length);
	return (struct cbor_span){ out, outer.failed || inner->failed ? 0 : outer.length };
}

static enum live_status sign_parts(struct cbor_writer *out, struct cbor_span header,
				   struct cbor_span payload, const uint8_t *private_key)
{
	uint8_t message[COSE_SIGNED_BYTES_MAX];
	uint8_t signature[ELLIPTIC_SIGNATURE_BYTES];
	struct cbor_writer signed_bytes = { .bytes = message, .size = sizeof(message) };

	cose_put_signed(&signed_bytes, header, payload);
	if (signed_bytes.failed)
		return LIVE_NO_ROOM;
	if (!elliptic_sign(KEY_ES256, signature, message, signed_bytes.length, private_key))
		return LIVE_TROUBLE;
	cbor_put_head(out, CBOR_TAG, 18);
	cbor_put_head(out, CBOR_ARRAY, 4);
	cbor_put_raw(out, header.bytes, header.length);
	cbor_put_head(out, CBOR_MAP, 0);
	cbor_put_raw(out, payload.bytes, payload.length);
	cbor_put_bytes(out, signature, sizeof(signature));
	return out->failed ? LIVE_NO_ROOM : LIVE_OK;
}

static enum live_status make(struct cbor_writer *out, const uint8_t *credential, size_t length,
			     const struct live_claims *claims, const uint8_t *private_key)
{
	uint8_t header[HEADER_BYTES_MAX];
	uint8_t header_item[HEADER_BYTES_MAX + 3];
	uint8_t payload[CLAIMS_BYTES_MAX];
	uint8_t payload_item[CLAIMS_BYTES_MAX + 3];
	struct cbor_writer parts[2] = { { .bytes = header, .size = sizeof(header) },
					{ .bytes = payload, .size = sizeof(payload) } };
	struct cbor_span items[2];

	put_header(&parts[0], credential, length);
	put_claims(&parts[1], claims);
	items[0] = wrap(header_item, sizeof(header_item), &parts[0]);
	items[1] = wrap(payload_item, sizeof(payload_item), &parts[1]);
	if (items[0].length == 0 || items[1].length == 0)
		return LIVE_NO_ROOM;
	return sign_parts(out, items[0], items[1], private_key);
}

struct making {
	struct cbor_writer writer;
	const struct live_claims *claims;
	const uint8_t *private_key;
	enum live_status status;
};

static enum live_status sign_for(struct making *making, const uint8_t *credential, size_t length)
{
	uint8_t named[ELLIPTIC_PUBLIC_BYTES];
	uint8_t ours[ELLIPTIC_PUBLIC_BYTES];

	if (!credential_names_key(named, credential, length))
		return LIVE_NO_CREDENTIAL;
	if (!elliptic_public(KEY_ES256, ours, making->private_key) ||
	    memcmp(named, ours, sizeof(ours)) != 0)
		return LIVE_OTHER_KEY;
	if (!claims_sound(making->claims))
		return LIVE_BAD_CLAIMS;
	return make(&making->writer, credential, length, making->claims, making->private_key);
}

static enum credential_status sign_unpacked(void *context, const uint8_t *bytes, size_t length)
{
	struct making *making = context;

	making->status = sign_for(making, bytes, length);
	return CREDENTIAL_OK;
}

enum live_status live_sign(uint8_t *out, size_t out_size, size_t *length, const uint8_t *credential,
			   size_t credential_length, const struct live_claims *claims,
			   const uint8_t private_key[static 32])
{
	struct making making = { .writer = { .bytes = out, .size = out_size },
				 .claims = claims,
				 .private_key = private_key };

	/* No text begins as an array or a tag does. */
	if (credential_length > 0 && credential[0] >= 0x80)
		making.status = sign_for(&making, credential, credential_length);
	else if (credential_unpack((const char *)credential, credential_length, sign_unpacked,
				   &making) != CREDENTIAL_OK)
		making.status = LIVE_NO_CREDENTIAL;
	if (making.status == LIVE_OK)
		*length = making.writer.length;
	return making.status;
}
