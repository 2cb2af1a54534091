#include "kiosk/visits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/reader.h"

/* --- errands and what happens --- */

static void forget_visit(struct visits *visits)
{
	const struct desk_errand errand = { .errand = ERRAND_NONE, .visit = visits->number };
	if (visits->is_held) {
		visits->is_held = !desk_post(visits->desk, &errand);
	}
}

static void happen(struct visits *visits, enum happening happening, const char *control);

/* No rule of FAULT has an errand, so that happen() comes here once.  NOLINTNEXTLINE(misc-no-recursion) */
static void post(struct visits *visits, enum errand errand)
{
	struct desk_errand *out = &visits->errand; /* the reading, if any, is in it */
	out->errand = errand;
	out->visit = visits->number;
	out->amount = flow_amount(&visits->flow);
	out->quantity = flow_quantity(&visits->flow);
	out->compared = visits->flow.compared;
	out->refusal = visits->flow.refusal;
	memcpy(out->benefit, visits->flow.benefit, sizeof(out->benefit));
	if (errand == ERRAND_REDEEM) {
		visit_id_make(out->redemption_visit);
	}
	const bool posted = desk_post(visits->desk, out);
	explicit_bzero(out, sizeof(*out));
	if (!posted) {
		visits->flow.fault = REGISTRY_BUSY;
		happen(visits, HAPPENING_FAULT, NULL);
	}
}

static bool is_aside(enum screen screen)
{
	return screen == SCREEN_MINE || screen == SCREEN_HELP;
}

/* The one way in which anything happens to the flow.  NOLINTNEXTLINE(misc-no-recursion): see post() */
static void happen(struct visits *visits, enum happening happening, const char *control)
{
	const enum screen before = visits->flow.screen;
	const enum errand errand =
		flow_happen(&visits->flow, happening, control, reader_clock_ms());
	const enum screen after = visits->flow.screen;
	if (after == SCREEN_REFUSED && after != before && !is_aside(before)) {
		events_refused(visits->events, visits->flow.refusal);
	}
	demo_name(&visits->flow.site, &visits->cards, visits->flow.language);
	if (errand != ERRAND_NONE) {
		post(visits, errand);
	}
	if (after == SCREEN_WELCOME || after == SCREEN_FAULT) {
		forget_visit(visits);
	}
}

void visits_present(struct visits *visits, const struct reading *reading, const char *source)
{
	if (!flow_takes_reading(&visits->flow)) {
		return;
	}
	forget_visit(visits);
	visits->number++;
	visits->is_held = true;
	snprintf(visits->source, sizeof(visits->source), "%s", source);
	visits->errand.reading = *reading;
	trace_presented(visits->trace, reading, source, reader_clock_ms());
	happen(visits, HAPPENING_READING, NULL);
}

void visits_present_card(struct visits *visits, int number)
{
	struct reading reading;
	if (demo_present(&visits->cards, &reading, number, reader_clock_ms())) {
		visits_present(visits, &reading, "demo");
	}
}

void visits_touch(struct visits *visits, const char *control)
{
	if (strncmp(control, "demo:", strlen("demo:")) == 0) {
		visits_present_card(visits, atoi(control + strlen("demo:")));
	} else {
		happen(visits, HAPPENING_TOUCH, control);
	}
}

/* --- answers of the desk --- */

static void take_place(struct visits *visits, const struct desk_place *place)
{
	struct site *site = &visits->flow.site;
	site->demo = place->demo;
	site->data_time = place->data_time;
	snprintf(site->name, sizeof(site->name), "%s", place->known ? place->name : site->merchant);
}

static void note_answer(struct visits *visits, const struct desk_answer *answer)
{
	struct flow *flow = &visits->flow;
	if (answer->errand == ERRAND_CHECK && answer->happening == HAPPENING_CHECKED) {
		take_place(visits, &answer->place);
		events_presented(visits->events, visits->source, &answer->entitlement);
	}
	switch (answer->happening) {
	case HAPPENING_CHECKED:
		events_decision(visits->events, &answer->entitlement, answer->elapsed_us);
		flow->entitlement = answer->entitlement;
		break;
	case HAPPENING_LISTED:
		flow->entitlement = answer->entitlement;
		break;
	case HAPPENING_REDEEMED:
		flow->redemption = answer->redemption;
		if (answer->redemption.reason == REASON_OK) {
			events_redeemed(visits->events, &answer->redemption);
		}
		break;
	case HAPPENING_RECOVERED:
		take_place(visits, &answer->place);
		break;
	default:
		if (flow->screen != SCREEN_FAULT || flow->fault != answer->fault) {
			events_fault(visits->events, registry_status_name(answer->fault));
		}
		flow->fault = answer->fault;
	}
}

/* Does anybody still wait for it?  A refusal that could not be put on record is only told. */
static bool is_awaited(const struct visits *visits, const struct desk_answer *answer)
{
	if (answer->errand == ERRAND_REFUSE) {
		events_fault(visits->events, registry_status_name(answer->fault));
		return false;
	}
	if (answer->errand == ERRAND_TRY) {
		return true;
	}
	return visits->flow.screen == SCREEN_CHECKING && answer->visit == visits->number;
}

void visits_take_answers(struct visits *visits)
{
	while (desk_take(visits->desk, &visits->answer)) {
		if (is_awaited(visits, &visits->answer)) {
			note_answer(visits, &visits->answer);
			happen(visits, visits->answer.happening, NULL);
		}
		explicit_bzero(&visits->answer, sizeof(visits->answer));
	}
}

void visits_pass_time(struct visits *visits)
{
	if (flow_time_left_ms(&visits->flow, reader_clock_ms()) == 0) {
		happen(visits, HAPPENING_TIME, NULL);
	}
}

void visits_open(struct visits *visits, const struct site *site, enum language language,
		 const struct desk_answer *first)
{
	flow_open(&visits->flow, site, language, reader_clock_ms());
	take_place(visits, &first->place);
	demo_name(&visits->flow.site, &visits->cards, visits->flow.language);
}
