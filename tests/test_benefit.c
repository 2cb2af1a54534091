/* Benefit documents: what is taken up, what is refused and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/benefit.h"
#include "db/china_time.h"

static struct catalogue *parsed(const char *json)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };

	if (catalogue_parse(&catalogue, &fault, json, strlen(json)) != BENEFIT_OK)
		fail_msg("%s: %s: %s", json, fault.path, fault.why);
	return catalogue;
}

static const char whole[] =
	"{\"benefit\": \"q-1\", \"title\": {\"zh\": \"体检\", \"en\": \"Check-up\"},"
	" \"scope\": {\"zh\": \"套餐\", \"en\": \"package\"}, \"scene\": \"康\","
	" \"where\": {\"merchants\": [\"m-1\", \"m-2\"], \"venues\": [\"hospital\", \"other\"],"
	"  \"regions\": [\"350505\"], \"not_regions\": [\"35050501\"]},"
	" \"who\": {\"kinds\": [\"family\"], \"classes\": [\"disabled\", \"veteran.nco\"],"
	"  \"grade\": [2, 6], \"cause\": [\"war\", \"duty\", \"illness\"], \"merit\": [1, 3],"
	"  \"age\": [60, null], \"needy\": true, \"home_regions\": [\"3505\"]},"
	" \"when\": {\"from\": \"2023-05-01\", \"until\": \"2027-04-30\","
	"  \"annual\": [[\"07-26\", \"08-01\"], [\"12-24\", \"01-06\"]], \"weekdays\": [1, 7],"
	"  \"hours\": [[\"08:00\", \"17:30\"], [\"22:00\", \"24:00\"]], \"holidays\": \"only\","
	"  \"festivals\": \"never\"},"
	" \"value\": {\"type\": \"amount_off\", \"fen\": 2000, \"from\": 20000},"
	" \"limits\": [{\"per\": \"holder\", \"period\": \"year\", \"count\": 3, \"amount\": "
	"150000},"
	"  {\"per\": \"venue\", \"period\": \"day\", \"count\": 4}],"
	" \"stack\": \"alone\", \"proof\": [\"id_card\"], \"assurance\": 2,"
	" \"settlement\": \"quarterly\", \"offline\": false}";

static void a_whole_document(void **state)
{
	struct catalogue *catalogue = parsed(whole);
	const struct benefit *b = catalogue_at(catalogue, 0);
	int32_t from, until;

	(void)state;
	assert_int_equal(catalogue_count(catalogue), 1);
	assert_string_equal(b->id, "q-1");
	assert_int_equal(b->version, 1);
	assert_false(b->retired);
	assert_string_equal(b->title[0], "体检");
	assert_string_equal(b->title[1], "Check-up");
	assert_string_equal(b->scope[0], "套餐");
	assert_string_equal(b->scope[1], "package");
	assert_string_equal(b->scene, "康");
	assert_int_equal(b->merchants.count, 2);
	assert_string_equal(b->merchants.items[1], "m-2");
	assert_int_equal(b->venues, 1U << VENUE_HOSPITAL | 1U << VENUE_OTHER);
	assert_string_equal(b->regions.items[0], "350505");
	assert_string_equal(b->not_regions.items[0], "35050501");
	assert_int_equal(b->kinds, 4);
	assert_int_equal(b->classes.count, 2);
	assert_string_equal(b->classes.items[1], "veteran.nco");
	assert_int_equal(b->grade_first, 2);
	assert_int_equal(b->grade_last, 6);
	assert_int_equal(b->cause.count, 3);
	assert_int_equal(b->merit_first, 1);
	assert_int_equal(b->merit_last, 3);
	assert_int_equal(b->age_first, 60);
	assert_int_equal(b->age_last, -1);
	assert_int_equal(b->needy, 1);
	assert_string_equal(b->home_regions.items[0], "3505");
	assert_true(day_parse(&from, "2023-05-01") && b->from == from);
	assert_true(day_parse(&until, "2027-04-30") && b->until == until);
	assert_int_equal(b->annual.count, 2);
	assert_int_equal(b->annual.items[1].first, 1224);
	assert_int_equal(b->annual.items[1].last, 106);
	assert_int_equal(b->weekdays, 0x41);
	assert_int_equal(b->hours.count, 2);
	assert_int_equal(b->hours.items[0].first, 480);
	assert_int_equal(b->hours.items[0].after, 1050);
	assert_int_equal(b->hours.items[1].after, 1440);
	assert_int_equal(b->holidays, HOLIDAYS_ONLY);
	assert_true(b->no_festivals);
	assert_int_equal(b->value.type, VALUE_AMOUNT_OFF);
	assert_int_equal(b->value.fen, 2000);
	assert_int_equal(b->value.from, 20000);
	assert_int_equal(b->limit_count, 2);
	assert_false(b->limits[0].per_venue);
	assert_int_equal(b->limits[0].period, PERIOD_YEAR);
	assert_int_equal(b->limits[0].count, 3);
	assert_int_equal(b->limits[0].amount, 150000);
	assert_true(b->limits[1].per_venue);
	assert_int_equal(b->limits[1].period, PERIOD_DAY);
	assert_int_equal(b->limits[1].amount, -1);
	assert_int_equal(b->stack, STACK_ALONE);
	assert_string_equal(b->proof.items[0], "id_card");
	assert_int_equal(b->assurance, 2);
	assert_int_equal(b->settlement, SETTLE_QUARTERLY);
	assert_false(b->offline);
	catalogue_free(catalogue);
}

/* What is left out, null or an empty list does not restrict. */
static void check_unrestricted(const char *json)
{
	struct catalogue *catalogue = parsed(json);
	const struct benefit *b = catalogue_at(catalogue, 0);

	assert_string_equal(b->title[0], "x");
	assert_string_equal(b->title[1], "");
	assert_string_equal(b->scene, "");
	assert_int_equal(b->merchants.count + b->regions.count + b->not_regions.count, 0);
	assert_int_equal(b->classes.count + b->cause.count + b->home_regions.count, 0);
	assert_int_equal(b->venues, 0);
	assert_int_equal(b->kinds, 0);
	assert_int_equal(b->grade_first, 0);
	assert_int_equal(b->merit_first, 0);
	assert_int_equal(b->age_first, -1);
	assert_int_equal(b->age_last, -1);
	assert_int_equal(b->needy, -1);
	assert_int_equal(b->from, INT32_MIN);
	assert_int_equal(b->until, INT32_MAX);
	assert_int_equal(b->annual.count + b->hours.count, 0);
	assert_int_equal(b->weekdays, 0);
	assert_int_equal(b->holidays, HOLIDAYS_ANY);
	assert_false(b->no_festivals);
	assert_int_equal(b->value.type, VALUE_PRIORITY);
	assert_int_equal(b->limit_count, 0);
	assert_int_equal(b->stack, STACK_WITH_ALL);
	assert_int_equal(b->assurance, 0);
	assert_int_equal(b->settlement, SETTLE_NONE);
	assert_true(b->offline);
	catalogue_free(catalogue);
}

