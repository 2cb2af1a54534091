/* The list of reasons: names and order are contracts, and each has its sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "db/reason.h"

/* As the design lists them. */
static const char *const names[] = {
	"ok",
	"merchant_inactive",
	"clock_wrong",
	"data_too_old",
	"registry_busy",
	"torn",
	"several_cards",
	"malformed",
	"unsupported",
	"unknown_issuer",
	"forged",
	"not_yet_valid",
	"expired",
	"replayed",
	"stale",
	"cloned",
	"unknown_card",
	"unknown_certificate",
	"not_issued",
	"loss_reported",
	"lost",
	"suspended",
	"replaced",
	"withdrawn",
	"cancelled",
	"moved",
	"wrong_kind",
	"wrong_class",
	"wrong_grade",
	"wrong_age",
	"wrong_region",
	"not_needy",
	"not_today",
	"outside_hours",
	"festival",
	"wrong_venue",
	"quota_used",
	"venue_quota_used",
	"balance_used",
	"not_with_others",
	"assurance_too_low",
	"needs_compare",
	"needs_amount",
	"amount_invalid",
	"benefit_inactive",
};
#define COUNT (sizeof names / sizeof *names)

static void names_and_order(void **state)
{
	(void)state;
	assert_int_equal(COUNT, REASON_COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		enum reason reason;

		assert_string_equal(reason_name((enum reason)i), names[i]);
		assert_true(reason_from_name(&reason, names[i]));
		assert_int_equal(reason, i);
	}
}

static void unknown_names(void **state)
{
	static const char *const unknown[] = { "", "OK", "ok ", "wrong", "wrong_kinds" };
	enum reason reason = REASON_TORN;

	(void)state;
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		assert_false(reason_from_name(&reason, unknown[i]));
	assert_int_equal(reason, REASON_TORN);
}

/* A sentence of each kind in each language; none accuses, none holds a stop of its own. */
static void check_sentence(const char *text, int english)
{
	static const char *const harsh[] = { "伪造",   "假证", "冒用",  "非法",   "失败",
					     "forged", "fake", "fraud", "stolen", "illegal" };
	size_t length = strlen(text);

	assert_true(length > 5);
	assert_true(text[length - 1] != '.' && strcmp(text + length - 3, "。") != 0);
	for (size_t i = 0; i < sizeof harsh / sizeof *harsh; i++)
		assert_null(strstr(text, harsh[i]));
	for (const char *c = text; english && *c != '\0'; c++)
		assert_true((unsigned char)*c < 0x80);
	if (!english)
		assert_true((unsigned char)text[0] >= 0x80);
}

static void sentences(void **state)
{
	(void)state;
	for (int i = 0; i < REASON_COUNT; i++) {
		for (int english = 0; english < 2; english++) {
			check_sentence(reason_why((enum reason)i, english), english);
			check_sentence(reason_next((enum reason)i, english), english);
		}
	}
}

/* Who shows a copy learns no more than who shows a forgery: both see the staff. */
static void the_staff_helps(void **state)
{
	(void)state;
	assert_non_null(strstr(reason_next(REASON_CLONED, true), "see the staff"));
	assert_non_null(strstr(reason_next(REASON_FORGED, true), "see the staff"));
	assert_non_null(strstr(reason_next(REASON_CLONED, false), "工作人员"));
	assert_non_null(strstr(reason_next(REASON_FORGED, false), "工作人员"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_order),
		cmocka_unit_test(unknown_names),
		cmocka_unit_test(sentences),
		cmocka_unit_test(the_staff_helps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
