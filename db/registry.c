#include "db/registry.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/person_keys.h"
#include "db/registry_inside.h"

#define APPLICATION_ID 1497646153 /* "YDDI", as in the first migration */

enum registry_status registry_says(struct registry *registry, enum store_status status)
{
	static const enum registry_status statuses[] = {
		[STORE_OK] = REGISTRY_OK,
		[STORE_ROW] = REGISTRY_OK,
		[STORE_MISSING] = REGISTRY_MISSING,
		[STORE_NOT_ONE] = REGISTRY_DAMAGED, /* it was one when it was opened */
		[STORE_READ_ONLY] = REGISTRY_READ_ONLY,
		[STORE_FULL] = REGISTRY_FULL,
		[STORE_BUSY] = REGISTRY_BUSY,
		[STORE_DAMAGED] = REGISTRY_DAMAGED,
		[STORE_CONSTRAINT] = REGISTRY_CONSTRAINT,
		[STORE_EXISTS] = REGISTRY_EXISTS,
		[STORE_TROUBLE] = REGISTRY_TROUBLE,
	};
	if (status != STORE_OK && status != STORE_ROW)
		snprintf(registry->trouble, sizeof registry->trouble, "%s",
			 store_trouble(registry->store));
	return statuses[status];
}

enum registry_status registry_faults(struct registry *registry, enum registry_status status,
				     const char *trouble)
{
	snprintf(registry->trouble, sizeof registry->trouble, "%s", trouble);
	return status;
}

const char *registry_trouble(const struct registry *registry)
{
	return registry->trouble;
}

/* --- is it one, and of which version? --- */

static enum store_status ask(struct store *store, const char *sql, int64_t *out)
{
	struct statement *row;
	enum store_status status = store_statement(store, &row, sql);
	if (status == STORE_OK)
		status = statement_step(row);
	if (status != STORE_ROW)
		return status == STORE_OK ? STORE_TROUBLE : status;
	*out = column_integer(row, 0);
	statement_reset(row);
	return STORE_OK;
}

struct identification {
	int64_t application, version, tables;
};

static enum store_status identify(struct store *store, struct identification *out)
{
	static const char application[] = "PRAGMA application_id";
	static const char version[] = "PRAGMA user_version";
	static const char tables[] = "SELECT count(*) FROM sqlite_schema";
	enum store_status status = ask(store, application, &out->application);
	if (status == STORE_OK)
		status = ask(store, version, &out->version);
	if (status == STORE_OK)
		status = ask(store, tables, &out->tables);
	return status;
}

static enum registry_status judge(const struct identification *found)
{
	if (found->application != APPLICATION_ID || found->version < 1)
		return REGISTRY_NOT_ONE;
	if (found->version > (int64_t)registry_migration_count)
		return REGISTRY_NEWER;
	return found->version < (int64_t)registry_migration_count ? REGISTRY_OLDER : REGISTRY_OK;
}

/* What SQLite does not take for a database may be what is left of ours. */
static bool has_our_mark(const char *path)
{
	uint8_t head[72], mark[4] = { APPLICATION_ID >> 24, APPLICATION_ID >> 16 & 0xff,
				      APPLICATION_ID >> 8 & 0xff, APPLICATION_ID & 0xff };
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool ours = file >= 0 && pread(file, head, sizeof head, 0) == sizeof head &&
		    memcmp(head + 68, mark, sizeof mark) == 0;
	if (file >= 0)
		close(file);
	return ours;
}

static enum registry_status open_store(struct registry *registry, enum store_mode mode)
{
	struct stat info;
	if (stat(registry->path, &info) == 0 && !S_ISREG(info.st_mode))
		return REGISTRY_NOT_ONE;
	enum store_status status = store_open(&registry->store, registry->path, mode);
	switch (status) {
	case STORE_OK:
		return REGISTRY_OK;
	case STORE_NOT_ONE:
		return has_our_mark(registry->path) ? REGISTRY_DAMAGED : REGISTRY_NOT_ONE;
	case STORE_MISSING:
		return REGISTRY_MISSING;
	case STORE_READ_ONLY:
		return REGISTRY_READ_ONLY;
	case STORE_FULL:
		return REGISTRY_FULL;
	case STORE_BUSY:
		return REGISTRY_BUSY;
	case STORE_DAMAGED:
		return REGISTRY_DAMAGED;
	default:
		return REGISTRY_TROUBLE;
	}
}

static enum registry_status open_vault(struct registry *registry)
{
	return vault_open(&registry->vault, registry->keys_path) == VAULT_OK
		       ? REGISTRY_OK
		       : REGISTRY_KEYS_MISSING;
}

/* --- opening and closing --- */

