/* Days, instants and China's calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "db/china_time.h"

static void days(void **state)
{
	static const struct {
		int year, month, day;
		int32_t days;
	} rows[] = {
		{ 1970, 1, 1, 0 },       { 1969, 12, 31, -1 },      { 1900, 1, 1, -25567 },
		{ 1900, 2, 28, -25509 }, { 1900, 3, 1, -25508 },    { 2000, 2, 29, 11016 },
		{ 2000, 3, 1, 11017 },   { 2024, 2, 29, 19782 },    { 2026, 11, 22, 20779 },
		{ 2100, 2, 28, 47540 },  { 2100, 3, 1, 47541 },     { 2200, 12, 31, 84370 },
		{ 1, 1, 1, -719162 },    { 9999, 12, 31, 2932896 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int year, month, day;

		assert_int_equal(day_from_date(rows[i].year, rows[i].month, rows[i].day),
				 rows[i].days);
		date_from_day(rows[i].days, &year, &month, &day);
		assert_int_equal(year, rows[i].year);
		assert_int_equal(month, rows[i].month);
		assert_int_equal(day, rows[i].day);
	}
}

/* Every day of three centuries against the C library, whose answer nobody here wrote. */
static void against_the_library(void **state)
{
	(void)state;
	for (int32_t day = -25567; day <= 84370; day++) {
		time_t noon = (time_t)day * 86400 + 43200;
		struct tm tm;
		struct china_time here = china_time_at(noon - CHINA_OFFSET_SECONDS);

		gmtime_r(&noon, &tm);
		assert_int_equal(here.day, day);
		assert_int_equal(here.year, tm.tm_year + 1900);
		assert_int_equal(here.month, tm.tm_mon + 1);
		assert_int_equal(here.day_of_month, tm.tm_mday);
		assert_int_equal(here.weekday, tm.tm_wday == 0 ? 7 : tm.tm_wday);
		assert_int_equal(here.minute, 720);
		assert_int_equal(day_from_date(here.year, here.month, here.day_of_month), day);
	}
}

static void midnights(void **state)
{
	static const struct {
		const char *name, *instant;
		int32_t day;
		int minute;
	} rows[] = {
		{ "a second before midnight in China", "2026-11-21T15:59:59Z", 20778, 1439 },
		{ "midnight in China", "2026-11-21T16:00:00Z", 20779, 0 },
		{ "a minute on", "2026-11-21T16:01:00Z", 20779, 1 },
		{ "the turn of the year", "2026-12-31T16:00:00Z", 20819, 0 },
		{ "before 1970", "1969-12-31T15:59:59Z", -1, 1439 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t instant;
		struct china_time time;

		assert_true(instant_parse(&instant, rows[i].instant));
		time = china_time_at(instant);
		if (time.day != rows[i].day || time.minute != rows[i].minute)
			fail_msg("%s: day %d, minute %d", rows[i].name, time.day, time.minute);
		assert_true(china_midnight(time.day) <= instant);
		assert_true(instant < china_midnight(time.day + 1));
	}
}

/* Nothing overflows, whatever an instant or a day says. */
static void extremes(void **state)
{
	static const int64_t instants[] = { INT64_MIN, INT64_MIN + 1, -1, INT64_MAX - 1,
					    INT64_MAX };
	static const int32_t extreme_days[] = { INT32_MIN, INT32_MAX };
	char text[21], day_text[11];

	(void)state;
	for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
		struct china_time time = china_time_at(instants[i]);

		assert_in_range(time.month, 1, 12);
		assert_in_range(time.weekday, 1, 7);
		assert_in_range(time.minute, 0, 1439);
		instant_format(text, instants[i]);
		assert_int_equal(strlen(text), 20);
	}
	for (size_t i = 0; i < 2; i++) {
		day_format(day_text, extreme_days[i]);
		assert_int_equal(strlen(day_text), 10);
	}
}

