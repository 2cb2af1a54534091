/* The program youdai: drafts of rules tried on the past, reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"

#define SHOP(rest)                                                 \
	"{\"benefit\":\"shop-off\",\"title\":{\"zh\":\"八折\"}," \
	"\"where\":{\"venues\":[\"shop\"]},\"assurance\":2," rest "}"
#define PARK(rest)                                                  \
	"{\"benefit\":\"park-free\",\"title\":{\"zh\":\"公园\"}," \
	"\"where\":{\"venues\":[\"park\"]},\"assurance\":1," rest "}"
#define OFF(percent) "\"value\":{\"type\":\"percent_off\",\"percent\":" #percent "}"
#define LIMIT(per, period, rest) \
	",\"limits\":[{\"per\":\"" per "\",\"period\":\"" period "\"," rest "}]"

static char db[512];

static json_t *redeem(int code, const char *number, const char *merchant, const char *benefit,
		      const char *amount, const char *day)
{
	char at[40];

	snprintf(at, sizeof at, "%sT10:24:00+08:00", day);
	return answer_json(EXPECT(code, "--db", db, "redeem", "--number", number, "--merchant",
				  merchant, "--benefit", benefit, "--compared", "--at", at,
				  "--json", amount != NULL ? "--amount" : NULL, amount));
}

/* What the drafts are tried on. */
static void fill_log(void)
{
	static const struct {
		const char *number, *merchant, *benefit, *amount, *day;
		int code;
	} rows[] = {
		{ "C1", "m-shop", "shop-off", "10000", "2026-10-01", 0 },
		{ "C1", "m-park", "park-free", NULL, "2026-11-02", 0 },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-02", 0 },
		{ "C3", "m-shop", "shop-off", "5000", "2026-11-03", 0 },
		{ "C3", "m-shop", "shop-off", "8000", "2026-11-04", 0 },
		{ "C1", "m-shop", "shop-off", "20000", "2026-11-05", 0 },
		{ "C3", "m-park", "park-free", NULL, "2026-11-05", 1 },
		{ "C3", "m-park", "park-free", NULL, "2026-11-06", 1 },
		{ "C1", "m-park", "shop-off", "100", "2026-11-06", 1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *answer = redeem(rows[i].code, rows[i].number, rows[i].merchant,
					rows[i].benefit, rows[i].amount, rows[i].day);

		if (i == 4)
			DO(0, "--db", db, "void", text_of(answer, "redemption"), "--at",
			   "2026-11-04T11:00:00+08:00");
		json_decref(answer);
	}
}

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	centre_fill(db);
	fill_log();
	return 0;
}

/* --- rehearse --- */

static json_t *rehearse(const char *draft, const char *from, const char *until)
{
	centre_write("draft.json", draft);
	return answer_json(EXPECT(0, "--db", db, "benefit", "rehearse", centre_path("draft.json"),
				  "--from", from, "--until", until, "--json"));
}

/* gain/lose/same/undecided */
static void put_change(char *out, const json_t *json)
{
	sprintf(out, "%d/%d/%d/%d", (int)number_of(json, "gain"), (int)number_of(json, "lose"),
		(int)number_of(json, "same"), (int)number_of(json, "undecided"));
}

/* "benefit uses>uses saved>saved; " of each merchant's row, in order. */
static void put_costs(char *out, const json_t *costs)
{
	size_t i;
	json_t *cost;

	*out = '\0';
	json_array_foreach(costs, i, cost)
	{
		sprintf(out + strlen(out), "%s%s %d>%d %d>%d", i == 0 ? "" : "; ",
			text_of(cost, "benefit"), (int)number_of(cost, "uses_before"),
			(int)number_of(cost, "uses_after"), (int)number_of(cost, "saved_before"),
			(int)number_of(cost, "saved_after"));
		assert_int_equal(number_of(cost, "change"),
				 number_of(cost, "saved_after") - number_of(cost, "saved_before"));
	}
}

