/* The program youdai: checks, redemptions, the log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "db/entitlement.h"
#include "tests/centre.h"

#define NOW   "2026-11-22T10:24:00+08:00"
#define LATER "2026-11-22T10:25:00+08:00"

static char db[512], key[512], credential[4096];

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	snprintf(key, sizeof key, "%s", centre_path("a.key"));
	centre_fill(db);
	DO(0, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out", key);
	char *text = EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key",
			    key, "--at", NOW);
	snprintf(credential, sizeof credential, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
	return 0;
}

static void a_picture_is_read_again(void **state)
{
	char png[512];
	char *text, *scanned;
	json_t *json;

	(void)state;
	snprintf(png, sizeof png, "%s", centre_path("c1.png"));
	text = EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key", key,
		      "--at", NOW, "--png", png, "--text");
	scanned = EXPECT(0, "scan", "--qr-image", png);
	assert_string_equal(text, scanned);
	free(text);
	free(scanned);
	json = answer_json(EXPECT(0, "--db", db, "check", "--qr-image", png, "--merchant", "m-park",
				  "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "certificate"), "C1");
	json_decref(json);
	text = EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key", key,
		      "--at", NOW, "--claim169");
	text[strcspn(text, "\n")] = '\0';
	DO(0, "--db", db, "check", "--qr", text, "--merchant", "m-park", "--at", NOW);
	free(text);
}

/* --- check --- */

static json_t *check(int code, const char *qr, const char *merchant, const char *at)
{
	return answer_json(EXPECT(code, "--db", db, "check", "--qr", qr, "--merchant", merchant,
				  "--at", at, "--json"));
}

static void check_says_all(void **state)
{
	json_t *json = check(0, credential, "m-park", NOW);
	const json_t *offers = json_object_get(json, "offers"), *offer = json_array_get(offers, 0);

	(void)state;
	assert_int_equal(json_object_size(json), 7);
	assert_string_equal(text_of(json, "carrier"), "qr");
	assert_string_equal(text_of(json, "assurance"), "static");
	assert_string_equal(text_of(json, "certificate"), "C1");
	assert_string_equal(text_of(json, "kind"), "veteran");
	assert_string_equal(text_of(json, "reason"), "ok");
	assert_string_equal(text_of(json, "best"), "park-free");
	assert_int_equal(json_array_size(offers), 1);
	assert_int_equal(json_object_size(offer), 7);
	assert_string_equal(text_of(offer, "benefit"), "park-free");
	assert_string_equal(text_of(offer, "verdict"), "granted");
	assert_string_equal(text_of(offer, "reason"), "ok");
	assert_true(json_is_null(json_object_get(offer, "saved")));
	const json_t *left = json_array_get(json_object_get(offer, "left"), 0);
	assert_string_equal(text_of(left, "period"), "day");
	assert_int_equal(number_of(left, "count"), 2);
	assert_true(json_is_null(json_object_get(left, "amount")));
	assert_true(strlen(text_of(json_object_get(offer, "explanation"), "zh")) > 4);
	assert_true(strlen(text_of(json_object_get(offer, "explanation"), "en")) > 4);
	json_decref(json);
}

static void check_refuses(void **state)
{
	char forged[sizeof credential], cut[sizeof credential];
	size_t length = strlen(credential);
	/* "0123456789ABC…" of base45: another character near the end changes the signature only. */
	snprintf(forged, sizeof forged, "%s", credential);
	forged[length - 6] = forged[length - 6] == '0' ? '1' : '0';
	snprintf(cut, sizeof cut, "%.*s", (int)(length / 2 - length / 2 % 3), credential);
	const struct {
		const char *name, *qr, *merchant, *at, *reason;
	} rows[] = {
		{ "empty", "", "m-park", NOW, "malformed" },
		{ "no credential", "https://example.org", "m-park", NOW, "malformed" },
		{ "an option's name", "--json", "m-park", NOW, "malformed" },
		{ "cut", cut, "m-park", NOW, "malformed" },
		{ "forged", forged, "m-park", NOW, "forged" },
		{ "first second too late", credential, "m-park", "2027-06-30T16:00:00Z",
		  "expired" },
		{ "merchant left", credential, "m-left", NOW, "merchant_inactive" },
		{ "no such merchant", credential, "m-none", NOW, "merchant_inactive" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *json = check(1, rows[i].qr, rows[i].merchant, rows[i].at);

		if (strcmp(text_of(json, "reason"), rows[i].reason) != 0 ||
		    strcmp(text_of(json, "best"), "null") != 0 ||
		    strcmp(text_of(json, "carrier"), "qr") != 0 ||
		    json_array_size(json_object_get(json, "offers")) != 0)
			fail_msg("%s: %s", rows[i].name, text_of(json, "reason"));
		json_decref(json);
	}
	json_decref(check(0, credential, "m-park", "2027-06-30T15:59:59Z"));
}

static void a_retired_key_is_unknown(void **state)
{
	char other[512];
	char *text;
	json_t *json;

	(void)state;
	snprintf(other, sizeof other, "%s", centre_path("retired.key"));
	json_t *made = answer_json(EXPECT(0, "--db", db, "key", "new", "--issuer", "yd:371171",
					  "--alg", "ES256", "--out", other, "--json"));
	text = EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key",
		      other, "--at", NOW);
	text[strcspn(text, "\n")] = '\0';
	json_decref(check(0, text, "m-park", NOW));
	DO(0, "--db", db, "key", "retire", text_of(made, "kid"), "--at", LATER);
	json = check(1, text, "m-park", LATER);
	assert_string_equal(text_of(json, "reason"), "unknown_issuer");
	assert_true(json_is_null(json_object_get(json, "assurance")));
	json_decref(json);
	json_decref(made);
	free(text);
}

