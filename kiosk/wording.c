#include "kiosk/wording.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/china_time.h"
#include "phrases.h"

#define NUMBER_MAX 32

static void append(char *out, size_t size, const char *text, size_t length)
{
	size_t used = strlen(out);

	if (length > size - 1 - used)
		length = size - 1 - used;
	memcpy(out + used, text, length);
	out[used + length] = 0;
}

void wording_fill(char *out, size_t size, const char *pattern, const char *a, const char *b)
{
	out[0] = 0;
	while (*pattern != 0) {
		const char *brace = strchr(pattern, '{');
		size_t plain = brace != NULL ? (size_t)(brace - pattern) : strlen(pattern);
		append(out, size, pattern, plain);
		pattern += plain;
		if (brace == NULL)
			break;
		const char *with = strncmp(brace, "{1}", 3) == 0   ? a
				   : strncmp(brace, "{2}", 3) == 0 ? b
								   : NULL;
		append(out, size, with != NULL ? with : "{", with != NULL ? strlen(with) : 1);
		pattern += with != NULL ? 3 : 1;
	}
}

void wording_money(char *out, size_t size, int64_t fen, bool english)
{
	char number[NUMBER_MAX];
	uint64_t much = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;

	snprintf(number, sizeof(number), "%s%" PRIu64 ".%02" PRIu64, fen < 0 ? "-" : "", much / 100,
		 much % 100);
	wording_fill(out, size, phrase(PHRASE_SCREEN_MONEY, english), number, NULL);
}

static enum phrase period_phrase(enum period period)
{
	static const enum phrase phrases[PERIOD_COUNT] = {
		[PERIOD_DAY] = PHRASE_SCREEN_PERIOD_DAY,
		[PERIOD_WEEK] = PHRASE_SCREEN_PERIOD_WEEK,
		[PERIOD_MONTH] = PHRASE_SCREEN_PERIOD_MONTH,
		[PERIOD_YEAR] = PHRASE_SCREEN_PERIOD_YEAR,
		[PERIOD_EVER] = PHRASE_SCREEN_PERIOD_EVER,
	};

	return phrases[period];
}

void wording_left(char *out, size_t size, const struct left *left, size_t count, bool english)
{
	const struct left *tight = NULL;
	char number[WORDING_MAX + 1];

	out[0] = 0;
	for (size_t i = 0; i < count; i++)
		if (left[i].count >= 0 && (tight == NULL || left[i].count < tight->count))
			tight = &left[i];
	if (tight != NULL) {
		snprintf(number, sizeof(number), "%" PRId64, tight->count);
		wording_fill(out, size, phrase(PHRASE_SCREEN_LEFT_COUNT, english),
			     phrase(period_phrase(tight->period), english), number);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (left[i].amount >= 0 && (tight == NULL || left[i].amount < tight->amount))
			tight = &left[i];
	if (tight != NULL) {
		wording_money(number, sizeof(number), tight->amount, english);
		wording_fill(out, size, phrase(PHRASE_SCREEN_LEFT_AMOUNT, english),
			     phrase(period_phrase(tight->period), english), number);
	}
}

/* 20 percent off is 八折 in Chinese, "20" in English. */
static void percent_words(char *out, size_t size, int32_t percent, bool english)
{
	char number[NUMBER_MAX];
	int32_t rest = 100 - percent;

	if (english)
		snprintf(number, sizeof(number), "%" PRId32, percent);
	else if (rest % 10 == 0)
		snprintf(number, sizeof(number), "%" PRId32, rest / 10);
	else
		snprintf(number, sizeof(number), "%" PRId32 ".%" PRId32, rest / 10, rest % 10);
	wording_fill(out, size, phrase(PHRASE_SCREEN_WORTH_PERCENT, english), number, NULL);
}

void wording_worth(char *out, size_t size, const struct offer *offer, bool english)
{
	const struct value *value = offer_value(offer);
	char money[WORDING_MAX + 1];
	bool saved = offer->has_saved && offer->saved > 0;

	wording_money(money, sizeof(money), saved ? offer->saved : value->fen, english);
	if (saved)
		wording_fill(out, size, phrase(PHRASE_SCREEN_WORTH_SAVED, english), money, NULL);
	else if (value->type == VALUE_PERCENT_OFF)
		percent_words(out, size, value->percent, english);
	else if (value->type == VALUE_FIXED_PRICE)
		wording_fill(out, size, phrase(PHRASE_SCREEN_WORTH_PRICE, english), money, NULL);
	else if (value->type == VALUE_AMOUNT_OFF)
		wording_fill(out, size, phrase(PHRASE_SCREEN_WORTH_OFF, english), money, NULL);
	else if (value->type == VALUE_PRIORITY)
		snprintf(out, size, "%s", phrase(PHRASE_SCREEN_WORTH_PRIORITY, english));
	else if (value->type == VALUE_FREE)
		snprintf(out, size, "%s", phrase(PHRASE_SCREEN_WORTH_FREE, english));
	else
		value_brief(out, size, value, english);
}

const char *wording_title(const struct benefit *benefit, bool english)
{
	return benefit->title[english && benefit->title[1][0] != 0];
}

const char *wording_scope(const struct benefit *benefit, bool english)
{
	return benefit->scope[english && benefit->scope[1][0] != 0];
}

static void date_words(char *out, size_t size, struct china_time time, bool english)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	if (english)
		snprintf(out, size, "%d %s %d", time.day_of_month, months[time.month - 1],
			 time.year);
	else
		snprintf(out, size, "%d 年 %d 月 %d 日", time.year, time.month, time.day_of_month);
}

void wording_clock(char *out, size_t size, int64_t now, bool english)
{
	struct china_time time = china_time_at(now);
	char date[64];

	date_words(date, sizeof(date), time, english);
	snprintf(out, size, "%s %02d:%02d", date, time.minute / 60, time.minute % 60);
}

void wording_since(char *out, size_t size, int64_t then, int64_t now, bool english)
{
	struct china_time time = china_time_at(then);
	int32_t days = china_time_at(now).day - time.day;
	char date[64];

	if (days == 0)
		snprintf(date, sizeof(date), "%s", phrase(PHRASE_SCREEN_TODAY, english));
	else if (days == 1)
		snprintf(date, sizeof(date), "%s", phrase(PHRASE_SCREEN_YESTERDAY, english));
	else
		date_words(date, sizeof(date), time, english);
	/* Chinese puts a space before a number that follows its characters. */
	snprintf(out, size, "%s%s %02d:%02d", !english && (days < 0 || days > 1) ? " " : "", date,
		 time.minute / 60, time.minute % 60);
}
