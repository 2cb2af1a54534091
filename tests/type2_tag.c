#include "tests/type2_tag.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "reader/ndef.h"

#define PAGE         4
#define DATA         16 /* [byte] address of page 4 */
#define AUTH0        7  /* [byte] behind the address of the lock page */
#define ACCESS       8  /* [byte] the same; bit 7: reading is protected too */
#define ACKNOWLEDGED 0x0a

static const struct {
	size_t pages, lock_page;
	uint8_t size; /* in the capability container */
	uint8_t storage;
	bool knows_version;
} products[] = {
	[TYPE2_NTAG213] = { 45, 40, 0x12, 0x0f, true },
	[TYPE2_NTAG215] = { 135, 130, 0x3e, 0x11, true },
	[TYPE2_NTAG216] = { 231, 226, 0x6d, 0x13, true },
	[TYPE2_NTAG203] = { 42, 40, 0x12, 0, false },
	[TYPE2_LARGE] = { 256, 256, 0x7d, 0x15, true },
};

static bool has_configuration(const struct type2_tag *tag)
{
	return tag->lock_page + 2 < tag->pages;
}

/* The TLV of a message where the factory puts it: behind the lock control of an NTAG213. */
static void put_message(struct type2_tag *tag, const uint8_t *message, size_t length)
{
	static const uint8_t lock_control[] = { 0x01, 0x03, 0xa0, 0x0c, 0x34 };
	uint8_t *at = tag->memory + DATA;
	size_t most = tag->memory[14] * 8U;
	if (tag->lock_page == products[TYPE2_NTAG213].lock_page) {
		memcpy(at, lock_control, sizeof lock_control);
		at += sizeof lock_control;
		most -= sizeof lock_control;
	}
	assert(length + (length < 255 ? 2 : 4) <= most);
	*at++ = 0x03;
	if (length < 255) {
		*at++ = (uint8_t)length;
	} else {
		*at++ = 0xff;
		*at++ = (uint8_t)(length >> 8);
		*at++ = (uint8_t)length;
	}
	if (length > 0) {
		memcpy(at, message, length);
	}
	if ((size_t)(at - tag->memory) + length < DATA + tag->memory[14] * 8U) {
		at[length] = 0xfe;
	}
}

void type2_tag_make(struct type2_tag *tag, enum type2_product product, const uint8_t *message,
		    size_t length)
{
	static const uint8_t head[] = { 0x04, 0x5a, 0x31, 0xe7, 0x92, 0xc7, 0x48,
					0x80, 0x9d, 0x48, 0x00, 0x00, 0xe1, 0x10 };
	const uint8_t version[] = { 0x00, 0x04, 0x04, 0x02, 0x01, 0x00, products[product].storage,
				    0x03 };
	memset(tag, 0, sizeof *tag);
	memcpy(tag->memory, head, sizeof head);
	tag->memory[14] = products[product].size;
	tag->pages = products[product].pages;
	tag->lock_page = products[product].lock_page;
	tag->knows_version = products[product].knows_version;
	memcpy(tag->version, version, sizeof version);
	if (has_configuration(tag)) {
		tag->memory[tag->lock_page * PAGE + 3] = 0xbd;
		tag->memory[tag->lock_page * PAGE + AUTH0] = 0xff;
	}
	put_message(tag, message, length);
}

void type2_tag_make_credential(struct type2_tag *tag, enum type2_product product,
			       const uint8_t *payload, size_t length)
{
	uint8_t message[READING_BYTES_MAX + NDEF_OVERHEAD_MAX];
	size_t message_length = 0;
	if (ndef_build(message, sizeof message, &message_length, payload, length) != NDEF_OK) {
		abort();
	}
	type2_tag_make(tag, product, message, message_length);
}

const uint8_t *type2_tag_message(const struct type2_tag *tag, size_t *length)
{
	const uint8_t *at = tag->memory + DATA;
	at += at[0] == 0x01 ? 5 : 0;
	*length = at[0] != 0x03 ? 0 : at[1] == 0xff ? (size_t)at[2] << 8 | at[3] : at[1];
	return at + (at[1] == 0xff ? 4 : 2);
}

void type2_tag_select(struct type2_tag *tag)
{
	tag->idle = false;
}

/* Four bits that say no, and it falls idle. */
static size_t refuse(struct type2_tag *tag)
{
	tag->idle = true;
	return CARD_MUTE;
}

static bool is_protected(const struct type2_tag *tag, size_t page)
{
	return has_configuration(tag) && page >= tag->memory[tag->lock_page * PAGE + AUTH0];
}

/* The pages that can be read: those from AUTH0 on may ask for the password first. */
static size_t readable(const struct type2_tag *tag)
{
	if (!has_configuration(tag) || (tag->memory[tag->lock_page * PAGE + ACCESS] & 0x80) == 0) {
		return tag->pages;
	}
	size_t first = tag->memory[tag->lock_page * PAGE + AUTH0];
	return first < tag->pages ? first : tag->pages;
}

static size_t bend(const struct type2_tag *tag, uint8_t *response, size_t length, size_t more)
{
	memset(response + length, 0xaa, more);
	return tag->manner == TYPE2_SHORT      ? length - 1
	       : tag->manner == TYPE2_OVERLONG ? length + more
					       : length;
}

