/* Recorded presentations: what a file may say, when it is said, and which files are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/reader.h"
#include "reader/replay.h"
#include "tests/folder.h"

/* --- the format --- */

#define SIXTEEN "00112233445566778899aabbccddeeff"

static const struct {
	const char *name;
	const char *text;
	enum replay_status status; /* of the first presentation */
	uint64_t at_ms;
	enum reading_carrier carrier;
	enum reading_fault fault;
	size_t length;
	const char *bytes;
} lines[] = {
	{ "a QR code", "5 qr 6BF A:\n", REPLAY_OK, 5, READING_QR, 0, 6, "6BF A:" },
	{ "without an end of line", "5 qr X", REPLAY_OK, 5, READING_QR, 0, 1, "X" },
	{ "CR LF", "5 qr X\r\n", REPLAY_OK, 5, READING_QR, 0, 1, "X" },
	{ "spaces of a text stay", "5 qr  X \n", REPLAY_OK, 5, READING_QR, 0, 3, " X " },
	{ "a tag", "0 tag 00fFd2\n", REPLAY_OK, 0, READING_TAG, 0, 3, "\x00\xff\xd2" },
	{ "a bank card's token", "0 bank 000102030405060708090a0b0c0d0e0f\n", REPLAY_OK, 0,
	  READING_BANK, 0, 16, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17" },
	{ "a token too short", "0 bank 000102030405060708090a0b0c0d0e", REPLAY_MALFORMED, 0, 0, 0,
	  0, "" },
	{ "a token too many", "0 bank " SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN, REPLAY_MALFORMED,
	  0, 0, 0, 0, "" },
	{ "a chip with its answer", "0 chip d2 " SIXTEEN SIXTEEN " 3006\n", REPLAY_OK, 0,
	  READING_CHIP, 0, 1, "\xd2" },
	{ "a chip that refused", "0 chip d2 " SIXTEEN SIXTEEN " -\n", REPLAY_OK, 0, READING_CHIP, 0,
	  1, "\xd2" },
	{ "a chip without an answer", "0 chip d2 " SIXTEEN SIXTEEN, REPLAY_MALFORMED, 0, 0, 0, 0,
	  "" },
	{ "a challenge too short", "0 chip d2 " SIXTEEN " -", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "a chip without a challenge", "0 chip d2", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "sealed, and no key", "0 sealed 00", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "comments and empty lines", "# x\n\n\r\n7 torn\n", REPLAY_OK, 7, READING_TAG,
	  READING_TORN, 0, "" },
	{ "several cards", "7 several_cards", REPLAY_OK, 7, READING_TAG, READING_SEVERAL_CARDS, 0,
	  "" },
	{ "malformed", "7 malformed", REPLAY_OK, 7, READING_TAG, READING_MALFORMED, 0, "" },
	{ "unsupported", "7 unsupported", REPLAY_OK, 7, READING_TAG, READING_UNSUPPORTED, 0, "" },
	{ "a whole day", "86400000 torn", REPLAY_OK, 86400000, READING_TAG, READING_TORN, 0, "" },
	{ "nothing", "", REPLAY_END, 0, 0, 0, 0, "" },
	{ "only a comment", "# nothing", REPLAY_END, 0, 0, 0, 0, "" },
	{ "a millisecond more than a day", "86400001 torn", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "too many digits", "1000000000 torn", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "no time", "torn", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "a time before the start", "-1 torn", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "a space before the time", " 1 torn", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "time alone", "5", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "unknown word", "5 qrcode X", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "two spaces", "5  qr X", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "a QR code without text", "5 qr", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "a QR code with an empty text", "5 qr ", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "a tag without bytes", "5 tag ", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "half a byte", "5 tag abc", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "not hex", "5 tag 0g", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "a space in the hex", "5 tag 00 11", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "something after a fault", "5 torn x", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
	{ "a space after a fault", "5 torn ", REPLAY_MALFORMED, 0, 0, 0, 0, "" },
};

static void each_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		size_t length = strlen(lines[i].text);
		char *exact = malloc(length > 0 ? length : 1); /* a byte too far is seen */
		struct replay replay = { .text = exact, .length = length };
		struct reading reading = { .length = 77 };

		print_message("  %s\n", lines[i].name);
		memcpy(exact, lines[i].text, length);
		assert_int_equal(replay_next(&replay, &reading), lines[i].status);
		if (lines[i].status == REPLAY_OK) {
			assert_int_equal(replay.at_ms, lines[i].at_ms);
			assert_int_equal(reading.carrier, lines[i].carrier);
			assert_int_equal(reading.fault, lines[i].fault);
			assert_int_equal(reading.length, lines[i].length);
			assert_memory_equal(reading.bytes, lines[i].bytes, lines[i].length);
			assert_int_equal(replay_next(&replay, &reading), REPLAY_END);
		} else {
			assert_int_equal(reading.length, 77);
			assert_int_equal(lines[i].status == REPLAY_MALFORMED, replay.what != NULL);
		}
		free(exact);
	}
}

