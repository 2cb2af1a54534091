#include "db/use_sums.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "db/numbering.h"
#include "db/registry_inside.h"
#include "db/use_classes.h"
#include "db/use_walk.h"

#define KEY_SIZE 64 /* [byte] of a heading with its end, filled with zeros */

static const char *const names[USES_BY_COUNT] = {
	[USES_BY_DAY] = "day",           [USES_BY_MONTH] = "month", [USES_BY_BENEFIT] = "benefit",
	[USES_BY_MERCHANT] = "merchant", [USES_BY_UNIT] = "unit",   [USES_BY_SCENE] = "scene",
	[USES_BY_CLASS] = "class",
};

const char *use_sums_by_name(enum use_sums_by by)
{
	return names[by];
}

bool use_sums_by_from_name(enum use_sums_by *out, const char *name)
{
	for (int i = 0; i < USES_BY_COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			*out = (enum use_sums_by)i;
			return true;
		}
	}
	return false;
}

/* --- adding up --- */

struct heading {
	char key[KEY_SIZE];
	struct use_amounts amounts;
};

struct headings {
	struct registry *registry;
	const struct use_query *query;
	struct numbering keys;
	struct heading *items;
	bool no_memory;
};

/* The heading of this name, made where it is new; NULL without memory. */
static struct heading *heading_of(struct headings *headings, const char *name)
{
	char key[KEY_SIZE] = "";
	size_t known = headings->keys.count;
	memccpy(key, name, '\0', sizeof key - 1);
	struct heading *larger = room_for_one(headings->items, known, sizeof *larger);
	size_t number = NUMBERING_NONE;
	if (larger != NULL) {
		headings->items = larger;
		number = numbering_of(&headings->keys, key);
	}
	headings->no_memory = number == NUMBERING_NONE;
	if (headings->no_memory)
		return NULL;
	if (number == known) {
		headings->items[number] = (struct heading){ 0 };
		memcpy(headings->items[number].key, key, sizeof key);
	}
	return &headings->items[number];
}

static const char *scene_of(const struct snapshot *snapshot, const char *id)
{
	const struct benefit *benefit = snapshot_benefit(snapshot, id);
	return benefit == NULL ? "" : benefit->scene;
}

static bool add_use(void *context, const struct walked_use *use)
{
	struct headings *headings = context;
	char day[11];
	const char *name = day;
	day_format(day, use->day);
	switch (headings->query->by) {
	case USES_BY_MONTH:
		day[strlen("2026-11")] = '\0';
		break;
	case USES_BY_BENEFIT:
		name = use->benefit;
		break;
	case USES_BY_MERCHANT:
		name = use->merchant;
		break;
	case USES_BY_UNIT:
		name = use->unit;
		break;
	case USES_BY_SCENE:
		name = scene_of(headings->registry->snapshot, use->benefit);
		break;
	default:
		break;
	}
	struct heading *heading = heading_of(headings, name);
	if (heading != NULL)
		use_amounts_take(&heading->amounts, use);
	return heading != NULL;
}

/* Units as merchants name them, by code or region and perhaps merged since: each becomes the unit
 * that is meant, one that is not known stays what it is. */
static enum registry_status join_units(struct headings *headings)
{
	struct headings named = *headings;
	int32_t day = china_time_at(headings->query->now).day;
	enum registry_status status = REGISTRY_OK;
	headings->keys = (struct numbering){ .key_size = KEY_SIZE };
	headings->items = NULL;
	for (size_t i = 0; status == REGISTRY_OK && i < named.keys.count; i++) {
		struct unit_found found;
		status = unit_find(headings->registry, &found, named.items[i].key, day);
		bool is_known = status == REGISTRY_OK;
		if (status == REGISTRY_NOT_FOUND)
			status = REGISTRY_OK;
		struct heading *heading =
			heading_of(headings, is_known ? found.code : named.items[i].key);
		if (heading == NULL)
			break;
		use_amounts_add(&heading->amounts, &named.items[i].amounts);
	}
	numbering_clear(&named.keys);
	free(named.items);
	return status;
}

/* --- handing over --- */

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct heading *)a)->key, ((const struct heading *)b)->key);
}

static int by_uses(const void *a, const void *b)
{
	int64_t left = ((const struct heading *)a)->amounts.uses;
	int64_t right = ((const struct heading *)b)->amounts.uses;
	return left == right ? by_key(a, b) : (left < right) - (left > right);
}

/* unit is room for what the title of one points to. */
static void put_title(const struct headings *headings, struct use_sum *sum, struct unit_found *unit)
{
	const struct snapshot *snapshot = headings->registry->snapshot;
	const struct benefit *benefit = NULL;
	const struct merchant *merchant = NULL;
	if (headings->query->by == USES_BY_BENEFIT)
		benefit = snapshot_benefit(snapshot, sum->key);
	if (headings->query->by == USES_BY_MERCHANT)
		merchant = snapshot_merchant(snapshot, sum->key);
	if (benefit != NULL) {
		sum->title[0] = benefit->title[0];
		sum->title[1] = benefit->title[1];
	}
	if (merchant != NULL)
		sum->title[0] = merchant->name;
	if (headings->query->by == USES_BY_UNIT &&
	    unit_find(headings->registry, unit, sum->key,
		      china_time_at(headings->query->now).day) == REGISTRY_OK)
		sum->title[0] = unit->name;
}

static void hand_over(const struct headings *headings, bool (*take)(void *, const struct use_sum *),
		      void *context)
{
	enum use_sums_by by = headings->query->by;
	bool more = true;
	if (headings->keys.count == 0)
		return;
	qsort(headings->items, headings->keys.count, sizeof *headings->items,
	      by == USES_BY_DAY || by == USES_BY_MONTH ? by_key : by_uses);
	for (size_t i = 0; more && i < headings->keys.count; i++) {
		const struct heading *heading = &headings->items[i];
		struct unit_found unit;
		struct use_sum sum = { .key = heading->key,
				       .title = { "", "" },
				       .uses = heading->amounts.uses,
				       .voided = heading->amounts.voided,
				       .payable = heading->amounts.payable,
				       .saved = heading->amounts.saved };
		put_title(headings, &sum, &unit);
		more = take(context, &sum);
	}
}

enum registry_status use_sums(struct registry *registry, const struct use_query *query,
			      bool (*take)(void *, const struct use_sum *), void *context)
{
	struct headings headings = { .registry = registry,
				     .query = query,
				     .keys = { .key_size = KEY_SIZE } };
	if (query->by == USES_BY_CLASS)
		return use_classes(registry, query, take, context);
	enum registry_status status =
		use_walk(registry, &query->time, query->places, add_use, &headings);
	if (status == REGISTRY_OK && !headings.no_memory && query->by == USES_BY_UNIT)
		status = join_units(&headings);
	if (status == REGISTRY_OK && headings.no_memory)
		status = registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	if (status == REGISTRY_OK)
		hand_over(&headings, take, context);
	numbering_clear(&headings.keys);
	free(headings.items);
	return status;
}
