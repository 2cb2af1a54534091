/*
 * Names of regions, for explanations.  What a code means is not decided by them.
 */
#ifndef YOUDAI_DB_REGION_H
#define YOUDAI_DB_REGION_H

#include <stdbool.h>

struct region {
	const char *code;    /* NULL in the last one */
	const char *name[2]; /* [0] Chinese, [1] English */
};
/* Made from assets/regions.csv. */
extern const struct region region_table[];

/* The name of the longest beginning of the code that has one; NULL where none has. */
const char *region_name(const char *code, bool english);

#endif
