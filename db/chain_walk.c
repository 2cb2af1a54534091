#include "db/chain_walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct chain_walk chain_walk_begin(const uint8_t public_key[static PUBLIC_KEY_BYTES],
				   const uint8_t genesis[static HASH_BYTES], const char *head_path)
{
	struct chain_walk walk = { .count = 0 };
	memcpy(walk.public_key, public_key, PUBLIC_KEY_BYTES);
	memcpy(walk.last, genesis, HASH_BYTES);
	walk.head_state = head_read(&walk.head, head_path);
	if (walk.head_state != HEAD_GOOD)
		walk.head = (struct head){ 0 };
	walk.met_head = walk.head.count == 0 && memcmp(walk.head.hash, genesis, HASH_BYTES) == 0;
	return walk;
}

bool chain_walk_is_sound(const struct chain_walk *walk, const char *text,
			 const uint8_t hash[static HASH_BYTES],
			 const uint8_t signature[static SIGNATURE_BYTES])
{
	uint8_t due[HASH_BYTES];
	hash_of(due, text, strlen(text), NULL, 0);
	return memcmp(due, hash, HASH_BYTES) == 0 &&
	       signature_is_good(walk->public_key, signature, hash);
}

void chain_walk_on(struct chain_walk *walk, const uint8_t hash[static HASH_BYTES])
{
	memcpy(walk->last, hash, HASH_BYTES);
	walk->count++;
	if (walk->head.count == walk->count)
		walk->met_head = memcmp(walk->head.hash, hash, HASH_BYTES) == 0;
}

struct head_finding chain_walk_end(const struct chain_walk *walk, const char *chain,
				   const char *file)
{
	const struct head *head = &walk->head;
	struct head_finding found = { .fault = HEAD_WRONG, .seq = walk->count };
	if (walk->head_state == HEAD_MISSING && walk->count == 0) {
		found.fault = HEAD_FITS;
	} else if (walk->head_state != HEAD_GOOD) {
		snprintf(found.why, sizeof found.why, "The head of the %s (%s) is %s.", chain, file,
			 walk->head_state == HEAD_MISSING ? "missing" : "broken");
	} else if (!signature_is_good(walk->public_key, head->signature, head->hash)) {
		snprintf(found.why, sizeof found.why,
			 "The head of the %s (%s) is not signed with the log's key.", chain, file);
	} else if (head->count > walk->count) {
		found.fault = HEAD_KNOWS_MORE;
		found.seq = walk->count + 1;
		snprintf(found.why, sizeof found.why,
			 "Entries %" PRId64 " to %" PRId64 " at the end are missing.", found.seq,
			 head->count);
	} else if (!walk->met_head) {
		found.seq = head->count;
		snprintf(found.why, sizeof found.why,
			 "The head of the %s (%s) does not belong to entry %" PRId64 ".", chain,
			 file, head->count);
	} else {
		found.fault = HEAD_FITS;
	}
	return found;
}
