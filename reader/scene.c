#include "reader/scene.h"

#include <string.h>

#define SAMPLES      8  /* pixels looked at along a cell's side */
#define CHANGE_GREY  10 /* a cell's mean has changed: far beyond a sensor's noise */
#define CHANGE_CELLS 2  /* so many changed cells are a change: a code covers dozens */

static bool differs(uint8_t a, uint8_t b)
{
	return a > b ? a - b > CHANGE_GREY : b - a > CHANGE_GREY;
}

static size_t spread(int i, int count, int length)
{
	return (size_t)i * (size_t)length / (size_t)count;
}

/* The mean of SAMPLES x SAMPLES pixels, evenly spread over each cell. */
static void measure(uint8_t cells[static SCENE_ROWS][SCENE_COLUMNS], const struct image *picture)
{
	size_t columns[SCENE_COLUMNS * SAMPLES];

	for (int i = 0; i < SCENE_COLUMNS * SAMPLES; i++) {
		columns[i] = spread(i, SCENE_COLUMNS * SAMPLES, picture->width);
	}
	for (int row = 0; row < SCENE_ROWS; row++) {
		unsigned sums[SCENE_COLUMNS] = { 0 };

		for (int i = row * SAMPLES; i < (row + 1) * SAMPLES; i++) {
			size_t y = spread(i, SCENE_ROWS * SAMPLES, picture->height);
			const uint8_t *pixels = picture->grey + y * picture->stride;

			for (int j = 0; j < SCENE_COLUMNS * SAMPLES; j++) {
				sums[j / SAMPLES] += pixels[columns[j]];
			}
		}
		for (int column = 0; column < SCENE_COLUMNS; column++) {
			cells[row][column] = (uint8_t)(sums[column] / (SAMPLES * SAMPLES));
		}
	}
}

static int count_changes(const struct scene *scene, uint8_t cells[static SCENE_ROWS][SCENE_COLUMNS])
{
	int changed = 0;

	for (int row = 0; row < SCENE_ROWS; row++) {
		for (int column = 0; column < SCENE_COLUMNS; column++) {
			changed += differs(cells[row][column], scene->cells[row][column]);
		}
	}
	return changed;
}

bool scene_wants_look(struct scene *scene, const struct image *picture, uint64_t now_ms)
{
	uint8_t cells[SCENE_ROWS][SCENE_COLUMNS];

	measure(cells, picture);
	bool changed = !scene->known || count_changes(scene, cells) >= CHANGE_CELLS;
	bool again = now_ms < scene->since_ms || now_ms - scene->since_ms >= SCENE_AGAIN_MS;

	if (changed || again) {
		scene->known = true;
		scene->since_ms = now_ms;
		scene->looks = changed ? SCENE_LOOKS : SCENE_GLANCES;
		memcpy(scene->cells, cells, sizeof cells);
	}
	if (scene->looks == 0) {
		return false;
	}
	scene->looks--;
	scene->turn++;
	return true;
}

void scene_settle(struct scene *scene)
{
	scene->looks = 0;
}
