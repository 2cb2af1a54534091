/*
 * Finding people: by whatever is known of them, within reach of who asks, and on record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/lookup.h"
#include "db/plaque.h"
#include "db/store.h"
#include "tests/small_registry.h"

#define ID_OF_P1 "11010519491231002X"
#define ID_OTHER "110105194912310038"

static struct lookup found;

/* Codes, a blank behind each. */
static const char *codes(enum registry_status status)
{
	static char text[LOOKUP_MOST * (PERSON_CODE_MAX + 1) + 1];
	assert_int_equal(status, REGISTRY_OK);
	text[0] = '\0';
	for (size_t i = 0; i < found.count; i++) {
		strcat(text, found.persons[i]);
		strcat(text, " ");
	}
	return text;
}

static const char *by(struct small_registry *small, enum lookup_by by, const char *text)
{
	return codes(lookup_text(small->registry, &found, by, text));
}

static void put(struct registry *registry, const char *code, const char *name,
		const char *id_number)
{
	struct person person = { .code = code,
				 .name = name,
				 .home_region = "",
				 .identities = "",
				 .id_number = id_number };
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_OK);
}

/* The first number of a row. */
static int64_t count(struct small_registry *small, const char *sql)
{
	struct store *store;
	struct statement *row;
	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	int64_t value = column_integer(row, 0);
	store_close(store);
	return value;
}

static void put_medium(struct small_registry *small, const char *certificate, const uint8_t *id,
		       size_t length)
{
	struct medium medium = { .id = id,
				 .id_length = length,
				 .certificate = certificate,
				 .carrier = "qr",
				 .issued_at = SMALL_NOW,
				 .expires = INT64_MAX };
	assert_int_equal(registry_put_medium(small->registry, &medium), REGISTRY_OK);
}

/* --- each way --- */

