#include "reader/modules.h"

#include <stdlib.h>
#include <string.h>

#define FINE  3 /* samples a module's side */
#define REACH 4 /* [module] around one that make up its threshold */

/* A threshold for each module: the mean of those around it, summed row by row, then along the row. */
static void set_thresholds(struct modules *modules)
{
	int side = modules->side;

	for (int y = 0; y < side; y++) {
		int first = y > REACH ? y - REACH : 0;
		int last = y + REACH < side ? y + REACH : side - 1;
		int sums[QR_SIDE_MAX] = { 0 };

		for (int i = first * side; i < (last + 1) * side; i++) {
			sums[i % side] += modules->greys[i];
		}
		for (int x = 0; x < side; x++) {
			int left = x > REACH ? x - REACH : 0;
			int right = x + REACH < side ? x + REACH : side - 1;
			int sum = 0;

			for (int i = left; i <= right; i++) {
				sum += sums[i];
			}
			modules->thresholds[y * side + x] =
				(uint8_t)(sum / ((last - first + 1) * (right - left + 1)));
		}
	}
}

void modules_take(struct modules *out, const struct grid *grid, const struct pattern *pattern,
		  const struct grid_view *view)
{
	const struct grid_plane plane = grid_plane(grid, pattern->side);

	out->side = pattern->side;
	for (int y = 0; y < out->side; y++) {
		for (int x = 0; x < out->side; x++) {
			int sum = 0;

			for (int i = 0; i < FINE * FINE; i++) {
				int column = i % FINE + 1, row = i / FINE + 1;
				float right = (float)x + (float)column / (FINE + 1);
				float down = (float)y + (float)row / (FINE + 1);

				sum += grid_grey(view, grid_place(&plane, right, down));
			}
			out->greys[y * out->side + x] = (uint8_t)(sum / (FINE * FINE));
		}
	}
	set_thresholds(out);
}

static int grey_of(const struct modules *modules, int x, int y)
{
	int last = modules->side - 1;

	x = x < 0 ? 0 : x > last ? last : x;
	y = y < 0 ? 0 : y > last ? last : y;
	return modules->greys[y * modules->side + x];
}

/* Four times the grey of a module without what its neighbours gave it. */
static int sharp(const struct modules *modules, int x, int y, int sharpen)
{
	int grey = grey_of(modules, x, y);
	int beside = grey_of(modules, x - 1, y) + grey_of(modules, x + 1, y) +
		     grey_of(modules, x, y - 1) + grey_of(modules, x, y + 1);

	return 4 * grey + sharpen * (4 * grey - beside) / 4;
}

static void put(const struct image *image, int x, int y, bool dark)
{
	for (int i = 0; i < MODULES_PX * MODULES_PX; i++) {
		int row = (y + MODULES_QUIET) * MODULES_PX + i / MODULES_PX;
		int column = (x + MODULES_QUIET) * MODULES_PX + i % MODULES_PX;

		image->grey[(size_t)row * image->stride + (size_t)column] = dark ? 0 : 255;
	}
}

enum image_status modules_draw(struct image *out, const struct modules *modules,
			       const struct pattern *pattern, int sharpen)
{
	int side = (modules->side + 2 * MODULES_QUIET) * MODULES_PX;
	struct image image = { side, side, (size_t)side, malloc((size_t)side * (size_t)side) };

	if (image.grey == NULL) {
		return IMAGE_NO_MEMORY;
	}
	memset(image.grey, 255, (size_t)side * (size_t)side);
	for (int y = 0; y < modules->side; y++) {
		for (int x = 0; x < modules->side; x++) {
			put(&image, x, y,
			    sharp(modules, x, y, sharpen) <
				    4 * modules->thresholds[y * modules->side + x]);
		}
	}
	for (int i = 0; i < pattern->count; i++) {
		put(&image, pattern->cells[i].x, pattern->cells[i].y, pattern->cells[i].dark);
	}
	*out = image;
	return IMAGE_OK;
}
