/*
 * A redemption is killed at every step of it, and the power cut there: nothing that was granted is
 * lost, nothing is granted twice.
 *
 * The process that redeems counts its own writes and syncs (this file's pwrite64, pwrite and
 * fdatasync stand before those of the C library, for SQLite too) and kills itself at a chosen one:
 * before it, in the middle of it, or after it.  For a power cut it first takes back what it wrote
 * and did not sync.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/log.h"
#include "small_registry.h"

#define POINTS_OF_STEPS 240
#define POINTS_OF_TIME  40
#define VISITS_MAX      12 /* of one child */
#define UNDO_MAX        4096
#define SECTOR_BYTES    512 /* written whole or not at all */

enum moment { MOMENT_BEFORE, MOMENT_WITHIN, MOMENT_AFTER, MOMENT_COUNT };

/* --- dying at a step --- */

/* The file by its name: it may be closed by then, and a second descriptor would share its locks. */
struct undo {
	bool synced;
	ino_t file;
	char path[192];
	off_t at, size_before;
	size_t length; /* of what was there */
	unsigned char *bytes;
};

static struct {
	int left; /* steps until death; 0: not armed */
	enum moment moment;
	bool power_cut;
	size_t undo_count;
	struct undo undos[UNDO_MAX];
} doom;

static ssize_t raw_write(int file, const void *bytes, size_t length, off_t at)
{
	return syscall(SYS_pwrite64, file, bytes, length, at);
}

static void take_back(const struct undo *undo)
{
	int file = open(undo->path, O_WRONLY);
	if (file < 0 ||
	    (undo->length > 0 &&
	     raw_write(file, undo->bytes, undo->length, undo->at) != (ssize_t)undo->length) ||
	    ftruncate(file, undo->size_before) != 0)
		_exit(99);
}

static void take_back_unsynced(void)
{
	while (doom.undo_count > 0) {
		const struct undo *undo = &doom.undos[--doom.undo_count];
		if (!undo->synced)
			take_back(undo);
	}
}

static void die(void)
{
	if (doom.power_cut)
		take_back_unsynced();
	kill(getpid(), SIGKILL);
}

/* Is this step the last, and is this the moment? */
static bool is_last(void)
{
	return doom.left == 1;
}

static void remember(int file, size_t length, off_t at)
{
	struct stat info;
	char link[32];
	if (doom.left == 0 || !doom.power_cut || doom.undo_count == UNDO_MAX ||
	    fstat(file, &info) != 0)
		return;
	struct undo *undo = &doom.undos[doom.undo_count++];
	*undo = (struct undo){
		.file = info.st_ino, .at = at, .size_before = info.st_size, .bytes = malloc(length)
	};
	snprintf(link, sizeof link, "/proc/self/fd/%d", file);
	ssize_t got = readlink(link, undo->path, sizeof undo->path - 1);
	if (got <= 0 || undo->bytes == NULL)
		_exit(94);
	got = pread(file, undo->bytes, length, at);
	undo->length = got > 0 ? (size_t)got : 0;
}

static void forget(int file)
{
	struct stat info;
	if (fstat(file, &info) != 0)
		return;
	for (size_t i = 0; i < doom.undo_count; i++)
		if (doom.undos[i].file == info.st_ino)
			doom.undos[i].synced = true;
}

static ssize_t write_step(int file, const void *bytes, size_t length, off_t at)
{
	if (is_last() && doom.moment == MOMENT_BEFORE)
		die();
	remember(file, length, at);
	if (is_last() && doom.moment == MOMENT_WITHIN) {
		raw_write(file, bytes, length / 2 / SECTOR_BYTES * SECTOR_BYTES, at);
		die();
	}
	ssize_t done = raw_write(file, bytes, length, at);
	if (is_last())
		die();
	if (doom.left > 0)
		doom.left--;
	return done;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at)
{
	return write_step(file, bytes, length, at);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at)
{
	return write_step(file, bytes, length, at);
}

int fdatasync(int file)
{
	if (is_last() && doom.moment != MOMENT_AFTER)
		die();
	int done = (int)syscall(SYS_fdatasync, file);
	forget(file);
	if (is_last())
		die();
	if (doom.left > 0)
		doom.left--;
	return done;
}

