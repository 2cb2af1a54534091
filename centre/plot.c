#include "centre/plot.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "centre/plot_inside.h"

/* --- shades --- */

enum hatch { HATCH_NONE, HATCH_RISING, HATCH_FALLING, HATCH_UPRIGHT, HATCH_DOTS };

static const struct shade {
	const char *fill;
	enum hatch hatch;
	const char *line; /* of the hatch */
	const char *edge;
	const char *text; /* on it */
	bool halo;        /* around that text, where the hatch runs through it */
} shades[SHADE_COUNT] = {
	{ LOOK_BLUE, HATCH_NONE, NULL, LOOK_BLUE, LOOK_WHITE, false },
	{ LOOK_GOLD, HATCH_NONE, NULL, LOOK_AMBER, LOOK_INK, false },
	{ LOOK_GREEN, HATCH_RISING, LOOK_WHITE, LOOK_GREEN, LOOK_INK, true },
	{ LOOK_LINE_LIGHT, HATCH_NONE, NULL, LOOK_QUIET, LOOK_INK, false },
	{ LOOK_RED, HATCH_DOTS, LOOK_WHITE, LOOK_RED, LOOK_INK, true },
	{ LOOK_WHITE, HATCH_FALLING, LOOK_BLUE, LOOK_BLUE, LOOK_INK, true },
	{ LOOK_INK, HATCH_NONE, NULL, LOOK_INK, LOOK_WHITE, false },
	{ LOOK_WHITE, HATCH_UPRIGHT, LOOK_AMBER, LOOK_AMBER, LOOK_INK, true },
	[SHADE_OVER] = { LOOK_AMBER_LIGHT, HATCH_RISING, LOOK_AMBER, LOOK_AMBER, LOOK_INK, true },
	[SHADE_REST] = { LOOK_WHITE, HATCH_FALLING, LOOK_QUIET, LOOK_QUIET, LOOK_INK, true },
};

static const char *const hatches[] = {
	[HATCH_RISING] = "<path d=\"M-2 2L2 -2M0 8L8 0M6 10L10 6\" stroke-width=\"2\"",
	[HATCH_FALLING] = "<path d=\"M-2 6L2 10M0 0L8 8M6 -2L10 2\" stroke-width=\"1.6\"",
	[HATCH_UPRIGHT] = "<path d=\"M4 0L4 8\" stroke-width=\"1.6\"",
	[HATCH_DOTS] = "<circle cx=\"4\" cy=\"4\" r=\"1.2\" stroke-width=\"1.2\"",
};

/* The hatched shades, under names of this picture alone. */
static void put_shades(FILE *out, const struct plot *plot)
{
	fputs("<defs>", out);
	for (int i = 0; i < SHADE_COUNT; i++) {
		const struct shade *shade = &shades[i];

		if (shade->hatch == HATCH_NONE)
			continue;
		fprintf(out,
			"<pattern id=\"p%d-s%d\" width=\"8\" height=\"8\" "
			"patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" "
			"fill=\"%s\"/>"
			"%s stroke=\"%s\"/></pattern>",
			plot->number, i, shade->fill, hatches[shade->hatch], shade->line);
	}
	fputs("</defs>\n", out);
}

void plot_box_open(FILE *out, const struct plot *plot, const struct plot_box *box)
{
	const struct shade *shade = &shades[box->shade];

	fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" stroke=\"%s\" ", box->x,
		box->y, box->width, box->height, shade->edge);
	if (shade->hatch == HATCH_NONE)
		fprintf(out, "fill=\"%s\"><title>", shade->fill);
	else
		fprintf(out, "fill=\"url(#p%d-s%d)\"><title>", plot->number, (int)box->shade);
}

void plot_box_close(FILE *out)
{
	fputs("</title></rect>\n", out);
}

/* --- text --- */

static const char *const anchors[] = { "start", "middle", "end" };

