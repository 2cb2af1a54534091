#include "reader/primitives.h"

#include <sodium.h>
#include <string.h>

bool primitive_ready(void)
{
	return sodium_init() >= 0;
}

void primitive_random(uint8_t *out, size_t length)
{
	randombytes_buf(out, length);
}

void primitive_sha256(uint8_t out[static 32], const uint8_t *bytes, size_t length)
{
	(void)crypto_hash_sha256(out, bytes, length);
}

bool primitive_ed25519_sound(const uint8_t public_key[static ED25519_PUBLIC_BYTES])
{
	return crypto_core_ed25519_is_valid_point(public_key) == 1;
}

bool primitive_ed25519_verify(const uint8_t signature[static ED25519_SIGNATURE_BYTES],
			      const uint8_t *message, size_t length,
			      const uint8_t public_key[static ED25519_PUBLIC_BYTES])
{
	return crypto_sign_verify_detached(signature, message, length, public_key) == 0;
}

void primitive_ed25519_public(uint8_t out[static ED25519_PUBLIC_BYTES],
			      const uint8_t seed[static 32])
{
	uint8_t expanded[crypto_sign_SECRETKEYBYTES];

	(void)crypto_sign_seed_keypair(out, expanded, seed);
	explicit_bzero(expanded, sizeof(expanded));
}

void primitive_ed25519_sign(uint8_t out[static ED25519_SIGNATURE_BYTES], const uint8_t *message,
			    size_t length, const uint8_t seed[static 32])
{
	uint8_t expanded[crypto_sign_SECRETKEYBYTES];
	uint8_t public_key[ED25519_PUBLIC_BYTES];

	(void)crypto_sign_seed_keypair(public_key, expanded, seed);
	(void)crypto_sign_detached(out, NULL, message, length, expanded);
	explicit_bzero(expanded, sizeof(expanded));
}

bool primitive_stretch(uint8_t *out, size_t out_length, const char *secret, size_t length,
		       const uint8_t salt[static STRETCH_SALT_BYTES], unsigned passes,
		       size_t memory_bytes)
{
	return crypto_pwhash(out, out_length, secret, length, salt, passes, memory_bytes,
			     crypto_pwhash_ALG_ARGON2ID13) == 0;
}

void primitive_seal(uint8_t *out, const uint8_t *plain, size_t length, const uint8_t *beside,
		    size_t beside_length, const uint8_t nonce[static SEAL_NONCE_BYTES],
		    const uint8_t key[static SEAL_KEY_BYTES])
{
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, plain, length, beside,
							 beside_length, NULL, nonce, key);
}

bool primitive_unseal(uint8_t *out, const uint8_t *sealed, size_t length, const uint8_t *beside,
		      size_t beside_length, const uint8_t nonce[static SEAL_NONCE_BYTES],
		      const uint8_t key[static SEAL_KEY_BYTES])
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, length, beside,
							  beside_length, nonce, key) == 0;
}