static void put_refused(char *out, const json_t *refused)
{
	size_t i;
	json_t *row;

	*out = '\0';
	json_array_foreach(refused, i, row)
		sprintf(out + strlen(out), "%s%s %d", i == 0 ? "" : "; ", text_of(row, "reason"),
			(int)number_of(row, "count"));
}

static const struct trial {
	const char *name, *draft, *from, *until;
	const char *people, *redemptions, *refused, *costs;
} trials[] = {
	{ "more off", SHOP(OFF(30)), "2026-11-01", "2026-11-30", "2/0/0/0", "3/0/1/0", "",
	  "park-free 1>1 0>0; shop-off 3>3 7000>10500" },
	{ "less off", SHOP(OFF(10)), "2026-11-01", "2026-11-30", "0/2/0/0", "0/3/1/0", "",
	  "park-free 1>1 0>0; shop-off 3>3 7000>3500" },
	{ "one day alone", SHOP(OFF(30)), "2026-11-03", "2026-11-03", "1/0/0/0", "1/0/0/0", "",
	  "shop-off 1>1 1000>1500" },
	{ "a day without any", SHOP(OFF(30)), "2026-11-04", "2026-11-04", "0/0/0/0", "0/0/0/0", "",
	  "" },
	{ "veterans alone", SHOP("\"who\":{\"kinds\":[\"veteran\"]}," OFF(20)), "2026-11-01",
	  "2026-11-30", "0/1/1/0", "0/1/3/0", "wrong_kind 1",
	  "park-free 1>1 0>0; shop-off 3>2 7000>6000" },
	{ "twice ever, once before the first day",
	  SHOP(OFF(20) LIMIT("holder", "ever", "\"count\":2")), "2026-11-01", "2026-11-30",
	  "0/1/1/0", "0/1/3/0", "quota_used 1", "park-free 1>1 0>0; shop-off 3>2 7000>3000" },
	{ "thrice ever", SHOP(OFF(20) LIMIT("holder", "ever", "\"count\":3")), "2026-11-01",
	  "2026-11-30", "0/0/2/0", "0/0/4/0", "", "park-free 1>1 0>0; shop-off 3>3 7000>7000" },
	{ "twice a month: October does not count",
	  SHOP(OFF(20) LIMIT("holder", "month", "\"count\":2")), "2026-11-01", "2026-11-30",
	  "0/0/2/0", "0/0/4/0", "", "park-free 1>1 0>0; shop-off 3>3 7000>7000" },
	{ "two a month at a place", SHOP(OFF(20) LIMIT("venue", "month", "\"count\":2")),
	  "2026-11-01", "2026-11-30", "0/1/1/0", "0/1/3/0", "venue_quota_used 1",
	  "park-free 1>1 0>0; shop-off 3>2 7000>3000" },
	{ "money that the limit leaves", SHOP(OFF(20) LIMIT("holder", "month", "\"amount\":5000")),
	  "2026-11-01", "2026-11-30", "0/1/1/0", "0/1/3/0", "",
	  "park-free 1>1 0>0; shop-off 3>3 7000>6000" },
	{ "a new benefit that is better",
	  "{\"benefit\":\"shop-new\",\"title\":{\"zh\":\"新\"},\"where\":{\"venues\":[\"shop\"]},"
	  "\"who\":{\"classes\":[\"family\"]}," OFF(50) "}",
	  "2026-11-01", "2026-11-30", "1/0/1/0", "1/0/3/0", "",
	  "park-free 1>1 0>0; shop-new 0>1 0>2500; shop-off 3>2 7000>6000" },
	{ "a new benefit that is not",
	  "{\"benefit\":\"shop-new\",\"title\":{\"zh\":\"新\"}," OFF(10) "}", "2026-11-01",
	  "2026-11-30", "0/0/2/0", "0/0/4/0", "", "park-free 1>1 0>0; shop-off 3>3 7000>7000" },
	{ "half price for what was free", PARK(OFF(50)), "2026-11-02", "2026-11-02", "0/1/0/0",
	  "0/1/1/0", "", "park-free 1>1 0>0; shop-off 1>1 2000>2000" },
	{ "priority for what was free", PARK("\"value\":{\"type\":\"priority\"}"), "2026-11-02",
	  "2026-11-02", "0/1/0/0", "0/1/1/0", "", "park-free 1>1 0>0; shop-off 1>1 2000>2000" },
	{ "gains more than is lost",
	  "[" SHOP(OFF(30)) "," PARK(
		  "\"who\":{\"kinds\":[\"family\"]},\"value\":{\"type\":\"free\"}") "]",
	  "2026-11-02", "2026-11-02", "1/0/0/0", "1/1/0/0", "wrong_kind 1",
	  "park-free 1>0 0>0; shop-off 1>1 2000>3000" },
	{ "older than they are", SHOP("\"who\":{\"age\":[60,null]}," OFF(20)), "2026-11-01",
	  "2026-11-30", "0/1/1/0", "0/1/3/0", "wrong_age 1",
	  "park-free 1>1 0>0; shop-off 3>2 7000>6000" },
	{ "not at this venue",
	  "{\"benefit\":\"shop-off\",\"where\":{\"venues\":[\"park\"]}," OFF(20) "}", "2026-11-03",
	  "2026-11-03", "0/1/0/0", "0/1/0/0", "wrong_venue 1", "shop-off 1>0 1000>0" },
	{ "ended", SHOP("\"when\":{\"until\":\"2026-11-02\"}," OFF(20)), "2026-11-02", "2026-11-03",
	  "0/1/1/0", "0/1/2/0", "benefit_inactive 1", "park-free 1>1 0>0; shop-off 2>1 3000>2000" },
};

