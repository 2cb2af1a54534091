/*
 * A camera's pictures of codes like ours, tilted, blurred, noisy, badly lit, faint, inverted, small,
 * glossy: how many are read, how soon, and that none is read as something else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "reader/image.h"
#include "tests/synth.h"
#include "tests/vectors.h"

#define WIDTH  960
#define HEIGHT 540

enum answer { UNREAD, READ, WRONG };

static size_t without_line_end(const uint8_t *text, size_t length)
{
	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
		length--;
	}
	return length;
}

static enum answer judge(enum image_status status, const struct reading *reading, const void *text,
			 size_t length)
{
	if (status != IMAGE_OK) {
		return UNREAD;
	}
	/* The last line's end belongs to a photograph's file. */
	length = without_line_end(text, length);
	return without_line_end(reading->bytes, reading->length) == length &&
			       memcmp(reading->bytes, text, length) == 0
		       ? READ
		       : WRONG;
}

static enum answer in_turn(const struct image *image, const char *text, unsigned turn)
{
	struct reading reading;
	enum image_status status = qr_decode_frame(&reading, image, turn);

	return judge(status, &reading, text, strlen(text));
}

static enum answer as_still(const struct image *image, const char *text)
{
	struct reading reading;
	enum image_status status = qr_decode(&reading, image);

	return judge(status, &reading, text, strlen(text));
}

static enum answer by_plain(const struct image *image, const char *text)
{
	struct reading reading;
	enum image_status status = qr_decode_plain(&reading, image);

	return judge(status, &reading, text, strlen(text));
}

/* --- what each way of looking brings --- */

#define ALWAYS                                     \
	{                                          \
		READ, READ, READ, READ, READ, READ \
	}
#define EVEN                                             \
	{                                                \
		READ, UNREAD, READ, UNREAD, READ, UNREAD \
	}
#define ODD                                              \
	{                                                \
		UNREAD, READ, UNREAD, READ, UNREAD, READ \
	}

/* Without the means that a row is there for, some of its turns are not read. */
static const struct {
	const char *name;
	int letters;
	enum answer turns[6]; /* in a frame of each turn */
	enum answer plain;
	struct synth synth;
} ways[] = {
	{ "plain to see",
	  180,
	  ALWAYS,
	  READ,
	  { .module_px = 5, .degrees = 20, .dark = 30, .light = 220, .seed = 1 } },
	{ "light on dark: an inverted picture",
	  180,
	  EVEN,
	  UNREAD,
	  { .module_px = 5, .degrees = 20, .dark = 220, .light = 30, .seed = 2 } },
	{ "faint: a small contrast is enough",
	  180,
	  ODD,
	  UNREAD,
	  { .module_px = 5, .degrees = 20, .dark = 120, .light = 138, .noise = 2, .seed = 3 } },
	{ "small: the picture in its full size",
	  180,
	  ODD,
	  UNREAD,
	  { .module_px = 1.9, .degrees = 20, .dark = 30, .light = 220, .seed = 4 } },
	{ "tilted: the grid of its modules",
	  180,
	  ALWAYS,
	  UNREAD,
	  { .module_px = 6, .degrees = 40, .tilt = 0.5, .dark = 30, .light = 220, .seed = 8 } },
	{ "blurred: sharpened modules",
	  180,
	  ALWAYS,
	  UNREAD,
	  { .module_px = 6.5, .degrees = 20, .blur = 3, .dark = 30, .light = 220, .seed = 6 } },
	{ "noisy: a smoothed picture",
	  12,
	  ALWAYS,
	  READ,
	  { .module_px = 8.8,
	    .degrees = 344,
	    .tilt = 0.21,
	    .noise = 33,
	    .dark = 26,
	    .light = 198,
	    .seed = 17 } },
	{ "tiny: ZXing-C++ by itself",
	  47,
	  ODD,
	  READ,
	  { .width = 260,
	    .height = 240,
	    .module_px = 1.5,
	    .degrees = 36,
	    .tilt = 0.09,
	    .noise = 5,
	    .dark = 12,
	    .light = 178,
	    .shade = 6,
	    .seed = 158 } },
};

