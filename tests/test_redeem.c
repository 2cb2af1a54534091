#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/entitlement.h"
#include "db/log.h"
#include "db/store.h"
#include "small_registry.h"

static struct registry *of(void **state)
{
	return ((struct small_registry *)*state)->registry;
}

static enum reason redeem_at(struct registry *registry, struct redemption *out, const char *number,
			     const char *merchant, const char *benefit, const char *visit,
			     int64_t amount, int64_t now)
{
	uint8_t medium[16];
	struct presentation presentation = small_presentation(number, medium);
	struct circumstances circumstances = small_circumstances(merchant, amount);
	circumstances.now = now;
	assert_int_equal(
		entitlement_redeem(registry, out, &presentation, &circumstances, benefit, visit),
		REGISTRY_OK);
	return out->reason;
}

static enum reason redeem(struct registry *registry, struct redemption *out, const char *number,
			  const char *merchant, const char *benefit, const char *visit,
			  int64_t amount)
{
	return redeem_at(registry, out, number, merchant, benefit, visit, amount, SMALL_NOW);
}

/* --- redeeming --- */

static void test_redeem(void **state)
{
	struct redemption out;
	uint8_t key[32];
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "shop-tenth", "v1", 12345),
			 REASON_OK);
	assert_string_equal(out.benefit, "shop-tenth");
	assert_true(out.has_payable && out.has_saved);
	assert_int_equal(out.payable, 11110); /* rounded in the holder's favour */
	assert_int_equal(out.saved, 1235);
	assert_int_equal(out.left_count, 1);
	assert_int_equal(out.left[0].period, PERIOD_MONTH);
	assert_int_equal(out.left[0].count, 2);
	assert_int_equal(out.left[0].amount, 5000 - 1235);
	assert_true(strlen(out.explanation[0]) > 0 && strlen(out.explanation[1]) > 0);
	log_public_key(of(state), key);
	assert_true(receipt_verify(out.receipt, key));
	assert_true(strlen(out.receipt) <= 400);
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "shop-first", "v2", AMOUNT_NONE),
			 REASON_OK);
	assert_false(out.has_saved);
	assert_int_equal(small_entries(of(state)), 2);
	small_assert_intact(of(state));
}

static void test_refusals_are_recorded(void **state)
{
	static const struct {
		const char *name, *number, *merchant, *benefit;
		int64_t amount;
		enum reason reason;
	} rows[] = {
		{ "no such benefit", "C1", "SHOP", "none", 1, REASON_BENEFIT_INACTIVE },
		{ "of another venue", "C1", "SHOP", "park-free", 1, REASON_WRONG_VENUE },
		{ "class", "C1", "SHOP", "shop-officers", 1, REASON_WRONG_CLASS },
		{ "no amount", "C1", "SHOP", "shop-tenth", AMOUNT_NONE, REASON_NEEDS_AMOUNT },
		{ "bad amount", "C1", "SHOP", "shop-tenth", -1, REASON_AMOUNT_INVALID },
		{ "unknown certificate", "C9", "SHOP", "shop-tenth", 1,
		  REASON_UNKNOWN_CERTIFICATE },
		{ "lost", "N-lost", "SHOP", "shop-tenth", 1, REASON_LOST },
		{ "unknown merchant", "C1", "a\nb\tc", "shop-tenth", 1, REASON_MERCHANT_INACTIVE },
	};
	struct redemption out;
	size_t count = sizeof rows / sizeof *rows;
	for (size_t i = 0; i < count; i++) {
		if (redeem(of(state), &out, rows[i].number, rows[i].merchant, rows[i].benefit,
			   "same-visit", rows[i].amount) != rows[i].reason)
			fail_msg("%s: %s", rows[i].name, reason_name(out.reason));
		assert_string_equal(out.id, "");
		assert_string_equal(out.receipt, "");
		assert_true(strlen(out.explanation[0]) > 0 && strlen(out.explanation[1]) > 0);
		assert_int_equal(small_entries(of(state)), (int)i + 1);
	}
	/* A visit that was refused may still be redeemed. */
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "shop-first", "same-visit", 1),
			 REASON_OK);
	small_assert_intact(of(state));
}