static void drafts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
		const struct trial *trial = &trials[i];
		json_t *json = rehearse(trial->draft, trial->from, trial->until);
		char people[64], redemptions[64], refused[256], costs[1024];

		put_change(people, json_object_get(json, "people"));
		put_change(redemptions, json_object_get(json, "redemptions"));
		put_refused(refused, json_object_get(json, "refused"));
		put_costs(costs, json_object_get(json, "merchants"));
		if (strcmp(people, trial->people) != 0 ||
		    strcmp(redemptions, trial->redemptions) != 0 ||
		    strcmp(refused, trial->refused) != 0 || strcmp(costs, trial->costs) != 0)
			fail_msg("%s: people %s, redemptions %s, refused \"%s\"\n%s", trial->name,
				 people, redemptions, refused, costs);
		json_decref(json);
	}
}

/* The draft as it is in force changes nothing; what was refused is told, not decided. */
static void rehearsal_says_more(void **state)
{
	json_t *list = answer_json(EXPECT(0, "--db", db, "benefit", "list", "--json"));
	json_t *park = json_array_get(list, 0), *json;
	char people[64];

	(void)state;
	json_object_del(park, "version");
	json_object_del(park, "retired");
	char *draft = json_dumps(park, 0);
	json = rehearse(draft, "2026-11-01", "2026-11-30");
	put_change(people, json_object_get(json, "people"));
	assert_string_equal(people, "0/0/2/0");
	assert_int_equal(number_of(json, "refusals"), 2);
	assert_int_equal(number_of(json_object_get(json, "undecided"), "guests"), 0);
	json_decref(json);
	json_decref(list);
	free(draft);

	json = rehearse(SHOP(OFF(10)), "2026-11-01", "2026-11-30");
	const json_t *classes = json_object_get(json, "classes");
	static const char *const names[] = { "family", "veteran", "war" };
	assert_int_equal(json_array_size(classes), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(text_of(json_array_get(classes, i), "class"), names[i]);
		assert_int_equal(number_of(json_array_get(classes, i), "lose"), 1);
	}
	json_decref(json);

	centre_write("draft.json", SHOP(OFF(10)));
	char *csv = EXPECT(0, "--db", db, "benefit", "rehearse", centre_path("draft.json"), "--csv",
			   "--from", "2026-11-03", "--until", "2026-11-03");
	assert_string_equal(csv, "merchant,benefit,uses_before,saved_before,uses_after,saved_after,"
				 "change,unknown_after\nm-shop,shop-off,1,1000,1,500,-500,0\n");
	free(csv);
	char *text = EXPECT(0, "--db", db, "benefit", "rehearse", centre_path("draft.json"));
	assert_non_null(strstr(text, "受损 lose 2"));
	assert_non_null(strstr(text, "\t-45\t"));
	assert_null(strstr(text, "测试"));
	assert_null(strstr(text, "C1"));
	free(text);
}

