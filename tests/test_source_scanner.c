/* A scanner on a serial line, at a pseudo-terminal. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/reader.h"
#include "reader/source.h"
#include "reader/typed.h"
#include "tests/folder.h"
#include "tests/pty.h"

static struct source *attach(struct pty *pty, const char *tail)
{
	char address[200];
	struct source *source = NULL;

	assert_true(pty_open(pty));
	snprintf(address, sizeof address, "%s%s", pty->name, tail);
	assert_int_equal(source_scanner.open(&source, address, NULL), SOURCE_OK);
	return source;
}

static void detach(struct pty *pty, struct source *source)
{
	source_scanner.close(source);
	pty_close(pty);
}

/* Read until something other than SOURCE_NOTHING comes, for a second. */
static enum source_status wait_read(struct source *source, struct reading *out)
{
	enum source_status status = SOURCE_NOTHING;
	uint64_t until_ms = reader_clock_ms() + 1000;

	while (status == SOURCE_NOTHING && reader_clock_ms() < until_ms) {
		status = source_scanner.read(source, out, 50);
	}
	return status;
}

static void assert_code(struct source *source, const char *text)
{
	struct reading reading;

	assert_int_equal(wait_read(source, &reading), SOURCE_OK);
	assert_int_equal(reading.carrier, READING_QR);
	assert_int_equal(reading.fault, READING_COMPLETE);
	assert_int_equal(reading.length, strlen(text));
	assert_memory_equal(reading.bytes, text, reading.length);
}

static const struct {
	const char *name;
	const char *sent;
	const char *codes[3];
} lines[] = {
	{ "CR", "6BF-*%+\r", { "6BF-*%+" } },
	{ "LF", "6BF-*%+\n", { "6BF-*%+" } },
	{ "CR LF", "6BF-*%+\r\n", { "6BF-*%+" } },
	{ "two codes at once", "ONE\r\nTWO\r\n", { "ONE", "TWO" } },
	{ "empty lines say nothing", "\r\r\n\nONE\r\n\r\nTWO\r", { "ONE", "TWO" } },
	{ "control characters reach us as they are",
	  "A\x03\x11\x13\x1a\x1c\x7f\x04Z\r",
	  { "A\x03\x11\x13\x1a\x1c\x7f\x04Z" } },
	{ "bytes above 127", "\xe4\xbc\x98\xff\r", { "\xe4\xbc\x98\xff" } },
};

static void each_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct pty pty;
		struct source *source = attach(&pty, "");
		struct reading reading;

		print_message("  %s\n", lines[i].name);
		assert_true(pty_send(&pty, lines[i].sent, strlen(lines[i].sent)));
		for (int j = 0; j < 3 && lines[i].codes[j] != NULL; j++) {
			assert_code(source, lines[i].codes[j]);
		}
		assert_int_equal(source_scanner.read(source, &reading, 20), SOURCE_NOTHING);
		detach(&pty, source);
	}
}

static void a_code_may_come_in_pieces(void **state)
{
	(void)state;
	struct pty pty;
	struct source *source = attach(&pty, "");
	struct reading reading;

	for (const char *c = "PIECES"; *c != '\0'; c++) {
		assert_true(pty_send(&pty, c, 1));
		assert_int_equal(source_scanner.read(source, &reading, 10), SOURCE_NOTHING);
	}
	assert_true(pty_send(&pty, "\r", 1));
	assert_code(source, "PIECES");
	assert_true(pty_send(&pty, "\nNEXT\r", 6)); /* the LF of a CR LF, late */
	assert_code(source, "NEXT");
	detach(&pty, source);
}

static void half_a_code_is_forgotten(void **state)
{
	(void)state;
	struct pty pty;
	struct source *source = attach(&pty, "");
	struct reading reading;

	assert_true(pty_send(&pty, "HALF", 4));
	assert_int_equal(source_scanner.read(source, &reading, TYPED_PAUSE_MS + 50),
			 SOURCE_NOTHING);
	assert_true(pty_send(&pty, "WHOLE\r", 6));
	assert_code(source, "WHOLE");
	detach(&pty, source);
}

struct sending {
	struct pty *pty;
	size_t letters;
};

static void *send_letters(void *argument)
{
	const struct sending *sending = argument;
	char *text = malloc(sending->letters + 1);

	memset(text, 'X', sending->letters);
	text[sending->letters] = '\r';
	(void)pty_send(sending->pty, text, sending->letters + 1);
	free(text);
	return NULL;
}

static void a_code_has_its_size(void **state)
{
	(void)state;
	static const struct {
		size_t letters;
		enum reading_fault fault;
		size_t length;
	} sizes[] = {
		{ READING_BYTES_MAX, READING_COMPLETE, READING_BYTES_MAX },
		{ READING_BYTES_MAX + 1, READING_MALFORMED, 0 },
		{ 100000, READING_MALFORMED, 0 },
	};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct pty pty;
		struct source *source = attach(&pty, "");
		struct sending sending = { &pty, sizes[i].letters };
		struct reading reading;
		pthread_t sender;

		assert_int_equal(pthread_create(&sender, NULL, send_letters, &sending), 0);
		assert_int_equal(wait_read(source, &reading), SOURCE_OK);
		assert_int_equal(reading.fault, sizes[i].fault);
		assert_int_equal(reading.length, sizes[i].length);
		pthread_join(sender, NULL);
		assert_true(pty_send(&pty, "AFTER\r", 6));
		assert_code(source, "AFTER");
		detach(&pty, source);
	}
}

