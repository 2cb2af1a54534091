#include "centre/table.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "centre/markup.h"
#include "db/china_time.h"
#include "db/report.h"

enum outcome table_form(struct table *table, const struct call *call)
{
	*table = (struct table){ .form = TABLE_TEXT, .out = stdout };
	if (call->json && option_given(call, "--csv"))
		return wrong_usage(call, "--json 与 --csv 只能选一个",
				   "either --json or --csv, not both");
	if (call->json)
		table->form = TABLE_JSON;
	else if (option_given(call, "--csv"))
		table->form = TABLE_CSV;
	return OUTCOME_DONE;
}

void table_money(char out[static 24], int64_t fen)
{
	uint64_t size = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	const char *sign = fen < 0 ? "-" : "";

	if (size % 100 == 0)
		snprintf(out, 24, "%s%" PRIu64, sign, size / 100);
	else
		snprintf(out, 24, "%s%" PRIu64 ".%02" PRIu64, sign, size / 100, size % 100);
}

/* --- text --- */

static void put_text_heading(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		fprintf(table->out, "%s%s", i == 0 ? "" : "\t", table->columns[i].title);
	fprintf(table->out, "\n");
}

static void put_text_cell(const struct table *table, size_t index, const struct cell *cell)
{
	char money[24];

	if (cell->text != NULL) {
		fputs(cell->text, table->out);
	} else if (!cell->has_number) {
		fputs("-", table->out);
	} else if (table->columns[index].is_money) {
		table_money(money, cell->number);
		fputs(money, table->out);
	} else {
		fprintf(table->out, "%" PRId64, cell->number);
	}
}

static void put_text_row(struct table *table, const struct cell *cells)
{
	for (size_t i = 0; i < table->count; i++) {
		if (i > 0)
			fputc('\t', table->out);
		put_text_cell(table, i, &cells[i]);
	}
	fputc('\n', table->out);
}

static void put_text_end(struct table *table)
{
	fprintf(table->out, "共 %" PRId64 " 行 · %" PRId64 " rows\n", table->rows, table->rows);
}

/* --- CSV --- */

static void put_csv_heading(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		fprintf(table->out, "%s%s", i == 0 ? "" : ",", table->columns[i].name);
	fprintf(table->out, "\n");
}

/* RFC 4180: in quotes where it needs them.  A text that a spreadsheet would take for a formula is led
 * by an apostrophe. */
static void put_csv_text(FILE *out, const char *text)
{
	if (text[0] != '\0' && strchr("=+-@", text[0]) != NULL) {
		fputs("\"'", out);
	} else if (strpbrk(text, ",\"\r\n") == NULL) {
		fputs(text, out);
		return;
	} else {
		fputs("\"", out);
	}
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputs("\"", out);
}

static void put_csv_row(struct table *table, const struct cell *cells)
{
	for (size_t i = 0; i < table->count; i++) {
		if (i > 0)
			fputc(',', table->out);
		if (cells[i].text != NULL)
			put_csv_text(table->out, cells[i].text);
		else if (cells[i].has_number)
			fprintf(table->out, "%" PRId64, cells[i].number);
	}
	fputc('\n', table->out);
}

static void put_csv_end(struct table *table)
{
	(void)table;
}

/* --- JSON --- */

static void put_array(struct table *table)
{
	json_put_begin(&table->json, table->out);
	json_put_open(&table->json, NULL, '[');
}

static void put_object(struct table *table, const struct cell *cells)
{
	json_put_open(&table->json, NULL, '{');
	for (size_t i = 0; i < table->count; i++) {
		if (cells[i].text != NULL)
			json_put_text(&table->json, table->columns[i].name, cells[i].text);
		else
			json_put_known(&table->json, table->columns[i].name, cells[i].has_number,
				       cells[i].number);
	}
	json_put_close(&table->json);
}

static void put_array_end(struct table *table)
{
	json_put_close(&table->json);
	json_put_end(&table->json);
}

/* --- HTML --- */

static void put_html_begin(struct table *table)
{
	fputs("<div class=\"wide\"><table>\n<thead><tr>", table->out);
}

