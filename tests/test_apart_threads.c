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
#include "reader/image.h"
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

/* A picture is another file each time: the folder is what may be read. */
static void pictures_are_read_as_they_change(void **state)
{
	struct ward *ward = *state;
	struct reading reading;
	char spec[400];
	const char *path = folder_file(ward->folder, "picture.png");
	assert_int_equal(qr_save(path, "SHOWN", 4), IMAGE_OK);
	snprintf(spec, sizeof spec, "camera:%s", path);
	struct reader *reader = reader_open(spec, &ward->setup, NULL, NULL);
	await_reading(reader, &reading);
	assert_memory_equal(reading.bytes, "SHOWN", 5);
	unlink(path);
	await_state(reader, READER_OFFLINE);
	assert_int_equal(qr_save(path, "ANOTHER", 4), IMAGE_OK);
	await_reading(reader, &reading);
	assert_memory_equal(reading.bytes, "ANOTHER", 7);
	assert_int_equal(qr_save(path, "THIRD", 4), IMAGE_OK);
	await_reading(reader, &reading);
	assert_memory_equal(reading.bytes, "THIRD", 5);
	reader_close(reader);
	snprintf(spec, sizeof spec, "camera:%s", ward->folder->path);
	reader = reader_open(spec, &ward->setup, NULL, NULL);
	await_reading(reader, &reading);
	assert_memory_equal(reading.bytes, "THIRD", 5);
	reader_close(reader);
	assert_false(was_told(ward, "its process was ended"));
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
	/* clang-format off */
	static const char *const ways[] = {
		"read_file", "write_file", "call_out", "execute", "multiply", "trace", "kill",
		"signal", "own", "make_code", "type", "call_out_opening", "execute_opening",
		"trace_opening", "kill_opening", "signal_opening", "own_opening",
	};
	/* clang-format on */
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

/* --- what a process says is hostile --- */

/* As it goes over the socket. */
struct said {
	uint32_t status;
	struct reading reading;
};
#define SHORT offsetof(struct said, reading)

static void good(struct said *said)
{
	said->reading.length = 5;
}

static void later(struct said *said)
{
	said->reading.taken_ms = UINT64_MAX;
}

static void no_such_status(struct said *said)
{
	said->status = SOURCE_READ_ONLY + 1;
}

static void nothing(struct said *said)
{
	said->status = SOURCE_NOTHING;
}

static void absent(struct said *said)
{
	said->status = SOURCE_ABSENT;
}

static void longest(struct said *said)
{
	said->reading.length = READING_BYTES_MAX;
}

static void too_long(struct said *said)
{
	said->reading.length = READING_BYTES_MAX + 1;
}

static void endless(struct said *said)
{
	said->reading.length = SIZE_MAX;
}

static void no_such_carrier(struct said *said)
{
	said->reading.carrier = READING_BANK + 1;
}

static void negative_carrier(struct said *said)
{
	memset(&said->reading.carrier, 0xff, sizeof said->reading.carrier);
}

static void no_such_fault(struct said *said)
{
	said->reading.fault = READING_UNSUPPORTED + 1;
}

static void fault_with_bytes(struct said *said)
{
	said->reading.fault = READING_TORN;
	said->reading.length = 1;
}

static void fault_without(struct said *said)
{
	said->reading.fault = READING_TORN;
}

static void bank(struct said *said, size_t length)
{
	said->reading.carrier = READING_BANK;
	said->reading.length = length;
}

static void no_token(struct said *said)
{
	bank(said, 0);
}

static void a_token(struct said *said)
{
	bank(said, BANK_TOKEN_BYTES);
}

static void half_a_token(struct said *said)
{
	bank(said, BANK_TOKEN_BYTES + BANK_TOKEN_BYTES / 2);
}

static void all_tokens(struct said *said)
{
	bank(said, (size_t)BANK_TOKENS_MAX * BANK_TOKEN_BYTES);
}

static void a_token_too_many(struct said *said)
{
	bank(said, (size_t)(BANK_TOKENS_MAX + 1) * BANK_TOKEN_BYTES);
}

static void longest_proof(struct said *said)
{
	said->reading.carrier = READING_CHIP;
	said->reading.proof.length = CHIP_SIGNATURE_MAX;
}

static void proof_too_long(struct said *said)
{
	said->reading.carrier = READING_CHIP;
	said->reading.proof.length = CHIP_SIGNATURE_MAX + 1;
}

static void neither_true_nor_false(struct said *said)
{
	memset(&said->reading.lay_there, 2, 1);
}

static void what_cannot_be_is_the_end(void **state)
{
	static const struct {
		void (*change)(struct said *said);
		size_t length;
		bool opening;
		enum apart_heard heard;
	} lines[] = {
		{ good, sizeof(struct said), false, APART_SAID },
		{ good, sizeof(struct said), true, APART_ENDED },
		{ good, sizeof(struct said) - 1, false, APART_ENDED },
		{ good, SHORT, false, APART_ENDED },
		{ good, SHORT, true, APART_SAID },
		{ good, SHORT - 1, true, APART_ENDED },
		{ good, SHORT + 1, true, APART_ENDED },
		{ good, 1, true, APART_ENDED },
		{ later, sizeof(struct said), false, APART_SAID },
		{ no_such_status, SHORT, false, APART_ENDED },
		{ nothing, SHORT, false, APART_SAID },
		{ nothing, sizeof(struct said), false, APART_ENDED },
		{ absent, SHORT, false, APART_SAID },
		{ longest, sizeof(struct said), false, APART_SAID },
		{ too_long, sizeof(struct said), false, APART_ENDED },
		{ endless, sizeof(struct said), false, APART_ENDED },
		{ no_such_carrier, sizeof(struct said), false, APART_ENDED },
		{ negative_carrier, sizeof(struct said), false, APART_ENDED },
		{ no_such_fault, sizeof(struct said), false, APART_ENDED },
		{ fault_with_bytes, sizeof(struct said), false, APART_ENDED },
		{ fault_without, sizeof(struct said), false, APART_SAID },
		{ no_token, sizeof(struct said), false, APART_ENDED },
		{ a_token, sizeof(struct said), false, APART_SAID },
		{ half_a_token, sizeof(struct said), false, APART_ENDED },
		{ all_tokens, sizeof(struct said), false, APART_SAID },
		{ a_token_too_many, sizeof(struct said), false, APART_ENDED },
		{ longest_proof, sizeof(struct said), false, APART_SAID },
		{ proof_too_long, sizeof(struct said), false, APART_ENDED },
		{ neither_true_nor_false, sizeof(struct said), false, APART_ENDED },
	};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct said said = { .status = SOURCE_OK };
		struct reading reading;
		enum source_status status;
		int link[2];
		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link), 0);
		lines[i].change(&said);
		assert_int_equal(send(link[1], &said, lines[i].length, 0), lines[i].length);
		enum apart_heard heard = apart_receive(link[0], &status,
						       lines[i].opening ? NULL : &reading, 0, 1000);
		if (heard != lines[i].heard) {
			fail_msg("line %zu: heard %d", i, (int)heard);
		}
		if (heard == APART_SAID && lines[i].length > SHORT) {
			assert_true(reading.taken_ms <= 1000);
		}
		assert_int_equal(apart_receive(link[0], &status, &reading, 0, 1000), APART_NOTHING);
		close(link[1]);
		assert_int_equal(apart_receive(link[0], &status, &reading, 0, 1000), APART_ENDED);
		close(link[0]);
	}
}

