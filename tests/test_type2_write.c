/* Writing emulated Type 2 tags, without a reader in between. */
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

static enum type2_status read_tag(struct type2_tag *tag, size_t *length)
{
	const struct card_link link = type2_tag_link(tag, true);
	memset(message, 0, sizeof message);
	return type2_read(&link, message, length);
}

static enum type2_status write_tag(struct type2_tag *tag, size_t length)
{
	const struct card_link link = type2_tag_link(tag, true);
	return type2_write(&link, content, length);
}

static void expect_read(struct type2_tag *tag, size_t length)
{
	size_t found = 0;
	assert_int_equal(read_tag(tag, &found), TYPE2_OK);
	assert_int_equal(found, length);
	assert_memory_equal(message, content, length);
}

static void written(void **state)
{
	static const struct {
		const char *name;
		enum type2_product product;
		size_t old, length;
		enum type2_status status;
		int pages; /* written */
	} rows[] = {
		{ "one byte on a new tag", TYPE2_NTAG216, 0, 1, TYPE2_OK, 1 },
		{ "one byte over an old message", TYPE2_NTAG216, 20, 1, TYPE2_OK, 2 },
		{ "with a terminator in a page of its own", TYPE2_NTAG216, 0, 2, TYPE2_OK, 2 },
		{ "one length byte", TYPE2_NTAG216, 0, 254, TYPE2_OK, 65 },
		{ "three length bytes", TYPE2_NTAG216, 0, 255, TYPE2_OK, 65 },
		{ "one length byte over three", TYPE2_NTAG216, 500, 100, TYPE2_OK, 27 },
		{ "three over three", TYPE2_NTAG216, 500, 300, TYPE2_OK, 78 },
		{ "a full NTAG213", TYPE2_NTAG213, 0, 137, TYPE2_OK, 35 },
		{ "all but one byte of an NTAG213", TYPE2_NTAG213, 30, 136, TYPE2_OK, 36 },
		{ "a byte too much for an NTAG213", TYPE2_NTAG213, 30, 138, TYPE2_NO_ROOM, 0 },
		{ "a credential for an NTAG213", TYPE2_NTAG213, 30, 321, TYPE2_NO_ROOM, 0 },
		{ "a full NTAG215", TYPE2_NTAG215, 30, 492, TYPE2_OK, 125 },
		{ "a byte too much for an NTAG215", TYPE2_NTAG215, 30, 493, TYPE2_NO_ROOM, 0 },
		{ "a full NTAG216", TYPE2_NTAG216, 30, 868, TYPE2_OK, 219 },
		{ "a byte too much for an NTAG216", TYPE2_NTAG216, 30, 869, TYPE2_NO_ROOM, 0 },
		{ "an NTAG203", TYPE2_NTAG203, 30, 40, TYPE2_READ_ONLY, 0 },
		{ "another product", TYPE2_LARGE, 30, 40, TYPE2_READ_ONLY, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type2_tag *tag = make(rows[i].product, rows[i].old);
		struct type2_tag before = *tag;
		assert_int_equal(write_tag(tag, rows[i].length), rows[i].status);
		assert_int_equal(tag->written, rows[i].pages);
		assert_false(tag->strayed);
		assert_true(tag->commands <= TYPE2_EXCHANGES_MAX);
		expect_read(tag, rows[i].status == TYPE2_OK ? rows[i].length : rows[i].old);
		/* All around the data is as it was, and so is what is not ours to write. */
		size_t end = DATA + before.memory[14] * 8U;
		assert_memory_equal(tag->memory, before.memory, DATA);
		assert_memory_equal(tag->memory + end, before.memory + end,
				    sizeof before.memory - end);
	}
	struct type2_tag *tag = make(TYPE2_NTAG216, 20);
	const struct card_link link = type2_tag_link(tag, true);
	static uint8_t endless[70000];
	assert_int_equal(type2_write(&link, endless, sizeof endless), TYPE2_NO_ROOM);
}

/* The TLV begins at each place of a page: three length bytes then lie in two. */
static void written_wherever_it_begins(void **state)
{
	static const size_t lengths[] = { 1, 100, 254, 255, 600 };
	(void)state;
	for (size_t shift = 0; shift < 8; shift++) {
		for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
			struct type2_tag *tag = make(TYPE2_NTAG216, 0);
			memset(tag->memory + DATA, 0, 872);
			memcpy(tag->memory + DATA + shift, "\x03\x03xyz\xfe", 6);
			assert_int_equal(write_tag(tag, lengths[i]), TYPE2_OK);
			expect_read(tag, lengths[i]);
			for (size_t k = 0; k < shift; k++) {
				assert_int_equal(tag->memory[DATA + k], 0);
			}
		}
	}
}

