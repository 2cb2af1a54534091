#include "reader/ndef.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CWT "application/cwt"

struct row {
	const char *name;
	const char *bytes;
	size_t length;
	enum ndef_status status;
	size_t offset, payload_length;
};

#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct row rows[] = {
	{ "a short record", BYTES("\xd2\x0f\x02" CWT "ab"), NDEF_OK, 18, 2 },
	{ "a long record", BYTES("\xc2\x0f\0\0\0\x02" CWT "ab"), NDEF_OK, 21, 2 },
	{ "with an identifier", BYTES("\xda\x0f\x02\x03" CWT "xyzab"), NDEF_OK, 22, 2 },
	{ "capitals in the type",
	  BYTES("\xd2\x0f\x01"
		"Application/CWT"
		"a"),
	  NDEF_OK, 18, 1 },
	{ "after a text", BYTES("\x91\x01\x01T.\x52\x0f\x01" CWT "a"), NDEF_OK, 23, 1 },
	{ "before a text", BYTES("\x92\x0f\x01" CWT "a\x51\x01\x01T."), NDEF_OK, 18, 1 },
	{ "between an unknown and an empty record",
	  BYTES("\x95\0\x01?\x12\x0f\x01" CWT "a\x50\0\0"), NDEF_OK, 22, 1 },
	{ "amidst four others",
	  BYTES("\x91\x01\x01T.\x15\0\x01?\x12\x0f\x01" CWT "a\x14\x01\x01t.\x53\x01\0x"), NDEF_OK,
	  27, 1 },
	{ "after a reserved name", BYTES("\x97\0\x01?\x52\x0f\x01" CWT "a"), NDEF_OK, 22, 1 },
	{ "only a text", BYTES("\xd1\x01\x01T."), NDEF_NO_RECORD, 0, 0 },
	{ "an empty record", BYTES("\xd0\0\0"), NDEF_NO_RECORD, 0, 0 },
	{ "another media type",
	  BYTES("\xd2\x0f\x01"
		"application/cbo"
		"a"),
	  NDEF_NO_RECORD, 0, 0 },
	{ "a longer type", BYTES("\xd2\x10\x01" CWT "sa"), NDEF_NO_RECORD, 0, 0 },
	{ "the type under another name", BYTES("\xd4\x0f\x01" CWT "a"), NDEF_NO_RECORD, 0, 0 },
	{ "nothing", BYTES(""), NDEF_MALFORMED, 0, 0 },
	{ "a head alone", BYTES("\xd2"), NDEF_MALFORMED, 0, 0 },
	{ "no payload length", BYTES("\xd2\x0f"), NDEF_MALFORMED, 0, 0 },
	{ "a cut payload length", BYTES("\xc2\x0f\0\0\0"), NDEF_MALFORMED, 0, 0 },
	{ "a cut type",
	  BYTES("\xd2\x0f\x01"
		"application/cw"),
	  NDEF_MALFORMED, 0, 0 },
	{ "a cut payload", BYTES("\xd2\x0f\x02" CWT "a"), NDEF_MALFORMED, 0, 0 },
	{ "an endless payload", BYTES("\xc2\x0f\xff\xff\xff\xff" CWT "a"), NDEF_MALFORMED, 0, 0 },
	{ "an empty payload", BYTES("\xd2\x0f\0" CWT), NDEF_MALFORMED, 0, 0 },
	{ "trailing bytes", BYTES("\xd2\x0f\x01" CWT "a\0"), NDEF_MALFORMED, 0, 0 },
	{ "two credentials", BYTES("\x92\x0f\x01" CWT "a\x52\x0f\x01" CWT "b"), NDEF_MALFORMED, 0,
	  0 },
	{ "two credentials, one in capitals",
	  BYTES("\x92\x0f\x01" CWT "a\x52\x0f\x01"
		"APPLICATION/CWT"
		"b"),
	  NDEF_MALFORMED, 0, 0 },
	{ "two credentials around a text",
	  BYTES("\x92\x0f\x01" CWT "a\x11\x01\x01T.\x52\x0f\x01" CWT "b"), NDEF_MALFORMED, 0, 0 },
	{ "a credential behind one without bytes", BYTES("\x92\x0f\0" CWT "\x52\x0f\x01" CWT "b"),
	  NDEF_MALFORMED, 0, 0 },
	{ "no begin", BYTES("\x52\x0f\x01" CWT "a"), NDEF_MALFORMED, 0, 0 },
	{ "two begins", BYTES("\x91\x01\x01T.\xd2\x0f\x01" CWT "a"), NDEF_MALFORMED, 0, 0 },
	{ "no end", BYTES("\x92\x0f\x01" CWT "a"), NDEF_MALFORMED, 0, 0 },
	{ "a chunk",
	  BYTES("\xb2\x0f\x01" CWT "a\x56\0\x01"
		"b"),
	  NDEF_MALFORMED, 0, 0 },
	{ "a text in chunks before it", BYTES("\xb1\x01\x01T.\x16\0\x01.\x52\x0f\x01" CWT "a"),
	  NDEF_MALFORMED, 0, 0 },
	{ "a text in chunks behind it", BYTES("\x92\x0f\x01" CWT "a\x31\x01\x01T.\x56\0\x01."),
	  NDEF_MALFORMED, 0, 0 },
	{ "a chunk that is the last", BYTES("\xf2\x0f\x01" CWT "a"), NDEF_MALFORMED, 0, 0 },
	{ "the end of chunks that never began", BYTES("\x92\x0f\x01" CWT "a\x56\0\x01."),
	  NDEF_MALFORMED, 0, 0 },
	{ "an unchanged name",
	  BYTES("\xd6\0\x01"
		"b"),
	  NDEF_MALFORMED, 0, 0 },
	{ "an empty record that is not empty",
	  BYTES("\xd0\0\x01"
		"b"),
	  NDEF_MALFORMED, 0, 0 },
	{ "an unknown record with a type",
	  BYTES("\xd5\x01\x01"
		"ab"),
	  NDEF_MALFORMED, 0, 0 },
	{ "a media record without a type",
	  BYTES("\xd2\0\x01"
		"b"),
	  NDEF_MALFORMED, 0, 0 },
};

