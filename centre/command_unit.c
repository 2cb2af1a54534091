/*
 * The units, a row for each time.
 */
#include <stdint.h>

#include "centre/command.h"
#include "centre/table.h"
#include "db/china_time.h"
#include "db/staff.h"
#include "db/unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Under the column names of the import. */
static const struct table_column columns[] = {
	{ "unit", "单位 unit", false },     { "code", "区划代码 code", false },
	{ "name", "名称 name", false },     { "tier", "层级 tier", false },
	{ "parent", "上级 parent", false }, { "from", "自 from", false },
	{ "until", "至 until", false },     { "merged_into", "并入 merged into", false },
};

struct listing {
	struct table table;
	bool of_a_day; /* only what is in force on it */
	int32_t day;
};

static struct cell day_cell(char text[static 11], int32_t day)
{
	if (day == INT32_MIN || day == INT32_MAX)
		return CELL_TEXT(NULL);
	day_format(text, day);
	return CELL_TEXT(text);
}

static bool take_unit(void *context, const struct unit *unit)
{
	struct listing *listing = context;
	char from[11], until[11];

	if (listing->of_a_day && !unit_is_in_force(unit, listing->day))
		return true;
	const struct cell cells[] = {
		CELL_TEXT(unit->code),
		CELL_TEXT(unit->region),
		CELL_TEXT(unit->name),
		CELL_TEXT(unit->tier),
		CELL_TEXT(unit->parent),
		day_cell(from, unit->from),
		day_cell(until, unit->until),
		CELL_TEXT(unit->merged_into[0] != '\0' ? unit->merged_into : NULL),
	};
	table_row(&listing->table, cells);
	return true;
}

static enum outcome list_units(const struct call *call, struct registry *registry,
			       struct listing *listing)
{
	enum registry_status status;

	table_begin(&listing->table, columns, COUNT(columns));
	status = registry_each_unit(registry, take_unit, listing);
	table_end(&listing->table);
	if (listing->table.form == TABLE_TEXT && registry_is_demo(registry))
		printf("演示数据 · demonstration data\n");
	if (status == REGISTRY_OK)
		return OUTCOME_DONE;
	return trouble(call->db, registry_status_why(status, false),
		       registry_status_why(status, true));
}

static enum outcome run_list(struct call *call)
{
	const char *on = option(call, "--on");
	struct listing listing = { .of_a_day = on != NULL };
	struct registry *registry;
	enum outcome outcome = table_form(&listing.table, call);

	if (outcome == OUTCOME_DONE && on != NULL && !day_parse(&listing.day, on))
		outcome =
			wrong_usage(call, "--on 应为日期 YYYY-MM-DD", "--on is a date YYYY-MM-DD");
	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = list_units(call, registry, &listing);
	registry_close(registry);
	return outcome;
}

const struct command commands_unit[] = {
	{ .words = "unit list",
	  .usage = "[--on DATE] [--csv]",
	  .help = "列出单位的各个时段;--on 只列当天存续的。--csv 可再导入。\n"
		  "Lists the units, a row for each time; --on: only those in force on that day.  "
		  "What\n"
		  "--csv gives can be imported again.",
	  .needs_db = true,
	  .roles = STAFF_ANY_ROLE,
	  .run = run_list,
	  .options = { { "--on", true }, { "--csv", false } } },
	{ 0 },
};
