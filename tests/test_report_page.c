/* The program youdai: all figures on one page, which stands by itself and names nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/bureau.h"
#include "tests/centre.h"
#include "tests/xml.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char db[512];

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	snprintf(db, sizeof db, "%s", centre_path("bureau.db"));
	bureau_fill(db);
	bureau_add_ledgers(db);
	bureau_add_uses(db);
	return 0;
}

/* The page that this call writes; the caller frees. */
static char *page_of(const char *registry, const char *option, const char *value,
		     const char *option2, const char *value2)
{
	char *text;

	DO(0, "--db", registry, "report", "page", "--out", centre_path("page.html"), "--at",
	   BUREAU_NOW, option, value, option2, value2);
	text = centre_read("page.html");
	assert_non_null(text);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no \"%s\"", part);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part) != NULL)
		fail_msg("\"%s\": %.80s", part, strstr(text, part));
}

/* A key figure's label and number. */
static void assert_figure(const char *text, const char *label, const char *number)
{
	char part[256];
	const char *at = strstr(text, label);

	assert_non_null(at);
	snprintf(part, sizeof part, "</dt><dd>%s", number);
	at = strstr(at, "</dt><dd>");
	if (strncmp(at, part, strlen(part)) != 0)
		fail_msg("%s: %.40s in place of %s", label, at, number);
}

static void a_page_stands_by_itself_and_has_every_section(void **state)
{
	static const char *const headings[] = {
		"总体情况",       "优待证办理进度", "申请到发放的时间", "使用优待的时间分布",
		"按优待项目",     "按商户",         "按场景",           "按身份类别",
		"未能满足的需求", "光荣牌",         "储值福利卡",       "档案核对",
	};
	char *text = page_of(db, NULL, NULL, NULL, NULL), heading[64];

	(void)state;
	assert_well_formed(text);
	assert_self_contained(text);
	for (size_t i = 0; i < COUNT(headings); i++) {
		snprintf(heading, sizeof heading, "<h2>%s ", headings[i]);
		assert_has(text, heading);
	}
	assert_int_equal(times(text, "<section>"), COUNT(headings));
	assert_int_equal(times(text, "<svg"), 10);
	assert_has(text, "<title>优待证工作统计报告 · ");
	assert_has(text, "测试区服务中心 · 使用记录:全部");
	assert_has(text, "As of 2026-11-24 10:00");
	free(text);
}

static void nobody_is_on_the_page(void **state)
{
	static const char *const personal[] = { "PERSON-", "CERT-", "具名者", "G-0", "H-1", "H-4" };
	char *pages[] = { page_of(db, NULL, NULL, NULL, NULL),
			  page_of(db, "--unit", "west", NULL, NULL),
			  page_of(db, "--from", "2026-11-03", "--until", "2026-11-03") };

	(void)state;
	for (size_t i = 0; i < COUNT(pages); i++) {
		for (size_t k = 0; k < COUNT(personal); k++)
			assert_lacks(pages[i], personal[k]);
		free(pages[i]);
	}
}

static void key_figures_are_those_of_the_registry(void **state)
{
	char *text = page_of(db, NULL, NULL, NULL, NULL);

	(void)state;
	assert_figure(text, "persons on file", "19");
	assert_figure(text, "certificates issued", "10");
	assert_figure(text, "issued of those on file", "52.6 %");
	assert_figure(text, "plaques hung", "1");
	assert_figure(text, "benefits in force", "4");
	assert_figure(text, "使用优待(次)", "7");
	assert_figure(text, "saved by holders", "250.00");
	assert_figure(text, "未能享受(次)", "2");
	assert_figure(text, "median working days", "30");
	assert_figure(text, "handed over within 30 working days", "1<");
	assert_figure(text, "handed over later", "1<");
	assert_figure(text, "still open", "2<");
	assert_figure(text, "of these overdue", "1<");
	assert_figure(text, "储值卡(张)", "2<");
	assert_figure(text, "余额合计", "650.00");
	free(text);
}

