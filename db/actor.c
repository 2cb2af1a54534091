#include "db/actor.h"

#include <stdio.h>
#include <string.h>

#include "db/registry_inside.h"

void registry_act_as(struct registry *registry, const struct actor *actor)
{
	registry->actor = *actor;
}

const struct actor *registry_actor(const struct registry *registry)
{
	return &registry->actor;
}

enum registry_status actor_reaches(struct registry *registry, bool *out, const char *unit)
{
	/* Up through parents and those that a merged unit went into; a unit may be named by its
	 * region. */
	static const char sql[] = "WITH RECURSIVE up (code) AS ("
				  " SELECT code FROM unit WHERE ?1 IN (code, region)"
				  " UNION SELECT p.code FROM up JOIN unit u ON u.code = up.code"
				  " JOIN unit p ON p.code IN (u.parent, u.merged_into)"
				  " OR p.region IN (u.parent, u.merged_into))"
				  " SELECT EXISTS (SELECT 1 FROM up WHERE code = ?2)";
	struct statement *row;

	*out = registry->actor.may_all || registry->actor.unit[0] == '\0';
	if (*out)
		return REGISTRY_OK;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, unit);
		bind_text(row, 2, registry->actor.unit);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = column_integer(row, 0) != 0;
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status actor_tier(struct registry *registry, char out[static 16], int32_t day)
{
	static const char sql[] = "SELECT tier FROM unit WHERE code = ?1 AND from_day <= ?2"
				  " ORDER BY from_day DESC LIMIT 1";
	struct statement *row;

	out[0] = '\0';
	if (registry->actor.may_all || registry->actor.unit[0] == '\0')
		return REGISTRY_OK;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, registry->actor.unit);
		bind_integer(row, 2, day);
		status = statement_step(row);
	}
	if (status == STORE_ROW) {
		snprintf(out, 16, "%s", column_text(row, 0));
		statement_reset(row);
	}
	return registry_says(registry, status);
}
