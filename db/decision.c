#include "db/decision.h"

#include <string.h>

#include "db/china_time.h"
#include "db/identity.h"
#include "db/worth.h"

static const char *const verdicts[] = {
	[VERDICT_GRANTED] = "granted",
	[VERDICT_NEEDS_AMOUNT] = "needs_amount",
	[VERDICT_NEEDS_COMPARE] = "needs_compare",
	[VERDICT_REFUSED] = "refused",
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict];
}

bool offer_can_be_had(const struct offer *offer)
{
	return offer->verdict != VERDICT_REFUSED && offer->in_vain == REASON_OK;
}

/* --- lists --- */

static bool list_has(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], text) == 0)
			return true;
	}
	return false;
}

static bool list_has_prefix_of(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (has_prefix(text, list->items[i]))
			return true;
	}
	return false;
}

bool benefit_fits_place(const struct benefit *benefit, const struct facts *facts)
{
	if (benefit->venues != 0 && (benefit->venues & 1U << facts->venue) == 0)
		return false;
	if (benefit->merchants.count > 0 && !list_has(&benefit->merchants, facts->merchant))
		return false;
	if (benefit->regions.count > 0 && !list_has_prefix_of(&benefit->regions, facts->region))
		return false;
	return !list_has_prefix_of(&benefit->not_regions, facts->region);
}

/* --- who --- */

static bool fits_kind(const struct benefit *benefit, const struct facts *facts)
{
	if (benefit->kinds == 0)
		return true;
	return facts->kind < 32 && (benefit->kinds & 1U << facts->kind) != 0;
}

static bool fits_classes(const struct benefit *benefit, const struct facts *facts)
{
	if (benefit->classes.count == 0)
		return true;
	for (size_t i = 0; i < facts->identity_count; i++) {
		for (size_t k = 0; k < benefit->classes.count; k++) {
			if (class_matches(facts->identities[i], benefit->classes.items[k]))
				return true;
		}
	}
	return false;
}

static bool fits_cause(const struct benefit *benefit, const struct facts *facts)
{
	struct disability disability;

	if (benefit->cause.count == 0)
		return true;
	for (size_t i = 0; i < facts->identity_count; i++) {
		if (disability_of(&disability, facts->identities[i]) &&
		    list_has(&benefit->cause, disability.cause))
			return true;
	}
	return false;
}

static bool fits_merit(const struct benefit *benefit, const struct facts *facts)
{
	if (benefit->merit_first == 0)
		return true;
	return facts->merit >= benefit->merit_first && facts->merit <= benefit->merit_last;
}

/* Grade and cause belong to one and the same disability. */
static bool fits_grade(const struct benefit *benefit, const struct facts *facts)
{
	struct disability disability;

	if (benefit->grade_first == 0)
		return true;
	for (size_t i = 0; i < facts->identity_count; i++) {
		if (disability_of(&disability, facts->identities[i]) &&
		    disability.grade >= benefit->grade_first &&
		    disability.grade <= benefit->grade_last &&
		    (benefit->cause.count == 0 || list_has(&benefit->cause, disability.cause)))
			return true;
	}
	return false;
}

/* Full years.  A year of age is reached on the birthday; who was born on 29 February reaches it on
 * 1 March where the year has no such day. */
static int32_t age_on(const struct china_time *today, int32_t birth)
{
	int year, month, day;

	date_from_day(birth, &year, &month, &day);
	return today->year - year - (today->month * 100 + today->day_of_month < month * 100 + day);
}

/* The calendar is asked near the birthday alone: so many years have 365 to 366 days each. */
static bool has_reached(int32_t age, const struct china_time *today, int32_t birth)
{
	int64_t days = (int64_t)today->day - birth;

	if (days < (int64_t)age * 365)
		return false;
	return days >= (int64_t)age * 366 || age_on(today, birth) >= age;
}

