/*
 * What a bank card may know of the terminal: the values behind its data object list (EMV book 3,
 * 5.4), for a contactless UnionPay card that is read and not charged.
 *
 * Speaks to no card.
 */
#ifndef YOUDAI_READER_EMV_DOL_H
#define YOUDAI_READER_EMV_DOL_H

#include <stddef.h>
#include <stdint.h>

#include "reader/ber_tlv.h"
#include "reader/emv.h"

#define EMV_DOL_VALUES_MAX 252 /* [byte] so many fit into one command behind their own head */

enum [[nodiscard]] emv_dol_status{
	EMV_DOL_OK = 0, EMV_DOL_MALFORMED, /* the list ends within a tag or without a length */
	EMV_DOL_TOO_LONG,                  /* asks for more than EMV_DOL_VALUES_MAX bytes */
};

/* Write the values that the list asks for, each as long as it asks, one behind the other.  What it
 * asks beyond what is known is zeros.  *length [byte] on EMV_DOL_OK; out is written in any case. */
enum emv_dol_status emv_dol_fill(uint8_t out[static EMV_DOL_VALUES_MAX], size_t *length,
				 struct ber_span list, const struct emv_terminal *terminal);

#endif
