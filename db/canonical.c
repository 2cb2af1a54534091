#include "db/canonical.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BYTES_MAX 64 /* of a field in hexadecimal */

void hex_print(char *out, const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < length; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_parse(uint8_t *out, size_t length, const char *text)
{
	for (size_t i = 0; i < length; i++) {
		int high = hex_digit(text[2 * i]);
		int low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);
		if (low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

struct canonical canonical_begin(char *out, size_t out_size, const char *version)
{
	struct canonical line = { .at = stpcpy(out, version), .whole = true };
	line.room = out_size - strlen(version);
	return line;
}

void canonical_text(struct canonical *line, const char *text)
{
	size_t length = text == NULL ? 0 : strlen(text);
	if (length + 2 > line->room)
		line->whole = false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			line->whole = false;
	if (!line->whole)
		return;
	*line->at++ = '\t';
	memcpy(line->at, text == NULL ? "" : text, length);
	line->at += length;
	*line->at = '\0';
	line->room -= length + 1;
}

void canonical_integer(struct canonical *line, bool there, int64_t value)
{
	char text[24] = "";
	if (there)
		snprintf(text, sizeof text, "%" PRId64, value);
	canonical_text(line, text);
}

void canonical_hex(struct canonical *line, const uint8_t *bytes, size_t length)
{
	char text[2 * BYTES_MAX + 1] = "";
	if (bytes != NULL && length <= BYTES_MAX)
		hex_print(text, bytes, length);
	canonical_text(line, text);
}
