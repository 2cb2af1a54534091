/*
 * Making a PIV card a holder's: with its management key a key pair is made on it, and a credential
 * put into its data object (NIST SP 800-73-4).
 *
 * Each function begins anew with the application selected and authenticated, so nothing is left open
 * in between.  Knows no certificate and no signing key; what the card is asked for later is in piv.h.
 */
#ifndef YOUDAI_READER_PIV_MANAGE_H
#define YOUDAI_READER_PIV_MANAGE_H

#include "reader/piv.h"

#define MANAGEMENT_KEY_MAX 32 /* [byte] */

/* Of slot 9B: 16 bytes AES-128, 24 Triple DES or AES-192 (the card says which), 32 AES-256. */
struct management_key {
	uint8_t bytes[MANAGEMENT_KEY_MAX];
	size_t length;
};

/* What cards are delivered with. */
extern const struct management_key management_key_default;

enum [[nodiscard]] manage_status{
	MANAGE_OK = 0,    MANAGE_LOST, /* the card did not answer */
	MANAGE_NOT_PIV,                /* no PIV application */
	MANAGE_WRONG_KEY,              /* its management key is another, or of another kind */
	MANAGE_REFUSED,                /* it does not make such a key, or has no room */
	MANAGE_DIFFERENT,              /* what was written does not read back */
	MANAGE_MALFORMED,              /* it answers what no such card does */
	MANAGE_FAILED,                 /* trouble in OpenSSL */
};

/* Make a new P-256 key pair in slot 9E, which replaces the one that is there; public_key (x || y) is
 * written on MANAGE_OK.  Whether it is a point of the curve is not asked. */
enum manage_status piv_generate(const struct card_link *link, const struct management_key *key,
				uint8_t public_key[static 64]);

/* Put a credential of 1 to READING_BYTES_MAX bytes into data object 5F F4 01 and read it back; with
 * length 0 empty the object, whatever it holds. */
enum manage_status piv_write_credential(const struct card_link *link,
					const struct management_key *key, const uint8_t *bytes,
					size_t length);

#endif
