/* The program youdai: usage, imports, lists, and a registry that cannot be used. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"

#define UNITS                                                                   \
	"unit,code,name,tier,parent,from,until\n"                               \
	"371171,371171,测试区退役军人服务中心,county,,2019-01-01,\n" \
	"371171001,371171001,测试街道退役军人服务站,town,371171,,2030-12-31\n"
#define MERCHANTS                                                                      \
	"merchant,name,venue,scene,region,address,unit,state\n"                        \
	"m-park,测试公园,park,游,371171,\"测试路1号,东门\",371171,active\n" \
	"m-shop,测试商店,shop,,371171,,,suspended\n"
#define PERSONS                                                                   \
	"person,name,sex,birth,home_region,needy,merit,identities,id_number\n"    \
	"p1,测试甲,m,1958-03-15,371171,1,2,veteran.officer;disabled:6:duty,\n" \
	"p2,测试乙,,,,,,,11010519491231002X\n"
#define CERTIFICATES                                             \
	"number,person,kind,unit,state,valid_from,valid_until\n" \
	"C1,p1,veteran,371171,active,2024-01-01,2034-12-31\n"    \
	"C2,p2,family,371171001,suspended,,\n"
#define BENEFITS                                                                                      \
	"[{\"benefit\": \"park-free\", \"title\": {\"zh\": \"公园免票\", \"en\": \"Park free\"}," \
	" \"where\": {\"venues\": [\"park\"]}, \"value\": {\"type\": \"free\"}, \"assurance\": "      \
	"1}]"
#define CALENDAR "day,what,name\n2026-10-01,holiday,国庆节\n2026-10-10,workday,\n"

static const char *db;

static int set_up(void **state)
{
	static char path[512];

	(void)state;
	if (!centre_open())
		return -1;
	snprintf(path, sizeof path, "%s", centre_path("a.db"));
	db = path;
	return 0;
}

/* --- usage --- */

