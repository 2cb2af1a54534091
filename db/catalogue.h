/*
 * How a catalogue of benefits lies in memory; only benefit_json.c fills one.
 *
 * Everything that a benefit points to lives in the catalogue's blocks and is freed with it.
 */
#ifndef YOUDAI_DB_CATALOGUE_H
#define YOUDAI_DB_CATALOGUE_H

#include "db/benefit.h"

struct catalogue_block;
struct catalogue {
	size_t count;
	struct benefit *benefits;       /* count */
	const char **documents;         /* count */
	struct catalogue_block *blocks; /* what they point to */
	bool some_alone;                /* one of them does not go with others */
};

/* Room for count benefits, each as if its document said nothing; NULL without memory. */
struct catalogue *catalogue_new(size_t count);

/* Zeroed memory that lives as long as the catalogue; NULL without memory.  count > 0. */
void *catalogue_keep(struct catalogue *catalogue, size_t count, size_t size);

#endif
