#include "tests/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/log.h"
#include "reader/live.h"

#define DAY_S 86400

static const char benefits[] =
	"[{\"benefit\": \"t-free\", \"title\": {\"zh\": \"免首道门票\", \"en\": \"Free entry\"},"
	"  \"scene\": \"游\", \"where\": {\"merchants\": [\"t-gate\"]}, \"value\": {\"type\": "
	"\"free\"}},"
	" {\"benefit\": \"t-single\", \"title\": {\"zh\": \"每天一次\", \"en\": \"Once a day\"},"
	"  \"where\": {\"merchants\": [\"t-once\"]}, \"value\": {\"type\": \"free\"},"
	"  \"limits\": [{\"per\": \"holder\", \"period\": \"day\", \"count\": 1}]},"
	" {\"benefit\": \"t-percent\", \"title\": {\"zh\": \"八折\", \"en\": \"20 % off\"},"
	"  \"where\": {\"merchants\": [\"t-shop\"]}, \"assurance\": 2,"
	"  \"value\": {\"type\": \"percent_off\", \"percent\": 20}},"
	" {\"benefit\": \"t-lunch\", \"title\": {\"zh\": \"午餐八折\", \"en\": \"Lunch, 20 % "
	"off\"},"
	"  \"where\": {\"merchants\": [\"t-cafe\"]}, \"assurance\": 1,"
	"  \"value\": {\"type\": \"percent_off\", \"percent\": 20}},"
	" {\"benefit\": \"t-first\", \"title\": {\"zh\": \"优先办理\", \"en\": \"Served first\"},"
	"  \"where\": {\"merchants\": [\"t-hall\"]}, \"value\": {\"type\": \"priority\"}},"
	" {\"benefit\": \"t-tea\", \"title\": {\"zh\": \"清茶一杯\", \"en\": \"A cup of tea\"},"
	"  \"where\": {\"merchants\": [\"t-hall\"]}, \"value\": {\"type\": \"free\"}},"
	" {\"benefit\": \"t-old\", \"title\": {\"zh\": \"老年礼包\", \"en\": \"A present\"},"
	"  \"where\": {\"merchants\": [\"t-hall\"]}, \"who\": {\"age\": [60, null]},"
	"  \"value\": {\"type\": \"free\"}}]";

static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "a place for tests cannot be set up: %s\n", what);
		abort();
	}
}

static void put_merchants(struct registry *registry)
{
	static const char *const codes[] = { "t-gate", "t-once", "t-shop",
					     "t-cafe", "t-hall", "t-empty" };
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		const struct merchant merchant = { .code = codes[i],
						   .name = "测试站",
						   .venue = VENUE_OTHER,
						   .scene = "",
						   .region = "371171",
						   .address = "",
						   .unit = "371171000000",
						   .state = "active" };
		must(registry_put_merchant(registry, &merchant) == REGISTRY_OK, "merchant");
	}
}

static void put_holder(struct registry *registry, int index)
{
	char person_code[16], number[16];
	snprintf(person_code, sizeof(person_code), "P-%d", index);
	snprintf(number, sizeof(number), "T-%d", index);
	const struct person person = { .code = person_code,
				       .name = "测试人",
				       .sex = 'm',
				       .birth_known = true,
				       .birth = 3652, /* 1980-01-01 */
				       .home_region = "371171",
				       .identities = "veteran.conscript",
				       .id_number = "" };
	const struct certificate certificate = { .number = number,
						 .person = person_code,
						 .unit = "371171000000",
						 .kind = 1,
						 .state = index == 10 ? "lost" : "active",
						 .valid_from = 18262, /* 2020-01-01 */
						 .valid_until = INT32_MAX };
	must(registry_put_person(registry, &person) == REGISTRY_OK, "person");
	must(registry_put_certificate(registry, &certificate) == REGISTRY_OK, "certificate");
}

static void put_key(struct registry *registry, const struct trusted_key *key)
{
	const struct issuer_key row = { .issuer = key->issuer,
					.algorithm = "EdDSA",
					.public_key = key->public_key,
					.public_length = 32,
					.kid = key->kid,
					.kid_length = key->kid_length,
					.region = key->region,
					.from = 0,
					.until = INT64_MAX };
	must(registry_put_key(registry, &row) == REGISTRY_OK, "key");
}

