/*
 * A merchant's settlement with its bureau for a month or a quarter, to be printed and signed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/authority.h"
#include "centre/markup.h"
#include "centre/reports.h"
#include "db/china_time.h"
#include "db/settlement.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct term {
	const char *name;    /* as it was asked for: "2026-11", "2026-Q4" */
	int32_t first, last; /* [day] inclusive */
	enum settlement settles;
};

struct statement {
	struct merchant merchant;
	struct unit_found unit; /* "" where it is not known */
	struct term period;
	int64_t now;
	bool is_over; /* the period */
	struct table table;
	struct settlement_row total;
	int64_t due; /* [fen] by this statement */
};

/* --- the period --- */

static int32_t first_of_month(int year, int month)
{
	return month <= 12 ? day_from_date(year, month, 1) : day_from_date(year + 1, 1, 1);
}

/* The year and month that "YYYY-MM" names. */
static bool read_month(const char *text, int *year, int *month)
{
	char day[11];
	int32_t first;
	int day_of_month;

	if (strlen(text) != strlen("2026-11"))
		return false;
	snprintf(day, sizeof day, "%s-01", text);
	if (!day_parse(&first, day))
		return false;
	date_from_day(first, year, month, &day_of_month);
	return true;
}

/* The year and first month that "YYYY-Qn" names. */
static bool read_quarter(const char *text, int *year, int *month)
{
	char first[8];

	if (strlen(text) != strlen("2026-Q4") || text[5] != 'Q' || text[6] < '1' || text[6] > '4')
		return false;
	snprintf(first, sizeof first, "%.5s%02d", text, 3 * (text[6] - '1') + 1);
	return read_month(first, year, month);
}

static enum outcome read_period(const struct call *call, struct term *out)
{
	const char *month = option(call, "--month"), *quarter = option(call, "--quarter");
	int year, first;

	if ((month == NULL) == (quarter == NULL))
		return wrong_usage(call, "--month 与 --quarter 选一个",
				   "one of --month and --quarter");
	if (month != NULL ? !read_month(month, &year, &first)
			  : !read_quarter(quarter, &year, &first))
		return wrong_usage(call, "月份写作 2026-11,季度写作 2026-Q4",
				   "a month is written 2026-11, a quarter 2026-Q4");
	*out = (struct term){
		.name = month != NULL ? month : quarter,
		.first = first_of_month(year, first),
		.last = first_of_month(year, first + (month != NULL ? 1 : 3)) - 1,
		.settles = month != NULL ? SETTLE_MONTHLY : SETTLE_QUARTERLY,
	};
	return OUTCOME_DONE;
}

/* --- rows, whatever the form --- */

static const struct table_column columns[] = {
	{ "row", "行 row", false },
	{ "benefit", "项目 benefit", false },
	{ "title", "名称 title", false },
	{ "settlement", "结算 settlement", false },
	{ "uses", "次数 uses", false },
	{ "voided", "撤销 voided", false },
	{ "payable", "应付元 payable", true },
	{ "saved", "优惠元 saved", true },
	{ "due", "本单应结元 due", true },
};

/* What stands at the end is of no benefit. */
static const struct settlement_row no_benefit = { .title = { "合计", "total" } };

static void put_row(struct table *table, const struct settlement_row *row, int64_t due)
{
	const char *kind = row->is_correction ? "correction" : "uses";
	bool is_total = row->benefit == NULL;
	const struct cell cells[] = {
		CELL_TEXT(is_total ? "total" : kind),
		CELL_TEXT(row->benefit),
		CELL_TEXT(is_total ? NULL : row->title[0]),
		CELL_TEXT(is_total ? NULL : settlement_name(row->settlement)),
		CELL_NUMBER(row->uses),
		CELL_NUMBER(row->voided),
		CELL_NUMBER(row->payable),
		CELL_NUMBER(row->saved),
		CELL_NUMBER(due),
	};

	table_row(table, cells);
}

/* --- for people: columns that stand under one another, of Chinese characters too --- */

static const struct {
	const char *zh, *en;
	int width; /* that of a Chinese character is two; below zero: to the right */
} layout[] = {
	{ "项目", "benefit", 24 }, { "结算", "settled", 15 },    { "次数", "uses", -6 },
	{ "撤销", "voided", -8 },  { "应付元", "payable", -12 }, { "优惠元", "saved", -11 },
	{ "应结元", "due", -11 },
};