void plot_text_open(FILE *out, int x, int y, enum plot_anchor anchor, const char *colour)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">", x, y,
		anchors[anchor], colour);
}

void plot_text_close(FILE *out)
{
	fputs("</text>\n", out);
}

void plot_label(FILE *out, int x, int y, enum plot_anchor anchor, struct bilingual both, int width)
{
	int left = width - markup_width(both.zh);

	plot_text_open(out, x, y, anchor, LOOK_QUIET);
	markup_text_within(out, both.zh, width);
	if (left > 2 * PLOT_LINE && both.en != NULL) {
		fputs(" ", out);
		markup_text_within(out, both.en, left - markup_width(" "));
	}
	plot_text_close(out);
}

void plot_number(FILE *out, int x, int y, enum plot_anchor anchor, const char *text)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\"" PLOT_HALO ">%s</text>\n", x, y,
		anchors[anchor], text);
}

void plot_number_inside(FILE *out, int x, int y, enum plot_shade shade, const char *text)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\"%s>%s</text>\n", x,
		y, shades[shade].text, shades[shade].halo ? PLOT_HALO : "", text);
}

void plot_rule(FILE *out, int x1, int y1, int x2, int y2, const char *colour)
{
	fprintf(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n", x1, y1, x2,
		y2, colour);
}

/* --- the frame --- */

static void put_summary(FILE *out, const struct plot *plot, const struct plot_summary *summary)
{
	char total[MARKUP_NUMBER_SIZE], most[MARKUP_NUMBER_SIZE];

	if (summary->bars == 0) {
		fputs("无数据 · no data", out);
		return;
	}
	plot_value(total, plot, summary->total);
	fprintf(out, "共 %zu 项,合计 %s · %zu entries, %s in all", summary->bars, total,
		summary->bars, total);
	if (summary->most_label == NULL)
		return;
	plot_value(most, plot, summary->most);
	fputs("; 最多 most: ", out);
	markup_text(out, summary->most_label);
	fprintf(out, " %s", most);
}

static void put_title(FILE *out, const struct plot *plot)
{
	/* The title's letters are a quarter larger than those that widths are estimated for. */
	fputs("<text x=\"0\" y=\"22\" font-size=\"20\" font-weight=\"bold\">", out);
	markup_text_within(out, plot->title.zh, PLOT_WIDTH * 4 / 5);
	fprintf(out, "</text>\n<text x=\"0\" y=\"46\" fill=\"%s\">", LOOK_QUIET);
	markup_text_within(out, plot->title.en, PLOT_WIDTH);
	plot_text_close(out);
}

void plot_open(FILE *out, const struct plot *plot, int height, const struct plot_summary *summary)
{
	if (summary->bars == 0)
		height = PLOT_HEADER + 2 * PLOT_LINE;
	fprintf(out,
		"<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
		"aria-labelledby=\"p%d-title p%d-desc\" font-size=\"16\" fill=\"%s\">\n",
		PLOT_WIDTH, height, PLOT_WIDTH, height, plot->number, plot->number, LOOK_INK);
	fprintf(out, "<title id=\"p%d-title\">", plot->number);
	markup_both(out, plot->title);
	fprintf(out, "</title>\n<desc id=\"p%d-desc\">", plot->number);
	put_summary(out, plot, summary);
	fputs("</desc>\n", out);
	put_shades(out, plot);
	put_title(out, plot);
	if (summary->bars == 0)
		plot_number(out, PLOT_WIDTH / 2, PLOT_HEADER + PLOT_LINE, ANCHOR_MIDDLE,
			    "无数据 · no data");
}

void plot_close(FILE *out)
{
	fputs("</svg>\n", out);
}

/* --- values --- */

