/* Registries at the scale of domain.md's places: their figures, and each certificate's whole life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "centre/scale_place.h"
#include "db/china_time.h"
#include "db/entitlement.h"
#include "db/ledger.h"
#include "db/life_record.h"
#include "db/plaque.h"
#include "db/reconcile.h"
#include "tests/centre.h"

#define NOW_TEXT "2026-06-15T10:24:00+08:00"
#define NOW      INT64_C(1781490240)
#define TODAY    20619 /* [day] */
#define SAMPLE   50

/* As domain.md tells them, and what it leaves open as scale_place.c fills it in. */
static const struct figures {
	const char *like;
	int64_t units, persons, certificates, plaques, merchants, benefits;
} figures[] = {
	{ "rizhao", 1 + 2 + 92, 5046, 4011, 4978, 22, 13 },
	{ "zherong", 1 + 9 + 109, 2013, 2013, 1986, 33, 44 },
	{ "shengzhou", 1 + 15 + 273, 21854, 17371, 21559, 22, 13 },
	{ "xinle", 3, 555, 220, 536, 8, 13 },
};

static int set_up(void **state)
{
	(void)state;
	return centre_open() ? 0 : -1;
}

static const struct scale_place *place_of(const struct figures *row)
{
	const struct scale_place *place = scale_place_named(row->like);

	assert_non_null(place);
	return place;
}

static bool is_sixty(int32_t birth)
{
	int year, month, day;

	date_from_day(TODAY, &year, &month, &day);
	return birth <= day_from_date(year - 60, month, day);
}

/* --- a registry of each --- */

/* Fresh, filled by the program; its answer. */
static json_t *fill(const char *db, const char *like, const char *life)
{
	DO(0, "--db", db, "init");
	return answer_json(EXPECT(0, "--db", db, "demo", "--like", like, "--life", life, "--at",
				  NOW_TEXT, "--json"));
}

static void assert_answer(const json_t *json, const struct figures *row)
{
	const json_t *step;
	const char *name;
	int64_t sum = 0, named = 0;

	assert_string_equal(text_of(json, "like"), row->like);
	assert_int_equal(number_of(json, "units"), row->units);
	assert_int_equal(number_of(json, "persons"), row->persons);
	assert_int_equal(number_of(json, "certificates"), row->certificates);
	assert_int_equal(number_of(json, "plaques"), row->plaques);
	assert_int_equal(number_of(json, "merchants"), row->merchants);
	assert_int_equal(number_of(json, "benefits"), row->benefits);
	assert_true(number_of(json, "entries") > 0);
	json_object_foreach(json_object_get(json, "steps"), name, step)
	{
		sum += json_integer_value(step);
		named++;
	}
	assert_int_equal(sum, row->certificates);
	assert_int_equal(named, STEP_COUNT - 1);
}

struct walk {
	struct registry *registry;
	const json_t *steps; /* of the answer */
	struct life_event events[LIFE_EVENTS_MAX];
	size_t count;
	int64_t with_steps, accepted, tested;
	int64_t ledger[STEP_COUNT];
};

static bool take_row(void *context, const struct life_row *row)
{
	struct walk *walk = context;

	walk->events[walk->count++] = (struct life_event){ row->at, row->until, row->act };
	walk->accepted += row->act == ACT_ACCEPT;
	return true;
}

/* What the registry says of it is what its steps say. */
static bool walk_life(void *context, const struct certificate *certificate)
{
	struct walk *walk = context;
	enum life_step beginning;
	struct standing standing;

	walk->count = 0;
	assert_int_equal(
		life_each_row(walk->registry, certificate->number, &beginning, take_row, walk),
		REGISTRY_OK);
	assert_int_equal(life_of(walk->registry, &standing, certificate->number, NOW), REGISTRY_OK);
	assert_int_equal(standing.step,
			 life_standing(beginning, walk->events, walk->count, NOW).step);
	assert_string_equal(certificate->state, life_step_name(standing.step));
	walk->with_steps += walk->count > 0;
	walk->tested++;
	return true;
}

