/*
 * Text of unknown origin made fit for paper: whatever comes in, valid UTF-8 comes out, without
 * control characters and without the marks that are not seen but turn or hide what stands beside
 * them.  Pure; knows no font.
 */
#ifndef YOUDAI_CENTRE_PRINTABLE_H
#define YOUDAI_CENTRE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

#define PRINTABLE_SIZE 1024 /* [byte] of a text for paper, with the zero */

/* A control character, a tab, a line's or a paragraph's end becomes a blank; marks of direction, of
 * zero width and tags are left out; a byte that is no UTF-8 becomes □, as an illegible character
 * does in print.  False where the text was too long: it then ends with … . */
bool printable(char out[static PRINTABLE_SIZE], const char *text);

#endif
