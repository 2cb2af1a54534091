#include "centre/csv.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "centre/text.h"

/* The row that is being read: where its next byte of text goes. */
struct row {
	size_t used;
	struct csv_fault *fault;
};

__attribute__((format(printf, 3, 4))) static enum csv_status
fault_at(struct csv_fault *fault, struct csv_place place, const char *format, ...)
{
	va_list values;

	fault->place = place;
	va_start(values, format);
	vsnprintf(fault->why, sizeof fault->why, format, values);
	va_end(values);
	return CSV_MALFORMED;
}

static bool at_line_end(const struct csv *csv)
{
	return csv->at == csv->end || csv->at[0] == '\n' ||
	       (csv->at[0] == '\r' && csv->end - csv->at > 1 && csv->at[1] == '\n');
}

static void skip_line_end(struct csv *csv)
{
	if (csv->at == csv->end)
		return;
	csv->at += csv->at[0] == '\r' ? 2 : 1;
	csv->place.line++;
	csv->place.column = 1;
}

/* Put the character that is next into the row. */
static enum csv_status take_character(struct csv *csv, struct row *row)
{
	size_t step = text_character(csv->at, (size_t)(csv->end - csv->at));

	if (step == 0)
		return fault_at(row->fault, csv->place, "不是 UTF-8 文本 · not UTF-8 text");
	if (csv->at[0] == '\0')
		return fault_at(row->fault, csv->place, "含有零字节 · a byte of value zero");
	if (step > CSV_ROW_MAX - row->used)
		return fault_at(row->fault, csv->place,
				"一行超过 %d 字节 · a row of more than %d bytes", CSV_ROW_MAX,
				CSV_ROW_MAX);
	memcpy(csv->text + row->used + csv->row_count, csv->at, step);
	row->used += step;
	csv->place.column++;
	if (csv->at[0] == '\n') {
		csv->place.line++;
		csv->place.column = 1;
	}
	csv->at += step;
	return CSV_OK;
}

/* A field in quotes; a quote inside is doubled. */
static enum csv_status take_quoted(struct csv *csv, struct row *row)
{
	struct csv_place opened = csv->place;

	csv->at++;
	csv->place.column++;
	while (csv->at < csv->end) {
		if (csv->at[0] == '"') {
			csv->at++;
			csv->place.column++;
			if (csv->at == csv->end || csv->at[0] != '"')
				return CSV_OK;
		}
		if (take_character(csv, row) != CSV_OK)
			return CSV_MALFORMED;
	}
	return fault_at(row->fault, opened, "引号没有结束 · the quote is never closed");
}

static enum csv_status take_bare(struct csv *csv, struct row *row)
{
	while (!at_line_end(csv) && csv->at[0] != ',') {
		if (csv->at[0] == '"')
			return fault_at(
				row->fault, csv->place,
				"未加引号的字段中有引号 · a quote in a field without quotes");
		if (csv->at[0] == '\r')
			return fault_at(row->fault, csv->place,
					"回车后没有换行 · a carriage return without a line feed");
		if (take_character(csv, row) != CSV_OK)
			return CSV_MALFORMED;
	}
	return CSV_OK;
}

static enum csv_status take_field(struct csv *csv, struct row *row)
{
	struct csv_field *field = &csv->row[csv->row_count];

	*field = (struct csv_field){ .text = csv->text + row->used + csv->row_count,
				     .place = csv->place };
	bool quoted = csv->at < csv->end && csv->at[0] == '"';
	if ((quoted ? take_quoted(csv, row) : take_bare(csv, row)) != CSV_OK)
		return CSV_MALFORMED;
	if (!at_line_end(csv) && csv->at[0] != ',')
		return fault_at(row->fault, csv->place,
				"引号后应为逗号或行尾 · a comma or the line's end must follow the "
				"closing quote");
	csv->text[row->used + csv->row_count++] = '\0';
	return CSV_OK;
}

/* Read one row as it stands into csv->row. */
static enum csv_status take_row(struct csv *csv, struct csv_fault *fault)
{
	struct row row = { .fault = fault };

