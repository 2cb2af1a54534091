#include "kiosk/clerk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "db/china_time.h"
#include "kiosk/held.h"

#define BUSY_TRIES  3           /* each waits as long as the registry's own patience */
#define PROBE_BYTES (64 * 1024) /* [byte] room that there must be for a registry to be usable */

struct clerk {
	char *path;
	char *merchant;
	bool attended;
	int64_t at;
	struct live_window window;
	struct registry *registry; /* NULL while it cannot be used */
	struct stat file;          /* that was opened */
	struct keyring *keyring;
	bool untidy; /* something was recorded since the last checkpoint */
	struct held_visits held;
};

static int64_t clock_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static int64_t now_of(const struct clerk *clerk)
{
	return clerk->at != INT64_MIN ? clerk->at : (int64_t)time(NULL);
}

/* --- the registry --- */

static void say_trouble(const struct clerk *clerk, enum registry_status status)
{
	if (clerk->registry != NULL) {
		fprintf(stderr, "youdai-kiosk: %s: %s\n", registry_status_name(status),
			registry_trouble(clerk->registry));
	}
}

static void put_away(struct clerk *clerk)
{
	registry_close(clerk->registry);
	clerk->registry = NULL;
}

static bool add_key(void *context, const struct issuer_key *key)
{
	struct keyring *keyring = context;
	struct trusted_key trusted = { .from = key->from, .until = key->until };
	if (key->public_length > sizeof(trusted.public_key) ||
	    key->kid_length > sizeof(trusted.kid) ||
	    strlen(key->issuer) >= sizeof(trusted.issuer) ||
	    strlen(key->region) >= sizeof(trusted.region) ||
	    !key_algorithm_from_name(&trusted.algorithm, key->algorithm) ||
	    key_public_length(trusted.algorithm) != key->public_length) {
		return true; /* not a key that could verify anything */
	}
	strcpy(trusted.issuer, key->issuer);
	strcpy(trusted.region, key->region);
	memcpy(trusted.public_key, key->public_key, key->public_length);
	memcpy(trusted.kid, key->kid, key->kid_length);
	trusted.kid_length = key->kid_length;
	if (keyring_add(keyring, &trusted) != KEYRING_OK) {
		fprintf(stderr,
			"youdai-kiosk: a key of %s is not used: weak, or of an algorithm "
			"that this build cannot check\n",
			key->issuer);
	}
	return true;
}

static enum registry_status load_keys(struct clerk *clerk)
{
	keyring_clear(clerk->keyring);
	return registry_each_key(clerk->registry, add_key, clerk->keyring);
}

static enum registry_status open_registry(struct clerk *clerk)
{
	put_away(clerk);
	enum registry_status status = registry_open(&clerk->registry, clerk->path, true);
	if (status == REGISTRY_OK && stat(clerk->path, &clerk->file) != 0) {
		status = REGISTRY_MISSING;
	}
	if (status == REGISTRY_OK) {
		status = load_keys(clerk);
	}
	if (status != REGISTRY_OK) {
		say_trouble(clerk, status);
		put_away(clerk);
	}
	return status;
}

/* A registry that was moved away or replaced under us must not be written to any more: what was
 * recorded there would be lost. */
static enum registry_status look_at_file(const struct clerk *clerk)
{
	struct stat now;
	if (clerk->registry == NULL || stat(clerk->path, &now) != 0 ||
	    now.st_ino != clerk->file.st_ino || now.st_dev != clerk->file.st_dev) {
		return REGISTRY_MISSING;
	}
	return REGISTRY_OK;
}

/* Take up what others changed.  Only before a new visit: offers of the last one die here. */
static enum registry_status catch_up(struct clerk *clerk)
{
	bool changed = false;
	if (look_at_file(clerk) != REGISTRY_OK) {
		return open_registry(clerk);
	}
	const enum registry_status status = registry_refresh(clerk->registry, &changed);
	return status == REGISTRY_OK && changed ? load_keys(clerk) : status;
}

static bool write_zeros(int file, size_t count)
{
	static const char zeros[4096];
	while (count > 0) {
		const size_t most = count < sizeof(zeros) ? count : sizeof(zeros);
		const ssize_t done = TEMP_FAILURE_RETRY(write(file, zeros, most));
		if (done <= 0) {
			return false;
		}
		count -= (size_t)done;
	}
	return true;
}

