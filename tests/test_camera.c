/* A camera without one: pixel formats, what counts as shown, and images that stand in for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader/frame.h"
#include "reader/reader.h"
#include "reader/scene.h"
#include "reader/shown.h"
#include "tests/folder.h"
#include "tests/synth.h"

/* --- pixels --- */

static const struct {
	const char *name;
	enum frame_format format;
	size_t length; /* [byte] of a frame of 2 x 2 */
	size_t stride;
	const char *bytes;
	const char *grey; /* NULL: refused */
} pixels[] = {
	{ "luma first", FRAME_LUMA_FIRST, 4, 2, "abcd", "abcd" },
	{ "luma first, chroma behind", FRAME_LUMA_FIRST, 6, 2, "abcdUV", "abcd" },
	{ "padded rows", FRAME_LUMA_FIRST, 8, 4, "ab--cd--", "abcd" },
	{ "the last row's padding is missing", FRAME_LUMA_FIRST, 6, 4, "ab--cd", "abcd" },
	{ "a byte too few", FRAME_LUMA_FIRST, 5, 4, "ab--c", NULL },
	{ "rows too short", FRAME_LUMA_FIRST, 8, 1, "abcdefgh", NULL },
	{ "no stride", FRAME_LUMA_FIRST, 8, 0, "abcdefgh", NULL },
	{ "nothing", FRAME_LUMA_FIRST, 0, 2, "", NULL },
	{ "YUYV", FRAME_YUYV, 8, 4, "a-b-c-d-", "abcd" },
	{ "YUYV, padded", FRAME_YUYV, 12, 6, "a-b-==c-d-==", "abcd" },
	{ "YUYV, a byte too few", FRAME_YUYV, 7, 4, "a-b-c-d", NULL },
	{ "YUYV, rows too short", FRAME_YUYV, 8, 3, "a-b-c-d-", NULL },
	{ "UYVY", FRAME_UYVY, 8, 4, "-a-b-c-d", "abcd" },
	{ "UYVY, a byte too few", FRAME_UYVY, 7, 4, "-a-b-c-", NULL },
};

static void each_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pixels / sizeof pixels[0]; i++) {
		uint8_t grey[4] = "....";
		struct image image = { 2, 2, 2, grey };
		uint8_t *exact = malloc(pixels[i].length + 1);

		print_message("  %s\n", pixels[i].name);
		exact = realloc(exact, pixels[i].length > 0 ? pixels[i].length : 1);
		memcpy(exact, pixels[i].bytes, pixels[i].length);
		assert_int_equal(frame_to_grey(&image, pixels[i].format, exact, pixels[i].length,
					       pixels[i].stride),
				 pixels[i].grey != NULL);
		assert_memory_equal(grey, pixels[i].grey != NULL ? pixels[i].grey : "....", 4);
		free(exact);
	}
}

/* A frame as a camera sends it, through the conversion, to its text. */
static void a_frame_is_read(void **state)
{
	(void)state;
	static const struct synth synth = { 640, 480, 4, 12, 0.1, 1, 6, 40, 220, 20, 5, 0 };
	struct image drawn;
	struct reading reading;

	assert_int_equal(synth_frame(&drawn, "FROM YUYV TO TEXT", &synth), IMAGE_OK);
	uint8_t *frame = malloc(640 * 480 * 2);
	struct image grey = { 640, 480, 640, malloc(640 * 480) };

	for (size_t i = 0; i < 640 * 480; i++) {
		frame[2 * i] = drawn.grey[i];
		frame[2 * i + 1] = (uint8_t)(i * 37);
	}
	assert_true(frame_to_grey(&grey, FRAME_YUYV, frame, 640 * 480 * 2, 1280));
	assert_int_equal(qr_decode(&reading, &grey), IMAGE_OK);
	assert_int_equal(reading.length, 17);
	assert_memory_equal(reading.bytes, "FROM YUYV TO TEXT", 17);
	free(frame);
	image_free(&drawn);
	image_free(&grey);
}

/* --- scene --- */

/* How many of ten pictures, which differ in their noise, are worth a search. */
static int count_looks(struct scene *scene, double degrees, uint64_t now_ms)
{
	int looks = 0;

	for (uint32_t i = 0; i < 10; i++) {
		const struct synth synth = { .width = 640,
					     .height = 480,
					     .module_px = 3,
					     .degrees = degrees,
					     .blur = 1,
					     .noise = 20,
					     .dark = 60,
					     .light = 200,
					     .shade = 30,
					     .seed = i };
		struct image image;

		assert_int_equal(synth_frame(&image, "A CODE IN SIGHT", &synth), IMAGE_OK);
		looks += scene_wants_look(scene, &image, now_ms);
		image_free(&image);
	}
	return looks;
}

