/* The schema that staff validate against and the importer agree: what the one refuses the other
 * refuses, and says where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/catalogue_rows.h"

#define SCRIPT     "/usr/bin/python3 tests/benefit_schema.py "
#define NO_SCHEMAS 77 /* exit status without an implementation of JSON Schema */

/* Skips the test where there is no implementation. */
static void skip_without(int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	if (code != NO_SCHEMAS && code != 127)
		return;
	print_message("skipped: no python3-jsonschema with draft 2020-12\n");
	skip();
}

static void documents_satisfy_the_schema(void **state)
{
	char faults[4096];
	FILE *script = popen(SCRIPT "check", "r");
	size_t length;
	int status;

	(void)state;
	assert_non_null(script);
	length = fread(faults, 1, sizeof faults - 1, script);
	faults[length] = '\0';
	status = pclose(script);
	skip_without(status);
	if (status != 0)
		fail_msg("%s", faults);
}

static bool is_refused(const char *json, struct benefit_fault *fault)
{
	struct catalogue *catalogue = NULL;
	enum benefit_status status = catalogue_parse(&catalogue, fault, json, strlen(json));

	catalogue_free(catalogue);
	return status == BENEFIT_MALFORMED;
}

/* Some three thousand documents, each a good one with one thing wrong. */
static void what_the_schema_refuses_is_refused(void **state)
{
	FILE *script = popen(SCRIPT "refused", "r");
	char *line = NULL;
	size_t size = 0;
	int count = 0, accepted = 0, status;

	(void)state;
	assert_non_null(script);
	while (getline(&line, &size, script) > 0) {
		struct benefit_fault fault = { 0 };

		count++;
		if (is_refused(line, &fault) && fault.path[0] != '\0' && fault.why[0] != '\0')
			continue;
		accepted++;
		print_error("accepted: %s", line);
	}
	free(line);
	status = pclose(script);
	skip_without(status);
	assert_int_equal(status, 0);
	print_message("%d documents refused by both\n", count);
	assert_int_equal(accepted, 0);
	assert_true(count > 1000);
}

static void refusals_name_the_path(void **state)
{
	size_t length, index;
	char *text = text_of_file("tests/benefit_refused.json", &length);
	json_t *rows = json_loadb(text, length, 0, NULL), *row;

	(void)state;
	assert_true(json_array_size(rows) > 20);
	json_array_foreach(rows, index, row)
	{
		char *document = json_dumps(json_object_get(row, "document"), 0);
		const char *name = json_string_value(json_object_get(row, "name"));
		const char *path = json_string_value(json_object_get(row, "path"));
		struct benefit_fault fault = { 0 };

		if (!is_refused(document, &fault))
			fail_msg("%s: accepted", name);
		if (strcmp(fault.path, path) != 0)
			fail_msg("%s: %s, not %s: %s", name, fault.path, path, fault.why);
		free(document);
	}
	json_decref(rows);
	free(text);
}

/* The examples of the schema are good documents. */
static void examples_are_taken(void **state)
{
	size_t length;
	char *text = text_of_file(CATALOGUE_FOLDER "/benefit.schema.json", &length);
	json_t *schema = json_loadb(text, length, 0, NULL);
	char *examples = json_dumps(json_object_get(schema, "examples"), 0);
	struct benefit_fault fault = { 0 };

	(void)state;
	assert_non_null(examples);
	if (is_refused(examples, &fault))
		fail_msg("%s: %s", fault.path, fault.why);
	free(examples);
	json_decref(schema);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_satisfy_the_schema),
		cmocka_unit_test(what_the_schema_refuses_is_refused),
		cmocka_unit_test(refusals_name_the_path),
		cmocka_unit_test(examples_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
