#include "centre/life_step.h"

#include <string.h>

#include "centre/authority.h"
#include "centre/life_answer.h"
#include "reader/credential.h"

static bool is_same(const struct certificate *certificate, const struct newcomer *newcomer,
		    uint8_t kind)
{
	return strcmp(certificate->person, newcomer->person) == 0 &&
	       strcmp(certificate->unit, newcomer->unit) == 0 && certificate->kind == kind;
}

static enum outcome put_on_file(const struct call *call, struct registry *registry,
				const struct newcomer *newcomer, uint8_t kind)
{
	const struct certificate certificate = { .number = call->words[0],
						 .person = newcomer->person,
						 .unit = newcomer->unit,
						 .kind = kind,
						 .state = life_step_name(STEP_ON_FILE),
						 .valid_from = INT32_MIN,
						 .valid_until = INT32_MAX };
	bool person, unit;
	enum registry_status status = registry_knows_person(registry, &person, newcomer->person);

	if (status == REGISTRY_OK)
		status = registry_knows_unit(registry, &unit, newcomer->unit);
	if (status == REGISTRY_OK && !person)
		return life_answer_refused_for(
			call, "unknown_person", "登记库中没有这个人。请先用 person import 导入。",
			"The registry has no such person. Import the person first (person "
			"import).");
	if (status == REGISTRY_OK && !unit)
		return life_answer_refused_for(
			call, "unknown_unit", "登记库中没有这个单位。请先用 unit import 导入。",
			"The registry has no such unit. Import the unit first (unit import).");
	if (status == REGISTRY_OK)
		status = registry_put_certificate(registry, &certificate);
	return call_status(call, registry, status);
}

/* The number is there afterwards, as the newcomer says. */
static enum outcome enter(const struct call *call, struct registry *registry,
			  struct newcomer *newcomer)
{
	struct certificate_view view;
	uint8_t kind =
		strcmp(newcomer->kind, "veteran") == 0 ? CREDENTIAL_VETERAN : CREDENTIAL_FAMILY;
	enum registry_status status =
		registry_certificate(registry, &view, call->words[0], call->now);

	newcomer->made = status == REGISTRY_NOT_FOUND;
	if (newcomer->made)
		return put_on_file(call, registry, newcomer, kind);
	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	if (is_same(&view.certificate, newcomer, kind))
		return OUTCOME_DONE;
	return life_answer_refused_for(
		call, "exists",
		"这个证号已在登记库中,而人员、种类或单位不同。请核对证号,或用 certificate show "
		"查看。",
		"This number is there already, with another person, kind or unit. Check it, or "
		"look at it with certificate show.");
}

static enum outcome take_within(const struct call *call, struct registry *registry,
				struct life_answer *answer, const struct life_request *request,
				struct newcomer *newcomer)
{
	enum outcome outcome = call_status(call, registry, registry_begin(registry));

	if (outcome == OUTCOME_DONE && newcomer != NULL && newcomer->person != NULL)
		outcome = enter(call, registry, newcomer);
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry, life_take_step(registry, answer, request));
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (answer->refusal != LIFE_TAKEN && newcomer != NULL && newcomer->made) {
		/* It goes again with the transaction. */
		answer->before = STEP_NONE;
		answer->follows = 0;
	}
	if (answer->refusal != LIFE_TAKEN)
		return life_answer_refused(call, answer);
	return call_status(call, registry, registry_commit(registry));
}

enum outcome life_step_take(const struct call *call, const struct life_request *request,
			    struct newcomer *newcomer)
{
	struct registry *registry;
	struct life_answer answer;
	enum outcome outcome = call_open_centre(call, &registry);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (newcomer != NULL && newcomer->person != NULL)
		outcome = authority_over_person(call, registry, newcomer->person);
	if (outcome == OUTCOME_DONE)
		outcome = take_within(call, registry, &answer, request, newcomer);
	if (outcome != OUTCOME_DONE)
		registry_rollback(registry);
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	return life_answer_taken(call, request, &answer);
}
