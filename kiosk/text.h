/*
 * Where text may be broken: the rules of Chinese and Western lines.
 *
 * Knows no font: the canvas measures.  text.c also holds what of the canvas is only arithmetic over
 * lines (canvas_text, canvas_paragraph).
 */
#ifndef YOUDAI_KIOSK_TEXT_H
#define YOUDAI_KIOSK_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define LINE_BYTES_MAX 383 /* [byte] of one line as drawn; more is cut */

/* The next character, and text moved behind it; 0 at the end.  A byte that is no UTF-8 and a
 * control character are U+FFFD. */
uint32_t text_next(const char **text);

/* The character as UTF-8, 1 to 4 bytes without an end; their number. */
size_t text_put(char *out, uint32_t character);

/* Bytes from text to the first place where a line may end, without the spaces before it; *after
 * is where the next line would begin.  0 at the end of the text.  A '\n' ends a unit, and *after
 * lies behind it. */
size_t text_unit(const char *text, const char **after);

#endif
