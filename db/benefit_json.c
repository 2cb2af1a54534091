/*
 * Benefit documents as benefits: each object of a document is a table of members, each member a
 * reader of a few lines.
 */
#include "db/benefit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/catalogue.h"
#include "db/china_time.h"
#include "db/document.h"

#define STRING_MAX  63  /* [byte] of a merchant, a class, a proof */
#define REGION_MAX  12  /* [digit] */
#define AGE_MAX     150 /* [year] */
#define DAY_MINUTES 1440

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define READ(document, benefit, json, members) \
	document_members(document, benefit, json, members, COUNT(members), &(uint32_t){ 0 })

static void *keep(struct document *document, size_t count, size_t size)
{
	void *memory = catalogue_keep(document->catalogue, count, size);

	if (memory == NULL)
		document->status = BENEFIT_NO_MEMORY;
	return memory;
}

static bool read_day(struct document *document, int32_t *out, struct json_t *json)
{
	const char *text;

	if (!document_text(document, &text, json, STRING_MAX))
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

	if (!document_text(document, &text, json, STRING_MAX))
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
	int32_t month, day, unused;

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
	int32_t hour, minute;

	if (!read_pair(document, &hour, &minute, json, ':'))
		return false;
	if (minute > 59 || hour * 60 + minute > DAY_MINUTES)
		return document_refuse(document, "An hour lies between 00:00 and 24:00.");
	*out = hour * 60 + minute;
	return true;
}

/* --- lists of values --- */

typedef bool text_rule(const char *text);

static bool is_any(const char *text)
{
	return *text != '\0';
}

static bool is_region(const char *text)
{
	return strspn(text, "0123456789") == strlen(text) && strlen(text) <= REGION_MAX;
}

static bool is_class(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.:") == strlen(text);
}

static bool is_cause(const char *text)
{
	return strcmp(text, "war") == 0 || strcmp(text, "duty") == 0 ||
	       strcmp(text, "illness") == 0;
}

struct texts {
	const char **items;
	text_rule *rule;
	const char *rule_text;
};

static bool read_list_text(struct document *document, void *context, size_t index,
			   struct json_t *json)
{
	struct texts *texts = context;
	const char *text;
	char *copy;

	if (!document_text(document, &text, json, STRING_MAX))
		return false;
	if (!texts->rule(text))
		return document_refuse(document, "%s", texts->rule_text);
	copy = keep(document, strlen(text) + 1, 1);
	if (copy == NULL)
		return false;
	texts->items[index] = strcpy(copy, text);
	return true;
}

static bool read_texts(struct document *document, struct text_list *out, struct json_t *json,
		       text_rule *rule, const char *rule_text)
{
	struct texts texts = { .rule = rule, .rule_text = rule_text };
	size_t count;

	if (!document_list(document, &count, json) || count == 0)
		return document->status == BENEFIT_OK;
	texts.items = keep(document, count, sizeof *texts.items);
	if (texts.items == NULL || !document_each(document, json, &texts, read_list_text))
		return false;
	*out = (struct text_list){ .count = count, .items = texts.items };
	return true;
}

static bool read_regions(struct document *document, struct text_list *out, struct json_t *json)
{
	return read_texts(document, out, json, is_region,
			  "A region is a code of up to 12 digits, or the first ones of it.");
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

/* Two numbers, both inclusive, each within least to most; null leaves *first or *last as it is. */
static bool read_range(struct document *document, int32_t *first, int32_t *last,
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
	return read_texts(document, &benefit->merchants, json, is_any, "");
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

static bool read_where(struct document *document, struct benefit *benefit, struct json_t *json)
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
	return read_texts(document, &benefit->classes, json, is_class,
			  "A class is written as in the import of persons: veteran.officer.");
}

static bool read_cause(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return read_texts(document, &benefit->cause, json, is_cause,
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
	return read_range(document, &benefit->grade_first, &benefit->grade_last, json, 1, 10);
}

static bool read_merit(struct document *document, struct benefit *benefit, struct json_t *json)
{
	benefit->merit_first = 1;
	benefit->merit_last = 3;
	return read_range(document, &benefit->merit_first, &benefit->merit_last, json, 1, 3);
}

static bool read_age(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return read_range(document, &benefit->age_first, &benefit->age_last, json, 0, AGE_MAX);
}

static bool read_needy(struct document *document, struct benefit *benefit, struct json_t *json)
{
	bool needy;

	if (!document_bool(document, &needy, json))
		return false;
	benefit->needy = needy ? 1 : 0;
	return true;
}

static bool read_who(struct document *document, struct benefit *benefit, struct json_t *json)
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
	windows = keep(document, count, sizeof *windows);
	if (windows == NULL || !document_each(document, json, windows, read_day_window))
		return false;
	benefit->annual = (struct day_windows){ count, windows };
	return true;
}

static bool read_hours(struct document *document, struct benefit *benefit, struct json_t *json)
{
	struct hour_window *windows;
	size_t count;

	if (!document_list(document, &count, json) || count == 0)
		return document->status == BENEFIT_OK;
	windows = keep(document, count, sizeof *windows);
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

static bool read_when(struct document *document, struct benefit *benefit, struct json_t *json)
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

/* --- value --- */

static bool read_type(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = {
		"priority",     "free",      "percent_off", "fixed_price",  "amount_off",
		"per_unit_off", "reimburse", "free_then",   "stored_value", "graded",
	};
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	if (name >= VALUE_COUNT)
		return document_refuse(document, "This version cannot work out \"%s\" yet.",
				       names[name]);
	benefit->value.type = (enum value_type)name;
	return true;
}

static bool read_percent(struct document *document, struct benefit *benefit, struct json_t *json)
{
	int64_t percent;

	if (!document_integer(document, &percent, json, 0, 100))
		return false;
	benefit->value.percent = (int32_t)percent;
	return true;
}

static bool read_companions(struct document *document, struct benefit *benefit, struct json_t *json)
{
	int64_t companions;

	if (!document_integer(document, &companions, json, 0, 99))
		return false;
	benefit->value.companions = (int32_t)companions;
	return true;
}

static bool read_fen(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &benefit->value.fen, json, 0, INT64_MAX);
}

static bool read_value_from(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &benefit->value.from, json, 0, INT64_MAX);
}