static void what_is_left_out(void **state)
{
	(void)state;
	check_unrestricted("{\"benefit\": \"x\"}");
	check_unrestricted("{\"benefit\": \"x\", \"where\": {}, \"who\": {}, \"when\": {},"
			   " \"limits\": [], \"proof\": [], \"title\": {}}");
	check_unrestricted("{\"benefit\": \"x\", \"title\": null, \"scene\": null, \"where\": null,"
			   " \"who\": null, \"when\": null, \"value\": null, \"limits\": null,"
			   " \"assurance\": null, \"offline\": null}");
	check_unrestricted("{\"benefit\": \"x\", \"where\": {\"merchants\": [], \"venues\": [],"
			   " \"regions\": [], \"not_regions\": []}, \"who\": {\"kinds\": [],"
			   " \"classes\": [], \"grade\": null, \"cause\": [], \"merit\": null,"
			   " \"age\": [null, null], \"needy\": null, \"home_regions\": []},"
			   " \"when\": {\"from\": null, \"until\": null, \"annual\": [],"
			   " \"weekdays\": [], \"hours\": null, \"holidays\": \"any\","
			   " \"festivals\": \"any\"}}");
}

static void values(void **state)
{
	static const struct {
		const char *json;
		enum value_type type;
		int32_t percent, companions;
		int64_t fen, from;
	} rows[] = {
		{ "{\"type\": \"priority\"}", VALUE_PRIORITY, 0, 0, 0, 0 },
		{ "{\"type\": \"free\"}", VALUE_FREE, 0, 0, 0, 0 },
		{ "{\"type\": \"free\", \"companions\": 2}", VALUE_FREE, 0, 2, 0, 0 },
		{ "{\"percent\": 30, \"type\": \"percent_off\"}", VALUE_PERCENT_OFF, 30, 0, 0, 0 },
		{ "{\"type\": \"percent_off\", \"percent\": 0}", VALUE_PERCENT_OFF, 0, 0, 0, 0 },
		{ "{\"type\": \"percent_off\", \"percent\": 100}", VALUE_PERCENT_OFF, 100, 0, 0,
		  0 },
		{ "{\"type\": \"fixed_price\", \"fen\": 400}", VALUE_FIXED_PRICE, 0, 0, 400, 0 },
		{ "{\"type\": \"fixed_price\", \"fen\": 9223372036854775807}", VALUE_FIXED_PRICE, 0,
		  0, INT64_MAX, 0 },
		{ "{\"type\": \"amount_off\", \"fen\": 5}", VALUE_AMOUNT_OFF, 0, 0, 5, 0 },
		{ "{\"type\": \"amount_off\", \"fen\": 5, \"from\": 6}", VALUE_AMOUNT_OFF, 0, 0, 5,
		  6 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char json[200];
		struct catalogue *catalogue;
		const struct value *value;

		snprintf(json, sizeof json, "{\"benefit\": \"x\", \"value\": %s}", rows[i].json);
		catalogue = parsed(json);
		value = &catalogue_at(catalogue, 0)->value;
		assert_int_equal(value->type, rows[i].type);
		assert_int_equal(value->percent, rows[i].percent);
		assert_int_equal(value->companions, rows[i].companions);
		assert_int_equal(value->fen, rows[i].fen);
		assert_int_equal(value->from, rows[i].from);
		catalogue_free(catalogue);
	}
}

static const struct value *value_of(struct catalogue *catalogue)
{
	return &catalogue_at(catalogue, 0)->value;
}

static void values_with_conditions(void **state)
{
	struct catalogue *catalogue;

	(void)state;
	catalogue = parsed("{\"benefit\": \"x\", \"value\": {\"type\": \"reimburse\","
			   " \"above\": 50000, \"percent\": 90, \"cap\": null}}");
	assert_int_equal(value_of(catalogue)->type, VALUE_REIMBURSE);
	assert_int_equal(value_of(catalogue)->above, 50000);
	assert_int_equal(value_of(catalogue)->percent, 90);
	assert_int_equal(value_of(catalogue)->cap, -1);
	catalogue_free(catalogue);
	catalogue = parsed("{\"benefit\": \"x\", \"value\": {\"type\": \"reimburse\","
			   " \"percent\": 90, \"cap\": 0}}");
	assert_int_equal(value_of(catalogue)->cap, 0);
	assert_int_equal(catalogue_at(catalogue, 0)->limit_count, 0);
	catalogue_free(catalogue);
	catalogue = parsed("{\"benefit\": \"x\", \"value\": {\"type\": \"per_unit_off\","
			   " \"fen\": 28, \"unit\": \"litre\"}}");
	assert_int_equal(value_of(catalogue)->fen, 28);
	assert_string_equal(value_of(catalogue)->unit, "litre");
	catalogue_free(catalogue);
}

/* What was had before is counted since ever where no limit per holder says since when. */
static void accounts(void **state)
{
	static const char free_then[] = "\"value\": {\"type\": \"free_then\", \"free\": 2,"
					" \"percent\": 50}";
	static const char stored[] = "\"value\": {\"type\": \"stored_value\", \"fen\": 1}";
	static const char in_table[] =
		"\"value\": {\"type\": \"graded\", \"by\": \"class\", \"table\":"
		" [[\"war\", {\"type\": \"free\"}]],"
		" \"else\": {\"type\": \"stored_value\", \"fen\": 1}}";
	static const char holder[] =
		",\"limits\": [{\"per\": \"holder\", \"period\": \"year\", \"count\": 3}]";
	static const char venue[] =
		",\"limits\": [{\"per\": \"venue\", \"period\": \"day\", \"count\": 3},"
		" {\"per\": \"venue\", \"period\": \"week\", \"count\": 3},"
		" {\"per\": \"venue\", \"period\": \"month\", \"count\": 3},"
		" {\"per\": \"venue\", \"period\": \"year\", \"count\": 3}]";
	static const struct {
		const char *value, *limits;
		size_t count;
		bool opened;
	} rows[] = {
		{ free_then, "", 1, true },
		{ stored, "", 1, true },
		{ stored, venue, 5, true },
		{ stored, holder, 1, false },
		{ in_table, "", 1, true },
		{ free_then, holder, 1, false },
		{ "\"value\": null", venue, 4, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char json[900];
		struct catalogue *catalogue;
		const struct benefit *b;

		snprintf(json, sizeof json, "{\"benefit\": \"x\", %s%s}", rows[i].value,
			 rows[i].limits);
		catalogue = parsed(json);
		b = catalogue_at(catalogue, 0);
		assert_int_equal(b->limit_count, rows[i].count);
		if (rows[i].opened) {
			const struct limit *last = &b->limits[b->limit_count - 1];

			assert_false(last->per_venue);
			assert_int_equal(last->period, PERIOD_EVER);
			assert_true(last->count == -1 && last->amount == -1);
		}
		catalogue_free(catalogue);
	}
}

static void tables(void **state)
{
	/* What the keys are is said behind them. */
	struct catalogue *catalogue = parsed(
		"{\"benefit\": \"x\", \"value\": {\"type\": \"graded\", \"table\":"
		" [[\"disabled\", {\"type\": \"graded\", \"by\": \"grade\", \"table\":"
		" [[[1, 4], {\"type\": \"free\", \"companions\": 1}], [5, {\"type\": \"free\"}],"
		" [[null, null], {\"type\": \"priority\"}]]}],"
		" [\"family\", {\"type\": \"reimburse\", \"percent\": 5}]],"
		" \"by\": \"class\", \"else\": {\"type\": \"percent_off\", \"percent\": 50}}}");
	const struct grading *by_class = value_of(catalogue)->grading;
	const struct grading *by_grade = by_class->rows[0].value.grading;

	(void)state;
	assert_int_equal(by_class->by, GRADED_BY_CLASS);
	assert_int_equal(by_class->count, 2);
	assert_string_equal(by_class->rows[0].key, "disabled");
	assert_string_equal(by_class->rows[1].key, "family");
	assert_int_equal(by_class->rows[1].value.cap, -1);
	assert_true(by_class->has_otherwise);
	assert_int_equal(by_class->otherwise.percent, 50);
	assert_int_equal(by_grade->by, GRADED_BY_GRADE);
	assert_int_equal(by_grade->count, 3);
	assert_int_equal(by_grade->rows[0].first * 100 + by_grade->rows[0].last, 104);
	assert_int_equal(by_grade->rows[0].value.companions, 1);
	assert_int_equal(by_grade->rows[1].first * 100 + by_grade->rows[1].last, 505);
	assert_int_equal(by_grade->rows[2].first * 100 + by_grade->rows[2].last, 110);
	assert_false(by_grade->has_otherwise);
	catalogue_free(catalogue);
}

/* A document around a text of so many bytes. */
static bool takes(const char *before, size_t length, const char *after)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };
	size_t size = strlen(before) + length + strlen(after) + 1;
	char *json = malloc(size);
	enum benefit_status status;

	assert_non_null(json);
	strcpy(json, before);
	memset(json + strlen(before), 'a', length);
	strcpy(json + strlen(before) + length, after);
	status = catalogue_parse(&catalogue, &fault, json, size - 1);
	catalogue_free(catalogue);
	free(json);
	return status == BENEFIT_OK;
}

