#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/china_time.h"
#include "db/ledger.h"
#include "db/numbering.h"
#include "db/registry_inside.h"

#define CODE_SIZE 64 /* [byte] of a unit's code with its end */
#define TIERS_MAX 16 /* a unit and what lies above it */
#define NO_UNIT   SIZE_MAX

/* A unit as it is on the day, and what is counted for it. */
struct counted {
	char code[CODE_SIZE], region[CODE_SIZE], parent[CODE_SIZE], merged_into[CODE_SIZE];
	char above[CODE_SIZE]; /* code of the unit above it, once that is worked out */
	char name[128], tier[16];
	int64_t own[STEP_COUNT], all[STEP_COUNT];
};

struct counting {
	int32_t day;
	struct numbering codes; /* of the units, then of names that no unit has */
	struct counted *units;
	struct numbering names; /* as certificates spell their unit */
	size_t *unit_of;        /* index in units of each name */
	bool no_memory;
};

static void copy_code(char out[static CODE_SIZE], const char *code)
{
	memset(out, 0, CODE_SIZE); /* keys of a numbering are filled with zeros */
	memccpy(out, code, '\0', CODE_SIZE - 1);
}

/* The unit of this code, made where it is new. */
static struct counted *unit_of_code(struct counting *counting, const char *code)
{
	char key[CODE_SIZE];
	size_t count = counting->codes.count;
	copy_code(key, code);
	size_t index = numbering_find(&counting->codes, key);
	if (index != NUMBERING_NONE)
		return &counting->units[index];
	struct counted *larger = room_for_one(counting->units, count, sizeof *larger);
	if (larger != NULL)
		counting->units = larger;
	if (larger == NULL || numbering_of(&counting->codes, key) == NUMBERING_NONE) {
		counting->no_memory = true;
		return NULL;
	}
	counting->units[count] = (struct counted){ 0 };
	memcpy(counting->units[count].code, key, CODE_SIZE);
	return &counting->units[count];
}

/* Rows of a unit come in the order of their time: the last that has begun by the day stands. */
static bool take_unit(void *context, const struct unit *unit)
{
	struct counting *counting = context;
	struct counted *counted = unit_of_code(counting, unit->code);
	if (counted == NULL)
		return false;
	if (counted->name[0] != '\0' && unit->from > counting->day)
		return true;
	copy_code(counted->region, unit->region);
	copy_code(counted->parent, unit->parent);
	copy_code(counted->merged_into, unit->merged_into);
	snprintf(counted->name, sizeof counted->name, "%s", unit->name);
	snprintf(counted->tier, sizeof counted->tier, "%s", unit->tier);
	/* Merged from the day after its end on. */
	if (unit->until >= counting->day)
		counted->merged_into[0] = '\0';
	return true;
}

/* By code, or by the region that it shares with no other. */
static size_t find_unit(const struct counting *counting, const char *name)
{
	char key[CODE_SIZE];
	copy_code(key, name);
	size_t index = numbering_find(&counting->codes, key);
	for (size_t i = 0; index == NUMBERING_NONE && i < counting->codes.count; i++)
		if (strcmp(counting->units[i].region, name) == 0)
			index = i;
	return index == NUMBERING_NONE ? NO_UNIT : index;
}

/* The unit that does the work of this one today. */
static size_t successor(const struct counting *counting, size_t index)
{
	for (int i = 0; i < TIERS_MAX && counting->units[index].merged_into[0] != '\0'; i++) {
		size_t next = find_unit(counting, counting->units[index].merged_into);
		if (next == NO_UNIT)
			break;
		index = next;
	}
	return index;
}

