/*
 * A reading: what one presentation to a device gave, as bytes nobody has judged yet.
 *
 * Devices make readings and decide nothing; credential.h judges them.  Knows no device, no format
 * beyond its size, and no registry.
 */
#ifndef YOUDAI_READER_READING_H
#define YOUDAI_READER_READING_H

#include <stddef.h>
#include <stdint.h>

/* The most bytes that a reading may have: text of a QR code, or payload of a record. */
#define READING_BYTES_MAX 4096

enum reading_carrier {
	READING_QR,  /* bytes: the text of a QR code, from a scanner, a camera or an image */
	READING_TAG, /* bytes: the payload of the tag's `application/cwt` record */
};

/* Why there are no bytes.  The names are those of the reasons in the contract. */
enum reading_fault {
	READING_COMPLETE = 0,
	READING_TORN,          /* the card left the field before it was read */
	READING_SEVERAL_CARDS, /* more than one card in the field */
	READING_MALFORMED,     /* too long, or a tag that contradicts itself */
	READING_UNSUPPORTED,   /* a tag of another kind: no NDEF, or no credential on it */
};

struct reading {
	enum reading_carrier carrier;
	enum reading_fault fault;
	uint64_t taken_ms;                /* [ms] monotonic clock, when it was complete */
	size_t length;                    /* [byte] 0 unless READING_COMPLETE */
	uint8_t bytes[READING_BYTES_MAX]; /* not terminated */
};

#endif
