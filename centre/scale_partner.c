#include "centre/scale_partner.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The most needed first: a small place has the first of them. */
static const struct {
	const char *code, *name, *scene;
	enum venue venue;
} kinds[] = {
	{ "hall", "退役军人服务大厅", "联", VENUE_HALL },
	{ "market", "惠民超市", "购", VENUE_SHOP },
	{ "hospital", "人民医院", "康", VENUE_HOSPITAL },
	{ "canteen", "拥军食堂", "食", VENUE_RESTAURANT },
	{ "bus", "公交公司", "行", VENUE_TRANSPORT },
	{ "bank", "农商银行", "贷", VENUE_BANK },
	{ "pharmacy", "大药房", "康", VENUE_SHOP },
	{ "park", "滨河公园", "游", VENUE_PARK },
	{ "museum", "博物馆", "游", VENUE_MUSEUM },
	{ "hotel", "军人驿站", "住", VENUE_HOTEL },
	{ "fuel", "东门加油站", "行", VENUE_FUEL },
	{ "noodles", "老街面馆", "食", VENUE_RESTAURANT },
	{ "clinic", "口腔门诊部", "康", VENUE_HOSPITAL },
	{ "books", "书店", "购", VENUE_SHOP },
	{ "appliances", "家电城", "购", VENUE_SHOP },
	{ "cinema", "影城", "娱", VENUE_OTHER },
	{ "school", "职业技术学校", "联", VENUE_SCHOOL },
	{ "post", "邮政支局", "商", VENUE_POST },
	{ "inn", "溪边民宿", "住", VENUE_HOTEL },
	{ "wedding", "婚庆公司", "庆", VENUE_OTHER },
	{ "coach", "客运站", "行", VENUE_TRANSPORT },
	{ "tea", "茶楼", "食", VENUE_RESTAURANT },
};

enum registry_status scale_partners_put(struct registry *registry, const struct scale_place *place)
{
	enum registry_status status = REGISTRY_OK;
	char code[32], name[64], address[64], unit[16];

	snprintf(unit, sizeof unit, "%.6s000000", place->region);
	for (uint32_t i = 0; status == REGISTRY_OK && i < place->partners && i < COUNT(kinds);
	     i++) {
		struct merchant merchant = { .code = code,
					     .name = name,
					     .venue = kinds[i].venue,
					     .scene = kinds[i].scene,
					     .region = place->region,
					     .address = address,
					     .unit = unit,
					     .state = "active" };

		snprintf(code, sizeof code, "demo-%s", kinds[i].code);
		snprintf(name, sizeof name, "%s%s", place->name, kinds[i].name);
		snprintf(address, sizeof address, "%s演示路%u号", place->name, 2 * i + 1);
		status = registry_put_merchant(registry, &merchant);
	}
	return status;
}
