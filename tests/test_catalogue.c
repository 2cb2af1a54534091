/* The catalogue of published rules: each row granted, refused for its reason, at its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/china_time.h"
#include "db/paper.h"
#include "tests/catalogue_rows.h"
#include "tests/centre.h"

#define ROWS_LEAST 3 /* of the table, for each row of the published rules */

static struct rules rules;
static struct visit_rows rows;

/* --- every row comes out as the table says --- */

static void rows_come_out(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < rows.count; i++) {
		const struct visit_row *row = &rows.rows[i];
		struct offer offer;

		if (visit_row_holds(row, row->benefit, &offer))
			continue;
		wrong++;
		print_error("%d, %s (%s): %s, pays %lld, saves %lld; not %s, %lld, %lld\n",
			    row->number, row->name, row->benefit->id, reason_name(offer.reason),
			    offer.has_payable ? (long long)offer.payable : -1,
			    offer.has_saved ? (long long)offer.saved : -1, reason_name(row->reason),
			    (long long)row->payable, (long long)row->saved);
	}
	print_message("%zu rows\n", rows.count);
	assert_int_equal(wrong, 0);
}

/* --- and all are there --- */

static void every_rule_has_rows(void **state)
{
	(void)state;
	for (int number = 1; number <= CATALOGUE_ROWS; number++) {
		int all = 0, granted = 0, refused = 0;

		for (size_t i = 0; i < rows.count; i++) {
			if (rows.rows[i].number != number)
				continue;
			all++;
			granted += strcmp(rows.rows[i].verdict, "granted") == 0;
			refused += strcmp(rows.rows[i].verdict, "refused") == 0;
		}
		if (all < ROWS_LEAST || granted == 0 || refused == 0)
			fail_msg("%d: %d rows, %d granted, %d refused", number, all, granted,
				 refused);
	}
}

static bool is_told(const struct catalogue *catalogue, size_t index)
{
	for (size_t i = 0; i < rows.count; i++) {
		if (rows.rows[i].benefit == catalogue_at(catalogue, index))
			return true;
	}
	return false;
}

static void every_document_has_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < rules.count; i++) {
		for (size_t k = 0; k < catalogue_count(rules.catalogues[i]); k++) {
			if (!is_told(rules.catalogues[i], k))
				fail_msg("%s: no row", catalogue_at(rules.catalogues[i], k)->id);
		}
	}
}

/* --- a condition that is taken out of a document is missed by a row --- */

struct mutation {
	int made, survived;
};

static bool some_row_fails(const struct benefit *original, const struct benefit *mutant)
{
	struct offer offer;

	for (size_t i = 0; i < rows.count; i++) {
		if (rows.rows[i].benefit == original &&
		    !visit_row_holds(&rows.rows[i], mutant, &offer))
			return true;
	}
	return false;
}

static void try_mutant(struct mutation *mutation, const struct benefit *original, json_t *document,
		       const char *group, const char *member)
{
	char *text = json_dumps(document, JSON_COMPACT);
	struct catalogue *mutant = NULL;
	struct benefit_fault fault;

	if (catalogue_parse(&mutant, &fault, text, strlen(text)) != BENEFIT_OK)
		fail_msg("%s without %s.%s: %s", original->id, group, member, fault.why);
	free(text);
	mutation->made++;
	if (!some_row_fails(original, catalogue_at(mutant, 0))) {
		mutation->survived++;
		print_error("%s: no row misses %s.%s\n", original->id, group, member);
	}
	catalogue_free(mutant);
}

/* A merchant that is named lies in its region and is of its kind: these say nothing more. */
static bool restricts(const json_t *group, const char *member, const json_t *value)
{
	const char *text = json_string_value(value);

	if (json_object_get(group, "merchants") != NULL &&
	    (strcmp(member, "venues") == 0 || strcmp(member, "regions") == 0))
		return false;
	return text == NULL || strcmp(text, "any") != 0;
}

