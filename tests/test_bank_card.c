/* Bank cards bound to certificates: who is recognised, what is void, and the site's keys over time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/bank_card.h"
#include "db/export.h"
#include "db/life_record.h"
#include "db/lookup.h"
#include "small_registry.h"

/* Tokens as two versions of the site's key would make them: the newest first. */
struct tokens {
	uint8_t bytes[2][BANK_TOKEN_SIZE];
};

static struct tokens card(uint8_t which)
{
	struct tokens out;
	memset(out.bytes[0], which, sizeof out.bytes[0]);
	memset(out.bytes[1], which + 0x80, sizeof out.bytes[1]);
	return out;
}

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

static enum bank_card_answer bind_at(struct registry *registry, const char *certificate,
				     const uint8_t *tokens, size_t count, int64_t now)
{
	enum bank_card_answer answer = BANK_CARD_VOID;
	struct bank_card before;
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(
		bank_card_bind(registry, &answer, &before, certificate, tokens, count, now),
		REGISTRY_OK);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	return answer;
}

static enum bank_card_answer bind(struct registry *registry, const char *certificate,
				  struct tokens tokens)
{
	return bind_at(registry, certificate, tokens.bytes[0], 1, SMALL_NOW - 60);
}

static struct presentation presented(const struct tokens *tokens, size_t count)
{
	return (struct presentation){ .carrier = CARRIER_BANK,
				      .assurance = ASSURANCE_BANK,
				      .tokens = tokens->bytes[0],
				      .token_count = count };
}

static enum reason check(struct registry *registry, struct entitlement *out, struct tokens tokens)
{
	struct presentation presentation = presented(&tokens, 1);
	struct circumstances circumstances = small_circumstances("SHOP", 1000);
	assert_int_equal(entitlement_check(registry, out, &presentation, &circumstances),
			 REGISTRY_OK);
	return out->reason;
}

static enum reason redeem(struct registry *registry, struct redemption *out,
			  const struct presentation *presentation, const char *visit)
{
	struct circumstances circumstances = small_circumstances("SHOP", 1000);
	assert_int_equal(entitlement_redeem(registry, out, presentation, &circumstances,
					    "shop-tenth", visit),
			 REGISTRY_OK);
	return out->reason;
}

static void a_card_is_known_once_it_is_bound(void **state)
{
	struct entitlement found;
	struct redemption out;
	struct tokens mine = card(1);
	struct presentation presentation = presented(&mine, 1);
	assert_int_equal(check(of(state), &found, mine), REASON_UNKNOWN_CARD);
	assert_true(found.has_assurance);
	assert_int_equal(redeem(of(state), &out, &presentation, "v1"), REASON_UNKNOWN_CARD);
	assert_int_equal(bind(of(state), "C1", mine), BANK_CARD_BOUND);
	assert_int_equal(check(of(state), &found, mine), REASON_OK);
	assert_string_equal(found.certificate, "C1");
	assert_int_equal(found.carrier, CARRIER_BANK);
	assert_int_equal(found.assurance, ASSURANCE_BANK);
	assert_true(found.home && found.offer_count > 0);
	assert_int_equal(redeem(of(state), &out, &presentation, "v2"), REASON_OK);
	assert_int_equal(check(of(state), &found, card(2)), REASON_UNKNOWN_CARD);
	small_assert_intact(of(state));
}

static void binding_again_says_what_stands(void **state)
{
	struct entitlement found;
	assert_int_equal(bind(of(state), "C1", card(1)), BANK_CARD_BOUND);
	assert_int_equal(bind(of(state), "C1", card(1)), BANK_CARD_WAS_BOUND);
	assert_int_equal(bind(of(state), "C2", card(1)), BANK_CARD_OF_ANOTHER);
	assert_int_equal(check(of(state), &found, card(1)), REASON_OK);
	assert_string_equal(found.certificate, "C1");
}

static void one_certificate_has_one_card(void **state)
{
	struct entitlement found;
	assert_int_equal(bind(of(state), "C1", card(1)), BANK_CARD_BOUND);
	assert_int_equal(bind(of(state), "C1", card(2)), BANK_CARD_BOUND);
	assert_int_equal(check(of(state), &found, card(1)), REASON_REPLACED);
	assert_int_equal(check(of(state), &found, card(2)), REASON_OK);
	assert_int_equal(bind(of(state), "C1", card(1)), BANK_CARD_VOID);
	assert_int_equal(bind(of(state), "C2", card(1)), BANK_CARD_VOID);
}

static void a_replacement_voids_the_card(void **state)
{
	struct entitlement found;
	struct life_answer answer;
	struct life_request request = { .certificate = "C1",
					.act = ACT_REPLACE,
					.now = SMALL_NOW,
					.at = SMALL_NOW,
					.until = LIFE_NEVER,
					.cause = "chip",
					.reason = "" };
	assert_int_equal(bind(of(state), "C1", card(1)), BANK_CARD_BOUND);
	assert_int_equal(registry_begin(of(state)), REGISTRY_OK);
	assert_int_equal(life_take_step(of(state), &answer, &request), REGISTRY_OK);
	assert_int_equal(answer.refusal, LIFE_TAKEN);
	assert_int_equal(registry_commit(of(state)), REGISTRY_OK);
	assert_int_equal(check(of(state), &found, card(1)), REASON_REPLACED);
	assert_int_equal(bind(of(state), "C2", card(1)), BANK_CARD_OF_ANOTHER); /* until then */
	assert_int_equal(bind_at(of(state), "C2", card(1).bytes[0], 1, SMALL_NOW), BANK_CARD_VOID);
}

