/* Any text as a receipt: taken for ours only where it is the very one that the key has signed.
 * Covers db/chain.c. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "db/entitlement.h"
#include "db/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key that signed tests/corpus/receipt/good; its other half is lost. */
static const uint8_t key[32] = {
	0xed, 0xf1, 0xee, 0x61, 0xc8, 0x2f, 0x78, 0x26, 0xde, 0x13, 0x11,
	0x93, 0x8c, 0x17, 0x95, 0xa9, 0xf1, 0x1c, 0x57, 0xf9, 0xac, 0x8a,
	0xb5, 0xf2, 0xee, 0x6a, 0x6a, 0x9c, 0x8b, 0xd7, 0xef, 0xab,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char good[RECEIPT_MAX + 1]; /* no second one can be made */
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (receipt_verify(text, key)) {
		if (good[0] == '\0')
			strncpy(good, text, RECEIPT_MAX);
		if (strcmp(good, text) != 0)
			abort();
	}
	free(text);
	return 0;
}
