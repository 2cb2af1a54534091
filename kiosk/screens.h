/*
 * Screens: where everything lies on each screen, and drawing it.
 *
 * Both read struct flow and never change it.  Colours and sizes are in theme.h alone; text is from
 * assets/screens.csv.  screen_controls is what xdotool, the events and the finger agree upon.
 */
#ifndef YOUDAI_KIOSK_SCREENS_H
#define YOUDAI_KIOSK_SCREENS_H

#include "kiosk/canvas.h"
#include "kiosk/flow.h"

#define CONTROLS_MAX 40

struct control {
	char id[CONTROL_ID_MAX + 1]; /* "benefit:<id>", "digit:7", "confirm", … */
	struct box box;              /* [px] what can be touched, in the frame */
	bool enabled;
};
struct controls {
	size_t count;
	struct control items[CONTROLS_MAX];
};

/* Everything on the flow's screen that can be touched, in reading order, for a frame of this size.
 * The canvas measures text. */
void screen_controls(struct controls *out, const struct flow *flow, struct canvas *canvas);

/* Draw the whole screen.  This and the two below begin and end their own frame. */
void screen_draw(const struct flow *flow, struct canvas *canvas);

/* What moves or ticks, without the rest: the waves over the card (phase 0 to 3, 2 a second) and the
 * footer's clock, each drawn only within its own box.  False where the screen has nothing of it. */
bool screen_draw_waves(const struct flow *flow, struct canvas *canvas, int phase);
void screen_draw_footer(const struct flow *flow, struct canvas *canvas);

#endif
