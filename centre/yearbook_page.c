#include "centre/yearbook_page.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- the parts of a section --- */

enum shape { BARS_LARGEST_FIRST, BARS_IN_ORDER, COLUMNS };

static void draw(struct yearbook_page *drawing, const struct chart *chart, struct plot plot,
		 enum shape shape)
{
	FILE *out = drawing->page.out;

	plot.number = page_plot_begin(&drawing->page);
	plot.is_ranked = shape == BARS_LARGEST_FIRST;
	if (shape == COLUMNS)
		plot_columns(out, &plot, chart->rows, chart->count);
	else
		plot_bars(out, &plot, chart->rows, chart->count);
	page_plot_end(&drawing->page);
}

static enum registry_status put_report(struct yearbook_page *drawing, const struct report *report)
{
	struct table table = page_table(&drawing->page);
	enum registry_status status;

	table_begin(&table, report->columns, report->count);
	status = report->rows(drawing->registry, &drawing->query, &table);
	table_end(&table);
	return status;
}

/* The rows of a chart as a table of two columns. */
static void put_counts(struct yearbook_page *drawing, const struct chart *chart,
		       const struct table_column columns[static 2])
{
	struct table table = page_table(&drawing->page);

	table_begin(&table, columns, 2);
	for (size_t i = 0; i < chart->count; i++) {
		const struct cell cells[] = { CELL_TEXT(chart->rows[i].label),
					      CELL_NUMBER(chart->rows[i].values[0]) };

		table_row(&table, cells);
	}
	table_end(&table);
}

static bool is_of_one_unit(const struct yearbook_page *drawing)
{
	return drawing->query.places != NULL;
}

/* --- the sections --- */

static enum registry_status overview(struct yearbook_page *drawing)
{
	const struct yearbook *book = &drawing->yearbook;
	/* Persons belong to no unit: a unit's share is that of its certificates on record. */
	int64_t on_file = is_of_one_unit(drawing) ? book->issue.on_file : book->stock.persons;
	int64_t share = 0, median = 0;
	bool share_known = issue_share(&share, book->issue.issued, on_file);
	bool median_known = waits_median(&book->waits, &median);
	const struct page_figure figures[] = {
		{ is_of_one_unit(drawing) ? BOTH("建档在册(件)", "certificates on file")
					  : BOTH("建档立卡(人)", "persons on file"),
		  FIGURE_COUNT, false, on_file },
		{ BOTH("已发优待证(件)", "certificates issued"), FIGURE_COUNT, false,
		  book->issue.issued },
		{ BOTH("发证率", "issued of those on file"), FIGURE_PERMILLE, !share_known, share },
		{ BOTH("悬挂光荣牌(块)", "plaques hung"), FIGURE_COUNT, false,
		  book->plaques[PLAQUE_HUNG] },
		{ BOTH("有效优待项目(项)", "benefits in force"), FIGURE_COUNT, false,
		  book->benefits_in_force },
		{ BOTH("使用优待(次)", "uses"), FIGURE_COUNT, false, book->uses },
		{ BOTH("优惠金额", "saved by holders"), FIGURE_MONEY, false, book->saved },
		{ BOTH("未能享受(次)", "refusals"), FIGURE_COUNT, false, book->refusals },
		{ BOTH("申请到发放的中位数(工作日)", "median working days to hand-over"),
		  FIGURE_COUNT, !median_known, median },
	};

	page_section(&drawing->page, BOTH("总体情况", "Overview"),
		     BOTH("优待证、光荣牌和优待项目为截至时的状况;使用和未能享受为期间内的记录。",
			  "Certificates, plaques and benefits as they stand; uses and refusals of "
			  "the time that is reported."));
	page_figures(&drawing->page, figures, COUNT(figures));
	return REGISTRY_OK;
}

static const struct table_column unit_columns[] = {
	{ "name", "单位 unit", false },         { "on_file", "建档 on file", false },
	{ "applied", "申请 applied", false },   { "in_review", "审核 review", false },
	{ "making", "制发 making", false },     { "in_use", "在用 in use", false },
	{ "loss", "挂失 lost", false },         { "suspended", "暂停 paused", false },
	{ "replacing", "补换 renewal", false }, { "refused", "不予 refused", false },
	{ "ended", "终止 ended", false },       { "total", "合计 total", false },
	{ "issued", "发证率 issued", false },
};

