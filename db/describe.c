#include "db/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "db/paper.h"
#include "db/writer.h"

#define TEXT_LEAST   ((size_t)4096)    /* [byte] */
#define TEXT_MOST    ((size_t)1 << 24) /* [byte] more than any document that can be imported */
#define COUNT(array) (sizeof(array) / sizeof *(array))

static void end_line(struct writer *writer)
{
	put_text(writer, "\n");
}

static void put_line(struct writer *writer, enum phrase which, const char *a, const char *b)
{
	put_filled(writer, which, a, b);
	end_line(writer);
}

static void put_number_line(struct writer *writer, enum phrase which, int64_t a, int64_t b)
{
	char texts[2][24];

	snprintf(texts[0], sizeof *texts, "%lld", (long long)a);
	snprintf(texts[1], sizeof *texts, "%lld", (long long)b);
	put_line(writer, which, texts[0], texts[1]);
}

/* A phrase whose {a} is a list begins here and ends with end_list: what stands before {a}, then what
 * stands behind it. */
static void begin_list(struct writer *writer, enum phrase which)
{
	const char *text = phrase(which, writer->english), *brace = strstr(text, "{a}");

	put(writer, text, brace == NULL ? strlen(text) : (size_t)(brace - text));
}

static void end_list(struct writer *writer, enum phrase which)
{
	const char *brace = strstr(phrase(which, writer->english), "{a}");

	if (brace != NULL)
		put_text(writer, brace + 3);
	end_line(writer);
}

static void put_and(struct writer *writer, size_t index)
{
	if (index > 0)
		put_phrase(writer, PHRASE_DESCRIBE_AND);
}

typedef void put_item(struct writer *writer, const char *item);

static void put_list(struct writer *writer, enum phrase which, const struct text_list *list,
		     put_item *item)
{
	if (list->count == 0)
		return;
	begin_list(writer, which);
	for (size_t i = 0; i < list->count; i++) {
		put_and(writer, i);
		item(writer, list->items[i]);
	}
	end_list(writer, which);
}

/* A list of those names whose bit is set. */
static void put_bits(struct writer *writer, enum phrase which, uint32_t bits,
		     const enum phrase *names, size_t count)
{
	size_t put_so_far = 0;

	if (bits == 0)
		return;
	begin_list(writer, which);
	for (size_t i = 0; i < count; i++) {
		if ((bits & 1U << i) == 0)
			continue;
		put_and(writer, put_so_far++);
		put_phrase(writer, names[i]);
	}
	end_list(writer, which);
}

/* --- what it is, and where --- */

static void put_heading(struct writer *writer, const struct benefit *benefit)
{
	bool english = writer->english && benefit->title[1][0] != '\0';
	const char *scope = benefit->scope[writer->english && benefit->scope[1][0] != '\0'];

	put_line(writer, PHRASE_DESCRIBE_TITLE, benefit->title[english], benefit->id);
	if (benefit->retired)
		put_line(writer, PHRASE_DESCRIBE_RETIRED, "", "");
	if (scope[0] != '\0')
		put_line(writer, PHRASE_DESCRIBE_SCOPE, scope, "");
	if (benefit->scene[0] != '\0')
		put_line(writer, PHRASE_DESCRIBE_SCENE, benefit->scene, "");
}

static void put_where(struct writer *writer, const struct benefit *benefit)
{
	static const enum phrase venues[VENUE_COUNT] = {
		[VENUE_HALL] = PHRASE_VENUE_HALL,
		[VENUE_BANK] = PHRASE_VENUE_BANK,
		[VENUE_HOSPITAL] = PHRASE_VENUE_HOSPITAL,
		[VENUE_PARK] = PHRASE_VENUE_PARK,
		[VENUE_MUSEUM] = PHRASE_VENUE_MUSEUM,
		[VENUE_TRANSPORT] = PHRASE_VENUE_TRANSPORT,
		[VENUE_HOTEL] = PHRASE_VENUE_HOTEL,
		[VENUE_RESTAURANT] = PHRASE_VENUE_RESTAURANT,
		[VENUE_FUEL] = PHRASE_VENUE_FUEL,
		[VENUE_SHOP] = PHRASE_VENUE_SHOP,
		[VENUE_SCHOOL] = PHRASE_VENUE_SCHOOL,
		[VENUE_POST] = PHRASE_VENUE_POST,
		[VENUE_OTHER] = PHRASE_VENUE_OTHER,
	};

	if (benefit->merchants.count == 0 && benefit->venues == 0 && benefit->regions.count == 0)
		put_line(writer, PHRASE_DESCRIBE_EVERYWHERE, "", "");
	put_list(writer, PHRASE_DESCRIBE_MERCHANTS, &benefit->merchants, put_text);
	put_bits(writer, PHRASE_DESCRIBE_VENUES, benefit->venues, venues, COUNT(venues));
	put_list(writer, PHRASE_DESCRIBE_REGIONS, &benefit->regions, put_region);
	put_list(writer, PHRASE_DESCRIBE_NOT_REGIONS, &benefit->not_regions, put_region);
}

