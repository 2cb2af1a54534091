/* The reading of bank cards against emulated ones, without a reader in between. */
#include "reader/emv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emv_card.h"
#include "tests/emv_expect.h"

#define NUMBER      "6229261234567890"
#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static const uint8_t visa[] = { 0xa0, 0x00, 0x00, 0x00, 0x03, 0x10, 0x10 };

static struct emv_card card;

static void expect(enum emv_status status, const char *number, int sequence, int exchanges)
{
	emv_expect(&card, status, number, sequence, exchanges);
}

typedef void maker(struct emv_card *card, const char *number, int sequence);

static void cards(void **state)
{
	static const struct {
		const char *name;
		maker *make;
		const char *number;
		int sequence, exchanges;
		enum emv_status status;
	} rows[] = {
		{ "records", emv_card_make, NUMBER, 1, 5, EMV_OK },
		{ "records, first card", emv_card_make, NUMBER, 0, 5, EMV_OK },
		{ "records, last card", emv_card_make, NUMBER, 99, 5, EMV_OK },
		{ "records to the end, no sequence", emv_card_make, NUMBER, -1, 6, EMV_OK },
		{ "at once", emv_card_make_quick, NUMBER, 1, 3, EMV_OK },
		{ "at once, no sequence", emv_card_make_quick, NUMBER, -1, 3, EMV_OK },
		{ "19 digits", emv_card_make, "6229261234567890123", 1, 5, EMV_OK },
		{ "19 digits at once", emv_card_make_quick, "6229261234567890123", 1, 3, EMV_OK },
		{ "20 digits", emv_card_make, "62292612345678901234", 1, 4, EMV_MALFORMED },
		{ "17 digits", emv_card_make, "62292612345678901", 1, 5, EMV_OK },
		{ "8 digits", emv_card_make, "62292612", 1, 5, EMV_OK },
		{ "7 digits", emv_card_make, "6229261", 1, 4, EMV_MALFORMED },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		rows[i].make(&card, rows[i].number, rows[i].sequence);
		expect(rows[i].status, rows[i].number, rows[i].sequence < 0 ? 0 : rows[i].sequence,
		       rows[i].exchanges);
	}
}

/* What a UnionPay card gets to hear by its usual list. */
static void the_list_is_filled(void **state)
{
	static const uint8_t values[] = "\x26\x80\x00\x80\0\0\0\0\0\0\0\0\0\0\0\0\x01\x56"
					"\0\0\0\0\0\x01\x56\x26\x08\x01\0\xd1\xd2\xd3\xd4\0";
	(void)state;
	emv_card_make(&card, NUMBER, 1);
	expect(EMV_OK, NUMBER, 1, 5);
	assert_int_equal(card.values_length, sizeof values - 1);
	assert_memory_equal(card.values, values, sizeof values - 1);
}

