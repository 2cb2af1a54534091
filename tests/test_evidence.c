/* What a reading proves: chips and what is passed off as one. */
#include "reader/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/elliptic.h"
#include "reader/piv.h"
#include "tests/claims.h"
#include "tests/forge.h"
#include "tests/piv_card.h"

struct fixture {
	struct signing_key key;
	struct keyring *keyring;
	struct piv_card card;
	struct reading reading;
	struct credential claims;
};

static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	fixture.key = forge_key(KEY_EDDSA, SEED, "yd:371171", "3711", KID);
	fixture.keyring = keyring_open();
	piv_card_make(&fixture.card);
	fixture.claims = (struct credential){
		.issuer = "yd:371171",
		.number = "N1",
		.name = "张三",
		.kind = CREDENTIAL_VETERAN,
		.medium = { 1, 2, 3, 4, 5, 6, 7, 8 },
		.medium_length = 8,
		.not_before = INT64_MIN,
		.expires = NOW + 1,
		.issued_at = INT64_MIN,
		.has_holder_key = true,
		.holder_key_in_chip = true,
	};
	piv_card_public(&fixture.card, fixture.claims.holder_key);
	return keyring_add(fixture.keyring, &fixture.key.trusted) == KEYRING_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	keyring_close(fixture.keyring);
	return 0;
}

static int ask_card(void *context, uint8_t *out, const uint8_t *command, size_t length)
{
	static uint8_t response[CARD_ANSWER_MAX];
	size_t got = piv_card_answer(context, response, command, length);

	assert_true(got <= CARD_RESPONSE_MAX);
	memcpy(out, response, got);
	return (int)got;
}

/* The credential as a chip gives it, with the card's answer to a challenge. */
static struct reading *read_chip(void)
{
	const struct card_link link = { .transceive = ask_card, .context = &fixture.card };
	struct reading *reading = &fixture.reading;

	*reading = (struct reading){ .carrier = READING_CHIP };
	assert_int_equal(credential_sign(reading->bytes, sizeof reading->bytes, &reading->length,
					 &fixture.claims, &fixture.key),
			 ISSUE_OK);
	memset(reading->proof.challenge, 0xc4, sizeof reading->proof.challenge);
	assert_true(piv_prove(&link, &reading->proof) != PIV_LOST);
	return reading;
}

static void expect(enum credential_status status, enum evidence_assurance assurance, int64_t now)
{
	struct evidence evidence;

	evidence_judge(&evidence, &fixture.reading, fixture.keyring, &LIVE_WINDOW, now);
	assert_int_equal(evidence.status, status);
	assert_int_equal(evidence.carrier, fixture.reading.carrier);
	if (status == CREDENTIAL_OK) {
		assert_int_equal(evidence.assurance, assurance);
		assert_string_equal(evidence.credential.number, "N1");
	}
}

