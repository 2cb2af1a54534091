/* How far long work is, for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/progress.h"

static const struct {
	const char *name;
	int64_t done, total, worked, elapsed_ms;
	const char *line;
} lines[] = {
	{ "nothing yet", 0, 4011, 0, 0, "░░░░░░░░░░░░░░░░░░░░ 0 / 4,011 · 0 %" },
	{ "half", 2048, 4011, 2048, 12000,
	  "██████████░░░░░░░░░░ 2,048 / 4,011 · 51 % · 还需约 12 秒 · some 12 s left" },
	{ "all", 4011, 4011, 4011, 24000, "████████████████████ 4,011 / 4,011 · 100 %" },
	{ "one before the end", 999, 1000, 999, 999,
	  "███████████████████░ 999 / 1,000 · 99 % · 还需约 1 秒 · some 1 s left" },
	{ "119 seconds", 1, 2, 1, 118999,
	  "██████████░░░░░░░░░░ 1 / 2 · 50 % · 还需约 119 秒 · some 119 s left" },
	{ "two minutes", 1, 2, 1, 119000,
	  "██████████░░░░░░░░░░ 1 / 2 · 50 % · 还需约 2 分钟 · some 2 min left" },
	{ "most done before", 900, 1000, 10, 1000,
	  "██████████████████░░ 900 / 1,000 · 90 % · 还需约 11 秒 · some 11 s left" },
	{ "all of it done before", 900, 1000, 0, 10, "██████████████████░░ 900 / 1,000 · 90 %" },
	{ "a million", 1000000, 1000000, 1000000, 1,
	  "████████████████████ 1,000,000 / 1,000,000 · 100 %" },
	{ "nothing to do", 0, 0, 0, 0, "████████████████████ 0 / 0 · 100 %" },
};

static void a_line_says_how_far_and_how_long(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char line[PROGRESS_LINE_MAX + 1];

		print_message("  %s\n", lines[i].name);
		progress_line(line, lines[i].done, lines[i].total, lines[i].worked,
			      lines[i].elapsed_ms);
		assert_string_equal(line, lines[i].line);
	}
}

/* Work of 100 things, one each millisecond times `step_ms`; how many lines or moves there are. */
static size_t count_shown(bool moves, int64_t step_ms, char end)
{
	char *text = NULL;
	size_t size = 0, count = 0;
	FILE *out = open_memstream(&text, &size);
	struct progress progress = progress_begin(out, moves, 100, 0);

	for (int64_t i = 1; i <= 100; i++)
		progress_show(&progress, i, i, i * step_ms);
	progress_end(&progress);
	assert_int_equal(fclose(out), 0);
	for (size_t i = 0; i < size; i++)
		count += text[i] == end;
	free(text);
	return count;
}

static void a_bar_moves_ten_times_a_second_at_most(void **state)
{
	(void)state;
	assert_int_equal(count_shown(true, 100, '\r'), 100);
	assert_int_equal(count_shown(true, 50, '\r'), 51); /* at the first one, and at the end */
	assert_int_equal(count_shown(true, 1, '\r'), 2);
	assert_int_equal(count_shown(true, 1, '\n'), 1);
}

static void without_a_terminal_there_is_a_line_every_tenth(void **state)
{
	(void)state;
	assert_int_equal(count_shown(false, 1, '\n'), 10);
	assert_int_equal(count_shown(false, 1000, '\n'), 10);
	assert_int_equal(count_shown(false, 1, '\r'), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_how_far_and_how_long),
		cmocka_unit_test(a_bar_moves_ten_times_a_second_at_most),
		cmocka_unit_test(without_a_terminal_there_is_a_line_every_tenth),
	};
	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
