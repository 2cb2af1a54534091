/*
 * NDEF messages (NFC Forum, NDEF 1.0): find the credential's record, or build a message of it.
 *
 * The record is of type MIME `application/cwt`; other records before or after it are skipped.
 * A message is hostile: one encoding is accepted, chunks and trailing bytes are refused.
 * Knows no tag and does not look into the payload.
 */
#ifndef YOUDAI_READER_NDEF_H
#define YOUDAI_READER_NDEF_H

#include <stddef.h>
#include <stdint.h>

#include "reader/reading.h"

#define NDEF_TYPE         "application/cwt"
#define NDEF_OVERHEAD_MAX 21 /* [byte] header, lengths and type around a payload */

enum [[nodiscard]] ndef_status{
	NDEF_OK = 0,
	NDEF_NO_RECORD, /* sound, but there is no credential in it */
	NDEF_MALFORMED, /* breaks the format, has two credentials, or one of a size out of range */
	NDEF_NO_ROOM,
};

/* Where a payload lies in its message. */
struct ndef_payload {
	size_t offset; /* [byte] from the message's first byte */
	size_t length; /* [byte] 1 to READING_BYTES_MAX */
};

/* Find the one credential in a whole message.  *out is written on NDEF_OK. */
enum ndef_status ndef_find(struct ndef_payload *out, const uint8_t *message, size_t length);

/* Write a message of one record with this payload, 1 to READING_BYTES_MAX bytes, to out. */
enum ndef_status ndef_build(uint8_t *out, size_t out_size, size_t *length, const uint8_t *payload,
			    size_t payload_length);

#endif
