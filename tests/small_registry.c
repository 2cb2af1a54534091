#include "small_registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/store.h"

const char *const small_steps[] = {
	"active",      "on_file",         "applied",     "accepted",      "county_review",
	"city_review", "province_review", "in_review",   "refused",       "in_production",
	"at_county",   "at_station",      "handed_over", "loss_reported", "lost",
	"suspended",   "replaced",        "withdrawn",   "cancelled",     "deceased",
	"moved",       "other_kind",      NULL
};

const char small_benefits[] =
	"[{\"benefit\":\"park-free\",\"title\":{\"zh\":\"免费入园\",\"en\":\"Free entry\"},"
	"\"scene\":\"游\",\"where\":{\"venues\":[\"park\"]},\"value\":{\"type\":\"free\"},"
	"\"limits\":[{\"per\":\"holder\",\"period\":\"day\",\"count\":1}]},"
	"{\"benefit\":\"shop-tenth\",\"title\":{\"zh\":\"九折\",\"en\":\"A tenth off\"},"
	"\"scene\":\"购\",\"where\":{\"venues\":[\"shop\"]},"
	"\"value\":{\"type\":\"percent_off\",\"percent\":10},"
	"\"limits\":[{\"per\":\"holder\",\"period\":\"month\",\"count\":3,\"amount\":5000}]},"
	"{\"benefit\":\"shop-first\",\"title\":{\"zh\":\"优先\",\"en\":\"Served first\"},"
	"\"scene\":\"购\",\"where\":{\"venues\":[\"shop\"]},\"value\":{\"type\":\"priority\"}},"
	"{\"benefit\":\"shop-officers\",\"title\":{\"zh\":\"军官\",\"en\":\"For officers\"},"
	"\"scene\":\"购\",\"where\":{\"venues\":[\"shop\"]},"
	"\"who\":{\"classes\":[\"veteran.officer\"]},\"value\":{\"type\":\"priority\"}},"
	"{\"benefit\":\"rooms\",\"title\":{\"zh\":\"客房\",\"en\":\"Rooms\"},\"scene\":\"住\","
	"\"where\":{\"venues\":[\"hotel\"]},\"value\":{\"type\":\"percent_off\",\"percent\":40},"
	"\"limits\":[{\"per\":\"venue\",\"period\":\"day\",\"count\":2}]}]";

const char small_undo_version_5[] = "DROP TABLE live_taken; PRAGMA user_version = 4;";

const char small_undo_version_3[] =
	"DROP TABLE batch_sheet; DROP TABLE batch_item; DROP TABLE batch; DROP TABLE "
	"staff_session; DROP TABLE staff;"
	"DROP TABLE medium_gone; DROP TABLE plaque_event; DROP TABLE plaque; DROP TABLE event; "
	"DROP TABLE forgetting;"
	"DROP TRIGGER certificate_held; DROP TRIGGER certificate_held_by_another;"
	"DROP TRIGGER certificate_gone; DROP TABLE holding; DROP TABLE id_key; DROP TABLE name_key;"
	"DROP TABLE photograph; DROP TABLE exclusion; DROP TABLE audit_detail; DROP TABLE audit;"
	"ALTER TABLE medium DROP COLUMN void_at; ALTER TABLE certificate DROP COLUMN standing;"
	"ALTER TABLE certificate DROP COLUMN since; ALTER TABLE certificate DROP COLUMN until;"
	"DELETE FROM step WHERE id > 22; ALTER TABLE registry DROP COLUMN kiosk;"
	"ALTER TABLE registry DROP COLUMN cipher;"
	"CREATE TABLE unit_2 (code TEXT PRIMARY KEY CHECK (code <> ''), region TEXT NOT NULL,"
	" name TEXT NOT NULL, tier TEXT NOT NULL, parent TEXT NOT NULL, from_day INTEGER,"
	" until_day INTEGER) STRICT, WITHOUT ROWID;"
	"INSERT INTO unit_2 SELECT code, region, name, tier, parent,"
	" nullif(from_day, -2147483648), until_day FROM unit;"
	"DROP TABLE unit; ALTER TABLE unit_2 RENAME TO unit;"
	"CREATE TRIGGER unit_new AFTER INSERT ON unit"
	" BEGIN UPDATE registry SET generation = generation + 1; END;"
	"PRAGMA user_version = 2;";

static void must(enum registry_status status)
{
	if (status == REGISTRY_OK)
		return;
	fprintf(stderr, "small registry: %s\n", registry_status_name(status));
	abort();
}

static void put_places(struct registry *registry)
{
	static const struct unit units[] = {
		{ "371171", "经开区中心", "county", "", INT32_MIN, INT32_MAX, NULL, NULL },
		{ "371171001", "街道站", "town", "371171", INT32_MIN, INT32_MAX, NULL, NULL },
	};
	static const struct merchant merchants[] = {
		{ "PARK", "海滨公园", VENUE_PARK, "游", "371171", "", "371171", "active" },
		{ "SHOP", "老兵商店", VENUE_SHOP, "购", "371171", "", "371171", "active" },
		{ "HOTEL", "驿站", VENUE_HOTEL, "住", "371171", "", "371171", "active" },
		{ "CLOSED", "旧店", VENUE_SHOP, "购", "371171", "", "371171", "suspended" },
	};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		must(registry_put_unit(registry, &units[i]));
	for (size_t i = 0; i < sizeof merchants / sizeof *merchants; i++)
		must(registry_put_merchant(registry, &merchants[i]));
}

