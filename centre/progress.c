#include "centre/progress.h"

#include <inttypes.h>
#include <string.h>

#define CELLS 20 /* of the bar */

/* "4,011". */
static void with_commas(char out[static 32], int64_t number)
{
	char digits[24];
	size_t used = 0, length = (size_t)snprintf(digits, sizeof digits, "%" PRId64, number);

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = '\0';
}

static void draw_bar(char out[static 3 * CELLS + 1], int64_t done, int64_t total)
{
	int64_t full = total > 0 ? done * CELLS / total : CELLS;

	out[0] = '\0';
	for (int64_t i = 0; i < CELLS; i++)
		strcat(out, i < full ? "█" : "░");
}

/* "还需约 12 秒 · some 12 s left", in minutes from two on; "" where it cannot be told. */
static void tell_rest(char out[static 96], int64_t left, int64_t worked, int64_t elapsed_ms)
{
	out[0] = '\0';
	if (worked <= 0 || elapsed_ms <= 0 || left <= 0)
		return;
	int64_t seconds =
		(left * (elapsed_ms / worked) + left * (elapsed_ms % worked) / worked) / 1000 + 1;
	if (seconds < 120)
		snprintf(out, 96, " · 还需约 %" PRId64 " 秒 · some %" PRId64 " s left", seconds,
			 seconds);
	else
		snprintf(out, 96, " · 还需约 %" PRId64 " 分钟 · some %" PRId64 " min left",
			 (seconds + 30) / 60, (seconds + 30) / 60);
}

void progress_line(char out[static PROGRESS_LINE_MAX + 1], int64_t done, int64_t total,
		   int64_t worked, int64_t elapsed_ms)
{
	char bar[3 * CELLS + 1], counted[32], all[32], rest[96];

	draw_bar(bar, done, total);
	with_commas(counted, done);
	with_commas(all, total);
	tell_rest(rest, total - done, worked, elapsed_ms);
	snprintf(out, PROGRESS_LINE_MAX + 1, "%s %s / %s · %" PRId64 " %%%s", bar, counted, all,
		 total > 0 ? done * 100 / total : 100, rest);
}

struct progress progress_begin(FILE *out, bool moves, int64_t total, int64_t now_ms)
{
	return (struct progress){ .out = out,
				  .moves = moves,
				  .total = total,
				  .began_ms = now_ms,
				  .shown_ms = now_ms - PROGRESS_EVERY_MS };
}

static bool is_due(struct progress *progress, int64_t done, int64_t now_ms)
{
	int64_t tenth = progress->total > 0 ? done * 10 / progress->total : 10;
	bool due = progress->moves ? now_ms - progress->shown_ms >= PROGRESS_EVERY_MS ||
					     done == progress->total
				   : tenth > progress->tenth;

	if (due) {
		progress->shown_ms = now_ms;
		progress->tenth = tenth;
	}
	return due;
}

void progress_show(struct progress *progress, int64_t done, int64_t worked, int64_t now_ms)
{
	char line[PROGRESS_LINE_MAX + 1];

	if (!is_due(progress, done, now_ms))
		return;
	progress_line(line, done, progress->total, worked, now_ms - progress->began_ms);
	/* Over the line before it, and what is left of that wiped. */
	fprintf(progress->out, progress->moves ? "\r%s\x1b[K" : "%s\n", line);
	fflush(progress->out);
}

void progress_end(struct progress *progress)
{
	if (progress->moves)
		fputc('\n', progress->out);
}