/* Bits that forbid a page to be written, each on both sides of what the message needs. */
static void locks(void **state)
{
	static const struct {
		const char *name;
		enum type2_product product;
		size_t length;
		size_t at; /* [byte] address; from 0x400 on from the lock page */
		uint8_t value;
		enum type2_status status;
	} rows[] = {
#define LOCKS 0x400
		{ "none", TYPE2_NTAG216, 300, 10, 0x00, TYPE2_OK },
		{ "the locks' own locks", TYPE2_NTAG216, 300, 10, 0x07, TYPE2_OK },
		{ "the container", TYPE2_NTAG216, 300, 10, 0x08, TYPE2_OK },
		{ "page 4", TYPE2_NTAG216, 300, 10, 0x10, TYPE2_READ_ONLY },
		{ "page 7", TYPE2_NTAG216, 300, 10, 0x80, TYPE2_READ_ONLY },
		{ "page 8", TYPE2_NTAG216, 300, 11, 0x01, TYPE2_READ_ONLY },
		{ "page 15", TYPE2_NTAG216, 300, 11, 0x80, TYPE2_READ_ONLY },
		{ "page 15, not needed", TYPE2_NTAG216, 40, 11, 0x80, TYPE2_OK },
		{ "page 15, the terminator's", TYPE2_NTAG216, 42, 11, 0x80, TYPE2_READ_ONLY },
		{ "pages 16 to 31", TYPE2_NTAG216, 300, LOCKS, 0x01, TYPE2_READ_ONLY },
		{ "pages 80 to 95", TYPE2_NTAG216, 301, LOCKS, 0x10, TYPE2_READ_ONLY },
		{ "pages 80 to 95, the last needed", TYPE2_NTAG216, 300, LOCKS, 0x10,
		  TYPE2_READ_ONLY },
		{ "pages 80 to 95, just not needed", TYPE2_NTAG216, 299, LOCKS, 0x10, TYPE2_OK },
		{ "pages 208 to 223", TYPE2_NTAG216, 868, LOCKS + 1, 0x10, TYPE2_READ_ONLY },
		{ "the dynamic locks' own locks", TYPE2_NTAG216, 868, LOCKS + 2, 0xff, TYPE2_OK },
		{ "pages 112 to 127 of an NTAG215", TYPE2_NTAG215, 492, LOCKS, 0x40,
		  TYPE2_READ_ONLY },
		{ "pages 128 and 129 of an NTAG215", TYPE2_NTAG215, 492, LOCKS, 0x80, TYPE2_OK },
		{ "pages 16 and 17 of an NTAG213", TYPE2_NTAG213, 100, LOCKS, 0x01,
		  TYPE2_READ_ONLY },
		{ "pages 38 and 39 of an NTAG213", TYPE2_NTAG213, 137, LOCKS + 1, 0x08,
		  TYPE2_READ_ONLY },
		{ "pages 38 and 39, not needed", TYPE2_NTAG213, 120, LOCKS + 1, 0x08, TYPE2_OK },
		{ "a password from the last page on", TYPE2_NTAG216, 300, LOCKS + 7, 80,
		  TYPE2_READ_ONLY },
		{ "a password from the page behind", TYPE2_NTAG216, 300, LOCKS + 7, 81, TYPE2_OK },
		{ "the container says no", TYPE2_NTAG216, 300, 15, 0x0f, TYPE2_READ_ONLY },
		{ "not formatted", TYPE2_NTAG216, 300, 12, 0x00, TYPE2_NO_NDEF },
		{ "no message to replace", TYPE2_NTAG216, 300, DATA, 0xfe, TYPE2_NO_NDEF },
		{ "it claims all that an NTAG215 has", TYPE2_NTAG215, 50, 14, 0x3f, TYPE2_OK },
		{ "it claims more", TYPE2_NTAG215, 50, 14, 0x40, TYPE2_MALFORMED },
		{ "locks amidst the data", TYPE2_NTAG213, 50, DATA + 2, 0x9f, TYPE2_NO_NDEF },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type2_tag *tag = make(rows[i].product, 20);
		size_t at =
			rows[i].at < LOCKS ? rows[i].at : tag->lock_page * 4 + rows[i].at - LOCKS;
		tag->memory[at] = rows[i].value;
		assert_int_equal(write_tag(tag, rows[i].length), rows[i].status);
		assert_false(tag->strayed);
		assert_true(rows[i].status == TYPE2_OK || tag->written == 0);
	}
}