static void messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		print_message("  %s\n", row->name);
		struct ndef_payload found = { .offset = 99, .length = 99 };
		uint8_t message[64];
		memcpy(message, row->bytes, row->length);
		assert_int_equal(ndef_find(&found, message, row->length), row->status);
		bool is_found = row->status == NDEF_OK;
		assert_int_equal(found.offset, is_found ? row->offset : 99);
		assert_int_equal(found.length, is_found ? row->payload_length : 99);
	}
}

static void built_and_found(void **state)
{
	static const size_t lengths[] = { 1, 254, 255, 256, READING_BYTES_MAX };
	static uint8_t payload[READING_BYTES_MAX + 1];
	static uint8_t message[sizeof payload + NDEF_OVERHEAD_MAX];
	(void)state;
	memset(payload, 0x5a, sizeof payload);
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		size_t length = 0;
		size_t overhead = lengths[i] < 256 ? 18 : NDEF_OVERHEAD_MAX;
		size_t exact = lengths[i] + overhead;
		assert_int_equal(ndef_build(message, exact - 1, &length, payload, lengths[i]),
				 NDEF_NO_ROOM);
		assert_int_equal(ndef_build(message, exact, &length, payload, lengths[i]), NDEF_OK);
		assert_int_equal(length, exact);
		struct ndef_payload found;
		assert_int_equal(ndef_find(&found, message, length), NDEF_OK);
		assert_int_equal(found.offset, overhead);
		assert_int_equal(found.length, lengths[i]);
		assert_memory_equal(message + found.offset, payload, found.length);
	}
	size_t length = 0;
	assert_int_equal(ndef_build(message, sizeof message, &length, payload, 0), NDEF_MALFORMED);
	assert_int_equal(ndef_build(message, sizeof message, &length, payload, sizeof payload),
			 NDEF_MALFORMED);
}

/* One byte more than a reading may have, in a message that is sound otherwise. */
static void too_long_a_payload(void **state)
{
	static uint8_t message[READING_BYTES_MAX + 1 + NDEF_OVERHEAD_MAX];
	(void)state;
	memcpy(message, "\xc2\x0f\0\0\x10\x01" CWT, NDEF_OVERHEAD_MAX);
	struct ndef_payload found;
	assert_int_equal(ndef_find(&found, message, sizeof message), NDEF_MALFORMED);
	message[5] = 0;
	assert_int_equal(ndef_find(&found, message, sizeof message - 1), NDEF_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),
		cmocka_unit_test(built_and_found),
		cmocka_unit_test(too_long_a_payload),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
