/* Readers at work: real drivers at lines and files that come and go, in threads of their own. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/image.h"
#include "reader/reader.h"
#include "tests/folder.h"
#include "tests/pn532.h"
#include "tests/pty.h"

struct bench {
	char folder[FOLDER_SIZE];
	char path[200];
	char spec[256];
	atomic_int notified;
};

static int enter(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);

	folder_make(bench->folder);
	snprintf(bench->path, sizeof bench->path, "%s/device", bench->folder);
	*state = bench;
	return 0;
}

static int leave(void **state)
{
	struct bench *bench = *state;

	folder_remove(bench->folder);
	free(bench);
	return 0;
}

static void notified(void *context)
{
	struct bench *bench = context;

	atomic_fetch_add(&bench->notified, 1);
}

static struct reader *start(struct bench *bench, const char *scheme)
{
	snprintf(bench->spec, sizeof bench->spec, "%s:%s", scheme, bench->path);
	struct reader *reader = reader_open(bench->spec, NULL, notified, bench);

	assert_non_null(reader);
	assert_string_equal(reader_spec(reader), bench->spec);
	return reader;
}

static void pause_ms(unsigned milliseconds)
{
	usleep(milliseconds * 1000);
}

/* Milliseconds until the reader is in this state; fails past the time within which it must. */
static unsigned wait_state(const struct reader *reader, enum reader_state state)
{
	uint64_t start_ms = reader_clock_ms();

	while (reader_state(reader) != state) {
		if (reader_clock_ms() - start_ms > READER_NOTICE_MS) {
			fail_msg("state %d not within %d ms", state, READER_NOTICE_MS);
		}
		pause_ms(5);
	}
	return (unsigned)(reader_clock_ms() - start_ms);
}

static bool wait_take(struct reader *reader, struct reading *out, unsigned milliseconds)
{
	uint64_t until_ms = reader_clock_ms() + milliseconds;

	while (!reader_take(reader, out, reader_clock_ms())) {
		if (reader_clock_ms() > until_ms) {
			return false;
		}
		pause_ms(5);
	}
	return true;
}

static void assert_takes(struct reader *reader, const char *text)
{
	struct reading reading;

	assert_true(wait_take(reader, &reading, 1500));
	assert_int_equal(reading.length, strlen(text));
	assert_memory_equal(reading.bytes, text, reading.length);
}

static void wait_notified(struct bench *bench, int count)
{
	uint64_t until_ms = reader_clock_ms() + 2000;

	while (atomic_load(&bench->notified) < count) {
		assert_true(reader_clock_ms() < until_ms);
		pause_ms(2);
	}
}

/* --- coming and going --- */

static void a_scanner_comes_and_goes_and_comes(void **state)
{
	struct bench *bench = *state;
	struct reader *reader = start(bench, "scanner");
	struct pty pty;

	print_message("  absent: noticed after %u ms\n", wait_state(reader, READER_OFFLINE));
	for (int round = 0; round < 2; round++) {
		assert_true(pty_open(&pty) && pty_plug(&pty, bench->path));
		print_message("  plugged in: online after %u ms\n",
			      wait_state(reader, READER_ONLINE));
		assert_true(pty_send(&pty, "CODE\r\n", 6));
		assert_takes(reader, "CODE");
		pty_close(&pty);
		unlink(bench->path);
		print_message("  unplugged: noticed after %u ms\n",
			      wait_state(reader, READER_OFFLINE));
	}
	/* offline; then online, a reading, offline, twice */
	assert_int_equal(atomic_load(&bench->notified), 7);
	reader_close(reader);
}

static void a_scanner_whose_name_is_gone_is_noticed(void **state)
{
	struct bench *bench = *state;
	struct pty pty;

	assert_true(pty_open(&pty) && pty_plug(&pty, bench->path));
	struct reader *reader = start(bench, "scanner");

	wait_state(reader, READER_ONLINE);
	unlink(bench->path); /* the line itself stays open */
	print_message("  noticed after %u ms\n", wait_state(reader, READER_OFFLINE));
	assert_true(pty_plug(&pty, bench->path));
	wait_state(reader, READER_ONLINE);
	reader_close(reader);
	pty_close(&pty);
}