static void check_by_number_and_device(void **state)
{
	json_t *json = answer_json(EXPECT(0, "--db", db, "check", "--number", "C1", "--merchant",
					  "m-park", "--at", NOW, "--json"));
	char *bytes, line[9000], spec[600];

	(void)state;
	assert_string_equal(text_of(json, "carrier"), "number");
	assert_string_equal(text_of(json, "assurance"), "manual");
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", db, "check", "--number", "C9", "--merchant", "m-park",
				  "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_certificate");
	json_decref(json);

	json = answer_json(EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "nfc",
				  "--key", key, "--at", NOW, "--json"));
	bytes = strdup(text_of(json, "bytes"));
	json_decref(json);
	snprintf(line, sizeof line, "10 tag %s\n", bytes);
	centre_write("tag.replay", line);
	snprintf(spec, sizeof spec, "replay:%s", centre_path("tag.replay"));
	json = answer_json(EXPECT(0, "--db", db, "check", "--reader", spec, "--merchant", "m-park",
				  "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "carrier"), "tag");
	assert_string_equal(text_of(json, "certificate"), "C1");
	json_decref(json);
	char *scanned = EXPECT(0, "scan", "--reader", spec);
	scanned[strcspn(scanned, "\n")] = '\0';
	assert_string_equal(scanned, bytes);
	free(scanned);
	free(bytes);

	centre_write("torn.replay", "10 torn\n");
	snprintf(spec, sizeof spec, "replay:%s", centre_path("torn.replay"));
	json = answer_json(EXPECT(1, "--db", db, "check", "--reader", spec, "--merchant", "m-park",
				  "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "torn");
	json_decref(json);
	DO(1, "scan", "--reader", spec);
	centre_write("none.replay", "# nothing\n");
	snprintf(spec, sizeof spec, "replay:%s", centre_path("none.replay"));
	DO(1, "--db", db, "check", "--reader", spec, "--merchant", "m-park", "--at", NOW);
	DO(1, "scan", "--reader", spec);
	DO(3, "scan", "--reader", "scanner:/dev/there-is-no-such-line");
}

static void images_without_a_code(void **state)
{
	json_t *json;

	(void)state;
	centre_write("text.png", "this is no picture");
	json = answer_json(EXPECT(1, "--db", db, "check", "--qr-image", centre_path("text.png"),
				  "--merchant", "m-park", "--at", NOW, "--json"));
	assert_string_equal(text_of(json, "reason"), "malformed");
	json_decref(json);
	DO(1, "scan", "--qr-image", centre_path("text.png"));
	DO(3, "scan", "--qr-image", centre_path("nowhere.png"));
	DO(3, "--db", db, "check", "--qr-image", centre_path("nowhere.png"), "--merchant",
	   "m-park");
}

static void amounts(void **state)
{
	static const struct {
		const char *amount;
		const char *compared;
		const char *verdict, *reason;
		int64_t payable; /* -1 null */
	} rows[] = {
		{ NULL, "--compared", "needs_amount", "needs_amount", -1 },
		{ "10000", "--compared", "granted", "ok", 8000 },
		{ "0", "--compared", "granted", "ok", 0 },
		{ "-1", "--compared", "refused", "amount_invalid", -1 },
		{ "99999999999999999999", "--compared", "refused", "amount_invalid", -1 },
		{ "-9223372036854775808", "--compared", "refused", "amount_invalid", -1 },
		{ "10000", NULL, "needs_compare", "needs_compare", 8000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *arguments[16] = { "--db", db,  "check",  "--qr",       credential,
					      "--at", NOW, "--json", "--merchant", "m-shop" };
		size_t count = 10;
		if (rows[i].amount != NULL) {
			arguments[count++] = "--amount";
			arguments[count++] = rows[i].amount;
		}
		if (rows[i].compared != NULL)
			arguments[count++] = rows[i].compared;
		json_t *json = answer_json(centre_expect(__LINE__, 0, arguments));
		const json_t *offer = json_array_get(json_object_get(json, "offers"), 0);
		const json_t *payable = json_object_get(offer, "payable");

		if (strcmp(text_of(offer, "verdict"), rows[i].verdict) != 0 ||
		    strcmp(text_of(offer, "reason"), rows[i].reason) != 0 ||
		    (json_is_integer(payable) ? json_integer_value(payable) : -1) !=
			    rows[i].payable)
			fail_msg("row %zu: %s %s", i, text_of(offer, "verdict"),
				 text_of(offer, "reason"));
		json_decref(json);
	}
}

/* --- redeem, void, log --- */

static json_t *redeem(int code, const char *benefit, const char *visit, const char *at)
{
	return answer_json(EXPECT(code, "--db", db, "redeem", "--qr", credential, "--merchant",
				  "m-park", "--benefit", benefit, "--at", at, "--json",
				  visit != NULL ? "--visit" : NULL, visit));
}

static void redeem_and_take_back(void **state)
{
	json_t *first = redeem(0, "park-free", "visit-1", NOW);
	json_t *again = redeem(0, "park-free", "visit-1", NOW);
	json_t *second = redeem(0, "park-free", NULL, NOW);
	json_t *third = redeem(1, "park-free", NULL, NOW);

	(void)state;
	assert_true(json_equal(first, again));
	assert_int_equal(json_object_size(first), 5);
	assert_string_equal(text_of(first, "benefit"), "park-free");
	assert_true(strlen(text_of(first, "receipt")) > 64);
	assert_string_not_equal(text_of(first, "redemption"), text_of(second, "redemption"));
	assert_int_equal(json_object_size(third), 2);
	assert_string_equal(text_of(third, "reason"), "quota_used");
	assert_true(strlen(text_of(json_object_get(third, "explanation"), "en")) > 4);

	DO(1, "--db", db, "void", "no-such-redemption", "--at", LATER);
	DO(0, "--db", db, "void", text_of(second, "redemption"), "--reason", "测试", "--at", LATER);
	json_t *refusal = answer_json(EXPECT(1, "--db", db, "void", text_of(second, "redemption"),
					     "--at", LATER, "--json"));
	assert_string_equal(text_of(refusal, "reason"), "already_voided");
	json_decref(refusal);
	/* What was taken back can be had again. */
	json_decref(redeem(0, "park-free", NULL, LATER));
	json_decref(first);
	json_decref(again);
	json_decref(second);
	json_decref(third);
}

static void log_show(void **state)
{
	static const struct {
		const char *what, *benefit, *reason;
	} rows[] = {
		{ "redeemed", "park-free", "ok" },        { "redeemed", "park-free", "ok" },
		{ "refused", "park-free", "quota_used" }, { "voided", "park-free", "测试" },
		{ "redeemed", "park-free", "ok" },
	};
	json_t *log = answer_json(EXPECT(0, "--db", db, "log", "show", "--json"));

	(void)state;
	assert_int_equal(json_array_size(log), sizeof rows / sizeof *rows);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const json_t *entry = json_array_get(log, i);

		assert_int_equal(json_object_size(entry), 9);
		assert_int_equal(number_of(entry, "seq"), i + 1);
		assert_string_equal(text_of(entry, "at"),
				    i < 3 ? "2026-11-22T02:24:00Z" : "2026-11-22T02:25:00Z");
		assert_string_equal(text_of(entry, "what"), rows[i].what);
		assert_string_equal(text_of(entry, "benefit"), rows[i].benefit);
		assert_string_equal(text_of(entry, "merchant"), "m-park");
		assert_string_equal(text_of(entry, "reason"), rows[i].reason);
		assert_int_equal(json_is_null(json_object_get(entry, "redemption")), i == 2);
	}
	json_t *last = answer_json(EXPECT(0, "--db", db, "log", "show", "--last", "2", "--json"));
	assert_int_equal(json_array_size(last), 2);
	assert_true(json_equal(json_array_get(last, 1), json_array_get(log, 4)));
	json_decref(last);
	json_decref(log);
	char *text = EXPECT(0, "--db", db, "log", "show");
	assert_null(strstr(text, "测试甲"));
	assert_null(strstr(text, "C1"));
	free(text);
}

static void the_clock_must_not_go_back(void **state)
{
	json_t *json = redeem(1, "park-free", NULL, NOW);

	(void)state;
	assert_string_equal(text_of(json, "reason"), "clock_wrong");
	json_decref(json);
}

static void log_verify(void **state)
{
	json_t *json = answer_json(EXPECT(0, "--db", db, "log", "verify", "--json"));
	char *exported;

	(void)state;
	assert_true(json_is_true(json_object_get(json, "intact")));
	assert_true(number_of(json, "entries") >= 5);
	json_decref(json);
	exported = EXPECT(0, "--db", db, "log", "export");
	assert_non_null(strstr(exported, "park-free"));
	assert_null(strstr(exported, "测试甲"));
	free(exported);
	DO(0, "--db", db, "fsck");
	/* Without its head nobody knows whether the log's end was cut off. */
	assert_int_equal(rename(centre_path("a.db.head"), centre_path("head")), 0);
	json = answer_json(EXPECT(1, "--db", db, "log", "verify", "--json"));
	assert_true(json_is_false(json_object_get(json, "intact")));
	assert_string_equal(text_of(json, "fault"), "head_wrong");
	assert_true(strlen(text_of(json, "why")) > 4);
	json_decref(json);
	DO(1, "--db", db, "fsck");
	assert_int_equal(rename(centre_path("head"), centre_path("a.db.head")), 0);
	DO(0, "--db", db, "log", "verify");
}

/* Another process: takes the registry, says so, and records a refusal in a later second. */
static int overtake(const char *path, int said)
{
	struct registry *registry;
	struct circumstances now = { .merchant = "m-park", .amount = AMOUNT_NONE };
	const struct timespec pause = { .tv_sec = 2 };

	if (registry_open(&registry, path, true) != REGISTRY_OK ||
	    entitlement_batch_begin(registry) != REGISTRY_OK || write(said, "!", 1) != 1)
		return 1;
	nanosleep(&pause, NULL);
	now.now = time(NULL);
	bool done = entitlement_refuse(registry, REASON_TORN, &now, NULL) == REGISTRY_OK &&
		    entitlement_batch_commit(registry) == REGISTRY_OK;
	registry_close(registry);
	return done ? 0 : 1;
}

static void who_waits_for_another_process_has_no_wrong_clock(void **state)
{
	char path[512], said[2];
	int talk[2], ended;

	(void)state;
	snprintf(path, sizeof path, "%s", centre_path("overtaken.db"));
	centre_fill(path);
	assert_int_equal(pipe(talk), 0);
	pid_t other = fork();
	if (other == 0)
		_exit(overtake(path, talk[1]));
	assert_true(other > 0);
	assert_int_equal(read(talk[0], said, 1), 1);
	/* A wrong clock would be found before that the number is nobody's. */
	json_t *json =
		answer_json(EXPECT(1, "--db", path, "redeem", "--number", "NOBODY", "--merchant",
				   "m-park", "--benefit", "park-free", "--json"));
	assert_string_equal(text_of(json, "reason"), "unknown_certificate");
	json_decref(json);
	assert_int_equal(waitpid(other, &ended, 0), other);
	assert_int_equal(ended, 0);
	close(talk[0]);
	close(talk[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_is_read_again),
		cmocka_unit_test(check_says_all),
		cmocka_unit_test(check_refuses),
		cmocka_unit_test(a_retired_key_is_unknown),
		cmocka_unit_test(check_by_number_and_device),
		cmocka_unit_test(images_without_a_code),
		cmocka_unit_test(amounts),
		cmocka_unit_test(redeem_and_take_back),
		cmocka_unit_test(log_show),
		cmocka_unit_test(the_clock_must_not_go_back),
		cmocka_unit_test(who_waits_for_another_process_has_no_wrong_clock),
		cmocka_unit_test(log_verify),
	};
	return cmocka_run_group_tests_name("command visit", tests, set_up, centre_tear_down);
}
