/*
 * A set of codes (of units, of persons, of rows already read), to find references that lead nowhere
 * and rows given twice.
 */
#ifndef YOUDAI_CENTRE_CODES_H
#define YOUDAI_CENTRE_CODES_H

#include <stdbool.h>
#include <stddef.h>

struct codes {
	char **slots; /* size of them, NULL where free */
	size_t size, count;
};

enum [[nodiscard]] codes_status{ CODES_OK = 0, CODES_THERE, CODES_NO_MEMORY };

/* A set is made by zeroing it; the code is copied.  CODES_THERE: it was in already. */
enum codes_status codes_add(struct codes *codes, const char *code);
bool codes_have(const struct codes *codes, const char *code);
void codes_free(struct codes *codes);

#endif