	csv->row_count = 0;
	while (csv->at < csv->end && at_line_end(csv))
		skip_line_end(csv);
	if (csv->at == csv->end)
		return CSV_END;
	for (;;) {
		if (csv->row_count == CSV_COLUMNS_MAX)
			return fault_at(fault, csv->place, "超过 %d 列 · more than %d columns",
					CSV_COLUMNS_MAX, CSV_COLUMNS_MAX);
		if (take_field(csv, &row) != CSV_OK)
			return CSV_MALFORMED;
		if (at_line_end(csv))
			break;
		csv->at++;
		csv->place.column++;
	}
	skip_line_end(csv);
	return CSV_OK;
}

static int column_named(const struct csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->column_count; i++)
		if (strcmp(csv->columns[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void note_ignored(struct csv *csv, const char *name)
{
	size_t used = strlen(csv->ignored);

	snprintf(csv->ignored + used, sizeof csv->ignored - used, "%s%s", used > 0 ? ", " : "",
		 text_is_plain(name, 60) ? name : "?");
}

static enum csv_status map_header(struct csv *csv, struct csv_fault *fault)
{
	csv->header_count = csv->row_count;
	for (size_t i = 0; i < csv->row_count; i++) {
		const char *name = csv->row[i].text;

		for (size_t before = 0; before < i; before++)
			if (strcmp(csv->row[before].text, name) == 0)
				return fault_at(fault, csv->row[i].place,
						"此列名出现两次 · this column stands twice");
		csv->known[i] = (int8_t)column_named(csv, name);
		if (csv->known[i] < 0)
			note_ignored(csv, name);
	}
	return CSV_OK;
}

bool csv_has_column(const struct csv *csv, size_t index)
{
	for (size_t i = 0; i < csv->header_count; i++)
		if (csv->known[i] == (int)index)
			return true;
	return false;
}

static enum csv_status require_columns(const struct csv *csv, struct csv_fault *fault)
{
	for (size_t i = 0; i < csv->column_count; i++)
		if (csv->columns[i].required && !csv_has_column(csv, i))
			return fault_at(fault, (struct csv_place){ 1, 1 },
					"缺少列 %s · column %s is missing", csv->columns[i].name,
					csv->columns[i].name);
	return CSV_OK;
}

enum csv_status csv_open(struct csv *csv, struct csv_fault *fault, const char *text, size_t length,
			 const struct csv_column *columns, size_t column_count)
{
	enum csv_status status;

	assert(column_count <= CSV_COLUMNS_MAX);
	csv->at = text;
	csv->end = text + length;
	csv->place = (struct csv_place){ 1, 1 };
	csv->columns = columns;
	csv->column_count = column_count;
	csv->header_count = 0;
	csv->ignored[0] = '\0';
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		csv->at += 3;
	status = take_row(csv, fault);
	if (status == CSV_END)
		return fault_at(fault, csv->place, "文件是空的 · the file is empty");
	if (status == CSV_OK)
		status = map_header(csv, fault);
	return status == CSV_OK ? require_columns(csv, fault) : status;
}

enum csv_status csv_next(struct csv *csv, struct csv_fault *fault, struct csv_field *fields,
			 struct csv_place *place)
{
	enum csv_status status = take_row(csv, fault);

	if (status != CSV_OK)
		return status;
	*place = csv->row[0].place;
	if (csv->row_count != csv->header_count)
		return fault_at(fault, *place,
				"有 %zu 个字段,表头有 %zu 列 · %zu fields where the header has %zu",
				csv->row_count, csv->header_count, csv->row_count,
				csv->header_count);
	for (size_t i = 0; i < csv->column_count; i++)
		fields[i] = (struct csv_field){ .text = "", .place = *place };
	for (size_t i = 0; i < csv->row_count; i++)
		if (csv->known[i] >= 0)
			fields[csv->known[i]] = csv->row[i];
	return CSV_OK;
}