/* --- nothing is left of it --- */

/* A program of its own, whose stderr is a pipe that its nursery and readers hold as well: after a
 * terminal's interrupt, which it does not mind, a reader is opened still. */
static void be_a_program(int told)
{
	sigset_t interrupt;
	int got;
	struct reading reading;
	setpgid(0, 0);
	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, NULL);
	dup2(told, STDERR_FILENO);
	close(told);
	const struct source_setup setup = {
		.nursery = nursery_open(wayward_driver_for, reader_clock_ms),
	};
	for (const char *word = "12"; *word != '\0'; word++) {
		struct reader *reader =
			reader_open_driver(&source_apart, "wayward:good", &setup, NULL, NULL);
		await_reading(reader, &reading);
		(void)!write(STDERR_FILENO, word, 1);
		sigwait(&interrupt, &got);
	}
	_exit(0);
}

static void nothing_outlives_a_program_that_is_killed(void **state)
{
	int told[2];
	char word = 0;
	(void)state;
	assert_int_equal(pipe(told), 0);
	pid_t program = fork();
	if (program == 0) {
		close(told[0]);
		be_a_program(told[1]);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &word, 1), 1);
	assert_int_equal(word, '1');
	kill(-program, SIGINT);
	assert_int_equal(read(told[0], &word, 1), 1);
	assert_int_equal(word, '2');
	kill(program, SIGKILL);
	waitpid(program, NULL, 0);
	while (read(told[0], &word, 1) > 0) { /* the end comes with the last who holds it */
	}
	close(told[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_reading_comes_over, enter, leave),
		cmocka_unit_test_setup_teardown(a_recording_comes_to_its_end, enter, leave),
		cmocka_unit_test(what_cannot_be_is_the_end),
		cmocka_unit_test(nothing_outlives_a_program_that_is_killed),
		cmocka_unit_test_setup_teardown(pictures_are_read_as_they_change, enter, leave),
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
