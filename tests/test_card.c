/* Whatever lies in the field: which carrier it is, what comes of it, and how little it is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reader/card.h"
#include "reader/evidence.h"
#include "reader/issue.h"
#include "reader/primitives.h"
#include "tests/emv_card.h"
#include "tests/piv_card.h"
#include "tests/type2_tag.h"
#include "tests/type4_tag.h"

#define NOW 1781490240 /* [s] */

struct field {
	const struct card_kind *kind;
	_Alignas(max_align_t) uint8_t value[CARD_STATE_MAX];
	uint8_t answer[CARD_ANSWER_MAX];
	int exchanges;
};

static int ask(void *context, uint8_t *response, const uint8_t *command, size_t length)
{
	struct field *field = context;
	size_t got = field->kind->answer(field->value, field->answer, command, length);
	field->exchanges++;
	if (got == CARD_GONE || got == CARD_MUTE) {
		return 0;
	}
	if (got > CARD_RESPONSE_MAX) {
		return CARD_RESPONSE_MAX + 1;
	}
	memcpy(response, field->answer, got);
	return (int)got;
}

static void lay(struct field *field, const struct card_kind *kind, const void *value)
{
	field->kind = kind;
	field->exchanges = 0;
	memcpy(field->value, value, kind->size);
	kind->reset(field->value);
	kind->select(field->value);
}

static struct reading take(struct field *field, size_t salts)
{
	struct reading reading = { 0 };
	struct source_setup setup = { .bank_salt_count = salts };
	struct card_chance chance = { .now = NOW };
	struct card_face face = { 0 };
	const struct card_link link = { .transceive = ask, .context = field };
	for (size_t i = 0; i < BANK_TOKENS_MAX; i++) {
		memset(setup.bank_salts[i], (int)i + 1, BANK_SALT_BYTES);
	}
	primitive_random(chance.challenge, sizeof chance.challenge);
	field->kind->face(field->value, &face);
	card_read(&reading, &link, face.sak, &setup, &chance);
	return reading;
}

/* --- credentials to put on cards --- */

static struct signing_key issuer;

/* holder: x || y, or NULL. */
static size_t make_credential(uint8_t out[static 1024], const uint8_t *holder, bool in_chip)
{
	struct credential claims = { .issuer = "yd:371171",
				     .number = "C1",
				     .name = "测试甲",
				     .kind = CREDENTIAL_VETERAN,
				     .medium = "medium-of-a-card",
				     .medium_length = 16,
				     .not_before = INT64_MIN,
				     .expires = NOW + 1000,
				     .issued_at = NOW,
				     .has_holder_key = holder != NULL,
				     .holder_key_in_chip = in_chip };
	size_t length = 0;
	if (holder != NULL) {
		memcpy(claims.holder_key, holder, sizeof claims.holder_key);
	}
	assert_int_equal(credential_sign(out, 1024, &length, &claims, &issuer), ISSUE_OK);
	return length;
}

static struct evidence judge(const struct reading *reading)
{
	struct evidence evidence;
	struct keyring *keyring = keyring_open();
	assert_int_equal(keyring_add(keyring, &issuer.trusted), KEYRING_OK);
	evidence_judge(&evidence, reading, keyring, &LIVE_WINDOW, NOW);
	keyring_close(keyring);
	return evidence;
}

static int make_issuer(void **state)
{
	(void)state;
	assert_true(primitive_ready());
	assert_int_equal(signing_key_generate(&issuer, KEY_EDDSA, "yd:371171", ""), ISSUE_OK);
	return 0;
}

/* --- what is there --- */

static struct field field;

static void a_tag_is_a_copy(void **state)
{
	(void)state;
	uint8_t bytes[1024];
	struct type4_tag tag;
	size_t length = make_credential(bytes, NULL, false);
	type4_tag_make_credential(&tag, bytes, length);
	lay(&field, &type4_card, &tag);
	struct reading reading = take(&field, 1);
	struct evidence evidence = judge(&reading);
	assert_int_equal(reading.carrier, READING_TAG);
	assert_int_equal(evidence.status, CREDENTIAL_OK);
	assert_int_equal(evidence.assurance, EVIDENCE_STATIC);
	assert_int_equal(field.exchanges, 5); /* select three times, read twice */
}

/* The three ways in which a credential and a chip can be together. */
static void a_chip_proves_itself_or_is_a_clone(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool in_object, other_key;
		enum piv_manner manner;
		enum credential_status status;
	} rows[] = {
		{ "NDEF record and key", false, false, PIV_HONEST, CREDENTIAL_OK },
		{ "data object and key", true, false, PIV_HONEST, CREDENTIAL_OK },
		{ "right credential, wrong key", false, true, PIV_HONEST, CREDENTIAL_CLONED },
		{ "the same in a data object", true, true, PIV_HONEST, CREDENTIAL_CLONED },
		{ "no PIV application", false, false, PIV_NO_APPLICATION, CREDENTIAL_CLONED },
		{ "nothing in the slot", false, false, PIV_NO_KEY, CREDENTIAL_CLONED },
		{ "wants a PIN", false, false, PIV_REFUSES, CREDENTIAL_CLONED },
		{ "nonsense for a signature", false, false, PIV_GARBAGE, CREDENTIAL_CLONED },
		{ "GET RESPONSE without end", false, false, PIV_ENDLESS, CREDENTIAL_CLONED },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t bytes[1024], key[64];
		struct piv_card card;
		print_message("  %s\n", rows[i].name);
		piv_card_make(&card);
		piv_card_public(&card, key);
		size_t length = make_credential(bytes, key, true);
		if (rows[i].in_object) {
			piv_card_put_object(&card, PIV_OBJECT_CREDENTIAL, bytes, length);
		} else {
			piv_card_put_record(&card, bytes, length);
		}
		if (rows[i].other_key) {
			piv_card_new_key(&card);
		}
		card.manner = rows[i].manner;
		lay(&field, &piv_card, &card);
		struct reading reading = take(&field, 1);
		struct evidence evidence = judge(&reading);
		assert_int_equal(reading.carrier, READING_CHIP);
		assert_int_equal(evidence.status, rows[i].status);
		assert_true(evidence.status != CREDENTIAL_OK ||
			    evidence.assurance == EVIDENCE_CHIP);
		assert_true(field.exchanges < 700);
	}
}

