/* Several readers at once, each in a thread of its own, and very many taps. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "reader/source.h"
#include "tests/pn532.h"

#define READERS  4
#define TAPS     50   /* at each reader */
#define LIMIT_MS 5000 /* [ms] for one tap */

struct counter {
	int number;
	int good; /* taps read once and right */
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool read_one(struct source *source, struct reading *out)
{
	int64_t end = now_ms() + LIMIT_MS;
	while (now_ms() < end) {
		switch (source_nfc.read(source, out, 100)) {
		case SOURCE_OK:
			return true;
		case SOURCE_NOTHING:
			break;
		default:
			return false;
		}
	}
	return false;
}

/* Every fifth card is taken away first; the others follow one another without a gap. */
static void tap(struct counter *counter, struct pn532 *chip, struct source *source)
{
	struct reading reading;
	for (int i = 0; i < TAPS; i++) {
		uint8_t payload[400];
		size_t length = 200 + (size_t)i * 4;
		memset(payload, counter->number * TAPS + i, length);
		struct type4_tag tag;
		type4_tag_make_credential(&tag, payload, length);
		tag.uid[5] = (uint8_t)(i + 1);
		pn532_put(chip, 0, &tag);
		counter->good += read_one(source, &reading) && reading.fault == READING_COMPLETE &&
				 reading.length == length &&
				 memcmp(reading.bytes, payload, length) == 0;
		if (i % 5 == 4) {
			pn532_take_away(chip, 0);
			counter->good -= source_nfc.read(source, &reading, 200) != SOURCE_NOTHING;
		}
	}
}

static void *run(void *argument)
{
	struct counter *counter = argument;
	struct pn532 *chip = pn532_start();
	struct source *source = NULL;
	if (source_nfc.open(&source, pn532_connection(chip), NULL) == SOURCE_OK) {
		tap(counter, chip, source);
	}
	source_nfc.close(source);
	pn532_stop(chip);
	return NULL;
}

static void two_hundred_taps(void **state)
{
	pthread_t threads[READERS];
	struct counter counters[READERS] = { 0 };
	(void)state;
	for (int i = 0; i < READERS; i++) {
		counters[i].number = i;
		assert_int_equal(pthread_create(&threads[i], NULL, run, &counters[i]), 0);
	}
	for (int i = 0; i < READERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(counters[i].good, TAPS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(two_hundred_taps) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
