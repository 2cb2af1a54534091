/*
 * A page: one screen being laid out.  The same code measures it, gathers its controls and draws it,
 * so that what is seen and what can be touched never part.
 *
 * Knows sizes, type and buttons; not which screen it is.
 */
#ifndef YOUDAI_KIOSK_PAGE_H
#define YOUDAI_KIOSK_PAGE_H

#include "kiosk/screens.h"
#include "phrases.h"

enum page_mode { PAGE_MEASURES, PAGE_GATHERS, PAGE_DRAWS };

struct page {
	const struct flow *flow;
	struct canvas *canvas;
	enum page_mode mode;
	struct controls *controls; /* PAGE_GATHERS: filled in */
	bool english, portrait;
	int shorter;       /* [px] side of the frame */
	int shrink;        /* [%] of type and gaps: 100 but where a screen is crowded */
	struct box frame;  /* all of it */
	struct box inside; /* between bar and footer, within the margins */
};

enum button_style { BUTTON_PLAIN, BUTTON_MAIN, BUTTON_ON_GREEN, BUTTON_DEMO, BUTTON_DIGIT };

struct button {
	const char *id;
	const char *label;
	enum button_style style;
	bool disabled;
};

/* A length and a type size of theme.h on this frame. [px] */
int page_px(const struct page *page, int length);
int page_type(const struct page *page, int size);
/* The text of a phrase in the page's language. */
const char *page_say(const struct page *page, enum phrase which);

/* Text broken into lines from the box's top; its height, also where nothing is drawn. */
int page_text(struct page *page, struct box box, const char *text, int size, enum weight weight,
	      enum align align, uint32_t colour);
/* The same, and the box begins below it afterwards. */
void page_put(struct page *page, struct box *rest, const char *text, int size, enum weight weight,
	      uint32_t colour);
/* A title in bold, a little smaller where that spares it a second line. */
void page_put_title(struct page *page, struct box *rest, const char *text, int size,
		    uint32_t colour);
/* One line, centred on the box's height. */
void page_line(struct page *page, struct box box, const char *text, int size, enum weight weight,
	       enum align align, uint32_t colour);
/* Take so much off the top of the box (a length of theme.h). */
void page_skip(const struct page *page, struct box *rest, int length);
/* Take so much off the top [px] and answer it as a box. */
struct box page_take(struct box *rest, int height);

void page_fill(struct page *page, struct box box, int radius, uint32_t colour);
void page_edge(struct page *page, struct box box, int radius, int width, uint32_t colour);

/* Note that the box can be touched; true where it is pressed now. */
bool page_control(struct page *page, const char *id, struct box box, bool enabled);
void page_button(struct page *page, struct box box, const struct button *button);
/* Buttons side by side, as wide as their words, in as many rows as they need; their height. */
int page_buttons(struct page *page, struct box box, const struct button *buttons, size_t count);
/* How wide and high page_buttons makes one. [px] */
int page_button_width(struct page *page, const struct button *button);
int page_button_height(const struct page *page);

/*
 * Lay out a stack, a function that puts things from the top of the box down and answers the height
 * that it used: shrunk until it fits, and with `above` percent of the room left over above it.
 */
typedef int page_stack(struct page *page, struct box box);
void page_fit(struct page *page, struct box box, int above, page_stack *stack);

/* The content's box: all of it, or the lower two thirds of a portrait frame. */
struct box page_content(const struct page *page);
/* The upper third of a portrait frame; no height in landscape. */
struct box page_upper(const struct page *page);

#endif
