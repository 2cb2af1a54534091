/*
 * Sentences put together from phrases, in Chinese or English, into a text of bounded size.
 *
 * Inside of db/ only.  What does not fit is left out, with all that follows, between characters.
 */
#ifndef YOUDAI_DB_WRITER_H
#define YOUDAI_DB_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/benefit.h"
#include "phrases.h"

#define MONEY_SIZE 24

struct writer {
	char *out;
	size_t size, length;
	bool english;
};

/* out_size > 0; out is terminated from here on. */
struct writer writer_open(char *out, size_t out_size, bool english);
/* No space behind the last sentence. */
void writer_close(struct writer *writer);

void put(struct writer *writer, const char *text, size_t length);
void put_text(struct writer *writer, const char *text);
void put_phrase(struct writer *writer, enum phrase which);
/* The phrase with {a} and {b} filled in. */
void put_filled(struct writer *writer, enum phrase which, const char *a, const char *b);
void put_number(struct writer *writer, enum phrase which, int64_t number);
void put_money(struct writer *writer, enum phrase which, int64_t fen_a, int64_t fen_b);
void put_stop(struct writer *writer);

/* "12" or "12.50" yuan. */
void money_text(char out[static MONEY_SIZE], int64_t fen);

/* What a value is, as a clause without its full stop: "You get 20% off"; brief: "20% off". */
void put_value(struct writer *writer, const struct value *value);
void put_value_brief(struct writer *writer, const struct value *value);
/* A class, as in an import, by its name: "三属"; the code where there is none. */
void put_class(struct writer *writer, const char *class);
/* A region by name and code: "柘荣（350926）"; the code alone where the name is not known. */
void put_region(struct writer *writer, const char *region);
const char *period_text(const struct writer *writer, enum period period);
/* Whom a row of a table is for; NULL: all others. */
void put_row_key(struct writer *writer, enum graded_by by, const struct graded_row *row);

#endif
