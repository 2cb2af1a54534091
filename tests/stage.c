#include "tests/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

const struct size sizes[SIZES] = { { 1920, 1080 }, { 1080, 1920 }, { 1024, 600 } };

int open_stage(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));

	if (stage == NULL)
		return -1;
	stage->catalogue = sample_catalogue();
	*state = stage;
	return stage->catalogue == NULL ? -1 : 0;
}

int close_stage(void **state)
{
	struct stage *stage = *state;

	catalogue_free(stage->catalogue);
	free(stage);
	return 0;
}

void raise_canvas(struct stage *stage, struct size size)
{
	assert_int_equal(canvas_open(&stage->canvas, "test", size.width, size.height, true),
			 CANVAS_OK);
}

void lower_canvas(struct stage *stage)
{
	canvas_close(stage->canvas);
	stage->canvas = NULL;
}

void play(struct stage *stage, enum sample sample, enum language language, bool large)
{
	struct box size = canvas_size(stage->canvas);

	sample_flow(&stage->flow, sample, stage->catalogue, language, large);
	snprintf(stage->name, sizeof(stage->name), "%s-%dx%d-%s%s", sample_name(sample), size.w,
		 size.h, language == LANGUAGE_ENGLISH ? "en" : "zh", large ? "-large" : "");
	screen_controls(&stage->controls, &stage->flow, stage->canvas);
	screen_draw(&stage->flow, stage->canvas);
}
