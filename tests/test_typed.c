/* A scanner that types: what becomes a reading, and what starts anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/typed.h"

struct stroke {
	const char *text; /* NULL: Enter; "" with fill: that many letters */
	size_t fill;
	uint64_t at_ms;
};

struct row {
	const char *name;
	struct stroke strokes[6]; /* the last one is Enter */
	int count;
	bool complete;
	enum reading_fault fault;
	const char *text; /* NULL: only the length matters */
	size_t length;
};

#define ENTER(at)             \
	{                     \
		NULL, 0, (at) \
	}

static const struct row rows[] = {
	{ "one piece", { { "6BF", 0, 10 }, ENTER(20) }, 2, true, 0, "6BF", 3 },
	{ "key by key",
	  { { "a", 0, 1 }, { "b", 0, 2 }, { "c", 0, 3 }, ENTER(4) },
	  4,
	  true,
	  0,
	  "abc",
	  3 },
	{ "Enter alone", { ENTER(5) }, 1, false, 0, NULL, 0 },
	{ "empty text", { { "", 0, 5 }, ENTER(6) }, 2, false, 0, NULL, 0 },
	{ "one CR at the end is cut", { { "abc\r", 0, 1 }, ENTER(2) }, 2, true, 0, "abc", 3 },
	{ "of two CR one stays", { { "abc\r\r", 0, 1 }, ENTER(2) }, 2, true, 0, "abc\r", 4 },
	{ "a CR alone is nothing", { { "\r", 0, 1 }, ENTER(2) }, 2, false, 0, NULL, 0 },
	{ "spaces stay", { { " a b ", 0, 1 }, ENTER(2) }, 2, true, 0, " a b ", 5 },
	{ "UTF-8 stays", { { "优", 0, 1 }, ENTER(2) }, 2, true, 0, "优", 3 },
	{ "a pause of 3000 ms is part of a code",
	  { { "ab", 0, 0 }, { "cd", 0, 3000 }, ENTER(6000) },
	  3,
	  true,
	  0,
	  "abcd",
	  4 },
	{ "a pause of 3001 ms starts anew",
	  { { "ab", 0, 0 }, { "cd", 0, 3001 }, ENTER(3002) },
	  3,
	  true,
	  0,
	  "cd",
	  2 },
	{ "a pause of 3001 ms before Enter forgets",
	  { { "ab", 0, 0 }, ENTER(3001) },
	  2,
	  false,
	  0,
	  NULL,
	  0 },
	{ "a clock that goes back is no pause",
	  { { "ab", 0, 5000 }, { "cd", 0, 10 }, ENTER(11) },
	  3,
	  true,
	  0,
	  "abcd",
	  4 },
	{ "4096 bytes fit", { { "", 4096, 1 }, ENTER(2) }, 2, true, 0, NULL, 4096 },
	{ "4097 bytes are malformed",
	  { { "", 4096, 1 }, { "x", 0, 2 }, ENTER(3) },
	  3,
	  true,
	  READING_MALFORMED,
	  NULL,
	  0 },
	{ "4097 bytes in one piece are malformed",
	  { { "", 4097, 1 }, ENTER(3) },
	  2,
	  true,
	  READING_MALFORMED,
	  NULL,
	  0 },
	{ "what was too long is forgotten after a pause",
	  { { "", 4097, 1 }, { "ok", 0, 6000 }, ENTER(6001) },
	  3,
	  true,
	  0,
	  "ok",
	  2 },
	{ "4096 bytes and a CR: the CR is a byte too many",
	  { { "", 4096, 1 }, { "\r", 0, 2 }, ENTER(3) },
	  3,
	  true,
	  READING_MALFORMED,
	  NULL,
	  0 },
};

static bool play(struct typed *typed, const struct row *row, struct reading *out)
{
	static char filler[5000];
	bool complete = false;

	memset(filler, 'x', sizeof filler);
	for (int i = 0; i < row->count; i++) {
		const struct stroke *stroke = &row->strokes[i];

		if (stroke->text == NULL) {
			complete = typed_enter(typed, out, stroke->at_ms);
		} else if (stroke->fill > 0) {
			typed_feed(typed, filler, stroke->fill, stroke->at_ms);
		} else {
			typed_feed(typed, stroke->text, strlen(stroke->text), stroke->at_ms);
		}
	}
	return complete;
}

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		struct typed typed = { .last_ms = 0 };
		struct reading reading = { .length = 77 };

		print_message("  %s\n", row->name);
		assert_int_equal(play(&typed, row, &reading), row->complete);
		if (!row->complete) {
			assert_int_equal(reading.length, 77);
			continue;
		}
		assert_int_equal(reading.carrier, READING_QR);
		assert_int_equal(reading.fault, row->fault);
		assert_int_equal(reading.length, row->length);
		assert_int_equal(reading.taken_ms, row->strokes[row->count - 1].at_ms);
		if (row->text != NULL) {
			assert_memory_equal(reading.bytes, row->text, row->length);
		}
	}
}

static void nothing_stays_behind(void **state)
{
	(void)state;
	struct typed typed = { .last_ms = 0 };
	static const struct typed empty;
	struct reading reading;

	typed_feed(&typed, "secret", 6, 1);
	assert_true(typed_enter(&typed, &reading, 2));
	assert_memory_equal(&typed, &empty, sizeof typed);
	assert_false(typed_enter(&typed, &reading, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(nothing_stays_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
