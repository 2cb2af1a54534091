/*
 * The file of recorded presentations that `replay:FILE` plays: tests, demonstrations, fault reports.
 *
 * Text, a line each; an empty line and one that begins with # say nothing:
 *
 *	MILLISECONDS qr TEXT		a QR code; TEXT is the rest of the line, as it is
 *	MILLISECONDS tag HEX		the payload of a tag's credential record
 *	MILLISECONDS chip HEX HEX HEX	the same of a chip, its challenge, its signature or -
 *	MILLISECONDS bank HEX		tokens of a bank card, one behind the other
 *	MILLISECONDS torn		a card that left the field
 *	MILLISECONDS several_cards	more than one card in the field
 *	MILLISECONDS malformed		a tag that contradicts itself
 *	MILLISECONDS unsupported	a tag of another kind
 *	MILLISECONDS sealed HEX		one of these, without its milliseconds, sealed by a trace
 *
 * MILLISECONDS count from the start and never go back.  One space stands between the parts; lines
 * end in LF or CR LF.  A file is hostile: whatever else stands in it makes it malformed.
 * Knows no clock and no device.
 */
#ifndef YOUDAI_READER_REPLAY_H
#define YOUDAI_READER_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/reading.h"
#include "reader/source.h"

/* The longest line but a sealed one: a chip's. */
#define REPLAY_LINE_MAX    (2 * (READING_BYTES_MAX + CHIP_CHALLENGE_BYTES + CHIP_SIGNATURE_MAX) + 8)
#define REPLAY_SEALED_MORE 40                 /* [byte] that sealing adds: nonce and tag */
#define REPLAY_BYTES_MAX   (4 * 1024 * 1024)  /* [byte] of a file */
#define REPLAY_MS_MAX      (24 * 3600 * 1000) /* [ms] */

enum [[nodiscard]] replay_status{
	REPLAY_OK = 0,
	REPLAY_END, /* no line is left */
	REPLAY_MALFORMED,
};

/* Where a file is being read; all zero but for text and length at the start. */
struct replay {
	const char *text; /* borrowed */
	size_t length;    /* [byte] */
	size_t offset;    /* [byte] of the next line */
	size_t line;      /* number of the line read last, from 1 */
	uint64_t at_ms;   /* [ms] of the presentation read last, from the start */
	bool other_keys;  /* after REPLAY_MALFORMED: the line is sealed, and not by this key */
	const char *what; /* after REPLAY_MALFORMED: what is wrong with the line; static text */
	const uint8_t *trace_key; /* TRACE_KEY_BYTES, borrowed; NULL: sealed lines are refused */
};

/* The next presentation, to be made at replay->at_ms; *out is written on REPLAY_OK and its
 * taken_ms is 0. */
enum replay_status replay_next(struct replay *replay, struct reading *out);

/* A reading as such a line without its milliseconds; its length.  The caller wipes it. */
size_t replay_print(char out[static REPLAY_LINE_MAX], const struct reading *reading);

/* The same sealed under a key, as the hexadecimal of a `sealed` line. */
#define REPLAY_SEALED_MAX (2 * (REPLAY_LINE_MAX + REPLAY_SEALED_MORE) + 1)
void replay_seal(char out[static REPLAY_SEALED_MAX], const struct reading *reading,
		 const uint8_t trace_key[static TRACE_KEY_BYTES]);

#endif
