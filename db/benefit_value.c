/*
 * The value of a benefit document, and the tables that grade it.
 */
#include "db/benefit_json.h"

#include <string.h>

#include "db/identity.h"

/* --- members --- */

static bool read_type(struct document *document, struct benefit *benefit, struct json_t *json)
{
	static const char *const names[VALUE_COUNT] = {
		[VALUE_PRIORITY] = "priority",         [VALUE_FREE] = "free",
		[VALUE_PERCENT_OFF] = "percent_off",   [VALUE_FIXED_PRICE] = "fixed_price",
		[VALUE_AMOUNT_OFF] = "amount_off",     [VALUE_PER_UNIT_OFF] = "per_unit_off",
		[VALUE_REIMBURSE] = "reimburse",       [VALUE_FREE_THEN] = "free_then",
		[VALUE_STORED_VALUE] = "stored_value", [VALUE_GRADED] = "graded",
	};
	size_t name;

	if (!document_name(document, &name, json, names, VALUE_COUNT))
		return false;
	benefit->value.type = (enum value_type)name;
	return true;
}

static bool read_percent(struct document *document, struct benefit *benefit, struct json_t *json)
{
	int64_t percent;

	if (!document_integer(document, &percent, json, 0, 100))
		return false;
	benefit->value.percent = (int32_t)percent;
	return true;
}

static bool read_companions(struct document *document, struct benefit *benefit, struct json_t *json)
{
	int64_t companions;

	if (!document_integer(document, &companions, json, 0, 99))
		return false;
	benefit->value.companions = (int32_t)companions;
	return true;
}

/* A balance of nothing is never to be had. */
static bool read_fen(struct document *document, struct benefit *benefit, struct json_t *json)
{
	bool balance = benefit->value.type == VALUE_STORED_VALUE;

	return document_integer(document, &benefit->value.fen, json,
				balance ? benefit_least(document) : 0, INT64_MAX);
}

static bool read_from(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &benefit->value.from, json, 0, INT64_MAX);
}

static bool read_above(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &benefit->value.above, json, 0, INT64_MAX);
}

static bool read_cap(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &benefit->value.cap, json, 0, INT64_MAX);
}

static bool read_free(struct document *document, struct benefit *benefit, struct json_t *json)
{
	return document_integer(document, &benefit->value.uses, json, 0, INT64_MAX);
}

static bool read_unit(struct document *document, struct benefit *benefit, struct json_t *json)
{
	const char *text;
	char *copy;

	if (!document_text(document, &text, json, BENEFIT_UNIT_MAX))
		return false;
	if (*text == '\0')
		return document_refuse(document, "The text is empty.");
	copy = benefit_keep(document, strlen(text) + 1, 1);
	if (copy == NULL)
		return false;
	benefit->value.unit = strcpy(copy, text);
	return true;
}

/* Type and table are read on their own, before and after the others. */
static bool read_elsewhere(struct document *document, struct benefit *benefit, struct json_t *json)
{
	(void)document;
	(void)benefit;
	(void)json;
	return true;
}

enum {
	TYPE = 1 << 0,
	COMPANIONS = 1 << 1,
	PERCENT = 1 << 2,
	FEN = 1 << 3,
	FROM = 1 << 4,
	UNIT = 1 << 5,
	ABOVE = 1 << 6,
	CAP = 1 << 7,
	FREE = 1 << 8,
	BY = 1 << 9,
	TABLE = 1 << 10,
	ELSE = 1 << 11
};
static const struct member members[] = {
	{ "type", read_elsewhere },  { "companions", read_companions },
	{ "percent", read_percent }, { "fen", read_fen },
	{ "from", read_from },       { "unit", read_unit },
	{ "above", read_above },     { "cap", read_cap },
	{ "free", read_free },       { "by", read_elsewhere },
	{ "table", read_elsewhere }, { "else", read_elsewhere },
};

/* --- tables --- */

struct table {
	enum graded_by by;
	struct graded_row *rows;
	const struct benefit *benefit;
};

/* A value within a table is read as if it were a benefit's own; tables lie at most GRADED_DEPTH_MAX
 * deep (read_graded).  NOLINTNEXTLINE(misc-no-recursion) */
static bool read_inner(struct document *document, struct value *out, const struct benefit *benefit,
		       struct json_t *json)
{
	struct benefit inner = *benefit;

