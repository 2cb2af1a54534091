/*
 * The grid of a code's modules, fitted to an image from three of its finder patterns: a plane seen
 * aslant, so that every module's place is known before a decoder looks.
 *
 * Judges by the modules that every code of a version has (pattern.h); reads no text.
 */
#ifndef YOUDAI_READER_GRID_H
#define YOUDAI_READER_GRID_H

#include <stdbool.h>

#include "reader/finders.h"
#include "reader/image.h"
#include "reader/pattern.h"

/* An image, borrowed, and how it is seen. */
struct grid_view {
	const struct image *image;
	uint8_t flip; /* 0; 0xFF: light modules on dark ground */
};

struct grid_point {
	float x; /* [px] */
	float y;
};

/* The middles of the three finder patterns and how much farther away, 1 being as far, the second
 * and the third are than the first. */
struct grid {
	struct grid_point corner; /* the one between the others */
	struct grid_point right;
	struct grid_point below;
	float right_depth;
	float below_depth;
	float modules; /* [module] between two middles, as measured */
	float doubt;   /* the less, the more they look like one code's */
};

#define GRID_GUESSES 4 /* codes that are tried in one image */

/* Which three of the finders seem to be a code's, the likeliest first; how many. */
int grid_guess(struct grid out[static GRID_GUESSES], const struct grid_view *view,
	       const struct finders *finders);

/* Finds the version and refines the grid; false where no version's pattern is there. */
bool grid_fit(struct grid *grid, struct pattern *pattern, const struct grid_view *view);

/* The grid as a matrix from modules to pixels, for a code of so many modules a side. */
struct grid_plane {
	float x[3];
	float y[3];
	float depth[3];
};
struct grid_plane grid_plane(const struct grid *grid, int side);

/* Where a place lies: x and y in modules from the code's edge, halves being middles. */
static inline struct grid_point grid_place(const struct grid_plane *plane, float x, float y)
{
	float one = 1 / (plane->depth[0] * x + plane->depth[1] * y + plane->depth[2]);

	return (struct grid_point){
		(plane->x[0] * x + plane->x[1] * y + plane->x[2]) * one,
		(plane->y[0] * x + plane->y[1] * y + plane->y[2]) * one,
	};
}

/* The grey there; at the edge where it lies outside. */
static inline int grid_grey(const struct grid_view *view, struct grid_point at)
{
	const struct image *image = view->image;
	int x = at.x > 0 ? (int)at.x : 0;
	int y = at.y > 0 ? (int)at.y : 0;

	x = x < image->width ? x : image->width - 1;
	y = y < image->height ? y : image->height - 1;
	return image->grey[(size_t)y * image->stride + (size_t)x] ^ view->flip;
}

#endif