static void a_reading_has_its_size(void **state)
{
	(void)state;
	static char text[3 * READING_BYTES_MAX];
	static const struct {
		const char *start;
		size_t letters;
		enum replay_status status;
	} sizes[] = {
		{ "0 qr ", READING_BYTES_MAX, REPLAY_OK },
		{ "0 qr ", READING_BYTES_MAX + 1, REPLAY_MALFORMED },
		{ "0 tag ", 2 * READING_BYTES_MAX, REPLAY_OK },
		{ "0 tag ", 2 * READING_BYTES_MAX + 2, REPLAY_MALFORMED },
	};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		size_t start = strlen(sizes[i].start);
		struct replay replay = { .text = text, .length = start + sizes[i].letters };
		struct reading reading;

		memset(text, 'a', sizeof text);
		memcpy(text, sizes[i].start, start);
		assert_int_equal(replay_next(&replay, &reading), sizes[i].status);
	}
}

static void time_does_not_go_back(void **state)
{
	(void)state;
	static const char text[] = "5 torn\n5 torn\n4 torn\n";
	struct replay replay = { .text = text, .length = sizeof text - 1 };
	struct reading reading;

	assert_int_equal(replay_next(&replay, &reading), REPLAY_OK);
	assert_int_equal(replay_next(&replay, &reading), REPLAY_OK);
	assert_int_equal(replay_next(&replay, &reading), REPLAY_MALFORMED);
	assert_int_equal(replay.line, 3);
	assert_string_equal(replay.what, "the milliseconds go back");
}

/* --- the same written and read again --- */

static void what_is_sealed_is_read_again(void **state)
{
	(void)state;
	static const struct reading readings[] = {
		{ .carrier = READING_QR, .length = 6, .bytes = "A B\nC:" },
		{ .carrier = READING_TAG, .length = 3, .bytes = "\x00\xff\xd2" },
		{ .carrier = READING_BANK,
		  .length = 32,
		  .bytes = "tokens, two of them, newest 1st." },
		{ .carrier = READING_CHIP,
		  .length = 1,
		  .bytes = "\xd2",
		  .proof = { .challenge = "c", .length = 3, .signature = "sig" } },
		{ .carrier = READING_CHIP, .length = 1, .bytes = "\xd2" },
		{ .carrier = READING_TAG, .fault = READING_TORN },
		{ .carrier = READING_TAG, .fault = READING_SEVERAL_CARDS },
		{ .carrier = READING_TAG, .fault = READING_MALFORMED },
		{ .carrier = READING_TAG, .fault = READING_UNSUPPORTED },
	};
	static const uint8_t key[TRACE_KEY_BYTES] = { 7 }, other[TRACE_KEY_BYTES] = { 8 };
	static char line[REPLAY_SEALED_MAX + 16];

	for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
		struct reading back;

		strcpy(line, "12 sealed ");
		replay_seal(line + strlen(line), &readings[i], key);
		assert_null(strstr(line, "C:"));
		struct replay replay = { .text = line, .length = strlen(line), .trace_key = key };

		assert_int_equal(replay_next(&replay, &back), REPLAY_OK);
		assert_int_equal(replay.at_ms, 12);
		assert_memory_equal(&back, &readings[i], sizeof back);
		replay =
			(struct replay){ .text = line, .length = strlen(line), .trace_key = other };
		assert_int_equal(replay_next(&replay, &back), REPLAY_MALFORMED);
		line[strlen(line) - 1] ^= 1;
		replay = (struct replay){ .text = line, .length = strlen(line), .trace_key = key };
		assert_int_equal(replay_next(&replay, &back), REPLAY_MALFORMED);
	}
}

