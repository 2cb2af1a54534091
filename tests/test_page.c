/* The page that holds a report: stands by itself, takes any text, and tables in all their forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/page.h"
#include "centre/plot.h"
#include "tests/xml.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HOSTILE      "</p><script>alert('1')</script>&\"\x01\xff"
#define HARMLESS     "&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;\xef\xbf\xbd"

static const struct page_head head = {
	.title = { "优待证发放情况", "Certificates issued" },
	.subtitle = { "日照市 2026 年", "Rizhao, 2026" },
	.as_of = 1795532000, /* 2026-11-24T14:53:20Z */
	.is_demo = true,
};

/* --- one report in all forms --- */

static const struct table_column columns[] = {
	{ "unit", "单位 name of the unit", false },
	{ "count", "证件 certificates", false },
	{ "saved", "优惠元 saved", true },
	{ "note", "备注", false },
};

/* As a command does it: it knows nothing of the form. */
static void report(struct table *table)
{
	const struct cell rows[][COUNT(columns)] = {
		{ CELL_TEXT("东港区"), CELL_NUMBER(1234567), CELL_NUMBER(123450), CELL_TEXT(NULL) },
		{ CELL_TEXT("a<b>, \"c\""), CELL_KNOWN(false, 0), CELL_KNOWN(false, 0),
		  CELL_TEXT("=1+1") },
	};

	table_begin(table, columns, COUNT(columns));
	for (size_t i = 0; i < COUNT(rows); i++)
		table_row(table, rows[i]);
	table_end(table);
}

