#include "tests/bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/china_time.h"
#include "db/life_record.h"
#include "db/plaque.h"
#include "tests/centre.h"

#define UNITS                                             \
	"unit,code,name,tier,parent,from,until\n"         \
	"centre,371171,测试区服务中心,county,,,\n" \
	"east,371171001,东街服务站,town,centre,,\n"  \
	"west,371171002,西街服务站,town,centre,,\n"  \
	"north,371171003,北街服务站,town,centre,,\n" \
	"village,371171001201,东村服务站,village,east,,\n"
/* The café's unit is named by its region. */
#define MERCHANTS                                                       \
	"merchant,name,venue,scene,region,address,unit,state\n"         \
	"m-park,测试公园,park,游,371171,,centre,active\n"          \
	"m-shop,测试商店,shop,购,371171,,east,active\n"            \
	"m-cafe,测试食堂,restaurant,食,371171,,371171002,active\n" \
	"m-left,测试旧店,shop,购,371171,,east,left\n"
#define BENEFITS                                                                             \
	"[{\"benefit\":\"park-free\",\"title\":{\"zh\":\"公园免票\"},\"scene\":\"游\"," \
	"\"where\":{\"venues\":[\"park\"]},\"who\":{\"kinds\":[\"veteran\"]},"               \
	"\"value\":{\"type\":\"free\"},\"settlement\":\"count\"},"                           \
	"{\"benefit\":\"shop-off\",\"title\":{\"zh\":\"购物八折\"},\"scene\":\"购\","   \
	"\"where\":{\"venues\":[\"shop\"]},\"settlement\":\"monthly\","                      \
	"\"value\":{\"type\":\"percent_off\",\"percent\":20}},"                              \
	"{\"benefit\":\"cafe-off\",\"title\":{\"zh\":\"食堂九折\"},\"scene\":\"食\","   \
	"\"where\":{\"venues\":[\"restaurant\"]},\"settlement\":\"quarterly\","              \
	"\"value\":{\"type\":\"percent_off\",\"percent\":10}},"                              \
	"{\"benefit\":\"card\",\"title\":{\"zh\":\"福利卡\"},\"scene\":\"购\","          \
	"\"where\":{\"venues\":[\"shop\"]},\"who\":{\"classes\":[\"family\"]},"              \
	"\"value\":{\"type\":\"stored_value\",\"fen\":40000}}]"

/* Certificates, and with the same number the persons who hold them. */
static const struct {
	int number;
	const char *identities, *home, *kind, *unit, *state;
} holders[] = {
	{ 1, "veteran.conscript", "371171", "veteran", "east", "active" },
	{ 2, "veteran.nco;war@2020-01-01..2026-10-31", "371171", "veteran", "village", "active" },
	{ 3, "veteran.officer;disabled:6:war", "371171", "veteran", "centre", "active" },
	{ 4, "family.martyr", "371171", "family", "west", "active" },
	{ 5, "family.duty", "330683", "family", "west", "active" },
	{ 6, "veteran.nco", "371171", "veteran", "east", "suspended" },
	{ 7, "veteran.nco", "371171", "veteran", "east", "lost" },
	{ 8, "veteran.nco", "371171", "veteran", "east", "on_file" },
	{ 10, "veteran.nco", "371171", "veteran", "west", "applied" },
	{ 11, "veteran.nco", "371171", "veteran", "west", "accepted" },
	{ 12, "veteran.nco", "371171", "veteran", "west", "deceased" },
	{ 13, "veteran.nco", "371171", "veteran", "west", "replaced" },
	{ 14, "veteran.nco", "371171", "veteran", "village", "handed_over" },
	{ 15, "veteran.nco", "371171", "veteran", "village", "in_production" },
	{ 16, "veteran.nco", "371171", "veteran", "north", "refused" },
	{ 21, "veteran.nco", "371171", "veteran", "centre", "on_file" },
	{ 22, "veteran.nco", "371171", "veteran", "centre", "on_file" },
	{ 23, "veteran.nco", "371171", "veteran", "centre", "on_file" },
	{ 24, "veteran.nco", "371171", "veteran", "centre", "on_file" },
};

static void import(const char *db, const char *group, const char *text)
{
	centre_write("import", text);
	DO(0, "--db", db, group, "import", centre_path("import"));
}

void bureau_fill(const char *db)
{
	char persons[4096] = "person,name,sex,birth,home_region,needy,merit,identities\n";
	char certificates[4096] = "number,person,kind,unit,state,valid_from,valid_until\n";

	for (size_t i = 0; i < sizeof holders / sizeof *holders; i++) {
		sprintf(persons + strlen(persons), "PERSON-%02d,具名者%02d,m,,%s,0,,%s\n",
			holders[i].number, holders[i].number, holders[i].home,
			holders[i].identities);
		sprintf(certificates + strlen(certificates), "CERT-%02d,PERSON-%02d,%s,%s,%s,,\n",
			holders[i].number, holders[i].number, holders[i].kind, holders[i].unit,
			holders[i].state);
	}
	DO(0, "--db", db, "init");
	import(db, "unit", UNITS);
	import(db, "merchant", MERCHANTS);
	import(db, "person", persons);
	import(db, "certificate", certificates);
	import(db, "benefit", BENEFITS);
}

/* --- applications and plaques --- */

static int64_t noon(const char *day)
{
	int32_t number;

	assert_true(day_parse(&number, day));
	return china_midnight(number) + 12 * 3600;
}

