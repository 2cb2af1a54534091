/*
 * Reports at the command line: certificates, plaques and cards, the log, a merchant's statement, what
 * does not agree, and all of it on one page.
 */
#include <stdio.h>

#include "centre/authority.h"
#include "centre/command.h"
#include "centre/reports.h"
#include "centre/table.h"
#include "db/china_time.h"
#include "db/staff.h"

/* --- a report that is a single table --- */

static enum outcome print_report(const struct call *call, struct registry *registry,
				 const struct report *report, const struct report_query *query,
				 struct table *table)
{
	enum registry_status status;

	table_begin(table, report->columns, report->count);
	status = report->rows(registry, query, table);
	table_end(table);
	if (status == REGISTRY_OK && table->form == TABLE_TEXT && report->below != NULL)
		status = report->below(registry, query, table->out);
	if (table->form == TABLE_TEXT && registry_is_demo(registry))
		printf("演示数据 · demonstration data\n");
	if (status == REGISTRY_OK)
		return OUTCOME_DONE;
	/* What was begun cannot be taken back: the trouble is told beside it. */
	return trouble(call->db, registry_status_why(status, false),
		       registry_status_why(status, true));
}

/* The unit that whoever asks is bound to; NULL: to none. */
static const char *bound_to(const struct registry *registry)
{
	const struct actor *actor = registry_actor(registry);

	return actor->may_all || actor->unit[0] == '\0' ? NULL : actor->unit;
}

static enum outcome named_places(const struct call *call, struct registry *registry,
				 struct unit_found *found)
{
	enum registry_status status =
		unit_find(registry, found, option(call, "--unit"), china_time_at(call->now).day);

	if (status == REGISTRY_NOT_FOUND)
		return refused(call, "unknown_unit", "登记库中没有这个单位,请核对代码",
			       "the registry has no such unit: check its code");
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	return authority_over_unit(call, registry, found->code);
}

/* The actor's own, whatever became of it since. */
static enum outcome own_places(const struct call *call, struct registry *registry,
			       struct unit_found *found)
{
	enum registry_status status = unit_name_on(registry, found->name, bound_to(registry),
						   china_time_at(call->now).day);

	snprintf(found->code, sizeof found->code, "%s", bound_to(registry));
	if (status == REGISTRY_NOT_FOUND)
		snprintf(found->name, sizeof found->name, "%s", found->code);
	return status == REGISTRY_NOT_FOUND ? OUTCOME_DONE : call_status(call, registry, status);
}

enum outcome report_places(const struct call *call, struct registry *registry,
			   struct unit_range **out, struct unit_found *found)
{
	struct unit_found named = { 0 };
	bool is_named = option_given(call, "--unit");
	enum outcome outcome = OUTCOME_DONE;

	*out = NULL;
	if (!is_named && bound_to(registry) == NULL)
		return OUTCOME_DONE;
	outcome = is_named ? named_places(call, registry, &named)
			   : own_places(call, registry, &named);
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry, unit_range_read(out, registry, named.code));
	if (outcome == OUTCOME_DONE && found != NULL)
		*found = named;
	return outcome;
}

static enum outcome run(const struct call *call, const struct report *report,
			struct report_query *query)
{
	struct unit_range *places;
	struct table table;
	struct registry *registry;
	enum outcome outcome = table_form(&table, call);

	query->now = call->now;
	if (outcome == OUTCOME_DONE)
		outcome = table_time(call, &query->time);
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = report_places(call, registry, &places, NULL);
	query->places = places;
	if (outcome == OUTCOME_DONE)
		outcome = print_report(call, registry, report, query, &table);
	unit_range_free(places);
	registry_close(registry);
	return outcome;
}

static enum outcome run_unmet(struct call *call)
{
	return run(call, &unmet_report, &(struct report_query){ 0 });
}

static enum outcome run_uses(struct call *call)
{
	struct report_query query = { 0 };
	const char *by = option(call, "--by");

	if (by == NULL)
		return run(call, &uses_report, &query);
	if (!use_sums_by_from_name(&query.by, by))
		return wrong_usage(call,
				   "--by 应为 day month benefit merchant unit scene class 之一",
				   "--by is one of day month benefit merchant unit scene class");
	return run(call, &sums_reports[query.by], &query);
}

static enum outcome run_issue(struct call *call)
{
	struct report_query query = { .with_below = option_given(call, "--with-below") };

