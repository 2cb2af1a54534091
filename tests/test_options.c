/* The command line of the kiosk, its demonstration cards and its scripts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/demo.h"
#include "kiosk/options.h"
#include "kiosk/script.h"
#include "tests/folder.h"

#define WORDS_MAX 24

struct options_row {
	const char *name;
	const char *words; /* behind --db r --site m, separated by spaces */
	enum options_status status;
	bool bare; /* without --db and --site */
};

static const struct options_row option_rows[] = {
	{ "nothing more", "", OPTIONS_OK, false },
	{ "help", "--help", OPTIONS_HELP, false },
	{ "help alone", "--help", OPTIONS_HELP, true },
	{ "no registry", "--site m", OPTIONS_WRONG, true },
	{ "no site", "--db r", OPTIONS_WRONG, true },
	{ "nothing at all", "", OPTIONS_WRONG, true },
	{ "each profile: hall", "--profile hall", OPTIONS_OK, false },
	{ "each profile: merchant", "--profile merchant", OPTIONS_OK, false },
	{ "each profile: gate", "--profile gate", OPTIONS_OK, false },
	{ "another profile", "--profile shop", OPTIONS_WRONG, false },
	{ "a profile is missing", "--profile", OPTIONS_WRONG, false },
	{ "readers of every kind",
	  "--reader nfc: --reader nfc:pn532_uart:/dev/ttyUSB0 --reader scanner:/dev/ttyACM0 "
	  "--reader camera:/dev/video0 --reader replay:/f --reader keyboard",
	  OPTIONS_OK, false },
	{ "eight readers",
	  "--reader nfc: --reader nfc: --reader nfc: --reader nfc: --reader nfc: --reader nfc: "
	  "--reader nfc: --reader nfc:",
	  OPTIONS_OK, false },
	{ "nine readers",
	  "--reader nfc: --reader nfc: --reader nfc: --reader nfc: --reader nfc: --reader nfc: "
	  "--reader nfc: --reader nfc: --reader nfc:",
	  OPTIONS_WRONG, false },
	{ "an unknown reader", "--reader radio:1", OPTIONS_WRONG, false },
	{ "a reader without a scheme", "--reader nfc", OPTIONS_WRONG, false },
	{ "Chinese", "--lang zh", OPTIONS_OK, false },
	{ "another language", "--lang fr", OPTIONS_WRONG, false },
	{ "the smallest window", "--window 320x320", OPTIONS_OK, false },
	{ "a smaller window", "--window 319x320", OPTIONS_WRONG, false },
	{ "the largest window", "--window 8192x8192", OPTIONS_OK, false },
	{ "a larger window", "--window 8192x8193", OPTIONS_WRONG, false },
	{ "a window of one number", "--window 1920", OPTIONS_WRONG, false },
	{ "a window with more behind", "--window 1920x1080x", OPTIONS_WRONG, false },
	{ "a window with a sign", "--window +640x480", OPTIONS_WRONG, false },
	{ "a time", "--at 2026-11-22T10:24:00+08:00", OPTIONS_OK, false },
	{ "no time", "--at tomorrow", OPTIONS_WRONG, false },
	{ "the widest window of live codes", "--live-window 3600,3600", OPTIONS_OK, false },
	{ "a wider one", "--live-window 5,3601", OPTIONS_WRONG, false },
	{ "a window of live codes with one end", "--live-window 60", OPTIONS_WRONG, false },
	{ "an unknown option", "--colour red", OPTIONS_WRONG, false },
	{ "a word that is no option", "now", OPTIONS_WRONG, false },
};

static enum options_status parse(struct options *out, const struct options_row *row, char *words)
{
	static char program[] = "youdai-kiosk", db[] = "--db", r[] = "r", site[] = "--site",
		    m[] = "m";
	char *argv[WORDS_MAX] = { program, db, r, site, m };
	int argc = row->bare ? 1 : 5;
	FILE *nowhere = fopen("/dev/null", "we");
	strcpy(words, row->words);
	for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	const enum options_status status = options_parse(out, argc, argv, nowhere);
	fclose(nowhere);
	return status;
}

static void test_options(void **state)
{
	(void)state;
	char words[512];
	for (size_t i = 0; i < sizeof(option_rows) / sizeof(option_rows[0]); i++) {
		struct options options;
		if (parse(&options, &option_rows[i], words) != option_rows[i].status) {
			fail_msg("%s", option_rows[i].name);
		}
	}
}

static void test_what_options_say(void **state)
{
	(void)state;
	static const struct options_row plain = { "", "", OPTIONS_OK, false },
					rich = { "",
						 "--profile gate --attended --lang en --window "
						 "1024x600 --events - --reader replay:/f --at "
						 "2026-11-22T10:24:00+08:00 --live-window 2,30",
						 OPTIONS_OK, false },
					shop = { "", "--profile merchant", OPTIONS_OK, false },
					gate = { "", "--profile gate", OPTIONS_OK, false };
	struct options options;
	char words[512];
	assert_int_equal(parse(&options, &plain, words), OPTIONS_OK);
	assert_string_equal(options.registry, "r");
	assert_string_equal(options.merchant, "m");
	assert_int_equal(options.profile, PROFILE_HALL);
	assert_false(options.attended);
	assert_int_equal(options.language, LANGUAGE_CHINESE);
	assert_int_equal(options.width, 0);
	assert_null(options.events);
	assert_true(options.at == INT64_MIN);
	assert_true(options.live_window.early == 5 && options.live_window.late == 60);
	assert_int_equal(parse(&options, &rich, words), OPTIONS_OK);
	assert_int_equal(options.profile, PROFILE_GATE);
	assert_true(options.attended);
	assert_int_equal(options.language, LANGUAGE_ENGLISH);
	assert_int_equal(options.width, 1024);
	assert_int_equal(options.height, 600);
	assert_string_equal(options.events, "-");
	assert_int_equal(options.reader_count, 1);
	assert_int_equal(options.at, 1795314240);
	assert_true(options.live_window.early == 2 && options.live_window.late == 30);
	assert_int_equal(parse(&options, &shop, words), OPTIONS_OK);
	assert_true(options.attended);
	assert_int_equal(parse(&options, &gate, words), OPTIONS_OK);
	assert_false(options.attended);
}