static void put_unit(struct table *table, const char *name, const struct issue_counts *counts)
{
	struct cell cells[COUNT(unit_columns)] = { CELL_TEXT(name) };
	char share[MARKUP_NUMBER_SIZE] = "–";
	int64_t permille = 0;

	for (int group = 0; group < ISSUE_GROUPS; group++)
		cells[1 + group] = CELL_NUMBER(counts->groups[group]);
	cells[1 + ISSUE_GROUPS] = CELL_NUMBER(counts->total);
	/* Narrower than with a blank: this is the last of many columns. */
	if (issue_share(&permille, counts->issued, counts->on_file))
		snprintf(share, sizeof share, "%d.%d%%", (int)(permille / 10),
			 (int)(permille % 10));
	cells[2 + ISSUE_GROUPS] = CELL_TEXT(share);
	table_row(table, cells);
}

static void put_units(struct yearbook_page *drawing)
{
	const struct yearbook *book = &drawing->yearbook;
	struct table table = page_table(&drawing->page);

	table_begin(&table, unit_columns, COUNT(unit_columns));
	for (size_t i = 0; i < book->unit_count; i++)
		put_unit(&table, book->units[i].name, &book->units[i].counts);
	if (book->unit_count > 1)
		put_unit(&table, "合计 total", &book->issue);
	table_end(&table);
}

/* As many as a plot has parts: two pairs are joined. */
static const struct bilingual unit_series[] = {
	{ "建档", "on file" },   { "申请审核", "applied, in review" },
	{ "制发", "making" },    { "在用", "in use" },
	{ "挂失", "lost" },      { "暂停", "suspended" },
	{ "补换", "replacing" }, { "不予、终止", "refused, ended" },
};

static enum registry_status certificates(struct yearbook_page *drawing)
{
	const struct yearbook *book = &drawing->yearbook;
	const struct plot plot = {
		.title = BOTH("各单位优待证所处环节", "Certificates by unit and step"),
		.label_axis = BOTH("单位", "unit"),
		.value_axis = BOTH("件", "certificates"),
		.series = unit_series,
		.series_count = COUNT(unit_series),
	};
	struct chart chart = { 0 };

	page_section(&drawing->page, BOTH("优待证办理进度", "Certificates by unit and step"),
		     BOTH("各单位包括其所有下级;本级单独一行。发证率为在用、挂失、暂停和补换中占除"
			  "不予发放和终止以外全部的比例。",
			  "Each unit with all that lie below it; the bureau's own in a line of "
			  "their own. The share issued is that of those in use, lost, suspended "
			  "and being replaced in all but refused and ended."));
	for (size_t i = 0; i < book->unit_count; i++) {
		const int64_t *groups = book->units[i].counts.groups;
		const int64_t values[] = {
			groups[ISSUE_ON_FILE],   groups[ISSUE_APPLIED] + groups[ISSUE_IN_REVIEW],
			groups[ISSUE_MAKING],    groups[ISSUE_IN_USE],
			groups[ISSUE_LOSS],      groups[ISSUE_SUSPENDED],
			groups[ISSUE_REPLACING], groups[ISSUE_REFUSED] + groups[ISSUE_ENDED],
		};

		chart_add(&chart, book->units[i].name, values, COUNT(values));
	}
	draw(drawing, &chart, plot, BARS_LARGEST_FIRST);
	put_units(drawing);
	chart_free(&chart);
	return chart.no_memory ? REGISTRY_TROUBLE : REGISTRY_OK;
}

static enum registry_status waiting(struct yearbook_page *drawing)
{
	const struct waits *waits = &drawing->yearbook.waits;
	struct plot plot = {
		.title = BOTH("申请到发放的工作日数", "Working days from application to hand-over"),
		.label_axis = BOTH("工作日", "working days"),
		.value_axis = BOTH("件", "certificates"),
	};
	const struct page_figure figures[] = {
		{ BOTH("30 个工作日内发放", "handed over within 30 working days"), FIGURE_COUNT,
		  false, waits->within },
		{ BOTH("超期发放", "handed over later"), FIGURE_COUNT, false, waits->beyond },
		{ BOTH("尚未发放", "still open"), FIGURE_COUNT, false, waits->open },
		{ BOTH("其中已超期", "of these overdue"), FIGURE_COUNT, false, waits->open_beyond },
	};