static void each_way_reads_what_the_others_do_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		struct synth synth = ways[i].synth;
		struct image image;
		char text[1000];

		print_message("  %s\n", ways[i].name);
		synth.width = synth.width > 0 ? synth.width : WIDTH;
		synth.height = synth.height > 0 ? synth.height : HEIGHT;
		synth_text(text, ways[i].letters, synth.seed);
		assert_int_equal(synth_frame(&image, text, &synth), IMAGE_OK);
		for (unsigned turn = 0; turn < 6; turn++) {
			assert_int_equal(in_turn(&image, text, turn), ways[i].turns[turn]);
		}
		assert_int_equal(by_plain(&image, text), ways[i].plain);
		assert_int_equal(as_still(&image, text), READ);
		image_free(&image);
	}
}

/* --- how many of many --- */

#define FRAMES 8 /* of each kind */

/* Ranges from which each frame takes its own. */
static const struct kind {
	const char *name;
	int floor; /* of FRAMES; all are read here, but another compiler rounds otherwise */
	int module_tenths[2]; /* [px / 10] */
	int tilt[2];          /* [1 / 100] */
	int blur[2];          /* [px] */
	int noise[2];
	int dark[2];
	int light[2];
	int shade[2];
	int gloss; /* [1 / 100] of the code's side, its radius */
} kinds[] = {
	{ "clean",
	  8,
	  { 35, 60 },
	  { 0, 10 },
	  { 0, 1 },
	  { 0, 10 },
	  { 10, 50 },
	  { 190, 245 },
	  { 0, 30 },
	  0 },
	{ "tilted",
	  7,
	  { 45, 65 },
	  { 25, 45 },
	  { 0, 1 },
	  { 0, 10 },
	  { 10, 50 },
	  { 190, 245 },
	  { 0, 30 },
	  0 },
	{ "blurred",
	  7,
	  { 45, 60 },
	  { 0, 10 },
	  { 2, 2 },
	  { 0, 10 },
	  { 10, 50 },
	  { 190, 245 },
	  { 0, 30 },
	  0 },
	{ "noisy",
	  7,
	  { 40, 60 },
	  { 0, 10 },
	  { 0, 1 },
	  { 30, 60 },
	  { 10, 50 },
	  { 190, 245 },
	  { 0, 30 },
	  0 },
	{ "blurred and noisy",
	  7,
	  { 45, 60 },
	  { 0, 20 },
	  { 1, 2 },
	  { 15, 30 },
	  { 10, 60 },
	  { 170, 245 },
	  { 0, 30 },
	  0 },
	{ "unevenly lit",
	  7,
	  { 35, 60 },
	  { 0, 10 },
	  { 0, 1 },
	  { 0, 10 },
	  { 10, 50 },
	  { 220, 250 },
	  { 100, 180 },
	  0 },
	{ "faint",
	  7,
	  { 35, 60 },
	  { 0, 10 },
	  { 0, 1 },
	  { 0, 4 },
	  { 90, 140 },
	  { 165, 180 },
	  { 0, 30 },
	  0 },
	{ "dark",
	  7,
	  { 35, 60 },
	  { 0, 10 },
	  { 0, 1 },
	  { 2, 6 },
	  { 8, 12 },
	  { 35, 60 },
	  { 0, 5 },
	  0 },
	{ "inverted",
	  7,
	  { 35, 60 },
	  { 0, 10 },
	  { 0, 1 },
	  { 0, 10 },
	  { 190, 245 },
	  { 10, 50 },
	  { 0, 10 },
	  0 },
	{ "small",
	  7,
	  { 19, 28 },
	  { 0, 8 },
	  { 0, 0 },
	  { 0, 10 },
	  { 10, 50 },
	  { 190, 245 },
	  { 0, 30 },
	  0 },
	{ "glossy",
	  7,
	  { 35, 60 },
	  { 0, 10 },
	  { 0, 1 },
	  { 0, 10 },
	  { 10, 50 },
	  { 190, 230 },
	  { 0, 30 },
	  13 },
};

