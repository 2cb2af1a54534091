/*
 * An offer in words: what it is worth and what is left of it, or why not and what to do next.
 */
#include "db/decision.h"

#include <stdio.h>
#include <string.h>

#include "db/china_time.h"
#include "db/identity.h"
#include "db/paper.h"
#include "db/writer.h"

#define SHOWN_MAX         4 /* of a list: more would push out what to do next */
#define CLASSES_SHOWN_MAX 8

/* --- what it is worth --- */

/* Whose row it is, where somebody has several identities: of a class, of a grade, or of none. */
struct whose {
	enum phrase class, grade, none;
};

static void put_whose(struct writer *writer, struct whose whose, const struct grading *grading,
		      const struct graded_row *row)
{
	char key[96];
	struct writer inner = writer_open(key, sizeof key, writer->english);

	if (grading == NULL || row == NULL) {
		put_phrase(writer, whose.none);
		return;
	}
	put_row_key(&inner, grading->by, row);
	put_filled(writer, grading->by == GRADED_BY_CLASS ? whose.class : whose.grade, key, "");
}

/* "As a family of the fallen: free; as a veteran it would be half price." */
static void put_better(struct writer *writer, const struct offer *offer)
{
	static const struct whose best = { PHRASE_EXPLAIN_AS, PHRASE_EXPLAIN_BY_NUMBER,
					   PHRASE_EXPLAIN_AS_ANY };
	static const struct whose other = { PHRASE_EXPLAIN_OTHER_AS, PHRASE_EXPLAIN_OTHER_BY_NUMBER,
					    PHRASE_EXPLAIN_OTHER_AS_ANY };
	const struct grading *grading = offer->benefit->value.grading;

	if (offer->other == NULL)
		return;
	put_whose(writer, best, grading, offer->row);
	put_phrase(writer, PHRASE_EXPLAIN_COLON);
	put_value_brief(writer, offer_value(offer));
	put_phrase(writer, PHRASE_EXPLAIN_SEMICOLON);
	put_whose(writer, other, grading, offer->other_row);
	put_phrase(writer, PHRASE_EXPLAIN_IS);
	put_value_brief(writer, offer->other);
	put_stop(writer);
}

static void put_account(struct writer *writer, const struct offer *offer)
{
	const struct value *value = offer_value(offer);

	if (offer->value == NULL || offer->value_left < 0)
		return;
	if (value->type == VALUE_FREE_THEN)
		put_number(writer, PHRASE_EXPLAIN_FREE_LEFT, offer->value_left);
	else
		put_money(writer, PHRASE_EXPLAIN_BALANCE_LEFT, offer->value_left, 0);
	put_stop(writer);
}

/* Of a redemption that is told again the table is known, not the row: what was paid says enough. */
static void put_worth(struct writer *writer, const struct offer *offer)
{
	const struct value *value = offer_value(offer);
	bool row_unknown = value->type == VALUE_GRADED && offer->verdict == VERDICT_GRANTED;

	if (row_unknown && !offer->has_saved)
		put_phrase(writer,
			   offer->has_payable ? PHRASE_EXPLAIN_FREE : PHRASE_EXPLAIN_PRIORITY);
	else if (!row_unknown)
		put_value(writer, value);
	if (!row_unknown || !offer->has_saved)
		put_stop(writer);
	put_better(writer, offer);
	if (offer->has_payable && offer->has_saved && (offer->saved > 0 || row_unknown)) {
		put_money(writer, PHRASE_EXPLAIN_PAY, offer->payable, offer->saved);
		put_stop(writer);
	}
	put_account(writer, offer);
}

