/*
 * What a bureau does with rules before and while they are in force: explained, a draft tried on the past.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/benefit_file.h"
#include "centre/command.h"
#include "centre/table.h"
#include "db/describe.h"
#include "db/rehearsal.h"
#include "db/staff.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- rehearse: the tables --- */

static const struct table_column cost_columns[] = {
	{ "merchant", "商户 merchant", false },
	{ "benefit", "项目 benefit", false },
	{ "uses_before", "原次数 uses before", false },
	{ "saved_before", "原优惠元 saved before", true },
	{ "uses_after", "新次数 uses after", false },
	{ "saved_after", "新优惠元 saved after", true },
	{ "change", "增减元 change", true },
	{ "unknown_after", "金额不明 of unknown amount", false },
};
static const struct table_column class_columns[] = {
	{ "class", "类别 class", false },         { "gain", "受益 gain", false },
	{ "lose", "受损 lose", false },           { "same", "不变 same", false },
	{ "undecided", "不明 undecided", false },
};
static const struct table_column refused_columns[] = {
	{ "reason", "原因 reason", false },
	{ "count", "次数 redemptions", false },
};

static int64_t difference(int64_t a, int64_t b)
{
	int64_t result;

	if (__builtin_sub_overflow(a, b, &result))
		return a < b ? INT64_MIN : INT64_MAX;
	return result;
}

static void put_costs(struct table *table, const struct rehearsal *rehearsal)
{
	for (size_t i = 0; i < rehearsal->cost_count; i++) {
		const struct rehearsal_cost *cost = &rehearsal->costs[i];
		const struct cell cells[] = {
			CELL_TEXT(cost->merchant),
			CELL_TEXT(cost->benefit),
			CELL_NUMBER(cost->uses_before),
			CELL_NUMBER(cost->saved_before),
			CELL_NUMBER(cost->uses_after),
			CELL_NUMBER(cost->saved_after),
			CELL_NUMBER(difference(cost->saved_after, cost->saved_before)),
			CELL_NUMBER(cost->unknown_after),
		};

		table_row(table, cells);
	}
}

static void put_classes(struct table *table, const struct rehearsal *rehearsal)
{
	for (size_t i = 0; i < rehearsal->class_count; i++) {
		const struct rehearsal_change *people = &rehearsal->classes[i].people;
		const struct cell cells[] = { CELL_TEXT(rehearsal->classes[i].name),
					      CELL_NUMBER(people->gain), CELL_NUMBER(people->lose),
					      CELL_NUMBER(people->same),
					      CELL_NUMBER(people->undecided) };

		table_row(table, cells);
	}
}

static void put_refused(struct table *table, const struct rehearsal *rehearsal)
{
	for (int reason = 0; reason < REASON_COUNT; reason++) {
		const struct cell cells[] = { CELL_TEXT(reason_name((enum reason)reason)),
					      CELL_NUMBER(rehearsal->refused[reason]) };

		if (rehearsal->refused[reason] > 0)
			table_row(table, cells);
	}
}

/* --- rehearse: the answers --- */

static void put_change(struct json *json, const char *key, const struct rehearsal_change *change)
{
	json_put_open(json, key, '{');
	json_put_number(json, "gain", change->gain);
	json_put_number(json, "lose", change->lose);
	json_put_number(json, "same", change->same);
	json_put_number(json, "undecided", change->undecided);
	json_put_close(json);
}

static void put_all(const struct rehearsal *rehearsal)
{
	struct table table;
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	put_change(&json, "redemptions", &rehearsal->redemptions);
	put_change(&json, "people", &rehearsal->people);
	json_put_open(&json, "undecided", '{');
	json_put_number(&json, "guests", rehearsal->guests);
	json_put_number(&json, "places", rehearsal->places);
	json_put_number(&json, "without_amount", rehearsal->without_amount);
	json_put_close(&json);
	json_put_number(&json, "compared", rehearsal->compared);
	json_put_number(&json, "refusals", rehearsal->refusals);
	table_begin_within(&table, &json, "refused", refused_columns, COUNT(refused_columns));
	put_refused(&table, rehearsal);
	table_end_within(&table, &json);
	table_begin_within(&table, &json, "classes", class_columns, COUNT(class_columns));
	put_classes(&table, rehearsal);
	table_end_within(&table, &json);
	table_begin_within(&table, &json, "merchants", cost_columns, COUNT(cost_columns));
	put_costs(&table, rehearsal);
	table_end_within(&table, &json);
	json_put_close(&json);
	json_put_end(&json);
}

static void print_change(const char *what, const struct rehearsal_change *change)
{
	printf("%s\t受益 gain %" PRId64 "\t受损 lose %" PRId64 "\t不变 same %" PRId64
	       "\t不明 undecided %" PRId64 "\n",
	       what, change->gain, change->lose, change->same, change->undecided);
}

static void print_count(int64_t count, const char *what)
{
	if (count > 0)
		printf("  %" PRId64 " %s\n", count, what);
}

static void print_all(const struct rehearsal *rehearsal)
{
	struct table table = { .form = TABLE_TEXT, .out = stdout };

	print_change("人 people", &rehearsal->people);
	print_change("次 redemptions", &rehearsal->redemptions);
	print_count(rehearsal->guests,
		    "次不明:登记库中没有此人 · undecided: nobody of this registry");
	print_count(rehearsal->places,
		    "次不明:登记库中已无此商户 · undecided: the merchant is not there any more");
	print_count(rehearsal->without_amount,
		    "次不明:记录中没有金额或数量 · undecided: the log has no amount or quantity");
	print_count(rehearsal->compared, "次须另看身份证 · where the ID card would be asked for");
	print_count(rehearsal->refusals, "次当时被拒绝,记录不含持证人,无法重判 · refused at the "
					 "time; the log holds no holder, so they stay as they are");
	printf("\n");
	table_begin(&table, class_columns, COUNT(class_columns));
	put_classes(&table, rehearsal);
	printf("\n");
	table_begin(&table, refused_columns, COUNT(refused_columns));
	put_refused(&table, rehearsal);
	printf("\n");
	table_begin(&table, cost_columns, COUNT(cost_columns));
	put_costs(&table, rehearsal);
	table_end(&table);
}

