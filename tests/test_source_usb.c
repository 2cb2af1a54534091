/* Cards at an ACR122U: libnfc's driver for it over a USB that is made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/source.h"
#include "tests/piv_card.h"
#include "tests/usb_reader.h"

struct bench {
	struct pn532_chip *chip;
	struct source *source;
	struct reading reading;
	struct type4_tag tag;
	uint8_t payload[READING_BYTES_MAX];
};

static int enter(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);
	assert_non_null(bench);
	bench->chip = usb_reader_plug();
	assert_int_equal(source_nfc.open(&bench->source, USB_READER_ADDRESS, NULL), SOURCE_OK);
	memset(bench->payload, 0x5a, sizeof bench->payload);
	*state = bench;
	return 0;
}

static int leave(void **state)
{
	struct bench *bench = *state;
	source_nfc.close(bench->source);
	assert_int_equal(usb_reader_handles(), 0);
	usb_reader_unplug();
	free(bench);
	return 0;
}

/* Nothing but a whole run's time-out ends what never comes. */
static enum source_status next(struct bench *bench)
{
	enum source_status status = SOURCE_NOTHING;
	while (status == SOURCE_NOTHING) {
		status = source_nfc.read(bench->source, &bench->reading, 100);
	}
	return status;
}

static void lay(struct bench *bench, size_t length)
{
	type4_tag_make_credential(&bench->tag, bench->payload, length);
	pn532_chip_put(bench->chip, 0, &type4_card, &bench->tag);
}

static void expect_payload(struct bench *bench, size_t length)
{
	assert_int_equal(next(bench), SOURCE_OK);
	assert_int_equal(bench->reading.fault, READING_COMPLETE);
	assert_int_equal(bench->reading.length, length);
	assert_memory_equal(bench->reading.bytes, bench->payload, length);
}

/* Within one of the reader's frames and beyond, where libnfc would take a long answer for a short. */
static void credentials_of_all_sizes(void **state)
{
	struct bench *bench = *state;
	static const size_t lengths[] = {
		1, 200, 225, 226, 227, 228, 230, 240, 250, 300, 700, 4096
	};
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		lay(bench, lengths[i]);
		expect_payload(bench, lengths[i]);
		bench->chip->cards[0].present = false;
		assert_int_equal(source_nfc.read(bench->source, &bench->reading, 300),
				 SOURCE_NOTHING);
	}
}

/* Answers come by 256 bytes, where they are not asked for by less. */
static void a_chip_without_room_for_a_record(void **state)
{
	struct bench *bench = *state;
	static struct piv_card card;
	piv_card_make(&card);
	piv_card_put_object(&card, PIV_OBJECT_CREDENTIAL, bench->payload, 700);
	pn532_chip_put(bench->chip, 0, &piv_card, &card);
	expect_payload(bench, 700);
}

static void what_stays_is_reported_once(void **state)
{
	struct bench *bench = *state;
	lay(bench, 300);
	expect_payload(bench, 300);
	assert_int_equal(source_nfc.read(bench->source, &bench->reading, 500), SOURCE_NOTHING);
}

static void torn_away_at_each_apdu(void **state)
{
	struct bench *bench = *state;
	for (int at = 1; at <= 6; at++) {
		type4_tag_make_credential(&bench->tag, bench->payload, 300);
		bench->tag.tear_at = at;
		pn532_chip_put(bench->chip, 0, &type4_card, &bench->tag);
		assert_int_equal(next(bench), SOURCE_OK);
		assert_int_equal(bench->reading.fault, READING_TORN);
	}
}

static void several_cards(void **state)
{
	struct bench *bench = *state;
	lay(bench, 300);
	bench->tag.uid[1] ^= 0x11;
	pn532_chip_put(bench->chip, 1, &type4_card, &bench->tag);
	assert_int_equal(next(bench), SOURCE_OK);
	assert_int_equal(bench->reading.fault, READING_SEVERAL_CARDS);
}

static void written_and_read_back(void **state)
{
	struct bench *bench = *state;
	lay(bench, 1);
	bench->payload[0] = 0x11;
	assert_int_equal(source_nfc.write(bench->source, bench->payload, 600, 0), SOURCE_OK);
	bench->chip->cards[0].present = false;
	assert_int_equal(source_nfc.read(bench->source, &bench->reading, 300), SOURCE_NOTHING);
	bench->chip->cards[0].present = true;
	expect_payload(bench, 600);
}

static void pulled_out_and_plugged_in(void **state)
{
	struct bench *bench = *state;
	usb_reader_unplug();
	assert_int_equal(next(bench), SOURCE_ABSENT);
	source_nfc.close(bench->source);
	bench->source = NULL;
	assert_int_equal(source_nfc.open(&bench->source, USB_READER_ADDRESS, NULL), SOURCE_ABSENT);
	bench->chip = usb_reader_plug();
	assert_int_equal(source_nfc.open(&bench->source, USB_READER_ADDRESS, NULL), SOURCE_OK);
	lay(bench, 300);
	expect_payload(bench, 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(credentials_of_all_sizes, enter, leave),
		cmocka_unit_test_setup_teardown(a_chip_without_room_for_a_record, enter, leave),
		cmocka_unit_test_setup_teardown(what_stays_is_reported_once, enter, leave),
		cmocka_unit_test_setup_teardown(torn_away_at_each_apdu, enter, leave),
		cmocka_unit_test_setup_teardown(several_cards, enter, leave),
		cmocka_unit_test_setup_teardown(written_and_read_back, enter, leave),
		cmocka_unit_test_setup_teardown(pulled_out_and_plugged_in, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
