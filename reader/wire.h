/*
 * The exchanges with a card, noted for a fault report: what was asked and how it ended, no data.
 */
#ifndef YOUDAI_READER_WIRE_H
#define YOUDAI_READER_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/reading.h"

/* Note an exchange.  is_apdu: four bytes of the command's head are no data and the last two of the
 * response its status word; elsewhere only the command's code is kept.  got: the response's length, or
 * less than 1. */
void wire_note(struct wire *wire, bool is_apdu, const uint8_t *command, size_t length,
	       const uint8_t *response, int got, uint64_t took_ms);

#endif
