/*
 * Canonical text of an entry that is hashed: fields with one tab between them, in UTF-8, none of them
 * with a control character; and hexadecimal.
 *
 * Inside of db/ only: log.h and audit.h say which fields.  Pure.
 */
#ifndef YOUDAI_DB_CANONICAL_H
#define YOUDAI_DB_CANONICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fields go in one after another; once one does not fit nothing does. */
struct canonical {
	char *at;
	size_t room; /* with the end */
	bool whole;
};

/* Begin with the version's name, which fits. */
struct canonical canonical_begin(char *out, size_t out_size, const char *version);
void canonical_text(struct canonical *line, const char *text); /* NULL: empty */
void canonical_integer(struct canonical *line, bool there, int64_t value);
void canonical_hex(struct canonical *line, const uint8_t *bytes, size_t length); /* NULL: empty */

/* Lower-case digits and a zero byte: 2 * length + 1 bytes. */
void hex_print(char *out, const uint8_t *bytes, size_t length);
/* length bytes from the front of text; false where they are not there. */
bool hex_parse(uint8_t *out, size_t length, const char *text);

#endif