/* Four pages; behind the last one the first follows. */
static size_t answer_read(struct type2_tag *tag, uint8_t *response, const uint8_t *command,
			  size_t length)
{
	size_t most = readable(tag);
	if (length != 2 || command[1] >= most) {
		return refuse(tag);
	}
	for (size_t i = 0; i < 4; i++) {
		memcpy(response + i * PAGE, tag->memory + (command[1] + i) % most * PAGE, PAGE);
	}
	return bend(tag, response, 16, 1);
}

static size_t answer_fast_read(struct type2_tag *tag, uint8_t *response, const uint8_t *command,
			       size_t length)
{
	if (!tag->knows_version || length != 3 || command[1] > command[2] ||
	    command[2] >= readable(tag)) {
		return refuse(tag);
	}
	size_t count = (command[2] - command[1] + 1U) * PAGE;
	memcpy(response, tag->memory + command[1] * (size_t)PAGE, count);
	return bend(tag, response, count, PAGE);
}

static bool is_locked(const struct type2_tag *tag, size_t page)
{
	unsigned bit = (unsigned)page;
	const uint8_t *locks = tag->memory + 10;
	if (page >= 16) {
		bit = (unsigned)(page - 16) / (tag->lock_page == 40 ? 2 : 16);
		locks = tag->memory + tag->lock_page * PAGE;
	}
	return (locks[bit / 8] >> bit % 8 & 1) != 0;
}

static size_t answer_write(struct type2_tag *tag, uint8_t *response, const uint8_t *command,
			   size_t length)
{
	size_t page = command[1];
	if (length != 6 || page < 4 || page >= tag->lock_page) {
		tag->strayed = true;
		return refuse(tag);
	}
	if (is_locked(tag, page) || is_protected(tag, page) || tag->manner == TYPE2_STUCK) {
		return refuse(tag);
	}
	if (tag->manner != TYPE2_WORN) {
		memcpy(tag->memory + page * PAGE, command + 2, PAGE);
	}
	tag->written++;
	response[0] = ACKNOWLEDGED;
	return 1;
}

static size_t answer_version(struct type2_tag *tag, uint8_t *response, size_t length)
{
	if (!tag->knows_version || length != 1) {
		return refuse(tag);
	}
	memcpy(response, tag->version, sizeof tag->version);
	return sizeof tag->version;
}

static size_t answer_honestly(struct type2_tag *tag, uint8_t *response, const uint8_t *command,
			      size_t length)
{
	switch (command[0]) {
	case 0x30:
		return answer_read(tag, response, command, length);
	case 0x3a:
		return answer_fast_read(tag, response, command, length);
	case 0x60:
		return answer_version(tag, response, length);
	case 0xa2:
		return answer_write(tag, response, command, length);
	default:
		return refuse(tag);
	}
}

static bool is_gone(const struct type2_tag *tag)
{
	return tag->tear_at > 0 && tag->commands + 1 >= tag->tear_at;
}

size_t type2_tag_answer(struct type2_tag *tag, uint8_t *response, const uint8_t *command,
			size_t length)
{
	if (tag->idle || length == 0) {
		return CARD_MUTE;
	}
	if (is_gone(tag)) {
		return CARD_GONE;
	}
	tag->commands++;
	if (tag->manner == TYPE2_MUTE || tag->commands == tag->mute_at) {
		return refuse(tag);
	}
	if (tag->manner == TYPE2_GARBAGE || tag->manner == TYPE2_ENDLESS) {
		size_t count = tag->manner == TYPE2_GARBAGE ? 9 : 300;
		for (size_t i = 0; i < count; i++) {
			response[i] = (uint8_t)(0x5a + 31 * i + (size_t)tag->commands);
		}
		return count;
	}
	return answer_honestly(tag, response, command, length);
}

/* --- asked directly --- */

static int transceive(void *context, uint8_t *response, const uint8_t *command, size_t length)
{
	static uint8_t answer[CARD_ANSWER_MAX];
	size_t got = type2_tag_answer(context, answer, command, length);
	if (got == CARD_GONE || got == CARD_MUTE) {
		return -1;
	}
	if (got > CARD_RESPONSE_MAX) {
		return CARD_RESPONSE_MAX + 1;
	}
	memcpy(response, answer, got);
	return (int)got;
}

static bool reselect(void *context)
{
	struct type2_tag *tag = context;
	if (is_gone(tag)) {
		return false;
	}
	type2_tag_select(tag);
	return true;
}

struct card_link type2_tag_link(struct type2_tag *tag, bool can_reselect)
{
	return (struct card_link){ .transceive = transceive,
				   .reselect = can_reselect ? reselect : NULL,
				   .context = tag };
}

/* --- as a card in the field --- */

static void face(const void *card, struct card_face *out)
{
	const struct type2_tag *tag = card;
	*out = (struct card_face){ .uid_length = 7,
				   .atqa = 0x44,
				   .sak = tag->is_classic ? 0x08 : 0x00 };
	memcpy(out->uid, tag->memory, 3);
	memcpy(out->uid + 3, tag->memory + PAGE, 4);
}

static void select_anew(void *card)
{
	type2_tag_select(card);
}

static size_t answer(void *card, uint8_t *response, const uint8_t *command, size_t length)
{
	return type2_tag_answer(card, response, command, length);
}

const struct card_kind type2_card = {
	.size = sizeof(struct type2_tag),
	.face = face,
	.reset = select_anew,
	.select = select_anew,
	.answer = answer,
};
