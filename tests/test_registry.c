#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/registry.h"
#include "small_registry.h"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

/* --- rows --- */

static void test_rules(void **state)
{
	struct registry *registry = of(state);
	const struct unit unit = { "1", "n", "hamlet", "", 0, 0, NULL, NULL };
	const struct unit backwards = { "1", "n", "town", "", 2, 1, NULL, NULL };
	struct merchant merchant = { "M", "n", VENUE_SHOP, "", "3711", "", "", "open" };
	struct person person = { .code = "P9", .name = "n", .home_region = "", .identities = "" };
	struct certificate certificate = { "C9", "P1", "", 1, "active", INT32_MIN, INT32_MAX };
	char name[HOLDER_NAME_MAX + 2];
	assert_int_equal(registry_put_unit(registry, &unit), REGISTRY_CONSTRAINT);
	assert_int_equal(registry_put_unit(registry, &backwards), REGISTRY_CONSTRAINT);
	assert_int_equal(registry_put_merchant(registry, &merchant), REGISTRY_CONSTRAINT);
	merchant.state = "left";
	merchant.scene = "?";
	assert_int_equal(registry_put_merchant(registry, &merchant), REGISTRY_CONSTRAINT);
	assert_string_equal(registry_trouble(registry),
			    "merchant.scene is none of the eleven scenes");
	merchant.scene = "食";
	assert_int_equal(registry_put_merchant(registry, &merchant), REGISTRY_OK);
	person.merit = 4;
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_CONSTRAINT);
	person.merit = 3;
	person.sex = 'x';
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_CONSTRAINT);
	person.sex = 'f';
	person.identities = "a;b;c;d;e;f;g;h;i";
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_CONSTRAINT);
	person.identities = "a;b;c;d;e;f;g;h";
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_OK);
	person.identities = "12345678901234567890123456789012";
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_CONSTRAINT);
	person.identities++;
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_OK);
	memset(name, 'n', sizeof name);
	name[HOLDER_NAME_MAX + 1] = '\0';
	person.name = name;
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_CONSTRAINT);
	person.name = name + 1;
	assert_int_equal(registry_put_person(registry, &person), REGISTRY_OK);
	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_OK);
	certificate.state = "flying";
	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_CONSTRAINT);
	certificate.state = "lost";
	certificate.kind = 3;
	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_CONSTRAINT);
	certificate.kind = 2;
	certificate.person = "P99";
	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_CONSTRAINT);
	certificate.person = "P9";
	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_OK);
}

static void test_certificate_view(void **state)
{
	struct certificate_view view;
	assert_int_equal(registry_certificate(of(state), &view, "C1", SMALL_NOW), REGISTRY_OK);
	assert_string_equal(view.certificate.number, "C1");
	assert_string_equal(view.certificate.person, "P1");
	assert_string_equal(view.certificate.unit, "371171001");
	assert_string_equal(view.certificate.state, "active");
	assert_string_equal(view.name, "测试甲人");
	assert_int_equal(view.certificate.valid_from, INT32_MIN);
	assert_int_equal(view.certificate.valid_until, INT32_MAX);
	assert_int_equal(view.reason, REASON_OK);
	assert_int_equal(registry_certificate(of(state), &view, "N-lost", SMALL_NOW), REGISTRY_OK);
	assert_int_equal(view.reason, REASON_LOST);
	assert_int_equal(registry_certificate(of(state), &view, "C9", SMALL_NOW),
			 REGISTRY_NOT_FOUND);
}

static void test_person_of_id_number(void **state)
{
	struct registry *registry = of(state);
	const struct person longest = { .code = "012345678901234567890123456789"
						"012345678901234567890123456789012",
					.name = "n",
					.home_region = "",
					.identities = "",
					.id_number = "110105194912310011" };
	struct person longer = { .code = "012345678901234567890123456789"
					 "0123456789012345678901234567890123",
				 .name = "n",
				 .home_region = "",
				 .identities = "",
				 .id_number = "110105194912310038" };
	char code[PERSON_CODE_MAX + 1] = "untouched";
	bool any = false;
	assert_int_equal(registry_has_persons(registry, &any), REGISTRY_OK);
	assert_true(any);
	assert_int_equal(registry_person_of_id_number(registry, code, "110105194912310011"),
			 REGISTRY_NOT_FOUND);
	assert_string_equal(code, "untouched");
	assert_int_equal(registry_person_of_id_number(registry, code, "11010519491231002X"),
			 REGISTRY_OK);
	assert_string_equal(code, "P1");
	assert_int_equal(registry_put_person(registry, &longest), REGISTRY_OK);
	assert_int_equal(registry_person_of_id_number(registry, code, longest.id_number),
			 REGISTRY_OK);
	assert_string_equal(code, longest.code);
	assert_int_equal(registry_put_person(registry, &longer), REGISTRY_OK);
	assert_int_equal(registry_person_of_id_number(registry, code, longer.id_number),
			 REGISTRY_DAMAGED);
}