static void cards(void **state)
{
	static const struct {
		const char *name;
		enum piv_manner manner;
		bool other_key;
		enum credential_status status;
	} rows[] = {
		{ "the card itself", PIV_HONEST, false, CREDENTIAL_OK },
		{ "a clone with the right credential and the wrong key", PIV_HONEST, true,
		  CREDENTIAL_CLONED },
		{ "a copy on a card without PIV", PIV_NO_APPLICATION, false, CREDENTIAL_CLONED },
		{ "a copy on a card without a key", PIV_NO_KEY, false, CREDENTIAL_CLONED },
		{ "a card that refuses", PIV_REFUSES, false, CREDENTIAL_CLONED },
		{ "a card that answers rubbish", PIV_GARBAGE, false, CREDENTIAL_CLONED },
		{ "a card that never ends", PIV_ENDLESS, false, CREDENTIAL_CLONED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		set_up(NULL);
		fixture.card.manner = rows[i].manner;
		if (rows[i].other_key)
			piv_card_new_key(&fixture.card);
		read_chip();
		expect(rows[i].status, EVIDENCE_CHIP, NOW);
		tear_down(NULL);
	}
}

static void what_is_no_chip_stays_static(void **state)
{
	static const struct {
		const char *name;
		enum reading_carrier carrier;
		bool has_key, in_chip;
		enum credential_status status;
		enum evidence_assurance assurance;
	} rows[] = {
		{ "a chip", READING_CHIP, true, true, CREDENTIAL_OK, EVIDENCE_CHIP },
		{ "copied onto a tag", READING_TAG, true, true, CREDENTIAL_CLONED, 0 },
		{ "a phone's onto a tag", READING_TAG, true, false, CREDENTIAL_OK,
		  EVIDENCE_STATIC },
		{ "a tag's own", READING_TAG, false, false, CREDENTIAL_OK, EVIDENCE_STATIC },
		{ "a phone's on a chip", READING_CHIP, true, false, CREDENTIAL_OK,
		  EVIDENCE_STATIC },
		{ "no key on a chip", READING_CHIP, false, false, CREDENTIAL_OK, EVIDENCE_STATIC },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		fixture.claims.has_holder_key = rows[i].has_key;
		fixture.claims.holder_key_in_chip = rows[i].in_chip;
		read_chip()->carrier = rows[i].carrier;
		assert_int_equal(
			credential_claims_chip(fixture.reading.bytes, fixture.reading.length),
			rows[i].has_key && rows[i].in_chip);
		expect(rows[i].status, rows[i].assurance, NOW);
	}
}

static void a_picture_of_a_chips_credential_is_a_picture(void **state)
{
	char text[READING_BYTES_MAX];
	struct reading *reading = read_chip();

	(void)state;
	assert_int_equal(
		credential_to_text(text, sizeof text, reading->bytes, reading->length, false),
		ISSUE_OK);
	reading->carrier = READING_QR;
	reading->length = strlen(text);
	memcpy(reading->bytes, text, reading->length);
	expect(CREDENTIAL_OK, EVIDENCE_STATIC, NOW);
}

static void each_bit_of_a_proof_counts(void **state)
{
	struct chip_proof *proof = &read_chip()->proof;

	(void)state;
	for (size_t bit = 0; bit < 8 * proof->length; bit++) {
		proof->signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		expect(CREDENTIAL_CLONED, 0, NOW);
		proof->signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * sizeof proof->challenge; bit += 17) {
		proof->challenge[bit / 8] ^= (uint8_t)(1 << bit % 8);
		expect(CREDENTIAL_CLONED, 0, NOW); /* the answer to another challenge, replayed */
		proof->challenge[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t length = 0; length <= CHIP_SIGNATURE_MAX; length++) {
		size_t right = proof->length;

		proof->length = length;
		expect(length == right ? CREDENTIAL_OK : CREDENTIAL_CLONED, EVIDENCE_CHIP, NOW);
		proof->length = right;
	}
}

/* r || s where DER belongs. */
static void another_encoding_is_refused(void **state)
{
	struct chip_proof *proof = &read_chip()->proof;
	uint8_t raw[ELLIPTIC_SIGNATURE_BYTES];

	(void)state;
	assert_true(elliptic_from_der(raw, proof->signature, proof->length));
	memcpy(proof->signature, raw, sizeof raw);
	proof->length = sizeof raw;
	expect(CREDENTIAL_CLONED, 0, NOW);
}

/* Whoever's credential is refused anyhow is not accused. */
static void the_credential_comes_first(void **state)
{
	(void)state;
	piv_card_new_key(&fixture.card);
	read_chip();
	expect(CREDENTIAL_EXPIRED, 0, NOW + 1);
	keyring_clear(fixture.keyring);
	expect(CREDENTIAL_UNKNOWN_ISSUER, 0, NOW);
	fixture.reading.bytes[0] = 0;
	assert_false(credential_claims_chip(fixture.reading.bytes, fixture.reading.length));
	expect(CREDENTIAL_MALFORMED, 0, NOW);
	fixture.reading.fault = READING_TORN;
	expect(CREDENTIAL_TORN, 0, NOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards),
		cmocka_unit_test_setup_teardown(what_is_no_chip_stays_static, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_picture_of_a_chips_credential_is_a_picture,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_bit_of_a_proof_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_encoding_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_credential_comes_first, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
