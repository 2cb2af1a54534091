/*
 * A visit as a state machine of screens: what is shown, what may be touched, what is asked for.
 *
 * One table of (screen, happening, condition) → (screen, errand) in flow.c.  Pure: time comes in as
 * an argument, errands go out as a value for the desk (desk.h) to run.  Drawing (screens.h) reads
 * struct flow and never changes it.
 *
 * Controls that are understood, where `page:next` and `page:previous` turn pages of CHOOSE and MINE:
 *   everywhere but CHECKING   language  large  help
 *   WELCOME                   mine  no_card  demo:1 … demo:9 (a demonstration card, see main.c)
 *   CHOOSE                    benefit:<id>  mine (why not the others)  back  cancel
 *   AMOUNT                    digit:0 … digit:9  digit:dot  backspace  confirm  back  cancel
 *   COMPARE                   compare:yes  compare:no  back  cancel
 *   CONFIRM                   confirm  back  cancel
 *   GRANTED, REFUSED          done; REFUSED also benefit:<id> of what can be had, and mine
 *   MINE, HELP                back  done
 */
#ifndef YOUDAI_KIOSK_FLOW_H
#define YOUDAI_KIOSK_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "db/entitlement.h"
#include "kiosk/keypad.h"

enum profile { PROFILE_HALL, PROFILE_MERCHANT, PROFILE_GATE };
enum language { LANGUAGE_CHINESE, LANGUAGE_ENGLISH };

enum screen {
	SCREEN_WELCOME,  /* nobody is here */
	SCREEN_CHECKING, /* the desk is asked: never times out */
	SCREEN_CHOOSE,
	SCREEN_AMOUNT,
	SCREEN_COMPARE,
	SCREEN_CONFIRM,
	SCREEN_GRANTED,
	SCREEN_REFUSED,
	SCREEN_MINE, /* what can be had here: all of it, or the holder's own with reasons */
	SCREEN_HELP,
	SCREEN_FAULT, /* the registry cannot be used */
	SCREEN_COUNT
};
const char *screen_name(enum screen screen);

enum errand {
	ERRAND_NONE,
	ERRAND_CHECK,       /* judge the new reading; answered by CHECKED or FAULT */
	ERRAND_CHECK_AGAIN, /* the same with the amount or the comparison that is now known */
	ERRAND_REDEEM,      /* flow->benefit, with amount and compared; REDEEMED or FAULT */
	ERRAND_REFUSE,      /* put flow->refusal on record; no answer is waited for */
	ERRAND_LIST,        /* all that can be had at this place; LISTED or FAULT */
	ERRAND_TRY,         /* is the registry back?  RECOVERED or FAULT */
};

enum happening {
	HAPPENING_READING,   /* something was presented; the desk has the reading */
	HAPPENING_CHECKED,   /* flow->entitlement was filled by the desk */
	HAPPENING_REDEEMED,  /* flow->redemption was filled by the desk */
	HAPPENING_LISTED,    /* flow->entitlement was filled with the place's benefits */
	HAPPENING_FAULT,     /* the desk could not ask the registry: flow->fault was filled */
	HAPPENING_RECOVERED, /* the registry can be used again */
	HAPPENING_TOUCH,     /* a control, by its id */
	HAPPENING_TIME,      /* nothing but time has passed */
};

#define CONTROL_ID_MAX 79 /* "benefit:" and a benefit's id */
#define SITE_NAME_MAX  127

/* What the place is; set once, and by registry refreshes. */
struct site {
	enum profile profile;
	bool attended;
	bool demo; /* a demonstration: every screen says so */
	char merchant[64];
	char name[SITE_NAME_MAX + 1]; /* "海滨公园 · 东门" */
	int64_t data_time;            /* [s] of the last import, INT64_MIN unknown */
	int readers, readers_offline; /* for the footer; keyboard not counted */
	size_t demo_count;            /* demonstration cards that can be presented by touch */
	char demo_titles[9][48];      /* in the language of the screen: see main.c */
};

struct flow {
	struct site site;
	enum language home_language; /* what the next visitor is greeted in */
	enum language language;
	bool large; /* large type, 1.35 times */
	enum screen screen;
	enum screen back;  /* where help and mine return to */
	uint64_t since_ms; /* monotonic, when this screen came or was last touched */
	int64_t now;       /* [s] UTC, for the footer's clock */
	uint64_t now_ms;   /* monotonic */
	unsigned revision; /* another one wherever something to be seen has changed */

	/* of this visit; wiped by flow_wipe */
	/* Without a visit (MINE from WELCOME) carrier is CARRIER_NONE and the offers are all that the
	 * place has, each granted, without amounts. */
	struct entitlement entitlement;
	char benefit[BENEFIT_ID_MAX + 1]; /* that was chosen; "" none */
	int chosen;                       /* its index in entitlement.offers, -1 none */
	int page;                         /* of choose and mine, from 0 */
	char digits[DIGITS_MAX + 1];      /* as typed on the keypad: "120.5" */
	char quantity[DIGITS_MAX + 1];    /* as typed before the amount, where it is asked for */
	bool compared;                    /* a clerk has seen that the person is the holder */
	enum reason refusal;              /* SCREEN_REFUSED: why */
	struct redemption redemption;     /* SCREEN_GRANTED, or why not */

	enum registry_status fault;       /* SCREEN_FAULT: why */
	bool trying;                      /* SCREEN_FAULT: the desk looks whether it is over */
	char pressed[CONTROL_ID_MAX + 1]; /* control under the finger; "" none */
	char touched[CONTROL_ID_MAX + 1]; /* the last one that was let go of */
};

void flow_open(struct flow *flow, const struct site *site, enum language language, uint64_t now_ms);

/* Let something happen.  control is the id for HAPPENING_TOUCH, else NULL.  Answers what the desk is
 * to do now.  Touches of controls that the screen does not have are ignored. */
enum errand flow_happen(struct flow *flow, enum happening happening, const char *control,
			uint64_t now_ms);

/* May a reading be taken up now?  On welcome, granted, refused, and on mine and help unless they
 * were opened in mid-visit.  Any other reading is dropped, never kept for later. */
bool flow_takes_reading(const struct flow *flow);

/* Milliseconds until time alone changes this screen; -1 never. */
int64_t flow_time_left_ms(const struct flow *flow, uint64_t now_ms);

/* The amount that the digits spell [fen]; AMOUNT_NONE where they spell none yet. */
int64_t flow_amount(const struct flow *flow);
/* The quantity that was typed [1/1000 unit]; AMOUNT_NONE where none was. */
int64_t flow_quantity(const struct flow *flow);
/* Is the keypad there for the quantity, the amount to follow? */
bool flow_asks_quantity(const struct flow *flow);
/* What the keypad's digits spell in hundredths, whatever they are; AMOUNT_NONE for none. */
int64_t flow_typed(const struct flow *flow);

/* What the chosen benefit makes of the amount typed so far, as far as the offer knows (limits of the
 * place are the desk's to know): for the keypad's screen.  False where there is no amount yet. */
bool flow_preview(const struct flow *flow, int64_t *payable, int64_t *saved);

/* Offers that can be had (granted, needs_amount, needs_compare) come first; their number. */
int flow_offer_count(const struct flow *flow);

/* Forget the holder: nothing of the visit stays in the struct.  The screen stays. */
void flow_wipe(struct flow *flow);

#endif
