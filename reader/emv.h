/*
 * The number of a contactless bank card (EMV books 1, 3 and B), UnionPay's alone: how the national
 * certificate, which is such a card, is recognised.
 *
 * Speaks APDUs over a card_link, as few as the card allows; makes no payment and checks no
 * signature.  Knows no reader device and not what becomes of the number (bank_token.h).  A card is
 * hostile: whatever it claims, exchanges and bytes are bounded.
 */
#ifndef YOUDAI_READER_EMV_H
#define YOUDAI_READER_EMV_H

#include <stddef.h>
#include <stdint.h>

#include "reader/card_link.h"

#define EMV_NUMBER_LEAST     8   /* [digit] */
#define EMV_NUMBER_MAX       19  /* [digit] */
#define EMV_EXCHANGES_MAX    40  /* of one reading */
#define EMV_APPLICATIONS_MAX 8   /* UnionPay's, on one card */
#define EMV_ANSWER_MAX       512 /* [byte] of data, in as many parts as the card likes */

enum [[nodiscard]] emv_status{
	EMV_OK = 0,         EMV_LOST, /* the card did not answer */
	EMV_NO_APPLICATION, /* no bank card, none of UnionPay's, or one that tells no number */
	EMV_MALFORMED,      /* the card contradicts itself or the standard, or asks for too much */
	EMV_REFUSED,        /* the card or its application is blocked, or does not want to */
};

/* What the card may know of this terminal. */
struct emv_terminal {
	int64_t now; /* [s] UTC */
	uint8_t unpredictable[4];
};

/* Whoever holds one wipes it. */
struct emv_account {
	uint8_t digits[EMV_NUMBER_MAX]; /* ASCII, not terminated */
	size_t length;                  /* [digit] EMV_NUMBER_LEAST to EMV_NUMBER_MAX */
	uint8_t sequence;               /* 0 to 99; 0 where the card names none */
};

/* Read the card in the field.  Of several applications the first that tells its number counts, in
 * the card's order of priority.  *out is written on EMV_OK; no other copy of what the card said is
 * left, but for what the link keeps and what lies dead on the stack below the caller. */
enum emv_status emv_read(const struct card_link *link, struct emv_account *out,
			 const struct emv_terminal *terminal);

#endif
