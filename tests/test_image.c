/* Images and the QR codes in them: what goes out comes back, and what is broken is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/image.h"
#include "tests/folder.h"
#include "tests/synth.h"

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
	struct folder *folder = *state;

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
		assert_int_equal(qr_save(folder->file, text, 4), texts[i].status);
		if (texts[i].status != IMAGE_OK) {
			continue;
		}
		assert_int_equal(qr.side, texts[i].side);
		assert_int_equal(image_load(&image, folder->file), IMAGE_OK);
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
	{ "flat", 300, { 640, 480, 4, 0, 0, 0, 0, 20, 230, 0, 1, 0 } },
	{ "upside down", 300, { 640, 480, 4, 180, 0, 0, 0, 20, 230, 0, 1, 0 } },
	{ "turned by 17 degrees", 300, { 640, 480, 4, 17, 0, 0, 0, 20, 230, 0, 1, 0 } },
	{ "turned by 90 degrees", 300, { 640, 480, 4, 90, 0, 0, 0, 20, 230, 0, 1, 0 } },
	{ "turned by 45 degrees and tilted",
	  200,
	  { 640, 480, 5, 45, 0.3, 0, 0, 20, 230, 0, 1, 0 } },
	{ "blurred by 1 px", 200, { 640, 480, 5, 3, 0, 1, 0, 20, 230, 0, 1, 0 } },
	{ "noisy", 200, { 640, 480, 5, 3, 0, 0, 40, 40, 210, 0, 7, 0 } },
	{ "shaded, blurred and noisy", 200, { 640, 480, 5, 8, 0.1, 1, 15, 60, 220, 60, 9, 0 } },
	{ "large in a large frame", 400, { 1920, 1080, 8, 5, 0.2, 1, 10, 40, 220, 30, 3, 0 } },
	{ "small in a large frame", 100, { 1920, 1080, 4, 30, 0, 0, 5, 40, 220, 0, 3, 0 } },
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

/* A decoder that tries every three finder patterns is busy for minutes with thousands of them. */
static void a_crowd_of_finder_patterns_takes_no_time(void **state)
{
	(void)state;
	static const uint8_t finder[7] = { 0x7F, 0x41, 0x5D, 0x5D, 0x5D, 0x41, 0x7F };
	static uint8_t grey[1080 * 1920];
	struct image image = { 1920, 1080, 1920, grey };
	struct reading reading;

	for (int module_px = 1; module_px <= 4; module_px++) {
		for (int i = 0; i < 1080 * 1920; i++) {
			int x = i % 1920 / module_px % 9;
			int y = i / 1920 / module_px % 9;

			grey[i] = x < 7 && y < 7 && (finder[y] >> x & 1) != 0 ? 0 : 255;
		}
		time_t start = time(NULL);

		assert_int_equal(qr_decode(&reading, &image), IMAGE_NO_CODE);
		for (unsigned turn = 0; turn < 6; turn++) {
			assert_int_equal(qr_decode_frame(&reading, &image, turn), IMAGE_NO_CODE);
		}
		assert_true(time(NULL) - start < 10);
	}
}

/* --- files --- */

#define SEEDS "tests/corpus/image/" /* made from one code, "YOUDAI", with ImageMagick */

static const struct {
	const char *name;
	enum image_status status;
} files[] = {
	{ "grey.png", IMAGE_OK },        { "bits.png", IMAGE_OK },
	{ "palette.png", IMAGE_OK },     { "sixteen.png", IMAGE_OK },
	{ "transparent.png", IMAGE_OK }, { "interlaced.png", IMAGE_OK },
	{ "grey.jpg", IMAGE_OK },        { "colour.jpg", IMAGE_OK },
	{ "progressive.jpg", IMAGE_OK }, { "cmyk.jpg", IMAGE_MALFORMED },
};

static void each_kind_of_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char path[100];
		struct image image;

		print_message("  %s\n", files[i].name);
		snprintf(path, sizeof path, SEEDS "%s", files[i].name);
		assert_int_equal(image_load(&image, path), files[i].status);
		if (files[i].status == IMAGE_OK) {
			assert_int_equal(image.width, 116);
			assert_int_equal(image.height, 116);
			assert_reads(&image, "YOUDAI");
			image_free(&image);
		}
	}
}

