#include "db/staff.h"

#include <stdio.h>
#include <string.h>

#include "db/audit.h"
#include "db/registry_inside.h"

/* --- what is allowed --- */

/* Without blanks, so that a line of the audit chain can be read. */
static bool name_is_fit(const char *name)
{
	size_t length = strnlen(name, STAFF_NAME_MAX + 1);
	if (length == 0 || length > STAFF_NAME_MAX || strncasecmp(name, "os:", 3) == 0)
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f)
			return false;
	return true;
}

static bool password_is_fit(const char *password, const char *name)
{
	size_t length = strnlen(password, STAFF_PASSWORD_MOST + 1);
	return length >= STAFF_PASSWORD_LEAST && length <= STAFF_PASSWORD_MOST &&
	       strcasecmp(password, name) != 0;
}

/* --- rows --- */

enum registry_status staff_exist(struct registry *registry, bool *out)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM staff)";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = column_integer(row, 0) != 0;
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status staff_find(struct registry *registry, struct staff_row *out, const char *name)
{
	static const char sql[] = "SELECT name, unit, password, roles, state, failures, failed_at,"
				  " failed_clock FROM staff WHERE name = ?1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, name);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	snprintf(out->name, sizeof out->name, "%s", column_text(row, 0));
	snprintf(out->unit, sizeof out->unit, "%s", column_text(row, 1));
	snprintf(out->password, sizeof out->password, "%s", column_text(row, 2));
	out->roles = (uint32_t)column_integer(row, 3);
	out->active = strcmp(column_text(row, 4), "active") == 0;
	out->failures = column_integer(row, 5);
	out->failed.told = column_integer(row, 6);
	out->failed.clock = column_integer(row, 7);
	statement_reset(row);
	return REGISTRY_OK;
}

/* The code of a unit that is named by it or by a region that is its alone; "" is everything. */
static enum registry_status find_unit(struct registry *registry, enum staff_refusal *refusal,
				      char out[static 64], const char *unit)
{
	static const char sql[] =
		"SELECT coalesce(min(code), ''), count(DISTINCT code) FROM unit WHERE code = ?1"
		" OR (region = ?1 AND NOT EXISTS (SELECT 1 FROM unit WHERE code = ?1))";
	struct statement *row;
	out[0] = '\0';
	if (unit[0] == '\0')
		return REGISTRY_OK;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, unit);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	if (column_integer(row, 1) != 1)
		*refusal = STAFF_UNKNOWN_UNIT;
	else
		snprintf(out, 64, "%s", column_text(row, 0));
	statement_reset(row);
	return REGISTRY_OK;
}

/* The unit that an account is to be bound to; it must be within the actor's reach. */
static enum registry_status take_unit(struct registry *registry, enum staff_refusal *refusal,
				      char out[static 64], const char *unit)
{
	bool reached = false;
	enum registry_status status = find_unit(registry, refusal, out, unit);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE)
		status = actor_reaches(registry, &reached, out);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE && !reached)
		*refusal = STAFF_OUTSIDE_UNIT;
	return status;
}

/* An account that is there, was not closed, and is within the actor's reach. */
static enum registry_status take_account(struct registry *registry, enum staff_refusal *refusal,
					 struct staff_row *row, const char *name)
{
	bool reached = false;
	enum registry_status status = staff_find(registry, row, name);
	if (status == REGISTRY_NOT_FOUND) {
		*refusal = STAFF_UNKNOWN;
		return REGISTRY_OK;
	}
	if (status == REGISTRY_OK)
		status = actor_reaches(registry, &reached, row->unit);
	if (status == REGISTRY_OK)
		*refusal = !row->active ? STAFF_CLOSED : !reached ? STAFF_OUTSIDE_UNIT : STAFF_DONE;
	return status;
}

enum registry_status staff_audit(struct registry *registry, const char *act, const char *unit,
				 const char *detail, int64_t now)
{
	return audit_append(registry, NULL,
			    &(struct audit_act){ .act = act, .unit = unit, .detail = detail }, now);
}

