/*
 * From an image to a code's text.  The finder patterns are looked for in one of several ways, three of
 * them give the grid of the code's modules, and what lies there is drawn anew, black and white, for
 * ZXing-C++.  That is cheap, since nothing but finder patterns is looked for in the whole picture, and
 * reads what tilt, blur, noise or a faint print hide.  Where it reads nothing, ZXing-C++ looks for
 * itself: it knows codes in a mirror, and has thresholds of its own.
 */
#include <string.h>

#include "reader/finders.h"
#include "reader/grid.h"
#include "reader/modules.h"
#include "reader/pixels.h"
#include "reader/qr_zxing.h"

#define HALVE_AREA_MIN (640 * 480) /* [px] of smaller images the half is too coarse */
#define CROWD_STILL    200 /* finder patterns: more of them would keep ZXing-C++ for seconds */
#define CROWD_FRAME    60  /* and so many for longer than a frame's time */
#define CALM_WIDTH \
	24 /* [px] of a finder pattern: in narrower ones it is their lines that are smoothed */
#define GRIDS_FRAME 2  /* fitted ones after which there is no time for a pass of ZXing-C++ */
#define NEVER       -1 /* not for a frame's time */

/* A picture and what has been made of it; the made ones have no pixels until they are needed. */
struct sight {
	const struct image *image;
	bool large;
	bool seen; /* a finder pattern, whatever came of it */
	int grids; /* that were fitted, read or not */
	struct image half;
	struct image smooth;
};

/* How finder patterns are looked for, in the order of their worth, and in which frames: in those of
 * even or odd turn.  Of an image that is not large the halved ones look at the whole. */
static const struct search {
	bool halved;
	uint8_t flip;
	int contrast;
	int parity;
} searches[] = {
	{ true, 0, FINDERS_CONTRAST, 0 },
	{ true, 0xFF, FINDERS_CONTRAST, 0 },
	{ true, 0, FINDERS_CONTRAST_FAINT, 1 },
	{ false, 0, FINDERS_CONTRAST, 1 },
	{ true, 0xFF, FINDERS_CONTRAST_FAINT, NEVER },
	{ false, 0, FINDERS_CONTRAST_FAINT, NEVER },
	{ false, 0xFF, FINDERS_CONTRAST, NEVER },
};

/* How much the modules are sharpened, in turn: what is sharp is noisier for it. */
static const int sharpenings[] = { 0, 4, 8 };

static const struct image *halved(struct sight *sight)
{
	if (!sight->large) {
		return sight->image;
	}
	if (sight->half.grey == NULL && !pixels_halve(&sight->half, sight->image)) {
		return NULL;
	}
	return &sight->half;
}

/* Where noise would lead a grid astray, the smoothed picture. */
static const struct image *calm(struct sight *sight)
{
	if (sight->smooth.grey == NULL &&
	    (!pixels_are_noisy(sight->image) || !pixels_smooth(&sight->smooth, sight->image))) {
		return sight->image;
	}
	return &sight->smooth;
}

static enum image_status read_modules(struct reading *out, const struct modules *modules,
				      const struct pattern *pattern)
{
	enum image_status status = IMAGE_NO_CODE;

	for (size_t i = 0; i < sizeof sharpenings / sizeof sharpenings[0]; i++) {
		struct image drawn;

		if (modules_draw(&drawn, modules, pattern, sharpenings[i]) != IMAGE_OK) {
			return IMAGE_NO_CODE;
		}
		status = qr_zxing(out, &drawn, QR_ZXING_FLAWLESS);
		image_free(&drawn);
		if (status == IMAGE_OK) {
			break;
		}
	}
	return status;
}

static enum image_status read_grids(struct reading *out, struct sight *sight,
				    const struct grid_view *view, const struct finders *finders)
{
	struct grid guesses[GRID_GUESSES];
	int count = grid_guess(guesses, view, finders);

	for (int i = 0; i < count; i++) {
		struct pattern pattern;
		struct modules modules;

		sight->grids++;
		if (!grid_fit(&guesses[i], &pattern, view)) {
			continue;
		}
		modules_take(&modules, &guesses[i], &pattern, view);
		if (read_modules(out, &modules, &pattern) == IMAGE_OK) {
			return IMAGE_OK;
		}
	}
	return IMAGE_NO_CODE;
}

static void find(struct finders *out, const struct image *image, const struct search *search)
{
	struct image inverted;

	out->count = 0;
	if (search->flip == 0) {
		finders_find(out, image, search->contrast);
	} else if (pixels_invert(&inverted, image)) {
		finders_find(out, &inverted, search->contrast);
		image_free(&inverted);
	}
}

/* From the middle of a pixel in the searched image to the place in the picture. */
static void enlarge(struct finders *finders, int scale)
{
	for (int i = 0; i < finders->count; i++) {
		struct finder *finder = &finders->found[i];

		finder->x = (finder->x + 0.5F) * (float)scale;
		finder->y = (finder->y + 0.5F) * (float)scale;
		finder->width *= (float)scale;
	}
}

static enum image_status look(struct reading *out, struct sight *sight, const struct search *search)
{
	const struct image *image = search->halved ? halved(sight) : sight->image;
	struct finders finders;

	if (image == NULL || (!search->halved && !sight->large)) {
		return IMAGE_NO_CODE;
	}
	find(&finders, image, search);
	sight->seen = sight->seen || finders.count > 0;
	if (finders.count < 3) {
		return IMAGE_NO_CODE;
	}
	enlarge(&finders, image == sight->image ? 1 : 2);
	bool wide = finders.found[2].width >= CALM_WIDTH;
	const struct grid_view view = { wide ? calm(sight) : sight->image, search->flip };

	return read_grids(out, sight, &view, &finders);
}

/* ZXing-C++ by itself. */
static enum image_status search_all(struct reading *out, const struct sight *sight, int crowd)
{
	if (finders_count(sight->image, crowd) == crowd) {
		return IMAGE_NO_CODE;
	}
	return qr_zxing(out, sight->image, QR_ZXING_PLAIN);
}

/* --- what others call --- */

static struct sight open_sight(const struct image *image)
{
	return (struct sight){
		.image = image,
		.large = image->width >= HALVE_AREA_MIN / image->height,
	};
}

static void close_sight(struct sight *sight)
{
	image_free(&sight->half);
	image_free(&sight->smooth);
}

enum image_status qr_decode(struct reading *out, const struct image *image)
{
	struct sight sight = open_sight(image);
	enum image_status status = IMAGE_NO_CODE;

	for (size_t i = 0; i < sizeof searches / sizeof searches[0] && status != IMAGE_OK; i++) {
		status = look(out, &sight, &searches[i]);
	}
	if (status != IMAGE_OK) {
		status = search_all(out, &sight, CROWD_STILL);
	}
	close_sight(&sight);
	return status;
}

enum image_status qr_decode_frame(struct reading *out, const struct image *image, unsigned turn)
{
	struct sight sight = open_sight(image);
	enum image_status status = IMAGE_NO_CODE;

	for (size_t i = 0; i < sizeof searches / sizeof searches[0] && status != IMAGE_OK; i++) {
		if (searches[i].parity == (int)(turn % 2)) {
			status = look(out, &sight, &searches[i]);
		}
	}
	if (status != IMAGE_OK && sight.seen && sight.grids <= GRIDS_FRAME && turn % 2 == 1) {
		status = search_all(out, &sight, CROWD_FRAME);
	}
	close_sight(&sight);
	return status;
}

enum image_status qr_decode_plain(struct reading *out, const struct image *image)
{
	return qr_zxing(out, image, QR_ZXING_PLAIN);
}
