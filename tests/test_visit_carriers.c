/*
 * Whole visits with each kind of card: a real kiosk, its reader in a process of its own, an emulated
 * PN532; and afterwards the number of a bank card is in none of their memories and files.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "db/bank_card.h"
#include "reader/bank_token.h"
#include "tests/emv_card.h"
#include "tests/memory_scan.h"
#include "tests/piv_card.h"
#include "tests/place.h"
#include "tests/pn532.h"
#include "tests/visitor.h"

#define NUMBER     "6229261234567890"
#define COMPLEMENT "3770738765432109" /* nine minus each digit */
#define CHILDREN   16
#define LOOKS      8 /* at an empty field, more than it takes to call a card gone */

struct stage {
	struct place place;
	struct visitor *visitor;
	struct pn532 *chip;
	char spec[300], trace[300];
};

static int set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	place_open(&stage->place);
	stage->visitor = visitor_open(1024, 600);
	stage->chip = pn532_start();
	snprintf(stage->spec, sizeof(stage->spec), "nfc:%s", pn532_connection(stage->chip));
	snprintf(stage->trace, sizeof(stage->trace), "%.256s/trace", stage->place.folder);
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;
	visitor_close(stage->visitor);
	pn532_stop(stage->chip);
	place_close(&stage->place);
	free(stage);
	return 0;
}

static void start(struct stage *stage, const char *site, const char *profile)
{
	const char *const arguments[] = {
		"--db",     stage->place.registry, "--site",  site,         "--profile", profile,
		"--reader", stage->spec,           "--trace", stage->trace, NULL
	};
	visitor_start(stage->visitor, arguments);
	(void)visitor_await(stage->visitor, "reader", "source", stage->spec);
}

static void await_presented(struct stage *stage, const char *carrier, const char *assurance)
{
	const json_t *event = visitor_await(stage->visitor, "presented", "source", stage->spec);
	assert_string_equal(json_string_value(json_object_get(event, "carrier")), carrier);
	const char *is = json_string_value(json_object_get(event, "assurance"));
	assert_string_equal(is == NULL ? "null" : is, assurance);
}

/* Take the card away and wait until the reader has looked for it often enough to know. */
static void take_away(struct stage *stage)
{
	pn532_take_away(stage->chip, 0);
	const unsigned looks = pn532_counts(stage->chip).lists;
	for (int i = 0; i < 1500 && pn532_counts(stage->chip).lists - looks < LOOKS; i++) {
		const struct timespec pause = { .tv_nsec = 20000000 };
		nanosleep(&pause, NULL);
	}
}

static void await_refused(struct stage *stage, const char *reason)
{
	(void)visitor_await(stage->visitor, "refused", "reason", reason);
	visitor_await_screen(stage->visitor, "refused");
	visitor_touch(stage->visitor, "done");
	visitor_await_screen(stage->visitor, "welcome");
	take_away(stage);
}

/* --- a bank card --- */

static void bind(const struct stage *stage, const char *certificate)
{
	uint8_t salts[BANK_SALTS_MAX][BANK_SALT_SIZE], token[BANK_TOKEN_BYTES];
	const struct emv_account account = { .digits = NUMBER, .length = 16, .sequence = 1 };
	struct registry *registry;
	struct bank_card card;
	enum bank_card_answer answer;
	assert_int_equal(registry_open(&registry, stage->place.registry, true), REGISTRY_OK);
	assert_int_equal(bank_card_salts(registry, salts), 1);
	assert_true(bank_token_make(token, &account, salts[0]));
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(
		bank_card_bind(registry, &answer, &card, certificate, token, 1, time(NULL)),
		REGISTRY_OK);
	assert_int_equal(answer, BANK_CARD_BOUND);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	registry_close(registry);
}

static int parent_of(int process)
{
	char path[64], text[512] = "";
	int parent = -1;
	snprintf(path, sizeof(path), "/proc/%d/stat", process);
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		return -1;
	}
	const size_t length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	const char *behind = strrchr(text, ')');
	return behind != NULL && sscanf(behind, ") %*c %d", &parent) == 1 ? parent : -1;
}

/* The process, and those that it and its children began; how many. */
static size_t family_of(int process, int out[static CHILDREN])
{
	size_t count = 1;
	out[0] = process;
	for (size_t i = 0; i < count; i++) {
		for (int other = process + 1; other < process + 2000; other++) {
			if (count < CHILDREN && parent_of(other) == out[i]) {
				out[count++] = other;
			}
		}
	}
	return count;
}

static void assert_nowhere_in_memory(const struct stage *stage)
{
	int family[CHILDREN];
	const size_t count = family_of(visitor_process(stage->visitor), family);
	assert_true(count >= 3); /* kiosk, nursery, reader */
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(memory_scan(family[i], COMPLEMENT), 0);
	}
}

static void assert_not_in_file(const char *path)
{
	static char bytes[4 * 1024 * 1024];
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	const size_t length = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	assert_true(length > 0);
	assert_null(memmem(bytes, length, NUMBER, strlen(NUMBER)));
	assert_null(memmem(bytes, length, "\x62\x29\x26\x12\x34\x56\x78\x90", 8));
}

