#include <assert.h>
#include <inttypes.h>

#include "centre/plot_inside.h"

#define HEIGHT      260 /* of the longest column */
#define LABEL_MOST  150
#define COLUMN_MOST 56 /* width of a column */
#define SLANT       71 /* a slanted text's height and width, in hundredths of its length */

struct column {
	const char *first, *last; /* labels; last NULL: it stands for one row */
	char bin[2 * MARKUP_NUMBER_SIZE];
	size_t joined; /* rows in it, where they are fewer than in the others; else 0 */
	int64_t value;
	enum plot_shade shade;
};

struct columns {
	struct column list[PLOT_COLUMNS_MAX];
	size_t count;
	size_t each; /* rows that are joined in a column */
	size_t kept; /* columns before the limit's line; 0: no line */
	int32_t limit;
	struct plot_key keys[2];
	size_t key_count;
	int keys_height;
	int top, left, span, pitch, below;
	bool is_crowded; /* the numbers stand upright */
	bool is_slanted; /* the labels are */
	struct plot_ticks ticks;
};

static_assert(PLOT_BINS_MAX <= PLOT_COLUMNS_MAX, "a histogram is drawn as columns");

/* --- where things lie --- */

static int label_width(const struct column *column)
{
	/* " (5)" and more behind a column of fewer rows. */
	int width = markup_width(column->first) + (column->joined > 0 ? 36 : 0);

	return width < LABEL_MOST ? width : LABEL_MOST;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static void lay_out(struct columns *columns, const struct plot *plot)
{
	char label[MARKUP_NUMBER_SIZE];
	int number = 0, name = 0, numbers;
	int64_t most = 0;

	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->list[i];

		most = column->value > most ? column->value : most;
		number = larger(number, plot_value_width(plot, column->value));
		name = larger(name, label_width(column));
	}
	columns->ticks = plot_axis(plot, most, HEIGHT, false);
	plot_tick_label(label, plot, columns->ticks.step * (uint64_t)columns->ticks.count);
	columns->left = larger(markup_width(label) + 14, 48);
	columns->pitch = (PLOT_WIDTH - columns->left) / larger((int)columns->count, 1);
	columns->is_slanted = name + 4 > columns->pitch;
	if (columns->is_slanted) {
		columns->left = larger(columns->left, name * SLANT / 100);
		columns->pitch = (PLOT_WIDTH - columns->left) / larger((int)columns->count, 1);
	}
	columns->span = columns->pitch * (int)columns->count;
	columns->is_crowded = number + 4 > columns->pitch;
	columns->below = columns->is_slanted ? name * SLANT / 100 + 24 : PLOT_LINE;
	numbers = columns->is_crowded ? number + 12 : PLOT_LINE;
	columns->keys_height =
		plot_legend(NULL, plot, columns->keys, columns->key_count, PLOT_HEADER);
	columns->top = PLOT_HEADER + columns->keys_height + PLOT_LINE + numbers +
		       (columns->kept > 0 ? PLOT_LINE : 0);
}

/* --- drawing --- */

static void draw_axes(FILE *out, const struct plot *plot, const struct columns *columns)
{
	int bottom = columns->top + HEIGHT;

	plot_legend(out, plot, columns->keys, columns->key_count, PLOT_HEADER);
	plot_label(out, 0, PLOT_HEADER + columns->keys_height + 16, ANCHOR_START, plot->value_axis,
		   PLOT_WIDTH);
	for (int i = 0; i <= columns->ticks.count; i++) {
		int y = bottom - HEIGHT * i / columns->ticks.count;
		char label[MARKUP_NUMBER_SIZE];

		plot_tick_label(label, plot, columns->ticks.step * (uint64_t)i);
		plot_rule(out, columns->left, y, columns->left + columns->span, y,
			  i == 0 ? LOOK_INK : LOOK_LINE_LIGHT);
		plot_number(out, columns->left - 10, y + 6, ANCHOR_END, label);
	}
	plot_text_open(out, columns->left + columns->span / 2, bottom + columns->below + 20,
		       ANCHOR_MIDDLE, LOOK_QUIET);
	markup_text(out, plot->label_axis.zh);
	fputs(" ", out);
	markup_text(out, plot->label_axis.en);
	if (columns->each > 1)
		fprintf(out, "(每柱 %zu 项 · %zu in each column)", columns->each, columns->each);
	plot_text_close(out);
}

