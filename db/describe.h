/*
 * A rule in sentences: every part of a benefit document, in Chinese or English, for those who keep
 * the rules.  What a rule means for one holder is explained by decision.h.
 */
#ifndef YOUDAI_DB_DESCRIBE_H
#define YOUDAI_DB_DESCRIBE_H

#include "db/benefit.h"

/* One line for each part, each ended by a line feed; the caller frees.  NULL without memory. */
char *benefit_describe(const struct benefit *benefit, bool english);

#endif
