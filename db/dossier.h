/*
 * What is on file of one person, for whoever may see it: lookup.h says who, and puts it on record.
 */
#ifndef YOUDAI_DB_DOSSIER_H
#define YOUDAI_DB_DOSSIER_H

#include "db/identities.h"
#include "db/lookup.h"

/* The person's row: into *out, to be wiped by the caller.  An ID number is never among
 * it. */
struct dossier {
	char code[PERSON_CODE_MAX + 1], name[HOLDER_NAME_MAX + 1];
	char sex; /* 'm' 'f', or 0 unknown */
	bool birth_known;
	int32_t birth; /* [day] */
	char home_region[32], identities[IDENTITIES_KEPT_MAX * (IDENTITY_MAX + 25)];
	bool needy;
	int32_t merit; /* 0 none, 1 to 3 */
};
/* REGISTRY_NOT_FOUND where there is no such person. */
enum registry_status dossier_read(struct registry *registry, struct dossier *out,
				  const char *person);

/* By number; the view is borrowed for the call, without another one of registry_certificate. */
enum registry_status dossier_each_certificate(struct registry *registry, const char *person,
					      int64_t now,
					      bool (*row)(void *, const struct certificate_view *),
					      void *context);

#endif