static bool read_value(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const struct member members[] = {
		{ "type", read_type },       { "companions", read_companions },
		{ "percent", read_percent }, { "fen", read_fen },
		{ "from", read_value_from },
	};
	enum { TYPE = 1, COMPANIONS = 2, PERCENT = 4, FEN = 8, FROM = 16 };
	static const struct {
		uint32_t needed, allowed;
	} rules[VALUE_COUNT] = {
		[VALUE_PRIORITY] = { TYPE, TYPE },
		[VALUE_FREE] = { TYPE, TYPE | COMPANIONS },
		[VALUE_PERCENT_OFF] = { TYPE | PERCENT, TYPE | PERCENT },
		[VALUE_FIXED_PRICE] = { TYPE | FEN, TYPE | FEN },
		[VALUE_AMOUNT_OFF] = { TYPE | FEN, TYPE | FEN | FROM },
	};
	struct json_t *type = document_member(json, "type");
	uint32_t seen;
	size_t length = document_enter(document, ".type");

	/* The type first: it may be one whose other members are not known yet. */
	if (type != NULL && !read_type(document, benefit, type))
		return false;
	document_leave(document, length);
	if (!document_members(document, benefit, json, members, COUNT(members), &seen))
		return false;
	for (size_t i = 0; i < COUNT(members); i++) {
		if ((rules[benefit->value.type].needed & ~seen & 1U << i) != 0)
			return document_refuse(document, "The value lacks \"%s\".",
					       members[i].name);
		if ((~rules[benefit->value.type].allowed & seen & 1U << i) != 0)
			return document_refuse(document, "A value of this type has no \"%s\".",
					       members[i].name);
	}
	return true;
}

/* --- limits --- */

static struct limit *last_limit(struct benefit *benefit)
{
	return &benefit->limits[benefit->limit_count - 1];
}

static bool read_per(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "holder", "venue" };
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	last_limit(benefit)->per_venue = name == 1;
	return true;
}

static bool read_period(struct document *document, struct benefit *benefit, struct json_t *json)
{
	const char *names[PERIOD_COUNT];
	size_t name;

	for (size_t i = 0; i < PERIOD_COUNT; i++)
		names[i] = period_name((enum period)i);
	if (!document_name(document, &name, json, names, PERIOD_COUNT))
		return false;
	last_limit(benefit)->period = (enum period)name;
	return true;
}

static bool read_count(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &last_limit(benefit)->count, json, 0, INT64_MAX);
}

static bool read_amount(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &last_limit(benefit)->amount, json, 0, INT64_MAX);
}

static bool read_limit(struct document *document, void *context, size_t index, struct json_t *json)
{
	static const struct member members[] = {
		{ "per", read_per },
		{ "period", read_period },
		{ "count", read_count },
		{ "amount", read_amount },
	};
	struct benefit *benefit = context;
	uint32_t seen;

	if (index >= BENEFIT_LIMITS_MAX)
		return document_refuse(document, "A benefit has at most %d limits.",
				       BENEFIT_LIMITS_MAX);
	benefit->limits[benefit->limit_count++] = (struct limit){ .count = -1, .amount = -1 };
	if (!document_members(document, benefit, json, members, COUNT(members), &seen))
		return false;
	if ((seen & 3) != 3)
		return document_refuse(document, "A limit says per whom and in which period.");
	return (seen & 12) != 0 ||
	       document_refuse(document, "A limit says a count, an amount or both.");
}

static bool read_limits(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_each(document, json, benefit, read_limit);
}

/* --- the rest, and the whole --- */

