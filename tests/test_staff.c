/* Staff accounts: roles, reach, passwords, lock-out, and sign-ins that end by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/staff_session.h"
#include "db/store.h"
#include "db/vault.h"
#include "small_registry.h"

#define GOOD   "correct horse"
#define BETTER "battery staple"
#define MINUTE 60
#define HOUR   3600

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

/* The clock stands at SMALL_NOW and as many seconds. */
static void act(struct registry *registry, const char *name, uint32_t roles, const char *unit,
		int64_t seconds)
{
	struct actor actor = { .roles = roles,
			       .may_all = roles == 0,
			       .clock = SMALL_NOW + seconds };
	snprintf(actor.name, sizeof actor.name, "%s", name);
	snprintf(actor.unit, sizeof actor.unit, "%s", unit);
	registry_act_as(registry, &actor);
}

static void act_as_user(struct registry *registry, int64_t seconds)
{
	act(registry, "os:test", 0, "", seconds);
}

static enum staff_refusal make(struct registry *registry, const char *name, uint32_t roles,
			       const char *unit)
{
	struct staff_account account = { .name = name, .roles = roles, .unit = unit };
	enum staff_refusal refusal;
	assert_int_equal(staff_make(registry, &refusal, &account, GOOD, SMALL_NOW), REGISTRY_OK);
	return refusal;
}

/* An account whose password is GOOD, hashed at the least cost. */
static void enroll(void **state, const char *name, uint32_t roles, const char *unit)
{
	char sql[512];
	snprintf(sql, sizeof sql,
		 "INSERT INTO staff (name, roles, unit, password, state, made_at) VALUES"
		 " ('%s', %u, '%s', '$argon2id$v=19$m=8,t=1,p=1$IoMP+4ekTf2Tq1d9rTXv7Q"
		 "$Gko5xkbqEQPQuOFK/rj3P/523Zp95pAR1IxFRPPbQvE', 'active', %d)",
		 name, roles, unit, SMALL_NOW);
	small_sql(((struct small_registry *)*state)->path, sql);
}

static enum staff_refusal change(struct registry *registry, const char *name, uint32_t roles,
				 const char *unit)
{
	enum staff_refusal refusal;
	assert_int_equal(staff_change(registry, &refusal, name, roles, unit, SMALL_NOW),
			 REGISTRY_OK);
	return refusal;
}

static enum staff_refusal close_account(struct registry *registry, const char *name)
{
	enum staff_refusal refusal;
	assert_int_equal(staff_close(registry, &refusal, name, SMALL_NOW), REGISTRY_OK);
	return refusal;
}

/* At SMALL_NOW and as many seconds, as told and by the clock. */
static enum staff_refusal sign_in(struct registry *registry, const char *name, const char *password,
				  int64_t told, int64_t clock)
{
	enum staff_refusal refusal;
	act_as_user(registry, clock);
	assert_int_equal(staff_sign_in(registry, &refusal, name, password, SMALL_NOW + told),
			 REGISTRY_OK);
	return refusal;
}

static enum staff_refusal take_up(struct registry *registry, const char *name, int64_t told,
				  int64_t clock)
{
	enum staff_refusal refusal;
	act_as_user(registry, clock);
	assert_int_equal(staff_take_up(registry, &refusal, name, SMALL_NOW + told), REGISTRY_OK);
	return refusal;
}

static enum staff_refusal set_password(struct registry *registry, const char *name, const char *old,
				       const char *fresh)
{
	enum staff_refusal refusal;
	assert_int_equal(staff_set_password(registry, &refusal, name, old, fresh, SMALL_NOW),
			 REGISTRY_OK);
	return refusal;
}

/* Acts on the audit chain, each with its actor and a blank behind it. */
static void assert_audited(void **state, const char *expected)
{
	static const char sql[] = "SELECT act, actor FROM audit ORDER BY seq";
	struct small_registry *small = *state;
	char text[2048] = "";
	struct store *store;
	struct statement *row;
	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	while (statement_step(row) == STORE_ROW)
		sprintf(text + strlen(text), "%s:%s ", column_text(row, 0), column_text(row, 1));
	store_close(store);
	assert_string_equal(text, expected);
}

