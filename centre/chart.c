#include "centre/chart.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* One row more, without values; NULL without memory. */
static struct plot_row *new_row(struct chart *chart, const char *label)
{
	size_t size = chart->count == 0 ? 1 : 2 * chart->count;
	bool is_full = (chart->count & (chart->count - 1)) == 0;
	struct plot_row *larger = chart->rows;
	char *copy = strdup(label);

	if (is_full)
		larger = realloc(chart->rows, size * sizeof *larger);
	if (larger != NULL)
		chart->rows = larger;
	if (larger == NULL || copy == NULL) {
		free(copy);
		chart->no_memory = true;
		return NULL;
	}
	larger[chart->count] = (struct plot_row){ .label = copy };
	return &larger[chart->count++];
}

void chart_add(struct chart *chart, const char *label, const int64_t *values, size_t count)
{
	struct plot_row *row = new_row(chart, label);

	assert(count <= PLOT_SERIES_MAX);
	if (row != NULL)
		memcpy(row->values, values, count * sizeof *values);
}

void chart_count(struct chart *chart, const char *label, int64_t value)
{
	struct plot_row *row = NULL;

	for (size_t i = 0; row == NULL && i < chart->count; i++)
		if (strcmp(chart->rows[i].label, label) == 0)
			row = &chart->rows[i];
	if (row == NULL)
		row = new_row(chart, label);
	if (row != NULL && __builtin_add_overflow(row->values[0], value, &row->values[0]))
		row->values[0] = value < 0 ? INT64_MIN : INT64_MAX;
}

void chart_free(struct chart *chart)
{
	for (size_t i = 0; i < chart->count; i++)
		free((void *)(uintptr_t)chart->rows[i].label);
	free(chart->rows);
	*chart = (struct chart){ 0 };
}
