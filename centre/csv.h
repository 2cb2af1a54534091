/*
 * A strict reader of comma-separated values (RFC 4180) with a header, in UTF-8 with or without a
 * byte-order mark, lines ended by LF or CRLF.
 *
 * Columns are found by their names in the header, in any order.  Every fault has a line and a column.
 * Reads from memory, knows no file and not what the columns mean.  Lines that are wholly empty are
 * skipped; a field holds no byte of value zero.
 */
#ifndef YOUDAI_CENTRE_CSV_H
#define YOUDAI_CENTRE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_COLUMNS_MAX 64   /* columns in a file */
#define CSV_ROW_MAX     8192 /* [byte] text of one row, without quotes and commas */

struct csv_place {
	int64_t line;   /* from 1 */
	int64_t column; /* from 1, in characters */
};

struct csv_fault {
	struct csv_place place;
	char why[256]; /* Chinese and English */
};

struct csv_field {
	const char *text; /* "" where empty or where the file has no such column */
	struct csv_place place;
};

/* A column that the caller knows. */
struct csv_column {
	const char *name;
	bool required; /* a file without it is refused */
};

enum [[nodiscard]] csv_status{
	CSV_OK = 0, CSV_END, /* no further row */
	CSV_MALFORMED,       /* *fault says where and why */
};

struct csv {
	const char *at, *end;
	struct csv_place place;
	const struct csv_column *columns;
	size_t column_count;           /* known columns */
	size_t header_count;           /* columns of the file */
	int8_t known[CSV_COLUMNS_MAX]; /* of each column of the file: index in columns, or -1 */
	struct csv_field row[CSV_COLUMNS_MAX];
	size_t row_count;
	char text[CSV_ROW_MAX + CSV_COLUMNS_MAX];
	char ignored[256]; /* names of columns that nobody knows, joined by ", "; "" none */
};

/* Read the header.  text and columns are borrowed for as long as rows are read.  At most
 * CSV_COLUMNS_MAX columns can be known. */
enum csv_status csv_open(struct csv *csv, struct csv_fault *fault, const char *text, size_t length,
			 const struct csv_column *columns, size_t column_count);

/* Does the file have this one of the known columns? */
bool csv_has_column(const struct csv *csv, size_t index);

/* The next row: fields[i] belongs to columns[i], borrowed until the next call.  *place is where the
 * row begins. */
enum csv_status csv_next(struct csv *csv, struct csv_fault *fault, struct csv_field *fields,
			 struct csv_place *place);

#endif
