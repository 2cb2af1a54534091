#include "reader/base45.h"

static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/* The value of each character and one; 0 where the alphabet has no such character. */
static const uint8_t VALUES[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,
	['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14,
	['E'] = 15, ['F'] = 16, ['G'] = 17, ['H'] = 18, ['I'] = 19, ['J'] = 20, ['K'] = 21,
	['L'] = 22, ['M'] = 23, ['N'] = 24, ['O'] = 25, ['P'] = 26, ['Q'] = 27, ['R'] = 28,
	['S'] = 29, ['T'] = 30, ['U'] = 31, ['V'] = 32, ['W'] = 33, ['X'] = 34, ['Y'] = 35,
	['Z'] = 36, [' '] = 37, ['$'] = 38, ['%'] = 39, ['*'] = 40, ['+'] = 41, ['-'] = 42,
	['.'] = 43, ['/'] = 44, [':'] = 45,
};

static unsigned value_of(char character)
{
	/* A foreign character becomes so large that no sum with it is in range. */
	return VALUES[(unsigned char)character] - 1u;
}

bool base45_decode(uint8_t *out, size_t *out_length, const char *text, size_t length)
{
	uint8_t *const start = out;
	unsigned wrong = 0; /* gathered, so that the loop has no branch for what never happens */

	if (length % 3 == 1)
		return false;
	for (; length >= 3; text += 3, length -= 3) {
		unsigned low = value_of(text[0]);
		unsigned middle = value_of(text[1]);
		unsigned high = value_of(text[2]);
		unsigned sum = low + 45 * middle + 2025 * high;

		wrong |= (low | middle | high) >> 6 | sum >> 16;
		*out++ = (uint8_t)(sum >> 8);
		*out++ = (uint8_t)sum;
	}
	if (length == 2) {
		unsigned low = value_of(text[0]);
		unsigned high = value_of(text[1]);
		unsigned sum = low + 45 * high;

		wrong |= (low | high) >> 6 | sum >> 8;
		*out++ = (uint8_t)sum;
	}
	if (wrong != 0)
		return false;
	*out_length = (size_t)(out - start);
	return true;
}

void base45_encode(char *out, const uint8_t *bytes, size_t length)
{
	for (; length >= 2; bytes += 2, length -= 2) {
		unsigned sum = (unsigned)bytes[0] << 8 | bytes[1];

		*out++ = ALPHABET[sum % 45];
		*out++ = ALPHABET[sum / 45 % 45];
		*out++ = ALPHABET[sum / 2025];
	}
	if (length == 1) {
		*out++ = ALPHABET[bytes[0] % 45];
		*out++ = ALPHABET[bytes[0] / 45];
	}
	*out = '\0';
}
