#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/audit.h"
#include "db/life_record.h"
#include "db/registry_inside.h"

/* --- backup --- */

struct copy {
	const char *path;
	char *keys_path, *head_path, *audit_path;
};

static bool is_there(const char *path)
{
	struct stat info;
	return lstat(path, &info) == 0;
}

static enum registry_status copy_keys(struct registry *registry, const struct copy *copy)
{
	switch (vault_copy(registry->vault, copy->keys_path)) {
	case VAULT_OK:
		return REGISTRY_OK;
	case VAULT_FULL:
		return REGISTRY_FULL;
	default:
		return registry_faults(registry, REGISTRY_READ_ONLY, "the keys cannot be copied");
	}
}

/* Opened once, a copy brings its heads up to their chains; it also shows that it can be opened. */
static enum registry_status try_copy(struct registry *registry, const struct copy *copy)
{
	struct registry *opened;
	enum registry_status status = registry_open(&opened, copy->path, true);
	if (status != REGISTRY_OK)
		return registry_faults(registry, status, "the copy cannot be opened");
	registry_close(opened);
	return REGISTRY_OK;
}

/* Heads are read first, so that they are not ahead of the copy.  One that is wrong is not replaced by
 * one that is right: the copy shows the same fault. */
struct heads {
	struct head log, audit;
	bool has_log, has_audit;
};

static struct heads read_heads(const struct registry *registry)
{
	struct heads heads = { .has_log = false };
	heads.has_log = head_read(&heads.log, registry->head_path) == HEAD_GOOD;
	heads.has_audit = head_read(&heads.audit, registry->audit_path) == HEAD_GOOD;
	return heads;
}

static void write_heads(const struct heads *heads, const struct copy *copy)
{
	if (heads->has_log)
		head_write(copy->head_path, &heads->log, true, NULL, NULL);
	if (heads->has_audit)
		head_write(copy->audit_path, &heads->audit, true, NULL, NULL);
}

static enum registry_status copy_all(struct registry *registry, const struct copy *copy)
{
	struct heads heads = read_heads(registry);
	enum registry_status status =
		registry_says(registry, store_copy(registry->store, copy->path));
	if (status != REGISTRY_OK)
		return status;
	status = copy_keys(registry, copy);
	if (status == REGISTRY_OK) {
		write_heads(&heads, copy);
		status = try_copy(registry, copy);
	}
	if (status != REGISTRY_OK) {
		unlink(copy->path);
		unlink(copy->keys_path);
		unlink(copy->head_path);
		unlink(copy->audit_path);
	}
	return status;
}

enum registry_status registry_backup(struct registry *registry, const char *path)
{
	struct copy copy = { .path = path };
	enum registry_status status = REGISTRY_TROUBLE;
	if (asprintf(&copy.keys_path, "%s.keys", path) >= 0 &&
	    asprintf(&copy.head_path, "%s.head", path) >= 0 &&
	    asprintf(&copy.audit_path, "%s.audit", path) >= 0) {
		bool taken = is_there(path) || is_there(copy.keys_path) ||
			     is_there(copy.head_path) || is_there(copy.audit_path);
		status = taken ? REGISTRY_EXISTS : copy_all(registry, &copy);
	}
	free(copy.keys_path);
	free(copy.head_path);
	free(copy.audit_path);
	return status;
}

/* --- fsck --- */

struct check {
	struct registry *registry;
	void (*report)(void *, const char *);
	void *context;
	bool faulty;
};

static void fault(struct check *check, const char *what)
{
	check->faulty = true;
	check->report(check->context, what);
}

