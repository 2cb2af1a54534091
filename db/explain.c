/*
 * An offer in words: what it is worth and what is left of it, or why not and what to do next.
 */
#include "db/decision.h"

#include <stdio.h>
#include <string.h>

#include "db/china_time.h"
#include "db/paper.h"
#include "phrases.h"

#define WINDOWS_SHOWN 4
#define MONEY_SIZE    24

struct writer {
	char *out;
	size_t size, length;
	bool english;
};

/* Whole characters only: what does not fit is left out, with all that follows. */
static void put(struct writer *writer, const char *text, size_t length)
{
	size_t room = writer->size - 1 - writer->length;

	if (length > room) {
		length = room;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
		writer->size = writer->length + length + 1;
	}
	memcpy(writer->out + writer->length, text, length);
	writer->length += length;
	writer->out[writer->length] = '\0';
}

static void put_text(struct writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

/* The phrase with {a} and {b} filled in. */
static void put_filled(struct writer *writer, enum phrase which, const char *a, const char *b)
{
	const char *text = phrase(which, writer->english);
	const char *brace;

	while ((brace = strchr(text, '{')) != NULL && (brace[1] == 'a' || brace[1] == 'b')) {
		put(writer, text, (size_t)(brace - text));
		put_text(writer, brace[1] == 'a' ? a : b);
		text = brace + 3;
	}
	put_text(writer, text);
}

static void put_phrase(struct writer *writer, enum phrase which)
{
	put_text(writer, phrase(which, writer->english));
}

static void put_stop(struct writer *writer)
{
	put_phrase(writer, PHRASE_EXPLAIN_STOP);
}

/* "12" or "12.50" yuan. */
static void money(char out[static MONEY_SIZE], int64_t fen)
{
	if (fen % 100 == 0)
		snprintf(out, MONEY_SIZE, "%lld", (long long)(fen / 100));
	else
		snprintf(out, MONEY_SIZE, "%lld.%02lld", (long long)(fen / 100),
			 (long long)(fen % 100));
}

static void put_number(struct writer *writer, enum phrase which, int64_t number)
{
	char text[MONEY_SIZE];

	snprintf(text, sizeof text, "%lld", (long long)number);
	put_filled(writer, which, text, "");
}

static void put_money(struct writer *writer, enum phrase which, int64_t a, int64_t b)
{
	char texts[2][MONEY_SIZE];

	money(texts[0], a);
	money(texts[1], b);
	put_filled(writer, which, texts[0], texts[1]);
}

static void put_value(struct writer *writer, const struct value *value)
{
	switch (value->type) {
	case VALUE_FREE:
		put_phrase(writer, PHRASE_EXPLAIN_FREE);
		if (value->companions > 0) {
			put_phrase(writer, PHRASE_EXPLAIN_COMMA);
			put_number(writer, PHRASE_EXPLAIN_COMPANIONS, value->companions);
		}
		break;
	case VALUE_PERCENT_OFF:
		put_number(writer, PHRASE_EXPLAIN_PERCENT_OFF, value->percent);
		break;
	case VALUE_FIXED_PRICE:
		put_money(writer, PHRASE_EXPLAIN_FIXED_PRICE, value->fen, 0);
		break;
	case VALUE_AMOUNT_OFF:
		put_money(writer,
			  value->from > 0 ? PHRASE_EXPLAIN_AMOUNT_OFF_FROM
					  : PHRASE_EXPLAIN_AMOUNT_OFF,
			  value->fen, value->from);
		break;
	default:
		put_phrase(writer, PHRASE_EXPLAIN_PRIORITY);
	}
	put_stop(writer);
}

static const char *period_text(const struct writer *writer, enum period period)
{
	static const enum phrase phrases[PERIOD_COUNT] = {
		[PERIOD_DAY] = PHRASE_EXPLAIN_PERIOD_DAY,
		[PERIOD_WEEK] = PHRASE_EXPLAIN_PERIOD_WEEK,
		[PERIOD_MONTH] = PHRASE_EXPLAIN_PERIOD_MONTH,
		[PERIOD_YEAR] = PHRASE_EXPLAIN_PERIOD_YEAR,
		[PERIOD_EVER] = PHRASE_EXPLAIN_PERIOD_EVER,
	};

	return phrase(phrases[period], writer->english);
}

static void put_left(struct writer *writer, const struct offer *offer)
{
	char text[MONEY_SIZE];

	for (size_t i = 0; i < offer->left_count; i++) {
		const struct left *left = &offer->left[i];
		const char *period = period_text(writer, left->period);

		if (left->count >= 0) {
			snprintf(text, sizeof text, "%lld", (long long)left->count);
			put_filled(writer, PHRASE_EXPLAIN_LEFT_COUNT, period, text);
			put_stop(writer);
		}
		if (left->amount >= 0) {
			money(text, left->amount);
			put_filled(writer, PHRASE_EXPLAIN_LEFT_AMOUNT, period, text);
			put_stop(writer);
		}
	}
}

/* A paper that is asked for beside the certificate; nothing where there are no words for it. */
static void put_paper(struct writer *writer, const char *name)
{
	static const struct {
		const char *name;
		enum phrase phrase;
	} sentences[] = {
		{ "id_card", PHRASE_EXPLAIN_PROOF_ID_CARD },
		{ "household", PHRASE_EXPLAIN_PROOF_HOUSEHOLD },
		{ "booking", PHRASE_EXPLAIN_PROOF_BOOKING },
		{ "ticket", PHRASE_EXPLAIN_PROOF_TICKET },
	};
	const char *words = paper_words(name, writer->english);

	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		if (strcmp(name, sentences[i].name) == 0) {
			put_phrase(writer, sentences[i].phrase);
			put_stop(writer);
		}
	}
	if (words != NULL) {
		put_filled(writer, PHRASE_EXPLAIN_PROOF, words, "");
		put_stop(writer);
	}
}