/* Is there room beside the registry, and may we write there? */
static enum registry_status probe_room(const struct clerk *clerk)
{
	char path[4096 + 16];
	enum registry_status status = REGISTRY_OK;
	if (snprintf(path, sizeof(path), "%s.probe", clerk->path) >= (int)sizeof(path)) {
		return REGISTRY_TROUBLE;
	}
	const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0) {
		return errno == ENOSPC ? REGISTRY_FULL : REGISTRY_READ_ONLY;
	}
	if (!write_zeros(file, PROBE_BYTES) || fdatasync(file) != 0) {
		status = REGISTRY_FULL;
	}
	close(file);
	unlink(path);
	return status;
}

static struct circumstances circumstances_of(const struct clerk *clerk,
					     const struct desk_errand *errand)
{
	return (struct circumstances){
		.merchant = clerk->merchant,
		.amount = errand->amount,
		.quantity = errand->quantity,
		.attended = clerk->attended,
		.compared = errand->compared,
		.offline = true, /* a kiosk asks nobody but its own registry */
		.now = now_of(clerk),
	};
}

/* Another process recorded something in a later second while we waited for it: our own clock is not
 * wrong, only read too early. */
static bool was_overtaken(const struct clerk *clerk, enum registry_status status,
			  enum reason reason, int64_t then)
{
	return status == REGISTRY_OK && reason == REASON_CLOCK_WRONG && now_of(clerk) != then;
}

/* --- errands --- */

static enum registry_status check(struct clerk *clerk, struct desk_answer *out,
				  const struct desk_errand *errand)
{
	const struct held *held = held_find(&clerk->held, errand->visit);
	if (held == NULL) {
		return REGISTRY_TROUBLE; /* the visit was pushed out by too many others */
	}
	const struct presentation presentation = held_presentation(held);
	enum registry_status status = REGISTRY_BUSY;
	for (int i = 0; i < BUSY_TRIES && status == REGISTRY_BUSY; i++) {
		const struct circumstances circumstances = circumstances_of(clerk, errand);
		status = entitlement_check(clerk->registry, &out->entitlement, &presentation,
					   &circumstances);
		if (was_overtaken(clerk, status, out->entitlement.reason, circumstances.now)) {
			status = REGISTRY_BUSY;
		}
	}
	if (status == REGISTRY_BUSY) {
		memset(&out->entitlement, 0, sizeof(out->entitlement));
		out->entitlement.carrier = presentation.carrier;
		out->entitlement.reason = REASON_REGISTRY_BUSY;
		out->entitlement.best = -1;
		status = REGISTRY_OK;
	}
	out->happening = HAPPENING_CHECKED;
	return status;
}

static enum registry_status check_new(struct clerk *clerk, struct desk_answer *out,
				      const struct desk_errand *errand)
{
	const enum registry_status status = catch_up(clerk);
	if (status != REGISTRY_OK) {
		return status;
	}
	held_judge(&clerk->held, errand->visit, &errand->reading, clerk->keyring, &clerk->window,
		   now_of(clerk));
	struct desk_errand first = { .visit = errand->visit,
				     .amount = AMOUNT_NONE,
				     .quantity = AMOUNT_NONE };
	return check(clerk, out, &first);
}

static enum registry_status check_again(struct clerk *clerk, struct desk_answer *out,
					const struct desk_errand *errand)
{
	const enum registry_status status = look_at_file(clerk);
	return status != REGISTRY_OK ? status : check(clerk, out, errand);
}

/* One redemption, as it comes from the registry: REGISTRY_BUSY is left to the caller. */
static enum registry_status redeem_once(struct clerk *clerk, struct desk_answer *out,
					const struct desk_errand *errand)
{
	const struct held *held = held_find(&clerk->held, errand->visit);
	if (held == NULL) {
		return REGISTRY_TROUBLE;
	}
	const struct presentation presentation = held_presentation(held);
	const struct circumstances circumstances = circumstances_of(clerk, errand);
	out->happening = HAPPENING_REDEEMED;
	clerk->untidy = true;
	const enum registry_status status =
		entitlement_redeem(clerk->registry, &out->redemption, &presentation, &circumstances,
				   errand->benefit, errand->redemption_visit);
	return was_overtaken(clerk, status, out->redemption.reason, circumstances.now)
		       ? REGISTRY_BUSY
		       : status;
}

