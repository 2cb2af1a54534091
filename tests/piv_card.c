#include "tests/piv_card.h"

#include <string.h>

#include "reader/card_link.h"
#include "tests/piv_commands.h"

enum { WRONG_LENGTH = 0x6700, NO_CONDITIONS = 0x6985, NO_CLASS = 0x6e00 };

void piv_card_put_record(struct piv_card *card, const uint8_t *bytes, size_t length)
{
	type4_tag_make_credential(&card->tag, bytes, length);
}

/* --- making --- */

void piv_card_make(struct piv_card *card)
{
	static const uint8_t chuid[] = {
		0x30, 0x19, 0xd4, 0xe7, 0x39, 0xda, 0x73, 0x9c, 0xed, 0x39, 0xce, 0x73,
		0x9d, 0x83, 0x68, 0x58, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21, 0xc8, 0x42,
		0x10, 0xc3, 0xeb, 0x34, 0x10, 0x59, 0x44, 0x41, 0x49, 0x01, 0x02, 0x03,
		0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x35, 0x08, 0x32,
		0x30, 0x33, 0x35, 0x30, 0x31, 0x30, 0x31, 0x3e, 0x00, 0xfe, 0x00,
	};

	memset(card, 0, sizeof(*card));
	type4_tag_make(&card->tag, NULL, 0);
	card->part_max = 256;
	card->management_algorithm = 0x03;
	for (size_t i = 0; i < 24; i++)
		card->management_key[i] = (uint8_t)(i % 8 + 1);
	memcpy(card->pin, "123456\xff\xff", 8);
	card->pin_tries = PIV_PIN_TRIES;
	piv_card_new_key(card);
	piv_card_put_object(card, PIV_OBJECT_CHUID, chuid, sizeof(chuid));
}

static void deselect(struct piv_card *card)
{
	card->selected = false;
	card->authenticated = false;
	card->pin_verified = false;
	card->has_witness = false;
	card->has_challenge = false;
	card->chained_length = 0;
	card->pending_at = 0;
	card->pending_length = 0;
}

void piv_card_reset(struct piv_card *card)
{
	deselect(card);
	type4_tag_reset(&card->tag);
}

/* --- answers --- */

static size_t status_only(uint8_t *response, unsigned word)
{
	response[0] = (uint8_t)(word >> 8);
	response[1] = (uint8_t)word;
	return 2;
}

/* What is pending, as much as goes into one answer, and how much more there is. */
static size_t hand_out(struct piv_card *card, uint8_t *response, size_t expected)
{
	size_t left = card->pending_length - card->pending_at;
	size_t count = left < expected ? left : expected;
	size_t more;

	count = count < card->part_max ? count : card->part_max;
	memcpy(response, card->pending + card->pending_at, count);
	card->pending_at += count;
	more = left - count;
	if (more == 0)
		return count + status_only(response + count, PIV_WORD_OK);
	return count + status_only(response + count, 0x6100u | (more > 255 ? 0 : (unsigned)more));
}

/* What is told to lie spoils what it would have said. */
static void spoil(struct piv_card *card)
{
	switch (card->manner) {
	case PIV_GARBAGE:
		for (size_t i = 0; i < card->pending_length; i++)
			card->pending[i] = (uint8_t)(0x5a + 31 * i);
		break;
	case PIV_TAG_LIES:
		card->pending[card->pending_length > 0xff ? 3 : 1]++;
		break;
	case PIV_TRAILS:
		card->pending[card->pending_length++] = 0;
		break;
	case PIV_EMPTY:
		card->pending_length = 0;
		break;
	default:
		break;
	}
}

static size_t endless(const struct piv_card *card, uint8_t *response)
{
	size_t count = card->manner == PIV_ENDLESS ? 16 : 0;

	memset(response, 0x5a, count);
	return count + status_only(response + count, 0x6110);
}

static bool is_card_authentication(const struct piv_request *request)
{
	return request->instruction == 0x87 && request->p2 == PIV_SLOT;
}

static size_t answer_request(struct piv_card *card, uint8_t *response,
			     const struct piv_request *request, size_t expected)
{
	bool bent = is_card_authentication(request) || request->instruction == 0xcb;
	unsigned word;

	card->pending_at = 0;
	card->pending_length = 0;
	if (bent && (card->manner == PIV_ENDLESS || card->manner == PIV_ENDLESS_EMPTY))
		return endless(card, response);
	word = piv_serve(card, request);
	if (word != PIV_WORD_OK)
		return status_only(response, word);
	if (bent)
		spoil(card);
	if (bent && card->manner == PIV_PEDANT && card->pending_length < 256 &&
	    expected != card->pending_length)
		return status_only(response, 0x6c00u | (unsigned)card->pending_length);
	return hand_out(card, response, expected);
}

/* --- APDUs --- */

