#include "tests/taps.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader/nursery.h"
#include "reader/reader.h"
#include "tests/pn532.h"

#define FIRST_TAPS 50 /* whatever libraries allocate once is there after them */

/* --- what a process holds --- */

static int count_entries(const char *folder)
{
	DIR *entries = opendir(folder);
	int count = 0;
	if (entries == NULL) {
		perror(folder);
		abort();
	}
	while (readdir(entries) != NULL) {
		count++;
	}
	closedir(entries);
	return count;
}

/* One line of /proc/ID/status as a number, -1 where there is none. */
static long status_of(const char *id, const char *name)
{
	char path[300];
	char line[200];
	long value = -1;
	snprintf(path, sizeof path, "/proc/%s/status", id);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0) {
			value = strtol(line + strlen(name), NULL, 10);
		}
	}
	if (file != NULL) {
		fclose(file);
	}
	return value;
}

/* The reader's process is the child of this one's child. */
static int readers_process(void)
{
	DIR *processes = opendir("/proc");
	int found = -1;
	for (const struct dirent *entry; (entry = readdir(processes)) != NULL;) {
		long parent = status_of(entry->d_name, "PPid:");
		char id[20];
		snprintf(id, sizeof id, "%ld", parent);
		if (parent > 1 && status_of(id, "PPid:") == getpid()) {
			found = atoi(entry->d_name);
		}
	}
	closedir(processes);
	return found;
}

struct holds {
	int descriptors, readers_descriptors, readers_process, threads;
	long readers_kib;
};

static struct holds look(void)
{
	struct holds holds = { .readers_process = readers_process() };
	char id[20];
	char path[40];
	snprintf(id, sizeof id, "%d", holds.readers_process);
	snprintf(path, sizeof path, "/proc/%s/fd", id);
	holds.readers_descriptors = count_entries(path);
	holds.descriptors = count_entries("/proc/self/fd");
	holds.threads = (int)status_of("self", "Threads:");
	holds.readers_kib = status_of(id, "VmRSS:");
	return holds;
}

/* --- taps --- */

struct table {
	struct pn532 *chip;
	struct reader *reader;
	pthread_mutex_t mutex;
	pthread_cond_t told;
	unsigned notified;
};

static void notified(void *context)
{
	struct table *table = context;
	pthread_mutex_lock(&table->mutex);
	table->notified++;
	pthread_cond_broadcast(&table->told);
	pthread_mutex_unlock(&table->mutex);
}

/* Wait, without end, for the reading of the card that was laid. */
static void await_reading(struct table *table, struct reading *out)
{
	pthread_mutex_lock(&table->mutex);
	unsigned seen = table->notified - 1;
	while (!reader_take(table->reader, out, reader_clock_ms())) {
		while (seen == table->notified) {
			pthread_cond_wait(&table->told, &table->mutex);
		}
		seen = table->notified;
	}
	pthread_mutex_unlock(&table->mutex);
}

/* Lay a card, have its reading, take it away, and wait until that was noticed: two looks without it, of
 * two questions each, and one that was under way. */
static void tap(struct table *table, struct taps *taps)
{
	struct reading reading;
	struct type4_tag tag;
	uint8_t bytes[300];
	memset(bytes, taps->made & 0xff, sizeof bytes);
	memcpy(bytes, &taps->made, sizeof taps->made);
	type4_tag_make_credential(&tag, bytes, sizeof bytes);
	pn532_put(table->chip, 0, &tag);
	await_reading(table, &reading);
	taps->made++;
	taps->right += reading.fault == READING_COMPLETE && reading.length == sizeof bytes &&
		       memcmp(reading.bytes, bytes, sizeof bytes) == 0;
	pn532_take_away(table->chip, 0);
	pn532_await_lists(table->chip, 6);
	taps->more += reader_take(table->reader, &reading, reader_clock_ms());
}

static void run(struct table *table, struct taps *taps, int count)
{
	for (int i = 0; i < FIRST_TAPS && i < count; i++) {
		tap(table, taps);
	}
	struct holds before = look();
	uint64_t start_ms = reader_clock_ms();
	for (int i = FIRST_TAPS; i < count; i++) {
		tap(table, taps);
	}
	uint64_t took_ms = reader_clock_ms() - start_ms;
	struct holds after = look();
	taps->per_second = (count - FIRST_TAPS) * 1000.0 / (double)(took_ms + 1);
	taps->descriptors_before = before.descriptors;
	taps->descriptors_after = after.descriptors;
	taps->readers_descriptors_before = before.readers_descriptors;
	taps->readers_descriptors_after = after.readers_descriptors;
	taps->readers_process_before = before.readers_process;
	taps->readers_process_after = after.readers_process;
	taps->threads_before = before.threads;
	taps->threads_after = after.threads;
	taps->readers_kib_before = before.readers_kib;
	taps->readers_kib_after = after.readers_kib;
}

void taps_run(struct taps *out, int count)
{
	struct table table = { .notified = 0 };
	struct source_setup setup = { .without_rest = true };
	char spec[300];
	*out = (struct taps){ 0 };
	setup.nursery = nursery_open(source_driver_for, reader_clock_ms);
	pthread_mutex_init(&table.mutex, NULL);
	pthread_cond_init(&table.told, NULL);
	table.chip = pn532_start();
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(table.chip));
	table.reader = reader_open(spec, &setup, notified, &table);
	if (setup.nursery == NULL || table.reader == NULL) {
		abort();
	}
	run(&table, out, count);
	reader_close(table.reader);
	pn532_stop(table.chip);
	nursery_close(setup.nursery);
	pthread_cond_destroy(&table.told);
	pthread_mutex_destroy(&table.mutex);
}
