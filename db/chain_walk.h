/*
 * Walking along a chain of signed entries, from its beginning to what its head says of its end.
 *
 * Inside of db/ only; knows no table: log.h and audit.h say what an entry is.
 */
#ifndef YOUDAI_DB_CHAIN_WALK_H
#define YOUDAI_DB_CHAIN_WALK_H

#include "db/chain.h"

struct chain_walk {
	uint8_t public_key[PUBLIC_KEY_BYTES];
	uint8_t last[HASH_BYTES]; /* hash of the entry before; at first the genesis */
	int64_t count;            /* entries passed, in order */
	struct head head;
	enum head_state head_state;
	bool met_head; /* the entry at the head's count has the head's hash */
};

/* Reads the head.  To be called before the entries are read: another process may append meanwhile,
 * and then writes the head. */
struct chain_walk chain_walk_begin(const uint8_t public_key[static PUBLIC_KEY_BYTES],
				   const uint8_t genesis[static HASH_BYTES], const char *head_path);

/* Is this the hash of the canonical text, signed with the key? */
bool chain_walk_is_sound(const struct chain_walk *walk, const char *text,
			 const uint8_t hash[static HASH_BYTES],
			 const uint8_t signature[static SIGNATURE_BYTES]);

/* The entry with this hash is in order: on to the next. */
void chain_walk_on(struct chain_walk *walk, const uint8_t hash[static HASH_BYTES]);

/* What the head says of a chain that was walked to its end. */
enum head_fault { HEAD_FITS, HEAD_KNOWS_MORE, HEAD_WRONG };
struct head_finding {
	enum head_fault fault;
	int64_t seq;   /* the entry concerned, or the first one missing */
	char why[160]; /* one English sentence; "" where it fits */
};
/* "log" and "FILE.head", to speak of them.  An empty chain needs no head. */
struct head_finding chain_walk_end(const struct chain_walk *walk, const char *chain,
				   const char *file);

#endif