static void wrong_usage(void **state)
{
	static const char *const rows[][14] = {
		{ "frobnicate" },
		{ "person", "--db", "x" },
		{ "person", "frobnicate" },
		{ "log" },
		{ "--db" },
		{ "log", "show" },
		{ "--db", "x", "log", "show", "extra" },
		{ "--db", "x", "log", "show", "--last" },
		{ "--db", "x", "log", "show", "--last", "0" },
		{ "--db", "x", "log", "show", "--last", "-1" },
		{ "--db", "x", "log", "show", "--last", "abc" },
		{ "--db", "x", "log", "show", "--frobnicate" },
		{ "--db", "x", "--db", "y", "log", "show" },
		{ "--db", "x", "log", "show", "--at", "yesterday" },
		{ "--db", "x", "init", "--demo=yes" },
		{ "--db", "x", "init", "--demo", "--demo" },
		{ "--db", "x", "person", "import" },
		{ "--db", "x", "void" },
		{ "--db", "x", "check", "--qr", "A" },
		{ "--db", "x", "check", "--merchant", "m" },
		{ "--db", "x", "check", "--merchant", "m", "--qr", "A", "--number", "C1" },
		{ "--db", "x", "check", "--merchant", "m", "--qr", "A", "--amount", "12.5" },
		{ "--db", "x", "check", "--merchant", "m", "--qr", "A", "--amount", "abc" },
		{ "--db", "x", "check", "--merchant", "m", "--qr", "A", "--quantity", "" },
		{ "--db", "x", "check", "--merchant", "m", "--qr", "A", "--benefit", "b" },
		{ "--db", "x", "redeem", "--merchant", "m", "--qr", "A" },
		{ "--db", "x", "redeem", "--merchant", "m", "--qr", "A", "--benefit", "b",
		  "--visit", "" },
		{ "scan" },
		{ "scan", "--qr-image", "x", "--reader", "replay:x" },
		{ "scan", "--reader", "frobnicate:x" },
		{ "--db", "x", "key", "new", "--alg", "EdDSA", "--out", "f" },
		{ "--db", "x", "key", "new", "--issuer", "yd:37", "--alg", "RSA", "--out", "f" },
		{ "--db", "x", "key", "new", "--issuer", "yd:37", "--alg", "EdDSA" },
		{ "--db", "x", "key", "trust", "--issuer", "i", "--alg", "EdDSA", "--public",
		  "xyz" },
		{ "--db", "x", "key", "trust", "--issuer", "i", "--alg", "EdDSA", "--public", "00",
		  "--region", "37x" },
		{ "--db", "x", "key", "retire", "xyz" },
		{ "--db", "x", "certificate", "issue", "C1", "--key", "f" },
		{ "--db", "x", "certificate", "issue", "C1", "--carrier", "qr" },
		{ "--db", "x", "certificate", "issue", "C1", "--carrier", "fax", "--key", "f" },
		{ "--db", "x", "certificate", "issue", "C1", "--carrier", "qr", "--key", "f",
		  "--write", "nfc:" },
		{ "--db", "x", "certificate", "issue", "C1", "--carrier", "qr", "--key", "f",
		  "--holder-key", "00" },
		{ "--db", "x", "certificate", "issue", "C1", "--carrier", "qr", "--key", "f",
		  "--valid-days", "0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer answer = centre_run(rows[i]);

		if (answer.code != 2 || answer.err[0] == '\0' || answer.out[0] != '\0')
			fail_msg("row %zu (%s %s …): exit %d\n%s%s", i, rows[i][0],
				 rows[i][1] != NULL ? rows[i][1] : "", answer.code, answer.out,
				 answer.err);
		answer_free(&answer);
	}
}

static void help_explains(void **state)
{
	char *all = EXPECT(0, "help");
	char *one = EXPECT(0, "help", "person", "import");
	char *group = EXPECT(0, "key", "new", "--help");

	(void)state;
	assert_non_null(strstr(all, "certificate issue"));
	assert_null(strstr(all, "(null)"));
	assert_non_null(strstr(one, "veteran.officer"));
	assert_null(strstr(one, "merchant"));
	assert_non_null(strstr(group, "YOUDAI_PASSPHRASE"));
	free(all);
	free(one);
	free(group);
	DO(2, "help", "frobnicate");
	DO(2, "help", "person imp");
}

/* --- imports --- */

static void import_all(const char *path)
{
	static const struct {
		const char *group, *name, *text, *answer;
	} files[] = {
		{ "unit", "units.csv", UNITS, "{\"imported\":2}\n" },
		{ "merchant", "merchants.csv", MERCHANTS, "{\"imported\":2}\n" },
		{ "person", "persons.csv", PERSONS, "{\"imported\":2}\n" },
		{ "certificate", "certificates.csv", CERTIFICATES, "{\"imported\":2}\n" },
		{ "calendar", "calendar.csv", CALENDAR, "{\"imported\":2}\n" },
		{ "benefit", "benefits.json", BENEFITS, "{\"imported\":1}\n" },
	};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		centre_write(files[i].name, files[i].text);
		/* The options of all commands stand anywhere. */
		char *out = EXPECT(0, files[i].group, "--json", "import", "--db", path,
				   centre_path(files[i].name), "--actor", "test");
		assert_string_equal(out, files[i].answer);
		free(out);
	}
}

static void imports_and_lists(void **state)
{
	static const struct {
		const char *group, *list;
	} lists[] = {
		{ "unit",
		  "[{\"unit\":\"371171\",\"code\":\"371171\",\"name\":\"测试区退役军人服务中心\","
		  "\"tier\":\"county\",\"parent\":\"\",\"from\":\"2019-01-01\",\"until\":null,"
		  "\"merged_into\":null},"
		  "{\"unit\":\"371171001\",\"code\":\"371171001\","
		  "\"name\":\"测试街道退役军人服务站\",\"tier\":\"town\",\"parent\":\"371171\","
		  "\"from\":null,\"until\":\"2030-12-31\",\"merged_into\":null}]\n" },
		{ "merchant",
		  "[{\"merchant\":\"m-park\",\"name\":\"测试公园\",\"venue\":\"park\","
		  "\"scene\":\"游\",\"region\":\"371171\",\"address\":\"测试路1号,东门\","
		  "\"unit\":\"371171\",\"state\":\"active\"},{\"merchant\":\"m-shop\","
		  "\"name\":\"测试商店\",\"venue\":\"shop\",\"scene\":\"\",\"region\":\"371171\","
		  "\"address\":\"\",\"unit\":\"\",\"state\":\"suspended\"}]\n" },
		{ "certificate",
		  "[{\"number\":\"C1\",\"person\":\"p1\",\"kind\":\"veteran\",\"unit\":\"371171\","
		  "\"state\":\"active\",\"valid_from\":\"2024-01-01\","
		  "\"valid_until\":\"2034-12-31\"},{\"number\":\"C2\",\"person\":\"p2\","
		  "\"kind\":\"family\",\"unit\":\"371171001\",\"state\":\"suspended\","
		  "\"valid_from\":null,\"valid_until\":null}]\n" },
		{ "calendar", "[{\"day\":\"2026-10-01\",\"what\":\"holiday\",\"name\":\"国庆节\"},"
			      "{\"day\":\"2026-10-10\",\"what\":\"workday\",\"name\":\"\"}]\n" },
	};

	(void)state;
	DO(0, "--db", db, "init");
	DO(0, "--db", db, "init");
	import_all(db);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		char *out = EXPECT(0, "--db", db, lists[i].group, "list", "--json");
		assert_string_equal(out, lists[i].list);
		free(out);
		out = EXPECT(0, "--db", db, lists[i].group, "list");
		assert_non_null(strstr(out, i == 0 ? "2 rows" : "2 in all"));
		free(out);
	}
}

