/* The program youdai: people found and shown, and who looked at them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

#include "centre/short_code.h"
#include "db/actor.h"
#include "db/life_record.h"
#include "db/plaque.h"
#include "db/store.h"
#include "tests/centre.h"

#define NOW      "2026-11-22T10:24:00+08:00"
#define NOW_S    1795314240 /* [s] the same */
#define ID_OF_P1 "11010519491231002X"

static char db[512], key[512], credential[4096], short_code[16];

#define PERSONS                                                                  \
	"person,name,sex,birth,home_region,needy,merit,identities,id_number\n"   \
	"p1,测试甲,m,1958-03-15,371171,0,2,veteran.conscript;war," ID_OF_P1 "\n" \
	"p3,测试乙,f,,371171,1,,,\n"                                          \
	"p4,买买提·艾力,m,,371171,0,,,\n"

/* C1 is suspended, and in use again; P1 has a plaque. */
static void live(void)
{
	static const struct {
		enum life_act act;
		int64_t at;
	} steps[] = { { ACT_SUSPEND, NOW_S - 4000 },
		      { ACT_RESUME, NOW_S - 3000 },
		      { ACT_REPORT_LOSS_PROVISIONAL, NOW_S - 2000 },
		      { ACT_LIFT_LOSS, NOW_S - 1000 } };
	struct plaque plaque = {
		.number = "G-001", .person = "p1", .unit = "371171", .household = ""
	};
	struct plaque_request hang = {
		.number = "G-001", .day = 20000, .reason = "", .now = NOW_S - 1000
	};
	struct plaque_answer hung;
	struct registry *registry;

	assert_int_equal(registry_open(&registry, db, true), REGISTRY_OK);
	registry_act_as(registry, &(struct actor){ .name = "os:test", .may_all = true });
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct life_answer answer;
		struct life_request request = { .certificate = "C1",
						.act = steps[i].act,
						.now = steps[i].at,
						.at = steps[i].at,
						.until = i == 2 ? steps[i].at + 6 * 86400
								: LIFE_NEVER };

		assert_int_equal(life_take_step(registry, &answer, &request), REGISTRY_OK);
		assert_int_equal(answer.refusal, LIFE_TAKEN);
	}
	assert_int_equal(plaque_put(registry, &plaque), REGISTRY_OK);
	for (hang.state = PLAQUE_ISSUED; hang.state <= PLAQUE_HUNG; hang.state++) {
		assert_int_equal(plaque_step(registry, &hung, &hang), REGISTRY_OK);
		assert_int_equal(hung.refusal, PLAQUE_TAKEN);
	}
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	registry_close(registry);
}

static bool take_code(void *context, const struct medium *medium, bool void_now)
{
	(void)context, (void)void_now;
	short_code_print(short_code, medium->id);
	return true;
}

static int set_up(void **state)
{
	struct registry *registry;

	(void)state;
	if (!centre_open())
		return -1;
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	snprintf(key, sizeof key, "%s", centre_path("a.key"));
	centre_fill(db);
	centre_write("persons", PERSONS);
	DO(0, "--db", db, "person", "import", centre_path("persons"));
	DO(0, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out", key,
	   "--at", "2026-11-22T09:00:00+08:00");
	char *text = EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key",
			    key, "--at", "2026-11-22T09:00:00+08:00");
	snprintf(credential, sizeof credential, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
	live();
	assert_int_equal(registry_open(&registry, db, false), REGISTRY_OK);
	assert_int_equal(registry_each_medium(registry, "C1", NOW_S, take_code, NULL), REGISTRY_OK);
	registry_close(registry);
	return 0;
}

static json_t *find(int code, const char *text)
{
	return answer_json(EXPECT(code, "--db", db, "find", text, "--at", NOW, "--json"));
}

