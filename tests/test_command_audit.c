/* What staff do is on the audit chain; the chain is verified, shown, exported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "tests/centre.h"
#include "tests/small_registry.h"

#define AT       "2026-06-15T10:24:00+08:00"
#define NEW_SHOP "m-new,新店,shop,购,371171,,371171,active\n"
#define COLUMNS  "merchant,name,venue,scene,region,address,unit,state\n"
#define PUBLIC   "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static const char *db;

static int set_up(void **state)
{
	static char path[512];

	(void)state;
	setenv("YOUDAI_PASSPHRASE", "test", 1);
	if (!centre_open())
		return -1;
	snprintf(path, sizeof path, "%s", centre_path("a.db"));
	db = path;
	centre_fill(db);
	return 0;
}

static json_t *shown(const char *const *more)
{
	const char *arguments[16] = { "--db", db, "audit", "show", "--json" };
	size_t count = 5;

	for (; more != NULL && *more != NULL; more++)
		arguments[count++] = *more;
	arguments[count] = NULL;
	return answer_json(centre_expect(__LINE__, 0, arguments));
}
#define SHOWN(...) shown((const char *const[]){ __VA_ARGS__, NULL })

static size_t entries(void)
{
	json_t *all = shown(NULL);
	size_t count = json_array_size(all);

	json_decref(all);
	return count;
}

/* The last entry is this act with this detail; NULL: none. */
static void assert_last(const char *act, const char *detail)
{
	json_t *last = SHOWN("--last", "1");
	const json_t *entry = json_array_get(last, 0);

	assert_string_equal(text_of(entry, "act"), act);
	if (detail != NULL)
		assert_string_equal(text_of(entry, "detail"), detail);
	else
		assert_true(json_is_null(json_object_get(entry, "detail")));
	assert_int_equal(strncmp(text_of(entry, "actor"), "os:", 3), 0);
	json_decref(last);
}

static void intact(void)
{
	json_t *report = answer_json(EXPECT(0, "--db", db, "audit", "verify", "--json"));

	assert_true(json_is_true(json_object_get(report, "intact")));
	assert_int_equal(number_of(report, "entries"), (int64_t)entries());
	assert_true(json_is_null(json_object_get(report, "fault")));
	json_decref(report);
}

