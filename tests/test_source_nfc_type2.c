/* Type 2 tags through the real libnfc, over a pseudo-terminal, an emulated chip and emulated tags. */
#include "reader/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "reader/ndef.h"
#include "tests/pn532.h"
#include "tests/type2_tag.h"

#define PATIENCE_MS 3000 /* [ms] for what must come */
#define QUIET_MS    250  /* [ms] for what must not come */
#define DATA        16   /* [byte] address of the first TLV */

struct bench {
	struct pn532 *chip;
	struct source *source;
	struct type2_tag tag;
	struct reading reading;
	uint8_t payload[READING_BYTES_MAX];
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);
	assert_non_null(bench);
	for (size_t i = 0; i < sizeof bench->payload; i++) {
		bench->payload[i] = (uint8_t)(i * 7 + i / 256);
	}
	bench->chip = pn532_start();
	assert_int_equal(source_nfc.open(&bench->source, pn532_connection(bench->chip), NULL),
			 SOURCE_OK);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;
	source_nfc.close(bench->source);
	pn532_stop(bench->chip);
	free(bench);
	return 0;
}

static enum source_status read_within(struct bench *bench, int ms)
{
	int64_t end = now_ms() + ms;
	enum source_status status = SOURCE_NOTHING;
	while (status == SOURCE_NOTHING && now_ms() < end) {
		status = source_nfc.read(bench->source, &bench->reading, 50);
	}
	return status;
}

static void put(struct bench *bench)
{
	pn532_put_card(bench->chip, 0, &type2_card, &bench->tag);
}

static void lay(struct bench *bench, enum type2_product product, size_t length)
{
	type2_tag_make_credential(&bench->tag, product, bench->payload, length);
	put(bench);
}

static void expect_fault(struct bench *bench, enum reading_fault fault)
{
	assert_int_equal(read_within(bench, PATIENCE_MS), SOURCE_OK);
	assert_int_equal(bench->reading.carrier, READING_TAG);
	assert_int_equal(bench->reading.fault, fault);
	assert_true(fault == READING_COMPLETE || bench->reading.length == 0);
}

static void expect_payload(struct bench *bench, size_t length)
{
	expect_fault(bench, READING_COMPLETE);
	assert_int_equal(bench->reading.length, length);
	assert_memory_equal(bench->reading.bytes, bench->payload, length);
}

static void expect_quiet(struct bench *bench)
{
	assert_int_equal(read_within(bench, QUIET_MS), SOURCE_NOTHING);
}

static void take_away(struct bench *bench)
{
	pn532_take_away(bench->chip, 0);
	expect_quiet(bench);
}

static void sizes_and_products(void **state)
{
	static const struct {
		const char *name;
		enum type2_product product;
		size_t payload;
		int commands; /* that the tag hears */
	} rows[] = {
		{ "one byte", TYPE2_NTAG213, 1, 2 },
		{ "a full NTAG213", TYPE2_NTAG213, 119, 2 },
		{ "a full NTAG203", TYPE2_NTAG203, 119, 12 },
		{ "a credential on an NTAG215", TYPE2_NTAG215, 300, 3 },
		{ "a credential on an NTAG216", TYPE2_NTAG216, 300, 3 },
		{ "a full NTAG215", TYPE2_NTAG215, 471, 4 },
		{ "a full NTAG216", TYPE2_NTAG216, 847, 5 },
	};
	static const enum pn532_habit habits[] = { PN532_STANDARD, PN532_LENIENT };
	struct bench *bench = *state;
	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		const size_t row = i / 2;
		print_message("  %s\n", rows[row].name);
		pn532_set_habit(bench->chip, habits[i % 2]);
		lay(bench, rows[row].product, rows[row].payload);
		expect_payload(bench, rows[row].payload);
		assert_true(pn532_look_card(bench->chip, 0, &type2_card, &bench->tag));
		assert_int_equal(bench->tag.commands, rows[row].commands);
		expect_quiet(bench);
		take_away(bench);
	}
}

