/*
 * The canvas: everything that is drawn goes through these calls, all that is touched comes back.
 *
 * canvas_sdl.c is the one file that knows SDL.  Pixels are those of the frame, origin top left.
 * Belongs to one thread, but for canvas_wake.
 */
#ifndef YOUDAI_KIOSK_CANVAS_H
#define YOUDAI_KIOSK_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct canvas;

struct box {
	int x, y, w, h; /* [px] */
};
struct point {
	int x, y;
};
enum weight { WEIGHT_REGULAR, WEIGHT_BOLD };
enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

enum [[nodiscard]] canvas_status{
	CANVAS_OK = 0,
	CANVAS_NO_DISPLAY,
	CANVAS_NO_FONT, /* no font with Chinese characters was found */
	CANVAS_NO_MEMORY,
};

/* width and height 0: full screen at the display's own size.  off_screen: no window; the frame is
 * kept in memory (SDL's dummy driver), for pictures and tests. */
enum canvas_status canvas_open(struct canvas **out, const char *title, int width, int height,
			       bool off_screen);
void canvas_close(struct canvas *canvas); /* accepts NULL */
struct box canvas_size(const struct canvas *canvas);

/* Lines of text lie TEXT_PITCH / 10 of their size apart. */
#define TEXT_PITCH 14

/* --- drawing: colours are 0xRRGGBB --- */
/* Only what is drawn between begin and end and lies in `clip` changes; end shows it. */
void canvas_begin(struct canvas *canvas, struct box clip);
void canvas_end(struct canvas *canvas);
void canvas_fill(struct canvas *canvas, struct box box, int radius, uint32_t colour);
void canvas_edge(struct canvas *canvas, struct box box, int radius, int width, uint32_t colour);
/* A stroke with round ends through the points; anti-aliased. */
void canvas_line(struct canvas *canvas, const struct point *points, size_t count, int width,
		 uint32_t colour);
void canvas_arc(struct canvas *canvas, struct point centre, int radius, int from_degree,
		int to_degree, int width, uint32_t colour);
void canvas_polygon(struct canvas *canvas, const struct point *points, size_t count,
		    uint32_t colour);
/* One line of text in a box, vertically centred on it; cut with an ellipsis where too long. */
void canvas_text(struct canvas *canvas, struct box box, const char *text, int size,
		 enum weight weight, enum align align, uint32_t colour);
/* Text broken into lines by width (between Chinese characters, at spaces, after '\n'), of which
 * none begins with a closing mark; returns the height that it took or, with measure_only, would
 * take. [px]  Where box.h is above 0 and too little, the last line that fits ends in an ellipsis. */
int canvas_paragraph(struct canvas *canvas, struct box box, const char *text, int size,
		     enum weight weight, enum align align, uint32_t colour, bool measure_only);
int canvas_text_width(struct canvas *canvas, const char *text, int size, enum weight weight);
/* One line from x on, however long, its characters centred on y. */
void canvas_text_at(struct canvas *canvas, struct point at, const char *text, int size,
		    enum weight weight, uint32_t colour);
/* A square of modules (image.h's struct qr), with a white quiet zone, filling the box. */
void canvas_modules(struct canvas *canvas, struct box box, const uint8_t *modules, int side);

/* The frame as PNG. False where it could not be written. */
bool canvas_save(struct canvas *canvas, const char *path);
/* The colour at x, y, which lies in the frame. */
uint32_t canvas_pixel(const struct canvas *canvas, int x, int y);

/* What was done since the canvas was opened: for tests and measurements. */
struct canvas_tally {
	size_t frames;     /* canvas_begin to canvas_end */
	size_t texts_cut;  /* that got an ellipsis */
	size_t rasterised; /* lines of text that were not in the cache */
	int least_size;    /* [px] of any text drawn; 0 none */
};
struct canvas_tally canvas_tally(const struct canvas *canvas);
/* A text was drawn that had to be cut: for text.c alone. */
void canvas_count_cut(struct canvas *canvas);

/* --- what comes in --- */
enum input_kind {
	INPUT_NONE,    /* time-out */
	INPUT_WAKE,    /* canvas_wake was called */
	INPUT_PRESS,   /* at x, y */
	INPUT_RELEASE, /* at x, y */
	INPUT_TEXT,    /* typed characters in text */
	INPUT_ENTER,
	INPUT_KEY_F,   /* function key number in x, 1 to 12 */
	INPUT_EXPOSED, /* all of it is to be drawn again */
	INPUT_QUIT,
};
struct input {
	enum input_kind kind;
	int x, y;
	char text[64];
};
/* Wait at most timeout_ms (-1: for ever). */
void canvas_wait(struct canvas *canvas, struct input *out, int timeout_ms);
/* From any thread: let canvas_wait return INPUT_WAKE. */
void canvas_wake(struct canvas *canvas);

#endif
