#include "centre/bulk_rows.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "centre/codes.h"
#include "centre/text.h"
#include "db/batch.h"
#include "db/china_time.h"
#include "db/life.h"
#include "reader/credential.h"

enum { NUMBER, PERSON, KIND, UNIT, VALID_FROM, VALID_UNTIL, COLUMNS };
static const struct csv_column columns[COLUMNS] = {
	[NUMBER] = { "number", true },
	[PERSON] = { "person", false },
	[KIND] = { "kind", false },
	[UNIT] = { "unit", false },
	[VALID_FROM] = { "valid_from", false },
	[VALID_UNTIL] = { "valid_until", false },
};

/* False, with *fault set. */
static bool fault_of(struct csv_fault *fault, struct csv_place place, const char *zh,
		     const char *en)
{
	fault->place = place;
	snprintf(fault->why, sizeof fault->why, "%s · %s", zh, en);
	return false;
}

static bool is_whole(const struct csv *csv)
{
	return csv_has_column(csv, PERSON);
}

static bool check_header(const struct csv *csv, struct csv_fault *fault)
{
	static const struct csv_place top = { 1, 1 };
	bool kind = csv_has_column(csv, KIND), unit = csv_has_column(csv, UNIT);

	if (is_whole(csv) ? kind && unit : !kind && !unit)
		return true;
	return fault_of(fault, top, "列 person、kind、unit 须同时有或同时没有",
			"the columns person, kind and unit belong together");
}

/* --- fields --- */

static bool check_code(const struct csv_field *field, struct csv_fault *fault)
{
	return text_is_plain(field->text, BATCH_NUMBER_MAX) ||
	       fault_of(fault, field->place, "应为 1 至 63 字节的编号,首尾无空格",
			"a code of 1 to 63 bytes, without blanks around it, belongs here");
}

static bool read_kind(const struct csv_field *field, uint8_t *out, struct csv_fault *fault)
{
	*out = strcmp(field->text, "veteran") == 0  ? CREDENTIAL_VETERAN
	       : strcmp(field->text, "family") == 0 ? CREDENTIAL_FAMILY
						    : 0;
	return *out != 0 || fault_of(fault, field->place, "应为 veteran 或 family",
				     "veteran or family belongs here");
}

static bool read_day(const struct csv_field *field, int32_t *out, int32_t absent,
		     struct csv_fault *fault)
{
	*out = absent;
	return field->text[0] == '\0' || day_parse(out, field->text) ||
	       fault_of(fault, field->place, "应为日期 YYYY-MM-DD",
			"a date YYYY-MM-DD belongs here");
}

static bool read_newcomer(const struct csv_field *fields, struct certificate *out,
			  struct csv_fault *fault)
{
	if (!check_code(&fields[PERSON], fault) || !check_code(&fields[UNIT], fault) ||
	    !read_kind(&fields[KIND], &out->kind, fault) ||
	    !read_day(&fields[VALID_FROM], &out->valid_from, INT32_MIN, fault) ||
	    !read_day(&fields[VALID_UNTIL], &out->valid_until, INT32_MAX, fault))
		return false;
	out->person = fields[PERSON].text;
	out->unit = fields[UNIT].text;
	return out->valid_from <= out->valid_until ||
	       fault_of(fault, fields[VALID_UNTIL].place, "结束日期早于开始日期",
			"the end lies before the beginning");
}

static bool read_row(const struct csv *csv, const struct csv_field *fields, struct certificate *out,
		     struct csv_fault *fault)
{
	*out = (struct certificate){ .number = fields[NUMBER].text,
				     .state = life_step_name(STEP_ON_FILE),
				     .valid_from = INT32_MIN,
				     .valid_until = INT32_MAX };
	return check_code(&fields[NUMBER], fault) &&
	       (!is_whole(csv) || read_newcomer(fields, out, fault));
}

/* --- the file --- */

static enum csv_status begin(struct bulk_rows *rows, struct csv_fault *fault)
{
	return csv_open(&rows->csv, fault, rows->text, rows->length, columns, COLUMNS);
}

static enum bulk_rows_status check_row(struct bulk_rows *rows, struct codes *codes,
				       struct csv_fault *fault, const struct csv_field *fields)
{
	struct certificate row;

	if (!read_row(&rows->csv, fields, &row, fault))
		return BULK_ROWS_MALFORMED;
	switch (codes_add(codes, row.number)) {
	case CODES_OK:
		rows->count++;
		return BULK_ROWS_OK;
	case CODES_THERE:
		fault_of(fault, fields[NUMBER].place, "此编号在文件中出现两次",
			 "this code stands in the file twice");
		return BULK_ROWS_MALFORMED;
	default:
		return BULK_ROWS_NO_MEMORY;
	}
}

static enum bulk_rows_status check_rows(struct bulk_rows *rows, struct codes *codes,
					struct csv_fault *fault)
{
	struct csv_field fields[CSV_COLUMNS_MAX];
	struct csv_place place;
	enum csv_status status;
	enum bulk_rows_status result = BULK_ROWS_OK;

	while (result == BULK_ROWS_OK &&
	       (status = csv_next(&rows->csv, fault, fields, &place)) != CSV_END)
		result = status == CSV_OK ? check_row(rows, codes, fault, fields)
					  : BULK_ROWS_MALFORMED;
	return result;
}

enum bulk_rows_status bulk_rows_open(struct bulk_rows *out, struct csv_fault *fault,
				     const char *text, size_t length)
{
	struct codes codes = { 0 };
	enum bulk_rows_status status;

	*out = (struct bulk_rows){ .text = text, .length = length };
	if (begin(out, fault) != CSV_OK || !check_header(&out->csv, fault))
		return BULK_ROWS_MALFORMED;
	status = check_rows(out, &codes, fault);
	codes_free(&codes);
	if (status == BULK_ROWS_OK && out->count == 0) {
		fault_of(fault, out->csv.place, "文件没有任何行", "the file has no rows");
		return BULK_ROWS_MALFORMED;
	}
	if (status == BULK_ROWS_OK)
		bulk_rows_rewind(out);
	return status;
}

bool bulk_rows_are_whole(const struct bulk_rows *rows)
{
	return is_whole(&rows->csv);
}

void bulk_rows_rewind(struct bulk_rows *rows)
{
	struct csv_fault none;
	enum csv_status status = begin(rows, &none);

	assert(status == CSV_OK);
	(void)status;
}

bool bulk_rows_next(struct bulk_rows *rows, struct certificate *out)
{
	struct csv_field fields[CSV_COLUMNS_MAX];
	struct csv_fault none;
	struct csv_place place;

	return csv_next(&rows->csv, &none, fields, &place) == CSV_OK &&
	       read_row(&rows->csv, fields, out, &none);
}