static void say_rehearsal(struct table *table, const struct rehearsal *rehearsal)
{
	if (table->form == TABLE_JSON) {
		put_all(rehearsal);
	} else if (table->form == TABLE_TEXT) {
		print_all(rehearsal);
	} else {
		table_begin(table, cost_columns, COUNT(cost_columns));
		put_costs(table, rehearsal);
		table_end(table);
	}
}

static enum outcome run_draft(const struct call *call, struct table *table,
			      const struct report_time *time, const struct catalogue *draft)
{
	struct rehearsal rehearsal;
	struct registry *registry;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = call_status(call, registry, rehearse(registry, &rehearsal, draft, time));
	if (outcome == OUTCOME_DONE) {
		say_rehearsal(table, &rehearsal);
		if (table->form == TABLE_TEXT && registry_is_demo(registry))
			printf("演示数据 · demonstration data\n");
		rehearsal_free(&rehearsal);
	}
	registry_close(registry);
	return outcome;
}

static enum outcome run_rehearse(struct call *call)
{
	struct catalogue *draft = NULL;
	struct report_time time;
	struct table table;
	enum outcome outcome = table_form(&table, call);

	if (outcome == OUTCOME_DONE)
		outcome = table_time(call, &time);
	if (outcome == OUTCOME_DONE)
		outcome = benefit_file_read(call, &draft, NULL);
	if (outcome == OUTCOME_DONE)
		outcome = run_draft(call, &table, &time, draft);
	catalogue_free(draft);
	return outcome;
}

/* --- explain --- */

static enum outcome say_rule(const struct call *call, const char *id, char *const texts[2])
{
	struct json json;

	if (texts[0] == NULL || texts[1] == NULL)
		return trouble(call->db, "内存不足", "out of memory");
	if (!call->json) {
		printf("%s\n%s", texts[0], texts[1]);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "benefit", id);
	json_put_both(&json, "explanation", texts[0], texts[1]);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome explain_rule(const struct call *call, const struct benefit *benefit)
{
	char *texts[2] = { benefit_describe(benefit, false), benefit_describe(benefit, true) };
	enum outcome outcome = say_rule(call, benefit->id, texts);

	free(texts[0]);
	free(texts[1]);
	return outcome;
}

static enum outcome run_explain(struct call *call)
{
	struct registry *registry;
	const struct catalogue *catalogue;
	const struct benefit *found = NULL;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	catalogue = registry_catalogue(registry);
	for (size_t i = 0; catalogue != NULL && i < catalogue_count(catalogue); i++)
		if (strcmp(catalogue_at(catalogue, i)->id, call->words[0]) == 0)
			found = catalogue_at(catalogue, i);
	outcome = found != NULL ? explain_rule(call, found)
				: refused(call, "unknown_benefit", "登记库中没有这个优待项目",
					  "the registry has no such benefit");
	registry_close(registry);
	return outcome;
}

const struct command commands_rule[] = {
	{ .words = "benefit explain",
	  .usage = "ID",
	  .help = "用中文和英文逐句说明一个项目:地点、对象、时间、优待、限额、同享、凭证、结算。\n"
		  "Explains a benefit in sentences, in Chinese and English: where, for whom, "
		  "when,\n"
		  "how much, how often, with what else, on which papers, how it is settled.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_ANY_ROLE,
	  .run = run_explain },
	{ .words = "benefit rehearse",
	  .usage = "DRAFT.json [--from DATE] [--until DATE] [--csv]",
	  .help = "把草案用在过去的记录上:谁受益、谁受损、各商户的费用如何变化;什么也不导入。\n"
		  "草案中编号相同的替换现行项目,新编号为新增,"
		  "未提到的项目不变。逐次重判草案改动的项目;\n"
		  "新项目更优惠的,算作改用新项目。限额按重判的结果累计,"
		  "期间之前按记录累计。撤销的不算。\n"
		  "同一次消费中不与其他优待同享的(stack),照样拒绝后来的一项。"
		  "持证人按登记库今天的资料\n"
		  "判断(身份、立功、困难、户籍、证件种类),不按当时的资料。\n"
		  "外地持证人、没有金额或数量的,记为不明;当时被拒绝的只计数。--csv "
		  "只出商户费用表。\n"
		  "Tries a draft on the past log: who gains, who loses, what it costs each "
		  "merchant;\n"
		  "nothing is imported.  Documents of the draft replace those of the same id or "
		  "are\n"
		  "new; benefits it does not name stay.  What the draft changes is decided anew; "
		  "a\n"
		  "new or changed benefit that saves more is taken instead.  Limits count what "
		  "the\n"
		  "rehearsal grants, and before --from what the log holds.  What was taken back "
		  "is\n"
		  "left out.  Within one purchase the later of two that do not go together "
		  "(stack) is\n"
		  "refused.  Holders are judged by what the registry says of them today, not by "
		  "what\n"
		  "it said then.  Guests, and uses without amount or quantity, are undecided; "
		  "refusals\n"
		  "are only counted.  Classes count a person in each of theirs.  --csv gives the\n"
		  "table of merchants alone.  A draft with a fault is refused as an import is.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MERCHANTS | STAFF_MANAGER,
	  .run = run_rehearse,
	  .options = { { "--from", true }, { "--until", true }, { "--csv", false } } },
	{ 0 },
};
