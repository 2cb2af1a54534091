#include "centre/demo.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "centre/import.h"
#include "centre/keys.h"
#include "centre/note_act.h"
#include "db/log.h"

#define DEMO_ISSUER "yd:350926" /* the county of assets/demo */

static const char *text_named(const char *name)
{
	for (size_t i = 0; i < demo_file_count; i++)
		if (strcmp(demo_files[i].name, name) == 0)
			return demo_files[i].text;
	assert(false);
	return "";
}

/* --- is it empty? --- */

static bool found_unit(void *context, const struct unit *unit)
{
	(void)unit;
	*(bool *)context = true;
	return false;
}

static bool found_merchant(void *context, const struct merchant *merchant)
{
	(void)merchant;
	*(bool *)context = true;
	return false;
}

static bool found_person(void *context, const struct person *person)
{
	(void)person;
	*(bool *)context = true;
	return false;
}

static bool found_key(void *context, const struct issuer_key *key)
{
	(void)key;
	*(bool *)context = true;
	return false;
}

static bool found_entry(void *context, const struct log_entry *entry)
{
	(void)entry;
	*(bool *)context = true;
	return false;
}

static enum registry_status look_for_anything(struct registry *registry, bool *found)
{
	enum registry_status status = registry_each_unit(registry, found_unit, found);

	if (status == REGISTRY_OK)
		status = registry_each_merchant(registry, found_merchant, found);
	if (status == REGISTRY_OK)
		status = registry_each_person(registry, found_person, found);
	if (status == REGISTRY_OK)
		status = registry_each_key(registry, found_key, found);
	if (status == REGISTRY_OK)
		status = log_each(registry, 1, found_entry, found);
	if (catalogue_count(registry_catalogue(registry)) > 0)
		*found = true;
	return status;
}

enum outcome demo_require_empty(const struct call *call, struct registry *registry)
{
	bool found = false;
	enum registry_status status = look_for_anything(registry, &found);

	if (status != REGISTRY_OK)
		return call_status(call, registry, status);
	if (found)
		return refused(call, "not_empty", "登记库已有数据,演示数据只填入空的登记库",
			       "the registry holds data: a demonstration fills an empty one only");
	return OUTCOME_DONE;
}

/* --- filling it --- */

enum outcome demo_fill_table(const struct call *call, struct registry *registry,
			     const struct import_kind *kind, const char *name)
{
	const char *text = text_named(name);
	struct import import;
	enum import_status status =
		import_run(&import, kind, registry, text, strlen(text), call->now, NULL);
	enum outcome outcome = OUTCOME_DONE;

	if (status == IMPORT_REGISTRY)
		outcome = call_status(call, registry, import.registry_status);
	else if (status == IMPORT_REFUSED)
		outcome = trouble(name, import.fault.why, import.fault.why);
	else if (status == IMPORT_NO_MEMORY)
		outcome = trouble(name, "内存不足", "out of memory");
	import_close(&import);
	return outcome;
}

enum outcome demo_fill_benefits(const struct call *call, struct registry *registry,
				const char *name)
{
	const char *text = text_named(name);
	struct benefit_fault fault = { .why = "out of memory" };
	struct catalogue *catalogue;
	enum outcome outcome;

	if (catalogue_parse(&catalogue, &fault, text, strlen(text)) != BENEFIT_OK)
		return trouble(name, fault.path, fault.why);
	outcome =
		call_status(call, registry, registry_put_benefits(registry, catalogue, call->now));
	catalogue_free(catalogue);
	return outcome;
}

static enum outcome fill_tables(const struct call *call, struct registry *registry)
{
	static const struct {
		const struct import_kind *kind;
		const char *name;
	} tables[] = {
		{ &import_units, "units.csv" },       { &import_merchants, "merchants.csv" },
		{ &import_persons, "persons.csv" },   { &import_certificates, "certificates.csv" },
		{ &import_calendar, "calendar.csv" },
	};
	enum outcome outcome = OUTCOME_DONE;

	for (size_t i = 0; outcome == OUTCOME_DONE && i < sizeof tables / sizeof *tables; i++)
		outcome = demo_fill_table(call, registry, tables[i].kind, tables[i].name);
	return outcome == OUTCOME_DONE ? demo_fill_benefits(call, registry, "benefits.json")
				       : outcome;
}

/* --- its key --- */

/* What an earlier demonstration left is taken up again. */
static enum outcome take_up_key(const struct call *call, struct registry *registry,
				const char *path, const char *issuer)
{
	struct signing_key left;
	enum outcome outcome = keys_open_with(&left, path, DEMO_PASSPHRASE);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (strcmp(left.trusted.issuer, issuer) == 0)
		outcome = call_status(call, registry, keys_trust(registry, &left.trusted));
	else
		outcome = refused(call, "exists", "旁边的 .demo-key 属于另一演示地区:请先移走",
				  "the .demo-key beside it is another place's: move it away first");
	explicit_bzero(&left, sizeof left);
	return outcome;
}

static enum outcome fill_key_file(const struct call *call, struct registry *registry,
				  const char *path, const char *issuer)
{
	struct trusted_key made;

	if (access(path, F_OK) == 0)
		return take_up_key(call, registry, path, issuer);
	return keys_make(call, registry, &made, KEY_EDDSA, issuer, issuer_region(issuer), path,
			 DEMO_PASSPHRASE);
}

enum outcome demo_fill_key(const struct call *call, struct registry *registry, const char *issuer)
{
	enum outcome outcome = call_status(call, registry, registry_set_demo(registry));
	char *path;

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (asprintf(&path, "%s.demo-key", call->db) < 0)
		return trouble(NULL, "内存不足", "out of memory");
	outcome = fill_key_file(call, registry, path, issuer);
	free(path);
	return outcome;
}

static enum outcome fill_all(const struct call *call, struct registry *registry)
{
	enum outcome outcome = fill_tables(call, registry);

	return outcome == OUTCOME_DONE ? demo_fill_key(call, registry, DEMO_ISSUER) : outcome;
}

enum outcome demo_fill(const struct call *call, struct registry *registry)
{
	static const struct audit_act act = { .act = "registry.demo" };
	enum outcome outcome = call_status(call, registry, registry_begin(registry));

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = fill_all(call, registry);
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry,
				      note_act(registry, REGISTRY_OK, &act, call->now));
	else
		registry_rollback(registry);
	return outcome;
}
