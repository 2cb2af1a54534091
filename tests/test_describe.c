/* Rules in sentences: every member of a document shows, in both languages. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "db/describe.h"

/* The text of a document; NULL where it is no benefit. */
static char *text_of_document(const json_t *document, bool english)
{
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault;
	char *json = json_dumps(document, 0), *text = NULL;

	if (catalogue_parse(&catalogue, &fault, json, strlen(json)) == BENEFIT_OK) {
		text = benefit_describe(catalogue_at(catalogue, 0), english);
		assert_non_null(text);
	}
	catalogue_free(catalogue);
	free(json);
	return text;
}

/* --- one sentence for each part --- */

static const struct part {
	const char *name, *members, *zh, *en;
} parts[] = {
	{ "nothing said", "", "不限地点\n面向所有持证人\n不限时间\n", "Given everywhere\n" },
	{ "scope", "\"scope\":{\"zh\":\"首道门票\",\"en\":\"entrance\"}", "范围：首道门票\n",
	  "Applies to: entrance\n" },
	{ "scene", "\"scene\":\"游\"", "场景：游\n", "Scene: 游\n" },
	{ "merchants", "\"where\":{\"merchants\":[\"a\",\"b\"]}", "仅限商户：a、b\n",
	  "Only at the partners a, b\n" },
	{ "venues", "\"where\":{\"venues\":[\"park\",\"bank\"]}", "银行、公园景区\n",
	  "Only at: banks, parks and sights\n" },
	{ "regions", "\"where\":{\"regions\":[\"350926\"]}", "350926", "350926" },
	{ "regions excepted", "\"where\":{\"not_regions\":[\"350505\"]}", "这些地区除外：",
	  "Not in: " },
	{ "kinds", "\"who\":{\"kinds\":[\"family\"]}", "三属优待证\n", "a family of the fallen\n" },
	{ "classes", "\"who\":{\"classes\":[\"war\",\"disabled:6\"]}", "参战人员、6 级残疾军人\n",
	  "a veteran of war, a disabled soldier of grade 6\n" },
	{ "other papers", "\"who\":{\"classes\":[\"paper.soldier\"]}", "凭军人证件",
	  "on a serving soldier's papers" },
	{ "a class without a name", "\"who\":{\"classes\":[\"other\"]}", "other", "other" },
	{ "cause", "\"who\":{\"cause\":[\"war\",\"duty\"]}", "因战致残、因公致残\n",
	  "disabled in war, disabled on duty\n" },
	{ "grade", "\"who\":{\"grade\":[1,6]}", "1 至 6 级", "grade 1 to 6" },
	{ "merit", "\"who\":{\"merit\":[1,2]}", "1 至 2 等", "class 1 to 2" },
	{ "age from", "\"who\":{\"age\":[60,null]}", "年满 60 周岁\n", "From the age of 60\n" },
	{ "age to", "\"who\":{\"age\":[null,59]}", "59 周岁及以下\n", "Up to the age of 59\n" },
	{ "needy", "\"who\":{\"needy\":true}", "仅限困难帮扶对象\n", "supported households\n" },
	{ "not needy", "\"who\":{\"needy\":false}", "困难帮扶对象除外\n", "Not for supported" },
	{ "home", "\"who\":{\"home_regions\":[\"3505\"]}", "户籍地：", "at home in: " },
	{ "from and until", "\"when\":{\"from\":\"2023-05-01\",\"until\":\"2027-12-31\"}",
	  "自 2023-05-01 起\n至 2027-12-31 止（含当日）\n",
	  "From 2023-05-01 on\nUntil 2027-12-31, that day included\n" },
	{ "annual", "\"when\":{\"annual\":[[\"12-26\",\"01-03\"]]}", "12-26 至 01-03\n",
	  "Every year: 12-26 to 01-03\n" },
	{ "weekdays", "\"when\":{\"weekdays\":[1,7]}", "周一、周日\n", "Mondays, Sundays\n" },
	{ "hours", "\"when\":{\"hours\":[[\"08:00\",\"12:00\"],[\"22:00\",\"02:00\"]]}",
	  "08:00 至 12:00、22:00 至 02:00\n", "08:00 to 12:00, 22:00 to 02:00\n" },
	{ "holidays only", "\"when\":{\"holidays\":\"only\"}", "仅限法定节假日\n",
	  "Only on public holidays\n" },
	{ "holidays never", "\"when\":{\"holidays\":\"never\"}", "法定节假日除外\n",
	  "Not on public holidays\n" },
	{ "festivals", "\"when\":{\"festivals\":\"never\"}", "重大节庆活动日除外\n",
	  "large festivals\n" },
	{ "count", "\"limits\":[{\"per\":\"holder\",\"period\":\"day\",\"count\":2}]",
	  "每位持证人每天最多 2 次\n", "Each holder: at most 2 times a day\n" },
	{ "count of a place", "\"limits\":[{\"per\":\"venue\",\"period\":\"week\",\"count\":3}]",
	  "每个商户每周（周一起）最多 3 次\n",
	  "Each partner: at most 3 times a week (from Monday)\n" },
	{ "count and money",
	  "\"limits\":[{\"per\":\"holder\",\"period\":\"year\",\"count\":3,\"amount\":150050}]",
	  "每年最多 3 次\n每位持证人每年最多优惠 1500.50 元\n",
	  "at most 3 times a year\nEach holder: at most 1500.50 yuan saved a year\n" },
	{ "alone", "\"stack\":\"alone\"", "不与任何折扣", "Not together with any" },
	{ "with a discount", "\"stack\":\"with_discount\"", "在商户自己的折扣之上", "On top of" },
	{ "proof", "\"proof\":[\"id_card\",\"soldier\",\"x\"]", "身份证、军人证件、x\n",
	  "the ID card, a serving soldier's papers, x\n" },
	{ "assurance", "\"assurance\":4", "仅限芯片\n", "the chip alone\n" },
	{ "settlement", "\"settlement\":\"quarterly\"", "结算：按季度\n", "every quarter\n" },
	{ "not offline", "\"offline\":false", "须与服务中心联网\n", "while connected" },
};

