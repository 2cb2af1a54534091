#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/canvas.h"
#include "kiosk/text.h"
#include "reader/image.h"
#include "tests/folder.h"

#define WIDE  640
#define HIGH  400
#define PAPER 0xFBF8F3
#define INK   0x211C17
#define RED   0x9E1B16

static int open_canvas(void **state)
{
	struct canvas *canvas;

	if (canvas_open(&canvas, "test", WIDE, HIGH, true) != CANVAS_OK)
		return -1;
	*state = canvas;
	return 0;
}

static int close_canvas(void **state)
{
	canvas_close(*state);
	return 0;
}

static void blank(struct canvas *canvas)
{
	struct box all = canvas_size(canvas);

	canvas_begin(canvas, all);
	canvas_fill(canvas, all, 0, PAPER);
}

/* The smallest box that holds every pixel that is not paper. */
static struct box drawn_box(const struct canvas *canvas)
{
	int left = WIDE, right = 0, top = HIGH, bottom = 0;

	for (int y = 0; y < HIGH; y++)
		for (int x = 0; x < WIDE; x++) {
			if (canvas_pixel(canvas, x, y) == PAPER)
				continue;
			left = x < left ? x : left;
			right = x + 1 > right ? x + 1 : right;
			top = y < top ? y : top;
			bottom = y + 1 > bottom ? y + 1 : bottom;
		}
	return right == 0 ? (struct box){ 0, 0, 0, 0 }
			  : (struct box){ left, top, right - left, bottom - top };
}

static void assert_box(struct box is, struct box should, const char *what)
{
	if (is.x != should.x || is.y != should.y || is.w != should.w || is.h != should.h)
		fail_msg("%s: %d,%d %dx%d instead of %d,%d %dx%d", what, is.x, is.y, is.w, is.h,
			 should.x, should.y, should.w, should.h);
}

/* --- shapes --- */

static void shapes_fill_their_boxes(void **state)
{
	struct canvas *canvas = *state;
	const struct box box = { 100, 80, 200, 120 };
	const struct point square[4] = { { 100, 80 }, { 300, 80 }, { 300, 200 }, { 100, 200 } };
	const struct point line[2] = { { 110, 140 }, { 290, 140 } };

	blank(canvas);
	canvas_fill(canvas, box, 0, RED);
	canvas_end(canvas);
	assert_box(drawn_box(canvas), box, "fill");

	blank(canvas);
	canvas_fill(canvas, box, 26, RED);
	canvas_end(canvas);
	assert_box(drawn_box(canvas), box, "round fill");
	assert_int_equal(canvas_pixel(canvas, 200, 140), RED);
	assert_int_equal(canvas_pixel(canvas, 100, 80), PAPER);
	assert_int_equal(canvas_pixel(canvas, 299, 199), PAPER);
	assert_int_equal(canvas_pixel(canvas, 108, 88), RED);

	blank(canvas);
	canvas_edge(canvas, box, 22, 4, RED);
	canvas_end(canvas);
	assert_box(drawn_box(canvas), box, "edge");
	assert_int_equal(canvas_pixel(canvas, 200, 83), RED);
	assert_int_equal(canvas_pixel(canvas, 200, 84), PAPER);
	assert_int_equal(canvas_pixel(canvas, 103, 140), RED);
	assert_int_equal(canvas_pixel(canvas, 104, 140), PAPER);

	blank(canvas);
	canvas_polygon(canvas, square, 4, RED);
	canvas_end(canvas);
	assert_box(drawn_box(canvas), box, "polygon");
	assert_int_equal(canvas_pixel(canvas, 100, 80), RED);

	blank(canvas);
	canvas_line(canvas, line, 2, 20, RED);
	canvas_end(canvas);
	assert_box(drawn_box(canvas), (struct box){ 100, 130, 200, 20 }, "line with round ends");

	blank(canvas);
	canvas_arc(canvas, (struct point){ 200, 200 }, 50, 0, 360, 10, RED);
	canvas_end(canvas);
	assert_box(drawn_box(canvas), (struct box){ 145, 145, 110, 110 }, "circle");
	assert_int_equal(canvas_pixel(canvas, 200, 200), PAPER);
	assert_int_equal(canvas_pixel(canvas, 200, 150), RED);
}