static bool add_unit(void *context, const struct ledger_unit *row)
{
	struct walk *walk = context;

	assert_string_not_equal(row->name, "");
	for (int step = 0; step < STEP_COUNT; step++)
		walk->ledger[step] += row->steps[step];
	return true;
}

static void assert_ledgers(struct walk *walk, const struct figures *row)
{
	struct stock stock;

	assert_int_equal(ledger_units(walk->registry, NOW, false, add_unit, walk), REGISTRY_OK);
	for (int step = STEP_NONE + 1; step < STEP_COUNT; step++)
		assert_int_equal(walk->ledger[step],
				 number_of(walk->steps, life_step_name((enum life_step)step)));
	assert_int_equal(reconcile_stock(walk->registry, &stock), REGISTRY_OK);
	assert_int_equal(stock.persons, row->persons);
	assert_int_equal(stock.certificates, row->certificates);
	assert_int_equal(stock.plaques, row->plaques);
	assert_true(stock.plaques_hung > 0 && stock.plaques_hung <= row->plaques);
	assert_true(stock.at_work > 0 && stock.at_work < row->certificates);
}

struct sample {
	struct registry *registry;
	const struct figures *row;
	const char *merchant;
	struct entitlement found;
	int64_t seen, every, checked, good;
};

static bool check_holder(void *context, const struct certificate *certificate)
{
	struct sample *sample = context;
	struct presentation presentation = { .carrier = CARRIER_NUMBER,
					     .number = certificate->number };
	struct circumstances circumstances = { .merchant = sample->merchant,
					       .amount = 10000,
					       .quantity = AMOUNT_NONE,
					       .attended = true,
					       .now = NOW };
	bool active = strcmp(certificate->state, "active") == 0;

	if (sample->seen++ % sample->every != 0)
		return true;
	assert_int_equal(
		entitlement_check(sample->registry, &sample->found, &presentation, &circumstances),
		REGISTRY_OK);
	assert_true(sample->found.home);
	assert_int_equal(sample->found.reason == REASON_OK, active);
	assert_true(!active || sample->found.offer_count > 0);
	sample->good += active;
	return ++sample->checked < SAMPLE;
}

static void assert_sample(struct registry *registry, const struct figures *row)
{
	struct sample *sample = calloc(1, sizeof *sample);

	assert_non_null(sample);
	sample->registry = registry;
	sample->every = row->certificates / SAMPLE;
	sample->merchant = strcmp(row->like, "zherong") == 0 ? "demo-supermarket" : "demo-market";
	assert_int_equal(registry_each_certificate(registry, NOW, check_holder, sample),
			 REGISTRY_OK);
	assert_int_equal(sample->checked, SAMPLE);
	assert_true(sample->good >= SAMPLE / 2 && sample->good < SAMPLE);
	free(sample);
}

static void assert_registry(const char *db, const json_t *answer, const struct figures *row,
			    bool with_lives)
{
	struct walk *walk = calloc(1, sizeof *walk);

	assert_non_null(walk);
	assert_int_equal(registry_open(&walk->registry, db, false), REGISTRY_OK);
	walk->steps = json_object_get(answer, "steps");
	assert_true(registry_is_demo(walk->registry));
	assert_int_equal(registry_each_certificate(walk->registry, NOW, walk_life, walk),
			 REGISTRY_OK);
	assert_int_equal(walk->tested, row->certificates);
	assert_true(with_lives ? walk->with_steps > row->certificates * 9 / 10
			       : walk->with_steps == 0);
	if (with_lives && place_of(row)->all_accepted)
		assert_int_equal(walk->accepted, row->certificates);
	assert_ledgers(walk, row);
	assert_sample(walk->registry, row);
	registry_close(walk->registry);
	free(walk);
}

static void assert_filled(const struct figures *row)
{
	char name[32];

	snprintf(name, sizeof name, "%s.db", row->like);
	const char *db = centre_path(name);
	json_t *answer = fill(db, row->like, "on");
	assert_answer(answer, row);
	assert_registry(db, answer, row, true);
	json_decref(answer);
	DO(0, "--db", db, "fsck"); /* both chains, and each standing against its steps */
}

