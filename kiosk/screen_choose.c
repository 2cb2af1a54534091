#include "kiosk/screen_parts.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/picture.h"
#include "kiosk/theme.h"
#include "kiosk/wording.h"

/* --- pages of cells above a row of buttons --- */

struct grid {
	int columns, rows;
	struct box box; /* all cells together */
	int gap;
};

static struct box cell_box(const struct grid *grid, int index)
{
	int wide = (grid->box.w + grid->gap) / grid->columns;
	int high = (grid->box.h + grid->gap) / grid->rows;

	return (struct box){ grid->box.x + index % grid->columns * wide,
			     grid->box.y + index / grid->columns * high, wide - grid->gap,
			     high - grid->gap };
}

struct pages {
	int count, now, first, per_page; /* now from 0; first: index of the page's first item */
};

static struct pages pages_of(const struct page *page, const struct grid *grid, size_t items)
{
	int per_page = grid->columns * grid->rows;
	int count = items > 0 ? ((int)items + per_page - 1) / per_page : 1;
	int now = page->flow->page < count ? page->flow->page : count - 1;

	return (struct pages){ count, now, now * per_page, per_page };
}

/* The row of buttons at the bottom: one on the left, one on the right, paging between them, which
 * gets a row of its own where it has no room. */
struct row {
	const struct button *left, *right; /* right may be NULL */
	struct button next, previous;
	char place[64]; /* "1 / 3" */
	int widths[5];  /* left, previous, place, next, right */
	bool paging, two_rows;
};

static void row_plan(struct page *page, struct row *out, const struct button *left,
		     const struct button *right, const struct pages *pages, int room)
{
	char now[16], count[16];
	int gap = page_px(page, GAP), paging;

	snprintf(now, sizeof(now), "%d", pages->now + 1);
	snprintf(count, sizeof(count), "%d", pages->count);
	*out = (struct row){
		.left = left,
		.right = right,
		.previous = { "page:previous", page_say(page, PHRASE_SCREEN_PAGE_PREVIOUS),
			      BUTTON_PLAIN, pages->now == 0 },
		.next = { "page:next", page_say(page, PHRASE_SCREEN_PAGE_NEXT), BUTTON_PLAIN,
			  pages->now + 1 >= pages->count },
		.paging = pages->count > 1,
	};
	wording_fill(out->place, sizeof(out->place), page_say(page, PHRASE_SCREEN_PAGE), now,
		     count);
	out->widths[0] = page_button_width(page, left);
	out->widths[1] = page_button_width(page, &out->previous);
	out->widths[2] = canvas_text_width(page->canvas, out->place, page_type(page, TYPE_TEXT),
					   WEIGHT_REGULAR) +
			 2 * gap;
	out->widths[3] = page_button_width(page, &out->next);
	out->widths[4] = right != NULL ? page_button_width(page, right) : 0;
	paging = out->widths[1] + out->widths[2] + out->widths[3];
	out->two_rows = out->paging && out->widths[0] + out->widths[4] + paging + 2 * gap > room;
}

static int row_height(const struct page *page, const struct row *row)
{
	return page_button_height(page) * (row->two_rows ? 2 : 1) +
	       (row->two_rows ? page_px(page, GAP) : 0);
}

static void row_lay(struct page *page, const struct row *row, struct box box)
{
	int high = page_button_height(page), y = box.y + box.h - high;
	int paging = row->widths[1] + row->widths[2] + row->widths[3];
	int right = row->right != NULL ? row->widths[4] : 0;
	int from = box.x + row->widths[0], until = box.x + box.w - right;
	int x = row->two_rows ? box.x + (box.w - paging) / 2 : from + (until - from - paging) / 2;

	if (row->paging) {
		int top = row->two_rows ? box.y : y;
		page_button(page, (struct box){ x, top, row->widths[1], high }, &row->previous);
		x += row->widths[1];
		page_line(page, (struct box){ x, top, row->widths[2], high }, row->place, TYPE_TEXT,
			  WEIGHT_REGULAR, ALIGN_CENTRE, COLOUR_QUIET);
		x += row->widths[2];
		page_button(page, (struct box){ x, top, row->widths[3], high }, &row->next);
	}
	page_button(page, (struct box){ box.x, y, row->widths[0], high }, row->left);
	if (row->right != NULL)
		page_button(page, (struct box){ box.x + box.w - right, y, right, high },
			    row->right);
}

