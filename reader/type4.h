/*
 * NFC Forum Type 4 tags, mapping versions 2.0 and 3.0: read and write the NDEF message.
 *
 * Speaks APDUs (ISO 7816-4) over a card_link; knows no reader device and no NDEF records.  A tag
 * is hostile: whatever it claims, the exchanges are bounded and so are the bytes.
 */
#ifndef YOUDAI_READER_TYPE4_H
#define YOUDAI_READER_TYPE4_H

#include <stddef.h>
#include <stdint.h>

#include "reader/card_link.h"

#define TYPE4_MESSAGE_MAX   8192 /* [byte] of a whole NDEF message */
#define TYPE4_EXCHANGES_MAX 600  /* of one reading or writing: 8192 bytes by the least MLe, 15 */

enum [[nodiscard]] type4_status{
	TYPE4_OK = 0,    TYPE4_LOST, /* the card did not answer */
	TYPE4_NO_NDEF,   /* no NDEF application, nothing in it, or not for everyone to read */
	TYPE4_MALFORMED, /* the tag contradicts itself or the standard, or is too large */
	TYPE4_READ_ONLY, /* the tag does not let itself be written */
	TYPE4_NO_ROOM,   /* it could be written, but not so much */
	TYPE4_DIFFERENT, /* what was written does not read back */
};

/* Read the NDEF message, 1 to TYPE4_MESSAGE_MAX bytes.  *length is written on TYPE4_OK; what
 * message holds otherwise is undefined. */
enum type4_status type4_read(const struct card_link *link,
			     uint8_t message[static TYPE4_MESSAGE_MAX], size_t *length);

/* Write the NDEF message, 1 to TYPE4_MESSAGE_MAX bytes, so that a tag torn away meanwhile is empty
 * and never half written; then read it back and compare. */
enum type4_status type4_write(const struct card_link *link, const uint8_t *message, size_t length);

#endif
