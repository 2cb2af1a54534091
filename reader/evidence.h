/*
 * Evidence: what a reading proves, judged; the one way from a reading to something to be trusted.
 *
 * By itself a credential is a copy (static).  A live code proves a phone (live.h), an answered
 * challenge a chip, a token a bank card.  Knows no device, no registry and no benefit: whether a token
 * is bound to anybody, and whether a live code was taken before, is asked elsewhere.
 */
#ifndef YOUDAI_READER_EVIDENCE_H
#define YOUDAI_READER_EVIDENCE_H

#include "reader/credential.h"
#include "reader/keyring.h"
#include "reader/live.h"
#include "reader/reading.h"

/* In ascending order of what they prove; the numbers are those of the contract. */
enum evidence_assurance {
	EVIDENCE_STATIC = 1,
	EVIDENCE_BANK = 2,
	EVIDENCE_LIVE = 3,
	EVIDENCE_CHIP = 4,
};

struct evidence {
	enum credential_status status;
	enum reading_carrier carrier;
	/* The rest where status is CREDENTIAL_OK. */
	enum evidence_assurance assurance;
	struct credential credential; /* not of READING_BANK */
	size_t token_count;           /* of READING_BANK */
	uint8_t tokens[BANK_TOKENS_MAX][BANK_TOKEN_BYTES];
	/* Of a live code, also where it is CREDENTIAL_STALE or CREDENTIAL_CLONED: */
	bool is_live;
	uint8_t live_id[LIVE_ID_BYTES];
	int64_t live_until; /* [s] UTC: from then on nobody may take it, whatever the window */
};

/* Judge a reading at the instant now [s, UTC]; a live code, which only a QR code can be, within the
 * window.  *out is always written. */
void evidence_judge(struct evidence *out, const struct reading *reading,
		    const struct keyring *keyring, const struct live_window *window, int64_t now);

#endif