static int between(uint32_t *random, const int range[static 2])
{
	return range[0] + (int)(synth_random(random) % (uint32_t)(range[1] - range[0] + 1));
}

static void make(struct image *out, char *text, const struct kind *kind, uint32_t seed)
{
	static const int any_turn[2] = { 0, 359 };
	static const int any_length[2] = { 120, 200 };
	uint32_t random = seed * 7919 + 17;

	for (int i = 0; i < 5; i++) {
		(void)synth_random(&random);
	}
	struct synth synth = {
		.width = WIDTH,
		.height = HEIGHT,
		.module_px = between(&random, kind->module_tenths) / 10.0,
		.degrees = between(&random, any_turn),
		.tilt = between(&random, kind->tilt) / 100.0,
		.blur = between(&random, kind->blur),
		.noise = between(&random, kind->noise),
		.dark = between(&random, kind->dark),
		.light = between(&random, kind->light),
		.shade = between(&random, kind->shade),
		.seed = seed,
	};

	synth.gloss = (int)(synth.module_px * 45 * kind->gloss / 100);
	synth_text(text, between(&random, any_length), seed);
	assert_int_equal(synth_frame(out, text, &synth), IMAGE_OK);
}

/* Whether it is read within two frames, whichever turn comes first, and as a still. */
static bool is_read_soon(const struct image *image, const char *text)
{
	enum answer answers[] = { in_turn(image, text, 0), in_turn(image, text, 1),
				  as_still(image, text) };

	for (int i = 0; i < 3; i++) {
		assert_int_not_equal(answers[i], WRONG);
	}
	return (answers[0] == READ || answers[1] == READ) && answers[2] == READ;
}

static void most_frames_are_read_in_two_and_none_wrongly(void **state)
{
	(void)state;
	int total = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		int count = 0;
		int plain = 0;

		for (uint32_t j = 0; j < FRAMES; j++) {
			struct image image;
			char text[300];

			make(&image, text, &kinds[i], (uint32_t)i * 100 + j);
			count += is_read_soon(&image, text);
			plain += by_plain(&image, text) == READ;
			image_free(&image);
		}
		print_message("  %s: %d of %d, plain ZXing-C++ %d\n", kinds[i].name, count, FRAMES,
			      plain);
		assert_true(count >= kinds[i].floor);
		total += count;
	}
	assert_true(total * 100 >= FRAMES * (int)(sizeof kinds / sizeof kinds[0]) * 92);
}

/* --- what must not be read --- */

/* Its finder patterns stand, its modules are anybody's: never a text. */
static void a_code_that_is_spoilt_is_not_read(void **state)
{
	(void)state;
	static const struct synth synth = {
		.width = 640, .height = 480, .module_px = 8, .dark = 30, .light = 220
	};

	for (uint32_t seed = 1; seed <= 12; seed++) {
		uint32_t random = seed;
		struct image image;
		struct reading reading;

		assert_int_equal(synth_frame(&image, "SPOILT", &synth), IMAGE_OK);
		/* 21 modules about the middle; from the 9th on they are no finder pattern's. */
		for (int i = 0; i < 13 * 13; i++) {
			int left = image.width / 2 - 84 + (8 + i % 13) * 8;
			int top = image.height / 2 - 84 + (8 + i / 13) * 8;
			uint8_t grey = synth_random(&random) % 2 == 0 ? 30 : 220;

			for (int j = 0; j < 64; j++) {
				image.grey[(top + j / 8) * 640 + left + j % 8] = grey;
			}
		}
		for (unsigned turn = 0; turn < 2; turn++) {
			assert_int_equal(qr_decode_frame(&reading, &image, turn), IMAGE_NO_CODE);
		}
		assert_int_equal(qr_decode(&reading, &image), IMAGE_NO_CODE);
		image_free(&image);
	}
}

