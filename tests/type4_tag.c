#include "tests/type4_tag.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "reader/ndef.h"

enum { NOTHING = -1, APPLICATION = 0, CAPABILITIES = 1, NDEF_FILE = 2 };

static const uint8_t ndef_application[] = { 0xd2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01 };

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static bool is_extended(const struct type4_tag *tag)
{
	return tag->cc[7] == 0x06;
}

static size_t length_size(const struct type4_tag *tag)
{
	return is_extended(tag) ? 4 : 2;
}

static size_t file_length(const struct type4_tag *tag)
{
	size_t value = 0;
	for (size_t i = 0; i < length_size(tag); i++) {
		value = value << 8 | tag->file[i];
	}
	return value;
}

void type4_tag_make(struct type4_tag *tag, const uint8_t *message, size_t length)
{
	static const uint8_t cc[] = { 0x00, 0x0f, 0x20, 0x00, 0xff, 0x00, 0xff, 0x04,
				      0x06, 0xe1, 0x04, 0x00, 0x00, 0x00, 0x00 };
	static const uint8_t uid[] = { 0x04, 0x5a, 0x31, 0x92, 0xc7, 0x48, 0x80 };
	assert(length + 2 <= TAG_FILE_MAX);
	memset(tag, 0, sizeof *tag);
	memcpy(tag->uid, uid, sizeof uid);
	tag->uid_length = sizeof uid;
	memcpy(tag->cc, cc, sizeof cc);
	tag->cc_length = sizeof cc;
	tag->file_id = 0xe104;
	put16(tag->file, length);
	if (length > 0) {
		memcpy(tag->file + 2, message, length);
	}
	tag->selected = NOTHING;
	type4_tag_limit(tag, 255, 255, 8192);
}

void type4_tag_make_credential(struct type4_tag *tag, const uint8_t *payload, size_t length)
{
	uint8_t message[READING_BYTES_MAX + NDEF_OVERHEAD_MAX];
	size_t message_length = 0;
	if (ndef_build(message, sizeof message, &message_length, payload, length) != NDEF_OK) {
		abort();
	}
	type4_tag_make(tag, message, message_length);
}

void type4_tag_limit(struct type4_tag *tag, size_t read_max, size_t write_max, size_t file_size)
{
	tag->read_max = read_max;
	tag->write_max = write_max;
	tag->file_size = file_size < TAG_FILE_MAX ? file_size : TAG_FILE_MAX;
	put16(tag->cc + 3, read_max);
	put16(tag->cc + 5, write_max);
	put16(tag->cc + 11, is_extended(tag) ? 0 : file_size);
	if (is_extended(tag)) {
		put16(tag->cc + 13, file_size);
	}
}

void type4_tag_extend(struct type4_tag *tag)
{
	static const uint8_t head[] = { 0x00, 0x11, 0x30 };
	static const uint8_t control[] = { 0x06, 0x08, 0xe1, 0x04, 0, 0, 0, 0, 0x00, 0x00 };
	size_t length = file_length(tag);
	memmove(tag->file + 4, tag->file + 2, length);
	memset(tag->file, 0, 2);
	put16(tag->file + 2, length);
	memcpy(tag->cc, head, sizeof head);
	memcpy(tag->cc + 7, control, sizeof control);
	tag->cc_length = 17;
	type4_tag_limit(tag, tag->read_max, tag->write_max, tag->file_size);
}

void type4_tag_lock(struct type4_tag *tag)
{
	tag->read_only = true;
	tag->cc[tag->cc_length - 1] = 0xff;
}

void type4_tag_reset(struct type4_tag *tag)
{
	tag->selected = NOTHING;
	if (!tag->uid_random) {
		return;
	}
	tag->uid_length = 4;
	tag->uid[0] = 0x08; /* ISO 14443-3: a random identifier */
	for (size_t i = 1; i < 4; i++) {
		tag->uid[i] = (uint8_t)(tag->uid[i] * 5 + 17 * (int)i + 1);
	}
}

const uint8_t *type4_tag_message(const struct type4_tag *tag, size_t *length)
{
	*length = file_length(tag);
	return tag->file + length_size(tag);
}

static size_t answer_status(uint8_t *response, size_t length, unsigned status)
{
	put16(response + length, status);
	return length + 2;
}

static size_t answer_select(struct type4_tag *tag, uint8_t *response, const uint8_t *command,
			    size_t length)
{
	if (length < 6 || length < 5U + command[4]) {
		return answer_status(response, 0, 0x6700);
	}
	if (command[2] == 0x04) {
		bool ours = command[4] == sizeof ndef_application &&
			    memcmp(command + 5, ndef_application, sizeof ndef_application) == 0;
		if (!ours || tag->manner == TAG_NO_NDEF) {
			return answer_status(response, 0, 0x6a82);
		}
		tag->selected = APPLICATION;
		return answer_status(response, 0, 0x9000);
	}
	if (tag->selected == NOTHING || command[2] != 0x00 || command[4] != 2) {
		return answer_status(response, 0, 0x6a82);
	}
	unsigned id = (unsigned)command[5] << 8 | command[6];
	if (id != 0xe103 && id != tag->file_id) {
		return answer_status(response, 0, 0x6a82);
	}
	tag->selected = id == 0xe103 ? CAPABILITIES : NDEF_FILE;
	return answer_status(response, 0, 0x9000);
}

