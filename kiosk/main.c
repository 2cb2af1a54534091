/* youdai-kiosk: see options.c for its command line, kiosk.h for what it does. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "db/private_memory.h"
#include "kiosk/kiosk.h"
#include "kiosk/options.h"
#include "reader/nursery.h"
#include "reader/reader.h"

#define EXIT_USAGE 2

/* When the process began, on CLOCK_MONOTONIC [ms]: loading it belongs to the first frame, too. */
static uint64_t process_start_ms(void)
{
	char text[1024] = "";
	struct timespec monotonic, boot;
	unsigned long long ticks = 0;
	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	const uint64_t now_ms =
		(uint64_t)monotonic.tv_sec * 1000 + (uint64_t)monotonic.tv_nsec / 1000000;
	const uint64_t boot_ms = (uint64_t)boot.tv_sec * 1000 + (uint64_t)boot.tv_nsec / 1000000;
	FILE *file = fopen("/proc/self/stat", "re");
	if (file == NULL) {
		return now_ms;
	}
	const size_t length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	const char *behind_name = strrchr(text, ')');
	if (behind_name == NULL ||
	    sscanf(behind_name,
		   ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
		   "%*d %*d %*d %llu",
		   &ticks) != 1) {
		return now_ms;
	}
	const uint64_t began_ms = ticks * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
	return began_ms > boot_ms ? now_ms : now_ms - (boot_ms - began_ms);
}

/* While there is one thread, no registry and no key: readers' processes get nothing of them.  Where the
 * system has not what it takes, readers run in threads. */
static int run(const struct options *options, uint64_t started_ms)
{
	struct nursery *nursery = NULL;
	if (options->reader_count > 0) {
		nursery = nursery_open(source_driver_for, reader_clock_ms);
	}
	if (nursery != NULL) {
		nursery_let_return(nursery, "/proc/self/exe");
	}
	const int code = kiosk_run(options, nursery, started_ms);
	nursery_close(nursery);
	return code;
}

/* What libraries read in the environment, set while there is one thread: another could read meanwhile.
 * NOLINTBEGIN(concurrency-mt-unsafe) */
static void set_environment(void)
{
	/* A scanner types its text as it is: no input method may take it for Pinyin. */
	setenv("XMODIFIERS", "@im=none", 1);
	/* libnfc prints frames, and with them card numbers, when it is told to. */
	setenv("LIBNFC_LOG_LEVEL", "0", 1);
}
/* NOLINTEND(concurrency-mt-unsafe) */

int main(int argc, char **argv)
{
	const uint64_t started_ms = process_start_ms();
	struct options options;
	memory_keep_private();
	set_environment();
	signal(SIGPIPE, SIG_IGN); /* a reader of the events that went away */
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is like a full disk */
	if (argc == 2 && strcmp(argv[1], NURSERY_ARGUMENT) == 0) {
		nursery_main(source_driver_for);
		return EXIT_SUCCESS;
	}
	switch (options_parse(&options, argc, argv, stderr)) {
	case OPTIONS_HELP:
		options_usage(stdout);
		return EXIT_SUCCESS;
	case OPTIONS_WRONG:
		fputs("youdai-kiosk: --help tells how it is used\n", stderr);
		return EXIT_USAGE;
	default:
		return run(&options, started_ms);
	}
}