static void what_came_before_is_not_ours(void **state)
{
	(void)state;
	struct pty pty;
	struct source *source = NULL;
	struct reading reading;

	assert_true(pty_open(&pty));
	assert_true(pty_send(&pty, "OLD\r", 4));
	assert_int_equal(source_scanner.open(&source, pty.name, NULL), SOURCE_OK);
	assert_int_equal(source_scanner.read(source, &reading, 50), SOURCE_NOTHING);
	assert_true(pty_send(&pty, "NEW\r", 4));
	assert_code(source, "NEW");
	detach(&pty, source);
}

static void a_hang_up_is_seen_at_once(void **state)
{
	(void)state;
	struct pty pty;
	struct source *source = attach(&pty, "");
	struct reading reading;

	assert_int_equal(source_scanner.read(source, &reading, 20), SOURCE_NOTHING);
	pty_close(&pty);
	assert_int_equal(source_scanner.read(source, &reading, 250), SOURCE_ABSENT);
	source_scanner.close(source);
	source_scanner.close(NULL);
}

static void a_name_that_leads_elsewhere_is_seen(void **state)
{
	struct folder *folder = *state;
	struct pty first;
	struct pty second;
	struct source *source = NULL;
	struct reading reading;

	assert_true(pty_open(&first) && pty_open(&second) && pty_plug(&first, folder->file));
	assert_int_equal(source_scanner.open(&source, folder->file, NULL), SOURCE_OK);
	assert_int_equal(source_scanner.read(source, &reading, 1100), SOURCE_NOTHING);
	assert_true(pty_plug(&second, folder->file));
	assert_int_equal(source_scanner.read(source, &reading, 1100), SOURCE_ABSENT);
	source_scanner.close(source);
	assert_int_equal(source_scanner.open(&source, folder->file, NULL), SOURCE_OK);
	unlink(folder->file);
	assert_int_equal(source_scanner.read(source, &reading, 1100), SOURCE_ABSENT);
	source_scanner.close(source);
	pty_close(&first);
	pty_close(&second);
}

static void an_address_may_name_a_speed(void **state)
{
	(void)state;
	static const struct {
		const char *tail;
		enum source_status status;
		speed_t speed;
	} tails[] = {
		{ "", SOURCE_OK, B9600 },         { ",115200", SOURCE_OK, B115200 },
		{ ",1200", SOURCE_OK, B1200 },    { ",921600", SOURCE_OK, B921600 },
		{ ",9601", SOURCE_BAD_SPEC, 0 },  { ",", SOURCE_BAD_SPEC, 0 },
		{ ",0", SOURCE_BAD_SPEC, 0 },     { ",115200x", SOURCE_ABSENT, 0 },
		{ ",09600", SOURCE_BAD_SPEC, 0 },
	};

	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		struct pty pty;
		char address[200];
		struct source *source = NULL;
		struct termios settings;

		assert_true(pty_open(&pty));
		snprintf(address, sizeof address, "%s%s", pty.name, tails[i].tail);
		print_message("  PTS%s\n", tails[i].tail);
		assert_int_equal(source_scanner.open(&source, address, NULL), tails[i].status);
		if (tails[i].status == SOURCE_OK) {
			assert_int_equal(tcgetattr(pty.far, &settings), 0);
			assert_int_equal(cfgetispeed(&settings), tails[i].speed);
			assert_int_equal(settings.c_lflag & (ICANON | ECHO | ISIG), 0);
		}
		detach(&pty, source);
	}
}

static void what_is_no_line_is_absent(void **state)
{
	(void)state;
	static const struct {
		const char *address;
		enum source_status status;
	} addresses[] = {
		{ "/dev/youdai-none", SOURCE_ABSENT },
		{ "/dev/null", SOURCE_ABSENT },
		{ "/tmp", SOURCE_ABSENT },
		{ "", SOURCE_BAD_SPEC },
		{ ",9600", SOURCE_BAD_SPEC },
	};

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		struct source *source = NULL;

		assert_int_equal(source_scanner.open(&source, addresses[i].address, NULL),
				 addresses[i].status);
		assert_null(source);
	}
}

static void specs_find_their_driver(void **state)
{
	(void)state;
	static const struct {
		const char *spec;
		const char *scheme; /* NULL: unknown */
		const char *address;
	} specs[] = {
		{ "scanner:/dev/ttyACM0,115200", "scanner", "/dev/ttyACM0,115200" },
		{ "replay:a:b", "replay", "a:b" },
		{ "camera:", "camera", "" },
		{ "nfc:", "nfc", "" },
		{ "nfc:pn532_uart:/dev/ttyUSB0", "nfc", "pn532_uart:/dev/ttyUSB0" },
		{ "keyboard", NULL, NULL },
		{ "scanner", NULL, NULL },
		{ "scan:/dev/ttyACM0", NULL, NULL },
		{ "scanners:/dev/ttyACM0", NULL, NULL },
		{ "", NULL, NULL },
		{ ":", NULL, NULL },
	};

	for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
		const char *address = NULL;
		const struct source_driver *driver = source_driver_for(specs[i].spec, &address);

		if (specs[i].scheme == NULL) {
			assert_null(driver);
			continue;
		}
		assert_non_null(driver);
		assert_string_equal(driver->scheme, specs[i].scheme);
		assert_string_equal(address, specs[i].address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line),
		cmocka_unit_test(a_code_may_come_in_pieces),
		cmocka_unit_test(half_a_code_is_forgotten),
		cmocka_unit_test(a_code_has_its_size),
		cmocka_unit_test(what_came_before_is_not_ours),
		cmocka_unit_test(a_hang_up_is_seen_at_once),
		cmocka_unit_test_setup_teardown(a_name_that_leads_elsewhere_is_seen, folder_set_up,
						folder_tear_down),
		cmocka_unit_test(an_address_may_name_a_speed),
		cmocka_unit_test(what_is_no_line_is_absent),
		cmocka_unit_test(specs_find_their_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
