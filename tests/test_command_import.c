/* The program youdai: what comes in from the bureaus' files, and what is refused of it. */
#include <iconv.h>
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
#include "tests/folder.h"

#define HEADER "person,name,sex,birth,home_region,needy,merit,identities,id_number\n"

/* --- encodings --- */

/* A name with a character of four bytes in GB 18030, and one of extension G. */
#define PERSONS                                                                  \
	HEADER "甲一,测试甲,m,1958-03-15,371171,1,2,veteran.officer;war,\n" \
	       "甲二,\U00020bb7野,f,,,,,,\n"                                  \
	       "甲三,\"测,\U00030edd\",,,,,,family.martyr,\n"
#define CERTIFICATES                                              \
	"number,person,kind,unit,state,valid_from,valid_until\n"  \
	"C1,甲一,veteran,371171,active,2024-01-01,2034-12-31\n" \
	"C2,甲二,family,371171,active,,\n"                      \
	"C3,甲三,family,371171,suspended,,\n"

static const struct encoding {
	const char *name, *mark;
	size_t mark_length;
} encodings[] = {
	{ "UTF-8", "", 0 },
	{ "UTF-8", "\xef\xbb\xbf", 3 },
	{ "UTF-16LE", "\xff\xfe", 2 },
	{ "UTF-16BE", "\xfe\xff", 2 },
	{ "GB18030", "", 0 },
};
#define ENCODINGS (sizeof encodings / sizeof *encodings)

static void write_encoded(const char *name, const char *text, const struct encoding *encoding)
{
	char bytes[4096], *from = strdup(text), *start = from, *to = bytes + encoding->mark_length;
	size_t left = strlen(text), room = sizeof bytes - encoding->mark_length;
	iconv_t converter = iconv_open(encoding->name, "UTF-8");

	memcpy(bytes, encoding->mark, encoding->mark_length);
	assert_int_equal(iconv(converter, &from, &left, &to, &room), 0);
	iconv_close(converter);
	free(start);
	folder_put(centre_path(name), bytes, (size_t)(to - bytes));
}

/* All that the registry says of it, as one text for the caller to free. */
static char *tell_all(const char *db)
{
	static const char *const numbers[] = { "C1", "C2", "C3" };
	char *all = EXPECT(0, "--db", db, "certificate", "list", "--json"), *text;

	for (size_t i = 0; i < 3; i++) {
		char *one = EXPECT(0, "--db", db, "certificate", "show", numbers[i], "--json");

		assert_true(asprintf(&text, "%s%s", all, one) > 0);
		free(all);
		free(one);
		all = text;
	}
	text = EXPECT(0, "--db", db, "unit", "list", "--json");
	assert_non_null(strstr(text, "测试区"));
	free(text);
	return all;
}

static char *import_encoded(const struct encoding *encoding, const char *db)
{
	static const struct {
		const char *group, *text;
	} files[] = {
		{ "unit",
		  "unit,code,name,tier,parent\n371171,371171,测试区退役军人服务中心,county,\n" },
		{ "person", PERSONS },
		{ "certificate", CERTIFICATES },
	};

	DO(0, "--db", db, "init");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		write_encoded("encoded.csv", files[i].text, encoding);
		DO(0, "--db", db, files[i].group, "import", centre_path("encoded.csv"));
	}
	return tell_all(db);
}

static void every_encoding_imports_alike(void **state)
{
	char *first = NULL;

	(void)state;
	for (size_t i = 0; i < ENCODINGS; i++) {
		char name[32];

		snprintf(name, sizeof name, "encoded%zu.db", i);
		char *all = import_encoded(&encodings[i], centre_path(name));
		if (first == NULL) {
			first = all;
			assert_non_null(strstr(first, "\"\U00020bb7野\""));
			assert_non_null(strstr(first, "\"测,\U00030edd\""));
			continue;
		}
		assert_string_equal(all, first);
		free(all);
	}
	free(first);
}

