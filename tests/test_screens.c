#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/theme.h"
#include "kiosk/wording.h"
#include "tests/stage.h"

/* Calls the check for every sample in every size, language and type. */
static void for_all(struct stage *stage, void (*check)(struct stage *stage, enum sample sample))
{
	for (size_t i = 0; i < SIZES; i++) {
		raise_canvas(stage, sizes[i]);
		for (int variant = 0; variant < 4; variant++)
			for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
				play(stage, (enum sample)sample,
				     variant & 1 ? LANGUAGE_ENGLISH : LANGUAGE_CHINESE,
				     (variant & 2) != 0);
				check(stage, (enum sample)sample);
			}
		lower_canvas(stage);
	}
}

static int scaled(const struct stage *stage, int length)
{
	struct box size = canvas_size(stage->canvas);

	return length * (size.w < size.h ? size.w : size.h) / THEME_LINES;
}

/* --- colours --- */

static double light(int channel)
{
	double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance of WCAG 2. */
static double luminance(uint32_t colour)
{
	return 0.2126 * light((int)(colour >> 16 & 255)) +
	       0.7152 * light((int)(colour >> 8 & 255)) + 0.0722 * light((int)(colour & 255));
}

static double contrast(uint32_t a, uint32_t b)
{
	double x = luminance(a), y = luminance(b);

	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static void every_pair_of_colours_can_be_read(void **state)
{
	(void)state;
	static const struct {
		const char *names;
		uint32_t text, under;
	} rows[] = {
#define X(text, under) { #text " on " #under, text, under },
		THEME_PAIRS(X)
#undef X
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (contrast(rows[i].text, rows[i].under) < 4.5)
			fail_msg("%s: %.2f", rows[i].names, contrast(rows[i].text, rows[i].under));
	/* Edges of what can be touched, 3 to 1. */
	assert_true(contrast(COLOUR_LINE, COLOUR_PAPER) >= 3.0);
	/* The measure itself, against the figures of the sketches. */
	assert_true(fabs(contrast(COLOUR_INK, COLOUR_PAPER) - 15.9) < 0.1);
	assert_true(contrast(0x999999, COLOUR_WHITE) < 4.5);
}

/* --- what can be touched --- */

static int gap_between(struct box a, struct box b)
{
	int x = a.x > b.x ? a.x - b.x - b.w : b.x - a.x - a.w;
	int y = a.y > b.y ? a.y - b.y - b.h : b.y - a.y - a.h;

	return x > y ? x : y;
}

static void check_controls(struct stage *stage, enum sample sample)
{
	struct box frame = canvas_size(stage->canvas);
	int least = scaled(stage, TOUCH_LEAST), gap = scaled(stage, GAP);

	for (size_t i = 0; i < stage->controls.count; i++) {
		const struct control *one = &stage->controls.items[i];
		struct box box = one->box;
		if (box.x < 0 || box.y < 0 || box.x + box.w > frame.w || box.y + box.h > frame.h)
			fail_msg("%s: %s lies outside", stage->name, one->id);
		int footer = sample == SAMPLE_GRANTED || sample == SAMPLE_GRANTED_GATE
				     ? 0
				     : scaled(stage, FOOTER_HEIGHT);
		if (box.y + box.h > frame.h - footer)
			fail_msg("%s: %s reaches into the footer", stage->name, one->id);
		if (box.w < least || box.h < least)
			fail_msg("%s: %s is %dx%d, less than %d", stage->name, one->id, box.w,
				 box.h, least);
		for (size_t k = 0; k < i; k++) {
			const struct control *other = &stage->controls.items[k];
			if (gap_between(box, other->box) < gap)
				fail_msg("%s: %s and %s are %d apart, less than %d", stage->name,
					 one->id, other->id, gap_between(box, other->box), gap);
		}
	}
}

static void controls_can_be_touched_apart(void **state)
{
	for_all(*state, check_controls);
}

static const struct control *control(const struct stage *stage, const char *id)
{
	for (size_t i = 0; i < stage->controls.count; i++)
		if (strcmp(stage->controls.items[i].id, id) == 0)
			return &stage->controls.items[i];
	return NULL;
}

/* The ids are contracts: a '!' before one says that it is there but disabled. */
static const char *const promised[SAMPLE_COUNT] = {
	[SAMPLE_WELCOME] = "large language help no_card mine",
	[SAMPLE_WELCOME_DEMO] =
		"large language help no_card mine demo:1 demo:2 demo:3 demo:4 demo:5 "
		"demo:6 demo:7 demo:8 demo:9",
	[SAMPLE_CHECKING] = "!large !language !help",
	[SAMPLE_CHOOSE] = "large language help cancel mine benefit:gate",
	[SAMPLE_CHOOSE_MANY] = "large language help cancel mine page:previous",
	[SAMPLE_AMOUNT_EMPTY] = "large language help digit:0 digit:9 digit:dot backspace back "
				"!confirm",
	[SAMPLE_AMOUNT] = "large language help digit:0 digit:1 digit:2 digit:3 digit:4 digit:5 "
			  "digit:6 digit:7 digit:8 digit:9 digit:dot backspace back confirm",
	[SAMPLE_COMPARE] = "large language help compare:yes compare:no cancel",
	[SAMPLE_CONFIRM] = "large language help back cancel confirm",
	[SAMPLE_GRANTED] = "done",
	[SAMPLE_GRANTED_GATE] = "done",
	[SAMPLE_REFUSED] = "large language help done",
	[SAMPLE_REFUSED_OFFERS] = "large language help done benefit:boat",
	[SAMPLE_MINE] = "large language help back !page:previous page:next",
	[SAMPLE_MINE_WHY] = "large language help back",
	[SAMPLE_HELP] = "large language help back",
	[SAMPLE_FAULT] = "large language help",
};

static void check_promised(struct stage *stage, enum sample sample)
{
	char words[512], *rest;

	snprintf(words, sizeof(words), "%s", promised[sample]);
	for (char *word = strtok_r(words, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		bool enabled = word[0] != '!';
		const struct control *found = control(stage, enabled ? word : word + 1);
		if (found == NULL || found->enabled != enabled)
			fail_msg("%s: %s", stage->name, word);
	}
	assert_true(stage->controls.count < CONTROLS_MAX);
}

static void the_promised_controls_are_there(void **state)
{
	for_all(*state, check_promised);
}

/* --- what can be read --- */

static void text_fits_and_is_large_enough(void **state)
{
	struct stage *stage = *state;

	for (size_t i = 0; i < SIZES; i++) {
		raise_canvas(stage, sizes[i]);
		for (int variant = 0; variant < 4; variant++)
			for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
				size_t before = canvas_tally(stage->canvas).texts_cut;
				play(stage, (enum sample)sample,
				     variant & 1 ? LANGUAGE_ENGLISH : LANGUAGE_CHINESE,
				     (variant & 2) != 0);
				size_t cut = canvas_tally(stage->canvas).texts_cut - before;
				/* A choice's scope may be cut: `confirm` says it in full. */
				bool may = stage->flow.screen == SCREEN_CHOOSE;
				if (cut > 0 && !may)
					fail_msg("%s: %zu texts are cut", stage->name, cut);
			}
		assert_true(canvas_tally(stage->canvas).least_size >= THEME_LEAST_TYPE);
		lower_canvas(stage);
	}
}

/* The longest that the registry and the contracts allow. */
static void the_longest_texts_stay_inside(void **state)
{
	struct stage *stage = *state;
	static struct benefit longest;

	for (size_t i = 0; i < SIZES; i++) {
		raise_canvas(stage, sizes[i]);
		for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
			play(stage, (enum sample)sample, LANGUAGE_CHINESE, true);
			struct flow *flow = &stage->flow;
			for (size_t k = 0; k + 3 <= BENEFIT_TITLE_MAX; k += 3)
				memcpy(longest.title[0] + k, "题", 3);
			for (size_t k = 0; k + 3 <= BENEFIT_SCOPE_MAX; k += 3)
				memcpy(longest.scope[0] + k, "范", 3);
			for (size_t k = 0; k + 3 <= SITE_NAME_MAX; k += 3)
				memcpy(flow->site.name + k, "名", 3);
			memset(longest.id, 'b', BENEFIT_ID_MAX);
			for (size_t k = 0; k < flow->entitlement.offer_count; k++)
				flow->entitlement.offers[k].benefit = &longest;
			strcpy(flow->digits, flow->digits[0] != 0 ? "999999.99" : "");
			screen_controls(&stage->controls, flow, stage->canvas);
			screen_draw(flow, stage->canvas);
			check_controls(stage, (enum sample)sample);
		}
		lower_canvas(stage);
	}
}

/* --- pixels --- */

struct picture {
	int width, height;
	uint32_t *pixels;
};

static struct picture take(const struct canvas *canvas)
{
	struct box size = canvas_size(canvas);
	struct picture picture = { size.w, size.h,
				   malloc((size_t)size.w * (size_t)size.h * sizeof(uint32_t)) };

	assert_non_null(picture.pixels);
	for (int y = 0; y < size.h; y++)
		for (int x = 0; x < size.w; x++)
			picture.pixels[y * size.w + x] = canvas_pixel(canvas, x, y);
	return picture;
}

/* The smallest box with every pixel in which the canvas differs from the picture. */
static struct box changed(const struct picture *before, const struct canvas *canvas)
{
	int left = before->width, right = 0, top = before->height, bottom = 0;

	for (int y = 0; y < before->height; y++)
		for (int x = 0; x < before->width; x++) {
			if (before->pixels[y * before->width + x] == canvas_pixel(canvas, x, y))
				continue;
			left = x < left ? x : left;
			right = x + 1 > right ? x + 1 : right;
			top = y < top ? y : top;
			bottom = y + 1;
		}
	return right == 0 ? (struct box){ 0, 0, 0, 0 }
			  : (struct box){ left, top, right - left, bottom - top };
}

static bool lies_in(struct box inner, struct box outer)
{
	return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
	       inner.y + inner.h <= outer.y + outer.h;
}

/* Only the pressed control changes, and it sinks. */
static void a_pressed_control_sinks(void **state)
{
	struct stage *stage = *state;
	static const struct {
		enum sample sample;
		const char *id;
	} rows[] = {
		{ SAMPLE_WELCOME, "language" },    { SAMPLE_WELCOME, "mine" },
		{ SAMPLE_CHOOSE, "benefit:boat" }, { SAMPLE_AMOUNT, "digit:5" },
		{ SAMPLE_AMOUNT, "confirm" },      { SAMPLE_AMOUNT, "backspace" },
		{ SAMPLE_GRANTED, "done" },        { SAMPLE_WELCOME_DEMO, "demo:3" },
	};

	raise_canvas(stage, sizes[0]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		play(stage, rows[i].sample, LANGUAGE_CHINESE, false);
		struct picture before = take(stage->canvas);
		struct box box = control(stage, rows[i].id)->box;
		strcpy(stage->flow.pressed, rows[i].id);
		screen_draw(&stage->flow, stage->canvas);
		struct box change = changed(&before, stage->canvas);
		box.h += SINK;
		if (change.w == 0 || !lies_in(change, box) || change.y + change.h != box.y + box.h)
			fail_msg("%s: changes %d,%d %dx%d", rows[i].id, change.x, change.y,
				 change.w, change.h);
		free(before.pixels);
	}
	/* A disabled control does not: nothing changes under the finger. */
	play(stage, SAMPLE_AMOUNT_EMPTY, LANGUAGE_CHINESE, false);
	struct picture before = take(stage->canvas);
	struct box box = control(stage, "confirm")->box;
	strcpy(stage->flow.pressed, "confirm");
	screen_draw(&stage->flow, stage->canvas);
	assert_int_equal(changed(&before, stage->canvas).w, 0);
	/* And it has lost its edge: its border is its face. */
	assert_int_equal(canvas_pixel(stage->canvas, box.x + box.w / 2, box.y + 1),
			 canvas_pixel(stage->canvas, box.x + box.w / 2, box.y + 8));
	free(before.pixels);
	lower_canvas(stage);
}

static void what_moves_keeps_to_its_box(void **state)
{
	struct stage *stage = *state;

	for (size_t i = 0; i < SIZES; i++) {
		raise_canvas(stage, sizes[i]);
		play(stage, SAMPLE_WELCOME, LANGUAGE_CHINESE, false);
		struct picture before = take(stage->canvas);
		assert_true(screen_draw_waves(&stage->flow, stage->canvas, 0));
		assert_int_equal(changed(&before, stage->canvas).w, 0);
		assert_true(screen_draw_waves(&stage->flow, stage->canvas, 2));
		struct box waves = changed(&before, stage->canvas);
		assert_true(waves.w > 0 && waves.w < sizes[i].width / 2);
		assert_true(waves.h > 0 && waves.h < sizes[i].height / 3);
		assert_true(screen_draw_waves(&stage->flow, stage->canvas, 4));
		assert_int_equal(changed(&before, stage->canvas).w, 0);

		screen_draw_footer(&stage->flow, stage->canvas);
		assert_int_equal(changed(&before, stage->canvas).w, 0);
		stage->flow.now += 60;
		stage->flow.site.readers_offline = 1;
		screen_draw_footer(&stage->flow, stage->canvas);
		struct box footer = changed(&before, stage->canvas);
		assert_true(footer.w > 0 && footer.y > sizes[i].height * 9 / 10);
		free(before.pixels);
		play(stage, SAMPLE_CHOOSE, LANGUAGE_CHINESE, false);
		assert_false(screen_draw_waves(&stage->flow, stage->canvas, 1));
		lower_canvas(stage);
	}
}

/* Two names with the same mask give the same screens: nothing of the rest is shown. */
static void the_whole_name_is_never_shown(void **state)
{
	struct stage *stage = *state;
	static const enum sample samples[] = { SAMPLE_CHOOSE,  SAMPLE_COMPARE, SAMPLE_CONFIRM,
					       SAMPLE_GRANTED, SAMPLE_REFUSED, SAMPLE_MINE_WHY };

	raise_canvas(stage, sizes[0]);
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		play(stage, samples[i], LANGUAGE_CHINESE, false);
		struct picture before = take(stage->canvas);
		strcpy(stage->flow.entitlement.name, "测验用人");
		strcpy(stage->flow.entitlement.certificate, "OTHER-9");
		screen_draw(&stage->flow, stage->canvas);
		if (changed(&before, stage->canvas).w != 0)
			fail_msg("%s shows more than the masked name", sample_name(samples[i]));
		free(before.pixels);
	}
	lower_canvas(stage);
}

static void a_page_beyond_the_last_is_the_last(void **state)
{
	struct stage *stage = *state;

	raise_canvas(stage, sizes[0]);
	play(stage, SAMPLE_CHOOSE_MANY, LANGUAGE_CHINESE, false);
	assert_non_null(control(stage, "benefit:checkup"));
	assert_null(control(stage, "benefit:gate"));
	assert_false(control(stage, "page:next")->enabled);
	stage->flow.page = 99;
	screen_controls(&stage->controls, &stage->flow, stage->canvas);
	assert_non_null(control(stage, "benefit:checkup"));
	stage->flow.page = 0;
	screen_controls(&stage->controls, &stage->flow, stage->canvas);
	assert_non_null(control(stage, "benefit:gate"));
	assert_true(control(stage, "page:next")->enabled);
	assert_false(control(stage, "page:previous")->enabled);
	lower_canvas(stage);
}

/* --- words --- */

static void amounts_and_what_is_left_in_words(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int64_t fen;
		const char *chinese, *english;
	} money[] = {
		{ "nothing", 0, "0.00\u00a0元", "0.00\u00a0yuan" },
		{ "a fen", 1, "0.01\u00a0元", "0.01\u00a0yuan" },
		{ "yuan", 2400, "24.00\u00a0元", "24.00\u00a0yuan" },
		{ "below nothing", -105, "-1.05\u00a0元", "-1.05\u00a0yuan" },
		{ "the least", INT64_MIN, "-92233720368547758.08\u00a0元",
		  "-92233720368547758.08\u00a0yuan" },
	};
	static const struct {
		const char *name;
		struct left left[2];
		size_t count;
		const char *chinese;
	} left[] = {
		{ "no limit", { { PERIOD_DAY, -1, -1 } }, 1, "" },
		{ "none at all", { { PERIOD_DAY, 3, -1 } }, 0, "" },
		{ "today", { { PERIOD_DAY, 2, -1 } }, 1, "今天还可用 2 次" },
		{ "the tighter",
		  { { PERIOD_DAY, 2, -1 }, { PERIOD_YEAR, 1, -1 } },
		  2,
		  "今年还可用 1 次" },
		{ "an amount", { { PERIOD_MONTH, -1, 3000 } }, 1, "本月还可省 30.00\u00a0元" },
	};
	char words[WORDING_MAX + 1], tiny[8];

	for (size_t i = 0; i < sizeof(money) / sizeof(money[0]); i++) {
		wording_money(words, sizeof(words), money[i].fen, false);
		assert_string_equal(words, money[i].chinese);
		wording_money(words, sizeof(words), money[i].fen, true);
		assert_string_equal(words, money[i].english);
	}
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		wording_left(words, sizeof(words), left[i].left, left[i].count, false);
		if (strcmp(words, left[i].chinese) != 0)
			fail_msg("%s: %s", left[i].name, words);
	}
	wording_fill(tiny, sizeof(tiny), "{1}{2}{3}", "abc", "defghijk");
	assert_string_equal(tiny, "abcdefg");
	wording_fill(words, sizeof(words), "{1}{2}{3} {", "{2}", NULL);
	assert_string_equal(words, "{2}{2}{3} {");
	wording_clock(words, sizeof(words), 1795314240, false);
	assert_string_equal(words, "2026 年 11 月 22 日 10:24");
	wording_since(words, sizeof(words), 1795314240 - 86400, 1795314240, true);
	assert_string_equal(words, "yesterday 10:24");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_colours_can_be_read),
		cmocka_unit_test(controls_can_be_touched_apart),
		cmocka_unit_test(the_promised_controls_are_there),
		cmocka_unit_test(text_fits_and_is_large_enough),
		cmocka_unit_test(the_longest_texts_stay_inside),
		cmocka_unit_test(a_pressed_control_sinks),
		cmocka_unit_test(what_moves_keeps_to_its_box),
		cmocka_unit_test(the_whole_name_is_never_shown),
		cmocka_unit_test(a_page_beyond_the_last_is_the_last),
		cmocka_unit_test(amounts_and_what_is_left_in_words),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
