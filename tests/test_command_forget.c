/* The program youdai: people forgotten, on request and when their time is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"

#define NOW "2026-11-22T10:24:00+08:00"

static char db[512];

#define CERTIFICATES                                             \
	"number,person,kind,unit,state,valid_from,valid_until\n" \
	"C2,p2,family,371171,cancelled,2024-01-01,\n"            \
	"C3,p2,family,371171,withdrawn,2024-01-01,\n"

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	centre_fill(db);
	centre_write("certificates", CERTIFICATES);
	DO(0, "--db", db, "certificate", "import", centre_path("certificates"));
	return 0;
}

static void a_certificate_at_work_is_named_where_it_is_refused(void **state)
{
	char *text = EXPECT(1, "--db", db, "person", "forget", "p1", "--reason", "r", "--at", NOW);
	json_t *json = answer_json(EXPECT(1, "--db", db, "person", "forget", "p1", "--reason", "r",
					  "--at", NOW, "--json"));

	(void)state;
	assert_non_null(strstr(text, "certificate C1 is still at work"));
	assert_non_null(strstr(text, "证件 C1"));
	assert_string_equal(text_of(json, "reason"), "certificate_at_work");
	free(text);
	json_decref(json);
}

static void a_person_who_is_not_there_is_refused(void **state)
{
	json_t *json = answer_json(EXPECT(1, "--db", db, "person", "forget", "nobody", "--reason",
					  "r", "--at", NOW, "--json"));

	(void)state;
	assert_string_equal(text_of(json, "reason"), "not_found");
	json_decref(json);
}

static void a_reason_must_be_given(void **state)
{
	(void)state;
	DO(2, "--db", db, "person", "forget", "p2");
	DO(2, "--db", db, "person", "forget", "p2", "--reason", "");
	DO(2, "--db", db, "person", "forget", "--reason", "r");
}

static void days_are_half_a_year_at_least(void **state)
{
	(void)state;
	DO(2, "--db", db, "person", "retention", "--days", "182", "--at", NOW);
	DO(0, "--db", db, "person", "retention", "--days", "183", "--at", NOW);
	DO(0, "--db", db, "person", "retention", "--days", "36500", "--at", NOW);
	DO(2, "--db", db, "person", "retention", "--days", "36501", "--at", NOW);
	DO(2, "--db", db, "person", "retention", "--days", "many", "--at", NOW);
}

static void a_retention_run_says_how_many(void **state)
{
	char *text = EXPECT(0, "--db", db, "person", "retention", "--dry-run", "--at", NOW);
	json_t *json = answer_json(
		EXPECT(0, "--db", db, "person", "retention", "--dry-run", "--at", NOW, "--json"));

	(void)state;
	assert_non_null(strstr(text, "dry run, nothing deleted"));
	assert_int_equal(number_of(json, "days"), 1095);
	assert_true(json_is_true(json_object_get(json, "dry_run")));
	assert_int_equal(number_of(json, "persons"), 0);
	assert_int_equal(number_of(json, "undated"), 1);
	free(text);
	json_decref(json);
}

static void who_is_forgotten_is_found_no_more(void **state)
{
	json_t *json;

	(void)state;
	DO(0, "--db", db, "find", "p2", "--at", NOW);
	json = answer_json(EXPECT(0, "--db", db, "person", "forget", "p2", "--reason", "asked",
				  "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "person"), "p2");
	assert_int_equal(number_of(json, "certificates"), 2);
	assert_int_equal(number_of(json, "details"), 1);
	assert_true(json_is_false(json_object_get(json, "traces")));
	json_decref(json);
	DO(1, "--db", db, "find", "p2", "--at", NOW);
	DO(1, "--db", db, "find", "测试乙", "--at", NOW);
	DO(1, "--db", db, "certificate", "show", "C2", "--at", NOW);
	DO(0, "--db", db, "fsck");
	DO(0, "--db", db, "log", "verify");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_at_work_is_named_where_it_is_refused),
		cmocka_unit_test(a_person_who_is_not_there_is_refused),
		cmocka_unit_test(a_reason_must_be_given),
		cmocka_unit_test(days_are_half_a_year_at_least),
		cmocka_unit_test(a_retention_run_says_how_many),
		cmocka_unit_test(who_is_forgotten_is_found_no_more),
	};

	return cmocka_run_group_tests(tests, set_up, centre_tear_down);
}