/* --- the child: redeems until it dies --- */

struct message {
	int visit;
	bool done; /* else: about to be asked for */
	char id[REDEMPTION_ID_MAX + 1];
};

static enum registry_status redeem(struct registry *registry, struct redemption *out, int visit)
{
	uint8_t medium[16];
	char name[32];
	struct presentation presentation = small_presentation("C1", medium);
	struct circumstances circumstances = small_circumstances("PARK", AMOUNT_NONE);
	/* Once a day and holder: each visit on a day of its own, so that a lost count would show as
	 * a second grant and a double one as a refusal. */
	circumstances.now += visit * 86400LL;
	snprintf(name, sizeof name, "visit-%d", visit);
	return entitlement_redeem(registry, out, &presentation, &circumstances, "park-free", name);
}

static void tell(int pipe, int visit, const struct redemption *redemption)
{
	struct message message = { .visit = visit, .done = redemption != NULL };
	if (redemption != NULL)
		memcpy(message.id, redemption->id, sizeof message.id);
	if (write(pipe, &message, sizeof message) != sizeof message)
		_exit(98);
}

static bool redeem_one(struct registry *registry, int pipe, int visit)
{
	struct redemption out;
	tell(pipe, visit, NULL);
	if (redeem(registry, &out, visit) != REGISTRY_OK || out.reason != REASON_OK)
		return false;
	tell(pipe, visit, &out);
	return true;
}

static bool redeem_batch(struct registry *registry, int pipe, int visit)
{
	struct redemption out[3];
	for (int i = 0; i < 3; i++)
		tell(pipe, visit + i, NULL);
	if (entitlement_batch_begin(registry) != REGISTRY_OK)
		return false;
	for (int i = 0; i < 3; i++)
		if (redeem(registry, &out[i], visit + i) != REGISTRY_OK ||
		    out[i].reason != REASON_OK)
			return false;
	if (entitlement_batch_commit(registry) != REGISTRY_OK)
		return false;
	for (int i = 0; i < 3; i++)
		tell(pipe, visit + i, &out[i]);
	return true;
}

static void child_main(const char *path, int pipe, int visit)
{
	struct registry *registry;
	if (registry_open(&registry, path, true) != REGISTRY_OK)
		_exit(97);
	for (int last = visit + VISITS_MAX; visit < last;) {
		bool batch = visit % 4 == 3;
		if (!(batch ? redeem_batch : redeem_one)(registry, pipe, visit))
			_exit(96);
		visit += batch ? 3 : 1;
		if (visit % 5 == 0 && registry_checkpoint(registry) != REGISTRY_OK)
			_exit(95);
	}
	registry_close(registry);
	_exit(0);
}

/* --- the parent: believes only what it was told --- */

struct ledger {
	struct small_registry *small;
	int visits; /* asked for so far, all of which must be in the log once in the end */
	char (*ids)[REDEMPTION_ID_MAX + 1];
	int deaths, in_flight, found_done;
};

#define LEDGER_MAX ((POINTS_OF_STEPS + POINTS_OF_TIME) * (VISITS_MAX + 3))

static void read_messages(struct ledger *ledger, int pipe)
{
	struct message message;
	while (read(pipe, &message, sizeof message) == sizeof message) {
		if (message.visit >= ledger->visits)
			ledger->visits = message.visit + 1;
		assert_in_range(ledger->visits, 1, LEDGER_MAX);
		if (message.done)
			strcpy(ledger->ids[message.visit], message.id);
	}
}

static bool count_redeemed(void *context, const struct log_entry *entry)
{
	*(int *)context += strcmp(entry->what, "redeemed") == 0;
	return true;
}

static int redeemed(struct registry *registry)
{
	int count = 0;
	assert_int_equal(log_each(registry, 0, count_redeemed, &count), REGISTRY_OK);
	return count;
}

