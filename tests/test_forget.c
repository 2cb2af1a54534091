/*
 * Deleting people as the law says: what goes, what stays, and when it is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/audit.h"
#include "db/forget.h"
#include "db/life_record.h"
#include "db/lookup.h"
#include "db/plaque.h"
#include "db/store.h"
#include "tests/small_registry.h"

#define DAY_S 86400
#define CODE  "the-one-to-forget" /* found nowhere by chance */

static struct forget_count forgotten;
static char number[64];

/* --- the stage --- */

static void sql(struct small_registry *small, const char *text)
{
	small_sql(small->path, text);
}

/* The first number of a row. */
static int64_t count(struct small_registry *small, const char *text)
{
	struct store *store;
	struct statement *row;
	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, text), STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	int64_t value = column_integer(row, 0);
	store_close(store);
	return value;
}

static void step(struct small_registry *small, const char *certificate, enum life_act act,
		 int64_t at)
{
	struct life_answer answer;
	struct life_request request = { .certificate = certificate,
					.act = act,
					.now = at,
					.at = at,
					.until = LIFE_NEVER,
					.reason = "said of " CODE };
	assert_int_equal(registry_begin(small->registry), REGISTRY_OK);
	assert_int_equal(life_take_step(small->registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(answer.refusal, LIFE_TAKEN);
	assert_int_equal(registry_commit(small->registry), REGISTRY_OK);
}

static void put(struct small_registry *small, const char *code, const char *certificate,
		const char *state)
{
	struct person person = {
		.code = code, .name = "被遗忘者", .home_region = "3711", .identities = "war"
	};
	struct certificate row = { certificate, code, "371171001", 1, state, INT32_MIN, INT32_MAX };
	assert_int_equal(registry_put_person(small->registry, &person), REGISTRY_OK);
	if (certificate != NULL)
		assert_int_equal(registry_put_certificate(small->registry, &row), REGISTRY_OK);
}

static void mark(struct small_registry *small, const char *plaque, enum plaque_state state)
{
	struct plaque_answer answer;
	struct plaque_request request = {
		.number = plaque, .state = state, .day = SMALL_DAY, .reason = "", .now = SMALL_NOW
	};
	assert_int_equal(registry_begin(small->registry), REGISTRY_OK);
	assert_int_equal(plaque_step(small->registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(answer.refusal, PLAQUE_TAKEN);
	assert_int_equal(registry_commit(small->registry), REGISTRY_OK);
}

static void put_plaque(struct small_registry *small, const char *plaque, const char *person)
{
	struct plaque row = {
		.number = plaque, .person = person, .unit = "371171", .household = ""
	};
	assert_int_equal(plaque_put(small->registry, &row), REGISTRY_OK);
	mark(small, plaque, PLAQUE_ISSUED);
	mark(small, plaque, PLAQUE_HUNG);
}

/* CODE with all that a person can have on file, and nothing that stands in the way. */
static void put_everything(struct small_registry *small)
{
	static const uint8_t id[16] = "medium of it all";
	struct medium medium = { .id = id,
				 .id_length = 16,
				 .certificate = "C-" CODE,
				 .carrier = "qr",
				 .issued_at = SMALL_NOW,
				 .expires = INT64_MAX };
	struct lookup found;
	put(small, CODE, "C-" CODE, "active");
	assert_int_equal(registry_put_medium(small->registry, &medium), REGISTRY_OK);
	step(small, "C-" CODE, ACT_SUSPEND, SMALL_NOW - 10);
	step(small, "C-" CODE, ACT_CANCEL, SMALL_NOW - 5);
	put_plaque(small, "G-" CODE, CODE);
	mark(small, "G-" CODE, PLAQUE_TAKEN_DOWN);
	sql(small, "INSERT INTO exclusion VALUES ('" CODE "', 'prison', 1, NULL);"
		   "INSERT INTO photograph VALUES ('" CODE "', x'00', 1);"
		   "INSERT INTO batch (id, what, items, made_at) VALUES ('b', 'w', 1, 1);"
		   "INSERT INTO batch_item (batch, position, certificate, state, why, stepped) "
		   "VALUES ('b', 1, 'C-" CODE "', 'done', '', 1)");
	assert_int_equal(lookup_text(small->registry, &found, LOOKUP_PERSON, CODE), REGISTRY_OK);
	assert_int_equal(lookup_on_record(small->registry, &found, "person.find",
					  "by=person text=" CODE, SMALL_NOW),
			 REGISTRY_OK);
}

static enum forget_refusal forget(struct small_registry *small, const char *code, bool *traces)
{
	enum forget_refusal refusal;
	bool none;
	forgotten = (struct forget_count){ .persons = 0 };
	assert_int_equal(forget_begin(small->registry), REGISTRY_OK);
	assert_int_equal(forget_person(small->registry, &refusal, number, &forgotten, code,
				       "asked for it", SMALL_NOW),
			 REGISTRY_OK);
	assert_int_equal(forget_commit(small->registry, traces == NULL ? &none : traces),
			 REGISTRY_OK);
	return refusal;
}

static void report(void *context, const char *line)
{
	(void)context;
	fail_msg("%s", line);
}

/* Log and audit chain are whole, and each detail that is gone was counted by an act. */
static void assert_valid(struct small_registry *small)
{
	struct audit_report audit;
	small_assert_intact(small->registry);
	assert_int_equal(registry_fsck(small->registry, report, NULL), REGISTRY_OK);
	assert_int_equal(audit_verify(small->registry, &audit), REGISTRY_OK);
	if (audit.fault != AUDIT_INTACT)
		fail_msg("%s", audit.why);
}

static bool file_holds(struct small_registry *small, const char *suffix, const char *text)
{
	char path[192];
	size_t length = strlen(text), size = 1 << 24, used = 0;
	bool found = false;
	small_path(path, small, suffix);
	FILE *file = fopen(path, "rb");
	char *bytes = malloc(size);
	assert_non_null(bytes);
	if (file != NULL) {
		used = fread(bytes, 1, size, file);
		fclose(file);
	}
	assert_true(used < size);
	for (size_t i = 0; !found && i + length <= used; i++)
		found = memcmp(bytes + i, text, length) == 0;
	free(bytes);
	return found;
}

/* --- forgetting one --- */

static void everything_of_the_person_is_deleted(void **state)
{
	struct small_registry *small = *state;
	static const char *const rows[] = {
		"SELECT count(*) FROM person WHERE code = '" CODE "'",
		"SELECT count(*) FROM certificate WHERE person = '" CODE "'",
		"SELECT count(*) FROM holding WHERE person = '" CODE "'",
		"SELECT count(*) FROM event WHERE certificate = 'C-" CODE "'",
		"SELECT count(*) FROM medium WHERE certificate = 'C-" CODE "'",
		"SELECT count(*) FROM plaque WHERE person = '" CODE "'",
		"SELECT count(*) FROM plaque_event WHERE plaque = 'G-" CODE "'",
		"SELECT count(*) FROM photograph WHERE person = '" CODE "'",
		"SELECT count(*) FROM exclusion WHERE person = '" CODE "'",
		"SELECT count(*) FROM name_key WHERE person = '" CODE "'",
		"SELECT count(*) FROM batch_item WHERE certificate = 'C-" CODE "'",
		"SELECT count(*) FROM audit_detail WHERE text LIKE '%" CODE "%'",
	};
	put_everything(small);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_true(count(small, rows[i]) > 0);
	int64_t entries = count(small, "SELECT count(*) FROM audit");
	assert_int_equal(forget(small, CODE, NULL), FORGOTTEN);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (count(small, rows[i]) != 0)
			fail_msg("%s", rows[i]);
	assert_int_equal(forgotten.persons, 1);
	assert_int_equal(forgotten.certificates, 1);
	assert_int_equal(forgotten.media, 1);
	assert_int_equal(forgotten.plaques, 1);
	assert_int_equal(forgotten.details, 6); /* two steps, three of the plaque, one look */
	assert_int_equal(count(small, "SELECT count(*) FROM forgetting"), 0);
	assert_int_equal(count(small, "SELECT count(*) FROM audit"), entries + 1);
	assert_int_equal(count(small, "SELECT erased FROM audit WHERE act = 'person.forget'"), 6);
	assert_int_equal(count(small, "SELECT count(*) FROM audit_detail"
				      " WHERE text = 'reason=asked for it'"),
			 1);
	assert_valid(small);
}

/* Steps that were recorded while it was somebody else's go with it, accounted for. */
static void a_certificate_that_changed_hands_leaves_the_chain_valid(void **state)
{
	struct small_registry *small = *state;
	put_everything(small);
	put(small, "F-OLD", "C-OLD", "active");
	step(small, "C-OLD", ACT_SUSPEND, SMALL_NOW - 10);
	step(small, "C-OLD", ACT_CANCEL, SMALL_NOW - 5);
	put_plaque(small, "G-OLD", "F-OLD");
	mark(small, "G-OLD", PLAQUE_TAKEN_DOWN);
	sql(small, "UPDATE certificate SET person = '" CODE "' WHERE number = 'C-OLD';"
		   "UPDATE plaque SET person = '" CODE "' WHERE number = 'G-OLD'");
	assert_int_equal(forget(small, CODE, NULL), FORGOTTEN);
	assert_int_equal(count(small, "SELECT count(*) FROM audit_detail WHERE text LIKE '%-OLD%'"),
			 0);
	assert_valid(small);
}

static void others_stay_as_they_are(void **state)
{
	struct small_registry *small = *state;
	static const char all[] = "SELECT (SELECT count(*) FROM person)"
				  " + 100 * (SELECT count(*) FROM certificate)"
				  " + 10000 * (SELECT count(*) FROM holding)"
				  " + 1000000 * (SELECT count(*) FROM name_key)";
	int64_t before = count(small, all);
	put_everything(small);
	assert_int_equal(forget(small, CODE, NULL), FORGOTTEN);
	assert_int_equal(count(small, all), before);
	/* One of the same name is still found by it. */
	put(small, "twin", "C-twin", "active");
	put(small, CODE, "C-" CODE, "cancelled");
	assert_int_equal(forget(small, CODE, NULL), FORGOTTEN);
	struct lookup found;
	assert_int_equal(lookup_text(small->registry, &found, LOOKUP_NAME, "被遗忘者"),
			 REGISTRY_OK);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.persons[0], "twin");
}

static void redemptions_stay_in_the_log_under_a_pseudonym(void **state)
{
	struct small_registry *small = *state;
	struct redemption made;
	assert_int_equal(small_redeem(small->registry, &made, "visit"), REGISTRY_OK);
	step(small, "C1", ACT_CANCEL, SMALL_NOW);
	step(small, "C1B", ACT_CANCEL, SMALL_NOW);
	assert_int_equal(forget(small, "P1", NULL), FORGOTTEN);
	assert_int_equal(forgotten.certificates, 2);
	assert_int_equal(small_entries(small->registry), 1);
	assert_int_equal(count(small, "SELECT count(*) FROM id_key"), 0);
	assert_valid(small);
	/* The ID number is free for a person who is put on file anew. */
	struct person again = { .code = "P9",
				.name = "测试甲人",
				.home_region = "",
				.identities = "",
				.id_number = "11010519491231002X" };
	assert_int_equal(registry_put_person(small->registry, &again), REGISTRY_OK);
}

static void nothing_of_it_is_left_in_the_file(void **state)
{
	struct small_registry *small = *state;
	bool traces = true;
	put_everything(small);
	assert_true(file_holds(small, "", CODE) || file_holds(small, "-wal", CODE));
	assert_int_equal(forget(small, CODE, &traces), FORGOTTEN);
	assert_false(traces);
	assert_false(file_holds(small, "", CODE));
	assert_false(file_holds(small, "-wal", CODE));
}

static void traces_are_told_of_while_another_program_reads(void **state)
{
	struct small_registry *small = *state;
	struct store *reader;
	struct statement *row;
	bool traces = false;
	put_everything(small);
	assert_int_equal(store_open(&reader, small->path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(reader, &row, "SELECT code FROM person"), STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	assert_int_equal(forget(small, CODE, &traces), FORGOTTEN);
	assert_true(traces);
	store_close(reader);
	assert_int_equal(count(small, "SELECT count(*) FROM person WHERE code = '" CODE "'"), 0);
}

/* --- refused --- */

static void who_has_a_certificate_at_work_or_a_plaque_hung_is_kept(void **state)
{
	struct small_registry *small = *state;
	static const struct {
		const char *state;
		enum forget_refusal refusal;
	} rows[] = {
		{ "active", FORGET_CERTIFICATE_AT_WORK },
		{ "applied", FORGET_CERTIFICATE_AT_WORK },
		{ "in_production", FORGET_CERTIFICATE_AT_WORK },
		{ "suspended", FORGET_CERTIFICATE_AT_WORK },
		{ "lost", FORGET_CERTIFICATE_AT_WORK },
		{ "replaced", FORGET_CERTIFICATE_AT_WORK },
		{ "on_file", FORGOTTEN },
		{ "refused", FORGOTTEN },
		{ "withdrawn", FORGOTTEN },
		{ "deceased", FORGOTTEN },
		{ "moved", FORGOTTEN },
		{ "other_kind", FORGOTTEN },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		put(small, CODE, "C-1", "cancelled");
		put(small, CODE, "C-2", rows[i].state);
		if (forget(small, CODE, NULL) != rows[i].refusal)
			fail_msg("%s", rows[i].state);
		assert_string_equal(number, rows[i].refusal == FORGOTTEN ? "" : "C-2");
		assert_int_equal(
			count(small, "SELECT count(*) FROM person WHERE code = '" CODE "'"),
			rows[i].refusal != FORGOTTEN);
	}
	put(small, CODE, NULL, NULL);
	put_plaque(small, "G-1", CODE);
	assert_int_equal(forget(small, CODE, NULL), FORGET_PLAQUE_HUNG);
	assert_string_equal(number, "G-1");
	mark(small, "G-1", PLAQUE_DAMAGED);
	assert_int_equal(forget(small, CODE, NULL), FORGOTTEN);
	assert_int_equal(forget(small, CODE, NULL), FORGET_UNKNOWN);
	assert_valid(small);
}

static void a_withdrawal_dated_ahead_does_not_count_yet(void **state)
{
	struct small_registry *small = *state;
	struct life_answer answer;
	struct life_request request = { .certificate = "C2",
					.act = ACT_WITHDRAW,
					.now = SMALL_NOW - 10,
					.at = SMALL_NOW + 1,
					.until = LIFE_NEVER };
	assert_int_equal(registry_begin(small->registry), REGISTRY_OK);
	assert_int_equal(life_take_step(small->registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(registry_commit(small->registry), REGISTRY_OK);
	assert_int_equal(forget(small, "P2", NULL), FORGET_CERTIFICATE_AT_WORK);
	enum forget_refusal refusal;
	assert_int_equal(forget_begin(small->registry), REGISTRY_OK);
	assert_int_equal(forget_person(small->registry, &refusal, number, &forgotten, "P2", "",
				       SMALL_NOW + 1),
			 REGISTRY_OK);
	assert_int_equal(refusal, FORGOTTEN);
	forget_rollback(small->registry);
	assert_int_equal(count(small, "SELECT count(*) FROM person WHERE code = 'P2'"), 1);
}

static void actor_of_another_unit_forgets_nobody(void **state)
{
	struct small_registry *small = *state;
	struct actor actor = { .name = "wang", .unit = "330683" };
	put(small, CODE, "C-" CODE, "cancelled");
	registry_act_as(small->registry, &actor);
	assert_int_equal(forget(small, CODE, NULL), FORGET_OUTSIDE_UNIT);
	strcpy(actor.unit, "371171");
	registry_act_as(small->registry, &actor);
	assert_int_equal(forget(small, CODE, NULL), FORGOTTEN);
}

static void references_are_minded_again_afterwards(void **state)
{
	struct small_registry *small = *state;
	struct certificate stray = { "C-stray", "nobody",  "371171", 1,
				     "active",  INT32_MIN, INT32_MAX };
	put(small, CODE, "C-" CODE, "cancelled");
	assert_int_equal(forget(small, CODE, NULL), FORGOTTEN);
	assert_int_equal(registry_put_certificate(small->registry, &stray), REGISTRY_CONSTRAINT);
	assert_int_equal(forget(small, CODE, NULL), FORGET_UNKNOWN);
	assert_int_equal(registry_put_certificate(small->registry, &stray), REGISTRY_CONSTRAINT);
}

/* --- retention --- */

#define DAYS 200

static struct retention retain(struct small_registry *small, bool dry_run)
{
	struct retention done;
	bool traces;
	assert_int_equal(forget_begin(small->registry), REGISTRY_OK);
	assert_int_equal(forget_retention(small->registry, &done, DAYS, SMALL_NOW), REGISTRY_OK);
	if (dry_run)
		forget_rollback(small->registry);
	else
		assert_int_equal(forget_commit(small->registry, &traces), REGISTRY_OK);
	return done;
}

static void who_ended_long_enough_ago_is_forgotten(void **state)
{
	struct small_registry *small = *state;
	const int64_t limit = SMALL_NOW - (int64_t)DAYS * DAY_S;
	put(small, "old", "C-old", "active");
	step(small, "C-old", ACT_CANCEL, limit - 1);
	put(small, "young", "C-young", "active");
	step(small, "C-young", ACT_CANCEL, limit);
	put(small, "one-left", "C-left", "active");
	put(small, "one-left", "C-gone", "active");
	step(small, "C-gone", ACT_CANCEL, limit - 1);
	put(small, "hung", "C-hung", "active");
	step(small, "C-hung", ACT_CANCEL, limit - 1);
	put_plaque(small, "G-1", "hung");
	put(small, "file", NULL, NULL);
	put(small, "on-file", "C-file", "on_file");
	put(small, "undated", "C-undated", "withdrawn");
	struct retention tried = retain(small, true);
	assert_int_equal(tried.forgotten.persons, 1);
	assert_int_equal(count(small, "SELECT count(*) FROM person WHERE code = 'old'"), 1);
	struct retention done = retain(small, false);
	assert_int_equal(done.forgotten.persons, 1);
	assert_int_equal(done.forgotten.certificates, 1);
	assert_int_equal(done.forgotten.details, 1);
	assert_int_equal(done.undated, 1);
	assert_int_equal(count(small, "SELECT count(*) FROM person WHERE code = 'old'"), 0);
	assert_int_equal(count(small, "SELECT count(*) FROM person"), 3 + 6);
	assert_int_equal(count(small, "SELECT count(*) FROM forgetting"), 0);
	assert_valid(small);
}

static void old_details_of_looks_are_deleted_and_counted(void **state)
{
	struct small_registry *small = *state;
	const int64_t limit = SMALL_NOW - (int64_t)DAYS * DAY_S;
	struct lookup found;
	assert_int_equal(lookup_text(small->registry, &found, LOOKUP_PERSON, "P2"), REGISTRY_OK);
	assert_int_equal(
		lookup_on_record(small->registry, &found, "person.find", "by=person", limit - 1),
		REGISTRY_OK);
	assert_int_equal(lookup_on_record(small->registry, &found, "certificate.show",
					  "certificate=C2", limit - 1),
			 REGISTRY_OK);
	assert_int_equal(
		lookup_on_record(small->registry, &found, "person.find", "by=person", limit),
		REGISTRY_OK);
	step(small, "C2", ACT_SUSPEND, limit);
	struct retention done = retain(small, false);
	assert_int_equal(done.looks, 2);
	assert_int_equal(count(small, "SELECT erased FROM audit WHERE act = 'person.retention'"),
			 2);
	assert_int_equal(count(small, "SELECT count(*) FROM audit WHERE act = 'person.find'"), 2);
	assert_int_equal(retain(small, false).looks, 0);
	assert_valid(small);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(everything_of_the_person_is_deleted),
		CASE(a_certificate_that_changed_hands_leaves_the_chain_valid),
		CASE(others_stay_as_they_are),
		CASE(redemptions_stay_in_the_log_under_a_pseudonym),
		CASE(nothing_of_it_is_left_in_the_file),
		CASE(traces_are_told_of_while_another_program_reads),
		CASE(who_has_a_certificate_at_work_or_a_plaque_hung_is_kept),
		CASE(a_withdrawal_dated_ahead_does_not_count_yet),
		CASE(actor_of_another_unit_forgets_nobody),
		CASE(references_are_minded_again_afterwards),
		CASE(who_ended_long_enough_ago_is_forgotten),
		CASE(old_details_of_looks_are_deleted_and_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