/* --- choose --- */

/* That nothing is to be paid need not be announced: what is left says enough. */
static void offer_words(const struct page *page, const struct offer *offer,
			char worth[static WORDING_MAX + 1], char left[static WORDING_MAX + 1])
{
	worth[0] = 0;
	if (offer_value(offer)->type != VALUE_FREE || offer->has_saved)
		wording_worth(worth, WORDING_MAX + 1, offer, page->english);
	wording_left(left, WORDING_MAX + 1, offer->left, offer->left_count, page->english);
	if (left[0] == 0)
		snprintf(left, WORDING_MAX + 1, "%s", page_say(page, PHRASE_SCREEN_LEFT_UNLIMITED));
}

static void lay_worth(struct page *page, struct box box, const struct offer *offer)
{
	char worth[WORDING_MAX + 1], left[WORDING_MAX + 1];
	int size = page_type(page, TYPE_TEXT), gap = page_px(page, GAP_WIDE);

	offer_words(page, offer, worth, left);
	if (offer->verdict == VERDICT_NEEDS_COMPARE)
		snprintf(left, sizeof(left), "%s",
			 page_say(page, PHRASE_SCREEN_CHOOSE_NEEDS_COMPARE));
	gap = worth[0] != 0 ? gap : 0;
	int first = canvas_text_width(page->canvas, worth, size, WEIGHT_BOLD);
	int second = canvas_text_width(page->canvas, left, size, WEIGHT_REGULAR);
	while (size > THEME_LEAST_TYPE && first + gap + second > box.w) {
		size--;
		first = canvas_text_width(page->canvas, worth, size, WEIGHT_BOLD);
		second = canvas_text_width(page->canvas, left, size, WEIGHT_REGULAR);
	}
	if (page->mode != PAGE_DRAWS)
		return;
	canvas_text(page->canvas, box, worth, size, WEIGHT_BOLD, ALIGN_LEFT, COLOUR_INK);
	box.x += first + gap;
	box.w -= first + gap;
	if (left[0] != 0)
		canvas_text(page->canvas, box, left, size, WEIGHT_REGULAR, ALIGN_LEFT, COLOUR_INK);
}

/* The title beside its mark, in one line or two smaller ones; as high as the mark. */
static void lay_title(struct page *page, struct box box, const char *title, int size)
{
	int type = page_type(page, size), high;

	if (page->mode != PAGE_DRAWS)
		return;
	while ((high = canvas_paragraph(page->canvas, (struct box){ 0, 0, box.w, 0 }, title, type,
					WEIGHT_BOLD, ALIGN_LEFT, 0, true)) > box.h + type / 4 &&
	       type > THEME_LEAST_TYPE)
		type--;
	canvas_paragraph(page->canvas,
			 (struct box){ box.x, box.y + (box.h - high) / 2, box.w, high }, title,
			 type, WEIGHT_BOLD, ALIGN_LEFT, COLOUR_INK, false);
}

/* Mark and title above, `under` below them as far as there is room. */
static void lay_card(struct page *page, struct box box, const struct offer *offer, bool best,
		     const char *under)
{
	const struct benefit *benefit = offer->benefit;
	int side = part_mark_side(page), gap = page_px(page, GAP);

	part_mark(page, (struct box){ box.x, box.y, side, side }, benefit->scene, best);
	lay_title(page, (struct box){ box.x + side + gap, box.y, box.w - side - gap, side },
		  wording_title(benefit, page->english), TYPE_ITEM);
	page_take(&box, side + page_px(page, CARD_GAP));
	int pitch = page_type(page, TYPE_SECOND) * TEXT_PITCH / 10;
	box.h = box.h / pitch * pitch;
	if (box.h > 0 && under[0] != 0)
		page_text(page, box, under, TYPE_SECOND, WEIGHT_REGULAR, ALIGN_LEFT, COLOUR_QUIET);
}

/* Plan cells above a row of buttons in grid->box, each at least `least` high, and lay the row:
 * as many rows of cells as fit, at most grid->rows. */
