/*
 * Golden screens: small grey pictures in tests/golden/, made anew where YOUDAI_GOLDEN=write stands
 * in the environment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader/image.h"
#include "tests/stage.h"

#define GOLDEN_SIDE 480 /* [px] longer side */
#define BLOCK       12  /* [px] of the small picture */
/* Another version of FreeType changes a letter's edges by some levels; a button that moved, a word
 * that is missing or a colour that changed shows in some block. */
#define BLOCK_LIMIT 26 /* mean difference within a block */
#define MEAN_LIMIT  2  /* over the whole picture */

static void shrink(struct image *out, const struct canvas *canvas)
{
	struct box size = canvas_size(canvas);
	int longer = size.w > size.h ? size.w : size.h;

	out->width = size.w * GOLDEN_SIDE / longer;
	out->height = size.h * GOLDEN_SIDE / longer;
	out->stride = (size_t)out->width;
	out->grey = malloc(out->stride * (size_t)out->height);
	assert_non_null(out->grey);
	for (int y = 0; y < out->height; y++)
		for (int x = 0; x < out->width; x++) {
			int sum = 0, count = 0;
			for (int v = y * size.h / out->height; v < (y + 1) * size.h / out->height;
			     v++)
				for (int u = x * size.w / out->width;
				     u < (x + 1) * size.w / out->width; u++) {
					uint32_t c = canvas_pixel(canvas, u, v);
					sum += (int)((c >> 16 & 255) * 3 + (c >> 8 & 255) * 6 +
						     (c & 255)) /
					       10;
					count++;
				}
			out->grey[(size_t)y * out->stride + (size_t)x] = (uint8_t)(sum / count);
		}
}

static int block_difference(const struct image *a, const struct image *b, int left, int top)
{
	int sum = 0, count = 0;

	for (int y = top; y < top + BLOCK && y < a->height; y++)
		for (int x = left; x < left + BLOCK && x < a->width; x++) {
			sum += abs(a->grey[(size_t)y * a->stride + (size_t)x] -
				   b->grey[(size_t)y * b->stride + (size_t)x]);
			count++;
		}
	return sum / count;
}

static bool look_alike(const struct image *a, const struct image *b)
{
	long total = 0;
	int blocks = 0;

	if (a->width != b->width || a->height != b->height)
		return false;
	for (int y = 0; y < a->height; y += BLOCK)
		for (int x = 0; x < a->width; x += BLOCK) {
			int difference = block_difference(a, b, x, y);
			if (difference > BLOCK_LIMIT)
				return false;
			total += difference;
			blocks++;
		}
	return total <= (long)blocks * MEAN_LIMIT;
}

static void golden_path(char *out, size_t size, const char *name)
{
	snprintf(out, size, "tests/golden/%s.png", name);
}

static void compare_golden(struct stage *stage)
{
	char path[256];
	struct image now, golden;
	const char *wish = getenv("YOUDAI_GOLDEN");

	golden_path(path, sizeof(path), stage->name);
	shrink(&now, stage->canvas);
	if (wish != NULL && strcmp(wish, "write") == 0) {
		assert_int_equal(image_save_grey(path, &now), IMAGE_OK);
	} else {
		if (image_load(&golden, path) != IMAGE_OK)
			fail_msg("%s cannot be read", path);
		if (!look_alike(&now, &golden))
			fail_msg("%s looks different", stage->name);
		image_free(&golden);
	}
	free(now.grey);
}

/* Every screen in Chinese on the large frame; those with the most to lay out in the others too. */
static void screens_look_as_they_did(void **state)
{
	struct stage *stage = *state;
	static const enum sample crowded[] = { SAMPLE_WELCOME_DEMO, SAMPLE_CHOOSE, SAMPLE_AMOUNT,
					       SAMPLE_GRANTED, SAMPLE_REFUSED_OFFERS };

	raise_canvas(stage, sizes[0]);
	for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
		play(stage, (enum sample)sample, LANGUAGE_CHINESE, false);
		compare_golden(stage);
	}
	lower_canvas(stage);
	for (size_t i = 1; i < SIZES; i++) {
		raise_canvas(stage, sizes[i]);
		for (size_t k = 0; k < sizeof(crowded) / sizeof(crowded[0]); k++) {
			play(stage, crowded[k], i == 1 ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH,
			     i == 1);
			compare_golden(stage);
		}
		lower_canvas(stage);
	}
}

/* The comparison itself sees what a person would. */
static void the_comparison_sees_a_difference(void **state)
{
	struct stage *stage = *state;
	struct image one, other;

	raise_canvas(stage, sizes[0]);
	play(stage, SAMPLE_AMOUNT, LANGUAGE_CHINESE, false);
	shrink(&one, stage->canvas);
	play(stage, SAMPLE_AMOUNT_EMPTY, LANGUAGE_CHINESE, false);
	shrink(&other, stage->canvas);
	assert_true(look_alike(&one, &one));
	assert_false(look_alike(&one, &other));
	free(other.grey);
	play(stage, SAMPLE_AMOUNT, LANGUAGE_CHINESE, false);
	strcpy(stage->flow.digits, "125");
	screen_draw(&stage->flow, stage->canvas);
	shrink(&other, stage->canvas);
	assert_false(look_alike(&one, &other));
	free(other.grey);
	free(one.grey);
	lower_canvas(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screens_look_as_they_did),
		cmocka_unit_test(the_comparison_sees_a_difference),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
