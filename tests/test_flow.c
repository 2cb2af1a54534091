/* The visit's state machine, on an injected clock: every path, every time-out from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/flow.h"

#define STEPS_MAX 24
#define OFFERS    4

/* Offers are spelt: g granted, G granted for an amount, a needs an amount, c needs comparing,
 * C needs comparing and takes an amount, r refused (quota_used). */
struct step {
	enum happening happening;
	const char *control; /* of a touch; else the offers that CHECKED brings */
	uint64_t wait_ms;    /* that pass before it */
	enum screen screen;  /* expected after it */
	enum errand errand;
	enum reason
		reason; /* that CHECKED or REDEEMED brings; expected refusal on SCREEN_REFUSED */
};

struct visit_row {
	const char *name;
	enum profile profile;
	struct step steps[STEPS_MAX]; /* ends with a step of wait_ms END */
};

/* Short names keep a row a line. */
#define READ(screen, errand)                                                    \
	{                                                                       \
		HAPPENING_READING, NULL, 0, SCREEN_##screen, ERRAND_##errand, 0 \
	}
#define CHECKED(offers, screen, errand)                                           \
	{                                                                         \
		HAPPENING_CHECKED, offers, 0, SCREEN_##screen, ERRAND_##errand, 0 \
	}
#define CHECKED_NO(why, offers, screen)                                                    \
	{                                                                                  \
		HAPPENING_CHECKED, offers, 0, SCREEN_##screen, ERRAND_REFUSE, REASON_##why \
	}
#define TOUCH(id, screen, errand)                                           \
	{                                                                   \
		HAPPENING_TOUCH, id, 0, SCREEN_##screen, ERRAND_##errand, 0 \
	}
#define TOUCH_NO(id, why)                                                           \
	{                                                                           \
		HAPPENING_TOUCH, id, 0, SCREEN_REFUSED, ERRAND_REFUSE, REASON_##why \
	}
#define REDEEMED(screen)                                                     \
	{                                                                    \
		HAPPENING_REDEEMED, NULL, 0, SCREEN_##screen, ERRAND_NONE, 0 \
	}
#define REDEEMED_NO(why)                                                               \
	{                                                                              \
		HAPPENING_REDEEMED, NULL, 0, SCREEN_REFUSED, ERRAND_NONE, REASON_##why \
	}
#define HAPPEN(what, screen, errand)                                           \
	{                                                                      \
		HAPPENING_##what, NULL, 0, SCREEN_##screen, ERRAND_##errand, 0 \
	}
#define WAIT(ms, screen, errand)                                              \
	{                                                                     \
		HAPPENING_TIME, NULL, ms, SCREEN_##screen, ERRAND_##errand, 0 \
	}
#define END                           \
	{                             \
		.wait_ms = UINT64_MAX \
	}
#define CHECK READ(CHECKING, CHECK)

