/*
 * Issuing one certificate: what its credential claims, signing it, reading it back, putting its medium
 * on record.
 *
 * The same for one and for thousands: what they share (key, trusted keys) is the caller's and stays
 * open.  Knows no command line, and nothing of how a credential is handed over.
 */
#ifndef YOUDAI_CENTRE_ISSUING_H
#define YOUDAI_CENTRE_ISSUING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/registry.h"
#include "reader/issue.h"
#include "reader/keyring.h"
#include "reader/reading.h"

#define ISSUING_DAYS         1826  /* [day] five years, where nothing else is asked for */
#define ISSUING_DAYS_MAX     36525 /* [day] */
#define ISSUING_MEDIUM_BYTES 16    /* of the cti */

/* All borrowed. */
struct issuing {
	const struct signing_key *key;
	const struct keyring *trusted; /* what was signed is read back with */
	int64_t days;                  /* [day] valid, never longer than the certificate */
	bool compress;                 /* the text, for other claim-169 readers */
	const uint8_t *holder_key;     /* 64 bytes, x then y; NULL none */
	bool key_in_chip;              /* the holder key */
};

struct issued {
	struct credential claims;
	uint8_t bytes[READING_BYTES_MAX];
	size_t length;
	char text[READING_BYTES_MAX + 1]; /* of the QR code */
	enum reason reason;               /* of ISSUING_NOT_IN_ORDER */
};

enum [[nodiscard]] issuing_status{
	ISSUING_OK = 0,
	/* refusals */
	ISSUING_NOT_IN_ORDER, /* the certificate now, or what was signed is not accepted here */
	ISSUING_FOREIGN_KEY,  /* not of a yd: issuer */
	ISSUING_BAD_CLAIMS,
	/* trouble */
	ISSUING_TOO_LONG, /* number or name */
	ISSUING_UNSUPPORTED,
	ISSUING_NO_RANDOMNESS,
	ISSUING_FAILED,
};

/* Make a credential with an id of its own for the certificate as it stands at now.  Nothing is on
 * record yet.  *out is written in any case and holds the holder's name: to be wiped. */
enum issuing_status issuing_make(const struct issuing *issuing, struct issued *out,
				 const struct certificate_view *view, int64_t now);

/* Whether what was made of the certificate before still says what stands in the registry. */
bool issuing_still_holds(const struct issued *issued, const struct certificate_view *view);

/* Of a status but ISSUING_OK and ISSUING_NOT_IN_ORDER: its name for programs, and one sentence. */
const char *issuing_name(enum issuing_status status);
const char *issuing_words(enum issuing_status status, bool english);
bool issuing_is_refusal(enum issuing_status status);

/* Put the medium (carrier "qr", "tag" or "chip") on record, and on the audit chain as an act of now, within a
 * write transaction. */
enum registry_status issuing_record(struct registry *registry, const struct issued *issued,
				    const char *carrier, const struct certificate_view *view,
				    int64_t now);

/* Whether the key may be of the certificate's unit: another place's is most likely the wrong file.  A
 * unit that is not known fits any. */
enum registry_status issuing_fits_unit(struct registry *registry, bool *out,
				       const struct signing_key *key, const char *unit,
				       int64_t now);

#endif
