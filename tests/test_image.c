/* Images and the QR codes in them: what goes out comes back, and what is broken is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <dirent.h>

#include "reader/image.h"
#include "tests/synth.h"

/* --- a folder of our own --- */

struct place {
	char folder[256];
	char path[300];
};

static int enter(void **state)
{
	const char *base = getenv("TMPDIR");
	struct place *place = calloc(1, sizeof *place);

	snprintf(place->folder, sizeof place->folder, "%s/youdai-image-XXXXXX",
		 base != NULL ? base : "/tmp");
	if (mkdtemp(place->folder) == NULL) {
		return -1;
	}
	snprintf(place->path, sizeof place->path, "%s/image", place->folder);
	*state = place;
	return 0;
}

static int leave(void **state)
{
	struct place *place = *state;

	unlink(place->path);
	rmdir(place->folder);
	free(place);
	return 0;
}

static void put(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static size_t fetch(const char *path, uint8_t *bytes, size_t size)
{
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	size_t length = fread(bytes, 1, size, file);

	fclose(file);
	return length;
}

static void assert_reads(const struct image *image, const char *text)
{
	struct reading reading = { .taken_ms = 5 };

	assert_int_equal(qr_decode(&reading, image), IMAGE_OK);
	assert_int_equal(reading.carrier, READING_QR);
	assert_int_equal(reading.fault, READING_COMPLETE);
	assert_int_equal(reading.length, strlen(text));
	assert_memory_equal(reading.bytes, text, reading.length);
	assert_int_equal(reading.taken_ms, 0);
}

/* --- codes --- */

static const struct {
	const char *name;
	const char *text; /* NULL: length letters of base45 */
	int length;
	int side; /* [module] 0: not looked at */
	enum image_status status;
} texts[] = {
	{ "a letter", "A", 1, 21, IMAGE_OK },
	{ "20 letters of M fill version 1", NULL, 20, 21, IMAGE_OK },
	{ "21 letters need version 2", NULL, 21, 25, IMAGE_OK },
	{ "a credential", NULL, 375, 65, IMAGE_OK },
	{ "as much as version 40-M takes", NULL, 3391, 177, IMAGE_OK },
	{ "a letter more", NULL, 3392, 0, IMAGE_NO_ROOM },
	{ "small letters", "http://example.org/?a=b", 23, 25, IMAGE_OK },
	{ "Chinese", "优待证", 9, 21, IMAGE_OK },
	{ "nothing", "", 0, 0, IMAGE_NO_ROOM },
};

static void codes_go_round_by_file(void **state)
{
	struct place *place = *state;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char text[4000];
		struct qr qr;
		struct image image;

		print_message("  %s\n", texts[i].name);
		if (texts[i].text != NULL) {
			snprintf(text, sizeof text, "%s", texts[i].text);
		} else {
			synth_text(text, texts[i].length, (uint32_t)i);
		}
		assert_int_equal(qr_encode(&qr, text), texts[i].status);
		assert_int_equal(qr_save(place->path, text, 4), texts[i].status);
		if (texts[i].status != IMAGE_OK) {
			continue;
		}
		assert_int_equal(qr.side, texts[i].side);
		assert_int_equal(image_load(&image, place->path), IMAGE_OK);
		assert_int_equal(image.width, (qr.side + 8) * 4);
		assert_int_equal(image.height, image.width);
		assert_reads(&image, text);
		image_free(&image);
		assert_null(image.grey);
	}
}

static void drawing_has_limits(void **state)
{
	(void)state;
	struct qr qr;
	struct image image;

	assert_int_equal(qr_encode(&qr, "A"), IMAGE_OK);
	assert_int_equal(qr_draw(&image, &qr, 0), IMAGE_TOO_LARGE);
	assert_int_equal(qr_draw(&image, &qr, -1), IMAGE_TOO_LARGE);
	assert_int_equal(qr_draw(&image, &qr, 1 << 30), IMAGE_TOO_LARGE);
	assert_int_equal(qr_draw(&image, &qr, 5015 / 29 + 1), IMAGE_TOO_LARGE);
	assert_int_equal(qr_draw(&image, &qr, 5015 / 29), IMAGE_OK);
	image_free(&image);
	assert_int_equal(qr_draw(&image, &qr, 1), IMAGE_OK);
	assert_int_equal(image.width, 29);
	assert_int_equal(image.grey[0], 255);
	assert_int_equal(image.grey[4 * 29 + 4], 0); /* a corner of the finder */
	image_free(&image);
}

/* --- frames --- */

