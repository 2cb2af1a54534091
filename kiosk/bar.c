#include "kiosk/bar.h"

#include <string.h>

#include "kiosk/picture.h"
#include "kiosk/screen_parts.h"
#include "kiosk/theme.h"
#include "kiosk/wording.h"

#define DATA_OLD_SECONDS (7 * 86400) /* the footer's dot turns amber */

/* --- the bar --- */

struct tool {
	const char *id, *label;
	bool icon;
};
#define TOOLS 3

int bar_height(const struct page *page)
{
	return page_px(page, BAR_HEIGHT + (page->portrait ? BAR_ROW : 0));
}

static int tool_type(const struct page *page)
{
	return page_type(page, TYPE_SECOND);
}

static int tool_width(struct page *page, const struct tool *tool)
{
	int words = canvas_text_width(page->canvas, tool->label, tool_type(page), WEIGHT_REGULAR);
	int icon = tool->icon ? tool_type(page) * 3 / 2 : 0;

	return words + icon + 2 * page_px(page, RADIUS_CARD);
}

static void tool_icon(struct page *page, const struct tool *tool, struct box box, uint32_t colour)
{
	if (strcmp(tool->id, "help") == 0)
		picture_headset(page->canvas, box, colour);
	else
		canvas_text(page->canvas, box, "大", tool_type(page), WEIGHT_BOLD, ALIGN_CENTRE,
			    colour);
}

static void lay_tool(struct page *page, const struct tool *tool, struct box box)
{
	bool enabled = page->flow->screen != SCREEN_CHECKING;
	bool down = page_control(page, tool->id, box, enabled);
	uint32_t colour = enabled ? COLOUR_WHITE : COLOUR_IDLE_BAR;
	int inset = page_px(page, RADIUS_CARD), icon = tool_type(page) * 5 / 4;

	if (page->mode != PAGE_DRAWS)
		return;
	if (down)
		box.y += page_px(page, SINK);
	page_fill(page, box, RADIUS_SMALL, down ? COLOUR_RED_DOWN : COLOUR_RED);
	if (enabled)
		page_edge(page, box, RADIUS_SMALL, EDGE_FAINT, colour);
	struct box words = { box.x + inset - 4, box.y, box.w - 2 * inset + 8, box.h };
	if (tool->icon)
		tool_icon(page, tool,
			  (struct box){ box.x + inset, box.y + (box.h - icon) / 2, icon, icon },
			  colour);
	page_line(page, words, tool->label, TYPE_SECOND, WEIGHT_REGULAR,
		  tool->icon ? ALIGN_RIGHT : ALIGN_CENTRE, colour);
}

/* Where the first tool begins, from the left; the row ends at the right margin. */
static int lay_tools(struct page *page, int y)
{
	const struct tool tools[TOOLS] = {
		{ "large",
		  page_say(page, page->flow->large ? PHRASE_SCREEN_BAR_STANDARD
						   : PHRASE_SCREEN_BAR_LARGE),
		  !page->english },
		{ "language", page_say(page, PHRASE_SCREEN_BAR_LANGUAGE), false },
		{ "help", page_say(page, PHRASE_SCREEN_BAR_HELP), true },
	};
	int gap = page_px(page, GAP_WIDE) * 7 / 8, high = page_px(page, TOUCH_LEAST);
	int left = page->frame.w - page_px(page, MARGIN) + gap;
	struct box boxes[TOOLS];

	for (int i = TOOLS - 1; i >= 0; i--) {
		int wide = tool_width(page, &tools[i]);
		left -= wide + gap;
		boxes[i] = (struct box){ left, y, wide, high };
	}
	for (int i = 0; i < TOOLS; i++)
		lay_tool(page, &tools[i], boxes[i]);
	return left;
}

