#include "tests/ratio.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SLICES 20 /* even, as each half goes first in turn */

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double ratio_time(ratio_work *work, void *context, unsigned times)
{
	double start = now_ns();

	for (unsigned i = 0; i < times; i++)
		work(context);
	return (now_ns() - start) / times;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

void ratio_print(const struct ratio *ratio, double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	printf("%s | %.3f%s | %.3f..%.3f | %s | %s\n", ratio->name, values[count / 2], ratio->unit,
	       values[0], values[count - 1], ratio->floor, ratio->aim);
	(void)fflush(stdout);
}

/* One round: short slices in turn, so that what disturbs the machine disturbs both. */
static double one_round(ratio_work *anchor, ratio_work *work, void *context, unsigned times)
{
	unsigned slices = times < SLICES ? times : SLICES;
	double ours = 0;
	double theirs = 0;

	for (unsigned i = 0; i < slices; i++) {
		/* Either goes first as often, so that neither always finds the caches warm. */
		if (i % 2 == 0)
			ours += ratio_time(work, context, times / slices);
		theirs += ratio_time(anchor, context, times / slices);
		if (i % 2 != 0)
			ours += ratio_time(work, context, times / slices);
	}
	return theirs / ours;
}

void ratio_of_rates(const struct ratio *ratio, ratio_work *anchor, ratio_work *work, void *context,
		    unsigned rounds, unsigned times)
{
	double values[RATIO_ROUNDS_MAX];

	assert(rounds <= RATIO_ROUNDS_MAX);
	for (unsigned i = 0; i < rounds; i++)
		values[i] = one_round(anchor, work, context, times);
	ratio_print(ratio, values, rounds);
}

void ratio_absolute(const struct ratio *ratio, ratio_work *work, void *context, unsigned rounds,
		    unsigned times)
{
	double values[RATIO_ROUNDS_MAX];

	assert(rounds <= RATIO_ROUNDS_MAX);
	for (unsigned i = 0; i < rounds; i++)
		values[i] = ratio_time(work, context, times);
	ratio_print(ratio, values, rounds);
}
