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

static bool proof_verifies(const struct chip_proof *proof, const uint8_t *holder_key,
			   const struct keyring *keyring)
{
	uint8_t signature[ELLIPTIC_SIGNATURE_BYTES];

	return elliptic_from_der(signature, proof->signature, proof->length) &&
	       keyring_holder_verify(keyring, holder_key, signature, proof->challenge,
				     sizeof(proof->challenge));
}

/* A key in a chip proves that chip; its credential on a card that cannot prove it was copied there.  A
 * picture of it is a picture as any other. */
static enum credential_status judge_chip(struct evidence *out, const struct reading *reading,
					 const struct keyring *keyring)
{
	const struct credential *credential = &out->credential;

	if (!credential->has_holder_key || !credential->holder_key_in_chip ||
	    reading->carrier == READING_QR)
		return CREDENTIAL_OK;
	if (reading->carrier != READING_CHIP ||
	    !proof_verifies(&reading->proof, credential->holder_key, keyring))
		return CREDENTIAL_CLONED;
	out->assurance = EVIDENCE_CHIP;
	return CREDENTIAL_OK;
}

/* --- codes --- */

/* The instant of a signature is a hostile number until it is found to be fresh. */
static int64_t taken_until(int64_t issued_at)
{
	int64_t until;

	return __builtin_add_overflow(issued_at, LIVE_KEPT, &until) ? INT64_MAX : until;
}

static enum credential_status judge_code(struct evidence *out, const struct reading *reading,
					 const struct keyring *keyring,
					 const struct live_window *window, int64_t now)
{
	struct live live;
	enum credential_status status = live_from_text(&live, (const char *)reading->bytes,
						       reading->length, keyring, window, now);

	if (status == CREDENTIAL_OK)
		out->credential = live.credential;
	if (!live.is_live)
		return status;
	out->assurance = EVIDENCE_LIVE;
	out->is_live = true;
	memcpy(out->live_id, live.id, sizeof(out->live_id));
	out->live_until = taken_until(live.issued_at);
	return status;
}

void evidence_judge(struct evidence *out, const struct reading *reading,
		    const struct keyring *keyring, const struct live_window *window, int64_t now)
{
	*out = (struct evidence){ .carrier = reading->carrier, .assurance = EVIDENCE_STATIC };
	if (reading->carrier == READING_BANK && reading->fault == READING_COMPLETE)
		out->status = judge_tokens(out, reading);
	else if (reading->carrier == READING_QR && reading->fault == READING_COMPLETE)
		out->status = judge_code(out, reading, keyring, window, now);
	else
		out->status = credential_from_reading(&out->credential, reading, keyring, now);
	if (out->status == CREDENTIAL_OK && reading->carrier != READING_BANK)
		out->status = judge_chip(out, reading, keyring);
}
