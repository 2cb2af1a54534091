/*
 * COSE_Sign1 (RFC 9052, section 4.2) taken apart: who says to have signed, which bytes, and how.
 *
 * Nothing here is checked against a key, and the payload is not looked into: that is credential.c's
 * work.  Only it, and tests of this module, have a use for this header.
 */
#ifndef YOUDAI_READER_COSE_H
#define YOUDAI_READER_COSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/cbor.h"

#define COSE_SIGNATURE_BYTES  64 /* of each algorithm that we know */
#define COSE_SIGNED_BYTES_MAX (CBOR_BYTES_MAX + 16)

/* Spans point into the bytes that were read. */
struct cose_sign1 {
	bool understood; /* the algorithm is one of keyring.h's, and every critical header is known */
	bool is_key_binding; /* it says to be a key-binding token: header 16 (RFC 9596), protected */
	bool has_wrapped;
	struct cbor_span wrapped; /* header 13, protected: the credential that it is bound to */
	bool nothing_unprotected;
	int64_t algorithm; /* where understood */
	bool has_kid;
	struct cbor_span kid;
	struct cbor_span protected_item; /* the byte string with its head, as it was signed */
	struct cbor_span payload_item;
	struct cbor_span payload;
	struct cbor_span signature; /* where understood: COSE_SIGNATURE_BYTES */
};

/*
 * Take apart at most CBOR_BYTES_MAX bytes: with tag 18 or none, in tag 61 (RFC 8392) or not.  False
 * where they are malformed; *out then holds anything.
 */
[[nodiscard]] bool cose_sign1_read(struct cose_sign1 *out, const uint8_t *bytes, size_t length);

/* The Sig_structure (RFC 9052, section 4.4) that was signed, without external data; its length. */
size_t cose_signed_bytes(uint8_t out[static COSE_SIGNED_BYTES_MAX], const struct cose_sign1 *cose);

/* The same for a protected header and a payload that are to be signed; fails where there is no room. */
void cose_put_signed(struct cbor_writer *writer, struct cbor_span protected_item,
		     struct cbor_span payload_item);

#endif
