#include "reader/ndef.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* The first byte of a record. */
enum {
	MESSAGE_BEGIN = 0x80,
	MESSAGE_END = 0x40,
	CHUNK = 0x20,
	SHORT_RECORD = 0x10,
	ID_PRESENT = 0x08,
	TYPE_NAME = 0x07,
};

enum { NAME_EMPTY = 0, NAME_MEDIA = 2, NAME_UNKNOWN = 5, NAME_UNCHANGED = 6, NAME_RESERVED = 7 };

#define TYPE_LENGTH (sizeof NDEF_TYPE - 1)

struct record {
	uint8_t head;
	const uint8_t *type;
	size_t type_length;
	size_t id_length;
	const uint8_t *payload;
	size_t payload_length;
};

struct input {
	const uint8_t *at;
	size_t left; /* [byte] */
};

/* Take count bytes off the input; NULL where there are fewer. */
static const uint8_t *take(struct input *input, size_t count)
{
	if (count > input->left) {
		return NULL;
	}
	const uint8_t *taken = input->at;
	input->at += count;
	input->left -= count;
	return taken;
}

/* A big-endian number of 1 or 4 bytes. */
static bool take_number(size_t *out, struct input *input, size_t width)
{
	const uint8_t *bytes = take(input, width);
	if (bytes == NULL) {
		return false;
	}
	*out = 0;
	for (size_t i = 0; i < width; i++) {
		*out = *out << 8 | bytes[i];
	}
	return true;
}

static bool take_record(struct record *out, struct input *input)
{
	size_t head = 0;
	if (!take_number(&head, input, 1) || !take_number(&out->type_length, input, 1) ||
	    !take_number(&out->payload_length, input, (head & SHORT_RECORD) != 0 ? 1 : 4)) {
		return false;
	}
	out->head = (uint8_t)head;
	out->id_length = 0;
	if ((head & ID_PRESENT) != 0 && !take_number(&out->id_length, input, 1)) {
		return false;
	}
	out->type = take(input, out->type_length);
	if (out->type == NULL || take(input, out->id_length) == NULL) {
		return false;
	}
	out->payload = take(input, out->payload_length);
	return out->payload != NULL;
}

/* What each kind of name demands of the lengths (NDEF 1.0, 3.2.6); chunks are refused. */
static bool record_is_sound(const struct record *record)
{
	if ((record->head & CHUNK) != 0) {
		return false;
	}
	switch (record->head & TYPE_NAME) {
	case NAME_EMPTY:
		return record->type_length == 0 && record->id_length == 0 &&
		       record->payload_length == 0;
	case NAME_UNKNOWN:
	case NAME_RESERVED:
		return record->type_length == 0;
	case NAME_UNCHANGED:
		return false; /* only a chunk has it */
	default:
		return record->type_length > 0;
	}
}

/* Media types are compared without regard to case (RFC 2045). */
static bool is_credential(const struct record *record)
{
	return (record->head & TYPE_NAME) == NAME_MEDIA && record->type_length == TYPE_LENGTH &&
	       strncasecmp((const char *)record->type, NDEF_TYPE, TYPE_LENGTH) == 0;
}

enum ndef_status ndef_find(struct ndef_payload *out, const uint8_t *message, size_t length)
{
	struct input input = { .at = message, .left = length };
	struct ndef_payload found = { 0 };
	bool first = true;
	bool last = false;
	while (!last) {
		struct record record;
		if (!take_record(&record, &input) || !record_is_sound(&record) ||
		    ((record.head & MESSAGE_BEGIN) != 0) != first) {
			return NDEF_MALFORMED;
		}
		first = false;
		last = (record.head & MESSAGE_END) != 0;
		if (!is_credential(&record)) {
			continue;
		}
		/* Of two credentials another reader might take the other one. */
		if (found.length > 0 || record.payload_length == 0 ||
		    record.payload_length > READING_BYTES_MAX) {
			return NDEF_MALFORMED;
		}
		found.offset = (size_t)(record.payload - message);
		found.length = record.payload_length;
	}
	if (input.left > 0) {
		return NDEF_MALFORMED;
	}
	if (found.length == 0) {
		return NDEF_NO_RECORD;
	}
	*out = found;
	return NDEF_OK;
}

enum ndef_status ndef_build(uint8_t *out, size_t out_size, size_t *length, const uint8_t *payload,
			    size_t payload_length)
{
	if (payload_length == 0 || payload_length > READING_BYTES_MAX) {
		return NDEF_MALFORMED;
	}
	bool is_short = payload_length <= UINT8_MAX;
	size_t head_length = is_short ? 3 : 6;
	size_t total = head_length + TYPE_LENGTH + payload_length;
	if (total > out_size) {
		return NDEF_NO_ROOM;
	}
	out[0] = MESSAGE_BEGIN | MESSAGE_END | NAME_MEDIA;
	out[1] = TYPE_LENGTH;
	if (is_short) {
		out[0] |= SHORT_RECORD;
		out[2] = (uint8_t)payload_length;
	} else {
		out[2] = 0;
		out[3] = 0;
		out[4] = (uint8_t)(payload_length >> 8);
		out[5] = (uint8_t)payload_length;
	}
	memcpy(out + head_length, NDEF_TYPE, TYPE_LENGTH);
	memcpy(out + head_length + TYPE_LENGTH, payload, payload_length);
	*length = total;
	return NDEF_OK;
}