	page_section(&drawing->page, BOTH("申请到发放的时间", "From application to hand-over"),
		     BOTH("规定时限为 30 个工作日;工作日按登记库中的日历。",
			  "The rule allows 30 working days; they follow the registry's calendar."));
	plot.number = page_plot_begin(&drawing->page);
	plot_histogram(drawing->page.out, &plot, waits->days, waits->size, WAITING_DAYS_MOST);
	page_plot_end(&drawing->page);
	page_figures(&drawing->page, figures, COUNT(figures));
	return REGISTRY_OK;
}

/* A section on uses: what they are added up by. */
static enum registry_status uses_section(struct yearbook_page *drawing, struct bilingual heading,
					 struct bilingual explanation, const struct chart *chart,
					 struct bilingual label_axis, enum shape shape,
					 enum use_sums_by by)
{
	const struct plot plot = { .title = heading,
				   .label_axis = label_axis,
				   .value_axis = BOTH("次", "uses") };

	page_section(&drawing->page, heading, explanation);
	draw(drawing, chart, plot, shape);
	drawing->query.by = by;
	return put_report(drawing, by == USES_BY_SCENE ? &scenes_report : &sums_reports[by]);
}

static enum registry_status over_time(struct yearbook_page *drawing)
{
	const struct yearbook *book = &drawing->yearbook;
	bool by_day = book->time_by == USES_BY_DAY;

	return uses_section(drawing, BOTH("使用优待的时间分布", "Uses over time"),
			    BOTH("撤销的不计入次数和金额。", "Uses that were taken back are in no "
							     "number but their own."),
			    &book->over_time, by_day ? BOTH("日期", "day") : BOTH("月份", "month"),
			    COLUMNS, book->time_by);
}

static enum registry_status by_benefit(struct yearbook_page *drawing)
{
	return uses_section(drawing, BOTH("按优待项目", "Uses by benefit"), BOTH(NULL, NULL),
			    &drawing->yearbook.benefits, BOTH("项目", "benefit"),
			    BARS_LARGEST_FIRST, USES_BY_BENEFIT);
}

static enum registry_status by_merchant(struct yearbook_page *drawing)
{
	return uses_section(drawing, BOTH("按商户", "Uses by merchant"), BOTH(NULL, NULL),
			    &drawing->yearbook.merchants, BOTH("商户", "merchant"),
			    BARS_LARGEST_FIRST, USES_BY_MERCHANT);
}

static enum registry_status by_scene(struct yearbook_page *drawing)
{
	return uses_section(
		drawing, BOTH("按场景", "Merchants, benefits and uses by scene"),
		is_of_one_unit(drawing)
			? BOTH("商户和优待项目为整个登记库的。",
			       "Merchants and benefits are those of the whole registry.")
			: BOTH(NULL, NULL),
		&drawing->yearbook.scenes, BOTH("场景", "scene"), BARS_LARGEST_FIRST,
		USES_BY_SCENE);
}

static enum registry_status by_class(struct yearbook_page *drawing)
{
	return uses_section(
		drawing, BOTH("按身份类别", "Uses by class of identity"),
		BOTH("按持证人使用当日的身份;一人有几类身份的,每类各计一次。不足三人的类别合并列出,"
		     "以免指向个人。",
		     "By the identities that the holder had that day, a use under each of them. "
		     "Classes of fewer than three holders are joined, so that they point to "
		     "nobody."),
		&drawing->yearbook.classes, BOTH("类别", "class"), BARS_IN_ORDER, USES_BY_CLASS);
}

static enum registry_status unmet(struct yearbook_page *drawing)
{
	static const struct table_column reason_columns[] = { { "reason", "原因 reason", false },
							      { "count", "次数 refusals", false } };
	static const struct table_column county_columns[] = { { "county", "户籍地 home", false },
							      { "count", "次数 refusals", false } };
	const struct yearbook *book = &drawing->yearbook;
	struct plot plot = { .title = BOTH("未能享受的原因", "Refusals by reason"),
			     .label_axis = BOTH("原因", "reason"),
			     .value_axis = BOTH("次", "refusals") };

