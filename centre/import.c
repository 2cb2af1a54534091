#include "centre/import.h"

#include <stdio.h>
#include <stdlib.h>

#include "centre/note_act.h"

enum import_status import_fault(struct import *import, const struct csv_field *field,
				const char *zh, const char *en)
{
	import->fault.place = field->place;
	snprintf(import->fault.why, sizeof import->fault.why, "%s · %s", zh, en);
	return IMPORT_REFUSED;
}

enum import_status import_put(struct import *import, enum registry_status status)
{
	import->registry_status = status;
	return status == REGISTRY_OK ? IMPORT_OK : IMPORT_REGISTRY;
}

/* --- what rows may name: a unit also by its region --- */

struct gathering {
	struct codes *codes;
	bool failed;
};

static bool gather(struct gathering *gathering, const char *code)
{
	gathering->failed = codes_add(gathering->codes, code) == CODES_NO_MEMORY;
	return !gathering->failed;
}

static bool gather_unit(void *context, const struct unit *unit)
{
	return gather(context, unit->code) && gather(context, unit->region);
}

static bool gather_person(void *context, const struct person *person)
{
	return gather(context, person->code);
}

static enum import_status gather_references(struct import *import, const struct import_kind *kind)
{
	struct gathering units = { .codes = &import->units };
	struct gathering persons = { .codes = &import->persons };
	enum registry_status status = REGISTRY_OK;

	if (kind->names_units)
		status = registry_each_unit(import->registry, gather_unit, &units);
	if (status == REGISTRY_OK && kind->names_persons)
		status = registry_each_person(import->registry, gather_person, &persons);
	if (status == REGISTRY_OK && kind->makes_persons)
		status = registry_has_persons(import->registry, &import->persons_before);
	if (units.failed || persons.failed)
		return IMPORT_NO_MEMORY;
	return import_put(import, status);
}

/* --- the file --- */

static enum import_status all_rows(struct import *import, const struct import_kind *kind,
				   const char *text, size_t length)
{
	struct csv_field fields[CSV_COLUMNS_MAX];
	struct csv_place place;
	enum csv_status status = csv_open(&import->csv, &import->fault, text, length, kind->columns,
					  kind->column_count);
	enum import_status result = IMPORT_OK;

	import->imported = 0;
	if (status == CSV_OK && kind->header != NULL)
		result = kind->header(import);
	while (status == CSV_OK && result == IMPORT_OK) {
		status = csv_next(&import->csv, &import->fault, fields, &place);
		if (status == CSV_OK)
			result = kind->row(import, fields);
		if (status == CSV_OK && result == IMPORT_OK)
			import->imported++;
	}
	return status == CSV_MALFORMED ? IMPORT_REFUSED : result;
}

static enum import_status put_rows(struct import *import, const struct import_kind *kind,
				   const char *text, size_t length, int64_t now)
{
	enum import_status result;

	import->putting = true;
	result = gather_references(import, kind);
	if (result == IMPORT_OK)
		result = all_rows(import, kind, text, length);
	if (result == IMPORT_OK)
		result = import_put(import, registry_set_data_time(import->registry, now));
	return result;
}

/* In a transaction of its own, on record. */
static enum import_status put_file(struct import *import, const struct import_kind *kind,
				   const char *text, size_t length, int64_t now,
				   const uint8_t *hash)
{
	struct import_note words;
	enum import_status result = import_put(import, registry_begin(import->registry));

	if (result != IMPORT_OK)
		return result;
	result = put_rows(import, kind, text, length, now);
	if (result != IMPORT_OK) {
		registry_rollback(import->registry);
		return result;
	}
	struct audit_act act = note_import(&words, kind->name, import->imported, hash);
	return import_put(import, note_act(import->registry, REGISTRY_OK, &act, now));
}

enum import_status import_run(struct import *import, const struct import_kind *kind,
			      struct registry *registry, const char *text, size_t length,
			      int64_t now, const uint8_t *hash)
{
	enum import_status result;

	*import = (struct import){ .registry = registry, .now = now };
	result = all_rows(import, kind, text, length);
	if (result == IMPORT_OK)
		result = hash == NULL ? put_rows(import, kind, text, length, now)
				      : put_file(import, kind, text, length, now, hash);
	return result;
}

void import_close(struct import *import)
{
	codes_free(&import->rows);
	codes_free(&import->units);
	codes_free(&import->persons);
	codes_free(&import->id_numbers);
	codes_free(&import->reached);
}
