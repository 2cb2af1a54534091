/*
 * A registry at the scale of a real place, filled with invented people.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "centre/command.h"
#include "centre/demo.h"
#include "centre/note_act.h"
#include "centre/scale.h"
#include "centre/scale_partner.h"
#include "centre/scale_unit.h"
#include "db/actor.h"
#include "db/staff.h"

/* --- the place itself: units, merchants, benefits, calendar, key --- */

static enum outcome fill_demonstrated(const struct call *call, struct registry *registry)
{
	enum outcome outcome = demo_fill_table(call, registry, &import_units, "units.csv");

	if (outcome == OUTCOME_DONE)
		outcome = demo_fill_table(call, registry, &import_merchants, "merchants.csv");
	if (outcome == OUTCOME_DONE)
		outcome = demo_fill_benefits(call, registry, "benefits.json");
	return outcome;
}

static enum outcome fill_made(const struct call *call, struct registry *registry,
			      const struct scale_place *place)
{
	enum registry_status status = scale_units_put(registry, place);

	if (status == REGISTRY_OK)
		status = scale_partners_put(registry, place);
	if (status == REGISTRY_OK)
		status = registry_set_data_time(registry, call->now);
	enum outcome outcome = call_status(call, registry, status);
	return outcome == OUTCOME_DONE ? demo_fill_benefits(call, registry, "partners.json")
				       : outcome;
}

static enum outcome fill_place(const struct call *call, struct registry *registry,
			       const struct scale_place *place)
{
	enum outcome outcome = place->demonstrated ? fill_demonstrated(call, registry)
						   : fill_made(call, registry, place);

	if (outcome == OUTCOME_DONE)
		outcome = demo_fill_table(call, registry, &import_calendar, "calendar.csv");
	if (outcome == OUTCOME_DONE)
		outcome = demo_fill_key(call, registry, place->issuer);
	return outcome;
}

/* --- filling it --- */

static void tell_progress(void *context, uint32_t done, uint32_t of)
{
	(void)context;
	fprintf(stderr, "\r已写入 %" PRIu32 "/%" PRIu32 " 人 · persons written%s", done, of,
		done == of ? "\n" : "");
}

static enum outcome fill(const struct call *call, struct registry *registry,
			 const struct scale_place *place, bool with_lives)
{
	char detail[32];
	const struct audit_act act = { .act = "registry.demo", .detail = detail };
	struct scale_order order = { .place = place,
				     .with_lives = with_lives,
				     .now = call->now,
				     .progress = isatty(STDERR_FILENO) ? tell_progress : NULL };
	enum outcome outcome = call_status(call, registry, registry_begin(registry));

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = fill_place(call, registry, place);
	snprintf(detail, sizeof detail, "like=%s", place->like);
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry,
				      note_act(registry, REGISTRY_OK, &act, call->now));
	else
		registry_rollback(registry);
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry, scale_fill(registry, &order));
	return outcome;
}

/* Staff accounts are data, too: what is filled in here is put down to nobody of theirs. */
static enum outcome require_empty(const struct call *call, struct registry *registry)
{
	enum outcome outcome = demo_require_empty(call, registry);

	if (outcome != OUTCOME_DONE || registry_actor(registry)->may_all)
		return outcome;
	return refused(call, "not_empty", "登记库已有工作人员账户,演示数据只填入空的登记库",
		       "the registry has staff accounts: a demonstration fills an empty one only");
}

/* --- the answer --- */

static void tell_count(const struct call *call, const struct scale_place *place,
		       const struct scale_count *count)
{
	const struct {
		const char *title;
		int64_t number;
	} rows[] = {
		{ "单位 · units", count->units },
		{ "人员 · persons", count->persons },
		{ "优待证 · certificates", count->certificates },
		{ "光荣牌 · plaques", count->plaques },
		{ "商户 · merchants", count->merchants },
		{ "优待项目 · benefits", count->benefits },
		{ "核销和拒绝记录 · redemptions and refusals", count->entries },
	};

	printf("演示数据 · demonstration data: %s\n", place->like);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		printf("%s: %" PRId64 "\n", rows[i].title, rows[i].number);
	printf("优待证的状态 · where the certificates stand:\n");
	for (int step = STEP_NONE + 1; step < STEP_COUNT; step++)
		if (count->steps[step] > 0)
			printf("  %s · %s: %" PRId64 "\n",
			       life_step_title((enum life_step)step, false),
			       life_step_title((enum life_step)step, true), count->steps[step]);
	printf("签发密钥 · issuing key: %s.demo-key (口令 passphrase: %s)\n", call->db,
	       DEMO_PASSPHRASE);
}