static const struct {
	const char *name;
	int letters;
	struct synth synth;
} frames[] = {
	{ "flat", 300, { 640, 480, 4, 0, 0, 0, 0, 20, 230, 0, 1 } },
	{ "upside down", 300, { 640, 480, 4, 180, 0, 0, 0, 20, 230, 0, 1 } },
	{ "turned by 17 degrees", 300, { 640, 480, 4, 17, 0, 0, 0, 20, 230, 0, 1 } },
	{ "turned by 90 degrees", 300, { 640, 480, 4, 90, 0, 0, 0, 20, 230, 0, 1 } },
	{ "turned by 45 degrees and tilted", 200, { 640, 480, 5, 45, 0.3, 0, 0, 20, 230, 0, 1 } },
	{ "blurred by 1 px", 200, { 640, 480, 5, 3, 0, 1, 0, 20, 230, 0, 1 } },
	{ "noisy", 200, { 640, 480, 5, 3, 0, 0, 40, 40, 210, 0, 7 } },
	{ "shaded, blurred and noisy", 200, { 640, 480, 5, 8, 0.1, 1, 15, 60, 220, 60, 9 } },
	{ "large in a large frame", 400, { 1920, 1080, 8, 5, 0.2, 1, 10, 40, 220, 30, 3 } },
	{ "small in a large frame", 100, { 1920, 1080, 4, 30, 0, 0, 5, 40, 220, 0, 3 } },
};

static void frames_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
		char text[1000];
		struct image image;

		print_message("  %s\n", frames[i].name);
		synth_text(text, frames[i].letters, (uint32_t)i + 100);
		assert_int_equal(synth_frame(&image, text, &frames[i].synth), IMAGE_OK);
		assert_reads(&image, text);
		image_free(&image);
	}
}

static void nothing_is_found_where_nothing_is(void **state)
{
	(void)state;
	static uint8_t grey[480 * 640];
	struct image image = { 640, 480, 640, grey };
	struct reading reading = { .length = 77 };
	uint32_t random = 4;

	assert_int_equal(qr_decode(&reading, &image), IMAGE_NO_CODE);
	for (size_t i = 0; i < sizeof grey; i++) {
		grey[i] = (uint8_t)synth_random(&random);
	}
	assert_int_equal(qr_decode(&reading, &image), IMAGE_NO_CODE);
	for (size_t i = 0; i < sizeof grey; i++) {
		grey[i] = (i / 640 / 8 + i % 640 / 8) % 2 == 0 ? 0 : 255;
	}
	assert_int_equal(qr_decode(&reading, &image), IMAGE_NO_CODE);
	for (int side = 1; side < 40; side++) {
		struct image small = { side, 40 - side, (size_t)side, grey };

		assert_int_equal(qr_decode(&reading, &small), IMAGE_NO_CODE);
	}
	assert_int_equal(reading.length, 77);
}

/* --- published photographs --- */

static bool is_like(const struct reading *reading, const uint8_t *text, size_t length)
{
	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
		length--; /* the last line's end belongs to the file */
	}
	size_t have = reading->length;

	while (have > 0 && (reading->bytes[have - 1] == '\n' || reading->bytes[have - 1] == '\r')) {
		have--;
	}
	return have == length && memcmp(reading->bytes, text, length) == 0;
}

static void photographs_are_read(void **state)
{
	(void)state;
	const char *vectors = getenv("YOUDAI_VECTORS");
	char folder[512];
	int read_count = 0;
	int count = 0;

	snprintf(folder, sizeof folder, "%s/qr", vectors != NULL ? vectors : "../shared/vectors");
	DIR *directory = opendir(folder);

	if (directory == NULL) {
		print_message("skipped: no photographs at %s\n", folder);
		skip();
	}
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		size_t length = strlen(entry->d_name);
		char path[1024];
		uint8_t text[4096];
		struct image image;
		struct reading reading;

		if (length < 5 || strcmp(entry->d_name + length - 4, ".png") != 0) {
			continue;
		}
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		assert_int_equal(image_load(&image, path), IMAGE_OK);
		memcpy(strrchr(path, '.'), ".txt", 5);
		size_t expected = fetch(path, text, sizeof text);

		count++;
		if (qr_decode(&reading, &image) == IMAGE_OK) {
			if (!is_like(&reading, text, expected)) {
				fail_msg("%s is read as something else", entry->d_name);
			}
			read_count++;
		} else {
			print_message("  not read: %s\n", entry->d_name);
		}
		image_free(&image);
	}
	closedir(directory);
	print_message("  %d of %d photographs are read\n", read_count, count);
	assert_true(count == 0 || read_count * 100 >= count * 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(codes_go_round_by_file, enter, leave),
		cmocka_unit_test(drawing_has_limits),
		cmocka_unit_test(frames_are_read),
		cmocka_unit_test(nothing_is_found_where_nothing_is),
		cmocka_unit_test(photographs_are_read),
	};

	(void)put;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