static int width_of(const char *text)
{
	int width = 0;

	/* The first byte of a character tells how wide it is; the others are 0x80 to 0xbf. */
	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			width += (unsigned char)*text >= 0xe3 ? 2 : 1;
	return width;
}

static void print_within(const char *text, int width)
{
	int blanks = abs(width) - width_of(text);

	if (width < 0)
		printf("%*s%s", blanks > 0 ? blanks : 0, "", text);
	else
		printf("%s%*s", text, blanks > 0 ? blanks : 0, "");
}

static void print_cells(const char *const texts[static COUNT(layout)])
{
	for (size_t i = 0; i < COUNT(layout); i++) {
		print_within(texts[i], layout[i].width);
		/* One that is too long has a line to itself. */
		if (i == 0 && width_of(texts[i]) >= layout[i].width)
			printf("\n%*s", layout[i].width, "");
	}
	printf("\n");
}

static void print_rule(void)
{
	int width = 0;

	for (size_t i = 0; i < COUNT(layout); i++)
		width += abs(layout[i].width);
	while (width-- > 0)
		fputc('-', stdout);
	printf("\n");
}

static void print_row(const struct settlement_row *row, int64_t due)
{
	static const char *const settled[] = {
		[SETTLE_NONE] = "不结算 none",     [SETTLE_COUNT] = "计次 counted",
		[SETTLE_MONTHLY] = "按月 monthly", [SETTLE_QUARTERLY] = "按季 quarterly",
		[SETTLE_AT_ONCE] = "当场 at once",
	};
	char title[2 * BENEFIT_TITLE_MAX], uses[24], voided[24];
	char payable[MARKUP_NUMBER_SIZE], saved[MARKUP_NUMBER_SIZE], sum[MARKUP_NUMBER_SIZE];

	snprintf(title, sizeof title, "%s%s", row->is_correction ? "更正前期 " : "",
		 row->benefit == NULL || row->title[0][0] != '\0' ? row->title[0] : row->benefit);
	snprintf(uses, sizeof uses, "%" PRId64, row->uses);
	snprintf(voided, sizeof voided, "%" PRId64, row->voided);
	markup_yuan(payable, row->payable);
	markup_yuan(saved, row->saved);
	markup_yuan(sum, due);
	print_cells((const char *const[]){ title,
					   row->benefit == NULL ? "" : settled[row->settlement],
					   uses, voided, payable, saved, sum });
}

static void print_head(const struct statement *statement)
{
	char first[11], last[11];
	struct china_time now = china_time_at(statement->now);

	day_format(first, statement->period.first);
	day_format(last, statement->period.last);
	printf("优待商户结算单 · Merchant settlement statement\n\n"
	       "商户 merchant: %s (%s)\n单位 unit: %s%s%s%s\n"
	       "期间 period: %s (%s – %s)%s\n"
	       "制单 made: %04d-%02d-%02d %02d:%02d 北京时间 Beijing time\n\n",
	       statement->merchant.name, statement->merchant.code, statement->unit.name,
	       statement->unit.code[0] != '\0' ? " (" : "", statement->unit.code,
	       statement->unit.code[0] != '\0' ? ")" : "", statement->period.name, first, last,
	       statement->is_over ? "" : "  未结束 · not over", now.year, now.month,
	       now.day_of_month, now.minute / 60, now.minute % 60);
	for (int english = 0; english < 2; english++) {
		const char *texts[COUNT(layout)];

		for (size_t i = 0; i < COUNT(layout); i++)
			texts[i] = english ? layout[i].en : layout[i].zh;
		print_cells(texts);
	}
	print_rule();
}

static void print_foot(bool is_demo)
{
	printf("\n金额以元计;应结元为本单应付商户的金额 · in yuan; due is what the unit owes by "
	       "this statement\n");
	if (is_demo)
		printf("演示数据 · demonstration data\n");
	printf("\n商户盖章 merchant's seal: ________________    单位盖章 unit's seal: "
	       "________________\n\n"
	       "日期 date: ______________________________    日期 date: "
	       "_________________________\n");
}

/* --- the statement --- */

static int64_t plus(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? (b < 0 ? INT64_MIN : INT64_MAX) : sum;
}

static void say_row(struct statement *statement, const struct settlement_row *row, int64_t due)
{
	if (statement->table.form == TABLE_TEXT)
		print_row(row, due);
	else
		put_row(&statement->table, row, due);
}

