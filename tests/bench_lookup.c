/*
 * Look-ups: one person found among many and read with all certificates, each timed by itself; and what
 * a certificate takes in the centre's registry and in a kiosk's copy.
 *
 * YOUDAI_BENCH_CERTIFICATES tells how many there are in the larger one (1000000 where it is not set);
 * the smaller one has as many as Shengzhou has on file.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "db/dossier.h"
#include "db/export.h"
#include "db/lookup.h"
#include "tests/folder.h"
#include "tests/ratio.h"

#define NOW      1781490240 /* [s] Monday 2026-06-15, 10:24 in China */
#define SMALL    21854
#define LOOKUPS  2001 /* of each kind */
#define MEDIUM   16
#define SHORT    5 /* [byte] of a medium's id in its short code */
#define STRIDE   7919
#define SURNAMES 97
#define GIVEN    101

struct bench {
	size_t certificates;
	char folder[FOLDER_SIZE], path[160];
	struct registry *registry;
	struct lookup found;
	int64_t seen; /* certificates read */
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench_lookup: %s\n", what);
	exit(1);
}

static double now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static off_t size_of(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 ? info.st_size : 0;
}

/* --- whom there is --- */

static void number_of(char out[static 32], size_t index)
{
	snprintf(out, 32, "371171%010zu", index);
}

static void id_number_of(char out[static 32], size_t index)
{
	snprintf(out, 32, "371171%011zuX", index);
}

/* A surname and two characters: a name in a million is borne by one or two. */
static void name_of(char out[static 16], size_t index)
{
	const size_t parts[] = { index % SURNAMES, index / SURNAMES % GIVEN,
				 index / SURNAMES / GIVEN % GIVEN };
	for (size_t i = 0; i < 3; i++) {
		unsigned character = 0x4e00 + (unsigned)(400 * i + parts[i]);
		*out++ = (char)(0xe0 | character >> 12);
		*out++ = (char)(0x80 | (character >> 6 & 0x3f));
		*out++ = (char)(0x80 | (character & 0x3f));
	}
	*out = '\0';
}

static void medium_of(uint8_t out[static MEDIUM], size_t index)
{
	crypto_generichash(out, MEDIUM, (const uint8_t *)&index, sizeof index, NULL, 0);
}

static void put_holder(struct registry *registry, size_t index)
{
	static const char *const identities[] = { "veteran.conscript", "veteran.officer",
						  "veteran.nco;disabled:7:duty", "family.martyr" };
	char code[24], number[32], name[16], id_number[32];
	snprintf(code, sizeof code, "P%09zu", index);
	number_of(number, index);
	name_of(name, index);
	id_number_of(id_number, index);
	struct person person = { .code = code,
				 .name = name,
				 .sex = index % 9 == 0 ? 'f' : 'm',
				 .birth_known = true,
				 .birth = (int32_t)(index % 20000) - 10000,
				 .home_region = "371171",
				 .needy = index % 20 == 0,
				 .merit = (int32_t)(index % 4),
				 .identities = identities[index % 4],
				 .id_number = id_number };
	struct certificate certificate = {
		number, code, "371171001", 1, "active", 19000, INT32_MAX
	};
	must(registry_put_person(registry, &person) == REGISTRY_OK &&
		     registry_put_certificate(registry, &certificate) == REGISTRY_OK,
	     registry_trouble(registry));
}

static void put_medium(struct registry *registry, size_t index)
{
	uint8_t id[MEDIUM];
	char number[32];
	number_of(number, index);
	medium_of(id, index);
	struct medium medium = { .id = id,
				 .id_length = MEDIUM,
				 .certificate = number,
				 .carrier = "qr",
				 .issued_at = NOW,
				 .expires = INT64_MAX };
	must(registry_put_medium(registry, &medium) == REGISTRY_OK, registry_trouble(registry));
}

static void put_each(struct bench *bench, void (*put)(struct registry *, size_t))
{
	must(registry_begin(bench->registry) == REGISTRY_OK, "begin");
	for (size_t i = 0; i < bench->certificates; i++)
		put(bench->registry, i);
	must(registry_commit(bench->registry) == REGISTRY_OK &&
		     registry_checkpoint(bench->registry) == REGISTRY_OK,
	     registry_trouble(bench->registry));
}

/* --- what they take --- */

static void print_size(const struct bench *bench, const char *what, const char *path, off_t empty,
		       const char *floor, const char *aim)
{
	double each = (double)(size_of(path) - empty) / (double)bench->certificates;
	ratio_print(&(struct ratio){ what, "", floor, aim }, &each, 1);
}