static void lists(void **state)
{
	static const struct {
		const char *name;
		const uint8_t *list;
		size_t length, values_length;
		enum emv_status status;
		int exchanges;
	} rows[] = {
		{ "none", NULL, 0, 0, EMV_OK, 3 },
		{ "empty", BYTES(""), 0, EMV_OK, 3 },
		{ "127 bytes", BYTES("\x9f\x37\x7f"), 127, EMV_OK, 3 },
		{ "128 bytes", BYTES("\x9f\x37\x80"), 128, EMV_OK, 3 },
		{ "252 bytes", BYTES("\x9f\x37\xfc"), 252, EMV_OK, 3 },
		{ "253 bytes", BYTES("\x9f\x37\xfd"), 253, EMV_MALFORMED, 2 },
		{ "255 bytes", BYTES("\x9f\x37\xff"), 255, EMV_MALFORMED, 2 },
		{ "half an entry", BYTES("\x9f\x37"), 0, EMV_MALFORMED, 2 },
		{ "another length than the card counts", BYTES("\x9f\x37\x04"), 5, EMV_REFUSED, 3 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		emv_card_make_quick(&card, NUMBER, 1);
		emv_card_ask(&card.applications[0], rows[i].list, rows[i].length,
			     rows[i].values_length);
		expect(rows[i].status, NUMBER, 1, rows[i].exchanges);
	}
}

/* --- several applications --- */

/* Priorities below 0: none. */
static void priorities(void **state)
{
	static const struct {
		const char *name;
		int priority[3];
		size_t chosen;
	} rows[] = {
		{ "1 first", { 3, 1, 2 }, 1 },
		{ "15 behind 14", { 15, 14, 15 }, 1 },
		{ "the upper nibble does not count", { 0x12, 0xf1, 0x83 }, 1 },
		{ "0 comes last", { 0, 15, 0 }, 1 },
		{ "none comes last", { -1, -1, 15 }, 2 },
		{ "none and 0 are alike", { -1, 0, 0 }, 0 },
		{ "of one priority the first", { 2, 1, 1 }, 1 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		emv_card_make_quick(&card, NUMBER, 1);
		const struct emv_application model = card.applications[0];
		card.application_count = 0;
		(void)emv_card_add(&card, visa, sizeof visa, 1);
		for (size_t k = 0; k < 3; k++) {
			uint8_t name[] = { 0xa0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, (uint8_t)k };
			struct emv_application *added =
				emv_card_add(&card, name, sizeof name, rows[i].priority[k]);
			added->fci = model.fci;
			added->values_length = model.values_length;
			added->options = (struct emv_file){ .status = 0x9000 };
			char number[] = "6229260000000000";
			number[15] = (char)('0' + k);
			emv_file_put_track2(&added->options, number);
			emv_file_put_sequence(&added->options, 1);
			emv_file_wrap(&added->options, 0x77);
		}
		char number[] = "6229260000000000";
		number[15] = (char)('0' + rows[i].chosen);
		expect(EMV_OK, number, 1, 3);
	}
}

static void names(void **state)
{
	static const struct {
		const char *name;
		const uint8_t *bytes;
		size_t length;
		enum emv_status status;
		int exchanges;
	} rows[] = {
		{ "credit", BYTES("\xa0\x00\x00\x03\x33\x01\x01\x02"), EMV_OK, 3 },
		{ "quasi-credit", BYTES("\xa0\x00\x00\x03\x33\x01\x01\x03"), EMV_OK, 3 },
		{ "provider alone", BYTES("\xa0\x00\x00\x03\x33"), EMV_OK, 3 },
		{ "16 bytes", BYTES("\xa0\x00\x00\x03\x33\x01\x01\x01\1\2\3\4\5\6\7\x08"), EMV_OK,
		  3 },
		{ "less than a provider", BYTES("\xa0\x00\x00\x03"), EMV_NO_APPLICATION, 1 },
		{ "another provider", BYTES("\xa0\x00\x00\x03\x34\x01"), EMV_NO_APPLICATION, 1 },
		{ "no name", BYTES(""), EMV_NO_APPLICATION, 1 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		emv_card_make_quick(&card, NUMBER, 1);
		struct emv_application *application = &card.applications[0];
		memcpy(application->name, rows[i].bytes, rows[i].length);
		application->name_length = rows[i].length;
		emv_card_list(&card);
		expect(rows[i].status, NUMBER, 1, rows[i].exchanges);
	}
}

static void an_application_without_a_number_makes_way(void **state)
{
	(void)state;
	emv_card_make_quick(&card, NUMBER, 1);
	card.applications[0].priority = 2;
	struct emv_application *first = emv_card_add(&card, BYTES("\xa0\x00\x00\x03\x33\x01"), 1);
	expect(EMV_OK, NUMBER, 1, 5);
	first->options.status = 0x6985;
	card.exchanges = 0;
	expect(EMV_OK, NUMBER, 1, 5);
	first->fci.status = 0x6283;
	card.exchanges = 0;
	expect(EMV_OK, NUMBER, 1, 4);
	first->options.length = 0;
	first->options.status = 0x9000;
	first->fci.status = 0x9000;
	card.exchanges = 0;
	expect(EMV_MALFORMED, NUMBER, 1, 3);
}

/* The directory's limit, with the number in the last of them. */
static void applications_from_both_sides(void **state)
{
	(void)state;
	for (size_t count = EMV_APPLICATIONS_MAX; count <= EMV_APPLICATIONS_MAX + 1; count++) {
		emv_card_make_quick(&card, NUMBER, 1);
		for (size_t i = 1; i < count; i++) {
			uint8_t name[] = { 0xa0, 0x00, 0x00, 0x03, 0x33, 0x07, (uint8_t)i };
			(void)emv_card_add(&card, name, sizeof name, 1);
		}
		card.applications[0].priority = 2;
		emv_card_list(&card);
		bool fits = count == EMV_APPLICATIONS_MAX;
		expect(fits ? EMV_OK : EMV_MALFORMED, NUMBER, 1, fits ? 1 + 2 * (int)count : 1);
	}
}

/* --- the way it is told --- */

static void in_parts(void **state)
{
	static const struct {
		const char *name;
		maker *make;
		size_t part;
		bool exact;
		int exchanges;
	} rows[] = {
		{ "whole, with the right length alone", emv_card_make_quick, 0, true, 6 },
		{ "whole records, the same", emv_card_make, 0, true, 10 },
		{ "parts of 30", emv_card_make_quick, 30, false, 6 },
		{ "parts of 30 and the right length", emv_card_make_quick, 30, true, 9 },
		{ "parts of 7", emv_card_make_quick, 7, false, 21 },
		{ "parts of 4", emv_card_make_quick, 4, false, 36 },
		{ "parts of 3", emv_card_make_quick, 3, false, EMV_EXCHANGES_MAX },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		rows[i].make(&card, NUMBER, 1);
		card.part = rows[i].part;
		card.exact = rows[i].exact;
		bool ends = rows[i].exchanges < EMV_EXCHANGES_MAX;
		expect(ends ? EMV_OK : EMV_MALFORMED, NUMBER, 1, rows[i].exchanges);
	}
}

static void an_answer_without_end(void **state)
{
	(void)state;
	emv_card_make(&card, NUMBER, 1);
	card.endless = true;
	expect(EMV_MALFORMED, NULL, 0, EMV_EXCHANGES_MAX);
}

static void torn_at_each_exchange(void **state)
{
	(void)state;
	for (int at = 1; at <= 6; at++) {
		emv_card_make(&card, NUMBER, 1);
		card.tear_at = at;
		expect(at <= 5 ? EMV_LOST : EMV_OK, NUMBER, 1, at <= 5 ? at - 1 : 5);
	}
	for (int at = 1; at <= 4; at++) {
		emv_card_make_quick(&card, NUMBER, 1);
		card.tear_at = at;
		expect(at <= 3 ? EMV_LOST : EMV_OK, NUMBER, 1, at <= 3 ? at - 1 : 3);
	}
	for (int at = 1; at <= 9; at++) {
		emv_card_make_quick(&card, NUMBER, 1);
		card.part = 30;
		card.exact = true;
		card.tear_at = at;
		expect(EMV_LOST, NULL, 0, at - 1);
	}
}

/* A card of many records, whose number is in the last, and of a directory filled up with zeros. */
struct long_card {
	uint8_t records;
	size_t directory; /* [byte] */
	size_t told;      /* [byte] of the directory */
	int exchanges;
};

static int say(uint8_t *out, const uint8_t *bytes, size_t length, unsigned status)
{
	memcpy(out, bytes, length);
	out[length] = (uint8_t)(status >> 8);
	out[length + 1] = (uint8_t)status;
	return (int)length + 2;
}

static int say_directory(struct long_card *tedious, uint8_t *out)
{
	static uint8_t bytes[1024] = "\x6f\x0e\xa5\x0c\xbf\x0c\x09\x61\x07\x4f\x05\xa0\x00\x00\x03"
				     "\x33";
	size_t left = tedious->directory - tedious->told;
	size_t count = left < 256 ? left : 256;
	const uint8_t *from = bytes + tedious->told;
	tedious->told += count;
	return say(out, from, count, left > count ? 0x6100 : 0x9000);
}

static int ask_long_card(void *context, uint8_t *out, const uint8_t *command, size_t length)
{
	struct long_card *tedious = context;
	const uint8_t options[] = { 0x80, 0x06, 0x7c, 0x00, 0x08, 0x01, tedious->records, 0x00 };
	static const uint8_t fci[] = { 0x6f, 0x00 };
	static const uint8_t empty[] = { 0x70, 0x00 };
	static const uint8_t last[] = "\x70\x0f\x57\x09\x62\x29\x26\x12\x34\x56\x78\x90\xd3"
				      "\x5f\x34\x01\x07";
	assert_true(length >= 5);
	tedious->exchanges++;
	switch (command[1]) {
	case 0xa4:
		return command[4] == 14 ? say_directory(tedious, out)
					: say(out, fci, sizeof fci, 0x9000);
	case 0xc0:
		return say_directory(tedious, out);
	case 0xa8:
		return say(out, options, sizeof options, 0x9000);
	default:
		return command[2] == tedious->records ? say(out, last, sizeof last - 1, 0x9000)
						      : say(out, empty, sizeof empty, 0x9000);
	}
}

static void exchanges_and_bytes_from_both_sides(void **state)
{
	static const struct {
		uint8_t records;
		size_t directory;
		enum emv_status status;
		int exchanges;
	} rows[] = {
		{ 1, 16, EMV_OK, 4 },
		{ EMV_EXCHANGES_MAX - 3, 16, EMV_OK, EMV_EXCHANGES_MAX },
		{ EMV_EXCHANGES_MAX - 2, 16, EMV_MALFORMED, EMV_EXCHANGES_MAX },
		{ 255, 16, EMV_MALFORMED, EMV_EXCHANGES_MAX },
		{ 1, EMV_ANSWER_MAX, EMV_OK, 5 },
		{ 1, EMV_ANSWER_MAX + 1, EMV_MALFORMED, 3 },
		{ 1, EMV_ANSWER_MAX + 256, EMV_MALFORMED, 3 },
		{ 1, EMV_ANSWER_MAX + 257, EMV_MALFORMED, 3 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct long_card tedious = { .records = rows[i].records,
					     .directory = rows[i].directory };
		const struct card_link link = { .transceive = ask_long_card, .context = &tedious };
		const struct emv_terminal terminal = { .now = 0 };
		struct emv_account account;
		assert_int_equal(emv_read(&link, &account, &terminal), rows[i].status);
		assert_int_equal(tedious.exchanges, rows[i].exchanges);
		if (rows[i].status == EMV_OK) {
			assert_memory_equal(account.digits, NUMBER, account.length);
			assert_int_equal(account.sequence, 7);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards),
		cmocka_unit_test(the_list_is_filled),
		cmocka_unit_test(lists),
		cmocka_unit_test(priorities),
		cmocka_unit_test(names),
		cmocka_unit_test(an_application_without_a_number_makes_way),
		cmocka_unit_test(applications_from_both_sides),
		cmocka_unit_test(in_parts),
		cmocka_unit_test(an_answer_without_end),
		cmocka_unit_test(torn_at_each_exchange),
		cmocka_unit_test(exchanges_and_bytes_from_both_sides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
