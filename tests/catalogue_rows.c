#include "tests/catalogue_rows.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "centre/csv.h"
#include "db/china_time.h"

char *text_of_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *text;
	long size = 0;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		fail_msg("%s: cannot be read", path);
	rewind(file);
	text = malloc((size_t)size + 1);
	assert_non_null(text);
	*length = fread(text, 1, (size_t)size, file);
	assert_int_equal(*length, size);
	text[*length] = '\0';
	fclose(file);
	return text;
}

/* --- the rules --- */

static int is_benefit_file(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return end != NULL && strcmp(end, ".json") == 0 && strstr(entry->d_name, ".schema") == NULL;
}

void rules_open(struct rules *rules)
{
	struct dirent **entries;
	int count = scandir(CATALOGUE_FOLDER, &entries, is_benefit_file, alphasort);
	struct benefit_fault fault;

	assert_in_range(count, 1, CATALOGUE_FILES_MAX);
	*rules = (struct rules){ .count = (size_t)count };
	for (int i = 0; i < count; i++) {
		size_t length;
		char *text;

		snprintf(rules->paths[i], sizeof *rules->paths, CATALOGUE_FOLDER "/%s",
			 entries[i]->d_name);
		text = text_of_file(rules->paths[i], &length);
		if (catalogue_parse(&rules->catalogues[i], &fault, text, length) != BENEFIT_OK)
			fail_msg("%s: %s: %s", rules->paths[i], fault.path, fault.why);
		free(text);
		free(entries[i]);
	}
	free(entries);
}

void rules_close(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		catalogue_free(rules->catalogues[i]);
}

const struct benefit *rules_find(const struct rules *rules, const char *id)
{
	for (size_t i = 0; i < rules->count; i++) {
		for (size_t k = 0; k < catalogue_count(rules->catalogues[i]); k++) {
			const struct benefit *benefit = catalogue_at(rules->catalogues[i], k);

			if (strcmp(benefit->id, id) == 0)
				return benefit;
		}
	}
	return NULL;
}

/* --- the table --- */

enum column {
	NUMBER,
	NAME,
	BENEFIT,
	MERCHANT,
	VENUE,
	REGION,
	KIND,
	IDENTITIES,
	MERIT,
	NEEDY,
	BIRTH,
	HOME,
	GUEST,
	AT,
	CALENDAR,
	AMOUNT,
	QUANTITY,
	ASSURANCE,
	CLERK,
	USED,
	BESIDE,
	VERDICT,
	REASON,
	PAYABLE,
	SAVED,
	COLUMNS
};
static const struct csv_column columns[COLUMNS] = {
	[NUMBER] = { "row", true },        [NAME] = { "name", true },
	[BENEFIT] = { "benefit", true },   [MERCHANT] = { "merchant", true },
	[VENUE] = { "venue", true },       [REGION] = { "region", true },
	[KIND] = { "kind", true },         [IDENTITIES] = { "identities", true },
	[MERIT] = { "merit", true },       [NEEDY] = { "needy", true },
	[BIRTH] = { "birth", true },       [HOME] = { "home", true },
	[GUEST] = { "guest", true },       [AT] = { "at", true },
	[CALENDAR] = { "calendar", true }, [AMOUNT] = { "amount", true },
	[QUANTITY] = { "quantity", true }, [ASSURANCE] = { "assurance", true },
	[CLERK] = { "clerk", true },       [USED] = { "used", true },
	[BESIDE] = { "beside", true },     [VERDICT] = { "verdict", true },
	[REASON] = { "reason", true },     [PAYABLE] = { "payable", true },
	[SAVED] = { "saved", true },
};

struct reading_row {
	const struct rules *rules;
	const struct csv_field *fields;
	struct visit_row *row;
};