/* The bureau's own, each unit below it with all that is below that, and the sum. */
static void certificates_stand_by_the_units_below(void **state)
{
	static const char *const rows[] = {
		"<tr><td>测试区服务中心</td><td class=\"n\">0</td><td class=\"n\">1</td>",
		("<tr><td>东街服务站</td><td class=\"n\">1</td><td class=\"n\">0</td>"
		 "<td class=\"n\">0</td><td class=\"n\">2</td><td class=\"n\">2</td>"),
		"<td>57.1%</td>",
		"<tr><td>北街服务站</td>",
		"<td>–</td>",
		"<tr><td>合计 total</td><td class=\"n\">1</td><td class=\"n\">2</td>",
		"<td class=\"n\">19</td><td>58.8%</td></tr>",
	};
	char *text = page_of(db, NULL, NULL, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_has(text, rows[i]);
	assert_lacks(text, "东村服务站");
	free(text);
}

static void mismatches_are_counts_with_what_to_do(void **state)
{
	char *text = page_of(db, NULL, NULL, NULL, NULL);

	(void)state;
	assert_has(text,
		   "<td>光荣牌没有悬挂记录:请补登 · a plaque of which nothing is on record: mark "
		   "it</td><td class=\"n\">1</td>");
	assert_has(text, "<td class=\"n\">16</td>"); /* without an ID number */
	free(text);
}

static void refusals_stand_by_reason_and_county(void **state)
{
	char *text = page_of(db, NULL, NULL, NULL, NULL);

	(void)state;
	assert_has(text, "<td>这项优待面向另一种优待证</td><td class=\"n\">2</td>");
	assert_has(text, "330683</td><td class=\"n\">1</td>");
	assert_has(text, "371171</td><td class=\"n\">1</td>");
	free(text);
}

#define TIME_COLUMN(zh, en) "<th scope=\"col\">" zh " <span class=\"en\">" en "</span></th>"

/* A month is shown by its days, those without a use too; a day more by months. */
static void time_is_shown_by_days_or_months(void **state)
{
	char *days = page_of(db, "--from", "2026-10-31", "--until", "2026-11-30");
	char *months = page_of(db, "--from", "2026-10-31", "--until", "2026-12-01");

	(void)state;
	assert_has(days, TIME_COLUMN("日期", "day"));
	assert_has(days, "2026-11-02");
	assert_has(days, "使用记录:2026-10-31 至 2026-11-30");
	assert_has(months, TIME_COLUMN("月份", "month"));
	assert_lacks(months, TIME_COLUMN("日期", "day"));
	assert_figure(days, "使用优待(次)", "4");
	assert_figure(days, "saved by holders", "210.00");
	free(days);
	free(months);
}

static void a_page_of_one_unit(void **state)
{
	char *text = page_of(db, "--unit", "371171001", NULL, NULL);

	(void)state;
	assert_well_formed(text);
	assert_has(text, "东街服务站 · 使用记录:全部");
	assert_figure(text, "certificates on file", "7");
	assert_figure(text, "certificates issued", "4");
	assert_figure(text, "issued of those on file", "57.1 %");
	assert_figure(text, "plaques hung", "1");
	assert_figure(text, "使用优待(次)", "4");
	assert_figure(text, "saved by holders", "230.00");
	assert_figure(text, "未能享受(次)", "0");
	assert_figure(text, "median working days", "–");
	assert_has(text, "<td>东村服务站</td>");
	assert_lacks(text, "西街服务站");
	assert_lacks(text, "测试食堂");
	assert_lacks(text, "<h2>储值福利卡");
	assert_lacks(text, "<h2>档案核对");
	assert_has(text, "class=\"note\"");
	free(text);
	/* Nothing at all is of a unit that only has a refused certificate. */
	text = page_of(db, "--unit", "north", NULL, NULL);
	assert_well_formed(text);
	assert_figure(text, "certificates on file", "0");
	assert_figure(text, "issued of those on file", "–");
	free(text);
}

static void a_registry_without_anything(void **state)
{
	const char *empty = centre_path("empty.db");
	char *text;

	(void)state;
	DO(0, "--db", empty, "init");
	text = page_of(empty, NULL, NULL, NULL, NULL);
	assert_well_formed(text);
	assert_figure(text, "persons on file", "0");
	assert_figure(text, "issued of those on file", "–");
	assert_has(text, "<p>使用记录:全部 ");
	assert_has(text, "无数据 · no data");
	free(text);
}

static void a_title_may_be_any_text(void **state)
{
	char *text = page_of(db, "--title", "2026 年度 <script>", NULL, NULL);

	(void)state;
	assert_well_formed(text);
	assert_self_contained(text);
	assert_has(text, "<h1>2026 年度 &lt;script&gt;</h1>");
	free(text);
	DO(2, "--db", db, "report", "page", "--out", centre_path("no.html"), "--title", "");
	DO(2, "--db", db, "report", "page", "--out", centre_path("no.html"), "--title", "a\nb");
	assert_int_not_equal(access(centre_path("no.html"), F_OK), 0);
}

static void a_page_appears_whole_or_not_at_all(void **state)
{
	json_t *json;
	char *text;

	(void)state;
	centre_write("page.html", "what was there before");
	json = answer_json(EXPECT(1, "--db", db, "report", "page", "--out",
				  centre_path("page.html"), "--unit", "nowhere", "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_unit");
	json_decref(json);
	text = centre_read("page.html");
	assert_string_equal(text, "what was there before");
	free(text);
	DO(3, "--db", db, "report", "page", "--out", centre_path("no-folder/page.html"));
	DO(3, "--db", db, "report", "page", "--out", "/dev/full");
	DO(3, "--db", centre_path("none.db"), "report", "page", "--out", centre_path("no.html"));
	assert_int_not_equal(access(centre_path("no.html"), F_OK), 0);
	json = answer_json(EXPECT(0, "--db", db, "report", "page", "--out",
				  centre_path("page.html"), "--json"));
	assert_string_equal(text_of(json, "page"), centre_path("page.html"));
	json_decref(json);
	text = centre_read("page.html");
	assert_has(text, "</html>\n");
	free(text);
}

static void wrong_options_are_wrong_usage(void **state)
{
	(void)state;
	DO(2, "--db", db, "report", "page");
	DO(2, "--db", db, "report", "page", "--out", centre_path("no.html"), "--csv");
	DO(2, "--db", db, "report", "page", "--out", centre_path("no.html"), "--from", "today");
	DO(2, "--db", db, "report", "page", "--out", centre_path("no.html"), "--from", "2026-02-02",
	   "--until", "2026-02-01");
	assert_int_not_equal(access(centre_path("no.html"), F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_stands_by_itself_and_has_every_section),
		cmocka_unit_test(nobody_is_on_the_page),
		cmocka_unit_test(key_figures_are_those_of_the_registry),
		cmocka_unit_test(certificates_stand_by_the_units_below),
		cmocka_unit_test(mismatches_are_counts_with_what_to_do),
		cmocka_unit_test(refusals_stand_by_reason_and_county),
		cmocka_unit_test(time_is_shown_by_days_or_months),
		cmocka_unit_test(a_page_of_one_unit),
		cmocka_unit_test(a_registry_without_anything),
		cmocka_unit_test(a_title_may_be_any_text),
		cmocka_unit_test(a_page_appears_whole_or_not_at_all),
		cmocka_unit_test(wrong_options_are_wrong_usage),
	};

	return cmocka_run_group_tests(tests, set_up, centre_tear_down);
}