/* What stands in the file, "" for null. */
static void last_region(struct small_registry *small, char out[static 16])
{
	struct store *store;
	struct statement *row;
	assert_int_equal(store_open(&store, small->path, STORE_READ), STORE_OK);
	assert_int_equal(
		store_statement(store, &row, "SELECT region FROM log ORDER BY seq DESC LIMIT 1"),
		STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	snprintf(out, 16, "%s", column_text(row, 0));
	statement_reset(row);
	store_close(store);
}

static bool has_no_person(void *context, const struct log_entry *entry)
{
	*(bool *)context = entry->redemption == NULL && entry->benefit == NULL &&
			   strcmp(entry->what, "refused") == 0 &&
			   strcmp(entry->reason, "forged") == 0 &&
			   strcmp(entry->merchant, "SHOP") == 0;
	return true;
}

static void test_refuse(void **state)
{
	struct circumstances circumstances = small_circumstances("SHOP", 1);
	bool fits = false;
	assert_int_equal(entitlement_refuse(of(state), REASON_FORGED, &circumstances, NULL),
			 REGISTRY_OK);
	assert_int_equal(log_each(of(state), 0, has_no_person, &fits), REGISTRY_OK);
	assert_true(fits);
	/* What cannot be dated is not recorded. */
	circumstances.now--;
	assert_int_equal(entitlement_refuse(of(state), REASON_FORGED, &circumstances, NULL),
			 REGISTRY_OK);
	circumstances.now += 2;
	assert_int_equal(entitlement_refuse(of(state), REASON_CLOCK_WRONG, &circumstances, NULL),
			 REGISTRY_OK);
	assert_int_equal(small_entries(of(state)), 1);
}

/* The county alone, and of whoever was recognised alone. */
static void test_refused_region(void **state)
{
	static const struct {
		const char *name, *number, *issuer;
		enum reason fault;
		const char *region;
	} rows[] = {
		{ "a holder of ours", "C1", "yd:371171", REASON_OK, "371171" },
		{ "of a province alone", "C2", "yd:371171", REASON_OK, "3501" },
		{ "of no known region", "N-lost", "yd:371171", REASON_OK, NULL },
		{ "a guest", "G1", "yd:350926", REASON_OK, "350926" },
		{ "a guest of a longer code", "G1", "yd:350926003004", REASON_OK, "350926" },
		{ "a guest of elsewhere", "G1", "other", REASON_OK, NULL },
		{ "nobody's certificate", "none", "yd:371171", REASON_OK, NULL },
		{ "a forged one", "C1", "yd:371171", REASON_FORGED, NULL },
	};
	struct circumstances circumstances = small_circumstances("SHOP", 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t medium[16];
		char region[16] = "?";
		struct presentation presentation = small_presentation(rows[i].number, medium);
		presentation.issuer = rows[i].issuer;
		presentation.fault = rows[i].fault;
		assert_int_equal(entitlement_refuse(of(state), REASON_WRONG_REGION, &circumstances,
						    &presentation),
				 REGISTRY_OK);
		last_region(*state, region);
		if (strcmp(region, rows[i].region == NULL ? "" : rows[i].region) != 0)
			fail_msg("%s: region %s", rows[i].name, region);
	}
	small_assert_intact(of(state));
}

static void test_same_visit(void **state)
{
	struct redemption first, again;
	memset(&first, 0, sizeof first);
	memset(&again, 0, sizeof again);
	assert_int_equal(redeem(of(state), &first, "C1", "SHOP", "shop-tenth", "v1", 5000),
			 REASON_OK);
	assert_int_equal(redeem(of(state), &again, "C1", "SHOP", "shop-tenth", "v2", 1000),
			 REASON_OK);
	assert_string_not_equal(first.id, again.id);
	/* Whoever asks, and whatever the clock says now. */
	assert_int_equal(
		redeem_at(of(state), &again, "C2", "CLOSED", "none", "v1", 1, SMALL_NOW - 10),
		REASON_OK);
	assert_memory_equal(&first, &again, sizeof first);
	assert_int_equal(small_entries(of(state)), 2);
}

static void test_visit_names(void **state)
{
	char longest[65], id[VISIT_ID_MAX + 1];
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("SHOP", 1);
	struct redemption out;
	memset(longest, 'v', 64);
	longest[64] = '\0';
	const struct {
		const char *visit;
		enum registry_status status;
	} rows[] = { { "", REGISTRY_CONSTRAINT },
		     { longest, REGISTRY_CONSTRAINT },
		     { longest + 1, REGISTRY_OK },
		     { "a b", REGISTRY_CONSTRAINT },
		     { "a\tb", REGISTRY_CONSTRAINT } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(entitlement_redeem(of(state), &out, &presentation, &circumstances,
						    "shop-first", rows[i].visit),
				 rows[i].status);
	visit_id_make(id);
	assert_int_equal(strlen(id), 26);
}

static void test_quota(void **state)
{
	struct redemption out;
	/* Three a month and 50 yuan: on either certificate of the person. */
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "shop-tenth", "1", 100), REASON_OK);
	assert_int_equal(redeem(of(state), &out, "C1B", "SHOP", "shop-tenth", "2", 100), REASON_OK);
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "shop-tenth", "3", 100), REASON_OK);
	assert_int_equal(out.left[0].count, 0);
	assert_int_equal(redeem(of(state), &out, "C1B", "SHOP", "shop-tenth", "4", 100),
			 REASON_QUOTA_USED);
	/* Another person's is untouched, and July is another month. */
	assert_int_equal(redeem(of(state), &out, "C2", "SHOP", "shop-tenth", "5", 100), REASON_OK);
	int64_t july = SMALL_NOW + 16 * 86400;
	assert_int_equal(redeem_at(of(state), &out, "C1", "SHOP", "shop-tenth", "6", 100, july),
			 REASON_OK);
	assert_int_equal(out.left[0].count, 2);
}

