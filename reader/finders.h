/*
 * How many finder patterns of QR codes an image seems to show.
 *
 * A decoder tries every three of them, so an image full of them would keep it for minutes: whoever
 * decodes counts first.  Knows nothing of codes beyond 1:1:3:1:1 (ISO/IEC 18004).
 */
#ifndef YOUDAI_READER_FINDERS_H
#define YOUDAI_READER_FINDERS_H

#include "reader/image.h"

/* An estimate from a part of the rows, at most `most`, and `most` where there is no memory. */
int finders_count(const struct image *image, int most);

#endif
