#include "centre/benefit_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "centre/file.h"
#include "centre/file_fault.h"
#include "centre/note_act.h"

static struct file_fault fault_of(const struct benefit_fault *found)
{
	struct file_fault fault = { .path = found->path, .why = found->why };
	long long line, column;

	if (sscanf(found->path, "line %lld, column %lld", &line, &column) == 2)
		fault = (struct file_fault){ .line = line, .column = column, .why = found->why };
	return fault;
}

static enum outcome refuse_benefits(const struct call *call, const struct benefit_faults *found)
{
	struct file_fault faults[BENEFIT_FAULTS_MAX];

	for (size_t i = 0; i < found->count; i++)
		faults[i] = fault_of(&found->items[i]);
	return refuse_file(call, faults, found->count, found->more);
}

enum outcome benefit_file_read(const struct call *call, struct catalogue **out, uint8_t *hash)
{
	struct benefit_faults found;
	enum benefit_status status;
	char *text;
	size_t length;
	enum outcome outcome = file_read(&text, &length, call->words[0], BENEFIT_FILE_MAX);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (hash != NULL)
		file_hash(hash, text, length);
	status = catalogue_parse_faults(out, &found, text, length);
	free(text);
	if (status == BENEFIT_MALFORMED)
		return refuse_benefits(call, &found);
	if (status != BENEFIT_OK)
		return trouble(call->words[0], "内存不足", "out of memory");
	return OUTCOME_DONE;
}
