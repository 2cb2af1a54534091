/* The program youdai: ledgers of certificates, plaques, cards and scenes, and what does not agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/bureau.h"
#include "tests/centre.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char db[512];

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	snprintf(db, sizeof db, "%s", centre_path("bureau.db"));
	bureau_fill(db);
	bureau_add_ledgers(db);
	bureau_add_uses(db);
	return 0;
}

static void assert_says(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

#define REPORT(code, ...) EXPECT(code, "--db", db, "report", __VA_ARGS__, "--at", BUREAU_NOW)

/* --- certificates by unit and step --- */

#define ISSUE_HEAD                                                                            \
	"unit,name,on_file,applied,in_review,making,in_use,loss,suspended,replacing,refused," \
	"ended,total,issued_permille\n"

static void certificates_by_unit_and_step(void **state)
{
	(void)state;
	assert_says(REPORT(0, "issue", "--csv"),
		    ISSUE_HEAD "centre,测试区服务中心,0,1,1,0,3,0,0,0,0,0,5,600\n"
			       "east,东街服务站,1,0,0,0,1,1,1,0,0,0,4,750\n"
			       "north,北街服务站,0,0,0,0,0,0,0,0,1,0,1,\n"
			       "village,东村服务站,0,0,0,2,1,0,0,0,0,0,3,333\n"
			       "west,西街服务站,0,1,1,0,2,0,0,1,0,1,6,600\n");
	assert_says(REPORT(0, "issue", "--with-below", "--csv"),
		    ISSUE_HEAD "centre,测试区服务中心,1,2,2,2,7,1,1,1,1,1,19,588\n"
			       "east,东街服务站,1,0,0,2,2,1,1,0,0,0,7,571\n"
			       "north,北街服务站,0,0,0,0,0,0,0,0,1,0,1,\n"
			       "village,东村服务站,0,0,0,2,1,0,0,0,0,0,3,333\n"
			       "west,西街服务站,0,1,1,0,2,0,0,1,0,1,6,600\n");
}

static void certificates_for_programs_and_people(void **state)
{
	json_t *json = answer_json(REPORT(0, "issue", "--json"));
	char *text = REPORT(0, "issue");

	(void)state;
	assert_int_equal(json_array_size(json), 5);
	assert_string_equal(text_of(json_array_get(json, 1), "unit"), "east");
	assert_int_equal(number_of(json_array_get(json, 1), "issued_permille"), 750);
	/* Nobody is on file there: no share. */
	assert_string_equal(text_of(json_array_get(json, 2), "issued_permille"), "null");
	assert_non_null(strstr(text, "单位代码 unit\t"));
	assert_non_null(strstr(text, "north\t北街服务站\t0\t0\t0\t0\t0\t0\t0\t0\t1\t0\t1\t-\n"));
	json_decref(json);
	free(text);
}

/* --- waiting --- */

#define WAITING_HEAD "certificate,unit,applied,handed_over,working_days,state\n"
#define HANDED_OVER                                        \
	"CERT-21,centre,2026-01-05,2026-02-16,30,within\n" \
	"CERT-22,centre,2026-01-05,2026-02-17,31,beyond\n"

static void thirty_working_days_are_kept_and_one_more_is_not(void **state)
{
	(void)state;
	assert_says(REPORT(0, "waiting", "--csv"),
		    WAITING_HEAD HANDED_OVER "CERT-23,centre,2026-11-16,,6,open\n"
					     "CERT-24,centre,2026-10-12,,31,overdue\n");
	/* A day before. */
	assert_says(EXPECT(0, "--db", db, "report", "waiting", "--csv", "--at",
			   "2026-11-23T23:59:59+08:00"),
		    WAITING_HEAD HANDED_OVER "CERT-23,centre,2026-11-16,,5,open\n"
					     "CERT-24,centre,2026-10-12,,30,open\n");
}

