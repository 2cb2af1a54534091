/*
 * Ledgers as tables: certificates by unit and step, how long applicants waited, plaques, stored-value
 * cards, merchants and benefits by scene.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "centre/reports.h"
#include "centre/waits.h"
#include "db/china_time.h"
#include "db/plaque.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- certificates by unit and step --- */

static const enum issue_group group_of_step[STEP_COUNT] = {
	[STEP_ON_FILE] = ISSUE_ON_FILE,
	[STEP_APPLIED] = ISSUE_APPLIED,
	[STEP_ACCEPTED] = ISSUE_IN_REVIEW,
	[STEP_COUNTY_REVIEW] = ISSUE_IN_REVIEW,
	[STEP_CITY_REVIEW] = ISSUE_IN_REVIEW,
	[STEP_PROVINCE_REVIEW] = ISSUE_IN_REVIEW,
	[STEP_IN_REVIEW] = ISSUE_IN_REVIEW,
	[STEP_IN_PRODUCTION] = ISSUE_MAKING,
	[STEP_AT_COUNTY] = ISSUE_MAKING,
	[STEP_AT_STATION] = ISSUE_MAKING,
	[STEP_HANDED_OVER] = ISSUE_MAKING,
	[STEP_ACTIVE] = ISSUE_IN_USE,
	[STEP_LOSS_REPORTED] = ISSUE_LOSS,
	[STEP_LOST] = ISSUE_LOSS,
	[STEP_SUSPENDED] = ISSUE_SUSPENDED,
	[STEP_REPLACED] = ISSUE_REPLACING,
	[STEP_REPLACEMENT_IN_PRODUCTION] = ISSUE_REPLACING,
	[STEP_REPLACEMENT_AT_COUNTY] = ISSUE_REPLACING,
	[STEP_REPLACEMENT_AT_STATION] = ISSUE_REPLACING,
	[STEP_REPLACEMENT_HANDED_OVER] = ISSUE_REPLACING,
	[STEP_REFUSED] = ISSUE_REFUSED,
	[STEP_WITHDRAWN] = ISSUE_ENDED,
	[STEP_CANCELLED] = ISSUE_ENDED,
	[STEP_DECEASED] = ISSUE_ENDED,
	[STEP_MOVED] = ISSUE_ENDED,
	[STEP_OTHER_KIND] = ISSUE_ENDED,
};

struct issue_counts issue_count(const int64_t steps[static STEP_COUNT])
{
	struct issue_counts counts = { 0 };
	const int64_t *groups = counts.groups;

	for (int step = STEP_NONE + 1; step < STEP_COUNT; step++) {
		counts.groups[group_of_step[step]] += steps[step];
		counts.total += steps[step];
	}
	counts.on_file = counts.total - groups[ISSUE_REFUSED] - groups[ISSUE_ENDED];
	counts.issued = groups[ISSUE_IN_USE] + groups[ISSUE_LOSS] + groups[ISSUE_SUSPENDED] +
			groups[ISSUE_REPLACING];
	return counts;
}

bool issue_share(int64_t *permille, int64_t issued, int64_t on_file)
{
	if (on_file <= 0)
		return false;
	*permille = (2000 * issued + on_file) / (2 * on_file);
	return true;
}

static const struct table_column issue_columns[] = {
	{ "unit", "单位代码 unit", false },         { "name", "单位名称 name", false },
	{ "on_file", "仅建档 on file", false },     { "applied", "已申请 applied", false },
	{ "in_review", "审核中 in review", false }, { "making", "制发中 making", false },
	{ "in_use", "在用 in use", false },         { "loss", "挂失 loss", false },
	{ "suspended", "暂停 suspended", false },   { "replacing", "补换中 replacing", false },
	{ "refused", "不予发放 refused", false },   { "ended", "已终止 ended", false },
	{ "total", "合计 total", false },           { "issued_permille", "发证率‰ issued", false },
};

/* A table, and the units whose rows stand in it. */
struct listing {
	struct table *table;
	const struct unit_range *places;
};

