#include "db/catalogue.h"

#include <stdlib.h>

struct catalogue_block {
	struct catalogue_block *next;
	max_align_t memory[];
};

/* What a benefit without any condition is: every part of a document may be left out. */
static const struct benefit unrestricted = {
	.version = 1,
	.age_first = -1,
	.age_last = -1,
	.needy = -1,
	.from = INT32_MIN,
	.until = INT32_MAX,
	.value = { .type = VALUE_PRIORITY, .cap = -1 },
	.stack = STACK_WITH_ALL,
	.offline = true,
};

struct catalogue *catalogue_new(size_t count)
{
	struct catalogue *catalogue = calloc(1, sizeof *catalogue);

	if (catalogue == NULL || count == 0)
		return catalogue;
	catalogue->benefits = catalogue_keep(catalogue, count, sizeof *catalogue->benefits);
	catalogue->documents = catalogue_keep(catalogue, count, sizeof *catalogue->documents);
	if (catalogue->benefits == NULL || catalogue->documents == NULL) {
		catalogue_free(catalogue);
		return NULL;
	}
	catalogue->count = count;
	for (size_t i = 0; i < count; i++)
		catalogue->benefits[i] = unrestricted;
	return catalogue;
}

void *catalogue_keep(struct catalogue *catalogue, size_t count, size_t size)
{
	struct catalogue_block *block;

	if (count > (SIZE_MAX - sizeof *block) / size)
		return NULL;
	block = calloc(1, sizeof *block + count * size);
	if (block == NULL)
		return NULL;
	block->next = catalogue->blocks;
	catalogue->blocks = block;
	return block->memory;
}

void catalogue_free(struct catalogue *catalogue)
{
	struct catalogue_block *next;

	if (catalogue == NULL)
		return;
	for (struct catalogue_block *block = catalogue->blocks; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	free(catalogue);
}

size_t catalogue_count(const struct catalogue *catalogue)
{
	return catalogue->count;
}

const struct benefit *catalogue_at(const struct catalogue *catalogue, size_t index)
{
	return &catalogue->benefits[index];
}

const char *catalogue_document(const struct catalogue *catalogue, size_t index)
{
	return catalogue->documents[index];
}

void catalogue_set_version(struct catalogue *catalogue, size_t index, int32_t version, bool retired)
{
	catalogue->benefits[index].version = version;
	catalogue->benefits[index].retired = retired;
}
