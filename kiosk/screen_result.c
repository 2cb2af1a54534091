#include "kiosk/screen_parts.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/picture.h"
#include "kiosk/theme.h"
#include "kiosk/wording.h"
#include "reader/image.h"

/* --- granted --- */

static const struct offer *redeemed(const struct page *page)
{
	const struct entitlement *entitlement = &page->flow->entitlement;

	for (size_t i = 0; i < entitlement->offer_count; i++)
		if (strcmp(entitlement->offers[i].benefit->id, page->flow->redemption.benefit) == 0)
			return &entitlement->offers[i];
	return part_chosen(page);
}

static void put_small(struct page *page, struct box *rest, const char *text)
{
	if (text[0] != 0)
		page_put(page, rest, text, TYPE_BUTTON, WEIGHT_REGULAR, COLOUR_WHITE);
}

/* What was recorded, what is to be paid and what is left: small, for the holder's eyes. */
static void put_recorded(struct page *page, struct box *rest)
{
	const struct redemption *redemption = &page->flow->redemption;
	const struct offer *offer = redeemed(page);
	char words[WORDING_MAX + 1], money[WORDING_MAX + 1];

	if (offer != NULL) {
		wording_fill(words, sizeof(words), page_say(page, PHRASE_SCREEN_GRANTED_RECORDED),
			     wording_title(offer->benefit, page->english), NULL);
		page_put(page, rest, words, TYPE_ITEM, WEIGHT_REGULAR, COLOUR_WHITE);
		page_skip(page, rest, GAP);
	}
	if (redemption->has_payable && redemption->has_saved) {
		char saved[WORDING_MAX + 1];
		wording_money(money, sizeof(money), redemption->payable, page->english);
		wording_money(saved, sizeof(saved), redemption->saved, page->english);
		snprintf(words, sizeof(words), "%s %.150s  ·  %s %.150s",
			 page_say(page, PHRASE_SCREEN_PAYABLE), money,
			 page_say(page, PHRASE_SCREEN_SAVED), saved);
		put_small(page, rest, words);
	}
	wording_left(words, sizeof(words), redemption->left, redemption->left_count, page->english);
	put_small(page, rest, words);
}

static int granted_words(struct page *page, struct box box)
{
	const struct button done = { "done", page_say(page, PHRASE_SCREEN_GRANTED_CLOSE),
				     BUTTON_ON_GREEN, false };
	bool gate = page->flow->site.profile == PROFILE_GATE;
	int top = box.y, side = page_px(page, ICON_RESULT) * page->shrink / 100;
	struct box icon = page_take(&box, side);

	icon.w = side;
	if (page->mode == PAGE_DRAWS)
		picture_tick(page->canvas, icon, COLOUR_WHITE);
	page_skip(page, &box, GAP_WIDE);
	page_put(page, &box,
		 page_say(page, gate ? PHRASE_SCREEN_GRANTED_PASS : PHRASE_SCREEN_GRANTED_DONE),
		 gate ? TYPE_PASS : TYPE_GREETING, WEIGHT_BOLD, COLOUR_WHITE);
	put_recorded(page, &box);
	page_skip(page, &box, GAP_PART);
	int wide = page_button_width(page, &done), least = page_px(page, 360);
	struct box button = page_take(&box, page_button_height(page));
	button.w = wide > least ? wide : least;
	page_button(page, button, &done);
	return box.y - top;
}

static void lay_receipt(struct page *page, struct box box)
{
	int side = page_px(page, RECEIPT), words = page_type(page, TYPE_TEXT) * 3;
	struct qr qr;

	side = side < box.w ? side : box.w;
	side = side < box.h - words ? side : box.h - words;
	int y = box.y + (box.h - side - words) / 2;
	struct box code = { box.x + (box.w - side) / 2, y, side, side };
	page_fill(page, code, RADIUS_CARD, COLOUR_WHITE);
	int inside = page_px(page, RADIUS_SMALL) / 2;
	if (page->mode == PAGE_DRAWS && qr_encode(&qr, page->flow->redemption.receipt) == IMAGE_OK)
		canvas_modules(page->canvas,
			       (struct box){ code.x + inside, code.y + inside, side - 2 * inside,
					     side - 2 * inside },
			       qr.modules, qr.side);
	page_text(page, (struct box){ box.x, y + side + page_px(page, GAP), box.w, 0 },
		  page_say(page, PHRASE_SCREEN_GRANTED_RECEIPT), TYPE_TEXT, WEIGHT_REGULAR,
		  ALIGN_CENTRE, COLOUR_WHITE);
}

void granted_lay(struct page *page)
{
	int margin = page_px(page, page->portrait ? MARGIN : INDENT + GAP);
	struct box all = { margin, margin, page->frame.w - 2 * margin, page->frame.h - 2 * margin };
	struct box words = all, receipt = all;

	page_fill(page, page->frame, 0, COLOUR_GREEN);
	if (page->portrait) {
		receipt.h = page->frame.h / 3;
		words.y += receipt.h;
		words.h -= receipt.h;
	} else {
		words.w = all.w * 60 / 100;
		receipt.w = all.w - words.w - margin / 2;
		receipt.x = all.x + all.w - receipt.w;
	}
	if (page->flow->site.demo)
		(void)part_demo_mark(page, page->frame.w - page_px(page, MARGIN), 0,
				     page_px(page, BAR_HEIGHT));
	if (page->flow->redemption.receipt[0] != 0)
		lay_receipt(page, receipt);
	page_fit(page, words, page->portrait ? 20 : 50, granted_words);
}

