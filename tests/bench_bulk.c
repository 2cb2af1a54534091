/*
 * Bulk work: certificates put on file and taken through seven steps, credentials issued against bare
 * signing, and slips printed into a PDF.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "centre/bulk.h"
#include "tests/folder.h"
#include "tests/ratio.h"

#define NOW     1781490240 /* [s] Monday 2026-06-15, 10:24 in China */
#define ROUNDS  5
#define COUNTY  4011 /* certificates of one */
#define SIGNED  400  /* a round */
#define CODE    16   /* [byte] */
#define ROW_MAX 64   /* [byte] */

struct bench {
	char folder[FOLDER_SIZE], path[160];
	struct registry *registry;
	struct signing_key key;
	struct keyring *trusted;
	struct issuing issuing;
	struct issued issued;
	struct certificate_view view;
	uint8_t secret[64], signature[64];
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench_bulk: %s\n", what);
	exit(1);
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- making it --- */

static void code_of(char out[static CODE], int round, int i)
{
	snprintf(out, CODE, "%d-%06d", round, i);
}

static void put_persons(struct registry *registry)
{
	const struct unit unit = {
		"371171", "测试区退役军人服务中心", "county", "", INT32_MIN, INT32_MAX, "", ""
	};

	must(registry_begin(registry) == REGISTRY_OK, "no transaction");
	must(registry_put_unit(registry, &unit) == REGISTRY_OK, registry_trouble(registry));
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < COUNTY; i++) {
			char code[CODE];
			struct person person = { .code = code,
						 .name = i % 3 == 0 ? "欧阳建国" : "王建军",
						 .home_region = "371171",
						 .identities = "veteran.conscript" };

			code_of(code, round, i);
			must(registry_put_person(registry, &person) == REGISTRY_OK,
			     registry_trouble(registry));
		}
	}
	must(registry_commit(registry) == REGISTRY_OK, "no commit");
}

static void open_bench(struct bench *bench)
{
	folder_make(bench->folder);
	snprintf(bench->path, sizeof bench->path, "%s/a.db", bench->folder);
	must(registry_init(bench->path) == REGISTRY_OK &&
		     registry_open(&bench->registry, bench->path, true) == REGISTRY_OK,
	     "no registry");
	put_persons(bench->registry);
	must(signing_key_generate(&bench->key, KEY_EDDSA, "yd:371171", "371171") == ISSUE_OK,
	     "no key");
	bench->trusted = keyring_open();
	must(bench->trusted != NULL &&
		     keyring_add(bench->trusted, &bench->key.trusted) == KEYRING_OK,
	     "no keyring");
	bench->issuing = (struct issuing){ .key = &bench->key,
					   .trusted = bench->trusted,
					   .days = ISSUING_DAYS };
}

static void close_bench(struct bench *bench)
{
	keyring_close(bench->trusted);
	registry_close(bench->registry);
	folder_remove(bench->folder);
}

/* --- steps --- */

static size_t write_rows(char *out, int round)
{
	char *at = stpcpy(out, "number,person,kind,unit\n");

	for (int i = 0; i < COUNTY; i++) {
		char code[CODE];

		code_of(code, round, i);
		at += sprintf(at, "%s,%s,veteran,371171\n", code, code);
	}
	return (size_t)(at - out);
}

static void on_row(void *context, int64_t rows, int64_t worked)
{
	(void)context, (void)rows, (void)worked;
}

static void on_failure(void *context, const char *number, const char *reason, const char *zh,
		       const char *en)
{
	(void)context, (void)number, (void)zh, (void)en;
	must(false, reason);
}

static bool never(void *context)
{
	(void)context;
	return false;
}

