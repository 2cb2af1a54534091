/*
 * An emulated Type 2 tag (NXP's data sheet of NTAG213/215/216): the card's side of identification
 * and of READ, FAST_READ, WRITE and GET_VERSION.
 *
 * A plain value: make one, bend what is to be bent, hand it to a chip (pn532.h) or ask it directly.
 * It is stricter than real tags, which let lock bits and the capability container be written, and
 * can be told to lie.
 */
#ifndef YOUDAI_TESTS_TYPE2_TAG_H
#define YOUDAI_TESTS_TYPE2_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/card_link.h"
#include "tests/card.h"

#define TYPE2_TAG_BYTES_MAX 1024 /* [byte] of 256 pages, the last addressable */

enum type2_product {
	TYPE2_NTAG213,
	TYPE2_NTAG215,
	TYPE2_NTAG216,
	TYPE2_NTAG203, /* as large as the first; knows neither GET_VERSION nor FAST_READ */
	TYPE2_LARGE,   /* all pages there can be, and a version of its own */
};

enum type2_manner {
	TYPE2_HONEST = 0,
	TYPE2_MUTE,     /* answers nothing */
	TYPE2_GARBAGE,  /* answers everything with nine bytes that mean nothing */
	TYPE2_SHORT,    /* answers READ and FAST_READ with a byte less */
	TYPE2_OVERLONG, /* answers FAST_READ with a page more, READ with a byte more */
	TYPE2_ENDLESS,  /* answers more than any command can ask for */
	TYPE2_WORN,     /* WRITE is acknowledged and changes nothing */
	TYPE2_STUCK,    /* WRITE is refused, whatever the lock bits say */
};

struct type2_tag {
	enum type2_manner manner;
	uint8_t memory[TYPE2_TAG_BYTES_MAX];
	size_t pages;
	size_t lock_page;   /* of the dynamic lock bytes; the configuration follows */
	uint8_t version[8]; /* the answer to GET_VERSION */
	bool knows_version; /* and FAST_READ */
	bool is_classic;    /* identifies as a MIFARE Classic card */
	int tear_at;        /* the command at which the card leaves the field, from 1; 0: never */
	int mute_at;        /* the command that it misses, once; 0: none */
	int commands;       /* heard since it was made */
	int written;        /* pages */
	bool strayed;       /* somebody tried to write what is not data */
	bool idle;          /* refused something: mute until it is selected again */
};

/* An honest tag as it leaves the factory, holding this NDEF message; length 0: none. */
void type2_tag_make(struct type2_tag *tag, enum type2_product product, const uint8_t *message,
		    size_t length);

/* The same holding one record `application/cwt` with this payload. */
void type2_tag_make_credential(struct type2_tag *tag, enum type2_product product,
			       const uint8_t *payload, size_t length);

/* The message it holds now, inside the tag; *length in bytes, 0 where there is none. */
const uint8_t *type2_tag_message(const struct type2_tag *tag, size_t *length);

/* Found and activated anew. */
void type2_tag_select(struct type2_tag *tag);

/* Answer a command into response (CARD_ANSWER_MAX bytes): its length, CARD_GONE or CARD_MUTE. */
size_t type2_tag_answer(struct type2_tag *tag, uint8_t *response, const uint8_t *command,
			size_t length);

/* A link that asks the tag directly, and can select it again or cannot.  Borrows the tag. */
struct card_link type2_tag_link(struct type2_tag *tag, bool can_reselect);

extern const struct card_kind type2_card; /* of a struct type2_tag */

#endif
