/*
 * Reports on the log: what was refused and where people are at home whom a rule leaves out; what was
 * used.
 */
#include <stdio.h>

#include "centre/command.h"
#include "centre/table.h"
#include "db/china_time.h"
#include "db/report.h"
#include "db/staff.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A report that is a single table. */
struct plain_report {
	const struct table_column *columns;
	size_t count;
	enum registry_status (*run)(struct registry *registry, const struct report_time *time,
				    struct table *table);
};

static enum outcome run_report(const struct call *call, const struct plain_report *report)
{
	struct table table;
	struct report_time time;
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome = table_form(&table, call);

	if (outcome == OUTCOME_DONE)
		outcome = table_time(call, &time);
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	table_begin(&table, report->columns, report->count);
	status = report->run(registry, &time, &table);
	table_end(&table);
	if (table.form == TABLE_TEXT && registry_is_demo(registry))
		printf("演示数据 · demonstration data\n");
	/* What was begun cannot be taken back: the trouble is told beside it. */
	if (status != REGISTRY_OK)
		outcome = trouble(call->db, registry_status_why(status, false),
				  registry_status_why(status, true));
	registry_close(registry);
	return outcome;
}

/* --- unmet --- */

static const struct table_column unmet_columns[] = {
	{ "reason", "原因 reason", false },     { "benefit", "项目 benefit", false },
	{ "merchant", "商户 merchant", false }, { "home_region", "户籍地 home", false },
	{ "count", "次数 refusals", false },
};

static bool unmet_row(void *context, const struct unmet_row *row)
{
	const struct cell cells[] = { CELL_TEXT(row->reason), CELL_TEXT(row->benefit),
				      CELL_TEXT(row->merchant), CELL_TEXT(row->region),
				      CELL_NUMBER(row->count) };

	table_row(context, cells);
	return true;
}

static enum registry_status unmet(struct registry *registry, const struct report_time *time,
				  struct table *table)
{
	return report_unmet(registry, time, unmet_row, table);
}

static enum outcome run_unmet(struct call *call)
{
	static const struct plain_report report = { unmet_columns, COUNT(unmet_columns), unmet };

	return run_report(call, &report);
}

/* --- uses --- */

static const struct table_column uses_columns[] = {
	{ "day", "日期 day", false },          { "scene", "场景 scene", false },
	{ "benefit", "项目 benefit", false },  { "merchant", "商户 merchant", false },
	{ "uses", "次数 uses", false },        { "voided", "撤销 voided", false },
	{ "payable", "应付元 payable", true }, { "saved", "优惠元 saved", true },
};

static bool uses_row(void *context, const struct uses_row *row)
{
	char day[11];

	day_format(day, row->day);
	const struct cell cells[] = {
		CELL_TEXT(day),
		CELL_TEXT(row->scene),
		CELL_TEXT(row->benefit),
		CELL_TEXT(row->merchant),
		CELL_NUMBER(row->uses),
		CELL_NUMBER(row->voided),
		CELL_NUMBER(row->payable),
		CELL_NUMBER(row->saved),
	};
	table_row(context, cells);
	return true;
}

static enum registry_status uses(struct registry *registry, const struct report_time *time,
				 struct table *table)
{
	return report_uses(registry, time, uses_row, table);
}

static enum outcome run_uses(struct call *call)
{
	static const struct plain_report report = { uses_columns, COUNT(uses_columns), uses };

	return run_report(call, &report);
}

const struct command commands_report[] = {
	{ .words = "report unmet",
	  .usage = "[--from DATE] [--until DATE] [--csv]",
	  .help = "统计被拒绝的使用:按原因、项目、商户和户籍地(县级),多的在前。户籍地不明时为空。\n"
		  "日期按北京时间,首尾两天都算在内。\n"
		  "Counts refusals by reason, benefit, merchant and the county where the holder "
		  "is\n"
		  "at home, the most frequent first.  Where nobody was recognised the county is\n"
		  "empty.  Dates are China's, both days inclusive.",
	  .needs_db = true,
	  .roles = STAFF_REVIEWER | STAFF_MERCHANTS | STAFF_AUDITOR | STAFF_MANAGER,
	  .run = run_unmet,
	  .options = { { "--from", true }, { "--until", true }, { "--csv", false } } },
	{ .words = "report uses",
	  .usage = "[--from DATE] [--until DATE] [--csv]",
	  .help = "统计使用:按日期、场景、项目和商户。撤销的单列,不计入金额。\n"
		  "金额:给人看的以元计,--json 与 --csv 以分计。\n"
		  "Counts uses by day, scene, benefit and merchant.  Those taken back stand in a\n"
		  "column of their own and in no amount.  Amounts are yuan for people, fen in\n"
		  "--json and --csv.",
	  .needs_db = true,
	  .roles = STAFF_REVIEWER | STAFF_MERCHANTS | STAFF_AUDITOR | STAFF_MANAGER,
	  .run = run_uses,
	  .options = { { "--from", true }, { "--until", true }, { "--csv", false } } },
	{ 0 },
};
