/* The desk on a real registry: errands from the first byte to the log, trouble, and many at once. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/desk.h"
#include "tests/place.h"

#define WAIT_S 60

struct stage {
	struct place place;
	struct desk *desk;
	sem_t answers;
	struct desk_answer answer;
};

static void notify(void *context)
{
	sem_post(context);
}

static void await(struct stage *stage)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_S;
	while (!desk_take(stage->desk, &stage->answer)) {
		if (sem_timedwait(&stage->answers, &until) != 0 && errno == ETIMEDOUT) {
			fail_msg("the desk does not answer");
		}
	}
}

static void open_desk(struct stage *stage, const char *path, const char *merchant, bool attended)
{
	const struct desk_settings settings = {
		.path = path, .merchant = merchant, .attended = attended, .at = INT64_MIN
	};
	stage->desk = desk_open(&settings, notify, &stage->answers);
	assert_non_null(stage->desk);
	await(stage);
	assert_int_equal(stage->answer.errand, ERRAND_TRY);
}

static int set_up(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	sem_init(&stage->answers, 0, 0);
	place_open(&stage->place);
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;
	desk_close(stage->desk);
	place_close(&stage->place);
	sem_destroy(&stage->answers);
	free(stage);
	return 0;
}

/* --- errands --- */

static struct desk_errand *check_errand(struct stage *stage, uint64_t visit, const char *number,
					int days)
{
	static struct desk_errand errand;
	char text[READING_BYTES_MAX];
	place_text(&stage->place, text, sizeof(text), number, days);
	errand = (struct desk_errand){ .errand = ERRAND_CHECK, .visit = visit };
	errand.reading.length = strlen(text);
	memcpy(errand.reading.bytes, text, strlen(text));
	return &errand;
}

static struct desk_errand redeem_errand(uint64_t visit, const char *benefit, const char *id)
{
	struct desk_errand errand = { .errand = ERRAND_REDEEM,
				      .visit = visit,
				      .amount = AMOUNT_NONE };
	snprintf(errand.benefit, sizeof(errand.benefit), "%s", benefit);
	snprintf(errand.redemption_visit, sizeof(errand.redemption_visit), "%s", id);
	return errand;
}

static void run(struct stage *stage, const struct desk_errand *errand, enum happening expected)
{
	assert_true(desk_post(stage->desk, errand));
	await(stage);
	if (stage->answer.happening != expected) {
		fail_msg("errand %d was answered by %d, %s", (int)errand->errand,
			 (int)stage->answer.happening, registry_status_name(stage->answer.fault));
	}
}

static void check(struct stage *stage, uint64_t visit, const char *number)
{
	run(stage, check_errand(stage, visit, number, 30), HAPPENING_CHECKED);
}

static void redeem(struct stage *stage, uint64_t visit, const char *benefit, const char *id)
{
	const struct desk_errand errand = redeem_errand(visit, benefit, id);
	run(stage, &errand, HAPPENING_REDEEMED);
}

/* --- the straight line --- */

static void test_from_text_to_log(void **state)
{
	struct stage *stage = *state;
	open_desk(stage, stage->place.registry, "t-gate", false);
	assert_int_equal(stage->answer.happening, HAPPENING_RECOVERED);
	assert_true(stage->answer.place.known);
	assert_string_equal(stage->answer.place.name, "测试站");
	check(stage, 1, "T-1");
	assert_int_equal(stage->answer.visit, 1);
	assert_int_equal(stage->answer.entitlement.reason, REASON_OK);
	assert_int_equal(stage->answer.entitlement.carrier, CARRIER_QR);
	assert_true(stage->answer.entitlement.has_assurance);
	assert_int_equal(stage->answer.entitlement.assurance, ASSURANCE_STATIC);
	assert_string_equal(stage->answer.entitlement.name, "测试人");
	assert_int_equal(stage->answer.entitlement.offer_count, 1);
	assert_string_equal(stage->answer.entitlement.offers[0].benefit->id, "t-free");
	assert_int_equal(stage->answer.entitlement.offers[0].verdict, VERDICT_GRANTED);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 0);
	redeem(stage, 1, "t-free", "visit-1");
	assert_int_equal(stage->answer.redemption.reason, REASON_OK);
	assert_true(stage->answer.redemption.receipt[0] != '\0');
	assert_int_equal(place_count(&stage->place, "redeemed", "t-free", NULL), 1);
}