static void unbinding_forgets_the_card(void **state)
{
	struct entitlement found;
	int64_t count = 0;
	assert_int_equal(bind(of(state), "C1", card(1)), BANK_CARD_BOUND);
	for (int64_t left = 1; left >= 0; left--) {
		assert_int_equal(registry_begin(of(state)), REGISTRY_OK);
		assert_int_equal(bank_card_unbind(of(state), &count, "C1"), REGISTRY_OK);
		assert_int_equal(registry_commit(of(state)), REGISTRY_OK);
		assert_int_equal(count, left);
	}
	assert_int_equal(check(of(state), &found, card(1)), REASON_UNKNOWN_CARD);
	assert_int_equal(bind(of(state), "C2", card(1)), BANK_CARD_BOUND);
}

static void a_card_is_found_and_its_token_is_no_short_code(void **state)
{
	struct lookup found;
	struct tokens mine = card(1);
	struct presentation presentation = presented(&mine, 1);
	bool guest = true;
	assert_int_equal(bind(of(state), "C1", mine), BANK_CARD_BOUND);
	assert_int_equal(lookup_presented(of(state), &found, &guest, &presentation), REGISTRY_OK);
	assert_false(guest);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.persons[0], "P1");
	assert_int_equal(lookup_medium(of(state), &found, mine.bytes[0], 5), REGISTRY_OK);
	assert_int_equal(found.count, 0);
	mine = card(2);
	assert_int_equal(lookup_presented(of(state), &found, &guest, &presentation), REGISTRY_OK);
	assert_int_equal(found.count, 0);
}

/* --- the site's keys --- */

static void a_card_of_an_older_key_is_renewed_at_its_next_use(void **state)
{
	struct entitlement found;
	struct redemption out;
	struct tokens mine = card(1), older;
	struct presentation presentation = presented(&mine, 2);
	memcpy(older.bytes[0], mine.bytes[1], BANK_TOKEN_SIZE);
	assert_int_equal(bind(of(state), "C1", older), BANK_CARD_BOUND);
	assert_int_equal(check(of(state), &found, mine), REASON_UNKNOWN_CARD);
	assert_int_equal(redeem(of(state), &out, &presentation, "v1"), REASON_OK);
	assert_int_equal(check(of(state), &found, mine), REASON_OK);
	assert_int_equal(check(of(state), &found, older), REASON_UNKNOWN_CARD);
	small_assert_intact(of(state));
}

static void keys_are_kept_for_three_renewals(void **state)
{
	struct small_registry *small = *state;
	uint8_t first[BANK_SALTS_MAX][BANK_SALT_SIZE], now[BANK_SALTS_MAX][BANK_SALT_SIZE];
	assert_int_equal(bank_card_salts(small->registry, first), 1);
	for (size_t renewals = 1; renewals <= 4; renewals++) {
		size_t expected = renewals < BANK_SALTS_MAX ? renewals + 1 : BANK_SALTS_MAX;
		assert_int_equal(bank_card_new_key(small->registry), REGISTRY_OK);
		registry_close(small->registry);
		assert_int_equal(registry_open(&small->registry, small->path, true), REGISTRY_OK);
		assert_int_equal(bank_card_salts(small->registry, now), expected);
		if (renewals < BANK_SALTS_MAX)
			assert_memory_equal(now[expected - 1], first[0], BANK_SALT_SIZE);
		else
			assert_memory_not_equal(now[expected - 1], first[0], BANK_SALT_SIZE);
		for (size_t i = 0; i + 1 < expected; i++)
			assert_memory_not_equal(now[i], now[i + 1], BANK_SALT_SIZE);
	}
}

static void a_kiosk_copy_knows_the_same_cards(void **state)
{
	struct small_registry *small = *state;
	struct export_count count;
	struct registry *copy;
	struct entitlement found;
	uint8_t here[BANK_SALTS_MAX][BANK_SALT_SIZE], there[BANK_SALTS_MAX][BANK_SALT_SIZE];
	char path[192];
	assert_int_equal(bank_card_new_key(small->registry), REGISTRY_OK);
	assert_int_equal(bind(small->registry, "C1", card(1)), BANK_CARD_BOUND);
	small_path(path, small, ".kiosk");
	assert_int_equal(export_kiosk(small->registry, &count, path), REGISTRY_OK);
	assert_int_equal(registry_open(&copy, path, true), REGISTRY_OK);
	assert_int_equal(bank_card_salts(small->registry, here), 2);
	assert_int_equal(bank_card_salts(copy, there), 2);
	assert_memory_equal(here, there, 2 * BANK_SALT_SIZE);
	assert_int_equal(check(copy, &found, card(1)), REASON_OK);
	registry_close(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_set_up, small_tear_down)
		TEST(a_card_is_known_once_it_is_bound),
		TEST(binding_again_says_what_stands),
		TEST(one_certificate_has_one_card),
		TEST(a_replacement_voids_the_card),
		TEST(unbinding_forgets_the_card),
		TEST(a_card_is_found_and_its_token_is_no_short_code),
		TEST(a_card_of_an_older_key_is_renewed_at_its_next_use),
		TEST(keys_are_kept_for_three_renewals),
		TEST(a_kiosk_copy_knows_the_same_cards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
