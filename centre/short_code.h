/*
 * The short code that is printed beside a medium's QR: the front of its id (cti) for people to read out
 * and type in.  XXXX-XXXX in Crockford's base 32, which has no letters that look like digits.
 *
 * Pure; knows no registry.
 */
#ifndef YOUDAI_CENTRE_SHORT_CODE_H
#define YOUDAI_CENTRE_SHORT_CODE_H

#include <stdbool.h>
#include <stdint.h>

#define SHORT_CODE_BYTES 5  /* of the medium's id */
#define SHORT_CODE_SIZE  10 /* with its dash and a zero byte */

void short_code_print(char out[static SHORT_CODE_SIZE], const uint8_t id[static SHORT_CODE_BYTES]);

/* Reads it forgivingly: in either case, with or without dashes and blanks, O for 0, I and L for 1.
 * False where it is anything but eight characters; nothing is written then. */
bool short_code_parse(uint8_t out[static SHORT_CODE_BYTES], const char *text);

#endif
