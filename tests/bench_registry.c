/*
 * The registry: a whole check among many certificates against the bare signature check, and durable
 * redemptions against bare write + fdatasync.
 *
 * YOUDAI_BENCH_CERTIFICATES tells how many certificates there are (1000000 where it is not set).
 */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "db/entitlement.h"
#include "db/export.h"
#include "db/registry.h"
#include "reader/cose.h"
#include "reader/issue.h"
#include "tests/folder.h"
#include "tests/ratio.h"

#define NOW         1781490240 /* [s] Monday 2026-06-15, 10:24 in China */
#define CREDENTIALS 2000       /* different ones that are presented in turn */
#define BENEFITS    44
#define ROUNDS      15
#define COMMITS     200 /* of a round */
#define GROUP       8   /* redemptions of one commit */

struct presented {
	char text[1024];
	size_t text_length;
	uint8_t signature[64], message[512];
	size_t message_length;
};

struct bench {
	char folder[FOLDER_SIZE], path[160];
	struct registry *registry;
	struct keyring *keyring;
	struct signing_key key;
	size_t certificates;
	struct presented *presented;
	size_t next; /* of them */
	struct entitlement entitlement;
	int64_t visits;
	/* the bare writes */
	int bare;
	off_t bare_at;
	size_t commit_bytes;
	char *bytes;
	double *samples; /* [ns] of single redemptions */
	size_t sample_count;
};

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "bench_registry: %s\n", what);
	exit(1);
}

static double now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* --- making it --- */

static void number_of(char out[static 32], size_t index)
{
	/* Not in the order in which they are looked up. */
	snprintf(out, 32, "371171%010zu", index);
}

static void put_holder(struct registry *registry, size_t index)
{
	static const char *const identities[] = { "veteran.conscript", "veteran.officer",
						  "veteran.nco;disabled:7:duty", "family.martyr" };
	char code[24], number[32];
	snprintf(code, sizeof code, "P%09zu", index);
	number_of(number, index);
	struct person person = { .code = code,
				 .name = index % 3 == 0 ? "欧阳建国" : "王建军",
				 .sex = index % 9 == 0 ? 'f' : 'm',
				 .birth_known = true,
				 .birth = (int32_t)(index % 20000) - 10000,
				 .home_region = "371171",
				 .needy = index % 20 == 0,
				 .merit = (int32_t)(index % 4),
				 .identities = identities[index % 4] };
	struct certificate certificate = {
		number, code, "371171001", 1, "active", 19000, INT32_MAX
	};
	must(registry_put_person(registry, &person) == REGISTRY_OK &&
		     registry_put_certificate(registry, &certificate) == REGISTRY_OK,
	     registry_trouble(registry));
}

static void put_place(struct registry *registry)
{
	const struct unit units[] = { { "371171", "u", "county", "", INT32_MIN, INT32_MAX, "", "" },
				      { "371171001", "u", "town", "371171", INT32_MIN, INT32_MAX,
					"", "" } };
	const struct merchant merchant = { "M",      "m", VENUE_SHOP, "购",
					   "371171", "",  "371171",   "active" };
	must(registry_put_unit(registry, &units[0]) == REGISTRY_OK &&
		     registry_put_unit(registry, &units[1]) == REGISTRY_OK &&
		     registry_put_merchant(registry, &merchant) == REGISTRY_OK,
	     registry_trouble(registry));
}