/* Each file is refused at this place, and nothing of it stays. */
static const struct {
	const char *group, *text;
	int line, column;
} faults[] = {
	{ "unit", "", 1, 1 },
	{ "unit", "name,tier,parent\n", 1, 1 },
	{ "unit", "code,name,tier,parent\n9,好,county,\n,好,county,\n", 3, 1 },
	{ "unit", "code,name,tier,parent\n9,好,county,\n8,,county,\n", 3, 3 },
	{ "unit", "code,name,tier,parent\n9,好,region,\n", 2, 5 },
	{ "unit", "code,name,tier,parent\n9,好,county,8\n", 2, 12 },
	{ "unit", "code,name,tier,parent\n9,好,county,9\n", 2, 12 },
	{ "unit", "code,name,tier,parent,from,until\n9,好,county,,2020-13-01,\n", 2, 13 },
	{ "unit", "code,name,tier,parent,from,until\n9,好,county,,2020-01-02,2020-01-01\n", 2, 24 },
	{ "merchant", MERCHANTS "m-x,好,inn,,371171,,,active\n", 4, 7 },
	{ "merchant", MERCHANTS "m-x,好,shop,乐,371171,,,active\n", 4, 12 },
	{ "merchant", MERCHANTS "m-x,好,shop,,,,,active\n", 4, 13 },
	{ "merchant", MERCHANTS "m-x,好,shop,,371171,,999,active\n", 4, 21 },
	{ "merchant", MERCHANTS "m-x,好,shop,,371171,,,open\n", 4, 22 },
	{ "merchant", MERCHANTS "m-x,好,shop,,371171,,,active\nm-x,好,shop,,371171,,,active\n", 5,
	  1 },
	{ "merchant", MERCHANTS "m-x,\"好,shop,,371171,,,active\n", 4, 5 },
	{ "person", PERSONS "p9,好,x,,,,,,\n", 4, 6 },
	{ "person", PERSONS "p9,好,m,1958-02-29,,,,,\n", 4, 8 },
	{ "person", PERSONS "p9,好,m,,37x,,,,\n", 4, 9 },
	{ "person", PERSONS "p9,好,m,,,2,,,\n", 4, 10 },
	{ "person", PERSONS "p9,好,m,,,,4,,\n", 4, 11 },
	{ "person", PERSONS "p9,好,m,,,,,captain,\n", 4, 12 },
	{ "person", PERSONS "p9,好,m,,,,,war@2025-01-02..2025-01-01,\n", 4, 12 },
	{ "person", PERSONS "p9,好,m,,,,,,110105194912310020\n", 4, 13 },
	{ "certificate", CERTIFICATES "C9,p9,veteran,371171,active,,\n", 4, 4 },
	{ "certificate", CERTIFICATES "C9,p1,veteran,999,active,,\n", 4, 15 },
	{ "certificate", CERTIFICATES "C9,p1,soldier,371171,active,,\n", 4, 7 },
	{ "certificate", CERTIFICATES "C9,p1,veteran,371171,good,,\n", 4, 22 },
	{ "certificate", CERTIFICATES "C1,p1,veteran,371171,active,,\n", 4, 1 },
	{ "calendar", CALENDAR "2026-02-30,holiday,\n", 4, 1 },
	{ "calendar", CALENDAR "2026-02-03,feast,\n", 4, 12 },
	{ "calendar", "what,name\nholiday,\n", 1, 1 },
	{ "benefit", "[{\"benefit\": \"x\",\n  oops}]", 2, 3 },
};