static void waiting_ends_with_a_summary_for_people(void **state)
{
	char *text = REPORT(0, "waiting");
	json_t *json = answer_json(REPORT(0, "waiting", "--json"));

	(void)state;
	assert_non_null(strstr(text, "CERT-23\tcentre\t2026-11-16\t-\t6\topen\n"));
	assert_non_null(strstr(text, "共 4 行 · 4 rows\n30 个工作日内发放 1 件,超期发放 1 件,"
				     "尚未发放 2 件(其中已超期 1 件)\n"
				     "within 30 working days: 1, later: 1, still open: 2 (1 of "
				     "them overdue)\n"));
	assert_non_null(strstr(text, "median of those handed over: 30 working days\n"));
	assert_int_equal(json_array_size(json), 4);
	assert_string_equal(text_of(json_array_get(json, 2), "handed_over"), "null");
	assert_int_equal(number_of(json_array_get(json, 1), "working_days"), 31);
	json_decref(json);
	free(text);
	/* Before anything was handed over there is no median. */
	text = EXPECT(0, "--db", db, "report", "waiting", "--at", "2026-01-06T10:00:00+08:00");
	assert_non_null(strstr(text, "still open: 2 (0 of them overdue)\n"));
	assert_null(strstr(text, "median"));
	free(text);
}

/* --- plaques --- */

#define PLAQUE_HEAD "number,household,person,unit,state,hung\n"

static void plaques_of_a_unit_are_those_below_it_too(void **state)
{
	static const struct {
		const char *unit, *rows;
	} rows[] = {
		{ "east", "G-01,H-1,PERSON-01,east,hung,2026-03-01\n"
			  "G-02,H-1,PERSON-02,village,issued,\n" },
		{ "village", "G-02,H-1,PERSON-02,village,issued,\n" },
		{ "371171002", "G-03,,PERSON-04,371171002,,\n"
			       "G-04,H-4,PERSON-05,west,damaged,2026-03-04\n" },
		{ "north", "" },
		{ "centre", "G-01,H-1,PERSON-01,east,hung,2026-03-01\n"
			    "G-02,H-1,PERSON-02,village,issued,\n"
			    "G-03,,PERSON-04,371171002,,\n"
			    "G-04,H-4,PERSON-05,west,damaged,2026-03-04\n" },
	};
	char expected[512];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(expected, sizeof expected, PLAQUE_HEAD "%s", rows[i].rows);
		assert_says(REPORT(0, "plaques", "--csv", "--unit", rows[i].unit), expected);
	}
	/* All of them is the last of these. */
	assert_says(REPORT(0, "plaques", "--csv"), expected);
	json_t *json = answer_json(REPORT(1, "plaques", "--unit", "nowhere", "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_unit");
	json_decref(json);
}

/* --- cards and scenes --- */

static void cards_with_what_is_left(void **state)
{
	char *text = REPORT(0, "cards");

	(void)state;
	assert_says(REPORT(0, "cards", "--csv"), "certificate,benefit,value,used,left\n"
						 "CERT-04,card,40000,15000,25000\n"
						 "CERT-05,card,40000,0,40000\n");
	assert_non_null(strstr(text, "CERT-04\tcard\t400\t150\t250\n"));
	free(text);
}

static void scenes_with_their_uses(void **state)
{
	(void)state;
	assert_says(REPORT(0, "scenes", "--csv", "--from", "2026-11-01", "--until", "2026-11-30"),
		    "scene,merchants,benefits,uses,saved\n"
		    "食,1,1,0,0\n住,0,0,0,0\n行,0,0,0,0\n购,1,2,3,21000\n游,1,1,1,0\n"
		    "娱,0,0,0,0\n康,0,0,0,0\n联,0,0,0,0\n商,0,0,0,0\n贷,0,0,0,0\n庆,0,0,0,0\n");
}

/* What a benefit without a scene brings stands in a row of its own. */
static void uses_without_a_scene(void **state)
{
	char *csv;

	(void)state;
	snprintf(db, sizeof db, "%s", centre_path("plain.db"));
	centre_fill(db);
	bureau_redeem(db, 0, "C1", "m-shop", "shop-off", "10000", "2026-11-02T10:00:00");
	csv = REPORT(0, "scenes", "--csv");
	assert_non_null(strstr(csv, "购,1,0,0,0\n"));
	assert_non_null(strstr(csv, "庆,0,0,0,0\n,0,2,1,2000\n"));
	free(csv);
	snprintf(db, sizeof db, "%s", centre_path("bureau.db"));
}

/* --- what does not agree --- */

