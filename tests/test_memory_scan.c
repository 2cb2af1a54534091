/* The search finds what it is to find, in each form, and nothing else. */
#include "tests/memory_scan.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Of a number that nobody has: nine minus each of its digits. */
static const char complement[] = "3770738152604981";

#define DIGITS (sizeof complement - 1)
#define ROOM   (3 * 1024 * 1024) /* [byte] more than the search looks at in one piece */

static uint8_t *room;

/* Nothing of it stays in a register or on the stack as a whole. */
static uint8_t digit(size_t at)
{
	return (uint8_t)('9' - complement[at]);
}

static void put_text(uint8_t *at, size_t between, uint8_t separator)
{
	for (size_t i = 0; i < DIGITS; i++) {
		*at++ = (uint8_t)('0' + digit(i));
		memset(at, separator, between);
		at += between;
	}
}

static void put_pairs(uint8_t *at)
{
	for (size_t i = 0; i < DIGITS; i++) {
		*at++ = (uint8_t)('0' + digit(i));
		at += i % 2 == 1 ? 2 : 0;
		if (i % 2 == 1) {
			memset(at - 2, ' ', 2);
		}
	}
}

static void put_packed(uint8_t *at, size_t skip)
{
	for (size_t i = 0; i < DIGITS; i++) {
		size_t nibble = i + skip;
		at[nibble / 2] |= (uint8_t)(digit(i) << (nibble % 2 == 0 ? 4 : 0));
	}
}

static void put_unpacked(uint8_t *at)
{
	for (size_t i = 0; i < DIGITS; i++) {
		at[i] = digit(i);
	}
}

static void put_form(uint8_t *at, int form)
{
	switch (form) {
	case 0:
		put_text(at, 0, 0);
		break;
	case 1:
		put_text(at, 3, 0); /* UTF-32 */
		break;
	case 2:
		put_text(at, 1, ':');
		break;
	case 3:
		put_pairs(at);
		break;
	case 4:
		put_packed(at, 0);
		break;
	case 5:
		put_packed(at, 1);
		break;
	default:
		put_unpacked(at);
		break;
	}
}

#define FORMS 7

static void each_form_is_found_wherever_it_lies(void **state)
{
	static const size_t places[] = { 0, 1, 4095, (1 << 20) - 5, (1 << 20) - 130, ROOM - 80 };
	(void)state;
	assert_int_equal(memory_scan(getpid(), complement), 0);
	for (int form = 0; form < FORMS; form++) {
		for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
			put_form(room + places[i], form);
			assert_int_equal(memory_scan(getpid(), complement), 1);
			memset(room + places[i], 0, 80);
		}
	}
	assert_int_equal(memory_scan(getpid(), complement), 0);
}

static void several_are_counted(void **state)
{
	(void)state;
	for (int form = 0; form < FORMS; form++) {
		put_form(room + 1000 * form, form);
	}
	assert_int_equal(memory_scan(getpid(), complement), FORMS);
	memset(room, 0, ROOM);
}

static void what_is_nearly_it_is_not_found(void **state)
{
	(void)state;
	put_text(room, 4, ' ');
	put_text(room + 1000, 0, 0);
	room[1000 + DIGITS - 1] ^= 1;
	put_packed(room + 2000, 0);
	room[2000] ^= 0x10;
	put_unpacked(room + 3000);
	room[3000 + DIGITS - 1] = 0xff;
	assert_int_equal(memory_scan(getpid(), complement), 0);
	memset(room, 0, ROOM);
}

/* The child says when it is ready, and waits to be told to go. */
static void another_process_is_looked_through(void **state)
{
	(void)state;
	int pipes[2][2];
	assert_true(pipe(pipes[0]) == 0 && pipe(pipes[1]) == 0);
	pid_t child = fork();
	assert_true(child >= 0);
	char byte = 0;
	if (child == 0) {
		put_form(room + 77, 4);
		(void)!write(pipes[0][1], "r", 1);
		(void)!read(pipes[1][0], &byte, 1);
		_exit(0);
	}
	assert_int_equal(read(pipes[0][0], &byte, 1), 1);
	assert_int_equal(memory_scan(child, complement), 1);
	assert_int_equal(memory_scan(getpid(), complement), 0);
	assert_int_equal(write(pipes[1][1], "g", 1), 1);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(memory_scan(child, complement), -1);
	for (int i = 0; i < 4; i++) {
		close(pipes[i / 2][i % 2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_is_found_wherever_it_lies),
		cmocka_unit_test(several_are_counted),
		cmocka_unit_test(what_is_nearly_it_is_not_found),
		cmocka_unit_test(another_process_is_looked_through),
	};
	room = calloc(1, ROOM);
	if (room == NULL) {
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(room);
	return failed;
}
