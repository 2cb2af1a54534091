/*
 * What staff do, put on the audit chain in the transaction that does it.
 *
 * Knows neither who acts (the registry does) nor what an act means.
 */
#ifndef YOUDAI_CENTRE_NOTE_ACT_H
#define YOUDAI_CENTRE_NOTE_ACT_H

#include "db/audit.h"

#define FILE_HASH_BYTES 32 /* SHA-256 */

/* End the transaction that registry_begin began: where `done` says that the act was done, with it on
 * record and committed, else as if nothing had been.  Answers what came of it. */
enum registry_status note_act(struct registry *registry, enum registry_status done,
			      const struct audit_act *act, int64_t now);

/* An act that has no transaction: on record in one of its own. */
enum registry_status note_alone(struct registry *registry, const struct audit_act *act,
				int64_t now);

/* SHA-256 of a file's bytes as they were read. */
void file_hash(uint8_t out[static FILE_HASH_BYTES], const char *bytes, size_t length);

/* The act of importing a file, and its words; the act borrows them. */
struct import_note {
	char act[AUDIT_ACT_MAX + 1], detail[AUDIT_DETAIL_MAX + 1];
};
/* kind: "person"; becomes "person.import", "kind=person rows=12 sha256=…". */
struct audit_act note_import(struct import_note *words, const char *kind, int64_t rows,
			     const uint8_t hash[static FILE_HASH_BYTES]);

/* Lower-case hexadecimal of at most AUDIT_HEX_MAX bytes, for a detail. */
#define AUDIT_HEX_MAX 64
struct audit_hex {
	char text[2 * AUDIT_HEX_MAX + 1];
};
struct audit_hex audit_hex(const uint8_t *bytes, size_t length);

#endif
