/*
 * NFC Forum Type 2 tags (NTAG213, NTAG215, NTAG216): read and write the NDEF message.
 *
 * Speaks their commands over a card_link; knows no reader device and no NDEF records.  A tag is
 * hostile: whatever it claims, the exchanges are bounded and so are the bytes.
 *
 * What a tag does not know it does not answer, and falls idle.  Where the link can select it again,
 * FAST_READ is tried and whatever stays unanswered is asked once more; where it cannot, a tag is read
 * by READ alone and one unanswered command is the end.
 */
#ifndef YOUDAI_READER_TYPE2_H
#define YOUDAI_READER_TYPE2_H

#include <stddef.h>
#include <stdint.h>

#include "reader/card_link.h"

#define TYPE2_MESSAGE_MAX 1004 /* [byte] what the pages 4 to 255 hold; there is no other sector */

/* No reading or writing takes more exchanges: each brings or writes pages that were not read or
 * written before, or is one of a few that are asked again. */
#define TYPE2_EXCHANGES_MAX 400

/* Of a tag's commands, those that a reader may have to treat apart. */
enum { TYPE2_READ = 0x30, TYPE2_WRITE = 0xa2, TYPE2_ACKNOWLEDGED = 0x0a };

enum [[nodiscard]] type2_status{
	TYPE2_OK = 0,    TYPE2_LOST, /* the card did not answer and is not there any more */
	TYPE2_NO_NDEF, /* not formatted for NDEF, nothing in it, or not for everyone to read; or it
			    reserves bytes amidst its data, as none of the three does */
	TYPE2_MALFORMED, /* the tag contradicts itself or the standard, or is too large */
	TYPE2_READ_ONLY, /* locked, protected by a password, or none of the three */
	TYPE2_NO_ROOM,   /* it could be written, but not so much */
	TYPE2_DIFFERENT, /* what was written does not read back */
};

/* Read the NDEF message, 1 to TYPE2_MESSAGE_MAX bytes.  *length is written on TYPE2_OK; what
 * message holds otherwise is undefined. */
enum type2_status type2_read(const struct card_link *link,
			     uint8_t message[static TYPE2_MESSAGE_MAX], size_t *length);

/*
 * Write the NDEF message, at least 1 byte, in place of the one that is there, so that a tag torn
 * away meanwhile is empty and never half written; then read it back and compare.  What else follows
 * the old message on the tag is lost.  Lock bytes, the capability container and what configures the
 * tag are never written: a tag that is not formatted stays so.
 */
enum type2_status type2_write(const struct card_link *link, const uint8_t *message, size_t length);

#endif