/* --- files --- */

struct file_row {
	const char *name;
	const char *text;
	int line;     /* that is at fault; -1: none */
	size_t count; /* of what was read */
};

static void check_files(const char *path, const struct file_row *rows, size_t count,
			bool (*load)(size_t *count, int *line, const char *path))
{
	for (size_t i = 0; i < count; i++) {
		size_t found = 0;
		int line = 0;
		folder_put_text(path, rows[i].text);
		const bool good = load(&found, &line, path);
		if (good != (rows[i].line < 0) ||
		    (good ? found != rows[i].count : line != rows[i].line)) {
			fail_msg("%s: line %d, %zu found", rows[i].name, line, found);
		}
	}
}

static bool load_cards(size_t *count, int *line, const char *path)
{
	static struct demo_cards cards;
	const bool good = demo_load(&cards, line, path);
	*count = cards.count;
	return good;
}

static bool load_script(size_t *count, int *line, const char *path)
{
	static struct script script;
	const bool good = script_load(&script, line, path);
	*count = script.count;
	return good;
}

#define CARD "卡\tCard\tABC\n"

static void test_demo_cards(void **state)
{
	const struct folder *folder = *state;
	static const struct file_row rows[] = {
		{ "nothing", "", -1, 0 },
		{ "a card", CARD, -1, 1 },
		{ "without an end of line", "卡\tCard\tABC", -1, 1 },
		{ "comments and empty lines", "# cards\n\n" CARD, -1, 1 },
		{ "nine cards", CARD CARD CARD CARD CARD CARD CARD CARD CARD, -1, 9 },
		{ "ten cards", CARD CARD CARD CARD CARD CARD CARD CARD CARD CARD, 10, 9 },
		{ "no text", CARD "卡\tCard\t\n", 2, 1 },
		{ "two fields", "卡\tCard\n", 1, 0 },
		{ "four fields", "卡\tCard\tABC\tDEF\n", 1, 0 },
		{ "title of 47 bytes", "12345678901234567890123456789012345678901234567\tC\tA\n",
		  -1, 1 },
		{ "title of 48 bytes", "123456789012345678901234567890123456789012345678\tC\tA\n",
		  1, 0 },
	};
	check_files(folder->file, rows, sizeof(rows) / sizeof(rows[0]), load_cards);
	size_t count = 0;
	int line = -1;
	assert_false(load_cards(&count, &line, "/nonexistent/cards"));
	assert_int_equal(line, 0);
}

static void test_scripts(void **state)
{
	const struct folder *folder = *state;
	static const struct file_row rows[] = {
		{ "nothing", "", -1, 0 },
		{ "each step", "card 1\nawait choose\ntouch benefit:a\npause 250\n", -1, 4 },
		{ "comments", "# a visit\n\nawait welcome\n", -1, 1 },
		{ "card 9", "card 9\n", -1, 1 },
		{ "card 10", "card 10\n", 1, 0 },
		{ "card 0", "card 0\n", 1, 0 },
		{ "no card", "card x\n", 1, 0 },
		{ "no screen", "await welcome\nawait lunch\n", 2, 1 },
		{ "no verb", "sing aloud\n", 1, 0 },
		{ "nothing to touch", "touch \n", 1, 0 },
		{ "one word", "touch\n", 1, 0 },
	};
	check_files(folder->file, rows, sizeof(rows) / sizeof(rows[0]), load_script);
}

static void test_a_card_is_presented(void **state)
{
	const struct folder *folder = *state;
	static struct demo_cards cards;
	struct reading reading;
	struct site site = { 0 };
	int line = 0;
	folder_put_text(folder->file, "甲\tOne\t6BFOXN\n乙\tTwo\tQED8W\n");
	assert_true(demo_load(&cards, &line, folder->file));
	assert_false(demo_present(&cards, &reading, 0, 77));
	assert_false(demo_present(&cards, &reading, 3, 77));
	assert_true(demo_present(&cards, &reading, 2, 77));
	assert_int_equal(reading.carrier, READING_QR);
	assert_int_equal(reading.fault, READING_COMPLETE);
	assert_int_equal(reading.taken_ms, 77);
	assert_int_equal(reading.length, 5);
	assert_memory_equal(reading.bytes, "QED8W", 5);
	demo_name(&site, &cards, LANGUAGE_ENGLISH);
	assert_int_equal(site.demo_count, 2);
	assert_string_equal(site.demo_titles[1], "Two");
	demo_name(&site, &cards, LANGUAGE_CHINESE);
	assert_string_equal(site.demo_titles[1], "乙");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_what_options_say),
		cmocka_unit_test_setup_teardown(test_demo_cards, folder_set_up, folder_tear_down),
		cmocka_unit_test_setup_teardown(test_scripts, folder_set_up, folder_tear_down),
		cmocka_unit_test_setup_teardown(test_a_card_is_presented, folder_set_up,
						folder_tear_down),
	};
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
