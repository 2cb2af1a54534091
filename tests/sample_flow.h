/*
 * Screens as a visitor meets them, with invented people and benefits, for tests and measurements.
 */
#ifndef YOUDAI_TESTS_SAMPLE_FLOW_H
#define YOUDAI_TESTS_SAMPLE_FLOW_H

#include "db/benefit.h"
#include "kiosk/flow.h"

enum sample {
	SAMPLE_WELCOME,
	SAMPLE_WELCOME_DEMO, /* nine demonstration cards, a reader away, old data */
	SAMPLE_CHECKING,
	SAMPLE_CHOOSE,
	SAMPLE_CHOOSE_MANY, /* second of several pages */
	SAMPLE_AMOUNT_EMPTY,
	SAMPLE_AMOUNT,
	SAMPLE_COMPARE,
	SAMPLE_CONFIRM,
	SAMPLE_GRANTED,
	SAMPLE_GRANTED_GATE,
	SAMPLE_REFUSED, /* the certificate itself */
	SAMPLE_REFUSED_OFFERS,
	SAMPLE_MINE,
	SAMPLE_MINE_WHY,
	SAMPLE_HELP,
	SAMPLE_FAULT,
	SAMPLE_COUNT
};
const char *sample_name(enum sample sample);

/* The sample's benefits; NULL where they do not parse.  Freed with catalogue_free. */
struct catalogue *sample_catalogue(void);

/* *out points into the catalogue. */
void sample_flow(struct flow *out, enum sample sample, const struct catalogue *catalogue,
		 enum language language, bool large);

#endif