static void faults(void **state)
{
	static const uint8_t text[] = { 0xd1, 0x01, 0x04, 'T', 0x02, 'e', 'n', 'x' };
	static const uint8_t broken[] = { 0xd2, 0x0f, 0xff, 'a', 'p', 'p' };
	static const struct {
		const char *name;
		const uint8_t *message;
		size_t length;
		enum type2_manner manner;
		size_t at; /* [byte] address in the memory; 0: nothing is bent */
		uint8_t value;
		enum reading_fault fault;
	} rows[] = {
		{ "nothing on it", NULL, 0, TYPE2_HONEST, 0, 0, READING_UNSUPPORTED },
		{ "a text", text, sizeof text, TYPE2_HONEST, 0, 0, READING_UNSUPPORTED },
		{ "half a record", broken, sizeof broken, TYPE2_HONEST, 0, 0, READING_MALFORMED },
		{ "not formatted", text, sizeof text, TYPE2_HONEST, 12, 0, READING_UNSUPPORTED },
		{ "no room claimed", text, sizeof text, TYPE2_HONEST, 14, 0, READING_MALFORMED },
		{ "a length that lies", text, sizeof text, TYPE2_HONEST, DATA + 1, 0xff,
		  READING_MALFORMED },
		{ "mute", text, sizeof text, TYPE2_MUTE, 0, 0, READING_UNSUPPORTED },
		{ "garbage", text, sizeof text, TYPE2_GARBAGE, 0, 0, READING_MALFORMED },
		{ "a byte less", text, sizeof text, TYPE2_SHORT, 0, 0, READING_MALFORMED },
		{ "a byte more", text, sizeof text, TYPE2_OVERLONG, 0, 0, READING_MALFORMED },
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		type2_tag_make(&bench->tag, TYPE2_NTAG216, rows[i].message, rows[i].length);
		bench->tag.manner = rows[i].manner;
		if (rows[i].at > 0) {
			bench->tag.memory[rows[i].at] = rows[i].value;
		}
		put(bench);
		expect_fault(bench, rows[i].fault);
		expect_quiet(bench);
		take_away(bench);
	}
}

/* A MIFARE Classic card is no tag of ours and is not asked anything. */
static void mifare_classic(void **state)
{
	struct bench *bench = *state;
	type2_tag_make_credential(&bench->tag, TYPE2_NTAG216, bench->payload, 300);
	bench->tag.is_classic = true;
	put(bench);
	expect_fault(bench, READING_UNSUPPORTED);
	assert_int_equal(source_nfc.write(bench->source, bench->payload, 100, 300),
			 SOURCE_READ_ONLY);
	assert_true(pn532_look_card(bench->chip, 0, &type2_card, &bench->tag));
	assert_int_equal(bench->tag.commands, 0);
}

static void torn_at_each_command(void **state)
{
	struct bench *bench = *state;
	for (int at = 1; at <= 3; at++) {
		type2_tag_make_credential(&bench->tag, TYPE2_NTAG216, bench->payload, 400);
		bench->tag.tear_at = at;
		put(bench);
		expect_fault(bench, READING_TORN);
		expect_quiet(bench);
		lay(bench, TYPE2_NTAG216, 400);
		expect_payload(bench, 400);
		take_away(bench);
	}
}

/* A command that goes amiss does not show. */
static void missed_commands(void **state)
{
	struct bench *bench = *state;
	for (int at = 1; at <= 3; at++) {
		type2_tag_make_credential(&bench->tag, TYPE2_NTAG216, bench->payload, 300);
		bench->tag.mute_at = at;
		put(bench);
		expect_payload(bench, 300);
		take_away(bench);
	}
}

/* Of two tags none is taken for the other, also where one has to be selected again. */
static void several_tags(void **state)
{
	static const enum type2_product products[] = { TYPE2_NTAG216, TYPE2_NTAG203 };
	struct bench *bench = *state;
	for (size_t i = 0; i < 2; i++) {
		type2_tag_make_credential(&bench->tag, products[i], bench->payload, 100);
		pn532_put_card(bench->chip, 1, &type2_card, &bench->tag);
		bench->tag.memory[2] ^= 0x55;
		put(bench);
		expect_fault(bench, READING_SEVERAL_CARDS);
		expect_quiet(bench);
		pn532_take_away(bench->chip, 1);
		expect_payload(bench, 100);
		take_away(bench);
	}
}

/* A Type 4 tag beside a Type 2 tag: each by its own way, one after the other. */
static void one_type_after_the_other(void **state)
{
	struct bench *bench = *state;
	struct type4_tag other;
	for (int round = 0; round < 2; round++) {
		lay(bench, TYPE2_NTAG216, 300);
		expect_payload(bench, 300);
		type4_tag_make_credential(&other, bench->payload, 250);
		other.uid[3] ^= 0xff;
		pn532_put(bench->chip, 0, &other);
		expect_payload(bench, 250);
	}
}