enum registry_status staff_end(struct registry *registry, enum registry_status status,
			       enum staff_refusal refusal)
{
	if (status == REGISTRY_OK && refusal == STAFF_DONE)
		return registry_commit(registry);
	registry_rollback(registry);
	return status;
}

/* --- nobody may be locked out for good --- */

/* Accounts that are managers; those of them that reach everything: bound to no unit, or to the one
 * that all others lie below. */
struct managers {
	int64_t any, of_everything;
};

static enum registry_status count_managers(struct registry *registry, struct managers *out)
{
	static const char sql[] =
		"WITH top (code) AS (SELECT code FROM unit GROUP BY code"
		" HAVING max(parent) = '' AND max(merged_into) = '')"
		" SELECT count(*), coalesce(sum(unit = ''"
		" OR (unit = (SELECT max(code) FROM top) AND (SELECT count(*) FROM top) = 1)), 0)"
		" FROM staff WHERE state = 'active' AND roles & ?1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_integer(row, 1, STAFF_MANAGER);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = (struct managers){ column_integer(row, 0), column_integer(row, 1) };
	statement_reset(row);
	return REGISTRY_OK;
}

/* After a change: is there still somebody, as there was before it? */
static enum registry_status keep_managers(struct registry *registry, enum staff_refusal *refusal,
					  const struct managers *before)
{
	struct managers after = { 0 };
	enum registry_status status = count_managers(registry, &after);
	if (status == REGISTRY_OK && ((before->any > 0 && after.any == 0) ||
				      (before->of_everything > 0 && after.of_everything == 0)))
		*refusal = STAFF_LAST_MANAGER;
	return status;
}

/* --- making one --- */

static enum store_status insert_account(struct store *store, const struct staff_account *account,
					const char *unit, const char *password, int64_t now)
{
	static const char sql[] = "INSERT INTO staff (name, roles, unit, password, state, made_at)"
				  " VALUES (?1, ?2, ?3, ?4, 'active', ?5)";
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, account->name);
	bind_integer(statement, 2, account->roles);
	bind_text(statement, 3, unit);
	bind_text(statement, 4, password);
	bind_integer(statement, 5, now);
	return statement_run(statement);
}

static enum registry_status put_account(struct registry *registry, enum staff_refusal *refusal,
					const struct staff_account *account, const char *unit,
					const char *password, int64_t now)
{
	char detail[256], roles[STAFF_ROLES_TEXT_SIZE];
	struct managers after = { 0 };
	bool others = false;
	enum registry_status status = staff_exist(registry, &others);
	if (status == REGISTRY_OK)
		status = registry_says(
			registry, insert_account(registry->store, account, unit, password, now));
	if (status == REGISTRY_OK)
		status = count_managers(registry, &after);
	if (status != REGISTRY_OK)
		return status;
	if (!others && after.of_everything == 0) {
		*refusal = STAFF_FIRST_MANAGER;
		return REGISTRY_OK;
	}
	staff_roles_print(roles, account->roles);
	snprintf(detail, sizeof detail, "account=%s roles=%s unit=%s", account->name, roles, unit);
	return staff_audit(registry, "staff.new", unit, detail, now);
}

static enum registry_status make_within(struct registry *registry, enum staff_refusal *refusal,
					const struct staff_account *account, const char *password,
					int64_t now)
{
	char unit[64];
	struct staff_row there;
	enum registry_status status = staff_find(registry, &there, account->name);
	if (status == REGISTRY_OK)
		*refusal = STAFF_EXISTS;
	explicit_bzero(&there, sizeof there);
	if (status != REGISTRY_NOT_FOUND)
		return status;
	status = take_unit(registry, refusal, unit, account->unit);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE)
		status = put_account(registry, refusal, account, unit, password, now);
	return status;
}

/* Hash a password that may be one of this account's. */
static enum registry_status hash_password(struct registry *registry, enum staff_refusal *refusal,
					  char out[static PASSWORD_HASH_SIZE], const char *name,
					  const char *password)
{
	if (!password_is_fit(password, name)) {
		*refusal = STAFF_PASSWORD_UNFIT;
		return REGISTRY_OK;
	}
	return vault_password_hash(out, password)
		       ? REGISTRY_OK
		       : registry_faults(registry, REGISTRY_TROUBLE, "no memory for a password");
}

