#include "tests/lived.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum life_refusal lived_take(struct registry *registry, struct life_answer *answer,
			     const struct life_request *request)
{
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(life_take_step(registry, answer, request), REGISTRY_OK);
	if (answer->refusal == LIFE_TAKEN)
		assert_int_equal(registry_commit(registry), REGISTRY_OK);
	else
		registry_rollback(registry);
	return answer->refusal;
}

enum life_refusal lived_ahead(struct registry *registry, const char *number, enum life_act act,
			      int64_t now, int64_t at)
{
	struct life_answer answer;
	struct life_request request = {
		.certificate = number, .act = act, .now = now, .at = at, .until = LIFE_NEVER
	};

	return lived_take(registry, &answer, &request);
}

enum life_refusal lived_act(struct registry *registry, const char *number, enum life_act act,
			    int64_t at)
{
	return lived_ahead(registry, number, act, at, at);
}

enum life_step lived_step(struct registry *registry, const char *number, int64_t at)
{
	struct standing standing;

	assert_int_equal(life_of(registry, &standing, number, at), REGISTRY_OK);
	assert_true(standing.since <= at && at < standing.until);
	return standing.step;
}
