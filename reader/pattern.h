/*
 * The modules of a QR code that are the same in every code of its version (ISO/IEC 18004, 6.3):
 * finder patterns with their separators, timing and alignment patterns.  Knows no image.
 */
#ifndef YOUDAI_READER_PATTERN_H
#define YOUDAI_READER_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#define PATTERN_VERSION_MAX 40
#define PATTERN_CELLS_MAX \
	1700 /* of version 40: 3 x 64 + 2 x 161 + 46 x 25, less where they cross */

struct pattern_cell {
	uint8_t x; /* [module] from the left edge, without the quiet zone */
	uint8_t y;
	bool dark;
};

struct pattern {
	int version; /* 1 to PATTERN_VERSION_MAX */
	int side;    /* [module] */
	int count;
	int finder_count; /* the first so many are those of the finder patterns */
	struct pattern_cell cells[PATTERN_CELLS_MAX];
};

void pattern_make(struct pattern *out, int version);

#endif
