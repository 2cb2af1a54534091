#include "reader/evidence.h"

#include <string.h>

#include "reader/elliptic.h"

static enum credential_status judge_tokens(struct evidence *out, const struct reading *reading)
{
	size_t count = reading->length / BANK_TOKEN_BYTES;

	if (count == 0 || count > BANK_TOKENS_MAX || reading->length % BANK_TOKEN_BYTES != 0)
		return CREDENTIAL_MALFORMED;
	memcpy(out->tokens, reading->bytes, reading->length);
	out->token_count = count;
	out->assurance = EVIDENCE_BANK;
	return CREDENTIAL_OK;
}

/* --- chips --- */

static bool proof_verifies(const struct chip_proof *proof, const uint8_t *holder_key)
{
	uint8_t signature[ELLIPTIC_SIGNATURE_BYTES];
	struct elliptic_key *key;
	bool verified;

	if (!elliptic_from_der(signature, proof->signature, proof->length))
		return false;
	key = elliptic_open(KEY_ES256, holder_key);
	verified = key != NULL &&
		   elliptic_verify(key, signature, proof->challenge, sizeof(proof->challenge));
	elliptic_close(key);
	return verified;
}

/* A key in a chip proves that chip; its credential on a card that cannot prove it was copied there.  A
 * picture of it is a picture as any other. */
static enum credential_status judge_chip(struct evidence *out, const struct reading *reading)
{
	const struct credential *credential = &out->credential;

	if (!credential->has_holder_key || !credential->holder_key_in_chip ||
	    reading->carrier == READING_QR)
		return CREDENTIAL_OK;
	if (reading->carrier != READING_CHIP ||
	    !proof_verifies(&reading->proof, credential->holder_key))
		return CREDENTIAL_CLONED;
	out->assurance = EVIDENCE_CHIP;
	return CREDENTIAL_OK;
}

void evidence_judge(struct evidence *out, const struct reading *reading,
		    const struct keyring *keyring, int64_t now)
{
	*out = (struct evidence){ .carrier = reading->carrier, .assurance = EVIDENCE_STATIC };
	if (reading->carrier == READING_BANK && reading->fault == READING_COMPLETE)
		out->status = judge_tokens(out, reading);
	else
		out->status = credential_from_reading(&out->credential, reading, keyring, now);
	if (out->status == CREDENTIAL_OK && reading->carrier != READING_BANK)
		out->status = judge_chip(out, reading);
}
