#include "tests/synth.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define QUIET 4 /* [module] */
#define FINE  3 /* samples a pixel's side */

uint32_t synth_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

void synth_text(char *out, int length, uint32_t seed)
{
	static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

	for (int i = 0; i < length; i++) {
		out[i] = letters[synth_random(&seed) % 45];
	}
	out[length] = '\0';
}

/* Grey of the plane in which the code lies, in modules from its centre; ground outside of it. */
static int plane(const struct qr *qr, const struct synth *synth, double u, double v)
{
	double half = qr->side / 2.0;
	int x = (int)floor(u + half);
	int y = (int)floor(v + half);

	if (x < -QUIET || y < -QUIET || x >= qr->side + QUIET || y >= qr->side + QUIET) {
		return (synth->dark + synth->light) / 2;
	}
	if (x < 0 || y < 0 || x >= qr->side || y >= qr->side) {
		return synth->light;
	}
	return qr->modules[y * qr->side + x] != 0 ? synth->dark : synth->light;
}

/* What every pixel needs to know of the code's place. */
struct place {
	double cosine;
	double sine;
	double code_px;
};

static struct place find_place(const struct qr *qr, const struct synth *synth)
{
	double turn = synth->degrees * 3.14159265358979 / 180;

	return (struct place){ cos(turn), sin(turn), qr->side * synth->module_px };
}

static int sample_at(const struct qr *qr, const struct synth *synth, const struct place *place,
		     double x, double y)
{
	double dx = x - synth->width / 2.0;
	double dy = y - synth->height / 2.0;
	double depth = 1 + synth->tilt * dx / place->code_px;
	double u = (dx * place->cosine + dy * place->sine) / depth / synth->module_px;
	double v = (dy * place->cosine - dx * place->sine) / depth / synth->module_px;

	return depth < 0.2 ? synth->light : plane(qr, synth, u, v);
}

/* Whether a pixel is so far from the code that nothing but ground is near. */
static bool is_ground(const struct qr *qr, const struct synth *synth, int x, int y)
{
	double dx = x - synth->width / 2.0;
	double dy = y - synth->height / 2.0;
	double reach = (qr->side / 2.0 + QUIET + 2) * synth->module_px * 1.42;
	double depth = 1 + fabs(synth->tilt * dx) / (qr->side * synth->module_px);

	return depth < 1.8 && hypot(dx, dy) > reach * depth;
}

static int sample(const struct qr *qr, const struct synth *synth, const struct place *place, int x,
		  int y)
{
	int sum = 0;

	if (is_ground(qr, synth, x, y)) {
		return (synth->dark + synth->light) / 2;
	}
	for (int i = 0; i < FINE * FINE; i++) {
		sum += sample_at(qr, synth, place, x + (i % FINE + 0.5) / FINE,
				 y + (i / FINE + 0.5) / FINE);
	}
	return sum / (FINE * FINE);
}

/* One pass of a box along a line of pixels. */
static void blur_line(uint8_t *pixels, uint8_t *line, int count, size_t step, int radius)
{
	int sum = 0;

	for (int i = 0; i < count; i++) {
		line[i] = pixels[(size_t)i * step];
	}
	for (int i = -radius; i <= radius; i++) {
		sum += line[i < 0 ? 0 : i];
	}
	for (int i = 0; i < count; i++) {
		int next = i + radius + 1 < count ? i + radius + 1 : count - 1;

		pixels[(size_t)i * step] = (uint8_t)(sum / (2 * radius + 1));
		sum += line[next] - line[i - radius > 0 ? i - radius : 0];
	}
}

static void blur(const struct image *image, int radius)
{
	uint8_t line[IMAGE_SIDE_MAX];

	if (radius == 0) {
		return;
	}
	for (int y = 0; y < image->height; y++) {
		blur_line(image->grey + (size_t)y * image->stride, line, image->width, 1, radius);
	}
	for (int x = 0; x < image->width; x++) {
		blur_line(image->grey + x, line, image->height, image->stride, radius);
	}
}

/* A lamp's reflection: what it adds at a pixel, enough to drown a code in its middle. */
static int gloss_at(const struct synth *synth, int x, int y)
{
	int dx = x - synth->width / 2 - synth->gloss;
	int dy = y - synth->height / 2 - synth->gloss;
	int room = synth->gloss * synth->gloss - dx * dx - dy * dy;

	return room > 0 ? 400 * room / (synth->gloss * synth->gloss) : 0;
}

static void light_up(const struct image *image, const struct synth *synth)
{
	uint32_t state = synth->seed;

	for (int y = 0; y < image->height; y++) {
		uint8_t *row = image->grey + (size_t)y * image->stride;

		for (int x = 0; x < image->width; x++) {
			int grey = row[x] - synth->shade * x / image->width + gloss_at(synth, x, y);

			if (synth->noise > 0) {
				grey += (int)(synth_random(&state) %
					      (uint32_t)(2 * synth->noise + 1)) -
					synth->noise;
			}
			row[x] = (uint8_t)(grey < 0 ? 0 : grey > 255 ? 255 : grey);
		}
	}
}

enum image_status synth_frame(struct image *out, const char *text, const struct synth *synth)
{
	struct qr qr;
	enum image_status status = qr_encode(&qr, text);
	struct image image = { synth->width, synth->height, (size_t)synth->width, NULL };

	if (status != IMAGE_OK) {
		return status;
	}
	image.grey = malloc((size_t)image.width * (size_t)image.height);
	if (image.grey == NULL) {
		return IMAGE_NO_MEMORY;
	}
	struct place place = find_place(&qr, synth);

	for (int y = 0; y < image.height; y++) {
		for (int x = 0; x < image.width; x++) {
			image.grey[(size_t)y * image.stride + (size_t)x] =
				(uint8_t)sample(&qr, synth, &place, x, y);
		}
	}
	blur(&image, synth->blur);
	blur(&image, synth->blur);
	light_up(&image, synth);
	*out = image;
	return IMAGE_OK;
}