static size_t count_kind(const json_t *mismatches, const char *kind)
{
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(mismatches); i++)
		count += strcmp(text_of(json_array_get(mismatches, i), "kind"), kind) == 0;
	return count;
}

static void mismatches_are_listed_below_the_stock(void **state)
{
	json_t *json = answer_json(REPORT(0, "reconcile", "--json"));
	const json_t *stock = json_object_get(json, "stock");
	const json_t *mismatches = json_object_get(json, "mismatches");

	(void)state;
	assert_int_equal(number_of(stock, "persons"), 19);
	assert_int_equal(number_of(stock, "certificates"), 19);
	/* But CERT-08 on file, CERT-12 deceased, CERT-16 refused. */
	assert_int_equal(number_of(stock, "at_work"), 16);
	assert_int_equal(number_of(stock, "plaques"), 4);
	assert_int_equal(number_of(stock, "plaques_hung"), 1);
	assert_int_equal(number_of(json_object_get(stock, "certificate_steps"), "active"), 7);
	assert_int_equal(number_of(json_object_get(stock, "plaque_states"), "none"), 1);
	assert_int_equal(number_of(json_object_get(stock, "plaque_states"), "damaged"), 1);
	assert_int_equal(count_kind(mismatches, "plaque_without_state"), 1);
	assert_int_equal(count_kind(mismatches, "without_id_number"), 16);
	assert_int_equal(count_kind(mismatches, "holder_without_plaque"), 15);
	assert_int_equal(count_kind(mismatches, "several_at_work"), 0);
	json_decref(json);
}

static void mismatches_for_people_and_spreadsheets(void **state)
{
	char *text = REPORT(0, "reconcile"), *csv = REPORT(0, "reconcile", "--csv");

	(void)state;
	assert_non_null(strstr(text, "建档 19 人,优待证 19 件(在办和在用 16),光荣牌 4 块"
				     "(悬挂 1)\n19 people on file, 19 certificates (16 at work), "
				     "4 plaques (1 hung)\n"));
	assert_non_null(strstr(text, "光荣牌 plaques\t未登记 · not on record\t1\n"));
	assert_non_null(strstr(text, "plaque_without_state\tG-03\tPERSON-04\t光荣牌没有悬挂记录"));
	assert_ptr_equal(csv, strstr(csv, "kind,code,detail,title\n"));
	assert_non_null(strstr(csv, "\nplaque_without_state,G-03,PERSON-04,"));
	free(text);
	free(csv);
}

static void wrong_options_are_wrong_usage(void **state)
{
	static const char *const rows[][4] = {
		{ "issue", "--unit", "east" },
		{ "issue", "east" },
		{ "issue", "--json", "--csv" },
		{ "waiting", "--from", "2026-01-01" },
		{ "waiting", "--json", "--csv" },
		{ "plaques", "--unit" },
		{ "cards", "--by", "day" },
		{ "scenes", "--from", "2026-02-30" },
		{ "scenes", "--from",
		  "2026-11-02"
		  "x" },
		{ "reconcile", "--json", "--csv" },
		{ "reconcile", "--unit", "east" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		DO(2, "--db", db, "report", rows[i][0], rows[i][1], rows[i][2]);
	DO(2, "--db", db, "report", "scenes", "--from", "2026-11-02", "--until", "2026-11-01");
	DO(3, "--db", centre_path("none.db"), "report", "issue");
	DO(3, "--db", centre_path("none.db"), "report", "reconcile");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates_by_unit_and_step),
		cmocka_unit_test(certificates_for_programs_and_people),
		cmocka_unit_test(thirty_working_days_are_kept_and_one_more_is_not),
		cmocka_unit_test(waiting_ends_with_a_summary_for_people),
		cmocka_unit_test(plaques_of_a_unit_are_those_below_it_too),
		cmocka_unit_test(cards_with_what_is_left),
		cmocka_unit_test(scenes_with_their_uses),
		cmocka_unit_test(uses_without_a_scene),
		cmocka_unit_test(mismatches_are_listed_below_the_stock),
		cmocka_unit_test(mismatches_for_people_and_spreadsheets),
		cmocka_unit_test(wrong_options_are_wrong_usage),
	};

	return cmocka_run_group_tests(tests, set_up, centre_tear_down);
}
