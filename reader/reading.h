/*
 * A reading: what one presentation to a device gave, as bytes nobody has judged yet.
 *
 * Devices make readings and decide nothing; credential.h judges them.  Knows no device, no format
 * beyond its size, and no registry.
 */
#ifndef YOUDAI_READER_READING_H
#define YOUDAI_READER_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes that a reading may have: text of a QR code, or payload of a record. */
#define READING_BYTES_MAX 4096

/* A chip's answer to a fresh challenge (PIV card authentication, slot 9E, P-256). */
#define CHIP_CHALLENGE_BYTES 32
#define CHIP_SIGNATURE_MAX   80 /* [byte] of a signature in DER */

/* What stands for the number of a bank card: see bank_token.h. */
#define BANK_TOKEN_BYTES 16
#define BANK_TOKENS_MAX  4 /* one for each version of the site's key, the newest first */

enum reading_carrier {
	READING_QR,   /* bytes: the text of a QR code, from a scanner, a camera or an image */
	READING_TAG,  /* bytes: the payload of the tag's `application/cwt` record */
	READING_CHIP, /* the same, and it says that its key sits in a chip: proof was asked for */
	READING_BANK, /* bytes: 1 to BANK_TOKENS_MAX tokens, one behind the other */
};

/* Why there are no bytes.  The names are those of the reasons in the contract. */
enum reading_fault {
	READING_COMPLETE = 0,
	READING_TORN,          /* the card left the field before it was read */
	READING_SEVERAL_CARDS, /* more than one card in the field */
	READING_MALFORMED,     /* too long, or a tag that contradicts itself */
	READING_UNSUPPORTED,   /* a card of another kind: nothing on it that we know */
};

struct chip_proof {
	uint8_t challenge[CHIP_CHALLENGE_BYTES];
	size_t length; /* [byte] of the signature; 0: the card refused, or has no such key */
	uint8_t signature[CHIP_SIGNATURE_MAX]; /* over SHA-256 of the challenge */
};

/* One exchange with a card as a fault report may tell it: what was asked and how it ended, no data of
 * anybody. */
struct wire_exchange {
	uint8_t head[4];          /* CLA INS P1 P2, or the first bytes of another command */
	uint16_t command_length;  /* [byte] */
	uint16_t response_length; /* [byte] with the status word; 0: none came */
	uint16_t status;          /* SW1 SW2 of an APDU; 0 elsewhere */
	uint16_t took_ms;         /* [ms] */
};

/* The last exchanges of a presentation. */
#define WIRE_EXCHANGES_MAX 48
struct wire {
	uint32_t count; /* that there were, also those before the last */
	struct wire_exchange exchanges[WIRE_EXCHANGES_MAX]; /* the n-th at n modulo their number */
};

struct reading {
	enum reading_carrier carrier;
	enum reading_fault fault;
	uint64_t taken_ms;                /* [ms] monotonic clock, when it was complete */
	size_t length;                    /* [byte] 0 unless READING_COMPLETE */
	uint8_t bytes[READING_BYTES_MAX]; /* not terminated */
	struct chip_proof proof;          /* of READING_CHIP */
	struct wire wire;                 /* of a card */
	bool lay_there;                   /* it was there already when the device was opened */
};

#endif
