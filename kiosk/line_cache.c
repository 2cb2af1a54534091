#include "kiosk/line_cache.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024

struct line_cache {
	struct line *newest, *oldest;
	size_t bytes;
	struct line *buckets[BUCKETS];
};

struct line_cache *line_cache_open(void)
{
	return calloc(1, sizeof(struct line_cache));
}

void line_cache_close(struct line_cache *cache)
{
	if (cache == NULL)
		return;
	for (struct line *line = cache->newest, *older; line != NULL; line = older) {
		older = line->older;
		free(line->mask);
		free(line);
	}
	free(cache);
}

/* FNV-1a. */
static uint32_t hash_of(const char *text, int size, enum weight weight)
{
	uint32_t hash = 2166136261u ^ (uint32_t)(size * 2 + (int)weight);

	for (; *text != 0; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return hash;
}

static size_t bytes_of(const struct line *line)
{
	size_t mask = line->mask != NULL ? (size_t)line->w * (size_t)line->h : 0;

	return sizeof(*line) + strlen(line->text) + 1 + mask;
}

static void unlink_age(struct line_cache *cache, struct line *line)
{
	*(line->newer != NULL ? &line->newer->older : &cache->newest) = line->older;
	*(line->older != NULL ? &line->older->newer : &cache->oldest) = line->newer;
}

static void link_newest(struct line_cache *cache, struct line *line)
{
	line->newer = NULL;
	line->older = cache->newest;
	*(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = line;
	cache->newest = line;
}

static void forget(struct line_cache *cache, struct line *line)
{
	struct line **chain = &cache->buckets[line->hash % BUCKETS];

	while (*chain != line)
		chain = &(*chain)->chain;
	*chain = line->chain;
	unlink_age(cache, line);
	cache->bytes -= bytes_of(line);
	free(line->mask);
	free(line);
}

/* The newest always stays: it is in somebody's hand. */
static void keep_bound(struct line_cache *cache)
{
	/* The analyser takes a line that was unlinked and freed to be still the oldest.  NOLINTBEGIN(clang-analyzer-unix.Malloc) */
	while (cache->bytes > LINE_CACHE_BYTES && cache->oldest != cache->newest)
		forget(cache, cache->oldest);
	/* NOLINTEND(clang-analyzer-unix.Malloc) */
}

struct line *line_cache_find(struct line_cache *cache, const char *text, int size,
			     enum weight weight)
{
	uint32_t hash = hash_of(text, size, weight);
	struct line *line = cache->buckets[hash % BUCKETS];

	while (line != NULL && (line->hash != hash || line->size != size ||
				line->weight != weight || strcmp(line->text, text) != 0))
		line = line->chain;
	if (line == NULL)
		return NULL;
	unlink_age(cache, line);
	link_newest(cache, line);
	return line;
}

struct line *line_cache_add(struct line_cache *cache, const char *text, int size,
			    enum weight weight)
{
	size_t length = strlen(text) + 1;
	struct line *line = calloc(1, sizeof(*line) + length);

	if (line == NULL)
		return NULL;
	line->hash = hash_of(text, size, weight);
	line->size = size;
	line->weight = weight;
	memcpy(line->text, text, length);
	line->chain = cache->buckets[line->hash % BUCKETS];
	cache->buckets[line->hash % BUCKETS] = line;
	link_newest(cache, line);
	cache->bytes += bytes_of(line);
	keep_bound(cache);
	return line;
}

static bool is_blank(const uint8_t *row, size_t width)
{
	for (size_t x = 0; x < width; x++)
		if (row[x] != 0)
			return false;
	return true;
}

/* Leaves out the empty rows; NULL where nothing is left. */
static uint8_t *crop(uint8_t *mask, struct box *box)
{
	size_t wide = (size_t)box->w;
	int first = 0, last = box->h;

	while (first < last && is_blank(mask + (size_t)first * wide, wide))
		first++;
	while (last > first && is_blank(mask + (size_t)(last - 1) * wide, wide))
		last--;
	box->y += first;
	box->h = last - first;
	if (box->h == 0) {
		free(mask);
		return NULL;
	}
	memmove(mask, mask + (size_t)first * wide, (size_t)box->h * wide);
	uint8_t *less = realloc(mask, (size_t)box->h * wide);
	return less != NULL ? less : mask;
}

void line_cache_draw(struct line_cache *cache, struct line *line, struct box box, uint8_t *mask)
{
	if (mask != NULL)
		mask = crop(mask, &box);
	cache->bytes -= bytes_of(line);
	line->x = box.x;
	line->y = box.y;
	line->w = box.w;
	line->h = box.h;
	line->mask = mask;
	line->drawn = true;
	cache->bytes += bytes_of(line);
	unlink_age(cache, line);
	link_newest(cache, line);
	keep_bound(cache);
}
