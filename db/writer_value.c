/*
 * The parts of a benefit that have words of their own: values, classes, regions, periods.
 */
#include "db/writer.h"

#include <stdio.h>
#include <string.h>

#include "db/decision.h"
#include "db/identity.h"
#include "db/region.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *period_text(const struct writer *writer, enum period period)
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

/* --- classes and regions --- */

/* "6", or "6:war", of a class with its grade. */
static bool put_grade(struct writer *writer, const char *rest)
{
	char text[3] = "";
	size_t length = strspn(rest, "0123456789");

	if (length == 0 || length >= sizeof text)
		return false;
	memcpy(text, rest, length);
	put_filled(writer, PHRASE_CLASS_DISABLED_GRADE, text, "");
	return true;
}

/* The longest first where one begins with another. */
void put_class(struct writer *writer, const char *class)
{
	static const struct {
		const char *class;
		enum phrase phrase;
	} names[] = {
		{ "veteran.officer", PHRASE_CLASS_OFFICER },
		{ "veteran.nco", PHRASE_CLASS_NCO },
		{ "veteran.conscript", PHRASE_CLASS_CONSCRIPT },
		{ "veteran.retired", PHRASE_CLASS_RETIRED },
		{ "veteran", PHRASE_CLASS_VETERAN },
		{ "demobilised", PHRASE_CLASS_DEMOBILISED },
		{ "returned_ill", PHRASE_CLASS_RETURNED_ILL },
		{ "disabled", PHRASE_CLASS_DISABLED },
		{ "family.martyr", PHRASE_CLASS_FAMILY_MARTYR },
		{ "family.duty", PHRASE_CLASS_FAMILY_DUTY },
		{ "family.illness", PHRASE_CLASS_FAMILY_ILLNESS },
		{ "family", PHRASE_CLASS_FAMILY },
		{ "war", PHRASE_CLASS_WAR },
		{ "nuclear", PHRASE_CLASS_NUCLEAR },
		{ "red_army", PHRASE_CLASS_RED_ARMY },
	};
	if (has_prefix(class, "disabled:") && put_grade(writer, class + sizeof "disabled:" - 1))
		return;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (class_matches(class, names[i].class)) {
			put_phrase(writer, names[i].phrase);
			return;
		}
	}
	put_text(writer, class);
}

/* By the longest beginning that has a name. */
void put_region(struct writer *writer, const char *region)
{
	const char *name = region_name(region, writer->english);

	if (name == NULL)
		put_text(writer, region);
	else
		put_filled(writer, PHRASE_EXPLAIN_REGION_NAMED, name, region);
}

static void put_numbers(struct writer *writer, enum phrase one, enum phrase several,
			const struct graded_row *row)
{
	char texts[2][16];

	snprintf(texts[0], sizeof *texts, "%d", row->first);
	snprintf(texts[1], sizeof *texts, "%d", row->last);
	put_filled(writer, row->first == row->last ? one : several, texts[0], texts[1]);
}

void put_row_key(struct writer *writer, enum graded_by by, const struct graded_row *row)
{
	if (row == NULL)
		put_phrase(writer, PHRASE_EXPLAIN_OTHERS);
	else if (by == GRADED_BY_MERIT)
		put_numbers(writer, PHRASE_EXPLAIN_MERIT, PHRASE_EXPLAIN_MERITS, row);
	else if (by == GRADED_BY_GRADE)
		put_numbers(writer, PHRASE_EXPLAIN_GRADE, PHRASE_EXPLAIN_GRADES, row);
	else if (by == GRADED_BY_CLASS)
		put_class(writer, row->key);
	else
		put_region(writer, row->key);
}

/* --- values --- */

/* Each in a clause of its own, or in a word or two. */
struct wording {
	enum phrase whole, brief;
};
static const struct wording priority = { PHRASE_EXPLAIN_PRIORITY, PHRASE_BRIEF_PRIORITY };
static const struct wording free_of_charge = { PHRASE_EXPLAIN_FREE, PHRASE_BRIEF_FREE };
static const struct wording companions = { PHRASE_EXPLAIN_COMPANIONS, PHRASE_BRIEF_COMPANIONS };
static const struct wording percent_off = { PHRASE_EXPLAIN_PERCENT_OFF, PHRASE_BRIEF_PERCENT_OFF };
static const struct wording half = { PHRASE_EXPLAIN_PERCENT_OFF, PHRASE_BRIEF_HALF };
static const struct wording price = { PHRASE_EXPLAIN_FIXED_PRICE, PHRASE_BRIEF_FIXED_PRICE };
static const struct wording off = { PHRASE_EXPLAIN_AMOUNT_OFF, PHRASE_BRIEF_AMOUNT_OFF };
static const struct wording off_from = { PHRASE_EXPLAIN_AMOUNT_OFF_FROM,
					 PHRASE_BRIEF_AMOUNT_OFF_FROM };
static const struct wording off_unit = { PHRASE_EXPLAIN_PER_UNIT_OFF, PHRASE_BRIEF_PER_UNIT_OFF };
static const struct wording reimburse = { PHRASE_EXPLAIN_REIMBURSE, PHRASE_BRIEF_REIMBURSE };
static const struct wording reimburse_above = { PHRASE_EXPLAIN_REIMBURSE_ABOVE,
						PHRASE_BRIEF_REIMBURSE_ABOVE };
static const struct wording free_then = { PHRASE_EXPLAIN_FREE_THEN, PHRASE_BRIEF_FREE_THEN };
static const struct wording stored = { PHRASE_EXPLAIN_STORED_VALUE, PHRASE_BRIEF_STORED_VALUE };

