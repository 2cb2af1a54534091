#include "kiosk/page.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/theme.h"

#define LABEL_SHRINK 80 /* [%] before a label is broken into two lines */

static int larger(int a, int b)
{
	return a > b ? a : b;
}

int page_px(const struct page *page, int length)
{
	return (length * page->shorter + THEME_LINES / 2) / THEME_LINES;
}

int page_type(const struct page *page, int size)
{
	int64_t scale =
		(int64_t)page->shorter * page->shrink * (page->flow->large ? THEME_LARGE : 100);

	return larger(THEME_LEAST_TYPE, (int)(size * scale / (THEME_LINES * 100 * 100)));
}

const char *page_say(const struct page *page, enum phrase which)
{
	return phrase(which, page->english);
}

int page_text(struct page *page, struct box box, const char *text, int size, enum weight weight,
	      enum align align, uint32_t colour)
{
	return canvas_paragraph(page->canvas, box, text, page_type(page, size), weight, align,
				colour, page->mode != PAGE_DRAWS);
}

struct box page_take(struct box *rest, int height)
{
	struct box taken = { rest->x, rest->y, rest->w, height };

	rest->y += height;
	rest->h -= height;
	return taken;
}

void page_put(struct page *page, struct box *rest, const char *text, int size, enum weight weight,
	      uint32_t colour)
{
	struct box box = { rest->x, rest->y, rest->w, 0 };

	page_take(rest, page_text(page, box, text, size, weight, ALIGN_LEFT, colour));
}

void page_line(struct page *page, struct box box, const char *text, int size, enum weight weight,
	       enum align align, uint32_t colour)
{
	if (page->mode == PAGE_DRAWS)
		canvas_text(page->canvas, box, text, page_type(page, size), weight, align, colour);
}

void page_put_title(struct page *page, struct box *rest, const char *text, int size,
		    uint32_t colour)
{
	int full = page_type(page, size);
	int wide = canvas_text_width(page->canvas, text, full, WEIGHT_BOLD);

	if (wide > rest->w && wide * LABEL_SHRINK / 100 < rest->w)
		size = size * rest->w / wide - 1;
	page_put(page, rest, text, size, WEIGHT_BOLD, colour);
}

void page_skip(const struct page *page, struct box *rest, int length)
{
	page_take(rest, page_px(page, length) * page->shrink / 100);
}

void page_fill(struct page *page, struct box box, int radius, uint32_t colour)
{
	if (page->mode == PAGE_DRAWS)
		canvas_fill(page->canvas, box, page_px(page, radius), colour);
}

void page_edge(struct page *page, struct box box, int radius, int width, uint32_t colour)
{
	if (page->mode == PAGE_DRAWS)
		canvas_edge(page->canvas, box, page_px(page, radius),
			    larger(2, page_px(page, width)), colour);
}

/* --- controls --- */

bool page_control(struct page *page, const char *id, struct box box, bool enabled)
{
	struct controls *controls = page->controls;

	if (page->mode == PAGE_GATHERS && controls->count < CONTROLS_MAX) {
		struct control *control = &controls->items[controls->count++];
		snprintf(control->id, sizeof(control->id), "%s", id);
		control->box = box;
		control->enabled = enabled;
	}
	return enabled && strcmp(page->flow->pressed, id) == 0;
}

struct look {
	uint32_t face, face_down, edge, words, idle_face, idle_words;
	int size;
	enum weight weight;
};

static const struct look looks[] = {
	[BUTTON_PLAIN] = { COLOUR_WHITE, COLOUR_WHITE_DOWN, COLOUR_LINE, COLOUR_INK, COLOUR_IDLE,
			   COLOUR_IDLE_INK, TYPE_BUTTON, WEIGHT_REGULAR },
	[BUTTON_MAIN] = { COLOUR_RED, COLOUR_RED_DOWN, COLOUR_RED, COLOUR_WHITE, COLOUR_IDLE,
			  COLOUR_IDLE_INK, TYPE_MAIN, WEIGHT_BOLD },
	[BUTTON_ON_GREEN] = { COLOUR_GREEN, COLOUR_GREEN_DOWN, COLOUR_WHITE, COLOUR_WHITE,
			      COLOUR_GREEN, COLOUR_WHITE, TYPE_BUTTON, WEIGHT_REGULAR },
	[BUTTON_DEMO] = { COLOUR_CREAM, COLOUR_WHITE_DOWN, COLOUR_LINE, COLOUR_INK, COLOUR_IDLE,
			  COLOUR_IDLE_INK, TYPE_SECOND, WEIGHT_REGULAR },
	[BUTTON_DIGIT] = { COLOUR_WHITE, COLOUR_WHITE_DOWN, COLOUR_LINE, COLOUR_INK, COLOUR_IDLE,
			   COLOUR_IDLE_INK, TYPE_DIGIT, WEIGHT_BOLD },
};