/* Certificates a second, each commit durable. */
static double one_county(struct bench *bench, int round)
{
	static const enum life_act steps[] = { ACT_APPLY,   ACT_ACCEPT,  ACT_APPROVE,  ACT_APPROVE,
					       ACT_APPROVE, ACT_PRODUCE, ACT_HAND_OVER };
	static const uint8_t hash[FILE_HASH_BYTES];
	char batch[CODE], *text = malloc((COUNTY + 1) * ROW_MAX);
	struct bulk_order order = { .batch = batch,
				    .steps = steps,
				    .step_count = sizeof steps / sizeof *steps,
				    .reason = "",
				    .now = NOW,
				    .hash = hash };
	const struct bulk_watch watch = { .row = on_row, .failure = on_failure, .stop = never };
	struct bulk_rows rows;
	struct csv_fault fault;
	struct bulk_result result;

	must(text != NULL, "no memory");
	snprintf(batch, sizeof batch, "%d", round);
	must(bulk_rows_open(&rows, &fault, text, write_rows(text, round)) == BULK_ROWS_OK,
	     fault.why);
	double from = now_s();
	must(bulk_run(bench->registry, &rows, &order, &watch, &result) == BULK_OK &&
		     result.done == COUNTY,
	     registry_trouble(bench->registry));
	double took = now_s() - from;
	free(text);
	return COUNTY / took;
}

static void measure_steps(struct bench *bench)
{
	static const struct ratio ratio = { "certificates put on file and taken through 7 steps",
					    "/s", "500", "2000" };
	double values[ROUNDS];

	for (int round = 0; round < ROUNDS; round++)
		values[round] = one_county(bench, round);
	ratio_print(&ratio, values, ROUNDS);
}

/* --- issuing --- */

static void sign_bare(void *context)
{
	struct bench *bench = context;

	crypto_sign_detached(bench->signature, NULL, bench->issued.bytes,
			     bench->issued.length - SIGNATURE_BYTES, bench->secret);
}

static void issue(void *context)
{
	struct bench *bench = context;

	must(issuing_make(&bench->issuing, &bench->issued, &bench->view, NOW) == ISSUING_OK,
	     "not issued");
}

/* Signed, read back and made the text of a QR code; the check alone takes two and a half signatures. */
static void measure_issuing(struct bench *bench)
{
	static const struct ratio ratio = {
		"credential issued, read back, as text, against a bare signature (rate)", "",
		"0.15", "0.25"
	};
	uint8_t public_key[32];
	char number[CODE];

	code_of(number, 0, 0);
	must(registry_certificate(bench->registry, &bench->view, number, NOW) == REGISTRY_OK,
	     "no certificate");
	crypto_sign_seed_keypair(public_key, bench->secret, bench->key.private_key);
	issue(bench);
	ratio_of_rates(&ratio, sign_bare, issue, bench, 9, SIGNED);
}

/* --- paper --- */

static void measure_slips(struct bench *bench)
{
	static const struct ratio ratios[] = {
		[SHEET_LABELS] = { "labels printed into a PDF, 240 a file", "/s", "100", "300" },
		[SHEET_SLIPS] = { "slips printed into a PDF, 240 a file", "/s", "100", "300" },
	};
	double values[ROUNDS];

	for (enum sheet_form form = SHEET_LABELS; form <= SHEET_SLIPS; form++) {
		for (int round = 0; round < ROUNDS; round++) {
			struct slips slips = { .form = form };
			char path[FOLDER_SIZE + 32];

			snprintf(path, sizeof path, "%s/%d.pdf", bench->folder, round);
			double from = now_s();
			must(slips_open(&slips, path, "b", NOW) == SHEET_OK, "no sheet");
			for (int i = 0; i < BULK_SHEET; i++)
				must(slips_add(&slips, &bench->issued, "测试区退役军人服务中心") ==
					     SHEET_OK,
				     "no slip");
			must(slips_close(&slips) == SHEET_OK && slips_deliver(path), "no file");
			values[round] = BULK_SHEET / (now_s() - from);
			must(remove(path) == 0, "no file");
		}
		ratio_print(&ratios[form], values, ROUNDS);
	}
}

int main(void)
{
	static struct bench bench;

	must(sodium_init() >= 0, "no libsodium");
	open_bench(&bench);
	measure_steps(&bench);
	measure_issuing(&bench);
	measure_slips(&bench);
	close_bench(&bench);
	return 0;
}
