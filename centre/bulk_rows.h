/*
 * The rows of a file for work on many certificates: a column `number` alone, or those of certificate
 * import, where a certificate that is not there yet is to be put on file.
 *
 * The whole file is checked before its first row is handed out.  Reads from memory; knows no file and
 * no registry.
 */
#ifndef YOUDAI_CENTRE_BULK_ROWS_H
#define YOUDAI_CENTRE_BULK_ROWS_H

#include "centre/csv.h"
#include "db/registry.h"

struct bulk_rows {
	struct csv csv;
	const char *text; /* borrowed */
	size_t length;    /* [byte] */
	int64_t count;    /* rows */
};

enum [[nodiscard]] bulk_rows_status{
	BULK_ROWS_OK = 0,
	BULK_ROWS_MALFORMED, /* *fault says where and why */
	BULK_ROWS_NO_MEMORY,
};

/* Read all rows through; text is borrowed for as long as rows are asked for. */
enum bulk_rows_status bulk_rows_open(struct bulk_rows *out, struct csv_fault *fault,
				     const char *text, size_t length);

/* Whether it has more than numbers. */
bool bulk_rows_are_whole(const struct bulk_rows *rows);

/* Begin at the first row again. */
void bulk_rows_rewind(struct bulk_rows *rows);

/* The next row, on file; its strings are borrowed until the next call.  person is NULL where the file
 * has numbers alone.  False at the end. */
bool bulk_rows_next(struct bulk_rows *rows, struct certificate *out);

#endif