static void a_still_scene_is_not_searched_for_long(void **state)
{
	(void)state;
	struct scene scene = { .known = false };
	unsigned turns = 0;
	static const struct {
		const char *name;
		uint64_t at_ms;
		double degrees;
		int looks;
	} sights[] = {
		{ "the first picture", 0, 0, SCENE_LOOKS },
		{ "only noise is new", 999, 0, 0 },
		{ "a second later", 1000, 0, SCENE_GLANCES },
		{ "a hand that moves", 1100, 5, SCENE_LOOKS },
		{ "and rests", 1200, 5, 0 },
		{ "a clock that goes back", 1000, 5, SCENE_GLANCES },
	};

	for (size_t i = 0; i < sizeof sights / sizeof sights[0]; i++) {
		print_message("  %s\n", sights[i].name);
		assert_int_equal(count_looks(&scene, sights[i].degrees, sights[i].at_ms),
				 sights[i].looks);
		turns += (unsigned)sights[i].looks;
		assert_int_equal(scene.turn, turns); /* each look has its own */
	}
}

static void what_was_read_is_not_searched_again_at_once(void **state)
{
	(void)state;
	static uint8_t grey[64 * 64];
	const struct image image = { 64, 64, 64, grey };
	struct scene scene = { .known = false };

	assert_true(scene_wants_look(&scene, &image, 5000));
	scene_settle(&scene);
	assert_false(scene_wants_look(&scene, &image, 5001));
	assert_false(scene_wants_look(&scene, &image, 5000 + SCENE_AGAIN_MS - 1));
	assert_true(scene_wants_look(&scene, &image, 5000 + SCENE_AGAIN_MS));
	memset(grey, 200, sizeof grey);
	scene_settle(&scene);
	assert_true(scene_wants_look(&scene, &image, 5001 + SCENE_AGAIN_MS));
}

static void any_size_is_a_scene(void **state)
{
	(void)state;
	struct scene scene = { .known = false };

	for (int side = 1; side < 100; side += 7) {
		struct image image = { side, 101 - side, (size_t)side, NULL };
		size_t area = (size_t)side * (size_t)(101 - side);

		image.grey = malloc(area);
		memset(image.grey, side, area);
		assert_true(scene_wants_look(&scene, &image, (uint64_t)side * SCENE_AGAIN_MS));
		scene_settle(&scene);
		assert_false(scene_wants_look(&scene, &image, (uint64_t)side * SCENE_AGAIN_MS + 1));
		image_free(&image);
	}
}

/* --- shown --- */

struct sight {
	const char *text; /* "!": a code that is too long; "": none, only time goes by */
	uint64_t at_ms;
	bool new;
};

static const struct {
	const char *name;
	struct sight sights[8];
} shows[] = {
	{ "once", { { "A", 10, true }, { "A", 110, false }, { "A", 210, false } } },
	{ "stays for long",
	  { { "A", 0, true }, { "A", 2000, false }, { "A", 4000, false }, { "A", 6000, false } } },
	{ "away for 2000 ms is not away", { { "A", 0, true }, { "A", 2000, false } } },
	{ "away for 2001 ms is away", { { "A", 0, true }, { "A", 2001, true } } },
	{ "another one at once", { { "A", 0, true }, { "B", 1, true }, { "A", 2, false } } },
	{ "two in turn are two",
	  { { "A", 0, true },
	    { "B", 100, true },
	    { "A", 200, false },
	    { "B", 300, false },
	    { "A", 400, false } } },
	{ "a prefix is another code", { { "AB", 0, true }, { "A", 1, true }, { "AB", 2, false } } },
	{ "five at once: the one seen longest ago is forgotten",
	  { { "A", 0, true },
	    { "B", 1, true },
	    { "C", 2, true },
	    { "D", 3, true },
	    { "A", 4, false },
	    { "E", 5, true },
	    { "A", 6, false },
	    { "B", 7, true } } },
	{ "too long is a presentation too", { { "!", 0, true }, { "!", 100, false } } },
	{ "time that goes back", { { "A", 5000, true }, { "A", 10, false } } },
};

static void each_show(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shows / sizeof shows[0]; i++) {
		struct shown *shown = calloc(1, sizeof *shown);

		print_message("  %s\n", shows[i].name);
		for (int j = 0; j < 8 && shows[i].sights[j].text != NULL; j++) {
			const struct sight *sight = &shows[i].sights[j];
			struct reading reading = { .carrier = READING_QR };

			if (sight->text[0] == '!') {
				reading.fault = READING_MALFORMED;
			} else {
				reading.length = strlen(sight->text);
				memcpy(reading.bytes, sight->text, reading.length);
			}
			assert_int_equal(shown_is_new(shown, &reading, sight->at_ms), sight->new);
		}
		free(shown);
	}
}

static void what_is_away_is_wiped(void **state)
{
	(void)state;
	static struct shown shown;
	static const struct shown nothing;
	struct reading reading = { .length = 6, .bytes = "secret" };

	assert_true(shown_is_new(&shown, &reading, 100));
	shown_forget(&shown, 2100);
	assert_memory_not_equal(&shown, &nothing, sizeof shown);
	shown_forget(&shown, 2101);
	assert_memory_equal(&shown, &nothing, sizeof shown);
	reading.length = 0;
	assert_false(shown_is_new(&shown, &reading, 3000)); /* nothing is never shown */
}

