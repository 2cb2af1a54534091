/* The strict CBOR decoder and encoder: rows of our own, and RFC 8949's appendix A. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/cbor.h"
#include "tests/forge.h"
#include "tests/vectors.h"

struct row {
	const char *name;
	const char *bytes;
	bool valid;
};

static const struct row rows[] = {
	{ "nothing", "", false },
	{ "a number", "17", true },
	{ "two items", "1717", false },

	{ "1 byte, shortest", "1818", true },
	{ "1 byte, not the shortest", "1817", false },
	{ "2 bytes, shortest", "190100", true },
	{ "2 bytes, not the shortest", "1900FF", false },
	{ "4 bytes, shortest", "1A00010000", true },
	{ "4 bytes, not the shortest", "1A0000FFFF", false },
	{ "8 bytes, shortest", "1B0000000100000000", true },
	{ "8 bytes, not the shortest", "1B00000000FFFFFFFF", false },
	{ "negative, not the shortest", "3817", false },
	{ "length of bytes, not the shortest", "580100", false },
	{ "length of text, not the shortest", "7801 'a'", false },
	{ "count of an array, not the shortest", "980100", false },
	{ "count of a map, not the shortest", "B8010000", false },
	{ "tag 24, shortest", "D81800", true },
	{ "tag 18, not the shortest", "D81200", false },
	{ "head cut off after 1 of 2", "18", false },
	{ "head cut off after 2 of 3", "1901", false },
	{ "head cut off after 8 of 9", "1B00000001000000", false },
	{ "reserved 28", "1C", false },
	{ "reserved 29", "1D", false },
	{ "reserved 30", "1E", false },
	{ "a break alone", "FF", false },

	{ "indefinite bytes", "5F4101FF", false },
	{ "indefinite text", "7F6161FF", false },
	{ "indefinite array", "9F01FF", false },
	{ "indefinite map", "BF0102FF", false },
	{ "indefinite inside", "829F01FF01", false },

	{ "bytes to the end", "43010203", true },
	{ "bytes, one is missing", "430102", false },
	{ "bytes of length 2^64-1", "5BFFFFFFFFFFFFFFFF00", false },
	{ "text of length 2^32", "7B0000000100000000 'a'", false },
	{ "array of 2", "820102", true },
	{ "array of 3 with 2", "830102", false },
	{ "array of 2^64-1", "9BFFFFFFFFFFFFFFFF00", false },
	{ "map of 2^63", "BB800000000000000000", false },
	{ "map without its last value", "A20102 03", false },
	{ "tag without an item", "D2", false },

	{ "depth 8", "<8*81>00", true },
	{ "depth 9", "<9*81>00", false },
	{ "depth 8 of maps", "A100A100A100A100A100A100A100A100 00", true },
	{ "depth 9 of maps", "A100A100A100A100A100A100A100A100A100 00", false },
	{ "depth 8 of map keys", "<8*A1>00<8*00>", true },
	{ "depth 9 of map keys", "<9*A1>00<9*00>", false },
	{ "depth 8 of tags", "<8*D2>00", true },
	{ "depth 9 of tags", "<9*D2>00", false },
	{ "an empty array at depth 9", "<8*81>80", false },
	{ "an empty map at depth 9", "<8*81>A0", false },
	{ "ten thousand levels", "<10000*81>00", false },

	{ "keys ascending", "A3 0100 0200 0300", true },
	{ "keys descending", "A3 0300 0200 0100", true },
	{ "a key twice, beside each other", "A2 0100 0100", false },
	{ "a key twice, apart", "A3 0100 0200 0100", false },
	{ "a key twice, descending", "A3 0200 0100 0200", false },
	{ "a text key twice", "A2 6161 00 6161 01", false },
	{ "text and bytes of the same content", "A2 6161 00 4161 01", true },
	{ "1 and -2 are two keys", "A2 0100 2100", true },
	{ "an array as a key twice", "A3 810100 0200 810100", false },
	{ "a key twice in an inner map", "A1 01 A2 0100 0100", false },
	{ "a key twice in a map that is a key", "A1 A2 0100 0100 00", false },
	{ "the same key in two maps", "A2 01 A1 0100 02 A1 0100", true },
	{ "the same key outside and inside", "A1 01 A1 0100", true },
	{ "a key after an inner map, twice", "A3 02 A1 0100 01 A1 0300 02 00", false },
	{ "an empty map", "A0", true },

	{ "ASCII", "6161", true },
	{ "two bytes, U+0080", "62C280", true },
	{ "overlong U+007F", "62C1BF", false },
	{ "three bytes, U+0800", "63E0A080", true },
	{ "overlong U+07FF", "63E09FBF", false },
	{ "four bytes, U+10000", "64F0908080", true },
	{ "overlong U+FFFF", "64F08FBFBF", false },
	{ "U+D7FF", "63ED9FBF", true },
	{ "U+D800, a surrogate", "63EDA080", false },
	{ "U+DFFF, a surrogate", "63EDBFBF", false },
	{ "U+E000", "63EE8080", true },
	{ "U+10FFFF", "64F48FBFBF", true },
	{ "U+110000", "64F4908080", false },
	{ "F5", "64F5808080", false },
	{ "a lone continuation", "6180", false },
	{ "a continuation is missing", "62C361", false },
	{ "a sequence cut off by the length", "61C3", false },
	{ "a fault behind eight ASCII bytes", "69 'abcdefgh' FF", false },
	{ "a fault within the first eight", "68 'abcdefg' FF", false },
	{ "U+0000 is UTF-8", "6100", true },
	{ "bytes need not be UTF-8", "41FF", true },

	{ "false", "F4", true },
	{ "undefined", "F7", true },
	{ "simple 16", "F0", true },
	{ "simple 24 in two bytes", "F818", false },
	{ "simple 31 in two bytes", "F81F", false },
	{ "simple 32", "F820", true },
	{ "half float", "F93C00", true },
	{ "double float that a half could hold", "FB3FF0000000000000", true },
	{ "a float cut off", "FA0000", false },
};

static void strictness(void **state)
{
	static uint8_t bytes[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t length = forge_bytes(bytes, rows[i].bytes);
		/* A copy of its own size, so that the sanitizer sees a step too far. */
		uint8_t *copy = malloc(length + (length == 0));
		struct cbor cbor;

		memcpy(copy, bytes, length);
		if (cbor_valid(copy, length) != rows[i].valid)
			fail_msg("%s", rows[i].name);
		cbor = cbor_begin((struct cbor_span){ copy, length });
		if (rows[i].valid) {
			assert_int_equal(cbor_skip(&cbor).length, length);
			assert_true(cbor_finished(&cbor));
		}
		free(copy);
	}
}