static void grid_lay(struct page *page, struct grid *grid, struct pages *pages, int least,
		     size_t items, const struct button *left, const struct button *right)
{
	struct box box = grid->box;
	struct row row;
	int most = grid->rows, high = page_button_height(page);

	for (int attempt = 0; attempt < 2; attempt++) {
		grid->box.h = box.h - high - grid->gap;
		int fit = (grid->box.h + grid->gap) / (least + grid->gap);
		grid->rows = fit < 1 ? 1 : fit < most ? fit : most;
		*pages = pages_of(page, grid, items);
		row_plan(page, &row, left, right, pages, box.w);
		high = row_height(page, &row);
	}
	grid->box.h = box.h - high - grid->gap;
	row_lay(page, &row, (struct box){ box.x, box.y + box.h - high, box.w, high });
}

static struct box inset(struct box box, int by)
{
	return (struct box){ box.x + by, box.y + by, box.w - 2 * by, box.h - 2 * by };
}

static void lay_offer(struct page *page, struct box box, const struct offer *offer, bool best)
{
	char id[CONTROL_ID_MAX + 1];

	snprintf(id, sizeof(id), "benefit:%s", offer->benefit->id);
	bool down = page_control(page, id, box, true);
	if (down)
		box.y += page_px(page, SINK);
	page_fill(page, box, RADIUS, down ? COLOUR_WHITE_DOWN : COLOUR_WHITE);
	page_edge(page, box, RADIUS, best ? EDGE_BEST : EDGE, best ? COLOUR_GREEN : COLOUR_LINE);
	struct box inner = inset(box, page_px(page, CARD_INSET));
	int high = page_type(page, TYPE_TEXT) * TEXT_PITCH / 10;
	struct box bottom = { inner.x, inner.y + inner.h - high, inner.w, high };
	inner.h -= high;
	lay_card(page, inner, offer, best, wording_scope(offer->benefit, page->english));
	lay_worth(page, bottom, offer);
}

/* The least height of an offer's card: mark, worth and, but in large type, a line of scope, which
 * the confirmation says in full. [px] */
static int offer_height(const struct page *page)
{
	int lines =
		page_type(page, TYPE_TEXT) + (page->flow->large ? 0 : page_type(page, TYPE_SECOND));

	return part_mark_side(page) + page_px(page, CARD_GAP) + lines * TEXT_PITCH / 10 +
	       2 * page_px(page, CARD_INSET);
}

/* What can be had comes first among the offers. */
static void lay_offers(struct page *page, const struct grid *grid, const struct pages *pages)
{
	const struct entitlement *entitlement = &page->flow->entitlement;
	int count = flow_offer_count(page->flow);

	for (int i = 0; i < pages->per_page && pages->first + i < count; i++) {
		int index = pages->first + i;
		lay_offer(page, cell_box(grid, i), &entitlement->offers[index],
			  index == entitlement->best);
	}
}

void choose_lay(struct page *page)
{
	const struct button back = { "cancel", page_say(page, PHRASE_SCREEN_BACK), BUTTON_PLAIN,
				     false };
	const struct button why = { "mine", page_say(page, PHRASE_SCREEN_CHOOSE_MINE), BUTTON_PLAIN,
				    false };
	struct box rest = page_content(page);
	bool large = page->flow->large;
	struct grid grid = { .columns = page->portrait ? 1
					: large        ? 2
						       : 3,
			     .rows = page->portrait ? 4 : 2,
			     .gap = page_px(page, GAP_WIDE * 7 / 8) };
	struct pages pages;

	part_card_was_read(page);
	page_put_title(page, &rest, page_say(page, PHRASE_SCREEN_CHOOSE_TITLE), TYPE_TITLE,
		       COLOUR_INK);
	part_holder(page, &rest, page_say(page, PHRASE_SCREEN_CHOOSE_LEAD));
	page_skip(page, &rest, GAP);
	grid.box = rest;
	grid_lay(page, &grid, &pages, offer_height(page), (size_t)flow_offer_count(page->flow),
		 &back, &why);
	lay_offers(page, &grid, &pages);
}

/* --- mine --- */

/* With a visitor: what is not to be had, and why.  Without: all that there is here. */
static bool is_listed(const struct flow *flow, const struct offer *offer)
{
	return flow->entitlement.carrier == CARRIER_NONE || !offer_can_be_had(offer);
}

static size_t listed_count(const struct flow *flow)
{
	size_t count = 0;

	for (size_t i = 0; i < flow->entitlement.offer_count; i++)
		count += is_listed(flow, &flow->entitlement.offers[i]);
	return count;
}

