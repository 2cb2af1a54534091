#include <assert.h>
#include <string.h>

#include "centre/plot_inside.h"

#define ROW        32 /* height of a bar with its air */
#define BAR        22
#define LABEL_MOST 280

/* A bar on its way to the picture. */
struct bar {
	const char *label; /* NULL: the rest */
	size_t rest;       /* rows that are joined in it */
	int64_t values[PLOT_SERIES_MAX];
	int64_t total;
};

struct layout {
	size_t parts; /* of a bar */
	struct bar bars[PLOT_BARS_MAX];
	size_t count;
	int top, left, span, bottom;
	struct plot_ticks ticks;
	struct plot_key keys[PLOT_SERIES_MAX];
};

/* --- which rows have a bar --- */

static int64_t total_of(const struct plot_row *row, size_t parts)
{
	int64_t total = 0;

	for (size_t i = 0; i < parts; i++)
		total = plot_sum(total, row->values[i]);
	return total;
}

/* The rows with the largest totals, larger first, the earlier first of equals. */
static size_t choose_largest(size_t chosen[PLOT_BARS_MAX], size_t most, const struct plot_row *rows,
			     size_t count, size_t parts)
{
	size_t used = 0;

	for (size_t row = 0; row < count; row++) {
		size_t at = used;

		while (at > 0 &&
		       total_of(&rows[chosen[at - 1]], parts) < total_of(&rows[row], parts))
			at--;
		if (at == most)
			continue;
		used += used < most ? 1 : 0;
		memmove(&chosen[at + 1], &chosen[at], (used - at - 1) * sizeof *chosen);
		chosen[at] = row;
	}
	return used;
}

static void sort_by_row(size_t *chosen, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j > 0 && chosen[j - 1] > chosen[j]; j--) {
			size_t row = chosen[j];

			chosen[j] = chosen[j - 1];
			chosen[j - 1] = row;
		}
}

static void add_row(struct bar *bar, const struct plot_row *row, size_t parts)
{
	for (size_t i = 0; i < parts; i++)
		bar->values[i] = plot_sum(bar->values[i], row->values[i]);
	bar->total = plot_sum(bar->total, total_of(row, parts));
}

static bool is_chosen(const size_t *chosen, size_t count, size_t row)
{
	for (size_t i = 0; i < count; i++)
		if (chosen[i] == row)
			return true;
	return false;
}

static void choose_bars(struct layout *layout, const struct plot *plot, const struct plot_row *rows,
			size_t count)
{
	size_t chosen[PLOT_BARS_MAX];
	size_t most = count <= PLOT_BARS_MAX ? count : PLOT_BARS_MAX - 1;
	size_t used = choose_largest(chosen, most, rows, count, layout->parts);

	if (!plot->is_ranked)
		sort_by_row(chosen, used);
	for (size_t i = 0; i < used; i++) {
		layout->bars[i].label = rows[chosen[i]].label != NULL ? rows[chosen[i]].label : "";
		add_row(&layout->bars[i], &rows[chosen[i]], layout->parts);
	}
	layout->count = used;
	if (used == count)
		return;
	struct bar *rest = &layout->bars[layout->count++];
	rest->rest = count - used;
	for (size_t row = 0; row < count; row++)
		if (!is_chosen(chosen, used, row))
			add_row(rest, &rows[row], layout->parts);
}

/* --- where things lie --- */

static int label_width(const struct bar *bar)
{
	int width = bar->label != NULL ? markup_width(bar->label) : LABEL_MOST;

	return width < LABEL_MOST ? width : LABEL_MOST;
}

static void summarise(struct plot_summary *summary, const struct plot_row *rows, size_t count,
		      size_t parts)
{
	*summary = (struct plot_summary){ .bars = count };
	for (size_t i = 0; i < count; i++) {
		int64_t total = total_of(&rows[i], parts);

		summary->total = plot_sum(summary->total, total);
		if (total > summary->most) {
			summary->most = total;
			summary->most_label = rows[i].label;
		}
	}
}

static void find_keys(struct layout *layout, const struct plot *plot)
{
	for (size_t i = 0; i < plot->series_count; i++) {
		layout->keys[i] = (struct plot_key){ plot->series[i], (enum plot_shade)i, 0 };
		for (size_t bar = 0; bar < layout->count; bar++)
			layout->keys[i].total =
				plot_sum(layout->keys[i].total, layout->bars[bar].values[i]);
	}
}

/* What is drawn of a bar: its values above zero. */
static int64_t drawn_of(const struct bar *bar, size_t parts)
{
	int64_t drawn = 0;

	for (size_t i = 0; i < parts; i++)
		drawn = plot_sum(drawn, bar->values[i] > 0 ? bar->values[i] : 0);
	return drawn;
}

