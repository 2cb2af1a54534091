/*
 * From a camera's frame to text: qr_decode_frame, for as many frames as a shown code may take, against
 * plain ZXing-C++ on the same frames, in turn; qr_decode, which takes its time, and zbar beside them.
 * The frames are made up (1080p; turned, tilted, blurred, noisy, badly lit) and, where they are there,
 * published photographs.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zbar.h>

#include "reader/image.h"
#include "tests/synth.h"

#define ROUNDS     9
#define FRAMES     60
#define FRAMES_MAX 200
#define LETTERS    375 /* a credential of some 250 bytes in base45 */

struct frame {
	struct image image;
	char text[4096];
	size_t length;
};

struct set {
	const char *name;
	const char *limits;   /* of the time: floor | aim */
	const char *limit_ms; /* of a frame */
	struct frame *frames;
	int count;
};

enum way { OURS, PLAIN, STILL, ZBAR, WAYS };

#define FRAMES_UNTIL 2 /* frames after which a shown code is to be read */

struct figures {
	int read[WAYS]; /* in the first round: the others are the same */
	int wrong[WAYS];
	int looks; /* frames that were looked at until the text, or in vain */
	double seconds[WAYS][ROUNDS];
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int between(uint32_t *random, int least, int most)
{
	return least + (int)(synth_random(random) % (uint32_t)(most - least + 1));
}

/* One frame in two is easy, and one is hard: plain ZXing-C++ reads about two in three of them. */
static void make_frame(struct frame *frame, uint32_t seed)
{
	uint32_t random = seed * 7919 + 17;
	bool hard = seed % 2 == 1;
	struct synth synth = {
		.width = 1920,
		.height = 1080,
		.module_px = between(&random, hard ? 30 : 40, hard ? 70 : 90) / 10.0,
		.degrees = between(&random, 0, 359),
		.tilt = between(&random, 0, hard ? 50 : 30) / 100.0,
		.blur = between(&random, hard ? 1 : 0, hard ? 3 : 1),
		.noise = between(&random, 0, hard ? 40 : 15),
		.dark = between(&random, 10, hard ? 90 : 60),
		.light = between(&random, hard ? 140 : 190, 245),
		.shade = between(&random, 0, hard ? 80 : 30),
		.seed = seed,
	};

	synth_text(frame->text, LETTERS, seed);
	frame->length = LETTERS;
	if (synth_frame(&frame->image, frame->text, &synth) != IMAGE_OK) {
		fprintf(stderr, "no frame\n");
		exit(1);
	}
}

static struct set make_frames(void)
{
	struct set set = { "frames 1080p", "1.1 | 0.5", "33", calloc(FRAMES, sizeof *set.frames),
			   FRAMES };

	for (int i = 0; i < FRAMES; i++) {
		make_frame(&set.frames[i], (uint32_t)i);
	}
	return set;
}

/* What a camera sees while nobody is there: a grey wall and the sensor's noise. */
static struct set make_empty(void)
{
	struct set set = { "empty frames 1080p", "- | -", "3", calloc(FRAMES, sizeof *set.frames),
			   FRAMES / 6 };
	uint32_t random = 1;

	for (int i = 0; i < set.count; i++) {
		struct image *image = &set.frames[i].image;

		*image = (struct image){ 1920, 1080, 1920, malloc(1920 * 1080) };
		for (int j = 0; j < 1920 * 1080; j++) {
			image->grey[j] = (uint8_t)(60 + j % 1920 / 16 + between(&random, 0, i));
		}
	}
	return set;
}

static size_t strip(const char *text, size_t length)
{
	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
		length--;
	}
	return length;
}

static bool load_photograph(struct frame *frame, const char *folder, const char *name)
{
	char path[1024];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (image_load(&frame->image, path) != IMAGE_OK) {
		return false;
	}
	memcpy(strrchr(path, '.'), ".txt", 5);
	FILE *file = fopen(path, "rb");

	if (file != NULL) {
		frame->length = strip(frame->text, fread(frame->text, 1, sizeof frame->text, file));
		fclose(file);
	}
	return file != NULL;
}

static struct set load_photographs(void)
{
	const char *vectors = getenv("YOUDAI_VECTORS");
	struct set set = { "photographs", "- | -", "33", calloc(FRAMES_MAX, sizeof *set.frames),
			   0 };
	char folder[512];

	snprintf(folder, sizeof folder, "%s/qr", vectors != NULL ? vectors : "../shared/vectors");
	DIR *directory = opendir(folder);

	if (directory == NULL) {
		return set;
	}
	for (struct dirent *entry;
	     (entry = readdir(directory)) != NULL && set.count < FRAMES_MAX;) {
		size_t length = strlen(entry->d_name);

		if (length > 4 && strcmp(entry->d_name + length - 4, ".png") == 0 &&
		    load_photograph(&set.frames[set.count], folder, entry->d_name)) {
			set.count++;
		}
	}
	closedir(directory);
	return set;
}

static void free_set(struct set *set)
{
	for (int i = 0; i < set->count; i++) {
		image_free(&set->frames[i].image);
	}
	free(set->frames);
}

