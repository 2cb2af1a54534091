/* The window: a card that cannot be read, plaques, photographs. */
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

static char *db;

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	db = strdup(centre_path("a.db"));
	centre_fill(db);
	return 0;
}

static int tear_down(void **state)
{
	free(db);
	return centre_tear_down(state);
}

static const char *state_of(const char *number)
{
	static char text[64];
	json_t *shown = answer_json(
		EXPECT(0, "--db", db, "certificate", "show", number, "--at", NOW, "--json"));
	snprintf(text, sizeof text, "%s", text_of(shown, "state"));
	json_decref(shown);
	return text;
}

static int entries(void)
{
	json_t *log = answer_json(EXPECT(0, "--db", db, "log", "show", "--json"));
	int count = (int)json_array_size(log);
	json_decref(log);
	return count;
}

/* --- a card that cannot be read --- */

#define AT_THE_PARK                                                                               \
	"--db", db, "redeem", "--number", "C1", "--merchant", "m-park", "--benefit", "park-free", \
		"--at", NOW, "--json"

static void granted_and_replaced_in_one_step(void **state)
{
	(void)state;
	assert_string_equal(state_of("C1"), "active");
	json_t *made = answer_json(EXPECT(0, AT_THE_PARK, "--compared", "--unreadable"));
	assert_string_equal(text_of(made, "benefit"), "park-free");
	assert_string_equal(text_of(made, "state"), "replaced");
	json_decref(made);
	assert_string_equal(state_of("C1"), "replaced");
	assert_int_equal(entries(), 1);
	/* Again while the new one is made: granted, and nothing more to replace. */
	made = answer_json(EXPECT(0, AT_THE_PARK, "--compared", "--unreadable"));
	assert_string_equal(text_of(made, "state"), "replaced");
	json_decref(made);
	/* Without the exception the holder is told that it is replaced. */
	made = answer_json(EXPECT(1, AT_THE_PARK, "--compared"));
	assert_string_equal(text_of(made, "reason"), "replaced");
	json_decref(made);
	DO(0, "--db", db, "log", "verify");
	DO(0, "--db", db, "audit", "verify");
}

