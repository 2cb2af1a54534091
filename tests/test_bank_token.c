/* Tokens against another implementation's, and that nothing of a number is left in memory. */
#include "reader/bank_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/primitives.h"
#include "tests/emv_card.h"
#include "tests/memory_scan.h"

static const uint8_t salts[][BANK_SALT_BYTES + 1] = { "0123456789abcdef", "fedcba9876543210" };

static struct emv_account account_of(const char *number, uint8_t sequence)
{
	struct emv_account account = { .length = strlen(number), .sequence = sequence };
	memcpy(account.digits, number, account.length);
	return account;
}

/* Made by the reference implementation:
 * printf %s NUMBER+SEQUENCE | argon2 SALT -id -t 2 -m 14 -p 1 -l 16 -r */
static void tokens_are_argon2id_of_number_and_sequence(void **state)
{
	static const struct {
		const char *number;
		uint8_t sequence;
		size_t salt;
		uint8_t token[BANK_TOKEN_BYTES + 1];
	} rows[] = {
		{ "6229261234567890", 0, 0,
		  "\x3a\x26\x7d\x88\x45\xc7\xb5\x2c\x33\xf7\x61\xab\xbc\x0d\x8b\x42" },
		{ "6229261234567890", 1, 0,
		  "\x5b\x7f\x4f\x92\xb5\xc7\x41\xb3\x02\x78\x98\x78\x1c\xec\x85\xa4" },
		{ "6229261234567890", 0, 1,
		  "\x5c\x93\xff\x47\x5e\xa1\x08\xb9\xea\x03\xe8\x3e\xda\xbc\xb8\x39" },
		{ "622926123456789012", 0, 0,
		  "\x1b\xc1\x84\x36\x66\x09\x9f\x6d\xed\x96\x90\xe9\x46\x12\x53\x35" },
		{ "6229261234567890123", 1, 0,
		  "\xe9\x7a\x2e\x33\x4a\xeb\x8b\xd1\x26\x9f\x23\xc7\xc6\xc3\x8c\x32" },
		{ "6229261299", 99, 0,
		  "\xf4\x17\xd9\x46\x9a\xfd\x0f\x9b\x41\x90\xa6\x2e\xaa\x10\x12\xbc" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct emv_account account = account_of(rows[i].number, rows[i].sequence);
		uint8_t token[BANK_TOKEN_BYTES];
		assert_true(bank_token_make(token, &account, salts[rows[i].salt]));
		assert_memory_equal(token, rows[i].token, sizeof token);
	}
}

/* --- the memory of a process that read a card --- */

/* The number is nine minus each digit: this process must not know it before it reads the card. */
static const char complement[] = "3770738765432109";

struct far_card {
	int socket;
	pid_t process;
};

/* The process of a card: it alone knows the number. */
static void be_card(int socket, bool quick, int tear_at)
{
	static struct emv_card card;
	static uint8_t response[CARD_ANSWER_MAX];
	char number[sizeof complement] = { 0 };
	for (size_t i = 0; i < sizeof complement - 1; i++) {
		number[i] = (char)('0' + '9' - complement[i]);
	}
	(quick ? emv_card_make_quick : emv_card_make)(&card, number, 1);
	card.tear_at = tear_at;
	uint8_t command[CARD_COMMAND_MAX];
	ssize_t got;
	while ((got = recv(socket, command, sizeof command, 0)) > 0) {
		size_t length = emv_card_answer(&card, response, command, (size_t)got);
		if (length == CARD_GONE || send(socket, response, length, 0) < 0) {
			break;
		}
	}
	_exit(0);
}

static struct far_card lay_card(bool quick, int tear_at)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	struct far_card card = { .socket = ends[0], .process = fork() };
	assert_true(card.process >= 0);
	if (card.process == 0) {
		close(ends[0]);
		be_card(ends[1], quick, tear_at);
	}
	close(ends[1]);
	return card;
}

static void take_card(struct far_card *card)
{
	close(card->socket);
	assert_int_equal(waitpid(card->process, NULL, 0), card->process);
}

static int ask_far_card(void *context, uint8_t *response, const uint8_t *command, size_t length)
{
	const struct far_card *card = context;
	if (send(card->socket, command, length, MSG_NOSIGNAL) < 0) {
		return 0;
	}
	return (int)recv(card->socket, response, CARD_RESPONSE_MAX, 0);
}

/* Deep in the stack, where the search does not itself overwrite what was left. */
__attribute__((noinline)) static enum emv_status read_far_card(struct far_card *card,
							       struct emv_account *out)
{
	volatile uint8_t above[32 * 1024];
	above[0] = 0;
	static const struct emv_terminal terminal = { .now = 1795500000 };
	const struct card_link link = { .transceive = ask_far_card, .context = card };
	enum emv_status status = emv_read(&link, out, &terminal);
	above[0]++;
	return status;
}

static void nothing_of_the_number_is_left(void **state)
{
	(void)state;
	for (int quick = 0; quick < 2; quick++) {
		struct far_card card = lay_card(quick == 1, 0);
		struct emv_account *account = calloc(1, sizeof *account);
		assert_non_null(account);
		assert_int_equal(read_far_card(&card, account), EMV_OK);
		assert_int_equal(account->length, sizeof complement - 1);
		assert_int_equal(memory_scan(getpid(), complement), 1); /* account alone */
		assert_true(memory_scan(card.process, complement) > 0);
		uint8_t token[BANK_TOKEN_BYTES];
		assert_true(bank_token_make(token, account, salts[0]));
		assert_memory_equal(token, "\x5b\x7f\x4f\x92\xb5\xc7\x41\xb3", 8);
		explicit_bzero(account, sizeof *account);
		bank_token_wipe_stack();
		assert_int_equal(memory_scan(getpid(), complement), 0);
		free(account);
		take_card(&card);
	}
}

static void nothing_is_left_of_a_card_that_was_torn_away(void **state)
{
	(void)state;
	for (int at = 1; at <= 5; at++) {
		struct far_card card = lay_card(false, at);
		struct emv_account account;
		assert_int_equal(read_far_card(&card, &account), EMV_LOST);
		bank_token_wipe_stack();
		assert_int_equal(memory_scan(getpid(), complement), 0);
		take_card(&card);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_the_number_is_left),
		cmocka_unit_test(nothing_is_left_of_a_card_that_was_torn_away),
		cmocka_unit_test(tokens_are_argon2id_of_number_and_sequence),
	};
	return primitive_ready() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