static void written_and_read_back(void **state)
{
	static const struct {
		const char *name;
		enum type2_product product;
		size_t payload;
		enum source_status status;
	} rows[] = {
		{ "one byte", TYPE2_NTAG213, 1, SOURCE_OK },
		{ "a full NTAG213", TYPE2_NTAG213, 119, SOURCE_OK },
		{ "a byte too much for an NTAG213", TYPE2_NTAG213, 120, SOURCE_NO_ROOM },
		{ "a credential on an NTAG213", TYPE2_NTAG213, 300, SOURCE_NO_ROOM },
		{ "a credential on an NTAG215", TYPE2_NTAG215, 300, SOURCE_OK },
		{ "a full NTAG215", TYPE2_NTAG215, 471, SOURCE_OK },
		{ "a byte too much for an NTAG215", TYPE2_NTAG215, 472, SOURCE_NO_ROOM },
		{ "a full NTAG216", TYPE2_NTAG216, 847, SOURCE_OK },
		{ "a byte too much for an NTAG216", TYPE2_NTAG216, 848, SOURCE_NO_ROOM },
		{ "the longest", TYPE2_NTAG216, READING_BYTES_MAX, SOURCE_NO_ROOM },
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		type2_tag_make(&bench->tag, rows[i].product, NULL, 0);
		put(bench);
		assert_int_equal(source_nfc.write(bench->source, bench->payload, rows[i].payload,
						  PATIENCE_MS),
				 rows[i].status);
		assert_true(pn532_look_card(bench->chip, 0, &type2_card, &bench->tag));
		assert_false(bench->tag.strayed);
		size_t length = 0;
		const uint8_t *message = type2_tag_message(&bench->tag, &length);
		if (rows[i].status != SOURCE_OK) {
			assert_int_equal(length, 0);
			assert_int_equal(bench->tag.written, 0);
			continue;
		}
		struct ndef_payload found;
		assert_int_equal(ndef_find(&found, message, length), NDEF_OK);
		assert_int_equal(found.length, rows[i].payload);
		assert_memory_equal(message + found.offset, bench->payload, found.length);
		take_away(bench);
		put(bench);
		expect_payload(bench, rows[i].payload);
	}
}

static void not_written(void **state)
{
	static const struct {
		const char *name;
		enum type2_product product;
		enum type2_manner manner;
		size_t at; /* [byte] address in the memory; 0: nothing is bent */
		uint8_t value;
	} rows[] = {
		{ "locked", TYPE2_NTAG216, TYPE2_HONEST, 10, 0x10 },
		{ "said to be locked", TYPE2_NTAG216, TYPE2_HONEST, 15, 0x0f },
		{ "not formatted", TYPE2_NTAG216, TYPE2_HONEST, 12, 0x00 },
		{ "none that we write", TYPE2_NTAG203, TYPE2_HONEST, 0, 0 },
		{ "worn", TYPE2_NTAG216, TYPE2_WORN, 0, 0 },
		{ "stuck", TYPE2_NTAG216, TYPE2_STUCK, 0, 0 },
		{ "mute", TYPE2_NTAG216, TYPE2_MUTE, 0, 0 },
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		type2_tag_make(&bench->tag, rows[i].product, NULL, 0);
		bench->tag.manner = rows[i].manner;
		if (rows[i].at > 0) {
			bench->tag.memory[rows[i].at] = rows[i].value;
		}
		put(bench);
		assert_int_equal(source_nfc.write(bench->source, bench->payload, 100, 300),
				 SOURCE_READ_ONLY);
		assert_true(pn532_look_card(bench->chip, 0, &type2_card, &bench->tag));
		assert_false(bench->tag.strayed);
	}
}

/* Torn away while it is written: said so at each command, for another try. */
static void torn_while_written(void **state)
{
	struct bench *bench = *state;
	for (int at = 1; at <= 38; at++) {
		lay(bench, TYPE2_NTAG216, 40);
		struct type2_tag torn = bench->tag;
		torn.tear_at = at;
		pn532_put_card(bench->chip, 0, &type2_card, &torn);
		enum source_status status = source_nfc.write(bench->source, bench->payload, 100, 0);
		assert_int_equal(status, at <= 37 ? SOURCE_NOTHING : SOURCE_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sizes_and_products, setup, teardown),
		cmocka_unit_test_setup_teardown(faults, setup, teardown),
		cmocka_unit_test_setup_teardown(mifare_classic, setup, teardown),
		cmocka_unit_test_setup_teardown(torn_at_each_command, setup, teardown),
		cmocka_unit_test_setup_teardown(missed_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(several_tags, setup, teardown),
		cmocka_unit_test_setup_teardown(one_type_after_the_other, setup, teardown),
		cmocka_unit_test_setup_teardown(written_and_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(not_written, setup, teardown),
		cmocka_unit_test_setup_teardown(torn_while_written, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
