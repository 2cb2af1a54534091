/*
 * Each allocation, read, write, sync and opening of a file fails in turn over a whole visit: the
 * program does not fall, what it says is true, what it granted is on record once, the chain holds,
 * and the next holder is served.
 *
 * The calls of this file stand before those of the C library, also for SQLite, OpenSSL, libpng
 * and ZXing-C++, and count while a step of the visit runs.  They hand on to the sanitizer's own
 * allocator, where there is one, so that leaks on the way out of a failure show.  Not reached: what the C
 * library does within itself (stdio's reads and writes).  test_crash.c is about power, not this.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/clerk.h"
#include "reader/image.h"
#include "reader/source.h"
#include "tests/place.h"

enum call { CALL_ALLOCATION, CALL_OPEN, CALL_READ, CALL_WRITE, CALL_SYNC };

struct fault {
	const char *name;
	enum call call;
	int error;     /* errno; 0: done by half */
	bool lasts;    /* all that follow fail too */
	bool harmless; /* nobody may notice */
};

static const struct fault faults[] = {
	{ "no memory once", CALL_ALLOCATION, ENOMEM, false, false },
	{ "no memory from then on", CALL_ALLOCATION, ENOMEM, true, false },
	{ "no file can be opened", CALL_OPEN, EMFILE, false, false },
	{ "a read fails", CALL_READ, EIO, false, false },
	{ "a read is interrupted", CALL_READ, EINTR, false, true },
	{ "a read is short", CALL_READ, 0, false, true },
	{ "a write fails", CALL_WRITE, EIO, false, false },
	{ "the disk is full from then on", CALL_WRITE, ENOSPC, true, false },
	{ "a write is interrupted", CALL_WRITE, EINTR, false, true },
	{ "a write is short", CALL_WRITE, 0, false, true },
	{ "the disk does not sync", CALL_SYNC, EIO, false, false },
};

#define FAULTS (sizeof faults / sizeof faults[0])

/* The calls of the C library know no context. */
static struct {
	const struct fault *fault; /* NULL: all is well */
	int left;                  /* calls until it comes */
	bool came;
} plan;

static bool fails(enum call call)
{
	if (plan.fault == NULL || plan.fault->call != call) {
		return false;
	}
	if (plan.left > 0) {
		plan.left--;
	}
	bool now = plan.left == 0 && (!plan.came || plan.fault->lasts);
	plan.came = plan.came || now;
	if (now && plan.fault->error != 0) {
		errno = plan.fault->error;
	}
	return now;
}

/* Does it fail, and if it is only cut short, to what length? */
static bool fails_or_cuts(enum call call, size_t *length)
{
	if (!fails(call)) {
		return false;
	}
	if (plan.fault->error == 0) {
		*length = *length > 1 ? *length / 2 : *length;
		return false;
	}
	return true;
}

/* --- the C library's calls --- */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *old, size_t size);

void *malloc(size_t size)
{
	return fails(CALL_ALLOCATION) ? NULL : REAL(malloc)(size);
}

