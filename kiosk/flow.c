#include "kiosk/flow.h"

#include <assert.h>
#include <string.h>

#define ENOUGH_MS       90000 /* [ms] to read a screen and decide, also for slow hands */
#define ANSWER_MS       20000 /* [ms] for a result to be read */
#define GATE_GRANTED_MS 4000  /* [ms] at a gate people queue */
#define GATE_REFUSED_MS 8000  /* [ms] but a refusal has to be read */
#define IDLE_MS         60000 /* [ms] until welcome speaks its own language again */
#define FAULT_TRY_MS    3000  /* [ms] between two looks whether the registry is back */

/* Where a rule leads, beside a screen. */
enum {
	STAY = SCREEN_COUNT, /* the same screen */
	RETURN,              /* to flow->back */
	ROUTE,               /* to where CHECKED leads, by what is known already */
	ANY,                 /* as the screen of a rule: all of them but CHECKING */
};

struct rule {
	int screen;
	enum happening happening;
	const char *control;                   /* of a touch; one that ends in ':' is a beginning */
	bool (*when)(const struct flow *flow); /* NULL: always */
	void (*act)(struct flow *flow);        /* NULL: nothing to note down */
	int next;
	enum errand errand;
};

const char *screen_name(enum screen screen)
{
	static const char *const names[SCREEN_COUNT] = {
		[SCREEN_WELCOME] = "welcome", [SCREEN_CHECKING] = "checking",
		[SCREEN_CHOOSE] = "choose",   [SCREEN_AMOUNT] = "amount",
		[SCREEN_COMPARE] = "compare", [SCREEN_CONFIRM] = "confirm",
		[SCREEN_GRANTED] = "granted", [SCREEN_REFUSED] = "refused",
		[SCREEN_MINE] = "mine",       [SCREEN_HELP] = "help",
		[SCREEN_FAULT] = "fault",
	};
	return names[screen];
}

/* --- what is known of the offers --- */

static bool can_be_had(const struct offer *offer)
{
	return offer_can_be_had(offer);
}

int flow_offer_count(const struct flow *flow)
{
	int count = 0;
	for (size_t i = 0; i < flow->entitlement.offer_count; i++) {
		count += can_be_had(&flow->entitlement.offers[i]);
	}
	return count;
}

static const struct offer *chosen(const struct flow *flow)
{
	return flow->chosen < 0 ? NULL : &flow->entitlement.offers[flow->chosen];
}

static int find_offer(const struct flow *flow, const char *benefit)
{
	for (size_t i = 0; i < flow->entitlement.offer_count; i++) {
		if (strcmp(flow->entitlement.offers[i].benefit->id, benefit) == 0) {
			return (int)i;
		}
	}
	return -1;
}

/* What the flow goes by: the offer that was chosen, or the only one that can be had. */
static const struct offer *in_hand(const struct flow *flow)
{
	if (chosen(flow) != NULL || flow_offer_count(flow) != 1) {
		return chosen(flow);
	}
	return &flow->entitlement.offers[0]; /* what can be had comes first */
}

/* The offer behind the touched `benefit:<id>`, or -1. */
static int touched_offer(const struct flow *flow)
{
	return find_offer(flow, flow->touched + strlen("benefit:"));
}

/* --- the amount, and before it the quantity --- */

int64_t flow_typed(const struct flow *flow)
{
	return keypad_amount(flow->digits);
}

int64_t flow_quantity(const struct flow *flow)
{
	const int64_t hundredths = keypad_amount(flow->quantity);
	return hundredths == AMOUNT_NONE ? AMOUNT_NONE : hundredths * 10;
}

bool flow_asks_quantity(const struct flow *flow)
{
	const struct offer *offer = chosen(flow);
	return offer != NULL && offer_needs_quantity(offer) && flow->quantity[0] == '\0';
}

int64_t flow_amount(const struct flow *flow)
{
	return flow_asks_quantity(flow) ? AMOUNT_NONE : flow_typed(flow);
}

bool flow_preview(const struct flow *flow, int64_t *payable, int64_t *saved)
{
	const struct offer *offer = chosen(flow);
	return offer != NULL &&
	       offer_preview(offer, flow_amount(flow), flow_quantity(flow), payable, saved);
}

