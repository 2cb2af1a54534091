/*
 * Plaques (光荣牌): where each hangs, what became of it, and its whole way.
 */
#include <stdio.h>
#include <string.h>

#include "centre/command.h"
#include "centre/table.h"
#include "db/china_time.h"
#include "db/plaque.h"
#include "db/staff.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- refusals --- */

static enum outcome refuse_plaque(const struct call *call, const struct plaque_answer *answer)
{
	static const struct {
		const char *zh, *en;
	} sentences[] = {
		[PLAQUE_UNKNOWN] = { "没有这块光荣牌,请核对编号,或先用 plaque import 登记",
				     "there is no such plaque: check the number, or put it on "
				     "record "
				     "with plaque import" },
		[PLAQUE_OUTSIDE_UNIT] = { "这块光荣牌不归本单位管理,请由所属单位办理",
					  "the plaque is another unit's: ask that unit" },
		[PLAQUE_BEFORE_LAST] = { "日期早于上一次变动,请核对 --on",
					 "the date lies before its last change: check --on" },
	};
	char zh[256], en[256];
	size_t used[2];
	uint32_t after = plaque_states_after(answer->state);

	if (answer->refusal != PLAQUE_DOES_NOT_FOLLOW)
		return refused(call, plaque_refusal_name(answer->refusal),
			       sentences[answer->refusal].zh, sentences[answer->refusal].en);
	used[0] = (size_t)snprintf(zh, sizeof zh, "这块光荣牌现为:%s。之后可以是:",
				   plaque_state_title(answer->state, false));
	used[1] = (size_t)snprintf(en, sizeof en, "the plaque is %s; what may follow:",
				   plaque_state_title(answer->state, true));
	for (int state = 0; state < PLAQUE_STATES; state++) {
		if ((after >> state & 1) == 0)
			continue;
		used[0] += (size_t)snprintf(zh + used[0], sizeof zh - used[0], " %s(%s)",
					    plaque_state_title(state, false),
					    plaque_state_name(state));
		used[1] += (size_t)snprintf(en + used[1], sizeof en - used[1], " %s",
					    plaque_state_name(state));
	}
	if (after == 0)
		return refused(call, plaque_refusal_name(answer->refusal),
			       "这块光荣牌已更换,请登记新牌",
			       "the plaque was replaced: put the new one on record");
	return refused(call, plaque_refusal_name(answer->refusal), zh, en);
}

/* --- plaque mark --- */

static enum outcome say_marked(const struct call *call, const struct plaque_request *request)
{
	char day[11];
	struct json json;

	day_format(day, request->day);
	if (!call->json) {
		printf("%s: %s · %s (%s)\n", request->number,
		       plaque_state_title(request->state, false),
		       plaque_state_title(request->state, true), day);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "plaque", request->number);
	json_put_text(&json, "state", plaque_state_name(request->state));
	json_put_text(&json, "on", day);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome mark(const struct call *call, struct registry *registry,
			 const struct plaque_request *request)
{
	struct plaque_answer answer = { 0 };
	enum registry_status status = registry_begin(registry);

	if (status == REGISTRY_OK)
		status = plaque_step(registry, &answer, request);
	if (status == REGISTRY_OK && answer.refusal == PLAQUE_TAKEN)
		status = registry_commit(registry);
	else
		registry_rollback(registry);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	return answer.refusal == PLAQUE_TAKEN ? say_marked(call, request)
					      : refuse_plaque(call, &answer);
}

static enum outcome run_mark(struct call *call)
{
	const char *on = option(call, "--on");
	struct plaque_request request = { .number = call->words[0],
					  .day = china_time_at(call->now).day,
					  .reason = option(call, "--reason"),
					  .now = call->now };
	struct registry *registry;
	enum outcome outcome;

