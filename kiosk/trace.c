#include "kiosk/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/replay.h"

#define WIRE_LINE_MAX 96 /* [byte] of one exchange */

struct trace {
	char *path, *older; /* FILE, FILE.1 */
	int file;
	bool failed; /* said so already */
	size_t length;
	uint64_t last_ms;     /* [ms] monotonic: the last presentation, or the start */
	uint64_t position_ms; /* [ms] of the last line, from the start of the file */
	uint8_t key[TRACE_KEY_BYTES];
	char line[REPLAY_SEALED_MAX + 32];
};

static const char title[] = "# youdai trace 1: play it back with --reader replay:FILE and a "
			    "registry of the same site\n";

/* Whole lines or, where the disk is full, nothing more: a kiosk goes on without its black box. */
static void put(struct trace *trace, const char *text, size_t length)
{
	if (trace->file < 0 || trace->failed) {
		return;
	}
	errno = ENOSPC; /* what a short write means */
	if (write(trace->file, text, length) == (ssize_t)length) {
		trace->length += length;
		return;
	}
	fprintf(stderr, "youdai-kiosk: %s: %m\n", trace->path);
	trace->failed = true;
	if (ftruncate(trace->file, (off_t)trace->length) != 0) { /* half a line ends the replay */
		fprintf(stderr, "youdai-kiosk: %s: %m\n", trace->path);
	}
}

static bool begin_file(struct trace *trace)
{
	if (trace->file >= 0) {
		close(trace->file);
		trace->file = -1;
	}
	if (rename(trace->path, trace->older) == 0 || errno == ENOENT) {
		trace->file =
			open(trace->path,
			     O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	}
	if (trace->file < 0) {
		return false;
	}
	trace->failed = false;
	trace->length = 0;
	trace->position_ms = 0;
	put(trace, title, strlen(title));
	return true;
}

struct trace *trace_open(const char *path, const uint8_t key[static TRACE_KEY_BYTES],
			 uint64_t now_ms)
{
	struct trace *trace = calloc(1, sizeof(*trace));
	if (trace == NULL) {
		return NULL;
	}
	trace->file = -1;
	trace->last_ms = now_ms;
	memcpy(trace->key, key, sizeof(trace->key));
	trace->path = strdup(path);
	if (trace->path == NULL || asprintf(&trace->older, "%s.1", path) < 0) {
		trace->older = NULL;
		trace_close(trace);
		return NULL;
	}
	if (!begin_file(trace)) {
		trace_close(trace);
		return NULL;
	}
	return trace;
}

void trace_close(struct trace *trace)
{
	if (trace == NULL) {
		return;
	}
	if (trace->file >= 0) {
		close(trace->file);
	}
	free(trace->path);
	free(trace->older);
	explicit_bzero(trace, sizeof(*trace));
	free(trace);
}

/* What was asked, how much came and with which status word: no data. */
static void put_exchange(struct trace *trace, const struct wire_exchange *exchange)
{
	char line[WIRE_LINE_MAX];
	const uint8_t *head = exchange->head;
	const int length =
		snprintf(line, sizeof(line), "#   %02x%02x%02x%02x (%u) > (%u) %04x, %u ms\n",
			 head[0], head[1], head[2], head[3], exchange->command_length,
			 exchange->response_length, exchange->status, exchange->took_ms);
	put(trace, line, (size_t)length);
}

static void put_wire(struct trace *trace, const struct wire *wire)
{
	const uint32_t kept = wire->count < WIRE_EXCHANGES_MAX ? wire->count : WIRE_EXCHANGES_MAX;
	for (uint32_t i = wire->count - kept; i < wire->count; i++) {
		put_exchange(trace, &wire->exchanges[i % WIRE_EXCHANGES_MAX]);
	}
}

/* To the position of what is presented now; into a new file where this one is full, longer than a
 * replay may last, or could not be begun. */
static void move_on(struct trace *trace, uint64_t now_ms)
{
	uint64_t gap = now_ms > trace->last_ms ? now_ms - trace->last_ms : 0;
	gap = gap < TRACE_GAP_MS_MAX ? gap : TRACE_GAP_MS_MAX;
	trace->last_ms = now_ms;
	const bool is_over = trace->file < 0 || trace->length >= TRACE_BYTES_MAX ||
			     gap > REPLAY_MS_MAX - trace->position_ms;
	if (is_over && !begin_file(trace) && !trace->failed) {
		fprintf(stderr, "youdai-kiosk: %s: %m\n", trace->path);
		trace->failed = true;
	}
	trace->position_ms += trace->file < 0 ? 0 : gap;
}

void trace_presented(struct trace *trace, const struct reading *reading, const char *source,
		     uint64_t now_ms)
{
	if (trace == NULL) {
		return;
	}
	move_on(trace, now_ms);
	snprintf(trace->line, sizeof(trace->line), "# presented at %.200s\n", source);
	put(trace, trace->line, strlen(trace->line));
	put_wire(trace, &reading->wire);
	int length = snprintf(trace->line, sizeof(trace->line), "%llu sealed ",
			      (unsigned long long)trace->position_ms);
	replay_seal(trace->line + length, reading, trace->key);
	strcat(trace->line, "\n");
	put(trace, trace->line, strlen(trace->line));
}

void trace_note(struct trace *trace, const char *line)
{
	if (trace == NULL) {
		return;
	}
	put(trace, "# ", 2);
	put(trace, line, strlen(line));
	put(trace, "\n", 1);
}
