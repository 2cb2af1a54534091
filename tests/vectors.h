/*
 * The published test vectors: in the folder that YOUDAI_VECTORS names, else ../shared/vectors.
 *
 * They are not part of the tree: where they are absent, a test says so and is skipped.
 */
#ifndef YOUDAI_TESTS_VECTORS_H
#define YOUDAI_TESTS_VECTORS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* The document, which the caller lets go of; NULL, with "skipped: …" printed, where it is absent. */
json_t *vectors_load(const char *path);

/* The path of a folder or file among them, there or not; out has room for size bytes. */
void vectors_path(char *out, size_t size, const char *path);

/* Bytes written in hex; their number.  Aborts where it is no hex or there is no room. */
size_t vectors_hex(uint8_t *out, size_t size, const char *hex);

#endif
