/*
 * A script plays a visit without hands: a step a line, `#` begins a comment.
 *
 *   card N         present demonstration card N
 *   touch ID       touch a control, by its id
 *   await SCREEN   go on once this screen is there; the script fails after 10 s
 *   pause MS
 *
 * Knows only the words; kiosk.c does what they say.
 */
#ifndef YOUDAI_KIOSK_SCRIPT_H
#define YOUDAI_KIOSK_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "kiosk/flow.h"

#define SCRIPT_STEPS_MAX 200
#define SCRIPT_AWAIT_MS  10000

enum step_kind { STEP_CARD, STEP_TOUCH, STEP_AWAIT, STEP_PAUSE };

struct script_step {
	enum step_kind kind;
	int number;                       /* CARD: from 1; PAUSE: [ms] */
	enum screen screen;               /* AWAIT */
	char control[CONTROL_ID_MAX + 1]; /* TOUCH */
};
struct script {
	size_t count;
	struct script_step steps[SCRIPT_STEPS_MAX];
};

/* False where the file cannot be read or a line is not a step: *line is then its number, or 0. */
bool script_load(struct script *out, int *line, const char *path);

#endif
