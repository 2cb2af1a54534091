#include "db/staff_session.h"

#include <stdio.h>
#include <string.h>

#include "db/registry_inside.h"

/* What a password is compared with where there is no such account, so that it takes as long; of a
 * password that nobody has. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$WSHErO/ENQ+ZqpaXHh+UoA"
			     "$VR3ksPGoPmOPNy5PXSata8rtiTStMakXG9RFbOI3Pd0";

/* --- judgements --- */

/* How long ago something was; 0 where it lies ahead. [s] */
static uint64_t age(int64_t now, int64_t then)
{
	return now <= then ? 0 : (uint64_t)now - (uint64_t)then;
}

static bool either_reached(struct staff_moment now, struct staff_moment then, uint64_t seconds)
{
	return age(now.told, then.told) >= seconds || age(now.clock, then.clock) >= seconds;
}

static bool both_reached(struct staff_moment now, struct staff_moment then, uint64_t seconds)
{
	return age(now.told, then.told) >= seconds && age(now.clock, then.clock) >= seconds;
}

enum staff_refusal staff_session_state(const struct staff_session *session, struct staff_moment now)
{
	if (either_reached(now, session->began, STAFF_SIGNED_SECONDS))
		return STAFF_TOO_LONG;
	if (either_reached(now, session->last, STAFF_IDLE_SECONDS))
		return STAFF_IDLE;
	return STAFF_DONE;
}

bool staff_is_locked(int64_t failures, struct staff_moment failed, struct staff_moment now)
{
	return failures >= STAFF_TRIES && !both_reached(now, failed, STAFF_LOCK_SECONDS);
}

int64_t staff_failures_after(int64_t failures, struct staff_moment failed, struct staff_moment now)
{
	bool ended = failures >= STAFF_TRIES && both_reached(now, failed, STAFF_LOCK_SECONDS);
	return ended ? 1 : failures + 1;
}

static struct staff_moment moment(const struct registry *registry, int64_t now)
{
	return (struct staff_moment){ now, registry->actor.clock };
}

/* --- passwords --- */

/* Failures in a row, 0 with no moment. */
static enum registry_status put_failures(struct registry *registry, const char *name,
					 int64_t failures, struct staff_moment at)
{
	static const char sql[] = "UPDATE staff SET failures = ?2, failed_at = ?3,"
				  " failed_clock = ?4 WHERE name = ?1";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(statement, 1, name);
	bind_integer(statement, 2, failures);
	bind_null(statement, 3);
	bind_null(statement, 4);
	if (failures > 0) {
		bind_integer(statement, 3, at.told);
		bind_integer(statement, 4, at.clock);
	}
	return registry_says(registry, statement_run(statement));
}

static enum registry_status count_failure(struct registry *registry, const struct staff_row *row,
					  int64_t now)
{
	char detail[128];
	struct staff_moment at = moment(registry, now);
	int64_t failures = staff_failures_after(row->failures, row->failed, at);
	enum registry_status status = put_failures(registry, row->name, failures, at);
	if (status != REGISTRY_OK || failures < STAFF_TRIES)
		return status;
	snprintf(detail, sizeof detail, "account=%s", row->name);
	return staff_audit(registry, "staff.locked", row->unit, detail, now);
}

static enum registry_status record_refusal(struct registry *registry, enum staff_refusal refusal,
					   const struct staff_row *row, const char *name,
					   int64_t now)
{
	char detail[128], tried[STAFF_NAME_MAX + 1];
	log_field(tried, sizeof tried, name);
	snprintf(detail, sizeof detail, "account=%s", tried);
	enum registry_status status =
		staff_audit(registry, "staff.sign_in_failed", row->unit, detail, now);
	if (status == REGISTRY_OK && refusal == STAFF_WRONG && row->active)
		status = count_failure(registry, row, now);
	return status;
}