static bool fits_age(const struct benefit *benefit, const struct facts *facts,
		     const struct china_time *today)
{
	if (benefit->age_first < 0 && benefit->age_last < 0)
		return true;
	if (facts->guest || !facts->birth_known)
		return false;
	return (benefit->age_first < 0 || has_reached(benefit->age_first, today, facts->birth)) &&
	       (benefit->age_last < 0 || !has_reached(benefit->age_last + 1, today, facts->birth));
}

static bool fits_home(const struct benefit *benefit, const struct facts *facts)
{
	return benefit->home_regions.count == 0 ||
	       list_has_prefix_of(&benefit->home_regions, facts->home_region);
}

/* Of a guest nothing is known, which fits neither. */
static bool fits_needy(const struct benefit *benefit, const struct facts *facts)
{
	return benefit->needy < 0 || (!facts->guest && facts->needy == (benefit->needy == 1));
}

/* --- when --- */

static bool in_window(int32_t at, int32_t first, int32_t last)
{
	if (first <= last)
		return first <= at && at <= last;
	return first <= at || at <= last;
}

static bool fits_annual(const struct benefit *benefit, const struct china_time *today)
{
	int32_t at = today->month * 100 + today->day_of_month;

	for (size_t i = 0; i < benefit->annual.count; i++) {
		if (in_window(at, benefit->annual.items[i].first, benefit->annual.items[i].last))
			return true;
	}
	return benefit->annual.count == 0;
}

static bool fits_today(const struct benefit *benefit, const struct facts *facts,
		       const struct china_time *today)
{
	if (benefit->weekdays != 0 && (benefit->weekdays & 1U << (today->weekday - 1)) == 0)
		return false;
	if (benefit->holidays == HOLIDAYS_ONLY && !facts->holiday)
		return false;
	if (benefit->holidays == HOLIDAYS_NEVER && facts->holiday)
		return false;
	return fits_annual(benefit, today);
}

static bool fits_hours(const struct benefit *benefit, const struct china_time *today)
{
	for (size_t i = 0; i < benefit->hours.count; i++) {
		const struct hour_window *hours = &benefit->hours.items[i];

		if (in_window(today->minute, hours->first, hours->after - 1))
			return true;
	}
	return benefit->hours.count == 0;
}

static bool in_force(const struct benefit *benefit, const struct china_time *today)
{
	return !benefit->retired && today->day >= benefit->from && today->day <= benefit->until;
}

int64_t period_start(enum period period, int64_t now)
{
	struct china_time today = china_time_at(now);

	switch (period) {
	case PERIOD_DAY:
		return china_midnight(today.day);
	case PERIOD_WEEK:
		return china_midnight(today.day - (today.weekday - 1));
	case PERIOD_MONTH:
		return china_midnight(day_from_date(today.year, today.month, 1));
	case PERIOD_YEAR:
		return china_midnight(day_from_date(today.year, 1, 1));
	default:
		return INT64_MIN;
	}
}

/* --- limits --- */

static bool limit_is_used_up(const struct limit *limit, const struct past_use *used)
{
	return left_of(limit->count, used->count) == 0 || left_of(limit->amount, used->amount) == 0;
}

static bool some_limit_is_used_up(const struct benefit *benefit, const struct past_use *used,
				  bool per_venue)
{
	for (size_t i = 0; i < benefit->limit_count; i++) {
		if (benefit->limits[i].per_venue == per_venue &&
		    limit_is_used_up(&benefit->limits[i], &used[i]))
			return true;
	}
	return false;
}

/* An account alone restricts nothing: nothing of it is told but a balance. */
size_t benefit_left(struct left out[static BENEFIT_LIMITS_MAX], const struct benefit *benefit,
		    const struct past_use used[static BENEFIT_LIMITS_MAX])
{
	size_t count = 0;
	bool is_account = benefit->value.type == VALUE_STORED_VALUE;

	for (size_t i = 0; i < benefit->limit_count; i++) {
		const struct limit *limit = &benefit->limits[i];
		struct left left = { limit->period, left_of(limit->count, used[i].count),
				     left_of(limit->amount, used[i].amount) };
		int64_t balance = value_left(&benefit->value, &used[i]);

		if (limit->per_venue)
			continue;
		if (is_account && (left.amount < 0 || balance < left.amount))
			left.amount = balance;
		is_account = false; /* the first limit per holder keeps it */
		if (left.count >= 0 || left.amount >= 0)
			out[count++] = left;
	}
	return count;
}

