/*
 * A tag that answers whatever it likes: reading and writing it end, keep to their bounds, and write
 * nothing but data.  The bits of the input's first byte, from the lowest, say whether the card is
 * found when it is selected again (0: it cannot be).  A sequence of answers follows, each one length
 * byte (0: none, 255: 257 bytes) and as many bytes; when it is used up the card is gone.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "reader/type2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct script {
	const uint8_t *at;
	size_t left; /* [byte] */
	unsigned selections;
	int exchanges;
};

static int answer(void *context, uint8_t *response, const uint8_t *command, size_t length)
{
	struct script *script = context;
	assert(length >= 1 && length <= 6);
	assert(command[0] != TYPE2_WRITE || (length == 6 && command[1] >= 4));
	script->exchanges++;
	if (script->left == 0) {
		return -1;
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

static bool reselect(void *context)
{
	struct script *script = context;
	bool there = (script->selections & 1) != 0;
	script->selections >>= 1;
	return there;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t message[TYPE2_MESSAGE_MAX];
	if (size == 0) {
		return 0;
	}
	const struct script start = { .at = data + 1, .left = size - 1, .selections = data[0] };
	struct script script = start;
	const struct card_link link = { .transceive = answer,
					.reselect = data[0] == 0 ? NULL : reselect,
					.context = &script };
	size_t length = 0;
	if (type2_read(&link, message, &length) == TYPE2_OK) {
		assert(length > 0 && length <= sizeof message);
	}
	assert(script.exchanges <= TYPE2_EXCHANGES_MAX);
	script = start;
	(void)!type2_write(&link, message, size % sizeof message + 1);
	assert(script.exchanges <= TYPE2_EXCHANGES_MAX);
	return 0;
}
