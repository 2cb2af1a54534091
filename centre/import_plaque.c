/*
 * What may stand in the rows of an import of plaques: where each hangs, and what it is now.
 */
#include <stdio.h>

#include "centre/import_fields.h"
#include "centre/import_reach.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/plaque.h"

#define HOUSEHOLD_BYTES_MAX 63

enum { PLAQUE, HOUSEHOLD, PERSON, UNIT, STATE, ON, HUNG };
static const struct csv_column columns[] = {
	[PLAQUE] = { "plaque", true }, [HOUSEHOLD] = { "household", false },
	[PERSON] = { "person", true }, [UNIT] = { "unit", true },
	[STATE] = { "state", false },  [ON] = { "on", false },
	[HUNG] = { "hung", false },
};

/* --- what it is now --- */

static enum import_status take_step(struct import *import, const struct csv_field *field,
				    const char *number, enum plaque_state state, int32_t day)
{
	struct plaque_request request = {
		.number = number, .state = state, .day = day, .reason = "", .now = import->now
	};
	struct plaque_answer answer;
	char zh[192], en[192];
	enum import_status status =
		import_put(import, plaque_step(import->registry, &answer, &request));

	if (status != IMPORT_OK || answer.refusal == PLAQUE_TAKEN)
		return status;
	import->refusal = plaque_refusal_name(answer.refusal);
	snprintf(zh, sizeof zh, "这块光荣牌现为%s,不能记为%s,或日期早于上次变动",
		 plaque_state_title(answer.state, false), plaque_state_title(state, false));
	snprintf(en, sizeof en,
		 "the plaque is %s: it cannot become %s, or not before its last change",
		 plaque_state_title(answer.state, true), plaque_state_title(state, true));
	return import_fault(import, field, zh, en);
}

/* What is on record already is not put down again. */
static enum import_status put_state(struct import *import, const struct csv_field *fields,
				    enum plaque_state state, int32_t on, int32_t hung)
{
	struct plaque there;
	const char *number = fields[PLAQUE].text;
	enum import_status status =
		import_put(import, plaque_find(import->registry, &there, number));

	if (status == IMPORT_OK && hung != INT32_MIN && there.hung == INT32_MIN)
		status = take_step(import, &fields[HUNG], number, PLAQUE_HUNG, hung);
	else if (status == IMPORT_OK && there.state == state)
		return IMPORT_OK;
	if (status != IMPORT_OK || state == PLAQUE_NONE ||
	    (state == PLAQUE_HUNG && hung != INT32_MIN))
		return status;
	return take_step(import, &fields[STATE], number, state, on);
}

static enum import_status read_state(struct import *import, const struct csv_field *fields,
				     enum plaque_state *state, int32_t *on, int32_t *hung)
{
	int32_t today = china_time_at(import->now).day;
	enum import_status status = import_day(import, &fields[ON], today, on);

	*state = PLAQUE_NONE;
	if (status == IMPORT_OK)
		status = import_day(import, &fields[HUNG], INT32_MIN, hung);
	if (status != IMPORT_OK)
		return status;
	if (fields[STATE].text[0] != '\0' && !plaque_state_from_name(state, fields[STATE].text))
		return import_fault(
			import, &fields[STATE],
			"应为 issued hung damaged lost replaced taken_down 之一或空",
			"one of issued hung damaged lost replaced taken_down or nothing "
			"belongs here");
	if (*on > today || *hung > today)
		return import_fault(import, &fields[*on > today ? ON : HUNG], "日期晚于今天",
				    "the date lies ahead");
	return IMPORT_OK;
}

/* --- the row --- */

static enum import_status plaque_row(struct import *import, const struct csv_field *fields)
{
	struct plaque plaque = { .household = fields[HOUSEHOLD].text };
	enum plaque_state state;
	int32_t on, hung;
	enum import_status status = import_key(import, &fields[PLAQUE], &plaque.number);

	if (status == IMPORT_OK)
		status = import_code(import, &fields[PERSON], &plaque.person);
	if (status == IMPORT_OK)
		status = import_code(import, &fields[UNIT], &plaque.unit);
	if (status == IMPORT_OK && plaque.household[0] != '\0' &&
	    !text_is_plain(plaque.household, HOUSEHOLD_BYTES_MAX))
		status = import_fault(import, &fields[HOUSEHOLD], "应为至多 63 字节的户号或空",
				      "a household's number of at most 63 bytes, or nothing");
	if (status == IMPORT_OK)
		status = read_state(import, fields, &state, &on, &hung);
	if (status == IMPORT_OK)
		status = import_reference(import, &fields[PERSON], &import->persons,
					  "登记库中没有这个人",
					  "the registry has no such person: import persons first");
	if (status == IMPORT_OK)
		status = import_unit(import, &fields[UNIT]);
	if (status != IMPORT_OK || !import->putting)
		return status;
	status = import_check_reach(import, &fields[UNIT]);
	if (status == IMPORT_OK)
		status = import_check_person(import, &fields[PERSON]);
	if (status == IMPORT_OK)
		status = import_put(import, plaque_put(import->registry, &plaque));
	return status == IMPORT_OK ? put_state(import, fields, state, on, hung) : status;
}

const struct import_kind import_plaques = { .name = "plaque",
					    .columns = columns,
					    .column_count = sizeof columns / sizeof *columns,
					    .names_units = true,
					    .names_persons = true,
					    .row = plaque_row };
