/*
 * The text of a file as UTF-8, in whichever encoding a bureau's programs wrote it: UTF-8, UTF-16 with
 * a byte-order mark (a spreadsheet's "Unicode text"), else GB 18030.
 *
 * What is UTF-8 is never taken for anything else.  Nothing is guessed at or replaced: text with a
 * fault is refused.  Knows no file and not what the text means.
 */
#ifndef YOUDAI_CENTRE_CHARSET_H
#define YOUDAI_CENTRE_CHARSET_H

#include <stddef.h>

#include "centre/csv.h"

#define CHARSET_GROWTH 2 /* the text becomes at most so many times as long */

enum [[nodiscard]] charset_status{
	CHARSET_OK = 0, CHARSET_MALFORMED,       /* *fault says where and why */
	CHARSET_NO_MEMORY, CHARSET_NO_CONVERTER, /* the C library's converter is not installed */
};

/* UTF-8 stays as it is, with its byte-order mark where it has one.  Else *text, made by malloc, is
 * freed and replaced by the same in UTF-8, which the caller frees, without UTF-16's mark and with a
 * zero byte behind its end.  Both are untouched where it fails.  The fault's place counts characters
 * and lines as csv.h does. */
enum charset_status charset_to_utf8(char **text, size_t *length, struct csv_fault *fault);

#endif
