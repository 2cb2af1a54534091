/* The life of a certificate at each moment: what is kept of it equals the walk through its steps, what a
 * check says before, within and after, and which media are void from when on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/store.h"
#include "tests/lived.h"
#include "tests/small_registry.h"

#define DAY INT64_C(86400)
#define NOW ((int64_t)SMALL_NOW)

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

/* --- kept and walked --- */

struct walk {
	size_t count;
	enum life_step beginning;
	struct life_event events[LIFE_EVENTS_MAX];
};

static bool walk_row(void *context, const struct life_row *row)
{
	struct walk *walk = context;

	walk->events[walk->count++] = (struct life_event){ row->at, row->until, row->act };
	return true;
}

static void check_moments(struct registry *registry, const char *number, int64_t from)
{
	struct walk walk = { 0 };

	assert_int_equal(life_each_row(registry, number, &walk.beginning, walk_row, &walk),
			 REGISTRY_OK);
	for (int64_t at = from - 20; at < from + 60; at++)
		assert_int_equal(lived_step(registry, number, at),
				 life_standing(walk.beginning, walk.events, walk.count, at).step);
}

static uint32_t state_of_chance = 20260615;

static uint32_t chance(uint32_t below)
{
	state_of_chance = state_of_chance * 1664525 + 1013904223;
	return (state_of_chance >> 8) % below;
}

/* One that follows where it stands then and does not end it, if there is one. */
static enum life_act some_act(struct registry *registry, const char *number, int64_t at)
{
	const uint32_t ends = 1U << ACT_REPLACE_MOVED | 1U << ACT_REPLACE_KIND |
			      1U << ACT_WITHDRAW | 1U << ACT_CANCEL | 1U << ACT_DECEASE |
			      1U << ACT_CLOSE;
	uint32_t follows = life_acts_after(lived_step(registry, number, at)) & ~ends;
	enum life_act act = (enum life_act)chance(ACT_COUNT);

	for (int i = 0; i < 200 && (follows >> act & 1) == 0; i++)
		act = (enum life_act)chance(ACT_COUNT);
	return (follows >> act & 1) != 0 ? act : ACT_APPLY;
}

/* Some ahead, some backdated as far as may be; many are refused. */
static int live(struct registry *registry, const char *number)
{
	int64_t now = NOW;
	int taken = 0;

	for (int i = 0; i < 60; i++) {
		struct life_answer answer;
		now += chance(4);
		int64_t at = now + chance(12) - 4;
		struct life_request request = { .certificate = number,
						.act = some_act(registry, number, at),
						.now = now,
						.at = at,
						.until = chance(2) == 0 ? LIFE_NEVER
									: at + 1 + chance(9) };
		if (lived_take(registry, &answer, &request) != LIFE_TAKEN)
			continue;
		taken++;
		assert_int_equal(answer.step, lived_step(registry, number, now));
		assert_int_equal(answer.follows, life_acts_after(answer.step));
		check_moments(registry, number, now);
	}
	return taken;
}

static void what_is_kept_equals_the_walk_at_any_moment(void **state)
{
	static const char *const numbers[] = { "C2", "N-active", "N-accepted", "N-suspended",
					       "N-loss_reported" };
	int taken = 0;

	for (size_t i = 0; i < COUNT(numbers); i++)
		taken += live(of(state), numbers[i]);
	assert_true(taken > 80);
}

/* --- what a check says --- */

static enum reason check_at(struct registry *registry, const char *number, int64_t at)
{
	static struct entitlement out;
	uint8_t medium[16];
	struct presentation presentation = small_presentation(number, medium);
	struct circumstances circumstances = small_circumstances("SHOP", AMOUNT_NONE);

	circumstances.now = at;
	assert_int_equal(entitlement_check(registry, &out, &presentation, &circumstances),
			 REGISTRY_OK);
	return out.reason;
}

static void a_check_before_within_and_after(void **state)
{
	static const struct {
		enum life_act act;
		int64_t until;
		enum reason within;
	} rows[] = {
		{ ACT_REPORT_LOSS_PROVISIONAL, NOW + 15 * DAY, REASON_LOSS_REPORTED },
		{ ACT_SUSPEND, NOW + 40 * DAY, REASON_SUSPENDED },
	};
	static const char *const numbers[] = { "C1", "C2" };
	struct registry *registry = of(state);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct life_answer answer;
		/* It lies ahead when it is recorded, and takes effect by itself. */
		struct life_request request = { .certificate = numbers[i],
						.act = rows[i].act,
						.now = NOW - DAY,
						.at = NOW,
						.until = rows[i].until };
		assert_int_equal(lived_take(registry, &answer, &request), LIFE_TAKEN);
		assert_int_equal(answer.step, STEP_ACTIVE);
		assert_int_equal(check_at(registry, numbers[i], NOW - 1), REASON_OK);
		assert_int_equal(check_at(registry, numbers[i], NOW), rows[i].within);
		assert_int_equal(check_at(registry, numbers[i], rows[i].until - 1), rows[i].within);
		assert_int_equal(check_at(registry, numbers[i], rows[i].until), REASON_OK);
	}
}

