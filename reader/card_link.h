/*
 * The way to one card in the field: bytes to it, bytes from it.
 *
 * What speaks to cards (type2.h, type4.h, piv.h, emv.h) knows this and no device; what knows the
 * device gives one.  A card is hostile: whoever asks bounds the exchanges.
 */
#ifndef YOUDAI_READER_CARD_LINK_H
#define YOUDAI_READER_CARD_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CARD_COMMAND_MAX  261 /* [byte] header, Lc, 255 bytes of data, Le */
#define CARD_RESPONSE_MAX 258 /* [byte] 256 bytes of data and the status word */

/* What a short APDU may have of data; a reader's frames may hold less. */
#define CARD_DATA_MAX 256 /* [byte] */

struct card_link {
	/* [byte] The most data of a command or an answer that goes over whole; 0: CARD_DATA_MAX. */
	size_t data_max;
	/* Send a command: an APDU where the card speaks ISO 14443-4, else the bytes on the air
	 * without their CRC, where an acknowledgement of four bits is the byte 0Ah.  The answer
	 * goes to response, at most CARD_RESPONSE_MAX bytes.  Its length [byte]; less than 1 where
	 * none came; CARD_RESPONSE_MAX + 1 where it was longer. */
	int (*transceive)(void *context, uint8_t *response, const uint8_t *command, size_t length);
	/* Find the same card again: one without ISO 14443-4 that was asked what it does not know
	 * says no by four bits, which reach nobody here, and falls idle.  False where that very
	 * card is no longer there.  NULL where it cannot be done. */
	bool (*reselect)(void *context);
	void *context;
};

#endif
