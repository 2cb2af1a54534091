/* Live codes: what is read, what is refused and in which order, how long each is fresh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/base45.h"
#include "reader/inflate.h"
#include "reader/live.h"
#include "tests/claims.h"
#include "tests/live_sample.h"

#define OK     CREDENTIAL_OK
#define BAD    CREDENTIAL_MALFORMED
#define WHAT   CREDENTIAL_UNSUPPORTED
#define WHO    CREDENTIAL_UNKNOWN_ISSUER
#define FORGED CREDENTIAL_FORGED
#define EARLY  CREDENTIAL_NOT_YET_VALID
#define LATE   CREDENTIAL_EXPIRED
#define STALE  CREDENTIAL_STALE
#define CLONED CREDENTIAL_CLONED

#define LIVING  "A8" ALL "K" /* claims with the holder's key */
#define IN_CHIP "A9" ALL "K 3A00011171 01 "
#define PAST    "A8" ISS "04 1A684EE180 " NBF IAT CTI ID KIND "K"
#define COMING  "A8" ISS EXP "05 1A6B49D1FF " IAT CTI ID KIND "K"
#define OTHERS  "A8 01 69'yd:371172' " EXP NBF IAT CTI ID KIND "K"
#define OLD_IAT "06 1A684EE000 "

static struct live_stage fixture; /* large, and made anew before the tests */

static int set_up(void **state)
{
	*state = &fixture;
	return live_stage_open(&fixture) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	live_stage_close(&fixture);
	return 0;
}

/* From a text of exactly its size, so that the sanitizer sees a step too far. */
static enum credential_status judge_text(struct live *out, const char *text, size_t length,
					 int64_t now)
{
	char *copy = malloc(length + (length == 0));
	enum credential_status status;

	memcpy(copy, text, length);
	status = live_from_text(out, copy, length, fixture.keyring, &LIVE_WINDOW, now);
	free(copy);
	return status;
}

static size_t forge(const struct live_forge *forge)
{
	return live_forge_text(fixture.text, forge, &fixture.key, &fixture.holder);
}

/* --- what is read --- */

static void a_live_code_proves_the_phone(void **state)
{
	const struct live_forge made = { .credential.payload = LIVING };
	struct live out;

	(void)state;
	assert_int_equal(judge_text(&out, fixture.text, forge(&made), NOW), OK);
	assert_true(out.is_live);
	assert_true(out.issued_at == NOW);
	assert_string_equal(out.credential.number, "N1");
	assert_string_equal(out.credential.issuer, "yd:371171");
	assert_memory_equal(out.credential.holder_key, fixture.holder.trusted.public_key, 64);
}

static void a_bare_credential_is_none(void **state)
{
	const struct forge made = { .payload = "A8" ALL CNF };
	struct live out;

	(void)state;
	base45_encode(fixture.text, fixture.bytes,
		      forge_credential(fixture.bytes, &made, &fixture.key));
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text), NOW), OK);
	assert_false(out.is_live);
	assert_string_equal(out.credential.number, "N1");
}

static void a_compressed_live_code_is_read(void **state)
{
	const struct live_forge made = { .credential.payload = LIVING };
	uint8_t stream[BASE45_DECODED(READING_BYTES_MAX)];
	size_t length;
	struct live out;

	(void)state;
	length = live_forge_bytes(fixture.bytes, &made, &fixture.key, &fixture.holder);
	assert_true(deflate_bytes(stream, sizeof(stream), &length, fixture.bytes, length));
	base45_encode(fixture.text, stream, length);
	assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text), NOW), OK);
	assert_true(out.is_live);
}

/* No single bit can change without a refusal, but for the tag that may be left out. */
static void every_bit_counts(void **state)
{
	const struct live_forge made = { .credential.payload = LIVING };
	size_t length = live_forge_bytes(fixture.bytes, &made, &fixture.key, &fixture.holder);
	struct live out;

	(void)state;
	for (size_t bit = 0; bit < 8 * length; bit++) {
		fixture.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		base45_encode(fixture.text, fixture.bytes, length);
		if (judge_text(&out, fixture.text, strlen(fixture.text), NOW) == OK)
			fail_msg("bit %zu", bit);
		fixture.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < length; cut++) {
		base45_encode(fixture.text, fixture.bytes, cut);
		assert_int_equal(judge_text(&out, fixture.text, strlen(fixture.text), NOW), BAD);
	}
}

/* --- what is refused --- */

static size_t flip(uint8_t *signature)
{
	signature[0] ^= 1;
	return 64;
}

