/*
 * Days, months, years and hours as China counts them: UTC+8, whatever the machine's zone.
 *
 * Pure arithmetic; knows no clock.  A day is the number of days since 1970-01-01.
 */
#ifndef YOUDAI_DB_CHINA_TIME_H
#define YOUDAI_DB_CHINA_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHINA_OFFSET_SECONDS (8 * 3600)

struct china_time {
	int32_t day;                   /* [day] since 1970-01-01 in China */
	int year, month, day_of_month; /* 1 to 12, 1 to 31 */
	int weekday;                   /* 1 Monday to 7 Sunday */
	int minute;                    /* [min] since midnight, 0 to 1439 */
};

struct china_time china_time_at(int64_t instant);
int64_t china_midnight(int32_t day); /* [s] UTC at which the day begins */
int32_t day_from_date(int year, int month, int day_of_month);
void date_from_day(int32_t day, int *year, int *month, int *day_of_month);

/* "YYYY-MM-DD", strictly, years 1900 to 2200. */
bool day_parse(int32_t *out, const char *text);
void day_format(char out[static 11], int32_t day);

/* RFC 3339: "2026-11-22T10:24:00+08:00", "…Z", fractions dropped; and out as UTC "…Z". */
bool instant_parse(int64_t *out, const char *text);
void instant_format(char out[static 21], int64_t instant);
/* For people, as China's clocks show it: "2026-11-22 10:24". */
void instant_tell(char out[static 21], int64_t instant);

#endif
