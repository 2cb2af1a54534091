/* The program youdai: staff accounts from the first one on, and who may do what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"
#include "tests/small_registry.h"

#define UNITS                                                             \
	"unit,code,name,tier,parent,from,until\n"                         \
	"city,3711,测试市局,city,,,\n"                                \
	"centre,371171,测试区退役军人服务中心,county,city,,\n" \
	"station,371171001,测试街道站,town,centre,,\n"               \
	"east,371121,东区退役军人服务中心,county,city,,\n"
#define MERCHANTS                                               \
	"merchant,name,venue,scene,region,address,unit,state\n" \
	"m-east,东区公园,park,游,371121,,east,active\n"
#define CERTIFICATES                                             \
	"number,person,kind,unit,state,valid_from,valid_until\n" \
	"E1,p1,veteran,east,active,2024-01-01,2027-06-30\n"
#define MERCHANT_HEAD    "merchant,name,venue,scene,region,address,unit,state\n"
#define UNIT_HEAD        "unit,code,name,tier,parent,from,until\n"
#define CERTIFICATE_HEAD "number,person,kind,unit,state,valid_from,valid_until\n"

static char db[512], key[512];

static void import(const char *what, const char *text)
{
	centre_write("import", text);
	DO(0, "--db", db, what, "import", centre_path("import"));
}

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	snprintf(key, sizeof key, "%s", centre_path("a.key"));
	centre_fill(db);
	import("unit", UNITS);
	import("merchant", MERCHANTS);
	import("certificate", CERTIFICATES);
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	DO(0, "--db", db, "key", "new", "--issuer", "yd:371121", "--alg", "EdDSA", "--out", key);
	return 0;
}

/* Refused with this reason; its English sentence, freed by the caller. */
static char *refusal(int line, const char *reason, const char *const *arguments)
{
	json_t *json = answer_json(centre_expect(line, 1, arguments));
	char *sentence;

	if (strcmp(text_of(json, "reason"), reason) != 0)
		fail_msg("line %d: %s where %s was due", line, text_of(json, "reason"), reason);
	sentence = strdup(text_of(json_object_get(json, "explanation"), "en"));
	json_decref(json);
	return sentence;
}
#define REFUSED(reason, ...)           \
	free(refusal(__LINE__, reason, \
		     (const char *const[]){ "--json", "--db", db, __VA_ARGS__, NULL }))

static int at_terminal(const char *typed, char *shown, size_t size, const char *const *words)
{
	const char *arguments[16] = { "--db", db };

	for (size_t i = 0; words[i] != NULL; i++)
		arguments[i + 2] = words[i];
	return centre_run_at_terminal(arguments, typed, shown, size);
}
#define TYPE(typed, shown, ...) \
	at_terminal(typed, shown, sizeof(shown), (const char *const[]){ __VA_ARGS__, NULL })

static void sign_in(const char *name, const char *password)
{
	setenv("YOUDAI_PASSWORD", password, 1);
	DO(0, "--db", db, "staff", "sign-in", name);
}

/* --- the first account --- */

static void until_the_first_account_the_user_may_all(void **state)
{
	struct answer answer = RUN("--db", db, "--actor", "li", "unit", "list");

	(void)state;
	assert_int_equal(answer.code, 0);
	assert_non_null(strstr(answer.err, "recorded as os:"));
	answer_free(&answer);
	setenv("YOUDAI_PASSWORD", "correct horse", 1);
	REFUSED("first_manager", "staff", "new", "li", "--roles", "clerk", "--unit", "centre");
	REFUSED("first_manager", "staff", "new", "li", "--roles", "manager", "--unit", "centre");
	REFUSED("name_unfit", "staff", "new", "os:li", "--roles", "manager");
	REFUSED("name_unfit", "staff", "new", "a b", "--roles", "manager");
	DO(2, "--db", db, "staff", "new", "li");
	DO(2, "--db", db, "staff", "new", "li", "--roles", "king");
	DO(2, "--db", db, "staff", "change", "li");
	DO(2, "--db", db, "staff", "sign-out");
	DO(0, "--db", db, "unit", "list");
}

