/*
 * The steps of a certificate's life, one command each; what follows what is db/life.c's table.
 */
#include <stdio.h>
#include <string.h>

#include "centre/life_answer.h"
#include "centre/life_picture.h"
#include "centre/life_step.h"
#include "centre/life_words.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/staff.h"

#define CODE_BYTES_MAX 63

/* --- options --- */

/* A day begins at midnight in China. */
static bool instant_option(int64_t *out, const char *text)
{
	int32_t day;

	if (!day_parse(&day, text))
		return instant_parse(out, text);
	*out = china_midnight(day);
	return true;
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* Name is one of *names, or of `also` (may be NULL); else said. */
static enum outcome check_name(const struct call *call, const char *name, const char *also,
			       const char *const *names)
{
	char list[128], zh[192], en[192];

	if (is_one_of(name, names) || (also != NULL && strcmp(name, also) == 0))
		return OUTCOME_DONE;
	life_names_join(list, sizeof list, names);
	snprintf(zh, sizeof zh, "值应为下列之一:%s%s%s", also != NULL ? also : "",
		 also != NULL ? " " : "", list);
	snprintf(en, sizeof en, "one of these belongs there: %s%s%s", also != NULL ? also : "",
		 also != NULL ? " " : "", list);
	return wrong_usage(call, zh, en);
}

/* What all steps have. */
static enum outcome begin(const struct call *call, struct life_request *request, enum life_act act)
{
	const char *reason = option(call, "--reason"), *on = option(call, "--on");

	*request = (struct life_request){ .certificate = call->words[0],
					  .act = act,
					  .now = call->now,
					  .at = call->now,
					  .until = LIFE_NEVER,
					  .reason = reason };
	if (on != NULL && !instant_option(&request->at, on))
		return wrong_usage(call, "--on 应为日期 YYYY-MM-DD 或 RFC 3339 时间",
				   "--on is a date YYYY-MM-DD or an instant of RFC 3339");
	if (reason != NULL && reason[0] != '\0' && !text_is_plain(reason, LIFE_REASON_MAX))
		return wrong_usage(call, "--reason 应为至多 255 字节的文字,首尾无空格",
				   "--reason is text of at most 255 bytes, without blanks around "
				   "it");
	return OUTCOME_DONE;
}

static enum outcome read_cause(const struct call *call, struct life_request *request)
{
	request->cause = option(call, "--cause");
	if (request->cause == NULL)
		return OUTCOME_DONE;
	return check_name(call, request->cause, NULL, life_causes(request->act));
}

/* --- the commands --- */

static enum outcome run_plain(const struct call *call, enum life_act act)
{
	struct life_request request;
	enum outcome outcome = begin(call, &request, act);

	if (outcome == OUTCOME_DONE)
		outcome = read_cause(call, &request);
	if (outcome == OUTCOME_DONE)
		outcome = life_step_take(call, &request, NULL);
	return outcome;
}

static enum outcome read_newcomer(const struct call *call, struct newcomer *newcomer)
{
	static const char *const kinds[] = { "veteran", "family", NULL };
	const char *texts[] = { newcomer->person, newcomer->unit, call->words[0] };

	if (newcomer->person == NULL && newcomer->kind == NULL && newcomer->unit == NULL)
		return OUTCOME_DONE;
	if (newcomer->person == NULL || newcomer->kind == NULL || newcomer->unit == NULL)
		return wrong_usage(call, "--person、--kind、--unit 须同时给出",
				   "--person, --kind and --unit belong together");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!text_is_plain(texts[i], CODE_BYTES_MAX))
			return wrong_usage(call, "证号和编号应为 1 至 63 字节,首尾无空格",
					   "a number or code is 1 to 63 bytes without blanks "
					   "around it");
	return check_name(call, newcomer->kind, NULL, kinds);
}

static enum outcome run_apply(struct call *call)
{
	struct newcomer newcomer = { .person = option(call, "--person"),
				     .kind = option(call, "--kind"),
				     .unit = option(call, "--unit") };
	struct life_request request;
	enum outcome outcome = begin(call, &request, ACT_APPLY);

