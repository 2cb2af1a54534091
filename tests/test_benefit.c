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
			   " \"weekdays\": [], \"hours\": [], \"holidays\": \"any\","
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

/* Each fault with its path, and a word of its reason. */
static const struct fault_row {
	const char *json, *path, *why;
} faults[] = {
	{ "", "line 1, column 0", "expected" },
	{ "nonsense", "line 1, column 8", "expected" },
	{ "3", "line 1, column 1", "expected" },
	{ "[{\"benefit\": \"a\"}", "line 1, column 17", "expected" },
	{ "[{\"benefit\": \"a\"}] x", "line 1, column 20", "end of file" },
	{ "{\n \"benefit\": \"a\",\n \"who\": {,}\n}", "line 3, column 10", "expected" },
	{ "{\"benefit\": \"a\", \"benefit\": \"b\"}", "line 1, column 26", "duplicate" },
	{ "{\"benefit\": \"a\", \"who\": {\"needy\": true, \"needy\": true}}", "line 1, column 47",
	  "duplicate" },
	{ "{\"benefit\": \"\xff\"}", "line 1, column 13", "decode byte" },
	{ "{\"benefit\": \"\\u0000\"}", "line 1, column 20", "\\u0000" },
	{ "{\"benefit\": \"\\ud800\"}", "line 1, column 20", "Unicode" },
	{ "{\"assurance\": 99999999999999999999}", "line 1, column 34", "too big" },
	{ "[[[[[[[[[]]]]]]]]]", "$", "deeper than 8" },
	{ "[1]", "$[0]", "object" },
	{ "[[]]", "$[0]", "object" },
	{ "{}", "$", "lacks its id" },
	{ "[{\"benefit\": \"a\"}, {}]", "$[1]", "lacks its id" },
	{ "{\"benefit\": \"\"}", "$", "lacks its id" },
	{ "{\"benefit\": null}", "$", "lacks its id" },
	{ "{\"benefit\": 7}", "$.benefit", "text" },
	{ "{\"benefit\": \"a b\"}", "$.benefit", "letters" },
	{ "{\"benefit\": \"优\"}", "$.benefit", "letters" },
	{ "{\"benefits\": \"a\"}", "$.benefits", "no such member" },
	{ "{\"bene\\nfit\\u00e9\": \"a\"}", "$.bene?fit??", "no such member" },
	{ "{\"benefit\": \"a\", \"title\": \"t\"}", "$.title", "object" },
	{ "{\"benefit\": \"a\", \"title\": {\"zh\": 1}}", "$.title.zh", "text" },
	{ "{\"benefit\": \"a\", \"title\": {\"zh\": \"a\\u0007\"}}", "$.title.zh", "control" },
	{ "{\"benefit\": \"a\", \"title\": {\"zh\": \"a\\u007f\"}}", "$.title.zh", "control" },
	{ "{\"benefit\": \"a\", \"title\": {\"de\": \"t\"}}", "$.title.de", "no such member" },
	{ "{\"benefit\": \"a\", \"scope\": []}", "$.scope", "object" },
	{ "{\"benefit\": \"a\", \"scene\": \"吃\"}", "$.scene", "one of" },
	{ "{\"benefit\": \"a\", \"where\": []}", "$.where", "object" },
	{ "{\"benefit\": \"a\", \"where\": {\"merchants\": \"m\"}}", "$.where.merchants", "list" },
	{ "{\"benefit\": \"a\", \"where\": {\"merchants\": [\"\"]}}", "$.where.merchants[0]",
	  "empty" },
	{ "{\"benefit\": \"a\", \"where\": {\"venues\": [\"hall\", \"pub\"]}}", "$.where.venues[1]",
	  "\"pub\"" },
	{ "{\"benefit\": \"a\", \"where\": {\"regions\": [\"35x\"]}}", "$.where.regions[0]",
	  "digits" },
	{ "{\"benefit\": \"a\", \"where\": {\"regions\": [\"3505050010011\"]}}",
	  "$.where.regions[0]", "digits" },
	{ "{\"benefit\": \"a\", \"where\": {\"not_regions\": [3505]}}", "$.where.not_regions[0]",
	  "text" },
	{ "{\"benefit\": \"a\", \"who\": {\"kinds\": [\"soldier\"]}}", "$.who.kinds[0]",
	  "\"soldier\"" },
	{ "{\"benefit\": \"a\", \"who\": {\"classes\": [\"Veteran\"]}}", "$.who.classes[0]",
	  "import" },
	{ "{\"benefit\": \"a\", \"who\": {\"grade\": [0, 3]}}", "$.who.grade[0]", "1 to 10" },
	{ "{\"benefit\": \"a\", \"who\": {\"grade\": [1, 11]}}", "$.who.grade[1]", "1 to 10" },
	{ "{\"benefit\": \"a\", \"who\": {\"grade\": [3, 2]}}", "$.who.grade", "above" },
	{ "{\"benefit\": \"a\", \"who\": {\"grade\": [3]}}", "$.who.grade", "two" },
	{ "{\"benefit\": \"a\", \"who\": {\"grade\": [1, 2, 3]}}", "$.who.grade", "two" },
	{ "{\"benefit\": \"a\", \"who\": {\"grade\": 3}}", "$.who.grade", "list" },
	{ "{\"benefit\": \"a\", \"who\": {\"grade\": [1.5, 3]}}", "$.who.grade[0]", "whole" },
	{ "{\"benefit\": \"a\", \"who\": {\"cause\": [\"peace\"]}}", "$.who.cause[0]", "war" },
	{ "{\"benefit\": \"a\", \"who\": {\"merit\": [0, 3]}}", "$.who.merit[0]", "1 to 3" },
	{ "{\"benefit\": \"a\", \"who\": {\"merit\": [1, 4]}}", "$.who.merit[1]", "1 to 3" },
	{ "{\"benefit\": \"a\", \"who\": {\"age\": [-1, null]}}", "$.who.age[0]", "0 to 150" },
	{ "{\"benefit\": \"a\", \"who\": {\"age\": [1, 151]}}", "$.who.age[1]", "0 to 150" },
	{ "{\"benefit\": \"a\", \"who\": {\"age\": [60, 59]}}", "$.who.age", "above" },
	{ "{\"benefit\": \"a\", \"who\": {\"needy\": 1}}", "$.who.needy", "true or false" },
	{ "{\"benefit\": \"a\", \"who\": {\"home_region\": []}}", "$.who.home_region",
	  "no such member" },
	{ "{\"benefit\": \"a\", \"when\": {\"from\": \"2026-02-29\"}}", "$.when.from", "date" },
	{ "{\"benefit\": \"a\", \"when\": {\"from\": \"\"}}", "$.when.from", "date" },
	{ "{\"benefit\": \"a\", \"when\": {\"from\": \"2026-02-02\", \"until\": \"2026-02-01\"}}",
	  "$.when", "before" },
	{ "{\"benefit\": \"a\", \"when\": {\"annual\": [\"08-01\"]}}", "$.when.annual[0]", "list" },
	{ "{\"benefit\": \"a\", \"when\": {\"annual\": [[\"08-01\"]]}}", "$.when.annual[0]",
	  "two" },
	{ "{\"benefit\": \"a\", \"when\": {\"annual\": [[\"08-01\", \"02-30\"]]}}",
	  "$.when.annual[0][1]", "no such day" },
	{ "{\"benefit\": \"a\", \"when\": {\"annual\": [[\"8-1\", \"08-02\"]]}}",
	  "$.when.annual[0][0]", "08-01" },
	{ "{\"benefit\": \"a\", \"when\": {\"weekdays\": [0]}}", "$.when.weekdays[0]", "1 to 7" },
	{ "{\"benefit\": \"a\", \"when\": {\"weekdays\": [1, 8]}}", "$.when.weekdays[1]",
	  "1 to 7" },
	{ "{\"benefit\": \"a\", \"when\": {\"hours\": [[\"08:00\", \"24:01\"]]}}",
	  "$.when.hours[0][1]", "24:00" },
	{ "{\"benefit\": \"a\", \"when\": {\"hours\": [[\"08:60\", \"24:00\"]]}}",
	  "$.when.hours[0][0]", "24:00" },
	{ "{\"benefit\": \"a\", \"when\": {\"hours\": [[\"08:00\", \"08:00\"]]}}",
	  "$.when.hours[0]", "begin" },
	{ "{\"benefit\": \"a\", \"when\": {\"hours\": [[\"24:00\", \"08:00\"]]}}",
	  "$.when.hours[0]", "begin" },
	{ "{\"benefit\": \"a\", \"when\": {\"hours\": [[\"8:00\", \"09:00\"]]}}",
	  "$.when.hours[0][0]", "08:30" },
	{ "{\"benefit\": \"a\", \"when\": {\"holidays\": \"any|only|never\"}}", "$.when.holidays",
	  "names" },
	{ "{\"benefit\": \"a\", \"when\": {\"festivals\": \"only\"}}", "$.when.festivals",
	  "names" },
	{ "{\"benefit\": \"a\", \"value\": {}}", "$.value", "lacks \"type\"" },
	{ "{\"benefit\": \"a\", \"value\": []}", "$.value", "object" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"gift\"}}", "$.value.type", "\"gift\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"reimburse\", \"above\": 1}}",
	  "$.value.type", "This version cannot" },
	{ "{\"benefit\": \"a\", \"value\": {\"unit\": \"l\", \"type\": \"per_unit_off\"}}",
	  "$.value.type", "This version cannot" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"free_then\"}}", "$.value.type",
	  "This version cannot" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"stored_value\", \"fen\": 1}}",
	  "$.value.type", "This version cannot" },
	{ "[{\"benefit\": \"b\"}, {\"benefit\": \"a\", \"value\": {\"type\": \"graded\"}}]",
	  "$[1].value.type", "This version cannot" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"percent_off\"}}", "$.value",
	  "lacks \"percent\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"percent_off\", \"percent\": -1}}",
	  "$.value.percent", "0 to 100" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"percent_off\", \"percent\": 101}}",
	  "$.value.percent", "0 to 100" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"percent_off\", \"percent\": 12.5}}",
	  "$.value.percent", "whole" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"percent_off\", \"percent\": 1, \"fen\": "
	  "1}}",
	  "$.value", "has no \"fen\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"free\", \"percent\": 1}}", "$.value",
	  "has no \"percent\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"free\", \"companions\": 100}}",
	  "$.value.companions", "0 to 99" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"priority\", \"companions\": 1}}", "$.value",
	  "has no \"companions\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"fixed_price\"}}", "$.value",
	  "lacks \"fen\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"fixed_price\", \"fen\": -1}}",
	  "$.value.fen", "outside" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"fixed_price\", \"fen\": 1, \"from\": 1}}",
	  "$.value", "has no \"from\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"amount_off\", \"from\": 1}}", "$.value",
	  "lacks \"fen\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"free\", \"cap\": 1}}", "$.value.cap",
	  "no such member" },
	{ "{\"benefit\": \"a\", \"limits\": {}}", "$.limits", "list" },
	{ "{\"benefit\": \"a\", \"limits\": [{}]}", "$.limits[0]", "per whom" },
	{ "{\"benefit\": \"a\", \"limits\": [{\"per\": \"holder\", \"count\": 1}]}", "$.limits[0]",
	  "period" },
	{ "{\"benefit\": \"a\", \"limits\": [{\"per\": \"holder\", \"period\": \"day\"}]}",
	  "$.limits[0]", "count" },
	{ "{\"benefit\": \"a\", \"limits\": [{\"per\": \"shop\", \"period\": \"day\"}]}",
	  "$.limits[0].per", "\"shop\"" },
	{ "{\"benefit\": \"a\", \"limits\": [{\"per\": \"venue\", \"period\": \"hour\"}]}",
	  "$.limits[0].period", "\"hour\"" },
	{ "{\"benefit\": \"a\", \"limits\": [{\"per\": \"venue\", \"period\": \"day\", \"count\": "
	  "-1}]}",
	  "$.limits[0].count", "outside" },
	{ "{\"benefit\": \"a\", \"limits\": [{\"per\": \"venue\", \"period\": \"day\", \"amount\": "
	  "-1}]}",
	  "$.limits[0].amount", "outside" },
	{ "{\"benefit\": \"a\", \"stack\": \"with\"}", "$.stack", "names" },
	{ "{\"benefit\": \"a\", \"proof\": [1]}", "$.proof[0]", "text" },
	{ "{\"benefit\": \"a\", \"assurance\": -1}", "$.assurance", "0 to 4" },
	{ "{\"benefit\": \"a\", \"assurance\": 5}", "$.assurance", "0 to 4" },
	{ "{\"benefit\": \"a\", \"settlement\": \"yearly\"}", "$.settlement", "names" },
	{ "{\"benefit\": \"a\", \"offline\": \"yes\"}", "$.offline", "true or false" },
};

static void faults_and_their_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct catalogue *catalogue = NULL;
		struct benefit_fault fault = { 0 };
		const char *json = faults[i].json;

		if (catalogue_parse(&catalogue, &fault, json, strlen(json)) != BENEFIT_MALFORMED)
			fail_msg("taken up: %s", json);
		assert_null(catalogue);
		if (strcmp(fault.path, faults[i].path) != 0)
			fail_msg("%s: %s, not %s (%s)", json, fault.path, faults[i].path,
				 fault.why);
		if (strstr(fault.why, faults[i].why) == NULL)
			fail_msg("%s: %s, not %s", json, fault.why, faults[i].why);
		assert_int_equal(fault.why[strlen(fault.why) - 1], '.');
	}
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
	for (size_t i = 0; i < count; i++)
		fprintf(file, "%s%s", i == 0 ? "" : ",", each);
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
	assert_int_equal(repeated("[", "{\"benefit\": \"a\"}", 3000, "]", &found), BENEFIT_OK);
	assert_int_equal(found, 3000);
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
		cmocka_unit_test(faults_and_their_places),
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