/* --- beside others --- */

/* Both sides must go with others. */
void facts_add_beside(struct facts *facts, const struct benefit *benefit)
{
	bool alone = benefit->stack != STACK_WITH_ALL;
	size_t same_kind = 0;

	for (size_t i = 0; i < facts->beside_count; i++) {
		if (strcmp(facts->beside[i]->id, benefit->id) == 0)
			return;
		same_kind += (facts->beside[i]->stack != STACK_WITH_ALL) == alone;
	}
	if (same_kind < BESIDE_MAX / 2)
		facts->beside[facts->beside_count++] = benefit;
}

bool benefits_exclude(const struct benefit *a, const struct benefit *b)
{
	return (a->stack != STACK_WITH_ALL || b->stack != STACK_WITH_ALL) &&
	       strcmp(a->id, b->id) != 0;
}

static bool fits_beside(const struct benefit *benefit, const struct facts *facts)
{
	for (size_t i = 0; i < facts->beside_count; i++) {
		if (benefits_exclude(benefit, facts->beside[i]))
			return false;
	}
	return true;
}

/* --- value --- */

const struct value *offer_value(const struct offer *offer)
{
	return offer->value != NULL ? offer->value : &offer->benefit->value;
}

bool offer_needs_amount(const struct offer *offer)
{
	return value_needs_amount(offer_value(offer));
}

bool offer_needs_quantity(const struct offer *offer)
{
	return value_needs_quantity(offer_value(offer));
}

/* No more is saved than every limit leaves. */
static int64_t saved_within(const struct benefit *benefit, const struct past_use *used,
			    int64_t saved)
{
	for (size_t i = 0; i < benefit->limit_count; i++) {
		int64_t left = left_of(benefit->limits[i].amount, used[i].amount);

		if (left >= 0 && saved > left)
			saved = left;
	}
	return saved;
}

static void settle(struct offer *out, const struct benefit *benefit, const struct facts *facts,
		   const struct past_use *used)
{
	const struct value *value = out->value;

	if (facts->amount < 0 || (value_needs_quantity(value) && facts->quantity < 0)) {
		out->has_payable = value->type == VALUE_FREE;
		return;
	}
	out->has_payable = out->has_saved = true;
	out->saved = saved_within(
		benefit, used, value_saves(value, facts->amount, facts->quantity, out->value_left));
	out->payable = facts->amount - out->saved;
}

bool offer_preview(const struct offer *offer, int64_t amount, int64_t quantity, int64_t *payable,
		   int64_t *saved)
{
	const struct value *value = offer_value(offer);

	if (amount < 0 || (value_needs_quantity(value) && quantity < 0) ||
	    value->type == VALUE_GRADED)
		return false;
	*saved = value_saves(value, amount, quantity, offer->value_left);
	for (size_t i = 0; i < offer->left_count; i++) {
		if (offer->left[i].amount >= 0 && *saved > offer->left[i].amount)
			*saved = offer->left[i].amount;
	}
	*payable = amount - *saved;
	return true;
}

/* --- the decision --- */

/* A copy that anybody could hold stands for its holder once a clerk has compared the person. */
static enum reason judge_assurance(const struct benefit *benefit, const struct facts *facts)
{
	if (facts->offline && !benefit->offline)
		return REASON_ASSURANCE_TOO_LOW; /* no reading assures what happens elsewhere */
	if (facts->assurance >= benefit->assurance)
		return REASON_OK;
	if (!facts->attended || facts->assurance >= 2 || benefit->assurance > 2)
		return REASON_ASSURANCE_TOO_LOW;
	return facts->compared ? REASON_OK : REASON_NEEDS_COMPARE;
}

