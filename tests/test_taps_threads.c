/* Very many taps in a row, through libnfc in a reader's process: none lost, none twice, nothing left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/taps.h"

#define TAPS 1000

static void a_thousand_taps(void **state)
{
	struct taps taps;
	(void)state;
	taps_run(&taps, TAPS);
	print_message("  %d taps, %.0f a second\n", taps.made, taps.per_second);
	assert_int_equal(taps.made, TAPS);
	assert_int_equal(taps.right, TAPS);
	assert_int_equal(taps.more, 0);
	assert_int_equal(taps.descriptors_after, taps.descriptors_before);
	assert_int_equal(taps.readers_descriptors_after, taps.readers_descriptors_before);
	assert_int_equal(taps.readers_process_after, taps.readers_process_before);
	assert_int_equal(taps.threads_after, taps.threads_before);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_thousand_taps) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
