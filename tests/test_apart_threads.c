/* Readers in processes of their own: that break, hang, lie, or try what they may not. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/apart.h"
#include "reader/nursery.h"
#include "reader/reader.h"
#include "tests/folder.h"
#include "tests/wayward.h"

/* Time goes on by itself, and may be pushed ahead. */
static atomic_ullong ahead_ms;

static uint64_t pushed_clock(void)
{
	return reader_clock_ms() + atomic_load(&ahead_ms);
}

struct ward {
	struct nursery *nursery;
	struct folder *folder;
	int stderr_before;
	char told[200]; /* path of what the nursery writes to stderr */
	struct source_setup setup;
};

static int enter(void **state)
{
	struct ward *ward = calloc(1, sizeof *ward);
	assert_non_null(ward);
	assert_int_equal(folder_set_up((void **)&ward->folder), 0);
	snprintf(ward->told, sizeof ward->told, "%s/told", ward->folder->path);
	FILE *told = fopen(ward->told, "we");
	assert_non_null(told);
	ward->stderr_before = dup(STDERR_FILENO);
	dup2(fileno(told), STDERR_FILENO);
	fclose(told);
	atomic_store(&ahead_ms, 0);
	ward->nursery = nursery_open(wayward_driver_for, pushed_clock);
	dup2(ward->stderr_before, STDERR_FILENO);
	close(ward->stderr_before);
	assert_non_null(ward->nursery);
	ward->setup.nursery = ward->nursery;
	*state = ward;
	return 0;
}

static int leave(void **state)
{
	struct ward *ward = *state;
	nursery_close(ward->nursery);
	folder_tear_down((void **)&ward->folder);
	free(ward);
	return 0;
}

static bool was_told(const struct ward *ward, const char *what)
{
	char text[20000];
	FILE *told = fopen(ward->told, "re");
	assert_non_null(told);
	size_t length = fread(text, 1, sizeof text - 1, told);
	fclose(told);
	text[length] = '\0';
	return strstr(text, what) != NULL;
}

/* Nothing but a whole run's time-out ends what never comes. */
static void await_told(const struct ward *ward, const char *what)
{
	while (!was_told(ward, what)) {
		usleep(2000);
	}
}

static void await_state(const struct reader *reader, enum reader_state state)
{
	while (reader_state(reader) != state) {
		usleep(1000);
	}
}

static void await_reading(struct reader *reader, struct reading *out)
{
	while (!reader_take(reader, out, reader_clock_ms())) {
		usleep(1000);
	}
}

static struct reader *start(struct ward *ward, const char *spec)
{
	struct reader *reader = reader_open_driver(&source_apart, spec, &ward->setup, NULL, NULL);
	assert_non_null(reader);
	return reader;
}

/* --- what goes well --- */

static void a_reading_comes_over(void **state)
{
	struct ward *ward = *state;
	struct reading reading;
	struct reader *reader = start(ward, "wayward:good");
	await_reading(reader, &reading);
	assert_int_equal(reading.length, 5);
	assert_memory_equal(reading.bytes, "FIRST", 5);
	assert_int_equal(reader_state(reader), READER_ONLINE);
	reader_close(reader);
	assert_false(was_told(ward, "reader"));
}

static void a_recording_comes_to_its_end(void **state)
{
	struct ward *ward = *state;
	struct reading reading;
	char spec[400];
	folder_put_text(folder_file(ward->folder, "taps"), "0 qr ONE\n1 several_cards\n");
	snprintf(spec, sizeof spec, "replay:%s", ward->folder->file);
	struct reader *reader = reader_open(spec, &ward->setup, NULL, NULL);
	await_reading(reader, &reading);
	assert_memory_equal(reading.bytes, "ONE", 3);
	await_state(reader, READER_ENDED);
	reader_close(reader);
}

static void what_nobody_knows_stays_offline(void **state)
{
	struct ward *ward = *state;
	struct reader *reader = start(ward, "teleport:/dev/null");
	await_state(reader, READER_OFFLINE);
	reader_close(reader);
	char spec[NURSERY_SPEC_MAX + 1];
	memset(spec, 'x', sizeof spec - 1);
	memcpy(spec, "wayward:", 8);
	spec[NURSERY_SPEC_MAX] = '\0';
	int link;
	assert_int_equal(nursery_ask(ward->nursery, &link, spec), SOURCE_BAD_SPEC);
	assert_int_equal(nursery_ask(ward->nursery, &link, ""), SOURCE_BAD_SPEC);
	spec[NURSERY_SPEC_MAX - 1] = '\0';
	assert_int_equal(nursery_ask(ward->nursery, &link, spec), SOURCE_OK);
	close(link);
}

/* --- what breaks --- */

static void what_breaks_is_taken_up_again(void **state)
{
	struct ward *ward = *state;
	static const struct {
		const char *spec;
		const char *told;
	} rows[] = {
		{ "wayward:abort", "reader wayward:abort: its process was ended: it broke down" },
		{ "wayward:overrun", NULL }, /* a sanitizer has a word of its own for it */
		{ "wayward:leave", NULL },
	};
	struct reader *other = start(ward, "wayward:good");
	struct reading reading;
	await_reading(other, &reading);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct reader *reader = start(ward, rows[i].spec);
		for (int round = 0; round < 2; round++) {
			await_reading(reader, &reading);
			await_state(reader, READER_OFFLINE);
		}
		reader_close(reader);
		if (rows[i].told != NULL) {
			await_told(ward, rows[i].told);
		}
	}
	assert_int_equal(reader_state(other), READER_ONLINE); /* all the while */
	reader_close(other);
}

