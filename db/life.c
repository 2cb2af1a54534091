#include "db/life.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- names --- */

struct named {
	const char *name, *zh, *en;
};

static const struct named steps[STEP_COUNT] = {
	[STEP_NONE] = { "", "原状态", "as before" },
	[STEP_ACTIVE] = { "active", "使用中", "in use" },
	[STEP_ON_FILE] = { "on_file", "已建档立卡", "on file" },
	[STEP_APPLIED] = { "applied", "已申请,待受理", "applied for" },
	[STEP_ACCEPTED] = { "accepted", "已受理,待县级审核", "accepted, county reviews" },
	[STEP_COUNTY_REVIEW] = { "county_review", "县级已审核,待市级审核",
				 "passed by the county, city reviews" },
	[STEP_CITY_REVIEW] = { "city_review", "市级已审核,待省级审核",
			       "passed by the city, province reviews" },
	[STEP_PROVINCE_REVIEW] = { "province_review", "省级已审核,待制证",
				   "passed by the province, to be made" },
	[STEP_IN_REVIEW] = { "in_review", "审核中", "in review" },
	[STEP_REFUSED] = { "refused", "不予发放", "refused" },
	[STEP_IN_PRODUCTION] = { "in_production", "制证中", "being made" },
	[STEP_AT_COUNTY] = { "at_county", "县级已签收", "signed for by the county" },
	[STEP_AT_STATION] = { "at_station", "服务站待领取", "at the station" },
	[STEP_HANDED_OVER] = { "handed_over", "已发放,待激活", "handed over, not activated" },
	[STEP_LOSS_REPORTED] = { "loss_reported", "临时挂失", "reported lost for now" },
	[STEP_LOST] = { "lost", "正式挂失", "lost" },
	[STEP_SUSPENDED] = { "suspended", "暂停使用", "suspended" },
	[STEP_REPLACED] = { "replaced", "已受理补换证,旧证作废", "being replaced" },
	[STEP_WITHDRAWN] = { "withdrawn", "已收回", "withdrawn" },
	[STEP_CANCELLED] = { "cancelled", "已注销", "cancelled" },
	[STEP_DECEASED] = { "deceased", "持证人去世,已注销", "cancelled, holder deceased" },
	[STEP_MOVED] = { "moved", "已迁往外省,注销", "moved to another province" },
	[STEP_OTHER_KIND] = { "other_kind", "已换发另一类证", "replaced by the other kind" },
	[STEP_REPLACEMENT_IN_PRODUCTION] = { "replacement_in_production", "新证制作中",
					     "replacement being made" },
	[STEP_REPLACEMENT_AT_COUNTY] = { "replacement_at_county", "新证县级已签收",
					 "replacement with the county" },
	[STEP_REPLACEMENT_AT_STATION] = { "replacement_at_station", "新证服务站待领取",
					  "replacement at the station" },
	[STEP_REPLACEMENT_HANDED_OVER] = { "replacement_handed_over", "新证已发放,待激活",
					   "replacement not activated" },
};

static const struct named acts[ACT_COUNT] = {
	[ACT_APPLY] = { "apply", "申请", "apply" },
	[ACT_ACCEPT] = { "accept", "受理", "accept" },
	[ACT_APPROVE] = { "approve", "审核通过", "approve" },
	[ACT_REFUSE] = { "refuse", "不予通过", "refuse" },
	[ACT_PRODUCE] = { "produce", "制证", "produce" },
	[ACT_COUNTY_SIGNS] = { "county_signs", "县级签收", "county signs" },
	[ACT_STATION_SIGNS] = { "station_signs", "服务站签收", "station signs" },
	[ACT_DELIVER] = { "deliver", "发放待激活", "deliver" },
	[ACT_HAND_OVER] = { "hand_over", "发放并激活", "hand over" },
	[ACT_REPORT_LOSS_PROVISIONAL] = { "report_loss_provisional", "临时挂失",
					  "report loss for now" },
	[ACT_REPORT_LOSS] = { "report_loss", "正式挂失", "report loss" },
	[ACT_LIFT_LOSS] = { "lift_loss", "解除挂失", "lift loss" },
	[ACT_SUSPEND] = { "suspend", "暂停", "suspend" },
	[ACT_RESUME] = { "resume", "恢复", "resume" },
	[ACT_REPLACE] = { "replace", "补换证", "replace" },
	[ACT_REPLACE_MOVED] = { "replace_moved", "跨省换证", "replace, moved" },
	[ACT_REPLACE_KIND] = { "replace_kind", "换发另一类证", "replace, other kind" },
	[ACT_WITHDRAW] = { "withdraw", "收回", "withdraw" },
	[ACT_CANCEL] = { "cancel", "注销", "cancel" },
	[ACT_DECEASE] = { "decease", "去世注销", "cancel, deceased" },
	[ACT_CLOSE] = { "close", "迁出注销", "close, moving" },
};