static size_t zeros(uint8_t *signature)
{
	memset(signature, 0, 64);
	return 64;
}

static size_t longer(uint8_t *signature)
{
	signature[64] = 0;
	return 65;
}

static size_t der(uint8_t *signature)
{
	uint8_t plain[64];

	memcpy(plain, signature, 64);
	memcpy(signature, "\x30\x44\x02\x20", 4);
	memcpy(signature + 4, plain, 32);
	memcpy(signature + 36, "\x02\x20", 2);
	memcpy(signature + 38, plain + 32, 32);
	return 70;
}

struct row {
	const char *name;
	struct live_forge forge;
	enum credential_status status;
};

static const struct row rows[] = {
	{ "as it should be", { { .payload = LIVING }, { 0 } }, OK },
	{ "the other s, which verifies as well",
	  { { .payload = LIVING }, { .spoil = live_other_s } },
	  OK },

	/* the outer structure */
	{ "no tag", { { .payload = LIVING }, { .outer = "84 P U L S" } }, OK },
	{ "tag 61 outside", { { .payload = LIVING }, { .outer = "D83D D2 84 P U L S" } }, OK },
	{ "tag 61 twice", { { .payload = LIVING }, { .outer = "D83D D83D 84 P U L S" } }, BAD },
	{ "tag 17", { { .payload = LIVING }, { .outer = "D1 84 P U L S" } }, BAD },
	{ "a trailing byte", { { .payload = LIVING }, { .outer = "D2 84 P U L S 00" } }, BAD },
	{ "indefinite", { { .payload = LIVING }, { .outer = "D2 9F P U L S FF" } }, BAD },
	{ "detached payload", { { .payload = LIVING }, { .outer = "D2 84 P U F6 S" } }, BAD },
	{ "signature in DER", { { .payload = LIVING }, { .spoil = der } }, BAD },
	{ "signature of 65 bytes", { { .payload = LIVING }, { .spoil = longer } }, BAD },
	{ "something unprotected",
	  { { .payload = LIVING }, { .unprotected_map = "A1 1864 00" } },
	  BAD },
	{ "a kid unprotected",
	  { { .payload = LIVING }, { .unprotected_map = "A1 04 41 01" } },
	  BAD },

	/* the protected header */
	{ "in another order",
	  { { .payload = LIVING }, { .protected_map = "A3" LIVE_TYP "W" LIVE_ALG } },
	  OK },
	{ "a header that nobody acts upon",
	  { { .payload = LIVING }, { .protected_map = "A4" LIVE_ALG "W" LIVE_TYP "1864 00" } },
	  OK },
	{ "no type", { { .payload = LIVING }, { .protected_map = "A2" LIVE_ALG "W" } }, BAD },
	{ "another type",
	  { { .payload = LIVING }, { .protected_map = "A3" LIVE_ALG "W 10 6F'application/cwt' " } },
	  BAD },
	{ "a type in capitals",
	  { { .payload = LIVING },
	    { .protected_map = "A3" LIVE_ALG "W 10 72'APPLICATION/KB+CWT' " } },
	  BAD },
	{ "the type as bytes",
	  { { .payload = LIVING },
	    { .protected_map = "A3" LIVE_ALG "W 10 52'application/kb+cwt' " } },
	  BAD },
	{ "the type as a number",
	  { { .payload = LIVING }, { .protected_map = "A3" LIVE_ALG "W 10 1901A6 " } },
	  BAD },
	{ "the type twice",
	  { { .payload = LIVING }, { .protected_map = "A4" LIVE_ALG "W" LIVE_TYP LIVE_TYP } },
	  BAD },
	{ "the type unprotected",
	  { { .payload = LIVING },
	    { .protected_map = "A2" LIVE_ALG "W", .unprotected_map = "A1" LIVE_TYP } },
	  BAD },
	{ "no credential within",
	  { { .payload = LIVING }, { .protected_map = "A2" LIVE_ALG LIVE_TYP } },
	  BAD },
	{ "two credentials within",
	  { { .payload = LIVING }, { .protected_map = "A4" LIVE_ALG "W W" LIVE_TYP } },
	  BAD },
	{ "the credential not in a byte string",
	  { { .payload = LIVING },
	    { .protected_map = "A3" LIVE_ALG "0D 84 40 A0 40 40" LIVE_TYP } },
	  BAD },
	{ "the credential empty",
	  { { .payload = LIVING }, { .protected_map = "A3" LIVE_ALG "0D 40" LIVE_TYP } },
	  BAD },
	{ "the credential in two byte strings",
	  { { .payload = LIVING }, { .protected_map = "A3" LIVE_ALG "0D 5F w FF" LIVE_TYP } },
	  BAD },
	{ "a text for the credential",
	  { { .payload = LIVING }, { .protected_map = "A3" LIVE_ALG "0D 61'a'" LIVE_TYP } },
	  BAD },
	{ "no alg", { { .payload = LIVING }, { .protected_map = "A2 W" LIVE_TYP } }, BAD },
	{ "alg EdDSA",
	  { { .payload = LIVING }, { .protected_map = "A3 01 27 W" LIVE_TYP } },
	  FORGED },
	{ "alg SM2",
	  { { .payload = LIVING }, { .protected_map = "A3 01 3A0001119F W" LIVE_TYP } },
	  FORGED },
	{ "alg ES384",
	  { { .payload = LIVING }, { .protected_map = "A3 01 3822 W" LIVE_TYP } },
	  WHAT },
	{ "critical header not understood",
	  { { .payload = LIVING },
	    { .protected_map = "A5" LIVE_ALG "02 81 1864 W" LIVE_TYP "1864 00" } },
	  WHAT },
	{ "critical headers that make it a live code",
	  { { .payload = LIVING }, { .protected_map = "A4" LIVE_ALG "02 82 0D 10 W" LIVE_TYP } },
	  OK },
	{ "the same in the credential, which acts upon none",
	  { { .payload = LIVING,
	      .protected_map = "A4 01 27 02 81 10 04 48" KID "10 6F'application/cwt' " },
	    { 0 } },
	  WHAT },

	/* the claims of the token */
	{ "audience and nonce",
	  { { .payload = LIVING }, { .payload = "A3 03 61'k' " LIVE_IAT "1827 42 0102" } },
	  OK },
	{ "claims empty", { { .payload = LIVING }, { .payload = "A0" } }, BAD },
	{ "no claims", { { .payload = LIVING }, { .payload = "" } }, BAD },
	{ "claims an array", { { .payload = LIVING }, { .payload = "81 00" } }, BAD },
	{ "no iat", { { .payload = LIVING }, { .payload = "A1 03 61'k'" } }, BAD },
	{ "iat as text", { { .payload = LIVING }, { .payload = "A1 06 61'1'" } }, BAD },
	{ "iat as a floating-point number",
	  { { .payload = LIVING }, { .payload = "A1 06 FB41DA13B86000000000" } },
	  BAD },
	{ "iat not the shortest",
	  { { .payload = LIVING }, { .payload = "A1 06 1B00000000684EE180" } },
	  BAD },
	{ "iat twice", { { .payload = LIVING }, { .payload = "A2" LIVE_IAT LIVE_IAT } }, BAD },
	{ "iat tagged", { { .payload = LIVING }, { .payload = "A1 06 C1 1A684EE180" } }, BAD },
	{ "a byte behind the claims",
	  { { .payload = LIVING }, { .payload = "A1" LIVE_IAT "00" } },
	  BAD },
	{ "audience as bytes",
	  { { .payload = LIVING }, { .payload = "A2 03 41 00 " LIVE_IAT } },
	  BAD },
	{ "nonce as text",
	  { { .payload = LIVING }, { .payload = "A2" LIVE_IAT "1827 61'a'" } },
	  BAD },
	{ "audience not UTF-8",
	  { { .payload = LIVING }, { .payload = "A2 03 61 FF " LIVE_IAT } },
	  BAD },
	{ "a claim more", { { .payload = LIVING }, { .payload = "A2" LIVE_IAT "1864 00" } }, BAD },
	{ "a claim named by text",
	  { { .payload = LIVING }, { .payload = "A2" LIVE_IAT "61'a' 00" } },
	  BAD },

	/* the credential within */
	{ "a credential without tag", { { .payload = LIVING, .outer = "84 P U L S" }, { 0 } }, OK },
	{ "bytes behind the credential",
	  { { .payload = LIVING, .outer = "D2 84 P U L S 00" }, { 0 } },
	  BAD },
	{ "a credential with half its claims", { { .payload = "A2" ISS "K" }, { 0 } }, BAD },
	{ "a live code within a live code",
	  { { .payload = LIVING,
	      .protected_map = "A3 01 27 04 48" KID "10 72'application/kb+cwt' " },
	    { 0 } },
	  BAD },
	{ "a credential without a holder's key", { { .payload = "A7" ALL }, { 0 } }, FORGED },
	{ "another holder's key", { { .payload = "A8" ALL CNF }, { 0 } }, FORGED },
	{ "a holder's key beside the curve",
	  { { .payload = "A8" ALL "08 A1 01 A4 01 02 20 01 21 5820 <32*11> 22 5820 <32*22>" },
	    { 0 } },
	  BAD },
	{ "an unknown issuer", { { .payload = OTHERS }, { 0 } }, WHO },
	{ "a forged credential", { { .payload = LIVING, .spoil = flip }, { 0 } }, FORGED },
	{ "a credential with an unknown alg",
	  { { .payload = LIVING, .protected_map = "A1 01 3822" }, { 0 } },
	  WHAT },
	{ "an expired credential", { { .payload = PAST }, { 0 } }, LATE },
	{ "a credential of tomorrow", { { .payload = COMING }, { 0 } }, EARLY },
	{ "a key in a chip", { { .payload = IN_CHIP }, { 0 } }, CLONED },

	/* the signature of the token */
	{ "a bit of the signature", { { .payload = LIVING }, { .spoil = flip } }, FORGED },
	{ "a signature of zeros", { { .payload = LIVING }, { .spoil = zeros } }, FORGED },

	/* of several faults the first in the order of the reasons */
	{ "malformed claims, unknown alg",
	  { { .payload = LIVING }, { .payload = "A0", .protected_map = "A3 01 3822 W" LIVE_TYP } },
	  BAD },
	{ "a malformed credential, unknown alg",
	  { { .payload = "A2" ISS "K" }, { .protected_map = "A3 01 3822 W" LIVE_TYP } },
	  BAD },
	{ "unknown alg, an unknown issuer",
	  { { .payload = OTHERS }, { .protected_map = "A3 01 3822 W" LIVE_TYP } },
	  WHAT },
	{ "an unknown issuer, a wrong signature",
	  { { .payload = OTHERS }, { .spoil = flip } },
	  WHO },
	{ "a wrong signature, a credential of tomorrow",
	  { { .payload = COMING }, { .spoil = flip } },
	  FORGED },
	{ "a credential of tomorrow, stale",
	  { { .payload = COMING }, { .payload = "A1" OLD_IAT } },
	  EARLY },
	{ "a wrong signature, stale",
	  { { .payload = LIVING }, { .payload = "A1" OLD_IAT, .spoil = flip } },
	  FORGED },
	{ "stale, a key in a chip",
	  { { .payload = IN_CHIP }, { .payload = "A1" OLD_IAT } },
	  STALE },
	{ "a key in a chip, a wrong signature",
	  { { .payload = IN_CHIP }, { .spoil = flip } },
	  FORGED },
};

