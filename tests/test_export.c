/*
 * A kiosk's copy: it decides as the centre does, and holds nobody's name.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/actor.h"
#include "db/audit.h"
#include "db/export.h"
#include "db/life_record.h"
#include "db/lookup.h"
#include "db/plaque.h"
#include "db/store.h"
#include "db/vault.h"
#include "tests/small_registry.h"

#define LAPSES (SMALL_NOW + 6 * 86400)

/* The centre's, and where its copy lies. */
struct pair {
	struct small_registry centre;
	char path[192];
	struct registry *copy; /* NULL: not opened */
	struct export_count count;
};

static void step(struct registry *registry, const char *certificate, enum life_act act, int64_t at,
		 int64_t until)
{
	struct life_answer answer;
	struct life_request request = { .certificate = certificate,
					.act = act,
					.now = at,
					.at = at,
					.until = until,
					.cause = act == ACT_SUSPEND ? "detained" : NULL,
					.reason = "said-of-a-life" };
	assert_int_equal(registry_begin(registry), REGISTRY_OK);
	assert_int_equal(life_take_step(registry, &answer, &request), REGISTRY_OK);
	assert_int_equal(answer.refusal, LIFE_TAKEN);
	assert_int_equal(registry_commit(registry), REGISTRY_OK);
}

/* All that a centre keeps: C1 with a loss that lapses, C2 with one that is over, N-active suspended for
 * good; a plaque, staff, a batch, an exclusion, a photograph; a person without a certificate. */
static void put_everything(struct small_registry *small)
{
	static const uint8_t id[16] = "a good medium";
	struct actor actor = { .name = "clerk-zhang", .may_all = true };
	struct plaque plaque = {
		.number = "G-of-a-door", .person = "P1", .unit = "371171", .household = ""
	};
	struct person person = { .code = "only-on-file",
				 .name = "无证者",
				 .home_region = "a region of nobody else",
				 .identities = "",
				 .id_number = "110105194912310038" };
	struct medium medium = { .id = id,
				 .id_length = 16,
				 .certificate = "C1",
				 .carrier = "qr",
				 .issued_at = SMALL_NOW,
				 .expires = INT64_MAX };
	struct lookup found;
	struct redemption made;
	registry_act_as(small->registry, &actor);
	assert_int_equal(registry_put_person(small->registry, &person), REGISTRY_OK);
	assert_int_equal(registry_put_medium(small->registry, &medium), REGISTRY_OK);
	assert_int_equal(plaque_put(small->registry, &plaque), REGISTRY_OK);
	assert_int_equal(small_redeem(small->registry, &made, "visit"), REGISTRY_OK);
	step(small->registry, "C1", ACT_REPORT_LOSS_PROVISIONAL, SMALL_NOW, LAPSES);
	step(small->registry, "C2", ACT_REPORT_LOSS_PROVISIONAL, SMALL_NOW, LAPSES);
	step(small->registry, "C2", ACT_LIFT_LOSS, SMALL_NOW, LIFE_NEVER);
	step(small->registry, "N-active", ACT_SUSPEND, SMALL_NOW, LIFE_NEVER);
	small_sql(small->path,
		  "INSERT INTO exclusion VALUES ('P1', 'prison', 1, NULL);"
		  "INSERT INTO photograph VALUES ('P1', x'00', 1);"
		  "INSERT INTO staff (name, roles, unit, password, state, made_at)"
		  " VALUES ('clerk-zhang', 1, '', '', 'active', 1);"
		  "INSERT INTO staff_session VALUES ('clerk-zhang', 1, 1, 1, 1);"
		  "INSERT INTO batch (id, what, items, made_at) VALUES ('b-of-work', 'w', 1, 1);"
		  "INSERT INTO batch_item (batch, position, certificate, state, why, stepped) "
		  "VALUES ('b-of-work', 1, 'C1', 'done', '', 1)");
	assert_int_equal(lookup_text(small->registry, &found, LOOKUP_PERSON, "P1"), REGISTRY_OK);
	assert_int_equal(
		lookup_on_record(small->registry, &found, "person.find", "by=person", SMALL_NOW),
		REGISTRY_OK);
}

static int set_up(void **state)
{
	static struct pair pair; /* one test at a time */
	pair.copy = NULL;
	small_registry_make(&pair.centre);
	small_path(pair.path, &pair.centre, "-kiosk");
	put_everything(&pair.centre);
	*state = &pair;
	return 0;
}

