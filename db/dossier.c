#include "db/dossier.h"

#include <stdio.h>
#include <string.h>

#include "db/registry_inside.h"

/* --- the row --- */

enum { NAME, SEX, BIRTH, HOME_REGION, NEEDY, MERIT, IDENTITIES };

static enum registry_status take_row(struct registry *registry, struct dossier *out,
				     struct statement *row, const char *person)
{
	const char *home_region, *identities;
	enum registry_status status =
		word_text(registry, &home_region, column_integer(row, HOME_REGION));
	if (status == REGISTRY_OK)
		status = word_text(registry, &identities, column_integer(row, IDENTITIES));
	if (status != REGISTRY_OK)
		return status;
	*out = (struct dossier){ .sex = column_text(row, SEX)[0],
				 .birth_known = !column_is_null(row, BIRTH),
				 .birth = (int32_t)column_integer(row, BIRTH),
				 .needy = column_integer(row, NEEDY) != 0,
				 .merit = (int32_t)column_integer(row, MERIT) };
	snprintf(out->code, sizeof out->code, "%s", person);
	snprintf(out->home_region, sizeof out->home_region, "%s", home_region);
	snprintf(out->identities, sizeof out->identities, "%s", identities);
	if (!unseal_name(registry, out->name, row, NAME, person))
		return registry_faults(registry, REGISTRY_DAMAGED, "the seal of a name is broken");
	return REGISTRY_OK;
}

enum registry_status dossier_read(struct registry *registry, struct dossier *out,
				  const char *person)
{
	static const char sql[] = "SELECT name, sex, birth, home_region, needy, merit, identities"
				  " FROM person WHERE code = ?1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, person);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	enum registry_status said = take_row(registry, out, row, person);
	statement_reset(row);
	return said;
}

/* --- what belongs to it --- */

enum registry_status dossier_each_certificate(struct registry *registry, const char *person,
					      int64_t now,
					      bool (*take)(void *, const struct certificate_view *),
					      void *context)
{
	static const char sql[] = "SELECT certificate FROM holding WHERE person = ?1"
				  " ORDER BY certificate";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, person);
	while ((status = statement_step(row)) == STORE_ROW) {
		struct certificate_view view;
		enum registry_status said =
			registry_certificate(registry, &view, column_text(row, 0), now);
		if (said == REGISTRY_OK && take(context, &view))
			continue;
		statement_reset(row);
		return said;
	}
	return registry_says(registry, status);
}
