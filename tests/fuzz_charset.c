/* Any bytes as a file: what comes of them is UTF-8, bounded, and what iconv makes of them piece by
 * piece. */
#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "centre/charset.h"
#include "centre/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_utf8(const char *text, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t step = text_character(text + at, length - at);

		if (step == 0)
			return false;
		at += step;
	}
	return true;
}

/* Does iconv, with room for a few characters at a time, read all of it and come to this text? */
static bool iconv_makes(const char *text, size_t length, const char *encoding, char *from,
			size_t left)
{
	iconv_t converter = iconv_open("UTF-8", encoding);
	size_t at = 0, result;

	assert(converter != (iconv_t)-1);
	do {
		char piece[16], *to = piece;
		size_t room = sizeof piece;

		result = iconv(converter, &from, &left, &to, &room);
		size_t made = (size_t)(to - piece);
		if (text != NULL)
			assert(made <= length - at && memcmp(text + at, piece, made) == 0);
		at += made;
	} while (result == (size_t)-1 && errno == E2BIG);
	iconv_close(converter);
	return result == 0 && left == 0 && (text == NULL || at == length);
}

static void check_text(const char *text, size_t length, char *bytes, size_t size)
{
	assert(length <= CHARSET_GROWTH * size);
	assert(is_utf8(text, length));
	if (is_utf8(bytes, size))
		assert(length == size && memcmp(text, bytes, size) == 0);
	else if (size >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0)
		assert(iconv_makes(text, length, "UTF-16LE", bytes + 2, size - 2));
	else if (size >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
		assert(iconv_makes(text, length, "UTF-16BE", bytes + 2, size - 2));
	else
		assert(iconv_makes(text, length, "GB18030", bytes, size));
}

static void check_fault(const struct csv_fault *fault, char *bytes, size_t size)
{
	assert(fault->place.line >= 1 && fault->place.column >= 1 && fault->why[0] != '\0');
	assert(!is_utf8(bytes, size));
	/* UTF-8 that was damaged may be GB 18030 by chance; all else may not. */
	if (strstr(fault->why, "neither") != NULL)
		assert(!iconv_makes(NULL, 0, "GB18030", bytes, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + 1), *text = malloc(size + 1);
	struct csv_fault fault = { 0 };
	size_t length = size;

	assert(bytes != NULL && text != NULL);
	memcpy(bytes, data, size);
	memcpy(text, data, size);
	if (charset_to_utf8(&text, &length, &fault) == CHARSET_OK)
		check_text(text, length, bytes, size);
	else
		check_fault(&fault, bytes, size);
	free(bytes);
	free(text);
	return 0;
}