/* Whatever the encoding, a fault has the same place. */
static void faults_keep_their_place(void **state)
{
	char db[512];

	(void)state;
	snprintf(db, sizeof db, "%s", centre_path("places.db"));
	DO(0, "--db", db, "init");
	for (size_t i = 0; i < ENCODINGS; i++) {
		write_encoded("encoded.csv", PERSONS "甲四,测\U00020bb7,男,,,,,,\n", &encodings[i]);
		json_t *json = answer_json(EXPECT(1, "--db", db, "person", "import",
						  centre_path("encoded.csv"), "--json"));
		assert_int_equal(number_of(json, "line"), 5);
		assert_int_equal(number_of(json, "column"), 7);
		json_decref(json);
	}
}

static void text_in_no_encoding_is_refused(void **state)
{
	const char *db = centre_path("places.db");

	(void)state;
	centre_write("encoded.csv", HEADER "p1,\xb2\xe2\xca\xd4,m,,,,,,\np2,\xff,m,,,,,,\n");
	struct answer answer =
		RUN("--db", db, "person", "import", centre_path("encoded.csv"), "--json");
	assert_int_equal(answer.code, 1);
	assert_non_null(strstr(answer.err, "encoded.csv:3:4: "));
	assert_non_null(strstr(answer.err, "neither UTF-8 nor GB 18030"));
	assert_non_null(strstr(answer.out, "\"reason\":\"malformed\""));
	answer_free(&answer);
}

/* --- identities with dates --- */

#define GRADES                                                                    \
	HEADER "p1,测试甲,m,1958-03-15,371171,0,,disabled:6:war@..2026-11-02;" \
	       "disabled:5:war@2026-11-03..;family.duty@..2026-11-02,\n"
/* For the first five grades alone. */
#define FOR_GRADES                                                                                   \
	"{\"benefit\":\"shop-off\",\"title\":{\"zh\":\"八折\"},\"where\":{\"venues\":[\"shop\"]}," \
	"\"who\":{\"grade\":[1,5]},\"value\":{\"type\":\"percent_off\",\"percent\":20},"             \
	"\"assurance\":2}"

static void fill_with_grades(const char *db)
{
	centre_fill(db);
	centre_write("grades.csv", GRADES);
	DO(0, "--db", db, "person", "import", centre_path("grades.csv"));
}