static void the_making_and_each_import_are_on_record(void **state)
{
	static const char *const acts[] = { "registry.init",      "unit.import",
					    "merchant.import",    "person.import",
					    "certificate.import", "benefit.import" };
	json_t *all = shown(NULL);

	(void)state;
	assert_int_equal(json_array_size(all), 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(text_of(json_array_get(all, i), "act"), acts[i]);
	json_decref(all);
	DO(0, "--db", db, "init"); /* again makes nothing */
	assert_int_equal(entries(), 6);
	intact();
}

static void an_import_says_rows_and_hash_of_the_file(void **state)
{
	static const char *const texts[][2] = {
		{ "merchant", COLUMNS NEW_SHOP },
		{ "calendar", "day,what,name\n2026-10-01,holiday,国庆节\n" },
		/* 五一 in GB 18030: the hash is that of the file as it lies on the disk. */
		{ "calendar", "day,what,name\n2026-05-01,holiday,\xce\xe5\xd2\xbb\n" },
		{ "benefit", "{\"benefit\": \"one\", \"value\": {\"type\": \"free\"}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		uint8_t hash[32];
		char hex[65], act[64], detail[256];

		centre_write("file", texts[i][1]);
		DO(0, "--db", db, texts[i][0], "import", centre_path("file"), "--at", AT);
		crypto_hash_sha256(hash, (const unsigned char *)texts[i][1], strlen(texts[i][1]));
		sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
		snprintf(act, sizeof act, "%s.import", texts[i][0]);
		snprintf(detail, sizeof detail, "kind=%s rows=1 sha256=%s", texts[i][0], hex);
		assert_last(act, detail);
	}
	json_t *last = SHOWN("--last", "1");
	assert_string_equal(text_of(json_array_get(last, 0), "at"), "2026-06-15T02:24:00Z");
	json_decref(last);
	intact();
}

/* Refused, or not to be found: nothing was done, and nothing is on record. */
static void what_was_not_done_is_not_on_record(void **state)
{
	size_t before = entries();

	(void)state;
	centre_write("broken", COLUMNS "m-new,新店,inn,,371171,,,active\n");
	DO(1, "--db", db, "merchant", "import", centre_path("broken"));
	centre_write("unknown", COLUMNS NEW_SHOP "m-2,新店,shop,,371171,,999,active\n");
	DO(1, "--db", db, "merchant", "import", centre_path("unknown"));
	DO(1, "--db", db, "benefit", "retire", "nothing");
	DO(1, "--db", db, "key", "retire", "00");
	DO(1, "--db", db, "void", "1-00000");
	DO(1, "--db", db, "backup", db);
	DO(1, "--db", db, "init", "--demo");
	assert_int_equal(entries(), before);
	intact();
}

static void rules_and_keys_are_on_record(void **state)
{
	char detail[512];
	json_t *key;

	(void)state;
	DO(0, "--db", db, "benefit", "retire", "park-free");
	assert_last("benefit.retire", "benefit=park-free");
	key = answer_json(EXPECT(0, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg",
				 "EdDSA", "--out", centre_path("issuer.key"), "--json"));
	snprintf(detail, sizeof detail, "issuer=yd:371171 alg=EdDSA kid=%s region=371171",
		 text_of(key, "kid"));
	assert_last("key.new", detail);
	json_decref(key);
	DO(0, "--db", db, "key", "trust", "--issuer", "elsewhere", "--alg", "EdDSA", "--public",
	   PUBLIC, "--kid", "0a0b");
	assert_last("key.trust", "issuer=elsewhere alg=EdDSA kid=0a0b region=");
	DO(0, "--db", db, "key", "retire", "0a0b");
	assert_last("key.retire", "kid=0a0b");
	intact();
}

static void a_medium_is_on_record_under_its_holder(void **state)
{
	char detail[256];
	json_t *issued, *about;
	size_t before = entries();

	(void)state;
	issued = answer_json(EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr",
				    "--key", centre_path("issuer.key"), "--json", "--at", AT));
	snprintf(detail, sizeof detail, "certificate=C1 carrier=qr medium=%s",
		 text_of(issued, "medium"));
	assert_last("certificate.issue", detail);
	json_decref(issued);
	about = SHOWN("--person", "p1");
	assert_int_equal(json_array_size(about), 1);
	assert_string_equal(text_of(json_array_get(about, 0), "unit"), "centre");
	assert_true(json_is_true(json_object_get(json_array_get(about, 0), "about_person")));
	json_decref(about);
	about = SHOWN("--person", "p2");
	assert_int_equal(json_array_size(about), 0);
	json_decref(about);
	/* One that is not in order gets none. */
	DO(1, "--db", db, "certificate", "issue", "C2", "--carrier", "qr", "--key",
	   centre_path("issuer.key"), "--at", AT);
	assert_int_equal(entries(), before + 1);
	intact();
}

static void a_void_is_on_record(void **state)
{
	char detail[256];
	json_t *redeemed = answer_json(EXPECT(0, "--db", db, "redeem", "--number", "C1",
					      "--merchant", "m-shop", "--benefit", "one", "--at",
					      AT, "--json", "--compared"));

	(void)state;
	DO(0, "--db", db, "void", text_of(redeemed, "redemption"), "--reason", "误操作", "--at",
	   AT);
	snprintf(detail, sizeof detail, "redemption=%s reason=误操作",
		 text_of(redeemed, "redemption"));
	assert_last("log.void", detail);
	json_decref(redeemed);
	intact();
}

static void a_copy_is_on_record(void **state)
{
	char detail[600];
	const char *path = centre_path("copy.db");

	(void)state;
	DO(0, "--db", db, "backup", path);
	snprintf(detail, sizeof detail, "file=%s", path);
	assert_last("registry.backup", detail);
	intact();
	DO(0, "--db", path, "audit", "verify");
	DO(0, "--db", path, "fsck");
	assert_int_equal(access(centre_path("copy.db.audit"), F_OK), 0);
}

/* Somebody who may only read. */
static int back_up_as_nobody(const char *from, const char *to)
{
	const char *build = getenv("YOUDAI_BUILD");
	char program[512];
	int status = 0;
	pid_t child;

	snprintf(program, sizeof program, "%s/youdai", build != NULL ? build : "build/san");
	child = fork();
	if (child == 0) {
		if (freopen("/dev/null", "w", stdout) == NULL || setgid(65534) != 0 ||
		    setuid(65534) != 0)
			_exit(100);
		execl(program, program, "--db", from, "backup", to, (char *)NULL);
		_exit(101);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_registry_that_can_only_be_read_is_copied_all_the_same(void **state)
{
	size_t before = entries();
	char to[600];
	int code;

	(void)state;
	if (geteuid() != 0) {
		print_message("needs root to become somebody else\n");
		skip();
	}
	snprintf(to, sizeof to, "%s", centre_path("open/copy.db"));
	assert_int_equal(mkdir(centre_path("open"), 0777), 0);
	assert_int_equal(chmod(centre_path("open"), 0777), 0);
	assert_int_equal(chmod(centre_path(""), 0755), 0);
	assert_int_equal(chmod(db, 0644), 0);
	assert_int_equal(chown(centre_path("a.db.keys"), 65534, 65534), 0);
	code = back_up_as_nobody(db, to);
	assert_int_equal(chown(centre_path("a.db.keys"), 0, 0), 0);
	if (code == 101) {
		print_message("nobody may run the program here\n");
		skip();
	}
	assert_int_equal(code, 0);
	assert_int_equal(entries(), before);
	assert_int_equal(access(to, F_OK), 0);
}

static void sealing_anew_and_a_demonstration_are_on_record(void **state)
{
	const char *kept = db;

	(void)state;
	DO(0, "--db", db, "init", "--cipher", "sm4");
	assert_last("registry.seal", "cipher=sm4 resealed=2");
	db = centre_path("demo.db");
	DO(0, "--db", db, "init", "--demo");
	assert_int_equal(entries(), 2);
	assert_last("registry.demo", NULL);
	intact();
	db = kept;
}

static void entries_are_shown_by_time_and_actor(void **state)
{
	char *text;
	json_t *some = SHOWN("--from", "2026-06-15", "--until", "2026-06-15");
	size_t on_the_day = json_array_size(some);

	(void)state;
	assert_in_range(on_the_day, 4, entries() - 1);
	json_decref(some);
	some = SHOWN("--from", "2026-06-16", "--until", "2026-06-16");
	assert_int_equal(json_array_size(some), 0);
	json_decref(some);
	some = SHOWN("--actor-is", "wang");
	assert_int_equal(json_array_size(some), 0);
	json_decref(some);
	some = SHOWN("--last", "1");
	const char *actor = text_of(json_array_get(some, 0), "actor");
	json_t *own = SHOWN("--actor-is", actor, "--last", "3");
	assert_int_equal(json_array_size(own), 3);
	json_decref(own);
	json_decref(some);
	text = EXPECT(0, "--db", db, "audit", "show", "--last", "1");
	assert_non_null(strstr(text, "\tregistry.seal\t-\tcipher=sm4 resealed=2\n"));
	free(text);
}

static void wrong_usage_is_said(void **state)
{
	static const char *const rows[][4] = {
		{ "show", "--last", "0" },   { "show", "--from", "yesterday" },
		{ "show", "--person" },      { "show", "C1" },
		{ "verify", "--last", "1" }, { "export", "extra" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		DO(2, "--db", db, "audit", rows[i][0], rows[i][1], rows[i][2]);
	DO(2, "--db", db, "audit", "show", "--from", "2026-06-02", "--until", "2026-06-01");
	DO(3, "--db", centre_path("nowhere.db"), "audit", "verify");
}

static void the_export_holds_no_details(void **state)
{
	char *text = EXPECT(0, "--db", db, "audit", "export");
	json_t *lines = answer_json(EXPECT(0, "--db", db, "audit", "export", "--json"));

	(void)state;
	assert_int_equal(strncmp(text, "youdai-audit-1\tkey\t", 19), 0);
	assert_null(strstr(text, "certificate=C1"));
	assert_int_equal(json_array_size(lines), entries() + 1);
	json_decref(lines);
	free(text);
}

static void what_was_tampered_with_is_named(void **state)
{
	json_t *report;
	char *text;

	(void)state;
	small_sql(db, "DROP TRIGGER audit_is_final; UPDATE audit SET actor = 'li' WHERE seq = 4");
	report = answer_json(EXPECT(1, "--db", db, "audit", "verify", "--json"));
	assert_true(json_is_false(json_object_get(report, "intact")));
	assert_string_equal(text_of(report, "fault"), "changed");
	assert_int_equal(number_of(report, "seq"), 4);
	assert_int_equal(number_of(report, "entries"), 3);
	json_decref(report);
	text = EXPECT(1, "--db", db, "audit", "verify");
	assert_non_null(strstr(text, "entry 4, changed"));
	free(text);
	text = EXPECT(1, "--db", db, "fsck");
	assert_non_null(strstr(text, "Entry 4 was changed"));
	free(text);
	/* What is there is shown all the same. */
	assert_in_range(entries(), 10, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_making_and_each_import_are_on_record),
		cmocka_unit_test(an_import_says_rows_and_hash_of_the_file),
		cmocka_unit_test(what_was_not_done_is_not_on_record),
		cmocka_unit_test(rules_and_keys_are_on_record),
		cmocka_unit_test(a_medium_is_on_record_under_its_holder),
		cmocka_unit_test(a_void_is_on_record),
		cmocka_unit_test(a_copy_is_on_record),
		cmocka_unit_test(a_registry_that_can_only_be_read_is_copied_all_the_same),
		cmocka_unit_test(sealing_anew_and_a_demonstration_are_on_record),
		cmocka_unit_test(entries_are_shown_by_time_and_actor),
		cmocka_unit_test(wrong_usage_is_said),
		cmocka_unit_test(the_export_holds_no_details),
		cmocka_unit_test(what_was_tampered_with_is_named),
	};
	return cmocka_run_group_tests_name("command audit", tests, set_up, centre_tear_down);
}