int64_t plot_sum(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

/* Whole yuan need no decimals. */
static void drop_decimals(char *text)
{
	size_t length = strlen(text);

	if (length > 3 && strcmp(text + length - 3, ".00") == 0)
		text[length - 3] = '\0';
}

void plot_value(char out[static MARKUP_NUMBER_SIZE], const struct plot *plot, int64_t value)
{
	if (!plot->is_money) {
		markup_count(out, value);
		return;
	}
	markup_yuan(out, value);
	drop_decimals(out);
}

int plot_value_width(const struct plot *plot, int64_t value)
{
	char text[MARKUP_NUMBER_SIZE];

	plot_value(text, plot, value);
	return markup_width(text);
}

void plot_tick_label(char out[static MARKUP_NUMBER_SIZE], const struct plot *plot, uint64_t value)
{
	/* A tick may lie beyond what int64_t holds. */
	if (plot->is_money && value <= INT64_MAX)
		plot_value(out, plot, (int64_t)value);
	else
		markup_digits(out, plot->is_money ? value / 100 : value);
}

/* --- axes --- */

struct plot_ticks plot_ticks(int64_t most, int intervals)
{
	static const uint64_t factors[] = { 1, 2, 5 };
	uint64_t reach = most > 1 ? (uint64_t)most : 1, power = 1;

	assert(intervals >= 1);
	/* 10^19 is the greatest power that is needed, and uint64_t holds it. */
	for (size_t i = 0;; i++) {
		uint64_t step = power * factors[i % 3];

		if ((reach - 1) / step < (uint64_t)intervals)
			return (struct plot_ticks){ step, (int)((reach - 1) / step) + 1 };
		if (i % 3 == 2)
			power *= 10;
	}
}

struct plot_ticks plot_axis(const struct plot *plot, int64_t most, int span, bool across)
{
	/* An axis of money ends at one yuan, not at one fen, where there is nothing. */
	int64_t reach = plot->is_money && most < 100 ? 100 : most;
	char label[MARKUP_NUMBER_SIZE];
	struct plot_ticks ticks;

	for (int intervals = 6;; intervals--) {
		ticks = plot_ticks(reach, intervals);
		plot_tick_label(label, plot, ticks.step * (uint64_t)ticks.count);
		if (!across || intervals == 1 || markup_width(label) + 12 <= span / ticks.count)
			return ticks;
	}
}

int plot_length(const struct plot_ticks *ticks, int span, int64_t value)
{
	double top = (double)ticks->step * ticks->count;

	if (value <= 0)
		return 0;
	int length = (int)((double)value / top * span + 0.5);
	return length > 0 ? length : 1;
}

/* --- legend --- */

static void put_key(FILE *out, const struct plot *plot, const struct plot_key *key,
		    const char *total, int x, int y)
{
	const struct plot_box swatch = { x, y, 18, 18, key->shade };

	plot_box_open(out, plot, &swatch);
	markup_both(out, key->name);
	plot_box_close(out);
	plot_text_open(out, x + PLOT_LINE, y + 15, ANCHOR_START, LOOK_INK);
	markup_text(out, key->name.zh);
	fputs(" ", out);
	markup_text(out, key->name.en);
	fprintf(out, " <tspan font-weight=\"bold\">%s</tspan>", total);
	plot_text_close(out);
}

int plot_legend(FILE *out, const struct plot *plot, const struct plot_key *keys, size_t count,
		int y)
{
	int x = 0, top = y;

	for (size_t i = 0; i < count; i++) {
		char total[MARKUP_NUMBER_SIZE];

		plot_value(total, plot, keys[i].total);
		/* The swatch, the text with two blanks, and air. */
		int width = PLOT_LINE + markup_width(keys[i].name.zh) +
			    markup_width(keys[i].name.en) + markup_width(total) +
			    2 * markup_width(" ") + PLOT_LINE;
		if (x > 0 && x + width > PLOT_WIDTH) {
			x = 0;
			y += PLOT_LINE;
		}
		if (out != NULL)
			put_key(out, plot, &keys[i], total, x, y);
		x += width;
	}
	return count > 0 ? y + PLOT_LINE + PLOT_LINE / 2 - top : 0;
}
