/*
 * What may stand in the rows of each import: persons, units, merchants, certificates, the calendar.
 */
#include <stdio.h>
#include <string.h>

#include "centre/import_fields.h"
#include "centre/import_reach.h"
#include "centre/text.h"
#include "db/china_time.h"
#include "db/entitlement.h"
#include "db/exclusion.h"
#include "db/life.h"
#include "db/unit.h"
#include "reader/credential.h"

#define ADDRESS_BYTES_MAX 255
#define COUNT(array)      (sizeof(array) / sizeof *(array))

/* --- persons --- */

enum { PERSON, PERSON_NAME, SEX, BIRTH, HOME_REGION, NEEDY, MERIT, IDENTITIES, ID_NUMBER };
static const struct csv_column person_columns[] = {
	[PERSON] = { "person", true },
	[PERSON_NAME] = { "name", true },
	[SEX] = { "sex", true },
	[BIRTH] = { "birth", true },
	[HOME_REGION] = { "home_region", true },
	[NEEDY] = { "needy", true },
	[MERIT] = { "merit", true },
	[IDENTITIES] = { "identities", true },
	[ID_NUMBER] = { "id_number", false },
};

static enum import_status read_circumstances(struct import *import, const struct csv_field *fields,
					     struct person *person)
{
	const char *sex = fields[SEX].text, *needy = fields[NEEDY].text;
	const char *merit = fields[MERIT].text;

	if (sex[0] != '\0' && strcmp(sex, "m") != 0 && strcmp(sex, "f") != 0)
		return import_fault(import, &fields[SEX], "应为 m、f 或空",
				    "m, f or nothing belongs here");
	person->sex = sex[0];
	if (needy[0] != '\0' && strcmp(needy, "0") != 0 && strcmp(needy, "1") != 0)
		return import_fault(import, &fields[NEEDY], "应为 0 或 1", "0 or 1 belongs here");
	person->needy = needy[0] == '1';
	if (merit[0] != '\0' && (merit[0] < '1' || merit[0] > '3' || merit[1] != '\0'))
		return import_fault(import, &fields[MERIT], "应为 1 至 3 或空",
				    "1 to 3 or nothing belongs here");
	person->merit = merit[0] == '\0' ? 0 : merit[0] - '0';
	if (!text_is_identities(fields[IDENTITIES].text))
		return import_fault(
			import, &fields[IDENTITIES],
			"应为以 ; 分隔的身份,可带起止日期(见 youdai help person import)",
			"identities joined by ';', perhaps with their days, belong here (see "
			"youdai help person import)");
	person->identities = fields[IDENTITIES].text;
	return IMPORT_OK;
}

/* The ID number is nobody else's in the file. */
static enum import_status note_id_number(struct import *import, const struct csv_field *field)
{
	switch (codes_add(&import->id_numbers, field->text)) {
	case CODES_OK:
		return IMPORT_OK;
	case CODES_THERE:
		return import_fault(import, field, "此公民身份号码已属于另一人,见本文件前面的行",
				    "this identity number belongs to another person: an earlier "
				    "row of this file");
	default:
		return IMPORT_NO_MEMORY;
	}
}

/* Nor in the registry as it was before and as the rows so far have made it.  A person's code is said,
 * never a number. */
static enum import_status check_id_number(struct import *import, const struct csv_field *field,
					  const char *person)
{
	char other[PERSON_CODE_MAX + 1], en[128];
	enum registry_status status =
		registry_person_of_id_number(import->registry, other, field->text);

	if (status == REGISTRY_NOT_FOUND || (status == REGISTRY_OK && strcmp(other, person) == 0))
		return IMPORT_OK;
	if (status != REGISTRY_OK)
		return import_put(import, status);
	snprintf(en, sizeof en, "this identity number belongs to another person: %s", other);
	return import_fault(import, field, "此公民身份号码已属于另一人", en);
}

static enum import_status read_id_number(struct import *import, const struct csv_field *field,
					 struct person *person)
{
	person->id_number = field->text;
	if (field->text[0] == '\0')
		return IMPORT_OK;
	if (!text_is_id_number(field->text))
		return import_fault(import, field, "应为 GB 11643 公民身份号码",
				    "an identity number of GB 11643 belongs here");
	if (!import->putting)
		return note_id_number(import, field);
	/* The rows among themselves were looked at. */
	return import->persons_before ? check_id_number(import, field, person->code) : IMPORT_OK;
}