/* Neither the file nor what lies beside it holds this text. */
static void assert_unwritten(void **state, const char *text)
{
	static const char *const suffixes[] = { "", "-wal", ".audit", ".keys" };
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		char path[192], bytes[65536];
		small_path(path, *state, suffixes[i]);
		FILE *file = fopen(path, "rb");
		size_t length;
		while (file != NULL && (length = fread(bytes, 1, sizeof bytes, file)) > 0)
			assert_null(memmem(bytes, length, text, strlen(text)));
		if (file != NULL)
			fclose(file);
	}
}

/* --- roles and rules --- */

static void roles_have_names(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint32_t roles;
	} rows[] = {
		{ "clerk", true, STAFF_CLERK },
		{ "manager,clerk", true, STAFF_CLERK | STAFF_MANAGER },
		{ "clerk,reviewer,merchant_manager,auditor,manager", true, STAFF_ANY_ROLE },
		{ "", false, 0 },
		{ ",", false, 0 },
		{ "clerk,", false, 0 },
		{ "clerk,clerk", false, 0 },
		{ "clerks", false, 0 },
		{ "Clerk", false, 0 },
		{ "clerk, reviewer", false, 0 },
	};
	char text[STAFF_ROLES_TEXT_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t roles = 0;
		if (staff_roles_parse(&roles, rows[i].text) != rows[i].good ||
		    roles != rows[i].roles)
			fail_msg("\"%s\": %u", rows[i].text, roles);
	}
	staff_roles_print(text, STAFF_ANY_ROLE);
	assert_string_equal(text, "clerk,reviewer,merchant_manager,auditor,manager");
	staff_roles_print(text, STAFF_MERCHANTS);
	assert_string_equal(text, "merchant_manager");
	assert_null(staff_role_name(STAFF_ROLES));
	assert_null(staff_role_title(STAFF_ROLES, true));
	assert_string_equal(staff_role_title(0, false), "窗口经办");
}

static void a_sign_in_ends_when_either_time_says_so(void **state)
{
	/* Of a sign-in at 0 whose last act was at `last`. */
	static const struct {
		const char *name;
		int64_t last_told, last_clock, told, clock;
		enum staff_refusal answer;
	} rows[] = {
		{ "at once", 0, 0, 0, 0, STAFF_DONE },
		{ "just before half an hour", 0, 0, 30 * MINUTE - 1, 30 * MINUTE - 1, STAFF_DONE },
		{ "half an hour, as told", 0, 0, 30 * MINUTE, 0, STAFF_IDLE },
		{ "half an hour, by the clock", 0, 0, 0, 30 * MINUTE, STAFF_IDLE },
		{ "told earlier, clock late", 0, 0, -HOUR, 30 * MINUTE, STAFF_IDLE },
		{ "told earlier than the sign-in", 0, 0, -1000 * HOUR, 1, STAFF_DONE },
		{ "the clock was put back", 0, 0, 1, -HOUR, STAFF_DONE },
		{ "just before ten hours", 10 * HOUR - 1, 10 * HOUR - 1, 10 * HOUR - 1,
		  10 * HOUR - 1, STAFF_DONE },
		{ "ten hours, as told", 10 * HOUR - 1, 10 * HOUR - 1, 10 * HOUR, 10 * HOUR - 1,
		  STAFF_TOO_LONG },
		{ "ten hours, by the clock", 10 * HOUR - 1, 10 * HOUR - 1, 0, 10 * HOUR,
		  STAFF_TOO_LONG },
		{ "the end of time", 0, 0, INT64_MAX, 0, STAFF_TOO_LONG },
		{ "its beginning", 0, 0, INT64_MIN, INT64_MIN, STAFF_DONE },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct staff_session session = { .last = { rows[i].last_told,
							   rows[i].last_clock } };
		struct staff_moment now = { rows[i].told, rows[i].clock };
		if (staff_session_state(&session, now) != rows[i].answer)
			fail_msg("%s", rows[i].name);
	}
}