/* --- refused --- */

static bool certificate_is_valid(const struct flow *flow)
{
	return flow->entitlement.carrier != CARRIER_NONE && flow->entitlement.reason == REASON_OK;
}

/* One benefit that can be had here, with its button. */
static void lay_instead(struct page *page, struct box *rest, const struct offer *offer)
{
	char id[CONTROL_ID_MAX + 1];
	int padding = page_px(page, CARD_PADDING), high = page_button_height(page);

	snprintf(id, sizeof(id), "benefit:%s", offer->benefit->id);
	const struct button use = { id, page_say(page, PHRASE_SCREEN_REFUSED_USE), BUTTON_MAIN,
				    false };
	int wide = page_button_width(page, &use);
	struct box text = { rest->x + padding, rest->y + padding / 2, rest->w - 3 * padding - wide,
			    0 };
	enum page_mode mode = page->mode;
	page->mode = PAGE_MEASURES;
	int first = page_text(page, text, page_say(page, PHRASE_SCREEN_REFUSED_HERE), TYPE_TEXT,
			      WEIGHT_BOLD, ALIGN_LEFT, COLOUR_INK);
	struct box below = { text.x, text.y + first, text.w, 0 };
	const char *title = wording_title(offer->benefit, page->english);
	int second = page_text(page, below, title, TYPE_TEXT, WEIGHT_REGULAR, ALIGN_LEFT, 0);
	page->mode = mode;
	int tall = first + second > high ? first + second : high;
	struct box card = page_take(rest, tall + padding);
	text.y += (tall - first - second) / 2;
	below.y += (tall - first - second) / 2;
	page_fill(page, card, RADIUS, COLOUR_WHITE);
	page_edge(page, card, RADIUS, EDGE_FAINT, COLOUR_FAINT);
	page_text(page, text, page_say(page, PHRASE_SCREEN_REFUSED_HERE), TYPE_TEXT, WEIGHT_BOLD,
		  ALIGN_LEFT, COLOUR_INK);
	page_text(page, below, title, TYPE_TEXT, WEIGHT_REGULAR, ALIGN_LEFT, COLOUR_INK);
	page_button(page,
		    (struct box){ card.x + card.w - padding - wide, card.y + (card.h - high) / 2,
				  wide, high },
		    &use);
}

#define INSTEAD_MAX 2 /* benefits that a refusal points to */

static void lay_all_instead(struct page *page, struct box *rest)
{
	const struct flow *flow = page->flow;
	int shown = 0;

	for (size_t i = 0; i < flow->entitlement.offer_count && shown < INSTEAD_MAX; i++) {
		const struct offer *offer = &flow->entitlement.offers[i];
		if (!offer_can_be_had(offer) || (int)i == flow->chosen)
			continue;
		page_skip(page, rest, GAP);
		lay_instead(page, rest, offer);
		shown++;
	}
}

static int refused_words(struct page *page, struct box box)
{
	const struct button buttons[] = {
		{ "done", page_say(page, PHRASE_SCREEN_BACK), BUTTON_PLAIN, false },
		{ "help", page_say(page, PHRASE_SCREEN_BAR_HELP), BUTTON_PLAIN, false },
	};
	enum reason reason = page->flow->refusal;
	char words[2 * WORDING_MAX];
	int top = box.y;

	page_put_title(page, &box, reason_why(reason, page->english), TYPE_REASON, COLOUR_INK);
	page_skip(page, &box, GAP / 2);
	snprintf(words, sizeof(words), "%s%s",
		 certificate_is_valid(page->flow) ? page_say(page, PHRASE_SCREEN_REFUSED_VALID)
						  : "",
		 reason_next(reason, page->english));
	page_put(page, &box, words, TYPE_ITEM, WEIGHT_REGULAR, COLOUR_INK);
	page_skip(page, &box, GAP);
	lay_all_instead(page, &box);
	page_skip(page, &box, GAP_PART);
	page_take(&box, page_buttons(page, box, buttons, 2));
	return box.y - top;
}

void refused_lay(struct page *page)
{
	int side = page_px(page, ICON_RESULT + GAP / 2);
	struct box box = page_content(page), icon = page_upper(page);

	if (page->portrait) {
		icon.x += (icon.w - side) / 2;
		icon.y += (icon.h - side) / 2;
	} else {
		icon.x = page_px(page, INDENT);
		icon.y = box.y + page_px(page, GAP_PART) / 2;
		int left = icon.x + side + page_px(page, 2 * GAP_PART);
		box = (struct box){ left, box.y + page_px(page, GAP_PART) / 2,
				    page->frame.w - left - page_px(page, INDENT),
				    box.h - page_px(page, GAP_PART) / 2 };
	}
	if (page->mode == PAGE_DRAWS)
		picture_triangle(page->canvas, (struct box){ icon.x, icon.y, side, side },
				 COLOUR_AMBER, COLOUR_CREAM);
	page_fit(page, box, page->portrait ? 10 : 0, refused_words);
}
