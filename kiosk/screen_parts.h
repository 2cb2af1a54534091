/*
 * The screens, each laid out by one function between bar and footer, and what several of them share.
 *
 * screens.c has the table of them.
 */
#ifndef YOUDAI_KIOSK_SCREEN_PARTS_H
#define YOUDAI_KIOSK_SCREEN_PARTS_H

#include "kiosk/page.h"

typedef void screen_lay(struct page *page);

screen_lay welcome_lay, checking_lay, choose_lay, amount_lay, compare_lay, confirm_lay, granted_lay,
	refused_lay, mine_lay, help_lay, fault_lay;

/* The box of the welcome screen's picture, for the waves. */
struct box welcome_picture(struct page *page);

/* In the upper third of a portrait frame: the card was read and may be put away. */
void part_card_was_read(struct page *page);

/* The square with a scene's character: green for the best offer, else blue. */
void part_mark(struct page *page, struct box box, const char *scene, bool best);
int part_mark_side(const struct page *page); /* [px] */

/* "持证人 测**人", and " · " and more where there is more; from the top of *rest. */
void part_holder(struct page *page, struct box *rest, const char *more);

/* A word on the left and an amount on the right, in bold or smaller; from the top of *rest. */
void part_money(struct page *page, struct box *rest, const char *word, const char *amount,
		uint32_t colour, bool bold);

/* A mark that all this is a demonstration, ending at `right`, in the middle of the row from y on; the
 * width that it takes with the gap before it. [px] */
int part_demo_mark(struct page *page, int right, int y, int high);

/* The offer that was chosen; NULL where there is none. */
const struct offer *part_chosen(const struct page *page);

#endif
