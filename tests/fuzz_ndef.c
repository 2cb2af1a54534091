/* Any bytes as an NDEF message: a payload that is found lies within, and builds up again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "reader/ndef.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t message[READING_BYTES_MAX + NDEF_OVERHEAD_MAX];
	struct ndef_payload found;
	if (ndef_find(&found, data, size) != NDEF_OK) {
		return 0;
	}
	assert(found.length > 0 && found.length <= READING_BYTES_MAX);
	assert(found.offset <= size && found.length <= size - found.offset);
	size_t length = 0;
	enum ndef_status status =
		ndef_build(message, sizeof message, &length, data + found.offset, found.length);
	assert(status == NDEF_OK);
	struct ndef_payload again;
	status = ndef_find(&again, message, length);
	assert(status == NDEF_OK && again.length == found.length);
	assert(memcmp(message + again.offset, data + found.offset, found.length) == 0);
	return 0;
}
