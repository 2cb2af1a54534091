#include "kiosk/screen_parts.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/picture.h"
#include "kiosk/theme.h"
#include "kiosk/wording.h"

/* --- the keypad --- */

#define KEY_ROWS    4
#define KEY_COLUMNS 3

static void lay_key(struct page *page, struct box box, int row, int column)
{
	static const char labels[KEY_ROWS][KEY_COLUMNS + 1] = { "123", "456", "789", ".0<" };
	char id[CONTROL_ID_MAX + 1], label[2] = { labels[row][column], 0 };

	if (label[0] == '<') {
		page_button(page, box, &(struct button){ "backspace", "", BUTTON_DIGIT, false });
		int side = box.h * 2 / 5;
		bool down = strcmp(page->flow->pressed, "backspace") == 0;
		struct box icon = { box.x + (box.w - side) / 2,
				    box.y + (box.h - side) / 2 + (down ? page_px(page, SINK) : 0),
				    side, side };
		if (page->mode == PAGE_DRAWS)
			picture_backspace(page->canvas, icon, COLOUR_INK);
		return;
	}
	snprintf(id, sizeof(id), "digit:%s", label[0] == '.' ? "dot" : label);
	page_button(page, box, &(struct button){ id, label, BUTTON_DIGIT, false });
}

static void lay_keys(struct page *page, struct box box)
{
	int gap = page_px(page, GAP);
	int wide = (box.w + gap) / KEY_COLUMNS - gap, high = (box.h + gap) / KEY_ROWS - gap;

	for (int row = 0; row < KEY_ROWS; row++)
		for (int column = 0; column < KEY_COLUMNS; column++)
			lay_key(page,
				(struct box){ box.x + column * (wide + gap),
					      box.y + row * (high + gap), wide, high },
				row, column);
}

/* Keys, and below them the way back and the way on. */
static void lay_keypad(struct page *page, struct box box)
{
	const struct button back = { "back", page_say(page, PHRASE_SCREEN_BACK), BUTTON_PLAIN,
				     false };
	const struct button confirm = { "confirm", page_say(page, PHRASE_SCREEN_CONFIRM),
					BUTTON_MAIN, flow_typed(page->flow) == AMOUNT_NONE };
	int gap = page_px(page, GAP), high = page_px(page, TOUCH_MAIN);
	int side = (box.w - gap) * 37 / 100, y = box.y + box.h - high;

	lay_keys(page, (struct box){ box.x, box.y, box.w, box.h - high - gap - gap / 3 });
	page_button(page, (struct box){ box.x, y, side, high }, &back);
	page_button(page, (struct box){ box.x + side + gap, y, box.w - side - gap, high },
		    &confirm);
}

/* --- the amount --- */

/* Yuan, or what the benefit counts: litres. */
static const char *typed_unit(const struct page *page)
{
	const struct offer *offer = part_chosen(page);

	if (flow_asks_quantity(page->flow) && offer != NULL)
		return value_unit(offer_value(offer), page->english);
	return page_say(page, PHRASE_SCREEN_AMOUNT_UNIT);
}

static void lay_typed(struct page *page, struct box box)
{
	const char *digits = page->flow->digits, *unit = typed_unit(page);
	bool empty = digits[0] == 0;
	int padding = page_px(page, CARD_PADDING);
	int wide =
		canvas_text_width(page->canvas, unit, page_type(page, TYPE_ITEM), WEIGHT_REGULAR);

	page_fill(page, box, RADIUS_CARD, COLOUR_WHITE);
	page_edge(page, box, RADIUS_CARD, EDGE, COLOUR_INK);
	box.x += padding;
	box.w -= 2 * padding;
	struct box low = { box.x, box.y + box.h / 6, box.w, box.h * 5 / 6 };
	page_line(page, low, unit, TYPE_ITEM, WEIGHT_REGULAR, ALIGN_RIGHT, COLOUR_INK);
	box.w -= wide + padding / 2;
	page_line(page, box, empty ? "0" : digits, TYPE_AMOUNT, WEIGHT_BOLD, ALIGN_RIGHT,
		  empty ? COLOUR_IDLE_INK : COLOUR_INK);
}

