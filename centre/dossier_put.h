/*
 * What is on file of a person as an answer: the whole of it, or a line where several were found.
 *
 * Takes for granted that who looks may see it and is on record (lookup.h).
 */
#ifndef YOUDAI_CENTRE_DOSSIER_PUT_H
#define YOUDAI_CENTRE_DOSSIER_PUT_H

#include "centre/command.h"

struct dossier_answer {
	struct registry *registry;
	struct json *json;    /* NULL: as text */
	const char *merchant; /* what may be had there alone; NULL: anywhere */
	int64_t now;          /* [s] */
};

/* Person, certificates with their last steps and media, plaques, and what may be had. */
enum registry_status dossier_put(const struct dossier_answer *answer, const char *person);
/* Enough to tell one from another of the same name. */
enum registry_status dossier_put_short(const struct dossier_answer *answer, const char *person);

#endif