void *calloc(size_t count, size_t size)
{
	return fails(CALL_ALLOCATION) ? NULL : REAL(calloc)(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails(CALL_ALLOCATION) ? NULL : REAL(realloc)(old, size);
}

/* C++'s new and delete, by the names that its ABI gives them. */
void _ZSt17__throw_bad_allocv(void);
void *_Znwm(size_t size);
void *_ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void _ZdlPv(void *bytes);

void *_Znwm(size_t size)
{
	void *bytes = malloc(size);
	if (bytes == NULL) {
		_ZSt17__throw_bad_allocv();
	}
	return bytes;
}

void *_ZnwmRKSt9nothrow_t(size_t size, const void *nothrow)
{
	(void)nothrow;
	return malloc(size);
}

void _ZdlPv(void *bytes)
{
	free(bytes);
}

#define SAME_AS(name) __attribute__((alias(#name)))

void *_Znam(size_t size) SAME_AS(_Znwm);
void _ZdaPv(void *bytes) SAME_AS(_ZdlPv);
void _ZdlPvm(void *bytes) SAME_AS(_ZdlPv);
void _ZdaPvm(void *bytes) SAME_AS(_ZdlPv);

int open(const char *path, int flags, ...)
{
	va_list arguments;
	va_start(arguments, flags);
	int mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
	va_end(arguments);
	return fails(CALL_OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

ssize_t read(int file, void *bytes, size_t length)
{
	return fails_or_cuts(CALL_READ, &length) ? -1 : syscall(SYS_read, file, bytes, length);
}

ssize_t pread(int file, void *bytes, size_t length, off_t at)
{
	return fails_or_cuts(CALL_READ, &length) ? -1
						 : syscall(SYS_pread64, file, bytes, length, at);
}

ssize_t write(int file, const void *bytes, size_t length)
{
	return fails_or_cuts(CALL_WRITE, &length) ? -1 : syscall(SYS_write, file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at)
{
	return fails_or_cuts(CALL_WRITE, &length) ? -1
						  : syscall(SYS_pwrite64, file, bytes, length, at);
}

int fsync(int file)
{
	return fails(CALL_SYNC) ? -1 : (int)syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
	return fails(CALL_SYNC) ? -1 : (int)syscall(SYS_fdatasync, file);
}

int open64(const char *path, int flags, ...) SAME_AS(open);
ssize_t pread64(int file, void *bytes, size_t length, off64_t at) SAME_AS(pread);
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) SAME_AS(pwrite);

/* --- the visit --- */

#define TOGETHER 3 /* redemptions in one commit */

struct kiosk {
	struct place place;
	struct desk_settings settings;
	struct clerk *clerk;
	char text[READING_BYTES_MAX];
	uint64_t visit;
	struct desk_answer answer, answers[TOGETHER];
	int granted; /* that must be on record */
};

static void run(struct kiosk *kiosk, const struct desk_errand *errand)
{
	kiosk->answer = (struct desk_answer){ .happening = HAPPENING_FAULT };
	(void)clerk_run(kiosk->clerk, &kiosk->answer, errand);
}

static struct desk_errand redeem_errand(const struct kiosk *kiosk, int index)
{
	struct desk_errand errand = { .errand = ERRAND_REDEEM,
				      .visit = kiosk->visit,
				      .amount = AMOUNT_NONE,
				      .quantity = AMOUNT_NONE,
				      .benefit = "t-free" };
	snprintf(errand.redemption_visit, sizeof errand.redemption_visit, "visit-%d-%d",
		 (int)kiosk->visit, index);
	return errand;
}

/* Each step says whether it did what it is for. */
static bool start(struct kiosk *kiosk)
{
	static const struct desk_errand errand = { .errand = ERRAND_TRY };
	if (kiosk->clerk == NULL) {
		kiosk->clerk = clerk_open(&kiosk->settings);
	}
	if (kiosk->clerk == NULL) {
		return false;
	}
	run(kiosk, &errand);
	return kiosk->answer.happening == HAPPENING_RECOVERED;
}

static bool judge(struct kiosk *kiosk)
{
	struct desk_errand errand = { .errand = ERRAND_CHECK, .visit = kiosk->visit };
	errand.reading.length = strlen(kiosk->text);
	memcpy(errand.reading.bytes, kiosk->text, errand.reading.length);
	run(kiosk, &errand);
	return kiosk->answer.happening == HAPPENING_CHECKED &&
	       kiosk->answer.entitlement.reason == REASON_OK &&
	       kiosk->answer.entitlement.offer_count == 1 && kiosk->answer.place.known;
}

static bool is_granted(const struct desk_answer *answer)
{
	return answer->happening == HAPPENING_REDEEMED && answer->redemption.reason == REASON_OK;
}

static bool redeem(struct kiosk *kiosk)
{
	const struct desk_errand errand = redeem_errand(kiosk, 0);
	run(kiosk, &errand);
	return is_granted(&kiosk->answer);
}

static bool redeem_together(struct kiosk *kiosk)
{
	struct desk_errand errands[TOGETHER];
	bool granted = true;
	for (int i = 0; i < TOGETHER; i++) {
		errands[i] = redeem_errand(kiosk, i);
		kiosk->answers[i] = (struct desk_answer){ .happening = HAPPENING_FAULT };
	}
	clerk_redeem_all(kiosk->clerk, kiosk->answers, errands, TOGETHER);
	for (int i = 0; i < TOGETHER; i++) {
		granted = granted && is_granted(&kiosk->answers[i]);
	}
	return granted;
}

static bool tidy(struct kiosk *kiosk)
{
	clerk_tidy(kiosk->clerk);
	return true; /* it is tried again while nobody waits */
}

static bool stop(struct kiosk *kiosk)
{
	clerk_close(kiosk->clerk);
	kiosk->clerk = NULL;
	return true;
}

/* What takes thousands of calls (SQLite's for the schema, mostly) has every so manieth of them fail,
 * others for each kind of failure, unless YOUDAI_EVERY_FAULT is set. */
struct every {
	int allocation, other;
};

static const struct {
	const char *name;
	bool (*run)(struct kiosk *);
	struct every every;
} steps[] = {
	{ "start", start, { 47, 1 } },  { "judge", judge, { 1, 1 } },
	{ "redeem", redeem, { 1, 1 } }, { "together", redeem_together, { 1, 1 } },
	{ "tidy", tidy, { 1, 1 } },     { "stop", stop, { 1, 1 } },
};

#define STEPS (sizeof steps / sizeof steps[0])

/* --- what must hold --- */

static void open_kiosk(struct kiosk *kiosk)
{
	memset(kiosk, 0, sizeof *kiosk);
	place_open(&kiosk->place);
	place_text(&kiosk->place, kiosk->text, sizeof kiosk->text, "T-1", 30);
	kiosk->settings = (struct desk_settings){ .path = kiosk->place.registry,
						  .merchant = "t-gate",
						  .at = INT64_MIN };
}

static void close_kiosk(struct kiosk *kiosk)
{
	clerk_close(kiosk->clerk);
	place_close(&kiosk->place);
}

/* A kiosk that lost its registry says so and tries again, as flow.h does. */
static void recover(struct kiosk *kiosk)
{
	if (!start(kiosk)) {
		fail_msg("it does not recover: %s", registry_status_name(kiosk->answer.fault));
	}
}

/* An answer is a step done, or a fault with a name; the visit is never simply refused for it. */
static void check_answer(const struct desk_answer *answer)
{
	if (answer->happening == HAPPENING_FAULT) {
		assert_in_range(answer->fault, REGISTRY_OK + 1, REGISTRY_TROUBLE);
	} else if (answer->happening == HAPPENING_REDEEMED) {
		assert_int_equal(answer->redemption.reason, REASON_OK);
	} else if (answer->happening == HAPPENING_CHECKED) {
		assert_string_equal(reason_name(answer->entitlement.reason), "ok");
	}
}

/* Ask again for each redemption of the visit: it is what was told, or is granted now, once. */
static void settle(struct kiosk *kiosk)
{
	struct desk_answer told[TOGETHER];
	memcpy(told, kiosk->answers, sizeof told);
	if (kiosk->clerk == NULL) {
		recover(kiosk);
	}
	if (!judge(kiosk)) {
		recover(kiosk);
		assert_true(judge(kiosk));
	}
	assert_true(redeem_together(kiosk)); /* no transaction was left behind, and no lock */
	for (int i = 0; i < TOGETHER; i++) {
		if (is_granted(&told[i])) {
			assert_string_equal(told[i].redemption.id, kiosk->answers[i].redemption.id);
		}
	}
	kiosk->granted += TOGETHER;
}

/* The steps before it as they are, this one with the fault; false where the fault did not come. */
static bool visit_with(struct kiosk *kiosk, size_t step, const struct fault *fault, int nth)
{
	kiosk->visit++;
	memset(kiosk->answers, 0, sizeof kiosk->answers);
	if (step == 0) {
		(void)stop(kiosk);
	} else if (kiosk->clerk == NULL) {
		recover(kiosk);
	}
	if (step > 1) {
		assert_true(judge(kiosk));
	}
	if (step > 3) {
		assert_true(redeem_together(kiosk));
	}
	memset(&kiosk->answer, 0, sizeof kiosk->answer);
	plan.left = nth;
	plan.came = false;
	plan.fault = fault;
	bool done = steps[step].run(kiosk);
	plan.fault = NULL;
	if (step == 2) {
		kiosk->answers[0] = kiosk->answer;
	}
	if (step < 3 && !done && kiosk->clerk != NULL) {
		check_answer(&kiosk->answer);
	}
	if (!done && (fault->harmless || !plan.came)) {
		fail_msg("%s, call %d", fault->name, nth);
	}
	settle(kiosk);
	return plan.came;
}

static void look_at_log(struct kiosk *kiosk)
{
	assert_int_equal(place_count(&kiosk->place, "redeemed", NULL, NULL), kiosk->granted);
	assert_int_equal(place_count(&kiosk->place, "refused", NULL, NULL), 0);
}

static int stride_of(const struct every *every, const struct fault *fault)
{
	if (getenv("YOUDAI_EVERY_FAULT") != NULL) {
		return 1;
	}
	return fault->call == CALL_ALLOCATION ? every->allocation : every->other;
}

static int each_call(struct kiosk *kiosk, size_t step, const struct fault *fault)
{
	int stride = stride_of(&steps[step].every, fault);
	int nth = 1 + (int)(fault - faults) % stride, tries = 0;
	while (visit_with(kiosk, step, fault, nth)) {
		nth += stride;
		tries++;
	}
	look_at_log(kiosk);
	return tries;
}

static void a_visit(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULTS; i++) {
		struct kiosk kiosk;
		open_kiosk(&kiosk);
		for (size_t step = 0; step < STEPS; step++) {
			int tries = each_call(&kiosk, step, &faults[i]);
			print_message("  %-9s %-32s %5d\n", steps[step].name, faults[i].name,
				      tries);
		}
		close_kiosk(&kiosk);
	}
}

/* --- what is read without a registry, and the registry itself --- */

struct things {
	char path[FOLDER_SIZE];
	char replay[FOLDER_SIZE + 16], picture[FOLDER_SIZE + 16], registry[FOLDER_SIZE + 16];
};

static bool play_replay(const struct things *things)
{
	struct source *source = NULL;
	static struct reading reading;
	enum source_status status = source_replay.open(&source, things->replay, NULL);
	if (status == SOURCE_OK) {
		status = source_replay.read(source, &reading, 0);
	}
	source_replay.close(source);
	assert_in_range(status, SOURCE_OK, SOURCE_READ_ONLY);
	return status == SOURCE_OK && memcmp(reading.bytes, "CODE", reading.length) == 0;
}

static bool read_picture(const struct things *things)
{
	struct image image = { 0 };
	static struct reading reading;
	enum image_status status = image_load(&image, things->picture);
	if (status == IMAGE_OK) {
		status = qr_decode(&reading, &image);
		image_free(&image);
	}
	assert_in_range(status, IMAGE_OK, IMAGE_NOT_WRITTEN);
	return status == IMAGE_OK && memcmp(reading.bytes, "CODE", reading.length) == 0;
}

/* Whatever a failure left of one, the next attempt makes it whole. */
static bool make_registry(const struct things *things)
{
	struct registry *registry = NULL;
	enum registry_status status = registry_init(things->registry);
	if (status == REGISTRY_OK) {
		status = registry_open(&registry, things->registry, true);
	}
	registry_close(registry);
	assert_in_range(status, REGISTRY_OK, REGISTRY_TROUBLE);
	return status == REGISTRY_OK;
}

static void forget_registry(const struct things *things)
{
	static const char *const suffixes[] = { "",      "-wal",  "-shm",  "-journal",
						".keys", ".head", ".audit" };
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		char path[FOLDER_SIZE + 32];
		snprintf(path, sizeof path, "%s%s", things->registry, suffixes[i]);
		unlink(path);
	}
}

static void draw_code(const char *path)
{
	static uint8_t grey[200 * 200];
	static struct qr qr;
	assert_int_equal(qr_encode(&qr, "CODE"), IMAGE_OK);
	memset(grey, 255, sizeof grey);
	for (int y = 0; y < qr.side * 5; y++) {
		for (int x = 0; x < qr.side * 5; x++) {
			bool dark = qr.modules[y / 5 * qr.side + x / 5] != 0;
			grey[(y + 40) * 200 + x + 40] = dark ? 0 : 255;
		}
	}
	struct image image = { .width = 200, .height = 200, .stride = 200, .grey = grey };
	assert_int_equal(image_save_grey(path, &image), IMAGE_OK);
}

static void open_things(struct things *things)
{
	folder_make(things->path);
	snprintf(things->replay, sizeof things->replay, "%s/replay", things->path);
	snprintf(things->picture, sizeof things->picture, "%s/code.png", things->path);
	snprintf(things->registry, sizeof things->registry, "%s/registry", things->path);
	FILE *file = fopen(things->replay, "we");
	assert_non_null(file);
	fputs("0 qr CODE\n", file);
	fclose(file);
	draw_code(things->picture);
}

static const struct {
	const char *name;
	bool (*act)(const struct things *things);
	void (*forget)(const struct things *things); /* what it made; NULL: nothing */
	struct every every;
} acts[] = {
	{ "replay", play_replay, NULL, { 1, 1 } },
	{ "picture", read_picture, NULL, { 1, 1 } },
	{ "registry", make_registry, forget_registry, { 4001, 23 } },
};

static int each_call_of(const struct things *things, size_t act, const struct fault *fault)
{
	int stride = stride_of(&acts[act].every, fault), nth = 1 + (int)(fault - faults) % stride;
	int tries = 0;
	do {
		plan.left = nth;
		plan.came = false;
		plan.fault = fault;
		bool done = acts[act].act(things);
		plan.fault = NULL;
		if (!done && (fault->harmless || !plan.came)) {
			fail_msg("%s, call %d", fault->name, nth);
		}
		if (!acts[act].act(things)) {
			fail_msg("%s, after call %d", fault->name, nth);
		}
		if (acts[act].forget != NULL) {
			acts[act].forget(things);
		}
		nth += stride;
		tries += plan.came;
	} while (plan.came);
	return tries;
}

static void what_is_read_and_made(void **state)
{
	struct things things;
	(void)state;
	open_things(&things);
	for (size_t i = 0; i < FAULTS; i++) {
		for (size_t act = 0; act < sizeof acts / sizeof acts[0]; act++) {
			int tries = each_call_of(&things, act, &faults[i]);
			print_message("  %-9s %-32s %5d\n", acts[act].name, faults[i].name, tries);
		}
	}
	folder_remove(things.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_visit),
		cmocka_unit_test(what_is_read_and_made),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