	if (outcome == OUTCOME_DONE)
		outcome = read_newcomer(call, &newcomer);
	if (outcome == OUTCOME_DONE)
		outcome = life_step_take(call, &request, &newcomer);
	return outcome;
}

static enum outcome run_accept(struct call *call)
{
	return run_plain(call, ACT_ACCEPT);
}

static enum outcome run_approve(struct call *call)
{
	return run_plain(call, ACT_APPROVE);
}

static enum outcome run_refuse(struct call *call)
{
	return run_plain(call, ACT_REFUSE);
}

static enum outcome run_produce(struct call *call)
{
	return run_plain(call, ACT_PRODUCE);
}

static enum outcome run_hand_over(struct call *call)
{
	static const char *const places[] = { "county", "station", "holder", NULL };
	static const enum life_act acts[] = { ACT_COUNTY_SIGNS, ACT_STATION_SIGNS, ACT_DELIVER };
	const char *to = option(call, "--to");
	enum life_act act = ACT_HAND_OVER;
	enum outcome outcome = to == NULL ? OUTCOME_DONE : check_name(call, to, NULL, places);

	if (outcome != OUTCOME_DONE)
		return outcome;
	for (size_t i = 0; to != NULL && places[i] != NULL; i++)
		if (strcmp(to, places[i]) == 0)
			act = acts[i];
	return run_plain(call, act);
}

static enum outcome read_days(const struct call *call, struct life_request *request)
{
	int64_t days = LOSS_DAYS_DEFAULT;

	if (!option_number(call, "--days", INT64_MIN, &days))
		return OUTCOME_USAGE;
	if (days < LOSS_DAYS_LEAST || days > LOSS_DAYS_MOST)
		return life_answer_refused_for(
			call, "days",
			"临时挂失的有效期为 5 至 15 日。请改写 --days,或办理正式挂失。",
			"A provisional loss report holds for 5 to 15 days. Give --days such a "
			"number, or report the loss formally.");
	request->until = request->at + days * 86400;
	return OUTCOME_DONE;
}

static enum outcome run_report_loss(struct call *call)
{
	bool provisional = option_given(call, "--provisional");
	struct life_request request;
	enum outcome outcome =
		begin(call, &request, provisional ? ACT_REPORT_LOSS_PROVISIONAL : ACT_REPORT_LOSS);

	if (outcome == OUTCOME_DONE && !provisional && option_given(call, "--days"))
		outcome = wrong_usage(call, "--days 只用于 --provisional",
				      "--days belongs to --provisional");
	if (outcome == OUTCOME_DONE && provisional)
		outcome = read_days(call, &request);
	if (outcome == OUTCOME_DONE)
		outcome = life_step_take(call, &request, NULL);
	return outcome;
}

static enum outcome run_lift_loss(struct call *call)
{
	return run_plain(call, ACT_LIFT_LOSS);
}

/* The last day is inclusive. */
static enum outcome read_last_day(const struct call *call, struct life_request *request)
{
	const char *until = option(call, "--until");
	int32_t day;

	if (until == NULL)
		return OUTCOME_DONE;
	if (!day_parse(&day, until))
		return wrong_usage(call, "--until 应为日期 YYYY-MM-DD",
				   "--until is a date YYYY-MM-DD");
	request->until = china_midnight(day + 1);
	if (request->until > request->at)
		return OUTCOME_DONE;
	return wrong_usage(call, "--until 早于生效时间", "--until lies before it takes effect");
}

static enum outcome run_suspend(struct call *call)
{
	struct life_request request;
	enum outcome outcome = begin(call, &request, ACT_SUSPEND);

	if (outcome == OUTCOME_DONE)
		outcome = read_cause(call, &request);
	if (outcome == OUTCOME_DONE)
		outcome = read_last_day(call, &request);
	if (outcome == OUTCOME_DONE)
		outcome = life_step_take(call, &request, NULL);
	return outcome;
}

static enum outcome run_resume(struct call *call)
{
	return run_plain(call, ACT_RESUME);
}