	if (!benefit_read_value(document, &inner, json))
		return false;
	*out = inner.value;
	return true;
}

static bool read_number_key(struct document *document, struct graded_row *row, enum graded_by by,
			    struct json_t *json)
{
	int32_t most = by == GRADED_BY_MERIT ? 3 : 10;
	int64_t number;

	if (document_is_list(json)) {
		row->first = 1;
		row->last = most;
		return benefit_read_range(document, &row->first, &row->last, json, 1, most);
	}
	if (!document_integer(document, &number, json, 1, most))
		return false;
	row->first = row->last = (int32_t)number;
	return true;
}

static bool read_text_key(struct document *document, struct graded_row *row, enum graded_by by,
			  struct json_t *json)
{
	const char *text;
	char *copy;

	if (!document_text(document, &text, json, BENEFIT_WORD_MAX))
		return false;
	if (*text == '\0')
		return document_refuse(document, "The text is empty.");
	if (by == GRADED_BY_CLASS && !benefit_is_class(text))
		return document_refuse(document, BENEFIT_CLASS_RULE);
	if (by != GRADED_BY_CLASS && !benefit_is_region(text))
		return document_refuse(document, BENEFIT_REGION_RULE);
	copy = benefit_keep(document, strlen(text) + 1, 1);
	if (copy == NULL)
		return false;
	row->key = strcpy(copy, text);
	return true;
}

/* Does the earlier row take all that the later one would? */
static bool row_hides(const struct graded_row *earlier, const struct graded_row *later,
		      enum graded_by by)
{
	if (by == GRADED_BY_MERIT || by == GRADED_BY_GRADE)
		return earlier->first <= later->first && later->last <= earlier->last;
	if (by == GRADED_BY_CLASS)
		return class_matches(later->key, earlier->key);
	return has_prefix(later->key, earlier->key);
}

struct row_at {
	struct table *table;
	size_t index;
};

/* Key, then value. */
static bool read_row_part(struct document *document, void *context, size_t index,
			  struct json_t *json)
{
	const struct row_at *at = context;
	const struct table *table = at->table;
	struct graded_row *row = &table->rows[at->index];

	if (index > 0)
		return read_inner(document, &row->value, table->benefit, json);
	if (table->by == GRADED_BY_MERIT || table->by == GRADED_BY_GRADE)
		return read_number_key(document, row, table->by, json);
	return read_text_key(document, row, table->by, json);
}

static bool read_row(struct document *document, void *context, size_t index, struct json_t *json)
{
	struct row_at at = { context, index };
	const struct table *table = context;
	size_t count;

	if (!document_list(document, &count, json))
		return false;
	if (count != 2)
		return document_refuse(document, "A row is a list of a key and a value.");
	if (!document_each(document, json, &at, read_row_part))
		return false;
	for (size_t i = 0; i < index; i++) {
		if (row_hides(&table->rows[i], &table->rows[index], table->by))
			return document->stored ||
			       document_refuse(document,
					       "No one gets this far: row %zu takes them all.", i);
	}
	return true;
}

static bool read_table(struct document *document, struct grading *grading,
		       const struct benefit *benefit, struct json_t *json)
{
	struct table table = { .by = grading->by, .benefit = benefit };
	size_t count;

	if (!document_list(document, &count, json))
		return false;
	if (count == 0 || count > GRADED_ROWS_MAX)
		return document_refuse(document, "A table has 1 to %d rows.", GRADED_ROWS_MAX);
	table.rows = benefit_keep(document, count, sizeof *table.rows);
	if (table.rows == NULL || !document_each(document, json, &table, read_row))
		return false;
	grading->count = count;
	grading->rows = table.rows;
	return true;
}

static bool read_by(struct document *document, enum graded_by *out, struct json_t *json)
{
	static const char *const names[GRADED_BY_COUNT] = {
		[GRADED_BY_MERIT] = "merit",
		[GRADED_BY_GRADE] = "grade",
		[GRADED_BY_CLASS] = "class",
		[GRADED_BY_REGION] = "region",
		[GRADED_BY_HOME_REGION] = "home_region",
	};
	size_t name;

	if (!document_name(document, &name, json, names, GRADED_BY_COUNT))
		return false;
	*out = (enum graded_by)name;
	return true;
}