static void the_password_is_asked_for(void **state)
{
	char shown[1024] = "";

	(void)state;
	assert_int_equal(TYPE("correct horse\ncorrect hose\n", shown, "staff", "new", "boss",
			      "--roles", "manager"),
			 3);
	assert_int_equal(
		TYPE("short\nshort\n", shown, "staff", "new", "boss", "--roles", "manager"), 1);
	assert_non_null(strstr(shown, "password_unfit"));
	assert_int_equal(TYPE("correct horse\ncorrect horse\n", shown, "staff", "new", "boss",
			      "--roles", "manager"),
			 0);
	assert_null(strstr(shown, "horse"));
	unsetenv("YOUDAI_PASSWORD");
	DO(3, "--db", db, "staff", "sign-in", "boss");
	assert_int_equal(TYPE("wrong horse\n", shown, "staff", "sign-in", "boss"), 1);
	assert_int_equal(TYPE("correct horse\n", shown, "staff", "sign-in", "boss"), 0);
	assert_null(strstr(shown, "horse"));
}

static void from_then_on_the_user_is_nobody(void **state)
{
	(void)state;
	REFUSED("sign_in_needed", "unit", "list");
	REFUSED("sign_in_needed", "--actor", "nobody", "unit", "list");
	REFUSED("sign_in_needed", "staff", "new", "li", "--roles", "manager");
	REFUSED("sign_in_needed", "certificate", "show", "C1");
	REFUSED("sign_in_needed", "report", "uses");
	DO(0, "--db", db, "check", "--number", "C1", "--merchant", "m-park", "--compared");
	DO(0, "--db", db, "log", "verify");
	DO(0, "--db", db, "fsck");
	DO(0, "--db", db, "backup", centre_path("copy.db"));
	DO(0, "--db", db, "init");
	DO(0, "--db", db, "help", "staff", "new");
	DO(0, "--db", db, "--actor", "boss", "unit", "list");
}

/* --- who may do what --- */

static void a_manager_makes_accounts(void **state)
{
	(void)state;
	setenv("YOUDAI_PASSWORD", "battery staple", 1);
	DO(0, "--db", db, "--actor", "boss", "staff", "new", "li", "--roles", "clerk", "--unit",
	   "centre");
	DO(0, "--db", db, "--actor", "boss", "staff", "new", "zhou", "--roles", "merchant_manager",
	   "--unit", "371171");
	DO(0, "--db", db, "--actor", "boss", "staff", "new", "wu", "--roles", "manager", "--unit",
	   "centre");
	REFUSED("exists", "--actor", "boss", "staff", "new", "li", "--roles", "clerk");
	REFUSED("unknown_unit", "--actor", "boss", "staff", "new", "x", "--roles", "clerk",
		"--unit", "x");
	REFUSED("last_manager", "--actor", "boss", "staff", "close", "boss");
	REFUSED("unknown_account", "--actor", "boss", "staff", "close", "nobody");
	sign_in("wu", "battery staple");
	/* Where none is given it is one's own. */
	DO(0, "--db", db, "--actor", "wu", "staff", "new", "zhao", "--roles", "clerk");
	REFUSED("outside_unit", "--actor", "wu", "staff", "new", "x", "--roles", "clerk", "--unit",
		"east");
	REFUSED("outside_unit", "--actor", "wu", "staff", "new", "x", "--roles", "clerk", "--unit",
		"");
	DO(0, "--db", db, "--actor", "wu", "staff", "change", "zhao", "--unit", "station",
	   "--roles", "clerk,auditor");
	DO(0, "--db", db, "--actor", "wu", "staff", "close", "zhao");
	REFUSED("closed", "--actor", "wu", "staff", "change", "zhao", "--roles", "clerk");
	json_t *list =
		answer_json(EXPECT(0, "--db", db, "--actor", "wu", "staff", "list", "--json"));
	assert_int_equal(json_array_size(list), 4);
	const json_t *row = json_array_get(list, 2);
	assert_string_equal(text_of(row, "name"), "zhao");
	assert_string_equal(text_of(row, "unit"), "station");
	assert_string_equal(text_of(row, "state"), "closed");
	assert_string_equal(json_string_value(json_array_get(json_object_get(row, "roles"), 1)),
			    "auditor");
	assert_true(json_is_false(json_object_get(row, "signed_in")));
	assert_true(json_is_true(json_object_get(json_array_get(list, 1), "signed_in")));
	json_decref(list);
}

