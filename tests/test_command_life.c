/* The program youdai: a certificate's whole life, step by step, and who may have none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define AT_1 "2026-06-15T10:00:00+08:00"
#define AT_2 "2026-06-16T10:00:00+08:00"
#define AT_3 "2026-06-17T10:00:00+08:00"

#define PERSONS                                                      \
	"person,name,sex,birth,home_region,needy,merit,identities\n" \
	"p3,测试丙,m,1960-01-01,371171,0,,veteran.nco\n"          \
	"p4,测试丁,m,1961-01-01,371171,0,,veteran.nco\n"

static char base[512], db[512];

/* Filled once; each test has a copy of its own. */
static int set_up_all(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	snprintf(base, sizeof base, "%s", centre_path("base.db"));
	centre_fill(base);
	centre_write("more", PERSONS);
	DO(0, "--db", base, "person", "import", centre_path("more"));
	return 0;
}

static int set_up(void **state)
{
	static int count;
	char name[32];

	(void)state;
	snprintf(name, sizeof name, "%d.db", count++);
	snprintf(db, sizeof db, "%s", centre_path(name));
	DO(0, "--db", base, "backup", db);
	return 0;
}

#define ASK(code, ...) answer_json(EXPECT(code, "--db", db, __VA_ARGS__, "--json"))

/* Run and look at one member of the answer. */
static void says(json_t *json, const char *member, const char *due)
{
	if (strcmp(text_of(json, member), due) != 0)
		fail_msg("%s is %s where %s was due", member, text_of(json, member), due);
	json_decref(json);
}
#define SAYS(code, member, due, ...) says(ASK(code, __VA_ARGS__), member, due)
#define STEP(due, at, ...)           SAYS(0, "state", due, "certificate", __VA_ARGS__, "--at", at)
#define REFUSED(reason, at, ...)     SAYS(1, "reason", reason, "certificate", __VA_ARGS__, "--at", at)

static bool lists(const json_t *json, const char *name, const char *item)
{
	const json_t *array = json_object_get(json, name), *found;
	size_t index;

	json_array_foreach(array, index,
			   found) if (strcmp(json_string_value(found), item) == 0) return true;
	return false;
}

/* --- one life --- */

