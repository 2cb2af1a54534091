#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/entitlement.h"
#include "db/log.h"
#include "small_registry.h"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

/* --- checking --- */

static void test_home_holder(void **state)
{
	static struct entitlement out;
	assert_int_equal(small_check(of(state), &out, "C1", "SHOP", 10000), REASON_OK);
	assert_true(out.home);
	assert_true(out.has_assurance);
	assert_int_equal(out.assurance, ASSURANCE_STATIC);
	assert_string_equal(out.certificate, "C1");
	assert_string_equal(out.name, "测试甲人"); /* the registry's, not the card's */
	assert_int_equal(out.kind, 1);
	assert_int_equal(out.offer_count, 3);
	assert_int_equal(out.best, 0);
	assert_string_equal(out.offers[0].benefit->id, "shop-tenth");
	assert_int_equal(out.offers[0].payable, 9000);
	assert_int_equal(out.offers[0].left[0].count, 3);
	assert_int_equal(out.offers[0].left[0].amount, 5000);
	assert_string_equal(out.offers[2].benefit->id, "shop-officers");
	assert_int_equal(out.offers[2].reason, REASON_WRONG_CLASS);
	assert_int_equal(small_entries(of(state)), 0); /* a check records nothing */
}

static void test_steps(void **state)
{
	static const struct {
		const char *step;
		enum reason reason;
	} rows[] = {
		{ "active", REASON_OK },
		{ "on_file", REASON_NOT_ISSUED },
		{ "applied", REASON_NOT_ISSUED },
		{ "accepted", REASON_NOT_ISSUED },
		{ "county_review", REASON_NOT_ISSUED },
		{ "city_review", REASON_NOT_ISSUED },
		{ "province_review", REASON_NOT_ISSUED },
		{ "in_review", REASON_NOT_ISSUED },
		{ "refused", REASON_NOT_ISSUED },
		{ "in_production", REASON_NOT_ISSUED },
		{ "at_county", REASON_NOT_ISSUED },
		{ "at_station", REASON_NOT_ISSUED },
		{ "handed_over", REASON_NOT_ISSUED },
		{ "loss_reported", REASON_LOSS_REPORTED },
		{ "lost", REASON_LOST },
		{ "suspended", REASON_SUSPENDED },
		{ "replaced", REASON_REPLACED },
		{ "withdrawn", REASON_WITHDRAWN },
		{ "cancelled", REASON_CANCELLED },
		{ "deceased", REASON_CANCELLED },
		{ "moved", REASON_MOVED },
		{ "other_kind", REASON_REPLACED },
	};
	static struct entitlement out;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char number[32];
		snprintf(number, sizeof number, "N-%s", rows[i].step);
		if (small_check(of(state), &out, number, "SHOP", AMOUNT_NONE) != rows[i].reason)
			fail_msg("%s: %s", rows[i].step, reason_name(out.reason));
		assert_int_equal(out.offer_count > 0, rows[i].reason == REASON_OK);
		assert_int_equal(out.best >= 0, rows[i].reason == REASON_OK);
	}
}

static void test_dates(void **state)
{
	static const struct {
		const char *name;
		int32_t from, until;
		const char *state;
		enum reason reason;
	} rows[] = {
		{ "open", INT32_MIN, INT32_MAX, "active", REASON_OK },
		{ "first day", SMALL_DAY, INT32_MAX, "active", REASON_OK },
		{ "day before the first", SMALL_DAY + 1, INT32_MAX, "active",
		  REASON_NOT_YET_VALID },
		{ "last day", INT32_MIN, SMALL_DAY, "active", REASON_OK },
		{ "day after the last", INT32_MIN, SMALL_DAY - 1, "active", REASON_EXPIRED },
		{ "expired and lost", INT32_MIN, SMALL_DAY - 1, "lost", REASON_EXPIRED },
		{ "valid and lost", SMALL_DAY, SMALL_DAY, "lost", REASON_LOST },
	};
	static struct entitlement out;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct certificate certificate = { "DATED",       "P2",         "371171",     1,
						   rows[i].state, rows[i].from, rows[i].until };
		struct certificate_view view;
		assert_int_equal(registry_put_certificate(of(state), &certificate), REGISTRY_OK);
		if (small_check(of(state), &out, "DATED", "SHOP", 1) != rows[i].reason)
			fail_msg("%s: %s", rows[i].name, reason_name(out.reason));
		assert_int_equal(registry_certificate(of(state), &view, "DATED", SMALL_NOW),
				 REGISTRY_OK);
		assert_int_equal(view.reason, rows[i].reason);
	}
}

