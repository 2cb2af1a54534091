#include "reader/piv_manage.h"

#include <assert.h>
#include <string.h>

#include "reader/elliptic.h"
#include "reader/piv_channel.h"
#include "reader/primitives.h"

enum {
	GENERAL_AUTHENTICATE = 0x87,
	GENERATE = 0x47,
	PUT_DATA = 0xdb,

	SLOT_MANAGEMENT = 0x9b,
	SLOT_CARD_AUTHENTICATION = 0x9e,
	ALGORITHM_P256 = 0x11,

	TAG_TEMPLATE = 0x7c,
	TAG_WITNESS = 0x80,
	TAG_CHALLENGE = 0x81,
	TAG_RESPONSE = 0x82,
	TAG_PUBLIC_KEY = 0x7f49,
	TAG_POINT = 0x86,
};

#define TEMPLATE_MAX (2 + 2 * (2 + BLOCK_BYTES_MAX)) /* [byte] */

const struct management_key management_key_default = {
	.bytes = { 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8 },
	.length = 24,
};

/* Algorithm identifiers of SP 800-78-4, in the order in which they are tried. */
static const struct {
	enum block_cipher cipher;
	uint8_t algorithm;
} CIPHERS[] = {
	{ BLOCK_3DES, 0x03 },
	{ BLOCK_AES128, 0x08 },
	{ BLOCK_AES192, 0x0a },
	{ BLOCK_AES256, 0x0c },
};

/* The card's management key as it is tried. */
struct management {
	struct piv_channel *channel;
	const uint8_t *key;
	enum block_cipher cipher;
	uint8_t algorithm;
	size_t block; /* [byte] */
};

static enum manage_status status_of(enum piv_status status)
{
	switch (status) {
	case PIV_OK:
		return MANAGE_OK;
	case PIV_LOST:
		return MANAGE_LOST;
	case PIV_REFUSED:
		return MANAGE_REFUSED;
	default:
		return MANAGE_MALFORMED;
	}
}

/* --- authentication --- */

static enum piv_status authenticate(const struct management *management, const uint8_t *template,
				    size_t length)
{
	const struct piv_command command = {
		.instruction = GENERAL_AUTHENTICATE,
		.p1 = management->algorithm,
		.p2 = SLOT_MANAGEMENT,
		.answers = true,
		.data = template,
		.length = length,
	};

	return piv_transmit(management->channel, &command);
}

/* Ask for a block of the card's: under TAG_WITNESS enciphered, under TAG_CHALLENGE plain. */
static enum manage_status ask_for(const struct management *management, uint8_t tag, uint8_t *out)
{
	const uint8_t template[] = { TAG_TEMPLATE, 2, tag, 0 };
	enum piv_status status = authenticate(management, template, sizeof(template));
	struct piv_span block;

	if (status != PIV_OK)
		return status_of(status);
	block = piv_answer(management->channel);
	if (!piv_unwrap(&block, TAG_TEMPLATE) || !piv_unwrap(&block, tag) ||
	    block.length != management->block)
		return MANAGE_MALFORMED;
	memcpy(out, block.bytes, block.length);
	return MANAGE_OK;
}

static size_t put_block(uint8_t *out, uint8_t tag, const uint8_t *block, size_t length)
{
	out[0] = tag;
	out[1] = (uint8_t)length;
	memcpy(out + 2, block, length);
	return 2 + length;
}

/* Each side proves that it has the key: the card's witness is deciphered, our challenge comes back
 * enciphered. */
static enum manage_status mutually(const struct management *management)
{
	uint8_t witness[BLOCK_BYTES_MAX], plain[BLOCK_BYTES_MAX];
	uint8_t challenge[BLOCK_BYTES_MAX], expected[BLOCK_BYTES_MAX];
	uint8_t template[TEMPLATE_MAX] = { TAG_TEMPLATE };
	size_t end = 2;
	struct piv_span block;
	enum piv_status answered;
	enum manage_status status = ask_for(management, TAG_WITNESS, witness);

	if (status != MANAGE_OK)
		return status;
	primitive_random(challenge, management->block);
	if (!block_cipher_encrypt(management->cipher, expected, challenge, management->key) ||
	    !block_cipher_decrypt(management->cipher, plain, witness, management->key))
		return MANAGE_FAILED;
	end += put_block(template + end, TAG_WITNESS, plain, management->block);
	end += put_block(template + end, TAG_CHALLENGE, challenge, management->block);
	template[1] = (uint8_t)(end - 2);
	answered = authenticate(management, template, end);
	if (answered != PIV_OK)
		return answered == PIV_REFUSED ? MANAGE_WRONG_KEY : status_of(answered);
	block = piv_answer(management->channel);
	if (!piv_unwrap(&block, TAG_TEMPLATE) || !piv_unwrap(&block, TAG_RESPONSE) ||
	    block.length != management->block)
		return MANAGE_MALFORMED;
	return memcmp(block.bytes, expected, block.length) == 0 ? MANAGE_OK : MANAGE_WRONG_KEY;
}

/* We alone prove it: for cards that do not do the other. */
static enum manage_status singly(const struct management *management)
{
	uint8_t challenge[BLOCK_BYTES_MAX], response[BLOCK_BYTES_MAX];
	uint8_t template[TEMPLATE_MAX] = { TAG_TEMPLATE };
	enum piv_status answered;
	enum manage_status status = ask_for(management, TAG_CHALLENGE, challenge);
	size_t length;