static void from_the_application_to_the_replacement(void **state)
{
	static const struct {
		const char *due, *words[8];
	} rows[] = {
		{ "applied",
		  { "apply", "L1", "--person", "p3", "--kind", "veteran", "--unit", "centre" } },
		{ "accepted", { "accept", "L1" } },
		{ "county_review", { "approve", "L1" } },
		{ "city_review", { "approve", "L1" } },
		{ "province_review", { "approve", "L1" } },
		{ "in_production", { "produce", "L1" } },
		{ "at_county", { "hand-over", "L1", "--to", "county" } },
		{ "at_station", { "hand-over", "L1", "--to", "station" } },
		{ "handed_over", { "hand-over", "L1", "--to", "holder" } },
		{ "active", { "hand-over", "L1" } },
		{ "loss_reported", { "report-loss", "L1", "--provisional" } },
		{ "active", { "lift-loss", "L1" } },
		{ "suspended", { "suspend", "L1", "--cause", "detained" } },
		{ "active", { "resume", "L1" } },
		{ "lost", { "report-loss", "L1" } },
		{ "replaced", { "replace", "L1", "--case", "chip" } },
		{ "replacement_in_production", { "produce", "L1" } },
		{ "replacement_at_county", { "hand-over", "L1", "--to", "county" } },
		{ "replacement_at_station", { "hand-over", "L1", "--to", "station" } },
		{ "replacement_handed_over", { "hand-over", "L1", "--to", "holder" } },
		{ "active", { "hand-over", "L1", "--reason", "银行已激活" } },
		{ "deceased", { "cancel", "L1", "--cause", "death" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *arguments[16] = { "--db", db, "certificate" };
		size_t count = 3;
		for (size_t w = 0; w < 8 && rows[i].words[w] != NULL; w++)
			arguments[count++] = rows[i].words[w];
		arguments[count++] = "--at";
		arguments[count++] = AT_1;
		arguments[count++] = "--json";
		json_t *json = answer_json(centre_expect(__LINE__, 0, arguments));
		assert_string_equal(text_of(json, "certificate"), "L1");
		assert_string_equal(text_of(json, "reason"), "ok");
		says(json, "state", rows[i].due);
	}
	json_t *json = ASK(0, "certificate", "show", "L1", "--at", AT_1);
	assert_int_equal(json_array_size(json_object_get(json, "steps")), COUNT(rows));
	assert_int_equal(json_array_size(json_object_get(json, "follows")), 0);
	assert_string_equal(text_of(json, "until"), "null");
	says(json, "state", "deceased");
}

static void the_answer_says_what_follows(void **state)
{
	json_t *json = ASK(0, "certificate", "suspend", "C1", "--until", "2026-06-20", "--on",
			   "2026-06-16", "--at", AT_1);

	(void)state;
	assert_int_equal(json_object_size(json), 7);
	assert_string_equal(text_of(json, "act"), "suspend");
	assert_string_equal(text_of(json, "at"), "2026-06-15T16:00:00Z");
	assert_string_equal(text_of(json, "until"), "2026-06-20T16:00:00Z");
	assert_string_equal(text_of(json, "state"), "active"); /* as yet */
	assert_true(lists(json, "follows", "report-loss --provisional"));
	assert_true(lists(json, "follows", "replace --case moved"));
	assert_true(lists(json, "follows", "cancel --cause death"));
	assert_false(lists(json, "follows", "resume"));
	json_decref(json);
	char *text = EXPECT(0, "--db", db, "certificate", "resume", "C1", "--at", AT_2);
	assert_non_null(strstr(text, "C1: 使用中 · in use"));
	assert_non_null(strstr(text, "youdai certificate report-loss --provisional C1"));
	free(text);
}

static void show_tells_the_steps_past_and_to_come(void **state)
{
	(void)state;
	DO(0, "--db", db, "certificate", "report-loss", "C1", "--provisional", "--days", "5",
	   "--reason", "公园遗失", "--at", AT_1);
	DO(0, "--db", db, "certificate", "cancel", "C1", "--cause", "fraud", "--on", AT_3, "--at",
	   AT_1);
	json_t *json = ASK(0, "certificate", "show", "C1", "--at", AT_2);
	const json_t *steps = json_object_get(json, "steps");
	const json_t *loss = json_array_get(steps, 0), *end = json_array_get(steps, 1);
	assert_string_equal(text_of(json, "state"), "loss_reported");
	assert_string_equal(text_of(json, "until"), "2026-06-17T02:00:00Z");
	assert_true(lists(json, "follows", "lift-loss"));
	assert_int_equal(json_object_size(loss), 9);
	assert_int_equal(number_of(loss, "seq"), 1);
	assert_string_equal(text_of(loss, "at"), "2026-06-15T02:00:00Z");
	assert_string_equal(text_of(loss, "until"), "2026-06-20T02:00:00Z");
	assert_string_equal(text_of(loss, "act"), "report_loss_provisional");
	assert_string_equal(text_of(loss, "state"), "loss_reported");
	assert_string_equal(text_of(loss, "cause"), "null");
	assert_string_equal(text_of(loss, "reason"), "公园遗失");
	assert_string_equal(text_of(loss, "recorded_at"), "2026-06-15T02:00:00Z");
	assert_string_equal(text_of(end, "at"), "2026-06-17T02:00:00Z");
	assert_string_equal(text_of(end, "cause"), "fraud");
	assert_string_equal(text_of(end, "state"), "cancelled");
	json_decref(json);
	char *text = EXPECT(0, "--db", db, "certificate", "show", "C1", "--at", AT_2);
	assert_non_null(strstr(text, "尚未生效"));
	assert_non_null(strstr(text, "「公园遗失」"));
	assert_non_null(strstr(text, "弄虚作假骗取"));
	assert_non_null(strstr(text, "2026-06-20 10:00"));
	free(text);
	SAYS(0, "state", "cancelled", "certificate", "show", "C1", "--at", AT_3);
}

static void a_step_that_fell_away_is_shown_as_such(void **state)
{
	(void)state;
	DO(0, "--db", db, "certificate", "replace", "C1", "--on", AT_3, "--at", AT_1);
	REFUSED("breaks_pending_step", AT_1, "suspend", "C1");
	STEP("moved", AT_2, "close", "C1");
	json_t *json = ASK(0, "certificate", "show", "C1", "--at", AT_3);
	const json_t *steps = json_object_get(json, "steps");
	assert_string_equal(text_of(json_array_get(steps, 0), "act"), "close");
	assert_string_equal(text_of(json_array_get(steps, 1), "state"), "null");
	json_decref(json);
	char *text = EXPECT(0, "--db", db, "certificate", "show", "C1", "--at", AT_3);
	assert_non_null(strstr(text, "fell away"));
	free(text);
}

/* --- loss, suspension, replacement --- */

static void a_provisional_loss_lapses(void **state)
{
	static const struct {
		const char *days;
		int code;
	} rows[] = { { "4", 1 }, { "5", 0 }, { "15", 0 }, { "16", 1 }, { "0", 1 }, { "-1", 1 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *json = ASK(rows[i].code, "certificate", "report-loss", "C1",
				   "--provisional", "--days", rows[i].days, "--at", AT_1);
		says(json, "reason", rows[i].code == 0 ? "ok" : "days");
		if (rows[i].code == 0)
			DO(0, "--db", db, "certificate", "lift-loss", "C1", "--at", AT_1);
	}
	SAYS(0, "until", "2026-06-30T02:00:00Z", "certificate", "report-loss", "C1",
	     "--provisional", "--at", AT_1);
	SAYS(0, "state", "loss_reported", "certificate", "show", "C1", "--at",
	     "2026-06-30T01:59:59Z");
	SAYS(0, "state", "active", "certificate", "show", "C1", "--at", "2026-06-30T02:00:00Z");
	SAYS(1, "reason", "loss_reported", "check", "--number", "C1", "--merchant", "m-park",
	     "--at", "2026-06-30T01:59:59Z");
	SAYS(0, "reason", "ok", "check", "--number", "C1", "--merchant", "m-park", "--at",
	     "2026-06-30T02:00:00Z");
	char *text = EXPECT(1, "--db", db, "certificate", "report-loss", "C3", "--provisional",
			    "--days", "4");
	assert_non_null(strstr(text, "5 至 15 日"));
	assert_non_null(strstr(text, "5 to 15 days"));
	free(text);
}

static void a_suspension_ends_after_its_last_day(void **state)
{
	(void)state;
	STEP("suspended", AT_1, "suspend", "C1", "--until", "2026-06-15", "--cause", "prison");
	SAYS(0, "state", "suspended", "certificate", "show", "C1", "--at",
	     "2026-06-15T23:59:59+08:00");
	SAYS(0, "state", "active", "certificate", "show", "C1", "--at",
	     "2026-06-16T00:00:00+08:00");
	STEP("suspended", AT_2, "suspend", "C1");
	SAYS(0, "state", "suspended", "certificate", "show", "C1", "--at",
	     "2036-06-16T00:00:00+08:00");
}

static void a_replacement_by_its_case(void **state)
{
	static const struct {
		const char *name, *state, *act, *cause;
	} rows[] = {
		{ "chip", "replaced", "replace", "chip" },
		{ "face", "replaced", "replace", "face" },
		{ "data", "replaced", "replace", "data" },
		{ "other", "replaced", "replace", "other" },
		{ "moved", "moved", "replace_moved", "null" },
		{ "kind", "other_kind", "replace_kind", "null" },
	};

	(void)state;
	centre_write("six", "number,person,kind,unit,state\nS0,p3,veteran,centre,active\n"
			    "S1,p3,veteran,centre,active\nS2,p3,veteran,centre,active\n"
			    "S3,p3,veteran,centre,active\nS4,p3,veteran,centre,active\n"
			    "S5,p3,veteran,centre,active\n");
	DO(0, "--db", db, "certificate", "import", centre_path("six"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		char number[4];
		snprintf(number, sizeof number, "S%zu", i);
		STEP(rows[i].state, AT_1, "replace", number, "--case", rows[i].name);
		json_t *json = ASK(0, "certificate", "show", number, "--at", AT_1);
		const json_t *step = json_array_get(json_object_get(json, "steps"), 0);
		assert_string_equal(text_of(step, "act"), rows[i].act);
		assert_string_equal(text_of(step, "cause"), rows[i].cause);
		json_decref(json);
	}
}

/* --- refusals --- */

static void a_step_that_does_not_follow_is_refused_with_those_that_do(void **state)
{
	json_t *json = ASK(1, "certificate", "produce", "C1", "--at", AT_1);
	const json_t *explanation = json_object_get(json, "explanation");

	(void)state;
	assert_string_equal(text_of(json, "reason"), "does_not_follow");
	assert_string_equal(text_of(json, "state"), "active");
	assert_true(lists(json, "follows", "replace"));
	assert_false(lists(json, "follows", "produce"));
	assert_non_null(strstr(text_of(explanation, "zh"), "使用中"));
	assert_non_null(strstr(text_of(explanation, "en"), "in use"));
	json_decref(json);
	char *text = EXPECT(1, "--db", db, "certificate", "produce", "C1", "--at", AT_1);
	assert_non_null(strstr(text, "拒绝 refused: does_not_follow"));
	assert_non_null(strstr(text, "youdai certificate replace C1"));
	free(text);
	STEP("withdrawn", AT_1, "withdraw", "C1", "--cause", "hidden");
	text = EXPECT(1, "--db", db, "certificate", "resume", "C1", "--at", AT_1);
	assert_non_null(strstr(text, "此证已终结"));
	free(text);
}

static void times_that_cannot_be(void **state)
{
	(void)state;
	STEP("suspended", AT_2, "suspend", "C1");
	REFUSED("clock_wrong", AT_1, "resume", "C1");
	REFUSED("before_last_step", AT_3, "resume", "C1", "--on", AT_1);
	STEP("active", AT_3, "resume", "C1", "--on", AT_2);
}

static void numbers_that_are_not_there(void **state)
{
	json_t *json = ASK(1, "certificate", "accept", "NONE");

	(void)state;
	assert_string_equal(text_of(json, "state"), "null");
	assert_int_equal(json_array_size(json_object_get(json, "follows")), 0);
	says(json, "reason", "unknown_certificate");
	REFUSED("unknown_certificate", AT_1, "apply", "NONE");
	REFUSED("unknown_person", AT_1, "apply", "N1", "--person", "p9", "--kind", "veteran",
		"--unit", "centre");
	REFUSED("unknown_unit", AT_1, "apply", "N1", "--person", "p3", "--kind", "veteran",
		"--unit", "nowhere");
	SAYS(1, "reason", "unknown_certificate", "certificate", "show", "N1");
}

static void an_application_makes_the_certificate_or_nothing(void **state)
{
	json_t *json;

	(void)state;
	STEP("applied", AT_1, "apply", "N1", "--person", "p3", "--kind", "veteran", "--unit",
	     "371171");
	REFUSED("exists", AT_1, "apply", "N1", "--person", "p4", "--kind", "veteran", "--unit",
		"371171");
	REFUSED("exists", AT_1, "apply", "N1", "--person", "p3", "--kind", "family", "--unit",
		"371171");
	REFUSED("does_not_follow", AT_1, "apply", "N1", "--person", "p3", "--kind", "veteran",
		"--unit", "371171");
	STEP("refused", AT_1, "refuse", "N1");
	STEP("applied", AT_1, "apply", "N1", "--person", "p3", "--kind", "veteran", "--unit",
	     "371171");
	/* One certificate at work a person: nothing of the second stays. */
	json = ASK(1, "certificate", "apply", "N2", "--person", "p3", "--kind", "family", "--unit",
		   "centre", "--at", AT_1);
	assert_string_equal(text_of(json, "reason"), "another_at_work");
	assert_string_equal(text_of(json, "state"), "null");
	says(json, "other", "N1");
	SAYS(1, "reason", "unknown_certificate", "certificate", "show", "N2");
}

static void wrong_values_are_wrong_usage(void **state)
{
	static const char *const rows[][8] = {
		{ "apply", "N1", "--person", "p3" },
		{ "apply", "N1", "--person", "p3", "--kind", "officer", "--unit", "centre" },
		{ "apply", " N1", "--person", "p3", "--kind", "veteran", "--unit", "centre" },
		{ "accept" },
		{ "accept", "C1", "--on", "tomorrow" },
		{ "accept", "C1", "--on", "2026-02-30" },
		{ "accept", "C1", "--reason", "a\nb" },
		{ "refuse", "C1", "--cause", "fraud" },
		{ "hand-over", "C1", "--to", "bank" },
		{ "report-loss", "C1", "--days", "5" },
		{ "report-loss", "C1", "--provisional", "--days", "five" },
		{ "suspend", "C1", "--cause", "illness" },
		{ "suspend", "C1", "--until", "soon" },
		{ "suspend", "C1", "--until", "2020-01-01" },
		{ "replace", "C1", "--case", "colour" },
		{ "withdraw", "C1", "--cause", "fraud" },
		{ "cancel", "C1", "--cause", "hidden" },
		{ "life", "--dot", "--json" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *arguments[16] = { "--db", db, "certificate" };
		size_t count = 3;
		for (size_t w = 0; w < 8 && rows[i][w] != NULL; w++)
			arguments[count++] = rows[i][w];
		free(centre_expect(__LINE__, 2, arguments));
	}
	SAYS(0, "state", "active", "certificate", "show", "C1");
	DO(2, "--db", db, "person", "exclude", "p3");
	DO(2, "--db", db, "person", "exclude", "p3", "--cause", "other");
	DO(2, "--db", db, "person", "exclude", "p3", "--cause", "prison", "--from", "2026-06-15",
	   "--until", "2026-06-14");
	DO(2, "--db", db, "person", "readmit", "p3", "--from", "now");
}

/* --- exclusions --- */

static void somebody_excluded_is_refused_until_readmitted(void **state)
{
	(void)state;
	SAYS(1, "reason", "unknown_person", "person", "exclude", "p9", "--cause", "wanted");
	SAYS(1, "reason", "unknown_person", "person", "readmit", "p9");
	SAYS(1, "reason", "not_excluded", "person", "readmit", "p3");
	json_t *json = ASK(0, "person", "exclude", "p3", "--cause", "prison", "--until",
			   "2026-12-31", "--at", AT_1);
	const json_t *row = json_array_get(json_object_get(json, "exclusions"), 0);
	assert_string_equal(text_of(row, "cause"), "prison");
	assert_string_equal(text_of(row, "from"), "2026-06-15");
	assert_string_equal(text_of(row, "until"), "2026-12-31");
	json_decref(json);
	SAYS(1, "reason", "exists", "person", "exclude", "p3", "--cause", "prison", "--at", AT_2);
	json = ASK(1, "certificate", "apply", "N1", "--person", "p3", "--kind", "veteran", "--unit",
		   "centre", "--at", AT_2);
	assert_string_equal(text_of(json, "reason"), "excluded");
	says(json, "cause", "prison");
	SAYS(1, "reason", "unknown_certificate", "certificate", "show", "N1");
	json = ASK(0, "person", "readmit", "p3", "--at", AT_3);
	row = json_array_get(json_object_get(json, "exclusions"), 0);
	assert_string_equal(text_of(row, "until"), "2026-06-16");
	json_decref(json);
	STEP("applied", AT_3, "apply", "N1", "--person", "p3", "--kind", "veteran", "--unit",
	     "centre");
	char *text = EXPECT(0, "--db", db, "person", "exclude", "p4", "--cause", "deprived");
	assert_non_null(strstr(text, "被剥夺政治权利"));
	free(text);
}

/* --- imports --- */

static void an_import_does_not_contradict_the_steps(void **state)
{
	(void)state;
	STEP("lost", AT_1, "report-loss", "C1");
	centre_write("again", "number,person,kind,unit,valid_from,valid_until,state\n"
			      "C1,p1,veteran,centre,2024-01-01,2027-06-30,suspended\n");
	struct answer answer = RUN("--db", db, "certificate", "import", centre_path("again"));
	assert_int_equal(answer.code, 1);
	assert_non_null(strstr(answer.err, "again:2:44"));
	assert_non_null(strstr(answer.err, "办理记录"));
	assert_non_null(strstr(answer.err, "its steps are on record and say another state"));
	answer_free(&answer);
	/* Where its life began here, or where it stands, is no contradiction. */
	for (int i = 0; i < 2; i++) {
		centre_write("again", i == 0 ? "number,person,kind,unit,state\n"
					       "C1,p1,veteran,centre,active\n"
					     : "number,person,kind,unit,state\n"
					       "C1,p1,veteran,centre,lost\n");
		DO(0, "--db", db, "certificate", "import", centre_path("again"));
		SAYS(0, "state", "lost", "certificate", "show", "C1", "--at", AT_2);
	}
}

/* --- the table --- */

static void the_picture_is_the_table(void **state)
{
	static char kept[64 * 1024];
	FILE *file = fopen("assets/life.dot", "r");

	(void)state;
	assert_non_null(file);
	kept[fread(kept, 1, sizeof kept - 1, file)] = '\0';
	fclose(file);
	char *drawn = EXPECT(0, "certificate", "life", "--dot");
	if (strcmp(kept, drawn) != 0)
		fail_msg("assets/life.dot is not what `youdai certificate life --dot` draws: "
			 "write it and assets/life.svg (dot -Tsvg) anew");
	free(drawn);
}

static void the_table_for_people_and_programs(void **state)
{
	json_t *json = answer_json(EXPECT(0, "certificate", "life", "--json"));
	const json_t *first = json_array_get(json, 0);
	char *text = EXPECT(0, "certificate", "life");

	(void)state;
	assert_string_equal(text_of(first, "act"), "apply");
	assert_string_equal(text_of(first, "command"), "apply");
	assert_string_equal(text_of(first, "to"), "applied");
	assert_true(lists(first, "from", "on_file"));
	assert_true(lists(first, "from", "refused"));
	json_decref(json);
	assert_non_null(strstr(text, "已受理,待县级审核 accepted"));
	assert_non_null(strstr(text, "hand-over --to county"));
	assert_non_null(strstr(text, "5 至 15 日"));
	free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(from_the_application_to_the_replacement),
		TEST(the_answer_says_what_follows),
		TEST(show_tells_the_steps_past_and_to_come),
		TEST(a_step_that_fell_away_is_shown_as_such),
		TEST(a_provisional_loss_lapses),
		TEST(a_suspension_ends_after_its_last_day),
		TEST(a_replacement_by_its_case),
		TEST(a_step_that_does_not_follow_is_refused_with_those_that_do),
		TEST(times_that_cannot_be),
		TEST(numbers_that_are_not_there),
		TEST(an_application_makes_the_certificate_or_nothing),
		TEST(wrong_values_are_wrong_usage),
		TEST(somebody_excluded_is_refused_until_readmitted),
		TEST(an_import_does_not_contradict_the_steps),
		TEST(the_picture_is_the_table),
		TEST(the_table_for_people_and_programs),
	};

	return cmocka_run_group_tests_name("command_life", tests, set_up_all, centre_tear_down);
}
