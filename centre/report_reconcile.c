/*
 * What a bureau has on its papers, and where they do not agree.
 */
#include <inttypes.h>
#include <stdio.h>

#include "centre/reports.h"
#include "db/plaque.h"
#include "db/reconcile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* How many there are of what. */
struct inventory {
	struct stock stock;
	int64_t steps[STEP_COUNT], plaques[PLAQUE_STATES];
};

static bool count_steps(void *context, const struct ledger_unit *row)
{
	struct inventory *inventory = context;

	for (int step = 0; step < STEP_COUNT; step++)
		inventory->steps[step] += row->steps[step];
	return true;
}

static bool count_plaque(void *context, const struct plaque *plaque)
{
	struct inventory *inventory = context;

	inventory->plaques[plaque->state]++;
	return true;
}

static enum registry_status take_stock(struct registry *registry, int64_t now,
				       struct inventory *out)
{
	enum registry_status status = reconcile_stock(registry, &out->stock);

	if (status == REGISTRY_OK)
		status = ledger_units(registry, now, false, count_steps, out);
	if (status == REGISTRY_OK)
		status = plaque_each(registry, NULL, count_plaque, out);
	return status;
}

/* --- for people --- */

static void tell_stock(const struct inventory *inventory)
{
	const struct stock *stock = &inventory->stock;

	printf("建档 %" PRId64 " 人,优待证 %" PRId64 " 件(在办和在用 %" PRId64 "),光荣牌 %" PRId64
	       " 块(悬挂 %" PRId64 ")\n",
	       stock->persons, stock->certificates, stock->at_work, stock->plaques,
	       stock->plaques_hung);
	printf("%" PRId64 " people on file, %" PRId64 " certificates (%" PRId64
	       " at work), %" PRId64 " plaques (%" PRId64 " hung)\n",
	       stock->persons, stock->certificates, stock->at_work, stock->plaques,
	       stock->plaques_hung);
	for (int step = 0; step < STEP_COUNT; step++)
		if (inventory->steps[step] > 0)
			printf("  优待证 certificates\t%s · %s\t%" PRId64 "\n",
			       life_step_title(step, false), life_step_title(step, true),
			       inventory->steps[step]);
	for (int state = 0; state < PLAQUE_STATES; state++)
		if (inventory->plaques[state] > 0)
			printf("  光荣牌 plaques\t%s · %s\t%" PRId64 "\n",
			       plaque_state_title(state, false), plaque_state_title(state, true),
			       inventory->plaques[state]);
}

/* --- for programs --- */

static void put_counts(struct json *json, const struct inventory *inventory)
{
	json_put_open(json, "certificate_steps", '{');
	for (int step = STEP_NONE + 1; step < STEP_COUNT; step++)
		if (inventory->steps[step] > 0)
			json_put_number(json, life_step_name(step), inventory->steps[step]);
	json_put_close(json);
	json_put_open(json, "plaque_states", '{');
	for (int state = 0; state < PLAQUE_STATES; state++)
		if (inventory->plaques[state] > 0)
			json_put_number(json,
					state == PLAQUE_NONE ? "none" : plaque_state_name(state),
					inventory->plaques[state]);
	json_put_close(json);
}

static void put_stock(struct json *json, const struct inventory *inventory)
{
	const struct stock *stock = &inventory->stock;

	json_put_open(json, "stock", '{');
	json_put_number(json, "persons", stock->persons);
	json_put_number(json, "certificates", stock->certificates);
	json_put_number(json, "at_work", stock->at_work);
	json_put_number(json, "plaques", stock->plaques);
	json_put_number(json, "plaques_hung", stock->plaques_hung);
	put_counts(json, inventory);
	json_put_close(json);
}

/* --- the mismatches --- */

static const struct table_column columns[] = {
	{ "kind", "类别 kind", false },
	{ "code", "代码 code", false },
	{ "detail", "详情 detail", false },
	{ "title", "说明 what to do", false },
};

static bool put_mismatch(void *context, const struct mismatch *mismatch)
{
	struct table *table = context;
	char title[512];

	snprintf(title, sizeof title, "%s · %s", mismatch->title[0], mismatch->title[1]);
	const struct cell cells[] = { CELL_TEXT(mismatch->kind), CELL_TEXT(mismatch->code),
				      CELL_TEXT(mismatch->detail), CELL_TEXT(title) };

	table_row(table, cells);
	return true;
}

static enum registry_status print_json(const struct call *call, struct registry *registry,
				       const struct inventory *inventory)
{
	enum registry_status status;
	struct table table;
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	put_stock(&json, inventory);
	table_begin_within(&table, &json, "mismatches", columns, COUNT(columns));
	status = reconcile(registry, call->now, put_mismatch, &table);
	table_end_within(&table, &json);
	json_put_close(&json);
	json_put_end(&json);
	return status;
}

static enum registry_status print_table(const struct call *call, struct registry *registry,
					struct table *table)
{
	enum registry_status status;

	table_begin(table, columns, COUNT(columns));
	status = reconcile(registry, call->now, put_mismatch, table);
	table_end(table);
	if (table->form == TABLE_TEXT && registry_is_demo(registry))
		printf("演示数据 · demonstration data\n");
	return status;
}

enum outcome run_report_reconcile(struct call *call)
{
	struct inventory inventory = { 0 };
	struct table table;
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome = table_form(&table, call);

	if (outcome == OUTCOME_DONE)
		outcome = call_open(call, &registry, false);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = call_status(call, registry, take_stock(registry, call->now, &inventory));
	if (outcome != OUTCOME_DONE) {
		registry_close(registry);
		return outcome;
	}
	if (table.form == TABLE_TEXT)
		tell_stock(&inventory);
	status = table.form == TABLE_JSON ? print_json(call, registry, &inventory)
					  : print_table(call, registry, &table);
	if (status != REGISTRY_OK)
		outcome = trouble(call->db, registry_status_why(status, false),
				  registry_status_why(status, true));
	registry_close(registry);
	return outcome;
}
