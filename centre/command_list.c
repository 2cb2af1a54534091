/*
 * Lists of what the registry holds, under the column names of the imports.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "centre/list.h"
#include "centre/note_act.h"
#include "db/china_time.h"
#include "db/rulebook.h"
#include "db/staff.h"

/* --- merchants --- */

static bool merchant_row(void *context, const struct merchant *merchant)
{
	struct list *list = context;

	list->count++;
	if (!list->as_json) {
		printf("%s\t%s\t%s\t%s\t%s\t%s\n", merchant->code, merchant->state,
		       venue_name(merchant->venue), merchant->scene, merchant->region,
		       merchant->name);
		return true;
	}
	json_put_open(&list->json, NULL, '{');
	json_put_text(&list->json, "merchant", merchant->code);
	json_put_text(&list->json, "name", merchant->name);
	json_put_text(&list->json, "venue", venue_name(merchant->venue));
	json_put_text(&list->json, "scene", merchant->scene);
	json_put_text(&list->json, "region", merchant->region);
	json_put_text(&list->json, "address", merchant->address);
	json_put_text(&list->json, "unit", merchant->unit);
	json_put_text(&list->json, "state", merchant->state);
	json_put_close(&list->json);
	return true;
}

static enum registry_status each_merchant(struct registry *registry, struct list *list)
{
	return registry_each_merchant(registry, merchant_row, list);
}

static enum outcome run_merchants(struct call *call)
{
	return list_run(call, each_merchant);
}

/* --- benefits --- */

/* The members of the document as it was imported, its version and whether it is retired. */
static void put_members(struct json *json, const struct catalogue *catalogue, size_t index)
{
	const struct benefit *benefit = catalogue_at(catalogue, index);
	const char *document = catalogue_document(catalogue, index);
	size_t length = strlen(document);

	if (length > 2)
		json_put_raw(json, NULL, document + 1, length - 2);
	json_put_number(json, "version", benefit->version);
	json_put_flag(json, "retired", benefit->retired);
}

static enum registry_status each_benefit(struct registry *registry, struct list *list)
{
	const struct catalogue *catalogue = registry_catalogue(registry);

	for (size_t i = 0; catalogue != NULL && i < catalogue_count(catalogue); i++) {
		const struct benefit *benefit = catalogue_at(catalogue, i);

		list->count++;
		if (!list->as_json) {
			printf("%s\t%d\t%s\t%s · %s%s\n", benefit->id, benefit->version,
			       benefit->scene, benefit->title[0], benefit->title[1],
			       benefit->retired ? "\t停用 retired" : "");
			continue;
		}
		json_put_open(&list->json, NULL, '{');
		put_members(&list->json, catalogue, i);
		json_put_close(&list->json);
	}
	return REGISTRY_OK;
}

static enum outcome run_benefits(struct call *call)
{
	return list_run(call, each_benefit);
}

static enum outcome refuse_benefit(const struct call *call)
{
	return refused(call, "unknown_benefit", "登记库中没有这个优待项目",
		       "the registry has no such benefit");
}

static bool find_benefit(const struct catalogue *catalogue, const char *id, size_t *index)
{
	for (*index = 0; catalogue != NULL && *index < catalogue_count(catalogue); ++*index)
		if (strcmp(catalogue_at(catalogue, *index)->id, id) == 0)
			return true;
	return false;
}

static bool version_row(void *context, const struct benefit_version *version)
{
	struct list *list = context;

	list->count++;
	if (!list->as_json)
		return true;
	json_put_open(&list->json, NULL, '{');
	json_put_number(&list->json, "version", version->version);
	json_put_instant(&list->json, "imported_at", version->imported_at);
	json_put_instant(&list->json, "retired_at", version->retired_at);
	json_put_raw(&list->json, "document", version->document, strlen(version->document));
	json_put_close(&list->json);
	return true;
}

static enum registry_status put_versions(struct registry *registry, size_t index)
{
	const struct catalogue *catalogue = registry_catalogue(registry);
	struct list list = { .as_json = true };
	enum registry_status status;

	json_put_begin(&list.json, stdout);
	json_put_open(&list.json, NULL, '{');
	put_members(&list.json, catalogue, index);
	json_put_open(&list.json, "versions", '[');
	status = rulebook_each_version(registry, catalogue_at(catalogue, index)->id, version_row,
				       &list);
	json_put_close(&list.json);
	json_put_close(&list.json);
	json_put_end(&list.json);
	return status;
}

