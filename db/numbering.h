/*
 * Numbers for things in the order in which they are first met: 0, 1, 2, …  A thing is its bytes.
 *
 * Inside of db/ only.  The keys of one numbering are of one length, shorter texts filled with zeros.
 */
#ifndef YOUDAI_DB_NUMBERING_H
#define YOUDAI_DB_NUMBERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBERING_NONE SIZE_MAX

/* Made by zeroing it and setting key_size. */
struct numbering {
	size_t key_size; /* [byte] */
	size_t count;
	uint8_t *keys;   /* count of them */
	uint32_t *slots; /* number + 1; 0 free */
	size_t slot_count;
};

/* Its number; NUMBERING_NONE without memory. */
size_t numbering_of(struct numbering *numbering, const void *key);
/* NUMBERING_NONE where it was not met. */
size_t numbering_find(const struct numbering *numbering, const void *key);
void numbering_clear(struct numbering *numbering);

/* Room for one more in an array that holds count; NULL without memory, the array stays. */
void *room_for_one(void *items, size_t count, size_t item_size);

#endif
