/*
 * Painting shapes into pixels: boxes with round corners, strokes, arcs, polygons, masks of text,
 * all anti-aliased, all cut to the frame's clip.
 *
 * Knows no window, no font and no screen.  Pixels are 0x00RRGGBB.
 */
#ifndef YOUDAI_KIOSK_PAINT_H
#define YOUDAI_KIOSK_PAINT_H

#include <stddef.h>
#include <stdint.h>

#include "kiosk/canvas.h"

struct frame {
	uint32_t *pixels;
	int width, height; /* [px] */
	int stride;        /* [px] from row to row */
	struct box clip;   /* within the frame; nothing outside of it is changed */
	uint8_t *cover;    /* width bytes, all zero between calls: coverage of one row */
};

/* What two boxes share; w and h are 0 where nothing. */
struct box box_meet(struct box a, struct box b);

void paint_fill(struct frame *frame, struct box box, int radius, uint32_t colour);
void paint_edge(struct frame *frame, struct box box, int radius, int width, uint32_t colour);
/* A stroke with round ends and joints through the points; one point is a dot. */
void paint_line(struct frame *frame, const struct point *points, size_t count, int width,
		uint32_t colour);
/* Clockwise from `from` to `to`, which is not less; 0 is at three o'clock. [degree] */
void paint_arc(struct frame *frame, struct point centre, int radius, int from, int to, int width,
	       uint32_t colour);
/* At most PAINT_CORNERS_MAX corners; inside is where a ray crosses an odd number of sides. */
#define PAINT_CORNERS_MAX 64
void paint_polygon(struct frame *frame, const struct point *points, size_t count, uint32_t colour);
/* mask: 0 clear to 255 covered, `stride` bytes from row to row, its corner at x, y. */
void paint_mask(struct frame *frame, int x, int y, int width, int height, const uint8_t *mask,
		int stride, uint32_t colour);
/* side * side modules, 1 for dark, with a quiet zone of four, as large as whole pixels allow. */
void paint_modules(struct frame *frame, struct box box, const uint8_t *modules, int side);

#endif
