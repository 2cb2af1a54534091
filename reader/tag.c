#include "reader/tag.h"

#include <string.h>

#include "reader/ndef.h"
#include "reader/type2.h"
#include "reader/type4.h"

static enum reading_fault fault_of_type4(enum type4_status status)
{
	switch (status) {
	case TYPE4_OK:
		return READING_COMPLETE;
	case TYPE4_LOST:
		return READING_TORN;
	case TYPE4_NO_NDEF:
		return READING_UNSUPPORTED;
	default:
		return READING_MALFORMED;
	}
}

static enum reading_fault fault_of_type2(enum type2_status status)
{
	switch (status) {
	case TYPE2_OK:
		return READING_COMPLETE;
	case TYPE2_LOST:
		return READING_TORN;
	case TYPE2_NO_NDEF:
		return READING_UNSUPPORTED;
	default:
		return READING_MALFORMED;
	}
}

static enum reading_fault fault_of_ndef(enum ndef_status status)
{
	switch (status) {
	case NDEF_OK:
		return READING_COMPLETE;
	case NDEF_NO_RECORD:
		return READING_UNSUPPORTED;
	default:
		return READING_MALFORMED;
	}
}

static enum reading_fault read_message(const struct card_link *link, uint8_t sak,
				       uint8_t message[static TYPE4_MESSAGE_MAX], size_t *length)
{
	if ((sak & SAK_ISO14443_4) != 0) {
		return fault_of_type4(type4_read(link, message, length));
	}
	if (sak == SAK_TYPE2) {
		return fault_of_type2(type2_read(link, message, length));
	}
	return READING_UNSUPPORTED;
}

enum reading_fault tag_read(const struct card_link *link, uint8_t sak, struct reading *out)
{
	uint8_t message[TYPE4_MESSAGE_MAX];
	size_t length = 0;
	struct ndef_payload payload = { 0 };
	enum reading_fault fault = read_message(link, sak, message, &length);
	if (fault == READING_COMPLETE) {
		fault = fault_of_ndef(ndef_find(&payload, message, length));
	}
	if (fault == READING_COMPLETE) {
		memcpy(out->bytes, message + payload.offset, payload.length);
		out->length = payload.length;
	}
	explicit_bzero(message, sizeof message);
	return fault;
}

static enum source_status outcome_of_type4(enum type4_status status)
{
	switch (status) {
	case TYPE4_OK:
		return SOURCE_OK;
	case TYPE4_LOST:
		return SOURCE_NOTHING;
	case TYPE4_NO_ROOM:
		return SOURCE_NO_ROOM;
	default:
		return SOURCE_READ_ONLY;
	}
}

static enum source_status outcome_of_type2(enum type2_status status)
{
	switch (status) {
	case TYPE2_OK:
		return SOURCE_OK;
	case TYPE2_LOST:
		return SOURCE_NOTHING;
	case TYPE2_NO_ROOM:
		return SOURCE_NO_ROOM;
	default:
		return SOURCE_READ_ONLY;
	}
}

static enum source_status write_message(const struct card_link *link, uint8_t sak,
					const uint8_t *message, size_t length)
{
	if ((sak & SAK_ISO14443_4) != 0) {
		return outcome_of_type4(type4_write(link, message, length));
	}
	if (sak == SAK_TYPE2) {
		return outcome_of_type2(type2_write(link, message, length));
	}
	return SOURCE_READ_ONLY;
}

enum source_status tag_write(const struct card_link *link, uint8_t sak, const uint8_t *bytes,
			     size_t length)
{
	uint8_t message[READING_BYTES_MAX + NDEF_OVERHEAD_MAX];
	size_t message_length = 0;
	if (ndef_build(message, sizeof message, &message_length, bytes, length) != NDEF_OK) {
		return SOURCE_NO_ROOM;
	}
	enum source_status status = write_message(link, sak, message, message_length);
	explicit_bzero(message, sizeof message);
	return status;
}

enum source_status tag_empty(const struct card_link *link, uint8_t sak)
{
	static const uint8_t message[] = { 0xd0, 0x00, 0x00 };
	return write_message(link, sak, message, sizeof message);
}
