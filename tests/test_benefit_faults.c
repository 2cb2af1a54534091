/* Benefit documents that are refused: where the fault lies, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/benefit.h"

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
	{ "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "$", "deeper than 16" },
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
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"reimburse\", \"above\": 1}}", "$.value",
	  "lacks \"percent\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"reimburse\", \"percent\": 101}}",
	  "$.value.percent", "0 to 100" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"reimburse\", \"percent\": 9, \"above\": "
	  "-1}}",
	  "$.value.above", "outside" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"reimburse\", \"percent\": 9, \"cap\": -1}}",
	  "$.value.cap", "outside" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"reimburse\", \"percent\": 9, \"fen\": 1}}",
	  "$.value", "has no \"fen\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"unit\": \"l\", \"type\": \"per_unit_off\"}}",
	  "$.value", "lacks \"fen\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"fen\": 28, \"type\": \"per_unit_off\"}}", "$.value",
	  "lacks \"unit\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"fen\": -28, \"unit\": \"l\", \"type\": "
	  "\"per_unit_off\"}}",
	  "$.value.fen", "outside" },
	{ "{\"benefit\": \"a\", \"value\": {\"fen\": 28, \"unit\": \"\", \"type\": "
	  "\"per_unit_off\"}}",
	  "$.value.unit", "empty" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"free_then\"}}", "$.value",
	  "lacks \"percent\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"free_then\", \"percent\": 40}}", "$.value",
	  "lacks \"free\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"free_then\", \"percent\": 40, \"free\": "
	  "-1}}",
	  "$.value.free", "outside" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"stored_value\"}}", "$.value",
	  "lacks \"fen\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"stored_value\", \"fen\": 0}}",
	  "$.value.fen", "outside 1" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"free\", \"cap\": 1}}", "$.value",
	  "has no \"cap\"" },
	{ "[{\"benefit\": \"b\"}, {\"benefit\": \"a\", \"value\": {\"type\": \"graded\"}}]",
	  "$[1].value", "lacks \"by\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\"}}", "$.value",
	  "lacks \"table\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"name\", \"table\": "
	  "[]}}",
	  "$.value.by", "\"name\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", \"table\": "
	  "[]}}",
	  "$.value.table", "1 to 64" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", \"table\": "
	  "{}}}",
	  "$.value.table", "list" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", \"table\": "
	  "[[1]]}}",
	  "$.value.table[0]", "key and a value" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", \"table\": "
	  "[[4, {\"type\": \"free\"}]]}}",
	  "$.value.table[0][0]", "1 to 3" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", \"table\": "
	  "[[\"1\", {\"type\": \"free\"}]]}}",
	  "$.value.table[0][0]", "whole" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"grade\", \"table\": "
	  "[[[8, 3], {\"type\": \"free\"}]]}}",
	  "$.value.table[0][0]", "above" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"grade\", \"table\": "
	  "[[[8, 11], {\"type\": \"free\"}]]}}",
	  "$.value.table[0][0][1]", "1 to 10" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"class\", \"table\": "
	  "[[\"A B\", {\"type\": \"free\"}]]}}",
	  "$.value.table[0][0]", "import" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"class\", \"table\": "
	  "[[1, {\"type\": \"free\"}]]}}",
	  "$.value.table[0][0]", "text" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"region\", \"table\": "
	  "[[\"\", {\"type\": \"free\"}]]}}",
	  "$.value.table[0][0]", "empty" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"region\", \"table\": "
	  "[[\"x\", {\"type\": \"free\"}]]}}",
	  "$.value.table[0][0]", "digits" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"class\", \"table\": "
	  "[[\"war\", {\"type\": \"free\", \"percent\": 1}]]}}",
	  "$.value.table[0][1]", "has no \"percent\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"class\", \"table\": "
	  "[[\"war\", {}]]}}",
	  "$.value.table[0][1]", "lacks \"type\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"class\", \"table\": "
	  "[[\"war\", {\"type\": \"free\"}], [\"war\", {\"type\": \"free\"}]]}}",
	  "$.value.table[1]", "row 0" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"class\", \"table\": "
	  "[[\"veteran\", {\"type\": \"free\"}], [\"veteran.nco\", {\"type\": \"free\"}]]}}",
	  "$.value.table[1]", "row 0" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"grade\", \"table\": "
	  "[[[1, 4], {\"type\": \"free\"}], [4, {\"type\": \"free\"}]]}}",
	  "$.value.table[1]", "row 0" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"home_region\", "
	  "\"table\": [[\"35\", {\"type\": \"free\"}], [\"3509\", {\"type\": \"free\"}]]}}",
	  "$.value.table[1]", "row 0" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", \"table\": "
	  "[[1, {\"type\": \"free\"}]], \"else\": 1}}",
	  "$.value.else", "object" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", \"table\": "
	  "[[1, {\"type\": \"free\"}]], \"fen\": 1}}",
	  "$.value", "has no \"fen\"" },
	{ "{\"benefit\": \"a\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", \"table\": "
	  "[[1, {\"type\": \"graded\", \"by\": \"merit\", \"table\": [[1, {\"type\": \"graded\", "
	  "\"by\": \"merit\", \"table\": [[1, {\"type\": \"free\"}]]}]]}]]}}",
	  "$.value.table[0][1].table[0][1]", "2 deep" },
	{ "[{\"benefit\": \"a\"}, {\"benefit\": \"b\"}, {\"benefit\": \"a\"}]", "$[2].benefit",
	  "duplicate id" },
	{ "{\"benefit\": \"a\", \"when\": {\"hours\": []}}", "$.when.hours", "no hours" },
	{ "{\"benefit\": \"a\", \"when\": {\"from\": \"2026-11-16\", \"until\": \"2026-11-20\", "
	  "\"weekdays\": [6, 7]}}",
	  "$.when", "No day" },
	{ "{\"benefit\": \"a\", \"when\": {\"from\": \"2026-02-01\", \"until\": \"2026-12-31\", "
	  "\"annual\": [[\"01-01\", \"01-31\"]]}}",
	  "$.when", "No day" },
	{ "{\"benefit\": \"a\", \"when\": {\"from\": \"2026-01-01\", \"until\": \"2026-12-31\", "
	  "\"annual\": [[\"02-29\", \"02-29\"]]}}",
	  "$.when", "No day" },
	{ "{\"benefit\": \"a\", \"where\": {\"regions\": [\"350505\", \"3509\"], \"not_regions\": "
	  "[\"35\"]}}",
	  "$.where", "not_regions" },
	{ "{\"benefit\": \"a\", \"where\": {\"regions\": [\"99\"]}}", "$.where.regions[0]",
	  "digits" },
	{ "{\"benefit\": \"a\", \"where\": {\"regions\": [\"9\"]}}", "$.where.regions[0]",
	  "digits" },
	{ "{\"benefit\": \"a\", \"limits\": [{\"per\": \"holder\", \"period\": \"day\", \"count\": "
	  "0}]}",
	  "$.limits[0].count", "outside 1" },
	{ "{\"benefit\": \"a\", \"limits\": [{\"per\": \"holder\", \"period\": \"day\", "
	  "\"amount\": 0}]}",
	  "$.limits[0].amount", "outside 1" },
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

static bool is_taken(const char *part)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };
	char json[300];
	enum benefit_status status;

	snprintf(json, sizeof json, "{\"benefit\":\"a\",%s}", part);
	status = catalogue_parse(&catalogue, &fault, json, strlen(json));
	catalogue_free(catalogue);
	return status == BENEFIT_OK;
}

/* At the edge of what can never hold: one day, or one region, is enough. */
static void what_just_holds(void **state)
{
	static const char *const parts[] = {
		"\"when\":{\"from\":\"2026-11-16\",\"until\":\"2026-11-21\",\"weekdays\":[6]}",
		"\"when\":{\"from\":\"2026-11-21\",\"until\":\"2026-11-26\",\"weekdays\":[6]}",
		"\"when\":{\"from\":\"2026-11-21\",\"until\":\"2026-11-21\"}",
		"\"when\":{\"from\":\"2026-02-01\",\"until\":\"2027-01-01\","
		"\"annual\":[[\"01-01\",\"01-31\"]]}",
		"\"when\":{\"from\":\"2026-01-31\",\"until\":\"2026-12-31\","
		"\"annual\":[[\"01-01\",\"01-31\"]]}",
		"\"when\":{\"from\":\"2026-12-01\",\"until\":\"2026-12-24\","
		"\"annual\":[[\"12-24\",\"01-06\"]]}",
		"\"when\":{\"from\":\"2026-01-06\",\"until\":\"2026-12-01\","
		"\"annual\":[[\"12-24\",\"01-06\"]]}",
		"\"when\":{\"from\":\"2026-01-01\",\"annual\":[[\"02-29\",\"02-29\"]]}",
		"\"when\":{\"until\":\"2026-12-31\",\"annual\":[[\"02-29\",\"02-29\"]]}",
		"\"when\":{\"from\":\"2025-01-01\",\"until\":\"2026-02-06\","
		"\"annual\":[[\"02-29\",\"02-29\"]]}",
		"\"where\":{\"regions\":[\"3505\",\"3509\"],\"not_regions\":[\"3505\"]}",
		"\"where\":{\"regions\":[\"35\"],\"not_regions\":[\"3505\"]}",
	};
	static const char *const never[] = {
		"\"when\":{\"from\":\"2026-11-16\",\"until\":\"2026-11-20\",\"weekdays\":[6]}",
		"\"when\":{\"from\":\"2026-01-07\",\"until\":\"2026-12-23\","
		"\"annual\":[[\"12-24\",\"01-06\"]]}",
		"\"when\":{\"from\":\"2026-02-01\",\"until\":\"2026-12-31\","
		"\"annual\":[[\"01-01\",\"01-31\"]]}",
		"\"when\":{\"from\":\"2025-01-01\",\"until\":\"2026-02-05\","
		"\"annual\":[[\"02-29\",\"02-29\"]]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!is_taken(parts[i]))
			fail_msg("%s", parts[i]);
	}
	for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
		if (is_taken(never[i]))
			fail_msg("%s", never[i]);
	}
}

