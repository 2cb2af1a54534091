/* Base45: what decodes encodes to the same text again, and bytes always come back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader/base45.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(BASE45_DECODED(size) + 1);
	uint8_t *back = malloc(size + 1);
	char *text = malloc(BASE45_ENCODED(size) + size + 1);
	size_t length;

	if (base45_decode(bytes, &length, (const char *)data, size)) {
		base45_encode(text, bytes, length);
		if (strlen(text) != size || memcmp(text, data, size) != 0)
			abort();
	}
	base45_encode(text, data, size);
	if (strlen(text) != BASE45_ENCODED(size) ||
	    !base45_decode(back, &length, text, strlen(text)) || length != size ||
	    memcmp(back, data, size) != 0)
		abort();
	free(text);
	free(back);
	free(bytes);
	return 0;
}