/* What the table's keys are is said by "by", wherever that stands.  NOLINTBEGIN(misc-no-recursion)
 * As read_inner() says: GRADED_DEPTH_MAX deep at most. */
static bool read_grading(struct document *document, struct grading *grading,
			 const struct benefit *benefit, struct json_t *json)
{
	struct json_t *otherwise = document_member(json, "else");
	size_t length = document_enter(document, ".by");

	if (!read_by(document, &grading->by, document_member(json, "by")))
		return false;
	document_leave(document, length);
	document_enter(document, ".table");
	if (!read_table(document, grading, benefit, document_member(json, "table")))
		return false;
	document_leave(document, length);
	grading->has_otherwise = otherwise != NULL && !document_is_null(otherwise);
	if (!grading->has_otherwise)
		return true;
	document_enter(document, ".else");
	if (!read_inner(document, &grading->otherwise, benefit, otherwise))
		return false;
	document_leave(document, length);
	return true;
}

static bool read_graded(struct document *document, struct benefit *benefit, struct json_t *json)
{
	struct grading *grading;
	bool read;

	if (document->tables >= GRADED_DEPTH_MAX)
		return document_refuse(document, "Tables lie at most %d deep within each other.",
				       GRADED_DEPTH_MAX);
	grading = benefit_keep(document, 1, sizeof *grading);
	if (grading == NULL)
		return false;
	document->tables++;
	read = read_grading(document, grading, benefit, json);
	document->tables--;
	benefit->value.grading = grading;
	return read;
}
/* NOLINTEND(misc-no-recursion) */

/* --- the value --- */

static bool has_its_members(struct document *document, const struct benefit *benefit, uint32_t seen)
{
	static const struct {
		uint32_t needed, allowed;
	} rules[VALUE_COUNT] = {
		[VALUE_PRIORITY] = { 0, 0 },
		[VALUE_FREE] = { 0, COMPANIONS },
		[VALUE_PERCENT_OFF] = { PERCENT, PERCENT },
		[VALUE_FIXED_PRICE] = { FEN, FEN },
		[VALUE_AMOUNT_OFF] = { FEN, FEN | FROM },
		[VALUE_PER_UNIT_OFF] = { FEN | UNIT, FEN | UNIT },
		[VALUE_REIMBURSE] = { PERCENT, PERCENT | ABOVE | CAP },
		[VALUE_FREE_THEN] = { FREE | PERCENT, FREE | PERCENT },
		[VALUE_STORED_VALUE] = { FEN, FEN },
		[VALUE_GRADED] = { BY | TABLE, BY | TABLE | ELSE },
	};
	enum value_type type = benefit->value.type;

	for (size_t i = 0; i < COUNT(members); i++) {
		uint32_t bit = 1U << i;

		if (((TYPE | rules[type].needed) & ~seen & bit) != 0)
			return document_refuse(document, "The value lacks \"%s\".",
					       members[i].name);
		if ((~(TYPE | rules[type].allowed) & seen & bit) != 0)
			return document_refuse(document, "A value of this type has no \"%s\".",
					       members[i].name);
	}
	return true;
}

/* The type first: it says what else may be there.  NOLINTBEGIN(misc-no-recursion) for tables, and
 * likewise below: GRADED_DEPTH_MAX deep at most. */
bool benefit_read_value(struct document *document, struct benefit *benefit, struct json_t *json)
{
	struct json_t *type = document_member(json, "type");
	uint32_t seen;
	size_t length = document_enter(document, ".type");

	benefit->value = (struct value){ .type = VALUE_PRIORITY, .cap = -1 };
	if (type != NULL && !document_is_null(type) && !read_type(document, benefit, type))
		return false;
	document_leave(document, length);
	return document_members(document, benefit, json, members, COUNT(members), &seen) &&
	       has_its_members(document, benefit, seen) &&
	       (benefit->value.type != VALUE_GRADED || read_graded(document, benefit, json));
}

bool benefit_keeps_account(const struct value *value)
{
	const struct grading *grading = value->grading;

	if (value->type != VALUE_GRADED)
		return value->type == VALUE_FREE_THEN || value->type == VALUE_STORED_VALUE;
	for (size_t i = 0; i < grading->count; i++) {
		if (benefit_keeps_account(&grading->rows[i].value))
			return true;
	}
	return grading->has_otherwise && benefit_keeps_account(&grading->otherwise);
}
/* NOLINTEND(misc-no-recursion) */
