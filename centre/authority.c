#include "centre/authority.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "db/lookup.h"
#include "db/staff_session.h"

/* The real user: what the program was started with, not what it may have been lent. */
static void act_as_user(struct registry *registry)
{
	struct actor actor = { .may_all = true, .clock = time(NULL) };
	const struct passwd *user = getpwuid(getuid());

	if (user != NULL)
		snprintf(actor.name, sizeof actor.name, "os:%s", user->pw_name);
	else
		snprintf(actor.name, sizeof actor.name, "os:%ju", (uintmax_t)getuid());
	registry_act_as(registry, &actor);
}

static enum outcome refuse_actor(const struct call *call, enum staff_refusal refusal)
{
	static const struct {
		const char *zh, *en;
	} sentences[] = {
		[STAFF_NOT_SIGNED_IN] = { "登记库已有工作人员账户。请先登录:youdai --db FILE staff "
					  "sign-in NAME,"
					  "再在命令中加 --actor NAME",
					  "the registry has staff accounts.  Sign in first: youdai "
					  "--db FILE staff "
					  "sign-in NAME, then give --actor NAME" },
		[STAFF_IDLE] = { "30 分钟没有操作,已自动退出。请重新登录:youdai --db FILE staff "
				 "sign-in NAME",
				 "nothing was done for 30 minutes, so the sign-in ended.  Sign in "
				 "again: "
				 "youdai --db FILE staff sign-in NAME" },
		[STAFF_TOO_LONG] = { "登录已满 10 小时,已自动退出。请重新登录:youdai --db FILE "
				     "staff sign-in NAME",
				     "the sign-in was 10 hours ago, so it ended.  Sign in again: "
				     "youdai --db "
				     "FILE staff sign-in NAME" },
	};

	return refused(call, staff_refusal_name(refusal), sentences[refusal].zh,
		       sentences[refusal].en);
}

/* What is about the whole registry is for whom all of it is in reach. */
static enum outcome require_all(const struct call *call, struct registry *registry)
{
	bool all = false;
	enum outcome outcome = call_status(call, registry, actor_reaches_all(registry, &all));

	if (outcome != OUTCOME_DONE || all)
		return outcome;
	return refused(call, "outside_unit", "此命令涉及整个登记库,请由管全部单位的账户办理",
		       "this is about the whole registry: ask an account that reaches all units");
}

static enum outcome act_as_account(const struct call *call, struct registry *registry)
{
	enum staff_refusal refusal = STAFF_NOT_SIGNED_IN;
	enum outcome outcome = OUTCOME_DONE;

	if (call->actor != NULL)
		outcome = call_status(call, registry,
				      staff_take_up(registry, &refusal, call->actor, call->now));
	if (outcome == OUTCOME_DONE && refusal != STAFF_DONE)
		outcome = refuse_actor(call, refusal);
	if (outcome == OUTCOME_DONE)
		outcome = authority_needs(call, registry, call->roles);
	if (outcome == OUTCOME_DONE && call->command->whole)
		outcome = require_all(call, registry);
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry, staff_renew(registry, call->now));
	return outcome;
}

enum outcome authority_establish(const struct call *call, struct registry *registry)
{
	bool accounts;
	enum outcome outcome;

	act_as_user(registry);
	if (call->roles == 0)
		return OUTCOME_DONE;
	outcome = call_status(call, registry, staff_exist(registry, &accounts));
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (accounts)
		return act_as_account(call, registry);
	if (call->actor != NULL)
		fprintf(stderr,
			"登记库还没有工作人员账户,记为 %s · the registry has no staff accounts "
			"yet: "
			"recorded as %s\n",
			registry_actor(registry)->name, registry_actor(registry)->name);
	return OUTCOME_DONE;
}

enum outcome authority_needs(const struct call *call, const struct registry *registry,
			     unsigned roles)
{
	const struct actor *actor = registry_actor(registry);
	char names[STAFF_ROLES_TEXT_SIZE], zh[256], en[256];

	if (actor->may_all || (actor->roles & roles) != 0)
		return OUTCOME_DONE;
	staff_roles_print(names, roles);
	snprintf(zh, sizeof zh, "此命令需要以下角色之一:%s。请由有此角色的人员办理", names);
	snprintf(en, sizeof en, "this needs one of the roles %s: ask somebody who has it", names);
	return refused(call, "role_needed", zh, en);
}

static enum outcome judge_reach(const struct call *call, const struct registry *registry,
				enum registry_status status, bool reached)
{
	enum outcome outcome = call_status(call, registry, status);

	if (outcome != OUTCOME_DONE || reached)
		return outcome;
	return refused(
		call, "outside_unit", "不属于本账户所在单位及其下级,请由所属单位办理",
		"this is neither of your unit nor of one below it: ask the unit whose it is");
}

enum outcome authority_over(const struct call *call, struct registry *registry,
			    enum actor_thing thing, const char *code)
{
	bool reached = false;
	enum registry_status status = actor_reaches_thing(registry, &reached, thing, code);

	return judge_reach(call, registry, status, reached);
}

enum outcome authority_over_unit(const struct call *call, struct registry *registry,
				 const char *unit)
{
	bool reached = false;
	enum registry_status status = actor_reaches(registry, &reached, unit);

	return judge_reach(call, registry, status, reached);
}

enum outcome authority_over_person(const struct call *call, struct registry *registry,
				   const char *person)
{
	bool reached = false;
	enum registry_status status = person_in_reach(registry, &reached, person);

	return judge_reach(call, registry, status, reached);
}