static void dates_as_text(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "2026-11-22", true },
		{ "1900-01-01", true },
		{ "2200-12-31", true },
		{ "2024-02-29", true },
		{ "2000-02-29", true },
		{ "1899-12-31", false },
		{ "2201-01-01", false },
		{ "2023-02-29", false },
		{ "1900-02-29", false },
		{ "2026-04-31", false },
		{ "2026-04-30", true },
		{ "2026-00-10", false },
		{ "2026-13-10", false },
		{ "2026-12-00", false },
		{ "2026-12-32", false },
		{ "2026-1-1", false },
		{ "2026-11-2", false },
		{ "2026-11-223", false },
		{ "2026/11/22", false },
		{ " 2026-11-22", false },
		{ "2026-11-22 ", false },
		{ "+026-11-22", false },
		{ "", false },
		{ "2026-11-22T00:00:00Z", false },
		{ "２026-11-22", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int32_t day = 7;
		char text[11];

		if (day_parse(&day, rows[i].text) != rows[i].good)
			fail_msg("%s", rows[i].text);
		if (!rows[i].good) {
			assert_int_equal(day, 7);
			continue;
		}
		day_format(text, day);
		assert_string_equal(text, rows[i].text);
	}
}

static void instants_as_text(void **state)
{
	static const struct {
		const char *text, *out; /* out NULL: refused */
	} rows[] = {
		{ "2026-11-22T10:24:00+08:00", "2026-11-22T02:24:00Z" },
		{ "2026-11-22T02:24:00Z", "2026-11-22T02:24:00Z" },
		{ "2026-11-22t02:24:00z", "2026-11-22T02:24:00Z" },
		{ "2026-11-22T02:24:00.999Z", "2026-11-22T02:24:00Z" },
		{ "2026-11-22T02:24:00.1+00:00", "2026-11-22T02:24:00Z" },
		{ "2026-11-22T02:24:00-00:00", "2026-11-22T02:24:00Z" },
		{ "2026-01-01T00:30:00+08:00", "2025-12-31T16:30:00Z" },
		{ "2025-12-31T23:30:00-01:00", "2026-01-01T00:30:00Z" },
		{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
		{ "2026-11-22T23:59:59+23:59", "2026-11-22T00:00:59Z" },
		{ "2026-11-22T24:00:00Z", NULL },
		{ "2026-11-22T23:60:00Z", NULL },
		{ "2026-11-22T23:59:60Z", NULL },
		{ "2026-11-22T23:59:59+24:00", NULL },
		{ "2026-11-22T23:59:59+08:60", NULL },
		{ "2026-11-22T02:24:00", NULL },
		{ "2026-11-22 02:24:00Z", NULL },
		{ "2026-11-22T02:24Z", NULL },
		{ "2026-11-22T02:24:00.Z", NULL },
		{ "2026-11-22T02:24:00.1234567890Z", NULL },
		{ "2026-11-22T02:24:00+0800", NULL },
		{ "2026-11-22T02:24:00Z ", NULL },
		{ "2026-02-30T02:24:00Z", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t instant = 7;
		char text[21];

		if (instant_parse(&instant, rows[i].text) != (rows[i].out != NULL))
			fail_msg("%s", rows[i].text);
		if (rows[i].out == NULL) {
			assert_int_equal(instant, 7);
			continue;
		}
		instant_format(text, instant);
		assert_string_equal(text, rows[i].out);
	}
}

static void test_told_to_people(void **state)
{
	static const struct {
		const char *instant, *told;
	} rows[] = {
		{ "2026-11-22T10:24:00+08:00", "2026-11-22 10:24" },
		{ "2026-11-22T15:59:59Z", "2026-11-22 23:59" },
		{ "2026-11-22T16:00:00Z", "2026-11-23 00:00" },
	};
	int64_t instant;
	char told[21];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(instant_parse(&instant, rows[i].instant));
		instant_tell(told, instant);
		assert_string_equal(told, rows[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days),
		cmocka_unit_test(against_the_library),
		cmocka_unit_test(midnights),
		cmocka_unit_test(extremes),
		cmocka_unit_test(dates_as_text),
		cmocka_unit_test(instants_as_text),
		cmocka_unit_test(test_told_to_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