static void test_a_tag_says_so(void **state)
{
	struct stage *stage = *state;
	struct desk_errand errand = { .errand = ERRAND_CHECK, .visit = 1 };
	open_desk(stage, stage->place.registry, "t-gate", false);
	errand.reading.carrier = READING_TAG;
	errand.reading.length = place_bytes(&stage->place, errand.reading.bytes,
					    sizeof(errand.reading.bytes), "T-1", 30);
	run(stage, &errand, HAPPENING_CHECKED);
	assert_int_equal(stage->answer.entitlement.reason, REASON_OK);
	assert_int_equal(stage->answer.entitlement.carrier, CARRIER_TAG);
}

static void test_amount_and_comparison(void **state)
{
	struct stage *stage = *state;
	open_desk(stage, stage->place.registry, "t-shop", true);
	check(stage, 1, "T-1");
	assert_int_equal(stage->answer.entitlement.offers[0].verdict, VERDICT_NEEDS_COMPARE);
	struct desk_errand again = { .errand = ERRAND_CHECK_AGAIN, .visit = 1, .amount = 12000 };
	run(stage, &again, HAPPENING_CHECKED);
	assert_int_equal(stage->answer.entitlement.offers[0].verdict, VERDICT_NEEDS_COMPARE);
	again.compared = true;
	run(stage, &again, HAPPENING_CHECKED);
	assert_int_equal(stage->answer.entitlement.offers[0].verdict, VERDICT_GRANTED);
	assert_int_equal(stage->answer.entitlement.offers[0].payable, 9600);
	struct desk_errand errand = redeem_errand(1, "t-percent", "visit-1");
	errand.amount = 12000;
	errand.compared = true;
	run(stage, &errand, HAPPENING_REDEEMED);
	assert_int_equal(stage->answer.redemption.reason, REASON_OK);
	assert_int_equal(stage->answer.redemption.saved, 2400);
}

static void test_unattended_asks_nobody_to_compare(void **state)
{
	struct stage *stage = *state;
	open_desk(stage, stage->place.registry, "t-shop", false);
	check(stage, 1, "T-1");
	assert_int_equal(stage->answer.entitlement.offers[0].verdict, VERDICT_REFUSED);
	assert_int_equal(stage->answer.entitlement.offers[0].reason, REASON_ASSURANCE_TOO_LOW);
}

/* --- readings that are refused --- */

static void check_reading(struct stage *stage, const char *name, const struct desk_errand *errand,
			  enum reason expected)
{
	run(stage, errand, HAPPENING_CHECKED);
	if (stage->answer.entitlement.reason != expected) {
		fail_msg("%s: %s", name, reason_name(stage->answer.entitlement.reason));
	}
	if (expected < REASON_UNKNOWN_CERTIFICATE) {
		assert_false(stage->answer.entitlement.has_assurance);
	}
	assert_int_equal(stage->answer.entitlement.offer_count, 0);
}

static void test_refused_readings(void **state)
{
	struct stage *stage = *state;
	open_desk(stage, stage->place.registry, "t-gate", false);
	struct desk_errand *errand = check_errand(stage, 1, "T-1", -1);
	check_reading(stage, "expired", errand, REASON_EXPIRED);
	errand = check_errand(stage, 2, "T-1", 30);
	errand->reading.length--;
	check_reading(stage, "truncated", errand, REASON_MALFORMED);
	errand = check_errand(stage, 3, "T-77", 30);
	check_reading(stage, "unknown number", errand, REASON_UNKNOWN_CERTIFICATE);
	errand = check_errand(stage, 4, "T-10", 30);
	check_reading(stage, "lost", errand, REASON_LOST);
	*errand = (struct desk_errand){ .errand = ERRAND_CHECK,
					.visit = 5,
					.reading = { .length = 5, .bytes = "HELLO" } };
	check_reading(stage, "not a credential", errand, REASON_MALFORMED);
	*errand = (struct desk_errand){ .errand = ERRAND_CHECK, .visit = 6 };
	check_reading(stage, "nothing", errand, REASON_MALFORMED);
	errand->reading.carrier = READING_TAG;
	errand->reading.fault = READING_TORN;
	check_reading(stage, "torn", errand, REASON_TORN);
	errand->reading.fault = READING_SEVERAL_CARDS;
	check_reading(stage, "several cards", errand, REASON_SEVERAL_CARDS);
	errand->reading.fault = READING_UNSUPPORTED;
	check_reading(stage, "a tag without a credential", errand, REASON_UNSUPPORTED);
	struct signing_key other;
	assert_int_equal(signing_key_generate(&other, KEY_EDDSA, "yd:371171", "371171"), ISSUE_OK);
	stage->place.key = other;
	errand = check_errand(stage, 7, "T-1", 30);
	check_reading(stage, "another key", errand, REASON_UNKNOWN_ISSUER);
}