/* Every fault of a file, in its order: "path" of each, and a word of the reason. */
static void each_fault_of_a_file(void **state)
{
	static const char json[] =
		"[{\"benefit\": \"a\"}, {\"benefit\": \"b\", \"who\": {\"grade\": [8, 3]}},"
		" {\"benefit\": \"c\", \"value\": {\"type\": \"graded\", \"by\": \"merit\", "
		"\"table\":"
		" [[1, {\"type\": \"percent_off\", \"percent\": 101}]]}},"
		" {\"benefit\": \"d\", \"proof\": [], \"when\": {\"annual\": []}, \"value\":"
		" {\"type\": \"graded\", \"by\": \"merit\", \"table\": [[1, {\"type\": \"graded\","
		" \"by\": \"grade\", \"table\": [[1, {\"type\": \"free\"}]]}]]}},"
		" {\"benefit\": \"b\"}, {}, {}, {\"benefit\": \"c\", \"scene\": \"x\"}]";
	static const char *const expected[][2] = {
		{ "$[1].who.grade", "" },
		{ "$[2].value.table[0][1].percent", "0 to 100" },
		{ "$[4].benefit", "that of $[1]" },
		{ "$[5]", "lacks its id" },
		{ "$[6]", "lacks its id" },
		{ "$[7].scene", "one of" },
		{ "$[7].benefit", "that of $[2]" },
	};
	struct catalogue *catalogue = NULL;
	struct benefit_faults found;

	(void)state;
	assert_int_equal(catalogue_parse_faults(&catalogue, &found, json, strlen(json)),
			 BENEFIT_MALFORMED);
	assert_null(catalogue);
	for (size_t i = 0; i < found.count && i < sizeof expected / sizeof *expected; i++) {
		assert_string_equal(found.items[i].path, expected[i][0]);
		assert_non_null(strstr(found.items[i].why, expected[i][1]));
	}
	assert_int_equal(found.count, sizeof expected / sizeof *expected);
	assert_false(found.more);
	assert_int_equal(catalogue_parse_faults(&catalogue, &found, "[{\"benefit\":\"a\"}]", 17),
			 BENEFIT_OK);
	assert_int_equal(found.count, 0);
	catalogue_free(catalogue);
	catalogue = NULL;
	assert_int_equal(catalogue_parse_faults(&catalogue, &found, "[", 1), BENEFIT_MALFORMED);
	assert_int_equal(found.count, 1);
	assert_memory_equal(found.items[0].path, "line 1", 6);
}