static int label_height(struct page *page, int width, const struct button *button, int size)
{
	return canvas_paragraph(page->canvas, (struct box){ 0, 0, width, 0 }, button->label, size,
				looks[button->style].weight, ALIGN_CENTRE, 0, true);
}

/* The label in one line, if a little smaller; else in two, as small as they must be. */
static void draw_label(struct page *page, struct box box, const struct button *button,
		       uint32_t colour)
{
	int size = page_type(page, looks[button->style].size);
	enum weight weight = looks[button->style].weight;
	int inset = page_px(page, GAP) / 2;

	box.x += inset;
	box.w -= 2 * inset;
	int least = size * LABEL_SHRINK / 100, wide;
	while ((wide = canvas_text_width(page->canvas, button->label, size, weight)) > box.w &&
	       size > least && size > THEME_LEAST_TYPE)
		size--;
	if (wide > box.w)
		size = page_type(page, looks[button->style].size);
	int high = label_height(page, box.w, button, size);
	while (size > THEME_LEAST_TYPE && high > box.h)
		high = label_height(page, box.w, button, --size);
	canvas_paragraph(page->canvas,
			 (struct box){ box.x, box.y + (box.h - high) / 2, box.w, high },
			 button->label, size, weight, ALIGN_CENTRE, colour, false);
}

void page_button(struct page *page, struct box box, const struct button *button)
{
	const struct look *look = &looks[button->style];
	bool enabled = !button->disabled;
	bool down = page_control(page, button->id, box, enabled);

	if (page->mode != PAGE_DRAWS)
		return;
	if (down)
		box.y += page_px(page, SINK);
	page_fill(page, box, RADIUS,
		  !enabled ? look->idle_face
		  : down   ? look->face_down
			   : look->face);
	if (enabled)
		page_edge(page, box, RADIUS, EDGE,
			  down && look->edge == look->face ? look->face_down : look->edge);
	draw_label(page, box, button, enabled ? look->words : look->idle_words);
}

int page_button_width(struct page *page, const struct button *button)
{
	int words = canvas_text_width(page->canvas, button->label,
				      page_type(page, looks[button->style].size),
				      looks[button->style].weight);

	return larger(words + 2 * page_px(page, BUTTON_PADDING), page_px(page, 2 * TOUCH_LEAST));
}

int page_button_height(const struct page *page)
{
	return larger(page_px(page, TOUCH_MAIN) * (page->shrink < 90 ? 90 : 100) / 100,
		      page_type(page, TYPE_MAIN) * 2);
}

int page_buttons(struct page *page, struct box box, const struct button *buttons, size_t count)
{
	int gap = page_px(page, GAP) + page_px(page, GAP) / 4, high = page_button_height(page);
	int x = box.x, y = box.y;

	for (size_t i = 0; i < count; i++) {
		int wide = page_button_width(page, &buttons[i]);
		wide = wide < box.w ? wide : box.w;
		if (x > box.x && x + wide > box.x + box.w) {
			x = box.x;
			y += high + gap;
		}
		page_button(page, (struct box){ x, y, wide, high }, &buttons[i]);
		x += wide + gap;
	}
	return y + high - box.y;
}

/* --- where things go --- */

void page_fit(struct page *page, struct box box, int above, page_stack *stack)
{
	enum page_mode mode = page->mode;
	int before = page->shrink, used;

	page->mode = PAGE_MEASURES;
	while ((used = stack(page, box)) > box.h && page->shrink > THEME_LEAST_SHRINK)
		page->shrink -= 4;
	page->mode = mode;
	int offset = used < box.h ? (box.h - used) * above / 100 : 0;
	(void)stack(page, (struct box){ box.x, box.y + offset, box.w, box.h - offset });
	page->shrink = before;
}

struct box page_content(const struct page *page)
{
	struct box box = page->inside;
	int top = page->portrait ? page->frame.h / 3 - box.y : page_px(page, GAP_PART);

	page_take(&box, top > 0 ? top : 0);
	box.h -= page_px(page, GAP);
	return box;
}

struct box page_upper(const struct page *page)
{
	struct box box = page->inside;

	box.h = page->portrait ? page->frame.h / 3 - box.y : 0;
	return box;
}