/* The document without one condition, one after the other. */
static void take_out_each(struct mutation *mutation, const struct catalogue *catalogue,
			  size_t index)
{
	static const char *const groups[] = { "where", "who", "when" };
	const struct benefit *original = catalogue_at(catalogue, index);
	json_t *document = json_loads(catalogue_document(catalogue, index), 0, NULL);

	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		json_t *group = json_object_get(document, groups[i]), *value;
		json_t *whole = json_copy(group);
		const char *member;

		json_object_foreach(whole, member, value)
		{
			if (!restricts(whole, member, value))
				continue;
			json_object_del(group, member);
			try_mutant(mutation, original, document, groups[i], member);
			json_object_set(group, member, value);
		}
		json_decref(whole);
	}
	json_decref(document);
}

/* The same for what stands beside the three groups. */
static void take_out_others(struct mutation *mutation, const struct catalogue *catalogue,
			    size_t index)
{
	static const char *const others[] = { "value", "limits", "stack", "assurance" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		json_t *document = json_loads(catalogue_document(catalogue, index), 0, NULL);
		json_t *value = json_object_get(document, others[i]);
		const char *type = json_string_value(json_object_get(value, "type"));

		if (value != NULL && (type == NULL || strcmp(type, "priority") != 0)) {
			json_object_del(document, others[i]);
			try_mutant(mutation, catalogue_at(catalogue, index), document, "",
				   others[i]);
		}
		json_decref(document);
	}
}

static void every_condition_has_rows(void **state)
{
	struct mutation mutation = { 0 };

	(void)state;
	for (size_t i = 0; i < rules.count; i++) {
		for (size_t k = 0; k < catalogue_count(rules.catalogues[i]); k++) {
			take_out_each(&mutation, rules.catalogues[i], k);
			take_out_others(&mutation, rules.catalogues[i], k);
		}
	}
	print_message("%d mutants, %d survive\n", mutation.made, mutation.survived);
	assert_int_equal(mutation.survived, 0);
}

/* --- nor may any number or day in a document be one more or one less --- */

static json_t *nudged(const char *key, const json_t *value, int by)
{
	int32_t day;
	char date[11];

	if (json_is_integer(value) && strcmp(key, "companions") != 0) /* who pays nothing either */
		return json_integer(json_integer_value(value) + by);
	if (!json_is_string(value) || !day_parse(&day, json_string_value(value)))
		return NULL;
	day_format(date, day + by);
	return json_string(date);
}

static void try_nudged(struct mutation *mutation, const struct benefit *original,
		       const json_t *document, const char *what)
{
	char *text = json_dumps(document, JSON_COMPACT);
	struct catalogue *mutant = NULL;
	struct benefit_fault fault;

	/* What is beyond its range, or contradicts itself, is refused: nobody is misled by it. */
	if (catalogue_parse(&mutant, &fault, text, strlen(text)) == BENEFIT_OK) {
		mutation->made++;
		if (!some_row_fails(original, catalogue_at(mutant, 0))) {
			mutation->survived++;
			print_error("%s: no row misses %s in %s\n", original->id, what, text);
		}
	}
	catalogue_free(mutant);
	free(text);
}

static void nudge_each(struct mutation *mutation, const struct benefit *original,
		       const json_t *document, json_t *part);

/* One place: what stands there with one more and one less, and what lies within it. */
static void nudge_place(struct mutation *mutation, const struct benefit *original,
			const json_t *document, json_t *part, const char *key, size_t index)
{
	json_t *value = key != NULL ? json_object_get(part, key) : json_array_get(part, index);

	const char *what = key != NULL ? key : "an end";

	nudge_each(mutation, original, document, value);
	json_incref(value);
	for (int by = -1; by <= 1; by += 2) {
		json_t *other = nudged(what, value, by);

		if (other == NULL)
			continue;
		if (key != NULL)
			json_object_set_new(part, key, other);
		else
			json_array_set_new(part, index, other);
		try_nudged(mutation, original, document, what);
		if (key != NULL)
			json_object_set(part, key, value);
		else
			json_array_set(part, index, value);
	}
	json_decref(value);
}

static void nudge_each(struct mutation *mutation, const struct benefit *original,
		       const json_t *document, json_t *part)
{
	json_t *keys = json_is_object(part) ? json_copy(part) : NULL, *value;
	const char *key;

	json_object_foreach(keys, key, value)
		nudge_place(mutation, original, document, part, key, 0);
	for (size_t i = 0; i < json_array_size(part); i++)
		nudge_place(mutation, original, document, part, NULL, i);
	json_decref(keys);
}