/* Of each shape some; four in five can be had. */
static void put_benefits(struct registry *registry)
{
	static const char *const who[] = { "", "\"who\":{\"kinds\":[\"veteran\"]},",
					   "\"who\":{\"classes\":[\"veteran\"],\"age\":[18,null]},",
					   "\"who\":{\"home_regions\":[\"3711\"]},",
					   "\"who\":{\"grade\":[1,6]}," };
	static const char *const value[] = {
		"{\"type\":\"priority\"}", "{\"type\":\"percent_off\",\"percent\":10}",
		"{\"type\":\"fixed_price\",\"fen\":400}",
		"{\"type\":\"amount_off\",\"fen\":500,\"from\":1000}"
	};
	static char json[BENEFITS * 512];
	char *at = json;
	*at++ = '[';
	for (int i = 0; i < BENEFITS; i++)
		at += sprintf(at,
			      "%s{\"benefit\":\"benefit-%02d\",\"title\":{\"zh\":\"优待\","
			      "\"en\":\"Benefit\"},\"where\":{\"venues\":[\"shop\"]},%s"
			      "\"value\":%s%s}",
			      i == 0 ? "" : ",", i, who[i % 5], value[i % 4],
			      i % 4 == 3 ? ",\"limits\":[{\"per\":\"holder\",\"period\":\"month\","
					   "\"count\":3}]"
					 : "");
	strcpy(at, "]");
	struct catalogue *catalogue;
	struct benefit_fault fault;
	must(catalogue_parse(&catalogue, &fault, json, strlen(json)) == BENEFIT_OK, fault.why);
	must(registry_put_benefits(registry, catalogue, NOW) == REGISTRY_OK, "benefits");
	catalogue_free(catalogue);
}

static off_t size_of(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 ? info.st_size : 0;
}

/* What a kiosk works with: its copy, without names and what serves a look-up.  bench_lookup says how
 * large each is. */
static void take_to_kiosk(struct bench *bench)
{
	struct export_count count;
	char copy[sizeof bench->path];
	snprintf(copy, sizeof copy, "%s/kiosk", bench->folder);
	must(export_kiosk(bench->registry, &count, copy) == REGISTRY_OK, "no copy");
	registry_close(bench->registry);
	strcpy(bench->path, copy);
	must(registry_open(&bench->registry, bench->path, true) == REGISTRY_OK, "no copy");
}

static void make_registry(struct bench *bench)
{
	folder_make(bench->folder);
	snprintf(bench->path, sizeof bench->path, "%s/registry", bench->folder);
	must(registry_init(bench->path) == REGISTRY_OK &&
		     registry_open(&bench->registry, bench->path, true) == REGISTRY_OK,
	     "no registry");
	double start = now_ns();
	must(registry_begin(bench->registry) == REGISTRY_OK, "begin");
	put_place(bench->registry);
	put_benefits(bench->registry);
	for (size_t i = 0; i < bench->certificates; i++)
		put_holder(bench->registry, i);
	must(registry_commit(bench->registry) == REGISTRY_OK &&
		     registry_checkpoint(bench->registry) == REGISTRY_OK &&
		     registry_refresh(bench->registry, NULL) == REGISTRY_OK,
	     registry_trouble(bench->registry));
	printf("# %zu certificates and persons imported in %.1f s\n", bench->certificates,
	       (now_ns() - start) / 1e9);
	take_to_kiosk(bench);
}

static void present(struct bench *bench, struct presented *out, size_t index)
{
	uint8_t bytes[512], message[COSE_SIGNED_BYTES_MAX];
	size_t length;
	struct cose_sign1 cose;
	struct credential claims = { .issuer = "yd:371171",
				     .name = "欧阳建国",
				     .kind = CREDENTIAL_VETERAN,
				     .medium_length = 16,
				     .not_before = NOW - 1000,
				     .expires = NOW + 1000,
				     .issued_at = NOW - 1000 };
	number_of(claims.number, index);
	memcpy(claims.medium, &index, sizeof index);
	must(credential_sign(bytes, sizeof bytes, &length, &claims, &bench->key) == ISSUE_OK &&
		     credential_to_text(out->text, sizeof out->text, bytes, length, false) ==
			     ISSUE_OK &&
		     cose_sign1_read(&cose, bytes, length),
	     "no credential");
	out->text_length = strlen(out->text);
	memcpy(out->signature, cose.signature.bytes, sizeof out->signature);
	out->message_length = cose_signed_bytes(message, &cose);
	must(out->message_length <= sizeof out->message, "a long message");
	memcpy(out->message, message, out->message_length);
}