/* Which versions are an NTAG's: not its relatives' with a field of their own. */
static void versions(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		enum type2_status status;
	} rows[] = {
		{ "another maker's", 1, 0x53, TYPE2_OK },
		{ "a MIFARE Ultralight EV1", 2, 0x03, TYPE2_READ_ONLY },
		{ "an NTAG I2C", 3, 0x05, TYPE2_READ_ONLY },
		{ "major version 2", 4, 0x02, TYPE2_READ_ONLY },
		{ "minor version 1", 5, 0x01, TYPE2_OK },
		{ "an NTAG210", 6, 0x0b, TYPE2_READ_ONLY },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct type2_tag *tag = make(TYPE2_NTAG216, 20);
		tag->version[rows[i].at] = rows[i].value;
		assert_int_equal(write_tag(tag, 300), rows[i].status);
		assert_true(rows[i].status == TYPE2_OK || tag->written == 0);
	}
}

static void not_kept(void **state)
{
	(void)state;
	struct type2_tag *tag = make(TYPE2_NTAG216, 20);
	tag->manner = TYPE2_WORN;
	assert_int_equal(write_tag(tag, 30), TYPE2_DIFFERENT);
	tag = make(TYPE2_NTAG216, 20);
	tag->manner = TYPE2_STUCK;
	assert_int_equal(write_tag(tag, 30), TYPE2_READ_ONLY);
	expect_read(tag, 20);
	tag = make(TYPE2_NTAG216, 20);
	tag->manner = TYPE2_MUTE;
	assert_int_equal(write_tag(tag, 30), TYPE2_NO_NDEF);
}

/* A command that goes amiss once is asked again, whichever it is. */
static void missed_commands(void **state)
{
	(void)state;
	for (int at = 1; at <= 86; at++) {
		struct type2_tag *tag = make(TYPE2_NTAG216, 20);
		tag->mute_at = at;
		assert_int_equal(write_tag(tag, 300), TYPE2_OK);
		expect_read(tag, 300);
	}
}

/* Torn at each command of a writing: the old message, none, or the new one; never a mixture. */
static void torn_while_written(void **state)
{
	static const struct {
		const char *name;
		enum type2_product product;
		size_t shift, old, length;
	} rows[] = {
		{ "three bytes over one", TYPE2_NTAG216, 0, 20, 300 },
		{ "one byte over three", TYPE2_NTAG216, 0, 300, 20 },
		{ "on a new tag", TYPE2_NTAG216, 0, 0, 300 },
		{ "behind the lock control", TYPE2_NTAG213, 0, 20, 130 },
		{ "with its length in two pages", TYPE2_NTAG216, 2, 20, 300 },
		{ "with its type in another page", TYPE2_NTAG216, 3, 20, 300 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		size_t old = rows[i].old;
		enum type2_status status = TYPE2_LOST;
		bool emptied = false;
		for (int at = 1; status == TYPE2_LOST; at++) {
			assert_true(at < 120);
			struct type2_tag *tag = make(rows[i].product, old);
			memmove(tag->memory + DATA + rows[i].shift, tag->memory + DATA, 400);
			memset(tag->memory + DATA, 0, rows[i].shift);
			tag->tear_at = at;
			status = write_tag(tag, rows[i].length);
			tag->tear_at = 0;
			tag->idle = false;
			size_t found = 0;
			enum type2_status now = read_tag(tag, &found);
			if (now == TYPE2_NO_NDEF) {
				emptied = true;
				continue;
			}
			assert_int_equal(now, TYPE2_OK);
			assert_int_equal(found, emptied ? rows[i].length : old);
			assert_memory_equal(message, content, found);
		}
		assert_int_equal(status, TYPE2_OK);
		assert_true(emptied);
		assert_true(old == 0 || status == TYPE2_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written),
		cmocka_unit_test(written_wherever_it_begins),
		cmocka_unit_test(locks),
		cmocka_unit_test(versions),
		cmocka_unit_test(not_kept),
		cmocka_unit_test(missed_commands),
		cmocka_unit_test(torn_while_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