/* From memory of exactly this length, so that a byte too far is seen. */
static enum image_status load_exactly(const uint8_t *bytes, size_t length)
{
	uint8_t *exact = malloc(length > 0 ? length : 1);
	struct image image = { 0 };

	memcpy(exact, bytes, length);
	enum image_status status = image_from_bytes(&image, exact, length);

	free(exact);
	image_free(&image);
	return status;
}

static void truncated_files_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char path[100];
		uint8_t bytes[8192];

		snprintf(path, sizeof path, SEEDS "%s", files[i].name);
		size_t length = fetch(path, bytes, sizeof bytes);

		/* A PNG whose closing chunk alone is missing has all its pixels. */
		for (size_t cut = 0; cut + 20 < length; cut++) {
			assert_int_equal(load_exactly(bytes, cut), IMAGE_MALFORMED);
		}
		if (bytes[0] == 0xFF) {
			assert_int_equal(load_exactly(bytes, length - 1), IMAGE_MALFORMED);
			assert_int_equal(load_exactly(bytes, length - 2), IMAGE_MALFORMED);
		}
	}
}

static void damaged_files_do_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char path[100];
		uint8_t bytes[8192];
		int refused = 0;

		snprintf(path, sizeof path, SEEDS "%s", files[i].name);
		size_t length = fetch(path, bytes, sizeof bytes);

		for (size_t at = 0; at < length; at++) {
			bytes[at] ^= 0x5A;
			enum image_status status = load_exactly(bytes, length);

			bytes[at] ^= 0x5A;
			assert_true(status == IMAGE_OK || status == IMAGE_MALFORMED ||
				    status == IMAGE_TOO_LARGE);
			refused += status != IMAGE_OK;
		}
		assert_true(refused > 0);
	}
}

static const struct {
	const char *name;
	uint32_t width;
	uint32_t height;
	bool too_large; /* else the size is taken, whatever the pixels are then */
} sizes[] = {
	{ "as wide as may be", IMAGE_SIDE_MAX, 1, false },
	{ "a pixel wider", IMAGE_SIDE_MAX + 1, 1, true },
	{ "as high as may be", 1, IMAGE_SIDE_MAX, false },
	{ "a pixel higher", 1, IMAGE_SIDE_MAX + 1, true },
	{ "the largest area", 8192, 3072, false },
	{ "a row more", 8192, 3073, true },
	{ "65,000 squared", 65000, 65000, true },
	{ "no width", 0, 100, false },
};

static void put_number(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		out[i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

/* CRC-32 of a PNG's chunk (ISO 3309). */
static uint32_t chunk_crc(const uint8_t *bytes, size_t length)
{
	uint32_t crc = 0xFFFFFFFF;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++) {
			crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
		}
	}
	return ~crc;
}

static void sizes_are_bounded(void **state)
{
	(void)state;
	uint8_t png[8192];
	uint8_t jpeg[8192];
	size_t png_length = fetch(SEEDS "grey.png", png, sizeof png);
	size_t jpeg_length = fetch(SEEDS "grey.jpg", jpeg, sizeof jpeg);
	uint8_t *frame = memmem(jpeg, jpeg_length, "\xff\xc0\x00\x0b\x08", 5);

	assert_non_null(frame);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		print_message("  %s\n", sizes[i].name);
		put_number(png + 16, sizes[i].width);
		put_number(png + 20, sizes[i].height);
		put_number(png + 29, chunk_crc(png + 12, 17));
		assert_int_equal(load_exactly(png, png_length) == IMAGE_TOO_LARGE,
				 sizes[i].too_large);
		frame[5] = (uint8_t)(sizes[i].height >> 8);
		frame[6] = (uint8_t)sizes[i].height;
		frame[7] = (uint8_t)(sizes[i].width >> 8);
		frame[8] = (uint8_t)sizes[i].width;
		assert_int_equal(load_exactly(jpeg, jpeg_length) == IMAGE_TOO_LARGE,
				 sizes[i].too_large);
	}
	put_number(png + 16, 0x7FFFFFFF);
	put_number(png + 20, 0x7FFFFFFF);
	put_number(png + 29, chunk_crc(png + 12, 17));
	enum image_status status = load_exactly(png, png_length);

	assert_true(status == IMAGE_TOO_LARGE || status == IMAGE_MALFORMED);
}