static void take(struct registry *registry, const char *number, enum life_act act, const char *day)
{
	struct life_answer answer;
	struct life_request request = { .certificate = number,
					.act = act,
					.now = noon(day),
					.at = noon(day),
					.until = LIFE_NEVER };

	assert_int_equal(life_take_step(registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(answer.refusal, LIFE_TAKEN);
}

/* Applied for on a Monday; handed over after 30 and after 31 working days; waiting for 6 and for 31
 * at BUREAU_NOW, a Tuesday. */
static void apply(struct registry *registry)
{
	static const enum life_act way[] = { ACT_ACCEPT,  ACT_APPROVE, ACT_APPROVE,
					     ACT_APPROVE, ACT_PRODUCE, ACT_HAND_OVER };

	take(registry, "CERT-21", ACT_APPLY, "2026-01-05");
	take(registry, "CERT-22", ACT_APPLY, "2026-01-05");
	for (size_t i = 0; i < sizeof way / sizeof *way; i++)
		take(registry, "CERT-21", way[i], "2026-02-16");
	for (size_t i = 0; i < sizeof way / sizeof *way; i++)
		take(registry, "CERT-22", way[i], "2026-02-17");
	take(registry, "CERT-24", ACT_APPLY, "2026-10-12");
	take(registry, "CERT-24", ACT_ACCEPT, "2026-10-13");
	take(registry, "CERT-23", ACT_APPLY, "2026-11-16");
}

static void put_plaque(struct registry *registry, const char *number, const char *person,
		       const char *household, const char *unit)
{
	const struct plaque plaque = {
		.number = number, .person = person, .household = household, .unit = unit
	};

	assert_int_equal(plaque_put(registry, &plaque), REGISTRY_OK);
}

static void mark_plaque(struct registry *registry, const char *number, enum plaque_state state,
			const char *day)
{
	struct plaque_answer answer;
	struct plaque_request request = { .number = number,
					  .state = state,
					  .day = (int32_t)((noon(day) + 28800) / 86400),
					  .reason = "",
					  .now = noon(day) };

	assert_int_equal(plaque_step(registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(answer.refusal, PLAQUE_TAKEN);
}

void bureau_add_ledgers(const char *db)
{
	struct registry *registry;

	assert_int_equal(registry_open(&registry, db, true), REGISTRY_OK);
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	apply(registry);
	put_plaque(registry, "G-01", "PERSON-01", "H-1", "east");
	put_plaque(registry, "G-02", "PERSON-02", "H-1", "village");
	put_plaque(registry, "G-03", "PERSON-04", "", "371171002");
	put_plaque(registry, "G-04", "PERSON-05", "H-4", "west");
	mark_plaque(registry, "G-01", PLAQUE_HUNG, "2026-03-01");
	mark_plaque(registry, "G-02", PLAQUE_ISSUED, "2026-03-02");
	mark_plaque(registry, "G-04", PLAQUE_HUNG, "2026-03-04");
	mark_plaque(registry, "G-04", PLAQUE_DAMAGED, "2026-05-04");
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
	registry_close(registry);
}

/* --- uses --- */

const char *bureau_redeem(const char *db, int code, const char *number, const char *merchant,
			  const char *benefit, const char *amount, const char *at)
{
	static char redemption[32];
	char instant[40];
	json_t *answer;

	snprintf(instant, sizeof instant, "%s+08:00", at);
	answer = answer_json(EXPECT(code, "--db", db, "redeem", "--number", number, "--merchant",
				    merchant, "--benefit", benefit, "--compared", "--at", instant,
				    "--json", amount != NULL ? "--amount" : NULL, amount));
	snprintf(redemption, sizeof redemption, "%s",
		 code == 0 ? text_of(answer, "redemption") : "");
	json_decref(answer);
	return redemption;
}

void bureau_add_uses(const char *db)
{
	/* Around the ends of a quarter and of months; void_at: taken back then. */
	static const struct {
		const char *number, *merchant, *benefit, *amount, *at;
		int code;
		const char *void_at;
	} rows[] = {
		{ "CERT-01", "m-cafe", "cafe-off", "10000", "2026-09-30T23:59:59", 0, NULL },
		{ "CERT-02", "m-cafe", "cafe-off", "10000", "2026-10-01T00:00:00", 0, NULL },
		{ "CERT-01", "m-shop", "shop-off", "5000", "2026-10-31T23:30:00", 0,
		  "2026-10-31T23:40:00+08:00" },
		{ "CERT-02", "m-shop", "shop-off", "10000", "2026-10-31T23:59:59", 0,
		  "2026-11-02T09:00:00+08:00" },
		{ "CERT-03", "m-shop", "shop-off", "20000", "2026-11-01T00:00:00", 0, NULL },
		{ "CERT-04", "m-shop", "card", "15000", "2026-11-03T10:00:00", 0, NULL },
		{ "CERT-04", "m-park", "park-free", NULL, "2026-11-04T10:00:00", 1, NULL },
		{ "CERT-05", "m-park", "park-free", NULL, "2026-11-04T10:05:00", 1, NULL },
		{ "CERT-01", "m-park", "park-free", NULL, "2026-11-05T10:00:00", 0, NULL },
		{ "CERT-05", "m-shop", "shop-off", "10000", "2026-11-30T23:59:59", 0, NULL },
		{ "CERT-01", "m-shop", "shop-off", "10000", "2026-12-01T00:00:00", 0, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *redemption =
			bureau_redeem(db, rows[i].code, rows[i].number, rows[i].merchant,
				      rows[i].benefit, rows[i].amount, rows[i].at);

		if (rows[i].void_at != NULL)
			DO(0, "--db", db, "void", redemption, "--at", rows[i].void_at);
	}
}