static void lengths(void **state)
{
	static const struct {
		const char *name, *before, *after;
		size_t most;
	} rows[] = {
		{ "id", "{\"benefit\": \"", "\"}", BENEFIT_ID_MAX },
		{ "title", "{\"benefit\": \"a\", \"title\": {\"zh\": \"", "\"}}",
		  BENEFIT_TITLE_MAX },
		{ "English title", "{\"benefit\": \"a\", \"title\": {\"en\": \"", "\"}}",
		  BENEFIT_TITLE_MAX },
		{ "scope", "{\"benefit\": \"a\", \"scope\": {\"zh\": \"", "\"}}",
		  BENEFIT_SCOPE_MAX },
		{ "merchant", "{\"benefit\": \"a\", \"where\": {\"merchants\": [\"", "\"]}}", 63 },
		{ "class", "{\"benefit\": \"a\", \"who\": {\"classes\": [\"", "\"]}}", 63 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!takes(rows[i].before, rows[i].most, rows[i].after))
			fail_msg("%s of %zu bytes", rows[i].name, rows[i].most);
		if (takes(rows[i].before, rows[i].most + 1, rows[i].after))
			fail_msg("%s of %zu bytes", rows[i].name, rows[i].most + 1);
	}
}

/* A text repeated so often within a document. */
static enum benefit_status repeated(const char *before, const char *each, size_t count,
				    const char *after, size_t *found)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };
	char *json = NULL;
	size_t length;
	FILE *file = open_memstream(&json, &length);
	enum benefit_status status;

	assert_non_null(file);
	fputs(before, file);
	for (size_t i = 0; i < count; i++) {
		fputs(i == 0 ? "" : ",", file);
		if (strcmp(each, "benefit") == 0)
			fprintf(file, "{\"benefit\": \"%zu\"}", i);
		else
			fputs(each, file);
	}
	fputs(after, file);
	fclose(file);
	status = catalogue_parse(&catalogue, &fault, json, length);
	if (status == BENEFIT_OK)
		*found = catalogue_count(catalogue);
	catalogue_free(catalogue);
	free(json);
	return status;
}