static void every_number_has_rows(void **state)
{
	struct mutation mutation = { 0 };

	(void)state;
	for (size_t i = 0; i < rules.count; i++) {
		for (size_t k = 0; k < catalogue_count(rules.catalogues[i]); k++) {
			json_t *document =
				json_loads(catalogue_document(rules.catalogues[i], k), 0, NULL);

			nudge_each(&mutation, catalogue_at(rules.catalogues[i], k), document,
				   document);
			json_decref(document);
		}
	}
	print_message("%d mutants, %d survive\n", mutation.made, mutation.survived);
	assert_int_equal(mutation.survived, 0);
}

/* --- in words --- */

static void check_papers(const struct visit_row *row, const char *text, bool english)
{
	for (size_t i = 0; i < row->benefit->classes.count; i++) {
		const char *class = row->benefit->classes.items[i], *words;

		if (strncmp(class, PAPER_CLASS, strlen(PAPER_CLASS)) != 0)
			continue;
		words = paper_words(class + strlen(PAPER_CLASS), english);
		if (words == NULL || strstr(text, words) == NULL)
			fail_msg("%d, %s: %s is not named: %s", row->number, row->name, class,
				 text);
	}
}

static void refusals_name_the_paper(void **state)
{
	(void)state;
	for (size_t i = 0; i < rows.count; i++) {
		const struct visit_row *row = &rows.rows[i];
		struct offer offer;
		char text[1024];

		decide(&offer, row->benefit, &row->facts, row->used);
		for (int english = 0; english < 2; english++) {
			offer_explain(text, sizeof text, &offer, english);
			if (strlen(text) < 6 || strchr(text, '{') != NULL || strlen(text) > 511)
				fail_msg("%d, %s: %s", row->number, row->name, text);
			if (offer.reason == REASON_WRONG_CLASS)
				check_papers(row, text, english);
		}
	}
}

static void titles_in_both_languages(void **state)
{
	(void)state;
	for (size_t i = 0; i < rules.count; i++) {
		for (size_t k = 0; k < catalogue_count(rules.catalogues[i]); k++) {
			const struct benefit *benefit = catalogue_at(rules.catalogues[i], k);

			if (strcmp(benefit->title[0], benefit->id) == 0 ||
			    benefit->title[1][0] == '\0' || benefit->scene[0] == '\0')
				fail_msg("%s: title or scene is missing", benefit->id);
			if ((benefit->scope[0][0] == '\0') != (benefit->scope[1][0] == '\0'))
				fail_msg("%s: a scope in one language", benefit->id);
		}
	}
}

/* --- as staff import it --- */

static void the_catalogue_is_imported(void **state)
{
	const char *db = centre_path("catalogue.db");
	size_t benefits = 0;
	json_t *list;

	(void)state;
	DO(0, "--db", db, "init");
	for (size_t i = 0; i < rules.count; i++) {
		DO(0, "--db", db, "benefit", "import", rules.paths[i]);
		benefits += catalogue_count(rules.catalogues[i]);
	}
	list = answer_json(EXPECT(0, "--db", db, "benefit", "list", "--json"));
	assert_int_equal(json_array_size(list), benefits);
	json_decref(list);
}

/* --- the rule that README.md makes from a notice does what it says there --- */

/* The first rule in README.md, as a file. */
static void write_example(const char *name)
{
	static const char before[] = "```json\n";
	size_t length;
	char *text = text_of_file(CATALOGUE_FOLDER "/README.md", &length);
	char *start = strstr(text, before), *end = start == NULL ? NULL : strstr(start + 8, "```");

	assert_non_null(end);
	*end = '\0';
	centre_write(name, start + strlen(before));
	free(text);
}

