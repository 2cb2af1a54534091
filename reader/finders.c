#include "reader/finders.h"

#include <stdbool.h>
#include <stdlib.h>

#define BLOCK      8  /* [px] side of the squares whose mean grey is known */
#define REACH      2  /* [block] around one that make up its threshold */
#define CONTRAST   24 /* [grey] within a block; with less it is plain */
#define ROWS_APART 3  /* [px] between rows that are looked at: the heart of the smallest pattern */
#define ONE_IN     4  /* of these rows only one in so many, by chance: it is an estimate */
#define RUNS       5

/* An image and what counts as dark in each of its blocks. */
struct dark {
	const struct image *image;
	int columns; /* [block] */
	int rows;
	uint8_t *means;
	uint8_t *thresholds;
};

static int at_most(int a, int b)
{
	return a < b ? a : b;
}

/* A plain block is light, unless it is as dark as what was found dark beside it. */
static uint8_t judge_block(const struct dark *dark, int row, int column, int least, int most,
			   int mean)
{
	if (most - least > CONTRAST) {
		return (uint8_t)mean;
	}
	int beside = column > 0 ? dark->means[row * dark->columns + column - 1] : 0;
	int above = row > 0 ? dark->means[(row - 1) * dark->columns + column] : 0;

	return (uint8_t)(least < (beside + above) / 2 ? (beside + above) / 2 : least / 2);
}

/* A row of blocks.  Every second pixel of every second line tells enough of a block. */
static void judge_blocks(const struct dark *dark, int row)
{
	const struct image *image = dark->image;
	int bottom = at_most((row + 1) * BLOCK, image->height);

	for (int column = 0; column < dark->columns; column++) {
		int right = at_most((column + 1) * BLOCK, image->width);
		int least = 255;
		int most = 0;
		int sum = 0;
		int count = 0;

		for (int y = row * BLOCK; y < bottom; y += 2) {
			const uint8_t *pixels = image->grey + (size_t)y * image->stride;

			for (int x = column * BLOCK + (y / 2 & 1); x < right; x += 2) {
				least = pixels[x] < least ? pixels[x] : least;
				most = pixels[x] > most ? pixels[x] : most;
				sum += pixels[x];
				count++;
			}
		}
		dark->means[row * dark->columns + column] =
			judge_block(dark, row, column, least, most, count > 0 ? sum / count : 0);
	}
}

static uint8_t block_threshold(const struct dark *dark, int row, int column)
{
	int sum = 0;
	int count = 0;

	for (int y = row - REACH; y <= row + REACH; y++) {
		for (int x = column - REACH; x <= column + REACH; x++) {
			if (y >= 0 && y < dark->rows && x >= 0 && x < dark->columns) {
				sum += dark->means[y * dark->columns + x];
				count++;
			}
		}
	}
	return (uint8_t)(sum / count);
}

static bool prepare(struct dark *dark)
{
	size_t blocks = (size_t)dark->columns * (size_t)dark->rows;

	dark->means = malloc(2 * blocks);
	if (dark->means == NULL) {
		return false;
	}
	dark->thresholds = dark->means + blocks;
	for (int row = 0; row < dark->rows; row++) {
		judge_blocks(dark, row);
	}
	for (int row = 0; row < dark->rows; row++) {
		for (int column = 0; column < dark->columns; column++) {
			dark->thresholds[row * dark->columns + column] =
				block_threshold(dark, row, column);
		}
	}
	return true;
}

static bool is_dark(const struct dark *dark, int x, int y)
{
	return dark->image->grey[(size_t)y * dark->image->stride + (size_t)x] <=
	       dark->thresholds[y / BLOCK * dark->columns + x / BLOCK];
}

/* 1:1:3:1:1 within six tenths of a module and half a pixel. */
static bool is_finder(const int runs[static RUNS])
{
	static const int modules[RUNS] = { 1, 1, 3, 1, 1 };
	int total = 0;

	for (int i = 0; i < RUNS; i++) {
		total += runs[i];
	}
	for (int i = 0; i < RUNS; i++) {
		int off = abs(7 * runs[i] - modules[i] * total);

		if (runs[i] == 0 || 10 * off > 6 * total + 35) {
			return false;
		}
	}
	return total >= 7;
}

