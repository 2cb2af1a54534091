/* The program youdai: live codes made, shown, taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/centre.h"

#define NOW   "2026-11-22T10:24:00+08:00"
#define FRESH "2026-11-22T10:25:00+08:00" /* the last second of it */
#define STALE "2026-11-22T10:25:01+08:00"
#define AHEAD "2026-11-22T10:23:55+08:00"

/* RFC 6979, A.2.5, as a scalar, and as OpenSSL writes it. */
#define SCALAR "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define POINT                                                              \
	"60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" \
	"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
static const char pem_sec1[] = "-----BEGIN EC PRIVATE KEY-----\n"
			       "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n"
			       "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
			       "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
			       "-----END EC PRIVATE KEY-----\n";
static const char pem_pkcs8[] = "-----BEGIN PRIVATE KEY-----\n"
				"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX\n"
				"Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth\n"
				"+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ\n"
				"-----END PRIVATE KEY-----\n";

static char db[512], key[512], sealed[512];

static char *line_of(char *text)
{
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Issued to the holder's phone; a file of this name has its text. */
static void issue(const char *name, const char *holder)
{
	char *text = EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier", "qr", "--key",
			    key, "--at", NOW, holder == NULL ? NULL : "--holder-key", holder);

	centre_write(name, text);
	free(text);
}

static int set_up(void **state)
{
	(void)state;
	if (!centre_open())
		return -1;
	setenv("YOUDAI_PASSPHRASE", "a test", 1);
	snprintf(db, sizeof db, "%s", centre_path("a.db"));
	snprintf(key, sizeof key, "%s", centre_path("a.key"));
	snprintf(sealed, sizeof sealed, "%s", centre_path("phone.key"));
	centre_fill(db);
	DO(0, "--db", db, "key", "new", "--issuer", "yd:371171", "--alg", "EdDSA", "--out", key);
	issue("phone.txt", POINT);
	issue("bare.txt", NULL);
	centre_write("phone.hex", SCALAR "\n");
	return 0;
}

static char *live(const char *at)
{
	return line_of(EXPECT(0, "live", "--credential", centre_path("phone.txt"), "--holder-key",
			      centre_path("phone.hex"), "--at", at));
}

static json_t *check(int code, const char *qr, const char *at)
{
	return answer_json(EXPECT(code, "--db", db, "check", "--qr", qr, "--merchant", "m-park",
				  "--at", at, "--json"));
}

static void says(json_t *json, const char *name, const char *value)
{
	assert_string_equal(text_of(json, name), value);
	json_decref(json);
}

static void a_live_code_is_fresh_for_a_minute(void **state)
{
	char *code = live(NOW);
	json_t *json = check(0, code, NOW);

	(void)state;
	assert_string_equal(text_of(json, "assurance"), "live");
	assert_string_equal(text_of(json, "carrier"), "qr");
	says(json, "certificate", "C1");
	says(check(0, code, FRESH), "reason", "ok");
	says(check(0, code, AHEAD), "reason", "ok");
	json = check(1, code, STALE);
	assert_true(json_is_null(json_object_get(json, "assurance")));
	says(json, "reason", "stale");
	says(check(1, code, "2026-11-22T10:23:54+08:00"), "reason", "stale");
	DO(0, "--db", db, "check", "--qr", code, "--merchant", "m-park", "--at", STALE,
	   "--live-window", "5,61");
	DO(1, "--db", db, "check", "--qr", code, "--merchant", "m-park", "--at", FRESH,
	   "--live-window", "5,59");
	DO(2, "--db", db, "check", "--qr", code, "--merchant", "m-park", "--at", NOW,
	   "--live-window", "5");
	DO(2, "--db", db, "redeem", "--qr", code, "--merchant", "m-park", "--at", NOW, "--benefit",
	   "park-free", "--live-window", "5,3601");
	free(code);
}

static void its_credential_shown_bare_is_a_copy(void **state)
{
	char *text = line_of(centre_read("phone.txt"));

	(void)state;
	says(check(0, text, NOW), "assurance", "static");
	free(text);
}

