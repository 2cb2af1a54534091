#include "kiosk/screen_parts.h"

#include <stdio.h>

#include "kiosk/picture.h"
#include "kiosk/theme.h"

/* --- the demonstration cards --- */

struct strip {
	int columns, rows, cell, gap, words; /* [px] heights; words: of the line above */
};

static struct strip strip_of(const struct page *page)
{
	int count = (int)page->flow->site.demo_count, most = page->portrait ? 3 : 5;
	int two_lines = page_type(page, TYPE_SECOND) * TEXT_PITCH / 10 * 2;
	int least = page_px(page, TOUCH_LEAST);
	struct strip strip = { .columns = count < most ? count : most,
			       .cell = two_lines > least ? two_lines : least,
			       .gap = page_px(page, GAP),
			       .words = page_type(page, TYPE_SECOND) * 17 / 10 };

	if (!page->portrait && count > most)
		strip.columns = (count + 1) / 2;
	strip.rows = count > 0 ? (count + strip.columns - 1) / strip.columns : 0;
	return strip;
}

static int strip_height(const struct page *page)
{
	struct strip strip = strip_of(page);

	return strip.rows == 0 ? 0
			       : strip.words + strip.rows * (strip.cell + strip.gap) +
					 page_px(page, GAP_PART) / 2;
}

static void lay_strip(struct page *page, struct box box)
{
	const struct site *site = &page->flow->site;
	struct strip strip = strip_of(page);

	if (strip.rows == 0)
		return;
	page_line(page, (struct box){ box.x, box.y, box.w, strip.words },
		  page_say(page, PHRASE_SCREEN_WELCOME_DEMO), TYPE_SECOND, WEIGHT_REGULAR,
		  ALIGN_LEFT, COLOUR_AMBER);
	int wide = (box.w + strip.gap) / strip.columns - strip.gap;
	int most = page_px(page, 480);
	wide = wide < most ? wide : most;
	for (int i = 0; i < (int)site->demo_count; i++) {
		char id[CONTROL_ID_MAX + 1];
		snprintf(id, sizeof(id), "demo:%d", i + 1);
		struct box cell = { box.x + i % strip.columns * (wide + strip.gap),
				    box.y + strip.words +
					    i / strip.columns * (strip.cell + strip.gap),
				    wide, strip.cell };
		page_button(page, cell,
			    &(struct button){ id, site->demo_titles[i], BUTTON_DEMO, false });
	}
}

/* --- the greeting --- */

static int greeting(struct page *page, struct box box)
{
	const struct button buttons[] = {
		{ "no_card", page_say(page, PHRASE_SCREEN_WELCOME_NO_CARD), BUTTON_PLAIN, false },
		{ "mine", page_say(page, PHRASE_SCREEN_WELCOME_MINE), BUTTON_PLAIN, false },
	};
	int top = box.y;

	page_put_title(page, &box, page_say(page, PHRASE_SCREEN_WELCOME_GREETING), TYPE_GREETING,
		       COLOUR_INK);
	page_skip(page, &box, GAP);
	page_put(page, &box, page_say(page, PHRASE_SCREEN_WELCOME_CARD), TYPE_LEAD, WEIGHT_REGULAR,
		 COLOUR_INK);
	page_put(page, &box, page_say(page, PHRASE_SCREEN_WELCOME_CODE), TYPE_LEAD, WEIGHT_REGULAR,
		 COLOUR_INK);
	page_skip(page, &box, GAP_PART + GAP);
	page_take(&box, page_buttons(page, box, buttons, 2));
	return box.y - top;
}

/* Above the strip: words on the left, the picture on the right; or under each other. */
static struct box above_strip(const struct page *page)
{
	struct box box = page_content(page);

	box.h -= strip_height(page);
	return box;
}

static struct box picture_part(const struct page *page)
{
	struct box box = page_upper(page);

	page_skip(page, &box, page->portrait ? GAP : 0);
	if (!page->portrait) {
		box = above_strip(page);
		int left = page->frame.w * 57 / 100;
		box.w -= left - box.x;
		box.x = left;
	}
	return box;
}

static int caption_height(struct page *page)
{
	struct box box = { 0, 0, picture_part(page).w, 0 };

	return canvas_paragraph(page->canvas, box, page_say(page, PHRASE_SCREEN_WELCOME_READER),
				page_type(page, TYPE_BUTTON), WEIGHT_REGULAR, ALIGN_CENTRE, 0,
				true) +
	       page_px(page, GAP);
}

struct box welcome_picture(struct page *page)
{
	struct box box = picture_part(page);

	box.h -= caption_height(page);
	/* No larger than in the sketch, where there is room for more. */
	int most = page_px(page, PICTURE_MOST);
	if (box.h > most) {
		box.y += (box.h - most) / 2;
		box.h = most;
	}
	return box;
}

void welcome_lay(struct page *page)
{
	struct box words = above_strip(page), picture = picture_part(page);
	struct box caption = page_take(&picture, picture.h);
	int indent = page_px(page, page->portrait ? 0 : INDENT - MARGIN);

	picture = welcome_picture(page);
	caption.y = picture.y + picture.h;
	caption.h = caption_height(page);
	if (page->mode == PAGE_DRAWS) {
		picture_certificate(page->canvas, picture, true);
		picture_waves(page->canvas, picture, 0);
	}
	page_text(page, caption, page_say(page, PHRASE_SCREEN_WELCOME_READER), TYPE_BUTTON,
		  WEIGHT_REGULAR, ALIGN_CENTRE, COLOUR_INK);
	if (!page->portrait)
		words.w = page->frame.w * 57 / 100 - words.x;
	words.x += indent;
	words.w -= indent;
	page_fit(page, words, page->portrait ? 25 : 35, greeting);
	struct box strip = page_content(page);
	strip.y += strip.h - strip_height(page) + page_px(page, GAP);
	lay_strip(page, strip);
}

/* --- checking --- */

static int checking(struct page *page, struct box box)
{
	int top = box.y, radius = page_px(page, 14), middle = box.x + box.w / 2;

	box.h = 0;
	page_take(&box, page_text(page, box, page_say(page, PHRASE_SCREEN_CHECKING_TITLE),
				  TYPE_REASON, WEIGHT_BOLD, ALIGN_CENTRE, COLOUR_INK));
	page_skip(page, &box, GAP_PART);
	for (int i = -1; i <= 1; i++)
		page_fill(page,
			  (struct box){ middle - radius + i * 5 * radius, box.y, 2 * radius,
					2 * radius },
			  14, COLOUR_RED);
	page_take(&box, 2 * radius);
	page_skip(page, &box, GAP_PART);
	box.h = 0;
	page_take(&box, page_text(page, box, page_say(page, PHRASE_SCREEN_CHECKING_LEAD), TYPE_LEAD,
				  WEIGHT_REGULAR, ALIGN_CENTRE, COLOUR_QUIET));
	return box.y - top;
}

void checking_lay(struct page *page)
{
	struct box picture = page_upper(page);

	if (picture.h > 0 && page->mode == PAGE_DRAWS)
		picture_certificate(page->canvas, picture, false);
	page_fit(page, page_content(page), 40, checking);
}