static void put_certificate(struct registry *registry, const char *number, const char *person,
			    const char *state)
{
	struct certificate certificate = { number, person,    "371171001", 1,
					   state,  INT32_MIN, INT32_MAX };
	must(registry_put_certificate(registry, &certificate));
}

static void put_people(struct registry *registry)
{
	static const struct person people[] = {
		{ .code = "P1",
		  .name = "测试甲人",
		  .sex = 'm',
		  .birth_known = true,
		  .birth = -3652,
		  .home_region = "371171",
		  .merit = 3,
		  .identities = "veteran.conscript;disabled:6:war",
		  .id_number = "11010519491231002X" },
		{ .code = "P2", .name = "测乙", .home_region = "3501", .identities = "" },
		{ .code = "P3", .name = "丙", .home_region = "", .identities = "family.martyr" },
	};
	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		must(registry_put_person(registry, &people[i]));
	put_certificate(registry, "C1", "P1", "active");
	put_certificate(registry, "C1B", "P1", "active");
	put_certificate(registry, "C2", "P2", "active");
	for (size_t i = 0; small_steps[i] != NULL; i++) {
		char number[32];
		snprintf(number, sizeof number, "N-%s", small_steps[i]);
		put_certificate(registry, number, "P3", small_steps[i]);
	}
}

static void put_benefits(struct registry *registry)
{
	struct catalogue *catalogue;
	struct benefit_fault fault;
	if (catalogue_parse(&catalogue, &fault, small_benefits, strlen(small_benefits)) !=
	    BENEFIT_OK) {
		fprintf(stderr, "%s: %s\n", fault.path, fault.why);
		abort();
	}
	must(registry_put_benefits(registry, catalogue, SMALL_NOW));
	catalogue_free(catalogue);
}

void small_registry_make(struct small_registry *small)
{
	folder_make(small->folder);
	snprintf(small->path, sizeof small->path, "%s/registry", small->folder);
	must(registry_init(small->path));
	must(registry_open(&small->registry, small->path, true));
	must(registry_begin(small->registry));
	put_places(small->registry);
	put_people(small->registry);
	put_benefits(small->registry);
	must(registry_commit(small->registry));
	must(registry_refresh(small->registry, NULL));
}

void small_registry_remove(struct small_registry *small)
{
	registry_close(small->registry);
	small->registry = NULL;
	folder_remove(small->folder);
}

int small_set_up(void **state)
{
	static struct small_registry small; /* one test at a time */
	small_registry_make(&small);
	*state = &small;
	return 0;
}

int small_tear_down(void **state)
{
	small_registry_remove(*state);
	return 0;
}

void small_path(char out[static 192], const struct small_registry *small, const char *suffix)
{
	snprintf(out, 192, "%s%s", small->path, suffix);
}

struct presentation small_presentation(const char *number, uint8_t medium[static 16])
{
	memset(medium, 0, 16);
	memcpy(medium, number, strnlen(number, 16));
	return (struct presentation){ .carrier = CARRIER_QR,
				      .fault = REASON_OK,
				      .assurance = ASSURANCE_STATIC,
				      .issuer = "yd:371171",
				      .number = number,
				      .name = "印在卡上的名字",
				      .kind = 2,
				      .medium = medium,
				      .medium_length = 16 };
}

struct circumstances small_circumstances(const char *merchant, int64_t amount)
{
	return (struct circumstances){ .merchant = merchant,
				       .amount = amount,
				       .quantity = AMOUNT_NONE,
				       .attended = true,
				       .compared = true,
				       .now = SMALL_NOW };
}

enum reason small_check(struct registry *registry, struct entitlement *out, const char *number,
			const char *merchant, int64_t amount)
{
	uint8_t medium[16];
	struct presentation presentation = small_presentation(number, medium);
	struct circumstances circumstances = small_circumstances(merchant, amount);
	assert_int_equal(entitlement_check(registry, out, &presentation, &circumstances),
			 REGISTRY_OK);
	return out->reason;
}

enum registry_status small_redeem(struct registry *registry, struct redemption *out,
				  const char *visit)
{
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("SHOP", AMOUNT_NONE);
	return entitlement_redeem(registry, out, &presentation, &circumstances, "shop-first",
				  visit);
}

static bool count_entry(void *context, const struct log_entry *entry)
{
	(void)entry;
	++*(int *)context;
	return true;
}

int small_entries(struct registry *registry)
{
	int count = 0;
	assert_int_equal(log_each(registry, 0, count_entry, &count), REGISTRY_OK);
	return count;
}

void small_assert_intact(struct registry *registry)
{
	struct log_report report;
	assert_int_equal(log_verify(registry, &report), REGISTRY_OK);
	if (report.fault != LOG_INTACT)
		fail_msg("%s", report.why);
}

bool see(struct seen *seen, const char *code)
{
	seen->count++;
	strncat(seen->text, code, sizeof seen->text - strlen(seen->text) - 1);
	strncat(seen->text, " ", sizeof seen->text - strlen(seen->text) - 1);
	return seen->count < 3;
}

void small_sql(const char *path, const char *sql)
{
	struct store *store;
	assert_int_equal(store_open(&store, path, STORE_CREATE), STORE_OK);
	if (store_execute(store, sql) != STORE_OK)
		fail_msg("%s: %s", sql, store_trouble(store));
	store_close(store);
}
