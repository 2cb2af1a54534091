#include "reader/wire.h"

#include <string.h>

#include "reader/card_link.h"

static uint16_t bounded(uint64_t value)
{
	return value < UINT16_MAX ? (uint16_t)value : UINT16_MAX;
}

void wire_note(struct wire *wire, bool is_apdu, const uint8_t *command, size_t length,
	       const uint8_t *response, int got, uint64_t took_ms)
{
	struct wire_exchange *exchange = &wire->exchanges[wire->count % WIRE_EXCHANGES_MAX];
	size_t shown = is_apdu ? sizeof exchange->head : 1;

	*exchange = (struct wire_exchange){ .command_length = bounded(length),
					    .response_length = got < 0 ? 0 : bounded((uint64_t)got),
					    .took_ms = bounded(took_ms) };
	memcpy(exchange->head, command, length < shown ? length : shown);
	if (is_apdu && got >= 2 && got <= CARD_RESPONSE_MAX) {
		exchange->status = (uint16_t)(response[got - 2] << 8 | response[got - 1]);
	}
	wire->count++;
}
