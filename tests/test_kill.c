/*
 * kill -9 at many points of a redemption: nothing that was granted is lost, nothing is granted twice,
 * and the registry goes on working.
 *
 * The kiosk plays a script at a gate, so that the moment of the tap is known; it is killed a little
 * later each time, from before the reading is judged until after it was granted.  What it had told
 * by then is compared with what another process finds in the log.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/place.h"
#include "tests/visitor.h"

#define ROUNDS  5
#define HOLDERS 8 /* killed in their first redemption of the day, a round */
#define POINTS  (ROUNDS * HOLDERS)

struct stage {
	struct place place;
	struct visitor *visitor;
	char cards[300], script[300];
};

static void write_file(const char *path, const char *title, const char *text)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "%s%s\n", title, text);
	fclose(file);
}

static int64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void start(struct stage *stage, const char *number)
{
	char text[4096];
	place_text(&stage->place, text, sizeof(text), number, 30);
	write_file(stage->cards, "卡\tCard\t", text);
	write_file(stage->script, "", "card 1\npause 60000");
	const char *const arguments[] = {
		"--db", stage->place.registry, "--site",     "t-once",   "--profile",
		"gate", "--demo-cards",        stage->cards, "--script", stage->script,
		NULL,
	};
	visitor_start(stage->visitor, arguments);
	assert_non_null(visitor_next(stage->visitor, "ready"));
}

/* How long it takes from ready to granted, undisturbed [us]. */
static int64_t whole_us(struct stage *stage)
{
	const int64_t from = now_us();
	start(stage, "T-9");
	const int64_t ready = now_us();
	visitor_await_screen(stage->visitor, "granted");
	const int64_t granted = now_us();
	assert_true(granted > ready && ready > from);
	assert_int_equal(visitor_stop(stage->visitor, SIGKILL), -SIGKILL);
	return granted - ready;
}

/* Kill it at this moment behind `ready`; true where it had told of a redemption by then. */
static bool kill_after(struct stage *stage, const char *number, int64_t us)
{
	start(stage, number);
	const int64_t until = now_us() + us;
	while (now_us() < until) {
		const int64_t left = until - now_us();
		usleep(left > 0 ? (useconds_t)left : 0);
	}
	assert_int_equal(visitor_stop(stage->visitor, SIGKILL), -SIGKILL);
	return visitor_sees(stage->visitor, "redeemed", 0);
}

/* Present it again, undisturbed: granted where it is not on record, else the quota is used. */
static void present_again(struct stage *stage, const char *number, bool is_on_record)
{
	start(stage, number);
	visitor_await_screen(stage->visitor, is_on_record ? "refused" : "granted");
	assert_int_equal(visitor_stop(stage->visitor, SIGKILL), -SIGKILL);
}

static int count(const struct stage *stage)
{
	return place_count(&stage->place, "redeemed", "t-single", NULL);
}

static void test_kill_at_every_step(void **state)
{
	struct stage stage;
	int told = 0, kept = 0;
	(void)state;
	stage.visitor = visitor_open(640, 480);
	for (int round = 0; round < ROUNDS; round++) {
		place_open(&stage.place);
		snprintf(stage.cards, sizeof(stage.cards), "%.256s/cards", stage.place.folder);
		snprintf(stage.script, sizeof(stage.script), "%.256s/script", stage.place.folder);
		const int64_t span = whole_us(&stage) * 5 / 4;
		for (int i = 1; i <= HOLDERS; i++) {
			char number[16];
			snprintf(number, sizeof(number), "T-%d", i);
			const int before = count(&stage);
			const int point = round * HOLDERS + i - 1;
			const bool saw = kill_after(&stage, number, span * point / POINTS);
			const int after = count(&stage);
			assert_in_range(after - before, 0, 1);
			if (saw) {
				assert_int_equal(after, before + 1); /* told, so it is there */
			}
			told += saw;
			kept += after - before;
			present_again(&stage, number, after > before);
			assert_int_equal(count(&stage), before + 1);
		}
		place_close(&stage.place);
	}
	visitor_close(stage.visitor);
	print_message("killed at %d points: %d on record, %d of them told\n", POINTS, kept, told);
	assert_true(told > 0 && kept < POINTS); /* both sides of the commit were met */
}

int main(void)
{
	if (!visitor_can_come()) {
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kill_at_every_step),
	};
	return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