static int tear_down(void **state)
{
	struct pair *pair = *state;
	registry_close(pair->copy);
	small_registry_remove(&pair->centre);
	return 0;
}

static enum registry_status make_copy(struct pair *pair)
{
	return export_kiosk(pair->centre.registry, &pair->count, pair->path);
}

static void open_copy(struct pair *pair)
{
	assert_int_equal(make_copy(pair), REGISTRY_OK);
	assert_int_equal(registry_open(&pair->copy, pair->path, true), REGISTRY_OK);
}

static int64_t count(const char *path, const char *text)
{
	struct store *store;
	struct statement *row;
	assert_int_equal(store_open(&store, path, STORE_READ), STORE_OK);
	assert_int_equal(store_statement(store, &row, text), STORE_OK);
	assert_int_equal(statement_step(row), STORE_ROW);
	int64_t value = column_integer(row, 0);
	store_close(store);
	return value;
}

/* Files in the folder. */
static int files(struct pair *pair)
{
	DIR *folder = opendir(pair->centre.folder);
	int found = 0;
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		found += entry->d_name[0] != '.';
	closedir(folder);
	return found;
}

static char *read_file(const char *path, size_t *length)
{
	const size_t size = 1 << 24;
	char *bytes = malloc(size);
	FILE *file = fopen(path, "rb");
	assert_non_null(bytes);
	assert_non_null(file);
	*length = fread(bytes, 1, size, file);
	fclose(file);
	assert_true(*length > 0 && *length < size);
	return bytes;
}

/* --- what it decides --- */

static void copy_decides_as_the_centre_does(void **state)
{
	struct pair *pair = *state;
	static struct entitlement here, there;
	char step_number[32];
	open_copy(pair);
	for (int i = -2; i < 0 || small_steps[i] != NULL; i++) {
		const char *number = i == -2 ? "C1" : i == -1 ? "C2" : step_number;
		if (i >= 0)
			snprintf(step_number, sizeof step_number, "N-%s", small_steps[i]);
		enum reason reason =
			small_check(pair->centre.registry, &here, number, "SHOP", 10000);
		if (small_check(pair->copy, &there, number, "SHOP", 10000) != reason)
			fail_msg("%s", number);
		assert_int_equal(there.offer_count, here.offer_count);
		for (size_t offer = 0; offer < here.offer_count; offer++)
			assert_int_equal(there.offers[offer].verdict, here.offers[offer].verdict);
	}
	assert_int_equal(small_check(pair->copy, &there, "C9", "SHOP", 10000),
			 REASON_UNKNOWN_CERTIFICATE);
	assert_int_equal(small_check(pair->copy, &there, "C2", "CLOSED", 10000),
			 REASON_MERCHANT_INACTIVE);
}

static void loss_that_lapses_lapses_on_the_copy_too(void **state)
{
	struct pair *pair = *state;
	struct standing standing;
	static const struct {
		int64_t now;
		enum life_step step;
	} rows[] = { { SMALL_NOW - 1, STEP_ACTIVE },
		     { SMALL_NOW, STEP_LOSS_REPORTED },
		     { LAPSES - 1, STEP_LOSS_REPORTED },
		     { LAPSES, STEP_ACTIVE } };
	open_copy(pair);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(life_of(pair->copy, &standing, "C1", rows[i].now), REGISTRY_OK);
		assert_int_equal(standing.step, rows[i].step);
	}
	/* The others are where they stand, without a way there. */
	assert_int_equal(pair->count.steps, 1);
	assert_int_equal(count(pair->path, "SELECT count(*) FROM event"), 1);
	assert_int_equal(count(pair->path, "SELECT count(*) FROM certificate"
					   " WHERE standing IS NOT NULL"),
			 1);
}

static void printed_name_is_shown_where_there_is_none_on_file(void **state)
{
	struct pair *pair = *state;
	static struct entitlement found;
	struct presentation presentation = { .carrier = CARRIER_NUMBER, .number = "C2" };
	struct circumstances circumstances = small_circumstances("SHOP", 10000);
	open_copy(pair);
	assert_int_equal(small_check(pair->copy, &found, "C2", "SHOP", 10000), REASON_OK);
	assert_string_equal(found.name, "印在卡上的名字");
	assert_int_equal(entitlement_check(pair->copy, &found, &presentation, &circumstances),
			 REGISTRY_OK);
	assert_string_equal(found.name, "");
	assert_int_equal(small_check(pair->centre.registry, &found, "C2", "SHOP", 10000),
			 REASON_OK);
	assert_string_equal(found.name, "测乙");
}

