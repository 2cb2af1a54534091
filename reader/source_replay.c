/*
 * replay:FILE, recorded presentations as an ordinary device.  The whole file is checked when it is
 * opened: a replay that would fail in its middle is of no use in a test.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "reader/reader.h"
#include "reader/replay.h"
#include "reader/source.h"

struct source {
	struct replay replay;
	struct reading next;
	bool has_next;
	uint64_t started_ms;
	char *text;
	uint8_t trace_key[TRACE_KEY_BYTES];
};

static void replay_close(struct source *source)
{
	if (source != NULL) {
		free(source->text);
		explicit_bzero(source, sizeof *source);
		free(source);
	}
}

static enum source_status read_all(struct source *source, int file)
{
	struct stat about;

	if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) ||
	    about.st_size > REPLAY_BYTES_MAX) {
		fprintf(stderr, "replay: not a file of at most %d bytes\n", REPLAY_BYTES_MAX);
		return SOURCE_BAD_SPEC;
	}
	source->text = malloc((size_t)about.st_size + 1);
	if (source->text == NULL) {
		return SOURCE_NO_MEMORY;
	}
	while (source->replay.length < (size_t)about.st_size) {
		ssize_t got = read(file, source->text + source->replay.length,
				   (size_t)about.st_size - source->replay.length);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return SOURCE_ABSENT;
		}
		source->replay.length += (size_t)got;
	}
	source->replay.text = source->text;
	return SOURCE_OK;
}

static enum source_status check(const struct source *source, const char *address)
{
	struct replay trial = source->replay;
	struct reading reading;
	enum replay_status status;

	do {
		status = replay_next(&trial, &reading);
	} while (status == REPLAY_OK);
	if (status == REPLAY_MALFORMED && trial.other_keys) {
		fprintf(stderr,
			"replay: %s:%zu: 用另一个登记库的密钥密封,或已损坏:请用同一站点的登记库\n"
			"replay: %s:%zu: %s: play it back with a registry of the same site\n",
			address, trial.line, address, trial.line, trial.what);
		return SOURCE_OTHER_KEYS;
	}
	if (status == REPLAY_MALFORMED) {
		fprintf(stderr, "replay: %s:%zu: %s\n", address, trial.line, trial.what);
		return SOURCE_BAD_SPEC;
	}
	return SOURCE_OK;
}

static enum source_status replay_open(struct source **out, const char *address,
				      const struct source_setup *setup)
{
	int file = open(address, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct source *source = NULL;
	enum source_status status = SOURCE_ABSENT;

	if (file < 0) {
		return SOURCE_ABSENT;
	}
	source = calloc(1, sizeof *source);
	if (source == NULL) {
		status = SOURCE_NO_MEMORY;
		goto fail;
	}
	if (setup != NULL && setup->has_trace_key) {
		memcpy(source->trace_key, setup->trace_key, sizeof source->trace_key);
		source->replay.trace_key = source->trace_key;
	}
	status = read_all(source, file);
	if (status != SOURCE_OK) {
		goto fail;
	}
	status = check(source, address);
	if (status != SOURCE_OK) {
		goto fail;
	}
	close(file);
	source->started_ms = reader_clock_ms();
	source->has_next = replay_next(&source->replay, &source->next) == REPLAY_OK;
	*out = source;
	return SOURCE_OK;
fail:
	close(file);
	replay_close(source);
	return status;
}

static void sleep_ms(uint64_t milliseconds)
{
	struct timespec rest = { .tv_sec = (time_t)(milliseconds / 1000),
				 .tv_nsec = (long)(milliseconds % 1000) * 1000000 };

	while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
	}
}

static enum source_status replay_read(struct source *source, struct reading *out, int timeout_ms)
{
	uint64_t passed = reader_clock_ms() - source->started_ms;

	if (!source->has_next) {
		return SOURCE_ENDED;
	}
	if (passed < source->replay.at_ms) {
		uint64_t left = source->replay.at_ms - passed;

		if (left > (uint64_t)timeout_ms) {
			sleep_ms((uint64_t)timeout_ms);
			return SOURCE_NOTHING;
		}
		sleep_ms(left);
	}
	*out = source->next;
	out->taken_ms = reader_clock_ms();
	source->has_next = replay_next(&source->replay, &source->next) == REPLAY_OK;
	return SOURCE_OK;
}

const struct source_driver source_replay = {
	.scheme = "replay",
	.reach = SOURCE_REACH_FILE,
	.opens_traces = true,
	.open = replay_open,
	.read = replay_read,
	.write = NULL,
	.close = replay_close,
};