/* A title is Chinese, then perhaps a blank and English. */
static void put_html_title(const struct table *table, size_t index)
{
	const char *title = table->columns[index].title;
	size_t length = strcspn(title, " ");
	char chinese[128];

	snprintf(chinese, sizeof chinese, "%.*s", (int)length, title);
	fprintf(table->out, "<th scope=\"col\"%s>",
		table->has_numbers[index] ? " class=\"n\"" : "");
	markup_text(table->out, chinese);
	if (title[length] != '\0') {
		fputs(" <span class=\"en\">", table->out);
		markup_text(table->out, title + length + 1);
		fputs("</span>", table->out);
	}
	fputs("</th>", table->out);
}

static void put_html_heading(struct table *table, const struct cell *first)
{
	for (size_t i = 0; i < table->count; i++) {
		bool is_counted = first != NULL && first[i].text == NULL && first[i].has_number;

		table->has_numbers[i] = table->columns[i].is_money || is_counted;
		put_html_title(table, i);
	}
	fputs("</tr></thead>\n<tbody>\n", table->out);
}

static void put_html_cell(const struct table *table, size_t index, const struct cell *cell)
{
	bool is_number = cell->text == NULL && (cell->has_number || table->has_numbers[index]);
	char number[MARKUP_NUMBER_SIZE] = "–";

	if (cell->has_number && table->columns[index].is_money)
		markup_yuan(number, cell->number);
	else if (cell->has_number)
		markup_count(number, cell->number);
	fprintf(table->out, "<td%s>", is_number ? " class=\"n\"" : "");
	markup_text(table->out, cell->text != NULL ? cell->text : number);
	fputs("</td>", table->out);
}

static void put_html_row(struct table *table, const struct cell *cells)
{
	if (table->rows == 1)
		put_html_heading(table, cells);
	fputs("<tr>", table->out);
	for (size_t i = 0; i < table->count; i++)
		put_html_cell(table, i, &cells[i]);
	fputs("</tr>\n", table->out);
}

static void put_html_end(struct table *table)
{
	if (table->rows == 0) {
		put_html_heading(table, NULL);
		fprintf(table->out, "<tr><td colspan=\"%zu\">无数据 · no data</td></tr>\n",
			table->count);
	}
	fprintf(table->out,
		"</tbody></table></div>\n<p class=\"rows\">共 %" PRId64 " 行 · %" PRId64
		" rows</p>\n",
		table->rows, table->rows);
}

/* --- the table --- */

static const struct form {
	void (*begin)(struct table *table);
	void (*row)(struct table *table,
		    const struct cell *cells); /* table->rows counts it already */
	void (*end)(struct table *table);
} forms[] = {
	[TABLE_TEXT] = { put_text_heading, put_text_row, put_text_end },
	[TABLE_JSON] = { put_array, put_object, put_array_end },
	[TABLE_CSV] = { put_csv_heading, put_csv_row, put_csv_end },
	[TABLE_HTML] = { put_html_begin, put_html_row, put_html_end },
};

void table_begin(struct table *table, const struct table_column *columns, size_t count)
{
	table->columns = columns;
	table->count = count;
	table->rows = 0;
	assert(count <= TABLE_COLUMNS_MAX);
	forms[table->form].begin(table);
}

void table_begin_within(struct table *table, struct json *json, const char *key,
			const struct table_column *columns, size_t count)
{
	*table = (struct table){
		.columns = columns, .count = count, .form = TABLE_JSON, .out = json->out
	};
	json_put_open(json, key, '[');
	table->json = *json;
}

void table_row(struct table *table, const struct cell *cells)
{
	table->rows++;
	forms[table->form].row(table, cells);
}

void table_end(struct table *table)
{
	forms[table->form].end(table);
}

void table_end_within(struct table *table, struct json *json)
{
	*json = table->json;
	json_put_close(json);
}

/* --- the time a report is of --- */

static bool day_option(const struct call *call, const char *name, int32_t *out)
{
	const char *text = option(call, name);

	return text == NULL || day_parse(out, text);
}

enum outcome table_time(const struct call *call, struct report_time *out)
{
	int32_t from = INT32_MIN, until = INT32_MAX;

	if (!day_option(call, "--from", &from) || !day_option(call, "--until", &until))
		return wrong_usage(call, "日期写作 2026-11-22", "a date is written 2026-11-22");
	if (from > until)
		return wrong_usage(call, "--from 晚于 --until", "--from is later than --until");
	out->since = from == INT32_MIN ? INT64_MIN : china_midnight(from);
	out->before = until == INT32_MAX ? INT64_MAX : china_midnight(until + 1);
	return OUTCOME_DONE;
}
