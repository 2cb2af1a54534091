/* The program youdai: init, and the cipher that names are sealed with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"
#include "tests/old_seal.h"
#include "tests/small_registry.h"

#define UNITS "unit,code,name,tier,parent,from,until\n371171,371171,甲,county,,,\n"
#define PERSONS                                                      \
	"person,name,sex,birth,home_region,needy,merit,identities\n" \
	"P1,测试甲,,,,,,\nP2," RARE_NAME ",,,,,,\n"
#define CERTIFICATES                                             \
	"number,person,kind,unit,state,valid_from,valid_until\n" \
	"C1,P1,veteran,371171,active,,\nC2,P2,family,371171,active,,\n"

static int set_up(void **state)
{
	(void)state;
	return centre_open() ? 0 : -1;
}

/* P1 and P2, with certificates C1 and C2, into a registry that is there. */
static void import_people(const char *db)
{
	static const char *const files[][2] = { { "unit", UNITS },
						{ "person", PERSONS },
						{ "certificate", CERTIFICATES } };
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		centre_write("import", files[i][1]);
		DO(0, "--db", db, files[i][0], "import", centre_path("import"));
	}
}

static void assert_names(const char *db)
{
	static const char *const names[][2] = { { "C1", "测试甲" }, { "C2", RARE_NAME } };
	for (size_t i = 0; i < 2; i++) {
		json_t *json = answer_json(
			EXPECT(0, "--db", db, "certificate", "show", names[i][0], "--json"));
		assert_string_equal(text_of(json, "name"), names[i][1]);
		json_decref(json);
	}
}

/* Sealed by version 1, under the keys of then. */
static void make_old(const char *db, const char *keys)
{
	centre_write(keys, OLD_KEYS);
	assert_int_equal(chmod(centre_path(keys), 0600), 0);
	DO(0, "--db", db, "init");
	import_people(db);
	small_sql(db, "UPDATE person SET name = x'" OLD_P1 "' WHERE code = 'P1';"
		      "UPDATE person SET name = x'" OLD_P2 "' WHERE code = 'P2'");
	assert_names(db);
}

static void the_cipher_is_chosen(void **state)
{
	static const struct {
		const char *option, *cipher; /* option NULL: plain init */
		int64_t resealed;
	} rows[] = {
		{ NULL, "aes", 2 },  { NULL, "aes", 0 }, { "aes", "aes", 0 }, { "sm4", "sm4", 2 },
		{ "sm4", "sm4", 0 }, { NULL, "sm4", 0 }, { "aes", "aes", 2 }, { NULL, "aes", 0 },
	};
	char db[512];

	(void)state;
	snprintf(db, sizeof db, "%s", centre_path("old.db"));
	make_old(db, "old.db.keys");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *option = rows[i].option;
		json_t *json = answer_json(EXPECT(0, "--db", db, "init", "--json",
						  option == NULL ? NULL : "--cipher", option));

		assert_string_equal(text_of(json, "cipher"), rows[i].cipher);
		assert_int_equal(number_of(json, "resealed"), rows[i].resealed);
		json_decref(json);
		assert_names(db);
		DO(0, "--db", db, "fsck");
	}
}

static void version_1_goes_straight_to_sm4(void **state)
{
	char db[512];

	(void)state;
	snprintf(db, sizeof db, "%s", centre_path("straight.db"));
	make_old(db, "straight.db.keys");
	char *text = EXPECT(0, "--db", db, "init", "--cipher", "sm4");
	assert_non_null(strstr(text, "are sealed with: SM4-GCM\n"));
	assert_non_null(strstr(text, "sealed anew: 2\n"));
	free(text);
	assert_names(db);
	text = EXPECT(0, "--db", db, "init");
	assert_non_null(strstr(text, "are sealed with: SM4-GCM\n"));
	assert_null(strstr(text, "anew"));
	free(text);
}

static void a_new_registry_takes_its_cipher(void **state)
{
	const char *db = centre_path("new.db");
	json_t *json = answer_json(EXPECT(0, "--db", db, "init", "--cipher", "sm4", "--json"));

	(void)state;
	assert_string_equal(text_of(json, "cipher"), "sm4");
	assert_int_equal(number_of(json, "resealed"), 0);
	json_decref(json);
	import_people(db);
	assert_names(db);
	DO(0, "--db", db, "backup", centre_path("copy.db"));
	assert_names(centre_path("copy.db"));
	/* Nothing of another cipher came in. */
	json = answer_json(EXPECT(0, "--db", db, "init", "--cipher", "sm4", "--json"));
	assert_int_equal(number_of(json, "resealed"), 0);
	json_decref(json);
}

static void an_unknown_cipher_makes_nothing(void **state)
{
	static const char *const words[] = { "", "des", "AES", "aes-256-gcm", "sm4 ", "2" };

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct answer answer =
			RUN("--db", centre_path("none.db"), "init", "--cipher", words[i]);

		assert_int_equal(answer.code, 2);
		assert_non_null(strstr(answer.err, "--cipher"));
		assert_string_equal(answer.out, "");
		answer_free(&answer);
	}
	DO(2, "--db", centre_path("none.db"), "init", "--cipher");
	assert_int_equal(access(centre_path("none.db"), F_OK), -1);
	assert_int_equal(access(centre_path("none.db.keys"), F_OK), -1);
}

static void a_demonstration_takes_a_cipher(void **state)
{
	const char *db = centre_path("demo.db");
	json_t *json =
		answer_json(EXPECT(0, "--db", db, "init", "--demo", "--cipher", "sm4", "--json"));

	(void)state;
	assert_true(json_is_true(json_object_get(json, "demo")));
	assert_string_equal(text_of(json, "cipher"), "sm4");
	json_decref(json);
	json = answer_json(EXPECT(0, "--db", db, "init", "--cipher", "aes", "--json"));
	assert_true(number_of(json, "resealed") > 0);
	json_decref(json);
}

/* What a demonstration refuses leaves the cipher as it is. */
static void a_refused_demonstration_changes_nothing(void **state)
{
	const char *db = centre_path("filled.db");

	(void)state;
	DO(0, "--db", db, "init");
	import_people(db);
	DO(1, "--db", db, "init", "--demo", "--cipher", "sm4");
	json_t *json = answer_json(EXPECT(0, "--db", db, "init", "--json"));
	assert_string_equal(text_of(json, "cipher"), "aes");
	assert_int_equal(number_of(json, "resealed"), 0);
	json_decref(json);
}

static void a_broken_seal_is_said(void **state)
{
	char db[512];

	(void)state;
	snprintf(db, sizeof db, "%s", centre_path("broken.db"));
	make_old(db, "broken.db.keys");
	small_sql(db, "UPDATE person SET name = x'" OLD_P1 "' WHERE code = 'P2'");
	json_t *json = answer_json(EXPECT(3, "--db", db, "init", "--json"));
	assert_string_equal(text_of(json, "error"), "damaged");
	json_decref(json);
	/* The others are there as before. */
	DO(0, "--db", db, "certificate", "show", "C1");
	DO(3, "--db", db, "certificate", "show", "C2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cipher_is_chosen),
		cmocka_unit_test(version_1_goes_straight_to_sm4),
		cmocka_unit_test(a_new_registry_takes_its_cipher),
		cmocka_unit_test(an_unknown_cipher_makes_nothing),
		cmocka_unit_test(a_demonstration_takes_a_cipher),
		cmocka_unit_test(a_refused_demonstration_changes_nothing),
		cmocka_unit_test(a_broken_seal_is_said),
	};
	return cmocka_run_group_tests_name("command_init", tests, set_up, centre_tear_down);
}
