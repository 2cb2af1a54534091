/*
 * The rows of a plot, gathered while a report goes by: labels that are kept, values that are added up.
 */
#ifndef YOUDAI_CENTRE_CHART_H
#define YOUDAI_CENTRE_CHART_H

#include "centre/plot.h"

struct chart {
	struct plot_row *rows; /* labels are the chart's own */
	size_t count;
	bool no_memory; /* what came after it is not there */
};

/* A row at the end.  values: `count` of them, at most PLOT_SERIES_MAX. */
void chart_add(struct chart *chart, const char *label, const int64_t *values, size_t count);
/* Onto the row of this label, made where there is none; for charts of few rows. */
void chart_count(struct chart *chart, const char *label, int64_t value);
void chart_free(struct chart *chart);

#endif