/* --- conditions --- */

static bool time_is_up(const struct flow *flow)
{
	return flow_time_left_ms(flow, flow->now_ms) == 0;
}
static bool is_refused(const struct flow *flow)
{
	const struct offer *offer = chosen(flow);
	return flow->entitlement.reason != REASON_OK || flow_offer_count(flow) == 0 ||
	       (flow->benefit[0] != '\0' && (offer == NULL || !can_be_had(offer)));
}
static bool is_to_choose(const struct flow *flow)
{
	return in_hand(flow) == NULL;
}
static bool lacks_amount(const struct flow *flow)
{
	const struct offer *offer = in_hand(flow);
	assert(offer != NULL); /* is_to_choose() was asked before */
	return offer->verdict == VERDICT_NEEDS_AMOUNT ||
	       (offer->verdict == VERDICT_NEEDS_COMPARE && offer_needs_amount(offer) &&
		flow_amount(flow) == AMOUNT_NONE);
}
static bool lacks_comparison(const struct flow *flow)
{
	const struct offer *offer = in_hand(flow);
	assert(offer != NULL); /* likewise */
	return offer->verdict == VERDICT_NEEDS_COMPARE;
}
/* At a gate a single benefit is had without a touch. */
static bool is_gate_pass(const struct flow *flow)
{
	return flow->site.profile == PROFILE_GATE && flow->benefit[0] == '\0';
}
static bool was_granted(const struct flow *flow)
{
	return flow->redemption.reason == REASON_OK;
}
static bool has_amount(const struct flow *flow)
{
	return flow_amount(flow) != AMOUNT_NONE;
}
static bool has_typed_quantity(const struct flow *flow)
{
	return flow_asks_quantity(flow) && flow_typed(flow) != AMOUNT_NONE;
}
static bool has_quantity(const struct flow *flow)
{
	return flow->quantity[0] != '\0';
}
static bool has_offers(const struct flow *flow)
{
	return flow->entitlement.offer_count > 0;
}
static bool has_choice(const struct flow *flow)
{
	return flow_offer_count(flow) > 1;
}
static bool is_offered(const struct flow *flow)
{
	const int index = touched_offer(flow);
	return index >= 0 && can_be_had(&flow->entitlement.offers[index]);
}
static bool is_digit(const struct flow *flow)
{
	const char *digit = flow->touched + strlen("digit:");
	return digit[0] >= '0' && digit[0] <= '9' && digit[1] == '\0';
}
static bool can_try(const struct flow *flow)
{
	return !flow->trying && time_is_up(flow);
}
static bool has_previous_page(const struct flow *flow)
{
	return flow->page > 0;
}
static bool may_have_next_page(const struct flow *flow)
{
	return (size_t)flow->page + 1 < flow->entitlement.offer_count;
}

/* --- what is noted down --- */