static void put_suffix(FILE *out, const struct column *column)
{
	if (column->joined > 0)
		fprintf(out, " (%zu)", column->joined);
}

static void draw_name(FILE *out, const struct columns *columns, const struct column *column, int x)
{
	int y = columns->top + HEIGHT + 20;

	if (columns->is_slanted)
		fprintf(out,
			"<text x=\"%d\" y=\"%d\" text-anchor=\"end\" "
			"transform=\"rotate(-45 %d %d)\">",
			x + 6, y - 2, x + 6, y - 2);
	else
		plot_text_open(out, x, y, ANCHOR_MIDDLE, LOOK_INK);
	markup_text_within(out, column->first, LABEL_MOST);
	put_suffix(out, column);
	plot_text_close(out);
}

static void draw_number(FILE *out, const struct columns *columns, const char *number, int x, int y)
{
	if (columns->is_crowded)
		fprintf(out,
			"<text x=\"%d\" y=\"%d\" transform=\"rotate(-90 %d %d)\"" PLOT_HALO
			">%s</text>\n",
			x + 6, y - 6, x + 6, y - 6, number);
	else
		plot_number(out, x, y - 6, ANCHOR_MIDDLE, number);
}

static void draw_column(FILE *out, const struct plot *plot, const struct columns *columns,
			size_t index)
{
	const struct column *column = &columns->list[index];
	int x = columns->left + (int)index * columns->pitch, bottom = columns->top + HEIGHT;
	int length = plot_length(&columns->ticks, HEIGHT, column->value);
	int width = larger(columns->pitch * 7 / 10, 1);
	char number[MARKUP_NUMBER_SIZE];

	width = width < COLUMN_MOST ? width : COLUMN_MOST;
	const struct plot_box box = { x + (columns->pitch - width) / 2, bottom - length, width,
				      length, column->shade };
	plot_value(number, plot, column->value);
	if (length > 0) {
		plot_box_open(out, plot, &box);
		markup_text(out, column->first);
		if (column->last != NULL) {
			fputs(" – ", out);
			markup_text(out, column->last);
		}
		fprintf(out, ": %s", number);
		plot_box_close(out);
	}
	draw_number(out, columns, number, x + columns->pitch / 2, bottom - length);
	draw_name(out, columns, column, x + columns->pitch / 2);
}

static void draw_limit(FILE *out, const struct columns *columns)
{
	int x = columns->left + (int)columns->kept * columns->pitch;
	int top = PLOT_HEADER + columns->keys_height + PLOT_LINE;
	bool is_late = x > PLOT_WIDTH / 2;

	fprintf(out,
		"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2.5\" "
		"stroke-dasharray=\"9 5\"/>\n",
		x, top, x, columns->top + HEIGHT, LOOK_RED);
	plot_text_open(out, is_late ? x - 8 : x + 8, top + 16, is_late ? ANCHOR_END : ANCHOR_START,
		       LOOK_RED);
	fprintf(out, "时限 limit %" PRId32, columns->limit);
	plot_text_close(out);
}

static void draw(FILE *out, const struct plot *plot, struct columns *columns,
		 const struct plot_summary *summary)
{
	lay_out(columns, plot);
	plot_open(out, plot, columns->top + HEIGHT + columns->below + 30, summary);
	if (columns->count > 0)
		draw_axes(out, plot, columns);
	for (size_t i = 0; i < columns->count; i++)
		draw_column(out, plot, columns, i);
	if (columns->kept > 0)
		draw_limit(out, columns);
	plot_close(out);
}

/* --- over time --- */

static const char *label_of(const struct plot_row *row)
{
	return row->label != NULL ? row->label : "";
}

static void join_rows(struct columns *columns, const struct plot_row *rows, size_t count)
{
	columns->each = count / PLOT_COLUMNS_MAX + (count % PLOT_COLUMNS_MAX > 0 ? 1 : 0);
	for (size_t first = 0; first < count; first += columns->each) {
		struct column *column = &columns->list[columns->count++];
		size_t joined = columns->each < count - first ? columns->each : count - first;

		column->first = label_of(&rows[first]);
		column->last = joined > 1 ? label_of(&rows[first + joined - 1]) : NULL;
		column->joined = joined < columns->each ? joined : 0;
		column->shade = joined < columns->each ? SHADE_REST : SHADE_PLAIN;
		for (size_t i = 0; i < joined; i++)
			column->value = plot_sum(column->value, rows[first + i].values[0]);
	}
}