static void test_refusals_are_on_record(void **state)
{
	struct stage *stage = *state;
	open_desk(stage, stage->place.registry, "t-gate", false);
	struct desk_errand errand = { .errand = ERRAND_REFUSE, .refusal = REASON_EXPIRED };
	assert_true(desk_post(stage->desk, &errand));
	errand.refusal = REASON_CLOCK_WRONG;
	assert_true(desk_post(stage->desk, &errand));
	errand.refusal = REASON_REGISTRY_BUSY;
	assert_true(desk_post(stage->desk, &errand));
	check(stage, 1, "T-1"); /* what was posted before has run */
	assert_int_equal(place_count(&stage->place, "refused", NULL, "expired"), 1);
	assert_int_equal(place_count(&stage->place, "refused", NULL, NULL), 1);
}

static void test_list_of_a_place(void **state)
{
	struct stage *stage = *state;
	static const struct desk_errand list = { .errand = ERRAND_LIST };
	open_desk(stage, stage->place.registry, "t-hall", false);
	run(stage, &list, HAPPENING_LISTED);
	assert_int_equal(stage->answer.entitlement.carrier, CARRIER_NONE);
	assert_int_equal(stage->answer.entitlement.offer_count, 3);
	assert_int_equal(place_count(&stage->place, "refused", NULL, NULL), 0);
}

static void test_unknown_merchant(void **state)
{
	struct stage *stage = *state;
	open_desk(stage, stage->place.registry, "t-nowhere", false);
	assert_int_equal(stage->answer.happening, HAPPENING_RECOVERED);
	assert_false(stage->answer.place.known);
	check(stage, 1, "T-1");
	assert_int_equal(stage->answer.entitlement.reason, REASON_MERCHANT_INACTIVE);
}

/* --- what is remembered --- */

static void test_forgotten_visits(void **state)
{
	struct stage *stage = *state;
	open_desk(stage, stage->place.registry, "t-gate", false);
	check(stage, 1, "T-1");
	const struct desk_errand forget = { .errand = ERRAND_NONE, .visit = 1 };
	assert_true(desk_post(stage->desk, &forget));
	const struct desk_errand late = redeem_errand(1, "t-free", "visit-1");
	run(stage, &late, HAPPENING_FAULT);
	for (uint64_t visit = 2; visit <= DESK_VISITS_MAX + 2; visit++) {
		check(stage, visit, "T-1");
	}
	const struct desk_errand oldest = redeem_errand(2, "t-free", "visit-2");
	run(stage, &oldest, HAPPENING_FAULT);
	redeem(stage, 3, "t-free", "visit-3");
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 1);
}

static void test_what_others_change_is_taken_up(void **state)
{
	struct stage *stage = *state;
	struct registry *other = NULL;
	open_desk(stage, stage->place.registry, "t-gate", false);
	check(stage, 1, "T-1");
	assert_int_equal(stage->answer.entitlement.reason, REASON_OK);
	assert_int_equal(registry_open(&other, stage->place.registry, true), REGISTRY_OK);
	assert_int_equal(registry_retire_key(other, stage->place.key.trusted.kid,
					     stage->place.key.trusted.kid_length, time(NULL) - 1),
			 REGISTRY_OK);
	registry_close(other);
	check(stage, 2, "T-1");
	assert_int_equal(stage->answer.entitlement.reason, REASON_UNKNOWN_ISSUER);
}

/* --- several at once --- */

static void post_all(struct stage *stage, const struct desk_errand *errands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_true(desk_post(stage->desk, &errands[i]));
	}
}

static void test_waiting_redemptions_together(void **state)
{
	struct stage *stage = *state;
	struct desk_errand errands[9];
	char number[24], id[24];
	open_desk(stage, stage->place.registry, "t-gate", false);
	for (int i = 0; i < 9; i++) {
		snprintf(number, sizeof(number), "T-%d", i + 1);
		snprintf(id, sizeof(id), "visit-%d", i);
		check(stage, (uint64_t)i + 1, number);
		errands[i] = redeem_errand((uint64_t)i + 1, "t-free", id);
	}
	post_all(stage, errands, 9);
	for (uint64_t i = 0; i < 9; i++) {
		await(stage);
		assert_int_equal(stage->answer.happening, HAPPENING_REDEEMED);
		assert_int_equal(stage->answer.visit, i + 1);
		assert_int_equal(stage->answer.redemption.reason, REASON_OK);
	}
	assert_int_equal(place_count(&stage->place, "redeemed", "t-free", NULL), 9);
}