struct clause {
	struct writer *writer;
	bool brief;
};

static void put_words(const struct clause *clause, struct wording wording, const char *a,
		      const char *b)
{
	put_filled(clause->writer, clause->brief ? wording.brief : wording.whole, a, b);
}

static void put_sums(const struct clause *clause, struct wording wording, int64_t fen_a,
		     int64_t fen_b)
{
	char texts[2][MONEY_SIZE];

	money_text(texts[0], fen_a);
	money_text(texts[1], fen_b);
	put_words(clause, wording, texts[0], texts[1]);
}

static void put_count(const struct clause *clause, struct wording wording, int32_t count)
{
	char text[16];

	snprintf(text, sizeof text, "%d", count);
	put_words(clause, wording, text, "");
}

static void put_free(const struct clause *clause, const struct value *value)
{
	put_words(clause, free_of_charge, "", "");
	if (value->companions == 0)
		return;
	put_phrase(clause->writer, PHRASE_EXPLAIN_COMMA);
	put_count(clause, companions, value->companions);
}

/* Units that are written in either language; others as they are. */
const char *value_unit(const struct value *value, bool english)
{
	static const struct {
		const char *unit;
		enum phrase phrase;
	} names[] = {
		{ "litre", PHRASE_UNIT_LITRE }, { "liter", PHRASE_UNIT_LITRE },
		{ "l", PHRASE_UNIT_LITRE },     { "L", PHRASE_UNIT_LITRE },
		{ "升", PHRASE_UNIT_LITRE },    { "kg", PHRASE_UNIT_KILOGRAM },
		{ "kWh", PHRASE_UNIT_KWH },     { "km", PHRASE_UNIT_KILOMETRE },
	};

	if (value->unit == NULL)
		return "";
	for (size_t i = 0; i < COUNT(names); i++) {
		if (strcmp(names[i].unit, value->unit) == 0)
			return phrase(names[i].phrase, english);
	}
	return value->unit;
}

static void put_per_unit(const struct clause *clause, const struct value *value)
{
	char text[MONEY_SIZE];

	money_text(text, value->fen);
	put_words(clause, off_unit, value_unit(value, clause->writer->english), text);
}

static void put_reimbursed(const struct clause *clause, const struct value *value)
{
	char texts[2][MONEY_SIZE];

	money_text(texts[0], value->above);
	snprintf(texts[1], sizeof *texts, "%d", value->percent);
	put_words(clause, value->above > 0 ? reimburse_above : reimburse, texts[0], texts[1]);
	if (value->cap < 0)
		return;
	put_phrase(clause->writer, PHRASE_EXPLAIN_COMMA);
	put_money(clause->writer, PHRASE_EXPLAIN_CAP, value->cap, 0);
}

static void put_free_then(const struct clause *clause, const struct value *value)
{
	char texts[2][MONEY_SIZE];

	snprintf(texts[0], sizeof *texts, "%lld", (long long)value->uses);
	snprintf(texts[1], sizeof *texts, "%d", value->percent);
	put_words(clause, free_then, texts[0], texts[1]);
}

/* "三属：免费；其他人员：半价".  A table within a table is put likewise, GRADED_DEPTH_MAX deep at most.
 * NOLINTBEGIN(misc-no-recursion) */
static void put_table(struct writer *writer, const struct grading *grading)
{
	for (size_t i = 0; i < grading->count + grading->has_otherwise; i++) {
		const struct graded_row *row = i < grading->count ? &grading->rows[i] : NULL;

		if (i > 0)
			put_phrase(writer, PHRASE_EXPLAIN_SEMICOLON);
		put_row_key(writer, grading->by, row);
		put_phrase(writer, PHRASE_EXPLAIN_COLON);
		put_value_brief(writer, row == NULL ? &grading->otherwise : &row->value);
	}
}

static void put_clause(const struct clause *clause, const struct value *value)
{
	switch (value->type) {
	case VALUE_FREE:
		put_free(clause, value);
		break;
	case VALUE_PERCENT_OFF:
		put_count(clause, value->percent == 50 ? half : percent_off, value->percent);
		break;
	case VALUE_FIXED_PRICE:
		put_sums(clause, price, value->fen, 0);
		break;
	case VALUE_AMOUNT_OFF:
		put_sums(clause, value->from > 0 ? off_from : off, value->fen, value->from);
		break;
	case VALUE_PER_UNIT_OFF:
		put_per_unit(clause, value);
		break;
	case VALUE_REIMBURSE:
		put_reimbursed(clause, value);
		break;
	case VALUE_FREE_THEN:
		put_free_then(clause, value);
		break;
	case VALUE_STORED_VALUE:
		put_sums(clause, stored, value->fen, 0);
		break;
	case VALUE_GRADED:
		put_table(clause->writer, value->grading);
		break;
	default:
		put_words(clause, priority, "", "");
	}
}

void put_value(struct writer *writer, const struct value *value)
{
	put_clause(&(struct clause){ writer, false }, value);
}

void put_value_brief(struct writer *writer, const struct value *value)
{
	put_clause(&(struct clause){ writer, true }, value);
}
/* NOLINTEND(misc-no-recursion) */

void value_brief(char *out, size_t out_size, const struct value *value, bool english)
{
	struct writer writer = writer_open(out, out_size, english);

	if (value->type == VALUE_GRADED)
		put_phrase(&writer, PHRASE_BRIEF_GRADED);
	else
		put_value_brief(&writer, value);
}