static enum registry_status redeem(struct clerk *clerk, struct desk_answer *out,
				   const struct desk_errand *errand)
{
	enum registry_status status = look_at_file(clerk);
	if (status != REGISTRY_OK) {
		return status;
	}
	status = REGISTRY_BUSY;
	for (int i = 0; i < BUSY_TRIES && status == REGISTRY_BUSY; i++) {
		status = redeem_once(clerk, out, errand);
	}
	if (status == REGISTRY_BUSY) {
		out->redemption = (struct redemption){ .reason = REASON_REGISTRY_BUSY };
		status = REGISTRY_OK;
	}
	return status;
}

static enum registry_status refuse(struct clerk *clerk, struct desk_answer *out,
				   const struct desk_errand *errand)
{
	(void)out;
	if (errand->refusal == REASON_CLOCK_WRONG || errand->refusal == REASON_REGISTRY_BUSY) {
		return REGISTRY_OK; /* a log that cannot be written to is not asked to say so */
	}
	const struct circumstances circumstances = circumstances_of(clerk, errand);
	const struct held *held = held_find(&clerk->held, errand->visit);
	struct presentation presentation;
	if (held != NULL) {
		presentation = held_presentation(held);
	}
	enum registry_status status = look_at_file(clerk);
	clerk->untidy = true;
	return status != REGISTRY_OK
		       ? status
		       : entitlement_refuse(clerk->registry, errand->refusal, &circumstances,
					    held == NULL ? NULL : &presentation);
}

static bool is_in_force(const struct benefit *benefit, int32_t day)
{
	return !benefit->retired && day >= benefit->from && day <= benefit->until;
}

/* All that the place has, whoever asks. */
static enum registry_status list(struct clerk *clerk, struct desk_answer *out,
				 const struct desk_errand *errand)
{
	(void)errand;
	struct merchant merchant;
	enum registry_status status = catch_up(clerk);
	out->happening = HAPPENING_LISTED;
	out->entitlement.best = -1;
	if (status == REGISTRY_OK) {
		status = registry_merchant(clerk->registry, &merchant, clerk->merchant);
	}
	if (status != REGISTRY_OK) {
		return status == REGISTRY_NOT_FOUND ? REGISTRY_OK : status;
	}
	const struct facts facts = {
		.merchant = merchant.code,
		.region = merchant.region,
		.venue = merchant.venue,
		.home_region = "",
	};
	const struct catalogue *catalogue = registry_catalogue(clerk->registry);
	const int32_t today = china_time_at(now_of(clerk)).day;
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct benefit *benefit = catalogue_at(catalogue, i);
		if (out->entitlement.offer_count < OFFERS_MAX && is_in_force(benefit, today) &&
		    benefit_fits_place(benefit, &facts)) {
			out->entitlement.offers[out->entitlement.offer_count++] =
				(struct offer){ .benefit = benefit, .verdict = VERDICT_GRANTED };
		}
	}
	offers_rank(out->entitlement.offers, out->entitlement.offer_count);
	return REGISTRY_OK;
}

static enum registry_status try_registry(struct clerk *clerk, struct desk_answer *out,
					 const struct desk_errand *errand)
{
	(void)errand;
	out->happening = HAPPENING_RECOVERED;
	const enum registry_status status = open_registry(clerk);
	return status == REGISTRY_OK ? probe_room(clerk) : status;
}

static enum registry_status forget_visit(struct clerk *clerk, struct desk_answer *out,
					 const struct desk_errand *errand)
{
	(void)out;
	held_forget(&clerk->held, errand->visit);
	return REGISTRY_OK;
}

static void describe_place(struct clerk *clerk, struct desk_place *out)
{
	struct merchant merchant;
	*out = (struct desk_place){ .data_time = INT64_MIN };
	if (clerk->registry == NULL) {
		return;
	}
	out->demo = registry_is_demo(clerk->registry);
	out->data_time = registry_data_time(clerk->registry);
	registry_trace_key(clerk->registry, out->trace_key);
	out->bank_salt_count = bank_card_salts(clerk->registry, out->bank_salts);
	if (registry_merchant(clerk->registry, &merchant, clerk->merchant) == REGISTRY_OK) {
		out->known = true;
		snprintf(out->name, sizeof(out->name), "%s", merchant.name);
	}
}

