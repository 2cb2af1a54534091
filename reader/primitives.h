/*
 * Ed25519, hash, randomness, and sealing under a passphrase: the one file that speaks to libsodium.
 *
 * Thin on purpose: no formats, no policy but the refusal of weak keys.
 */
#ifndef YOUDAI_READER_PRIMITIVES_H
#define YOUDAI_READER_PRIMITIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ED25519_PUBLIC_BYTES    32
#define ED25519_SIGNATURE_BYTES 64
#define SEAL_KEY_BYTES          32
#define SEAL_NONCE_BYTES        24
#define SEAL_TAG_BYTES          16
#define STRETCH_SALT_BYTES      16

/* Once before anything else here; more often does no harm.  False where there is no randomness. */
[[nodiscard]] bool primitive_ready(void);

void primitive_random(uint8_t *out, size_t length);
void primitive_sha256(uint8_t out[static 32], const uint8_t *bytes, size_t length);

/* A canonical point of the prime-order group, not of small order. */
[[nodiscard]] bool primitive_ed25519_sound(const uint8_t public_key[static ED25519_PUBLIC_BYTES]);
[[nodiscard]] bool primitive_ed25519_verify(const uint8_t signature[static ED25519_SIGNATURE_BYTES],
					    const uint8_t *message, size_t length,
					    const uint8_t public_key[static ED25519_PUBLIC_BYTES]);
/* seed: the 32 bytes that RFC 8032 calls the private key. */
void primitive_ed25519_public(uint8_t out[static ED25519_PUBLIC_BYTES],
			      const uint8_t seed[static 32]);
void primitive_ed25519_sign(uint8_t out[static ED25519_SIGNATURE_BYTES], const uint8_t *message,
			    size_t length, const uint8_t seed[static 32]);

/* Argon2id (RFC 9106) with one lane, 16 bytes or more of it; false without memory. */
[[nodiscard]] bool primitive_stretch(uint8_t *out, size_t out_length, const char *secret,
				     size_t length, const uint8_t salt[static STRETCH_SALT_BYTES],
				     unsigned passes, size_t memory_bytes);

/* XChaCha20-Poly1305; what stands beside is covered by the tag, but not hidden. */
void primitive_seal(uint8_t *out, const uint8_t *plain, size_t length, const uint8_t *beside,
		    size_t beside_length, const uint8_t nonce[static SEAL_NONCE_BYTES],
		    const uint8_t key[static SEAL_KEY_BYTES]);
/* length counts the tag, SEAL_TAG_BYTES; out gets what is left without it. */
[[nodiscard]] bool primitive_unseal(uint8_t *out, const uint8_t *sealed, size_t length,
				    const uint8_t *beside, size_t beside_length,
				    const uint8_t nonce[static SEAL_NONCE_BYTES],
				    const uint8_t key[static SEAL_KEY_BYTES]);

#endif