static void counts(void **state)
{
	static const char limit[] = "{\"per\": \"venue\", \"period\": \"day\", \"count\": 1}";
	static const char limits[] = "{\"benefit\": \"a\", \"limits\": [";
	static const char merchants[] = "{\"benefit\": \"a\", \"where\": {\"merchants\": [";
	size_t found = 0;

	(void)state;
	assert_int_equal(repeated(limits, limit, 4, "]}", &found), BENEFIT_OK);
	assert_int_equal(repeated(limits, limit, 5, "]}", &found), BENEFIT_MALFORMED);
	assert_int_equal(repeated(merchants, "\"m\"", 4096, "]}}", &found), BENEFIT_OK);
	assert_int_equal(repeated(merchants, "\"m\"", 4097, "]}}", &found), BENEFIT_MALFORMED);
	assert_int_equal(repeated("[", "", 0, "]", &found), BENEFIT_OK);
	assert_int_equal(found, 0);
	assert_int_equal(repeated("[", "benefit", 4096, "]", &found), BENEFIT_OK);
	assert_int_equal(found, 4096);
	assert_int_equal(repeated("[", "benefit", 4097, "]", &found), BENEFIT_MALFORMED);
	assert_int_equal(repeated("[", "benefit", 10000, "]", &found), BENEFIT_MALFORMED);
}