static void make_credentials(struct bench *bench)
{
	bench->keyring = keyring_open();
	bench->presented = calloc(CREDENTIALS, sizeof *bench->presented);
	must(bench->keyring != NULL && bench->presented != NULL, "no memory");
	must(signing_key_generate(&bench->key, KEY_EDDSA, "yd:371171", "371171") == ISSUE_OK &&
		     keyring_add(bench->keyring, &bench->key.trusted) == KEYRING_OK,
	     "no key");
	for (size_t i = 0; i < CREDENTIALS; i++)
		present(bench, &bench->presented[i], i * 7919 % bench->certificates);
}

/* --- checking --- */

static const struct presented *next_presented(struct bench *bench)
{
	bench->next = (bench->next + 1) % CREDENTIALS;
	return &bench->presented[bench->next];
}

static void bare_check(void *context)
{
	struct bench *bench = context;
	const struct presented *presented = next_presented(bench);
	must(crypto_sign_verify_detached(presented->signature, presented->message,
					 presented->message_length,
					 bench->key.trusted.public_key) == 0,
	     "libsodium refuses the signature");
}

static struct circumstances at_shop(int64_t now)
{
	return (struct circumstances){ .merchant = "M",
				       .amount = 5000,
				       .quantity = AMOUNT_NONE,
				       .attended = true,
				       .compared = true,
				       .now = now };
}

static void whole_check(void *context)
{
	struct bench *bench = context;
	const struct presented *presented = next_presented(bench);
	struct credential credential;
	must(credential_from_text(&credential, presented->text, presented->text_length,
				  bench->keyring, NOW) == CREDENTIAL_OK,
	     "the credential is refused");
	struct presentation presentation = { .carrier = CARRIER_QR,
					     .assurance = ASSURANCE_STATIC,
					     .issuer = credential.issuer,
					     .number = credential.number,
					     .name = credential.name,
					     .kind = (uint8_t)credential.kind,
					     .medium = credential.medium,
					     .medium_length = credential.medium_length };
	struct circumstances circumstances = at_shop(NOW);
	must(entitlement_check(bench->registry, &bench->entitlement, &presentation,
			       &circumstances) == REGISTRY_OK &&
		     bench->entitlement.reason == REASON_OK &&
		     bench->entitlement.offer_count == BENEFITS,
	     "the check fails");
}

/* The registry's share alone: no signature is checked. */
static void check_by_number(void *context)
{
	struct bench *bench = context;
	char number[32];
	number_of(number, bench->next++ * 7919 % bench->certificates);
	struct presentation presentation = { .carrier = CARRIER_NUMBER, .number = number };
	struct circumstances circumstances = at_shop(NOW);
	must(entitlement_check(bench->registry, &bench->entitlement, &presentation,
			       &circumstances) == REGISTRY_OK &&
		     bench->entitlement.reason == REASON_OK,
	     "the check fails");
}

/* --- redeeming --- */

static void redeem(struct bench *bench)
{
	static struct redemption out;
	char number[32], visit[VISIT_ID_MAX + 1];
	number_of(number, (size_t)bench->visits * 104729 % bench->certificates);
	visit_id_make(visit);
	struct presentation presentation = { .carrier = CARRIER_NUMBER, .number = number };
	struct circumstances circumstances = at_shop(NOW + bench->visits++);
	must(entitlement_redeem(bench->registry, &out, &presentation, &circumstances, "benefit-01",
				visit) == REGISTRY_OK &&
		     out.reason == REASON_OK,
	     "the redemption fails");
}

static void redeem_timed(void *context)
{
	struct bench *bench = context;
	double start = now_ns();
	redeem(bench);
	bench->samples[bench->sample_count++] = now_ns() - start;
}

static void redeem_group(void *context)
{
	struct bench *bench = context;
	must(entitlement_batch_begin(bench->registry) == REGISTRY_OK, "batch");
	for (int i = 0; i < GROUP; i++)
		redeem(bench);
	must(entitlement_batch_commit(bench->registry) == REGISTRY_OK, "batch");
}

static void write_bare(void *context)
{
	struct bench *bench = context;
	must(pwrite(bench->bare, bench->bytes, bench->commit_bytes, bench->bare_at) ==
			     (ssize_t)bench->commit_bytes &&
		     fdatasync(bench->bare) == 0,
	     "the bare write fails");
	bench->bare_at += (off_t)bench->commit_bytes;
}

