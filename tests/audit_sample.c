#include "tests/audit_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/life_record.h"
#include "db/plaque.h"

#define DAY 86400

static void act_as(struct registry *registry, const char *name)
{
	struct actor actor = { .may_all = true, .clock = SMALL_NOW + 7 };
	snprintf(actor.name, sizeof actor.name, "%s", name);
	registry_act_as(registry, &actor);
}

void sample_append(struct registry *registry, const char *actor, const struct audit_act *act,
		   int64_t now)
{
	act_as(registry, actor);
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(audit_append(registry, NULL, act, now), REGISTRY_OK);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
}

static void step(struct registry *registry, const char *actor, const struct life_request *request)
{
	struct life_answer answer;
	act_as(registry, actor);
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(life_take_step(registry, &answer, request), REGISTRY_OK);
	assert_string_equal(life_refusal_name(answer.refusal), "ok");
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
}

static void put_steps(struct registry *registry)
{
	static const struct {
		const char *actor;
		struct life_request request;
	} steps[] = {
		{ "wang",
		  { "C2", ACT_REPORT_LOSS_PROVISIONAL, SMALL_NOW + 1, SMALL_NOW + 1,
		    SMALL_NOW + 15 * DAY, NULL, "left on the bus" } },
		{ "li",
		  { "C2", ACT_LIFT_LOSS, SMALL_NOW + 2, SMALL_NOW + 2, LIFE_NEVER, NULL, "" } },
		{ "wang",
		  { "C1", ACT_SUSPEND, SMALL_NOW + 3, SMALL_NOW + 3, SMALL_NOW + 60 * DAY, NULL,
		    "as told reason=in writing" } },
		{ "li", { "C1", ACT_RESUME, SMALL_NOW + 4, SMALL_NOW + 4, LIFE_NEVER, NULL, "" } },
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		step(registry, steps[i].actor, &steps[i].request);
}

static void put_plaque(struct registry *registry)
{
	static const struct plaque plaque = { "G-1", "P1", "371171001", "", PLAQUE_NONE, 0, 0 };
	static const enum plaque_state states[] = { PLAQUE_ISSUED, PLAQUE_HUNG };
	struct plaque_answer answer;
	act_as(registry, "zhang");
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(plaque_put(registry, &plaque), REGISTRY_OK);
	for (int i = 0; i < 2; i++) {
		struct plaque_request request = { "G-1", states[i], SMALL_DAY, "Army Day",
						  SMALL_NOW + 7 + i };
		assert_int_equal(plaque_step(registry, &answer, &request), REGISTRY_OK);
		assert_int_equal(answer.refusal, PLAQUE_TAKEN);
	}
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
}

int sample_set_up(void **state)
{
	static struct small_registry small;
	small_registry_make(&small);
	struct registry *registry = small.registry;
	sample_append(registry, "os:root",
		      &(struct audit_act){ .act = "registry.init", .detail = "version 3" },
		      SMALL_NOW);
	put_steps(registry);
	sample_append(
		registry, "li",
		&(struct audit_act){ .act = "person.find", .person = "P3", .detail = "name=丙" },
		SMALL_NOW + 5);
	sample_append(
		registry, "zhang",
		&(struct audit_act){ .act = "person.find", .person = "P1", .detail = "name=测试" },
		SMALL_NOW + 6);
	put_plaque(registry);
	small_sql(small.path, "DELETE FROM audit_detail WHERE audit = 6");
	sample_append(
		registry, "li",
		&(struct audit_act){
			.act = "person.forget", .person = "P3", .unit = "371171", .erased = 1 },
		SMALL_NOW + 9);
	sample_append(registry, "os:root", &(struct audit_act){ .act = "staff.out" },
		      SMALL_NOW + 10);
	*state = &small;
	return 0;
}

struct audit_report sample_verify(struct registry *registry)
{
	struct audit_report report;
	assert_int_equal(audit_verify(registry, &report), REGISTRY_OK);
	return report;
}

void sample_assert_intact(struct registry *registry, int64_t count)
{
	struct audit_report report = sample_verify(registry);
	if (report.fault != AUDIT_INTACT)
		fail_msg("%s", report.why);
	assert_int_equal(report.count, count);
}
