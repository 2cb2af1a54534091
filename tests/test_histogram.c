/* The histogram: each value on its side of the limit, and the limit where it stands. */
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

static const struct plot counted = {
	.number = 1,
	.title = BOTH("申请到发放的工作日数", "Working days from application to hand-over"),
	.label_axis = BOTH("工作日", "working days"),
	.value_axis = BOTH("张", "certificates"),
};

static char *histogram(const struct plot_count *counts, size_t count, int32_t limit)
{
	struct capture capture;

	capture_begin(&capture);
	plot_histogram(capture.out, &counted, counts, count, limit);
	capture_end(&capture);
	return capture.text;
}

static void days_fall_on_their_side_of_the_limit(void **state)
{
	static const struct {
		int64_t days;
		int32_t limit;
		bool is_kept;
		const char *bin; /* where it is counted */
	} rows[] = {
		{ INT64_MIN, 30, true, "0" },
		{ -1, 30, true, "0" },
		{ 0, 30, true, "0" },
		{ 1, 30, true, "1–5" },
		{ 5, 30, true, "1–5" },
		{ 6, 30, true, "6–10" },
		{ 29, 30, true, "26–30" },
		{ 30, 30, true, "26–30" },
		{ 31, 30, false, "31–35" },
		{ 60, 30, false, "56–60" },
		/* The last bin stays closed while nothing lies behind it. */
		{ 61, 30, false, "61–65" },
		{ 65, 30, false, "61–65" },
		{ 66, 30, false, "61+" },
		{ INT64_MAX, 30, false, "61+" },
		{ 1, 1, true, "1" },
		{ 2, 1, false, "2" },
		{ 7, 7, true, "7" },
		{ 8, 7, false, "8" },
		/* Bins end at the limit, so the first is what is left over. */
		{ 1, 13, true, "0–1" },
		{ 13, 13, true, "12–13" },
		{ 14, 13, false, "14–15" },
		{ INT32_MAX, INT32_MAX, true, "1647483648–2147483647" },
		{ INT64_MAX, INT32_MAX, false, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct plot_count count = { rows[i].days, 4321 };
		char *svg = histogram(&count, 1, rows[i].limit);
		char title[128];

		snprintf(title, sizeof title, "<title>%s: 4,321</title>",
			 rows[i].bin != NULL ? rows[i].bin : "");
		if (rows[i].bin != NULL && strstr(svg, title) == NULL)
			fail_msg("row %zu: no %s", i, title);
		assert_int_equal(times(svg, "within the limit <tspan font-weight=\"bold\">4,321<"),
				 rows[i].is_kept ? 1 : 0);
		assert_int_equal(times(svg, "beyond it <tspan font-weight=\"bold\">4,321<"),
				 rows[i].is_kept ? 0 : 1);
		free(svg);
	}
}

static void the_limit_stands_between_kept_and_not(void **state)
{
	static const struct plot_count counts[] = { { 31, 5 }, { 30, 10 }, { 12, 7 }, { 12, 1 } };
	char *svg = histogram(counts, COUNT(counts), 30);
	struct box boxes[BOXES_MAX];
	const char *line = strstr(svg, "stroke-dasharray");
	int x;

	(void)state;
	assert_well_formed(svg);
	assert_non_null(line);
	while (strncmp(line, "<line ", 6) != 0)
		line--;
	assert_int_equal(sscanf(line, "<line x1=\"%d\"", &x), 1);
	/* Two swatches, then 11–15, 26–30, 31–35. */
	assert_int_equal(boxes_of(boxes, svg), 5);
	assert_true(boxes[3].x + boxes[3].width < x && x < boxes[4].x);
	assert_non_null(strstr(svg, "<title>11–15: 8</title>"));
	assert_non_null(strstr(svg, "时限 limit 30"));
	free(svg);
}

static void the_limit_is_shown_where_all_keep_it(void **state)
{
	static const struct plot_count counts[] = { { 3, 5 } };
	char *svg = histogram(counts, 1, 30);

	(void)state;
	assert_int_equal(times(svg, "stroke-dasharray"), 1);
	assert_non_null(strstr(svg, ">31–35<"));
	assert_null(strstr(svg, ">36–40<"));
	free(svg);
}

static void a_histogram_of_nothing_says_so(void **state)
{
	char *svg = histogram(NULL, 0, 30);

	(void)state;
	assert_well_formed(svg);
	assert_non_null(strstr(svg, "无数据 · no data"));
	assert_null(strstr(svg, "stroke-dasharray"));
	free(svg);
}

static void a_histogram_saturates(void **state)
{
	static const struct plot_count counts[] = { { 3, INT64_MAX }, { 4, INT64_MAX }, { 40, 1 } };
	char *svg = histogram(counts, COUNT(counts), 30);

	(void)state;
	assert_well_formed(svg);
	assert_non_null(strstr(svg, ">9,223,372,036,854,775,807</text>"));
	free(svg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_fall_on_their_side_of_the_limit),
		cmocka_unit_test(the_limit_stands_between_kept_and_not),
		cmocka_unit_test(the_limit_is_shown_where_all_keep_it),
		cmocka_unit_test(a_histogram_of_nothing_says_so),
		cmocka_unit_test(a_histogram_saturates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