static enum import_status person_row(struct import *import, const struct csv_field *fields)
{
	struct person person = { 0 };
	enum import_status status = import_key(import, &fields[PERSON], &person.code);

	if (status == IMPORT_OK)
		status = import_check_person(import, &fields[PERSON]);
	if (status == IMPORT_OK)
		status = import_name(import, &fields[PERSON_NAME], &person.name);
	if (status == IMPORT_OK)
		status = import_day(import, &fields[BIRTH], 0, &person.birth);
	if (status == IMPORT_OK)
		status = import_region(import, &fields[HOME_REGION], false, &person.home_region);
	if (status == IMPORT_OK)
		status = read_circumstances(import, fields, &person);
	if (status == IMPORT_OK)
		status = read_id_number(import, &fields[ID_NUMBER], &person);
	person.birth_known = fields[BIRTH].text[0] != '\0';
	if (status == IMPORT_OK && import->putting)
		status = import_put(import, registry_put_person(import->registry, &person));
	return status;
}

const struct import_kind import_persons = { .name = "person",
					    .columns = person_columns,
					    .column_count = COUNT(person_columns),
					    .makes_persons = true,
					    .row = person_row };

/* --- units --- */

enum { UNIT, UNIT_CODE, UNIT_NAME, TIER, PARENT, FROM, UNTIL, MERGED_INTO };
static const struct csv_column unit_columns[] = {
	[UNIT_CODE] = { "code", false }, [UNIT] = { "unit", false },
	[UNIT_NAME] = { "name", true },  [TIER] = { "tier", true },
	[PARENT] = { "parent", true },   [FROM] = { "from", false },
	[UNTIL] = { "until", false },    [MERGED_INTO] = { "merged_into", false },
};

static enum import_status unit_header(struct import *import)
{
	static const struct csv_field top = { .text = "", .place = { 1, 1 } };

	if (csv_has_column(&import->csv, UNIT_CODE) || csv_has_column(&import->csv, UNIT))
		return IMPORT_OK;
	return import_fault(import, &top, "缺少列 code", "column code is missing");
}

/* A unit is known by `unit` and its region or statistics code is `code`; where only one of them is
 * given it is both. */
static enum import_status read_unit(struct import *import, const struct csv_field *fields,
				    struct unit *unit)
{
	const struct csv_field *name = &fields[UNIT], *region = &fields[UNIT_CODE];
	enum import_status status;

	if (name->text[0] == '\0')
		name = region;
	if (region->text[0] == '\0')
		region = name;
	status = import_code(import, name, &unit->code);
	if (status == IMPORT_OK)
		status = import_code(import, region, &unit->region);
	if (status != IMPORT_OK)
		return status;
	if (strcmp(unit->parent, unit->code) == 0)
		return import_fault(import, &fields[PARENT], "单位不能是自己的上级",
				    "a unit cannot be its own parent");
	/* The same unit may stand in a file more than once, dated: see read_time. */
	if (codes_add(&import->units, unit->code) == CODES_NO_MEMORY ||
	    codes_add(&import->units, unit->region) == CODES_NO_MEMORY)
		return IMPORT_NO_MEMORY;
	return IMPORT_OK;
}

/* Once for each time: a unit that was renamed has several rows. */
static enum import_status read_time(struct import *import, const struct csv_field *fields,
				    struct unit *unit)
{
	char key[CODE_BYTES_MAX + 32];
	enum import_status status =
		import_days(import, &fields[FROM], &fields[UNTIL], &unit->from, &unit->until);

	if (status != IMPORT_OK || import->putting)
		return status;
	snprintf(key, sizeof key, "%s\t%d", unit->code, unit->from);
	switch (codes_add(&import->rows, key)) {
	case CODES_OK:
		return IMPORT_OK;
	case CODES_THERE:
		return import_fault(import,
				    &fields[csv_has_column(&import->csv, UNIT) ? UNIT : UNIT_CODE],
				    "此单位从同一天起的行在文件中出现两次",
				    "this unit stands in the file twice from the same day on");
	default:
		return IMPORT_NO_MEMORY;
	}
}