static void a_check_says_how_it_ended(void **state)
{
	static const struct {
		enum life_act act;
		enum reason due;
	} rows[] = {
		{ ACT_REPORT_LOSS, REASON_LOST },    { ACT_REPLACE, REASON_REPLACED },
		{ ACT_REPLACE_MOVED, REASON_MOVED }, { ACT_REPLACE_KIND, REASON_REPLACED },
		{ ACT_WITHDRAW, REASON_WITHDRAWN },  { ACT_CANCEL, REASON_CANCELLED },
		{ ACT_DECEASE, REASON_CANCELLED },   { ACT_CLOSE, REASON_MOVED },
	};
	struct registry *registry = of(state);

	for (size_t i = 0; i < COUNT(rows); i++) {
		char number[8];
		snprintf(number, sizeof number, "D%zu", i);
		const struct certificate certificate = { number,   "P2",      "371171001", 1,
							 "active", INT32_MIN, INT32_MAX };
		assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_OK);
		assert_int_equal(lived_act(registry, number, rows[i].act, NOW), LIFE_TAKEN);
		assert_int_equal(check_at(registry, number, NOW - 1), REASON_OK);
		assert_int_equal(check_at(registry, number, NOW), rows[i].due);
	}
}

/* --- media --- */

static void put_medium(struct registry *registry, const char *id, const char *carrier, int64_t at)
{
	uint8_t bytes[16] = { 0 };
	const struct medium medium = { .id = bytes,
				       .id_length = sizeof bytes,
				       .certificate = "C2",
				       .carrier = carrier,
				       .issued_at = at,
				       .expires = INT64_MAX };

	memcpy(bytes, id, strlen(id));
	assert_int_equal(registry_put_medium(registry, &medium), REGISTRY_OK);
}

struct media {
	int count, void_count;
};

static bool count_medium(void *context, const struct medium *medium, bool void_now)
{
	struct media *media = context;

	(void)medium;
	media->count++;
	media->void_count += void_now;
	return true;
}

static int void_media(struct registry *registry, int64_t at)
{
	struct media media = { 0 };

	assert_int_equal(registry_each_medium(registry, "C2", at, count_medium, &media),
			 REGISTRY_OK);
	return media.void_count;
}

static enum reason check_medium(struct registry *registry, const char *id, int64_t at)
{
	static struct entitlement out;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C2", medium);
	struct circumstances circumstances = small_circumstances("SHOP", AMOUNT_NONE);

	memset(medium, 0, sizeof medium);
	memcpy(medium, id, strlen(id));
	circumstances.now = at;
	assert_int_equal(entitlement_check(registry, &out, &presentation, &circumstances),
			 REGISTRY_OK);
	return out.reason;
}

static void a_certificate_has_several_media(void **state)
{
	struct registry *registry = of(state);

	put_medium(registry, "card", "chip", NOW - 3 * DAY);
	put_medium(registry, "code", "qr", NOW - 2 * DAY);
	put_medium(registry, "tag", "tag", NOW - 2 * DAY);
	put_medium(registry, "phone", "qr", NOW - DAY);
	assert_int_equal(check_medium(registry, "card", NOW), REASON_OK);
	assert_int_equal(check_medium(registry, "phone", NOW), REASON_OK);
	assert_int_equal(void_media(registry, NOW), 0);
}

static void media_are_void_at_the_replacement_and_not_before(void **state)
{
	struct registry *registry = of(state);

	put_medium(registry, "card", "chip", NOW - DAY);
	put_medium(registry, "code", "qr", NOW - DAY);
	assert_int_equal(lived_ahead(registry, "C2", ACT_REPLACE, NOW, NOW + DAY), LIFE_TAKEN);
	assert_int_equal(void_media(registry, NOW + DAY - 1), 0);
	assert_int_equal(check_medium(registry, "code", NOW + DAY - 1), REASON_OK);
	assert_int_equal(void_media(registry, NOW + DAY), 2);
	assert_int_equal(check_medium(registry, "code", NOW + DAY), REASON_REPLACED);
	/* Once the new one is there the old ones stay void. */
	assert_int_equal(lived_act(registry, "C2", ACT_PRODUCE, NOW + 2 * DAY), LIFE_TAKEN);
	put_medium(registry, "new", "chip", NOW + 3 * DAY);
	assert_int_equal(lived_act(registry, "C2", ACT_HAND_OVER, NOW + 4 * DAY), LIFE_TAKEN);
	assert_int_equal(check_medium(registry, "card", NOW + 5 * DAY), REASON_REPLACED);
	assert_int_equal(check_medium(registry, "new", NOW + 5 * DAY), REASON_OK);
	assert_int_equal(void_media(registry, NOW + 5 * DAY), 2);
}

