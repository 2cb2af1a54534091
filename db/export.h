/*
 * A copy of the registry for a kiosk: all that a check and a redemption ask for, and nobody's name.
 *
 * Made anew, row by row, not by deleting from a copy: what is left out was never in the file.  Left out
 * are names, sex, ID numbers, look-up keys, photographs, exclusions, plaques, staff, batches, persons
 * without a certificate, the log and the audit chain; of lives what was said and who said it, and all
 * steps of those that do not change any more.  The copy has a log, an audit chain and keys of its own,
 * but for the site group key: accounts have the same pseudonyms and bank cards the same tokens.  Past
 * uses are in the centre's signed log and cannot be carried over: accounts begin empty.
 */
#ifndef YOUDAI_DB_EXPORT_H
#define YOUDAI_DB_EXPORT_H

#include "db/registry.h"

struct export_count {
	int64_t persons, certificates, media, steps;
};

/* FILE, FILE.keys, FILE.head and FILE.audit, mode 0600, whole or not at all.  REGISTRY_EXISTS where one
 * of them is there, REGISTRY_CONSTRAINT where the registry is a kiosk's copy itself. */
enum registry_status export_kiosk(struct registry *registry, struct export_count *out,
				  const char *path);

#endif