static void greet_anew(struct flow *flow)
{
	flow->language = flow->home_language;
	flow->large = false;
}
static void take_offer(struct flow *flow, int index)
{
	flow->chosen = index;
	memcpy(flow->benefit, flow->entitlement.offers[index].benefit->id, sizeof(flow->benefit));
}
static void take_in_hand(struct flow *flow)
{
	take_offer(flow, (int)(in_hand(flow) - flow->entitlement.offers));
}
static void add_digit(struct flow *flow)
{
	keypad_digit(flow->digits, flow->touched[strlen("digit:")]);
}
static void add_dot(struct flow *flow)
{
	keypad_dot(flow->digits);
}
static void remove_digit(struct flow *flow)
{
	keypad_backspace(flow->digits);
}
/* The keypad turns from the quantity to the amount, and back. */
static void note_quantity(struct flow *flow)
{
	memcpy(flow->quantity, flow->digits, sizeof(flow->quantity));
	flow->digits[0] = '\0';
}
static void change_quantity(struct flow *flow)
{
	memcpy(flow->digits, flow->quantity, sizeof(flow->digits));
	flow->quantity[0] = '\0';
}
static void choose(struct flow *flow)
{
	take_offer(flow, touched_offer(flow));
	flow->digits[0] = '\0';
	flow->quantity[0] = '\0';
}
static void choose_anew(struct flow *flow)
{
	flow->benefit[0] = '\0';
	flow->chosen = -1;
	flow->digits[0] = '\0';
	flow->quantity[0] = '\0';
}
/* The kindest true reason: of the holder's certificate where it is at fault, else the best offer's. */
static void note_refusal(struct flow *flow)
{
	const struct entitlement *entitlement = &flow->entitlement;
	const struct offer *offer = chosen(flow);
	if (entitlement->reason != REASON_OK) {
		flow->refusal = entitlement->reason;
	} else if (entitlement->offer_count == 0) {
		flow->refusal = REASON_WRONG_VENUE;
	} else if (offer == NULL && flow->benefit[0] != '\0') {
		flow->refusal = REASON_BENEFIT_INACTIVE; /* it went while the visitor chose */
	} else {
		flow->refusal = (offer != NULL ? offer : &entitlement->offers[0])->reason;
	}
}
static void note_redemption(struct flow *flow)
{
	flow->refusal = flow->redemption.reason;
}
/* Nobody is accused: staff could not confirm it, so it is still to be compared. */
static void note_mismatch(struct flow *flow)
{
	flow->refusal = REASON_NEEDS_COMPARE;
}
static void note_comparison(struct flow *flow)
{
	flow->compared = true;
}
static void remember_screen(struct flow *flow)
{
	if (flow->screen != SCREEN_MINE) { /* help that is asked for there returns past it */
		flow->back = flow->screen;
	}
	flow->page = 0;
}
/* The list takes the place of what is known of the visitor. */
static void leave_visit(struct flow *flow)
{
	flow_wipe(flow);
	flow->back = SCREEN_WELCOME;
}
static void first_page(struct flow *flow)
{
	flow->page = 0;
}
static void next_page(struct flow *flow)
{
	flow->page++;
}
static void previous_page(struct flow *flow)
{
	flow->page--;
}
static void switch_language(struct flow *flow)
{
	flow->language = flow->language == LANGUAGE_CHINESE ? LANGUAGE_ENGLISH : LANGUAGE_CHINESE;
}
static void switch_size(struct flow *flow)
{
	flow->large = !flow->large;
	flow->page = 0; /* fewer or more fit a page now */
}
static void start_trying(struct flow *flow)
{
	flow->trying = true;
}
static void stop_trying(struct flow *flow)
{
	flow->trying = false;
}

/* --- the table: the first rule that fits is taken --- */