static enum outcome run_replace(struct call *call)
{
	static const char *const cases[] = {
		"chip", "face", "data", "moved", "kind", "other", NULL
	};
	const char *name = option(call, "--case");
	struct life_request request;
	enum life_act act = ACT_REPLACE;
	enum outcome outcome = name == NULL ? OUTCOME_DONE : check_name(call, name, NULL, cases);

	if (outcome == OUTCOME_DONE && name != NULL && strcmp(name, "moved") == 0)
		act = ACT_REPLACE_MOVED;
	else if (outcome == OUTCOME_DONE && name != NULL && strcmp(name, "kind") == 0)
		act = ACT_REPLACE_KIND;
	if (outcome == OUTCOME_DONE)
		outcome = begin(call, &request, act);
	if (outcome != OUTCOME_DONE)
		return outcome;
	request.cause = act == ACT_REPLACE ? name : NULL;
	return life_step_take(call, &request, NULL);
}

static enum outcome run_withdraw(struct call *call)
{
	return run_plain(call, ACT_WITHDRAW);
}

static enum outcome run_cancel(struct call *call)
{
	const char *cause = option(call, "--cause");
	bool death = cause != NULL && strcmp(cause, "death") == 0;
	struct life_request request;
	enum outcome outcome = begin(call, &request, death ? ACT_DECEASE : ACT_CANCEL);

	if (outcome == OUTCOME_DONE && cause != NULL)
		outcome = check_name(call, cause, "death", life_causes(ACT_CANCEL));
	if (outcome != OUTCOME_DONE)
		return outcome;
	request.cause = death ? NULL : cause;
	return life_step_take(call, &request, NULL);
}

static enum outcome run_close(struct call *call)
{
	return run_plain(call, ACT_CLOSE);
}

static enum outcome run_life(struct call *call)
{
	bool dot = option_given(call, "--dot");

	if (dot && call->json)
		return wrong_usage(call, "--dot 与 --json 不能同时使用",
				   "--dot and --json exclude each other");
	if (dot)
		life_picture_dot(stdout);
	else if (call->json)
		life_picture_json(stdout);
	else
		life_picture_text(stdout);
	return OUTCOME_DONE;
}

#define ON_HELP                                                                                                           \
	"\n--on 为生效时间:日期(该日北京时间零时)或 RFC 3339 时间,可在将来;不写则为当前。\n" \
	"--on: when it takes effect, a date (its midnight in China) or an instant of RFC 3339,\n"                         \
	"which may lie ahead; now where it is left out.  A step that does not follow is refused\n"                        \
	"(exit 1) with those that do."
/* At the window, or further up. */
#define WINDOW (STAFF_CLERK | STAFF_REVIEWER)
#define STEP(command, who, options_text, explanation, function)                             \
	.words = "certificate " command,                                                    \
	.usage = "NUMBER " options_text "[--reason TEXT] [--on TIME]",                      \
	.help = explanation ON_HELP, .least = 1, .most = 1, .needs_db = true, .roles = who, \
	.run = function
#define STEP_OPTIONS          \
	{ "--reason", true }, \
	{                     \
		"--on", true  \
	}

