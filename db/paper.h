/*
 * Papers other than the certificate that a benefit document may name, in words.
 *
 * A name stands in `proof` (to be shown too) or, behind "paper.", among the classes (to be shown
 * instead: no holder of ours has such a class).  Knows no benefit.
 */
#ifndef YOUDAI_DB_PAPER_H
#define YOUDAI_DB_PAPER_H

#include <stdbool.h>

#define PAPER_CLASS "paper."

/* "残疾军人证" of "disabled_soldier"; NULL where there are no words for the name. */
const char *paper_words(const char *name, bool english);

#endif
