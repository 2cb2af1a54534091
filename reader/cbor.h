/*
 * CBOR (RFC 8949), one encoding only: definite lengths, shortest heads, no duplicate map keys,
 * UTF-8 text, at most CBOR_DEPTH_MAX levels.  Nothing is allocated.
 *
 * What comes from outside passes cbor_valid() first; then a struct cbor walks over it.  Knows
 * nothing of what the items mean.
 */
#ifndef YOUDAI_READER_CBOR_H
#define YOUDAI_READER_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CBOR_BYTES_MAX 16384 /* [byte] in one piece */
#define CBOR_DEPTH_MAX 8     /* arrays, maps and tags within each other */

/* Major types, by their numbers. */
enum cbor_major {
	CBOR_UINT = 0,
	CBOR_NINT = 1,
	CBOR_BYTES = 2,
	CBOR_TEXT = 3,
	CBOR_ARRAY = 4,
	CBOR_MAP = 5,
	CBOR_TAG = 6,
	CBOR_OTHER = 7, /* simple values and floating-point numbers */
	CBOR_END,       /* there is no further item */
};

/* A part of somebody else's bytes. */
struct cbor_span {
	const uint8_t *bytes;
	size_t length;
};

/* Whether bytes are exactly one item, in the encoding described above. */
[[nodiscard]] bool cbor_valid(const uint8_t *bytes, size_t length);

/* Whether two maps of one buffer, each valid for itself, have no key in common. */
[[nodiscard]] bool cbor_maps_disjoint(struct cbor_span first, struct cbor_span second);

/*
 * A walk over valid bytes.  What is not as the caller expects makes it fail for good: every later
 * answer is then 0 or empty, and cbor_finished() says so in the end.
 */
struct cbor {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

struct cbor cbor_begin(struct cbor_span item);
/* Whether nothing failed and nothing is left. */
[[nodiscard]] bool cbor_finished(const struct cbor *cbor);

/* The type of the next item, without taking it. */
enum cbor_major cbor_peek(const struct cbor *cbor);

/* A whole number; what lies outside of int64_t becomes the nearest that lies inside. */
int64_t cbor_int(struct cbor *cbor);
struct cbor_span cbor_bytes(struct cbor *cbor);
struct cbor_span cbor_text(struct cbor *cbor);
uint64_t cbor_tag(struct cbor *cbor);
/* The number of items, or of pairs, that follow. */
size_t cbor_array(struct cbor *cbor);
size_t cbor_map(struct cbor *cbor);
/* One item with all that it holds, as it is encoded. */
struct cbor_span cbor_skip(struct cbor *cbor);

/* Writes into a fixed buffer; what does not fit makes it fail for good. */
struct cbor_writer {
	uint8_t *bytes;
	size_t size;
	size_t length;
	bool failed;
};

/* The shortest head of a type, with its number, length or count. */
void cbor_put_head(struct cbor_writer *writer, enum cbor_major type, uint64_t value);
void cbor_put_int(struct cbor_writer *writer, int64_t value);
void cbor_put_bytes(struct cbor_writer *writer, const uint8_t *bytes, size_t length);
void cbor_put_text(struct cbor_writer *writer, const char *text);
/* Bytes that are encoded already. */
void cbor_put_raw(struct cbor_writer *writer, const uint8_t *bytes, size_t length);

/* Whether bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, at most U+10FFFF. */
[[nodiscard]] bool utf8_valid(const uint8_t *bytes, size_t length);

#endif
