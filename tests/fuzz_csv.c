/* Any bytes as a CSV file: every row keeps to its bounds, every fault has a place. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "centre/csv.h"
#include "centre/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fields(const struct csv_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert(strlen(fields[i].text) <= CSV_ROW_MAX);
		assert(fields[i].place.line >= 1 && fields[i].place.column >= 1);
		(void)text_is_plain(fields[i].text, 63);
		(void)text_is_identities(fields[i].text);
		(void)text_is_id_number(fields[i].text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct csv_column columns[] = { { "a", true }, { "b", false } };
	static struct csv csv;
	struct csv_field fields[2];
	struct csv_fault fault = { 0 };
	struct csv_place place, before = { 0 };
	enum csv_status status = csv_open(&csv, &fault, (const char *)data, size, columns, 2);

	while (status == CSV_OK) {
		status = csv_next(&csv, &fault, fields, &place);
		if (status != CSV_OK)
			break;
		assert(place.line > before.line);
		before = place;
		check_fields(fields, 2);
	}
	assert(status == CSV_END ||
	       (fault.place.line >= 1 && fault.place.column >= 1 && fault.why[0] != '\0'));
	return 0;
}
