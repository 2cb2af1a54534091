/* Objects of every legal shape are taken, and what lies about its length is not. */
#include "reader/ber_tlv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static void shapes(void **state)
{
	static const struct {
		const char *name;
		const uint8_t *bytes;
		size_t length;
		bool valid;
	} rows[] = {
		{ "nothing", BYTES(""), true },
		{ "one byte of tag", BYTES("\x5a\x01\x11"), true },
		{ "two", BYTES("\x9f\x38\x01\x11"), true },
		{ "two, the second below 1F", BYTES("\x9f\x02\x01\x11"), true },
		{ "three", BYTES("\x9f\x81\x01\x01\x11"), true },
		{ "four", BYTES("\x9f\x81\x81\x01\x01\x11"), false },
		{ "a leading zero in a tag", BYTES("\x9f\x80\x01\x01\x11"), false },
		{ "a tag that ends within", BYTES("\x9f"), false },
		{ "a tag that ends within its third byte", BYTES("\x9f\x81"), false },
		{ "a tag without a length", BYTES("\x5a"), false },
		{ "an empty value", BYTES("\x5a\x00"), true },
		{ "an empty value in long form", BYTES("\x5a\x82\x00\x00"), true },
		{ "a length in two bytes, not needed", BYTES("\x5a\x81\x01\x11"), true },
		{ "a length in three bytes, not needed", BYTES("\x5a\x82\x00\x01\x11"), true },
		{ "a length in four bytes", BYTES("\x5a\x83\x00\x00\x01\x11"), false },
		{ "an indefinite length", BYTES("\x70\x80\x5a\x00\x00\x00"), false },
		{ "a length that ends within", BYTES("\x5a\x82\x00"), false },
		{ "a length of no bytes that follow", BYTES("\x5a\x81"), false },
		{ "one byte too few", BYTES("\x5a\x02\x11"), false },
		{ "64 KiB claimed", BYTES("\x5a\x82\xff\xff\x11"), false },
		{ "a length of 64 bits", BYTES("\x5a\x88\xff\xff\xff\xff\xff\xff\xff\xff"), false },
		{ "several", BYTES("\x5a\x01\x11\x5f\x34\x01\x00"), true },
		{ "the last of several lies", BYTES("\x5a\x01\x11\x5f\x34\x02\x00"), false },
		{ "zeros around", BYTES("\x00\x00\x5a\x01\x11\x00\x5b\x01\x11\x00"), true },
		{ "zeros alone", BYTES("\x00\x00"), true },
		{ "FF is no padding", BYTES("\x5a\x01\x11\xff"), false },
		{ "within another", BYTES("\x70\x04\x00\x5a\x01\x11"), true },
		{ "an empty constructed one", BYTES("\x70\x00"), true },
		{ "reaches beyond the one around it", BYTES("\x70\x03\x5a\x02\x11\x22"), false },
		{ "constructed, of two bytes", BYTES("\xbf\x0c\x03\x5a\x01\x11"), true },
		{ "constructed, of two bytes, with a lie", BYTES("\xbf\x0c\x02\x5a\x01"), false },
		{ "a lie in a primitive one is its own affair", BYTES("\x50\x02\x5a\x7f"), true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct ber_span span = { rows[i].bytes, rows[i].length };
		assert_int_equal(ber_valid(span), rows[i].valid);
	}
}

/* A copy at the end of its block of memory: reading beyond is noticed. */
static void nothing_is_read_beyond_the_end(void **state)
{
	static const uint8_t whole[] = "\x6f\x82\x00\x0e\xa5\x81\x0b\xbf\x0c\x82\x00\x06\x61\x04"
				       "\x9f\x38\x01\x11";
	(void)state;
	for (size_t length = 0; length < sizeof whole; length++) {
		uint8_t *bytes = malloc(length > 0 ? length : 1);
		assert_non_null(bytes);
		memcpy(bytes, whole, length);
		bool valid = ber_valid((struct ber_span){ bytes, length });
		assert_int_equal(valid, length == 0 || length == sizeof whole - 1);
		free(bytes);
	}
}

/* Constructed objects within each other, the innermost empty. */
static size_t nest(uint8_t *out, size_t depth)
{
	for (size_t i = 0; i < depth; i++) {
		out[2 * i] = 0x70;
		out[2 * i + 1] = (uint8_t)(2 * (depth - i - 1));
	}
	return 2 * depth;
}

static void depth_from_both_sides(void **state)
{
	uint8_t bytes[254];
	(void)state;
	size_t length = nest(bytes, BER_DEPTH_MAX);
	assert_true(ber_valid((struct ber_span){ bytes, length }));
	length = nest(bytes, BER_DEPTH_MAX + 1);
	assert_false(ber_valid((struct ber_span){ bytes, length }));
	length = nest(bytes, 60);
	assert_false(ber_valid((struct ber_span){ bytes, length }));
}

/* What a length of each form means, up to the largest that each can say. */
static void lengths_from_both_sides(void **state)
{
	static const struct {
		size_t head, value;
		uint8_t bytes[4];
	} rows[] = {
		{ 2, 0x7f, { 0x5a, 0x7f } },
		{ 3, 0x80, { 0x5a, 0x81, 0x80 } },
		{ 3, 0xff, { 0x5a, 0x81, 0xff } },
		{ 4, 0x100, { 0x5a, 0x82, 0x01, 0x00 } },
		{ 4, 0xffff, { 0x5a, 0x82, 0xff, 0xff } },
	};
	static uint8_t bytes[4 + 0xffff];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memcpy(bytes, rows[i].bytes, rows[i].head);
		struct ber_span span = { bytes, rows[i].head + rows[i].value - 1 };
		struct ber_object object = { .tag = 4711 };
		assert_false(ber_next(&span, &object));
		assert_int_equal(object.tag, 4711);
		assert_int_equal(span.length, rows[i].head + rows[i].value - 1);
		span.length++;
		assert_true(ber_next(&span, &object));
		assert_int_equal(object.tag, 0x5a);
		assert_ptr_equal(object.value.bytes, bytes + rows[i].head);
		assert_int_equal(object.value.length, rows[i].value);
		assert_int_equal(span.length, 0);
	}
}