/* clang-format off */
static const struct rule rules[] = {
	/* a presentation */
	{ ANY, HAPPENING_READING, NULL, flow_takes_reading, flow_wipe, SCREEN_CHECKING, ERRAND_CHECK },

	/* the desk has checked */
	{ SCREEN_CHECKING, HAPPENING_CHECKED, NULL, is_refused, note_refusal, SCREEN_REFUSED, ERRAND_REFUSE },
	{ SCREEN_CHECKING, HAPPENING_CHECKED, NULL, is_to_choose, first_page, SCREEN_CHOOSE, ERRAND_NONE },
	{ SCREEN_CHECKING, HAPPENING_CHECKED, NULL, lacks_amount, take_in_hand, SCREEN_AMOUNT, ERRAND_NONE },
	{ SCREEN_CHECKING, HAPPENING_CHECKED, NULL, lacks_comparison, take_in_hand, SCREEN_COMPARE, ERRAND_NONE },
	{ SCREEN_CHECKING, HAPPENING_CHECKED, NULL, is_gate_pass, take_in_hand, STAY, ERRAND_REDEEM },
	{ SCREEN_CHECKING, HAPPENING_CHECKED, NULL, NULL, take_in_hand, SCREEN_CONFIRM, ERRAND_NONE },
	{ SCREEN_CHECKING, HAPPENING_REDEEMED, NULL, was_granted, NULL, SCREEN_GRANTED, ERRAND_NONE },
	{ SCREEN_CHECKING, HAPPENING_REDEEMED, NULL, NULL, note_redemption, SCREEN_REFUSED, ERRAND_NONE },
	{ SCREEN_CHECKING, HAPPENING_LISTED, NULL, NULL, first_page, SCREEN_MINE, ERRAND_NONE },
	{ SCREEN_CHECKING, HAPPENING_FAULT, NULL, NULL, stop_trying, SCREEN_FAULT, ERRAND_NONE },

	/* choosing; a refused visitor may choose among what can be had */
	{ SCREEN_CHOOSE, HAPPENING_TOUCH, "benefit:", is_offered, choose, ROUTE, ERRAND_NONE },
	{ SCREEN_REFUSED, HAPPENING_TOUCH, "benefit:", is_offered, choose, SCREEN_CHECKING, ERRAND_CHECK_AGAIN },
	{ SCREEN_CHOOSE, HAPPENING_TOUCH, "mine", NULL, remember_screen, SCREEN_MINE, ERRAND_NONE },
	{ SCREEN_CHOOSE, HAPPENING_TOUCH, "page:next", may_have_next_page, next_page, STAY, ERRAND_NONE },
	{ SCREEN_CHOOSE, HAPPENING_TOUCH, "page:previous", has_previous_page, previous_page, STAY, ERRAND_NONE },
	{ SCREEN_CHOOSE, HAPPENING_TOUCH, "back", NULL, NULL, SCREEN_WELCOME, ERRAND_NONE },

	/* the keypad */
	{ SCREEN_AMOUNT, HAPPENING_TOUCH, "digit:dot", NULL, add_dot, STAY, ERRAND_NONE },
	{ SCREEN_AMOUNT, HAPPENING_TOUCH, "digit:", is_digit, add_digit, STAY, ERRAND_NONE },
	{ SCREEN_AMOUNT, HAPPENING_TOUCH, "backspace", NULL, remove_digit, STAY, ERRAND_NONE },
	{ SCREEN_AMOUNT, HAPPENING_TOUCH, "confirm", has_typed_quantity, note_quantity, STAY, ERRAND_NONE },
	{ SCREEN_AMOUNT, HAPPENING_TOUCH, "back", has_quantity, change_quantity, STAY, ERRAND_NONE },
	{ SCREEN_AMOUNT, HAPPENING_TOUCH, "confirm", has_amount, NULL, SCREEN_CHECKING, ERRAND_CHECK_AGAIN },
	{ SCREEN_AMOUNT, HAPPENING_TOUCH, "back", has_choice, choose_anew, SCREEN_CHECKING, ERRAND_CHECK_AGAIN },
	{ SCREEN_AMOUNT, HAPPENING_TOUCH, "back", NULL, NULL, SCREEN_WELCOME, ERRAND_NONE },

	/* the clerk compares */
	{ SCREEN_COMPARE, HAPPENING_TOUCH, "compare:yes", NULL, note_comparison, SCREEN_CHECKING, ERRAND_CHECK_AGAIN },
	{ SCREEN_COMPARE, HAPPENING_TOUCH, "compare:no", NULL, note_mismatch, SCREEN_REFUSED, ERRAND_REFUSE },
	{ SCREEN_COMPARE, HAPPENING_TOUCH, "back", has_amount, NULL, SCREEN_AMOUNT, ERRAND_NONE },
	{ SCREEN_COMPARE, HAPPENING_TOUCH, "back", has_choice, choose_anew, SCREEN_CHECKING, ERRAND_CHECK_AGAIN },
	{ SCREEN_COMPARE, HAPPENING_TOUCH, "back", NULL, NULL, SCREEN_WELCOME, ERRAND_NONE },

	{ SCREEN_CONFIRM, HAPPENING_TOUCH, "confirm", NULL, NULL, SCREEN_CHECKING, ERRAND_REDEEM },
	{ SCREEN_CONFIRM, HAPPENING_TOUCH, "back", has_amount, NULL, SCREEN_AMOUNT, ERRAND_NONE },
	{ SCREEN_CONFIRM, HAPPENING_TOUCH, "back", has_choice, choose_anew, SCREEN_CHECKING, ERRAND_CHECK_AGAIN },
	{ SCREEN_CONFIRM, HAPPENING_TOUCH, "back", NULL, NULL, SCREEN_WELCOME, ERRAND_NONE },

	/* the end */
	{ SCREEN_GRANTED, HAPPENING_TOUCH, "done", NULL, greet_anew, SCREEN_WELCOME, ERRAND_NONE },
	{ SCREEN_REFUSED, HAPPENING_TOUCH, "done", NULL, greet_anew, SCREEN_WELCOME, ERRAND_NONE },
	{ SCREEN_REFUSED, HAPPENING_TOUCH, "mine", has_offers, remember_screen, SCREEN_MINE, ERRAND_NONE },
	{ SCREEN_REFUSED, HAPPENING_TOUCH, "mine", NULL, leave_visit, SCREEN_CHECKING, ERRAND_LIST },

	/* looking around */
	{ SCREEN_WELCOME, HAPPENING_TOUCH, "mine", NULL, remember_screen, SCREEN_CHECKING, ERRAND_LIST },
	{ SCREEN_WELCOME, HAPPENING_TOUCH, "no_card", NULL, remember_screen, SCREEN_HELP, ERRAND_NONE },
	{ SCREEN_MINE, HAPPENING_TOUCH, "page:next", may_have_next_page, next_page, STAY, ERRAND_NONE },
	{ SCREEN_MINE, HAPPENING_TOUCH, "page:previous", has_previous_page, previous_page, STAY, ERRAND_NONE },
	{ SCREEN_MINE, HAPPENING_TOUCH, "back", NULL, first_page, RETURN, ERRAND_NONE },
	{ SCREEN_MINE, HAPPENING_TOUCH, "done", NULL, first_page, RETURN, ERRAND_NONE },
	{ SCREEN_HELP, HAPPENING_TOUCH, "back", NULL, NULL, RETURN, ERRAND_NONE },
	{ SCREEN_HELP, HAPPENING_TOUCH, "done", NULL, NULL, RETURN, ERRAND_NONE },
	{ SCREEN_HELP, HAPPENING_TOUCH, "help", NULL, NULL, RETURN, ERRAND_NONE },

	/* the registry is away */
	{ SCREEN_FAULT, HAPPENING_TIME, NULL, can_try, start_trying, STAY, ERRAND_TRY },
	{ SCREEN_FAULT, HAPPENING_FAULT, NULL, NULL, stop_trying, STAY, ERRAND_NONE },
	{ SCREEN_FAULT, HAPPENING_RECOVERED, NULL, NULL, greet_anew, SCREEN_WELCOME, ERRAND_NONE },
	{ SCREEN_HELP, HAPPENING_FAULT, NULL, NULL, stop_trying, STAY, ERRAND_NONE },
	{ SCREEN_HELP, HAPPENING_RECOVERED, NULL, NULL, greet_anew, SCREEN_WELCOME, ERRAND_NONE },

	/* everywhere */
	{ ANY, HAPPENING_TOUCH, "language", NULL, switch_language, STAY, ERRAND_NONE },
	{ ANY, HAPPENING_TOUCH, "large", NULL, switch_size, STAY, ERRAND_NONE },
	{ ANY, HAPPENING_TOUCH, "help", NULL, remember_screen, SCREEN_HELP, ERRAND_NONE },
	{ ANY, HAPPENING_TOUCH, "cancel", NULL, greet_anew, SCREEN_WELCOME, ERRAND_NONE },
	{ ANY, HAPPENING_TIME, NULL, time_is_up, greet_anew, SCREEN_WELCOME, ERRAND_NONE },
};
/* clang-format on */

