#include "db/snapshot.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES 65536

struct chunk {
	struct chunk *next;
	size_t used, size;
	char bytes[];
};

/* --- strings --- */

static char *keep_room(struct snapshot *snapshot, size_t length)
{
	struct chunk *chunk = snapshot->chunks;
	if (chunk == NULL || chunk->size - chunk->used < length) {
		size_t size = length > CHUNK_BYTES ? length : CHUNK_BYTES;
		chunk = malloc(sizeof *chunk + size);
		if (chunk == NULL)
			return NULL;
		*chunk = (struct chunk){ .next = snapshot->chunks, .size = size };
		snapshot->chunks = chunk;
	}
	char *room = chunk->bytes + chunk->used;
	chunk->used += length;
	return room;
}

/* Without memory: NULL, and the reading of the snapshot ends. */
static const char *keep(struct snapshot *snapshot, const char *text)
{
	size_t length = strlen(text) + 1;
	char *copy = keep_room(snapshot, length);
	return copy == NULL ? NULL : memcpy(copy, text, length);
}

/* Room for one more in an array that grows by doubling; NULL without memory, the array stays. */
static void *grow(void *items, size_t count, size_t item_size)
{
	if (count != 0 && (count & (count - 1)) != 0)
		return items;
	return realloc(items, (count == 0 ? 1 : 2 * count) * item_size);
}

/* --- reading --- */

typedef bool take_row(struct snapshot *snapshot, struct statement *row); /* a callback's type */

static bool take_merchant(struct snapshot *snapshot, struct statement *row)
{
	const char *kept[8];
	for (int i = 0; i < 8; i++)
		if ((kept[i] = keep(snapshot, column_text(row, i))) == NULL)
			return false;
	struct merchant merchant = { .code = kept[0],
				     .name = kept[1],
				     .scene = kept[3],
				     .region = kept[4],
				     .address = kept[5],
				     .unit = kept[6],
				     .state = kept[7] };
	struct merchant *larger =
		grow(snapshot->merchants, snapshot->merchant_count, sizeof merchant);
	if (larger != NULL)
		snapshot->merchants = larger;
	if (larger == NULL || !venue_from_name(&merchant.venue, kept[2]))
		return false;
	snapshot->merchants[snapshot->merchant_count++] = merchant;
	return true;
}

static bool take_unit(struct snapshot *snapshot, struct statement *row)
{
	const char *region = keep(snapshot, column_text(row, 0));
	const char **larger = grow((void *)snapshot->units, snapshot->unit_count, sizeof region);
	if (larger != NULL)
		snapshot->units = larger;
	if (region == NULL || larger == NULL)
		return false;
	snapshot->units[snapshot->unit_count++] = region;
	return true;
}

static bool take_step(struct snapshot *snapshot, struct statement *row)
{
	int64_t id = column_integer(row, 0);
	struct step step = { .name = keep(snapshot, column_text(row, 1)) };
	if (id < 0 || id >= STEPS_MAX || step.name == NULL ||
	    !reason_from_name(&step.reason, column_text(row, 2)))
		return false;
	snapshot->steps[id] = step;
	return true;
}

static bool take_day(struct snapshot *snapshot, struct statement *row)
{
	struct calendar_day day = { .day = (int32_t)column_integer(row, 0),
				    .holiday = strcmp(column_text(row, 1), "holiday") == 0,
				    .festival = strcmp(column_text(row, 1), "festival") == 0 };
	struct calendar_day *larger = grow(snapshot->days, snapshot->day_count, sizeof day);
	if (larger == NULL)
		return false;
	snapshot->days = larger;
	snapshot->days[snapshot->day_count++] = day;
	return true;
}

static enum store_status each(struct snapshot *snapshot, struct store *store, const char *sql,
			      take_row *take)
{
	struct statement *row;
	enum store_status status = store_statement(store, &row, sql);
	if (status != STORE_OK)
		return status;
	while ((status = statement_step(row)) == STORE_ROW)
		if (!take(snapshot, row)) {
			statement_reset(row);
			return STORE_TROUBLE;
		}
	return status;
}

/* --- the benefits: the newest documents as one array, parsed like an import --- */

struct documents {
	char *text;
	size_t length, size;
};

static bool add(struct documents *documents, const char *text)
{
	size_t length = strlen(text);
	if (documents->size - documents->length <= length) {
		size_t size = 2 * documents->size + length + 4096;
		char *larger = realloc(documents->text, size);
		if (larger == NULL)
			return false;
		documents->text = larger;
		documents->size = size;
	}
	memcpy(documents->text + documents->length, text, length + 1);
	documents->length += length;
	return true;
}

static const char newest_sql[] =
	"SELECT document, version, EXISTS (SELECT 1 FROM benefit_retirement r"
	" WHERE r.id = b.id AND r.version = b.version) FROM benefit b"
	" WHERE version = (SELECT max(version) FROM benefit n WHERE n.id = b.id) ORDER BY id";