/* As many as are listed, and one more. */
static void as_many_faults_as_are_listed(void **state)
{
	char json[1024] = "[{}";

	(void)state;
	for (size_t count = 1; count <= BENEFIT_FAULTS_MAX + 2; count++) {
		struct catalogue *catalogue = NULL;
		struct benefit_faults found;
		bool more = count > BENEFIT_FAULTS_MAX;

		strcat(json, "]");
		assert_int_equal(catalogue_parse_faults(&catalogue, &found, json, strlen(json)),
				 BENEFIT_MALFORMED);
		assert_int_equal(found.count, more ? BENEFIT_FAULTS_MAX : count);
		assert_int_equal(found.more, more);
		json[strlen(json) - 1] = '\0';
		strcat(json, ",{}");
	}
}

static void deep_nesting(void **state)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault = { 0 };
	static char json[20001];

	(void)state;
	memset(json, '[', 10000);
	memset(json + 10000, ']', 10000);
	assert_int_equal(catalogue_parse(&catalogue, &fault, json, 20000), BENEFIT_MALFORMED);
	assert_string_equal(fault.path, "$");
	assert_non_null(strstr(fault.why, "nested"));
}

/* What a later version of the program would refuse in a file stays readable where it is stored. */
static void stored_stays(void **state)
{
	static const char *const documents[] = {
		"{\"benefit\": \"a\", \"when\": {\"hours\": []}}",
		"{\"benefit\": \"a\", \"limits\": [{\"per\": \"holder\", \"period\": \"day\","
		" \"count\": 0}]}",
		"{\"benefit\": \"a\", \"where\": {\"regions\": [\"35\"],"
		" \"not_regions\": [\"35\"]}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
		struct catalogue *catalogue = NULL;
		struct benefit_fault fault = { 0 };
		size_t length = strlen(documents[i]);

		assert_int_equal(catalogue_parse(&catalogue, &fault, documents[i], length),
				 BENEFIT_MALFORMED);
		assert_int_equal(catalogue_parse_stored(&catalogue, &fault, documents[i], length),
				 BENEFIT_OK);
		catalogue_free(catalogue);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_and_their_places),
		cmocka_unit_test(what_just_holds),
		cmocka_unit_test(each_fault_of_a_file),
		cmocka_unit_test(as_many_faults_as_are_listed),
		cmocka_unit_test(deep_nesting),
		cmocka_unit_test(stored_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
