#include "reader/bank_token.h"

#include <assert.h>
#include <string.h>

#include "reader/primitives.h"

static_assert(BANK_SALT_BYTES == STRETCH_SALT_BYTES);

bool bank_token_make(uint8_t out[static BANK_TOKEN_BYTES], const struct emv_account *account,
		     const uint8_t salt[static BANK_SALT_BYTES])
{
	char text[EMV_NUMBER_MAX + 2];
	size_t length = account->length;
	memcpy(text, account->digits, length);
	text[length] = (char)('0' + account->sequence / 10 % 10);
	text[length + 1] = (char)('0' + account->sequence % 10);
	bool made = primitive_stretch(out, BANK_TOKEN_BYTES, text, length + 2, salt,
				      BANK_TOKEN_PASSES, BANK_TOKEN_MEMORY);
	explicit_bzero(text, sizeof text);
	return made;
}

__attribute__((noinline)) void bank_token_wipe_stack(void)
{
	uint8_t below[BANK_STACK_BYTES];
	explicit_bzero(below, sizeof below);
}