static void the_largest_file(void **state)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };
	char *json = malloc(BENEFIT_FILE_MAX + 1);

	(void)state;
	assert_non_null(json);
	memset(json, ' ', BENEFIT_FILE_MAX + 1);
	memcpy(json, "[]", 2);
	assert_int_equal(catalogue_parse(&catalogue, &fault, json, BENEFIT_FILE_MAX), BENEFIT_OK);
	catalogue_free(catalogue);
	catalogue = NULL;
	assert_int_equal(catalogue_parse(&catalogue, &fault, json, BENEFIT_FILE_MAX + 1),
			 BENEFIT_MALFORMED);
	assert_string_equal(fault.path, "$");
	/* What was taken up file by file may be more than one file. */
	assert_int_equal(catalogue_parse_stored(&catalogue, &fault, json, BENEFIT_FILE_MAX + 1),
			 BENEFIT_OK);
	catalogue_free(catalogue);
	free(json);
}

/* What is stored says the same again, word for word. */
static void stored_documents(void **state)
{
	struct catalogue *first = parsed(whole);
	struct catalogue *again = parsed(catalogue_document(first, 0));

	(void)state;
	assert_string_equal(catalogue_document(first, 0), catalogue_document(again, 0));
	assert_null(strchr(catalogue_document(first, 0), '\n'));
	assert_non_null(strstr(catalogue_document(first, 0), "体检"));
	assert_int_equal(catalogue_at(again, 0)->limits[0].amount, 150000);
	catalogue_set_version(again, 0, 3, true);
	assert_int_equal(catalogue_at(again, 0)->version, 3);
	assert_true(catalogue_at(again, 0)->retired);
	catalogue_free(first);
	catalogue_free(again);
	catalogue_free(NULL);
}

