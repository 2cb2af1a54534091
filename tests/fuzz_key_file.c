/* Key files from hostile bytes: nothing but the right passphrase over an unchanged file opens one. */
#include <stdint.h>
#include <stdlib.h>

#include "reader/issue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct signing_key key;

	if (signing_key_open(&key, (const char *)data, size, "no file has this one") == ISSUE_OK)
		abort();
	return 0;
}