/* --- running it --- */

static bool control_fits(const char *pattern, const char *control)
{
	const size_t length = strlen(pattern);
	return pattern[length - 1] == ':' ? strncmp(control, pattern, length) == 0
					  : strcmp(control, pattern) == 0;
}

static bool rule_fits(const struct rule *rule, const struct flow *flow, enum happening happening)
{
	const bool here = rule->screen == ANY ? flow->screen != SCREEN_CHECKING
					      : rule->screen == (int)flow->screen;
	return here && rule->happening == happening &&
	       (rule->control == NULL || control_fits(rule->control, flow->touched)) &&
	       (rule->when == NULL || rule->when(flow));
}

static const struct rule *find_rule(const struct flow *flow, enum happening happening)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rule_fits(&rules[i], flow, happening)) {
			return &rules[i];
		}
	}
	return NULL;
}

/* Nobody's visit is on WELCOME or FAULT. */
static void enter(struct flow *flow, enum screen screen)
{
	flow->screen = screen;
	flow->since_ms = flow->now_ms;
	flow->pressed[0] = '\0';
	if (screen == SCREEN_WELCOME || screen == SCREEN_FAULT) {
		flow_wipe(flow);
	}
}

/* No rule of CHECKED leads to ROUTE: it is taken once.  NOLINTNEXTLINE(misc-no-recursion) */
static enum errand apply(struct flow *flow, enum happening happening)
{
	const struct rule *rule = find_rule(flow, happening);
	if (rule == NULL) {
		return ERRAND_NONE;
	}
	flow->revision++;
	if (rule->act != NULL) {
		rule->act(flow);
	}
	switch (rule->next) {
	case STAY:
		flow->since_ms = flow->now_ms;
		break;
	case RETURN:
		enter(flow, flow->back);
		break;
	case ROUTE:
		flow->screen = SCREEN_CHECKING;
		return apply(flow, HAPPENING_CHECKED);
	default:
		enter(flow, (enum screen)rule->next);
	}
	return rule->errand;
}

