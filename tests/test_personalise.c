/* A chip card made a holder's, step by step, and what becomes of it where a step fails. */
#include "centre/personalise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/card.h"
#include "reader/evidence.h"
#include "reader/tag.h"
#include "tests/claims.h"
#include "tests/forge.h"
#include "tests/piv_card.h"

struct fixture {
	struct signing_key key;
	struct keyring *trusted;
	struct piv_card card;
	uint8_t sak;
	int tries; /* how often the card is lent until the time is over */
	int recorded;
	bool record_fails;
	struct certificate_view view;
	struct personalising it;
};

static struct fixture fixture;

static bool record(void *context, const struct issued *issued)
{
	assert_ptr_equal(context, &fixture);
	assert_true(issued->claims.holder_key_in_chip);
	fixture.recorded++;
	return !fixture.record_fails;
}

static int set_up(void **state)
{
	(void)state;
	memset(&fixture, 0, sizeof fixture);
	fixture.key = forge_key(KEY_EDDSA, SEED, "yd:371171", "3711", KID);
	fixture.trusted = keyring_open();
	fixture.sak = 0x20;
	fixture.tries = 1;
	piv_card_make(&fixture.card);
	fixture.view = (struct certificate_view){
		.certificate = { .number = "N1", .kind = 1, .valid_until = INT32_MAX },
		.name = "张三",
		.reason = REASON_OK,
	};
	fixture.it = (struct personalising){
		.management = &management_key_default,
		.view = &fixture.view,
		.now = NOW,
		.record = record,
		.context = &fixture,
		.issuing = { .key = &fixture.key,
			     .trusted = fixture.trusted,
			     .days = ISSUING_DAYS },
	};
	return keyring_add(fixture.trusted, &fixture.key.trusted) == KEYRING_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	keyring_close(fixture.trusted);
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

static const struct card_link link_to_card = { .transceive = ask_card, .context = &fixture.card };

/* A device that lends the card as often as it is told; it is torn away once at most. */
static enum source_status lend(struct source *source, source_use *use, void *context,
			       int timeout_ms)
{
	enum source_status status = SOURCE_NOTHING;

	(void)source;
	assert_int_equal(timeout_ms, 1234);
	for (int i = 0; i < fixture.tries && status == SOURCE_NOTHING; i++) {
		piv_card_reset(&fixture.card);
		status = use(context, &link_to_card, fixture.sak);
		fixture.card.tear_at = 0;
	}
	return status;
}

static const struct source_driver driver = { .lend = lend };

static enum personalise_status run(void)
{
	fixture.recorded = 0;
	return personalise(&fixture.it, &driver, NULL, 1234);
}

/* Does a kiosk take the card for a chip with what was issued? */
static bool is_good(void)
{
	struct card_chance chance = { .challenge = { (uint8_t)fixture.card.apdus } };
	const struct issued *issued = &fixture.it.issued;
	struct reading reading = { 0 };
	struct evidence evidence;

	piv_card_reset(&fixture.card);
	card_read(&reading, &link_to_card, 0x20, NULL, &chance);
	evidence_judge(&evidence, &reading, fixture.trusted, &LIVE_WINDOW, NOW);
	return evidence.status == CREDENTIAL_OK && evidence.assurance == EVIDENCE_CHIP &&
	       reading.length == issued->length &&
	       memcmp(reading.bytes, issued->bytes, issued->length) == 0;
}

static bool is_empty(void)
{
	struct reading reading;
	size_t length;

	piv_card_reset(&fixture.card);
	return tag_read(&link_to_card, 0x20, &reading) == READING_UNSUPPORTED &&
	       piv_card_object(&fixture.card, PIV_OBJECT_CREDENTIAL, &length) == NULL;
}

static void a_card_becomes_the_holders(void **state)
{
	uint8_t public_key[64];
	size_t length;

	(void)state;
	assert_int_equal(run(), PERSONALISE_OK);
	assert_int_equal(fixture.recorded, 1);
	assert_false(fixture.it.left);
	assert_true(is_good());
	assert_null(piv_card_object(&fixture.card, PIV_OBJECT_CREDENTIAL, &length));
	piv_card_public(&fixture.card, public_key);
	assert_memory_equal(fixture.it.issued.claims.holder_key, public_key, 64);
	/* And another's, which ends the first. */
	assert_int_equal(run(), PERSONALISE_OK);
	assert_true(is_good());
	piv_card_new_key(&fixture.card);
	assert_false(is_good());
}

static void where_ndef_has_no_room_it_is_an_object(void **state)
{
	static const struct {
		const char *name;
		enum tag_manner manner;
		size_t file_size;
		bool locked;
	} rows[] = {
		{ "no NDEF application", TAG_NO_NDEF, 8192, false },
		{ "a small file", TAG_HONEST, 120, false },
		{ "a file that is worn out", TAG_WORN, 8192, false },
		{ "a file that is locked", TAG_HONEST, 8192, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct type4_tag *tag = &fixture.card.tag;
		size_t length;

		print_message("  %s\n", rows[i].name);
		set_up(NULL);
		type4_tag_limit(tag, 255, 255, rows[i].file_size);
		tag->manner = rows[i].manner;
		if (rows[i].locked)
			type4_tag_lock(tag);
		assert_int_equal(run(), PERSONALISE_OK);
		assert_int_equal(fixture.recorded, 1);
		assert_non_null(piv_card_object(&fixture.card, PIV_OBJECT_CREDENTIAL, &length));
		assert_true(is_good());
		tear_down(NULL);
	}
}

/* What stood in a file too small for the new one would be read first. */
static void an_older_record_does_not_stay_in_front(void **state)
{
	const struct forge forge = { .payload = "A3" ISS CTI ID };
	uint8_t bytes[FORGE_BYTES_MAX];

	(void)state;
	piv_card_put_record(&fixture.card, bytes, forge_credential(bytes, &forge, &fixture.key));
	type4_tag_limit(&fixture.card.tag, 255, 255, 220);
	assert_int_equal(run(), PERSONALISE_OK);
	assert_true(is_good());
}

static void what_fails_is_taken_back(void **state)
{
	static const struct {
		const char *name;
		enum piv_manner manner;
		enum tag_manner tag_manner;
		uint8_t management; /* first byte of the card's key */
		uint8_t sak;
		enum personalise_status status;
	} rows[] = {
		{ "no PIV", PIV_NO_APPLICATION, TAG_HONEST, 1, 0x20, PERSONALISE_NOT_PIV },
		{ "no APDUs", PIV_HONEST, TAG_HONEST, 1, 0x00, PERSONALISE_NOT_PIV },
		{ "another management key", PIV_HONEST, TAG_HONEST, 8, 0x20, PERSONALISE_LOCKED },
		{ "rubbish", PIV_ONE_BYTE, TAG_HONEST, 1, 0x20, PERSONALISE_NO_KEY },
		{ "another key than it tells", PIV_OTHER_POINT, TAG_HONEST, 1, 0x20,
		  PERSONALISE_UNPROVED },
		{ "another key than it tells, in an object", PIV_OTHER_POINT, TAG_NO_NDEF, 1, 0x20,
		  PERSONALISE_UNPROVED },
		{ "it does not sign", PIV_REFUSES, TAG_HONEST, 1, 0x20, PERSONALISE_UNPROVED },
		{ "it keeps nothing", PIV_FORGETFUL, TAG_NO_NDEF, 1, 0x20, PERSONALISE_NO_ROOM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		set_up(NULL);
		fixture.card.manner = rows[i].manner;
		fixture.card.tag.manner = rows[i].tag_manner;
		fixture.card.management_key[0] = rows[i].management;
		fixture.sak = rows[i].sak;
		assert_int_equal(run(), rows[i].status);
		assert_int_equal(fixture.recorded, 0);
		assert_false(fixture.it.left);
		assert_true(is_empty());
		assert_true(strlen(personalise_words(rows[i].status, false)) > 0);
		assert_true(strlen(personalise_words(rows[i].status, true)) > 0);
		tear_down(NULL);
	}
}

static void what_cannot_be_recorded_is_taken_back(void **state)
{
	(void)state;
	fixture.record_fails = true;
	assert_int_equal(run(), PERSONALISE_NOT_RECORDED);
	assert_int_equal(fixture.recorded, 1);
	assert_false(fixture.it.left);
	assert_true(is_empty());
	fixture.card.tag.manner = TAG_NO_NDEF;
	assert_int_equal(run(), PERSONALISE_NOT_RECORDED);
	assert_false(fixture.it.left);
	assert_true(is_empty());
}

static void what_cannot_be_signed_is_not_written(void **state)
{
	(void)state;
	fixture.view.reason = REASON_SUSPENDED;
	assert_int_equal(run(), PERSONALISE_NOT_SIGNED);
	assert_int_equal(fixture.it.signing, ISSUING_NOT_IN_ORDER);
	assert_int_equal(fixture.it.issued.reason, REASON_SUSPENDED);
	assert_int_equal(fixture.recorded, 0);
	assert_true(is_empty());
}

/* APDUs of an undisturbed run. */
static int apdus_of_a_run(void)
{
	set_up(NULL);
	assert_int_equal(run(), PERSONALISE_OK);
	tear_down(NULL);
	return fixture.card.apdus;
}

/* The message of a torn card says that something may be on it exactly where it may. */
static void torn_at_each_apdu(void **state)
{
	int apdus = apdus_of_a_run();
	size_t length;

	(void)state;
	assert_true(apdus > 12);
	for (int at = 1; at <= apdus; at++) {
		set_up(NULL);
		fixture.card.tear_at = at;
		assert_int_equal(run(), PERSONALISE_NO_CARD);
		assert_int_equal(fixture.recorded, 0);
		(void)type4_tag_message(&fixture.card.tag, &length);
		assert_true(fixture.it.left || length == 0);
		assert_int_equal(fixture.it.left, at > 4);
		/* Put on again it is written anew, whatever there was. */
		assert_int_equal(run(), PERSONALISE_OK);
		assert_true(is_good());
		tear_down(NULL);
		/* Or it comes back in time by itself. */
		set_up(NULL);
		fixture.card.tear_at = at;
		fixture.tries = 2;
		assert_int_equal(run(), PERSONALISE_OK);
		assert_int_equal(fixture.recorded, 1);
		assert_false(fixture.it.left);
		assert_true(is_good());
		tear_down(NULL);
	}
}

/* Torn away while it is emptied: then it is told that something may be left. */
static void torn_while_taken_back(void **state)
{
	int apdus = apdus_of_a_run();

	(void)state;
	set_up(NULL);
	fixture.record_fails = true;
	fixture.card.tear_at = apdus + 1;
	assert_int_equal(run(), PERSONALISE_NOT_RECORDED);
	assert_true(fixture.it.left);
	tear_down(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_card_becomes_the_holders, set_up, tear_down),
		cmocka_unit_test(where_ndef_has_no_room_it_is_an_object),
		cmocka_unit_test_setup_teardown(an_older_record_does_not_stay_in_front, set_up,
						tear_down),
		cmocka_unit_test(what_fails_is_taken_back),
		cmocka_unit_test_setup_teardown(what_cannot_be_recorded_is_taken_back, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_signed_is_not_written, set_up,
						tear_down),
		cmocka_unit_test(torn_at_each_apdu),
		cmocka_unit_test(torn_while_taken_back),
	};
	return cmocka_run_group_tests_name("personalise", tests, NULL, NULL);
}
