/* Offers in words, both languages, and texts that do not fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/decision_rows.h"

static const struct explained {
	const char *name, *document;
	struct facts facts;
	struct past_use used[BENEFIT_LIMITS_MAX];
	const char *zh, *en;
} rows[] = {
	{ "priority", "", FACTS(), .zh = "可优先办理。", .en = "You are served first." },
	{ "free with companions", "\"value\":{\"type\":\"free\",\"companions\":1}", FACTS(),
	  .zh = "可免费使用，可带 1 位同行者一起免费。",
	  .en = "This is free of charge, 1 coming along with you free of charge." },
	{ "an amount is missing", "\"value\":{\"type\":\"percent_off\",\"percent\":20}", FACTS(),
	  .zh = "优惠 20%。请输入消费金额。", .en = "You get 20% off. Please enter the amount." },
	{ "what is saved", "\"value\":{\"type\":\"percent_off\",\"percent\":20}",
	  FACTS(.amount = 6250), .zh = "优惠 20%。应付 50 元，节省 12.50 元。",
	  .en = "You get 20% off. You pay 50 yuan and save 12.50 yuan." },
	{ "nothing saved", "\"value\":{\"type\":\"amount_off\",\"fen\":305,\"from\":2000}",
	  FACTS(.amount = 1999), .zh = "满 20 元减 3.05 元。",
	  .en = "You get 3.05 yuan off 20 yuan or more." },
	{ "what is left",
	  "\"value\":{\"type\":\"free\"},\"limits\":[{\"per\":\"holder\",\"period\":\"day\","
	  "\"count\":2},{\"per\":\"venue\",\"period\":\"day\",\"count\":9},"
	  "{\"per\":\"holder\",\"period\":\"month\",\"amount\":5000}]",
	  FACTS(), .used = { { 1, 0 }, { 1, 0 }, { 1, 1250 } },
	  .zh = "可免费使用。今天还可用 1 次（含本次）。本月还可优惠 37.50 元（含本次）。",
	  .en = "This is free of charge. Uses left today: 1 (this one included). "
		"Savings left this month: 37.50 yuan (this one included)." },
	{ "papers that are asked for", "\"proof\":[\"id_card\",\"unheard_of\",\"booking\"]",
	  FACTS(), .zh = "可优先办理。请同时出示身份证。请同时出示预约码。",
	  .en = "You are served first. Please also show your ID card. "
		"Please also show your booking code." },
	{ "a paper of another office", "\"proof\":[\"insurance\"]", FACTS(),
	  .zh = "可优先办理。请同时出示医保参保和定点信息。",
	  .en = "You are served first. Please also show your medical insurance record." },
	{ "refused: papers of others",
	  "\"who\":{\"classes\":[\"paper.soldier\",\"paper.unheard_of\",\"war\","
	  "\"paper.disabled_soldier\"]}",
	  FACTS(),
	  .zh = "这项优待面向特定的优待对象：凭军人证件，凭残疾军人证。请看看本处您可享受的"
		"其他优待；身份信息有变化，请咨询退役军人服务站。",
	  .en = "This benefit is for particular groups of holders: on a serving soldier's papers, "
		"on a disabled soldier's certificate. Please see what else you can have here; if "
		"your record has changed, ask the veterans' service station." },
	{ "to be compared", "\"assurance\":2", FACTS(.attended = true),
	  .zh = "可优先办理。请向工作人员出示身份证。",
	  .en = "You are served first. Please show the staff your ID card." },
	{ "refused: kind", "\"who\":{\"kinds\":[\"family\"]}", FACTS(),
	  .zh = "这项优待面向另一种优待证。请看看本处您可享受的其他优待。",
	  .en = "This benefit is for the other kind of certificate. "
		"Please see what else you can have here." },
	{ "refused: age", "\"who\":{\"age\":[60,79]}", FACTS(),
	  .zh = "这项优待有年龄条件：年满 60 周岁，79 周岁及以下。请看看本处您可享受的其他优待。",
	  .en = "This benefit depends on age: from the age of 60, up to the age of 79. "
		"Please see what else you can have here." },
	{ "refused: hours", "\"when\":{\"hours\":[[\"06:00\",\"08:30\"],[\"22:00\",\"24:00\"]]}",
	  FACTS(),
	  .zh = "现在不在这项优待的使用时间：06:00 至 08:30，22:00 至 24:00。"
		"请在开放时间再来，或看看现在的其他优待。",
	  .en = "This benefit is not given at this hour: 06:00 to 08:30, 22:00 to 24:00. "
		"Please come during its hours, or see what else there is now." },
	{ "refused: days",
	  "\"when\":{\"annual\":[[\"07-26\",\"08-01\"]],\"weekdays\":[6,7],\"holidays\":\"never\"}",
	  FACTS(),
	  .zh = "这项优待今天不开放：每年 07-26 至 08-01，周六，周日，法定节假日除外。"
		"请在开放的日子再来，或看看今天的其他优待。",
	  .en = "This benefit is not given today: every year 07-26 to 08-01, Saturdays, Sundays, "
		"not on public holidays. "
		"Please come on a day when it is given, or see what else there is today." },
	{ "refused: used up",
	  "\"limits\":[{\"per\":\"holder\",\"period\":\"day\",\"count\":9},"
	  "{\"per\":\"holder\",\"period\":\"week\",\"count\":2}]",
	  FACTS(), .used = { { 2, 0 }, { 2, 0 } },
	  .zh = "这项优待本周的次数已用完。下一期即可再用，或看看本处的其他优待。",
	  .en = "You have used this benefit as often as it is given this week. "
		"You can use it again next time round, or see what else there is here." },
	{ "refused: saved up", "\"limits\":[{\"per\":\"holder\",\"period\":\"ever\",\"amount\":9}]",
	  FACTS(), .used = { { 0, 9 } },
	  .zh = "这项优待累计的优惠额度已用完。下一期即可再用，或看看本处的其他优待。",
	  .en = "You have saved as much as this benefit gives in all. "
		"You can use it again next time round, or see what else there is here." },
	{ "refused: not in force", "\"when\":{\"from\":\"2027-01-01\",\"until\":\"2027-12-31\"}",
	  FACTS(),
	  .zh = "这项优待目前不在有效期内：自 2027-01-01 起，至 2027-12-31 止。"
		"请看看本处您可享受的其他优待。",
	  .en = "This benefit is not in force at present: from 2027-01-01, until 2027-12-31. "
		"Please see what else you can have here." },
	{ "an amount in vain",
	  "\"value\":{\"type\":\"percent_off\",\"percent\":20},\"when\":{\"from\":\"2027-01-01\"}",
	  FACTS(),
	  .zh = "这项优待目前不在有效期内：自 2027-01-01 起。请看看本处您可享受的其他优待。",
	  .en = "This benefit is not in force at present: from 2027-01-01. "
		"Please see what else you can have here." },
};

static struct offer offer_of(struct catalogue **catalogue, const struct explained *row)
{
	struct row plain = { .name = row->name, .facts = row->facts };
	struct facts facts = row_facts(&plain);
	struct offer offer;

	*catalogue = row_document(row->document);
	decide(&offer, catalogue_at(*catalogue, 0), &facts, row->used);
	return offer;
}

static void in_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct catalogue *catalogue;
		struct offer offer = offer_of(&catalogue, &rows[i]);
		char text[512];

		offer_explain(text, sizeof text, &offer, false);
		if (strcmp(text, rows[i].zh) != 0)
			fail_msg("%s: %s", rows[i].name, text);
		offer_explain(text, sizeof text, &offer, true);
		if (strcmp(text, rows[i].en) != 0)
			fail_msg("%s: %s", rows[i].name, text);
		catalogue_free(catalogue);
	}
}

/* Cut at every length: a beginning of the text, of whole characters, terminated. */
static void cut(void **state)
{
	struct catalogue *catalogue;
	struct offer offer = offer_of(&catalogue, &rows[5]);
	const char *whole = rows[5].zh;

	(void)state;
	for (size_t size = 1; size <= strlen(whole) + 2; size++) {
		char text[512];
		size_t length;

		memset(text, 'x', sizeof text);
		offer_explain(text, size, &offer, false);
		length = strlen(text);
		assert_true(length < size);
		assert_int_equal(text[size], 'x');
		assert_memory_equal(text, whole, length);
		assert_true(((unsigned char)whole[length] & 0xc0) != 0x80);
		if (size > strlen(whole))
			assert_int_equal(length, strlen(whole));
		else
			assert_true(size - length <= 3 + (whole[length] == ' '));
	}
	catalogue_free(catalogue);
}

/* Without end a list would push out what to do next: of many windows only the first are told. */
static void many_windows(void **state)
{
	char document[900] = "\"when\":{\"hours\":[";
	struct explained row = { .name = "many", .document = document, .facts = FACTS() };
	struct catalogue *catalogue;
	struct offer offer;
	char text[512];

	(void)state;
	for (int i = 0; i < 40; i++)
		strcat(document, i == 0 ? "[\"01:00\",\"02:00\"]" : ",[\"01:00\",\"02:00\"]");
	strcat(document, "]}");
	offer = offer_of(&catalogue, &row);
	offer_explain(text, sizeof text, &offer, true);
	assert_non_null(strstr(text, "Please come during its hours"));
	assert_true(strlen(text) < 200);
	catalogue_free(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_words),
		cmocka_unit_test(cut),
		cmocka_unit_test(many_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
