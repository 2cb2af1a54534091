/*
 * The conditions of a benefit document: where it is given, to whom, and when.
 */
#include "db/benefit_json.h"

#include <stdio.h>
#include <string.h>

#include "db/china_time.h"

#define REGION_MAX  12  /* [digit] */
#define AGE_MAX     150 /* [year] */
#define DAY_MINUTES 1440

static bool read_day(struct document *document, int32_t *out, struct json_t *json)
{
	const char *text;

	if (!document_text(document, &text, json, BENEFIT_WORD_MAX))
		return false;
	return day_parse(out, text) ||
	       document_refuse(document, "This must be a date such as 2026-11-22.");
}

static bool two_digits(const char *text, int32_t *out)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return false;
	*out = (text[0] - '0') * 10 + (text[1] - '0');
	return true;
}

/* Two numbers of two digits with a sign between them. */
static bool read_pair(struct document *document, int32_t *first, int32_t *second,
		      struct json_t *json, char sign)
{
	const char *text;

	if (!document_text(document, &text, json, BENEFIT_WORD_MAX))
		return false;
	if (strlen(text) != 5 || !two_digits(text, first) || text[2] != sign ||
	    !two_digits(text + 3, second))
		return document_refuse(
			document, sign == ':' ? "This must be an hour such as 08:30."
					      : "This must be a day of the year such as 08-01.");
	return true;
}

static bool read_day_of_year(struct document *document, int32_t *out, struct json_t *json)
{
	char date[16];
	int32_t month = 0, day = 0, unused;

	if (!read_pair(document, &month, &day, json, '-'))
		return false;
	snprintf(date, sizeof date, "2024-%02u-%02u", (unsigned)month % 100, (unsigned)day % 100);
	if (!day_parse(&unused, date))
		return document_refuse(document, "There is no such day in any year.");
	*out = month * 100 + day;
	return true;
}

static bool read_minute(struct document *document, int32_t *out, struct json_t *json)
{
	int32_t hour = 0, minute = 0;

	if (!read_pair(document, &hour, &minute, json, ':'))
		return false;
	if (minute > 59 || hour * 60 + minute > DAY_MINUTES)
		return document_refuse(document, "An hour lies between 00:00 and 24:00.");
	*out = hour * 60 + minute;
	return true;
}

/* --- lists of values --- */

/* The provinces' codes of GB/T 2260: what lies below them changes, these do not. */
static bool is_province(const char *code)
{
	static const char codes[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46"
				    " 50 51 52 53 54 61 62 63 64 65 71 81 82";

	for (const char *at = codes; *at != '\0'; at += 2 + (at[2] == ' ')) {
		if (at[0] == code[0] && (code[1] == '\0' || at[1] == code[1]))
			return true;
	}
	return false;
}

bool benefit_is_region(const char *text)
{
	return strspn(text, "0123456789") == strlen(text) && strlen(text) <= REGION_MAX &&
	       is_province(text);
}

bool benefit_is_class(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.:") == strlen(text);
}

static bool is_cause(const char *text)
{
	return strcmp(text, "war") == 0 || strcmp(text, "duty") == 0 ||
	       strcmp(text, "illness") == 0;
}

static bool read_regions(struct document *document, struct text_list *out, struct json_t *json)
{
	return benefit_read_words(document, out, json, benefit_is_region, BENEFIT_REGION_RULE);
}

struct mask {
	uint32_t bits;
	const char *const *names;
	size_t count;
};

static bool read_mask_name(struct document *document, void *context, size_t index,
			   struct json_t *json)
{
	struct mask *mask = context;
	size_t name;

	(void)index;
	if (!document_name(document, &name, json, mask->names, mask->count))
		return false;
	mask->bits |= 1U << name;
	return true;
}

/* A list of exactly two. */
static bool is_pair(struct document *document, struct json_t *json, const char *what)
{
	size_t count;

	if (!document_list(document, &count, json))
		return false;
	return count == 2 || document_refuse(document, "This must be a list of two %s.", what);
}

struct range {
	int32_t ends[2], least, most;
};

static bool read_end(struct document *document, void *context, size_t index, struct json_t *json)
{
	struct range *range = context;
	int64_t value = range->ends[index];

	if (!document_is_null(json) &&
	    !document_integer(document, &value, json, range->least, range->most))
		return false;
	range->ends[index] = (int32_t)value;
	return true;
}

bool benefit_read_range(struct document *document, int32_t *first, int32_t *last,
			struct json_t *json, int32_t least, int32_t most)
{
	struct range range = { .ends = { *first, *last }, .least = least, .most = most };

	if (!is_pair(document, json, "numbers") || !document_each(document, json, &range, read_end))
		return false;
	*first = range.ends[0];
	*last = range.ends[1];
	if (*first >= 0 && *last >= 0 && *first > *last)
		return document_refuse(document, "The first number is above the second.");
	return true;
}

/* --- where --- */

static bool read_merchants(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return benefit_read_words(document, &benefit->merchants, json, NULL, NULL);
}

static bool read_venues(struct document *document, struct benefit *benefit, struct json_t *json)
{
	const char *names[VENUE_COUNT];
	struct mask mask = { .names = names, .count = VENUE_COUNT };

	for (size_t i = 0; i < VENUE_COUNT; i++)
		names[i] = venue_name((enum venue)i);
	if (!document_each(document, json, &mask, read_mask_name))
		return false;
	benefit->venues = mask.bits;
	return true;
}

static bool read_where_regions(struct document *document, struct benefit *benefit,
			       struct json_t *json)
{
	return read_regions(document, &benefit->regions, json);
}

static bool read_not_regions(struct document *document, struct benefit *benefit,
			     struct json_t *json)
{
	return read_regions(document, &benefit->not_regions, json);
}

bool benefit_read_where(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const struct member members[] = {
		{ "merchants", read_merchants },
		{ "venues", read_venues },
		{ "regions", read_where_regions },
		{ "not_regions", read_not_regions },
	};

	return READ(document, benefit, json, members);
}

/* --- who --- */

static bool read_kinds(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "veteran", "family" };
	struct mask mask = { .names = names, .count = COUNT(names) };

	if (!document_each(document, json, &mask, read_mask_name))
		return false;
	benefit->kinds = mask.bits << 1; /* a veteran's certificate is of kind 1 */
	return true;
}

