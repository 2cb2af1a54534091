#include "db/china_time.h"

#include <stdio.h>

#define DAY_SECONDS 86400
/* Instants are held within the years 0001 to 9999, so that no arithmetic on them can overflow. */
#define INSTANT_FIRST (-62135596800)
#define INSTANT_LAST  253402271999

static int64_t held(int64_t instant)
{
	if (instant < INSTANT_FIRST)
		return INSTANT_FIRST;
	return instant > INSTANT_LAST ? INSTANT_LAST : instant;
}

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* The count of days starts its years in March, so that a leap day is the last of its year; eras
 * are the 400 years (146,097 days) after which the Gregorian calendar repeats. */
int32_t day_from_date(int year, int month, int day_of_month)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_divide(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (int32_t)(era * 146097 + day_of_era - 719468);
}

void date_from_day(int32_t day, int *year, int *month, int *day_of_month)
{
	int64_t shifted = (int64_t)day + 719468;
	int64_t era = floor_divide(shifted, 146097);
	int32_t day_of_era = (int32_t)(shifted - era * 146097);
	int32_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int32_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t shifted_month = (5 * day_of_year + 2) / 153;

	*day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
	*month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
	*year = (int)(year_of_era + era * 400) + (*month <= 2);
}

struct china_time china_time_at(int64_t instant)
{
	int64_t local = held(instant) + CHINA_OFFSET_SECONDS;
	int64_t day = floor_divide(local, DAY_SECONDS);
	struct china_time time = {
		.day = (int32_t)day,
		.minute = (int)((local - day * DAY_SECONDS) / 60),
		/* 1970-01-01 was a Thursday. */
		.weekday = (int)(((day + 3) % 7 + 7) % 7) + 1,
	};

	date_from_day(time.day, &time.year, &time.month, &time.day_of_month);
	return time;
}

int64_t china_midnight(int32_t day)
{
	return (int64_t)day * DAY_SECONDS - CHINA_OFFSET_SECONDS;
}

/* Exactly `digits` decimal digits; advances *text past them. */
static bool number_parse(int *out, const char **text, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*out = value;
	return true;
}

static bool sign_parse(const char **text, char sign)
{
	if (**text != sign)
		return false;
	(*text)++;
	return true;
}

static int month_length(int year, int month)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return lengths[month - 1] + (month == 2 && leap);
}

static bool date_parse(int32_t *out, const char **text)
{
	int year, month, day;

	if (!number_parse(&year, text, 4) || !sign_parse(text, '-') ||
	    !number_parse(&month, text, 2) || !sign_parse(text, '-') ||
	    !number_parse(&day, text, 2))
		return false;
	if (year < 1900 || year > 2200 || month < 1 || month > 12)
		return false;
	if (day < 1 || day > month_length(year, month))
		return false;
	*out = day_from_date(year, month, day);
	return true;
}

bool day_parse(int32_t *out, const char *text)
{
	int32_t day;

	if (!date_parse(&day, &text) || *text != '\0')
		return false;
	*out = day;
	return true;
}

/* Two digits each, within the years of four digits. */
static void date_format(char *out, size_t size, int year, int month, int day)
{
	if (year < 0)
		year = 0;
	if (year > 9999)
		year = 9999;
	snprintf(out, size, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
		 (unsigned)day % 100);
}

void day_format(char out[static 11], int32_t day)
{
	int year, month, day_of_month;

	date_from_day(day, &year, &month, &day_of_month);
	date_format(out, 11, year, month, day_of_month);
}

static bool clock_parse(int32_t *seconds, const char **text)
{
	int hour, minute, second;

	if (!number_parse(&hour, text, 2) || !sign_parse(text, ':') ||
	    !number_parse(&minute, text, 2) || !sign_parse(text, ':') ||
	    !number_parse(&second, text, 2))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*seconds = hour * 3600 + minute * 60 + second;
	return true;
}

/* A fraction is read and dropped: 1 to 9 digits after a point, or nothing at all. */
static bool fraction_parse(const char **text)
{
	int digits = 0;

	if (!sign_parse(text, '.'))
		return true;
	for (; **text >= '0' && **text <= '9'; (*text)++)
		digits++;
	return digits >= 1 && digits <= 9;
}

static bool offset_parse(int32_t *seconds, const char **text)
{
	int hour, minute;
	char sign = **text;

	*seconds = 0;
	if (sign == 'Z' || sign == 'z') {
		(*text)++;
		return true;
	}
	if (sign != '+' && sign != '-')
		return false;
	(*text)++;
	if (!number_parse(&hour, text, 2) || !sign_parse(text, ':') ||
	    !number_parse(&minute, text, 2) || hour > 23 || minute > 59)
		return false;
	*seconds = (hour * 3600 + minute * 60) * (sign == '-' ? -1 : 1);
	return true;
}

bool instant_parse(int64_t *out, const char *text)
{
	int32_t day, clock, offset;

	if (!date_parse(&day, &text) || (*text != 'T' && *text != 't'))
		return false;
	text++;
	if (!clock_parse(&clock, &text) || !fraction_parse(&text) || !offset_parse(&offset, &text))
		return false;
	if (*text != '\0')
		return false;
	*out = (int64_t)day * DAY_SECONDS + clock - offset;
	return true;
}

void instant_format(char out[static 21], int64_t instant)
{
	int64_t seconds = held(instant);
	int64_t day = floor_divide(seconds, DAY_SECONDS);
	uint32_t clock = (uint32_t)(seconds - day * DAY_SECONDS);

	day_format(out, (int32_t)day);
	snprintf(out + 10, 11, "T%02u:%02u:%02uZ", clock / 3600 % 24, clock / 60 % 60, clock % 60);
}

void instant_tell(char out[static 21], int64_t instant)
{
	struct china_time time = china_time_at(instant);

	day_format(out, time.day);
	snprintf(out + 10, 11, " %02d:%02d", time.minute / 60 % 24, time.minute % 60);
}