/* Every cut of a valid item is invalid. */
static void cut_off(void **state)
{
	static uint8_t bytes[FORGE_BYTES_MAX];
	size_t length = forge_bytes(bytes, "A3 01 82 1A00010000 63 'abc' 02 D2 43 010203 6161 FB"
					   "3FF0000000000001");

	(void)state;
	assert_true(cbor_valid(bytes, length));
	for (size_t cut = 0; cut < length; cut++) {
		uint8_t *copy = malloc(cut + 1);

		memcpy(copy, bytes, cut);
		assert_false(cbor_valid(copy, cut));
		free(copy);
	}
}

static void put_key(struct cbor_writer *writer, unsigned key)
{
	cbor_put_int(writer, (int64_t)key);
	cbor_put_int(writer, 0);
}

/* Maps of thousands of keys out of order: still right, and no slower than sorting. */
static void large_maps(void **state)
{
	static uint8_t bytes[CBOR_BYTES_MAX + 1];
	const unsigned count = 4000;

	(void)state;
	for (int twice = 0; twice < 2; twice++) {
		struct cbor_writer writer = { .bytes = bytes, .size = sizeof(bytes) };

		cbor_put_head(&writer, CBOR_MAP, count);
		for (unsigned i = 0; i < count - 1; i++)
			put_key(&writer, i * 1237 % count);
		put_key(&writer, (count - 1) * 1237 % count + (twice == 1 ? 1 : 0));
		assert_false(writer.failed);
		assert_int_equal(cbor_valid(bytes, writer.length), twice == 0);
	}
}

static void most_bytes(void **state)
{
	static uint8_t bytes[CBOR_BYTES_MAX + 1];
	struct cbor_writer writer = { .bytes = bytes, .size = sizeof(bytes) };

	(void)state;
	cbor_put_head(&writer, CBOR_BYTES, CBOR_BYTES_MAX - 3);
	assert_true(cbor_valid(bytes, CBOR_BYTES_MAX));
	writer.length = 0;
	cbor_put_head(&writer, CBOR_BYTES, CBOR_BYTES_MAX - 2);
	assert_false(cbor_valid(bytes, CBOR_BYTES_MAX + 1));
}

struct number {
	const char *bytes;
	int64_t value;
};

static void numbers(void **state)
{
	static const struct number numbers[] = {
		{ "00", 0 },
		{ "17", 23 },
		{ "20", -1 },
		{ "37", -24 },
		{ "3818", -25 },
		{ "390100", -257 },
		{ "3A00011170", -70001 },
		{ "1B7FFFFFFFFFFFFFFF", INT64_MAX },
		{ "1B8000000000000000", INT64_MAX },
		{ "1BFFFFFFFFFFFFFFFF", INT64_MAX },
		{ "3B7FFFFFFFFFFFFFFF", INT64_MIN },
		{ "3B8000000000000000", INT64_MIN },
		{ "3BFFFFFFFFFFFFFFFF", INT64_MIN },
	};
	static uint8_t bytes[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		size_t length = forge_bytes(bytes, numbers[i].bytes);
		struct cbor cbor = cbor_begin((struct cbor_span){ bytes, length });

		assert_true(cbor_int(&cbor) == numbers[i].value);
		assert_true(cbor_finished(&cbor));
	}
}

