/*
 * An emulated contactless bank card: the card's side of the EMV commands that a reading takes.
 *
 * A plain value: make one, bend what is to be bent, hand it to a chip (pn532.h) or ask it directly.
 * It is stricter than most real cards, and each of its answers can be replaced by a lie.  All
 * numbers here are made up; UnionPay's begin with 62.
 */
#ifndef YOUDAI_TESTS_EMV_CARD_H
#define YOUDAI_TESTS_EMV_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/card.h"

#define EMV_FILE_MAX         320 /* [byte] */
#define EMV_CARD_NAMES_MAX   10
#define EMV_CARD_RECORDS_MAX 3

/* An answer: data, and the status word behind them. */
struct emv_file {
	uint8_t bytes[EMV_FILE_MAX];
	size_t length; /* [byte] */
	uint16_t status;
};

struct emv_record {
	uint8_t file;
	uint8_t number;
	struct emv_file answer;
};

struct emv_application {
	uint8_t name[16];
	size_t name_length; /* [byte] */
	uint8_t priority;   /* tag 87 */
	bool has_priority;
	struct emv_file fci;
	struct emv_file options; /* what GET PROCESSING OPTIONS answers */
	size_t values_length;    /* [byte] that its list asks for; others get 6700 */
	struct emv_record records[EMV_CARD_RECORDS_MAX];
};

struct emv_card {
	uint8_t uid[4];            /* random: begins with 08, another one each time it is powered */
	struct emv_file directory; /* what SELECT 2PAY.SYS.DDF01 answers */
	struct emv_application applications[EMV_CARD_NAMES_MAX];
	size_t application_count;

	size_t part;        /* [byte] answers come in parts of so many, with 61xx; 0: whole */
	bool endless;       /* GET RESPONSE never comes to an end */
	bool exact;         /* wants to hear the right Le: 6Cxx otherwise */
	size_t answer_size; /* [byte] of every answer, which then means nothing; 0: honest */
	int tear_at;        /* the APDU at which the card leaves the field, from 1; 0: never */

	int exchanges;       /* answered since it was made */
	uint8_t values[256]; /* what the last GET PROCESSING OPTIONS brought behind the list */
	size_t values_length;
	int selected; /* application, -1: none */
	struct emv_file rest;
	size_t rest_at; /* [byte] of rest that was handed out */
};

/* Add an object to an answer. */
void emv_file_put(struct emv_file *file, uint32_t tag, const void *value, size_t length);

/* Put all that is in an answer into one object. */
void emv_file_wrap(struct emv_file *file, uint32_t tag);

/* The values of a card with this number (text of digits) and sequence number (below 0: none), as
 * tags 57, 5A and 5F34 of an answer. */
void emv_file_put_track2(struct emv_file *file, const char *number);
void emv_file_put_number(struct emv_file *file, const char *number);
void emv_file_put_sequence(struct emv_file *file, int sequence);

/* UnionPay's debit application, answering in format 1; number and sequence number are in its second
 * record, track 2 in its first, and a third is one too many. */
void emv_card_make(struct emv_card *card, const char *number, int sequence);

/* The same, answering in format 2 with track 2 and the sequence number in it; no records. */
void emv_card_make_quick(struct emv_card *card, const char *number, int sequence);

/* A further application, which gives no number; priority below 0: none.  The directory is written
 * anew. */
struct emv_application *emv_card_add(struct emv_card *card, const uint8_t *name, size_t length,
				     int priority);

/* Say in the FCI that these values are wanted, and insist on it. */
void emv_card_ask(struct emv_application *application, const uint8_t *list, size_t length,
		  size_t values_length);

/* Write the directory anew: after a priority was changed, say. */
void emv_card_list(struct emv_card *card);

/* Answer an APDU into response (CARD_ANSWER_MAX bytes): its length, or CARD_GONE. */
size_t emv_card_answer(struct emv_card *card, uint8_t *response, const uint8_t *command,
		       size_t length);

extern const struct card_kind emv_card_kind; /* of a struct emv_card */

#endif