/* A balance is told by put_account where that is known. */
static void put_left(struct writer *writer, const struct offer *offer)
{
	bool balance_told = offer->value != NULL && offer->value->type == VALUE_STORED_VALUE;
	char text[MONEY_SIZE];

	for (size_t i = 0; i < offer->left_count; i++) {
		const struct left *left = &offer->left[i];
		const char *period = period_text(writer, left->period);

		if (left->count >= 0) {
			snprintf(text, sizeof text, "%lld", (long long)left->count);
			put_filled(writer,
				   offer->redeemed ? PHRASE_EXPLAIN_LEFT_COUNT_AFTER
						   : PHRASE_EXPLAIN_LEFT_COUNT,
				   period, text);
			put_stop(writer);
		}
		if (left->amount >= 0 &&
		    !(i == 0 && balance_told && left->amount == offer->value_left)) {
			money_text(text, left->amount);
			put_filled(writer,
				   offer->redeemed ? PHRASE_EXPLAIN_LEFT_AMOUNT_AFTER
						   : PHRASE_EXPLAIN_LEFT_AMOUNT,
				   period, text);
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

/* What parts the next one from what stands before it. */
static void begin_detail(struct details *details)
{
	put_phrase(details->writer, details->any ? PHRASE_EXPLAIN_COMMA : PHRASE_EXPLAIN_COLON);
	details->any = true;
}

static void put_detail(struct details *details, enum phrase which, const char *a, const char *b)
{
	begin_detail(details);
	put_filled(details->writer, which, a, b);
}

/* The first of a list, each written by `one`. */
static void detail_list(struct details *details, const struct text_list *list,
			void (*one)(struct writer *, const char *))
{
	for (size_t i = 0; i < list->count && i < SHOWN_MAX; i++) {
		begin_detail(details);
		one(details->writer, list->items[i]);
	}
	if (list->count > SHOWN_MAX)
		put_detail(details, PHRASE_EXPLAIN_AND_SO_ON, "", "");
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

static void detail_range(struct details *details, enum graded_by by, int32_t first, int32_t last)
{
	const struct graded_row row = { .first = first, .last = last };

	if (first == 0)
		return;
	begin_detail(details);
	put_row_key(details->writer, by, &row);
}

/* Whom the rows of a table are for, where none was for the holder. */
static void detail_rows(struct details *details, const struct offer *offer)
{
	const struct grading *grading = offer->benefit->value.grading;

	if (grading == NULL || offer->value != NULL)
		return;
	for (size_t i = 0; i < grading->count && i < SHOWN_MAX; i++) {
		begin_detail(details);
		put_row_key(details->writer, grading->by, &grading->rows[i]);
	}
}

/* Among them papers of others on which the benefit is given, but for those without words. */
static void detail_classes(struct details *details, const struct text_list *classes)
{
	for (size_t i = 0; i < classes->count && i < CLASSES_SHOWN_MAX; i++) {
		const char *class = classes->items[i], *paper = class + sizeof PAPER_CLASS - 1;

		if (!has_prefix(class, PAPER_CLASS)) {
			begin_detail(details);
			put_class(details->writer, class);
		} else if (paper_words(paper, details->writer->english) != NULL) {
			put_detail(details, PHRASE_EXPLAIN_ON_PAPER,
				   paper_words(paper, details->writer->english), "");
		}
	}
	if (classes->count > CLASSES_SHOWN_MAX)
		put_detail(details, PHRASE_EXPLAIN_AND_SO_ON, "", "");
}

static void detail_class(struct details *details, const struct offer *offer)
{
	detail_classes(details, &offer->benefit->classes);
	detail_list(details, &offer->benefit->cause, put_cause);
	detail_range(details, GRADED_BY_MERIT, offer->benefit->merit_first,
		     offer->benefit->merit_last);
	if (!details->any)
		detail_rows(details, offer);
}

static void detail_grade(struct details *details, const struct offer *offer)
{
	detail_range(details, GRADED_BY_GRADE, offer->benefit->grade_first,
		     offer->benefit->grade_last);
	if (!details->any)
		detail_rows(details, offer);
}

static void detail_region(struct details *details, const struct offer *offer)
{
	detail_list(details, &offer->benefit->home_regions, put_region);
	if (!details->any)
		detail_rows(details, offer);
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
	for (size_t i = 0; i < annual->count && i < SHOWN_MAX; i++) {
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
	for (size_t i = 0; i < benefit->hours.count && i < SHOWN_MAX; i++) {
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

/* Refused by the place's region, not by the holder's: its table says nothing of the place. */
static bool lacks_place(const struct offer *offer)
{
	const struct grading *grading = offer->benefit->value.grading;

	return offer->reason == REASON_WRONG_REGION && offer->benefit->home_regions.count == 0 &&
	       grading != NULL && grading->by == GRADED_BY_REGION;
}

static void put_details(struct details *details, const struct offer *offer, enum reason reason)
{
	char minutes[16];

	switch (reason) {
	case REASON_WRONG_CLASS:
		detail_class(details, offer);
		break;
	case REASON_WRONG_GRADE:
		detail_grade(details, offer);
		break;
	case REASON_WRONG_AGE:
		detail_age(details, offer->benefit);
		break;
	case REASON_WRONG_REGION:
		detail_region(details, offer);
		break;
	case REASON_NOT_TODAY:
		detail_days(details, offer->benefit);
		break;
	case REASON_OUTSIDE_HOURS:
		detail_hours(details, offer->benefit);
		break;
	case REASON_NOT_WITH_OTHERS:
		snprintf(minutes, sizeof minutes, "%d", PURCHASE_SECONDS / 60);
		put_detail(details, PHRASE_EXPLAIN_ONE_PURCHASE, minutes, "");
		break;
	case REASON_ASSURANCE_TOO_LOW:
		if (!offer->benefit->offline)
			put_detail(details, PHRASE_EXPLAIN_NOT_OFFLINE, "", "");
		break;
	case REASON_BENEFIT_INACTIVE:
		detail_validity(details, offer->benefit);
		break;
	default:
		break;
	}
}

static void put_why(struct writer *writer, const struct offer *offer, enum reason reason)
{
	struct details details = { .writer = writer };

	if (reason == REASON_QUOTA_USED && put_used_up(writer, offer))
		return;
	if (lacks_place(offer))
		put_phrase(writer, PHRASE_EXPLAIN_NO_PLACE);
	else
		put_text(writer, reason_why(reason, writer->english));
	put_details(&details, offer, reason);
}

/* What can be had here instead. */
static void put_instead(struct writer *writer, const struct benefit *instead)
{
	bool english = writer->english && instead->title[1][0] != '\0';

	put_filled(writer, PHRASE_EXPLAIN_INSTEAD, instead->title[english], "");
	put_stop(writer);
}

static void explain_refused(struct writer *writer, const struct offer *offer)
{
	enum reason reason = offer->in_vain != REASON_OK ? offer->in_vain : offer->reason;

	put_why(writer, offer, reason);
	put_stop(writer);
	put_text(writer, reason_next(reason, writer->english));
	put_stop(writer);
	if (offer->instead != NULL)
		put_instead(writer, offer->instead);
}

static void explain_offered(struct writer *writer, const struct offer *offer)
{
	put_worth(writer, offer);
	if (offer->verdict != VERDICT_GRANTED) {
		put_text(writer, reason_next(offer->reason, writer->english));
		put_stop(writer);
	}
	put_left(writer, offer);
	put_proof(writer, &offer->benefit->proof);
}

void offer_explain(char *out, size_t out_size, const struct offer *offer, bool english)
{
	struct writer writer = writer_open(out, out_size, english);

	if (offer_can_be_had(offer))
		explain_offered(&writer, offer);
	else
		explain_refused(&writer, offer);
	writer_close(&writer);
}