/* What is not as expected fails for good, and answers nothing. */
static void walk_fails(void **state)
{
	static uint8_t bytes[FORGE_BYTES_MAX];
	size_t length = forge_bytes(bytes, "83 6161 01 20");
	struct cbor cbor = cbor_begin((struct cbor_span){ bytes, length });

	(void)state;
	assert_int_equal(cbor_array(&cbor), 3);
	assert_int_equal(cbor_bytes(&cbor).length, 0);
	assert_true(cbor.failed);
	assert_int_equal(cbor_peek(&cbor), CBOR_END);
	assert_true(cbor_int(&cbor) == 0);
	assert_int_equal(cbor_skip(&cbor).length, 0);
	assert_int_equal(cbor_map(&cbor), 0);
	assert_false(cbor_finished(&cbor));
}

static void disjoint(void **state)
{
	static const struct {
		const char *both;
		size_t first; /* [byte] the first map */
		bool disjoint;
	} pairs[] = {
		{ "A0 A0", 1, true },
		{ "A10100 A0", 3, true },
		{ "A10100 A10200", 3, true },
		{ "A10100 A10100", 3, false },
		{ "A201000200 A203000200", 5, false },
		{ "A2 01A10300 0200 A1 0300", 7, true },
	};
	static uint8_t bytes[FORGE_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		size_t length = forge_bytes(bytes, pairs[i].both);
		struct cbor_span first = { bytes, pairs[i].first };
		struct cbor_span second = { bytes + first.length, length - first.length };

		assert_true(cbor_maps_disjoint(first, second) == pairs[i].disjoint);
		assert_true(cbor_maps_disjoint(second, first) == pairs[i].disjoint);
	}
}

static void writing(void **state)
{
	static uint8_t expected[FORGE_BYTES_MAX];
	uint8_t bytes[64];
	struct cbor_writer writer = { .bytes = bytes, .size = sizeof(bytes) };
	size_t length = forge_bytes(expected, "00 17 1818 18FF 190100 19FFFF 1A00010000"
					      "1B0000000100000000 3B7FFFFFFFFFFFFFFF 4101 62 'ab'");

	(void)state;
	for (int i = 0; i < 8; i++) {
		static const int64_t values[] = { 0,   23,    24,    255,
						  256, 65535, 65536, INT64_C(1) << 32 };

		cbor_put_int(&writer, values[i]);
	}
	cbor_put_int(&writer, INT64_MIN);
	cbor_put_bytes(&writer, (const uint8_t *)"\1", 1);
	cbor_put_text(&writer, "ab");
	assert_false(writer.failed);
	assert_int_equal(writer.length, length);
	assert_memory_equal(bytes, expected, length);

	writer = (struct cbor_writer){ .bytes = bytes, .size = 3 };
	cbor_put_text(&writer, "abc");
	assert_true(writer.failed);
	cbor_put_int(&writer, 1); /* would fit, but something is missing before it */
	assert_true(writer.failed);
	assert_true(writer.length <= 3);
}

/*
 * Appendix A.  What is not for us: the indefinite lengths (no round trip), and simple(24), which
 * RFC 8949 has since declared not well-formed.  Floats in a longer form than they need are not
 * round trips either, but their heads are the only ones that their width has.
 */
static void appendix_a(void **state)
{
	json_t *document = vectors_load("cbor/appendix_a.json");
	unsigned accepted = 0;
	unsigned refused = 0;
	size_t i;
	json_t *vector;

	(void)state;
	if (document == NULL)
		skip();
	json_array_foreach(document, i, vector)
	{
		const char *hex = json_string_value(json_object_get(vector, "hex"));
		bool round_trip = json_is_true(json_object_get(vector, "roundtrip"));
		bool long_float = strncmp(hex, "fa", 2) == 0 || strncmp(hex, "fb", 2) == 0;
		bool expected = (round_trip || long_float) && strcmp(hex, "f818") != 0;
		uint8_t bytes[256];
		size_t length = vectors_hex(bytes, sizeof(bytes), hex);
		bool valid = cbor_valid(bytes, length);

		if (valid != expected)
			fail_msg("%s", hex);
		accepted += valid;
		refused += !valid;
	}
	assert_int_equal(accepted, 70);
	assert_int_equal(refused, 12);
	json_decref(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strictness), cmocka_unit_test(cut_off),
		cmocka_unit_test(large_maps), cmocka_unit_test(most_bytes),
		cmocka_unit_test(numbers),    cmocka_unit_test(walk_fails),
		cmocka_unit_test(disjoint),   cmocka_unit_test(writing),
		cmocka_unit_test(appendix_a),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