static void a_clerk_does_the_work_of_a_window(void **state)
{
	char *sentence;

	(void)state;
	sign_in("li", "battery staple");
	DO(0, "--db", db, "--actor", "li", "certificate", "show", "C1");
	centre_write("import", CERTIFICATES);
	sentence = refusal(__LINE__, "role_needed",
			   (const char *const[]){ "--json", "--db", db, "--actor", "li", "merchant",
						  "import", centre_path("import"), NULL });
	assert_non_null(strstr(sentence, "merchant_manager,manager"));
	free(sentence);
	REFUSED("role_needed", "--actor", "li", "staff", "list");
	REFUSED("role_needed", "--actor", "li", "staff", "password", "boss");
	REFUSED("role_needed", "--actor", "li", "log", "show");
	REFUSED("role_needed", "--actor", "li", "key", "list");
}

static void what_lies_outside_is_refused(void **state)
{
	(void)state;
	REFUSED("outside_unit", "--actor", "li", "certificate", "show", "E1");
	REFUSED("outside_unit", "--actor", "li", "certificate", "issue", "E1", "--carrier", "qr",
		"--key", key);
	DO(0, "--db", db, "--actor", "boss", "certificate", "show", "E1");
	REFUSED("unknown_certificate", "--actor", "li", "certificate", "show", "none");
	char *list = EXPECT(0, "--db", db, "--actor", "li", "certificate", "list");
	assert_non_null(strstr(list, "C1\t"));
	assert_null(strstr(list, "E1\t"));
	free(list);
	/* A redemption is its merchant's. */
	json_t *made =
		answer_json(EXPECT(0, "--db", db, "redeem", "--number", "C1", "--merchant",
				   "m-east", "--benefit", "park-free", "--compared", "--json"));
	REFUSED("outside_unit", "--actor", "li", "void", text_of(made, "redemption"));
	DO(0, "--db", db, "--actor", "boss", "void", text_of(made, "redemption"));
	json_decref(made);
}

/* The column of a field of the second line, both from 1. */
static int64_t column_of(const char *text, int64_t field)
{
	int64_t column = 1;

	for (const char *at = strchr(text, '\n') + 1; field > 1; at++) {
		column += ((unsigned char)*at & 0xc0) != 0x80;
		field -= *at == ',';
	}
	return column;
}

/* What each may import: refused rows say where. */
static void imports_stay_within_the_unit(void **state)
{
	static const struct {
		const char *actor, *what, *text;
		int64_t field; /* that is refused, from 1; 0: none, it is imported */
	} rows[] = {
		{ "zhou", "merchant", MERCHANT_HEAD "m-new,新店,shop,购,371171,,centre,active\n",
		  0 },
		{ "zhou", "merchant", MERCHANT_HEAD "m-st,新店,shop,购,371171,,station,active\n",
		  0 },
		{ "zhou", "merchant", MERCHANT_HEAD "m-x,新店,shop,购,371171,,east,active\n", 7 },
		{ "zhou", "merchant", MERCHANT_HEAD "m-x,新店,shop,购,371171,,,active\n", 7 },
		{ "zhou", "merchant", MERCHANT_HEAD "m-east,东,park,游,371171,,centre,left\n", 1 },
		{ "wu", "unit", UNIT_HEAD "hall,371171002,大厅,town,centre,,\n", 0 },
		{ "wu", "unit", UNIT_HEAD "room,371171003,房,town,hall,,\n", 0 },
		{ "wu", "unit", UNIT_HEAD "hall,371171002,大厅,town,east,,\n", 5 },
		{ "wu", "unit", UNIT_HEAD "centre,371171,中心,county,city,,\n", 5 },
		{ "wu", "unit", UNIT_HEAD "top,3799,新,county,,,\n", 5 },
		{ "wu", "unit", UNIT_HEAD "east,371121,东,county,centre,,\n", 1 },
		{ "wu", "unit", UNIT_HEAD "trick,371121,东,county,centre,,\n", 2 },
		{ "wu", "unit", UNIT_HEAD "371121,371171009,东,county,centre,,\n", 1 },
		{ "wu", "unit",
		  "unit,code,name,tier,parent,until,merged_into\n"
		  "room,371171003,房,town,hall,2025-12-31,east\n",
		  7 },
		{ "wu", "unit",
		  "unit,code,name,tier,parent,until,merged_into\n"
		  "room,371171003,房,town,hall,2025-12-31,hall\n",
		  0 },
		{ "wu", "certificate", CERTIFICATE_HEAD "N1,p1,veteran,hall,on_file,,\n", 0 },
		{ "wu", "certificate", CERTIFICATE_HEAD "N2,p1,veteran,east,on_file,,\n", 4 },
		{ "wu", "certificate", CERTIFICATE_HEAD "E1,p1,veteran,centre,active,,\n", 1 },
		{ "boss", "unit", UNIT_HEAD "east,371121,东,county,city,,\n", 0 },
	};

	(void)state;
	sign_in("zhou", "battery staple");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		centre_write("import", rows[i].text);
		struct answer answer = RUN("--db", db, "--json", "--actor", rows[i].actor,
					   rows[i].what, "import", centre_path("import"));
		if (answer.code != (rows[i].field > 0))
			fail_msg("row %zu: exit %d\n%s%s", i, answer.code, answer.out, answer.err);
		json_t *json = answer_json(answer.out);
		free(answer.err);
		if (rows[i].field > 0) {
			assert_string_equal(text_of(json, "reason"), "outside_unit");
			assert_int_equal(number_of(json, "line"), 2);
			assert_int_equal(number_of(json, "column"),
					 column_of(rows[i].text, rows[i].field));
		}
		json_decref(json);
	}
	char *list = EXPECT(0, "--db", db, "--actor", "zhou", "merchant", "list");
	assert_null(strstr(list, "m-x"));
	assert_non_null(strstr(list, "m-east\tactive"));
	free(list);
}

