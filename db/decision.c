#include "db/decision.h"

#include <string.h>

#include "db/china_time.h"

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

static bool has_prefix(const char *text, const char *prefix)
{
	while (*prefix != '\0') {
		if (*text++ != *prefix++)
			return false;
	}
	return true;
}

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

/* "veteran" matches "veteran" and "veteran.officer", not "veterans". */
static bool class_matches(const char *identity, const char *class)
{
	size_t length = strlen(class);

	return strncmp(identity, class, length) == 0 &&
	       (identity[length] == '\0' || identity[length] == '.' || identity[length] == ':');
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

struct disability {
	int32_t grade; /* 1 to 10 */
	const char *cause;
};

/* "disabled:GRADE:CAUSE"; false for every other identity. */
static bool disability_of(struct disability *out, const char *identity)
{
	const char *at = identity + sizeof "disabled:" - 1;

	if (!has_prefix(identity, "disabled:"))
		return false;
	out->grade = 0;
	for (; *at >= '0' && *at <= '9' && out->grade <= 10; at++)
		out->grade = out->grade * 10 + (*at - '0');
	if (*at != ':' || out->grade < 1 || out->grade > 10)
		return false;
	out->cause = at + 1;
	return true;
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

static bool fits_age(const struct benefit *benefit, const struct facts *facts,
		     const struct china_time *today)
{
	int32_t age;

	if (benefit->age_first < 0 && benefit->age_last < 0)
		return true;
	if (facts->guest || !facts->birth_known)
		return false;
	age = age_on(today, facts->birth);
	return (benefit->age_first < 0 || age >= benefit->age_first) &&
	       (benefit->age_last < 0 || age <= benefit->age_last);
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

/* What is left of a bound of which so much was used: never negative, -1 without a bound. */
static int64_t left_of(int64_t bound, int64_t used)
{
	if (bound < 0)
		return -1;
	if (used < 0)
		used = 0;
	return used >= bound ? 0 : bound - used;
}

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

static void tell_left(struct offer *out, const struct benefit *benefit, const struct past_use *used)
{
	for (size_t i = 0; i < benefit->limit_count; i++) {
		const struct limit *limit = &benefit->limits[i];

		if (limit->per_venue)
			continue;
		out->left[out->left_count++] = (struct left){
			.period = limit->period,
			.count = left_of(limit->count, used[i].count),
			.amount = left_of(limit->amount, used[i].amount),
		};
	}
}

/* --- value --- */

static bool needs_amount(const struct value *value)
{
	return value->type != VALUE_PRIORITY && value->type != VALUE_FREE;
}

/* amount · percent / 100, rounded down, in two parts so that nothing overflows. */
static int64_t percent_of(int64_t amount, int32_t percent)
{
	return amount / 100 * percent + amount % 100 * percent / 100;
}

/* What is to be paid of amount >= 0; between 0 and amount. */
static int64_t payable_of(const struct value *value, int64_t amount)
{
	switch (value->type) {
	case VALUE_FREE:
		return 0;
	case VALUE_PERCENT_OFF:
		return percent_of(amount, 100 - value->percent);
	case VALUE_FIXED_PRICE:
		return amount < value->fen ? amount : value->fen;
	case VALUE_AMOUNT_OFF:
		if (amount < value->from)
			return amount;
		return amount > value->fen ? amount - value->fen : 0;
	default:
		return amount;
	}
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
	if (facts->amount < 0) {
		out->has_payable = benefit->value.type == VALUE_FREE;
		return;
	}
	out->has_payable = out->has_saved = true;
	out->saved = saved_within(benefit, used,
				  facts->amount - payable_of(&benefit->value, facts->amount));
	out->payable = facts->amount - out->saved;
}

/* --- the decision --- */

/* A copy that anybody could hold stands for its holder once a clerk has compared the person. */
static enum reason judge_assurance(const struct benefit *benefit, const struct facts *facts)
{
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

static enum reason judge_amount(const struct benefit *benefit, const struct facts *facts)
{
	if (facts->amount == AMOUNT_NONE)
		return needs_amount(&benefit->value) ? REASON_NEEDS_AMOUNT : REASON_OK;
	return facts->amount < 0 ? REASON_AMOUNT_INVALID : REASON_OK;
}

/* In the order of reason.h. */
static enum reason judge(const struct benefit *benefit, const struct facts *facts,
			 const struct past_use *used)
{
	struct china_time today = china_time_at(facts->now);
	enum reason reason = judge_who(benefit, facts, &today);

	if (reason == REASON_OK)
		reason = judge_when_and_where(benefit, facts, &today);
	if (reason == REASON_OK && some_limit_is_used_up(benefit, used, false))
		reason = REASON_QUOTA_USED;
	if (reason == REASON_OK && some_limit_is_used_up(benefit, used, true))
		reason = REASON_VENUE_QUOTA_USED;
	if (reason == REASON_OK)
		reason = judge_assurance(benefit, facts);
	if (reason == REASON_OK)
		reason = judge_amount(benefit, facts);
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
static enum reason judge_further(const struct benefit *benefit, const struct facts *facts)
{
	struct china_time today = china_time_at(facts->now);
	enum reason reason = judge_amount(benefit, facts);

	if (reason != REASON_OK && reason != REASON_NEEDS_AMOUNT)
		return reason;
	return in_force(benefit, &today) ? REASON_OK : REASON_BENEFIT_INACTIVE;
}

void decide(struct offer *out, const struct benefit *benefit, const struct facts *facts,
	    const struct past_use used[static BENEFIT_LIMITS_MAX])
{
	*out = (struct offer){ .benefit = benefit, .reason = judge(benefit, facts, used) };
	out->verdict = verdict_of(out->reason);
	tell_left(out, benefit, used);
	if (out->verdict == VERDICT_NEEDS_AMOUNT || out->verdict == VERDICT_NEEDS_COMPARE)
		out->in_vain = judge_further(benefit, facts);
	if (offer_can_be_had(out) && out->verdict != VERDICT_NEEDS_AMOUNT)
		settle(out, benefit, facts, used);
}

/* --- rank --- */

/* How good a value is as long as no amount says more. */
static int64_t guess_of(const struct value *value)
{
	switch (value->type) {
	case VALUE_FREE:
		return 200;
	case VALUE_PERCENT_OFF:
		return 2 + value->percent;
	case VALUE_PRIORITY:
		return 0;
	default:
		return 1;
	}
}

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
	return guess_of(&a->benefit->value) > guess_of(&b->benefit->value);
}

/* The place of the offer among the sorted ones: behind all that it is not better than. */
static size_t place_of(const struct offer *offer, const struct offer *sorted, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_better(offer, &sorted[middle]))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* By insertion: stable, without memory, and quick on the few dozens that a place has. */
void offers_rank(struct offer *offers, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct offer offer;
		size_t at;

		if (!is_better(&offers[i], &offers[i - 1]))
			continue;
		offer = offers[i];
		at = place_of(&offer, offers, i - 1);
		memmove(&offers[at + 1], &offers[at], (i - at) * sizeof(*offers));
		offers[at] = offer;
	}
}