static bool read_id(struct document *document, struct benefit *benefit, struct json_t *json)
{
	const char *text;

	if (!document_text(document, &text, json, BENEFIT_ID_MAX))
		return false;
	if (strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") !=
	    strlen(text))
		return document_refuse(document, "An id is of letters, digits, '-', '_' and '.'.");
	strcpy(benefit->id, text);
	return true;
}

static bool copy_text(struct document *document, char *out, size_t size, struct json_t *json)
{
	const char *text;

	if (!document_text(document, &text, json, size - 1))
		return false;
	strcpy(out, text);
	return true;
}

static bool read_title_zh(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return copy_text(document, benefit->title[0], sizeof benefit->title[0], json);
}

static bool read_title_en(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return copy_text(document, benefit->title[1], sizeof benefit->title[1], json);
}

static bool read_title(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const struct member members[] = { { "zh", read_title_zh }, { "en", read_title_en } };

	return READ(document, benefit, json, members);
}

static bool read_scope_zh(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return copy_text(document, benefit->scope[0], sizeof benefit->scope[0], json);
}

static bool read_scope_en(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return copy_text(document, benefit->scope[1], sizeof benefit->scope[1], json);
}

static bool read_scope(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const struct member members[] = { { "zh", read_scope_zh }, { "en", read_scope_en } };

	return READ(document, benefit, json, members);
}

static bool read_scene(struct document *document, struct benefit *benefit, struct json_t *json)
{
	const char *text;

	if (!document_text(document, &text, json, STRING_MAX))
		return false;
	if (!scene_is_known(text))
		return document_refuse(document, "A scene is one of 食住行购游娱康联商贷庆.");
	strcpy(benefit->scene, text);
	return true;
}

static bool read_stack(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "with_all", "with_discount", "alone" };
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	benefit->stack = (enum stacking)name;
	return true;
}

static bool read_proof(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return read_texts(document, &benefit->proof, json, is_any, "");
}

static bool read_assurance(struct document *document, struct benefit *benefit, struct json_t *json)
{
	int64_t assurance;

	if (!document_integer(document, &assurance, json, 0, 4))
		return false;
	benefit->assurance = (int32_t)assurance;
	return true;
}

static bool read_settlement(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[] = { "none", "count", "monthly", "quarterly", "at_once" };
	size_t name;

	if (!document_name(document, &name, json, names, COUNT(names)))
		return false;
	benefit->settlement = (enum settlement)name;
	return true;
}

static bool read_offline(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_bool(document, &benefit->offline, json);
}

/* A title in one language stands for both; without any the id does. */
static void fill_title(struct benefit *benefit)
{
	if (benefit->title[0][0] == '\0')
		strcpy(benefit->title[0],
		       benefit->title[1][0] != '\0' ? benefit->title[1] : benefit->id);
	if (benefit->scope[0][0] == '\0')
		strcpy(benefit->scope[0], benefit->scope[1]);
}

static bool read_benefit(struct document *document, size_t index)
{
	static const struct member members[] = {
		{ "benefit", read_id },
		{ "title", read_title },
		{ "scope", read_scope },
		{ "scene", read_scene },
		{ "where", read_where },
		{ "who", read_who },
		{ "when", read_when },
		{ "value", read_value },
		{ "limits", read_limits },
		{ "stack", read_stack },
		{ "proof", read_proof },
		{ "assurance", read_assurance },
		{ "settlement", read_settlement },
		{ "offline", read_offline },
	};
	struct benefit *benefit = &document->catalogue->benefits[index];

	document_begin(document, index);
	if (!READ(document, benefit, document_at(document, index), members))
		return false;
	if (benefit->id[0] == '\0')
		return document_refuse(document, "The document lacks its id, \"benefit\".");
	fill_title(benefit);
	return true;
}

/* The document's text as it is stored and compared with later versions. */
static bool keep_document(struct document *document, size_t index)
{
	char *compact = document_compact(document_at(document, index));
	char *copy = compact == NULL ? NULL : keep(document, strlen(compact) + 1, 1);

	if (copy != NULL)
		document->catalogue->documents[index] = strcpy(copy, compact);
	else
		document->status = BENEFIT_NO_MEMORY;
	free(compact);
	return copy != NULL;
}

static bool read_catalogue(struct document *document)
{
	document->catalogue = catalogue_new(document_count(document));
	if (document->catalogue == NULL) {
		document->status = BENEFIT_NO_MEMORY;
		return false;
	}
	for (size_t i = 0; i < document->catalogue->count; i++) {
		if (!read_benefit(document, i) || !keep_document(document, i))
			return false;
	}
	return true;
}

enum benefit_status catalogue_parse(struct catalogue **out, struct benefit_fault *fault,
				    const char *json, size_t length)
{
	struct document document;

	if (document_open(&document, fault, json, length) && read_catalogue(&document))
		*out = document.catalogue;
	else
		catalogue_free(document.catalogue);
	document_close(&document);
	return document.status;
}