static void fill(struct registry *registry, const struct place *place)
{
	static const struct unit unit = { .code = "371171000000",
					  .name = "测试服务中心",
					  .tier = "county",
					  .parent = "",
					  .from = 18262,
					  .until = INT32_MAX };
	struct catalogue *catalogue = NULL;
	struct benefit_fault fault;
	must(catalogue_parse(&catalogue, &fault, benefits, strlen(benefits)) == BENEFIT_OK,
	     "benefits");
	must(registry_begin(registry) == REGISTRY_OK, "begin");
	must(registry_put_unit(registry, &unit) == REGISTRY_OK, "unit");
	put_merchants(registry);
	for (int i = 1; i <= 10; i++) {
		put_holder(registry, i);
	}
	put_key(registry, &place->key.trusted);
	must(registry_put_benefits(registry, catalogue, time(NULL)) == REGISTRY_OK, "benefits");
	must(registry_set_data_time(registry, time(NULL)) == REGISTRY_OK, "data time");
	must(registry_commit(registry) == REGISTRY_OK, "commit");
	catalogue_free(catalogue);
}

void place_open(struct place *place)
{
	struct registry *registry = NULL;
	memset(place, 0, sizeof(*place));
	folder_make(place->folder);
	snprintf(place->registry, sizeof(place->registry), "%s/registry.db", place->folder);
	must(signing_key_generate(&place->key, KEY_EDDSA, "yd:371171", "371171") == ISSUE_OK,
	     "signing key");
	must(signing_key_generate(&place->phone, KEY_ES256, "phone", "") == ISSUE_OK, "phone");
	must(registry_init(place->registry) == REGISTRY_OK, "registry");
	must(registry_open(&registry, place->registry, true) == REGISTRY_OK, "registry");
	fill(registry, place);
	registry_close(registry);
}

void place_close(struct place *place)
{
	folder_remove(place->folder);
	explicit_bzero(place, sizeof(*place));
}

static size_t issue(struct place *place, uint8_t *out, size_t out_size, const char *number,
		    int days, const uint8_t *holder_key)
{
	const int64_t now = (int64_t)time(NULL);
	size_t length = 0;
	struct credential claims = { .kind = CREDENTIAL_VETERAN,
				     .name = "测试人",
				     .issuer = "yd:371171",
				     .medium_length = 16,
				     .issued_at = now - 3600,
				     .not_before = INT64_MIN,
				     .expires = now + (int64_t)days * DAY_S };
	snprintf(claims.number, sizeof(claims.number), "%s", number);
	place->media++;
	memcpy(claims.medium, &now, sizeof(now));
	memcpy(claims.medium + sizeof(now), &place->media, sizeof(place->media));
	if (holder_key != NULL) {
		claims.has_holder_key = true;
		memcpy(claims.holder_key, holder_key, sizeof(claims.holder_key));
	}
	must(credential_sign(out, out_size, &length, &claims, &place->key) == ISSUE_OK,
	     "credential");
	return length;
}

size_t place_bytes(struct place *place, uint8_t *out, size_t out_size, const char *number, int days)
{
	return issue(place, out, out_size, number, days, NULL);
}

void place_live(struct place *place, char *out, size_t out_size, const char *number,
		int64_t issued_at)
{
	uint8_t credential[1024], bytes[2048];
	const struct live_claims claims = { .issued_at = issued_at };
	size_t length = issue(place, credential, sizeof(credential), number, 30,
			      place->phone.trusted.public_key);
	must(live_sign(bytes, sizeof(bytes), &length, credential, length, &claims,
		       place->phone.private_key) == LIVE_OK,
	     "live code");
	must(credential_to_text(out, out_size, bytes, length, false) == ISSUE_OK, "text");
}

void place_text(struct place *place, char *out, size_t out_size, const char *number, int days)
{
	uint8_t bytes[1024];
	const size_t length = place_bytes(place, bytes, sizeof(bytes), number, days);
	must(credential_to_text(out, out_size, bytes, length, false) == ISSUE_OK, "text");
}

struct count {
	const char *what, *benefit, *reason;
	int found;
};

static bool count_entry(void *context, const struct log_entry *entry)
{
	struct count *count = context;
	const bool fits =
		strcmp(entry->what, count->what) == 0 &&
		(count->benefit == NULL ||
		 (entry->benefit != NULL && strcmp(entry->benefit, count->benefit) == 0)) &&
		(count->reason == NULL || strcmp(entry->reason, count->reason) == 0);
	count->found += fits;
	return true;
}

int place_count(const struct place *place, const char *what, const char *benefit,
		const char *reason)
{
	struct registry *registry = NULL;
	struct count count = { .what = what, .benefit = benefit, .reason = reason };
	struct log_report report = { 0 };
	must(registry_open(&registry, place->registry, true) == REGISTRY_OK, "registry again");
	must(log_each(registry, 0, count_entry, &count) == REGISTRY_OK, "log");
	must(log_verify(registry, &report) == REGISTRY_OK, "log verify");
	if (report.fault != LOG_INTACT) {
		fprintf(stderr, "the log is not intact: %s\n", report.why);
	}
	must(report.fault == LOG_INTACT, "the chain of the log");
	registry_close(registry);
	return count.found;
}