static void nothing_is_half_done(void **state)
{
	static const struct {
		const char *name, *benefit, *compared, *reason;
		int code;
	} rows[] = {
		{ "not compared", "park-free", NULL, "needs_compare", 1 },
		{ "no such benefit", "none", "--compared", "benefit_inactive", 1 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *made = answer_json(EXPECT(rows[i].code, "--db", db, "redeem", "--number",
						  "C1", "--merchant", "m-park", "--benefit",
						  rows[i].benefit, "--at", NOW, "--json",
						  "--unreadable", rows[i].compared));
		assert_string_equal(text_of(made, "reason"), rows[i].reason);
		json_decref(made);
		assert_string_equal(state_of("C1"), "active");
	}
	assert_int_equal(entries(), 2); /* refusals are counted */
	DO(2, "--db", db, "redeem", "--qr", "X", "--merchant", "m-park", "--benefit", "park-free",
	   "--compared", "--unreadable");
	DO(2, "--db", db, "check", "--number", "C1", "--merchant", "m-park", "--unreadable");
}

/* --- plaques --- */

static char *import_plaques(int code, const char *text)
{
	centre_write("plaques.csv", text);
	return EXPECT(code, "--db", db, "plaque", "import", centre_path("plaques.csv"), "--at", NOW,
		      "--json");
}

static void plaques_are_imported_with_their_way(void **state)
{
	(void)state;
	free(import_plaques(0, "plaque,household,person,unit,state,on,hung\n"
			       "G1,H1,p1,371171,hung,2026-07-28,\n"
			       "G2,,p1,371171,damaged,2026-09-01,2025-07-01\n"
			       "G3,,p1,371171,,,\n"));
	/* The same again changes nothing; a later state is put behind. */
	free(import_plaques(0, "plaque,person,unit,state,on,hung\n"
			       "G1,p1,371171,hung,2026-07-28,\n"
			       "G2,p1,371171,replaced,2026-10-01,2025-07-01\n"));
	json_t *shown =
		answer_json(EXPECT(0, "--db", db, "plaque", "show", "G2", "--at", NOW, "--json"));
	assert_string_equal(text_of(shown, "state"), "replaced");
	assert_string_equal(text_of(shown, "hung"), "2025-07-01");
	assert_int_equal(json_array_size(json_object_get(shown, "way")), 3);
	json_decref(shown);
	shown = answer_json(EXPECT(0, "--db", db, "plaque", "list", "--at", NOW, "--json"));
	assert_int_equal(json_array_size(shown), 3);
	assert_string_equal(text_of(json_array_get(shown, 0), "state"), "hung");
	json_decref(shown);
	DO(0, "--db", db, "plaque", "mark", "G1", "lost", "--at", NOW);
	DO(1, "--db", db, "plaque", "mark", "G1", "damaged", "--at", NOW);
	DO(1, "--db", db, "plaque", "mark", "G9", "hung", "--at", NOW);
	DO(2, "--db", db, "plaque", "mark", "G1", "gone", "--at", NOW);
	DO(2, "--db", db, "plaque", "mark", "G1", "hung", "--on", "2026-11-23", "--at", NOW);
	DO(0, "--db", db, "audit", "verify");
}

static void a_broken_row_imports_nothing(void **state)
{
	static const struct {
		const char *name, *row;
	} rows[] = {
		{ "unknown person", "G8,,p9,371171,hung,,\n" },
		{ "unknown unit", "G8,,p1,999999,hung,,\n" },
		{ "unknown state", "G8,,p1,371171,gone,,\n" },
		{ "a day ahead", "G8,,p1,371171,hung,2026-11-23,\n" },
		{ "no number", ",,p1,371171,hung,,\n" },
		{ "twice", "G7,,p1,371171,hung,,\n" },
		{ "not after replaced", "G2,,p1,371171,hung,,\n" },
	};
	char text[512];
	(void)state;
	free(import_plaques(0, "plaque,household,person,unit,state,on,hung\n"
			       "G2,,p1,371171,replaced,2026-10-01,2025-07-01\n"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(text, sizeof text,
			 "plaque,household,person,unit,state,on,hung\nG7,,p1,371171,hung,,\n%s",
			 rows[i].row);
		free(import_plaques(1, text));
	}
	json_t *list = answer_json(EXPECT(0, "--db", db, "plaque", "list", "--json"));
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
}

/* --- photographs --- */

static void a_photograph_of_the_wrong_size_is_refused(void **state)
{
	(void)state;
	/* A JPEG's beginning is none. */
	centre_write("face.jpg", "\xff\xd8\xff\xe0");
	json_t *said = answer_json(EXPECT(1, "--db", db, "person", "photograph", "p1",
					  centre_path("face.jpg"), "--json"));
	assert_string_equal(text_of(said, "reason"), "photograph_malformed");
	json_decref(said);
	said = answer_json(EXPECT(1, "--db", db, "person", "photograph", "p1", "--out",
				  centre_path("out.jpg"), "--json"));
	assert_string_equal(text_of(said, "reason"), "no_photograph");
	json_decref(said);
	DO(2, "--db", db, "person", "photograph", "p1");
	DO(3, "--db", db, "person", "photograph", "p1", centre_path("none.jpg"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(granted_and_replaced_in_one_step, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(nothing_is_half_done, set_up, tear_down),
		cmocka_unit_test_setup_teardown(plaques_are_imported_with_their_way, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_broken_row_imports_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_photograph_of_the_wrong_size_is_refused, set_up,
						tear_down),
	};
	return cmocka_run_group_tests_name("command_window", tests, NULL, NULL);
}
