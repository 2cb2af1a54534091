/*
 * Live codes: a QR code that a phone signs anew every few seconds with the key that its credential
 * names (credential.md, section 2: a key-binding token around the credential).
 *
 * Knows no registry: that each is taken once is kept elsewhere, by its id.
 */
#ifndef YOUDAI_READER_LIVE_H
#define YOUDAI_READER_LIVE_H

#include "reader/credential.h"
#include "reader/keyring.h"

#define LIVE_ID_BYTES    32
#define LIVE_EARLY       5  /* [s] that a phone's clock may be ahead, where nothing else is said */
#define LIVE_LATE        60 /* [s] that a code lives */
#define LIVE_SECONDS_MAX 3600 /* [s] at most, for either */
/* [s] after which a code is of no use to any window, nor to a visit that it began. */
#define LIVE_KEPT      86400
#define LIVE_TEXT_MAX  255 /* [byte] of audience */
#define LIVE_NONCE_MAX 64  /* [byte] */

/* Fresh is -early <= now - iat <= late; each is 0 to LIVE_SECONDS_MAX. */
struct live_window {
	int64_t early, late; /* [s] */
};
#define LIVE_WINDOW ((struct live_window){ LIVE_EARLY, LIVE_LATE })

/* "EARLY,LATE" in seconds; false where it is anything else, or beyond the limits. */
[[nodiscard]] bool live_window_parse(struct live_window *out, const char *text);

struct live {
	struct credential credential; /* on CREDENTIAL_OK */
	/* On CREDENTIAL_OK, CREDENTIAL_STALE and CREDENTIAL_CLONED: */
	bool is_live;              /* else a credential shown bare, and the rest says nothing */
	uint8_t id[LIVE_ID_BYTES]; /* SHA-256 of what was signed: signatures are malleable */
	int64_t issued_at;         /* [s] UTC, iat */
};

/*
 * Judge the text of a QR code, a live code or a credential shown bare, at the instant now [s, UTC].
 * The first of these that holds is the answer: malformed, unsupported; of the credential within
 * unknown_issuer, forged; forged (the token's algorithm, no holder's key within, or the signature);
 * of the credential not_yet_valid, expired; stale; cloned.  *out is always written.
 */
enum credential_status live_from_text(struct live *out, const char *text, size_t length,
				      const struct keyring *keyring,
				      const struct live_window *window, int64_t now);

/* --- the phone's side, for tests and demonstrations --- */

enum [[nodiscard]] live_status{
	LIVE_OK = 0,     LIVE_NO_CREDENTIAL, /* not a credential, or one without a holder's key */
	LIVE_OTHER_KEY,                      /* the private key is not the holder's */
	LIVE_BAD_CLAIMS,               /* audience too long or not UTF-8, nonce empty or too long */
	LIVE_NO_ROOM,    LIVE_TROUBLE, /* in OpenSSL */
};

struct live_claims {
	int64_t issued_at;    /* [s] UTC */
	const char *audience; /* NULL none */
	const uint8_t *nonce; /* NULL none */
	size_t nonce_length;  /* [byte] */
};

/* A live code, as a COSE_Sign1 with tag 18, around a credential (a COSE_Sign1, or the text of its QR
 * code) that nobody judges here.  *length is written on LIVE_OK. */
enum live_status live_sign(uint8_t *out, size_t out_size, size_t *length, const uint8_t *credential,
			   size_t credential_length, const struct live_claims *claims,
			   const uint8_t private_key[static 32]);

#endif
