#include "db/writer.h"

#include <stdio.h>
#include <string.h>

struct writer writer_open(char *out, size_t out_size, bool english)
{
	out[0] = '\0';
	return (struct writer){ .out = out, .size = out_size, .english = english };
}

void writer_close(struct writer *writer)
{
	if (writer->length > 0 && writer->out[writer->length - 1] == ' ')
		writer->out[--writer->length] = '\0';
}

void put(struct writer *writer, const char *text, size_t length)
{
	size_t room = writer->size - 1 - writer->length;

	if (length > room) {
		length = room;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
		writer->size = writer->length + length + 1;
	}
	memcpy(writer->out + writer->length, text, length);
	writer->length += length;
	writer->out[writer->length] = '\0';
}

void put_text(struct writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

void put_phrase(struct writer *writer, enum phrase which)
{
	put_text(writer, phrase(which, writer->english));
}

void put_filled(struct writer *writer, enum phrase which, const char *a, const char *b)
{
	const char *text = phrase(which, writer->english);
	const char *brace;

	while ((brace = strchr(text, '{')) != NULL && (brace[1] == 'a' || brace[1] == 'b')) {
		put(writer, text, (size_t)(brace - text));
		put_text(writer, brace[1] == 'a' ? a : b);
		text = brace + 3;
	}
	put_text(writer, text);
}

void put_stop(struct writer *writer)
{
	put_phrase(writer, PHRASE_EXPLAIN_STOP);
}

void money_text(char out[static MONEY_SIZE], int64_t fen)
{
	if (fen % 100 == 0)
		snprintf(out, MONEY_SIZE, "%lld", (long long)(fen / 100));
	else
		snprintf(out, MONEY_SIZE, "%lld.%02lld", (long long)(fen / 100),
			 (long long)(fen % 100));
}

void put_number(struct writer *writer, enum phrase which, int64_t number)
{
	char text[MONEY_SIZE];

	snprintf(text, sizeof text, "%lld", (long long)number);
	put_filled(writer, which, text, "");
}

void put_money(struct writer *writer, enum phrase which, int64_t fen_a, int64_t fen_b)
{
	char texts[2][MONEY_SIZE];

	money_text(texts[0], fen_a);
	money_text(texts[1], fen_b);
	put_filled(writer, which, texts[0], texts[1]);
}
