#include "centre/life_answer.h"

#include <stdio.h>

#include "centre/life_words.h"
#include "db/china_time.h"

static bool holds(uint32_t follows, int act)
{
	return (follows >> act & 1) != 0;
}

void life_put_follows(struct json *json, uint32_t follows)
{
	json_put_open(json, "follows", '[');
	for (int act = 0; act < ACT_COUNT; act++)
		if (holds(follows, act))
			json_put_text(json, NULL, life_act_command((enum life_act)act));
	json_put_close(json);
}

void life_print_follows(const char *certificate, uint32_t follows)
{
	printf(follows == 0 ? "此后没有步骤 · nothing follows\n"
			    : "接下来可办 · what may follow:\n");
	for (int act = 0; act < ACT_COUNT; act++)
		if (holds(follows, act))
			printf("  %s · %s: youdai certificate %s %s\n",
			       life_act_title((enum life_act)act, false),
			       life_act_title((enum life_act)act, true),
			       life_act_command((enum life_act)act), certificate);
}

/* --- taken --- */

static void put_taken(const struct life_request *request, const struct life_answer *answer)
{
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "certificate", request->certificate);
	json_put_text(&json, "act", life_act_name(request->act));
	json_put_instant(&json, "at", request->at);
	json_put_instant(&json, "until", request->until);
	json_put_text(&json, "state", life_step_name(answer->step));
	json_put_text(&json, "reason", life_refusal_name(answer->refusal));
	life_put_follows(&json, answer->follows);
	json_put_close(&json);
	json_put_end(&json);
}

static void print_taken(const struct life_request *request, const struct life_answer *answer)
{
	char at[21], until[21];

	instant_tell(at, request->at);
	printf("%s: %s · %s\n", request->certificate, life_step_title(answer->step, false),
	       life_step_title(answer->step, true));
	if (request->at > request->now)
		printf("已登记 recorded: %s · %s, %s 起生效 takes effect then\n",
		       life_act_title(request->act, false), life_act_title(request->act, true), at);
	if (request->until != LIFE_NEVER) {
		instant_tell(until, request->until);
		printf("%s 自动恢复 · ends by itself then\n", until);
	}
	life_print_follows(request->certificate, answer->follows);
}

enum outcome life_answer_taken(const struct call *call, const struct life_request *request,
			       const struct life_answer *answer)
{
	if (call->json)
		put_taken(request, answer);
	else
		print_taken(request, answer);
	return OUTCOME_DONE;
}

/* --- refused --- */

static void put_name(struct json *json, const char *key, const char *name)
{
	if (name[0] != '\0')
		json_put_text(json, key, name);
}

static void put_refused(const char *reason, const char *zh, const char *en,
			const struct life_answer *answer)
{
	const char *state = life_step_name(answer->before);
	struct json json;

	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "reason", reason);
	json_put_both(&json, "explanation", zh, en);
	json_put_text(&json, "state", state[0] == '\0' ? NULL : state);
	life_put_follows(&json, answer->follows);
	put_name(&json, "cause", answer->cause);
	put_name(&json, "other", answer->other);
	put_name(&json, "tier", answer->tier);
	json_put_close(&json);
	json_put_end(&json);
}

static enum outcome answer_refused(const struct call *call, const char *reason, const char *zh,
				   const char *en, const struct life_answer *answer)
{
	if (call->json)
		put_refused(reason, zh, en, answer);
	else
		(void)refused(call, reason, zh, en);
	if (!call->json && answer->follows != 0)
		life_print_follows(call->words[0], answer->follows);
	return OUTCOME_REFUSED;
}

enum outcome life_answer_refused(const struct call *call, const struct life_answer *answer)
{
	char sentences[2][LIFE_SENTENCE_MAX + 1];

	for (int english = 0; english < 2; english++)
		life_refusal_sentence(sentences[english], answer, english);
	return answer_refused(call, life_refusal_name(answer->refusal), sentences[0], sentences[1],
			      answer);
}

enum outcome life_answer_refused_for(const struct call *call, const char *reason, const char *zh,
				     const char *en)
{
	const struct life_answer nothing = { 0 };

	return answer_refused(call, reason, zh, en, &nothing);
}
