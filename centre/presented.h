/*
 * What is presented to the command line: a QR code's text, an image, a device, a number.
 *
 * Takes a reading from where the options say, and turns what it proves into plain facts for the
 * registry.
 */
#ifndef YOUDAI_CENTRE_PRESENTED_H
#define YOUDAI_CENTRE_PRESENTED_H

#include "centre/command.h"
#include "db/entitlement.h"
#include "reader/evidence.h"
#include "reader/reading.h"
#include "reader/source.h"

#define PRESENTED_WAIT_MS 10000 /* [ms] how long a device is waited for */

/* Options that name where a reading comes from; exactly one of them must be given. */
#define PRESENTED_OPTIONS        \
	{ "--qr-image", true },  \
	{                        \
		"--reader", true \
	}

/* The text of --qr as a reading. */
void presented_text(struct reading *out, const char *text);

/* The QR code in the file of an image; a reading with a fault where there is none. */
enum outcome presented_image(struct reading *out, const char *path);

/* From --qr, --qr-image or --reader, whichever the call gives.  What else than OUTCOME_DONE comes of it
 * was said, also that nothing was presented.  registry: whose bank cards are known; NULL: none are
 * asked. */
enum outcome presented_take(const struct call *call, const struct registry *registry,
			    struct reading *out);

/* --live-window EARLY,LATE, or what holds where it is not given; wrong usage was said. */
enum outcome presented_window(const struct call *call, struct live_window *out);

/* Open the device of a SPEC; trouble or wrong usage was said. */
enum outcome presented_open(const struct call *call, const struct registry *registry,
			    const char *spec, const struct source_driver **driver,
			    struct source **source);

/* What it was read from, and why there is nothing to be read, in the contract's words. */
enum carrier presented_carrier(const struct reading *reading);
enum reason presented_fault(enum reading_fault fault);

/* Judge a reading.  *out borrows from *evidence and *keyring is needed only now. */
void presented_judge(struct presentation *out, struct evidence *evidence,
		     const struct reading *reading, const struct keyring *keyring,
		     const struct live_window *window, int64_t now);

#endif