static void test_together_is_not_more_than_one_by_one(void **state)
{
	struct stage *stage = *state;
	char first_id[REDEMPTION_ID_MAX + 1];
	open_desk(stage, stage->place.registry, "t-once", false);
	check(stage, 1, "T-1");
	check(stage, 2, "T-1");
	check(stage, 3, "T-2");
	const struct desk_errand errands[] = {
		redeem_errand(1, "t-single", "visit-1"),
		redeem_errand(1, "t-single", "visit-1"),
		redeem_errand(2, "t-single", "visit-2"),
		redeem_errand(3, "t-single", "visit-3"),
	};
	post_all(stage, errands, 4);
	await(stage);
	assert_int_equal(stage->answer.redemption.reason, REASON_OK);
	strcpy(first_id, stage->answer.redemption.id);
	await(stage);
	assert_int_equal(stage->answer.redemption.reason, REASON_OK);
	assert_string_equal(stage->answer.redemption.id, first_id);
	await(stage);
	assert_int_equal(stage->answer.redemption.reason, REASON_QUOTA_USED);
	await(stage);
	assert_int_equal(stage->answer.redemption.reason, REASON_OK);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 2);
}

static void *post_from_elsewhere(void *context)
{
	struct stage *stage = context;
	for (int i = 0; i < 50; i++) {
		char id[24];
		snprintf(id, sizeof(id), "visit-%d", i);
		const struct desk_errand errand = redeem_errand(1, "t-free", id);
		while (!desk_post(stage->desk, &errand)) {
			usleep(200);
		}
	}
	return NULL;
}

static void test_posting_and_taking_at_once(void **state)
{
	struct stage *stage = *state;
	pthread_t poster;
	open_desk(stage, stage->place.registry, "t-gate", false);
	check(stage, 1, "T-1");
	assert_int_equal(pthread_create(&poster, NULL, post_from_elsewhere, stage), 0);
	for (int i = 0; i < 50; i++) {
		await(stage);
		assert_int_equal(stage->answer.happening, HAPPENING_REDEEMED);
		assert_int_equal(stage->answer.redemption.reason, REASON_OK);
	}
	pthread_join(poster, NULL);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 50);
}

/* Another process, as far as the registry can tell: a connection of its own. */
static void *redeem_elsewhere(void *context)
{
	const struct place *place = context;
	struct registry *registry = NULL;
	struct redemption redemption;
	const struct presentation manual = { .carrier = CARRIER_NUMBER, .number = "T-2" };
	assert_int_equal(registry_open(&registry, place->registry, true), REGISTRY_OK);
	for (int i = 0; i < 100; i++) {
		char id[24];
		snprintf(id, sizeof(id), "elsewhere-%d", i);
		struct circumstances circumstances = { .merchant = "t-hall",
						       .amount = AMOUNT_NONE,
						       .quantity = AMOUNT_NONE };
		do { /* its clock may be overtaken by the desk's */
			circumstances.now = time(NULL);
			assert_int_equal(entitlement_redeem(registry, &redemption, &manual,
							    &circumstances, "t-tea", id),
					 REGISTRY_OK);
		} while (redemption.reason == REASON_CLOCK_WRONG);
	}
	registry_close(registry);
	return NULL;
}

static void test_beside_another_process(void **state)
{
	struct stage *stage = *state;
	pthread_t other;
	open_desk(stage, stage->place.registry, "t-gate", false);
	assert_int_equal(pthread_create(&other, NULL, redeem_elsewhere, &stage->place), 0);
	for (uint64_t i = 1; i <= 100; i++) {
		char id[24];
		snprintf(id, sizeof(id), "visit-%d", (int)i);
		check(stage, i, "T-1");
		assert_int_equal(stage->answer.entitlement.reason, REASON_OK);
		redeem(stage, i, "t-free", id);
		assert_int_equal(stage->answer.redemption.reason, REASON_OK);
	}
	pthread_join(other, NULL);
	assert_int_equal(place_count(&stage->place, "redeemed", "t-free", NULL), 100);
}

