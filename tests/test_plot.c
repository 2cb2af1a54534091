/* Plots: bars as long as their values, round ticks, numbers at each bar, hostile labels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/plot.h"
#include "tests/xml.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROWS_MAX     300

static const struct bilingual parts[] = {
	BOTH("申请", "applied"),   BOTH("审核", "in review"), BOTH("制作", "produced"),
	BOTH("县区", "at county"), BOTH("站点", "station"),   BOTH("发放", "handed over"),
	BOTH("挂失", "lost"),      BOTH("注销", "cancelled"),
};

static const struct plot counted = {
	.number = 1,
	.title = BOTH("各单位证件", "Certificates by unit"),
	.label_axis = BOTH("单位", "unit"),
	.value_axis = BOTH("张", "certificates"),
};

/* --- reading a picture back --- */

/* Fails where something is drawn beside the picture. */
static void assert_inside(const char *svg, const struct box *boxes, size_t count)
{
	int width, height;

	assert_int_equal(sscanf(svg, "<svg viewBox=\"0 0 %d %d\"", &width, &height), 2);
	for (size_t i = 0; i < count; i++) {
		assert_true(boxes[i].x >= 0 && boxes[i].x + boxes[i].width <= width);
		assert_true(boxes[i].y >= 0 && boxes[i].y + boxes[i].height <= height);
	}
}

typedef void draw(FILE *out, const struct plot *plot, const struct plot_row *rows, size_t count);

/* The picture, checked as XML; the caller frees. */
static char *drawn(draw *how, const struct plot *plot, const struct plot_row *rows, size_t count)
{
	struct capture capture;
	struct box boxes[BOXES_MAX];

	capture_begin(&capture);
	how(capture.out, plot, rows, count);
	capture_end(&capture);
	assert_well_formed(capture.text);
	assert_self_contained(capture.text);
	assert_inside(capture.text, boxes, boxes_of(boxes, capture.text));
	return capture.text;
}

/* Rows called "row 0", "row 1" … with the values count, count - 1 … 1. */
static const struct plot_row *falling(size_t count)
{
	static struct plot_row rows[ROWS_MAX];
	static char names[ROWS_MAX][32];

	assert_true(count <= ROWS_MAX);
	for (size_t i = 0; i < count; i++) {
		snprintf(names[i], sizeof names[i], "row %zu", i);
		rows[i] = (struct plot_row){ names[i], { (int64_t)(count - i) } };
	}
	return rows;
}

/* --- ticks --- */

