#include "reader/pattern.h"

#include <assert.h>
#include <stdlib.h>

#define FINDER        8 /* [module] with its separator */
#define TIMING        6 /* row and column of the timing patterns */
#define ALIGNMENT     2 /* [module] from an alignment pattern's middle to its edge */
#define ALIGNMENT_MAX 7 /* of them in a row */

static void add(struct pattern *pattern, int x, int y, bool dark)
{
	assert(pattern->count < PATTERN_CELLS_MAX);
	pattern->cells[pattern->count++] = (struct pattern_cell){ (uint8_t)x, (uint8_t)y, dark };
}

/* Rings around a middle: of odd distance light, of even distance dark, but for a finder's heart. */
static int ring(int dx, int dy)
{
	return abs(dx) > abs(dy) ? abs(dx) : abs(dy);
}

static void add_finder(struct pattern *pattern, int middle_x, int middle_y)
{
	for (int i = 0; i < 9 * 9; i++) {
		int dx = i % 9 - 4;
		int dy = i / 9 - 4;
		int x = middle_x + dx;
		int y = middle_y + dy;

		if (x >= 0 && y >= 0 && x < pattern->side && y < pattern->side) {
			add(pattern, x, y, ring(dx, dy) != 2 && ring(dx, dy) != 4);
		}
	}
}

static void add_alignment(struct pattern *pattern, int middle_x, int middle_y)
{
	for (int dy = -ALIGNMENT; dy <= ALIGNMENT; dy++) {
		for (int dx = -ALIGNMENT; dx <= ALIGNMENT; dx++) {
			add(pattern, middle_x + dx, middle_y + dy, ring(dx, dy) != 1);
		}
	}
}

/* The rows, and columns, of alignment patterns: evenly apart from the far edge, but for the first. */
static int alignment_rows(int rows[static ALIGNMENT_MAX], int version)
{
	int count = version / 7 + 2;
	int last = 17 + 4 * version - 7;
	int apart = version == 32 ? 26 : (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2;

	if (version == 1) {
		return 0;
	}
	for (int i = 0; i < count; i++) {
		rows[i] = i == 0 ? TIMING : last - apart * (count - 1 - i);
	}
	return count;
}

/* The three corners with finder patterns have none. */
static void add_alignments(struct pattern *pattern)
{
	int rows[ALIGNMENT_MAX] = { 0 };
	int count = alignment_rows(rows, pattern->version);

	for (int i = 0; i < count * count; i++) {
		int row = i / count;
		int column = i % count;
		bool finder = (row == 0 && (column == 0 || column == count - 1)) ||
			      (row == count - 1 && column == 0);

		if (!finder) {
			add_alignment(pattern, rows[column], rows[row]);
		}
	}
}

void pattern_make(struct pattern *out, int version)
{
	assert(version >= 1 && version <= PATTERN_VERSION_MAX);
	out->version = version;
	out->side = 17 + 4 * version;
	out->count = 0;
	add_finder(out, 3, 3);
	add_finder(out, out->side - 4, 3);
	add_finder(out, 3, out->side - 4);
	out->finder_count = out->count;
	for (int i = FINDER; i < out->side - FINDER; i++) {
		add(out, i, TIMING, i % 2 == 0);
		add(out, TIMING, i, i % 2 == 0);
	}
	add_alignments(out);
}
