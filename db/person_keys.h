/*
 * By what a person is found: eight bytes of a keyed hash of the name, and of the ID number, kept in
 * step with the person's row.
 *
 * Inside of db/ only: whoever writes a person's row tells this module first.  Finding is lookup.h's.
 */
#ifndef YOUDAI_DB_PERSON_KEYS_H
#define YOUDAI_DB_PERSON_KEYS_H

#include "db/registry_inside.h"

/* A name without what is written or left out between its parts: blanks, and the middle dots of names
 * such as 买买提·艾力.  Names that are the same so are the same to a look-up. */
void name_without_dots(char out[static HOLDER_NAME_MAX + 1], const char *name);
int64_t person_name_key(struct registry *registry, const char *name);

/* What is kept of an ID number, whose check character may be x or X; and its key. */
void person_id_hash(struct registry *registry, uint8_t out[static PSEUDONYM_BYTES],
		    const char *id_number);
int64_t person_id_key(const uint8_t hash[static PSEUDONYM_BYTES]);

/* Before the row is inserted or changed, in the same write transaction.  REGISTRY_CONSTRAINT where
 * the ID number is another person's. */
enum registry_status person_keys_put(struct registry *registry, const struct person *person);
/* Before the row is deleted. */
enum registry_status person_keys_drop(struct registry *registry, const char *person);
/* Of all persons that are there, where none has a key yet and it is no kiosk's copy. */
enum registry_status person_keys_fill(struct registry *registry);

#endif
