/* The real libnfc, driven over a pseudo-terminal, against an emulated chip and emulated cards. */
#include "reader/source.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/ndef.h"
#include "tests/pn532.h"

#define PATIENCE_MS 3000 /* [ms] for what must come */
#define QUIET_MS    300  /* [ms] for what must not come */
#define REMOVAL_MS  220  /* [ms] in which a removal is noticed */
#define NOTICE_MS   5000 /* [ms] for an absent reader */

struct bench {
	struct pn532 *chip;
	struct source *source;
	struct type4_tag tag;
	struct reading reading;
	uint8_t payload[READING_BYTES_MAX];
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);
	assert_non_null(bench);
	for (size_t i = 0; i < sizeof bench->payload; i++) {
		bench->payload[i] = (uint8_t)(i * 7 + i / 256);
	}
	bench->chip = pn532_start();
	assert_int_equal(source_nfc.open(&bench->source, pn532_connection(bench->chip), NULL),
			 SOURCE_OK);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;
	source_nfc.close(bench->source);
	pn532_stop(bench->chip);
	free(bench);
	return 0;
}

/* Reads on, as the reader's thread does, until something else than SOURCE_NOTHING or the time. */
static enum source_status read_within(struct bench *bench, int ms)
{
	int64_t end = now_ms() + ms;
	enum source_status status = SOURCE_NOTHING;
	while (status == SOURCE_NOTHING && now_ms() < end) {
		status = source_nfc.read(bench->source, &bench->reading, 100);
	}
	return status;
}

static void expect_fault(struct bench *bench, enum reading_fault fault)
{
	assert_int_equal(read_within(bench, PATIENCE_MS), SOURCE_OK);
	assert_int_equal(bench->reading.carrier, READING_TAG);
	assert_int_equal(bench->reading.fault, fault);
	if (fault != READING_COMPLETE) {
		assert_int_equal(bench->reading.length, 0);
	}
	assert_in_range((uint64_t)now_ms() - bench->reading.taken_ms, 0, 200);
}

static void expect_payload(struct bench *bench, size_t length)
{
	expect_fault(bench, READING_COMPLETE);
	assert_int_equal(bench->reading.length, length);
	assert_memory_equal(bench->reading.bytes, bench->payload, length);
}

static void expect_quiet(struct bench *bench)
{
	assert_int_equal(read_within(bench, QUIET_MS), SOURCE_NOTHING);
}

static void take_away(struct bench *bench)
{
	pn532_take_away(bench->chip, 0);
	assert_int_equal(read_within(bench, REMOVAL_MS), SOURCE_NOTHING);
}

static void lay(struct bench *bench, size_t length)
{
	type4_tag_make_credential(&bench->tag, bench->payload, length);
	pn532_put(bench->chip, 0, &bench->tag);
}

static void sizes_and_limits(void **state)
{
	static const struct {
		const char *name;
		size_t payload, read_max;
		bool extended;
		unsigned exchanges;
	} rows[] = {
		{ "one byte", 1, 255, false, 5 },
		{ "a credential in one read", 230, 255, false, 5 },
		{ "400 bytes by 255", 400, 255, false, 6 },
		{ "400 bytes by 256", 400, 256, false, 6 },
		{ "400 bytes, MLe beyond a frame", 400, 2048, false, 6 },
		{ "400 bytes by 59", 400, 59, false, 12 },
		{ "400 bytes by 15", 400, 15, false, 33 },
		{ "400 bytes by 16, mapping 3", 400, 16, true, 32 },
		{ "mapping 3", 300, 255, true, 7 },
		{ "the longest", READING_BYTES_MAX, 255, false, 21 },
		{ "the longest by 15", READING_BYTES_MAX, 15, true, 280 },
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		type4_tag_make_credential(&bench->tag, bench->payload, rows[i].payload);
		type4_tag_limit(&bench->tag, rows[i].read_max, 255, 8192);
		if (rows[i].extended) {
			type4_tag_extend(&bench->tag);
		}
		unsigned before = pn532_counts(bench->chip).exchanges;
		pn532_put(bench->chip, 0, &bench->tag);
		expect_payload(bench, rows[i].payload);
		assert_int_equal(pn532_counts(bench->chip).exchanges - before, rows[i].exchanges);
		take_away(bench);
	}
	assert_true(pn532_counts(bench->chip).extended > 0);
}