static bool set_paths(struct registry *registry, const char *path)
{
	registry->path = strdup(path);
	return registry->path != NULL && asprintf(&registry->keys_path, "%s.keys", path) >= 0 &&
	       asprintf(&registry->head_path, "%s.head", path) >= 0 &&
	       asprintf(&registry->audit_path, "%s.audit", path) >= 0;
}

static struct registry *registry_new(const char *path)
{
	struct registry *registry = calloc(1, sizeof *registry);
	if (registry != NULL && !set_paths(registry, path)) {
		registry_close(registry);
		return NULL;
	}
	return registry;
}

void registry_close(struct registry *registry)
{
	if (registry == NULL)
		return;
	snapshot_free(registry->snapshot);
	words_clear(&registry->words);
	store_close(registry->store);
	vault_close(registry->vault);
	free(registry->path);
	free(registry->keys_path);
	free(registry->head_path);
	free(registry->audit_path);
	explicit_bzero(registry->view, sizeof registry->view);
	free(registry);
}

static enum registry_status read_snapshot(struct registry *registry)
{
	struct snapshot *snapshot = NULL;
	bool nested = store_in_transaction(registry->store);
	enum store_status status = nested ? STORE_OK : store_begin_read(registry->store);
	if (status == STORE_OK)
		status = snapshot_read(&snapshot, registry->store);
	if (status == STORE_OK)
		status = cipher_read(registry);
	enum registry_status said = registry_says(registry, status);
	if (!nested)
		store_rollback(registry->store); /* it only read */
	if (status != STORE_OK) {
		snapshot_free(snapshot);
		return said;
	}
	snapshot_free(registry->snapshot);
	registry->snapshot = snapshot;
	return REGISTRY_OK;
}

static enum registry_status follow_heads(struct registry *registry)
{
	enum registry_status status = log_follow(registry);
	return status == REGISTRY_OK ? audit_follow(registry) : status;
}

static enum registry_status open_whole(struct registry *registry, bool writable)
{
	struct identification found = { 0 };
	enum registry_status status = open_store(registry, writable ? STORE_WRITE : STORE_READ);
	if (status == REGISTRY_OK)
		status = registry_says(registry, identify(registry->store, &found));
	if (status == REGISTRY_OK)
		status = judge(&found);
	if (status == REGISTRY_OK)
		status = open_vault(registry);
	if (status == REGISTRY_OK)
		status = read_snapshot(registry);
	if (status == REGISTRY_OK && writable)
		status = follow_heads(registry);
	return status;
}

enum registry_status registry_open(struct registry **out, const char *path, bool writable)
{
	struct registry *registry = registry_new(path);
	if (registry == NULL)
		return REGISTRY_TROUBLE;
	registry->writable = writable;
	/* Whoever opens it; the programs say more (registry_act_as). */
	registry->actor = (struct actor){ .name = "os:", .may_all = true };
	enum registry_status status = open_whole(registry, writable);
	if (status != REGISTRY_OK) {
		registry_close(registry);
		return status;
	}
	*out = registry;
	return REGISTRY_OK;
}

enum registry_status registry_refresh(struct registry *registry, bool *changed)
{
	int64_t generation;
	enum store_status status = snapshot_generation(registry->store, &generation);
	if (changed != NULL)
		*changed = false;
	if (status != STORE_OK)
		return registry_says(registry, status);
	if (generation == registry->snapshot->generation)
		return REGISTRY_OK;
	enum registry_status said = read_snapshot(registry);
	if (said == REGISTRY_OK && changed != NULL)
		*changed = true;
	return said;
}

enum registry_status registry_checkpoint(struct registry *registry)
{
	return registry_says(registry, store_checkpoint(registry->store));
}

/* --- transactions --- */

enum registry_status registry_begin(struct registry *registry)
{
	return registry_says(registry, store_begin_write(registry->store));
}

static void publish_heads(struct registry *registry)
{
	log_publish_head(registry);
	audit_publish_head(registry);
}

enum registry_status registry_commit(struct registry *registry)
{
	enum registry_status status = registry_says(registry, store_commit(registry->store));
	if (status != REGISTRY_OK)
		registry_rollback(registry);
	else
		publish_heads(registry);
	return status;
}

void registry_rollback(struct registry *registry)
{
	store_rollback(registry->store);
	words_clear(&registry->words); /* some may never have come to be */
	registry->appended.any = false;
	registry->audited.any = false;
}

enum registry_status registry_part_begin(struct registry *registry)
{
	registry->part[0] = registry->appended;
	registry->part[1] = registry->audited;
	return registry_says(registry, store_savepoint(registry->store));
}

enum registry_status registry_part_keep(struct registry *registry)
{
	return registry_says(registry, store_release(registry->store));
}

