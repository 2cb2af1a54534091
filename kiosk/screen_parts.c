#include "kiosk/screen_parts.h"

#include <stdio.h>

#include "kiosk/picture.h"
#include "kiosk/theme.h"
#include "kiosk/wording.h"

void part_card_was_read(struct page *page)
{
	struct box box = page_upper(page);

	if (box.h == 0)
		return;
	box.h -= page_px(page, GAP);
	int words = page_type(page, TYPE_TEXT) * TEXT_PITCH / 10 * 2;
	struct box text = { box.x, box.y + box.h - words, box.w, words };
	box.h -= words;
	if (page->mode == PAGE_DRAWS)
		picture_certificate(page->canvas, box, false);
	page_text(page, text, page_say(page, PHRASE_SCREEN_READ), TYPE_TEXT, WEIGHT_REGULAR,
		  ALIGN_CENTRE, COLOUR_QUIET);
}

int part_mark_side(const struct page *page)
{
	int side = page_px(page, MARK), least = page_type(page, TYPE_ITEM) * 16 / 10;

	return side > least ? side : least;
}

void part_mark(struct page *page, struct box box, const char *scene, bool best)
{
	const char *text = scene[0] != 0 ? scene : page_say(page, PHRASE_SCREEN_MARK_OTHER);

	page_fill(page, box, RADIUS_SMALL, best ? COLOUR_GREEN : COLOUR_BLUE);
	page_line(page, box, text, TYPE_ITEM, WEIGHT_BOLD, ALIGN_CENTRE, COLOUR_WHITE);
}

void part_holder(struct page *page, struct box *rest, const char *more)
{
	char masked[HOLDER_NAME_MAX + 1], holder[WORDING_MAX + 1], line[2 * WORDING_MAX];
	const char *name = page->flow->entitlement.name;

	holder[0] = 0;
	if (name[0] != 0) {
		name_mask(masked, sizeof(masked), name);
		wording_fill(holder, sizeof(holder), page_say(page, PHRASE_SCREEN_HOLDER), masked,
			     NULL);
	}
	snprintf(line, sizeof(line), "%s%s%s", holder,
		 holder[0] != 0 && more[0] != 0 ? "  ·  " : "", more);
	if (line[0] != 0)
		page_put(page, rest, line, TYPE_TEXT, WEIGHT_REGULAR, COLOUR_QUIET);
}

void part_money(struct page *page, struct box *rest, const char *word, const char *amount,
		uint32_t colour, bool bold)
{
	int size = bold ? TYPE_TITLE : TYPE_ITEM, high = page_type(page, size) * 16 / 10;
	struct box box = page_take(rest, high);

	page_line(page, box, word, size, bold ? WEIGHT_BOLD : WEIGHT_REGULAR, ALIGN_LEFT,
		  COLOUR_INK);
	page_line(page, box, amount, size, WEIGHT_BOLD, ALIGN_RIGHT, colour);
}

const struct offer *part_chosen(const struct page *page)
{
	const struct flow *flow = page->flow;

	if (flow->chosen < 0 || (size_t)flow->chosen >= flow->entitlement.offer_count)
		return NULL;
	return &flow->entitlement.offers[flow->chosen];
}

int part_demo_mark(struct page *page, int right, int y, int high)
{
	const char *words = page_say(page, PHRASE_SCREEN_DEMO);
	int inset = page_px(page, RADIUS_SMALL);
	int wide =
		canvas_text_width(page->canvas, words, page_type(page, TYPE_LEAST), WEIGHT_BOLD) +
		2 * inset;
	int tall = page_type(page, TYPE_LEAST) * 17 / 10;
	struct box box = { right - wide, y + (high - tall) / 2, wide, tall };

	page_fill(page, box, RADIUS_SMALL, COLOUR_CREAM);
	page_line(page, box, words, TYPE_LEAST, WEIGHT_BOLD, ALIGN_CENTRE, COLOUR_AMBER);
	return wide + page_px(page, GAP);
}
