#include "reader/reader.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader/primitives.h"

/*
 * Two threads: the worker talks to the driver, and the watch only looks whether the driver ever
 * comes back, for a library that hangs on a dead device cannot say so itself.  A driver in a process
 * of its own never hangs, and needs no watch.
 *
 * lock guards what the threads share; telling is held while notify runs, so that notify may call
 * reader_take, and is never called once reader_close has begun to return.
 */
#define READ_MS      250  /* [ms] a driver's time-out: how soon a close is seen */
#define SILENT_MS    4500 /* [ms] a call of a driver that takes longer: the device is gone */
#define BACK_OFF_MS  100  /* [ms] before the first new attempt to open, then doubled */
#define BACK_OFF_MAX 1000 /* [ms] */
#define GIVE_UP_MS   2000 /* [ms] a close waits for a driver that hangs, then leaves it */
#define NEVER_MS     (24 * 3600 * 1000)

struct reader {
	const struct source_driver *driver;
	char *spec;
	const char *address;
	struct source_setup setup;
	reader_notify *notify;
	void *context;
	pthread_t worker;
	pthread_t watch;
	bool watched; /* watch was started */
	pthread_mutex_t telling;
	bool closed; /* under telling */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
	bool calling; /* the worker is inside the driver, since called_ms */
	uint64_t called_ms;
	bool worker_done;
	int holders;  /* the worker and whoever opened; the last one frees */
	bool waiting; /* slot holds a reading that nobody took */
	struct reading slot;
	_Atomic enum reader_state state;
	/* The worker's: */
	unsigned openings;
	uint8_t last[32]; /* hash of what was handed over last */
};

uint64_t reader_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool is_fresh(const struct reading *reading, uint64_t now_ms)
{
	return now_ms <= reading->taken_ms || now_ms - reading->taken_ms <= READING_FRESH_MS;
}

static void tell(struct reader *reader)
{
	pthread_mutex_lock(&reader->telling);
	if (!reader->closed && reader->notify != NULL) {
		reader->notify(reader->context);
	}
	pthread_mutex_unlock(&reader->telling);
}

static void set_state(struct reader *reader, enum reader_state state)
{
	pthread_mutex_lock(&reader->lock);
	bool changed = atomic_exchange(&reader->state, state) != state;

	pthread_mutex_unlock(&reader->lock);
	if (changed) {
		tell(reader);
	}
}

/* Wait until *what is true, at most milliseconds; with the lock held. */
static void wait_locked(struct reader *reader, const bool *what, uint64_t milliseconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(milliseconds / 1000);
	until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (!*what &&
	       pthread_cond_timedwait(&reader->wake, &reader->lock, &until) != ETIMEDOUT) {
	}
}

/* True where the reader is to go on after the pause. */
static bool rest(struct reader *reader, uint64_t milliseconds)
{
	pthread_mutex_lock(&reader->lock);
	wait_locked(reader, &reader->stop, milliseconds);
	bool go_on = !reader->stop;

	pthread_mutex_unlock(&reader->lock);
	return go_on;
}

static void enter_driver(struct reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	reader->calling = true;
	reader->called_ms = reader_clock_ms();
	pthread_mutex_unlock(&reader->lock);
}

/* False where the reader is to stop. */
static bool leave_driver(struct reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	reader->calling = false;
	bool go_on = !reader->stop;

	pthread_mutex_unlock(&reader->lock);
	return go_on;
}

/* A reading that nobody took in time is not kept. */
static void drop_stale(struct reader *reader, uint64_t now_ms)
{
	pthread_mutex_lock(&reader->lock);
	if (reader->waiting && !is_fresh(&reader->slot, now_ms)) {
		explicit_bzero(&reader->slot, sizeof reader->slot);
		reader->waiting = false;
	}
	pthread_mutex_unlock(&reader->lock);
}

/* Who presented first is served first: a reading is dropped while a fresh one waits. */
static void hand_over(struct reader *reader, const struct reading *reading)
{
	pthread_mutex_lock(&reader->lock);
	bool free = !reader->waiting || !is_fresh(&reader->slot, reading->taken_ms);

	if (free) {
		reader->slot = *reading;
		reader->waiting = true;
	}
	pthread_mutex_unlock(&reader->lock);
	if (free) {
		tell(reader);
	}
}

