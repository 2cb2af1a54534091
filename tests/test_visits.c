/*
 * Whole visits: a real kiosk in a real window, from the first byte of a card, a code or a camera's
 * picture to the entry in the log, touched by a finger of xdotool.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/image.h"
#include "tests/place.h"
#include "tests/pn532.h"
#include "tests/pty.h"
#include "tests/visitor.h"

struct stage {
	struct place place;
	struct visitor *visitor;
	char text[4096];
};

static int set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	place_open(&stage->place);
	stage->visitor = visitor_open(1024, 600);
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;
	visitor_close(stage->visitor);
	place_close(&stage->place);
	free(stage);
	return 0;
}

/* Start the kiosk at a merchant and wait until somebody may come. */
static void start(struct stage *stage, const char *site, const char *profile, const char *more,
		  const char *value)
{
	const char *const arguments[] = {
		"--db", stage->place.registry, "--site", site, "--profile", profile, more, value,
		NULL
	};
	visitor_start(stage->visitor, arguments);
	const json_t *ready = visitor_next(stage->visitor, "ready");
	assert_non_null(ready);
	assert_true(json_integer_value(json_object_get(ready, "first_frame_ms")) >= 0);
	visitor_await_screen(stage->visitor, "welcome");
}

static void type_card(struct stage *stage, const char *number, int days)
{
	place_text(&stage->place, stage->text, sizeof(stage->text), number, days);
	visitor_type(stage->visitor, stage->text);
}

static void await_presented(struct stage *stage, const char *source, const char *carrier,
			    const char *assurance)
{
	const json_t *event = visitor_await(stage->visitor, "presented", "source", source);
	assert_string_equal(json_string_value(json_object_get(event, "carrier")), carrier);
	const char *is = json_string_value(json_object_get(event, "assurance"));
	if (assurance == NULL) {
		assert_null(is);
	} else {
		assert_string_equal(is, assurance);
	}
}

static void await_redeemed(struct stage *stage, const char *benefit, int payable, int saved)
{
	const json_t *event = visitor_await(stage->visitor, "redeemed", "benefit", benefit);
	assert_true(json_string_value(json_object_get(event, "redemption"))[0] != '\0');
	if (payable >= 0) {
		assert_int_equal(json_integer_value(json_object_get(event, "payable")), payable);
		assert_int_equal(json_integer_value(json_object_get(event, "saved")), saved);
	}
	visitor_await_screen(stage->visitor, "granted");
}

static void touch_then(struct stage *stage, const char *control, const char *screen)
{
	visitor_touch(stage->visitor, control);
	visitor_await_screen(stage->visitor, screen);
}

static void type_amount(struct stage *stage, const char *digits)
{
	char control[16];
	for (const char *digit = digits; *digit != '\0'; digit++) {
		snprintf(control, sizeof(control), *digit == '.' ? "digit:dot" : "digit:%c",
			 *digit);
		visitor_touch(stage->visitor, control);
	}
	while (!visitor_has(stage->visitor, "confirm")) { /* it wakes with the first digit */
		visitor_await_screen(stage->visitor, "amount");
	}
}

/* --- granted --- */

static void test_hall_by_typed_scanner(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-hall", "hall", NULL, NULL);
	type_card(stage, "T-1", 30);
	visitor_await_screen(stage->visitor, "checking");
	await_presented(stage, "keyboard", "qr", "static");
	const json_t *decision = visitor_next(stage->visitor, "decision");
	assert_string_equal(json_string_value(json_object_get(decision, "reason")), "ok");
	assert_int_equal(json_array_size(json_object_get(decision, "offers")), 3);
	visitor_await_screen(stage->visitor, "choose");
	assert_false(visitor_has(stage->visitor, "benefit:t-old"));
	touch_then(stage, "benefit:t-tea", "confirm");
	visitor_touch(stage->visitor, "confirm");
	await_redeemed(stage, "t-tea", -1, -1);
	assert_int_equal(place_count(&stage->place, "redeemed", "t-tea", NULL), 1);
	touch_then(stage, "done", "welcome");
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 1);
}

static void test_gate_without_a_touch(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-gate", "gate", NULL, NULL);
	for (int i = 1; i <= 3; i++) {
		char number[16];
		snprintf(number, sizeof(number), "T-%d", i);
		type_card(stage, number, 30); /* the next does not wait for the last to go */
		await_redeemed(stage, "t-free", -1, -1);
	}
	assert_int_equal(place_count(&stage->place, "redeemed", "t-free", NULL), 3);
	visitor_await_screen(stage->visitor, "welcome"); /* by itself */
}