static void lay_out(struct layout *layout, const struct plot *plot)
{
	int right = 60, left = 0;
	int64_t most = 0;

	for (size_t i = 0; i < layout->count; i++) {
		const struct bar *bar = &layout->bars[i];
		int64_t drawn = drawn_of(bar, layout->parts);
		int number = plot_value_width(plot, bar->total) + 12;

		most = drawn > most ? drawn : most;
		left = label_width(bar) > left ? label_width(bar) : left;
		right = number > right ? number : right;
	}
	layout->left = left + 12;
	layout->span = PLOT_WIDTH - layout->left - right;
	layout->ticks = plot_axis(plot, most, layout->span, true);
	layout->top = PLOT_HEADER + PLOT_LINE +
		      plot_legend(NULL, plot, layout->keys, plot->series_count, PLOT_HEADER);
	layout->bottom = layout->top + (int)layout->count * ROW;
}

/* --- drawing --- */

static void draw_axis(FILE *out, const struct plot *plot, const struct layout *layout)
{
	plot_label(out, 0, layout->top - 9, ANCHOR_START, plot->label_axis, PLOT_WIDTH);
	for (int i = 0; i <= layout->ticks.count; i++) {
		uint64_t value = layout->ticks.step * (uint64_t)i;
		int x = layout->left + layout->span * i / layout->ticks.count;
		char label[MARKUP_NUMBER_SIZE];

		plot_tick_label(label, plot, value);
		plot_rule(out, x, layout->top, x, layout->bottom,
			  i == 0 ? LOOK_INK : LOOK_LINE_LIGHT);
		plot_number(out, x, layout->bottom + 20, ANCHOR_MIDDLE, label);
	}
	plot_label(out, layout->left + layout->span / 2, layout->bottom + 46, ANCHOR_MIDDLE,
		   plot->value_axis, layout->span);
}

static void put_name(FILE *out, const struct bar *bar, int width)
{
	if (bar->label != NULL)
		markup_text_within(out, bar->label, width);
	else
		fprintf(out, "其余 %zu 项 · %zu others", bar->rest, bar->rest);
}

static void draw_part(FILE *out, const struct plot *plot, const struct bar *bar, size_t part,
		      const struct plot_box *box)
{
	char number[MARKUP_NUMBER_SIZE];

	plot_value(number, plot, bar->values[part]);
	plot_box_open(out, plot, box);
	put_name(out, bar, INT16_MAX);
	if (plot->series_count > 0) {
		fputs(" · ", out);
		markup_both(out, plot->series[part]);
	}
	fprintf(out, ": %s", number);
	plot_box_close(out);
	if (plot->series_count > 0 && markup_width(number) + 8 <= box->width)
		plot_number_inside(out, box->x + box->width / 2, box->y + 17, box->shade, number);
}

/* Parts end where their sum lies, so that a bar is as long as its whole. */
static void draw_bar(FILE *out, const struct plot *plot, const struct layout *layout, size_t index)
{
	const struct bar *bar = &layout->bars[index];
	int y = layout->top + (int)index * ROW, end = 0;
	char number[MARKUP_NUMBER_SIZE];
	int64_t sum = 0;

	plot_text_open(out, layout->left - 10, y + 22, ANCHOR_END, LOOK_INK);
	put_name(out, bar, LABEL_MOST);
	plot_text_close(out);
	for (size_t i = 0; i < layout->parts; i++) {
		int start = end;

		sum = plot_sum(sum, bar->values[i] > 0 ? bar->values[i] : 0);
		end = plot_length(&layout->ticks, layout->span, sum);
		const struct plot_box box = {
			layout->left + start, y + (ROW - BAR) / 2, end - start, BAR,
			bar->label == NULL && layout->parts == 1 ? SHADE_REST : (enum plot_shade)i
		};
		if (box.width > 0)
			draw_part(out, plot, bar, i, &box);
	}
	plot_value(number, plot, bar->total);
	plot_number(out, layout->left + end + 8, y + 22, ANCHOR_START, number);
}

void plot_bars(FILE *out, const struct plot *plot, const struct plot_row *rows, size_t count)
{
	struct layout layout = { .parts = plot->series_count > 0 ? plot->series_count : 1 };
	struct plot_summary summary;

	assert(plot->series_count <= PLOT_SERIES_MAX);
	summarise(&summary, rows, count, layout.parts);
	choose_bars(&layout, plot, rows, count);
	find_keys(&layout, plot);
	lay_out(&layout, plot);
	plot_open(out, plot, layout.bottom + 56, &summary);
	if (count > 0) {
		plot_legend(out, plot, layout.keys, plot->series_count, PLOT_HEADER);
		draw_axis(out, plot, &layout);
	}
	for (size_t i = 0; i < layout.count; i++)
		draw_bar(out, plot, &layout, i);
	plot_close(out);
}
