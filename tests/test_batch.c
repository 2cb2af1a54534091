/* Batches on record, and parts of a transaction that are undone by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/audit.h"
#include "db/batch.h"
#include "db/life_record.h"
#include "db/log.h"
#include "tests/small_registry.h"

#define NOW  SMALL_NOW
#define WHAT "steps=apply issue=qr"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

/* --- batches --- */

/* The certificates C1, C1B and C2. */
static void make_batch(struct registry *registry)
{
	static const char *const numbers[] = { "C1", "C1B", "C2" };
	bool made;

	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(batch_begin(registry, &made, "B", WHAT, 3, NOW), REGISTRY_OK);
	assert_true(made);
	for (int i = 0; i < 3; i++)
		assert_int_equal(batch_put(registry, "B", i + 1, numbers[i]), REGISTRY_OK);
}

static void assert_tally(struct registry *registry, int waiting, int done, int failed)
{
	struct batch_tally tally;

	assert_int_equal(batch_count(registry, &tally, "B"), REGISTRY_OK);
	assert_int_equal(tally.waiting, waiting);
	assert_int_equal(tally.done, done);
	assert_int_equal(tally.failed, failed);
}

static void a_batch_is_taken_up_for_the_same_work_only(void **state)
{
	static const struct {
		const char *name, *batch, *what;
		int items;
		enum registry_status status;
		bool made;
	} rows[] = {
		{ "the same", "B", WHAT, 3, REGISTRY_OK, false },
		{ "other steps", "B", "steps=accept issue=qr", 3, REGISTRY_EXISTS, false },
		{ "one more", "B", WHAT, 4, REGISTRY_EXISTS, false },
		{ "one less", "B", WHAT, 2, REGISTRY_EXISTS, false },
		{ "another name", "b", "steps=accept issue=qr", 1, REGISTRY_OK, true },
		{ "nothing", "N", WHAT, 0, REGISTRY_CONSTRAINT, false },
		{ "no name", "", WHAT, 1, REGISTRY_CONSTRAINT, false },
	};
	struct registry *registry = of(state);

	make_batch(registry);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool made = false;

		print_message("  %s\n", rows[i].name);
		assert_int_equal(batch_begin(registry, &made, rows[i].batch, rows[i].what,
					     rows[i].items, NOW),
				 rows[i].status);
		if (rows[i].status == REGISTRY_OK)
			assert_int_equal(made, rows[i].made);
	}
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
}

static bool see_failed(void *context, const char *certificate, const char *why)
{
	struct seen *seen = context;

	return see(seen, certificate) && see(seen, why);
}

