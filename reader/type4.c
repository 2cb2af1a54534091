#include "reader/type4.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum { SELECTION = 0xa4, READ_BINARY = 0xb0, UPDATE_BINARY = 0xd6 };

#define FILE_CC      0xe103
#define CC_BYTES     15  /* [byte] up to the end of the first TLV of mapping 2.0 */
#define CC_BYTES_MAX 17  /* [byte] the same with the longer TLV of mapping 3.0 */
#define READ_MAX     256 /* [byte] short Le; a longer answer would not fit into a PN532 frame */
#define WRITE_MAX    255 /* [byte] short Lc */

struct file {
	uint16_t id;
	uint32_t size;      /* [byte] with the length in front */
	size_t length_size; /* [byte] of the length in front: 2, or 4 in mapping 3.0 */
	size_t read_max;    /* [byte] in one READ BINARY */
	size_t write_max;   /* [byte] in one UPDATE BINARY */
	bool writable;
};

struct session {
	const struct card_link *link;
	int exchanges;
	struct file file;
	uint16_t status; /* SW1 SW2 of the last response */
	size_t length;   /* [byte] of its data */
	uint8_t data[CARD_RESPONSE_MAX];
};

static uint32_t number(const uint8_t *bytes, size_t width)
{
	uint32_t value = 0;
	for (size_t i = 0; i < width; i++) {
		value = value << 8 | bytes[i];
	}
	return value;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One exchange; the response is left in the session. */
static enum type4_status exchange(struct session *session, const uint8_t *command, size_t length)
{
	if (++session->exchanges > TYPE4_EXCHANGES_MAX) {
		return TYPE4_MALFORMED;
	}
	const struct card_link *link = session->link;
	int got = link->transceive(link->context, session->data, command, length);
	if (got < 1) {
		return TYPE4_LOST;
	}
	if (got < 2 || got > CARD_RESPONSE_MAX) {
		return TYPE4_MALFORMED;
	}
	session->length = (size_t)got - 2;
	session->status = (uint16_t)number(session->data + session->length, 2);
	return TYPE4_OK;
}

/* The same; a status word other than success becomes refused. */
static enum type4_status succeed(struct session *session, const uint8_t *command, size_t length,
				 enum type4_status refused)
{
	enum type4_status status = exchange(session, command, length);
	if (status != TYPE4_OK) {
		return status;
	}
	return session->status == 0x9000 ? TYPE4_OK : refused;
}

static enum type4_status select_application(struct session *session)
{
	static const uint8_t command[] = { 0x00, SELECTION, 0x04, 0x00, 0x07, 0xd2, 0x76,
					   0x00, 0x00,      0x85, 0x01, 0x01, 0x00 };
	return succeed(session, command, sizeof command, TYPE4_NO_NDEF);
}

static enum type4_status select_file(struct session *session, uint16_t id)
{
	const uint8_t command[] = {
		0x00, SELECTION, 0x00, 0x0c, 0x02, (uint8_t)(id >> 8), (uint8_t)id,
	};
	return succeed(session, command, sizeof command, TYPE4_MALFORMED);
}

/* At least one and at most count bytes from the offset, into the session. */
static enum type4_status read_binary(struct session *session, size_t offset, size_t count)
{
	assert(offset <= 0x7fff && count > 0 && count <= READ_MAX);
	const uint8_t command[] = {
		0x00,           READ_BINARY, (uint8_t)(offset >> 8), (uint8_t)offset,
		(uint8_t)count, /* 256 is written as 0 */
	};
	enum type4_status status = succeed(session, command, sizeof command, TYPE4_MALFORMED);
	if (status == TYPE4_OK && (session->length == 0 || session->length > count)) {
		return TYPE4_MALFORMED;
	}
	return status;
}

/* Read exactly count bytes from the offset, in as many exchanges as it takes. */
static enum type4_status read_all(struct session *session, uint8_t *out, size_t offset,
				  size_t count, size_t read_max)
{
	while (count > 0) {
		enum type4_status status = read_binary(session, offset, least(count, read_max));
		if (status != TYPE4_OK) {
			return status;
		}
		memcpy(out, session->data, session->length);
		out += session->length;
		offset += session->length;
		count -= session->length;
	}
	return TYPE4_OK;
}

/* Identifiers that are reserved, or the CC file's own. */
static bool is_reserved(uint16_t id)
{
	return id == 0x0000 || id == 0xe102 || id == FILE_CC || id == 0x3f00 || id == 0x3fff ||
	       id == 0xffff;
}

/* The NDEF file's control TLV: 04 with sizes of 2 bytes, or 06 with 4 bytes in mapping 3.0. */
static enum type4_status parse_control(struct file *file, const uint8_t *tlv, uint8_t version)
{
	bool extended = tlv[0] == 0x06 && tlv[1] == 0x08 && version >> 4 == 3;
	if (!extended && (tlv[0] != 0x04 || tlv[1] != 0x06)) {
		return TYPE4_MALFORMED;
	}
	file->length_size = extended ? 4 : 2;
	file->id = (uint16_t)number(tlv + 2, 2);
	file->size = number(tlv + 4, file->length_size);
	const uint8_t *access = tlv + 4 + file->length_size;
	if (is_reserved(file->id) || file->size < file->length_size + 1) {
		return TYPE4_MALFORMED;
	}
	file->writable = access[1] == 0x00;
	return access[0] == 0x00 ? TYPE4_OK : TYPE4_NO_NDEF;
}

/* The capability container: length, version, MLe, MLc, and the control TLV first of all TLVs. */
static enum type4_status read_container(struct session *session)
{
	uint8_t cc[CC_BYTES_MAX] = { 0 };
	enum type4_status status = select_file(session, FILE_CC);
	if (status == TYPE4_OK) {
		status = read_all(session, cc, 0, CC_BYTES, CC_BYTES);
	}
	if (status != TYPE4_OK) {
		return status;
	}
	size_t length = number(cc, 2);
	uint8_t version = cc[2];
	size_t read_max = number(cc + 3, 2);
	size_t write_max = number(cc + 5, 2);
	if (version >> 4 != 2 && version >> 4 != 3) {
		return TYPE4_NO_NDEF;
	}
	if (length < CC_BYTES || length == 0xffff || read_max == 0 || write_max == 0) {
		return TYPE4_MALFORMED;
	}
	if (cc[7] == 0x06) {
		if (length < CC_BYTES_MAX) {
			return TYPE4_MALFORMED;
		}
		status = read_all(session, cc + CC_BYTES, CC_BYTES, CC_BYTES_MAX - CC_BYTES,
				  least(read_max, CC_BYTES));
		if (status != TYPE4_OK) {
			return status;
		}
	}
	size_t most = session->link->data_max > 0 ? session->link->data_max : CARD_DATA_MAX;
	session->file.read_max = least(read_max, least(most, READ_MAX));
	session->file.write_max = least(write_max, least(most, WRITE_MAX));
	return parse_control(&session->file, cc + 7, version);
}

/* From the field to the NDEF file selected and its limits known. */
static enum type4_status start(struct session *session, const struct card_link *link)
{
	*session = (struct session){ .link = link };
	enum type4_status status = select_application(session);
	if (status == TYPE4_OK) {
		status = read_container(session);
	}
	if (status == TYPE4_OK) {
		status = select_file(session, session->file.id);
	}
	return status;
}

/*
 * The first read asks for the length and as much of the message as one answer holds.  Tags that
 * refuse to be read beyond the message's end are asked for the length alone instead.
 */
static enum type4_status read_first(struct session *session)
{
	const struct file *file = &session->file;
	size_t most = least(file->read_max, file->size);
	if (most > file->length_size) {
		enum type4_status status = read_binary(session, 0, most);
		if (status == TYPE4_LOST ||
		    (status == TYPE4_OK && session->length >= file->length_size)) {
			return status;
		}
	}
	uint8_t length[4];
	enum type4_status status = read_all(session, length, 0, file->length_size, file->read_max);
	if (status == TYPE4_OK) {
		memcpy(session->data, length, file->length_size);
		session->length = file->length_size;
	}
	return status;
}

static enum type4_status read_message(struct session *session, uint8_t *message, size_t *length)
{
	const struct file *file = &session->file;
	enum type4_status status = read_first(session);
	if (status != TYPE4_OK) {
		return status;
	}
	size_t total = number(session->data, file->length_size);
	if (total == 0) {
		return TYPE4_NO_NDEF;
	}
	if (total > TYPE4_MESSAGE_MAX || total > file->size - file->length_size) {
		return TYPE4_MALFORMED;
	}
	size_t have = least(session->length - file->length_size, total);
	memcpy(message, session->data + file->length_size, have);
	status = read_all(session, message + have, file->length_size + have, total - have,
			  file->read_max);
	if (status == TYPE4_OK) {
		*length = total;
	}
	return status;
}

enum type4_status type4_read(const struct card_link *link,
			     uint8_t message[static TYPE4_MESSAGE_MAX], size_t *length)
{
	struct session session;
	enum type4_status status = start(&session, link);
	return status == TYPE4_OK ? read_message(&session, message, length) : status;
}

static enum type4_status update_binary(struct session *session, size_t offset, const uint8_t *bytes,
				       size_t count)
{
	assert(offset <= 0x7fff && count > 0 && count <= WRITE_MAX);
	uint8_t command[CARD_COMMAND_MAX] = {
		0x00, UPDATE_BINARY, (uint8_t)(offset >> 8), (uint8_t)offset, (uint8_t)count,
	};
	memcpy(command + 5, bytes, count);
	return succeed(session, command, 5 + count, TYPE4_READ_ONLY);
}

static enum type4_status write_all(struct session *session, size_t offset, const uint8_t *bytes,
				   size_t count)
{
	while (count > 0) {
		size_t part = least(count, session->file.write_max);
		enum type4_status status = update_binary(session, offset, bytes, part);
		if (status != TYPE4_OK) {
			return status;
		}
		offset += part;
		bytes += part;
		count -= part;
	}
	return TYPE4_OK;
}

static enum type4_status write_length(struct session *session, size_t length)
{
	uint8_t bytes[4];
	size_t width = session->file.length_size;
	for (size_t i = 0; i < width; i++) {
		bytes[i] = (uint8_t)(length >> (8 * (width - 1 - i)));
	}
	return write_all(session, 0, bytes, width);
}

static enum type4_status read_back(struct session *session, const uint8_t *message, size_t length)
{
	uint8_t found[TYPE4_MESSAGE_MAX];
	size_t found_length = 0;
	enum type4_status status = read_message(session, found, &found_length);
	if (status == TYPE4_LOST) {
		return status;
	}
	bool same =
		status == TYPE4_OK && found_length == length && memcmp(found, message, length) == 0;
	return same ? TYPE4_OK : TYPE4_DIFFERENT;
}

enum type4_status type4_write(const struct card_link *link, const uint8_t *message, size_t length)
{
	assert(length > 0 && length <= TYPE4_MESSAGE_MAX);
	struct session session;
	enum type4_status status = start(&session, link);
	if (status != TYPE4_OK) {
		return status;
	}
	const struct file *file = &session.file;
	if (!file->writable) {
		return TYPE4_READ_ONLY;
	}
	if (length > file->size - file->length_size) {
		return TYPE4_NO_ROOM;
	}
	status = write_length(&session, 0);
	if (status == TYPE4_OK) {
		status = write_all(&session, file->length_size, message, length);
	}
	if (status == TYPE4_OK) {
		status = write_length(&session, length);
	}
	return status == TYPE4_OK ? read_back(&session, message, length) : status;
}
