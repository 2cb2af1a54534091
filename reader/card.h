/*
 * Whatever card lies in the field: what it is asked for, in which order, and the reading that comes of
 * it.
 *
 * A tag or chip with a credential first, then a bank card, then a chip that keeps its credential in a
 * PIV object: the order costs each kind the fewest exchanges.  Ties together what speaks to each kind
 * (tag.h, emv.h, piv.h); knows no reader device.
 */
#ifndef YOUDAI_READER_CARD_H
#define YOUDAI_READER_CARD_H

#include "reader/card_link.h"
#include "reader/reading.h"
#include "reader/source.h"

/* What a card must not be able to foresee, fresh for each. */
struct card_chance {
	int64_t now; /* [s] UTC */
	uint8_t challenge[CHIP_CHALLENGE_BYTES];
	uint8_t unpredictable[4];
};

/*
 * Read the card of this SAK (ISO 14443-3).  Writes *out but its wire and taken_ms.  setup NULL, or
 * without salts: bank cards are not asked.  The number of a bank card is nowhere when this returns: not
 * in *out, not on the stack below.
 */
void card_read(struct reading *out, const struct card_link *link, uint8_t sak,
	       const struct source_setup *setup, const struct card_chance *chance);

#endif
