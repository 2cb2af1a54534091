#include "tests/memory_scan.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHUNK        (1 << 20) /* [byte] */
#define OVERLAP      128       /* [byte] the longest form: 19 digits with 3 bytes between each */
#define SEPARATORS   3         /* [byte] */
#define MAPPING_MAX  (1UL << 30)
#define DIGITS_LEAST 4
#define DIGITS_MAX   19

struct needle {
	const char *complement;
	size_t length;      /* [digit] */
	bool starts[0x100]; /* the bytes with which one of the forms begins */
};

struct haystack {
	int memory;     /* file descriptor of /proc/PID/mem */
	int pages;      /* file descriptor of /proc/PID/pagemap */
	uint8_t *chunk; /* CHUNK bytes in a mapping of their own, which is not looked at */
};

static uint8_t digit(const struct needle *needle, size_t at)
{
	return (uint8_t)('9' - needle->complement[at]);
}

static bool is_text(const struct needle *needle, const uint8_t *bytes, const uint8_t *end)
{
	for (size_t i = 0; i < needle->length; i++) {
		for (int passed = 0;
		     i > 0 && passed < SEPARATORS && bytes < end &&
		     (*bytes == ' ' || *bytes == ':' || *bytes == '-' || *bytes == 0);
		     passed++) {
			bytes++;
		}
		if (bytes == end || *bytes != '0' + digit(needle, i)) {
			return false;
		}
		bytes++;
	}
	return true;
}

static bool is_unpacked(const struct needle *needle, const uint8_t *bytes, const uint8_t *end)
{
	if (needle->length > (size_t)(end - bytes)) {
		return false;
	}
	size_t same = 0;
	while (same < needle->length && bytes[same] == digit(needle, same)) {
		same++;
	}
	return same == needle->length;
}

/* skip: nibbles of the first byte that do not belong to it. */
static bool is_packed(const struct needle *needle, const uint8_t *bytes, const uint8_t *end,
		      size_t skip)
{
	if ((needle->length + skip + 1) / 2 > (size_t)(end - bytes)) {
		return false;
	}
	for (size_t i = 0; i < needle->length; i++) {
		size_t at = i + skip;
		uint8_t nibble = at % 2 == 0 ? bytes[at / 2] >> 4 : bytes[at / 2] & 0x0f;
		if (nibble != digit(needle, i)) {
			return false;
		}
	}
	return true;
}

static long count_at(const struct needle *needle, const uint8_t *bytes, const uint8_t *end)
{
	return is_text(needle, bytes, end) + is_unpacked(needle, bytes, end) +
	       is_packed(needle, bytes, end, 0) + is_packed(needle, bytes, end, 1);
}

static void note_starts(struct needle *needle)
{
	uint8_t first = digit(needle, 0);
	needle->starts['0' + first] = true;
	needle->starts[first] = true;
	needle->starts[first << 4 | digit(needle, 1)] = true;
	for (unsigned high = 0; high < 16; high++) {
		needle->starts[high << 4 | first] = true;
	}
}

/* The bytes of a run of pages that are there; a match counts where it begins, and not again in the
 * overlap. */
static long scan_run(const struct haystack *haystack, const struct needle *needle,
		     unsigned long start, unsigned long end)
{
	long count = 0;
	while (start < end) {
		unsigned long left = end - start;
		ssize_t got = pread(haystack->memory, haystack->chunk, left < CHUNK ? left : CHUNK,
				    (off_t)start);
		if (got <= 0) {
			return count; /* unmapped meanwhile, or a device's */
		}
		size_t length = (size_t)got;
		size_t fresh = length < left && length > OVERLAP ? length - OVERLAP : length;
		const uint8_t *bytes = haystack->chunk;
		for (size_t i = 0; i < fresh; i++) {
			if (needle->starts[bytes[i]]) {
				count += count_at(needle, bytes + i, bytes + length);
			}
		}
		start += fresh;
	}
	return count;
}

/* How many pages, of most, from this one on are there (or are not), swapped out ones too. */
static size_t pages_alike(const struct haystack *haystack, unsigned long page, size_t most,
			  bool *there)
{
	uint64_t entries[512];
	size_t count = 0;
	while (count < most) {
		size_t wanted = most - count < 512 ? most - count : 512;
		ssize_t got =
			pread(haystack->pages, entries, wanted * 8, (off_t)((page + count) * 8));
		for (size_t i = 0; i < (got > 0 ? (size_t)got / 8 : 0); i++, count++) {
			bool present = entries[i] >> 62 != 0;
			if (count == 0) {
				*there = present;
			} else if (present != *there) {
				return count;
			}
		}
		if (got < 8) {
			*there = count > 0 && *there;
			return count > 0 ? count : most;
		}
	}
	return count;
}

static long scan_mapping(const struct haystack *haystack, const struct needle *needle,
			 unsigned long start, unsigned long end)
{
	unsigned long size = (unsigned long)sysconf(_SC_PAGESIZE);
	long count = 0;
	while (start < end) {
		bool there = false;
		size_t pages = pages_alike(haystack, start / size, (end - start) / size, &there);
		count += there ? scan_run(haystack, needle, start, start + pages * size) : 0;
		start += pages * size;
	}
	return count;
}

static long scan_mappings(const struct haystack *haystack, const struct needle *needle, FILE *maps)
{
	long count = 0;
	char line[512];
	while (fgets(line, sizeof line, maps) != NULL) {
		unsigned long start = 0;
		unsigned long end = 0;
		char access[5] = "";
		unsigned long own = (unsigned long)haystack->chunk;
		if (sscanf(line, "%lx-%lx %4s", &start, &end, access) == 3 && access[0] == 'r' &&
		    access[1] == 'w' && end - start <= MAPPING_MAX && (own < start || own >= end)) {
			count += scan_mapping(haystack, needle, start, end);
		}
	}
	return count;
}

static int open_of(pid_t process, const char *name)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

long memory_scan(pid_t process, const char *complement)
{
	struct needle needle = { .complement = complement, .length = strlen(complement) };
	if (needle.length < DIGITS_LEAST || needle.length > DIGITS_MAX) {
		abort();
	}
	note_starts(&needle);
	/* Shared, so that the kernel does not join it with a neighbour. */
	struct haystack haystack = {
		.memory = open_of(process, "mem"),
		.pages = open_of(process, "pagemap"),
		.chunk = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			      0),
	};
	if (haystack.chunk == MAP_FAILED) {
		abort();
	}
	int maps = open_of(process, "maps");
	FILE *lines = maps < 0 ? NULL : fdopen(maps, "r");
	long count = -1;
	if (haystack.memory >= 0 && haystack.pages >= 0 && lines != NULL) {
		count = scan_mappings(&haystack, &needle, lines);
	}
	if (lines != NULL) {
		fclose(lines);
	}
	close(haystack.memory);
	close(haystack.pages);
	munmap(haystack.chunk, CHUNK);
	return count;
}