/* Height of title and words below each other. */
static int lay_two(struct page *page, struct box box, const char *title, const char *words)
{
	int top = box.y;

	page_put(page, &box, title, TYPE_TEXT, WEIGHT_BOLD, COLOUR_INK);
	if (page->mode == PAGE_MEASURES)
		box.h = 0;
	if (box.h >= 0 && words[0] != 0)
		page_take(&box, page_text(page, box, words, TYPE_SECOND, WEIGHT_REGULAR, ALIGN_LEFT,
					  COLOUR_QUIET));
	return box.y - top;
}

/* Mark on the left, title and words on the right, as small as they must be to fit. */
static void lay_listed(struct page *page, struct box box, const struct offer *offer)
{
	char words[EXPLANATION_MAX + 1];
	int side = part_mark_side(page), padding = page_px(page, CARD_PADDING) / 2, high;
	const char *title = wording_title(offer->benefit, page->english);
	enum page_mode mode = page->mode;

	if (!offer_can_be_had(offer))
		offer_explain(words, sizeof(words), offer, page->english);
	else
		snprintf(words, sizeof(words), "%s", wording_scope(offer->benefit, page->english));
	page_fill(page, box, RADIUS, COLOUR_WHITE);
	page_edge(page, box, RADIUS, EDGE_FAINT, COLOUR_FAINT);
	box = inset(box, padding);
	part_mark(page, (struct box){ box.x + padding / 2, box.y + (box.h - side) / 2, side, side },
		  offer->benefit->scene, false);
	box.x += side + 2 * padding;
	box.w -= side + 2 * padding;
	page->mode = PAGE_MEASURES;
	while ((high = lay_two(page, box, title, words)) > box.h &&
	       page->shrink > THEME_LEAST_SHRINK)
		page->shrink -= 4;
	page->mode = mode;
	if (high < box.h)
		box = (struct box){ box.x, box.y + (box.h - high) / 2, box.w, high };
	lay_two(page, box, title, words);
	page->shrink = 100;
}

/* The least height of a list's cell: a title, and as many lines as a scope or a reason mostly needs,
 * in English one more. [px] */
static int listed_height(const struct page *page, bool visitor)
{
	int words = (!visitor ? 1 : page->flow->large ? 2 : 3) + page->english;
	int lines = page_type(page, TYPE_TEXT) + page_type(page, TYPE_SECOND) * words;

	return lines * TEXT_PITCH / 10 + page_px(page, CARD_PADDING);
}

static void lay_list(struct page *page, const struct grid *grid, const struct pages *pages)
{
	const struct flow *flow = page->flow;
	int seen = 0;

	for (size_t i = 0; i < flow->entitlement.offer_count; i++) {
		const struct offer *offer = &flow->entitlement.offers[i];
		if (!is_listed(flow, offer))
			continue;
		int cell = seen++ - pages->first;
		if (cell >= 0 && cell < pages->per_page)
			lay_listed(page, cell_box(grid, cell), offer);
	}
}

static const char *mine_lead(const struct page *page, size_t listed)
{
	bool visitor = page->flow->entitlement.carrier != CARRIER_NONE;

	if (listed > 0)
		return visitor ? "" : page_say(page, PHRASE_SCREEN_MINE_LEAD);
	return page_say(page, visitor ? PHRASE_SCREEN_MINE_ALL : PHRASE_SCREEN_MINE_NONE);
}

void mine_lay(struct page *page)
{
	const struct button back = { "back", page_say(page, PHRASE_SCREEN_BACK), BUTTON_PLAIN,
				     false };
	bool visitor = page->flow->entitlement.carrier != CARRIER_NONE;
	size_t listed = listed_count(page->flow);
	struct box rest = page_content(page);
	struct grid grid = { .columns = page->portrait ? 1 : 2,
			     .rows = page->portrait ? 5 : 3,
			     .gap = page_px(page, GAP) };
	struct pages pages;

	if (visitor)
		part_card_was_read(page);
	else if (page->portrait && page->mode == PAGE_DRAWS)
		picture_certificate(page->canvas, page_upper(page), true);
	page_put(page, &rest,
		 page_say(page, visitor ? PHRASE_SCREEN_MINE_WHY : PHRASE_SCREEN_MINE_TITLE),
		 TYPE_TITLE, WEIGHT_BOLD, COLOUR_INK);
	part_holder(page, &rest, mine_lead(page, listed));
	page_skip(page, &rest, GAP);
	grid.box = rest;
	grid_lay(page, &grid, &pages, listed_height(page, visitor), listed, &back, NULL);
	lay_list(page, &grid, &pages);
}