static void titles(void **state)
{
	struct catalogue *catalogue =
		parsed("[{\"benefit\": \"a\", \"title\": {\"en\": \"Tea\"}},"
		       " {\"benefit\": \"b\", \"title\": {\"zh\": \"茶\", \"en\": \"\"}},"
		       " {\"benefit\": \"c\"}]");

	(void)state;
	assert_string_equal(catalogue_at(catalogue, 0)->title[0], "Tea");
	assert_string_equal(catalogue_at(catalogue, 1)->title[0], "茶");
	assert_string_equal(catalogue_at(catalogue, 1)->title[1], "");
	assert_string_equal(catalogue_at(catalogue, 2)->title[0], "c");
	catalogue_free(catalogue);
}

static void names(void **state)
{
	static const char *const periods[] = { "day", "week", "month", "year", "ever" };
	static const char scenes[] = "食住行购游娱康联商贷庆";
	enum venue venue;

	(void)state;
	for (int i = 0; i < VENUE_COUNT; i++) {
		assert_true(venue_from_name(&venue, venue_name((enum venue)i)));
		assert_int_equal(venue, i);
	}
	assert_false(venue_from_name(&venue, "Hall"));
	assert_false(venue_from_name(&venue, ""));
	for (int i = 0; i < PERIOD_COUNT; i++)
		assert_string_equal(period_name((enum period)i), periods[i]);
	for (size_t i = 0; i + 3 < sizeof scenes; i += 3) {
		char scene[4] = { scenes[i], scenes[i + 1], scenes[i + 2] };

		assert_true(scene_is_known(scene));
	}
	assert_false(scene_is_known(""));
	assert_false(scene_is_known("食住"));
}

/* The demonstration's file, read from the root of the tree: 44 benefits in 11 scenes. */
static void the_demonstration(void **state)
{
	static char json[BENEFIT_FILE_MAX];
	FILE *file = fopen("assets/demo/benefits.json", "rb");
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };
	size_t length, scenes = 0;

	(void)state;
	assert_non_null(file);
	length = fread(json, 1, sizeof json, file);
	fclose(file);
	if (catalogue_parse(&catalogue, &fault, json, length) != BENEFIT_OK)
		fail_msg("%s: %s", fault.path, fault.why);
	assert_int_equal(catalogue_count(catalogue), 44);
	for (size_t i = 0; i < 44; i++) {
		const struct benefit *b = catalogue_at(catalogue, i);
		size_t k = 0;

		assert_true(strncmp(b->id, "demo-", 5) == 0);
		assert_true(b->title[1][0] != '\0' && scene_is_known(b->scene));
		while (strcmp(catalogue_at(catalogue, k)->scene, b->scene) != 0)
			k++;
		scenes += k == i;
		for (k = 0; k < i; k++)
			assert_string_not_equal(b->id, catalogue_at(catalogue, k)->id);
	}
	assert_int_equal(scenes, 11);
	catalogue_free(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_document),
		cmocka_unit_test(what_is_left_out),
		cmocka_unit_test(values),
		cmocka_unit_test(values_with_conditions),
		cmocka_unit_test(accounts),
		cmocka_unit_test(tables),
		cmocka_unit_test(lengths),
		cmocka_unit_test(counts),
		cmocka_unit_test(the_largest_file),
		cmocka_unit_test(stored_documents),
		cmocka_unit_test(titles),
		cmocka_unit_test(names),
		cmocka_unit_test(the_demonstration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