/* --- sign-ins that end --- */

static void five_wrong_passwords_lock(void **state)
{
	(void)state;
	setenv("YOUDAI_PASSWORD", "wrong horse", 1);
	for (int i = 0; i < 5; i++)
		REFUSED("sign_in_failed", "staff", "sign-in", "li");
	REFUSED("sign_in_failed", "staff", "sign-in", "nobody");
	setenv("YOUDAI_PASSWORD", "battery staple", 1);
	REFUSED("locked", "staff", "sign-in", "li");
	/* A time that is told alone does not open it. */
	REFUSED("locked", "staff", "sign-in", "li", "--at", "2099-01-01T00:00:00Z");
	setenv("YOUDAI_PASSWORD", "something new", 1);
	DO(0, "--db", db, "--actor", "wu", "staff", "password", "li");
	REFUSED("sign_in_needed", "--actor", "li", "unit", "list");
	sign_in("li", "something new");
}

static void the_own_password_needs_the_old_one(void **state)
{
	char shown[1024] = "";

	(void)state;
	unsetenv("YOUDAI_PASSWORD");
	DO(3, "--db", db, "--actor", "li", "staff", "password", "li");
	assert_int_equal(TYPE("something old\nfresh bread\nfresh bread\n", shown, "--actor", "li",
			      "staff", "password", "li"),
			 1);
	assert_int_equal(TYPE("something new\nfresh bread\nfresh bread\n", shown, "--actor", "li",
			      "staff", "password", "li"),
			 0);
	assert_null(strstr(shown, "something"));
	assert_null(strstr(shown, "bread"));
	sign_in("li", "fresh bread");
	DO(0, "--db", db, "--actor", "li", "staff", "sign-out");
	REFUSED("sign_in_needed", "--actor", "li", "unit", "list");
	DO(0, "--db", db, "staff", "sign-out", "li");
}

