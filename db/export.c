#include "db/export.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/audit.h"
#include "db/registry_inside.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- its files --- */

/* Those that stay; the registry itself last, so that it is never there without what belongs to it. */
static const char *const suffixes[] = { ".keys", ".head", ".audit", "" };
/* What SQLite puts beside it while it is open. */
static const char *const passing[] = { "-wal", "-shm", "-journal" };

/* export_kiosk sees to it that they fit. */
static void join(char out[static PATH_MAX], const char *path, const char *suffix)
{
	strcpy(stpcpy(out, path), suffix);
}

static bool is_any_there(const char *path)
{
	char name[PATH_MAX];
	struct stat info;
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		join(name, path, suffixes[i]);
		if (lstat(name, &info) == 0)
			return true;
	}
	return false;
}

static void remove_all(const char *path)
{
	char name[PATH_MAX];
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		join(name, path, suffixes[i]);
		unlink(name);
	}
	for (size_t i = 0; i < COUNT(passing); i++) {
		join(name, path, passing[i]);
		unlink(name);
	}
}

/* Never over what somebody else put there meanwhile. */
static bool put_in_place(const char *fresh, const char *path)
{
	char from[PATH_MAX], to[PATH_MAX];
	struct stat info;
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		join(from, fresh, suffixes[i]);
		join(to, path, suffixes[i]);
		if (lstat(from, &info) != 0 && suffixes[i][0] != '\0')
			continue;
		if (link(from, to) == 0)
			continue;
		while (i-- > 0) {
			join(to, path, suffixes[i]);
			unlink(to);
		}
		return false;
	}
	return true;
}

/* --- its rows --- */

struct copied {
	const char *select, *insert;
	int columns;
};

#define WITH_CERTIFICATE " WHERE EXISTS (SELECT 1 FROM holding h WHERE h.person = p.code)"

/* First: triggers ask what kind of registry it is. */
static const struct copied registry_row = {
	"SELECT demo, data_time FROM registry",
	"UPDATE registry SET kiosk = 1, demo = ?1, data_time = ?2",
	2,
};
static const struct copied places[] = {
	{ "SELECT code, from_day, until_day, region, name, tier, parent, merged_into FROM unit",
	  "INSERT INTO unit (code, from_day, until_day, region, name, tier, parent, merged_into)"
	  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	  8 },
	{ "SELECT code, name, venue, scene, region, address, unit, state FROM merchant",
	  "INSERT INTO merchant (code, name, venue, scene, region, address, unit, state)"
	  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	  8 },
	{ "SELECT id, version, document, imported_at FROM benefit ORDER BY id, version",
	  "INSERT INTO benefit (id, version, document, imported_at) VALUES (?1, ?2, ?3, ?4)", 4 },
	{ "SELECT id, version, at FROM benefit_retirement",
	  "INSERT INTO benefit_retirement (id, version, at) VALUES (?1, ?2, ?3)", 3 },
	{ "SELECT day, what, name FROM calendar",
	  "INSERT INTO calendar (day, what, name) VALUES (?1, ?2, ?3)", 3 },
	{ "SELECT issuer, algorithm, public_key, kid, region, from_at, until_at FROM issuer_key",
	  "INSERT INTO issuer_key (issuer, algorithm, public_key, kid, region, from_at, until_at)"
	  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	  7 },
	{ "SELECT id, text FROM word WHERE id IN (SELECT home_region FROM person p" WITH_CERTIFICATE
	  " UNION SELECT identities FROM person p" WITH_CERTIFICATE
	  " UNION SELECT unit FROM certificate) ORDER BY id",
	  "INSERT INTO word (id, text) VALUES (?1, ?2)", 2 },
};
static const struct copied persons = {
	"SELECT code, birth, home_region, needy, merit, identities FROM person p" WITH_CERTIFICATE
	" ORDER BY code",
	"INSERT INTO person (code, name, birth, home_region, needy, merit, identities)"
	" VALUES (?1, x'', ?2, ?3, ?4, ?5, ?6)",
	6,
};
/* Of a life that does not change any more, where it stands is where it begins. */
static const struct copied certificates = {
	"SELECT number, person, kind, unit, iif(until IS NULL, coalesce(standing, state), state),"
	" valid_from, valid_until, iif(until IS NULL, NULL, standing),"
	" iif(until IS NULL, NULL, since), until FROM certificate ORDER BY number",
	"INSERT INTO certificate (number, person, kind, unit, state, valid_from, valid_until,"
	" standing, since, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	10,
};
static const struct copied media = {
	"SELECT id, certificate, carrier, holder_key, issued_at, expires, void_reason, void_at"
	" FROM medium ORDER BY id",
	"INSERT INTO medium (id, certificate, carrier, holder_key, issued_at, expires, void_reason,"
	" void_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	8,
};

static const struct copied gone = { "SELECT id FROM medium_gone ORDER BY id",
				    "INSERT INTO medium_gone (id) VALUES (?1)", 1 };

struct exporting {
	struct registry *from, *to;
};

static enum registry_status copy_row(const struct exporting *exporting, struct statement *row,
				     const struct copied *copied)
{
	struct statement *statement;
	enum store_status status =
		store_statement(exporting->to->store, &statement, copied->insert);
	if (status == STORE_OK) {
		for (int i = 0; i < copied->columns; i++)
			bind_column(statement, i + 1, row, i);
		status = statement_run(statement);
	}
	return registry_says(exporting->to, status);
}

static enum registry_status copy_rows(const struct exporting *exporting, int64_t *count,
				      const struct copied *copied)
{
	struct statement *row;
	enum store_status status = store_statement(exporting->from->store, &row, copied->select);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		enum registry_status said = copy_row(exporting, row, copied);
		if (said != REGISTRY_OK) {
			statement_reset(row);
			return said;
		}
		++*count;
	}
	return registry_says(exporting->from, status);
}

