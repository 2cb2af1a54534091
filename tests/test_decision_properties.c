/* What holds of every decision, tried on benefits and holders made at random: once from a fixed seed,
 * once from a fresh one that is printed (YOUDAI_SEED repeats it). */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "db/china_time.h"
#include "db/decision.h"

#define TRIALS 20000

/* splitmix64: small, and the same everywhere. */
struct chance {
	uint64_t state;
};

static uint64_t draw(struct chance *chance)
{
	uint64_t z = chance->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static int64_t below(struct chance *chance, int64_t bound)
{
	return (int64_t)(draw(chance) % (uint64_t)bound);
}

static bool once_in(struct chance *chance, int64_t bound)
{
	return below(chance, bound) == 0;
}

/* Amounts at every scale, up to the largest. */
static int64_t draw_amount(struct chance *chance)
{
	return (int64_t)(draw(chance) >> (1 + below(chance, 63)));
}

static const char *const identities[] = {
	"veteran.officer",
	"veteran.conscript",
	"disabled:1:war",
	"disabled:6:duty",
	"disabled:10:illness",
	"family.martyr",
	"war",
	"nuclear",
};
static const char *const classes[] = { "veteran", "disabled", "family", "war", "disabled:6" };
static const char *const causes[] = { "war", "duty", "illness" };
static const char *const regions[] = { "350926", "350925", "330683" };
static const char *const prefixes[] = { "35", "3509", "350926", "33", "1" };
#define ONE_OF(chance, list) (list)[below(chance, sizeof(list) / sizeof *(list))]

#define ROWS 3

/* A benefit and the arrays that its lists point to. */
struct made {
	struct benefit benefit;
	struct grading grading;
	struct graded_row rows[ROWS];
	const char *texts[5][2];
	struct day_window annual[1];
	struct hour_window hours[1];
};

static struct text_list draw_list(struct chance *chance, const char **items,
				  const char *const *from, int64_t count)
{
	items[0] = from[below(chance, count)];
	items[1] = from[below(chance, count)];
	return (struct text_list){ once_in(chance, 3) ? (size_t)(1 + below(chance, 2)) : 0, items };
}

static void draw_who(struct chance *chance, struct made *made)
{
	struct benefit *b = &made->benefit;

	b->kinds = once_in(chance, 3) ? (uint32_t)(2 << below(chance, 2)) : 0;
	b->classes = draw_list(chance, made->texts[0], classes, 5);
	if (once_in(chance, 4)) {
		b->grade_first = 1 + (int32_t)below(chance, 10);
		b->grade_last = b->grade_first + (int32_t)below(chance, 11 - b->grade_first);
		b->cause = draw_list(chance, made->texts[1], causes, 3);
	}
	if (once_in(chance, 5)) {
		b->merit_first = 1 + (int32_t)below(chance, 3);
		b->merit_last = 3;
	}
	b->age_first = once_in(chance, 4) ? (int32_t)below(chance, 90) : -1;
	b->age_last = once_in(chance, 4) ? b->age_first + 1 + (int32_t)below(chance, 50) : -1;
	b->needy = once_in(chance, 5) ? 1 : -1;
	b->home_regions = draw_list(chance, made->texts[2], prefixes, 5);
}

static void draw_when(struct chance *chance, struct made *made)
{
	struct benefit *b = &made->benefit;

	b->from = once_in(chance, 4) ? 20000 + (int32_t)below(chance, 900) : INT32_MIN;
	b->until = once_in(chance, 4) ? 20600 + (int32_t)below(chance, 900) : INT32_MAX;
	made->annual[0] = (struct day_window){ 101 + (int32_t)below(chance, 1130),
					       101 + (int32_t)below(chance, 1130) };
	b->annual = (struct day_windows){ once_in(chance, 4), made->annual };
	made->hours[0] =
		(struct hour_window){ (int32_t)below(chance, 1440), (int32_t)below(chance, 1441) };
	b->hours = (struct hour_windows){ once_in(chance, 3), made->hours };
	b->weekdays = once_in(chance, 3) ? (uint8_t)(1 + below(chance, 127)) : 0;
	b->holidays = (enum holiday_rule)below(chance, 3);
	b->no_festivals = once_in(chance, 3);
}

static struct value draw_leaf(struct chance *chance)
{
	return (struct value){
		.type = (enum value_type)below(chance, VALUE_GRADED),
		.percent = (int32_t)below(chance, 101),
		.fen = draw_amount(chance),
		.from = draw_amount(chance),
		.above = draw_amount(chance),
		.cap = once_in(chance, 2) ? -1 : draw_amount(chance),
		.uses = below(chance, 4),
		.unit = "litre",
	};
}

/* Who fits no row has priority at the most: a table gives more to those whom it names. */
static void draw_table(struct chance *chance, struct made *made)
{
	struct grading *grading = &made->grading;

	*grading = (struct grading){ .by = (enum graded_by)below(chance, GRADED_BY_COUNT),
				     .count = ROWS,
				     .rows = made->rows,
				     .has_otherwise = once_in(chance, 2) };
	for (size_t i = 0; i < ROWS; i++) {
		made->rows[i].first = 1 + (int32_t)below(chance, 10);
		made->rows[i].last = made->rows[i].first + (int32_t)below(chance, 4);
		made->rows[i].key = grading->by == GRADED_BY_CLASS ? ONE_OF(chance, classes)
								   : ONE_OF(chance, prefixes);
		made->rows[i].value = draw_leaf(chance);
	}
	made->benefit.value = (struct value){ .type = VALUE_GRADED, .grading = grading };
}

static void draw_value(struct chance *chance, struct made *made)
{
	struct benefit *b = &made->benefit;

	b->value = draw_leaf(chance);
	if (once_in(chance, 4))
		draw_table(chance, made);
	b->limit_count = (size_t)below(chance, BENEFIT_LIMITS_MAX + 1);
	for (size_t i = 0; i < b->limit_count; i++) {
		b->limits[i] = (struct limit){
			.per_venue = once_in(chance, 2),
			.period = (enum period)below(chance, PERIOD_COUNT),
			.count = once_in(chance, 3) ? -1 : below(chance, 5),
			.amount = once_in(chance, 2) ? -1 : draw_amount(chance),
		};
	}
}

/* One condition dropped. */
static void widen(struct chance *chance, struct benefit *b)
{
	switch (below(chance, 20)) {
	case 0:
		b->kinds = 0;
		break;
	case 1:
		b->classes.count = 0;
		break;
	case 2:
		b->grade_first = b->grade_last = 0;
		break;
	case 3:
		b->cause.count = 0;
		break;
	case 4:
		b->merit_first = b->merit_last = 0;
		break;
	case 5:
		b->age_first = -1;
		break;
	case 6:
		b->age_last = -1;
		break;
	case 7:
		b->needy = -1;
		break;
	case 8:
		b->home_regions.count = 0;
		break;
	case 9:
		b->annual.count = 0;
		break;
	case 10:
		b->weekdays = 0;
		break;
	case 11:
		b->hours.count = 0;
		break;
	case 12:
		b->holidays = HOLIDAYS_ANY;
		break;
	case 13:
		b->no_festivals = false;
		break;
	case 14:
		b->venues = 0;
		break;
	case 15:
		b->limit_count = 0;
		break;
	case 16:
		b->from = INT32_MIN;
		b->until = INT32_MAX;
		break;
	case 17:
		b->stack = STACK_WITH_ALL;
		break;
	case 18:
		b->offline = true;
		break;
	default:
		b->assurance = 0;
		break;
	}
}

static void draw_benefit(struct chance *chance, struct made *made)
{
	*made = (struct made){ .benefit.id = "b" };
	draw_who(chance, made);
	draw_when(chance, made);
	draw_value(chance, made);
	made->benefit.venues = once_in(chance, 3) ? (uint32_t)(1 + below(chance, 8191)) : 0;
	made->benefit.regions = draw_list(chance, made->texts[3], prefixes, 5);
	made->benefit.not_regions = draw_list(chance, made->texts[4], prefixes + 3, 2);
	made->benefit.assurance = (int32_t)below(chance, 5);
	made->benefit.retired = once_in(chance, 20);
	made->benefit.stack = (enum stacking)below(chance, 3);
	made->benefit.offline = !once_in(chance, 5);
	/* Some ask for much, some for little. */
	for (int64_t drops = below(chance, 40); drops > 0; drops--)
		widen(chance, &made->benefit);
}

/* What else was taken in the same purchase. */
static void draw_beside(struct chance *chance, struct facts *facts)
{
	static const struct benefit others[] = {
		{ .id = "b", .stack = STACK_ALONE },
		{ .id = "c", .stack = STACK_WITH_ALL },
		{ .id = "d", .stack = STACK_WITH_ALL },
		{ .id = "e", .stack = STACK_ALONE },
	};

	while (once_in(chance, 4))
		facts_add_beside(facts, &ONE_OF(chance, others));
}

static struct facts draw_facts(struct chance *chance)
{
	struct facts facts = {
		.merchant = "m",
		.region = ONE_OF(chance, regions),
		.venue = (enum venue)below(chance, VENUE_COUNT),
		.guest = once_in(chance, 8),
		.kind = (uint8_t)below(chance, 3),
		.merit = (int32_t)below(chance, 4),
		.needy = once_in(chance, 3),
		.birth_known = !once_in(chance, 8),
		.birth = (int32_t)below(chance, 35000) - 20000,
		.home_region = ONE_OF(chance, regions),
		.assurance = (int32_t)below(chance, 5),
		.attended = once_in(chance, 2),
		.compared = once_in(chance, 2),
		.now = (int64_t)20500 * 86400 + below(chance, 600 * 86400),
		.holiday = once_in(chance, 5),
		.festival = once_in(chance, 9),
		.offline = once_in(chance, 5),
		.amount = once_in(chance, 3) ? AMOUNT_NONE : draw_amount(chance),
		.quantity = draw_amount(chance),
	};

	draw_beside(chance, &facts);

	facts.identity_count = (size_t)below(chance, 4);
	for (size_t i = 0; i < facts.identity_count; i++)
		snprintf(facts.identities[i], sizeof facts.identities[i], "%s",
			 ONE_OF(chance, identities));
	return facts;
}

static void draw_used(struct chance *chance, struct past_use used[static BENEFIT_LIMITS_MAX])
{
	for (size_t i = 0; i < BENEFIT_LIMITS_MAX; i++)
		used[i] = (struct past_use){ below(chance, 5), draw_amount(chance) };
}

/* Decides in the same words whatever was decided before, and its money adds up. */
static void check_sums(const struct offer *offer, const struct facts *facts)
{
	bool refused = offer->reason != REASON_OK && offer->reason != REASON_NEEDS_AMOUNT &&
		       offer->reason != REASON_NEEDS_COMPARE;

	assert_int_equal(offer->verdict == VERDICT_REFUSED, refused);
	assert_int_equal(offer->verdict == VERDICT_GRANTED, offer->reason == REASON_OK);
	if (offer->has_saved) {
		assert_true(offer->saved >= 0 && offer->payable >= 0);
		assert_true(offer->saved == facts->amount - offer->payable);
	}
	if (refused)
		assert_false(offer->has_payable || offer->has_saved);
	for (size_t i = 0; i < offer->left_count; i++)
		assert_true(offer->left[i].count >= -1 && offer->left[i].amount >= -1);
}

/* Used more: nothing is left more of, nothing is given that was not given before. */
static void check_more_used(struct chance *chance, const struct benefit *benefit,
			    const struct facts *facts, const struct past_use *used,
			    const struct offer *before)
{
	struct past_use more[BENEFIT_LIMITS_MAX];
	struct offer after;

	memcpy(more, used, sizeof more);
	more[below(chance, BENEFIT_LIMITS_MAX)].count += below(chance, 3);
	more[below(chance, BENEFIT_LIMITS_MAX)].amount += below(chance, 5000);
	decide(&after, benefit, facts, more);
	assert_true(!offer_can_be_had(&after) || offer_can_be_had(before));
	assert_true(!after.has_saved || !before->has_saved || after.saved <= before->saved);
	for (size_t i = 0; i < before->left_count; i++) {
		assert_true(after.left[i].count <= before->left[i].count);
		assert_true(after.left[i].amount <= before->left[i].amount);
	}
}

/* What was granted under more conditions is granted under fewer, and no less is saved. */
static void check_wider(struct chance *chance, const struct benefit *benefit,
			const struct facts *facts, const struct past_use *used,
			const struct offer *narrow)
{
	struct benefit wider = *benefit;
	struct offer offer;

	for (int64_t drops = 1 + below(chance, 4); drops > 0; drops--)
		widen(chance, &wider);
	decide(&offer, &wider, facts, used);
	/* Another row may come to be theirs: then what it needs can be brought. */
	if (narrow->verdict == VERDICT_GRANTED)
		assert_true(offer_can_be_had(&offer));
	if (narrow->verdict == VERDICT_GRANTED && offer.value == narrow->value)
		assert_int_equal(offer.verdict, VERDICT_GRANTED);
	if (narrow->has_saved && narrow->verdict == VERDICT_GRANTED)
		assert_true(offer.saved >= narrow->saved);
	/* A reason later in the list at the most: what stood before it was mended or is the same. */
	if (narrow->verdict == VERDICT_REFUSED && offer.verdict == VERDICT_REFUSED)
		assert_true(offer.reason >= narrow->reason);
}

/* Paying for more costs no less, and never more than without the benefit. */
static void check_larger_amount(struct chance *chance, const struct benefit *benefit,
				const struct facts *facts, const struct past_use *used,
				const struct offer *small)
{
	struct facts larger = *facts;
	struct offer offer;

	if (small->verdict != VERDICT_GRANTED || !small->has_saved ||
	    benefit->value.type == VALUE_AMOUNT_OFF || benefit->value.type == VALUE_GRADED)
		return;
	larger.amount += below(chance, INT64_MAX - facts->amount);
	decide(&offer, benefit, &larger, used);
	assert_true(offer.payable >= small->payable);
	assert_true(offer.payable <= larger.amount);
}

static bool same_worth(const struct offer *a, const struct offer *b)
{
	return a->reason == b->reason && a->has_saved == b->has_saved && a->saved == b->saved &&
	       a->has_payable == b->has_payable && a->payable == b->payable;
}

/* It does not matter in which order somebody's identities stand; one more takes nothing away. */
static void check_identities(struct chance *chance, const struct benefit *benefit,
			     const struct facts *facts, const struct past_use *used,
			     const struct offer *before)
{
	struct facts other = *facts;
	struct offer after;

	if (facts->identity_count > 1) {
		memcpy(other.identities[0], facts->identities[1], sizeof *facts->identities);
		memcpy(other.identities[1], facts->identities[0], sizeof *facts->identities);
		decide(&after, benefit, &other, used);
		assert_true(same_worth(before, &after));
	}
	/* Who has none is among the others of a table, who may fare better than a row that is spent. */
	if (facts->identity_count == 0)
		return;
	snprintf(other.identities[other.identity_count++], sizeof *other.identities, "%s",
		 ONE_OF(chance, identities));
	decide(&after, benefit, &other, used);
	if (before->verdict == VERDICT_GRANTED)
		assert_true(offer_can_be_had(&after));
	if (before->verdict == VERDICT_GRANTED && before->has_saved)
		assert_true(after.saved >= before->saved);
	if (before->verdict == VERDICT_REFUSED && after.verdict == VERDICT_REFUSED)
		assert_true(after.reason >= before->reason);
}

/* What a keypad shows beforehand is what is decided, but for what the place has left. */
static void check_preview(const struct facts *facts, const struct offer *offer)
{
	int64_t payable, saved;

	if (offer->verdict != VERDICT_GRANTED || !offer->has_saved)
		return;
	assert_true(offer_preview(offer, facts->amount, facts->quantity, &payable, &saved));
	assert_true(payable + saved == facts->amount);
	assert_true(saved >= offer->saved && payable >= 0);
}

static bool same_rank(const struct offer *a, const struct offer *b)
{
	if (!offer_can_be_had(a) || !offer_can_be_had(b))
		return offer_can_be_had(a) == offer_can_be_had(b);
	return a->has_saved == b->has_saved && a->saved == b->saved;
}

/* The order in which the rules come does not matter to the rank of what they offer. */
static void check_rank(struct chance *chance, const struct facts *facts)
{
	enum { COUNT = 12 };
	static struct made made[COUNT];
	struct past_use used[BENEFIT_LIMITS_MAX] = { 0 };
	struct offer offers[COUNT], shuffled[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		draw_benefit(chance, &made[i]);
		decide(&offers[i], &made[i].benefit, facts, used);
	}
	memcpy(shuffled, offers, sizeof offers);
	for (size_t i = COUNT - 1; i > 0; i--) {
		size_t k = (size_t)below(chance, (int64_t)i + 1);
		struct offer swap = shuffled[i];

		shuffled[i] = shuffled[k];
		shuffled[k] = swap;
	}
	offers_rank(offers, COUNT);
	offers_rank(shuffled, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		assert_true(same_rank(&offers[i], &shuffled[i]));
		assert_true(i == 0 || offer_can_be_had(&offers[i - 1]) ||
			    !offer_can_be_had(&offers[i]));
	}
}

static void check_explained(const struct offer *offer)
{
	char text[512];

	for (int english = 0; english < 2; english++) {
		offer_explain(text, sizeof text, offer, english);
		assert_true(strlen(text) > 5);
		assert_null(strchr(text, '{'));
	}
}

static void try_out(uint64_t seed)
{
	struct chance chance = { seed };
	int granted = 0, refused = 0;

	for (int i = 0; i < TRIALS; i++) {
		struct made made;
		struct facts facts = draw_facts(&chance);
		struct past_use used[BENEFIT_LIMITS_MAX];
		struct offer offer;

		draw_benefit(&chance, &made);
		draw_used(&chance, used);
		decide(&offer, &made.benefit, &facts, used);
		granted += offer.verdict == VERDICT_GRANTED;
		refused += offer.verdict == VERDICT_REFUSED;
		check_sums(&offer, &facts);
		check_explained(&offer);
		check_more_used(&chance, &made.benefit, &facts, used, &offer);
		check_wider(&chance, &made.benefit, &facts, used, &offer);
		check_larger_amount(&chance, &made.benefit, &facts, used, &offer);
		check_identities(&chance, &made.benefit, &facts, used, &offer);
		check_preview(&facts, &offer);
		if (i % 16 == 0)
			check_rank(&chance, &facts);
	}
	/* Chance that grants nothing, or everything, tries nothing out. */
	print_message("%d granted, %d refused of %d\n", granted, refused, TRIALS);
	assert_true(granted > TRIALS / 20 && refused > TRIALS / 20);
}

static void fixed_seed(void **state)
{
	(void)state;
	try_out(20260801);
}

static void fresh_seed(void **state)
{
	const char *given = getenv("YOUDAI_SEED");
	struct timespec now;
	uint64_t seed;

	(void)state;
	clock_gettime(CLOCK_REALTIME, &now);
	seed = given != NULL ? strtoull(given, NULL, 10)
			     : (uint64_t)now.tv_sec * 1000000007 + (uint64_t)now.tv_nsec;
	print_message("YOUDAI_SEED=%" PRIu64 "\n", seed);
	try_out(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_seed),
		cmocka_unit_test(fresh_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