static void a_report_has_four_forms(void **state)
{
	static const struct {
		int form;
		const char *text;
	} rows[] = {
		{ TABLE_TEXT, "单位 name of the unit\t证件 certificates\t优惠元 saved\t备注\n"
			      "东港区\t1234567\t1234.50\t-\n"
			      "a<b>, \"c\"\t-\t-\t=1+1\n"
			      "共 2 行 · 2 rows\n" },
		{ TABLE_CSV, "unit,count,saved,note\n"
			     "东港区,1234567,123450,\n"
			     "\"a<b>, \"\"c\"\"\",,,\"'=1+1\"\n" },
		{ TABLE_JSON,
		  "[{\"unit\":\"东港区\",\"count\":1234567,\"saved\":123450,\"note\":null},"
		  "{\"unit\":\"a<b>, \\\"c\\\"\",\"count\":null,\"saved\":null,\"note\":\"=1+1\"}]"
		  "\n" },
		{ TABLE_HTML,
		  "<div class=\"wide\"><table>\n<thead><tr>"
		  "<th scope=\"col\">单位 <span class=\"en\">name of the unit</span></th>"
		  "<th scope=\"col\" class=\"n\">证件 <span class=\"en\">certificates</span></th>"
		  "<th scope=\"col\" class=\"n\">优惠元 <span class=\"en\">saved</span></th>"
		  "<th scope=\"col\">备注</th></tr></thead>\n<tbody>\n"
		  "<tr><td>东港区</td><td class=\"n\">1,234,567</td><td class=\"n\">1,234.50</td>"
		  "<td>–</td></tr>\n"
		  "<tr><td>a&lt;b&gt;, &quot;c&quot;</td><td class=\"n\">–</td>"
		  "<td class=\"n\">–</td><td>=1+1</td></tr>\n"
		  "</tbody></table></div>\n<p class=\"rows\">共 2 行 · 2 rows</p>\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct capture capture;

		capture_begin(&capture);
		struct table table = { .form = rows[i].form, .out = capture.out };
		report(&table);
		assert_string_equal(capture_end(&capture), rows[i].text);
		capture_free(&capture);
	}
}

static void a_table_without_rows_says_so(void **state)
{
	struct capture capture;

	(void)state;
	capture_begin(&capture);
	struct table table = { .form = TABLE_HTML, .out = capture.out };
	table_begin(&table, columns, COUNT(columns));
	table_end(&table);
	capture_end(&capture);
	assert_non_null(strstr(capture.text, "<td colspan=\"4\">无数据 · no data</td>"));
	/* The heading is there, and money's side is known. */
	assert_int_equal(times(capture.text, "<th "), 4);
	assert_int_equal(times(capture.text, "class=\"n\""), 1);
	capture_free(&capture);
}

/* --- whole pages --- */

static void draw_plots(struct page *page, const char *label)
{
	const struct plot_row rows[] = { { label, { 5 } }, { "b", { 7 } } };
	static const struct plot_count days = { 31, 2 };
	struct plot plot = { .title = { label, label } };

	plot.number = page_plot_begin(page);
	plot_bars(page->out, &plot, rows, COUNT(rows));
	page_plot_end(page);
	plot.number = page_plot_begin(page);
	plot_columns(page->out, &plot, rows, COUNT(rows));
	page_plot_end(page);
	plot.number = page_plot_begin(page);
	plot_histogram(page->out, &plot, &days, 1, 30);
	page_plot_end(page);
}

/* Everything that a page can hold, with this text wherever one is. */
static char *whole_page(const char *text)
{
	const struct bilingual both = { text, text };
	const struct page_head of_text = { .title = both, .subtitle = both };
	const struct page_figure figure = { .label = both, .number = 1 };
	const struct cell cells[] = { CELL_TEXT(text), CELL_NUMBER(1), CELL_NUMBER(2),
				      CELL_TEXT(text) };
	struct capture capture;
	struct page page;

	capture_begin(&capture);
	page_begin(&page, capture.out, &of_text);
	page_section(&page, both, both);
	page_figures(&page, &figure, 1);
	page_note(&page, both);
	struct table table = page_table(&page);
	table_begin(&table, columns, COUNT(columns));
	table_row(&table, cells);
	table_end(&table);
	page_section(&page, both, both);
	draw_plots(&page, text);
	assert_true(page_end(&page));
	capture_end(&capture);
	return capture.text;
}

static void a_page_stands_by_itself(void **state)
{
	char *text = whole_page("石臼街道 & <b>");

	(void)state;
	assert_well_formed(text);
	assert_self_contained(text);
	assert_non_null(strstr(text, "<!DOCTYPE html>\n<html lang=\"zh-CN\">"));
	assert_non_null(strstr(text, "<meta charset=\"utf-8\"/>"));
	assert_non_null(strstr(text, "content=\"default-src 'none'; style-src 'unsafe-inline'; "
				     "img-src data:\"/>"));
	assert_non_null(strstr(text, "<meta name=\"referrer\" content=\"no-referrer\"/>"));
	assert_non_null(strstr(text, "<meta name=\"robots\" content=\"noindex\"/>"));
	assert_int_equal(times(text, "<section>"), 2);
	assert_int_equal(times(text, "</section>"), 2);
	free(text);
}

static void any_text_is_taken(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ HOSTILE, HARMLESS },
		{ "\xe2\x80\xae"
		  "abc",
		  "abc" },
		{ "--><!--", "--&gt;&lt;!--" },
		{ "<![CDATA[", "&lt;![CDATA[" },
		{ "</style><style>", "&lt;/style&gt;&lt;style&gt;" },
		{ "\xef\xbf\xbf", "\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = whole_page(rows[i].text), expected[256];

		assert_well_formed(text);
		assert_self_contained(text);
		snprintf(expected, sizeof expected, "<td>%s</td>", rows[i].shown);
		assert_int_equal(times(text, expected), 2);
		snprintf(expected, sizeof expected, "<h2>%s <span class=\"en\">%s</span></h2>",
			 rows[i].shown, rows[i].shown);
		assert_int_equal(times(text, expected), 2);
		free(text);
	}
}

/* Named once on the page: what a label says it belongs to is found. */
static void plots_of_a_page_do_not_share_names(void **state)
{
	char *text = whole_page("a"), name[32];

	(void)state;
	for (int plot = 1; plot <= 3; plot++) {
		snprintf(name, sizeof name, "id=\"p%d-title\"", plot);
		assert_int_equal(times(text, name), 1);
		snprintf(name, sizeof name, "id=\"p%d-s2\"", plot);
		assert_int_equal(times(text, name), 1);
	}
	free(text);
}