[[gnu::noreturn]] static void bad_field(const struct reading_row *reading, enum column column)
{
	const struct csv_field *field = &reading->fields[column];

	fail_msg("line %lld: %s: \"%s\"", (long long)field->place.line, columns[column].name,
		 field->text);
	abort();
}

static const char *text_at(const struct reading_row *reading, enum column column)
{
	return reading->fields[column].text;
}

static int64_t number_at(const struct reading_row *reading, enum column column, int64_t without)
{
	const char *text = text_at(reading, column);
	char *end;
	long long number = strtoll(text, &end, 10);

	if (*text == '\0')
		return without;
	if (*end != '\0')
		bad_field(reading, column);
	return number;
}

static void copy_at(const struct reading_row *reading, char *out, size_t size, enum column column)
{
	if ((size_t)snprintf(out, size, "%s", text_at(reading, column)) >= size)
		bad_field(reading, column);
}

static const struct benefit *benefit_at(const struct reading_row *reading, enum column column,
					const char *id)
{
	const struct benefit *benefit = rules_find(reading->rules, id);

	if (benefit == NULL)
		bad_field(reading, column);
	return benefit;
}

/* Calls take for each part of a field that is parted by ";". */
static void parts_at(struct reading_row *reading, enum column column,
		     void (*take)(struct reading_row *, const char *, size_t))
{
	char text[256], *rest = text, *part;
	size_t count = 0;

	copy_at(reading, text, sizeof text, column);
	while ((part = strsep(&rest, ";")) != NULL) {
		if (*part != '\0')
			take(reading, part, count++);
	}
}

static void take_identity(struct reading_row *reading, const char *part, size_t index)
{
	struct facts *facts = &reading->row->facts;

	if (index >= IDENTITIES_MAX || strlen(part) > IDENTITY_MAX)
		bad_field(reading, IDENTITIES);
	strcpy(facts->identities[facts->identity_count++], part);
}

static void take_day(struct reading_row *reading, const char *part, size_t index)
{
	(void)index;
	if (strcmp(part, "holiday") == 0)
		reading->row->facts.holiday = true;
	else if (strcmp(part, "festival") == 0)
		reading->row->facts.festival = true;
	else
		bad_field(reading, CALENDAR);
}

static void take_use(struct reading_row *reading, const char *part, size_t index)
{
	long long count, amount;

	if (index >= BENEFIT_LIMITS_MAX || sscanf(part, "%lld:%lld", &count, &amount) != 2)
		bad_field(reading, USED);
	reading->row->used[index] = (struct past_use){ count, amount };
}

static void take_beside(struct reading_row *reading, const char *part, size_t index)
{
	(void)index;
	facts_add_beside(&reading->row->facts, benefit_at(reading, BESIDE, part));
}

static void read_holder(struct reading_row *reading)
{
	static const char *const kinds[] = { "none", "veteran", "family" };
	struct visit_row *row = reading->row;
	struct facts *facts = &row->facts;
	const char *birth = text_at(reading, BIRTH);

	while (strcmp(kinds[facts->kind], text_at(reading, KIND)) != 0) {
		if (++facts->kind == 3)
			bad_field(reading, KIND);
	}
	facts->guest = strcmp(text_at(reading, GUEST), "yes") == 0;
	facts->needy = strcmp(text_at(reading, NEEDY), "yes") == 0;
	facts->merit = (int32_t)number_at(reading, MERIT, 0);
	facts->birth_known = *birth != '\0';
	if (facts->birth_known && !day_parse(&facts->birth, birth))
		bad_field(reading, BIRTH);
	copy_at(reading, row->home, sizeof row->home, HOME);
	facts->home_region = row->home;
	parts_at(reading, IDENTITIES, take_identity);
}