static void rehearsal_refuses(void **state)
{
	(void)state;
	centre_write("draft.json", SHOP(OFF(101)));
	json_t *json = answer_json(
		EXPECT(1, "--db", db, "benefit", "rehearse", centre_path("draft.json"), "--json"));
	assert_string_equal(text_of(json, "path"), "$.value.percent");
	json_decref(json);
	DO(2, "--db", db, "benefit", "rehearse", centre_path("draft.json"), "--json", "--csv");
	DO(2, "--db", db, "benefit", "rehearse", centre_path("draft.json"), "--from", "tomorrow");
	DO(2, "--db", db, "benefit", "rehearse", centre_path("draft.json"), "--from", "2026-11-02",
	   "--until", "2026-11-01");
	DO(3, "--db", db, "benefit", "rehearse", centre_path("nowhere.json"));
	/* Nothing of a draft is ever imported. */
	json = answer_json(EXPECT(0, "--db", db, "benefit", "show", "shop-off", "--json"));
	assert_int_equal(number_of(json, "version"), 1);
	json_decref(json);
}

/* --- rehearse: what goes with what --- */

#define CUP(rest) "{\"benefit\":\"cup\",\"title\":{\"zh\":\"立减\"}," rest "}"
#define FEN(fen)  "\"value\":{\"type\":\"amount_off\",\"fen\":" #fen "}"
#define ALONE     ",\"stack\":\"alone\""

static char purchases_db[512];

static json_t *take(int code, const char *number, const char *merchant, const char *benefit,
		    const char *amount, const char *at)
{
	char instant[40];

	snprintf(instant, sizeof instant, "%s+08:00", at);
	return answer_json(EXPECT(code, "--db", purchases_db, "redeem", "--number", number,
				  "--merchant", merchant, "--benefit", benefit, "--compared",
				  "--amount", amount, "--at", instant, "--json"));
}

static void fill_purchases(void)
{
	static const struct {
		const char *number, *merchant, *benefit, *amount, *at;
	} rows[] = {
		{ "C1", "m-shop", "cup", "400", "2026-11-02T10:00:00" },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-02T10:09:59" },
		{ "C1", "m-shop", "cup", "400", "2026-11-03T10:00:00" },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-03T10:10:00" },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-04T10:00:00" },
		{ "C1", "m-shop", "cup", "400", "2026-11-04T10:09:59" },
		{ "C1", "m-shop", "cup", "400", "2026-11-05T10:00:00" },
		{ "C3", "m-shop", "shop-off", "10000", "2026-11-05T10:05:00" },
		{ "C1", "m-park", "cup", "400", "2026-11-06T10:00:00" },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-06T10:05:00" },
		{ "C1", "m-shop", "cup", "400", "2026-11-07T23:55:00" },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-08T00:02:00" },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-09T10:00:00" },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-09T10:05:00" },
		{ "C1", "m-shop", "cup", "400", "2026-11-10T10:00:00" },
		{ "C1", "m-shop", "shop-off", "10000", "2026-11-10T10:05:00" },
	};
	const size_t voided = 14;

	snprintf(purchases_db, sizeof purchases_db, "%s", centre_path("purchases.db"));
	centre_fill(purchases_db);
	centre_write("cup.json", CUP(FEN(100)));
	DO(0, "--db", purchases_db, "benefit", "import", centre_path("cup.json"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *answer = take(0, rows[i].number, rows[i].merchant, rows[i].benefit,
				      rows[i].amount, rows[i].at);

		if (i == voided)
			DO(0, "--db", purchases_db, "void", text_of(answer, "redemption"), "--at",
			   "2026-11-10T10:01:00+08:00");
		json_decref(answer);
	}
}