static void measure_copy(struct bench *bench, off_t empty)
{
	struct export_count count;
	char path[192];
	double start = now_us();
	snprintf(path, sizeof path, "%s-kiosk", bench->path);
	must(export_kiosk(bench->registry, &count, path) == REGISTRY_OK &&
		     (size_t)count.certificates == bench->certificates,
	     registry_trouble(bench->registry));
	printf("# a kiosk's copy of %zu made in %.1f s\n", bench->certificates,
	       (now_us() - start) / 1e6);
	print_size(bench, "bytes a certificate in a kiosk's copy", path, empty, "120", "60");
}

static void make_registry(struct bench *bench)
{
	folder_make(bench->folder);
	snprintf(bench->path, sizeof bench->path, "%s/registry", bench->folder);
	must(registry_init(bench->path) == REGISTRY_OK &&
		     registry_open(&bench->registry, bench->path, true) == REGISTRY_OK,
	     "no registry");
	off_t empty = size_of(bench->path);
	double start = now_us();
	put_each(bench, put_holder);
	printf("# %zu persons with names, ID numbers and certificates imported in %.1f s\n",
	       bench->certificates, (now_us() - start) / 1e6);
	print_size(bench, "bytes a certificate in the centre's registry, look-up keys and all",
		   bench->path, empty, "-", "-");
	measure_copy(bench, empty);
	put_each(bench, put_medium);
}

/* --- looking up --- */

static bool see(void *context, const struct certificate_view *view)
{
	struct bench *bench = context;
	bench->seen += view->name[0] != '\0';
	return true;
}

/* What a clerk is shown of each who was found. */
static void read_found(struct bench *bench)
{
	static struct dossier dossier;
	must(bench->found.count > 0, "nobody was found");
	for (size_t i = 0; i < bench->found.count; i++)
		must(dossier_read(bench->registry, &dossier, bench->found.persons[i]) ==
				     REGISTRY_OK &&
			     dossier_each_certificate(bench->registry, bench->found.persons[i], NOW,
						      see, bench) == REGISTRY_OK,
		     registry_trouble(bench->registry));
}

static enum registry_status by_number(struct bench *bench, size_t index)
{
	char number[32];
	number_of(number, index);
	return lookup_text(bench->registry, &bench->found, LOOKUP_CERTIFICATE, number);
}

static enum registry_status by_name(struct bench *bench, size_t index)
{
	char name[16];
	name_of(name, index);
	return lookup_text(bench->registry, &bench->found, LOOKUP_NAME, name);
}

static enum registry_status by_id_number(struct bench *bench, size_t index)
{
	char number[32];
	id_number_of(number, index);
	return lookup_text(bench->registry, &bench->found, LOOKUP_ID_NUMBER, number);
}

static enum registry_status by_short_code(struct bench *bench, size_t index)
{
	uint8_t id[MEDIUM];
	medium_of(id, index);
	return lookup_medium(bench->registry, &bench->found, id, SHORT);
}

static const struct {
	const char *name;
	enum registry_status (*find)(struct bench *bench, size_t index);
} ways[] = {
	{ "certificate number", by_number },
	{ "name", by_name },
	{ "ID number", by_id_number },
	{ "short code", by_short_code },
};

static void bench_way(struct bench *bench, size_t way)
{
	static double samples[LOOKUPS];
	char title[96];
	for (size_t i = 0; i < LOOKUPS; i++) {
		size_t index = (i + 1) * STRIDE % bench->certificates;
		double start = now_us();
		must(ways[way].find(bench, index) == REGISTRY_OK,
		     registry_trouble(bench->registry));
		read_found(bench);
		samples[i] = now_us() - start;
	}
	snprintf(title, sizeof title, "look-up by %s among %zu, with person and certificates",
		 ways[way].name, bench->certificates);
	ratio_print(&(struct ratio){ title, " us", "1000", "100" }, samples, LOOKUPS);
}

static void bench_all(size_t certificates)
{
	static struct bench bench;
	bench = (struct bench){ .certificates = certificates };
	make_registry(&bench);
	for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
		bench_way(&bench, way);
	registry_close(bench.registry);
	folder_remove(bench.folder);
}

int main(void)
{
	const char *text = getenv("YOUDAI_BENCH_CERTIFICATES");
	size_t certificates = text == NULL ? 1000000 : strtoul(text, NULL, 10);
	must(certificates >= 1000 && sodium_init() >= 0, "too few certificates");
	bench_all(SMALL);
	bench_all(certificates);
	return 0;
}