static void each_form_of_key_and_credential(void **state)
{
	static const struct {
		const char *name, *credential, *key;
		int code;
	} rows[] = {
		{ "hexadecimal", "phone.txt", "phone.hex", 0 },
		{ "hexadecimal, no line's end", "phone.txt", "phone.hex2", 0 },
		{ "PEM, PKCS 8", "phone.txt", "phone.pem", 0 },
		{ "PEM, SEC 1", "phone.txt", "phone.sec1", 0 },
		{ "the credential in bytes", "phone.cwt", "phone.hex", 0 },
		{ "the credential compressed", "phone.zip", "phone.hex", 0 },
		{ "a sealed key", "sealed.txt", "phone.key", 0 },
		{ "a sealed key of another", "phone.txt", "phone.key", 1 },
		{ "an issuer's key", "phone.txt", "a.key", 3 },
		{ "a PEM cut short", "phone.txt", "cut.pem", 3 },
		{ "a scalar of 31 bytes", "phone.txt", "short.hex", 3 },
		{ "a scalar of zero", "phone.txt", "zero.hex", 1 },
		{ "an empty key", "phone.txt", "empty", 3 },
		{ "no such key", "phone.txt", "nowhere", 3 },
		{ "no such credential", "nowhere", "phone.hex", 3 },
		{ "an empty credential", "empty", "phone.hex", 1 },
		{ "a credential for no phone", "bare.txt", "phone.hex", 1 },
		{ "no credential", "phone.hex", "phone.hex", 1 },
	};
	char credential[512], holder[512];

	(void)state;
	json_t *made = answer_json(EXPECT(0, "--db", db, "key", "new", "--issuer", "phone", "--alg",
					  "ES256", "--out", sealed, "--json"));
	issue("sealed.txt", text_of(made, "public"));
	json_decref(made);
	centre_write("phone.hex2", SCALAR);
	centre_write("short.hex", "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f67");
	centre_write("zero.hex",
		     "0000000000000000000000000000000000000000000000000000000000000000");
	centre_write("empty", "");
	centre_write("phone.sec1", pem_sec1);
	centre_write("phone.pem", pem_pkcs8);
	snprintf(holder, sizeof holder, "%.*s", 100, pem_pkcs8);
	centre_write("cut.pem", holder);
	for (int compressed = 0; compressed < 2; compressed++) {
		json_t *json =
			answer_json(EXPECT(0, "--db", db, "certificate", "issue", "C1", "--carrier",
					   "qr", "--key", key, "--at", NOW, "--holder-key", POINT,
					   "--json", compressed ? "--claim169" : NULL));
		if (compressed) {
			centre_write("phone.zip", text_of(json, "text"));
		} else {
			const char *hex = text_of(json, "bytes");
			FILE *file = fopen(centre_path("phone.cwt"), "wb");
			unsigned byte;

			assert_non_null(file);
			for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
				fputc((int)byte, file);
			fclose(file);
		}
		json_decref(json);
	}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(credential, sizeof credential, "%s", centre_path(rows[i].credential));
		snprintf(holder, sizeof holder, "%s", centre_path(rows[i].key));
		struct answer answer = RUN("live", "--credential", credential, "--holder-key",
					   holder, "--at", NOW);
		if (answer.code != rows[i].code)
			fail_msg("%s: %d\n%s%s", rows[i].name, answer.code, answer.out, answer.err);
		if (answer.code == 0)
			says(check(0, line_of(answer.out), NOW), "assurance", "live");
		answer_free(&answer);
	}
}

