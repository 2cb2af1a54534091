/*
 * A report on its way out, row by row: columns for people, JSON or CSV for programs, HTML for a page.
 *
 * Knows nothing of what is in the columns.
 */
#ifndef YOUDAI_CENTRE_TABLE_H
#define YOUDAI_CENTRE_TABLE_H

#include "centre/command.h"

#define TABLE_COLUMNS_MAX 16

struct table_column {
	const char *name;  /* in JSON and CSV */
	const char *title; /* for people, Chinese and English */
	bool is_money;     /* people read yuan, programs fen */
};

struct cell {
	const char *text; /* NULL: the number, if there is one */
	bool has_number;
	int64_t number;
};
#define CELL_TEXT(t)         ((struct cell){ .text = (t) }) /* NULL: nothing */
#define CELL_NUMBER(n)       ((struct cell){ .has_number = true, .number = (n) })
#define CELL_KNOWN(known, n) ((struct cell){ .has_number = (known), .number = (n) })

struct table {
	const struct table_column *columns;
	size_t count;
	enum { TABLE_TEXT, TABLE_JSON, TABLE_CSV, TABLE_HTML } form; /* HTML: see page_table */
	FILE *out;                                                   /* borrowed */
	struct json json;
	int64_t rows;
	bool has_numbers[TABLE_COLUMNS_MAX]; /* of HTML: the columns that do, by the first row */
};

/* As the call's options --json and --csv say, onto stdout.  Both at once are wrong usage, said. */
enum outcome table_form(struct table *table, const struct call *call);

/* A JSON array begins, or a heading with the columns' names; table->form and table->out are set. */
void table_begin(struct table *table, const struct table_column *columns, size_t count);
/* The same as a member of an object that is open in *json. */
void table_begin_within(struct table *table, struct json *json, const char *key,
			const struct table_column *columns, size_t count);
void table_row(struct table *table, const struct cell *cells);
void table_end(struct table *table);
void table_end_within(struct table *table, struct json *json);

/* "12" or "12.50". */
void table_money(char out[static 24], int64_t fen);

/* --from and --until as days of China's calendar, both inclusive; open ends where not given.  Wrong
 * usage is said. */
struct report_time;
enum outcome table_time(const struct call *call, struct report_time *out);

#endif
