/*
 * The power goes in the middle of a bulk run: it is killed at many moments, then taken up again, and
 * ends as a run that nothing came between.
 *
 * Moments are found by what the run has left in its folder, and by time: a little later each round.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/bulk_sample.h"

#define ROWS 250 /* two files of slips, four groups without */

static struct bulk_sample sample;

static int set_up(void **state)
{
	(void)state;
	bulk_sample_open(&sample);
	bulk_file_of("file", 0, ROWS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bulk_sample_close(&sample);
	return 0;
}

/* --- a run --- */

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Begun and not waited for; what it says is in the file `said`. */
static pid_t start(bool issue)
{
	/* clang-format off */
	const char *arguments[] = {
		"--db", sample.db, "--at", SAMPLE_NOW,
		"certificate", "bulk", centre_path("file"), "--batch", "b", "--steps", SAMPLE_STEPS,
		issue ? "--issue" : NULL, "qr", "--key", sample.key,
		"--sheets", sample.sheets, "--form", "labels", NULL,
	};
	/* clang-format on */

	return centre_start(arguments, centre_path("said"));
}

static int finish(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void assert_count(const char *sql, int64_t due)
{
	if (bulk_sample_count(&sample, sql) != due)
		fail_msg("%s: %" PRId64 " where %" PRId64 " was due", sql,
			 bulk_sample_count(&sample, sql), due);
}

/* Each certificate has its steps once and is issued once, and all is sound.  Nothing was void on the way:
 * a file is whole before its media are on record. */
static void assert_end(bool issue)
{
	assert_count("SELECT count(*) FROM batch_item WHERE state = 'done'", ROWS);
	assert_count("SELECT count(*) FROM certificate WHERE number LIKE 'N-%' AND standing = 1",
		     ROWS);
	assert_count("SELECT count(*) FROM event", 7 * ROWS);
	assert_count("SELECT count(DISTINCT certificate) FROM event WHERE seq = 7", ROWS);
	assert_count("SELECT count(*) FROM medium", issue ? ROWS : 0);
	assert_count("SELECT count(DISTINCT certificate) FROM medium", issue ? ROWS : 0);
	assert_count("SELECT count(*) FROM medium WHERE void_reason IS NOT NULL", 0);
	assert_count("SELECT count(*) FROM batch_sheet WHERE state <> 'there'", 0);
	bulk_sample_assert_folder(&sample, issue ? 2 : 0);
	bulk_sample_assert_sound(&sample);
}

static void go_on_and_assert_end(bool issue)
{
	bulk_sample_assert_sound(&sample);
	assert_int_equal(finish(start(issue)), 0);
	assert_end(issue);
}

/* --- by time --- */

static void kill_after(int64_t us, bool issue)
{
	pid_t child = start(issue);
	int64_t until = now_us() + us, left;

	while ((left = until - now_us()) > 0)
		usleep((useconds_t)left);
	kill(child, SIGKILL);
	finish(child);
}

static void kill_at_points(void **state, bool issue, int points)
{
	int64_t from = now_us(), some = 0;

	assert_int_equal(finish(start(issue)), 0);
	int64_t span = now_us() - from;
	assert_end(issue);
	for (int i = 0; i < points; i++) {
		tear_down(state);
		set_up(state);
		kill_after(span * (2 * i + 1) / (2 * points), issue);
		int64_t done = bulk_sample_count(&sample, "SELECT count(*) FROM batch_item"
							  " WHERE state = 'done'");
		some += done > 0 && done < ROWS;
		go_on_and_assert_end(issue);
	}
	print_message("killed at %d points, %" PRId64 " of them between two groups\n", points,
		      some);
}

static void steps_are_taken_once_wherever_it_is_killed(void **state)
{
	kill_at_points(state, false, 6);
}

static void each_is_issued_once_wherever_it_is_killed(void **state)
{
	kill_at_points(state, true, 4);
}

/* --- by what it has left --- */

/* Is there a file whose name begins so? */
static bool is_there(const char *begin)
{
	DIR *entries = opendir(sample.sheets);
	struct dirent *entry;
	bool found = false;

	assert_non_null(entries);
	while (!found && (entry = readdir(entries)) != NULL)
		found = strncmp(entry->d_name, begin, strlen(begin)) == 0;
	closedir(entries);
	return found;
}

static void send_when(const char *begin, int signal, pid_t child)
{
	siginfo_t ended = { .si_pid = 0 };

	while (!is_there(begin) && ended.si_pid == 0)
		assert_int_equal(waitid(P_PID, (id_t)child, &ended, WEXITED | WNOHANG | WNOWAIT),
				 0);
	kill(child, signal);
}

static void a_file_that_is_being_made_is_made_anew(void **state)
{
	static const char *const moments[] = { "b-0001.pdf.part.", "b-0001.pdf",
					       "b-0002.pdf.part." };

	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		print_message("  %s\n", moments[i]);
		tear_down(state);
		set_up(state);
		pid_t child = start(true);
		send_when(moments[i], SIGKILL, child);
		assert_int_equal(finish(child), -SIGKILL);
		go_on_and_assert_end(true);
	}
}

/* Ctrl-C: the group at hand is brought to its end, and how to go on is said. */
static void it_ends_after_the_group_at_hand(void **state)
{
	pid_t child = start(true);
	char *said;

	(void)state;
	send_when("b-0001.pdf.part.", SIGINT, child);
	assert_int_equal(finish(child), 1);
	said = centre_read("said");
	assert_non_null(strstr(said, "run the same command again to go on"));
	free(said);
	assert_count("SELECT count(*) FROM batch_item WHERE state = 'done'", 240);
	bulk_sample_assert_folder(&sample, 1);
	go_on_and_assert_end(true);
}

/* Two runs of one batch at once, without slips: each certificate is taken once all the same. */
static void two_runs_at_once_take_each_certificate_once(void **state)
{
	pid_t children[2] = { start(false), start(false) };

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(finish(children[i]), 0);
	assert_end(false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(steps_are_taken_once_wherever_it_is_killed),
		TEST(each_is_issued_once_wherever_it_is_killed),
		TEST(a_file_that_is_being_made_is_made_anew),
		TEST(it_ends_after_the_group_at_hand),
		TEST(two_runs_at_once_take_each_certificate_once),
	};
	return cmocka_run_group_tests_name("bulk kill", tests, bulk_sample_set_up,
					   centre_tear_down);
}
