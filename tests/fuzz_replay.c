/* Files of recorded presentations: every line is a presentation or the end of it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = malloc(length + 1);
	struct replay replay = { .text = text, .length = length };
	struct reading reading;
	uint64_t last_ms = 0;
	enum replay_status status;

	memcpy(text, bytes, length);
	while ((status = replay_next(&replay, &reading)) == REPLAY_OK) {
		if (replay.at_ms < last_ms || reading.length > READING_BYTES_MAX ||
		    (reading.fault == READING_COMPLETE) != (reading.length > 0)) {
			__builtin_trap();
		}
		last_ms = replay.at_ms;
	}
	if ((status == REPLAY_MALFORMED) != (replay.what != NULL)) {
		__builtin_trap();
	}
	free(text);
	return 0;
}
