/*
 * A bank card that answers whatever it likes: reading it ends, keeps to its bounds, and gives a
 * number or none.  The input is a sequence of answers, each one length byte (255: 258 bytes, the
 * longest) and as many bytes; when it is used up the card is gone.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "reader/emv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct script {
	const uint8_t *at;
	size_t left; /* [byte] */
	int exchanges;
};

static int answer(void *context, uint8_t *response, const uint8_t *command, size_t length)
{
	struct script *script = context;
	assert(length >= 5 && length <= CARD_COMMAND_MAX);
	assert(length == 5 || length == 6U + command[4]);
	script->exchanges++;
	if (script->left == 0) {
		return 0;
	}
	size_t count = script->at[0] == 255 ? CARD_RESPONSE_MAX : script->at[0];
	script->at++;
	script->left--;
	count = count < script->left ? count : script->left;
	memcpy(response, script->at, count);
	script->at += count;
	script->left -= count;
	return (int)count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct emv_terminal terminal = { .now = 1785513600 };
	struct script script = { .at = data, .left = size };
	const struct card_link link = { .transceive = answer, .context = &script };
	struct emv_account account;
	if (emv_read(&link, &account, &terminal) == EMV_OK) {
		assert(account.length >= EMV_NUMBER_LEAST && account.length <= EMV_NUMBER_MAX);
		for (size_t i = 0; i < account.length; i++) {
			assert(account.digits[i] >= '0' && account.digits[i] <= '9');
		}
		assert(account.sequence <= 99);
	}
	assert(script.exchanges <= EMV_EXCHANGES_MAX);
	return 0;
}
