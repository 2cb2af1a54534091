/* The tag procedure against emulated tags, without a reader in between. */
#include "reader/type4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/type4_tag.h"

static uint8_t response[TAG_RESPONSE_MAX];
static uint8_t message[TYPE4_MESSAGE_MAX];
static uint8_t content[TYPE4_MESSAGE_MAX];

/* A reader's side: what does not fit is reported as too long. */
static int ask_tag(void *context, uint8_t *out, const uint8_t *command, size_t length)
{
	size_t got = type4_tag_answer(context, response, command, length);
	if (got > CARD_RESPONSE_MAX) {
		return CARD_RESPONSE_MAX + 1;
	}
	memcpy(out, response, got);
	return (int)got;
}

static struct type4_tag *make(size_t length)
{
	static struct type4_tag tag;
	for (size_t i = 0; i < sizeof content; i++) {
		content[i] = (uint8_t)(i * 13 + i / 251);
	}
	type4_tag_make(&tag, content, length);
	return &tag;
}

static enum type4_status read_tag(struct type4_tag *tag, size_t *length)
{
	const struct card_link link = { .transceive = ask_tag, .context = tag };
	memset(message, 0, sizeof message);
	return type4_read(&link, message, length);
}

static void expect_read(struct type4_tag *tag, size_t length)
{
	size_t found = 0;
	assert_int_equal(read_tag(tag, &found), TYPE4_OK);
	assert_int_equal(found, length);
	assert_memory_equal(message, content, length);
}

static void expect_not_read(struct type4_tag *tag, enum type4_status status)
{
	size_t found = 4711;
	assert_int_equal(read_tag(tag, &found), status);
	assert_int_equal(found, 4711);
}

static void read_in_parts(void **state)
{
	static const struct {
		size_t length, read_max;
		bool extended;
		int apdus;
	} rows[] = {
		{ 1, 255, false, 5 },     { 253, 255, false, 5 }, { 254, 255, false, 6 },
		{ 254, 256, false, 5 },   { 255, 256, false, 6 }, { 510, 65535, false, 6 },
		{ 511, 65535, false, 7 }, { 13, 15, false, 5 },   { 14, 15, false, 6 },
		{ 251, 255, true, 6 },    { 252, 255, true, 7 },  { 8000, 255, true, 37 },
		{ 40, 3, false, 18 },     { 40, 2, false, 25 },   { 40, 1, false, 46 },
		{ 1, 4, true, 7 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %zu by %zu\n", rows[i].length, rows[i].read_max);
		struct type4_tag *tag = make(rows[i].length);
		if (rows[i].extended) {
			type4_tag_extend(tag);
		}
		type4_tag_limit(tag, rows[i].read_max, 255, 8192);
		expect_read(tag, rows[i].length);
		assert_int_equal(tag->apdus, rows[i].apdus);
	}
}

/* The longest message, and one byte more; the file full to the last byte, and claimed beyond. */
static void lengths_from_both_sides(void **state)
{
	(void)state;
	struct type4_tag *tag = make(TYPE4_MESSAGE_MAX);
	type4_tag_limit(tag, 255, 255, 16384);
	expect_read(tag, TYPE4_MESSAGE_MAX);
	tag->file[1]++;
	expect_not_read(tag, TYPE4_MALFORMED);

	tag = make(300);
	type4_tag_limit(tag, 255, 255, 302);
	expect_read(tag, 300);
	tag->file[1]++;
	expect_not_read(tag, TYPE4_MALFORMED);

	tag = make(300);
	type4_tag_extend(tag);
	type4_tag_limit(tag, 255, 255, 304);
	expect_read(tag, 300);
	tag->file[3]++;
	expect_not_read(tag, TYPE4_MALFORMED);
	tag->file[0] = 0xff;
	expect_not_read(tag, TYPE4_MALFORMED);
}

/* The most that two bytes of a length can claim, in a file that claims the room: nothing of it is
 * read. */
static void claims_64_kib(void **state)
{
	(void)state;
	struct type4_tag *tag = make(300);
	type4_tag_limit(tag, 255, 255, 16384);
	tag->cc[11] = 0xff;
	tag->cc[12] = 0xff;
	tag->file[0] = 0xff;
	tag->file[1] = 0xfd;
	expect_not_read(tag, TYPE4_MALFORMED);
	assert_in_range(tag->apdus, 1, 6);
}

static void containers(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		enum type4_status status;
	} rows[] = {
		{ "as it is", 0, 0x00, TYPE4_OK },
		{ "with further TLVs", 1, 0x17, TYPE4_OK },
		{ "too short", 1, 0x0e, TYPE4_MALFORMED },
		{ "mapping 1.0", 2, 0x10, TYPE4_NO_NDEF },
		{ "mapping 2.1", 2, 0x21, TYPE4_OK },
		{ "mapping 3.0 with a short TLV", 2, 0x30, TYPE4_OK },
		{ "mapping 4.0", 2, 0x40, TYPE4_NO_NDEF },
		{ "no MLe", 4, 0x00, TYPE4_MALFORMED },
		{ "no MLc", 6, 0x00, TYPE4_MALFORMED },
		{ "another TLV first", 7, 0x05, TYPE4_MALFORMED },
		{ "a TLV of another length", 8, 0x07, TYPE4_MALFORMED },
		{ "an extended TLV without its bytes", 7, 0x06, TYPE4_MALFORMED },
		{ "the CC as NDEF file", 10, 0x03, TYPE4_MALFORMED },
		{ "a file that is not there", 10, 0x05, TYPE4_MALFORMED },
		{ "a file of no room", 11, 0x00, TYPE4_MALFORMED },
		{ "not for everyone to read", 13, 0x80, TYPE4_NO_NDEF },
		{ "not to be written", 14, 0xff, TYPE4_OK },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type4_tag *tag = make(100);
		type4_tag_limit(tag, 200, 200, 0x0102);
		tag->cc[rows[i].at] = rows[i].value;
		tag->cc[12] = rows[i].at == 11 ? 0x02 : tag->cc[12];
		if (rows[i].status == TYPE4_OK) {
			expect_read(tag, 100);
		} else {
			expect_not_read(tag, rows[i].status);
		}
	}
}