static void torn_at_each_apdu(void **state)
{
	struct bench *bench = *state;
	for (int at = 1; at <= 6; at++) {
		type4_tag_make_credential(&bench->tag, bench->payload, 400);
		bench->tag.tear_at = at;
		pn532_put(bench->chip, 0, &bench->tag);
		expect_fault(bench, READING_TORN);
		expect_quiet(bench);
		lay(bench, 400);
		expect_payload(bench, 400);
		take_away(bench);
	}
}

static void faults(void **state)
{
	static const struct {
		const char *name;
		enum tag_manner manner;
		enum reading_fault fault;
	} rows[] = {
		{ "no NDEF application", TAG_NO_NDEF, READING_UNSUPPORTED },
		{ "not ISO-DEP", TAG_NO_ISO_DEP, READING_UNSUPPORTED },
		{ "garbage", TAG_GARBAGE, READING_UNSUPPORTED },
		{ "no status word", TAG_ONE_BYTE, READING_MALFORMED },
		{ "empty answers", TAG_EMPTY_ANSWER, READING_MALFORMED },
		{ "overlong answers", TAG_OVERLONG, READING_MALFORMED },
		{ "refuses to be read beyond its end", TAG_EXACT, READING_COMPLETE },
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		type4_tag_make_credential(&bench->tag, bench->payload, 300);
		bench->tag.manner = rows[i].manner;
		pn532_put(bench->chip, 0, &bench->tag);
		expect_fault(bench, rows[i].fault);
		expect_quiet(bench);
		take_away(bench);
	}
}

/* A message without a credential, and lengths that lie. */
static void contents(void **state)
{
	static const uint8_t text[] = { 0xd1, 0x01, 0x04, 'T', 0x02, 'e', 'n', 'x' };
	static const uint8_t broken[] = { 0xd2, 0x0f, 0xff, 'a', 'p', 'p' };
	struct bench *bench = *state;
	type4_tag_make(&bench->tag, text, sizeof text);
	pn532_put(bench->chip, 0, &bench->tag);
	expect_fault(bench, READING_UNSUPPORTED);
	take_away(bench);

	type4_tag_make(&bench->tag, NULL, 0);
	pn532_put(bench->chip, 0, &bench->tag);
	expect_fault(bench, READING_UNSUPPORTED);
	take_away(bench);

	type4_tag_make(&bench->tag, broken, sizeof broken);
	pn532_put(bench->chip, 0, &bench->tag);
	expect_fault(bench, READING_MALFORMED);
	take_away(bench);

	type4_tag_make_credential(&bench->tag, bench->payload, 300);
	type4_tag_limit(&bench->tag, 255, 255, 65534);
	bench->tag.file[0] = 0xff;
	bench->tag.file[1] = 0xfc;
	pn532_put(bench->chip, 0, &bench->tag);
	expect_fault(bench, READING_MALFORMED);
}

static void stays_is_reported_once(void **state)
{
	static const enum pn532_habit habits[] = { PN532_STANDARD, PN532_LENIENT };
	struct bench *bench = *state;
	for (size_t i = 0; i < 4; i++) {
		bool random = i >= 2;
		pn532_set_habit(bench->chip, habits[i % 2]);
		type4_tag_make_credential(&bench->tag, bench->payload, 250);
		bench->tag.uid_random = random;
		for (int tap = 0; tap < 2; tap++) {
			pn532_put(bench->chip, 0, &bench->tag);
			expect_payload(bench, 250);
			assert_int_equal(read_within(bench, 600), SOURCE_NOTHING);
			take_away(bench);
		}
	}
}

/* A chip that never says that there is no card is not absent for that. */
static void patient_chip(void **state)
{
	struct bench *bench = *state;
	pn532_set_habit(bench->chip, PN532_PATIENT);
	assert_int_equal(read_within(bench, 2500), SOURCE_NOTHING);
	for (int tap = 0; tap < 2; tap++) {
		lay(bench, 250);
		expect_payload(bench, 250);
		expect_quiet(bench);
		pn532_take_away(bench->chip, 0);
		assert_int_equal(read_within(bench, 2000), SOURCE_NOTHING);
	}
}

