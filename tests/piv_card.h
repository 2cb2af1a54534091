/*
 * An emulated chip card: a PIV application (NIST SP 800-73-4) and an NDEF application on one chip.
 *
 * A plain value, with a real P-256 key in slot 9E.  It is written after the standard and not after
 * what reader/ asks; test_piv_tools.c has it judged by tools that others wrote.  It can be told to
 * lie.
 */
#ifndef YOUDAI_TESTS_PIV_CARD_H
#define YOUDAI_TESTS_PIV_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/card.h"
#include "tests/type4_tag.h"

#define PIV_STORE_MAX  6144 /* [byte] of all data objects, 5 more for each */
#define PIV_BUFFER_MAX 4352 /* [byte] of a chained command, and of a whole answer */

/* How it answers GENERAL AUTHENTICATE with slot 9E, GET DATA and GET RESPONSE. */
enum piv_manner {
	PIV_HONEST = 0,
	PIV_NO_APPLICATION, /* no PIV on this chip */
	PIV_NO_KEY,         /* 6A88: nothing in the slot */
	PIV_REFUSES,        /* 6982: wants a PIN first */
	PIV_GARBAGE,        /* success, with bytes that mean nothing */
	PIV_ENDLESS,        /* always more to be fetched */
	PIV_ENDLESS_EMPTY,  /* the same without a byte in it */
	PIV_TAG_LIES,       /* lengths inside tell of one byte more than comes */
	PIV_TRAILS,         /* one byte behind the last tag */
	PIV_EMPTY,          /* success, and nothing */
	PIV_ONE_BYTE,       /* answers of a single byte, no status word */
	PIV_PEDANT,         /* 6Cxx unless Le is what there is */
	PIV_FORGETFUL,      /* PUT DATA succeeds and changes nothing */
	PIV_OTHER_POINT,    /* GENERATE tells another key than it made */
	PIV_SINGLE_ONLY,    /* no mutual authentication for its management */
};

struct piv_card {
	struct type4_tag tag; /* the NDEF application; its uid is the chip's */
	enum piv_manner manner;
	size_t part_max; /* [byte] of data in one answer, at most 256 */

	uint8_t key[160]; /* private key of 9E in DER */
	size_t key_length;
	uint8_t management_algorithm; /* 03 3DES, 08 0A 0C AES */
	uint8_t management_key[32];
	uint8_t pin[8];
	int pin_tries;

	uint8_t store[PIV_STORE_MAX]; /* tag (3 bytes), length (2), content of tag 53; one by one */
	size_t store_length;

	int tear_at; /* the APDU at which the card leaves the field, from 1; 0: never */
	int apdus;   /* answered since it was made */

	bool selected; /* PIV, else perhaps NDEF */
	bool authenticated, pin_verified;
	uint8_t witness[16], challenge[16];
	bool has_witness, has_challenge;
	uint8_t chained[PIV_BUFFER_MAX], pending[PIV_BUFFER_MAX];
	size_t chained_length, pending_at, pending_length;
};

#define PIV_OBJECT_CHUID      0x5fc102u
#define PIV_OBJECT_CREDENTIAL 0x5ff401u

/* An honest card as it is bought, but with a key in 9E: an empty NDEF application with room, the
 * management key of the standard (3DES), PIN 123456, a CHUID. */
void piv_card_make(struct piv_card *card);
void piv_card_new_key(struct piv_card *card);
void piv_card_public(const struct piv_card *card, uint8_t public_key[static 64]); /* x || y */

/* Put a credential on it: as NDEF record, or into a data object (length 0: away with it). */
void piv_card_put_record(struct piv_card *card, const uint8_t *bytes, size_t length);
void piv_card_put_object(struct piv_card *card, uint32_t tag, const uint8_t *bytes, size_t length);

/* The content of an object, inside the card; NULL where there is none. */
const uint8_t *piv_card_object(const struct piv_card *card, uint32_t tag, size_t *length);

/* Power lost or field off. */
void piv_card_reset(struct piv_card *card);

/* Answer an APDU into response (CARD_ANSWER_MAX bytes): its length, or CARD_GONE. */
size_t piv_card_answer(struct piv_card *card, uint8_t *response, const uint8_t *command,
		       size_t length);

/* A card_link's transceive, whose context is a struct piv_card. */
int piv_card_ask(void *card, uint8_t *response, const uint8_t *command, size_t length);

extern const struct card_kind piv_card; /* of a struct piv_card */

#endif