/* What was told as granted is in the log; what was in flight is redeemed once, now or before. */
static void settle(struct ledger *ledger, int first_visit)
{
	struct registry *registry;
	assert_int_equal(registry_open(&registry, ledger->small->path, true), REGISTRY_OK);
	small_assert_intact(registry);
	int before = redeemed(registry), granted_before = first_visit;
	for (int visit = first_visit; visit < ledger->visits; visit++) {
		struct redemption out;
		int count = redeemed(registry);
		bool told = ledger->ids[visit][0] != '\0';
		assert_int_equal(redeem(registry, &out, visit), REGISTRY_OK);
		assert_int_equal(out.reason, REASON_OK);
		bool was_there = redeemed(registry) == count;
		granted_before += was_there;
		if (told && (!was_there || strcmp(out.id, ledger->ids[visit]) != 0))
			fail_msg("visit %d was granted as %s and lost", visit, ledger->ids[visit]);
		ledger->in_flight += !told;
		ledger->found_done += !told && was_there;
		strcpy(ledger->ids[visit], out.id);
	}
	assert_int_equal(before, granted_before); /* nothing else was in the log */
	assert_int_equal(redeemed(registry), ledger->visits);
	small_assert_intact(registry);
	registry_close(registry);
}

static pid_t start_child(struct ledger *ledger, int pipes[static 2])
{
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0) {
		close(pipes[0]);
		child_main(ledger->small->path, pipes[1], ledger->visits);
	}
	close(pipes[1]);
	doom.left = 0;
	return child;
}

static void end_child(struct ledger *ledger, pid_t child, const int pipes[static 2])
{
	int status, first_visit = ledger->visits;
	read_messages(ledger, pipes[0]);
	close(pipes[0]);
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		ledger->deaths++;
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("the child ended with %d", status);
	settle(ledger, first_visit);
}

/* Some points share a registry, so that recoveries follow one another; the log stays short. */
static void open_ledger(struct ledger *ledger, struct small_registry *small)
{
	small_registry_make(small);
	registry_close(small->registry);
	small->registry = NULL;
	*ledger = (struct ledger){ .small = small, .ids = calloc(LEDGER_MAX, sizeof *ledger->ids) };
	assert_non_null(ledger->ids);
}

static void close_ledger(struct ledger *ledger, struct small_registry *small)
{
	free(ledger->ids);
	small_registry_remove(small);
}

static void test_killed_at_every_step(void **state)
{
	static const struct {
		const char *name;
		enum moment moment;
		bool power_cut;
	} rows[] = {
		{ "before", MOMENT_BEFORE, false },       { "within", MOMENT_WITHIN, false },
		{ "after", MOMENT_AFTER, false },         { "power, before", MOMENT_BEFORE, true },
		{ "power, within", MOMENT_WITHIN, true }, { "power, after", MOMENT_AFTER, true },
	};
	int rows_count = sizeof rows / sizeof *rows, in_flight = 0, found_done = 0;
	(void)state;
	for (int row = 0; row < rows_count; row++) {
		struct small_registry small;
		struct ledger ledger;
		int points = POINTS_OF_STEPS / rows_count, pipes[2];
		open_ledger(&ledger, &small);
		for (int step = 1; step <= points; step++) {
			doom.left = step;
			doom.moment = rows[row].moment;
			doom.power_cut = rows[row].power_cut;
			pid_t child = start_child(&ledger, pipes);
			end_child(&ledger, child, pipes);
		}
		assert_int_equal(ledger.deaths, points);
		in_flight += ledger.in_flight;
		found_done += ledger.found_done;
		close_ledger(&ledger, &small);
	}
	/* Both kinds occurred: asked for and not recorded, recorded and not told. */
	assert_true(in_flight > found_done && found_done > 0);
	print_message("%d points: %d visits in flight, %d of them on record already\n",
		      POINTS_OF_STEPS, in_flight, found_done);
}

static void test_killed_at_any_time(void **state)
{
	struct small_registry small;
	struct ledger ledger;
	int pipes[2];
	(void)state;
	open_ledger(&ledger, &small);
	for (int point = 0; point < POINTS_OF_TIME; point++) {
		pid_t child = start_child(&ledger, pipes);
		usleep(2000 + 1370 * (unsigned)point);
		kill(child, SIGKILL);
		end_child(&ledger, child, pipes);
	}
	close_ledger(&ledger, &small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_at_every_step),
		cmocka_unit_test(test_killed_at_any_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