static void what_breaks_while_opening_is_offline(void **state)
{
	struct ward *ward = *state;
	struct reader *reader = start(ward, "wayward:abort_opening");
	await_state(reader, READER_OFFLINE);
	await_told(ward, "reader wayward:abort_opening: its process was ended");
	reader_close(reader);
}

/* Past the limit, on the clock that is pushed. */
static void what_hangs_is_killed(void **state)
{
	struct ward *ward = *state;
	static const char *const specs[] = { "wayward:hang", "wayward:spin" };
	for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
		struct reading reading;
		struct reader *reader = start(ward, specs[i]);
		await_reading(reader, &reading);
		assert_int_equal(reader_state(reader), READER_ONLINE);
		atomic_fetch_add(&ahead_ms, NURSERY_SILENT_MS);
		await_state(reader, READER_OFFLINE);
		await_reading(reader, &reading); /* by itself, from another process */
		atomic_fetch_add(&ahead_ms, NURSERY_SILENT_MS);
		await_state(reader, READER_OFFLINE);
		reader_close(reader);
	}
	await_told(ward, "reader wayward:hang: its process was ended: it did not answer");
	await_told(ward, "reader wayward:spin: its process was ended: it did not answer");
}

static void what_hangs_while_opening_is_killed(void **state)
{
	struct ward *ward = *state;
	struct reader *reader = start(ward, "wayward:hang_opening");
	while (reader_state(reader) != READER_OFFLINE) {
		atomic_fetch_add(&ahead_ms, NURSERY_SILENT_MS);
		usleep(10000);
	}
	reader_close(reader);
	await_told(ward, "reader wayward:hang_opening: its process was ended: it did not");
}

static atomic_ullong still_ms;

static uint64_t still_clock(void)
{
	return atomic_load(&still_ms);
}

static void patience_ends_at_the_limit(void **state)
{
	struct nursery *nursery = nursery_open(wayward_driver_for, still_clock);
	const struct source_setup setup = { .nursery = nursery };
	struct source *source = NULL;
	struct reading reading;
	(void)state;
	atomic_store(&still_ms, 1000);
	assert_non_null(nursery);
	assert_int_equal(source_apart.open(&source, "wayward:hang", &setup), SOURCE_OK);
	while (source_apart.read(source, &reading, 1000) != SOURCE_OK) {
	}
	assert_int_equal(reading.taken_ms, 1000); /* a time to come is not believed */
	atomic_store(&still_ms, 1000 + NURSERY_SILENT_MS - 1);
	assert_int_equal(source_apart.read(source, &reading, 0), SOURCE_NOTHING);
	atomic_store(&still_ms, 1000 + NURSERY_SILENT_MS);
	assert_int_equal(source_apart.read(source, &reading, 0), SOURCE_ABSENT);
	source_apart.close(source);
	source_apart.close(NULL);
	nursery_close(nursery);
	nursery_close(NULL);
}

/* --- what tries to get out --- */

static void what_it_may_not_do_ends_it(void **state)
{
	struct ward *ward = *state;
	static const char *const ways[] = {
		"read_file",       "write_file",    "call_out",     "execute", "multiply",
		"trace",           "kill",          "make_code",    "type",    "call_out_opening",
		"execute_opening", "trace_opening", "kill_opening",
	};
	struct reader *other = start(ward, "wayward:good");
	struct reading reading;
	await_reading(other, &reading);
	folder_put_text(folder_file(ward->folder, "registry.keys"), "secret");
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		char spec[400];
		char told[500];
		snprintf(spec, sizeof spec, "wayward:%s,%s", ways[i], ward->folder->file);
		snprintf(told, sizeof told,
			 "reader %s: its process was ended: it tried what it may not do", spec);
		struct reader *reader = start(ward, spec);
		await_told(ward, told);
		await_state(reader, READER_OFFLINE);
		reader_close(reader);
	}
	assert_false(was_told(ward, "it was let through"));
	assert_int_equal(reader_state(other), READER_ONLINE); /* all the while */
	reader_close(other);
}

/* While it is opened a driver may look for its device, but not at what is ours. */
static void files_are_out_of_reach_from_the_first(void **state)
{
	struct ward *ward = *state;
	static const char *const ways[] = { "read_file_opening", "write_file_opening" };
	struct reading reading;
	folder_put_text(folder_file(ward->folder, "registry.keys"), "secret");
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		char spec[400];
		snprintf(spec, sizeof spec, "wayward:%s,%s", ways[i], ward->folder->file);
		struct reader *reader = start(ward, spec);
		await_reading(reader, &reading);
		reader_close(reader);
	}
	assert_false(was_told(ward, "it was let through"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_reading_comes_over, enter, leave),
		cmocka_unit_test_setup_teardown(a_recording_comes_to_its_end, enter, leave),
		cmocka_unit_test_setup_teardown(what_nobody_knows_stays_offline, enter, leave),
		cmocka_unit_test_setup_teardown(what_breaks_is_taken_up_again, enter, leave),
		cmocka_unit_test_setup_teardown(what_breaks_while_opening_is_offline, enter, leave),
		cmocka_unit_test_setup_teardown(what_hangs_is_killed, enter, leave),
		cmocka_unit_test_setup_teardown(what_hangs_while_opening_is_killed, enter, leave),
		cmocka_unit_test(patience_ends_at_the_limit),
		cmocka_unit_test_setup_teardown(what_it_may_not_do_ends_it, enter, leave),
		cmocka_unit_test_setup_teardown(files_are_out_of_reach_from_the_first, enter,
						leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