static enum import_status read_merger(struct import *import, const struct csv_field *field,
				      struct unit *unit)
{
	unit->merged_into = field->text;
	if (field->text[0] == '\0')
		return IMPORT_OK;
	if (strcmp(field->text, unit->code) == 0 || strcmp(field->text, unit->region) == 0)
		return import_fault(import, field, "单位不能并入自己",
				    "a unit cannot be merged into itself");
	return import_unit(import, field);
}

static enum import_status put_unit(struct import *import, const struct csv_field *fields,
				   const struct unit *unit)
{
	bool circle = false;
	enum registry_status status = registry_put_unit(import->registry, unit);

	if (status == REGISTRY_OK && unit->merged_into[0] != '\0')
		status = unit_merges_in_circle(import->registry, &circle, unit->code);
	if (circle)
		return import_fault(import, &fields[MERGED_INTO], "并入的单位最终又并入本单位",
				    "the unit that it is merged into is merged into it in the end");
	return import_put(import, status);
}

static enum import_status unit_row(struct import *import, const struct csv_field *fields)
{
	static const char *const tiers[] = {
		"province", "city", "county", "town", "village", "firm"
	};
	struct unit unit = { .tier = fields[TIER].text, .parent = fields[PARENT].text };
	enum import_status status = read_unit(import, fields, &unit);

	if (status == IMPORT_OK)
		status = import_name(import, &fields[UNIT_NAME], &unit.name);
	if (status == IMPORT_OK && !import_is_one_of(unit.tier, tiers, COUNT(tiers)))
		status = import_fault(import, &fields[TIER],
				      "应为 province city county town village firm 之一",
				      "one of province city county town village firm belongs here");
	if (status == IMPORT_OK && unit.parent[0] != '\0')
		status = import_unit(import, &fields[PARENT]);
	if (status == IMPORT_OK)
		status = read_time(import, fields, &unit);
	if (status == IMPORT_OK)
		status = read_merger(import, &fields[MERGED_INTO], &unit);
	if (status == IMPORT_OK)
		status = import_check_unit(import, &fields[PARENT], &fields[UNIT],
					   &fields[UNIT_CODE], &fields[MERGED_INTO]);
	if (status == IMPORT_OK && import->putting)
		status = put_unit(import, fields, &unit);
	return status;
}

const struct import_kind import_units = { .name = "unit",
					  .columns = unit_columns,
					  .column_count = COUNT(unit_columns),
					  .names_units = true,
					  .header = unit_header,
					  .row = unit_row };

/* --- merchants --- */

enum { MERCHANT, MERCHANT_NAME, VENUE, SCENE, REGION, ADDRESS, MERCHANT_UNIT, MERCHANT_STATE };
static const struct csv_column merchant_columns[] = {
	[MERCHANT] = { "merchant", true },  [MERCHANT_NAME] = { "name", true },
	[VENUE] = { "venue", true },        [SCENE] = { "scene", true },
	[REGION] = { "region", true },      [ADDRESS] = { "address", true },
	[MERCHANT_UNIT] = { "unit", true }, [MERCHANT_STATE] = { "state", true },
};

static enum import_status read_place(struct import *import, const struct csv_field *fields,
				     struct merchant *merchant)
{
	if (!venue_from_name(&merchant->venue, fields[VENUE].text))
		return import_fault(
			import, &fields[VENUE],
			"应为 hall bank hospital park museum transport hotel restaurant fuel shop "
			"school post other 之一",
			"one of these venues belongs here");
	if (fields[SCENE].text[0] != '\0' && !scene_is_known(fields[SCENE].text))
		return import_fault(import, &fields[SCENE], "应为 食住行购游娱康联商贷庆 之一或空",
				    "one of the eleven scenes or nothing belongs here");
	if (fields[ADDRESS].text[0] != '\0' &&
	    !text_is_plain(fields[ADDRESS].text, ADDRESS_BYTES_MAX))
		return import_fault(import, &fields[ADDRESS], "应为至多 255 字节的地址或空",
				    "an address of at most 255 bytes or nothing belongs here");
	merchant->scene = fields[SCENE].text;
	merchant->address = fields[ADDRESS].text;
	return import_region(import, &fields[REGION], true, &merchant->region);
}

