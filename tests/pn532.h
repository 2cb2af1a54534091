/*
 * An emulated PN532 on a pseudo-terminal: the chip's side of its UART protocol (UM0701-02), with
 * emulated cards in its field.  The real libnfc drives it.
 *
 *	struct pn532 *chip = pn532_start();
 *	… open "nfc:" with pn532_connection(chip), e.g. youdai-kiosk --reader nfc:pn532_uart:/…
 *	struct type4_tag tag;
 *	type4_tag_make_credential(&tag, bytes, length);
 *	pn532_put(chip, 0, &tag);
 *	pn532_take_away(chip, 0);
 *	pn532_stop(chip);
 *
 * The chip runs in a thread of its own; every function may be called from any one thread at a time.
 * What cannot be set up ends the process: a test cannot go on without it.
 */
#ifndef YOUDAI_TESTS_PN532_H
#define YOUDAI_TESTS_PN532_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/card.h"
#include "tests/pn532_mischief.h"
#include "tests/type4_tag.h"

#define PN532_CARDS 2 /* places in the field: 0 and 1 */

/* How cards that were already selected answer the next InListPassiveTarget. */
enum pn532_habit {
	/* As ISO 14443 has it: one that is active is mute until it is deselected, one that was
	 * deselected sleeps until it is named by its UID or the field was off. */
	PN532_STANDARD,
	/* As simpler emulations do: whatever lies in the field answers each time, the cards that
	 * were not deselected first. */
	PN532_LENIENT,
	/* The same, and without a card it waits for one whatever it was told of retries. */
	PN532_PATIENT,
};

struct pn532_counts {
	unsigned commands;  /* of any kind */
	unsigned lists;     /* InListPassiveTarget */
	unsigned exchanges; /* InDataExchange */
	unsigned extended;  /* extended frames, either way */
	uint64_t air_us;    /* [us] spent as if on the air or in the chip, by pn532_pace */
	int64_t found_us;   /* [us] monotonic: when a newly laid card was first found */
};

struct pn532;

/* A chip that was just plugged in, without a card. */
struct pn532 *pn532_start(void);

/* Unplug it and free everything.  Accepts NULL. */
void pn532_stop(struct pn532 *chip);

/* "pn532_uart:" and a path; the path stays the same over unplugging and plugging in again. */
const char *pn532_connection(const struct pn532 *chip);

/* The pseudo-terminal itself, "/dev/pts/N"; another one after each plugging in. */
const char *pn532_device(const struct pn532 *chip);

/* Lay a copy of the card into the field at a place; what lay there is gone. */
void pn532_put_card(struct pn532 *chip, int place, const struct card_kind *kind, const void *card);
void pn532_put(struct pn532 *chip, int place, const struct type4_tag *tag);
void pn532_take_away(struct pn532 *chip, int place);

/* A copy of the card at a place, as it is now; false where there is none (any more). */
bool pn532_look_card(struct pn532 *chip, int place, const struct card_kind *kind, void *out);
bool pn532_look(struct pn532 *chip, int place, struct type4_tag *out);

/* Silent: it hears and does not answer.  Unplugged: the terminal hangs up. */
void pn532_silence(struct pn532 *chip, bool silent);
void pn532_unplug(struct pn532 *chip);
void pn532_plug(struct pn532 *chip);

/* From the nth command of this code on, counted from now, do something wrong, until it is healed
 * (and plugged in again). */
void pn532_trip(struct pn532 *chip, enum pn532_mischief mischief, unsigned command, unsigned nth);
bool pn532_tripped(struct pn532 *chip);
void pn532_heal(struct pn532 *chip);

/* Find nothing the next so many times that it is asked for cards, as one that is held badly. */
void pn532_blind(struct pn532 *chip, unsigned times);

/* Wait until it was asked for cards so many times more. */
void pn532_await_lists(struct pn532 *chip, unsigned more);

void pn532_set_habit(struct pn532 *chip, enum pn532_habit habit);

/* Answer each ReadRegister and WriteRegister with an error frame, as incomplete chips do. */
void pn532_refuse_registers(struct pn532 *chip, bool refuse);

/* Take time: for each byte of an APDU on the air [ns], and for each command [us]. */
void pn532_pace(struct pn532 *chip, unsigned air_ns_per_byte, unsigned command_us);

struct pn532_counts pn532_counts(struct pn532 *chip);

#endif
