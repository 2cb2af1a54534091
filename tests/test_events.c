/* The events as another program reads them: a line each, and exactly the fields of the contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

#include "kiosk/events.h"
#include "tests/folder.h"

struct stage {
	char folder[FOLDER_SIZE];
	char path[300];
	struct events *events;
};

static int set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	folder_make(stage->folder);
	snprintf(stage->path, sizeof(stage->path), "%s/events", stage->folder);
	stage->events = events_open(stage->path);
	assert_non_null(stage->events);
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;
	events_close(stage->events);
	folder_remove(stage->folder);
	free(stage);
	return 0;
}

/* The lines so far, read while the file is still open: they are flushed. */
static json_t *read_lines(const struct stage *stage)
{
	char line[65536];
	json_t *all = json_array();
	FILE *file = fopen(stage->path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		json_error_t error;
		assert_int_equal(line[strlen(line) - 1], '\n');
		json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
		assert_non_null(object);
		json_array_append_new(all, object);
	}
	fclose(file);
	return all;
}

/* `t` is RFC 3339 with milliseconds; what remains of the object equals the expectation. */
static void check_line(json_t *line, const char *expected)
{
	json_error_t error;
	int year, month, day, hour, minute, second, milli, end = 0;
	const char *t = json_string_value(json_object_get(line, "t"));
	assert_non_null(t);
	assert_int_equal(sscanf(t, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &year, &month, &day, &hour,
				&minute, &second, &milli, &end),
			 7);
	assert_int_equal(end, 24);
	assert_int_equal(strlen(t), 24);
	json_object_del(line, "t");
	json_t *want = json_loads(expected, 0, &error);
	assert_non_null(want);
	if (!json_equal(line, want)) {
		json_dumpf(line, stderr, JSON_COMPACT);
		fail_msg("is not %s", expected);
	}
	json_decref(want);
}

static void check_lines(const struct stage *stage, const char *const *expected, size_t count)
{
	json_t *lines = read_lines(stage);
	assert_int_equal(json_array_size(lines), count);
	for (size_t i = 0; i < count; i++) {
		check_line(json_array_get(lines, i), expected[i]);
	}
	json_decref(lines);
}

static void test_each_event(void **state)
{
	static const struct benefit boat = { .id = "boat" }, ticket = { .id = "ticket" };
	static struct entitlement good = {
		.carrier = CARRIER_TAG,
		.has_assurance = true,
		.assurance = ASSURANCE_STATIC,
		.certificate = "DEMO-1",
		.name = "测试人",
		.offer_count = 2,
	};
	static const struct entitlement forged = { .carrier = CARRIER_QR, .reason = REASON_FORGED };
	static const struct redemption free_one = { .id = "R1", .benefit = "ticket" };
	static const struct redemption paid = { .id = "R2",
						.benefit = "boat",
						.has_payable = true,
						.payable = 9600,
						.has_saved = true,
						.saved = 2400 };
	static const char *const expected[] = {
		"{\"event\":\"ready\",\"first_frame_ms\":95}",
		"{\"event\":\"reader\",\"source\":\"nfc:\",\"state\":\"online\"}",
		"{\"event\":\"reader\",\"source\":\"nfc:\",\"state\":\"offline\"}",
		"{\"event\":\"presented\",\"source\":\"nfc:\",\"carrier\":\"tag\",\"assurance\":"
		"\"static\"}",
		"{\"event\":\"presented\",\"source\":\"keyboard\",\"carrier\":\"qr\",\"assurance\":"
		"null}",
		"{\"event\":\"decision\",\"reason\":\"ok\",\"elapsed_us\":321,\"offers\":["
		"{\"benefit\":\"ticket\",\"verdict\":\"granted\",\"reason\":\"ok\",\"payable\":0,"
		"\"saved\":6000},"
		"{\"benefit\":\"boat\",\"verdict\":\"refused\",\"reason\":\"quota_used\","
		"\"payable\":null,\"saved\":null}]}",
		"{\"event\":\"decision\",\"reason\":\"forged\",\"elapsed_us\":5,\"offers\":[]}",
		"{\"event\":\"redeemed\",\"redemption\":\"R1\",\"benefit\":\"ticket\",\"payable\":"
		"null,\"saved\":null}",
		"{\"event\":\"redeemed\",\"redemption\":\"R2\",\"benefit\":\"boat\",\"payable\":"
		"9600,\"saved\":2400}",
		"{\"event\":\"refused\",\"reason\":\"quota_used\"}",
		"{\"event\":\"fault\",\"what\":\"missing\"}",
	};
	struct stage *stage = *state;
	good.offers[0] = (struct offer){ .benefit = &ticket,
					 .verdict = VERDICT_GRANTED,
					 .has_payable = true,
					 .has_saved = true,
					 .saved = 6000 };
	good.offers[1] = (struct offer){ .benefit = &boat,
					 .verdict = VERDICT_REFUSED,
					 .reason = REASON_QUOTA_USED };
	events_ready(stage->events, 95);
	events_reader(stage->events, "nfc:", true);
	events_reader(stage->events, "nfc:", false);
	events_presented(stage->events, "nfc:", &good);
	events_presented(stage->events, "keyboard", &forged);
	events_decision(stage->events, &good, 321);
	events_decision(stage->events, &forged, 5);
	events_redeemed(stage->events, &free_one);
	events_redeemed(stage->events, &paid);
	events_refused(stage->events, REASON_QUOTA_USED);
	events_fault(stage->events, "missing");
	check_lines(stage, expected, sizeof(expected) / sizeof(expected[0]));
}