static void fill_canteen(const char *db)
{
	DO(0, "--db", db, "init");
	centre_write("u.csv", "unit,code,name,tier,parent,from,until\n"
			      "350926,350926,测试县中心,county,,,\n");
	centre_write("m.csv", "merchant,name,venue,scene,region,address,unit,state\n"
			      "county-canteen,测试食堂,restaurant,食,350926,,350926,active\n");
	centre_write("p.csv", "person,name,sex,birth,home_region,needy,merit,identities\n"
			      "p1,测试甲,m,1966-01-05,350926,0,,veteran.conscript\n"
			      "p2,测试乙,m,1966-01-06,350926,0,,veteran.conscript\n"
			      "p3,测试丙,f,1950-01-01,350925,0,,family.duty\n");
	centre_write("c.csv", "number,person,kind,unit,state,valid_from,valid_until\n"
			      "C1,p1,veteran,350926,active,2024-01-01,\n"
			      "C2,p2,veteran,350926,active,2024-01-01,\n"
			      "C3,p3,family,350926,active,2024-01-01,\n");
	write_example("lunch.json");
	DO(0, "--db", db, "unit", "import", centre_path("u.csv"));
	DO(0, "--db", db, "merchant", "import", centre_path("m.csv"));
	DO(0, "--db", db, "person", "import", centre_path("p.csv"));
	DO(0, "--db", db, "certificate", "import", centre_path("c.csv"));
	DO(0, "--db", db, "benefit", "import", centre_path("lunch.json"));
}

static void the_rule_of_the_manual_works(void **state)
{
	static const struct {
		const char *number, *at, *reason;
	} visits[] = {
		{ "C1", "2026-01-05T12:00:00+08:00", "ok" },
		{ "C2", "2026-01-05T12:00:00+08:00", "wrong_age" },
		{ "C3", "2026-01-05T12:00:00+08:00", "wrong_region" },
		{ "C1", "2026-01-05T10:59:59+08:00", "outside_hours" },
		{ "C1", "2026-01-05T13:30:00+08:00", "outside_hours" },
		{ "C1", "2026-01-10T12:00:00+08:00", "not_today" },
		{ "C1", "2025-12-31T12:00:00+08:00", "wrong_age" },
		{ "C3", "2025-12-31T12:00:00+08:00", "wrong_region" },
	};
	const char *db = centre_path("canteen.db");

	(void)state;
	fill_canteen(db);
	for (size_t i = 0; i < sizeof visits / sizeof *visits; i++) {
		bool granted = strcmp(visits[i].reason, "ok") == 0;
		json_t *json = answer_json(EXPECT(0, "--db", db, "--at", visits[i].at, "check",
						  "--number", visits[i].number, "--merchant",
						  "county-canteen", "--amount", "1500", "--json"));
		json_t *offer = json_array_get(json_object_get(json, "offers"), 0);

		assert_string_equal(text_of(offer, "reason"), visits[i].reason);
		if (granted) {
			assert_int_equal(number_of(offer, "payable"), 400);
			assert_int_equal(number_of(offer, "saved"), 1100);
		}
		json_decref(json);
	}
	DO(0, "--db", db, "--at", visits[0].at, "redeem", "--benefit", "zherong-lunch", "--number",
	   "C1", "--merchant", "county-canteen", "--amount", "1500");
	json_t *second =
		answer_json(EXPECT(1, "--db", db, "--at", "2026-01-05T12:01:00+08:00", "redeem",
				   "--benefit", "zherong-lunch", "--number", "C1", "--merchant",
				   "county-canteen", "--amount", "1500", "--json"));
	assert_string_equal(text_of(second, "reason"), "quota_used");
	json_decref(second);
}

static int setup(void **state)
{
	(void)state;
	rules_open(&rules);
	visit_rows_open(&rows, &rules);
	return centre_open() ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	centre_close();
	visit_rows_close(&rows);
	rules_close(&rules);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_out),
		cmocka_unit_test(every_rule_has_rows),
		cmocka_unit_test(every_document_has_rows),
		cmocka_unit_test(every_condition_has_rows),
		cmocka_unit_test(every_number_has_rows),
		cmocka_unit_test(refusals_name_the_paper),
		cmocka_unit_test(titles_in_both_languages),
		cmocka_unit_test(the_catalogue_is_imported),
		cmocka_unit_test(the_rule_of_the_manual_works),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