enum registry_status staff_make(struct registry *registry, enum staff_refusal *refusal,
				const struct staff_account *account, const char *password,
				int64_t now)
{
	char hash[PASSWORD_HASH_SIZE];
	*refusal = name_is_fit(account->name) ? STAFF_DONE : STAFF_NAME_UNFIT;
	if (*refusal != STAFF_DONE)
		return REGISTRY_OK;
	enum registry_status status =
		hash_password(registry, refusal, hash, account->name, password);
	if (status != REGISTRY_OK || *refusal != STAFF_DONE)
		return status;
	status = registry_begin(registry);
	if (status == REGISTRY_OK) {
		status = make_within(registry, refusal, account, hash, now);
		status = staff_end(registry, status, *refusal);
	}
	explicit_bzero(hash, sizeof hash);
	return status;
}

/* --- changing one --- */

static enum registry_status update_account(struct registry *registry, const struct staff_row *row,
					   const char *state)
{
	static const char sql[] = "UPDATE staff SET roles = ?2, unit = ?3, state = ?4"
				  " WHERE name = ?1";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, row->name);
		bind_integer(statement, 2, row->roles);
		bind_text(statement, 3, row->unit);
		bind_text(statement, 4, state);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

static enum registry_status end_session(struct registry *registry, const char *name)
{
	static const char sql[] = "DELETE FROM staff_session WHERE staff = ?1";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_text(statement, 1, name);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

static enum registry_status change_within(struct registry *registry, enum staff_refusal *refusal,
					  struct staff_row *row, uint32_t roles, const char *unit,
					  int64_t now)
{
	char detail[384], was[STAFF_ROLES_TEXT_SIZE], is[STAFF_ROLES_TEXT_SIZE], from[64];
	struct managers before = { 0 };
	enum registry_status status = count_managers(registry, &before);
	staff_roles_print(was, row->roles);
	snprintf(from, sizeof from, "%s", row->unit);
	if (roles != 0)
		row->roles = roles;
	if (status == REGISTRY_OK && unit != NULL)
		status = take_unit(registry, refusal, row->unit, unit);
	if (status != REGISTRY_OK || *refusal != STAFF_DONE)
		return status;
	status = update_account(registry, row, "active");
	if (status == REGISTRY_OK)
		status = keep_managers(registry, refusal, &before);
	if (status != REGISTRY_OK || *refusal != STAFF_DONE)
		return status;
	staff_roles_print(is, row->roles);
	snprintf(detail, sizeof detail, "account=%s roles=%s unit=%s before: roles=%s unit=%s",
		 row->name, is, row->unit, was, from);
	return staff_audit(registry, "staff.change", row->unit, detail, now);
}

enum registry_status staff_change(struct registry *registry, enum staff_refusal *refusal,
				  const char *name, uint32_t roles, const char *unit, int64_t now)
{
	struct staff_row row = { .unit = "" };
	enum registry_status status = registry_begin(registry);
	*refusal = STAFF_DONE;
	if (status != REGISTRY_OK)
		return status;
	status = take_account(registry, refusal, &row, name);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE)
		status = change_within(registry, refusal, &row, roles, unit, now);
	explicit_bzero(&row, sizeof row);
	return staff_end(registry, status, *refusal);
}

static enum registry_status close_within(struct registry *registry, enum staff_refusal *refusal,
					 const struct staff_row *row, int64_t now)
{
	char detail[128];
	struct managers before = { 0 };
	enum registry_status status = count_managers(registry, &before);
	if (status == REGISTRY_OK)
		status = update_account(registry, row, "closed");
	if (status == REGISTRY_OK)
		status = end_session(registry, row->name);
	if (status == REGISTRY_OK)
		status = keep_managers(registry, refusal, &before);
	if (status != REGISTRY_OK || *refusal != STAFF_DONE)
		return status;
	snprintf(detail, sizeof detail, "account=%s", row->name);
	return staff_audit(registry, "staff.close", row->unit, detail, now);
}

