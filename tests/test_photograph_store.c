/* Photographs in the registry: sealed, one a person, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/photograph.h"
#include "small_registry.h"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

static void assert_photograph(struct registry *registry, const char *person, const void *bytes,
			      size_t length)
{
	uint8_t *got;
	size_t got_length;
	assert_int_equal(photograph_get(registry, &got, &got_length, person), REGISTRY_OK);
	assert_int_equal(got_length, length);
	assert_memory_equal(got, bytes, length);
	free(got);
}

static void what_is_put_comes_back(void **state)
{
	static uint8_t large[PHOTOGRAPH_BYTES_MAX + 1];
	uint8_t *got;
	size_t length;
	memset(large, 0x5a, sizeof large);
	assert_int_equal(photograph_get(of(state), &got, &length, "P1"), REGISTRY_NOT_FOUND);
	assert_int_equal(photograph_put(of(state), "P1", (const uint8_t *)"first", 5, SMALL_NOW),
			 REGISTRY_OK);
	assert_photograph(of(state), "P1", "first", 5);
	assert_int_equal(photograph_put(of(state), "P1", (const uint8_t *)"second", 6, SMALL_NOW),
			 REGISTRY_OK);
	assert_photograph(of(state), "P1", "second", 6);
	assert_int_equal(photograph_put(of(state), "P2", large, PHOTOGRAPH_BYTES_MAX, SMALL_NOW),
			 REGISTRY_OK);
	assert_photograph(of(state), "P2", large, PHOTOGRAPH_BYTES_MAX);
	assert_int_equal(photograph_put(of(state), "P2", large, sizeof large, SMALL_NOW),
			 REGISTRY_CONSTRAINT);
	assert_int_equal(photograph_put(of(state), "P2", large, 0, SMALL_NOW), REGISTRY_CONSTRAINT);
	assert_photograph(of(state), "P2", large, PHOTOGRAPH_BYTES_MAX);
	assert_int_equal(photograph_put(of(state), "P9", large, 1, SMALL_NOW), REGISTRY_NOT_FOUND);
}

/* It is bound to the person: moved to another's row it does not open. */
static void a_seal_is_for_one_person(void **state)
{
	struct small_registry *small = *state;
	uint8_t *got;
	size_t length;
	assert_int_equal(photograph_put(of(state), "P1", (const uint8_t *)"face", 4, SMALL_NOW),
			 REGISTRY_OK);
	small_sql(small->path, "UPDATE photograph SET person = 'P2'");
	assert_int_equal(photograph_get(of(state), &got, &length, "P2"), REGISTRY_DAMAGED);
	small_sql(small->path, "UPDATE photograph SET sealed = x'02'");
	assert_int_equal(photograph_get(of(state), &got, &length, "P2"), REGISTRY_DAMAGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_put_comes_back, small_set_up,
						small_tear_down),
		cmocka_unit_test_setup_teardown(a_seal_is_for_one_person, small_set_up,
						small_tear_down),
	};
	return cmocka_run_group_tests_name("photograph_store", tests, NULL, NULL);
}
