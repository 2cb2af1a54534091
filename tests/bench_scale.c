/*
 * Registries at the scale of real places: how long filling each takes, with every step of every life on
 * record, and what a step costs against the bare signature that its entry of the audit chain needs.
 */
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "db/life_record.h"
#include "db/registry.h"
#include "tests/centre.h"
#include "tests/ratio.h"

#define NOW    INT64_C(1781490240) /* [s] Monday 2026-06-15, 10:24 in China */
#define ROUNDS 9
#define STEPS  4500 /* of a round, in one commit */

/* From the application to the holder's hands. */
static const enum life_act way[] = { ACT_APPLY,        ACT_ACCEPT,        ACT_APPROVE,
				     ACT_APPROVE,      ACT_APPROVE,       ACT_PRODUCE,
				     ACT_COUNTY_SIGNS, ACT_STATION_SIGNS, ACT_HAND_OVER };
#define WAY          (sizeof way / sizeof *way)
#define CERTIFICATES (2 * ROUNDS * STEPS / WAY) /* for the ratio and for the time */

struct bench {
	struct registry *registry;
	size_t taken; /* steps */
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
	unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
	unsigned char hash[32], signature[crypto_sign_BYTES];
};

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "bench_scale: %s\n", what);
	exit(1);
}

/* --- filling a place --- */

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fill(const char *like, const char *figure)
{
	const char *db = centre_path(like);
	double start, seconds;

	DO(0, "--db", db, "init");
	start = now_s();
	DO(0, "--db", db, "demo", "--like", like);
	seconds = now_s() - start;
	ratio_print(&(struct ratio){ figure, " s", "60 s", "10 s" }, &seconds, 1);
}

/* --- one step --- */

#define NUMBER_SIZE 24

static void number_print(char out[static NUMBER_SIZE], size_t index)
{
	snprintf(out, NUMBER_SIZE, "C%09zu", index);
}

static void put_certificates(struct registry *registry)
{
	static const struct unit unit = { .code = "330683",
					  .name = "中心",
					  .tier = "county",
					  .parent = "",
					  .from = INT32_MIN,
					  .until = INT32_MAX };
	bool put = registry_begin(registry) == REGISTRY_OK &&
		   registry_put_unit(registry, &unit) == REGISTRY_OK;

	for (size_t i = 0; put && i < CERTIFICATES; i++) {
		char number[NUMBER_SIZE];
		struct person person = {
			.code = number, .name = "人", .home_region = "", .identities = ""
		};
		struct certificate certificate = { .number = number,
						   .person = number,
						   .unit = unit.code,
						   .kind = 1,
						   .state = "on_file",
						   .valid_from = INT32_MIN,
						   .valid_until = INT32_MAX };

		number_print(number, i);
		put = registry_put_person(registry, &person) == REGISTRY_OK &&
		      registry_put_certificate(registry, &certificate) == REGISTRY_OK;
	}
	must(put && registry_commit(registry) == REGISTRY_OK, "the registry cannot be filled");
}

static void take_step(void *context)
{
	struct bench *bench = context;
	char number[NUMBER_SIZE];
	int64_t at = NOW + (int64_t)(bench->taken % WAY) * 3600;
	struct life_request request = { .certificate = number,
					.act = way[bench->taken % WAY],
					.now = at,
					.at = at,
					.until = LIFE_NEVER,
					.reason = "" };
	struct life_answer answer;
	bool taken;

	number_print(number, bench->taken / WAY);
	if (bench->taken % STEPS == 0)
		must(registry_begin(bench->registry) == REGISTRY_OK, "no transaction");
	taken = life_take_step(bench->registry, &answer, &request) == REGISTRY_OK &&
		answer.refusal == LIFE_TAKEN;
	must(taken, "a step is not taken");
	if (++bench->taken % STEPS == 0)
		must(registry_commit(bench->registry) == REGISTRY_OK, "no commit");
}

static void sign(void *context)
{
	struct bench *bench = context;

	bench->hash[0]++;
	crypto_sign_detached(bench->signature, NULL, bench->hash, sizeof bench->hash,
			     bench->secret_key);
}

static void time_steps(struct bench *bench)
{
	const char *db = centre_path("steps");

	must(sodium_init() >= 0, "no libsodium");
	crypto_sign_keypair(bench->public_key, bench->secret_key);
	DO(0, "--db", db, "init");
	must(registry_open(&bench->registry, db, true) == REGISTRY_OK, "no registry");
	put_certificates(bench->registry);
	ratio_of_rates(&(struct ratio){ "a step on record, against the bare signature of its entry "
					"(rate)",
					"", "0.25", "0.5" },
		       sign, take_step, bench, ROUNDS, STEPS);
	ratio_absolute(&(struct ratio){ "a step on record, commits included", " ns", "-", "-" },
		       take_step, bench, ROUNDS, STEPS);
	registry_close(bench->registry);
}

int main(void)
{
	static struct bench bench;

	must(centre_open(), "no program");
	fill("xinle", "demo --like xinle, 555 persons");
	fill("zherong", "demo --like zherong, 2,013 certificates");
	fill("rizhao", "demo --like rizhao, 5,046 persons");
	fill("shengzhou", "demo --like shengzhou, 21,854 persons");
	time_steps(&bench);
	centre_close();
	return 0;
}
