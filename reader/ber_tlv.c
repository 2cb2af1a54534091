#include "reader/ber_tlv.h"

#define CONSTRUCTED 0x20 /* in a tag's first byte */
#define MANY_BYTES  0x1f /* in a tag's first byte: others follow */
#define MORE_FOLLOW 0x80 /* in a later byte of a tag */
#define TAG_MAX     3    /* [byte] */
#define LENGTH_MAX  2    /* [byte] behind the one that counts them */

static uint8_t take(struct ber_span *bytes)
{
	bytes->length--;
	return *bytes->bytes++;
}

static void pass_padding(struct ber_span *bytes)
{
	while (bytes->length > 0 && bytes->bytes[0] == 0x00) {
		(void)take(bytes);
	}
}

/* ISO 7816-4 has no second byte 80: it would be a leading zero.  EMV has 00 to 1E. */
bool ber_take_tag(struct ber_span *bytes, uint32_t *tag)
{
	struct ber_span rest = *bytes;
	uint32_t value = 0;
	size_t count = 0;
	bool more = true;
	while (more) {
		if (rest.length == 0 || count == TAG_MAX) {
			return false;
		}
		uint8_t byte = take(&rest);
		more = count == 0 ? (byte & MANY_BYTES) == MANY_BYTES : (byte & MORE_FOLLOW) != 0;
		if (count == 1 && byte == MORE_FOLLOW) {
			return false;
		}
		value = value << 8 | byte;
		count++;
	}
	*bytes = rest;
	*tag = value;
	return true;
}

/* 00 to 7F, 81 and a byte, 82 and two bytes; 80 would be an indefinite length. */
static bool take_length(struct ber_span *bytes, size_t *length)
{
	if (bytes->length == 0) {
		return false;
	}
	uint8_t first = take(bytes);
	if (first < 0x80) {
		*length = first;
		return true;
	}
	size_t count = first & 0x7f;
	if (count == 0 || count > LENGTH_MAX || count > bytes->length) {
		return false;
	}
	size_t value = 0;
	for (size_t i = 0; i < count; i++) {
		value = value << 8 | take(bytes);
	}
	*length = value;
	return true;
}

bool ber_next(struct ber_span *objects, struct ber_object *out)
{
	struct ber_span rest = *objects;
	uint32_t tag = 0;
	size_t length = 0;
	pass_padding(&rest);
	if (!ber_take_tag(&rest, &tag) || !take_length(&rest, &length) || length > rest.length) {
		return false;
	}
	*out = (struct ber_object){ .tag = tag, .value = { rest.bytes, length } };
	*objects = (struct ber_span){ rest.bytes + length, rest.length - length };
	return true;
}

static bool is_constructed(uint32_t tag)
{
	while (tag > 0xff) {
		tag >>= 8;
	}
	return (tag & CONSTRUCTED) != 0;
}

/* BER_DEPTH_MAX deep at most.  NOLINTNEXTLINE(misc-no-recursion) */
static bool valid_within(struct ber_span objects, int depth)
{
	struct ber_object object;
	while (ber_next(&objects, &object)) {
		if (is_constructed(object.tag) &&
		    (depth == BER_DEPTH_MAX || !valid_within(object.value, depth + 1))) {
			return false;
		}
	}
	pass_padding(&objects);
	return objects.length == 0;
}

bool ber_valid(struct ber_span objects)
{
	return valid_within(objects, 0);
}

enum ber_status ber_find(struct ber_span *out, struct ber_span objects, uint32_t tag)
{
	struct ber_object object;
	struct ber_span found = { 0 };
	bool seen = false;
	while (ber_next(&objects, &object)) {
		if (object.tag != tag) {
			continue;
		}
		if (seen) {
			return BER_TWICE;
		}
		seen = true;
		found = object.value;
	}
	if (!seen) {
		return BER_ABSENT;
	}
	*out = found;
	return BER_OK;
}