static enum registry_status (*const run[])(struct clerk *, struct desk_answer *,
					   const struct desk_errand *) = {
	[ERRAND_NONE] = forget_visit,       [ERRAND_CHECK] = check_new,
	[ERRAND_CHECK_AGAIN] = check_again, [ERRAND_REDEEM] = redeem,
	[ERRAND_REFUSE] = refuse,           [ERRAND_LIST] = list,
	[ERRAND_TRY] = try_registry,
};

static void begin_answer(struct desk_answer *out, const struct desk_errand *errand)
{
	memset(out, 0, sizeof(*out));
	out->errand = errand->errand;
	out->visit = errand->visit;
}

static void note_fault(struct clerk *clerk, struct desk_answer *out, enum registry_status status)
{
	out->happening = HAPPENING_FAULT;
	out->fault = status;
	explicit_bzero(&out->entitlement, sizeof(out->entitlement));
	explicit_bzero(&out->redemption, sizeof(out->redemption));
	say_trouble(clerk, status);
}

bool clerk_run(struct clerk *clerk, struct desk_answer *out, const struct desk_errand *errand)
{
	const int64_t begin = clock_us();
	begin_answer(out, errand);
	const enum registry_status status = run[errand->errand](clerk, out, errand);
	out->elapsed_us = clock_us() - begin;
	if (status != REGISTRY_OK) {
		note_fault(clerk, out, status);
		return true;
	}
	if (errand->errand == ERRAND_CHECK || errand->errand == ERRAND_TRY) {
		describe_place(clerk, &out->place);
	}
	return errand->errand != ERRAND_NONE && errand->errand != ERRAND_REFUSE;
}

/* All in one commit; false where any of it failed, and then nothing of it may be told. */
static bool redeem_batch(struct clerk *clerk, struct desk_answer *out,
			 const struct desk_errand *errands, size_t count)
{
	const int64_t begin = clock_us();
	enum registry_status status = look_at_file(clerk);
	if (status == REGISTRY_OK) {
		status = entitlement_batch_begin(clerk->registry);
	}
	if (status != REGISTRY_OK) {
		return false;
	}
	for (size_t i = 0; i < count && status == REGISTRY_OK; i++) {
		begin_answer(&out[i], &errands[i]);
		status = redeem_once(clerk, &out[i], &errands[i]);
	}
	const bool durable = entitlement_batch_commit(clerk->registry) == REGISTRY_OK;
	for (size_t i = 0; i < count; i++) {
		out[i].elapsed_us = clock_us() - begin;
	}
	return durable && status == REGISTRY_OK;
}

void clerk_redeem_all(struct clerk *clerk, struct desk_answer *out,
		      const struct desk_errand *errands, size_t count)
{
	if (count > 1 && redeem_batch(clerk, out, errands, count)) {
		return;
	}
	/* One by one: what the batch did record answers again by its visit's id. */
	for (size_t i = 0; i < count; i++) {
		(void)clerk_run(clerk, &out[i], &errands[i]);
	}
}

void clerk_tidy(struct clerk *clerk)
{
	clerk->untidy = false;
	if (clerk->registry != NULL && registry_checkpoint(clerk->registry) != REGISTRY_OK) {
		return; /* somebody reads it just now; the next redemption tries again */
	}
}

bool clerk_is_tidy(const struct clerk *clerk)
{
	return !clerk->untidy;
}

struct clerk *clerk_open(const struct desk_settings *settings)
{
	struct clerk *clerk = calloc(1, sizeof(*clerk));
	if (clerk == NULL) {
		return NULL;
	}
	clerk->path = strdup(settings->path);
	clerk->merchant = strdup(settings->merchant);
	clerk->keyring = keyring_open();
	clerk->attended = settings->attended;
	clerk->at = settings->at;
	clerk->window = settings->window;
	if (clerk->path == NULL || clerk->merchant == NULL || clerk->keyring == NULL) {
		clerk_close(clerk);
		return NULL;
	}
	return clerk;
}

void clerk_close(struct clerk *clerk)
{
	if (clerk == NULL) {
		return;
	}
	put_away(clerk);
	keyring_close(clerk->keyring);
	free(clerk->path);
	free(clerk->merchant);
	explicit_bzero(&clerk->held, sizeof(clerk->held));
	free(clerk);
}