/* clang-format off */
static const struct visit_row visits[] = {
	{ "hall: one benefit goes straight to confirm", PROFILE_HALL,
	  { CHECK, CHECKED("g", CONFIRM, NONE), TOUCH("confirm", CHECKING, REDEEM), REDEEMED(GRANTED),
	    TOUCH("done", WELCOME, NONE), END } },
	{ "hall: of several one is chosen", PROFILE_HALL,
	  { CHECK, CHECKED("gg", CHOOSE, NONE), TOUCH("benefit:b1", CONFIRM, NONE),
	    TOUCH("confirm", CHECKING, REDEEM), REDEEMED(GRANTED), END } },
	{ "hall: refused offers beside one make no choice", PROFILE_HALL,
	  { CHECK, CHECKED("grr", CONFIRM, NONE), END } },
	{ "hall: an amount is asked for, then checked again", PROFILE_HALL,
	  { CHECK, CHECKED("a", AMOUNT, NONE), TOUCH("digit:5", AMOUNT, NONE),
	    TOUCH("confirm", CHECKING, CHECK_AGAIN), CHECKED("G", CONFIRM, NONE),
	    TOUCH("confirm", CHECKING, REDEEM), REDEEMED(GRANTED), END } },
	{ "merchant: compare, then confirm", PROFILE_MERCHANT,
	  { CHECK, CHECKED("c", COMPARE, NONE), TOUCH("compare:yes", CHECKING, CHECK_AGAIN),
	    CHECKED("g", CONFIRM, NONE), TOUCH("confirm", CHECKING, REDEEM), REDEEMED(GRANTED), END } },
	{ "merchant: choose, amount, compare, confirm", PROFILE_MERCHANT,
	  { CHECK, CHECKED("gC", CHOOSE, NONE), TOUCH("benefit:b1", AMOUNT, NONE),
	    TOUCH("digit:9", AMOUNT, NONE), TOUCH("confirm", CHECKING, CHECK_AGAIN),
	    CHECKED("gC", COMPARE, NONE), TOUCH("compare:yes", CHECKING, CHECK_AGAIN),
	    CHECKED("gG", CONFIRM, NONE), TOUCH("confirm", CHECKING, REDEEM), REDEEMED(GRANTED), END } },
	{ "merchant: compare says no", PROFILE_MERCHANT,
	  { CHECK, CHECKED("c", COMPARE, NONE), TOUCH_NO("compare:no", NEEDS_COMPARE),
	    TOUCH("done", WELCOME, NONE), END } },
	{ "gate: a single benefit without a touch", PROFILE_GATE,
	  { CHECK, CHECKED("g", CHECKING, REDEEM), REDEEMED(GRANTED), END } },
	{ "gate: a single one beside refused ones", PROFILE_GATE,
	  { CHECK, CHECKED("gr", CHECKING, REDEEM), REDEEMED(GRANTED), END } },
	{ "gate: several are chosen among and confirmed", PROFILE_GATE,
	  { CHECK, CHECKED("gg", CHOOSE, NONE), TOUCH("benefit:b0", CONFIRM, NONE), END } },
	{ "gate: an amount is asked for even there", PROFILE_GATE,
	  { CHECK, CHECKED("a", AMOUNT, NONE), TOUCH("digit:1", AMOUNT, NONE),
	    TOUCH("confirm", CHECKING, CHECK_AGAIN), CHECKED("G", CONFIRM, NONE), END } },
	{ "gate: the next in the queue need not wait", PROFILE_GATE,
	  { CHECK, CHECKED("g", CHECKING, REDEEM), REDEEMED(GRANTED), CHECK,
	    CHECKED_NO(EXPIRED, "", REFUSED), CHECK, CHECKED("g", CHECKING, REDEEM), END } },

	{ "refused: by the reading", PROFILE_HALL, { CHECK, CHECKED_NO(FORGED, "", REFUSED), END } },
	{ "refused: nothing at this place", PROFILE_HALL,
	  { CHECK, CHECKED_NO(WRONG_VENUE, "", REFUSED), END } },
	{ "refused: the best offer's reason", PROFILE_HALL,
	  { CHECK, CHECKED_NO(QUOTA_USED, "rr", REFUSED), END } },
	{ "refused: when redeeming", PROFILE_HALL,
	  { CHECK, CHECKED("g", CONFIRM, NONE), TOUCH("confirm", CHECKING, REDEEM),
	    REDEEMED_NO(QUOTA_USED), TOUCH("done", WELCOME, NONE), END } },
	{ "refused: by the amount, while another can be had", PROFILE_HALL,
	  { CHECK, CHECKED("ga", CHOOSE, NONE), TOUCH("benefit:b1", AMOUNT, NONE),
	    TOUCH("digit:1", AMOUNT, NONE), TOUCH("confirm", CHECKING, CHECK_AGAIN),
	    CHECKED_NO(QUOTA_USED, "gr", REFUSED), TOUCH("benefit:b1", REFUSED, NONE),
	    TOUCH("benefit:b0", CHECKING, CHECK_AGAIN), CHECKED("gr", CONFIRM, NONE), END } },
	{ "refused: the chosen one is gone from the list", PROFILE_HALL,
	  { CHECK, CHECKED("gga", CHOOSE, NONE), TOUCH("benefit:b2", AMOUNT, NONE),
	    TOUCH("digit:1", AMOUNT, NONE), TOUCH("confirm", CHECKING, CHECK_AGAIN),
	    CHECKED_NO(BENEFIT_INACTIVE, "gg", REFUSED), END } },

	{ "back: from confirm to the keypad", PROFILE_HALL,
	  { CHECK, CHECKED("a", AMOUNT, NONE), TOUCH("digit:5", AMOUNT, NONE),
	    TOUCH("confirm", CHECKING, CHECK_AGAIN), CHECKED("G", CONFIRM, NONE),
	    TOUCH("back", AMOUNT, NONE), TOUCH("confirm", CHECKING, CHECK_AGAIN), END } },
	{ "back: from the keypad to the choice", PROFILE_HALL,
	  { CHECK, CHECKED("aa", CHOOSE, NONE), TOUCH("benefit:b1", AMOUNT, NONE),
	    TOUCH("back", CHECKING, CHECK_AGAIN), CHECKED("aa", CHOOSE, NONE),
	    TOUCH("benefit:b0", AMOUNT, NONE), END } },
	{ "back: from confirm to the choice", PROFILE_HALL,
	  { CHECK, CHECKED("gg", CHOOSE, NONE), TOUCH("benefit:b1", CONFIRM, NONE),
	    TOUCH("back", CHECKING, CHECK_AGAIN), CHECKED("gg", CHOOSE, NONE),
	    TOUCH("back", WELCOME, NONE), END } },
	{ "back: from a single one to welcome", PROFILE_HALL,
	  { CHECK, CHECKED("a", AMOUNT, NONE), TOUCH("back", WELCOME, NONE), END } },
	{ "cancel: in mid-visit", PROFILE_MERCHANT,
	  { CHECK, CHECKED("c", COMPARE, NONE), TOUCH("cancel", WELCOME, NONE), END } },

	{ "keypad: confirm without an amount does nothing", PROFILE_HALL,
	  { CHECK, CHECKED("a", AMOUNT, NONE), TOUCH("confirm", AMOUNT, NONE),
	    TOUCH("digit:0", AMOUNT, NONE), TOUCH("backspace", AMOUNT, NONE),
	    TOUCH("confirm", AMOUNT, NONE), END } },
	{ "keypad: nothing to pay is an amount", PROFILE_HALL,
	  { CHECK, CHECKED("a", AMOUNT, NONE), TOUCH("digit:0", AMOUNT, NONE),
	    TOUCH("confirm", CHECKING, CHECK_AGAIN), END } },

	{ "mine: from welcome asks for the place's list", PROFILE_HALL,
	  { TOUCH("mine", CHECKING, LIST), HAPPEN(LISTED, MINE, NONE), TOUCH("back", WELCOME, NONE), END } },
	{ "mine: from welcome, then a card", PROFILE_HALL,
	  { TOUCH("mine", CHECKING, LIST), HAPPEN(LISTED, MINE, NONE), CHECK, END } },
	{ "mine: in mid-visit, no card, and back", PROFILE_HALL,
	  { CHECK, CHECKED("ggr", CHOOSE, NONE), TOUCH("mine", MINE, NONE), READ(MINE, NONE),
	    TOUCH("help", HELP, NONE), READ(HELP, NONE), TOUCH("back", CHOOSE, NONE), END } },
	{ "mine: after a refusal with offers", PROFILE_HALL,
	  { CHECK, CHECKED_NO(QUOTA_USED, "rr", REFUSED), TOUCH("mine", MINE, NONE),
	    TOUCH("back", REFUSED, NONE), END } },
	{ "mine: after a refusal without any", PROFILE_HALL,
	  { CHECK, CHECKED_NO(FORGED, "", REFUSED), TOUCH("mine", CHECKING, LIST),
	    HAPPEN(LISTED, MINE, NONE), TOUCH("done", WELCOME, NONE), END } },
	{ "help: everywhere, and back", PROFILE_MERCHANT,
	  { TOUCH("help", HELP, NONE), TOUCH("back", WELCOME, NONE), TOUCH("no_card", HELP, NONE),
	    TOUCH("done", WELCOME, NONE), CHECK, CHECKED("c", COMPARE, NONE), TOUCH("help", HELP, NONE),
	    TOUCH("help", COMPARE, NONE), END } },

	{ "a card in mid-visit is dropped", PROFILE_MERCHANT,
	  { CHECK, READ(CHECKING, NONE), CHECKED("cC", CHOOSE, NONE), READ(CHOOSE, NONE),
	    TOUCH("benefit:b1", AMOUNT, NONE), READ(AMOUNT, NONE), TOUCH("digit:1", AMOUNT, NONE),
	    TOUCH("confirm", CHECKING, CHECK_AGAIN), CHECKED("cC", COMPARE, NONE),
	    READ(COMPARE, NONE), TOUCH("compare:yes", CHECKING, CHECK_AGAIN), CHECKED("gG", CONFIRM, NONE),
	    READ(CONFIRM, NONE), TOUCH("confirm", CHECKING, REDEEM), READ(CHECKING, NONE), END } },
	{ "what a screen does not have is not touched", PROFILE_HALL,
	  { TOUCH("confirm", WELCOME, NONE), TOUCH("done", WELCOME, NONE), TOUCH("digit:1", WELCOME, NONE),
	    TOUCH("", WELCOME, NONE), CHECK, TOUCH("cancel", CHECKING, NONE), TOUCH("help", CHECKING, NONE),
	    TOUCH("language", CHECKING, NONE), CHECKED("gr", CONFIRM, NONE), TOUCH("benefit:b0", CONFIRM, NONE),
	    TOUCH("compare:yes", CONFIRM, NONE), END } },
	{ "only what can be had is chosen", PROFILE_HALL,
	  { CHECK, CHECKED("ggr", CHOOSE, NONE), TOUCH("benefit:b2", CHOOSE, NONE),
	    TOUCH("benefit:", CHOOSE, NONE), TOUCH("benefit:other", CHOOSE, NONE), END } },
	{ "an answer nobody waits for is dropped", PROFILE_HALL,
	  { CHECKED("g", WELCOME, NONE), REDEEMED(WELCOME), HAPPEN(LISTED, WELCOME, NONE),
	    HAPPEN(RECOVERED, WELCOME, NONE), HAPPEN(FAULT, WELCOME, NONE), END } },

	{ "fault: while checking, tried again until it is over", PROFILE_HALL,
	  { CHECK, HAPPEN(FAULT, FAULT, NONE), READ(FAULT, NONE), WAIT(2999, FAULT, NONE),
	    WAIT(1, FAULT, TRY), WAIT(100000, FAULT, NONE), HAPPEN(FAULT, FAULT, NONE),
	    WAIT(2999, FAULT, NONE), WAIT(1, FAULT, TRY), HAPPEN(RECOVERED, WELCOME, NONE), CHECK, END } },
	{ "fault: while redeeming, nothing is granted", PROFILE_HALL,
	  { CHECK, CHECKED("g", CONFIRM, NONE), TOUCH("confirm", CHECKING, REDEEM),
	    HAPPEN(FAULT, FAULT, NONE), REDEEMED(FAULT), END } },
	{ "fault: help in between", PROFILE_HALL,
	  { CHECK, HAPPEN(FAULT, FAULT, NONE), WAIT(3000, FAULT, TRY), TOUCH("help", HELP, NONE),
	    HAPPEN(FAULT, HELP, NONE), TOUCH("back", FAULT, NONE), WAIT(3000, FAULT, TRY),
	    TOUCH("help", HELP, NONE), HAPPEN(RECOVERED, WELCOME, NONE), END } },

	{ "time: never while the registry is asked", PROFILE_HALL,
	  { CHECK, WAIT(3600000, CHECKING, NONE), CHECKED("g", CONFIRM, NONE),
	    TOUCH("confirm", CHECKING, REDEEM), WAIT(3600000, CHECKING, NONE), REDEEMED(GRANTED), END } },
	{ "time: never on welcome", PROFILE_HALL, { WAIT(3600000, WELCOME, NONE), CHECK, END } },
	{ "time: choose", PROFILE_HALL,
	  { CHECK, CHECKED("gg", CHOOSE, NONE), WAIT(89999, CHOOSE, NONE), WAIT(1, WELCOME, NONE), END } },
	{ "time: amount, and a touch starts it anew", PROFILE_HALL,
	  { CHECK, CHECKED("a", AMOUNT, NONE), WAIT(89999, AMOUNT, NONE), TOUCH("digit:1", AMOUNT, NONE),
	    WAIT(89999, AMOUNT, NONE), WAIT(1, WELCOME, NONE), END } },
	{ "time: compare", PROFILE_MERCHANT,
	  { CHECK, CHECKED("c", COMPARE, NONE), WAIT(89999, COMPARE, NONE), WAIT(1, WELCOME, NONE), END } },
	{ "time: confirm", PROFILE_HALL,
	  { CHECK, CHECKED("g", CONFIRM, NONE), WAIT(89999, CONFIRM, NONE), WAIT(1, WELCOME, NONE), END } },
	{ "time: granted", PROFILE_HALL,
	  { CHECK, CHECKED("g", CONFIRM, NONE), TOUCH("confirm", CHECKING, REDEEM), REDEEMED(GRANTED),
	    WAIT(19999, GRANTED, NONE), WAIT(1, WELCOME, NONE), END } },
	{ "time: granted at a gate", PROFILE_GATE,
	  { CHECK, CHECKED("g", CHECKING, REDEEM), REDEEMED(GRANTED), WAIT(3999, GRANTED, NONE),
	    WAIT(1, WELCOME, NONE), END } },
	{ "time: refused", PROFILE_HALL,
	  { CHECK, CHECKED_NO(FORGED, "", REFUSED), WAIT(19999, REFUSED, NONE), WAIT(1, WELCOME, NONE), END } },
	{ "time: refused at a gate", PROFILE_GATE,
	  { CHECK, CHECKED_NO(FORGED, "", REFUSED), WAIT(7999, REFUSED, NONE), WAIT(1, WELCOME, NONE), END } },
	{ "time: help", PROFILE_HALL,
	  { TOUCH("help", HELP, NONE), WAIT(89999, HELP, NONE), WAIT(1, WELCOME, NONE), END } },
	{ "time: mine", PROFILE_HALL,
	  { TOUCH("mine", CHECKING, LIST), HAPPEN(LISTED, MINE, NONE), WAIT(89999, MINE, NONE),
	    WAIT(1, WELCOME, NONE), END } },
};
/* clang-format on */