/* --- lives that still change --- */

/* Each step of the copy is vouched for by an entry of the copy's own audit chain. */
static enum registry_status copy_step(const struct exporting *exporting, struct statement *row)
{
	static const char sql[] =
		"INSERT INTO event (certificate, seq, at, until, act, recorded_at, cause, reason,"
		" actor, audit) VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', '', '', ?7)";
	char act[AUDIT_ACT_MAX + 1];
	int64_t audit;
	struct statement *statement;
	snprintf(act, sizeof act, "certificate.%s", column_text(row, 4));
	enum registry_status said = audit_append(
		exporting->to, &audit, &(struct audit_act){ .act = act }, column_integer(row, 5));
	if (said != REGISTRY_OK)
		return said;
	enum store_status status = store_statement(exporting->to->store, &statement, sql);
	if (status == STORE_OK) {
		for (int i = 0; i < 6; i++)
			bind_column(statement, i + 1, row, i);
		bind_integer(statement, 7, audit);
		status = statement_run(statement);
	}
	return registry_says(exporting->to, status);
}

static enum registry_status copy_steps(const struct exporting *exporting, int64_t *count)
{
	static const char sql[] = "SELECT e.certificate, e.seq, e.at, e.until, e.act, e.recorded_at"
				  " FROM certificate c JOIN event e ON e.certificate = c.number"
				  " WHERE c.until IS NOT NULL ORDER BY e.certificate, e.seq";
	struct statement *row;
	enum store_status status = store_statement(exporting->from->store, &row, sql);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		enum registry_status said = copy_step(exporting, row);
		if (said != REGISTRY_OK) {
			statement_reset(row);
			return said;
		}
		++*count;
	}
	return registry_says(exporting->from, status);
}

static enum registry_status copy_all(const struct exporting *exporting, struct export_count *out)
{
	int64_t others = 0;
	*out = (struct export_count){ .persons = 0 };
	enum registry_status status = copy_rows(exporting, &others, &registry_row);
	for (size_t i = 0; status == REGISTRY_OK && i < COUNT(places); i++)
		status = copy_rows(exporting, &others, &places[i]);
	if (status == REGISTRY_OK)
		status = copy_rows(exporting, &out->persons, &persons);
	if (status == REGISTRY_OK)
		status = copy_rows(exporting, &out->certificates, &certificates);
	if (status == REGISTRY_OK)
		status = copy_rows(exporting, &out->media, &media);
	if (status == REGISTRY_OK)
		status = copy_rows(exporting, &others, &gone);
	if (status == REGISTRY_OK)
		status = copy_steps(exporting, &out->steps);
	return status;
}

/* --- the whole --- */

/* All as it stood at one moment, in one transaction of the copy's. */
static enum registry_status fill(const struct exporting *exporting, struct export_count *out)
{
	enum registry_status status =
		registry_says(exporting->from, store_begin_read(exporting->from->store));
	if (status == REGISTRY_OK)
		status = registry_begin(exporting->to);
	if (status == REGISTRY_OK)
		status = copy_all(exporting, out);
	if (status == REGISTRY_OK)
		status = registry_commit(exporting->to);
	registry_rollback(exporting->to);
	store_rollback(exporting->from->store); /* it only read */
	return status;
}

static enum registry_status make_keys(struct registry *registry, const char *path)
{
	char keys[PATH_MAX];
	join(keys, path, ".keys");
	switch (vault_create_in_group(registry->vault, keys)) {
	case VAULT_OK:
		return REGISTRY_OK;
	case VAULT_FULL:
		return REGISTRY_FULL;
	default:
		return registry_faults(registry, REGISTRY_READ_ONLY, "the keys cannot be written");
	}
}

static enum registry_status make(struct registry *registry, struct export_count *out,
				 const char *path)
{
	struct exporting exporting = { .from = registry };
	enum registry_status status = make_keys(registry, path);
	if (status == REGISTRY_OK)
		status = registry_init(path);
	if (status == REGISTRY_OK)
		status = registry_open(&exporting.to, path, true);
	if (status != REGISTRY_OK)
		return status;
	/* Who works at the centre is nobody's business at a kiosk. */
	registry_act_as(exporting.to,
			&(struct actor){ .may_all = true, .clock = registry->actor.clock });
	status = fill(&exporting, out);
	if (status == REGISTRY_OK)
		status = registry_says(exporting.to, store_empty_wal(exporting.to->store));
	if (status != REGISTRY_OK && registry->trouble[0] == '\0')
		(void)registry_faults(registry, status, registry_trouble(exporting.to));
	registry_close(exporting.to);
	return status;
}

enum registry_status export_kiosk(struct registry *registry, struct export_count *out,
				  const char *path)
{
	char fresh[PATH_MAX];
	if (registry_is_kiosk(registry))
		return registry_faults(registry, REGISTRY_CONSTRAINT,
				       "this is a kiosk's copy itself");
	if (strlen(path) > PATH_MAX - 32)
		return registry_faults(registry, REGISTRY_TROUBLE, "the file's name is too long");
	if (is_any_there(path))
		return REGISTRY_EXISTS;
	snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid());
	remove_all(fresh); /* of one that was killed */
	registry->trouble[0] = '\0';
	enum registry_status status = make(registry, out, fresh);
	if (status == REGISTRY_OK && !put_in_place(fresh, path))
		status = is_any_there(path) ? REGISTRY_EXISTS : REGISTRY_READ_ONLY;
	remove_all(fresh);
	return status;
}
