/*
 * BER-TLV as smart cards write it (ISO 7816-4, EMV book 3 annex B): tags of 1 to 3 bytes, lengths
 * of 1 to 3 bytes in any legal form, bytes 00 between objects passed over.
 *
 * A bounded pull parser without allocation, over somebody else's bytes.  Knows no tag's meaning.
 */
#ifndef YOUDAI_READER_BER_TLV_H
#define YOUDAI_READER_BER_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BER_DEPTH_MAX 8 /* constructed objects within each other */

/* A part of somebody else's bytes. */
struct ber_span {
	const uint8_t *bytes;
	size_t length; /* [byte] */
};

struct ber_object {
	uint32_t tag; /* its bytes as a number: 0x5a, 0x9f38 */
	struct ber_span value;
};

enum [[nodiscard]] ber_status{
	BER_OK = 0, BER_ABSENT, /* there is no such object */
	BER_TWICE,              /* there are several */
};

/* Whether bytes are a sequence of objects, those within constructed ones too: no length reaches
 * beyond its object, none is indefinite, and nothing lies deeper than BER_DEPTH_MAX. */
[[nodiscard]] bool ber_valid(struct ber_span objects);

/* Take the next object off the front of objects.  False, with *out untouched, where none is left
 * or what is left is not one. */
[[nodiscard]] bool ber_next(struct ber_span *objects, struct ber_object *out);

/* Take a tag alone off the front, as a data object list (EMV book 3, 5.4) has it. */
[[nodiscard]] bool ber_take_tag(struct ber_span *bytes, uint32_t *tag);

/* The value of the one object with this tag, not looking into others.  *out on BER_OK. */
enum ber_status ber_find(struct ber_span *out, struct ber_span objects, uint32_t tag);

#endif
