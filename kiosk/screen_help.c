#include "kiosk/screen_parts.h"

#include "db/registry.h"
#include "kiosk/picture.h"
#include "kiosk/theme.h"

/* --- help: a human, the way without a card, the telephone --- */

struct way {
	void (*picture)(struct canvas *canvas, struct box box, uint32_t colour);
	enum phrase words;
};

static const struct way ways[] = {
	{ picture_headset, PHRASE_SCREEN_HELP_HUMAN },
	{ picture_paper, PHRASE_SCREEN_HELP_PAPER },
	{ picture_telephone, PHRASE_SCREEN_HELP_PHONE },
};

static void lay_way(struct page *page, struct box *rest, const struct way *way)
{
	int side = page_px(page, TOUCH_MAIN) * page->shrink / 100, gap = page_px(page, GAP_WIDE);
	struct box text = { rest->x + side + gap, rest->y, rest->w - side - gap, 0 };
	enum page_mode mode = page->mode;

	page->mode = PAGE_MEASURES;
	int high = page_text(page, text, page_say(page, way->words), TYPE_ITEM, WEIGHT_REGULAR,
			     ALIGN_LEFT, 0);
	page->mode = mode;
	int tall = high > side ? high : side;
	struct box row = page_take(rest, tall);
	if (page->mode == PAGE_DRAWS) {
		struct box icon = { row.x, row.y + (tall - side) / 2, side, side };
		int inset = side / 5;
		page_fill(page, icon, RADIUS, COLOUR_BLUE);
		way->picture(page->canvas,
			     (struct box){ icon.x + inset, icon.y + inset, side - 2 * inset,
					   side - 2 * inset },
			     COLOUR_WHITE);
	}
	text.y += (tall - high) / 2;
	page_text(page, text, page_say(page, way->words), TYPE_ITEM, WEIGHT_REGULAR, ALIGN_LEFT,
		  COLOUR_INK);
	page_skip(page, rest, GAP_WIDE);
}

static int help_words(struct page *page, struct box box)
{
	const struct button back = { "back", page_say(page, PHRASE_SCREEN_BACK), BUTTON_PLAIN,
				     false };
	int top = box.y;

	page_put_title(page, &box, page_say(page, PHRASE_SCREEN_HELP_TITLE), TYPE_REASON,
		       COLOUR_INK);
	page_skip(page, &box, GAP_WIDE);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		lay_way(page, &box, &ways[i]);
	page_skip(page, &box, GAP);
	page_take(&box, page_buttons(page, box, &back, 1));
	return box.y - top;
}

static struct box indented(const struct page *page)
{
	struct box box = page_content(page);
	int indent = page->portrait ? 0 : page_px(page, INDENT - MARGIN);

	return (struct box){ box.x + indent, box.y, box.w - 2 * indent, box.h };
}

static struct box icon_above(const struct page *page, int side)
{
	struct box upper = page_upper(page);

	return (struct box){ upper.x + (upper.w - side) / 2, upper.y + (upper.h - side) / 2, side,
			     side };
}

void help_lay(struct page *page)
{
	if (page->portrait && page->mode == PAGE_DRAWS)
		picture_headset(page->canvas, icon_above(page, page_px(page, ICON_RESULT)),
				COLOUR_BLUE);
	page_fit(page, indented(page), page->portrait ? 10 : 35, help_words);
}

/* --- fault: the registry cannot be used --- */

static int fault_words(struct page *page, struct box box)
{
	int top = box.y, side = page_px(page, ICON_RESULT) * page->shrink / 100;

	if (!page->portrait) {
		struct box icon = page_take(&box, side);
		icon.w = side;
		if (page->mode == PAGE_DRAWS)
			picture_triangle(page->canvas, icon, COLOUR_AMBER, COLOUR_CREAM);
		page_skip(page, &box, GAP_WIDE);
	}
	page_put_title(page, &box, page_say(page, PHRASE_SCREEN_FAULT_TITLE), TYPE_REASON,
		       COLOUR_INK);
	page_skip(page, &box, GAP);
	page_put(page, &box, page_say(page, PHRASE_SCREEN_FAULT_NEXT), TYPE_ITEM, WEIGHT_REGULAR,
		 COLOUR_INK);
	page_skip(page, &box, GAP_WIDE);
	page_put(page, &box, registry_status_why(page->flow->fault, page->english), TYPE_TEXT,
		 WEIGHT_REGULAR, COLOUR_QUIET);
	return box.y - top;
}

void fault_lay(struct page *page)
{
	if (page->portrait && page->mode == PAGE_DRAWS)
		picture_triangle(page->canvas, icon_above(page, page_px(page, ICON_RESULT)),
				 COLOUR_AMBER, COLOUR_CREAM);
	page_fit(page, indented(page), page->portrait ? 10 : 40, fault_words);
}
