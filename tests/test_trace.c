/* The black box: what it keeps, what it does not, and that it plays back to the same result. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/trace.h"
#include "reader/replay.h"
#include "tests/folder.h"
#include "tests/place.h"
#include "tests/visitor.h"

#define FILE_MAX (2 * TRACE_BYTES_MAX)

static const uint8_t key[TRACE_KEY_BYTES] = { 1, 2, 3 };

static size_t read_file(const char *path, char *out)
{
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	size_t length = fread(out, 1, FILE_MAX - 1, file);
	fclose(file);
	out[length] = '\0';
	return length;
}

/* --- what is in the file --- */

static void a_presentation_is_sealed_and_its_wire_is_told(void **state)
{
	static char text[FILE_MAX];
	struct folder *folder = *state;
	struct stat info;
	struct reading reading = { .carrier = READING_TAG, .length = 6, .bytes = "SECRET" }, back;
	reading.wire.count = 1;
	reading.wire.exchanges[0] = (struct wire_exchange){
		.head = { 0x00, 0xb0, 0x00, 0x02 },
		.command_length = 5,
		.response_length = 8,
		.status = 0x9000,
		.took_ms = 12,
	};
	struct trace *trace = trace_open(folder->file, key, 1000);
	assert_non_null(trace);
	trace_presented(trace, &reading, "nfc:", 1250);
	trace_note(trace, "{\"event\":\"refused\"}");
	trace_presented(trace, &reading, "nfc:", 1000 + 250 + 86400000);
	trace_close(trace);
	assert_int_equal(stat(folder->file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	struct replay replay = { .text = text,
				 .length = read_file(folder->file, text),
				 .trace_key = key };
	assert_null(strstr(text, "SECRET"));
	assert_null(strstr(text, "534543524554"));
	assert_non_null(
		strstr(text, "\n# presented at nfc:\n#   00b00002 (5) > (8) 9000, 12 ms\n"));
	assert_non_null(strstr(text, "\n# {\"event\":\"refused\"}\n"));
	assert_int_equal(replay_next(&replay, &back), REPLAY_OK);
	assert_int_equal(replay.at_ms, 250);
	assert_memory_equal(back.bytes, "SECRET", 6);
	assert_int_equal(replay_next(&replay, &back), REPLAY_OK);
	assert_int_equal(replay.at_ms, 250 + TRACE_GAP_MS_MAX); /* nobody waits for a whole night */
	assert_int_equal(replay_next(&replay, &back), REPLAY_END);
}

static void of_many_exchanges_the_last_are_told(void **state)
{
	static char text[FILE_MAX];
	struct folder *folder = *state;
	struct reading reading = { .fault = READING_TORN };
	reading.wire.count = WIRE_EXCHANGES_MAX + 2;
	for (size_t i = 0; i < WIRE_EXCHANGES_MAX; i++) {
		reading.wire.exchanges[i].took_ms = (uint16_t)(i < 2 ? WIRE_EXCHANGES_MAX + i : i);
	}
	struct trace *trace = trace_open(folder->file, key, 0);
	trace_presented(trace, &reading, "nfc:", 0);
	trace_close(trace);
	read_file(folder->file, text);
	assert_null(strstr(text, " 1 ms"));
	assert_non_null(strstr(text, "nfc:\n#   00000000 (0) > (0) 0000, 2 ms\n"));
	assert_non_null(strstr(text, " 49 ms\n0 sealed "));
}

static void it_keeps_the_last_and_stays_bounded(void **state)
{
	static char text[FILE_MAX];
	static struct reading reading = { .carrier = READING_TAG, .length = READING_BYTES_MAX };
	struct folder *folder = *state;
	char older[FOLDER_SIZE + 96];
	struct trace *trace = trace_open(folder->file, key, 0);
	snprintf(older, sizeof older, "%s.1", folder->file);
	for (int i = 0; i < 200; i++) {
		reading.bytes[0] = (uint8_t)i;
		trace_presented(trace, &reading, "nfc:", (uint64_t)i);
	}
	trace_close(trace);
	struct replay replay = { .text = text,
				 .length = read_file(folder->file, text),
				 .trace_key = key };
	struct reading back = { 0 };
	assert_true(replay.length < TRACE_BYTES_MAX + REPLAY_SEALED_MAX);
	while (replay_next(&replay, &back) == REPLAY_OK) {
	}
	assert_int_equal(back.bytes[0], 199);
	assert_true(read_file(older, text) < TRACE_BYTES_MAX + 2 * REPLAY_SEALED_MAX);
	trace = trace_open(folder->file, key, 0); /* a new start does not wipe what was */
	trace_close(trace);
	assert_true(read_file(older, text) == replay.length);
	assert_null(trace_open("/nonexistent/trace", key, 0));
}

/* A quiet place: the file is small, but its positions are a day's before it is full. */
static void no_file_lasts_longer_than_a_replay_may(void **state)
{
	static char text[FILE_MAX];
	struct folder *folder = *state;
	char older[FOLDER_SIZE + 96];
	const struct reading reading = { .fault = READING_TORN };
	struct reading back;
	const int most = REPLAY_MS_MAX / TRACE_GAP_MS_MAX;
	struct trace *trace = trace_open(folder->file, key, 0);
	snprintf(older, sizeof older, "%s.1", folder->file);
	for (int i = 1; i <= most + 1; i++) {
		trace_presented(trace, &reading, "nfc:", (uint64_t)i * TRACE_GAP_MS_MAX);
	}
	trace_close(trace);
	struct replay first = { .text = text, .length = read_file(older, text), .trace_key = key };
	int count = 0;
	while (replay_next(&first, &back) == REPLAY_OK) {
		count++;
	}
	assert_null(first.what);
	assert_int_equal(count, most);
	struct replay second = { .text = text,
				 .length = read_file(folder->file, text),
				 .trace_key = key };
	assert_int_equal(replay_next(&second, &back), REPLAY_OK);
	assert_int_equal(second.at_ms, TRACE_GAP_MS_MAX);
	assert_int_equal(replay_next(&second, &back), REPLAY_END);
}

/* Where no new file can be begun nothing is kept, the kiosk goes on, and it is tried again. */
static void a_folder_that_is_gone_is_waited_for(void **state)
{
	static const struct reading reading = { .carrier = READING_TAG,
						.length = READING_BYTES_MAX };
	static char text[FILE_MAX];
	static struct reading back;
	struct folder *folder = *state;
	char inside[FOLDER_SIZE + 96], path[FOLDER_SIZE + 128];
	snprintf(inside, sizeof inside, "%s/inside", folder->path);
	snprintf(path, sizeof path, "%s/trace", inside);
	assert_int_equal(mkdir(inside, 0700), 0);
	struct trace *trace = trace_open(path, key, 0);
	assert_non_null(trace);
	unlink(path);
	assert_int_equal(rmdir(inside), 0);
	for (int i = 0; i < 200; i++) {
		trace_presented(trace, &reading, "nfc:", (uint64_t)i);
	}
	trace_note(trace, "{}");
	assert_int_equal(mkdir(inside, 0700), 0);
	trace_presented(trace, &reading, "nfc:", 200);
	trace_close(trace);
	struct replay replay = { .text = text, .length = read_file(path, text), .trace_key = key };
	assert_int_equal(replay_next(&replay, &back), REPLAY_OK);
	assert_int_equal(replay_next(&replay, &back), REPLAY_END);
	unlink(path);
	rmdir(inside);
}

/* --- a whole kiosk --- */

struct stage {
	struct place place;
	char spec[2][320], trace[300];
	struct visitor *visitor;
};

/* What comes of what is presented at the gate: reasons, one behind the other. */
static void play(struct stage *stage, const char *spec, const char *trace, char out[static 256])
{
	const char *const arguments[] = { "--db",
					  stage->place.registry,
					  "--site",
					  "t-gate",
					  "--profile",
					  "gate",
					  "--reader",
					  spec,
					  trace == NULL ? NULL : "--trace",
					  trace,
					  NULL };
	visitor_start(stage->visitor, arguments);
	out[0] = '\0';
	for (int i = 0; i < 4; i++) {
		const json_t *event = visitor_next(stage->visitor, "decision");
		assert_non_null(event);
		strcat(out, json_string_value(json_object_get(event, "reason")));
		strcat(out, " ");
	}
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
}

static void it_plays_back_to_the_same_result(void **state)
{
	static char text[4096], contents[FILE_MAX];
	char first[256], again[256];
	struct stage stage = { 0 };
	(void)state;
	if (!visitor_can_come()) {
		skip();
	}
	place_open(&stage.place);
	stage.visitor = visitor_open(800, 480);
	snprintf(stage.trace, sizeof stage.trace, "%.256s/trace", stage.place.folder);
	snprintf(stage.spec[0], sizeof stage.spec[0], "replay:%.256s/cards", stage.place.folder);
	snprintf(stage.spec[1], sizeof stage.spec[1], "replay:%s", stage.trace);
	FILE *file = fopen(stage.spec[0] + strlen("replay:"), "we");
	assert_non_null(file);
	place_text(&stage.place, text, sizeof text, "T-6", 30);
	fprintf(file, "500 qr %s\n", text);
	fprintf(file, "6500 bank 000102030405060708090a0b0c0d0e0f\n");
	place_text(&stage.place, text, sizeof text, "T-10", 30);
	fprintf(file, "12500 qr %s\n18500 torn\n", text);
	fclose(file);
	play(&stage, stage.spec[0], stage.trace, first);
	assert_string_equal(first, "ok unknown_card lost torn ");
	read_file(stage.trace, contents);
	assert_null(strstr(contents, "T-10"));
	assert_null(strstr(contents, text));
	assert_null(strstr(contents, "000102030405"));
	assert_non_null(strstr(contents, "\"event\":\"redeemed\""));
	play(&stage, stage.spec[1], NULL, again);
	assert_string_equal(again, first);
	visitor_close(stage.visitor);
	place_close(&stage.place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_set_up, folder_tear_down)
		TEST(a_presentation_is_sealed_and_its_wire_is_told),
		TEST(of_many_exchanges_the_last_are_told),
		TEST(it_keeps_the_last_and_stays_bounded),
		TEST(no_file_lasts_longer_than_a_replay_may),
		TEST(a_folder_that_is_gone_is_waited_for),
		cmocka_unit_test(it_plays_back_to_the_same_result),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