static bool issue_row(void *context, const struct ledger_unit *row)
{
	struct listing *listing = context;
	struct issue_counts counts = issue_count(row->steps);
	struct cell cells[COUNT(issue_columns)] = { CELL_TEXT(row->unit), CELL_TEXT(row->name) };
	int64_t permille = 0;
	bool is_known = issue_share(&permille, counts.issued, counts.on_file);

	if (!unit_range_has(listing->places, row->unit))
		return true;
	for (int group = 0; group < ISSUE_GROUPS; group++)
		cells[2 + group] = CELL_NUMBER(counts.groups[group]);
	cells[2 + ISSUE_GROUPS] = CELL_NUMBER(counts.total);
	cells[3 + ISSUE_GROUPS] = CELL_KNOWN(is_known, permille);
	table_row(listing->table, cells);
	return true;
}

static enum registry_status issue_rows(struct registry *registry, const struct report_query *query,
				       struct table *table)
{
	struct listing listing = { table, query->places };

	return ledger_units(registry, query->now, query->with_below, issue_row, &listing);
}

const struct report issue_report = { issue_columns, COUNT(issue_columns), issue_rows, NULL };

/* --- from application to hand-over --- */

static const struct table_column waiting_columns[] = {
	{ "certificate", "优待证 certificate", false },
	{ "unit", "单位 unit", false },
	{ "applied", "申请日期 applied", false },
	{ "handed_over", "发放日期 handed over", false },
	{ "working_days", "工作日 working days", false },
	{ "state", "办理情况 state", false },
};

static bool waiting_row(void *context, const struct waiting *row)
{
	static const char *const states[2][2] = { { "within", "beyond" }, { "open", "overdue" } };
	struct listing *listing = context;
	bool is_open = row->handed_over == INT32_MAX;
	char applied[11], handed_over[11] = "";

	if (!unit_range_has(listing->places, row->unit))
		return true;
	day_format(applied, row->applied);
	if (!is_open)
		day_format(handed_over, row->handed_over);
	const struct cell cells[] = {
		CELL_TEXT(row->certificate),
		CELL_TEXT(row->unit),
		CELL_TEXT(applied),
		CELL_TEXT(is_open ? NULL : handed_over),
		CELL_NUMBER(row->working_days),
		CELL_TEXT(states[is_open][row->working_days > WAITING_DAYS_MOST]),
	};
	table_row(listing->table, cells);
	return true;
}

static enum registry_status waiting_rows(struct registry *registry,
					 const struct report_query *query, struct table *table)
{
	struct listing listing = { table, query->places };

	return ledger_waiting(registry, query->now, waiting_row, &listing);
}

static void tell_waits(FILE *out, const struct waits *waits)
{
	int64_t median;

	fprintf(out,
		"%d 个工作日内发放 %" PRId64 " 件,超期发放 %" PRId64 " 件,尚未发放 %" PRId64
		" 件(其中已超期 %" PRId64 " 件)\n",
		WAITING_DAYS_MOST, waits->within, waits->beyond, waits->open, waits->open_beyond);
	fprintf(out,
		"within %d working days: %" PRId64 ", later: %" PRId64 ", still open: %" PRId64
		" (%" PRId64 " of them overdue)\n",
		WAITING_DAYS_MOST, waits->within, waits->beyond, waits->open, waits->open_beyond);
	if (waits_median(waits, &median))
		fprintf(out,
			"已发放的中位数 %" PRId64
			" 个工作日 · median of those handed over: %" PRId64 " working days\n",
			median, median);
}

static enum registry_status waiting_below(struct registry *registry,
					  const struct report_query *query, FILE *out)
{
	struct waits waits;
	enum registry_status status = waits_read(&waits, registry, query->now, query->places);

	if (status == REGISTRY_OK)
		tell_waits(out, &waits);
	waits_free(&waits);
	return status;
}

const struct report waiting_report = { waiting_columns, COUNT(waiting_columns), waiting_rows,
				       waiting_below };

/* --- plaques --- */

static const struct table_column plaque_columns[] = {
	{ "number", "编号 number", false }, { "household", "户号 household", false },
	{ "person", "人员 person", false }, { "unit", "单位 unit", false },
	{ "state", "状态 state", false },   { "hung", "悬挂日期 hung", false },
};

