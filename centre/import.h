/*
 * Imports: rows of a CSV file into the registry, all of them or none.
 *
 * A file is read through twice.  The first time everything about each row is checked that needs no
 * other row, without keeping anybody out of the registry; the second time references are checked and
 * the rows are put.
 */
#ifndef YOUDAI_CENTRE_IMPORT_H
#define YOUDAI_CENTRE_IMPORT_H

#include <stdint.h>

#include "centre/codes.h"
#include "centre/csv.h"
#include "db/registry.h"

enum [[nodiscard]] import_status{
	IMPORT_OK = 0,
	IMPORT_REFUSED,  /* the file; fault says where and why */
	IMPORT_REGISTRY, /* the registry; registry_status says why */
	IMPORT_NO_MEMORY,
};

struct import {
	struct registry *registry;
	bool putting; /* the second time */
	int64_t now;  /* [s] UTC */
	struct csv csv;
	struct codes rows;           /* codes of this file's rows */
	struct codes units, persons; /* codes that rows may name */
	struct codes id_numbers;     /* of this file's rows */
	bool persons_before;         /* the registry held persons before this file */
	struct codes reached;        /* units that the actor is known to reach */
	/* what came of it */
	int64_t imported; /* rows */
	struct csv_fault fault;
	const char *refusal; /* name for programs; NULL: malformed */
	enum registry_status registry_status;
};

/* What is imported: its columns, and what is done with a row. */
struct import_kind {
	const char *name; /* "person" */
	const struct csv_column *columns;
	size_t column_count;
	bool names_units, names_persons; /* rows refer to them */
	bool makes_persons;
	/* May be NULL: what else the header must have. */
	enum import_status (*header)(struct import *import);
	enum import_status (*row)(struct import *import, const struct csv_field *fields);
};

extern const struct import_kind import_persons, import_units, import_merchants, import_certificates,
	import_calendar, import_plaques;

/*
 * Put all rows into the registry as its data of `now` [s, UTC]: in a transaction of its own, with the
 * file's SHA-256 on the audit chain, or, where hash is NULL, within one that the caller has begun, to
 * roll back or to put on record.  *import (out) is made here, holds what came of it, and needs
 * import_close.  Where it fails nothing of it stays.
 */
enum import_status import_run(struct import *import, const struct import_kind *kind,
			      struct registry *registry, const char *text, size_t length,
			      int64_t now, const uint8_t *hash);
void import_close(struct import *import);

/* A fault of this field: what is allowed there, in both languages. */
enum import_status import_fault(struct import *import, const struct csv_field *field,
				const char *zh, const char *en);
/* The status of the registry's put as the import's. */
enum import_status import_put(struct import *import, enum registry_status status);

#endif