static void test_shop_amount_compare_confirm(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-shop", "merchant", NULL, NULL);
	type_card(stage, "T-2", 30);
	visitor_await_screen(stage->visitor, "amount");
	assert_false(visitor_has(stage->visitor, "confirm"));
	type_amount(stage, "120.5");
	visitor_touch(stage->visitor, "backspace");
	type_amount(stage, "00");
	touch_then(stage, "confirm", "compare");
	touch_then(stage, "compare:yes", "confirm");
	visitor_touch(stage->visitor, "confirm");
	await_redeemed(stage, "t-percent", 9600, 2400);
	assert_int_equal(place_count(&stage->place, "redeemed", "t-percent", NULL), 1);
}

static void test_cafe_in_english_large(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-cafe", "hall", "--lang", "en");
	touch_then(stage, "large", "welcome");
	touch_then(stage, "language", "welcome");
	type_card(stage, "T-3", 30);
	visitor_await_screen(stage->visitor, "amount");
	type_amount(stage, "10");
	touch_then(stage, "confirm", "confirm");
	touch_then(stage, "back", "amount");
	touch_then(stage, "confirm", "confirm");
	visitor_touch(stage->visitor, "confirm");
	await_redeemed(stage, "t-lunch", 800, 200);
}

/* At the gate, with a holder's credential on a tag at an NFC reader, which `spec` names then. */
static void start_with_tag(struct stage *stage, struct pn532 *chip, char spec[static 300],
			   struct type4_tag *tag, const char *number)
{
	uint8_t bytes[1024];
	snprintf(spec, 300, "nfc:%s", pn532_connection(chip));
	start(stage, "t-gate", "gate", "--reader", spec);
	(void)visitor_await(stage->visitor, "reader", "source", spec);
	const size_t length = place_bytes(&stage->place, bytes, sizeof(bytes), number, 30);
	type4_tag_make_credential(tag, bytes, length);
	pn532_put(chip, 0, tag);
}

static void test_by_nfc(void **state)
{
	struct stage *stage = *state;
	struct pn532 *chip = pn532_start();
	struct type4_tag tag;
	char spec[300];
	start_with_tag(stage, chip, spec, &tag, "T-4");
	await_presented(stage, spec, "tag", "static");
	await_redeemed(stage, "t-free", -1, -1);
	assert_int_equal(place_count(&stage->place, "redeemed", "t-free", NULL), 1);
	visitor_await_screen(stage->visitor, "welcome");
	assert_false(visitor_sees(stage->visitor, "presented", 1500)); /* it still lies there */
	pn532_take_away(chip, 0);
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
	pn532_stop(chip);
}

static void test_nfc_reader_goes_and_comes(void **state)
{
	struct stage *stage = *state;
	struct pn532 *chip = pn532_start();
	char spec[300];
	snprintf(spec, sizeof(spec), "nfc:%s", pn532_connection(chip));
	start(stage, "t-gate", "gate", "--reader", spec);
	const json_t *event = visitor_await(stage->visitor, "reader", "source", spec);
	assert_string_equal(json_string_value(json_object_get(event, "state")), "online");
	pn532_unplug(chip);
	event = visitor_await(stage->visitor, "reader", "source", spec);
	assert_string_equal(json_string_value(json_object_get(event, "state")), "offline");
	pn532_plug(chip);
	event = visitor_await(stage->visitor, "reader", "source", spec);
	assert_string_equal(json_string_value(json_object_get(event, "state")), "online");
	pn532_stop(chip);
}

static void test_by_camera(void **state)
{
	struct stage *stage = *state;
	char picture[300], spec[310];
	place_text(&stage->place, stage->text, sizeof(stage->text), "T-5", 30);
	snprintf(picture, sizeof(picture), "%.256s/code.png", stage->place.folder);
	snprintf(spec, sizeof(spec), "camera:%s", picture);
	assert_int_equal(qr_save(picture, stage->text, 6), IMAGE_OK);
	start(stage, "t-gate", "gate", "--reader", spec);
	await_presented(stage, spec, "qr", "static");
	await_redeemed(stage, "t-free", -1, -1);
	assert_int_equal(place_count(&stage->place, "redeemed", "t-free", NULL), 1);
}

static void test_by_serial_scanner(void **state)
{
	struct stage *stage = *state;
	struct pty line;
	char spec[160];
	if (!pty_open(&line)) {
		skip();
	}
	snprintf(spec, sizeof(spec), "scanner:%s", line.name);
	start(stage, "t-gate", "gate", "--reader", spec);
	const json_t *event = visitor_await(stage->visitor, "reader", "source", spec);
	assert_string_equal(json_string_value(json_object_get(event, "state")), "online");
	place_text(&stage->place, stage->text, sizeof(stage->text), "T-6", 30);
	assert_true(pty_send(&line, stage->text, strlen(stage->text)));
	assert_true(pty_send(&line, "\r\n", 2));
	await_presented(stage, spec, "qr", "static");
	await_redeemed(stage, "t-free", -1, -1);
	pty_close(&line);
	event = visitor_await(stage->visitor, "reader", "source", spec);
	assert_string_equal(json_string_value(json_object_get(event, "state")), "offline");
}