static void copy_redeems_into_a_log_of_its_own(void **state)
{
	struct pair *pair = *state;
	struct redemption made;
	uint8_t medium[16];
	struct presentation presentation = small_presentation("C2", medium);
	struct circumstances circumstances = small_circumstances("SHOP", AMOUNT_NONE);
	open_copy(pair);
	assert_int_equal(small_entries(pair->copy), 0);
	assert_int_equal(entitlement_redeem(pair->copy, &made, &presentation, &circumstances,
					    "shop-first", "visit-2"),
			 REGISTRY_OK);
	assert_int_equal(made.reason, REASON_OK);
	small_assert_intact(pair->copy);
	assert_int_equal(small_entries(pair->copy), 1);
	assert_int_equal(small_entries(pair->centre.registry), 1);
}

/* --- what it holds --- */

static void report(void *context, const char *line)
{
	(void)context;
	fail_msg("%s", line);
}

static void copy_is_sound(void **state)
{
	struct pair *pair = *state;
	struct audit_report audit;
	open_copy(pair);
	assert_int_equal(audit_verify(pair->copy, &audit), REGISTRY_OK);
	if (audit.fault != AUDIT_INTACT)
		fail_msg("%s", audit.why);
	assert_int_equal(registry_fsck(pair->copy, report, NULL), REGISTRY_OK);
	assert_true(registry_is_kiosk(pair->copy));
	assert_int_equal(pair->count.persons, 3);
	assert_int_equal(pair->count.certificates, 25);
	assert_int_equal(pair->count.media, 1);
	assert_int_equal(count(pair->path, "SELECT count(*) FROM certificate"), 25);
}

static void tables_of_the_centre_are_empty(void **state)
{
	struct pair *pair = *state;
	static const char *const empty[] = {
		"SELECT count(*) FROM name_key",
		"SELECT count(*) FROM id_key",
		"SELECT count(*) FROM holding",
		"SELECT count(*) FROM photograph",
		"SELECT count(*) FROM exclusion",
		"SELECT count(*) FROM plaque",
		"SELECT count(*) FROM plaque_event",
		"SELECT count(*) FROM staff",
		"SELECT count(*) FROM staff_session",
		"SELECT count(*) FROM batch",
		"SELECT count(*) FROM batch_item",
		"SELECT count(*) FROM audit_detail",
		"SELECT count(*) FROM log",
		"SELECT count(*) FROM audit WHERE subject IS NOT NULL OR actor <> ''",
		"SELECT count(*) FROM person WHERE name <> x'' OR sex IS NOT NULL",
		"SELECT count(*) FROM person WHERE id_number IS NOT NULL",
		"SELECT count(*) FROM person WHERE code = 'only-on-file'",
		"SELECT count(*) FROM event WHERE reason <> '' OR cause <> '' OR actor <> ''",
		"SELECT count(*) FROM word WHERE text = 'a region of nobody else'",
		/* The migrations leave two pages, before any row is there: nothing was deleted. */
		"SELECT freelist_count > 2 FROM pragma_freelist_count",
	};
	assert_int_equal(make_copy(pair), REGISTRY_OK);
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
		if (count(pair->path, empty[i]) != 0)
			fail_msg("%s", empty[i]);
}

static void not_a_byte_of_a_name_or_a_number_is_in_the_file(void **state)
{
	struct pair *pair = *state;
	static const char *const texts[] = { "only-on-file",   "said-of-a-life",
					     "clerk-zhang",    "G-of-a-door",
					     "b-of-work",      "测试甲人",
					     "11010519491231", "测乙" };
	static const char *const columns[] = {
		"SELECT name FROM person",
		"SELECT id_number FROM person WHERE id_number IS NOT NULL"
	};
	struct store *store;
	struct statement *row;
	size_t length, size;
	assert_int_equal(make_copy(pair), REGISTRY_OK);
	char *bytes = read_file(pair->path, &length);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (memmem(bytes, length, texts[i], strlen(texts[i])) != NULL)
			fail_msg("%s", texts[i]);
	assert_int_equal(store_open(&store, pair->centre.path, STORE_READ), STORE_OK);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(store_statement(store, &row, columns[i]), STORE_OK);
		int rows = 0;
		for (; statement_step(row) == STORE_ROW; rows++) {
			const void *value = column_bytes(row, 0, &size);
			assert_true(size >= 16);
			assert_null(memmem(bytes, length, value, size));
		}
		assert_true(rows >= 2);
	}
	store_close(store);
	free(bytes);
}

