/*
 * zlib streams (RFC 1950) in one piece, into a buffer of fixed size: the one file that speaks to
 * zlib.  Knows nothing of what the bytes mean.
 */
#ifndef YOUDAI_READER_INFLATE_H
#define YOUDAI_READER_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Inflate the whole of bytes: one complete stream, nothing after it, at most out_size bytes long,
 * no preset dictionary.  *out_length is written on success only; out may then and else be used up.
 */
[[nodiscard]] bool inflate_bytes(uint8_t *out, size_t out_size, size_t *out_length,
				 const uint8_t *bytes, size_t length);

/* The zlib stream of bytes, as short as zlib can; false where out_size is too small. */
[[nodiscard]] bool deflate_bytes(uint8_t *out, size_t out_size, size_t *out_length,
				 const uint8_t *bytes, size_t length);

#endif