static void test_by_demonstration_card(void **state)
{
	struct stage *stage = *state;
	char path[300], other[4096];
	place_text(&stage->place, stage->text, sizeof(stage->text), "T-7", 30);
	place_text(&stage->place, other, sizeof(other), "T-10", 30);
	snprintf(path, sizeof(path), "%.256s/cards", stage->place.folder);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "甲\tOne\t%s\n乙\tTwo\t%s\n", stage->text, other);
	fclose(file);
	start(stage, "t-gate", "gate", "--demo-cards", path);
	visitor_press(stage->visitor, "F2");
	await_presented(stage, "demo", "qr", "static");
	visitor_await_screen(stage->visitor, "refused");
	visitor_press(stage->visitor, "F3"); /* there is none */
	visitor_press(stage->visitor, "F1");
	await_redeemed(stage, "t-free", -1, -1);
	touch_then(stage, "done", "welcome");
	visitor_touch(stage->visitor, "demo:1");
	await_redeemed(stage, "t-free", -1, -1);
}

/* Recorded presentations: the second comes in mid-visit and is dropped. */
static void test_by_replay(void **state)
{
	struct stage *stage = *state;
	char path[300], spec[310];
	place_text(&stage->place, stage->text, sizeof(stage->text), "T-6", 30);
	snprintf(path, sizeof(path), "%.256s/replay", stage->place.folder);
	snprintf(spec, sizeof(spec), "replay:%s", path);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "500 qr %s\n1500 qr %s\n", stage->text, stage->text);
	fclose(file);
	start(stage, "t-hall", "hall", "--reader", spec);
	await_presented(stage, spec, "qr", "static");
	visitor_await_screen(stage->visitor, "choose");
	assert_false(visitor_sees(stage->visitor, "presented", 2500));
	visitor_touch(stage->visitor, "cancel");
	assert_false(visitor_sees(stage->visitor, "presented", 1000)); /* it was not kept */
}

/* --- refused, and out of turn --- */

static void await_refused(struct stage *stage, const char *reason)
{
	(void)visitor_await(stage->visitor, "refused", "reason", reason);
	visitor_await_screen(stage->visitor, "refused");
}

static void test_refusals(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-once", "gate", NULL, NULL);
	visitor_type(stage->visitor, "HELLO");
	await_presented(stage, "keyboard", "qr", NULL);
	await_refused(stage, "malformed");
	type_card(stage, "T-6", -1);
	await_refused(stage, "expired");
	type_card(stage, "T-10", 30);
	await_refused(stage, "lost");
	type_card(stage, "T-99", 30);
	await_refused(stage, "unknown_certificate");
	type_card(stage, "T-6", 30);
	await_redeemed(stage, "t-single", -1, -1);
	type_card(stage, "T-6", 30);
	await_refused(stage, "quota_used");
	touch_then(stage, "done", "welcome");
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 1);
	assert_int_equal(place_count(&stage->place, "refused", NULL, NULL), 5);
	assert_int_equal(place_count(&stage->place, "refused", NULL, "expired"), 1);
}

static void test_nothing_at_this_place(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-empty", "hall", NULL, NULL);
	type_card(stage, "T-1", 30);
	await_refused(stage, "wrong_venue");
}

static void test_comparing_says_no(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-shop", "merchant", NULL, NULL);
	type_card(stage, "T-7", 30);
	visitor_await_screen(stage->visitor, "amount");
	type_amount(stage, "5");
	touch_then(stage, "confirm", "compare");
	visitor_touch(stage->visitor, "compare:no");
	await_refused(stage, "needs_compare");
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 0);
	assert_int_equal(place_count(&stage->place, "refused", NULL, "needs_compare"), 1);
}

static void test_torn_and_two_cards(void **state)
{
	struct stage *stage = *state;
	struct pn532 *chip = pn532_start();
	struct type4_tag tag;
	char spec[300];
	start_with_tag(stage, chip, spec, &tag, "T-8");
	await_redeemed(stage, "t-free", -1, -1);
	pn532_put(chip, 1, &tag);
	pn532_take_away(chip, 0);
	pn532_take_away(chip, 1);
	visitor_await_screen(stage->visitor, "welcome");
	struct type4_tag other = tag;
	other.uid[0] ^= 0x55;
	pn532_put(chip, 0, &tag);
	pn532_put(chip, 1, &other);
	(void)visitor_await(stage->visitor, "refused", "reason", "several_cards");
	pn532_stop(chip);
}

