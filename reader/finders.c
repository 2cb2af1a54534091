#include "reader/finders.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK      8 /* [px] side of the squares whose mean grey is known */
#define REACH      2 /* [block] around one that make up its threshold */
#define ROWS_APART 3 /* [px] between rows that are looked at: the heart of the smallest pattern */
#define ONE_IN     4 /* of these rows only one in so many, by chance: it is an estimate */
#define RUNS       5

/* An image and what counts as dark in each of its blocks. */
struct dark {
	const struct image *image;
	int columns; /* [block] */
	int rows;
	int contrast;   /* [grey] within a block; with less it is plain */
	uint16_t *sums; /* of a few rows' means; the memory of all three */
	uint8_t *means;
	uint8_t *thresholds;
};

static int at_most(int a, int b)
{
	return a < b ? a : b;
}

static int at_least(int a, int b)
{
	return a > b ? a : b;
}

/* A plain block is light, unless it is as dark as what was found dark beside it. */
static uint8_t judge_block(const struct dark *dark, int row, int column, int least, int most,
			   int mean)
{
	if (most - least > dark->contrast) {
		return (uint8_t)mean;
	}
	int light_enough = at_least(least / 2, least - dark->contrast);
	int beside = column > 0 ? dark->means[row * dark->columns + column - 1] : 0;
	int above = row > 0 ? dark->means[(row - 1) * dark->columns + column] : 0;

	return (uint8_t)(least < (beside + above) / 2 ? (beside + above) / 2 : light_enough);
}

/* Every second pixel of every second line tells enough of a block.  The last block of a row or a
 * column reaches back over the one before it, so that each is whole. */
static void judge_row(const struct dark *dark, int row)
{
	const struct image *image = dark->image;
	const uint8_t *top =
		image->grey + (size_t)at_most(row * BLOCK, image->height - BLOCK) * image->stride;

	for (int column = 0; column < dark->columns; column++) {
		const uint8_t *pixels = top + at_most(column * BLOCK, image->width - BLOCK);
		int least = 255;
		int most = 0;
		int sum = 0;

		for (int y = 0; y < BLOCK; y += 2) {
			for (int x = y / 2 & 1; x < BLOCK; x += 2) {
				int grey = pixels[(size_t)y * image->stride + (size_t)x];

				least = at_most(least, grey);
				most = at_least(most, grey);
				sum += grey;
			}
		}
		dark->means[row * dark->columns + column] =
			judge_block(dark, row, column, least, most, sum / (BLOCK * BLOCK / 4));
	}
}

/* Sums of the means in up to 2 * REACH + 1 rows, a column each; how many rows. */
static int add_rows(const struct dark *dark, int row)
{
	int first = at_least(row - REACH, 0);
	int last = at_most(row + REACH, dark->rows - 1);

	memset(dark->sums, 0, (size_t)dark->columns * sizeof *dark->sums);
	for (int y = first; y <= last; y++) {
		const uint8_t *means = dark->means + y * dark->columns;

		for (int x = 0; x < dark->columns; x++) {
			dark->sums[x] = (uint16_t)(dark->sums[x] + means[x]);
		}
	}
	return last - first + 1;
}

/* A block's threshold is the mean of the blocks around it. */
static void set_thresholds(const struct dark *dark, int row)
{
	int rows = add_rows(dark, row);
	int sum = 0;

	for (int x = 0; x < at_most(REACH, dark->columns); x++) {
		sum += dark->sums[x];
	}
	for (int x = 0; x < dark->columns; x++) {
		int first = at_least(x - REACH, 0);
		int last = at_most(x + REACH, dark->columns - 1);

		sum += x + REACH < dark->columns ? dark->sums[x + REACH] : 0;
		sum -= x - REACH > 0 ? dark->sums[x - REACH - 1] : 0;
		dark->thresholds[row * dark->columns + x] =
			(uint8_t)(sum / (rows * (last - first + 1)));
	}
}

/* False where there is no memory.  The image is no smaller than a block. */
static bool prepare(struct dark *dark, const struct image *image, int contrast)
{
	*dark = (struct dark){ .image = image,
			       .columns = (image->width + BLOCK - 1) / BLOCK,
			       .rows = (image->height + BLOCK - 1) / BLOCK,
			       .contrast = contrast };
	size_t blocks = (size_t)dark->columns * (size_t)dark->rows;

	dark->sums = calloc(1, (size_t)dark->columns * sizeof *dark->sums + 2 * blocks);
	if (dark->sums == NULL) {
		return false;
	}
	dark->means = (uint8_t *)(dark->sums + dark->columns);
	dark->thresholds = dark->means + blocks;
	for (int row = 0; row < dark->rows; row++) {
		judge_row(dark, row);
	}
	for (int row = 0; row < dark->rows; row++) {
		set_thresholds(dark, row);
	}
	return true;
}