static const struct benefit benefits[2][OFFERS] = {
	{ { .id = "b0", .value.type = VALUE_FREE },
	  { .id = "b1", .value.type = VALUE_FREE },
	  { .id = "b2", .value.type = VALUE_FREE },
	  { .id = "b3", .value.type = VALUE_FREE } },
	{ { .id = "b0", .value = { .type = VALUE_PERCENT_OFF, .percent = 20 } },
	  { .id = "b1", .value = { .type = VALUE_PERCENT_OFF, .percent = 20 } },
	  { .id = "b2", .value = { .type = VALUE_PERCENT_OFF, .percent = 20 } },
	  { .id = "b3", .value = { .type = VALUE_PERCENT_OFF, .percent = 20 } } },
};

static void fill_offers(struct entitlement *out, const char *spelt, enum reason reason)
{
	memset(out, 0, sizeof(*out));
	strcpy(out->name, "测试人");
	out->carrier = CARRIER_QR;
	out->offer_count = strlen(spelt);
	out->reason = out->offer_count == 0 && reason != REASON_WRONG_VENUE ? reason : REASON_OK;
	for (size_t i = 0; i < out->offer_count; i++) {
		const char letter = spelt[i];
		out->offers[i].benefit = &benefits[strchr("aGC", letter) != NULL][i];
		out->offers[i].verdict = letter == 'r'                  ? VERDICT_REFUSED
					 : letter == 'a'                ? VERDICT_NEEDS_AMOUNT
					 : strchr("cC", letter) != NULL ? VERDICT_NEEDS_COMPARE
									: VERDICT_GRANTED;
		out->offers[i].reason = letter == 'r' ? REASON_QUOTA_USED : REASON_OK;
	}
}