/* The place's name: in one line, or smaller in two. */
static void lay_name(struct page *page, struct box box)
{
	const char *name = page->flow->site.name;
	int size = page_type(page, TYPE_TEXT);

	if (page->mode != PAGE_DRAWS)
		return;
	if (canvas_text_width(page->canvas, name, size, WEIGHT_BOLD) <= box.w) {
		canvas_text(page->canvas, box, name, size, WEIGHT_BOLD, ALIGN_LEFT, COLOUR_WHITE);
		return;
	}
	int high = box.h;
	while (size > THEME_LEAST_TYPE) {
		high = canvas_paragraph(page->canvas, (struct box){ 0, 0, box.w, 0 }, name, size,
					WEIGHT_BOLD, ALIGN_LEFT, COLOUR_WHITE, true);
		if (high <= box.h)
			break;
		size--;
	}
	int above = high < box.h ? (box.h - high) / 2 : 0;
	canvas_paragraph(page->canvas, (struct box){ box.x, box.y + above, box.w, box.h - above },
			 name, size, WEIGHT_BOLD, ALIGN_LEFT, COLOUR_WHITE, false);
}

void bar_lay(struct page *page)
{
	int row = page_px(page, BAR_HEIGHT), margin = page_px(page, MARGIN);
	int inset = (row - page_px(page, TOUCH_LEAST)) / 2;
	int radius = page_px(page, RADIUS_CARD + 2);

	page_fill(page, (struct box){ 0, 0, page->frame.w, bar_height(page) }, 0, COLOUR_RED);
	if (page->mode == PAGE_DRAWS)
		picture_emblem(page->canvas, (struct point){ margin + radius, row / 2 }, radius);
	int left = margin + 3 * radius;
	int right = lay_tools(page, page->portrait ? row : inset);
	right = page->portrait ? page->frame.w - margin : right - page_px(page, GAP_PART);
	if (page->flow->site.demo)
		right -= part_demo_mark(page, right, 0, row);
	lay_name(page, (struct box){ left, inset, right - left, row - 2 * inset });
}

/* --- the footer --- */

struct notice {
	char text[WORDING_MAX + 1];
	bool care;
};

static void reader_notice(const struct page *page, struct notice *out)
{
	const struct site *site = &page->flow->site;
	enum phrase which = PHRASE_SCREEN_FOOTER_READY;

	if (site->readers == 0)
		which = PHRASE_SCREEN_FOOTER_NONE;
	else if (site->readers_offline >= site->readers)
		which = PHRASE_SCREEN_FOOTER_OFFLINE;
	else if (site->readers_offline > 0)
		which = PHRASE_SCREEN_FOOTER_PARTLY;
	wording_fill(out->text, sizeof(out->text), page_say(page, which), NULL, NULL);
	out->care = which != PHRASE_SCREEN_FOOTER_READY;
}

static void data_notice(const struct page *page, struct notice *out)
{
	int64_t then = page->flow->site.data_time, now = page->flow->now;
	char since[WORDING_MAX + 1];

	if (then == INT64_MIN) {
		wording_fill(out->text, sizeof(out->text),
			     page_say(page, PHRASE_SCREEN_FOOTER_NODATA), NULL, NULL);
		out->care = true;
		return;
	}
	wording_since(since, sizeof(since), then, now, page->english);
	wording_fill(out->text, sizeof(out->text), page_say(page, PHRASE_SCREEN_FOOTER_DATA), since,
		     NULL);
	out->care = now > then && now - then > DATA_OLD_SECONDS;
}

/* A round green dot, or an amber triangle: shape and word differ as well. */
static void lay_notice(struct page *page, struct box box, const struct notice *notice)
{
	int radius = page_px(page, 9), middle = box.y + box.h / 2, x = box.x + radius;

	if (page->mode != PAGE_DRAWS)
		return;
	if (notice->care) {
		struct point corners[3] = { { x, middle - radius },
					    { x + radius, middle + radius },
					    { x - radius, middle + radius } };
		canvas_polygon(page->canvas, corners, 3, COLOUR_AMBER);
	} else {
		page_fill(page, (struct box){ box.x, middle - radius, 2 * radius, 2 * radius }, 9,
			  COLOUR_GREEN);
	}
	box.x += page_px(page, GAP_WIDE);
	box.w -= page_px(page, GAP_WIDE);
	page_line(page, box, notice->text, TYPE_LEAST, WEIGHT_REGULAR, ALIGN_LEFT, COLOUR_QUIET);
}