static void ticks_are_round(void **state)
{
	static const struct {
		int64_t most;
		int intervals;
		uint64_t step;
		int count;
	} rows[] = {
		{ INT64_MIN, 6, 1, 1 },
		{ -1, 6, 1, 1 },
		{ 0, 6, 1, 1 },
		{ 1, 6, 1, 1 },
		{ 2, 6, 1, 2 },
		{ 6, 6, 1, 6 },
		{ 7, 6, 2, 4 },
		{ 12, 6, 2, 6 },
		{ 13, 6, 5, 3 },
		{ 30, 6, 5, 6 },
		{ 31, 6, 10, 4 },
		{ 60, 6, 10, 6 },
		{ 61, 6, 20, 4 },
		{ 30, 8, 5, 6 },
		{ 40, 8, 5, 8 },
		{ 41, 8, 10, 5 },
		{ 1, 1, 1, 1 },
		{ 100, 1, 100, 1 },
		{ 101, 1, 200, 1 },
		{ 21854, 6, 5000, 5 },
		{ 25000, 6, 5000, 5 },
		{ 25001, 6, 5000, 6 },
		{ 30001, 6, 10000, 4 },
		{ INT64_MAX, 6, 2000000000000000000U, 5 },
		{ INT64_MAX, 1, 10000000000000000000U, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct plot_ticks ticks = plot_ticks(rows[i].most, rows[i].intervals);

		if (ticks.step != rows[i].step || ticks.count != rows[i].count)
			fail_msg("%lld in %d: %llu x %d", (long long)rows[i].most,
				 rows[i].intervals, (unsigned long long)ticks.step, ticks.count);
	}
}

static void every_tick_reaches_its_value(void **state)
{
	(void)state;
	for (int64_t most = 1; most < 5000; most += 1 + most / 7)
		for (int intervals = 1; intervals <= 10; intervals++) {
			struct plot_ticks ticks = plot_ticks(most, intervals);
			uint64_t top = ticks.step * (uint64_t)ticks.count;

			assert_true(top >= (uint64_t)most && ticks.count <= intervals);
			assert_true(top - ticks.step < (uint64_t)most);
		}
}

/* --- lengths --- */

/* The largest value is a round number, so that its bar is as long as the axis. */
static const struct plot_row lengths[] = {
	{ "a", { 1000 } }, { "b", { 999 } }, { "c", { 500 } },
	{ "d", { 333 } },  { "e", { 10 } },  { "f", { 1 } },
};

static void assert_proportional(int length, int64_t value, int longest)
{
	double exact = (double)value * longest / 1000;

	if (length < exact - 1 || length > exact + 1)
		fail_msg("%lld is %d long, not %f", (long long)value, length, exact);
}

static void bars_are_as_long_as_their_values(void **state)
{
	char *svg = drawn(plot_bars, &counted, lengths, COUNT(lengths));
	struct box boxes[BOXES_MAX];

	(void)state;
	assert_int_equal(boxes_of(boxes, svg), COUNT(lengths));
	assert_true(boxes[0].width > 400);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		assert_proportional(boxes[i].width, lengths[i].values[0], boxes[0].width);
		assert_int_equal(boxes[i].x, boxes[0].x); /* zero is where the axis begins */
		assert_true(boxes[i].width > 0);
	}
	free(svg);
}

static void columns_are_as_high_as_their_values(void **state)
{
	char *svg = drawn(plot_columns, &counted, lengths, COUNT(lengths));
	struct box boxes[BOXES_MAX];

	(void)state;
	assert_int_equal(boxes_of(boxes, svg), COUNT(lengths));
	for (size_t i = 0; i < COUNT(lengths); i++) {
		assert_proportional(boxes[i].height, lengths[i].values[0], boxes[0].height);
		assert_int_equal(boxes[i].y + boxes[i].height, boxes[0].y + boxes[0].height);
		assert_true(boxes[i].height > 0);
	}
	free(svg);
}

static void parts_make_up_their_bar(void **state)
{
	static const struct plot_row rows[] = {
		{ "whole", { 400, 0, 300, 1, 199, 50, 49, 1 } },
		{ "half", { 100, 100, 100, 50, 50, 50, 25, 25 } },
	};
	struct plot plot = counted;
	struct box boxes[BOXES_MAX], *bars = boxes + PLOT_SERIES_MAX;
	char *svg;

	(void)state;
	plot.series = parts;
	plot.series_count = PLOT_SERIES_MAX;
	svg = drawn(plot_bars, &plot, rows, COUNT(rows));
	/* The legend's swatches, seven parts (one is zero) and eight. */
	assert_int_equal(boxes_of(boxes, svg), PLOT_SERIES_MAX + 7 + 8);
	for (size_t i = 1; i < 7; i++)
		assert_int_equal(bars[i].x, bars[i - 1].x + bars[i - 1].width);
	int span = bars[6].x + bars[6].width - bars[0].x;
	assert_proportional(bars[0].width, 400, span);
	assert_proportional(bars[1].width, 300, span);
	assert_proportional(bars[14].x + bars[14].width - bars[7].x, 500, span);
	/* The legend tells what each part comes to, the bar what all its parts do. */
	assert_non_null(strstr(svg, "申请 applied <tspan font-weight=\"bold\">500</tspan>"));
	assert_non_null(strstr(svg, ">1,000</text>"));
	assert_non_null(strstr(svg, "<title>half · 发放 · handed over: 50</title>"));
	free(svg);
}

