/*
 * Lines of text that were measured or drawn before, the least recently used forgotten first.
 *
 * Nothing is shaped or rasterised twice while it is in use; memory is bounded.  Knows no font.
 */
#ifndef YOUDAI_KIOSK_LINE_CACHE_H
#define YOUDAI_KIOSK_LINE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "kiosk/canvas.h"

#define LINE_CACHE_BYTES (3 * 1024 * 1024) /* [byte] masks and entries together */

struct line {
	struct line *newer, *older, *chain; /* the cache's own */
	uint32_t hash;
	int size;
	enum weight weight;
	int width;     /* [px] */
	int x, y;      /* [px] of the mask's corner from the line's start and its middle */
	int w, h;      /* [px] of the mask */
	uint8_t *mask; /* w * h bytes; NULL where only measured so far, or blank */
	bool drawn;    /* the mask is made, if only a blank one */
	char text[];
};

struct line_cache;

struct line_cache *line_cache_open(void); /* NULL without memory */
void line_cache_close(struct line_cache *cache);

/* Known lines become the most recently used; NULL where unknown. */
struct line *line_cache_find(struct line_cache *cache, const char *text, int size,
			     enum weight weight);
/* A new line, zero but for its key; the caller fills in the width.  NULL without memory.  Lines
 * found before may be gone. */
struct line *line_cache_add(struct line_cache *cache, const char *text, int size,
			    enum weight weight);
/* Give a line its mask, which the cache frees; empty rows above and below are left out.  Other lines found before may be gone. */
void line_cache_draw(struct line_cache *cache, struct line *line, struct box box, uint8_t *mask);

#endif
