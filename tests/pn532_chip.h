/*
 * The emulated PN532 behind its wire: commands of UM0701-02 and the cards in the field.
 * Pure: knows no terminal, no thread and no clock.  Used by pn532.c.
 */
#ifndef YOUDAI_TESTS_PN532_CHIP_H
#define YOUDAI_TESTS_PN532_CHIP_H

#include <stddef.h>

#include "tests/pn532.h"

#define PN532_DATA_MAX  264 /* [byte] of one frame, without TFI and checksum */
#define PN532_FRAME_MAX 280 /* [byte] with everything around it */

enum pn532_outcome { PN532_ANSWERED, PN532_WAITING, PN532_SYNTAX_ERROR };

enum card_state { CARD_IDLE, CARD_ACTIVE, CARD_HALTED };

struct pn532_card {
	bool present;
	bool found; /* listed since it was laid */
	enum card_state state;
	const struct card_kind *kind;
	_Alignas(max_align_t) uint8_t value[CARD_STATE_MAX];
};

struct pn532_chip {
	bool awake; /* out of Low Vbat */
	bool field;
	uint8_t retries; /* MxRtyPassiveActivation; 0xff: without end */
	enum pn532_habit habit;
	bool refuses_registers;
	uint8_t registers[65536];
	struct pn532_card cards[PN532_CARDS];
	int targets[PN532_CARDS]; /* the card of target 1 and 2; -1 none */

	unsigned blind; /* so many InListPassiveTarget find nothing */

	bool found; /* a card was listed for the first time; whoever has a clock notes it */

	bool waiting; /* an endless InListPassiveTarget */
	uint8_t waiting_command[PN532_DATA_MAX];
	size_t waiting_length;

	uint8_t chained[CARD_ANSWER_MAX]; /* an APDU that comes in parts (MI) */
	size_t chained_length;
	uint8_t response[CARD_ANSWER_MAX]; /* an answer that leaves in parts */
	size_t response_length;
	size_t response_sent;

	unsigned air_ns_per_byte;
	uint64_t air_us; /* [us] that the last command would have taken */
	struct pn532_counts counts;
};

void pn532_chip_power(struct pn532_chip *chip);
void pn532_chip_abort(struct pn532_chip *chip);
void pn532_chip_put(struct pn532_chip *chip, int place, const struct card_kind *kind,
		    const void *card);

/* Run a command (code and parameters); data is what follows the response's code. */
enum pn532_outcome pn532_chip_run(struct pn532_chip *chip, uint8_t data[static PN532_DATA_MAX],
				  size_t *data_length, const uint8_t *command, size_t length);

/* Frame a response, normal or extended by its length; the frame's length. */
size_t pn532_frame(uint8_t out[static PN532_FRAME_MAX], unsigned code, const uint8_t *data,
		   size_t length);

#endif
