#include "db/plaque.h"

#include <stdio.h>
#include <string.h>

#include "db/actor.h"
#include "db/audit_words.h"
#include "db/registry_inside.h"

#define BIT(state) (UINT32_C(1) << PLAQUE_##state)

static const struct {
	const char *name, *title[2];
	uint32_t after;
} states[PLAQUE_STATES] = {
	[PLAQUE_NONE] = { "", { "未登记", "not on record" }, BIT(ISSUED) | BIT(HUNG) },
	[PLAQUE_ISSUED] = { "issued",
			    { "已发放", "issued" },
			    BIT(HUNG) | BIT(LOST) | BIT(DAMAGED) },
	[PLAQUE_HUNG] = { "hung",
			  { "已悬挂", "hung" },
			  BIT(DAMAGED) | BIT(LOST) | BIT(REPLACED) | BIT(TAKEN_DOWN) },
	[PLAQUE_DAMAGED] = { "damaged",
			     { "损坏", "damaged" },
			     BIT(HUNG) | BIT(REPLACED) | BIT(TAKEN_DOWN) },
	[PLAQUE_LOST] = { "lost", { "遗失", "lost" }, BIT(HUNG) | BIT(REPLACED) },
	[PLAQUE_REPLACED] = { "replaced", { "已更换", "replaced" }, 0 },
	[PLAQUE_TAKEN_DOWN] = { "taken_down", { "已收回", "taken down" }, BIT(HUNG) },
};

const char *plaque_state_name(enum plaque_state state)
{
	return states[state].name;
}

const char *plaque_state_title(enum plaque_state state, bool english)
{
	return states[state].title[english];
}

bool plaque_state_from_name(enum plaque_state *out, const char *name)
{
	for (int i = PLAQUE_NONE + 1; i < PLAQUE_STATES; i++) {
		if (strcmp(states[i].name, name) == 0) {
			*out = (enum plaque_state)i;
			return true;
		}
	}
	return false;
}

uint32_t plaque_states_after(enum plaque_state state)
{
	return states[state].after;
}

const char *plaque_refusal_name(enum plaque_refusal refusal)
{
	static const char *const names[] = {
		[PLAQUE_TAKEN] = "ok",
		[PLAQUE_UNKNOWN] = "unknown_plaque",
		[PLAQUE_OUTSIDE_UNIT] = "outside_unit",
		[PLAQUE_BEFORE_LAST] = "before_last_step",
		[PLAQUE_DOES_NOT_FOLLOW] = "does_not_follow",
	};
	return names[refusal];
}

/* --- rows --- */

enum registry_status plaque_put(struct registry *registry, const struct plaque *plaque)
{
	static const char sql[] =
		"INSERT INTO plaque (number, person, household, unit) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (number) DO UPDATE SET person = excluded.person,"
		" household = excluded.household, unit = excluded.unit";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, plaque->number);
		bind_text(statement, 2, plaque->person);
		bind_text(statement, 3, plaque->household);
		bind_text(statement, 4, plaque->unit);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

#define PLAQUE_ROW                                                                              \
	"SELECT p.number, p.person, p.household, p.unit, e.state, e.day,"                       \
	" (SELECT min(day) FROM plaque_event h WHERE h.plaque = p.number AND h.state = 'hung')" \
	" FROM plaque p LEFT JOIN plaque_event e ON e.plaque = p.number AND e.seq ="            \
	" (SELECT max(seq) FROM plaque_event l WHERE l.plaque = p.number)"

static struct plaque plaque_at(struct statement *row)
{
	struct plaque plaque = { .number = column_text(row, 0),
				 .person = column_text(row, 1),
				 .household = column_text(row, 2),
				 .unit = column_text(row, 3),
				 .state = PLAQUE_NONE,
				 .since = INT32_MIN,
				 .hung = INT32_MIN };
	if (!column_is_null(row, 4) && plaque_state_from_name(&plaque.state, column_text(row, 4)))
		plaque.since = (int32_t)column_integer(row, 5);
	if (!column_is_null(row, 6))
		plaque.hung = (int32_t)column_integer(row, 6);
	return plaque;
}

static enum registry_status each(struct registry *registry, struct statement *row,
				 bool (*take)(void *, const struct plaque *), void *context)
{
	enum store_status status;
	while ((status = statement_step(row)) == STORE_ROW) {
		struct plaque plaque = plaque_at(row);
		if (!take(context, &plaque)) {
			statement_reset(row);
			return REGISTRY_OK;
		}
	}
	return registry_says(registry, status);
}

enum registry_status plaque_each(struct registry *registry, const char *person,
				 bool (*take)(void *, const struct plaque *), void *context)
{
	static const char all[] = PLAQUE_ROW " ORDER BY p.number";
	static const char of_one[] = PLAQUE_ROW " WHERE p.person = ?1 ORDER BY p.number";
	struct statement *row;
	enum store_status status =
		store_statement(registry->store, &row, person == NULL ? all : of_one);
	if (status != STORE_OK)
		return registry_says(registry, status);
	if (person != NULL)
		bind_text(row, 1, person);
	return each(registry, row, take, context);
}