static void a_picture_comes_and_goes_and_comes(void **state)
{
	struct bench *bench = *state;
	struct reader *reader = start(bench, "camera");
	struct reading reading;

	wait_state(reader, READER_OFFLINE);
	assert_int_equal(qr_save(bench->path, "SHOWN", 4), IMAGE_OK);
	wait_state(reader, READER_ONLINE);
	assert_takes(reader, "SHOWN");
	assert_false(wait_take(reader, &reading, 500)); /* it stays: reported once */
	assert_int_equal(qr_save(bench->path, "ANOTHER", 4), IMAGE_OK);
	assert_takes(reader, "ANOTHER");
	unlink(bench->path);
	wait_state(reader, READER_OFFLINE);
	reader_close(reader);
}

static void an_nfc_reader_comes_and_goes_and_comes(void **state)
{
	struct bench *bench = *state;
	struct pn532 *chip = pn532_start();
	struct type4_tag tag;
	struct reading reading;

	type4_tag_make_credential(&tag, (const uint8_t *)"A CARD", 6);
	snprintf(bench->spec, sizeof bench->spec, "nfc:%s", pn532_connection(chip));
	struct reader *reader = reader_open(bench->spec, NULL, notified, bench);

	assert_non_null(reader);
	wait_state(reader, READER_ONLINE);
	pn532_silence(chip, true);
	print_message("  silent: noticed after %u ms\n", wait_state(reader, READER_OFFLINE));
	pn532_silence(chip, false);
	print_message("  it answers: online after %u ms\n", wait_state(reader, READER_ONLINE));
	pn532_put(chip, 0, &tag);
	assert_takes(reader, "A CARD");
	assert_false(wait_take(reader, &reading, 500)); /* it stays: reported once */
	pn532_unplug(chip);
	print_message("  unplugged: noticed after %u ms\n", wait_state(reader, READER_OFFLINE));
	pn532_take_away(chip, 0);
	pn532_plug(chip);
	print_message("  plugged in: online after %u ms\n", wait_state(reader, READER_ONLINE));
	pn532_put(chip, 0, &tag);
	assert_takes(reader, "A CARD");
	pn532_silence(chip, true);
	uint64_t start_ms = reader_clock_ms();

	reader_close(reader);
	assert_true(reader_clock_ms() - start_ms < 3000);
	pn532_stop(chip);
}

/* --- one reading at a time --- */

static void who_is_first_is_served_first(void **state)
{
	struct bench *bench = *state;
	struct pty pty;
	struct reading reading;

	assert_true(pty_open(&pty) && pty_plug(&pty, bench->path));
	struct reader *reader = start(bench, "scanner");

	wait_state(reader, READER_ONLINE);
	assert_true(pty_send(&pty, "FIRST\rSECOND\rTHIRD\r", 19));
	wait_notified(bench, 2);
	pause_ms(300);
	assert_takes(reader, "FIRST");
	assert_false(reader_take(reader, &reading, reader_clock_ms()));
	assert_true(pty_send(&pty, "FOURTH\r", 7));
	assert_takes(reader, "FOURTH");
	assert_int_equal(atomic_load(&bench->notified), 3);
	reader_close(reader);
	pty_close(&pty);
}

static void a_stale_reading_gives_way(void **state)
{
	struct bench *bench = *state;

	folder_put_text(bench->path, "0 qr OLD\n1000 qr BETWEEN\n2300 qr NEW\n");
	struct reader *reader = start(bench, "replay");

	wait_state(reader, READER_ENDED);
	assert_takes(reader, "NEW");
	reader_close(reader);
}

