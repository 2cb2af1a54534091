/* The holder's own bank card at the desk: bound by a tap, known at the till, unbound; its number nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/centre.h"
#include "tests/emv_card.h"
#include "tests/pn532.h"

#define FIRST_CARD  "6229261234567890"
#define SECOND_CARD "6229269876543210"

static char db[200], spec[300];
static struct pn532 *chip;

static int set_up(void **state)
{
	(void)state;
	if (!centre_open()) {
		return 1;
	}
	snprintf(db, sizeof db, "%s", centre_path("county.db"));
	centre_fill(db);
	chip = pn532_start();
	snprintf(spec, sizeof spec, "nfc:%s", pn532_connection(chip));
	return 0;
}

static int tear_down(void **state)
{
	pn532_stop(chip);
	return centre_tear_down(state);
}

static void lay(const char *number)
{
	struct emv_card card;
	emv_card_make_quick(&card, number, 1);
	pn532_put_card(chip, 0, &emv_card_kind, &card);
}

static json_t *check(int code)
{
	return answer_json(EXPECT(code, "--db", db, "check", "--reader", spec, "--merchant",
				  "m-shop", "--amount", "10000", "--json"));
}

static void assert_reason(int code, const char *reason)
{
	json_t *answer = check(code);
	assert_string_equal(text_of(answer, "carrier"), "bank");
	assert_string_equal(text_of(answer, "reason"), reason);
	json_decref(answer);
}

static void bind(int code, const char *certificate, const char *reason)
{
	json_t *answer = answer_json(EXPECT(code, "--db", db, "certificate", "bind", certificate,
					    "--reader", spec, "--json"));
	if (reason != NULL) {
		assert_string_equal(text_of(answer, "reason"), reason);
	} else {
		assert_string_equal(text_of(answer, "carrier"), "bank");
	}
	json_decref(answer);
}

/* A benefit that a copy does not get without a look at the ID card is had by a tap. */
static void a_bound_card_is_enough_for_assurance_two(void **state)
{
	(void)state;
	lay(FIRST_CARD);
	assert_reason(1, "unknown_card");
	bind(0, "C1", NULL);
	json_t *answer = check(0);
	assert_string_equal(text_of(answer, "assurance"), "bank");
	assert_string_equal(text_of(answer, "certificate"), "C1");
	assert_string_equal(text_of(answer, "best"), "shop-off");
	json_decref(answer);
	answer = answer_json(EXPECT(0, "--db", db, "redeem", "--reader", spec, "--merchant",
				    "m-shop", "--amount", "10000", "--benefit", "shop-off",
				    "--json"));
	assert_int_equal(number_of(answer, "payable"), 8000);
	json_decref(answer);
	answer = answer_json(EXPECT(0, "--db", db, "find", "--reader", spec, "--json"));
	assert_string_equal(text_of(answer, "by"), "bank");
	json_decref(answer);
	DO(0, "--db", db, "log", "verify");
	DO(0, "--db", db, "fsck");
}

static void assert_shown_without_its_token(json_t *media)
{
	json_t *medium = json_array_get(media, json_array_size(media) - 1);
	assert_string_equal(text_of(medium, "carrier"), "bank");
	assert_true(json_is_null(json_object_get(medium, "medium")));
}

/* The line of the bank card; takes the text over. */
static void assert_ends_with_its_day(char *text, size_t length)
{
	const char *line = strstr(text, "medium: bank ");
	assert_non_null(line);
	assert_int_equal(strcspn(line + strlen("medium: bank "), "\n"), length);
	free(text);
}

/* A token is neither a short code nor anything else that people pass on. */
static void a_token_is_shown_to_nobody(void **state)
{
	(void)state;
	lay(FIRST_CARD);
	bind(0, "C1", NULL);
	json_t *answer = answer_json(EXPECT(0, "--db", db, "certificate", "show", "C1", "--json"));
	assert_shown_without_its_token(json_object_get(answer, "media"));
	json_decref(answer);
	answer = answer_json(EXPECT(0, "--db", db, "find", "C1", "--json"));
	json_t *person = json_array_get(json_object_get(answer, "persons"), 0);
	json_t *certificate = json_array_get(json_object_get(person, "certificates"), 0);
	json_t *media = json_object_get(certificate, "media");
	assert_shown_without_its_token(media);
	assert_true(json_is_null(
		json_object_get(json_array_get(media, json_array_size(media) - 1), "short_code")));
	json_decref(answer);
	assert_ends_with_its_day(EXPECT(0, "--db", db, "find", "C1"), strlen("2026-11-25"));
	assert_ends_with_its_day(EXPECT(0, "--db", db, "certificate", "show", "C1"),
				 strlen("2026-11-25 09:00"));
}