static enum import_status merchant_row(struct import *import, const struct csv_field *fields)
{
	static const char *const states[] = { "active", "suspended", "left" };
	struct merchant merchant = { .unit = fields[MERCHANT_UNIT].text,
				     .state = fields[MERCHANT_STATE].text };
	enum import_status status = import_key(import, &fields[MERCHANT], &merchant.code);

	if (status == IMPORT_OK)
		status = import_name(import, &fields[MERCHANT_NAME], &merchant.name);
	if (status == IMPORT_OK)
		status = read_place(import, fields, &merchant);
	if (status == IMPORT_OK && merchant.unit[0] != '\0')
		status = import_unit(import, &fields[MERCHANT_UNIT]);
	if (status == IMPORT_OK)
		status = import_check_reach(import, &fields[MERCHANT_UNIT]);
	if (status == IMPORT_OK)
		status = import_check_replaced(import, &fields[MERCHANT], ACTOR_MERCHANT);
	if (status == IMPORT_OK && !import_is_one_of(merchant.state, states, COUNT(states)))
		status = import_fault(import, &fields[MERCHANT_STATE],
				      "应为 active suspended left 之一",
				      "one of active suspended left belongs here");
	if (status == IMPORT_OK && import->putting)
		status = import_put(import, registry_put_merchant(import->registry, &merchant));
	return status;
}

const struct import_kind import_merchants = { .name = "merchant",
					      .columns = merchant_columns,
					      .column_count = COUNT(merchant_columns),
					      .names_units = true,
					      .row = merchant_row };

/* --- certificates --- */

enum { NUMBER, HOLDER, KIND, ISSUED_BY, STATE, VALID_FROM, VALID_UNTIL };
static const struct csv_column certificate_columns[] = {
	[NUMBER] = { "number", true },
	[HOLDER] = { "person", true },
	[KIND] = { "kind", true },
	[ISSUED_BY] = { "unit", true },
	[STATE] = { "state", true },
	[VALID_FROM] = { "valid_from", false },
	[VALID_UNTIL] = { "valid_until", false },
};

/* Where in its life a certificate may stand (domain.md's steps). */
static const char *const certificate_states[] = {
	"active",      "on_file",         "applied",     "accepted",      "county_review",
	"city_review", "province_review", "in_review",   "refused",       "in_production",
	"at_county",   "at_station",      "handed_over", "loss_reported", "lost",
	"suspended",   "replaced",        "withdrawn",   "cancelled",     "deceased",
	"moved",       "other_kind",
};

static enum import_status read_standing(struct import *import, const struct csv_field *fields,
					struct certificate *certificate)
{
	const char *kind = fields[KIND].text;

	if (strcmp(kind, "veteran") == 0)
		certificate->kind = CREDENTIAL_VETERAN;
	else if (strcmp(kind, "family") == 0)
		certificate->kind = CREDENTIAL_FAMILY;
	else
		return import_fault(import, &fields[KIND], "应为 veteran 或 family",
				    "veteran or family belongs here");
	if (!import_is_one_of(fields[STATE].text, certificate_states, COUNT(certificate_states)))
		return import_fault(import, &fields[STATE],
				    "不是证件的状态,例如 active suspended lost(见 youdai help "
				    "certificate import)",
				    "no state of a certificate such as active (see youdai help "
				    "certificate import)");
	certificate->state = fields[STATE].text;
	return import_days(import, &fields[VALID_FROM], &fields[VALID_UNTIL],
			   &certificate->valid_from, &certificate->valid_until);
}

/* Nobody who may have no certificate now gets one that is at work; a suspended one is as it should be. */
static enum import_status check_exclusion(struct import *import, const struct csv_field *fields,
					  const struct certificate *certificate)
{
	char cause[EXCLUSION_CAUSE_SIZE];
	enum life_step step;
	bool holds = false;

	if (!import->putting || !life_step_from_name(&step, certificate->state) ||
	    life_is_over(step) || step == STEP_ON_FILE || step == STEP_SUSPENDED)
		return IMPORT_OK;
	enum import_status status = import_put(
		import, exclusion_holds(import->registry, &holds, cause, certificate->person,
					china_time_at(import->now).day));
	if (status != IMPORT_OK || !holds)
		return status;
	import->refusal = "excluded";
	return import_fault(
		import, &fields[HOLDER],
		"此人在不予发放期间(见 youdai find):情形消除后先 person readmit",
		"the person may have no certificate now (see youdai find): readmit first, "
		"once the cause is gone");
}