static enum registry_status show_benefit(const struct call *call, struct registry *registry,
					 size_t index)
{
	const struct catalogue *catalogue = registry_catalogue(registry);
	const struct benefit *benefit = catalogue_at(catalogue, index);
	struct list list = { .as_json = false };
	enum registry_status status;

	if (call->json)
		return put_versions(registry, index);
	status = rulebook_each_version(registry, benefit->id, version_row, &list);
	printf("%s · %s\n%s\n%s\n版本 version %d%s(共 %" PRId64 " 版 · %" PRId64 " in all)\n%s\n",
	       benefit->title[0], benefit->title[1], benefit->scope[0], benefit->scope[1],
	       benefit->version, benefit->retired ? ",停用 retired" : "", list.count, list.count,
	       catalogue_document(catalogue, index));
	return status;
}

static enum outcome run_benefit(struct call *call)
{
	struct registry *registry;
	size_t index;
	enum outcome outcome = call_open(call, &registry, false);
	enum registry_status status;

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (!find_benefit(registry_catalogue(registry), call->words[0], &index)) {
		outcome = refuse_benefit(call);
	} else {
		status = show_benefit(call, registry, index);
		if (status != REGISTRY_OK)
			outcome = trouble(call->db, registry_status_why(status, false),
					  registry_status_why(status, true));
	}
	registry_close(registry);
	return outcome;
}

static enum outcome run_retire(struct call *call)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "benefit.retire", .detail = detail };
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome = call_open(call, &registry, true);
	struct json json;

	if (outcome != OUTCOME_DONE)
		return outcome;
	snprintf(detail, sizeof detail, "benefit=%s", call->words[0]);
	status = registry_begin(registry);
	if (status == REGISTRY_OK)
		status = note_act(registry,
				  registry_retire_benefit(registry, call->words[0], call->now),
				  &act, call->now);
	if (status == REGISTRY_NOT_FOUND)
		outcome = refuse_benefit(call);
	else
		outcome = call_status(call, registry, status);
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (!call->json) {
		printf("已停用 · retired: %s\n", call->words[0]);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "benefit", call->words[0]);
	json_put_flag(&json, "retired", true);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

/* --- the calendar --- */

static bool calendar_row(void *context, int32_t day, const char *what, const char *name)
{
	struct list *list = context;
	char text[11];

	list->count++;
	if (!list->as_json) {
		day_format(text, day);
		printf("%s\t%s\t%s\n", text, what, name);
		return true;
	}
	json_put_open(&list->json, NULL, '{');
	json_put_day(&list->json, "day", day);
	json_put_text(&list->json, "what", what);
	json_put_text(&list->json, "name", name);
	json_put_close(&list->json);
	return true;
}

static enum registry_status each_day(struct registry *registry, struct list *list)
{
	return rulebook_each_day(registry, calendar_row, list);
}

static enum outcome run_calendar(struct call *call)
{
	return list_run(call, each_day);
}

const struct command commands_list[] = {
	{ .words = "merchant list",
	  .usage = "",
	  .help = "列出商户 · Lists the merchants.",
	  .needs_db = true,
	  .roles = STAFF_ANY_ROLE,
	  .run = run_merchants },
	{ .words = "benefit list",
	  .usage = "",
	  .help = "列出优待项目 · Lists the benefits, the newest version of each.",
	  .needs_db = true,
	  .roles = STAFF_ANY_ROLE,
	  .run = run_benefits },
	{ .words = "benefit show",
	  .usage = "ID",
	  .help = "显示一个优待项目;--json 列出各版本及导入时间。\n"
		  "Shows a benefit; --json lists all its versions and when each was imported.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_ANY_ROLE,
	  .run = run_benefit },
	{ .words = "benefit retire",
	  .usage = "ID",
	  .help = "停用一个优待项目,版本保留 · Retires a benefit; its versions are kept.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_MERCHANTS | STAFF_MANAGER,
	  .run = run_retire },
	{ .words = "calendar list",
	  .usage = "",
	  .help = "列出日历中的节假日、调休工作日和节庆。\n"
		  "Lists the calendar's public holidays, working weekends and festivals.",
	  .needs_db = true,
	  .roles = STAFF_ANY_ROLE,
	  .run = run_calendar },
	{ 0 },
};
