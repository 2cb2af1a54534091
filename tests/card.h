/*
 * An emulated card as the chip that found it sees it: how it is identified (ISO 14443-3) and how it
 * answers.
 *
 * Each kind of card is a plain value (type4_tag.h and others) with a table of functions for it; the
 * chip (pn532.h) keeps a copy of the value and knows no kind.
 */
#ifndef YOUDAI_TESTS_CARD_H
#define YOUDAI_TESTS_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CARD_STATE_MAX  (40 * 1024) /* [byte] of a card's value */
#define CARD_ANSWER_MAX 65538       /* [byte] of one answer */
#define CARD_GONE       0           /* answers no more: it left the field */
#define CARD_MUTE       SIZE_MAX    /* stays, and does not answer this */

struct card_face {
	uint8_t uid[10];
	size_t uid_length; /* [byte] 4, 7 or 10 */
	uint8_t atqa;      /* the low byte of ATQA */
	uint8_t sak;       /* 0x20: speaks ISO 14443-4 */
	uint8_t ats[20];   /* with its length in front */
	size_t ats_length; /* [byte] 0 where it does not speak ISO 14443-4 */
};

struct card_kind {
	size_t size; /* [byte] of the value, at most CARD_STATE_MAX */
	void (*face)(const void *card, struct card_face *out);
	void (*reset)(void *card);  /* power lost or field off */
	void (*select)(void *card); /* found and activated anew */
	/* Answer a command into response (CARD_ANSWER_MAX bytes): its length, CARD_GONE or
	 * CARD_MUTE.  A command is an APDU where the card speaks ISO 14443-4, else the bytes on the
	 * air without their CRC. */
	size_t (*answer)(void *card, uint8_t *response, const uint8_t *command, size_t length);
};

#endif
