/* What an account, an import or a copy may not do, tried from outside. */
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
	setenv("YOUDAI_PASSWORD", "a long enough one", 1);
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	centre_fill(db);
	return 0;
}

static int tear_down(void **state)
{
	free(db);
	return centre_tear_down(state);
}

/* Run a command on the registry at NOW; its refusal must have this reason. */
#define REFUSED(why, ...) refused_for(__LINE__, why, (const char *const[]){ __VA_ARGS__, NULL })

static void refused_for(int line, const char *why, const char *const *words)
{
	const char *arguments[24] = { "--db", db, "--at", NOW, "--json" };
	size_t count = 5;

	for (size_t i = 0; words[i] != NULL; i++)
		arguments[count++] = words[i];
	json_t *json = answer_json(centre_expect(line, 1, arguments));
	if (strcmp(text_of(json, "reason"), why) != 0)
		fail_msg("line %d: %s", line, text_of(json, "reason"));
	json_decref(json);
}

static const char *file(const char *text)
{
	centre_write("rows.csv", text);
	return centre_path("rows.csv");
}

#define CERTIFICATES "number,person,kind,unit,state,valid_from,valid_until\n"
#define PERSONS      "person,name,sex,birth,home_region,needy,merit,identities\n"

static void an_import_gives_no_certificate_to_another(void **state)
{
	(void)state;
	DO(0, "--db", db, "certificate", "suspend", "C1", "--at", NOW);
	REFUSED("malformed", "certificate", "import",
		file(CERTIFICATES "C1,p2,veteran,371171,suspended,,\n"));
	REFUSED("malformed", "certificate", "import",
		file(CERTIFICATES "C1,p1,family,371171,suspended,,\n"));
	DO(0, "--db", db, "certificate", "import", "--at", NOW,
	   file(CERTIFICATES "C1,p1,veteran,371171,suspended,,2028-01-01\n"));
}

static void an_import_gives_nothing_to_who_is_excluded(void **state)
{
	(void)state;
	DO(0, "--db", db, "person", "exclude", "p2", "--cause", "prison", "--from", "2026-11-22",
	   "--until", "2026-11-22", "--at", NOW);
	REFUSED("excluded", "certificate", "import",
		file(CERTIFICATES "X1,p2,family,371171,active,,\n"));
	DO(0, "--db", db, "certificate", "import", "--at", NOW,
	   file(CERTIFICATES "X1,p2,family,371171,suspended,,\nX2,p2,family,371171,on_file,,\n"));
	DO(0, "--db", db, "certificate", "import", "--at", "2026-11-23T00:00:00+08:00",
	   file(CERTIFICATES "X3,p2,family,371171,active,,\n"));
}

/* Two counties below a city; each account is its county's. */
static void an_account_touches_nobody_of_another_county(void **state)
{
	(void)state;
	DO(0, "--db", db, "unit", "import", "--at", NOW,
	   file("unit,code,name,tier,parent,from,until\n3700,3700,省,province,,,\n"
		"371100,371100,市,city,3700,,\n371122,371122,县,county,371100,,\n"
		"centre,371171,区,county,371100,,\n"));
	DO(0, "--db", db, "staff", "new", "boss", "--roles", "manager", "--unit", "", "--at", NOW);
	DO(0, "--db", db, "staff", "sign-in", "boss", "--at", NOW);
	DO(0, "--db", db, "--actor", "boss", "staff", "new", "li", "--roles",
	   "manager,clerk,auditor", "--unit", "371122", "--at", NOW);
	DO(0, "--db", db, "staff", "sign-in", "li", "--at", NOW);
	REFUSED("outside_unit", "--actor", "li", "person", "import",
		file(PERSONS "p1,盗名,f,1999-01-01,371122,1,1,red_army\n"));
	REFUSED("outside_unit", "--actor", "li", "certificate", "import",
		file(CERTIFICATES "Z1,p1,veteran,371122,cancelled,,\n"));
	REFUSED("outside_unit", "--actor", "li", "plaque", "import",
		file("plaque,person,unit,state\nG1,p1,371122,hung\n"));
	REFUSED("outside_unit", "--actor", "li", "certificate", "apply", "Z2", "--person", "p1",
		"--kind", "veteran", "--unit", "371122");
	REFUSED("outside_unit", "--actor", "li", "audit", "show");
	REFUSED("outside_unit", "--actor", "li", "audit", "export");
	REFUSED("outside_unit", "--actor", "li", "log", "show");
	REFUSED("outside_unit", "--actor", "li", "log", "export");
	REFUSED("outside_unit", "--actor", "li", "report", "reconcile");
	REFUSED("outside_unit", "--actor", "li", "export", "kiosk", centre_path("k.db"));
	/* Whoever is new, and the top of all, may. */
	DO(0, "--db", db, "--actor", "li", "person", "import", "--at", NOW,
	   file(PERSONS "p9,新人,f,1999-01-01,371122,0,,veteran.nco\n"));
	DO(0, "--db", db, "--actor", "boss", "staff", "change", "li", "--unit", "3700", "--at",
	   NOW);
	DO(0, "--db", db, "--actor", "li", "audit", "show", "--at", NOW);
	DO(0, "--db", db, "--actor", "li", "report", "reconcile", "--at", NOW);
}

static void a_copy_takes_no_step(void **state)
{
	char *copy = strdup(centre_path("k.db"));

	(void)state;
	DO(0, "--db", db, "export", "kiosk", copy, "--at", NOW);
	json_t *json = answer_json(EXPECT(1, "--db", copy, "redeem", "--number", "C1", "--merchant",
					  "m-park", "--benefit", "park-free", "--compared",
					  "--unreadable", "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "kiosk_copy");
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", copy, "person", "import", "--at", NOW, "--json",
				  file(PERSONS "p9,新人,f,1999-01-01,371171,0,,veteran.nco\n")));
	assert_string_equal(text_of(json, "reason"), "kiosk_copy");
	json_decref(json);
	free(copy);
}

/* The number is given out again; the old code is not. */
static void a_forgotten_code_stays_void(void **state)
{
	char *key = strdup(centre_path("a.key")), *text, *copy = strdup(centre_path("k.db"));

	(void)state;
	DO(0, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out", key);
	text = EXPECT(0, "--db", db, "certificate", "issue", "C3", "--carrier", "qr", "--key", key,
		      "--text");
	text[strcspn(text, "\n")] = '\0';
	DO(0, "--db", db, "check", "--qr", text, "--merchant", "m-park");
	DO(0, "--db", db, "certificate", "withdraw", "C3");
	DO(0, "--db", db, "certificate", "withdraw", "C2");
	DO(0, "--db", db, "person", "forget", "p2", "--reason", "asked for");
	DO(0, "--db", db, "person", "import",
	   file(PERSONS "p7,另一人,f,1999-01-01,371171,0,,family.martyr\n"));
	DO(0, "--db", db, "certificate", "import",
	   file(CERTIFICATES "C3,p7,family,371171,active,,\n"));
	json_t *json = answer_json(
		EXPECT(1, "--db", db, "check", "--qr", text, "--merchant", "m-park", "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_certificate");
	json_decref(json);
	DO(0, "--db", db, "export", "kiosk", copy);
	DO(1, "--db", copy, "check", "--qr", text, "--merchant", "m-park");
	DO(0, "--db", db, "fsck");
	free(text);
	free(key);
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_import_gives_no_certificate_to_another, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_import_gives_nothing_to_who_is_excluded, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_account_touches_nobody_of_another_county, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_copy_takes_no_step, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_forgotten_code_stays_void, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("command_bounds", tests, NULL, NULL);
}
