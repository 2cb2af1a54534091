#include "centre/life_words.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *life_act_command(enum life_act act)
{
	static const char *const commands[ACT_COUNT] = {
		[ACT_APPLY] = "apply",
		[ACT_ACCEPT] = "accept",
		[ACT_APPROVE] = "approve",
		[ACT_REFUSE] = "refuse",
		[ACT_PRODUCE] = "produce",
		[ACT_COUNTY_SIGNS] = "hand-over --to county",
		[ACT_STATION_SIGNS] = "hand-over --to station",
		[ACT_DELIVER] = "hand-over --to holder",
		[ACT_HAND_OVER] = "hand-over",
		[ACT_REPORT_LOSS_PROVISIONAL] = "report-loss --provisional",
		[ACT_REPORT_LOSS] = "report-loss",
		[ACT_LIFT_LOSS] = "lift-loss",
		[ACT_SUSPEND] = "suspend",
		[ACT_RESUME] = "resume",
		[ACT_REPLACE] = "replace",
		[ACT_REPLACE_MOVED] = "replace --case moved",
		[ACT_REPLACE_KIND] = "replace --case kind",
		[ACT_WITHDRAW] = "withdraw",
		[ACT_CANCEL] = "cancel",
		[ACT_DECEASE] = "cancel --cause death",
		[ACT_CLOSE] = "close",
	};

	return commands[act];
}

struct title {
	const char *name, *zh, *en;
};

static const char *title_of(const struct title *titles, size_t count, const char *name,
			    bool english)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(titles[i].name, name) == 0)
			return english ? titles[i].en : titles[i].zh;
	return name;
}

const char *life_cause_title(const char *cause, bool english)
{
	static const struct title titles[] = {
		{ "other", "其他", "other" },
		{ "expelled", "被开除军籍", "expelled from the army" },
		{ "deprived", "被剥夺政治权利", "deprived of political rights" },
		{ "prison", "在押服刑", "in prison" },
		{ "detained", "被羁押", "detained" },
		{ "wanted", "被通缉", "wanted" },
		{ "chip", "芯片无法读取", "the chip cannot be read" },
		{ "face", "证面磨损", "the face is worn" },
		{ "data", "证面信息变更", "data on the face changed" },
		{ "hidden", "隐瞒不予发放的情形", "facts were hidden" },
		{ "unqualified", "不符合发放条件", "the holder is not qualified" },
		{ "death_sentence", "被判处死刑", "sentenced to death" },
		{ "life_sentence", "被判处无期徒刑", "sentenced for life" },
		{ "fraud", "弄虚作假骗取", "obtained by fraud" },
	};

	return title_of(titles, COUNT(titles), cause, english);
}

static const char *tier_title(const char *tier, bool english)
{
	static const struct title titles[] = {
		{ "county", "县级", "the county" },
		{ "city", "市级", "the city" },
		{ "province", "省级", "the province" },
	};

	return title_of(titles, COUNT(titles), tier, english);
}

void life_names_join(char *out, size_t room, const char *const *names)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; names[i] != NULL && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, "%s%s", i > 0 ? " " : "",
					 names[i]);
}

/* --- refusals --- */

/* What stands in parentheses between why and what next. */
enum detail { DETAIL_NONE, DETAIL_STATE, DETAIL_CAUSE, DETAIL_OTHER, DETAIL_TIER };

struct refusal {
	enum detail detail;
	const char *why[2], *next[2]; /* Chinese, English */
};

