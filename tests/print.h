/*
 * A PDF as it comes out of a printer: rasterised at 300 dpi, for codes to be read from it.
 */
#ifndef YOUDAI_TESTS_PRINT_H
#define YOUDAI_TESTS_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "centre/sheet.h"
#include "reader/image.h"

#define PRINT_DPI       300
#define PRINT_PX_PER_MM (PRINT_DPI / 25.4)

/* Is there a pdftoppm?  Said where not. */
bool print_is_possible(void);

/* A page, from 0; an image file lies beside the PDF for a moment.  To be freed by image_free. */
void print_page(struct image *out, const char *path, size_t page);

/* The part of the page around a code: with three quarters of its quiet zone; borrows the page. */
struct image print_crop(const struct image *page, const struct sheet_place *place);

#endif