static void each_refusal_at_the_desk_says_why(void **state)
{
	(void)state;
	struct type4_tag tag;
	lay(FIRST_CARD);
	bind(1, "C2", "suspended");
	bind(1, "C99", "unknown_certificate");
	bind(0, "C1", NULL);
	bind(0, "C1", NULL); /* once more does no harm */
	bind(1, "C3", "bound_elsewhere");
	lay(SECOND_CARD);
	bind(0, "C1", NULL);
	lay(FIRST_CARD);
	assert_reason(1, "replaced");
	bind(1, "C1", "replaced");
	type4_tag_make(&tag, NULL, 0);
	pn532_put(chip, 0, &tag);
	bind(1, "C1", "not_a_bank_card");
	DO(2, "--db", db, "certificate", "bind", "C1");
}

static void an_unbound_card_is_unknown(void **state)
{
	(void)state;
	lay(FIRST_CARD);
	DO(1, "--db", db, "certificate", "unbind", "C1");
	bind(0, "C1", NULL);
	DO(0, "--db", db, "certificate", "unbind", "C1");
	assert_reason(1, "unknown_card");
	bind(0, "C3", NULL);
	assert_reason(0, "ok");
}

static void a_new_key_of_the_site_keeps_the_cards_known(void **state)
{
	(void)state;
	lay(FIRST_CARD);
	bind(0, "C1", NULL);
	for (int i = 0; i < 5; i++) { /* used each time, it outlives any number of keys */
		DO(0, "--db", db, "key", "renew-site");
		DO(0, "--db", db, "redeem", "--reader", spec, "--merchant", "m-shop", "--amount",
		   "100", "--benefit", "shop-off");
	}
	for (int i = 0; i < 3; i++) {
		DO(0, "--db", db, "key", "renew-site");
	}
	assert_reason(0, "ok");
	DO(0, "--db", db, "key", "renew-site");
	assert_reason(1, "unknown_card");
}

/* libnfc ends its process where a chip's status has bit 7 set: the program answers all the same. */
static void a_reader_that_breaks_libnfc_does_not_break_the_desk(void **state)
{
	(void)state;
	enum { IN_DATA_EXCHANGE = 0x40 };
	lay(FIRST_CARD);
	pn532_trip(chip, PN532_BAD_STATUS, IN_DATA_EXCHANGE, 1);
	struct answer answer = RUN("--db", db, "certificate", "bind", "C1", "--reader", spec);
	assert_int_equal(answer.code, 3);
	assert_non_null(strstr(answer.err, "the device is absent or silent"));
	answer_free(&answer);
	pn532_heal(chip);
	bind(0, "C1", NULL);
}

static void a_trace_of_another_site_says_so(void **state)
{
	(void)state;
	char other[300];
	centre_write("other.trace", "0 sealed 00112233\n");
	snprintf(other, sizeof other, "replay:%s", centre_path("other.trace"));
	struct answer answer = RUN("--db", db, "check", "--reader", other, "--merchant", "m-shop");
	assert_int_equal(answer.code, 3);
	assert_non_null(strstr(answer.err, "另一个登记库的密钥"));
	assert_null(strstr(answer.err, "wrong usage"));
	answer_free(&answer);
}

/* A token is what a card is known by here: it is shown to nobody. */
static void a_scan_shows_no_token(void **state)
{
	(void)state;
	lay(FIRST_CARD);
	json_t *answer = answer_json(EXPECT(0, "--db", db, "scan", "--reader", spec, "--json"));
	assert_string_equal(text_of(answer, "carrier"), "bank");
	assert_string_equal(text_of(answer, "text"), "null");
	json_decref(answer);
	answer = answer_json(EXPECT(1, "scan", "--reader", spec, "--json"));
	assert_string_equal(text_of(answer, "reason"), "unsupported");
	json_decref(answer);
}

/* In no file, in none of the usual forms. */
static void the_number_is_in_no_file(void **state)
{
	(void)state;
	static const char *const forms[] = { FIRST_CARD, "\x62\x29\x26\x12\x34\x56\x78\x90",
					     "62 29 26 12 34 56 78 90" };
	static const char *const files[] = { "county.db", "county.db-wal", "county.db.keys",
					     "county.db.head", "county.db.audit" };
	lay(FIRST_CARD);
	bind(0, "C1", NULL);
	DO(0, "--db", db, "redeem", "--reader", spec, "--merchant", "m-shop", "--amount", "100",
	   "--benefit", "shop-off");
	DO(0, "--db", db, "audit", "verify");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		static char bytes[4 * 1024 * 1024];
		FILE *file = fopen(centre_path(files[i]), "re");
		if (file == NULL) {
			continue; /* SQLite takes its own away */
		}
		size_t length = fread(bytes, 1, sizeof bytes, file);
		fclose(file);
		assert_true(length < sizeof bytes);
		for (size_t j = 0; j < sizeof forms / sizeof *forms; j++) {
			assert_null(memmem(bytes, length, forms[j], strlen(forms[j])));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_bound_card_is_enough_for_assurance_two),
		TEST(a_token_is_shown_to_nobody),
		TEST(each_refusal_at_the_desk_says_why),
		TEST(an_unbound_card_is_unknown),
		TEST(a_new_key_of_the_site_keeps_the_cards_known),
		TEST(the_number_is_in_no_file),
		TEST(a_reader_that_breaks_libnfc_does_not_break_the_desk),
		TEST(a_trace_of_another_site_says_so),
		TEST(a_scan_shows_no_token),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
