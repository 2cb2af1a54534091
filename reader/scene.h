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
#define SCENE_LOOKS    6    /* pictures that are searched after a change, until a code is read */
#define SCENE_GLANCES  2    /* and so many where nothing has changed */

struct scene {
	bool known;
	unsigned turn; /* of the search: what is tried takes turns (qr_decode_frame) */
	int looks;     /* still to take at what is in sight */
	uint64_t since_ms;
	uint8_t cells[SCENE_ROWS][SCENE_COLUMNS]; /* mean grey of the picture that was new */
};

/* True where the picture is new, differing from the one that was last new or SCENE_AGAIN_MS later than
 * it, or is one of the few after that; scene->turn goes on with each. */
bool scene_wants_look(struct scene *scene, const struct image *picture, uint64_t now_ms);

/* A code was read: until something changes, there is nothing more to look for. */
void scene_settle(struct scene *scene);

#endif