static void the_longest_reading_can_be_sealed(void **state)
{
	(void)state;
	static const uint8_t key[TRACE_KEY_BYTES] = { 7 };
	static char line[REPLAY_SEALED_MAX + 16];
	static struct reading longest = { .carrier = READING_CHIP,
					  .length = READING_BYTES_MAX,
					  .proof.length = CHIP_SIGNATURE_MAX };
	static struct reading back;

	strcpy(line, "1 sealed ");
	replay_seal(line + strlen(line), &longest, key);
	struct replay replay = { .text = line, .length = strlen(line), .trace_key = key };

	assert_int_equal(replay_next(&replay, &back), REPLAY_OK);
	assert_memory_equal(&back, &longest, sizeof back);
}

/* --- the device --- */

static void presentations_come_in_time(void **state)
{
	struct folder *folder = *state;
	struct source *source;
	struct reading reading;

	folder_put_text(folder->file, "0 qr FIRST\n60 torn\n60 tag d2\n");
	uint64_t start_ms = reader_clock_ms();

	assert_int_equal(source_replay.open(&source, folder->file, NULL), SOURCE_OK);
	assert_int_equal(source_replay.read(source, &reading, 250), SOURCE_OK);
	assert_int_equal(reading.length, 5);
	assert_true(reading.taken_ms >= start_ms && reading.taken_ms < start_ms + 60);
	assert_int_equal(source_replay.read(source, &reading, 1), SOURCE_NOTHING);
	assert_int_equal(source_replay.read(source, &reading, 250), SOURCE_OK);
	assert_int_equal(reading.fault, READING_TORN);
	assert_true(reading.taken_ms >= start_ms + 60);
	assert_int_equal(source_replay.read(source, &reading, 0), SOURCE_OK);
	assert_int_equal(reading.carrier, READING_TAG);
	assert_int_equal(source_replay.read(source, &reading, 250), SOURCE_ENDED);
	assert_int_equal(source_replay.read(source, &reading, 250), SOURCE_ENDED);
	source_replay.close(source);
	source_replay.close(NULL);
}

static void hostile_files_are_refused(void **state)
{
	struct folder *folder = *state;
	struct source *source = NULL;

	assert_int_equal(source_replay.open(&source, folder->file, NULL), SOURCE_ABSENT);
	assert_int_equal(source_replay.open(&source, folder->path, NULL), SOURCE_BAD_SPEC);
	assert_int_equal(source_replay.open(&source, "/dev/null", NULL), SOURCE_BAD_SPEC);
	folder_put_text(folder->file, "0 qr OK\n9 bad\n");
	assert_int_equal(source_replay.open(&source, folder->file, NULL), SOURCE_BAD_SPEC);
	folder_put_text(folder->file, "0 sealed 00\n"); /* without any key, and with another */
	assert_int_equal(source_replay.open(&source, folder->file, NULL), SOURCE_OTHER_KEYS);
	const struct source_setup other = { .has_trace_key = true };
	assert_int_equal(source_replay.open(&source, folder->file, &other), SOURCE_OTHER_KEYS);
	folder_put_text(folder->file, "");
	assert_int_equal(truncate(folder->file, REPLAY_BYTES_MAX + 1), 0);
	assert_int_equal(source_replay.open(&source, folder->file, NULL), SOURCE_BAD_SPEC);
	assert_null(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line),
		cmocka_unit_test(a_reading_has_its_size),
		cmocka_unit_test(time_does_not_go_back),
		cmocka_unit_test(what_is_sealed_is_read_again),
		cmocka_unit_test(the_longest_reading_can_be_sealed),
		cmocka_unit_test_setup_teardown(presentations_come_in_time, folder_set_up,
						folder_tear_down),
		cmocka_unit_test_setup_teardown(hostile_files_are_refused, folder_set_up,
						folder_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
