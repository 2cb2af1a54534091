/*
 * Authenticated encryption of short texts and of bytes up to a photograph's size, with AES-256-GCM
 * (NIST SP 800-38D) or SM4-GCM (GB/T 32907, RFC 8998), for the vault.
 *
 * The only module of db/ that speaks to libgcrypt.  Knows no registry, no key file and no layout of
 * what is sealed: keys and nonces come from the vault.
 */
#ifndef YOUDAI_DB_SEAL_H
#define YOUDAI_DB_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEAL_AES_KEY_BYTES 32
#define SEAL_SM4_KEY_BYTES 16
#define SEAL_NONCE_BYTES   12
#define SEAL_TAG_BYTES     16

/* The number stands as version in front of what is sealed, and in the registry. */
enum seal_cipher { SEAL_AES_256_GCM = 2, SEAL_SM4_GCM = 3 };

/* Both ciphers with their keys set, so that a name on the path costs no allocation.  Belongs to one
 * thread. */
struct sealer;

/* The keys are copied.  False, and nothing written, where libgcrypt has not both ciphers or memory is
 * out. */
[[nodiscard]] bool sealer_open(struct sealer **out,
			       const uint8_t aes_key[static SEAL_AES_KEY_BYTES],
			       const uint8_t sm4_key[static SEAL_SM4_KEY_BYTES]);
void sealer_close(struct sealer *sealer); /* wipes; accepts NULL */

/* out takes length + SEAL_TAG_BYTES bytes: as many as text, then the tag.  `beside` is not kept, but
 * has to be the same when it is read.  A nonce is used once under a key: that is for the caller to
 * see to. */
void sealer_seal(struct sealer *sealer, uint8_t *out, enum seal_cipher cipher, const void *text,
		 size_t length, const void *beside, size_t beside_length,
		 const uint8_t nonce[static SEAL_NONCE_BYTES]);

/* length counts the tag; out takes length - SEAL_TAG_BYTES bytes.  False, and these are zero, where
 * anything differs from what was sealed. */
[[nodiscard]] bool sealer_unseal(struct sealer *sealer, void *out, enum seal_cipher cipher,
				 const uint8_t *sealed, size_t length, const void *beside,
				 size_t beside_length,
				 const uint8_t nonce[static SEAL_NONCE_BYTES]);

#endif