	return run(call, &issue_report, &query);
}

static enum outcome run_waiting(struct call *call)
{
	return run(call, &waiting_report, &(struct report_query){ 0 });
}

static enum outcome run_plaques(struct call *call)
{
	return run(call, &plaques_report, &(struct report_query){ 0 });
}

static enum outcome run_cards(struct call *call)
{
	return run(call, &cards_report, &(struct report_query){ 0 });
}

static enum outcome run_scenes(struct call *call)
{
	return run(call, &scenes_report, &(struct report_query){ 0 });
}

#define MAY_READ_WHOLE   (STAFF_REVIEWER | STAFF_AUDITOR | STAFF_MANAGER)
#define MAY_READ_LEDGERS (MAY_READ_WHOLE | STAFF_CLERK)
#define MAY_READ_USES    (MAY_READ_WHOLE | STAFF_MERCHANTS)

const struct command commands_report[] = {
	{ .words = "report issue",
	  .usage = "[--with-below] [--csv]",
	  .help = "优待证办理进度:按单位统计各环节的件数和发证率。--with-below "
		  "时每个单位包括其所有下级。\n"
		  "  on_file 仅建档  applied 已申请  in_review 受理和各级审核中  making "
		  "制作、在途、待激活\n"
		  "  in_use 在用  loss 挂失  suspended 暂停  replacing 补换中\n"
		  "  refused 不予发放  ended 收回、注销、去世、迁出、换类\n"
		  "发证率(千分数):在用、挂失、暂停、补换中占除不予发放和已终止以外全部的比例。\n"
		  "Certificates by unit and step; with --with-below each unit with all below it.\n"
		  "in_review counts those accepted and in review, making those in production, on "
		  "the\n"
		  "way, or handed over and not activated.  issued_permille is the share of "
		  "in_use,\n"
		  "loss, suspended and replacing in all but refused and ended.",
	  .needs_db = true,
	  .roles = MAY_READ_LEDGERS,
	  .run = run_issue,
	  .options = { { "--with-below", false }, { "--csv", false } } },
	{ .words = "report waiting",
	  .usage = "[--csv]",
	  .help = "从申请到发放的工作日:每件一行,时限 30 个工作日。工作日按导入的日历。\n"
		  "办理情况:within 时限内发放、beyond 超期发放、open 办理中、overdue "
		  "办理中且已超期。\n"
		  "Working days from application to hand-over, a row a certificate, against the 30 "
		  "of\n"
		  "the rule.  state: handed over within or beyond them, open, or open and overdue.",
	  .needs_db = true,
	  .roles = MAY_READ_LEDGERS,
	  .run = run_waiting,
	  .options = { { "--csv", false } } },
	{ .words = "report plaques",
	  .usage = "[--unit CODE] [--csv]",
	  .help = "光荣牌台账:编号、户号、人员、单位、状态、悬挂日期。--unit 包括其所有下级。\n"
		  "The ledger of plaques: number, household, person, unit, state, first hung.  "
		  "--unit:\n"
		  "of that unit and all below it.",
	  .needs_db = true,
	  .roles = MAY_READ_LEDGERS,
	  .run = run_plaques,
	  .options = { { "--unit", true }, { "--csv", false } } },
	{ .words = "report cards",
	  .usage = "[--csv]",
	  .help = "储值福利卡:每个持证人的面值、已用和余额。\n"
		  "Stored-value cards: of each holder the value, what is used and what is left.",
	  .needs_db = true,
	  .roles = MAY_READ_LEDGERS,
	  .run = run_cards,
	  .options = { { "--csv", false } } },
	{ .words = "report scenes",
	  .usage = "[--from DATE] [--until DATE] [--csv]",
	  .help = "按场景(食住行购游娱康联商贷庆)统计在册商户、有效优待项目,"
		  "以及期间内的使用次数和优惠。\n"
		  "By scene: active merchants, benefits in force, and the uses of the time with "
		  "what\n"
		  "was saved.  Dates are China's, both days inclusive.",
	  .needs_db = true,
	  .roles = MAY_READ_USES,
	  .run = run_scenes,
	  .options = { { "--from", true }, { "--until", true }, { "--csv", false } } },
	{ .words = "report unmet",
	  .usage = "[--from DATE] [--until DATE] [--csv]",
	  .help = "统计被拒绝的使用:按原因、项目、商户和户籍地(县级),多的在前。户籍地不明时为空。\n"
		  "日期按北京时间,首尾两天都算在内。\n"
		  "Counts refusals by reason, benefit, merchant and the county where the holder "
		  "is\n"
		  "at home, the most frequent first.  Where nobody was recognised the county is\n"
		  "empty.  Dates are China's, both days inclusive.",
	  .needs_db = true,
	  .roles = MAY_READ_USES,
	  .run = run_unmet,
	  .options = { { "--from", true }, { "--until", true }, { "--csv", false } } },
	{ .words = "report uses",
	  .usage = "[--by day|month|benefit|merchant|unit|scene|class] [--from DATE] [--until "
		   "DATE]\n"
		   "  [--csv]",
	  .help = "统计使用:按日期、场景、项目和商户;--by "
		  "只按其中一项汇总。撤销的单列,不计入金额。\n"
		  "--by class 按持证人当日的身份类别:一人有几类则各计一次,不足三人的类别合并为 "
		  "few;\n"
		  "guest 外地持证人,unknown 身份不详。金额:给人看的以元计,--json 与 --csv "
		  "以分计。\n"
		  "Counts uses by day, scene, benefit and merchant, or with --by by one heading "
		  "alone.\n"
		  "Those taken back stand in a column of their own and in no amount.  --by class: "
		  "by\n"
		  "the identities that the holder had that day, a use under each; classes of "
		  "fewer\n"
		  "than three holders are joined as few.  Amounts are yuan for people, fen in\n"
		  "--json and --csv.",
	  .needs_db = true,
	  .roles = MAY_READ_USES,
	  .run = run_uses,
	  .options = { { "--by", true },
		       { "--from", true },
		       { "--until", true },
		       { "--csv", false } } },
	{ .words = "report statement",
	  .usage = "MERCHANT (--month YYYY-MM | --quarter YYYY-Qn) [--csv]",
	  .help = "商户结算单:每个项目的次数、撤销、应付和优惠,"
		  "以及本单应结金额。文字形式可打印签章。\n"
		  "期间结束后发生的撤销,在发生的期间列为更正,已签的结算单不变。\n"
		  "本单应结:月度结算单结按月结算的项目,季度结算单结按季结算的项目。\n"
		  "A merchant's settlement for a month or a quarter of China's calendar: uses, "
		  "those\n"
		  "taken back, payable, saved, and what is due by this statement: the monthly "
		  "benefits\n"
		  "by a monthly one, the quarterly ones by a quarterly one.  A use taken back "
		  "after "
		  "its\n"
		  "period is a correction of the period in which that was done.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = MAY_READ_USES,
	  .run = run_report_statement,
	  .options = { { "--month", true }, { "--quarter", true }, { "--csv", false } } },
	{ .words = "report reconcile",
	  .usage = "[--csv]",
	  .help = "核对:人员、优待证、光荣牌、单位相互对照,每处不符一行,并说明怎样处理。\n"
		  "--csv 只列不符之处。\n"
		  "Persons, certificates, plaques and units held against one another: how many "
		  "there\n"
		  "are, and a row for each mismatch with what to do.  --csv has the mismatches "
		  "alone.",
	  .needs_db = true,
	  .roles = MAY_READ_WHOLE,
	  .whole = true,
	  .run = run_report_reconcile,
	  .options = { { "--csv", false } } },
	{ .words = "report page",
	  .usage = "--out FILE.html [--from DATE] [--until DATE] [--title TEXT] [--unit CODE]",
	  .help = "把各项统计写成一个独立的网页,带图表,可打印;页面上没有任何个人信息。\n"
		  "--from 与 --until 是使用记录的期间,其余为当前状况。--unit "
		  "只统计该单位及其下级。\n"
		  "Writes all figures onto one page that stands by itself, with plots, fit to "
		  "print; "
		  "no\n"
		  "person is on it.  --from and --until bound the uses; the rest is as of now.  "
		  "--unit:\n"
		  "of that unit and all below it.",
	  .needs_db = true,
	  .roles = MAY_READ_WHOLE,
	  .run = run_report_page,
	  .options = { { "--out", true },
		       { "--from", true },
		       { "--until", true },
		       { "--title", true },
		       { "--unit", true } } },
	{ 0 },
};