static void lay_preview(struct page *page, struct box *rest)
{
	char saved_words[WORDING_MAX + 1] = "—", payable_words[WORDING_MAX + 1] = "—";
	char money[WORDING_MAX + 1];
	int64_t payable, saved;

	if (flow_preview(page->flow, &payable, &saved)) {
		wording_money(money, sizeof(money), saved, page->english);
		snprintf(saved_words, sizeof(saved_words), "− %.*s", WORDING_MAX - 8, money);
		wording_money(payable_words, sizeof(payable_words), payable, page->english);
	}
	part_money(page, rest, page_say(page, PHRASE_SCREEN_SAVED), saved_words, COLOUR_GREEN,
		   false);
	page_fill(page, page_take(rest, EDGE_FAINT), 0, COLOUR_FAINT);
	page_skip(page, rest, GAP / 2);
	part_money(page, rest, page_say(page, PHRASE_SCREEN_PAYABLE), payable_words, COLOUR_INK,
		   true);
}

static int amount_side(struct page *page, struct box box)
{
	const struct offer *offer = part_chosen(page);
	int top = box.y;

	if (offer != NULL)
		page_put_title(page, &box, wording_title(offer->benefit, page->english), TYPE_TITLE,
			       COLOUR_INK);
	page_put(page, &box,
		 page_say(page, flow_asks_quantity(page->flow) ? PHRASE_SCREEN_QUANTITY_LEAD
							       : PHRASE_SCREEN_AMOUNT_LEAD),
		 TYPE_TEXT, WEIGHT_REGULAR, COLOUR_QUIET);
	page_skip(page, &box, GAP_WIDE);
	lay_typed(page, page_take(&box, page_type(page, TYPE_AMOUNT) * 19 / 10));
	page_skip(page, &box, GAP_WIDE);
	lay_preview(page, &box);
	return box.y - top;
}

void amount_lay(struct page *page)
{
	struct box box = page_content(page), keypad = box;

	part_card_was_read(page);
	if (page->portrait) {
		keypad.h = box.h * 56 / 100;
		keypad.y = box.y + box.h - keypad.h;
		box.h -= keypad.h + page_px(page, GAP_WIDE);
	} else {
		int most = page_px(page, 740);
		keypad.w = (box.w - page_px(page, GAP_PART)) * 44 / 100;
		keypad.x = box.x + box.w - keypad.w;
		keypad.h = keypad.h < most ? keypad.h : most;
		box.w -= keypad.w + page_px(page, GAP_PART) * 3 / 2;
	}
	page_fit(page, box, 0, amount_side);
	lay_keypad(page, keypad);
}

/* --- compare --- */

static int compare_words(struct page *page, struct box box)
{
	const struct button buttons[] = {
		{ "compare:yes", page_say(page, PHRASE_SCREEN_COMPARE_YES), BUTTON_MAIN, false },
		{ "compare:no", page_say(page, PHRASE_SCREEN_COMPARE_NO), BUTTON_PLAIN, false },
		{ "cancel", page_say(page, PHRASE_SCREEN_CANCEL), BUTTON_PLAIN, false },
	};
	int top = box.y, side = page_px(page, ICON_RESULT) * page->shrink / 100;

	if (!page->portrait) {
		struct box icon = page_take(&box, side);
		icon.x += side / 2;
		icon.w = side;
		if (page->mode == PAGE_DRAWS)
			picture_compare(page->canvas, icon, COLOUR_BLUE);
	}
	page_put_title(page, &box, page_say(page, PHRASE_SCREEN_COMPARE_TITLE), TYPE_REASON,
		       COLOUR_INK);
	page_skip(page, &box, GAP);
	page_put(page, &box, page_say(page, PHRASE_SCREEN_COMPARE_LEAD), TYPE_ITEM, WEIGHT_REGULAR,
		 COLOUR_INK);
	page_skip(page, &box, GAP_WIDE);
	part_holder(page, &box, "");
	page_skip(page, &box, GAP_PART);
	page_take(&box, page_buttons(page, box, buttons, 3));
	return box.y - top;
}

void compare_lay(struct page *page)
{
	struct box box = page_content(page), upper = page_upper(page);
	int side = page_px(page, ICON_RESULT), indent = page_px(page, INDENT - MARGIN);

	if (page->portrait) {
		struct box icon = { upper.x + (upper.w - side) / 2, upper.y + (upper.h - side) / 2,
				    side, side };
		if (page->mode == PAGE_DRAWS)
			picture_compare(page->canvas, icon, COLOUR_BLUE);
	} else {
		box = (struct box){ box.x + indent, box.y, box.w - 2 * indent, box.h };
	}
	page_fit(page, box, page->portrait ? 20 : 35, compare_words);
}

/* --- confirm --- */

