/*
 * A tag that answers whatever it likes: reading and writing it end, and keep to their bounds.
 * The input is a sequence of answers, each one length byte (255: 257 bytes) and as many bytes; when
 * it is used up the card is gone.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "reader/type4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct script {
	const uint8_t *at;
	size_t left; /* [byte] */
	int exchanges;
};

static int answer(void *context, uint8_t *response, const uint8_t *command, size_t length)
{
	struct script *script = context;
	assert(length >= 5 && length <= CARD_COMMAND_MAX && command[0] == 0x00);
	script->exchanges++;
	if (script->left == 0) {
		return 0;
	}
	size_t count = script->at[0] == 255 ? 257 : script->at[0];
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
	static uint8_t message[TYPE4_MESSAGE_MAX];
	struct script script = { .at = data, .left = size };
	const struct card_link link = { .transceive = answer, .context = &script };
	size_t length = 0;
	if (type4_read(&link, message, &length) == TYPE4_OK) {
		assert(length > 0 && length <= sizeof message);
	}
	assert(script.exchanges <= TYPE4_EXCHANGES_MAX + 1);
	script = (struct script){ .at = data, .left = size };
	(void)!type4_write(&link, message, size % TYPE4_MESSAGE_MAX + 1);
	assert(script.exchanges <= TYPE4_EXCHANGES_MAX + 1);
	return 0;
}