/* The grade is another from 3 November on. */
static void a_decision_changes_with_the_day(void **state)
{
	static const struct {
		const char *at, *reason;
	} rows[] = {
		{ "2026-11-02T23:59:59+08:00", "wrong_grade" },
		{ "2026-11-03T00:00:00+08:00", "ok" },
	};
	char db[512];

	(void)state;
	snprintf(db, sizeof db, "%s", centre_path("grades.db"));
	fill_with_grades(db);
	centre_write("grades.json", FOR_GRADES);
	DO(0, "--db", db, "benefit", "import", centre_path("grades.json"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *json = answer_json(EXPECT(0, "--db", db, "check", "--number", "C1",
						  "--merchant", "m-shop", "--amount", "100",
						  "--compared", "--at", rows[i].at, "--json"));
		json_t *offer = json_array_get(json_object_get(json, "offers"), 0);

		assert_string_equal(text_of(offer, "reason"), rows[i].reason);
		json_decref(json);
	}
}

/* A draft is tried with what somebody was on the day of each redemption; the classes are those of
 * the last one. */
static void the_past_is_rehearsed_by_its_days(void **state)
{
	char db[512];

	(void)state;
	snprintf(db, sizeof db, "%s", centre_path("rehearsed.db"));
	fill_with_grades(db);
	DO(0, "--db", db, "redeem", "--number", "C1", "--merchant", "m-shop", "--benefit",
	   "shop-off", "--amount", "100", "--compared", "--at", "2026-11-02T10:00:00+08:00");
	DO(0, "--db", db, "redeem", "--number", "C1", "--merchant", "m-shop", "--benefit",
	   "shop-off", "--amount", "100", "--compared", "--at", "2026-11-03T10:00:00+08:00");
	centre_write("grades.json", FOR_GRADES);
	json_t *json =
		answer_json(EXPECT(0, "--db", db, "benefit", "rehearse", centre_path("grades.json"),
				   "--from", "2026-11-01", "--until", "2026-11-30", "--json"));
	json_t *redemptions = json_object_get(json, "redemptions");
	json_t *classes = json_object_get(json, "classes");
	assert_int_equal(number_of(redemptions, "lose"), 1);
	assert_int_equal(number_of(redemptions, "same"), 1);
	assert_int_equal(json_array_size(classes), 1);
	assert_string_equal(text_of(json_array_get(classes, 0), "class"), "disabled");
	json_decref(json);
}

/* --- ID numbers --- */

#define NUMBER_A          "11010519491231002X" /* the example of GB 11643 */
#define NUMBER_B          "110105194912310011"
#define NUMBER_C          "110105194912310038"
#define ROW(code, number) code ",测试,,,,,,," number "\n"

static void an_id_number_is_one_persons(void **state)
{
	/* One after another, into one registry. */
	static const struct {
		const char *name, *rows;
		int code, line; /* of the fault */
		const char *why;
	} imports[] = {
		{ "an empty registry: two rows of the file",
		  ROW("p1", NUMBER_A) ROW("p2", NUMBER_A), 1, 3, "an earlier row of this file" },
		{ "an empty registry: numbers of their own",
		  ROW("p1", NUMBER_A) ROW("p2", NUMBER_B) ROW("p3", "") ROW("p4", ""), 0, 0, NULL },
		{ "the same again", ROW("p1", NUMBER_A) ROW("p2", NUMBER_B) ROW("p3", ""), 0, 0,
		  NULL },
		{ "two rows of the file", ROW("p8", NUMBER_C) ROW("p9", NUMBER_C), 1, 3,
		  "an earlier row of this file" },
		{ "another person of the registry", ROW("p8", NUMBER_C) ROW("p9", NUMBER_B), 1, 3,
		  "identity number belongs to another person: p2" },
		{ "somebody without a number gets one of another's", ROW("p3", NUMBER_A), 1, 2,
		  "identity number belongs to another person: p1" },
		{ "another number", ROW("p1", NUMBER_C), 0, 0, NULL },
		{ "the number that was given back", ROW("p9", NUMBER_A), 0, 0, NULL },
		{ "a row that left its number to another", ROW("p2", NUMBER_A), 1, 2,
		  "identity number belongs to another person: p9" },
		{ "an empty one keeps the number", ROW("p1", ""), 0, 0, NULL },
		{ "kept", ROW("p9", NUMBER_C), 1, 2,
		  "identity number belongs to another person: p1" },
	};
	char db[512], text[1024];

	(void)state;
	snprintf(db, sizeof db, "%s", centre_path("numbers.db"));
	DO(0, "--db", db, "init");
	for (size_t i = 0; i < sizeof imports / sizeof *imports; i++) {
		snprintf(text, sizeof text, "%s%s", HEADER, imports[i].rows);
		centre_write("numbers.csv", text);
		struct answer answer =
			RUN("--db", db, "person", "import", centre_path("numbers.csv"), "--json");
		snprintf(text, sizeof text, "numbers.csv:%d:13: 此公民身份号码已属于另一人",
			 imports[i].line);
		if (answer.code != imports[i].code ||
		    (imports[i].why != NULL && (strstr(answer.err, imports[i].why) == NULL ||
						strstr(answer.err, text) == NULL)))
			fail_msg("%s: exit %d\n%s%s", imports[i].name, answer.code, answer.out,
				 answer.err);
		assert_null(strstr(answer.err, "110105"));
		assert_null(strstr(answer.out, "110105"));
		answer_free(&answer);
	}
}

static int set_up(void **state)
{
	(void)state;
	return centre_open() ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_encoding_imports_alike),
		cmocka_unit_test(faults_keep_their_place),
		cmocka_unit_test(text_in_no_encoding_is_refused),
		cmocka_unit_test(a_decision_changes_with_the_day),
		cmocka_unit_test(the_past_is_rehearsed_by_its_days),
		cmocka_unit_test(an_id_number_is_one_persons),
	};
	return cmocka_run_group_tests_name("command_import", tests, set_up, centre_tear_down);
}