static void a_lock_ends_when_both_times_say_so(void **state)
{
	static const struct {
		const char *name;
		int64_t failures, told, clock;
		bool locked;
		int64_t after;
	} rows[] = {
		{ "none", 0, 0, 0, false, 1 },
		{ "four at once", 4, 0, 0, false, 5 },
		{ "five at once", 5, 0, 0, true, 6 },
		{ "just before", 5, 15 * MINUTE - 1, 15 * MINUTE - 1, true, 6 },
		{ "as told alone", 5, 15 * MINUTE, 15 * MINUTE - 1, true, 6 },
		{ "by the clock alone", 5, 15 * MINUTE - 1, 15 * MINUTE, true, 6 },
		{ "both", 5, 15 * MINUTE, 15 * MINUTE, false, 1 },
		{ "told earlier", 5, -HOUR, HOUR, true, 6 },
		{ "four, long ago, are still in a row", 4, HOUR, HOUR, false, 5 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct staff_moment failed = { 0, 0 }, now = { rows[i].told, rows[i].clock };
		if (staff_is_locked(rows[i].failures, failed, now) != rows[i].locked ||
		    staff_failures_after(rows[i].failures, failed, now) != rows[i].after)
			fail_msg("%s", rows[i].name);
	}
}

/* The hash that a wrong name is compared with is made at the same cost. */
static void a_password_is_hashed_at_one_cost(void **state)
{
	static const char cost[] = "$argon2id$v=19$m=65536,t=2,p=1$";
	char hash[PASSWORD_HASH_SIZE];
	(void)state;
	assert_true(vault_password_hash(hash, GOOD));
	assert_memory_equal(hash, cost, sizeof cost - 1);
	assert_true(vault_password_fits(hash, GOOD));
	assert_false(vault_password_fits(hash, GOOD " "));
	assert_false(vault_password_fits("no hash", GOOD));
}

static void a_name_and_a_password_must_be_fit(void **state)
{
	char longest[STAFF_PASSWORD_MOST + 2], name[STAFF_NAME_MAX + 2];
	memset(longest, 'p', sizeof longest);
	longest[STAFF_PASSWORD_MOST + 1] = '\0';
	memset(name, 'n', sizeof name);
	name[STAFF_NAME_MAX + 1] = '\0';
	const struct {
		const char *name, *password;
		enum staff_refusal answer;
	} rows[] = {
		{ "", GOOD, STAFF_NAME_UNFIT },
		{ name, GOOD, STAFF_NAME_UNFIT },
		{ "os:root", GOOD, STAFF_NAME_UNFIT },
		{ "OS:root", GOOD, STAFF_NAME_UNFIT },
		{ "two words", GOOD, STAFF_NAME_UNFIT },
		{ "a\tb", GOOD, STAFF_NAME_UNFIT },
		{ "a\x7f", GOOD, STAFF_NAME_UNFIT },
		{ "wang", "1234567", STAFF_PASSWORD_UNFIT },
		{ "wang", longest, STAFF_PASSWORD_UNFIT },
		{ "wangxiao", "WangXiao", STAFF_PASSWORD_UNFIT },
		{ "wang", "12345678", STAFF_DONE },
		{ name + 1, longest + 1, STAFF_DONE },
		{ "王", "密码密码", STAFF_DONE },
	};
	act_as_user(of(state), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct staff_account account = { .name = rows[i].name,
						 .roles = STAFF_MANAGER,
						 .unit = "" };
		enum staff_refusal refusal;
		assert_int_equal(
			staff_make(of(state), &refusal, &account, rows[i].password, SMALL_NOW),
			REGISTRY_OK);
		if (refusal != rows[i].answer)
			fail_msg("%s %s: %s", rows[i].name, rows[i].password,
				 staff_refusal_name(refusal));
	}
	/* Nothing of a password is in the file. */
	assert_unwritten(state, "密码密码");
}

/* --- accounts --- */

static void the_first_account_manages_everything(void **state)
{
	static const struct unit other = { "3705",    "别处",    "city", "",
					   INT32_MIN, INT32_MAX, NULL,   NULL };
	bool there = true;
	act_as_user(of(state), 0);
	assert_int_equal(staff_exist(of(state), &there), REGISTRY_OK);
	assert_false(there);
	assert_int_equal(make(of(state), "li", STAFF_ANY_ROLE & ~(uint32_t)STAFF_MANAGER, ""),
			 STAFF_FIRST_MANAGER);
	assert_int_equal(make(of(state), "li", STAFF_MANAGER, "371171001"), STAFF_FIRST_MANAGER);
	assert_int_equal(make(of(state), "li", STAFF_MANAGER, "none"), STAFF_UNKNOWN_UNIT);
	/* Beside another that lies below none, 371171 is not the topmost. */
	assert_int_equal(registry_put_unit(of(state), &other), REGISTRY_OK);
	assert_int_equal(make(of(state), "li", STAFF_MANAGER, "371171"), STAFF_FIRST_MANAGER);
	assert_int_equal(staff_exist(of(state), &there), REGISTRY_OK);
	assert_false(there);
	assert_audited(state, "");
	assert_int_equal(make(of(state), "li", STAFF_MANAGER, ""), STAFF_DONE);
	assert_int_equal(staff_exist(of(state), &there), REGISTRY_OK);
	assert_true(there);
	assert_int_equal(make(of(state), "li", STAFF_CLERK, ""), STAFF_EXISTS);
	assert_audited(state, "staff.new:os:test ");
}

static void the_topmost_unit_will_do(void **state)
{
	act_as_user(of(state), 0);
	assert_int_equal(make(of(state), "li", STAFF_MANAGER, "371171"), STAFF_DONE);
}

static void a_manager_reaches_its_unit_alone(void **state)
{
	act_as_user(of(state), 0);
	assert_int_equal(make(of(state), "top", STAFF_MANAGER, ""), STAFF_DONE);
	assert_int_equal(make(of(state), "county", STAFF_CLERK, "371171"), STAFF_DONE);
	act(of(state), "station", STAFF_MANAGER, "371171001", 0);
	assert_int_equal(make(of(state), "zhou", STAFF_CLERK, "371171"), STAFF_OUTSIDE_UNIT);
	assert_int_equal(make(of(state), "zhou", STAFF_CLERK, ""), STAFF_OUTSIDE_UNIT);
	assert_int_equal(make(of(state), "zhou", STAFF_CLERK, "371171001"), STAFF_DONE);
	assert_int_equal(change(of(state), "county", STAFF_AUDITOR, NULL), STAFF_OUTSIDE_UNIT);
	assert_int_equal(change(of(state), "zhou", 0, "371171"), STAFF_OUTSIDE_UNIT);
	assert_int_equal(change(of(state), "zhou", STAFF_AUDITOR, NULL), STAFF_DONE);
	assert_int_equal(change(of(state), "none", STAFF_AUDITOR, NULL), STAFF_UNKNOWN);
	assert_int_equal(close_account(of(state), "top"), STAFF_OUTSIDE_UNIT);
	assert_int_equal(set_password(of(state), "county", NULL, BETTER), STAFF_OUTSIDE_UNIT);
	assert_int_equal(close_account(of(state), "zhou"), STAFF_DONE);
	assert_int_equal(close_account(of(state), "zhou"), STAFF_CLOSED);
	assert_int_equal(set_password(of(state), "zhou", NULL, BETTER), STAFF_CLOSED);
	assert_int_equal(make(of(state), "zhou", STAFF_CLERK, "371171001"), STAFF_EXISTS);
	assert_audited(state, "staff.new:os:test staff.new:os:test staff.new:station "
			      "staff.change:station staff.close:station ");
}

static void a_unit_may_be_named_by_its_region(void **state)
{
	static const struct unit units[] = {
		{ "hall", "大厅", "town", "371171", INT32_MIN, INT32_MAX, "371199", NULL },
		{ "east", "东", "town", "371171", INT32_MIN, INT32_MAX, "371198", NULL },
		{ "west", "西", "town", "371171", INT32_MIN, INT32_MAX, "371198", NULL },
	};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		assert_int_equal(registry_put_unit(of(state), &units[i]), REGISTRY_OK);
	act_as_user(of(state), 0);
	assert_int_equal(make(of(state), "top", STAFF_MANAGER, ""), STAFF_DONE);
	assert_int_equal(make(of(state), "zhou", STAFF_CLERK, "371199"), STAFF_DONE);
	assert_int_equal(make(of(state), "wu", STAFF_CLERK, "371198"), STAFF_UNKNOWN_UNIT);
	assert_int_equal(sign_in(of(state), "zhou", GOOD, 0, 0), STAFF_DONE);
	assert_string_equal(registry_actor(of(state))->unit, "hall");
}

static void a_manager_of_everything_stays(void **state)
{
	act_as_user(of(state), 0);
	enroll(state, "one", STAFF_MANAGER | STAFF_AUDITOR, "");
	enroll(state, "station", STAFF_MANAGER, "371171001");
	assert_int_equal(close_account(of(state), "one"), STAFF_LAST_MANAGER);
	assert_int_equal(change(of(state), "one", STAFF_AUDITOR, NULL), STAFF_LAST_MANAGER);
	assert_int_equal(change(of(state), "one", 0, "371171001"), STAFF_LAST_MANAGER);
	/* The topmost unit is everything too. */
	assert_int_equal(change(of(state), "one", 0, "371171"), STAFF_DONE);
	assert_int_equal(change(of(state), "one", STAFF_MANAGER, ""), STAFF_DONE);
	enroll(state, "two", STAFF_MANAGER, "371171");
	assert_int_equal(close_account(of(state), "one"), STAFF_DONE);
	assert_int_equal(close_account(of(state), "two"), STAFF_LAST_MANAGER);
	assert_int_equal(close_account(of(state), "station"), STAFF_DONE);
}

/* --- signing in --- */

static void a_wrong_name_and_a_wrong_password_are_one(void **state)
{
	act_as_user(of(state), 0);
	enroll(state, "top", STAFF_MANAGER, "");
	enroll(state, "gone", STAFF_CLERK, "371171");
	assert_int_equal(close_account(of(state), "gone"), STAFF_DONE);
	assert_int_equal(sign_in(of(state), "top", "wrong horse", 0, 0), STAFF_WRONG);
	assert_int_equal(sign_in(of(state), "nobody", GOOD, 0, 0), STAFF_WRONG);
	assert_int_equal(sign_in(of(state), "gone", GOOD, 0, 0), STAFF_WRONG);
	assert_string_equal(registry_actor(of(state))->name, "os:test");
	assert_int_equal(take_up(of(state), "top", 0, 0), STAFF_NOT_SIGNED_IN);
	assert_int_equal(sign_in(of(state), "top", GOOD, 0, 7), STAFF_DONE);
	assert_string_equal(registry_actor(of(state))->name, "top");
	assert_int_equal(registry_actor(of(state))->roles, STAFF_MANAGER);
	assert_false(registry_actor(of(state))->may_all);
	assert_int_equal(registry_actor(of(state))->clock, SMALL_NOW + 7);
	assert_audited(state, "staff.close:os:test "
			      "staff.sign_in_failed:os:test staff.sign_in_failed:os:test "
			      "staff.sign_in_failed:os:test staff.sign_in:top ");
	assert_unwritten(state, "wrong horse");
}

static void five_wrong_passwords_lock(void **state)
{
	enum { LOCK = 15 * MINUTE };
	act_as_user(of(state), 0);
	enroll(state, "top", STAFF_MANAGER, "");
	for (int i = 0; i < 4; i++)
		assert_int_equal(sign_in(of(state), "top", "wrong horse", 0, 0), STAFF_WRONG);
	/* The right one ends the row. */
	assert_int_equal(sign_in(of(state), "top", GOOD, 0, 0), STAFF_DONE);
	for (int i = 0; i < 5; i++)
		assert_int_equal(sign_in(of(state), "top", "wrong horse", 0, 0), STAFF_WRONG);
	assert_int_equal(sign_in(of(state), "top", GOOD, 0, 0), STAFF_LOCKED);
	assert_int_equal(sign_in(of(state), "top", GOOD, LOCK, 0), STAFF_LOCKED);
	assert_int_equal(sign_in(of(state), "top", GOOD, LOCK - 1, LOCK), STAFF_LOCKED);
	/* What was tried meanwhile does not make it longer. */
	assert_int_equal(sign_in(of(state), "top", "wrong horse", LOCK, LOCK), STAFF_WRONG);
	assert_int_equal(sign_in(of(state), "top", GOOD, LOCK, LOCK), STAFF_DONE);
}

static void the_lock_is_on_record_once(void **state)
{
	act_as_user(of(state), 0);
	enroll(state, "top", STAFF_MANAGER, "");
	small_sql(((struct small_registry *)*state)->path,
		  "UPDATE staff SET failures = 4, failed_at = 0, failed_clock = 0");
	assert_int_equal(sign_in(of(state), "top", "wrong horse", 0, 0), STAFF_WRONG);
	assert_int_equal(sign_in(of(state), "top", GOOD, 0, 0), STAFF_LOCKED);
	/* Another manager helps, and whoever was signed in is not any more. */
	act_as_user(of(state), 0);
	assert_int_equal(set_password(of(state), "top", NULL, BETTER), STAFF_DONE);
	assert_int_equal(sign_in(of(state), "top", GOOD, 0, 0), STAFF_WRONG);
	assert_int_equal(sign_in(of(state), "top", BETTER, 0, 0), STAFF_DONE);
	act_as_user(of(state), 0);
	assert_int_equal(set_password(of(state), "top", NULL, GOOD), STAFF_DONE);
	assert_int_equal(take_up(of(state), "top", 0, 0), STAFF_NOT_SIGNED_IN);
	assert_audited(state,
		       "staff.sign_in_failed:os:test staff.locked:os:test "
		       "staff.sign_in_failed:os:test staff.password:os:test "
		       "staff.sign_in_failed:os:test staff.sign_in:top staff.password:os:test ");
}

static void the_own_password_needs_the_old_one(void **state)
{
	act_as_user(of(state), 0);
	enroll(state, "top", STAFF_MANAGER, "");
	assert_int_equal(sign_in(of(state), "top", GOOD, 0, 0), STAFF_DONE);
	assert_int_equal(set_password(of(state), "top", "wrong horse", BETTER), STAFF_WRONG);
	assert_int_equal(set_password(of(state), "top", GOOD, "short"), STAFF_PASSWORD_UNFIT);
	assert_int_equal(set_password(of(state), "top", GOOD, BETTER), STAFF_DONE);
	/* The sign-in goes on. */
	assert_int_equal(take_up(of(state), "top", 0, 0), STAFF_DONE);
	assert_int_equal(sign_in(of(state), "top", BETTER, 0, 0), STAFF_DONE);
	assert_audited(state, "staff.sign_in:top staff.sign_in_failed:top "
			      "staff.password:top staff.sign_in:top ");
}

static void a_sign_in_lasts_as_long_as_there_are_acts(void **state)
{
	struct registry *reading;
	bool was;
	act_as_user(of(state), 0);
	enroll(state, "top", STAFF_MANAGER, "");
	assert_int_equal(sign_in(of(state), "top", GOOD, 0, 0), STAFF_DONE);
	assert_int_equal(take_up(of(state), "top", 29 * MINUTE, 29 * MINUTE), STAFF_DONE);
	assert_int_equal(staff_renew(of(state), SMALL_NOW + 29 * MINUTE), REGISTRY_OK);
	assert_int_equal(take_up(of(state), "top", 58 * MINUTE, 58 * MINUTE), STAFF_DONE);
	/* An act that is told an earlier time takes nothing away. */
	assert_int_equal(take_up(of(state), "top", -HOUR, 30 * MINUTE), STAFF_DONE);
	assert_int_equal(staff_renew(of(state), SMALL_NOW - HOUR), REGISTRY_OK);
	assert_int_equal(take_up(of(state), "top", 59 * MINUTE - 1, 59 * MINUTE), STAFF_DONE);
	assert_int_equal(take_up(of(state), "top", 59 * MINUTE, 59 * MINUTE), STAFF_IDLE);
	assert_int_equal(take_up(of(state), "top", -HOUR, 60 * MINUTE), STAFF_IDLE);
	/* Who looks only is doing something too. */
	assert_int_equal(registry_open(&reading, ((struct small_registry *)*state)->path, false),
			 REGISTRY_OK);
	assert_int_equal(take_up(reading, "top", 40 * MINUTE, 40 * MINUTE), STAFF_DONE);
	assert_int_equal(staff_renew(reading, SMALL_NOW + 40 * MINUTE), REGISTRY_OK);
	registry_close(reading);
	assert_int_equal(take_up(of(state), "top", 69 * MINUTE, 69 * MINUTE), STAFF_DONE);
	act_as_user(of(state), 0);
	assert_int_equal(staff_sign_out(of(state), &was, "top", SMALL_NOW), REGISTRY_OK);
	assert_true(was);
	assert_int_equal(staff_sign_out(of(state), &was, "top", SMALL_NOW), REGISTRY_OK);
	assert_false(was);
	assert_int_equal(take_up(of(state), "top", 0, 0), STAFF_NOT_SIGNED_IN);
	assert_int_equal(take_up(of(state), "nobody", 0, 0), STAFF_NOT_SIGNED_IN);
	assert_audited(state, "staff.sign_in:top staff.sign_out:os:test ");
}

static void whoever_is_closed_is_signed_out(void **state)
{
	act_as_user(of(state), 0);
	enroll(state, "top", STAFF_MANAGER, "");
	enroll(state, "li", STAFF_CLERK, "371171");
	assert_int_equal(sign_in(of(state), "li", GOOD, 0, 0), STAFF_DONE);
	act_as_user(of(state), 0);
	assert_int_equal(close_account(of(state), "li"), STAFF_DONE);
	assert_int_equal(take_up(of(state), "li", 0, 0), STAFF_NOT_SIGNED_IN);
}

/* --- lists --- */

static bool account_row(void *context, const struct staff_account *account)
{
	char text[192];
	snprintf(text, sizeof text, "%s/%u/%s/%d%d", account->name, account->roles, account->unit,
		 account->active, account->signed_in);
	return see(context, text);
}

static void a_list_holds_what_is_reached(void **state)
{
	struct seen all = { 0 }, station = { 0 };
	act_as_user(of(state), 0);
	enroll(state, "a", STAFF_MANAGER, "");
	enroll(state, "b", STAFF_CLERK, "371171001");
	enroll(state, "c", STAFF_AUDITOR, "371171");
	enroll(state, "d", STAFF_AUDITOR, "371171001");
	assert_int_equal(close_account(of(state), "d"), STAFF_DONE);
	assert_int_equal(sign_in(of(state), "b", GOOD, 0, 0), STAFF_DONE);
	act_as_user(of(state), 0);
	assert_int_equal(staff_each(of(state), SMALL_NOW, account_row, &all), REGISTRY_OK);
	assert_string_equal(all.text, "a/16//10 b/1/371171001/11 c/8/371171/10 ");
	act(of(state), "m", STAFF_MANAGER, "371171001", 30 * MINUTE);
	assert_int_equal(staff_each(of(state), SMALL_NOW, account_row, &station), REGISTRY_OK);
	assert_string_equal(station.text, "b/1/371171001/10 d/8/371171001/00 ");
}

#define WITH_REGISTRY(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_have_names),
		cmocka_unit_test(a_sign_in_ends_when_either_time_says_so),
		cmocka_unit_test(a_lock_ends_when_both_times_say_so),
		cmocka_unit_test(a_password_is_hashed_at_one_cost),
		WITH_REGISTRY(a_name_and_a_password_must_be_fit),
		WITH_REGISTRY(the_first_account_manages_everything),
		WITH_REGISTRY(the_topmost_unit_will_do),
		WITH_REGISTRY(a_manager_reaches_its_unit_alone),
		WITH_REGISTRY(a_unit_may_be_named_by_its_region),
		WITH_REGISTRY(a_manager_of_everything_stays),
		WITH_REGISTRY(a_wrong_name_and_a_wrong_password_are_one),
		WITH_REGISTRY(five_wrong_passwords_lock),
		WITH_REGISTRY(the_lock_is_on_record_once),
		WITH_REGISTRY(the_own_password_needs_the_old_one),
		WITH_REGISTRY(a_sign_in_lasts_as_long_as_there_are_acts),
		WITH_REGISTRY(whoever_is_closed_is_signed_out),
		WITH_REGISTRY(a_list_holds_what_is_reached),
	};
	return cmocka_run_group_tests_name("staff", tests, NULL, NULL);
}