static enum errand take_step(struct flow *flow, const struct step *step, uint64_t now_ms)
{
	if (step->happening == HAPPENING_CHECKED) {
		fill_offers(&flow->entitlement, step->control, step->reason);
	}
	if (step->happening == HAPPENING_LISTED) {
		fill_offers(&flow->entitlement, "gggg", REASON_OK);
	}
	if (step->happening == HAPPENING_REDEEMED) {
		flow->redemption.reason = step->reason;
		strcpy(flow->redemption.receipt, "receipt");
	}
	return flow_happen(flow, step->happening,
			   step->happening == HAPPENING_TOUCH ? step->control : NULL, now_ms);
}

static void visit_is_wiped(const struct flow *flow)
{
	static const struct entitlement nothing = { .best = -1 };
	static const struct redemption none;
	assert_memory_equal(&flow->entitlement, &nothing, sizeof(nothing));
	assert_memory_equal(&flow->redemption, &none, sizeof(none));
	assert_string_equal(flow->digits, "");
	assert_string_equal(flow->benefit, "");
	assert_int_equal(flow->chosen, -1);
	assert_false(flow->compared);
}

static void run_visit(const struct visit_row *row)
{
	const struct site site = { .profile = row->profile };
	uint64_t now_ms = 1000;
	struct flow flow;
	flow_open(&flow, &site, LANGUAGE_CHINESE, now_ms);
	for (const struct step *step = row->steps; step->wait_ms != UINT64_MAX; step++) {
		const enum screen before = flow.screen;
		now_ms += step->wait_ms;
		const enum errand errand = take_step(&flow, step, now_ms);
		if (flow.screen != step->screen || errand != step->errand) {
			fail_msg("%s, step %d: on %s with errand %d", row->name,
				 (int)(step - row->steps), screen_name(flow.screen), (int)errand);
		}
		if (step->screen == SCREEN_REFUSED && step->reason != REASON_OK &&
		    flow.refusal != step->reason) {
			fail_msg("%s: refused with reason %d", row->name, (int)flow.refusal);
		}
		const bool came = flow.screen != before;
		if (came && (flow.screen == SCREEN_WELCOME || flow.screen == SCREEN_FAULT)) {
			visit_is_wiped(&flow);
		}
	}
}