static void an_arc_keeps_to_its_angles(void **state)
{
	struct canvas *canvas = *state;
	static const struct {
		const char *name;
		int from, to;
		bool right, below, left, above;
	} rows[] = {
		{ "above", 225, 315, false, false, false, true },
		{ "right to below", 0, 90, true, true, false, false },
		{ "all but above", 300, 600, true, true, true, false },
		{ "half", 0, 180, true, true, true, false },
		{ "circle", 0, 360, true, true, true, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		blank(canvas);
		canvas_arc(canvas, (struct point){ 200, 200 }, 80, rows[i].from, rows[i].to, 8,
			   RED);
		canvas_end(canvas);
		bool right = canvas_pixel(canvas, 280, 202) != PAPER;
		bool below = canvas_pixel(canvas, 198, 280) != PAPER;
		bool left = canvas_pixel(canvas, 119, 201) != PAPER;
		bool above = canvas_pixel(canvas, 200, 119) != PAPER;
		if (right != rows[i].right || below != rows[i].below || left != rows[i].left ||
		    above != rows[i].above)
			fail_msg("%s: right %d below %d left %d above %d", rows[i].name, right,
				 below, left, above);
	}
}

static void nothing_outside_the_clip_changes(void **state)
{
	struct canvas *canvas = *state;
	const struct box clip = { 150, 100, 60, 40 };
	const struct point across[4] = { { -50, -50 }, { 900, 20 }, { 700, 900 }, { -90, 500 } };

	blank(canvas);
	canvas_end(canvas);
	canvas_begin(canvas, clip);
	canvas_fill(canvas, (struct box){ -100, -100, 2000, 2000 }, 300, RED);
	canvas_edge(canvas, (struct box){ -10, 90, 2000, 60 }, 20, 12, INK);
	canvas_line(canvas, across, 4, 60, INK);
	canvas_arc(canvas, (struct point){ 180, 120 }, 70, 0, 360, 100, RED);
	canvas_polygon(canvas, across, 4, RED);
	canvas_text(canvas, (struct box){ 0, 90, 640, 60 }, "老兵您好老兵您好老兵您好", 60,
		    WEIGHT_BOLD, ALIGN_CENTRE, INK);
	canvas_modules(canvas, (struct box){ 0, 0, 640, 400 }, (const uint8_t *)"\1", 1);
	canvas_end(canvas);
	assert_box(drawn_box(canvas), clip, "everything at once");

	/* Without a frame begun nothing is drawn at all. */
	canvas_fill(canvas, canvas_size(canvas), 0, RED);
	assert_box(drawn_box(canvas), clip, "after the end");
	canvas_begin(canvas, (struct box){ 5000, 5000, 10, 10 });
	canvas_fill(canvas, canvas_size(canvas), 0, RED);
	canvas_end(canvas);
	assert_box(drawn_box(canvas), clip, "a clip beyond the frame");
}

static void edges_are_smooth(void **state)
{
	struct canvas *canvas = *state;
	const struct point slope[3] = { { 100, 100 }, { 400, 160 }, { 100, 160 } };
	size_t between = 0;

	blank(canvas);
	canvas_polygon(canvas, slope, 3, 0x000000);
	canvas_end(canvas);
	for (int x = 120; x < 380; x++)
		for (int y = 100; y < 160; y++) {
			uint32_t pixel = canvas_pixel(canvas, x, y);
			between += pixel != PAPER && pixel != 0;
		}
	assert_in_range(between, 200, 900);
}

/* --- text --- */

static void characters_are_taken_as_utf8(void **state)
{
	(void)state;
	static const struct {
		const char *name, *text;
		uint32_t character;
		size_t length;
	} rows[] = {
		{ "end", "", 0, 0 },
		{ "ascii", "Ab", 'A', 1 },
		{ "two bytes", "·", 0xb7, 2 },
		{ "three bytes", "优待", 0x4f18, 3 },
		{ "four bytes", "𠮷", 0x20bb7, 4 },
		{ "last of Unicode", "\xf4\x8f\xbf\xbf", 0x10ffff, 4 },
		{ "beyond Unicode", "\xf4\x90\x80\x80", 0xfffd, 1 },
		{ "overlong", "\xc0\xaf", 0xfffd, 1 },
		{ "overlong in three", "\xe0\x80\xaf", 0xfffd, 1 },
		{ "surrogate", "\xed\xa0\x80", 0xfffd, 1 },
		{ "tail alone", "\x80", 0xfffd, 1 },
		{ "cut off", "\xe4\xbc", 0xfffd, 1 },
		{ "control character", "\x1b[2J", 0xfffd, 1 },
		{ "new line", "\n", '\n', 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = rows[i].text;
		uint32_t character = text_next(&at);
		if (character != rows[i].character || (size_t)(at - rows[i].text) != rows[i].length)
			fail_msg("%s: U+%04X, %zu bytes", rows[i].name, character,
				 (size_t)(at - rows[i].text));
		char back[5] = { 0 };
		if (rows[i].length == strlen(rows[i].text) && character > 0xfffd) {
			assert_int_equal(text_put(back, character), rows[i].length);
			assert_string_equal(back, rows[i].text);
		}
	}
}

static void lines_break_where_they_may(void **state)
{
	(void)state;
	/* Each text with a bar where a line may end. */
	static const struct {
		const char *name, *barred;
	} rows[] = {
		{ "between characters", "老|兵|您|好" },
		{ "no comma begins a line", "证，|或|码。" },
		{ "half-width comma too", "证,|或|码." },
		{ "brackets hold on", "张|三|（测|试）|等" },
		{ "quotes", "称|“老|兵”|的" },
		{ "words stay whole", "Please |tap |it" },
		{ "words beside characters", "拨|打|12345|吧" },
		{ "hyphen", "well-|kept" },
		{ "no-break space", "付|24.00\xc2\xa0元" },
		{ "ellipsis and middle dot", "等……|海·|东" },
		{ "forced", "一\n|二" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[128] = "", got[256] = "";
		for (const char *c = rows[i].barred; *c != 0; c++)
			if (*c != '|')
				strncat(text, c, 1);
		for (const char *at = text, *after; *at != 0; at = after) {
			(void)text_unit(at, &after);
			strncat(got, at, (size_t)(after - at));
			if (*after != 0)
				strcat(got, "|");
		}
		if (strcmp(got, rows[i].barred) != 0)
			fail_msg("%s: %s instead of %s", rows[i].name, got, rows[i].barred);
	}
}

static void text_is_measured_and_kept(void **state)
{
	struct canvas *canvas = *state;
	int small = canvas_text_width(canvas, "优待证", 30, WEIGHT_REGULAR);
	int large = canvas_text_width(canvas, "优待证", 60, WEIGHT_REGULAR);

	assert_in_range(small, 88, 92);
	assert_in_range(large, 178, 182);
	assert_int_equal(canvas_text_width(canvas, "", 30, WEIGHT_BOLD), 0);
	for (int round = 0; round < 2; round++) {
		size_t before = canvas_tally(canvas).rasterised;
		blank(canvas);
		canvas_text_at(canvas, (struct point){ 50, 100 }, "只画一次", 40, WEIGHT_BOLD, INK);
		canvas_text_at(canvas, (struct point){ 50, 200 }, "只画一次", 40, WEIGHT_BOLD, RED);
		canvas_end(canvas);
		assert_int_equal(canvas_tally(canvas).rasterised - before, round == 0 ? 1 : 0);
	}
}

/* Characters lie centred on the line that they were put on. */
static void text_is_centred_in_its_box(void **state)
{
	struct canvas *canvas = *state;
	const struct box box = { 100, 120, 400, 160 };

	blank(canvas);
	canvas_text(canvas, box, "国国", 100, WEIGHT_BOLD, ALIGN_CENTRE, INK);
	canvas_end(canvas);
	struct box drawn = drawn_box(canvas);
	assert_in_range(drawn.x + drawn.w / 2, 296, 304);
	assert_in_range(drawn.y + drawn.h / 2, 195, 205);
	assert_in_range(drawn.w, 170, 200);
}

static void a_long_line_is_cut_with_an_ellipsis(void **state)
{
	struct canvas *canvas = *state;
	const struct box box = { 50, 50, 200, 60 };
	size_t before = canvas_tally(canvas).texts_cut;

	blank(canvas);
	canvas_text(canvas, box, "您在这里", 40, WEIGHT_REGULAR, ALIGN_LEFT, INK);
	assert_int_equal(canvas_tally(canvas).texts_cut, before);
	canvas_text(canvas, box, "您在这里可以享受很多优待", 40, WEIGHT_REGULAR, ALIGN_LEFT, INK);
	canvas_end(canvas);
	assert_int_equal(canvas_tally(canvas).texts_cut, before + 1);
	struct box drawn = drawn_box(canvas);
	assert_true(drawn.x >= 50 && drawn.x + drawn.w <= 252);
}

static void a_paragraph_takes_the_lines_that_it_needs(void **state)
{
	struct canvas *canvas = *state;
	static const struct {
		const char *name, *text;
		int width, lines;
	} rows[] = {
		{ "nothing", "", 200, 0 },
		{ "one line", "老兵您好", 165, 1 },
		{ "a pixel too narrow", "老兵您好", 150, 2 },
		{ "comma goes along", "请刷优待证，好", 200, 2 },
		{ "forced", "一\n二\n三", 200, 3 },
		{ "a word too long", "Donaudampfschifffahrt", 200, 3 },
		{ "words", "one two three", 150, 2 },
		{ "no width at all", "一二", 0, 2 },
		{ "spaces alone", "     ", 200, 1 },
	};
	const int pitch = 40 * TEXT_PITCH / 10;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct box box = { 20, 10, rows[i].width, 0 };
		int high = canvas_paragraph(canvas, box, rows[i].text, 40, WEIGHT_REGULAR,
					    ALIGN_LEFT, INK, true);
		blank(canvas);
		int drawn = canvas_paragraph(canvas, box, rows[i].text, 40, WEIGHT_REGULAR,
					     ALIGN_LEFT, INK, false);
		canvas_end(canvas);
		if (high != rows[i].lines * pitch || drawn != high)
			fail_msg("%s: %d px measured, %d drawn, for %d lines of %d", rows[i].name,
				 high, drawn, rows[i].lines, pitch);
	}
	/* A box of two lines holds two, the second cut. */
	size_t before = canvas_tally(canvas).texts_cut;
	blank(canvas);
	canvas_paragraph(canvas, (struct box){ 20, 10, 200, 2 * pitch },
			 "您在这里可以享受很多优待请点选一项", 40, WEIGHT_REGULAR, ALIGN_LEFT, INK,
			 false);
	canvas_end(canvas);
	assert_int_equal(canvas_tally(canvas).texts_cut, before + 1);
	struct box drawn = drawn_box(canvas);
	assert_true(drawn.y + drawn.h <= 10 + 2 * pitch);
}

/* Beyond the basic plane, beyond every font, and no UTF-8 at all: each draws something. */
static void rare_characters_are_drawn(void **state)
{
	struct canvas *canvas = *state;
	static const char *const texts[] = { "𠮷",       "㼆", "\xf3\xb0\x80\x80",
					     "\xff\xfe", "اب", "\x01\x02" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		blank(canvas);
		canvas_text_at(canvas, (struct point){ 100, 100 }, texts[i], 60, WEIGHT_BOLD, INK);
		canvas_end(canvas);
		if (drawn_box(canvas).w == 0)
			fail_msg("text %zu left no trace", i);
	}
}

/* A hostile name: long, with many fonts; and enough different lines to turn the cache over. */
static void memory_for_text_is_bounded(void **state)
{
	struct canvas *canvas = *state;
	char *name = calloc(1, 20001), line[64];

	for (size_t i = 0; i < 20000; i++)
		name[i] = (char)(0x80 | (i * 7 & 0x7f));
	blank(canvas);
	canvas_text(canvas, canvas_size(canvas), name, 30, WEIGHT_BOLD, ALIGN_LEFT, INK);
	canvas_text_at(canvas, (struct point){ 0, 100 }, name, 30, WEIGHT_BOLD, INK);
	canvas_paragraph(canvas, canvas_size(canvas), name, 30, WEIGHT_BOLD, ALIGN_LEFT, INK,
			 false);
	for (int i = 0; i < 400; i++) {
		snprintf(line, sizeof(line), "第 %d 行，各不相同的一行文字", i);
		canvas_text_at(canvas, (struct point){ 10, 200 }, line, 60, WEIGHT_BOLD, INK);
	}
	size_t before = canvas_tally(canvas).rasterised;
	canvas_text_at(canvas, (struct point){ 10, 200 }, line, 60, WEIGHT_BOLD, INK);
	assert_int_equal(canvas_tally(canvas).rasterised, before);
	canvas_text_at(canvas, (struct point){ 10, 200 }, "第 0 行，各不相同的一行文字", 60,
		       WEIGHT_BOLD, INK);
	assert_int_equal(canvas_tally(canvas).rasterised, before + 1);
	canvas_end(canvas);
	free(name);
}

/* --- pictures --- */

static void a_picture_is_what_was_drawn(void **state)
{
	struct canvas *canvas = *state;
	char folder[FOLDER_SIZE], path[FOLDER_SIZE + 16];
	const char *text = "YD1:RECEIPT:9600:2400:3B9F2C77";
	struct qr qr;
	struct image image;
	struct reading reading;

	folder_make(folder);
	snprintf(path, sizeof(path), "%s/picture.png", folder);
	assert_int_equal(qr_encode(&qr, text), IMAGE_OK);
	blank(canvas);
	canvas_modules(canvas, (struct box){ 120, 10, 380, 380 }, qr.modules, qr.side);
	canvas_end(canvas);
	assert_true(canvas_save(canvas, path));
	assert_int_equal(image_load(&image, path), IMAGE_OK);
	assert_int_equal(image.width, WIDE);
	assert_int_equal(image.height, HIGH);
	assert_int_equal(qr_decode(&reading, &image), IMAGE_OK);
	assert_int_equal(reading.length, strlen(text));
	assert_memory_equal(reading.bytes, text, reading.length);
	image_free(&image);
	assert_false(canvas_save(canvas, folder));
	folder_remove(folder);
}

/* --- what comes in --- */

static void *wake_soon(void *canvas)
{
	usleep(20000);
	canvas_wake(canvas);
	return NULL;
}

static void another_thread_can_wake_it(void **state)
{
	struct canvas *canvas = *state;
	struct input input;
	pthread_t thread;

	canvas_wait(canvas, &input, 0);
	while (input.kind != INPUT_NONE) /* what the window tells when it opens */
		canvas_wait(canvas, &input, 0);
	assert_int_equal(pthread_create(&thread, NULL, wake_soon, canvas), 0);
	canvas_wait(canvas, &input, -1);
	assert_int_equal(input.kind, INPUT_WAKE);
	pthread_join(thread, NULL);
	canvas_wait(canvas, &input, 30);
	assert_int_equal(input.kind, INPUT_NONE);
}

static void a_canvas_can_be_opened_again(void **state)
{
	struct canvas *canvas;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(canvas_open(&canvas, "test", 0, 0, true), CANVAS_OK);
		assert_int_equal(canvas_size(canvas).w, 1920);
		assert_int_equal(canvas_size(canvas).h, 1080);
		canvas_close(canvas);
	}
	canvas_close(NULL);
}

/* A process without a display is told so; off screen it works all the same. */
static void without_a_display_it_says_so(void **state)
{
	struct canvas *canvas = NULL;

	(void)state;
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	setenv("SDL_VIDEODRIVER", "x11", 1);
	assert_int_equal(canvas_open(&canvas, "test", 320, 200, false), CANVAS_NO_DISPLAY);
	assert_int_equal(canvas_open(&canvas, "test", 320, 200, true), CANVAS_OK);
	canvas_close(canvas);
	/* A driver that the environment names is wanted, even one that shows nothing. */
	setenv("SDL_VIDEODRIVER", "dummy", 1);
	assert_int_equal(canvas_open(&canvas, "test", 320, 200, false), CANVAS_OK);
	canvas_close(canvas);
	unsetenv("SDL_VIDEODRIVER");
}

int main(void)
{
	const struct CMUnitTest with_canvas[] = {
		cmocka_unit_test(shapes_fill_their_boxes),
		cmocka_unit_test(an_arc_keeps_to_its_angles),
		cmocka_unit_test(nothing_outside_the_clip_changes),
		cmocka_unit_test(edges_are_smooth),
		cmocka_unit_test(characters_are_taken_as_utf8),
		cmocka_unit_test(lines_break_where_they_may),
		cmocka_unit_test(text_is_measured_and_kept),
		cmocka_unit_test(text_is_centred_in_its_box),
		cmocka_unit_test(a_long_line_is_cut_with_an_ellipsis),
		cmocka_unit_test(a_paragraph_takes_the_lines_that_it_needs),
		cmocka_unit_test(rare_characters_are_drawn),
		cmocka_unit_test(memory_for_text_is_bounded),
		cmocka_unit_test(a_picture_is_what_was_drawn),
		cmocka_unit_test(another_thread_can_wake_it),
	};
	const struct CMUnitTest without[] = {
		cmocka_unit_test(a_canvas_can_be_opened_again),
		cmocka_unit_test(without_a_display_it_says_so),
	};

	int failed = cmocka_run_group_tests(with_canvas, open_canvas, close_canvas);
	return failed + cmocka_run_group_tests(without, NULL, NULL);
}
