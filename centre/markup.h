/*
 * Text and numbers as they stand in an HTML page or an SVG picture, written so that XML takes them too.
 *
 * Any text is safe here, hostile ones too: what has a meaning in markup is escaped; tabs and line
 * ends become blanks; other control characters, and those that turn the direction of writing or
 * cannot be seen, are dropped; what is not UTF-8 becomes U+FFFD.  Knows no page and no picture.
 */
#ifndef YOUDAI_CENTRE_MARKUP_H
#define YOUDAI_CENTRE_MARKUP_H

#include <stdint.h>
#include <stdio.h>

/* The same said twice.  Both are borrowed; NULL or "" where there is nothing to say. */
struct bilingual {
	const char *zh, *en;
};
#define BOTH(chinese, english) ((struct bilingual){ .zh = (chinese), .en = (english) })

/* Good in an element and in an attribute's value.  NULL: nothing. */
void markup_text(FILE *out, const char *text);
/* The same, cut at a whole character with an ellipsis where it is wider. */
void markup_text_within(FILE *out, const char *text, int width);
/* "中文 · English", or the one that is there. */
void markup_both(FILE *out, struct bilingual both);

/* Estimated width in pixels of a text that is written 16 pixels high: 16 for a Chinese character, 9 for
 * most others.  At most INT16_MAX. */
int markup_width(const char *text);

#define MARKUP_NUMBER_SIZE 32 /* [byte] any number below, with its end */

/* "1,234,567" */
void markup_digits(char out[static MARKUP_NUMBER_SIZE], uint64_t number);
void markup_count(char out[static MARKUP_NUMBER_SIZE], int64_t number);
/* "1,234.50": yuan, always with two decimals. */
void markup_yuan(char out[static MARKUP_NUMBER_SIZE], int64_t fen);
/* "94.5 %" */
void markup_permille(char out[static MARKUP_NUMBER_SIZE], int64_t permille);

#endif
