/*
 * The view: when what is drawn, so that nothing is drawn without need.
 *
 * A screen is drawn whole when the flow's revision is another one; the waves over the card breathe
 * for VIEW_AWAKE_MS after somebody was there; the footer follows the minute.  At rest nothing moves.
 * Knows the canvas and the screens; changes no flow.
 */
#ifndef YOUDAI_KIOSK_VIEW_H
#define YOUDAI_KIOSK_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "kiosk/canvas.h"
#include "kiosk/events.h"
#include "kiosk/flow.h"
#include "kiosk/screens.h"

#define VIEW_AWAKE_MS 30000 /* [ms] that the waves go on without anybody */
#define VIEW_WAVE_MS  500   /* [ms] */
#define VIEW_SLOW_MS  120   /* [ms] that CHECKING must last to be drawn: sooner it would flicker */

struct view {
	struct canvas *canvas;
	struct events *events;
	uint64_t started_ms;  /* monotonic, of the process: the first frame is told from there */
	const char *pictures; /* folder for a picture of each screen; NULL */
	struct controls controls;
	unsigned revision; /* that is on the canvas */
	enum screen screen;
	bool drawn;        /* anything at all */
	bool footer;       /* is to be drawn */
	int64_t minute;    /* that the footer shows */
	uint64_t awake_ms; /* monotonic, when somebody was last there */
	uint64_t wave_ms;  /* monotonic, of the last wave */
	int phase;         /* of the waves, 0 to 3 */
	int picture;       /* number of the last one */
	uint64_t redraws;  /* whole screens */
};

/* What is set: canvas, events, started_ms and pictures; the rest is cleared. */
void view_open(struct view *view);

/* Somebody is there. */
void view_awake(struct view *view, uint64_t now_ms);
/* All of it, or the footer alone, is to be drawn again. */
void view_expose(struct view *view);
void view_footer(struct view *view);

/* Draw what is due, and tell the events when the screen or its controls are others. */
void view_update(struct view *view, const struct flow *flow, uint64_t now_ms);

/* Milliseconds until view_update has something to do; -1 until something happens. */
int64_t view_due_ms(const struct view *view, const struct flow *flow, uint64_t now_ms);

/* The control at a point, or with an id, that can be touched now; NULL. */
const struct control *view_control_at(const struct view *view, int x, int y);
const struct control *view_control(const struct view *view, const char *id);

#endif
