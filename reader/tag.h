/*
 * A tag of either type, 2 or 4, that holds a credential: read it and write it.
 *
 * Joins what speaks to the tag (type2.h, type4.h) and what its message is made of (ndef.h).  Knows
 * no reader device; which type it is, the card says itself when it is found (SAK, ISO 14443-3).
 */
#ifndef YOUDAI_READER_TAG_H
#define YOUDAI_READER_TAG_H

#include <stddef.h>
#include <stdint.h>

#include "reader/card_link.h"
#include "reader/reading.h"
#include "reader/source.h"

#define SAK_ISO14443_4 0x20 /* bit: the card speaks APDUs */
#define SAK_TYPE2      0x00 /* MIFARE Classic cards, 08, 09 and 18, are none */

/* Read the tag's credential.  out's bytes and length are written on READING_COMPLETE; the other
 * faults are READING_TORN, READING_UNSUPPORTED (no tag, or no credential on it) and
 * READING_MALFORMED. */
enum reading_fault tag_read(const struct card_link *link, uint8_t sak, struct reading *out);

/* Write a credential, 1 to READING_BYTES_MAX bytes, as the tag's only record and read it back.
 * SOURCE_OK; SOURCE_NOTHING where the link was lost, the tag is as it was, empty or whole;
 * SOURCE_READ_ONLY; SOURCE_NO_ROOM. */
enum source_status tag_write(const struct card_link *link, uint8_t sak, const uint8_t *bytes,
			     size_t length);

/* Leave an empty message (one empty record) on the tag; the same outcomes. */
enum source_status tag_empty(const struct card_link *link, uint8_t sak);

#endif
