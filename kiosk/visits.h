/*
 * Visits: carries what is presented and touched to the flow, the flow's errands to the desk, and the
 * desk's answers back, telling the events on the way.
 *
 * Knows no device and no pixel: readings and control ids come in, the flow's revision goes out.
 */
#ifndef YOUDAI_KIOSK_VISITS_H
#define YOUDAI_KIOSK_VISITS_H

#include "kiosk/demo.h"
#include "kiosk/desk.h"
#include "kiosk/events.h"
#include "kiosk/flow.h"

#define SOURCE_MAX 255 /* [byte] of a reader's SPEC in the events */

struct visits {
	struct flow flow;
	struct desk *desk; /* the caller's, as are the events */
	struct events *events;
	struct trace *trace; /* NULL: none */
	struct demo_cards cards;
	uint64_t number;             /* of the last presentation */
	bool is_held;                /* by the desk */
	char source[SOURCE_MAX + 1]; /* that it came from */
	struct desk_answer answer;   /* too large for a stack */
	struct desk_errand errand;
};

/* From the desk's first answer on: the place is taken from it. */
void visits_open(struct visits *visits, const struct site *site, enum language language,
		 const struct desk_answer *first);

/* Something is presented; dropped where the flow takes no reading now. */
void visits_present(struct visits *visits, const struct reading *reading, const char *source);
/* The demonstration card of this number, from 1; nothing where there is none. */
void visits_present_card(struct visits *visits, int number);
/* A control is touched. */
void visits_touch(struct visits *visits, const char *control);
/* Take up the answers that are there. */
void visits_take_answers(struct visits *visits);
/* Let time do what is due. */
void visits_pass_time(struct visits *visits);

#endif
