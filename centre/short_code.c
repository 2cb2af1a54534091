#include "centre/short_code.h"

#include <stddef.h>
#include <string.h>

#define CHARACTERS 8

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void short_code_print(char out[static SHORT_CODE_SIZE], const uint8_t id[static SHORT_CODE_BYTES])
{
	uint64_t bits = 0;

	for (size_t i = 0; i < SHORT_CODE_BYTES; i++)
		bits = bits << 8 | id[i];
	for (int i = 0; i < CHARACTERS; i++) {
		if (i == CHARACTERS / 2)
			*out++ = '-';
		*out++ = digits[bits >> (5 * (CHARACTERS - 1 - i)) & 31];
	}
	*out = '\0';
}

/* -1 where the character is none. */
static int value_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	const char *found = c == '\0' ? NULL : strchr(digits, c);
	return found == NULL ? -1 : (int)(found - digits);
}

bool short_code_parse(uint8_t out[static SHORT_CODE_BYTES], const char *text)
{
	uint64_t bits = 0;
	int count = 0;

	for (; *text != '\0'; text++) {
		int value = value_of(*text);

		if (*text == '-' || *text == ' ')
			continue;
		if (value < 0 || count == CHARACTERS)
			return false;
		bits = bits << 5 | (uint64_t)value;
		count++;
	}
	if (count != CHARACTERS)
		return false;
	for (int i = SHORT_CODE_BYTES; i-- > 0; bits >>= 8)
		out[i] = (uint8_t)bits;
	return true;
}
