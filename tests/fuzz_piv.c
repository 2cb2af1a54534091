/*
 * A PIV card that answers whatever it likes: proving, reading, making a key and writing end, and keep
 * to their bounds.
 * The input is a sequence of answers, each one length byte (255: 257 bytes) and as many bytes; when
 * it is used up the card is gone.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "reader/piv.h"
#include "reader/piv_channel.h"
#include "reader/piv_manage.h"
#include "reader/primitives.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct script {
	const uint8_t *at;
	size_t left; /* [byte] */
	int exchanges;
};

static int answer(void *context, uint8_t *response, const uint8_t *command, size_t length)
{
	struct script *script = context;

	assert(length >= 5 && length <= CARD_COMMAND_MAX && (command[0] & ~0x10) == 0x00);
	script->exchanges++;
	if (script->left == 0)
		return 0;
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
	static uint8_t bytes[READING_BYTES_MAX];
	static const uint8_t content[READING_BYTES_MAX] = { 0x84 };
	const struct script begin = { .at = data, .left = size };
	struct script script = begin;
	const struct card_link link = { .transceive = answer, .context = &script };
	struct chip_proof proof = { .challenge = { 1 } };
	uint8_t public_key[64];
	size_t length = 0;

	if (!primitive_ready())
		return 0;
	if (piv_prove(&link, &proof) == PIV_OK)
		assert(proof.length > 0 && proof.length <= sizeof(proof.signature));
	else
		assert(proof.length == 0);
	assert(script.exchanges <= PIV_EXCHANGES_MAX);
	script = begin;
	if (piv_read_credential(&link, bytes, &length) == PIV_OK)
		assert(length > 0 && length <= sizeof(bytes));
	assert(script.exchanges <= PIV_EXCHANGES_MAX);
	script = begin;
	(void)!piv_generate(&link, &management_key_default, public_key);
	assert(script.exchanges <= PIV_EXCHANGES_MAX);
	script = begin;
	(void)!piv_write_credential(&link, &management_key_default, content,
				    size % (READING_BYTES_MAX + 1));
	assert(script.exchanges <= 2 * PIV_EXCHANGES_MAX);
	return 0;
}