/* An account that is there and was not closed; another is an empty row that is not active. */
static enum registry_status find_active(struct registry *registry, struct staff_row *row,
					const char *name)
{
	enum registry_status status = staff_find(registry, row, name);
	if (status == REGISTRY_NOT_FOUND || (status == REGISTRY_OK && !row->active)) {
		explicit_bzero(row, sizeof *row);
		return REGISTRY_OK;
	}
	return status;
}

/* Within the transaction: the account may have been locked, closed or given another password since
 * the hash was read. */
static enum registry_status judge(struct registry *registry, enum staff_refusal *refusal,
				  struct staff_row *row, const char *name, bool fits, int64_t now)
{
	char compared[PASSWORD_HASH_SIZE];
	memcpy(compared, row->password, sizeof compared);
	enum registry_status status = find_active(registry, row, name);
	bool same = strcmp(compared, row->password) == 0;
	explicit_bzero(compared, sizeof compared);
	if (status != REGISTRY_OK)
		return status;
	if (row->active && staff_is_locked(row->failures, row->failed, moment(registry, now)))
		*refusal = STAFF_LOCKED;
	else
		*refusal = row->active && same && fits ? STAFF_DONE : STAFF_WRONG;
	return REGISTRY_OK;
}

enum registry_status staff_prove(struct registry *registry, enum staff_refusal *refusal,
				 struct staff_row *row, const char *name, const char *password,
				 int64_t now)
{
	*row = (struct staff_row){ .unit = "" };
	enum registry_status status = find_active(registry, row, name);
	if (status != REGISTRY_OK)
		return status;
	/* The slow part, while nobody is kept waiting. */
	bool fits = !staff_is_locked(row->failures, row->failed, moment(registry, now)) &&
		    vault_password_fits(row->active ? row->password : nobody, password);
	status = registry_begin(registry);
	if (status != REGISTRY_OK)
		return status;
	status = judge(registry, refusal, row, name, fits, now);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE)
		return REGISTRY_OK;
	if (status == REGISTRY_OK)
		status = record_refusal(registry, *refusal, row, name, now);
	return staff_end(registry, status, STAFF_DONE);
}

/* --- signing in and out --- */

static void act_as(struct registry *registry, const struct staff_row *row)
{
	struct actor actor = { .roles = row->roles, .clock = registry->actor.clock };
	snprintf(actor.name, sizeof actor.name, "%s", row->name);
	snprintf(actor.unit, sizeof actor.unit, "%s", row->unit);
	registry_act_as(registry, &actor);
}

static enum registry_status begin_session(struct registry *registry, const struct staff_row *row,
					  int64_t now)
{
	static const char sql[] =
		"INSERT INTO staff_session (staff, began_at, began_clock, last_at, last_clock)"
		" VALUES (?1, ?2, ?3, ?2, ?3) ON CONFLICT (staff) DO UPDATE SET"
		" began_at = ?2, began_clock = ?3, last_at = ?2, last_clock = ?3";
	char detail[128];
	struct staff_moment at = moment(registry, now);
	enum registry_status status = put_failures(registry, row->name, 0, at);
	struct statement *statement;
	if (status != REGISTRY_OK)
		return status;
	enum store_status stored = store_statement(registry->store, &statement, sql);
	if (stored == STORE_OK) {
		bind_text(statement, 1, row->name);
		bind_integer(statement, 2, at.told);
		bind_integer(statement, 3, at.clock);
		stored = statement_run(statement);
	}
	if (stored != STORE_OK)
		return registry_says(registry, stored);
	snprintf(detail, sizeof detail, "account=%s", row->name);
	return staff_audit(registry, "staff.sign_in", row->unit, detail, now);
}

enum registry_status staff_sign_in(struct registry *registry, enum staff_refusal *refusal,
				   const char *name, const char *password, int64_t now)
{
	struct staff_row row;
	struct actor before = *registry_actor(registry);
	*refusal = STAFF_DONE;
	enum registry_status status = staff_prove(registry, refusal, &row, name, password, now);
	if (status == REGISTRY_OK && *refusal == STAFF_DONE) {
		act_as(registry, &row);
		status = staff_end(registry, begin_session(registry, &row, now), STAFF_DONE);
		if (status != REGISTRY_OK)
			registry_act_as(registry, &before);
	}
	explicit_bzero(&row, sizeof row);
	return status;
}

