#include "tests/emv_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A reader's side: what does not fit is reported as too long. */
static int ask_card(void *context, uint8_t *out, const uint8_t *command, size_t length)
{
	static uint8_t response[CARD_ANSWER_MAX];
	size_t got = emv_card_answer(context, response, command, length);
	if (got > CARD_RESPONSE_MAX) {
		return CARD_RESPONSE_MAX + 1;
	}
	memcpy(out, response, got);
	return (int)got;
}

void emv_expect(struct emv_card *card, enum emv_status status, const char *number, int sequence,
		int exchanges)
{
	static const struct emv_terminal terminal = {
		.now = 1785513600,
		.unpredictable = { 0xd1, 0xd2, 0xd3, 0xd4 },
	};
	const struct card_link link = { .transceive = ask_card, .context = card };
	struct emv_account account;
	struct emv_account untouched;
	memset(&account, 0xee, sizeof account);
	memcpy(&untouched, &account, sizeof account);
	assert_int_equal(emv_read(&link, &account, &terminal), status);
	assert_int_equal(card->exchanges, exchanges);
	if (status != EMV_OK) {
		assert_memory_equal(&account, &untouched, sizeof account);
		return;
	}
	assert_int_equal(account.length, strlen(number));
	assert_memory_equal(account.digits, number, account.length);
	assert_int_equal(account.sequence, sequence);
}
