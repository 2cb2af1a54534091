/*
 * Issuing: sign a credential, and make, seal and open the key pair that signs it.
 *
 * The service centre's counterpart of credential.h.  Private keys pass through here as bytes that
 * the caller wipes; nothing keeps them.  Knows no file and no registry.
 */
#ifndef YOUDAI_READER_ISSUE_H
#define YOUDAI_READER_ISSUE_H

#include "reader/credential.h"
#include "reader/keyring.h"

#define PRIVATE_KEY_BYTES 32 /* Ed25519: the seed of RFC 8032; P-256: the scalar, big-endian */

enum [[nodiscard]] issue_status{
	ISSUE_OK = 0,     ISSUE_UNSUPPORTED, /* an algorithm that this build cannot sign with */
	ISSUE_BAD_CLAIMS,                    /* a claim that credential.h would refuse to read */
	ISSUE_NO_ROOM,    ISSUE_WRONG_PASSPHRASE, ISSUE_MALFORMED_KEY, ISSUE_NO_MEMORY,
};

struct signing_key {
	struct trusted_key trusted; /* public part, kid, issuer, region */
	uint8_t private_key[PRIVATE_KEY_BYTES];
};

/*
 * A fresh pair from the system's randomness; kid by key_default_id, trusted from 1970 on without
 * an end until the caller says otherwise.  region may be "" or NULL.  ISSUE_BAD_CLAIMS where issuer
 * or region is too long, empty (issuer), not UTF-8, or has control characters.
 */
enum issue_status signing_key_generate(struct signing_key *out, enum key_algorithm algorithm,
				       const char *issuer, const char *region);

/*
 * Text of a key file, sealed under a passphrase (Argon2id, XChaCha20-Poly1305).  At most
 * SEALED_KEY_MAX bytes with the end.  Opening checks the seal, then that private and public match.
 */
#define SEALED_KEY_MAX 2048
enum issue_status signing_key_seal(char *out, size_t out_size, const struct signing_key *key,
				   const char *passphrase);
enum issue_status signing_key_open(struct signing_key *out, const char *text, size_t length,
				   const char *passphrase);

/*
 * Encode and sign claims as COSE_Sign1 with tag 18, kid in the protected header, map keys in
 * ascending order of their encodings.  Every field of *claims is used as in struct credential;
 * claims->issuer must be the key's.  *length is written on ISSUE_OK; out holds up to out_size.
 */
enum issue_status credential_sign(uint8_t *out, size_t out_size, size_t *length,
				  const struct credential *claims, const struct signing_key *key);

/* Bytes to the text of a QR code: base45 of them, or of their zlib stream where compress is set. */
enum issue_status credential_to_text(char *out, size_t out_size, const uint8_t *bytes,
				     size_t length, bool compress);

#endif