static json_t *only_person(const json_t *found)
{
	json_t *persons = json_object_get(found, "persons");

	assert_int_equal(json_array_size(persons), 1);
	return json_array_get(persons, 0);
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* The first number of a row. */
static int64_t count(const char *sql)
{
	struct store *store;
	struct statement *row;

	assert_int_equal(store_open(&store, db, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	int64_t value = column_integer(row, 0);
	store_close(store);
	return value;
}

/* --- found --- */

static void a_text_is_tried_in_each_form_that_it_can_have(void **state)
{
	char typed[16];
	const struct {
		const char *text, *by, *person;
	} rows[] = {
		{ "C1", "certificate", "p1" },      { "p1", "person", "p1" },
		{ ID_OF_P1, "id_number", "p1" },    { "11010519491231002x", "id_number", "p1" },
		{ short_code, "short_code", "p1" }, { typed, "short_code", "p1" },
		{ "G-001", "plaque", "p1" },        { "测试甲", "name", "p1" },
		{ "买买提 艾力", "name", "p4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof typed; i++) /* as somebody types it who never saw one */
		typed[i] = (char)(short_code[i] >= 'A' ? short_code[i] + 32 : short_code[i]);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *found = find(0, rows[i].text);

		assert_string_equal(text_of(found, "by"), rows[i].by);
		assert_string_equal(text_of(only_person(found), "person"), rows[i].person);
		json_decref(found);
	}
}

static void a_shown_code_leads_to_its_holder(void **state)
{
	char png[512];
	json_t *found;

	(void)state;
	snprintf(png, sizeof png, "%s", centre_path("c1.png"));
	found = answer_json(
		EXPECT(0, "--db", db, "find", "--qr", credential, "--at", NOW, "--json"));
	assert_string_equal(text_of(found, "by"), "qr");
	assert_string_equal(text_of(only_person(found), "person"), "p1");
	json_decref(found);
	DO(0, "--db", db, "certificate", "issue", "C3", "--carrier", "qr", "--key", key, "--at",
	   NOW, "--png", png);
	found = answer_json(
		EXPECT(0, "--db", db, "find", "--qr-image", png, "--at", NOW, "--json"));
	assert_string_equal(text_of(only_person(found), "person"), "p2");
	json_decref(found);
}

static void a_tapped_tag_leads_to_its_holder(void **state)
{
	char spec[600], line[8192];
	json_t *made, *found;

	(void)state;
	made = answer_json(EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "nfc",
				  "--key", key, "--at", NOW, "--json"));
	snprintf(line, sizeof line, "10 tag %s\n", text_of(made, "bytes"));
	json_decref(made);
	centre_write("tag.replay", line);
	snprintf(spec, sizeof spec, "replay:%s", centre_path("tag.replay"));
	found = answer_json(EXPECT(0, "--db", db, "find", "--reader", spec, "--at", NOW, "--json"));
	assert_string_equal(text_of(found, "by"), "tag");
	assert_string_equal(text_of(only_person(found), "person"), "p1");
	json_decref(found);
	centre_write("torn.replay", "10 torn\n");
	snprintf(spec, sizeof spec, "replay:%s", centre_path("torn.replay"));
	found = answer_json(EXPECT(1, "--db", db, "find", "--reader", spec, "--at", NOW, "--json"));
	assert_string_equal(text_of(found, "reason"), "torn");
	json_decref(found);
}

static void a_code_that_is_none_of_ours_is_refused_with_its_reason(void **state)
{
	char *text = EXPECT(1, "--db", db, "find", "--qr", "no credential", "--at", NOW, "--json");
	json_t *found = answer_json(text);

	(void)state;
	assert_string_equal(text_of(found, "reason"), "malformed");
	json_decref(found);
}

static void a_file_is_shown_whole(void **state)
{
	json_t *found = find(0, "p1"), *person = only_person(found);
	json_t *certificate = json_array_get(json_object_get(person, "certificates"), 0);
	json_t *steps = json_object_get(certificate, "steps");
	json_t *medium = json_array_get(json_object_get(certificate, "media"), 0);
	json_t *plaque = json_array_get(json_object_get(person, "plaques"), 0);
	json_t *may_have = json_object_get(person, "may_have");
	json_t *benefits = json_object_get(may_have, "benefits");

	(void)state;
	assert_string_equal(text_of(person, "name"), "测试甲");
	assert_string_equal(text_of(person, "sex"), "m");
	assert_string_equal(text_of(person, "birth"), "1958-03-15");
	assert_string_equal(text_of(person, "home_region"), "371171");
	assert_string_equal(text_of(person, "identities"), "veteran.conscript;war");
	assert_int_equal(number_of(person, "merit"), 2);
	assert_false(json_is_true(json_object_get(person, "needy")));
	assert_string_equal(text_of(certificate, "number"), "C1");
	assert_string_equal(text_of(certificate, "state"), "active");
	assert_string_equal(text_of(json_object_get(certificate, "title"), "en"), "in use");
	/* The last three of four. */
	assert_int_equal(json_array_size(steps), 3);
	assert_string_equal(text_of(json_array_get(steps, 0), "act"), "resume");
	assert_string_equal(text_of(json_array_get(steps, 2), "act"), "lift_loss");
	assert_string_equal(text_of(json_array_get(steps, 2), "actor"), "os:test");
	assert_string_equal(text_of(json_array_get(steps, 2), "at"), "2026-11-22T02:07:20Z");
	assert_string_equal(text_of(medium, "short_code"), short_code);
	assert_string_equal(text_of(plaque, "plaque"), "G-001");
	assert_string_equal(text_of(plaque, "state"), "hung");
	assert_string_equal(text_of(plaque, "since"), "2024-10-04");
	assert_string_equal(text_of(may_have, "reason"), "ok");
	assert_int_equal(json_array_size(benefits), 2);
	assert_string_equal(text_of(json_array_get(benefits, 0), "benefit"), "park-free");
	assert_string_equal(text_of(json_array_get(benefits, 0), "verdict"), "granted");
	assert_string_equal(text_of(json_array_get(benefits, 0), "merchant"), "m-park");
	assert_string_equal(text_of(json_array_get(benefits, 1), "verdict"), "needs_amount");
	json_decref(found);
}

static void at_a_merchant_only_what_may_be_had_there_is_said(void **state)
{
	static const struct {
		const char *merchant, *reason;
		size_t benefits;
	} rows[] = { { "m-shop", "ok", 1 },
		     { "m-left", "merchant_inactive", 0 },
		     { "m-none", "merchant_inactive", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *found = answer_json(EXPECT(0, "--db", db, "find", "p1", "--merchant",
						   rows[i].merchant, "--at", NOW, "--json"));
		json_t *may_have = json_object_get(only_person(found), "may_have");

		assert_string_equal(text_of(may_have, "reason"), rows[i].reason);
		assert_int_equal(json_array_size(json_object_get(may_have, "benefits")),
				 rows[i].benefits);
		json_decref(found);
	}
}

static void what_is_used_up_cannot_be_had_any_more(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		DO(0, "--db", db, "redeem", "--qr", credential, "--merchant", "m-park", "--benefit",
		   "park-free", "--compared", "--at", NOW);
	json_t *found = find(0, "p1");
	json_t *benefits =
		json_object_get(json_object_get(only_person(found), "may_have"), "benefits");
	assert_int_equal(json_array_size(benefits), 1);
	assert_string_equal(text_of(json_array_get(benefits, 0), "benefit"), "shop-off");
	json_decref(found);
}

static void who_has_no_certificate_may_have_nothing_yet(void **state)
{
	json_t *found = find(0, "p3");
	json_t *person = only_person(found);

	(void)state;
	assert_true(json_is_null(json_object_get(person, "may_have")));
	assert_int_equal(json_array_size(json_object_get(person, "certificates")), 0);
	json_decref(found);
	DO(0, "--db", db, "find", "p3", "--at", NOW);
}

static void an_exclusion_is_shown_with_its_days(void **state)
{
	struct store *store;

	(void)state;
	assert_int_equal(store_open(&store, db, STORE_WRITE), STORE_OK);
	assert_int_equal(store_execute(store, "INSERT INTO exclusion VALUES ('p4', 'prison',"
					      " 20000, NULL)"),
			 STORE_OK);
	store_close(store);
	json_t *found = find(0, "p4");
	json_t *row = json_array_get(json_object_get(only_person(found), "exclusions"), 0);
	assert_string_equal(text_of(row, "cause"), "prison");
	assert_string_equal(text_of(row, "from"), "2024-10-04");
	assert_true(json_is_null(json_object_get(row, "until")));
	json_decref(found);
}

static void people_read_the_same_in_both_languages(void **state)
{
	static const char *const parts[] = {
		"测试甲 (p1) 男 m", "1958-03-15",    "二等功 second class",
		"使用中 · in use",  "(os:test)",     "G-001",
		"公园免票",         "[needs_amount]"
	};
	char *text = EXPECT(0, "--db", db, "find", "p1", "--at", NOW);

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!has(text, parts[i]))
			fail_msg("%s is not in\n%s", parts[i], text);
	assert_true(has(text, life_act_title(ACT_LIFT_LOSS, false)));
	assert_true(has(text, short_code));
	assert_false(has(text, ID_OF_P1));
	free(text);
}

static void of_several_each_is_shown_in_short(void **state)
{
	json_t *found = find(0, "测试乙"), *persons = json_object_get(found, "persons");
	char *text = EXPECT(0, "--db", db, "find", "测试乙", "--at", NOW);

	(void)state;
	assert_int_equal(json_array_size(persons), 2);
	assert_string_equal(text_of(json_array_get(persons, 0), "person"), "p2");
	assert_int_equal(
		json_array_size(json_object_get(json_array_get(persons, 0), "certificates")), 2);
	assert_null(json_object_get(json_array_get(persons, 0), "may_have"));
	assert_true(has(text, "(p2)") && has(text, "(p3)") && has(text, "C2") &&
		    has(text, "共 2 人"));
	json_decref(found);
	free(text);
}

/* --- not found --- */

static void who_is_not_found_is_said_with_what_was_tried(void **state)
{
	static const struct {
		const char *text, *tried, *not_tried;
	} rows[] = {
		{ "nobody", "certificate number, person's code, plaque number, name",
		  "short code" },
		{ "ABCD-EFGH", "short code", "ID number" },
		{ "110105194912310038", "ID number", "wrong" },
		{ "110105194912310039", "check character is wrong", "short code" },
		{ "11010519491231003x", "check character is wrong", "short code" },
		{ "a name that has blanks and is longer than any code of sixty-three bytes", "name",
		  "certificate number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = EXPECT(1, "--db", db, "find", rows[i].text, "--at", NOW);

		if (!has(text, "not_found") || !has(text, rows[i].tried) ||
		    has(text, rows[i].not_tried))
			fail_msg("%s: %s", rows[i].text, text);
		free(text);
		json_t *json = find(1, rows[i].text);
		assert_string_equal(text_of(json, "reason"), "not_found");
		json_decref(json);
	}
}

static void exactly_one_way_to_find_is_given(void **state)
{
	(void)state;
	DO(2, "--db", db, "find");
	DO(2, "--db", db, "find", "");
	DO(2, "--db", db, "find", "p1", "--qr", "x");
	DO(2, "--db", db, "find", "--qr", "x", "--qr-image", "y");
	DO(2, "--db", db, "find", "p1", "p2");
}

/* --- who looked at whom --- */

static void whoever_is_shown_is_on_record_and_never_by_the_id_number(void **state)
{
	static const char looks[] = "SELECT count(*) FROM audit WHERE act = 'person.find'";
	static const char shown[] = "SELECT count(*) FROM audit WHERE act = 'certificate.show'"
				    " AND subject IS NOT NULL AND unit = 'centre'";
	static const char numbers[] = "SELECT count(*) FROM audit_detail WHERE text LIKE"
				      " '%11010519491231002%'";
	static const char ids[] = "SELECT count(*) FROM audit_detail WHERE text = 'by=id_number'";
	static const char names[] =
		"SELECT count(*) FROM audit_detail WHERE text = 'by=name text=测试乙'";
	int64_t before = count(looks), ids_before = count(ids), names_before = count(names);

	(void)state;
	DO(0, "--db", db, "find", "p1", "--at", NOW);
	assert_int_equal(count(looks), before + 1);
	DO(0, "--db", db, "find", "测试乙", "--at", NOW);
	assert_int_equal(count(looks), before + 3);
	assert_int_equal(count(names), names_before + 2);
	DO(1, "--db", db, "find", "nobody", "--at", NOW);
	assert_int_equal(count(looks), before + 3);
	DO(0, "--db", db, "find", ID_OF_P1, "--at", NOW);
	DO(0, "--db", db, "find", "11010519491231002x", "--at", NOW);
	assert_int_equal(count(ids), ids_before + 2);
	assert_int_equal(count(numbers), 0);
	before = count(shown);
	DO(0, "--db", db, "certificate", "show", "C1", "--at", NOW);
	DO(0, "--db", db, "certificate", "show", "C1", "--at", NOW, "--json");
	DO(1, "--db", db, "certificate", "show", "C9", "--at", NOW);
	assert_int_equal(count(shown), before + 2);
}

/* Somebody else writes all the time. */
static void nothing_is_shown_where_it_cannot_be_put_on_record(void **state)
{
	static const char *const shows[][3] = { { "find", "p1", NULL },
						{ "certificate", "show", "C1" } };
	struct store *store;

	(void)state;
	assert_int_equal(store_open(&store, db, STORE_WRITE), STORE_OK);
	assert_int_equal(store_begin_write(store), STORE_OK);
	for (size_t i = 0; i < 2; i++) {
		struct answer answer = RUN("--db", db, shows[i][0], shows[i][1], "--at", NOW,
					   "--json", shows[i][2] == NULL ? "--" : shows[i][2]);
		assert_int_equal(answer.code, 3);
		assert_true(has(answer.out, "registry_busy"));
		assert_false(has(answer.out, "测试甲"));
		answer_free(&answer);
	}
	store_rollback(store);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_tried_in_each_form_that_it_can_have),
		cmocka_unit_test(a_shown_code_leads_to_its_holder),
		cmocka_unit_test(a_tapped_tag_leads_to_its_holder),
		cmocka_unit_test(a_code_that_is_none_of_ours_is_refused_with_its_reason),
		cmocka_unit_test(a_file_is_shown_whole),
		cmocka_unit_test(at_a_merchant_only_what_may_be_had_there_is_said),
		cmocka_unit_test(who_has_no_certificate_may_have_nothing_yet),
		cmocka_unit_test(an_exclusion_is_shown_with_its_days),
		cmocka_unit_test(people_read_the_same_in_both_languages),
		cmocka_unit_test(of_several_each_is_shown_in_short),
		cmocka_unit_test(who_is_not_found_is_said_with_what_was_tried),
		cmocka_unit_test(exactly_one_way_to_find_is_given),
		cmocka_unit_test(whoever_is_shown_is_on_record_and_never_by_the_id_number),
		cmocka_unit_test(nothing_is_shown_where_it_cannot_be_put_on_record),
		cmocka_unit_test(what_is_used_up_cannot_be_had_any_more),
	};

	return cmocka_run_group_tests(tests, set_up, centre_tear_down);
}