static enum reason judge_who(const struct benefit *benefit, const struct facts *facts,
			     const struct china_time *today)
{
	if (!fits_kind(benefit, facts))
		return REASON_WRONG_KIND;
	if (!fits_classes(benefit, facts) || !fits_cause(benefit, facts) ||
	    !fits_merit(benefit, facts))
		return REASON_WRONG_CLASS;
	if (!fits_grade(benefit, facts))
		return REASON_WRONG_GRADE;
	if (!fits_age(benefit, facts, today))
		return REASON_WRONG_AGE;
	if (!fits_home(benefit, facts))
		return REASON_WRONG_REGION;
	return fits_needy(benefit, facts) ? REASON_OK : REASON_NOT_NEEDY;
}

static enum reason judge_when_and_where(const struct benefit *benefit, const struct facts *facts,
					const struct china_time *today)
{
	if (!fits_today(benefit, facts, today))
		return REASON_NOT_TODAY;
	if (!fits_hours(benefit, today))
		return REASON_OUTSIDE_HOURS;
	if (benefit->no_festivals && facts->festival)
		return REASON_FESTIVAL;
	return benefit_fits_place(benefit, facts) ? REASON_OK : REASON_WRONG_VENUE;
}

static enum reason judge_amount(const struct value *value, const struct facts *facts)
{
	bool lacks_amount = facts->amount == AMOUNT_NONE;
	bool lacks_quantity = facts->quantity == AMOUNT_NONE;

	if ((facts->amount < 0 && !lacks_amount) || (facts->quantity < 0 && !lacks_quantity))
		return REASON_AMOUNT_INVALID;
	if ((lacks_amount && value_needs_amount(value)) ||
	    (lacks_quantity && value_needs_quantity(value)))
		return REASON_NEEDS_AMOUNT;
	return REASON_OK;
}

static enum reason judge_limits(const struct benefit *benefit, const struct facts *facts,
				const struct past_use *used, const struct offer *offer)
{
	if (some_limit_is_used_up(benefit, used, false))
		return REASON_QUOTA_USED;
	if (some_limit_is_used_up(benefit, used, true))
		return REASON_VENUE_QUOTA_USED;
	if (offer->value->type == VALUE_STORED_VALUE && offer->value_left == 0)
		return REASON_BALANCE_USED;
	return fits_beside(benefit, facts) ? REASON_OK : REASON_NOT_WITH_OTHERS;
}

static struct china_time today_of(const struct facts *facts)
{
	return facts->today.month == 0 ? china_time_at(facts->now) : facts->today;
}

/* In the order of reason.h.  no_row: why no row of the benefit's tables is for the holder. */
static enum reason judge(const struct benefit *benefit, const struct facts *facts,
			 const struct past_use *used, const struct offer *offer, enum reason no_row)
{
	struct china_time today = today_of(facts);
	enum reason reason = judge_who(benefit, facts, &today);

	if (no_row != REASON_OK && (reason == REASON_OK || no_row < reason))
		reason = no_row;
	if (reason == REASON_OK)
		reason = judge_when_and_where(benefit, facts, &today);
	if (reason == REASON_OK)
		reason = judge_limits(benefit, facts, used, offer);
	if (reason == REASON_OK)
		reason = judge_assurance(benefit, facts);
	if (reason == REASON_OK)
		reason = judge_amount(offer->value, facts);
	if (reason == REASON_OK && !in_force(benefit, &today))
		reason = REASON_BENEFIT_INACTIVE;
	return reason;
}

static enum verdict verdict_of(enum reason reason)
{
	switch (reason) {
	case REASON_OK:
		return VERDICT_GRANTED;
	case REASON_NEEDS_AMOUNT:
		return VERDICT_NEEDS_AMOUNT;
	case REASON_NEEDS_COMPARE:
		return VERDICT_NEEDS_COMPARE;
	default:
		return VERDICT_REFUSED;
	}
}