static void what_is_no_image_is_refused(void **state)
{
	struct folder *folder = *state;
	struct image image;

	assert_int_equal(image_load(&image, folder->file), IMAGE_NO_FILE);
	assert_int_equal(image_load(&image, folder->path), IMAGE_NO_FILE);
	assert_int_equal(image_load(&image, "/dev/zero"), IMAGE_NO_FILE);
	assert_int_equal(mkfifo(folder->file, 0600), 0);
	assert_int_equal(image_load(&image, folder->file), IMAGE_NO_FILE);
	unlink(folder->file);
	folder_put(folder->file, "", 0);
	assert_int_equal(image_load(&image, folder->file), IMAGE_MALFORMED);
	folder_put(folder->file, "6BF not an image", 16);
	assert_int_equal(image_load(&image, folder->file), IMAGE_MALFORMED);
	assert_int_equal(truncate(folder->file, IMAGE_FILE_MAX), 0);
	assert_int_equal(image_load(&image, folder->file), IMAGE_MALFORMED);
	assert_int_equal(truncate(folder->file, IMAGE_FILE_MAX + 1), 0);
	assert_int_equal(image_load(&image, folder->file), IMAGE_TOO_LARGE);
}

static void colours_become_grey(void **state)
{
	struct folder *folder = *state;
	static const uint8_t rgb[2 * 16] = {
		0, 0,   0, 255, 255, 255, 255, 0,   0,   1, 2, 3, 4, 5, 6, 7, /* padded rows */
		0, 255, 0, 0,   0,   255, 128, 128, 128,
	};
	struct image image;

	assert_int_equal(image_save_rgb(folder->file, 3, 2, 16, rgb), IMAGE_OK);
	assert_int_equal(image_load(&image, folder->file), IMAGE_OK);
	assert_int_equal(image.width, 3);
	assert_int_equal(image.height, 2);
	assert_int_equal(image.grey[0], 0);
	assert_int_equal(image.grey[1], 255);
	assert_true(image.grey[image.stride] > image.grey[2]);     /* green, red */
	assert_true(image.grey[2] > image.grey[image.stride + 1]); /* red, blue */
	assert_in_range(image.grey[image.stride + 2], 127, 129);
	image_free(&image);
}

static void what_cannot_be_written_is_said(void **state)
{
	(void)state;
	uint8_t pixel = 9;
	struct stat before;
	struct stat after;
	struct image image = { 1, 1, 1, &pixel };

	assert_int_equal(image_save_grey("/nowhere/at/all.png", &image), IMAGE_NOT_WRITTEN);
	if (stat("/dev/full", &before) == 0) {
		assert_int_equal(image_save_grey("/dev/full", &image), IMAGE_NOT_WRITTEN);
		assert_int_equal(stat("/dev/full", &after), 0); /* not removed */
		assert_int_equal(after.st_rdev, before.st_rdev);
	}
	assert_int_equal(image_save_rgb("/nowhere/at/all.png", 1, 1, 3, (uint8_t[]){ 1, 2, 3 }),
			 IMAGE_NOT_WRITTEN);
	assert_int_equal(qr_save("/nowhere/at/all.png", "A", 4), IMAGE_NOT_WRITTEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(codes_go_round_by_file, folder_set_up,
						folder_tear_down),
		cmocka_unit_test(drawing_has_limits),
		cmocka_unit_test(frames_are_read),
		cmocka_unit_test(nothing_is_found_where_nothing_is),
		cmocka_unit_test(a_crowd_of_finder_patterns_takes_no_time),
		cmocka_unit_test(each_kind_of_file),
		cmocka_unit_test(truncated_files_are_refused),
		cmocka_unit_test(damaged_files_do_no_harm),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test_setup_teardown(what_is_no_image_is_refused, folder_set_up,
						folder_tear_down),
		cmocka_unit_test_setup_teardown(colours_become_grey, folder_set_up,
						folder_tear_down),
		cmocka_unit_test(what_cannot_be_written_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