/* The control TLV of mapping 3.0, whose size has four bytes. */
static void extended_containers(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		enum type4_status status;
	} rows[] = {
		{ "as it is", 2, 0x30, TYPE4_OK },
		{ "mapping 3.1", 2, 0x31, TYPE4_OK },
		{ "mapping 2.0", 2, 0x20, TYPE4_MALFORMED },
		{ "mapping 4.0", 2, 0x40, TYPE4_NO_NDEF },
		{ "with further TLVs", 1, 0x19, TYPE4_OK },
		{ "a byte too short", 1, 0x10, TYPE4_MALFORMED },
		{ "the length of a short TLV", 8, 0x06, TYPE4_MALFORMED },
		{ "a length beyond it", 8, 0x09, TYPE4_MALFORMED },
		{ "a reserved file", 9, 0xff, TYPE4_MALFORMED },
		{ "a file that is not there", 10, 0x05, TYPE4_MALFORMED },
		{ "a file that the message fills", 14, 104, TYPE4_OK },
		{ "a byte less", 14, 103, TYPE4_MALFORMED },
		{ "room for the length alone", 14, 4, TYPE4_MALFORMED },
		{ "4 GiB", 11, 0xff, TYPE4_OK },
		{ "not for everyone to read", 15, 0x80, TYPE4_NO_NDEF },
		{ "not to be written", 16, 0xff, TYPE4_OK },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type4_tag *tag = make(100);
		type4_tag_extend(tag);
		type4_tag_limit(tag, 200, 200, 200);
		tag->cc[10] = rows[i].at == 9 ? 0xff : tag->cc[10];
		tag->cc[rows[i].at] = rows[i].value;
		if (rows[i].status == TYPE4_OK) {
			expect_read(tag, 100);
		} else {
			expect_not_read(tag, rows[i].status);
		}
	}
}

static void manners(void **state)
{
	static const struct {
		const char *name;
		enum tag_manner manner;
		enum type4_status status;
	} rows[] = {
		{ "no NDEF", TAG_NO_NDEF, TYPE4_NO_NDEF },
		{ "garbage", TAG_GARBAGE, TYPE4_NO_NDEF },
		{ "empty answers", TAG_EMPTY_ANSWER, TYPE4_MALFORMED },
		{ "one byte", TAG_ONE_BYTE, TYPE4_MALFORMED },
		{ "exact", TAG_EXACT, TYPE4_OK },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type4_tag *tag = make(400);
		tag->manner = rows[i].manner;
		if (rows[i].status == TYPE4_OK) {
			expect_read(tag, 400);
		} else {
			expect_not_read(tag, rows[i].status);
		}
	}
	expect_not_read(make(0), TYPE4_NO_NDEF);
}

static void torn_at_each_apdu(void **state)
{
	(void)state;
	for (int at = 1; at <= 7; at++) {
		struct type4_tag *tag = make(400);
		tag->tear_at = at;
		if (at <= 6) {
			expect_not_read(tag, TYPE4_LOST);
		} else {
			expect_read(tag, 400);
		}
	}
}