struct point {
	int x;
	int y;
};

static bool is_inside(const struct image *image, struct point at)
{
	return at.x >= 0 && at.x < image->width && at.y >= 0 && at.y < image->height;
}

/* Lengths of the runs from the heart along a step: heart, light, dark. */
static void walk(int runs[static 3], const struct dark *dark, struct point at, struct point step,
		 int most)
{
	bool colour = true;

	for (int i = 0; i < 3; i++) {
		runs[i] = 0;
		while (runs[i] <= most && is_inside(dark->image, at) &&
		       is_dark(dark, at.x, at.y) == colour) {
			runs[i]++;
			at.x += step.x;
			at.y += step.y;
		}
		colour = !colour;
	}
}

/* Whether the pattern shows along this line too; *uneven is how far the heart's middle is off. */
static bool is_crossed(const struct dark *dark, struct point heart, struct point step, int most,
		       int *uneven)
{
	const struct point back = { -step.x, -step.y };
	int one[3];
	int other[3];

	walk(one, dark, heart, back, most);
	walk(other, dark, heart, step, most);
	const int runs[RUNS] = { one[2], one[1], one[0] + other[0] - 1, other[1], other[2] };

	*uneven = abs(one[0] - other[0]);
	return is_finder(runs);
}

/* A finder pattern looks the same from every side; near its middle row, so that it counts once. */
static bool is_middle(const struct dark *dark, struct point heart, int most)
{
	static const struct point down = { 0, 1 };
	static const struct point falling = { 1, 1 };
	static const struct point rising = { 1, -1 };
	int uneven;
	int ignored;

	return is_crossed(dark, heart, down, most, &uneven) && uneven <= ROWS_APART &&
	       is_crossed(dark, heart, falling, most, &ignored) &&
	       is_crossed(dark, heart, rising, most, &ignored);
}

static int count_in_row(const struct dark *dark, int y)
{
	const uint8_t *pixels = dark->image->grey + (size_t)y * dark->image->stride;
	const uint8_t *thresholds = dark->thresholds + y / BLOCK * dark->columns;
	int runs[RUNS] = { 0 };
	bool was_dark = false;
	int count = 0;

	for (int x = 0; x <= dark->image->width; x++) {
		bool now_dark =
			x < dark->image->width && pixels[x] <= thresholds[(unsigned)x / BLOCK];

		if (now_dark == was_dark) {
			runs[RUNS - 1]++;
			continue;
		}
		if (was_dark && is_finder(runs)) {
			const struct point heart = { x - runs[4] - runs[3] - (runs[2] + 1) / 2, y };

			count += is_middle(dark, heart, 2 * runs[2]);
		}
		for (int i = 0; i + 1 < RUNS; i++) {
			runs[i] = runs[i + 1];
		}
		runs[RUNS - 1] = 1;
		was_dark = now_dark;
	}
	return count;
}

int finders_count(const struct image *image, int most)
{
	struct dark dark = { .image = image,
			     .columns = (image->width + BLOCK - 1) / BLOCK,
			     .rows = (image->height + BLOCK - 1) / BLOCK };
	int count = 0;

	if (!prepare(&dark)) {
		return most;
	}
	uint32_t pick = 1;

	for (int i = 0; i < dark.columns * dark.rows; i++) {
		pick = pick * 31 +
		       dark.means[i]; /* of the image: nobody can lay patterns around it */
	}
	for (int y = 0; y < image->height && count < most; y += ROWS_APART * ONE_IN) {
		pick = pick * 1664525 + 1013904223;
		int row = y + ROWS_APART * (int)((pick >> 16) % ONE_IN);

		if (row < image->height) {
			count += ONE_IN * count_in_row(&dark, row);
		}
	}
	free(dark.means);
	return at_most(count, most);
}
