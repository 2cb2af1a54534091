/*
 * Live codes put together by hand around credentials of any kind, each part as hostile as wanted, in
 * the notation of forge.h.
 */
#ifndef YOUDAI_TESTS_LIVE_SAMPLE_H
#define YOUDAI_TESTS_LIVE_SAMPLE_H

#include "reader/keyring.h"
#include "tests/forge.h"

#define HOLDER   "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define LIVE_IAT "06 1A684EE180 " /* NOW of claims.h */
#define LIVE_TYP "10 72'application/kb+cwt' "
#define LIVE_ALG "01 26 "

struct live_forge {
	/* The credential within; its payload may hold K, the claim cnf with the holder's key. */
	struct forge credential;
	/* The token: its protected_map may hold W, the label 13 and the credential as a byte string,
	 * and w, the byte string alone.  NULL: as they should be. */
	struct forge token;
};

/* The text of the QR code; its length.  issuer signs the credential, holder the token. */
size_t live_forge_text(char out[static 2 * FORGE_BYTES_MAX], const struct live_forge *forge,
		       const struct signing_key *issuer, const struct signing_key *holder);

/* The same, in bytes. */
size_t live_forge_bytes(uint8_t out[static FORGE_BYTES_MAX], const struct live_forge *forge,
			const struct signing_key *issuer, const struct signing_key *holder);

/* The holder's key pair. */
struct signing_key live_holder(void);

/* Whom a live code is tried with: a home issuer, whose key is trusted, a stranger, a holder. */
struct live_stage {
	struct signing_key key, stranger, holder;
	struct keyring *keyring;
	uint8_t bytes[FORGE_BYTES_MAX];
	char text[2 * FORGE_BYTES_MAX];
};

bool live_stage_open(struct live_stage *out);
void live_stage_close(struct live_stage *stage);

/* (r, s) becomes (r, n - s), which verifies as well. */
size_t live_other_s(uint8_t *signature);

#endif