/* Copies of the row's strings, in the registry's own room. */
static bool keep_plaque(void *context, const struct plaque *plaque)
{
	struct registry *registry = context;
	const char *const texts[] = { plaque->number, plaque->person, plaque->household,
				      plaque->unit };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		snprintf(registry->view[i], sizeof registry->view[i], "%s", texts[i]);
	registry->plaque = *plaque;
	registry->plaque.number = registry->view[0];
	registry->plaque.person = registry->view[1];
	registry->plaque.household = registry->view[2];
	registry->plaque.unit = registry->view[3];
	return false;
}

enum registry_status plaque_find(struct registry *registry, struct plaque *out, const char *number)
{
	static const char sql[] = PLAQUE_ROW " WHERE p.number = ?1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, number);
	registry->plaque = (struct plaque){ .number = NULL };
	enum registry_status said = each(registry, row, keep_plaque, registry);
	if (said == REGISTRY_OK && registry->plaque.number == NULL)
		return REGISTRY_NOT_FOUND;
	*out = registry->plaque;
	return said;
}

enum registry_status plaque_each_row(struct registry *registry, const char *number,
				     bool (*take)(void *, const struct plaque_row *), void *context)
{
	static const char sql[] = "SELECT seq, state, day, reason, actor, recorded_at"
				  " FROM plaque_event WHERE plaque = ?1 ORDER BY seq";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		bind_text(row, 1, number);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		struct plaque_row found = { .seq = column_integer(row, 0),
					    .day = (int32_t)column_integer(row, 2),
					    .reason = column_text(row, 3),
					    .actor = column_text(row, 4),
					    .recorded_at = column_integer(row, 5) };
		status = STORE_OK;
		if (!plaque_state_from_name(&found.state, column_text(row, 1)) ||
		    !take(context, &found)) {
			statement_reset(row);
			break;
		}
	}
	return registry_says(registry, status);
}

/* --- a step --- */

static enum registry_status judge(struct registry *registry, struct plaque_answer *answer,
				  const struct plaque *plaque, const struct plaque_request *request)
{
	bool reached = false;
	enum registry_status status = actor_reaches(registry, &reached, plaque->unit);
	answer->state = plaque->state;
	if (!reached)
		answer->refusal = PLAQUE_OUTSIDE_UNIT;
	else if ((states[plaque->state].after >> request->state & 1) == 0)
		answer->refusal = PLAQUE_DOES_NOT_FOLLOW;
	else if (request->day < plaque->since)
		answer->refusal = PLAQUE_BEFORE_LAST;
	return status;
}

static enum registry_status put_on_audit(struct registry *registry, int64_t *seq,
					 const struct plaque *plaque,
					 const struct plaque_request *request, const char *reason)
{
	struct audit_words words;
	audit_words_of_plaque(&words, request->number, states[request->state].name, request->day,
			      reason);
	struct audit_act entry = { .act = words.act,
				   .person = plaque->person,
				   .unit = plaque->unit,
				   .detail = words.detail };
	return audit_append(registry, seq, &entry, request->now);
}

static enum registry_status record(struct registry *registry, const struct plaque *plaque,
				   const struct plaque_request *request)
{
	static const char sql[] =
		"INSERT INTO plaque_event (plaque, seq, day, state, reason, actor, recorded_at,"
		" audit) VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM plaque_event"
		" WHERE plaque = ?1), ?2, ?3, ?4, ?5, ?6, ?7)";
	char reason[256];
	int64_t audit;
	struct statement *statement;
	log_field(reason, sizeof reason, request->reason == NULL ? "" : request->reason);
	enum registry_status said = put_on_audit(registry, &audit, plaque, request, reason);
	if (said != REGISTRY_OK)
		return said;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, request->number);
		bind_integer(statement, 2, request->day);
		bind_text(statement, 3, states[request->state].name);
		bind_text(statement, 4, reason);
		bind_text(statement, 5, registry_actor(registry)->name);
		bind_integer(statement, 6, request->now);
		bind_integer(statement, 7, audit);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

enum registry_status plaque_step(struct registry *registry, struct plaque_answer *answer,
				 const struct plaque_request *request)
{
	struct plaque plaque = { 0 };
	*answer = (struct plaque_answer){ .refusal = PLAQUE_TAKEN };
	enum registry_status status = plaque_find(registry, &plaque, request->number);
	if (status == REGISTRY_NOT_FOUND) {
		answer->refusal = PLAQUE_UNKNOWN;
		return REGISTRY_OK;
	}
	if (status == REGISTRY_OK)
		status = judge(registry, answer, &plaque, request);
	if (status != REGISTRY_OK || answer->refusal != PLAQUE_TAKEN)
		return status;
	answer->state = request->state;
	return record(registry, &plaque, request);
}