static void broken_files_change_nothing(void **state)
{
	char *lists[2][3];
	static const char *const groups[] = { "unit", "merchant", "certificate" };

	(void)state;
	for (int i = 0; i < 3; i++)
		lists[0][i] = EXPECT(0, "--db", db, groups[i], "list", "--json");
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		centre_write("broken", faults[i].text);
		struct answer answer =
			RUN("--db", db, faults[i].group, "import", centre_path("broken"), "--json");
		json_t *json = json_loads(answer.out, 0, NULL);
		char place[640];

		snprintf(place, sizeof place, "%s:%d:", centre_path("broken"), faults[i].line);
		if (answer.code != 1 || strcmp(text_of(json, "reason"), "malformed") != 0 ||
		    json_integer_value(json_object_get(json, "line")) != faults[i].line ||
		    /* jansson counts the column of broken JSON in its own way */
		    (strcmp(faults[i].group, "benefit") != 0 &&
		     json_integer_value(json_object_get(json, "column")) != faults[i].column) ||
		    strstr(answer.err, place) == NULL)
			fail_msg("row %zu: exit %d\n%s%s", i, answer.code, answer.out, answer.err);
		json_decref(json);
		answer_free(&answer);
	}
	for (int i = 0; i < 3; i++) {
		lists[1][i] = EXPECT(0, "--db", db, groups[i], "list", "--json");
		assert_string_equal(lists[0][i], lists[1][i]);
		free(lists[0][i]);
		free(lists[1][i]);
	}
}

static void a_benefit_is_named_by_its_path(void **state)
{
	(void)state;
	centre_write("broken", "[{\"benefit\": \"x\", \"title\": {\"zh\": \"甲\"},"
			       " \"value\": {\"type\": \"free\"}, \"assurance\": 9}]");
	json_t *json = answer_json(
		EXPECT(1, "--db", db, "benefit", "import", centre_path("broken"), "--json"));
	assert_non_null(strstr(text_of(json, "path"), "assurance"));
	assert_true(json_is_null(json_object_get(json, "line")));
	assert_string_not_equal(text_of(json, "why"), "(none)");
	json_decref(json);
}

static void unknown_columns_are_said(void **state)
{
	(void)state;
	centre_write("more.csv", "colour,day,what,name\nred,2026-05-01,holiday,劳动节\n");
	struct answer answer = RUN("--db", db, "calendar", "import", centre_path("more.csv"));
	assert_int_equal(answer.code, 0);
	assert_non_null(strstr(answer.err, "colour"));
	answer_free(&answer);
}

/* A unit has a name of its own and a region; others may refer to it by either. */
static void units_lie_in_regions(void **state)
{
	const char *path = centre_path("units.db");
	json_t *list;

	(void)state;
	DO(0, "--db", path, "init");
	centre_write("u.csv", "unit,code,name,tier,parent,from,until\n"
			      "centre,371171,甲,county,,,\nstation,371171001,乙,town,centre,,\n"
			      "firm,,丙,firm,371171,,\n");
	DO(0, "--db", path, "unit", "import", centre_path("u.csv"));
	centre_write("m.csv", "merchant,name,venue,scene,region,address,unit,state\n"
			      "m1,店,shop,,371171,,centre,active\n"
			      "m2,店,shop,,371171,,371171001,active\n");
	DO(0, "--db", path, "merchant", "import", centre_path("m.csv"));
	list = answer_json(EXPECT(0, "--db", path, "unit", "list", "--json"));
	assert_int_equal(json_array_size(list), 3);
	assert_string_equal(text_of(json_array_get(list, 0), "unit"), "centre");
	assert_string_equal(text_of(json_array_get(list, 0), "code"), "371171");
	assert_string_equal(text_of(json_array_get(list, 1), "code"), "firm");
	json_decref(list);
	char *found = EXPECT(0, "--db", path, "fsck", "--json");
	assert_string_equal(found, "{\"findings\":[],\"intact\":true}\n");
	free(found);
}

static void a_missing_file_is_trouble(void **state)
{
	(void)state;
	DO(3, "--db", db, "unit", "import", centre_path("nowhere.csv"));
	DO(3, "--db", db, "benefit", "import", centre_path("nowhere.json"));
}

/* --- benefits, one certificate --- */

