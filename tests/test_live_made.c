/* Live codes as evidence, and as the phone makes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/base45.h"
#include "reader/cose.h"
#include "reader/evidence.h"
#include "reader/live.h"
#include "tests/claims.h"
#include "tests/live_sample.h"

#define LIVING  "A8" ALL "K" /* claims with the holder's key */
#define IN_CHIP "A9" ALL "K 3A00011171 01 "
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

static size_t flip(uint8_t *signature)
{
	signature[0] ^= 1;
	return 64;
}

/* --- evidence --- */

static void take_reading(struct reading *out, const struct live_forge *made,
			 enum reading_carrier carrier)
{
	*out = (struct reading){ .carrier = carrier };
	if (carrier == READING_QR) {
		out->length = live_forge_text(fixture.text, made, &fixture.key, &fixture.holder);
		memcpy(out->bytes, fixture.text, out->length);
		return;
	}
	out->length = live_forge_bytes(fixture.bytes, made, &fixture.key, &fixture.holder);
	memcpy(out->bytes, fixture.bytes, out->length);
}

static void evidence_of_a_phone(void **state)
{
	static const struct {
		const char *name;
		struct live_forge forge;
		enum reading_carrier carrier;
		enum reading_fault fault;
		enum credential_status status;
		bool is_live;
	} readings[] = {
		{ "fresh",
		  { { .payload = LIVING }, { 0 } },
		  READING_QR,
		  READING_COMPLETE,
		  CREDENTIAL_OK,
		  true },
		{ "stale",
		  { { .payload = LIVING }, { .payload = "A1" OLD_IAT } },
		  READING_QR,
		  READING_COMPLETE,
		  CREDENTIAL_STALE,
		  true },
		{ "by a chip's key",
		  { { .payload = IN_CHIP }, { 0 } },
		  READING_QR,
		  READING_COMPLETE,
		  CREDENTIAL_CLONED,
		  true },
		{ "forged",
		  { { .payload = LIVING }, { .spoil = flip } },
		  READING_QR,
		  READING_COMPLETE,
		  CREDENTIAL_FORGED,
		  false },
		{ "in a tag's record",
		  { { .payload = LIVING }, { 0 } },
		  READING_TAG,
		  READING_COMPLETE,
		  CREDENTIAL_MALFORMED,
		  false },
		{ "not read",
		  { { .payload = LIVING }, { 0 } },
		  READING_QR,
		  READING_TORN,
		  CREDENTIAL_TORN,
		  false },
	};
	struct reading reading;
	struct evidence out;

	(void)state;
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		take_reading(&reading, &readings[i].forge, readings[i].carrier);
		reading.fault = readings[i].fault;
		evidence_judge(&out, &reading, fixture.keyring, &LIVE_WINDOW, NOW);
		if (out.status != readings[i].status || out.is_live != readings[i].is_live)
			fail_msg("%s", readings[i].name);
		if (out.status == CREDENTIAL_OK)
			assert_int_equal(out.assurance, EVIDENCE_LIVE);
		if (out.status == CREDENTIAL_OK)
			assert_true(out.live_until == NOW + LIVE_KEPT);
	}
}

static void a_phones_credential_shown_bare_is_a_copy(void **state)
{
	struct reading reading = { .carrier = READING_QR };
	struct evidence out;

	(void)state;
	base45_encode((char *)reading.bytes, fixture.bytes,
		      forge_credential(fixture.bytes, &(struct forge){ .payload = "A8" ALL CNF },
				       &fixture.key));
	reading.length = strlen((char *)reading.bytes);
	evidence_judge(&out, &reading, fixture.keyring, &LIVE_WINDOW, NOW);
	assert_int_equal(out.status, CREDENTIAL_OK);
	assert_int_equal(out.assurance, EVIDENCE_STATIC);
	assert_false(out.is_live);
}

/* --- making --- */

