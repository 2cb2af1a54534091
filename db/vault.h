/*
 * The keys of a registry (FILE.keys) and everything that is done with them: signing the log, keyed
 * hashes of persons and numbers, sealing of names and photographs; the plain SHA-256 of the log's
 * chain, and what is kept of a password.
 *
 * The only module of db/ that speaks to libsodium.  Knows no table.  Keys never leave it, but for
 * the ciphers' own, which it hands down to seal.h.  A struct vault belongs to one thread.
 */
#ifndef YOUDAI_DB_VAULT_H
#define YOUDAI_DB_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/seal.h"

#define HASH_BYTES       32
#define SIGNATURE_BYTES  64
#define PUBLIC_KEY_BYTES 32
#define PSEUDONYM_BYTES  16
#define SEAL_OVERHEAD    (1 + 8 + SEAL_TAG_BYTES) /* version, salt, tag */
#define SEAL_BYTES_MAX   (256 * 1024)             /* [byte] of a photograph that is sealed */

enum [[nodiscard]] vault_status{
	VAULT_OK = 0,         VAULT_MISSING, /* no such file, or it cannot be read */
	VAULT_OPEN_TO_OTHERS,                /* its mode lets others read or write it */
	VAULT_MALFORMED,      VAULT_EXISTS,  VAULT_FULL, VAULT_TROUBLE,
};

struct vault;

/* Fresh keys from the system's randomness into a new file of mode 0600, durable on VAULT_OK. */
enum vault_status vault_create(const char *path);
/* The same, but for the site group key, which is the vault's. */
enum vault_status vault_create_in_group(const struct vault *vault, const char *path);
/* *out on VAULT_OK. */
enum vault_status vault_open(struct vault **out, const char *path);
void vault_close(struct vault *vault); /* wipes; accepts NULL */
/* A copy of the key file into a new one of mode 0600, durable on VAULT_OK. */
enum vault_status vault_copy(const struct vault *vault, const char *path);

/* Ed25519 under the log key. */
void vault_public_key(const struct vault *vault, uint8_t out[static PUBLIC_KEY_BYTES]);
void vault_sign(const struct vault *vault, uint8_t out[static SIGNATURE_BYTES],
		const uint8_t hash[static HASH_BYTES]);
bool signature_is_good(const uint8_t public_key[static PUBLIC_KEY_BYTES],
		       const uint8_t signature[static SIGNATURE_BYTES],
		       const uint8_t hash[static HASH_BYTES]);

/* SHA-256 of first, then second. */
void hash_of(uint8_t out[static HASH_BYTES], const void *first, size_t first_length,
	     const void *second, size_t second_length);

/* What stands for a holder in the log: BLAKE2b under a key made from the site group key, so that
 * nobody without it can try all numbers.  first and second are kept apart. */
void vault_holder(const struct vault *vault, uint8_t out[static PSEUDONYM_BYTES], const char *first,
		  const char *second);
/* What the tokens of bank cards are made with: made of each version of the site's key for them, the
 * newest first; answers how many, 1 to VAULT_BANK_KEYS. */
#define VAULT_BANK_KEYS  4
#define VAULT_SALT_BYTES 16
size_t vault_bank_salts(const struct vault *vault,
			uint8_t out[static VAULT_BANK_KEYS][VAULT_SALT_BYTES]);
/* A new version, durable in the key file at path on VAULT_OK, else nothing changes.  Of
 * VAULT_BANK_KEYS the oldest is dropped.  Holders keep their pseudonyms. */
enum vault_status vault_new_bank_key(struct vault *vault, const char *path);
/* What a kiosk seals its trace with; made of the site group key, so that the centre can open it. */
void vault_trace_key(const struct vault *vault, uint8_t out[static 32]);
/* What is kept of an ID number; under a key made from the sealing key. */
void vault_id_number(const struct vault *vault, uint8_t out[static PSEUDONYM_BYTES],
		     const char *id_number);
/* Where a look-up by this name begins; under the same key. */
int64_t vault_name_key(const struct vault *vault, const char *name);

/* Seal text for a row, bound to the row's code; out holds strlen(text) + SEAL_OVERHEAD bytes;
 * answers the length.  What is sealed begins with the cipher's number. */
size_t vault_seal(const struct vault *vault, uint8_t *out, enum seal_cipher cipher,
		  const char *text, const char *code);
/* Either cipher, and version 1 (XChaCha20-Poly1305), which is written no more.  False where the seal
 * is broken or out is too small; out ends in a zero byte. */
bool vault_unseal(const struct vault *vault, char *out, size_t out_size, const uint8_t *sealed,
		  size_t length, const char *code);

/* The same for a photograph, of at most SEAL_BYTES_MAX bytes.  A sealed text is no photograph of the
 * same row, nor the other way round. */
size_t vault_seal_bytes(const struct vault *vault, uint8_t *out, enum seal_cipher cipher,
			const uint8_t *bytes, size_t length, const char *code);
/* length - SEAL_OVERHEAD bytes into out; false where the seal is broken or out is too small. */
bool vault_unseal_bytes(const struct vault *vault, uint8_t *out, size_t out_size,
			const uint8_t *sealed, size_t length, const char *code);

/* Argon2id at libsodium's interactive limits (some 0.1 s and 64 MiB), as text with its salt.  False
 * where the memory for it is not to be had. */
#define PASSWORD_HASH_SIZE 128 /* [byte] with its end */
bool vault_password_hash(char out[static PASSWORD_HASH_SIZE], const char *password);
/* Takes the same time whether it fits or not. */
bool vault_password_fits(const char *hash, const char *password);

/* Characters of Crockford's base 32 from the system's randomness, and a zero byte. */
void random_text(char *out, size_t characters);

#endif
