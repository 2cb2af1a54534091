#include "reader/frame.h"

#include <string.h>

bool frame_to_grey(const struct image *image, enum frame_format format, const uint8_t *bytes,
		   size_t length, size_t stride)
{
	size_t step = format == FRAME_LUMA_FIRST ? 1 : 2;
	size_t row_bytes = (size_t)image->width * step;
	size_t rows = (size_t)image->height;

	if (stride < row_bytes || length < row_bytes || (length - row_bytes) / stride < rows - 1) {
		return false;
	}
	for (size_t y = 0; y < rows; y++) {
		const uint8_t *from = bytes + y * stride + (format == FRAME_UYVY ? 1 : 0);
		uint8_t *to = image->grey + y * image->stride;

		if (step == 1) {
			memcpy(to, from, row_bytes);
			continue;
		}
		for (int x = 0; x < image->width; x++) {
			to[x] = from[2 * x];
		}
	}
	return true;
}