static void a_bank_card_is_known_and_its_number_is_nowhere(void **state)
{
	struct stage *stage = *state;
	struct emv_card card;
	emv_card_make(&card, NUMBER, 1);
	start(stage, "t-gate", "gate");
	pn532_put_card(stage->chip, 0, &emv_card_kind, &card);
	await_presented(stage, "bank", "bank");
	await_refused(stage, "unknown_card");
	bind(stage, "T-4");
	pn532_put_card(stage->chip, 0, &emv_card_kind, &card);
	await_presented(stage, "bank", "bank");
	(void)visitor_await(stage->visitor, "redeemed", "benefit", "t-free");
	take_away(stage);
	visitor_await_screen(stage->visitor, "welcome");
	assert_nowhere_in_memory(stage);
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
	assert_not_in_file(stage->place.registry);
	assert_not_in_file(stage->trace);
	assert_int_equal(place_count(&stage->place, "redeemed", "t-free", NULL), 1);
	assert_int_equal(place_count(&stage->place, "refused", NULL, "unknown_card"), 1);
}

/* --- a chip --- */

static void put_credential(struct stage *stage, struct piv_card *card, const char *number)
{
	uint8_t bytes[1024];
	size_t length = 0;
	struct credential claims = { .issuer = "yd:371171",
				     .name = "测试四人",
				     .kind = CREDENTIAL_VETERAN,
				     .medium = "medium-of-a-chip",
				     .medium_length = 16,
				     .not_before = INT64_MIN,
				     .expires = time(NULL) + 86400,
				     .issued_at = time(NULL) - 60,
				     .has_holder_key = true,
				     .holder_key_in_chip = true };
	snprintf(claims.number, sizeof(claims.number), "%s", number);
	piv_card_public(card, claims.holder_key);
	assert_int_equal(credential_sign(bytes, sizeof(bytes), &length, &claims, &stage->place.key),
			 ISSUE_OK);
	piv_card_put_record(card, bytes, length);
}

static void a_chip_is_the_surest_and_its_clone_is_refused(void **state)
{
	struct stage *stage = *state;
	struct piv_card card;
	piv_card_make(&card);
	put_credential(stage, &card, "T-5");
	start(stage, "t-gate", "gate");
	pn532_put_card(stage->chip, 0, &piv_card, &card);
	await_presented(stage, "chip", "chip");
	(void)visitor_await(stage->visitor, "redeemed", "benefit", "t-free");
	take_away(stage);
	visitor_await_screen(stage->visitor, "welcome");
	piv_card_new_key(&card); /* the right credential and the wrong key */
	pn532_put_card(stage->chip, 0, &piv_card, &card);
	await_presented(stage, "chip", "null");
	await_refused(stage, "cloned");
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
	assert_int_equal(place_count(&stage->place, "refused", NULL, "cloned"), 1);
}

/* Killed, as when memory is short: the readers come back without a restart, and nobody is left behind. */
static void a_nursery_that_is_killed_comes_back(void **state)
{
	struct stage *stage = *state;
	struct piv_card card;
	int family[CHILDREN];
	piv_card_make(&card);
	put_credential(stage, &card, "T-5");
	start(stage, "t-gate", "gate");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(family_of(visitor_process(stage->visitor), family), 3);
		assert_int_equal(kill(family[1], SIGKILL), 0);
		const json_t *event =
			visitor_await(stage->visitor, "reader", "source", stage->spec);
		assert_string_equal(json_string_value(json_object_get(event, "state")), "offline");
		event = visitor_await(stage->visitor, "reader", "source", stage->spec);
		assert_string_equal(json_string_value(json_object_get(event, "state")), "online");
		pn532_put_card(stage->chip, 0, &piv_card, &card);
		(void)visitor_await(stage->visitor, "redeemed", "benefit", "t-free");
		take_away(stage);
		visitor_await_screen(stage->visitor, "welcome");
	}
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
}

/* Whatever nonsense it was, who comes next is served. */
static void after_each_bad_card_the_next_person_is_served(void **state)
{
	static const struct {
		enum piv_manner manner;
		const char *reason;
	} rows[] = {
		{ PIV_REFUSES, "cloned" },        { PIV_GARBAGE, "cloned" },
		{ PIV_ENDLESS, "cloned" },        { PIV_ENDLESS_EMPTY, "cloned" },
		{ PIV_NO_APPLICATION, "cloned" },
	};
	struct stage *stage = *state;
	struct piv_card good, bad;
	piv_card_make(&good);
	put_credential(stage, &good, "T-5");
	start(stage, "t-gate", "gate");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bad = good;
		bad.manner = rows[i].manner;
		pn532_put_card(stage->chip, 0, &piv_card, &bad);
		await_refused(stage, rows[i].reason);
		pn532_put_card(stage->chip, 0, &piv_card, &good);
		(void)visitor_await(stage->visitor, "redeemed", "benefit", "t-free");
		take_away(stage);
		visitor_await_screen(stage->visitor, "welcome");
	}
	assert_int_equal(visitor_stop(stage->visitor, SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_bank_card_is_known_and_its_number_is_nowhere),
		TEST(a_chip_is_the_surest_and_its_clone_is_refused),
		TEST(a_nursery_that_is_killed_comes_back),
		TEST(after_each_bad_card_the_next_person_is_served),
	};
	if (!visitor_can_come()) {
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
