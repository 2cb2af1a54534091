/*
 * The whole kiosk, measured from outside as a process of its own under Xvfb at 1920 x 1080: the first
 * frame, from a reading to the screen, and what it takes at rest.
 *
 * Prints a line a figure: name | median | least..most | floor | aim.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/view.h"
#include "tests/place.h"
#include "tests/visitor.h"

#define ROUNDS  9
#define REST_MS 10000

struct bench {
	struct place place;
	struct visitor *visitor;
	char cards[300], script[300];
};

static double now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void print_figure(const char *name, double values[static ROUNDS], const char *unit,
			 const char *floor, const char *aim)
{
	qsort(values, ROUNDS, sizeof(values[0]), by_size);
	printf("%s | %.1f %s | %.1f..%.1f | %s | %s\n", name, values[ROUNDS / 2], unit, values[0],
	       values[ROUNDS - 1], floor, aim);
}

static void write_file(const char *path, const char *before, const char *text)
{
	FILE *file = fopen(path, "we");
	if (file != NULL) {
		fprintf(file, "%s%s\n", before, text);
		fclose(file);
	}
}

/* Start it at the gate, with a card that is presented a second after the first frame. */
static void start(struct bench *bench, const char *number, int days, const char *script)
{
	char text[4096];
	place_text(&bench->place, text, sizeof(text), number, days);
	write_file(bench->cards, "卡\tCard\t", text);
	write_file(bench->script, script, "");
	const char *const arguments[] = {
		"--db", bench->place.registry, "--site",     "t-gate",   "--profile",
		"gate", "--demo-cards",        bench->cards, "--script", bench->script,
		NULL,
	};
	visitor_start(bench->visitor, arguments);
}

static void measure_first_frame(struct bench *bench)
{
	double values[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		start(bench, "T-1", 30, "pause 60000\n");
		const json_t *ready = visitor_next(bench->visitor, "ready");
		values[i] = (double)json_integer_value(json_object_get(ready, "first_frame_ms"));
		(void)visitor_stop(bench->visitor, SIGTERM);
	}
	print_figure("first frame of youdai-kiosk, from the start of the process", values, "ms",
		     "300 ms", "95 ms");
}

/* From the event that tells of the reading to the one that tells of the screen that is shown. */
static void measure_to_screen(struct bench *bench, const char *name, int days, const char *screen)
{
	double values[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		start(bench, "T-2", days, "await welcome\npause 1000\ncard 1\npause 60000\n");
		(void)visitor_next(bench->visitor, "presented");
		const double judged = now_ms();
		visitor_await_screen(bench->visitor, screen);
		values[i] = now_ms() - judged;
		(void)visitor_stop(bench->visitor, SIGTERM);
	}
	print_figure(name, values, "ms", "16.7 ms (a frame)", "16.7 ms");
}

static double cpu_ms(pid_t process)
{
	char path[64], text[1024] = "";
	unsigned long user = 0, system = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)process);
	FILE *file = fopen(path, "re");
	if (file != NULL) {
		const size_t length = fread(text, 1, sizeof(text) - 1, file);
		text[length] = '\0';
		fclose(file);
	}
	const char *behind = strrchr(text, ')');
	if (behind == NULL ||
	    sscanf(behind, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
		   &system) != 2) {
		return -1;
	}
	return (double)(user + system) * 1e3 / (double)sysconf(_SC_CLK_TCK);
}

static double resident_mib(pid_t process)
{
	char path[64], line[256];
	long kib = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)process);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "VmRSS: %ld kB", &kib) == 1) {
			break;
		}
	}
	if (file != NULL) {
		fclose(file);
	}
	return (double)kib / 1024;
}

/* After a visit, once the waves have gone to rest; without a script, which would look about. */
static void measure_rest(struct bench *bench)
{
	const char *const arguments[] = { "--db",   bench->place.registry, "--site",
					  "t-gate", "--profile",           "gate",
					  NULL };
	char text[4096];
	visitor_start(bench->visitor, arguments);
	visitor_await_screen(bench->visitor, "welcome");
	place_text(&bench->place, text, sizeof(text), "T-3", 30);
	visitor_type(bench->visitor, text);
	visitor_await_screen(bench->visitor, "granted");
	visitor_await_screen(bench->visitor, "welcome");
	usleep((VIEW_AWAKE_MS + 1000) * 1000);
	const pid_t process = visitor_process(bench->visitor);
	const double before = cpu_ms(process), since = now_ms();
	usleep(REST_MS * 1000);
	const double share = (cpu_ms(process) - before) / (now_ms() - since) * 100;
	const double resident = resident_mib(process);
	printf("processor of youdai-kiosk at rest | %.2f %% | one of %d s | 1 %% | 0.2 %%\n", share,
	       REST_MS / 1000);
	printf("resident memory of youdai-kiosk after a visit, small registry | %.1f MiB | one | "
	       "64 MiB | 40 MiB\n",
	       resident);
	(void)visitor_stop(bench->visitor, SIGTERM);
}

int main(void)
{
	static struct bench bench;
	if (!visitor_can_come()) {
		return 0;
	}
	place_open(&bench.place);
	snprintf(bench.cards, sizeof(bench.cards), "%.256s/cards", bench.place.folder);
	snprintf(bench.script, sizeof(bench.script), "%.256s/script", bench.place.folder);
	bench.visitor = visitor_open(1920, 1080);
	measure_first_frame(&bench);
	measure_to_screen(&bench, "from a reading judged to `refused` on the screen", -1,
			  "refused");
	measure_to_screen(&bench, "from a reading judged, over the durable commit, to `granted`",
			  30, "granted");
	measure_rest(&bench);
	visitor_close(bench.visitor);
	place_close(&bench.place);
	return 0;
}