	if (status != MANAGE_OK)
		return status;
	if (!block_cipher_encrypt(management->cipher, response, challenge, management->key))
		return MANAGE_FAILED;
	length = put_block(template + 2, TAG_RESPONSE, response, management->block);
	template[1] = (uint8_t)length;
	answered = authenticate(management, template, 2 + length);
	return answered == PIV_REFUSED ? MANAGE_WRONG_KEY : status_of(answered);
}

/* Try each cipher that the key may be of; one that the card refuses before any proof is not its. */
static enum manage_status begin(struct piv_channel *channel, const struct card_link *link,
				const struct management_key *key)
{
	enum piv_status selected = piv_begin(channel, link);
	enum manage_status status = MANAGE_REFUSED;

	if (selected != PIV_OK)
		return selected == PIV_REFUSED ? MANAGE_NOT_PIV : status_of(selected);
	for (size_t i = 0; i < sizeof(CIPHERS) / sizeof(CIPHERS[0]); i++) {
		const struct management management = {
			.channel = channel,
			.key = key->bytes,
			.cipher = CIPHERS[i].cipher,
			.algorithm = CIPHERS[i].algorithm,
			.block = block_cipher_length(CIPHERS[i].cipher),
		};

		if (block_cipher_key_length(management.cipher) != key->length)
			continue;
		status = mutually(&management);
		if (status == MANAGE_REFUSED)
			status = singly(&management);
		if (status != MANAGE_REFUSED)
			return status;
	}
	return MANAGE_WRONG_KEY;
}

/* --- what it is done for --- */

static enum manage_status generate(struct piv_channel *channel, uint8_t *public_key)
{
	static const uint8_t control[] = { 0xac, 0x03, 0x80, 0x01, ALGORITHM_P256 };
	const struct piv_command command = {
		.instruction = GENERATE,
		.p2 = SLOT_CARD_AUTHENTICATION,
		.answers = true,
		.data = control,
		.length = sizeof(control),
	};
	struct piv_span point;
	enum piv_status status = piv_transmit(channel, &command);

	if (status != PIV_OK)
		return status_of(status);
	point = piv_answer(channel);
	if (!piv_unwrap(&point, TAG_PUBLIC_KEY) || !piv_unwrap(&point, TAG_POINT) ||
	    point.length != 65 || point.bytes[0] != 0x04)
		return MANAGE_MALFORMED;
	memcpy(public_key, point.bytes + 1, 64);
	return MANAGE_OK;
}

enum manage_status piv_generate(const struct card_link *link, const struct management_key *key,
				uint8_t public_key[static 64])
{
	struct piv_channel channel;
	enum manage_status status = begin(&channel, link, key);

	return status == MANAGE_OK ? generate(&channel, public_key) : status;
}

/* The shortest head of tag 53; its length. */
static size_t put_head(uint8_t *out, size_t length)
{
	size_t end = 0;

	out[end++] = 0x53;
	if (length > 0xff) {
		out[end++] = 0x82;
		out[end++] = (uint8_t)(length >> 8);
	} else if (length > 0x7f) {
		out[end++] = 0x81;
	}
	out[end++] = (uint8_t)length;
	return end;
}

static enum manage_status put(struct piv_channel *channel, const uint8_t *bytes, size_t length)
{
	static const uint8_t name[] = { PIV_CREDENTIAL_OBJECT };
	uint8_t data[sizeof(name) + PIV_OBJECT_MAX];
	struct piv_command command = {
		.instruction = PUT_DATA,
		.p1 = 0x3f,
		.p2 = 0xff,
		.data = data,
		.length = sizeof(name),
	};
	enum piv_status status;

	memcpy(data, name, sizeof(name));
	command.length += put_head(data + command.length, length);
	if (length > 0)
		memcpy(data + command.length, bytes, length);
	command.length += length;
	status = piv_transmit(channel, &command);
	explicit_bzero(data, sizeof(data));
	return status_of(status);
}

/* An object that was emptied may be gone, or be there without content. */
static enum manage_status read_back(const struct card_link *link, const uint8_t *bytes,
				    size_t length)
{
	uint8_t found[READING_BYTES_MAX];
	size_t found_length = 0;
	enum piv_status status = piv_read_credential(link, found, &found_length);
	bool same;

	if (status == PIV_LOST)
		return MANAGE_LOST;
	if (length == 0)
		same = status == PIV_REFUSED;
	else
		same = status == PIV_OK && found_length == length &&
		       memcmp(found, bytes, length) == 0;
	explicit_bzero(found, sizeof(found));
	return same ? MANAGE_OK : MANAGE_DIFFERENT;
}

enum manage_status piv_write_credential(const struct card_link *link,
					const struct management_key *key, const uint8_t *bytes,
					size_t length)
{
	struct piv_channel channel;
	enum manage_status status = begin(&channel, link, key);

	assert(length <= READING_BYTES_MAX);
	if (status == MANAGE_OK)
		status = put(&channel, bytes, length);
	explicit_bzero(&channel, sizeof(channel));
	return status == MANAGE_OK ? read_back(link, bytes, length) : status;
}