static void test_day_ends_at_midnight_in_china(void **state)
{
	struct redemption out;
	int64_t midnight = SMALL_NOW - (10 * 3600 + 24 * 60) + 86400;
	assert_int_equal(redeem(of(state), &out, "C1", "PARK", "park-free", "1", AMOUNT_NONE),
			 REASON_OK);
	assert_int_equal(redeem_at(of(state), &out, "C1", "PARK", "park-free", "2", AMOUNT_NONE,
				   midnight - 1),
			 REASON_QUOTA_USED);
	assert_int_equal(
		redeem_at(of(state), &out, "C1", "PARK", "park-free", "3", AMOUNT_NONE, midnight),
		REASON_OK);
}

static void test_venue_quota(void **state)
{
	struct redemption out;
	struct merchant other = { "HOTEL2", "二店", VENUE_HOTEL, "住", "371171", "", "", "active" };
	assert_int_equal(registry_put_merchant(of(state), &other), REGISTRY_OK);
	assert_int_equal(registry_refresh(of(state), NULL), REGISTRY_OK);
	assert_int_equal(redeem(of(state), &out, "C1", "HOTEL", "rooms", "1", 100), REASON_OK);
	assert_int_equal(out.left_count, 0);
	assert_int_equal(redeem(of(state), &out, "C2", "HOTEL", "rooms", "2", 100), REASON_OK);
	assert_int_equal(redeem(of(state), &out, "N-active", "HOTEL", "rooms", "3", 100),
			 REASON_VENUE_QUOTA_USED);
	assert_int_equal(redeem(of(state), &out, "C1", "HOTEL2", "rooms", "4", 100), REASON_OK);
}

