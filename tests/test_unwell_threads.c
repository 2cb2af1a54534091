/* A PN532 that fails in each state and in each way, under the real libnfc in its own process. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/nursery.h"
#include "reader/reader.h"
#include "tests/pn532.h"

enum { GET_FIRMWARE_VERSION = 0x02, IN_DATA_EXCHANGE = 0x40, IN_LIST = 0x4a };
enum moment { OPENING, IDLE, CARD };

/* At CARD the nth command is counted from laying a card. */
static const struct row {
	const char *name;
	enum pn532_mischief mischief;
	enum moment moment;
	unsigned command;
	unsigned nth;
} rows[] = {
	{ "silent while it is opened", PN532_SILENT, OPENING, GET_FIRMWARE_VERSION, 1 },
	{ "unplugged while it is opened", PN532_UNPLUGGED, OPENING, GET_FIRMWARE_VERSION, 1 },
	{ "random bytes while it is opened", PN532_RANDOM, OPENING, GET_FIRMWARE_VERSION, 1 },
	{ "NACKs while it is opened", PN532_NACKS, OPENING, GET_FIRMWARE_VERSION, 1 },
	{ "wrong checksums from the first", PN532_WRONG_SUM, OPENING, GET_FIRMWARE_VERSION, 1 },
	{ "wrong lengths from the first", PN532_WRONG_LENGTH, OPENING, GET_FIRMWARE_VERSION, 1 },
	{ "silent while it looks", PN532_SILENT, IDLE, IN_LIST, 2 },
	{ "unplugged while it looks", PN532_UNPLUGGED, IDLE, IN_LIST, 2 },
	{ "reset while it looks", PN532_RESETS, IDLE, IN_LIST, 2 },
	{ "random bytes while it looks", PN532_RANDOM, IDLE, IN_LIST, 2 },
	{ "wrong checksums while it looks", PN532_WRONG_SUM, IDLE, IN_LIST, 2 },
	{ "wrong lengths while it looks", PN532_WRONG_LENGTH, IDLE, IN_LIST, 2 },
	{ "NACKs while it looks", PN532_NACKS, IDLE, IN_LIST, 2 },
	{ "silent when a card is found", PN532_SILENT, CARD, IN_DATA_EXCHANGE, 1 },
	{ "unplugged when a card is found", PN532_UNPLUGGED, CARD, IN_DATA_EXCHANGE, 1 },
	{ "reset when a card is found", PN532_RESETS, CARD, IN_DATA_EXCHANGE, 1 },
	{ "unplugged at the second APDU", PN532_UNPLUGGED, CARD, IN_DATA_EXCHANGE, 2 },
	{ "unplugged at the third APDU", PN532_UNPLUGGED, CARD, IN_DATA_EXCHANGE, 3 },
	{ "unplugged at the fourth APDU", PN532_UNPLUGGED, CARD, IN_DATA_EXCHANGE, 4 },
	{ "unplugged at the fifth APDU", PN532_UNPLUGGED, CARD, IN_DATA_EXCHANGE, 5 },
	{ "silent at the second APDU", PN532_SILENT, CARD, IN_DATA_EXCHANGE, 2 },
	{ "silent at the third APDU", PN532_SILENT, CARD, IN_DATA_EXCHANGE, 3 },
	{ "silent at the fourth APDU", PN532_SILENT, CARD, IN_DATA_EXCHANGE, 4 },
	{ "silent at the fifth APDU", PN532_SILENT, CARD, IN_DATA_EXCHANGE, 5 },
	{ "reset at the third APDU", PN532_RESETS, CARD, IN_DATA_EXCHANGE, 3 },
	{ "random bytes at the third APDU", PN532_RANDOM, CARD, IN_DATA_EXCHANGE, 3 },
	{ "NACKs at the third APDU", PN532_NACKS, CARD, IN_DATA_EXCHANGE, 3 },
	{ "wrong checksums at the third APDU", PN532_WRONG_SUM, CARD, IN_DATA_EXCHANGE, 3 },
	{ "wrong lengths at the third APDU", PN532_WRONG_LENGTH, CARD, IN_DATA_EXCHANGE, 3 },
	{ "a status with bit 7", PN532_BAD_STATUS, CARD, IN_DATA_EXCHANGE, 1 },
	{ "a status with bit 7, later", PN532_BAD_STATUS, CARD, IN_DATA_EXCHANGE, 3 },
	{ "an ATS of length 0", PN532_NO_ATS, CARD, IN_LIST, 1 },
};
#define ROWS    (sizeof rows / sizeof rows[0])
#define WORKERS 10

