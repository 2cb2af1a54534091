/* Reading emulated Type 2 tags, without a reader in between. */
#include "reader/type2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/type2_tag.h"

#define DATA 16 /* [byte] address of the first TLV */

static uint8_t message[TYPE2_MESSAGE_MAX];
static uint8_t content[TYPE2_MESSAGE_MAX];

static struct type2_tag *make(enum type2_product product, size_t length)
{
	static struct type2_tag tag;
	for (size_t i = 0; i < sizeof content; i++) {
		content[i] = (uint8_t)(i * 13 + i / 251 + 1);
	}
	type2_tag_make(&tag, product, content, length);
	return &tag;
}

/* With a link that can select the card again, or cannot. */
static enum type2_status read_by(struct type2_tag *tag, size_t *length, bool again)
{
	const struct card_link link = type2_tag_link(tag, again);
	memset(message, 0, sizeof message);
	return type2_read(&link, message, length);
}

static void expect_read(struct type2_tag *tag, size_t length)
{
	size_t found = 0;
	assert_int_equal(read_by(tag, &found, true), TYPE2_OK);
	assert_int_equal(found, length);
	assert_memory_equal(message, content, length);
}

static void expect_not_read(struct type2_tag *tag, enum type2_status status)
{
	size_t found = 4711;
	assert_int_equal(read_by(tag, &found, true), status);
	assert_int_equal(found, 4711);
}

/* Each product full to the last byte of its capacity, and how few commands that takes. */
static void read_in_few_commands(void **state)
{
	static const struct {
		const char *name;
		enum type2_product product;
		size_t length;
		int commands, commands_by_read;
	} rows[] = {
		{ "one byte", TYPE2_NTAG216, 1, 1, 1 },
		{ "what one READ holds", TYPE2_NTAG216, 6, 1, 1 },
		{ "a byte more", TYPE2_NTAG216, 7, 2, 2 },
		{ "what two hold", TYPE2_NTAG216, 22, 2, 3 },
		{ "a FAST_READ instead of two more", TYPE2_NTAG216, 23, 2, 3 },
		{ "the longest of one length byte", TYPE2_NTAG216, 254, 3, 18 },
		{ "the shortest of three", TYPE2_NTAG216, 255, 3, 18 },
		{ "a whole answer", TYPE2_NTAG216, 244, 2, 17 },
		{ "a byte more than an answer", TYPE2_NTAG216, 247, 3, 17 },
		{ "a credential", TYPE2_NTAG215, 321, 3, 22 },
		{ "a full NTAG213", TYPE2_NTAG213, 144 - 5 - 2, 2, 11 },
		{ "a full NTAG203", TYPE2_NTAG203, 144 - 5 - 2, 12, 11 },
		{ "a full NTAG215", TYPE2_NTAG215, 496 - 4, 4, 33 },
		{ "a full NTAG216", TYPE2_NTAG216, 872 - 4, 5, 56 },
		{ "the largest there is", TYPE2_LARGE, 1000 - 4, 6, 64 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type2_tag *tag = make(rows[i].product, rows[i].length);
		expect_read(tag, rows[i].length);
		assert_int_equal(tag->commands, rows[i].commands);

		size_t found = 0;
		tag = make(rows[i].product, rows[i].length);
		assert_int_equal(read_by(tag, &found, false), TYPE2_OK);
		assert_int_equal(found, rows[i].length);
		assert_memory_equal(message, content, found);
		assert_int_equal(tag->commands, rows[i].commands_by_read);
	}
}

static void containers(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		enum type2_status status;
	} rows[] = {
		{ "as it is", 0, 0xe1, TYPE2_OK },
		{ "not formatted", 0, 0x00, TYPE2_NO_NDEF },
		{ "another magic", 0, 0xe2, TYPE2_NO_NDEF },
		{ "version 0.9", 1, 0x09, TYPE2_NO_NDEF },
		{ "version 1.2", 1, 0x12, TYPE2_OK },
		{ "version 2.0", 1, 0x20, TYPE2_NO_NDEF },
		{ "no room at all", 2, 0, TYPE2_MALFORMED },
		{ "room for the message", 2, 13, TYPE2_OK },
		{ "room for less", 2, 12, TYPE2_MALFORMED },
		{ "more than there is", 2, 0xff, TYPE2_OK },
		{ "not to be written", 3, 0x0f, TYPE2_OK },
		{ "not for everyone to read", 3, 0x80, TYPE2_NO_NDEF },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type2_tag *tag = make(TYPE2_NTAG216, 100);
		tag->memory[12 + rows[i].at] = rows[i].value;
		if (rows[i].status == TYPE2_OK) {
			expect_read(tag, 100);
		} else {
			expect_not_read(tag, rows[i].status);
		}
	}
}