static void test_void_gives_the_use_back(void **state)
{
	struct redemption first, out;
	assert_int_equal(redeem(of(state), &first, "C1", "PARK", "park-free", "1", AMOUNT_NONE),
			 REASON_OK);
	/* A void is not what the clock is compared with. */
	assert_int_equal(log_void(of(state), first.id, "by\nmistake", SMALL_NOW + 1000),
			 REGISTRY_OK);
	assert_int_equal(log_void(of(state), first.id, "twice", SMALL_NOW), REGISTRY_EXISTS);
	assert_int_equal(log_void(of(state), "1-00000", "guessed", SMALL_NOW), REGISTRY_NOT_FOUND);
	assert_int_equal(log_void(of(state), "", "empty", SMALL_NOW), REGISTRY_NOT_FOUND);
	assert_int_equal(redeem(of(state), &out, "C1", "PARK", "park-free", "2", AMOUNT_NONE),
			 REASON_OK);
	assert_int_equal(redeem(of(state), &out, "C1", "PARK", "park-free", "3", AMOUNT_NONE),
			 REASON_QUOTA_USED);
	small_assert_intact(of(state));
}

static void test_clock(void **state)
{
	struct redemption out;
	static struct entitlement checked;
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "shop-first", "1", 1), REASON_OK);
	assert_int_equal(
		redeem_at(of(state), &out, "C1", "SHOP", "shop-first", "2", 1, SMALL_NOW - 1),
		REASON_CLOCK_WRONG);
	assert_int_equal(small_entries(of(state)), 1);
	/* A refusal counts as well. */
	assert_int_equal(
		redeem_at(of(state), &out, "C9", "SHOP", "shop-first", "3", 1, SMALL_NOW + 5),
		REASON_UNKNOWN_CERTIFICATE);
	assert_int_equal(small_check(of(state), &checked, "C1", "SHOP", 1), REASON_CLOCK_WRONG);
	assert_int_equal(checked.offer_count, 0);
	assert_int_equal(
		redeem_at(of(state), &out, "C1", "SHOP", "shop-first", "4", 1, SMALL_NOW + 5),
		REASON_OK);
}

static void test_batch(void **state)
{
	struct redemption out;
	assert_int_equal(entitlement_batch_commit(of(state)), REGISTRY_TROUBLE);
	assert_int_equal(entitlement_batch_begin(of(state)), REGISTRY_OK);
	assert_int_equal(entitlement_batch_begin(of(state)), REGISTRY_TROUBLE);
	assert_int_equal(redeem(of(state), &out, "C1", "PARK", "park-free", "1", AMOUNT_NONE),
			 REASON_OK);
	assert_int_equal(redeem(of(state), &out, "C1", "PARK", "park-free", "2", AMOUNT_NONE),
			 REASON_QUOTA_USED);
	assert_int_equal(redeem(of(state), &out, "C2", "PARK", "park-free", "3", AMOUNT_NONE),
			 REASON_OK);
	assert_int_equal(entitlement_batch_commit(of(state)), REGISTRY_OK);
	assert_int_equal(small_entries(of(state)), 3);
	small_assert_intact(of(state));
	assert_int_equal(redeem(of(state), &out, "C1", "PARK", "park-free", "1", AMOUNT_NONE),
			 REASON_OK);
	assert_int_equal(small_entries(of(state)), 3);
}

static void test_calendar(void **state)
{
	static const char json[] =
		"{\"benefit\":\"workdays\",\"title\":{\"zh\":\"平日\",\"en\":\"Workdays\"},"
		"\"where\":{\"venues\":[\"shop\"]},\"value\":{\"type\":\"priority\"},"
		"\"when\":{\"holidays\":\"never\",\"festivals\":\"never\"}}";
	struct catalogue *catalogue;
	struct benefit_fault fault;
	struct redemption out;
	bool changed;
	assert_int_equal(catalogue_parse(&catalogue, &fault, json, strlen(json)), BENEFIT_OK);
	assert_int_equal(registry_put_benefits(of(state), catalogue, SMALL_NOW), REGISTRY_OK);
	catalogue_free(catalogue);
	assert_int_equal(registry_refresh(of(state), &changed), REGISTRY_OK);
	assert_true(changed);
	assert_int_equal(registry_refresh(of(state), &changed), REGISTRY_OK);
	assert_false(changed);
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "workdays", "1", 1), REASON_OK);
	assert_int_equal(registry_put_calendar_day(of(state), SMALL_DAY, "festival", "节"),
			 REGISTRY_OK);
	assert_int_equal(registry_refresh(of(state), NULL), REGISTRY_OK);
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "workdays", "2", 1),
			 REASON_FESTIVAL);
	assert_int_equal(registry_put_calendar_day(of(state), SMALL_DAY, "holiday", "假"),
			 REGISTRY_OK);
	assert_int_equal(registry_refresh(of(state), NULL), REGISTRY_OK);
	assert_int_equal(redeem(of(state), &out, "C1", "SHOP", "workdays", "3", 1),
			 REASON_NOT_TODAY);
	assert_int_equal(registry_put_calendar_day(of(state), SMALL_DAY, "party", "?"),
			 REGISTRY_CONSTRAINT);
}