/* Lc and data, and Le; a command without one gets what there is, as real cards do and tools expect.
 *  False where the length contradicts itself. */
static bool parse(struct piv_request *out, size_t *expected, const uint8_t *command, size_t length)
{
	*out = (struct piv_request){ command[1], command[2], command[3], command + length, 0 };
	*expected = 256;
	if (length == 4)
		return true;
	if (length > 5) {
		out->data = command + 5;
		out->length = command[4];
		if (out->length == 0 || out->length > length - 5 || out->length < length - 6)
			return false;
		if (out->length == length - 5)
			return true;
	}
	*expected = command[length - 1] == 0 ? 256 : command[length - 1];
	return true;
}

/* Another part of a chain, or its end, which makes it the request. */
static unsigned chain(struct piv_card *card, struct piv_request *request, bool last)
{
	if (request->length > sizeof(card->chained) - card->chained_length) {
		card->chained_length = 0;
		return WRONG_LENGTH;
	}
	memcpy(card->chained + card->chained_length, request->data, request->length);
	card->chained_length += request->length;
	if (last) {
		request->data = card->chained;
		request->length = card->chained_length;
		card->chained_length = 0;
	}
	return PIV_WORD_OK;
}

static size_t answer_piv(struct piv_card *card, uint8_t *response, const uint8_t *command,
			 size_t length)
{
	bool last = (command[0] & 0x10) == 0;
	struct piv_request request;
	size_t expected;
	unsigned word;

	if ((command[0] & ~0x10) != 0)
		return status_only(response, NO_CLASS);
	if (!parse(&request, &expected, command, length))
		return status_only(response, WRONG_LENGTH);
	if (request.instruction == 0xc0) {
		if (card->manner == PIV_ENDLESS || card->manner == PIV_ENDLESS_EMPTY)
			return endless(card, response);
		if (card->pending_at == card->pending_length)
			return status_only(response, NO_CONDITIONS);
		return hand_out(card, response, expected);
	}
	word = chain(card, &request, last);
	if (word != PIV_WORD_OK || !last)
		return status_only(response, word);
	if (card->manner == PIV_ONE_BYTE) {
		response[0] = 0x90;
		return 1;
	}
	return answer_request(card, response, &request, expected);
}

static bool selects_piv(const uint8_t *command, size_t length)
{
	static const uint8_t identifier[] = { 0xa0, 0x00, 0x00, 0x03, 0x08, 0x00,
					      0x00, 0x10, 0x00, 0x01, 0x00 };

	return length >= 10 && command[4] >= 5 && command[4] <= sizeof(identifier) &&
	       length >= 5u + command[4] && memcmp(command + 5, identifier, command[4]) == 0;
}

static size_t answer_select(struct piv_card *card, uint8_t *response, const uint8_t *command,
			    size_t length)
{
	size_t answered;

	if (selects_piv(command, length) && card->manner != PIV_NO_APPLICATION) {
		deselect(card);
		piv_select(card);
		return hand_out(card, response, 256);
	}
	answered = type4_tag_answer(&card->tag, response, command, length);
	if (answered >= 2 && response[answered - 2] == 0x90)
		deselect(card);
	return answered;
}

size_t piv_card_answer(struct piv_card *card, uint8_t *response, const uint8_t *command,
		       size_t length)
{
	if (card->tear_at > 0 && card->apdus + 1 >= card->tear_at)
		return CARD_GONE;
	card->apdus++;
	if (length < 4)
		return status_only(response, WRONG_LENGTH);
	if (command[0] == 0x00 && command[1] == 0xa4 && command[2] == 0x04)
		return answer_select(card, response, command, length);
	if (card->selected)
		return answer_piv(card, response, command, length);
	return type4_tag_answer(&card->tag, response, command, length);
}

/* --- as a link --- */

int piv_card_ask(void *card, uint8_t *response, const uint8_t *command, size_t length)
{
	static uint8_t whole[CARD_ANSWER_MAX];
	size_t got = piv_card_answer(card, whole, command, length);

	if (got > CARD_RESPONSE_MAX)
		return CARD_RESPONSE_MAX + 1;
	memcpy(response, whole, got);
	return (int)got;
}

/* --- as a card in the field --- */

static void face(const void *card, struct card_face *out)
{
	type4_card.face(&((const struct piv_card *)card)->tag, out);
}

static void reset(void *card)
{
	piv_card_reset(card);
}

static void select_anew(void *card)
{
	deselect(card);
	((struct piv_card *)card)->tag.selected = -1;
}

static size_t answer(void *card, uint8_t *response, const uint8_t *command, size_t length)
{
	return piv_card_answer(card, response, command, length);
}

const struct card_kind piv_card = {
	.size = sizeof(struct piv_card),
	.face = face,
	.reset = reset,
	.select = select_anew,
	.answer = answer,
};
