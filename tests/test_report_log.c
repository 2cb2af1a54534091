/* The program youdai: uses of the log by what one asks for, and what merchants settle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "db/audit.h"
#include "tests/bureau.h"
#include "tests/centre.h"
#include "tests/small_registry.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char db[512];

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	snprintf(db, sizeof db, "%s", centre_path("bureau.db"));
	bureau_fill(db);
	bureau_add_uses(db);
	return 0;
}

static void assert_says(const char *name, char *text, const char *expected)
{
	if (strcmp(text, expected) != 0)
		fail_msg("%s:\n%sin place of\n%s", name, text, expected);
	free(text);
}

/* --- uses, added up --- */

#define AMOUNTS "uses,voided,payable,saved\n"

static void uses_are_added_up_by_one_heading(void **state)
{
	static const struct {
		const char *by, *csv;
	} rows[] = {
		{ "day", "day," AMOUNTS "2026-09-30,1,0,9000,1000\n2026-10-01,1,0,9000,1000\n"
			 "2026-10-31,0,2,0,0\n2026-11-01,1,0,16000,4000\n"
			 "2026-11-03,1,0,0,15000\n2026-11-05,1,0,0,0\n"
			 "2026-11-30,1,0,8000,2000\n2026-12-01,1,0,8000,2000\n" },
		{ "month", "month," AMOUNTS "2026-09,1,0,9000,1000\n2026-10,1,2,9000,1000\n"
			   "2026-11,4,0,24000,21000\n2026-12,1,0,8000,2000\n" },
		{ "benefit", "benefit,title," AMOUNTS "shop-off,购物八折,3,2,32000,8000\n"
			     "cafe-off,食堂九折,2,0,18000,2000\ncard,福利卡,1,0,0,15000\n"
			     "park-free,公园免票,1,0,0,0\n" },
		{ "merchant", "merchant,name," AMOUNTS "m-shop,测试商店,4,2,32000,23000\n"
			      "m-cafe,测试食堂,2,0,18000,2000\nm-park,测试公园,1,0,0,0\n" },
		/* The café's is named by its region: it is the same unit. */
		{ "unit", "unit,name," AMOUNTS "east,东街服务站,4,2,32000,23000\n"
			  "west,西街服务站,2,0,18000,2000\ncentre,测试区服务中心,1,0,0,0\n" },
		{ "scene", "scene," AMOUNTS "购,4,2,32000,23000\n食,2,0,18000,2000\n"
			   "游,1,0,0,0\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_says(rows[i].by,
			    EXPECT(0, "--db", db, "report", "uses", "--csv", "--by", rows[i].by),
			    rows[i].csv);
}

static void both_days_of_a_time_are_in_it(void **state)
{
	json_t *json = answer_json(EXPECT(0, "--db", db, "report", "uses", "--by", "day", "--from",
					  "2026-10-31", "--until", "2026-11-01", "--json"));
	char *text = EXPECT(0, "--db", db, "report", "uses", "--by", "merchant", "--from",
			    "2026-11-30", "--until", "2026-11-30");

	(void)state;
	assert_int_equal(json_array_size(json), 2);
	assert_string_equal(text_of(json_array_get(json, 0), "day"), "2026-10-31");
	assert_int_equal(number_of(json_array_get(json, 0), "voided"), 2);
	assert_int_equal(number_of(json_array_get(json, 1), "saved"), 4000);
	assert_non_null(strstr(text, "m-shop\t测试商店\t1\t0\t80\t20\n共 1 行"));
	json_decref(json);
	free(text);
}

/* --- by class --- */

/* War counts on the last day on which it holds, and not on the next. */
#define VETERANS "veteran,退役军人,3,5,2,42000,8000\n"
#define CLASSES  "class,title,holders," AMOUNTS

static void classes_of_fewer_than_three_are_joined(void **state)
{
	(void)state;
	/* Three veterans; of war one, disabled one, of families two: joined, each use once. */
	assert_says("two of a family",
		    EXPECT(0, "--db", db, "report", "uses", "--by", "class", "--csv"),
		    CLASSES VETERANS "few,人数不足三人的类别合计,4,4,1,33000,22000\n");
	/* A third of a family: now they have a row. */
	centre_write("persons.csv", "person,name,sex,birth,home_region,needy,merit,identities\n"
				    "PERSON-31,具名者31,f,,371171,0,,family.illness\n");
	centre_write("certificates.csv", "number,person,kind,unit,state,valid_from,valid_until\n"
					 "CERT-31,PERSON-31,family,east,active,,\n");
	DO(0, "--db", db, "person", "import", centre_path("persons.csv"));
	DO(0, "--db", db, "certificate", "import", centre_path("certificates.csv"));
	bureau_redeem(db, 0, "CERT-31", "m-shop", "shop-off", "1000", "2026-12-02T10:00:00");
	assert_says("three of a family",
		    EXPECT(0, "--db", db, "report", "uses", "--by", "class", "--csv"),
		    CLASSES VETERANS "family,三属,3,3,0,8800,17200\n"
				     "few,人数不足三人的类别合计,2,2,1,25000,5000\n");
	/* Of November one veteran is left, and two others: nobody has a row. */
	assert_says("one month",
		    EXPECT(0, "--db", db, "report", "uses", "--by", "class", "--csv", "--from",
			   "2026-11-01", "--until", "2026-11-30"),
		    CLASSES "few,人数不足三人的类别合计,4,4,0,24000,21000\n");
}

static void redeem_as_guest(struct registry *registry, const char *number, int64_t now)
{
	struct presentation presentation = { .carrier = CARRIER_QR,
					     .assurance = ASSURANCE_LIVE,
					     .issuer = "yd:110105",
					     .number = number,
					     .name = "客",
					     .kind = 1 };
	struct circumstances circumstances = { .merchant = "m-shop",
					       .amount = 1000,
					       .quantity = AMOUNT_NONE,
					       .attended = true,
					       .compared = true,
					       .now = now };
	struct redemption redemption;

	assert_int_equal(entitlement_redeem(registry, &redemption, &presentation, &circumstances,
					    "shop-off", number),
			 REGISTRY_OK);
	assert_int_equal(redemption.reason, REASON_OK);
}

/* Deleted: three persons of whom the audit chain knows that they were there. */
static void forget_three(void)
{
	static const char *const persons[] = { "PERSON-01", "PERSON-02", "PERSON-03" };
	struct registry *registry;

	assert_int_equal(registry_open(&registry, db, true), REGISTRY_OK);
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	for (size_t i = 0; i < COUNT(persons); i++) {
		const struct audit_act act = { .act = "person.forget", .person = persons[i] };

		assert_int_equal(audit_append(registry, NULL, &act, 1796090400), REGISTRY_OK);
	}
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	registry_close(registry);
	small_sql(db, "DELETE FROM certificate WHERE person IN"
		      " ('PERSON-01', 'PERSON-02', 'PERSON-03');"
		      "DELETE FROM person WHERE code IN ('PERSON-01', 'PERSON-02', 'PERSON-03')");
}

static void guests_and_the_forgotten_have_rows_of_their_own(void **state)
{
	static const char *const guests[] = { "guest-1", "guest-2", "guest-3" };
	struct registry *registry;
	char *csv;

	(void)state;
	assert_int_equal(registry_open(&registry, db, true), REGISTRY_OK);
	for (size_t i = 0; i < COUNT(guests); i++)
		redeem_as_guest(registry, guests[i], 1796263200 + (int64_t)i); /* 2026-12-03 */
	registry_close(registry);
	csv = EXPECT(0, "--db", db, "report", "uses", "--by", "class", "--csv");
	assert_non_null(strstr(csv, "guest,外地持证人,3,3,0,2400,600\nfew,"));
	free(csv);
	forget_three();
	assert_says("forgotten", EXPECT(0, "--db", db, "report", "uses", "--by", "class", "--csv"),
		    CLASSES "family,三属,3,3,0,8800,17200\n"
			    "guest,外地持证人,3,3,0,2400,600\n"
			    "unknown,身份不详,3,5,2,42000,8000\n");
}

/* --- statements --- */

#define STATEMENT_HEAD "row,benefit,title,settlement,uses,voided,payable,saved,due\n"

static void a_statement_is_of_its_own_period(void **state)
{
	static const struct {
		const char *name, *merchant, *option, *value, *csv;
	} rows[] = {
		{ "taken back within: counted beside; later: still a use", "m-shop", "--month",
		  "2026-10",
		  "uses,shop-off,购物八折,monthly,1,1,8000,2000,2000\n"
		  "total,,,,1,1,8000,2000,2000\n" },
		{ "a use of an earlier month taken back is a correction", "m-shop", "--month",
		  "2026-11",
		  "uses,card,福利卡,none,1,0,0,15000,0\n"
		  "uses,shop-off,购物八折,monthly,2,0,24000,6000,6000\n"
		  "correction,shop-off,购物八折,monthly,-1,0,-8000,-2000,-2000\n"
		  "total,,,,2,0,16000,19000,4000\n" },
		{ "the quarter that holds both has none", "m-shop", "--quarter", "2026-Q4",
		  "uses,card,福利卡,none,1,0,0,15000,0\n"
		  "uses,shop-off,购物八折,monthly,4,2,32800,8200,0\n"
		  "total,,,,5,2,32800,23200,0\n" },
		{ "the last second of September", "m-cafe", "--quarter", "2026-Q3",
		  "uses,cafe-off,食堂九折,quarterly,1,0,9000,1000,1000\n"
		  "total,,,,1,0,9000,1000,1000\n" },
		{ "the first second of October", "m-cafe", "--quarter", "2026-Q4",
		  "uses,cafe-off,食堂九折,quarterly,1,0,9000,1000,1000\n"
		  "total,,,,1,0,9000,1000,1000\n" },
		{ "a month settles nothing that is settled by quarters", "m-cafe", "--month",
		  "2026-09",
		  "uses,cafe-off,食堂九折,quarterly,1,0,9000,1000,0\n"
		  "total,,,,1,0,9000,1000,0\n" },
		{ "counted alone", "m-park", "--month", "2026-11",
		  "uses,park-free,公园免票,count,1,0,0,0,0\ntotal,,,,1,0,0,0,0\n" },
		{ "nothing was used", "m-left", "--month", "2026-12", "total,,,,0,0,0,0,0\n" },
	};
	char expected[512];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(expected, sizeof expected, STATEMENT_HEAD "%s", rows[i].csv);
		assert_says(rows[i].name,
			    EXPECT(0, "--db", db, "report", "statement", rows[i].merchant,
				   rows[i].option, rows[i].value, "--csv"),
			    expected);
	}
}