/* --- replays --- */

static void a_replay_ends(void **state)
{
	struct bench *bench = *state;
	struct reading reading;

	folder_put_text(bench->path, "0 qr ONE\n200 several_cards\n");
	struct reader *reader = start(bench, "replay");

	assert_takes(reader, "ONE");
	assert_true(wait_take(reader, &reading, 1500));
	assert_int_equal(reading.fault, READING_SEVERAL_CARDS);
	wait_state(reader, READER_ENDED);
	assert_int_equal(atomic_load(&bench->notified), 4); /* online, two readings, ended */
	reader_close(reader);
}

static void what_cannot_be_read_stays_offline(void **state)
{
	struct bench *bench = *state;

	folder_put_text(bench->path, "nonsense\n");
	struct reader *reader = start(bench, "replay");

	wait_state(reader, READER_OFFLINE);
	reader_close(reader);
	assert_null(reader_open("keyboard", NULL, notified, bench));
	assert_null(reader_open("teleport:/dev/null", NULL, notified, bench));
	reader_close(NULL);
}

/* --- stopping --- */

static void a_reader_stops_at_once(void **state)
{
	struct bench *bench = *state;
	struct pty pty;
	uint64_t start_ms;

	struct reader *reader = start(bench, "scanner");

	wait_state(reader, READER_OFFLINE);
	pause_ms(800); /* into the longest pause between two attempts */
	start_ms = reader_clock_ms();
	reader_close(reader);
	assert_true(reader_clock_ms() - start_ms < 500);

	assert_true(pty_open(&pty) && pty_plug(&pty, bench->path));
	reader = start(bench, "scanner");
	wait_state(reader, READER_ONLINE);
	start_ms = reader_clock_ms();
	reader_close(reader);
	assert_true(reader_clock_ms() - start_ms < 1000);
	pty_close(&pty);

	for (int i = 0; i < 20; i++) {
		reader = start(bench, "scanner");
		reader_close(reader);
	}
}

struct taking {
	struct reader *_Atomic reader;
	atomic_int taken;
};

static void take_in_notify(void *context)
{
	struct taking *taking = context;
	struct reader *reader = atomic_load(&taking->reader);
	struct reading reading;

	if (reader != NULL && reader_state(reader) == READER_ONLINE &&
	    reader_take(reader, &reading, reader_clock_ms())) {
		atomic_fetch_add(&taking->taken, 1);
	}
}

static void a_notification_may_take(void **state)
{
	struct bench *bench = *state;
	struct taking taking = { .taken = 0 };
	struct pty pty;
	char spec[300];

	assert_true(pty_open(&pty) && pty_plug(&pty, bench->path));
	snprintf(spec, sizeof spec, "scanner:%s", bench->path);
	atomic_store(&taking.reader, reader_open(spec, NULL, take_in_notify, &taking));
	wait_state(atomic_load(&taking.reader), READER_ONLINE);
	for (int i = 1; i <= 50; i++) {
		assert_true(pty_send(&pty, "CODE\r", 5));
		for (int wait = 0; atomic_load(&taking.taken) < i && wait < 1000; wait++) {
			pause_ms(2);
		}
		assert_int_equal(atomic_load(&taking.taken), i);
	}
	reader_close(atomic_load(&taking.reader));
	pty_close(&pty);
}

/* --- a device that does what no real one does on demand: hang, and say when it read --- */

struct source {
	atomic_bool hang;
	atomic_bool closed;
	atomic_bool give;
	atomic_ullong taken_ms;
};

static struct source told;

static enum source_status told_open(struct source **out, const char *address,
				    const struct source_setup *setup)
{
	(void)setup;
	assert_string_equal(address, "x");
	*out = &told;
	return SOURCE_OK;
}