static enum registry_status sign_out_within(struct registry *registry, bool *was, const char *name,
					    int64_t now)
{
	static const char sql[] = "DELETE FROM staff_session WHERE staff = ?1 RETURNING"
				  " (SELECT unit FROM staff WHERE name = ?1)";
	char detail[128], unit[64] = "";
	struct statement *row;
	enum store_status stored = store_statement(registry->store, &row, sql);
	if (stored == STORE_OK) {
		bind_text(row, 1, name);
		stored = statement_step(row);
	}
	*was = stored == STORE_ROW;
	if (!*was)
		return registry_says(registry, stored);
	snprintf(unit, sizeof unit, "%s", column_text(row, 0));
	stored = statement_run(row);
	if (stored != STORE_OK)
		return registry_says(registry, stored);
	snprintf(detail, sizeof detail, "account=%s", name);
	return staff_audit(registry, "staff.sign_out", unit, detail, now);
}

enum registry_status staff_sign_out(struct registry *registry, bool *was, const char *name,
				    int64_t now)
{
	enum registry_status status = registry_begin(registry);
	if (status != REGISTRY_OK)
		return status;
	return staff_end(registry, sign_out_within(registry, was, name, now), STAFF_DONE);
}

/* --- acting --- */

static enum registry_status find_session(struct registry *registry, struct staff_session *out,
					 const char *name)
{
	static const char sql[] = "SELECT began_at, began_clock, last_at, last_clock"
				  " FROM staff_session WHERE staff = ?1";
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
	out->began = (struct staff_moment){ column_integer(row, 0), column_integer(row, 1) };
	out->last = (struct staff_moment){ column_integer(row, 2), column_integer(row, 3) };
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status staff_take_up(struct registry *registry, enum staff_refusal *refusal,
				   const char *name, int64_t now)
{
	struct staff_row row = { .unit = "" };
	struct staff_session session = { 0 };
	enum registry_status status = find_active(registry, &row, name);
	*refusal = STAFF_NOT_SIGNED_IN;
	if (status == REGISTRY_OK && row.active) {
		status = find_session(registry, &session, name);
		if (status == REGISTRY_OK)
			*refusal = staff_session_state(&session, moment(registry, now));
		else if (status == REGISTRY_NOT_FOUND)
			status = REGISTRY_OK;
	}
	if (status == REGISTRY_OK && *refusal == STAFF_DONE)
		act_as(registry, &row);
	explicit_bzero(&row, sizeof row);
	return status;
}

/* An act that was told an earlier time does not take away from what later ones left. */
static enum store_status renew(struct store *store, const char *name, struct staff_moment at)
{
	static const char sql[] = "UPDATE staff_session SET last_at = max(last_at, ?2),"
				  " last_clock = max(last_clock, ?3) WHERE staff = ?1";
	struct statement *statement;
	enum store_status status = store_statement(store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, name);
	bind_integer(statement, 2, at.told);
	bind_integer(statement, 3, at.clock);
	return statement_run(statement);
}

enum registry_status staff_renew(struct registry *registry, int64_t now)
{
	struct staff_moment at = moment(registry, now);
	struct store *store;
	if (registry->writable)
		return registry_says(registry, renew(registry->store, registry->actor.name, at));
	/* Whoever only reads neither fails nor waits because nobody can write just now: the sign-in
	 * then ends the earlier. */
	if (store_open(&store, registry->path, STORE_WRITE) != STORE_OK)
		return REGISTRY_OK;
	store_wait_for_nobody(store);
	(void)!renew(store, registry->actor.name, at);
	store_close(store);
	return REGISTRY_OK;
}
