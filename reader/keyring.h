/*
 * The public keys that are trusted to sign credentials, in memory, ready to be looked up.
 *
 * Knows no file and no database: whoever keeps the keys adds them.  Not safe for several threads.
 */
#ifndef YOUDAI_READER_KEYRING_H
#define YOUDAI_READER_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISSUER_BYTES_MAX  127 /* [byte] UTF-8, without the end */
#define KEY_ID_BYTES_MAX  32  /* [byte] */
#define REGION_DIGITS_MAX 12  /* GB/T 2260 and statistics codes have 6, 9 or 12 digits */
#define PUBLIC_BYTES_MAX  64  /* [byte] Ed25519: 32; P-256 and SM2: x || y */
#define SIGNATURE_BYTES   64  /* [byte] of each algorithm: R || S, or r || s */
#define KEYS_TRIED_MAX    8   /* signatures checked for one message */

/* COSE algorithm numbers (IANA; the last is a private-use number of credential.md). */
enum key_algorithm {
	KEY_EDDSA = -8,
	KEY_ES256 = -7,
	KEY_SM2 = -70048,
};

struct trusted_key {
	char issuer[ISSUER_BYTES_MAX + 1];
	enum key_algorithm algorithm;
	uint8_t public_key[PUBLIC_BYTES_MAX];
	uint8_t kid[KEY_ID_BYTES_MAX];
	size_t kid_length;                  /* [byte] 0 to KEY_ID_BYTES_MAX */
	char region[REGION_DIGITS_MAX + 1]; /* prefix that issuers of ours must have; "" any */
	int64_t from;                       /* [s] UTC, first second of trust */
	int64_t until; /* [s] UTC, first second without trust; INT64_MAX: open */
};

enum [[nodiscard]] keyring_status{
	KEYRING_OK = 0,
	KEYRING_WEAK_KEY,    /* not a point of the curve, of small order, or of the wrong length */
	KEYRING_UNSUPPORTED, /* an algorithm that this build cannot check */
	KEYRING_NO_MEMORY,
};

struct keyring;

/* An empty keyring; NULL without memory. */
struct keyring *keyring_open(void);
void keyring_close(struct keyring *keyring);

/* Forget every key, to fill it anew. */
void keyring_clear(struct keyring *keyring);

/* Check *key for strength and copy it in.  Nothing changes on failure. */
enum keyring_status keyring_add(struct keyring *keyring, const struct trusted_key *key);

/* Something signed that nobody has checked yet; all of it is borrowed. */
struct signed_message {
	const uint8_t *issuer; /* UTF-8, as it stands in the claims */
	size_t issuer_length;
	bool has_kid; /* else the keys trusted for the issuer are tried */
	const uint8_t *kid;
	size_t kid_length;
	int64_t algorithm;
	const uint8_t *bytes; /* what the signature is over */
	size_t length;
	const uint8_t *signature; /* SIGNATURE_BYTES */
};

enum [[nodiscard]] keyring_verdict{
	KEYRING_VERIFIED = 0,
	KEYRING_NO_KEY, /* none is trusted for this issuer and its region now, or none has this id */
	KEYRING_FORGED, /* of another algorithm than its keys, or verified by none of them */
};

/*
 * Check a signature at the instant now [s, UTC].  A key fits where its id (or, without one, its
 * issuer) is the message's, its issuer is the message's, now is in its time, and for issuers of
 * ours the issuer's region begins with the key's.  At most KEYS_TRIED_MAX that fit are tried.
 */
enum keyring_verdict keyring_verify(const struct keyring *keyring,
				    const struct signed_message *message, int64_t now);

/* Whether x || y is a point of P-256, as a holder's key must be. */
[[nodiscard]] bool keyring_holder_key_sound(const struct keyring *keyring,
					    const uint8_t point[static PUBLIC_BYTES_MAX]);

/* Whether a signature r || s (ES256) over bytes verifies under such a key; no point, no signature. */
[[nodiscard]] bool keyring_holder_verify(const struct keyring *keyring,
					 const uint8_t point[static PUBLIC_BYTES_MAX],
					 const uint8_t signature[static SIGNATURE_BYTES],
					 const uint8_t *bytes, size_t length);

/* Length of a public key of this algorithm: 32, 64, or 0 where it is unknown. [byte] */
size_t key_public_length(enum key_algorithm algorithm);

/* "EdDSA", "ES256", "SM2"; and back, false where the name is unknown. */
const char *key_algorithm_name(enum key_algorithm algorithm);
bool key_algorithm_from_name(enum key_algorithm *out, const char *name);

/* Our own issuers are "yd:" and a region code of 1 to 12 digits: the code, else NULL. */
const char *issuer_region(const char *issuer);

/* The id that a key gets when none is given: the first 8 bytes of SHA-256 over the public key. */
void key_default_id(uint8_t out[static 8], const uint8_t *public_key, size_t length);

#endif