/* --- several processes --- */

#define RACERS 6

/* Everything that a child does with a registry, after all have opened theirs. */
static int race_once(const char *path, int gate, const char *visit, char *id)
{
	struct registry *registry;
	struct redemption out;
	char go;
	if (registry_open(&registry, path, true) != REGISTRY_OK)
		return 90;
	if (read(gate, &go, 1) != 0) /* all wait for the gate to close */
		return 91;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("PARK", AMOUNT_NONE);
	if (entitlement_redeem(registry, &out, &presentation, &circumstances, "park-free", visit) !=
	    REGISTRY_OK)
		return 92;
	registry_close(registry);
	strcpy(id, out.id);
	return (int)out.reason;
}

/* Runs RACERS processes; counts those that were granted, and how many different ids they got. */
static void race(const char *path, bool same_visit, int *granted, int *ids)
{
	int gate[2], answers[2];
	char id[REDEMPTION_ID_MAX + 1] = "", seen[RACERS][REDEMPTION_ID_MAX + 1] = { 0 };
	pid_t children[RACERS];
	assert_int_equal(pipe(gate), 0);
	assert_int_equal(pipe(answers), 0);
	for (int i = 0; i < RACERS; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			char visit[32];
			snprintf(visit, sizeof visit, "race-%d", same_visit ? 0 : i);
			close(gate[1]);
			int code = race_once(path, gate[0], visit, id);
			if (code == REASON_OK && write(answers[1], id, sizeof id) != sizeof id)
				code = 93;
			_exit(code);
		}
	}
	usleep(300000);
	close(gate[1]);
	close(gate[0]);
	close(answers[1]);
	*granted = *ids = 0;
	for (int i = 0; i < RACERS; i++) {
		int status;
		waitpid(children[i], &status, 0);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), 0, REASON_COUNT - 1);
		*granted += WEXITSTATUS(status) == REASON_OK;
	}
	while (read(answers[0], id, sizeof id) == sizeof id) {
		int known = 0;
		while (known < *ids && strcmp(seen[known], id) != 0)
			known++;
		if (known == *ids)
			strcpy(seen[(*ids)++], id);
	}
	close(answers[0]);
}

static void test_race_for_the_last_use(void **state)
{
	struct small_registry *small = *state;
	int granted, ids;
	race(small->path, false, &granted, &ids);
	assert_int_equal(granted, 1);
	assert_int_equal(ids, 1);
	assert_int_equal(small_entries(small->registry), RACERS); /* the others were refused */
	small_assert_intact(small->registry);
}

static void test_race_of_one_visit(void **state)
{
	struct small_registry *small = *state;
	int granted, ids;
	race(small->path, true, &granted, &ids);
	assert_int_equal(granted, RACERS);
	assert_int_equal(ids, 1);
	assert_int_equal(small_entries(small->registry), 1);
	small_assert_intact(small->registry);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, small_set_up, small_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_redeem),
		CASE(test_refusals_are_recorded),
		CASE(test_refuse),
		CASE(test_refused_region),
		CASE(test_same_visit),
		CASE(test_visit_names),
		CASE(test_quota),
		CASE(test_day_ends_at_midnight_in_china),
		CASE(test_venue_quota),
		CASE(test_void_gives_the_use_back),
		CASE(test_clock),
		CASE(test_batch),
		CASE(test_calendar),
		CASE(test_race_for_the_last_use),
		CASE(test_race_of_one_visit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
