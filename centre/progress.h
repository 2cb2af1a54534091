/*
 * How far long work is: a bar that moves where somebody watches a terminal, else a line every tenth.
 *
 * Knows neither the work nor a clock: whoever works says when it is.
 */
#ifndef YOUDAI_CENTRE_PROGRESS_H
#define YOUDAI_CENTRE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PROGRESS_LINE_MAX 255 /* [byte] */
#define PROGRESS_EVERY_MS 100 /* [ms] a bar moves no more often */

struct progress {
	FILE *out; /* borrowed */
	bool moves;
	int64_t total;           /* of whatever is counted */
	int64_t began_ms;        /* [ms] */
	int64_t shown_ms, tenth; /* when it was last shown, and how far it was */
};

/* "██████░░░░░░ 2,048 / 4,011 · 51 % · 还需约 12 秒 · some 12 s left".  So many of total are behind it,
 * `worked` of them took so many milliseconds; the others (done in an earlier run) took none. */
void progress_line(char out[static PROGRESS_LINE_MAX + 1], int64_t done, int64_t total,
		   int64_t worked, int64_t elapsed_ms);

/* Begin; moves: out is a terminal. */
struct progress progress_begin(FILE *out, bool moves, int64_t total, int64_t now_ms);
void progress_show(struct progress *progress, int64_t done, int64_t worked, int64_t now_ms);
/* Leave the bar's line, so that others can be written. */
void progress_end(struct progress *progress);

#endif