static void test_visits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(visits) / sizeof(visits[0]); i++) {
		run_visit(&visits[i]);
	}
}

static void test_keypad(void **state)
{
	(void)state;
	static const struct {
		const char *name, *keys, *digits;
		int64_t fen;
	} rows[] = {
		{ "nothing", "", "", AMOUNT_NONE },
		{ "one digit", "5", "5", 500 },
		{ "zero", "0", "0", 0 },
		{ "no leading zero", "05", "5", 500 },
		{ "many zeros", "000", "0", 0 },
		{ "a dot first", ".5", "0.5", 50 },
		{ "a dot last", "7.", "7.", 700 },
		{ "two dots", "1.2.3", "1.23", 123 },
		{ "two behind the dot", "1.05", "1.05", 105 },
		{ "a third is not taken", "1.059", "1.05", 105 },
		{ "six before the dot", "999999", "999999", 99999900 },
		{ "a seventh is not taken", "1234567", "123456", 12345600 },
		{ "the most", "999999.99", "999999.99", 99999999 },
		{ "backspace", "12<", "1", 100 },
		{ "backspace over the dot", "1.<2", "12", 1200 },
		{ "backspace on nothing", "<<", "", AMOUNT_NONE },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char digits[DIGITS_MAX + 1] = "";
		for (const char *key = rows[i].keys; *key != '\0'; key++) {
			if (*key == '<') {
				keypad_backspace(digits);
			} else if (*key == '.') {
				keypad_dot(digits);
			} else {
				keypad_digit(digits, *key);
			}
		}
		if (strcmp(digits, rows[i].digits) != 0 || keypad_amount(digits) != rows[i].fen) {
			fail_msg("%s: \"%s\", %lld fen", rows[i].name, digits,
				 (long long)keypad_amount(digits));
		}
	}
}

