/*
 * The commands of an emulated PIV application (SP 800-73-4 part 2), each whole: what is chained or
 * fetched in parts, and what is told to lie, is piv_card.c's.
 */
#ifndef YOUDAI_TESTS_PIV_COMMANDS_H
#define YOUDAI_TESTS_PIV_COMMANDS_H

#include "tests/piv_card.h"

#define PIV_WORD_OK   0x9000
#define PIV_SLOT      0x9e
#define PIV_PIN_TRIES 3

/* A command with its chain put together. */
struct piv_request {
	uint8_t instruction, p1, p2;
	const uint8_t *data;
	size_t length; /* [byte] */
};

/* Each leaves its answer pending in the card; piv_serve returns its status word. */
void piv_select(struct piv_card *card);
unsigned piv_serve(struct piv_card *card, const struct piv_request *request);

#endif
