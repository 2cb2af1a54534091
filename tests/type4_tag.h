/*
 * An emulated Type 4 tag: the card's side of ISO 14443-3 identification and of the NDEF APDUs.
 *
 * A plain value: make one, bend what is to be bent, hand it to a chip (pn532.h) or ask it directly.
 * It is stricter than most real tags and can be told to lie.
 */
#ifndef YOUDAI_TESTS_TYPE4_TAG_H
#define YOUDAI_TESTS_TYPE4_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/card.h"

#define TAG_FILE_MAX     16384           /* [byte] of the NDEF file, its length in front */
#define TAG_RESPONSE_MAX CARD_ANSWER_MAX /* [byte] */

enum tag_manner {
	TAG_HONEST = 0,
	TAG_NO_NDEF,      /* has no NDEF application */
	TAG_NO_ISO_DEP,   /* not a Type 4 tag: answers anti-collision and no APDU */
	TAG_GARBAGE,      /* answers every APDU with bytes that mean nothing */
	TAG_EMPTY_ANSWER, /* READ BINARY succeeds with no bytes */
	TAG_ONE_BYTE,     /* answers of a single byte, no status word */
	TAG_OVERLONG,     /* READ BINARY answers more than was asked for */
	TAG_EXACT,        /* refuses to be read beyond the message's end */
	TAG_WORN,         /* UPDATE BINARY succeeds and changes nothing */
};

struct type4_tag {
	enum tag_manner manner;
	uint8_t uid[7];
	size_t uid_length; /* [byte] 4 or 7 */
	bool uid_random;   /* another one each time the card is powered */

	uint8_t cc[32];
	size_t cc_length;
	uint16_t file_id;
	uint8_t file[TAG_FILE_MAX];
	size_t file_size; /* [byte] that can be read and written */
	bool read_only;
	size_t read_max;  /* [byte] MLe as enforced */
	size_t write_max; /* [byte] MLc as enforced */

	int tear_at; /* the APDU at which the card leaves the field, from 1; 0: never */
	int apdus;   /* answered since it was made */

	int selected; /* -1 nothing, 0 application, 1 CC, 2 NDEF file */
};

/* An honest tag, mapping 2.0, MLe and MLc of 255, holding this NDEF message. */
void type4_tag_make(struct type4_tag *tag, const uint8_t *message, size_t length);

/* The same holding one record `application/cwt` with this payload. */
void type4_tag_make_credential(struct type4_tag *tag, const uint8_t *payload, size_t length);

/* Claim and enforce other limits [byte]; file_size of the NDEF file with its length in front. */
void type4_tag_limit(struct type4_tag *tag, size_t read_max, size_t write_max, size_t file_size);

/* Mapping 3.0 with the extended control TLV and a length of 4 bytes, content kept. */
void type4_tag_extend(struct type4_tag *tag);

/* Say in the CC, and enforce, that nothing can be written. */
void type4_tag_lock(struct type4_tag *tag);

/* Power lost or field off: nothing is selected any more, a random UID changes. */
void type4_tag_reset(struct type4_tag *tag);

/* The message it holds now, inside the tag; *length in bytes. */
const uint8_t *type4_tag_message(const struct type4_tag *tag, size_t *length);

/* Answer an APDU into response (TAG_RESPONSE_MAX bytes): its length, or 0 where the card is gone. */
size_t type4_tag_answer(struct type4_tag *tag, uint8_t *response, const uint8_t *command,
			size_t length);

extern const struct card_kind type4_card; /* of a struct type4_tag */

#endif