enum errand flow_happen(struct flow *flow, enum happening happening, const char *control,
			uint64_t now_ms)
{
	assert((happening == HAPPENING_TOUCH) == (control != NULL));
	flow->now_ms = now_ms;
	flow->touched[0] = '\0';
	if (control != NULL && strlen(control) <= CONTROL_ID_MAX) {
		strcpy(flow->touched, control);
	}
	if (happening == HAPPENING_CHECKED) {
		flow->chosen = flow->benefit[0] == '\0' ? -1 : find_offer(flow, flow->benefit);
	}
	return apply(flow, happening);
}

bool flow_takes_reading(const struct flow *flow)
{
	const bool aside = flow->screen == SCREEN_MINE || flow->screen == SCREEN_HELP;
	const enum screen screen = aside ? flow->back : flow->screen;
	return screen == SCREEN_WELCOME || screen == SCREEN_GRANTED || screen == SCREEN_REFUSED;
}

/* Milliseconds that a screen stays without a touch; -1: until something happens. */
static int64_t patience_ms(const struct flow *flow)
{
	const bool gate = flow->site.profile == PROFILE_GATE;
	switch (flow->screen) {
	case SCREEN_WELCOME:
		return flow->large || flow->language != flow->home_language ? IDLE_MS : -1;
	case SCREEN_CHECKING:
		return -1;
	case SCREEN_GRANTED:
		return gate ? GATE_GRANTED_MS : ANSWER_MS;
	case SCREEN_REFUSED:
		return gate ? GATE_REFUSED_MS : ANSWER_MS;
	case SCREEN_FAULT:
		return flow->trying ? -1 : FAULT_TRY_MS;
	default:
		return ENOUGH_MS;
	}
}

int64_t flow_time_left_ms(const struct flow *flow, uint64_t now_ms)
{
	const int64_t patience = patience_ms(flow);
	const int64_t passed = now_ms < flow->since_ms ? 0 : (int64_t)(now_ms - flow->since_ms);
	if (patience < 0) {
		return -1;
	}
	return passed >= patience ? 0 : patience - passed;
}

void flow_open(struct flow *flow, const struct site *site, enum language language, uint64_t now_ms)
{
	memset(flow, 0, sizeof(*flow));
	flow->site = *site;
	flow->home_language = language;
	flow->language = language;
	flow->since_ms = now_ms;
	flow->now_ms = now_ms;
	flow_wipe(flow);
}

void flow_wipe(struct flow *flow)
{
	explicit_bzero(&flow->entitlement, sizeof(flow->entitlement));
	explicit_bzero(&flow->redemption, sizeof(flow->redemption));
	explicit_bzero(flow->benefit, sizeof(flow->benefit));
	explicit_bzero(flow->digits, sizeof(flow->digits));
	explicit_bzero(flow->quantity, sizeof(flow->quantity));
	flow->entitlement.best = -1;
	flow->chosen = -1;
	flow->page = 0;
	flow->compared = false;
	flow->refusal = REASON_OK;
}