/* Another card in its place, without a moment of emptiness. */
static void exchanged_cards(void **state)
{
	struct bench *bench = *state;
	lay(bench, 100);
	expect_payload(bench, 100);
	type4_tag_make_credential(&bench->tag, bench->payload, 200);
	bench->tag.uid[3] ^= 0xff;
	pn532_put(bench->chip, 0, &bench->tag);
	expect_payload(bench, 200);
	expect_quiet(bench);
}

static void several_cards(void **state)
{
	static const enum pn532_habit habits[] = { PN532_STANDARD, PN532_LENIENT };
	struct bench *bench = *state;
	for (size_t i = 0; i < 3; i++) {
		pn532_set_habit(bench->chip, habits[i % 2]);
		type4_tag_make_credential(&bench->tag, bench->payload, 250);
		bench->tag.uid_random = i == 2;
		pn532_put(bench->chip, 1, &bench->tag);
		bench->tag.uid[2] ^= 0x55;
		pn532_put(bench->chip, 0, &bench->tag);
		expect_fault(bench, READING_SEVERAL_CARDS);
		expect_quiet(bench);
		/* One of them is taken away: the other may be read now. */
		pn532_take_away(bench->chip, 1);
		expect_payload(bench, 250);
		expect_quiet(bench);
		take_away(bench);
	}
}

static void expect_absent(struct bench *bench)
{
	int64_t start = now_ms();
	assert_int_equal(read_within(bench, NOTICE_MS), SOURCE_ABSENT);
	assert_in_range(now_ms() - start, 0, NOTICE_MS - 1);
	source_nfc.close(bench->source);
	bench->source = NULL;
}

static void reopen(struct bench *bench)
{
	assert_int_equal(source_nfc.open(&bench->source, pn532_connection(bench->chip), NULL),
			 SOURCE_OK);
}

static void unplugged(void **state)
{
	struct bench *bench = *state;
	for (int laid = 0; laid < 2; laid++) {
		if (laid == 1) {
			lay(bench, 120);
			expect_payload(bench, 120);
		}
		pn532_unplug(bench->chip);
		expect_absent(bench);
		assert_int_equal(
			source_nfc.open(&bench->source, pn532_connection(bench->chip), NULL),
			SOURCE_ABSENT);
		pn532_plug(bench->chip);
		reopen(bench);
	}
	expect_payload(bench, 120);
}

static void silent(void **state)
{
	struct bench *bench = *state;
	pn532_silence(bench->chip, true);
	expect_absent(bench);
	int64_t start = now_ms();
	assert_int_equal(source_nfc.open(&bench->source, pn532_connection(bench->chip), NULL),
			 SOURCE_ABSENT);
	assert_in_range(now_ms() - start, 0, NOTICE_MS - 1);
	pn532_silence(bench->chip, false);
	reopen(bench);
	lay(bench, 120);
	expect_payload(bench, 120);
	pn532_silence(bench->chip, true);
	expect_absent(bench);
	pn532_silence(bench->chip, false);
	reopen(bench);
	expect_payload(bench, 120);
}

static void does_not_block(void **state)
{
	static const int timeouts[] = { 0, 30, 200 };
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof timeouts / sizeof timeouts[0]; i++) {
		int64_t start = now_ms();
		assert_int_equal(source_nfc.read(bench->source, &bench->reading, timeouts[i]),
				 SOURCE_NOTHING);
		assert_in_range(now_ms() - start, timeouts[i], timeouts[i] + 100);
	}
	pn532_silence(bench->chip, true);
	int64_t start = now_ms();
	assert_int_equal(source_nfc.read(bench->source, &bench->reading, 200), SOURCE_NOTHING);
	assert_in_range(now_ms() - start, 200, 800);
}

/* 30 ms a byte: a card that would take twenty seconds does not hold the reader for longer than the
 * five in which an absent one has to be noticed. */
static void slow_card(void **state)
{
	struct bench *bench = *state;
	pn532_pace(bench->chip, 30000000, 0);
	type4_tag_make_credential(&bench->tag, bench->payload, 400);
	type4_tag_limit(&bench->tag, 15, 15, 8192);
	pn532_put(bench->chip, 0, &bench->tag);
	int64_t start = now_ms();
	assert_int_equal(read_within(bench, NOTICE_MS), SOURCE_OK);
	assert_in_range(now_ms() - start, 0, 4400);
	assert_int_equal(bench->reading.fault, READING_TORN);
	expect_quiet(bench);
}