struct hall {
	struct nursery *nursery;
	atomic_size_t next;
	atomic_bool well[ROWS];
	atomic_uint noticed_ms[ROWS];
};

static void await_state(const struct reader *reader, enum reader_state state)
{
	while (reader_state(reader) != state) {
		usleep(1000);
	}
}

/* What comes while the chip is asked for cards so many times: how many readings, the last in *out. */
static int count_readings(struct pn532 *chip, struct reader *reader, struct reading *out,
			  unsigned lists)
{
	int count = 0;
	for (unsigned i = 0; i < lists; i++) {
		pn532_await_lists(chip, 1);
		count += reader_take(reader, out, reader_clock_ms());
	}
	usleep(20000); /* over the socket */
	return count + reader_take(reader, out, reader_clock_ms());
}

/* After all that one tap is one reading, and right. */
static bool serves(struct pn532 *chip, struct reader *reader, const struct type4_tag *tag)
{
	struct reading reading = { 0 };
	pn532_take_away(chip, 0);
	(void)count_readings(chip, reader, &reading, 6);
	pn532_put(chip, 0, tag);
	return count_readings(chip, reader, &reading, 8) == 1 &&
	       reading.fault == READING_COMPLETE && reading.length == 6 &&
	       memcmp(reading.bytes, "A CARD", 6) == 0;
}

static bool run_row(struct hall *hall, const struct row *row, atomic_uint *noticed_ms)
{
	const struct source_setup setup = { .nursery = hall->nursery };
	struct pn532 *chip = pn532_start();
	struct type4_tag tag;
	char spec[300];
	type4_tag_make_credential(&tag, (const uint8_t *)"A CARD", 6);
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(chip));
	if (row->moment == OPENING) {
		pn532_trip(chip, row->mischief, row->command, row->nth);
	}
	struct reader *reader = reader_open(spec, &setup, NULL, NULL);
	if (row->moment != OPENING) {
		await_state(reader, READER_ONLINE);
		pn532_trip(chip, row->mischief, row->command, row->nth);
	}
	if (row->moment == CARD) {
		pn532_put(chip, 0, &tag);
	}
	while (!pn532_tripped(chip)) {
		usleep(1000);
	}
	uint64_t tripped_ms = reader_clock_ms();
	await_state(reader, READER_OFFLINE);
	atomic_store(noticed_ms, (unsigned)(reader_clock_ms() - tripped_ms));
	pn532_heal(chip);
	await_state(reader, READER_ONLINE);
	bool well = serves(chip, reader, &tag);
	reader_close(reader);
	pn532_stop(chip);
	return well;
}

static void *work(void *argument)
{
	struct hall *hall = argument;
	for (;;) {
		size_t i = atomic_fetch_add(&hall->next, 1);
		if (i >= ROWS) {
			return NULL;
		}
		atomic_store(&hall->well[i], run_row(hall, &rows[i], &hall->noticed_ms[i]));
	}
}