static void keys_are_fresh_but_for_the_site_groups(void **state)
{
	struct pair *pair = *state;
	struct vault *vaults[2];
	uint8_t holders[2][PSEUDONYM_BYTES], log_keys[2][PUBLIC_KEY_BYTES];
	char path[256];
	assert_int_equal(make_copy(pair), REGISTRY_OK);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s.keys", i == 0 ? pair->centre.path : pair->path);
		assert_int_equal(vault_open(&vaults[i], path), VAULT_OK);
		vault_holder(vaults[i], holders[i], "", "P1");
		vault_public_key(vaults[i], log_keys[i]);
	}
	assert_memory_equal(holders[0], holders[1], sizeof holders[0]);
	assert_memory_not_equal(log_keys[0], log_keys[1], sizeof log_keys[0]);
	assert_true(vault_name_key(vaults[0], "名") != vault_name_key(vaults[1], "名"));
	for (int i = 0; i < 2; i++)
		vault_close(vaults[i]);
}

static void its_files_are_for_their_owner_alone(void **state)
{
	struct pair *pair = *state;
	static const char *const suffixes[] = { "", ".keys", ".head", ".audit" };
	struct stat info;
	char path[256];
	assert_int_equal(make_copy(pair), REGISTRY_OK);
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		snprintf(path, sizeof path, "%s%s", pair->path, suffixes[i]);
		assert_int_equal(stat(path, &info), 0);
		assert_int_equal(info.st_mode & 0777, 0600);
		assert_int_equal(info.st_nlink, 1);
	}
}

/* --- whole or not at all --- */

static void what_is_there_is_never_overwritten(void **state)
{
	struct pair *pair = *state;
	static const char *const suffixes[] = { "", ".keys", ".head", ".audit" };
	char path[256];
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		snprintf(path, sizeof path, "%s%s", pair->path, suffixes[i]);
		folder_put_text(path, "something else");
		int before = files(pair);
		assert_int_equal(make_copy(pair), REGISTRY_EXISTS);
		assert_int_equal(files(pair), before);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(make_copy(pair), REGISTRY_OK);
	assert_int_equal(make_copy(pair), REGISTRY_EXISTS);
}

static void half_a_copy_never_stays(void **state)
{
	struct pair *pair = *state;
	int before = files(pair);
	struct export_count none;
	assert_int_equal(export_kiosk(pair->centre.registry, &none, "/no/such/folder/copy"),
			 REGISTRY_READ_ONLY);
	/* A row that breaks a rule, among the last. */
	small_sql(pair->centre.path,
		  "PRAGMA foreign_keys = OFF; INSERT INTO medium (id, certificate, carrier,"
		  " issued_at) VALUES (x'0102030405060708', 'no such one', 'qr', 1)");
	assert_int_equal(make_copy(pair), REGISTRY_CONSTRAINT);
	assert_string_not_equal(registry_trouble(pair->centre.registry), "");
	assert_int_equal(files(pair), before);
	small_sql(pair->centre.path, "DELETE FROM medium WHERE certificate = 'no such one'");
	assert_int_equal(make_copy(pair), REGISTRY_OK);
}

static void copy_is_not_copied_again(void **state)
{
	struct pair *pair = *state;
	struct export_count none;
	char path[256];
	open_copy(pair);
	snprintf(path, sizeof path, "%s-again", pair->path);
	assert_int_equal(export_kiosk(pair->copy, &none, path), REGISTRY_CONSTRAINT);
	assert_int_not_equal(access(path, F_OK), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(copy_decides_as_the_centre_does),
		CASE(loss_that_lapses_lapses_on_the_copy_too),
		CASE(printed_name_is_shown_where_there_is_none_on_file),
		CASE(copy_redeems_into_a_log_of_its_own),
		CASE(copy_is_sound),
		CASE(tables_of_the_centre_are_empty),
		CASE(not_a_byte_of_a_name_or_a_number_is_in_the_file),
		CASE(keys_are_fresh_but_for_the_site_groups),
		CASE(its_files_are_for_their_owner_alone),
		CASE(what_is_there_is_never_overwritten),
		CASE(half_a_copy_never_stays),
		CASE(copy_is_not_copied_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