/* from is the day that is rehearsed, alone. */
static const struct trial purchases[] = {
	{ "beside another: the draft is refused", SHOP(OFF(20) ALONE), "2026-11-02", NULL, NULL,
	  "0/1/1/0", "not_with_others 1", "cup 1>1 100>100; shop-off 1>0 2000>0" },
	{ "the next purchase", SHOP(OFF(20) ALONE), "2026-11-03", NULL, NULL, "0/0/2/0", "",
	  "cup 1>1 100>100; shop-off 1>1 2000>2000" },
	{ "the draft comes first: the other is refused",
	  SHOP(OFF(20) ALONE LIMIT("holder", "day", "\"count\":1")), "2026-11-04", NULL, NULL,
	  "0/1/1/0", "not_with_others 1", "cup 1>0 100>0; shop-off 1>1 2000>2000" },
	{ "the draft comes first, and may be had again", SHOP(OFF(20) ALONE), "2026-11-04", NULL,
	  NULL, "0/1/1/0", "", "cup 1>0 100>0; shop-off 1>2 2000>2080" },
	{ "somebody else", SHOP(OFF(20) ALONE), "2026-11-05", NULL, NULL, "0/0/2/0", "",
	  "cup 1>1 100>100; shop-off 1>1 2000>2000" },
	{ "another place", SHOP(OFF(20) ALONE), "2026-11-06", NULL, NULL, "0/0/2/0", "",
	  "cup 1>1 100>100; shop-off 1>1 2000>2000" },
	{ "beside what was before the first day", SHOP(OFF(20) ALONE), "2026-11-08", NULL, NULL,
	  "0/1/0/0", "not_with_others 1", "shop-off 1>0 2000>0" },
	{ "the same once more", SHOP(OFF(20) ALONE), "2026-11-09", NULL, NULL, "0/0/2/0", "",
	  "shop-off 2>2 4000>4000" },
	{ "beside what was taken back", SHOP(OFF(20) ALONE), "2026-11-10", NULL, NULL, "0/0/1/0",
	  "", "shop-off 1>1 2000>2000" },
	{ "with a discount alone, and more of it",
	  CUP(FEN(200) LIMIT("holder", "day", "\"count\":1") ",\"stack\":\"with_discount\""),
	  "2026-11-02", NULL, NULL, "1/1/0/0", "not_with_others 1",
	  "cup 1>1 100>200; shop-off 1>0 2000>0" },
	{ "with all", CUP(FEN(200) ",\"stack\":\"with_all\""), "2026-11-02", NULL, NULL, "1/0/1/0",
	  "", "cup 1>1 100>200; shop-off 1>1 2000>2000" },
	{ "beside what the draft refuses",
	  "[" SHOP("\"when\":{\"hours\":[[\"10:05\",\"11:00\"]]}," OFF(20)
			   ALONE) "," CUP("\"who\":{\"kinds\":[\"family\"]}," FEN(100)) "]",
	  "2026-11-02", NULL, NULL, "0/1/1/0", "wrong_kind 1",
	  "cup 1>0 100>0; shop-off 1>1 2000>2000" },
	{ "new, alone, and taken instead of the first",
	  "{\"benefit\":\"new\",\"value\":{\"type\":\"amount_off\",\"fen\":150}" ALONE "}",
	  "2026-11-02", NULL, NULL, "1/1/0/0", "",
	  "cup 1>0 100>0; new 0>2 0>300; shop-off 1>0 2000>0" },
};

