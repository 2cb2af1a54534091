#include "centre/import_reach.h"

#include "db/lookup.h"

static enum import_status judge(struct import *import, const struct csv_field *field,
				enum registry_status status, const bool *reached)
{
	if (status != REGISTRY_OK)
		return import_put(import, status);
	if (*reached)
		return IMPORT_OK;
	import->refusal = "outside_unit";
	return import_fault(import, field, "不属于本账户所在单位及其下级",
			    "neither of your unit nor of one below it");
}

enum import_status import_check_reach(struct import *import, const struct csv_field *unit)
{
	bool reached = false;
	enum registry_status asked;
	enum import_status status;

	if (!import->putting || codes_have(&import->reached, unit->text))
		return IMPORT_OK;
	asked = actor_reaches(import->registry, &reached, unit->text);
	status = judge(import, unit, asked, &reached);
	if (status == IMPORT_OK && codes_add(&import->reached, unit->text) == CODES_NO_MEMORY)
		return IMPORT_NO_MEMORY;
	return status;
}

enum import_status import_check_replaced(struct import *import, const struct csv_field *key,
					 enum actor_thing thing)
{
	bool reached = false;
	enum registry_status asked;

	if (!import->putting)
		return IMPORT_OK;
	asked = actor_reaches_thing(import->registry, &reached, thing, key->text);
	return judge(import, key, asked, &reached);
}

enum import_status import_check_person(struct import *import, const struct csv_field *person)
{
	bool reached = false;
	enum registry_status asked;

	if (!import->putting)
		return IMPORT_OK;
	asked = person_in_reach(import->registry, &reached, person->text);
	return judge(import, person, asked, &reached);
}

static enum import_status check_taken(struct import *import, const struct csv_field *key)
{
	bool may = false;
	enum registry_status asked;

	if (!import->putting || key->text[0] == '\0')
		return IMPORT_OK;
	asked = actor_may_take(import->registry, &may, key->text);
	return judge(import, key, asked, &may);
}

enum import_status import_check_unit(struct import *import, const struct csv_field *parent,
				     const struct csv_field *code, const struct csv_field *region,
				     const struct csv_field *successor)
{
	enum import_status status = import_check_reach(import, parent);

	if (status == IMPORT_OK)
		status = check_taken(import, code);
	if (status == IMPORT_OK)
		status = check_taken(import, region);
	if (status == IMPORT_OK && successor->text[0] != '\0')
		status = import_check_reach(import, successor);
	return status;
}