static void refused_registers(void **state)
{
	struct bench *bench = *state;
	source_nfc.close(bench->source);
	pn532_refuse_registers(bench->chip, true);
	reopen(bench);
	lay(bench, 400);
	expect_payload(bench, 400);
	expect_quiet(bench);
}

static void bad_specs(void **state)
{
	static const struct {
		const char *name, *address;
		enum source_status status;
	} rows[] = {
		{ "a path alone", "/dev/ttyUSB0", SOURCE_BAD_SPEC },
		{ "a blank", " pn532_uart:/dev/ttyUSB0", SOURCE_BAD_SPEC },
		{ "no such line", "pn532_uart:/dev/no-such-line", SOURCE_ABSENT },
		{ "no line at all", "pn532_uart:/dev/null", SOURCE_ABSENT },
		{ "no such driver", "unheard_of:1", SOURCE_ABSENT },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		struct source *source = NULL;
		assert_int_equal(source_nfc.open(&source, rows[i].address, NULL), rows[i].status);
		assert_null(source);
	}
	char *overlong = malloc(4001);
	memset(overlong, 'a', 4000);
	overlong[4000] = '\0';
	struct source *source = NULL;
	assert_int_equal(source_nfc.open(&source, overlong, NULL), SOURCE_BAD_SPEC);
	free(overlong);
	source_nfc.close(NULL);
}

/* The line belongs to one source; a process that is killed leaves it usable. */
static void the_line_is_locked(void **state)
{
	struct bench *bench = *state;
	struct source *second = NULL;
	assert_int_equal(source_nfc.open(&second, pn532_connection(bench->chip), NULL),
			 SOURCE_ABSENT);
	source_nfc.close(bench->source);
	bench->source = NULL;

	int ready[2];
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		bool opened =
			source_nfc.open(&second, pn532_connection(bench->chip), NULL) == SOURCE_OK;
		if (write(ready[1], &opened, sizeof opened) > 0) {
			pause();
		}
		_exit(1);
	}
	bool opened = false;
	assert_int_equal(read(ready[0], &opened, sizeof opened), sizeof opened);
	assert_true(opened);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	reopen(bench);
	lay(bench, 60);
	expect_payload(bench, 60);
}

static void frames_are_not_printed(void **state)
{
	struct bench *bench = *state;
	source_nfc.close(bench->source);
	char path[] = "/tmp/test-nfc-XXXXXX";
	int file = mkstemp(path);
	assert_true(file >= 0);
	int saved = dup(STDERR_FILENO);
	dup2(file, STDERR_FILENO);
	setenv("LIBNFC_LOG_LEVEL", "3", 1);
	enum source_status opened =
		source_nfc.open(&bench->source, pn532_connection(bench->chip), NULL);
	lay(bench, 60);
	enum source_status taken = read_within(bench, PATIENCE_MS);
	dup2(saved, STDERR_FILENO);
	close(saved);
	off_t printed = lseek(file, 0, SEEK_END);
	close(file);
	unlink(path);
	assert_int_equal(opened, SOURCE_OK);
	assert_int_equal(taken, SOURCE_OK);
	assert_int_equal(printed, 0);
}

static void written_and_read_back(void **state)
{
	static const struct {
		const char *name;
		size_t payload, write_max;
		bool extended;
	} rows[] = {
		{ "one byte", 1, 255, false },
		{ "a credential", 300, 255, false },
		{ "by 13", 300, 13, true },
		{ "by one", 40, 1, false },
		{ "the longest", READING_BYTES_MAX, 255, true },
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		type4_tag_make(&bench->tag, NULL, 0);
		type4_tag_limit(&bench->tag, 255, rows[i].write_max, 8192);
		if (rows[i].extended) {
			type4_tag_extend(&bench->tag);
		}
		pn532_put(bench->chip, 0, &bench->tag);
		assert_int_equal(source_nfc.write(bench->source, bench->payload, rows[i].payload,
						  PATIENCE_MS),
				 SOURCE_OK);
		assert_true(pn532_look(bench->chip, 0, &bench->tag));
		size_t length = 0;
		const uint8_t *message = type4_tag_message(&bench->tag, &length);
		struct ndef_payload found;
		assert_int_equal(ndef_find(&found, message, length), NDEF_OK);
		assert_int_equal(found.length, rows[i].payload);
		assert_memory_equal(message + found.offset, bench->payload, found.length);
		take_away(bench);
		pn532_put(bench->chip, 0, &bench->tag);
		expect_payload(bench, rows[i].payload);
	}
}

