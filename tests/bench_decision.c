/* The decision of one benefit: 44 benefits, 1,500 merchants of which each is visited in turn.  Two
 * figures: one decision, and everything that a place says to a holder. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "db/decision.h"

#define MERCHANTS 1500
#define ROUNDS    11

struct place {
	char code[24];
	enum venue venue;
};

static double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static char *read_whole(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(BENEFIT_FILE_MAX);

	if (file == NULL || text == NULL) {
		fprintf(stderr, "bench_decision: cannot read %s: run it from the root\n", path);
		exit(1);
	}
	*length = fread(text, 1, BENEFIT_FILE_MAX, file);
	fclose(file);
	return text;
}

static struct catalogue *demonstration(void)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };
	size_t length;
	char *json = read_whole("assets/demo/benefits.json", &length);

	if (catalogue_parse(&catalogue, &fault, json, length) != BENEFIT_OK) {
		fprintf(stderr, "bench_decision: %s: %s\n", fault.path, fault.why);
		exit(1);
	}
	free(json);
	return catalogue;
}

static struct facts holder(void)
{
	return (struct facts){
		.region = "350926",
		.kind = 1,
		.identity_count = 3,
		.identities = { "veteran.conscript", "disabled:6:war", "war" },
		.merit = 3,
		.birth_known = true,
		.birth = -5000,
		.home_region = "350926",
		.assurance = 2,
		.now = 1795314000,
		.amount = 12345,
		.quantity = AMOUNT_NONE,
	};
}

static volatile int64_t sink;

/* Microseconds a decision, over every benefit at every merchant, fitting or not. */
static double round_of_decisions(const struct catalogue *catalogue, const struct place *places)
{
	static const struct past_use used[BENEFIT_LIMITS_MAX] = { { 1, 100 } };
	struct facts facts = holder();
	size_t count = catalogue_count(catalogue);
	double start = now_us();

	for (size_t m = 0; m < MERCHANTS; m++) {
		facts.merchant = places[m].code;
		facts.venue = places[m].venue;
		for (size_t i = 0; i < count; i++) {
			struct offer offer;

			decide(&offer, catalogue_at(catalogue, i), &facts, used);
			sink += offer.payable;
		}
	}
	return (now_us() - start) / (double)(MERCHANTS * count);
}

/* Microseconds a visit: what fits the place, decided and ranked. */
static double round_of_visits(const struct catalogue *catalogue, const struct place *places)
{
	static const struct past_use used[BENEFIT_LIMITS_MAX] = { { 1, 100 } };
	struct offer offers[256];
	struct facts facts = holder();
	double start = now_us();

	for (size_t m = 0; m < MERCHANTS; m++) {
		size_t count = 0;

		facts.merchant = places[m].code;
		facts.venue = places[m].venue;
		for (size_t i = 0; i < catalogue_count(catalogue); i++) {
			const struct benefit *benefit = catalogue_at(catalogue, i);

			if (benefit_fits_place(benefit, &facts))
				decide(&offers[count++], benefit, &facts, used);
		}
		offers_rank(offers, count);
		sink += (int64_t)count;
	}
	return (now_us() - start) / MERCHANTS;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report(const char *name, double *rounds, const char *floor, const char *aim)
{
	qsort(rounds, ROUNDS, sizeof *rounds, compare);
	printf("%s | %.3f us | %.3f..%.3f | %s | %s\n", name, rounds[ROUNDS / 2], rounds[0],
	       rounds[ROUNDS - 1], floor, aim);
}

int main(void)
{
	/* The demonstration's places first, so that what is bound to one of them is met too. */
	static const char *const known[] = { "demo-park", "demo-scenic", "demo-hotel",
					     "demo-hospital" };
	static struct place places[MERCHANTS];
	struct catalogue *catalogue = demonstration();
	double decisions[ROUNDS], visits[ROUNDS];

	for (size_t i = 0; i < MERCHANTS; i++) {
		snprintf(places[i].code, sizeof places[i].code, "demo-merchant-%04zu", i);
		if (i % 4 == 0)
			snprintf(places[i].code, sizeof places[i].code, "%s", known[i / 4 % 4]);
		places[i].venue = (enum venue)(i % VENUE_COUNT);
	}
	for (int round = 0; round < ROUNDS; round++) {
		decisions[round] = round_of_decisions(catalogue, places);
		visits[round] = round_of_visits(catalogue, places);
	}
	printf("# %zu benefits, %d merchants\n", catalogue_count(catalogue), MERCHANTS);
	report("benefit decision", decisions, "5 us", "1 us");
	report("all benefits of a place, decided and ranked", visits, "-", "-");
	catalogue_free(catalogue);
	return 0;
}