const struct command commands_life[] = {
	{ STEP("apply", STAFF_CLERK, "[--person CODE --kind veteran|family --unit CODE] ",
	       "申请。给出 --person、--kind、--unit 时,证号不在库中则先建档立卡。\n"
	       "Applies for a certificate; with --person, --kind and --unit it is put on file "
	       "first "
	       "where\n"
	       "the number is not there.  One certificate at work a person.",
	       run_apply),
	  .options = { STEP_OPTIONS,
		       { "--person", true },
		       { "--kind", true },
		       { "--unit", true } } },
	{ STEP("accept", STAFF_CLERK, "", "受理 · The station accepts the application.",
	       run_accept),
	  .options = { STEP_OPTIONS } },
	{ STEP("approve", STAFF_REVIEWER, "",
	       "审核通过:依次为县级、市级、省级;申请或受理的人不能审核。\n"
	       "Passes the review: the county's, then the city's, then the province's.  Who "
	       "applied "
	       "or\n"
	       "accepted cannot approve.",
	       run_approve),
	  .options = { STEP_OPTIONS } },
	{ STEP("refuse", WINDOW, "[--cause expelled|deprived|prison|detained|wanted|other] ",
	       "不予通过 · Refuses the application; it may be made again.", run_refuse),
	  .options = { STEP_OPTIONS, { "--cause", true } } },
	{ STEP("produce", STAFF_REVIEWER, "",
	       "制证(首次或补换)· The bank checks and makes it, first or replacement.",
	       run_produce),
	  .options = { STEP_OPTIONS } },
	{ STEP("hand-over", WINDOW, "[--to county|station|holder] ",
	       "发放并激活;--to 为途中各步:县级签收、服务站签收、交持证人(待激活)。\n"
	       "Into the holder's hands and activated; --to names a step on the way: the county or "
	       "the\n"
	       "station signs for it, the holder has it and has not activated it yet.",
	       run_hand_over),
	  .options = { STEP_OPTIONS, { "--to", true } } },
	{ STEP("report-loss", WINDOW, "[--provisional [--days N]] ",
	       "正式挂失(不可解除);--provisional 为临时挂失,5 至 15 日,默认 15 日,到期自动失效。\n"
	       "Reports the loss, for good; --provisional holds 5 to 15 days (15 where --days is "
	       "left\n"
	       "out), then lapses by itself.",
	       run_report_loss),
	  .options = { STEP_OPTIONS, { "--provisional", false }, { "--days", true } } },
	{ STEP("lift-loss", WINDOW, "", "解除临时挂失 · Lifts a provisional loss early.",
	       run_lift_loss),
	  .options = { STEP_OPTIONS } },
	{ STEP("suspend", STAFF_REVIEWER,
	       "[--until DATE] [--cause prison|detained|deprived|wanted|other] ",
	       "暂停使用;--until 为最后一日(含),不写则至恢复为止。\n"
	       "Suspends it; --until is the last day, inclusive; without it until resumed.",
	       run_suspend),
	  .options = { STEP_OPTIONS, { "--until", true }, { "--cause", true } } },
	{ STEP("resume", STAFF_REVIEWER, "", "恢复使用 · Ends a suspension.", run_resume),
	  .options = { STEP_OPTIONS } },
	{ STEP("replace", WINDOW, "[--case chip|face|data|moved|kind|other] ",
	       "受理补换证,旧证即刻作废。moved(迁往外省)与 kind(另一类证)以新证号另行申请。\n"
	       "Accepts a replacement; the old card is void at once.  moved (to another province) "
	       "and\n"
	       "kind (the other kind) end this number: the new one is applied for by itself.",
	       run_replace),
	  .options = { STEP_OPTIONS, { "--case", true } } },
	{ STEP("withdraw", STAFF_REVIEWER, "[--cause hidden|unqualified|other] ",
	       "收回 · Withdraws it: facts were hidden, or the holder is not qualified.",
	       run_withdraw),
	  .options = { STEP_OPTIONS, { "--cause", true } } },
	{ STEP("cancel", WINDOW,
	       "[--cause death|death_sentence|life_sentence|expelled|fraud|other] ",
	       "注销;--cause death 为持证人去世 · Cancels it; death: its holder died.", run_cancel),
	  .options = { STEP_OPTIONS, { "--cause", true } } },
	{ STEP("close", WINDOW, "", "迁往外省前注销 · Closes it before a move to another province.",
	       run_close),
	  .options = { STEP_OPTIONS } },
	{ .words = "certificate life",
	  .usage = "[--dot]",
	  .help = "列出证件各状态间的步骤;--dot 输出 Graphviz 图(assets/life.svg 由此画出)。\n"
		  "Lists which step leads from where to where; --dot draws it for Graphviz\n"
		  "(assets/life.svg is made from it).",
	  .run = run_life,
	  .options = { { "--dot", false } } },
	{ 0 },
};
