#include "db/worth.h"

#include <assert.h>

#include "db/identity.h"

/* --- money --- */

int64_t left_of(int64_t bound, int64_t used)
{
	if (bound < 0)
		return -1;
	if (used < 0)
		used = 0;
	return used >= bound ? 0 : bound - used;
}

static int64_t least_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* amount · percent / 100, rounded up, in two parts so that nothing overflows. */
static int64_t percent_off(int64_t amount, int32_t percent)
{
	int32_t rest = 100 - percent;

	return amount - (amount / 100 * rest + amount % 100 * rest / 100);
}

/* fen · quantity / 1000, rounded up and at the most `most`. */
static int64_t off_units(int64_t fen, int64_t quantity, int64_t most)
{
	unsigned __int128 off = ((unsigned __int128)fen * (unsigned __int128)quantity + 999) / 1000;

	return off > (unsigned __int128)most ? most : (int64_t)off;
}

static int64_t reimbursed(const struct value *value, int64_t amount)
{
	int64_t saved;

	if (amount <= value->above)
		return 0;
	saved = percent_off(amount - value->above, value->percent);
	return value->cap < 0 ? saved : least_of(saved, value->cap);
}

int64_t value_saves(const struct value *value, int64_t amount, int64_t quantity, int64_t left)
{
	switch (value->type) {
	case VALUE_FREE:
		return amount;
	case VALUE_PERCENT_OFF:
		return percent_off(amount, value->percent);
	case VALUE_FIXED_PRICE:
		return amount > value->fen ? amount - value->fen : 0;
	case VALUE_AMOUNT_OFF:
		return amount >= value->from ? least_of(amount, value->fen) : 0;
	case VALUE_PER_UNIT_OFF:
		return off_units(value->fen, quantity, amount);
	case VALUE_REIMBURSE:
		return reimbursed(value, amount);
	case VALUE_FREE_THEN:
		return left > 0 ? amount : percent_off(amount, value->percent);
	case VALUE_STORED_VALUE:
		return least_of(amount, left);
	default:
		return 0;
	}
}

bool value_needs_quantity(const struct value *value)
{
	return value->type == VALUE_PER_UNIT_OFF;
}

bool value_needs_amount(const struct value *value)
{
	return value->type != VALUE_PRIORITY && value->type != VALUE_FREE &&
	       value->type != VALUE_GRADED;
}

int64_t value_guess(const struct value *value, int64_t left)
{
	switch (value->type) {
	case VALUE_FREE:
		return 300;
	case VALUE_FREE_THEN:
		return left > 0 ? 200 : 2 + value->percent;
	case VALUE_STORED_VALUE:
		return left > 0 ? 150 : -1;
	case VALUE_PERCENT_OFF:
		return 2 + value->percent;
	case VALUE_REIMBURSE:
		return 1 + value->percent / 2;
	case VALUE_PRIORITY:
		return 0;
	default:
		return 1;
	}
}

/* --- what was had before --- */

struct past_use account_of(const struct benefit *benefit,
			   const struct past_use used[static BENEFIT_LIMITS_MAX])
{
	for (size_t i = 0; i < benefit->limit_count; i++) {
		if (!benefit->limits[i].per_venue)
			return used[i];
	}
	return PAST_NONE;
}

int64_t value_left(const struct value *value, const struct past_use *past)
{
	if (value->type == VALUE_FREE_THEN)
		return left_of(value->uses, past->count);
	return value->type == VALUE_STORED_VALUE ? left_of(value->fen, past->amount) : -1;
}

/* --- tables --- */

static const struct graded_row *row_of_number(const struct grading *grading, int32_t number)
{
	for (size_t i = 0; i < grading->count; i++) {
		if (grading->rows[i].first <= number && number <= grading->rows[i].last)
			return &grading->rows[i];
	}
	return NULL;
}

static const struct graded_row *row_of_region(const struct grading *grading, const char *region)
{
	for (size_t i = 0; i < grading->count; i++) {
		if (has_prefix(region, grading->rows[i].key))
			return &grading->rows[i];
	}
	return NULL;
}

static const struct graded_row *row_of_class(const struct grading *grading, const char *identity)
{
	for (size_t i = 0; i < grading->count; i++) {
		if (class_matches(identity, grading->rows[i].key))
			return &grading->rows[i];
	}
	return NULL;
}

/* A disability that the benefit is not for (its grade or cause) gives no grade. */
static const struct graded_row *row_of_grade(const struct grading *grading,
					     const struct benefit *benefit, const char *identity)
{
	struct disability disability;
	bool fits = benefit->cause.count == 0;

	if (!disability_of(&disability, identity))
		return NULL;
	for (size_t i = 0; i < benefit->cause.count && !fits; i++)
		fits = strcmp(benefit->cause.items[i], disability.cause) == 0;
	if (benefit->grade_first > 0)
		fits = fits && disability.grade >= benefit->grade_first &&
		       disability.grade <= benefit->grade_last;
	return fits ? row_of_number(grading, disability.grade) : NULL;
}

