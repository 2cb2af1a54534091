/*
 * The pictures of the screens, drawn with lines and areas: no image files.
 *
 * Sizes are pixels of the frame; knows no screen.
 */
#ifndef YOUDAI_KIOSK_PICTURE_H
#define YOUDAI_KIOSK_PICTURE_H

#include "kiosk/canvas.h"

void picture_star(struct canvas *canvas, struct point centre, int radius, int tilt_degree,
		  uint32_t colour);
/* A golden star in a golden ring. */
void picture_emblem(struct canvas *canvas, struct point centre, int radius);
void picture_headset(struct canvas *canvas, struct box box, uint32_t colour);
void picture_backspace(struct canvas *canvas, struct box box, uint32_t colour);
/* A round tick and a triangle with an exclamation mark, as high as the box. */
void picture_tick(struct canvas *canvas, struct box box, uint32_t colour);
void picture_triangle(struct canvas *canvas, struct box box, uint32_t line, uint32_t inside);
/* A person beside a photo card: is it the same? */
void picture_compare(struct canvas *canvas, struct box box, uint32_t colour);
void picture_telephone(struct canvas *canvas, struct box box, uint32_t colour);
void picture_paper(struct canvas *canvas, struct box box, uint32_t colour);

/*
 * A certificate over the reader with three waves, in the middle of the box.  Without its arrow it is
 * a card that was read.
 */
void picture_certificate(struct canvas *canvas, struct box box, bool arrow);
/* Where in that box the waves are, and they alone in one of four phases on the paper. */
#define WAVE_PHASES 4
struct box picture_waves_box(struct box box);
void picture_waves(struct canvas *canvas, struct box box, int phase);

#endif