static void a_bank_card_is_its_tokens(void **state)
{
	(void)state;
	struct emv_card card;
	uint8_t first[BANK_TOKEN_BYTES];
	emv_card_make_quick(&card, "6229261234567890", 1);
	lay(&field, &emv_card_kind, &card);
	struct reading reading = take(&field, 1);
	assert_int_equal(reading.carrier, READING_BANK);
	assert_int_equal(reading.fault, READING_COMPLETE);
	assert_int_equal(reading.length, BANK_TOKEN_BYTES);
	memcpy(first, reading.bytes, sizeof first);
	assert_int_equal(field.exchanges, 4); /* no NDEF; directory, application, options */
	lay(&field, &emv_card_kind, &card);
	reading = take(&field, 3); /* one under each version of the key, the newest first */
	assert_int_equal(reading.length, 3 * BANK_TOKEN_BYTES);
	assert_memory_equal(reading.bytes, first, sizeof first);
	assert_memory_not_equal(reading.bytes + BANK_TOKEN_BYTES, first, sizeof first);
	assert_int_equal(judge(&reading).assurance, EVIDENCE_BANK);
	assert_int_equal(judge(&reading).token_count, 3);
	emv_card_make_quick(&card, "6229261234567890", 2); /* the same account's second card */
	lay(&field, &emv_card_kind, &card);
	reading = take(&field, 1);
	assert_memory_not_equal(reading.bytes, first, sizeof first);
}

static void without_a_salt_a_bank_card_is_not_asked(void **state)
{
	(void)state;
	struct emv_card card;
	emv_card_make_quick(&card, "6229261234567890", 1);
	lay(&field, &emv_card_kind, &card);
	struct reading reading = take(&field, 0);
	assert_int_equal(reading.fault, READING_UNSUPPORTED);
	assert_int_equal(reading.length, 0);
}

static void an_empty_tag_is_not_a_card_of_ours(void **state)
{
	(void)state;
	struct type4_tag tag;
	type4_tag_make(&tag, NULL, 0);
	lay(&field, &type4_card, &tag);
	assert_int_equal(take(&field, 1).fault, READING_UNSUPPORTED);
	tag.manner = TAG_NO_ISO_DEP;
	lay(&field, &type4_card, &tag);
	assert_int_equal(take(&field, 1).fault, READING_TORN); /* it answers nothing at all */
}

/* A chip's credential that was written onto a tag that cannot compute. */
static void a_chips_credential_on_a_simple_tag_is_a_clone(void **state)
{
	(void)state;
	uint8_t bytes[1024], key[64];
	struct piv_card chip;
	struct type2_tag tag;
	piv_card_make(&chip);
	piv_card_public(&chip, key);
	size_t length = make_credential(bytes, key, true);
	type2_tag_make_credential(&tag, TYPE2_NTAG216, bytes, length);
	lay(&field, &type2_card, &tag);
	struct reading reading = take(&field, 1);
	assert_int_equal(reading.carrier, READING_TAG);
	assert_int_equal(judge(&reading).status, CREDENTIAL_CLONED);
}

/* At whatever exchange it leaves, nobody is accused and nothing half read is handed on. */
static void a_card_torn_away_is_torn_at_each_exchange(void **state)
{
	(void)state;
	uint8_t bytes[1024], key[64];
	struct piv_card chip;
	struct emv_card bank;
	piv_card_make(&chip);
	piv_card_public(&chip, key);
	piv_card_put_object(&chip, PIV_OBJECT_CREDENTIAL, bytes, make_credential(bytes, key, true));
	emv_card_make(&bank, "6229261234567890", 1);
	for (int kind = 0; kind < 2; kind++) {
		struct reading reading = { .fault = READING_TORN };
		int at = 0;
		for (; reading.fault == READING_TORN && at < 40; at++) {
			chip.tear_at = bank.tear_at = at + 1;
			lay(&field, kind == 0 ? &piv_card : &emv_card_kind,
			    kind == 0 ? (void *)&chip : (void *)&bank);
			reading = take(&field, 1);
			assert_true(reading.fault == READING_COMPLETE || reading.length == 0);
		}
		assert_int_equal(reading.fault, READING_COMPLETE);
		assert_true(at > 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tag_is_a_copy),
		cmocka_unit_test(a_chip_proves_itself_or_is_a_clone),
		cmocka_unit_test(a_bank_card_is_its_tokens),
		cmocka_unit_test(without_a_salt_a_bank_card_is_not_asked),
		cmocka_unit_test(an_empty_tag_is_not_a_card_of_ours),
		cmocka_unit_test(a_chips_credential_on_a_simple_tag_is_a_clone),
		cmocka_unit_test(a_card_torn_away_is_torn_at_each_exchange),
	};
	return cmocka_run_group_tests(tests, make_issuer, NULL);
}