static void drafts_and_purchases(void **state)
{
	(void)state;
	fill_purchases();
	for (size_t i = 0; i < sizeof purchases / sizeof *purchases; i++) {
		const struct trial *trial = &purchases[i];
		char redemptions[64], refused[256], costs[1024];
		json_t *json;

		centre_write("draft.json", trial->draft);
		json = answer_json(EXPECT(0, "--db", purchases_db, "benefit", "rehearse",
					  centre_path("draft.json"), "--from", trial->from,
					  "--until", trial->from, "--json"));
		put_change(redemptions, json_object_get(json, "redemptions"));
		put_refused(refused, json_object_get(json, "refused"));
		put_costs(costs, json_object_get(json, "merchants"));
		if (strcmp(redemptions, trial->redemptions) != 0 ||
		    strcmp(refused, trial->refused) != 0 || strcmp(costs, trial->costs) != 0)
			fail_msg("%s: redemptions %s, refused \"%s\"\n%s", trial->name, redemptions,
				 refused, costs);
		json_decref(json);
	}
}

/* What a rehearsal says is what the rule does once it is in force. */
static void as_it_is_in_force(void **state)
{
	json_t *answer;

	(void)state;
	centre_write("draft.json", SHOP(OFF(20) ALONE));
	DO(0, "--db", purchases_db, "benefit", "import", centre_path("draft.json"));
	json_decref(take(0, "C1", "m-shop", "cup", "400", "2026-11-12T10:00:00"));
	answer = take(1, "C1", "m-shop", "shop-off", "10000", "2026-11-12T10:09:59");
	assert_string_equal(text_of(answer, "reason"), "not_with_others");
	json_decref(answer);
	json_decref(take(0, "C1", "m-shop", "shop-off", "10000", "2026-11-12T10:10:00"));
	answer = take(1, "C1", "m-shop", "cup", "400", "2026-11-12T10:19:59");
	assert_string_equal(text_of(answer, "reason"), "not_with_others");
	json_decref(answer);
}

/* --- import --- */

/* Each of three wrong documents is named, for people and for programs, and nothing is imported. */
static void each_fault_is_named(void **state)
{
	static const char *const paths[] = { "$[0].value.percent", "$[2].stack", "$[3].benefit" };
	static const char good[] = "{\"benefit\":\"new-rule\"}";
	char text[1024];

	(void)state;
	snprintf(text, sizeof text, "[%s,%s,{\"benefit\":\"x\",\"stack\":\"y\"},%s]",
		 SHOP(OFF(101)), good, good);
	centre_write("rules.json", text);
	struct answer answer =
		RUN("--db", db, "benefit", "import", centre_path("rules.json"), "--json");
	json_t *json = answer_json(answer.out);
	const json_t *faults = json_object_get(json, "faults");
	answer.out = NULL;
	assert_int_equal(answer.code, 1);
	assert_int_equal(json_array_size(faults), 3);
	assert_true(json_is_false(json_object_get(json, "more")));
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(text_of(json_array_get(faults, i), "path"), paths[i]);
		assert_true(strlen(text_of(json_array_get(faults, i), "why")) > 9);
		assert_non_null(strstr(answer.err, paths[i]));
	}
	assert_null(strstr(answer.err, "more faults"));
	json_decref(json);
	answer_free(&answer);
	DO(1, "--db", db, "benefit", "show", "new-rule");

	strcpy(text, "[1");
	for (int i = 0; i < 20; i++)
		strcat(text, ",1");
	centre_write("rules.json", strcat(text, "]"));
	answer = RUN("--db", db, "benefit", "import", centre_path("rules.json"));
	assert_int_equal(answer.code, 1);
	assert_non_null(strstr(answer.err, "$[19]: "));
	assert_null(strstr(answer.err, "$[20]: "));
	assert_non_null(strstr(answer.err, "more faults"));
	answer_free(&answer);
}