/* All else was checked: what breaks a rule now is what the steps on record say. */
static enum import_status put_certificate(struct import *import, const struct csv_field *state,
					  const struct certificate *certificate)
{
	enum registry_status status = registry_put_certificate(import->registry, certificate);

	if (status == REGISTRY_CONSTRAINT)
		return import_fault(
			import, state,
			"已有办理记录,状态、持证人和种类以记录为准:请改用 certificate 的各步骤",
			"its steps are on record and say another state, person or kind: "
			"use certificate apply, accept, … instead");
	return import_put(import, status);
}

static enum import_status certificate_row(struct import *import, const struct csv_field *fields)
{
	struct certificate certificate = { 0 };
	enum import_status status = import_key(import, &fields[NUMBER], &certificate.number);

	if (status == IMPORT_OK)
		status = import_code(import, &fields[HOLDER], &certificate.person);
	if (status == IMPORT_OK)
		status = import_code(import, &fields[ISSUED_BY], &certificate.unit);
	if (status == IMPORT_OK)
		status = import_reference(import, &fields[HOLDER], &import->persons,
					  "登记库中没有这个人",
					  "the registry has no such person: import persons first");
	if (status == IMPORT_OK)
		status = import_unit(import, &fields[ISSUED_BY]);
	if (status == IMPORT_OK)
		status = import_check_reach(import, &fields[ISSUED_BY]);
	if (status == IMPORT_OK)
		status = import_check_replaced(import, &fields[NUMBER], ACTOR_CERTIFICATE);
	if (status == IMPORT_OK)
		status = import_check_person(import, &fields[HOLDER]);
	if (status == IMPORT_OK)
		status = read_standing(import, fields, &certificate);
	if (status == IMPORT_OK)
		status = check_exclusion(import, fields, &certificate);
	if (status == IMPORT_OK && import->putting)
		status = put_certificate(import, &fields[STATE], &certificate);
	return status;
}

const struct import_kind import_certificates = { .name = "certificate",
						 .columns = certificate_columns,
						 .column_count = COUNT(certificate_columns),
						 .names_units = true,
						 .names_persons = true,
						 .row = certificate_row };

/* --- the calendar --- */

enum { DAY, DATE, WHAT, DAY_NAME };
static const struct csv_column calendar_columns[] = {
	[DAY] = { "day", false },
	[DATE] = { "date", false },
	[WHAT] = { "what", true },
	[DAY_NAME] = { "name", false },
};

static enum import_status calendar_header(struct import *import)
{
	static const struct csv_field top = { .text = "", .place = { 1, 1 } };

	if (csv_has_column(&import->csv, DAY) || csv_has_column(&import->csv, DATE))
		return IMPORT_OK;
	return import_fault(import, &top, "缺少列 day", "column day is missing");
}

static enum import_status calendar_row(struct import *import, const struct csv_field *fields)
{
	static const char *const whats[] = { "holiday", "workday", "festival" };
	const struct csv_field *when = &fields[csv_has_column(&import->csv, DAY) ? DAY : DATE];
	const char *name = fields[DAY_NAME].text;
	int32_t day;

	if (!day_parse(&day, when->text))
		return import_fault(import, when, "应为日期 YYYY-MM-DD",
				    "a date YYYY-MM-DD belongs here");
	if (!import_is_one_of(fields[WHAT].text, whats, COUNT(whats)))
		return import_fault(import, &fields[WHAT], "应为 holiday workday festival 之一",
				    "one of holiday workday festival belongs here");
	if (name[0] != '\0' && !text_is_plain(name, HOLDER_NAME_MAX))
		return import_fault(import, &fields[DAY_NAME], "应为至多 127 字节的名称或空",
				    "a name of at most 127 bytes or nothing belongs here");
	if (!import->putting)
		return IMPORT_OK;
	return import_put(
		import, registry_put_calendar_day(import->registry, day, fields[WHAT].text, name));
}

const struct import_kind import_calendar = { .name = "calendar",
					     .columns = calendar_columns,
					     .column_count = COUNT(calendar_columns),
					     .header = calendar_header,
					     .row = calendar_row };