	page_section(&drawing->page, BOTH("未能满足的需求", "Unmet demand"),
		     BOTH("被拒绝的使用,按原因和户籍地(县级);持证人未被识别的,户籍地不详。",
			  "What was refused, by reason and by the county where the holder is at "
			  "home, which is not known where nobody was recognised."));
	draw(drawing, &book->reasons, plot, BARS_LARGEST_FIRST);
	put_counts(drawing, &book->reasons, reason_columns);
	plot.title = BOTH("未能享受者的户籍地", "Refusals by county");
	plot.label_axis = BOTH("户籍地", "home county");
	draw(drawing, &book->counties, plot, BARS_LARGEST_FIRST);
	put_counts(drawing, &book->counties, county_columns);
	return REGISTRY_OK;
}

static enum registry_status plaques(struct yearbook_page *drawing)
{
	static const struct table_column columns[] = { { "state", "状态 state", false },
						       { "count", "块 plaques", false } };
	const struct plot plot = { .title = BOTH("光荣牌状态", "Plaques by state"),
				   .label_axis = BOTH("状态", "state"),
				   .value_axis = BOTH("块", "plaques") };
	struct chart chart = { 0 };

	page_section(&drawing->page, BOTH("光荣牌", "Plaques"), BOTH(NULL, NULL));
	for (int state = 0; state < PLAQUE_STATES; state++) {
		char label[64];

		snprintf(label, sizeof label, "%s %s", plaque_state_title(state, false),
			 plaque_state_title(state, true));
		if (drawing->yearbook.plaques[state] > 0)
			chart_add(&chart, label, &drawing->yearbook.plaques[state], 1);
	}
	draw(drawing, &chart, plot, BARS_IN_ORDER);
	put_counts(drawing, &chart, columns);
	bool no_memory = chart.no_memory;
	chart_free(&chart);
	return no_memory ? REGISTRY_TROUBLE : REGISTRY_OK;
}

static enum registry_status cards(struct yearbook_page *drawing)
{
	const struct yearbook *book = &drawing->yearbook;
	const struct page_figure figures[] = {
		{ BOTH("储值卡(张)", "cards"), FIGURE_COUNT, false, book->cards.count },
		{ BOTH("面值合计", "their value"), FIGURE_MONEY, false, book->cards.value },
		{ BOTH("已用合计", "used"), FIGURE_MONEY, false,
		  book->cards.value - book->cards.left },
		{ BOTH("余额合计", "left"), FIGURE_MONEY, false, book->cards.left },
	};

	if (is_of_one_unit(drawing))
		return REGISTRY_OK;
	page_section(&drawing->page, BOTH("储值福利卡", "Stored-value cards"), BOTH(NULL, NULL));
	page_figures(&drawing->page, figures, COUNT(figures));
	return REGISTRY_OK;
}

static enum registry_status mismatches(struct yearbook_page *drawing)
{
	static const struct table_column columns[] = { { "title", "不符之处 what to do", false },
						       { "count", "处 mismatches", false } };
	const struct yearbook *book = &drawing->yearbook;
	struct table table = page_table(&drawing->page);

	if (is_of_one_unit(drawing)) {
		page_note(&drawing->page,
			  BOTH("储值福利卡和档案核对按整个登记库统计,不在单位的报告中。",
			       "Stored-value cards and mismatches are counted for the whole "
			       "registry, and are in no unit's report."));
		return REGISTRY_OK;
	}
	page_section(&drawing->page, BOTH("档案核对", "Reconciliation"),
		     BOTH("人员、优待证、光荣牌和单位相互对照;逐条清单见 report reconcile。",
			  "Persons, certificates, plaques and units held against one another; "
			  "report reconcile lists each."));
	table_begin(&table, columns, COUNT(columns));
	for (size_t i = 0; i < book->mismatch_kinds; i++) {
		char title[512];

		snprintf(title, sizeof title, "%s · %s", book->mismatches[i].title[0],
			 book->mismatches[i].title[1]);
		const struct cell cells[] = { CELL_TEXT(title),
					      CELL_NUMBER(book->mismatches[i].count) };

		table_row(&table, cells);
	}
	table_end(&table);
	return REGISTRY_OK;
}

enum registry_status yearbook_draw(struct yearbook_page *drawing)
{
	static enum registry_status (*const sections[])(struct yearbook_page *) = {
		overview, certificates, waiting, over_time, by_benefit, by_merchant,
		by_scene, by_class,     unmet,   plaques,   cards,      mismatches,
	};
	enum registry_status status = REGISTRY_OK;

	for (size_t i = 0; status == REGISTRY_OK && i < COUNT(sections); i++)
		status = sections[i](drawing);
	return status;
}
