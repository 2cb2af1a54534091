#include "centre/codes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a. */
static uint64_t hash(const char *code)
{
	uint64_t value = 0xcbf29ce484222325;

	for (; *code != '\0'; code++)
		value = (value ^ (unsigned char)*code) * 0x100000001b3;
	return value;
}

/* The slot that holds the code, or the free one where it belongs.  size is a power of two. */
static size_t slot_of(char *const *slots, size_t size, const char *code)
{
	size_t slot = (size_t)hash(code) & (size - 1);

	while (slots[slot] != NULL && strcmp(slots[slot], code) != 0)
		slot = (slot + 1) & (size - 1);
	return slot;
}

static bool grow(struct codes *codes)
{
	size_t size = codes->size == 0 ? 64 : codes->size * 2;
	char **slots = calloc(size, sizeof *slots);

	if (slots == NULL)
		return false;
	for (size_t i = 0; i < codes->size; i++)
		if (codes->slots[i] != NULL)
			slots[slot_of(slots, size, codes->slots[i])] = codes->slots[i];
	free(codes->slots);
	codes->slots = slots;
	codes->size = size;
	return true;
}

enum codes_status codes_add(struct codes *codes, const char *code)
{
	if (codes->count * 2 >= codes->size && !grow(codes))
		return CODES_NO_MEMORY;
	size_t slot = slot_of(codes->slots, codes->size, code);
	if (codes->slots[slot] != NULL)
		return CODES_THERE;
	codes->slots[slot] = strdup(code);
	if (codes->slots[slot] == NULL)
		return CODES_NO_MEMORY;
	codes->count++;
	return CODES_OK;
}

bool codes_have(const struct codes *codes, const char *code)
{
	return codes->size > 0 && codes->slots[slot_of(codes->slots, codes->size, code)] != NULL;
}

void codes_free(struct codes *codes)
{
	for (size_t i = 0; i < codes->size; i++)
		free(codes->slots[i]);
	free(codes->slots);
	*codes = (struct codes){ 0 };
}