static void test_language_and_size_last_for_a_visit(void **state)
{
	(void)state;
	const struct site site = { .profile = PROFILE_HALL };
	struct flow flow;
	flow_open(&flow, &site, LANGUAGE_CHINESE, 0);
	(void)flow_happen(&flow, HAPPENING_TOUCH, "language", 10);
	(void)flow_happen(&flow, HAPPENING_TOUCH, "large", 20);
	assert_int_equal(flow.language, LANGUAGE_ENGLISH);
	assert_true(flow.large);
	assert_int_equal(flow_time_left_ms(&flow, 20), 60000);
	(void)flow_happen(&flow, HAPPENING_TIME, NULL, 60019);
	assert_true(flow.large);
	(void)flow_happen(&flow, HAPPENING_TIME, NULL, 60020);
	assert_int_equal(flow.language, LANGUAGE_CHINESE);
	assert_false(flow.large);
	assert_int_equal(flow_time_left_ms(&flow, 60020), -1);

	(void)flow_happen(&flow, HAPPENING_TOUCH, "language", 60100);
	assert_int_equal(flow_happen(&flow, HAPPENING_READING, NULL, 60200), ERRAND_CHECK);
	assert_int_equal(flow.language, LANGUAGE_ENGLISH);
	fill_offers(&flow.entitlement, "", REASON_FORGED);
	(void)flow_happen(&flow, HAPPENING_CHECKED, NULL, 60300);
	assert_int_equal(flow.language, LANGUAGE_ENGLISH);
	(void)flow_happen(&flow, HAPPENING_TOUCH, "done", 60400);
	assert_int_equal(flow.language, LANGUAGE_CHINESE);
}