static void certificates_are_waiting_done_or_failed(void **state)
{
	static const uint8_t medium[16] = { 1 };
	struct registry *registry = of(state);
	struct seen seen = { 0 };
	struct batch_item item;

	make_batch(registry);
	assert_tally(registry, 3, 0, 0);
	assert_int_equal(batch_set_done(registry, "B", 1, NULL, 0), REGISTRY_OK);
	assert_int_equal(batch_set_done(registry, "B", 2, medium, 1), REGISTRY_OK);
	assert_int_equal(batch_set_failed(registry, "B", 3, "excluded"), REGISTRY_OK);
	assert_tally(registry, 0, 2, 1);
	assert_int_equal(batch_item(registry, &item, "B", 2), REGISTRY_OK);
	assert_string_equal(item.certificate, "C1B");
	assert_int_equal(item.state, BATCH_ITEM_DONE);
	assert_true(item.stepped);
	assert_int_equal(batch_item(registry, &item, "B", 3), REGISTRY_OK);
	assert_int_equal(item.state, BATCH_ITEM_FAILED);
	assert_false(item.stepped);
	assert_int_equal(batch_item(registry, &item, "B", 0), REGISTRY_NOT_FOUND);
	assert_int_equal(batch_item(registry, &item, "B", 4), REGISTRY_NOT_FOUND);
	assert_int_equal(batch_each_failed(registry, "B", see_failed, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "C2 excluded ");
	/* What failed may be done later. */
	assert_int_equal(batch_set_done(registry, "B", 3, NULL, 0), REGISTRY_OK);
	assert_tally(registry, 0, 3, 0);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	small_assert_intact(registry);
}

/* --- sheets --- */

static void put_medium(struct registry *registry, const uint8_t *id, const char *certificate)
{
	struct medium medium = { .id = id,
				 .id_length = 16,
				 .certificate = certificate,
				 .carrier = "qr",
				 .issued_at = NOW,
				 .expires = NOW + 1000 };

	assert_int_equal(registry_put_medium(registry, &medium), REGISTRY_OK);
}

static bool see_sheet(void *context, const struct batch_sheet *sheet)
{
	static const char *const states[] = { "made", "there", "gone" };
	struct seen *seen = context;

	return see(seen, sheet->path) && see(seen, states[sheet->state]);
}

static bool count_void(void *context, const struct medium *medium, bool void_now)
{
	(void)medium;
	*(int *)context += void_now;
	return true;
}

static int voids_of(struct registry *registry, const char *certificate)
{
	int count = 0;

	assert_int_equal(registry_each_medium(registry, certificate, NOW, count_void, &count),
			 REGISTRY_OK);
	return count;
}

static void a_sheet_that_is_gone_voids_what_was_on_it_alone(void **state)
{
	static const uint8_t media[2][16] = { { 1 }, { 2 } };
	struct registry *registry = of(state);
	struct seen seen = { 0 };
	struct batch_item item;
	int64_t number, count;

	make_batch(registry);
	for (int64_t i = 0; i < 2; i++) {
		put_medium(registry, media[i], i == 0 ? "C1" : "C2");
		assert_int_equal(batch_next_sheet(registry, &number, "B"), REGISTRY_OK);
		assert_int_equal(number, i + 1);
		assert_int_equal(batch_put_sheet(registry, "B", number, i == 0 ? "/a" : "/b"),
				 REGISTRY_OK);
		assert_int_equal(batch_set_done(registry, "B", 1 + 2 * i, media[i], number),
				 REGISTRY_OK);
	}
	assert_int_equal(batch_sheet_there(registry, "B", 1), REGISTRY_OK);
	assert_int_equal(batch_sheet_gone(registry, &count, "B", 2, NOW), REGISTRY_OK);
	assert_int_equal(count, 1);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	assert_int_equal(voids_of(registry, "C1"), 0);
	assert_int_equal(voids_of(registry, "C2"), 1);
	assert_int_equal(batch_item(registry, &item, "B", 3), REGISTRY_OK);
	assert_int_equal(item.state, BATCH_ITEM_WAITING);
	assert_true(item.stepped); /* its steps stay: it waits for a slip alone */
	assert_tally(registry, 2, 1, 0);
	assert_int_equal(batch_each_sheet(registry, "B", see_sheet, &seen), REGISTRY_OK);
	assert_string_equal(seen.text, "/a there /b ");
	/* Its number is not given again. */
	assert_int_equal(batch_next_sheet(registry, &number, "B"), REGISTRY_OK);
	assert_int_equal(number, 3);
	/* Where that fails later, its steps are still known. */
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(batch_set_failed(registry, "B", 3, "suspended"), REGISTRY_OK);
	assert_int_equal(batch_item(registry, &item, "B", 3), REGISTRY_OK);
	assert_true(item.stepped);
	registry_rollback(registry);
	small_assert_intact(registry);
}

/* --- parts of a transaction --- */

static void take(struct registry *registry, const char *certificate, enum life_act act)
{
	struct life_request request = { .certificate = certificate,
					.act = act,
					.now = NOW,
					.at = NOW,
					.until = LIFE_NEVER,
					.reason = "" };
	struct life_answer answer;

	assert_int_equal(life_take_step(registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(answer.refusal, LIFE_TAKEN);
}

static int64_t entries(struct registry *registry)
{
	struct audit_report report;
	struct log_report log;

	assert_int_equal(audit_verify(registry, &report), REGISTRY_OK);
	assert_int_equal(report.fault, AUDIT_INTACT);
	assert_int_equal(log_verify(registry, &log), REGISTRY_OK);
	assert_int_equal(log.fault, LOG_INTACT);
	return report.count;
}

static enum life_step step_of(struct registry *registry, const char *certificate)
{
	struct standing standing;

	assert_int_equal(life_of(registry, &standing, certificate, NOW), REGISTRY_OK);
	return standing.step;
}

/* Each row: parts in turn, k kept, u undone; what stays follows, on both chains and by their heads. */
static void a_part_is_kept_or_undone_by_itself(void **state)
{
	static const struct {
		const char *name, *parts;
	} rows[] = {
		{ "kept alone", "k" },
		{ "undone alone", "u" },
		{ "undone first", "uk" },
		{ "undone last", "ku" },
		{ "undone in the middle", "kuk" },
		{ "undone in a row", "kuuk" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct small_registry small;
		int64_t kept = 0;

		print_message("  %s\n", rows[i].name);
		small_registry_make(&small);
		assert_int_equal(registry_begin(small.registry), REGISTRY_OK);
		for (const char *part = rows[i].parts; *part != '\0'; part++) {
			bool keep = *part == 'k', suspended;

			suspended = step_of(small.registry, "C1") == STEP_SUSPENDED;
			assert_int_equal(registry_part_begin(small.registry), REGISTRY_OK);
			take(small.registry, "C1", suspended ? ACT_RESUME : ACT_SUSPEND);
			take(small.registry, "C1", suspended ? ACT_SUSPEND : ACT_RESUME);
			take(small.registry, "C1", suspended ? ACT_RESUME : ACT_SUSPEND);
			assert_int_equal(keep ? registry_part_keep(small.registry)
					      : registry_part_undo(small.registry),
					 REGISTRY_OK);
			assert_int_equal(step_of(small.registry, "C1") == STEP_SUSPENDED,
					 keep != suspended);
			kept += 3 * keep;
		}
		assert_int_equal(registry_commit(small.registry), REGISTRY_OK);
		assert_int_equal(entries(small.registry), kept);
		small_assert_intact(small.registry);
		/* And after it was opened anew. */
		registry_close(small.registry);
		assert_int_equal(registry_open(&small.registry, small.path, true), REGISTRY_OK);
		assert_int_equal(entries(small.registry), kept);
		small_registry_remove(&small);
	}
	(void)state;
}

/* A word that came to be in a part goes with it, and its id is not remembered. */
static void words_of_a_part_go_with_it(void **state)
{
	struct registry *registry = of(state);
	struct certificate certificate = {
		"W1", "P1", "999999", 1, "on_file", INT32_MIN, INT32_MAX
	};
	struct certificate_view view;

	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(registry_part_begin(registry), REGISTRY_OK);
	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_OK);
	assert_int_equal(registry_certificate(registry, &view, "W1", NOW), REGISTRY_OK);
	assert_int_equal(registry_part_undo(registry), REGISTRY_OK);
	assert_int_equal(registry_certificate(registry, &view, "W1", NOW), REGISTRY_NOT_FOUND);
	certificate.number = "W2";
	certificate.unit = "888888";
	assert_int_equal(registry_put_certificate(registry, &certificate), REGISTRY_OK);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	assert_int_equal(registry_certificate(registry, &view, "W2", NOW), REGISTRY_OK);
	assert_string_equal(view.certificate.unit, "888888");
	small_assert_intact(registry);
}

static void a_part_is_gone_with_the_whole(void **state)
{
	struct registry *registry = of(state);

	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(registry_part_begin(registry), REGISTRY_OK);
	take(registry, "C1", ACT_SUSPEND);
	registry_rollback(registry);
	assert_int_equal(entries(registry), 0);
	/* There is no part any more. */
	assert_int_equal(registry_part_undo(registry), REGISTRY_TROUBLE);
	assert_int_equal(registry_part_keep(registry), REGISTRY_TROUBLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_batch_is_taken_up_for_the_same_work_only),
		TEST(certificates_are_waiting_done_or_failed),
		TEST(a_sheet_that_is_gone_voids_what_was_on_it_alone),
		cmocka_unit_test(a_part_is_kept_or_undone_by_itself),
		TEST(words_of_a_part_go_with_it),
		TEST(a_part_is_gone_with_the_whole),
	};
	return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
