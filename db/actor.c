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
				  " SELECT code FROM unit WHERE code = ?1 OR region = ?1"
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

/* The text that the only row of a statement with one parameter holds; *there says whether there is
 * one. */
static enum registry_status ask_text(struct registry *registry, const char *sql, const char *code,
				     bool *there, char out[static 64])
{
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	*there = false;
	if (status == STORE_OK) {
		bind_text(row, 1, code);
		status = statement_step(row);
	}
	if (status == STORE_ROW) {
		*there = true;
		snprintf(out, 64, "%s", column_text(row, 0));
		statement_reset(row);
	}
	return registry_says(registry, status);
}

enum registry_status actor_may_take(struct registry *registry, bool *out, const char *unit)
{
	static const char sql[] = "SELECT code FROM unit WHERE code = ?1 OR region = ?1 LIMIT 1";
	char code[64];
	bool there;
	enum registry_status status = ask_text(registry, sql, unit, &there, code);
	*out = !there;
	return status == REGISTRY_OK && there ? actor_reaches(registry, out, unit) : status;
}

enum registry_status actor_reaches_thing(struct registry *registry, bool *out,
					 enum actor_thing thing, const char *code)
{
	static const char certificate[] = "SELECT u.text FROM certificate c"
					  " JOIN word u ON u.id = c.unit WHERE c.number = ?1";
	static const char merchant[] = "SELECT unit FROM merchant WHERE code = ?1";
	/* The number in the log stands at a redemption's front. */
	static const char redemption[] =
		"SELECT m.unit FROM log l JOIN merchant m ON m.code = l.merchant"
		" WHERE l.seq = CAST(?1 AS INTEGER) AND l.redemption = ?1";
	static const char *const sqls[] = { [ACTOR_CERTIFICATE] = certificate,
					    [ACTOR_MERCHANT] = merchant,
					    [ACTOR_REDEMPTION] = redemption };
	char unit[64];
	bool there;
	*out = registry->actor.may_all || registry->actor.unit[0] == '\0';
	if (*out)
		return REGISTRY_OK;
	enum registry_status status = ask_text(registry, sqls[thing], code, &there, unit);
	*out = !there;
	return status == REGISTRY_OK && there ? actor_reaches(registry, out, unit) : status;
}

enum registry_status actor_reaches_all(struct registry *registry, bool *out)
{
	static const char sql[] =
		"WITH top (code) AS (SELECT code FROM unit GROUP BY code"
		" HAVING max(parent) = '' AND max(merged_into) = '')"
		" SELECT max(code) FROM top HAVING count(*) = 1 AND max(code) = ?1";
	char top[64];
	*out = registry->actor.may_all || registry->actor.unit[0] == '\0';
	return *out ? REGISTRY_OK : ask_text(registry, sql, registry->actor.unit, out, top);
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