/* --- who --- */

static void put_class_or_paper(struct writer *writer, const char *class)
{
	const size_t length = strlen(PAPER_CLASS);
	const char *words = strncmp(class, PAPER_CLASS, length) == 0
				    ? paper_words(class + length, writer->english)
				    : NULL;

	if (words != NULL)
		put_filled(writer, PHRASE_EXPLAIN_ON_PAPER, words, "");
	else
		put_class(writer, class);
}

static void put_cause(struct writer *writer, const char *cause)
{
	if (strcmp(cause, "war") == 0)
		put_phrase(writer, PHRASE_EXPLAIN_CAUSE_WAR);
	else if (strcmp(cause, "duty") == 0)
		put_phrase(writer, PHRASE_EXPLAIN_CAUSE_DUTY);
	else
		put_phrase(writer, PHRASE_EXPLAIN_CAUSE_ILLNESS);
}

static bool is_for_all(const struct benefit *benefit)
{
	return benefit->kinds == 0 && benefit->classes.count == 0 && benefit->cause.count == 0 &&
	       benefit->home_regions.count == 0 && benefit->grade_first == 0 &&
	       benefit->merit_first == 0 && benefit->age_first < 0 && benefit->age_last < 0 &&
	       benefit->needy < 0;
}

static void put_who(struct writer *writer, const struct benefit *benefit)
{
	static const enum phrase kinds[] = { PHRASE_DESCRIBE_KIND_VETERAN,
					     PHRASE_DESCRIBE_KIND_FAMILY };

	if (is_for_all(benefit))
		put_line(writer, PHRASE_DESCRIBE_EVERYBODY, "", "");
	put_bits(writer, PHRASE_DESCRIBE_KINDS, benefit->kinds >> 1, kinds, COUNT(kinds));
	put_list(writer, PHRASE_DESCRIBE_CLASSES, &benefit->classes, put_class_or_paper);
	put_list(writer, PHRASE_DESCRIBE_CAUSE, &benefit->cause, put_cause);
	if (benefit->grade_first > 0)
		put_number_line(writer, PHRASE_DESCRIBE_GRADE, benefit->grade_first,
				benefit->grade_last);
	if (benefit->merit_first > 0)
		put_number_line(writer, PHRASE_DESCRIBE_MERIT, benefit->merit_first,
				benefit->merit_last);
	if (benefit->age_first >= 0)
		put_number_line(writer, PHRASE_DESCRIBE_AGE_FROM, benefit->age_first, 0);
	if (benefit->age_last >= 0)
		put_number_line(writer, PHRASE_DESCRIBE_AGE_TO, benefit->age_last, 0);
	if (benefit->needy >= 0)
		put_line(writer,
			 benefit->needy > 0 ? PHRASE_DESCRIBE_NEEDY : PHRASE_DESCRIBE_NOT_NEEDY, "",
			 "");
	put_list(writer, PHRASE_DESCRIBE_HOME_REGIONS, &benefit->home_regions, put_region);
}

/* --- when --- */

static void put_annual(struct writer *writer, const struct day_windows *windows)
{
	if (windows->count == 0)
		return;
	begin_list(writer, PHRASE_DESCRIBE_ANNUAL);
	for (size_t i = 0; i < windows->count; i++) {
		char texts[2][16];

		snprintf(texts[0], sizeof *texts, "%02d-%02d", windows->items[i].first / 100,
			 windows->items[i].first % 100);
		snprintf(texts[1], sizeof *texts, "%02d-%02d", windows->items[i].last / 100,
			 windows->items[i].last % 100);
		put_and(writer, i);
		put_filled(writer, PHRASE_DESCRIBE_DAY_TO, texts[0], texts[1]);
	}
	end_list(writer, PHRASE_DESCRIBE_ANNUAL);
}