struct footer {
	struct notice notices[2];
	int first_width; /* [px] of the first notice */
	char clock[64];
	int gap, rows;
};

static int words_width(struct page *page, const char *words)
{
	return canvas_text_width(page->canvas, words, page_type(page, TYPE_LEAST), WEIGHT_REGULAR);
}

/* The longest of what the reader's notice may ever say: the footer keeps its height. [px] */
static int longest_reader(struct page *page)
{
	static const enum phrase phrases[] = { PHRASE_SCREEN_FOOTER_READY,
					       PHRASE_SCREEN_FOOTER_NONE,
					       PHRASE_SCREEN_FOOTER_OFFLINE,
					       PHRASE_SCREEN_FOOTER_PARTLY };
	int longest = 0;

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		int wide = words_width(page, page_say(page, phrases[i]));
		longest = wide > longest ? wide : longest;
	}
	return longest;
}

#define LONG_DATE 1798646340 /* [s] 2026-12-30 23:59 in China: as wide as a date gets */

static int footer_rows(struct page *page)
{
	char data[WORDING_MAX + 1], since[WORDING_MAX + 1], clock[64];
	int dot = page_px(page, GAP_WIDE), gap = page_px(page, GAP_PART);

	wording_since(since, sizeof(since), LONG_DATE - 30 * 86400, LONG_DATE, page->english);
	wording_fill(data, sizeof(data), page_say(page, PHRASE_SCREEN_FOOTER_DATA), since, NULL);
	wording_clock(clock, sizeof(clock), LONG_DATE, page->english);
	int needed = dot + longest_reader(page) + gap + dot + words_width(page, data) + gap +
		     words_width(page, clock);
	return needed <= page->frame.w - 2 * page_px(page, MARGIN) ? 1 : 2;
}

/* One row where everything fits; else the clock gets a row of its own. */
static void footer_plan(struct page *page, struct footer *out)
{
	reader_notice(page, &out->notices[0]);
	data_notice(page, &out->notices[1]);
	wording_clock(out->clock, sizeof(out->clock), page->flow->now, page->english);
	out->gap = page_px(page, GAP_PART);
	out->first_width = page_px(page, GAP_WIDE) + words_width(page, out->notices[0].text);
	out->rows = footer_rows(page);
}

int footer_height(struct page *page)
{
	int row = page_type(page, TYPE_LEAST) * 2, first = page_px(page, FOOTER_HEIGHT);

	return (row > first ? row : first) +
	       (footer_rows(page) - 1) * page_type(page, TYPE_LEAST) * 8 / 5;
}

void footer_lay(struct page *page)
{
	struct footer footer;
	int high = footer_height(page), margin = page_px(page, MARGIN);
	struct box box = { 0, page->frame.h - high, page->frame.w, high };

	if (page->mode != PAGE_DRAWS)
		return;
	footer_plan(page, &footer);
	page_fill(page, box, 0, COLOUR_PAPER);
	page_fill(page, (struct box){ 0, box.y, box.w, 2 }, 0, COLOUR_FAINT);
	int row = high / footer.rows, taken = footer.first_width + footer.gap;
	struct box line = { margin, box.y, box.w - 2 * margin, row };
	lay_notice(page, line, &footer.notices[0]);
	lay_notice(page, (struct box){ line.x + taken, line.y, line.w - taken, row },
		   &footer.notices[1]);
	line.y += (footer.rows - 1) * row;
	page_line(page, line, footer.clock, TYPE_LEAST, WEIGHT_REGULAR, ALIGN_RIGHT, COLOUR_QUIET);
}
