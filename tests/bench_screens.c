/*
 * Screens, measured: the first frame of a fresh process with a Chinese font, a full redraw against a
 * memcpy of the frame, what is redrawn at rest, and the memory of it all.
 *
 * Prints a line a figure: name | median | least..most | floor | aim.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/screens.h"
#include "tests/sample_flow.h"

#define ROUNDS 15
#define REPEAT 8 /* redraws, and copies, of a round */

struct bench {
	struct catalogue *catalogue;
	struct canvas *canvas;
	struct flow flow;
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The thread's own time: what other processes take does not count, on either side of a ratio. */
static double own_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void tell(const char *name, double *values, const char *unit, const char *floor,
		 const char *aim)
{
	qsort(values, ROUNDS, sizeof(values[0]), by_value);
	printf("%s | %.2f%s | %.2f..%.2f | %s | %s\n", name, values[ROUNDS / 2], unit, values[0],
	       values[ROUNDS - 1], floor, aim);
}

static bool stage(struct bench *bench)
{
	bench->catalogue = sample_catalogue();
	return bench->catalogue != NULL &&
	       canvas_open(&bench->canvas, "bench", 1920, 1080, true) == CANVAS_OK;
}

/* --- the first frame: a process of its own each time, told through a pipe --- */

static void first_frame_child(int out)
{
	static struct bench bench;
	double start = now_ms(), took;

	if (!stage(&bench))
		_exit(1);
	sample_flow(&bench.flow, SAMPLE_WELCOME, bench.catalogue, LANGUAGE_CHINESE, false);
	screen_draw(&bench.flow, bench.canvas);
	took = now_ms() - start;
	_exit(write(out, &took, sizeof(took)) == (ssize_t)sizeof(took) ? 0 : 1);
}

static double first_frame(void)
{
	int ends[2], status;
	double took = -1;

	if (pipe(ends) != 0)
		return -1;
	pid_t child = fork();
	if (child == 0)
		first_frame_child(ends[1]);
	close(ends[1]);
	if (child < 0 || read(ends[0], &took, sizeof(took)) != (ssize_t)sizeof(took))
		took = -1;
	close(ends[0]);
	if (child > 0)
		waitpid(child, &status, 0);
	return took;
}

static bool tell_first_frame(void)
{
	double values[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		values[i] = first_frame();
		if (values[i] < 0)
			return false;
	}
	tell("first frame with a Chinese font, fresh process", values, " ms", "300 ms", "95 ms");
	return true;
}

/* --- a full redraw against copying the frame --- */

static double copy_ms(uint32_t *to, const uint32_t *from, size_t bytes)
{
	double start = own_ms();

	for (int i = 0; i < REPEAT; i++) {
		memcpy(to, from, bytes);
		/* The copy is read, so that it is not left out. */
		__asm__ volatile("" : : "r"(to) : "memory");
	}
	return (own_ms() - start) / REPEAT;
}

static double redraw_ms(struct bench *bench)
{
	double start = own_ms();

	for (int i = 0; i < REPEAT; i++)
		screen_draw(&bench->flow, bench->canvas);
	return (own_ms() - start) / REPEAT;
}

static bool tell_redraw(struct bench *bench, enum sample sample)
{
	size_t bytes = (size_t)1920 * 1080 * sizeof(uint32_t);
	uint32_t *from = malloc(bytes), *to = malloc(bytes);
	double ratios[ROUNDS];
	char name[96];

	if (from == NULL || to == NULL)
		return false;
	memset(from, 1, bytes);
	memset(to, 2, bytes);
	sample_flow(&bench->flow, sample, bench->catalogue, LANGUAGE_CHINESE, false);
	screen_draw(&bench->flow, bench->canvas);
	for (int i = 0; i < ROUNDS; i++) {
		double copy = copy_ms(to, from, bytes);
		ratios[i] = redraw_ms(bench) / copy;
	}
	snprintf(name, sizeof(name), "full redraw at 1080p against a memcpy of the frame, %s",
		 sample_name(sample));
	tell(name, ratios, "", "6", "3");
	free(from);
	free(to);
	return true;
}

/* Lines of text that were rasterised when a screen comes a second time. */
static void tell_second_time(struct bench *bench)
{
	size_t before = 0;

	for (int round = 0; round < 2; round++) {
		before = canvas_tally(bench->canvas).rasterised;
		for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
			sample_flow(&bench->flow, (enum sample)sample, bench->catalogue,
				    LANGUAGE_CHINESE, false);
			screen_draw(&bench->flow, bench->canvas);
		}
	}
	size_t again = canvas_tally(bench->canvas).rasterised - before;
	printf("lines of text rasterised twice over all screens | %zu | %zu..%zu | 0 | 0\n", again,
	       again, again);
}

/* While nothing happens the canvas waits: no frame, and next to no time of the processor. */
static void tell_rest(struct bench *bench)
{
	const int rest_ms = 2000;
	size_t frames = canvas_tally(bench->canvas).frames;
	struct timespec before, after;
	struct input input;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	canvas_wait(bench->canvas, &input, rest_ms);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	double used = (double)(after.tv_sec - before.tv_sec) * 1e3 +
		      (double)(after.tv_nsec - before.tv_nsec) / 1e6;
	double share = 100 * used / rest_ms;
	frames = canvas_tally(bench->canvas).frames - frames;
	printf("frames drawn at rest | %zu | %zu..%zu | 0 | 0\n", frames, frames, frames);
	printf("processor at rest, canvas waiting | %.3f %% | %.3f..%.3f | 1 %% | 0.2 %%\n", share,
	       share, share);
}

static void tell_memory(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long kib = -1;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "VmRSS: %ld", &kib) == 1)
			break;
	if (file != NULL)
		fclose(file);
	printf("resident memory with every screen drawn, 1080p | %.1f MiB | %.1f..%.1f | 64 MiB | "
	       "40 MiB\n",
	       (double)kib / 1024, (double)kib / 1024, (double)kib / 1024);
}

int main(void)
{
	static struct bench bench;

	if (!tell_first_frame() || !stage(&bench)) {
		fprintf(stderr, "bench_screens: no canvas\n");
		return 1;
	}
	tell_second_time(&bench);
	tell_memory();
	tell_rest(&bench);
	bool told = tell_redraw(&bench, SAMPLE_WELCOME) && tell_redraw(&bench, SAMPLE_CHOOSE) &&
		    tell_redraw(&bench, SAMPLE_AMOUNT) && tell_redraw(&bench, SAMPLE_GRANTED) &&
		    tell_redraw(&bench, SAMPLE_MINE_WHY);
	canvas_close(bench.canvas);
	catalogue_free(bench.catalogue);
	return told ? 0 : 1;
}