static void test_preview_follows_the_digits(void **state)
{
	(void)state;
	const struct site site = { .profile = PROFILE_HALL };
	struct flow flow;
	int64_t payable = 0, saved = 0;
	flow_open(&flow, &site, LANGUAGE_CHINESE, 0);
	(void)flow_happen(&flow, HAPPENING_READING, NULL, 1);
	fill_offers(&flow.entitlement, "a", REASON_OK);
	(void)flow_happen(&flow, HAPPENING_CHECKED, NULL, 2);
	assert_int_equal(flow.screen, SCREEN_AMOUNT);
	assert_false(flow_preview(&flow, &payable, &saved));
	(void)flow_happen(&flow, HAPPENING_TOUCH, "digit:1", 3);
	(void)flow_happen(&flow, HAPPENING_TOUCH, "digit:2", 4);
	(void)flow_happen(&flow, HAPPENING_TOUCH, "digit:0", 5);
	assert_true(flow_preview(&flow, &payable, &saved));
	assert_int_equal(payable, 9600);
	assert_int_equal(saved, 2400);
}

static void type(struct flow *flow, const char *keys)
{
	for (; *keys != '\0'; keys++) {
		char control[16];
		snprintf(control, sizeof control, "digit:%c", *keys);
		(void)flow_happen(flow, HAPPENING_TOUCH, *keys == '.' ? "digit:dot" : control, 9);
	}
}