static bool is_too_small(const struct image *image)
{
	return image->width < BLOCK || image->height < BLOCK;
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

/* Whether the pattern shows along this line too; the heart's middle is *off steps from `at`. */
static bool is_crossed(const struct dark *dark, struct point at, struct point step, int most,
		       float *off)
{
	const struct point back = { -step.x, -step.y };
	int one[3];
	int other[3];

	walk(one, dark, at, back, most);
	walk(other, dark, at, step, most);
	const int runs[RUNS] = { one[2], one[1], one[0] + other[0] - 1, other[1], other[2] };

	*off = (float)(other[0] - one[0]) / 2;
	return is_finder(runs);
}

/* A finder pattern looks the same from every side. */
static bool is_crossed_aslant(const struct dark *dark, struct point at, int most)
{
	static const struct point falling = { 1, 1 };
	static const struct point rising = { 1, -1 };
	float ignored;

	return is_crossed(dark, at, falling, most, &ignored) &&
	       is_crossed(dark, at, rising, most, &ignored);
}

static const struct point down = { 0, 1 };
static const struct point right = { 1, 0 };

/* What a row shows: the middle of a heart and how far a line may go from there. */
struct hit {
	struct point heart;
	int most;  /* [px] */
	int width; /* [px] of the whole pattern */
};

static void scan_row(const struct dark *dark, int y,
		     void (*take)(void *context, const struct dark *dark, const struct hit *hit),
		     void *context)
{
	const uint8_t *pixels = dark->image->grey + (size_t)y * dark->image->stride;
	const uint8_t *thresholds = dark->thresholds + y / BLOCK * dark->columns;
	int runs[RUNS] = { 0 };
	bool was_dark = false;

	for (int x = 0; x <= dark->image->width; x++) {
		bool now_dark =
			x < dark->image->width && pixels[x] <= thresholds[(unsigned)x / BLOCK];

		if (now_dark == was_dark) {
			runs[RUNS - 1]++;
			continue;
		}
		if (was_dark && 2 * runs[2] > runs[1] && 2 * runs[2] > runs[3] && is_finder(runs)) {
			const struct hit hit = {
				.heart = { x - runs[4] - runs[3] - (runs[2] + 1) / 2, y },
				.most = 2 * runs[2],
				.width = runs[0] + runs[1] + runs[2] + runs[3] + runs[4],
			};

			take(context, dark, &hit);
		}
		for (int i = 0; i + 1 < RUNS; i++) {
			runs[i] = runs[i + 1];
		}
		runs[RUNS - 1] = 1;
		was_dark = now_dark;
	}
}

/* Only near its middle row, so that a pattern counts once. */
static void count_hit(void *context, const struct dark *dark, const struct hit *hit)
{
	int *count = context;
	float off;

	*count += is_crossed(dark, hit->heart, down, hit->most, &off) &&
		  fabsf(off) * 2 <= ROWS_APART && is_crossed_aslant(dark, hit->heart, hit->most);
}

static bool is_near(const struct finder *a, const struct finder *b)
{
	return fabsf(a->x - b->x) < a->width / 4 && fabsf(a->y - b->y) < a->width / 4;
}

/* Widest first; the narrowest gives way where there is no room. */
static void keep(struct finders *finders, const struct finder *finder)
{
	int place = finders->count;

	for (int i = 0; i < finders->count; i++) {
		if (is_near(finder, &finders->found[i])) {
			return;
		}
	}
	while (place > 0 && finders->found[place - 1].width < finder->width) {
		place--;
	}
	if (place == FINDERS_MAX) {
		return;
	}
	finders->count += finders->count < FINDERS_MAX;
	for (int i = finders->count - 1; i > place; i--) {
		finders->found[i] = finders->found[i - 1];
	}
	finders->found[place] = *finder;
}

static void find_hit(void *context, const struct dark *dark, const struct hit *hit)
{
	float below;
	float beside;

	if (!is_crossed(dark, hit->heart, down, hit->most, &below)) {
		return;
	}
	struct point middle = { hit->heart.x, hit->heart.y + (int)lroundf(below) };

	if (!is_inside(dark->image, middle) || !is_dark(dark, middle.x, middle.y) ||
	    !is_crossed(dark, middle, right, hit->most, &beside) ||
	    !is_crossed_aslant(dark, middle, hit->most)) {
		return;
	}
	const struct finder finder = { (float)middle.x + beside, (float)hit->heart.y + below,
				       (float)hit->width };

	keep(context, &finder);
}

void finders_find(struct finders *out, const struct image *image, int contrast)
{
	struct dark dark;

	out->count = 0;
	if (is_too_small(image) || !prepare(&dark, image, contrast)) {
		return;
	}
	for (int y = 0; y < image->height; y += ROWS_APART) {
		scan_row(&dark, y, find_hit, out);
	}
	free(dark.sums);
}

int finders_count(const struct image *image, int most)
{
	struct dark dark;
	int count = 0;

	if (is_too_small(image)) {
		return 0;
	}
	if (!prepare(&dark, image, FINDERS_CONTRAST)) {
		return most;
	}
	uint32_t pick = 1;

	for (int i = 0; i < dark.columns * dark.rows; i++) {
		pick = pick * 31 +
		       dark.means[i]; /* of the image: nobody can lay patterns around it */
	}
	for (int y = 0; y < image->height && ONE_IN * count < most; y += ROWS_APART * ONE_IN) {
		pick = pick * 1664525 + 1013904223;
		int row = y + ROWS_APART * (int)((pick >> 16) % ONE_IN);

		if (row < image->height) {
			scan_row(&dark, row, count_hit, &count);
		}
	}
	free(dark.sums);
	return at_most(ONE_IN * count, most);
}
