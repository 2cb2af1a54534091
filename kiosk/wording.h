/*
 * Amounts, times and offers in words of the screen's language.
 *
 * Puts phrases of assets/screens.csv together; knows no canvas.
 */
#ifndef YOUDAI_KIOSK_WORDING_H
#define YOUDAI_KIOSK_WORDING_H

#include <stddef.h>

#include "kiosk/flow.h"

#define WORDING_MAX 511 /* [byte] */

/* The phrase with {1} and {2} replaced; b may be NULL. */
void wording_fill(char *out, size_t size, const char *pattern, const char *a, const char *b);

/* "24.00 元", which is not broken between number and unit. */
void wording_money(char *out, size_t size, int64_t fen, bool english);

/* "今天还可用 2 次": the tightest of what is left; "" where nothing limits. */
void wording_left(char *out, size_t size, const struct left *left, size_t count, bool english);

/* What the offer is worth, in a few words: "省 60.00 元", "打 8 折", "优先办理". */
void wording_worth(char *out, size_t size, const struct offer *offer, bool english);

/* Title and scope in the language, in Chinese where there is no other. */
const char *wording_title(const struct benefit *benefit, bool english);
const char *wording_scope(const struct benefit *benefit, bool english);

/* "2026 年 11 月 22 日 10:24", and "今天 08:00" as seen at `now`. */
void wording_clock(char *out, size_t size, int64_t now, bool english);
void wording_since(char *out, size_t size, int64_t then, int64_t now, bool english);

#endif
