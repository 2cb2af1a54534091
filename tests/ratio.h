/*
 * Figures of the benches: one thing timed against its anchor in turn, the ratio of each round kept.
 *
 * Knows nothing of what is timed.
 */
#ifndef YOUDAI_TESTS_RATIO_H
#define YOUDAI_TESTS_RATIO_H

#include <stddef.h>

#define RATIO_ROUNDS_MAX 99

typedef void ratio_work(void *context); /* does the thing once */

struct ratio {
	const char *name;
	const char *unit;  /* printed behind the numbers, "" for a ratio */
	const char *floor; /* as they are printed */
	const char *aim;
};

/* Nanoseconds that one of `times` calls takes on average. */
double ratio_time(ratio_work *work, void *context, unsigned times);

/*
 * Let anchor and work run in turn, rounds times each of `times` calls, and print the median of
 * anchor's time by work's (so: the rate of work against the anchor's), with least and most.
 */
void ratio_of_rates(const struct ratio *ratio, ratio_work *anchor, ratio_work *work, void *context,
		    unsigned rounds, unsigned times);

/* The same for one thing without an anchor: nanoseconds a call. */
void ratio_absolute(const struct ratio *ratio, ratio_work *work, void *context, unsigned rounds,
		    unsigned times);

/* Print a figure from values of its own; they are sorted in place. */
void ratio_print(const struct ratio *ratio, double *values, size_t count);

#endif
