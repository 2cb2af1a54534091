/* Base45 (RFC 9285) and bounded inflating. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/base45.h"
#include "reader/inflate.h"

struct pair {
	const char *name;
	const char *text;
	const char *bytes; /* NULL: no base45 */
	size_t length;
};

static const struct pair pairs[] = {
	{ "RFC 9285, 4.3 example 1", "BB8", "AB", 2 },
	{ "RFC 9285, 4.3 example 2", "%69 VD92EX0", "Hello!!", 7 },
	{ "RFC 9285, 4.3 example 3", "UJCLQE7W581", "base-45", 7 },
	{ "RFC 9285, 4.4", "QED8WEX0", "ietf!", 5 },
	{ "nothing", "", "", 0 },
	{ "the largest pair", "FGW", "\xff\xff", 2 },
	{ "one more than the largest pair", "GGW", NULL, 0 },
	{ "the largest three characters", ":::", NULL, 0 },
	{ "the largest single byte", "U5", "\xff", 1 },
	{ "one more than the largest single byte", "V5", NULL, 0 },
	{ "the smallest", "000", "\0\0", 2 },
	{ "one character", "A", NULL, 0 },
	{ "four characters", "BB8A", NULL, 0 },
	{ "small letters", "bb8", NULL, 0 },
	{ "an exclamation mark first", "!00", NULL, 0 },
	{ "an exclamation mark second", "0!0", NULL, 0 },
	{ "an exclamation mark third", "00!", NULL, 0 },
	{ "a foreign sign in a last pair", "BB8!0", NULL, 0 },
	{ "a foreign sign at the very end", "BB80!", NULL, 0 },
	{ "a line feed at the end", "BB8\n", NULL, 0 },
	{ "a zero byte is a foreign sign", "B\0008", NULL, 0 },
	{ "a byte above 127", "B\xc3\x96", NULL, 0 },
	{ "two foreign signs", "!!8", NULL, 0 },
	{ "three foreign signs", "!!!", NULL, 0 },
};

static void decodes_and_encodes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct pair *pair = &pairs[i];
		/* A zero byte is meant to be part of one of the texts. */
		size_t length = pair->text[0] == 'B' && pair->text[1] == 0 ? 3 : strlen(pair->text);
		uint8_t bytes[32];
		char text[32];
		size_t decoded = 99;
		bool valid = base45_decode(bytes, &decoded, pair->text, length);

		if (valid != (pair->bytes != NULL))
			fail_msg("%s", pair->name);
		if (!valid) {
			assert_int_equal(decoded, 99);
			continue;
		}
		assert_int_equal(decoded, pair->length);
		assert_memory_equal(bytes, pair->bytes, decoded);
		base45_encode(text, bytes, decoded);
		assert_string_equal(text, pair->text);
	}
}

/* Each string of one and of two bytes comes back, and no other text decodes. */
static void every_short_string(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
	unsigned valid = 0;

	(void)state;
	for (unsigned value = 0; value < 65536; value++) {
		uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };
		uint8_t back[3];
		char text[8];
		size_t length;

		base45_encode(text, bytes, 2);
		assert_true(base45_decode(back, &length, text, 3));
		assert_int_equal(length, 2);
		assert_memory_equal(back, bytes, 2);
	}
	for (unsigned first = 0; first < 45; first++) {
		for (unsigned second = 0; second < 45; second++) {
			char text[2] = { alphabet[first], alphabet[second] };
			uint8_t back[1];
			size_t length;

			if (base45_decode(back, &length, text, 2)) {
				assert_int_equal(back[0], first + 45 * second);
				valid++;
			}
		}
	}
	assert_int_equal(valid, 256);
}

static void zlib_streams(void **state)
{
	static uint8_t plain[20000];
	static uint8_t back[20000];
	uint8_t stream[256];
	size_t length = 0;
	size_t inflated = 0;

	(void)state;
	assert_true(deflate_bytes(stream, sizeof(stream), &length, plain, 16384));
	assert_int_equal(stream[0], 0x78);
	assert_true(inflate_bytes(back, 16384, &inflated, stream, length));
	assert_int_equal(inflated, 16384);
	assert_false(inflate_bytes(back, 16383, &inflated, stream, length));     /* no room */
	assert_false(inflate_bytes(back, 16384, &inflated, stream, length - 1)); /* cut off */
	assert_false(inflate_bytes(back, 16384, &inflated, stream, length + 1)); /* trailing byte */
	assert_false(inflate_bytes(back, 16384, &inflated, stream, 0));
	stream[length - 1] ^= 1; /* its checksum */
	assert_false(inflate_bytes(back, 16384, &inflated, stream, length));
	stream[length - 1] ^= 1;
	stream[1] |= 0x20; /* a preset dictionary; the header's check digits follow */
	stream[1] =
		(uint8_t)((stream[1] & 0xe0) | (31 - ((stream[0] << 8 | (stream[1] & 0xe0)) % 31)));
	assert_false(inflate_bytes(back, 16384, &inflated, stream, length));
	assert_false(deflate_bytes(stream, 4, &length, plain, 16384));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_and_encodes),
		cmocka_unit_test(every_short_string),
		cmocka_unit_test(zlib_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
