/*
 * A canvas off screen with a sample screen on it, for tests of screens.
 */
#ifndef YOUDAI_TESTS_STAGE_H
#define YOUDAI_TESTS_STAGE_H

#include "kiosk/screens.h"
#include "tests/sample_flow.h"

struct size {
	int width, height;
};
#define SIZES 3
extern const struct size sizes[SIZES];

struct stage {
	struct catalogue *catalogue;
	struct canvas *canvas;
	struct flow flow;
	struct controls controls;
	char name[128]; /* "choose-1920x1080-zh-large" */
};

/* For cmocka: *state is a struct stage without a canvas. */
int open_stage(void **state);
int close_stage(void **state);

void raise_canvas(struct stage *stage, struct size size);
void lower_canvas(struct stage *stage);
/* Draw the sample and gather its controls. */
void play(struct stage *stage, enum sample sample, enum language language, bool large);

#endif