/* Whether it is what was handed over before the source went, and never left: the same tap. */
static bool is_old(struct reader *reader, const struct reading *reading)
{
	uint8_t before[sizeof reader->last];

	memcpy(before, reader->last, sizeof before);
	primitive_sha256(reader->last, reading->bytes, reading->length);
	reader->last[0] ^= (uint8_t)reading->carrier;
	reader->last[1] ^= (uint8_t)reading->fault;
	return reading->lay_there && reader->openings > 1 &&
	       memcmp(before, reader->last, sizeof before) == 0;
}

/* Read until the device is gone (SOURCE_ABSENT and the like) or the reader is to stop (SOURCE_OK). */
static enum source_status read_all(struct reader *reader, struct source *source,
				   uint64_t *back_off_ms)
{
	struct reading reading;
	enum source_status status;
	bool go_on;

	do {
		reading.lay_there = false; /* most drivers know nothing of it */
		enter_driver(reader);
		status = reader->driver->read(source, &reading, READ_MS);
		go_on = leave_driver(reader);
		drop_stale(reader, reader_clock_ms());
		if (status == SOURCE_OK || status == SOURCE_NOTHING) {
			set_state(reader, READER_ONLINE);
			*back_off_ms = BACK_OFF_MS;
		}
		if (status == SOURCE_OK && go_on && !is_old(reader, &reading)) {
			hand_over(reader, &reading);
		}
	} while (go_on && (status == SOURCE_OK || status == SOURCE_NOTHING));
	explicit_bzero(&reading, sizeof reading);
	return go_on ? status : SOURCE_OK;
}

/* Open, read, close.  SOURCE_OK: the reader is to stop. */
static enum source_status attend(struct reader *reader, uint64_t *back_off_ms)
{
	struct source *source = NULL;

	enter_driver(reader);
	enum source_status status = reader->driver->open(&source, reader->address, &reader->setup);

	if (!leave_driver(reader)) {
		if (status == SOURCE_OK) {
			reader->driver->close(source);
		}
		return SOURCE_OK;
	}
	if (status != SOURCE_OK) {
		return status;
	}
	reader->openings++;
	set_state(reader, READER_ONLINE);
	status = read_all(reader, source, back_off_ms);
	enter_driver(reader);
	reader->driver->close(source);
	return leave_driver(reader) ? status : SOURCE_OK;
}

/* Nothing is left to do but to forget what nobody takes, and to wait for the stop. */
static void retire(struct reader *reader, enum reader_state state)
{
	set_state(reader, state);
	if (rest(reader, READING_FRESH_MS + 1)) {
		drop_stale(reader, reader_clock_ms());
	}
	while (rest(reader, NEVER_MS)) {
	}
}

static void supervise(struct reader *reader)
{
	uint64_t back_off_ms = BACK_OFF_MS;

	for (;;) {
		switch (attend(reader, &back_off_ms)) {
		case SOURCE_OK:
			return;
		case SOURCE_ENDED:
			retire(reader, READER_ENDED);
			return;
		case SOURCE_OTHER_KEYS:
		case SOURCE_BAD_SPEC: /* does not become right by trying again */
			retire(reader, READER_OFFLINE);
			return;
		default:
			set_state(reader, READER_OFFLINE);
			if (!rest(reader, back_off_ms)) {
				return;
			}
			drop_stale(reader, reader_clock_ms());
			back_off_ms *= 2;
			if (back_off_ms > BACK_OFF_MAX) {
				back_off_ms = BACK_OFF_MAX;
			}
		}
	}
}

static void release(struct reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	bool last = --reader->holders == 0;

	pthread_mutex_unlock(&reader->lock);
	if (last) {
		pthread_cond_destroy(&reader->wake);
		pthread_mutex_destroy(&reader->lock);
		pthread_mutex_destroy(&reader->telling);
		free(reader->spec);
		explicit_bzero(reader, sizeof *reader);
		free(reader);
	}
}

static void *work(void *argument)
{
	struct reader *reader = argument;

	supervise(reader);
	pthread_mutex_lock(&reader->lock);
	reader->worker_done = true;
	pthread_cond_broadcast(&reader->wake);
	pthread_mutex_unlock(&reader->lock);
	release(reader);
	return NULL;
}

static void *watch(void *argument)
{
	struct reader *reader = argument;

	pthread_mutex_lock(&reader->lock);
	while (!reader->stop) {
		uint64_t inside_ms = reader->calling ? reader_clock_ms() - reader->called_ms : 0;

		if (inside_ms < SILENT_MS) {
			wait_locked(reader, &reader->stop, SILENT_MS - inside_ms);
			continue;
		}
		if (atomic_exchange(&reader->state, READER_OFFLINE) != READER_OFFLINE) {
			pthread_mutex_unlock(&reader->lock);
			tell(reader);
			pthread_mutex_lock(&reader->lock);
		}
		wait_locked(reader, &reader->stop, SILENT_MS);
	}
	pthread_mutex_unlock(&reader->lock);
	return NULL;
}

