#include "kiosk/view.h"

#include <stdio.h>
#include <string.h>

#include "reader/reader.h"

#define PATH_BYTES 4096
#define MINUTE_S   60

void view_open(struct view *view)
{
	*view = (struct view){
		.canvas = view->canvas,
		.events = view->events,
		.started_ms = view->started_ms,
		.pictures = view->pictures,
		.screen = SCREEN_COUNT,
	};
}

void view_awake(struct view *view, uint64_t now_ms)
{
	view->awake_ms = now_ms;
}

void view_expose(struct view *view)
{
	view->drawn = false;
}

void view_footer(struct view *view)
{
	view->footer = true;
}

/* How long until a time that is `after_ms` later than `from_ms`; 0: it is past. */
static int64_t until_ms(uint64_t from_ms, uint64_t after_ms, uint64_t now_ms)
{
	const uint64_t then = from_ms + after_ms;
	return then > now_ms ? (int64_t)(then - now_ms) : 0;
}

/* --- when --- */

static int64_t whole_due_ms(const struct view *view, const struct flow *flow, uint64_t now_ms)
{
	if (view->drawn && view->revision == flow->revision) {
		return -1;
	}
	return view->drawn && flow->screen == SCREEN_CHECKING
		       ? until_ms(flow->since_ms, VIEW_SLOW_MS, now_ms)
		       : 0;
}

static int64_t waves_due_ms(const struct view *view, const struct flow *flow, uint64_t now_ms)
{
	if (flow->screen != SCREEN_WELCOME ||
	    until_ms(view->awake_ms, VIEW_AWAKE_MS, now_ms) == 0) {
		return -1;
	}
	return until_ms(view->wave_ms, VIEW_WAVE_MS, now_ms);
}

static int64_t footer_due_ms(const struct view *view, const struct flow *flow)
{
	if (view->footer || flow->now / MINUTE_S != view->minute) {
		return 0;
	}
	return (MINUTE_S - flow->now % MINUTE_S) * 1000;
}

/* The sooner of two, where -1 is never. */
static int64_t sooner(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

int64_t view_due_ms(const struct view *view, const struct flow *flow, uint64_t now_ms)
{
	const int64_t whole = whole_due_ms(view, flow, now_ms);
	return sooner(whole, sooner(waves_due_ms(view, flow, now_ms), footer_due_ms(view, flow)));
}

/* --- what --- */

static void save_picture(struct view *view, bool is_new)
{
	char path[PATH_BYTES];
	if (view->pictures == NULL) {
		return;
	}
	view->picture += is_new;
	snprintf(path, sizeof(path), "%s/%02d-%s.png", view->pictures, view->picture,
		 screen_name(view->screen));
	if (!canvas_save(view->canvas, path)) {
		fprintf(stderr, "youdai-kiosk: cannot write %s\n", path);
	}
}

/* The events learn of CHECKING at once, though it is drawn only where it lasts. */
static void tell_controls(struct view *view, const struct flow *flow)
{
	memset(&view->controls, 0, sizeof(view->controls));
	screen_controls(&view->controls, flow, view->canvas);
	events_screen(view->events, screen_name(flow->screen), &view->controls);
}

static void draw_whole(struct view *view, const struct flow *flow, uint64_t now_ms)
{
	const bool is_new = view->screen != flow->screen;
	screen_draw(flow, view->canvas);
	if (view->redraws == 0) {
		events_ready(view->events, (int64_t)(reader_clock_ms() - view->started_ms));
	}
	view->drawn = true;
	view->revision = flow->revision;
	view->screen = flow->screen;
	view->footer = false;
	view->minute = flow->now / MINUTE_S;
	view->wave_ms = now_ms;
	view->awake_ms = is_new ? now_ms : view->awake_ms;
	view->redraws++;
	tell_controls(view, flow);
	save_picture(view, is_new);
}

void view_update(struct view *view, const struct flow *flow, uint64_t now_ms)
{
	if (whole_due_ms(view, flow, now_ms) == 0) {
		draw_whole(view, flow, now_ms);
		return;
	}
	if (view->revision != flow->revision) {
		tell_controls(view, flow);
		return;
	}
	if (footer_due_ms(view, flow) == 0) {
		screen_draw_footer(flow, view->canvas);
		view->footer = false;
		view->minute = flow->now / MINUTE_S;
	}
	if (waves_due_ms(view, flow, now_ms) == 0) {
		view->phase = (view->phase + 1) % 4;
		view->wave_ms = now_ms;
		(void)screen_draw_waves(flow, view->canvas, view->phase);
	}
}

/* --- what can be touched --- */

const struct control *view_control_at(const struct view *view, int x, int y)
{
	for (size_t i = 0; i < view->controls.count; i++) {
		const struct control *control = &view->controls.items[i];
		const struct box box = control->box;
		if (control->enabled && x >= box.x && x < box.x + box.w && y >= box.y &&
		    y < box.y + box.h) {
			return control;
		}
	}
	return NULL;
}

const struct control *view_control(const struct view *view, const char *id)
{
	for (size_t i = 0; i < view->controls.count; i++) {
		const struct control *control = &view->controls.items[i];
		if (control->enabled && strcmp(control->id, id) == 0) {
			return control;
		}
	}
	return NULL;
}