static enum source_status told_read(struct source *source, struct reading *out, int timeout_ms)
{
	while (atomic_load(&source->hang)) {
		pause_ms(10);
	}
	if (atomic_exchange(&source->give, false)) {
		*out = (struct reading){ .carrier = READING_QR, .length = 1, .bytes = "X" };
		out->taken_ms = atomic_load(&source->taken_ms);
		return SOURCE_OK;
	}
	pause_ms((unsigned)timeout_ms / 50);
	return SOURCE_NOTHING;
}

static void told_close(struct source *source)
{
	atomic_store(&source->closed, true);
}

static const struct source_driver source_told = {
	.scheme = "told",
	.open = told_open,
	.read = told_read,
	.close = told_close,
};

static void a_reading_grows_stale(void **state)
{
	struct bench *bench = *state;
	struct reader *reader = reader_open_driver(&source_told, "told:x", NULL, notified, bench);
	struct reading reading;
	static const struct {
		int64_t age_ms;
		bool taken;
	} ages[] = {
		{ -10, true }, /* the caller looked at the clock before the device did */
		{ 0, true },
		{ READING_FRESH_MS, true },
		{ READING_FRESH_MS + 1, false },
	};

	assert_non_null(reader);
	wait_state(reader, READER_ONLINE);
	for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
		uint64_t taken_ms = reader_clock_ms();

		atomic_store(&bench->notified, 0);
		atomic_store(&told.taken_ms, taken_ms);
		atomic_store(&told.give, true);
		wait_notified(bench, 1);
		assert_int_equal(reader_take(reader, &reading, taken_ms + (uint64_t)ages[i].age_ms),
				 ages[i].taken);
		assert_false(reader_take(reader, &reading, taken_ms)); /* never replayed */
	}
	reader_close(reader);
}

static void a_driver_that_hangs_is_noticed_and_left(void **state)
{
	struct bench *bench = *state;

	atomic_store(&told.closed, false);
	struct reader *reader = reader_open_driver(&source_told, "told:x", NULL, notified, bench);

	assert_non_null(reader);
	wait_state(reader, READER_ONLINE);
	atomic_store(&told.hang, true);
	print_message("  noticed after %u ms\n", wait_state(reader, READER_OFFLINE));
	wait_notified(bench, 2);
	atomic_store(&told.hang, false);
	wait_state(reader, READER_ONLINE);
	atomic_store(&told.hang, true);
	pause_ms(100);
	uint64_t start_ms = reader_clock_ms();

	reader_close(reader);
	assert_true(reader_clock_ms() - start_ms < 3000);
	int count = atomic_load(&bench->notified);

	atomic_store(&told.hang, false);
	for (int i = 0; !atomic_load(&told.closed) && i < 200; i++) {
		pause_ms(10);
	}
	assert_true(atomic_load(&told.closed)); /* the thread ends by itself */
	pause_ms(100);
	assert_int_equal(atomic_load(&bench->notified), count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_scanner_comes_and_goes_and_comes, enter, leave),
		cmocka_unit_test_setup_teardown(a_scanner_whose_name_is_gone_is_noticed, enter,
						leave),
		cmocka_unit_test_setup_teardown(a_picture_comes_and_goes_and_comes, enter, leave),
		cmocka_unit_test_setup_teardown(an_nfc_reader_comes_and_goes_and_comes, enter,
						leave),
		cmocka_unit_test_setup_teardown(who_is_first_is_served_first, enter, leave),
		cmocka_unit_test_setup_teardown(a_reading_grows_stale, enter, leave),
		cmocka_unit_test_setup_teardown(a_stale_reading_gives_way, enter, leave),
		cmocka_unit_test_setup_teardown(a_replay_ends, enter, leave),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_stays_offline, enter, leave),
		cmocka_unit_test_setup_teardown(a_reader_stops_at_once, enter, leave),
		cmocka_unit_test_setup_teardown(a_notification_may_take, enter, leave),
		cmocka_unit_test_setup_teardown(a_driver_that_hangs_is_noticed_and_left, enter,
						leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
