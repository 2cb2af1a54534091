/*
 * Signatures on P-256 (ES256) and on SM2's curve (SM2 with SM3, GB/T 32918), and single blocks of the
 * ciphers that chip cards are managed with: the one file that speaks to OpenSSL.
 *
 * Public keys are x || y, signatures r || s, private keys the scalar, all big-endian.  The signer's
 * id of SM2 is "1234567812345678".  Which key is to be trusted is not known here.
 */
#ifndef YOUDAI_READER_ELLIPTIC_H
#define YOUDAI_READER_ELLIPTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/keyring.h"

#define ELLIPTIC_PUBLIC_BYTES    64
#define ELLIPTIC_PRIVATE_BYTES   32
#define ELLIPTIC_SIGNATURE_BYTES 64

/* A public key, parsed once, so that a check decodes nothing.  For one thread at a time. */
struct elliptic_key;

/* NULL where the point is not on the curve, the algorithm is another, or there is no memory. */
struct elliptic_key *elliptic_open(enum key_algorithm algorithm,
				   const uint8_t public_key[static ELLIPTIC_PUBLIC_BYTES]);
void elliptic_close(struct elliptic_key *key);

/* Make an ES256 key that of another point, which costs far less than opening one.  False where the
 * point is not on the curve: nothing verifies then until the key is changed again. */
[[nodiscard]] bool elliptic_change(struct elliptic_key *key,
				   const uint8_t public_key[static ELLIPTIC_PUBLIC_BYTES]);

/* Whether the signature over message verifies; what is not in range does not. */
[[nodiscard]] bool elliptic_verify(struct elliptic_key *key,
				   const uint8_t signature[static ELLIPTIC_SIGNATURE_BYTES],
				   const uint8_t *message, size_t length);

/* The curve P-256 alone, to check points on it quickly.  For one thread at a time. */
struct elliptic_curve;

struct elliptic_curve *elliptic_curve_open(void);
void elliptic_curve_close(struct elliptic_curve *curve);
[[nodiscard]] bool elliptic_on_curve(struct elliptic_curve *curve,
				     const uint8_t point[static ELLIPTIC_PUBLIC_BYTES]);

/* These return false where the scalar is out of range, or on trouble in OpenSSL. */
[[nodiscard]] bool elliptic_generate(enum key_algorithm algorithm,
				     uint8_t private_key[static ELLIPTIC_PRIVATE_BYTES],
				     uint8_t public_key[static ELLIPTIC_PUBLIC_BYTES]);
[[nodiscard]] bool elliptic_public(enum key_algorithm algorithm,
				   uint8_t public_key[static ELLIPTIC_PUBLIC_BYTES],
				   const uint8_t private_key[static ELLIPTIC_PRIVATE_BYTES]);
[[nodiscard]] bool elliptic_sign(enum key_algorithm algorithm,
				 uint8_t signature[static ELLIPTIC_SIGNATURE_BYTES],
				 const uint8_t *message, size_t length,
				 const uint8_t private_key[static ELLIPTIC_PRIVATE_BYTES]);

/* A signature as chips give it, ECDSA-Sig-Value in DER, to r || s.  False where it is not the one DER
 * encoding of two positive integers of at most 32 bytes. */
[[nodiscard]] bool elliptic_from_der(uint8_t signature[static ELLIPTIC_SIGNATURE_BYTES],
				     const uint8_t *der, size_t length);

/* --- single blocks (ECB), as SP 800-78-4 has them for a card's management key --- */

enum block_cipher {
	BLOCK_3DES,
	BLOCK_AES128,
	BLOCK_AES192,
	BLOCK_AES256,
};

#define BLOCK_KEY_MAX   32 /* [byte] */
#define BLOCK_BYTES_MAX 16

size_t block_cipher_key_length(enum block_cipher cipher); /* [byte] */
size_t block_cipher_length(enum block_cipher cipher);     /* [byte] of a block: 8 or 16 */

/* One block; false on trouble in OpenSSL. */
[[nodiscard]] bool block_cipher_encrypt(enum block_cipher cipher, uint8_t *out, const uint8_t *in,
					const uint8_t *key);
[[nodiscard]] bool block_cipher_decrypt(enum block_cipher cipher, uint8_t *out, const uint8_t *in,
					const uint8_t *key);

/* The scalar of a private key on P-256 in PEM, as other programs write it, not encrypted; false where
 * it is anything else. */
[[nodiscard]] bool elliptic_read_pem(uint8_t private_key[static ELLIPTIC_PRIVATE_BYTES],
				     const char *pem, size_t length);

#endif