/* A message in single bytes would take thousands of exchanges: they are counted. */
static void exchanges_are_bounded(void **state)
{
	(void)state;
	struct type4_tag *tag = make(5000);
	type4_tag_limit(tag, 1, 255, 8192);
	expect_not_read(tag, TYPE4_MALFORMED);
	assert_int_equal(tag->apdus, TYPE4_EXCHANGES_MAX);
}

static enum type4_status write_tag(struct type4_tag *tag, size_t length)
{
	const struct card_link link = { .transceive = ask_tag, .context = tag };
	return type4_write(&link, content, length);
}

static void written(void **state)
{
	static const struct {
		const char *name;
		size_t length, write_max, file_size;
		bool extended;
		enum type4_status status;
		int apdus; /* reading back included; 0: not counted */
	} rows[] = {
		{ "one byte", 1, 255, 8192, false, TYPE4_OK, 8 },
		{ "as much as one command holds", 255, 255, 8192, false, TYPE4_OK, 9 },
		{ "a byte more", 256, 255, 8192, false, TYPE4_OK, 10 },
		{ "by 13", 26, 13, 8192, false, TYPE4_OK, 9 },
		{ "a byte more by 13", 27, 13, 8192, false, TYPE4_OK, 10 },
		{ "by one", 300, 1, 8192, false, TYPE4_OK, 0 },
		{ "MLc beyond a short command, mapping 3", 255, 65535, 8192, true, TYPE4_OK, 10 },
		{ "a file that it fills", 1000, 255, 1002, false, TYPE4_OK, 0 },
		{ "a file a byte too small", 1000, 255, 1001, false, TYPE4_NO_ROOM, 4 },
		{ "a file that it fills, mapping 3", 1000, 65535, 1004, true, TYPE4_OK, 0 },
		{ "a file a byte too small, mapping 3", 1000, 54, 1003, true, TYPE4_NO_ROOM, 5 },
		{ "the longest", TYPE4_MESSAGE_MAX, 255, 16384, false, TYPE4_OK, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct type4_tag *tag = make(20);
		memset(tag->file + 2, 0xee, 20);
		if (rows[i].extended) {
			type4_tag_extend(tag);
		}
		type4_tag_limit(tag, 255, rows[i].write_max, rows[i].file_size);
		print_message("  %s\n", rows[i].name);
		assert_int_equal(write_tag(tag, rows[i].length), rows[i].status);
		assert_true(rows[i].apdus == 0 || tag->apdus == rows[i].apdus);
		if (rows[i].status == TYPE4_OK) {
			expect_read(tag, rows[i].length);
		} else {
			size_t length = 0;
			type4_tag_message(tag, &length);
			assert_int_equal(length, 20);
		}
	}
}

static void not_written(void **state)
{
	(void)state;
	struct type4_tag *tag = make(20);
	type4_tag_lock(tag);
	assert_int_equal(write_tag(tag, 30), TYPE4_READ_ONLY);
	tag = make(20);
	tag->read_only = true; /* it does not say so in the CC */
	assert_int_equal(write_tag(tag, 30), TYPE4_READ_ONLY);
	tag = make(20);
	tag->manner = TAG_WORN;
	assert_int_equal(write_tag(tag, 30), TYPE4_DIFFERENT);
	tag = make(20);
	tag->manner = TAG_NO_NDEF;
	assert_int_equal(write_tag(tag, 30), TYPE4_NO_NDEF);
}

/* Torn at each APDU of a writing: the old message, none, or the new one; never a mixture. */
static void torn_while_written(void **state)
{
	(void)state;
	for (int at = 1; at <= 13; at++) {
		struct type4_tag *tag = make(20);
		memset(tag->file + 2, 0xee, 20);
		tag->tear_at = at;
		enum type4_status status = write_tag(tag, 600);
		assert_int_equal(status, at <= 12 ? TYPE4_LOST : TYPE4_OK);
		size_t length = 0;
		const uint8_t *now = type4_tag_message(tag, &length);
		assert_int_equal(length, at <= 5 ? 20 : at <= 9 ? 0 : 600);
		assert_true(length != 600 || memcmp(now, content, 600) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_in_parts),
		cmocka_unit_test(lengths_from_both_sides),
		cmocka_unit_test(claims_64_kib),
		cmocka_unit_test(containers),
		cmocka_unit_test(extended_containers),
		cmocka_unit_test(manners),
		cmocka_unit_test(torn_at_each_apdu),
		cmocka_unit_test(exchanges_are_bounded),
		cmocka_unit_test(written),
		cmocka_unit_test(not_written),
		cmocka_unit_test(torn_while_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