static void a_medium_issued_before_a_replacement_to_come_is_void_then(void **state)
{
	struct registry *registry = of(state);

	assert_int_equal(lived_ahead(registry, "C2", ACT_REPLACE_MOVED, NOW, NOW + DAY),
			 LIFE_TAKEN);
	put_medium(registry, "late", "qr", NOW + DAY - 1);
	put_medium(registry, "after", "qr", NOW + DAY);
	assert_int_equal(check_medium(registry, "late", NOW + DAY - 1), REASON_OK);
	assert_int_equal(void_media(registry, NOW + DAY - 1), 0);
	assert_int_equal(void_media(registry, NOW + DAY), 1);
}

static void a_lost_one_is_void_as_lost(void **state)
{
	struct registry *registry = of(state);

	put_medium(registry, "card", "chip", NOW - DAY);
	assert_int_equal(lived_act(registry, "C2", ACT_REPORT_LOSS, NOW), LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "C2", ACT_REPLACE, NOW + 1), LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "C2", ACT_PRODUCE, NOW + 2), LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "C2", ACT_HAND_OVER, NOW + 3), LIFE_TAKEN);
	assert_int_equal(check_medium(registry, "card", NOW + 4), REASON_LOST);
}

/* --- on record --- */

/* What one statement answers on a connection of its own. */
static int64_t ask(void **state, const char *sql)
{
	const struct small_registry *small = *state;
	struct statement *row;
	struct store *store;

	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, sql), STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	int64_t found = column_integer(row, 0);
	store_close(store);
	return found;
}

static void each_step_is_on_the_audit_chain_with_its_actor(void **state)
{
	static const char joined[] = "SELECT count(*) FROM event e JOIN audit a ON a.seq = e.audit"
				     " AND a.act = 'certificate.' || e.act AND a.actor = e.actor"
				     " AND a.at = e.recorded_at AND a.subject IS NOT NULL"
				     " AND a.unit = '371171001'";
	static const char details[] = "SELECT count(*) FROM audit_detail WHERE text LIKE"
				      " '%certificate=C2 at=2026-%cause=%reason=%'";
	struct registry *registry = of(state);

	assert_int_equal(lived_act(registry, "C2", ACT_SUSPEND, NOW), LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "C2", ACT_RESUME, NOW), LIFE_TAKEN);
	assert_int_equal(lived_act(registry, "C2", ACT_RESUME, NOW), LIFE_DOES_NOT_FOLLOW);
	assert_int_equal(ask(state, joined), 2);
	assert_int_equal(ask(state, details), 2);
}

static void a_step_that_is_rolled_back_was_never_taken(void **state)
{
	static const char count[] = "SELECT (SELECT count(*) FROM event)"
				    " + (SELECT count(*) FROM audit)";
	struct registry *registry = of(state);
	struct life_answer answer;
	struct life_request request = {
		.certificate = "C2", .act = ACT_SUSPEND, .now = NOW, .at = NOW, .until = LIFE_NEVER
	};

	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(life_take_step(registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(answer.step, STEP_SUSPENDED);
	registry_rollback(registry);
	assert_int_equal(lived_step(registry, "C2", NOW), STEP_ACTIVE);
	assert_int_equal(ask(state, count), 0);
}

static void what_is_on_record_never_changes(void **state)
{
	static const char *const attempts[] = { "UPDATE event SET at = at + 1",
						"UPDATE event SET reason = 'x'",
						"DELETE FROM event",
						"UPDATE audit SET actor = 'x'" };
	const struct small_registry *small = *state;
	struct store *store;

	assert_int_equal(lived_act(of(state), "C2", ACT_SUSPEND, NOW), LIFE_TAKEN);
	assert_int_equal(store_open(&store, small->path, STORE_WRITE), STORE_OK);
	for (size_t i = 0; i < COUNT(attempts); i++)
		assert_int_equal(store_execute(store, attempts[i]), STORE_CONSTRAINT);
	store_close(store);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, small_set_up, small_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_kept_equals_the_walk_at_any_moment),
		TEST(a_check_before_within_and_after),
		TEST(a_check_says_how_it_ended),
		TEST(a_certificate_has_several_media),
		TEST(media_are_void_at_the_replacement_and_not_before),
		TEST(a_medium_issued_before_a_replacement_to_come_is_void_then),
		TEST(a_lost_one_is_void_as_lost),
		TEST(each_step_is_on_the_audit_chain_with_its_actor),
		TEST(a_step_that_is_rolled_back_was_never_taken),
		TEST(what_is_on_record_never_changes),
	};

	return cmocka_run_group_tests_name("life_moments", tests, NULL, NULL);
}