static enum store_status read_documents(struct documents *out, struct statement *row)
{
	bool whole = add(out, "[");
	enum store_status status;
	while ((status = statement_step(row)) == STORE_ROW)
		whole = whole && (out->length == 1 || add(out, ",")) &&
			add(out, column_text(row, 0));
	return status == STORE_OK && !(whole && add(out, "]")) ? STORE_TROUBLE : status;
}

static enum store_status set_versions(struct snapshot *snapshot, struct statement *row)
{
	enum store_status status;
	for (size_t i = 0; (status = statement_step(row)) == STORE_ROW; i++)
		catalogue_set_version(snapshot->catalogue, i, (int32_t)column_integer(row, 1),
				      column_integer(row, 2) != 0);
	return status;
}

/* Without memory nothing is damaged, and nobody is sent to the backup. */
static enum store_status parse(struct snapshot *snapshot, const struct documents *documents)
{
	struct benefit_fault fault;
	enum benefit_status status = catalogue_parse_stored(&snapshot->catalogue, &fault,
							    documents->text, documents->length);
	return status == BENEFIT_OK          ? STORE_OK
	       : status == BENEFIT_NO_MEMORY ? STORE_TROUBLE
					     : STORE_DAMAGED;
}

static enum store_status read_benefits(struct snapshot *snapshot, struct store *store)
{
	struct documents documents = { 0 };
	struct statement *row;
	enum store_status status = store_statement(store, &row, newest_sql);
	if (status == STORE_OK)
		status = read_documents(&documents, row);
	if (status == STORE_OK)
		status = parse(snapshot, &documents);
	if (status == STORE_OK)
		status = set_versions(snapshot, row);
	free(documents.text);
	return status;
}

enum store_status snapshot_generation(struct store *store, int64_t *out)
{
	static const char sql[] = "SELECT generation FROM registry";
	struct statement *row;
	enum store_status status = store_statement(store, &row, sql);
	if (status != STORE_OK)
		return status;
	status = statement_step(row);
	if (status != STORE_ROW)
		return status == STORE_OK ? STORE_DAMAGED : status;
	*out = column_integer(row, 0);
	statement_reset(row);
	return STORE_OK;
}

enum store_status snapshot_read(struct snapshot **out, struct store *store)
{
	static const char merchants[] =
		"SELECT code, name, venue, scene, region, address, unit, state"
		" FROM merchant ORDER BY code";
	static const char units[] = "SELECT DISTINCT region FROM unit ORDER BY region";
	static const char steps[] = "SELECT id, name, reason FROM step";
	static const char days[] = "SELECT day, what FROM calendar ORDER BY day";
	struct snapshot *snapshot = calloc(1, sizeof *snapshot);
	if (snapshot == NULL)
		return STORE_TROUBLE;
	enum store_status status = snapshot_generation(store, &snapshot->generation);
	if (status == STORE_OK)
		status = each(snapshot, store, merchants, take_merchant);
	if (status == STORE_OK)
		status = each(snapshot, store, units, take_unit);
	if (status == STORE_OK)
		status = each(snapshot, store, steps, take_step);
	if (status == STORE_OK)
		status = each(snapshot, store, days, take_day);
	if (status == STORE_OK)
		status = read_benefits(snapshot, store);
	if (status != STORE_OK) {
		snapshot_free(snapshot);
		return status;
	}
	*out = snapshot;
	return STORE_OK;
}

void snapshot_free(struct snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	for (struct chunk *next, *chunk = snapshot->chunks; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	catalogue_free(snapshot->catalogue);
	free(snapshot->merchants);
	free((void *)snapshot->units);
	free(snapshot->days);
	free(snapshot);
}

/* --- looking up --- */

const struct merchant *snapshot_merchant(const struct snapshot *snapshot, const char *code)
{
	size_t low = 0, high = snapshot->merchant_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(code, snapshot->merchants[middle].code);
		if (order == 0)
			return &snapshot->merchants[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool snapshot_is_home(const struct snapshot *snapshot, const char *region)
{
	size_t low = 0, high = snapshot->unit_count, length = strlen(region);
	/* The first one that is not before the region: those that begin with it follow. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(snapshot->units[middle], region) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return length > 0 && low < snapshot->unit_count &&
	       strncmp(snapshot->units[low], region, length) == 0;
}

struct calendar_day snapshot_day(const struct snapshot *snapshot, int32_t day)
{
	struct calendar_day found = { .day = day };
	size_t low = 0, high = snapshot->day_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (snapshot->days[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < snapshot->day_count && snapshot->days[low].day == day; low++) {
		found.holiday |= snapshot->days[low].holiday;
		found.festival |= snapshot->days[low].festival;
	}
	return found;
}

const struct step *snapshot_step(const struct snapshot *snapshot, int64_t id)
{
	if (id < 0 || id >= STEPS_MAX || snapshot->steps[id].name == NULL)
		return NULL;
	return &snapshot->steps[id];
}

const struct benefit *snapshot_benefit(const struct snapshot *snapshot, const char *id)
{
	for (size_t i = 0; i < catalogue_count(snapshot->catalogue); i++)
		if (strcmp(catalogue_at(snapshot->catalogue, i)->id, id) == 0)
			return catalogue_at(snapshot->catalogue, i);
	return NULL;
}
