/*
 * What the files of plot.h share: the picture's frame, its shades, axes and legend.  Lengths are
 * pixels of a picture PLOT_WIDTH wide.
 */
#ifndef YOUDAI_CENTRE_PLOT_INSIDE_H
#define YOUDAI_CENTRE_PLOT_INSIDE_H

#include "centre/look.h"
#include "centre/plot.h"

#define PLOT_WIDTH  800
#define PLOT_HEADER 64 /* height of the title */
#define PLOT_LINE   26 /* height of a line of text */

/* Keeps text readable where a line or a hatch runs beneath it. */
#define PLOT_HALO                                                                  \
	" stroke=\"" LOOK_WHITE "\" stroke-width=\"4\" stroke-linejoin=\"round\" " \
	"paint-order=\"stroke\""

/* The first ones are those of the series, in their order. */
enum plot_shade {
	SHADE_PLAIN = 0,
	SHADE_OVER = PLOT_SERIES_MAX, /* beyond a limit */
	SHADE_REST,                   /* several joined to one */
	SHADE_COUNT,
};

/* What a picture says in a sentence. */
struct plot_summary {
	size_t bars;
	int64_t total;
	const char *most_label; /* NULL: nothing is above zero */
	int64_t most;
};

/* Begin and end a picture.  Where summary->bars is 0 it says so, and the caller only ends it. */
void plot_open(FILE *out, const struct plot *plot, int height, const struct plot_summary *summary);
void plot_close(FILE *out);

int64_t plot_sum(int64_t a, int64_t b);
/* A value as people read it. */
void plot_value(char out[static MARKUP_NUMBER_SIZE], const struct plot *plot, int64_t value);
int plot_value_width(const struct plot *plot, int64_t value);

/* Ticks for values up to most, as many as have room where `span` is the axis' length; across: the labels
 * stand side by side. */
struct plot_ticks plot_axis(const struct plot *plot, int64_t most, int span, bool across);
void plot_tick_label(char out[static MARKUP_NUMBER_SIZE], const struct plot *plot, uint64_t value);
/* How far from zero a value lies; below zero: at it. */
int plot_length(const struct plot_ticks *ticks, int span, int64_t value);

/* A bar with what it says when it is pointed at: label, number. */
struct plot_box {
	int x, y, width, height;
	enum plot_shade shade;
};
void plot_box_open(FILE *out, const struct plot *plot, const struct plot_box *box);
void plot_box_close(FILE *out);

struct plot_key {
	struct bilingual name;
	enum plot_shade shade;
	int64_t total;
};
/* Shades and what they mean, from y on; answers the height.  out NULL: only the height. */
int plot_legend(FILE *out, const struct plot *plot, const struct plot_key *keys, size_t count,
		int y);

enum plot_anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };
/* A line of text is begun, its content the caller's, and ended. */
void plot_text_open(FILE *out, int x, int y, enum plot_anchor anchor, const char *colour);
void plot_text_close(FILE *out);
void plot_label(FILE *out, int x, int y, enum plot_anchor anchor, struct bilingual both, int width);
/* A number is digits alone, nothing to escape. */
void plot_number(FILE *out, int x, int y, enum plot_anchor anchor, const char *text);
void plot_rule(FILE *out, int x1, int y1, int x2, int y2, const char *colour);
/* The number inside a bar of this shade. */
void plot_number_inside(FILE *out, int x, int y, enum plot_shade shade, const char *text);

#endif