/* Off each litre: first how many, then for how much. */
static void test_quantity_comes_before_the_amount(void **state)
{
	(void)state;
	static const struct benefit petrol = {
		.id = "petrol",
		.value = { .type = VALUE_PER_UNIT_OFF, .fen = 28, .unit = "litre" },
	};
	const struct site site = { .profile = PROFILE_HALL };
	struct flow flow;
	int64_t payable = 0, saved = 0;
	flow_open(&flow, &site, LANGUAGE_CHINESE, 0);
	(void)flow_happen(&flow, HAPPENING_READING, NULL, 1);
	fill_offers(&flow.entitlement, "a", REASON_OK);
	flow.entitlement.offers[0].benefit = &petrol;
	(void)flow_happen(&flow, HAPPENING_CHECKED, NULL, 2);
	assert_int_equal(flow.screen, SCREEN_AMOUNT);
	assert_true(flow_asks_quantity(&flow));
	(void)flow_happen(&flow, HAPPENING_TOUCH, "confirm", 3); /* nothing typed */
	assert_true(flow_asks_quantity(&flow));
	type(&flow, "40.5");
	assert_int_equal(flow_typed(&flow), 4050);
	assert_true(flow_amount(&flow) == AMOUNT_NONE);
	assert_false(flow_preview(&flow, &payable, &saved));
	(void)flow_happen(&flow, HAPPENING_TOUCH, "confirm", 3);
	assert_int_equal(flow.screen, SCREEN_AMOUNT);
	assert_false(flow_asks_quantity(&flow));
	assert_int_equal(flow_quantity(&flow), 40500);
	assert_true(flow_amount(&flow) == AMOUNT_NONE);
	/* Back to the quantity, as it was typed. */
	(void)flow_happen(&flow, HAPPENING_TOUCH, "back", 4);
	assert_true(flow_asks_quantity(&flow));
	assert_string_equal(flow.digits, "40.5");
	(void)flow_happen(&flow, HAPPENING_TOUCH, "confirm", 5);
	type(&flow, "300");
	assert_true(flow_preview(&flow, &payable, &saved));
	assert_int_equal(saved, 1134);
	assert_int_equal(payable, 28866);
	assert_int_equal(flow_happen(&flow, HAPPENING_TOUCH, "confirm", 6), ERRAND_CHECK_AGAIN);
	assert_int_equal(flow_amount(&flow), 30000);
	flow_wipe(&flow);
	assert_true(flow_quantity(&flow) == AMOUNT_NONE);
}

static void test_pages_stay_in_range(void **state)
{
	(void)state;
	const struct site site = { .profile = PROFILE_HALL };
	struct flow flow;
	flow_open(&flow, &site, LANGUAGE_CHINESE, 0);
	(void)flow_happen(&flow, HAPPENING_READING, NULL, 1);
	fill_offers(&flow.entitlement, "ggg", REASON_OK);
	(void)flow_happen(&flow, HAPPENING_CHECKED, NULL, 2);
	(void)flow_happen(&flow, HAPPENING_TOUCH, "page:previous", 3);
	assert_int_equal(flow.page, 0);
	for (int i = 0; i < 9; i++) {
		(void)flow_happen(&flow, HAPPENING_TOUCH, "page:next", 4);
	}
	assert_int_equal(flow.page, 2);
	(void)flow_happen(&flow, HAPPENING_TOUCH, "page:previous", 5);
	assert_int_equal(flow.page, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_visits),
		cmocka_unit_test(test_keypad),
		cmocka_unit_test(test_language_and_size_last_for_a_visit),
		cmocka_unit_test(test_preview_follows_the_digits),
		cmocka_unit_test(test_quantity_comes_before_the_amount),
		cmocka_unit_test(test_pages_stay_in_range),
	};
	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
