/*
 * PIV cards (NIST SP 800-73-4): proof that the card is here, and a credential kept in a data object.
 *
 * Speaks APDUs over a card_link; knows no reader device, no credential and no certificate.  Asks
 * nothing but what a card answers over the air without a PIN.  A card is hostile: whatever it says,
 * exchanges and bytes are bounded.
 */
#ifndef YOUDAI_READER_PIV_H
#define YOUDAI_READER_PIV_H

#include <stddef.h>
#include <stdint.h>

#include "reader/card_link.h"
#include "reader/reading.h"

enum [[nodiscard]] piv_status{
	PIV_OK = 0, PIV_LOST, /* the card did not answer: says nothing about it */
	PIV_REFUSED,          /* no such application, key or object, or not for us */
	PIV_MALFORMED,        /* an answer of another shape, endless, or too long */
};

/*
 * Let the key in slot 9E (card authentication, P-256) sign SHA-256 of out->challenge, which the
 * caller has filled with fresh random bytes.  signature and length are written on PIV_OK, else
 * length is 0.  Whether the signature verifies, and under which key, is not known here.
 */
enum piv_status piv_prove(const struct card_link *link, struct chip_proof *out);

/* Read the credential in data object 5F F4 01, 1 to READING_BYTES_MAX bytes, as a chip without room
 * for an NDEF record keeps it.  *length is written on PIV_OK; what out holds otherwise is undefined.
 * PIV_REFUSED: not a PIV card, or one without a credential. */
enum piv_status piv_read_credential(const struct card_link *link,
				    uint8_t out[static READING_BYTES_MAX], size_t *length);

#endif