static void put_hours(struct writer *writer, const struct hour_windows *windows)
{
	if (windows->count == 0)
		return;
	begin_list(writer, PHRASE_DESCRIBE_HOURS);
	for (size_t i = 0; i < windows->count; i++) {
		char texts[2][16];

		snprintf(texts[0], sizeof *texts, "%02d:%02d", windows->items[i].first / 60,
			 windows->items[i].first % 60);
		snprintf(texts[1], sizeof *texts, "%02d:%02d", windows->items[i].after / 60,
			 windows->items[i].after % 60);
		put_and(writer, i);
		put_filled(writer, PHRASE_DESCRIBE_DAY_TO, texts[0], texts[1]);
	}
	end_list(writer, PHRASE_DESCRIBE_HOURS);
}

static void put_day(struct writer *writer, enum phrase which, int32_t day)
{
	char text[11];

	if (day == INT32_MIN || day == INT32_MAX)
		return;
	day_format(text, day);
	put_line(writer, which, text, "");
}

static void put_when(struct writer *writer, const struct benefit *benefit)
{
	static const enum phrase weekdays[] = {
		PHRASE_EXPLAIN_WEEKDAY_1, PHRASE_EXPLAIN_WEEKDAY_2, PHRASE_EXPLAIN_WEEKDAY_3,
		PHRASE_EXPLAIN_WEEKDAY_4, PHRASE_EXPLAIN_WEEKDAY_5, PHRASE_EXPLAIN_WEEKDAY_6,
		PHRASE_EXPLAIN_WEEKDAY_7,
	};

	if (benefit->from == INT32_MIN && benefit->until == INT32_MAX &&
	    benefit->annual.count == 0 && benefit->weekdays == 0 && benefit->hours.count == 0 &&
	    benefit->holidays == HOLIDAYS_ANY && !benefit->no_festivals)
		put_line(writer, PHRASE_DESCRIBE_ANY_TIME, "", "");
	put_day(writer, PHRASE_DESCRIBE_FROM, benefit->from);
	put_day(writer, PHRASE_DESCRIBE_UNTIL, benefit->until);
	put_annual(writer, &benefit->annual);
	put_bits(writer, PHRASE_DESCRIBE_WEEKDAYS, benefit->weekdays, weekdays, COUNT(weekdays));
	put_hours(writer, &benefit->hours);
	if (benefit->holidays != HOLIDAYS_ANY)
		put_line(writer,
			 benefit->holidays == HOLIDAYS_ONLY ? PHRASE_DESCRIBE_HOLIDAYS_ONLY
							    : PHRASE_DESCRIBE_HOLIDAYS_NEVER,
			 "", "");
	if (benefit->no_festivals)
		put_line(writer, PHRASE_DESCRIBE_NO_FESTIVALS, "", "");
}

/* --- how much, how often --- */

static void put_limit(struct writer *writer, const struct limit *limit)
{
	static const enum phrase periods[PERIOD_COUNT] = {
		[PERIOD_DAY] = PHRASE_DESCRIBE_PER_DAY,
		[PERIOD_WEEK] = PHRASE_DESCRIBE_PER_WEEK,
		[PERIOD_MONTH] = PHRASE_DESCRIBE_PER_MONTH,
		[PERIOD_YEAR] = PHRASE_DESCRIBE_PER_YEAR,
		[PERIOD_EVER] = PHRASE_DESCRIBE_PER_EVER,
	};
	const char *period = phrase(periods[limit->period], writer->english);
	char text[MONEY_SIZE];

	if (limit->count >= 0) {
		snprintf(text, sizeof text, "%lld", (long long)limit->count);
		put_line(writer,
			 limit->per_venue ? PHRASE_DESCRIBE_LIMIT_VENUE
					  : PHRASE_DESCRIBE_LIMIT_HOLDER,
			 period, text);
	}
	if (limit->amount >= 0) {
		money_text(text, limit->amount);
		put_line(writer,
			 limit->per_venue ? PHRASE_DESCRIBE_LIMIT_VENUE_MONEY
					  : PHRASE_DESCRIBE_LIMIT_HOLDER_MONEY,
			 period, text);
	}
}