enum registry_status registry_part_undo(struct registry *registry)
{
	words_clear(&registry->words); /* as above */
	registry->appended = registry->part[0];
	registry->audited = registry->part[1];
	return registry_says(registry, store_rollback_to(registry->store));
}

/* --- making one --- */

static enum registry_status vault_says(enum vault_status status)
{
	return status == VAULT_OK     ? REGISTRY_OK
	       : status == VAULT_FULL ? REGISTRY_FULL
				      : REGISTRY_KEYS_MISSING;
}

/* A registry that is there must have its keys; a new one takes what an interrupted start left. */
static enum registry_status make_keys(struct registry *registry, bool is_new)
{
	if (is_new) {
		enum vault_status status = vault_create(registry->keys_path);
		if (status != VAULT_OK && status != VAULT_EXISTS)
			return vault_says(status);
	}
	return open_vault(registry);
}

static enum store_status migrate_one(struct store *store, size_t index)
{
	struct identification found = { 0 };
	enum store_status status = store_begin_write(store);
	if (status != STORE_OK)
		return status;
	status = identify(store, &found);
	/* Another process may have been faster. */
	if (status == STORE_OK && found.version == (int64_t)index)
		status = store_execute(store, registry_migrations[index]);
	if (status != STORE_OK) {
		store_rollback(store);
		return status;
	}
	return store_commit(store);
}

static enum registry_status migrate(struct registry *registry, const struct identification *found)
{
	enum store_status status = store_use_wal(registry->store);
	size_t index = (size_t)found->version;
	for (; status == STORE_OK && index < registry_migration_count; index++)
		status = migrate_one(registry->store, index);
	/* Into the file itself: it shows at its front what it is. */
	if (status == STORE_OK)
		status = store_checkpoint(registry->store);
	return registry_says(registry, status);
}

static enum registry_status make_whole(struct registry *registry)
{
	struct identification found = { 0 };
	enum registry_status status = open_store(registry, STORE_CREATE);
	if (status != REGISTRY_OK)
		return status;
	status = registry_says(registry, identify(registry->store, &found));
	if (status != REGISTRY_OK)
		return status;
	bool is_new = found.application == 0 && found.version == 0 && found.tables == 0;
	if (!is_new && (status = judge(&found)) != REGISTRY_OK && status != REGISTRY_OLDER)
		return status;
	status = make_keys(registry, is_new);
	if (status == REGISTRY_OK)
		status = migrate(registry, &found);
	if (status == REGISTRY_OK)
		status = person_keys_fill(registry);
	if (status == REGISTRY_OK)
		status = follow_heads(registry);
	return status;
}

enum registry_status registry_init(const char *path)
{
	struct registry *registry = registry_new(path);
	if (registry == NULL)
		return REGISTRY_TROUBLE;
	registry->writable = true;
	enum registry_status status = make_whole(registry);
	registry_close(registry);
	return status;
}

/* --- the row about the registry as a whole --- */

static enum registry_status set_one(struct registry *registry, const char *sql, int64_t value)
{
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status == STORE_OK) {
		bind_integer(statement, 1, value);
		status = statement_run(statement);
	}
	return registry_says(registry, status);
}

enum registry_status registry_set_demo(struct registry *registry)
{
	static const char sql[] = "UPDATE registry SET demo = ?1";
	return set_one(registry, sql, 1);
}

bool registry_is_demo(struct registry *registry)
{
	static const char sql[] = "SELECT demo FROM registry";
	int64_t demo = 0;
	return ask(registry->store, sql, &demo) == STORE_OK && demo == 1;
}

bool registry_is_kiosk(struct registry *registry)
{
	static const char sql[] = "SELECT kiosk FROM registry";
	int64_t kiosk = 0;
	return ask(registry->store, sql, &kiosk) == STORE_OK && kiosk == 1;
}

enum registry_status registry_set_data_time(struct registry *registry, int64_t now)
{
	static const char sql[] = "UPDATE registry SET data_time = ?1";
	return set_one(registry, sql, now);
}

int64_t registry_data_time(struct registry *registry)
{
	static const char sql[] = "SELECT coalesce(data_time, -9223372036854775808) FROM registry";
	int64_t time = INT64_MIN;
	return ask(registry->store, sql, &time) == STORE_OK ? time : INT64_MIN;
}

enum registry_status registry_merchant(struct registry *registry, struct merchant *out,
				       const char *code)
{
	const struct merchant *found = snapshot_merchant(registry->snapshot, code);
	if (found == NULL)
		return REGISTRY_NOT_FOUND;
	*out = *found;
	return REGISTRY_OK;
}

const struct catalogue *registry_catalogue(struct registry *registry)
{
	return registry->snapshot->catalogue;
}

void registry_trace_key(const struct registry *registry, uint8_t out[static TRACE_KEY_SIZE])
{
	vault_trace_key(registry->vault, out);
}
