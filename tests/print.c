#include "tests/print.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define PATH_SIZE 1024 /* [byte] */

bool print_is_possible(void)
{
	if (system("command -v pdftoppm >/dev/null 2>&1") == 0)
		return true;
	print_message("skipped: no pdftoppm (poppler-utils)\n");
	return false;
}

void print_page(struct image *out, const char *path, size_t page)
{
	char command[3 * PATH_SIZE], png[PATH_SIZE];

	snprintf(command, sizeof command,
		 "pdftoppm -r %d -gray -png -singlefile -f %zu -l %zu '%s' '%s.page'", PRINT_DPI,
		 page + 1, page + 1, path, path);
	assert_int_equal(system(command), 0);
	snprintf(png, sizeof png, "%s.page.png", path);
	assert_int_equal(image_load(out, png), IMAGE_OK);
	assert_int_equal(unlink(png), 0);
	assert_int_equal(out->width, (int)ceil(210 * PRINT_PX_PER_MM));
	assert_int_equal(out->height, (int)ceil(297 * PRINT_PX_PER_MM));
}

struct image print_crop(const struct image *page, const struct sheet_place *place)
{
	double quiet = 3 * place->module;
	int x = (int)((place->x - quiet) * PRINT_PX_PER_MM),
	    y = (int)((place->y - quiet) * PRINT_PX_PER_MM);
	int side = (int)((place->side + 2 * quiet) * PRINT_PX_PER_MM);

	return (struct image){ side, side, page->stride,
			       page->grey + (size_t)y * page->stride + x };
}
