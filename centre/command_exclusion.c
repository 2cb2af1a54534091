/*
 * Who may have no certificate, and when.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "centre/authority.h"
#include "centre/command.h"
#include "centre/life_words.h"
#include "db/china_time.h"
#include "db/exclusion.h"
#include "db/staff.h"

/* --- what is on record --- */

static bool put_row(void *context, const struct exclusion *exclusion)
{
	struct json *json = context;

	json_put_open(json, NULL, '{');
	json_put_text(json, "cause", exclusion->cause);
	json_put_day(json, "from", exclusion->from);
	json_put_day(json, "until", exclusion->until);
	json_put_close(json);
	return true;
}

static bool print_row(void *context, const struct exclusion *exclusion)
{
	char from[11], until[11] = "…";

	(void)context;
	day_format(from, exclusion->from);
	if (exclusion->until != INT32_MAX)
		day_format(until, exclusion->until);
	printf("  %s · %s: %s 至 to %s\n", life_cause_title(exclusion->cause, false),
	       life_cause_title(exclusion->cause, true), from, until);
	return true;
}

static enum registry_status answer_json(struct registry *registry, const char *person)
{
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "person", person);
	json_put_text(&json, "reason", "ok");
	json_put_open(&json, "exclusions", '[');
	enum registry_status status = exclusion_each(registry, person, put_row, &json);
	json_put_close(&json);
	json_put_close(&json);
	json_put_end(&json);
	return status;
}

static enum registry_status answer_text(struct registry *registry, const char *person,
					const char *done)
{
	printf("%s\n%s 不得持证的时间 · may have no certificate:\n", done, person);
	return exclusion_each(registry, person, print_row, NULL);
}

/* --- the commands --- */

static enum outcome refuse_person(const struct call *call)
{
	return refused(call, "unknown_person", "登记库中没有这个人。请核对人员编号。",
		       "The registry has no such person. Check the person's code.");
}

/* A day as an option's value, or what is in *out already where it was not given. */
static enum outcome read_day(const struct call *call, const char *name, int32_t *out)
{
	const char *text = option(call, name);

	if (text == NULL || day_parse(out, text))
		return OUTCOME_DONE;
	return wrong_usage(call, "应为日期 YYYY-MM-DD", "a date YYYY-MM-DD belongs there");
}

static enum outcome read_exclusion(const struct call *call, struct exclusion *out)
{
	const char *cause = option(call, "--cause");
	enum outcome outcome;

	*out = (struct exclusion){ .from = china_time_at(call->now).day, .until = INT32_MAX };
	for (size_t i = 0; cause != NULL && exclusion_causes[i] != NULL; i++)
		if (strcmp(cause, exclusion_causes[i]) == 0)
			out->cause = exclusion_causes[i];
	if (out->cause == NULL)
		return wrong_usage(call,
				   "--cause 应为 expelled deprived prison detained wanted 之一",
				   "--cause is one of expelled deprived prison detained wanted");
	outcome = read_day(call, "--from", &out->from);
	if (outcome == OUTCOME_DONE)
		outcome = read_day(call, "--until", &out->until);
	if (outcome == OUTCOME_DONE && out->until < out->from)
		outcome = wrong_usage(call, "--until 早于 --from", "--until lies before --from");
	return outcome;
}

static enum outcome say_exclude(const struct call *call, struct registry *registry,
				enum registry_status status)
{
	static const char done[] =
		"已登记。在用的证不因此自动暂停:需要时另用 certificate suspend 等办理。\n"
		"Recorded.  A certificate in use is not suspended by this: use certificate suspend "
		"where it is due.";

	if (status == REGISTRY_NOT_FOUND)
		return refuse_person(call);
	if (status == REGISTRY_EXISTS)
		return refused(call, "exists",
			       "同一原因已有登记,时间重叠。请改用其他日期,或先用 person readmit。",
			       "It is on record for the same cause and some of these days. Give "
			       "other days, or use person readmit first.");
	if (status == REGISTRY_OK)
		status = call->json ? answer_json(registry, call->words[0])
				    : answer_text(registry, call->words[0], done);
	return call_status(call, registry, status);
}

