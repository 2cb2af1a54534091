/*
 * Credentials that the program itself would never issue: put together by hand, then signed.
 *
 * Bytes are written as text: pairs of hex digits, 'text' as it stands, <N*HH> for N times a byte,
 * spaces anywhere between.
 */
#ifndef YOUDAI_TESTS_FORGE_H
#define YOUDAI_TESTS_FORGE_H

#include <stddef.h>
#include <stdint.h>

#include "reader/issue.h"

#define FORGE_BYTES_MAX (1 << 15)

/* In `outer` P U L S stand for the other parts: byte strings of protected header, payload and
 * signature, and the unprotected header as it is. */
struct forge {
	const char *protected_map;   /* NULL: alg of the key, and its kid */
	const char *unprotected_map; /* NULL: empty */
	const char *payload;
	const char *outer; /* NULL: "D2 84 P U L S" */
	/* NULL: leave the signature (64 bytes) as it is.  Returns its new length, at most 128. */
	size_t (*spoil)(uint8_t *signature);
};

/* The bytes that a text stands for; their number. */
size_t forge_bytes(uint8_t out[static FORGE_BYTES_MAX], const char *text);

/* A COSE_Sign1 with a signature of key; its length. */
size_t forge_credential(uint8_t out[static FORGE_BYTES_MAX], const struct forge *forge,
			const struct signing_key *key);

/* A key pair that is the same each time: private key as given in 64 hex digits. */
struct signing_key forge_key(enum key_algorithm algorithm, const char *private_hex,
			     const char *issuer, const char *region, const char *kid_hex);

#endif
