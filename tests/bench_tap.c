/*
 * A tap of a 400-byte credential at 106 kbit/s: from the chip finding the card to its bytes in hand,
 * and how much of it is neither air nor card.  libnfc and the pseudo-terminal are in both figures.
 * The driver in this process, and as in the kiosk in one of its own: what the hop costs.  Then very
 * many taps as fast as they go, of which none may be lost.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader/nursery.h"
#include "reader/reader.h"
#include "reader/source.h"
#include "tests/pn532.h"
#include "tests/ratio.h"
#include "tests/taps.h"

#define ROUNDS          21
#define BYTES           400
#define TAPS            10000
#define KIB_MORE        128   /* [KiB] that a reader's process may have grown by over all of them */
#define AIR_NS_PER_BYTE 84906 /* nine bits at 106 kbit/s */

static void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "bench_tap: %s\n", what);
		exit(1);
	}
}

static int64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A driver at work: it and what it opened. */
struct seat {
	const struct source_driver *driver;
	struct source *source;
	struct pn532 *chip;
};

/* A process of its own says each 250 ms that there is nothing: the last of it is read away. */
static void await_gone(const struct seat *seat)
{
	static struct reading reading;
	uint64_t until_ms = reader_clock_ms() + 700;
	while (reader_clock_ms() < until_ms) {
		must(seat->driver->read(seat->source, &reading, 100) == SOURCE_NOTHING,
		     "the card stayed");
	}
}

static void tap(const struct seat *seat, double *whole_ms, double *share_ms)
{
	struct pn532 *chip = seat->chip;
	static struct reading reading;
	static struct type4_tag tag;
	uint8_t payload[BYTES];
	memset(payload, 0x5a, sizeof payload);
	type4_tag_make_credential(&tag, payload, sizeof payload);
	uint64_t air_before = pn532_counts(chip).air_us;
	pn532_put(chip, 0, &tag);
	enum source_status status = SOURCE_NOTHING;
	for (int i = 0; i < 100 && status == SOURCE_NOTHING; i++) {
		status = seat->driver->read(seat->source, &reading, 100);
	}
	int64_t end = now_us();
	must(status == SOURCE_OK && reading.fault == READING_COMPLETE, "the tag was not read");
	struct pn532_counts counts = pn532_counts(chip);
	*whole_ms = (double)(end - counts.found_us) / 1e3;
	*share_ms = *whole_ms - (double)(counts.air_us - air_before) / 1e3;
	pn532_take_away(chip, 0);
	await_gone(seat);
}

static void print(const char *whole_name, double *whole_ms, const char *share_name,
		  double *share_ms)
{
	const struct ratio whole = {
		.name = whole_name, .unit = " ms", .floor = "300 ms", .aim = "100 ms"
	};
	const struct ratio share = {
		.name = share_name, .unit = " ms", .floor = "5 ms", .aim = "1 ms"
	};
	ratio_print(&whole, whole_ms, ROUNDS);
	ratio_print(&share, share_ms, ROUNDS);
}

static void open_seat(struct seat *seat, const struct source_driver *driver,
		      const struct source_setup *setup)
{
	char spec[300];
	seat->driver = driver;
	seat->chip = pn532_start();
	pn532_pace(seat->chip, AIR_NS_PER_BYTE, 0);
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(seat->chip));
	must(driver->open(&seat->source, driver->scheme == NULL ? spec : spec + 4, setup) ==
		     SOURCE_OK,
	     "no reader");
}

static void close_seat(struct seat *seat)
{
	seat->driver->close(seat->source);
	pn532_stop(seat->chip);
}

/* Both ways in turn. */
static void one_by_one(void)
{
	double whole_ms[2][ROUNDS];
	double share_ms[2][ROUNDS];
	struct seat here;
	struct seat apart;
	const struct source_setup setup = { .nursery = nursery_open(source_driver_for,
								    reader_clock_ms) };
	must(setup.nursery != NULL, "no nursery");
	open_seat(&here, &source_nfc, NULL);
	open_seat(&apart, &source_apart, &setup);
	for (int i = 0; i < ROUNDS; i++) {
		tap(&here, &whole_ms[0][i], &share_ms[0][i]);
		tap(&apart, &whole_ms[1][i], &share_ms[1][i]);
	}
	close_seat(&here);
	close_seat(&apart);
	nursery_close(setup.nursery);
	print("400-byte tag at 106 kbit/s, found to its bytes", whole_ms[0],
	      "of that neither air nor card, libnfc's share in it", share_ms[0]);
	print("the same from a reader's own process", whole_ms[1], "of that neither air nor card",
	      share_ms[1]);
}

static void very_many(void)
{
	struct taps taps;
	taps_run(&taps, TAPS);
	must(taps.right == taps.made && taps.made == TAPS && taps.more == 0, "taps were lost");
	must(taps.readers_process_after == taps.readers_process_before, "the process changed");
	must(taps.descriptors_after == taps.descriptors_before &&
		     taps.readers_descriptors_after == taps.readers_descriptors_before &&
		     taps.threads_after == taps.threads_before,
	     "descriptors or threads are left");
	must(taps.readers_kib_after - taps.readers_kib_before <= KIB_MORE, "memory is left");
	const struct ratio rate = {
		.name = "10,000 taps, each read once, nothing left",
		.unit = " a second",
		.floor = "-",
		.aim = "-",
	};
	ratio_print(&rate, &taps.per_second, 1);
}

int main(void)
{
	one_by_one();
	very_many();
	return 0;
}