static void each_part(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char json[512];

		snprintf(json, sizeof json,
			 "{\"benefit\":\"b-1\",\"title\":{\"zh\":\"甲\",\"en\":\"A\"},"
			 "\"value\":{\"type\":\"free\"}%s%s}",
			 parts[i].members[0] == '\0' ? "" : ",", parts[i].members);
		json_t *document = json_loads(json, 0, NULL);
		char *zh = text_of_document(document, false),
		     *en = text_of_document(document, true);

		if (zh == NULL || strstr(zh, parts[i].zh) == NULL ||
		    strstr(en, parts[i].en) == NULL || strncmp(zh, "甲（b-1）\n", 13) != 0 ||
		    strncmp(en, "A (b-1)\n", 8) != 0 || strchr(zh, '{') != NULL ||
		    strchr(en, '{') != NULL)
			fail_msg("%s:\n%s\n%s", parts[i].name, zh, en);
		free(zh);
		free(en);
		json_decref(document);
	}
}

/* --- the documents that there are --- */

/* What a document says although it is so anyhow. */
static bool says_nothing(const char *key, const json_t *value)
{
	static const char *const usual[] = { "with_all", "none", "any", "priority" };
	const char *text = json_string_value(
		strcmp(key, "value") == 0 ? json_object_get(value, "type") : value);

	const char *name;
	json_t *member;

	if (strcmp(key, "offline") == 0)
		return json_is_true(value);
	if (json_is_object(value) && text == NULL) {
		json_object_foreach((json_t *)(uintptr_t)value, name, member)
		{
			if (!says_nothing(name, member))
				return false;
		}
		return true;
	}
	if (json_is_integer(value) && json_integer_value(value) == 0)
		return true;
	for (size_t i = 0; text != NULL && i < sizeof usual / sizeof *usual; i++)
		if (strcmp(text, usual[i]) == 0)
			return true;
	return json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0);
}

/* Without any one member the text is another, or there is no benefit at all.  Answers how many were
 * taken away. */
static void take_away(const char *where, json_t *whole, json_t *part, const char *key)
{
	char *before[2] = { text_of_document(whole, false), text_of_document(whole, true) };
	json_t *value = json_incref(json_object_get(part, key));

	json_object_del(part, key);
	char *after[2] = { text_of_document(whole, false), text_of_document(whole, true) };
	if (after[0] != NULL && strcmp(before[0], after[0]) == 0 &&
	    strcmp(before[1], after[1]) == 0)
		fail_msg("%s: \"%s\" does not show in\n%s%s", where, key, before[0], before[1]);
	json_object_set_new(part, key, value);
	for (int i = 0; i < 2; i++) {
		free(before[i]);
		free(after[i]);
	}
}

static size_t take_each_away(const char *where, json_t *whole, json_t *part)
{
	/* What is put back goes to the end of its object: the keys come from a copy. */
	json_t *copy = json_copy(part), *value;
	size_t taken = 0;
	const char *key;

	json_object_foreach(copy, key, value)
	{
		if (json_is_object(value))
			taken += take_each_away(where, whole, value);
		if (says_nothing(key, value))
			continue;
		take_away(where, whole, part, key);
		taken++;
	}
	json_decref(copy);
	return taken;
}

static size_t check_file(const char *path)
{
	json_t *documents = json_load_file(path, 0, NULL), *document;
	size_t i, taken = 0;

	assert_true(json_is_array(documents));
	json_array_foreach(documents, i, document)
	{
		char where[256];

		snprintf(where, sizeof where, "%s[%zu]", path, i);
		taken += take_each_away(where, document, document);
	}
	json_decref(documents);
	return taken;
}

static void every_member_shows(void **state)
{
	DIR *folder = opendir("assets/catalogue");
	size_t taken = check_file("assets/demo/benefits.json");

	(void)state;
	assert_true(taken > 200);
	for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
		char path[512];
		const char *end = strrchr(entry->d_name, '.');

		if (end == NULL || strcmp(end, ".json") != 0 ||
		    strstr(entry->d_name, "schema") != NULL)
			continue;
		snprintf(path, sizeof path, "assets/catalogue/%s", entry->d_name);
		taken += check_file(path);
	}
	if (folder != NULL)
		closedir(folder);
	assert_true(taken > 1000);
}

/* Longer than the first guess of its room. */
static void a_long_list_is_whole(void **state)
{
	json_t *merchants = json_array();

	(void)state;
	for (int i = 0; i < 4000; i++)
		json_array_append_new(merchants, json_sprintf("merchant-%04d", i));
	json_t *document = json_pack("{s:s, s:{s:s}, s:{s:o}}", "benefit", "b", "value", "type",
				     "free", "where", "merchants", merchants);
	char *text = text_of_document(document, true);
	assert_non_null(strstr(text, "merchant-0000, merchant-0001"));
	assert_non_null(strstr(text, "merchant-3999\nFor every holder\n"));
	assert_int_equal(text[strlen(text) - 1], '\n');
	free(text);
	json_decref(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part),
		cmocka_unit_test(every_member_shows),
		cmocka_unit_test(a_long_list_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