static void put_proof(struct writer *writer, const struct text_list *proof)
{
	for (size_t i = 0; i < proof->count; i++)
		put_paper(writer, proof->items[i]);
}

/* --- what a refused benefit asks for, behind a colon, parted by commas --- */

struct details {
	struct writer *writer;
	bool any;
};

static void put_detail(struct details *details, enum phrase which, const char *a, const char *b)
{
	put_phrase(details->writer, details->any ? PHRASE_EXPLAIN_COMMA : PHRASE_EXPLAIN_COLON);
	put_filled(details->writer, which, a, b);
	details->any = true;
}

static void detail_age(struct details *details, const struct benefit *benefit)
{
	char age[16];

	snprintf(age, sizeof age, "%d", benefit->age_first);
	if (benefit->age_first >= 0)
		put_detail(details, PHRASE_EXPLAIN_AGE_FROM, age, "");
	snprintf(age, sizeof age, "%d", benefit->age_last);
	if (benefit->age_last >= 0)
		put_detail(details, PHRASE_EXPLAIN_AGE_TO, age, "");
}

/* Papers of others on which the benefit is given. */
static void detail_papers(struct details *details, const struct text_list *classes)
{
	for (size_t i = 0; i < classes->count; i++) {
		const char *class = classes->items[i], *words = NULL;

		if (strncmp(class, PAPER_CLASS, sizeof PAPER_CLASS - 1) == 0)
			words = paper_words(class + sizeof PAPER_CLASS - 1,
					    details->writer->english);
		if (words != NULL)
			put_detail(details, PHRASE_EXPLAIN_ON_PAPER, words, "");
	}
}

static void detail_weekdays(struct details *details, uint8_t weekdays)
{
	static const enum phrase phrases[7] = {
		PHRASE_EXPLAIN_WEEKDAY_1, PHRASE_EXPLAIN_WEEKDAY_2, PHRASE_EXPLAIN_WEEKDAY_3,
		PHRASE_EXPLAIN_WEEKDAY_4, PHRASE_EXPLAIN_WEEKDAY_5, PHRASE_EXPLAIN_WEEKDAY_6,
		PHRASE_EXPLAIN_WEEKDAY_7,
	};

	for (int i = 0; i < 7; i++) {
		if ((weekdays & 1U << i) != 0)
			put_detail(details, phrases[i], "", "");
	}
}

static void detail_annual(struct details *details, const struct day_windows *annual)
{
	for (size_t i = 0; i < annual->count && i < WINDOWS_SHOWN; i++) {
		char ends[2][16];
		const struct day_window *window = &annual->items[i];

		snprintf(ends[0], sizeof *ends, "%02d-%02d", window->first / 100,
			 window->first % 100);
		snprintf(ends[1], sizeof *ends, "%02d-%02d", window->last / 100,
			 window->last % 100);
		put_detail(details, PHRASE_EXPLAIN_ANNUAL, ends[0], ends[1]);
	}
}