/* --- explain --- */

static void explained(void **state)
{
	char *text = EXPECT(0, "--db", db, "benefit", "explain", "park-free");
	json_t *json =
		answer_json(EXPECT(0, "--db", db, "benefit", "explain", "park-free", "--json"));
	const json_t *both = json_object_get(json, "explanation");

	(void)state;
	assert_non_null(strstr(text, "每位持证人每天最多 2 次\n"));
	assert_non_null(strstr(text, "Each holder: at most 2 times a day\n"));
	assert_non_null(strstr(text_of(both, "zh"), "仅限场所：公园景区\n"));
	assert_non_null(strstr(text_of(both, "en"), "Only at: parks and sights\n"));
	free(text);
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", db, "benefit", "explain", "none", "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_benefit");
	json_decref(json);
}

/* --- reports --- */

static void unmet(void **state)
{
	static const char whole[] = "reason,benefit,merchant,home_region,count\n"
				    "wrong_kind,park-free,m-park,371171,2\n"
				    "wrong_venue,shop-off,m-park,371171,1\n";
	char *csv = EXPECT(0, "--db", db, "report", "unmet", "--csv");
	char *day = EXPECT(0, "--db", db, "report", "unmet", "--csv", "--from", "2026-11-05",
			   "--until", "2026-11-05");
	json_t *json = answer_json(EXPECT(0, "--db", db, "report", "unmet", "--json"));

	(void)state;
	assert_string_equal(csv, whole);
	assert_string_equal(day, "reason,benefit,merchant,home_region,count\n"
				 "wrong_kind,park-free,m-park,371171,1\n");
	assert_int_equal(json_array_size(json), 2);
	assert_string_equal(text_of(json_array_get(json, 0), "home_region"), "371171");
	assert_int_equal(number_of(json_array_get(json, 0), "count"), 2);
	DO(2, "--db", db, "report", "unmet", "--from", "2026-02-30");
	free(csv);
	free(day);
	json_decref(json);
	/* A refusal of nobody, and text for people. */
	DO(1, "--db", db, "redeem", "--qr", "nonsense", "--merchant", "m-park", "--benefit",
	   "park-free", "--at", "2026-11-07T10:00:00+08:00");
	char *text = EXPECT(0, "--db", db, "report", "unmet", "--from", "2026-11-07");
	assert_non_null(strstr(text, "malformed\tpark-free\tm-park\t-\t1\n"));
	free(text);
}

static void uses(void **state)
{
	char *csv = EXPECT(0, "--db", db, "report", "uses", "--csv", "--from", "2026-11-01");
	char *text = EXPECT(0, "--db", db, "report", "uses", "--until", "2026-10-01");

	(void)state;
	assert_string_equal(csv, "day,scene,benefit,merchant,uses,voided,payable,saved\n"
				 "2026-11-02,,park-free,m-park,1,0,0,0\n"
				 "2026-11-02,,shop-off,m-shop,1,0,8000,2000\n"
				 "2026-11-03,,shop-off,m-shop,1,0,4000,1000\n"
				 "2026-11-04,,shop-off,m-shop,0,1,0,0\n"
				 "2026-11-05,,shop-off,m-shop,1,0,16000,4000\n");
	assert_non_null(strstr(text, "2026-10-01\t\tshop-off\tm-shop\t1\t0\t80\t20\n"));
	free(csv);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drafts),
		cmocka_unit_test(rehearsal_says_more),
		cmocka_unit_test(rehearsal_refuses),
		cmocka_unit_test(drafts_and_purchases),
		cmocka_unit_test(as_it_is_in_force),
		cmocka_unit_test(unmet),
		cmocka_unit_test(uses),
		cmocka_unit_test(explained),
		cmocka_unit_test(each_fault_is_named),
	};

	return cmocka_run_group_tests(tests, set_up, centre_tear_down);
}