static void test_refusals_before_the_holder(void **state)
{
	static const struct {
		const char *name, *merchant, *issuer, *number;
		enum carrier carrier;
		enum reason fault, reason;
		bool medium;
	} rows[] = {
		{ "no such merchant", "NOBODY", "yd:371171", "C1", CARRIER_QR, REASON_OK,
		  REASON_MERCHANT_INACTIVE, true },
		{ "suspended merchant", "CLOSED", "yd:371171", "C1", CARRIER_QR, REASON_OK,
		  REASON_MERCHANT_INACTIVE, true },
		{ "merchant before reading", "CLOSED", NULL, NULL, CARRIER_QR, REASON_FORGED,
		  REASON_MERCHANT_INACTIVE, false },
		{ "no merchant", NULL, "yd:371171", "C1", CARRIER_QR, REASON_OK,
		  REASON_MERCHANT_INACTIVE, true },
		{ "forged", "SHOP", NULL, NULL, CARRIER_QR, REASON_FORGED, REASON_FORGED, false },
		{ "torn", "SHOP", NULL, NULL, CARRIER_TAG, REASON_TORN, REASON_TORN, false },
		{ "ours, not in the registry", "SHOP", "yd:371171", "C9", CARRIER_QR, REASON_OK,
		  REASON_UNKNOWN_CERTIFICATE, true },
		{ "ours without a medium", "SHOP", "yd:371171", "C1", CARRIER_QR, REASON_OK,
		  REASON_MALFORMED, false },
		{ "by number, unknown", "SHOP", NULL, "C9", CARRIER_NUMBER, REASON_OK,
		  REASON_UNKNOWN_CERTIFICATE, false },
		{ "by number", "SHOP", NULL, "C1", CARRIER_NUMBER, REASON_OK, REASON_OK, false },
		{ "a town's unit is home", "SHOP", "yd:371171001", "C1", CARRIER_QR, REASON_OK,
		  REASON_OK, true },
		{ "a region above a unit's is home", "SHOP", "yd:3711", "C9", CARRIER_QR, REASON_OK,
		  REASON_UNKNOWN_CERTIFICATE, true },
		{ "another region is a guest", "SHOP", "yd:350926", "C9", CARRIER_QR, REASON_OK,
		  REASON_OK, true },
		{ "a longer code is a guest", "SHOP", "yd:3711710011", "C9", CARRIER_QR, REASON_OK,
		  REASON_OK, true },
		{ "not of ours", "SHOP", "371171", "C9", CARRIER_QR, REASON_OK, REASON_OK, false },
		{ "not digits", "SHOP", "yd:371171x", "C9", CARRIER_QR, REASON_OK, REASON_OK,
		  false },
		{ "no digits", "SHOP", "yd:", "C9", CARRIER_QR, REASON_OK, REASON_OK, false },
	};
	static struct entitlement out;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static const uint8_t medium[16] = { 1 };
		struct presentation presentation = { .carrier = rows[i].carrier,
						     .fault = rows[i].fault,
						     .assurance = ASSURANCE_STATIC,
						     .issuer = rows[i].issuer,
						     .number = rows[i].number,
						     .name = "来客",
						     .kind = 1 };
		if (rows[i].medium) {
			presentation.medium = medium;
			presentation.medium_length = sizeof medium;
		}
		struct circumstances circumstances = small_circumstances(rows[i].merchant, 100);
		assert_int_equal(entitlement_check(of(state), &out, &presentation, &circumstances),
				 REGISTRY_OK);
		if (out.reason != rows[i].reason)
			fail_msg("%s: %s", rows[i].name, reason_name(out.reason));
		assert_int_equal(out.has_assurance, rows[i].fault == REASON_OK);
		if (rows[i].carrier == CARRIER_NUMBER)
			assert_int_equal(out.assurance, ASSURANCE_MANUAL);
	}
}

/* A unit's region says who is at home, not what the unit is called. */
static void test_region_of_a_unit(void **state)
{
	static struct entitlement out;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C9", medium);
	struct circumstances circumstances = small_circumstances("SHOP", 100);
	struct unit unit = { .code = "U-7",
			     .name = "站",
			     .tier = "town",
			     .parent = "",
			     .from = INT32_MIN,
			     .until = INT32_MAX,
			     .region = "350926" };
	presentation.issuer = "yd:350926";
	assert_int_equal(entitlement_check(of(state), &out, &presentation, &circumstances),
			 REGISTRY_OK);
	assert_int_equal(out.reason, REASON_OK); /* a guest */
	assert_int_equal(registry_put_unit(of(state), &unit), REGISTRY_OK);
	assert_int_equal(registry_refresh(of(state), NULL), REGISTRY_OK);
	assert_int_equal(entitlement_check(of(state), &out, &presentation, &circumstances),
			 REGISTRY_OK);
	assert_int_equal(out.reason, REASON_UNKNOWN_CERTIFICATE);
}