void plot_columns(FILE *out, const struct plot *plot, const struct plot_row *rows, size_t count)
{
	struct plot_summary summary = { .bars = count };
	struct columns columns = { 0 };

	join_rows(&columns, rows, count);
	for (size_t i = 0; i < count; i++) {
		summary.total = plot_sum(summary.total, rows[i].values[0]);
		if (rows[i].values[0] > summary.most) {
			summary.most = rows[i].values[0];
			summary.most_label = label_of(&rows[i]);
		}
	}
	draw(out, plot, &columns, &summary);
}

/* --- a histogram --- */

/* Bins end at the limit, and as many whole steps before and behind it: (first_end - step, first_end],
 * (first_end, first_end + step] …, so that the line stands between two of them. */
struct bins {
	int64_t step, first_end;
};

static size_t bin_of(const struct bins *bins, int64_t value)
{
	if (value <= bins->first_end)
		return 0;
	int64_t bin = 1 + (value - bins->first_end - 1) / bins->step;
	return bin < PLOT_BINS_MAX ? (size_t)bin : PLOT_BINS_MAX - 1;
}

/* "0", "1–5", "96+" */
static void name_bin(struct column *column, const struct bins *bins, size_t index, bool is_open)
{
	int64_t last = bins->first_end + (int64_t)index * bins->step;
	int64_t first = index > 0 ? last - bins->step + 1 : 0;

	if (is_open)
		snprintf(column->bin, sizeof column->bin, "%" PRId64 "+", first);
	else if (first == last)
		snprintf(column->bin, sizeof column->bin, "%" PRId64, last);
	else
		snprintf(column->bin, sizeof column->bin, "%" PRId64 "–%" PRId64, first, last);
	column->first = column->bin;
}

static void fill_bins(struct columns *columns, const struct bins *bins,
		      const struct plot_count *counts, size_t count)
{
	int64_t most = 0;

	columns->kept = bin_of(bins, columns->limit) + 1;
	columns->count = columns->kept + 1; /* the first beyond the limit is there, be it empty */
	for (size_t i = 0; i < count; i++) {
		size_t bin = bin_of(bins, counts[i].value);
		bool is_kept = counts[i].value <= columns->limit;

		most = counts[i].value > most ? counts[i].value : most;
		columns->count = bin + 1 > columns->count ? bin + 1 : columns->count;
		columns->list[bin].value = plot_sum(columns->list[bin].value, counts[i].count);
		columns->keys[is_kept ? 0 : 1].total =
			plot_sum(columns->keys[is_kept ? 0 : 1].total, counts[i].count);
	}
	for (size_t i = 0; i < columns->count; i++) {
		bool is_last = i == PLOT_BINS_MAX - 1;

		name_bin(&columns->list[i], bins, i,
			 is_last && most > bins->first_end + (int64_t)i * bins->step);
		columns->list[i].shade = i < columns->kept ? SHADE_PLAIN : SHADE_OVER;
	}
}

void plot_histogram(FILE *out, const struct plot *plot, const struct plot_count *counts,
		    size_t count, int32_t limit)
{
	struct columns columns = {
		.limit = limit,
		.each = 1,
		.key_count = 2,
		.keys = { { BOTH("时限内", "within the limit"), SHADE_PLAIN, 0 },
			  { BOTH("超过时限", "beyond it"), SHADE_OVER, 0 } },
	};
	struct plot_summary summary = { .bars = count };
	struct bins bins = { 0 };

	assert(limit >= 1);
	bins.step = (int64_t)plot_ticks(limit, 8).step;
	bins.first_end = limit % bins.step;
	fill_bins(&columns, &bins, counts, count);
	for (size_t i = 0; i < columns.count && count > 0; i++) {
		summary.total = plot_sum(summary.total, columns.list[i].value);
		if (columns.list[i].value > summary.most) {
			summary.most = columns.list[i].value;
			summary.most_label = columns.list[i].first;
		}
	}
	summary.bars = count > 0 ? columns.count : 0;
	if (count == 0)
		columns.count = columns.kept = 0;
	draw(out, plot, &columns, &summary);
}
