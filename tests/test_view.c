/* When what is drawn, on an injected clock and a canvas in memory: at rest nothing is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/view.h"

#define START_MS 1000000
#define START_S  1795314245 /* 2026-11-22T10:24:05+08:00: five seconds into a minute */

struct stage {
	struct canvas *canvas;
	struct events *events;
	struct view view;
	struct flow flow;
	uint64_t now_ms;
};

static void update(struct stage *stage)
{
	view_update(&stage->view, &stage->flow, stage->now_ms);
}

static void pass(struct stage *stage, uint64_t ms)
{
	const uint64_t passed_s = (stage->now_ms - START_MS) / 1000;
	stage->now_ms += ms;
	stage->flow.now += (int64_t)((stage->now_ms - START_MS) / 1000 - passed_s);
}

static int set_up(void **state)
{
	static const struct site site = { .profile = PROFILE_GATE, .name = "测试站" };
	struct stage *stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	assert_int_equal(canvas_open(&stage->canvas, "test", 640, 480, true), CANVAS_OK);
	stage->events = events_open(NULL);
	stage->now_ms = START_MS;
	flow_open(&stage->flow, &site, LANGUAGE_CHINESE, stage->now_ms);
	stage->flow.now = START_S;
	stage->view.canvas = stage->canvas;
	stage->view.events = stage->events;
	view_open(&stage->view);
	update(stage);
	assert_int_equal(stage->view.redraws, 1);
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;
	canvas_close(stage->canvas);
	events_close(stage->events);
	free(stage);
	return 0;
}

/* Let time pass as the loop does, sleeping until something is due; answers how often it woke. */
static int sleep_through(struct stage *stage, uint64_t ms)
{
	const uint64_t until_ms = stage->now_ms + ms;
	int woken = 0;
	for (;;) {
		const int64_t due = view_due_ms(&stage->view, &stage->flow, stage->now_ms);
		if (due < 0 || stage->now_ms + (uint64_t)due > until_ms) {
			pass(stage, until_ms - stage->now_ms);
			return woken;
		}
		pass(stage, (uint64_t)due);
		update(stage);
		woken++;
	}
}

static void test_waves_breathe_twice_a_second_then_rest(void **state)
{
	struct stage *stage = *state;
	assert_int_equal(view_due_ms(&stage->view, &stage->flow, stage->now_ms), 500);
	assert_int_equal(sleep_through(stage, 10000), 20);
	(void)sleep_through(stage, 20000);
	assert_int_equal(stage->view.redraws, 1);
	/* An hour at rest: the footer's minute, and not one redraw. */
	assert_int_equal(sleep_through(stage, 3600000), 60);
	assert_int_equal(stage->view.redraws, 1);
	view_awake(&stage->view, stage->now_ms);
	assert_in_range(view_due_ms(&stage->view, &stage->flow, stage->now_ms), 0, 500);
}

static void test_the_footer_follows_the_minute(void **state)
{
	struct stage *stage = *state;
	(void)sleep_through(stage, 30000);
	assert_int_equal(view_due_ms(&stage->view, &stage->flow, stage->now_ms), 25000);
	pass(stage, 25000);
	assert_int_equal(view_due_ms(&stage->view, &stage->flow, stage->now_ms), 0);
	update(stage);
	assert_int_equal(view_due_ms(&stage->view, &stage->flow, stage->now_ms), 60000);
	view_footer(&stage->view);
	assert_int_equal(view_due_ms(&stage->view, &stage->flow, stage->now_ms), 0);
	update(stage);
	assert_int_equal(stage->view.redraws, 1);
}

static void test_checking_is_told_at_once_and_drawn_late(void **state)
{
	struct stage *stage = *state;
	assert_non_null(view_control(&stage->view, "mine"));
	assert_int_equal(flow_happen(&stage->flow, HAPPENING_READING, NULL, stage->now_ms),
			 ERRAND_CHECK);
	update(stage);
	assert_int_equal(stage->view.redraws, 1);
	assert_null(view_control(&stage->view, "mine")); /* told: nothing of it can be touched */
	assert_int_equal(view_due_ms(&stage->view, &stage->flow, stage->now_ms), VIEW_SLOW_MS);
	pass(stage, VIEW_SLOW_MS - 1);
	update(stage);
	assert_int_equal(stage->view.redraws, 1);
	pass(stage, 1);
	update(stage);
	assert_int_equal(stage->view.redraws, 2);
	assert_int_equal(stage->view.screen, SCREEN_CHECKING);
}

static void test_a_quick_answer_is_drawn_alone(void **state)
{
	struct stage *stage = *state;
	(void)flow_happen(&stage->flow, HAPPENING_READING, NULL, stage->now_ms);
	update(stage);
	pass(stage, 2);
	stage->flow.entitlement.reason = REASON_EXPIRED;
	stage->flow.entitlement.best = -1;
	assert_int_equal(flow_happen(&stage->flow, HAPPENING_CHECKED, NULL, stage->now_ms),
			 ERRAND_REFUSE);
	update(stage);
	assert_int_equal(stage->view.redraws, 2);
	assert_int_equal(stage->view.screen, SCREEN_REFUSED);
	assert_non_null(view_control(&stage->view, "done"));
}

static void test_what_changes_is_drawn_once(void **state)
{
	struct stage *stage = *state;
	(void)flow_happen(&stage->flow, HAPPENING_TOUCH, "language", stage->now_ms);
	update(stage);
	update(stage);
	assert_int_equal(stage->view.redraws, 2);
	(void)flow_happen(&stage->flow, HAPPENING_TOUCH, "digit:1", stage->now_ms); /* not here */
	(void)flow_happen(&stage->flow, HAPPENING_TIME, NULL, stage->now_ms);
	update(stage);
	assert_int_equal(stage->view.redraws, 2);
	view_expose(&stage->view);
	update(stage);
	assert_int_equal(stage->view.redraws, 3);
}

static void test_controls_are_found_by_point(void **state)
{
	struct stage *stage = *state;
	const struct control *help = view_control(&stage->view, "help");
	assert_non_null(help);
	const struct box box = help->box;
	assert_ptr_equal(view_control_at(&stage->view, box.x, box.y), help);
	assert_ptr_equal(view_control_at(&stage->view, box.x + box.w - 1, box.y + box.h - 1), help);
	assert_ptr_not_equal(view_control_at(&stage->view, box.x + box.w, box.y), help);
	assert_ptr_not_equal(view_control_at(&stage->view, box.x, box.y + box.h), help);
	assert_ptr_not_equal(view_control_at(&stage->view, box.x - 1, box.y), help);
	assert_null(view_control(&stage->view, "hel"));
}

#define VIEW_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VIEW_TEST(test_waves_breathe_twice_a_second_then_rest),
		VIEW_TEST(test_the_footer_follows_the_minute),
		VIEW_TEST(test_checking_is_told_at_once_and_drawn_late),
		VIEW_TEST(test_a_quick_answer_is_drawn_alone),
		VIEW_TEST(test_what_changes_is_drawn_once),
		VIEW_TEST(test_controls_are_found_by_point),
	};
	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
