/* The program youdai: reports reach as far as the account that asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/bureau.h"
#include "tests/centre.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char db[512];

static void sign_in(const char *name)
{
	DO(0, "--db", db, "staff", "sign-in", name, "--at", BUREAU_NOW);
}

/* A manager of everything; one of the east station and the village below it; a clerk there. */
static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	snprintf(db, sizeof db, "%s", centre_path("bureau.db"));
	bureau_fill(db);
	bureau_add_ledgers(db);
	bureau_add_uses(db);
	setenv("YOUDAI_PASSWORD", "correct horse", 1);
	DO(0, "--db", db, "staff", "new", "boss", "--roles", "manager", "--at", BUREAU_NOW);
	sign_in("boss");
	DO(0, "--db", db, "--actor", "boss", "staff", "new", "east", "--roles", "manager", "--unit",
	   "east", "--at", BUREAU_NOW);
	DO(0, "--db", db, "--actor", "boss", "staff", "new", "clerk", "--roles", "clerk", "--unit",
	   "east", "--at", BUREAU_NOW);
	sign_in("east");
	sign_in("clerk");
	return 0;
}

#define REPORT(code, actor, ...) \
	EXPECT(code, "--db", db, "--actor", actor, "--at", BUREAU_NOW, "report", __VA_ARGS__)

static void reports_are_of_the_units_reached(void **state)
{
	static const struct {
		const char *name, *option, *value, *rows; /* below the heading */
	} rows[] = {
		{ "issue", NULL, NULL,
		  "east,东街服务站,1,0,0,0,1,1,1,0,0,0,4,750\n"
		  "village,东村服务站,0,0,0,2,1,0,0,0,0,0,3,333\n" },
		/* The county's line would say what it is not. */
		{ "issue", "--with-below", NULL,
		  "east,东街服务站,1,0,0,2,2,1,1,0,0,0,7,571\n"
		  "village,东村服务站,0,0,0,2,1,0,0,0,0,0,3,333\n" },
		{ "waiting", NULL, NULL, "" },
		{ "plaques", NULL, NULL,
		  "G-01,H-1,PERSON-01,east,hung,2026-03-01\n"
		  "G-02,H-1,PERSON-02,village,issued,\n" },
		{ "plaques", "--unit", "village", "G-02,H-1,PERSON-02,village,issued,\n" },
		{ "cards", NULL, NULL, "" },
		{ "unmet", NULL, NULL, "" },
		{ "uses", "--until", "2026-11-01",
		  "2026-10-31,购,shop-off,m-shop,0,2,0,0\n"
		  "2026-11-01,购,shop-off,m-shop,1,0,16000,4000\n" },
		{ "uses", "--by", "merchant", "m-shop,测试商店,4,2,32000,23000\n" },
		{ "uses", "--by", "class",
		  "veteran,退役军人,3,2,2,24000,6000\n"
		  "few,人数不足三人的类别合计,4,3,1,24000,21000\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *csv = REPORT(0, "east", rows[i].name, "--csv", rows[i].option, rows[i].value);
		const char *below = strchr(csv, '\n') + 1;

		if (strcmp(below, rows[i].rows) != 0)
			fail_msg("%s %s: %s", rows[i].name, rows[i].option ? rows[i].option : "",
				 below);
		free(csv);
	}
}

static void what_lies_outside_is_refused(void **state)
{
	static const struct {
		const char *actor, *reason, *words[4];
	} rows[] = {
		{ "east", "outside_unit", { "plaques", "--unit", "west" } },
		{ "east", "outside_unit", { "plaques", "--unit", "centre" } },
		{ "east", "unknown_unit", { "plaques", "--unit", "nowhere" } },
		{ "east", "outside_unit", { "statement", "m-cafe", "--month", "2026-10" } },
		{ "east", "unknown_merchant", { "statement", "m-none", "--month", "2026-10" } },
		{ "east", "outside_unit", { "reconcile" } },
		{ "clerk", "role_needed", { "uses" } },
		{ "clerk", "role_needed", { "unmet" } },
		{ "clerk", "role_needed", { "scenes" } },
		{ "clerk", "role_needed", { "reconcile" } },
		{ "clerk", "role_needed", { "statement", "m-shop", "--month", "2026-10" } },
		{ "nobody", "sign_in_needed", { "issue" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *json =
			answer_json(REPORT(1, rows[i].actor, "--json", rows[i].words[0],
					   rows[i].words[1], rows[i].words[2], rows[i].words[3]));

		if (strcmp(text_of(json, "reason"), rows[i].reason) != 0)
			fail_msg("%s %s: %s", rows[i].actor, rows[i].words[0],
				 text_of(json, "reason"));
		json_decref(json);
	}
	free(REPORT(0, "east", "statement", "m-shop", "--month", "2026-10"));
	free(REPORT(0, "clerk", "issue"));
	free(REPORT(0, "boss", "reconcile"));
	free(REPORT(0, "boss", "statement", "m-cafe", "--month", "2026-10"));
}

static void a_page_is_of_the_account_s_own_unit(void **state)
{
	const char *path = centre_path("page.html");
	char *page;

	(void)state;
	free(REPORT(0, "east", "page", "--out", path));
	page = centre_read("page.html");
	assert_non_null(strstr(page, "东街服务站 · 使用记录"));
	assert_null(strstr(page, "西街服务站"));
	assert_null(strstr(page, "测试食堂"));
	assert_null(strstr(page, "<h2>档案核对"));
	free(page);
	free(REPORT(0, "boss", "page", "--out", path));
	page = centre_read("page.html");
	assert_non_null(strstr(page, "西街服务站"));
	assert_non_null(strstr(page, "<h2>档案核对"));
	free(page);
	unlink(path);
	free(REPORT(1, "east", "page", "--out", path, "--unit", "west"));
	free(REPORT(1, "clerk", "page", "--out", path));
	assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_are_of_the_units_reached),
		cmocka_unit_test(what_lies_outside_is_refused),
		cmocka_unit_test(a_page_is_of_the_account_s_own_unit),
	};

	return cmocka_run_group_tests(tests, set_up, centre_tear_down);
}
