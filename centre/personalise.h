/*
 * A chip card made a holder's: a key pair made on it, a credential issued for that key, written, read
 * back, proved by a fresh challenge and put on record; or emptied again, and nothing is on record.
 *
 * The steps happen while the card lies at the reader, so what fails late can still be taken back.
 * Knows no command line and no device but the link that one lends.
 */
#ifndef YOUDAI_CENTRE_PERSONALISE_H
#define YOUDAI_CENTRE_PERSONALISE_H

#include "centre/issuing.h"
#include "reader/piv_manage.h"
#include "reader/source.h"

enum [[nodiscard]] personalise_status{
	PERSONALISE_OK = 0,
	/* refusals; the card is as it was but perhaps for its key */
	PERSONALISE_NO_CARD,    /* none, more than one, or it did not stay */
	PERSONALISE_NOT_PIV,    /* no PIV application: not a card of this kind */
	PERSONALISE_LOCKED,     /* its management key is another */
	PERSONALISE_NO_KEY,     /* it makes no P-256 key, or tells one that is none */
	PERSONALISE_NO_ROOM,    /* neither as NDEF record nor as PIV object */
	PERSONALISE_UNPROVED,   /* it does not sign with the key that it told, or another is read */
	PERSONALISE_NOT_SIGNED, /* the certificate: personalising.issued says why */
	/* trouble */
	PERSONALISE_NOT_RECORDED, /* the registry, as `record` has said */
	PERSONALISE_NO_DEVICE,
	PERSONALISE_FAILED,
};

/* All borrowed but what is written. */
struct personalising {
	const struct management_key *management;
	const struct certificate_view *view;
	int64_t now; /* [s] UTC */
	/* Put the medium of *issued on record; false where it could not be, and nothing is. */
	bool (*record)(void *context, const struct issued *issued);
	void *context;

	struct issuing issuing; /* its holder key is the card's */
	/* written */
	struct issued issued;
	enum issuing_status signing;
	bool left; /* the card may hold a credential that is not on record */

	/* between tries */
	uint8_t holder_key[64];
	enum personalise_status status;
};

/* Wait at most timeout_ms for a card and make it the holder's. */
enum personalise_status personalise(struct personalising *personalising,
				    const struct source_driver *driver, struct source *source,
				    int timeout_ms);

/* Of a status but PERSONALISE_OK, PERSONALISE_NOT_SIGNED and PERSONALISE_NOT_RECORDED: its name for
 * programs, and what to do. */
const char *personalise_name(enum personalise_status status);
const char *personalise_words(enum personalise_status status, bool english);

#endif