/* Le, short or extended: 0 stands for the most. */
static size_t expected_length(const uint8_t *command, size_t length)
{
	if (length == 5) {
		return command[4] == 0 ? 256 : command[4];
	}
	if (length == 7 && command[4] == 0) {
		size_t expected = (size_t)command[5] << 8 | command[6];
		return expected == 0 ? 65536 : expected;
	}
	return 0;
}

static size_t readable(const struct type4_tag *tag)
{
	if (tag->selected == CAPABILITIES) {
		return tag->cc_length;
	}
	return tag->manner == TAG_EXACT ? length_size(tag) + file_length(tag) : tag->file_size;
}

static size_t answer_read(struct type4_tag *tag, uint8_t *response, const uint8_t *command,
			  size_t length)
{
	const uint8_t *file = tag->selected == CAPABILITIES ? tag->cc : tag->file;
	size_t offset = (size_t)command[2] << 8 | command[3];
	size_t count = expected_length(command, length);
	if (tag->selected < CAPABILITIES || offset > 0x7fff) {
		return answer_status(response, 0, 0x6986);
	}
	if (count == 0 || (tag->selected == NDEF_FILE && count > tag->read_max)) {
		return answer_status(response, 0, 0x6700);
	}
	if (tag->manner == TAG_EMPTY_ANSWER && tag->selected == NDEF_FILE) {
		return answer_status(response, 0, 0x9000);
	}
	if (offset >= readable(tag)) {
		return answer_status(response, 0, 0x6b00);
	}
	size_t most = readable(tag) - offset;
	if (count > most && tag->manner == TAG_EXACT) {
		return answer_status(response, 0, 0x6a86);
	}
	count = count < most ? count : most;
	memcpy(response, file + offset, count);
	if (tag->manner == TAG_OVERLONG && tag->selected == NDEF_FILE) {
		memset(response + count, 0xaa, 3);
		count += 3;
	}
	return answer_status(response, count, 0x9000);
}

static size_t answer_update(struct type4_tag *tag, uint8_t *response, const uint8_t *command,
			    size_t length)
{
	size_t offset = (size_t)command[2] << 8 | command[3];
	size_t count = length > 5 ? command[4] : 0;
	if (tag->selected != NDEF_FILE || tag->read_only) {
		return answer_status(response, 0, 0x6982);
	}
	if (count == 0 || length != 5 + count || count > tag->write_max) {
		return answer_status(response, 0, 0x6700);
	}
	if (offset + count > tag->file_size) {
		return answer_status(response, 0, 0x6b00);
	}
	if (tag->manner != TAG_WORN) {
		memcpy(tag->file + offset, command + 5, count);
	}
	return answer_status(response, 0, 0x9000);
}

size_t type4_tag_answer(struct type4_tag *tag, uint8_t *response, const uint8_t *command,
			size_t length)
{
	if (tag->tear_at > 0 && tag->apdus + 1 >= tag->tear_at) {
		return 0;
	}
	tag->apdus++;
	if (tag->manner == TAG_GARBAGE) {
		for (size_t i = 0; i < 9; i++) {
			response[i] = (uint8_t)(0x5a + 31 * i + (size_t)tag->apdus);
		}
		return 9;
	}
	if (tag->manner == TAG_ONE_BYTE) {
		response[0] = 0x90;
		return 1;
	}
	if (length < 4 || command[0] != 0x00) {
		return answer_status(response, 0, 0x6e00);
	}
	switch (command[1]) {
	case 0xa4:
		return answer_select(tag, response, command, length);
	case 0xb0:
		return answer_read(tag, response, command, length);
	case 0xd6:
		return answer_update(tag, response, command, length);
	default:
		return answer_status(response, 0, 0x6d00);
	}
}

/* --- as a card in the field --- */

static void face(const void *card, struct card_face *out)
{
	static const uint8_t ats[] = { 0x05, 0x78, 0x80, 0x70, 0x02 };
	const struct type4_tag *tag = card;
	bool iso_dep = tag->manner != TAG_NO_ISO_DEP;
	*out = (struct card_face){ .uid_length = tag->uid_length,
				   .atqa = tag->uid_length == 4 ? 0x04 : 0x44,
				   .sak = iso_dep ? 0x20 : 0x00,
				   .ats_length = iso_dep ? sizeof ats : 0 };
	memcpy(out->uid, tag->uid, tag->uid_length);
	memcpy(out->ats, ats, out->ats_length);
}

static void reset(void *card)
{
	type4_tag_reset(card);
}

static void select_anew(void *card)
{
	((struct type4_tag *)card)->selected = NOTHING;
}

static size_t answer(void *card, uint8_t *response, const uint8_t *command, size_t length)
{
	struct type4_tag *tag = card;
	return tag->manner == TAG_NO_ISO_DEP ? CARD_MUTE
					     : type4_tag_answer(tag, response, command, length);
}

const struct card_kind type4_card = {
	.size = sizeof(struct type4_tag),
	.face = face,
	.reset = reset,
	.select = select_anew,
	.answer = answer,
};