static bool make_locks(struct reader *reader)
{
	pthread_condattr_t monotonic;

	if (pthread_condattr_init(&monotonic) != 0) {
		return false;
	}
	bool made = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
		    pthread_cond_init(&reader->wake, &monotonic) == 0;

	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&reader->lock, NULL); /* cannot fail on Linux, as the next */
	pthread_mutex_init(&reader->telling, NULL);
	return made;
}

/* Signals are the main thread's. */
static bool start_threads(struct reader *reader)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool working = pthread_create(&reader->worker, NULL, work, reader) == 0;

	reader->watched = working && reader->setup.nursery == NULL &&
			  pthread_create(&reader->watch, NULL, watch, reader) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return working;
}

struct reader *reader_open_driver(const struct source_driver *driver, const char *spec,
				  const struct source_setup *setup, reader_notify *notify,
				  void *context)
{
	const char *colon = strchr(spec, ':');
	struct reader *reader = calloc(1, sizeof *reader);

	if (reader == NULL || colon == NULL) {
		goto fail;
	}
	reader->spec = strdup(spec);
	if (reader->spec == NULL || !make_locks(reader)) {
		goto fail;
	}
	reader->driver = driver;
	reader->address = driver->scheme == NULL ? reader->spec : reader->spec + (colon - spec) + 1;
	reader->notify = notify;
	reader->context = context;
	if (setup != NULL) {
		reader->setup = *setup;
	}
	reader->holders = 2;
	if (!start_threads(reader)) {
		reader->holders = 1;
		release(reader);
		return NULL;
	}
	if (!reader->watched && reader->setup.nursery == NULL) {
		reader_close(reader);
		return NULL;
	}
	return reader;
fail:
	if (reader != NULL) {
		free(reader->spec);
	}
	free(reader);
	return NULL;
}

/* A device is given what it has a use for: a camera's process knows nothing of bank cards. */
static struct source_setup part_for(const struct source_driver *driver,
				    const struct source_setup *setup)
{
	struct source_setup part = *setup;

	if (!driver->makes_tokens) {
		part.bank_salt_count = 0;
		explicit_bzero(part.bank_salts, sizeof part.bank_salts);
	}
	if (!driver->opens_traces) {
		part.has_trace_key = false;
		explicit_bzero(part.trace_key, sizeof part.trace_key);
	}
	return part;
}

struct reader *reader_open(const char *spec, const struct source_setup *setup,
			   reader_notify *notify, void *context)
{
	const char *address;
	const struct source_driver *driver = source_driver_for(spec, &address);

	if (driver == NULL) {
		return NULL;
	}
	struct source_setup part = { 0 };

	if (setup != NULL) {
		part = part_for(driver, setup);
	}
	struct reader *reader = reader_open_driver(part.nursery != NULL ? &source_apart : driver,
						   spec, &part, notify, context);

	explicit_bzero(&part, sizeof part);
	return reader;
}

void reader_close(struct reader *reader)
{
	if (reader == NULL) {
		return;
	}
	pthread_mutex_lock(&reader->telling);
	reader->closed = true;
	pthread_mutex_unlock(&reader->telling);
	pthread_mutex_lock(&reader->lock);
	reader->stop = true;
	pthread_cond_broadcast(&reader->wake);
	wait_locked(reader, &reader->worker_done, GIVE_UP_MS);
	bool done = reader->worker_done;

	pthread_mutex_unlock(&reader->lock);
	if (reader->watched) {
		pthread_join(reader->watch, NULL);
	}
	if (done) {
		pthread_join(reader->worker, NULL);
	} else {
		pthread_detach(reader->worker);
	}
	release(reader);
}

bool reader_take(struct reader *reader, struct reading *out, uint64_t now_ms)
{
	pthread_mutex_lock(&reader->lock);
	bool taken = reader->waiting && is_fresh(&reader->slot, now_ms);

	if (taken) {
		*out = reader->slot;
	}
	if (reader->waiting) {
		explicit_bzero(&reader->slot, sizeof reader->slot);
		reader->waiting = false;
	}
	pthread_mutex_unlock(&reader->lock);
	return taken;
}

enum reader_state reader_state(const struct reader *reader)
{
	return atomic_load(&reader->state);
}

const char *reader_spec(const struct reader *reader)
{
	return reader->spec;
}
