/*
 * A code's modules, taken from an image along a fitted grid and made dark or light: a clean code that
 * any decoder reads at once, however it lay in the image.
 */
#ifndef YOUDAI_READER_MODULES_H
#define YOUDAI_READER_MODULES_H

#include "reader/grid.h"

#define MODULES_PX    2 /* [px] a module's side in what is drawn */
#define MODULES_QUIET 4 /* [module] around it */

struct modules {
	int side;                                      /* [module] */
	uint8_t greys[QR_SIDE_MAX * QR_SIDE_MAX];      /* mean of each module's middle */
	uint8_t thresholds[QR_SIDE_MAX * QR_SIDE_MAX]; /* below it a module is dark */
};

void modules_take(struct modules *out, const struct grid *grid, const struct pattern *pattern,
		  const struct grid_view *view);

/* Draws it in black and white.  sharpen: in quarters, how much of what a module's neighbours differ
 * from it is taken away from it; 0 none, 4 undoes a blur of about half a module.  The known modules are
 * drawn as they must be.  IMAGE_OK or IMAGE_NO_MEMORY.  The caller frees with image_free. */
enum image_status modules_draw(struct image *out, const struct modules *modules,
			       const struct pattern *pattern, int sharpen);

#endif