/* As a kiosk does between two holders; the bare file begins anew as the WAL does. */
static void rest(struct bench *bench)
{
	must(registry_checkpoint(bench->registry) == REGISTRY_OK, "checkpoint");
	bench->bare_at = 0;
}

static void prepare_bare(struct bench *bench)
{
	char path[180];
	snprintf(path, sizeof path, "%s/bare", bench->folder);
	bench->bare = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	bench->bytes = calloc(1, 1 << 20);
	bench->samples = calloc((size_t)(ROUNDS + 1) * COMMITS, sizeof *bench->samples);
	must(bench->bare >= 0 && bench->bytes != NULL && bench->samples != NULL, "no file");
	/* What a commit writes: how far the WAL grows by a round of them. */
	snprintf(path, sizeof path, "%s-wal", bench->path);
	registry_close(bench->registry);
	must(registry_open(&bench->registry, bench->path, true) == REGISTRY_OK, "no registry");
	redeem(bench);
	off_t before = size_of(path);
	for (int i = 0; i < COMMITS; i++)
		redeem(bench);
	bench->commit_bytes = (size_t)(size_of(path) - before) / COMMITS;
	for (int i = 0; i < COMMITS; i++)
		write_bare(bench);
	rest(bench);
	printf("# a redemption writes %zu bytes\n", bench->commit_bytes);
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static void bench_redemptions(struct bench *bench)
{
	double single[ROUNDS], group[ROUNDS];
	prepare_bare(bench);
	for (int round = 0; round < ROUNDS; round++) {
		/* Either goes first as often. */
		double ours = round % 2 == 0 ? ratio_time(redeem_timed, bench, COMMITS) : 0;
		double bare = ratio_time(write_bare, bench, COMMITS);
		if (round % 2 != 0)
			ours = ratio_time(redeem_timed, bench, COMMITS);
		single[round] = bare / ours;
		rest(bench);
		double grouped = ratio_time(redeem_group, bench, COMMITS / GROUP) / GROUP;
		group[round] = bare / grouped;
		rest(bench);
	}
	ratio_print(&(struct ratio){ "durable redemption against bare write + fdatasync (rate)", "",
				     "0.80", "0.95" },
		    single, ROUNDS);
	ratio_print(&(struct ratio){ "redemptions in groups of 8 against bare fdatasync (rate)", "",
				     "1.5", "2.2" },
		    group, ROUNDS);
	qsort(bench->samples, bench->sample_count, sizeof *bench->samples, compare);
	double p50 = bench->samples[bench->sample_count / 2];
	double p999 = bench->samples[bench->sample_count - 1 - bench->sample_count / 1000];
	double tail = p999 / p50;
	printf("# a redemption takes %.0f us (p50), %.0f us (p99.9)\n", p50 / 1e3, p999 / 1e3);
	ratio_print(&(struct ratio){ "p99.9 of a durable redemption against p50", "", "10", "5" },
		    &tail, 1);
}

/* --- */

static void clean(struct bench *bench)
{
	registry_close(bench->registry);
	keyring_close(bench->keyring);
	free(bench->presented);
	free(bench->bytes);
	free(bench->samples);
	close(bench->bare);
	folder_remove(bench->folder);
}

int main(void)
{
	static struct bench bench;
	const char *certificates = getenv("YOUDAI_BENCH_CERTIFICATES");
	bench.certificates = certificates == NULL ? 1000000 : strtoul(certificates, NULL, 10);
	must(bench.certificates >= 1000 && sodium_init() >= 0, "too few certificates");
	make_registry(&bench);
	make_credentials(&bench);
	ratio_of_rates(
		&(struct ratio){ "check with registry and 44 benefits against bare libsodium "
				 "(rate)",
				 "", "0.80", "0.95" },
		bare_check, whole_check, &bench, ROUNDS, CREDENTIALS);
	ratio_absolute(&(struct ratio){ "registry's share of a check", " ns", "9000", "2000" },
		       check_by_number, &bench, ROUNDS, CREDENTIALS);
	bench_redemptions(&bench);
	clean(&bench);
	return 0;
}
