/*
 * Live codes from hostile bytes.  The first byte says how the rest is taken: as a QR code's text; as a
 * COSE_Sign1; as the claims of a token, or as its protected header, which a phone then signs around a
 * good credential, so that what lies behind the signature checks is reached too.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader/base45.h"
#include "reader/cbor.h"
#include "reader/elliptic.h"
#include "reader/issue.h"
#include "reader/live.h"

#define NOW 1750000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
	struct keyring *keyring;
	uint8_t phone[32];
	uint8_t credential[512];
	size_t length;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static const struct bench *prepare(void)
{
	static struct bench bench; /* made once: a target has no other place to keep it */
	struct signing_key issuer;
	struct credential claims = { .issuer = "yd:371171",
				     .number = "N1",
				     .name = "a",
				     .medium = "12345678",
				     .medium_length = 8,
				     .not_before = INT64_MIN,
				     .issued_at = INT64_MIN,
				     .expires = INT64_MAX,
				     .has_holder_key = true };

	if (bench.keyring != NULL)
		return &bench;
	memset(bench.phone, 7, sizeof(bench.phone));
	must(elliptic_public(KEY_ES256, claims.holder_key, bench.phone));
	must(signing_key_generate(&issuer, KEY_EDDSA, claims.issuer, "") == ISSUE_OK);
	must(credential_sign(bench.credential, sizeof(bench.credential), &bench.length, &claims,
			     &issuer) == ISSUE_OK);
	bench.keyring = keyring_open();
	must(bench.keyring != NULL && keyring_add(bench.keyring, &issuer.trusted) == KEYRING_OK);
	return &bench;
}

static enum credential_status judge_bytes(struct live *out, const struct bench *bench,
					  const uint8_t *bytes, size_t length)
{
	static char text[BASE45_ENCODED(BASE45_DECODED(READING_BYTES_MAX)) + 1];

	if (length > BASE45_DECODED(READING_BYTES_MAX))
		return CREDENTIAL_MALFORMED;
	base45_encode(text, bytes, length);
	return live_from_text(out, text, strlen(text), bench->keyring, &LIVE_WINDOW, NOW);
}

/* The header with the credential; `more` is put behind it as it is, and counted as one pair. */
static void put_header(struct cbor_writer *writer, const struct bench *bench, const uint8_t *more,
		       size_t length)
{
	cbor_put_head(writer, CBOR_MAP, length > 0 ? 4 : 3);
	cbor_put_int(writer, 1);
	cbor_put_int(writer, KEY_ES256);
	cbor_put_int(writer, 13);
	cbor_put_bytes(writer, bench->credential, bench->length);
	cbor_put_int(writer, 16);
	cbor_put_text(writer, "application/kb+cwt");
	cbor_put_raw(writer, more, length);
}

static enum credential_status sign_and_judge(struct live *out, const struct bench *bench,
					     const uint8_t *more, size_t more_length,
					     const uint8_t *payload, size_t length)
{
	static uint8_t header[4096], message[8192], bytes[8192];
	uint8_t signature[64];
	struct cbor_writer inner = { .bytes = header, .size = sizeof(header) };
	struct cbor_writer writer = { .bytes = message, .size = sizeof(message) };

	put_header(&inner, bench, more, more_length);
	cbor_put_raw(&writer, (const uint8_t *)"\x84\x6aSignature1", 12);
	cbor_put_bytes(&writer, header, inner.length);
	cbor_put_bytes(&writer, NULL, 0);
	cbor_put_bytes(&writer, payload, length);
	if (inner.failed || writer.failed)
		return CREDENTIAL_MALFORMED;
	must(elliptic_sign(KEY_ES256, signature, message, writer.length, bench->phone));
	writer = (struct cbor_writer){ .bytes = bytes, .size = sizeof(bytes) };
	cbor_put_raw(&writer, (const uint8_t *)"\xd2\x84", 2);
	cbor_put_bytes(&writer, header, inner.length);
	cbor_put_raw(&writer, (const uint8_t *)"\xa0", 1);
	cbor_put_bytes(&writer, payload, length);
	cbor_put_bytes(&writer, signature, sizeof(signature));
	must(!writer.failed);
	return judge_bytes(out, bench, bytes, writer.length);
}

/* What was signed rightly may be malformed, not understood, or of another time; never forged. */
static void check_signed(enum credential_status status, const struct live *out)
{
	must(status == CREDENTIAL_OK || status == CREDENTIAL_MALFORMED ||
	     status == CREDENTIAL_UNSUPPORTED || status == CREDENTIAL_STALE);
	must(out->is_live == (status == CREDENTIAL_OK || status == CREDENTIAL_STALE));
	if (status == CREDENTIAL_OK)
		must(out->issued_at >= NOW - LIVE_LATE && out->issued_at <= NOW + LIVE_EARLY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t fresh[] = { 0xa1, 0x06, 0x1a, 0x68, 0x4e, 0xe1, 0x80 };
	const struct bench *bench = prepare();
	struct live live;

	if (size == 0)
		return 0;
	switch (data[0] % 4) {
	case 0: /* nobody else has the phone's key, nor the issuer's */
		must(live_from_text(&live, (const char *)data + 1, size - 1, bench->keyring,
				    &LIVE_WINDOW, NOW) != CREDENTIAL_OK);
		break;
	case 1:
		must(judge_bytes(&live, bench, data + 1, size - 1) != CREDENTIAL_OK);
		break;
	case 2:
		check_signed(sign_and_judge(&live, bench, NULL, 0, data + 1, size - 1), &live);
		break;
	default:
		check_signed(sign_and_judge(&live, bench, data + 1, size - 1, fresh, sizeof(fresh)),
			     &live);
	}
	return 0;
}
