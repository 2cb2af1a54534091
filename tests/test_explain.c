/* Offers in words, both languages, and texts that do not fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/decision_rows.h"

static const struct benefit taken = { .id = "taken" };

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
	  .zh = "这项优待面向特定的优待对象：凭军人证件，参战人员，凭残疾军人证。请看看本处您可享受"
		"的"
		"其他优待；身份信息有变化，请咨询退役军人服务站。",
	  .en = "This benefit is for particular groups of holders: on a serving soldier's papers, "
		"a veteran of war, "
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
	{ "off each unit", "\"value\":{\"type\":\"per_unit_off\",\"fen\":28,\"unit\":\"litre\"}",
	  FACTS(.amount = 30000, .quantity = 40000),
	  .zh = "每升减 0.28 元。应付 288.80 元，节省 11.20 元。",
	  .en = "You get 0.28 yuan off each litre. You pay 288.80 yuan and save 11.20 yuan." },
	{ "paid back",
	  "\"value\":{\"type\":\"reimburse\",\"above\":50000,\"percent\":90,\"cap\":800000}",
	  FACTS(), .zh = "超过 500 元的部分报销 90%，最高 8000 元。请输入消费金额。",
	  .en = "90% of what is above 500 yuan is paid back to you, 8000 yuan at the most. Please "
		"enter the amount." },
	{ "free, then half", "\"value\":{\"type\":\"free_then\",\"free\":2,\"percent\":50}",
	  FACTS(.amount = 100), .used = { { 1, 0 } },
	  .zh = "前 2 次免费，之后优惠 50%。应付 0 元，节省 1 元。免费次数还有 1 次（含本次）。",
	  .en = "The first 2 times are free of charge, then you get 50% off. You pay 0 yuan and "
		"save 1 yuan. Times free of charge that are left: 1 (this one included)." },
	{ "a balance", "\"value\":{\"type\":\"stored_value\",\"fen\":40000}", FACTS(.amount = 100),
	  .used = { { 1, 30000 } },
	  .zh = "福利额度共 400 元。应付 0 元，节省 1 元。余额还有 100 元。",
	  .en = "Your allowance is 400 yuan in all. You pay 0 yuan and save 1 yuan. Your balance "
		"is 100 yuan." },
	{ "a balance that is used up", "\"value\":{\"type\":\"stored_value\",\"fen\":40000}",
	  FACTS(.amount = 100), .used = { { 1, 40000 } },
	  .zh = "这项优待的余额已用完。请看看本处您可享受的其他优待。",
	  .en = "The balance of this benefit is used up. Please see what else you can have here." },
	{ "the better of two identities",
	  "\"value\":{\"type\":\"graded\",\"by\":\"class\",\"table\":[[\"family\",{\"type\":"
	  "\"free\"}],[\"veteran\",{\"type\":\"percent_off\",\"percent\":50}]]}",
	  FACTS(.identity_count = 2, .identities = { "veteran.nco", "family.duty" }),
	  .zh = "可免费使用。按三属身份：免费；按退役军人身份则为：半价。",
	  .en = "This is free of charge. As a family of the fallen: free; as a veteran it would be "
		"half price." },
	{ "the better of two grades",
	  "\"value\":{\"type\":\"graded\",\"by\":\"grade\",\"table\":[[[1,4],{\"type\":"
	  "\"free\"}],[6,{\"type\":\"percent_off\",\"percent\":20}]]}",
	  FACTS(.identity_count = 2, .identities = { "disabled:6:war", "disabled:2:duty" }),
	  .zh = "可免费使用。按残疾 1 至 4 级：免费；按残疾 6 级则为：优惠 20%。",
	  .en = "This is free of charge. With disability grades 1 to 4: free; with disability "
		"grade 6 it would be 20% off." },
	{ "better than the others have it",
	  "\"value\":{\"type\":\"graded\",\"by\":\"class\",\"table\":[[\"war\",{\"type\":"
	  "\"free\"}]],\"else\":{\"type\":\"percent_off\",\"percent\":20}}",
	  FACTS(.identity_count = 2, .identities = { "veteran.nco", "war" }),
	  .zh = "可免费使用。按参战人员身份：免费；按另一身份则为：优惠 20%。",
	  .en = "This is free of charge. As a veteran of war: free; by another of your identities "
		"it would be 20% off." },
	{ "one identity has no choice",
	  "\"value\":{\"type\":\"graded\",\"by\":\"class\",\"table\":[[\"family\",{\"type\":"
	  "\"free\"}],[\"veteran\",{\"type\":\"percent_off\",\"percent\":50}]]}",
	  FACTS(.amount = 100), .zh = "优惠 50%。应付 0.50 元，节省 0.50 元。",
	  .en = "You get 50% off. You pay 0.50 yuan and save 0.50 yuan." },
	{ "refused: home", "\"who\":{\"home_regions\":[\"330683\",\"37\",\"62\"]}", FACTS(),
	  .zh = "这项优待面向本地登记的持证人：嵊州（330683），山东（37），甘肃（62）。请看看本处面"
		"向各地持证人的优待。",
	  .en = "This benefit is for holders registered in this area: Shengzhou (330683), Shandong "
		"(37), Gansu (62). Please see what holders from everywhere can have here." },
	{ "refused: class, with those that it is for",
	  "\"who\":{\"classes\":[\"family\",\"disabled:6\",\"war\",\"red_army\",\"nuclear\"]}",
	  FACTS(),
	  .zh = "这项优待面向特定的优待对象：三属，6 "
		"级残疾军人，参战人员，老红军，参试人员。请看看本处您可享受的其他优待；身份信息有变"
		"化，请"
		"咨询退役军人服务站。",
	  .en = "This benefit is for particular groups of holders: a family of the fallen, a "
		"disabled soldier of grade 6, a veteran of war, a veteran of the Red Army, a "
		"veteran of nuclear tests. Please see what else you can have here; if your record "
		"has changed, ask "
		"the veterans' service station." },
	{ "refused: cause and merit", "\"who\":{\"cause\":[\"war\",\"duty\"],\"merit\":[1,2]}",
	  FACTS(),
	  .zh = "这项优待面向特定的优待对象：因战致残，因公致残，1 至 2 "
		"等功。请看看本处您可享受的其他优待；身份信息有变化，请咨询退役军人服务站。",
	  .en = "This benefit is for particular groups of holders: disabled in war, disabled on "
		"duty, merit classes 1 to 2. Please see what else you can have here; if your "
		"record has changed, ask the veterans' service station." },
	{ "refused: grade", "\"who\":{\"grade\":[1,4]}", FACTS(),
	  .zh = "这项优待面向特定的残疾等级：残疾 1 至 4 "
		"级。请看看本处您可享受的其他优待；等级信息有变化，请咨询退役军人服务站。",
	  .en = "This benefit is for particular grades of disability: disability grades 1 to 4. "
		"Please see what else you can have here; if your grade has changed, ask the "
		"veterans' service station." },
	{ "refused: no row for the grade",
	  "\"value\":{\"type\":\"graded\",\"by\":\"grade\",\"table\":[[[1,4],{\"type\":"
	  "\"free\"}],[6,{\"type\":\"percent_off\",\"percent\":20}]]}",
	  FACTS(),
	  .zh = "这项优待面向特定的残疾等级：残疾 1 至 4 级，残疾 6 "
		"级。请看看本处您可享受的其他优待；等级信息有变化，请咨询退役军人服务站。",
	  .en = "This benefit is for particular grades of disability: disability grades 1 to 4, "
		"disability grade 6. Please see what else you can have here; if your grade has "
		"changed, ask the veterans' service station." },
	{ "refused: no row for the place",
	  "\"value\":{\"type\":\"graded\",\"by\":\"region\",\"table\":[[\"350505\",{\"type\":"
	  "\"free\"}],[\"3505\",{\"type\":\"percent_off\",\"percent\":50}]]}",
	  FACTS(),
	  .zh = "这项优待在其他地区使用：泉港（350505），泉州（3505）。请看看本处面向各地持证人的优"
		"待。",
	  .en = "This benefit is given in other regions: Quangang (350505), Quanzhou (3505). "
		"Please see what holders from everywhere can have here." },
	{ "refused: beside another", "\"stack\":\"alone\"",
	  FACTS(.beside_count = 1, .beside = { &taken }),
	  .zh = "这项优待不能与其他优惠同时使用：10 "
		"分钟内在本处的使用视为同一次消费。请从中选择一项。",
	  .en = "This benefit cannot be combined with another: what is taken here within 10 "
		"minutes counts as one purchase. Please choose one of them." },
	{ "refused: away from the centre", "\"offline\":false", FACTS(.offline = true),
	  .zh = "这项优待需要更可靠的出示方式：须与服务中心联网核对，可到其窗口办理。请刷优待证卡片"
		"或出示手机动态码，也可到人工窗口办理。",
	  .en = "This benefit needs a safer way of showing your certificate: it has to be checked "
		"with the service centre and can be had at its counter. Please tap your card or "
		"show the live code on your phone, or go to the counter." },
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

/* A redemption that is told again, by what its entry says alone. */
static void told_again(void **state)
{
	static const char graded[] =
		"\"value\":{\"type\":\"graded\",\"by\":\"class\",\"table\":[[\"family\",{"
		"\"type\":\"free\"}]]}";
	static const struct {
		struct offer offer;
		const char *document, *zh, *en;
	} cases[] = {
		{ { .has_payable = true }, graded, "可免费使用。", "This is free of charge." },
		{ { 0 }, graded, "可优先办理。", "You are served first." },
		{ { .has_payable = true, .has_saved = true, .payable = 100 },
		  graded,
		  "应付 1 元，节省 0 元。",
		  "You pay 1 yuan and save 0 yuan." },
		{ { .has_payable = true,
		    .has_saved = true,
		    .payable = 100,
		    .saved = 200,
		    .redeemed = true,
		    .left_count = 1,
		    .left = { { PERIOD_EVER, 3, 200 } } },
		  "\"value\":{\"type\":\"stored_value\",\"fen\":400}",
		  "福利额度共 4 元。应付 1 元，节省 2 元。累计还可用 3 次。累计还可优惠 2 元。",
		  "Your allowance is 4 yuan in all. You pay 1 yuan and save 2 yuan. "
		  "Uses left in all: 3. Savings left in all: 2 yuan." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct catalogue *catalogue = row_document(cases[i].document);
		struct offer offer = cases[i].offer;
		char text[512];

		offer.benefit = catalogue_at(catalogue, 0);
		offer_explain(text, sizeof text, &offer, false);
		assert_string_equal(text, cases[i].zh);
		offer_explain(text, sizeof text, &offer, true);
		assert_string_equal(text, cases[i].en);
		catalogue_free(catalogue);
	}
}

static void brief(void **state)
{
	static const struct grading none = { .by = GRADED_BY_CLASS };
	static const struct {
		struct value value;
		const char *zh, *en;
	} cases[] = {
		{ { .type = VALUE_PRIORITY }, "优先办理", "served first" },
		{ { .type = VALUE_FREE }, "免费", "free" },
		{ { .type = VALUE_FREE, .companions = 2 },
		  "免费，可带 2 人",
		  "free, with 2 coming along" },
		{ { .type = VALUE_PERCENT_OFF, .percent = 49 }, "优惠 49%", "49% off" },
		{ { .type = VALUE_PERCENT_OFF, .percent = 50 }, "半价", "half price" },
		{ { .type = VALUE_FIXED_PRICE, .fen = 400 }, "4 元", "4 yuan" },
		{ { .type = VALUE_AMOUNT_OFF, .fen = 5, .from = 0 },
		  "减 0.05 元",
		  "0.05 yuan off" },
		{ { .type = VALUE_AMOUNT_OFF, .fen = 500, .from = 1 },
		  "满 0.01 元减 5 元",
		  "5 yuan off 0.01 yuan or more" },
		{ { .type = VALUE_PER_UNIT_OFF, .fen = 28, .unit = "升" },
		  "每升减 0.28 元",
		  "0.28 yuan off each litre" },
		{ { .type = VALUE_PER_UNIT_OFF, .fen = 28, .unit = "box" },
		  "每box减 0.28 元",
		  "0.28 yuan off each box" },
		{ { .type = VALUE_REIMBURSE, .percent = 9, .cap = -1 }, "报销 9%", "9% paid back" },
		{ { .type = VALUE_REIMBURSE, .percent = 9, .above = 100, .cap = 0 },
		  "超过 1 元的部分报销 9%，最高 0 元",
		  "9% of what is above 1 yuan paid back, 0 yuan at the most" },
		{ { .type = VALUE_FREE_THEN, .uses = 2, .percent = 40 },
		  "前 2 次免费，之后优惠 40%",
		  "2 times free, then 40% off" },
		{ { .type = VALUE_STORED_VALUE, .fen = 40000 },
		  "额度 400 元",
		  "an allowance of 400 yuan" },
		{ { .type = VALUE_GRADED, .grading = &none },
		  "按身份、等级或地区分档",
		  "depends on class or region" },
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		value_brief(text, sizeof text, &cases[i].value, false);
		assert_string_equal(text, cases[i].zh);
		value_brief(text, sizeof text, &cases[i].value, true);
		assert_string_equal(text, cases[i].en);
	}
	assert_string_equal(value_unit(&cases[8].value, true), "litre");
	assert_string_equal(value_unit(&cases[0].value, true), "");
}

/* What is out of reach says what can be had here. */
static void had_instead(void **state)
{
	static const struct benefit tea = { .title = { "热茶", "Hot tea" } };
	static const struct benefit cake = { .title = { "点心", "" } };
	static const struct benefit priority = { .id = "b" };
	struct offer offer = { .benefit = &priority,
			       .verdict = VERDICT_REFUSED,
			       .reason = REASON_WRONG_VENUE,
			       .instead = &tea };
	char text[512];

	(void)state;
	offer_explain(text, sizeof text, &offer, true);
	assert_non_null(strstr(text, " Here you can have: Hot tea."));
	offer_explain(text, sizeof text, &offer, false);
	assert_non_null(strstr(text, "。您在本处可享受：热茶。"));
	offer.instead = &cake;
	offer_explain(text, sizeof text, &offer, true);
	assert_non_null(strstr(text, " Here you can have: 点心."));
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
		cmocka_unit_test(in_words),    cmocka_unit_test(told_again),
		cmocka_unit_test(had_instead), cmocka_unit_test(brief),
		cmocka_unit_test(cut),         cmocka_unit_test(many_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
