/*
 * The driver seam: a source is one device that yields readings.
 *
 * A driver is four functions with time-outs in milliseconds.  It decides nothing about what it
 * reads and runs in one thread, the one of reader.h.  A dummy (replay) is an ordinary driver.
 */
#ifndef YOUDAI_READER_SOURCE_H
#define YOUDAI_READER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/card_link.h"
#include "reader/reading.h"

enum [[nodiscard]] source_status{
	SOURCE_OK = 0,     SOURCE_NOTHING, /* nothing new within the time */
	SOURCE_ABSENT, /* no such device, unplugged, or it does not answer: close and open again */
	SOURCE_BAD_SPEC,   SOURCE_NO_MEMORY,
	SOURCE_OTHER_KEYS, /* a trace that another registry's keys have sealed */
	SOURCE_ENDED,      /* a replay has come to its end */
	SOURCE_READ_ONLY,  /* what is in the field cannot be written */
	SOURCE_NO_ROOM,    /* it could be, but not with so much */
};

struct source; /* each driver's own state, behind its first member */
struct nursery;

/* What a device is given to work with. */
#define BANK_SALT_BYTES 16
#define TRACE_KEY_BYTES 32
struct source_setup {
	/* Under each of them a bank card's number is made a token, the newest first; with none of
	 * them bank cards are not asked for theirs. */
	size_t bank_salt_count; /* at most BANK_TOKENS_MAX */
	uint8_t bank_salts[BANK_TOKENS_MAX][BANK_SALT_BYTES];
	/* Opens what a trace has sealed, so that it can be played back. */
	bool has_trace_key;
	uint8_t trace_key[TRACE_KEY_BYTES];
	/* Looks at the field follow one another without a pause: for very many emulated cards. */
	bool without_rest;
	/* Drivers run in processes of their own; NULL: in the reader's thread.  Borrowed. */
	struct nursery *nursery;
};

/* What a driver in a process of its own may reach; see confine.h. */
enum source_reach {
	SOURCE_REACH_DEVICE = 0, /* devices while it opens; then only what it has opened */
	SOURCE_REACH_FILE,       /* and the file that its address names, while it opens */
	SOURCE_REACH_PICTURES,   /* the files below its address for as long as it is open */
};

/* What is done with a card that is lent: a callback's type. */
typedef enum source_status source_use(void *context, const struct card_link *link, uint8_t sak);

struct source_driver {
	/* What stands before the colon of a SPEC: "nfc", "scanner", …; NULL: it takes whole ones. */
	const char *scheme;
	enum source_reach reach;
	bool makes_tokens; /* it is given the salts of bank cards; no other is */
	bool opens_traces; /* it is given the trace's key; no other is */
	/* address: what stands after the colon; setup NULL: none.  Both are borrowed for the
	 * call.  *out on SOURCE_OK. */
	enum source_status (*open)(struct source **out, const char *address,
				   const struct source_setup *setup);
	/* Wait at most timeout_ms for something new.  What stays on the device is reported once.
	 * *out is written on SOURCE_OK.  taken_ms is monotonic (CLOCK_MONOTONIC). */
	enum source_status (*read)(struct source *source, struct reading *out, int timeout_ms);
	/* Put a credential's bytes on the card in the field as its only NDEF record and read it
	 * back; NULL where a device cannot.  Waits at most timeout_ms for a card. */
	enum source_status (*write)(struct source *source, const uint8_t *bytes, size_t length,
				    int timeout_ms);
	/* Lend the one card in the field to `use`, with what it says of itself when it is found
	 * (SAK, ISO 14443-3); NULL where a device cannot.  Where use answers SOURCE_NOTHING the link
	 * was lost: it is lent again, to begin anew, for as long as there is time.  Else use's
	 * answer is the function's; SOURCE_NOTHING: no card, more than one, or lost. */
	enum source_status (*lend)(struct source *source, source_use *use, void *context,
				   int timeout_ms);
	void (*close)(struct source *source); /* accepts NULL */
};

extern const struct source_driver source_nfc;     /* nfc:  nfc:pn532_uart:/dev/ttyUSB0 */
extern const struct source_driver source_scanner; /* scanner:/dev/ttyACM0 */
extern const struct source_driver source_camera;  /* camera:/dev/video0 */
extern const struct source_driver source_replay;  /* replay:FILE */
extern const struct source_driver source_apart;   /* any of them, in a process of its own */

/* The driver for "scheme:address" and, in *address, where the address begins; NULL if unknown.
 * "keyboard" has no driver: typed text comes with the window's events (typed.h). */
const struct source_driver *source_driver_for(const char *spec, const char **address);

/* What such a function is to others: a callback's type. */
typedef const struct source_driver *source_finder(const char *spec, const char **address);

#endif