static void read_place_and_time(struct reading_row *reading)
{
	struct visit_row *row = reading->row;
	struct facts *facts = &row->facts;

	copy_at(reading, row->merchant, sizeof row->merchant, MERCHANT);
	copy_at(reading, row->region, sizeof row->region, REGION);
	facts->merchant = row->merchant;
	facts->region = row->region;
	if (!venue_from_name(&facts->venue, text_at(reading, VENUE)))
		bad_field(reading, VENUE);
	if (!instant_parse(&facts->now, text_at(reading, AT)))
		bad_field(reading, AT);
	parts_at(reading, CALENDAR, take_day);
}

static void read_purchase(struct reading_row *reading)
{
	struct facts *facts = &reading->row->facts;
	const char *clerk = text_at(reading, CLERK);

	facts->amount = number_at(reading, AMOUNT, AMOUNT_NONE);
	facts->quantity = number_at(reading, QUANTITY, AMOUNT_NONE);
	facts->assurance = (int32_t)number_at(reading, ASSURANCE, 0);
	facts->compared = strcmp(clerk, "compared") == 0;
	facts->attended = facts->compared || strcmp(clerk, "there") == 0;
	if (*clerk != '\0' && !facts->attended)
		bad_field(reading, CLERK);
	parts_at(reading, USED, take_use);
	parts_at(reading, BESIDE, take_beside);
}

static void read_row(struct reading_row *reading)
{
	struct visit_row *row = reading->row;
	const char *id = text_at(reading, BENEFIT);
	char prefix[8];

	row->number = (int)number_at(reading, NUMBER, 0);
	snprintf(prefix, sizeof prefix, "bm-%02d-", row->number);
	if (row->number < 1 || row->number > CATALOGUE_ROWS || strncmp(id, prefix, 6) != 0)
		bad_field(reading, NUMBER);
	copy_at(reading, row->name, sizeof row->name, NAME);
	row->benefit = benefit_at(reading, BENEFIT, id);
	read_holder(reading);
	read_place_and_time(reading);
	read_purchase(reading);
	copy_at(reading, row->verdict, sizeof row->verdict, VERDICT);
	if (!reason_from_name(&row->reason, text_at(reading, REASON)))
		bad_field(reading, REASON);
	row->payable = number_at(reading, PAYABLE, AMOUNT_NONE);
	row->saved = number_at(reading, SAVED, AMOUNT_NONE);
}

void visit_rows_open(struct visit_rows *out, const struct rules *rules)
{
	struct csv csv;
	struct csv_fault fault;
	struct csv_field fields[COLUMNS];
	struct csv_place place;
	enum csv_status status;
	size_t length;
	char *text = text_of_file("tests/catalogue_rows.csv", &length);

	*out = (struct visit_rows){ .rows = calloc(VISIT_ROWS_MAX, sizeof *out->rows) };
	assert_non_null(out->rows);
	if (csv_open(&csv, &fault, text, length, columns, COLUMNS) != CSV_OK)
		fail_msg("%s", fault.why);
	while ((status = csv_next(&csv, &fault, fields, &place)) == CSV_OK) {
		struct reading_row reading = { rules, fields, &out->rows[out->count] };

		assert_in_range(out->count, 0, VISIT_ROWS_MAX - 1);
		read_row(&reading);
		out->count++;
	}
	if (status != CSV_END)
		fail_msg("line %lld: %s", (long long)fault.place.line, fault.why);
	free(text);
}

void visit_rows_close(struct visit_rows *rows)
{
	free(rows->rows);
	rows->rows = NULL;
}

static bool is_as_told(bool has, int64_t fen, int64_t told)
{
	return has == (told != AMOUNT_NONE) && (!has || fen == told);
}

bool visit_row_holds(const struct visit_row *row, const struct benefit *benefit,
		     struct offer *offer)
{
	decide(offer, benefit, &row->facts, row->used);
	return offer->reason == row->reason &&
	       strcmp(verdict_name(offer->verdict), row->verdict) == 0 &&
	       is_as_told(offer->has_payable, offer->payable, row->payable) &&
	       is_as_told(offer->has_saved, offer->saved, row->saved);
}
