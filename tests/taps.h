/*
 * Very many taps in a row: an emulated card laid, read by a reader in a process of its own, and taken
 * away, as fast as libnfc and the emulated PN532 go.
 */
#ifndef YOUDAI_TESTS_TAPS_H
#define YOUDAI_TESTS_TAPS_H

#include <stdint.h>

struct taps {
	int made;
	int right; /* read once, with the bytes of this card */
	int more;  /* readings that no tap explains */
	double per_second;
	/* Of this process and of the reader's, after the first taps and after the last. */
	int descriptors_before, descriptors_after;
	int readers_descriptors_before, readers_descriptors_after;
	int readers_process_before, readers_process_after; /* its id */
	int threads_before, threads_after;
	long readers_kib_before, readers_kib_after; /* [KiB] resident */
};

/* What cannot be set up ends the process.  While it runs it must be the only one with readers. */
void taps_run(struct taps *out, int count);

#endif