static void detail_days(struct details *details, const struct benefit *benefit)
{
	detail_annual(details, &benefit->annual);
	detail_weekdays(details, benefit->weekdays);
	if (benefit->holidays == HOLIDAYS_ONLY)
		put_detail(details, PHRASE_EXPLAIN_HOLIDAYS_ONLY, "", "");
	if (benefit->holidays == HOLIDAYS_NEVER)
		put_detail(details, PHRASE_EXPLAIN_HOLIDAYS_NEVER, "", "");
}

static void detail_hours(struct details *details, const struct benefit *benefit)
{
	for (size_t i = 0; i < benefit->hours.count && i < WINDOWS_SHOWN; i++) {
		char ends[2][16];
		const struct hour_window *hours = &benefit->hours.items[i];

		snprintf(ends[0], sizeof *ends, "%02d:%02d", hours->first / 60, hours->first % 60);
		snprintf(ends[1], sizeof *ends, "%02d:%02d", hours->after / 60, hours->after % 60);
		put_detail(details, PHRASE_EXPLAIN_HOURS, ends[0], ends[1]);
	}
}

static void detail_validity(struct details *details, const struct benefit *benefit)
{
	char day[11];

	if (benefit->retired)
		return;
	if (benefit->from != INT32_MIN) {
		day_format(day, benefit->from);
		put_detail(details, PHRASE_EXPLAIN_FROM, day, "");
	}
	if (benefit->until != INT32_MAX) {
		day_format(day, benefit->until);
		put_detail(details, PHRASE_EXPLAIN_UNTIL, day, "");
	}
}

/* Which of the holder's limits it was, where the offer tells. */
static bool put_used_up(struct writer *writer, const struct offer *offer)
{
	for (size_t i = 0; i < offer->left_count; i++) {
		const struct left *left = &offer->left[i];

		if (left->count != 0 && left->amount != 0)
			continue;
		put_filled(writer,
			   left->count == 0 ? PHRASE_EXPLAIN_USED_COUNT
					    : PHRASE_EXPLAIN_USED_AMOUNT,
			   period_text(writer, left->period), "");
		return true;
	}
	return false;
}

static void put_why(struct writer *writer, const struct offer *offer, enum reason reason)
{
	struct details details = { .writer = writer };

	if (reason == REASON_QUOTA_USED && put_used_up(writer, offer))
		return;
	put_text(writer, reason_why(reason, writer->english));
	switch (reason) {
	case REASON_WRONG_CLASS:
		detail_papers(&details, &offer->benefit->classes);
		break;
	case REASON_WRONG_AGE:
		detail_age(&details, offer->benefit);
		break;
	case REASON_NOT_TODAY:
		detail_days(&details, offer->benefit);
		break;
	case REASON_OUTSIDE_HOURS:
		detail_hours(&details, offer->benefit);
		break;
	case REASON_BENEFIT_INACTIVE:
		detail_validity(&details, offer->benefit);
		break;
	default:
		break;
	}
}

static void explain_refused(struct writer *writer, const struct offer *offer)
{
	enum reason reason = offer->in_vain != REASON_OK ? offer->in_vain : offer->reason;

	put_why(writer, offer, reason);
	put_stop(writer);
	put_text(writer, reason_next(reason, writer->english));
	put_stop(writer);
}

static void explain_offered(struct writer *writer, const struct offer *offer)
{
	put_value(writer, &offer->benefit->value);
	if (offer->has_payable && offer->has_saved && offer->saved > 0) {
		put_money(writer, PHRASE_EXPLAIN_PAY, offer->payable, offer->saved);
		put_stop(writer);
	}
	if (offer->verdict != VERDICT_GRANTED) {
		put_text(writer, reason_next(offer->reason, writer->english));
		put_stop(writer);
	}
	put_left(writer, offer);
	put_proof(writer, &offer->benefit->proof);
}

void offer_explain(char *out, size_t out_size, const struct offer *offer, bool english)
{
	struct writer writer = { .out = out, .size = out_size, .english = english };

	out[0] = '\0';
	if (offer_can_be_had(offer))
		explain_offered(&writer, offer);
	else
		explain_refused(&writer, offer);
	/* A closed English sentence needs no space behind it. */
	if (writer.length > 0 && out[writer.length - 1] == ' ')
		out[writer.length - 1] = '\0';
}