/* What lies where the TLVs are, on an NTAG216. */
static void layouts(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
		size_t length;
		enum type2_status status;
		size_t found;
	} rows[] = {
#define BYTES(literal) (literal), sizeof(literal) - 1
		{ "one message", BYTES("\x03\x02pq\xfe"), TYPE2_OK, 2 },
		{ "without a terminator", BYTES("\x03\x02pq"), TYPE2_OK, 2 },
		{ "behind NULLs", BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\x03\x02pq\xfe"), TYPE2_OK, 2 },
		{ "behind locks amidst the data", BYTES("\x01\x03\xa0\x10\x44\x03\x02pq"),
		  TYPE2_NO_NDEF, 0 },
		{ "behind locks of an NTAG216", BYTES("\x01\x03\xe2\x13\x46\x03\x02pq\xfe"),
		  TYPE2_OK, 2 },
		{ "behind reserved bytes amidst the data",
		  BYTES("\x02\x03\x18\x01\x04\x03\x02pq\xfe"), TYPE2_NO_NDEF, 0 },
		{ "behind reserved bytes before the data",
		  BYTES("\x02\x03\x0c\x04\x04\x03\x02pq\xfe"), TYPE2_OK, 2 },
		{ "behind reserved bytes that reach into it",
		  BYTES("\x02\x03\x0c\x05\x04\x03\x02pq\xfe"), TYPE2_NO_NDEF, 0 },
		{ "behind 256 reserved bytes", BYTES("\x02\x03\x00\x00\x04\x03\x02pq\xfe"),
		  TYPE2_NO_NDEF, 0 },
		{ "a lock control of two bytes", BYTES("\x01\x02\xe2\x13\x03\x02pq\xfe"),
		  TYPE2_MALFORMED, 0 },
		{ "a memory control of four", BYTES("\x02\x04\xe2\x13\x46\x46\x03\x02pq\xfe"),
		  TYPE2_MALFORMED, 0 },
		{ "behind something proprietary", BYTES("\xfd\x03xyz\x03\x02pq\xfe"), TYPE2_OK, 2 },
		{ "behind an unknown TLV", BYTES("\x42\x00\x03\x02pq\xfe"), TYPE2_OK, 2 },
		{ "two messages: the first", BYTES("\x03\x02pq\x03\x01z\xfe"), TYPE2_OK, 2 },
		{ "behind the terminator", BYTES("\xfe\x03\x02pq"), TYPE2_NO_NDEF, 0 },
		{ "an empty message", BYTES("\x03\x00\xfe"), TYPE2_NO_NDEF, 0 },
		{ "nothing but NULLs", BYTES("\0"), TYPE2_NO_NDEF, 0 },
		{ "three bytes for 254", BYTES("\x03\xff\x00\xfe"), TYPE2_MALFORMED, 0 },
		{ "three bytes for none", BYTES("\x03\xff\x00\x00"), TYPE2_MALFORMED, 0 },
		{ "64 KiB", BYTES("\x03\xff\xff\xfe"), TYPE2_MALFORMED, 0 },
		{ "the reserved length", BYTES("\x03\xff\xff\xff"), TYPE2_MALFORMED, 0 },
		{ "a byte beyond the data", BYTES("\x03\xff\x03\x65"), TYPE2_MALFORMED, 0 },
		{ "something proprietary beyond the data", BYTES("\xfd\xff\x03\x65"),
		  TYPE2_MALFORMED, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type2_tag *tag = make(TYPE2_NTAG216, 0);
		memset(tag->memory + DATA, 0, 872);
		memcpy(tag->memory + DATA, rows[i].bytes, rows[i].length);
		size_t found = 0;
		assert_int_equal(read_by(tag, &found, true), rows[i].status);
		assert_int_equal(found, rows[i].found);
		assert_memory_equal(message, "pq", found);
	}
}

/* A TLV that begins in the last bytes of the data, whole and cut off. */
static void at_the_end_of_the_data(void **state)
{
	static const struct {
		const char *bytes;
		size_t length, from_end;
		enum type2_status status;
	} rows[] = {
		{ "\x03\x01x", 3, 3, TYPE2_OK },
		{ "\x03\x01", 2, 2, TYPE2_MALFORMED },
		{ "\x03", 1, 1, TYPE2_MALFORMED },
		{ "\x03\xff\x01", 3, 3, TYPE2_MALFORMED },
		{ "\x03\xff\x00\xff", 4, 4, TYPE2_MALFORMED },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct type2_tag *tag = make(TYPE2_NTAG216, 0);
		memset(tag->memory + DATA, 0, 888);
		memcpy(tag->memory + DATA + 872 - rows[i].from_end, rows[i].bytes, rows[i].length);
		size_t found = 0;
		assert_int_equal(read_by(tag, &found, true), rows[i].status);
	}
}

/* A tag claims more than it has: what READ wraps round to is never asked for beyond its end. */
static void less_than_it_claims(void **state)
{
	(void)state;
	struct type2_tag *tag = make(TYPE2_NTAG213, 0);
	tag->memory[14] = 0xff;
	memcpy(tag->memory + DATA, "\x03\xff\x03\xec", 4); /* 1004 bytes: all that is addressable */
	expect_not_read(tag, TYPE2_MALFORMED);

	tag = make(TYPE2_NTAG203, 0);
	tag->memory[14] = 0xff;
	memset(tag->memory + DATA, 0, 144); /* NULLs without end */
	expect_not_read(tag, TYPE2_MALFORMED);
	assert_true(tag->commands < 20);

	tag = make(TYPE2_LARGE, 0);
	tag->memory[14] = 0xff;
	memset(tag->memory + DATA, 0, 1008);
	expect_not_read(tag, TYPE2_NO_NDEF);
	assert_int_equal(tag->commands, 64);

	tag = make(TYPE2_LARGE, 0);
	tag->memory[14] = 0xff;
	memcpy(tag->memory + DATA, "\x03\xff\x03\xec", 4);
	memcpy(tag->memory + DATA + 4, content, TYPE2_MESSAGE_MAX);
	expect_read(tag, TYPE2_MESSAGE_MAX);
	tag->memory[DATA + 3]++;
	expect_not_read(tag, TYPE2_MALFORMED);
}

static void manners(void **state)
{
	static const struct {
		const char *name;
		enum type2_manner manner;
		enum type2_status status;
	} rows[] = {
		{ "mute", TYPE2_MUTE, TYPE2_NO_NDEF },
		{ "garbage", TYPE2_GARBAGE, TYPE2_MALFORMED },
		{ "a byte less", TYPE2_SHORT, TYPE2_MALFORMED },
		{ "a byte more", TYPE2_OVERLONG, TYPE2_MALFORMED },
		{ "without end", TYPE2_ENDLESS, TYPE2_MALFORMED },
		{ "cannot be written", TYPE2_STUCK, TYPE2_OK },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type2_tag *tag = make(TYPE2_NTAG216, 400);
		tag->manner = rows[i].manner;
		if (rows[i].status == TYPE2_OK) {
			expect_read(tag, 400);
		} else {
			expect_not_read(tag, rows[i].status);
		}
	}
}

/* FAST_READ answered with a page more than was asked for, and pages that ask for a password. */
static void refused_to_be_read(void **state)
{
	static const struct {
		const char *name;
		uint8_t protected_from;
		enum type2_status status;
	} rows[] = {
		{ "all of it", 0, TYPE2_NO_NDEF },
		{ "amidst the message", 50, TYPE2_MALFORMED },
		{ "its last page", 104, TYPE2_MALFORMED },
		{ "the page behind it", 105, TYPE2_OK },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type2_tag *tag = make(TYPE2_NTAG216, 400);
		tag->memory[tag->lock_page * 4 + 7] = rows[i].protected_from;
		tag->memory[tag->lock_page * 4 + 8] = 0x80;
		if (rows[i].status == TYPE2_OK) {
			expect_read(tag, 400);
		} else {
			expect_not_read(tag, rows[i].status);
		}
	}
}

/* A command that goes amiss once is asked again, whichever it is. */
static void missed_commands(void **state)
{
	(void)state;
	for (int at = 1; at <= 3; at++) {
		struct type2_tag *tag = make(TYPE2_NTAG216, 300);
		tag->mute_at = at;
		expect_read(tag, 300);
		size_t found = 0;
		tag = make(TYPE2_NTAG216, 300);
		tag->mute_at = at;
		assert_int_equal(read_by(tag, &found, false), TYPE2_LOST);
	}
}

static void torn_at_each_command(void **state)
{
	(void)state;
	for (int at = 1; at <= 5; at++) {
		struct type2_tag *tag = make(TYPE2_NTAG216, 400);
		tag->tear_at = at;
		if (at <= 3) {
			expect_not_read(tag, TYPE2_LOST);
		} else {
			expect_read(tag, 400);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_in_few_commands),
		cmocka_unit_test(containers),
		cmocka_unit_test(layouts),
		cmocka_unit_test(at_the_end_of_the_data),
		cmocka_unit_test(less_than_it_claims),
		cmocka_unit_test(manners),
		cmocka_unit_test(refused_to_be_read),
		cmocka_unit_test(missed_commands),
		cmocka_unit_test(torn_at_each_command),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