static void one_after_the_other(void **state)
{
	static const uint8_t bytes[] = "\x00\x5a\x01\x11\x9f\x38\x81\x02\x22\x33\x00"
				       "\xdf\x81\x01\x00\x00\x00";
	static const struct {
		uint32_t tag;
		size_t at, length;
	} rows[] = { { 0x5a, 3, 1 }, { 0x9f38, 8, 2 }, { 0xdf8101, 15, 0 } };
	(void)state;
	struct ber_span span = { bytes, sizeof bytes - 1 };
	struct ber_object object;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_true(ber_next(&span, &object));
		assert_int_equal(object.tag, rows[i].tag);
		assert_ptr_equal(object.value.bytes, bytes + rows[i].at);
		assert_int_equal(object.value.length, rows[i].length);
	}
	assert_false(ber_next(&span, &object));
}

static void found_once_or_not(void **state)
{
	static const struct {
		const char *name;
		const uint8_t *bytes;
		size_t length;
		enum ber_status status;
		size_t at;
	} rows[] = {
		{ "alone", BYTES("\x5a\x01\x11"), BER_OK, 2 },
		{ "behind others", BYTES("\x57\x01\x5a\x00\x5a\x01\x22"), BER_OK, 6 },
		{ "empty", BYTES("\x5a\x00"), BER_OK, 2 },
		{ "absent", BYTES("\x5b\x01\x5a"), BER_ABSENT, 0 },
		{ "in nothing", BYTES(""), BER_ABSENT, 0 },
		{ "within another alone", BYTES("\x70\x03\x5a\x01\x11"), BER_ABSENT, 0 },
		{ "within another too", BYTES("\x70\x03\x5a\x01\x11\x5a\x01\x22"), BER_OK, 7 },
		{ "twice", BYTES("\x5a\x01\x11\x57\x00\x5a\x01\x11"), BER_TWICE, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct ber_span found = { 0 };
		struct ber_span span = { rows[i].bytes, rows[i].length };
		assert_int_equal(ber_find(&found, span, 0x5a), rows[i].status);
		assert_ptr_equal(found.bytes, rows[i].at > 0 ? rows[i].bytes + rows[i].at : NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes),
		cmocka_unit_test(nothing_is_read_beyond_the_end),
		cmocka_unit_test(depth_from_both_sides),
		cmocka_unit_test(lengths_from_both_sides),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(found_once_or_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