static void what_is_made_is_read(void **state)
{
	static const uint8_t nonce[LIVE_NONCE_MAX] = { 7 };
	char audience[LIVE_TEXT_MAX + 2];
	const struct {
		const char *name;
		const char *payload; /* of the credential */
		struct live_claims claims;
		bool strange; /* signed with another key */
		enum live_status status;
	} makings[] = {
		{ "iat alone", "A8" ALL "K", { .issued_at = NOW }, false, LIVE_OK },
		{ "all claims",
		  LIVING,
		  { .issued_at = NOW,
		    .audience = audience + 1,
		    .nonce = nonce,
		    .nonce_length = 64 },
		  false,
		  LIVE_OK },
		{ "audience too long",
		  LIVING,
		  { .issued_at = NOW, .audience = audience },
		  false,
		  LIVE_BAD_CLAIMS },
		{ "nonce empty",
		  LIVING,
		  { .issued_at = NOW, .nonce = nonce },
		  false,
		  LIVE_BAD_CLAIMS },
		{ "nonce too long",
		  LIVING,
		  { .issued_at = NOW, .nonce = nonce, .nonce_length = 65 },
		  false,
		  LIVE_BAD_CLAIMS },
		{ "another key", LIVING, { .issued_at = NOW }, true, LIVE_OTHER_KEY },
		{ "no holder's key", "A7" ALL, { .issued_at = NOW }, false, LIVE_NO_CREDENTIAL },
	};

	(void)state;
	memset(audience, 'a', sizeof(audience) - 1);
	audience[sizeof(audience) - 1] = '\0';
	for (size_t i = 0; i < sizeof(makings) / sizeof(makings[0]); i++) {
		static uint8_t wrapped[FORGE_BYTES_MAX], made[CREDENTIAL_BYTES_MAX];
		const struct live_forge whole = { .credential.payload = makings[i].payload };
		struct live out;
		struct cbor_span within;
		size_t length = live_forge_bytes(wrapped, &whole, &fixture.key, &fixture.holder);
		struct cose_sign1 token;

		assert_true(cose_sign1_read(&token, wrapped, length));
		within = token.wrapped;
		for (int as_text = 0; as_text < 2; as_text++) {
			const struct signing_key *key =
				makings[i].strange ? &fixture.stranger : &fixture.holder;
			enum live_status status;

			base45_encode(fixture.text, within.bytes, within.length);
			status = live_sign(made, sizeof(made), &length,
					   as_text ? (const uint8_t *)fixture.text : within.bytes,
					   as_text ? strlen(fixture.text) : within.length,
					   &makings[i].claims, key->private_key);
			if (status != makings[i].status)
				fail_msg("%s", makings[i].name);
			if (status != LIVE_OK)
				continue;
			base45_encode(fixture.text, made, length);
			if (live_from_text(&out, fixture.text, strlen(fixture.text),
					   fixture.keyring, &LIVE_WINDOW, NOW) != CREDENTIAL_OK)
				fail_msg("%s is not read", makings[i].name);
		}
	}
}

static void there_is_room_or_a_refusal(void **state)
{
	const struct live_forge whole = { .credential.payload = LIVING };
	const struct live_claims claims = { .issued_at = NOW };
	uint8_t made[2048];
	struct cose_sign1 token;
	size_t exact;
	size_t length = live_forge_bytes(fixture.bytes, &whole, &fixture.key, &fixture.holder);

	(void)state;
	assert_true(cose_sign1_read(&token, fixture.bytes, length));
	assert_int_equal(live_sign(made, sizeof(made), &exact, token.wrapped.bytes,
				   token.wrapped.length, &claims, fixture.holder.private_key),
			 LIVE_OK);
	assert_int_equal(live_sign(made, exact, &length, token.wrapped.bytes, token.wrapped.length,
				   &claims, fixture.holder.private_key),
			 LIVE_OK);
	assert_int_equal(live_sign(made, exact - 1, &length, token.wrapped.bytes,
				   token.wrapped.length, &claims, fixture.holder.private_key),
			 LIVE_NO_ROOM);
	assert_int_equal(live_sign(made, sizeof(made), &length, (const uint8_t *)"", 0, &claims,
				   fixture.holder.private_key),
			 LIVE_NO_CREDENTIAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_of_a_phone),
		cmocka_unit_test(a_phones_credential_shown_bare_is_a_copy),
		cmocka_unit_test(what_is_made_is_read),
		cmocka_unit_test(there_is_room_or_a_refusal),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
