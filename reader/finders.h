/*
 * The finder patterns of QR codes in an image: how many there seem to be, and where they lie.
 *
 * A decoder tries every three of them, so an image full of them would keep it for minutes: whoever
 * decodes counts first.  Knows nothing of codes beyond 1:1:3:1:1 (ISO/IEC 18004).
 */
#ifndef YOUDAI_READER_FINDERS_H
#define YOUDAI_READER_FINDERS_H

#include "reader/image.h"

#define FINDERS_MAX 32 /* told apart in one image: ten codes; the largest are kept */

struct finder {
	float x; /* [px] its middle */
	float y;
	float width; /* [px] as the row through its middle shows it */
};

struct finders {
	int count;
	struct finder found[FINDERS_MAX]; /* the widest first */
};

/* How much the greys of a block of 8 x 8 pixels differ where it is not plain. */
#define FINDERS_CONTRAST       24 /* [grey] for a picture with a sensor's noise */
#define FINDERS_CONTRAST_FAINT 9  /* [grey] for a faint code */

/* Dark patterns on light ground.  None where there is no memory. */
void finders_find(struct finders *out, const struct image *image, int contrast);

/* An estimate from a part of the rows, at most `most`, and `most` where there is no memory. */
int finders_count(const struct image *image, int most);

#endif