/* 1: read, -1: read as something else, 0: not read. */
static int judge(const struct frame *frame, const char *text, size_t length)
{
	length = strip(text, length);
	return length == frame->length && memcmp(text, frame->text, length) == 0 ? 1 : -1;
}

static int read_zbar(const struct frame *frame, zbar_image_scanner_t *scanner)
{
	const struct image *image = &frame->image;
	zbar_image_t *picture = zbar_image_create();
	int result = 0;

	zbar_image_set_format(picture, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(picture, (unsigned)image->width, (unsigned)image->height);
	zbar_image_set_data(picture, image->grey, image->stride * (size_t)image->height, NULL);
	if (zbar_scan_image(scanner, picture) > 0) {
		const zbar_symbol_t *symbol = zbar_image_first_symbol(picture);

		result = judge(frame, zbar_symbol_get_data(symbol),
			       zbar_symbol_get_data_length(symbol));
	}
	zbar_image_destroy(picture);
	return result;
}

static int read_frame(const struct frame *frame, enum way way, zbar_image_scanner_t *scanner,
		      int *looks)
{
	struct reading reading;

	if (way == ZBAR) {
		return read_zbar(frame, scanner);
	}
	enum image_status status = IMAGE_NO_CODE;

	if (way == OURS) {
		for (unsigned i = 0; i < FRAMES_UNTIL && status != IMAGE_OK; i++) {
			status = qr_decode_frame(&reading, &frame->image, i);
			++*looks;
		}
	} else if (way == STILL) {
		status = qr_decode(&reading, &frame->image);
	} else {
		status = qr_decode_plain(&reading, &frame->image);
	}
	return status == IMAGE_OK ? judge(frame, (const char *)reading.bytes, reading.length) : 0;
}

/* The ways take turns at each frame. */
static void run_round(const struct set *set, struct figures *figures, int round,
		      zbar_image_scanner_t *scanner)
{
	figures->looks = 0;
	for (int i = 0; i < set->count; i++) {
		for (int way = 0; way < WAYS; way++) {
			if (way >= STILL && round > 0) {
				continue; /* slow, and an anchor of nothing */
			}
			double start = now();
			int result = read_frame(&set->frames[i], (enum way)way, scanner,
						&figures->looks);

			figures->seconds[way][round] += now() - start;
			figures->read[way] += round == 0 && result > 0;
			figures->wrong[way] += round == 0 && result < 0;
		}
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof values[0], compare);
	return values[ROUNDS / 2];
}

static void print_set(const struct set *set, struct figures *figures)
{
	double ratios[ROUNDS];
	double share = (double)figures->read[OURS] / (figures->read[PLAIN] + 1e-9);

	for (int i = 0; i < ROUNDS; i++) {
		ratios[i] = figures->seconds[OURS][i] / figures->seconds[PLAIN][i];
	}
	double middle = median(ratios);
	double ours_ms = median(figures->seconds[OURS]) * 1000;
	double plain_ms = median(figures->seconds[PLAIN]) * 1000 / set->count;

	printf("QR, %s: time to the text against plain ZXing-C++ | %.2f | %.2f..%.2f | %s\n",
	       set->name, middle, ratios[0], ratios[ROUNDS - 1], set->limits);
	if (figures->read[PLAIN] > 0) {
		printf("QR, %s: share read within %d frames against plain ZXing-C++ | %.2f | of "
		       "%d: "
		       "%d, as stills %d, plain %d, zbar %d | 1.0 | 1.2\n",
		       set->name, FRAMES_UNTIL, share, set->count, figures->read[OURS],
		       figures->read[STILL], figures->read[PLAIN], figures->read[ZBAR]);
	}
	printf("QR, %s: ms a frame | %.2f | %.2f frames to the text | %s | -\n", set->name,
	       ours_ms / figures->looks, (double)figures->looks / set->count, set->limit_ms);
	printf("# %s, ms to the text: %.2f, as still %.2f, plain %.2f, zbar %.2f; read as "
	       "something "
	       "else: %d, %d, %d, %d\n",
	       set->name, ours_ms / set->count, figures->seconds[STILL][0] * 1000 / set->count,
	       plain_ms, figures->seconds[ZBAR][0] * 1000 / set->count, figures->wrong[OURS],
	       figures->wrong[STILL], figures->wrong[PLAIN], figures->wrong[ZBAR]);
}

static void bench_set(struct set *set, zbar_image_scanner_t *scanner)
{
	struct figures figures = { 0 };

	if (set->count == 0) {
		printf("# %s: not there, left out\n", set->name);
		return;
	}
	for (int round = 0; round < ROUNDS; round++) {
		run_round(set, &figures, round, scanner);
	}
	print_set(set, &figures);
}

int main(void)
{
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	struct set sets[] = {
		make_frames(),
		make_empty(),
		load_photographs(),
	};

	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		bench_set(&sets[i], scanner);
		free_set(&sets[i]);
	}
	zbar_image_scanner_destroy(scanner);
	return 0;
}
