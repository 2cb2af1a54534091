/*
 * Any reader's driver in a process of its own, as an ordinary driver: its address is a whole SPEC.
 *
 * read never hangs: a process that says nothing for NURSERY_SILENT_MS, says what cannot be or is gone
 * is SOURCE_ABSENT, and close sees to it that it is gone before the device is opened again.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reader/apart.h"
#include "reader/nursery.h"

#define LOOK_MS  50   /* [ms] between two looks at the clock while it is awaited */
#define CLOSE_MS 1000 /* [ms] for a driver to close its device by itself */

struct source {
	struct nursery *nursery;
	int link;
	int process;       /* its descriptor; -1 before it is known */
	uint64_t heard_ms; /* [ms] of the nursery's clock */
	bool hangs;
};

static bool is_silent(struct source *source)
{
	source->hangs = nursery_now_ms(source->nursery) - source->heard_ms >= NURSERY_SILENT_MS;
	return source->hangs;
}

/* A process that is not gone would keep the device from the next one. */
static void end_process(const struct source *source)
{
	struct pollfd ended = { .fd = source->process, .events = POLLIN };

	shutdown(source->link, SHUT_RDWR);
	if (source->hangs || poll(&ended, 1, CLOSE_MS) <= 0) {
		pidfd_send_signal(source->process, SIGKILL, NULL, 0);
		poll(&ended, 1, CLOSE_MS);
	}
}

static void apart_close(struct source *source)
{
	if (source == NULL) {
		return;
	}
	if (source->process >= 0) {
		end_process(source);
		close(source->process);
	}
	if (source->link >= 0) {
		close(source->link);
	}
	free(source);
}

static bool await_process(struct source *source)
{
	do {
		source->process = nursery_receive_child(source->link, LOOK_MS);
	} while (source->process == -1 && !is_silent(source));
	return source->process >= 0;
}

/* How the driver's opening went. */
static enum source_status await_opening(struct source *source)
{
	enum source_status status = SOURCE_ABSENT;
	enum apart_heard heard;

	do {
		heard = apart_receive(source->link, &status, NULL, LOOK_MS, 0);
	} while (heard == APART_NOTHING && !is_silent(source));
	return heard == APART_SAID && status != SOURCE_NOTHING ? status : SOURCE_ABSENT;
}

static enum source_status apart_open(struct source **out, const char *address,
				     const struct source_setup *setup)
{
	struct source *source = calloc(1, sizeof *source);

	if (source == NULL) {
		return SOURCE_NO_MEMORY;
	}
	source->nursery = setup->nursery;
	source->process = -1;
	source->heard_ms = nursery_now_ms(source->nursery);
	enum source_status status = nursery_ask(source->nursery, &source->link, address);

	if (status != SOURCE_OK) {
		source->link = -1;
		goto fail;
	}
	status = SOURCE_ABSENT;
	if (!await_process(source) || !apart_send_setup(source->link, setup)) {
		goto fail;
	}
	status = await_opening(source);
	if (status != SOURCE_OK) {
		goto fail;
	}
	source->heard_ms = nursery_now_ms(source->nursery);
	*out = source;
	return SOURCE_OK;
fail:
	apart_close(source);
	return status;
}

static enum source_status apart_read(struct source *source, struct reading *out, int timeout_ms)
{
	enum source_status status = SOURCE_ABSENT;

	switch (apart_receive(source->link, &status, out, timeout_ms,
			      nursery_now_ms(source->nursery))) {
	case APART_SAID:
		source->heard_ms = nursery_now_ms(source->nursery);
		return status;
	case APART_NOTHING:
		return is_silent(source) ? SOURCE_ABSENT : SOURCE_NOTHING;
	default:
		return SOURCE_ABSENT;
	}
}

const struct source_driver source_apart = {
	.scheme = NULL,
	.open = apart_open,
	.read = apart_read,
	.write = NULL,
	.close = apart_close,
};