static void each_rule_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct live out;
		size_t length = forge(&rows[i].forge);
		enum credential_status status = judge_text(&out, fixture.text, length, NOW);

		if (status != rows[i].status)
			fail_msg("%s: %s", rows[i].name, credential_status_name(status));
		if (out.is_live != (status == OK || status == STALE || status == CLONED))
			fail_msg("%s: live", rows[i].name);
		if (status != OK && out.credential.number[0] != '\0')
			fail_msg("%s: claims come through", rows[i].name);
	}
}

/* Whoever copies a printed code has no key: with one of their own they get nowhere. */
static void another_key_signs_nothing(void **state)
{
	const struct live_forge made = { .credential.payload = "A8" ALL CNF };
	struct live out;
	size_t length = live_forge_text(fixture.text, &made, &fixture.key, &fixture.stranger);

	(void)state;
	assert_int_equal(judge_text(&out, fixture.text, length, NOW), FORGED);
}

/* --- how long --- */

static void the_window_has_two_ends(void **state)
{
	static const struct {
		const char *name;
		const char *payload;
		struct live_window window;
		int64_t now;
		enum credential_status status;
	} moments[] = {
		{ "the same second", "A1" LIVE_IAT, { 5, 60 }, NOW, OK },
		{ "five seconds ahead", "A1" LIVE_IAT, { 5, 60 }, NOW - 5, OK },
		{ "six seconds ahead", "A1" LIVE_IAT, { 5, 60 }, NOW - 6, STALE },
		{ "a minute old", "A1" LIVE_IAT, { 5, 60 }, NOW + 60, OK },
		{ "a second more", "A1" LIVE_IAT, { 5, 60 }, NOW + 61, STALE },
		{ "another window, ahead", "A1" LIVE_IAT, { 0, 60 }, NOW - 1, STALE },
		{ "another window, old", "A1" LIVE_IAT, { 0, 10 }, NOW + 10, OK },
		{ "another window, too old", "A1" LIVE_IAT, { 0, 10 }, NOW + 11, STALE },
		{ "no window at all, now", "A1" LIVE_IAT, { 0, 0 }, NOW, OK },
		{ "no window at all, later", "A1" LIVE_IAT, { 0, 0 }, NOW + 1, STALE },
		{ "iat 0", "A1 06 00", { 3600, 3600 }, NOW, STALE },
		{ "the largest iat", "A1 06 1B7FFFFFFFFFFFFFFF", { 3600, 3600 }, NOW, STALE },
		{ "a larger one", "A1 06 1BFFFFFFFFFFFFFFFF", { 3600, 3600 }, NOW, STALE },
		{ "the smallest iat", "A1 06 3B7FFFFFFFFFFFFFFF", { 3600, 3600 }, NOW, STALE },
		{ "a smaller one", "A1 06 3BFFFFFFFFFFFFFFFF", { 3600, 3600 }, NOW, STALE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		const struct live_forge made = { .credential.payload = LIVING,
						 .token.payload = moments[i].payload };
		struct live out;

		if (live_from_text(&out, fixture.text, forge(&made), fixture.keyring,
				   &moments[i].window, moments[i].now) != moments[i].status)
			fail_msg("%s", moments[i].name);
	}
}

static void windows_are_given_as_text(void **state)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t early, late;
	} texts[] = {
		{ "5,60", true, 5, 60 },
		{ "0,0", true, 0, 0 },
		{ "3600,3600", true, 3600, 3600 },
		{ "0005,060", true, 5, 60 },
		{ "3601,60", false, 0, 0 },
		{ "5,3601", false, 0, 0 },
		{ "5", false, 0, 0 },
		{ "5,", false, 0, 0 },
		{ ",60", false, 0, 0 },
		{ "5,60,", false, 0, 0 },
		{ "-5,60", false, 0, 0 },
		{ "5,+60", false, 0, 0 },
		{ "5, 60", false, 0, 0 },
		{ "", false, 0, 0 },
		{ "99999999999,5", false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct live_window window = { -1, -1 };

		if (live_window_parse(&window, texts[i].text) != texts[i].valid)
			fail_msg("%s", texts[i].text);
		assert_true(texts[i].valid
				    ? window.early == texts[i].early && window.late == texts[i].late
				    : window.early == -1 && window.late == -1);
	}
}