static void a_period_is_over_with_its_last_second(void **state)
{
	static const struct {
		const char *option, *value, *at, *from, *until;
		bool is_over;
	} rows[] = {
		{ "--month", "2026-11", "2026-11-30T23:59:59+08:00", "2026-11-01", "2026-11-30",
		  false },
		{ "--month", "2026-11", "2026-12-01T00:00:00+08:00", "2026-11-01", "2026-11-30",
		  true },
		{ "--month", "2024-02", "2024-02-29T23:59:59+08:00", "2024-02-01", "2024-02-29",
		  false },
		{ "--quarter", "2026-Q1", "2026-03-31T23:59:59+08:00", "2026-01-01", "2026-03-31",
		  false },
		{ "--quarter", "2026-Q4", "2026-12-31T23:59:59+08:00", "2026-10-01", "2026-12-31",
		  false },
		{ "--quarter", "2026-Q4", "2026-12-31T16:00:00Z", "2026-10-01", "2026-12-31",
		  true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *json = answer_json(EXPECT(0, "--db", db, "report", "statement", "m-shop",
						  rows[i].option, rows[i].value, "--at", rows[i].at,
						  "--json"));
		char *text = EXPECT(0, "--db", db, "report", "statement", "m-shop", rows[i].option,
				    rows[i].value, "--at", rows[i].at);

		assert_string_equal(text_of(json, "from"), rows[i].from);
		assert_string_equal(text_of(json, "until"), rows[i].until);
		assert_int_equal(json_is_true(json_object_get(json, "over")), rows[i].is_over);
		assert_int_equal(strstr(text, "未结束 · not over") == NULL, rows[i].is_over);
		json_decref(json);
		free(text);
	}
}

static void a_statement_can_be_printed_and_signed(void **state)
{
	static const char *const parts[] = {
		"优待商户结算单 · Merchant settlement statement\n",
		"商户 merchant: 测试商店 (m-shop)\n",
		"单位 unit: 东街服务站 (east)\n",
		"期间 period: 2026-11 (2026-11-01 – 2026-11-30)\n",
		"制单 made: 2026-12-05 09:30 北京时间 Beijing time\n",
		"\n购物八折                按月 monthly        2       0      240.00      60.00"
		"      60.00\n",
		"\n更正前期 购物八折       按月 monthly       -1       0      -80.00     -20.00"
		"     -20.00\n",
		"\n合计                                        2       0      160.00     190.00"
		"      40.00\n",
		"商户盖章 merchant's seal: ____",
		"单位盖章 unit's seal: ____",
	};
	char *text = EXPECT(0, "--db", db, "report", "statement", "m-shop", "--month", "2026-11",
			    "--at", "2026-12-05T09:30:00+08:00");

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (strstr(text, parts[i]) == NULL)
			fail_msg("no \"%s\" in\n%s", parts[i], text);
	free(text);
}

static void a_statement_for_programs(void **state)
{
	json_t *json = answer_json(EXPECT(0, "--db", db, "report", "statement", "m-cafe",
					  "--quarter", "2026-Q4", "--json"));
	const json_t *rows = json_object_get(json, "rows");

	(void)state;
	assert_string_equal(text_of(json, "merchant"), "m-cafe");
	assert_string_equal(text_of(json, "name"), "测试食堂");
	assert_string_equal(text_of(json, "unit"), "west");
	assert_string_equal(text_of(json, "unit_name"), "西街服务站");
	assert_string_equal(text_of(json, "period"), "2026-Q4");
	assert_int_equal(json_array_size(rows), 1);
	assert_string_equal(text_of(json_array_get(rows, 0), "row"), "uses");
	assert_string_equal(text_of(json_array_get(rows, 0), "settlement"), "quarterly");
	assert_int_equal(number_of(json_object_get(json, "total"), "due"), 1000);
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", db, "report", "statement", "m-none", "--month",
				  "2026-11", "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_merchant");
	json_decref(json);
}