static void benefits_have_versions(void **state)
{
	json_t *list, *one;

	(void)state;
	DO(0, "--db", db, "benefit", "import", centre_path("benefits.json"));
	list = answer_json(EXPECT(0, "--db", db, "benefit", "list", "--json"));
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text_of(json_array_get(list, 0), "benefit"), "park-free");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "version")),
			 1);
	json_decref(list);
	centre_write("other.json", "{\"benefit\": \"park-free\", \"title\": {\"zh\": \"公园\"},"
				   " \"value\": {\"type\": \"priority\"}, \"assurance\": 1}");
	DO(0, "--db", db, "benefit", "import", centre_path("other.json"));
	DO(0, "--db", db, "benefit", "retire", "park-free");
	DO(1, "--db", db, "benefit", "retire", "nothing");
	DO(1, "--db", db, "benefit", "show", "nothing");
	one = answer_json(EXPECT(0, "--db", db, "benefit", "show", "park-free", "--json"));
	assert_int_equal(json_integer_value(json_object_get(one, "version")), 2);
	assert_true(json_is_true(json_object_get(one, "retired")));
	assert_string_equal(text_of(json_object_get(one, "value"), "type"), "priority");
	json_decref(one);
}

/* All versions are shown, each with the times of its own and its document. */
static void each_version_is_shown(void **state)
{
	const char *path = centre_path("versions.db");
	static const char *const imports[][2] = {
		{ "{\"benefit\":\"a\",\"assurance\":1}", "2026-01-01T08:00:00+08:00" },
		{ "[{\"benefit\":\"a\"},{\"benefit\":\"b\"}]", "2026-02-01T08:00:00+08:00" },
		{ "{\"benefit\":\"a\",\"assurance\":3}", "2026-03-01T08:00:00+08:00" }
	};
	char *one, *text;

	(void)state;
	DO(0, "--db", path, "init");
	for (size_t i = 0; i < 3; i++) {
		centre_write("rule.json", imports[i][0]);
		DO(0, "--db", path, "benefit", "import", centre_path("rule.json"), "--at",
		   imports[i][1]);
		if (i == 1)
			DO(0, "--db", path, "benefit", "retire", "a", "--at",
			   "2026-02-02T08:00:00+08:00");
	}
	one = EXPECT(0, "--db", path, "benefit", "show", "a", "--json");
	assert_string_equal(
		one,
		"{\"benefit\":\"a\",\"assurance\":3,\"version\":3,\"retired\":false,\"versions\":["
		"{\"version\":1,\"imported_at\":\"2026-01-01T00:00:00Z\",\"retired_at\":null,"
		"\"document\":{\"benefit\":\"a\",\"assurance\":1}},"
		"{\"version\":2,\"imported_at\":\"2026-02-01T00:00:00Z\","
		"\"retired_at\":\"2026-02-02T00:00:00Z\",\"document\":{\"benefit\":\"a\"}},"
		"{\"version\":3,\"imported_at\":\"2026-03-01T00:00:00Z\",\"retired_at\":null,"
		"\"document\":{\"benefit\":\"a\",\"assurance\":3}}]}\n");
	free(one);
	text = EXPECT(0, "--db", path, "benefit", "show", "a");
	assert_non_null(strstr(text, "version 3(共 3 版 · 3 in all)"));
	free(text);
	text = EXPECT(0, "--db", path, "benefit", "show", "b");
	assert_non_null(strstr(text, "version 1(共 1 版 · 1 in all)"));
	free(text);
	text = EXPECT(0, "--db", path, "calendar", "list", "--json");
	assert_string_equal(text, "[]\n");
	free(text);
}

static void one_certificate(void **state)
{
	json_t *json = answer_json(EXPECT(0, "--db", db, "certificate", "show", "C2", "--json"));

	(void)state;
	assert_string_equal(text_of(json, "name"), "测试乙");
	assert_string_equal(text_of(json, "reason"), "suspended");
	assert_int_equal(json_array_size(json_object_get(json, "media")), 0);
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", db, "certificate", "show", "C9", "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_certificate");
	assert_string_not_equal(text_of(json_object_get(json, "explanation"), "zh"), "(none)");
	json_decref(json);
	/* A list has no names. */
	char *list = EXPECT(0, "--db", db, "certificate", "list");
	assert_null(strstr(list, "测试"));
	free(list);
}

/* --- registries that cannot be used --- */

static void no_registry(void **state)
{
	struct answer answer = RUN("--db", centre_path("nowhere.db"), "log", "show");

	(void)state;
	assert_int_equal(answer.code, 3);
	assert_string_equal(answer.out, "");
	assert_string_not_equal(answer.err, "");
	answer_free(&answer);
	assert_int_equal(access(centre_path("nowhere.db"), F_OK), -1);
	centre_write("text.db",
		     "this is no registry, but a text that is long enough to be looked at");
	DO(3, "--db", centre_path("text.db"), "log", "show");
	DO(3, "--db", centre_path("text.db"), "init");
	char *text = centre_read("text.db");
	assert_memory_equal(text, "this is no registry", 19);
	free(text);
}