static void a_page_prints_well(void **state)
{
	static const char *const rules[] = {
		"@page{size:A4",
		"thead{display:table-header-group}",
		"tr{break-inside:avoid}",
		"h1,h2,h2+p{break-after:avoid}",
		"color:#000;background:#fff",
	};
	char *text = whole_page("a"), *print = strstr(text, "@page");

	(void)state;
	assert_non_null(print);
	for (size_t i = 0; i < COUNT(rules); i++)
		if (strstr(print, rules[i]) == NULL)
			fail_msg("no %s", rules[i]);
	free(text);
}

static char *empty_page(const struct page_head *of)
{
	struct capture capture;
	struct page page;

	capture_begin(&capture);
	page_begin(&page, capture.out, of);
	assert_true(page_end(&page));
	capture_end(&capture);
	assert_well_formed(capture.text);
	return capture.text;
}

static void the_head_says_what_and_when(void **state)
{
	struct page_head real = head;
	char *text = empty_page(&head);

	(void)state;
	assert_non_null(strstr(text, "<title>优待证发放情况 · Certificates issued</title>"));
	assert_non_null(strstr(text, "As of 2026-11-24 22:53 北京时间 Beijing time"));
	assert_non_null(strstr(text, "演示数据 · demonstration data"));
	free(text);
	real.is_demo = false;
	real.subtitle = (struct bilingual){ 0 };
	real.title.en = NULL;
	text = empty_page(&real);
	assert_non_null(strstr(text, "<title>优待证发放情况</title>"));
	assert_null(strstr(text, "demonstration"));
	assert_null(strstr(text, "<p></p>"));
	free(text);
}

static void figures_are_told_in_their_unit(void **state)
{
	static const struct {
		struct page_figure figure;
		const char *shown;
	} rows[] = {
		{ { .kind = FIGURE_COUNT, .number = 21854 }, "<dd>21,<wbr/>854</dd>" },
		{ { .kind = FIGURE_MONEY, .number = 123450 },
		  "<dd>1,<wbr/>234.50 <small>元 yuan</small></dd>" },
		{ { .kind = FIGURE_PERMILLE, .number = 945 }, "<dd>94.5 %</dd>" },
		{ { .kind = FIGURE_COUNT, .number = INT64_MIN },
		  "<dd>-9,<wbr/>223,<wbr/>372,<wbr/>036,<wbr/>854,<wbr/>775,<wbr/>808</dd>" },
		{ { .kind = FIGURE_COUNT, .unknown = true, .number = 7 }, "<dd>–</dd>" },
		{ { .kind = FIGURE_MONEY, .unknown = true, .number = 7 }, "<dd>–</dd>" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct capture capture;
		struct page page = { 0 };

		capture_begin(&capture);
		page.out = capture.out;
		page_figures(&page, &rows[i].figure, 1);
		capture_end(&capture);
		assert_well_formed(capture.text);
		if (strstr(capture.text, rows[i].shown) == NULL)
			fail_msg("%s: no %s", capture.text, rows[i].shown);
		capture_free(&capture);
	}
}

static void no_figures_leave_nothing(void **state)
{
	struct capture capture;
	struct page page = { 0 };

	(void)state;
	capture_begin(&capture);
	page.out = capture.out;
	page_figures(&page, NULL, 0);
	page_note(&page, (struct bilingual){ NULL, "" });
	assert_string_equal(capture_end(&capture), "");
	capture_free(&capture);
}

static void a_full_disk_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct page page;

	(void)state;
	if (full == NULL)
		skip();
	page_begin(&page, full, &head);
	assert_false(page_end(&page));
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_has_four_forms),
		cmocka_unit_test(a_table_without_rows_says_so),
		cmocka_unit_test(a_page_stands_by_itself),
		cmocka_unit_test(any_text_is_taken),
		cmocka_unit_test(plots_of_a_page_do_not_share_names),
		cmocka_unit_test(a_page_prints_well),
		cmocka_unit_test(the_head_says_what_and_when),
		cmocka_unit_test(figures_are_told_in_their_unit),
		cmocka_unit_test(no_figures_leave_nothing),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
