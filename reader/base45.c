#include "reader/base45.h"

#include <endian.h>
#include <string.h>

static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/* Each character of the alphabet with its value. */
/* clang-format off */
#define CHARACTERS(X, weight) \
	X('0', 0, weight) X('1', 1, weight) X('2', 2, weight) X('3', 3, weight) X('4', 4, weight) \
	X('5', 5, weight) X('6', 6, weight) X('7', 7, weight) X('8', 8, weight) X('9', 9, weight) \
	X('A', 10, weight) X('B', 11, weight) X('C', 12, weight) X('D', 13, weight) X('E', 14, weight) \
	X('F', 15, weight) X('G', 16, weight) X('H', 17, weight) X('I', 18, weight) X('J', 19, weight) \
	X('K', 20, weight) X('L', 21, weight) X('M', 22, weight) X('N', 23, weight) X('O', 24, weight) \
	X('P', 25, weight) X('Q', 26, weight) X('R', 27, weight) X('S', 28, weight) X('T', 29, weight) \
	X('U', 30, weight) X('V', 31, weight) X('W', 32, weight) X('X', 33, weight) X('Y', 34, weight) \
	X('Z', 35, weight) X(' ', 36, weight) X('$', 37, weight) X('%', 38, weight) X('*', 39, weight) \
	X('+', 40, weight) X('-', 41, weight) X('.', 42, weight) X('/', 43, weight) X(':', 44, weight)
/* clang-format on */

/*
 * What a character adds to the number that it is a digit of, and a mark far above any such number;
 * 0 for what is not in the alphabet.  A sum then lacks a mark, and shows it once the marks are
 * taken off.
 */
#define MARK                            (1u << 20)
#define ENTRY(character, value, weight) [character] = MARK + (value) * (weight),

static const uint32_t LOW[256] = { CHARACTERS(ENTRY, 1u) };
static const uint32_t MIDDLE[256] = { CHARACTERS(ENTRY, 45u) };
static const uint32_t HIGH[256] = { CHARACTERS(ENTRY, 2025u) };

bool base45_decode(uint8_t *out, size_t *out_length, const char *text, size_t length)
{
	const unsigned char *in = (const unsigned char *)text;
	const unsigned char *end = in + length - length % 3;
	uint8_t *const start = out;
	uint32_t wrong = 0; /* gathered, so that the loop has no branch for what never happens */

	if (length % 3 == 1)
		return false;
	for (; in < end; in += 3, out += 2) {
		uint32_t sum = LOW[in[0]] + MIDDLE[in[1]] + HIGH[in[2]] - 3 * MARK;
		uint16_t pair = htobe16((uint16_t)sum);

		wrong |= sum >> 16;
		memcpy(out, &pair, sizeof(pair));
	}
	if (length % 3 == 2) {
		uint32_t sum = LOW[in[0]] + MIDDLE[in[1]] - 2 * MARK;

		wrong |= sum >> 8;
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