static const struct refusal refusals[] = {
	[LIFE_UNKNOWN] = { DETAIL_NONE,
			   { "登记库中没有这个证号", "The registry has no such certificate" },
			   { "请核对证号;新证以 certificate apply NUMBER --person --kind --unit "
			     "申请",
			     "Check the number; a new one is applied for by certificate apply "
			     "NUMBER --person --kind --unit" } },
	[LIFE_OUTSIDE_UNIT] = { DETAIL_NONE,
				{ "此证不在您单位的管辖范围内",
				  "The certificate belongs to a unit outside your own" },
				{ "请由其所属单位或上级单位办理",
				  "Ask its unit, or one above it, to do this" } },
	[LIFE_CLOCK_WRONG] = { DETAIL_NONE,
			       { "时钟早于此证上一步骤的记录时间",
				 "The clock stands before the last step was recorded" },
			       { "请校准时钟或更正 --at,再办理",
				 "Set the clock right, or --at, and try again" } },
	[LIFE_BEFORE_LAST] = { DETAIL_NONE,
			       { "生效时间早于已生效的上一步骤",
				 "It would take effect before the last step that has" },
			       { "请把 --on 改为不早于上一步骤的时间(见 certificate show),或不写 "
				 "--on",
				 "Give --on a time that is not before the last step (certificate "
				 "show tells it), or leave it out" } },
	[LIFE_DOES_NOT_FOLLOW] = { DETAIL_STATE,
				   { "此步骤不能接在当前状态之后",
				     "This step does not follow where the certificate stands" },
				   { "请改办下列步骤之一", "Take one of the steps that do" } },
	[LIFE_BREAKS_PENDING] = { DETAIL_STATE,
				  { "已登记的后续步骤将不能再接上",
				    "A step that is dated later would not follow any more" },
				  { "请用 certificate show 查看后续步骤,并把本步骤的 --on 定在其后",
				    "See it in certificate show, and date this one after it with "
				    "--on" } },
	[LIFE_WRONG_TIER] = { DETAIL_TIER,
			      { "现在由另一级审核", "Another tier reviews now" },
			      { "请由该级的审核人员办理", "Ask a reviewer of that tier" } },
	[LIFE_SAME_PERSON] = { DETAIL_NONE,
			       { "申请或受理此证的人不能审核它",
				 "Who applied for or accepted a certificate cannot approve it" },
			       { "请由另一位审核人员办理", "Ask another reviewer" } },
	[LIFE_EXCLUDED] = { DETAIL_CAUSE,
			    { "此人在该日不得持证",
			      "The person may have no certificate on that day" },
			    { "原因消除后先用 person readmit 恢复,再办理此步骤",
			      "Once the cause has ended use person readmit, then take this "
			      "step" } },
	[LIFE_ANOTHER_AT_WORK] = { DETAIL_OTHER,
				   { "此人另有一证在办或在用",
				     "The person has another certificate at work" },
				   { "一人一证:请在该证上办理,或先将其注销",
				     "One certificate a person: work on that one, or end it "
				     "first" } },
	[LIFE_TOO_MANY] = { DETAIL_STATE,
			    { "此证的步骤已达上限", "The certificate has as many steps as it may" },
			    { "请为此人另办新证", "Issue the person a new certificate" } },
};

/* Nothing follows any more. */
static const char *const over[2] = { "此证已终结,如需用证请另行申请",
				     "This certificate is over: apply for another one" };

static const char *detail_of(enum detail detail, const struct life_answer *answer, bool english)
{
	switch (detail) {
	case DETAIL_STATE:
		return life_step_title(answer->before, english);
	case DETAIL_CAUSE:
		return life_cause_title(answer->cause, english);
	case DETAIL_OTHER:
		return answer->other;
	case DETAIL_TIER:
		return tier_title(answer->tier, english);
	default:
		return NULL;
	}
}

void life_refusal_sentence(char out[static LIFE_SENTENCE_MAX + 1], const struct life_answer *answer,
			   bool english)
{
	const struct refusal *refusal = &refusals[answer->refusal];
	const char *detail = detail_of(refusal->detail, answer, english);
	const char *next = refusal->next[english];

	if (answer->refusal == LIFE_DOES_NOT_FOLLOW && answer->follows == 0)
		next = over[english];
	if (detail == NULL)
		snprintf(out, LIFE_SENTENCE_MAX + 1, english ? "%s. %s." : "%s。%s。",
			 refusal->why[english], next);
	else
		snprintf(out, LIFE_SENTENCE_MAX + 1, english ? "%s (%s). %s." : "%s(%s)。%s。",
			 refusal->why[english], detail, next);
}