static void test_a_card_in_mid_visit_is_dropped(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-cafe", "hall", NULL, NULL);
	type_card(stage, "T-1", 30);
	visitor_await_screen(stage->visitor, "amount");
	type_card(stage, "T-2", 30);
	type_amount(stage, "10");
	touch_then(stage, "back", "welcome");
	assert_false(visitor_sees(stage->visitor, "presented", 1000));
	type_card(stage, "T-2", 30);
	visitor_await_screen(stage->visitor, "amount");
}

/* A finger that is put down and lifted elsewhere has touched nothing. */
static void test_beside_the_controls(void **state)
{
	struct stage *stage = *state;
	start(stage, "t-cafe", "hall", NULL, NULL);
	visitor_touch_at(stage->visitor, 3, 300);
	assert_false(visitor_sees(stage->visitor, "screen", 500));
	touch_then(stage, "mine", "mine");
	touch_then(stage, "back", "welcome");
	touch_then(stage, "help", "help");
	touch_then(stage, "back", "welcome");
}

/* --- trouble --- */

static void test_registry_goes_and_comes(void **state)
{
	struct stage *stage = *state;
	char away[320];
	snprintf(away, sizeof(away), "%s.away", stage->place.registry);
	start(stage, "t-gate", "gate", NULL, NULL);
	assert_int_equal(rename(stage->place.registry, away), 0);
	type_card(stage, "T-1", 30);
	(void)visitor_await(stage->visitor, "fault", "what", "missing");
	visitor_await_screen(stage->visitor, "fault");
	assert_int_equal(rename(away, stage->place.registry), 0);
	visitor_await_screen(stage->visitor, "welcome");
	type_card(stage, "T-1", 30);
	await_redeemed(stage, "t-free", -1, -1);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 1);
}

static void test_a_reader_that_is_not_there(void **state)
{
	struct stage *stage = *state;
	char spec[320];
	snprintf(spec, sizeof(spec), "scanner:%.256s/none", stage->place.folder);
	start(stage, "t-gate", "gate", "--reader", spec);
	const json_t *event = visitor_await(stage->visitor, "reader", "source", spec);
	assert_string_equal(json_string_value(json_object_get(event, "state")), "offline");
	type_card(stage, "T-1", 30); /* the others go on */
	await_redeemed(stage, "t-free", -1, -1);
}

static void test_without_a_display(void **state)
{
	struct stage *stage = *state;
	const char *const arguments[] = { "--db", stage->place.registry, "--site", "t-gate", NULL };
	visitor_blind(stage->visitor);
	visitor_start(stage->visitor, arguments);
	assert_null(visitor_next(stage->visitor, "ready"));
	assert_int_equal(visitor_stop(stage->visitor, 0), 3);
}

static int start_and_end(struct stage *stage, const char *registry, const char *option,
			 const char *value)
{
	const char *const arguments[] = {
		"--db", registry, "--site", "t-gate", option, value, NULL
	};
	visitor_start(stage->visitor, arguments);
	assert_null(visitor_next(stage->visitor, "ready"));
	return visitor_stop(stage->visitor, 0);
}

static void test_it_does_not_start(void **state)
{
	struct stage *stage = *state;
	char path[400];
	snprintf(path, sizeof(path), "%s/none.db", stage->place.folder);
	assert_int_equal(start_and_end(stage, path, NULL, NULL), 3);
	FILE *file = fopen(path, "we");
	for (int i = 0; i < 1000; i++) {
		fputs("this is not a registry\n", file);
	}
	fclose(file);
	assert_int_equal(start_and_end(stage, path, NULL, NULL), 3);
	assert_int_equal(start_and_end(stage, stage->place.registry, "--profile", "shop"), 2);
	assert_int_equal(start_and_end(stage, stage->place.registry, "--reader", "radio:"), 2);
	assert_int_equal(start_and_end(stage, stage->place.registry, "--demo-cards", path), 2);
}

int main(void)
{
	if (!visitor_can_come()) {
		return 0;
	}
#define VISIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		VISIT(test_hall_by_typed_scanner),
		VISIT(test_gate_without_a_touch),
		VISIT(test_shop_amount_compare_confirm),
		VISIT(test_cafe_in_english_large),
		VISIT(test_by_nfc),
		VISIT(test_nfc_reader_goes_and_comes),
		VISIT(test_by_camera),
		VISIT(test_by_serial_scanner),
		VISIT(test_by_replay),
		VISIT(test_by_demonstration_card),
		VISIT(test_refusals),
		VISIT(test_nothing_at_this_place),
		VISIT(test_comparing_says_no),
		VISIT(test_torn_and_two_cards),
		VISIT(test_a_card_in_mid_visit_is_dropped),
		VISIT(test_beside_the_controls),
		VISIT(test_registry_goes_and_comes),
		VISIT(test_a_reader_that_is_not_there),
		VISIT(test_without_a_display),
		VISIT(test_it_does_not_start),
	};
	return cmocka_run_group_tests_name("visits", tests, NULL, NULL);
}
