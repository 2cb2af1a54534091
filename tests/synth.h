/*
 * Frames of a camera, made up: a QR code turned, tilted, blurred, noisy and badly lit on a grey
 * ground.  The same description always makes the same frame.
 */
#ifndef YOUDAI_TESTS_SYNTH_H
#define YOUDAI_TESTS_SYNTH_H

#include <stdint.h>

#include "reader/image.h"

struct synth {
	int width; /* [px] */
	int height;
	double module_px; /* [px] a module's side where the code is not tilted */
	double degrees;   /* turned by */
	double tilt;      /* 0 flat; 0.5: the far edge is a third smaller than the near one */
	int blur;         /* [px] radius of a box, applied twice; 0 none */
	int noise;        /* most grey levels added or taken at a pixel */
	int dark;         /* [grey] of dark and light modules; dark > light: inverted */
	int light;
	int shade; /* [grey] lost from the left edge to the right one: a badly lit frame */
	uint32_t seed;
	int gloss; /* [px] radius of a lamp's reflection, right of and below the centre; 0 none */
};

/* The caller frees with image_free. */
enum image_status synth_frame(struct image *out, const char *text, const struct synth *synth);

/* A reproducible text of base45 letters. */
void synth_text(char *out, int length, uint32_t seed);

/* The same stream of numbers everywhere. */
uint32_t synth_random(uint32_t *state);

#endif