static bool plaque_row(void *context, const struct plaque *plaque)
{
	struct listing *listing = context;
	bool was_hung = plaque->hung != INT32_MIN;
	char hung[11] = "";

	if (!unit_range_has(listing->places, plaque->unit))
		return true;
	if (was_hung)
		day_format(hung, plaque->hung);
	const struct cell cells[] = {
		CELL_TEXT(plaque->number),
		CELL_TEXT(plaque->household),
		CELL_TEXT(plaque->person),
		CELL_TEXT(plaque->unit),
		CELL_TEXT(plaque_state_name(plaque->state)),
		CELL_TEXT(was_hung ? hung : NULL),
	};
	table_row(listing->table, cells);
	return true;
}

static enum registry_status plaque_rows(struct registry *registry, const struct report_query *query,
					struct table *table)
{
	struct listing listing = { table, query->places };

	return plaque_each(registry, NULL, plaque_row, &listing);
}

const struct report plaques_report = { plaque_columns, COUNT(plaque_columns), plaque_rows, NULL };

/* --- stored-value cards --- */

static const struct table_column card_columns[] = {
	{ "certificate", "优待证 certificate", false },
	{ "benefit", "项目 benefit", false },
	{ "value", "面值元 value", true },
	{ "used", "已用元 used", true },
	{ "left", "余额元 left", true },
};

static bool card_row(void *context, const struct ledger_card *card)
{
	const struct cell cells[] = {
		CELL_TEXT(card->certificate), CELL_TEXT(card->benefit),
		CELL_NUMBER(card->value),     CELL_NUMBER(card->value - card->left),
		CELL_NUMBER(card->left),
	};

	table_row(context, cells);
	return true;
}

static enum registry_status card_rows(struct registry *registry, const struct report_query *query,
				      struct table *table)
{
	return ledger_cards(registry, query->now, card_row, table);
}

const struct report cards_report = { card_columns, COUNT(card_columns), card_rows, NULL };

/* --- merchants and benefits by scene --- */

#define SCENES_MAX 16

static const struct table_column scene_columns[] = {
	{ "scene", "场景 scene", false },           { "merchants", "商户 merchants", false },
	{ "benefits", "优待项目 benefits", false }, { "uses", "次数 uses", false },
	{ "saved", "优惠元 saved", true },
};

struct scene {
	char name[8];
	int64_t merchants, benefits, uses, saved;
};
struct scenes {
	size_t count;
	struct scene items[SCENES_MAX];
};

/* The scenes are few and known: eleven, and none. */
static struct scene *scene_named(struct scenes *scenes, const char *name)
{
	size_t i = 0;

	while (i < scenes->count && strcmp(scenes->items[i].name, name) != 0)
		i++;
	if (i == SCENES_MAX)
		return &scenes->items[SCENES_MAX - 1];
	if (i == scenes->count) {
		snprintf(scenes->items[i].name, sizeof scenes->items[i].name, "%s", name);
		scenes->count++;
	}
	return &scenes->items[i];
}

static bool take_scene(void *context, const struct ledger_scene *row)
{
	struct scene *scene = scene_named(context, row->scene);

	scene->merchants = row->merchants;
	scene->benefits = row->benefits;
	return true;
}

static bool take_uses(void *context, const struct use_sum *sum)
{
	struct scene *scene = scene_named(context, sum->key);

	scene->uses = sum->uses;
	scene->saved = sum->saved;
	return true;
}

static enum registry_status scene_rows(struct registry *registry, const struct report_query *query,
				       struct table *table)
{
	const struct use_query uses = {
		.time = query->time, .by = USES_BY_SCENE, .places = query->places, .now = query->now
	};
	struct scenes scenes = { 0 };
	enum registry_status status = ledger_scenes(registry, query->now, take_scene, &scenes);

	if (status == REGISTRY_OK)
		status = use_sums(registry, &uses, take_uses, &scenes);
	for (size_t i = 0; status == REGISTRY_OK && i < scenes.count; i++) {
		const struct scene *scene = &scenes.items[i];
		const struct cell cells[] = {
			CELL_TEXT(scene->name),       CELL_NUMBER(scene->merchants),
			CELL_NUMBER(scene->benefits), CELL_NUMBER(scene->uses),
			CELL_NUMBER(scene->saved),
		};

		table_row(table, cells);
	}
	return status;
}

const struct report scenes_report = { scene_columns, COUNT(scene_columns), scene_rows, NULL };
