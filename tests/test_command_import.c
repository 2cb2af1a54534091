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
	const char *db = centre_path("places.db");

	(void)state;
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
	};
	return cmocka_run_group_tests_name("command_import", tests, set_up, centre_tear_down);
}