static void wrong_options_are_wrong_usage(void **state)
{
	static const char *const periods[][2] = {
		{ "--month", "2026-13" },   { "--month", "2026-00" },    { "--month", "2026-1" },
		{ "--month", "2026-11-1" }, { "--month", "" },           { "--month", "1899-12" },
		{ "--month", "2026-Q4" },   { "--month", "２０26-1" },   { "--quarter", "2026-Q0" },
		{ "--quarter", "2026-Q5" }, { "--quarter", "2026-4" },   { "--quarter", "2026-q4" },
		{ "--quarter", "2026_Q4" }, { "--quarter", "2026-Q11" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(periods); i++)
		DO(2, "--db", db, "report", "statement", "m-shop", periods[i][0], periods[i][1]);
	DO(2, "--db", db, "report", "statement", "m-shop");
	DO(2, "--db", db, "report", "statement", "--month", "2026-11");
	DO(2, "--db", db, "report", "statement", "m-shop", "--month", "2026-11", "--quarter",
	   "2026-Q4");
	DO(2, "--db", db, "report", "statement", "m-shop", "--month", "2026-11", "--csv", "--json");
	DO(2, "--db", db, "report", "uses", "--by", "holder");
	DO(2, "--db", db, "report", "uses", "--by", "");
	DO(2, "--db", db, "report", "uses", "--by", "day", "--csv", "--json");
	DO(3, "--db", centre_path("none.db"), "report", "uses", "--by", "day");
	DO(3, "--db", centre_path("none.db"), "report", "statement", "m-shop", "--month",
	   "2026-11");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uses_are_added_up_by_one_heading),
		cmocka_unit_test(both_days_of_a_time_are_in_it),
		cmocka_unit_test(classes_of_fewer_than_three_are_joined),
		cmocka_unit_test(a_statement_is_of_its_own_period),
		cmocka_unit_test(a_period_is_over_with_its_last_second),
		cmocka_unit_test(a_statement_can_be_printed_and_signed),
		cmocka_unit_test(a_statement_for_programs),
		cmocka_unit_test(wrong_options_are_wrong_usage),
		/* The last: it deletes. */
		cmocka_unit_test(guests_and_the_forgotten_have_rows_of_their_own),
	};

	return cmocka_run_group_tests(tests, set_up, centre_tear_down);
}