static bool see_unit(void *context, const struct unit *unit)
{
	return see(context, unit->code);
}
static bool see_merchant(void *context, const struct merchant *merchant)
{
	return see(context, merchant->code);
}
static bool see_person(void *context, const struct person *person)
{
	return see(context, person->name);
}
static bool see_certificate(void *context, const struct certificate *certificate)
{
	return see(context, certificate->number);
}
static bool see_key(void *context, const struct issuer_key *key)
{
	char text[64];
	snprintf(text, sizeof text, "%s/%zu/%zu/%lld", key->issuer, key->public_length,
		 key->kid_length, key->until == INT64_MAX ? -1LL : (long long)key->until);
	return see(context, text);
}
static bool see_medium(void *context, const struct medium *medium, bool void_now)
{
	char text[64];
	snprintf(text, sizeof text, "%s/%zu/%d/%d", medium->carrier, medium->id_length,
		 medium->holder_key != NULL, void_now);
	return see(context, text);
}

static void test_lists(void **state)
{
	struct registry *registry = of(state);
	struct seen seen = { 0 };
	assert_int_equal(registry_each_unit(registry, see_unit, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "371171 371171001 ");
	seen = (struct seen){ 0 };
	assert_int_equal(registry_each_merchant(registry, see_merchant, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "CLOSED HOTEL PARK ");
	seen = (struct seen){ 0 };
	assert_int_equal(registry_each_person(registry, see_person, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "测试甲人 测乙 丙 ");
	seen = (struct seen){ 0 };
	assert_int_equal(registry_each_certificate(registry, SMALL_NOW, see_certificate, &seen),
			 REGISTRY_OK);
	assert_string_equal(seen.text, "C1 C1B C2 ");
	/* After a list was ended early the registry can be written. */
	struct redemption out;
	assert_int_equal(small_redeem(registry, &out, "v"), REGISTRY_OK);
}

static void test_keys_and_media(void **state)
{
	static const uint8_t bytes[64] = { 1 };
	struct registry *registry = of(state);
	struct issuer_key key = {
		"yd:371171", "EdDSA", bytes, 32, bytes, 8, "371171", 5, INT64_MAX
	};
	struct medium medium = { bytes, 8, "C1", "chip", bytes, 5, INT64_MAX };
	struct seen seen = { 0 };
	bool changed;
	assert_int_equal(registry_put_key(registry, &key), REGISTRY_OK);
	assert_int_equal(registry_refresh(registry, &changed), REGISTRY_OK);
	assert_true(changed);
	key.algorithm = "ES256"; /* with 32 bytes */
	assert_int_equal(registry_put_key(registry, &key), REGISTRY_CONSTRAINT);
	key = (struct issuer_key){ "other", "ES256", bytes, 64, bytes, 0, "", 5, 77 };
	assert_int_equal(registry_put_key(registry, &key), REGISTRY_OK);
	assert_int_equal(registry_each_key(registry, see_key, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "other/64/0/77 yd:371171/32/8/-1 ");
	assert_int_equal(registry_retire_key(registry, bytes, 8, 99), REGISTRY_OK);
	assert_int_equal(registry_retire_key(registry, bytes, 8, 99), REGISTRY_NOT_FOUND);
	assert_int_equal(registry_retire_key(registry, bytes, 7, 99), REGISTRY_NOT_FOUND);
	seen = (struct seen){ 0 };
	assert_int_equal(registry_each_key(registry, see_key, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "other/64/0/77 yd:371171/32/8/99 ");
	assert_int_equal(registry_put_medium(registry, &medium), REGISTRY_OK);
	medium.id_length = 7;
	assert_int_equal(registry_put_medium(registry, &medium), REGISTRY_CONSTRAINT);
	medium.id_length = 16;
	medium.holder_key = NULL;
	medium.carrier = "qr";
	assert_int_equal(registry_put_medium(registry, &medium), REGISTRY_OK);
	medium.id_length = 9;
	medium.certificate = "C99";
	assert_int_equal(registry_put_medium(registry, &medium), REGISTRY_CONSTRAINT);
	assert_int_equal(registry_void_medium(registry, bytes, 8, REASON_LOST), REGISTRY_OK);
	assert_int_equal(registry_void_medium(registry, bytes, 8, REASON_FORGED),
			 REGISTRY_CONSTRAINT);
	seen = (struct seen){ 0 };
	assert_int_equal(registry_each_medium(registry, "C1", SMALL_NOW, see_medium, &seen),
			 REGISTRY_OK);
	assert_string_equal(seen.text, "chip/8/1/1 qr/16/0/0 ");
	seen = (struct seen){ 0 };
	assert_int_equal(registry_each_medium(registry, "C2", SMALL_NOW, see_medium, &seen),
			 REGISTRY_OK);
	assert_int_equal(seen.count, 0);
}

/* --- benefits --- */

static const struct benefit *benefit_of(struct registry *registry, const char *id)
{
	const struct catalogue *catalogue = registry_catalogue(registry);
	for (size_t i = 0; i < catalogue_count(catalogue); i++)
		if (strcmp(catalogue_at(catalogue, i)->id, id) == 0)
			return catalogue_at(catalogue, i);
	return NULL;
}

static void put_benefit(struct registry *registry, const char *json)
{
	struct catalogue *catalogue;
	struct benefit_fault fault;
	assert_int_equal(catalogue_parse(&catalogue, &fault, json, strlen(json)), BENEFIT_OK);
	assert_int_equal(registry_put_benefits(registry, catalogue, SMALL_NOW), REGISTRY_OK);
	catalogue_free(catalogue);
	assert_int_equal(registry_refresh(registry, NULL), REGISTRY_OK);
}

static void test_benefit_versions(void **state)
{
	static const char one[] = "{\"benefit\":\"b\",\"title\":{\"zh\":\"一\",\"en\":\"One\"},"
				  "\"value\":{\"type\":\"priority\"}}";
	static const char two[] = "{\"benefit\":\"b\",\"title\":{\"zh\":\"二\",\"en\":\"Two\"},"
				  "\"value\":{\"type\":\"priority\"}}";
	struct registry *registry = of(state);
	assert_int_equal(catalogue_count(registry_catalogue(registry)), 5);
	put_benefit(registry, one);
	assert_int_equal(benefit_of(registry, "b")->version, 1);
	put_benefit(registry, one); /* the same is nothing new */
	assert_int_equal(benefit_of(registry, "b")->version, 1);
	put_benefit(registry, two);
	assert_int_equal(benefit_of(registry, "b")->version, 2);
	assert_string_equal(benefit_of(registry, "b")->title[1], "Two");
	assert_int_equal(registry_retire_benefit(registry, "b", SMALL_NOW), REGISTRY_OK);
	assert_int_equal(registry_retire_benefit(registry, "b", SMALL_NOW), REGISTRY_OK);
	assert_int_equal(registry_retire_benefit(registry, "none", SMALL_NOW), REGISTRY_NOT_FOUND);
	assert_int_equal(registry_refresh(registry, NULL), REGISTRY_OK);
	assert_true(benefit_of(registry, "b")->retired);
	assert_int_equal(benefit_of(registry, "b")->version, 2);
	put_benefit(registry, two); /* imported again, it is in force again */
	assert_false(benefit_of(registry, "b")->retired);
	assert_int_equal(benefit_of(registry, "b")->version, 3);
	assert_int_equal(catalogue_count(registry_catalogue(registry)), 6);
}

/* --- several at once --- */

static void test_refresh_sees_others(void **state)
{
	struct small_registry *small = *state;
	struct registry *other;
	struct merchant merchant = { "NEW", "n", VENUE_SHOP, "", "3711", "", "", "active" }, found;
	struct redemption out;
	bool changed;
	assert_int_equal(registry_open(&other, small->path, true), REGISTRY_OK);
	assert_int_equal(small_redeem(other, &out, "v"), REGISTRY_OK);
	assert_int_equal(registry_refresh(small->registry, &changed), REGISTRY_OK);
	assert_false(changed); /* an entry of the log is nothing that is kept in memory */
	assert_int_equal(registry_begin(other), REGISTRY_OK);
	assert_int_equal(registry_put_merchant(other, &merchant), REGISTRY_OK);
	assert_int_equal(registry_refresh(small->registry, &changed), REGISTRY_OK);
	assert_false(changed);
	assert_int_equal(registry_commit(other), REGISTRY_OK);
	assert_int_equal(registry_merchant(small->registry, &found, "NEW"), REGISTRY_NOT_FOUND);
	assert_int_equal(registry_refresh(small->registry, &changed), REGISTRY_OK);
	assert_true(changed);
	assert_int_equal(registry_merchant(small->registry, &found, "NEW"), REGISTRY_OK);
	assert_string_equal(found.name, "n");
	registry_close(other);
}

static void test_rollback(void **state)
{
	struct registry *registry = of(state);
	struct person person = {
		.code = "P8", .name = "n", .home_region = "99", .identities = "new"
	};
	struct certificate certificate = { "C8", "P8", "99", 1, "active", INT32_MIN, INT32_MAX };
	struct certificate_view view;
	static struct entitlement out;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C8", medium);
	struct circumstances circumstances = small_circumstances("SHOP", 1);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(registry_begin(registry), REGISTRY_OK);
		assert_int_equal(registry_put_person(registry, &person), REGISTRY_OK);
		assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_OK);
		assert_int_equal(entitlement_check(registry, &out, &presentation, &circumstances),
				 REGISTRY_OK);
		assert_int_equal(out.reason, REASON_OK);
		registry_rollback(registry);
		assert_int_equal(registry_certificate(registry, &view, "C8", SMALL_NOW),
				 REGISTRY_NOT_FOUND);
		person.identities = "other"; /* gets the id that the first had */
	}
}

static void test_about(void **state)
{
	struct registry *registry = of(state);
	assert_false(registry_is_demo(registry));
	assert_int_equal(registry_set_demo(registry), REGISTRY_OK);
	assert_true(registry_is_demo(registry));
	assert_true(registry_data_time(registry) == INT64_MIN);
	assert_int_equal(registry_set_data_time(registry, SMALL_NOW), REGISTRY_OK);
	assert_true(registry_data_time(registry) == SMALL_NOW);
	for (int status = 0; status <= REGISTRY_TROUBLE; status++) {
		assert_non_null(registry_status_name((enum registry_status)status));
		assert_non_null(registry_status_why((enum registry_status)status, true));
		assert_non_null(registry_status_why((enum registry_status)status, false));
	}
}

/* --- names at rest --- */

static bool file_holds(const char *path, const char *text)
{
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return false;
	static char bytes[4 << 20];
	size_t length = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	return memmem(bytes, length, text, strlen(text)) != NULL;
}

static void test_names_are_sealed(void **state)
{
	static const char *const suffixes[] = { "", "-wal", ".head" };
	struct small_registry *small = *state;
	struct redemption out;
	bool any = false;
	assert_int_equal(small_redeem(small->registry, &out, "v"), REGISTRY_OK);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
			char path[192];
			small_path(path, small, suffixes[i]);
			assert_false(file_holds(path, "测试甲人"));
			assert_false(file_holds(path, "11010519491231002X"));
			any = any || file_holds(path, "海滨公园"); /* this is how to find it */
		}
		assert_int_equal(registry_checkpoint(small->registry), REGISTRY_OK);
	}
	assert_true(any);
}

static void test_name_moved_to_another_row(void **state)
{
	static struct entitlement out;
	struct small_registry *small = *state;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("SHOP", 1);
	small_sql(small->path,
		  "UPDATE person SET name = (SELECT name FROM person WHERE code = 'P2')"
		  " WHERE code = 'P1'");
	assert_int_equal(entitlement_check(small->registry, &out, &presentation, &circumstances),
			 REGISTRY_DAMAGED);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_rules),
		CASE(test_certificate_view),
		CASE(test_person_of_id_number),
		CASE(test_lists),
		CASE(test_keys_and_media),
		CASE(test_benefit_versions),
		CASE(test_refresh_sees_others),
		CASE(test_rollback),
		CASE(test_about),
		CASE(test_names_are_sealed),
		CASE(test_name_moved_to_another_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