static void rizhao_has_its_figures(void **state)
{
	(void)state;
	assert_filled(&figures[0]);
}

static void zherong_has_its_figures(void **state)
{
	(void)state;
	assert_filled(&figures[1]);
}

static void shengzhou_has_its_figures(void **state)
{
	(void)state;
	assert_filled(&figures[2]);
}

/* --- Xinle by hand --- */

struct xinle {
	int64_t conscripts, officers, retired, demobilised, disabled, families, others, sixty;
	int64_t holders, hung, traceable;
	struct registry *registry;
};

static bool count_xinle(void *context, const struct person *person)
{
	struct xinle *xinle = context;
	const char *identities = person->identities;

	xinle->conscripts += strstr(identities, "veteran.conscript") != NULL;
	xinle->officers += strstr(identities, "veteran.officer") != NULL;
	xinle->retired += strstr(identities, "veteran.retired") != NULL;
	xinle->demobilised += strstr(identities, "demobilised") != NULL;
	xinle->disabled += strstr(identities, "disabled:") != NULL;
	xinle->families += strstr(identities, "family.") != NULL;
	xinle->others += identities[0] == '\0';
	xinle->sixty += is_sixty(person->birth);
	return true;
}

static bool see_state(void *context, const struct plaque_row *row)
{
	uint32_t *states = context;

	*states |= UINT32_C(1) << row->state;
	return true;
}

static bool count_plaque(void *context, const struct plaque *plaque)
{
	struct xinle *xinle = context;
	uint32_t states = 0;

	assert_int_equal(plaque_each_row(xinle->registry, plaque->number, see_state, &states),
			 REGISTRY_OK);
	xinle->hung += plaque->state == PLAQUE_HUNG;
	xinle->traceable += states == (1U << PLAQUE_ISSUED | 1U << PLAQUE_HUNG);
	return true;
}

static void xinle_has_its_figures_as_its_worker_counted(void **state)
{
	struct xinle xinle = { 0 };

	(void)state;
	assert_filled(&figures[3]);
	assert_int_equal(registry_open(&xinle.registry, centre_path("xinle.db"), false),
			 REGISTRY_OK);
	assert_int_equal(registry_each_person(xinle.registry, count_xinle, &xinle), REGISTRY_OK);
	assert_int_equal(plaque_each(xinle.registry, NULL, count_plaque, &xinle), REGISTRY_OK);
	registry_close(xinle.registry);
	assert_int_equal(xinle.conscripts, 175);
	assert_int_equal(xinle.officers, 27);
	assert_int_equal(xinle.retired, 10);
	assert_int_equal(xinle.demobilised, 2);
	assert_int_equal(xinle.disabled, 5);
	assert_int_equal(xinle.families, 1);
	/* The families of four soldiers, and the 331 of whom no record is there. */
	assert_int_equal(xinle.others, 4 + (555 - 224));
	assert_int_equal(xinle.sixty, 156);
	assert_int_equal(xinle.hung, 536);
	assert_int_equal(xinle.traceable, 536);
}

/* --- the same each time --- */

static char *list_of(const char *db)
{
	return EXPECT(0, "--db", db, "certificate", "list", "--json", "--at", NOW_TEXT);
}

/* Two runs; and one without steps on record, whose certificates stand where the others stand. */
static void the_same_time_gives_the_same_data(void **state)
{
	static const char *const lives[] = { "on", "on", "off" };
	const char *dbs[] = { centre_path("a.db"), centre_path("b.db"), centre_path("c.db") };
	json_t *answers[3];
	char *lists[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		answers[i] = fill(dbs[i], "xinle", lives[i]);
		lists[i] = list_of(dbs[i]);
		assert_true(json_equal(answers[0], answers[i]));
		assert_string_equal(lists[0], lists[i]);
	}
	assert_registry(dbs[2], answers[2], &figures[3], false);
	for (int i = 0; i < 3; i++) {
		json_decref(answers[i]);
		free(lists[i]);
	}
}

/* --- what it refuses, and what it says --- */