static void put_worth(struct writer *writer, const struct benefit *benefit)
{
	static const enum phrase stacking[] = {
		[STACK_WITH_ALL] = PHRASE_DESCRIBE_WITH_ALL,
		[STACK_WITH_DISCOUNT] = PHRASE_DESCRIBE_WITH_DISCOUNT,
		[STACK_ALONE] = PHRASE_DESCRIBE_ALONE,
	};
	bool limited = false;

	begin_list(writer, PHRASE_DESCRIBE_VALUE);
	put_value(writer, &benefit->value);
	end_list(writer, PHRASE_DESCRIBE_VALUE);
	for (size_t i = 0; i < benefit->limit_count; i++) {
		put_limit(writer, &benefit->limits[i]);
		limited =
			limited || benefit->limits[i].count >= 0 || benefit->limits[i].amount >= 0;
	}
	if (!limited)
		put_line(writer, PHRASE_DESCRIBE_NO_LIMIT, "", "");
	put_line(writer, stacking[benefit->stack], "", "");
}

/* --- what is asked for, and what follows --- */

static void put_proof(struct writer *writer, const char *name)
{
	static const struct {
		const char *name;
		enum phrase phrase;
	} papers[] = {
		{ "id_card", PHRASE_DESCRIBE_PROOF_ID_CARD },
		{ "household", PHRASE_DESCRIBE_PROOF_HOUSEHOLD },
		{ "booking", PHRASE_DESCRIBE_PROOF_BOOKING },
		{ "ticket", PHRASE_DESCRIBE_PROOF_TICKET },
	};
	const char *words = paper_words(name, writer->english);

	for (size_t i = 0; i < COUNT(papers); i++)
		if (strcmp(papers[i].name, name) == 0)
			words = phrase(papers[i].phrase, writer->english);
	put_text(writer, words != NULL ? words : name);
}

static void put_handling(struct writer *writer, const struct benefit *benefit)
{
	static const enum phrase assurances[] = {
		PHRASE_DESCRIBE_ASSURANCE_0, PHRASE_DESCRIBE_ASSURANCE_1,
		PHRASE_DESCRIBE_ASSURANCE_2, PHRASE_DESCRIBE_ASSURANCE_3,
		PHRASE_DESCRIBE_ASSURANCE_4,
	};
	static const enum phrase settlements[] = {
		[SETTLE_NONE] = PHRASE_DESCRIBE_SETTLE_NONE,
		[SETTLE_COUNT] = PHRASE_DESCRIBE_SETTLE_COUNT,
		[SETTLE_MONTHLY] = PHRASE_DESCRIBE_SETTLE_MONTHLY,
		[SETTLE_QUARTERLY] = PHRASE_DESCRIBE_SETTLE_QUARTERLY,
		[SETTLE_AT_ONCE] = PHRASE_DESCRIBE_SETTLE_AT_ONCE,
	};

	if (benefit->proof.count == 0)
		put_line(writer, PHRASE_DESCRIBE_PROOF_NONE, "", "");
	put_list(writer, PHRASE_DESCRIBE_PROOF, &benefit->proof, put_proof);
	put_line(writer, assurances[benefit->assurance], "", "");
	put_line(writer, settlements[benefit->settlement], "", "");
	put_line(writer, benefit->offline ? PHRASE_DESCRIBE_OFFLINE : PHRASE_DESCRIBE_NOT_OFFLINE,
		 "", "");
}

/* --- the whole --- */

char *benefit_describe(const struct benefit *benefit, bool english)
{
	/* Lists may be long: again with more room until nothing was left out. */
	for (size_t size = TEXT_LEAST; size <= TEXT_MOST; size *= 4) {
		char *text = malloc(size);

		if (text == NULL)
			return NULL;
		struct writer writer = writer_open(text, size, english);
		put_heading(&writer, benefit);
		put_where(&writer, benefit);
		put_who(&writer, benefit);
		put_when(&writer, benefit);
		put_worth(&writer, benefit);
		put_handling(&writer, benefit);
		if (writer.length + 8 < size) /* a cut leaves less than a character */
			return text;
		free(text);
	}
	return NULL;
}
