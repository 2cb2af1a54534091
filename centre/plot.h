/*
 * Plots for a page: bars, columns over time and a histogram with a limit, as SVG that stands inside an
 * HTML page and prints well in grey: shades differ in lightness and hatching, and each bar has its number.
 *
 * Pure; knows no registry and no calendar.  Every axis begins at zero and its ticks are round.
 * Values are counts or amounts: one below zero has no bar, its number stands all the same.  Sums
 * that int64_t cannot hold become the nearest that it can.  Texts are borrowed and may be hostile.
 * Whether all was written is the stream's to say (ferror).
 */
#ifndef YOUDAI_CENTRE_PLOT_H
#define YOUDAI_CENTRE_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "centre/markup.h"

#define PLOT_SERIES_MAX  8  /* parts of a bar */
#define PLOT_BARS_MAX    24 /* bars in a plot: as many as a printed page holds */
#define PLOT_COLUMNS_MAX 31 /* columns in a plot: the days of a month */
#define PLOT_BINS_MAX    14 /* columns of a histogram */

struct plot {
	int number; /* of the plot on its page, from 1, as page_plot_begin gives it */
	struct bilingual title;
	struct bilingual label_axis;    /* what a bar is: 单位 unit */
	struct bilingual value_axis;    /* what is counted: 张 certificates, 元 yuan */
	bool is_money;                  /* values are fen and shown as yuan */
	bool is_ranked;                 /* plot_bars: largest first, else in the order given */
	const struct bilingual *series; /* plot_bars: the parts of each bar */
	size_t series_count;            /* 0: one value a bar, else up to PLOT_SERIES_MAX */
};

struct plot_row {
	const char *label;
	int64_t values[PLOT_SERIES_MAX]; /* one where there are no series */
};

/* Horizontal bars, stacked where there are series.  Of more than PLOT_BARS_MAX rows the largest have a
 * bar each and the last bar is the rest. */
void plot_bars(FILE *out, const struct plot *plot, const struct plot_row *rows, size_t count);

/* Columns over time, in the order given; one value a row.  Of more than PLOT_COLUMNS_MAX rows
 * neighbours are joined, equally many in each column; a last one of fewer says how many. */
void plot_columns(FILE *out, const struct plot *plot, const struct plot_row *rows, size_t count);

/* How often a value was seen: 37 certificates took 12 days. */
struct plot_count {
	int64_t value; /* below zero counts as zero */
	int64_t count;
};

/* A histogram, the values in any order; a line marks the limit, which is itself still kept.
 * 1 <= limit. */
void plot_histogram(FILE *out, const struct plot *plot, const struct plot_count *counts,
		    size_t count, int32_t limit);

/* Ticks at 0, step, 2 step … count · step, the first that reaches most.  step is 1, 2 or 5 times a power
 * of ten, the least for which count <= intervals.  1 <= intervals.  A most below 1 counts as 1. */
struct plot_ticks {
	uint64_t step;
	int count;
};
struct plot_ticks plot_ticks(int64_t most, int intervals);

#endif