/* Of two codes in sight one is read, whole: never something of both. */
static void of_two_codes_one_is_read(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"THE LEFT ONE OF TWO CODES THAT ARE IN SIGHT AT ONCE",
		"AND THE RIGHT ONE, OF WHICH NOTHING MAY BE READ INTO THE OTHER"
	};
	static const struct synth synth = {
		.width = 320, .height = 480, .module_px = 7, .degrees = 8, .dark = 30, .light = 220
	};
	struct image both = { 640, 480, 640, malloc(640 * 480) };

	for (int i = 0; i < 2; i++) {
		struct image one;

		assert_int_equal(synth_frame(&one, texts[i], &synth), IMAGE_OK);
		for (int y = 0; y < 480; y++) {
			memcpy(both.grey + y * 640 + i * 320, one.grey + y * 320, 320);
		}
		image_free(&one);
	}
	for (unsigned turn = 0; turn < 2; turn++) {
		assert_true(in_turn(&both, texts[0], turn) == READ ||
			    in_turn(&both, texts[1], turn) == READ);
	}
	assert_true(as_still(&both, texts[0]) == READ || as_still(&both, texts[1]) == READ);
	image_free(&both);
}

/* --- published photographs --- */

struct tally {
	int count;
	int soon;
	int still;
	int plain;
};

static bool load_text(char *text, size_t size, char *path)
{
	memcpy(strrchr(path, '.'), ".txt", 5);
	FILE *file = fopen(path, "rb");

	if (file == NULL) {
		return false;
	}
	size_t length = fread(text, 1, size - 1, file);

	text[length] = '\0';
	fclose(file);
	return true;
}

static void look_at(struct tally *tally, const char *folder, const char *name)
{
	char path[1024];
	char text[4096];
	struct image image;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(image_load(&image, path), IMAGE_OK);
	if (load_text(text, sizeof text, path)) {
		enum answer first = in_turn(&image, text, 0);
		enum answer second = in_turn(&image, text, 1);
		enum answer still = as_still(&image, text);

		if (first == WRONG || second == WRONG || still == WRONG) {
			fail_msg("%s is read as something else", name);
		}
		tally->count++;
		tally->soon += first == READ || second == READ;
		tally->still += still == READ;
		tally->plain += by_plain(&image, text) == READ;
	}
	image_free(&image);
}

static void photographs_are_read(void **state)
{
	(void)state;
	struct tally tally = { 0 };
	char folder[512];

	vectors_path(folder, sizeof folder, "qr");
	DIR *directory = opendir(folder);

	if (directory == NULL) {
		print_message("skipped: no photographs at %s\n", folder);
		skip();
	}
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		const char *ending = strrchr(entry->d_name, '.');

		if (ending != NULL && strcmp(ending, ".png") == 0) {
			look_at(&tally, folder, entry->d_name);
		}
	}
	closedir(directory);
	print_message(
		"  of %d photographs: %d in two frames, %d as stills, %d by plain ZXing-C++\n",
		tally.count, tally.soon, tally.still, tally.plain);
	assert_true(tally.soon * 100 >= tally.count * 92);
	assert_true(tally.still * 100 >= tally.count * 95);
	assert_true(tally.still >= tally.plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_reads_what_the_others_do_not),
		cmocka_unit_test(most_frames_are_read_in_two_and_none_wrongly),
		cmocka_unit_test(a_code_that_is_spoilt_is_not_read),
		cmocka_unit_test(of_two_codes_one_is_read),
		cmocka_unit_test(photographs_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