static bool find(int *out, const struct named *names, int count, const char *name)
{
	for (int i = 0; i < count; i++) {
		if (names[i].name[0] != '\0' && strcmp(names[i].name, name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

const char *life_step_name(enum life_step step)
{
	return steps[step].name;
}

const char *life_step_title(enum life_step step, bool english)
{
	return english ? steps[step].en : steps[step].zh;
}

bool life_step_from_name(enum life_step *out, const char *name)
{
	int found;

	if (!find(&found, steps, STEP_COUNT, name))
		return false;
	*out = (enum life_step)found;
	return true;
}

const char *life_act_name(enum life_act act)
{
	return acts[act].name;
}

const char *life_act_title(enum life_act act, bool english)
{
	return english ? acts[act].en : acts[act].zh;
}

bool life_act_from_name(enum life_act *out, const char *name)
{
	int found;

	if (!find(&found, acts, ACT_COUNT, name))
		return false;
	*out = (enum life_act)found;
	return true;
}

/* --- the table --- */

#define AT(step) (UINT32_C(1) << STEP_##step)

#define IN_REVIEWS \
	(AT(ACCEPTED) | AT(IN_REVIEW) | AT(COUNTY_REVIEW) | AT(CITY_REVIEW) | AT(PROVINCE_REVIEW))
#define ON_THE_WAY (AT(IN_PRODUCTION) | AT(AT_COUNTY) | AT(AT_STATION))
#define NEW_ON_THE_WAY                                                                            \
	(AT(REPLACEMENT_IN_PRODUCTION) | AT(REPLACEMENT_AT_COUNTY) | AT(REPLACEMENT_AT_STATION) | \
	 AT(REPLACEMENT_HANDED_OVER))
#define IN_HAND (AT(ACTIVE) | AT(HANDED_OVER))
#define ISSUED                                                                                \
	(ON_THE_WAY | IN_HAND | AT(LOSS_REPORTED) | AT(LOST) | AT(SUSPENDED) | AT(REPLACED) | \
	 NEW_ON_THE_WAY)

const struct life_transition life_transitions[] = {
	{ AT(ON_FILE) | AT(REFUSED), ACT_APPLY, STEP_APPLIED },
	{ AT(APPLIED), ACT_ACCEPT, STEP_ACCEPTED },
	{ AT(ACCEPTED) | AT(IN_REVIEW), ACT_APPROVE, STEP_COUNTY_REVIEW },
	{ AT(COUNTY_REVIEW), ACT_APPROVE, STEP_CITY_REVIEW },
	{ AT(CITY_REVIEW), ACT_APPROVE, STEP_PROVINCE_REVIEW },
	{ AT(APPLIED) | IN_REVIEWS, ACT_REFUSE, STEP_REFUSED },
	{ AT(PROVINCE_REVIEW), ACT_PRODUCE, STEP_IN_PRODUCTION },
	{ AT(IN_PRODUCTION), ACT_COUNTY_SIGNS, STEP_AT_COUNTY },
	{ AT(IN_PRODUCTION) | AT(AT_COUNTY), ACT_STATION_SIGNS, STEP_AT_STATION },
	{ ON_THE_WAY, ACT_DELIVER, STEP_HANDED_OVER },
	{ ON_THE_WAY | AT(HANDED_OVER), ACT_HAND_OVER, STEP_ACTIVE },

	{ IN_HAND, ACT_REPORT_LOSS_PROVISIONAL, STEP_LOSS_REPORTED },
	{ AT(LOSS_REPORTED), ACT_LIFT_LOSS, STEP_NONE },
	{ IN_HAND | AT(LOSS_REPORTED) | AT(SUSPENDED), ACT_REPORT_LOSS, STEP_LOST },

	{ ISSUED & ~AT(SUSPENDED), ACT_SUSPEND, STEP_SUSPENDED },
	{ AT(SUSPENDED), ACT_RESUME, STEP_NONE },

	{ IN_HAND | AT(LOSS_REPORTED) | AT(LOST), ACT_REPLACE, STEP_REPLACED },
	{ IN_HAND | AT(LOSS_REPORTED) | AT(LOST), ACT_REPLACE_MOVED, STEP_MOVED },
	{ IN_HAND | AT(LOSS_REPORTED) | AT(LOST), ACT_REPLACE_KIND, STEP_OTHER_KIND },
	{ AT(REPLACED), ACT_PRODUCE, STEP_REPLACEMENT_IN_PRODUCTION },
	{ AT(REPLACEMENT_IN_PRODUCTION), ACT_COUNTY_SIGNS, STEP_REPLACEMENT_AT_COUNTY },
	{ AT(REPLACEMENT_IN_PRODUCTION) | AT(REPLACEMENT_AT_COUNTY), ACT_STATION_SIGNS,
	  STEP_REPLACEMENT_AT_STATION },
	{ NEW_ON_THE_WAY & ~AT(REPLACEMENT_HANDED_OVER), ACT_DELIVER,
	  STEP_REPLACEMENT_HANDED_OVER },
	{ NEW_ON_THE_WAY, ACT_HAND_OVER, STEP_ACTIVE },

	{ ISSUED, ACT_WITHDRAW, STEP_WITHDRAWN },
	{ ISSUED, ACT_CANCEL, STEP_CANCELLED },
	{ ISSUED | AT(ON_FILE) | AT(APPLIED) | IN_REVIEWS, ACT_DECEASE, STEP_DECEASED },
	{ ISSUED | AT(ON_FILE) | AT(APPLIED) | IN_REVIEWS, ACT_CLOSE, STEP_MOVED },
};
const size_t life_transition_count = COUNT(life_transitions);

uint32_t life_acts_after(enum life_step step)
{
	uint32_t found = 0;

	for (size_t i = 0; i < life_transition_count; i++) {
		if ((life_transitions[i].from >> step & 1) != 0)
			found |= UINT32_C(1) << life_transitions[i].act;
	}
	return found;
}

static const struct life_transition *transition(enum life_step from, enum life_act act)
{
	for (size_t i = 0; i < life_transition_count; i++) {
		if (life_transitions[i].act == act && (life_transitions[i].from >> from & 1) != 0)
			return &life_transitions[i];
	}
	return NULL;
}

/* --- what is known of a step --- */

bool life_is_over(enum life_step step)
{
	return (life_acts_after(step) & ~(UINT32_C(1) << ACT_APPLY)) == 0;
}

bool life_is_replacing(enum life_step step)
{
	return ((AT(REPLACED) | NEW_ON_THE_WAY) >> step & 1) != 0;
}

const char *const *life_causes(enum life_act act)
{
	static const char *const refusals[] = { "other",    "expelled", "deprived", "prison",
						"detained", "wanted",   NULL };
	static const char *const suspensions[] = { "other",    "prison", "detained",
						   "deprived", "wanted", NULL };
	static const char *const replacements[] = { "other", "chip", "face", "data", NULL };
	static const char *const withdrawals[] = { "other", "hidden", "unqualified", NULL };
	static const char *const cancellations[] = { "other",    "death_sentence", "life_sentence",
						     "expelled", "fraud",          NULL };

	switch (act) {
	case ACT_REFUSE:
		return refusals;
	case ACT_SUSPEND:
		return suspensions;
	case ACT_REPLACE:
		return replacements;
	case ACT_WITHDRAW:
		return withdrawals;
	case ACT_CANCEL:
		return cancellations;
	default:
		return NULL;
	}
}

/* --- where it stands --- */

struct life life_begin(enum life_step step)
{
	struct life life = { .base = step, .loss_until = INT64_MIN, .suspended_until = INT64_MIN };

	/* A record of old that says so begins with it, open-ended, over a certificate in use. */
	if (step == STEP_LOSS_REPORTED || step == STEP_SUSPENDED)
		life.base = STEP_ACTIVE;
	if (step == STEP_LOSS_REPORTED)
		life.loss_until = LIFE_NEVER;
	if (step == STEP_SUSPENDED)
		life.suspended_until = LIFE_NEVER;
	return life;
}

/* In the order in which a reader is told of them (reason.h): reported lost, lost, suspended. */
enum life_step life_step_at(const struct life *life, int64_t now)
{
	if (now < life->loss_until || life->loss_until == LIFE_NEVER)
		return STEP_LOSS_REPORTED;
	if (life->base != STEP_LOST &&
	    (now < life->suspended_until || life->suspended_until == LIFE_NEVER))
		return STEP_SUSPENDED;
	return life->base;
}

bool life_take(struct life *life, const struct life_event *event)
{
	const struct life_transition *found = transition(life_step_at(life, event->at), event->act);

	if (found == NULL)
		return false;
	if (event->act == ACT_SUSPEND) {
		life->suspended_until = event->until;
		return true;
	}
	if (event->act == ACT_REPORT_LOSS_PROVISIONAL) {
		life->loss_until = event->until;
		return true;
	}
	if (event->act == ACT_RESUME) {
		life->suspended_until = INT64_MIN;
		return true;
	}
	life->loss_until = INT64_MIN;
	if (found->to == STEP_NONE)
		return true;
	life->base = found->to;
	if (life_is_over(found->to))
		life->suspended_until = INT64_MIN;
	return true;
}

static void narrow(struct standing *standing, int64_t change, int64_t now)
{
	if (change <= now && change > standing->since)
		standing->since = change;
	if (change > now && change < standing->until)
		standing->until = change;
}

struct standing life_standing(enum life_step beginning, const struct life_event *events,
			      size_t count, int64_t now)
{
	struct life life = life_begin(beginning);
	struct standing standing = { .since = INT64_MIN, .until = LIFE_NEVER };

	for (size_t i = 0; i < count; i++) {
		narrow(&standing, events[i].at, now);
		if (events[i].at > now)
			break;
		/* Such a one was never recorded; whoever wrote it past us changes nothing. */
		(void)life_take(&life, &events[i]);
	}
	narrow(&standing, life.loss_until, now);
	narrow(&standing, life.suspended_until, now);
	standing.step = life_step_at(&life, now);
	return standing;
}

size_t life_first_fault(enum life_step beginning, const struct life_event *events, size_t count)
{
	struct life life = life_begin(beginning);

	for (size_t i = 0; i < count; i++) {
		if (!life_take(&life, &events[i]))
			return i;
	}
	return count;
}
