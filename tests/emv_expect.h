/*
 * One bank card read without a reader in between, and what must come of it.
 */
#ifndef YOUDAI_TESTS_EMV_EXPECT_H
#define YOUDAI_TESTS_EMV_EXPECT_H

#include "reader/emv.h"
#include "tests/emv_card.h"

/* Read the card with the clock at the first of August 2026 and the unpredictable number D1D2D3D4;
 * compare how it ended, how many answers it took and, on EMV_OK, what was read.  Otherwise nothing
 * must have been written. */
void emv_expect(struct emv_card *card, enum emv_status status, const char *number, int sequence,
		int exchanges);

#endif
