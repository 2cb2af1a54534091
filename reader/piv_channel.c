#include "reader/piv_channel.h"

#include <assert.h>
#include <string.h>

#define PART_MAX 255 /* [byte] short Lc */

enum {
	CLASS_LAST = 0x00,
	CLASS_CHAINED = 0x10,

	GET_RESPONSE = 0xc0,

	WORD_SUCCESS = 0x9000,
	WORD_MORE = 0x61,         /* high byte; the low one tells how much */
	WORD_WRONG_LENGTH = 0x6c, /* high byte; the low one is the right Le */
};

/* --- exchanges --- */

/* One command as it stands; what data comes back is put behind what the answer holds. */
static enum piv_status exchange(struct piv_channel *channel, const uint8_t *command, size_t length)
{
	const struct card_link *link = channel->link;
	uint8_t response[CARD_RESPONSE_MAX];
	size_t count;
	int got;

	if (++channel->exchanges > PIV_EXCHANGES_MAX)
		return PIV_MALFORMED;
	got = link->transceive(link->context, response, command, length);
	if (got < 1)
		return PIV_LOST;
	if (got < 2 || got > CARD_RESPONSE_MAX)
		return PIV_MALFORMED;
	count = (size_t)got - 2;
	channel->status_word = (uint16_t)(response[count] << 8 | response[count + 1]);
	if (count > sizeof(channel->answer) - channel->length)
		return PIV_MALFORMED;
	memcpy(channel->answer + channel->length, response, count);
	channel->length += count;
	return PIV_OK;
}

/* The same for a command that ends in Le: where the card knows better, its Le is taken.  That may
 * take several turns, since a signature made anew may have another length. */
static enum piv_status exchange_with_le(struct piv_channel *channel, uint8_t *command,
					size_t length)
{
	size_t before = channel->length;
	enum piv_status status = exchange(channel, command, length);

	while (status == PIV_OK && channel->status_word >> 8 == WORD_WRONG_LENGTH) {
		channel->length = before;
		command[length - 1] = (uint8_t)channel->status_word;
		status = exchange(channel, command, length);
	}
	return status;
}

/* Le: 0 means 256, and is as much as there is; where the reader holds less, the card keeps the rest. */
static uint8_t answer_length(const struct piv_channel *channel, uint8_t wanted)
{
	size_t most = channel->link->data_max;
	size_t length = wanted == 0 ? CARD_DATA_MAX : wanted;

	return (uint8_t)(most > 0 && length > most ? most : length);
}

/* What the card keeps ready; an answer without a byte ends it. */
static enum piv_status fetch_rest(struct piv_channel *channel)
{
	while (channel->status_word >> 8 == WORD_MORE) {
		uint8_t command[] = { CLASS_LAST, GET_RESPONSE, 0, 0,
				      answer_length(channel, (uint8_t)channel->status_word) };
		size_t before = channel->length;
		enum piv_status status = exchange_with_le(channel, command, sizeof(command));

		if (status != PIV_OK)
			return status;
		if (channel->length == before && channel->status_word >> 8 == WORD_MORE)
			return PIV_MALFORMED;
	}
	return PIV_OK;
}

/* At most PART_MAX bytes of the command's data. */
static enum piv_status send_part(struct piv_channel *channel, const struct piv_command *command,
				 uint8_t class, const uint8_t *data, size_t length)
{
	uint8_t bytes[CARD_COMMAND_MAX] = { class, command->instruction, command->p1, command->p2 };
	size_t end = 4;
	enum piv_status status;

	assert(length <= PART_MAX && (length > 0 || command->answers));
	if (length > 0) {
		bytes[end++] = (uint8_t)length;
		memcpy(bytes + end, data, length);
		end += length;
	}
	if (class == CLASS_LAST && command->answers) {
		bytes[end] = answer_length(channel, 0);
		status = exchange_with_le(channel, bytes, end + 1);
	} else {
		status = exchange(channel, bytes, end);
	}
	explicit_bzero(bytes, sizeof(bytes));
	return status;
}

enum piv_status piv_transmit(struct piv_channel *channel, const struct piv_command *command)
{
	const uint8_t *data = command->data;
	size_t left = command->length;
	size_t part = channel->link->data_max > 0 && channel->link->data_max < PART_MAX
			      ? channel->link->data_max
			      : PART_MAX;
	enum piv_status status;

	channel->length = 0;
	for (; left > part; left -= part, data += part) {
		status = send_part(channel, command, CLASS_CHAINED, data, part);
		if (status != PIV_OK)
			return status;
		if (channel->status_word != WORD_SUCCESS)
			return PIV_REFUSED;
		if (channel->length != 0)
			return PIV_MALFORMED;
	}
	status = send_part(channel, command, CLASS_LAST, data, left);
	if (status == PIV_OK)
		status = fetch_rest(channel);
	if (status == PIV_OK && channel->status_word != WORD_SUCCESS)
		return PIV_REFUSED;
	return status;
}

enum piv_status piv_begin(struct piv_channel *channel, const struct card_link *link)
{
	/* Without the version at its end: any is welcome. */
	static const uint8_t application[] = {
		0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00
	};
	const struct piv_command selection = {
		.instruction = 0xa4,
		.p1 = 0x04,
		.answers = true,
		.data = application,
		.length = sizeof(application),
	};

	channel->link = link;
	channel->exchanges = 0;
	return piv_transmit(channel, &selection);
}

/* --- BER-TLV --- */

struct piv_span piv_answer(const struct piv_channel *channel)
{
	return (struct piv_span){ channel->answer, channel->length };
}

/* The length field at the span's beginning is taken off; false where it is not one of 1 to 3 bytes. */
static bool take_length(struct piv_span *span, size_t *length)
{
	size_t width;

	if (span->length < 1)
		return false;
	*length = span->bytes[0];
	width = *length < 0x80 ? 0 : *length - 0x80;
	if (*length == 0x80 || width > 2 || width > span->length - 1)
		return false;
	if (width > 0)
		*length = 0;
	for (size_t i = 1; i <= width; i++)
		*length = *length << 8 | span->bytes[i];
	span->bytes += 1 + width;
	span->length -= 1 + width;
	return true;
}

bool piv_unwrap(struct piv_span *span, unsigned tag)
{
	struct piv_span rest = *span;
	size_t width = tag > 0xff ? 2 : 1;
	size_t length;

	if (rest.length < width)
		return false;
	for (size_t i = 0; i < width; i++)
		if (rest.bytes[i] != (uint8_t)(tag >> 8 * (width - 1 - i)))
			return false;
	rest.bytes += width;
	rest.length -= width;
	if (!take_length(&rest, &length) || length != rest.length)
		return false;
	*span = rest;
	return true;
}