static void whatever_it_does_it_is_taken_up_again(void **state)
{
	struct hall *hall = *state;
	pthread_t workers[WORKERS];
	for (size_t i = 0; i < WORKERS; i++) {
		assert_int_equal(pthread_create(&workers[i], NULL, work, hall), 0);
	}
	for (size_t i = 0; i < WORKERS; i++) {
		pthread_join(workers[i], NULL);
	}
	for (size_t i = 0; i < ROWS; i++) {
		print_message("  %s: noticed after %u ms\n", rows[i].name,
			      atomic_load(&hall->noticed_ms[i]));
	}
	for (size_t i = 0; i < ROWS; i++) {
		if (!atomic_load(&hall->well[i])) {
			fail_msg("%s", rows[i].name);
		}
	}
}

/* What lies there when a reader comes back was read already, or was not. */
static void what_lies_there_still_is_the_same_tap(void **state)
{
	struct hall *hall = *state;
	const struct source_setup setup = { .nursery = hall->nursery };
	struct pn532 *chip = pn532_start();
	struct type4_tag tag;
	struct reading reading;
	char spec[300];
	type4_tag_make_credential(&tag, (const uint8_t *)"A CARD", 6);
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(chip));
	pn532_put(chip, 0, &tag);
	struct reader *reader = reader_open(spec, &setup, NULL, NULL);
	assert_int_equal(count_readings(chip, reader, &reading, 10),
			 1); /* lay there at the start */
	pn532_unplug(chip);
	await_state(reader, READER_OFFLINE);
	pn532_plug(chip);
	await_state(reader, READER_ONLINE);
	assert_int_equal(count_readings(chip, reader, &reading, 10), 0);
	pn532_unplug(chip);
	await_state(reader, READER_OFFLINE);
	type4_tag_make_credential(&tag, (const uint8_t *)"OTHERS", 6);
	pn532_put(chip, 0, &tag);
	pn532_plug(chip);
	assert_int_equal(count_readings(chip, reader, &reading, 10), 1);
	assert_memory_equal(reading.bytes, "OTHERS", 6);
	pn532_take_away(chip, 0);
	assert_int_equal(count_readings(chip, reader, &reading, 8), 0);
	pn532_put(chip, 0, &tag);
	assert_int_equal(count_readings(chip, reader, &reading, 10), 1);
	reader_close(reader);
	pn532_stop(chip);
}

/* Two looks in a row without it, of two questions each, are a card taken away; less is none. */
static void a_card_that_flickers_is_one_tap(void **state)
{
	struct hall *hall = *state;
	const struct source_setup setup = { .nursery = hall->nursery };
	struct pn532 *chip = pn532_start();
	struct type4_tag tag;
	struct reading reading;
	char spec[300];
	static const struct {
		unsigned times;
		int readings;
	} blinks[] = { { 1, 0 }, { 2, 0 }, { 3, 0 }, { 4, 1 }, { 3, 0 }, { 5, 1 } };
	pn532_set_habit(chip, PN532_LENIENT);
	type4_tag_make_credential(&tag, (const uint8_t *)"A CARD", 6);
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(chip));
	struct reader *reader = reader_open(spec, &setup, NULL, NULL);
	pn532_put(chip, 0, &tag);
	assert_int_equal(count_readings(chip, reader, &reading, 10), 1);
	for (size_t i = 0; i < sizeof blinks / sizeof blinks[0]; i++) {
		pn532_blind(chip, blinks[i].times);
		assert_int_equal(count_readings(chip, reader, &reading, 15), blinks[i].readings);
	}
	reader_close(reader);
	pn532_stop(chip);
}

static int enter(void **state)
{
	struct hall *hall = calloc(1, sizeof *hall);
	assert_non_null(hall);
	hall->nursery = nursery_open(source_driver_for, reader_clock_ms);
	assert_non_null(hall->nursery);
	*state = hall;
	return 0;
}

static int leave(void **state)
{
	struct hall *hall = *state;
	nursery_close(hall->nursery);
	free(hall);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whatever_it_does_it_is_taken_up_again, enter,
						leave),
		cmocka_unit_test_setup_teardown(a_card_that_flickers_is_one_tap, enter, leave),
		cmocka_unit_test_setup_teardown(what_lies_there_still_is_the_same_tap, enter,
						leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