static const struct graded_row *row_of_identity(const struct grading *grading,
						const struct benefit *benefit, const char *identity)
{
	return grading->by == GRADED_BY_CLASS ? row_of_class(grading, identity)
					      : row_of_grade(grading, benefit, identity);
}

static enum reason lacks_row(enum graded_by by)
{
	static const enum reason reasons[GRADED_BY_COUNT] = {
		[GRADED_BY_MERIT] = REASON_WRONG_CLASS,
		[GRADED_BY_GRADE] = REASON_WRONG_GRADE,
		[GRADED_BY_CLASS] = REASON_WRONG_CLASS,
		[GRADED_BY_REGION] = REASON_WRONG_REGION,
		[GRADED_BY_HOME_REGION] = REASON_WRONG_REGION,
	};

	return reasons[by];
}

/* --- the better of several --- */

struct chooser {
	const struct benefit *benefit;
	const struct facts *facts;
	const struct past_use *past;
};

static bool is_computable(const struct value *value, const struct facts *facts)
{
	return facts->amount >= 0 && (!value_needs_quantity(value) || facts->quantity >= 0);
}

/* Is a better for the holder than b?  By what is saved where that can be worked out. */
static bool is_better(const struct chooser *chooser, const struct value *a, const struct value *b)
{
	const struct facts *facts = chooser->facts;
	int64_t left_a = value_left(a, chooser->past), left_b = value_left(b, chooser->past);

	if (is_computable(a, facts) && is_computable(b, facts)) {
		int64_t saved_a = value_saves(a, facts->amount, facts->quantity, left_a);
		int64_t saved_b = value_saves(b, facts->amount, facts->quantity, left_b);

		if (saved_a != saved_b)
			return saved_a > saved_b;
	}
	return value_guess(a, left_a) > value_guess(b, left_b);
}

/* As deep as the tables are: GRADED_DEPTH_MAX.  NOLINTBEGIN(misc-no-recursion) */
static struct worth choose(const struct chooser *chooser, const struct value *value);

/* What one row, or none, gives. */
static struct worth worth_of_row(const struct chooser *chooser, const struct grading *grading,
				 const struct graded_row *row)
{
	struct worth worth = { .reason = lacks_row(grading->by) };

	if (row != NULL)
		worth = choose(chooser, &row->value);
	else if (grading->has_otherwise)
		worth = choose(chooser, &grading->otherwise);
	return worth;
}

static void take_other(struct worth *best, const struct worth *other)
{
	if (other->value == best->value)
		return;
	best->other = other->value;
	best->other_row = other->row;
}

/* The better of two; the reason that stands first in the list where neither is for the holder. */
static void take_better(const struct chooser *chooser, struct worth *best,
			const struct worth *other)
{
	struct worth old = *best;

	if (other->reason != REASON_OK) {
		if (best->reason != REASON_OK && other->reason < best->reason)
			*best = *other;
		return;
	}
	assert(other->value != NULL); /* as of all that somebody is entitled to */
	if (best->reason != REASON_OK) {
		*best = *other;
	} else if (is_better(chooser, other->value, best->value)) {
		*best = *other;
		take_other(best, &old);
	} else if (best->other == NULL || is_better(chooser, other->value, best->other)) {
		take_other(best, other);
	}
}

/* Each identity as if it were the only one; the better for the holder. */
static struct worth worth_by_identity(const struct chooser *chooser, const struct grading *grading)
{
	const struct facts *facts = chooser->facts;
	struct worth best;

	if (facts->identity_count == 0)
		return worth_of_row(chooser, grading, NULL);
	for (size_t i = 0; i < facts->identity_count; i++) {
		const struct graded_row *row =
			row_of_identity(grading, chooser->benefit, facts->identities[i]);
		struct worth worth = worth_of_row(chooser, grading, row);

		worth.row = row;
		worth.other = NULL;
		if (i == 0)
			best = worth;
		else
			take_better(chooser, &best, &worth);
	}
	if (best.other != NULL && !is_better(chooser, best.value, best.other))
		best.other = NULL; /* as good: no choice to speak of */
	return best;
}

static struct worth choose(const struct chooser *chooser, const struct value *value)
{
	const struct grading *grading = value->grading;
	const struct facts *facts = chooser->facts;

	if (value->type != VALUE_GRADED)
		return (struct worth){ .reason = REASON_OK, .value = value };
	switch (grading->by) {
	case GRADED_BY_MERIT:
		return worth_of_row(chooser, grading, row_of_number(grading, facts->merit));
	case GRADED_BY_REGION:
		return worth_of_row(chooser, grading, row_of_region(grading, facts->region));
	case GRADED_BY_HOME_REGION:
		return worth_of_row(chooser, grading, row_of_region(grading, facts->home_region));
	default:
		return worth_by_identity(chooser, grading);
	}
}
/* NOLINTEND(misc-no-recursion) */

struct worth worth_of(const struct benefit *benefit, const struct facts *facts,
		      const struct past_use *past)
{
	const struct chooser chooser = { benefit, facts, past };

	return choose(&chooser, &benefit->value);
}
