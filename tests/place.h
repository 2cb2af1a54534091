/*
 * A place for tests: a registry of its own in a temporary folder, with merchants, holders, benefits
 * and an issuer's key, and credentials signed with that key.
 *
 *	merchant   benefits
 *	t-gate     t-free (free, no limit)
 *	t-once     t-single (free, once a day)
 *	t-shop     t-percent (20 % off; assurance 2, so a copy has to be compared)
 *	t-cafe     t-lunch (20 % off; assurance 1)
 *	t-hall     t-first (priority), t-tea (free), t-old (free, from 60 years on)
 *	t-empty    none
 *
 * Holders T-1 to T-9 are veterans born in 1980, T-10 was one, and lost the certificate.
 * What cannot be set up ends the process: a test cannot go on without it.
 */
#ifndef YOUDAI_TESTS_PLACE_H
#define YOUDAI_TESTS_PLACE_H

#include <stddef.h>
#include <stdint.h>

#include "db/registry.h"
#include "reader/issue.h"
#include "tests/folder.h"

struct place {
	char folder[FOLDER_SIZE];
	char registry[300];            /* path */
	struct signing_key key, phone; /* issuer's, and the one that every holder's phone has */
	unsigned media;                /* that were issued */
};

void place_open(struct place *place);
void place_close(struct place *place); /* removes the folder and all that is in it */

/* A credential for the holder as the text of a QR code, and as bytes for a tag; each with a medium
 * of its own.  Valid from an hour ago for days; negative: it expired so many days ago. */
void place_text(struct place *place, char *out, size_t out_size, const char *number, int days);
size_t place_bytes(struct place *place, uint8_t *out, size_t out_size, const char *number,
		   int days);

/* A live code of the holder's phone, signed at this instant. */
void place_live(struct place *place, char *out, size_t out_size, const char *number,
		int64_t issued_at);

/* Entries of the log with this `what`, and this benefit or reason where it is not NULL; read through
 * a connection of its own.  The whole chain is verified, too. */
int place_count(const struct place *place, const char *what, const char *benefit,
		const char *reason);

#endif