static void test_a_screen_is_told_when_it_differs(void **state)
{
	static const char *const expected[] = {
		"{\"event\":\"screen\",\"name\":\"granted\",\"controls\":["
		"{\"id\":\"done\",\"x\":1,\"y\":2,\"w\":3,\"h\":4,\"enabled\":true}]}",
		"{\"event\":\"screen\",\"name\":\"granted\",\"controls\":["
		"{\"id\":\"done\",\"x\":1,\"y\":2,\"w\":3,\"h\":4,\"enabled\":false}]}",
		"{\"event\":\"screen\",\"name\":\"granted\",\"controls\":["
		"{\"id\":\"done\",\"x\":1,\"y\":2,\"w\":9,\"h\":4,\"enabled\":false}]}",
		"{\"event\":\"screen\",\"name\":\"refused\",\"controls\":["
		"{\"id\":\"done\",\"x\":1,\"y\":2,\"w\":9,\"h\":4,\"enabled\":false}]}",
		"{\"event\":\"screen\",\"name\":\"refused\",\"controls\":[]}",
	};
	struct stage *stage = *state;
	struct controls controls = {
		.count = 1, .items = { { .id = "done", .box = { 1, 2, 3, 4 }, .enabled = true } }
	};
	events_screen(stage->events, "granted", &controls);
	events_screen(stage->events, "granted", &controls);
	controls.items[0].enabled = false;
	events_screen(stage->events, "granted", &controls);
	controls.items[0].box.w = 9;
	events_screen(stage->events, "granted", &controls);
	events_screen(stage->events, "refused", &controls);
	events_screen(stage->events, "refused", &controls);
	controls.count = 0;
	events_screen(stage->events, "refused", &controls);
	check_lines(stage, expected, sizeof(expected) / sizeof(expected[0]));
}

static void test_no_person_in_it(void **state)
{
	static const struct entitlement somebody = {
		.carrier = CARRIER_QR,
		.has_assurance = true,
		.certificate = "DEMO-350926-000101",
		.name = "测试甲",
	};
	struct stage *stage = *state;
	char text[65536];
	events_presented(stage->events, "keyboard", &somebody);
	events_decision(stage->events, &somebody, 1);
	FILE *file = fopen(stage->path, "re");
	assert_non_null(file);
	const size_t length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	assert_true(length > 0);
	assert_null(strstr(text, "DEMO"));
	assert_null(strstr(text, "测试"));
}

static void test_where_it_cannot_be_written(void **state)
{
	(void)state;
	assert_null(events_open("/nonexistent/folder/events"));
	struct events *nobody = events_open(NULL);
	assert_non_null(nobody);
	events_ready(nobody, 1);
	events_close(nobody);
	events_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_event, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_screen_is_told_when_it_differs, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_no_person_in_it, set_up, tear_down),
		cmocka_unit_test(test_where_it_cannot_be_written),
	};
	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