static void test_what_waits_is_done_before_the_end(void **state)
{
	struct stage *stage = *state;
	open_desk(stage, stage->place.registry, "t-gate", false);
	check(stage, 1, "T-1");
	for (int i = 0; i < 10; i++) {
		char id[24];
		snprintf(id, sizeof(id), "visit-%d", i);
		const struct desk_errand errand = redeem_errand(1, "t-free", id);
		assert_true(desk_post(stage->desk, &errand));
	}
	desk_close(stage->desk);
	stage->desk = NULL;
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 10);
}

/* --- trouble --- */

static const struct desk_errand try_again = { .errand = ERRAND_TRY };

static void test_no_registry(void **state)
{
	struct stage *stage = *state;
	char path[400];
	snprintf(path, sizeof(path), "%s/other.db", stage->place.folder);
	open_desk(stage, path, "t-gate", false);
	assert_int_equal(stage->answer.happening, HAPPENING_FAULT);
	assert_int_equal(stage->answer.fault, REGISTRY_MISSING);
	FILE *file = fopen(path, "we");
	for (int i = 0; i < 1000; i++) {
		fputs("this is not a registry\n", file);
	}
	fclose(file);
	run(stage, &try_again, HAPPENING_FAULT);
	assert_int_equal(stage->answer.fault, REGISTRY_NOT_ONE);
	unlink(path);
	assert_int_equal(registry_init(path), REGISTRY_OK);
	run(stage, &try_again, HAPPENING_RECOVERED);
}

static void test_a_registry_that_is_moved_away(void **state)
{
	struct stage *stage = *state;
	char away[400];
	snprintf(away, sizeof(away), "%s/away.db", stage->place.folder);
	open_desk(stage, stage->place.registry, "t-gate", false);
	check(stage, 1, "T-1");
	assert_int_equal(rename(stage->place.registry, away), 0);
	const struct desk_errand errand = redeem_errand(1, "t-free", "visit-1");
	run(stage, &errand, HAPPENING_FAULT);
	assert_int_equal(stage->answer.fault, REGISTRY_MISSING);
	run(stage, check_errand(stage, 2, "T-2", 30), HAPPENING_FAULT);
	run(stage, &try_again, HAPPENING_FAULT);
	assert_int_equal(rename(away, stage->place.registry), 0);
	run(stage, &try_again, HAPPENING_RECOVERED);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 0);
	check(stage, 3, "T-2");
	redeem(stage, 3, "t-free", "visit-3");
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 1);
}

/* A limit on the size of files stands in for a disk that is full. */
static void test_a_full_disk(void **state)
{
	struct stage *stage = *state;
	struct rlimit before;
	open_desk(stage, stage->place.registry, "t-gate", false);
	check(stage, 1, "T-1");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	const struct rlimit full = { .rlim_cur = 512, .rlim_max = before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	const struct desk_errand errand = redeem_errand(1, "t-free", "visit-1");
	assert_true(desk_post(stage->desk, &errand));
	await(stage);
	const enum happening happened = stage->answer.happening;
	assert_true(desk_post(stage->desk, &try_again));
	await(stage);
	const enum happening tried = stage->answer.happening;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(happened, HAPPENING_FAULT);
	assert_int_equal(tried, HAPPENING_FAULT);
	run(stage, &try_again, HAPPENING_RECOVERED);
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 0);
	check(stage, 2, "T-1");
	redeem(stage, 2, "t-free", "visit-2");
	assert_int_equal(place_count(&stage->place, "redeemed", NULL, NULL), 1);
}

#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DESK_TEST(test_from_text_to_log),
		DESK_TEST(test_a_tag_says_so),
		DESK_TEST(test_amount_and_comparison),
		DESK_TEST(test_unattended_asks_nobody_to_compare),
		DESK_TEST(test_refused_readings),
		DESK_TEST(test_refusals_are_on_record),
		DESK_TEST(test_list_of_a_place),
		DESK_TEST(test_unknown_merchant),
		DESK_TEST(test_forgotten_visits),
		DESK_TEST(test_what_others_change_is_taken_up),
		DESK_TEST(test_waiting_redemptions_together),
		DESK_TEST(test_together_is_not_more_than_one_by_one),
		DESK_TEST(test_posting_and_taking_at_once),
		DESK_TEST(test_beside_another_process),
		DESK_TEST(test_what_waits_is_done_before_the_end),
		DESK_TEST(test_no_registry),
		DESK_TEST(test_a_registry_that_is_moved_away),
		DESK_TEST(test_a_full_disk),
	};
	return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}