static void each_way_leads_to_the_person(void **state)
{
	struct small_registry *small = *state;
	static const struct {
		enum lookup_by by;
		const char *text, *codes;
	} rows[] = {
		{ LOOKUP_CERTIFICATE, "C1", "P1 " },
		{ LOOKUP_CERTIFICATE, "C1B", "P1 " },
		{ LOOKUP_CERTIFICATE, "N-lost", "P3 " },
		{ LOOKUP_CERTIFICATE, "C9", "" },
		{ LOOKUP_CERTIFICATE, "", "" },
		{ LOOKUP_PERSON, "P2", "P2 " },
		{ LOOKUP_PERSON, "p2", "" },
		{ LOOKUP_ID_NUMBER, ID_OF_P1, "P1 " },
		{ LOOKUP_ID_NUMBER, "11010519491231002x", "P1 " },
		{ LOOKUP_ID_NUMBER, ID_OTHER, "" },
		{ LOOKUP_ID_NUMBER, "x", "" },
		{ LOOKUP_PLAQUE, "G-1", "P2 " },
		{ LOOKUP_PLAQUE, "G-2", "" },
		{ LOOKUP_NAME, "测试甲人", "P1 " },
		{ LOOKUP_NAME, "测试甲", "" },
		{ LOOKUP_NAME, "丙", "P3 " },
		{ LOOKUP_NAME, "", "" },
		{ LOOKUP_NAME, "··", "" },
	};
	struct plaque plaque = {
		.number = "G-1", .person = "P2", .unit = "371171", .household = ""
	};
	assert_int_equal(plaque_put(small->registry, &plaque), REGISTRY_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(by(small, rows[i].by, rows[i].text), rows[i].codes);
}

static void name_is_found_however_its_parts_are_set_apart(void **state)
{
	struct small_registry *small = *state;
	static const char *const same[] = { "买买提·艾力",    "买买提•艾力",  "买买提 艾力",
					    "买买提　艾力",   "买买提・艾力", "买买提艾力",
					    " 买买提 · 艾力 " };
	put(small->registry, "U1", "买买提·艾力", NULL);
	put(small->registry, "U2", "买买提 艾力", NULL);
	put(small->registry, "U3", "买买提-艾力", NULL);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		assert_string_equal(by(small, LOOKUP_NAME, same[i]), "U1 U2 ");
	assert_string_equal(by(small, LOOKUP_NAME, "买买提-艾力"), "U3 ");
}

static void rare_characters_are_found(void **state)
{
	struct small_registry *small = *state;
	put(small->registry, "R1", "\U00020BB7田\U00031350", NULL); /* GB 18030-2022, level 3 */
	assert_string_equal(by(small, LOOKUP_NAME, "\U00020BB7田\U00031350"), "R1 ");
}

static void longest_name_is_found_and_a_longer_one_is_nobodys(void **state)
{
	struct small_registry *small = *state;
	char name[HOLDER_NAME_MAX + 2];
	memset(name, 'n', sizeof name);
	name[HOLDER_NAME_MAX] = '\0';
	put(small->registry, "L1", name, NULL);
	assert_string_equal(by(small, LOOKUP_NAME, name), "L1 ");
	name[HOLDER_NAME_MAX] = 'n';
	name[HOLDER_NAME_MAX + 1] = '\0';
	assert_string_equal(by(small, LOOKUP_NAME, name), "");
}

static void medium_is_found_by_its_front_and_its_whole(void **state)
{
	struct small_registry *small = *state;
	static const uint8_t ids[][16] = {
		{ 1, 2, 3, 4, 5, 0 },
		{ 1, 2, 3, 4, 5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		{ 1, 2, 3, 4, 6, 0 },
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 7 },
	};
	put_medium(small, "C1", ids[0], 16);
	put_medium(small, "C2", ids[1], 16);
	put_medium(small, "C1B", ids[2], 16);
	put_medium(small, "C1", ids[3], 8);
	assert_string_equal(codes(lookup_medium(small->registry, &found, ids[0], 5)), "P1 P2 ");
	assert_string_equal(codes(lookup_medium(small->registry, &found, ids[2], 5)), "P1 ");
	assert_string_equal(codes(lookup_medium(small->registry, &found, ids[3], 5)), "P1 ");
	assert_string_equal(codes(lookup_medium(small->registry, &found, ids[1], 16)), "P2 ");
	assert_string_equal(codes(lookup_medium(small->registry, &found, ids[0], 4)), "P1 P2 ");
	assert_string_equal(
		codes(lookup_medium(small->registry, &found, (const uint8_t[5]){ 9 }, 5)), "");
}

static void of_many_the_first_fifty_are_found(void **state)
{
	struct small_registry *small = *state;
	char code[16];
	for (int i = 0; i < LOOKUP_MOST; i++) {
		snprintf(code, sizeof code, "W%03d", i);
		put(small->registry, code, "王伟", NULL);
	}
	(void)by(small, LOOKUP_NAME, "王伟");
	assert_int_equal(found.count, LOOKUP_MOST);
	assert_false(found.more);
	put(small->registry, "W999", "王伟", NULL);
	(void)by(small, LOOKUP_NAME, "王伟");
	assert_int_equal(found.count, LOOKUP_MOST);
	assert_true(found.more);
	assert_string_equal(found.persons[LOOKUP_MOST - 1], "W049");
}

/* --- keys follow the row --- */

static void changed_name_is_found_and_the_old_one_no_more(void **state)
{
	struct small_registry *small = *state;
	put(small->registry, "P1", "测试新名", NULL);
	assert_string_equal(by(small, LOOKUP_NAME, "测试新名"), "P1 ");
	assert_string_equal(by(small, LOOKUP_NAME, "测试甲人"), "");
	/* A row that says no ID number leaves it as it is. */
	assert_string_equal(by(small, LOOKUP_ID_NUMBER, ID_OF_P1), "P1 ");
	assert_int_equal(count(small, "SELECT count(*) FROM name_key"), 3);
}

static void changed_id_number_is_found_and_the_old_one_no_more(void **state)
{
	struct small_registry *small = *state;
	put(small->registry, "P1", "测试甲人", ID_OTHER);
	assert_string_equal(by(small, LOOKUP_ID_NUMBER, ID_OTHER), "P1 ");
	assert_string_equal(by(small, LOOKUP_ID_NUMBER, ID_OF_P1), "");
	assert_int_equal(count(small, "SELECT count(*) FROM id_key"), 1);
}

static void name_with_a_broken_seal_can_be_written_anew(void **state)
{
	struct small_registry *small = *state;
	small_sql(small->path, "UPDATE person SET name = x'01020304' WHERE code = 'P1'");
	assert_string_equal(by(small, LOOKUP_NAME, "测试甲人"), "");
	put(small->registry, "P1", "测试新名", NULL);
	assert_string_equal(by(small, LOOKUP_NAME, "测试新名"), "P1 ");
	assert_int_equal(count(small, "SELECT count(*) FROM name_key"), 3);
}

static void id_number_of_another_person_is_refused(void **state)
{
	struct small_registry *small = *state;
	static const char *const numbers[] = { ID_OF_P1, "11010519491231002x" };
	struct person person = {
		.code = "P2", .name = "别名", .home_region = "", .identities = ""
	};
	for (size_t i = 0; i < 2; i++) {
		person.id_number = numbers[i];
		assert_int_equal(registry_put_person(small->registry, &person),
				 REGISTRY_CONSTRAINT);
		assert_non_null(strstr(registry_trouble(small->registry), "id_number"));
	}
	/* Nothing of it was written. */
	assert_string_equal(by(small, LOOKUP_NAME, "别名"), "");
	assert_string_equal(by(small, LOOKUP_NAME, "测乙"), "P2 ");
	put(small->registry, "P1", "测试甲人", ID_OF_P1); /* its own, again */
	put(small->registry, "P1", "测试甲人", ID_OTHER);
	put(small->registry, "P2", "测乙", ID_OF_P1); /* given up, it is free */
	assert_string_equal(by(small, LOOKUP_ID_NUMBER, ID_OF_P1), "P2 ");
}

static void older_registry_learns_its_keys_when_it_migrates(void **state)
{
	struct small_registry *small = *state;
	put(small->registry, "P4", "测乙", ID_OTHER);
	registry_close(small->registry);
	small_sql(small->path, small_undo_version_5);
	small_sql(small->path, small_undo_version_3);
	/* An older program did not mind one number for two persons. */
	small_sql(small->path, "UPDATE person SET id_number = (SELECT id_number FROM person"
			       " WHERE code = 'P1') WHERE code = 'P4'");
	assert_int_equal(registry_init(small->path), REGISTRY_OK);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	assert_string_equal(by(small, LOOKUP_NAME, "测乙"), "P2 P4 ");
	assert_string_equal(by(small, LOOKUP_NAME, "测试甲人"), "P1 ");
	assert_string_equal(by(small, LOOKUP_ID_NUMBER, ID_OF_P1), "P1 P4 ");
	assert_string_equal(by(small, LOOKUP_CERTIFICATE, "C1"), "P1 ");
	assert_int_equal(registry_init(small->path), REGISTRY_OK);
	assert_int_equal(count(small, "SELECT count(*) FROM name_key"), 4);
}

static void kiosks_copy_takes_in_no_persons_and_gets_no_keys(void **state)
{
	struct small_registry *small = *state;
	struct person person = { .code = "K", .name = "名", .home_region = "", .identities = "" };
	small_sql(small->path, "UPDATE registry SET kiosk = 1; DELETE FROM name_key;"
			       "DELETE FROM id_key; UPDATE person SET name = x''");
	assert_true(registry_is_kiosk(small->registry));
	assert_int_equal(registry_put_person(small->registry, &person), REGISTRY_CONSTRAINT);
	registry_close(small->registry);
	assert_int_equal(registry_init(small->path), REGISTRY_OK);
	assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
	assert_int_equal(count(small, "SELECT count(*) FROM name_key"), 0);
	assert_string_equal(by(small, LOOKUP_CERTIFICATE, "C1"), "P1 ");
}

/* --- within reach, and on record --- */

static void act_as(struct small_registry *small, const char *unit)
{
	struct actor actor = { .name = "wang" };
	snprintf(actor.unit, sizeof actor.unit, "%s", unit);
	registry_act_as(small->registry, &actor);
}

static void actor_of_a_unit_finds_who_is_within_reach(void **state)
{
	struct small_registry *small = *state;
	struct unit far = { "330683", "另一县", "county", "", INT32_MIN, INT32_MAX, NULL, NULL };
	struct plaque plaque = {
		.number = "G-1", .person = "P4", .unit = "330683", .household = ""
	};
	assert_int_equal(registry_put_unit(small->registry, &far), REGISTRY_OK);
	put(small->registry, "P4", "测乙", NULL);
	put(small->registry, "P5", "测乙", NULL); /* neither certificate nor plaque */
	assert_int_equal(plaque_put(small->registry, &plaque), REGISTRY_OK);
	act_as(small, "371171");
	assert_string_equal(by(small, LOOKUP_NAME, "测乙"), "P2 P5 ");
	assert_int_equal(found.outside, 1);
	act_as(small, "330683");
	assert_string_equal(by(small, LOOKUP_NAME, "测乙"), "P4 P5 ");
	assert_string_equal(by(small, LOOKUP_CERTIFICATE, "C1"), "");
	assert_int_equal(found.outside, 1);
	assert_string_equal(by(small, LOOKUP_PLAQUE, "G-1"), "P4 ");
	act_as(small, "");
	assert_string_equal(by(small, LOOKUP_NAME, "测乙"), "P2 P4 P5 ");
	assert_int_equal(found.outside, 0);
}

static void those_beyond_reach_take_no_place_among_the_fifty(void **state)
{
	struct small_registry *small = *state;
	struct unit far = { "330683", "另一县", "county", "", INT32_MIN, INT32_MAX, NULL, NULL };
	char code[16];
	assert_int_equal(registry_put_unit(small->registry, &far), REGISTRY_OK);
	for (int i = 0; i < LOOKUP_MOST; i++) {
		snprintf(code, sizeof code, "A%03d", i);
		put(small->registry, code, "测乙", NULL);
		struct certificate certificate = { code,     code,      "330683", 1,
						   "active", INT32_MIN, INT32_MAX };
		assert_int_equal(registry_put_certificate(small->registry, &certificate),
				 REGISTRY_OK);
	}
	act_as(small, "371171");
	assert_string_equal(by(small, LOOKUP_NAME, "测乙"), "P2 ");
	assert_false(found.more);
	assert_int_equal(found.outside, LOOKUP_MOST);
}

static void looks_are_on_record_one_a_person(void **state)
{
	struct small_registry *small = *state;
	put(small->registry, "P4", "测乙", NULL);
	(void)by(small, LOOKUP_NAME, "测乙");
	assert_int_equal(
		lookup_on_record(small->registry, &found, "person.find", "by=name", SMALL_NOW),
		REGISTRY_OK);
	assert_int_equal(count(small, "SELECT count(*) FROM audit WHERE act = 'person.find'"
				      " AND subject IS NOT NULL"),
			 2);
	assert_int_equal(count(small, "SELECT count(DISTINCT subject) FROM audit"), 2);
	assert_int_equal(count(small, "SELECT count(*) FROM audit WHERE unit = '371171001'"), 1);
	assert_int_equal(count(small, "SELECT count(*) FROM audit_detail WHERE text = 'by=name'"),
			 2);
}

static void nothing_is_on_record_where_nothing_can_be_written(void **state)
{
	struct small_registry *small = *state;
	registry_close(small->registry);
	assert_int_equal(registry_open(&small->registry, small->path, false), REGISTRY_OK);
	(void)by(small, LOOKUP_NAME, "测乙");
	assert_int_equal(
		lookup_on_record(small->registry, &found, "person.find", "by=name", SMALL_NOW),
		REGISTRY_READ_ONLY);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(each_way_leads_to_the_person),
		CASE(name_is_found_however_its_parts_are_set_apart),
		CASE(rare_characters_are_found),
		CASE(longest_name_is_found_and_a_longer_one_is_nobodys),
		CASE(medium_is_found_by_its_front_and_its_whole),
		CASE(of_many_the_first_fifty_are_found),
		CASE(changed_name_is_found_and_the_old_one_no_more),
		CASE(changed_id_number_is_found_and_the_old_one_no_more),
		CASE(name_with_a_broken_seal_can_be_written_anew),
		CASE(id_number_of_another_person_is_refused),
		CASE(older_registry_learns_its_keys_when_it_migrates),
		CASE(kiosks_copy_takes_in_no_persons_and_gets_no_keys),
		CASE(actor_of_a_unit_finds_who_is_within_reach),
		CASE(those_beyond_reach_take_no_place_among_the_fifty),
		CASE(looks_are_on_record_one_a_person),
		CASE(nothing_is_on_record_where_nothing_can_be_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