static void not_written(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(source_nfc.write(bench->source, bench->payload, 100, 300), SOURCE_NOTHING);

	type4_tag_make(&bench->tag, NULL, 0);
	type4_tag_lock(&bench->tag);
	pn532_put(bench->chip, 0, &bench->tag);
	assert_int_equal(source_nfc.write(bench->source, bench->payload, 100, 300),
			 SOURCE_READ_ONLY);

	static const enum tag_manner manners[] = { TAG_NO_NDEF, TAG_NO_ISO_DEP, TAG_WORN };
	for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
		type4_tag_make(&bench->tag, NULL, 0);
		bench->tag.manner = manners[i];
		pn532_put(bench->chip, 0, &bench->tag);
		assert_int_equal(source_nfc.write(bench->source, bench->payload, 100, 300),
				 SOURCE_READ_ONLY);
	}

	/* Room for exactly 100 bytes, and for one less. */
	for (size_t i = 0; i < 2; i++) {
		type4_tag_make(&bench->tag, NULL, 0);
		type4_tag_limit(&bench->tag, 255, 255, 2 + 3 + 15 + 100 - i);
		pn532_put(bench->chip, 0, &bench->tag);
		assert_int_equal(source_nfc.write(bench->source, bench->payload, 100, 300),
				 i == 0 ? SOURCE_OK : SOURCE_NO_ROOM);
	}

	/* Two cards: none is written. */
	type4_tag_make(&bench->tag, NULL, 0);
	pn532_put(bench->chip, 0, &bench->tag);
	bench->tag.uid[1] ^= 0xff;
	pn532_put(bench->chip, 1, &bench->tag);
	assert_int_equal(source_nfc.write(bench->source, bench->payload, 100, 300), SOURCE_NOTHING);
	for (int place = 0; place < PN532_CARDS; place++) {
		size_t length = 1;
		assert_true(pn532_look(bench->chip, place, &bench->tag));
		type4_tag_message(&bench->tag, &length);
		assert_int_equal(length, 0);
	}

	pn532_unplug(bench->chip);
	assert_int_equal(source_nfc.write(bench->source, bench->payload, 100, 4000), SOURCE_ABSENT);
}

/* Torn away while it is written: never half a message, and whole the next time. */
static void torn_while_written(void **state)
{
	struct bench *bench = *state;
	for (int at = 1; at <= 11; at++) {
		lay(bench, 40);
		struct type4_tag torn = bench->tag;
		torn.tear_at = at;
		pn532_put(bench->chip, 0, &torn);
		enum source_status status =
			source_nfc.write(bench->source, bench->payload, 400, 50);
		assert_int_equal(status, at <= 10 ? SOURCE_NOTHING : SOURCE_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sizes_and_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(torn_at_each_apdu, setup, teardown),
		cmocka_unit_test_setup_teardown(faults, setup, teardown),
		cmocka_unit_test_setup_teardown(contents, setup, teardown),
		cmocka_unit_test_setup_teardown(stays_is_reported_once, setup, teardown),
		cmocka_unit_test_setup_teardown(patient_chip, setup, teardown),
		cmocka_unit_test_setup_teardown(exchanged_cards, setup, teardown),
		cmocka_unit_test_setup_teardown(several_cards, setup, teardown),
		cmocka_unit_test_setup_teardown(unplugged, setup, teardown),
		cmocka_unit_test_setup_teardown(silent, setup, teardown),
		cmocka_unit_test_setup_teardown(does_not_block, setup, teardown),
		cmocka_unit_test_setup_teardown(slow_card, setup, teardown),
		cmocka_unit_test_setup_teardown(refused_registers, setup, teardown),
		cmocka_unit_test(bad_specs),
		cmocka_unit_test_setup_teardown(the_line_is_locked, setup, teardown),
		cmocka_unit_test_setup_teardown(frames_are_not_printed, setup, teardown),
		cmocka_unit_test_setup_teardown(written_and_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(not_written, setup, teardown),
		cmocka_unit_test_setup_teardown(torn_while_written, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
