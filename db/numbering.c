#include "db/numbering.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a; keys come from our own log and catalogue. */
static uint64_t mix(const uint8_t *key, size_t size)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ key[i]) * 1099511628211u;
	return hash ^ hash >> 29;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t slot_of(const struct numbering *numbering, const void *key)
{
	size_t mask = numbering->slot_count - 1;
	size_t at = (size_t)mix(key, numbering->key_size) & mask;
	while (numbering->slots[at] != 0 &&
	       memcmp(numbering->keys + (numbering->slots[at] - 1) * numbering->key_size, key,
		      numbering->key_size) != 0)
		at = (at + 1) & mask;
	return at;
}

/* At least half of the slots stay free. */
static bool grow(struct numbering *numbering)
{
	size_t size = numbering->slot_count == 0 ? 64 : 2 * numbering->slot_count;
	if (2 * (numbering->count + 1) <= numbering->slot_count)
		return true;
	uint32_t *slots = calloc(size, sizeof *slots);
	if (slots == NULL || size > UINT32_MAX) {
		free(slots);
		return false;
	}
	free(numbering->slots);
	numbering->slots = slots;
	numbering->slot_count = size;
	for (size_t i = 0; i < numbering->count; i++)
		slots[slot_of(numbering, numbering->keys + i * numbering->key_size)] =
			(uint32_t)(i + 1);
	return true;
}

void *room_for_one(void *items, size_t count, size_t item_size)
{
	if (count != 0 && (count & (count - 1)) != 0)
		return items;
	return realloc(items, (count == 0 ? 1 : 2 * count) * item_size);
}

size_t numbering_of(struct numbering *numbering, const void *key)
{
	if (!grow(numbering))
		return NUMBERING_NONE;
	size_t slot = slot_of(numbering, key);
	if (numbering->slots[slot] != 0)
		return numbering->slots[slot] - 1;
	uint8_t *keys = room_for_one(numbering->keys, numbering->count, numbering->key_size);
	if (keys == NULL)
		return NUMBERING_NONE;
	numbering->keys = keys;
	memcpy(keys + numbering->count * numbering->key_size, key, numbering->key_size);
	numbering->slots[slot] = (uint32_t)++numbering->count;
	return numbering->count - 1;
}

size_t numbering_find(const struct numbering *numbering, const void *key)
{
	if (numbering->slot_count == 0)
		return NUMBERING_NONE;
	uint32_t slot = numbering->slots[slot_of(numbering, key)];
	return slot == 0 ? NUMBERING_NONE : slot - 1;
}

void numbering_clear(struct numbering *numbering)
{
	free(numbering->keys);
	free(numbering->slots);
	*numbering = (struct numbering){ .key_size = numbering->key_size };
}