static void put_count(const struct scale_place *place, const struct scale_count *count)
{
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "like", place->like);
	json_put_number(&json, "units", count->units);
	json_put_number(&json, "persons", count->persons);
	json_put_number(&json, "certificates", count->certificates);
	json_put_number(&json, "plaques", count->plaques);
	json_put_number(&json, "merchants", count->merchants);
	json_put_number(&json, "benefits", count->benefits);
	json_put_number(&json, "entries", count->entries);
	json_put_open(&json, "steps", '{');
	for (int step = STEP_NONE + 1; step < STEP_COUNT; step++)
		json_put_number(&json, life_step_name((enum life_step)step), count->steps[step]);
	json_put_close(&json);
	json_put_close(&json);
	json_put_end(&json);
}

static enum outcome say_count(const struct call *call, struct registry *registry,
			      const struct scale_place *place)
{
	struct scale_count count;
	enum outcome outcome =
		call_status(call, registry, scale_count(registry, &count, call->now));

	if (outcome == OUTCOME_DONE && call->json)
		put_count(place, &count);
	else if (outcome == OUTCOME_DONE)
		tell_count(call, place, &count);
	return outcome;
}

/* --- the command --- */

static bool options_taken(const struct call *call, const struct scale_place **place,
			  bool *with_lives)
{
	const char *like = option(call, "--like"), *life = option(call, "--life");

	*place = like == NULL ? NULL : scale_place_named(like);
	*with_lives = life == NULL || strcmp(life, "on") == 0;
	if (*place == NULL)
		(void)wrong_usage(call, "--like 应为 rizhao zherong shengzhou xinle 之一",
				  "--like is one of rizhao zherong shengzhou xinle");
	else if (!*with_lives && strcmp(life, "off") != 0)
		(void)wrong_usage(call, "--life 应为 on 或 off", "--life is on or off");
	else
		return true;
	return false;
}

static enum outcome run_demo(struct call *call)
{
	const struct scale_place *place;
	bool with_lives;
	struct registry *registry;
	enum outcome outcome;

	if (!options_taken(call, &place, &with_lives))
		return OUTCOME_USAGE;
	outcome = call_open_centre(call, &registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = require_empty(call, registry);
	if (outcome == OUTCOME_DONE)
		outcome = fill(call, registry, place, with_lives);
	if (outcome == OUTCOME_DONE)
		outcome = say_count(call, registry, place);
	registry_close(registry);
	return outcome;
}

const struct command commands_demo[] = {
	{ .words = "demo",
	  .usage = "--like rizhao|zherong|shengzhou|xinle [--life on|off]",
	  .help = "按真实地区的规模生成演示数据,填入空的登记库(先 init):人员全是虚构的,优待证、\n"
		  "光荣牌各有两年内的全部办理记录。签发密钥在 FILE.demo-key(口令 demo)。\n"
		  "  rizhao     经开区:95 个站点,5,046 人,4,011 本优待证,4,978 块光荣牌,22 家商户\n"
		  "  zherong    县:119 个站点,2,013 本优待证,33 家商户,44 项优待\n"
		  "  shengzhou  县级市:289 个站点,21,854 份档案,17,371 本优待证\n"
		  "  xinle      社区:555 人,220 本优待证,536 块光荣牌\n"
		  "--life off 不生成办理记录,证件直接处于当前状态。日期以 --at "
		  "或当前时间往前推算;\n"
		  "同一时间生成的数据相同。中途断电则登记库只填了一部分:删除后重新 init。\n"
		  "Fills an empty registry (init first) with invented people at the scale of a "
		  "real\n"
		  "place.  Certificates and plaques have their whole way of the last two years on\n"
		  "record, counted back from --at or now; the same time gives the same data.  The\n"
		  "issuing key lies in FILE.demo-key (passphrase demo).  --life off has "
		  "certificates\n"
		  "begin where they stand, without steps on record.  Cut off half-way, the "
		  "registry\n"
		  "holds a part: delete it and begin anew with init.",
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .run = run_demo,
	  .options = { { "--like", true }, { "--life", true } } },
	{ 0 },
};