static void lay_chosen(struct page *page, struct box *rest, const struct offer *offer)
{
	const struct benefit *benefit = offer->benefit;
	int side = part_mark_side(page), gap = page_px(page, GAP);
	struct box text = { rest->x + side + gap, rest->y, rest->w - side - gap, 0 };

	part_mark(page, (struct box){ rest->x, rest->y, side, side }, benefit->scene, false);
	int high = canvas_paragraph(page->canvas, text, wording_title(benefit, page->english),
				    page_type(page, TYPE_ITEM), WEIGHT_BOLD, ALIGN_LEFT, 0, true);
	text.y += high < side ? (side - high) / 2 : 0;
	page_text(page, text, wording_title(benefit, page->english), TYPE_ITEM, WEIGHT_BOLD,
		  ALIGN_LEFT, COLOUR_INK);
	page_take(rest, high > side ? high : side);
	page_skip(page, rest, GAP / 2);
	page_put(page, rest, wording_scope(benefit, page->english), TYPE_SECOND, WEIGHT_REGULAR,
		 COLOUR_QUIET);
}

static void lay_sums(struct page *page, struct box *rest, const struct offer *offer)
{
	char words[WORDING_MAX + 1], money[WORDING_MAX + 1];

	if (!offer->has_payable || !offer->has_saved) {
		wording_worth(words, sizeof(words), offer, page->english);
		page_put(page, rest, words, TYPE_SECOND, WEIGHT_REGULAR, COLOUR_INK);
		return;
	}
	wording_money(money, sizeof(money), offer->saved, page->english);
	snprintf(words, sizeof(words), "− %.*s", WORDING_MAX - 8, money);
	part_money(page, rest, page_say(page, PHRASE_SCREEN_SAVED), words, COLOUR_GREEN, false);
	page_fill(page, page_take(rest, EDGE_FAINT), 0, COLOUR_FAINT);
	wording_money(money, sizeof(money), offer->payable, page->english);
	part_money(page, rest, page_say(page, PHRASE_SCREEN_PAYABLE), money, COLOUR_INK, true);
}

/* What is on the white card; its height. */
static int confirm_card(struct page *page, struct box box)
{
	const struct offer *offer = part_chosen(page);
	char left[WORDING_MAX + 1];
	int top = box.y;

	if (offer == NULL)
		return 0;
	lay_chosen(page, &box, offer);
	page_skip(page, &box, GAP);
	lay_sums(page, &box, offer);
	wording_left(left, sizeof(left), offer->left, offer->left_count, page->english);
	if (left[0] != 0)
		page_put(page, &box, left, TYPE_TEXT, WEIGHT_REGULAR, COLOUR_INK);
	return box.y - top;
}

static int confirm_words(struct page *page, struct box box)
{
	const struct button buttons[] = {
		{ "back", page_say(page, PHRASE_SCREEN_BACK), BUTTON_PLAIN, false },
		{ "cancel", page_say(page, PHRASE_SCREEN_CANCEL), BUTTON_PLAIN, false },
		{ "confirm", page_say(page, PHRASE_SCREEN_CONFIRM), BUTTON_MAIN, false },
	};
	int top = box.y, padding = page_px(page, CARD_PADDING);
	enum page_mode mode = page->mode;

	page_put_title(page, &box, page_say(page, PHRASE_SCREEN_CONFIRM_TITLE), TYPE_TITLE,
		       COLOUR_INK);
	part_holder(page, &box, page_say(page, PHRASE_SCREEN_CONFIRM_LEAD));
	page_skip(page, &box, GAP_WIDE);
	struct box inner = { box.x + padding, box.y + padding, box.w - 2 * padding, 0 };
	page->mode = PAGE_MEASURES;
	int high = confirm_card(page, inner);
	page->mode = mode;
	struct box card = page_take(&box, high + 2 * padding);
	page_fill(page, card, RADIUS, COLOUR_WHITE);
	page_edge(page, card, RADIUS, EDGE_FAINT, COLOUR_FAINT);
	confirm_card(page, inner);
	page_skip(page, &box, GAP_PART);
	page_take(&box, page_buttons(page, box, buttons, 3));
	return box.y - top;
}

void confirm_lay(struct page *page)
{
	struct box box = page_content(page);
	int most = page_px(page, 1240);

	part_card_was_read(page);
	if (box.w > most) {
		box.x += (box.w - most) / 2;
		box.w = most;
	}
	page_fit(page, box, page->portrait ? 10 : 35, confirm_words);
}