static void newer_registry(void **state)
{
	const char *path = centre_path("newer.db");
	const uint8_t version[4] = { 0, 0, 3, 231 };
	int file;

	(void)state;
	DO(0, "--db", path, "init");
	file = open(path, O_WRONLY);
	assert_int_equal(pwrite(file, version, 4, 60), 4); /* SQLite's user version */
	close(file);
	json_t *json = answer_json(EXPECT(3, "--db", path, "log", "show", "--json"));
	assert_string_equal(text_of(json, "error"), "newer");
	json_decref(json);
	DO(3, "--db", path, "init");
}

static void keys_belong_to_it(void **state)
{
	const char *path = centre_path("keyless.db");

	(void)state;
	DO(0, "--db", path, "init");
	assert_int_equal(unlink(centre_path("keyless.db.keys")), 0);
	DO(3, "--db", path, "log", "show");
}

static void backup_and_fsck(void **state)
{
	char *lists[2];

	(void)state;
	DO(0, "--db", db, "fsck");
	DO(0, "--db", db, "backup", centre_path("copy.db"));
	DO(1, "--db", db, "backup", centre_path("copy.db"));
	DO(0, "--db", centre_path("copy.db"), "fsck", "--json");
	lists[0] = EXPECT(0, "--db", db, "certificate", "list", "--json");
	lists[1] = EXPECT(0, "--db", centre_path("copy.db"), "certificate", "list", "--json");
	assert_string_equal(lists[0], lists[1]);
	free(lists[0]);
	free(lists[1]);
}

static void an_answer_that_cannot_be_written(void **state)
{
	(void)state;
	/* The shell opens what the program writes to; a full device takes nothing. */
	char command[2048];
	const char *build = getenv("YOUDAI_BUILD");

	struct stat info;

	if (stat("/dev/full", &info) != 0 || !S_ISCHR(info.st_mode)) {
		printf("skipped: there is no /dev/full\n");
		skip();
	}
	snprintf(command, sizeof command, "%s/youdai --db %s certificate list >/dev/full 2>&1",
		 build != NULL ? build : "build/san", db);
	int status = system(command);
	assert_int_equal(WEXITSTATUS(status), 3);
}

/* --- the demonstration --- */

static void demonstration(void **state)
{
	const char *path = centre_path("demo.db");
	json_t *json = answer_json(EXPECT(0, "--db", path, "init", "--demo", "--json"));
	struct stat info;

	(void)state;
	assert_true(json_is_true(json_object_get(json, "demo")));
	json_decref(json);
	assert_int_equal(stat(centre_path("demo.db.demo-key"), &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	json = answer_json(EXPECT(0, "--db", path, "merchant", "list", "--json"));
	assert_int_equal(json_array_size(json), 33);
	json_decref(json);
	json = answer_json(EXPECT(0, "--db", path, "benefit", "list", "--json"));
	assert_int_equal(json_array_size(json), 44);
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", path, "init", "--demo", "--json"));
	assert_string_equal(text_of(json, "reason"), "not_empty");
	json_decref(json);
	DO(0, "--db", path, "init");
	DO(1, "--db", db, "init", "--demo");
	DO(0, "--db", path, "fsck");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_usage),
		cmocka_unit_test(help_explains),
		cmocka_unit_test(imports_and_lists),
		cmocka_unit_test(broken_files_change_nothing),
		cmocka_unit_test(a_benefit_is_named_by_its_path),
		cmocka_unit_test(unknown_columns_are_said),
		cmocka_unit_test(units_lie_in_regions),
		cmocka_unit_test(a_missing_file_is_trouble),
		cmocka_unit_test(benefits_have_versions),
		cmocka_unit_test(each_version_is_shown),
		cmocka_unit_test(one_certificate),
		cmocka_unit_test(no_registry),
		cmocka_unit_test(newer_registry),
		cmocka_unit_test(keys_belong_to_it),
		cmocka_unit_test(backup_and_fsck),
		cmocka_unit_test(an_answer_that_cannot_be_written),
		cmocka_unit_test(demonstration),
	};
	return cmocka_run_group_tests_name("command", tests, set_up, centre_tear_down);
}
