/* Bank cards that refuse, and bank cards that lie: what each answer must come to. */
#include "reader/emv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emv_card.h"
#include "tests/emv_expect.h"

#define NUMBER      "6229261234567890"
#define OTHER       "6229261234567891"
#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static struct emv_card card;

static void expect(enum emv_status status, const char *number, int sequence, int exchanges)
{
	emv_expect(&card, status, number, sequence, exchanges);
}

enum answer { DIRECTORY, SELECTED, OPTIONS, FIRST, SECOND };

static struct emv_file *answer_of(enum answer which)
{
	struct emv_application *application = &card.applications[0];
	struct emv_file *files[] = {
		[DIRECTORY] = &card.directory,
		[SELECTED] = &application->fci,
		[OPTIONS] = &application->options,
		[FIRST] = &application->records[0].answer,
		[SECOND] = &application->records[1].answer,
	};
	return files[which];
}

static void status_words(void **state)
{
	static const struct {
		const char *name;
		enum answer which;
		uint16_t word;
		enum emv_status status;
		int exchanges;
	} rows[] = {
		{ "no directory", DIRECTORY, 0x6a82, EMV_NO_APPLICATION, 1 },
		{ "no such command", DIRECTORY, 0x6d00, EMV_NO_APPLICATION, 1 },
		{ "card blocked", DIRECTORY, 0x6a81, EMV_REFUSED, 1 },
		{ "directory blocked", DIRECTORY, 0x6283, EMV_REFUSED, 1 },
		{ "application blocked", SELECTED, 0x6283, EMV_REFUSED, 2 },
		{ "application gone", SELECTED, 0x6a82, EMV_REFUSED, 2 },
		{ "conditions not satisfied", OPTIONS, 0x6985, EMV_REFUSED, 3 },
		{ "another interface", OPTIONS, 0x6984, EMV_REFUSED, 3 },
		{ "a record that does not exist", FIRST, 0x6a83, EMV_MALFORMED, 4 },
		{ "a further one that does not", SECOND, 0x6a83, EMV_MALFORMED, 5 },
		{ "no status at all", FIRST, 0x0000, EMV_MALFORMED, 4 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		emv_card_make(&card, NUMBER, 1);
		answer_of(rows[i].which)->status = rows[i].word;
		expect(rows[i].status, NUMBER, 1, rows[i].exchanges);
	}
}

/* Answers to one question, replaced by hand. */
static void answers(void **state)
{
	static const struct {
		const char *name;
		enum answer which;
		const uint8_t *bytes;
		size_t length;
		enum emv_status status;
		int exchanges;
	} rows[] = {
		{ "directory: empty", DIRECTORY, BYTES(""), EMV_MALFORMED, 1 },
		{ "directory: nothing in it", DIRECTORY, BYTES("\x6f\x00"), EMV_NO_APPLICATION, 1 },
		{ "directory: another template", DIRECTORY, BYTES("\x70\x00"), EMV_MALFORMED, 1 },
		{ "directory: two templates", DIRECTORY, BYTES("\x6f\x00\x6f\x00"), EMV_MALFORMED,
		  1 },
		{ "directory: 64 KiB", DIRECTORY, BYTES("\x6f\x82\xff\xff\xa5"), EMV_MALFORMED, 1 },
		{ "directory: two A5", DIRECTORY, BYTES("\x6f\x04\xa5\x00\xa5\x00"), EMV_MALFORMED,
		  1 },
		{ "directory: a priority of two bytes", DIRECTORY,
		  BYTES("\x6f\x12\xa5\x10\xbf\x0c\x0d\x61\x0b\x4f\x05\xa0\x00\x00\x03\x33"
			"\x87\x02\x01\x02"),
		  EMV_MALFORMED, 1 },
		{ "directory: two names in an entry", DIRECTORY,
		  BYTES("\x6f\x15\xa5\x13\xbf\x0c\x10\x61\x0e\x4f\x05\xa0\x00\x00\x03\x33"
			"\x4f\x05\xa0\x00\x00\x03\x33"),
		  EMV_MALFORMED, 1 },
		{ "directory: a name of 17 bytes", DIRECTORY,
		  BYTES("\x6f\x1a\xa5\x18\xbf\x0c\x15\x61\x13\x4f\x11\xa0\x00\x00\x03\x33"
			"\1\2\3\4\5\6\7\1\2\3\4\5"),
		  EMV_MALFORMED, 1 },
		{ "FCI: nothing in it, so no list", SELECTED, BYTES("\x6f\x00"), EMV_REFUSED, 3 },
		{ "FCI: two lists", SELECTED,
		  BYTES("\x6f\x0e\xa5\x0c\x9f\x38\x03\x9f\x37\x04\x9f\x38\x03\x9f\x37\x04"),
		  EMV_MALFORMED, 2 },
		{ "FCI: garbage", SELECTED, BYTES("\xff\xff\xff"), EMV_MALFORMED, 2 },
		{ "options: empty", OPTIONS, BYTES(""), EMV_MALFORMED, 3 },
		{ "options: half a profile", OPTIONS, BYTES("\x80\x01\x7c"), EMV_MALFORMED, 3 },
		{ "options: no locator", OPTIONS, BYTES("\x80\x02\x7c\x00"), EMV_NO_APPLICATION,
		  3 },
		{ "options: half an entry", OPTIONS, BYTES("\x80\x05\x7c\x00\x08\x01\x01"),
		  EMV_MALFORMED, 3 },
		{ "options: in long form, and zeros around", OPTIONS,
		  BYTES("\x00\x80\x82\x00\x0a\x7c\x00\x08\x01\x01\x00\x10\x02\x02\x00\x00"), EMV_OK,
		  5 },
		{ "options: file 0", OPTIONS, BYTES("\x80\x06\x7c\x00\x00\x01\x01\x00"),
		  EMV_MALFORMED, 3 },
		{ "options: file 31", OPTIONS, BYTES("\x80\x06\x7c\x00\xf8\x01\x01\x00"),
		  EMV_MALFORMED, 3 },
		{ "options: file 30, which there is not", OPTIONS,
		  BYTES("\x80\x06\x7c\x00\xf0\x01\x01\x00"), EMV_MALFORMED, 4 },
		{ "options: low bits of a file", OPTIONS, BYTES("\x80\x06\x7c\x00\x09\x01\x01\x00"),
		  EMV_MALFORMED, 3 },
		{ "options: record 0", OPTIONS, BYTES("\x80\x06\x7c\x00\x08\x00\x01\x00"),
		  EMV_MALFORMED, 3 },
		{ "options: last before first", OPTIONS, BYTES("\x80\x06\x7c\x00\x08\x02\x01\x00"),
		  EMV_MALFORMED, 3 },
		{ "options: more signed than there are", OPTIONS,
		  BYTES("\x80\x06\x7c\x00\x08\x01\x01\x02"), EMV_MALFORMED, 3 },
		{ "options: 255 records, which there are not", OPTIONS,
		  BYTES("\x80\x06\x7c\x00\x08\x01\xff\x00"), EMV_MALFORMED, 5 },
		{ "options: a locator in a template", OPTIONS,
		  BYTES("\x77\x0e\x82\x02\x7c\x00\x94\x08\x08\x01\x01\x00\x10\x02\x02\x00"), EMV_OK,
		  5 },
		{ "options: two locators", OPTIONS,
		  BYTES("\x77\x0c\x94\x04\x08\x01\x01\x00\x94\x04\x08\x01\x01\x00"), EMV_MALFORMED,
		  3 },
		{ "options: sequence here, number in a record", OPTIONS,
		  BYTES("\x77\x0e\x5f\x34\x01\x01\x94\x08\x08\x01\x01\x00\x10\x02\x02\x00"), EMV_OK,
		  4 },
		{ "record: any legal shape", SECOND,
		  BYTES("\x00\x70\x82\x00\x0a\x00\x00\x5f\x34\x82\x00\x01\x01\x00\x00\x00"), EMV_OK,
		  5 },
		{ "record: no template", SECOND, BYTES("\x5f\x34\x01\x01"), EMV_MALFORMED, 5 },
		{ "record: a lie within", SECOND, BYTES("\x70\x04\x5f\x34\x02\x01"), EMV_MALFORMED,
		  5 },
		{ "record: the same number again", SECOND,
		  BYTES("\x70\x0e\x5a\x08\x62\x29\x26\x12\x34\x56\x78\x90\x5f\x34\x01\x01"), EMV_OK,
		  5 },
		{ "record: the same number, filled up", SECOND,
		  BYTES("\x70\x10\x5a\x0a\x62\x29\x26\x12\x34\x56\x78\x90\xff\xff\x5f\x34\x01\x01"),
		  EMV_OK, 5 },
		{ "record: another number", SECOND,
		  BYTES("\x70\x0e\x5a\x08\x62\x29\x26\x12\x34\x56\x78\x91\x5f\x34\x01\x01"),
		  EMV_MALFORMED, 5 },
		{ "record: a longer number", SECOND,
		  BYTES("\x70\x0f\x5a\x09\x62\x29\x26\x12\x34\x56\x78\x90\x1f\x5f\x34\x01\x01"),
		  EMV_MALFORMED, 5 },
		{ "record: a number with a hole", SECOND,
		  BYTES("\x70\x0a\x5a\x08\x62\x29\x26\x12\x34\xf6\x78\x90"), EMV_MALFORMED, 5 },
		{ "record: a number of 11 bytes", SECOND,
		  BYTES("\x70\x0d\x5a\x0b\x62\x29\x26\x12\x34\x56\x78\x90\xff\xff\xff"),
		  EMV_MALFORMED, 5 },
		{ "record: an empty number", SECOND, BYTES("\x70\x02\x5a\x00"), EMV_MALFORMED, 5 },
		{ "record: two sequence numbers", SECOND,
		  BYTES("\x70\x08\x5f\x34\x01\x01\x5f\x34\x01\x02"), EMV_MALFORMED, 5 },
		{ "record: a sequence number of no digits", SECOND,
		  BYTES("\x70\x04\x5f\x34\x01\x0a"), EMV_MALFORMED, 5 },
		{ "record: a sequence number of two bytes", SECOND,
		  BYTES("\x70\x05\x5f\x34\x02\x00\x01"), EMV_MALFORMED, 5 },
		{ "record: track 2 without a separator", FIRST,
		  BYTES("\x70\x0a\x57\x08\x62\x29\x26\x12\x34\x56\x78\x90"), EMV_MALFORMED, 4 },
		{ "record: track 2 with another one", FIRST,
		  BYTES("\x70\x0b\x57\x09\x62\x29\x26\x12\x34\x56\x78\x90\xe3"), EMV_MALFORMED, 4 },
		{ "record: track 2 with nothing behind", FIRST,
		  BYTES("\x70\x0b\x57\x09\x62\x29\x26\x12\x34\x56\x78\x90\xd3"), EMV_OK, 5 },
		{ "record: track 2 of 20 bytes", FIRST,
		  BYTES("\x70\x16\x57\x14\x62\x29\x26\x12\x34\x56\x78\x90\xd3\0\0\0\0\0\0\0\0\0\0"
			"\0"),
		  EMV_MALFORMED, 4 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		emv_card_make(&card, NUMBER, 1);
		struct emv_file *file = answer_of(rows[i].which);
		memcpy(file->bytes, rows[i].bytes, rows[i].length);
		file->length = rows[i].length;
		expect(rows[i].status, NUMBER, 1, rows[i].exchanges);
	}
}

static void numbers_that_contradict_each_other_within_one_answer(void **state)
{
	(void)state;
	emv_card_make_quick(&card, NUMBER, 1);
	struct emv_file *options = &card.applications[0].options;
	*options = (struct emv_file){ .status = 0x9000 };
	emv_file_put_track2(options, NUMBER);
	emv_file_put_number(options, OTHER);
	emv_file_put_sequence(options, 1);
	emv_file_wrap(options, 0x77);
	expect(EMV_MALFORMED, NULL, 0, 3);
}

static void bytes_that_mean_nothing(void **state)
{
	static const struct {
		size_t size;
		enum emv_status status;
	} rows[] = {
		{ 1, EMV_MALFORMED }, /* no status word */
		{ 2, EMV_NO_APPLICATION },
		{ 9, EMV_NO_APPLICATION },
		{ CARD_RESPONSE_MAX, EMV_NO_APPLICATION },
		{ CARD_RESPONSE_MAX + 1, EMV_MALFORMED },
		{ CARD_ANSWER_MAX, EMV_MALFORMED },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		emv_card_make(&card, NUMBER, 1);
		card.answer_size = rows[i].size;
		expect(rows[i].status, NULL, 0, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_words),
		cmocka_unit_test(answers),
		cmocka_unit_test(numbers_that_contradict_each_other_within_one_answer),
		cmocka_unit_test(bytes_that_mean_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
