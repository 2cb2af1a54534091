#include "centre/scale_unit.h"

#include <stdio.h>

#include "db/china_time.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CODE_SIZE    24 /* [byte] */

/* A name that is met nowhere twice within a place: a town's, and a village's of two parts. */
static const char *const towns[] = { "青松", "长岭", "石桥", "云溪", "竹坪", "茶山", "梅岭", "白鹭",
				     "桃源", "清泉", "龙潭", "金溪", "双河", "甘棠", "仙岩" };
static const char *const where[] = { "东", "西", "南", "北", "上", "下", "前",
				     "后", "大", "小", "新", "老", "中" };
static const char *const what[] = { "溪", "坪", "坑", "洋", "厝", "墩", "岭", "桥", "湾", "岙",
				    "塘", "庄", "屯", "沟", "岗", "泉", "井", "埠", "浦", "堂",
				    "楼", "寺", "店", "营", "窑", "园", "畈", "渡", "池", "圩" };

struct making {
	struct registry *registry;
	const struct scale_place *place;
	uint32_t made; /* villages */
};

static enum registry_status put(struct making *making, const char *code, const char *name,
				const char *tier, const char *parent)
{
	struct unit unit = { .code = code,
			     .name = name,
			     .tier = tier,
			     .parent = parent,
			     .from = day_from_date(2019, 3, 1),
			     .until = INT32_MAX };

	return registry_put_unit(making->registry, &unit);
}

/* The villages of a town number 200 and more, a street's communities 1 and more, as in the statistics
 * codes. */
static enum registry_status put_villages(struct making *making, uint32_t town, const char *parent,
					 uint32_t count)
{
	bool street = town < making->place->streets;
	enum registry_status status = REGISTRY_OK;
	char code[CODE_SIZE], name[128];

	for (uint32_t i = 0; status == REGISTRY_OK && i < count; i++) {
		uint32_t index = making->made++;

		snprintf(code, sizeof code, "%.9s%03u", parent, (street ? 1 : 200) + i);
		snprintf(name, sizeof name, "%s%s%s%s%s%s退役军人服务站", making->place->name,
			 towns[town], street ? "街道" : "镇", where[index % COUNT(where)],
			 what[index / COUNT(where)], street ? "社区" : "村");
		status = put(making, code, name, "village", parent);
	}
	return status;
}

static enum registry_status put_town(struct making *making, uint32_t town, const char *centre)
{
	const struct scale_place *place = making->place;
	uint32_t count = place->streets + place->towns;
	bool street = town < place->streets;
	char code[CODE_SIZE], name[128];

	snprintf(code, sizeof code, "%.6s%03u000", place->region, street ? town + 1 : 100 + town);
	snprintf(name, sizeof name, "%s%s%s退役军人服务站", place->name, towns[town],
		 street ? "街道" : "镇");
	enum registry_status status = put(making, code, name, "town", centre);
	if (status == REGISTRY_OK)
		status = put_villages(making, town, code,
				      scale_chosen_before(town + 1, place->villages, count) -
					      scale_chosen_before(town, place->villages, count));
	return status;
}

enum registry_status scale_units_put(struct registry *registry, const struct scale_place *place)
{
	struct making making = { .registry = registry, .place = place };
	char code[CODE_SIZE], name[128];

	snprintf(code, sizeof code, "%.6s000000", place->region);
	snprintf(name, sizeof name, "%s退役军人服务中心", place->name);
	enum registry_status status = put(&making, code, name, "county", "");
	for (uint32_t i = 0; status == REGISTRY_OK && i < place->streets + place->towns; i++)
		status = put_town(&making, i, code);
	return status;
}