/* --- images instead of a camera --- */

static void assert_next(struct source *source, const char *text)
{
	struct reading reading;
	uint64_t before_ms = reader_clock_ms();

	assert_int_equal(source_camera.read(source, &reading, 2000), SOURCE_OK);
	assert_int_equal(reading.length, strlen(text));
	assert_memory_equal(reading.bytes, text, reading.length);
	assert_in_range(reading.taken_ms, before_ms, reader_clock_ms());
}

static void a_folder_is_shown_picture_by_picture(void **state)
{
	struct folder *folder = *state;
	struct source *source;
	struct reading reading = { .length = 77 };

	assert_int_equal(qr_save(folder_file(folder, "4.png"), "FOUR", 4), IMAGE_OK);
	folder_put_text(folder_file(folder, "3.jpg"), "no picture");
	assert_int_equal(qr_save(folder_file(folder, "2.png"), "ONE", 5), IMAGE_OK);
	assert_int_equal(qr_save(folder_file(folder, "1.png"), "ONE", 4), IMAGE_OK);
	folder_put_text(folder_file(folder, "notes.txt"), "no picture either");
	assert_int_equal(source_camera.open(&source, folder->path, NULL), SOURCE_OK);
	assert_next(source, "ONE"); /* once, though two pictures show it */
	assert_next(source, "FOUR");
	assert_int_equal(source_camera.read(source, &reading, 300), SOURCE_NOTHING);
	assert_int_equal(reading.length, 77);
	source_camera.close(source);
	source_camera.close(NULL);
}

static void a_picture_stays_until_it_changes(void **state)
{
	struct folder *folder = *state;
	struct source *source;
	struct reading reading;

	assert_int_equal(source_camera.open(&source, folder_file(folder, "1.png"), NULL),
			 SOURCE_ABSENT);
	assert_int_equal(qr_save(folder_file(folder, "1.png"), "FIRST", 4), IMAGE_OK);
	assert_int_equal(source_camera.open(&source, folder_file(folder, "1.png"), NULL),
			 SOURCE_OK);
	assert_next(source, "FIRST");
	assert_int_equal(source_camera.read(source, &reading, 300), SOURCE_NOTHING);
	assert_int_equal(qr_save(folder_file(folder, "1.png"), "SECOND", 4), IMAGE_OK);
	assert_next(source, "SECOND");
	folder_put_text(folder_file(folder, "1.png"), "broken");
	assert_int_equal(source_camera.read(source, &reading, 2300), SOURCE_NOTHING);
	assert_int_equal(qr_save(folder_file(folder, "1.png"), "SECOND", 4), IMAGE_OK);
	assert_next(source, "SECOND"); /* it was away for more than 2 s */
	unlink(folder_file(folder, "1.png"));
	assert_int_equal(source_camera.read(source, &reading, 300), SOURCE_ABSENT);
	source_camera.close(source);
}

/* Light on dark and faint codes are looked for in turns: a picture that stays has them all. */
static void what_takes_a_second_look_gets_it(void **state)
{
	struct folder *folder = *state;
	static const struct synth sights[] = {
		{ .module_px = 5, .dark = 220, .light = 30 },
		{ .module_px = 5, .dark = 120, .light = 138 },
	};

	for (size_t i = 0; i < 2; i++) {
		struct synth synth = sights[i];
		struct source *source;
		struct image image;

		synth.width = 960;
		synth.height = 540;
		assert_int_equal(synth_frame(&image, "SECOND LOOK", &synth), IMAGE_OK);
		assert_int_equal(image_save_grey(folder_file(folder, "1.png"), &image), IMAGE_OK);
		image_free(&image);
		assert_int_equal(source_camera.open(&source, folder_file(folder, "1.png"), NULL),
				 SOURCE_OK);
		assert_next(source, "SECOND LOOK");
		source_camera.close(source);
	}
}

static void what_is_no_camera_is_absent(void **state)
{
	(void)state;
	struct source *source = NULL;

	assert_int_equal(source_camera.open(&source, "/dev/null", NULL), SOURCE_ABSENT);
	assert_int_equal(source_camera.open(&source, "/dev/youdai-none", NULL), SOURCE_ABSENT);
	assert_null(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format),
		cmocka_unit_test(a_frame_is_read),
		cmocka_unit_test(a_still_scene_is_not_searched_for_long),
		cmocka_unit_test(what_was_read_is_not_searched_again_at_once),
		cmocka_unit_test(any_size_is_a_scene),
		cmocka_unit_test(each_show),
		cmocka_unit_test(what_is_away_is_wiped),
		cmocka_unit_test_setup_teardown(a_folder_is_shown_picture_by_picture, folder_set_up,
						folder_tear_down),
		cmocka_unit_test_setup_teardown(a_picture_stays_until_it_changes, folder_set_up,
						folder_tear_down),
		cmocka_unit_test_setup_teardown(what_takes_a_second_look_gets_it, folder_set_up,
						folder_tear_down),
		cmocka_unit_test(what_is_no_camera_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