static void test_guest(void **state)
{
	static struct entitlement out;
	struct redemption redemption;
	uint8_t medium[16];
	/* The number of a certificate of ours does not make a guest one of us. */
	struct presentation guest = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("PARK", AMOUNT_NONE);
	guest.issuer = "yd:350926";
	assert_int_equal(entitlement_check(of(state), &out, &guest, &circumstances), REGISTRY_OK);
	assert_int_equal(out.reason, REASON_OK);
	assert_false(out.home);
	assert_string_equal(out.certificate, "");
	assert_string_equal(out.name, "印在卡上的名字");
	assert_int_equal(out.kind, 2);
	assert_int_equal(entitlement_redeem(of(state), &redemption, &guest, &circumstances,
					    "park-free", "guest-1"),
			 REGISTRY_OK);
	assert_int_equal(redemption.reason, REASON_OK);
	/* The guest's quota is used, that of the holder with the same number is not. */
	assert_int_equal(entitlement_redeem(of(state), &redemption, &guest, &circumstances,
					    "park-free", "guest-2"),
			 REGISTRY_OK);
	assert_int_equal(redemption.reason, REASON_QUOTA_USED);
	struct presentation ours = small_presentation("C1", medium);
	assert_int_equal(entitlement_redeem(of(state), &redemption, &ours, &circumstances,
					    "park-free", "home-1"),
			 REGISTRY_OK);
	assert_int_equal(redemption.reason, REASON_OK);
	guest.issuer = "another";
	assert_int_equal(entitlement_redeem(of(state), &redemption, &guest, &circumstances,
					    "park-free", "guest-3"),
			 REGISTRY_OK);
	assert_int_equal(redemption.reason, REASON_OK);
}

static void test_media(void **state)
{
	static struct entitlement out;
	uint8_t bytes[16];
	struct presentation presentation = small_presentation("C1", bytes);
	struct circumstances circumstances = small_circumstances("SHOP", 100);
	struct medium medium = { .id = bytes,
				 .id_length = 16,
				 .certificate = "C1",
				 .carrier = "qr",
				 .issued_at = SMALL_NOW,
				 .expires = INT64_MAX };
	static const struct {
		enum reason reason;
	} rows[] = { { REASON_REPLACED }, { REASON_LOST }, { REASON_MOVED } };
	/* Recorded and good, then void for each reason. */
	assert_int_equal(registry_put_medium(of(state), &medium), REGISTRY_OK);
	assert_int_equal(registry_put_medium(of(state), &medium), REGISTRY_CONSTRAINT);
	assert_int_equal(entitlement_check(of(state), &out, &presentation, &circumstances),
			 REGISTRY_OK);
	assert_int_equal(out.reason, REASON_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(registry_void_medium(of(state), bytes, 16, rows[i].reason),
				 REGISTRY_OK);
		assert_int_equal(entitlement_check(of(state), &out, &presentation, &circumstances),
				 REGISTRY_OK);
		assert_int_equal(out.reason, rows[i].reason);
	}
	assert_int_equal(registry_void_medium(of(state), bytes, 15, REASON_LOST),
			 REGISTRY_NOT_FOUND);
	/* Another certificate with this one's medium. */
	presentation.number = "C2";
	assert_int_equal(entitlement_check(of(state), &out, &presentation, &circumstances),
			 REGISTRY_OK);
	assert_int_equal(out.reason, REASON_UNKNOWN_CERTIFICATE);
	assert_string_equal(out.name, "");
}

static void test_mask(void **state)
{
	static const struct {
		const char *name, *masked;
	} rows[] = {
		{ "", "" },
		{ "测", "*" },
		{ "测试", "测*" },
		{ "测试人", "测*人" },
		{ "测试甲人", "测**人" },
		{ "Li Na", "L***a" },
		{ "\xf0\xa0\xae\xb7野家", "\xf0\xa0\xae\xb7*家" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char out[64];
		name_mask(out, sizeof out, rows[i].name);
		assert_string_equal(out, rows[i].masked);
	}
	char small[5]; /* cut between characters */
	name_mask(small, sizeof small, "测试甲人");
	assert_string_equal(small, "测*");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_home_holder),
		CASE(test_steps),
		CASE(test_dates),
		CASE(test_refusals_before_the_holder),
		CASE(test_region_of_a_unit),
		CASE(test_guest),
		CASE(test_media),
		cmocka_unit_test(test_mask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
