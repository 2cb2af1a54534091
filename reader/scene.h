/*
 * Whether a camera's picture is worth a search for codes: an empty hall costs next to nothing.
 *
 * Takes its clock as an argument; knows no camera and no code.
 */
#ifndef YOUDAI_READER_SCENE_H
#define YOUDAI_READER_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "reader/image.h"

#define SCENE_COLUMNS  64
#define SCENE_ROWS     36
#define SCENE_AGAIN_MS 1000 /* [ms] after which a picture is searched, changed or not */

struct scene {
	bool known;
	uint64_t searched_ms;
	uint8_t cells[SCENE_ROWS][SCENE_COLUMNS]; /* mean grey of the picture searched last */
};

/* True where the picture differs from the one that was last said to be worth it, or that was
 * SCENE_AGAIN_MS ago. */
bool scene_is_new(struct scene *scene, const struct image *picture, uint64_t now_ms);

#endif