static void parts_differ_without_colour(void **state)
{
	static const struct plot_row row = { "a", { 1, 1, 1, 1, 1, 1, 1, 1 } };
	struct plot plot = counted;
	char *svg;

	(void)state;
	plot.series = parts;
	plot.series_count = PLOT_SERIES_MAX;
	svg = drawn(plot_bars, &plot, &row, 1);
	assert_true(times(svg, "<pattern ") >= 4);
	assert_true(times(svg, "fill=\"url(#p1-s") >= 4);
	for (size_t i = 0; i < PLOT_SERIES_MAX; i++)
		assert_true(times(svg, parts[i].zh) > 0 && times(svg, parts[i].en) > 0);
	free(svg);
}

/* --- how many --- */

static void few_and_many_bars(void **state)
{
	static const struct {
		size_t rows, bars;
		const char *there; /* what the picture says, NULL: nothing more */
	} cases[] = {
		{ 0, 0, "无数据 · no data" },
		{ 1, 1, NULL },
		{ PLOT_BARS_MAX, PLOT_BARS_MAX, NULL },
		/* The two smallest, 1 and 2, are joined. */
		{ PLOT_BARS_MAX + 1, PLOT_BARS_MAX, "其余 2 项 · 2 others: 3<" },
		{ 300 - 1, PLOT_BARS_MAX, "其余 276 项 · 276 others: 38,226<" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *svg = drawn(plot_bars, &counted, falling(cases[i].rows), cases[i].rows);
		struct box boxes[BOXES_MAX];

		assert_int_equal(boxes_of(boxes, svg), cases[i].bars);
		if (cases[i].there != NULL)
			assert_non_null(strstr(svg, cases[i].there));
		else
			assert_null(strstr(svg, "其余"));
		free(svg);
	}
}

static void few_and_many_columns(void **state)
{
	static const struct {
		size_t rows, columns;
		const char *there;
	} cases[] = {
		{ 0, 0, "无数据 · no data" },
		{ 1, 1, ">row 0<" },
		{ PLOT_COLUMNS_MAX, PLOT_COLUMNS_MAX, ">row 30<" },
		/* In twos: 32 + 31, …, 2 + 1. */
		{ PLOT_COLUMNS_MAX + 1, 16, "row 0 – row 1: 63<" },
		/* In tens, the last of nine. */
		{ 300 - 1, 30, "row 290 – row 298: 45<" },
		{ 300 - 1, 30, ">row 290 (9)<" },
		{ 300 - 1, 30, "每柱 10 项 · 10 in each column" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *svg = drawn(plot_columns, &counted, falling(cases[i].rows), cases[i].rows);
		struct box boxes[BOXES_MAX];

		assert_int_equal(boxes_of(boxes, svg), cases[i].columns);
		if (strstr(svg, cases[i].there) == NULL)
			fail_msg("%zu rows: no %s", cases[i].rows, cases[i].there);
		free(svg);
	}
}

static void bars_stand_in_order_or_ranked(void **state)
{
	static const struct plot_row rows[] = {
		{ "first", { 2 } }, { "second", { 9 } }, { "third", { 9 } }, { "fourth", { -1 } }
	};
	static const struct {
		bool is_ranked;
		const char *order[4];
	} cases[] = {
		{ false, { ">first<", ">second<", ">third<", ">fourth<" } },
		{ true, { ">second<", ">third<", ">first<", ">fourth<" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct plot plot = counted;
		const char *at;
		char *svg;

		plot.is_ranked = cases[i].is_ranked;
		svg = drawn(plot_bars, &plot, rows, COUNT(rows));
		at = svg;
		for (size_t row = 0; row < COUNT(rows); row++) {
			at = strstr(at, cases[i].order[row]);
			assert_non_null(at);
		}
		free(svg);
	}
}

static void every_bar_has_its_number(void **state)
{
	static const struct plot_row rows[] = {
		{ "a", { 1234567 } }, { "b", { 1204 } }, { "c", { 0 } }, { "d", { -30500 } }
	};
	static const char *const numbers[2][4] = {
		{ ">1,234,567</text>", ">1,204</text>", ">0</text>", ">-30,500</text>" },
		{ ">12,345.67</text>", ">12.04</text>", ">0</text>", ">-305</text>" },
	};
	static draw *const draws[] = { plot_bars, plot_columns };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct plot plot = counted;
		struct box boxes[BOXES_MAX];
		char *svg;

		plot.is_money = i / 2 == 1;
		svg = drawn(draws[i % 2], &plot, rows, COUNT(rows));
		for (size_t row = 0; row < COUNT(rows); row++)
			if (strstr(svg, numbers[i / 2][row]) == NULL)
				fail_msg("no %s in %s", numbers[i / 2][row], svg);
		/* What is not above zero has no bar. */
		assert_int_equal(boxes_of(boxes, svg), 2);
		free(svg);
	}
}

/* --- extremes --- */

static void nothing_but_zero_is_drawn(void **state)
{
	static const struct plot_row rows[] = { { "a", { 0 } }, { "b", { 0 } } };
	static draw *const draws[] = { plot_bars, plot_columns };

	(void)state;
	for (size_t i = 0; i < COUNT(draws); i++) {
		struct box boxes[BOXES_MAX];
		char *svg = drawn(draws[i], &counted, rows, COUNT(rows));

		assert_int_equal(boxes_of(boxes, svg), 0);
		assert_true(times(svg, ">0</text>") >= 2);
		assert_null(strstr(svg, "无数据"));
		free(svg);
	}
}

static void extremes_do_not_overflow(void **state)
{
	static const struct plot_row rows[] = {
		{ "most", { INT64_MAX, INT64_MAX, 1 } },
		{ "least", { INT64_MIN, INT64_MIN, -1 } },
		{ "both", { INT64_MAX, INT64_MIN, INT64_MAX } },
		{ NULL, { 1, 2, 3 } },
	};
	static draw *const draws[] = { plot_bars, plot_columns };

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct plot plot = counted;
		char *svg;

		plot.is_money = i / 2 % 2 == 1;
		plot.series = parts;
		plot.series_count = i / 4 * 3;
		svg = drawn(draws[i % 2], &plot, rows, COUNT(rows));
		assert_non_null(strstr(svg, plot.is_money ? ">92,233,720,368,547,758.07</text>"
							  : ">9,223,372,036,854,775,807</text>"));
		assert_non_null(strstr(svg, plot.is_money ? ">-92,233,720,368,547,758.08</text>"
							  : ">-9,223,372,036,854,775,808</text>"));
		free(svg);
	}
}

/* --- labels --- */

static void hostile_labels_are_harmless(void **state)
{
	static const struct {
		const char *text, *shown; /* shown in the bar's title, before ": 7" */
	} rows[] = {
		{ "", "" },
		{ "石臼街道", "石臼街道" },
		{ "a & b", "a &amp; b" },
		{ "</text><script>alert(1)</script>",
		  "&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;" },
		{ "\" onload=\"x", "&quot; onload=&quot;x" },
		{ "it's", "it&#39;s" },
		{ "]]>", "]]&gt;" },
		{ "&#0;&lt;", "&amp;#0;&amp;lt;" },
		{ "a\nb\tc\rd", "a b c d" },
		{ "a\x01\x08\x0b\x1f\x7f"
		  "b",
		  "ab" },
		{ "a\xc2\x80\xc2\x9f\xc2\xa0"
		  "b",
		  "a\xc2\xa0"
		  "b" },
		{ "a\xe2\x80\xae\xe2\x81\xa6"
		  "b\xef\xbb\xbf",
		  "ab" },
		{ "a\xff\xfe"
		  "b",
		  "a\xef\xbf\xbd\xef\xbf\xbd"
		  "b" },
		{ "cut \xe6\xb5", "cut \xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "𠮷野", "𠮷野" },
	};
	static draw *const draws[] = { plot_bars, plot_columns };

	(void)state;
	for (size_t how = 0; how < COUNT(draws); how++) {
		struct plot_row hostile[COUNT(rows)];
		char *svg;

		for (size_t i = 0; i < COUNT(rows); i++)
			hostile[i] = (struct plot_row){ rows[i].text, { 7 } };
		svg = drawn(draws[how], &counted, hostile, COUNT(rows));
		for (size_t i = 0; i < COUNT(rows); i++) {
			char title[128];

			snprintf(title, sizeof title, "<title>%s: 7</title>", rows[i].shown);
			if (strstr(svg, title) == NULL)
				fail_msg("row %zu: no %s", i, title);
		}
		free(svg);
	}
}

static void hostile_titles_are_harmless(void **state)
{
	const struct bilingual hostile = BOTH("<b>&\x01\xff", "'\"</svg>");
	const struct bilingual series[] = { hostile, hostile };
	const struct plot plot = { 3, hostile, hostile, hostile, false, false, series, 2 };
	char *svg = drawn(plot_bars, &plot, falling(3), 3);

	(void)state;
	assert_int_equal(times(svg, "</svg>"), 1);
	assert_null(strstr(svg, "<b>"));
	free(svg);
}

/* Also a label far longer than any estimate: cut beside its bar, whole in the bar's title. */
static void a_label_of_any_length_is_taken(void **state)
{
	enum { LENGTH = 90000 };
	char *label = malloc(LENGTH + 1), *svg;
	struct plot_row row = { label, { 1 } };

	(void)state;
	memset(label, 'x', LENGTH);
	label[LENGTH] = '\0';
	assert_int_equal(markup_width(label), INT16_MAX);
	svg = drawn(plot_bars, &counted, &row, 1);
	assert_int_equal(times(svg, label), 2); /* title and description */
	assert_non_null(strstr(svg, "x…</text>"));
	free(svg);
	free(label);
}

/* --- what is said beside the drawing --- */

static void a_picture_says_what_it_shows(void **state)
{
	struct plot plot = counted;
	char *svg;

	(void)state;
	plot.number = 7;
	svg = drawn(plot_bars, &plot, lengths, COUNT(lengths));
	assert_non_null(strstr(svg, "role=\"img\" aria-labelledby=\"p7-title p7-desc\""));
	assert_non_null(strstr(svg, "<title id=\"p7-title\">各单位证件 · Certificates by unit<"));
	assert_non_null(strstr(svg, "<desc id=\"p7-desc\">共 6 项,合计 2,843 · 6 entries, 2,843 in "
				    "all; 最多 most: a 1,000</desc>"));
	assert_non_null(strstr(svg, ">单位 unit</text>"));
	assert_non_null(strstr(svg, ">张 certificates</text>"));
	/* Several pictures on a page do not share a name. */
	assert_int_equal(times(svg, " id=\""), times(svg, " id=\"p7-"));
	free(svg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_are_round),
		cmocka_unit_test(every_tick_reaches_its_value),
		cmocka_unit_test(bars_are_as_long_as_their_values),
		cmocka_unit_test(columns_are_as_high_as_their_values),
		cmocka_unit_test(parts_make_up_their_bar),
		cmocka_unit_test(parts_differ_without_colour),
		cmocka_unit_test(few_and_many_bars),
		cmocka_unit_test(few_and_many_columns),
		cmocka_unit_test(bars_stand_in_order_or_ranked),
		cmocka_unit_test(every_bar_has_its_number),
		cmocka_unit_test(nothing_but_zero_is_drawn),
		cmocka_unit_test(extremes_do_not_overflow),
		cmocka_unit_test(hostile_labels_are_harmless),
		cmocka_unit_test(hostile_titles_are_harmless),
		cmocka_unit_test(a_label_of_any_length_is_taken),
		cmocka_unit_test(a_picture_says_what_it_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