static bool read_classes(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return benefit_read_words(document, &benefit->classes, json, benefit_is_class,
				  BENEFIT_CLASS_RULE);
}

static bool read_cause(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return benefit_read_words(document, &benefit->cause, json, is_cause,
				  "A cause is war, duty or illness.");
}

static bool read_home_regions(struct document *document, struct benefit *benefit,
			      struct json_t *json)
{
	return read_regions(document, &benefit->home_regions, json);
}

static bool read_grade(struct document *document, struct benefit *benefit, struct json_t *json)
{
	benefit->grade_first = 1;
	benefit->grade_last = 10;
	return benefit_read_range(document, &benefit->grade_first, &benefit->grade_last, json, 1,
				  10);
}

static bool read_merit(struct document *document, struct benefit *benefit, struct json_t *json)
{
	benefit->merit_first = 1;
	benefit->merit_last = 3;
	return benefit_read_range(document, &benefit->merit_first, &benefit->merit_last, json, 1,
				  3);
}

static bool read_age(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return benefit_read_range(document, &benefit->age_first, &benefit->age_last, json, 0,
				  AGE_MAX);
}

static bool read_needy(struct document *document, struct benefit *benefit, struct json_t *json)
{
	bool needy;

	if (!document_bool(document, &needy, json))
		return false;
	benefit->needy = needy ? 1 : 0;
	return true;
}

bool benefit_read_who(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const struct member members[] = {
		{ "kinds", read_kinds }, { "classes", read_classes },
		{ "grade", read_grade }, { "cause", read_cause },
		{ "merit", read_merit }, { "age", read_age },
		{ "needy", read_needy }, { "home_regions", read_home_regions },
	};

	return READ(document, benefit, json, members);
}

/* --- when --- */

static bool read_from(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return read_day(document, &benefit->from, json);
}

static bool read_until(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return read_day(document, &benefit->until, json);
}

static bool read_day_end(struct document *document, void *context, size_t index,
			 struct json_t *json)
{
	return read_day_of_year(document, (int32_t *)context + index, json);
}

static bool read_minute_end(struct document *document, void *context, size_t index,
			    struct json_t *json)
{
	return read_minute(document, (int32_t *)context + index, json);
}

static bool read_day_window(struct document *document, void *context, size_t index,
			    struct json_t *json)
{
	int32_t ends[2];

	if (!is_pair(document, json, "days of the year") ||
	    !document_each(document, json, ends, read_day_end))
		return false;
	((struct day_window *)context)[index] = (struct day_window){ ends[0], ends[1] };
	return true;
}

static bool read_hour_window(struct document *document, void *context, size_t index,
			     struct json_t *json)
{
	int32_t ends[2];

	if (!is_pair(document, json, "hours") ||
	    !document_each(document, json, ends, read_minute_end))
		return false;
	if (ends[0] == ends[1] || ends[0] == DAY_MINUTES)
		return document_refuse(document, "The hours end where they begin.");
	((struct hour_window *)context)[index] = (struct hour_window){ ends[0], ends[1] };
	return true;
}

static bool read_annual(struct document *document, struct benefit *benefit, struct json_t *json)
{
	struct day_window *windows;
	size_t count;

	if (!document_list(document, &count, json) || count == 0)
		return document->status == BENEFIT_OK;
	windows = benefit_keep(document, count, sizeof *windows);
	if (windows == NULL || !document_each(document, json, windows, read_day_window))
		return false;
	benefit->annual = (struct day_windows){ count, windows };
	return true;
}

static bool read_hours(struct document *document, struct benefit *benefit, struct json_t *json)
{
	struct hour_window *windows;
	size_t count;

	if (!document_list(document, &count, json))
		return false;
	if (count == 0)
		return document->stored ||
		       document_refuse(document, "There are no hours in it: leave it out.");
	windows = benefit_keep(document, count, sizeof *windows);
	if (windows == NULL || !document_each(document, json, windows, read_hour_window))
		return false;
	benefit->hours = (struct hour_windows){ count, windows };
	return true;
}

static bool read_weekday(struct document *document, void *context, size_t index,
			 struct json_t *json)
{
	struct benefit *benefit = context;
	int64_t weekday;

	(void)index;
	if (!document_integer(document, &weekday, json, 1, 7))
		return false;
	benefit->weekdays |= (uint8_t)(1U << (weekday - 1));
	return true;
}

static bool read_weekdays(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_each(document, json, benefit, read_weekday);
}

static bool read_holidays(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "any", "only", "never" };
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	benefit->holidays = (enum holiday_rule)name;
	return true;
}

static bool read_festivals(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "any", "never" };
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	benefit->no_festivals = name == 1;
	return true;
}

bool benefit_read_when(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const struct member members[] = {
		{ "from", read_from },           { "until", read_until },
		{ "annual", read_annual },       { "weekdays", read_weekdays },
		{ "hours", read_hours },         { "holidays", read_holidays },
		{ "festivals", read_festivals },
	};

	if (!READ(document, benefit, json, members))
		return false;
	return benefit->from <= benefit->until ||
	       document_refuse(document, "It ends before it begins.");
}