/* --- known by what was signed --- */

static void identify(uint8_t id[static LIVE_ID_BYTES], const struct live_forge *made)
{
	struct live out;

	assert_int_equal(judge_text(&out, fixture.text, forge(made), NOW), OK);
	memcpy(id, out.id, LIVE_ID_BYTES);
}

static void one_code_has_one_name_in_every_dress(void **state)
{
	static const struct live_forge same[] = {
		{ { .payload = LIVING }, { .spoil = live_other_s } },
		{ { .payload = LIVING }, { .outer = "84 P U L S" } },
		{ { .payload = LIVING }, { .outer = "D83D D2 84 P U L S" } },
	};
	static const struct live_forge others[] = {
		{ { .payload = LIVING }, { .payload = "A1 06 1A684EE181" } },
		{ { .payload = LIVING }, { .payload = "A2" LIVE_IAT "1827 41 00" } },
		{ { .payload = "A8" ISS EXP NBF IAT CTI ID KIND "K",
		    .unprotected_map = "A1 1864 00" },
		  { 0 } },
	};
	const struct live_forge first = { .credential.payload = LIVING };
	uint8_t id[LIVE_ID_BYTES], other[LIVE_ID_BYTES];

	(void)state;
	identify(id, &first);
	/* ECDSA takes a random number: signed again it is another signature. */
	identify(other, &first);
	assert_memory_equal(id, other, sizeof(id));
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		identify(other, &same[i]);
		assert_memory_equal(id, other, sizeof(id));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		identify(other, &others[i]);
		assert_memory_not_equal(id, other, sizeof(id));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_live_code_proves_the_phone),
		cmocka_unit_test(a_bare_credential_is_none),
		cmocka_unit_test(a_compressed_live_code_is_read),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(each_rule_holds),
		cmocka_unit_test(another_key_signs_nothing),
		cmocka_unit_test(the_window_has_two_ends),
		cmocka_unit_test(windows_are_given_as_text),
		cmocka_unit_test(one_code_has_one_name_in_every_dress),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
