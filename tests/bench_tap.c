/*
 * A tap of a 400-byte credential at 106 kbit/s: from the chip finding the card to its bytes in hand,
 * and how much of it is neither air nor card.  libnfc and the pseudo-terminal are in both figures.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader/source.h"
#include "tests/pn532.h"
#include "tests/ratio.h"

#define ROUNDS          21
#define BYTES           400
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

static void tap(struct pn532 *chip, struct source *source, double *whole_ms, double *share_ms)
{
	static struct reading reading;
	static struct type4_tag tag;
	uint8_t payload[BYTES];
	memset(payload, 0x5a, sizeof payload);
	type4_tag_make_credential(&tag, payload, sizeof payload);
	uint64_t air_before = pn532_counts(chip).air_us;
	pn532_put(chip, 0, &tag);
	enum source_status status = SOURCE_NOTHING;
	for (int i = 0; i < 100 && status == SOURCE_NOTHING; i++) {
		status = source_nfc.read(source, &reading, 100);
	}
	int64_t end = now_us();
	must(status == SOURCE_OK && reading.fault == READING_COMPLETE, "the tag was not read");
	struct pn532_counts counts = pn532_counts(chip);
	*whole_ms = (double)(end - counts.found_us) / 1e3;
	*share_ms = *whole_ms - (double)(counts.air_us - air_before) / 1e3;
	pn532_take_away(chip, 0);
	must(source_nfc.read(source, &reading, 300) == SOURCE_NOTHING, "the card stayed");
}

int main(void)
{
	double whole_ms[ROUNDS];
	double share_ms[ROUNDS];
	struct source *source = NULL;
	struct pn532 *chip = pn532_start();
	pn532_pace(chip, AIR_NS_PER_BYTE, 0);
	must(source_nfc.open(&source, pn532_connection(chip), NULL) == SOURCE_OK, "no reader");
	for (int i = 0; i < ROUNDS; i++) {
		tap(chip, source, &whole_ms[i], &share_ms[i]);
	}
	source_nfc.close(source);
	pn532_stop(chip);
	const struct ratio whole = { .name = "400-byte tag at 106 kbit/s, found to its bytes",
				     .unit = " ms",
				     .floor = "300 ms",
				     .aim = "100 ms" };
	const struct ratio share = { .name = "of that neither air nor card, libnfc's share in it",
				     .unit = " ms",
				     .floor = "5 ms",
				     .aim = "1 ms" };
	ratio_print(&whole, whole_ms, ROUNDS);
	ratio_print(&share, share_ms, ROUNDS);
	return 0;
}
