/* What a card is told that asks for it, in any length it likes. */
#include "reader/emv_dol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

/* 2026-08-01 00:00:00 in China, which is 2026-07-31 16:00:00 UTC. */
#define FIRST_OF_AUGUST 1785513600

static uint8_t out[EMV_DOL_VALUES_MAX];

static const struct emv_terminal terminal = {
	.now = FIRST_OF_AUGUST,
	.unpredictable = { 0xd1, 0xd2, 0xd3, 0xd4 },
};

static void values(void **state)
{
	static const struct {
		const char *name;
		const uint8_t *list;
		size_t list_length;
		const uint8_t *values;
		size_t length;
	} rows[] = {
		{ "nothing", BYTES(""), BYTES("") },
		{ "qualifiers", BYTES("\x9f\x66\x04"), BYTES("\x26\x80\x00\x80") },
		{ "amounts", BYTES("\x9f\x02\x06\x9f\x03\x06"), BYTES("\0\0\0\0\0\0\0\0\0\0\0\0") },
		{ "country and currency", BYTES("\x9f\x1a\x02\x5f\x2a\x02"),
		  BYTES("\x01\x56\x01\x56") },
		{ "date", BYTES("\x9a\x03"), BYTES("\x26\x08\x01") },
		{ "type", BYTES("\x9c\x01"), BYTES("\x00") },
		{ "unpredictable number", BYTES("\x9f\x37\x04"), BYTES("\xd1\xd2\xd3\xd4") },
		{ "verification results", BYTES("\x95\x05"), BYTES("\0\0\0\0\0") },
		{ "terminal", BYTES("\x9f\x35\x01\x9f\x33\x03\x9f\x40\x05"),
		  BYTES("\x25\x20\x08\x00\x60\x00\x00\x00\x00") },
		{ "UnionPay's extensions", BYTES("\xdf\x60\x01\xdf\x69\x01\x9f\x7a\x01"),
		  BYTES("\0\0\0") },
		{ "what nobody knows", BYTES("\xdf\x81\x01\x03"), BYTES("\0\0\0") },
		{ "a constructed object", BYTES("\x70\x02"), BYTES("\0\0") },
		{ "the same twice", BYTES("\x9f\x1a\x02\x9f\x1a\x02"), BYTES("\x01\x56\x01\x56") },
		{ "no byte of it", BYTES("\x9f\x1a\x00"), BYTES("") },
		{ "digits cut at the front", BYTES("\x9f\x1a\x01\x9a\x01"), BYTES("\x56\x01") },
		{ "digits filled up at the front", BYTES("\x9f\x1a\x04\x9a\x04"),
		  BYTES("\0\0\x01\x56\0\x26\x08\x01") },
		{ "others cut at the end", BYTES("\x9f\x37\x02\x9f\x66\x01"),
		  BYTES("\xd1\xd2\x26") },
		{ "others filled up at the end", BYTES("\x9f\x37\x06\x9f\x66\x05"),
		  BYTES("\xd1\xd2\xd3\xd4\0\0\x26\x80\x00\x80\0") },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct ber_span list = { rows[i].list, rows[i].list_length };
		size_t length = 4711;
		memset(out, 0xee, sizeof out);
		assert_int_equal(emv_dol_fill(out, &length, list, &terminal), EMV_DOL_OK);
		assert_int_equal(length, rows[i].length);
		assert_memory_equal(out, rows[i].values, length);
		assert_true(length == sizeof out || out[length] == 0xee);
	}
}

static void refused(void **state)
{
	static const struct {
		const char *name;
		const uint8_t *list;
		size_t length;
		enum emv_dol_status status;
	} rows[] = {
		{ "252 bytes", BYTES("\x9a\xfc"), EMV_DOL_OK },
		{ "253 bytes", BYTES("\x9a\xfd"), EMV_DOL_TOO_LONG },
		{ "255 bytes", BYTES("\x9f\x37\xff"), EMV_DOL_TOO_LONG },
		{ "252 bytes in two", BYTES("\x9a\x7e\x9a\x7e"), EMV_DOL_OK },
		{ "253 bytes in two", BYTES("\x9a\x7e\x9a\x7f"), EMV_DOL_TOO_LONG },
		{ "no byte more behind 252", BYTES("\x9a\xfc\x9c\x00"), EMV_DOL_OK },
		{ "one byte more behind 252", BYTES("\x9a\xfc\x9c\x01"), EMV_DOL_TOO_LONG },
		{ "a tag without a length", BYTES("\x9a\x03\x9f\x37"), EMV_DOL_MALFORMED },
		{ "half a tag", BYTES("\x9a\x03\x9f"), EMV_DOL_MALFORMED },
		{ "a tag of four bytes", BYTES("\x9f\x81\x81\x01\x01"), EMV_DOL_MALFORMED },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct ber_span list = { rows[i].list, rows[i].length };
		size_t length = 4711;
		assert_int_equal(emv_dol_fill(out, &length, list, &terminal), rows[i].status);
		assert_int_equal(length, rows[i].status == EMV_DOL_OK ? 252 : 4711);
	}
}

/* The day is China's, and every instant has one or none. */
static void days(void **state)
{
	static const struct {
		int64_t now;
		uint8_t date[3];
	} rows[] = {
		{ FIRST_OF_AUGUST - 1, { 0x26, 0x07, 0x31 } },
		{ FIRST_OF_AUGUST, { 0x26, 0x08, 0x01 } },
		{ FIRST_OF_AUGUST + 86399, { 0x26, 0x08, 0x01 } },
		{ 0, { 0x70, 0x01, 0x01 } },
		{ INT64_MAX, { 0, 0, 0 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct emv_terminal then = { .now = rows[i].now };
		size_t length = 0;
		struct ber_span list = { BYTES("\x9a\x03") };
		assert_int_equal(emv_dol_fill(out, &length, list, &then), EMV_DOL_OK);
		assert_memory_equal(out, rows[i].date, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(refused),
		cmocka_unit_test(days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
