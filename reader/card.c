#include "reader/card.h"

#include <string.h>

#include "reader/bank_token.h"
#include "reader/credential.h"
#include "reader/emv.h"
#include "reader/piv.h"
#include "reader/primitives.h"
#include "reader/tag.h"

/* --- a credential, and the chip that its key sits in --- */

static enum reading_fault fault_of_piv(enum piv_status status)
{
	switch (status) {
	case PIV_OK:
		return READING_COMPLETE;
	case PIV_LOST:
		return READING_TORN;
	case PIV_REFUSED:
		return READING_UNSUPPORTED;
	default:
		return READING_MALFORMED;
	}
}

/* A chip that refuses, or answers nonsense, leaves no proof: who judges it calls it a clone.  A lost
 * link accuses nobody. */
static enum reading_fault ask_for_proof(struct reading *out, const struct card_link *link,
					const struct card_chance *chance)
{
	out->carrier = READING_CHIP;
	memcpy(out->proof.challenge, chance->challenge, sizeof out->proof.challenge);
	return piv_prove(link, &out->proof) == PIV_LOST ? READING_TORN : READING_COMPLETE;
}

static enum reading_fault read_tag(struct reading *out, const struct card_link *link, uint8_t sak,
				   const struct card_chance *chance)
{
	enum reading_fault fault = tag_read(link, sak, out);
	bool is_chip = fault == READING_COMPLETE && (sak & SAK_ISO14443_4) != 0 &&
		       credential_claims_chip(out->bytes, out->length);

	return is_chip ? ask_for_proof(out, link, chance) : fault;
}

static enum reading_fault read_object(struct reading *out, const struct card_link *link,
				      const struct card_chance *chance)
{
	enum reading_fault fault =
		fault_of_piv(piv_read_credential(link, out->bytes, &out->length));

	return fault == READING_COMPLETE ? ask_for_proof(out, link, chance) : fault;
}

/* --- a bank card --- */

static enum reading_fault fault_of_emv(enum emv_status status)
{
	switch (status) {
	case EMV_OK:
		return READING_COMPLETE;
	case EMV_LOST:
		return READING_TORN;
	case EMV_MALFORMED:
		return READING_MALFORMED;
	default:
		return READING_UNSUPPORTED;
	}
}

static enum reading_fault make_tokens(struct reading *out, const struct emv_account *account,
				      const struct source_setup *setup)
{
	bool made = primitive_ready();

	for (size_t i = 0; i < setup->bank_salt_count && made; i++) {
		made = bank_token_make(out->bytes + i * BANK_TOKEN_BYTES, account,
				       setup->bank_salts[i]);
	}
	out->carrier = READING_BANK;
	out->length = setup->bank_salt_count * BANK_TOKEN_BYTES;
	return made ? READING_COMPLETE : READING_TORN; /* without memory: to be tapped again */
}

/* A function of its own, so that all it leaves lies below whoever wipes the stack. */
[[gnu::noinline]] static enum reading_fault read_account(struct reading *out,
							 const struct card_link *link,
							 const struct source_setup *setup,
							 const struct card_chance *chance)
{
	struct emv_account account;
	struct emv_terminal terminal = { .now = chance->now };

	memcpy(terminal.unpredictable, chance->unpredictable, sizeof terminal.unpredictable);
	enum reading_fault fault = fault_of_emv(emv_read(link, &account, &terminal));

	if (fault == READING_COMPLETE) {
		fault = make_tokens(out, &account, setup);
	}
	explicit_bzero(&account, sizeof account);
	return fault;
}

static enum reading_fault read_bank_card(struct reading *out, const struct card_link *link,
					 const struct source_setup *setup,
					 const struct card_chance *chance)
{
	if (setup == NULL || setup->bank_salt_count == 0) {
		return READING_UNSUPPORTED;
	}
	enum reading_fault fault = read_account(out, link, setup, chance);

	bank_token_wipe_stack();
	return fault;
}

void card_read(struct reading *out, const struct card_link *link, uint8_t sak,
	       const struct source_setup *setup, const struct card_chance *chance)
{
	out->carrier = READING_TAG;
	out->length = 0;
	out->proof.length = 0;
	out->fault = read_tag(out, link, sak, chance);
	if (out->fault == READING_UNSUPPORTED && (sak & SAK_ISO14443_4) != 0) {
		out->fault = read_bank_card(out, link, setup, chance);
	}
	if (out->fault == READING_UNSUPPORTED && (sak & SAK_ISO14443_4) != 0) {
		out->fault = read_object(out, link, chance);
	}
	if (out->fault != READING_COMPLETE) {
		explicit_bzero(out->bytes, sizeof out->bytes);
		out->length = 0;
	}
}
