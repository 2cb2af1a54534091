/*
 * What is made of a picture before it is searched: half its size, smoothed, turned from dark to light.
 * Each makes a new image, whose memory the caller frees with image_free; false where there is none.
 */
#ifndef YOUDAI_READER_PIXELS_H
#define YOUDAI_READER_PIXELS_H

#include <stdbool.h>

#include "reader/image.h"

/* The mean of each four pixels.  The image is at least 2 pixels wide and high. */
bool pixels_halve(struct image *out, const struct image *image);

/* The mean of the nine pixels around each; the outermost pixels stay as they are. */
bool pixels_smooth(struct image *out, const struct image *image);

bool pixels_invert(struct image *out, const struct image *image);

/* Whether most of the picture flickers from pixel to pixel, as edges alone do not make it. */
bool pixels_are_noisy(const struct image *image);

#endif
