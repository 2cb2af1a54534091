/*
 * Credentials: CWT (RFC 8392) in COSE_Sign1 (RFC 9052), as QR text (base45, RFC 9285, perhaps zlib)
 * or as bytes from a tag.
 *
 * Claims leave this module only after the signature was checked under a trusted key; there is no
 * other way to them.  It never waits, reads no file and knows no registry.
 */
#ifndef YOUDAI_READER_CREDENTIAL_H
#define YOUDAI_READER_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/keyring.h"
#include "reader/reading.h"

#define CREDENTIAL_BYTES_MAX 16384 /* [byte] COSE_Sign1, after inflating */
#define MEDIUM_BYTES_MIN     8     /* [byte] cti: 8 to 16 */
#define MEDIUM_BYTES_MAX     16
#define NUMBER_BYTES_MAX     127 /* [byte] UTF-8 certificate number */
#define NAME_BYTES_MAX       255 /* [byte] UTF-8 full name */

enum credential_kind {
	CREDENTIAL_KIND_NONE = 0,
	CREDENTIAL_VETERAN = 1, /* 退役军人优待证 */
	CREDENTIAL_FAMILY = 2,  /* 烈士、因公牺牲军人、病故军人遗属优待证 */
};

/* In the order in which they are found; the first wins. */
enum [[nodiscard]] credential_status{
	CREDENTIAL_OK = 0,    CREDENTIAL_TORN,          CREDENTIAL_SEVERAL_CARDS,
	CREDENTIAL_MALFORMED, CREDENTIAL_UNSUPPORTED,   CREDENTIAL_UNKNOWN_ISSUER,
	CREDENTIAL_FORGED,    CREDENTIAL_NOT_YET_VALID, CREDENTIAL_EXPIRED,
	CREDENTIAL_STALE,  /* a live code that is too old, or of the future */
	CREDENTIAL_CLONED, /* a chip's credential without its chip, or a live code by a chip's key */
};

/* What a credential says, all of it covered by the signature.  Strings end in a zero byte. */
struct credential {
	char issuer[ISSUER_BYTES_MAX + 1];
	char number[NUMBER_BYTES_MAX + 1]; /* certificate number, claim 169.1 */
	char name[NAME_BYTES_MAX + 1];     /* full name, claim 169.4; "" where absent */
	enum credential_kind kind;
	uint8_t medium[MEDIUM_BYTES_MAX]; /* cti */
	size_t medium_length;             /* [byte] 8 to 16, or 0: another issuer's without one */
	int64_t not_before;               /* [s] UTC; INT64_MIN: no nbf */
	int64_t expires;                  /* [s] UTC, first invalid second; INT64_MAX: no exp */
	int64_t issued_at;                /* [s] UTC; INT64_MIN: no iat */
	bool has_holder_key;
	bool holder_key_in_chip; /* says nothing where there is no holder key */
	uint8_t holder_key[64];  /* cnf, P-256, x || y, a point of the curve */
};

/*
 * Judge a reading at the instant now [s, UTC].  A reading with a fault answers that fault.
 * *out is written on CREDENTIAL_OK only.
 */
enum credential_status credential_from_reading(struct credential *out,
					       const struct reading *reading,
					       const struct keyring *keyring, int64_t now);

/* The same for the text of a QR code, and for a COSE_Sign1 as it stands on a tag. */
enum credential_status credential_from_text(struct credential *out, const char *text, size_t length,
					    const struct keyring *keyring, int64_t now);
enum credential_status credential_from_bytes(struct credential *out, const uint8_t *bytes,
					     size_t length, const struct keyring *keyring,
					     int64_t now);

/* Whether a COSE_Sign1 from a tag says that its key sits in a chip, so that the card is to be asked for
 * proof.  Nothing is checked: whoever wrote the tag says so.  False for what cannot be read. */
bool credential_claims_chip(const uint8_t *bytes, size_t length);

/* The name of a status in the contract's list of reasons: "ok", "torn", "malformed", … */
const char *credential_status_name(enum credential_status status);

#endif
