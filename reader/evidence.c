#include "reader/evidence.h"

#include <string.h>

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

void evidence_judge(struct evidence *out, const struct reading *reading,
		    const struct keyring *keyring, int64_t now)
{
	*out = (struct evidence){ .carrier = reading->carrier, .assurance = EVIDENCE_STATIC };
	if (reading->carrier == READING_BANK && reading->fault == READING_COMPLETE)
		out->status = judge_tokens(out, reading);
	else
		out->status = credential_from_reading(&out->credential, reading, keyring, now);
}
