#include "centre/table.h"

#include <inttypes.h>
#include <string.h>

#include "db/china_time.h"
#include "db/report.h"

enum outcome table_form(struct table *table, const struct call *call)
{
	*table = (struct table){ .form = TABLE_TEXT };
	if (call->json && option_given(call, "--csv"))
		return wrong_usage(call, "--json 与 --csv 只能选一个",
				   "either --json or --csv, not both");
	if (call->json)
		table->form = TABLE_JSON;
	else if (option_given(call, "--csv"))
		table->form = TABLE_CSV;
	return OUTCOME_DONE;
}

/* --- values --- */

void table_money(char out[static 24], int64_t fen)
{
	uint64_t size = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	const char *sign = fen < 0 ? "-" : "";

	if (size % 100 == 0)
		snprintf(out, 24, "%s%" PRIu64, sign, size / 100);
	else
		snprintf(out, 24, "%s%" PRIu64 ".%02" PRIu64, sign, size / 100, size % 100);
}

/* RFC 4180: in quotes where it needs them.  A text that a spreadsheet would take for a formula is led
 * by an apostrophe. */
static void put_csv(const char *text)
{
	if (text[0] != '\0' && strchr("=+-@", text[0]) != NULL) {
		printf("\"'");
	} else if (strpbrk(text, ",\"\r\n") == NULL) {
		printf("%s", text);
		return;
	} else {
		printf("\"");
	}
	for (; *text != '\0'; text++)
		printf(*text == '"' ? "\"\"" : "%c", *text);
	printf("\"");
}

static void put_plain(const struct table *table, size_t index, const struct cell *cell)
{
	char money[24];

	if (cell->text != NULL && table->form == TABLE_CSV) {
		put_csv(cell->text);
	} else if (cell->text != NULL) {
		printf("%s", cell->text);
	} else if (!cell->has_number) {
		printf("%s", table->form == TABLE_CSV ? "" : "-");
	} else if (table->form == TABLE_TEXT && table->columns[index].is_money) {
		table_money(money, cell->number);
		printf("%s", money);
	} else {
		printf("%" PRId64, cell->number);
	}
}

/* --- the table --- */

static void put_heading(const struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		printf("%s%s",
		       i == 0                     ? ""
		       : table->form == TABLE_CSV ? ","
						  : "\t",
		       table->form == TABLE_CSV ? table->columns[i].name : table->columns[i].title);
	printf("\n");
}

void table_begin(struct table *table, const struct table_column *columns, size_t count)
{
	table->columns = columns;
	table->count = count;
	table->rows = 0;
	if (table->form == TABLE_JSON) {
		json_put_begin(&table->json, stdout);
		json_put_open(&table->json, NULL, '[');
	} else {
		put_heading(table);
	}
}

void table_begin_within(struct table *table, struct json *json, const char *key,
			const struct table_column *columns, size_t count)
{
	*table = (struct table){ .columns = columns, .count = count, .form = TABLE_JSON };
	json_put_open(json, key, '[');
	table->json = *json;
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

void table_row(struct table *table, const struct cell *cells)
{
	table->rows++;
	if (table->form == TABLE_JSON) {
		put_object(table, cells);
		return;
	}
	for (size_t i = 0; i < table->count; i++) {
		if (i > 0)
			printf("%c", table->form == TABLE_CSV ? ',' : '\t');
		put_plain(table, i, &cells[i]);
	}
	printf("\n");
}

void table_end(struct table *table)
{
	if (table->form == TABLE_JSON) {
		json_put_close(&table->json);
		json_put_end(&table->json);
	} else if (table->form == TABLE_TEXT) {
		printf("共 %" PRId64 " 行 · %" PRId64 " rows\n", table->rows, table->rows);
	}
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
