#include "reader/scene.h"

#include <string.h>

#define SAMPLES      8  /* pixels looked at along a cell's side */
#define CHANGE_GREY  10 /* a cell's mean has changed: far beyond a sensor's noise */
#define CHANGE_CELLS 2  /* so many changed cells are a change: a code covers dozens */

static uint8_t cell_mean(const struct image *picture, int row, int column)
{
	unsigned sum = 0;

	for (int i = 0; i < SAMPLES * SAMPLES; i++) {
		int down = row * SAMPLES + i / SAMPLES;
		int right = column * SAMPLES + i % SAMPLES;
		size_t y = (size_t)down * (size_t)picture->height / (SCENE_ROWS * SAMPLES);
		size_t x = (size_t)right * (size_t)picture->width / (SCENE_COLUMNS * SAMPLES);

		sum += picture->grey[y * picture->stride + x];
	}
	return (uint8_t)(sum / (SAMPLES * SAMPLES));
}

static bool differs(uint8_t a, uint8_t b)
{
	return a > b ? a - b > CHANGE_GREY : b - a > CHANGE_GREY;
}

bool scene_is_new(struct scene *scene, const struct image *picture, uint64_t now_ms)
{
	uint8_t cells[SCENE_ROWS][SCENE_COLUMNS];
	int changed = 0;

	for (int row = 0; row < SCENE_ROWS; row++) {
		for (int column = 0; column < SCENE_COLUMNS; column++) {
			cells[row][column] = cell_mean(picture, row, column);
			changed += differs(cells[row][column], scene->cells[row][column]);
		}
	}
	bool again = now_ms < scene->searched_ms || now_ms - scene->searched_ms >= SCENE_AGAIN_MS;

	if (scene->known && changed < CHANGE_CELLS && !again) {
		return false;
	}
	scene->known = true;
	scene->searched_ms = now_ms;
	memcpy(scene->cells, cells, sizeof cells);
	return true;
}