enum registry_status staff_close(struct registry *registry, enum staff_refusal *refusal,
				 const char *name, int64_t now)
{
	struct staff_row row = { .unit = "" };
	enum registry_status status = registry_begin(registry);
	*refusal = STAFF_DONE;
	if (status != REGISTRY_OK)
		return status;
	status = take_account(registry, refusal, &row, name);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE)
		status = close_within(registry, refusal, &row, now);
	explicit_bzero(&row, sizeof row);
	return staff_end(registry, status, *refusal);
}

/* --- passwords --- */

static enum registry_status put_password(struct registry *registry, const struct staff_row *row,
					 const char *hash, bool own, int64_t now)
{
	static const char sql[] = "UPDATE staff SET password = ?2, failures = 0, failed_at = NULL,"
				  " failed_clock = NULL WHERE name = ?1";
	char detail[128];
	struct statement *statement;
	enum store_status stored = store_statement(registry->store, &statement, sql);
	if (stored == STORE_OK) {
		bind_text(statement, 1, row->name);
		bind_text(statement, 2, hash);
		stored = statement_run(statement);
	}
	enum registry_status status = registry_says(registry, stored);
	if (status == REGISTRY_OK && !own)
		status = end_session(registry, row->name);
	if (status != REGISTRY_OK)
		return status;
	snprintf(detail, sizeof detail, "account=%s", row->name);
	return staff_audit(registry, "staff.password", row->unit, detail, now);
}

/* With a transaction open where it answers STAFF_DONE. */
static enum registry_status begin_password(struct registry *registry, enum staff_refusal *refusal,
					   struct staff_row *row, const char *name, const char *old,
					   int64_t now)
{
	if (old != NULL)
		return staff_prove(registry, refusal, row, name, old, now);
	enum registry_status status = registry_begin(registry);
	if (status != REGISTRY_OK)
		return status;
	status = take_account(registry, refusal, row, name);
	if (status != REGISTRY_OK || *refusal != STAFF_DONE)
		registry_rollback(registry);
	return status;
}

enum registry_status staff_set_password(struct registry *registry, enum staff_refusal *refusal,
					const char *name, const char *old, const char *fresh,
					int64_t now)
{
	struct staff_row row = { .unit = "" };
	char hash[PASSWORD_HASH_SIZE];
	*refusal = STAFF_DONE;
	enum registry_status status = hash_password(registry, refusal, hash, name, fresh);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE)
		status = begin_password(registry, refusal, &row, name, old, now);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE)
		status = staff_end(registry, put_password(registry, &row, hash, old != NULL, now),
				   STAFF_DONE);
	explicit_bzero(hash, sizeof hash);
	explicit_bzero(&row, sizeof row);
	return status;
}

/* --- the list --- */

static struct staff_moment moment_at(struct statement *row, int column)
{
	return (struct staff_moment){ column_integer(row, column),
				      column_integer(row, column + 1) };
}

enum registry_status staff_each(struct registry *registry, int64_t now,
				bool (*take)(void *, const struct staff_account *), void *context)
{
	static const char sql[] =
		"SELECT name, roles, unit, state = 'active', made_at,"
		" staff IS NOT NULL, began_at, began_clock, last_at, last_clock"
		" FROM staff LEFT JOIN staff_session ON staff = name ORDER BY name";
	struct staff_moment moment = { now, registry->actor.clock };
	struct statement *row;
	enum store_status stored = store_statement(registry->store, &row, sql);
	while (stored == STORE_OK && (stored = statement_step(row)) == STORE_ROW) {
		struct staff_session session = { moment_at(row, 6), moment_at(row, 8) };
		struct staff_account account = {
			.name = column_text(row, 0),
			.roles = (uint32_t)column_integer(row, 1),
			.unit = column_text(row, 2),
			.active = column_integer(row, 3) != 0,
			.made_at = column_integer(row, 4),
			.signed_in = column_integer(row, 5) != 0 &&
				     staff_session_state(&session, moment) == STAFF_DONE,
		};
		bool reached;
		enum registry_status status = actor_reaches(registry, &reached, account.unit);
		if (status != REGISTRY_OK || (reached && !take(context, &account))) {
			statement_reset(row);
			return status;
		}
		stored = STORE_OK;
	}
	return registry_says(registry, stored);
}
