/*
 * Base45 (RFC 9285), strict: one encoding for each byte string, nothing skipped, no prefix.
 *
 * Knows nothing of what the bytes mean.
 */
#ifndef YOUDAI_READER_BASE45_H
#define YOUDAI_READER_BASE45_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room that a text of this length needs at most when decoded [byte]. */
#define BASE45_DECODED(text_length) ((text_length) / 3 * 2 + 1)
/* Characters of this many bytes, without an end. */
#define BASE45_ENCODED(length) ((length) / 2 * 3 + (length) % 2 * 2)

/*
 * False where the text is not base45; out, of BASE45_DECODED(length) bytes, then holds anything.
 * *out_length is written on success only.
 */
[[nodiscard]] bool base45_decode(uint8_t *out, size_t *out_length, const char *text, size_t length);

/* Writes BASE45_ENCODED(length) characters and a zero byte. */
void base45_encode(char *out, const uint8_t *bytes, size_t length);

#endif
