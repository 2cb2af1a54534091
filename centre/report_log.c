/*
 * The log as tables: what was refused and where people are at home whom a rule leaves out; what was
 * used, by what one asks for.
 */
#include <stdio.h>

#include "centre/reports.h"
#include "db/china_time.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

bool report_has_merchant(struct registry *registry, const struct report_query *query,
			 const char *code)
{
	struct merchant merchant;

	if (query->places == NULL)
		return true;
	return registry_merchant(registry, &merchant, code) == REGISTRY_OK &&
	       unit_range_has(query->places, merchant.unit);
}

/* --- unmet --- */

static const struct table_column unmet_columns[] = {
	{ "reason", "原因 reason", false },     { "benefit", "项目 benefit", false },
	{ "merchant", "商户 merchant", false }, { "home_region", "户籍地 home", false },
	{ "count", "次数 refusals", false },
};

/* A table, and the merchants' units whose rows stand in it. */
struct listing {
	struct registry *registry;
	const struct report_query *query;
	struct table *table;
};

static bool unmet_row(void *context, const struct unmet_row *row)
{
	struct listing *listing = context;
	const struct cell cells[] = { CELL_TEXT(row->reason), CELL_TEXT(row->benefit),
				      CELL_TEXT(row->merchant), CELL_TEXT(row->region),
				      CELL_NUMBER(row->count) };

	if (report_has_merchant(listing->registry, listing->query, row->merchant))
		table_row(listing->table, cells);
	return true;
}

static enum registry_status unmet_rows(struct registry *registry, const struct report_query *query,
				       struct table *table)
{
	struct listing listing = { registry, query, table };

	return report_unmet(registry, &query->time, unmet_row, &listing);
}

const struct report unmet_report = { unmet_columns, COUNT(unmet_columns), unmet_rows, NULL };

/* --- uses --- */

/* clang-format off */
#define AMOUNTS \
	{ "uses", "次数 uses", false }, { "voided", "撤销 voided", false }, \
	{ "payable", "应付元 payable", true }, { "saved", "优惠元 saved", true }
/* clang-format on */

static const struct table_column uses_columns[] = {
	{ "day", "日期 day", false },
	{ "scene", "场景 scene", false },
	{ "benefit", "项目 benefit", false },
	{ "merchant", "商户 merchant", false },
	AMOUNTS,
};

static bool uses_row(void *context, const struct uses_row *row)
{
	struct listing *listing = context;
	char day[11];

	if (!report_has_merchant(listing->registry, listing->query, row->merchant))
		return true;
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
	table_row(listing->table, cells);
	return true;
}

static enum registry_status uses_rows(struct registry *registry, const struct report_query *query,
				      struct table *table)
{
	struct listing listing = { registry, query, table };

	return report_uses(registry, &query->time, uses_row, &listing);
}

const struct report uses_report = { uses_columns, COUNT(uses_columns), uses_rows, NULL };

/* --- uses, added up --- */

static const struct table_column day_columns[] = { { "day", "日期 day", false }, AMOUNTS };
static const struct table_column month_columns[] = { { "month", "月份 month", false }, AMOUNTS };
static const struct table_column scene_columns[] = { { "scene", "场景 scene", false }, AMOUNTS };
static const struct table_column benefit_columns[] = { { "benefit", "项目 benefit", false },
						       { "title", "名称 title", false },
						       AMOUNTS };
static const struct table_column merchant_columns[] = { { "merchant", "商户 merchant", false },
							{ "name", "名称 name", false },
							AMOUNTS };
static const struct table_column unit_columns[] = { { "unit", "单位 unit", false },
						    { "name", "名称 name", false },
						    AMOUNTS };
static const struct table_column class_columns[] = { { "class", "类别 class", false },
						     { "title", "名称 title", false },
						     { "holders", "人数 holders", false },
						     AMOUNTS };

struct summing {
	struct table *table;
	enum use_sums_by by;
};

static bool sum_row(void *context, const struct use_sum *sum)
{
	const struct summing *summing = context;
	struct cell cells[COUNT(class_columns)] = { CELL_TEXT(sum->key) };
	size_t count = 1;

	if (sums_reports[summing->by].count > COUNT(day_columns))
		cells[count++] = CELL_TEXT(sum->title[0]);
	if (summing->by == USES_BY_CLASS)
		cells[count++] = CELL_NUMBER(sum->holders);
	cells[count++] = CELL_NUMBER(sum->uses);
	cells[count++] = CELL_NUMBER(sum->voided);
	cells[count++] = CELL_NUMBER(sum->payable);
	cells[count++] = CELL_NUMBER(sum->saved);
	table_row(summing->table, cells);
	return true;
}

static enum registry_status sum_rows(struct registry *registry, const struct report_query *query,
				     struct table *table)
{
	const struct use_query uses = {
		.time = query->time, .by = query->by, .places = query->places, .now = query->now
	};
	struct summing summing = { table, query->by };

	return use_sums(registry, &uses, sum_row, &summing);
}

#define SUMS(columns)                                     \
	{                                                 \
		(columns), COUNT(columns), sum_rows, NULL \
	}

const struct report sums_reports[USES_BY_COUNT] = {
	[USES_BY_DAY] = SUMS(day_columns),         [USES_BY_MONTH] = SUMS(month_columns),
	[USES_BY_BENEFIT] = SUMS(benefit_columns), [USES_BY_MERCHANT] = SUMS(merchant_columns),
	[USES_BY_UNIT] = SUMS(unit_columns),       [USES_BY_SCENE] = SUMS(scene_columns),
	[USES_BY_CLASS] = SUMS(class_columns),
};
