#include "reader/pixels.h"

#include <stdlib.h>
#include <string.h>

#define NOISE_BEND 12 /* [grey] second difference that counts as rough */

static bool make(struct image *out, int width, int height)
{
	*out = (struct image){ width, height, (size_t)width,
			       malloc((size_t)width * (size_t)height) };
	return out->grey != NULL;
}

bool pixels_halve(struct image *out, const struct image *image)
{
	if (!make(out, image->width / 2, image->height / 2)) {
		return false;
	}
	for (int y = 0; y < out->height; y++) {
		const uint8_t *upper = image->grey + 2 * (size_t)y * image->stride;
		const uint8_t *lower = upper + image->stride;
		uint8_t *row = out->grey + (size_t)y * out->stride;

		for (int x = 0; x < out->width; x++) {
			int sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];

			row[x] = (uint8_t)((sum + 2) / 4);
		}
	}
	return true;
}

/* One row; upper and lower are the rows beside it. */
static void smooth_row(uint8_t *row, uint16_t *sums, const uint8_t *upper, const uint8_t *middle,
		       const uint8_t *lower, int width)
{
	for (int x = 0; x < width; x++) {
		sums[x] = (uint16_t)(upper[x] + middle[x] + lower[x]);
		row[x] = middle[x];
	}
	for (int x = 1; x + 1 < width; x++) {
		unsigned sum = (unsigned)sums[x - 1] + sums[x] + sums[x + 1];

		row[x] = (uint8_t)(sum * 7282 >> 16); /* a ninth */
	}
}

bool pixels_smooth(struct image *out, const struct image *image)
{
	uint16_t sums[IMAGE_SIDE_MAX];

	if (image->width > IMAGE_SIDE_MAX || !make(out, image->width, image->height)) {
		return false;
	}
	for (int y = 0; y < image->height; y++) {
		const uint8_t *middle = image->grey + (size_t)y * image->stride;
		uint8_t *row = out->grey + (size_t)y * out->stride;

		if (y > 0 && y + 1 < image->height) {
			smooth_row(row, sums, middle - image->stride, middle,
				   middle + image->stride, image->width);
		} else {
			memcpy(row, middle, (size_t)image->width);
		}
	}
	return true;
}

bool pixels_invert(struct image *out, const struct image *image)
{
	if (!make(out, image->width, image->height)) {
		return false;
	}
	for (int y = 0; y < image->height; y++) {
		const uint8_t *from = image->grey + (size_t)y * image->stride;
		uint8_t *row = out->grey + (size_t)y * out->stride;

		for (int x = 0; x < image->width; x++) {
			row[x] = from[x] ^ 0xFF;
		}
	}
	return true;
}

bool pixels_are_noisy(const struct image *image)
{
	size_t looked = 0;
	size_t rough = 0;

	for (int y = 0; y < image->height; y += 16) {
		const uint8_t *row = image->grey + (size_t)y * image->stride;

		for (int x = 1; x + 1 < image->width; x += 8) {
			int bend = 2 * row[x] - row[x - 1] - row[x + 1];

			looked++;
			rough += bend > NOISE_BEND || bend < -NOISE_BEND;
		}
	}
	return rough > looked / 3;
}