/* Who is asked for an amount or an ID card is not to be refused afterwards for what is known now. */
static enum reason judge_further(const struct offer *offer, const struct facts *facts)
{
	struct china_time today = today_of(facts);
	enum reason reason = judge_amount(offer->value, facts);

	if (reason != REASON_OK && reason != REASON_NEEDS_AMOUNT)
		return reason;
	return in_force(offer->benefit, &today) ? REASON_OK : REASON_BENEFIT_INACTIVE;
}

static enum reason set_value(struct offer *out, const struct benefit *benefit,
			     const struct facts *facts, const struct past_use *used)
{
	struct past_use past = account_of(benefit, used);
	struct worth worth = worth_of(benefit, facts, &past);

	if (worth.reason != REASON_OK)
		return worth.reason;
	out->value = worth.value;
	out->value_left = value_left(worth.value, &past);
	if (worth.other != NULL) {
		out->row = worth.row;
		out->other = worth.other;
		out->other_row = worth.other_row;
	}
	return REASON_OK;
}

void decide(struct offer *out, const struct benefit *benefit, const struct facts *facts,
	    const struct past_use used[static BENEFIT_LIMITS_MAX])
{
	enum reason no_row;

	*out = (struct offer){ .benefit = benefit, .value_left = -1 };
	no_row = set_value(out, benefit, facts, used);
	out->reason = judge(benefit, facts, used, out, no_row);
	out->verdict = verdict_of(out->reason);
	out->left_count = benefit_left(out->left, benefit, used);
	if (out->verdict == VERDICT_NEEDS_AMOUNT || out->verdict == VERDICT_NEEDS_COMPARE)
		out->in_vain = judge_further(out, facts);
	if (offer_can_be_had(out) && out->verdict != VERDICT_NEEDS_AMOUNT)
		settle(out, benefit, facts, used);
}

/* --- rank --- */

/* Is a to stand before b? */
static bool is_better(const struct offer *a, const struct offer *b)
{
	bool a_had = offer_can_be_had(a), b_had = offer_can_be_had(b);

	if (!a_had || !b_had)
		return a_had && !b_had;
	if (a->has_saved != b->has_saved)
		return a->has_saved;
	if (a->has_saved && a->saved != b->saved)
		return a->saved > b->saved;
	return value_guess(offer_value(a), a->value_left) >
	       value_guess(offer_value(b), b->value_left);
}

/* The place of the offer among the first ones in order: behind all that it is not better than. */
static size_t place_of(const struct offer *offer, const struct offer *offers, const uint16_t *order,
		       size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_better(offer, &offers[order[middle]]))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* offers[i] becomes what offers[order[i]] was: each is moved once, around its circle. */
static void put_in_order(struct offer *offers, uint16_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct offer first;
		size_t at = i;

		if (order[i] == i)
			continue;
		first = offers[i];
		for (size_t next; (next = order[at]) != i; at = next) {
			offers[at] = offers[next];
			order[at] = (uint16_t)at;
		}
		offers[at] = first;
		order[at] = (uint16_t)at;
	}
}

/* By insertion: stable, without memory, and quick on the few dozens that a place has.  An offer is
 * large: their numbers are sorted. */
void offers_rank(struct offer *offers, size_t count)
{
	uint16_t order[OFFERS_MAX];

	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		if (i > 0 && is_better(&offers[i], &offers[order[i - 1]])) {
			at = place_of(&offers[i], offers, order, i - 1);
			memmove(&order[at + 1], &order[at], (i - at) * sizeof(*order));
		}
		order[at] = (uint16_t)i;
	}
	put_in_order(offers, order, count);
	for (size_t i = 1; i < count && offer_can_be_had(&offers[0]); i++)
		offers[i].instead = offer_can_be_had(&offers[i]) ? NULL : offers[0].benefit;
}