/* For work on the person, who must be within the actor's reach. */
static enum outcome open_for(const struct call *call, struct registry **registry)
{
	enum outcome outcome = call_open_centre(call, registry);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = authority_over_person(call, *registry, call->words[0]);
	if (outcome != OUTCOME_DONE)
		registry_close(*registry);
	return outcome;
}

static enum outcome run_exclude(struct call *call)
{
	struct registry *registry;
	struct exclusion exclusion;
	enum outcome outcome = read_exclusion(call, &exclusion);

	if (outcome == OUTCOME_DONE)
		outcome = open_for(call, &registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	enum registry_status status = registry_begin(registry);
	if (status == REGISTRY_OK)
		status = exclusion_put(registry, call->words[0], &exclusion, call->now);
	if (status == REGISTRY_OK)
		status = registry_commit(registry);
	else
		registry_rollback(registry);
	outcome = say_exclude(call, registry, status);
	registry_close(registry);
	return outcome;
}

static enum outcome say_readmit(const struct call *call, struct registry *registry,
				enum registry_status status, int64_t ended)
{
	if (status == REGISTRY_NOT_FOUND)
		return refuse_person(call);
	if (status == REGISTRY_OK && ended == 0)
		return refused(call, "not_excluded",
			       "此人自该日起并无不得持证的登记。请核对人员编号和日期。",
			       "Nothing on record keeps the person from a certificate from that "
			       "day on. Check the code and the day.");
	if (status == REGISTRY_OK)
		status = call->json
				 ? answer_json(registry, call->words[0])
				 : answer_text(registry, call->words[0],
					       "已登记,自该日起可再办证 · recorded, may have one "
					       "again from that day on");
	return call_status(call, registry, status);
}

static enum outcome run_readmit(struct call *call)
{
	int32_t from = china_time_at(call->now).day;
	int64_t ended = 0;
	struct registry *registry;
	enum outcome outcome = read_day(call, "--from", &from);

	if (outcome == OUTCOME_DONE)
		outcome = open_for(call, &registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	enum registry_status status = registry_begin(registry);
	if (status == REGISTRY_OK)
		status = exclusion_end(registry, &ended, call->words[0], from, call->now);
	if (status == REGISTRY_OK)
		status = registry_commit(registry);
	else
		registry_rollback(registry);
	outcome = say_readmit(call, registry, status, ended);
	registry_close(registry);
	return outcome;
}

const struct command commands_exclusion[] = {
	{ .words = "person exclude",
	  .usage = "CODE --cause expelled|deprived|prison|detained|wanted [--from DATE] "
		   "[--until DATE]",
	  .help = "登记不得持证的情形:"
		  "被开除军籍、剥夺政治权利、在押服刑、羁押、通缉。首尾两天都算在\n"
		  "内;不写 --from 为今天,不写 --until 为至 person readmit 为止。\n"
		  "Puts on record why a person may have no certificate, and when: both days are\n"
		  "inclusive; from today where --from is left out, until person readmit where "
		  "--until\n"
		  "is.  Applications, reviews, production, hand-over and resuming are refused "
		  "then.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_exclude,
	  .options = { { "--cause", true }, { "--from", true }, { "--until", true } } },
	{ .words = "person readmit",
	  .usage = "CODE [--from DATE]",
	  .help = "自该日(默认今天)起可再办证:在该日仍有效的到前一天为止,此后才开始的撤销。\n"
		  "From that day on (today where it is left out) the person may have a "
		  "certificate\n"
		  "again: what holds then ends the day before, what would begin later is taken "
		  "back.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_readmit,
	  .options = { { "--from", true } } },
	{ 0 },
};