/* The index of the unit that counts what is said to be of `name`. */
static size_t unit_for(struct counting *counting, const char *name)
{
	char key[CODE_SIZE];
	size_t known = counting->names.count;
	copy_code(key, name);
	size_t number = numbering_of(&counting->names, key);
	if (number == NUMBERING_NONE)
		return NO_UNIT;
	if (number < known)
		return counting->unit_of[number];
	size_t *larger = room_for_one(counting->unit_of, number, sizeof *larger);
	if (larger == NULL)
		return NO_UNIT;
	counting->unit_of = larger;
	size_t index = find_unit(counting, name);
	if (index == NO_UNIT && unit_of_code(counting, name) != NULL)
		index = counting->codes.count - 1;
	counting->unit_of[number] = index == NO_UNIT ? NO_UNIT : successor(counting, index);
	return counting->unit_of[number];
}

static bool take_certificate(void *context, const struct certificate *certificate)
{
	struct counting *counting = context;
	enum life_step step;
	size_t index = unit_for(counting, certificate->unit);
	if (index == NO_UNIT) {
		counting->no_memory = true;
		return false;
	}
	if (life_step_from_name(&step, certificate->state))
		counting->units[index].own[step]++;
	return true;
}

/* The unit that lies directly above this one, or is the one that went on with its work. */
static size_t unit_above(const struct counting *counting, size_t index)
{
	const char *parent = counting->units[index].parent;
	size_t above = parent[0] == '\0' ? NO_UNIT : find_unit(counting, parent);
	return above == NO_UNIT ? NO_UNIT : successor(counting, above);
}

/* Each unit's own, added to all that lie above it; a circle ends where the tiers do. */
static void roll_up(struct counting *counting)
{
	for (size_t i = 0; i < counting->codes.count; i++) {
		size_t at = i;
		for (int tier = 0; tier < TIERS_MAX && at != NO_UNIT; tier++) {
			struct counted *above = &counting->units[at];
			for (int step = 0; step < STEP_COUNT; step++)
				above->all[step] += counting->units[i].own[step];
			at = unit_above(counting, at);
			if (at == i)
				break;
		}
	}
}

/* For each unit the code of the one directly above it today. */
static void name_those_above(struct counting *counting)
{
	for (size_t i = 0; i < counting->codes.count; i++) {
		size_t above = unit_above(counting, i);
		const char *code = above == NO_UNIT ? "" : counting->units[above].code;
		memcpy(counting->units[i].above, code, strlen(code) + 1);
	}
}

static int by_code(const void *a, const void *b)
{
	return strcmp(((const struct counted *)a)->code, ((const struct counted *)b)->code);
}

static void hand_over(struct counting *counting, bool with_below,
		      bool (*take)(void *, const struct ledger_unit *), void *context)
{
	bool more = true;
	if (with_below)
		roll_up(counting);
	name_those_above(counting);
	qsort(counting->units, counting->codes.count, sizeof *counting->units, by_code);
	for (size_t i = 0; more && i < counting->codes.count; i++) {
		const struct counted *counted = &counting->units[i];
		const int64_t *steps = with_below ? counted->all : counted->own;
		struct ledger_unit row = { .unit = counted->code,
					   .name = counted->name,
					   .tier = counted->tier,
					   .above = counted->above };
		int64_t sum = 0;
		memcpy(row.steps, steps, sizeof row.steps);
		for (int step = 0; step < STEP_COUNT; step++)
			sum += steps[step];
		if (sum > 0)
			more = take(context, &row);
	}
}

enum registry_status ledger_units(struct registry *registry, int64_t now, bool with_below,
				  bool (*take)(void *, const struct ledger_unit *), void *context)
{
	struct counting counting = { .day = china_time_at(now).day,
				     .codes = { .key_size = CODE_SIZE },
				     .names = { .key_size = CODE_SIZE } };
	enum registry_status status = registry_each_unit(registry, take_unit, &counting);
	if (status == REGISTRY_OK && !counting.no_memory)
		status = registry_each_certificate(registry, now, take_certificate, &counting);
	if (status == REGISTRY_OK && counting.no_memory)
		status = registry_faults(registry, REGISTRY_TROUBLE, "out of memory");
	if (status == REGISTRY_OK && counting.codes.count > 0)
		hand_over(&counting, with_below, take, context);
	numbering_clear(&counting.codes);
	numbering_clear(&counting.names);
	free(counting.units);
	free(counting.unit_of);
	return status;
}
