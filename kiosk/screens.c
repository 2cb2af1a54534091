#include "kiosk/screens.h"

#include <string.h>

#include "kiosk/bar.h"
#include "kiosk/picture.h"
#include "kiosk/screen_parts.h"
#include "kiosk/theme.h"

static screen_lay *const lays[SCREEN_COUNT] = {
	[SCREEN_WELCOME] = welcome_lay, [SCREEN_CHECKING] = checking_lay,
	[SCREEN_CHOOSE] = choose_lay,   [SCREEN_AMOUNT] = amount_lay,
	[SCREEN_COMPARE] = compare_lay, [SCREEN_CONFIRM] = confirm_lay,
	[SCREEN_GRANTED] = granted_lay, [SCREEN_REFUSED] = refused_lay,
	[SCREEN_MINE] = mine_lay,       [SCREEN_HELP] = help_lay,
	[SCREEN_FAULT] = fault_lay,
};

static struct page page_of(const struct flow *flow, struct canvas *canvas, enum page_mode mode)
{
	struct box frame = canvas_size(canvas);
	struct page page = {
		.flow = flow,
		.canvas = canvas,
		.mode = mode,
		.english = flow->language == LANGUAGE_ENGLISH,
		.portrait = frame.h > frame.w,
		.shorter = frame.h > frame.w ? frame.w : frame.h,
		.shrink = 100,
		.frame = frame,
	};
	int margin = page_px(&page, MARGIN), top = bar_height(&page);

	page.inside = (struct box){ margin, top, frame.w - 2 * margin,
				    frame.h - top - footer_height(&page) };
	return page;
}

/* `granted` fills the screen and has neither bar nor footer. */
static void lay(struct page *page)
{
	if (page->flow->screen != SCREEN_GRANTED) {
		/* Bar and footer have grounds of their own: no pixel is filled twice. */
		page_fill(page, (struct box){ 0, page->inside.y, page->frame.w, page->inside.h }, 0,
			  COLOUR_PAPER);
		bar_lay(page);
	}
	lays[page->flow->screen](page);
	if (page->flow->screen != SCREEN_GRANTED)
		footer_lay(page);
}

void screen_controls(struct controls *out, const struct flow *flow, struct canvas *canvas)
{
	struct page page = page_of(flow, canvas, PAGE_GATHERS);

	memset(out, 0, sizeof(*out));
	page.controls = out;
	lay(&page);
}

void screen_draw(const struct flow *flow, struct canvas *canvas)
{
	struct page page = page_of(flow, canvas, PAGE_DRAWS);

	canvas_begin(canvas, page.frame);
	lay(&page);
	canvas_end(canvas);
}

bool screen_draw_waves(const struct flow *flow, struct canvas *canvas, int phase)
{
	if (flow->screen != SCREEN_WELCOME)
		return false;
	struct page page = page_of(flow, canvas, PAGE_DRAWS);
	struct box picture = welcome_picture(&page);
	struct box waves = picture_waves_box(picture);

	canvas_begin(canvas, waves);
	canvas_fill(canvas, waves, 0, COLOUR_PAPER);
	picture_waves(canvas, picture, phase);
	canvas_end(canvas);
	return true;
}

void screen_draw_footer(const struct flow *flow, struct canvas *canvas)
{
	if (flow->screen == SCREEN_GRANTED)
		return;
	struct page page = page_of(flow, canvas, PAGE_DRAWS);
	int high = footer_height(&page);

	canvas_begin(canvas, (struct box){ 0, page.frame.h - high, page.frame.w, high });
	footer_lay(&page);
	canvas_end(canvas);
}