static void only_an_empty_registry_is_filled(void **state)
{
	const char *db = centre_path("full.db");

	(void)state;
	DO(0, "--db", db, "init");
	char *text = EXPECT(0, "--db", db, "demo", "--like", "xinle", "--at", NOW_TEXT);
	assert_non_null(strstr(text, "优待证 · certificates: 220\n"));
	assert_non_null(strstr(text, "  使用中 · in use: "));
	assert_non_null(strstr(text, ".demo-key (口令 passphrase: demo)\n"));
	free(text);
	json_t *json = answer_json(EXPECT(1, "--db", db, "demo", "--like", "rizhao", "--json"));
	assert_string_equal(text_of(json, "reason"), "not_empty");
	json_decref(json);
	DO(3, "--db", centre_path("nowhere.db"), "demo", "--like", "xinle");
}

/* Accounts are data, too: what is made up is put down to none of them. */
static void a_registry_with_accounts_is_not_empty(void **state)
{
	const char *db = centre_path("staff.db");

	(void)state;
	DO(0, "--db", db, "init");
	setenv("YOUDAI_PASSWORD", "correct horse", 1);
	DO(0, "--db", db, "staff", "new", "li", "--roles", "manager");
	DO(0, "--db", db, "staff", "sign-in", "li");
	json_t *json = answer_json(
		EXPECT(1, "--db", db, "--actor", "li", "demo", "--like", "xinle", "--json"));
	assert_string_equal(text_of(json, "reason"), "not_empty");
	json_decref(json);
}

static void wrong_usage_names_the_places(void **state)
{
	static const char *const rows[][5] = {
		{ "demo", NULL },
		{ "demo", "--like", "hangzhou", NULL },
		{ "demo", "--like", "", NULL },
		{ "demo", "--like", "xinle", NULL }, /* without --db */
		{ "demo", "--like", "xinle", "--life=maybe", NULL },
	};
	const char *db = centre_path("usage.db");

	(void)state;
	DO(0, "--db", db, "init");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *words[8] = { NULL };
		size_t count = 0;

		if (i != 3) {
			words[count++] = "--db";
			words[count++] = db;
		}
		for (size_t w = 0; rows[i][w] != NULL; w++)
			words[count++] = rows[i][w];
		free(centre_expect(__LINE__, 2, words));
	}
}

static void the_key_is_the_places_own(void **state)
{
	const char *db = centre_path("key.db"), *other = centre_path("other.db");
	char *text;

	(void)state;
	json_decref(fill(db, "xinle", "off"));
	json_t *keys = answer_json(EXPECT(0, "--db", db, "key", "list", "--json"));
	assert_int_equal(json_array_size(keys), 1);
	assert_string_equal(text_of(json_array_get(keys, 0), "issuer"), "yd:620702");
	json_decref(keys);
	/* The key that another place left is not taken for this one's. */
	text = centre_read("key.db.demo-key");
	assert_non_null(text);
	centre_write("other.db.demo-key", text);
	free(text);
	DO(0, "--db", other, "init");
	json_t *json = answer_json(EXPECT(1, "--db", other, "demo", "--like", "rizhao", "--json"));
	assert_string_equal(text_of(json, "reason"), "exists");
	json_decref(json);
	/* Nothing was left half done; the same place takes its key up again. */
	json_decref(answer_json(
		EXPECT(0, "--db", other, "demo", "--like", "xinle", "--life", "off", "--json")));
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, centre_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(rizhao_has_its_figures),
		WITH_FOLDER(zherong_has_its_figures),
		WITH_FOLDER(shengzhou_has_its_figures),
		WITH_FOLDER(xinle_has_its_figures_as_its_worker_counted),
		WITH_FOLDER(the_same_time_gives_the_same_data),
		WITH_FOLDER(only_an_empty_registry_is_filled),
		WITH_FOLDER(a_registry_with_accounts_is_not_empty),
		WITH_FOLDER(wrong_usage_names_the_places),
		WITH_FOLDER(the_key_is_the_places_own),
	};
	return cmocka_run_group_tests_name("scale", tests, NULL, NULL);
}