static bool take_row(void *context, const struct settlement_row *row)
{
	struct statement *statement = context;
	struct settlement_row *total = &statement->total;
	int64_t due = row->settlement == statement->period.settles ? row->saved : 0;

	total->uses = plus(total->uses, row->uses);
	total->voided = plus(total->voided, row->voided);
	total->payable = plus(total->payable, row->payable);
	total->saved = plus(total->saved, row->saved);
	statement->due = plus(statement->due, due);
	say_row(statement, row, due);
	return true;
}

static enum registry_status each_row(struct statement *statement, struct registry *registry)
{
	const struct report_time time = { .since = china_midnight(statement->period.first),
					  .before = china_midnight(statement->period.last + 1) };

	statement->total = no_benefit;
	return settlement_each(registry, statement->merchant.code, &time, take_row, statement);
}

static enum registry_status print_statement(struct statement *statement, struct registry *registry)
{
	enum registry_status status;

	print_head(statement);
	status = each_row(statement, registry);
	print_rule();
	print_row(&statement->total, statement->due);
	print_foot(registry_is_demo(registry));
	return status;
}

static enum registry_status put_csv(struct statement *statement, struct registry *registry)
{
	enum registry_status status;

	table_begin(&statement->table, columns, COUNT(columns));
	status = each_row(statement, registry);
	put_row(&statement->table, &statement->total, statement->due);
	table_end(&statement->table);
	return status;
}

static void put_head(struct json *json, const struct statement *statement)
{
	char day[11];

	json_put_text(json, "merchant", statement->merchant.code);
	json_put_text(json, "name", statement->merchant.name);
	json_put_text(json, "unit", statement->unit.code[0] != '\0' ? statement->unit.code : NULL);
	json_put_text(json, "unit_name",
		      statement->unit.code[0] != '\0' ? statement->unit.name : NULL);
	json_put_text(json, "period", statement->period.name);
	day_format(day, statement->period.first);
	json_put_text(json, "from", day);
	day_format(day, statement->period.last);
	json_put_text(json, "until", day);
	json_put_flag(json, "over", statement->is_over);
}

static void put_total(struct json *json, const struct statement *statement)
{
	json_put_open(json, "total", '{');
	json_put_number(json, "uses", statement->total.uses);
	json_put_number(json, "voided", statement->total.voided);
	json_put_number(json, "payable", statement->total.payable);
	json_put_number(json, "saved", statement->total.saved);
	json_put_number(json, "due", statement->due);
	json_put_close(json);
}

static enum registry_status put_json(struct statement *statement, struct registry *registry)
{
	enum registry_status status;
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	put_head(&json, statement);
	table_begin_within(&statement->table, &json, "rows", columns, COUNT(columns));
	status = each_row(statement, registry);
	table_end_within(&statement->table, &json);
	put_total(&json, statement);
	json_put_close(&json);
	json_put_end(&json);
	return status;
}

static enum registry_status answer(struct statement *statement, struct registry *registry)
{
	static enum registry_status (*const forms[])(struct statement *, struct registry *) = {
		[TABLE_TEXT] = print_statement,
		[TABLE_JSON] = put_json,
		[TABLE_CSV] = put_csv,
	};

	return forms[statement->table.form](statement, registry);
}

static enum outcome state(const struct call *call, struct registry *registry,
			  struct statement *statement)
{
	struct merchant merchant;
	enum outcome outcome;
	enum registry_status status = registry_merchant(registry, &merchant, call->words[0]);

	if (status == REGISTRY_NOT_FOUND)
		return refused(call, "unknown_merchant", "登记库中没有这个商户,请核对代码",
			       "the registry has no such merchant: check its code");
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	outcome = authority_over(call, registry, ACTOR_MERCHANT, merchant.code);
	if (outcome != OUTCOME_DONE)
		return outcome;
	statement->merchant = merchant;
	status = unit_find(registry, &statement->unit, merchant.unit, china_time_at(call->now).day);
	if (status != REGISTRY_OK && status != REGISTRY_NOT_FOUND)
		return call_status(call, registry, status);
	status = answer(statement, registry);
	return status == REGISTRY_OK ? OUTCOME_DONE
				     : trouble(call->db, registry_status_why(status, false),
					       registry_status_why(status, true));
}

enum outcome run_report_statement(struct call *call)
{
	struct statement statement = { .now = call->now };
	struct registry *registry;
	enum outcome outcome = table_form(&statement.table, call);

	if (outcome == OUTCOME_DONE)
		outcome = read_period(call, &statement.period);
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	statement.is_over = call->now >= china_midnight(statement.period.last + 1);
	outcome = state(call, registry, &statement);
	registry_close(registry);
	return outcome;
}