/* Each row of the SQL is a line; the text `fine` is none. */
static enum store_status check_rows(struct check *check, const char *sql, const char *fine,
				    bool is_fault)
{
	struct statement *row;
	enum store_status status = store_statement(check->registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	while ((status = statement_step(row)) == STORE_ROW) {
		const char *line = column_text(row, 0);
		if (strcmp(line, fine) == 0)
			continue;
		if (is_fault)
			fault(check, line);
		else
			check->report(check->context, line);
	}
	return status;
}

/* Units from which a way through this column leads back to them; others are named by code or region. */
#define CIRCLES(column)                                                                    \
	"WITH RECURSIVE named (name, code) AS (SELECT code, code FROM unit"                \
	" UNION SELECT region, code FROM unit),"                                           \
	" onward (code, reached) AS (SELECT u.code, n.code FROM unit u"                    \
	" JOIN named n ON n.name = u." column " UNION SELECT o.code, n.code FROM onward o" \
	" JOIN unit u ON u.code = o.reached JOIN named n ON n.name = u." column ")"        \
	" SELECT 'note: unit ' || code || '"

static enum store_status check_units(struct check *check)
{
	static const char merged[] =
		"SELECT DISTINCT 'note: unit ' || code || ' is merged into an unknown unit ' ||"
		" merged_into FROM unit u WHERE merged_into <> '' AND NOT EXISTS"
		" (SELECT 1 FROM unit i WHERE u.merged_into IN (i.code, i.region))";
	static const char overlaps[] =
		"SELECT DISTINCT 'note: unit ' || a.code || ' has rows that hold on the same day'"
		" FROM unit a JOIN unit b ON b.code = a.code AND b.from_day > a.from_day"
		" WHERE coalesce(a.until_day >= b.from_day, 1)";
	static const char parents[] = CIRCLES("parent") " is above itself' FROM onward"
							" WHERE code = reached";
	static const char circles[] = CIRCLES("merged_into") " is merged into itself in the end'"
							     " FROM onward WHERE code = reached";
	enum store_status status = check_rows(check, merged, "", false);
	if (status == STORE_OK)
		status = check_rows(check, overlaps, "", false);
	if (status == STORE_OK)
		status = check_rows(check, parents, "", false);
	if (status == STORE_OK)
		status = check_rows(check, circles, "", false);
	return status;
}

static enum store_status check_file(struct check *check)
{
	static const char integrity[] = "PRAGMA integrity_check";
	static const char references[] =
		"SELECT 'a row of ' || \"table\" || ' refers to a missing row of ' || parent"
		" FROM pragma_foreign_key_check";
	static const char units[] =
		"SELECT 'note: unit ' || code || ' has an unknown parent ' || parent FROM unit u"
		" WHERE parent <> '' AND NOT EXISTS (SELECT 1 FROM unit p"
		" WHERE u.parent IN (p.code, p.region))";
	static const char merchants[] =
		"SELECT 'note: merchant ' || code || ' has an unknown unit ' || unit"
		" FROM merchant m"
		" WHERE unit <> '' AND NOT EXISTS (SELECT 1 FROM unit u"
		" WHERE m.unit IN (u.code, u.region))";
	static const char certificates[] =
		"SELECT 'note: certificates have an unknown unit ' || w.text FROM word w"
		" WHERE w.text <> '' AND w.id IN (SELECT unit FROM certificate)"
		" AND NOT EXISTS (SELECT 1 FROM unit u WHERE w.text IN (u.code, u.region))";
	enum store_status status = check_rows(check, integrity, "ok", true);
	if (status == STORE_OK)
		status = check_rows(check, references, "", true);
	if (status == STORE_OK)
		status = check_rows(check, units, "", false);
	if (status == STORE_OK)
		status = check_rows(check, merchants, "", false);
	if (status == STORE_OK)
		status = check_rows(check, certificates, "", false);
	return status == STORE_OK ? check_units(check) : status;
}

/* What a new registry has of tables, indexes and triggers stands in this one too, word by word. */
static enum store_status compare_schema(struct check *check, struct store *model)
{
	static const char all[] =
		"SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
	static const char same[] =
		"SELECT 1 FROM sqlite_schema WHERE type || ' ' || name = ?1 AND sql = ?2";
	struct statement *wanted, *found;
	char line[128];
	enum store_status status = store_statement(model, &wanted, all);
	while (status == STORE_OK && (status = statement_step(wanted)) == STORE_ROW) {
		const char *name = column_text(wanted, 0);
		status = store_statement(check->registry->store, &found, same);
		if (status != STORE_OK)
			return status;
		bind_text(found, 1, name);
		bind_text(found, 2, column_text(wanted, 1));
		status = statement_step(found);
		if (status == STORE_OK) {
			snprintf(line, sizeof line, "the schema's %s is missing or was changed",
				 name);
			fault(check, line);
		}
		statement_reset(found);
		if (status == STORE_ROW)
			status = STORE_OK;
	}
	return status;
}

static enum store_status check_schema(struct check *check)
{
	struct store *model;
	enum store_status status = store_open_scratch(&model);
	if (status != STORE_OK)
		return status;
	for (size_t i = 0; status == STORE_OK && i < registry_migration_count; i++)
		status = store_execute(model, registry_migrations[i]);
	if (status == STORE_OK)
		status = compare_schema(check, model);
	store_close(model);
	return status;
}

static enum registry_status check_log(struct check *check)
{
	struct log_report report;
	enum registry_status status = log_verify(check->registry, &report);
	if (status == REGISTRY_OK && report.fault != LOG_INTACT)
		fault(check, report.why);
	return status;
}

static enum registry_status check_audit(struct check *check)
{
	struct audit_report report;
	enum registry_status status = audit_verify(check->registry, &report);
	if (status == REGISTRY_OK && report.fault != AUDIT_INTACT)
		fault(check, report.why);
	return status;
}

/* The one that is open may have been replaced beside it. */
static void check_keys(struct check *check)
{
	struct vault *vault = NULL;
	uint8_t ours[PUBLIC_KEY_BYTES], there[PUBLIC_KEY_BYTES];
	vault_public_key(check->registry->vault, ours);
	if (vault_open(&vault, check->registry->keys_path) != VAULT_OK) {
		fault(check, "the key file is missing, broken or open to others");
	} else {
		vault_public_key(vault, there);
		if (memcmp(ours, there, sizeof ours) != 0)
			fault(check, "the key file is another registry's");
	}
	vault_close(vault);
}

static void life_fault(void *context, const char *what)
{
	fault(context, what);
}

enum registry_status registry_fsck(struct registry *registry, void (*report)(void *, const char *),
				   void *context)
{
	struct check check = { .registry = registry, .report = report, .context = context };
	enum registry_status status = registry_says(registry, check_file(&check));
	if (status == REGISTRY_OK)
		status = registry_says(registry, check_schema(&check));
	/* Where the file cannot even be read through, that is what there is to say. */
	if (status == REGISTRY_OK)
		status = check_log(&check);
	if (status == REGISTRY_OK)
		status = check_audit(&check);
	if (status == REGISTRY_OK)
		status = life_check(registry, life_fault, &check);
	check_keys(&check);
	if (status == REGISTRY_DAMAGED)
		fault(&check, registry_trouble(registry));
	return status == REGISTRY_OK && check.faulty ? REGISTRY_DAMAGED : status;
}