static void a_sign_in_ends_by_itself(void **state)
{
	(void)state;
	sign_in("li", "fresh bread");
	DO(0, "--db", db, "--actor", "li", "unit", "list", "--at", "2020-01-01T00:00:00Z");
	REFUSED("signed_out", "--actor", "li", "unit", "list", "--at", "2099-01-01T00:00:00Z");
	DO(0, "--db", db, "--actor", "li", "unit", "list");
	/* Half an hour ago by the clock; what is told cannot keep it alive. */
	small_sql(db, "UPDATE staff_session SET last_clock = last_clock - 1800");
	REFUSED("signed_out", "--actor", "li", "unit", "list");
	REFUSED("signed_out", "--actor", "li", "unit", "list", "--at", "2020-01-01T00:00:00Z");
	sign_in("li", "fresh bread");
	small_sql(db, "UPDATE staff_session SET last_clock = last_clock - 1700");
	/* Whoever looks only does something too. */
	DO(0, "--db", db, "--actor", "li", "unit", "list");
	small_sql(db, "UPDATE staff_session SET last_clock = last_clock - 1700");
	DO(0, "--db", db, "--actor", "li", "unit", "list");
	small_sql(db, "UPDATE staff_session SET began_clock = began_clock - 36000");
	REFUSED("signed_out", "--actor", "li", "unit", "list");
	DO(0, "--db", db, "fsck");
}

/* --- every command --- */

static bool needs_no_account(const char *words)
{
	static const char *const free_ones[] = {
		"help",
		"init",
		"fsck",
		"check",
		"redeem",
		"scan",
		"live",
		"staff sign-in",
		"log verify",
		"audit verify",
		"backup",
		"staff sign-out",
		"certificate life",
	};

	for (size_t i = 0; i < sizeof free_ones / sizeof *free_ones; i++)
		if (strcmp(words, free_ones[i]) == 0)
			return true;
	return false;
}

/* The one or two words that a line of the help begins with. */
static void take_words(char out[2][32], const char *line)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";
	size_t length = strspn(line, letters);

	out[1][0] = '\0';
	snprintf(out[0], 32, "%.*s", (int)length, line);
	if (line[length] != ' ' || line[length + 1] == '-') /* an option */
		return;
	line += length + 1;
	length = strspn(line, letters);
	if (line[length] == ' ' || line[length] == '\0')
		snprintf(out[1], 32, "%.*s", (int)length, line);
}

/* One command's help, which begins with how it is used. */
static void check_help(const char *usage, const char *help)
{
	char words[2][32], name[80];

	if (strncmp(usage, "--db FILE ", 10) == 0)
		usage += 10;
	take_words(words, usage);
	snprintf(name, sizeof name, "%s%s%s", words[0], words[1][0] != '\0' ? " " : "", words[1]);
	if ((strstr(help, "\n角色 · roles: ") == NULL) != needs_no_account(name))
		fail_msg("%s: %s", name, help);
}

/* All commands whose name begins with this word; how many. */
static int check_group(const char *word)
{
	char *all = EXPECT(0, "help", word), *next, *at = all;
	int count = 0;

	for (; at != NULL; at = next) {
		next = strstr(at + 1, "\nyoudai ");
		if (next != NULL)
			*next++ = '\0';
		check_help(at + strlen("youdai "), at);
		count++;
	}
	free(all);
	return count;
}

static void every_command_says_who_may_run_it(void **state)
{
	char *all = EXPECT(0, "help"), words[2][32], last[32] = "";
	int listed = 0, checked = 0;

	(void)state;
	for (char *line = strtok(all, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		if (strncmp(line, "  ", 2) != 0 || line[2] < 'a' || line[2] > 'z')
			continue;
		listed++;
		take_words(words, line + 2);
		if (strcmp(words[0], last) != 0)
			checked += check_group(words[0]);
		memcpy(last, words[0], sizeof last);
	}
	free(all);
	/* A group that stands in two places is looked at twice. */
	assert_true(listed > 40);
	assert_true(checked >= listed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(until_the_first_account_the_user_may_all),
		cmocka_unit_test(the_password_is_asked_for),
		cmocka_unit_test(from_then_on_the_user_is_nobody),
		cmocka_unit_test(a_manager_makes_accounts),
		cmocka_unit_test(a_clerk_does_the_work_of_a_window),
		cmocka_unit_test(what_lies_outside_is_refused),
		cmocka_unit_test(imports_stay_within_the_unit),
		cmocka_unit_test(five_wrong_passwords_lock),
		cmocka_unit_test(the_own_password_needs_the_old_one),
		cmocka_unit_test(a_sign_in_ends_by_itself),
		cmocka_unit_test(every_command_says_who_may_run_it),
	};
	return cmocka_run_group_tests_name("command staff", tests, set_up, centre_tear_down);
}
