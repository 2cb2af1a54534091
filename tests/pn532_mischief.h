/*
 * What an emulated PN532 does wrong, and from when on: the parts that need no terminal.
 */
#ifndef YOUDAI_TESTS_PN532_MISCHIEF_H
#define YOUDAI_TESTS_PN532_MISCHIEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pn532_mischief {
	PN532_WELL,
	PN532_SILENT,       /* hears and does not answer */
	PN532_UNPLUGGED,    /* the terminal hangs up */
	PN532_RESETS,       /* once: forgets all, and sleeps until it is woken */
	PN532_RANDOM,       /* bytes of all kinds instead of frames */
	PN532_WRONG_SUM,    /* responses with a wrong checksum */
	PN532_WRONG_LENGTH, /* responses that say to be longer than they are */
	PN532_NACKS,        /* nothing but NACK */
	PN532_BAD_STATUS,   /* bit 7 in the status of InDataExchange: libnfc 1.8 aborts */
	PN532_NO_ATS,       /* an ATS of length 0: libnfc 1.8 copies without bound */
};

struct pn532_trip {
	enum pn532_mischief mischief;
	uint8_t command; /* at which it begins */
	unsigned nth;    /* of them from now on */
	bool on;
};

/* A command has come: what is to be done wrong from now on. */
enum pn532_mischief pn532_trip_look(struct pn532_trip *trip, uint8_t command);

/* Change a response's frame, not an extended one, in place. */
void pn532_spoil(uint8_t *frame, size_t length, enum pn532_mischief mischief);

/* What comes instead of any answer; its length, 0 where one comes.  seed changes. */
size_t pn532_instead(uint8_t out[static 64], enum pn532_mischief mischief, uint32_t *seed);

#endif
