#include "centre/import_fields.h"

#include <assert.h>
#include <string.h>

#include "centre/text.h"
#include "db/china_time.h"
#include "db/entitlement.h"

static_assert(CODE_BYTES_MAX <= PERSON_CODE_MAX, "whoever has an ID number can be named");

enum import_status import_code(struct import *import, const struct csv_field *field,
			       const char **out)
{
	if (!text_is_plain(field->text, CODE_BYTES_MAX))
		return import_fault(
			import, field, "应为 1 至 63 字节的编号,首尾无空格",
			"a code of 1 to 63 bytes, without blanks around it, belongs here");
	*out = field->text;
	return IMPORT_OK;
}

enum import_status import_name(struct import *import, const struct csv_field *field,
			       const char **out)
{
	if (!text_is_plain(field->text, HOLDER_NAME_MAX))
		return import_fault(
			import, field, "应为 1 至 127 字节的名称,首尾无空格",
			"a name of 1 to 127 bytes, without blanks around it, belongs here");
	*out = field->text;
	return IMPORT_OK;
}

enum import_status import_region(struct import *import, const struct csv_field *field,
				 bool required, const char **out)
{
	bool absent = field->text[0] == '\0' && !required;

	if (!absent && !text_is_region(field->text))
		return import_fault(import, field, "应为 2 至 12 位数字的行政区划代码",
				    "a region code of 2 to 12 digits belongs here");
	*out = field->text;
	return IMPORT_OK;
}

enum import_status import_day(struct import *import, const struct csv_field *field, int32_t absent,
			      int32_t *out)
{
	*out = absent;
	if (field->text[0] != '\0' && !day_parse(out, field->text))
		return import_fault(import, field, "应为日期 YYYY-MM-DD",
				    "a date YYYY-MM-DD belongs here");
	return IMPORT_OK;
}

enum import_status import_days(struct import *import, const struct csv_field *from,
			       const struct csv_field *until, int32_t *first, int32_t *last)
{
	if (import_day(import, from, INT32_MIN, first) != IMPORT_OK ||
	    import_day(import, until, INT32_MAX, last) != IMPORT_OK)
		return IMPORT_REFUSED;
	if (*first > *last)
		return import_fault(import, until, "结束日期早于开始日期",
				    "the end lies before the beginning");
	return IMPORT_OK;
}

bool import_is_one_of(const char *text, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, names[i]) == 0)
			return true;
	return false;
}

enum import_status import_key(struct import *import, const struct csv_field *field,
			      const char **out)
{
	enum import_status status = import_code(import, field, out);

	if (status != IMPORT_OK || import->putting)
		return status;
	switch (codes_add(&import->rows, field->text)) {
	case CODES_OK:
		return IMPORT_OK;
	case CODES_THERE:
		return import_fault(import, field, "此编号在文件中出现两次",
				    "this code stands in the file twice");
	default:
		return IMPORT_NO_MEMORY;
	}
}

enum import_status import_reference(struct import *import, const struct csv_field *field,
				    const struct codes *codes, const char *zh, const char *en)
{
	if (!import->putting || codes_have(codes, field->text))
		return IMPORT_OK;
	return import_fault(import, field, zh, en);
}

enum import_status import_unit(struct import *import, const struct csv_field *field)
{
	return import_reference(import, field, &import->units, "登记库中没有这个单位",
				"the registry has no such unit: import units first");
}