static void answers_and_usage(void **state)
{
	char credential[512], holder[512], png[512];
	json_t *json;

	(void)state;
	snprintf(credential, sizeof credential, "%s", centre_path("phone.txt"));
	snprintf(holder, sizeof holder, "%s", centre_path("phone.hex"));
	snprintf(png, sizeof png, "%s", centre_path("live.png"));
#define LIVE(code, ...)                                                                       \
	EXPECT(code, "live", "--credential", credential, "--holder-key", holder, "--at", NOW, \
	       __VA_ARGS__)
	json = answer_json(LIVE(0, "--json", "--nonce", "0102", "--audience", "终端"));
	assert_int_equal(json_object_size(json), 3);
	assert_string_equal(text_of(json, "issued_at"), "2026-11-22T02:24:00Z");
	assert_true(strlen(text_of(json, "bytes")) > 500);
	says(check(0, text_of(json, "text"), NOW), "reason", "ok");
	json_decref(json);
	char *said = LIVE(0, "--png", png);
	assert_non_null(strstr(said, "live.png"));
	free(said);
	json = answer_json(EXPECT(0, "--db", db, "check", "--qr-image", png, "--merchant", "m-park",
				  "--at", NOW, "--json"));
	says(json, "assurance", "live");
	free(LIVE(3, "--png", "/nowhere/live.png"));
	free(LIVE(2, "--nonce", ""));
	free(LIVE(2, "--nonce", "1"));
	free(LIVE(2, "--audience", ""));
	DO(2, "live", "--credential", credential);
	DO(2, "live", "--holder-key", holder);
	json = answer_json(EXPECT(1, "live", "--credential", centre_path("bare.txt"),
				  "--holder-key", holder, "--json"));
	assert_string_equal(text_of(json, "reason"), "malformed");
	assert_true(strlen(text_of(json_object_get(json, "explanation"), "zh")) > 4);
	json_decref(json);
	DO(0, "live", "--help");
}

/* --- taken once --- */

static json_t *redeem(int code, const char *qr, const char *visit, const char *at)
{
	return answer_json(EXPECT(code, "--db", db, "redeem", "--qr", qr, "--merchant", "m-park",
				  "--benefit", "park-free", "--visit", visit, "--at", at,
				  "--json"));
}

/* Each call is a program of its own, so that every one of them is a restart. */
static void a_code_is_taken_once(void **state)
{
	char *code = live(NOW), *next = live(FRESH);
	json_t *first = redeem(0, code, "v1", NOW), *again = redeem(0, code, "v1", NOW);

	(void)state;
	assert_true(json_equal(first, again));
	json_decref(first);
	json_decref(again);
	says(redeem(1, code, "v2", NOW), "reason", "replayed");
	says(check(1, code, FRESH), "reason", "replayed");
	says(check(1, code, STALE), "reason", "replayed");
	says(redeem(1, code, "v3", STALE), "reason", "replayed");
	json_decref(redeem(0, next, "v4", STALE));
	says(redeem(1, next, "v5", STALE), "reason", "replayed");
	DO(0, "--db", db, "fsck");
	DO(0, "--db", db, "log", "verify");
	free(code);
	free(next);
}

/* A copy for another kiosk cannot know what this one took. */
static void a_kiosks_copy_begins_anew(void **state)
{
	char copy[512], *code = live("2026-11-22T10:26:00+08:00");
	json_t *json;

	(void)state;
	snprintf(copy, sizeof copy, "%s", centre_path("kiosk.db"));
	json_decref(redeem(1, code, "v6", "2026-11-22T10:26:00+08:00")); /* twice a day */
	DO(0, "--db", db, "export", "kiosk", copy, "--at", "2026-11-22T10:26:00+08:00");
	json = answer_json(EXPECT(0, "--db", copy, "redeem", "--qr", code, "--merchant", "m-park",
				  "--benefit", "park-free", "--at", "2026-11-22T10:26:10+08:00",
				  "--json"));
	assert_string_equal(text_of(json, "benefit"), "park-free");
	json_decref(json);
	json = answer_json(EXPECT(1, "--db", copy, "redeem", "--qr", code, "--merchant", "m-park",
				  "--benefit", "park-free", "--at", "2026-11-22T10:26:10+08:00",
				  "--json"));
	says(json, "reason", "replayed");
	DO(0, "--db", copy, "fsck");
	free(code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_live_code_is_fresh_for_a_minute),
		cmocka_unit_test(its_credential_shown_bare_is_a_copy),
		cmocka_unit_test(each_form_of_key_and_credential),
		cmocka_unit_test(answers_and_usage),
		cmocka_unit_test(a_code_is_taken_once),
		cmocka_unit_test(a_kiosks_copy_begins_anew),
	};
	return cmocka_run_group_tests_name("command live", tests, set_up, centre_tear_down);
}
