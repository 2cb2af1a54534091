/*
 * One PIV card, command by command: command chaining, GET RESPONSE and 6Cxx (ISO 7816-4) out of
 * sight, so that whoever asks has one command and one whole answer; and the BER-TLV of the answers.
 *
 * Knows no command but SELECT and GET RESPONSE.  Shared by piv.c and piv_manage.c.
 */
#ifndef YOUDAI_READER_PIV_CHANNEL_H
#define YOUDAI_READER_PIV_CHANNEL_H

#include <stdbool.h>

#include "reader/piv.h"

#define PIV_EXCHANGES_MAX 64                      /* over one channel */
#define PIV_OBJECT_MAX    (READING_BYTES_MAX + 4) /* [byte] with tag 53 and its length */

/* Where the credential lies, as GET DATA and PUT DATA name it. */
#define PIV_CREDENTIAL_OBJECT 0x5c, 0x03, 0x5f, 0xf4, 0x01

struct piv_channel {
	const struct card_link *link;
	int exchanges;
	uint16_t status_word; /* SW1 SW2 of the last response */
	size_t length;        /* [byte] of the answer */
	uint8_t answer[PIV_OBJECT_MAX];
};

struct piv_command {
	uint8_t instruction, p1, p2;
	bool answers;        /* data may come back: Le is sent */
	const uint8_t *data; /* of any length: it is chained */
	size_t length;
};

/* Begin with the PIV application selected.  The channel holds what the card said: to be wiped. */
enum piv_status piv_begin(struct piv_channel *channel, const struct card_link *link);

/* Send one command; its whole answer is left in the channel.  PIV_REFUSED: by the status word. */
enum piv_status piv_transmit(struct piv_channel *channel, const struct piv_command *command);

struct piv_span {
	const uint8_t *bytes;
	size_t length; /* [byte] */
};

/* The content of this tag (one byte, or two), which must be all that the span holds; false, and the
 * span is as it was, where it is not. */
[[nodiscard]] bool piv_unwrap(struct piv_span *span, unsigned tag);

/* The channel's answer. */
struct piv_span piv_answer(const struct piv_channel *channel);

#endif