	if (!plaque_state_from_name(&request.state, call->words[1]))
		return wrong_usage(call, "应为 issued hung damaged lost replaced taken_down 之一",
				   "one of issued hung damaged lost replaced taken_down");
	if (on != NULL &&
	    (!day_parse(&request.day, on) || request.day > china_time_at(call->now).day))
		return wrong_usage(call, "--on 应为不晚于今天的日期 YYYY-MM-DD",
				   "--on is a date YYYY-MM-DD, today at the latest");
	outcome = call_open_centre(call, &registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = mark(call, registry, &request);
	registry_close(registry);
	return outcome;
}

/* --- plaque show --- */

struct showing {
	bool as_json;
	struct json json;
};

static bool show_row(void *context, const struct plaque_row *row)
{
	struct showing *showing = context;
	char day[11];

	day_format(day, row->day);
	if (!showing->as_json) {
		printf("%s\t%s · %s\t%s\t%s\n", day, plaque_state_title(row->state, false),
		       plaque_state_title(row->state, true), row->actor, row->reason);
		return true;
	}
	json_put_open(&showing->json, NULL, '{');
	json_put_text(&showing->json, "on", day);
	json_put_text(&showing->json, "state", plaque_state_name(row->state));
	json_put_text(&showing->json, "actor", row->actor);
	json_put_text(&showing->json, "reason", row->reason);
	json_put_close(&showing->json);
	return true;
}

static void put_plaque(struct json *json, const struct plaque *plaque)
{
	char hung[11] = "";

	if (plaque->hung != INT32_MIN)
		day_format(hung, plaque->hung);
	json_put_text(json, "plaque", plaque->number);
	json_put_text(json, "household", plaque->household);
	json_put_text(json, "person", plaque->person);
	json_put_text(json, "unit", plaque->unit);
	json_put_text(json, "state", plaque_state_name(plaque->state));
	json_put_text(json, "hung", hung[0] != '\0' ? hung : NULL);
}

static enum registry_status show(const struct call *call, struct registry *registry,
				 const struct plaque *plaque)
{
	struct showing showing = { .as_json = call->json };
	enum registry_status status;

	if (!call->json) {
		printf("光荣牌 plaque: %s\n户号 household: %s\n人员 person: %s\n单位 unit: %s\n"
		       "状态 state: %s · %s\n",
		       plaque->number, plaque->household, plaque->person, plaque->unit,
		       plaque_state_title(plaque->state, false),
		       plaque_state_title(plaque->state, true));
		return plaque_each_row(registry, call->words[0], show_row, &showing);
	}
	json_put_begin(&showing.json, stdout);
	json_put_open(&showing.json, NULL, '{');
	put_plaque(&showing.json, plaque);
	json_put_open(&showing.json, "way", '[');
	status = plaque_each_row(registry, call->words[0], show_row, &showing);
	json_put_close(&showing.json);
	json_put_close(&showing.json);
	json_put_end(&showing.json);
	return status;
}

static enum outcome run_show(struct call *call)
{
	struct plaque plaque;
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome = call_open(call, &registry, false);

	if (outcome != OUTCOME_DONE)
		return outcome;
	status = plaque_find(registry, &plaque, call->words[0]);
	if (status == REGISTRY_NOT_FOUND) {
		outcome = refuse_plaque(call, &(struct plaque_answer){ .refusal = PLAQUE_UNKNOWN });
	} else {
		if (status == REGISTRY_OK)
			status = show(call, registry, &plaque);
		if (status != REGISTRY_OK)
			outcome = trouble(call->db, registry_status_why(status, false),
					  registry_status_why(status, true));
	}
	registry_close(registry);
	return outcome;
}

/* --- plaque list --- */

static const struct table_column list_columns[] = {
	{ "plaque", "编号 plaque", false }, { "household", "户号 household", false },
	{ "person", "人员 person", false }, { "unit", "单位 unit", false },
	{ "state", "状态 state", false },   { "hung", "悬挂日期 hung", false },
};

struct listing {
	struct table table;
	const char *unit; /* NULL: all */
};

static bool list_row(void *context, const struct plaque *plaque)
{
	struct listing *listing = context;
	char hung[11] = "";

	if (listing->unit != NULL && strcmp(listing->unit, plaque->unit) != 0)
		return true;
	if (plaque->hung != INT32_MIN)
		day_format(hung, plaque->hung);
	const struct cell cells[] = {
		CELL_TEXT(plaque->number),
		CELL_TEXT(plaque->household),
		CELL_TEXT(plaque->person),
		CELL_TEXT(plaque->unit),
		CELL_TEXT(plaque_state_name(plaque->state)),
		CELL_TEXT(hung[0] != '\0' ? hung : NULL),
	};
	table_row(&listing->table, cells);
	return true;
}

static enum outcome run_list(struct call *call)
{
	struct listing listing = { .unit = option(call, "--unit") };
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome = table_form(&listing.table, call);

	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	table_begin(&listing.table, list_columns, COUNT(list_columns));
	status = plaque_each(registry, NULL, list_row, &listing);
	table_end(&listing.table);
	if (status != REGISTRY_OK)
		outcome = trouble(call->db, registry_status_why(status, false),
				  registry_status_why(status, true));
	registry_close(registry);
	return outcome;
}

const struct command commands_plaque[] = {
	{ .words = "plaque mark",
	  .usage = "NUMBER STATE [--on DATE] [--reason TEXT]",
	  .help = "登记光荣牌的变动:issued 已发放、hung 已悬挂、damaged 损坏、lost 遗失、replaced "
		  "已更换、\n"
		  "taken_down 已收回。日期默认为今天。\n"
		  "Puts on record what became of a plaque: issued, hung, damaged, lost, replaced "
		  "(by\n"
		  "one with a number of its own), taken_down; today where no date is given.",
	  .least = 2,
	  .most = 2,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_mark,
	  .options = { { "--on", true }, { "--reason", true } } },
	{ .words = "plaque show",
	  .usage = "NUMBER",
	  .help = "显示一块光荣牌及其全部变动 · Shows a plaque and its whole way.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_AUDITOR | STAFF_MANAGER,
	  .run = run_show },
	{ .words = "plaque list",
	  .usage = "[--unit CODE] [--csv]",
	  .help = "光荣牌台账 · The ledger of plaques.",
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_AUDITOR | STAFF_MANAGER,
	  .run = run_list,
	  .options = { { "--unit", true }, { "--csv", false } } },
	{ 0 },
};
